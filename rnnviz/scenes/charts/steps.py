"""Charts over the steps: how a step is named, what has room under the axis, the values of units."""

from __future__ import annotations

from functools import partial
from math import ceil, floor

import numpy as np

from rnnviz.film import Frame, number
from rnnviz.scenes.charts.axes import linear_ticks, nice
from rnnviz.scenes.charts.chart import Axis, AxisRoom, Chart, Curve, PalettePlace, Shade, Tick
from rnnviz.scenes.shapes import Role


def quoted(frame: Frame, step: int, longest: int = 24) -> str:
    """A step's token in quotes, cut where it is long; empty where it only repeats the number."""
    token = frame.token(step)
    if token == str(step):
        return ""
    return f"“{token if len(token) <= longest else token[: longest - 1] + '…'}”"


def step_name(frame: Frame, step: int) -> str:
    """A step in words: step 6 “invented”."""
    return f"step {step} {quoted(frame, step)}".rstrip()


def step_axis(frame: Frame) -> Axis:
    """The axis of a frame's steps; two of them at least can be looked at."""

    def ticks(low: float, high: float, room: AxisRoom) -> list[Tick]:
        return [(float(t), text) for t, text in step_labels(frame, low, high, room)]

    def words(value: float) -> str:
        return step_name(frame, round(value))

    return Axis(1.0, float(frame.steps), ticks, words, "step", least=2.0)


def step_labels(frame: Frame, low: float, high: float, room: AxisRoom) -> list[tuple[int, str]]:
    """What is written under the steps: tokens where they fit, else the numbers of some steps.

    Parameters
    ----------
    frame : Frame
    low, high : float
        From where to where steps are seen.
    room : AxisRoom

    Returns
    -------
    list of (step, text)
        In the order of the steps; a text is at most as wide as its steps are apart. No token is
        cut: of a few long ones the number is written.
    """
    pitch, gap = room.length / (high - low), 0.55 * room.high
    first, last = max(1, ceil(low)), min(frame.steps, floor(high))
    if last < first:
        return []
    steps, wide_enough = last - first + 1, pitch - gap
    if frame.value(1) is None and wide_enough >= gap:
        tokens = [(t, frame.token(t)) for t in range(first, last + 1)]
        fits = [room.measure(token) <= wide_enough for _, token in tokens]
        rare = steps - sum(fits) <= 0.2 * steps and wide_enough > 3 * gap
        if all(fits) or rare:  # a cut token says less than its number
            return [
                each if fit else (each[0], str(each[0]))
                for each, fit in zip(tokens, fits, strict=True)
            ]
    name = frame.token if frame.value(1) is not None else str
    widest = max(room.measure(name(t)) for t in {first, (first + last) // 2, last})
    stride = nice((widest + gap) / pitch)
    chosen = list(range(-(-first // stride) * stride, last + 1, stride))
    if first == 1 and (not chosen or (chosen[0] - 1) * pitch >= widest + gap):
        chosen.insert(0, 1)
    if last == frame.steps and chosen and (last - chosen[-1]) * pitch >= widest + gap:
        chosen.append(last)
    return [(t, name(t)) for t in chosen or [first]]


_OVER = 0.03  # of the scale, free above and below it


def units_chart(frame: Frame, units: tuple[int, ...], scale: tuple[Tick, ...]) -> Chart:
    """The values of a state or gate of some units, in the order of their colours.

    `scale` is its largest value, its middle and its smallest, and their words.
    """
    (largest, _), (smallest, _) = scale[0], scale[-1]
    over = _OVER * (largest - smallest)
    axis = step_axis(frame)
    edges = Axis(0.5, frame.steps + 0.5, axis.ticks, axis.words, axis.name, axis.least)

    def ticks(low: float, high: float, room: AxisRoom) -> list[Tick]:
        whole = low <= smallest and high >= largest
        return list(scale) if whole else linear_ticks(low, high, room)

    values = Axis(smallest - over, largest + over, ticks, _value, f"{frame.quantity}⟨t⟩")
    lost = frame.extremes.first_lost
    shades: tuple[Shade, ...] = ()
    if lost:
        drawn = frame.extremes.values[:, list(units)]
        bad = np.flatnonzero(~np.isfinite(drawn).all(axis=1))
        if bad.size:
            stretch = float(bad[0]) + 0.5, float(bad[-1]) + 1.5
            shades = (Shade(*stretch, Role.MUTED, "not finite", hatched=True),)
    curves = tuple(_curve(frame, unit, place) for place, unit in enumerate(units))
    return Chart(f"{frame.quantity}⟨t⟩", edges, values, curves, shades, reveal="rightwards")


def _curve(frame: Frame, unit: int, place: int) -> Curve:
    name, extremes = f"unit {unit + 1}", frame.extremes

    def end(value: float) -> str:
        return name

    return Curve(
        name,
        np.arange(1.0, frame.steps + 1),
        extremes.values[:, unit],
        PalettePlace(place),
        width=1 / 4.5 if unit == frame.playhead.unit else 1 / 7,
        points=0.4,
        revealed=True,
        end=end,
        sheer=True,
        stretches=None if extremes.first_lost else partial(extremes.of_stretches, unit=unit),
    )


def _value(value: float) -> str:
    return number(value, digits=6)
