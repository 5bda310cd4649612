"""Tables of numbers (.csv, .tsv) to a series: rows by blocks, and cell by cell where it must be."""

import math
import re
from array import array
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.labels import Counted, Labels, ReadLabels
from rnnviz.data.readers.columns import is_grouped, is_missing, is_numberish, parse_number, why_not
from rnnviz.data.readers.date_forms import is_no_day
from rnnviz.data.readers.dates import NO_DATES, order_of, put_in_order
from rnnviz.data.readers.exchanged import exchanged, looks_exchanged, one_row, said_of_sides
from rnnviz.data.readers.heading import (
    Table,
    find_delimiter,
    in_one_column,
    is_axis,
    open_table,
    without_end,
)
from rnnviz.data.readers.missing_values import without_gaps
from rnnviz.data.readers.options import Options, Reporter, choices_of
from rnnviz.data.readers.signed_numbers import Units, without_signs
from rnnviz.data.readers.stacked import as_one, said_of, stack_in, unstacked
from rnnviz.data.readers.table_blocks import MAX_LABEL, read_block
from rnnviz.data.readers.table_lines import BLOCK, Lines, Record
from rnnviz.data.readers.text import Decoded
from rnnviz.data.readers.times import as_dates
from rnnviz.data.readers.unstacking import Stacking
from rnnviz.data.sequence import MAX_STEPS, Sequence
from rnnviz.files.errors import Cancelled, DataError, show_name, show_value, visible

MAX_VALUES = 4_000_000
"""Numbers that are opened; of a wide and long table, fewer than `MAX_STEPS` rows."""

# What a cell may hold for float() to read exactly what parse_number would.
_UNUSUAL = {".": re.compile(r"[^0-9eE+\-. ]"), ",": re.compile(r"[^0-9eE+\-, ]")}
_MAX_UNIT = 20
NAMES_OF_MARKS = {".": "points", ",": "commas", " ": "blanks", "'": "apostrophes"}
_CHOOSE = ": such rows can be dropped, or filled in, which can be chosen (--missing)"


