"""A hidden Markov model that tags words: the classical technique beside the network."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray


class HiddenMarkovTagger:
    """Tags are a hidden chain, words are what it emits.

    P(tags, words) = Π_t P(tag_t | tag_{t−1}) P(word_t | tag_t), where tag_0 is the start. Counted
    with Lidstone's smoothing, k added to every count:

        P(j | i) = (n(i, j) + k) / (n(i) + k S)
        P(w | j) = (n(j, w) + k) / (n(j) + k (V + 1))

    with S tags and V words; the one more is any word that was never seen. One tag is all that the
    chain remembers of the past. Rabiner (1989), "A tutorial on hidden Markov models", section
    III.B for the algorithm of Viterbi; Manning and Schütze (1999), chapters 6.2 and 10.2, for the
    counts.

    Parameters
    ----------
    sentences : iterable of (words, tags)
        Tags are 0 … S − 1.
    tags : int
        S.
    smoothing : float
        k, above 0.
    """

    def __init__(
        self,
        sentences: Iterable[tuple[Sequence[str], Sequence[int]]],
        tags: int,
        smoothing: float = 0.1,
    ) -> None:
        kept = [(tuple(words), tuple(labels)) for words, labels in sentences]
        self._places: dict[str, int] = {}
        for words, _ in kept:
            for word in words:
                self._places.setdefault(word, len(self._places))
        # The last row is the start's, the last column that of words never seen.
        moves = np.full((tags + 1, tags), smoothing)
        emitted = np.full((tags, len(self._places) + 1), smoothing)
        for words, labels in kept:
            before = tags
            for word, label in zip(words, labels, strict=True):
                moves[before, label] += 1.0
                emitted[label, self._places[word]] += 1.0
                before = label
        log_moves = np.log(moves / moves.sum(axis=1, keepdims=True))
        self.log_start: NDArray[np.float64] = log_moves[-1]
        """ln P(tag_1 = j), (S,)."""
        self.log_transitions: NDArray[np.float64] = log_moves[:-1]
        """ln P(j | i), (S, S)."""
        self._log_emissions = np.log(emitted / emitted.sum(axis=1, keepdims=True))

    def log_emission(self, word: str) -> NDArray[np.float64]:
        """ln P(word | j) of every tag, (S,)."""
        return self._log_emissions[:, self._places.get(word, -1)]

    def tags(self, words: Sequence[str]) -> tuple[int, ...]:
        """The likeliest tags of the whole sentence, by Viterbi's algorithm in logarithms.

        δ_1(j) = ln P(j) + ln P(w_1 | j); δ_t(j) = max_i [δ_{t−1}(i) + ln P(j | i)] + ln P(w_t | j);
        then back along the i that were best. Among equals the lower tag.
        """
        if not words:
            return ()
        delta = self.log_start + self.log_emission(words[0])
        best: list[NDArray[np.intp]] = []
        for word in words[1:]:
            arriving = delta[:, None] + self.log_transitions
            best.append(arriving.argmax(axis=0))
            delta = arriving.max(axis=0) + self.log_emission(word)
        path = [int(delta.argmax())]
        for came_from in reversed(best):
            path.append(int(came_from[path[-1]]))
        return tuple(reversed(path))

    def log_probability(self, words: Sequence[str], tags: Sequence[int]) -> float:
        """ln P(tags, words) of one path."""
        total, before = 0.0, -1
        for word, tag in zip(words, tags, strict=True):
            moves = self.log_start if before < 0 else self.log_transitions[before]
            total += float(moves[tag] + self.log_emission(word)[tag])
            before = tag
        return total
