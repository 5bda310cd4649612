"""The GRU's equations, reset after or before the product: a⟨t⟩ = (1 − z) ⊙ n + z ⊙ a⟨t−1⟩."""

from __future__ import annotations

from rnnviz.film import loss_name, number
from rnnviz.film.memory_cell import cell_forward
from rnnviz.film.wires import wire
from rnnviz.scenes.equation import gates
from rnnviz.scenes.equation.gates import ONE, opened, unit_of
from rnnviz.scenes.equation.notation import EQUALS, MINUS, PLUS, TIMES, Vector, by
from rnnviz.scenes.equation.step import Step, UnitStep, plain, resulting, section
from rnnviz.scenes.equation.tokens import Fence, Item, Row, Section, Words
from rnnviz.scenes.shapes import Role


def resets_after(step: Step) -> bool:
    """Whether it is the GRU that resets after the product."""
    return step.frame.kind.resets == "after"


def rule(step: Step) -> tuple[Section, ...]:
    """All of it at any step, in letters."""
    rows = (candidate_letters(step), (step.lamp(state_letters(step), "settle"),))
    sigmoids = (gates.in_letters(step, name) for name in "rz")
    return (section("general", gates.stacked(rows)), section("gates", gates.stacked(sigmoids)))


def gate_sections(step: Step) -> tuple[Section, ...]:
    """The gates' equations, one of them in numbers."""
    others = (gates.in_letters(step, "r"), candidate_letters(step))
    return (
        section("general", gates.in_letters(step, step.frame.kind.keeper)),
        section("numbers", *gates.in_numbers(step, step.frame.kind.keeper)),
        section("gates", gates.stacked(others)),
    )


def forward(step: Step) -> tuple[Section, ...]:
    """The new state in letters and in numbers, and the candidate in numbers."""
    t, lamp = step.t, step.lamp
    z, n = step.column(step.gate("z", t), sign=False), step.column(step.gate("n", t))
    old, a = (step.column(step.a(step.before), Role.STATE), step.column(step.a(t), Role.STATE))
    row: Row = (a, EQUALS, Fence((ONE, MINUS, z)), TIMES, n, PLUS, z, TIMES, old)
    state: Row = (lamp(state_letters(step), "settle"),)
    return (
        section("general", gates.stacked((candidate_letters(step), state)), state),
        section("numbers", (lamp(row, "settle"),)),
        section("candidate", *candidate_numbers(step)),
    )


def state_letters(step: Step) -> Row:
    """a⟨t⟩ = (1 − z⟨t⟩) ⊙ n⟨t⟩ + z⟨t⟩ ⊙ a⟨t−1⟩."""
    letters, t = step.symbols, step.time
    z, n = letters.gate("z", t), letters.gate("n", t)
    new: Row = (Fence((ONE, MINUS, z)), TIMES, n)
    return (letters.a(t), EQUALS, *new, PLUS, z, TIMES, letters.a(letters.before(t)))


def candidate_letters(step: Step) -> Row:
    """The candidate n⟨t⟩ in letters, where the two GRUs differ."""
    letters, t = step.symbols, step.time
    r, old, matrix = letters.gate("r", t), letters.a(letters.before(t)), letters.w_aa("n")
    bias: Row = (letters.b_a("n"),)
    if resets_after(step):
        product: Row = (matrix, old, PLUS, letters.b_aa("n"))
        recurrent: Row = (r, TIMES, Fence(product))
    else:
        recurrent = (matrix, Fence((r, TIMES, old)))
        bias = letters.biases("n")
    inner = _summed(step, (letters.w_ax("n"), letters.fed(t)), bias, recurrent)
    return gates.squashed(step, letters.gate("n", t), "n", inner)


def _summed(step: Step, fed: Row, bias: Row, recurrent: Row) -> Row:
    """The terms in the order in which the candidate is written, what is reset at the end."""
    lamp = step.lamp
    plus = lamp((PLUS,), "combine")
    fed, bias = (lamp(fed, "input", "combine"),), (lamp(bias, "combine"),)
    return (*fed, plus, *bias, plus, lamp(recurrent, "recurrent", "combine"))


