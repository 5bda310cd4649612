"""The stage: the unrolled network at a moment of the film, as shapes."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor, pi, sin

from rnnviz.film import Frame, Stage
from rnnviz.scenes.caption import caption_below, caption_shapes
from rnnviz.scenes.column import WIDTH, column_shapes
from rnnviz.scenes.fence import fence_shapes
from rnnviz.scenes.header import (
    header_shapes,
    left_out_mark,
    legend_left_out,
)
from rnnviz.scenes.layout import StageLayout, stage_layout, window_offset
from rnnviz.scenes.minimap import minimap_shapes
from rnnviz.scenes.modes import band_shapes, fed_lane, handed_shapes
from rnnviz.scenes.motion import pulse
from rnnviz.scenes.outputs import loss_name_shapes, loss_rect, output_rect
from rnnviz.scenes.phases import DONE, NOT_BACK, RETURNED, ahead, back, remembered, strength, turned
from rnnviz.scenes.places import (
    LINK_NAMES,
    Column,
    cell_rect,
    first_states,
    heat_rect,
    lanes,
    layer_names,
    link_names,
    memory_rect,
    stack_rect,
    start_edge,
    token_rect,
    weight_names,
    without_names_under,
    without_overlap,
)
from rnnviz.scenes.rows import AROUND
from rnnviz.scenes.saturated import saturated_shapes
from rnnviz.scenes.series import chart_shapes, is_drawn
from rnnviz.scenes.shapes import Box, Dot, Line, Rect, Role, Scene, Shape, Symbol, Target

_SERIES_ROWS = 3
_NAME = 2.5  # W_aa, in units


def stage_scene(
    frame: Frame,
    width: float,
    height: float,
    unit: float,
    *,
    title_free: bool = True,
    marked: bool = False,
) -> Scene:
    """Draw the stage; the same frame and size always give the same picture.

    Parameters
    ----------
    frame : Frame
        What is shown.
    width, height : float
        Size of the picture in device-independent pixels.
    unit : float
        Height of body text; every size follows it and no text is smaller.
    title_free : bool
        Whether the picture's title stands elsewhere, as in the window.
    marked : bool
        Whether saturated units are marked.
    """
    lay = layout_of(frame, width, height, unit, title_free=title_free)
    offset = window_offset(lay, frame)
    columns = _columns(frame, lay, offset)
    shapes: list[Shape] = []
    targets: list[Target] = []
    shapes += band_shapes(frame, lay, columns)
    shapes += _shown_layer(frame, lay)
    current = next((c for c in columns if c.current), None)
    first = 1.0 if frame.moment.stage is Stage.START else 0.0
    if current is not None:
        halo = stack_rect(lay, current.x).grown(AROUND * unit)
        begun = current.ahead.begun if current.t == 1 else 1.0  # where the first was marked
        alpha, first = begun * current.fade, 1.0 - begun
        shapes.append(
            Box("halo", halo, Role.PLAYHEAD, Role.PLAYHEAD, 1.2 * unit, 0.1 * unit, alpha, 0.42)
        )
    if first > 0.0 and columns and columns[0].t == 1:
        mark = stack_rect(lay, columns[0].x).grown(AROUND * unit)
        edge = 0.14 * unit
        shapes.append(
            Box("first", mark, Role.PLAYHEAD, Role.PLAYHEAD, 1.2 * unit, edge, first, 0.2, True)
        )
    if frame.moment.stage is Stage.UPDATE and not frame.moment.resting:
        shapes += _gathering(frame, lay, columns)
    for c in columns:
        drawn, places = _column(frame, lay, c)
        shapes += drawn
        if marked and c.ahead is DONE:
            shapes += saturated_shapes(frame, lay, c)
        targets += places
    if current is not None:
        shapes += caption_shapes(frame, lay, current)
    names = _ends(frame, lay, columns)
    below = caption_below(frame, lay, columns, names)
    fences, places = fence_shapes(frame, lay, columns)
    shapes += without_names_under(fences, below)
    targets += places
    shapes += loss_name_shapes(frame, lay, columns)
    shapes += handed_shapes(frame, lay, columns)
    shapes += without_names_under(names, below) + below
    header = header_shapes(frame, lay)
    shapes += header
    shapes += chart_shapes(frame, lay, offset)
    shapes += minimap_shapes(frame, lay, offset)
    if lay.minimap is not None:
        place = lay.minimap.grown(0.3 * unit)
        place = Rect(lay.minimap.x, place.y, lay.minimap.w, place.h)
        targets.append(Target("minimap", place, grid=(1, frame.steps, frame.steps)))
    left_out = legend_left_out(frame, lay, header)
    if left_out:
        mark = left_out_mark(lay)
        r = 0.11 * unit
        for i in (-1, 0, 1):
            y = mark.cy + 3.5 * r * i
            shapes.append(Dot(f"left-out:{i + 2}", mark.right - 2 * r, y, r, Role.MUTED))
        targets.append(Target("left-out", mark))
    return Scene(width, height, tuple(shapes), tuple(targets), left_out)


def layout_of(
    frame: Frame, width: float, height: float, unit: float, *, title_free: bool = True
) -> StageLayout:
    """The geometry that `stage_scene` uses."""
    numbers, series = frame.task.loss == "mse", is_drawn(frame.task)
    rows = _SERIES_ROWS if numbers else min(5, len(frame.task.output_names))
    rows = rows if frame.task.outputs else 0
    size = (float(width), float(height))
    pictures = any(picture is not None for picture in frame.task.pictures)
    named = bool(frame.source_steps or frame.task.beside)
    cells = (frame.layers, bool(frame.kind.states), pictures, named)
    return stage_layout(
        frame.steps, frame.units, rows, series, size, float(unit), not title_free, *cells
    )


def _shown_layer(frame: Frame, lay: StageLayout) -> list[Shape]:
    """A band behind the layer that the other views show, with a tab at its end."""
    if lay.layers == 1:
        return []
    u, by = lay.unit, min(0.3 * lay.unit, 0.4 * lay.link)
    cell = cell_rect(lay, 0.0, frame.layer).grown(by)
    return [
        Box("layer-band", Rect(0.0, cell.y, lay.width, cell.h), Role.PANEL),
        Box("layer-tab", Rect(0.0, cell.y, 0.3 * u, cell.h), Role.STATE),
    ]


def _columns(frame: Frame, lay: StageLayout, offset: float) -> list[Column]:
    """The steps in the picture; while the window glides those at its ends fade."""
    half = max(lay.column, lay.cell.w + lay.unit) / 2
    first, last = max(1, floor(offset) + 1), min(lay.steps, ceil(offset) + lay.shown)
    seen: list[tuple[int, float, float]] = []
    for t in range(first, last + 1):
        x = lay.middle(t, offset)
        out = max(0.0, lay.left - (x - lay.pitch / 2), x + lay.pitch / 2 - lay.right)
        fade = 1.0 if out < 0.01 else max(0.0, 1.0 - 2.0 * out / lay.pitch)
        if fade > 0.02 and x - half >= 0.0 and x + half <= lay.width:
            seen.append((t, x, fade))
    moment = frame.moment
    now = moment.step if moment.stage in (Stage.FORWARD, Stage.BACKWARD) else 0
    columns: list[Column] = []
    side = lay.cell.w / 2
    for index, (t, x, fade) in enumerate(seen):
        cut = index == 0
        before = (
            max(0.35 * lay.unit, x - 0.9 * lay.pitch + side) if cut else seen[index - 1][1] + side
        )
        final = index == len(seen) - 1
        after = (
            min(lay.width - 0.35 * lay.unit, x + lay.pitch - side)
            if final
            else seen[index + 1][1] - side
        )
        columns.append(
            Column(t, x, ahead(frame, t), back(frame, t), t == now, False, before, after, cut, fade)
        )
    return columns


def _column(
    frame: Frame, lay: StageLayout, c: Column
) -> tuple[tuple[Shape, ...], tuple[Target, ...]]:
    """A column's shapes and targets; those of a step at rest are made once a pass."""
    resting = c.ahead.whole and (c.back is RETURNED or c.back is NOT_BACK)
    if not resting or c.fade < 1.0:
        return tuple(column_shapes(frame, lay, c)), tuple(_targets(frame, lay, c))
    p = frame.playhead
    key = (
        "column", id(lay), c.t, c.x, c.before, c.after, c.cut, c.current, c.ahead is DONE,
        c.back is RETURNED, turned(frame), p.layer, p.unit, p.summed, frame.source,
    )  # fmt: skip

    def make() -> tuple[StageLayout, tuple[Shape, ...], tuple[Target, ...]]:
        return lay, tuple(column_shapes(frame, lay, c)), tuple(_targets(frame, lay, c))

    return remembered(frame, key, make)[1:]


