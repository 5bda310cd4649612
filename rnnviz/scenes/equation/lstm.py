"""The LSTM's equations: c⟨t⟩ = f ⊙ c⟨t−1⟩ + i ⊙ g, a⟨t⟩ = o ⊙ tanh(c⟨t⟩), and their way back."""

from __future__ import annotations

from rnnviz.film import loss_name, number
from rnnviz.scenes.equation import gates
from rnnviz.scenes.equation.gates import ONE, opened, product, unit_of
from rnnviz.scenes.equation.notation import EQUALS, MINUS, PLUS, TIMES, by
from rnnviz.scenes.equation.step import Step, UnitStep, plain, resulting, section
from rnnviz.scenes.equation.tokens import Fence, Item, Name, Row, Section
from rnnviz.scenes.shapes import Role


def rule(step: Step) -> tuple[Section, ...]:
    """All of it at any step, in letters."""
    rows = {name: gates.in_letters(step, name) for name in "ifgo"}
    return (
        section("general", gates.stacked(in_letters(step))),
        section("gates", gates.stacked((rows["f"], rows["i"]))),
        section("more gates", gates.stacked((rows["g"], rows["o"]))),
    )


def gate_sections(step: Step) -> tuple[Section, ...]:
    """The gates' equations, one of them in numbers."""
    others = gates.stacked(gates.in_letters(step, name) for name in "ig")
    return (
        section("general", gates.in_letters(step, step.frame.kind.keeper)),
        section("numbers", *gates.in_numbers(step, step.frame.kind.keeper)),
        section("gates", others),
        section("more gates", gates.in_letters(step, "o")),
    )


def forward(step: Step) -> tuple[Section, ...]:
    """The cell state and the hidden state, in letters and in numbers."""
    t, lamp = step.t, step.lamp
    i, f, g, o = (step.column(step.gate(name, t), sign=name == "g") for name in "ifgo")
    before_c, c = (step.column(step.c(step.before), Role.STATE), step.column(step.c(t), Role.STATE))
    a = step.column(step.a(t), Role.STATE)
    kept: Row = (c, EQUALS, f, TIMES, before_c, PLUS, i, TIMES, g)
    shown: Row = (a, EQUALS, o, TIMES, Name("tanh"), c)
    return (
        section("general", gates.stacked(in_letters(step))),
        section("numbers", (lamp(kept, "settle"),)),
        section("state", (lamp(shown, "settle"),)),
    )


def in_letters(step: Step) -> tuple[Row, Row]:
    """c⟨t⟩ and a⟨t⟩."""
    letters, t, lamp = step.symbols, step.time, step.lamp
    i, f, g, o = (letters.gate(name, t) for name in "ifgo")
    c = letters.c(t)
    kept: Row = (c, EQUALS, f, TIMES, letters.c(letters.before(t)), PLUS, i, TIMES, g)
    shown: Row = (letters.a(t), EQUALS, o, TIMES, Name("tanh"), Fence((c,)))
    return (lamp(kept, "settle"),), (lamp(shown, "settle"),)


# -- backward ----------------------------------------------------------------------------------


def arriving(step: Step) -> tuple[tuple[Row, Row], tuple[Row, Row]]:
    """What comes to a⟨t⟩ from step t + 1: (full, short) in letters, (full, short) in numbers."""
    letters, after = step.symbols, step.t + 1
    row: Row = (letters.w_aa(transposed=True), by(step.loss, letters.z(after)))
    numbers: Row = (step.column(step.frame.inside(after).by_weights, Role.GRADIENT),)
    return (row, row), (numbers, numbers)


def cell_sections(step: Step) -> tuple[Section, ...]:
    """∂L/∂c⟨t⟩, which comes back through f alone, and through peepholes where there are some."""
    letters, t, lamp, loss = step.symbols, step.t, step.lamp, step.loss
    c, o = letters.c(t), letters.gate("o", t)
    bend: Row = (ONE, MINUS, Name("tanh²"), Fence((c,)))
    row: Row = (
        lamp((by(loss, c), EQUALS), "combine"),
        lamp((by(loss, letters.a(t)), TIMES, o, TIMES, Fence(bend)), "combine"),
    )
    through = step.frame.inside(t).into_c
    assert through is not None
    figures: Row = (
        lamp((step.column(step.dc(t), Role.GRADIENT), EQUALS), "combine"),
        lamp((step.column(through, Role.GRADIENT),), "combine"),
    )
    if letters.peepholes:
        plus = lamp((PLUS,), "combine")
        row = (*row, plus, lamp(_through(step, "o", t), "combine"))
        figures = (*figures, plus, lamp(_through_numbers(step, "o", t), "combine"))
    if step.later:
        f, plus = letters.gate("f", t + 1), lamp((PLUS,), "combine")
        came: Row = (f, TIMES, by(loss, letters.c(t + 1)))
        row = (*row, plus, lamp(came, "recurrent", "combine"))
        kept: Row = (
            step.column(step.gate("f", t + 1), sign=False),
            TIMES,
            step.column(step.dc(t + 1), Role.GRADIENT),
        )
        figures = (*figures, plus, lamp(kept, "recurrent", "combine"))
        for gate in "if" if letters.peepholes else "":
            came, kept = _through(step, gate, t + 1), _through_numbers(step, gate, t + 1)
            row = (*row, plus, lamp(came, "recurrent", "combine"))
            figures = (*figures, plus, lamp(kept, "recurrent", "combine"))
    return section("cell", row), section("cell numbers", figures)


