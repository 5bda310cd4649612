"""Where words begin and end, and how a word or a character is shown."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from rnnviz.data.errors import visible

MAX_LABEL = 32
"""Code points of a label; one glyph may carry any number of accents, and layout must not hang."""

_CHUNK = re.compile(r"\S+")

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
    """Return a word as it can be drawn: short, and without control characters."""
    label = visible(word[: MAX_LABEL + 1])
    return label if len(label) <= MAX_LABEL else label[: MAX_LABEL - 1] + "…"


def character_label(character: str) -> str:
    """Return a character as it can be drawn: a stand-in where it would be invisible."""
    if character in _STAND_INS:
        return _STAND_INS[character]
    kind = unicodedata.category(character)
    if kind[0] == "M":
        return "◌" + character
    if kind[0] in "CZ" or not character.strip():
        return f"U+{ord(character):04X}"
    return character
