"""The loop unrolls: the folded network with its arrow, and its copies, one a step.

The letters are those of the lecture's slide in every notation: x what enters, h the block with its
weights and its state, V the link from one step to the next, O what comes out.
"""

from __future__ import annotations

from math import ceil

from rnnviz.film import Frame
from rnnviz.film.records import parameters
from rnnviz.scenes.charts.steps import step_name
from rnnviz.scenes.laboratory.maps import draw_said, without_said, wrapped
from rnnviz.scenes.lecture.folded import folded_shapes, grid_of, letter
from rnnviz.scenes.lecture.unrolled import Unrolled, unrolled
from rnnviz.scenes.measure import clean, symbol_width, text_width
from rnnviz.scenes.series import entering_text
from rnnviz.scenes.shapes import (
    Bitmap,
    Box,
    Line,
    Rect,
    Role,
    Scene,
    Shape,
    Symbol,
    Target,
    Text,
)
from rnnviz.scenes.slider import draw_slider

OF_A_LAYER = False


def titles(frame: Frame) -> list[tuple[str, str]]:
    """What the panel's title may be, from the most words to the fewest."""
    seen = f"{ceil(frame.copies):,} of {frame.steps:,}"
    return [
        ("The loop unrolls", f"{seen} copies"),
        ("The loop unrolls", seen),
        ("Loop", seen),
        ("Loop", ""),
    ]


def scene(
    frame: Frame, width: float, height: float, area: Rect, unit: float, _small: float = 0.0
) -> Scene:
    """Draw the folded network, as many copies as are out, the slider for T and what is said."""
    out = frame.copies
    count = frame.playhead.copies and int(out)
    lines = wrapped(sentence(frame), area.w, unit)
    foot = 1.35 * unit * len(lines) + 0.3 * unit
    slide = 2.0 * unit
    edge = 0.1 * unit
    body = Rect(area.x, area.y + edge, area.w, area.h - foot - slide - 0.4 * unit - edge)
    lay = unrolled(frame, body, unit, count or frame.steps)
    if lay is None:
        lack = Text("no-room", area, "The loop needs a larger panel.", Role.MUTED, unit)
        return Scene(width, height, (lack,))
    shapes = folded_shapes(frame, lay, ceil(out))
    targets: list[Target] = []
    if out > 0:
        y = lay.folded[0].cy
        place = Rect(lay.equals - lay.scale, y - lay.scale, 2 * lay.scale, 2 * lay.scale)
        shapes.append(Text("equals", place, "=", Role.INK, 2.0 * lay.scale))
    sizes = _letters(frame, lay)
    for place, t in reversed(tuple(enumerate(lay.steps))):  # each comes out from under the last
        come = min(1.0, max(0.0, out - (t - 1)))
        if come <= 0.0:
            continue
        shapes += _copy(frame, lay, place, t, come, sizes)
        top, x = lay.output, lay.x(place)
        where = Rect(x - lay.pitch / 2, top, lay.pitch, lay.token + lay.pill - top)
        targets.append(Target("copy", where, t))
    if lay.gap and out > lay.steps[lay.split - 1]:
        x = lay.left + lay.split * lay.pitch
        place = Rect(x, lay.cell.cy - lay.unit, lay.break_width, 2 * lay.unit)
        words = f"… {lay.gap:,} copies …"
        if text_width(words, unit) > place.w:
            words = f"… {lay.gap:,} …"
        shapes.append(Text("gap", place, words, Role.MUTED, unit))
    row = Rect(area.x, body.bottom + 0.2 * unit, area.w, slide)
    slider, target = _slider(frame, row, unit)
    shapes += slider
    shapes += draw_said(lines, area, unit)
    return Scene(width, height, tuple(shapes), (*targets, target))


def covered(scene: Scene) -> Scene:
    """The picture without what is said of it."""
    return without_said(scene)


def reading(frame: Frame, target: Target) -> tuple[str, ...]:
    """What is said of the place under the pointer."""
    if target.kind == "slider":
        count = target.unit + 1
        return (f"{count:,} {'copy' if count == 1 else 'copies'} of one network",)
    t = target.step
    before = f", from a⟨{t - 1}⟩ and what enters" if frame.linked(t) else ", from what enters"
    return (f"copy {t}: {step_name(frame, t)}", f"its state is a⟨{t}⟩{before}")


def chosen(_frame: Frame, target: Target) -> tuple[str, int]:
    """What a press asks for: so many copies, or the step of a copy."""
    return ("copies", target.unit + 1) if target.kind == "slider" else ("step", target.step)


