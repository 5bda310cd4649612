"""Arrays as all of the engine needs them: the type, freezing, norms, products, softmax."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import copysign, inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

Shape = tuple[int, ...]

FEW = 1 << 14  # numbers that are worth writing out for their like, at most: NumPy broadcasts late
CACHED = 1 << 18  # numbers of one array worked on at a time
SMALL = 990_000  # multiplications for which BLAS has kernels that do not copy first, at most
MANY = 1000  # rows from which that is worth cutting them
_WORTH = 48  # rows of a stretch, at least
_BLOCK = 1 << 18  # numbers converted at a time, so that a long run needs no second copy of itself


def real(array: Array) -> Array:
    """Real part, as a view."""
    return np.real(array)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]


def frozen(array: Array) -> Array:
    """Set an array that the engine made itself read-only, and return it."""
    # By position, against the stub: by name the call takes twice as long.
    array.setflags(False)  # pyright: ignore[reportCallIssue]
    return array


def frozen_copy(array: Array, dtype: np.dtype[Any] | None = None) -> Array:
    """Return a read-only, C-ordered copy; an array that already is one is returned as it is."""
    dtype = array.dtype if dtype is None else dtype
    flags = array.flags
    owned = array.base is None and not flags.writeable and flags.c_contiguous
    if owned and array.dtype == dtype:
        return array
    return frozen(np.array(array, dtype=dtype, order="C", copy=True))


def within(dtype: np.dtype[Any], number: float) -> float:
    """A number, or infinity if a float dtype has no number as large.

    Before NumPy 2 such a number made float64 of what was computed with float32.
    """
    return number if abs(number) <= float(np.finfo(dtype).max) else copysign(inf, number)


def as_rows(array: Array) -> Array:
    """An array (T, B, m) as (T·B, m), as a view where that can be."""
    steps, batch, width = array.shape
    return array.reshape(steps * batch, width)


def found(mask: Array) -> tuple[Array, ...] | None:
    """Index of the few places where a mask is set, or None: faster than the mask as an index."""
    return mask.nonzero() if np.count_nonzero(mask) else None


@lru_cache(maxsize=8)
def ones(count: int, dtype: np.dtype[Any]) -> Array:
    """So many ones; a product with them is the fastest sum."""
    return frozen(np.ones(count, dtype))


@lru_cache(maxsize=8)
def row_starts(rows: int, count: int) -> NDArray[np.intp]:
    """Where every row of a (rows, count) array begins, laid out flat."""
    return frozen(np.arange(0, rows * count, count))


def spread(column: Array, count: int) -> Array:
    """A column (N,) so many times side by side, (N, count).

    Arithmetic with an array of one's own shape and this together cost half of what NumPy takes to
    broadcast.
    """
    return column.repeat(count).reshape(-1, count)


def spans(stop: int, numbers: int, start: int = 0) -> list[slice]:
    """Cut steps of `numbers` numbers each into stretches that fit the processor's cache."""
    length = max(1, CACHED // max(1, numbers))
    return [slice(at, min(at + length, stop)) for at in range(start, stop, length)]


def blocks(steps: int, batch: int, width: int, most: int) -> list[tuple[slice, slice]]:
    """Cut an array (steps, batch, width) into blocks of steps and sequences of so many numbers.

    A block is of all sequences, or of one step.
    """
    length = most // max(1, batch * width)
    if length:
        return [
            (slice(at, min(at + length, steps)), slice(0, batch)) for at in range(0, steps, length)
        ]
    length = max(1, most // max(1, width))
    return [
        (slice(t, t + 1), slice(at, min(at + length, batch)))
        for t in range(steps)
        for at in range(0, batch, length)
    ]


def small_spans(rows: int, numbers: int) -> list[slice]:
    """Cut so many rows into stretches whose products with a matrix of so many numbers are small.

    BLAS then takes kernels that do not copy first; one stretch where too few rows would be left.
    """
    length = SMALL // max(1, numbers)
    if length < _WORTH:
        return [slice(0, rows)]
    return [slice(at, min(at + length, rows)) for at in range(0, rows, length)]


def log_norms(array: Array) -> NDArray[np.float64]:
    """Natural logarithm of the Euclidean norm over the last two axes.

    Parameters
    ----------
    array : (..., B, H)
        Real numbers.

    Returns
    -------
    (...,) float64
        −inf where all numbers are exactly 0, nan where one of them is not finite. Each group is
        divided by its largest number first: squares would underflow below 1e-162 in float64.
    """
    lead = array.shape[:-2]
    groups = array.reshape(-1, array.shape[-2] * array.shape[-1])
    logs = np.empty(len(groups))
    rows = max(1, _BLOCK // max(1, groups.shape[1]))
    with np.errstate(all="ignore"):
        for start in range(0, len(groups), rows):
            part = groups[start : start + rows].astype(np.float64)
            if array.dtype == np.float32:  # squares of a float32 fit in a float64
                squares = np.einsum("ij,ij->i", part, part)
                log = 0.5 * np.log(squares)
            else:
                largest = np.abs(part).max(axis=1)
                part /= np.where(largest == 0.0, 1.0, largest)[:, None]
                log = 0.5 * np.log(np.einsum("ij,ij->i", part, part)) + np.log(largest)
            logs[start : start + rows] = np.where(log == np.inf, np.nan, log)
    return logs.reshape(lead)


def first_non_finite(*arrays: Array) -> int | None:
    """First index along axis 0 at which one of the arrays holds a nan or an infinity."""
    found: list[int] = []
    for array in arrays:
        finite = np.isfinite(array)
        if not finite.all():
            steps = finite.reshape(len(finite), -1).all(axis=1)
            found.append(int(np.argmin(steps)))
    return min(found, default=None)


def looked_up(table: Array, ids: Array) -> Array:
    """Rows `ids` of a table, (…, table's width); rows of zeros where an id is −1 (no input)."""
    rows = table[ids]
    missing = ids < 0
    if missing.any():
        rows[missing] = 0.0
    return rows


def project(fed: Sequence[Array], W_T: Array, b: Array, out: Array) -> None:
    """Write W · fed + b for all steps at once.

    Parameters
    ----------
    fed : sequence of (T, B, m) float, or one (T, B) integer
        Standing side by side, one above the other in the rows of W_T; ids pick rows of it.
    W_T : (Σ m, nH)
    b : (nH,), or (T·B, nH) for `out` of that shape
    out : (T·B, nH), or (T, n, B, H)
        In the second form one whole gate after the other.
    """
    if fed[0].ndim == 2:
        rows = looked_up(W_T, fed[0])
        if out.ndim == 4:
            gates, _, units = out.shape[1:]
            rows = rows.reshape(*rows.shape[:2], gates, units).swapaxes(1, 2)
            b = b.reshape(gates, 1, units)
        np.add(rows.reshape(out.shape), b, out)
    elif out.ndim == 4:
        gates, batch, units = out.shape[1:]
        by_gate = np.ascontiguousarray(W_T.reshape(-1, gates, units).swapaxes(0, 1))
        bias = np.repeat(b.reshape(gates, 1, units), batch, axis=1)
        _add_products([part[:, None] for part in fed], by_gate, bias, out, np.matmul)
    elif len(fed) == 1 and b.ndim == 1 and 4 * len(W_T) <= len(b):
        # With b as one more row of W no second pass over all that was written is needed.
        rows = as_rows(fed[0])
        with_one = np.concatenate([rows, ones(len(rows), rows.dtype)[:, None]], axis=1)
        np.matmul(with_one, np.concatenate([W_T, b[None]]), out)
    elif len(fed) == 1 and out.size <= CACHED:
        rows = as_rows(fed[0])
        if len(rows) < MANY:
            rows.dot(W_T, out)
        else:
            for part in small_spans(len(rows), W_T.size):
                rows[part].dot(W_T, out[part])
        np.add(out, b, out)
    else:
        _add_products([as_rows(part) for part in fed], W_T, b, out, np.dot)


def _add_products(
    fed: Sequence[Array],
    W: Array,
    b: Array,
    out: Array,
    product: Callable[..., Array],
) -> None:
    """Write fed · W + b in stretches that stay in the cache until b is added."""
    for part in spans(len(out), out[0].size):
        here, at = out[part], 0
        for rows in fed:
            columns = W[..., at : at + rows.shape[-1], :]
            if at:
                here += product(rows[part], columns)
            else:
                product(rows[part], columns, out=here)
            at += rows.shape[-1]
        np.add(here, b, here)


def scattered(rows: Array, ids: Array, count: int) -> Array:
    """Sum rows (m, w) of equal id (m,) into rows of a (count, w) array; id −1 goes nowhere.

    That is one-hot(ids)ᵀ · rows, without the product.
    """
    gradient = np.zeros((count, rows.shape[1]), rows.dtype)
    order = np.argsort(ids, kind="stable")
    order = order[np.searchsorted(ids[order], 0) :]
    if order.size:
        found, starts = np.unique(ids[order], return_index=True)
        gradient[found] = np.add.reduceat(rows[order], starts, axis=0)
    return gradient


def teacher_forced(first: Array, targets: Array) -> Array:
    """What the steps are fed: `first` (1, B, …) at step 1, then the target of the step before.

    Targets that stand for nothing (−1, nan) are fed as 0: they follow a sequence's end.
    """
    before: Any = targets[:-1]
    if before.ndim != first.ndim or before.shape[1:] != first.shape[1:]:
        raise ValueError(
            f"targets to feed back: expected (T, {', '.join(map(str, first.shape[1:]))}) like the "
            f"input, found {targets.shape}"
        )
    if before.dtype.kind in "iu":
        before = np.maximum(before, 0)
    return np.concatenate([first, np.nan_to_num(before) if before.dtype.kind == "f" else before])


_HALF_THE_DIGITS = {"d": 1.5e-8, "f": 3.5e-4}  # that a smaller −ln p has not any more
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


def resolve_losses(losses: Array, p: Array, at: Array) -> None:
    """Give −ln p of sure steps (N,) its digits, of probabilities (N, O), targets standing at `at`.

    ln p of a p close to 1 has few left; as ln(1 − the others) it has all. In place.
    """
    known = real(losses)
    below = _HALF_THE_DIGITS[known.dtype.char]
    # NumPy takes longer to begin, and less for each.
    if (min(known.tolist()) if len(known) < 100 else np.fmin.reduce(known)) < below:
        sure = np.flatnonzero(known < below)
        others = p[sure]
        others[np.arange(len(sure)), at[sure] % p.shape[1]] = 0.0
        losses[sure] = -np.log1p(-others.sum(axis=1))