def _through(step: Step, gate: str, t: int) -> Row:
    """What comes back to the cell state through a gate's peephole."""
    return (step.symbols.p(gate), TIMES, by(step.loss, step.symbols.z(t, gate)))


def _through_numbers(step: Step, gate: str, t: int) -> Row:
    came = product(step.peephole(gate), step.rows(step.dz(t), gate))
    return (step.column(came, Role.GRADIENT),)


def through(step: Step) -> tuple[Section, ...]:
    """∂L/∂z⟨t⟩ of every gate, one of them in numbers."""
    rows = {name: gates.pre_gradient(step, name, row) for name, row in to_gates(step).items()}
    numbers = gates.pre_gradient_numbers(step, "f", step.dc(step.t), step.c(step.before))
    return (
        section("general", rows["f"]),
        section("numbers", numbers),
        *gates.each((name, rows[name]) for name in "igo"),
    )


def to_gates(step: Step) -> dict[str, Row]:
    """∂L/∂ of each gate."""
    letters, t, loss = step.symbols, step.t, step.loss
    dc, da = by(loss, letters.c(t)), by(loss, letters.a(t))
    return {
        "f": (dc, TIMES, letters.c(letters.before(t))),
        "i": (dc, TIMES, letters.gate("g", t)),
        "g": (dc, TIMES, letters.gate("i", t)),
        "o": (da, TIMES, Name("tanh"), Fence((letters.c(t),))),
    }


# -- the wires inside --------------------------------------------------------------------------


def state_rows(step: UnitStep, state: str) -> tuple[Row, Row]:
    """c⟨t⟩ or a⟨t⟩."""
    sections = {part.name: part.forms for part in forward(step)}
    kept, shown = in_letters(step)
    if state == "c":
        return kept, plain(sections["numbers"][0])
    return shown, plain(sections["state"][0])


def carried(step: UnitStep) -> dict[str, tuple[Row, Row]]:
    """What the cell hands on within itself, in letters and in numbers."""
    letters, t = step.symbols, step.t
    before = letters.before(t)
    i, f, g = (letters.gate(name, t) for name in "ifg")
    n_i, n_f, n_g = (step.column(step.gate(name, t)) for name in "ifg")
    old, new = letters.c(before), letters.c(t)
    n_old, n_new = step.column(step.c(before)), step.column(step.c(t))
    found: dict[str, tuple[Row, Row]] = {
        "kept": ((f, TIMES, old), (n_f, TIMES, n_old)),
        "new": ((i, TIMES, g), (n_i, TIMES, n_g)),
        "shown": ((Name("tanh"), Fence((new,))), (Name("tanh"), Fence((n_new,)))),
    }
    for name in step.frame.kind.peepholes if letters.peepholes else ():
        seen, n_seen = (new, n_new) if name == "o" else (old, n_old)
        numbers: Row = (step.column(step.peephole(name)), TIMES, n_seen)
        found[f"peep-{name}"] = ((letters.p(name), TIMES, seen), numbers)
    return found


def carried_back(step: UnitStep, name: str, here: Item | None) -> tuple[Row, Row]:
    """What makes the gradient on one of them."""
    letters, t, loss = step.symbols, step.t, step.loss
    if name != "shown":
        seeing = letters.z(t, name[-1]) if name.startswith("peep") else letters.c(t)
        return resulting((by(loss, seeing),), here)
    numbers: Row = (step.column(step.da(t), Role.GRADIENT), TIMES, step.column(step.gate("o", t)))
    row: Row = (by(loss, letters.a(t)), TIMES, letters.gate("o", t))
    return row, (here, EQUALS, *numbers) if here else ()


def factors(step: UnitStep, gate: str) -> tuple[Item, Item]:
    """What comes back to where a gate multiplies, and what the gate multiplies there."""
    t = step.t
    if gate == "o":
        shown = step.frame.inside(t).carried["shown"][0]
        return step.column(step.da(t), Role.GRADIENT), step.column(shown, Role.STATE)
    others = {"f": step.c(step.before), "i": step.gate("g", t), "g": step.gate("i", t)}
    return step.column(step.dc(t), Role.GRADIENT), step.column(others[gate], Role.STATE)


# -- in words ----------------------------------------------------------------------------------


def kept(step: Step) -> str:
    """What becomes of c⟨t−1⟩ and of the candidate."""
    unit, t = unit_of(step), step.t
    i, f, o = (float(step.gate(name, t)[unit]) for name in "ifo")
    if float(step.c(step.before)[unit]) == 0.0:
        said = f"Unit {unit + 1} has nothing to keep yet: c⟨{step.before}⟩ = 0."
    else:
        said = f"Unit {unit + 1} keeps {opened(f)} of its cell state: f\u00a0=\u00a0{number(f)}."
    return f"{said} It takes in {opened(i)} of g and shows {opened(o)} of tanh c."


def handed(step: Step) -> str:
    """What f lets through of the gradient at step t + 1."""
    unit, after = unit_of(step), step.t + 1
    f = float(step.gate("f", after)[unit])
    came = f"∂{loss_name(step.frame)}/∂c⟨{after}⟩"
    return f"Unit {unit + 1} hands on {opened(f)} of {came}: f\u00a0=\u00a0{number(f)}."
