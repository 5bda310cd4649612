"""Learn a dense vector for every word of the grammar, by predicting the next word.

    python -m tools.word_vectors.learn [--seed 0] [--to resources/words/vectors.npz]

A GRU reads sentences of the grammar word by word; what it learns to look words up in, the
embedding E (V, D), is what ships. Nothing tells it which words are alike.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import resource_path
from rnnviz.data.lexicon import WordVectors, save_word_vectors
from rnnviz.engine import Architecture, Batch, Network, Objective, Training, create_network
from rnnviz.engine.optimizers import Adam
from rnnviz.engine.training import Cosine
from rnnviz.film import Progress
from rnnviz.training import Fitting, fit
from tools.word_vectors.grammar import sentences, words
from tools.word_vectors.tsne import tsne

DIMENSIONS, UNITS = 16, 48
SENTENCES, BATCH, UPDATES = 4_000, 64, 800
RATE = 0.01
# E starts small, so that what is in it at the end was learned.
START = 0.1


@dataclass(frozen=True, slots=True)
class Corpus:
    """Sentences as places in a vocabulary.

    Attributes
    ----------
    vocabulary : tuple of str
        V words in alphabetical order.
    x, targets : (T, N) array of int
        A word and the one after it; V stands for the end of the sentence.
    lengths : (N,) array of int
    """

    vocabulary: tuple[str, ...]
    x: NDArray[np.intp] = field(repr=False)
    targets: NDArray[np.intp] = field(repr=False)
    lengths: NDArray[np.intp] = field(repr=False)

    def batch(self, chosen: NDArray[np.intp]) -> Batch:
        """Some of the sentences, as an update reads them."""
        lengths = self.lengths[chosen]
        steps = int(lengths.max())
        mask = np.arange(steps)[:, None] < lengths
        objective = Objective(
            "softmax_cross_entropy", self.targets[:steps, chosen], mask, reduction="mean"
        )
        return Batch(self.x[:steps, chosen], objective, lengths=lengths)


def corpus(count: int = SENTENCES, seed: int = 0) -> Corpus:
    """Draw sentences of the grammar and number their words."""
    vocabulary = tuple(sorted(words()))
    place = {word: i for i, word in enumerate(vocabulary)}
    drawn = sentences(count, seed)
    lengths = np.array([len(sentence) for sentence in drawn])
    x = np.zeros((int(lengths.max()), count), np.intp)
    targets = np.full_like(x, len(vocabulary))
    for i, sentence in enumerate(drawn):
        places = [place[word] for word in sentence]
        x[: len(places), i] = places
        targets[: len(places) - 1, i] = places[1:]
    return Corpus(vocabulary, x, targets, lengths)


def learned(
    read: Corpus,
    seed: int = 0,
    updates: int = UPDATES,
    report: Callable[[Progress], None] | None = None,
) -> Network:
    """Train; `report` is told after every update."""
    size = len(read.vocabulary)
    sizes = Architecture(DIMENSIONS, UNITS, size + 1, cell="gru", vocabulary=size)
    network = create_network(sizes, seed=seed)
    network = network.replace(E=network.parameters["E"] * np.float32(START))

    def batch(update: int) -> Batch:
        rng = np.random.default_rng((seed, update))
        return read.batch(rng.choice(len(read.lengths), BATCH, replace=False))

    training = Training(batch, optimizer=Adam(), schedule=Cosine(RATE, updates))
    nothing = frozenset[int]().__contains__  # but the last
    fitting = Fitting(training, training.begin(network), updates, nothing)
    return fit(fitting, report).log[-1].network


def main(arguments: list[str] | None = None) -> None:
    """Train, and write words, groups, vectors and their places on a plane."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--to", type=Path)
    options = parser.parse_args(arguments)
    target = options.to or resource_path("words") / "vectors.npz"
    read = corpus(seed=options.seed)

    def said(progress: Progress) -> None:
        if progress.update and progress.update % 100 == 0:
            sys.stderr.write(f"update {progress.update:,}: loss {progress.loss:.3f}\n")

    network = learned(read, options.seed, report=said)
    vectors = network.parameters["E"].astype(np.float64)
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    group_of = words()
    made = WordVectors(
        words=tuple(read.vocabulary),
        groups=tuple(group_of[word] for word in read.vocabulary),
        vectors=vectors.astype(np.float32),
        map=tsne(units).astype(np.float32),
    )
    save_word_vectors(target, made)


if __name__ == "__main__":
    main()
