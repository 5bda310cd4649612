"""The words that ship: the 10,000 of a one-hot vector, and the dense vectors that were learned."""

from __future__ import annotations

import json
import os
from bisect import bisect_left
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.vocabulary import UNKNOWN
from rnnviz.files.disk import MAX_BYTES, read_bytes, resource_path, write_whole
from rnnviz.files.errors import DataError
from rnnviz.files.strict_json import parse_object
from rnnviz.files.zips import npz_bytes, read_npz
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


def read_lexicon(path: str | os.PathLike[str]) -> Lexicon:
    """Read a list of words, one a line.

    Raises
    ------
    DataError
        When it cannot be read, has not `SIZE` words, or is not in alphabetical order.
    """
    try:
        words = tuple(read_bytes(path).decode("ascii").split())
    except UnicodeDecodeError:
        raise DataError("holds other letters than a to z", path=path) from None
    for line, (word, after) in enumerate(pairwise(words), start=2):
        if word >= after:
            raise DataError(f"“{after}” does not come after “{word}”", path=path, line=line)
    if len(words) != SIZE:
        raise DataError(f"should hold {SIZE:,} words and holds {len(words):,}", path=path)
    return Lexicon(words)


_KEY = "rnnviz.words"  # words and groups as JSON: an array of texts is none of numbers


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


def read_word_vectors(path: str | os.PathLike[str]) -> WordVectors:
    """Read what `save_word_vectors` wrote.

    Raises
    ------
    DataError
        For a file that cannot be read, or that holds anything else.
    """
    arrays = read_npz(read_bytes(path), os.fspath(path), MAX_BYTES)
    missing = [name for name in (_KEY, "vectors", "map") if name not in arrays]
    if missing:
        raise DataError(f"has no {', '.join(missing)}", path=path)
    try:
        listed = parse_object(arrays[_KEY].astype(np.uint8).tobytes())
    except ValueError as error:
        raise DataError(f"{_KEY}: {error}", path=path) from None
    words, groups = (_texts(listed.get(name)) for name in ("words", "groups"))
    vectors, places = arrays["vectors"], arrays["map"]
    _check(words, groups, vectors, places, path)
    return WordVectors(words, groups, vectors, places)


def save_word_vectors(path: str | os.PathLike[str], made: WordVectors) -> None:
    """Write vectors so that `read_word_vectors` gives the same back; OSError if it cannot."""
    text = json.dumps({"words": made.words, "groups": made.groups}).encode()
    arrays = {_KEY: np.frombuffer(text, np.uint8), "vectors": made.vectors, "map": made.map}
    write_whole(path, npz_bytes(arrays, packed=True))


def _texts(listed: object) -> tuple[str, ...]:
    """A list of texts; empty for anything else."""
    found = cast("list[object]", listed) if isinstance(listed, list) else []
    return tuple(each for each in found if isinstance(each, str))


def _check(
    words: tuple[str, ...],
    groups: tuple[str, ...],
    vectors: NDArray[Any],
    places: NDArray[Any],
    path: str | os.PathLike[str],
) -> None:
    count = len(words)
    fits = (
        len(groups) == count
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
    if any(after <= word for word, after in pairwise(words)):
        raise DataError("its words are not in alphabetical order", path=path)
