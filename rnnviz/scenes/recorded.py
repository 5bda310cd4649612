"""A recording as a picture: cells with their states, all states as a map, the gradient as a curve.

What of it is known depends on the position in its film alone, as in every other film.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from math import floor

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import Stage, number
from rnnviz.film.recording import RecordedMoment, Recording, moment_of
from rnnviz.frozen import record
from rnnviz.scenes.charts.axes import log_ticks, nice
from rnnviz.scenes.charts.gradient import norm, size
from rnnviz.scenes.laboratory.maps import draw_said, room_of, widest_of, wrapped
from rnnviz.scenes.layout import WIDEST, unit_grid
from rnnviz.scenes.measure import clean, text_width
from rnnviz.scenes.phases import as_grid
from rnnviz.scenes.recorded_words import place_words, sentence
from rnnviz.scenes.shapes import (
    Box,
    Dot,
    Heat,
    Line,
    Rect,
    Role,
    Scene,
    Shape,
    Symbol,
    Target,
    Text,
)

_NARROWEST, _WIDEST_PITCH, _MOST_CELLS = 5.6, 12.0, 24  # columns, in units of body text
_FAINT = 0.35  # of what is not yet done
_HIGHEST = 14.0  # a cell, in units of body text


@record
class Places:
    """Where the parts of the picture lie, in device-independent pixels."""

    head: Rect
    stage: Rect
    map: Rect
    chart: Rect | None
    foot: Rect
    unit: float


def places_of(recording: Recording, width: float, height: float, unit: float) -> Places:
    """Header, stage, map of states, chart of gradients (where there are some), sentence."""
    pad, head, foot = 1.2 * unit, 2.6 * unit, 2.2 * unit
    inside = Rect(pad, head, width - 2 * pad, height - head - foot - 0.4 * unit)
    stage = Rect(inside.x, inside.y, inside.w, 0.5 * inside.h)
    under = Rect(inside.x, stage.bottom + unit, inside.w, inside.h - stage.h - unit)
    chart = None
    if recording.gradients is not None:
        half = (under.w - 2 * unit) / 2
        chart = Rect(under.x + half + 2 * unit, under.y, half, under.h)
        under = Rect(under.x, under.y, half, under.h)
    return Places(
        Rect(pad, 0.5 * unit, width - 2 * pad, 1.8 * unit),
        stage, under, chart,
        Rect(pad, height - foot, width - 2 * pad, foot), unit,
    )  # fmt: skip


def scene(
    recording: Recording, position: float, layer: int, width: float, height: float, unit: float
) -> Scene:
    """Draw a recording at a position of its film.

    Parameters
    ----------
    recording : Recording
    position : float
        0 … T forward, T … 2T back.
    layer : int
        Whose states and gradients are shown, 0 is the lowest.
    width, height : float
        In device-independent pixels.
    unit : float
        Height of body text.
    """
    now = moment_of(recording, position)
    lay = places_of(recording, width, height, unit)
    shapes: list[Shape] = [*_header(recording, now, layer, lay)]
    cells, targets = _stage(recording, now, layer, lay)
    shapes += cells
    shapes += _map(recording, now, layer, lay)
    targets.append(_columns("step", lay.map, recording, unit))
    if lay.chart is not None:
        shapes += _chart(recording, now, layer, lay.chart, unit)
        targets.append(_columns("gradient", lay.chart, recording, unit))
    lines = wrapped(sentence(recording, now, layer), lay.foot.w, unit)
    shapes += draw_said(lines[:1], Rect(lay.foot.x, lay.foot.y, lay.foot.w, 1.6 * unit), unit)
    return Scene(width, height, tuple(shapes), tuple(targets))


# -- the parts ---------------------------------------------------------------------------------


def _header(recording: Recording, now: RecordedMoment, layer: int, lay: Places) -> Iterable[Shape]:
    unit, place = lay.unit, lay.head
    where, way = place_words(recording, now)
    said = f"{recording.units:,} units"
    if recording.layers > 1:
        said = f"layer {layer + 1} of {recording.layers}, {said}"
    title = clean(recording.of)
    yield Text("title", place, title, Role.INK, 1.25 * unit, True, "left", own=True)
    wide = text_width(title, 1.25 * unit, True) + 1.6 * unit
    rest = Rect(place.x + wide, place.y, place.w - wide, place.h)
    if rest.w > 24 * unit:
        yield Text("size", rest, said, Role.MUTED, unit, align="left")
    role = Role.GRADIENT if now.stage is Stage.BACKWARD else Role.STATE
    yield Text("place", place, f"{where}  ·  {way}", role, 1.1 * unit, True, "right")


def _stage(
    recording: Recording, now: RecordedMoment, layer: int, lay: Places
) -> tuple[list[Shape], list[Target]]:
    """The columns that have room, those around the step under way."""
    unit, place = lay.unit, lay.stage
    most = max(1, min(_MOST_CELLS, floor(place.w / (_NARROWEST * unit))))
    shown = min(recording.steps, most)
    pitch = min(place.w / shown, _WIDEST_PITCH * unit)
    # The window moves with the step under way and not by jumps, so that nothing is lost sight of.
    middle = now.step - 1 + (now.progress - 1.0) * (1 if now.stage is Stage.FORWARD else -1)
    first = min(max(middle - (shown - 1) / 2, 0.0), float(recording.steps - shown))
    left = place.x + (place.w - shown * pitch) / 2
    shapes: list[Shape] = []
    targets: list[Target] = []
    start, stop = floor(first), min(recording.steps, floor(first) + shown + 1)
    for t in range(start + 1, stop + 1):
        x = left + (t - 1 - first + 0.5) * pitch
        edge = min(1.0, (x - left) / (0.5 * pitch), (left + shown * pitch - x) / (0.5 * pitch))
        if edge > 0.0:
            _column(recording, now, layer, t, x, pitch, lay, edge, shapes)
            targets.append(Target("step", Rect(x - pitch / 2, place.y, pitch, place.h), t))
    return shapes, targets


def _column(
    recording: Recording,
    now: RecordedMoment,
    layer: int,
    t: int,
    x: float,
    pitch: float,
    lay: Places,
    edge: float,
    shapes: list[Shape],
) -> None:
    """One step: what enters, the state, the way to the next, and what comes back."""
    unit, place = lay.unit, lay.stage
    backs = recording.gradients is not None
    below = (1.9 + 1.9 * backs) * unit
    high = min(place.h - below - 3.6 * unit, _HIGHEST * unit)
    wide = min(0.66 * pitch, 1.3 * high)
    cell = Rect(x - wide / 2, place.bottom - below - 1.2 * unit - high, wide, high)
    known = t <= now.known
    coming = now.stage is Stage.FORWARD and t == now.step
    alpha = edge * (now.progress if coming and known else 1.0)
    here = t == now.step
    faint = edge * (1.0 if known else _FAINT)
    rim = Role.PLAYHEAD if here else Role.STATE
    width = max(1.4, unit / (5 if here else 9))
    shapes.append(
        Box(f"cell:{t}", cell, Role.PANEL, rim, 0.5 * unit, width, faint, dash=here and coming)
    )
    inner = cell.grown(-0.45 * unit)
    rows, columns = unit_grid(recording.units, inner.w, inner.h)
    if known:
        grid = as_grid(recording.states[layer, t - 1], rows, columns)
        blank = rows * columns - recording.units
        gap = max(1.0, 0.08 * unit)
        shapes.append(
            Heat(f"state:{t}", inner, grid, recording.limit, gap, alpha=alpha, blank=blank)
        )
    role = Role.STATE if known else Role.MUTED
    shapes.append(
        Symbol(
            f"a:{t}", x, cell.y - 0.7 * unit, "a", sup=f"⟨{t}⟩", role=role, size=1.15 * unit,
            alpha=edge,
        )
    )  # fmt: skip
    _token(recording, t, x, cell, pitch, unit, faint, shapes)
    if t < recording.steps:
        y, start = cell.y + 0.4 * cell.h, cell.right + 0.12 * unit
        end = cell.right + pitch - wide - 0.12 * unit
        forward = edge * (1.0 if t + 1 <= now.known else _FAINT)
        line = ((start, y), (end, y))
        shapes.append(Line(f"forward:{t}", line, Role.STATE, unit / 8, forward, arrow=0.5 * unit))
    if backs:
        _come_back(recording, now, layer, t, x, cell, pitch, unit, edge, shapes)


def _token(
    recording: Recording,
    t: int,
    x: float,
    cell: Rect,
    pitch: float,
    unit: float,
    alpha: float,
    shapes: list[Shape],
) -> None:
    wide = 0.9 * pitch
    pill = Rect(x - wide / 2, cell.bottom + 1.0 * unit, wide, 1.7 * unit)
    up = ((x, pill.y), (x, cell.bottom + 0.1 * unit))
    shapes.append(Line(f"enters:{t}", up, Role.INPUT, unit / 9, alpha, arrow=0.4 * unit))
    fill = Box(f"token:{t}", pill, Role.INPUT, Role.INPUT, 0.85 * unit, 1.0, alpha, 0.1)
    shapes.append(fill)
    room = Rect(pill.x + 0.4 * unit, pill.y, pill.w - 0.8 * unit, pill.h)
    shapes.append(Text(f"word:{t}", room, clean(recording.tokens[t - 1]), size=unit, own=True))


def _come_back(
    recording: Recording,
    now: RecordedMoment,
    layer: int,
    t: int,
    x: float,
    cell: Rect,
    pitch: float,
    unit: float,
    edge: float,
    shapes: list[Shape],
) -> None:
    """The gradient's way from the next step, as wide as its share of the largest, and its size."""
    if t < now.back:
        return
    norms = recording.log10_norms[layer]
    here = float(norms[t - 1])
    coming = now.stage is Stage.BACKWARD and t == now.step
    alpha = edge * (now.progress if coming else 1.0)
    row = Rect(x - 0.5 * pitch, cell.bottom + 2.95 * unit, pitch, 1.5 * unit)
    words = "not finite" if np.isnan(here) else size(here)
    shapes.append(Text(f"norm:{t}", row, words, Role.GRADIENT, 0.95 * unit, True, alpha=alpha))
    if t == recording.steps:
        return
    finite = norms[np.isfinite(norms)]
    share = 10.0 ** (here - float(finite.max())) if np.isfinite(here) else 0.0
    y = cell.y + 0.72 * cell.h
    start, end = cell.right + pitch - cell.w - 0.12 * unit, cell.right + 0.12 * unit
    if coming:
        end = start + (end - start) * now.progress
    thick = max(unit / 12, WIDEST * unit * share)
    line = ((start, y), (end, y))
    shapes.append(
        Line(
            f"back:{t}", line, Role.GRADIENT, thick, edge, dash=share == 0.0,
            arrow=max(0.4 * unit, 1.2 * thick),
        )
    )  # fmt: skip


