"""A series, whole and in its own units, with what the network and classical methods forecast."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import Frame
from rnnviz.scenes.charts.axes import linear_ticks
from rnnviz.scenes.charts.chart import (
    DASHED,
    Axis,
    AxisRoom,
    Chart,
    Curve,
    PalettePlace,
    Shade,
    Tick,
    safe_ends,
)
from rnnviz.scenes.charts.steps import step_axis
from rnnviz.scenes.measure import clean
from rnnviz.scenes.series import series_number, value_range
from rnnviz.scenes.shapes import Role

_NEAR, _TIMES = 1e-250, 1e300  # ends of an axis that are nearer, and what they are multiplied by
_DASHES = (DASHED, (1.2, 1.8), ())


def series_chart(frame: Frame) -> Chart | None:
    """The series of a frame's run with its forecasts; None where there is no series.

    Beyond the last step that the network is given, what the series really did is faint and the
    stretch is shaded: nothing there was known to any of the forecasts.
    """
    values = frame.task.sequence.values
    if values is None:
        return None
    low, high = value_range(frame)
    # Axes need numbers whose distance has an inverse: others are plotted so many times as large.
    times = _TIMES if high - low < _NEAR else 1.0
    x, series = np.arange(1.0, frame.steps + 1), np.full(frame.steps, np.nan)
    given = min(len(values), frame.steps, frame.task.given or frame.steps)
    series[:given] = values[:given, 0] * times
    columns, last = frame.task.sequence.columns, frame.last_known
    name = clean(columns[0]) if columns else "value"
    # Known up to the last step given; beyond it the two pieces meet there.
    known, ahead = np.where(x <= last, series, np.nan), np.where(x >= last, series, np.nan)
    curves = [Curve(name, x, known, Role.INPUT, points=0.4, end=_named(name))]
    shades: tuple[Shade, ...] = ()
    if last < frame.steps:
        curves.append(Curve(f"{name}, later", x, ahead, Role.INPUT, alpha=0.4))
        shades = (Shade(last + 0.5, frame.steps + 0.5, Role.OUTPUT, "not given to the network"),)
    shades += _set_aside(frame)
    for place, line in enumerate(frame.baselines):
        of_it = line.said * times
        said = of_it if last == frame.steps else np.where(x > last, of_it, np.nan)
        curves.append(
            Curve(
                line.name, x, said[: frame.steps], PalettePlace(place), 0.12,
                _DASHES[place % len(_DASHES)], end=_named(line.name),
            )
        )  # fmt: skip
    if frame.forecasts:
        name_of = "untrained network" if frame.untrained else "network"
        curves.append(
            Curve(
                name_of,
                x,
                _said(frame) * times,
                Role.OUTPUT,
                points=0.3,
                end=_named(name_of),
            )
        )
    low, high = safe_ends(low * times, high * times)
    over = 0.05 * (high - low)

    def words(value: float) -> str:
        return series_number(frame, value / times)

    def ticks(low: float, high: float, room: AxisRoom) -> list[Tick]:
        found = linear_ticks(low, high, room)
        return [(value, words(value)) for value, _ in found] if times > 1.0 else found

    axis = Axis(low - over, high + over, ticks, words, name)
    return Chart(name, step_axis(frame), axis, tuple(curves), shades, side=0.8)


_PARTS = (
    ("validation", "validation: it chose the snapshot, nothing was fitted to it"),
    ("held_out", "held out: nothing was fitted to it, or chosen by it"),
)


def _set_aside(frame: Frame) -> tuple[Shade, ...]:
    """The parts that were not trained on, as far as the network is given them."""
    parts, last = frame.task.parts, frame.last_known
    if parts is None or not frame.baselines:
        return ()
    shades: list[Shade] = []
    for name, words in _PARTS:
        part: range = getattr(parts, name)
        if part and part.start < last:
            stop = min(part.stop + 0.5, last + 0.5 * (last == frame.steps))
            chose = name == "validation"
            ink = Role.LINE if chose else Role.MUTED
            shades.append(Shade(part.start + 0.5, stop, ink, words, hatched=chose))
    return tuple(shades)


def _said(frame: Frame) -> NDArray[np.float64]:
    """What the network said of every step, one step before."""
    task, said = frame.task, np.full(frame.steps, np.nan)
    if task.mean is None or not task.outputs:
        return said
    first = frame.source_steps
    y = frame.passing.trace.output(0)[first : frame.steps - 1, 0]
    said[first + 1 :] = frame.passing.task.forecasts_of(y, first)
    return said


def _named(name: str) -> Callable[[float], str]:
    return lambda _: name
