"""The RNN's equations: a⟨t⟩ = g(W_aa a⟨t−1⟩ + W_ax x⟨t⟩ + b_a) and its way back."""

from __future__ import annotations

from rnnviz.engine import ACTIVATIONS
from rnnviz.scenes.equation import gates
from rnnviz.scenes.equation.notation import EQUALS, TIMES, applied, by
from rnnviz.scenes.equation.step import Step, section
from rnnviz.scenes.equation.tokens import Fence, Focus, Item, Letter, Name, Row, Section, Term
from rnnviz.scenes.shapes import Role


def rule(step: Step) -> tuple[Section, ...]:
    """a⟨t⟩ at any step."""
    return (section("general", in_letters(step)),)


def forward(step: Step) -> tuple[Section, ...]:
    """a⟨t⟩ in letters and in numbers."""
    terms, lamp = step.forward, step.lamp
    a = step.column(terms.a, Role.STATE)
    parts = (
        step.column(terms.recurrent, Role.STATE),
        step.column(terms.input, Role.INPUT),
        step.column(step.bias),
    )
    full = _state(step, a, *((part,) for part in parts))
    summed: Row = (
        lamp((a, EQUALS), "settle"),
        *_squashed(step, (lamp((step.column(terms.z),), "combine"),)),
    )
    forms = (full, summed) if ACTIVATIONS[step.frame.activation].symbol else (full,)
    return (section("general", in_letters(step)), section("numbers", *forms))


def in_letters(step: Step) -> Row:
    """a⟨t⟩ in letters."""
    letters, t = step.symbols, step.time
    recurrent = (letters.w_aa(), letters.a(letters.before(t)))
    return _state(step, letters.a(t), recurrent, (letters.w_ax(), letters.fed(t)), letters.biases())


def _state(step: Step, a: Item, recurrent: Row, fed: Row, bias: Row) -> Row:
    inner = gates.summed(step, recurrent, fed, bias)
    return (step.lamp((a, EQUALS), "settle"), *_squashed(step, inner))


def _squashed(step: Step, inner: Row) -> Row:
    right = applied(step.frame.activation, inner, step.lamp.focus("combine", "settle"))
    if isinstance(right[0], Name):
        return (step.lamp(right[:1], "settle"), *right[1:])
    return right


# -- backward ----------------------------------------------------------------------------------


def arriving(step: Step) -> tuple[tuple[Row, Row], tuple[Row, Row]]:
    """What comes from step t + 1: (full, short) in letters, (full, short) in numbers."""
    letters, after = step.symbols, step.t + 1
    transposed = letters.w_aa(transposed=True)
    gradient = by(step.loss, letters.a(after))
    slope = gates.slope_of_g(step, after)
    came = step.column(step.da(after), Role.GRADIENT)
    arrived: Row = (step.column(step.backward.arriving, Role.GRADIENT),)
    if not slope:
        plain: Row = (transposed, gradient)
        return (plain, plain), ((transposed, came), arrived)
    named: Row = (Letter("g", sup="′"), Fence((letters.z(after),)))
    bend = step.column(step.frame.slope(after), Role.STATE, sign=False)
    return (
        (transposed, Fence((gradient, TIMES, *slope))),
        (transposed, Fence((gradient, TIMES, *named))),
    ), ((transposed, Fence((came, TIMES, bend))), arrived)


def through(step: Step) -> tuple[Section, ...]:
    """∂L/∂z⟨t⟩ = ∂L/∂a⟨t⟩ ⊙ g′; nothing for the identity, whose z is a."""
    letters, t = step.symbols, step.t
    slope_row = gates.slope_of_g(step, t)
    if not slope_row:
        return ()
    gradient, slope = step.da(t), step.frame.slope(t)
    general: Row = (
        by(step.loss, letters.z(t)),
        EQUALS,
        by(step.loss, letters.a(t)),
        TIMES,
        Term(slope_row, Focus.LIT),
    )
    numbers: Row = (
        step.column(gates.product(gradient, slope), Role.GRADIENT),
        EQUALS,
        step.column(gradient, Role.GRADIENT),
        TIMES,
        Term((step.column(slope, Role.STATE, sign=False),), Focus.LIT),
    )
    return (section("general", general), section("numbers", numbers))
