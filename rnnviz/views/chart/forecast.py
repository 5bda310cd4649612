"""The forecast panel: the series in its own units, and what is forecast of it."""

from __future__ import annotations

from math import isnan

from PySide6.QtGui import QPainter, QRegion
from PySide6.QtWidgets import QWidget

from rnnviz.film import Frame, Stage
from rnnviz.scenes.charts.chart import Chart
from rnnviz.scenes.charts.series import series_chart
from rnnviz.scenes.charts.steps import step_name
from rnnviz.views.chart.panel import ChartPanel
from rnnviz.views.panels.surface import Title

_NONE = "There is no series here: forecasts are of numbers."


class ForecastPanel(ChartPanel):
    """A series, what the network forecasts of it, and what classical methods do."""

    def __init__(self, parent: QWidget | None = None, name: str = "forecast") -> None:
        super().__init__(parent, name)
        self.setAccessibleName("Forecast")

    def set_frame(self, frame: Frame) -> None:
        """Store the frame; repaint if it shows anything else than the last one."""
        before, self._frame = self._frame, frame
        same = before is not None and before.passing is frame.passing
        if not same or before.moment.step != frame.moment.step:  # pyright: ignore[reportOptionalMemberAccess]
            self.update()

    @property
    def title(self) -> Title:
        """What the title row says."""
        chart = self.chart()
        return "Forecast", "" if chart is None else chart.name

    @property
    def said(self) -> str:
        """The values under the pointer, else at the playhead; why there is no chart."""
        frame, chart = self._frame, self.chart()
        if chart is None or frame is None:
            return _NONE
        step = self.hovered_step or frame.moment.step
        values = [(c.name, c.at(float(step))) for c in chart.curves]
        said = [f"{name} {chart.y.words(value)}" for name, value in values if not isnan(value)]
        return " · ".join([step_name(frame, step), *said]) if step else ""

    def _made(self, frame: Frame) -> Chart | None:
        return series_chart(frame)

    def _way(self) -> Stage:
        return Stage.FORWARD

    def _paint(self, painter: QPainter, region: QRegion) -> bool:
        frame, drawn, surface = self._frame, self.drawn(), self.surface
        if frame is None:
            return False
        if drawn is None:
            painter.drawPixmap(0, 0, surface.blank())
        else:
            self._paint_chart(painter, region, drawn, frame)
        self._say_beside_title(painter, self.title, 1.4, self.said)
        return True
