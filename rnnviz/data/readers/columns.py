"""Columns of a table: which are numbers, which one labels the steps, and what a cell holds.

Python's own ``float`` reads "1_000", "nan", "infinity" and "１２"; a table does not. A number is
ASCII digits with at most one sign, one decimal mark and one exponent.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from rnnviz.data.readers.options import ColumnKey, Options
from rnnviz.files.errors import DataError

MAX_COLUMNS = 256


def place_of(column: ColumnKey, names: Sequence[str], path: str) -> int:
    """Return a column's place.

    Raises
    ------
    DataError
        When the file has no such column.
    """
    if isinstance(column, str):
        if column in names:
            return list(names).index(column)
        raise DataError(f"has no column “{column[:40]}”", path=path)
    if not 0 <= column < len(names):
        count = f"{len(names)} column{'s' * (len(names) != 1)}"
        raise DataError(f"has {count}, and no column {column + 1}", path=path)
    return column


def choose_columns(
    names: Sequence[str], dates: list[int], options: Options, path: str
) -> tuple[list[int], list[int]]:
    """Return the places of the columns that label the steps, and of those that are read.

    Parameters
    ----------
    names
        Of all columns.
    dates
        Places of those that hold dates.
    options
        `columns` and `axis`.
    path
        For the messages.

    Raises
    ------
    DataError
        For a column that is not there, and when none is left to be read.
    """
    axis = dates
    if options.axis is False:
        axis = []
    elif options.axis is not None:
        axis = [place_of(options.axis, names, path)]
    if options.columns is None:
        numbers = [place for place in range(len(names)) if place not in (*dates, *axis)]
    else:
        numbers = list(dict.fromkeys(place_of(c, names, path) for c in options.columns))
        if options.axis is None:
            axis = [place for place in axis if place not in numbers]
        if not numbers:
            raise DataError("no column was chosen", path=path)
    return axis, numbers


_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_COMMA_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:,[0-9]*)?|,[0-9]+)(?:[eE][+-]?[0-9]+)?")

_MISSING_WORDS = (
    "na n/a #n/a #na <na> nan -nan +nan null nil none missing "
    "- -- – — . .. ? #value! #ref! #div/0! #num!"
)
_MISSING = frozenset(("", *_MISSING_WORDS.split()))
_INFINITE = re.compile(r"[+-]?(?:inf|infinity|∞)", re.IGNORECASE)
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:[ .,'’_\u00a0\u2009\u202f][0-9]{3})+(?:[.,][0-9]*)?")
_EXPONENT = r"(?:e[+-]?[0-9]+)?"
_COMPLEX = re.compile(
    rf"(?=.*[0-9])\(?[+-]?[0-9.]*{_EXPONENT}\s*[+-]?\s*[0-9.]*{_EXPONENT}[ij]\)?", re.IGNORECASE
)
# Everything that a spoilt number can be made of, once look-alike digits have become digits.
_NUMBERISH = re.compile(r"[$€£¥+\-−(']*[.,]?[0-9][0-9\s+\-−.,:;|/'’_%°$€£¥()eEdD]*[ijJfL]?")
_HEX = re.compile(r"[+-]?0[xX][0-9a-fA-F]+")
_BETWEEN = re.compile(r"\s*[|:&\s]\s*")
# Longer than a spoilt number is; the patterns above try every way to part a cell in two.
_LONGEST = 100

_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
_TIME = rf"(?:[T ]\s*{_CLOCK}\s*(?:Z|[+-][0-9]{{2}}:?[0-9]{{2}})?)?"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}}){_TIME}")
_YEAR_LAST = re.compile(rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}}){_TIME}")
_OTHER_DATES = re.compile(
    rf"[0-9]{{4}}-(?:0[1-9]|1[0-2])|[0-9]{{4}}[- ]?Q[1-4]|[0-9]{{4}}-?W[0-5][0-9]"
    rf"|[0-9]{{1,2}}[- ]{_MONTH}[- ,]+[0-9]{{2,4}}{_TIME}|{_MONTH}[- ][0-9]{{2,4}}"
    rf"|{_MONTH} [0-9]{{1,2}},? [0-9]{{4}}{_TIME}"
    r"|[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?",
    re.IGNORECASE,
)


def parse_number(cell: str, decimal: str) -> float | None:
    """Return the cell's number, or None if it is not a finite one."""
    pattern = _NUMBER if decimal == "." else _COMMA_NUMBER
    if not pattern.fullmatch(cell):
        return None
    value = float(cell.replace(",", "."))
    return value if math.isfinite(value) else None


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    return cell.casefold() in _MISSING


def is_grouped(cell: str) -> bool:
    """Whether a cell may be a number whose thousands are separated."""
    return _GROUPED.fullmatch(cell) is not None


def is_date(cell: str) -> bool:
    """Whether a cell is a date or a time of day, in one of the usual forms.

    The label is kept as it is written, so 3/4/2012 need not be decided: one of its two
    readings must be a day of the calendar.
    """
    if len(cell) > 40:
        return False
    if found := _YEAR_FIRST.fullmatch(cell):
        return _is_day(int(found[1]), int(found[3]), int(found[4]))
    if found := _YEAR_LAST.fullmatch(cell):
        year = int(found[4]) + (2000 if len(found[4]) == 2 else 0)
        first, second = int(found[1]), int(found[3])
        return _is_day(year, second, first) or (found[2] != "." and _is_day(year, first, second))
    return _OTHER_DATES.fullmatch(cell) is not None


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def is_numberish(cell: str) -> bool:
    """Whether a cell is a value, good or spoilt, rather than a column's name."""
    if is_date(cell) or _INFINITE.fullmatch(cell):
        return True
    plain = unicodedata.normalize("NFKC", cell[:_LONGEST])
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf").strip()
    plain = "".join(str(unicodedata.decimal(c, c)) for c in plain)
    return bool(_NUMBERISH.fullmatch(plain) or _COMPLEX.fullmatch(plain) or _HEX.fullmatch(plain))


def why_not(cell: str, decimal: str) -> str:
    """Say why a cell that is not missing is not a number, to follow its text and column."""
    other = _COMMA_NUMBER if decimal == "." else _NUMBER
    if (_NUMBER if decimal == "." else _COMMA_NUMBER).fullmatch(cell):
        return "is too large for a number"
    if _INFINITE.fullmatch(cell):
        return "is not a finite number"
    if _GROUPED.fullmatch(cell):
        return "is not a number: thousands must not be separated"
    if other.fullmatch(cell):
        marks = ("comma", "point") if decimal == "." else ("point", "comma")
        return f"is not a number: it has a decimal {marks[0]} where the others have a {marks[1]}"
    if "−" in cell and _NUMBER.fullmatch(cell.replace("−", "-")):
        return "is not a number: its minus sign is not “-”"
    if not cell.isascii() and is_numberish(cell):
        return "is not a number: it needs the digits 0 to 9 and nothing else"
    if 1 < len(cell) <= _LONGEST and _COMPLEX.fullmatch(cell):
        return "is a complex number, only real ones can be read"
    parts = _BETWEEN.split(cell[:_LONGEST])
    if len(parts) > 1 and all(_NUMBER.fullmatch(part) for part in parts):
        return "is no single number: columns are separated by commas, semicolons or tabs"
    return "is not a number"
