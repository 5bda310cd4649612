"""The line at the top: the title or what has to be said, and the scales of colour and width."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import Frame, Stage, number, ratio
from rnnviz.scenes.gradient import WIDEST
from rnnviz.scenes.layout import Layout
from rnnviz.scenes.measure import clean, text_width
from rnnviz.scenes.phases import largest, state_limit
from rnnviz.scenes.shapes import Box, Heat, Line, Rect, Role, Shape, Text

_NEGATIVE: NDArray[np.floating] = np.linspace(-1.0, 0.0, 33)[None, :]
_POSITIVE: NDArray[np.floating] = np.linspace(0.0, 1.0, 33)[None, :]


def header_shapes(frame: Frame, lay: Layout) -> list[Shape]:
    """Everything in the header; nothing where there is no room for it."""
    if lay.header is None:
        return []
    shapes, left = _legend(frame, lay, lay.header)
    room = Rect(lay.header.x, lay.header.y, left - lay.header.x - lay.unit, lay.header.h)
    if room.w < 6 * lay.unit:
        return shapes
    return shapes + _said(frame, lay, room)


def exploded_here(frame: Frame) -> str:
    """In words that the numbers are not finite any more, once the playhead is there."""
    trace, sweep = frame.passing.trace, frame.passing.backward
    if trace.exploded_at is not None:
        return frame.passing.exploded if frame.forward_done >= trace.exploded_at else ""
    if sweep.exploded_at is not None and frame.gradient_from <= sweep.exploded_at:
        return frame.passing.exploded
    return ""


def _said(frame: Frame, lay: Layout, room: Rect) -> list[Shape]:
    exploded = exploded_here(frame)
    if exploded:
        text = exploded
        if text_width(text, lay.unit, True) > room.w:
            text = text.split(":")[0]
        return [Text("exploded", room, text, Role.GRADIENT, lay.unit, True, "left")]
    if frame.moment.stage is Stage.BACKWARD:
        return _width_scale(frame, lay, room)
    if frame.moment.stage is Stage.UPDATE:
        return _update(frame, lay, room)
    if lay.title:
        return [_title(frame, lay, room)]
    return _lines(frame, lay, room) if lay.chart is not None else []


def _lines(frame: Frame, lay: Layout, room: Rect) -> list[Shape]:
    """What the two lines of the chart are."""
    u = lay.unit
    names = frame.run.task.sequence.columns
    shapes: list[Shape] = []
    x = room.x
    for kind, words, role in (
        ("series", clean(names[0]) if names else "value", Role.INPUT),
        ("predicted", "predicted", Role.OUTPUT),
    ):
        wide = text_width(words, u) + 0.4 * u
        if x + 1.6 * u + wide > room.right:
            break
        line = ((x, room.cy), (x + 1.2 * u, room.cy))
        place = Rect(x + 1.6 * u, room.y, wide, room.h)
        shapes.append(Line(f"key-{kind}", line, role, 0.16 * u))
        shapes.append(Text(f"key-{kind}-name", place, words, Role.MUTED, u, False, "left"))
        x = place.right + 1.4 * u
    words = _standardised(frame)
    if words and x + text_width(words, u) + 0.4 * u <= room.right:
        place = Rect(x, room.y, room.right - x, room.h)
        shapes.append(Text("standardised", place, words, Role.MUTED, u, False, "left"))
    return shapes


def _standardised(frame: Frame) -> str:
    """How a series' values became x; of several columns the drawn one is the first."""
    task = frame.run.task
    if task.mean is None or task.deviation is None:
        return ""
    mean, deviation = float(task.mean[0]), float(task.deviation[0])
    sign = "+" if mean < 0 else "−"
    words = f"x = (value {sign} {number(abs(mean))}) / {number(deviation)}"
    columns = len(task.sequence.columns)
    return f"{words}, column 1 of {columns}" if columns > 1 else words


def _title(frame: Frame, lay: Layout, room: Rect) -> Text:
    task = frame.run.task
    text = f"{clean(task.sequence.name)} · {clean(task.title)}"
    return Text("title", room, text, Role.INK, 1.15 * lay.unit, True, "left")


