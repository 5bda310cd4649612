"""What a series' values become before a network reads them, and how answers become values again.

A transform comes first (returns, logarithms …), then a scale (a mean and a deviation). Both are
kept with the sequence; its values stay those of the file.
"""

from __future__ import annotations

import math
from collections.abc import Sequence as Several
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnviz.frozen import record

Array: TypeAlias = NDArray[np.float64]

NONE = "none"


@record
class Transform:
    """A way to transform a column before it is trained on.

    Attributes
    ----------
    title : str
        What it is called where it is chosen.
    unit : str
        What one value of it is called, in formulas: ``"log return"``.
    formula : str
        In terms of v, a value, and u, the one before.
    looks_back : bool
        Whether it needs the value before, so that the first step has none.
    """

    title: str
    unit: str
    formula: str
    looks_back: bool = False

    @property
    def sentence(self) -> str:
        """The formula, with what its letters stand for."""
        before = " and the one before, u" if self.looks_back else ""
        return f"of a value v{before}: {self.formula}"


TRANSFORMS = {
    NONE: Transform("as they are", "value", "v"),
    "returns": Transform("returns", "return", "(v − u) / u", True),
    "log-returns": Transform("log returns", "log return", "ln(v / u)", True),
    "differences": Transform("differences", "difference", "v − u", True),
    "log": Transform("logarithms", "ln value", "ln v"),
}
"""By the name that options, flags and documents have."""

SCALES = {
    "trained": "standardised by what is trained on",
    "all": "standardised by all steps",
    "given": "by a mean and deviation of your own",
    "minmax": "from 0 to 1 (min–max)",
    NONE: "as they are",
}
"""How transformed values become x, by the name that options, flags and documents have."""


# -- transforms --------------------------------------------------------------------------------


def transformed(name: str, values: ArrayLike, before: ArrayLike) -> Array:
    """Return what a transform makes of values.

    Parameters
    ----------
    name : str
        A key of `TRANSFORMS`.
    values : (…) float
        Values that `fault_in` finds nothing wrong with.
    before : (…) float
        The value one step before each of them; not looked at where the transform does not need it.

    Returns
    -------
    (…) float64
        Beyond float64 infinite, without a warning.
    """
    v = np.asarray(values, np.float64)
    if name == NONE:
        return v
    with np.errstate(all="ignore"):
        if name == "log":
            return np.log(v)
        u = np.asarray(before, np.float64)
        if name == "differences":
            return v - u
        # v − u first: of neighbours it is exact (Sterbenz), and v / u − 1 is not.
        relative = np.asarray((v - u) / u, np.float64)
        if name == "returns":
            return relative
        # The quotient of 1e300 and 1e-300 is no number; its logarithm is.
        near = np.abs(relative) < 0.5
        return np.where(near, np.log1p(np.where(near, relative, 0.0)), np.log(v) - np.log(u))


_ULPS = 8.0  # of a value that was computed in a few steps, written down and read again


def rounding(name: str, values: ArrayLike, before: ArrayLike) -> float:
    """Return how far transformed values may lie apart for no other reason than float64's rounding.

    Each value is taken for known to some units in its last place, and what `transformed` makes of
    two of them inherits that: ε |v| of a difference, ε |v / u| of a return, of the logarithms
    their own ε |ln v| as well. Whole numbers below 2⁵³ are exact, and so are their differences.

    Parameters
    ----------
    name : str
        A key of `TRANSFORMS`.
    values, before : (…) float
        As of `transformed`.

    Returns
    -------
    float
        In units of the transformed values; 0 of values as they are, which are what the file says.
    """
    v, u = np.asarray(values, np.float64), np.asarray(before, np.float64)
    if name == NONE or not v.size:
        return 0.0
    with np.errstate(all="ignore"):
        whole = all(bool((np.abs(n) <= 2.0**53).all() and (n == np.rint(n)).all()) for n in (v, u))
        if name == "differences":
            size = 0.0 if whole else max(float(np.abs(v).max()), float(np.abs(u).max()))
        elif name == "returns":
            made = np.abs(transformed(name, v, u))
            size = float((made if whole else 1.0 + made).max())
        elif name == "log":
            size = 1.0 + float(np.abs(np.log(v)).max())
        else:
            size = 1.0 + max(float(np.abs(np.log(v)).max()), float(np.abs(np.log(u)).max()))
        noise = _ULPS * float(np.finfo(np.float64).eps) * size
    return noise if math.isfinite(noise) else 0.0


