"""What stands in the forecast panel beside its chart: the horizon's field, errors by horizon."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from rnnviz.film.fields import FIELDS
from rnnviz.scenes.charts.chart import Chart
from rnnviz.scenes.shapes import Rect, Role
from rnnviz.views.chart.drawn import Drawn
from rnnviz.views.chart.view import ChartView
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.panels.surface import LEFT, Surface
from rnnviz.views.pens_and_text import lines_of, wrapped
from rnnviz.views.transport.controls import RateField


class HorizonField(RateField):
    """How many steps are forecast, to be typed; ↑ and ↓ go to the next number."""

    horizon_chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        row = FIELDS["horizon"]
        self._least, self._most = 1, int(row.most)
        self.setAccessibleName("Horizon of the forecast, in steps")
        self.setToolTip(f"{row.tip}\n1 to {row.most:g}: type it and press Enter, or ↑ ↓.")
        self.setMaxLength(4)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.chosen.connect(lambda steps: self.horizon_chosen.emit(round(steps)))

    def _read(self) -> float | None:
        text = self.text().strip()
        steps = int(text) if text.isascii() and text.isdigit() else 0
        return float(steps) if self._least <= steps <= self._most else None

    def _next(self, *, up: bool) -> float:
        return float(min(max(self._rate + (1 if up else -1), self._least), self._most))


def paint_origin(painter: QPainter, drawn: Drawn, look: Look, origin: int) -> None:
    """The line from which is forecast, with its round handle."""
    axes, unit = drawn.axes, look.unit
    x, plot = axes.x(float(origin)), axes.rect
    if not plot.x - 1 <= x <= plot.right + 1:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    amber, width = look.palette.mark(Role.PLAYHEAD), max(2.0, unit / 7)
    for colour, wide in ((look.palette.colour(Role.PANEL), width + 2), (amber, width)):
        painter.setPen(QPen(colour, wide))
        painter.drawLine(QPointF(x, plot.y), QPointF(x, plot.bottom))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(amber)
    painter.drawEllipse(QPointF(x, plot.y), 0.42 * unit, 0.42 * unit)


def words_at_rest(
    verdicts: tuple[str, ...], band: str, look: Look, wide: float, most: tuple[int, int]
) -> tuple[list[str], list[str]]:
    """The lines of the longest verdict that has room, and of what the band is.

    A sentence about the band that has no room is not begun.
    """
    first = lines_of(verdicts, look, wide, most[0])[0]
    second = wrapped(band, look.font(0.93), wide, most[1])[0] if most[1] and band else []
    return first, [] if second and second[-1].endswith("…") else second


class ErrorsChart(QWidget):
    """The chart of errors by horizon."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self._chart: Chart | None = None
        self.view = ChartView(self, lambda: (None, None))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Held-out errors by horizon")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_look(self, look: Look) -> None:
        """Store colours and size of type."""
        self._look = look
        self.update()

    def show_chart(self, chart: Chart | None) -> None:
        """Show a chart, or none."""
        if chart is not self._chart:
            self._chart = chart
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chart under its title."""
        ratio = self.devicePixelRatioF()
        surface = Surface(self._look, self.width(), self.height(), ratio, corner=0.0)
        with QPainter(self) as painter:
            surface.lay(painter)
            if self._chart is None or not surface.drawable:
                return
            unit = self._look.unit
            area = Rect(0.0, 1.9 * unit, self.width() - 2.0, self.height() - 3.6 * unit)
            self.view.build_soon()
            drawn = self.view.drawn(self._chart, surface, area)
            drawn.paint(painter, None, None, event.region())
            painter.setFont(self._look.font(0.93, bold=True))
            painter.setPen(self._look.palette.colour(Role.INK))
            words = f"Held-out error by horizon ({self._chart.name})"
            painter.drawText(QRectF(0, 0, self.width(), 1.6 * unit), LEFT, words)
