"""The line at the top: the title or what has to be said, and the scales of colour and width."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.optimizers import OPTIMIZERS, PLAIN
from rnnviz.film import Frame, Stage, loss_name, number, ratio
from rnnviz.film.words import scale_formula
from rnnviz.scenes.fence import left_out_words
from rnnviz.scenes.layout import StageLayout
from rnnviz.scenes.measure import clean, text_width
from rnnviz.scenes.phases import largest, memory_limit, remembered, state_limit
from rnnviz.scenes.series import CLASSICAL, is_drawn
from rnnviz.scenes.shapes import Box, Heat, Line, Rect, Role, Shape, Text

_NEGATIVE: NDArray[np.floating] = np.linspace(-1.0, 0.0, 33)[None, :]
_GAP = "     "
# How an optimiser updates, the longest way to say it first; 𝑔 is ∂L/∂W after clipping.
FORMULAS: dict[str, tuple[str, ...]] = {
    "sgd": ("𝑊 ← 𝑊 − 𝜂 ∂𝐿/∂𝑊",),
    "momentum": ("𝑚 ← 0.9 𝑚 + 𝑔,  𝑊 ← 𝑊 − 𝜂 𝑚", "𝑊 ← 𝑊 − 𝜂 𝑚"),
    "nesterov": ("𝑚 ← 0.9 𝑚 + 𝑔,  𝑊 ← 𝑊 − 𝜂 (𝑔 + 0.9 𝑚)", "𝑊 ← 𝑊 − 𝜂 (𝑔 + 0.9 𝑚)"),
    "adagrad": ("𝑠 ← 𝑠 + 𝑔²,  𝑊 ← 𝑊 − 𝜂 𝑔/√𝑠", "𝑊 ← 𝑊 − 𝜂 𝑔/√𝑠"),
    "rmsprop": ("𝑣 ← 0.99 𝑣 + 0.01 𝑔²,  𝑊 ← 𝑊 − 𝜂 𝑔/√𝑣", "𝑊 ← 𝑊 − 𝜂 𝑔/√𝑣"),
    "rmsprop_centered": ("𝑊 ← 𝑊 − 𝜂 𝑔/√(𝑣 − 𝑚²)",),
    "adam": ("𝑊 ← 𝑊 − 𝜂 𝑚̂/√𝑣̂",),
    "amsgrad": ("𝑊 ← 𝑊 − 𝜂 𝑚̂/√(max 𝑣)",),
    "adamw": ("𝑊 ← (1 − 0.01 𝜂) 𝑊 − 𝜂 𝑚̂/√𝑣̂", "𝑊 ← 𝑊 − 𝜂 𝑚̂/√𝑣̂ − 0.01 𝜂 𝑊"),
}
_POSITIVE: NDArray[np.floating] = np.linspace(0.0, 1.0, 33)[None, :]


def legend_left_out(frame: Frame, lay: StageLayout, shapes: Sequence[Shape]) -> tuple[str, ...]:
    """What legends, errors and another method's row would say, and have no room for.

    `shapes` are those of the header, where all of it would stand.
    """
    shown = {shape.id for shape in shapes}
    exploded = exploded_here(frame)
    if exploded:
        return () if "exploded" in shown else (exploded,)
    wanted: list[tuple[str, str]] = []
    if frame.moment.stage is Stage.BACKWARD:
        wanted.append(("width-scale", _width_words(frame)[0]))
    # Backward and at the update another line stands in the row's place; without a chart none does.
    if is_drawn(frame.task) and not lay.title:
        wanted += [(f"key-{kind}-name", words) for kind, words, *_ in _keys(frame)]
        wanted += _more_said(frame)
    limit = number(state_limit(frame))
    wanted.append(("scale-low", f"colours of a unit: −{limit} blue, 0 grey, +{limit} ochre"))
    if lay.memory is not None:
        wanted.append(("scale-name", f"c above (±{number(memory_limit(frame))}), a below"))
    ticked = _tick_of(frame, lay)
    if ticked:
        wanted.append(("key-target-name", f"✓ {ticked}"))
    if frame.task.beside and not lay.date:
        t = frame.step
        said = f": {frame.task.beside[t - 1]}" if 0 < t <= frame.forward_done else ""
        wanted.append(("beside", f"{frame.task.beside_name}{said}"))
    return tuple(words for name, words in wanted if words and name not in shown)


def left_out_mark(lay: StageLayout) -> Rect:
    """Where a mark says that the menu has more, at the picture's edge."""
    u = lay.unit
    high = min(1.2 * u, lay.height)
    y = 0.0 if lay.header is None else max(0.0, lay.header.cy - high / 2)
    return Rect(lay.width - 1.2 * u, y, 1.2 * u, high)