def candidate_numbers(step: Step) -> tuple[Row, ...]:
    """The same in numbers, in full and with the sum alone."""
    terms = step.forward
    n = step.column(step.gate("n", step.t), Role.STATE)
    product = step.column(step.rows(terms.recurrent, "n"), Role.STATE)
    bias: Vector = step.rows(terms.bias, "n")
    recurrent: Row = (product,)
    if resets_after(step):
        r = step.column(step.gate("r", step.t), sign=False)
        inside = step.column(step.rows(step.second_bias, "n"))
        recurrent = (r, TIMES, Fence((product, PLUS, inside)))
    else:
        bias = step.rows(step.bias, "n")
    fed = step.column(step.rows(terms.input, "n"), Role.INPUT)
    inner = _summed(step, (fed,), (step.column(bias),), recurrent)
    total = step.lamp((step.column(step.rows(terms.z, "n")),), "combine")
    return (gates.squashed(step, n, "n", inner), gates.squashed(step, n, "n", (total,)))


# -- backward ----------------------------------------------------------------------------------


def arriving(step: Step) -> tuple[tuple[Row, Row], tuple[Row, Row]]:
    """What comes to a⟨t⟩ from step t + 1: (full, short) in letters, (full, short) in numbers."""
    letters, after, loss = step.symbols, step.t + 1, step.loss
    kept: Row = (letters.gate("z", after), TIMES, by(loss, letters.a(after)), PLUS)
    row: Row = (*kept, *by_gates(step, after))
    short: Row = (*kept, *IN_WORDS)
    z = step.column(step.gate("z", after), sign=False)
    numbers: Row = (
        z,
        TIMES,
        step.column(step.da(after), Role.GRADIENT),
        PLUS,
        step.column(step.frame.inside(after).by_weights, Role.GRADIENT),
    )
    return (row, short), (numbers, (step.column(step.backward.arriving, Role.GRADIENT),))


def by_gates(step: Step, t: int) -> Row:
    """What goes on from step t to a⟨t−1⟩ by W_aa and the gates."""
    letters, loss = step.symbols, step.loss
    r, d_n = letters.gate("r", t), by(loss, letters.z(t, "n"))
    row: Row = ()
    for name in "rz":
        transposed = letters.w_aa(name, transposed=True)
        row = (*row, transposed, by(loss, letters.z(t, name)), PLUS)
    transposed = letters.w_aa("n", transposed=True)
    if resets_after(step):
        return (*row, transposed, Fence((r, TIMES, d_n)))
    return (*row, r, TIMES, Fence((transposed, d_n)))


def through(step: Step) -> tuple[Section, ...]:
    """∂L/∂z⟨t⟩ of every gate, one of them in numbers."""
    rows = {name: gates.pre_gradient(step, name, row) for name, row in to_gates(step).items()}
    difference = step.a(step.before) - step.gate("n", step.t)
    return (
        section("general", rows["z"]),
        section("numbers", gates.pre_gradient_numbers(step, "z", step.da(step.t), difference)),
        *gates.each((name, rows[name]) for name in "nr"),
    )


def to_gates(step: Step) -> dict[str, Row]:
    """∂L/∂ of each gate."""
    letters, t, loss = step.symbols, step.t, step.loss
    da, d_n = by(loss, letters.a(t)), by(loss, letters.z(t, "n"))
    old, n, matrix = letters.a(letters.before(t)), letters.gate("n", t), letters.w_aa("n")
    if resets_after(step):
        to_r: Row = (d_n, TIMES, Fence((matrix, old, PLUS, letters.b_aa("n"))))
    else:
        to_r = (Fence((letters.w_aa("n", transposed=True), d_n)), TIMES, old)
    return {
        "z": (da, TIMES, Fence((old, MINUS, n))),
        "n": (da, TIMES, Fence((ONE, MINUS, letters.gate("z", t)))),
        "r": to_r,
    }


# -- the wires inside --------------------------------------------------------------------------

IN_WORDS: Row = (Words("what the gates carry"),)


def gate_rows(step: UnitStep, gate: str) -> tuple[Row, Row]:
    """A gate or the candidate."""
    if gate == "n":
        return candidate_letters(step), plain(candidate_numbers(step)[0])
    return gates.in_letters(step, gate), plain(gates.in_numbers(step, gate)[0])


