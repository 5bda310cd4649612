"""The gradient that reaches each step: its own curve, or those of every branch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import Frame
from rnnviz.film.measures import Kind
from rnnviz.scenes.charts.axes import log_range, log_ticks
from rnnviz.scenes.charts.chart import (
    DASH_DOT,
    DASHED,
    DOTTED,
    Axis,
    Chart,
    Curve,
    Ink,
    PalettePlace,
)
from rnnviz.scenes.charts.gradient_words import (
    BOUND_TIP,
    PATH_NAMES,
    PATH_TIP,
    bound_names,
    of_branch,
    size,
)
from rnnviz.scenes.charts.steps import step_axis
from rnnviz.scenes.shapes import Role

_POINT = 0.5
_BESIDE = 0.25  # of the curves' range: a bound that leaves it by more is cut off
COMPARED_DASHES = ((), (7.0, 2.0), DASH_DOT, (2.0, 1.5))
"""How compared lines are dashed, by their places, for those who cannot tell their colours."""


def gradient_chart(frame: Frame) -> Chart:
    """‖∂L/∂a⟨t⟩‖ over the steps, with the bound or the direct path it is compared with.

    The axis is one for one loss, the sum of all, every layer and every branch, so that switching
    compares them. It follows the curves: a bound that leaves them is cut off.
    """
    layers = range(frame.layers)
    own = [frame.range_of(kind, layer) for layer in layers for kind in ("source", "sum")]
    for other in frame.others:
        each = range(other.layers)
        own += [other.range_of(summed=s, layer=layer) for layer in each for s in (False, True)]
    low, high = log_range([np.array([(line.low, line.high) for line in own])])
    guides = [frame.range_of(kind, layer) for layer in layers for kind in ("bound", "path")]
    limits = log_range([np.array([(line.low, line.high) for line in (*own, *guides)])])
    room = _BESIDE * (high - low)
    bottom, top = min(low, limits[0]), max(high, limits[1])
    low, high = bottom if bottom >= low - room else low, top if top <= high + room else high
    lines = lines_of(frame)
    return Chart(
        "‖∂L/∂a⟨t⟩‖",
        step_axis(frame),
        Axis(low, high, log_ticks, size, "gradient", limits=limits),
        (*_guides(frame), *lines),
        reveal="leftwards",
        floor=bool(frame.source) and any((line.y == -np.inf).any() for line in lines),
        side=1.4,
    )


def lines_of(frame: Frame) -> list[Curve]:
    """The gradients that a frame shows: its own, or those of every branch."""
    x = np.arange(1.0, frame.steps + 1)

    def line(name: str, ink: Ink, y: NDArray[np.float64], place: int) -> Curve:
        def end(value: float) -> str:
            return f"{name} {size(value)}".strip()

        dash = COMPARED_DASHES[place % len(COMPARED_DASHES)]
        return Curve(name, x, y, ink, dash=dash, points=_POINT, revealed=True, end=end)

    if not frame.others:
        return [line("", Role.GRADIENT, frame.log10_norms, 0)]
    return [
        line(side.name, PalettePlace(side.place), side.norms, side.place) for side in frame.sides
    ]


def _guides(frame: Frame) -> list[Curve]:
    """What the curve is compared with: the bound, dashed, or the LSTM's direct path, dotted."""
    kind: Kind = "path" if frame.log10_path is not None else "bound"
    y = frame.log10_path if kind == "path" else frame.log10_bound
    if y is None:
        return []
    x = np.arange(1.0, frame.steps + 1)
    alone = frame.source == 1  # a single point is no line
    if kind == "path":
        names, tip = () if alone else PATH_NAMES, PATH_TIP
        name, ink, width, dash = "direct path", Role.STATE, 0.14, DOTTED
    else:
        names = () if alone else bound_names(frame.passing.gain[frame.layer])
        name, tip, ink, width, dash = "bound", BOUND_TIP, Role.MUTED, 0.1, DASHED
    if frame.others:  # it is the shown branch's alone
        names = of_branch(frame.sides[frame.branches.active].name, names)
    # Beyond the source there is no such line, which is no exact 0.
    y = np.where(np.isfinite(y), y, np.nan)
    return [Curve(name, x, y, ink, width, dash, titles=names, tip=tip)]
