"""JSON to a series: which columns are numbers, which one labels the steps."""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from rnnviz.data.labels import Counted, ReadLabels
from rnnviz.data.readers.cell_questions import MARKS
from rnnviz.data.readers.columns import choose_columns, is_missing, parse_number
from rnnviz.data.readers.dates import NO_DATES, order_of, put_in_order
from rnnviz.data.readers.heading import is_axis
from rnnviz.data.readers.json_columns import json_columns, kind_of_value
from rnnviz.data.readers.json_objects import Columns
from rnnviz.data.readers.missing_values import without_gaps
from rnnviz.data.readers.numpy_arrays import series
from rnnviz.data.readers.options import Options, Reporter, choices_of
from rnnviz.data.readers.origin import called
from rnnviz.data.readers.stacked import as_one, said_of, stack_of, unstacked_columns
from rnnviz.data.readers.text import Decoded
from rnnviz.data.readers.times import as_dates
from rnnviz.data.readers.unstacking import text_of
from rnnviz.data.sequence import Sequence
from rnnviz.files.errors import Cancelled, DataError, show_value, visible

_MAX_NAME = 40
_BLOCK = 50_000


def read_json(decoded: Decoded, path: str, options: Options, progress: Reporter) -> Sequence:
    """Read a JSON file as a series.

    Raises
    ------
    DataError
        For what is not JSON or none of the four forms, a key that stands twice, rows of different
        lengths or keys, and the first value that is not a finite number.
    """
    found = json_columns(decoded, path, options.member, progress)
    found.names = shown_names(found.names)
    stack = None if options.series is False else stack_of(found)
    if not options.series:
        try:
            made = _series_of(found, decoded, path, options, progress)
        except Cancelled:
            raise
        except DataError as error:
            raise said_of(error, stack) from None
        said = as_one(stack)
        return replace(made, notes=(*made.notes, said)) if said else made
    found, said = unstacked_columns(found, path, options, stack)
    made = _series_of(found, decoded, path, options, progress)
    return replace(made, notes=(said, *made.notes))


def _series_of(
    found: Columns, decoded: Decoded, path: str, options: Options, progress: Reporter
) -> Sequence:
    """Make a series of columns, whose cells are given up."""
    names = found.names
    dates = date_columns(found)
    index = [] if found.index is None or dates else [found.index]
    axis, numbers = choose_columns(names, dates or index, options, path)
    if not numbers:
        raise DataError("has dates but no numbers beside them", path=path)
    labels: ReadLabels | None = None
    notes = [said for said in (decoded.note, found.said) if said]
    if axis:
        if options.axis is None and dates:
            _check_dates(found, axis, path)
        labels = _labels(found.cells, axis)
        if axis == index or (options.axis is not None and len(axis) == 1):
            labels, said = as_dates(names[axis[0]], labels)
            notes.extend(said)
        shown = " and ".join(f"“{names[place]}”" for place in axis)
        notes.append(f"the values of {shown} became the axis")
    if found.member is not None:
        notes.append(f"read from the key {show_value(found.member)}")
    if found.goes_on:
        notes.append(f"the first {len(found.cells[0]):,} steps were opened, the file goes on")
    chosen = tuple(names[place] for place in numbers)
    ways = choices_of(options.missing, chosen, "", path, names)
    array = np.empty((len(found.cells[0]), len(numbers)))
    texts = 0
    for column, place in enumerate(numbers):
        cells, written = as_numbers(found.cells[place])
        texts += written
        for start in range(0, len(cells), _BLOCK):
            progress.at(0.7 + 0.1 * (column + start / len(cells)) / len(numbers))
            block = cells[start : start + _BLOCK]
            if ways[column]:
                block = [math.nan if is_gap(cell) else cell for cell in block]
            array[start : start + len(block), column] = _numbers(block, start, place, found, path)
        found.cells[place] = []
    order = None
    if labels is not None:
        columns = [tuple(map(_label, found.cells[place])) for place in axis]
        order = order_of(columns if len(columns) > 1 else [labels])
        if order is not None:
            labels, said = put_in_order(order, options.order, array, labels)
            notes.extend(said)
    if order is None and options.order == "dates" and (labels is None or len(array) > 1):
        raise DataError(NO_DATES, path=path)
    if texts:
        notes.append("assumed: numbers that are written as text are numbers")
    left = Options()
    gaps = np.flatnonzero(np.isnan(array).any(axis=1))
    if len(gaps):
        first = f"first at step {int(gaps[0]) + 1:,}"
        if found.origin is not None and labels is not None:
            first = f"first at {show_value(labels[int(gaps[0])])}"
        steps = Counted(len(array)) if labels is None else labels
        array, kept, said = without_gaps(array, steps, chosen, ways, first, path)
        labels = kept if isinstance(kept, ReadLabels) else None
        notes.append(said)
    made = series(
        array, path, left, progress.part(0.8, 1), names=chosen, tokens=labels, notes=tuple(notes)
    )
    if options.transform is None:
        return made
    return replace(made, transforms=choices_of(options.transform, chosen, "none", path, names))


