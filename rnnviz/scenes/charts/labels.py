"""Where names stand in a chart: near their curves, on none of them, never on one another.

A name that has no room is left out, and told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnviz.scenes.charts.axes import Axes
from rnnviz.scenes.charts.chart import Chart, Curve, Shade, TextWidth
from rnnviz.scenes.charts.columns import Covered, PointArray, seen_part
from rnnviz.scenes.shapes import Rect

_SHARES = (0.22, 0.15, 0.3, 0.08, 0.4, 0.0, 0.5, 0.6, 0.7, 0.85, 1.0)
_WITHIN = (0.0, 0.5, 1.0, 0.25, 0.75)  # where in a stretch its name may stand
_FARTHEST = 4.0  # lines of text between a curve's end and its name
_OTHER_SIDE, _ABOVE = 2.0, 1.0  # what it costs, in lines of text, to stand there


class Lettering(NamedTuple):
    """How wide texts are, how high a line is, and what stays free around it, in pixels."""

    measure: TextWidth
    high: float
    gap: float


class Wanted(NamedTuple):
    """What may be written at a point, from the most words to the fewest."""

    texts: tuple[str, ...]
    at: tuple[float, float]


class PlacedName(NamedTuple):
    """A curve's name, and the place found for it."""

    box: Rect
    text: str


class Titles(NamedTuple):
    """The curves' names by their places in the chart, the shades', and those without room."""

    written: dict[int, PlacedName]
    shades: tuple[PlacedName, ...]
    left_out: tuple[str, ...]


def place_titles(
    chart: Chart,
    axes: Axes,
    covered: Covered,
    room: Rect,
    lettering: Lettering,
    drawn: Sequence[PointArray] = (),
) -> Titles:
    """Names of what stays where it is: along its curve, or at the end of it.

    Parameters
    ----------
    chart : Chart
    axes : Axes
        Which part of it is seen, and where.
    covered : Covered
        The pixels that its curves run through.
    room : Rect
        What no name may leave.
    lettering : Lettering
    drawn : sequence of ndarray of shape (N, 2)
        What is drawn of each curve, where that is known: of a million numbers a few thousand.
    """
    written: dict[int, PlacedName] = {}
    left_out: list[str] = []
    ends: dict[int, Wanted] = {}
    for index, curve in enumerate(chart.curves):
        if curve.titles:
            y = drawn[index][:, 1] if drawn else curve.y[seen_part(curve, axes)]
            edge = _leaves(y, axes)
            texts = [f"{text} {edge}".rstrip() for text in curve.titles]
            taken = [each.box for each in written.values()]
            place = _along(index, texts, covered, room, axes.rect, lettering, taken)
            if place is None:
                left_out.append(texts[0])
            else:
                written[index] = place
        elif curve.end is not None and not curve.revealed:
            wanted = _end_of(curve, axes)
            if wanted is not None:
                ends[index] = wanted
    taken = [*(each.box for each in written.values()), *_lines(chart, axes, lettering.gap)]
    stretches: list[PlacedName] = []
    for shade in chart.shades:
        place = _within(shade, axes, covered, room, lettering, taken)
        if place is None:
            named = shade.name and not shade.hatched and _is_seen(shade, axes)
            left_out += [shade.name] if named else []
        else:
            stretches.append(place)
            taken.append(place.box)
    wanted = list(ends.values())
    placed = place_ends(wanted, 1, covered, room, lettering, taken=taken)
    if not all(placed):  # beside the plot nothing is covered, and colours tell which is which
        aside = _beside(wanted, axes, room, lettering, [*taken, *(e.box for e in stretches)])
        placed = aside or placed
    for index, each in zip(ends, placed, strict=True):
        if each is None:
            left_out.append(ends[index].texts[0])
        else:
            written[index] = each
    return Titles(written, tuple(stretches), tuple(left_out))


