"""Many ordinary rows of a table at once: numbers and nothing else, or not at all."""

import math
import re
from array import array
from collections.abc import Callable

import numpy as np

from rnnviz.data.labels import ReadLabels
from rnnviz.data.readers.heading import Table, is_axis
from rnnviz.data.readers.table_lines import MAX_BLANK

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
    labels = _labels(table, text)
    if labels is None:
        return False
    if table.dates:
        axis.extend(labels)
    values.frombytes(memoryview(numbers).cast("B"))
    table.lines.blank += blank
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
    if not all(_ORDINARY[decimal].fullmatch(text) for text in cells):
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


def _labels(table: Table, text: str) -> list[str] | None:
    if not table.dates:
        return []
    width = table.width + table.trailing
    every = text.replace("\n", table.delimiter).split(table.delimiter)
    parts = [[cell.strip() for cell in every[place::width]] for place in table.dates]
    for place, column in zip(table.dates, parts, strict=True):
        name = table.names[place]
        if not table.any_axis and not all(is_axis(cell, name) for cell in set(column)):
            return None
    labels = parts[0] if len(parts) == 1 else list(map(" ".join, zip(*parts, strict=True)))
    # A label that needs writing out is read the slow way.
    ordinary = all(len(label) <= 60 and label.isprintable() for label in set(labels))
    return labels if ordinary else None
