"""What the user opened or typed, as a sequence of steps."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.labels import Labels
from rnnviz.data.vocabulary import MAX_LABEL, character_label, characters_in, word_label, words_in
from rnnviz.files.errors import DataError
from rnnviz.frozen import field, record

DEFAULT_SENTENCE = "Harry Potter and Hermione Granger invented a new spell"

MAX_STEPS = 2_000_000
"""Steps of a series that are opened; of a longer file, the first ones."""

MAX_TEXT = 1_000_000
"""Words or characters of a text that are opened."""

MAX_LINES = 100_000
"""Lines that are sequences of their own."""

UNITS = ("words", "characters", "lines")


@record(eq=False)
class Sequence:
    """A sequence of T steps: words, characters or the rows of a series.

    Attributes
    ----------
    kind : str
        ``"words"``, ``"characters"``, ``"series"`` or ``"picture"``.
    name : str
        For the title: the file's name, or "typed text".
    tokens : tuple of str, or what behaves like one
        One label per step, fit to be drawn: no control characters, never longer than a few
        dozen code points. For a series the dates if there is a date column, of a sound the
        seconds, else 1, 2, 3 …
    values : (T, C) array of float64, or None
        The numbers of a series, the pixels of a picture; read-only. An array that is read-only
        already is not copied.
    columns : tuple of str
        The C column names of a series.
    text : str or None
        The text that was opened (at most what its steps cover), for the input field.
    source : str or None
        The path of the file.
    notes : tuple of str
        What was guessed or changed, in words.
    symbols : tuple of str
        What really stands at each step of a text, where `tokens` shows a stand-in (``"⏎"`` for
        a line's end). The vocabulary is made of these. Empty: the same as `tokens`.
    others : tuple of str
        Of a text that was opened line by line: the lines, each a sequence of its own. The first
        of them is what the steps show; training may use all.
    frames : (T, h, w) array of float64, or None
        Of pictures: brightness 0 (black) … 1; read-only. `values` are the same numbers.
    transforms : tuple of str
        Of a series: what each column becomes before a network reads it, a key of
        `transforms.TRANSFORMS` each; empty: nothing. `values` are not transformed.
    scale : str
        How that becomes x, see `transforms.parse_scale`.
    order : str
        Of a text's vocabulary: "first" (of first appearance), "sorted", or "given".
    vocabulary : tuple of str
        The symbols in the order that was given; else empty.
    before : (C,) array of float64, or None
        The values one step before the first, where a transform needs them; read-only.
    """

    kind: str
    name: str
    tokens: Labels = field(repr=False)
    values: NDArray[np.float64] | None = field(default=None, repr=False)
    columns: tuple[str, ...] = ()
    text: str | None = field(default=None, repr=False)
    source: str | None = None
    notes: tuple[str, ...] = ()
    symbols: tuple[str, ...] = field(default=(), repr=False)
    others: tuple[str, ...] = field(default=(), repr=False)
    frames: NDArray[np.float64] | None = field(default=None, repr=False)
    transforms: tuple[str, ...] = ()
    scale: str = "trained"
    order: str = "first"
    vocabulary: tuple[str, ...] = field(default=(), repr=False)
    before: NDArray[np.float64] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for name in ("values", "frames", "before"):
            found = getattr(self, name)
            if found is not None:
                object.__setattr__(self, name, _frozen(found))
        if not self.symbols and self.values is None:
            object.__setattr__(self, "symbols", tuple(self.tokens))

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def transformed(self) -> NDArray[np.float64]:
        """The values as the transforms have them, (T, C); the values themselves without any."""
        if self.values is None:
            raise ValueError("a text has no values")
        if not any(name != "none" for name in self.transforms):
            return self.values
        from rnnviz.data.transforms import transformed

        values, found, before = self.values, np.empty_like(self.values), self._one_before()
        for place, name in enumerate(self.transforms):
            found[:, place] = transformed(name, values[:, place], before[:, place])
        return found

    def rounding(self, steps: int) -> NDArray[np.float64]:
        """How far `transformed` of the first steps may differ by rounding alone, (C,)."""
        if self.values is None:
            raise ValueError("a text has no values")
        found = np.zeros(self.values.shape[1])
        if any(name != "none" for name in self.transforms):
            from rnnviz.data.transforms import rounding

            values, before = self.values[:steps], self._one_before()[:steps]
            for place, name in enumerate(self.transforms):
                found[place] = rounding(name, values[:, place], before[:, place])
        return found

    def _one_before(self) -> NDArray[np.float64]:
        """The values one step before each, (T, C)."""
        assert self.values is not None
        first = self.values[:1] if self.before is None else self.before[None]
        return np.concatenate([first, self.values[:-1]])

    def with_columns(self, places: list[int]) -> "Sequence":
        """The same series with some of its columns, in another order."""
        if self.values is None:
            raise ValueError("a text has no columns")
        return replace(
            self,
            values=self.values[:, places],
            columns=tuple(self.columns[place] for place in places),
            transforms=tuple(self.transforms[place] for place in places if self.transforms),
            before=None if self.before is None else self.before[places],
        )


def _frozen(array: NDArray[np.float64]) -> NDArray[np.float64]:
    if array.dtype == np.float64 and not array.flags.writeable:
        return array
    copy = np.array(array, dtype=np.float64)
    copy.setflags(write=False)
    return copy


def sequence_from_text(
    text: str,
    *,
    unit: str = "words",
    name: str = "typed text",
    source: str | None = None,
    notes: tuple[str, ...] = (),
    longer: bool = False,
    told: Callable[[float], None] | None = None,
) -> Sequence:
    """Split a text into words or characters.

    A character is what a reader counts as one: a letter with its accents, a family of emoji (a
    grapheme cluster). Line ends of every kind count as one character, ``U+000A``.

    With the unit "lines" each line that is not empty is a sequence of its own. The first one is
    split: into characters where nearly every line is a single word (a list of names), else into
    words; all of them stand in `Sequence.others`.

    Parameters
    ----------
    text
        The text, as typed or decoded.
    unit
        ``"words"``, ``"characters"`` or ``"lines"``.
    name, source
        For the title, and the file it came from.
    notes
        What is already to be said about it.
    longer
        Whether `text` is only the beginning of what was opened.
    told
        Is called now and then with how much is done, 0 … 1.

    Raises
    ------
    DataError
        When nothing is left to step through.
    """
    if unit not in UNITS:
        raise ValueError(f"unit is {unit!r}, not one of {UNITS}")
    said = list(notes)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        # Half a surrogate pair can be pasted, but neither drawn nor written to a file.
        whole = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        if whole != text:
            said.append("half characters (lone surrogates) became �")
        text = whole
    others: tuple[str, ...] = ()
    if unit == "lines":
        unit, others = _lines(text, said, longer)
        text, longer = others[0] if others else "", False
    if unit == "words":
        symbols, end = words_in(text, MAX_TEXT, told)
    else:
        symbols, end = characters_in(text, MAX_TEXT)
    if not symbols:
        wordless = unit == "words" and bool(text)
        raise DataError("holds no words, only white space" if wordless else "is empty", path=source)
    if end < len(text) or longer:
        many = len(symbols) >= MAX_TEXT
        count = f"{len(symbols):,} {unit}" if many else f"{end:,} characters"
        said.append(f"the first {count} were opened, the text goes on")
    return Sequence(
        kind=unit,
        name=name,
        tokens=_labels(symbols, word_label if unit == "words" else character_label),
        text=text[:end],
        source=source,
        notes=tuple(said),
        symbols=symbols,
        others=others,
    )


def _labels(symbols: tuple[str, ...], show: Callable[[str], str]) -> tuple[str, ...]:
    """Return how the symbols are shown; the same tuple where nothing needs a stand-in."""
    differ = {
        symbol: label
        for symbol in set(symbols)
        if not (
            1 < len(symbol) <= MAX_LABEL
            and symbol.isascii()
            and symbol.isprintable()
            and symbol[0] != "<"
        )
        and (label := show(symbol)) != symbol
    }
    if not differ:
        return symbols
    return tuple(differ.get(symbol, symbol) for symbol in symbols)


def _lines(text: str, said: list[str], longer: bool) -> tuple[str, tuple[str, ...]]:
    """Return what a line is split into, and the lines."""
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    if len(lines) > MAX_LINES or longer:
        lines = lines[:MAX_LINES]
        said.append(f"the first {len(lines):,} lines were opened, the text goes on")
    single = sum(len(line.split(None, 1)) == 1 for line in lines)
    said.append(f"{len(lines):,} lines, each a sequence: the first is shown")
    return ("characters" if single >= 0.8 * len(lines) else "words"), tuple(lines)
