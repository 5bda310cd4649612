"""Classical models beside the networks: hidden Markov, bag of words, letter counts, dictionary."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

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


class BagOfWords:
    """P(positive) = σ(w · x + b), x a 1 for every word that stands in the sentence.

    Fitted by Newton's method (iteratively reweighted least squares) to the minimum of the
    cross-entropy + ½ λ ‖w‖² (Hastie, Tibshirani and Friedman 2009, section 4.4): there is one
    minimum only, so that the baseline is as good as it can be.

    Parameters
    ----------
    sentences : sequence of sequence of str
    labels : sequence of int
        0 or 1.
    penalty : float
        λ, above 0.
    """

    def __init__(
        self, sentences: Sequence[Sequence[str]], labels: Sequence[int], penalty: float = 1.0
    ) -> None:
        words = sorted({word for sentence in sentences for word in sentence})
        self._places = {word: place for place, word in enumerate(words)}
        x, y = self._counted(sentences), np.array(labels, np.float64)
        ridge = np.full(x.shape[1], penalty)
        ridge[-1] = 0.0  # not of b
        self._w = np.zeros(x.shape[1])
        for _ in range(30):
            p = self._probability(x)
            gradient = x.T @ (p - y) + ridge * self._w
            curvature = (x.T * (p * (1.0 - p))) @ x + np.diag(ridge + 1e-9)
            step = np.linalg.solve(curvature, gradient)
            self._w -= step
            if np.abs(step).max() < 1e-8:
                break

    def classify(self, sentences: Sequence[Sequence[str]]) -> NDArray[np.int64]:
        """0 or 1 for each sentence; words that are not known count nothing."""
        return (self._probability(self._counted(sentences)) > 0.5).astype(np.int64)

    def _probability(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        return 0.5 + 0.5 * np.tanh(0.5 * (x @ self._w))

    def _counted(self, sentences: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        x = np.zeros((len(sentences), len(self._places) + 1))
        x[:, -1] = 1.0
        for row, sentence in enumerate(sentences):
            for word in sentence:
                if word in self._places:
                    x[row, self._places[word]] = 1.0
        return x


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
