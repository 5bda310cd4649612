"""What a layer is fed: products with W for all steps at once, look-ups in place of one-hot."""

from collections.abc import Callable, Sequence

import numpy as np

from .arrays import CACHED, Array, as_rows, spans


def looked_up(table: Array, ids: Array) -> Array:
    """Rows `ids` of a table, (…, table's width); rows of zeros where an id is −1 (no input)."""
    rows = table[ids]
    missing = ids < 0
    if missing.any():
        rows[missing] = 0.0
    return rows


def project(fed: Sequence[Array], W: Array, b: Array, out: Array) -> None:
    """Write W · fed + b for all steps at once, one whole gate after the other.

    Parameters
    ----------
    fed : sequence of (T, B, m) float, or one (T, B) integer
        Standing side by side, one below the other in W's columns; ids pick columns of W.
    W : (nH, Σ m)
    b : (nH,)
    out : (T, n, B, H)
    """
    T, gates, batch, units = out.shape
    if fed[0].ndim == 2:
        rows = looked_up(W.T, fed[0]).reshape(T, batch, gates, units)
        np.add(rows.swapaxes(1, 2), b.reshape(gates, 1, units), out)
        return
    if gates == 1 or batch == 1:
        flat = out.reshape(T * batch, gates * units)
        if len(fed) == 1 and out.size <= CACHED:
            as_rows(fed[0]).dot(W.T, flat)
            np.add(flat, b, flat)
        else:
            _add_products([as_rows(part) for part in fed], W.T, b, flat, np.dot)
        return
    by_gate = np.ascontiguousarray(W.reshape(gates, units, -1).swapaxes(1, 2))
    bias = np.repeat(b.reshape(gates, 1, units), batch, axis=1)
    _add_products([part[:, None] for part in fed], by_gate, bias, out, np.matmul)


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
