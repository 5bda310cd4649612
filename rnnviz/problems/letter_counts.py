"""The baselines that count letters: how often each comes, after one, after two others."""

from collections import Counter
from collections.abc import Sequence
from functools import cache

import numpy as np


class LetterCounts:
    """P(letter | the `memory` letters before it), from counts.

    Where a context is seldom seen, the estimate of one letter less of memory takes its place: P(y |
    x) = (n(xy) + α P′(y)) / (n(x) + α), the mean of a Dirichlet distribution around P′ (MacKay and
    Peto 1995); at the end of the line every letter is as likely.

    Parameters
    ----------
    words : sequence of tuple of int
        Of letters 0 … `letters` − 1, the end with them.
    letters : int
    memory : int
        0: a unigram, 1: a bigram, 2: a trigram.
    weight : float
        α, above 0.
    """

    def __init__(
        self, words: Sequence[Sequence[int]], letters: int, memory: int, weight: float
    ) -> None:
        self._letters, self._memory, self._weight = letters, memory, weight
        self._counts: Counter[tuple[tuple[int, ...], int]] = Counter()
        self._contexts: Counter[tuple[int, ...]] = Counter()
        for word in words:
            for t in range(1, len(word)):
                for length in range(min(memory, t) + 1):
                    context = tuple(word[t - length : t])
                    self._counts[context, word[t]] += 1
                    self._contexts[context] += 1
        self.probability = cache(self._probability)

    def cross_entropy(self, words: Sequence[Sequence[int]]) -> float:
        """Mean −ln P of every letter but the first of each word, which is given."""
        losses = [
            -np.log(self.probability(tuple(word[max(0, t - self._memory) : t]), word[t]))
            for word in words
            for t in range(1, len(word))
        ]
        return float(np.mean(losses))

    def _probability(self, context: tuple[int, ...], letter: int) -> float:
        """P(letter | context), of a context as long as the memory or shorter."""
        rest = self._probability(context[1:], letter) if context else 1.0 / self._letters
        seen = self._counts[context, letter] + self._weight * rest
        return seen / (self._contexts[context] + self._weight)


def fitted_counts(
    words: Sequence[Sequence[int]],
    validation: Sequence[Sequence[int]],
    letters: int,
    memory: int,
) -> LetterCounts:
    """Counts with the α that does best on the validation words."""
    weights = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
    made = [LetterCounts(words, letters, memory, weight) for weight in weights]
    return min(made, key=lambda counts: counts.cross_entropy(validation))
