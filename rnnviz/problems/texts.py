"""What the text problems share: sets that depend on the sentence alone, ids, padded batches."""

import zlib
from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import UNKNOWN, UNKNOWN_TARGET, Task, Vocabulary
from rnnviz.data import Sequence as Steps
from rnnviz.data.vocabulary import split_words, word_label
from rnnviz.engine import Architecture, Batch, Network, create_network
from rnnviz.engine.clipping import USUAL
from rnnviz.engine.optimizers import Adam
from rnnviz.engine.training import Cosine, Training
from rnnviz.files.errors import DataError
from rnnviz.frozen import record
from rnnviz.problems.base import Problem, generator
from rnnviz.problems.written import written

Item = TypeVar("Item")
Ids = NDArray[np.int64]

NOTHING = -1
"""Stands in a padded batch where there is no step."""
_BATCH = 64
MAX_WORDS = 60
"""Words of a sentence that is typed."""


@record
class Sets(Generic[Item]):
    """Examples split into sets that share no sentence with each other."""

    training: tuple[Item, ...]
    validation: tuple[Item, ...]
    held_out: tuple[Item, ...]

    @property
    def sizes(self) -> dict[str, int]:
        """How many examples each set has."""
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
    """The share of answers that are right."""
    return float(np.mean(right)) if right.size else float("nan")


class SentenceProblem(Problem, Generic[Item]):
    """A sentence is read word by word, by Elman's cell on one-hot words in lower case.

    Attributes
    ----------
    what : str
        What is answered.
    labels : tuple of str
        The answers.
    plain : frozenset of str
        Words whose place a word that nobody knows can take.
    blanked : float
        Share of these that are read as `<unk>` in training, so that it is no stranger.
    """

    what: ClassVar[str]
    labels: ClassVar[tuple[str, ...]]
    plain: ClassVar[frozenset[str]]
    blanked: ClassVar[float]

    @cached_property
    @abstractmethod
    def sets(self) -> Sets[Item]:
        """What is trained on and what is not; no sentence is in two of them."""

    @abstractmethod
    def words_of(self, item: Item) -> list[str]:
        """The words of an example, in lower case."""

    @abstractmethod
    def _encoded(self, items: tuple[Item, ...]) -> tuple[Ids, Ids, Ids]:
        """Words (T, N), lengths (N,), and answers (N,) or (T, N)."""

    @abstractmethod
    def _batch(self, x: Ids, lengths: Ids, answers: Ids) -> Batch:
        """What is run of words (T, B), lengths (B,), and answers (B,) or (at least T, B)."""

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of the training sentences, and `<unk>`."""
        return word_list(word for item in self.sets.training for word in self.words_of(item))

    def _padded(self, items: tuple[Item, ...]) -> tuple[Ids, Ids]:
        return padded([self.vocabulary.encode(self.words_of(item)).tolist() for item in items])

    def _task(
        self, words: tuple[str, ...], targets: Ids, mask: NDArray[np.bool_], name: str
    ) -> Task:
        """The task of words as they are written; `targets` and `mask` are (T, 1)."""
        own = bool((targets == UNKNOWN_TARGET).all())
        lowered = tuple(word.lower() for word in words)
        tokens = tuple(map(word_label, words))
        return Task(
            sequence=Steps("words", name, tokens, text=" ".join(words), symbols=lowered),
            mode=self.mode,
            what=self.what,
            x=self.vocabulary.encode(lowered)[:, None],
            targets=targets,
            mask=mask,
            loss="softmax_cross_entropy",
            inputs=len(self.vocabulary),
            outputs=len(self.labels),
            vocabulary=self.vocabulary,
            output_names=self.labels,
            notes=said_unknown(lowered, self.vocabulary),
            known=np.full(targets.shape, not own),
            own=own,
            problem=self.name,
        )

    def begin(self, seed: int) -> Network:
        """See :meth:`Problem.begin`."""
        sizes = Architecture(len(self.vocabulary), 16, len(self.labels))
        return create_network(sizes, seed=seed)

    def training(self, seed: int) -> Training[Network]:
        """See :meth:`Problem.training`."""
        x, lengths, answers = self._encoded(self.sets.training)
        unknown = len(self.vocabulary) - 1
        plain = np.array([*(word in self.plain for word in self.vocabulary.symbols), False])

        def batch(update: int) -> Batch:
            rng = generator(seed, update)
            chosen = rng.integers(0, len(lengths), _BATCH)
            fed = x[: int(lengths[chosen].max()), chosen]
            blank = (rng.random(fed.shape) < self.blanked) & plain[fed]
            return self._batch(np.where(blank, unknown, fed), lengths[chosen], answers[..., chosen])

        validation = self._batch(*self._encoded(self.sets.validation))
        return Training(batch, Adam(), Cosine(0.005, self.updates), USUAL, validation)
