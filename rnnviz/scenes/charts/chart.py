"""What a chart is made of: curves, two axes and shaded stretches, in data coordinates.

A value on a logarithmic axis is its logarithm, since a gradient may be 1e-400; one on an axis of
square roots is its root. Colours are roles, or places in the palette of what is compared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnviz.frozen import record
from rnnviz.scenes.shapes import Ink as Ink
from rnnviz.scenes.shapes import PalettePlace as PalettePlace

Numbers = NDArray[np.floating]
TextWidth = Callable[[str], float]
Tick = tuple[float, str]
Reveal = Literal["", "leftwards", "rightwards"]

DASHED, DOTTED, DASH_DOT = (4.0, 3.0), (1.2, 1.8), (6.0, 2.0, 1.2, 2.0)
"""Drawn and left out, in widths of the line."""


_FAREST = 8e307  # from one end to the other it is a number still
_NEAREST = 1e-280  # which can be looked at more closely before digits are lost


def safe_ends(low: float, high: float) -> tuple[float, float]:
    """Two ends of an axis, moved so little that all between them can be computed."""
    low, high = max(float(low), -_FAREST), min(float(high), _FAREST)
    if 0.0 < high - low < _NEAREST:
        return low - _NEAREST / 2, high + _NEAREST / 2
    return low, high


@record
class AxisRoom:
    """The room for an axis's ticks, in pixels.

    Attributes
    ----------
    length : float
        From one end of the axis to the other.
    high : float
        Height of a line of text.
    measure : callable
        Width of a text.
    elide : callable
        A text, cut with … to a width.
    """

    length: float
    high: float
    measure: TextWidth
    elide: Callable[[str, float], str]


TickRule = Callable[[float, float, AxisRoom], list[Tick]]


@record(eq=False)
class Axis:
    """An axis of a chart: its range, its ticks and what is counted along it.

    Attributes
    ----------
    low, high : float
        What is shown when all is shown.
    ticks : callable
        The ticks between two values, for the room there is.
    words : callable
        A value in words, for read-outs and copied numbers.
    name : str
        What is counted along it, with its unit.
    least : float
        The shortest stretch that can be looked at.
    limits : (float, float)
        How far out one can look; from `low` to `high` where nothing is said.
    log : bool
        Whether its values are logarithms to 10.
    """

    low: float
    high: float
    ticks: TickRule
    words: Callable[[float], str]
    name: str
    least: float = 0.0
    limits: tuple[float, float] | None = None
    log: bool = False

    def __post_init__(self) -> None:
        low, high = safe_ends(self.low, self.high)
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)

    @property
    def ends(self) -> tuple[float, float]:
        """The farthest that one can look, on either side."""
        low, high = safe_ends(*self.limits) if self.limits else (self.low, self.high)
        return min(low, self.low), max(high, self.high)


@record(eq=False)
class Curve:
    """A curve; x never falls, and NaN breaks it. −∞ is an exact 0, on a chart with a floor.

    Attributes
    ----------
    name : str
        As it is read out and copied; empty where the chart's name says it.
    x, y : ndarray
    ink : Ink
    width : float
        In units of body text, as `points`, the diameter of its points where they stand apart.
    dash : tuple of float
        Drawn and left out, in widths; empty: drawn through.
    revealed : bool
        Whether it appears as the playhead proceeds.
    end : callable or None
        What is written at its end, of the value there; None for nothing.
    titles : tuple of str
        What is written along it instead, from the longest to the shortest.
    tip : str
        What it is, for a pointer that rests on its title.
    sheer : bool
        Whether it is thin and seen through where it has more numbers than pixels.
    stretches : callable or None
        The smallest and the largest of each of so many stretches of it, where that is known.
    """

    name: str
    x: Numbers
    y: Numbers
    ink: Ink
    width: float = 1 / 6
    dash: tuple[float, ...] = ()
    points: float = 0.0
    revealed: bool = False
    end: Callable[[float], str] | None = None
    titles: tuple[str, ...] = ()
    tip: str = ""
    alpha: float = 1.0
    sheer: bool = False
    stretches: Callable[[int], tuple[Numbers, Numbers]] | None = None

    def at(self, x: float) -> float:
        """Its value at an x that it has; NaN at any other."""
        place = int(np.searchsorted(self.x, x))
        return float(self.y[place]) if place < len(self.x) and self.x[place] == x else float("nan")


class Shade(NamedTuple):
    """A stretch along the horizontal axis, tinted or hatched, and what it is, also in short."""

    start: float
    stop: float
    ink: Ink
    name: str = ""
    hatched: bool = False
    short: str = ""
    wider: bool = False
    """Its name may be wider than it is."""


class Band(NamedTuple):
    """A tinted stretch between two curves over the same x; NaN leaves a gap."""

    x: Numbers
    low: Numbers
    high: Numbers
    ink: Ink


@record(eq=False)
class Chart:
    """A chart in data coordinates: curves, bands and two axes.

    Attributes
    ----------
    name : str
        What its curves show; a file's name and the head of copied numbers are made of it.
    reveal : str
        Which way revealed curves appear; empty where they are there at once.
    floor : bool
        Whether exact zeros have a line of their own at the bottom, as logarithms have none.
    side : float
        What stays free beside the outermost points, in units of body text.
    marks : tuple of float
        Where on the horizontal axis something stands from top to bottom: no name lies there.
    bands : tuple of Band
    known : float
        Up to which x its curves are given, also where it is covered; NaN: nothing of them.
    asked : str
        The name of the curve that is guessed then; empty: the first that has no titles.
    """

    name: str
    x: Axis
    y: Axis
    curves: tuple[Curve, ...]
    shades: tuple[Shade, ...] = ()
    reveal: Reveal = ""
    floor: bool = False
    side: float = 0.0
    marks: tuple[float, ...] = ()
    bands: tuple[Band, ...] = ()
    known: float = float("nan")
    asked: str = ""

    def numbers(self) -> str:
        """All numbers as text: a row for every x, tabs between the columns."""
        every = np.unique(np.concatenate([np.empty(0), *(c.x for c in self.curves)]))
        rows = ["\t".join([self.x.name, *(c.name or self.name for c in self.curves)])]
        columns = [dict(zip(c.x.tolist(), c.y.tolist(), strict=True)) for c in self.curves]
        for x in every.tolist():
            values = (column.get(x, float("nan")) for column in columns)
            said = ("" if np.isnan(v) else self.y.words(v) for v in values)
            rows.append("\t".join([self.x.words(x), *said]))
        return "\n".join(rows) + "\n"
