"""Which stretch of a chart is seen, and where its values lie in pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.scenes.charts.chart import Axis, Chart, Tick
from rnnviz.scenes.shapes import Rect

Ends = tuple[float, float]
Value = TypeVar("Value", float, NDArray[np.float64])
_FLOOR = 0.107  # of the height: the row of exact zeros, whose line is in its middle


_FAR = 1e10  # lengths of the axis: what is farther away is drawn there


class Seen(NamedTuple):
    """What is looked at: from where to where on both axes."""

    x: Ends
    y: Ends


@dataclass(frozen=True, slots=True)
class Axes:
    """Where the plot lies in the picture, what its edges mean, and its ticks."""

    rect: Rect
    x_range: Ends
    y_range: Ends
    floor: bool = False
    x_ticks: tuple[Tick, ...] = ()
    y_ticks: tuple[Tick, ...] = ()

    def x(self, value: Value) -> Value:
        """Pixel of a value on the horizontal axis."""
        return self.rect.x + _share(value, self.x_range) * self.rect.w

    def y(self, value: Value) -> Value:
        """Pixel of a value on the vertical axis."""
        return self.rect.bottom - _share(value, self.y_range) * self.rect.h

    def x_at(self, pixel: float) -> float:
        """The value at a pixel of the horizontal axis."""
        low, high = self.x_range
        return low + (pixel - self.rect.x) / self.rect.w * (high - low)

    def y_at(self, pixel: float) -> float:
        """The value at a pixel of the vertical axis."""
        low, high = self.y_range
        return low + (self.rect.bottom - pixel) / self.rect.h * (high - low)

    @property
    def zero(self) -> float | None:
        """The value at which an exact 0 is drawn; None where there is no row for it."""
        low, high = self.y_range
        return low + _FLOOR / 2 * (high - low) if self.floor else None

    @property
    def curves_rect(self) -> Rect:
        """The plot without the row of exact zeros: what has a logarithm stays in it."""
        rect = self.rect
        return Rect(rect.x, rect.y, rect.w, rect.h * (1 - _FLOOR)) if self.floor else rect

    def place(self, x: float, y: float) -> tuple[float, float]:
        """The pixel of a point, an exact 0 on its line at the bottom."""
        if y == -np.inf and self.zero is not None:
            y = self.zero
        return self.x(x), self.y(y)


def _share(value: Value, ends: Ends) -> Value:
    """How far a value is on the way from one end to the other; halves, as a whole may be ∞."""
    low, high = ends
    with np.errstate(over="ignore"):
        share = (value / 2 - low / 2) / (high / 2 - low / 2)
    if isinstance(share, np.ndarray):
        return np.where(np.isfinite(value), np.clip(share, -_FAR, _FAR), share)
    return min(max(share, -_FAR), _FAR) if np.isfinite(value) else share


def whole(chart: Chart, width: float, before: float, after: float) -> Seen:
    """All of a chart in so many pixels, of which some stay free before and after its points."""
    low, high = chart.x.low, chart.x.high
    if high <= low:
        return Seen((low - 0.5, high + 0.5), _y_ends(chart, chart.y.low, chart.y.high))
    scale = (high - low) / max(1e-6, width - before - after)
    x = low - before * scale, high + after * scale
    return Seen(x, _y_ends(chart, chart.y.low, chart.y.high))


def _y_ends(chart: Chart, low: float, high: float) -> Ends:
    return (low - _FLOOR / (1 - _FLOOR) * (high - low), high) if chart.floor else (low, high)


def outermost(chart: Chart, fit: Seen) -> Seen:
    """The most of a chart that can be looked at."""
    low, high = _y_ends(chart, *chart.y.ends)
    return Seen(fit.x, (min(low, fit.y[0]), max(high, fit.y[1])))


def zoomed(seen: Ends, at: float, factor: float, axis: Axis, ends: Ends) -> Ends:
    """A stretch `factor` times as long, in which `at` stays where it was."""
    low, high = seen
    most = ends[1] - ends[0]
    # Not so close that the ends have the same digits.
    least = min(max(axis.least, 1e-9 * most, 1e-13 * max(map(abs, ends))), most)
    factor = min(max(factor, least / (high - low)), most / (high - low))
    return _within((at - (at - low) * factor, at + (high - at) * factor), ends)


def panned(seen: Ends, by: float, ends: Ends) -> Ends:
    """The stretch moved by so much, as far as there is something to see."""
    return _within((seen[0] + by, seen[1] + by), ends)


def _within(seen: Ends, ends: Ends) -> Ends:
    low, high = seen
    if high - low >= ends[1] - ends[0]:
        return ends
    shift = max(ends[0] - low, 0.0) - max(high - ends[1], 0.0)
    return low + shift, high + shift
