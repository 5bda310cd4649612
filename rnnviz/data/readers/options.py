"""What a user may choose when a file is opened, and how far opening has come."""

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, cast

from rnnviz.files.errors import Cancelled, DataError, show_value
from rnnviz.frozen import record

ColumnKey: TypeAlias = str | int
"""A column by its name, or by its place counted from 0."""

PerColumn: TypeAlias = str | tuple[tuple[ColumnKey | None, str], ...]
"""What is chosen for all columns; or for some, each with its choice, and None for the others."""

SIGNS = ("omit", "none")
"""What signs around numbers may be; see `Options.signs`."""

Report: TypeAlias = Callable[[float], bool]
"""Is told how much is done, 0 … 1; answers False to cancel."""


@record
class Options:
    """How a file is to be read. None everywhere: it is guessed, as without options.

    Attributes
    ----------
    unit : str or None
        Of a text: ``"words"``, ``"characters"``, ``"lines"`` (every line a sequence), or
        ``"table"`` where it is columns of numbers.
    delimiter : str or None
        Of a table: what stands between two cells: ``","``, ``";"``, ``"|"``, a tab, or ``" "`` for
        any white space.
    decimal : str or None
        ``"."`` or ``","``.
    thousands : str or None
        What parts the thousands of a table's numbers: ``"."``, ``","``, ``" "``, ``"'"`` or
        ``""`` (nothing, also where it is None). Of point and comma the other one is then the
        decimal mark.
    signs : PerColumn, bool or None
        What currency, per cent, K, M, B and parentheses around a table's numbers are: ``"omit"``
        (also True) leaves them out, ``"none"`` (also False and None) makes such a cell no number.
    missing : PerColumn or None
        What is done where a table has no value: ``"drop"`` leaves the row out, ``"carry"`` takes
        the last value before it, ``"interpolate"`` goes straight from the one before to the one
        after it. None, and in a column without a choice: the file is refused.
    exchange : bool or None
        Whether a table's rows are the features and its columns the steps.
    sequence : int or None
        Of sequences that lie on top of each other, which one is opened, counted from 0.
    series : str, bool or None
        Of a table whose rows are those of several series: the one that is read, by its name; True:
        each is a column; False: all rows are one series, also where it is None.
    order : str or None
        Of a table with dates: ``"file"``, the rows as they stand, or ``"dates"``, sorted by them.
        None: as they stand, but turned round where the newest stands first.
    header : bool or None
        Whether a table's first line names the columns.
    columns : tuple of str or int, or None
        The columns that are read, in this order; the others may hold anything. None: all, and
        all must be numbers. A text that is no column's name is its place, counted from 1.
    axis : str, int, False or None
        The column whose cells label the steps; False: none, the steps are counted.
    channel : int, "mean" or None
        Of a sound: one channel counted from 0, or their mean. None: every channel a column.
    every : int or None
        Of a sound: the mean of so many neighbouring samples is one step (a plain low-pass, so
        that what is too fast for the steps that remain does not turn up as something slow).
    member : str or None
        The array of an .npz file, or the key of a JSON object.
    transform : PerColumn or None
        What a series' columns become before a network reads them: keys of
        `data.transforms.TRANSFORMS`. None: nothing.
    scale : str or None
        How that becomes x: see `data.transforms.parse_scale`. None: "trained".
    vocabulary : str or None
        Of a text, the order of its vocabulary: ``"first"`` (of first appearance, also None),
        ``"sorted"``, or the path of a file of one token a line.
    prefix : str or None
        Of weights that hold several recurrent modules: how the names of the wanted one begin.
    """

    unit: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    signs: PerColumn | bool | None = None
    missing: PerColumn | None = None
    exchange: bool | None = None
    order: str | None = None
    header: bool | None = None
    columns: tuple[ColumnKey, ...] | None = None
    axis: ColumnKey | bool | None = None
    channel: int | str | None = None
    every: int | None = None
    member: str | None = None
    sequence: int | None = None
    series: str | bool | None = None
    transform: PerColumn | None = None
    scale: str | None = None
    vocabulary: str | None = None
    prefix: str | None = None

    def __post_init__(self) -> None:
        known = {
            "unit": (None, "words", "characters", "lines", "table"),
            "delimiter": (None, ",", ";", "\t", "|", " "),
            "decimal": (None, ".", ","),
            "thousands": (None, "", ".", ",", " ", "'"),
            "order": (None, "file", "dates"),
        }
        for name, values in known.items():
            if getattr(self, name) not in values:
                raise ValueError(f"{name} is {getattr(self, name)!r}, not one of {values}")
        if self.thousands and self.thousands == self.decimal:
            raise ValueError(f"{self.decimal!r} cannot be the decimal mark and part thousands")
        if self.every is not None and self.every < 1:
            raise ValueError(f"every is {self.every}, not at least 1")
        if self.axis is True:
            raise ValueError("axis is a column, False or None")
        if self.sequence is not None and self.sequence < 0:
            raise ValueError(f"sequence is {self.sequence}, not at least 0")
        if self.signs is not None and not isinstance(self.signs, bool):
            _check_choices("signs", self.signs, SIGNS)
        if self.missing is not None:
            _check_choices("missing", self.missing, ("drop", "carry", "interpolate"))
        if self.transform is not None or self.scale is not None:
            from rnnviz.data.transforms import TRANSFORMS, parse_scale

            parse_scale(self.scale or "trained")
            _check_choices("transform", self.transform, tuple(TRANSFORMS))


