"""What is forecast of a series, from one origin and from many, and how large its errors are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.forecast_errors import (
    LEAST_PAIRS,
    Difference,
    difference,
    hit_rate,
    mean_absolute,
    mean_error,
    root_mean_square,
)
from rnnviz.film.classical import NAIVE, NONE
from rnnviz.frozen import field, record

Array = NDArray[np.float64]

LEAST_RESIDUALS = 20
"""Errors of origins before, from which an interval is made."""
COVERED = 0.8
"""Share of them that lie within it."""
NETWORK = "network"


@record(eq=False)
class Forecast:
    """The forecasts of network and classical methods from one origin.

    Attributes
    ----------
    origin : int
        The last step that is known to it, from 1.
    horizon : int
        h.
    said : mapping of str to (h,) float64
        By method, the network first; NaN where it says nothing.
    truth : (h,) float64
        What came; NaN where nobody knows.
    """

    origin: int
    horizon: int
    said: Mapping[str, Array]
    truth: Array


@record(eq=False)
class Origins:
    """What is forecast from many origins, after all of which values are held out.

    Attributes
    ----------
    origins : (N,) int
        The last steps known, ascending.
    apart : int
        Steps from one to the next, in the mean.
    of : int
        Origins that there are: N, or more.
    horizon : int
        h.
    said : mapping of str to (N, h) float64
        By method, the network first.
    truth : (N, h) float64
        NaN beyond the end of what is known.
    reach : int
        Steps that the network forecasts at all: h, but 1 where it cannot go on from its answers.
    start : (N,) float64
        From where values go up or down: 0 of a column of returns or differences, else the value at
        the origin.
    of_steps : str
        The transform whose sign is the direction of a step, of a series that is transformed to
        returns, log returns or differences; ``"none"`` where direction is that from `start`.
    """

    origins: NDArray[np.intp]
    apart: int
    of: int
    horizon: int
    said: Mapping[str, Array]
    truth: Array
    reach: int
    start: Array
    of_steps: str = NONE
    _kept: dict[tuple[str, str], Array] = field(
        default_factory=dict[tuple[str, str], Array], init=False, repr=False
    )

    def errors(self, method: str) -> Array:
        """Forecast less truth, (N, h): NaN where nobody knows, ∞ where the forecast is no number.

        Of a method that says nothing so far ahead NaN.
        """
        key = "errors", method
        if key not in self._kept:
            said = self.said[method]
            with np.errstate(all="ignore"):
                found = said - self.truth
            lost = ~np.isfinite(said) & ~np.isnan(self.truth)
            if method == NETWORK:
                lost[:, self.reach :] = False
            self._kept[key] = np.where(lost, np.inf, found)
        return self._kept[key]

    def count(self, k: int) -> int:
        """How many origins have a known value k steps after them."""
        return int(np.isfinite(self.truth[:, k - 1]).sum())

    @property
    def farthest(self) -> int:
        """The longest horizon that any origin has; 0 for none."""
        return int(np.isfinite(self.truth).any(axis=0).sum())

    @property
    def supported(self) -> int:
        """The longest horizon that ten origins have, or any where none has so many."""
        counts = np.isfinite(self.truth).sum(axis=0)
        return int((counts >= LEAST_PAIRS).sum()) or self.farthest

    def rmse(self, method: str) -> Array:
        """Root mean squared errors by horizon, (h,)."""
        return self._figure("rmse", method, root_mean_square)

    def mae(self, method: str) -> Array:
        """Mean absolute errors by horizon, (h,)."""
        return self._figure("mae", method, mean_absolute)

    def bias(self, method: str) -> Array:
        """Mean errors by horizon, (h,): above 0 too much was forecast."""
        return self._figure("bias", method, mean_error)

    def _figure(self, name: str, method: str, make: Callable[[Array], Array]) -> Array:
        if (name, method) not in self._kept:
            self._kept[name, method] = make(self.errors(method))
        return self._kept[name, method]

    def direction(self, method: str) -> Array:
        """The share of directions that were right, by horizon, (h,).

        Of the k-th step's return or difference where the series is read as such; else of the change
        from `start`, after k steps.
        """
        return hit_rate(self._changes(self.said[method]), self._changes(self.truth))

    def _changes(self, paths: Array) -> Array:
        start = self.start[:, None]
        if self.of_steps == NONE:
            with np.errstate(all="ignore"):  # the sign of what float64 cannot hold is still one
                return paths - start
        from rnnviz.data.transforms import transformed  # not before a series is transformed

        return transformed(self.of_steps, paths, np.concatenate([start, paths[:, :-1]], axis=1))

    def against_naive(self, method: str, k: int) -> Difference:
        """How its squared errors k steps ahead differ from the naive forecast's.

        Above 0 the method is better. See `data.forecast_errors.difference`.
        """
        known = np.isfinite(self.truth[:, k - 1])
        with np.errstate(all="ignore"):
            mine = np.square(self.errors(method)[known, k - 1])
            naive = np.square(self.errors(NAIVE)[known, k - 1])
        return difference(mine, naive, -(-k // self.apart) + (self.apart > 1))

    def interval(self, origin: int, forecast_of: Array) -> Interval:
        """Around a network's forecast, (h,), from its errors at origins before.

        Only errors that were known at the origin count: of k steps ahead those of origins o with
        o + k at most the origin. The ends are the forecast less the 90 % and the 10 % quantile of
        forecast − truth.
        """
        errors, h = self.errors(NETWORK), len(forecast_of)
        low, high = np.full(h, np.nan), np.full(h, np.nan)
        counts = np.zeros(h, int)
        tail = (1.0 - COVERED) / 2.0
        for k in range(min(h, self.horizon)):
            before = errors[self.origins + k + 1 <= origin, k]
            before = before[~np.isnan(before)]
            counts[k] = len(before)
            if len(before) < LEAST_RESIDUALS or not np.isfinite(before).all():
                continue
            least, most = np.quantile(before, (tail, 1.0 - tail))
            low[k], high[k] = forecast_of[k] - most, forecast_of[k] - least
        return Interval(low, high, counts)


@record(eq=False)
class Interval:
    """Where 80 % of the errors before lay, around a forecast.

    Attributes
    ----------
    low, high : (h,) float64
        NaN where there are too few errors.
    counts : (h,) int
        How many there are.
    """

    low: Array
    high: Array
    counts: NDArray[np.int_]
