"""The panel that is a chart over a frame's steps."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from rnnviz.film import Frame, Stage
from rnnviz.film.notation import LECTURE
from rnnviz.scenes.charts.axes import Axes
from rnnviz.scenes.charts.chart import Chart
from rnnviz.scenes.shapes import Rect, Role
from rnnviz.views.chart.drawn import Drawn, qrect
from rnnviz.views.chart.view import ChartView
from rnnviz.views.panels.panel import Kept, PanelWidget


class ChartPanel(PanelWidget):
    """A chart over the steps, along which one seeks; it is made of a frame's pass.

    The curves are drawn by pyqtgraph, which is imported by `build`, after the first paint; until
    then there are the axes alone.
    """

    def __init__(self, parent: QWidget | None = None, name: str = "") -> None:
        super().__init__(parent, name)
        self.view = ChartView(self, self._places)
        self.view.moved.connect(self._arrange)
        self.view.doubled.connect(self._unseek)
        self._before: float | None = None  # the position at the last press
        self._chart: Kept[Chart | None] = Kept()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # -- what the panels fill in -------------------------------------------------------------

    def _made(self, frame: Frame) -> Chart | None:
        """The chart of a frame's pass; None where it has none."""
        raise NotImplementedError

    def _of(self, frame: Frame) -> Hashable:
        """What the chart depends on, besides the pass."""
        return ()

    def _newest(self, frame: Frame) -> float | None:
        """Up to which step curves are revealed; None where nothing is."""
        return None

    def _instead(self, frame: Frame) -> str:
        """What stands in the chart's place where there is nothing to plot; else empty."""
        return ""

    def _area(self) -> Rect:
        """Where axis and curves are."""
        return self.surface.plot_area(0.35)

    def build(self) -> None:
        """Import pyqtgraph and make the plot, if that has not happened yet."""
        self.view.build()

    @property
    def chart_view(self) -> ChartView | None:
        """The chart that can be covered."""
        return self.view

    # -- what is shown -----------------------------------------------------------------------

    def chart(self) -> Chart | None:
        """The chart of the frame's pass; None where there is none."""
        frame = self._frame
        if frame is None:
            return None
        notation = self._look.notation

        def made() -> Chart | None:
            chart = self._made(frame)
            if chart is None or notation is LECTURE:
                return chart
            from rnnviz.scenes.spelling import spelled_chart  # not for the first paint

            return spelled_chart(chart, notation)

        return self._chart.of(frame.passing, (self._of(frame), notation), made)

    def drawn(self) -> Drawn | None:
        """What is drawn of the frame's pass; None where there is nothing, or no room."""
        chart, surface = self.chart(), self.surface
        if chart is None or not surface.drawable:
            return None
        return self.view.drawn(chart, surface, self._area())

    @property
    def axes(self) -> Axes | None:
        """Where the plot lies, and what its edges mean."""
        drawn = self.drawn()
        return None if drawn is None else drawn.axes

    def step_at(self, position: QPointF) -> int:
        """The step under a point of the plot; 0 where there is none."""
        frame, axes = self._frame, self.axes
        if frame is None or axes is None or self._instead(frame):
            return 0
        pad, rect = self.surface.pad, axes.rect
        around = Rect(rect.x, rect.y - pad, rect.w + 1, rect.h + pad + 2 * self._look.unit)
        on = around.contains(position.x(), position.y())
        return self._step_along(position.x()) if on else 0

    def _places(self) -> tuple[float | None, float | None]:
        frame = self._frame
        if frame is None:
            return None, None
        return self._newest(frame), float(frame.moment.step) or None

    # -- painting ----------------------------------------------------------------------------

    def _paint_chart(self, painter: QPainter, region: QRegion, drawn: Drawn, frame: Frame) -> None:
        """The chart with what moves on it, or what is said in its place."""
        self.view.build_soon()
        words = self._instead(frame)
        self.view.movable = not words and self.view.plot is not None
        if words or self.view.plot is None:
            drawn.paint_bare(painter)
        else:
            self.view.paint(painter, drawn, *self._places(), region)
            hovered = self.hovered_step
            if hovered and not self.view.guessing.covers and self._is_shown(frame, hovered):
                drawn.draw_rings(painter, float(hovered))
        if words:
            painter.setFont(self._look.font(1.15))
            painter.setPen(self._look.palette.colour(Role.INK))
            wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(qrect(drawn.axes.rect), wrapped, self._look.says(words))

    @property
    def hovered_step(self) -> int:
        """The step under the pointer; 0 for none."""
        return 0 if self._hovered is None else self.step_at(self._hovered)

    def _is_shown(self, frame: Frame, step: int) -> bool:
        return True

    # -- intents -----------------------------------------------------------------------------

    def _pressed(self, event: QMouseEvent) -> None:
        self._before = None if self._frame is None else self._frame.playhead.position
        self._seek(self.step_at(event.position()))

    def _unseek(self) -> None:
        """Go back to where it was before the first press of a double click."""
        if self._before is not None:
            self.sought.emit(self._before)

    def _step_along(self, x: float) -> int:
        frame, axes = self._frame, self.axes
        if frame is None or axes is None:
            return 0
        return min(max(round(axes.x_at(x)), 1), frame.steps)

    def _way(self) -> Stage:
        return Stage.BACKWARD
