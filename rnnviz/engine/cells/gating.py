"""What the gated cells share: folded weights, the order of gates, their slopes.

σ(z) = ½ tanh(½ z) + ½ with the ½ folded into the weights, so that one tanh serves all gates. Gates
lie one whole gate after the other, (T, n, B, H), because NumPy works several times faster on one
long stretch than on many short ones; only ∂L/∂z lies as the products with W_aa want it, (T, B, nH).
"""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any

import numpy as np

from ..activations import FAR, complement, far_slope, far_tanh
from ..arrays import FEW, SMALL, Array, Shape, found, frozen, real, spans
from ..memory import aligned
from .base import Tape, Weights


def half_rows(rows: Array, units: int, gates: int, tanh_at: int) -> Array:
    """Halve all blocks of H rows but the tanh's: σ(z) = ½ tanh(½ z) + ½, so tanh serves all."""
    scaled = rows * rows.dtype.type(0.5)
    assert len(rows) == gates * units
    block = slice(tanh_at * units, (tanh_at + 1) * units)
    scaled[block] = rows[block]
    return scaled


def last_first(local: Array) -> Array:
    """Local derivatives (blocks, T, …) as (T, blocks, …), from the last step on."""
    return local[:, ::-1].swapaxes(0, 1)


def unfolded_gates(z: Array, tanh_at: int) -> Array:
    """Undo :func:`half_rows` in z (…, n, B, H), in a copy (…, B, nH)."""
    whole = z + z
    whole[..., tanh_at, :, :] = z[..., tanh_at, :, :]
    return as_rows_of_gates(whole)


def as_rows_of_gates(array: Array) -> Array:
    """(…, n, B, H) as (…, B, nH); a copy unless n or B is 1."""
    *lead, count, batch, units = array.shape
    return array.swapaxes(-3, -2).reshape(*lead, batch, count * units)


def without_batch(*arrays: Array) -> Sequence[Array]:
    """Arrays (…, B, m) as (…, m) if B is 1: with vectors NumPy has less to look at."""
    if arrays[0].shape[-2] > 1:
        return arrays
    return [array[..., 0, :] for array in arrays]


_dot_of = attrgetter("dot")  # found once, where a loop's views are remembered
_LEAST = 4  # rows that are worth a product

Product = Callable[[Array, Array], object]


def step_products(rows: Array, out: Array) -> tuple[Iterable[Product], Array]:
    """How to multiply each step's rows by a matrix, and what to write to.

    Parameters
    ----------
    rows : (T, m), or (T, B, m)
        The steps of one sequence, or of more of them.
    out : (H,), or (B, H)

    Returns
    -------
    products : iterable of callable (W, into)
        For every step; W is (m, H).
    into : array
        `out`, in the shape in which they write to it.
    """
    if rows.ndim > 2:
        size = _rows_at_once(rows.shape[1], rows.shape[2] * out.shape[-1])
        if size < rows.shape[1]:
            groups = rows.reshape(len(rows), -1, size, rows.shape[2])
            return (partial(np.matmul, group) for group in groups), _grouped(out, size)
    # A method of the array: np.dot takes twice as long to get there.
    return map(_dot_of, rows), out


def gate_product(state: Array) -> Product:
    """How to write W_aa a⟨t−1⟩ to an array: called with what :func:`for_gates` returns."""
    if state.ndim == 1:
        return state.dot
    size = _rows_at_once(len(state), state.shape[1] ** 2)
    return partial(np.matmul, state if size == len(state) else _grouped(state, size))


def for_gates(weights: Weights, out: Array) -> tuple[Array, Array]:
    """What :func:`gate_product` multiplies by, and writes: `out`, (n, B, H) or (n, H).

    `ahead` is W_aa for one sequence, (H, nH), and for more of them, (n, H, H).
    """
    if out.ndim == 2:
        return weights.ahead[0], out.reshape(-1)
    size = _rows_at_once(out.shape[1], out.shape[2] ** 2)
    if size == out.shape[1]:
        return weights.ahead[1], out
    return weights.ahead[1][:, None], _grouped(out, size)