def restored(name: str, said: ArrayLike, before: ArrayLike) -> Array:
    """Return the values of transformed ones: the inverse of `transformed`.

    Parameters
    ----------
    name : str
        A key of `TRANSFORMS`.
    said, before : (…) float
        Transformed values, and the value one step before each.

    Returns
    -------
    (…) float64
        Beyond float64 infinite, without a warning.
    """
    s = np.asarray(said, np.float64)
    if name == NONE:
        return s
    with np.errstate(all="ignore"):
        if name == "log":
            return np.exp(s)
        u = np.asarray(before, np.float64)
        if name == "differences":
            return u + s
        if name == "returns":
            return u + u * s
        half = np.exp(s / 2.0)  # twice: e^s may be beyond float64 where u e^s is not
        return u * half * half


def restored_path(name: str, said: Array, start: ArrayLike) -> Array:
    """Return the values of transformed ones that follow each other, from the last true one on.

    Parameters
    ----------
    name : str
        A key of `TRANSFORMS`.
    said : (…, h) float64
        Transformed values of the steps after it.
    start : (…) float
        The last value that is known.

    Returns
    -------
    (…, h) float64
    """
    first = np.asarray(start, np.float64)[..., None]
    with np.errstate(all="ignore"):
        if name == "differences":
            return np.asarray(first + np.cumsum(said, axis=-1), np.float64)
        if name == "returns":
            return np.asarray(first * np.cumprod(1.0 + said, axis=-1), np.float64)
        if name == "log-returns":
            return restored(name, np.cumsum(said, axis=-1), first)
    return restored(name, said, first)


def fault_in(names: Several[str], values: Array) -> tuple[int, int, str] | None:
    """Return what stands in the way of transforms: the first row, its column, and why; or None.

    It is the same in whatever order the rows stand. Values that are not a number are passed over.

    Parameters
    ----------
    names : sequence of str
        A transform for each column.
    values : (T, C) float64
    """
    found: list[tuple[int, int, str]] = []
    for place, name in enumerate(names):
        column = values[:, place]
        if name in ("log", "log-returns"):
            bad = column <= 0.0
            why = "has no logarithm (only values above 0 have)"
        elif name == "returns":
            known = column[~np.isnan(column)]
            bad = column * np.sign(known[0] if known.size else 1.0) <= 0.0
            if known.size and known[0] == 0.0:
                bad = column == 0.0
            why = "has no return (of values that reach or cross 0 there are none)"
        else:
            continue
        if bad.any():
            found.append((int(np.argmax(bad)), place, why))
    return min(found, default=None)


def advice(name: str) -> str:
    """What to choose in the place of a transform that cannot be."""
    return "choose differences, or none" if name != "log" else "choose another transform, or none"


# -- scales ------------------------------------------------------------------------------------


def parse_scale(text: str) -> tuple[str, float, float]:
    """Return a scale's name, and of "given:MEAN,SD" the two numbers (else 0 and 1).

    Raises
    ------
    ValueError
        In words, for another name and for numbers that cannot be.
    """
    name, colon, rest = text.partition(":")
    if name not in SCALES:
        raise ValueError(f"expected one of {', '.join(SCALES)}")
    if name != "given":
        if colon:
            raise ValueError(f"“{name}” has no numbers; “given:MEAN,SD” has")
        return name, 0.0, 1.0
    try:
        mean, deviation = (float(part) for part in rest.replace("−", "-").split(","))
    except ValueError:
        raise ValueError("expected “given:MEAN,SD”, such as “given:1.2,0.4”") from None
    if not (math.isfinite(mean) and math.isfinite(deviation) and deviation > 0.0):
        raise ValueError("a mean is a finite number, and a deviation one above 0")
    return name, mean, deviation