def _targets(frame: Frame, lay: StageLayout, c: Column) -> list[Target]:
    t, x = c.t, c.x
    grid = (lay.rows, lay.columns, frame.units)
    found = [Target("token", token_rect(lay, x), t)]
    for layer in range(lay.layers):
        found.append(Target("cell", cell_rect(lay, x, layer), t, layer=layer))
        found.append(Target("unit", heat_rect(lay, x, layer), t, grid=grid, layer=layer))
        if lay.memory is not None:
            place = memory_rect(lay, lay.memory, x, layer)
            of_c = (lay.memory_rows, lay.memory_columns, frame.units)
            found.append(Target("memory", place, t, grid=of_c, layer=layer))
    if lay.output_rows and frame.answers(t):
        found.append(Target("output", output_rect(lay, x), t))
    if lay.loss and c.ahead.loss > 0.0 and frame.pays(t):
        found.append(Target("loss", loss_rect(lay, x), t))
    if lay.chart is not None:
        place = Rect(x - lay.pitch / 2, lay.chart.y, lay.pitch, lay.chart.h)
        found.append(Target("value", place, t))
    return found


def _ends(frame: Frame, lay: StageLayout, columns: list[Column]) -> list[Shape]:
    """a⟨0⟩ = 0, the edges that leave the picture, and the names; made once while all rest there."""
    if not columns:
        return []
    starting, beyond = frame.moment.stage is Stage.START, frame.forward_done > columns[-1].t
    places = tuple((c.t, c.x, c.before, c.after, c.cut, c.fade, c.current) for c in columns)

    def make() -> tuple[StageLayout, list[Shape]]:
        return lay, _made_ends(frame, lay, columns)

    return remembered(frame, ("ends", id(lay), places, starting, beyond), make)[1]