def _tick_of(frame: Frame, lay: StageLayout) -> str:
    return _ticked(frame) if frame.task.loss != "mse" and lay.output_rows > 0 else ""


def header_shapes(frame: Frame, lay: StageLayout) -> list[Shape]:
    """Everything in the header; nothing where there is no room for it."""
    if lay.header is None:
        return []
    tick = _tick_of(frame, lay)
    memory = memory_limit(frame) if lay.memory is not None else 0.0
    legend, left = _legend(lay, lay.header, state_limit(frame), memory, tick)
    shapes = list(legend)
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


def _said(frame: Frame, lay: StageLayout, room: Rect) -> list[Shape]:
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


def _lines(frame: Frame, lay: StageLayout, room: Rect) -> list[Shape]:
    """What the lines of the chart are, and how far off each forecast is."""
    u = lay.unit
    shapes: list[Shape] = []
    x = room.x
    for kind, words, role, dash in _keys(frame):
        wide = text_width(words, u) + 0.4 * u
        if x + 1.6 * u + wide > room.right:
            break
        way = ((x, room.cy), (x + 1.2 * u, room.cy))
        place = Rect(x + 1.6 * u, room.y, wide, room.h)
        shapes.append(Line(f"key-{kind}", way, role, 0.16 * u, 1.0, dash))
        users = kind == "series"  # a column's name
        shapes.append(
            Text(f"key-{kind}-name", place, words, Role.MUTED, u, False, "left", own=users)
        )
        x = place.right + 1.4 * u
    for kind, words in _more_said(frame):
        wide = 1.05 * text_width(words, u) + 0.4 * u
        if words and x + wide <= room.right:
            place = Rect(x, room.y, wide, room.h)
            shapes.append(Text(kind, place, words, Role.MUTED, u, False, "left"))
            x = place.right + 1.4 * u
    return shapes


def _keys(frame: Frame) -> list[tuple[str, str, Role, bool]]:
    """The lines of the chart: kind, what is said of it with its error, role, whether dashed."""
    names = frame.task.sequence.columns
    beyond = frame.step > frame.last_known
    errors = frame.errors(beyond=beyond)
    spread = _apart([error for error in errors.values() if isfinite(error)])
    lines = [("series", clean(names[0]) if names else "value", Role.INPUT, False)]
    if frame.forecasts:
        name = "untrained network" if frame.untrained else "predicted"
        lines.append(("predicted", _off(name, errors.get("network"), spread), Role.OUTPUT, False))
    if errors or beyond:
        for (role, dash), line in zip(CLASSICAL, frame.baselines, strict=False):
            off = _off(line.name, errors.get(line.name), spread)
            lines.append((line.name, off, role, dash))
    return lines


def _more_said(frame: Frame) -> list[tuple[str, str]]:
    """What the errors are, and how values became x; empty words where there is nothing."""
    beyond = frame.step > frame.last_known
    ahead = frame.steps - frame.last_known
    what = f"held-out RMSE, {f'{ahead} steps' if beyond else 'one step'} ahead"
    said = what if frame.errors(beyond=beyond) else ""
    return [("errors", said), ("standardised", _standardised(frame))]


def _apart(errors: list[float]) -> float:
    """How far errors lie apart, for `number`: the two that are closest are to differ, if they do.

    With two digits more than all of them need at most, which says enough of a race.
    """
    every = sorted(set(errors))
    if len(every) < 2:
        return 0.0
    whole, closest = every[-1] - every[0], min(b - a for a, b in pairwise(every))
    return max(min(whole, 30 * closest), whole / 100)


