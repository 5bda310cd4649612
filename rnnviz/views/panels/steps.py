"""Steps along a picture's width: which labels fit, which ticks, what is left of long curves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import Frame

Measure = Callable[[str], float]
Elide = Callable[[str, float], str]
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def nice(least: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50, … that is at least `least`."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if factor * power >= least:
                return factor * power
        power *= 10


def step_labels(
    frame: Frame, pitch: float, gap: float, measure: Measure, elide: Elide
) -> list[tuple[int, str]]:
    """What is written under the steps: tokens where they fit, else the numbers of some steps.

    Parameters
    ----------
    frame : Frame
    pitch : float
        Distance of two steps in pixels.
    gap : float
        What must stay free between two labels.
    measure, elide : callable
        Width of a text, and the text cut with … to a width.

    Returns
    -------
    list of (step, text)
        In the order of the steps; a text is at most as wide as its steps are apart.
    """
    steps, room = frame.steps, pitch - gap
    if frame.value(1) is None and room >= gap:
        tokens = [frame.token(t) for t in range(1, steps + 1)]
        widths = [measure(token) for token in tokens]
        wide = sum(width > room for width in widths)
        # A cut token still says something if much of it stays, or if it is a rare long one.
        if not wide or room >= 0.6 * max(widths) or (wide <= 0.2 * steps and room > 3 * gap):
            cut = [elide(token, room) for token in tokens]
            # "frame 1" … "frame 12", all of them cut to "fram…", would say nothing.
            if len(set(cut)) == len(set(tokens)):
                return list(enumerate(cut, 1))
    series = frame.value(1) is not None
    name = frame.token if series else str
    widest = max(measure(name(t)) for t in {1, (steps + 1) // 2, steps})
    stride = nice((widest + gap) / pitch)
    chosen = list(range(stride, steps + 1, stride))
    if not chosen or (chosen[0] - 1) * pitch >= widest + gap:
        chosen.insert(0, 1)
    if (steps - chosen[-1]) * pitch >= widest + gap:
        chosen.append(steps)
    return [(t, name(t)) for t in chosen]


def log_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """Ticks at whole powers of ten within a range of logarithms, at most about `most` of them.

    There are two at least, without which an axis has no scale, if the range has two powers.
    """
    stride = nice(max(1.0, (high - low) / max(most, 1)))
    powers = _multiples(stride, low, high)
    while len(powers) < 2 and stride > 1:
        stride = max(1, stride // 2)
        powers = _multiples(stride, low, high)
        powers = [powers[0], powers[-1]] if len(powers) > 2 else powers
    return [(float(e), power_label(e)) for e in powers]


def _multiples(stride: int, low: float, high: float) -> list[int]:
    return list(range(ceil(low / stride) * stride, floor(high) + 1, stride))


def power_label(exponent: int) -> str:
    """A power of ten as an axis has it: 1, 10, 10⁻³."""
    if exponent in (0, 1):
        return str(10**exponent)
    return "10" + str(exponent).translate(_SUPERSCRIPT)


def log_range(curves: Iterable[NDArray[np.floating]]) -> tuple[float, float]:
    """One range for curves of logarithms: all that is finite, and at least two powers of ten.

    Less than two would make a gradient that hardly changes look like one that does.
    """
    parts = [curve[np.isfinite(curve)] for curve in curves]
    finite = np.concatenate(parts) if parts else np.empty(0)
    if not finite.size:
        return -2.0, 0.0
    low, high = float(finite.min()), float(finite.max())
    missing = max(0.0, 2.0 - (high - low))
    low, high = low - missing / 2, high + missing / 2
    return low - 0.12 * (high - low), high + 0.10 * (high - low)


def min_max(
    y: NDArray[np.float64], columns: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Reduce a long curve to its smallest and largest value in each of `columns` stretches.

    The picture is the same, since a pixel column shows no more than that. NaN is a break; a
    stretch that has any number keeps its numbers.

    Returns
    -------
    (x, y)
        Steps, from 1, and values.
    """
    count = len(y)
    if columns < 1 or count <= 2 * columns:
        return np.arange(1.0, count + 1), y
    edges = (np.arange(columns) * count) // columns
    return in_order(y, np.fmin.reduceat(y, edges), np.fmax.reduceat(y, edges))


def in_order(
    y: NDArray[np.floating], least: NDArray[np.floating], most: NDArray[np.floating]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The curve that `min_max` makes of the smallest and the largest value of each stretch."""
    count, columns = len(y), len(least)
    edges = (np.arange(columns) * count) // columns
    ends = np.append(edges[1:], count) - 1
    reduced = np.empty(2 * columns)
    falling = y[edges] > y[ends]
    reduced[0::2] = np.where(falling, most, least)
    reduced[1::2] = np.where(falling, least, most)
    at = np.empty(2 * columns)
    at[0::2], at[1::2] = edges + 1.0, ends + 1.0
    return at, reduced