def _check_choices(name: str, chosen: PerColumn | None, known: tuple[str, ...]) -> None:
    every = (chosen,) if isinstance(chosen, str) else (value for _, value in chosen or ())
    for value in every:
        if value not in known:
            raise ValueError(f"{name} is {value!r}, not one of {known}")


def read_choices(text: str, known: Sequence[str] = ()) -> PerColumn:
    """Read what is chosen per column: "drop", or "drop,Volume=carry": the others drop.

    A column is named, or counted from 1 where none has that name.

    Raises
    ------
    ValueError
        In words, where a column is given twice, or a choice is none of the `known` ones.
    """
    pairs: list[tuple[ColumnKey | None, str]] = []
    for part in text.split(","):
        name, equals, value = (each.strip() for each in part.rpartition("="))
        column = name if equals else None
        if known and value not in known:
            why = f"{show_value(value)} is none of {', '.join(known)}"
            if "=" in text and "," in text:
                why += "; a column whose name has a comma is named by its place, as in 2=…"
            raise ValueError(why)
        if column == "":
            raise ValueError("a column is to be named before “=”")
        if any(column == before for before, _ in pairs):
            what = "what all other columns have" if column is None else show_value(column)
            raise ValueError(f"{what} is given twice: leave one out, or name its column: COLUMN=…")
        pairs.append((column, value))
    return pairs[0][1] if len(pairs) == 1 and pairs[0][0] is None else tuple(pairs)


def read_columns(text: str) -> tuple[ColumnKey, ...]:
    """Read which columns are chosen: "Close,3", each a name or, where none has it, a place from 1.

    Raises
    ------
    ValueError
        In words, where one is empty or given twice.
    """
    names = [name.strip() for name in text.split(",")]
    if not any(names):
        raise ValueError("the columns are expected by their names, with commas between them")
    if not all(names):
        raise ValueError("a column’s name is expected before and behind each comma")
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise ValueError(f"{show_value(twice)} is given twice")
    return tuple(names)


