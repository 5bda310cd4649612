"""Classical forecasts of a series, to stand beside a network's.

Naive, seasonal naive, mean and autoregressive.
"""

from collections.abc import Sequence as Several

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnviz.frozen import record

Vector = NDArray[np.float64]

MAX_ORDER = 24
FITTED_TO = 20_000
"""Values that classical methods are fitted to at most: the last that are known."""
"""The largest order that :func:`choose_ar` tries."""

LEVEL = 0.05
"""How often :func:`find_period` may find a season in a series that is noise: one time in 20."""

_RISE, _AGAIN = 0.3, 0.5  # autocorrelation of differences, and of levels, that make a season
_ALTERNATING = -2.0 / 3.0  # the least r⟨1⟩ of a second difference of noise
_SEASONS = 2.5  # of a season that are seen at least


def naive(values: ArrayLike, h: int) -> Vector:
    """The last value, for each of the next `h` steps (the best forecast of a random walk).

    Parameters
    ----------
    values : (T,) float
        What is known, T ≥ 1.
    h : int
        Steps ahead, at least 1.

    Returns
    -------
    (h,) float64

    Raises
    ------
    ValueError
        For no values, values that are not finite, another shape, or h < 1.
    """
    return np.full(_horizon(h), _series(values)[-1])


def mean(values: ArrayLike, h: int) -> Vector:
    """The mean of what is known, for each of the next `h` steps; otherwise as :func:`naive`."""
    known = _series(values)
    scale = _scale(known)
    return np.full(_horizon(h), (known / scale).mean() * scale)


def seasonal_naive(values: ArrayLike, h: int, period: int) -> Vector:
    """The value one season before, over and over: x⟨T+k⟩ = x⟨T+k−m⌈k/m⌉⟩ for a season of m steps.

    Parameters
    ----------
    values : (T,) float
        What is known; T ≥ m.
    h : int
        Steps ahead, at least 1.
    period : int
        m, at least 1; the naive forecast is that of m = 1.

    Returns
    -------
    (h,) float64

    Raises
    ------
    ValueError
        As :func:`naive`, and for a season that is longer than what is known.
    """
    known = _series(values)
    if not 1 <= period <= len(known):
        raise ValueError(f"period: expected 1 … {len(known)}, found {period}")
    return known[len(known) - period + np.arange(_horizon(h)) % period]


