"""What of a series' chart is looked at: a stretch of time, and the values that matter in it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnviz.scenes.charts.axes import Ends, Seen
from rnnviz.scenes.charts.chart import Chart
from rnnviz.scenes.shapes import Role

Vector = NDArray[np.float64]

_BEFORE, _AFTER = 4.0, 1.4  # horizons around the origin, where that is looked at alone
_ROOM = 0.12  # of what is seen, free above and below it
_BEYOND = 0.5  # of the series' range, by which a forecast may stretch the axis


def near(chart: Chart, fit: Seen, origin: int, horizon: int) -> Seen:
    """From some horizons before an origin to a little behind the forecast."""
    low, high = fit.x
    first = max(low, origin - _BEFORE * horizon)
    last = min(high, origin + _AFTER * horizon)
    x = min(first, last - 2.0), max(last, first + 2.0)
    return Seen(x, values_in(chart, fit, x))


def values_in(chart: Chart, fit: Seen, x: Ends) -> Ends:
    """Ends of the vertical axis for a stretch of time.

    The series is seen whole there, and what is forecast as far as it stays near it: a mean that is
    far off is cut off at the edge rather than flatten all others.
    """
    if x[0] <= fit.x[0] and x[1] >= fit.x[1]:
        return fit.y
    lines = [(c.ink == Role.INPUT, c.x, c.y) for c in chart.curves]
    for band in chart.bands:
        lines += [(False, band.x, band.low), (False, band.x, band.high)]
    series: list[Vector] = []
    others: list[Vector] = []
    for own, at, y in lines:
        seen = y[(at >= x[0]) & (at <= x[1])].astype(np.float64)
        seen = seen[np.isfinite(seen)]
        if seen.size:
            (series if own else others).append(seen)
    every = np.concatenate(series or others or [np.array(fit.y)])
    low, high = float(every.min()), float(every.max())
    half = _BEYOND * (high - low)
    for said in others if series and half > 0.0 else []:
        if said.min() >= every.min() - half and said.max() <= every.max() + half:
            low, high = min(low, float(said.min())), max(high, float(said.max()))
    room = _ROOM * (high - low)
    ends = max(fit.y[0], low - room), min(fit.y[1], high + room)
    return ends if ends[0] < ends[1] else fit.y