def place_ends(
    ends: Sequence[Wanted],
    side: int,
    covered: Covered,
    room: Rect,
    lettering: Lettering,
    *,
    shown: tuple[float, float] | None = None,
    taken: Sequence[Rect] = (),
) -> list[PlacedName | None]:
    """Names at the ends of curves, in their order; None for one that has no room.

    `side` is −1 where the room is left of the ends and 1 where it is right of them; of the curves
    only what lies between the pixels `shown` is there.
    """
    order = sorted(range(len(ends)), key=lambda i: ends[i].at[1])
    tops = _spread([ends[i].at[1] for i in order], lettering.high, room) if ends else []
    placed: list[PlacedName | None] = [None] * len(ends)

    def is_free(box: Rect) -> bool:
        return covered.free(box, 0.5, shown)

    # Together in one column, if there is such a place; else each where it can be.
    for column in _columns([ends[i] for i in order], side, tops, lettering):
        if all(_fits(each.box, room, taken) and is_free(each.box) for each in column):
            for i, each in zip(order, column, strict=True):
                placed[i] = each
            return placed
    boxes, above = list(taken), -np.inf  # in their order, or a name were read as another curve's
    for i, top in zip(order, tops, strict=True):
        for text in ends[i].texts:
            box = next(
                (
                    box
                    for box in _around(ends[i].at, text, side, top, lettering)
                    if box.y >= above and _fits(box, room, boxes) and is_free(box)
                ),
                None,
            )
            if box is not None:
                placed[i] = PlacedName(box, text)
                boxes.append(box)
                above = box.y + lettering.high / 2
                break
    return placed


def _beside(
    ends: Sequence[Wanted], axes: Axes, room: Rect, lettering: Lettering, taken: Sequence[Rect]
) -> list[PlacedName | None]:
    """The names of some ends in one column right of the plot; empty where it has no room."""
    order = sorted(range(len(ends)), key=lambda i: ends[i].at[1])
    tops = _spread([ends[i].at[1] for i in order], lettering.high, room)
    placed: list[PlacedName | None] = [None] * len(ends)
    for i, top in zip(order, tops, strict=True):
        text = ends[i].texts[0]
        box = Rect(axes.rect.right + lettering.gap, top, lettering.measure(text), lettering.high)
        if not _fits(box, room, taken):
            return []
        placed[i] = PlacedName(box, text)
    return placed


def _columns(
    ends: Sequence[Wanted], side: int, tops: Sequence[float], lettering: Lettering
) -> Iterator[list[PlacedName]]:
    """The names of some ends beside them, one under another, the nearest arrangement first."""
    for half in range(int(2 * _FARTHEST) + 1):
        for away in sorted({half / 2, -half / 2}):
            for way in (side, -side) if half else (side,):
                column: list[PlacedName] = []
                for end, top in zip(ends, tops, strict=True):
                    width = lettering.measure(end.texts[0])
                    x = end.at[0] + (lettering.gap if way > 0 else -lettering.gap - width)
                    box = Rect(x, top + away * lettering.high, width, lettering.high)
                    column.append(PlacedName(box, end.texts[0]))
                yield column


def _around(
    at: tuple[float, float], text: str, side: int, top: float, lettering: Lettering
) -> Iterator[Rect]:
    """Boxes near a point, the best first."""
    width, high, gap = lettering.measure(text), lettering.high, lettering.gap
    x, y = at
    columns = {-1: x - gap - width, 1: x + gap}
    middle = x - width / 2
    found: list[tuple[float, Rect]] = []
    for half in range(int(2 * _FARTHEST) + 1):
        for away in {half / 2, -half / 2}:
            for column, cost in ((side, 0.0), (-side, _OTHER_SIDE)):
                start = top if column == side else y - high / 2
                box = Rect(columns[column], start + away * high, width, high)
                found.append((cost + abs(away), box))
    for half in range(int(_FARTHEST)):
        away = half / 2 * high
        found.append((_ABOVE + half / 2, Rect(middle, y - gap - high - away, width, high)))
        found.append((_ABOVE + half / 2, Rect(middle, y + gap + away, width, high)))
    found.sort(key=lambda each: each[0])
    for _, box in found:
        yield box


def _along(
    line: int,
    texts: Sequence[str],
    covered: Covered,
    room: Rect,
    plot: Rect,
    lettering: Lettering,
    taken: Sequence[Rect],
) -> PlacedName | None:
    """A name just above or below its line, in as many words as there is room for."""
    high, gap = lettering.high, lettering.gap
    for text in texts:
        width = lettering.measure(text)
        for share in _SHARES:
            x = plot.x + share * (plot.w - width)
            run = covered.extent(line, x - gap, x + width + gap) if width < plot.w else None
            if run is None:
                continue
            for y in (max(run[0], plot.y) - gap - high, min(run[1], plot.bottom) + gap):
                box = Rect(x, y, width, high)
                if _fits(box, room, taken) and covered.free(box, 0.8 * gap):
                    return PlacedName(box, text)
    return None


