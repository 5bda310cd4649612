"""The equation of one wire inside the cell, forward and backward, with the numbers of one unit."""

from __future__ import annotations

from dataclasses import replace

from rnnviz.film import Frame
from rnnviz.film.wires import wire
from rnnviz.record import record
from rnnviz.scenes.equation import gates, gru, lstm, rnn
from rnnviz.scenes.equation.backward import arriving_at, error, from_above
from rnnviz.scenes.equation.cells import WRITTEN
from rnnviz.scenes.equation.notation import (
    DOT,
    EQUALS,
    MINUS,
    PLUS,
    TIMES,
    W_YA_T,
    Vector,
    by,
    cut,
    readout,
    written,
    x,
    y,
)
from rnnviz.scenes.equation.step import Step
from rnnviz.scenes.equation.tokens import (
    Fence,
    Fraction,
    Item,
    Letter,
    Name,
    Number,
    Row,
    Sign,
    Stack,
    Term,
    Words,
)
from rnnviz.scenes.shapes import Role

FAINT = 1e-30  # of a gradient that is beyond its floats: what is left of smaller numbers
_ONE = gates.ONE


class UnitStep(Step):
    """A step whose vectors are written as the number of one unit."""

    def __init__(self, frame: Frame, t: int, unit: int, phase: str = "") -> None:
        super().__init__(frame, t, phase)
        self.unit = unit

    def column(self, values: Vector, role: Role = Role.INK, *, sign: bool = True) -> Item:
        """The unit's number, in parentheses where it is negative."""
        return self.number(float(values[self.unit]), role)

    def number(self, value: float, role: Role = Role.INK) -> Item:
        """A number, in parentheses where it is negative."""
        if role is Role.GRADIENT and abs(value) < FAINT and self.frame.lost(self.t):
            return Number(value, "≈0", role)
        said = written(value, role)
        return Fence((said,)) if said.text.startswith("−") else said


@record
class WireRows:
    """What makes a wire's vector, and what makes its gradient.

    Attributes
    ----------
    forward, backward : Row
        In letters.
    forward_numbers, backward_numbers : Row
        Of one unit; empty where the formula has no other numbers than its result.
    backward_short : Row
        The same as `backward`, where there is less room; empty where there is no shorter form.
    """

    forward: Row
    forward_numbers: Row
    backward: Row
    backward_numbers: Row
    backward_short: Row = ()


def state_rows(step: UnitStep, state: str = "a") -> tuple[Row, Row]:
    """a⟨t⟩, or c⟨t⟩ of the LSTM, in letters and in numbers."""
    match step.frame.kind.key:
        case "lstm":
            sections = {part.name: part.forms for part in lstm.forward(step)}
            kept, shown = lstm.in_letters(step)
            if state == "c":
                return kept, plain(sections["numbers"][0])
            return shown, plain(sections["state"][0])
        case "rnn":
            sections = {part.name: part.forms for part in rnn.forward(step)}
            return sections["general"][0], plain(sections["numbers"][0])
        case "gru" | "gru_reset_before":
            sections = {part.name: part.forms for part in gru.forward(step)}
            return sections["general"][-1], plain(sections["numbers"][0])
        case _:
            general, *rest = WRITTEN[step.frame.cell].forward(step)
            numbers = [part.forms[0] for part in rest if part.name == "numbers"]
            return general.forms[-1], plain(numbers[0]) if numbers else ()


def gate_rows(step: UnitStep, gate: str) -> tuple[Row, Row]:
    """A gate in letters and in numbers."""
    if gate == "n":
        return gru.candidate_letters(step), plain(gru.candidate_numbers(step)[0])
    return gates.in_letters(step, gate), plain(gates.in_numbers(step, gate)[0])


