"""The baseline that does not know order: logistic regression on which words a sentence has."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


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
