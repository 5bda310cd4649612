"""The values of some units over the steps."""

from __future__ import annotations

from functools import partial

import numpy as np

from rnnviz.film import Frame
from rnnviz.scenes.charts.chart import Axis, AxisRoom, Chart, Curve, PalettePlace, Shade, Tick
from rnnviz.scenes.charts.steps import step_axis
from rnnviz.scenes.charts.ticks import linear_ticks
from rnnviz.scenes.shapes import Role

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
    return f"{value:.6g}".replace("-", "−")