def answer_rows(step: UnitStep) -> tuple[Row, Row]:
    """y⟨t⟩, and of it the probability of the target, or else of the likeliest; or its number."""
    frame, t, lamp = step.frame, step.t, step.lamp
    inner = readout(step.symbols.a(t))
    if frame.task.loss == "softmax_cross_entropy":
        letters: Row = (y(t), EQUALS, Name("softmax"), Fence(inner))
        said = frame.target(t) or next(iter(frame.outputs(t, 1)), None)
        if said is None:
            return (lamp(letters, "output"),), ()
        name = Words(f"for “{cut(said.name)}”", otherwise="for the target")
        numbers: Row = (written(said.probability, Role.OUTPUT), name)
        return (lamp(letters, "output"),), (lamp(numbers, "output"),)
    letters = (y(t), EQUALS, *inner)
    value = wire(frame, t, "y").value
    numbers = () if len(value) > 1 else (written(float(value[0]), Role.OUTPUT),)
    return (lamp(letters, "output"),), (lamp(numbers, "output"),) if numbers else ()


def wire_rows(frame: Frame, t: int, unit: int, name: str) -> WireRows:
    """The equations of a wire (as `film.wires` calls it) at step t."""
    step, found = UnitStep(frame, t, unit), wire(frame, t, name)
    forward, numbers = _forward(step, name, found.value)
    backward, back_numbers = _backward(step, name, found.gradient)
    if name in frame.inside(t).carried:
        carried = forward[: forward.index(EQUALS)] if EQUALS in forward else forward
        if len(carried) > 1:
            backward = (_by_row(step.loss, carried), EQUALS, *backward)
    short = _shorter(step, name, backward)
    return WireRows(forward, plain(numbers), backward, plain(back_numbers), short)


def _forward(step: UnitStep, name: str, value: Vector) -> tuple[Row, Row]:
    letters, t, frame = step.symbols, step.t, step.frame
    before, made = letters.before(t), _factors(step)
    match name:
        case "a" | "c":
            return state_rows(step, name)
        case "up":
            return state_rows(step)
        case "y":
            return answer_rows(step)
        case "a-before" | "a-along" | "c-before":
            state = name[0]
            letter = letters.c(before) if state == "c" else letters.a(before)
            if before < 1:
                return (letter, EQUALS, *plain((step.column(value, Role.STATE),))), ()
            return state_rows(UnitStep(frame, before, step.unit), state)
        case "x":
            return _entering(step), ()
        case "b":
            return (*letters.biases(), EQUALS, *plain((step.column(value),))), ()
        case gate if gate in frame.kind.names:
            return gate_rows(step, gate)
        case total if total.startswith("z"):
            gate = total.partition("-")[2]
            written_as, numbers = gate_rows(step, gate) if gate else state_rows(step)
            head, said = letters.z(t, gate), written(float(value[step.unit]))
            return (head, EQUALS, *_inside(written_as)), (said, EQUALS, *_inside(numbers))
        case "inside":
            return made["inside"][0], ()
        case _:
            row, parts = made[name]
            return row, (written(float(value[step.unit])), EQUALS, *parts) if parts else ()


def _entering(step: UnitStep) -> Row:
    frame, t = step.frame, step.t
    fed = step.symbols.fed(t)
    if frame.layer:
        return (fed, EQUALS, Words(f"a⟨{t}⟩ of layer {frame.layer}"))
    value = frame.entering(t)
    if value is None:
        return (x(t), EQUALS, Words(f"“{cut(frame.token(t))}”", otherwise="the word"))
    many = frame.task.inputs > 1
    return (x(t),) if many else (x(t), EQUALS, written(float(value), Role.INPUT))