def sentence(frame: Frame) -> str:
    """What a copy is, how many weights there are, and what V is not."""
    n, s = ceil(frame.copies), frame.source_steps
    weights = f"{_weights(frame):,} weights and biases"
    if s and n:
        both = f"{min(n, s)} of the encoder"
        if n > s:
            both += f", {n - s} of the decoder"
        said = f"Two networks, copied step by step: {both}. {weights} together, however many."
    elif n:
        many = "1 copy" if n == 1 else f"{n:,} copies"
        said = f"{many} of one network: {weights}, the same for {n:,} and for {_other(n):,}."
    elif s:
        said = f"Two networks, each with a loop: {weights}. Each step forward (→) opens a copy."
    elif frame.linked(1):
        said = f"One network with a loop: {weights}. Each step forward (→) opens one copy more."
    else:
        said = f"One network, {weights}. Each step forward (→) is one copy more."
    return f"{said} {_link(frame)}"


def _weights(frame: Frame) -> int:
    """How many weights and biases there are, of a pair those of both networks."""
    return sum(array.size for array in parameters(frame.passing.trace.network).values())


def _other(n: int) -> int:
    """Another number of copies than so many."""
    return 33 if n < 20 else 9


def _link(frame: Frame) -> str:
    """What V is here, or that there is none."""
    if not frame.linked(1):
        return "In this mode nothing is handed from one step to the next: no loop, and no V."
    each = ", in each layer its own" if frame.layers > 1 else ""
    gates = ", of all gates together" if frame.kind.names else ""
    said = f"V is the link from one step to the next, W_aa{gates}{each}"
    if frame.kind.states:
        said += f"; {' and '.join(frame.kind.states)} is handed on beside it"
    return f"{said}. It is not the V of textbooks, the output's weights, W_ya."


# -- the copies ------------------------------------------------------------------------------


def _letters(frame: Frame, lay: Unrolled) -> tuple[float, float, float]:
    """Sizes of the letters h and O of a copy, and of what enters; 0 where there is no room."""
    large = min(1.5 * lay.scale, 0.85 * lay.pill)

    def within(room: float, base: str) -> float:
        one = letter("", 0, 0, base, frame.steps, 1.0)
        return _at_least(lay, min(large, room / symbol_width(one)))

    word = 1.15 * lay.scale
    texts = [_entering(frame, t) for t in lay.steps if not frame.silent(t)]
    widest = max((text_width(text, 1.0) for text in texts), default=0.0)
    if widest:
        word = _at_least(lay, min(word, (lay.wide - 1.1 * lay.unit) / widest))
    side = 0.3 * lay.unit
    return within(lay.cell.w - side, "h"), within(lay.wide - side, "O"), word


def _at_least(lay: Unrolled, size: float) -> float:
    return size if size >= lay.unit else 0.0


def _entering(frame: Frame, t: int) -> str:
    if frame.value(t) is not None or frame.task.sequence.values is not None:
        return entering_text(frame, t)
    return clean(frame.token(t))


def _copy(
    frame: Frame, lay: Unrolled, place: int, t: int, come: float, sizes: tuple[float, ...]
) -> list[Shape]:
    """One copy, on its way out of the one before, or of the loop."""
    u, (state, size, word) = lay.scale, sizes
    start = lay.x(place - 1) if place else lay.folded[-1].cx
    eased = come * come * (3.0 - 2.0 * come)
    x = start + (lay.x(place) - start) * eased
    width, head = 0.13 * lay.unit, 0.6 * lay.unit
    read = max(0.0, 2.5 * come - 1.5)  # its letters, when it is clear of the one before
    shapes: list[Shape] = []
    for layer in range(frame.layers):
        cell, tag = lay.at(x, layer), f"{t}:{layer + 1}"
        if frame.linked(t) and t > 1:
            shapes += _links(frame, lay, place, t, layer, cell, come)
        shapes.append(Box(f"cell:{tag}", cell, Role.BACKGROUND, Role.STATE, 0.4 * u, width, come))
        named = state if cell.h >= 4.0 * state else 0.0
        shapes += grid_of(f"heat:{tag}", frame, lay, cell, t, layer, named, come)
        if named:
            y = cell.bottom - 0.5 * named
            shapes.append(letter(f"h:{tag}", cell.cx, y, "h", t, named, read))
        if layer:
            below = lay.at(x, layer - 1)
            way = ((x, below.y), (x, cell.bottom))
            shapes.append(Line(f"up:{tag}", way, Role.STATE, width, come, False, head))
    if not frame.silent(t):
        low = lay.at(x).bottom
        role = Role.OUTPUT if frame.feeds_back(t) else Role.INPUT
        way = ((x, lay.token), (x, low))
        shapes.append(Line(f"in:{t}", way, role, width, come, False, head))
        shapes += _token(frame, lay, x, t, (come, read), word, size)
    if answers(frame, t):
        top = lay.at(x, frame.layers - 1).y
        way = ((x, top), (x, lay.output + lay.pill))
        shapes.append(Line(f"out:{t}", way, Role.OUTPUT, width, come, False, head))
        box = Rect(x - lay.wide / 2, lay.output + lay.pill - lay.high, lay.wide, lay.high)
        shapes.append(Box(f"O-box:{t}", box, Role.OUTPUT, Role.OUTPUT, 0.3 * u, width, come, 0.12))
        if size:
            shapes.append(letter(f"O:{t}", box.cx, box.cy + 0.3 * size, "O", t, size, read))
    return shapes


