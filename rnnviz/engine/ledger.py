"""The ledger: each step's share of every parameter's gradient, and their sum."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .arrays import CACHED, MANY, Array, as_rows, frozen, ones, scattered, small_spans
from .cells import CELLS, Piece
from .strands import in_order, ready_strands
from .trace import Trace


def read_out_gradients(
    trace: Trace, dy: Array, part: tuple[slice, slice] | None = None
) -> tuple[Array, Array]:
    """∂L/∂W_ya and ∂L/∂b_y of ∂L/∂y of all steps and sequences, or of a part of them."""
    architecture, read = trace.network.architecture, as_rows(dy)
    if part is not None:
        top = trace.top(*part)
        above = top[0] if len(top) == 1 else np.concatenate(top, axis=-1)
    elif architecture.directions > 1:
        above = trace.handed_on(architecture.layers - 1)
    else:  # shows what the record does, and is there already
        above = trace.tape(architecture.layers - 1).a[1:]
    return _read_out(read, as_rows(above)), _over_steps(read)


def all_gradients(trace: Trace, pulled: Array, read: tuple[Array, Array]) -> dict[str, Array]:
    """Every parameter's gradient, by one product or sum over all steps for each part.

    `read` are those of W_ya and b_y.
    """
    network, fed = trace.network, trace.x
    architecture, strands = network.architecture, ready_strands(network)
    cell, ways = CELLS[architecture.cell], architecture.directions
    lead, found = cell.lead * architecture.units, {"W_ya": read[0]}
    found["b_y"] = read[1]
    for s, strand in enumerate(strands):
        if s % ways == 0 and (s or architecture.vocabulary):
            fed = trace.layer_input(s)
        dz, (W_ax, name) = pulled[s], strand.plain
        rows = as_rows(dz)
        sums = _over_steps(rows)
        found[strand.biases[0]] = sums[lead:] if lead else sums
        if len(strand.biases) > 1:
            found[strand.biases[1]] = cell.to_second_bias(sums)
        found[name] = _product(rows[:, lead:] if lead else rows, fed, W_ax.shape[1])
        tape, dz = trace.tape(s), in_order(dz, strand.reverse)
        for kind, name in strand.others:
            found[name] = _summed(cell.pieces(kind, tape, dz), cell.gates * architecture.units)
    if architecture.vocabulary:
        rows = as_rows(input_gradient(trace, pulled))
        found["E"] = scattered(rows, trace.x.reshape(-1), len(network.parameters["E"]))
    return {name: frozen(found[name]) for name in network.parameters}


def read_out_pieces(trace: Trace, dy: Array, name: str, start: int, stop: int) -> list[Piece]:
    """Those of W_ya or b_y for ∂L/∂y of steps start + 1 … stop."""
    if name == "b_y":
        return [Piece(slice(None), dy, None)]
    top = trace.top(slice(start, stop), slice(None))
    return [Piece(slice(None), dy, top[0] if len(top) == 1 else np.concatenate(top, axis=-1))]


def pieces_of(trace: Trace, pulled: Array, name: str) -> list[Piece]:
    """The parts of one parameter's gradient that the loop gives, over time in time's order.

    Raises
    ------
    ValueError
        For an unknown name.
    """
    every, known = slice(None), trace.network.parameters
    if name not in known:
        raise ValueError(f"unknown parameter {name!r}; known: {', '.join(known)}")
    if name == "E":
        return [Piece(every, input_gradient(trace, pulled), trace.x, table=True)]
    cell, H = CELLS[trace.network.architecture.cell], trace.a.shape[-1]
    strands = trace.network.architecture.strands
    s = next(i for i, strand in enumerate(strands) if name.endswith(strand.suffix))
    kind, way = name.removesuffix(strands[s].suffix), strands[s].reverse
    dz = pulled[s][..., cell.lead * H :]
    if kind == "W_ax":
        return [Piece(every, dz, trace.layer_input(s))]
    if kind == "b_a":
        return [Piece(every, dz, None)]
    if kind == "b_aa":
        return [Piece(every, cell.to_second_bias(pulled[s]), None)]
    pieces = cell.pieces(kind, trace.tape(s), in_order(pulled[s], way))
    return [_reversed(p) for p in pieces] if way else pieces


def _reversed(piece: Piece) -> Piece:
    """A reverse strand's piece in time's order."""
    fed = None if piece.fed is None else piece.fed[::-1]
    return piece._replace(out=piece.out[::-1], fed=fed)


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


def _summed(pieces: Sequence[Piece], height: int) -> Array:
    """A gradient of so many rows from its parts."""
    if len(pieces) == 1 and isinstance(pieces[0].rows, slice):
        return _part(pieces[0])
    fed = pieces[0].fed
    assert fed is not None
    whole = np.empty((height, fed.shape[-1]), fed.dtype)
    for piece in pieces:
        whole[piece.rows] = _part(piece)
    return whole


def _part(piece: Piece) -> Array:
    rows, fed = as_rows(piece.out), piece.fed
    assert fed is not None
    if piece.diagonal:
        return np.einsum("ij,ij->j", rows, fed.reshape(rows.shape))
    return _product(rows, fed, fed.shape[-1])


def _over_steps(rows: Array) -> Array:
    """The sum of all rows (N, m)."""
    return ones(len(rows), rows.dtype).dot(rows)


def _read_out(read: Array, top: Array) -> Array:
    """Σ read · topᵀ, (O, H), of rows (N, O) and (N, H); O is small."""
    if len(read) < MANY:
        return read.T.dot(top)
    first, *others = small_spans(len(read), read.shape[1] * top.shape[1])
    whole = read[first].T.dot(top[first])
    for part in others:
        whole += read[part].T.dot(top[part])
    return whole


def _product(rows: Array, fed: Array, width: int) -> Array:
    """Σ out · fedᵀ, (m, width), of rows (N, m) and what was fed: (T, B, width), or ids (T, B)."""
    if fed.ndim == 2:
        return np.ascontiguousarray(scattered(rows, fed.reshape(-1), width).T)
    if rows.flags.c_contiguous:
        return rows.T.dot(as_rows(fed))
    if rows.size <= CACHED:
        return np.matmul(rows.T, as_rows(fed))  # dot would copy a slice first
    # Of much, BLAS wants the wider one on this side.
    return np.ascontiguousarray(np.matmul(as_rows(fed).T, rows).T)


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


def shares_from(pieces: Sequence[Piece], t: int, like: Array) -> Array:
    """The sum of the shares of the steps t … T, in the shape of the gradient `like`."""
    whole = np.zeros(like.shape, like.dtype)
    with np.errstate(all="ignore"):
        for piece in pieces:
            out, fed = piece.out[t - 1 :], None if piece.fed is None else piece.fed[t - 1 :]
            if fed is None:
                whole[piece.rows] = out.sum(axis=(0, 1))
            elif piece.table:
                whole += scattered(as_rows(out), fed.reshape(-1), len(whole))
            elif fed.ndim == 2:
                whole += scattered(as_rows(out), fed.reshape(-1), like.shape[-1]).T
            else:
                whole[piece.rows] = _part(piece._replace(out=out, fed=fed))
    return whole


def share_norms(pieces: Sequence[Piece]) -> NDArray[np.float64]:
    """Frobenius norms of every step's share, (T,)."""
    norms = np.zeros(len(pieces[0].out))
    with np.errstate(all="ignore"):
        for piece in pieces:
            np.hypot(norms, _share_norms(piece), norms)
    return norms


