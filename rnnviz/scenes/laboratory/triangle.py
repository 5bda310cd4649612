"""The triangle: what of every step's own loss reaches every step before it, and of their sum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import Frame, comparable, ratio
from rnnviz.film.measures import TRIANGLE
from rnnviz.film.triangle import Triangle, stretch_of
from rnnviz.scenes.charts.gradient import norm, size
from rnnviz.scenes.charts.steps import step_name
from rnnviz.scenes.laboratory.maps import (
    SCALE,
    SMALL,
    NormScale,
    draw_norms,
    draw_playhead,
    draw_row_names,
    draw_said,
    draw_scale,
    draw_steps,
    draw_unknown,
    widest_of,
    wrapped,
)
from rnnviz.scenes.measure import text_width
from rnnviz.scenes.phases import remembered
from rnnviz.scenes.shapes import Box, Rect, Role, Scene, Shape, Target, Text

OF_A_LAYER = True


def triangle_of(frame: Frame) -> Triangle:
    """The triangle of the stretch that holds the playhead."""
    return TRIANGLE(frame.passing, *stretch_of(frame.branches))


def titles(frame: Frame) -> list[tuple[str, str]]:
    """What the panel's title may be, from the most words to the fewest."""
    formula = norm("∂L⟨k⟩/∂a⟨t⟩")
    return [
        ("Triangle of all losses", f"{formula}   (log)"),
        ("Triangle of all losses", formula),
        ("Triangle", formula),
        ("Triangle", ""),
    ]


def scene(
    frame: Frame, width: float, height: float, area: Rect, unit: float, small: float = 0.0
) -> Scene:
    """Draw the triangle: a row for each loss, a column for each step, and under it their sum."""
    found = triangle_of(frame)
    first, last = found.first, found.last
    small = small or SMALL * unit
    names = [f"L⟨{k}⟩" for k in found.sources.tolist()]
    left = area.x + max((text_width(name, small, True) for name in (*names, "Σ L")), default=0.0)
    rect = Rect(left + 0.6 * small, area.y, area.right - SCALE * small - left - 0.6 * small, area.h)
    said = sentence(frame, found)
    lines = wrapped(said, area.w, unit)
    foot = 1.75 * small + 1.35 * unit * len(lines) + 0.3 * unit
    sum_high = max(0.9 * small, min(1.8 * small, area.h / (len(names) + 3)))
    high = area.h - foot - sum_high - 0.4 * small
    if high < 3 * small or rect.w < 6 * small:
        lack = Text("no-room", area, "The triangle needs a larger panel.", Role.MUTED, unit)
        return Scene(width, height, (lack,))
    rect = Rect(rect.x, rect.y, rect.w, high)
    below = Rect(rect.x, rect.bottom + 0.4 * small, rect.w, sum_high)
    layer = frame.layer
    rows, total, scale = remembered(
        frame,
        ("triangle", layer, first, int(rect.w), int(high)),
        lambda: _values(frame, found, int(rect.w), int(high)),
    )
    gap = 0.12 * small
    shapes: list[Shape] = [
        *draw_norms("triangle", rows, rect, gap),
        *draw_norms("sum", total, below, gap),
    ]
    both = Rect(rect.x, rect.y, rect.w, below.bottom - rect.y)
    shapes += draw_unknown(frame, both, first, last, frame.gradient_from)
    shapes += draw_scale(rect, scale, small)
    row = _row(frame, found)
    shapes += draw_row_names(names, rect, area.x, small, -1 if frame.summed else row)
    shapes += draw_row_names(["Σ L"], below, area.x, small, 0 if frame.summed else -1)
    shapes += draw_steps(frame, below, first, last, small)
    if frame.summed:
        shapes.append(_outline(below, small))
    elif row >= 0:
        tall = max(rect.h / len(names), 3.0)
        y = rect.y + (row + 0.5) * rect.h / len(names) - tall / 2
        upto = (int(found.sources[row]) - first + 1) / (last - first + 1)
        shapes.append(_outline(Rect(rect.x, y, rect.w * upto, tall), small))
    shapes += draw_playhead(frame, both, first, last, small)
    shapes += draw_said(lines, area, unit)
    columns = last - first + 1
    grid = (len(names), columns, len(names) * columns)
    targets = (
        Target("source_at", rect, first, grid=grid),
        Target("sum_at", below, first, grid=(1, columns, columns)),
    )
    return Scene(width, height, tuple(shapes), targets)


