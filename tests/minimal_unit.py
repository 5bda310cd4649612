"""A cell that does not ship, as one would add it: the minimal gated unit of Zhou et al. 2016."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from rnnviz.engine.activations import sigmoid_slope, tanh_slope
from rnnviz.engine.cells import Piece
from rnnviz.engine.cells.gating import blocks, gate_slopes, half_rows, sharpened, unfolded_gates
from rnnviz.engine.cells.inside import block, diagonal, rows


class MinimalUnit:
    """One gate f and the candidate n.

    (1)  f = σ([W_aa a⟨t−1⟩ + W_ax x⟨t⟩ + b_a]_f)
    (2)  n = tanh([W_aa]_n (f · a⟨t−1⟩) + [W_ax x⟨t⟩ + b_a]_n)
    (3)  a⟨t⟩ = (1 − f) · a⟨t−1⟩ + f · n
    """

    key, name, title = "mgu", "MGU", "MGU, the minimal gated unit"
    formula = "a⟨t⟩ = (1 − f) · a⟨t−1⟩ + f · n; n sees f · a⟨t−1⟩"
    resets, known_from = "", ("Zhou 2016",)
    candidate, keeper, held_open, peepholes = "n", "f", "", ()
    second_bias = any_activation = bounded = False
    gates, names, states, keeps, lead, others = 2, ("f", "n"), (), ("gates",), 0, 2
    told = MappingProxyType(
        {
            "f": ("forget gate", "how much of a⟨t−1⟩ gives way to the candidate"),
            "n": ("candidate", "what may enter a⟨t⟩"),
        }
    )
    recurrent = MappingProxyType({"n": "W_aa (f · a⟨t−1⟩)"})

    def folded(self, rows):
        return half_rows(rows, len(rows) // 2, 2, 1)

    def unfolded(self, z):
        return unfolded_gates(z, 1)

    def bias(self, b_a, b_aa):
        return b_a if b_aa is None else b_a + b_aa

    def arranged(self, W_aa):
        ahead = np.split(self.folded(W_aa), 2)
        return tuple(W.T.copy() for W in ahead), tuple(np.split(W_aa, 2))

    def forward(self, weights, tape):
        (W_f, W_n), gates = weights.ahead, tape.kept["gates"]
        for z, gate, before, a in zip(tape.z, gates, tape.a[:-1], tape.a[1:], strict=True):
            z[0] += before @ W_f  # (1)
            gate[0] = 0.5 * np.tanh(z[0]) + 0.5
            z[1] += (gate[0] * before) @ W_n  # (2)
            gate[1] = np.tanh(z[1])
            a[:] = before + gate[0] * (gate[1] - before)  # (3)
        if sharpened(tape.z, gates, 1):
            for gate, before, a in zip(gates, tape.a[:-1], tape.a[1:], strict=True):
                a[:] = (1.0 - gate[0]) * before + gate[0] * gate[1]

    def factors(self, weights, tape, out, others):
        gates, before = tape.kept["gates"], tape.a[:-1]
        gate_slopes(tape.z, gates, 1, out)
        f, n = gates.swapaxes(0, 1)
        np.multiply(out[0], before, others[0])  # (2)
        out[0] *= n - before  # (3)
        out[1] *= f  # (3)
        others[1] = f

    def backward(self, weights, reel):
        later, (W_f, W_n) = reel.carry[0], weights.back
        for t in range(len(reel.da))[::-1]:
            da = reel.da[t]
            da += later
            dz_f, dz_n = blocks(reel.dz[t], 2).swapaxes(0, 1)
            to_f, f = reel.others[:, t]
            dz_n[:] = reel.local[1, t] * da
            q = dz_n @ W_n  # ∂L/∂(f · a⟨t−1⟩)
            dz_f[:] = reel.local[0, t] * da + to_f * q
            later[:] = dz_f @ W_f + f * q + (1.0 - f) * da

    def pull_back(self, weights, dz, factors, rows, out, previous, lowest):
        ((da,), (before,), (to_f, f)), (W_f, W_n) = (rows, previous, factors), weights.back
        factor, each = blocks(dz, 2), blocks(out, 2)
        each[:, :, 1] = da * factor[:, 1]
        q = each[:, :, 1] @ W_n
        each[:, :, 0] = da * factor[:, 0] + to_f * q
        before[:] = (each[:, :, 0] @ W_f + f * q + (1.0 - f) * da).reshape(before.shape)

    def to_second_bias(self, dz):
        return dz

    def pieces(self, name, tape, dz):
        H, a = dz.shape[-1] // 2, tape.a[:-1]
        kept = tape.kept["gates"][:, 0] * a
        return [Piece(slice(0, H), dz[..., :H], a), Piece(slice(H, 2 * H), dz[..., H:], kept)]

    def added(self, name, recurrent, second, steps):
        return recurrent, second

    def settled(self, gates, steps):
        return {"a": (1.0 - gates["f"]) * steps.before + gates["f"] * gates["n"]}

    def under_reset(self, steps):
        return steps.before

    def gate_slope(self, name, weights, steps):
        slope = tanh_slope if name == "n" else sigmoid_slope
        return slope(steps.z[name], steps.gates[name])

    def gate_gradient(self, name, weights, steps, back):
        if name == "n":
            return back.da * steps.gates["f"]
        through = block(back.dz, 1, 2) @ np.split(weights.W_aa, 2)[1]
        return back.da * (steps.gates["n"] - steps.before) + through * steps.before

    def into_c(self, weights, steps, back):
        return None

    def along(self, weights, steps, back):
        return (1.0 - steps.gates["f"]) * back.da

    def by_peepholes(self, weights, back):
        return None

    def by_weights(self, weights, steps, back):
        W_f, W_n = np.split(weights.W_aa, 2)
        return block(back.dz, 0, 2) @ W_f + steps.gates["f"] * (block(back.dz, 1, 2) @ W_n)

    def carried(self, weights, steps, back):
        return {}

    def jacobian(self, weights, steps, slopes):
        f, n, before = steps.gates["f"], steps.gates["n"], steps.before
        W_f, W_n = np.split(weights.W_aa, 2)
        to_f, to_n = slopes.sigmoid(steps.z["f"], f), f * slopes.tanh(steps.z["n"], n)
        seen = diagonal(f) + rows(before * to_f, W_f)
        return diagonal(1.0 - f) + rows(to_n, W_n @ seen) + rows((n - before) * to_f, W_f)
