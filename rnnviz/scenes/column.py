"""One step of the unrolled network: token, cell with its units, edges, output and loss."""

from __future__ import annotations

import numpy as np

from rnnviz.film import Frame
from rnnviz.scenes.layout import Layout
from rnnviz.scenes.measure import clean
from rnnviz.scenes.motion import dot_shapes, gradient_shapes
from rnnviz.scenes.outputs import output_shapes
from rnnviz.scenes.phases import (
    DONE,
    as_grid,
    empty_grid,
    norm_text,
    state_grid,
    state_limit,
    turned,
)
from rnnviz.scenes.places import (
    Column,
    cell_rect,
    heat_rect,
    outputs_bottom,
    start_edge,
    token_rect,
    unit_rect,
)
from rnnviz.scenes.series import value_text
from rnnviz.scenes.shapes import Box, Heat, Line, Rect, Role, Shape, Symbol, Text

FUTURE = 0.38  # how much of what is still to come is seen


def column_shapes(frame: Frame, lay: Layout, c: Column) -> list[Shape]:
    """All shapes of a step, with the edge that leads into it."""
    shapes: list[Shape] = []
    shapes += _edges(frame, lay, c)
    shapes += _token(frame, lay, c)
    shapes += _cell(frame, lay, c)
    if lay.output_rows:
        shapes += output_shapes(frame, lay, c.t, c.x, c.ahead, c.back, c.fade)
    shapes += gradient_shapes(frame, lay, c)
    shapes += dot_shapes(frame, lay, c)
    return shapes


def _seen(done: float, fade: float) -> float:
    return (FUTURE + (1.0 - FUTURE) * min(1.0, done)) * fade


def _edges(frame: Frame, lay: Layout, c: Column) -> list[Shape]:
    u, t = lay.unit, c.t
    width, arrow = 0.15 * u, 0.62 * u
    begun = c.ahead is DONE or c.ahead.recurrent > 0
    x, cell = c.x, cell_rect(lay, c.x)
    y = lay.forward_lane
    shapes: list[Shape] = []
    if t == 1:
        if lay.lead:
            alpha = _seen(1.0 if begun or c.current else 0.0, c.fade)
            start = start_edge(lay, c.x)
            shapes.append(
                Line("edge-a:1", ((start, y), (cell.x, y)), Role.STATE, width, alpha, True, arrow)
            )
    else:
        alpha = _seen(1.0 if begun else 0.0, c.fade)
        shapes.append(
            Line(
                f"edge-a:{t}", ((c.before, y), (cell.x, y)), Role.STATE, width, alpha, c.cut, arrow
            )
        )
    up = _seen(1.0 if c.ahead.input > 0 else 0.0, c.fade)
    shapes.append(
        Line(
            f"edge-x:{t}", ((x, lay.token.y), (x, cell.bottom)), Role.INPUT, width, up, False, arrow
        )
    )
    if lay.output_rows:
        up = _seen(1.0 if c.ahead.output > 0 else 0.0, c.fade)
        shapes.append(
            Line(
                f"edge-y:{t}",
                ((x, cell.y), (x, outputs_bottom(lay))),
                Role.OUTPUT,
                width,
                up,
                False,
                arrow,
            )
        )
    return shapes


def weight_names(lay: Layout, x: float) -> list[Shape]:
    """W_ax and W_ya beside the edges of one column, where there is room."""
    u, cell = lay.unit, cell_rect(lay, x)
    if lay.pitch < 5.5 * u:
        return []
    size, drop = 1.4 * u, 0.22 * u
    shapes: list[Shape] = []
    if lay.token.y - cell.bottom >= 2.1 * u:
        y = (lay.token.y + cell.bottom) / 2 + drop
        shapes.append(Symbol("W_ax", x + 0.5 * u, y, "W", "ax", "", "", Role.INPUT, size, "left"))
    if lay.output_rows and cell.y - outputs_bottom(lay) >= 2.1 * u:
        y = (cell.y + outputs_bottom(lay)) / 2 + drop
        shapes.append(Symbol("W_ya", x + 0.5 * u, y, "W", "ya", "", "", Role.OUTPUT, size, "left"))
    return shapes


def link_name(lay: Layout, start: float, end: float) -> list[Shape]:
    """W_aa above an edge between two cells; nothing where it is too short."""
    u = lay.unit
    y = lay.forward_lane - 0.65 * u
    if end - start < 2.7 * u or y < 1.1 * u:
        return []
    middle = (start + end) / 2
    return [Symbol("W_aa", middle, y, "W", "aa", "", "", Role.STATE, 1.4 * u)]


