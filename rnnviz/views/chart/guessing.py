"""What a covered chart hides, the guess that is drawn on it, and its ink over the chart."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from rnnviz.scenes.charts.axes import Axes
from rnnviz.scenes.charts.chart import Chart
from rnnviz.scenes.charts.guess import (
    PROMPT,
    Guess,
    asked_of,
    beside,
    covered,
    gap,
    read_guess,
    told_at,
)
from rnnviz.scenes.shapes import Role
from rnnviz.views.chart.drawn import Drawn, qrect

NAME = "the room's guess"
_STROKES = 240  # places of a guess on an axis without steps
_BESIDE = 8.0  # pixels beside a plot that are its own for the pen


class Guessing:
    """Of one chart: whether it is covered, and what was guessed. No document keeps it.

    What is covered stays so until the film reveals something else than it showed then, or until it
    is uncovered; the guess stays until it is forgotten.

    Parameters
    ----------
    changed : callable
        Is called when something else is to be seen.
    """

    def __init__(self, changed: Callable[[], object]) -> None:
        self._changed = changed
        self._on = False
        self._newest: float | None = None  # what the film had revealed when it was covered
        self._at: float | None = None  # what it reveals now
        self._pen: tuple[float, float] | None = None
        self._made: tuple[Chart, bool, Guess, Chart] | None = None
        self.guess = Guess()

    # -- what is hidden ----------------------------------------------------------------------

    @property
    def covers(self) -> bool:
        """Whether the curves are hidden."""
        return self._on

    @property
    def active(self) -> bool:
        """Whether there is anything to be said of it."""
        return self._on or bool(self.guess.points)

    @property
    def key(self) -> tuple[object, ...]:
        """What a picture depends on."""
        return self._on, self.guess

    def cover(self, on: bool) -> None:
        """Hide the curves, with no guess yet, or show them."""
        if on == self._on:
            return
        self._on, self._pen = on, None
        if on:
            self._newest = self._at
            self.guess = Guess()
        self._changed()

    def forget(self) -> None:
        """Neither cover nor guess."""
        if self.active:
            self._on, self.guess = False, Guess()
            self._changed()

    def reached(self, newest: float | None) -> None:
        """Take notice of how far the film has revealed the curves: it uncovers them."""
        if newest == self._at:
            return
        self._at = newest
        if self._on and newest is None:
            self._newest = None  # from here on it is revealed anew
        elif self._on and newest != self._newest:
            self._on, self._pen = False, None

    def shown(self, chart: Chart) -> Chart:
        """The chart as it is to be seen: covered, or with room for the guess."""
        if not self.active:
            return chart
        known = self._made
        if known is None or known[:3] != (chart, self._on, self.guess):
            made = covered(chart) if self._on else beside(chart, self.guess)
            if known is not None and self._on and known[:2] == (chart, True):
                made = known[3]  # the very same while a guess is drawn
            known = self._made = chart, self._on, self.guess, made
        return known[3]

    def words(self, chart: Chart | None) -> str:
        """What is said in the place of a reading: the gap, or what to do; else empty."""
        if chart is None:
            return ""
        if self._on:
            by = "the film uncovers it, or the key V" if chart.reveal else "the key V uncovers it"
            return f"Covered: {by}."
        return gap(chart, self.guess, self._at)

    # -- the hand ----------------------------------------------------------------------------

    def press(self, axes: Axes, chart: Chart, at: QPointF) -> bool:
        """Begin a stroke where a covered plot was pressed; whether it was."""
        if not self._on or not axes.rect.grown(_BESIDE).contains(at.x(), at.y()):
            return False
        self._pen = None
        self.draw(axes, chart, at)
        return True

    def draw(self, axes: Axes, chart: Chart, at: QPointF) -> None:
        """Go on with it."""
        rect = axes.rect
        x = _place(chart, axes.x_at(min(max(at.x(), rect.x), rect.right)))
        if x <= chart.known:
            return
        y = axes.y_at(min(max(at.y(), rect.y), rect.bottom))
        self.guess = self.guess.with_point(x, y, self._pen)
        self._pen = x, y
        self._changed()

    @property
    def drawing(self) -> bool:
        """Whether a stroke is under way."""
        return self._pen is not None

    def lift(self) -> None:
        """End a stroke."""
        self._pen = None

    def typed_at(self, chart: Chart) -> float:
        """Which x a typed value is for: the last that the film reveals, or the last of all."""
        return chart.x.low if chart.reveal == "leftwards" else chart.x.high

    def type(self, chart: Chart, text: str) -> None:
        """A value as it was typed; ValueError where it is none."""
        value = read_guess(text, log=chart.y.log)
        self.guess = self.guess.with_point(_place(chart, self.typed_at(chart)), value)
        self._changed()

    # -- ink ---------------------------------------------------------------------------------

    def paint(self, painter: QPainter, drawn: Drawn, chart: Chart) -> None:
        """The guess, and how far it is from what came; what to do, where nothing is guessed."""
        if not self.active:
            return
        look, axes = drawn.surface.look, drawn.axes
        ink = look.palette.text(Role.PLAYHEAD)
        rect = qrect(axes.rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.guess.points:
            painter.setFont(look.font(1.15))
            painter.setPen(look.palette.colour(Role.INK))
            wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            box = painter.boundingRect(rect, wrapped, PROMPT).adjusted(-4, -2, 4, 2)
            painter.fillRect(box, look.palette.colour(Role.PANEL, 0.88))
            painter.drawText(rect, wrapped, PROMPT)
            return
        painter.save()
        painter.setClipRect(rect.adjusted(-look.unit, -look.unit, look.unit, look.unit))
        points = [QPointF(*axes.place(x, y)) for x, y in self.guess.points]
        wide = max(2.5, 0.22 * look.unit)
        pen = QPen(ink, wide)
        pen.setDashPattern([0.6, 1.4])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        for point in (points[0], points[-1]):
            painter.drawEllipse(point, 1.1 * wide, 1.1 * wide)
        if not self._on:
            self._draw_gap(painter, drawn, chart)
        painter.restore()
        self._name(painter, drawn, points, self._lies_under(chart))

    def _draw_gap(self, painter: QPainter, drawn: Drawn, chart: Chart) -> None:
        """An arrow from the guess to what came, where the gap is told."""
        x, curve = told_at(chart, self.guess, self._at), asked_of(chart)
        if x is None or curve is None or isnan(curve.at(x)):
            return
        axes, unit = drawn.axes, drawn.surface.unit
        start, end = (QPointF(*axes.place(x, y)) for y in (self.guess.at(x), curve.at(x)))
        rect = axes.rect
        end.setY(min(max(end.y(), rect.y), rect.bottom))
        long = abs(end.y() - start.y())
        if long < 1.2 * unit:
            return
        down = 1.0 if end.y() > start.y() else -1.0
        aside = 0.45 * unit * (1 if chart.reveal == "leftwards" else -1)
        head, tip = 0.6 * unit, end.y() - down * drawn.dot / 2
        top = QPointF(start.x() + aside, start.y() + down * 0.3 * unit)
        painter.setPen(QPen(drawn.surface.look.palette.colour(Role.INK), max(1.5, unit / 9)))
        painter.drawLine(top, QPointF(top.x(), tip - down * head))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(drawn.surface.look.palette.colour(Role.INK))
        corners = ((0.0, 0.0), (-0.5 * head, -down * head), (0.5 * head, -down * head))
        painter.drawPolygon([QPointF(top.x() + dx, tip + dy) for dx, dy in corners])

    def _lies_under(self, chart: Chart) -> bool:
        """Whether the guess lies under what came, in the middle of it."""
        curve = None if self._on else asked_of(chart)
        x, y = self.guess.points[len(self.guess.points) // 2]
        return curve is not None and curve.at(x) > y

    def _name(self, painter: QPainter, drawn: Drawn, points: list[QPointF], under: bool) -> None:
        """Whose line it is, on the side of its middle where what came is not, if there is room."""
        look, rect = drawn.surface.look, drawn.axes.rect
        font = look.font(0.93, bold=True)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        wide, high = metrics.horizontalAdvance(NAME) + 0.6 * look.unit, 1.3 * look.unit
        at = points[len(points) // 2]
        x = min(max(at.x() - wide / 2, rect.x), rect.right - wide)
        near = [p.y() for p in points if x - 4 <= p.x() <= x + wide + 4] or [at.y()]
        above = min(near) - high - 0.4 * look.unit
        below = max(near) + 0.4 * look.unit
        fits = below + high <= rect.bottom if under else above < rect.y
        y = below if fits else above
        box = QRectF(x, min(max(y, rect.y), rect.bottom - high), wide, high)
        painter.fillRect(box, look.palette.colour(Role.PANEL, 0.88))
        painter.setPen(look.palette.text(Role.PLAYHEAD))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, NAME)


def _place(chart: Chart, x: float) -> float:
    """The nearest x that can be guessed: a step, or one of many places along the axis."""
    low, high = chart.x.low, chart.x.high
    if chart.x.least:
        return float(min(max(round(x), round(low)), round(high)))
    every = (high - low) / _STROKES or 1.0
    return min(max(low + round((x - low) / every) * every, low), high)
