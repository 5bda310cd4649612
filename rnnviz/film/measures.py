"""What is reckoned of a pass: how the gradient may fall at most, and how far off forecasts are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnviz.film.baselines import baselines, error_of, last_known

if TYPE_CHECKING:
    from rnnviz.film.passes import Pass

_LN10 = float(np.log(10.0))


class Range(NamedTuple):
    """The smallest and the largest finite number of a line of logarithms, nan where it has none.

    `zeros` is whether it is −inf anywhere, `whole` whether it is finite everywhere.
    """

    low: float
    high: float
    zeros: bool
    whole: bool


def range_of(curve: NDArray[np.float64] | None) -> Range:
    """From where to where a line goes; nowhere where there is none."""
    if curve is None:
        return Range(np.nan, np.nan, zeros=False, whole=False)
    finite = np.isfinite(curve)
    whole = bool(finite.all())
    known = curve if whole else curve[finite]
    zeros = not whole and bool((curve == -np.inf).any())
    if not known.size:
        return Range(np.nan, np.nan, zeros, whole=False)
    return Range(float(known.min()), float(known.max()), zeros, whole)


def source_bound(passing: Pass, layer: int) -> NDArray[np.float64] | None:
    """See `Frame.source_bound`."""
    k = passing.source
    start = passing.log10_norms(False, layer)[k - 1] if k else -np.inf
    if not np.isfinite(start):
        return None
    gain = passing.gain[layer]
    if np.isnan(gain) or layer < len(passing.gain) - 1:
        return None
    bound = np.full(passing.task.steps, -np.inf)
    slope = np.log10(gain) if gain > 0 else -np.inf
    back = np.arange(k)
    with np.errstate(invalid="ignore"):
        bound[k - 1 :: -1] = start + np.where(back == 0, 0.0, back * slope)
    return bound


def source_path(passing: Pass, layer: int) -> NDArray[np.float64] | None:
    """See `Frame.source_path`."""
    k, whole = passing.source, passing.log_direct_path
    start = passing.log10_norms(False, layer)[k - 1] if k else -np.inf
    if whole is None or not np.isfinite(start) or passing.task.mode == "one_to_one":
        return None
    path = np.full(passing.task.steps, -np.inf)
    with np.errstate(invalid="ignore"):
        path[:k] = start + (whole[layer, 1 : k + 1] - whole[layer, k]) / _LN10
    return path


def forecast_errors(passing: Pass, *, beyond: bool) -> dict[str, float]:
    """See `Frame.errors`."""
    task, values = passing.task, passing.task.sequence.values
    classical = baselines(task)
    if not classical or values is None or task.mean is None or task.deviation is None:
        return {}
    last, end = last_known(task), task.steps if task.given is None else task.given
    part = slice(last, end) if beyond else slice(1, last)
    said = np.full(task.steps, np.nan)
    y = passing.trace.y[: task.steps - 1, 0, 0]
    said[1:] = np.asarray(y, np.float64) * task.deviation[0] + task.mean[0]
    lines = {"network": said} | {line.name: line.said for line in classical}
    return {name: error_of(line, values[:, 0], part) for name, line in lines.items()}
