"""The gradient panel: what it is given, what it says and shows of it, what is asked for in it."""

from __future__ import annotations

from collections.abc import Iterable
from math import isnan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from rnnviz.film import Frame, gradient_reading, longest_reading, shortening
from rnnviz.film.comparison import is_compared
from rnnviz.scenes.charts.chart import Chart
from rnnviz.scenes.charts.gradient import (
    COMPARE_TIP,
    gradient_chart,
    instead,
    norm,
    revealed_from,
    shortened,
    step_reading,
)
from rnnviz.scenes.charts.steps import quoted
from rnnviz.scenes.shapes import Rect, Role
from rnnviz.views.chart.drawn import Drawn, Moment
from rnnviz.views.chart.panel import ChartPanel
from rnnviz.views.look import Look
from rnnviz.views.panels.controls import Segmented, Stepper, Toggle
from rnnviz.views.panels.panel import Kept
from rnnviz.views.panels.surface import Surface, Title
from rnnviz.views.pens_and_text import wrapped

NAMES = ("one loss", "sum of all losses")
_SHORT = ("one loss", "sum")
_ONE, _SUM = 0, 1
_MOST_LINES = 3  # of a reading
_TWO_LINES = 11.0  # units of height from which there are two
_LOW = 9.4  # units of height under which a panel is too low for more than its curve


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
    words, exact, which = "Gradient reaching each step", "", ""
    if frame is not None and frame.layers > 1:
        which = f" · layer {frame.layer + 1}"
        exact = f"{which} of {frame.layers}"
    return [
        Heading(NAMES, (words, f"{formula}{exact}   (log)"), full),
        Heading(NAMES, (words, f"{formula}{exact}"), full),
        Heading(NAMES, (words, f"{formula}{exact}"), middle),
        Heading(_SHORT, (words, f"{formula}{exact}"), middle),
        Heading(NAMES, ("Gradient", f"{formula}{exact}"), full),
        Heading(NAMES, ("Gradient", f"{formula}{exact}"), middle),
        Heading(_SHORT, ("Gradient", f"{formula}{exact}"), middle),
        Heading(_SHORT, ("Gradient", f"{formula}{which}"), brief),
        Heading(_SHORT, ("", f"{formula}{which}"), brief),
        Heading(_SHORT, ("", formula), brief),
    ]


def neighbour(frame: Frame, direction: int) -> int | None:
    """The next step that pays a loss, before (−1) or after (1) the source; None for none."""
    step = frame.source + direction
    while 1 <= step <= frame.steps:
        if frame.pays(step):
            return step
        step += direction
    return None