def _map(recording: Recording, now: RecordedMoment, layer: int, lay: Places) -> list[Shape]:
    """All units over all steps, those that are known."""
    unit, place = lay.unit, lay.map
    rect = _plot(place, unit)
    title = Rect(place.x, place.y, place.w, 1.5 * unit)
    shapes: list[Shape] = [
        Text("map-title", title, "Hidden state a⟨t⟩", Role.INK, 1.05 * unit, True, "left"),
        Text("map-scale", title, f"units × steps, −{number(recording.limit)} … "
             f"+{number(recording.limit)}", Role.MUTED, 0.93 * unit, align="right"),
    ]  # fmt: skip
    values = _known_states(recording, layer, now.known, max(1, int(rect.h)), max(1, int(rect.w)))
    gap = 0.08 * unit if rect.w / recording.steps > 6 and rect.h / recording.units > 6 else 0.0
    shapes.append(Heat("map", rect, values, recording.limit, gap, 2.0))
    shapes += _unit_names(recording, place, rect, 0.93 * unit)
    shapes += _step_names(recording, rect, 0.93 * unit)
    shapes += _playhead(recording, now, rect, unit)
    return shapes


@lru_cache(maxsize=4)
def _known_states(
    recording: Recording, layer: int, known: int, rows: int, columns: int
) -> NDArray[np.floating]:
    """(H, T) with NaN where nothing is known yet; of more than there are pixels the farthest."""
    states = recording.states[layer].T
    values = np.where(np.isfinite(states), states, np.inf)
    if values.shape[0] > rows or values.shape[1] > columns:
        high = widest_of(values, rows, columns)
        low = -widest_of(-values, rows, columns)
        values = np.where(high >= -low, high, low)
    shown = values.copy()
    width = values.shape[1]
    done = width if known == recording.steps else known * width // recording.steps
    shown[:, done:] = np.nan
    return shown


