"""The numbers of one step's equations, forward and backward."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine import CELLS, Trace
from rnnviz.engine.cells import Cell, Returned, Steps, Weights
from rnnviz.engine.probes import relative_slopes, saturated
from rnnviz.film.records import Forward, Sweep
from rnnviz.film.splices import Splice, is_cut, network_at
from rnnviz.frozen import record

Vector = NDArray[np.floating]


@record(eq=False)
class ForwardTerms:
    """The numbers of z⟨t⟩ = W_aa a⟨t−1⟩ + W_ax x⟨t⟩ + b_a and of a⟨t⟩.

    `recurrent`, `input`, `bias` and `z` have shape (nH,), the gates' blocks one after the other
    in their cell's order (without gates n = 1); `a` has shape (H,). Above the first layer x
    is the a⟨t⟩ of the layer below.
    """

    recurrent: Vector
    input: Vector
    bias: Vector
    z: Vector
    a: Vector


@record(eq=False)
class BackwardTerms:
    """∂L/∂a⟨t⟩ and its two parts, each of shape (H,).

    `arriving` came from step t + 1: of the plain RNN W_aaᵀ(∂L/∂a⟨t+1⟩ ⊙ g′⟨t+1⟩), and 0 where the
    gradient is cut between them. `own` came from
    above at step t: W_yaᵀ ∂L/∂y⟨t⟩ in the top layer, W_axᵀ ∂L/∂z⟨t⟩ of the next layer below it.
    """

    arriving: Vector
    own: Vector
    total: Vector


@record(eq=False)
class Inside:
    """One layer's cell at one step, and what it says of its inside; vectors are (H,), float64.

    Attributes
    ----------
    cell : Cell
    weights : Weights
        What stands in its loop.
    steps : Steps
    back : Returned
        Of the gradient that is shown.
    """

    cell: Cell
    weights: Weights
    steps: Steps
    back: Returned

    def gradient(self, gate: str) -> Vector:
        """∂L/∂gate."""
        with np.errstate(all="ignore"):
            return self.cell.gate_gradient(gate, self.weights, self.steps, self.back)

    def slope(self, gate: str = "") -> Vector:
        """The slope of a gate's nonlinearity; without a name that of the cell without gates."""
        with np.errstate(all="ignore"):
            return self.cell.gate_slope(gate, self.weights, self.steps)

    @property
    def saturated(self) -> NDArray[np.bool_]:
        """Which units are saturated (see the engine's `saturated`)."""
        return saturated(relative_slopes(self.cell, self.weights, self.steps))

    @property
    def into_c(self) -> Vector | None:
        """What comes to c⟨t⟩ by way of a⟨t⟩; None without c."""
        with np.errstate(all="ignore"):
            return self.cell.into_c(self.weights, self.steps, self.back)

    @property
    def along(self) -> Vector | None:
        """What goes on by the gate alone that says what is kept; None without one."""
        with np.errstate(all="ignore"):
            return self.cell.along(self.weights, self.steps, self.back)

    @property
    def by_peepholes(self) -> tuple[Vector, Vector] | None:
        """What comes to c⟨t⟩ and what goes on to c⟨t−1⟩ by peepholes; None without them."""
        with np.errstate(all="ignore"):
            return self.cell.by_peepholes(self.weights, self.back)

    @property
    def by_weights(self) -> Vector:
        """What goes on to a⟨t−1⟩ by W_aa."""
        with np.errstate(all="ignore"):
            return self.cell.by_weights(self.weights, self.steps, self.back)

    @property
    def carried(self) -> Mapping[str, tuple[Vector, Vector]]:
        """What is handed on within the cell, each with ∂L/∂ of it."""
        with np.errstate(all="ignore"):
            return self.cell.carried(self.weights, self.steps, self.back)


def inside(sweep: Sweep, layer: int, t: int) -> Inside:
    """A layer's cell at step t (from 1)."""
    forward = sweep.trace
    part, own, sequence = (forward, t, 0) if isinstance(forward, Trace) else _part(forward, t)
    steps = _doubled(part.inside(layer, sequence, own))
    dc = None if sweep.dc is None else _double(sweep.dc[layer, t - 1, 0])
    back = Returned(_double(sweep.da[layer, t - 1, 0]), _double(sweep.dz[layer, t - 1, 0]), dc)
    cell = CELLS[part.network.architecture.cell]
    return Inside(cell, part.weights(layer), steps, back)


def saturated_steps(forward: Forward, layer: int) -> NDArray[np.bool_]:
    """Which units of a layer are saturated at every step, (T, H); see :attr:`Inside.saturated`."""
    if not isinstance(forward, Trace):
        assert isinstance(forward, Splice)
        return np.stack(
            [_saturated(*_part(forward, t), layer) for t in range(1, forward.steps + 1)]
        )
    return _saturated(forward, None, 0, layer)


def _saturated(part: Trace, t: int | None, sequence: int, layer: int) -> NDArray[np.bool_]:
    cell = CELLS[part.network.architecture.cell]
    steps = _doubled(part.inside(layer, sequence, t))
    return saturated(relative_slopes(cell, part.weights(layer), steps))


def _part(forward: Forward, t: int) -> tuple[Trace, int, int]:
    """The engine's pass that a step belongs to, its number there, and the sequence."""
    assert isinstance(forward, Splice)
    part, own = forward.part(t)
    return part, own, 0 if forward.linked else t - 1


def _doubled(found: Steps) -> Steps:
    return Steps(
        before=_double(found.before),
        a=_double(found.a),
        c_before=None if found.c_before is None else _double(found.c_before),
        c=None if found.c is None else _double(found.c),
        gates={name: _double(gate) for name, gate in found.gates.items()},
        z={name: _double(z) for name, z in found.z.items()},
        kept={name: _double(kept) for name, kept in found.kept.items()},
    )


def _double(values: Vector) -> Vector:
    return values.astype(np.float64)


def entering(forward: Forward, layer: int, t: int) -> Vector:
    """What a layer's W_ax multiplies at step t (from 1): x⟨t⟩, or a⟨t⟩ of the layer below."""
    part, own, sequence = (forward, t, 0) if isinstance(forward, Trace) else _part(forward, t)
    if layer == 0 and part.network.architecture.vocabulary:
        return _double(part.network.parameters["E"][part.x[own - 1, sequence]])
    fed = part.layer_input(layer)[own - 1, sequence]
    if fed.ndim:
        return _double(fed)
    one_hot = np.zeros(part.network.parameters[f"W_ax_l{layer}"].shape[1])
    one_hot[int(fed)] = 1.0
    return one_hot


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
            own = sweep.output_gradient(t - 1, t)[0, 0] @ parameters["W_ya"]
        else:
            own = np.zeros_like(total)  # an encoder says nothing
        alone = isinstance(trace, Splice) and not trace.linked
        if t == trace.steps or alone or is_cut(sweep, t + 1):
            arriving = np.zeros_like(total)
        elif not CELLS[network.architecture.cell].keeper:
            later = network_at(trace, t + 1).parameters
            arriving = sweep.dz[layer, t, 0] @ later[f"W_aa_l{layer}"]
        else:
            arriving = total - own
    return BackwardTerms(arriving=arriving, own=own, total=total)


def withheld(sweep: Sweep, layer: int, t: int) -> Vector:
    """What of step t's gradient would go on to a⟨t−1⟩, whether or not it is cut there, (H,)."""
    here = inside(sweep, layer, t)
    with np.errstate(all="ignore"):
        kept = None if here.cell.states else here.along
        return here.by_weights if kept is None else here.by_weights + kept
