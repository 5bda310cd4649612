"""A table whose rows are the features: rows and columns are exchanged before it is read."""

import csv
import io
from itertools import islice

from rnnviz.data.readers.columns import FEW, MAX_COLUMNS, is_numberish
from rnnviz.data.readers.heading import find_delimiter
from rnnviz.data.readers.origin import Origin
from rnnviz.data.readers.table_lines import Lines
from rnnviz.data.readers.text import Decoded
from rnnviz.data.sequence import MAX_STEPS
from rnnviz.files.errors import DataError

_MOST_LINES = 60


def one_row(decoded: Decoded, path: str) -> int:
    """Return how many values a table has that is a single long row, a name before them or not.

    0 where it is none: of less than ten, the row is one step.
    """
    lines = [line for line in islice(Lines(decoded, path), 5) if line.strip()]
    if len(lines) != 1:
        return 0
    try:
        ((_, row),) = _rows(decoded, path, "", None)
    except (DataError, ValueError):
        return 0
    values = row[1:] if row and not is_numberish(row[0]) else row
    while values and values[-1] == "":
        values = values[:-1]
    return len(values) if len(values) >= FEW and all(map(is_numberish, values)) else 0


def looks_exchanged(decoded: Decoded, path: str) -> tuple[int, int]:
    """Return how many rows and columns a table has that is much wider than long; else 0, 0."""
    lines = list(islice(Lines(decoded, path), _MOST_LINES + 1))
    if len(lines) > _MOST_LINES:
        return 0, 0
    try:
        rows = _rows(decoded, path, "", None)
    except (DataError, ValueError):
        return 0, 0
    width = max((len(row) for _, row in rows), default=0)
    return (len(rows), width) if is_wide(len(rows), width) else (0, 0)


def said_of_sides(rows: int, width: int) -> str:
    """What is to be said of a table that may lie on its side, and is read as it stands."""
    return (
        f"assumed: its {rows:,} rows are the steps, of {width:,} numbers each; where these are the "
        "steps, rows and columns can be exchanged (--exchange)"
    )


def is_wide(rows: int, width: int) -> bool:
    """Whether so many rows and columns are those of a table that may lie on its side."""
    return rows <= _MOST_LINES and width >= max(FEW, 3 * rows)


def exchanged(decoded: Decoded, path: str, suffix: str, delimiter: str | None) -> Decoded:
    """Return the table with its columns as rows, cells apart by tabs, and where they stood.

    Raises
    ------
    DataError
        When its rows are not of the same length, or too many to become columns.
    """
    found = _rows(decoded, path, suffix, delimiter)
    rows, lines = [row for _, row in found], [line for line, _ in found]
    if len(rows) > MAX_COLUMNS:
        reason = f"{len(rows):,} rows cannot become columns, of which {MAX_COLUMNS} can be opened"
        raise DataError(reason, path=path)
    while rows and all(row and row[-1] == "" for row in rows):
        for row in rows:
            row.pop()
    for place, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            reason = f"row {place} has {len(row):,} values, and the first has {len(rows[0]):,}"
            reason += ": rows and columns cannot be exchanged"
            raise DataError(reason, path=path, line=lines[place - 1])
    if not rows or not rows[0]:
        raise DataError("holds no values", path=path)
    made = io.StringIO()
    csv.writer(made, delimiter="\t", lineterminator="\n").writerows(zip(*rows, strict=True))
    origin = Origin(
        lambda _, place: None if place is None else lines[place],
        lambda line, _: f"column {line:,}",
    )
    return Decoded(made.getvalue().encode(), "utf-8", note=decoded.note, origin=origin)


def _rows(
    decoded: Decoded, path: str, suffix: str, delimiter: str | None
) -> list[tuple[int, list[str]]]:
    """The rows that are not empty, each with the line that it begins in."""
    lines = Lines(decoded, path)
    delimiter = find_delimiter(lines, suffix, [], delimiter)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = lines.number + 1
    try:
        for cells in reader:
            if len(cells) > MAX_STEPS or len(rows) > 2 * MAX_COLUMNS:
                raise DataError(
                    "has too many values for rows and columns to be exchanged", path=path
                )
            if any(cell.strip() for cell in cells):
                rows.append((line, [cell.strip().replace("\n", " ") for cell in cells]))
            line = lines.number + 1
    except csv.Error:
        raise DataError(
            'has a quote (") that is never closed, or a value too long', path=path
        ) from None
    return rows
