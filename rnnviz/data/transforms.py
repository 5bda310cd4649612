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

from rnnviz.record import record

Array: TypeAlias = NDArray[np.float64]

NONE = "none"


@record
class Transform:
    """One of the transforms.

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
    """Return what values become.

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
        raise ValueError(f"expected one of {', '.join(SCALES)}, found {text[:40]!r}")
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


def moments(scale: str, values: Array) -> tuple[Array, Array, Array, NDArray[np.bool_]]:
    """Return scaled values, what is subtracted, what is divided by, and which columns never change.

    ``scaled = (values − mean) / deviation``, column by column.

    Parameters
    ----------
    scale : str
        As `parse_scale` reads it.
    values : (T, C) float64
        Those that the scale is found of.
    """
    name, mean, deviation = parse_scale(scale)
    if name in ("trained", "all"):
        return _standardised(values)
    flat: NDArray[np.bool_] = values.max(axis=0) == values.min(axis=0)
    if name == "minmax":
        shift = values.min(axis=0)
        wide = np.where(flat, 1.0, values.max(axis=0) - shift)
    else:
        shift, wide = np.full(len(flat), mean), np.full(len(flat), deviation)
        flat = np.zeros_like(flat)
    with np.errstate(all="ignore"):
        return (values - shift) / wide, shift, wide, flat


def _standardised(values: Array) -> tuple[Array, Array, Array, NDArray[np.bool_]]:
    """As `moments`: by mean and deviation.

    Everything is divided by each column's largest magnitude first: the square of 1e300 is not
    a number any more, and the square of 1e-300 is 0.
    """
    largest = np.abs(values).max(axis=0)
    # A power of two, so that the division itself rounds nothing (and 2**-1074 has no inverse).
    exponent = np.asarray(np.frexp(largest)[1], dtype=np.int32)
    small = np.asarray(np.ldexp(values, -exponent), dtype=np.float64)
    # By comparison, not by a deviation of 0: the mean of 0.1, 0.1, 0.1 is not quite 0.1.
    flat: NDArray[np.bool_] = values.max(axis=0) == values.min(axis=0)
    mean = np.asarray(np.mean(small, axis=0), dtype=np.float64)
    mean[flat] = small[0, flat]
    shifted = small - mean
    # Once more: beside a spread of 1e-12 the rounding of the first mean is no trifle.
    shifted -= np.mean(shifted, axis=0)
    spread = np.asarray(np.sqrt(np.mean(np.square(shifted), axis=0)), dtype=np.float64)
    deviation = np.asarray(np.ldexp(spread, exponent), dtype=np.float64)
    deviation = np.maximum(deviation, np.nextafter(0.0, 1.0))
    spread[flat] = deviation[flat] = 1.0
    return shifted / spread, np.ldexp(mean, exponent), deviation, flat
