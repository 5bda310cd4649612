"""One step of the unrolled network: token, cell with its units, edges, output and loss."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rnnviz.film import Frame
from rnnviz.scenes.layout import StageLayout
from rnnviz.scenes.measure import symbol_width
from rnnviz.scenes.modes import feed_shapes, token_shapes
from rnnviz.scenes.motion import dot_shapes, gradient_shapes
from rnnviz.scenes.outputs import output_shapes
from rnnviz.scenes.phases import (
    DONE,
    Ahead,
    as_grid,
    back_within_layer,
    eased,
    empty_grid,
    memory_limit,
    norm_text,
    state_limit,
    turned,
    value_grid,
    within_layer,
)
from rnnviz.scenes.places import (
    Column,
    cell_rect,
    heat_rect,
    lanes,
    layer_index,
    memory_rect,
    outputs_bottom,
    start_edge,
    unit_rect,
)
from rnnviz.scenes.shapes import Box, Heat, Line, Rect, Role, Shape, Symbol, Text

FUTURE = 0.38  # how much of what is still to come is seen
WIDTH, ARROW = 0.15, 0.62  # of an edge, in units


def column_shapes(frame: Frame, lay: StageLayout, c: Column) -> list[Shape]:
    """All shapes of a step, with the edge that leads into it."""
    shapes: list[Shape] = []
    shapes += _edges(frame, lay, c)
    shapes += token_shapes(frame, lay, c)
    for layer in range(lay.layers):
        shapes += _cell(frame, lay, c, layer)
    if lay.output_rows and frame.answers(c.t):
        shapes += output_shapes(frame, lay, c.t, c.x, c.ahead, c.back, c.fade)
    shapes += gradient_shapes(frame, lay, c)
    shapes += dot_shapes(frame, lay, c)
    return shapes


def _seen(done: float, fade: float) -> float:
    return (FUTURE + (1.0 - FUTURE) * min(1.0, done)) * fade


def _edges(frame: Frame, lay: StageLayout, c: Column) -> list[Shape]:
    u, t = lay.unit, c.t
    width, arrow = WIDTH * u, ARROW * u
    begun = c.ahead.begun if t == 1 else 1.0 if c.ahead is DONE else eased(2 * c.ahead.recurrent)
    x, cell = c.x, cell_rect(lay, c.x)
    shapes: list[Shape] = []
    begin, dash = (start_edge(lay, c.x), True) if t == 1 else (c.before, c.cut)
    if (t > 1 or lay.lead) and frame.linked(t):
        alpha = _seen(begun, c.fade)
        for name, tag, y, role in lanes(lay):
            way = ((begin, y), (cell.x, y))
            head = min(arrow, 0.6 * cell.h)
            wide = 2.0 * width if t == frame.source_steps + 1 > 1 else width  # handed over
            shapes.append(Line(f"{name}:{t}{tag}", way, role, wide, alpha, dash, head))
    up = _seen(c.ahead.begun, c.fade)
    way = ((x, lay.token.y), (x, cell.bottom))
    role = Role.OUTPUT if frame.feeds_back(t) else Role.INPUT
    if not frame.silent(t):
        shapes.append(Line(f"edge-x:{t}", way, role, width, up, False, arrow))
    shapes += feed_shapes(frame, lay, c, width, up)
    for layer in range(1, lay.layers):
        done = within_layer(c.ahead, layer, lay.layers)
        up = _seen(done.begun, c.fade)
        below, above = cell_rect(lay, x, layer - 1), cell_rect(lay, x, layer)
        way = ((x, below.y), (x, above.bottom))
        head = min(arrow, 0.7 * lay.link)
        shapes.append(Line(f"edge-x:{t}:{layer + 1}", way, Role.STATE, width, up, False, head))
    if lay.output_rows and frame.answers(t):
        up = _seen(1.0 if c.ahead is DONE else eased(4.0 * c.ahead.output), c.fade)
        way = ((x, lay.top), (x, outputs_bottom(lay)))
        shapes.append(Line(f"edge-y:{t}", way, Role.OUTPUT, width, up, False, arrow))
    return shapes


def _cell(frame: Frame, lay: StageLayout, c: Column, layer: int) -> list[Shape]:
    u, tag = lay.unit, f"{c.t}:{layer + 1}" if lay.layers > 1 else f"{c.t}"
    rect, heat = cell_rect(lay, c.x, layer), heat_rect(lay, c.x, layer)
    done = within_layer(c.ahead, layer, lay.layers)
    glow = c.current and done.combine > 0.0 and done.settle < 1.0
    shown = lay.layers > 1 and layer == frame.layer
    seen = _seen(c.ahead.begun, 1.0)
    radius = min(0.8 * u, 0.3 * rect.h) if lay.layers > 1 else 0.8 * u
    width = (0.2 if glow or shown else 0.15 if c.current else 0.11) * u
    shapes: list[Shape] = [
        Box(f"cell:{tag}", rect, Role.BACKGROUND, Role.STATE, radius, width, seen * c.fade)
    ]
    known = _known(frame, done)
    gap = _gap(heat, lay.rows, lay.columns, u)
    shapes += _strip(frame, lay, c, layer, "a", known, tag, heat, gap, seen)
    if lay.memory is not None:
        place = memory_rect(lay, lay.memory, c.x, layer)
        shapes += _strip(frame, lay, c, layer, "c", known, tag, place, gap, seen)
    unit = frame.playhead.unit
    small = min(heat.w / lay.columns, heat.h / lay.rows)
    if unit >= 0 and layer == frame.layer and small >= 0.3 * u:
        marked = unit_rect(lay, c.x, unit, layer).grown(0.02 * u)
        shapes.append(Box(f"unit:{tag}", marked, None, Role.INK, 0.2 * u, 0.12 * u, seen * c.fade))
    adding = not frame.kind.names and done.combine > 0.0 and done.settle == 0.0
    return shapes + _foot(frame, lay, c, layer, "z" if adding else "a", rect)


def _gap(heat: Rect, rows: int, columns: int, u: float) -> float:
    small = min(heat.w / columns, heat.h / rows)
    return 0.13 * u if small > 0.7 * u else 0.07 * u if small > 0.34 * u else 0.0


def _known(frame: Frame, done: Ahead) -> float:
    """How much of what a cell shows is there, 0 … 1; a gated cell shows nothing before it settles.

    From then on its units come one by one.
    """
    if not frame.kind.names or done.settle >= 1.0:
        return done.combine
    return float(done.settle > 0.0)


def _strip(
    frame: Frame,
    lay: StageLayout,
    c: Column,
    layer: int,
    quantity: str,
    known: float,
    tag: str,
    place: Rect,
    gap: float,
    seen: float,
) -> list[Shape]:
    """The values of a⟨t⟩ or c⟨t⟩ in a cell, as far as they are known."""
    of_a = quantity == "a"
    rows, columns = (lay.rows, lay.columns) if of_a else (lay.memory_rows, lay.memory_columns)
    limit = state_limit(frame) if of_a else memory_limit(frame)
    if not of_a:
        gap = _gap(place, rows, columns, lay.unit)
    blank = rows * columns - frame.units
    radius = 0.16 * lay.unit
    end = f":{tag}" if of_a else f"-c:{tag}"
    done = within_layer(c.ahead, layer, lay.layers)
    if done.settle >= 1.0:
        values = value_grid(frame, quantity, layer, c.t, rows, columns)
        return [Heat(f"heat{end}", place, values, limit, gap, radius, c.fade, blank)]
    empty = empty_grid(frame, rows, columns)
    shapes: list[Shape] = [
        Heat(f"empty{end}", place, empty, limit, gap, radius, seen * c.fade, blank)
    ]
    if known > 0.0:
        values = _settling(frame, layer, quantity, c.t, done.settle)
        grid = as_grid(values, rows, columns, bool(frame.kind.names))
        shapes.append(Heat(f"heat{end}", place, grid, limit, gap, radius, known * c.fade, blank))
    return shapes


def _settling(frame: Frame, layer: int, quantity: str, t: int, done: float) -> np.ndarray:
    """z⟨t⟩, in which one unit after the other has become a⟨t⟩; of gated cells without the z."""
    units = frame.units
    if not frame.kind.names:
        shown = np.array(frame.passing.trace.z_at(t, layer)[0], np.float64)
    else:
        shown = np.full(units, np.nan)
    settled = int(done * units)
    values = frame.values_of(quantity, layer)[t, :settled]
    shown[:settled] = values if not frame.kind.names else np.where(np.isnan(values), np.inf, values)
    return shown


def _foot(
    frame: Frame, lay: StageLayout, c: Column, layer: int, letter: str, rect: Rect
) -> list[Shape]:
    u, t = lay.unit, c.t
    tag, up = f"{t}:{layer + 1}" if lay.layers > 1 else f"{t}", layer * lay.rise
    shapes: list[Shape] = []
    back = back_within_layer(c.back, layer, lay.layers)
    number = back.combine >= 1.0 and lay.norm > 0
    begun = c.ahead is DONE or c.ahead.input > 0 or c.current
    if lay.symbol and not (number and not lay.symbol_above):
        place = lay.symbol_above if turned(frame) and lay.symbol_above else lay.symbol
        sup = f"{layer_index(lay, layer)}⟨{t}⟩"
        # What is to come is faded as a shape; its name is read as well as any, in no role's colour.
        role = Role.STATE if begun else Role.MUTED
        named = Symbol(
            f"a:{tag}", c.x, place - up, letter, "", sup, "", role, 1.4 * u, alpha=c.fade
        )
        if lay.layers > 1:
            longest = replace(named, sup=f"[{lay.layers}]⟨{lay.steps}⟩")
            if symbol_width(longest) > rect.w - 0.3 * u:
                named = replace(named, sup=f"⟨{t}⟩")
        shapes.append(named)
    if number:
        text = norm_text(frame, t, layer, rect.w - 0.3 * u, u)
        place = Rect(rect.x + 0.1 * u, lay.norm - up - 0.6 * u, rect.w - 0.2 * u, 1.2 * u)
        shapes.append(Text(f"norm:{tag}", place, text, Role.GRADIENT, u, True, "center", c.fade))
    return shapes