def _off(name: str, error: float | None, spread: float) -> str:
    """A line's name with its error, where that is known."""
    return name if error is None or np.isnan(error) else f"{name} {number(error, spread)}"


def _standardised(frame: Frame) -> str:
    """How a series' values became x; of several columns the drawn one is the first."""
    task = frame.task
    if task.mean is None or task.deviation is None:
        return ""
    words = scale_formula(task)
    columns = len(task.sequence.columns)
    return f"{words}, column 1 of {columns}" if columns > 1 else words


def _ticked(frame: Frame) -> str:
    """What the ticked output is: of the user's own sentence nobody knows the target."""
    known, task = frame.task.known, frame.task
    if known is None or bool((known & task.mask).any()):
        return "target"
    return "drawn, taken as target" if task.temperature > 0 else "its own answer, taken as target"


def _title(frame: Frame, lay: StageLayout, room: Rect) -> Text:
    task = frame.task
    text = f"{clean(task.sequence.name)} · {clean(task.title)}"
    return Text("title", room, text, Role.INK, 1.15 * lay.unit, True, "left", own=True)


@lru_cache(maxsize=64)
def _legend(
    lay: StageLayout, header: Rect, limit: float, memory: float, target: str
) -> tuple[tuple[Shape, ...], float]:
    """The scale of the values at the right, and where it begins.

    `limit` is the value at its ends; where cells have a strip of c⟨t⟩, `memory` is that of c.
    """
    u = lay.unit
    end = number(limit)
    label = text_width("+" + end, u) + 0.5 * u
    half, zero = 3.2 * u, 1.3 * u
    x = header.right - 2 * (label + half) - zero
    if x < header.x:
        return (), header.right
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
    names = ("value of a unit",)
    if memory:
        ends = f"±{number(memory)}"
        names = (f"value of a unit: c above ({ends}), a below", f"c above ({ends}), a below")
    elif lay.memory_lane:
        names = ("value of a unit · lines: c above a", "value of a unit")
    for words in names:
        wanted = 1.05 * text_width(words, u) + u  # hinting widens letters
        if begin - wanted > header.x + 0.45 * header.w:
            x = begin = begin - wanted
            shapes.append(text("scale-name", words, wanted - 0.6 * u, "right"))
            break
    wanted = text_width(target, u) + 2.2 * u
    if target and begin - wanted > header.x + 20 * u:
        begin -= wanted + 0.6 * u
        x = begin
        tick = (
            (x, header.cy),
            (x + 0.25 * u, header.cy + 0.3 * u),
            (x + 0.75 * u, header.cy - 0.35 * u),
        )
        shapes.append(Line("key-target", tick, Role.INK, 0.16 * u))
        x += 1.1 * u
        shapes.append(text("key-target-name", target, wanted - 1.1 * u, "left"))
    return tuple(shapes), begin


def _width_scale(frame: Frame, lay: StageLayout, room: Rect) -> list[Shape]:
    """How wide a magenta line is for which gradient: a linear scale."""
    u = lay.unit
    choices = _width_words(frame)
    if not np.isfinite(largest(frame)):
        return [Text("width-scale", room, choices[0], Role.GRADIENT, u, False, "left")]
    bar = 2.2 * u
    fits = [c for c in choices if text_width(c, u) <= room.w - bar - u]
    if not fits:
        return []
    line = ((room.x, room.cy), (room.x + bar, room.cy))
    place = Rect(room.x + bar + 0.5 * u, room.y, room.w - bar - 0.5 * u, room.h)
    return [
        Line("width-scale-line", line, Role.GRADIENT, lay.widest),
        Text("width-scale", place, fits[0], Role.GRADIENT, u, False, "left"),
    ]