def carried(step: UnitStep) -> dict[str, tuple[Row, Row]]:
    """What the cell hands on within itself, in letters and in numbers."""
    letters, t = step.symbols, step.t
    before = letters.before(t)
    r, z, n = (letters.gate(name, t) for name in "rzn")
    n_r, n_z, n_n = (step.column(step.gate(name, t)) for name in "rzn")
    old, n_old = letters.a(before), step.column(step.a(before), Role.STATE)
    rest, n_rest = Fence((ONE, MINUS, z)), Fence((ONE, MINUS, n_z))
    inside: Row = (old,)
    under = step.column(wire(step.frame, t, "inside").value, Role.STATE)
    if resets_after(step):
        inside = (letters.w_aa("n"), old, PLUS, letters.b_aa("n"))
    held = Fence(inside) if len(inside) > 1 else old
    return {
        "kept": ((z, TIMES, old), (n_z, TIMES, n_old)),
        "new": ((rest, TIMES, n), (n_rest, TIMES, n_n)),
        "rest": ((ONE, MINUS, z), (ONE, MINUS, n_z)),
        "inside": ((*inside, EQUALS, *plain((under,))), ()),
        "reset": ((r, TIMES, held), (n_r, TIMES, under)),
    }


def carried_back(step: UnitStep, name: str, here: Item | None) -> tuple[Row, Row]:
    """What makes the gradient on one of them."""
    letters, t, loss = step.symbols, step.t, step.loss
    d_a, d_n = by(loss, letters.a(t)), by(loss, letters.z(t, "n"))
    if name in ("kept", "new"):
        return resulting((d_a,), here)
    if name == "rest":
        came, gate = step.column(step.da(t), Role.GRADIENT), step.column(step.gate("n", t))
        row: Row = (d_a, TIMES, letters.gate("n", t))
        return row, (here, EQUALS, came, TIMES, gate) if here else ()
    led: Row = (d_n,) if resets_after(step) else (letters.w_aa("n", transposed=True), d_n)
    if name == "reset":
        return resulting(led, here)
    held = Fence(led) if len(led) > 1 else d_n
    one = step.column(wire(step.frame, t, "reset").gradient, Role.GRADIENT)
    numbers: Row = (step.column(step.gate("r", t)), TIMES, one)
    return (letters.gate("r", t), TIMES, held), (here, EQUALS, *numbers) if here else ()


def factors(step: UnitStep, gate: str) -> tuple[Item, Item]:
    """What comes back to where a gate multiplies, and what the gate multiplies there."""
    t, da = step.t, step.column(step.da(step.t), Role.GRADIENT)
    if gate == "z":
        return da, step.column(step.a(step.before) - step.gate("n", t))
    if gate == "n":
        return da, step.column(wire(step.frame, t, "rest").value)
    one = step.column(wire(step.frame, t, "reset").gradient, Role.GRADIENT)
    return one, step.column(wire(step.frame, t, "inside").value, Role.STATE)


# -- in words ----------------------------------------------------------------------------------


def kept(step: Step) -> str:
    """What becomes of a⟨t−1⟩ and of the candidate."""
    unit, t = unit_of(step), step.t
    gate = cell_forward(step.frame, t, unit).sums["z"]
    z = gate.value
    new = f"{opened(gate.rest)} of the new n⟨{t}⟩: z\u00a0=\u00a0{number(z)}."
    if float(step.a(step.before)[unit]) == 0.0:
        return f"Unit {unit + 1} has nothing to keep (a⟨{step.before}⟩ = 0) and takes {new}"
    return f"Unit {unit + 1} keeps {opened(z)} of a⟨{step.before}⟩ and takes {new}"


def handed(step: Step) -> str:
    """What z lets through of the gradient at step t + 1."""
    unit, after = unit_of(step), step.t + 1
    z = float(step.gate("z", after)[unit])
    direct = f"{opened(z)} of ∂{loss_name(step.frame)}/∂a⟨{after}⟩ directly"
    return f"Unit {unit + 1} hands on {direct}: z\u00a0=\u00a0{number(z)}."
