"""The numbers of one step's equations, forward and backward."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnviz.film.records import Forward, Splice, Sweep, network_at

Vector = NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class ForwardTerms:
    """The numbers of z⟨t⟩ = W_aa a⟨t−1⟩ + W_ax x⟨t⟩ + b_a and of a⟨t⟩.

    `recurrent`, `input`, `bias` and `z` have shape (nH,), the gates' blocks one after the other
    (LSTM i f g o, GRU r z n; the RNN has none, n = 1); `a` has shape (H,). Above the first layer x
    is the a⟨t⟩ of the layer below.
    """

    recurrent: Vector
    input: Vector
    bias: Vector
    z: Vector
    a: Vector


@dataclass(frozen=True, slots=True, eq=False)
class BackwardTerms:
    """∂L/∂a⟨t⟩ and its two parts, each of shape (H,).

    `arriving` came from step t + 1; for the RNN it is W_aaᵀ(∂L/∂a⟨t+1⟩ ⊙ g′⟨t+1⟩). `own` came from
    above at step t: W_yaᵀ ∂L/∂y⟨t⟩ in the top layer, W_axᵀ ∂L/∂z⟨t⟩ of the next layer below it.
    """

    arriving: Vector
    own: Vector
    total: Vector


def forward_terms(trace: Forward, layer: int, t: int) -> ForwardTerms:
    """The numbers of a layer's forward equation at step t (from 1)."""
    return ForwardTerms(
        recurrent=trace.recurrent_term(t, layer)[0],
        input=trace.input_term(t, layer)[0],
        bias=network_at(trace, t).parameters[f"b_a_l{layer}"],
        z=trace.z_at(t, layer)[0],
        a=trace.a[layer, t, 0],
    )


def backward_terms(sweep: Sweep, layer: int, t: int) -> BackwardTerms:
    """The numbers of a layer's backward equation at step t (from 1)."""
    trace = sweep.trace
    network, total = network_at(trace, t), sweep.da[layer, t - 1, 0]
    parameters = network.parameters
    with np.errstate(all="ignore"):
        if layer < network.architecture.layers - 1:
            own = sweep.dz[layer + 1, t - 1, 0] @ parameters[f"W_ax_l{layer + 1}"]
        elif network.architecture.outputs:
            own = sweep.dy[t - 1, 0] @ parameters["W_ya"]
        else:
            own = np.zeros_like(total)  # an encoder says nothing
        if t == trace.steps or (isinstance(trace, Splice) and not trace.linked):
            arriving = np.zeros_like(total)
        elif network.architecture.cell == "rnn":
            later = network_at(trace, t + 1).parameters
            arriving = sweep.dz[layer, t, 0] @ later[f"W_aa_l{layer}"]
        else:
            arriving = total - own
    return BackwardTerms(arriving=arriving, own=own, total=total)
