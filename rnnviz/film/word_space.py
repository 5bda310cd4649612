"""Words as vectors: each word's place among 10,000, its learned vector, and what is near it."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.lexicon import ANCHORS, lexicon, word_vectors
from rnnviz.data.modes import SILENCE
from rnnviz.data.sequence import DEFAULT_SENTENCE
from rnnviz.data.vocabulary import UNKNOWN
from rnnviz.film.frame import Frame
from rnnviz.record import field, record

ONE_HOT = "one-hot"
"""The page of words without the vectors that were learned, as a tour asks for it."""


@record(eq=False)
class Neighbour:
    """A word near another: its place among the learned ones, and the cosine of the angle."""

    index: int
    word: str
    cosine: float


@record(eq=False)
class WordSpace:
    """All that can be shown of words, sentence or no sentence; arrays are read-only.

    Attributes
    ----------
    words : tuple of str
        The vocabulary in alphabetical order; a word's number is its place counted from 1.
    anchors : tuple of (str, int)
        Words whose numbers the lecture gives.
    learned : tuple of str
        V words that have a vector, in alphabetical order.
    groups : tuple of str
        What each of them was drawn from, "" for none; for captions, the network never saw it.
    vectors : (V, D) array of float32
    limit : float
        The largest absolute number in them.
    maps : mapping of str to (V, 2) array of float64
        Places on a plane by "t-SNE" and by "PCA", each within −1 … 1, y upward.
    shares : tuple of float
        The parts of the vectors' variance that lie along the two axes of "PCA".
    """

    words: tuple[str, ...]
    anchors: tuple[tuple[str, int], ...]
    learned: tuple[str, ...]
    groups: tuple[str, ...]
    vectors: NDArray[np.float32] = field(repr=False)
    limit: float
    maps: dict[str, NDArray[np.float64]] = field(repr=False)
    shares: tuple[float, float]

    @property
    def size(self) -> int:
        """Words in the vocabulary: the length of a one-hot vector."""
        return len(self.words)

    @property
    def dimensions(self) -> int:
        """D, the length of a dense vector."""
        return int(self.vectors.shape[1])

    def number(self, word: str) -> int:
        """The word's number from 1, whatever its case; 0 where it is `UNKNOWN`."""
        return _place(self.words, word.lower()) + 1

    def word(self, number: int) -> str:
        """The word of a number, `UNKNOWN` of 0."""
        return self.words[number - 1] if number else UNKNOWN

    def index(self, word: str) -> int:
        """The word's place among the learned ones, whatever its case; −1 for none."""
        return _place(self.learned, word.lower())

    def neighbours(self, index: int, count: int) -> tuple[Neighbour, ...]:
        """The learned words whose vectors point most nearly the same way, the nearest first."""
        vectors = self.vectors.astype(np.float64)
        norms = np.linalg.norm(vectors, axis=1)
        cosines = np.clip(vectors @ vectors[index] / (norms * norms[index]), -1.0, 1.0)
        order = [int(i) for i in np.argsort(-cosines, kind="stable") if i != index]
        return tuple(Neighbour(i, self.learned[i], float(cosines[i])) for i in order[:count])


@record
class Spoken:
    """A sentence, and what W_ax's size depends on.

    Attributes
    ----------
    tokens : tuple of str
    units, gates : int
        H and n of the network's first layer: W_ax has n · H rows.
    cell : str
        What the cell is called.
    note : str
        Why it is another sentence than the open one, or "".
    """

    tokens: tuple[str, ...]
    units: int
    gates: int
    cell: str
    note: str = ""


def spoken(frame: Frame) -> Spoken:
    """The frame's sentence; the lecture's where what is open has no words."""
    sequence = frame.task.sequence
    tokens, note = tuple(token for token in sequence.tokens if token != SILENCE), ""
    if sequence.kind != "words":
        tokens = tuple(DEFAULT_SENTENCE.split())
        note = "the lecture's sentence, as what is open has no words"
    return Spoken(tokens, frame.units, frame.kind.gates, frame.kind.name, note)


@cache
def word_space() -> WordSpace:
    """Read the shipped vocabulary and vectors, once.

    Raises
    ------
    DataError
        When a file is missing or damaged.
    """
    dense = word_vectors()
    plane = dense.map.astype(np.float64)
    if np.ptp(plane[:, 0]) > np.ptp(plane[:, 1]):  # t-SNE knows no directions: the page is high
        plane = np.stack([plane[:, 1], -plane[:, 0]], axis=1)
    vectors = dense.vectors.astype(np.float64)
    centred = vectors - vectors.mean(axis=0)
    u, s, vt = np.linalg.svd(centred, full_matrices=False)
    # An axis may point either way: its largest weight is taken as positive.
    signs = np.sign(vt[np.arange(2), np.abs(vt[:2]).argmax(axis=1)])
    shares = s[:2] ** 2 / (s**2).sum()
    return WordSpace(
        words=lexicon().words,
        anchors=tuple(ANCHORS.items()),
        learned=dense.words,
        groups=dense.groups,
        vectors=dense.vectors,
        limit=float(np.abs(dense.vectors).max()),
        maps={"t-SNE": _within_one(plane), "PCA": _within_one(u[:, :2] * s[:2] * signs)},
        shares=(float(shares[0]), float(shares[1])),
    )


def _within_one(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Moved and shrunk, the same along both axes, so that −1 … 1 just holds all."""
    low, high = places.min(axis=0), places.max(axis=0)
    made = (places - (low + high) / 2.0) * (2.0 / (high - low).max())
    made.setflags(write=False)
    return made


def _place(words: tuple[str, ...], word: str) -> int:
    place = bisect_left(words, word)
    return place if place < len(words) and words[place] == word else -1
