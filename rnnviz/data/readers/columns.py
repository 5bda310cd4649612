"""Columns of a table: which are numbers, which one labels the steps, and what a cell holds.

Python's own ``float`` reads "1_000", "nan", "infinity" and "１２"; a table does not. A number is
ASCII digits with at most one sign, one decimal mark and one exponent.
"""

import math
import re
import unicodedata
from collections.abc import Sequence

from rnnviz.data.readers.date_forms import is_date, is_no_day
from rnnviz.data.readers.options import ColumnKey, Options
from rnnviz.data.readers.signed_numbers import without_signs
from rnnviz.files.errors import DataError, show_value

FEW = 10
"""Values of a single row from which on they are steps rather than the features of one."""

MAX_COLUMNS = 256
_DIGITS = 9  # of a column's place
_NAMED = 8  # columns that a message names


def place_of(column: ColumnKey, names: Sequence[str], path: str) -> int:
    """Return a column's place; digits that are no column's name count them from 1.

    Raises
    ------
    DataError
        When the file has no such column.
    """
    if isinstance(column, str):
        if column in names:
            return list(names).index(column)
        if not column.isdecimal() or len(column) > _DIGITS:
            raise DataError(f"has no column {show_value(column)}{_there(names)}", path=path)
        column = int(column) - 1
    if not 0 <= column < len(names):
        count = f"{len(names)} column{'s' * (len(names) != 1)}"
        raise DataError(f"has {count}, and no column {column + 1}", path=path)
    return column


