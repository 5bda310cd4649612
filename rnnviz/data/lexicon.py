"""The words that ship: the 10,000 of a one-hot vector, and the dense vectors that were learned."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache
from itertools import pairwise
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.vocabulary import UNKNOWN
from rnnviz.files.disk import resource_path
from rnnviz.files.errors import DataError
from rnnviz.frozen import field, record

SIZE = 10_000
ANCHORS = MappingProxyType(
    {"a": 1, "aaron": 2, "and": 367, "harry": 4075, "potter": 6830, "zulu": 10_000}
)
"""The numbers that the lecture's slide gives."""


@record(eq=False)
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


_PARTS = ("words", "groups", "vectors", "map")


@record(eq=False)
class WordVectors:
    """V words with a vector each; arrays are read-only.

    Attributes
    ----------
    words : tuple of str
        In alphabetical order.
    groups : tuple of str
        The group that the grammar drew each word from, "" for none. The network never saw it.
    vectors : (V, D) array of float32
    map : (V, 2) array of float32
        Their places on a plane by t-SNE of the vectors' directions.
    """

    words: tuple[str, ...]
    groups: tuple[str, ...]
    vectors: NDArray[np.float32] = field(repr=False)
    map: NDArray[np.float32] = field(repr=False)


@cache
def word_vectors() -> WordVectors:
    """Read the shipped vectors, once.

    Raises
    ------
    DataError
        When they are missing or not what they should be.
    """
    return read_word_vectors(resource_path("words", "vectors.npz"))


def read_word_vectors(path: str | PathLike[str]) -> WordVectors:
    """Read vectors from an npz file with words, groups, vectors and map.

    Raises
    ------
    DataError
        For a file that cannot be read, or that holds other arrays than these.
    """
    try:
        with Path(path).open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            missing = [name for name in _PARTS if name not in file]
            if missing:
                raise DataError(f"has no {', '.join(missing)}", path=path)
            words, groups, vectors, places = (np.asarray(file[name]) for name in _PARTS)
    except (OSError, ValueError, EOFError, TypeError, BadZipFile) as error:
        raise DataError(f"cannot be read as word vectors: {error}", path=path) from None
    _check(words, groups, vectors, places, path)
    vectors.setflags(write=False)
    places.setflags(write=False)
    return WordVectors(
        tuple(map(str, words.tolist())), tuple(map(str, groups.tolist())), vectors, places
    )


def _check(
    words: NDArray[Any],
    groups: NDArray[Any],
    vectors: NDArray[Any],
    places: NDArray[Any],
    path: str | PathLike[str],
) -> None:
    count = len(words) if words.ndim == 1 else -1
    fits = (
        words.dtype.kind == groups.dtype.kind == "U"
        and groups.shape == (count,)
        and vectors.dtype == places.dtype == np.float32
        and vectors.ndim == 2
        and len(vectors) == count > 1
        and vectors.shape[1] > 1
        and places.shape == (count, 2)
    )
    if not fits:
        raise DataError("its arrays do not fit each other", path=path)
    if not (np.isfinite(vectors).all() and np.isfinite(places).all()):
        raise DataError("holds numbers that are not finite", path=path)
    if not vectors.any(axis=1).all():
        raise DataError("holds a vector of zeros, which has no direction", path=path)
    if (words[1:] <= words[:-1]).any():
        raise DataError("its words are not in alphabetical order", path=path)
