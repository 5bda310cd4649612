"""The gradient panel: what it is given, what it shows of it, and what is asked for in it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QRegion
from PySide6.QtWidgets import QToolTip, QWidget

from rnnviz.film import Frame, Stage, gradient_reading
from rnnviz.scenes.shapes import Role
from rnnviz.views.gradient.drawing import draw_plot, draw_reading, is_low, reading_rect
from rnnviz.views.gradient.heading import NAMES, Heading, headings, neighbour
from rnnviz.views.gradient.plot import Plot
from rnnviz.views.gradient.reading import (
    COMPARE_TIP,
    instead,
    longest_reading,
    revealed_from,
    step_reading,
)
from rnnviz.views.look import Look
from rnnviz.views.panels.chart import Axes, Chart
from rnnviz.views.panels.panel import Kept, Panel
from rnnviz.views.panels.stepper import Stepper
from rnnviz.views.panels.switch import Segmented, Toggle

_ONE, _SUM = 0, 1


class GradientPanel(Panel):
    """‖∂L/∂a⟨t⟩‖ per step, appearing from right to left as the backward pass proceeds.

    The axis is absolute, and the same for one loss and for the sum of all and for every layer, so
    that switching compares them. It is fixed for a pass. The plot itself is drawn by pyqtgraph,
    which is imported by `build`, after the first paint; until then there is the panel alone.
    """

    summed_chosen = Signal(bool)
    compared_chosen = Signal(bool)
    source_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chart: Chart | None = None
        self._plot: Kept[Plot] = Kept()
        self._shown: tuple[object, ...] = ()
        self._switch = Segmented(self, NAMES, Role.GRADIENT)
        self._switch.chosen.connect(lambda index: self._choose_summed(index == _SUM))
        arrows = ("follow the loss of an earlier step", "follow the loss of a later step")
        self._source = Stepper(self, Role.GRADIENT, arrows)
        self._source.chosen.connect(self.source_chosen)
        self._compare = Toggle(self, "compare cells", Role.GRADIENT)
        self._compare.chosen.connect(self.compared_chosen)
        self._heading: Heading = headings(None)[0]
        self._first_paint = QTimer(self)
        self._first_paint.setSingleShot(True)
        self._first_paint.timeout.connect(self.build)
        self.setAccessibleName("Gradient reaching each step")
        self.set_look(self._look)

    # -- what it is given --------------------------------------------------------------------

    def set_frame(self, frame: Frame) -> None:
        """Store the frame; repaint if it shows anything else than the last one."""
        before, self._frame = self._frame, frame
        if before is None or not _titled_alike(before, frame):
            self._switch.set_current(_SUM if frame.summed else _ONE)
            self._switch.setEnabled(bool(frame.source))
            self._source.set_neighbours(neighbour(frame, -1), neighbour(frame, 1))
            why = frame.why_not_compared
            self._compare.setChecked(frame.playhead.compared and not why)
            self._compare.setEnabled(bool(frame.source) and not why)
            self._compare.setToolTip(f"Not here: {why}." if why else COMPARE_TIP)
            self._arrange()
        shown = (
            frame.summed,
            frame.layer,
            bool(frame.others),
            revealed_from(frame),
            frame.moment.step,
            gradient_reading(frame),
        )
        if before is None or before.passing is not frame.passing or shown != self._shown:
            old, self._shown = self._shown, shown
            plot = self._plot.still(frame.passing, self._key(frame))
            if before is None or plot is None or self._hovered is not None or old[:3] != shown[:3]:
                self._repaint(self.rect())
                return
            parts = plot.changed(before, frame, (revealed_from(before), revealed_from(frame)))
            if old[-1] != shown[-1]:
                parts.append(self.rect() if instead(frame) else plot.reading_area)
            self._repaint(*parts)

    def set_look(self, look: Look) -> None:
        """Store colours and size of type."""
        self._look = look
        self._switch.set_look(look)
        self._source.set_look(look)
        self._compare.set_look(look)
        self._arrange()
        self.updateGeometry()
        self.update()

    def build(self) -> None:
        """Import pyqtgraph and make the plot, if that has not happened yet."""
        if self._chart is None:
            self._chart = Chart(self)
            self.update()

    # -- what is shown -----------------------------------------------------------------------

    def curve(self) -> tuple[NDArray[np.int_], NDArray[np.float64]]:
        """Steps and logarithms that the curve shows at present."""
        frame = self._frame
        if frame is None or instead(frame):
            return np.empty(0, int), np.empty(0)
        first = revealed_from(frame)
        return np.arange(first, frame.steps + 1), frame.log10_norms[first - 1 :]

    @property
    def axes(self) -> Axes | None:
        """Where the plot lies, and what its edges mean."""
        plot = self.plot()
        return None if plot is None else plot.axes

    def point(self, step: int) -> QPointF:
        """Where a step's point lies in the panel, an exact 0 on its line at the bottom."""
        plot, frame = self.plot(), self._frame
        return QPointF() if plot is None or frame is None else plot.point(frame, step)

    def step_at(self, position: QPointF) -> int:
        """The step under a point of the plot; 0 where there is none."""
        plot, frame = self.plot(), self._frame
        if frame is None or plot is None or instead(frame):
            return 0
        around = plot.axes.rect.adjusted(0, -self.surface.pad, 1, 2 * self._look.unit)
        return plot.step_at(position.x(), frame.steps) if around.contains(position) else 0

    def plot(self) -> Plot | None:
        """What is drawn of the frame's pass; None where there is no frame, or no room."""
        frame, surface = self._frame, self.surface
        if frame is None or not surface.drawable:
            return None
        draw = lambda: draw_plot(surface, frame, self._chart, self._taken)  # noqa: E731
        return self._plot.of(frame.passing, self._key(frame), draw)

    def _key(self, frame: Frame) -> tuple[object, ...]:
        """What the plot depends on, besides the pass."""
        others = bool(frame.others)
        return self.surface, frame.summed, frame.layer, others, self._taken, self._chart is None

    # -- painting ----------------------------------------------------------------------------

    def _arrange(self) -> None:
        """Say as much in the title row as fits, the controls at its right end."""
        frame, unit, surface = self._frame, self._look.unit, self.surface
        one = frame is not None and not frame.summed and bool(frame.source)
        right = self.width() - surface.pad
        for heading in headings(frame):
            self._heading = heading
            self._switch.set_names(heading.names)
            taken = self._switch.sizeHint().width() + 0.8 * unit
            taken += self._source.size_of(heading.source).width() + 1.2 * unit if one else 0.0
            if surface.title_width(heading.title) + taken <= right - surface.pad:
                break
        self._switch.arrange()
        self._switch.move(round(right - self._switch.width()), surface.title_top)
        self._source.set_text(self._heading.source)
        left = round(self._switch.x() - 0.6 * unit - self._source.width())
        self._source.move(left, surface.title_top)
        self._source.setVisible(one)
        self._compare.resize(self._compare.sizeHint())
        self._compare.setVisible(not is_low(surface))
        if not self._compare.isEnabled() and frame is not None:  # no word is cut for its sake
            room = surface.width - 2 * surface.pad - self._taken
            words = QFontMetricsF(self._look.font()).horizontalAdvance(longest_reading(frame))
            self._compare.setVisible(self._compare.isVisibleTo(self) and words <= room)
        row = reading_rect(surface, frame, self._taken)
        top = row.center().y() - self._compare.height() / 2
        self._compare.move(round(right - self._compare.width()), round(top))

    @property
    def _taken(self) -> float:
        """How much of the reading's row the button takes."""
        return 0.0 if self._compare.isHidden() else self._compare.width() + 0.6 * self._look.unit

    def _paint(self, painter: QPainter, region: QRegion) -> bool:
        frame, plot = self._frame, self.plot()
        if frame is None or plot is None:
            return False
        if self._chart is None and not self._first_paint.isActive():
            self._first_paint.start(0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        words, hovered = instead(frame), 0
        if words or self._chart is None:
            painter.drawPixmap(0, 0, plot.bare)
        else:
            shown = revealed_from(frame)
            plot.paint(painter, frame, shown, region)
            hovered = self.step_at(self._hovered) if self._hovered is not None else 0
            if hovered >= shown and not np.isnan(frame.log10_norms[hovered - 1]):
                plot.draw_ring(painter, frame, hovered)
        if words:
            painter.setFont(self._look.font(1.15))
            painter.setPen(self._look.palette.colour(Role.INK))
            wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(plot.axes.rect, wrapped, words)
        elif region.intersects(plot.reading_area):
            text = step_reading(frame, hovered) if hovered else gradient_reading(frame)
            draw_reading(painter, plot.surface, plot.reading, text)
        head = plot.surface.title_row(0.0, float(self.width()))
        if region.intersects(head.toAlignedRect()):
            first = self._switch if self._source.isHidden() else self._source
            plot.surface.draw_title(painter, first.x() - 0.5 * self._look.unit, self._heading.title)
        return True

    def event(self, event: QEvent) -> bool:
        """Tell a pointer that rests on a line's name what the line is."""
        if event.type() != QEvent.Type.ToolTip or not isinstance(event, QHelpEvent):
            return super().event(event)
        plot = self.plot()
        label = None if plot is None else plot.label
        if label is not None and label.box.contains(QPointF(event.pos())):
            QToolTip.showText(event.globalPos(), label.tip, self, label.box.toAlignedRect())
        else:
            QToolTip.hideText()
        return True

    # -- intents -----------------------------------------------------------------------------

    def _choose_summed(self, summed: bool) -> None:
        if self._frame is not None and summed != self._frame.summed:
            self.summed_chosen.emit(summed)

    def _pressed(self, event: QMouseEvent) -> None:
        self._seek(self.step_at(event.position()))

    def _step_along(self, x: float) -> int:
        plot = self.plot()
        return 0 if plot is None or self._frame is None else plot.step_at(x, self._frame.steps)

    def _way(self) -> Stage:
        return Stage.BACKWARD


def _titled_alike(a: Frame, b: Frame) -> bool:
    return a.run.task is b.run.task and _title(a) == _title(b)


def _title(frame: Frame) -> tuple[object, ...]:
    compared = frame.playhead.compared, frame.why_not_compared
    return frame.source, frame.summed, frame.layers, frame.layer, *compared
