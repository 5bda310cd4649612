"""Softmax, and what is needed of it in parts: of a row for every step and sequence."""

import numpy as np

from .arrays import Array, ones, real, row_starts, spread

_SURE = 0.01  # 1 − p below which p − 1 is made of the other classes' probabilities


def softmax(y: Array) -> tuple[Array, Array]:
    """Probabilities p = softmax(y) over the last axis, and ln Σ exp(y) (…, 1)."""
    p, largest, log_total = shifted(y.reshape(-1, y.shape[-1]))
    np.add(log_total, largest, log_total)
    return p.reshape(y.shape), log_total.reshape(*y.shape[:-1], 1)


def shifted(rows: Array) -> tuple[Array, Array, Array]:
    """Softmax of rows (N, O), the largest number m of each (N,), and ln Σ exp(y − m) (N,).

    Rows are shifted by their largest (real part of a) number, so that exp cannot overflow.
    """
    count = rows.shape[1]
    ordered = rows if rows.dtype.kind == "f" else real(rows)
    # Found and then picked, which takes a third of the time of np.maximum.reduce.
    at = ordered.argmax(axis=1)
    np.add(at, row_starts(len(rows), count), at)
    largest = ordered.take(at).astype(rows.dtype, copy=False)
    p = np.subtract(rows, spread(largest, count))
    return p, largest, divided(p, exponentials(p))


def exponentials(rows: Array) -> Array:
    """Make rows (N, O) their exponentials, in place; their sums (N,)."""
    np.exp(rows, rows)
    return rows.dot(ones(rows.shape[1], rows.dtype))


def divided(rows: Array, total: Array) -> Array:
    """Divide rows (N, O) by their sums, in place; the sums' logarithms (N,), in place."""
    np.divide(rows, spread(total, rows.shape[1]), rows)
    return np.log(total, total)


def resolve(dy: Array, at: Array) -> None:
    """Give ∂ℓ/∂y (T, B, O) of sure steps its digits at the targets, which stand at `at` (T·B,).

    p − 1 of a p close to 1 has few left, and none from 1 − 6e-8 on in float32 or 1 − 1e-16 in
    float64; but it is what the other entries, which are small and exact, sum up to.
    """
    off = dy.take(at)
    # NumPy takes longer to begin, and less for each.
    if (max(off.tolist()) if len(off) < 100 else np.maximum.reduce(off)) > -_SURE:
        sure = np.flatnonzero(off > -_SURE)
        rows = dy.reshape(-1, dy.shape[2])[sure]
        rows[np.arange(len(sure)), at[sure] % dy.shape[2]] = 0.0
        dy.reshape(-1)[at[sure]] = -rows.sum(axis=1)