def _there(names: Sequence[str]) -> str:
    """Which columns there are, for a message."""
    shown = ", ".join(show_value(name) for name in names[:_NAMED])
    return f": there are {shown}{' …' if len(names) > _NAMED else ''}" if names else ""


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
    "na n/a #n/a #na <na> nan -nan +nan null nil none missing nat n.a. n.d. n/v k.a. \\n nodata "
    "undefined (null) [null] (blank) nan() 1.#qnan -1.#qnan 1.#ind -1.#ind #nv #n/d "
    "- -- – — . .. ... … ? :"
)
_MISSING_PHRASES = ("- -", "no data", "not available", "missing value", "keine angabe")
_MISSING = frozenset(("", *_MISSING_WORDS.split(), *_MISSING_PHRASES))
# What a spreadsheet writes where a formula has no value, in whatever language: #DIV/0!, #NAME?.
_NO_RESULT = re.compile(r"#[¡¿]?[^\W_/]{2,10}(?:/0)?[!?]")
_INFINITE = re.compile(r"[+-]?(?:inf|infinity|∞)", re.IGNORECASE)
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:[ .,'’_\u00a0\u2009\u202f][0-9]{3})+(?:[.,][0-9]*)?")
_EXPONENT = r"(?:e[+-]?[0-9]+)?"
_COMPLEX = re.compile(
    rf"(?=.*[0-9])\(?[+-]?[0-9.]*{_EXPONENT}\s*[+-]?\s*[0-9.]*{_EXPONENT}[ij]\)?", re.IGNORECASE
)
# Everything that a spoilt number can be made of, once look-alike digits have become digits.
_NUMBERISH = re.compile(r"[$€£¥+\-−(']*[.,]?[0-9][0-9\s+\-−.,:;|/'’_%°$€£¥()eEdD]*[ijJfL]?")
_HEX = re.compile(r"[+-]?0[xX][0-9a-fA-F]+")
_FRACTION = re.compile(
    r"[+-]?(?:[0-9]+[ -])?[0-9]{1,3}/[0-9]{1,3}|[+-]?[0-9]+[-'][0-3][0-9][0-9+]?"
)
# A unit behind a number, or a mark beside it: 12.5 °C, <0.5, 1.2*, 0.5[1].
_AROUND = re.compile(
    r"([^\w.,+-]{0,3}\s*)[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)"
    r"(\s*(?:\[[0-9]+\]|[^\d.,:+-]{0,12}[²³]?))"
)
_BETWEEN = re.compile(r"\s*[|:&\s]\s*")
# Longer than a spoilt number is; the patterns above try every way to part a cell in two.
_LONGEST = 100


_BLANKS = re.compile("[ \u00a0\u2009\u202f]")
_PARTED = {
    mark: re.compile(
        rf"[+-]?[1-9][0-9]{{0,2}}(?:{sign}[0-9]{{3}})+(?![0-9]|{sign})(?:(?!{sign}).)*"
    )
    for mark, sign in ((".", r"\."), (",", ","), (" ", " "), ("'", "'"))
}
# As India groups them: 12,34,567 is 1234567.
_LAKHS = re.compile(r"[+-]?[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]*)?")


_GROUPS = r"[+-]?[1-9][0-9]{0,2}(?:[.,][0-9]{3})+"
_A_GROUPED = re.compile(rf"^{_GROUPS}$", re.MULTILINE)
_NOT_GROUPED = re.compile(rf"^(?!{_GROUPS}$)[^.,\n]*[.,].*$", re.MULTILINE)
_A_WHOLE = re.compile(r"^[+-]?[0-9]+$", re.MULTILINE)


def may_part_thousands(cell: str) -> bool:
    """Whether a number's points (or commas) may part its thousands: 1.020, but no 0.123 or 1.5."""
    return bool(_A_GROUPED.fullmatch(cell))


class Grouping:
    """Whether the points (or commas) of a table's numbers may part thousands: 900, 1.020, 12.345.

    They may where every one of them has three digits behind it and one to three before it, none
    of which begin with 0.

    Attributes
    ----------
    settled : bool
        Whether they certainly do not.
    """

    def __init__(self) -> None:
        self.settled = False
        self._grouped: dict[int, str] = {}
        self._whole: set[int] = set()

    def see(self, place: int, cells: str) -> None:
        """Look at cells of the column at a place, one a line."""
        if self.settled:
            return
        if "." in cells or "," in cells:
            if _NOT_GROUPED.search(cells):
                self.settled = True
                return
            if place not in self._grouped and (found := _A_GROUPED.search(cells)):
                self._grouped[place] = found[0]
        if place not in self._whole and _A_WHOLE.search(cells):
            self._whole.add(place)

    def wants(self, cells: str, columns: int) -> bool:
        """Whether cells of all columns may tell anything new."""
        marked = "." in cells or "," in cells
        return not self.settled and (marked or len(self._whole) < columns)

    @property
    def example(self) -> str:
        """A number that may be a thousand and more, beside whole ones if there is one; or ""."""
        if self.settled:
            return ""
        beside = [cell for place, cell in self._grouped.items() if place in self._whole]
        return next(iter((*beside, *self._grouped.values())), "")

    @property
    def doubtful(self) -> bool:
        """Whether whole numbers stand among them."""
        return not self.settled and any(place in self._whole for place in self._grouped)


def parse_number(
    cell: str, decimal: str, thousands: str = "", *, signs: bool = False
) -> float | None:
    """Return the cell's number, or None if it is not a finite one.

    Parameters
    ----------
    cell
    decimal
        The decimal mark, ``"."`` or ``","``.
    thousands
        What parts the thousands where anything does: the other mark, a blank or an apostrophe.
    signs
        Whether currency, per cent, K, M, B and parentheses may stand around it.
    """
    power = 0
    if signs and (found := without_signs(cell)) is not None:
        cell, power = found
    if thousands:
        cell = without_thousands(cell, thousands)
        if thousands in cell:
            return None
    pattern = _NUMBER if decimal == "." else _COMMA_NUMBER
    if not pattern.fullmatch(cell):
        return None
    text = cell.replace(",", ".")
    if power:  # as one text, so that 1.43M is the nearest number to 1430000
        whole, _, exponent = text.lower().partition("e")
        text = f"{whole}e{int(exponent or 0) + power}"
    value = float(text)
    return value if math.isfinite(value) else None


def without_thousands(cell: str, mark: str) -> str:
    """Return a cell without the marks that part its thousands; as it is where they cannot."""
    if mark == " ":
        cell = _BLANKS.sub(" ", cell)
    elif mark == "'":
        cell = cell.replace("’", "'")
    parted = _PARTED[mark].fullmatch(cell) or (mark == "," and _LAKHS.fullmatch(cell))
    if mark in cell and parted:
        return cell.replace(mark, "")
    return cell


def are_numbers(words: Sequence[str]) -> bool:
    """Whether the words of a text are a table that was written with spaces, so many as they are."""
    return len(words) >= 10 and all(parse_number(word, ".") is not None for word in words[:-1])


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value."""
    return cell.casefold() in _MISSING or (cell[:1] == "#" and bool(_NO_RESULT.fullmatch(cell)))


def is_grouped(cell: str) -> bool:
    """Whether a cell may be a number whose thousands are separated."""
    return _GROUPED.fullmatch(cell) is not None


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
    if is_no_day(cell):
        return "is not a date: the calendar has no such day"
    for mark, named in ((".", "points"), (",", "commas")):
        if mark in cell and parse_number(cell, "," if mark == "." else ".", mark) is not None:
            return f"is a number only if {named} part thousands, which can be chosen (--thousands)"
    if other.fullmatch(cell):
        marks = ("comma", "point") if decimal == "." else ("point", "comma")
        return f"is not a number: it has a decimal {marks[0]} where the others have a {marks[1]}"
    if "−" in cell and _NUMBER.fullmatch(cell.replace("−", "-")):
        return (
            "is not a number: its minus sign is not “-”, which can be chosen to be read (--signs)"
        )
    for mark, named in ((" ", "blanks"), ("'", "apostrophes")):
        if any(parse_number(cell, dot, mark) is not None for dot in ".,"):
            return f"is a number only if {named} part thousands, which can be chosen (--thousands)"
    if any(
        parse_number(cell, dot, mark, signs=True) is not None
        for dot, mark in ((".", ""), (",", ""), (".", ","), (",", "."))
    ):
        return "is a number only if the signs around it are left out, which can be chosen (--signs)"
    for mark, named in ((" ", "blanks"), ("'", "apostrophes")):
        if any(parse_number(cell, dot, mark, signs=True) is not None for dot in ".,"):
            said = f"{named} part thousands and the signs around it are left out"
            return f"is a number only if {said}, which can be chosen (--thousands, --signs)"
    if _FRACTION.fullmatch(cell):
        return "is not a number: write fractions, such as 32nds and 8ths, with a decimal point"
    if cell.casefold() in ("true", "false"):
        return "is not a number: 1 and 0 would be"
    if _GROUPED.fullmatch(cell):
        return "is not a number: thousands must not be separated"
    if not cell.isascii() and is_numberish(cell):
        return "is not a number: it needs the digits 0 to 9 and nothing else"
    if 1 < len(cell) <= _LONGEST and _COMPLEX.fullmatch(cell):
        return "is a complex number, only real ones can be read"
    parts = _BETWEEN.split(cell[:_LONGEST])
    if len(parts) > 1 and all(_NUMBER.fullmatch(part) for part in parts):
        apart = "commas, semicolons, tabs, vertical bars or blanks"
        return f"is no single number: columns are separated by {apart}"
    around = _AROUND.fullmatch(cell)
    if around is not None and (around[1] or around[2]):
        shown = show_value(around[2] or around[1])
        return f"is not a number: write it without {shown} in the file"
    return "is not a number"