def _factors(step: UnitStep) -> dict[str, tuple[Row, Row]]:
    """What the cell hands on within itself, in letters and in numbers."""
    frame, letters, t = step.frame, step.symbols, step.t
    before, kind = letters.before(t), frame.kind
    if kind.key == "lstm":
        i, f, g = (letters.gate(name, t) for name in "ifg")
        n_i, n_f, n_g = (step.column(step.gate(name, t)) for name in "ifg")
        old, new = letters.c(before), letters.c(t)
        n_old, n_new = step.column(step.c(before)), step.column(step.c(t))
        found: dict[str, tuple[Row, Row]] = {
            "kept": ((f, TIMES, old), (n_f, TIMES, n_old)),
            "new": ((i, TIMES, g), (n_i, TIMES, n_g)),
            "shown": ((Name("tanh"), Fence((new,))), (Name("tanh"), Fence((n_new,)))),
        }
        for name in kind.peepholes if letters.peepholes else ():
            seen, n_seen = (new, n_new) if name == "o" else (old, n_old)
            numbers: Row = (step.column(step.peephole(name)), TIMES, n_seen)
            found[f"peep-{name}"] = ((letters.p(name), TIMES, seen), numbers)
        return found
    if kind.key not in ("gru", "gru_reset_before"):
        return {}
    r, z, n = (letters.gate(name, t) for name in "rzn")
    n_r, n_z, n_n = (step.column(step.gate(name, t)) for name in "rzn")
    old, n_old = letters.a(before), step.column(step.a(before), Role.STATE)
    rest, n_rest = Fence((_ONE, MINUS, z)), Fence((_ONE, MINUS, n_z))
    inside: Row = (old,)
    under = step.number(float(wire(frame, t, "inside").value[step.unit]), Role.STATE)
    if gru.resets_after(step):
        inside = (letters.w_aa("n"), old, PLUS, letters.b_aa("n"))
    held = Fence(inside) if len(inside) > 1 else old
    return {
        "kept": ((z, TIMES, old), (n_z, TIMES, n_old)),
        "new": ((rest, TIMES, n), (n_rest, TIMES, n_n)),
        "rest": ((_ONE, MINUS, z), (_ONE, MINUS, n_z)),
        "inside": ((*inside, EQUALS, *plain((under,))), ()),
        "reset": ((r, TIMES, held), (n_r, TIMES, under)),
    }


# -- backward ----------------------------------------------------------------------------------


def _backward(step: UnitStep, name: str, gradient: Vector) -> tuple[Row, Row]:
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
            head = _by_row(loss, readout(letters.a(t)))
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


def _by_row(loss: Letter, row: Row) -> Fraction:
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


def _shorter(step: UnitStep, name: str, row: Row) -> Row:
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


# -- numbers in place of vectors ---------------------------------------------------------------


def plain(row: Row) -> Row:
    """Numbers alone: · for ⊙, and no parentheses where nothing stands before a number."""
    return _plain(row, True)[0]


def _plain(row: Row, first: bool) -> tuple[Row, bool]:
    items: list[Item] = []
    for item in row:
        if isinstance(item, Term):
            inner, first = _plain(item.items, first)
            items.append(Term(inner, item.focus))
            continue
        if isinstance(item, Stack):
            items.append(Stack(tuple(plain(one) for one in item.rows)))
        elif isinstance(item, Fence) and _is_number(item) and first:
            items.append(item.items[0])
        elif isinstance(item, Number) and items and isinstance(items[-1], Name):
            items.append(Fence((item,)))
        elif isinstance(item, Fence):
            items.append(Fence(_plain(item.items, True)[0], item.sup, item.norm, item.focus))
        else:
            items.append(DOT if item == TIMES else item)
        first = item == EQUALS
    return tuple(items), first


def _is_number(fence: Fence) -> bool:
    return len(fence.items) == 1 and isinstance(fence.items[0], Number) and not fence.sup


def _inside(row: Row) -> Row:
    """What a nonlinearity is applied to, of a row that ends with it; else its right side."""
    last = row[-1]
    if isinstance(last, Fence):
        return last.items
    at = next(i for i, item in enumerate(row) if _ends_with_equals(item))
    return row[at + 1 :]


def _ends_with_equals(item: Item) -> bool:
    while isinstance(item, Term):
        item = item.items[-1]
    return item == EQUALS
