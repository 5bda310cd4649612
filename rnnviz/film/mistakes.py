"""Answers to a number that was left out of an equation: right, or by which usual mistake wrong.

What is right is the engine's. A wrong answer is looked for among what comes out where one thing is
forgotten or taken for another; each is computed anew of this step's numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine import ACTIVATIONS
from rnnviz.film.frame import Frame
from rnnviz.film.timeline import Stage
from rnnviz.film.typed_numbers import half_a_digit, read_number
from rnnviz.film.words import number
from rnnviz.frozen import record

Vector = NDArray[np.float64]

_EXACT, _LAX = 0.006, 0.05
"""Of the right number: what any answer may be off, and what one of few digits may be at most."""


@record
class Checked:
    """The verdict on a number that was typed into a blank."""

    right: bool
    words: str


def quantities(frame: Frame) -> dict[str, Vector]:
    """The vectors of the equation of this moment that can be asked for, the result first.

    Of a cell with gates those alone whose mistakes are known.
    """
    t, stage = frame.moment.step, frame.moment.stage
    if stage is Stage.FORWARD:
        terms = frame.forward_terms(t)
        found = {"a": terms.a}
        states = frame.passing.trace.c
        if states is not None:
            found["c"] = states[frame.layer, t, 0]
        if not frame.kind.names:
            found |= {"z": terms.z, "recurrent": terms.recurrent, "input": terms.input}
    elif stage is Stage.BACKWARD and frame.source:
        terms = frame.backward_terms(t)
        found = {"total": terms.total, "arriving": terms.arriving, "own": terms.own}
        if not frame.kind.names:
            found["dz"] = frame.sweep.dz[frame.layer, t - 1, 0]
    else:
        return {}
    return {name: np.asarray(each, np.float64) for name, each in found.items()}


def name_of(frame: Frame, quantity: str) -> str:
    """What a quantity is called, with its step."""
    t = frame.moment.step
    return {
        "a": f"a⟨{t}⟩",
        "c": f"c⟨{t}⟩",
        "z": f"z⟨{t}⟩",
        "recurrent": f"W_aa a⟨{t - 1}⟩",
        "input": f"W_ax x⟨{t}⟩",
        "total": f"∂L/∂a⟨{t}⟩",
        "arriving": f"what arrives from step {t + 1}",
        "own": f"what comes from above at step {t}",
        "dz": f"∂L/∂z⟨{t}⟩",
    }[quantity]


def usual_mistakes(frame: Frame, quantity: str) -> dict[str, Vector]:
    """What comes out by each usual mistake, by what is said of it."""
    right = quantities(frame)[quantity]
    found: dict[str, Vector] = {}
    with np.errstate(all="ignore"):
        if frame.moment.stage is Stage.FORWARD:
            found = (_gated if frame.kind.names else _forward)(frame, quantity)
        elif frame.moment.stage is Stage.BACKWARD:
            found = _backward(frame, quantity)
        found["the sign is the other way round"] = -right
    return found


def check(frame: Frame, quantity: str, unit: int, text: str) -> Checked:
    """Whether a typed answer is the engine's number; if not, which usual mistake gives it.

    Right is what the number rounds to in the digits that were typed, and what is within six
    thousandths of it.

    Raises
    ------
    ValueError
        In words, where no number was typed.
    """
    said = read_number(text)
    right = float(quantities(frame)[quantity][unit])
    name = f"{name_of(frame, quantity)}, unit {unit + 1}"
    if not np.isfinite(right):
        return Checked(False, f"{name} is no finite number.")
    if _is(said, right, text):
        return Checked(True, f"Right: {name} is {number(right)}.")
    whys = [
        why
        for why, values in usual_mistakes(frame, quantity).items()
        if np.isfinite(values[unit])
        and not _is(float(values[unit]), right, text)
        and _is(said, float(values[unit]), text)
    ]
    written = number(said)
    if whys:
        return Checked(False, f"{written} comes out where {' or '.join(whys[:2])}. Once more.")
    other = _another(quantities(frame)[quantity], unit, said, text)
    if other >= 0:
        return Checked(False, f"{written} is that of unit {other + 1}. Once more.")
    return Checked(False, f"{name} is not {written}, and no usual mistake gives that. Once more.")


def _is(said: float, value: float, text: str) -> bool:
    """Whether an answer stands for a value, by its digits."""
    if value == 0.0:
        return said == 0.0
    within = max(_EXACT, min(half_a_digit(text) / abs(value) * 1.01, _LAX))
    return abs(said - value) <= within * abs(value)


def _another(values: Vector, unit: int, said: float, text: str) -> int:
    """Another unit whose number it is; −1 for none."""
    each = (i for i, value in enumerate(values.tolist()) if i != unit and _is(said, value, text))
    return next(each, -1)


# -- forward ---------------------------------------------------------------------------------


def _forward(frame: Frame, quantity: str) -> dict[str, Vector]:
    t, layer = frame.moment.step, frame.layer
    terms, weights = frame.forward_terms(t), frame.network_at(t).parameters
    r, x, z = (np.asarray(each, np.float64) for each in (terms.recurrent, terms.input, terms.z))
    bias, g = z - r - x, _activation(frame)
    w = np.asarray(weights[f"W_aa_l{layer}"], np.float64)
    before = _before(frame, t)
    turned = before @ w  # W_aaᵀ a
    if quantity == "recurrent":
        return {"W_aaᵀ stands for W_aa": turned, "W_aa is forgotten": before}
    if quantity == "input":
        return {"the memory is taken for it": r}
    made = {
        "the memory, W_aa a⟨t−1⟩, is forgotten": x + bias,
        "the input, W_ax x⟨t⟩, is forgotten": r + bias,
        "the bias is forgotten": r + x,
        "W_aaᵀ stands for W_aa": turned + x + bias,
    }
    if quantity == "z":
        return made | {f"{frame.activation} is applied already": g(z)}
    return {"the activation g is forgotten": z} | {why: g(sums) for why, sums in made.items()}


def _gated(frame: Frame, quantity: str) -> dict[str, Vector]:
    """Of a cell with gates: one of them forgotten or taken for another, or a state.

    What other gates would lead to is asked of the cell.
    """
    here = frame.inside(frame.moment.step)
    cell, steps = here.cell, here.steps
    gates = {name: np.asarray(each, np.float64) for name, each in steps.gates.items()}
    candidate, keeper = cell.candidate, cell.keeper
    valves = [name for name in cell.names if name != candidate]
    one = np.ones_like(gates[candidate])
    made = {f"the gate {name} is forgotten": gates | {name: one} for name in valves}
    made |= {
        f"{a} and {b} are taken for each other": gates | {a: gates[b], b: gates[a]}
        for a, b in combinations(valves, 2)
    }
    made[f"1 − {keeper} stands for {keeper}"] = gates | {keeper: one - gates[keeper]}
    made[f"the candidate {candidate} is forgotten"] = gates | {candidate: 0.0 * one}
    found = {why: cell.settled(each, steps)[quantity] for why, each in made.items()}
    found[f"the candidate {candidate} is taken for it"] = gates[candidate]
    if cell.states and steps.c is not None:
        other, name = (steps.c, "c⟨t⟩") if quantity == "a" else (steps.a, "a⟨t⟩")
        found[f"{name} is taken for it"] = np.asarray(other, np.float64)
    return {why: np.asarray(values, np.float64) for why, values in found.items()}


def _activation(frame: Frame) -> Callable[[Vector], Vector]:
    apply = ACTIVATIONS[frame.activation].apply

    def g(z: Vector) -> Vector:
        out = np.empty_like(z)
        apply(z, out)
        return out

    return g


def _before(frame: Frame, t: int) -> Vector:
    """a⟨t−1⟩ of the shown layer; zeros where it does not reach step t."""
    states = np.asarray(frame.states[t - 1], np.float64)
    return states if frame.linked(t) else np.zeros_like(states)


# -- backward --------------------------------------------------------------------------------


def _backward(frame: Frame, quantity: str) -> dict[str, Vector]:
    t = frame.moment.step
    terms = frame.backward_terms(t)
    total, arriving, own = (
        np.asarray(each, np.float64) for each in (terms.total, terms.arriving, terms.own)
    )
    if quantity == "dz":
        slope, a = frame.slope(t), np.asarray(frame.states[t], np.float64)
        return {
            "g′ is forgotten": total,
            "a⟨t⟩ stands for g′": total * a,
            "g′ is divided by": total / slope,
        }
    if quantity == "own":
        return {"the other path, from the step after, is taken for it": arriving}
    paths = {
        "the other path, from above, is forgotten": arriving,
        "the other path, from the step after, is forgotten": own,
    }
    if not arriving.any():
        return paths if quantity == "total" else {"the path from above is taken for it": own}
    if frame.kind.names:
        ways = _through_gates(frame, arriving)
        if quantity == "arriving":
            return ways | {"the path from above is taken for it": own}
        return {why: way + own for why, way in ways.items()} | paths
    later = frame.network_at(t + 1).parameters
    w = np.asarray(later[f"W_aa_l{frame.layer}"], np.float64)
    came, slope = np.asarray(frame.gradients[t], np.float64), frame.slope(t + 1)
    ways = {
        "g′ is forgotten": came @ w,
        "W_aa stands for W_aaᵀ": w @ (came * slope),
        "g′ is forgotten, and W_aa stands for W_aaᵀ": w @ came,
        f"g′ of step {t} stands for that of step {t + 1}": (came * frame.slope(t)) @ w,
        "W_aaᵀ is forgotten": came * slope,
    }
    if quantity == "arriving":
        return ways | {"the path from above is added already": total}
    return {why: way + own for why, way in ways.items()} | paths


def _through_gates(frame: Frame, arriving: Vector) -> dict[str, Vector]:
    """What arrives from a step with gates, where something is wrong with the way through one.

    Each way is that of the gate's own ∂L/∂z and rows of W_aa; where a reset gate stands before
    W_aa, that of the candidate is none of these.
    """
    here = frame.inside(frame.moment.step + 1)
    cell, units = here.cell, frame.units
    w = np.asarray(frame.network_at(frame.moment.step + 1).parameters[f"W_aa_l{frame.layer}"])
    dz = np.asarray(here.back.dz, np.float64).reshape(-1, units)
    found: dict[str, Vector] = {}
    for place, name in enumerate(cell.names):
        if name == cell.candidate and cell.resets:
            continue
        rows = np.asarray(w[place * units : (place + 1) * units], np.float64)
        way, turned = dz[place] @ rows, rows @ dz[place]
        slope = "tanh′" if name == cell.candidate else "σ′"
        gate = np.asarray(here.gradient(name), np.float64)
        found[f"the way through {name} is forgotten"] = arriving - way
        found[f"{slope} of {name} is forgotten"] = arriving - way + gate @ rows
        found[f"W_aa stands for W_aaᵀ on the way through {name}"] = arriving - way + turned
    return found