def _unit_names(recording: Recording, place: Rect, rect: Rect, small: float) -> list[Shape]:
    high = rect.h / recording.units
    every = max(1, int(np.ceil(1.3 * small / high)))
    shapes: list[Shape] = []
    for unit in range(every - 1, recording.units, every):
        y = rect.y + (unit + 0.5) * high
        at = Rect(place.x, y - 0.7 * small, rect.x - place.x - 0.4 * small, 1.4 * small)
        shapes.append(Text(f"unit:{unit}", at, str(unit + 1), Role.MUTED, small, align="right"))
    return shapes


def _chart(
    recording: Recording, now: RecordedMoment, layer: int, place: Rect, unit: float
) -> list[Shape]:
    """log10 of the gradient's size over the steps, as far as it has come back."""
    small = 0.93 * unit
    rect = _plot(place, unit)
    title = Rect(place.x, place.y, place.w, 1.5 * unit)
    shapes: list[Shape] = [
        Text("chart-title", title, f"Gradient {norm('∂L/∂a⟨t⟩')}", Role.INK, 1.05 * unit, True,
             "left"),
        Box("chart", rect, Role.PANEL, None, 2.0),
    ]  # fmt: skip
    norms = recording.log10_norms[layer]
    finite = norms[np.isfinite(norms)]
    if not finite.size:
        lost = np.isnan(norms).any()
        words = "no size is a finite number" if lost else "exactly 0 at every step"
        shown = words if now.back <= recording.steps else ""
        shapes.append(Text("chart-empty", rect, shown, Role.MUTED, unit))
        return [*shapes, *_step_names(recording, rect, small)]
    low, high = float(finite.min()), float(finite.max())
    if high - low < 1.0:
        low, high = (low + high) / 2 - 0.5, (low + high) / 2 + 0.5
    margin = 0.06 * (high - low)
    low, high = low - margin, high + margin

    def y_of(value: float) -> float:
        return rect.bottom - (value - low) / (high - low) * rect.h

    for value, words in log_ticks(low, high, room_of(rect.h, small)):
        y = y_of(value)
        shapes.append(Line(f"grid:{words}", ((rect.x, y), (rect.right, y)), Role.LINE, 1.0))
        at = Rect(place.x, y - 0.7 * small, rect.x - place.x - 0.4 * small, 1.4 * small)
        shapes.append(Text(f"power:{words}", at, words, Role.MUTED, small, align="right"))
    shapes += _curve(recording, now, norms, rect, unit, y_of)
    shapes += _step_names(recording, rect, small)
    if now.stage is Stage.BACKWARD:
        shapes += _playhead(recording, now, rect, unit)
    if now.back > recording.steps:
        words = "appears as it goes back"
        shapes.append(Text("chart-waits", rect, words, Role.MUTED, unit))
    return shapes


