"""Dates and times of day in a column: when they are, and how they run.

Labels stay as they are written; they are only compared. Whether 03/04/2024 is in March or in April
is decided for a whole column.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.labels import Labels, ReadLabels
from rnnviz.data.readers.date_forms import (
    CLOCK_ONLY,
    POINTS,
    TWO_DIGITS,
    YEAR_FIRST,
    YEAR_LAST,
    fields_of,
)
from rnnviz.files.errors import show_value
from rnnviz.frozen import record

NO_DATES = "has no column of dates that its rows could be sorted by: leave them as they stand"
"""Why a file cannot be sorted by date."""

_BLOCK = 10_000
_DAY = 86_400.0
_HOUR = 3_600.0
_PLAIN = (None, "Z", "UTC", "GMT")  # zones without an offset

Numbers = NDArray[np.float64]


@record
class DateOrder:
    """The order in which the dates of the steps run: forward, backward or mixed.

    Attributes
    ----------
    way : str
        ``"forward"``, ``"backward"`` (the newest first) or ``"mixed"``; equal neighbours are
        neither.
    moments : (T,) array of float64
        Seconds since some moment.
    twice, back : str
        What is to be said of dates that stand twice, and of where they run back and forth; empty
        where there is nothing.
    """

    way: str
    moments: Numbers
    twice: str = ""
    back: str = ""

    def by_date(self) -> NDArray[np.intp]:
        """Return the places of the steps in the order of their dates, equal ones as they stood."""
        if self.way == "backward":  # within a day too the newest stands first
            return np.arange(len(self.moments))[::-1]
        return np.argsort(self.moments, kind="stable")


def order_of(
    columns: Sequence[Labels], going_on: Callable[[], None] | None = None
) -> DateOrder | None:
    """Find out how the dates run that label the steps.

    Parameters
    ----------
    columns
        One label a step: of one column of dates, or of several that are taken together, such as a
        day and a time of day.
    going_on
        Is called now and then; it may raise to end the search.

    Returns
    -------
    DateOrder or None
        None where they are no dates, or dates that cannot be compared with each other.
    """
    total: Numbers | None = None
    clocks: list[bool] = []
    for column in columns:
        found = _moments(column, going_on or (lambda: None))
        if found is None:
            return None
        moments, clock = found
        clocks.append(clock)
        total = moments if total is None else total + moments
    if total is None or len(total) < 2:
        return None
    if all(clocks):
        total = _over_midnight(total)
    return _order(total, columns)


def _order(moments: Numbers, columns: Sequence[Labels]) -> DateOrder:
    def shown(step: int) -> str:
        return show_value(" ".join(column[step] for column in columns))

    ways = np.diff(moments)
    back, ahead = ways < 0, ways > 0
    way = "forward" if not back.any() else "mixed" if ahead.any() else "backward"
    said = ["", ""]
    strict = back.all() or ahead.all()
    twice = 0 if strict else len(moments) - len(np.unique(moments))
    if twice == len(moments) - 1:
        said[0] = f"all {len(moments):,} dates are the same: {shown(0)}"
    elif twice:
        order = np.argsort(moments, kind="stable")
        same = np.flatnonzero(np.diff(moments[order]) == 0)
        at = int(same[np.argmin(order[same + 1])])
        one, other = int(order[at]), int(order[at + 1])
        many = "1 date stands" if twice == 1 else f"{twice:,} dates stand"
        said[0] = (
            f"{many} there a second time, first {shown(other)} in row {other + 1:,}, as in row "
            f"{one + 1:,}"
        )
    if way == "mixed":
        places = np.flatnonzero(back)
        first = int(places[0]) + 1
        many = "once" if len(places) == 1 else f"{len(places):,} times"
        clocks = float(ways[places].min()) >= -_HOUR
        said[1] = (
            f"the dates run back {many}, first in row {first + 1:,} from {shown(first - 1)} to "
            f"{shown(first)}{', as clocks do at the end of summer time' * clocks}"
        )
    return DateOrder(way, moments, *said)


def _in_order(values: Numbers, labels: ReadLabels, places: NDArray[np.intp]) -> ReadLabels:
    """Put the rows of `values`, in place, and the labels, which are returned, into an order."""
    values[:] = values[places]
    found = ReadLabels()
    for start in range(0, len(places), _BLOCK):
        found.extend([labels[int(step)] for step in places[start : start + _BLOCK]])
    return found


def _moments(labels: Labels, going_on: Callable[[], None]) -> tuple[Numbers, bool] | None:
    """Return when each label is, and whether all are times of day; None if any is no date."""
    alike = _alike(labels) if isinstance(labels, ReadLabels) else None
    read = alike or _one_by_one(labels)
    days_first, months_first = np.empty(len(labels)), np.empty(0)
    kinds, days, months = 0, False, False
    for start in range(0, len(labels), _BLOCK):
        going_on()
        stop = min(start + _BLOCK, len(labels))
        found = read(start, stop)
        if found is None:
            return None
        (year, month, day, seconds, a, b), kind = found
        if start and bool((kind ^ kinds) & CLOCK_ONLY):  # some have a day and some have none
            return None
        kinds |= kind
        last = a > 0
        if not len(months_first) and last.any():
            months_first = days_first.copy()
        days, months = days or bool((a > 12).any()), months or bool((b > 12).any())
        m: Numbers = np.where(last, b, month)
        d: Numbers = np.where(last, a, day)
        days_first[start:stop] = _seconds(year, m, d, seconds)
        if len(months_first):
            m, d = np.where(last, a, month), np.where(last, b, day)
            months_first[start:stop] = _seconds(year, m, d, seconds)
    days = days or bool(kinds & POINTS)
    if days and months:
        return None  # written in both orders
    # “Jan 20” may be a day as well as a year.
    if kinds & TWO_DIGITS and _backs(days_first) and _backs(-days_first):
        return None
    if not len(months_first) or days:
        return days_first, bool(kinds & CLOCK_ONLY)
    if months:
        return months_first, False
    # Where neither number says it, the order that runs one way is what was meant.
    readings = (days_first, months_first)
    return min(readings, key=lambda found: min(_backs(found), _backs(-found))), False


def _backs(moments: Numbers) -> int:
    return int(np.count_nonzero(np.diff(moments) < 0))


def _seconds(year: Numbers, month: Numbers, day: Numbers, seconds: Numbers) -> Numbers:
    months = ((year - 1970) * 12 + month - 1).astype(np.int64).astype("datetime64[M]")
    days = months.astype("datetime64[D]").astype(np.int64)
    return (days + day - 1) * _DAY + seconds


def _over_midnight(moments: Numbers) -> Numbers:
    """Times of day as moments: from 23:30 to 0:15 it is not back but on."""
    ways = np.diff(moments)
    ways = np.where(ways < -_DAY / 2, ways + _DAY, np.where(ways > _DAY / 2, ways - _DAY, ways))
    return np.concatenate([[0.0], np.cumsum(ways)])


_Read: TypeAlias = Callable[[int, int], tuple[tuple[Numbers, ...], int] | None]
"""Gives the fields of the labels from one place to another, each (n,), and what kinds they are."""


def _one_by_one(labels: Labels) -> _Read:
    known: dict[str, tuple[tuple[float, ...], int]] = {}

    def read(start: int, stop: int) -> tuple[tuple[Numbers, ...], int] | None:
        rows: list[tuple[float, ...]] = []
        kinds, clocks = 0, 0
        for label in labels[start:stop]:
            found = known.get(label) or fields_of(label)
            if found is None:
                return None
            if len(known) < _BLOCK:
                known[label] = found
            rows.append(found[0])
            kinds |= found[1]
            clocks += found[1] & CLOCK_ONLY
        if clocks not in (0, stop - start):
            return None
        fields = np.array(rows, np.float64).T
        return tuple(fields[k] for k in range(len(fields))), kinds

    return read


def _alike(labels: ReadLabels) -> _Read | None:
    """Read dates that are all written with as many digits: of a million, in some milliseconds."""
    grid = labels.grid()
    if grid is None:
        return None
    first = labels[0]
    found = YEAR_FIRST.fullmatch(first) or YEAR_LAST.fullmatch(first)
    odd = found is None or not first.isascii() or found["half"] or found["zone"] not in _PLAIN
    if found is None or odd or len(found["y"]) == 2:
        return None
    digits = [sign.isdigit() for sign in first]
    for place, digit in enumerate(digits):
        column = grid[:, place]
        if (column - np.uint8(48) > 9).any() if digit else (column != column[0]).any():
            return None
    spans = {name: range(*found.span(name)) for name, text in found.groupdict().items() if text}
    last = "a" in spans
    kind = POINTS if last and found["mark"] == "." else 0
    after = 10.0 ** -len(found["part"] or "")
    east = {"+": -1.0, "-": 1.0, None: 0.0}[found["sign"]]

    def read(start: int, stop: int) -> tuple[tuple[Numbers, ...], int]:
        rows = grid[start:stop]

        def value(name: str, otherwise: float = 0.0) -> Numbers:
            total = np.zeros(len(rows))
            for place in spans.get(name, ()):
                total = 10.0 * total + (rows[:, place] - np.uint8(48))
            return total if name in spans else total + otherwise

        seconds = value("h") * _HOUR + value("min") * 60.0 + value("s") + value("part") * after
        seconds += east * (value("oh") * _HOUR + value("om") * 60.0)
        fields = (value("y"), value("m", 1.0), value("d", 1.0), seconds, value("a"), value("b"))
        return fields, kind

    return read


def put_in_order(
    order: DateOrder, chosen: str | None, values: Numbers, labels: ReadLabels
) -> tuple[ReadLabels, tuple[str, ...]]:
    """Turn the steps round where the newest stands first, or sort them where that was chosen.

    Parameters
    ----------
    order
        How the dates run in the file.
    chosen
        `Options.order`.
    values : (T, C) array
        Changed in place.
    labels

    Returns
    -------
    labels : ReadLabels
    notes : tuple of str
        What was done, and what is to be said of the dates.
    """
    notes = [order.twice] if order.twice else []
    moved = order.way == "backward" if chosen is None else chosen == "dates"
    if order.way == "backward":
        ran = "the dates ran from the newest to the oldest"
        done = "were turned round: step 1 is the oldest"
        notes.insert(0, f"{ran} and {done}" if moved else f"{ran}: step 1 is the newest")
    elif order.way == "mixed":
        notes.append(f"{order.back}: {'sorted by date' if moved else 'nothing was sorted'}")
    if moved and order.way != "forward":
        labels = _in_order(values, labels, order.by_date())
    return labels, tuple(notes)
