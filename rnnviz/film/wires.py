"""What runs along each wire inside the memory cell at a step: its vector, and its gradient."""

from __future__ import annotations

import numpy as np

from rnnviz.film.frame import Frame
from rnnviz.film.splices import network_at
from rnnviz.film.terms import Vector, entering
from rnnviz.frozen import record


@record(eq=False)
class Wire:
    """One wire of the shown layer's cell at one step, in all units.

    Attributes
    ----------
    value : (n,) array
        What runs along it forward.
    gradient : (n,) array
        What comes back along it, of the loss that is shown: of a state that goes to several
        places, the part that comes by this wire.
    """

    value: Vector
    gradient: Vector


def wire(frame: Frame, t: int, name: str) -> Wire:
    """The vectors of a wire at step t (from 1).

    Parameters
    ----------
    frame : Frame
        Its layer and its loss.
    t : int
    name : str
        "a", "c" and "y" as they leave the step, "up" a⟨t⟩ on its way to the next layer, "x", "b";
        "a-before" and "c-before" as they enter, and "a-along" where a⟨t−1⟩ runs on by a gate alone;
        "z" or of a gate "z-f"; a gate; or one of the cell's own (`Cell.carried`).

    Raises
    ------
    KeyError
        If the cell has no such wire.
    """
    here, sweep = frame.inside(t), frame.sweep
    steps, back, names = here.steps, here.back, here.cell.names
    if name in names:
        return Wire(steps.gates[name], here.gradient(name))
    if name.startswith("z"):
        rows = back.dz.reshape(-1, frame.units)
        gate = name.partition("-")[2]
        return Wire(steps.z[gate], rows[names.index(gate) if gate else 0])
    match name:
        case "a":
            return Wire(steps.a, back.da)
        case "up":
            return Wire(steps.a, _double(frame.backward_terms(t).own))
        case "c" if steps.c is not None and back.dc is not None:
            return Wire(steps.c, back.dc)
        case "a-before":
            return Wire(steps.before, _linked(frame, t, here.by_weights))
        case "a-along" if here.along is not None:
            return Wire(steps.before, _linked(frame, t, here.along))
        case "c-before" if steps.c_before is not None and here.along is not None:
            seen = here.by_peepholes
            by_both = here.along if seen is None else here.along + seen[1]
            return Wire(steps.c_before, _linked(frame, t, by_both))
        case "x":
            parameters = network_at(sweep.trace, t).parameters
            with np.errstate(all="ignore"):
                back_in = back.dz @ _double(parameters[f"W_ax_l{frame.layer}"])
            return Wire(entering(sweep.trace, frame.layer, t), back_in)
        case "b":
            second = here.weights.b_aa
            bias = _double(frame.forward_terms(t).bias)
            return Wire(bias if second is None else bias + second, back.dz)
        case "y":
            said = sweep.trace.probabilities(t - 1, t)
            said = sweep.trace.outputs(t - 1, t) if said is None else said
            return Wire(_double(said[0, 0]), _double(sweep.output_gradient(t - 1, t)[0, 0]))
        case _:
            return Wire(*here.carried[name])


def _linked(frame: Frame, t: int, gradient: Vector) -> Vector:
    """Nothing, where no step knows of another."""
    return gradient if frame.linked(t) else np.zeros_like(gradient)


def _double(values: Vector) -> Vector:
    return values.astype(np.float64)
