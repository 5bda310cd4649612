"""The equation of one wire inside the cell, backward: what makes the gradient on it."""

from __future__ import annotations

from dataclasses import replace

from rnnviz.film.wires import wire
from rnnviz.scenes.equation import gates, gru, lstm, rnn
from rnnviz.scenes.equation.backward import arriving_at, error, from_above
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
from rnnviz.scenes.equation.step import UnitStep, plain
from rnnviz.scenes.equation.tokens import (
    Fence,
    Fraction,
    Item,
    Letter,
    Number,
    Row,
    Sign,
    Words,
)
from rnnviz.scenes.shapes import Role


def backward_rows(step: UnitStep, name: str, gradient: Vector) -> tuple[Row, Row]:
    """What makes the gradient that comes back along a wire."""
    letters, t, loss, kind = step.symbols, step.t, step.loss, step.frame.kind
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
            return _result(from_above(step) if step.own else _nothing(), here)
        case "y":
            head = by_row(loss, readout(letters.a(t)))
            came = tuple(part for part in error(step.frame, t) if part != W_YA_T)
            return (head, EQUALS, *(came if step.own else _nothing())), ()
        case "x":
            return (by(loss, letters.fed(t)), EQUALS, *_by_w_ax(step)), ()
        case "b":
            return _result((by(loss, letters.z(t)),), here)
        case "a-before":
            if not step.frame.linked(t):
                return _nothing(), ()
            gated = kind.key in ("gru", "gru_reset_before")
            plain_row: Row = (letters.w_aa(transposed=True), by(loss, letters.z(t)))
            return _result(gru.by_gates(step, t) if gated else plain_row, here)
        case "a-along" | "c-before":
            return _along(step, name, here)
        case gate if gate in kind.names:
            return _to_gate(step, gate, here)
        case "z":
            slope = rnn.slope_letters(step, t)
            row: Row = (by(loss, letters.z(t)), EQUALS, d_a)
            if not slope:
                return row, ()
            bend = written(float(step.frame.slope(t)[step.unit]), Role.STATE)
            numbers = (step.column(step.da(t), Role.GRADIENT), TIMES, bend)
            return (*row, TIMES, *slope), (here, EQUALS, *numbers) if here else ()
        case total if total.startswith("z"):
            gate = total.partition("-")[2]
            came = _to_gates(step).get(gate, ())
            inner = step.frame.inside(t)
            numbers = (
                step.column(inner.gradient(gate), Role.GRADIENT),
                TIMES,
                written(float(inner.slope(gate)[step.unit])),
            )
            row = gates.pre_gradient(step, gate, came)
            return row, (here, EQUALS, *numbers) if here else ()
        case _:
            return _carried(step, name, here)


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
    """What the gates of a GRU carry in a word; empty for all others."""
    if step.frame.kind.key not in ("gru", "gru_reset_before"):
        return ()
    if name == "a":
        parts = {part.name: part.forms for part in arriving_at(step)}
        return parts["general"][-1]
    if name == "a-before" and EQUALS in row:
        return (Words("what the gates carry"), *row[row.index(EQUALS) :])
    return ()


def _result(row: Row, here: Item | None) -> tuple[Row, Row]:
    """A formula whose result alone is a number of one unit."""
    return row if here is None else (*row, EQUALS, *plain((here,))), ()


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


def _to_gates(step: UnitStep) -> dict[str, Row]:
    lettered = {"lstm": lstm.to_gates, "gru": gru.to_gates, "gru_reset_before": gru.to_gates}
    make = lettered.get(step.frame.kind.key)
    return make(step) if make else {}


def _to_gate(step: UnitStep, gate: str, here: Item | None) -> tuple[Row, Row]:
    """∂L/∂gate: what is carried back, times what the gate multiplies."""
    row, t = _to_gates(step).get(gate, ()), step.t
    head = by(step.loss, step.symbols.gate(gate, t))
    if step.frame.kind.key == "lstm":
        carried = step.frame.inside(t).carried["shown"][0]
        came = step.da(t) if gate == "o" else step.dc(t)
        factors = {"f": step.c(step.before), "i": step.gate("g", t), "g": step.gate("i", t)}
        factor = step.column(factors.get(gate, carried), Role.STATE)
    elif gate == "z":
        came, factor = step.da(t), step.column(step.a(step.before) - step.gate("n", t))
    elif gate == "n":
        came, factor = step.da(t), step.column(wire(step.frame, t, "rest").value)
    elif row:
        one = wire(step.frame, t, "reset").gradient
        came, factor = one, step.column(wire(step.frame, t, "inside").value, Role.STATE)
    else:
        return (head,), ()
    numbers: Row = (step.column(came, Role.GRADIENT), TIMES, factor)
    return (head, EQUALS, *row), (here, EQUALS, *numbers) if here else ()


def _carried(step: UnitStep, name: str, here: Item | None) -> tuple[Row, Row]:
    """Back along what the cell hands on within itself."""
    letters, t, loss, kind = step.symbols, step.t, step.loss, step.frame.kind
    d_a = by(loss, letters.a(t))
    if name.startswith("peep"):
        return _result((by(loss, letters.z(t, name[-1])),), here)
    if name in ("kept", "new"):
        return _result((by(loss, letters.c(t)) if kind.states else d_a,), here)
    if name in ("shown", "rest"):
        gate = "o" if name == "shown" else "n"
        numbers: Row = (
            step.column(step.da(t), Role.GRADIENT), TIMES, step.column(step.gate(gate, t))
        )  # fmt: skip
        row: Row = (d_a, TIMES, letters.gate(gate, t))
        return row, (here, EQUALS, *numbers) if here else ()
    d_n = by(loss, letters.z(t, "n"))
    came: Row = (d_n,)
    if not gru.resets_after(step):
        came = (letters.w_aa("n", transposed=True), d_n)
    if name == "reset":
        return _result(came, here)
    held = Fence(came) if len(came) > 1 else d_n
    one = step.column(wire(step.frame, t, "reset").gradient, Role.GRADIENT)
    numbers = (step.column(step.gate("r", t)), TIMES, one)
    return (letters.gate("r", t), TIMES, held), (here, EQUALS, *numbers) if here else ()
