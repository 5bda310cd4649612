"""Classic tasks that tell recurrent networks apart: batches from a seed, and what guessing costs.

Each batch depends on (seed, update) alone, as :class:`~.training.Training` wants it.
"""

import numpy as np

from .losses import Objective
from .training import Batch


def adding_problem(update: int, *, steps: int = 50, batch: int = 32, seed: int = 0) -> Batch:
    """Add the two marked numbers of a sequence (Hochreiter and Schmidhuber 1997, §5.4).

    Each step has a number from U(0, 1) and a mark; one step of the first half and one of the
    second are marked with 1, the others with 0. At the last step their sum is to be given. Always
    to answer 1 costs the variance of the sum, 1/6, in the MSE (the form of Le et al. 2015, §4.1).

    Parameters
    ----------
    update : int
        Number of the batch.
    steps : int
        T, at least 2.
    batch : int
        B.
    seed : int

    Returns
    -------
    Batch
        x (T, B, 2), targets (T, B, 1), paid at the last step.
    """
    if steps < 2:
        raise ValueError(f"steps: expected a whole number ≥ 2, found {steps}")
    rng = _generator(seed, 0, update)
    values, marks = rng.random((steps, batch)), np.zeros((steps, batch))
    each, half = np.arange(batch), steps // 2
    marks[rng.integers(0, half, batch), each] = 1.0
    marks[rng.integers(half, steps, batch), each] = 1.0
    sums = (values * marks).sum(axis=0)
    targets = np.broadcast_to(sums[:, None], (steps, batch, 1))
    mask = np.zeros((steps, batch), np.bool_)
    mask[-1] = True
    return Batch(np.stack([values, marks], axis=2), Objective("mse", targets, mask))


ADDING_BASELINE = 1.0 / 6.0
"""MSE of the answer 1 whatever the input."""


def copying_memory(
    update: int,
    *,
    symbols: int = 4,
    length: int = 5,
    delay: int = 10,
    batch: int = 32,
    seed: int = 0,
) -> Batch:
    """Repeat what was read long ago (Hochreiter and Schmidhuber 1997; Arjovsky et al. 2016, §4.1).

    First `length` symbols, then `delay` − 1 blanks, a sign to begin, and blanks; over the last
    `length` steps the symbols are to be given, before them blanks. Remembering nothing costs
    :func:`copying_baseline` as mean over all steps.

    Parameters
    ----------
    update : int
        Number of the batch.
    symbols : int
        K; ids 0 … K−1. Blank is K, the sign is K+1.
    length, delay, batch, seed : int

    Returns
    -------
    Batch
        x (T, B) ids 0 … K+1 and targets (T, B) ids 0 … K, T = delay + 2 length.
    """
    rng = _generator(seed, 1, update)
    read = rng.integers(0, symbols, (length, batch))
    x = np.full((delay + 2 * length, batch), symbols)
    targets = x.copy()
    x[:length] = read
    x[length + delay - 1] = symbols + 1
    targets[-length:] = read
    return Batch(x, Objective("softmax_cross_entropy", targets, reduction="mean"))


def copying_baseline(symbols: int = 4, length: int = 5, delay: int = 10) -> float:
    """Mean cross-entropy of blanks where they belong and a blind guess at each symbol."""
    return length * float(np.log(symbols)) / (delay + 2 * length)


def parity(update: int, *, steps: int = 12, batch: int = 32, seed: int = 0) -> Batch:
    """Say after every bit whether the number of ones so far is odd.

    No guess from fewer bits is better than chance, ln 2 a step.

    Parameters
    ----------
    update : int
        Number of the batch.
    steps, batch, seed : int

    Returns
    -------
    Batch
        x (T, B) bits as ids 0, 1; targets (T, B) 0 for even, 1 for odd.
    """
    bits = _generator(seed, 2, update).integers(0, 2, (steps, batch))
    targets = np.cumsum(bits, axis=0) % 2
    return Batch(bits, Objective("softmax_cross_entropy", targets, reduction="mean"))


def echo(update: int, *, steps: int = 30, delay: int = 3, batch: int = 32, seed: int = 0) -> Batch:
    """Repeat every bit `delay` steps later.

    Parameters
    ----------
    update : int
        Number of the batch.
    steps, delay, batch, seed : int

    Returns
    -------
    Batch
        x (T, B) bits as ids 0, 1; targets (T, B) the bit `delay` steps before, paid from step
        delay + 1 on.
    """
    if not 0 <= delay < steps:
        raise ValueError(f"delay: expected 0…{steps - 1}, found {delay}")
    bits = _generator(seed, 3, update).integers(0, 2, (steps, batch))
    targets = np.roll(bits, delay, axis=0)
    mask = np.broadcast_to(np.arange(steps)[:, None] >= delay, bits.shape)
    return Batch(bits, Objective("softmax_cross_entropy", targets, mask, "mean"))


def _generator(seed: int, task: int, update: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64([seed, task, update]))
