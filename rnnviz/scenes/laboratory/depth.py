"""Depth: the gradient in each layer at each step, down the layers and back through time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import Frame, comparable, ratio
from rnnviz.film.fields import FIELDS
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
from rnnviz.scenes.slider import draw_slider

OF_A_LAYER = False
_SLIDER_ROW, _WITH_SLIDER = 1.8, 13.0  # sizes of type: what it takes, and in what it has room
_SHRUNK = -0.3  # log10 of half: what is hardly smaller has not been shrunk


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
    """Draw the map, the top layer above, as on the stage, and the slider for their number."""
    small = small or SMALL * unit
    row = Rect(area.x, area.bottom - _SLIDER_ROW * unit, area.w, _SLIDER_ROW * unit)
    slider, targets = _slider(frame, row, unit)
    if slider and area.h > _WITH_SLIDER * unit:  # however many layers: it is to lead back, too
        area = Rect(area.x, area.y, area.w, area.h - row.h)
    else:
        slider, targets = [], []
    names = [f"layer {layer + 1}" for layer in reversed(range(frame.layers))]
    left = area.x + max(text_width(name, small, True) for name in names) + 0.6 * small
    lines = wrapped(sentence(frame), area.w, unit)
    foot = 1.75 * small + 1.35 * unit * len(lines) + 0.3 * unit
    rect = Rect(left, area.y, area.right - SCALE * small - left, area.h - foot)
    if rect.h < 2 * small or rect.w < 6 * small:
        lack = Text("no-room", area, "The map needs a larger panel.", Role.MUTED, unit)
        return Scene(width, height, (lack,))
    rect = Rect(rect.x, rect.y, rect.w, min(rect.h, 9 * small * frame.layers))
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
    at = Target("layer_at", rect, 1, grid=grid)
    return Scene(width, height, (*shapes, *slider), (at, *targets))


def _slider(frame: Frame, row: Rect, unit: float) -> tuple[list[Shape], list[Target]]:
    """The slider for the number of layers; none where it has no room."""
    count, most = frame.run.settings.layers, _most(frame)
    name = "layers"
    left = row.x + 1.06 * text_width(name, unit) + 1.2 * unit
    said = 1.06 * text_width("88", unit) + 0.4 * unit
    wide = min(row.right - left - said - 0.6 * unit, 30 * unit)
    if wide < 6 * unit:
        return [], []
    drawn, target = draw_slider(row, left, wide, (count - 0.5) / most, most, Role.STATE, unit)
    after = Rect(left + wide + 0.6 * unit, row.y, said, row.h)
    shapes: list[Shape] = [
        Text("layers", Rect(row.x, row.y, left - row.x, row.h), name, Role.INK, unit, align="left"),
        *drawn,
        Text("layers-said", after, str(count), Role.INK, unit, align="left"),
    ]
    return shapes, [target]


def _most(frame: Frame) -> int:
    """How many layers can be asked for; an opened network may have more."""
    return max(int(FIELDS["layers"].most), frame.run.settings.layers)


def keys(frame: Frame) -> dict[str, tuple[str, int]]:
    """What the panel's own keys ask for: one layer more, or one less."""
    count = frame.run.settings.layers
    more, fewer = ("layers", min(count + 1, _most(frame))), ("layers", max(count - 1, 1))
    return {"+": more, "=": more, "-": fewer}


def place_of(frame: Frame, target: Target) -> tuple[int, int]:
    """Layer, from 0 for the lowest, and step of a target of the map."""
    return frame.layers - 1 - target.unit % frame.layers, 1 + target.unit // frame.layers


def reading(frame: Frame, target: Target) -> tuple[str, ...]:
    """What is said of the place under the pointer."""
    if target.kind == "slider":  # its number stands beside it, and the sentence over it
        return ()
    layer, t = place_of(frame, target)
    name = f"layer {layer + 1}, {step_name(frame, t)}"
    if t < frame.gradient_from:
        return (name, "not yet computed")
    which = "∂L" if frame.summed else f"∂L⟨{frame.source}⟩"
    value = float(frame.norms_of(summed=frame.summed, layer=layer)[t - 1])
    return (name, f"{norm(f'{which}/∂a⟨{t}⟩')} = {size(value)}")


def chosen(frame: Frame, target: Target) -> tuple[str, int]:
    """What a press asks for: to show the layer, or so many of them."""
    if target.kind == "slider":
        return "layers", target.unit + 1
    return "layer", place_of(frame, target)[0]


def sentence(frame: Frame) -> str:
    """How the gradient changes down through the layers, and back through time."""
    k, t, top = frame.source, frame.gradient_from, frame.layers - 1
    if t > k:
        return "The map fills from right to left as the backward pass goes back."
    found = norms(frame)
    said = list[str]()
    if k == 1 and frame.layers == 1:
        return "Step 1 has no step before it, and one layer has none below it."
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
            said.append(f"Unrolled, each step is a layer too{_which_hurts(frame, found, t)}.")
    return " ".join(said) or "The loss has not left its step yet."


def _which_hurts(frame: Frame, found: NDArray[np.float64], t: int) -> str:
    """Whether the steps or the layers shrink one loss's gradient most, by the numbers."""
    k, top = frame.source, frame.layers - 1
    start = found[top, k - 1]
    back, down = float(found[top, t - 1] - start), float(found[0, k - 1] - start)
    if frame.summed or not np.isfinite(back + down) or min(back, down) > _SHRUNK:
        return ""
    if frame.layers == 1:
        return f": {k - t} of them shrink{'s' * (k - t == 1)} it here"
    if back < down:
        return f": here the {k - t} step{'s shrink' if k - t > 1 else ' shrinks'} it most"
    return f": here the {frame.layers} layers shrink it most"


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