class GradientPanel(ChartPanel):
    """‖∂L/∂a⟨t⟩‖ per step, appearing from right to left as the backward pass proceeds.

    The axis is absolute, and the same for one loss and for the sum of all and for every layer, so
    that switching compares them. It is fixed for a pass.
    """

    summed_chosen = Signal(bool)
    compared_chosen = Signal(bool)
    source_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None, name: str = "gradient") -> None:
        super().__init__(parent, name)
        # What was asked for last, so that only what is another is painted: of the title row, the
        # controls' places, the chart, the moment and the reading; and the picture painted last.
        self._title_of: tuple[object, ...] = ()
        self._arranged: tuple[object, ...] = ()
        self._pictured: tuple[object, ...] = ()
        self._placed: Moment = (None, None)
        self._read = ""
        self._why_not: Kept[str] = Kept()
        self._longest: Kept[str] = Kept()
        self._reading_rect: Kept[QRectF] = Kept()
        self._painted: Drawn | None = None
        self._switch = Segmented(self, NAMES, Role.GRADIENT)
        self._switch.chosen.connect(lambda index: self._choose_summed(index == _SUM))
        arrows = ("follow the loss of an earlier step", "follow the loss of a later step")
        self._source = Stepper(self, Role.GRADIENT, arrows)
        self._source.chosen.connect(self.source_chosen)
        self._compare = Toggle(self, "compare cells", Role.GRADIENT)
        self._compare.chosen.connect(self.compared_chosen)
        self.heading: Heading = headings(None)[0]
        self.setAccessibleName("Gradient reaching each step")
        self.set_look(self._look)

    # -- what it is given --------------------------------------------------------------------

    def set_frame(self, frame: Frame) -> None:
        """Store the frame; repaint if it shows anything else than the last one."""
        before, self._frame = self._frame, frame
        titled = frame.run.task, *_title(frame), self._why_not_compared(frame)
        alike = before is not None and self._title_of == titled
        if not alike:
            self._title_of = titled
            self._switch.set_current(_SUM if frame.summed else _ONE)
            self._switch.setEnabled(bool(frame.source))
            why = self._why_not_compared(frame)
            self._compare.setChecked(is_compared(frame.branches))
            self._compare.setEnabled(bool(frame.source) and not why)
            self._compare.setToolTip(f"Not here: {why}." if why else COMPARE_TIP)
        # The button stands beside the reading, whose longest decides how many lines it has.
        arranged = titled, frame.passing, self._of(frame)
        if arranged != self._arranged:
            self._arranged = arranged
            self._source.set_neighbours(neighbour(frame, -1), neighbour(frame, 1))
            self._arrange()
        pictured = frame.passing, self._of(frame), instead(frame)
        if self.view.guessing.active:
            self.update()
        places, reading = self._places(), gradient_reading(frame)
        if pictured == self._pictured and (places, reading) == (self._placed, self._read) and alike:
            return
        # Of another size it is drawn when it is painted: there may be yet others before that.
        parted = self._painted is not None and self._painted.surface == self.surface
        parted = parted and self._hovered is None
        drawn = self.drawn() if parted and pictured == self._pictured else None
        if alike and drawn is not None and drawn is self._painted and not instead(frame):
            parts = drawn.changed(self._placed, places)
            parts += [] if reading == self._read else [self.reading_rect.toAlignedRect()]
            self._repaint(*parts)
        elif pictured != self._pictured or (places, reading) != (self._placed, self._read):
            # The title row has controls that paint themselves, and words that come with them.
            head = 0 if not alike else self.surface.head
            self._repaint(self.rect().adjusted(0, int(head), 0, 0))
        self._pictured, self._placed, self._read = pictured, places, reading

    def set_look(self, look: Look) -> None:
        """Store colours and size of type."""
        for part in (self._switch, self._source, self._compare):
            part.set_look(look)
        super().set_look(look)

    # -- what is shown -----------------------------------------------------------------------

    def curve(self) -> tuple[NDArray[np.int_], NDArray[np.float64]]:
        """Steps and logarithms that the curve shows at present."""
        frame = self._frame
        if frame is None or instead(frame):
            return np.empty(0, int), np.empty(0)
        first = revealed_from(frame)
        return np.arange(first, frame.steps + 1), frame.log10_norms[first - 1 :]

    def point(self, step: int) -> QPointF:
        """Where a step's point lies in the panel, an exact 0 on its line at the bottom."""
        axes, frame = self.axes, self._frame
        if axes is None or frame is None:
            return QPointF()
        return QPointF(*axes.place(float(step), float(frame.log10_norms[step - 1])))

    @property
    def reading_rect(self) -> QRectF:
        """Room for the reading: as many lines as the longest of this pass takes, up to three."""
        return self._reading_in(self.surface)

    def _reading_in(self, surface: Surface) -> QRectF:
        frame, longest = self._frame, None
        if frame is not None:
            of = self._of(frame)
            longest = self._longest.of(frame.passing, of, lambda: longest_reading(frame))
            longest = self._look.says(longest)
        source = None if frame is None else frame.passing
        key = (surface, self._taken, longest)
        return self._reading_rect.of(source, key, lambda: self._room_for(*key))

    def _room_for(self, surface: Surface, taken: float, longest: str | None) -> QRectF:
        high, width = self._line, surface.width - 2 * surface.pad - taken
        room = surface.height - surface.head - 9 * surface.unit
        least = 2 if surface.height >= _TWO_LINES * surface.unit else 1
        most = min(max(int(room / high), least), _MOST_LINES)
        high *= len(wrapped(longest or "", surface.look.font(), width + 0.5, most)[0])
        under = surface.look.air(0.2 if _is_low(surface) else 0.5)
        return QRectF(surface.pad, surface.height - high - under, width, high)

    @property
    def reading(self) -> tuple[str, ...]:
        """The lines of the longest reading that has room; of the shortest the last may be cut."""
        frame, step, rect = self._frame, self.hovered_step, self.reading_rect
        if frame is None or instead(frame):
            return ()
        guessed = self.view.guessed
        if self.view.guessing.covers:
            return self.written((guessed,), rect)
        if guessed:  # also under the pointer, which has just drawn it
            return self.written((f"{guessed} {gradient_reading(frame)}", guessed), rect)
        texts = (
            shortened(step_reading(frame, step)) if step else shortening(gradient_reading(frame))
        )
        return self.written(texts, rect)

    def written(self, texts: Iterable[str], rect: QRectF) -> tuple[str, ...]:
        """The lines of the first text that has room, or of the last."""
        most, lines = max(1, round(rect.height() / self._line)), list[str]()
        for text in texts:
            lines = wrapped(self._look.says(text), self._look.font(), rect.width() + 0.5, most)[0]
            if not lines[-1].endswith("…"):
                break
        return tuple(lines)

    @property
    def _line(self) -> float:
        return QFontMetricsF(self._look.font()).height()

    def _why_not_compared(self, frame: Frame) -> str:
        # Of the runs alone, which a moved playhead leaves as they are.
        each, active = frame.branches.each, frame.branches.active
        return self._why_not.of(each, active, lambda: frame.why_not_compared)

    def _made(self, frame: Frame) -> Chart | None:
        return gradient_chart(frame)

    def _of(self, frame: Frame) -> tuple[object, ...]:
        return frame.summed, frame.layer, _sides(frame)

    def _newest(self, frame: Frame) -> float | None:
        first = revealed_from(frame)
        return float(first) if first <= frame.steps else None

    def _instead(self, frame: Frame) -> str:
        return instead(frame)

    def _area(self) -> Rect:
        surface = self.surface
        low = _is_low(surface)
        bottom = (
            self._reading_in(surface).top() - surface.foot - surface.look.air(0.2 if low else 0.4)
        )
        top = surface.head + (0.15 if low else 0.35) * surface.unit
        return Rect(surface.pad, top, surface.width - 2 * surface.pad, max(10.0, bottom - top))

    def _is_shown(self, frame: Frame, step: int) -> bool:
        return step >= revealed_from(frame) and not isnan(frame.log10_norms[step - 1])

    # -- painting ----------------------------------------------------------------------------

    def _arrange(self) -> None:
        """Say as much in the title row as fits, the controls at its right end."""
        frame, unit, surface = self._frame, self._look.unit, self.surface
        if frame is None:
            return  # the first one arranges it
        one = not frame.summed and bool(frame.source)
        right = self.width() - surface.pad
        for heading in headings(frame):
            self.heading = heading
            self._switch.set_names(heading.names)
            taken = self._switch.sizeHint().width() + 0.8 * unit
            taken += self._source.size_of(heading.source).width() + 1.2 * unit if one else 0.0
            if surface.title_width(heading.title) + taken <= right - surface.pad:
                break
        self._switch.arrange()
        self._switch.move(round(right - self._switch.width()), surface.title_top)
        self._source.set_text(self.heading.source)
        left = round(self._switch.x() - 0.6 * unit - self._source.width())
        self._source.move(left, surface.title_top)
        self._source.setVisible(one)
        self._compare.resize(self._compare.sizeHint())
        self._compare.setVisible(not _is_low(surface))
        if not self._compare.isEnabled():  # no word is cut for its sake
            room = surface.width - 2 * surface.pad - self._taken
            words = QFontMetricsF(self._look.font()).horizontalAdvance(
                self._look.says(longest_reading(frame))
            )
            self._compare.setVisible(self._compare.isVisibleTo(self) and words <= room)
        texts = shortening(longest_reading(frame))
        if self.written(texts, self.reading_rect)[-1].endswith("…"):
            self._compare.hide()
        row = self.reading_rect
        top = row.center().y() - self._compare.height() / 2
        self._compare.move(round(right - self._compare.width()), round(top))

    @property
    def _taken(self) -> float:
        """How much of the reading's row the button takes."""
        return 0.0 if self._compare.isHidden() else self._compare.width() + 0.6 * self._look.unit

    def _paint(self, painter: QPainter, region: QRegion) -> bool:
        frame, drawn = self._frame, self.drawn()
        if frame is None or drawn is None:
            return False
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_chart(painter, region, drawn, frame)
        self._painted = None if self.view.plot is None else drawn
        rect = self.reading_rect
        if region.intersects(rect.toAlignedRect()):
            painter.setFont(self._look.font())
            painter.setPen(self._look.palette.colour(Role.INK))
            middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(rect, middle, "\n".join(self.reading))
        head = drawn.surface.title_row(0.0, float(self.width()))
        if region.intersects(head.toAlignedRect()):
            first = self._switch if self._source.isHidden() else self._source
            right = first.x() - 0.5 * self._look.unit
            drawn.surface.draw_title(painter, right, self.heading.title)
        return True

    # -- intents -----------------------------------------------------------------------------

    def _choose_summed(self, summed: bool) -> None:
        if self._frame is not None and summed != self._frame.summed:
            self.summed_chosen.emit(summed)


def _is_low(surface: Surface) -> bool:
    """Whether there is no room for more than the curve."""
    return surface.height < _LOW * surface.unit


def _sides(frame: Frame) -> tuple[object, ...]:
    """What of the branches is seen here: what they are called follows from names and cells."""
    branches = frame.branches
    return frame.others, [(each.name, each.cell) for each in branches.each], branches.active


def _title(frame: Frame) -> tuple[object, ...]:
    compared = is_compared(frame.branches)
    return frame.source, frame.summed, frame.layers, frame.layer, compared