def answers(frame: Frame, t: int) -> bool:
    """Whether an output is asked for at a step: with a whole sentence's one, at the last alone."""
    return frame.answers(t) and (frame.task.mode != "many_to_one" or frame.pays(t))


def _links(
    frame: Frame, lay: Unrolled, place: int, t: int, layer: int, cell: Rect, come: float
) -> list[Shape]:
    """V from the copy before, and what else a cell hands on."""
    u, w = lay.scale, lay.unit
    first = place == lay.split and lay.gap
    begin = cell.x - 0.38 * lay.pitch if first else lay.at(lay.x(place - 1), layer).right
    if cell.x - begin < 2.0:
        return []
    tag = f"{t}:{layer + 1}"
    others = frame.kind.states
    wide = 0.26 * w if t == frame.source_steps + 1 else 0.15 * w
    head = min(0.7 * w, 0.6 * (cell.x - begin))
    shapes: list[Shape] = [
        Line(f"V:{tag}", ((begin, cell.cy), (cell.x, cell.cy)), Role.STATE, wide, come, False, head)
    ]
    size = min(1.4 * u, 0.5 * (cell.x - begin))
    if size >= w:
        name = Symbol(
            f"V-name:{tag}", (begin + cell.x) / 2, cell.cy - 0.5 * size, "V", role=Role.STATE,
            size=size, alpha=come,
        )  # fmt: skip
        shapes.append(name)
    for i, other in enumerate(others, start=1):
        y = cell.cy - cell.h * (0.42 if size >= w else 0.3) * i / len(others)
        way = ((begin, y), (cell.x, y))
        shapes.append(Line(f"{other}:{tag}", way, Role.INK, wide, come, False, head))
        if size >= w and y - size > lay.at(lay.x(place), layer).y - 0.6 * size:
            at = (begin + cell.x) / 2, y - 0.4 * size
            name = Symbol(f"{other}-name:{tag}", *at, other, role=Role.INK, size=size, alpha=come)
            shapes.append(name)
    return shapes


def _token(
    frame: Frame,
    lay: Unrolled,
    x: float,
    t: int,
    seen: tuple[float, float],
    size: float,
    named: float,
) -> list[Shape]:
    """What enters: a word, a number or a picture; in blue what the network fed itself."""
    picture, (come, read) = frame.picture(t), seen
    rect = Rect(x - lay.wide / 2, lay.token, lay.wide, lay.high)
    if picture is not None:
        rows, columns = picture.shape
        scale = min(lay.wide / columns, lay.pill / rows)
        at = Rect(x - columns * scale / 2, rect.y, columns * scale, rows * scale)
        lit = frame.task.sequence.frames is not None
        edge = Box(f"x-box:{t}", at.grown(1.0), None, Role.INPUT, 0.0, 0.1 * lay.unit, come)
        return [Bitmap(f"x-picture:{t}", at, picture, come, lit), edge]
    role = Role.OUTPUT if frame.feeds_back(t) else Role.INPUT
    shapes: list[Shape] = [
        Box(f"x-box:{t}", rect, role, role, rect.h / 2, 0.1 * lay.unit, come, 0.13)
    ]
    if size:
        text = _entering(frame, t)
        shapes.append(Text(f"x:{t}", rect, text, Role.INK, size, alpha=read, own=True))
    elif named:
        shapes.append(letter(f"x:{t}", x, rect.cy + 0.22 * named, "x", t, named, read))
    return shapes


# -- the slider ------------------------------------------------------------------------------


def _slider(frame: Frame, row: Rect, unit: float) -> tuple[list[Shape], Target]:
    """The slider for T: so many copies of as many as there are steps."""
    out, steps = frame.copies, frame.steps
    n = ceil(out)
    by = "" if frame.playhead.copies else ", as far as the film"
    words = f"{n:,} of {steps:,}{by}"
    said = text_width(f"{steps:,} of {steps:,}, as far as the film", unit) + unit
    wide = min(row.w - said - 3.0 * unit, 46 * unit)
    left = row.x + max(2.0 * unit, (row.w - wide - said) / 2)
    wide = max(wide, 4 * unit)
    drawn, target = draw_slider(row, left, wide, (out - 0.5) / steps, steps, Role.STATE, unit)
    right = left + wide
    shapes: list[Shape] = [
        Symbol("T", left - 0.8 * unit, row.cy + 0.42 * unit, "T", size=1.3 * unit, align="right"),
        *drawn,
        Text(
            "T-said", Rect(right + unit, row.y, row.right - right - unit, row.h), words,
            Role.MUTED, unit, align="left",
        ),
    ]  # fmt: skip
    return shapes, target
