"""The equation of one wire inside the cell, backward: what makes the gradient on it."""

from __future__ import annotations

from dataclasses import replace

from rnnviz.scenes.equation import gates
from rnnviz.scenes.equation.backward import arriving_at, error, from_above
from rnnviz.scenes.equation.cells import WRITTEN
from rnnviz.scenes.equation.notation import (
    EQUALS,
    PLUS,
    TIMES,
    W_YA_T,
    Vector,
    by,
    readout,
    written,
)
from rnnviz.scenes.equation.step import UnitStep, resulting
from rnnviz.scenes.equation.tokens import (
    Fence,
    Fraction,
    Item,
    Letter,
    Number,
    Row,
    Sign,
)
from rnnviz.scenes.shapes import Role


def backward_rows(step: UnitStep, name: str, gradient: Vector) -> tuple[Row, Row]:
    """What makes the gradient that comes back along a wire."""
    letters, t, loss, kind = step.symbols, step.t, step.loss, step.frame.kind
    inside = WRITTEN[step.frame.cell].wires
    here = (
        step.number(float(gradient[step.unit]), Role.GRADIENT) if name not in ("x", "y") else None
    )
    d_a = by(loss, letters.a(t))
    match name:
        case "a" | "c":
            parts = {part.name: part.forms for part in arriving_at(step)}
            general, numbers = ("cell", "cell numbers") if name == "c" else ("general", "numbers")
            if general not in parts or not (step.later or step.own):
                d_c = by(loss, letters.c(t))
                return (d_c if name == "c" else d_a, EQUALS, *_nothing()), ()
            return parts[general][0], parts.get(numbers, ((),))[-1]
        case "up":
            return resulting(from_above(step) if step.own else _nothing(), here)
        case "y":
            head = by_row(loss, readout(letters.a(t)))
            came = tuple(part for part in error(step.frame, t) if part != W_YA_T)
            return (head, EQUALS, *(came if step.own else _nothing())), ()
        case "x":
            return (by(loss, letters.fed(t)), EQUALS, *_by_w_ax(step)), ()
        case "b":
            return resulting((by(loss, letters.z(t)),), here)
        case "a-before":
            if not step.frame.linked(t):
                return _nothing(), ()
            return resulting(inside.by_weights(step, t), here)
        case "a-along" | "c-before":
            return _along(step, name, here)
        case gate if gate in kind.names:
            return _to_gate(step, gate, here)
        case "z":
            slope = gates.slope_of_g(step, t)
            row: Row = (by(loss, letters.z(t)), EQUALS, d_a)
            if not slope:
                return row, ()
            bend = written(float(step.frame.slope(t)[step.unit]), Role.STATE)
            numbers = (step.column(step.da(t), Role.GRADIENT), TIMES, bend)
            return (*row, TIMES, *slope), (here, EQUALS, *numbers) if here else ()
        case total if total.startswith("z"):
            gate = total.partition("-")[2]
            came = inside.to_gates(step).get(gate, ())
            inner = step.frame.inside(t)
            numbers = (
                step.column(inner.gradient(gate), Role.GRADIENT),
                TIMES,
                written(float(inner.slope(gate)[step.unit])),
            )
            row = gates.pre_gradient(step, gate, came)
            return row, (here, EQUALS, *numbers) if here else ()
        case _:
            return inside.back(step, name, here)


def by_row(loss: Letter, row: Row) -> Fraction:
    """∂L/∂ of what has no letter of its own."""
    partial = Sign("∂", Role.GRADIENT)
    return Fraction((partial, loss), (partial, Fence(_tinted(row))), Role.GRADIENT)


def _tinted(row: Row) -> Row:
    """In the colour of gradients."""
    items: list[Item] = []
    for item in row:
        if isinstance(item, Fence):
            items.append(Fence(_tinted(item.items), item.sup))
        elif isinstance(item, Letter | Sign | Number):
            items.append(replace(item, role=Role.GRADIENT))
        else:
            items.append(item)
    return tuple(items)


def shorter(step: UnitStep, name: str, row: Row) -> Row:
    """What the gates carry in a word, where the cell has one; empty where it has none."""
    words = WRITTEN[step.frame.cell].wires.words
    if name == "a" and words:
        parts = {part.name: part.forms for part in arriving_at(step)}
        return parts["general"][-1]
    if name == "a-before" and EQUALS in row and words:
        return (*words, *row[row.index(EQUALS) :])
    return ()


def _nothing() -> Row:
    return (Number(0.0, "0", Role.GRADIENT),)


def _by_w_ax(step: UnitStep) -> Row:
    """W_axᵀ ∂L/∂z⟨t⟩; the rows of all gates are one matrix."""
    sup = f"[{step.frame.layer + 1}]⊤" if step.frame.layers > 1 else "⊤"
    matrix = Letter("W", sub="ax", sup=sup, role=Role.INPUT)
    if "z" in step.frame.kind.names:  # its z is a gate
        gate = by(step.loss, step.symbols.z(step.t, "k"))
        return (Letter("Σ", sub="k"), step.symbols.w_ax("k⊤"), gate)
    return (matrix, by(step.loss, step.symbols.z(step.t)))


def _along(step: UnitStep, name: str, here: Item | None) -> tuple[Row, Row]:
    """Back along the conveyor: times one gate, and with peepholes what they add."""
    letters, t, loss = step.symbols, step.t, step.loss
    if not step.frame.linked(t):
        return _nothing(), ()
    gate = step.frame.kind.keeper
    ahead = letters.c(t) if name == "c-before" else letters.a(t)
    came = step.dc(t) if name == "c-before" else step.da(t)
    row: Row = (letters.gate(gate, t), TIMES, by(loss, ahead))
    numbers: Row = (
        step.column(step.gate(gate, t)), TIMES, step.column(came, Role.GRADIENT)
    )  # fmt: skip
    for seeing in "fi" if letters.peepholes and name == "c-before" else "":
        row = (*row, PLUS, letters.p(seeing), TIMES, by(loss, letters.z(t, seeing)))
        part = gates.product(step.peephole(seeing), step.rows(step.dz(t), seeing))
        numbers = (*numbers, PLUS, step.column(part, Role.GRADIENT))
    return row, (here, EQUALS, *numbers) if here else ()


def _to_gate(step: UnitStep, gate: str, here: Item | None) -> tuple[Row, Row]:
    """∂L/∂gate: what is carried back, times what the gate multiplies."""
    inside = WRITTEN[step.frame.cell].wires
    row = inside.to_gates(step).get(gate, ())
    head = by(step.loss, step.symbols.gate(gate, step.t))
    if not row or inside.factors is None:
        return (head,), ()
    came, factor = inside.factors(step, gate)
    numbers: Row = (came, TIMES, factor)
    return (head, EQUALS, *row), (here, EQUALS, *numbers) if here else ()
