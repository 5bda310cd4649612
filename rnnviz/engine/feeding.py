"""What a layer is fed: products with W for all steps at once, look-ups in place of one-hot."""

from collections.abc import Sequence

import numpy as np

from .arrays import Array, as_rows


def looked_up(table: Array, ids: Array) -> Array:
    """Rows `ids` of a table, (…, table's width); rows of zeros where an id is −1 (no input)."""
    rows = table[ids]
    missing = ids < 0
    if missing.any():
        rows[missing] = 0.0
    return rows


def project(fed: Sequence[Array], W: Array, b: Array, out: Array) -> None:
    """Write W · fed + b for all steps at once.

    Parameters
    ----------
    fed : sequence of (T, B, m) float, or one (T, B) integer
        Standing side by side, one below the other in W's columns; ids pick columns of W.
    W : (rows, Σ m)
    b : (rows,)
    out : (T, B, rows)
    """
    if fed[0].ndim == 2:
        np.copyto(out, looked_up(W.T, fed[0]))
    else:
        flat, at = as_rows(out), 0
        for part in fed:
            rows = as_rows(part)
            columns = W[:, at : at + rows.shape[1]].T
            if at:
                flat += rows.dot(columns)
            else:
                rows.dot(columns, flat)
            at += rows.shape[1]
    np.add(out, b, out)


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
