"""Each cell's Jacobian over one step, for all steps of one sequence at once.

Equations are numbered as in the cells' docstrings; σ′ = σ(1 − σ), tanh′ = 1 − tanh².
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from .activations import sigmoid_slope, tanh_slope
from .arrays import Array
from .cells import Weights
from .trace import Trace


@dataclass(frozen=True, slots=True)
class Slopes:
    """Derivatives of the activations, or (`unsaturated`) the largest they can be."""

    unsaturated: bool

    def tanh(self, z: Array, a: Array) -> Array:
        """tanh′(z), or 1."""
        return np.ones_like(z) if self.unsaturated else tanh_slope(z, a)

    def sigmoid(self, z: Array, a: Array) -> Array:
        """σ′(z), or ¼."""
        return np.full_like(z, 0.25) if self.unsaturated else sigmoid_slope(z, a)


@dataclass(frozen=True, slots=True)
class Steps:
    """One sequence's numbers in one layer and direction, each (T, H), steps in order of time.

    Attributes
    ----------
    before, a : array
        a⟨t−1⟩ (a⟨t+1⟩ in a reverse direction) and a⟨t⟩.
    c_before, c : array
        The same of the cell state; None but for the LSTM.
    gates, z : mapping of str to array
        Gates and their pre-activations by name; Elman's only pre-activation has the name "".
    kept : mapping of str to array
        What else the cell keeps.
    """

    before: Array
    a: Array
    c_before: Array | None
    c: Array | None
    gates: Mapping[str, Array]
    z: Mapping[str, Array]
    kept: Mapping[str, Array]


def steps_of(trace: Trace, layer: int, sequence: int) -> Steps:
    """Pick them out of a trace."""
    T, reverse = trace.steps, trace.network.architecture.strands[layer].reverse
    now, earlier = slice(1, T + 1), slice(2, T + 2) if reverse else slice(0, T)

    def alone(arrays: Mapping[str, Array]) -> dict[str, Array]:
        return {name: array[layer, :, sequence] for name, array in arrays.items()}

    cells = trace.c
    return Steps(
        before=trace.a[layer, earlier, sequence],
        a=trace.a[layer, now, sequence],
        c_before=None if cells is None else cells[layer, earlier, sequence],
        c=None if cells is None else cells[layer, now, sequence],
        gates=alone(trace.gates),
        z=alone(trace.gate_z or {"": trace.z}),
        kept=alone({name: array for name, array in trace.kept.items() if name != "gates"}),
    )


CellJacobians = Callable[[Weights, Steps, Slopes], Array]
"""Of (weights, steps, slopes): (T, S, S)."""


def _elman(weights: Weights, steps: Steps, slopes: Slopes) -> Array:
    """By (2) and (1): diag(g′(z)) W_aa."""
    activation = weights.activation
    slope = activation.derivative(steps.z[""], steps.a)
    if slopes.unsaturated:
        slope = np.full_like(slope, activation.supremum)
    return _rows(slope, weights.W_aa)


def _lstm(weights: Weights, steps: Steps, slopes: Slopes) -> Array:
    """Of the joint state, a before c.

    By (3), ∂c/∂a⟨t−1⟩ = diag(g σ′_i) W_i + diag(c⟨t−1⟩ σ′_f) W_f + diag(i tanh′_g) W_g, and
    ∂c/∂c⟨t−1⟩ = diag(f + peepholes' g σ′_i p_i + c⟨t−1⟩ σ′_f p_f). By (4) and (5), with
    s = o tanh′(c) + tanh(c) σ′_o p_o: ∂a/∂X = diag(s) ∂c/∂X, and diag(tanh(c) σ′_o) W_o more for
    X = a⟨t−1⟩.
    """
    i, f, g, o = (steps.gates[name] for name in "ifgo")
    z_i, z_f, z_g, z_o = (steps.z[name] for name in "ifgo")
    W_i, W_f, W_g, W_o = np.split(weights.W_aa, 4)
    before, c, tanh_c = steps.c_before, steps.c, steps.kept["tanh_c"]
    assert before is not None
    assert c is not None
    to_i, to_f = g * slopes.sigmoid(z_i, i), before * slopes.sigmoid(z_f, f)
    to_g, to_o = i * slopes.tanh(z_g, g), tanh_c * slopes.sigmoid(z_o, o)
    c_by_a = _rows(to_i, W_i) + _rows(to_f, W_f) + _rows(to_g, W_g)
    keep, s = f, o * slopes.tanh(c, tanh_c)
    if weights.peepholes is not None:
        p_i, p_f, p_o = weights.peepholes
        keep, s = f + to_i * p_i + to_f * p_f, s + to_o * p_o
    H = i.shape[1]
    J = np.zeros((len(i), 2 * H, 2 * H), i.dtype)
    J[:, :H, :H] = _rows(s, c_by_a) + _rows(to_o, W_o)
    J[:, :H, H:] = _diagonal(s * keep)
    J[:, H:, :H] = c_by_a
    J[:, H:, H:] = _diagonal(keep)
    return J


def _gru(weights: Weights, steps: Steps, slopes: Slopes) -> Array:
    """By (6): diag(z) + diag((1 − z) tanh′_n) ∂z_n + diag((a⟨t−1⟩ − n) σ′_z) W_z.

    By (4) and (1), ∂z_n = diag(r) W_n + diag(h σ′_r) W_r.
    """
    r, z, n = (steps.gates[name] for name in "rzn")
    z_r, z_z, z_n = (steps.z[name] for name in "rzn")
    W_r, W_z, W_n = np.split(weights.W_aa, 3)
    to_n = (1.0 - z) * slopes.tanh(z_n, n)
    to_r = to_n * steps.kept["h"] * slopes.sigmoid(z_r, r)
    to_z = (steps.before - n) * slopes.sigmoid(z_z, z)
    return _diagonal(z) + _rows(to_n * r, W_n) + _rows(to_r, W_r) + _rows(to_z, W_z)


def _gru_reset_before(weights: Weights, steps: Steps, slopes: Slopes) -> Array:
    """By (5): diag(z) + diag((1 − z) tanh′_n) ∂z_n + diag((a⟨t−1⟩ − n) σ′_z) W_z.

    By (3), ∂z_n = W_n (diag(r) + diag(a⟨t−1⟩ σ′_r) W_r).
    """
    r, z, n = (steps.gates[name] for name in "rzn")
    z_r, z_z, z_n = (steps.z[name] for name in "rzn")
    W_r, W_z, W_n = np.split(weights.W_aa, 3)
    before = steps.before
    to_n = (1.0 - z) * slopes.tanh(z_n, n)
    to_z = (before - n) * slopes.sigmoid(z_z, z)
    reset = _diagonal(r) + _rows(before * slopes.sigmoid(z_r, r), W_r)
    return _diagonal(z) + _rows(to_n, W_n @ reset) + _rows(to_z, W_z)


CELL_JACOBIANS: Mapping[str, CellJacobians] = MappingProxyType(
    {"rnn": _elman, "lstm": _lstm, "gru": _gru, "gru_reset_before": _gru_reset_before}
)


def _rows(factors: Array, W: Array) -> Array:
    """diag(factors⟨t⟩) W for every t, (T, H, …)."""
    return factors[:, :, None] * W


def _diagonal(values: Array) -> Array:
    """diag(values⟨t⟩) for every t, (T, H, H)."""
    J = np.zeros((*values.shape, values.shape[1]), values.dtype)
    np.einsum("tii->ti", J)[:] = values
    return J
