"""Long tables: the rows of several series below each other, told apart by a column (symbol, id …).

Such a table is no series as it stands. One of its series is chosen, or each becomes a column of its
own, before it is read.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from rnnviz.data.readers.columns import is_missing, is_numberish, parse_number
from rnnviz.data.readers.heading import Table, find_delimiter, is_axis, open_table
from rnnviz.data.readers.json_objects import Columns
from rnnviz.data.readers.options import Options, Question, Reporter
from rnnviz.data.readers.signed_numbers import without_signs
from rnnviz.data.readers.table_lines import Lines
from rnnviz.data.readers.text import Decoded
from rnnviz.data.readers.times import time_in
from rnnviz.data.readers.unstacking import Row, Stacking, name_of, text_of, unstack
from rnnviz.files.errors import DataError

_FIRST = 50  # rows that tell whether a column may be the one
_LOOKED_AT = 100_000
_ALIKE = 0.95  # how many of the rows are the only one of their series and time
_OFFERED = 1_000  # series that are offered by name
_WORDS = re.compile(r"[^\W\d_]+")
_OF_SERIES = (
    "id key no nr num number code series symbol ticker stock asset store shop item product sku "
    "group unit station sensor site country region customer entity panel subject patient"
)
_OF_TIME = "t time step timestep year date day week month quarter period"
_NUMBERED, _COUNTERS = frozenset(_OF_SERIES.split()), frozenset(_OF_TIME.split())


def stack_in(decoded: Decoded, path: str, suffix: str, options: Options) -> Stacking | None:
    """Find out whether a table holds several series below each other; None where it does not.

    It does where dates (or a count named as such) stand several times, and a column of names
    tells the rows of each apart.
    """
    try:
        table = _opened(decoded, path, suffix, options)
        rows = (row.cells for row in table.rows if len(row.cells) >= table.width)
        return _stack(table.names, rows)
    except DataError:
        return None


def stack_of(columns: Columns) -> Stacking | None:
    """Find out the same about JSON, as `stack_in`."""
    columns = _without_index(columns)
    if len(columns.cells) < 2 or len(columns.cells[0]) < 2:
        return None
    if any(isinstance(cells[0], (list, dict)) for cells in columns.cells):
        return None
    return _stack(columns.names, ([*map(text_of, row)] for row in _across(columns)))


def _stack(names: Sequence[str], cells: Iterator[list[str]]) -> Stacking | None:
    """What tells the series apart of rows whose cells are texts."""
    rows = list(islice(cells, _FIRST))
    able = _able(names, rows)
    if not able:
        return None
    rows += islice(cells, _LOOKED_AT)
    every = next(cells, None) is None
    while rows and not any(rows[-1]):
        rows.pop()
    times = _times(names, rows)
    when = [tuple(row[place] for place in times) for row in rows]
    if not times or len(set(when)) == len(when):
        return None
    able = [place for place in able if place not in times]
    alone = [(place,) for place in able]
    for keys in (*alone, tuple(able)) if len(able) > 1 else alone:
        if found := _apart(rows, keys, when):
            return Stacking(keys, times, found, tuple(names), every)
    return None


def _opened(decoded: Decoded, path: str, suffix: str, options: Options) -> Table:
    """The table as it stands, with all its columns."""
    lines = Lines(decoded, path)
    delimiter = find_delimiter(lines, suffix, [], options.delimiter)
    plain = Options(delimiter=options.delimiter, header=options.header)
    return open_table(lines, delimiter, [], plain, looking=True)


def _able(names: Sequence[str], rows: Sequence[list[str]]) -> list[int]:
    """The places of columns that may name series: texts, or whole numbers of such a name."""
    found: list[int] = []
    for place, name in enumerate(names):
        cells = [row[place] for row in rows]
        kept = [cell for cell in cells if not is_missing(cell)]
        if len(kept) < len(cells) or not kept:
            continue
        words = set(_WORDS.findall(name.casefold()))
        if all(map(str.isdecimal, kept)):
            found += [place] if words & _NUMBERED else []
        elif not any(_is_value(cell, name) for cell in kept):
            found.append(place)
    return found


def _is_value(cell: str, name: str) -> bool:
    signed = without_signs(cell)
    return (
        is_numberish(cell)
        or is_axis(cell, name)
        or (signed is not None and is_numberish(signed[0]))
    )


def _times(names: Sequence[str], rows: Sequence[list[str]]) -> tuple[int, ...]:
    """The places of the columns of dates; else of the first that counts steps by its name."""
    first = rows[:_FIRST]
    dates = tuple(
        place for place, name in enumerate(names) if all(is_axis(row[place], name) for row in first)
    )
    if dates:
        return dates
    for place, name in enumerate(names):
        words = set(_WORDS.findall(name.casefold()))
        cells = [row[place] for row in first]
        if words & _COUNTERS and all(map(str.isdecimal, cells)):
            return (place,)
        if _counts(name, cells):
            return (place,)
    return ()


def _counts(name: str, cells: Sequence[str]) -> bool:
    """Whether numbers of a column count seconds since 1970 or days, by its name."""
    numbers = [parse_number(cell, ".") for cell in cells]
    known = sorted({number for number in numbers if number is not None})
    said = time_in(name, known) if None not in numbers else ""
    uneven = [*known, known[-1] + 1.0] if known else []  # what is evenly apart needs no name
    return bool(said) and not said.startswith(("whole", "years")) and bool(time_in(name, uneven))


def _apart(
    rows: Sequence[list[str]], keys: tuple[int, ...], when: Sequence[tuple[str, ...]]
) -> tuple[str, ...]:
    """The series that some columns name; empty where they do not tell the rows apart."""
    of = [name_of(row, keys) for row in rows]
    names = tuple(dict.fromkeys(of))
    if not 2 <= len(names) <= len(rows) / 2:
        return ()
    pairs = len(set(zip(of, when, strict=True)))
    return names if pairs >= _ALIKE * len(rows) else ()


def series_question(stack: Stacking | None, options: Options) -> tuple[Question, ...]:
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


def said_of(error: DataError, stack: Stacking | None) -> DataError:
    """An error with what is to be done where the file is a long table."""
    if stack is None or "can be chosen" in error.reason:
        return error
    more = f"{stack.said}, of which one, or each as a column, can be chosen (--series)"
    return DataError(f"{error.reason}; {more}", path=error.path, line=error.line)


def as_one(stack: Stacking | None) -> str:
    """That the rows of several series are read as one; empty where they are not."""
    if stack is None:
        return ""
    return (
        f"assumed: the rows are one series as they stand, though {stack.said}: one of them, or "
        "each as a column, can be chosen (--series)"
    )


def unstacked(
    decoded: Decoded,
    path: str,
    suffix: str,
    options: Options,
    progress: Reporter,
    stack: Stacking | None = None,
) -> tuple[Decoded, str]:
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
        With a line of names, and where its cells stand in the file.
    note : str
        What was done.

    Raises
    ------
    DataError
        Where nothing tells several series apart, there is none of that name, or one has two rows
        of the same time.
    """
    stack = _known(stack or stack_in(decoded, path, suffix, options), path)
    table = _opened(decoded, path, suffix, options)
    made = io.StringIO()
    write = csv.writer(made, delimiter="\t", lineterminator="\n").writerow
    origin, note = unstack(
        _whole_rows(table, progress),
        stack,
        options.series,
        lambda row: write(map(_flat, row)),
        path,
    )
    data = made.getvalue().encode()
    return replace(decoded, data=data, codec="utf-8", skip=0, origin=origin), note