def read_table(
    decoded: Decoded, path: str, suffix: str, options: Options, progress: Reporter
) -> Sequence:
    """Read a table: one row is one step, one column one feature.

    The delimiter (comma, semicolon or tab), the decimal mark, whether the first line names the
    columns, and which column holds dates are guessed; what is not obvious is said in the
    notes. Every number must be there and finite: a row is never dropped or filled in.

    Parameters
    ----------
    decoded
        The file's content.
    path
        The file, for messages.
    suffix
        The end of its name, which decides when the content does not.
    options, progress
        What is not to be guessed; and who is told how far it is.

    Raises
    ------
    DataError
        With the line and column of the first value that is not a number.
    """
    notes = [decoded.note] if decoded.note else []
    options = in_one_column(decoded, path, options)
    decoded, said = without_end(decoded, path, suffix, options.delimiter)
    if said:
        notes.append(said)
    if options.exchange is None and (many := one_row(decoded, path)):
        notes.append(f"assumed: the only row is the series, its {many:,} values are the steps")
        options = replace(options, exchange=True)
    if options.exchange is None and all(sides := looks_exchanged(decoded, path)):
        notes.append(said_of_sides(*sides))
    if options.exchange:
        decoded = exchanged(decoded, path, suffix, options.delimiter)
        options = replace(options, delimiter="\t")
    file = decoded, options  # as it stands, unless rows and columns are exchanged
    if options.series:
        decoded, said = unstacked(decoded, path, suffix, options, progress)
        notes.append(said)
        options = replace(options, delimiter="\t", header=True)
        progress = progress.part(0.5, 1.0)
    lines = Lines(decoded, path)
    delimiter = find_delimiter(lines, suffix, notes, options.delimiter)
    try:
        table = open_table(lines, delimiter, notes, options)
        values, axis = _read_rows(table, progress)
    except Cancelled:
        raise
    except DataError as error:
        raise said_of(error, _stack_of(file, path, suffix)) from None
    _without_end(table, values)
    rows = len(values) // len(table.numbers)
    notes.extend(_more_notes(table, rows, options))
    numbers = np.frombuffer(values, dtype=np.float64).reshape(rows, -1)
    transforms: tuple[str, ...] = ()
    if options.transform is not None:
        transforms = _transforms(
            table,
            numbers,
            options,
            lambda row, place: lines.line_of(
                _line(decoded, suffix, options, row), table.numbers[place]
            ),
        )
    if table.any_axis and len(table.dates) == 1:
        axis, said = as_dates(table.names[table.dates[0]], axis)
        notes.extend(said)
    order = None
    if said := as_one(_stack_of(file, path, suffix)):
        notes.append(said)
    if table.dates:
        order = order_of(table.parts or [axis], lambda: progress.at(lines.done))
        if order is not None:
            axis, said = put_in_order(order, options.order, numbers, axis)
            notes.extend(said)
        elif rows > 1 and not table.any_axis:
            notes.append("its dates cannot be compared with each other: nothing was sorted")
    if order is None and options.order == "dates" and not (table.dates and rows < 2):
        raise DataError(NO_DATES, path=path)
    names = tuple(table.names[column] for column in table.numbers)
    labels: Labels = axis if table.dates else Counted(rows)
    if table.gap is not None:
        line = lines.line_of(*table.gap)
        step = int(np.isnan(numbers).any(axis=1).argmax())
        at = show_value(labels[step]) if table.dates else f"step {step + 1:,}"
        first = f"first at {at}" if line is None else f"first in line {line:,}"
        numbers, labels, said = without_gaps(numbers, labels, names, table.missing, first, path)
        notes.append(said)
    numbers.setflags(write=False)
    return Sequence(
        kind="series",
        name=show_name(path),
        tokens=labels,
        values=numbers,
        columns=names,
        source=path,
        notes=tuple(notes),
        transforms=transforms,
    )


def _stack_of(file: tuple[Decoded, Options], path: str, suffix: str) -> Stacking | None:
    """What tells the series of a long table apart; None where a choice was made, or it is none."""
    decoded, options = file
    return None if options.series is not None else stack_in(decoded, path, suffix, options)


def _transforms(
    table: Table,
    numbers: NDArray[np.float64],
    options: Options,
    line_of: Callable[[int, int], int | None],
) -> tuple[str, ...]:
    """Return each column's transform; one that a value does not have is refused with its line.

    Here lines are known, and which place a column has in the file.
    """
    from rnnviz.data.readers.as_chosen import check_transforms

    names = tuple(table.names[column] for column in table.numbers)
    path = table.lines.path
    chosen = choices_of(options.transform, names, "none", path, table.names)
    check_transforms(chosen, numbers, names, path, line_of)
    return chosen


def _line(decoded: Decoded, suffix: str, options: Options, row: int) -> int:
    """The line in which a row of values stands: the table is read once more up to there."""
    lines = Lines(decoded, "")
    table = open_table(lines, find_delimiter(lines, suffix, [], options.delimiter), [], options)
    return next(islice(table.rows, row, None)).line


