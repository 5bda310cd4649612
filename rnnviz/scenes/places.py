"""Where the parts of one step lie, what a step needs to be drawn, and the names beside it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from rnnviz.frozen import record
from rnnviz.scenes.layout import StageLayout
from rnnviz.scenes.measure import reach, symbol_width
from rnnviz.scenes.phases import Ahead, Back
from rnnviz.scenes.rows import AROUND, LABELLED, NAMED
from rnnviz.scenes.shapes import Box, Rect, Role, Shape, Symbol, Text


@record
class Column:
    """A step's column on the stage: its place and how far it is revealed.

    Attributes
    ----------
    t : int
        The step.
    x : float
        Its middle.
    ahead, back : Ahead, Back
        Its phases.
    current : bool
        Whether the playhead is on it.
    labels : bool
        Whether the weights are named here.
    before, after : float
        x where the previous cell ends and the next one begins (or the picture does).
    cut : bool
        Whether the previous cell is not in the picture.
    fade : float
        1, or less where the window glides.
    """

    t: int
    x: float
    ahead: Ahead
    back: Back
    current: bool
    labels: bool
    before: float
    after: float
    cut: bool
    fade: float = 1.0


def cell_rect(lay: StageLayout, x: float, layer: int = 0) -> Rect:
    """A cell's rectangle when its column's middle is x; layer 0 is the lowest."""
    cell = lay.cell
    return Rect(x - cell.w / 2, cell.y - layer * lay.rise, cell.w, cell.h)


def stack_rect(lay: StageLayout, x: float) -> Rect:
    """The cells of all layers."""
    return Rect(x - lay.cell.w / 2, lay.top, lay.cell.w, lay.cell.h + (lay.layers - 1) * lay.rise)


def heat_rect(lay: StageLayout, x: float, layer: int = 0) -> Rect:
    """A cell's units' rectangle."""
    heat = lay.heat
    return Rect(x - heat.w / 2, heat.y - layer * lay.rise, heat.w, heat.h)


def memory_rect(lay: StageLayout, strip: Rect, x: float, layer: int) -> Rect:
    """The rectangle of a cell's c⟨t⟩."""
    return Rect(x - strip.w / 2, strip.y - layer * lay.rise, strip.w, strip.h)


def token_rect(lay: StageLayout, x: float) -> Rect:
    """The rectangle of a step's token."""
    return Rect(x - lay.token.w / 2, lay.token.y, lay.token.w, lay.token.h)


def unit_rect(lay: StageLayout, x: float, unit: int, layer: int = 0) -> Rect:
    """One unit's place."""
    heat = heat_rect(lay, x, layer)
    column, row = divmod(unit, lay.rows)
    w, h = heat.w / lay.columns, heat.h / lay.rows
    return Rect(heat.x + column * w, heat.y + row * h, w, h)


def outputs_bottom(lay: StageLayout) -> float:
    """Where the outputs end."""
    return lay.outputs + lay.output_rows * lay.row - 0.2 * lay.unit


def start_edge(lay: StageLayout, x: float) -> float:
    """x where the edge from a⟨0⟩ begins."""
    begin = cell_rect(lay, x).x - min(lay.lead - 0.8 * lay.unit, 3.6 * lay.unit)
    return max(begin, 0.35 * lay.unit)


@lru_cache(maxsize=64)
def lanes(lay: StageLayout) -> tuple[tuple[str, str, float, Role], ...]:
    """The ways from step to step, of a, and of c where a cell has one.

    As (beginning and end of its name, y, role).
    """
    found: list[tuple[str, str, float, Role]] = []
    for layer in range(lay.layers):
        up, tag = layer * lay.rise, f":{layer + 1}" if lay.layers > 1 else ""
        found.append(("edge-a", tag, lay.forward_lane - up, Role.STATE))
        if lay.memory_lane:
            found.append(("edge-c", tag, lay.memory_lane - up, Role.INK))
    return tuple(found)


def layer_index(lay: StageLayout, layer: int) -> str:
    """The upper index of a layer; none where there is but one."""
    return f"[{layer + 1}]" if lay.layers > 1 else ""


# -- names -------------------------------------------------------------------------------------


def without_overlap(names: list[Shape], others: list[Shape]) -> list[Shape]:
    """The names, if need be without the layer's index; none where one would stand in another."""
    taken = [reach(shape) for shape in others if isinstance(shape, Symbol)]
    plain = [replace(name, sup="") if isinstance(name, Symbol) else name for name in names]
    for choice in (names, plain):
        if not any(_meet(reach(name), other) for name in choice for other in taken):
            return choice
    return []


def without_names_under(names: list[Shape], over: list[Shape]) -> list[Shape]:
    """The shapes without those letters and words that something would lie over."""
    taken = [shape.rect for shape in over if isinstance(shape, Box)]
    return [
        name
        for name in names
        if not isinstance(name, Symbol | Text)
        or not any(_meet(reach(name), other) for other in taken)
    ]


def _meet(a: Rect, b: Rect) -> bool:
    return a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom


