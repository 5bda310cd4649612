"""What gates do to a unit's state and to its gradient, in words."""

from __future__ import annotations

from rnnviz.film import number
from rnnviz.scenes.equation.step import Step


def percent(part: float) -> str:
    """A part between 0 and 1, with no 0 or 100 % that is not exact."""
    said = f"{100 * part:.0f}"
    if said == "0" and part != 0.0:
        return "less than 1\u00a0%"
    if said == "100" and part != 1.0:
        return "more than 99\u00a0%"
    return f"{said}\u00a0%"


def unit_of(step: Step) -> int:
    """The unit that is spoken of."""
    return max(step.frame.playhead.unit, 0)


def kept_by_lstm(step: Step) -> str:
    """What becomes of c⟨t−1⟩ and of the candidate."""
    unit, t = unit_of(step), step.t
    i, f, o = (float(step.gate(name, t)[unit]) for name in "ifo")
    if float(step.c(step.before)[unit]) == 0.0:
        said = f"Unit {unit + 1} has nothing to keep yet: c⟨{step.before}⟩ = 0."
    else:
        said = f"Unit {unit + 1} keeps {percent(f)} of its cell state: f\u00a0=\u00a0{number(f)}."
    return f"{said} It takes in {percent(i)} of g and shows {percent(o)} of tanh c."


def kept_by_gru(step: Step) -> str:
    """What becomes of a⟨t−1⟩ and of the candidate."""
    unit, t = unit_of(step), step.t
    z = float(step.gate("z", t)[unit])
    new = f"{percent(1.0 - z)} of the new n⟨{t}⟩: z\u00a0=\u00a0{number(z)}."
    if float(step.a(step.before)[unit]) == 0.0:
        return f"Unit {unit + 1} has nothing to keep (a⟨{step.before}⟩ = 0) and takes {new}"
    return f"Unit {unit + 1} keeps {percent(z)} of a⟨{step.before}⟩ and takes {new}"


def handed_by_lstm(step: Step) -> str:
    """What f lets through of the gradient at step t + 1."""
    unit, after = unit_of(step), step.t + 1
    f = float(step.gate("f", after)[unit])
    return f"Unit {unit + 1} hands on {percent(f)} of ∂L/∂c⟨{after}⟩: f\u00a0=\u00a0{number(f)}."


def handed_by_gru(step: Step) -> str:
    """What z lets through of it."""
    unit, after = unit_of(step), step.t + 1
    z = float(step.gate("z", after)[unit])
    direct = f"{percent(z)} of ∂L/∂a⟨{after}⟩ directly"
    return f"Unit {unit + 1} hands on {direct}: z\u00a0=\u00a0{number(z)}."