def _read_rows(table: Table, progress: Reporter) -> tuple["array[float]", ReadLabels]:
    values = array("d")
    axis = ReadLabels()
    lines, columns = table.lines, len(table.numbers)
    limit = min(MAX_STEPS, MAX_VALUES // columns)
    # What was read ahead to find out about the table.
    for record in islice(table.rows, min(table.ahead, limit)):
        if values and _is_end(table, record):
            return values, axis
        _add(table, record, values, axis)
    while (left := limit - len(values) // columns) > 0:
        progress.at(lines.done)
        block = lines.block(min(left, BLOCK))
        if not block:
            break
        if read_block(table, block, values, axis):
            continue
        goal = lines.number
        lines.unread(block)
        for record in islice(table.rows, left):
            if values and _is_end(table, record):
                return values, axis
            _add(table, record, values, axis)
            if lines.number >= goal:
                break
    return values, axis


def _without_end(table: Table, values: "array[float]") -> None:
    """Take back the empty lines below the last value of a column: they are the file's end."""
    if table.empty_lines:
        del values[len(values) - table.empty_lines :]
        if not any(map(math.isnan, values)):
            table.gap = None


def _is_end(table: Table, record: Record) -> bool:
    """Whether only rows of empty cells are left, which spreadsheets write below a table."""
    cells = len(record.cells)
    if cells < 2 or any(record.cells) or cells - table.width not in (0, int(table.trailing)):
        return False
    left = table.lines.only_empty_left(table.delimiter)
    if left is None:
        return False
    table.empty_end = left + 1
    return True


def _add(table: Table, record: Record, values: "array[float]", axis: ReadLabels) -> None:
    cells = record.cells
    if table.lines.gaps:
        table.empty_lines = 0 if cells[0] else table.empty_lines + 1
    if len(cells) != table.width:
        _check_width(table, record)
    if table.dates:
        axis.extend((_label(table, record),))
        for known, column in zip(table.parts, table.dates, strict=False):
            known.extend((visible(record.cells[column][:MAX_LABEL]),))
    if table.numbers != list(range(table.width)):
        cells = [cells[column] for column in table.numbers]
    values.extend(_plain(cells, table) or _careful(table, record))
    for column in table.signs.intersection(table.numbers):
        table.units.setdefault(column, Units()).see(record.cells[column])
    if table.grouping.wants("\n".join(cells), len(table.numbers)):
        for column in table.numbers:
            table.grouping.see(column, _bare(table, column, record.cells[column]))


def _check_width(table: Table, record: Record) -> None:
    if table.trailing and len(record.cells) == table.width + 1:
        if record.cells[-1] == "":
            return
        table.fail(table.width_line, f"no value in column {table.width + 1}")
    count = f"{len(record.cells)} value{'s' * (len(record.cells) != 1)}"
    table.fail(record.line, f"{count}, where line {table.width_line} has {table.width}")


def _label(table: Table, record: Record) -> str:
    parts = [record.cells[column] for column in table.dates]
    for column, part in zip(table.dates, parts, strict=True):
        if not table.any_axis and not is_axis(part, table.names[column]):
            called = table.column(record.line, column)
            why = ": the calendar has no such day" if is_no_day(part) else ""
            what = f"{show_value(part)} in {called} is not a date{why}"
            table.fail(record.line, what if part else f"no date in {called}", column)
    label = visible(" ".join(parts).replace("\n", " "))
    return label if len(label) <= MAX_LABEL else label[: MAX_LABEL - 1] + "…"


def _plain(cells: list[str], table: Table) -> list[float] | None:
    """Read a row of ordinary numbers fast, or not at all."""
    cells = cells[: len(table.numbers)]
    row = " ".join(cells)
    if _UNUSUAL[table.decimal].search(row):
        return None
    if table.thousands and any(table.thousands in cell for cell in cells):
        return None
    if table.decimal == ",":
        cells = row.replace(",", ".").split(" ")
        if len(cells) != len(table.numbers):  # a space within a cell
            return None
    elif not table.decimal_known and "." in row:
        table.decimal_known = True
    try:
        numbers = list(map(float, cells))
    except ValueError:
        return None
    return numbers if all(map(math.isfinite, numbers)) else None


def _careful(table: Table, record: Record) -> list[float]:
    """Read a row cell by cell, and say what is wrong with the first bad one."""
    numbers: list[float] = []
    if len(record.cells) > 1 and not any(record.cells) and not any(table.missing):
        table.fail(record.line, f"{len(record.cells)} empty cells, and no value")
    for column, way in zip(table.numbers, table.missing, strict=True):
        cell = record.cells[column]
        if is_missing(cell):
            if way:
                table.gap = table.gap or (record.line, column)
                numbers.append(math.nan)
                continue
            shown = f" ({show_value(cell)})" if cell else ""
            called = table.column(record.line, column)
            if not cell and table.lines.line_of(record.line, column) is None:
                at = _label(table, record) if table.dates else ""
                called = f"{called}, which has no row{f' at {show_value(at)}' if at else ''}"
            table.fail(record.line, f"no value{shown} in {called}{_CHOOSE}", column)
        if not table.decimal_known and ("." in cell or "," in cell):
            # Where commas stand between the columns too, “1,234” in quotes is a thousand and more.
            bare = _bare(table, column, cell)
            grouped = table.delimiter == "," and is_grouped(bare)
            comma = not grouped and parse_number(bare, ",", table.thousands) is not None
            table.decimal = "," if comma else "."
            table.decimal_known = True
        number = table.number(cell, column)
        if column in table.signs and not table.signed and number is not None:
            plain = parse_number(cell, table.decimal, table.thousands)
            table.signed = "" if plain is not None else f"{show_value(cell)} is {number:.15g}"
        if number is None:
            why = why_not(_bare(table, column, cell), table.decimal)
            names = not any(len(each) > _MAX_UNIT or is_numberish(each) for each in record.cells)
            alone = len(record.cells) == 1 and record.line > table.width_line + 1
            if table.header and not numbers and names and not alone and "chosen" not in why:
                why += ", nor is anything in this line (a second line of names, or of units?)"
            elif _is_odd(why) and len(table.numbers) > 1 and cell.isprintable():
                why += " (columns that are numbers may be read alone: --columns)"
            elif why == "is not a number":
                why += ": mend the cell, or empty it (and see --missing)"
            called = table.column(record.line, column)
            table.fail(record.line, f"{show_value(cell)} in {called} {why}", column)
        numbers.append(number)
    return numbers


def _bare(table: Table, column: int, cell: str) -> str:
    """A cell without the signs around its number, where these are left out of its column."""
    plain = without_signs(cell) if column in table.signs else None
    return cell if plain is None else plain[0]


def _is_odd(why: str) -> bool:
    """Whether a cell is no number for a reason that can be found in all of its column."""
    return why == "is not a number" or why.startswith("is not a number: write")


def _more_notes(table: Table, rows: int, options: Options) -> Iterator[str]:
    if table.signed:
        yield f"signs around numbers were left out: {table.signed}".replace(" is -", " is −")
    for place, seen in table.units.items():
        if seen.mixed:
            name = table.names[place]
            yield f"assumed: the units that are mixed in “{name}” are one: {seen.mixed}"
        if seen.letters:
            yield f"“{table.names[place]}” has {seen.letters}: each is multiplied by its own"
    if table.thousands:
        yield f"{NAMES_OF_MARKS[table.thousands]} part thousands, as you chose"
    elif table.decimal == ",":
        yield "numbers have a decimal comma"
    example = table.grouping.example
    if example and options.thousands is None:
        mark = "comma" if "," in example else "point"
        value = parse_number(example, table.decimal)
        said = f"assumed: the {mark} of “{example}” is a decimal mark"
        if table.grouping.doubtful and value is not None:
            whole = example.replace(".", "").replace(",", "")
            said += f", so it is {value:.15g} and not {whole}"
        yield said
    if table.dates:
        what = "cells" if table.any_axis else "dates"
        named = " and ".join(f"“{table.names[column]}”" for column in table.dates)
        yield f"the {what} of {named} became the axis"
    if table.trailing:
        yield "the empty last column was left out"
    if (end := table.empty_end) > 0:
        yield f"{end} row{'s' * (end > 1)} of empty cells at the end left out"
    if table.lines.comments:
        yield f"comment lines among the rows left out: {table.lines.comments:,}"
    blank = table.lines.blank
    if blank:
        yield f"{blank} empty line{'s were' if blank > 1 else ' was'} skipped"
    if next(table.rows, None) is not None:
        total = rows + 1 + table.lines.total() - table.lines.number
        yield f"the first {rows:,} of {total:,} steps were opened"
