"""The dense vectors that ship: learned by the engine, see tools/word_vectors/."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.samples import resource_path
from rnnviz.files.errors import DataError

_PARTS = ("words", "groups", "vectors", "map")


@dataclass(frozen=True, slots=True, eq=False)
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
