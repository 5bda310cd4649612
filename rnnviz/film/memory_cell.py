"""The numbers inside the memory cell: one unit of one layer at one step, forward and backward."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine import ACTIVATIONS
from rnnviz.film.frame import Frame
from rnnviz.frozen import record

Vector = NDArray[np.floating]


@record
class Squashed:
    """The parts of a sum z of one unit, and the gate or state that it becomes.

    Attributes
    ----------
    recurrent : float
        What a⟨t−1⟩ adds: the unit's row of W_aa times a⟨t−1⟩. In the GRU's candidate with the reset
        in it: r · (W_aa a⟨t−1⟩ + b_aa), or W_aa (r · a⟨t−1⟩) where it resets before.
    input : float
        What x⟨t⟩ adds, W_ax x⟨t⟩.
    bias : float
        All other biases.
    peephole : float
        What the cell state adds in an LSTM with peepholes; 0 in all others.
    z : float
        Their sum.
    value : float
        The gate, the candidate, or the RNN's a⟨t⟩.
    """

    recurrent: float
    input: float
    bias: float
    peephole: float
    z: float
    value: float

    @property
    def rest(self) -> float:
        """1 − σ(z) of a gate, with all its digits where σ(z) has become 1."""
        small = float(np.exp(-abs(self.z)))
        return small / (1.0 + small) if self.z > 4.0 else 1.0 - self.value


@record
class CellForward:
    """The numbers of one unit's step forward.

    Attributes
    ----------
    a_before, a : float
        a⟨t−1⟩ and a⟨t⟩ of this unit.
    c_before, c : float
        c⟨t−1⟩ and c⟨t⟩ of the LSTM; NaN of the others.
    sums : mapping of str to Squashed
        By the names of the gates; "a" for the RNN.
    inside : float
        What the GRU's reset gate multiplies: W_aa a⟨t−1⟩ + b_aa of the candidate, or a⟨t−1⟩ where
        it resets before; NaN of the others.
    """

    a_before: float
    a: float
    c_before: float
    c: float
    sums: Mapping[str, Squashed]
    inside: float


@record
class CellBackward:
    """One unit's step backward, of the gradient that the frame shows.

    Attributes
    ----------
    own, arriving, da : float
        What reaches a⟨t⟩ from above at step t and from step t + 1, and both: ∂L/∂a⟨t⟩.
    slope : float
        g′(z⟨t⟩) of the RNN; NaN of the others.
    dz, dgates : mapping of str to float
        ∂L/∂z and ∂L/∂gate by the names of `CellForward.sums`; the RNN's gate is a⟨t⟩ itself.
    dc_own, dc_arriving, dc : float
        What reaches c⟨t⟩ through a⟨t⟩ (and the peephole of o), what from step t + 1, and both:
        ∂L/∂c⟨t⟩; NaN without a cell state.
    kept : float
        What goes on along the conveyor alone: f · ∂L/∂c⟨t⟩ to c⟨t−1⟩, or the GRU's z · ∂L/∂a⟨t⟩ to
        a⟨t−1⟩; 0 where truncation cuts it; NaN of the RNN, which has none.
    through : float
        What goes on to this unit of a⟨t−1⟩ through W_aa; 0 where truncation cuts it.
    """

    own: float
    arriving: float
    da: float
    slope: float
    dz: Mapping[str, float]
    dgates: Mapping[str, float]
    dc_own: float
    dc_arriving: float
    dc: float
    kept: float
    through: float


def cell_forward(frame: Frame, t: int, unit: int) -> CellForward:
    """The numbers of a step (from 1) forward, in a unit (from 0) of the shown layer."""
    here, terms, cell = frame.inside(t), frame.forward_terms(t), frame.kind
    steps, second = here.steps, here.weights.b_aa
    peepholes = dict(zip(cell.peepholes, here.weights.peepholes or (), strict=False))
    sums: dict[str, Squashed] = {}
    for place, name in enumerate(cell.names or ("a",)):
        row = slice(place * frame.units, (place + 1) * frame.units)
        more = np.zeros(frame.units) if second is None else second[row].astype(np.float64)
        with np.errstate(all="ignore"):
            recurrent, bias = cell.added(name, terms.recurrent[row].astype(np.float64), more, steps)
            bias = terms.bias[row] + bias
        seen = 0.0
        if name in peepholes and steps.c is not None and steps.c_before is not None:
            seen = float((peepholes[name] * (steps.c if name == "o" else steps.c_before))[unit])
        sums[name] = Squashed(
            recurrent=float(recurrent[unit]),
            input=float(terms.input[row][unit]),
            bias=float(bias[unit]),
            peephole=seen,
            z=float(terms.z[row][unit]),
            value=float((steps.gates[name] if cell.names else steps.a)[unit]),
        )
    return CellForward(
        a_before=float(steps.before[unit]),
        a=float(steps.a[unit]),
        c_before=_number(steps.c_before, unit),
        c=_number(steps.c, unit),
        sums=sums,
        inside=_number(cell.under_reset(steps), unit),
    )


def cell_backward(frame: Frame, t: int, unit: int) -> CellBackward:
    """The numbers of a step (from 1) backward, in a unit (from 0) of the shown layer."""
    here, terms, cell = frame.inside(t), frame.backward_terms(t), frame.kind
    rows = here.back.dz.reshape(-1, frame.units)
    names = cell.names or ("a",)
    gates = {name: float(here.gradient(name)[unit]) for name in cell.names}
    seen = here.by_peepholes
    by_itself = _number(here.into_c, unit) + (0.0 if seen is None else float(seen[0][unit]))
    return CellBackward(
        own=float(terms.own[unit]),
        arriving=float(terms.arriving[unit]),
        da=float(terms.total[unit]),
        slope=np.nan if cell.names else float(here.slope()[unit]),
        dz={name: float(rows[place, unit]) for place, name in enumerate(names)},
        dgates=gates or {"a": float(terms.total[unit])},
        dc_own=by_itself,
        dc_arriving=_arriving_at_c(frame, t, unit) if cell.states else np.nan,
        dc=_number(here.back.dc, unit),
        kept=_number(here.along, unit) * (not frame.cut(t)),
        through=float(here.by_weights[unit]) if frame.linked(t) and not frame.cut(t) else 0.0,
    )


def _arriving_at_c(frame: Frame, t: int, unit: int) -> float:
    """What reaches c⟨t⟩ from step t + 1: through its f, and through peepholes."""
    if t >= frame.steps or not frame.linked(t + 1) or frame.cut(t + 1):
        return 0.0
    after = frame.inside(t + 1)
    seen = after.by_peepholes
    return _number(after.along, unit) + (0.0 if seen is None else float(seen[1][unit]))


def _number(values: Vector | None, unit: int) -> float:
    """A unit's number; NaN of what a cell has not."""
    return np.nan if values is None else float(values[unit])


def squashed(frame: Frame, z: Vector) -> Vector:
    """The activation g of some numbers."""
    with np.errstate(all="ignore"):
        out = np.empty_like(z)
        ACTIVATIONS[frame.activation].apply(z, out)
        return out
