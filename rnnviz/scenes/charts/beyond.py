"""Labels of steps that lie beyond the last known one, as a forecast goes on there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from math import ceil, floor

from rnnviz.film import Frame
from rnnviz.scenes.charts.axes import nice
from rnnviz.scenes.charts.chart import AxisRoom
from rnnviz.scenes.charts.steps import step_labels
from rnnviz.scenes.phases import remembered

Name = Callable[[int], str]

_LOOKED_AT = 1_000  # labels, the last ones, by which it is seen how they go on
_LONGEST = 16  # digits


def labels_beyond(
    frame: Frame, known: int, low: float, high: float, room: AxisRoom
) -> list[tuple[int, str]]:
    """What is written under the steps: of the known ones their labels, then how these go on.

    Numbers and dates go on where they are evenly spaced; of others is written how many steps a
    place lies beyond the end: +50.

    Parameters
    ----------
    frame : Frame
    known : int
        The last step that somebody knows.
    low, high : float
        From where to where steps are seen.
    room : AxisRoom

    Returns
    -------
    list of (step, text)
    """
    pitch, gap = room.length / (high - low), 0.55 * room.high
    found: list[tuple[int, str]] = []
    if low < known:
        part = min(high, float(known))
        inside = replace(room, length=max(1.0, pitch * (part - low)))
        found = [each for each in step_labels(frame, low, part, inside) if each[0] <= known]
    if high < known + 1:
        return found
    name, numbered = remembered(frame, ("beyond", known), lambda: goes_on(frame, known))
    first, last = max(known + 1, ceil(low)), floor(high)
    widest = max(room.measure(name(t)) for t in (first, last))
    stride = nice((widest + 2 * gap) / pitch)
    begin = known if numbered else 0  # +50, +100; or 600, 650
    free = low if not found else found[-1][0] + (room.measure(found[-1][1]) + gap) / 2 / pitch
    for t in range(begin + stride * -(-(first - begin) // stride), last + 1, stride):
        if t - (room.measure(name(t)) + gap) / 2 / pitch >= free:
            found.append((t, name(t)))
    return found


def goes_on(frame: Frame, known: int) -> tuple[Name, bool]:
    """How the labels of known steps go on, and whether that is by counting beyond the end."""
    tokens = [frame.token(t) for t in range(max(1, known - _LOOKED_AT + 1), known + 1)]
    for read, written in ((_number, str), (_day, _as_day), (_month, _as_month)):
        places = [read(token) for token in tokens]
        last, apart = places[-1], _apart(places)
        if last is not None and apart is not None and written(last) == tokens[-1]:
            return _continued(last, apart, known, written), False
    return (lambda t: f"+{t - known:,}"), True


def _continued(last: int, apart: int, known: int, written: Name) -> Name:
    return lambda t: written(last + (t - known) * apart)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < _LONGEST else None


def _day(text: str) -> int | None:
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return None
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return None


def _as_day(place: int) -> str:
    return date.fromordinal(min(place, date.max.toordinal())).isoformat()


def _month(text: str) -> int | None:
    year, _, month = text.partition("-")
    if len(text) != 7 or not (text.isascii() and year.isdigit() and month.isdigit()):
        return None
    return 12 * int(year) + int(month) - 1 if 1 <= int(month) <= 12 else None


def _as_month(place: int) -> str:
    return f"{place // 12:04d}-{place % 12 + 1:02d}"


def _apart(places: list[int | None]) -> int | None:
    """How far neighbours are apart; None where that differs, or they do not go up."""
    known = [place for place in places if place is not None]
    if len(known) < max(2, len(places)):
        return None
    apart = known[1] - known[0]
    even = all(b - a == apart for a, b in pairwise(known))
    return apart if apart > 0 and even else None
