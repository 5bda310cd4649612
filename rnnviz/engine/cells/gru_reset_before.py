"""Gated recurrent unit, reset before the recurrent product (Cho et al. 2014)."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from ..activations import complement
from ..arrays import Array
from ..memory import aligned
from .base import Piece, Reel, Tape, Weights, prepared
from .gating import (
    blocks,
    gate_slopes,
    interpolated,
    last_first,
    left_open,
    scales,
    sharpened,
)
from .gru_shared import N, ResetAndUpdate
from .inside import Returned, Slopes, Steps, block, diagonal, rows


class GRUResetBefore(ResetAndUpdate):
    """The GRU as first published, gates in the order r z n.

    Forward, for t = 1 … T, [W]_n the rows of gate n, σ the sigmoid:

    (1)  z_r, z_z = [W_aa a⟨t−1⟩ + W_ax x⟨t⟩ + b_a]_r,z
    (2)  r = σ(z_r), z = σ(z_z)
    (3)  z_n = [W_aa]_n (r · a⟨t−1⟩) + [W_ax x⟨t⟩ + b_a]_n
    (4)  n = tanh(z_n)
    (5)  a⟨t⟩ = (1 − z) · n + z · a⟨t−1⟩

    (5) with PyTorch's meaning of z: Cho et al. have z and 1 − z the other way round in their text.
    A second bias b_aa adds to b_a. Keras has this form with reset_after=False.
    """

    key = "gru_reset_before"
    title = "GRU, reset before the product (Cho 2014)"
    formula = "a⟨t⟩ = (1 − z) · n + z · a⟨t−1⟩; n sees r · a⟨t−1⟩"
    resets = "before"
    known_from: tuple[str, ...] = ("Cho 2014",)
    second_bias = False
    recurrent: Mapping[str, str] = MappingProxyType({"n": "W_aa (r · a⟨t−1⟩)"})
    keeps: tuple[str, ...] = ("gates",)
    lead = 0
    others = 2

    def bias(self, b_a: Array, b_aa: Array | None) -> Array:
        """See :meth:`Cell.bias`."""
        return b_a if b_aa is None else b_a + b_aa

    def arranged(self, W_aa: Array) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        """See :meth:`Cell.arranged`; rows r, z and row n by themselves."""
        cut = [len(W_aa) // 3 * 2]
        rz, n = np.split(self.folded(W_aa).T, cut, axis=1)
        return (aligned(rz), aligned(n)), tuple(aligned(W) for W in np.split(W_aa, cut))

    def forward(self, weights: Weights, tape: Tape) -> None:
        """See :meth:`Cell.forward`."""
        W_rz_T, W_n_T = weights.ahead
        tanh, multiply, add, subtract = np.tanh, np.multiply, np.add, np.subtract
        half, term, by_gate, term_n, product, a_prev, steps = prepared(tape, _ahead)
        for a_t, z_rz, z_n, g_rz, r, u, n in steps:
            a_prev.dot(W_rz_T, term)  # (1)
            add(z_rz, by_gate, z_rz)
            tanh(z_rz, g_rz)  # (2)
            multiply(g_rz, half, g_rz)
            add(g_rz, half, g_rz)
            multiply(r, a_prev, product)  # (3)
            product.dot(W_n_T, term_n)
            add(z_n, term_n, z_n)
            tanh(z_n, n)  # (4)
            subtract(a_prev, n, product)  # (5), as n + z · (a⟨t−1⟩ − n)
            multiply(u, product, product)
            add(n, product, a_t)
            a_prev = a_t
        if sharpened(tape.z, tape.kept["gates"], N):
            interpolated(tape.a, tape.kept["gates"])

    def factors(self, weights: Weights, tape: Tape, out: Array, others: Array) -> None:
        """See :meth:`Cell.factors`.

        In `out`: what ∂L/∂a⟨t⟩ is multiplied by for z_z and z_n, by (5), (4), (2), and what
        ∂L/∂(r · a⟨t−1⟩) is for z_r, by (3), (2). In `others`: z, from a⟨t⟩ to a⟨t−1⟩ by (5), and r,
        from r · a⟨t−1⟩ to a⟨t−1⟩.
        """
        gates, before = tape.kept["gates"], tape.a[:-1]
        gate_slopes(tape.z, gates, N, out, tape.exact)  # (2), (4)
        r, u, n = gates.swapaxes(0, 1)
        out[0] *= before  # (3)
        out[1] *= before - n  # (5)
        out[2] *= left_open(tape, u)  # (5)
        np.copyto(others[0], u)
        np.copyto(others[1], r)

    def backward(self, weights: Weights, reel: Reel) -> None:
        """See :meth:`Cell.backward`.

        ∂L/∂z_z and ∂L/∂z_n are :meth:`factors` times ∂L/∂a⟨t⟩; q = [W_aa]_nᵀ ∂L/∂z_n is
        ∂L/∂(r · a⟨t−1⟩) by (3), which gives ∂L/∂z_r; ∂L/∂a⟨t−1⟩ gains r q by (3),
        [W_aa]_r,zᵀ ∂L/∂z_r,z by (1) and z ∂L/∂a⟨t⟩ by (5).
        """
        multiply, add = np.multiply, np.add
        W_rz, W_n = weights.back
        q, later, steps = prepared(reel, _back)
        for da_t, to_r, d_r, to_zn, d_zn, d_n, d_rz, u, r in steps:
            add(da_t, later, da_t)
            multiply(to_zn, da_t, d_zn)  # (5), (4), (2)
            d_n.dot(W_n, q)  # (3)
            multiply(to_r, q, d_r)  # (3), (2)
            d_rz.dot(W_rz, later)  # (1)
            multiply(q, r, q)  # (3)
            add(later, q, later)
            multiply(u, da_t, q)  # (5)
            add(later, q, later)

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
        (da,), (before,), (keep, reset) = rows, previous, factors
        H = da.shape[-1]
        factor, each = blocks(dz, 3), blocks(out, 3)
        np.multiply(da[:, :, None], factor[:, 1:], each[:, :, 1:])  # (5), (4), (2)
        q = each[:, :, 2].reshape(before.shape).dot(weights.W_aa[2 * H :]).reshape(da.shape)  # (3)
        np.multiply(q, factor[:, 0], each[:, :, 0])  # (3), (2)
        out.reshape(len(before), -1)[:, : 2 * H].dot(weights.W_aa[: 2 * H], before)  # (1)
        before += (q * reset + da * keep).reshape(before.shape)  # (3), (5)

    def to_second_bias(self, dz: Array) -> Array:
        """See :meth:`Cell.to_second_bias`."""
        return dz

    def pieces(self, name: str, tape: Tape, dz: Array) -> list[Piece]:
        """See :meth:`Cell.pieces`: rows r and z of (1), row n of (3)."""
        H, a = dz.shape[-1] // 3, tape.a[:-1]
        reset = tape.kept["gates"][:, 0]
        return [
            Piece(slice(0, 2 * H), dz[..., : 2 * H], a),
            Piece(slice(2 * H, 3 * H), dz[..., 2 * H :], reset * a),
        ]

    def added(
        self, name: str, recurrent: Array, second: Array, steps: Steps
    ) -> tuple[Array, Array]:
        """See :meth:`Cell.added`."""
        return recurrent, second

    def under_reset(self, steps: Steps) -> Array | None:
        """See :meth:`Cell.under_reset`: a⟨t−1⟩."""
        return steps.before

    def gate_gradient(self, name: str, weights: Weights, steps: Steps, back: Returned) -> Array:
        """See :meth:`Cell.gate_gradient`: r by (3), z and n by (5)."""
        if name == "r":
            W_n = weights.W_aa[2 * len(weights.W_aa) // 3 :]
            return (block(back.dz, N, 3) @ W_n) * steps.before
        return super().gate_gradient(name, weights, steps, back)

    def by_weights(self, weights: Weights, steps: Steps, back: Returned) -> Array:
        """See :meth:`Cell.by_weights`: (1) and (3)."""
        dz, height = back.dz, 2 * len(weights.W_aa) // 3
        to_reset = dz[..., height:] @ weights.W_aa[height:]
        return dz[..., :height] @ weights.W_aa[:height] + steps.gates["r"] * to_reset

    def carried(
        self, weights: Weights, steps: Steps, back: Returned
    ) -> Mapping[str, tuple[Array, Array]]:
        """See :meth:`Cell.carried`: the terms of (5), and a⟨t−1⟩ before and after r by (3)."""
        r, z, n = (steps.gates[name] for name in "rzn")
        rest, before = complement(steps.z["z"], z), steps.before
        q = block(back.dz, N, 3) @ weights.W_aa[2 * len(weights.W_aa) // 3 :]
        return {
            "kept": (z * before, back.da),
            "new": (rest * n, back.da),
            "rest": (rest, back.da * n),
            "inside": (before, r * q),
            "reset": (r * before, q),
        }

    def jacobian(self, weights: Weights, steps: Steps, slopes: Slopes) -> Array:
        """See :meth:`Cell.jacobian`.

        By (5): diag(z) + diag((1 − z) tanh′_n) ∂z_n + diag((a⟨t−1⟩ − n) σ′_z) W_z. By (3),
        ∂z_n = W_n (diag(r) + diag(a⟨t−1⟩ σ′_r) W_r).
        """
        r, z, n = (steps.gates[name] for name in "rzn")
        z_r, z_z, z_n = (steps.z[name] for name in "rzn")
        W_r, W_z, W_n = np.split(weights.W_aa, 3)
        before = steps.before
        to_n = complement(z_z, z) * slopes.tanh(z_n, n)
        to_z = (before - n) * slopes.sigmoid(z_z, z)
        reset = diagonal(r) + rows(before * slopes.sigmoid(z_r, r), W_r)
        return diagonal(z) + rows(to_n, W_n @ reset) + rows(to_z, W_z)


def _ahead(tape: Tape) -> tuple[Any, ...]:
    a, z, gates = tape.a, tape.z, tape.kept["gates"]
    term = np.empty((len(a[0]), 2 * a.shape[-1]), a.dtype)
    half = scales(gates[0].shape, a.dtype, N)[0][:2]
    steps = zip(
        a[1:], z[:, :2], z[:, 2], gates[:, :2], gates[:, 0], gates[:, 1], gates[:, 2], strict=True
    )
    by_gate = blocks(term, 2).swapaxes(0, 1)
    return half, term, by_gate, np.empty_like(a[0]), np.empty_like(a[0]), a[0], steps


def _back(reel: Reel) -> tuple[Any, ...]:
    local, da, dz, (later,) = reel.local, reel.da, reel.dz, reel.carry
    each, H = blocks(dz, 3).swapaxes(1, 2), da.shape[-1]
    keep, reset = reel.others[:, ::-1]
    steps = zip(
        da[::-1], local[0, ::-1], each[::-1, 0], last_first(local[1:]), each[::-1, 1:],
        each[::-1, 2], dz[::-1, :, : 2 * H], keep, reset, strict=True,
    )  # fmt: skip
    return np.empty_like(later), later, steps
