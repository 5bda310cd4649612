"""What is said of the thing under the pointer, in words and in exact numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import isfinite, log10

import numpy as np

from rnnviz.film import Frame, loss_name, power_of_ten, ratio
from rnnviz.scenes.fence import fence_words
from rnnviz.scenes.measure import clean, text_width
from rnnviz.scenes.minimap import minimap_unit
from rnnviz.scenes.phases import norms, step_outputs
from rnnviz.scenes.saturated import saturated_words
from rnnviz.scenes.series import series_number
from rnnviz.scenes.shapes import Box, Rect, Role, Scene, Shape, Target, Text

_MOST_OUTPUTS = 8


def digits(value: float) -> str:
    """A number with four digits; "0" of exactly 0, "not finite" where it is not."""
    if not isfinite(value):
        return "not finite"
    size = abs(value)
    if size == 0.0:
        return "0"
    if not 1e-3 <= size < 99999.5:
        return power_of_ten(log10(size), sign="−" if value < 0 else "")
    text = f"{value:.4f}" if size < 1 else f"{value:.5g}" if size >= 1000 else f"{value:.4g}"
    return text.replace("-", "−")


class Own(str):
    """A line with what the user wrote: no notation changes it."""

    __slots__ = ()


def readout(frame: Frame, target: Target) -> tuple[str, ...]:
    """The lines that say what a target is and what it is worth; the first is its name."""
    t = target.step
    if not 1 <= t <= frame.steps:
        return ()
    name = Own(f"step {t} · {clean(frame.token(t))}")
    layer = target.layer if 0 <= target.layer < frame.layers else frame.layer
    if frame.layers > 1 and target.kind in ("unit", "memory", "cell", "minimap"):
        name = Own(f"{name} · layer {layer + 1}")
    match target.kind:
        case "unit":
            flat = ""
            if t <= frame.forward_done:
                flat = saturated_words(frame, t, layer, target.unit)
            return (name, _unit(frame, t, layer, target.unit), *((flat,) if flat else ()))
        case "memory":
            return (name, _unit(frame, t, layer, target.unit, "c"))
        case "minimap":
            return (name, _unit(frame, t, layer, minimap_unit(frame)))
        case "cell":
            return (name, *_cell(frame, t, layer))
        case "fence":
            return fence_words(frame, t)
        case "token" | "value":
            return (name, *_value(frame, t))
        case "output":
            return (name, *_outputs(frame, t))
        case "loss":
            loss, power = frame.loss(t), frame.log10_loss(t)
            tiny = loss == 0.0 and isfinite(power)
            said = power_of_ten(power) if tiny else digits(loss)
            return (f"loss of step {t}", said, "click: follow its gradient back")
        case _:
            return (name,)


def read_out(
    scene: Scene,
    at: Target | None,
    lines: Callable[[Target], tuple[str, ...]],
    unit: float,
    says: Callable[[str], str] = str,
) -> Scene:
    """A picture with what is said of one of its own targets; as it is where there is none.

    `says` writes a line in the notation that is in force.
    """
    if at is None:
        return scene
    words = tuple(line if isinstance(line, Own) else says(line) for line in lines(at))
    said = readout_shapes(words, at, scene.width, scene.height, unit)
    return replace(scene, shapes=(*scene.shapes, *said))


def readout_shapes(
    lines: tuple[str, ...], target: Target, width: float, height: float, unit: float
) -> list[Shape]:
    """A small panel with the lines, beside the target and within the picture."""
    if not lines:
        return []
    u = unit
    longest = max(text_width(s, u, i == 0) for i, s in enumerate(lines))
    w = min(width, 1.05 * longest + 1.6 * u)  # hinting may widen every letter a little
    h = 1.45 * u * len(lines) + 0.7 * u
    if h > height:
        lines = lines[: max(1, int((height / u - 0.7) / 1.45))]
        h = 1.45 * u * len(lines) + 0.7 * u
    x = min(max(0.0, target.rect.cx - w / 2), width - w)
    gap = 0.6 * u
    y = target.rect.y - gap - h
    if y < 0:
        y = target.rect.bottom + gap
    if y + h > height:  # neither above nor below: beside it
        y = min(max(0.0, target.rect.cy - h / 2), height - h)
        beside = target.rect.right + gap
        x = beside if beside + w <= width else max(0.0, target.rect.x - gap - w)
    shapes: list[Shape] = [
        Box("readout", Rect(x, y, w, h), Role.BACKGROUND, Role.MUTED, 0.4 * u, 1.0)
    ]
    for i, line in enumerate(lines):
        place = Rect(x + 0.8 * u, y + 0.35 * u + 1.45 * u * i, w - 1.2 * u, 1.45 * u)
        shapes.append(Text(f"readout:{i}", place, line, Role.INK, u, i == 0, "left", own=True))
    return shapes


def _unit(frame: Frame, t: int, layer: int, unit: int, quantity: str = "a") -> str:
    of = " of c" if quantity == "c" else ""
    if t > frame.forward_done:
        return f"unit {unit + 1}{of}: not known yet"
    value = float(frame.values_of(quantity, layer)[t, unit])
    return f"unit {unit + 1}{of} = {digits(value)}"


def _cell(frame: Frame, t: int, layer: int) -> tuple[str, ...]:
    if t > frame.forward_done:
        return ("not known yet",)
    state = frame.layer_states(layer)[t]
    with np.errstate(all="ignore"):
        lines = [f"‖a⟨{t}⟩‖ = {digits(float(np.linalg.norm(state)))}"]
    if t >= frame.gradient_from:
        log = float(norms(frame, layer)[t - 1])
        size = "0" if log == -np.inf else ratio(log) if isfinite(log) else "not finite"
        lines.append(f"‖∂{loss_name(frame)}/∂a⟨{t}⟩‖ = {size}")
    return tuple(lines)


def _value(frame: Frame, t: int) -> tuple[str, ...]:
    value = frame.value(t)
    if value is None:
        return ()
    lines = [f"value {series_number(frame, value, digits=4)}"]
    known = frame.forecasts and 1 < t <= frame.forward_done + 1
    said = frame.prediction(t - 1) if known else None
    if said is not None:
        lines.append(f"predicted {series_number(frame, said, digits=4)}")
    return tuple(lines)


def _outputs(frame: Frame, t: int) -> tuple[str, ...]:
    if t > frame.forward_done:
        return ("not known yet",)
    said = frame.prediction(t)
    if said is not None:
        says, should = ("predicted", "actual") if frame.forecasts else ("says", "target")
        lines = [f"{says} {series_number(frame, said, digits=4)}"]
        if (actual := frame.truth(t)) is not None:
            lines.append(f"{should} {series_number(frame, actual, digits=4)}")
        return tuple(lines)
    found = step_outputs(frame, t, _MOST_OUTPUTS)
    if not found:
        return ("not finite",)
    return tuple(
        Own(f"{_probability(line.probability)}  {clean(line.name)}{'  ✓ target' * line.target}")
        for line in found
    )


def _probability(p: float) -> str:
    return "<0.0001" if p < 5e-5 else f"{p:.4f}"
