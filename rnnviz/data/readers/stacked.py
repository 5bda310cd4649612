"""Long tables: the rows of several series below each other, told apart by a column (symbol, id …).

Such a table is no series as it stands. One of its series is chosen, or each becomes a column of its
own, before it is read.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from rnnviz.data.labels import ReadLabels
from rnnviz.data.readers.columns import is_missing, is_numberish
from rnnviz.data.readers.dates import order_of
from rnnviz.data.readers.heading import Table, find_delimiter, is_axis, open_table
from rnnviz.data.readers.options import Options, Question, Reporter
from rnnviz.data.readers.signed_numbers import without_signs
from rnnviz.data.readers.table_lines import Lines, Record
from rnnviz.data.readers.text import Decoded
from rnnviz.files.errors import DataError, show_value, visible
from rnnviz.record import record

_FIRST = 50  # rows that tell whether a column may be the one
_LOOKED_AT = 100_000
_ALIKE = 0.95  # how many of the rows are the only one of their series and time
_OFFERED = 1_000  # series that are offered by name
_MOST_COLUMNS = 256
_SHOWN = 3
_WORDS = re.compile(r"[^\W\d_]+")
_OF_SERIES = (
    "id key no nr num number code series symbol ticker stock asset store shop item product sku "
    "group unit station sensor site country region customer entity panel subject patient"
)
_OF_TIME = "t time step timestep year date day week month quarter period"
_NUMBERED, _COUNTERS = frozenset(_OF_SERIES.split()), frozenset(_OF_TIME.split())


@record
class Stack:
    """What tells the series of a long table apart.

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
    def said(self) -> str:
        """What tells them apart, and how many there are."""
        by = " and ".join(f"“{self.columns[place]}”" for place in self.keys)
        shown = ", ".join(show_value(name) for name in self.names[:_SHOWN])
        more = " …" if len(self.names) > _SHOWN else ""
        return (
            f"{by} {'names' if len(self.keys) == 1 else 'name'} {self.many} series ({shown}{more})"
        )

    @property
    def many(self) -> str:
        """How many series there are."""
        return f"{len(self.names):,}{'' if self.every else ' or more'}"

    @property
    def wide(self) -> bool:
        """Whether each can be a column, or several, of one table."""
        others = len(self.columns) - len(self.keys) - len(self.times)
        return self.every and len(self.names) * others + len(self.times) <= _MOST_COLUMNS


def name_of(cells: Sequence[str], keys: Iterable[int]) -> str:
    """Return the name of the series that a row belongs to."""
    return visible(" ".join(cells[place] for place in keys))[:40]


def stack_in(decoded: Decoded, path: str, suffix: str, options: Options) -> Stack | None:
    """Find out whether a table holds several series below each other; None where it does not.

    It does where dates (or a count named as such) stand several times, and a column of names
    tells the rows of each apart.
    """
    try:
        table = _opened(decoded, path, suffix, options)
        rows = [row for row in islice(table.rows, _FIRST) if len(row.cells) >= table.width]
        able = _able(table, rows)
        if not able:
            return None
        further = islice(table.rows, _LOOKED_AT)
        rows += [row for row in further if len(row.cells) >= table.width]
        every = next(table.rows, None) is None
    except DataError:
        return None
    while rows and not any(rows[-1].cells):
        rows.pop()
    times = _times(table, rows)
    when = [tuple(row.cells[place] for place in times) for row in rows]
    if not times or len(set(when)) == len(when):
        return None
    able = [place for place in able if place not in times]
    alone = [(place,) for place in able]
    for keys in (*alone, tuple(able)) if len(able) > 1 else alone:
        if names := _apart(rows, keys, when):
            return Stack(keys, times, names, tuple(table.names), every)
    return None


def _opened(decoded: Decoded, path: str, suffix: str, options: Options) -> Table:
    """The table as it stands, with all its columns."""
    lines = Lines(decoded, path)
    delimiter = find_delimiter(lines, suffix, [], options.delimiter)
    plain = Options(delimiter=options.delimiter, header=options.header)
    return open_table(lines, delimiter, [], plain, looking=True)