def _within(
    shade: Shade,
    axes: Axes,
    covered: Covered,
    room: Rect,
    lettering: Lettering,
    taken: Sequence[Rect],
) -> PlacedName | None:
    """A shaded stretch's name, in it, at the top or the bottom."""
    high, gap, plot = lettering.high, lettering.gap, axes.rect
    if not _is_seen(shade, axes):
        return None
    left, right = max(axes.x(shade.start), plot.x) + gap, min(axes.x(shade.stop), plot.right) - gap
    for text in (shade.name, shade.short):
        width = lettering.measure(text)
        if not text or shade.hatched or (right - left < width and not shade.wider):
            continue
        for y in (max(plot.y + gap / 2, room.y), plot.bottom - gap / 2 - high):
            for share in _WITHIN:
                box = Rect(left + share * (right - left - width), y, width, high)
                if _fits(box, room, taken) and covered.free(box, 0.5):
                    return PlacedName(box, text)
    return None


def _is_seen(shade: Shade, axes: Axes) -> bool:
    low, high = axes.x_range
    return shade.stop > low and shade.start < high


def _lines(chart: Chart, axes: Axes, gap: float) -> list[Rect]:
    """The boxes of what stands from top to bottom."""
    plot = axes.rect
    return [Rect(axes.x(at) - gap, plot.y, 2 * gap, plot.h) for at in chart.marks]


def _end_of(curve: Curve, axes: Axes) -> Wanted | None:
    """The last point of a curve that is seen, and what is written there.

    A curve that has left the axis is named where it left, with an arrow.
    """
    part = seen_part(curve, axes)
    x, y = np.asarray(curve.x[part], float), np.asarray(curve.y[part], float)
    low, high = axes.y_range
    along = np.flatnonzero((x >= axes.x_range[0]) & (x <= axes.x_range[1]) & np.isfinite(y))
    if curve.end is None or not along.size:
        return None
    last = along[-1]
    text = curve.end(float(y[last]))
    texts = tuple(dict.fromkeys((text, curve.name or text)))
    if low <= y[last] <= high:
        return Wanted(texts, axes.place(float(x[last]), float(y[last])))
    edge, arrow = (high, "↑") if y[last] > high else (low, "↓")
    inside = along[(y[along] >= low) & (y[along] <= high)]
    at = float(x[last])
    if inside.size:
        (x0, x1), (y0, y1) = (v[[inside[-1], along[along > inside[-1]][0]]] for v in (x, y))
        at = float(x0 + (x1 - x0) * (edge - y0) / (y1 - y0)) if np.isfinite(y1 - y0) else float(x0)
        at = min(max(at, float(x0)), float(x1))  # it may have left by the other edge
    return Wanted(tuple(f"{text} {arrow}" for text in texts), axes.place(at, edge))


def _leaves(y: NDArray[np.floating], axes: Axes) -> str:
    """An arrow where a curve leaves the picture at its upper or lower edge."""
    y = y[np.isfinite(y)]
    low, high = axes.y_range
    up, down = bool((y > high).any()), bool((y < low).any())
    return "↕" if up and down else "↑" if up else "↓" if down else ""


def _fits(box: Rect, room: Rect, taken: Sequence[Rect]) -> bool:
    inside = room.x <= box.x and box.right <= room.right
    inside = inside and room.y <= box.y and box.bottom <= room.bottom
    return inside and not any(meet(box, other) for other in taken)


def meet(a: Rect, b: Rect) -> bool:
    """Whether two boxes have pixels in common."""
    return a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom


def _spread(y: Sequence[float], high: float, room: Rect) -> list[float]:
    """Tops of boxes whose middles are as near to y (ascending) as can be, within the room."""
    tops = [at - high / 2 for at in y]
    tops[0] = max(tops[0], room.y)
    for i in range(1, len(tops)):
        tops[i] = max(tops[i], tops[i - 1] + high)
    limit = room.bottom
    for i in reversed(range(len(tops))):
        limit = tops[i] = min(tops[i], limit - high)
    return tops