def _curve(
    recording: Recording,
    now: RecordedMoment,
    norms: NDArray[np.float64],
    rect: Rect,
    unit: float,
    y_of: Callable[[float], float],
) -> list[Shape]:
    """The known part as lines between what is finite, marks where it is 0 or not finite."""
    pitch = rect.w / recording.steps
    shapes: list[Shape] = []
    run: list[tuple[float, float]] = []
    marks = pitch > 0.7 * unit

    def end_run() -> None:
        if len(run) > 1:
            shapes.append(
                Line(f"curve:{len(shapes)}", tuple(run), Role.GRADIENT, max(2.0, unit / 6))
            )
        elif run and not marks:
            shapes.append(Dot(f"alone:{len(shapes)}", *run[0], 0.2 * unit, Role.GRADIENT))
        run.clear()

    for t, value in _points(norms, now.back, max(2, int(rect.w))):
        x = rect.x + (t - 0.5) * pitch
        if np.isfinite(value):
            run.append((x, y_of(value)))
            if marks:
                shapes.append(Dot(f"point:{t}", x, y_of(value), 0.24 * unit, Role.GRADIENT))
            continue
        end_run()
        if marks:
            at = Rect(x - pitch / 2, rect.bottom - 1.5 * unit, pitch, 1.4 * unit)
            words = "0" if value == -np.inf else "?"
            shapes.append(Text(f"mark:{t}", at, words, Role.GRADIENT, unit, True))
    end_run()
    return shapes


