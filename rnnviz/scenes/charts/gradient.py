"""The gradient that reaches each step: its curve or every branch's, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import Frame, Stage, gradient_reading, loss_name, number, ratio
from rnnviz.film.extremes import Range
from rnnviz.film.frame.gradients import Side
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
    Shade,
)
from rnnviz.scenes.charts.steps import step_axis, step_name
from rnnviz.scenes.shapes import Role


def revealed_from(frame: Frame) -> int:
    """The lowest step whose gradient is drawn; T + 1 while there is none.

    The step under way appears when both of its parts have been added up.
    """
    if frame.moment.stage is Stage.BACKWARD and frame.moment.done("combine") >= 1.0:
        return frame.moment.step
    return frame.gradient_from


def instead(frame: Frame) -> str:
    """What stands in the plot's place where there is nothing to plot; empty where there is."""
    lost = frame.passing.exploded and not frame.gradient_known
    return gradient_reading(frame) if lost or not frame.source else ""


def step_reading(frame: Frame, step: int) -> str:
    """What is said of one step: its name, its gradient's size, the bound or the direct path."""
    name = step_name(frame, step)
    if step < revealed_from(frame):
        return f"{name} · not yet computed"
    text = f"{name} · {norm(f'∂{loss_name(frame)}/∂a⟨{step}⟩')} = "
    if frame.others:
        return text + " · ".join(
            f"{side.name} {size(float(side.norms[step - 1]))}" for side in frame.sides
        )
    text += size(float(frame.log10_norms[step - 1]))
    bound = frame.log10_bound
    if bound is not None and np.isfinite(bound[step - 1]):
        text += f" · bound {ratio(float(bound[step - 1]))}"
    path = frame.log10_path
    if path is not None and np.isfinite(path[step - 1]):
        text += f" · direct path {ratio(float(path[step - 1]))}"
    return text


def shortened(reading: str) -> tuple[str, ...]:
    """What is said of a step, and the same with less: without its bound, without its name."""
    name, *parts = reading.split(" · ")
    own = " · ".join([name, *parts[:1]])
    return tuple(dict.fromkeys((reading, own, *parts[:1]))) if parts else (reading,)


def size(log10: float) -> str:
    """A norm in words, from its logarithm."""
    if np.isnan(log10) or log10 == np.inf:
        return "not finite"
    return "exactly 0" if log10 == -np.inf else ratio(log10)


def norm(of: str) -> str:
    """A quantity between the bars of a norm: "‖∂L/∂a⟨t⟩‖"."""
    return f"‖\u2009{of}\u2009‖"


def bound_names(gain: float) -> tuple[str, ...]:
    """What the bound is called, from the longest to the shortest."""
    # 0.70 rather than 0.7: a slope is read off it.
    slope = f"{gain:.2f}" if 0.01 <= gain < 100 else number(gain)
    return (
        f"bound γᵏ⁻ᵗ,  γ = σₘₐₓ(Wₐₐ) · max|g′| = {slope}",
        f"bound γᵏ⁻ᵗ,  γ = {slope}",
        "bound",
    )


PATH_NAMES = (
    "∏ f: the cell state's direct path (geometric mean over the units)",
    "∏ f: the cell state's direct path (geometric mean)",
    "∏ f: the cell state's direct path",
    "∏ f: direct path",
    "∏ f",
)
COMPARE_TIP = (
    "The same sequence with the other cells: the same seed, initialiser, units and layers,\n"
    "and as many updates with the same optimiser and learning rate. One absolute axis."
)
BOUND_TIP = (
    "‖∂L⟨k⟩/∂a⟨t⟩‖ cannot be larger: a step back multiplies it by\nat most γ = σₘₐₓ(Wₐₐ) · max|g′|."
)
PATH_TIP = (
    "What the cell state alone would carry back, the gates held fixed:\n"
    "‖∂L⟨k⟩/∂a⟨k⟩‖ times the product of the forget gates of steps t + 1 to k,\n"
    "of which this is the geometric mean over the units.\n"
    "It is no bound: there are other paths."
)


_POINT = 0.5
_BESIDE = 0.25  # of the curves' range: a bound that leaves it by more is cut off
_WIDEST = 8.0  # times what is shown: beside more it would be a dot
_MOST_FENCES, _POST = 60, 0.12  # of a step
_ALWAYS = 40.0  # powers of ten that any axis may reach upwards
COMPARED_DASHES = ((), (7.0, 2.0), DASH_DOT, (2.0, 1.5))
"""How compared lines are dashed, by their places, for those who cannot tell their colours."""


