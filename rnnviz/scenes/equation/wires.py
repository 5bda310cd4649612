"""The equation of one wire inside the cell, forward and backward, with the numbers of one unit."""

from __future__ import annotations

from rnnviz.film import Frame
from rnnviz.film.wires import wire
from rnnviz.frozen import record
from rnnviz.scenes.equation.cells import WRITTEN
from rnnviz.scenes.equation.notation import (
    EQUALS,
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


@record
class WireRows:
    """The equations of a wire's vector and of its gradient.

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
    """a⟨t⟩, or c⟨t⟩ where there is one, in letters and in numbers."""
    written_as = WRITTEN[step.frame.cell]
    if written_as.wires.state is not None:
        return written_as.wires.state(step, state)
    general, *rest = written_as.forward(step)
    numbers = [part.forms[0] for part in rest if part.name == "numbers"]
    return general.forms[-1], plain(numbers[0]) if numbers else ()


def gate_rows(step: UnitStep, gate: str) -> tuple[Row, Row]:
    """A gate in letters and in numbers."""
    return WRITTEN[step.frame.cell].wires.gate(step, gate)


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
    before, made = letters.before(t), WRITTEN[frame.cell].wires.carried(step)
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
