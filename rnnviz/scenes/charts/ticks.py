"""Ticks of axes: round numbers that have room, on linear, logarithmic and square-root scales."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, floor, isfinite, log10, sqrt

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import number
from rnnviz.scenes.charts.chart import AxisRoom, Tick

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_ROUND = (1, 2, 5)


def nice(least: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50, … that is at least `least`."""
    power = 1
    while True:
        for factor in _ROUND:
            if factor * power >= least:
                return factor * power
        power *= 10


def linear_ticks(low: float, high: float, room: AxisRoom) -> list[Tick]:
    """Round values with as many decimals as tell them apart, a line of text free between them."""
    return [(value, _plain(value, step)) for value, step in _rounds(low, high, _most(room))]


def _rounds(low: float, high: float, most: int) -> list[tuple[float, float]]:
    """At most about `most` round values in a range, and how far they are apart."""
    rough = (high / max(most, 1)) - (low / max(most, 1))
    if not (isfinite(rough) and rough > 0):
        return []
    power = 10.0 ** floor(log10(rough))
    step = next((f * power for f in (1, 2, 5, 10) if f * power >= rough * (1 - 1e-9)), 10 * power)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [(k * step, step) for k in range(first, last + 1)]


def _plain(value: float, step: float) -> str:
    if not 1e-4 <= step < 1e15 or abs(value) >= 1e7:
        return number(value)
    return f"{value:,.{max(0, -floor(log10(step) + 1e-9))}f}".replace("-", "−")


def _most(room: AxisRoom) -> int:
    return max(1, int(room.length / (1.5 * room.high)))


def log_ticks(low: float, high: float, room: AxisRoom) -> list[Tick]:
    """Ticks of a range of logarithms: whole powers of ten, or round values between two of them.

    There are two at least, without which an axis has no scale.
    """
    most = _most(room)
    stride = nice(max(1.0, (high - low) / most))
    powers = _multiples(stride, low, high)
    while len(powers) < 2 and stride > 1:
        stride = max(1, stride // 2)
        powers = _multiples(stride, low, high)
        powers = [powers[0], powers[-1]] if len(powers) > 2 else powers
    if len(powers) < 2:
        return _between_powers(low, high, max(most, 2))
    return [(float(e), power_label(e)) for e in powers]


def _multiples(stride: int, low: float, high: float) -> list[int]:
    return list(range(ceil(low / stride) * stride, floor(high) + 1, stride))


def _between_powers(low: float, high: float, most: int) -> list[Tick]:
    """Round values of a range that holds less than two powers of ten."""
    exponent = floor(low)
    ends = 10.0 ** (low - exponent), 10.0 ** (high - exponent)
    ticks: list[Tick] = []
    for value, step in _rounds(*ends, most):
        digits = max(0, -floor(log10(step) + 1e-9))
        if -4 <= exponent <= 3:
            text = f"{value * 10.0**exponent:.{max(0, digits - exponent)}f}"
        else:
            text = f"{value:.{digits}f}·{power_label(exponent)}"
        ticks.append((exponent + log10(value), text))
    return ticks[:: max(1, ceil(len(ticks) / most))]


def power_label(exponent: int) -> str:
    """A power of ten as an axis has it: 1, 10, 10⁻³."""
    if exponent in (0, 1):
        return str(10**exponent)
    return "10" + str(exponent).translate(_SUPERSCRIPT)


def loss_ticks(low: float, high: float, room: AxisRoom) -> list[Tick]:
    """Round losses of a range of logarithms, in words; two at least."""
    found: list[Tick] = []
    apart = 0.95 * room.high * (high - low) / max(room.length, 1.0)
    for power in range(floor(low), ceil(high) + 1):
        for factor in _ROUND if high - low < 2.0 else (1,):
            place = power + log10(factor)
            if low <= place <= high and (not found or place - found[-1][0] >= apart):
                found.append((place, number(factor * 10.0**power)))
    return found if len(found) > 1 else _between_powers(low, high, max(2, _most(room)))


def update_ticks(low: float, high: float, room: AxisRoom) -> list[Tick]:
    """Round numbers of updates, on a scale of their square roots, whose names stand apart."""
    pixel = max(high - low, 1e-9) / max(room.length, 1.0)
    apart = (room.measure("00,000") + 0.8 * room.high) * pixel
    found: list[Tick] = [(0.0, "update 0")] if low <= 0.0 else []
    if sqrt(10) * max(low, 0.0) > high:  # within one power of ten
        every = nice(max(1.0, 2 * high * apart))
        first, last = ceil(max(low, 0.0) ** 2 / every), floor(high * high / every)
        return [(sqrt(k * every), f"{k * every:,}") for k in range(first, last + 1)]
    for power in range(12):
        for factor in _ROUND:
            place = sqrt(factor * 10**power)
            if low <= place <= high and (not found or place - found[-1][0] >= apart):
                found.append((place, f"{factor * 10**power:,}"))
    return found


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
