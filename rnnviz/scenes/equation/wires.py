"""The equation of one wire inside the cell, forward and backward, with the numbers of one unit."""

from __future__ import annotations

from rnnviz.film import Frame
from rnnviz.film.wires import wire
from rnnviz.frozen import record
from rnnviz.scenes.equation import gates, gru, lstm, rnn
from rnnviz.scenes.equation.cells import WRITTEN
from rnnviz.scenes.equation.notation import (
    EQUALS,
    MINUS,
    PLUS,
    TIMES,
    Vector,
    cut,
    readout,
    written,
    x,
    y,
)
from rnnviz.scenes.equation.step import UnitStep, plain
from rnnviz.scenes.equation.tokens import (
    Fence,
    Item,
    Name,
    Row,
    Term,
    Words,
)
from rnnviz.scenes.equation.wires_back import backward_rows, by_row, shorter
from rnnviz.scenes.shapes import Role

_ONE = gates.ONE


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
    backward, back_numbers = backward_rows(step, name, found.gradient)
    if name in frame.inside(t).carried:
        carried = forward[: forward.index(EQUALS)] if EQUALS in forward else forward
        if len(carried) > 1:
            backward = (by_row(step.loss, carried), EQUALS, *backward)
    short = shorter(step, name, backward)
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
