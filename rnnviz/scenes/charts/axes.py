"""Which stretch of a chart is seen, where its values lie in pixels, and the ticks of its axes.

Ticks are round numbers that have room, on linear, logarithmic and square-root scales.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, floor, isfinite, log10, sqrt
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import number
from rnnviz.film.words import ten_to
from rnnviz.frozen import record
from rnnviz.scenes.charts.chart import Axis, AxisRoom, Chart, Tick, TickRule
from rnnviz.scenes.shapes import Rect

Ends = tuple[float, float]
Value = TypeVar("Value", float, NDArray[np.float64])
_FLOOR = 0.107  # of the height: the row of exact zeros, whose line is in its middle


_FAR = 1e10  # lengths of the axis: what is farther away is drawn there


class Seen(NamedTuple):
    """The visible range of a chart on both axes."""

    x: Ends
    y: Ends


@record
class Axes:
    """Where the plot lies in the picture, what its edges mean, and its ticks."""

    rect: Rect
    x_range: Ends
    y_range: Ends
    floor: bool = False
    x_ticks: tuple[Tick, ...] = ()
    y_ticks: tuple[Tick, ...] = ()

    def x(self, value: Value) -> Value:
        """Pixel of a value on the horizontal axis."""
        return self.rect.x + _share(value, self.x_range) * self.rect.w

    def y(self, value: Value) -> Value:
        """Pixel of a value on the vertical axis."""
        return self.rect.bottom - _share(value, self.y_range) * self.rect.h

    def x_at(self, pixel: float) -> float:
        """The value at a pixel of the horizontal axis."""
        low, high = self.x_range
        return low + (pixel - self.rect.x) / self.rect.w * (high - low)

    def y_at(self, pixel: float) -> float:
        """The value at a pixel of the vertical axis."""
        low, high = self.y_range
        return low + (self.rect.bottom - pixel) / self.rect.h * (high - low)

    @property
    def zero(self) -> float | None:
        """The value at which an exact 0 is drawn; None where there is no row for it."""
        low, high = self.y_range
        return low + _FLOOR / 2 * (high - low) if self.floor else None

    @property
    def curves_rect(self) -> Rect:
        """The plot without the row of exact zeros: what has a logarithm stays in it."""
        rect = self.rect
        return Rect(rect.x, rect.y, rect.w, rect.h * (1 - _FLOOR)) if self.floor else rect

    def place(self, x: float, y: float) -> tuple[float, float]:
        """The pixel of a point, an exact 0 on its line at the bottom."""
        if y == -np.inf and self.zero is not None:
            y = self.zero
        return self.x(x), self.y(y)


def _share(value: Value, ends: Ends) -> Value:
    """How far a value is on the way from one end to the other; halves, as a whole may be ∞."""
    low, high = float(ends[0]) / 2, float(ends[1]) / 2
    if not isinstance(value, np.ndarray):  # a moved playhead asks a dozen times
        share = (float(value) / 2 - low) / (high - low)
        return min(max(share, -_FAR), _FAR) if isfinite(value) else share
    with np.errstate(over="ignore"):
        share = (value / 2 - low) / (high - low)
    return np.where(np.isfinite(value), np.clip(share, -_FAR, _FAR), share)


def whole(chart: Chart, width: float, before: float, after: float) -> Seen:
    """All of a chart in so many pixels, of which some stay free before and after its points."""
    low, high = chart.x.low, chart.x.high
    if high <= low:
        return Seen((low - 0.5, high + 0.5), _y_ends(chart, chart.y.low, chart.y.high))
    scale = (high - low) / max(1e-6, width - before - after)
    x = low - before * scale, high + after * scale
    return Seen(x, _y_ends(chart, chart.y.low, chart.y.high))


def _y_ends(chart: Chart, low: float, high: float) -> Ends:
    return (low - _FLOOR / (1 - _FLOOR) * (high - low), high) if chart.floor else (low, high)


def outermost(chart: Chart, fit: Seen) -> Seen:
    """The most of a chart that can be looked at."""
    low, high = _y_ends(chart, *chart.y.ends)
    return Seen(fit.x, (min(low, fit.y[0]), max(high, fit.y[1])))


def zoomed(seen: Ends, at: float, factor: float, axis: Axis, ends: Ends) -> Ends:
    """A stretch `factor` times as long, in which `at` stays where it was."""
    low, high = seen
    most = ends[1] - ends[0]
    # Not so close that the ends have the same digits.
    least = min(max(axis.least, 1e-9 * most, 1e-13 * max(map(abs, ends))), most)
    factor = min(max(factor, least / (high - low)), most / (high - low))
    return _within((at - (at - low) * factor, at + (high - at) * factor), ends)


def panned(seen: Ends, by: float, ends: Ends) -> Ends:
    """The stretch moved by so much, as far as there is something to see."""
    return _within((seen[0] + by, seen[1] + by), ends)


def _within(seen: Ends, ends: Ends) -> Ends:
    low, high = seen
    if high - low >= ends[1] - ends[0]:
        return ends
    shift = max(ends[0] - low, 0.0) - max(high - ends[1], 0.0)
    return low + shift, high + shift


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
    # Beside 10¹⁶ there are no two numbers between which 1 would lie.
    return [(value, step) for value in dict.fromkeys(k * step for k in range(first, last + 1))]


def _plain(value: float, step: float) -> str:
    if not 1e-4 <= step < 1e15 or abs(value) >= 1e7:
        return number(value, 100 * step)
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
    exponent = floor(high + 1e-9)  # of the largest: 0.5, 1.0 and 1.5 times one power
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
    return str(10**exponent) if exponent in (0, 1) else ten_to(exponent)


def loss_ticks(low: float, high: float, room: AxisRoom) -> list[Tick]:
    """Round losses of a range of logarithms, in words; two at least."""
    found: list[Tick] = []
    apart = 0.95 * room.high * (high - low) / max(room.length, 1.0)
    for power in range(floor(low), ceil(high) + 1):
        for factor in _ROUND if high - low < 2.0 else (1,):
            place = power + log10(factor)
            if low <= place <= high and (not found or place - found[-1][0] >= apart):
                found.append((place, _loss_words(factor, power)))
    return found if len(found) > 1 else _between_powers(low, high, max(2, _most(room)))


def _loss_words(factor: int, power: int) -> str:
    if -3 <= power <= 3:
        return number(factor * 10.0**power)
    return power_label(power) if factor == 1 else f"{factor}·{power_label(power)}"


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


def epoch_ticks(low: float, high: float, room: AxisRoom) -> list[Tick]:
    """Round numbers of epochs likewise, of which there may be less than one."""
    pixel = max(high - low, 1e-9) / max(room.length, 1.0)
    apart = (room.measure("0,000") + 0.8 * room.high) * pixel
    first, last = max(low, 0.0) ** 2, high * high
    found: list[Tick] = [(0.0, "epoch 0")] if low <= 0.0 else []
    most = max(2, int(room.length / (room.measure("0,000") + 0.8 * room.high)))
    if 10 * first > last:
        return [(sqrt(v), _plain(v, step)) for v, step in _rounds(first, last, most) if v > 0.0]
    for power in range(-4, 12):
        for factor in _ROUND:
            value = factor * 10.0**power
            if low <= sqrt(value) <= high and (not found or sqrt(value) - found[-1][0] >= apart):
                found.append((sqrt(value), _plain(value, 10.0**power)))
    return found


def named_ticks(name: str, *, whole: bool) -> TickRule:
    """Ticks of a linear axis from 0 on, of `whole` numbers or any, the first says of what."""

    def ticks(low: float, high: float, room: AxisRoom) -> list[Tick]:
        wide = room.measure(f"{name} 0") + 0.8 * room.high
        found = [
            (value, _plain(value, max(step, 1.0) if whole else step))
            for value, step in _rounds(low, high, max(1, int(room.length / wide)))
            if value >= max(low, 0.0) and not (whole and value % 1.0)
        ]
        return [(v, f"{name} {text}" if v == 0.0 else text) for v, text in found]

    return ticks


def log_range(curves: Iterable[NDArray[np.floating]]) -> tuple[float, float]:
    """One range for curves of logarithms: all that is finite, and at least two powers of ten.

    Less than two would make a gradient that hardly changes look like one that does.
    """
    parts = [curve[np.isfinite(curve)] for curve in curves]
    finite = np.concatenate(parts) if parts else np.empty(0)
    if not finite.size:
        return -2.0, 0.0
    low, high = float(finite.min()), float(finite.max())
    # Beside a logarithm of 10²⁰⁸ two powers of ten are no width.
    least = max(2.0, 1e-9 * max(abs(low), abs(high)))
    missing = max(0.0, least - (high - low))
    low, high = low - missing / 2, high + missing / 2
    return low - 0.12 * (high - low), high + 0.10 * (high - low)
