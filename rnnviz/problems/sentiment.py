"""Many to one: a sentence → positive or negative, by the order of its words."""

from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import UNKNOWN_TARGET, Task, last_paying
from rnnviz.engine import Batch, Network, Objective, forward
from rnnviz.problems.base import Model, Score
from rnnviz.problems.baselines import BagOfWords
from rnnviz.problems.sentiment_sentences import EXAMPLES, LABELS, NEUTRAL, Review, reviews
from rnnviz.problems.texts import (
    Ids,
    SentenceProblem,
    Sets,
    accuracy,
    split,
    typed_words,
)

_EXAMPLES = {text: LABELS.index(said) for text, said in EXAMPLES.pairs()}
_WRITTEN = 24_000


class Sentiment(SentenceProblem[Review]):
    """A sentence is read word by word; after the last one the verdict is paid for."""

    name: ClassVar[str] = "sentiment"
    mode: ClassVar[str] = "many_to_one"
    updates: ClassVar[int] = 8000
    what: ClassVar[str] = "positive or negative"
    labels: ClassVar[tuple[str, ...]] = LABELS
    plain: ClassVar[frozenset[str]] = NEUTRAL  # things and parts say nothing of the verdict
    blanked: ClassVar[float] = 0.04

    @property
    def examples(self) -> tuple[str, ...]:
        """Held-out sentences."""
        return tuple(_EXAMPLES)

    @cached_property
    def sets(self) -> Sets[Review]:
        """What is trained on and what is not; no sentence is in two of them."""
        written = [*reviews(_WRITTEN), *(Review(text, label) for text, label in _EXAMPLES.items())]
        return split(written, lambda review: review.text, reserved=_EXAMPLES)

    def words_of(self, item: Review) -> list[str]:
        """See :meth:`SentenceProblem.words_of`."""
        return item.text.split()

    def task(self, example: str) -> Task:
        """See :meth:`Problem.task`."""
        return self._labelled(tuple(example.split()), _EXAMPLES[example], example)

    def read(self, text: str) -> Task:
        """See :meth:`Problem.read`; words that are not known are read as `<unk>`, with a note."""
        return self._labelled(typed_words(text, in_full=True), UNKNOWN_TARGET, "typed text")

    def _labelled(self, words: tuple[str, ...], label: int, name: str) -> Task:
        paying = np.ones((len(words), 1), np.bool_)
        return self._task(words, np.full(paying.shape, label, np.int64), last_paying(paying), name)

    def evaluate(self, model: Model) -> Score:
        """See :meth:`Problem.evaluate`: the share of held-out sentences that are understood."""
        assert isinstance(model, Network)
        right = self.right(model, self.sets.held_out)
        bag = BagOfWords(
            list(map(self.words_of, self.sets.training)),
            [review.label for review in self.sets.training],
        )
        truth = np.array([review.label for review in self.sets.held_out])
        guessed = bag.classify(list(map(self.words_of, self.sets.held_out)))
        return Score(
            "accuracy",
            accuracy(right),
            True,
            {
                "bag of words (logistic regression)": accuracy(guessed == truth),
                "the more frequent answer": float(max(np.mean(truth), 1.0 - np.mean(truth))),
            },
            self.sets.sizes,
        )

    def right(self, model: Network, items: tuple[Review, ...]) -> NDArray[np.bool_]:
        """Which of these reviews are understood."""
        x, lengths, labels = self._encoded(items)
        y = forward(model, x, lengths=lengths).y
        last = y[lengths - 1, np.arange(len(lengths))]
        return last.argmax(axis=1) == labels

    def _encoded(self, items: tuple[Review, ...]) -> tuple[Ids, Ids, Ids]:
        return *self._padded(items), np.array([review.label for review in items], np.int64)

    def _batch(self, x: Ids, lengths: Ids, answers: Ids) -> Batch:
        steps = len(x)
        mask = last_paying(np.arange(steps)[:, None] < lengths)
        targets = np.broadcast_to(answers, (steps, len(answers)))
        objective = Objective("softmax_cross_entropy", targets, mask, "mean")
        return Batch(x, objective, lengths=lengths)
