"""The network before its loop is opened: x, h with its arrow V, O; and the units of a cell."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from math import ceil, cos, log, pi, sin

from rnnviz.film import Frame
from rnnviz.scenes.lecture.unrolled import Unrolled
from rnnviz.scenes.measure import symbol_width, text_width
from rnnviz.scenes.phases import empty_grid, state_limit, value_grid
from rnnviz.scenes.shapes import Box, Heat, Line, Rect, Role, Shape, Symbol, Text

_ROLES = {"x": Role.INPUT, "h": Role.STATE, "O": Role.OUTPUT, "V": Role.STATE}


def letter(
    name: str, x: float, y: float, base: str, t: int, size: float, alpha: float = 1.0
) -> Symbol:
    """A letter of the slide with its step, h_3; without one for step 0."""
    sub = str(t) if t else ""
    return Symbol(name, x, y, base, sub, role=_ROLES[base], size=size, alpha=alpha)


def grid_of(
    name: str,
    frame: Frame,
    lay: Unrolled,
    cell: Rect,
    t: int,
    layer: int,
    named: float,
    alpha: float = 1.0,
) -> list[Shape]:
    """The units of a⟨t⟩ within a cell, above a letter so large; those of step 0 are not known."""
    side = min(0.45 * lay.scale, 0.14 * cell.w)
    foot = 1.45 * named or side
    place = Rect(cell.x + side, cell.y + side, cell.w - 2 * side, cell.h - side - foot)
    if place.w < 2.0 or place.h < 2.0:
        return []
    rows, columns = _grid(frame.units, round(place.w), round(place.h))
    blank = rows * columns - frame.units
    small = min(place.w / columns, place.h / rows)
    gap = 0.12 * lay.unit if small > 0.6 * lay.unit else 0.0
    values = (
        value_grid(frame, "a", layer, t, rows, columns) if t else empty_grid(frame, rows, columns)
    )
    return [Heat(name, place, values, state_limit(frame), gap, 0.12 * lay.unit, alpha, blank)]


@lru_cache(maxsize=256)
def _grid(units: int, width: int, height: int) -> tuple[int, int]:
    """Rows and columns of places that are wider than high, with few that stay empty."""

    def awkward(columns: int) -> float:
        rows = ceil(units / columns)
        aspect = width * rows / (columns * max(height, 1))
        return abs(log(aspect / 1.8)) + 4.0 * (rows * columns - units) / units

    columns = min(range(1, min(units, 64) + 1), key=awkward)
    return ceil(units / columns), columns


def folded_shapes(frame: Frame, lay: Unrolled, t: int) -> list[Shape]:
    """The folded network, of an encoder and its decoder both, with the state of step t."""
    shapes: list[Shape] = []
    parts = [("encoder", False), ("decoder", True)] if frame.source_steps else [("folded", True)]
    for place, ((name, says), cell) in enumerate(zip(parts, lay.folded, strict=True)):
        shapes += _network(frame, lay, cell, name, says, t, place)
    if len(parts) == 2:
        for layer in range(frame.layers):
            y = lay.folded[0].y - layer * lay.rise + 0.8 * lay.folded[0].h
            way = ((lay.folded[0].right, y), (lay.folded[1].x, y))
            name = f"handed:{layer + 1}"
            shapes.append(Line(name, way, Role.STATE, 0.26 * lay.unit, 1.0, False, 0.8 * lay.unit))
    return shapes


def _network(
    frame: Frame, lay: Unrolled, low: Rect, name: str, says: bool, t: int, place: int
) -> list[Shape]:
    u, unit = lay.scale, lay.unit
    width, head = 0.17 * unit, 0.75 * unit
    size = max(unit, min(1.9 * u, 0.9 * lay.pill))
    s = frame.source_steps
    mine = min(t, s) if name == "encoder" else t if t > s or not s else 0
    shapes: list[Shape] = []
    for layer in range(frame.layers):
        cell = Rect(low.x, low.y - layer * lay.rise, low.w, low.h)
        tag = f"{place}:{layer + 1}"
        if frame.linked(1):
            shapes += _loop(frame, lay, cell, tag, layer, place)
        shapes.append(Box(f"folded:{tag}", cell, Role.BACKGROUND, Role.STATE, 0.4 * u, width))
        named = size if cell.h >= 4.0 * size else 0.0
        shapes += grid_of(f"folded-heat:{tag}", frame, lay, cell, mine, layer, named)
        if named:
            shapes.append(
                letter(f"folded-h:{tag}", cell.cx, cell.bottom - 0.5 * size, "h", 0, size)
            )
        if layer:
            way = ((cell.cx, cell.bottom + lay.rise - cell.h), (cell.cx, cell.bottom))
            shapes.append(Line(f"folded-up:{tag}", way, Role.STATE, width, 1.0, False, head))
    x, wide = low.cx, min(low.w, 5.0 * u)
    token = Rect(x - wide / 2, lay.token, wide, lay.pill)
    way = ((x, token.y), (x, low.bottom))
    shapes += [
        Box(f"folded-x-box:{place}", token, Role.INPUT, Role.INPUT, token.h / 2, width,
            fill_alpha=0.13),
        letter(f"folded-x:{place}", x, token.cy + 0.22 * size, "x", 0, size),
        Line(f"folded-in:{place}", way, Role.INPUT, width, 1.0, False, head),
    ]  # fmt: skip
    top = low.y - (frame.layers - 1) * lay.rise
    if says and frame.task.outputs > 0:
        box = Rect(x - wide / 2, lay.output, wide, lay.pill)
        way = ((x, top), (x, box.bottom))
        shapes += [
            Box(f"folded-O-box:{place}", box, Role.OUTPUT, Role.OUTPUT, 0.3 * u, width,
                fill_alpha=0.12),
            letter(f"folded-O:{place}", x, box.cy + 0.3 * size, "O", 0, size),
            Line(f"folded-out:{place}", way, Role.OUTPUT, width, 1.0, False, head),
        ]  # fmt: skip
    long = text_width(name, unit) + 0.4 * unit
    if s and long <= low.w:
        left, y = (x + 0.5 * unit, top - 1.6 * unit) if says else (low.x, top - 1.6 * unit)
        if says and lay.output + lay.pill > y:  # beside the output rather than under it
            left, y = x + wide / 2 + 0.4 * unit, lay.output + (lay.pill - 1.4 * unit) / 2
        box = Rect(left, y, long if says else low.w, 1.4 * unit)
        align = "left" if says else "center"
        shapes.append(Text(f"{name}-name", box, name, Role.MUTED, unit, align=align))
    return shapes


def _loop(frame: Frame, lay: Unrolled, cell: Rect, tag: str, layer: int, place: int) -> list[Shape]:
    """The arrow out of a cell's side and back into it, with its letter; c inside that of h.

    Both end before the next network begins.
    """
    u, unit = lay.scale, lay.unit
    further = lay.folded[place + 1 :]
    end = further[0].x - 0.3 * unit if further else lay.equals - 0.8 * u
    high = min(0.42 * cell.h, 3.2 * u)
    wide = min(2.0 * u, 0.55 * cell.w, max(0.9 * unit, end - cell.right - 0.25 * u - 0.7 * unit))
    shapes: list[Shape] = []
    lanes = [("V", Role.STATE), *((name, Role.INK) for name in frame.kind.states)]
    for i, (name, role) in enumerate(lanes):
        part = 1.0 - 0.4 * i
        way = tuple(
            (cell.right + part * wide * sin(a), cell.cy + part * high / 2 * cos(a))
            for a in (pi * k / 24 for k in range(25))
        )
        # Head and shaft: the last piece alone would be shorter than the head.
        way = (*way[:-3], (cell.right, cell.cy - part * high / 2))
        shapes.append(Line(f"loop-{name}:{tag}", way, role, 0.17 * unit, 1.0, False, 0.7 * unit))
    left = cell.right + wide + 0.25 * u
    name = Symbol(
        f"loop-name:{tag}", left, 0.0, "V", "", f"[{layer + 1}]" if frame.layers > 1 else "",
        role=Role.STATE, size=1.0, align="left",
    )  # fmt: skip
    room = (end - left) / symbol_width(name)
    size = max(unit, min(1.7 * u, 0.8 * cell.h, room))
    shapes.append(replace(name, size=size, y=cell.cy + 0.3 * size))
    return shapes
