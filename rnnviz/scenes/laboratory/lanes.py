"""Lanes: the branches as rows of steps in lockstep, with one playhead and one absolute scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.arrays import log_norms
from rnnviz.film import Frame, gradient_reading
from rnnviz.film.differences import figures_said, what_differs
from rnnviz.frozen import record
from rnnviz.scenes.charts.gradient import norm, size
from rnnviz.scenes.charts.steps import step_name
from rnnviz.scenes.laboratory.maps import SMALL, draw_said, without_said, wrapped
from rnnviz.scenes.measure import clean, text_width
from rnnviz.scenes.phases import fewer_digits, remembered, shortened
from rnnviz.scenes.shapes import (
    Box,
    Heat,
    Line,
    PalettePlace,
    Rect,
    Role,
    Scene,
    Shape,
    Target,
    Text,
)

OF_A_LAYER = True
MOST = 4
_LN10 = float(np.log(10.0))
_LEAST = 2.6  # of a lane's height, in sizes of small type
_NAME_LINE = 1.2  # sizes of type that a line of a name takes
_WIDEST = 0.9  # of a link, in sizes of type
_OF_PITCH = 0.95  # a number's room, of a step's


@record(eq=False)
class Lane:
    """A lane of the panel: one branch with its states and its gradient.

    Attributes
    ----------
    name : str
    place : int
        In the palette of what is compared.
    branch : int
        Which of the branches it is.
    states : ndarray of shape (T, H)
        a⟨1⟩ … a⟨T⟩ of the shown layer, or of its top one where it has fewer.
    norms : ndarray of shape (T,)
        log10 ‖∂L/∂a⟨t⟩‖.
    """

    name: str
    place: int
    branch: int
    states: NDArray[np.floating]
    norms: NDArray[np.float64]


def lanes_of(frame: Frame) -> list[Lane]:
    """The branch that is shown and those after and before it, four at most, in their order."""
    active, count = frame.branches.active, len(frame.branches.each)
    first = min(max(0, active - MOST + 1), max(0, count - MOST))
    others = list(frame.others)
    made = list[Lane]()
    for i, side in enumerate(frame.sides):
        if i == active:
            states = frame.values_of("a", frame.layer)[1:]
        else:
            beside = others[i - (i > active)]
            states = beside.states[min(frame.layer, beside.layers - 1)]
        made.append(Lane(side.name, side.place, i, states, side.norms))
    return made[first : first + MOST]


def titles(frame: Frame) -> list[tuple[str, str]]:
    """What the panel's title may be, from the most words to the fewest."""
    of = norm("∂L/∂a⟨t⟩" if frame.summed else f"∂L⟨{frame.source}⟩/∂a⟨t⟩")
    left = len(frame.branches.each) - MOST
    more = f" · {left} more" if left > 0 else ""
    return [
        ("Lanes: branches side by side", f"a⟨t⟩ and {of}, one scale{more}"),
        ("Lanes", f"a⟨t⟩ and {of}, one scale{more}"),
        ("Lanes", f"{of}{more}"),
        ("Lanes", ""),
    ]


def scene(
    frame: Frame, width: float, height: float, area: Rect, unit: float, small: float = 0.0
) -> Scene:
    """Draw a row for each branch: its states, the gradient's width on its way, and its numbers."""
    lanes, small = lanes_of(frame), small or SMALL * unit
    lines, foot = _said_below(frame, len(lanes), area, unit, small)
    high = (area.h - foot - 1.5 * small) / max(len(lanes), 1)
    names, named = _names(lanes, area.w, high - 0.3 * small, unit)
    left = area.x + named + small
    room = Rect(left, area.y, area.right - left, area.h - foot - 1.5 * small)
    if not lanes or high < _LEAST * small or room.w < 12 * small:
        lack = Text("no-room", area, "The lanes need a larger panel.", Role.MUTED, unit)
        return Scene(width, height, (lack,))
    first, last = window(frame, max(2, int(room.w / (5.2 * small))))
    pitch = room.w / (last - first + 1)
    shapes, targets = list[Shape](), list[Target]()
    scale = max((_widest(lane.norms) for lane in lanes), default=-np.inf)
    fewer = fewer_digits(np.concatenate([lane.norms for lane in lanes]), _OF_PITCH * pitch, small)
    for row, lane in enumerate(lanes):
        place = Rect(room.x, room.y + row * high, room.w, high)
        shapes += _lane(frame, lane, place, first, last, small, scale, fewer)
        label = Rect(area.x, place.y, named, high - 0.3 * small)
        shapes += _name(row, lane, names[row], label, unit, frame.branches.active == lane.branch)
        targets.append(Target("lane", label, unit=lane.branch))
        for t in range(first, last + 1):
            cell = Rect(place.x + (t - first) * pitch, place.y, pitch, high)
            targets.append(Target("lane-step", cell, t, lane.branch))
    for t in range(first, last + 1):
        x = room.x + (t - first) * pitch
        token = clean(frame.token(t))
        text = token if 1.05 * text_width(token, small) <= 0.94 * pitch else str(t)
        under = Rect(x, room.bottom, pitch, 1.4 * small)
        shapes.append(Text(f"step-name:{t}", under, text, Role.MUTED, small, own=True))
    t = frame.moment.step
    if first <= t <= last:
        around = Rect(room.x + (t - first + 0.06) * pitch, room.y, 0.88 * pitch, room.h)
        thick = max(2.0, small / 6)
        shapes.append(Box("playhead", around, None, Role.PLAYHEAD, 0.4 * small, thick))
    shapes += draw_said(lines, area, unit)
    return Scene(width, height, tuple(shapes), tuple(targets))


