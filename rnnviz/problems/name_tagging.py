"""Synced many to many: which words of a sentence are people's names, beside a hidden Markov model.

All words are read in lower case, so that no capital gives a name away; the screen shows them as
they were written.
"""

from collections import Counter
from dataclasses import replace
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import DEFAULT_SENTENCE, UNKNOWN_TARGET, Task
from rnnviz.engine import Batch, Network, Objective, forward
from rnnviz.problems.base import Model, Score
from rnnviz.problems.baselines import HiddenMarkovTagger
from rnnviz.problems.tagging_sentences import (
    AMBIGUOUS,
    EXAMPLES,
    LABELS,
    OTHER,
    PLAIN,
    Tagged,
    sentences,
)
from rnnviz.problems.texts import (
    Ids,
    SentenceProblem,
    Sets,
    padded,
    split,
    typed_words,
)

_WRITTEN = 12_000
_EXAMPLES = {" ".join(example.words): example for example in EXAMPLES}


class NameTagging(SentenceProblem[Tagged]):
    """Every word is answered as it is read: a name or not."""

    name: ClassVar[str] = "name_tagging"
    mode: ClassVar[str] = "synced"
    updates: ClassVar[int] = 6000
    what: ClassVar[str] = "name or other word"
    labels: ClassVar[tuple[str, ...]] = LABELS
    plain: ClassVar[frozenset[str]] = PLAIN
    blanked: ClassVar[float] = 0.06

    @property
    def examples(self) -> tuple[str, ...]:
        """Held-out sentences, the lecture's first."""
        return tuple(_EXAMPLES)

    @cached_property
    def sets(self) -> Sets[Tagged]:
        """What is trained on and what is not; no sentence is in two of them."""
        written = [*_EXAMPLES.values(), *sentences(_WRITTEN)]
        reserved = [example.key for example in _EXAMPLES.values()]
        return split(written, lambda item: item.key, reserved=reserved)

    def words_of(self, item: Tagged) -> list[str]:
        """See :meth:`SentenceProblem.words_of`."""
        return item.key.split()

    @cached_property
    def hmm(self) -> HiddenMarkovTagger:
        """The hidden Markov model of the same training sentences."""
        return HiddenMarkovTagger(
            ((item.key.split(), item.tags) for item in self.sets.training), len(LABELS)
        )

    def hmm_tags(self, task: Task) -> tuple[str, ...]:
        """What the hidden Markov model says of each step of one of these tasks."""
        return tuple(LABELS[tag] for tag in self.hmm.tags(task.sequence.symbols))

    def task(self, example: str) -> Task:
        """See :meth:`Problem.task`."""
        found = _EXAMPLES[example]
        name = "the lecture's sentence" if example == DEFAULT_SENTENCE else example
        return self._beside(found.words, np.array(found.tags, np.int64), name)

    def read(self, text: str) -> Task:
        """See :meth:`Problem.read`; words that are not known are read as `<unk>`, with a note."""
        words = typed_words(text)
        return self._beside(words, np.full(len(words), UNKNOWN_TARGET, np.int64), "typed text")

    def _beside(self, words: tuple[str, ...], tags: Ids, name: str) -> Task:
        task = self._task(words, tags[:, None], np.ones((len(words), 1), np.bool_), name)
        return replace(task, beside=self.hmm_tags(task), beside_name="HMM")

    def evaluate(self, model: Model) -> Score:
        """See :meth:`Problem.evaluate`: the share of held-out words that are tagged right."""
        assert isinstance(model, Network)
        items = self.sets.held_out
        hmm = [self.hmm.tags(item.key.split()) for item in items]
        usual = [self._usual_tags(item) for item in items]
        network = self.tags(model, items)
        return Score(
            "words right",
            _share(items, network),
            True,
            {
                "hidden Markov model": _share(items, hmm),
                "each word's most frequent tag": _share(items, usual),
                "always other": _share(items, [(OTHER,) * len(item.tags) for item in items]),
            },
            self.sets.sizes,
            {
                "ambiguous words, decided farther back": _share(items, network, far=True),
                "the same, hidden Markov model": _share(items, hmm, far=True),
            },
        )

    def tags(self, model: Network, items: tuple[Tagged, ...]) -> list[tuple[int, ...]]:
        """What a network says of every word."""
        x, lengths, _ = self._encoded(items)
        said: NDArray[np.intp] = forward(model, x, lengths=lengths).y.argmax(axis=-1)
        return [tuple(said[:length, b].tolist()) for b, length in enumerate(lengths)]

    def _usual_tags(self, item: Tagged) -> tuple[int, ...]:
        return tuple(self._usual.get(word, OTHER) for word in item.key.split())

    @cached_property
    def _usual(self) -> dict[str, int]:
        counts: dict[str, Counter[int]] = {}
        for item in self.sets.training:
            for word, tag in zip(item.key.split(), item.tags, strict=True):
                counts.setdefault(word, Counter())[tag] += 1
        return {word: count.most_common(1)[0][0] for word, count in counts.items()}

    def _encoded(self, items: tuple[Tagged, ...]) -> tuple[Ids, Ids, Ids]:
        return *self._padded(items), padded([item.tags for item in items])[0]

    def _batch(self, x: Ids, lengths: Ids, answers: Ids) -> Batch:
        objective = Objective("softmax_cross_entropy", answers[: len(x)], reduction="mean")
        return Batch(x, objective, lengths=lengths)


def _share(items: tuple[Tagged, ...], said: list[tuple[int, ...]], far: bool = False) -> float:
    """The share of words that are right; of sentences that are `far`, the ambiguous words alone."""
    right = [
        one == other
        for item, tags in zip(items, said, strict=True)
        if item.far or not far
        for word, one, other in zip(item.key.split(), item.tags, tags, strict=True)
        if not far or word in AMBIGUOUS
    ]
    return sum(right) / len(right)