def unstacked_columns(
    columns: Columns, path: str, options: Options, stack: Stacking | None = None
) -> tuple[Columns, str]:
    """Return the same of JSON, as `unstacked`; of the made table a row is a line, from 2 on."""
    stack = _known(stack or stack_of(columns), path)
    columns = _without_index(columns)
    names: list[str] = []
    rows: list[list[Any]] = []

    def write(row: list[Any]) -> None:
        if names:
            rows.append(row)
        else:
            names.extend(row)

    found = ((step, list(row)) for step, row in enumerate(_across(columns), start=1))
    origin, note = unstack(found, stack, options.series, write, path, lines=False)
    cells = [list(column) for column in zip(*rows, strict=True)]
    found = replace(columns, names=tuple(names), cells=cells, origin=origin)
    found.times = len(stack.times)
    return found, note


def _without_index(columns: Columns) -> Columns:
    """The columns without one that only counts the rows of a frame, which no series has."""
    at = columns.index
    if at is None:
        return columns
    kept = [place for place in range(len(columns.names)) if place != at]
    names = tuple(columns.names[place] for place in kept)
    cells = [columns.cells[place] for place in kept]
    return replace(columns, names=names, cells=cells, index=None)


def _across(columns: Columns) -> Iterator[tuple[Any, ...]]:
    return zip(*columns.cells, strict=True)


def _known(stack: Stacking | None, path: str) -> Stacking:
    if stack is None:
        reason = "has no column that tells the rows of several series apart: leave --series out"
        raise DataError(reason, path=path)
    return stack


def _whole_rows(table: Table, progress: Reporter) -> Iterator[Row]:
    """The rows that are not empty; a shorter one is refused with its line."""
    for row in table.rows:
        progress.at(table.lines.done / 2)
        if not any(row.cells):
            continue
        if len(row.cells) < table.width:
            table.fail(row.line, f"{len(row.cells)} values, where there are {table.width} columns")
        yield row.line, row.cells


def _flat(cell: str) -> str:
    """A cell on one line."""
    return cell.replace("\n", " ").replace("\t", " ")
