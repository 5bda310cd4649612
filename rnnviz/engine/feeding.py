"""What a layer is fed: products with W for all steps at once, look-ups in place of one-hot."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .arrays import CACHED, MANY, Array, as_rows, ones, small_spans, spans


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
