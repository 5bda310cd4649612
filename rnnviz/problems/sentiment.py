"""Many to one: a sentence → positive or negative, by the order of its words."""

from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import UNKNOWN_TARGET, Sequence, Task, Vocabulary, last_paying
from rnnviz.data.vocabulary import word_label
from rnnviz.engine import Architecture, Batch, Network, Objective, Training, create_network, forward
from rnnviz.engine.clipping import USUAL
from rnnviz.engine.optimizers import Adam
from rnnviz.engine.training import Cosine
from rnnviz.problems.base import Model, Problem, Score, generator
from rnnviz.problems.baselines import BagOfWords
from rnnviz.problems.sentiment_sentences import LABELS, NEUTRAL, Review, reviews
from rnnviz.problems.texts import (
    Ids,
    Sets,
    accuracy,
    padded,
    said_unknown,
    split,
    typed_words,
    word_list,
)

_EXAMPLES = {
    "i wanted to like it but i could not": 0,
    "the lecture was not bad at all": 1,
    "the acting was good but the story was never worth it": 0,
    "hardly a good film": 0,
    "although the plot was dull the acting was brilliant": 1,
    "what could have been a great film was a boring one": 0,
    "this book is anything but boring": 1,
    "this book is nothing but boring": 0,
}
_WRITTEN = 24_000
_BATCH = 64
_BLANKED = 0.04  # of the words in training, so that <unk> is no stranger


class Sentiment(Problem):
    """A sentence is read word by word; after the last one the verdict is paid for."""

    name: ClassVar[str] = "sentiment"
    title: ClassVar[str] = "A sentence → positive or negative"
    mode: ClassVar[str] = "many_to_one"
    about: ClassVar[str] = (
        "The verdict swings from word to word: “not” turns what follows, and “but” lets the second "
        "half win."
    )
    prompt: ClassVar[str] = "a sentence"
    updates: ClassVar[int] = 8000

    @property
    def examples(self) -> tuple[str, ...]:
        """Held-out sentences."""
        return tuple(_EXAMPLES)

    @cached_property
    def sets(self) -> Sets[Review]:
        """What is trained on and what is not; no sentence is in two of them."""
        written = [*reviews(_WRITTEN), *(Review(text, label) for text, label in _EXAMPLES.items())]
        return split(written, lambda review: review.text, reserved=_EXAMPLES)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of the training sentences, and `<unk>`."""
        return word_list(word for review in self.sets.training for word in review.text.split())

    def task(self, example: str) -> Task:
        """See :meth:`Problem.task`."""
        return self._task(tuple(example.split()), _EXAMPLES[example], example)

    def read(self, text: str) -> Task:
        """See :meth:`Problem.read`; words that are not known are read as `<unk>`, with a note."""
        words = typed_words(text, in_full=True)
        return self._task(words, UNKNOWN_TARGET, "typed text")

    def _task(self, words: tuple[str, ...], label: int, name: str) -> Task:
        own = label == UNKNOWN_TARGET
        lowered = tuple(word.lower() for word in words)
        steps = len(lowered)
        mask = last_paying(np.ones((steps, 1), np.bool_))
        return Task(
            sequence=Sequence(
                kind="words",
                name=name,
                tokens=tuple(map(word_label, words)),
                text=" ".join(words),
                symbols=lowered,
            ),
            mode=self.mode,
            what="positive or negative",
            x=self.vocabulary.encode(lowered)[:, None],
            targets=np.full((steps, 1), label, np.int64),
            mask=mask,
            loss="softmax_cross_entropy",
            inputs=len(self.vocabulary),
            outputs=len(LABELS),
            vocabulary=self.vocabulary,
            output_names=LABELS,
            notes=said_unknown(lowered, self.vocabulary),
            known=np.full((steps, 1), not own),
            own=own,
            problem=self.name,
        )

    def begin(self, seed: int) -> Network:
        """See :meth:`Problem.begin`: Elman's cell on one-hot words."""
        sizes = Architecture(len(self.vocabulary), 16, len(LABELS))
        return create_network(sizes, seed=seed)

    def training(self, seed: int) -> Training[Network]:
        """See :meth:`Problem.training`."""
        x, lengths, labels = self._encoded(self.sets.training)
        unknown = len(self.vocabulary) - 1

        def batch(update: int) -> Batch:
            rng = generator(seed, update)
            chosen = rng.integers(0, len(lengths), _BATCH)
            fed = x[: lengths[chosen].max(), chosen]
            blank = (rng.random(fed.shape) < _BLANKED) & self._neutral[fed]
            return _batch(np.where(blank, unknown, fed), lengths[chosen], labels[chosen])

        return Training(
            batch,
            Adam(),
            Cosine(0.005, self.updates),
            USUAL,
            _batch(*self._encoded(self.sets.validation)),
        )

    def evaluate(self, model: Model) -> Score:
        """See :meth:`Problem.evaluate`: the share of held-out sentences that are understood."""
        assert isinstance(model, Network)
        right = self.right(model, self.sets.held_out)
        bag = BagOfWords(
            [review.text.split() for review in self.sets.training],
            [review.label for review in self.sets.training],
        )
        truth = np.array([review.label for review in self.sets.held_out])
        guessed = bag.classify([review.text.split() for review in self.sets.held_out])
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
        x, lengths = padded([self.vocabulary.encode(r.text.split()).tolist() for r in items])
        return x, lengths, np.array([review.label for review in items], np.int64)

    @cached_property
    def _neutral(self) -> NDArray[np.bool_]:
        """By place in the vocabulary: words that say nothing of the verdict, things and parts."""
        known = [word in NEUTRAL for word in self.vocabulary.symbols]
        return np.array([*known, False])


def _batch(x: Ids, lengths: Ids, labels: Ids) -> Batch:
    steps = len(x)
    mask = last_paying(np.arange(steps)[:, None] < lengths)
    targets = np.broadcast_to(labels, (steps, len(labels)))
    objective = Objective("softmax_cross_entropy", targets, mask, "mean")
    return Batch(x, objective, lengths=lengths)