def _able(table: Table, rows: Sequence[Record]) -> list[int]:
    """The places of columns that may name series: texts, or whole numbers of such a name."""
    found: list[int] = []
    for place in range(table.width):
        cells = [row.cells[place] for row in rows]
        kept = [cell for cell in cells if not is_missing(cell)]
        if len(kept) < len(cells) or not kept:
            continue
        words = set(_WORDS.findall(table.names[place].casefold()))
        if all(map(str.isdecimal, kept)):
            found += [place] if words & _NUMBERED else []
        elif not any(_is_value(cell, table.names[place]) for cell in kept):
            found.append(place)
    return found


def _is_value(cell: str, name: str) -> bool:
    signed = without_signs(cell)
    return (
        is_numberish(cell)
        or is_axis(cell, name)
        or (signed is not None and is_numberish(signed[0]))
    )


def _times(table: Table, rows: Sequence[Record]) -> tuple[int, ...]:
    """The places of the columns of dates; else of the first that counts steps by its name."""
    first = rows[:_FIRST]
    dates = tuple(
        place
        for place in range(table.width)
        if all(is_axis(row.cells[place], table.names[place]) for row in first)
    )
    if dates:
        return dates
    for place in range(table.width):
        words = set(_WORDS.findall(table.names[place].casefold()))
        if words & _COUNTERS and all(row.cells[place].isdecimal() for row in first):
            return (place,)
    return ()


def _apart(
    rows: Sequence[Record], keys: tuple[int, ...], when: Sequence[tuple[str, ...]]
) -> tuple[str, ...]:
    """The series that some columns name; empty where they do not tell the rows apart."""
    of = [name_of(row.cells, keys) for row in rows]
    names = tuple(dict.fromkeys(of))
    if not 2 <= len(names) <= len(rows) / 2:
        return ()
    pairs = len(set(zip(of, when, strict=True)))
    return names if pairs >= _ALIKE * len(rows) else ()


def series_question(stack: Stack | None, options: Options) -> tuple[Question, ...]:
    """Return the question which series of a long table is read, where it is one."""
    if stack is None:
        return ()
    wide = stack.wide
    each = ((True, f"each a column ({stack.many})"),) if wide else ()
    alone = tuple((name, f"{name} alone") for name in stack.names[:_OFFERED])
    chosen: object = True if wide else stack.names[0]
    if options.series is not None:
        chosen = options.series
    elif any(isinstance(column, str) for column in (*(options.columns or ()), options.axis)):
        chosen = False  # columns were named, which are those of the rows as they stand
    more = "" if wide else "; too many to be a column each"
    return (
        Question(
            "series",
            "Series in the rows",
            (*each, (False, "one, as the rows stand"), *alone),
            chosen,
            f"{stack.said}, and the same times stand for each{more}",
            open=options.series is None,
        ),
    )


def unstacked(
    decoded: Decoded,
    path: str,
    suffix: str,
    options: Options,
    progress: Reporter,
    stack: Stack | None = None,
) -> tuple[Decoded, Callable[[int], int | None], str]:
    """Return one series of a long table, or all as columns, as a table with tabs between its cells.

    Parameters
    ----------
    decoded, path, suffix
        The file.
    options
        `series`, and how the file's lines are to be read.
    progress
        Is told how far it is.
    stack
        What tells the series apart, where that is known already.

    Returns
    -------
    table : Decoded
        With a line of names.
    line_of : callable
        The line of the file in which a line of the table stands; None where there is none.
    note : str
        What was done.

    Raises
    ------
    DataError
        Where nothing tells several series apart, there is none of that name, or one has two rows
        of the same time.
    """
    stack = stack or stack_in(decoded, path, suffix, options)
    if stack is None:
        reason = "has no column that tells the rows of several series apart: leave --series out"
        raise DataError(reason, path=path)
    table = _opened(decoded, path, suffix, options)
    if options.series is True:
        return _each(table, stack, decoded, progress)
    return _alone(table, stack, str(options.series), decoded, progress)


