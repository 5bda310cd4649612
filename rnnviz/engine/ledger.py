"""The ledger: each step's share of every parameter's gradient, and their sum."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .arrays import Array, as_rows
from .cells import CELLS, Piece
from .feeding import scattered
from .strands import in_order
from .trace import Trace

if TYPE_CHECKING:
    from .records import Backward


def all_pieces(trace: Trace, pulled: Array, dy: Array) -> dict[str, list[Piece]]:
    """For every parameter but E the parts of its gradient; arrays over time in time's order."""
    architecture = trace.network.architecture
    cell, H, every = CELLS[architecture.cell], architecture.units, slice(None)
    top = trace.handed_on(architecture.layers - 1)
    found = {"W_ya": [Piece(every, dy, top)], "b_y": [Piece(every, dy, None)]}
    fed, layer = top, -1
    for s, strand in enumerate(architecture.strands):
        if strand.layer != layer:
            fed, layer = trace.layer_input(s), strand.layer
        end, way = strand.suffix, strand.reverse
        dz = pulled[s][..., cell.lead * H :]
        found[f"W_ax{end}"] = [Piece(every, dz, fed)]
        found[f"b_a{end}"] = [Piece(every, dz, None)]
        loop = cell.pieces(trace.tape(s), in_order(pulled[s], way))
        for name, pieces in loop.items():
            found[f"{name}{end}"] = [_reversed(p) for p in pieces] if way else pieces
    return found


def _reversed(piece: Piece) -> Piece:
    """A reverse strand's piece in time's order."""
    fed = None if piece.fed is None else piece.fed[::-1]
    return piece._replace(out=piece.out[::-1], fed=fed)


def embedding_piece(trace: Trace, pulled: Array) -> Piece:
    """The same for E: the input's gradient goes to the rows that were looked up."""
    return Piece(slice(None), input_gradient(trace, pulled), trace.x, table=True)


def input_gradient(trace: Trace, pulled: Array) -> Array:
    """∂L/∂ of what the first layer is fed, (T, B, D)."""
    architecture, W = trace.network.architecture, trace.network.parameters
    lead = CELLS[architecture.cell].lead * architecture.units
    with np.errstate(all="ignore"):
        parts = [
            pulled[s][..., lead:] @ W[f"W_ax{architecture.strands[s].suffix}"]
            for s in range(architecture.directions)
        ]
    whole = parts[0] if len(parts) == 1 else parts[0] + parts[1]
    if trace.inputs is not None:
        whole[~trace.inputs] = 0.0
    return whole


def pieces_of(backward: "Backward", name: str) -> list[Piece]:
    """The parts of one parameter's gradient (ValueError for an unknown name)."""
    if name not in backward.gradients:
        raise ValueError(f"unknown parameter {name!r}; known: {', '.join(backward.gradients)}")
    if name == "E":
        return [embedding_piece(backward.trace, backward.pulled)]
    return all_pieces(backward.trace, backward.pulled, backward.dy)[name]


def summed(pieces: Sequence[Piece], shape: tuple[int, ...]) -> Array:
    """The gradient itself: the sum over all steps, by one product for each part."""
    parts = [_part(piece, shape) for piece in pieces]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _part(piece: Piece, shape: tuple[int, ...]) -> Array:
    rows = as_rows(piece.out)
    fed = piece.fed
    if fed is None:
        if rows.flags.c_contiguous:
            return np.ones(len(rows), rows.dtype).dot(rows)
        return np.add.reduce(rows, axis=0)
    if piece.diagonal:
        return np.einsum("ij,ij->j", rows, fed.reshape(rows.shape))
    if fed.ndim == 2:
        ids = fed.reshape(-1)
        if piece.table:
            return scattered(rows, ids, shape[0])
        return np.ascontiguousarray(scattered(rows, ids, shape[1]).T)
    fed = as_rows(fed)
    if rows.flags.c_contiguous:
        return rows.T.dot(fed)
    # NumPy hands a transposed view of a slice to no BLAS; the slice itself it does.
    return np.ascontiguousarray(fed.T.dot(rows).T)


def step_share(pieces: Sequence[Piece], t: int, like: Array) -> Array:
    """One step's share, in the shape of the gradient `like`."""
    share = np.zeros(like.shape, like.dtype)
    with np.errstate(all="ignore"):
        for piece in pieces:
            out = piece.out[t - 1]
            fed = None if piece.fed is None else piece.fed[t - 1]
            if fed is None:
                share[piece.rows] = out.sum(axis=0)
            elif piece.diagonal:
                share[piece.rows] = (out * fed).sum(axis=0)
            elif fed.ndim == 1:
                here = fed >= 0
                np.add.at(share if piece.table else share.T, fed[here], out[here])
            else:
                share[piece.rows] = out.T @ fed
    return share


def share_norms(pieces: Sequence[Piece]) -> NDArray[np.float64]:
    """Frobenius norms of every step's share, (T,)."""
    squares = np.zeros(len(pieces[0].out))
    with np.errstate(all="ignore"):
        for piece in pieces:
            out, fed = piece.out, piece.fed
            if fed is None:
                squares += (out.sum(axis=1, dtype=np.float64) ** 2).sum(axis=-1)
            elif piece.diagonal:
                squares += ((out * fed).sum(axis=1, dtype=np.float64) ** 2).sum(axis=-1)
            else:
                # ‖Σ_b u_b v_bᵀ‖² = Σ_bc (u_b·u_c)(v_b·v_c): no (T, nH, D) array is ever made.
                if fed.ndim == 2:
                    same = (fed[:, :, None] == fed[:, None, :]) & (fed >= 0)[:, :, None]
                    gram = same.astype(np.float64)
                else:
                    gram = _gram(fed)
                squares += (_gram(out) * gram).sum(axis=(1, 2))
    return np.sqrt(np.maximum(squares, 0.0))


def _gram(rows: Array) -> Array:
    """Products of all pairs of rows, (T, B, B)."""
    wide = rows.astype(np.float64, copy=False)
    return wide @ wide.transpose(0, 2, 1)
