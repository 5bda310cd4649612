"""The rows of a long table as one of its series, or as a table with each series a column."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, TypeAlias

from rnnviz.data.labels import ReadLabels
from rnnviz.data.readers.dates import order_of
from rnnviz.data.readers.origin import Origin, called
from rnnviz.files.errors import DataError, show_value, visible
from rnnviz.frozen import record

MOST_COLUMNS = 256
_SHOWN = 3

Row: TypeAlias = tuple[int, list[Any]]
"""A row of a long table: its line in the file (of JSON which of the steps it is), and its cells."""

Write: TypeAlias = Callable[[list[Any]], object]
"""Takes the rows of the table that is made, its names first."""


@record
class Stacking:
    """The columns of a long table that tell its series apart.

    Attributes
    ----------
    keys : tuple of int
        The places of the columns whose cells name a row's series.
    times : tuple of int
        The places of the columns that say when a row is.
    names : tuple of str
        The series, in the order of their first rows, as far as was looked.
    columns : tuple of str
        The names of all columns.
    every : bool
        Whether that was all of the file.
    """

    keys: tuple[int, ...]
    times: tuple[int, ...]
    names: tuple[str, ...]
    columns: tuple[str, ...]
    every: bool

    @property
    def by(self) -> str:
        """The columns that name the series, in quotes."""
        return " and ".join(f"“{self.columns[place]}”" for place in self.keys)

    @property
    def said(self) -> str:
        """What tells them apart, and how many there are."""
        shown = ", ".join(show_value(name) for name in self.names[:_SHOWN])
        more = " …" if len(self.names) > _SHOWN else ""
        names = "names" if len(self.keys) == 1 else "name"
        return f"{self.by} {names} {self.many} series ({shown}{more})"

    @property
    def many(self) -> str:
        """How many series there are."""
        return f"{len(self.names):,}{'' if self.every else ' or more'}"

    @property
    def wide(self) -> bool:
        """Whether each can be a column, or several, of one table."""
        others = len(self.columns) - len(self.keys) - len(self.times)
        return self.every and len(self.names) * others + len(self.times) <= MOST_COLUMNS


def text_of(cell: object) -> str:
    """Return a cell as text; what JSON has none of is empty."""
    return cell if isinstance(cell, str) else "" if cell is None else str(cell)


def name_of(cells: Sequence[object], keys: Iterable[int]) -> str:
    """Return the name of the series that a row belongs to."""
    return visible(" ".join(text_of(cells[place]) for place in keys))[:40]


def unstack(
    rows: Iterable[Row],
    stack: Stacking,
    series: str | bool | None,
    write: Write,
    path: str,
    *,
    lines: bool = True,
) -> tuple[Origin, str]:
    """Write one series of a long table, or all as columns.

    Parameters
    ----------
    rows
        Of the long table.
    stack
        What tells its series apart.
    series
        The one that is wanted; True for each as a column.
    write
        Takes the names, then row after row.
    path
        For messages.
    lines
        Whether rows have lines of the file; else they are steps of JSON.

    Returns
    -------
    origin : Origin
        Where the cells of the made table stood; its lines are counted from 1, with the names'.
    note : str
        What was done.

    Raises
    ------
    DataError
        When there is no such series, or one has two rows of the same time.
    """
    if series is True:
        return _each(rows, stack, write, path, lines)
    return _alone(rows, stack, str(series), write, path)


def _alone(
    rows: Iterable[Row], stack: Stacking, name: str, write: Write, path: str
) -> tuple[Origin, str]:
    kept = [place for place in range(len(stack.columns)) if place not in stack.keys]
    write([stack.columns[place] for place in kept])
    origin = [0, 0]
    known = dict[str, None]()
    for line, cells in rows:
        here = name_of(cells, stack.keys)
        known.setdefault(here)
        if here == name:
            write([cells[place] for place in kept])
            origin.append(line)
    if len(origin) == 2:
        there = ", ".join(show_value(each) for each in islice(known, 8))
        more = " …" if len(known) > 8 else ""
        reason = f"has no series {show_value(name)}: there are {there}{more}"
        raise DataError(reason, path=path)
    note = f"{show_value(name)} of {stack.by} was opened, of {len(known):,} series"
    return (
        Origin(
            lambda line, _: origin[line] if 1 < line < len(origin) else None,
            lambda _, place: called(kept[place], stack.columns[kept[place]]),
        ),
        note,
    )


def _each(
    rows: Iterable[Row], stack: Stacking, write: Write, path: str, lines: bool
) -> tuple[Origin, str]:
    taken = (*stack.keys, *stack.times)
    kept = [place for place in range(len(stack.columns)) if place not in taken]
    found: dict[tuple[str, ...], dict[str, tuple[int, list[Any]]]] = {}
    times: dict[tuple[str, ...], tuple[int, list[Any]]] = {}
    names = dict[str, None]()
    for line, cells in rows:
        when = tuple(text_of(cells[place]) for place in stack.times)
        name = name_of(cells, stack.keys)
        names.setdefault(name)
        if len(names) * len(kept) > MOST_COLUMNS:
            reason = f"has more than {MOST_COLUMNS} columns where each series is one: choose one"
            raise DataError(reason, path=path)
        at = found.setdefault(when, {})
        times.setdefault(when, (line, [cells[place] for place in stack.times]))
        if name in at:
            what = "line" if lines else "step"
            shown = f"{show_value(name)} stands twice at {show_value(' '.join(when))}"
            reason = f"{shown}, before in {what} {at[name][0]:,}: no column can hold both"
            if not lines:
                reason = f"step {line:,}: {reason}"
            raise DataError(reason, path=path, line=line if lines else None)
        at[name] = line, [cells[place] for place in kept]
    several = len(kept) > 1
    by = " and ".join(stack.columns[place] for place in stack.keys)
    head = [stack.columns[place] for place in stack.times]
    for name in names:
        one = f"{by} {name}" if name.isdecimal() else name  # digits alone would be a place
        head += [f"{one} {stack.columns[place]}" if several else one for place in kept]
    write(head)
    nothing = [None if not lines else ""] * len(kept)
    order = _in_order(list(found))
    for when in order:
        at = found[when]
        row = list(times[when][1])
        for name in names:
            row += at[name][1] if name in at else nothing
        write(row)
    # Of every line the file's line of its time, and of each series, 0 where it has none.
    stood = [
        (times[when][0], *(found[when].get(name, (0, []))[0] for name in names)) for when in order
    ]
    what = "a column" if not several else f"{len(kept)} columns"
    note = f"each of the {len(names):,} series of {stack.by} became {what}"
    return _origin_of_each(stood, stack, kept, list(names)), note


def _origin_of_each(
    stood: list[tuple[int, ...]], stack: Stacking, kept: list[int], names: list[str]
) -> Origin:
    """Where the cells of a table stood whose columns are those of several series."""
    first = len(stack.times)

    def line_of(line: int, place: int | None) -> int | None:
        if place is None or not 0 <= line - 2 < len(stood):
            return None
        return stood[line - 2][0 if place < first else 1 + (place - first) // len(kept)] or None

    def column_of(line: int, place: int) -> str:
        if place < first:
            return called(stack.times[place], stack.columns[stack.times[place]])
        series, inner = divmod(place - first, len(kept))
        own = called(kept[inner], stack.columns[kept[inner]])
        return f"{own} of {show_value(names[series])}"

    return Origin(line_of, column_of)


def _in_order(times: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The times from the first to the last, where they are dates; else as they appear."""
    labels = [ReadLabels(column) for column in zip(*times, strict=True)]
    if len(labels) == 1 and all(map(str.isdecimal, labels[0])):
        return sorted(times, key=lambda when: int(when[0]))
    order = order_of(labels)
    return times if order is None else [times[int(place)] for place in order.by_date()]