def _token(frame: Frame, lay: Layout, c: Column) -> list[Shape]:
    u, t = lay.unit, c.t
    rect = token_rect(lay, c.x)
    known = c.ahead is DONE or c.ahead.input > 0
    text = value_text(frame, t) if frame.value(t) is not None else frame.token(t)
    shapes: list[Shape] = [
        Box(
            f"token:{t}",
            rect,
            Role.INPUT,
            Role.INPUT,
            rect.h / 2,
            0.11 * u if c.current else 0.08 * u,
            1.0 * c.fade if known else 0.45 * c.fade,
            0.13,
        ),
        Text(
            f"token-text:{t}",
            Rect(rect.x + 0.5 * u, rect.y, rect.w - u, rect.h),
            clean(text),
            Role.INK,
            u,
            c.current,
            "center",
            (1.0 if known or c.current else 0.62) * c.fade,
        ),
    ]
    if lay.date:
        place = Rect(c.x - lay.column / 2, lay.date - 0.7 * u, lay.column, 1.4 * u)
        shapes.append(Text(f"date:{t}", place, clean(frame.token(t)), Role.MUTED, u, alpha=c.fade))
    return shapes


def _cell(frame: Frame, lay: Layout, c: Column) -> list[Shape]:
    u, t = lay.unit, c.t
    rect, heat = cell_rect(lay, c.x), heat_rect(lay, c.x)
    done = c.ahead
    begun = done is DONE or done.input > 0 or c.current
    glow = c.current and done.combine > 0.0 and done.settle < 1.0
    seen = 1.0 if begun else FUTURE
    shapes: list[Shape] = [
        Box(
            f"cell:{t}",
            rect,
            Role.BACKGROUND,
            Role.STATE,
            0.8 * u,
            (0.2 if glow else 0.15 if c.current else 0.11) * u,
            seen * c.fade,
        )
    ]
    small = min(heat.w / lay.columns, heat.h / lay.rows)
    gap = 0.13 * u if small > 0.7 * u else 0.07 * u if small > 0.34 * u else 0.0
    blank = lay.rows * lay.columns - frame.units
    limit = state_limit(frame)

    def strip(name: str, values: np.ndarray, alpha: float) -> Heat:
        return Heat(f"{name}:{t}", heat, values, limit, gap, 0.16 * u, alpha, blank)

    letter = "a"
    if done.settle >= 1.0:
        shapes.append(strip("heat", state_grid(frame, t, lay.rows, lay.columns), c.fade))
    else:
        empty = empty_grid(frame, lay.rows, lay.columns)
        shapes.append(strip("empty", empty, seen * c.fade))
        if done.combine > 0.0:
            letter = "z" if done.settle == 0.0 else "a"
            values = _settling(frame, lay, t, done.settle)
            shapes.append(strip("heat", values, done.combine * c.fade))
    unit = frame.playhead.unit
    if unit >= 0 and small >= 0.3 * u:
        marked = unit_rect(lay, c.x, unit).grown(0.02 * u)
        shapes.append(Box(f"unit:{t}", marked, None, Role.INK, 0.2 * u, 0.12 * u, seen * c.fade))
    return shapes + _foot(frame, lay, c, letter, rect)


def _settling(frame: Frame, lay: Layout, t: int, done: float) -> np.ndarray:
    """z⟨t⟩, in which one unit after the other has become a⟨t⟩."""
    layer, units = frame.playhead.layer, frame.units
    trace = frame.passing.trace
    shown = np.array(trace.z[layer, t - 1, 0], np.float64)
    settled = int(done * units)
    shown[:settled] = trace.a[layer, t, 0, :settled]
    return as_grid(shown, lay.rows, lay.columns)


def _foot(frame: Frame, lay: Layout, c: Column, letter: str, rect: Rect) -> list[Shape]:
    u, t = lay.unit, c.t
    shapes: list[Shape] = []
    number = c.back.combine >= 1.0 and lay.norm > 0
    alpha = (1.0 if c.ahead is DONE or c.ahead.input > 0 or c.current else 0.6) * c.fade
    if lay.symbol and not (number and not lay.symbol_above):
        digits = f"⟨{t}⟩"
        place = lay.symbol_above if turned(frame) and lay.symbol_above else lay.symbol
        shapes.append(
            Symbol(f"a:{t}", c.x, place, letter, "", digits, "", Role.STATE, 1.4 * u, alpha=alpha)
        )
    if number:
        text = norm_text(frame, t, rect.w - 0.3 * u, u)
        place = Rect(rect.x + 0.1 * u, lay.norm - 0.6 * u, rect.w - 0.2 * u, 1.2 * u)
        shapes.append(Text(f"norm:{t}", place, text, Role.GRADIENT, u, True, "center", c.fade))
    return shapes
