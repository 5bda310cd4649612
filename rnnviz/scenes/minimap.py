"""The whole sequence as one strip, with the window that is drawn large on it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import Frame
from rnnviz.scenes.layout import StageLayout
from rnnviz.scenes.phases import remembered, state_limit
from rnnviz.scenes.shapes import Box, Heat, Line, Rect, Role, Shape, Text


def minimap_unit(frame: Frame) -> int:
    """The unit whose value the strip shows: the selected one, else the first."""
    return max(0, frame.playhead.unit)


def minimap_values(frame: Frame, most: int) -> NDArray[np.floating]:
    """One unit's a⟨1⟩ … a⟨T⟩ in at most `most` columns, shape (1, columns).

    Where there are more steps than columns, a column is the mean of its steps; a step that is not
    finite makes its column so.
    """
    unit, layer = minimap_unit(frame), frame.playhead.layer
    columns = min(frame.steps, max(1, most))

    def make() -> NDArray[np.floating]:
        values = np.array(frame.passing.trace.a[layer, 1:, 0, unit], np.float64)
        values[~np.isfinite(values)] = np.inf
        if columns < values.size:
            edges = np.linspace(0, values.size, columns + 1).astype(np.intp)
            values = np.add.reduceat(values, edges[:-1]) / np.diff(edges)
        return values[None, :]

    return remembered(frame, ("minimap", layer, unit, columns), make)


def minimap_shapes(frame: Frame, lay: StageLayout, offset: float) -> list[Shape]:
    """The strip, what of it is known, where the window and the playhead are."""
    strip = lay.minimap
    if strip is None:
        return []
    u, total = lay.unit, frame.steps
    values = minimap_values(frame, int(strip.w))

    def x_of(steps: float) -> float:
        return strip.x + strip.w * steps / total

    shapes: list[Shape] = [Heat("minimap", strip, values, state_limit(frame), 0.0, 0.0)]
    known = x_of(frame.forward_done)
    if known < strip.right - 0.01:
        rest = Rect(known, strip.y, strip.right - known, strip.h)
        shapes.append(Box("minimap-ahead", rest, Role.PANEL, None, 0.0, 1.0, 1.0, 0.8))
    back = x_of(frame.gradient_from - 1)
    if back < strip.right - 0.01:
        under = Rect(back, strip.bottom - 0.2 * u, strip.right - back, 0.2 * u)
        shapes.append(Box("minimap-back", under, Role.GRADIENT))
    for name, y in (("minimap-top", strip.y), ("minimap-bottom", strip.bottom)):
        shapes.append(Line(name, ((strip.x, y), (strip.right, y)), Role.LINE))
    width = max(strip.w * lay.shown / total, 0.9 * u)
    left = min(max(strip.x, x_of(offset + lay.shown / 2) - width / 2), strip.right - width)
    frame_rect = Rect(left, strip.y, width, strip.h).grown(0.14 * u)
    shapes.append(Box("minimap-frame", frame_rect, None, Role.PLAYHEAD, 0.25 * u, 0.18 * u))
    now = x_of(frame.step - 0.5)
    if frame.moment.step:
        way = ((now, strip.y - 0.1 * u), (now, strip.bottom + 0.1 * u))
        shapes.append(Line("minimap-playhead", way, Role.INK, 0.12 * u))
    if lay.lead:
        label = Rect(0.3 * u, strip.cy - 0.7 * u, strip.x - 0.8 * u, 1.4 * u)
        name = f"unit {minimap_unit(frame) + 1}"
        shapes.append(Text("minimap-name", label, name, Role.MUTED, u, False, "right"))
        end = Rect(strip.right + 0.5 * u, strip.cy - 0.7 * u, lay.width - strip.right - u, 1.4 * u)
        shapes.append(Text("minimap-end", end, f"{total:,}", Role.MUTED, u, False, "left"))
    return shapes
