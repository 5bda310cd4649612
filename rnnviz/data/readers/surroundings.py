"""What stands around a table in its file: titles and settings above, sources and totals below."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from rnnviz.data.readers.columns import is_missing, parse_number
from rnnviz.data.readers.date_forms import is_date
from rnnviz.data.readers.signed_numbers import without_signs
from rnnviz.data.readers.text import Decoded
from rnnviz.files.errors import counted, show_value

_LEAST = 3  # rows that tell what a table is
_SMALL = 8  # lines, of which all but the first tell it
_TAIL = 8_192  # bytes at the end that are looked at
_MOST = 25  # lines below a table
_COMPACT = re.compile(r"(?:19|20)[0-9]{6}")
_TOTALS = (
    "total totals sum subtotal average avg mean median summe gesamt mittelwert durchschnitt somme "
    "moyenne totale media suma totaal"
)
_SOURCES = "source sources note notes quelle fuente fonte disclaimer copyright"
_SUMMARY, _SAYING = frozenset(_TOTALS.split()), frozenset(_SOURCES.split())
_MARKS = ((".", ""), (",", ""), (".", ","), (",", "."))
_WORD = re.compile(r"[^\W\d_]+")


def lines_above(sample: Sequence[str], delimiter: str) -> int:
    """Return how many of the first lines are no part of the table below them.

    Its rows are told from the last lines of the sample: as many cells, numbers and dates where
    those have them. Lines of names right above the first row are the table's own.

    Parameters
    ----------
    sample
        The first lines.
    delimiter
        What stands between two cells.
    """
    rows = _cells(sample, delimiter)
    shape = _Shape.of(rows)
    if shape is None or any(line.count('"') % 2 for line in sample):
        return 0
    first = next((at for at, row in enumerate(rows) if shape.fits(row)), 0)
    if delimiter == "," and first and shape.may_be_halves(rows[first - 1]):
        return 0  # 1,5 under one name is a number with a decimal comma
    top = first
    while top and any(rows[top - 1]) and shape.names(rows[top - 1]):
        top -= 1
    while top < first - 1 and not any(rows[top][1:]):  # a title with empty cells behind it
        top += 1
    above = rows[:top]
    if any(len(row) == shape.width and shape.holds_any(row) for row in above):
        return 0
    if top == first and any(len(row) == shape.width for row in above):
        return 0
    return top if any(map(any, above)) else 0


def without_end(decoded: Decoded, sample: Sequence[str], delimiter: str) -> tuple[Decoded, str]:
    """Return a table without the lines below it that are none of its rows, and what they were.

    These name a source or say something else in a single cell, or are a total where the others have
    a date.

    Parameters
    ----------
    decoded
        The file.
    sample
        Its first lines, from those that name the columns on.
    delimiter
        What stands between two cells.
    """
    shape = _Shape.of(_cells(sample, delimiter))
    if shape is None:
        return decoded, ""
    ended = decoded.data[max(decoded.skip, len(decoded.data) - _TAIL) :]
    if len(ended) % decoded.width:
        return decoded, ""
    lines = ended.decode(decoded.codec, errors="ignore").splitlines(keepends=True)
    below: list[str] = []
    kept = len(lines)
    for at in range(len(lines) - 1, 0, -1):
        cells = _cells([lines[at]], delimiter)[0]
        if not any(cells):
            continue
        if len(below) == _MOST or not shape.is_below(cells):
            break
        below.append(next(cell for cell in cells if cell))
        kept = at
    if not below:
        return decoded, ""
    cut = len(decoded.data) - len("".join(lines[kept:]).encode(decoded.codec))
    said = said_of_lines(len(below), "below", below[-1])
    return replace(decoded, data=decoded.data[:cut]), said


def said_of_lines(many: int, where: str, first: str) -> str:
    """What is said of lines above or below a table that are left out."""
    are, lines = "is" if many == 1 else "are", counted(many, "line")
    return f"assumed: {lines} {where} the table {are} none of its rows: {show_value(first)}"


class _Shape:
    """How wide a table's rows are, and which columns hold numbers, or dates."""

    def __init__(self, width: int, numbers: tuple[int, ...], dates: tuple[int, ...]) -> None:
        self.width, self.numbers, self.dates = width, numbers, dates

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]]) -> "_Shape | None":
        """The shape that most of some rows have; None where they are no table."""
        held = [row for row in rows if any(row)]
        later = held[len(held) // 2 :] if len(held) >= _SMALL else held[1:]
        if len(later) < _LEAST:
            return None
        width, many = Counter(map(len, later)).most_common(1)[0]
        alike = [row for row in later if len(row) == width]
        if many * 2 <= len(later):
            return None
        columns = [[cell for cell in column if cell] for column in zip(*alike, strict=True)]
        dates = tuple(at for at, column in enumerate(columns) if _most(column, _is_date))
        numbers = tuple(
            at for at, column in enumerate(columns) if at not in dates and _most(column, _is_number)
        )
        return cls(width, numbers, dates) if numbers else None

    def fits(self, row: Sequence[str]) -> bool:
        """Whether it can be one of the table's rows."""
        return (
            len(row) == self.width
            and any(row)
            and all(is_missing(row[at]) or _is_number(row[at]) for at in self.numbers)
            and all(is_missing(row[at]) or _is_date(row[at]) for at in self.dates)
            and any(_is_number(row[at]) for at in self.numbers)
        )

    def names(self, row: Sequence[str]) -> bool:
        """Whether it can name the columns."""
        return len(row) == self.width and not any(_is_number(c) or _is_date(c) for c in row)

    def may_be_halves(self, names: Sequence[str]) -> bool:
        """Whether names stand above its first row, one for every two of its numbers."""
        plain = len(self.numbers) == self.width == 2 * len(names)
        return plain and all(names) and not any(_is_number(c) or _is_date(c) for c in names)

    def holds_any(self, row: Sequence[str]) -> bool:
        """Whether a number or a date stands where the table's do."""
        return any(_is_number(row[at]) for at in self.numbers) or any(
            _is_date(row[at]) for at in self.dates
        )

    def is_below(self, row: Sequence[str]) -> bool:
        """Whether it is no row of the table, but something below it."""
        at = next(at for at, cell in enumerate(row) if cell)
        first, filled = row[at], sum(map(bool, row))
        words = [word.casefold() for word in _WORD.findall(first)]
        if is_missing(first) or _is_number(first) or _is_date(first):
            return False
        named = at in (*self.dates, *self.numbers)
        if filled == len(row) == 1 < self.width and named:  # END, ____, * preliminary
            return True
        if not words:
            return False
        if words[0] in _SUMMARY and named and len(row) == self.width:
            return True
        if words[0] in _SAYING and (named or len(row) != self.width):
            return True
        # Of one column, a word may as well be a spoilt value; a sentence is none.
        alone = filled == 1 and self.width > 1 and (named or len(row) != self.width)
        return len(words) > 1 and (alone or (len(row) != self.width and not self.holds_number(row)))

    def holds_number(self, row: Sequence[str]) -> bool:
        """Whether any cell is a number."""
        return any(map(_is_number, row))


def _cells(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    for line in lines:
        try:
            cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [""])
        except csv.Error:
            cells = line.split(delimiter)
        cells = [cell.strip() for cell in cells]
        rows.append(cells)
    return rows


def _most(cells: Sequence[str], test: Callable[[str], bool]) -> bool:
    kept = [cell for cell in cells if not is_missing(cell)]
    return bool(kept) and sum(map(test, kept)) > 0.7 * len(kept)


def _is_date(cell: str) -> bool:
    return is_date(cell) or bool(_COMPACT.fullmatch(cell))


def _is_number(cell: str) -> bool:
    bare = without_signs(cell)
    cell = cell if bare is None else bare[0]
    plain = re.sub(r"(?<=[0-9])[ '’\u00a0\u2009\u202f](?=[0-9]{3})", "", cell)
    return any(
        parse_number(plain, *marks) is not None
        for marks in ((".", ""), (",", ""), (".", ","), (",", "."))
    )
