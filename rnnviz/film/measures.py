"""What is reckoned of a frame: how the gradient may fall at most, and how far off forecasts are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rnnviz.film.baselines import error_of

if TYPE_CHECKING:
    from rnnviz.film.frame import Frame

_LN10 = float(np.log(10.0))


def source_bound(frame: Frame) -> NDArray[np.float64] | None:
    """See `Frame.source_bound`."""
    k = frame.source
    start = frame.norms_of(summed=False)[k - 1] if k else -np.inf
    if not np.isfinite(start):
        return None
    gain = frame.passing.gain[frame.layer]
    if np.isnan(gain) or frame.layer < frame.layers - 1:
        return None
    bound = np.full(frame.steps, -np.inf)
    slope = np.log10(gain) if gain > 0 else -np.inf
    back = np.arange(k)
    with np.errstate(invalid="ignore"):
        bound[k - 1 :: -1] = start + np.where(back == 0, 0.0, back * slope)
    return bound


def source_path(frame: Frame) -> NDArray[np.float64] | None:
    """See `Frame.source_path`."""
    k, whole = frame.source, frame.passing.log_direct_path
    start = frame.norms_of(summed=False)[k - 1] if k else -np.inf
    if whole is None or not np.isfinite(start) or not frame.linked(k):
        return None
    path = np.full(frame.steps, -np.inf)
    with np.errstate(invalid="ignore"):
        path[:k] = start + (whole[frame.layer, 1 : k + 1] - whole[frame.layer, k]) / _LN10
    return path


def forecast_errors(frame: Frame, *, beyond: bool) -> dict[str, float]:
    """See `Frame.errors`."""
    task, values = frame.task, frame.task.sequence.values
    if not frame.baselines or values is None or task.mean is None or task.deviation is None:
        return {}
    last, end = frame.last_known, frame.steps if task.given is None else task.given
    part = slice(last, end) if beyond else slice(1, last)
    said = np.full(frame.steps, np.nan)
    y = frame.passing.trace.y[: frame.steps - 1, 0, 0]
    said[1:] = np.asarray(y, np.float64) * task.deviation[0] + task.mean[0]
    lines = {"network": said} | {line.name: line.said for line in frame.baselines}
    return {name: error_of(line, values[:, 0], part) for name, line in lines.items()}