def _whole_rows(table: Table, progress: Reporter) -> Iterator[Record]:
    """The rows that are not empty; a shorter one is refused with its line."""
    for row in table.rows:
        progress.at(table.lines.done / 2)
        if not any(row.cells):
            continue
        if len(row.cells) < table.width:
            table.fail(row.line, f"{len(row.cells)} values, where there are {table.width} columns")
        yield row


def _alone(
    table: Table, stack: Stack, name: str, decoded: Decoded, progress: Reporter
) -> tuple[Decoded, Callable[[int], int | None], str]:
    kept = [place for place in range(table.width) if place not in stack.keys]
    made = io.StringIO()
    write = csv.writer(made, delimiter="\t", lineterminator="\n").writerow
    write([table.names[place] for place in kept])
    origin = [0]
    known = dict[str, None]()
    for row in _whole_rows(table, progress):
        here = name_of(row.cells, stack.keys)
        known.setdefault(here)
        if here == name:
            write([_flat(row.cells[place]) for place in kept])
            origin.append(row.line)
    if len(origin) == 1:
        there = ", ".join(show_value(each) for each in islice(known, 8))
        more = " …" if len(known) > 8 else ""
        reason = f"has no series {show_value(name)}: there are {there}{more}"
        raise DataError(reason, path=table.lines.path)
    by = " and ".join(f"“{stack.columns[place]}”" for place in stack.keys)
    note = f"{show_value(name)} of {by} was opened, of {len(known):,} series"
    return (
        _made(made, decoded),
        lambda line: origin[line - 1] if 1 < line <= len(origin) else None,
        note,
    )


def _each(
    table: Table, stack: Stack, decoded: Decoded, progress: Reporter
) -> tuple[Decoded, Callable[[int], int | None], str]:
    kept = [place for place in range(table.width) if place not in (*stack.keys, *stack.times)]
    found: dict[tuple[str, ...], dict[str, tuple[int, list[str]]]] = {}
    names = dict[str, None]()
    for row in _whole_rows(table, progress):
        when, name = (
            tuple(row.cells[place] for place in stack.times),
            name_of(row.cells, stack.keys),
        )
        names.setdefault(name)
        if len(names) * len(kept) > _MOST_COLUMNS:
            reason = f"has more than {_MOST_COLUMNS} columns where each series is one: choose one"
            raise DataError(reason, path=table.lines.path)
        at = found.setdefault(when, {})
        if name in at:
            shown = f"{show_value(name)} stands twice at {show_value(' '.join(when))}"
            reason = f"{shown}, before in line {at[name][0]:,}: no column can hold both"
            table.fail(row.line, reason)
        at[name] = row.line, [_flat(row.cells[place]) for place in kept]
    times = _in_order(list(found))
    made = io.StringIO()
    writer = csv.writer(made, delimiter="\t", lineterminator="\n")
    head = [table.names[place] for place in stack.times]
    several = len(kept) > 1
    by = " and ".join(table.names[place] for place in stack.keys)
    for name in names:
        called = f"{by} {name}" if name.isdecimal() else name  # digits alone would be a place
        head += [f"{called} {table.names[place]}" if several else called for place in kept]
    writer.writerow(head)
    nothing = [""] * len(kept)
    for when in times:
        at = found[when]
        cells = list(map(_flat, when))
        for name in names:
            cells += at[name][1] if name in at else nothing
        writer.writerow(cells)
    by = " and ".join(f"“{stack.columns[place]}”" for place in stack.keys)
    what = "a column" if not several else f"{len(kept)} columns"
    note = f"each of the {len(names):,} series of {by} became {what}"
    return _made(made, decoded), lambda _: None, note


def _in_order(times: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The times from the first to the last, where they are dates; else as they appear."""
    labels = [ReadLabels(column) for column in zip(*times, strict=True)]
    if len(labels) == 1 and all(map(str.isdecimal, labels[0])):
        return sorted(times, key=lambda when: int(when[0]))
    order = order_of(labels)
    return times if order is None else [times[int(place)] for place in order.by_date()]


def _flat(cell: str) -> str:
    """A cell on one line."""
    return cell.replace("\n", " ").replace("\t", " ")


def _made(made: io.StringIO, decoded: Decoded) -> Decoded:
    return replace(decoded, data=made.getvalue().encode(), codec="utf-8", skip=0)
