"""What the user opened or typed, as a sequence of steps."""

from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.errors import DataError
from rnnviz.data.words import character_label, split_words, word_label

DEFAULT_SENTENCE = "Harry Potter and Hermione Granger invented a new spell"

MAX_STEPS = 50_000
"""Steps that are opened; of a longer file, the first ones."""

UNITS = ("words", "characters")


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """A sequence of T steps: words, characters or the rows of a series.

    Attributes
    ----------
    kind : str
        ``"words"``, ``"characters"`` or ``"series"``.
    name : str
        For the title: the file's name, or "typed text".
    tokens : tuple of str
        One label per step, fit to be drawn: no control characters, never longer than a few
        dozen code points. For a series the dates if there is a date column, else 1, 2, 3 …
    values : (T, C) array of float64, or None
        The numbers of a series; read-only.
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
    """

    kind: str
    name: str
    tokens: tuple[str, ...] = field(repr=False)
    values: NDArray[np.float64] | None = field(default=None, repr=False)
    columns: tuple[str, ...] = ()
    text: str | None = field(default=None, repr=False)
    source: str | None = None
    notes: tuple[str, ...] = ()
    symbols: tuple[str, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if self.values is not None:
            values = np.array(self.values, dtype=np.float64)
            values.setflags(write=False)
            object.__setattr__(self, "values", values)
        if not self.symbols and self.kind != "series":
            object.__setattr__(self, "symbols", self.tokens)

    def __len__(self) -> int:
        return len(self.tokens)


def sequence_from_text(
    text: str,
    *,
    unit: str = "words",
    name: str = "typed text",
    source: str | None = None,
    notes: tuple[str, ...] = (),
    longer: bool = False,
) -> Sequence:
    """Split a text into words or characters.

    A character is one Unicode code point (not one grapheme): every step then has one place in
    the vocabulary, and a base letter under 20,000 accents is 20,001 ordinary steps. Line ends
    of every kind count as one character, ``U+000A``.

    Parameters
    ----------
    text
        The text, as typed or decoded.
    unit
        ``"words"`` or ``"characters"``.
    name, source
        For the title, and the file it came from.
    notes
        What is already to be said about it.
    longer
        Whether `text` is only the beginning of what was opened.

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
    symbols, end = (_words if unit == "words" else _characters)(text)
    if not symbols:
        wordless = unit == "words" and bool(text)
        raise DataError("holds no words, only white space" if wordless else "is empty", path=source)
    if end < len(text) or longer:
        many = len(symbols) >= MAX_STEPS
        count = f"{len(symbols):,} {unit}" if many else f"{end:,} characters"
        said.append(f"the first {count} were opened, the text goes on")
    show = word_label if unit == "words" else character_label
    labels = {symbol: show(symbol) for symbol in set(symbols)}
    return Sequence(
        kind=unit,
        name=name,
        tokens=tuple(labels[symbol] for symbol in symbols),
        text=text[:end],
        source=source,
        notes=tuple(said),
        symbols=symbols,
    )


def _words(text: str) -> tuple[tuple[str, ...], int]:
    """Return the words and where the text that they cover ends."""
    found = tuple(islice(split_words(text), MAX_STEPS + 1))
    if len(found) <= MAX_STEPS:
        return tuple(word for word, _ in found), len(text)
    return tuple(word for word, _ in found[:MAX_STEPS]), found[MAX_STEPS - 1][1]


def _characters(text: str) -> tuple[tuple[str, ...], int]:
    kept = text[:MAX_STEPS]
    return tuple(kept), len(kept)
