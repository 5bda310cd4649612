"""What may be chosen about the cells of a table: signs around numbers, and missing values."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rnnviz.data.readers.columns import Grouping, is_missing, parse_number
from rnnviz.data.readers.options import Options, Question
from rnnviz.data.readers.signed_numbers import Units, without_signs
from rnnviz.files.errors import show_value

MARKS = (
    (".", ""),
    (",", ""),
    (".", ","),
    (",", "."),
    (".", " "),
    (",", " "),
    (".", "'"),
    (",", "'"),
)
"""Decimal mark and what parts thousands, as numbers are written."""

_SAID = 4  # columns with signs of which an example is given
_BLANKED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:[ \u00a0\u2009\u202f][0-9]{3})+(?:[.,][0-9]*)?")
_APOSTROPHED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:['’][0-9]{3})+(?:[.,][0-9]*)?")


@dataclass(slots=True)
class Findings:
    """What samples of a table's cells show: signs, gaps, numbers, labels.

    Attributes
    ----------
    grouping : Grouping
        Whether points or commas may part thousands.
    axis : list of int
        The places of the columns that label the steps.
    labels : list of list of str
        Of each of them.
    units : dict
        What signs the numbers of a column have, by its place.
    gaps : Counter
        How many values are missing, by the column's place.
    later : dict
        Of a column that holds nothing in the first rows its first cells that hold anything.
    rows : int
        How many rows were looked at.
    goes_on : bool
        Whether there are others below.
    """

    grouping: Grouping = field(default_factory=Grouping)
    axis: list[int] = field(default_factory=list[int])
    labels: list[list[str]] = field(default_factory=list[list[str]])
    units: dict[int, Units] = field(default_factory=dict[int, "Units"])
    gaps: Counter[int] = field(default_factory=Counter[int])
    later: dict[int, list[str]] = field(default_factory=dict[int, "list[str]"])
    rows: int = 0
    goes_on: bool = False

    def count(self, place: int, column: Iterable[str]) -> None:
        """Count what is missing in some cells of a column."""
        found = Counter(column)
        self.gaps[place] += sum(many for cell, many in found.items() if is_missing(cell))


def present(column: Iterable[str]) -> list[str]:
    """Return the cells that hold anything."""
    return [cell for cell in column if not is_missing(cell)]


def are_values(column: Iterable[str], decimal: str, thousands: str, *, signs: bool) -> bool:
    """Whether a column holds numbers and nothing else, but for missing values."""
    cells = present(column)
    return bool(cells) and all(
        parse_number(cell, decimal, thousands, signs=signs) is not None for cell in cells
    )


def signed_columns(columns: Sequence[Sequence[str]]) -> dict[int, str]:
    """The places of columns that are numbers only without the signs around them.

    Returns
    -------
    dict
        By the place a cell with a sign.
    """
    found: dict[int, str] = {}
    for place, column in enumerate(columns):
        if any(are_values(column, *marks, signs=False) for marks in MARKS):
            continue
        if any(are_values(column, *marks, signs=True) for marks in MARKS):
            cells = (c for c in present(column) if all(parse_number(c, *m) is None for m in MARKS))
            found[place] = next(cells)
    return found


def bare(cell: str) -> str:
    """A cell without the signs around its number."""
    found = without_signs(cell)
    return cell if found is None else found[0]


def blank_between(columns: Sequence[Sequence[str]]) -> tuple[str, str]:
    """Return what parts thousands where it is a blank or an apostrophe, and such a cell; or ""."""
    for mark, form in ((" ", _BLANKED), ("'", _APOSTROPHED)):
        for column in columns:
            cell = next((cell for cell in column if form.fullmatch(cell)), "")
            if cell and any(are_values(column, dot, mark, signs=False) for dot in ".,"):
                return mark, cell
    return "", ""


def signs_question(
    signed: dict[int, str],
    names: Sequence[str],
    decimal: str,
    thousands: str,
    options: Options,
    units: Mapping[int, Units],
) -> tuple[Question, ...]:
    """Return the question whether signs around numbers are left out, where there are any.

    Parameters
    ----------
    signed
        By the place of such a column a cell with a sign.
    names
        Of all columns.
    decimal, thousands
        How numbers are written.
    options
        What was chosen already.
    units
        What signs were seen in a column, by its place.
    """
    if not signed:
        return ()
    said: list[str] = []
    chosen: Any = options.signs
    for place, cell in list(signed.items())[:_SAID]:
        value = parse_number(cell, decimal, thousands, signs=True)
        shown = "" if value is None else f" is {value:.15g}".replace("-", "−")
        seen = units.get(place, Units())
        more = f"; units are mixed there: {seen.mixed}" if seen.mixed else ""
        more += f"; it has {seen.letters}" if seen.letters else ""
        said.append(f"{show_value(cell)} in “{names[place]}”{shown}{more}")
    further = f", and {len(signed) - _SAID} more columns" if len(signed) > _SAID else ""
    return (
        Question(
            "signs",
            "Signs around numbers",
            (("omit", "are left out"), ("none", "make it no number")),
            {None: "omit", True: "omit", False: "none"}.get(chosen, chosen),
            "; ".join(said) + further,
            open=options.signs is None,
            columns=tuple(names[place] for place in signed),
        ),
    )


def missing_question(
    gaps: Counter[int],
    rows: int,
    names: Sequence[str],
    numbers: Sequence[int],
    options: Options,
    *,
    goes_on: bool = False,
) -> tuple[Question, ...]:
    """Return the question what is done where a value is missing, where any is or may be.

    Parameters
    ----------
    gaps
        How many are missing, by the column's place.
    rows
        How many were looked at.
    names, numbers
        Of all columns; places of those that are numbers.
    options
        What was chosen already.
    goes_on
        Whether there are rows that were not looked at.
    """
    choices = (
        ("drop", "their rows are dropped"),
        ("carry", "the last one before is taken"),
        ("interpolate", "interpolated between neighbours"),
    )
    lacking = [place for place in numbers if gaps[place]]
    if not lacking and goes_on and numbers:
        said = f"none in the first {rows:,} rows; further down it may lack some"
        every = ((None, "the file is refused"), *choices)
        return (Question("missing", "Missing values", every, options.missing, said),)
    if not lacking:
        return ()
    total = sum(gaps[place] for place in lacking)
    shown = ", ".join(f"{gaps[place]:,} in “{names[place]}”" for place in lacking[:3])
    if len(lacking) == 1:
        shown = f"in “{names[lacking[0]]}”"
    said = f"{total:,} missing {shown}{' …' if len(lacking) > 3 else ''}, of {rows:,} rows"
    if len(lacking) > 1:
        said = f"{total:,} missing, of {rows:,} rows: {shown}{' …' if len(lacking) > 3 else ''}"
    return (
        Question(
            "missing", "Missing values", choices, options.missing or "drop", said,
            open=options.missing is None, columns=tuple(names[place] for place in lacking),
        ),
    )  # fmt: skip
