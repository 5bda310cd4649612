"""What a layer is fed: products with W for all steps at once, look-ups in place of one-hot."""

from collections.abc import Sequence

import numpy as np

from .arrays import Array, as_rows, spans


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
        np.add(looked_up(W.T, fed[0]), b, out)
        return
    flat, at = as_rows(out), 0
    sides: list[tuple[Array, Array]] = []
    for part in fed:
        rows = as_rows(part)
        sides.append((rows, W[:, at : at + rows.shape[1]].T))
        at += rows.shape[1]
    # In stretches that stay in the cache until b is added; short runs are one stretch.
    for part in spans(len(flat), flat.shape[1]):
        here = flat[part]
        for i, (rows, columns) in enumerate(sides):
            if i:
                here += rows[part].dot(columns)
            else:
                rows[part].dot(columns, here)
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
