"""A name between two arrows that lead to the one before and the one after."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.panels.surface import LEFT
from rnnviz.views.panels.switch import Arrow


class Stepper(QWidget):
    """What is chosen of a row of numbered things, between arrows to its neighbours.

    Parameters
    ----------
    parent : QWidget
    role : Role
        The colour of name and arrows.
    names : (str, str)
        What the arrows do, for tool tips and screen readers.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget, role: Role, names: tuple[str, str]) -> None:
        super().__init__(parent)
        self._look, self._role = Look(LIGHT), role
        self.before, self.text = "", ""
        self._places: tuple[int | None, int | None] = (None, None)
        self.earlier = Arrow(self, -1, names[0], role)
        self.later = Arrow(self, 1, names[1], role)
        self.earlier.clicked.connect(lambda: self._choose(0))
        self.later.clicked.connect(lambda: self._choose(1))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_look(self, look: Look) -> None:
        """Store colours and size of type."""
        self._look = look
        self.earlier.set_look(look)
        self.later.set_look(look)
        self.update()

    def set_neighbours(self, earlier: int | None, later: int | None) -> None:
        """Store where the arrows lead; None for nowhere."""
        self._places = earlier, later
        self.earlier.setEnabled(earlier is not None)
        self.later.setEnabled(later is not None)

    def set_text(self, text: str, before: str = "", widest: str = "") -> None:
        """Name what is chosen, with a word before the arrows, and take the size this needs.

        The size is that of `widest`, where it is given.
        """
        self.before, self.text = before, text
        self.resize(self.size_of(widest or text, before))
        arrow, left = self.later.sizeHint(), round(self._advance(before))
        self.earlier.setGeometry(left, 0, arrow.width(), arrow.height())
        self.later.setGeometry(self.width() - arrow.width(), 0, arrow.width(), arrow.height())
        self.update()

    def size_of(self, text: str, before: str = "") -> QSize:
        """The size needed to name something so."""
        arrow, wide = self.later.sizeHint(), round(self._advance(text) + 0.5)
        return QSize(round(self._advance(before)) + wide + 2 * arrow.width(), arrow.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write the name; the arrows paint themselves."""
        with QPainter(self) as painter:
            painter.setFont(self._look.font(0.93))
            painter.setPen(self._look.palette.colour(Role.MUTED))
            painter.drawText(QRectF(self.rect()), LEFT, self.before)
            painter.setPen(self._look.palette.text(self._role))
            between = QRectF(self.rect())
            between.setLeft(self.earlier.geometry().right() + 1.0)
            between.setRight(float(self.later.x()))
            painter.drawText(between, Qt.AlignmentFlag.AlignCenter, self.text)

    def _advance(self, text: str) -> float:
        return QFontMetricsF(self._look.font(0.93)).horizontalAdvance(text)

    def _choose(self, side: int) -> None:
        place = self._places[side]
        if place is not None:
            self.chosen.emit(place)
