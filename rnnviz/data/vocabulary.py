"""Where words begin and end, how they are shown, and which place each has in the one-hot vector."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice, repeat

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.labels import Labels
from rnnviz.files.errors import visible
from rnnviz.frozen import field, record

MAX_LABEL = 32
"""Code points of a label; one glyph may carry any number of accents, and layout must not hang."""

_CHUNK = re.compile(r"\S+")
_SPACE = re.compile(r"\s")
_BLOCK = 1 << 17
_KNOWN = 50_000

_STAND_INS = {"\n": "⏎", " ": "␣", "\t": "⇥", "\u00a0": "⍽"}


def split_words(text: str) -> Iterator[tuple[str, int]]:
    """Yield each word with the position where it ends.

    Words stand between white space. Punctuation at a word's ends becomes a word of its own
    (a run of one sign, like "...", stays together); inside a word it stays: "don't",
    "well-known", "3.14".
    """
    for match in _CHUNK.finditer(text):
        word, start = match.group(), match.start()
        first, last = 0, len(word)
        while first < last and _is_punctuation(word[first]):
            first += 1
        while last > first and _is_punctuation(word[last - 1]):
            last -= 1
        yield from _runs(word, 0, first, start)
        if first < last:
            yield word[first:last], start + last
        yield from _runs(word, last, len(word), start)


def words_in(
    text: str, most: int, told: Callable[[float], None] | None = None
) -> tuple[tuple[str, ...], int]:
    """Return the first `most` words of a text, and where the text that they cover ends.

    Parameters
    ----------
    text
        Any length.
    most
        Words.
    told
        Is called after every block with how much is done, 0 … 1.

    Returns
    -------
    words : tuple of str
    end : int
        The text's length if it holds no more words than these.
    """
    words: list[str] = []
    known: dict[str, str] = {}
    split: dict[str, tuple[str, ...]] = {}
    start = 0
    # Block by block: the pieces of a long text all at once would take ten times its memory.
    while start < len(text) and len(words) <= most:
        stop = _block_end(text, start)
        for chunk in text[start:stop].split():
            # A word that comes again is the same object, and costs no memory.
            if chunk.isalnum():
                words.append(known.setdefault(chunk, chunk))
                continue
            pieces = split.get(chunk)
            if pieces is None:
                pieces = split[chunk] = tuple(word for word, _ in split_words(chunk))
            words.extend(pieces)
        # A text has few different words; a random one must not fill the memory.
        if len(known) > _KNOWN:
            known.clear()
        if len(split) > _KNOWN:
            split.clear()
        if len(words) > most:
            end = start
            before = len(words)
            # The block in which the last word ends is looked at once more, for the place.
            before -= sum(1 for _ in split_words(text[start:stop]))
            for _, place in islice(split_words(text[start:stop]), most - before):
                end = start + place
            return tuple(words[:most]), end
        start = stop
        if told is not None:
            told(max(start / len(text), len(words) / most))
    return tuple(words), len(text)


def characters_in(text: str, most: int) -> tuple[tuple[str, ...], int]:
    """Return the first `most` characters of a text as a reader counts them, and where they end.

    A character is a grapheme cluster (Unicode Standard Annex 29): a letter with its accents, a
    flag, a family of emoji.
    """
    if text.isascii():
        return tuple(text[:most]), min(len(text), most)
    import regex  # not before there is such a text

    found: list[str] = []
    known: dict[str, str] = {}
    end = 0
    for match in regex.finditer(r"\X", text):
        if len(found) == most:
            break
        cluster, end = match.group(), match.end()
        found.append(known.setdefault(cluster, cluster))
        if len(known) > _KNOWN:
            known.clear()
    return tuple(found), end


# Writing without spaces between words: Thai, Lao, Khmer, Burmese, Chinese, Japanese.
_UNSPACED = (  # compiled when it is first asked for
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0002fa1f]"
)


def has_no_spaces(text: str) -> bool:
    """Whether a text is mostly in a writing that does not part its words."""
    if text.isascii():
        return False
    letters = sum(map(str.isalpha, text))
    unspaced = len(re.findall(_UNSPACED, text))
    lines = sum(map(bool, map(str.strip, text.splitlines())))
    apart = len(text.split()) - lines + 1  # a line's end parts no words
    return unspaced > 0.5 * max(1, letters) and unspaced > 4 * max(1, apart)


def _block_end(text: str, start: int) -> int:
    """Return where a block ends, between two words."""
    stop = start + _BLOCK
    if stop >= len(text):
        return len(text)
    space = _SPACE.search(text, stop)
    return space.start() if space else len(text)


def _runs(word: str, begin: int, end: int, offset: int) -> Iterator[tuple[str, int]]:
    while begin < end:
        stop = begin + 1
        while stop < end and word[stop] == word[begin]:
            stop += 1
        yield word[begin:stop], offset + stop
        begin = stop


@cache
def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character).startswith("P")


def word_label(word: str) -> str:
    """Return a word as it can be drawn: short, and without control characters.

    What is written like the end or the unknown word, and is neither, stands in quotation marks.
    """
    if word in _RESERVED:
        return f"“{word}”"
    label = visible(word[: MAX_LABEL + 1])
    return label if len(label) <= MAX_LABEL else label[: MAX_LABEL - 1] + "…"


def character_label(character: str) -> str:
    """Return a character as it can be drawn: a stand-in where it would be invisible."""
    if character in _STAND_INS:
        return _STAND_INS[character]
    if len(character) > 1:
        shown = character if len(character) <= MAX_LABEL else f"{character[: MAX_LABEL - 1]}…"
        return f"◌{shown}" if unicodedata.category(shown[0])[0] == "M" else shown
    kind = unicodedata.category(character)
    if kind[0] == "M":
        return "◌" + character
    if kind[0] in "CZ" or not character.strip():
        return f"U+{ord(character):04X}"
    return character


UNKNOWN = "<unk>"
END = "<eos>"
_RESERVED = (END, UNKNOWN, "<s>")
ORDERS = {"first": "first appearance", "sorted": "sorted"}
"""In which order a vocabulary's symbols have their places, where no file says it."""

