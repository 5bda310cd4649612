"""Errors of forecasts: how large they are, and whether two methods differ by more than chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnviz.frozen import record

Array = NDArray[np.float64]

SURE = 2.0
"""Standard errors beyond which a difference is no chance."""
LEAST_PAIRS, LEAST_APART = 10, 4
"""Pairs of losses from which a difference is judged at all, also by how many of them overlap."""


def root_mean_square(errors: ArrayLike) -> Array:
    """√(mean e²) of every column, errors that nobody knows (NaN) left out; NaN of none.

    Parameters
    ----------
    errors : (N, h) float
        An error that is not finite makes its column infinite.

    Returns
    -------
    (h,) float64
    """
    found, known = _known(errors)
    with np.errstate(all="ignore"):
        largest = np.where(known, np.abs(found), 0.0).max(axis=0, initial=0.0)
        unit = np.where((largest > 0.0) & np.isfinite(largest), largest, 1.0)
        squares = np.where(known, np.square(found / unit), 0.0).sum(axis=0)
        return np.where(known.any(axis=0), unit * np.sqrt(squares / known.sum(axis=0)), np.nan)


def mean_absolute(errors: ArrayLike) -> Array:
    """The mean of |e| of every column; otherwise as :func:`root_mean_square`."""
    found, _ = _known(errors)
    return mean_error(np.abs(found))


def mean_error(errors: ArrayLike) -> Array:
    """The mean of e of every column, the bias; otherwise as :func:`root_mean_square`."""
    found, known = _known(errors)
    with np.errstate(all="ignore"):
        count = known.sum(axis=0)
        return np.where(
            count > 0, np.where(known, found / np.maximum(count, 1), 0.0).sum(0), np.nan
        )


def hit_rate(said: ArrayLike, truth: ArrayLike) -> Array:
    """The share of changes whose direction was forecast, of every column.

    Parameters
    ----------
    said, truth : (N, h) float
        Changes: returns, or differences. Those that were 0, or that nobody knows, do not count; a
        forecast of 0 has no direction, and is wrong.

    Returns
    -------
    (h,) float64
        0 … 1; NaN where nothing counts.
    """
    answers, changes = np.asarray(said, np.float64), np.asarray(truth, np.float64)
    with np.errstate(all="ignore"):
        counts = np.isfinite(changes) & (changes != 0.0)
        hits = counts & (np.sign(answers) == np.sign(changes))
        return np.where(counts.any(axis=0), hits.sum(axis=0) / counts.sum(axis=0), np.nan)


@record
class Difference:
    """How two methods' losses differ, in the mean over pairs of them.

    Attributes
    ----------
    mean : float
        Of the second's loss less the first's: above 0 the first is better.
    error : float
        Its standard error; NaN where there are too few pairs to tell.
    pairs : int
    """

    mean: float
    error: float
    pairs: int

    @property
    def in_errors(self) -> float:
        """The difference in standard errors; NaN where that is not known."""
        if self.error == 0.0:
            return 0.0 if self.mean == 0.0 else float(np.copysign(np.inf, self.mean))
        return self.mean / self.error

    @property
    def chance(self) -> bool:
        """Whether it is not beyond chance, or nobody can tell."""
        return not abs(self.in_errors) > SURE


def difference(first: ArrayLike, second: ArrayLike, overlap: int = 1) -> Difference:
    """Compare two methods' losses of the same forecasts (Diebold and Mariano 1995).

    d⟨i⟩ = L₂⟨i⟩ − L₁⟨i⟩ is taken in the mean over N forecasts. Forecasts of h steps from following
    steps share h − 1 of them, so that neighbours are correlated: the variance of the mean is
    (γ₀ + 2 Σ_j (1 − j/M) γ_j) / N with Bartlett's weights (Newey and West 1987). M is twice the
    steps that overlap, or Newey and West's rule 4 (N/100)^(2/9) + 1 where that is more. So wide a
    window makes the estimate small and unsure; the standard error is therefore widened to what two
    of it have to be for the size of the test to hold with M/N = b: c(b)/1.96, where c(b) = 1.96 +
    2.9694 b + 0.4160 b² − 0.5324 b³ (Kiefer and Vogelsang 2005, Econometric Theory 21, table 1).

    Parameters
    ----------
    first, second : (N,) float
        Losses, not below 0; in the order of time.
    overlap : int
        Forecasts, of neighbouring ones, that share steps with one: h over the steps between two.

    Returns
    -------
    Difference
        Without a standard error for fewer than 10 pairs, fewer than four times those that overlap,
        or losses that are not finite.
    """
    mine, other = np.asarray(first, np.float64), np.asarray(second, np.float64)
    pairs, unknown = len(mine), float("nan")
    with np.errstate(all="ignore"):
        largest = float(np.max([mine.max(initial=0.0), other.max(initial=0.0)]))
        unit = largest if 0.0 < largest < np.inf else 1.0
        differences = other / unit - mine / unit
        if not pairs or not np.isfinite(differences).all():
            return Difference(unknown, unknown, pairs)
        mean = float(differences.mean())
        if pairs < max(LEAST_PAIRS, LEAST_APART * overlap):
            return Difference(mean * unit, unknown, pairs)
        lags = min(max(2 * overlap, int(4 * (pairs / 100) ** (2 / 9)) + 1), pairs)
        rest = differences - mean
        covariances = np.array([rest[j:] @ rest[: pairs - j] for j in range(lags)]) / pairs
        weights = 1.0 - np.arange(lags) / lags
        variance = float(2.0 * (weights @ covariances) - covariances[0]) / pairs
        b = lags / pairs
        wider = (1.96 + 2.9694 * b + 0.4160 * b**2 - 0.5324 * b**3) / 1.96
        error = wider * float(np.sqrt(max(variance, 0.0)))
        return Difference(mean * unit, error * unit, pairs)


def _known(errors: ArrayLike) -> tuple[Array, NDArray[np.bool_]]:
    found = np.asarray(errors, np.float64)
    return found, ~np.isnan(found)