def _points(norms: NDArray[np.float64], back: int, most: int) -> list[tuple[float, float]]:
    """Steps and values from `back` on; where there are more than pixels the ends of each pixel."""
    steps = np.arange(back, len(norms) + 1)
    values = norms[back - 1 :]
    if len(values) <= 2 * most:
        return [*zip(steps.astype(float), values.tolist(), strict=True)]
    found: list[tuple[float, float]] = []
    for part in np.array_split(np.arange(len(values)), most):
        inside = values[part]
        at = float(steps[part[0]])
        known = inside[np.isfinite(inside)]
        ends = (known.min(), known.max()) if known.size else (inside[0],)
        found += [(at, float(end)) for end in ends]
    return found


def _plot(place: Rect, unit: float) -> Rect:
    """Where values are drawn: room for names at the left and under it."""
    left, top, under = 3.6 * unit, 2.0 * unit, 1.8 * unit
    return Rect(place.x + left, place.y + top, place.w - left, max(unit, place.h - top - under))


def _columns(kind: str, place: Rect, recording: Recording, unit: float) -> Target:
    rect = _plot(place, unit)
    return Target(kind, rect, 1, grid=(1, recording.steps, recording.steps))


def _step_names(recording: Recording, rect: Rect, small: float) -> list[Shape]:
    """Tokens under a picture of all steps, as many as have room; numbers where none has."""
    pitch = rect.w / recording.steps
    names = [clean(token) for token in recording.tokens] if recording.steps <= 400 else []
    widest = max((text_width(name, small) for name in names), default=np.inf)
    if widest > pitch - 0.5 * small:
        names = [f"{t:,}" for t in range(1, recording.steps + 1)] if recording.steps <= 400 else []
        widest = text_width(f"{recording.steps:,}", small)
    every = nice(max(1.0, (widest + 0.8 * small) / pitch))
    shapes: list[Shape] = []
    for t in sorted({1, *range(every, recording.steps + 1, every)}):
        words = names[t - 1] if names else f"{t:,}"
        wide = max(pitch, 1.1 * text_width(words, small) + 0.4 * small)
        x = min(rect.x + (t - 0.5) * pitch, rect.right - wide / 2)
        at = Rect(x - wide / 2, rect.bottom + 0.3 * small, wide, 1.35 * small)
        shapes.append(Text(f"step-name:{t}", at, words, Role.MUTED, small, own=True))
    return shapes


def _playhead(recording: Recording, now: RecordedMoment, rect: Rect, unit: float) -> list[Shape]:
    if now.stage is Stage.START:
        return []
    pitch = rect.w / recording.steps
    wide = max(pitch, 0.25 * unit)
    x = rect.x + (now.step - 0.5) * pitch - wide / 2
    place = Rect(x - 1, rect.y - 2, wide + 2, rect.h + 4)
    return [Box("playhead", place, None, Role.PLAYHEAD, 2.0, max(2.0, unit / 6))]