def _legend(frame: Frame, lay: Layout, header: Rect) -> tuple[list[Shape], float]:
    """The scale of the values at the right, and where it begins."""
    u = lay.unit
    limit = state_limit(frame)
    end = number(limit)
    label = text_width("+" + end, u) + 0.5 * u
    half, zero = 3.2 * u, 1.3 * u
    x = header.right - 2 * (label + half) - zero
    if x < header.x:
        return [], header.right
    y, h = header.cy - 0.42 * u, 0.84 * u
    begin = x

    def text(name: str, words: str, width: float, align: str = "center") -> Text:
        return Text(name, Rect(x, header.y, width, header.h), words, Role.MUTED, u, False, align)

    shapes: list[Shape] = [text("scale-low", "−" + end, label - 0.3 * u, "right")]
    x += label
    shapes.append(Heat("scale-negative", Rect(x, y, half, h), _NEGATIVE, 1.0, 0.0, 0.0))
    x += half
    shapes.append(text("scale-zero", "0", zero))
    x += zero
    shapes.append(Heat("scale-positive", Rect(x, y, half, h), _POSITIVE, 1.0, 0.0, 0.0))
    x += half + 0.3 * u
    shapes.append(text("scale-high", "+" + end, label - 0.3 * u, "left"))
    wanted = text_width("value of a unit", u) + u
    if begin - wanted > header.x + 0.45 * header.w:
        x = begin - wanted
        shapes.append(text("scale-name", "value of a unit", wanted - 0.6 * u, "right"))
        begin = x
    wanted = text_width("target", u) + 2.2 * u
    if frame.run.task.loss != "mse" and lay.output_rows and begin - wanted > header.x + 20 * u:
        begin -= wanted + 0.6 * u
        x = begin
        tick = (
            (x, header.cy),
            (x + 0.25 * u, header.cy + 0.3 * u),
            (x + 0.75 * u, header.cy - 0.35 * u),
        )
        shapes.append(Line("key-target", tick, Role.INK, 0.16 * u))
        x += 1.1 * u
        shapes.append(text("key-target-name", "target", wanted - 1.1 * u, "left"))
    return shapes, begin


def _width_scale(frame: Frame, lay: Layout, room: Rect) -> list[Shape]:
    """How wide a magenta line is for which gradient: a linear scale."""
    u = lay.unit
    top = largest(frame)
    if not np.isfinite(top):
        words = "no gradient: every ‖∂L/∂a⟨t⟩‖ is 0" if top == -np.inf else "gradient not finite"
        return [Text("width-scale", room, words, Role.GRADIENT, u, False, "left")]
    of = "sum of all losses" if frame.summed else f"loss of step {frame.source} alone"
    letter = "L" if frame.summed else f"L⟨{frame.source}⟩"
    value = f"‖∂{letter}/∂a⟨t⟩‖ = {ratio(top)}"
    choices = (
        f"{value}, widths are in proportion · {of}",
        f"{value}, in proportion",
        value,
    )
    bar = 2.2 * u
    fits = [c for c in choices if text_width(c, u) <= room.w - bar - u]
    if not fits:
        return []
    line = ((room.x, room.cy), (room.x + bar, room.cy))
    place = Rect(room.x + bar + 0.5 * u, room.y, room.w - bar - 0.5 * u, room.h)
    return [
        Line("width-scale-line", line, Role.GRADIENT, WIDEST * u),
        Text("width-scale", place, fits[0], Role.GRADIENT, u, False, "left"),
    ]


def _update(frame: Frame, lay: Layout, room: Rect) -> list[Shape]:
    """W ← W − η ∂L/∂W with the numbers."""
    u = lay.unit
    numbers = f"η = {number(frame.run.learning_rate)}     L = {number(frame.total_loss)}"
    if frame.moment.resting:
        numbers += "     done: the next pass has new weights"
    formula = "𝑊 ← 𝑊 − 𝜂 ∂𝐿/∂𝑊"
    size = min(1.35, lay.header.h / u / 1.2 if lay.header else 1.0) * u
    long = text_width("W <- W - n dL/dW", size, True) + u
    shapes: list[Shape] = []
    place = Rect(room.x + 0.5 * u, room.y, long, room.h)
    glow = 0.12 + 0.3 * frame.moment.done("gather") * (1.0 - frame.moment.done("update"))
    shapes.append(
        Box(
            "update-box",
            place.grown(0.15 * u),
            Role.GRADIENT,
            Role.GRADIENT,
            0.5 * u,
            0.1 * u,
            1.0,
            glow,
        )
    )
    shapes.append(Text("update", place, formula, Role.INK, size, True, math=True))
    rest = Rect(place.right + 1.2 * u, room.y, room.right - place.right - 1.2 * u, room.h)
    if rest.w > text_width("η = 0.001", u):
        shapes.append(Text("update-numbers", rest, numbers, Role.INK, u, False, "left"))
    return shapes