def weight_names(lay: StageLayout, x: float, answer: float | None) -> list[Shape]:
    """W_ax and W_ya beside the edges of the columns at x and `answer`, where there is room."""
    u, cell = lay.unit, cell_rect(lay, x)
    of = layer_index(lay, 0)
    if lay.pitch < 5.5 * u:
        return []
    size, drop = 1.4 * u, (0.38 if lay.layers > 1 else 0.22) * u
    off = 0.0 if lay.layers > 1 else 0.1 * u  # from the halo around the current step's cell
    halo = (AROUND + 0.06) * u
    least = ((LABELLED + AROUND if lay.layers > 1 else NAMED) - 0.01) * u
    shapes: list[Shape] = []
    if lay.token.y - cell.bottom >= least:
        high = (1.25 if of else 0.95) * u
        y = max((lay.token.y + cell.bottom) / 2 + drop + off, cell.bottom + halo + high)
        shapes.append(Symbol("W_ax", x + 0.5 * u, y, "W", "ax", of, "", Role.INPUT, size, "left"))
    for layer in range(1, lay.layers if lay.link >= (LABELLED - 0.01) * u else 0):
        y = cell_rect(lay, x, layer).bottom + lay.link / 2 + drop
        name, of = f"W_ax-{layer + 1}", layer_index(lay, layer)
        shapes.append(Symbol(name, x + 0.5 * u, y, "W", "ax", of, "", Role.STATE, size, "left"))
    room = lay.top - outputs_bottom(lay) >= least
    if lay.output_rows and room and answer is not None:
        y = min((lay.top + outputs_bottom(lay)) / 2 + drop - off, lay.top - halo - 0.53 * u)
        shapes.append(
            Symbol("W_ya", answer + 0.5 * u, y, "W", "ya", "", "", Role.OUTPUT, size, "left")
        )
    return shapes


LINK_NAMES = ("over", "aside", "near")
"""Where W_aa may stand: over the middle of its edge, nearer to the edge's end, near to the edge."""


def link_names(
    lay: StageLayout, start: float, end: float, beside: float, way: str = "over"
) -> list[Shape]:
    """W_aa above the edges between two cells; nothing where they are too short.

    Where c⟨t⟩ runs above them, it stands below the gradient's way, in `beside` of the height. Of
    several layers the names of the edges that rise may reach there: `way` is one of `LINK_NAMES`.
    """
    u = lay.unit
    shapes: list[Shape] = []
    above = 0.65 * u
    if way == "near" and lay.layers > 1:
        above = min(above, 0.35 * u + max(0.0, lay.link - LABELLED * u))
    for layer in range(lay.layers):
        y = lay.forward_lane - above
        if lay.memory_lane and lay.forward_lane - lay.memory_lane < 2.0 * u:
            y = lay.backward_lane + lay.widest / 2 + 1.25 * u
            if y + 0.56 * u > lay.cell.y + beside:
                continue
        y -= layer * lay.rise
        name = "W_aa" if layer == 0 else f"W_aa-{layer + 1}"
        middle = (start + end) / 2
        if end - start < 2.7 * u or y < 1.1 * u:
            continue
        if lay.layers > 1 and (lay.rise < 3.4 * u or y - 1.35 * u < outputs_bottom(lay)):
            continue
        named = Symbol(name, middle, y, "W", "aa", layer_index(lay, layer), "", Role.STATE, 1.4 * u)
        if lay.layers > 1 and symbol_width(named) > end - start - 0.3 * u:
            named = replace(named, sup="")
        if way == "aside":
            named = replace(named, sup="")
            named = replace(named, x=max(middle, end - symbol_width(named) / 2 - 0.12 * u))
        shapes.append(named)
    return shapes


def first_states(lay: StageLayout, x: float, fade: float) -> list[Shape]:
    """a⟨0⟩ = 0 beneath the first edge of every layer, as long as there is room for it."""
    u = lay.unit
    shapes: list[Shape] = []
    low = lay.forward_lane + 1.92 * u
    if lay.layers > 1 and (lay.rise < 2.4 * u or low > lay.token.y):
        return shapes
    for layer in range(lay.layers):
        y = lay.forward_lane + 1.75 * u - layer * lay.rise
        of = layer_index(lay, layer)
        name = f"a0-{layer + 1}" if layer else "a0"
        start = Symbol(name, x, y, "a", "", f"{of}⟨0⟩", " = 0", Role.STATE, 1.4 * u, "right", fade)
        if of:
            start = replace(start, x=x + 0.25 * u)
            for tail in (" = 0", "=0", ""):
                start = replace(start, tail=tail)
                if symbol_width(start) <= x + 0.2 * u:
                    break
        if symbol_width(start) < x:  # not while the window glides on
            shapes.append(start)
    return shapes


def layer_names(lay: StageLayout, x: float, fade: float) -> list[Shape]:
    """Which layer is which, where the edges begin; nothing where there is no room."""
    u = lay.unit
    if lay.rise < 2.0 * u:
        return []
    shapes: list[Shape] = []
    for layer in range(lay.layers):
        y, of = lay.forward_lane + 0.3 * u - layer * lay.rise, f"[{layer + 1}]"
        name = f"layer-{layer + 1}"
        named = Symbol(name, x, y, "a", "", of, "", Role.STATE, 1.4 * u, "right", fade)
        if symbol_width(named) < x - 0.35 * u:
            shapes.append(named)
    return shapes
