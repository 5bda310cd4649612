"""Encoder and decoder: English sentences → French ones."""

from functools import cached_property
from typing import ClassVar

import numpy as np

from rnnviz.data import END, UNKNOWN_TARGET, Sequence, Task, Vocabulary
from rnnviz.data.vocabulary import word_label
from rnnviz.engine import Architecture, EncoderDecoder, Training, create_network
from rnnviz.engine.batches import PairBatch
from rnnviz.engine.clipping import USUAL
from rnnviz.engine.optimizers import Adam
from rnnviz.engine.training import Cosine
from rnnviz.files.errors import DataError
from rnnviz.problems.base import Model, Problem, Score, generator
from rnnviz.problems.baselines import WordByWord
from rnnviz.problems.texts import (
    Sets,
    nearest,
    padded,
    quoted,
    split,
    typed_words,
    word_list,
)
from rnnviz.problems.translation_grammar import EXAMPLES, MAX_ENGLISH, RESERVED, Pair, pairs

START = "<s>"
"""What the decoder is fed first."""
UNSAID = "·"
"""The label of a step whose input the network has yet to say."""

_EXAMPLES = dict(EXAMPLES.pairs())
_WRITTEN = 24_000
_BATCH = 128
_UNITS, _EMBEDDED = 32, 12