def choices_of(
    chosen: PerColumn | None, names: Sequence[str], usual: str, path: str, every: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return what is chosen for each of some columns.

    Parameters
    ----------
    chosen
    names
        Of the columns that are read.
    usual
        Where nothing is chosen.
    path
        For the message.
    every
        Names of all columns of the file, in its order; places are counted among these.

    Raises
    ------
    DataError
        For a column that there is not, or that is given twice.
    """
    if chosen is None or isinstance(chosen, str):
        return (chosen or usual,) * len(names)
    every = every or names
    found = dict[str, str]()
    others = usual
    for key, value in chosen:
        if key is None:
            others = value
            continue
        if isinstance(key, str) and key not in every and key.isdecimal():
            key = int(key) - 1
        if isinstance(key, int) and 0 <= key < len(every):
            key = every[key]
        if not isinstance(key, str) or key not in every:
            shown = key if isinstance(key, str) else f"column {key + 1}"
            raise DataError(f"has no column “{shown[:40]}”", path=path)
        if key in found:
            reason = f"“{key[:40]}” is given twice, by its name and its place: leave one out"
            raise DataError(reason, path=path)
        found[key] = value
    return tuple(found.get(name, others) for name in names)


def omits_signs(
    chosen: PerColumn | bool | None, names: Sequence[str], path: str, usual: str = "none"
) -> frozenset[int]:
    """Return the places of the columns whose signs are left out.

    Parameters
    ----------
    chosen
        `Options.signs`.
    names
        Of all columns.
    path
        For the message.
    usual
        Where nothing is chosen.

    Raises
    ------
    DataError
        For a column that there is not.
    """
    if isinstance(chosen, bool):
        chosen = "omit" if chosen else "none"
    found = choices_of(chosen, names, usual, path)
    return frozenset(place for place, way in enumerate(found) if way == "omit")


@record
class Question:
    """One thing that may be chosen about a file before it is opened.

    Attributes
    ----------
    name : str
        The field of `Options` that it sets.
    label : str
        For the dialog.
    options : tuple of (value, str)
        What it may be set to, and how that is called.
    chosen : object
        The value that was guessed; of "columns" a tuple of the values of `options`.
    reason : str
        Why, in words.
    open : bool
        Whether the guess may well be wrong, so that the user should be asked.
    columns : tuple of str
        Columns each of which may have a choice of its own (`chosen` is then `PerColumn`); or empty.
    count : int
        Of a number that is chosen: how many there are, from 0 on; else 0, and `options` has all.
    """

    name: str
    label: str
    options: tuple[tuple[object, str], ...]
    chosen: object
    reason: str
    open: bool = False
    columns: tuple[str, ...] = ()
    count: int = 0

    @property
    def said(self) -> str:
        """What is chosen, as the dialog calls it."""
        if self.count:
            return f"{int(str(self.chosen)) + 1:,} of {self.count:,}"
        called = {repr(value): label for value, label in self.options}
        chosen: Any = self.chosen
        if not isinstance(chosen, tuple):
            return called.get(repr(chosen), str(chosen))
        every = cast("tuple[object, ...]", chosen)
        if self.name == "columns":
            return ", ".join(called.get(repr(value), str(value)) for value in every) or "none"
        return ", ".join(
            f"{'the others' if column is None else column}: {called.get(repr(value), str(value))}"
            for column, value in cast("tuple[tuple[object, object], ...]", every)
        )


@record
class ScaledSample:
    """What a transform and a scale make of a column, to be looked at.

    Attributes
    ----------
    name : str
        The column's.
    before, after : tuple of float
        All of it as it stands in the file, and as the network would read it; of many values the
        extremes of stretches, so that their range is that of all.
    fault : str
        Why it cannot be, in a sentence; then there are no numbers.
    """

    name: str = ""
    before: tuple[float, ...] = ()
    after: tuple[float, ...] = ()
    fault: str = ""


@record
class Preview:
    """The beginning of a file, and what may be chosen about it.

    Attributes
    ----------
    kind : str
        ``"text"``, ``"table"``, ``"array"``, ``"arrays"``, ``"sound"`` or ``"picture"``.
    columns : tuple of str
        Names of the columns of `rows`.
    rows : tuple of tuple of str
        The first rows (or lines of a text), as they stand in the file.
    questions : tuple of Question
    steps : int or None
        How many rows or steps there are, where that is known without reading all.
    notes : tuple of str
        What else is to be said.
    scaled : ScaledSample or None
        A column before and after its transform and scale, where any was chosen.
    """

    kind: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    questions: tuple[Question, ...] = ()
    steps: int | None = None
    notes: tuple[str, ...] = ()
    scaled: "ScaledSample | None" = None

    @property
    def needs_asking(self) -> bool:
        """Whether a question is really open."""
        return any(question.open for question in self.questions)


class Reporter:
    """Tells how far a reader has come, and stops it when the answer is no.

    Parameters
    ----------
    report : callable or None
        See `Report`.
    """

    _PAUSE = 0.03

    def __init__(self, report: Report | None = None) -> None:
        self._report = report
        self._last = float("-inf")

    def part(self, start: float, end: float) -> "Reporter":
        """Return what a reader is given whose work lies between two places of the whole."""
        asked = self._report
        if asked is None:
            return Reporter()
        return Reporter(lambda done: asked(start + (end - start) * done))

    def at(self, done: float) -> None:
        """Tell, unless it was told a moment ago; readers call this after every block.

        Raises
        ------
        Cancelled
            When the answer is no.
        """
        if self._report is None:
            return
        now = time.monotonic()
        if now - self._last < self._PAUSE and done < 1:
            return
        self._last = now
        if not self._report(min(max(done, 0.0), 1.0)):
            raise Cancelled("was not opened: cancelled")
