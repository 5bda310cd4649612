"""The 10,000 words that a one-hot vector has a place for, in alphabetical order."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from os import PathLike
from pathlib import Path
from types import MappingProxyType

from rnnviz.data.samples import resource_path
from rnnviz.data.vocabulary import UNKNOWN
from rnnviz.files.errors import DataError

SIZE = 10_000
ANCHORS = MappingProxyType(
    {"a": 1, "aaron": 2, "and": 367, "harry": 4075, "potter": 6830, "zulu": 10_000}
)
"""The numbers that the lecture's slide gives."""


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Words in the order of their letters' code points, numbered from 1.

    Attributes
    ----------
    words : tuple of str
        `SIZE` of them; word k is ``words[k - 1]``.
    """

    words: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.number(word) > 0

    def number(self, word: str) -> int:
        """The word's number from 1, whatever its case; 0 is `UNKNOWN`'s."""
        word = word.lower()
        place = bisect_left(self.words, word)
        return place + 1 if place < len(self.words) and self.words[place] == word else 0

    def word(self, number: int) -> str:
        """The word of a number; `UNKNOWN` of 0; IndexError for any other."""
        if number == 0:
            return UNKNOWN
        if not 1 <= number <= len(self.words):
            raise IndexError(number)
        return self.words[number - 1]


@cache
def lexicon() -> Lexicon:
    """Read the shipped list, once; DataError as `read_lexicon`."""
    return read_lexicon(resource_path("words", "vocabulary.txt"))


def read_lexicon(path: str | PathLike[str]) -> Lexicon:
    """Read a list of words, one a line.

    Raises
    ------
    DataError
        When it cannot be read, has not `SIZE` words, or is not in alphabetical order.
    """
    try:
        words = tuple(Path(path).read_text(encoding="ascii").split())
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", path=path) from None
    except UnicodeDecodeError:
        raise DataError("holds other letters than a to z", path=path) from None
    for line, (word, after) in enumerate(pairwise(words), start=2):
        if word >= after:
            raise DataError(f"“{after}” does not come after “{word}”", path=path, line=line)
    if len(words) != SIZE:
        raise DataError(f"should hold {SIZE:,} words and holds {len(words):,}", path=path)
    return Lexicon(words)
