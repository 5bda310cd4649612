"""The fence of truncated BPTT: the state goes through, the gradient stops; and what that costs."""

from __future__ import annotations

from math import isfinite

from rnnviz.film import Frame, Stage, loss_name, number
from rnnviz.scenes.layout import StageLayout
from rnnviz.scenes.measure import text_width
from rnnviz.scenes.motion import gradient_edge
from rnnviz.scenes.phases import back_within_layer, withheld_strength
from rnnviz.scenes.places import Column, stack_rect
from rnnviz.scenes.shapes import Line, Rect, Role, Shape, Target, Text

_NAMES = ("gradient cut", "cut")


def fence_shapes(
    frame: Frame, lay: StageLayout, columns: list[Column]
) -> tuple[list[Shape], list[Target]]:
    """Posts between the windows, as high as the cells, and the pulses that end at them."""
    shapes: list[Shape] = []
    targets: list[Target] = []
    u = lay.unit
    for c in columns:
        if not frame.cut(c.t + 1) or c.t >= frame.steps:
            continue
        stack, x = stack_rect(lay, c.x), c.x + lay.pitch / 2
        if x > lay.width:
            continue
        top, bottom = stack.y - 0.5 * u, stack.bottom + 0.5 * u
        wide = max(1.5, 0.16 * u)
        post = ((x, top), (x, bottom))
        shapes.append(Line(f"fence:{c.t}", post, Role.GRADIENT, wide, c.fade, dash=True))
        for end, y in (("top", top), ("foot", bottom)):  # a bar, so that no dashed edge is like it
            bar = ((x - 0.4 * u, y), (x + 0.4 * u, y))
            shapes.append(Line(f"fence-{end}:{c.t}", bar, Role.GRADIENT, wide, c.fade))
        for layer in range(lay.layers):
            shapes += _stopped(frame, lay, c, layer, x)
        if c is not columns[0]:  # there W_ax has its name
            shapes += _name(lay, c, x, stack)
        place = Rect(x - 0.5 * u, top, u, bottom - top)
        targets.append(Target("fence", place, c.t))
    return shapes, targets


def _stopped(frame: Frame, lay: StageLayout, c: Column, layer: int, x: float) -> list[Shape]:
    """What comes from step t + 1 as far as the fence."""
    back = back_within_layer(c.back, layer, lay.layers)
    power = withheld_strength(frame, c.t + 1, layer)
    if back.recurrent == 0.0 or power == 0.0:
        return []
    y = lay.backward_lane - layer * lay.rise
    tag, own = (f":{layer + 1}", f"-{layer + 1}") if lay.layers > 1 else ("", "")
    begin = max(c.after, x + 0.1 * lay.unit)
    shapes = gradient_edge(
        f"grad-cut:{c.t}{tag}", ((begin, y), (x, y)), power, back.recurrent, lay.widest, c.fade,
        f"pulse-cut{own}",
    )  # fmt: skip
    if back.recurrent >= 1.0:  # it ends in a bar, not in a head
        first = shapes[0]
        assert isinstance(first, Line)
        shapes[0] = Line(first.id, first.points, first.stroke, first.width, first.alpha, first.dash)
        high = max(0.35 * lay.unit, 0.5 * first.width + 0.2 * lay.unit)
        bar = ((x, y - high), (x, y + high))
        stop = Line(f"stop:{c.t}{tag}", bar, Role.GRADIENT, max(2.0, 0.3 * lay.unit), c.fade)
        shapes.append(stop)
    return shapes


def _name(lay: StageLayout, c: Column, x: float, stack: Rect) -> list[Shape]:
    """The fence's name at its foot, where that is free between the tokens' edges."""
    u, wide = lay.unit, lay.pitch - 1.2 * lay.unit
    for name in _NAMES:
        width = text_width(name, u, True) + 0.4 * u
        below = lay.token.y - stack.bottom - 0.6 * u
        if width <= wide and below >= 1.1 * u:
            place = Rect(x - width / 2, stack.bottom + 0.55 * u, width, 1.1 * u)
            return [Text(f"fence-name:{c.t}", place, name, Role.GRADIENT, u, True, alpha=c.fade)]
    return []


def fence_words(frame: Frame, t: int) -> tuple[str, ...]:
    """What is said of the fence after step t."""
    window = frame.passing.window
    lines = [
        f"fence between the steps {t} and {t + 1}",
        f"truncated BPTT, windows of {window:,} step{'s' * (window > 1)}",
        f"a⟨{t}⟩ goes on, no gradient comes back",
    ]
    return (*lines, *(line for line in (left_out_words(frame),) if line))


def left_out_words(frame: Frame) -> str:
    """How much of ∂L/∂W truncation leaves out, in numbers; empty where nothing is cut."""
    found = frame.left_out
    if found is None:
        return ""
    of = "L" if frame.moment.stage is Stage.UPDATE else loss_name(frame)
    if not found.whole:
        kept = "finite, the whole one is not" if found.cut else "not finite, nor is the whole one"
        return f"truncated: ∂{of}/∂W is {kept}"
    name = f"W_aa{frame.network.architecture.strands[frame.layer].suffix}"
    whose = ("decoder", "encoder") if frame.source_steps else ("",)
    own = [found.of(f"{part}.{name}" if part else name) for part in whose]
    if not isfinite(own[0]):
        return ""
    layer = f" of layer {frame.layer + 1}" if frame.layers > 1 else ""
    every = f", {_share(found.every)} of all ∂{of}/∂W" if isfinite(found.every) else ""
    who = f" ({whose[0]})" if whose[0] else ""
    said = f"{_share(own[0])} of ∂{of}/∂W_aa{layer}{who}"
    if len(own) > 1 and isfinite(own[1]):
        said += f", {_share(own[1])} (encoder)"
    return f"truncation leaves out {said}{every}"


def _share(part: float) -> str:
    """‖whole − cut‖ / ‖whole‖ in words; what is left out can be larger than the whole."""
    if part == 0.0:
        return "nothing"
    return f"{number(100.0 * part)}\u202f%" if part < 10.0 else f"{number(part)} times the size"
