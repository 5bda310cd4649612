"""The numbers inside the memory cell: one unit of one layer at one step, forward and backward."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine import ACTIVATIONS
from rnnviz.film.frame import Frame
from rnnviz.film.records import network_at

Vector = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Squashed:
    """What is added up to z, and what becomes of z.

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


@dataclass(frozen=True, slots=True)
class CellForward:
    """One unit's step forward.

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


@dataclass(frozen=True, slots=True)
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
        a⟨t−1⟩; NaN of the RNN, which has none.
    through : float
        What goes on to this unit of a⟨t−1⟩ through W_aa.
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


def gate_names(cell: str) -> tuple[str, ...]:
    """The gates of a kind of cell, in the order of their rows; "a" for the RNN, which has none."""
    return {"lstm": ("i", "f", "g", "o"), "rnn": ("a",)}.get(cell, ("r", "z", "n"))


def cell_forward(frame: Frame, t: int, unit: int) -> CellForward:
    """The numbers of a step (from 1) forward, in a unit (from 0) of the shown layer."""
    trace, layer, cell = frame.passing.trace, frame.layer, frame.cell
    terms, names, units = frame.forward_terms(t), gate_names(cell), frame.units
    parameters = network_at(trace, t).parameters
    before = t - 1 if frame.linked(t) else 0
    a, c = trace.a[layer, :, 0, unit], trace.c
    second = parameters.get(f"b_aa_l{layer}")
    c_before = np.nan if c is None else float(c[layer, before, 0, unit])
    c_after = np.nan if c is None else float(c[layer, t, 0, unit])
    inside = float(a[before]) if cell == "gru_reset_before" else np.nan
    sums: dict[str, Squashed] = {}
    for place, name in enumerate(names):
        row = place * units + unit
        recurrent, bias = float(terms.recurrent[row]), float(terms.bias[row])
        more = 0.0 if second is None else float(second[row])
        value = float(a[t]) if name == "a" else float(trace.gates[name][layer, t - 1, 0, unit])
        if cell == "gru" and name == "n":
            inside = recurrent + more
            recurrent = sums["r"].value * inside
        else:
            bias += more
        weights = parameters.get(f"p_{name}_l{layer}")
        peephole = 0.0
        if weights is not None:
            peephole = float(weights[unit]) * (c_after if name == "o" else c_before)
        sums[name] = Squashed(
            recurrent, float(terms.input[row]), bias, peephole, float(terms.z[row]), value
        )
    return CellForward(float(a[before]), float(a[t]), c_before, c_after, sums, inside)


def cell_backward(frame: Frame, t: int, unit: int) -> CellBackward:
    """The numbers of a step (from 1) backward, in a unit (from 0) of the shown layer."""
    sweep, layer, cell = frame.sweep, frame.layer, frame.cell
    forward, terms, units = cell_forward(frame, t, unit), frame.backward_terms(t), frame.units
    names, rows = gate_names(cell), sweep.dz[layer, t - 1, 0]
    dz = {name: float(rows[i * units + unit]) for i, name in enumerate(names)}
    da, sums = float(terms.total[unit]), forward.sums
    dc_own = dc_arriving = dc = kept = slope = np.nan
    gates: dict[str, float]
    with np.errstate(all="ignore"):
        if cell == "rnn":
            gates = {"a": da}
            slope = float(_slope(frame, t)[unit])
        elif cell == "lstm" and sweep.dc is not None:
            dc = float(sweep.dc[layer, t - 1, 0, unit])
            bent = float(np.tanh(forward.c))
            dc_own = da * sums["o"].value * _tanh_slope(forward.c)
            dc_own += _peepholes(frame, t, unit, "o")
            dc_arriving = _arriving_at_c(frame, t, unit)
            kept = sums["f"].value * dc
            gates = {
                "i": dc * sums["g"].value,
                "f": dc * forward.c_before,
                "g": dc * sums["i"].value,
                "o": da * bent,
            }
        else:
            kept = sums["z"].value * da
            gates = {
                "r": _to_reset(frame, t, unit, forward),
                "z": da * (forward.a_before - sums["n"].value),
                "n": da * (1.0 - sums["z"].value),
            }
        through = _through(frame, t, unit) if frame.linked(t) else 0.0
    return CellBackward(
        own=float(terms.own[unit]),
        arriving=float(terms.arriving[unit]),
        da=da,
        slope=slope,
        dz=dz,
        dgates=gates,
        dc_own=dc_own,
        dc_arriving=dc_arriving,
        dc=dc,
        kept=kept,
        through=through,
    )


def largest_gradient(frame: Frame, unit: int) -> float:
    """The largest |∂L/∂a⟨t⟩| and |∂L/∂c⟨t⟩| of a unit of the shown layer over all steps; 0 if none.

    What is not finite does not count.
    """
    sweep = frame.sweep
    found = [sweep.da[frame.layer, :, 0, unit]]
    if sweep.dc is not None:
        found.append(sweep.dc[frame.layer, :, 0, unit])
    sizes = np.abs(np.concatenate(found).astype(np.float64))
    sizes = sizes[np.isfinite(sizes)]
    return float(sizes.max()) if sizes.size else 0.0


def _slope(frame: Frame, t: int) -> Vector:
    terms = frame.forward_terms(t)
    return ACTIVATIONS[frame.activation].derivative(terms.z, terms.a)


def _tanh_slope(z: float) -> float:
    """1 − tanh²(z), right also where tanh has rounded to ±1."""
    e = np.exp(-2.0 * abs(z))
    return float(4.0 * e / (1.0 + e) ** 2)


def _peepholes(frame: Frame, t: int, unit: int, gates: str) -> float:
    """What comes back to the cell state through the peepholes of some gates at step t."""
    parameters, layer = network_at(frame.passing.trace, t).parameters, frame.layer
    rows, total = frame.sweep.dz[layer, t - 1, 0], 0.0
    for name in gates:
        weights = parameters.get(f"p_{name}_l{layer}")
        if weights is not None:
            place = gate_names("lstm").index(name)
            total += float(weights[unit]) * float(rows[place * frame.units + unit])
    return total


def _arriving_at_c(frame: Frame, t: int, unit: int) -> float:
    """What reaches c⟨t⟩ from step t + 1: through its f, and through peepholes."""
    dc = frame.sweep.dc
    if t >= frame.steps or dc is None or not frame.linked(t + 1):
        return 0.0
    f = float(frame.passing.trace.gates["f"][frame.layer, t, 0, unit])
    return f * float(dc[frame.layer, t, 0, unit]) + _peepholes(frame, t + 1, unit, "if")


def _to_reset(frame: Frame, t: int, unit: int, forward: CellForward) -> float:
    """∂L/∂r of a GRU."""
    d_n = frame.sweep.dz[frame.layer, t - 1, 0][2 * frame.units :]
    if frame.cell == "gru":
        return float(d_n[unit]) * forward.inside
    return float(d_n @ _recurrent(frame, t)[2 * frame.units :, unit]) * forward.a_before


def _through(frame: Frame, t: int, unit: int) -> float:
    """What reaches a unit of a⟨t−1⟩ through W_aa."""
    rows, column = frame.sweep.dz[frame.layer, t - 1, 0], _recurrent(frame, t)[:, unit]
    if frame.cell in ("rnn", "lstm"):
        return float(rows @ column)
    height = 2 * frame.units
    r = frame.passing.trace.gates["r"][frame.layer, t - 1, 0]
    first, d_n, into_n = float(rows[:height] @ column[:height]), rows[height:], column[height:]
    if frame.cell == "gru":
        return first + float((r * d_n) @ into_n)
    return first + float(r[unit]) * float(d_n @ into_n)


def _recurrent(frame: Frame, t: int) -> Vector:
    return network_at(frame.passing.trace, t).parameters[f"W_aa_l{frame.layer}"]


def squashed(frame: Frame, z: Vector) -> Vector:
    """g of some numbers."""
    with np.errstate(all="ignore"):
        out = np.empty_like(z)
        ACTIVATIONS[frame.activation].apply(z, out)
        return out