def on_scale(values: ArrayLike, mean: ArrayLike, deviation: ArrayLike) -> Array:
    """Return (values − mean) / deviation, also where a difference is beyond float64.

    Parameters
    ----------
    values, mean, deviation : float
        Of any shapes that fit each other.

    Returns
    -------
    float64
        Infinite only where that is no number of float64, without a warning.
    """
    v, m = np.asarray(values, np.float64), np.asarray(mean, np.float64)
    wide = np.asarray(deviation, np.float64)
    with np.errstate(all="ignore"):
        found = np.asarray((v - m) / wide)
        # Halves of numbers whose difference is too large are exact.
        return np.where(np.isfinite(found), found, (v / 2.0 - m / 2.0) / wide * 2.0)


def moments(
    scale: str, values: Array, noise: Array | float = 0.0
) -> tuple[Array, Array, Array, NDArray[np.bool_]]:
    """Return scaled values, what is subtracted, what is divided by, and which columns never change.

    ``scaled = (values − mean) / deviation``, column by column.

    Parameters
    ----------
    scale : str
        As `parse_scale` reads it.
    values : (T, C) float64
        Those that the scale is found of.
    noise : (C,) float64, or float
        How far a column's values may lie apart and still be one number (see `rounding`); their
        scaled values are then exactly 0.
    """
    name, mean, deviation = parse_scale(scale)
    with np.errstate(all="ignore"):
        flat: NDArray[np.bool_] = values.max(axis=0) - values.min(axis=0) <= noise
    if name in ("trained", "all"):
        return _standardised(values, flat)
    if name == "minmax":
        shift = values.min(axis=0)
        wide = np.where(flat, 1.0, values.max(axis=0) - shift)
    else:
        shift, wide = np.full(len(flat), mean), np.full(len(flat), deviation)
        flat = np.zeros_like(flat)
    scaled = on_scale(values, shift, wide)
    scaled[:, flat] = 0.0
    return scaled, shift, wide, flat


def _standardised(
    values: Array, flat: NDArray[np.bool_]
) -> tuple[Array, Array, Array, NDArray[np.bool_]]:
    """As `moments`: by mean and deviation, but for columns that never change.

    Everything is divided by each column's largest magnitude first: the square of 1e300 is not
    a number any more, and the square of 1e-300 is 0.
    """
    largest = np.abs(values).max(axis=0)
    # A power of two, so that the division itself rounds nothing (and 2**-1074 has no inverse).
    exponent = np.asarray(np.frexp(largest)[1], dtype=np.int32)
    small = np.asarray(np.ldexp(values, -exponent), dtype=np.float64)
    mean = np.asarray(np.mean(small, axis=0), dtype=np.float64)
    mean[flat] = small[0, flat]  # the mean of 0.1, 0.1, 0.1 is not quite 0.1
    shifted = small - mean
    # Once more: beside a spread of 1e-12 the rounding of the first mean is no trifle.
    shifted -= np.mean(shifted, axis=0)
    spread = np.asarray(np.sqrt(np.mean(np.square(shifted), axis=0)), dtype=np.float64)
    deviation = np.asarray(np.ldexp(spread, exponent), dtype=np.float64)
    deviation = np.maximum(deviation, np.nextafter(0.0, 1.0))
    spread[flat] = deviation[flat] = 1.0
    shifted[:, flat] = 0.0
    return shifted / spread, np.ldexp(mean, exponent), deviation, flat
