"""Long short-term memory (Hochreiter and Schmidhuber 1997, with Gers' forget gate of 2000)."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from ..activations import sigmoid_slope, tanh_slope
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
    half_rows,
    last_first,
    scales,
    sharpened,
    step_products,
    unfolded_gates,
    without_batch,
)
from .inside import Returned, Slopes, Steps, rows

_G = 2  # of the blocks i f g o the one with tanh


class LSTM:
    """The LSTM, gates in PyTorch's order i f g o.

    Forward, for t = 1 … T, [W x + …]_i the rows of gate i, σ the sigmoid:

    (1)  z⟨t⟩ = W_aa a⟨t−1⟩ + W_ax x⟨t⟩ + b_a, in four blocks z_i z_f z_g z_o
    (2)  i = σ(z_i), f = σ(z_f), g = tanh(z_g), o = σ(z_o)
    (3)  c⟨t⟩ = f · c⟨t−1⟩ + i · g
    (4)  a⟨t⟩ = o · tanh(c⟨t⟩)

    With peepholes (Gers, Schraudolph and Schmidhuber 2002) z_i and z_f have p_i · c⟨t−1⟩ and
    p_f · c⟨t−1⟩ added, and z_o has p_o · c⟨t⟩ added:

    (5)  z_i += p_i · c⟨t−1⟩, z_f += p_f · c⟨t−1⟩, z_o += p_o · c⟨t⟩
    """

    key = "lstm"
    name = "LSTM"
    title = "LSTM"
    formula = "c⟨t⟩ = f · c⟨t−1⟩ + i · g;  a⟨t⟩ = o · tanh(c⟨t⟩)"
    resets = ""
    known_from: tuple[str, ...] = ()
    candidate = "g"
    keeper = "f"
    held_open = "f"
    peepholes: tuple[str, ...] = ("i", "f", "o")
    second_bias = False
    any_activation = False
    bounded = False
    gates = 4
    names: tuple[str, ...] = ("i", "f", "g", "o")
    told: Mapping[str, tuple[str, str]] = MappingProxyType(
        {
            "c": ("cell state", "c⟨t⟩ = f · c⟨t−1⟩ + i · g"),
            "i": ("input gate", "how much of the candidate enters c⟨t⟩"),
            "f": ("forget gate", "how much of c⟨t−1⟩ stays in c⟨t⟩"),
            "g": ("candidate", "what may enter c⟨t⟩"),
            "o": ("output gate", "how much of tanh c⟨t⟩ is shown as a⟨t⟩"),
        }
    )
    recurrent: Mapping[str, str] = MappingProxyType({})
    states: tuple[str, ...] = ("c",)
    keeps: tuple[str, ...] = ("gates", "tanh_c")
    lead = 0
    others = 2

    def folded(self, rows: Array) -> Array:
        """See :meth:`Cell.folded`."""
        return half_rows(rows, len(rows) // 4, 4, _G)

    def unfolded(self, z: Array) -> Array:
        """See :meth:`Cell.unfolded`."""
        return unfolded_gates(z, _G)

    def bias(self, b_a: Array, b_aa: Array | None) -> Array:
        """See :meth:`Cell.bias`."""
        return b_a if b_aa is None else b_a + b_aa

    def arranged(self, W_aa: Array) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        """See :meth:`Cell.arranged`."""
        return both_orders(self.folded(W_aa), 4), (aligned(W_aa),)

    def forward(self, weights: Weights, tape: Tape) -> None:
        """See :meth:`Cell.forward`."""
        tanh, multiply, add = np.tanh, np.multiply, np.add
        (half, shift), term, product, c_prev, steps = prepared(tape, _ahead)
        W_aa, into = for_gates(weights, term)
        if weights.peepholes is None:
            for times, z_t, a_t, g_t, i, f, g, o, c_t, tanh_t in steps:
                times(W_aa, into)  # (1)
                add(z_t, term, z_t)
                tanh(z_t, g_t)  # (2)
                multiply(g_t, half, g_t)
                add(g_t, shift, g_t)
                multiply(i, g, product)  # (3)
                multiply(f, c_prev, c_t)
                add(c_t, product, c_t)
                tanh(c_t, tanh_t)  # (4)
                multiply(o, tanh_t, a_t)
                c_prev = c_t
        else:
            p_i, p_f, p_o = (0.5 * p for p in weights.peepholes)
            for times, z_t, a_t, g_t, i, f, g, o, c_t, tanh_t in steps:
                times(W_aa, into)  # (1)
                add(z_t, term, z_t)
                z_t[0] += p_i * c_prev  # (5)
                z_t[1] += p_f * c_prev
                g_t[:3] = tanh(z_t[:3]) * half[:3] + shift[:3]  # (2)
                np.add(f * c_prev, i * g, out=c_t)  # (3)
                z_t[3] += p_o * c_t  # (5)
                g_t[3] = tanh(z_t[3]) * half[3] + shift[3]  # (2)
                tanh(c_t, tanh_t)  # (4)
                multiply(o, tanh_t, a_t)
                c_prev = c_t
        if sharpened(tape.z, tape.kept["gates"], _G):
            _settle(tape)

    def factors(self, weights: Weights, tape: Tape, out: Array, others: Array) -> None:
        """See :meth:`Cell.factors`.

        In `out`: what ∂L/∂c⟨t⟩ is multiplied by for z_i, z_f and z_g, and ∂L/∂a⟨t⟩ for z_o (by (2),
        (3), (4)). In `others`: κ = o (1 − tanh²c), from a⟨t⟩ to c⟨t⟩ by (4), and f, from c⟨t⟩ to
        c⟨t−1⟩ by (3). A peephole (5) is one more way from z to c, hence κ += p_o · (that of z_o)
        and f += p_i · (that of z_i) + p_f · (that of z_f).
        """
        pairs, forget, o, c, tanh_c, kappa, to_before = paired(tape, out, others, _local)
        gate_slopes(tape.z, tape.kept["gates"], _G, out, tape.exact)
        for d, other in pairs:
            np.multiply(d, other, d)
        tanh_slope(c, tanh_c, kappa, tape.exact)
        np.multiply(kappa, o, kappa)
        np.copyto(to_before, forget)
        if weights.peepholes is not None:
            p_i, p_f, p_o = weights.peepholes
            kappa += p_o * out[3]
            to_before += p_i * out[0] + p_f * out[1]

    def backward(self, weights: Weights, reel: Reel) -> None:
        """See :meth:`Cell.backward`.

        ∂L/∂c⟨t⟩ gains κ ∂L/∂a⟨t⟩ by (4); the gates' ∂L/∂z are :meth:`factors` times these two, by
        (2) to (4); ∂L/∂a⟨t−1⟩ gains W_aaᵀ ∂L/∂z⟨t⟩ by (1), and ∂L/∂c⟨t−1⟩ f ∂L/∂c⟨t⟩ by (3).
        """
        multiply, add, (W_aa,) = np.multiply, np.add, weights.back
        later, into, later_c, steps = prepared(reel, _back)
        for da_t, dc_t, product_of, to_c, dz_c, to_o, dz_o, kappa_t, f_t in steps:
            add(da_t, later, da_t)
            multiply(kappa_t, da_t, dc_t)  # (4)
            add(dc_t, later_c, dc_t)
            multiply(to_c, dc_t, dz_c)  # (3), (2)
            multiply(to_o, da_t, dz_o)  # (4), (2)
            product_of(W_aa, into)  # (1)
            multiply(dc_t, f_t, later_c)  # (3)

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
        (da, dc), (before, before_c), (kappa, forget) = rows, previous, factors
        np.multiply(da, kappa, before_c.reshape(dc.shape))  # scratch as yet
        np.add(dc, before_c.reshape(dc.shape), dc)  # (4)
        H = da.shape[-1]
        if lowest and len(dz) == 1 and 2 * len(da) > dz.shape[1]:
            # The same with the brackets the other way round: two (H, H) matrices for all rows.
            W_aa = weights.W_aa
            scaled = dz.T * W_aa
            da.reshape(before.shape).dot(scaled[3 * H :], before)
            through_c = scaled[:H] + scaled[H : 2 * H] + scaled[2 * H : 3 * H]
            before += dc.reshape(before.shape) @ through_c
        else:
            each, factor = blocks(out, 4), blocks(dz, 4)
            np.multiply(dc[:, :, None], factor[:, :3], each[:, :, :3])  # (3), (2)
            np.multiply(da, factor[:, 3], each[:, :, 3])  # (4), (2)
            out.reshape(len(before), -1).dot(weights.W_aa, before)  # (1)
        np.multiply(dc, forget, before_c.reshape(dc.shape))  # (3)

    def to_second_bias(self, dz: Array) -> Array:
        """See :meth:`Cell.to_second_bias`."""
        return dz

    def pieces(self, name: str, tape: Tape, dz: Array) -> list[Piece]:
        """See :meth:`Cell.pieces`: of (1), or of (5)."""
        if name == "W_aa":
            return [Piece(slice(None), dz, tape.a[:-1])]
        gate, c = ("p_i", "p_f", "", "p_o").index(name), tape.kept["c"]
        seen = c[1:] if name == "p_o" else c[:-1]
        return [Piece(slice(None), blocks(dz, 4)[:, :, gate], seen, diagonal=True)]

    def added(
        self, name: str, recurrent: Array, second: Array, steps: Steps
    ) -> tuple[Array, Array]:
        """See :meth:`Cell.added`."""
        return recurrent, second

    def settled(self, gates: Mapping[str, Array], steps: Steps) -> Mapping[str, Array]:
        """See :meth:`Cell.settled`: (3) and (4)."""
        assert steps.c_before is not None
        c = gates["f"] * steps.c_before + gates["i"] * gates["g"]
        return {"a": gates["o"] * np.tanh(c), "c": c}

    def under_reset(self, steps: Steps) -> Array | None:
        """See :meth:`Cell.under_reset`."""
        return None

    def gate_slope(self, name: str, weights: Weights, steps: Steps) -> Array:
        """See :meth:`Cell.gate_slope`."""
        slope = tanh_slope if name == self.candidate else sigmoid_slope
        return slope(steps.z[name], steps.gates[name])

    def gate_gradient(self, name: str, weights: Weights, steps: Steps, back: Returned) -> Array:
        """See :meth:`Cell.gate_gradient`: i, f and g by (3), o by (4)."""
        if name == "o":
            return back.da * steps.kept["tanh_c"]
        assert back.dc is not None
        assert steps.c_before is not None
        gates = steps.gates
        return back.dc * {"i": gates["g"], "f": steps.c_before, "g": gates["i"]}[name]

    def into_c(self, weights: Weights, steps: Steps, back: Returned) -> Array | None:
        """See :meth:`Cell.into_c`: (4)."""
        assert steps.c is not None
        return back.da * steps.gates["o"] * tanh_slope(steps.c, steps.kept["tanh_c"])

    def along(self, weights: Weights, steps: Steps, back: Returned) -> Array | None:
        """See :meth:`Cell.along`: f of (3)."""
        assert back.dc is not None
        return steps.gates["f"] * back.dc

    def by_peepholes(self, weights: Weights, back: Returned) -> tuple[Array, Array] | None:
        """See :meth:`Cell.by_peepholes`: (5) of o, and of i and f."""
        if weights.peepholes is None:
            return None
        p_i, p_f, p_o = weights.peepholes
        dz_i, dz_f, _, dz_o = np.split(back.dz, 4, axis=-1)
        return p_o * dz_o, p_i * dz_i + p_f * dz_f

    def by_weights(self, weights: Weights, steps: Steps, back: Returned) -> Array:
        """See :meth:`Cell.by_weights`: (1)."""
        return back.dz @ weights.W_aa

    def carried(
        self, weights: Weights, steps: Steps, back: Returned
    ) -> Mapping[str, tuple[Array, Array]]:
        """See :meth:`Cell.carried`: the terms of (3), tanh(c⟨t⟩) of (4), and those of (5)."""
        assert steps.c is not None
        assert steps.c_before is not None
        assert back.dc is not None
        i, f, g, o = (steps.gates[name] for name in "ifgo")
        found = {
            "kept": (f * steps.c_before, back.dc),
            "new": (i * g, back.dc),
            "shown": (steps.kept["tanh_c"], back.da * o),
        }
        if weights.peepholes is not None:
            dz = dict(zip("ifgo", np.split(back.dz, 4, axis=-1), strict=True))
            for name, p in zip(self.peepholes, weights.peepholes, strict=True):
                seen = steps.c if name == "o" else steps.c_before
                found[f"peep-{name}"] = (p * seen, dz[name])
        return found

    def jacobian(self, weights: Weights, steps: Steps, slopes: Slopes) -> Array:
        """See :meth:`Cell.jacobian`; of the joint state.

        By (3), ∂c/∂a⟨t−1⟩ = diag(g σ′_i) W_i + diag(c⟨t−1⟩ σ′_f) W_f + diag(i tanh′_g) W_g, and
        ∂c/∂c⟨t−1⟩ = diag(f + peepholes' g σ′_i p_i + c⟨t−1⟩ σ′_f p_f). By (4) and (5), with
        s = o tanh′(c) + tanh(c) σ′_o p_o: ∂a/∂X = diag(s) ∂c/∂X, and diag(tanh(c) σ′_o) W_o more
        for X = a⟨t−1⟩.
        """
        i, f, g, o = (steps.gates[name] for name in "ifgo")
        z_i, z_f, z_g, z_o = (steps.z[name] for name in "ifgo")
        W_i, W_f, W_g, W_o = np.split(weights.W_aa, 4)
        before, c, tanh_c = steps.c_before, steps.c, steps.kept["tanh_c"]
        assert before is not None
        assert c is not None
        to_i, to_f = g * slopes.sigmoid(z_i, i), before * slopes.sigmoid(z_f, f)
        to_g, to_o = i * slopes.tanh(z_g, g), tanh_c * slopes.sigmoid(z_o, o)
        c_by_a, term = rows(to_i, W_i), rows(to_f, W_f)  # as few large arrays as can be
        c_by_a += term
        c_by_a += np.multiply(to_g[:, :, None], W_g, term)
        keep, s = f, o * slopes.tanh(c, tanh_c)
        if weights.peepholes is not None:
            p_i, p_f, p_o = weights.peepholes
            keep, s = f + to_i * p_i + to_f * p_f, s + to_o * p_o
        H = i.shape[1]
        J = np.zeros((len(i), 2 * H, 2 * H), i.dtype)
        J[:, :H, :H] = np.multiply(s[:, :, None], c_by_a, term)
        J[:, :H, :H] += np.multiply(to_o[:, :, None], W_o, term)
        np.einsum("tii->ti", J[:, :H, H:])[:] = s * keep
        J[:, H:, :H] = c_by_a
        np.einsum("tii->ti", J[:, H:, H:])[:] = keep
        return J


def _settle(tape: Tape) -> None:
    """Make c and a anew of the gates, by (3) and (4)."""
    c, tanh_c = tape.kept["c"], tape.kept["tanh_c"]
    i, f, g, o = tape.kept["gates"].swapaxes(0, 1)
    product = i * g
    for f_t, product_t, before, c_t in zip(f, product, c[:-1], c[1:], strict=True):
        np.multiply(f_t, before, c_t)
        np.add(c_t, product_t, c_t)
    np.tanh(c[1:], tanh_c)
    np.multiply(o, tanh_c, tape.a[1:])


def _ahead(tape: Tape) -> tuple[Any, ...]:
    c, gates, tanh_c = tape.kept["c"], tape.kept["gates"], tape.kept["tanh_c"]
    a, z, c, gates, tanh_c = without_batch(tape.a, tape.z, c, gates, tanh_c)
    term = np.empty_like(z[0])
    half_shift = scales(term.shape, term.dtype, _G)  # σ = ½ tanh + ½ for i, f, o
    each = (gates[:, 0], gates[:, 1], gates[:, 2], gates[:, 3])
    products = map(gate_product, a[:-1])
    steps = zip(products, z, a[1:], gates, *each, c[1:], tanh_c, strict=True)
    return half_shift, term, np.empty_like(a[0]), c[0], steps


def _local(tape: Tape, out: Array, others: Array) -> tuple[Any, ...]:
    i, forget, g, o = tape.kept["gates"].swapaxes(0, 1)
    c, tanh_c = tape.kept["c"], tape.kept["tanh_c"]
    pairs = [*zip(out, (g, c[:-1], i, tanh_c), strict=True)]
    return pairs, forget, o, c[1:], tanh_c, *others


def _back(reel: Reel) -> tuple[Any, ...]:
    da, dz, dc, local, kappa, forget, later, later_c = without_batch(
        reel.da, reel.dz, *reel.dstates, reel.local, *reel.others, *reel.carry
    )
    each, (products, into) = by_gate(dz, 4), step_products(dz[::-1], later)
    steps = zip(
        da[::-1], dc[::-1], products, last_first(local[:3]), each[::-1, :3],
        local[3, ::-1], each[::-1, 3], kappa[::-1], forget[::-1], strict=True,
    )  # fmt: skip
    return later, into, later_c, steps