def gradient_chart(frame: Frame) -> Chart:
    """‖∂L/∂a⟨t⟩‖ over the steps, with the bound or the direct path it is compared with.

    The axis is one for one loss, the sum of all, every layer and every branch, so that switching
    compares them; only one that explodes, beside which what is shown would be a dot, stays beyond
    its edge. It follows the curves: a bound that leaves them is cut off.
    """
    layers, shown = range(frame.layers), (frame.summed, frame.layer)
    choices = [(summed, layer) for layer in layers for summed in (False, True)]
    own = {(s, layer): _of_interest(frame, s, layer) for s, layer in choices}
    lines, others = [own.pop(shown)], list(own.values())
    every = [frame.range_of("sum" if s else "source", layer) for s, layer in choices]
    for other in frame.others:
        for summed in (False, True):
            for layer in range(other.layers):
                place = lines if (summed, layer) == shown else others
                every.append(other.range_of(summed=summed, layer=layer))
                place.append(every[-1])
    followed = _followed(lines, others)
    low, high = _ends(followed)
    guides = [frame.range_of(kind, layer) for layer in layers for kind in ("bound", "path")]
    other = _other_path(frame)
    if other is not None:
        paths = (frame.others[other].range_of_path(layer) for layer in layers)
        guides += [each for each in paths if each is not None]
    limits = _ends([*every, *guides])
    room, beside = _BESIDE * (high - low), _ends([*followed, *guides])
    bottom, top = min(low, beside[0]), max(high, beside[1])
    low, high = bottom if bottom >= low - room else low, top if top <= high + room else high
    lines = lines_of(frame)
    return Chart(
        "‖∂L/∂a⟨t⟩‖",
        step_axis(frame),
        Axis(low, high, log_ticks, size, "gradient", limits=limits, log=True),
        (*_guides(frame), *lines),
        fences(frame),
        reveal="leftwards",
        floor=bool(frame.source) and any((line.y == -np.inf).any() for line in lines),
        side=1.4,
    )


def fences(frame: Frame) -> tuple[Shade, ...]:
    """Where truncation cuts the gradient; of one loss alone all that lies behind its fence."""
    window = frame.passing.window
    if not window:
        return ()
    if not frame.summed:
        return cut(frame)
    every = range(window, frame.steps, window)
    if len(every) > _MOST_FENCES:
        return ()
    return tuple(Shade(t + 0.5 - _POST, t + 0.5 + _POST, Role.GRADIENT) for t in every)


def cut(frame: Frame) -> tuple[Shade, ...]:
    """The steps that truncation cuts the gradient of the followed loss off from."""
    first = frame.passing.reach(frame.source) if frame.source else 1
    return (Shade(1.0, first - 0.5, Role.GRADIENT, "cut"),) if first > 1 else ()


def _ends(lines: Iterable[Range]) -> tuple[float, float]:
    return log_range([np.array([(line.low, line.high) for line in lines])])


def _of_interest(frame: Frame, summed: bool, layer: int) -> Range:
    """From where to where a line goes, without a step so far from the others that they were flat.

    One that vanishes has such steps too, but all those between them, and stays whole.
    """
    line = frame.range_of("sum" if summed else "source", layer)
    return line if line.near is None else line._replace(low=line.near[0], high=line.near[1])


def _followed(shown: list[Range], others: list[Range]) -> list[Range]:
    """What the axis follows: what is shown, and all others that are not far above or below it.

    How far one loss vanishes stays in the picture of the sum: that is what they are compared for.
    Only one that is nowhere near, the gradient of a sure answer of 10⁻⁸¹⁵³, does not.
    """
    low, high = _ends(shown)
    room = max(_WIDEST * (high - low), _ALWAYS)
    return [*shown, *(o for o in others if not (o.high > low + room or o.high < low - room))]


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


def _other_path(frame: Frame) -> int | None:
    """Which of the others has a direct path to be shown: there is one, the shown branch's first."""
    if frame.source_path is not None:
        return None
    found = (at for at, other in enumerate(frame.others) if other.direct_path is not None)
    return next(found, None)


def _guides(frame: Frame) -> list[Curve]:
    """What curves are compared with: the bound, dashed, and an LSTM's direct path, dotted."""
    own = frame.sides[frame.branches.active] if frame.others else None
    found: list[Curve] = []
    if frame.log10_path is not None:
        found += _path(frame, frame.log10_path, own)
    elif frame.log10_bound is not None:
        names = bound_names(frame.passing.gain[frame.layer])
        curve = "bound", frame.log10_bound, Role.MUTED, 0.1, DASHED
        found += _guide(frame, *curve, names, own, BOUND_TIP)
    other = _other_path(frame)
    path = None if other is None else frame.others[other].log10_path(frame.layer)
    if other is not None and path is not None and not frame.summed:
        found += _path(frame, path, frame.sides[other + (other >= frame.branches.active)])
    return found


def _path(frame: Frame, path: NDArray[np.float64], side: Side | None) -> list[Curve]:
    ink = Role.STATE if side is None else PalettePlace(side.place)
    curve = "direct path", path, ink, 0.14, DOTTED
    return _guide(frame, *curve, PATH_NAMES, side, PATH_TIP)


def _guide(
    frame: Frame,
    name: str,
    y: NDArray[np.float64],
    ink: Ink,
    width: float,
    dash: tuple[float, ...],
    names: tuple[str, ...],
    side: Side | None,
    tip: str,
) -> list[Curve]:
    """A curve of a branch, named as that where there are several; beyond the source it is not."""
    if frame.source == 1:  # a single point is no line
        names = ()
    titles = names if side is None else tuple(f"{side.name}: {each}" for each in names)
    x, seen = np.arange(1.0, frame.steps + 1), np.where(np.isfinite(y), y, np.nan)
    return [Curve(name, x, seen, ink, width, dash, titles=titles, tip=tip)]