def find_period(values: ArrayLike) -> int:
    """How many steps a series' season has, by its autocorrelation; 0 where chance explains it.

    That of its differences is asked first, in which a season shows beside a walk or a trend: a peak
    of 0.3 at least, and half of it after two seasons. Slow seasons hide in the noise of
    differences: then that of the values without their line counts, where it has fallen below 0 and
    rises to 0.5 again. Two and a half seasons are seen at least, of differences five.

    A peak counts only where it is beyond chance at the level `LEVEL`, which both searches share. Of
    noise that remembers up to lag q, the autocorrelation behind it has the standard error
    √((1 + 2 Σ r⟨i⟩²) / n), i = 1 … q (Bartlett 1946), here with the n − k products of lag k; that
    one of several lags is beyond it by chance is allowed for by dividing the level (Bonferroni)
    between as many as are apart by the length of that memory. Differences are taken to remember one
    step; where they alternate, noise x⟨t⟩ = r x⟨t−1⟩ + ε⟨t⟩ of r = r⟨1⟩ has rᵏ at lag k, and the
    standard error √(((1 + r²)(1 − r²ᵏ)/(1 − r²) − 2k r²ᵏ) / n), beyond which a season is. What
    alternates more than −2/3, as differences of differences of noise do, is no such noise.

    Parameters
    ----------
    values : (T,) float

    Returns
    -------
    int
        m ≥ 2, or 0.
    """
    known = _series(values)
    if len(known) < 4 * _SEASONS:  # no lag would have a neighbour on each side
        return 0
    scaled, lags = known / _scale(known), int(len(known) / _SEASONS)
    rises = _autocorrelation(np.diff(scaled), lags)
    within = rises[: lags // 2 + 1]
    found = _season(within, 1, np.maximum(_RISE, _chance(within, 1, len(known) - 1)))
    if found and rises[2 * found] >= rises[found] / 2:
        return found
    line, centred = np.arange(len(scaled)) - (len(scaled) - 1) / 2, scaled - scaled.mean()
    levels = _autocorrelation(centred - line * float(line @ centred) / float(line @ line), lags)
    fallen = np.flatnonzero(levels < 0.0)
    if not fallen.size:
        return 0
    q = int(fallen[0])
    return _season(levels, q, np.maximum(_AGAIN, _chance(levels, q, len(known))))


def _chance(found: Vector, q: int, n: int) -> Vector:
    """What the autocorrelation of noise that remembers q steps stays below at every lag behind."""
    from statistics import NormalDist  # not before a series is opened: it loads much

    k, r = np.arange(len(found)), max(float(found[1]), _ALTERNATING)
    squares, expected = 1.0 + 2.0 * np.square(found[1 : q + 1]).sum() + 0.0 * k, 0.0 * k
    if q == 1 and r < 0.0:
        expected, even = np.power(r, k), np.power(r * r, k)
        squares = (1.0 + r * r) * (1.0 - even) / (1.0 - r * r) - 2.0 * k * even
    apart = max(1.0, (len(found) - 1 - q) / q)
    beyond = NormalDist().inv_cdf(1.0 - LEVEL / 2.0 / apart)
    return expected + beyond * np.sqrt(np.maximum(squares, 0.0) / (n - k))


def _autocorrelation(values: Vector, lags: int) -> Vector:
    """r⟨0⟩ … r⟨lags⟩: the mean product of that lag over the mean square, by one FFT."""
    centred = values - values.mean()
    length = 1 << (2 * len(centred)).bit_length()
    power = np.abs(np.fft.rfft(centred, length)) ** 2
    means = np.fft.irfft(power, length)[: lags + 1] / (len(centred) - np.arange(lags + 1))
    return means / means[0] if means[0] > 0.0 else np.zeros(lags + 1)


def _season(found: Vector, after: int, least: Vector) -> int:
    """The highest peak behind a lag that is high enough; the first of several as high; else 0.

    A season is its own multiple too, which chance may make the highest.
    """
    middle = found[2:-1]
    peaks = np.flatnonzero((middle > found[1:-2]) & (middle >= found[3:])) + 2
    peaks = peaks[(peaks > after) & (found[peaks] >= least[peaks])]
    if not peaks.size:
        return 0
    most = float(found[peaks].max())
    first = int(peaks[found[peaks] >= 0.85 * most][0])
    beside = peaks[np.abs(peaks - first) <= first // 4]  # noise makes several peaks of one
    return int(beside[np.argmax(found[beside])])


@record(eq=False)
class AR:
    """An autoregressive model x⟨t⟩ = c + φ₁ x⟨t−1⟩ + … + φ_p x⟨t−p⟩ + ε⟨t⟩.

    Attributes
    ----------
    intercept : float
        c.
    coefficients : (p,) array of float64
        φ₁ … φ_p; read-only.
    deviation : float
        Root of the mean squared residual of the fit.
    aic : float
        Akaike's criterion of the fit: see :func:`fit_ar`.
    rows : int
        Equations that it was fitted to.
    """

    intercept: float
    coefficients: Vector
    deviation: float
    aic: float
    rows: int

    @property
    def order(self) -> int:
        """p."""
        return len(self.coefficients)

    def forecast(self, values: ArrayLike, h: int) -> Vector:
        """Forecast the next `h` steps, each forecast standing for the value that is not known yet.

        Parameters
        ----------
        values : (T,) float
            What is known; T ≥ p (and ≥ 1).
        h : int
            Steps ahead, at least 1.

        Returns
        -------
        (h,) float64

        Raises
        ------
        ValueError
            As :func:`naive`, and for fewer than p values.
        """
        known = _series(values)
        if len(known) < self.order:
            raise ValueError(f"values: expected at least {self.order}, found {len(known)}")
        return self.ahead(known[len(known) - max(self.order, 1) :], h)[0]

    def ahead(self, values: ArrayLike, h: int) -> Vector:
        """Forecast `h` steps from every step of a series that has p values before it.

        Parameters
        ----------
        values : (T,) float
        h : int

        Returns
        -------
        (N, h) float64
            Row i is the forecast that is made when values[: max(p, 1) + i] are known;
            N = T − max(p, 1) + 1.

        Raises
        ------
        ValueError
            As :meth:`forecast`.
        """
        known, p = _series(values), max(self.order, 1)
        if len(known) < p:
            raise ValueError(f"values: expected at least {p}, found {len(known)}")
        return self.from_windows(np.lib.stride_tricks.sliding_window_view(known, p), h)

    def from_windows(self, windows: ArrayLike, h: int) -> Vector:
        """Forecast `h` steps from what was known last at each of N steps.

        Parameters
        ----------
        windows : (N, max(p, 1)) float
            The last values known, the newest last.
        h : int

        Returns
        -------
        (N, h) float64
        """
        window = np.array(windows, dtype=np.float64)
        newest_last = self.coefficients[::-1]
        out = np.empty((len(window), _horizon(h)))
        p = max(self.order, 1)
        with np.errstate(all="ignore"):  # a model that explodes may
            for k in range(h):
                step = window[:, p - self.order :] @ newest_last + self.intercept
                out[:, k] = step
                window = np.column_stack([window[:, 1:], step])
        return out


def fit_ar(values: Vector | Several[Vector], p: int, *, skip: int | None = None) -> AR:
    """Fit an AR(p) with intercept by least squares.

    Minimises Σ_t (x⟨t⟩ − c − Σ_i φ_i x⟨t−i⟩)² over all t that have p values before them: the
    conditional maximum-likelihood estimate for Gaussian ε (Hamilton 1994, Time Series Analysis,
    §5.2). Its criterion is AIC = n ln(RSS/n) + 2(p + 1) for n equations (Akaike 1974; the terms
    that are the same for every p left out), comparable between orders where n is the same.

    Parameters
    ----------
    values : (T,) float, or a sequence of such
        One series, or several of the same kind: no equation reaches from one into another.
    p : int
        Order, at least 0.
    skip : int, optional
        Values without an equation at each series' beginning: p if left out, and never less.

    Returns
    -------
    AR
        Where the series does not determine it (a constant, too few values), the solution of
        smallest coefficients.

    Raises
    ------
    ValueError
        For p < 0, values that are not finite, or no series longer than `skip`.
    """
    if p < 0:
        raise ValueError(f"p: expected a whole number ≥ 0, found {p}")
    series = _all_series(values)
    lead = p if skip is None else max(skip, p)
    scale = max(_scale(each) for each in series)
    scaled = [each / scale for each in series]
    centre = float(np.mean(np.concatenate(scaled)))
    blocks: list[Vector] = []
    wanted: list[Vector] = []
    for each in scaled:
        if len(each) > lead:
            shifted = each - centre
            columns = [shifted[lead - i : len(each) - i] for i in range(1, p + 1)]
            blocks.append(np.column_stack([np.ones(len(each) - lead), *columns]))
            wanted.append(shifted[lead:])
    if not blocks:
        longest = max(map(len, series))
        raise ValueError(f"values: expected more than {lead} for AR({p}), found {longest}")
    design, target = np.concatenate(blocks), np.concatenate(wanted)
    solution = np.linalg.lstsq(design, target, rcond=None)[0].astype(np.float64)
    rest = target - design @ solution
    rows = len(target)
    squares = float(rest @ rest) / rows
    phi = solution[1:].copy()
    phi.setflags(write=False)
    intercept = (float(solution[0]) + centre * (1.0 - float(phi.sum()))) * scale
    # A fit without rest has no logarithm: as good as rounding allows, and no better.
    smallest = float(np.finfo(np.float64).eps) ** 2
    aic = rows * (float(np.log(max(squares, smallest))) + 2.0 * float(np.log(scale))) + 2 * (p + 1)
    return AR(intercept, phi, float(np.sqrt(squares)) * scale, aic, rows)


def choose_ar(values: Vector | Several[Vector], most: int = MAX_ORDER) -> AR:
    """Fit the AR(p), 0 ≤ p ≤ `most`, of smallest AIC, all compared on the same equations.

    The chosen order is then fitted to all equations that it can have. Series that are short try
    fewer orders: a tenth of their length at most.

    Parameters
    ----------
    values, most
        As :func:`fit_ar`; the largest order.

    Raises
    ------
    ValueError
        As :func:`fit_ar`; any one value is enough for p = 0.
    """
    series = _all_series(values)
    longest = max(map(len, series))
    largest = max(0, min(most, longest // 10))
    found = _criteria(series, largest)
    if found is None:  # equations that do not determine an order one by one
        found = [fit_ar(series, p, skip=largest).aic for p in range(largest + 1)]
    return fit_ar(series, int(np.argmin(found)))


def _criteria(series: list[Vector], largest: int) -> list[float] | None:
    """AIC of every order up to the largest, of the same equations; None where one depends.

    The orders' regressors are nested, so that one R of [1, x⟨t−1⟩, …, x⟨t⟩] has the squares of the
    rest of all of them: those of its last column below the order's row.
    """
    scale = max(_scale(each) for each in series)
    centre = float(np.mean(np.concatenate(series) / scale))
    blocks: list[Vector] = []
    for each in series:
        shifted = each / scale - centre
        if len(shifted) > largest:
            windows = np.lib.stride_tricks.sliding_window_view(shifted, largest + 1)
            blocks.append(np.column_stack([np.ones(len(windows)), windows[:, ::-1]]))
    design = np.concatenate(blocks)
    rows = len(design)
    if rows < largest + 3:
        return None
    columns = [0, *range(2, largest + 2), 1]  # 1, the lags, then what they are to say
    R: Vector = np.asarray(np.linalg.qr(design[:, columns], mode="r"), np.float64)
    on = np.abs(np.diagonal(R))[:-1]
    if on.min() <= 1e-7 * on.max():
        return None
    rest = np.cumsum(np.square(R[::-1, -1]))[::-1][1:] / rows
    smallest = float(np.finfo(np.float64).eps) ** 2
    logs = np.log(np.maximum(rest, smallest)) + 2.0 * np.log(scale)
    return (rows * logs + 2.0 * np.arange(1, largest + 2)).tolist()


def _all_series(values: Vector | Several[Vector]) -> list[Vector]:
    several = [values] if isinstance(values, np.ndarray) else values
    if not several:
        raise ValueError("values: expected a series, found none")
    return [_series(each) for each in several]


def _series(values: ArrayLike) -> Vector:
    known = np.asarray(values, dtype=np.float64)
    if known.ndim != 1 or not known.size:
        raise ValueError(f"values: expected (T,), found {known.shape}")
    if not np.isfinite(known).all():
        raise ValueError("values: expected finite numbers")
    return known


def _scale(known: Vector) -> float:
    """A power of two near the largest magnitude: squares of 1e200 are no numbers any more."""
    exponent = int(np.frexp(np.abs(known).max())[1])
    return float(np.ldexp(1.0, min(max(exponent, -1000), 1000)))


def _horizon(h: int) -> int:
    if h < 1:
        raise ValueError(f"h: expected a whole number ≥ 1, found {h}")
    return h
