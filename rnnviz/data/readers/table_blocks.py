"""Rows of ordinary numbers, read a block at a time; all others are left to be read cell by cell."""

import math
import re
from array import array
from collections.abc import Callable

import numpy as np

from rnnviz.data.labels import ReadLabels
from rnnviz.data.readers.heading import Table, are_axis
from rnnviz.data.readers.table_lines import MAX_BLANK

MAX_LABEL = 60
"""Characters of a label that is made of a row's cells."""

# What numbers and the white space around them are made of. float() reads "1_000", "nan" and "１"
# too, so nothing else may be there.
_ORDINARY = {".": re.compile(r"[0-9eE+\-. \n]*"), ",": re.compile(r"[0-9eE+\-, \n]*")}


def read_block(table: Table, lines: list[str], values: "array[float]", axis: ReadLabels) -> bool:
    """Add the rows of `lines` to `values` and `axis`, or leave all as it was.

    Every row that `tables` would read cell by cell to something else, or refuse, makes the answer
    False: a blank line, a quote, too few cells, a missing value.

    Parameters
    ----------
    table
        What is known of the table.
    lines
        Whole lines, without their ends.
    values, axis
        What was read before.

    Returns
    -------
    bool
        Whether the lines are read.
    """
    blank = lines.count("")
    if blank and table.lines.gaps:
        return False
    if blank:
        # Those at the end may be the file's end, and are no lines that were skipped.
        if not lines[-1] or table.lines.blank + blank > MAX_BLANK:
            return False
        lines = [line for line in lines if line]
    text = "\n".join(lines)
    if '"' in text or not _rectangular(text, table, len(lines)):
        return False
    plain = not table.dates and table.numbers == list(range(table.width))
    if plain and not table.trailing:
        cells = [text.replace(table.delimiter, "\n")]
        columns: list[list[str]] = []
    else:
        width = table.width + table.trailing
        every = text.replace("\n", table.delimiter).split(table.delimiter)
        if table.trailing and any(every[table.width :: width]):
            return False
        columns = [every[place::width] for place in table.numbers]
        cells = ["\n".join(column) for column in columns]
        del every
    decimal = _decimal(table, cells)
    if decimal is None:
        return False
    numbers = _numbers(cells, columns, decimal)
    if numbers is None:
        return False
    parts = _labels(table, text)
    if parts is None:
        return False
    if table.dates:
        axis.extend(parts[0] if len(parts) == 1 else list(map(" ".join, zip(*parts, strict=True))))
        for known, column in zip(table.parts, parts, strict=False):
            known.extend(column)
    _see(table, cells)
    values.frombytes(memoryview(numbers).cast("B"))
    table.lines.blank += blank
    table.empty_lines = 0
    return True


def _rectangular(text: str, table: Table, rows: int) -> bool:
    """Whether every line has as many cells as the table has columns."""
    width = table.width + table.trailing
    if not text.isascii():
        return all(line.count(table.delimiter) == width - 1 for line in text.split("\n"))
    signs = np.frombuffer(text.encode("ascii"), dtype=np.uint8)
    ends = signs == 10
    stops = signs[ends | (signs == ord(table.delimiter))]
    # Every width-th of the stops is a line's end, and there are no others.
    last = int(np.count_nonzero(stops[width - 1 :: width] == 10))
    return len(stops) == rows * width - 1 and last == rows - 1


def _decimal(table: Table, cells: list[str]) -> str | None:
    """Return the decimal mark of these cells, None where it must be found out cell by cell."""
    decimal = table.decimal
    if not table.decimal_known:
        if any("," in text for text in cells):
            return None
        if any("." in text for text in cells):
            table.decimal, table.decimal_known = ".", True
    if (
        table.thousands
        or not table.signs.isdisjoint(table.numbers)
        or not all(_ORDINARY[decimal].fullmatch(text) for text in cells)
    ):
        return None
    return decimal


def _numbers(cells: list[str], columns: list[list[str]], decimal: str) -> "array[float] | None":
    try:
        if decimal == ",":
            cells = [text.replace(",", ".") for text in cells]
            columns = [text.split("\n") for text in cells] if columns else []
        if not columns:
            numbers = array("d", map(float, cells[0].split("\n")))
        else:
            numbers = array("d", bytes(8 * len(columns) * len(columns[0])))
            for place, column in enumerate(columns):
                numbers[place :: len(columns)] = array("d", map(float, column))
    except ValueError:
        return None
    finite: Callable[[float], bool] = math.isfinite
    return numbers if math.isfinite(sum(numbers)) or all(map(finite, numbers)) else None


def _see(table: Table, cells: list[str]) -> None:
    """Find out whether points or commas of these numbers may part thousands."""
    if not any(table.grouping.wants(text, len(table.numbers)) for text in cells):
        return
    if len(cells) < len(table.numbers):  # all columns are in one text
        every = cells[0].split("\n")
        cells = ["\n".join(every[place :: table.width]) for place in range(table.width)]
    for place, text in zip(table.numbers, cells, strict=True):
        table.grouping.see(place, text)


def _labels(table: Table, text: str) -> list[list[str]] | None:
    """Return the labels in each column of dates; None where they must be read one by one."""
    if not table.dates:
        return []
    width = table.width + table.trailing
    every = text.replace("\n", table.delimiter).split(table.delimiter)
    parts = [[cell.strip() for cell in every[place::width]] for place in table.dates]
    for place, column in zip(table.dates, parts, strict=True):
        if not table.any_axis and not are_axis(set(column), table.names[place]):
            return None
    # A label that needs writing out is read the slow way.
    most = MAX_LABEL // len(parts)
    ordinary = all(
        max(map(len, column)) < most and "".join(column).isprintable() for column in parts
    )
    return parts if ordinary else None