def _rows_at_once(rows: int, numbers: int) -> int:
    """How many of so many rows to multiply at once by a matrix of so many numbers."""
    most = min(rows, SMALL // numbers)
    return next((size for size in range(most, _LEAST - 1, -1) if rows % size == 0), rows)


def _grouped(array: Array, size: int) -> Array:
    """(…, B, H) as (…, B/size, size, H), as a view."""
    return array.reshape(*array.shape[:-2], -1, size, array.shape[-1])


def both_orders(W_aa: Array, gates: int) -> tuple[Array, Array]:
    """W_aa (nH, H) as :func:`for_steps` has it."""
    by_gate = W_aa.reshape(gates, -1, W_aa.shape[1]).swapaxes(1, 2)
    return aligned(W_aa.T), aligned(by_gate)


def sharpened(z: Array, gates: Array, tanh_at: int) -> bool:
    """After the loop: give gates (T, n, B, H) close to an end their digits, from the folded z.

    ½ tanh + ½ is right to a rounding of 1: enough for all that is added to, but a σ(z) of 1e-9 has
    no digit left in float32, and the gradient's way through it is a product. In float64 the slopes
    are made of gates, and close to 1 a false last digit of a gate is many of its slope's.

    Returns
    -------
    bool
        Whether the states should be made anew of the gates, elementwise: in float64, where some
        are saturated. Their last digits, or a state of 1e-30, may be all that a gradient has then.
    """
    saturated = False
    for part in spans(len(z), z[0].size):
        out, here = gates[part], z[part]
        if out.dtype == np.float64:
            far = found(np.abs(here) > FAR)
            if far is not None:
                out[far] = _far(here[far], far[1] == tanh_at)
                saturated = True
            continue
        whole = out if out.dtype.kind == "f" else real(out)
        faint = found(np.less(whole, _limits(written_out(out.shape), whole.dtype, tanh_at)))
        if faint is not None:
            e = np.exp(2.0 * here[faint])
            out[faint] = e / (1.0 + e)
    return saturated


def interpolated(a: Array, gates: Array) -> None:
    """Make a GRU's states (T + 1, B, H) anew of its gates: a⟨t⟩ = (1 − z) · n + z · a⟨t−1⟩."""
    _, u, n = gates.swapaxes(0, 1)
    own, product = (1.0 - u) * n, np.empty_like(a[0])
    for u_t, own_t, before, a_t in zip(u, own, a[:-1], a[1:], strict=True):
        np.multiply(u_t, before, product)
        np.add(own_t, product, a_t)


def _far(z: Array, is_tanh: Array) -> Array:
    """Gates from their folded z far from 0: σ(2z), or tanh(z)."""
    return np.where(is_tanh, far_tanh(z), 1.0 / (1.0 + np.exp(-2.0 * z)))


def written_out(shape: Shape) -> Shape:
    """The shape of numbers of every gate beside an array (T, n, B, H)."""
    return shape if math.prod(shape) <= FEW else (shape[1], 1, 1)


@lru_cache(maxsize=16)
def _limits(shape: Shape, dtype: np.dtype[Any], tanh_at: int) -> Array:
    """Below which a gate is small, (…, n, B, H); never for tanh."""
    limits = np.full(shape, 4e-3 if dtype == np.float32 else 1e-4, dtype)
    limits[..., tanh_at, :, :] = -2.0
    return frozen(limits)


@lru_cache(maxsize=16)
def scales(shape: tuple[int, ...], dtype: np.dtype[Any], tanh_at: int) -> tuple[Array, Array]:
    """Two arrays (n, …, H), m and s, with which a gate is m · tanh + s: ½ and ½, or 1 and 0."""
    m, s = np.full(shape, 0.5, dtype), np.full(shape, 0.5, dtype)
    m[tanh_at], s[tanh_at] = 1.0, 0.0
    return frozen(m), frozen(s)


def gate_slopes(z: Array, gates: Array, tanh_at: int, out: Array, exact: bool = True) -> None:
    """Write the slopes of all gates to (n, T, B, H), from the folded z and gates (T, n, B, H).

    As in :func:`~rnnviz.engine.activations.tanh_slope`, in float32, and to be exact where a gate is
    close to ±1, they are made of z; folded, the sigmoid's is (½/cosh)² and the tanh's (1/cosh)².
    """
    if z.dtype == np.float32:
        np.cosh(z.swapaxes(0, 1), out)
        shape = out.shape if out.size <= FEW else (len(out), 1, 1, 1)
        np.divide(scales(shape, z.dtype, tanh_at)[0], out, out)
        np.multiply(out, out, out)
        return
    each = gates.swapaxes(0, 1)
    np.subtract(1.0, each, out)
    slope = out[tanh_at] * (1.0 + each[tanh_at])  # and not 1 − g², whose g² is rounded
    np.multiply(out, each, out)
    np.copyto(out[tanh_at], slope)
    for part in spans(len(z), z[0].size) if exact else ():
        far = found(np.abs(z[part]) > 0.5 * FAR)
        if far is not None:
            t, gate, *place = far
            factor = np.where(gate == tanh_at, 4.0, 1.0)
            out[:, part][(gate, t, *place)] = far_slope(2.0 * z[part][far], factor)


def left_open(tape: Tape, gate: Array, out: Array | None = None) -> Array:
    """1 − z of a GRU's update gate, the second of its gates, to be exact made of its z."""
    if tape.exact or gate.dtype == np.float32:
        return complement(tape.z[:, 1], gate, out, scale=2.0)
    return np.subtract(1.0, gate, out=out)


def by_gate(array: Array, count: int) -> Array:
    """(T, B, count·H) as (T, count, B, H), or (T, count·H) as (T, count, H), without a copy."""
    each = blocks(array, count)
    return each if each.ndim == 3 else each.swapaxes(1, 2)


def blocks(array: Array, count: int) -> Array:
    """(T, B, count·H) as (T, B, count, H), without a copy."""
    return array.reshape(*array.shape[:-1], count, array.shape[-1] // count)
