"""How numbers and vectors are written."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import power_of_ten
from rnnviz.scenes.equation.tokens import Item, Number, UnitColumn
from rnnviz.scenes.shapes import Role

Vector = NDArray[np.floating]


def entry(value: float, *, sign: bool = True, digits: int | None = None) -> str:
    """A number of a vector: "+0.59", "−3.1·10⁻⁷"; "0" only where it is exactly 0.

    Parameters
    ----------
    value : float
    sign : bool
        Whether a positive number gets its +.
    digits : int, optional
        Digits after the point, so that a column has the same; as many as it needs otherwise.
    """
    if not np.isfinite(value):
        return "not finite"
    size = abs(value)
    if size == 0.0:
        return "0"
    head = "−" if value < 0 else "+" if sign else ""
    if not _plain(size):
        return power_of_ten(float(np.log10(size)), sign=head)
    return f"{head}{size:.{needed_digits(value) if digits is None else digits}f}"


def needed_digits(value: float, *, places: int = 2) -> int:
    """Digits after the point: `places` from 0.1 to 10, fewer above, more below."""
    size = abs(value)
    if not (np.isfinite(value) and _plain(size)):
        return 0
    lead = int(np.floor(np.log10(size)))
    return max(places - lead if lead >= 0 else places - lead - 1, 0)


def _plain(size: float) -> bool:
    """Whether a size is written without a power of ten."""
    return 1e-3 <= size < 9999.5


def written(value: float, role: Role = Role.INK, *, digits: int | None = None) -> Number:
    """A number by itself, without a +."""
    return Number(float(value), entry(float(value), sign=False, digits=digits), role)


def shown_units(height: int, selected: int) -> tuple[int, ...]:
    """The units whose numbers are written: the first ones, and the selected one."""
    if height <= 3:
        return tuple(range(height))
    return (0, 1) if selected < 2 else (0, selected)


def vector(values: Vector, units: tuple[int, ...], role: Role, *, sign: bool = True) -> Item:
    """A column, all of it with the same digits after the point; a vector of zeros is a 0."""
    if not values.any():
        return Number(0.0, "0", role)
    shown = [float(values[unit]) for unit in units]
    whole = all(value == round(value) for value in shown if np.isfinite(value))
    digits = 0 if whole else max(needed_digits(value) for value in shown)
    numbers = tuple(Number(v, entry(v, sign=sign, digits=digits), role) for v in shown)
    return UnitColumn(units, numbers, len(values))
