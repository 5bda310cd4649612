"""What the text problems share: sets that depend on the sentence alone, ids, padded batches."""

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import UNKNOWN, Vocabulary
from rnnviz.data.vocabulary import split_words, word_label
from rnnviz.files.errors import DataError
from rnnviz.problems.written import written

Item = TypeVar("Item")
Ids = NDArray[np.int64]

NOTHING = -1
"""Stands in a padded batch where there is no step."""
MAX_WORDS = 60
"""Words of a sentence that is typed."""


@dataclass(frozen=True, slots=True)
class Sets(Generic[Item]):
    """Examples that share no sentence with each other."""

    training: tuple[Item, ...]
    validation: tuple[Item, ...]
    held_out: tuple[Item, ...]

    @property
    def sizes(self) -> dict[str, int]:
        """How many there are of each."""
        return {
            "training": len(self.training),
            "validation": len(self.validation),
            "held out": len(self.held_out),
        }


def split(
    items: Iterable[Item],
    key: Callable[[Item], str],
    *,
    validation: int = 8,
    held_out: int = 16,
    reserved: Iterable[str] = (),
) -> Sets[Item]:
    """Put each item into a set by its key alone: a checksum, not the place in the list.

    So an example stays held out whatever else is written beside it.

    Parameters
    ----------
    items : iterable
        Of several with the same key the first is taken.
    key : callable
        The sentence that no two sets may share.
    validation, held_out : int
        Hundredths of all.
    reserved : iterable of str
        Keys that are held out in any case.
    """
    parts: tuple[list[Item], list[Item], list[Item]] = ([], [], [])
    aside, seen = frozenset(reserved), set[str]()
    for item in items:
        name = key(item)
        if name in seen:
            continue
        seen.add(name)
        place = zlib.crc32(name.encode()) % 100
        which = (
            2 if name in aside or place < held_out else 1 if place < held_out + validation else 0
        )
        parts[which].append(item)
    return Sets(*map(tuple, parts))


def padded(rows: Sequence[Sequence[int]]) -> tuple[Ids, Ids]:
    """Sequences of ids side by side, (T, B) with `NOTHING` below the shorter ones; lengths (B,)."""
    lengths = np.array([len(row) for row in rows], np.int64)
    ids = np.full((int(lengths.max()), len(rows)), NOTHING, np.int64)
    for b, row in enumerate(rows):
        ids[: len(row), b] = row
    return ids, lengths


def word_list(words: Iterable[str], *, unknown: bool = True) -> Vocabulary:
    """A vocabulary of distinct words in alphabetical order, `<unk>` at its end if wanted."""
    symbols = tuple(sorted(set(words)))
    labels = tuple(map(word_label, symbols))
    if not unknown:
        return Vocabulary(symbols, labels)
    return Vocabulary(symbols, (*labels, UNKNOWN), unknown=len(symbols))


def typed_words(text: str, *, in_full: bool = False) -> tuple[str, ...]:
    """Split what was typed into words as they were typed, without punctuation.

    Parameters
    ----------
    text : str
    in_full : bool
        Whether short forms such as "don't" are read as several words.

    Raises
    ------
    DataError
        For no words or too many.
    """
    contractions = dict(written("contractions.toml").pairs()) if in_full else {}
    words: list[str] = []
    for word, _ in split_words(text.replace("’", "'")):
        if not any(character.isalnum() for character in word):
            continue
        longer = contractions.get(word.lower())
        words.extend([word] if longer is None else longer.split())
        if len(words) > MAX_WORDS:
            raise DataError(f"has more than {MAX_WORDS} words")
    if not words:
        raise DataError("has no words")
    return tuple(words)


def said_unknown(words: Iterable[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """A note that names the words without a place; none where all have one."""
    missing = tuple(dict.fromkeys(word for word in words if word not in vocabulary))
    if not missing:
        return ()
    return (f"not in the vocabulary, so read as {UNKNOWN}: {quoted(missing)}",)


def quoted(words: Sequence[str]) -> str:
    """Words in quotes, the first few of them."""
    shown = ", ".join(f"“{word_label(word)}”" for word in words[:6])
    return f"{shown} …" if len(words) > 6 else shown


def nearest(word: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The two known words at most that are spelled most like it."""
    return tuple(get_close_matches(word, vocabulary.symbols, n=2, cutoff=0.6))


def accuracy(right: NDArray[Any]) -> float:
    """The share of True."""
    return float(np.mean(right)) if right.size else float("nan")
