"""Exact t-SNE (van der Maaten and Hinton 2008): points of many dimensions on a plane."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def tsne(points: Array, perplexity: float = 50.0, updates: int = 800) -> Array:
    """Places (N, 2) whose neighbours are those of the points (N, D).

    It starts from the two principal axes, so that the same points always give the same places.
    """
    squares = _squared_distances(points)
    near = _probabilities(squares, perplexity)
    centred = points - points.mean(axis=0)
    u, s, _ = np.linalg.svd(centred, full_matrices=False)
    places = u[:, :2] * s[:2]
    places *= 1e-2 / places.std()
    step, gains = np.zeros_like(places), np.ones_like(places)
    rate = max(20.0, len(points) / 12.0)
    for update in range(updates):
        early = update < updates // 4
        kernel = 1.0 / (1.0 + _squared_distances(places))  # Student's t, one degree of freedom
        np.fill_diagonal(kernel, 0.0)
        pull = ((4.0 if early else 1.0) * near - kernel / kernel.sum()) * kernel
        gradient = 4.0 * (pull.sum(axis=1)[:, None] * places - pull @ places)
        same = (gradient > 0.0) == (step > 0.0)
        gains = np.maximum(np.where(same, 0.8 * gains, gains + 0.2), 0.01)
        step = (0.5 if early else 0.8) * step - rate * gains * gradient
        places = places + step
        places -= places.mean(axis=0)
    return places


def _squared_distances(points: Array) -> Array:
    norms = (points**2).sum(axis=1)
    return np.maximum(norms[:, None] + norms[None, :] - 2.0 * points @ points.T, 0.0)


def _probabilities(squares: Array, perplexity: float) -> Array:
    """How much each pair belongs together, the same number of neighbours for every point."""
    count = len(squares)
    low, high = np.full(count, 1e-9), np.full(count, 1e9)  # of the kernel's precision
    given = np.zeros_like(squares)
    for _ in range(100):
        precision = np.sqrt(low * high)
        logs = -precision[:, None] * squares
        np.fill_diagonal(logs, -np.inf)
        given = np.exp(logs - logs.max(axis=1, keepdims=True))
        given /= given.sum(axis=1, keepdims=True)
        entropy = -(given * np.log(np.maximum(given, 1e-300))).sum(axis=1)
        wide = entropy > np.log(perplexity)
        low, high = np.where(wide, precision, low), np.where(wide, high, precision)
    return np.maximum((given + given.T) / (2.0 * count), 1e-12)