def shown_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Make the names drawable, short and different."""
    shown: list[str] = []
    for place, found in enumerate(names, start=1):
        name = visible(found.strip().replace("\n", " ")) or f"column {place}"
        name = name if len(name) <= _MAX_NAME else name[: _MAX_NAME - 1] + "…"
        shown.append(f"{name} (column {place})" if name in shown else name)
    return tuple(shown)


def date_columns(found: Columns) -> list[int]:
    """The places of the columns of dates, without one that says the same of all steps."""
    held = [at for at, cells in enumerate(found.cells) if is_dates(cells, found.names[at])]
    running = [at for at in held if any(cell != found.cells[at][0] for cell in found.cells[at])]
    return running or held


def is_dates(cells: list[Any], name: str) -> bool:
    """Whether the first cell is a date; then all must be."""
    return isinstance(cells[0], str) and is_axis(cells[0].strip(), name)


def _check_dates(found: Columns, axis: list[int], path: str) -> None:
    for place in axis:
        for row, cell in enumerate(found.cells[place]):
            if not isinstance(cell, str) or not is_axis(cell.strip(), found.names[place]):
                where = _where(found, row, place)
                raise DataError(f"{kind_of_value(cell)} {where} is not a date", path=path)


def _where(found: Columns, row: int, place: int) -> str:
    """Where a cell stands in the file."""
    if found.origin is None:
        return f"at step {row + 1:,} in {called(place, found.names[place])}"
    line = row + 2  # of a table with its names in the first
    step, column = found.origin.line(line, place), found.origin.column(line, place)
    if step is not None:
        return f"at step {step:,} in {column}"
    labels = [text_of(cells[row]) for cells in found.cells[: found.times] if cells]
    at = f" at {show_value(' '.join(labels))}" if labels else ""
    return f"in {column}, which has no row{at}"


def _labels(cells: list[list[Any]], axis: list[int]) -> ReadLabels:
    columns = [cells[place] for place in axis]
    return ReadLabels([" ".join(map(_label, row)) for row in zip(*columns, strict=True)])


def _label(cell: object) -> str:
    return "…" if isinstance(cell, (list, dict)) else visible(str(cell).strip()[:60])


def _numbers(cells: list[Any], start: int, place: int, found: Columns, path: str) -> list[float]:
    """Return the numbers of a part of a column; DataError for the first cell that is none."""
    if all(map(_REAL.__contains__, map(type, cells))):
        try:
            numbers = list(map(float, cells))
        except OverflowError:
            pass
        else:
            if not any(map(math.isinf, numbers)):  # NaN is a value that is missing, and is filled
                return numbers
    return [_number(cell, row, place, found, path) for row, cell in enumerate(cells, start)]


_REAL = frozenset((int, float))


def as_numbers(cells: list[Any]) -> tuple[list[Any], bool]:
    """Return a column's cells, as numbers where all that hold anything are numbers as text."""
    if not any(type(cell) is str for cell in cells):
        return cells, False
    found: list[Any] = []
    for cell in cells:
        value = cell
        if type(cell) is str and not is_gap(cell):
            value = parse_number(cell.strip(), ".")
            if value is None:
                return cells, False
        found.append(value)
    return found, True


def is_gap(cell: object) -> bool:
    """Whether a cell of JSON says that there is no value."""
    return cell is None or (isinstance(cell, str) and is_missing(cell.strip()))


def _number(cell: object, row: int, place: int, found: Columns, path: str) -> float:
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        where = _where(found, row, place)
        if cell is None:
            null = " (null)" if found.form in ("list", "rows") else ""
            reason = (
                f"no value{null} {where}: such steps can be dropped, or filled in, which can be "
            )
            raise DataError(f"{reason}chosen (--missing)", path=path)
        reason = f"{kind_of_value(cell)} {where}, where a number should be"
        if isinstance(cell, list):
            reason += " (lists within rows: an array of more sides can be opened as .npy)"
        elif isinstance(cell, str) and any(
            parse_number(cell.strip(), *marks, signs=True) is not None for marks in MARKS
        ):
            reason += " (signs, thousands and decimal commas are read in tables, .csv)"
        raise DataError(reason, path=path)
    try:
        number = float(cell)
    except OverflowError:
        number = math.inf
    if math.isinf(number):  # 1e999 is read as inf
        raise DataError(f"a number {_where(found, row, place)} is too large", path=path)
    return number
