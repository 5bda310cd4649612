"""Depth: the gradient in each layer at each step, down the layers and back through time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import Frame, comparable, ratio
from rnnviz.scenes.charts.gradient import norm, size
from rnnviz.scenes.charts.steps import step_name
from rnnviz.scenes.laboratory.maps import (
    SCALE,
    SMALL,
    NormScale,
    draw_norms,
    draw_playhead,
    draw_row_names,
    draw_said,
    draw_scale,
    draw_steps,
    draw_unknown,
    widest_of,
    wrapped,
)
from rnnviz.scenes.measure import text_width
from rnnviz.scenes.phases import remembered
from rnnviz.scenes.shapes import Box, Rect, Role, Scene, Shape, Target, Text

OF_A_LAYER = False


def titles(frame: Frame) -> list[tuple[str, str]]:
    """What the panel's title may be, from the most words to the fewest."""
    of = "∂L" if frame.summed else f"∂L⟨{frame.source}⟩"
    formula = norm(f"{of}/∂a⟨t⟩")
    return [
        ("Depth: layers and steps", f"{formula}   (log)"),
        ("Depth: layers and steps", formula),
        ("Depth", formula),
        ("Depth", ""),
    ]


def norms(frame: Frame) -> NDArray[np.float64]:
    """log10 ‖∂L/∂a⟨t⟩‖ of every layer, (L, T), the lowest first."""
    layers = range(frame.layers)
    return np.stack([frame.norms_of(summed=frame.summed, layer=layer) for layer in layers])


def scene(
    frame: Frame, width: float, height: float, area: Rect, unit: float, small: float = 0.0
) -> Scene:
    """Draw the map, the top layer above, as on the stage."""
    small = small or SMALL * unit
    names = [f"layer {layer + 1}" for layer in reversed(range(frame.layers))]
    left = area.x + max(text_width(name, small, True) for name in names) + 0.6 * small
    lines = wrapped(sentence(frame), area.w, unit)
    foot = 1.75 * small + 1.35 * unit * len(lines) + 0.3 * unit
    rect = Rect(left, area.y, area.right - SCALE * small - left, area.h - foot)
    if rect.h < 2 * small or rect.w < 6 * small:
        lack = Text("no-room", area, "The map needs a larger panel.", Role.MUTED, unit)
        return Scene(width, height, (lack,))
    rect = Rect(rect.x, rect.y, rect.w, min(rect.h, 6 * small * frame.layers))
    key = ("depth", frame.summed, frame.source, int(rect.w))
    values, scale = remembered(frame, key, lambda: _values(frame, int(rect.w)))
    shapes: list[Shape] = draw_norms("depth", values, rect, 0.12 * small)
    shapes += draw_unknown(frame, rect, 1, frame.steps, frame.gradient_from)
    shapes += draw_scale(rect, scale, small)
    row = frame.layers - 1 - frame.layer
    shapes += draw_row_names(names, rect, area.x, small, row)
    shapes += draw_steps(frame, rect, 1, frame.steps, small)
    if frame.layers > 1:
        high = rect.h / frame.layers
        place = Rect(rect.x, rect.y + row * high, rect.w, high)
        shapes.append(
            Box("shown-layer", place.grown(1.5), None, Role.INK, 3.0, max(1.5, small / 8))
        )
    shapes += draw_playhead(frame, rect, 1, frame.steps, small)
    shapes += draw_said(lines, area, unit)
    grid = (frame.layers, frame.steps, frame.layers * frame.steps)
    return Scene(width, height, tuple(shapes), (Target("layer_at", rect, 1, grid=grid),))


def place_of(frame: Frame, target: Target) -> tuple[int, int]:
    """Layer, from 0 for the lowest, and step of a target of the map."""
    return frame.layers - 1 - target.unit % frame.layers, 1 + target.unit // frame.layers


def reading(frame: Frame, target: Target) -> tuple[str, ...]:
    """What is said of the place under the pointer."""
    layer, t = place_of(frame, target)
    name = f"layer {layer + 1}, {step_name(frame, t)}"
    if t < frame.gradient_from:
        return (name, "not yet computed")
    which = "∂L" if frame.summed else f"∂L⟨{frame.source}⟩"
    value = float(frame.norms_of(summed=frame.summed, layer=layer)[t - 1])
    return (name, f"{norm(f'{which}/∂a⟨{t}⟩')} = {size(value)}")


def chosen(frame: Frame, target: Target) -> tuple[str, int]:
    """What a press asks for: to show the layer."""
    return "layer", place_of(frame, target)[0]


def sentence(frame: Frame) -> str:
    """How the gradient changes down through the layers, and back through time."""
    k, t, top = frame.source, frame.gradient_from, frame.layers - 1
    if t > k:
        return "The map fills from right to left as the backward pass goes back."
    found = norms(frame)
    said = list[str]()
    if frame.layers > 1:
        said.append(
            f"Down through {frame.layers} layers at step {k}: "
            f"{_change(found[0, k - 1], found[top, k - 1])}."
        )
    if t < k and not frame.linked(k) and not frame.summed:
        said.append(f"Without recurrence the loss of step {k} reaches no other step.")
    elif t < k:
        back, cut = k - t, frame.cut_off(t)
        which = f"layer {top + 1}" if frame.layers > 1 else "the layer"
        way = "Sum of all losses, against" if frame.summed else "Back through"
        said.append(
            f"{way} {back} step{'s' * (back != 1)}{' later' * frame.summed} in {which}: "
            f"{_change(found[top, t - 1], found[top, k - 1])}"
            f"{', cut by truncation: it did not vanish' * cut}."
        )
        if frame.layers > 1 and not cut:
            low = _change(found[0, t - 1], found[top, k - 1])
            said.append(f"Both, to layer 1 at step {t}: {low}.")
        if not cut and frame.task.mode != "one_to_one":
            said.append("Unrolled, each step is a layer too.")
    return " ".join(said) or "The loss has not left its step yet."


def _change(here: float, there: float) -> str:
    """The gradient here against that there, both as logarithms."""
    if np.isnan(here) or np.isnan(there):
        return "not finite"
    if here == -np.inf:
        return "exactly 0"
    if there == -np.inf:
        return f"{ratio(float(here))}, from exactly 0"
    if not comparable(here, there):
        return f"{ratio(float(here))}, from {ratio(float(there))}"
    return f"× {ratio(float(here - there))}"


def _values(frame: Frame, columns: int) -> tuple[NDArray[np.float64], NormScale]:
    found = norms(frame)[::-1]
    scale = NormScale.of(found)
    return scale.shares(widest_of(found, frame.layers, columns)), scale
