"""Gated recurrent unit, reset after the recurrent product (as in PyTorch and in Keras)."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..activations import complement
from ..arrays import Array
from ..memory import aligned
from .base import Piece, Reel, Tape, Weights, paired, prepared
from .gating import (
    blocks,
    both_orders,
    by_gate,
    for_gates,
    gate_product,
    gate_slopes,
    interpolated,
    last_first,
    left_open,
    scales,
    sharpened,
    step_products,
    without_batch,
)
from .gru_shared import N, ResetAndUpdate
from .inside import Returned, Slopes, Steps, block, diagonal, rows


class GRU(ResetAndUpdate):
    """The GRU that resets after the product, gates in PyTorch's order r z n.

    Forward, for t = 1 … T, [W]_n the rows of gate n, σ the sigmoid:

    (1)  h⟨t⟩ = [W_aa]_n a⟨t−1⟩ + [b_aa]_n
    (2)  z_r, z_z = [W_aa a⟨t−1⟩ + W_ax x⟨t⟩ + b_a + b_aa]_r,z
    (3)  r = σ(z_r), z = σ(z_z)
    (4)  z_n = [W_ax x⟨t⟩ + b_a]_n + r · h⟨t⟩
    (5)  n = tanh(z_n)
    (6)  a⟨t⟩ = (1 − z) · n + z · a⟨t−1⟩

    Cho et al. 2014 reset before the product: that is :class:`GRUResetBefore`.
    """

    key = "gru"
    title = "GRU, reset after the product (PyTorch, Keras)"
    formula = "a⟨t⟩ = (1 − z) · n + z · a⟨t−1⟩; r gates W_an a⟨t−1⟩ + b inside n"
    resets = "after"
    known_from: tuple[str, ...] = ("PyTorch", "Keras")
    second_bias = True  # row n of it stands inside the reset
    recurrent: Mapping[str, str] = MappingProxyType({"n": "r · (W_aa a⟨t−1⟩ + b_aa)"})
    keeps: tuple[str, ...] = ("gates", "h")
    lead = 1  # ∂L/∂h stands before ∂L/∂z, so that h r z as well as r z n lie side by side
    others = 1

    def bias(self, b_a: Array, b_aa: Array | None) -> Array:
        """See :meth:`Cell.bias`; n's second bias stands in (1), inside the reset."""
        if b_aa is None:
            return b_a
        both = b_a + b_aa
        n = slice(len(b_a) // 3 * 2, None)
        both[n] = b_a[n]
        return both

    def arranged(self, W_aa: Array) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        """See :meth:`Cell.arranged`; back with the rows in the order n r z."""
        n, rz = np.split(W_aa, [len(W_aa) // 3 * 2])[::-1]
        return both_orders(self.folded(W_aa), 3), (aligned(np.concatenate([n, rz])),)

    def forward(self, weights: Weights, tape: Tape) -> None:
        """See :meth:`Cell.forward`."""
        tanh, multiply, add, subtract = np.tanh, np.multiply, np.add, np.subtract
        half, term, term_rz, term_n, product, a_prev, steps = prepared(tape, _ahead)
        W_aa, into = for_gates(weights, term)
        assert weights.b_aa is not None  # this cell always has it
        b_n = weights.b_aa[2 * len(weights.b_aa) // 3 :]
        if product.ndim == 2:
            b_n = np.repeat(b_n[None], len(product), axis=0)
        for times, a_t, z_rz, z_n, g_rz, r, u, n, h in steps:
            times(W_aa, into)
            add(term_n, b_n, h)  # (1)
            add(z_rz, term_rz, z_rz)  # (2)
            tanh(z_rz, g_rz)  # (3)
            multiply(g_rz, half, g_rz)
            add(g_rz, half, g_rz)
            multiply(r, h, product)  # (4)
            add(z_n, product, z_n)
            tanh(z_n, n)  # (5)
            subtract(a_prev, n, product)  # (6), as n + z · (a⟨t−1⟩ − n)
            multiply(u, product, product)
            add(n, product, a_t)
            a_prev = a_t
        if sharpened(tape.z, tape.kept["gates"], N):
            interpolated(tape.a, tape.kept["gates"])

    def factors(self, weights: Weights, tape: Tape, out: Array, others: Array) -> None:
        """See :meth:`Cell.factors`.

        In `out`: what ∂L/∂a⟨t⟩ is multiplied by for h, z_r, z_z and z_n, by (6), (5), (4), (3).
        In `others`: z, from a⟨t⟩ to a⟨t−1⟩ by (6).
        """
        (r, u, n), h, before, slopes, (d_h, d_r, d_z, d_n), other = paired(
            tape, out, others, _local
        )
        gate_slopes(tape.z, tape.kept["gates"], N, slopes, tape.exact)  # (3), (5)
        left_open(tape, u, other)
        np.multiply(d_n, other, d_n)  # (6)
        np.multiply(d_n, r, d_h)  # (4)
        np.multiply(d_n, h, other)  # (4)
        np.multiply(d_r, other, d_r)
        np.subtract(before, n, other)
        np.multiply(d_z, other, d_z)  # (6)
        np.copyto(other, u)

    def backward(self, weights: Weights, reel: Reel) -> None:
        """See :meth:`Cell.backward`.

        ∂L/∂h, ∂L/∂z_r, ∂L/∂z_z and ∂L/∂z_n are :meth:`factors` times ∂L/∂a⟨t⟩; ∂L/∂a⟨t−1⟩ gains
        W_aaᵀ times the first three by (1) and (2), and z ∂L/∂a⟨t⟩ by (6).
        """
        multiply, add, (W_nrz,) = np.multiply, np.add, weights.back
        product, later, into, steps = prepared(reel, _back)
        for da_t, factor, each, product_of, u in steps:
            add(da_t, later, da_t)
            multiply(factor, da_t, each)  # (6), (5), (4), (3)
            product_of(W_nrz, into)  # (1), (2)
            multiply(u, da_t, product)  # (6)
            add(later, product, later)

    def pull_back(
        self,
        weights: Weights,
        dz: Array,
        factors: tuple[Array, ...],
        rows: Sequence[Array],
        out: Array,
        previous: Sequence[Array],
        lowest: bool,
    ) -> None:
        """See :meth:`Cell.pull_back`; the equations of :meth:`backward`."""
        (da,), (before,), (keep,) = rows, previous, factors
        H, (W_nrz,) = da.shape[-1], weights.back
        if lowest and len(dz) == 1 and len(da) > H:
            # The same with the brackets the other way round: one (H, H) matrix for all rows.
            scaled = dz[:, : 3 * H].T * W_nrz
            jacobian = scaled[:H] + scaled[H : 2 * H] + scaled[2 * H :]
            jacobian.reshape(-1)[:: H + 1] += keep[0]
            da.reshape(before.shape).dot(jacobian, before)
            return
        np.multiply(da[:, :, None], blocks(dz, 4), blocks(out, 4))  # (6), (5), (4), (3)
        out.reshape(len(before), -1)[:, : 3 * H].dot(W_nrz, before)  # (1), (2)
        before += (da * keep).reshape(before.shape)  # (6)

    def to_second_bias(self, dz: Array) -> Array:
        """See :meth:`Cell.to_second_bias`: rows r and z of (2), row n of (1)."""
        H = dz.shape[-1] // 4
        return np.concatenate([dz[..., H : 3 * H], dz[..., :H]], axis=-1)

    def pieces(self, name: str, tape: Tape, dz: Array) -> list[Piece]:
        """See :meth:`Cell.pieces`: row n of (1), rows r and z of (2)."""
        H = dz.shape[-1] // 4
        return [Piece(_n_first(H), dz[..., : 3 * H], tape.a[:-1])]

    def added(
        self, name: str, recurrent: Array, second: Array, steps: Steps
    ) -> tuple[Array, Array]:
        """See :meth:`Cell.added`: of n by (1) and (4)."""
        if name == "n":
            return steps.gates["r"] * (recurrent + second), np.zeros_like(second)
        return recurrent, second

    def under_reset(self, steps: Steps) -> Array | None:
        """See :meth:`Cell.under_reset`: h."""
        return steps.kept["h"]

    def gate_gradient(self, name: str, weights: Weights, steps: Steps, back: Returned) -> Array:
        """See :meth:`Cell.gate_gradient`: r by (4), z and n by (6)."""
        if name == "r":
            return block(back.dz, N, 3) * steps.kept["h"]
        return super().gate_gradient(name, weights, steps, back)

    def by_weights(self, weights: Weights, steps: Steps, back: Returned) -> Array:
        """See :meth:`Cell.by_weights`: (2), (4) and (1)."""
        dz, height = back.dz, 2 * len(weights.W_aa) // 3
        to_h = steps.gates["r"] * dz[..., height:]
        return dz[..., :height] @ weights.W_aa[:height] + to_h @ weights.W_aa[height:]

    def carried(
        self, weights: Weights, steps: Steps, back: Returned
    ) -> Mapping[str, tuple[Array, Array]]:
        """See :meth:`Cell.carried`: the terms of (6), and h before and after r by (4)."""
        r, z, n = (steps.gates[name] for name in "rzn")
        rest, h, dz_n = complement(steps.z["z"], z), steps.kept["h"], block(back.dz, N, 3)
        return {
            "kept": (z * steps.before, back.da),
            "new": (rest * n, back.da),
            "rest": (rest, back.da * n),
            "inside": (h, r * dz_n),
            "reset": (r * h, dz_n),
        }

    def jacobian(self, weights: Weights, steps: Steps, slopes: Slopes) -> Array:
        """See :meth:`Cell.jacobian`.

        By (6): diag(z) + diag((1 − z) tanh′_n) ∂z_n + diag((a⟨t−1⟩ − n) σ′_z) W_z. By (4) and (1),
        ∂z_n = diag(r) W_n + diag(h σ′_r) W_r.
        """
        r, z, n = (steps.gates[name] for name in "rzn")
        z_r, z_z, z_n = (steps.z[name] for name in "rzn")
        W_r, W_z, W_n = np.split(weights.W_aa, 3)
        to_n = complement(z_z, z) * slopes.tanh(z_n, n)
        to_r = to_n * steps.kept["h"] * slopes.sigmoid(z_r, r)
        to_z = (steps.before - n) * slopes.sigmoid(z_z, z)
        return diagonal(z) + rows(to_n * r, W_n) + rows(to_r, W_r) + rows(to_z, W_z)


@lru_cache(maxsize=16)
def _n_first(H: int) -> NDArray[np.intp]:
    """Which of W_aa's rows n, r and z are, in this order."""
    return np.roll(np.arange(3 * H), H)


def _ahead(tape: Tape) -> tuple[Any, ...]:
    a, z, gates, h = without_batch(tape.a, tape.z, tape.kept["gates"], tape.kept["h"])
    term = np.empty_like(z[0])
    half = scales(term.shape, term.dtype, N)[0][:2]
    steps = zip(
        map(gate_product, a[:-1]), a[1:], z[:, :2], z[:, 2],
        gates[:, :2], gates[:, 0], gates[:, 1], gates[:, 2], h, strict=True,
    )  # fmt: skip
    return half, term, term[:2], term[2], np.empty_like(a[0]), a[0], steps


def _local(tape: Tape, out: Array, others: Array) -> tuple[Any, ...]:
    gates = [*tape.kept["gates"].swapaxes(0, 1)]
    return gates, tape.kept["h"], tape.a[:-1], out[1:], [*out], others[0]


def _back(reel: Reel) -> tuple[Any, ...]:
    da, dz, local, keep, later = without_batch(
        reel.da, reel.dz, reel.local, *reel.others, *reel.carry
    )
    each, before = by_gate(dz, 4)[::-1], dz[::-1, ..., : 3 * da.shape[-1]]
    products, into = step_products(before, later)
    steps = zip(da[::-1], last_first(local), each, products, keep[::-1], strict=True)
    return np.empty_like(later), later, into, steps