def _made_ends(frame: Frame, lay: StageLayout, columns: list[Column]) -> list[Shape]:
    u = lay.unit
    shapes: list[Shape] = []
    first, last = columns[0], columns[-1]
    cell = cell_rect(lay, first.x)
    if first.t == 1 and lay.lead and frame.linked(1):
        shapes += first_states(lay, cell.x - 0.75 * u, first.fade)
        if frame.moment.stage is Stage.START:
            x, r = start_edge(lay, first.x), min(0.36 * u, 0.3 * cell.h)
            for kind, tag, y, _ in lanes(lay):
                name = f"dot-start{'-c' if kind == 'edge-c' else ''}{tag.replace(':', '-')}"
                shapes.append(Dot(name, x, y, r, Role.PLAYHEAD))
    if lay.layers > 1 and not any(isinstance(shape, Symbol) for shape in shapes):
        begin = start_edge(lay, first.x) if first.t == 1 else first.before
        shapes += layer_names(lay, begin - 0.35 * u, first.fade)
    if last.t < lay.steps and frame.linked(last.t + 1):
        right = cell_rect(lay, last.x).right
        end = last.after
        if end - right > 0.6 * u:
            alpha = (1.0 if frame.forward_done > last.t else 0.38) * last.fade
            for kind, tag, y, role in lanes(lay):
                way = ((right, y), (end, y))
                shapes.append(Line(f"{kind}:out{tag}", way, role, WIDTH * u, alpha, True))
    whole = [c for c in columns if c.fade >= 1.0] or columns
    answers = next((c.x for c in whole if frame.answers(c.t)), None)
    shapes += weight_names(lay, whole[0].x, answers)
    links = [c for c in whole if c.t > 1 and not c.cut and frame.linked(c.t)]
    below = min(lay.link, 0.3 * u) if lay.layers > 1 else lay.token.y - lay.cell.bottom
    free = lay.cell.h + below
    places = list[tuple[float, float]]()
    if links:  # an answer on its way to its token would run through the name
        free_of = [c for c in links if not frame.feeds_back(c.t) and not frame.cut(c.t)] or links
        # In a narrow gap the halo of the current step would run through it, too.
        now = next((c.t for c in columns if c.current), 0)
        wide = lay.pitch - lay.cell.w >= (_NAME + 2 * AROUND) * u
        clear = (c for c in free_of if wide or now not in (c.t - 1, c.t))
        link = next(clear, free_of[0])
        end = fed_lane(lay, link.x) if frame.feeds_back(link.t) else cell_rect(lay, link.x).x
        places.append((link.before, end))
    lead = first.t == 1 and lay.lead and not lay.memory_lane
    if lead and frame.linked(1):
        places.append((start_edge(lay, first.x), cell.x))
    for start, end in places:
        if not link_names(lay, start, end, free):
            continue
        for way in LINK_NAMES:
            named = without_overlap(link_names(lay, start, end, free, way), shapes)
            if named:
                return shapes + named
        return shapes
    return shapes


def _gathering(frame: Frame, lay: StageLayout, columns: list[Column]) -> list[Shape]:
    """The update: every step's share flies to the formula, then the new weights pulse."""
    u = lay.unit
    gather, update = frame.moment.done("gather"), frame.moment.done("update")
    shapes: list[Shape] = []
    if gather < 1.0 and lay.header is not None:
        end = (lay.header.x + 4.0 * u, lay.header.cy)
        for c in columns:
            for layer in range(lay.layers):
                way = ((c.x, cell_rect(lay, c.x, layer).cy), end)
                tag = f":{layer + 1}" if lay.layers > 1 else ""
                power = strength(frame, c.t, layer)
                shapes += pulse(f"share:{c.t}{tag}", way, power, gather, lay.widest)
    swell = sin(pi * update) if 0.0 < update < 1.0 else 0.0
    if swell > 0.0:
        for c in columns:
            for shape in column_shapes(frame, lay, c):
                if isinstance(shape, Line) and shape.id.startswith("edge-"):
                    wide, head = (
                        shape.width * (1.0 + 1.8 * swell),
                        shape.arrow * (1.0 + 0.8 * swell),
                    )
                    shapes.append(replace(shape, id=f"new-{shape.id}", width=wide, arrow=head))
    return shapes
