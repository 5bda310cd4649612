"""The lines: the values of some units over the steps, on the one chart."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QPainter, QRegion

from rnnviz.film import Frame
from rnnviz.frozen import record
from rnnviz.views.chart.drawn import Drawn, qrect
from rnnviz.views.chart.view import ChartView
from rnnviz.views.hidden_state.values import known

MOST_LINES = 8
_DEFAULT_LINES = 4


def liveliest(frame: Frame) -> tuple[int, ...]:
    """The units whose values vary most."""
    best = np.argsort(-frame.extremes.spread, kind="stable")[:_DEFAULT_LINES]
    return tuple(sorted(int(unit) for unit in best))


@record(eq=False)
class LinesPicture:
    """The lines of some units of a pass, as far as they are known.

    Attributes
    ----------
    view : ChartView
        The hand, with what is covered.
    units : tuple of int
        The units drawn, in the order of their colours.
    lost : int
        The first step with a value that is not finite; 0 for none.
    """

    view: ChartView
    drawn: Drawn
    units: tuple[int, ...]
    lost: int

    def paint(self, painter: QPainter, frame: Frame, region: QRegion) -> None:
        """Draw what is known, the playhead, and the lines' units where they end."""
        self.view.paint(painter, self.drawn, *places(frame), region)

    @property
    def rect(self) -> QRectF:
        """Where the steps are."""
        return qrect(self.drawn.axes.rect)

    def block(self, step: int, unit: int) -> QRectF:
        """The stretch of a step, whatever the unit."""
        axes = self.drawn.axes
        left, right = axes.x(step - 0.5), axes.x(step + 0.5)
        return QRectF(left, axes.rect.y, right - left, axes.rect.h)

    def step_at(self, x: float) -> int:
        """The step nearest to a pixel column."""
        steps = round(self.drawn.chart.x.high - 0.5)
        return min(max(round(self.drawn.axes.x_at(x)), 1), steps)

    def unit_at(self, position: QPointF, step: int, frame: Frame) -> int:
        """The unit whose line is nearest to a point, if it is near; else −1."""
        best, distance = -1, 0.9 * self.drawn.surface.unit
        for unit in self.units:
            value = frame.shown_at(step, unit)
            away = abs(self.drawn.axes.y(value) - position.y()) if np.isfinite(value) else np.inf
            if away < distance:
                best, distance = unit, away
        return best

    def changed(self, before: Frame, after: Frame) -> list[QRect]:
        """Where two frames of this pass differ."""
        if before.playhead == after.playhead:
            return []
        if before.playhead.unit != after.playhead.unit or self.view.guessing.active:
            return [QRect(0, 0, self.drawn.surface.width, self.drawn.surface.height)]
        return self.drawn.changed(places(before), places(after))


def places(frame: Frame) -> tuple[float | None, float | None]:
    """Up to which step the lines are known, and where the playhead is."""
    whole, _ = known(frame)
    return float(whole) or None, float(frame.moment.step) or None
