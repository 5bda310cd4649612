"""The title row: which loss the gradient is of, in as many words as there is room for."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rnnviz.film import Frame
from rnnviz.scenes.shapes import Role
from rnnviz.views.gradient.reading import norm
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.panels.surface import Title
from rnnviz.views.panels.switch import Arrow
from rnnviz.views.panels.words import quoted

NAMES = ("one loss", "sum of all losses")
_SHORT = ("one loss", "sum")


class Heading(NamedTuple):
    """What the title row says: names on the switch, title, and the loss that is followed."""

    names: tuple[str, str]
    title: Title
    source: str


def headings(frame: Frame | None) -> list[Heading]:
    """What the title row may say, from the most words to the fewest."""
    formula, sources = norm("∂L/∂a⟨t⟩"), ("",) * 3
    if frame is not None and frame.source and frame.summed:
        formula += " ,  L = Σ L⟨t⟩"
    elif frame is not None and frame.source:
        formula = norm(f"∂L⟨{frame.source}⟩/∂a⟨t⟩")
        step = f"step {frame.source}"
        named = f"loss of {step} {quoted(frame, frame.source, 16)}".rstrip()
        sources = (named, f"loss of {step}", step)
    full, middle, brief = sources
    words = "Gradient reaching each step"
    return [
        Heading(NAMES, (words, f"{formula}   (log)"), full),
        Heading(NAMES, (words, formula), full),
        Heading(NAMES, (words, formula), middle),
        Heading(_SHORT, (words, formula), middle),
        Heading(NAMES, ("Gradient", formula), full),
        Heading(NAMES, ("Gradient", formula), middle),
        Heading(_SHORT, ("Gradient", formula), middle),
        Heading(_SHORT, ("Gradient", formula), brief),
        Heading(_SHORT, ("", formula), brief),
    ]


def neighbour(frame: Frame, direction: int) -> int:
    """The next step that pays a loss, before (−1) or after (1) the source; 0 for none."""
    step = frame.source + direction
    while 1 <= step <= frame.steps:
        if frame.pays(step):
            return step
        step += direction
    return 0


class SourcePicker(QWidget):
    """The loss that is followed, between two arrows to its neighbours."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self.text = ""
        self._steps = (0, 0)
        self.earlier = Arrow(self, -1, "follow the loss of an earlier step")
        self.later = Arrow(self, 1, "follow the loss of a later step")
        self.earlier.clicked.connect(lambda: self._choose(0))
        self.later.clicked.connect(lambda: self._choose(1))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_look(self, look: Look) -> None:
        """Store colours and size of type."""
        self._look = look
        self.earlier.set_look(look)
        self.later.set_look(look)
        self.update()

    def set_neighbours(self, earlier: int, later: int) -> None:
        """Store where the arrows lead; 0 for nowhere."""
        self._steps = earlier, later
        self.earlier.setEnabled(earlier > 0)
        self.later.setEnabled(later > 0)

    def set_text(self, text: str) -> None:
        """Name the loss, and take the size that this needs."""
        self.text = text
        self.resize(self.size_of(text))
        arrow = self.later.sizeHint()
        self.earlier.setGeometry(0, 0, arrow.width(), arrow.height())
        self.later.setGeometry(self.width() - arrow.width(), 0, arrow.width(), arrow.height())
        self.update()

    def size_of(self, text: str) -> QSize:
        """The size needed to name a loss so."""
        arrow = self.later.sizeHint()
        wide = QFontMetricsF(self._look.font(0.93)).horizontalAdvance(text)
        return QSize(round(wide + 0.5) + 2 * arrow.width(), arrow.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write the loss's name; the arrows paint themselves."""
        painter = QPainter(self)
        painter.setFont(self._look.font(0.93))
        painter.setPen(self._look.palette.colour(Role.GRADIENT))
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self.text)

    def _choose(self, side: int) -> None:
        if self._steps[side]:
            self.chosen.emit(self._steps[side])