MAX_SYMBOLS = 1_000
"""Places in a vocabulary that is made from the text itself."""


@record(eq=False)
class Vocabulary:
    """Symbols, each with its place.

    Attributes
    ----------
    symbols : tuple of str
        What stands in the text.
    labels : tuple of str
        How each place is shown, `UNKNOWN` last if there is one.
    unknown : int or None
        The place of every symbol that has none of its own.
    """

    symbols: tuple[str, ...]
    labels: tuple[str, ...]
    unknown: int | None = None
    _places: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        places = {symbol: place for place, symbol in enumerate(self.symbols)}
        object.__setattr__(self, "_places", places)

    def __len__(self) -> int:
        return len(self.labels)

    def __contains__(self, symbol: object) -> bool:
        return symbol in self._places

    def place(self, symbol: str) -> int:
        """Return the symbol's place; KeyError when it has none and there is no `UNKNOWN`."""
        found = self._places.get(symbol, self.unknown)
        if found is None:
            raise KeyError(symbol)
        return found

    def encode(self, symbols: Iterable[str]) -> NDArray[np.intp]:
        """Return the place of each symbol."""
        if self.unknown is None:
            return np.fromiter(map(self._places.__getitem__, symbols), dtype=np.intp)
        places = map(self._places.get, symbols, repeat(self.unknown))
        return np.fromiter(places, dtype=np.intp)


def make_vocabulary(
    symbols: tuple[str, ...],
    labels: Labels,
    limit: int = MAX_SYMBOLS,
    *,
    order: str = "first",
    given: tuple[str, ...] = (),
) -> Vocabulary:
    """Make a vocabulary of the distinct symbols, or of the `limit` most frequent ones.

    Parameters
    ----------
    symbols, labels
        What stands at each step, and how it is shown.
    limit
        Places before `UNKNOWN` takes the rest. Among equally frequent symbols, those that
        come first are kept.
    order
        In which they have their places: "first" (of their first appearance) or "sorted".
    given
        All symbols, in the order of their places: the others are `UNKNOWN`, if that is one of them.

    Raises
    ------
    ValueError
        Where `given` lacks a symbol.
    """
    shown = dict(zip(symbols, labels, strict=True))
    if given:
        unknown = given.index(UNKNOWN) if UNKNOWN in given else None
        if unknown is None and not shown.keys() <= set(given):
            lacking = next(symbol for symbol in shown if symbol not in set(given))
            raise ValueError(f"“{word_label(lacking)}” is not in the vocabulary that was given")
        named = tuple(shown.get(symbol) or _label(symbol) for symbol in given)
        if unknown is not None:
            named = (*named[:unknown], UNKNOWN, *named[unknown + 1 :])
        return Vocabulary(given, named, unknown)
    if order == "sorted":
        shown = dict(sorted(shown.items()))
    if len(shown) <= limit:
        return Vocabulary(tuple(shown), tuple(shown.values()))
    kept = {symbol for symbol, _ in Counter(symbols).most_common(limit)}
    chosen = tuple(symbol for symbol in shown if symbol in kept)
    return Vocabulary(chosen, (*(shown[symbol] for symbol in chosen), UNKNOWN), unknown=limit)


def _label(symbol: str) -> str:
    return character_label(symbol) if len(symbol) == 1 else word_label(symbol)
