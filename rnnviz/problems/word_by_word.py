"""The baseline that translates each word by itself and keeps their order."""

from collections.abc import Sequence

import numpy as np


class WordByWord:
    """A dictionary learned from pairs of sentences, without grammar.

    Model 1 of Brown, Della Pietra, Della Pietra and Mercer (1993): every target word comes from
    one source word, whichever, with probability t(f | e); expectation maximisation counts, for each
    target word, how likely each source word of its sentence has made it, and makes t of the
    counts. Each source word is then translated by its likeliest target word.

    Parameters
    ----------
    pairs : sequence of (source words, target words)
    rounds : int
        Of expectation maximisation.
    """

    def __init__(
        self, pairs: Sequence[tuple[Sequence[str], Sequence[str]]], rounds: int = 12
    ) -> None:
        sources = sorted({word for source, _ in pairs for word in source})
        self._targets = sorted({word for _, target in pairs for word in target})
        self._places = {word: place for place, word in enumerate(sources)}
        found = {word: place for place, word in enumerate(self._targets)}
        # Every pair of words of every pair of sentences, sentence after sentence.
        e, f, place = list[int](), list[int](), list[int]()
        groups = 0
        for source, target in pairs:
            for word in target:
                e += [self._places[other] for other in source]
                f += [found[word]] * len(source)
                place += [groups] * len(source)
                groups += 1
        made_by, made, group = (np.array(each, np.intp) for each in (e, f, place))
        t = np.full((len(sources), len(self._targets)), 1.0 / len(self._targets))
        for _ in range(rounds):
            likely = t[made_by, made]
            likely /= np.bincount(group, likely)[group]
            counts = np.zeros_like(t)
            np.add.at(counts, (made_by, made), likely)
            t = counts / counts.sum(axis=1, keepdims=True)
        self._best = t.argmax(axis=1)

    def translate(self, words: Sequence[str]) -> tuple[str, ...]:
        """Each word's likeliest translation; a word that is not known stays as it is."""
        return tuple(
            self._targets[self._best[self._places[word]]] if word in self._places else word
            for word in words
        )