def _share_norms(piece: Piece) -> NDArray[np.float64]:
    """Those of one piece, of rows divided by their largest number: no square underflows."""
    (out, size), fed = _scaled(piece.out), piece.fed
    if fed is None:
        return np.sqrt((out.sum(axis=1) ** 2).sum(axis=-1)) * size
    if fed.ndim == 2:
        same = (fed[:, :, None] == fed[:, None, :]) & (fed >= 0)[:, :, None]
        return _paired(_gram(out), same) * size
    fed, other = _scaled(fed)
    if piece.diagonal:
        norms = np.sqrt(((out * fed).sum(axis=1) ** 2).sum(axis=-1))
    else:
        norms = _paired(_gram(out), _gram(fed))
    return norms * size * other


def _scaled(rows: Array) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rows (T, B, m) divided by each step's largest number, and that number (T,)."""
    wide = rows.astype(np.float64, copy=False)
    size = np.abs(wide).max(axis=(1, 2), initial=0.0)  # without a read-out there are none
    return wide / np.where(size == 0.0, 1.0, size)[:, None, None], size


def _paired(one: Array, other: Array) -> NDArray[np.float64]:
    """‖Σ_b u_b v_bᵀ‖ = √Σ_bc (u_b·u_c)(v_b·v_c): no (T, nH, D) array is ever made."""
    return np.sqrt(np.maximum((one * other).sum(axis=(1, 2)), 0.0))


def _gram(rows: Array) -> Array:
    """Products of all pairs of rows, (T, B, B)."""
    return rows @ rows.transpose(0, 2, 1)
