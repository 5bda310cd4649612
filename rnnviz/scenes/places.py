"""Where the parts of one step lie, and what a step needs to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rnnviz.scenes.layout import StageLayout
from rnnviz.scenes.phases import Ahead, Back
from rnnviz.scenes.shapes import Rect, Role


@dataclass(frozen=True, slots=True)
class Column:
    """What one column needs: where it is, how far it has come.

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
    """Its token's rectangle."""
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