def _width_words(frame: Frame) -> tuple[str, ...]:
    """What the widest line stands for, the longest way to say it first."""
    top = largest(frame)
    if not np.isfinite(top):
        none = f"no gradient: every ‖∂{loss_name(frame)}/∂a⟨t⟩‖ is 0"
        if not frame.source:
            none = "no gradient: no step pays a loss"
        return (none if top == -np.inf else "gradient not finite",)
    of = "sum of all losses" if frame.summed else f"loss of step {frame.source} alone"
    value = f"‖∂{loss_name(frame)}/∂a⟨t⟩‖ = {ratio(top)}"
    deep, cut = frame.layers > 1, left_out_words(frame)
    return (
        *((f"{value}, in proportion · {cut}", cut) if cut else ()),
        f"{value}, widths are in proportion{', one scale for all layers' * deep} · {of}",
        *((f"{value}, one scale for all layers",) if deep else ()),
        f"{value}, in proportion",
        value,
    )


def _update(frame: Frame, lay: StageLayout, room: Rect) -> list[Shape]:
    """The optimiser's formula, what clipping did, η and L."""
    u = lay.unit
    settings = frame.run.settings
    plain, formulas = settings.optimizer == PLAIN, FORMULAS[settings.optimizer]
    name = "" if plain else OPTIMIZERS[settings.optimizer].title
    size = min(1.35, lay.header.h / u / 1.2 if lay.header else 1.0) * u
    clipping = clipping_words(frame)
    need = text_width(clipping[-1], u) + 1.6 * u if clipping else 0.0
    label = text_width(name, u, True) + 1.0 * u if name else 0.0
    found = [f for f in formulas if label + _math_width(f, size) + need <= room.w]
    formula = found[0] if found else formulas[-1] if plain else ""
    shapes: list[Shape] = []
    if name:
        place = Rect(room.x + 0.2 * u, room.y, label, room.h)
        shapes.append(Text("update-name", place, name, Role.INK, u, True, "left"))
    place = Rect(room.x + label + 0.5 * u, room.y, _math_width(formula, size), room.h)
    if formula:
        glow = 0.12 + 0.3 * frame.moment.done("gather") * (1.0 - frame.moment.done("update"))
        box = place.grown(0.15 * u)
        radius = 0.5 * u
        line = 0.1 * u
        shapes.append(Box("update-box", box, Role.GRADIENT, Role.GRADIENT, radius, line, 1.0, glow))
        shapes.append(Text("update", place, formula, Role.INK, size, True, math=True))
    begin = place.right + 1.2 * u if formula else place.x + 0.5 * u
    rest = Rect(begin, room.y, room.right - begin, room.h)
    words = _update_words(frame, clipping, rest.w, u)
    if words:
        shapes.append(Text("update-numbers", rest, words, Role.INK, u, False, "left"))
    return shapes


def _math_width(formula: str, size: float) -> float:
    return text_width(formula, size) + size if formula else 0.0


def _update_words(frame: Frame, clipping: tuple[str, ...], width: float, u: float) -> str:
    """What clipping did, η and L, and that all is done: as much of it as there is room for."""
    rate = f"η = {number(frame.run.learning_rate)}"
    loss = f"L = {number(frame.total_loss, zeros=True)}"
    after = "has new weights" if frame.changes else "has the same weights"
    done = f"done: the next pass {after}" if frame.moment.resting else ""
    long, short = (clipping[0], clipping[-1]) if clipping else ("", "")
    cut = left_out_words(frame)
    choices = (
        *(((long, cut, rate, loss), (short, cut, rate), (cut, rate), (cut,)) if cut else ()),
        (long, rate, loss, done),
        (long, rate, loss),
        (long, rate),
        (short, rate),
        (long,),
        (short,),
    )
    for choice in choices:
        words = _GAP.join(part for part in choice if part)
        if text_width(words, u) <= width:
            return words
    return ""


def clipping_words(frame: Frame) -> tuple[str, ...]:
    """What clipping did to this update's gradients, the longest way to say it first."""
    settings = frame.run.settings
    key = ("clipping", settings.clipping, settings.clip_limit)
    report = remembered(frame, key, lambda: frame.update.report if frame.update else None)
    if report is None:
        return ()
    from rnnviz.scenes.equation.update import CLIPPED  # the first paint shows no update

    norm, told = f"‖g‖ = {number(report.norm_before)}", CLIPPED.get(settings.clipping)
    return (norm,) if told is None else told.words(report, norm, number(settings.clip_limit))
