"""One to many: a letter → a given name, letter by letter, each fed the one before."""

from functools import cache, cached_property
from typing import ClassVar

import numpy as np

from rnnviz.data import END, UNKNOWN_TARGET, Sequence, Task, Vocabulary, resource_path
from rnnviz.engine import (
    Architecture,
    Batch,
    Network,
    Objective,
    Training,
    create_network,
    generate,
)
from rnnviz.engine.clipping import USUAL
from rnnviz.engine.optimizers import Adam
from rnnviz.engine.training import Cosine
from rnnviz.files.errors import DataError
from rnnviz.problems.base import Model, Problem, Score, generator
from rnnviz.problems.baselines import fitted_counts
from rnnviz.problems.texts import Ids, Sets, padded, quoted, split
from rnnviz.problems.written import written_words

TEMPERATURE = 0.7
"""How names are drawn where nothing else is asked for."""
UNSAID = "·"
"""The label of a step whose input the network has yet to say."""

_LETTERS = tuple("abcdefghijklmnopqrstuvwxyz")
_END = len(_LETTERS)
_BATCH = 64
_SAMPLES = 20  # names that are drawn for each letter


@cache
def _names() -> tuple[str, ...]:
    """In alphabetical order; some are written in more than one way."""
    return written_words(resource_path("problems", "given-names.txt"))


class Names(Problem):
    """A first letter goes in; every other one is the network's own."""

    name: ClassVar[str] = "names"
    mode: ClassVar[str] = "one_to_many"
    updates: ClassVar[int] = 2000

    @property
    def examples(self) -> tuple[str, ...]:
        """Letters to begin with: there is nothing to hold out, as no name is asked for."""
        return ("k", "a", "m", "s", "z")

    @cached_property
    def sets(self) -> Sets[str]:
        """What is trained on and what is not; no name is in two of them."""
        return split(_names(), str)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The letters, and `<eos>`, which is never fed."""
        symbols = (*_LETTERS, END)
        return Vocabulary(symbols, symbols)

    def task(self, example: str) -> Task:
        """See :meth:`Problem.task`."""
        if example not in self.examples:
            raise KeyError(example)
        return self._task(example)

    def read(self, text: str) -> Task:
        """See :meth:`Problem.read`; the first letter of what was typed."""
        letters = [letter for letter in text.strip().lower() if letter.isalpha()]
        if not letters:
            raise DataError("has no letter to begin with")
        if letters[0] not in _LETTERS:
            raise DataError(f"begins with {quoted((letters[0],))}; the network knows a to z")
        more = ("only the first letter is read",) if len(text.strip()) > 1 else ()
        return self._task(letters[0], more)

    def _task(self, letter: str, notes: tuple[str, ...] = ()) -> Task:
        steps = max(map(len, _names())) + 1
        place = _LETTERS.index(letter)
        tokens = (letter, *[UNSAID] * (steps - 1))
        return Task(
            sequence=Sequence(kind="characters", name=letter, tokens=tokens, text=letter),
            mode=self.mode,
            what="next letter of a name",
            x=np.array([place, *[_END] * (steps - 1)])[:, None],
            targets=np.full((steps, 1), UNKNOWN_TARGET),
            mask=np.ones((steps, 1), np.bool_),
            loss="softmax_cross_entropy",
            inputs=_END + 1,
            outputs=_END + 1,
            vocabulary=self.vocabulary,
            output_names=self.vocabulary.labels,
            notes=notes,
            known=np.zeros((steps, 1), np.bool_),
            fed_back=np.arange(steps) > 0,
            own=True,
            temperature=TEMPERATURE,
            feed=np.arange(_END + 1),
            end=_END,
            problem=self.name,
        )

    def begin(self, seed: int) -> Network:
        """See :meth:`Problem.begin`: Elman's cell on one-hot letters."""
        return create_network(Architecture(_END + 1, 24, _END + 1), seed=seed)

    def training(self, seed: int) -> Training[Network]:
        """See :meth:`Problem.training`."""
        fed, said, lengths = _encoded(self.sets.training)

        def batch(update: int) -> Batch:
            chosen = generator(seed, update).integers(0, len(lengths), _BATCH)
            steps = int(lengths[chosen].max())
            return _batch(fed[:steps, chosen], said[:steps, chosen], lengths[chosen])

        return Training(
            batch,
            Adam(weight_decay=1.0, decoupled=True),
            Cosine(0.005, self.updates),
            USUAL,
            _batch(*_encoded(self.sets.validation)),
        )

    def evaluate(self, model: Model) -> Score:
        """See :meth:`Problem.evaluate`: how surprising the letters of held-out names are."""
        assert isinstance(model, Network)
        words = {part: [_ids(name) for name in names] for part, names in self._parts.items()}
        kinds = ("letters alone (unigram)", "the letter before (bigram)", "two letters (trigram)")
        drawn = self.samples(model)
        return Score(
            "cross-entropy of a letter in nats",
            _batch(*_encoded(self.sets.held_out)).run(model).loss,
            False,
            {
                kind: fitted_counts(
                    words["training"], words["validation"], _END + 1, memory
                ).cross_entropy(words["held out"])
                for memory, kind in enumerate(kinds)
            },
            self.sets.sizes,
            {
                f"drawn names (temperature {TEMPERATURE}) that it was not trained on": float(
                    np.mean([name not in self.sets.training for name in drawn])
                ),
            },
        )

    def samples(self, model: Network, temperature: float = TEMPERATURE, seed: int = 0) -> list[str]:
        """Names, as many for every letter, drawn from what a network believes."""
        first = np.repeat(np.arange(_END), _SAMPLES)
        steps = max(map(len, _names())) + 1
        found = generate(
            model, first, steps, choose="sample", temperature=temperature, seed=seed, end=_END
        )
        return [
            _LETTERS[letter] + "".join(_LETTERS[place] for place in said if place != _END)
            for letter, said in zip(first.tolist(), found.said.T.tolist(), strict=True)
        ]

    @property
    def _parts(self) -> dict[str, tuple[str, ...]]:
        sets = self.sets
        return {
            "training": sets.training, "validation": sets.validation, "held out": sets.held_out,
        }  # fmt: skip


def _ids(name: str) -> tuple[int, ...]:
    return (*(_LETTERS.index(letter) for letter in name), _END)


def _encoded(names: tuple[str, ...]) -> tuple[Ids, Ids, Ids]:
    """What is fed, what should be said, and how many steps."""
    ids, lengths = padded([_ids(name) for name in names])
    fed, _ = padded([_ids(name)[:-1] for name in names])
    return fed, ids[1:], lengths - 1


def _batch(fed: Ids, said: Ids, lengths: Ids) -> Batch:
    return Batch(fed, Objective("softmax_cross_entropy", said, reduction="mean"), lengths=lengths)