class Translation(Problem):
    """One network reads the English sentence; another one starts from its last state and speaks."""

    name: ClassVar[str] = "translation"
    mode: ClassVar[str] = "encoder_decoder"
    updates: ClassVar[int] = 16_000
    snapshots: ClassVar[int] = 10

    @property
    def examples(self) -> tuple[str, ...]:
        """Held-out sentences, the lecture's first."""
        return tuple(_EXAMPLES)

    @cached_property
    def sets(self) -> Sets[Pair]:
        """What is trained on and what is not; no sentence is in two of them."""
        written = [
            *pairs(_WRITTEN),
            # At the end: a change of the examples is no change of what is trained on.
            *(Pair(tuple(e.split()), tuple(f.split())) for e, f in _EXAMPLES.items()),
        ]
        return split(written, lambda pair: pair.key, reserved=RESERVED)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The English words."""
        words = (word for pair in self.sets.training for word in pair.english)
        return word_list(words, unknown=False)

    @cached_property
    def french(self) -> Vocabulary:
        """The French words. The place after the last is `<eos>` as an answer and `<s>` as an input.

        The end is never fed and the start is never said, so that they can share it.
        """
        words = (word for pair in self.sets.training for word in pair.french)
        return word_list(words, unknown=False)

    @property
    def end(self) -> int:
        """The place of `<eos>` and `<s>`."""
        return len(self.french)

    @cached_property
    def longest(self) -> int:
        """Words of the longest French sentence."""
        return max(len(pair.french) for pair in self.sets.training)

    def task(self, example: str) -> Task:
        """See :meth:`Problem.task`."""
        return self._task(tuple(example.split()), tuple(_EXAMPLES[example].split()), example)

    def read(self, text: str) -> Task:
        """See :meth:`Problem.read`; DataError for words that are not in the vocabulary."""
        words = typed_words(text, in_full=True)
        lowered = tuple(word.lower() for word in words)
        missing = tuple(dict.fromkeys(word for word in lowered if word not in self.vocabulary))
        if missing:
            close = [near for word in missing for near in nearest(word, self.vocabulary)]
            near = tuple(dict.fromkeys(close))
            hint = f"; spelled most like it: {quoted(near)}" if near else ""
            many = "words that are" if len(missing) > 1 else "a word that is"
            raise DataError(f"has {many} not in the vocabulary: {quoted(missing)}{hint}")
        if len(words) > MAX_ENGLISH:
            raise DataError(
                f"has {len(words)} words; the network was trained on up to {MAX_ENGLISH}"
            )
        return self._task(lowered, (), "typed text")

    def _task(self, english: tuple[str, ...], french: tuple[str, ...], name: str) -> Task:
        known = bool(french)
        steps = (len(french) if known else self.longest) + 1
        source = len(english)
        ids = self.french.encode(french).tolist() if known else [self.end] * (steps - 1)
        said = [*ids, self.end] if known else [UNKNOWN_TARGET] * steps
        fed = french if known else (UNSAID,) * (steps - 1)
        decoding = np.arange(source + steps) >= source
        return Task(
            sequence=Sequence(
                kind="words",
                name=name,
                tokens=(*map(word_label, english), START, *map(word_label, fed)),
                text=" ".join(english),
                symbols=(*english, START, *fed),
            ),
            mode=self.mode,
            what="English → French",
            x=np.array([*self.vocabulary.encode(english).tolist(), self.end, *ids])[:, None],
            targets=np.array([*[UNKNOWN_TARGET] * source, *said])[:, None],
            mask=decoding[:, None],
            loss="softmax_cross_entropy",
            inputs=len(self.vocabulary),
            outputs=self.end + 1,
            vocabulary=self.vocabulary,
            output_names=(*self.french.labels, END),
            known=decoding[:, None] & known,
            fed_back=np.arange(source + steps) > source,
            own=True,
            feed=np.arange(self.end + 1),
            end=self.end,
            source_steps=source,
            decoder_inputs=self.end + 1,
            problem=self.name,
        )

    def begin(self, seed: int) -> EncoderDecoder:
        """See :meth:`Problem.begin`: two GRUs, each with an embedding of its language."""
        answers = self.end + 1
        return EncoderDecoder(
            create_network(
                Architecture(_EMBEDDED, _UNITS, 0, "gru", vocabulary=len(self.vocabulary)),
                seed=2 * seed,
            ),
            create_network(
                Architecture(_EMBEDDED, _UNITS, answers, "gru", vocabulary=answers),
                seed=2 * seed + 1,
            ),
        )

    def training(self, seed: int) -> Training[EncoderDecoder]:
        """See :meth:`Problem.training`."""
        items = self.sets.training
        encoded = [self._encoded(pair) for pair in items]
        # There are few short sentences, and they are what one tries first: seen more often.
        counts = np.bincount([len(pair.english) for pair in items])
        weights = np.array([counts[len(pair.english)] ** -0.5 for pair in items])
        upto = np.cumsum(weights / weights.sum())

        def batch(update: int) -> PairBatch:
            drawn = generator(seed, update).random(_BATCH)
            chosen = np.minimum(np.searchsorted(upto, drawn), len(items) - 1)
            return self._batch([encoded[place] for place in chosen])

        return Training(
            batch,
            Adam(),
            Cosine(0.01, self.updates),
            USUAL,
            self._batch([self._encoded(pair) for pair in self.sets.validation]),
        )

    def evaluate(self, model: Model) -> Score:
        """See :meth:`Problem.evaluate`: the share of sentences that are right in every word."""
        assert isinstance(model, EncoderDecoder)
        items = self.sets.held_out
        said = self.translate(model, [pair.english for pair in items])
        dictionary = WordByWord([(pair.english, pair.french) for pair in self.sets.training])
        guessed = [dictionary.translate(pair.english) for pair in items]
        return Score(
            "sentences exactly right",
            _share(items, said),
            True,
            {"word by word (dictionary learned from the pairs)": _share(items, guessed)},
            self.sets.sizes,
        )

    def translate(
        self, model: EncoderDecoder, sentences: "list[tuple[str, ...]]"
    ) -> list[tuple[str, ...]]:
        """What the network says, the likeliest word at each step."""
        source, lengths = padded([self.vocabulary.encode(words).tolist() for words in sentences])
        found = model.decode(
            source, self.longest + 1, start=self.end, end=self.end, source_lengths=lengths
        )
        return [
            tuple(self.french.symbols[place] for place in said if place != self.end)
            for said in found.said.T.tolist()
        ]

    def _encoded(self, pair: Pair) -> tuple[list[int], list[int]]:
        return (
            self.vocabulary.encode(pair.english).tolist(),
            self.french.encode(pair.french).tolist(),
        )

    def _batch(self, encoded: "list[tuple[list[int], list[int]]]") -> PairBatch:
        source, source_lengths = padded([english for english, _ in encoded])
        targets, target_lengths = padded([french for _, french in encoded])
        return PairBatch(
            source,
            targets,
            self.end,
            self.end,
            reduction="mean",
            source_lengths=source_lengths,
            target_lengths=target_lengths,
        )


def _share(items: tuple[Pair, ...], said: list[tuple[str, ...]]) -> float:
    right = [pair.french == words for pair, words in zip(items, said, strict=True)]
    return sum(right) / len(right)
