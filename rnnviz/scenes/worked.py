"""An exercise and its solution as equations: what is given, the rules, and each line worked out.

Every row is a formula's items as `scenes/equation` has them, in the lecture's symbols.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

from rnnviz.exercises.exercise import Exercise
from rnnviz.exercises.expressions import (
    Applied,
    Expression,
    FixedNumber,
    Product,
    Quantity,
    Square,
    Sum,
    at_step,
)
from rnnviz.exercises.search import DIGITS, parameters
from rnnviz.exercises.statements import ETA, LOSS, SolutionLine, Statement, target
from rnnviz.frozen import record
from rnnviz.scenes.equation.notation import DOT, EQUALS, GETS, MINUS, PLUS, by, loss_letter
from rnnviz.scenes.equation.tokens import Fence, Item, Letter, Matrix, Name, Number, Row
from rnnviz.scenes.shapes import Role

_ROLES = {
    "x": Role.INPUT,
    "W_ax": Role.INPUT,
    "a": Role.STATE,
    "c": Role.STATE,
    "W_aa": Role.STATE,
    "y": Role.OUTPUT,
    "W_ya": Role.OUTPUT,
    "δ": Role.GRADIENT,
    "L": Role.GRADIENT,
}
Lines: TypeAlias = tuple[tuple[Row, ...], ...]
_STEP = re.compile(r"⟨(\d+)⟩")


@record
class Worked:
    """A statement of a solution in letters and in numbers.

    Attributes
    ----------
    formula : Row
        In letters.
    lines : tuple of (Row, Row)
        In numbers, and the result of that. The line of a single number goes on where the formula
        ends; those of several begin with what they are.
    """

    formula: Row
    lines: tuple[tuple[Row, Row], ...]


# -- what is given ------------------------------------------------------------------------------


def rules(exercise: Exercise) -> tuple[Row, ...]:
    """The formulas of the network at any step t, and of the loss."""
    shape = exercise.shape
    asked = (each for question in shape.questions for each in question.statements)
    last = f"⟨{shape.steps}⟩"
    found = [each for each in (*shape.given, *asked) if each.of.sup == last and not each.of.by]
    rows = [_formula(_at_any(each, shape.steps)) for each in found if each.of.base != "δ"]
    if not any(each.of.base == "L" for each in found):
        squared = Square(Sum((_any("y"),), (_any("target"),)))
        rows.append((_letter(_any("L")), EQUALS, *_letters(squared)))
    if shape.pays_last:
        return tuple(rows)
    paying = range(1, shape.steps + 1)
    total = Sum(tuple(at_step("L", t) for t in paying))
    return (*rows, (_letter(LOSS), EQUALS, *_letters(total)))


def given(exercise: Exercise) -> tuple[Lines, ...]:
    """The numbers of the sheet: groups of lines whose formulas stand below each other.

    First the parameters and η, where it is asked for; then what stands at the steps.
    """
    shape = exercise.shape
    asked = [each for question in shape.questions for each in question.statements]
    rate = (ETA,) if any(each.of.new for each in asked) else ()
    steps = range(1, shape.steps + 1)
    targets = tuple(target(t) for t in ((shape.steps,) if shape.pays_last else steps))
    zero = tuple((_letter(at_step(state, 0)), EQUALS, Number(0.0, "0")) for state in shape.states)

    def said(*each: Quantity) -> tuple[Row, ...]:
        return tuple(_says(exercise, of) for of in each)

    fed = (*said(*(at_step("x", t) for t in steps)), *zero)
    numbers = parameters(shape)
    if shape.gates:
        gates = [[of for of in numbers if of.sup == gate] for gate in shape.gates]
        pairs = tuple(
            said(*one, *other) for one, other in zip(gates[::2], gates[1::2], strict=True)
        )
        outside = said(*(of for of in numbers if not of.sup))
        return pairs, ((*outside, *said(*targets)), fed)
    names = dict.fromkeys(Quantity(of.base, of.sub) for of in numbers)
    known = (said(*(at_step(base, t) for t in steps)) for base in ("a", "y") if shape.given)
    return (said(*names, *rate),), (fed, said(*targets), *known)


def _says(exercise: Exercise, of: Quantity) -> Row:
    """A quantity and its number, or its numbers."""
    entries = [q for q in exercise.given if q.entry and (q.base, q.sub) == (of.base, of.sub)]
    entries = [] if of.sup else entries
    if not entries:
        return (_letter(of), EQUALS, _number(exercise, of))
    if len(entries[0].entry) == 1:
        rows = tuple((_number(exercise, entry),) for entry in entries)
        if of.sub == "ya":
            rows = (tuple(row[0] for row in rows),)
    else:
        height = max(entry.entry[0] for entry in entries)
        rows = tuple(
            tuple(_number(exercise, entry) for entry in entries if entry.entry[0] == i)
            for i in range(1, height + 1)
        )
    return (_letter(of), EQUALS, Matrix(rows))


# -- the solution -------------------------------------------------------------------------------


def worked(exercise: Exercise, statement: Statement) -> Worked:
    """A statement with its numbers put in."""
    alone = len(statement.lines) == 1
    lines = tuple(_line(exercise, line, alone=alone) for line in statement.lines)
    return Worked(_formula(statement), lines)


def _formula(statement: Statement) -> Row:
    becomes = GETS if statement.of.new else EQUALS
    return (_letter(statement.of), becomes, *_letters(statement.formula))


def _line(exercise: Exercise, line: SolutionLine, *, alone: bool) -> tuple[Row, Row]:
    head: Row = () if alone else (_letter(line.of),)
    numbers = _numbers(exercise, line.expression)
    return (*head, EQUALS, *numbers), (EQUALS, _number(exercise, line.of))


def _any(base: str) -> Quantity:
    return Quantity(base, sup="⟨t⟩")


def _at_any(statement: Statement, step: int) -> Statement:
    """A statement of one step as that of any step t."""

    def named(found: re.Match[str]) -> str:
        back = step - int(found[1])
        return f"⟨t−{back}⟩" if back else "⟨t⟩"

    def general(part: Expression) -> Expression:
        match part:
            case Quantity(base, sub, sup, entry, by=gradient):
                return Quantity(base, sub, _STEP.sub(named, sup), entry, gradient)
            case Sum(plus, minus):
                return Sum(tuple(map(general, plus)), tuple(map(general, minus)))
            case Product(factors):
                return Product(tuple(map(general, factors)))
            case Applied(name, of):
                return Applied(name, general(of))
            case Square(of):
                return Square(general(of))
            case FixedNumber():
                return part

    of = general(statement.of)
    assert isinstance(of, Quantity)
    return Statement(of, general(statement.formula), ())


# -- letters ------------------------------------------------------------------------------------


def _role(of: Quantity) -> Role:
    if of.by:
        return Role.GRADIENT
    return _ROLES.get(f"{of.base}_{of.sub}" if of.base == "W" else of.base, Role.INK)


def _letter(of: Quantity) -> Item:
    entry = "".join(map(str, of.entry))
    letter = Letter(of.base, of.sub + entry, of.sup, _role(of))
    return by(loss_letter(), letter) if of.by else letter


def _letters(part: Expression, *, inner: bool = False) -> Row:
    """An expression in letters; `inner` within a product, where sums have parentheses."""
    match part:
        case Quantity():
            return (_letter(part),)
        case FixedNumber(value):
            return (Number(float(value), str(value)),)
        case Sum(plus, minus):
            rows = [*((PLUS, each) for each in plus), *((MINUS, each) for each in minus)]
            items = tuple(item for sign, each in rows for item in (sign, *_letters(each)))[1:]
            return (Fence(items),) if inner else items
        case Product(factors):
            first = factors[0]
            close = isinstance(first, FixedNumber | Sum) or _is_factor(first)
            return _joined((_letters(each, inner=True) for each in factors), not close)
        case Applied(name, of):
            return (Name(name), Fence(_letters(of)))
        case Square(of):
            return (Fence(_letters(of), sup="2"),)


def _is_factor(part: Expression) -> bool:
    """Whether it stands before what it multiplies without a sign: a weight, η."""
    return isinstance(part, Quantity) and (part.base == "W" or part == ETA)


def _joined(parts: Iterable[Row], dotted: bool) -> Row:
    made: list[Item] = []
    for part in parts:
        if made and dotted:
            made.append(DOT)
        made.extend(part)
    return tuple(made)


# -- numbers ------------------------------------------------------------------------------------


def _numbers(exercise: Exercise, part: Expression, *, first: bool = True) -> Row:
    """An expression with its numbers put in; not the `first`, a negative one has parentheses."""
    match part:
        case Quantity():
            number = _number(exercise, part)
            return (number,) if first or number.value >= 0 else (Fence((number,)),)
        case FixedNumber(value):
            return (Number(float(value), str(value)),)
        case Sum():
            return _sum(exercise, part)
        case Product(factors):
            rows: list[Row] = []
            for place, each in enumerate(factors):
                row = _numbers(exercise, each, first=first and place == 0)
                rows.append((Fence(row),) if isinstance(each, Sum) else row)
            return _joined(rows, dotted=True)
        case Applied(name, of):
            return (Name(name), Fence(_numbers(exercise, of)))
        case Square(of):
            return (Fence(_numbers(exercise, of), sup="2"),)


def _sum(exercise: Exercise, part: Sum) -> Row:
    items: list[Item] = []
    for place, each in enumerate((*part.plus, *part.minus)):
        taken = place >= len(part.plus)
        row = _numbers(exercise, each, first=not place)
        lone = _number(exercise, each) if isinstance(each, Quantity) else None
        if place and lone is not None and lone.value < 0 and not taken:  # + (−0.3) is − 0.3
            taken, row = True, (Number(-lone.value, lone.text[1:], lone.role),)
        if place:
            items.append(MINUS if taken else PLUS)
        items.extend(row)
    return tuple(items)


def _number(exercise: Exercise, of: Quantity) -> Number:
    """A number as it stands on paper: what is given as it is, results with all their digits."""
    value, digits = exercise.given.get(of), DIGITS
    if value is None:
        value = exercise.results[of]
    else:
        digits = 0 if value == 0 else 1
    return Number(value, f"{value:.{digits}f}".replace("-", "−"), _role(of))