def _names(
    lanes: list[Lane], wide: float, high: float, unit: float
) -> tuple[list[list[str]], float]:
    """The lanes' names, each in as many lines as it has room for, and how wide they are.

    A name takes a quarter of the panel, or a third where a word of it would be cut.
    """
    most, names = max(1, int(high / (_NAME_LINE * unit))), [clean(lane.name) for lane in lanes]

    def broken(name: str, width: float) -> list[str]:
        lines = [""]
        for word in name.split(" "):
            longer = f"{lines[-1]} {word}".lstrip()
            if lines[-1] and len(lines) < most and 1.1 * text_width(longer, unit, True) > width:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    for share in (0.25, 0.34):
        found = [broken(name, share * wide) for name in names]
        needs = max(
            (1.1 * text_width(line, unit, True) for lines in found for line in lines), default=0.0
        )
        if needs <= share * wide:
            return found, needs
    return found, min(needs, 0.34 * wide)


def _name(
    row: int, lane: Lane, lines: list[str], label: Rect, unit: float, shown: bool
) -> list[Shape]:
    """A lane's name beside its cells, line by line, in the middle of its height."""
    high = min(_NAME_LINE * unit, label.h / len(lines))
    top = label.y + max(0.0, 0.5 * (label.h - unit - high * len(lines)))
    return [
        Text(
            f"lane-name:{row}" if i == 0 else f"lane-name:{row}:{i}",
            Rect(label.x, top + i * high, label.w, high), line, PalettePlace(lane.place), unit,
            shown, "left", own=True,
        )
        for i, line in enumerate(lines)
    ]  # fmt: skip


def _said_below(
    frame: Frame, count: int, area: Rect, unit: float, small: float
) -> tuple[list[str], float]:
    """As much of what is said as leaves the lanes their height, in lines, and what they take."""
    least = (_LEAST * count + 1.5) * small
    for said in (sentence(frame), sentence(frame, values=False)):
        lines = wrapped(said, area.w, unit)
        if " ".join(lines) == said and area.h - _foot(lines, unit) >= least:
            return lines, _foot(lines, unit)
    while lines and area.h - _foot(lines, unit) < least:
        shorter = " ".join(lines[:-1]).rpartition(". ")[0]
        lines = wrapped(f"{shorter}.", area.w, unit) if shorter else []
    return lines, _foot(lines, unit)


def _foot(lines: list[str], unit: float) -> float:
    return 1.35 * unit * len(lines) + 0.2 * unit


def sentence(frame: Frame, *, values: bool = True) -> str:
    """What twins are known to reach, how much came back in each, and what differs between them.

    Where there is no room for all of it the `values` of what differs go first, then that; the
    gradient's panel says its part.
    """
    said = (
        figures_said(frame.branches),
        gradient_reading(frame),
        what_differs(frame.branches, values=values),
    )
    return " ".join(filter(None, said))


