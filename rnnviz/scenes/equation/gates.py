"""A gate's own equation, f⟨t⟩ = σ(W_aa^f a⟨t−1⟩ + W_ax^f x⟨t⟩ + b_a^f), forward and backward."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from rnnviz.scenes.equation.notation import EQUALS, MINUS, PLUS, TIMES, Vector, by
from rnnviz.scenes.equation.step import Step, section
from rnnviz.scenes.equation.tokens import (
    Fence,
    Focus,
    Item,
    Letter,
    Name,
    Number,
    Row,
    Section,
    Stack,
    Term,
)
from rnnviz.scenes.shapes import Role

ONE = Number(1.0, "1")


def in_letters(step: Step, gate: str) -> Row:
    """A gate's equation, its terms lit with their phases."""
    letters, t = step.symbols, step.time
    recurrent = (letters.w_aa(gate), letters.a(letters.before(t)))
    fed = (letters.w_ax(gate), letters.fed(t))
    seen: Row = ()
    if peeps(step, gate):
        seen = (letters.p(gate), TIMES, letters.c(t if gate == "o" else letters.before(t)))
    inner = summed(step, recurrent, fed, letters.biases(gate), seen)
    return squashed(step, letters.gate(gate, t), gate, inner)


def in_numbers(step: Step, gate: str) -> tuple[Row, Row]:
    """The same in numbers, in full and with the sum alone."""
    terms = step.forward
    value = step.column(step.gate(gate, step.t), Role.STATE)
    recurrent = step.column(step.rows(terms.recurrent, gate), Role.STATE)
    fed = step.column(step.rows(terms.input, gate), Role.INPUT)
    bias = step.column(step.rows(step.bias, gate))
    total = step.lamp((step.column(step.rows(terms.z, gate)),), "combine")
    seen: Row = ()
    if peeps(step, gate):
        cell = step.c(step.t if gate == "o" else step.before)
        seen = (step.column(product(step.peephole(gate), cell), Role.STATE),)
    return (
        squashed(step, value, gate, summed(step, (recurrent,), (fed,), (bias,), seen)),
        squashed(step, value, gate, (total,)),
    )


def peeps(step: Step, gate: str) -> bool:
    """Whether a gate sees the cell state."""
    return step.symbols.peepholes and gate in step.frame.kind.peepholes


def summed(step: Step, recurrent: Row, fed: Row, bias: Row, seen: Row = ()) -> Row:
    """Three terms, each lit in its phase; and what a peephole sees, where there is one."""
    lamp = step.lamp
    through: Row = (lamp((PLUS,), "combine"), lamp(seen, "recurrent", "combine")) if seen else ()
    return (
        lamp(recurrent, "recurrent", "combine"),
        lamp((PLUS,), "combine"),
        lamp(fed, "input", "combine"),
        *through,
        lamp((PLUS,), "combine"),
        lamp(bias, "combine"),
    )


def squashed(step: Step, gate: Item, name: str, inner: Row) -> Row:
    """gate = σ(…), or tanh(…) for what is no gate but a candidate."""
    lamp = step.lamp
    function = Name("tanh" if name == step.frame.kind.candidate else "σ")
    focus = lamp.focus("combine", "settle")
    return (lamp((gate, EQUALS), "settle"), lamp((function,), "settle"), Fence(inner, focus=focus))


def stacked(rows: Iterable[Row]) -> Row:
    """Statements one above the other."""
    return (Stack(tuple(rows)),)


# -- backward ----------------------------------------------------------------------------------


def slope_of_g(step: Step, t: int) -> Row:
    """g′ of an RNN at step t, written out; nothing for the identity, whose slope is 1."""
    match step.frame.activation:
        case "tanh" | "sigmoid" as bent:
            return slope_letters(step.symbols.a(t), tanh=bent == "tanh").items
        case "relu":
            return (Name("ReLU′"), Fence((step.symbols.z(t),)))
        case _:
            return ()


def slope_letters(letter: Letter, *, tanh: bool) -> Term:
    """σ′ or tanh′ of a gate, in the gate itself."""
    if tanh:
        row: Row = (Fence((ONE, MINUS, Fence((letter,), sup="2"))),)
    else:
        row = (letter, TIMES, Fence((ONE, MINUS, letter)))
    return Term(row, Focus.LIT)


def pre_gradient(step: Step, name: str, came: Row) -> Row:
    """∂L/∂z of a gate: what came to the gate, times its slope."""
    letters, t = step.symbols, step.t
    slope = slope_letters(letters.gate(name, t), tanh=name == step.frame.kind.candidate)
    return (by(step.loss, letters.z(t, name)), EQUALS, *came, TIMES, slope)


def pre_gradient_numbers(step: Step, name: str, came: Vector, factor: Vector) -> Row:
    """The same in numbers: what came, its factor, the slope."""
    slope = step.frame.inside(step.t).slope(name)
    return (
        step.column(step.rows(step.dz(step.t), name), Role.GRADIENT),
        EQUALS,
        step.column(came, Role.GRADIENT),
        TIMES,
        step.column(factor, Role.STATE),
        TIMES,
        Term((step.column(slope, sign=False),), Focus.LIT),
    )


def each(rows: Iterable[tuple[str, Row]]) -> tuple[Section, ...]:
    """A section for every gate that is shown in letters alone."""
    return tuple(section(f"gate {name}", row) for name, row in rows)


def product(one: Vector, other: Vector) -> Vector:
    """Entry by entry, without a warning where it is not finite."""
    with np.errstate(all="ignore"):
        return one * other


# -- in words ----------------------------------------------------------------------------------


def percent(part: float) -> str:
    """A part between 0 and 1, with no 0 or 100 % that is not exact."""
    said = f"{100 * part:.0f}"
    if part not in (0.0, 1.0) and said in ("0", "100"):
        return opened(part)
    return f"{said}\u00a0%"


def opened(gate: float) -> str:
    """How far a gate is open; it never is at an end, though its number may have rounded there."""
    said = f"{100 * gate:.0f}"
    return {"0": "less than 1\u00a0%", "100": "more than 99\u00a0%"}.get(said, f"{said}\u00a0%")


def unit_of(step: Step) -> int:
    """The unit that is spoken of."""
    return max(step.frame.playhead.unit, 0)