def reading(frame: Frame, target: Target) -> tuple[str, ...]:
    """What is said of the place under the pointer."""
    found = triangle_of(frame)
    if target.kind == "sum_at":
        t = target.step + target.unit
        value = _total(frame, found)[target.unit]
        name, of = "the sum of all losses", f"∂L/∂a⟨{t}⟩"
    else:
        k, t = place_of(found, target)
        if t > k:
            return (f"loss of {step_name(frame, k)}", f"exactly 0: step {t} comes after it")
        value = found.log10[int(np.searchsorted(found.sources, k)), frame.layer, t - found.first]
        name, of = f"loss of {step_name(frame, k)}", f"∂L⟨{k}⟩/∂a⟨{t}⟩"
    if t < frame.gradient_from:
        return (name, f"at {step_name(frame, t)}: not yet computed")
    return (name, f"at {step_name(frame, t)}: {norm(of)} = {size(float(value))}")


def place_of(found: Triangle, target: Target) -> tuple[int, int]:
    """The loss's step k and the step t of a target of the map."""
    rows = len(found.sources)
    return int(found.sources[target.unit % rows]), found.first + target.unit // rows


def chosen(frame: Frame, target: Target) -> tuple[str, int]:
    """What a press on a target asks for: the loss of a row, or the sum."""
    if target.kind == "sum_at":
        return "summed", 1
    return "source", place_of(triangle_of(frame), target)[0]


def sentence(frame: Frame, found: Triangle) -> str:
    """What one loss and the sum of all bring back to the earliest step that is reached."""
    k, t = frame.source, max(frame.gradient_from, found.first)
    left = ""
    if found.left_out:
        left = f" Of {found.left_out + len(found.sources)} losses {len(found.sources)} are drawn."
    if t > frame.steps:
        return f"Each row is one loss; it fills as the backward pass goes back.{left}"
    if k == 1:
        return f"Step 1 has no step before it: its loss goes no further back.{left}"
    if t >= k:
        return f"The loss of step {k} has not left its step yet.{left}"
    alone, together = (frame.norms_of(summed=summed) for summed in (False, True))
    one, every = _part(alone, t, k), _part(together, t, k)
    if frame.cut_off(t, k):
        return (
            f"Truncation cuts the loss of step {k} before step {frame.passing.reach(k)}. "
            f"From the sum of all step {t} gets {every}.{left}"
        )
    if np.count_nonzero(frame.task.mask.any(axis=1)) == 1:
        return f"Step {t} gets {one} from the loss of step {k}, the only one that pays."
    said = f"Step {t} gets {one} from the loss of step {k} alone"
    shared = f" times what step {k} gets"
    if one.endswith(shared) and every.endswith(shared):
        return f"{said}, {every.removesuffix(shared)} times from the sum of all.{left}"
    return f"{said}. From the sum of all it gets {every}.{left}"


def _part(norms: NDArray[np.float64], t: int, k: int) -> str:
    """How large a gradient is at step t, against the same at step k."""
    here, there = float(norms[t - 1]), float(norms[k - 1])
    if np.isnan(here):
        return "nothing finite"
    if here == -np.inf:
        return "exactly 0"
    if not np.isfinite(there) or not comparable(here, there):
        return f"a gradient of {ratio(here)}"
    return f"{ratio(here - there)} times what step {k} gets"


def _row(frame: Frame, found: Triangle) -> int:
    """The row of the loss that is followed; −1 where it is not among them."""
    at = np.flatnonzero(found.sources == frame.source)
    return int(at[0]) if at.size else -1


def _total(frame: Frame, found: Triangle) -> NDArray[np.float64]:
    return frame.norms_of(summed=True)[found.first - 1 : found.last]


def _values(
    frame: Frame, found: Triangle, columns: int, rows: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NormScale]:
    """The map and the row of the sum, as shares of their scale, and that."""
    whole, total = found.log10[:, frame.layer], _total(frame, found)
    scale = NormScale.of(whole, total)
    seen = widest_of(whole, rows, columns), widest_of(total[None], 1, columns)
    return scale.shares(seen[0]), scale.shares(seen[1]), scale


def _outline(rect: Rect, size_of_type: float) -> Box:
    return Box("followed", rect.grown(1.5), None, Role.INK, 3.0, max(1.5, size_of_type / 8))