def window(frame: Frame, most: int) -> tuple[int, int]:
    """First and last of the steps that are drawn: all, or so many around the film's place."""
    if frame.steps <= most:
        return 1, frame.steps
    first = min(max(1, frame.step - most // 2), frame.steps - most + 1)
    return first, first + most - 1


def covered(scene: Scene) -> Scene:
    """The picture without what is said of it."""
    return without_said(scene)


def reading(frame: Frame, target: Target) -> tuple[str, ...]:
    """What is said of the place under the pointer."""
    lane = next(each for each in lanes_of(frame) if each.branch == target.unit)
    name = clean(lane.name)
    if target.kind == "lane":
        shown = lane.branch == frame.branches.active
        return (name, "shown on the stage") if shown else (name, "press to show it on the stage")
    t = target.step
    said = [f"{name}, {step_name(frame, t)}"]
    if t <= frame.forward_done:
        length = float(log_norms(lane.states[t - 1].reshape(1, 1, 1, -1))[0, 0]) / _LN10
        said.append(f"‖a⟨{t}⟩‖ = {size(length)}")
    if t >= frame.gradient_from:
        said.append(f"{norm(f'∂L/∂a⟨{t}⟩')} = {size(float(lane.norms[t - 1]))}")
    return tuple(said)


def chosen(frame: Frame, target: Target) -> tuple[str, int]:
    """What a press asks for: the branch of a name, or a step."""
    return ("branch", target.unit) if target.kind == "lane" else ("step", target.step)


def _widest(norms: NDArray[np.float64]) -> float:
    finite = norms[np.isfinite(norms)]
    return float(finite.max()) if finite.size else -np.inf


def _lane(
    frame: Frame,
    lane: Lane,
    rect: Rect,
    first: int,
    last: int,
    size_: float,
    scale: float,
    fewer: int,
) -> list[Shape]:
    """One row: cells with their states, links as wide as the gradient that went through them.

    Its numbers are written in as many digits as those of all lanes have room for.
    """
    pitch = rect.w / (last - first + 1)
    cell_w, cell_h = min(0.62 * pitch, 6 * size_), rect.h - 1.7 * size_
    key = ("lane", lane.branch, frame.layer)
    limit = remembered(frame, key, lambda: _largest(lane.states)) or 1.0
    shapes = list[Shape]()
    middle = rect.y + cell_h / 2
    for t in range(first, last + 1):
        x = rect.x + (t - first + 0.5) * pitch
        cell = Rect(x - cell_w / 2, rect.y, cell_w, cell_h)
        if t > first:
            gap = (x - pitch + cell_w / 2, middle), (x - cell_w / 2, middle)
            shapes.append(_link(frame, lane, t, gap, size_, scale))
        shapes.append(
            Box(f"lane:{lane.branch}:{t}", cell, Role.PANEL, Role.STATE, 0.3 * size_, 1.5)
        )
        if t <= frame.forward_done:
            rows, columns = _shape(lane.states.shape[1], cell)
            values = remembered(
                frame,
                (*key, t, rows),
                lambda t=t, r=rows, c=columns: _grid(lane.states[t - 1], r, c),
            )
            shapes.append(
                Heat(
                    f"lane-heat:{lane.branch}:{t}", cell.grown(-0.25 * size_), values, limit,
                    gap=0.06 * size_, radius=0.0,
                )
            )  # fmt: skip
        if t >= frame.gradient_from:
            place = Rect(x - pitch / 2, cell.bottom + 0.1 * size_, pitch, 1.3 * size_)
            said = shortened(float(lane.norms[t - 1]), fewer, _OF_PITCH * pitch, size_)
            if text_width(said, size_, True) <= pitch:
                name = f"lane-norm:{lane.branch}:{t}"
                shapes.append(Text(name, place, said, Role.GRADIENT, size_, True))
    return shapes


def _largest(states: NDArray[np.floating]) -> float:
    known = np.abs(states[np.isfinite(states)])
    return float(known.max()) if known.size else 1.0


def _link(
    frame: Frame,
    lane: Lane,
    t: int,
    points: tuple[tuple[float, float], tuple[float, float]],
    size_: float,
    scale: float,
) -> Line:
    """From step t − 1 to t: grey on the way forward, as wide as the gradient on the way back."""
    name, back = f"lane-link:{lane.branch}:{t}", float(lane.norms[t - 2])
    if t - 1 < frame.gradient_from or not np.isfinite(back) or not np.isfinite(scale):
        return Line(name, points, Role.STATE, 1.0, arrow=0.0, alpha=0.6)
    wide = 10.0 ** (back - scale) * _WIDEST * size_
    thin = wide < 0.8
    return Line(name, points, Role.GRADIENT, max(wide, 0.8), 0.7 if thin else 1.0, dash=thin)


def _shape(units: int, cell: Rect) -> tuple[int, int]:
    """Rows and columns of a cell's grid, whose places are about square."""
    rows = max(1, round((units * cell.h / max(cell.w, 1.0)) ** 0.5))
    rows = min(rows, units)
    return rows, -(-units // rows)


def _grid(states: NDArray[np.floating], rows: int, columns: int) -> NDArray[np.floating]:
    """Units column by column in a grid; NaN where there is none."""
    whole = np.full(rows * columns, np.nan)
    whole[: len(states)] = states
    return whole.reshape(columns, rows).T
