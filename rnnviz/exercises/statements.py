"""What is computed in each kind of exercise, in which order, in letters and entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from rnnviz.engine import CELLS
from rnnviz.exercises.expressions import (
    Applied,
    Expression,
    FixedNumber,
    Product,
    Quantity,
    Square,
    Sum,
    at_step,
    gradient,
    matrix,
    updated,
)
from rnnviz.frozen import record

W_AA, W_AX, B_A = (matrix(name) for name in ("W_aa", "W_ax", "b_a"))
W_YA, B_Y, ETA, LOSS = matrix("W_ya"), matrix("b_y"), Quantity("η"), Quantity("L")
_GATES = CELLS["lstm"].names
"""Of the LSTM, in the order of its rows."""


@record
class SolutionLine:
    """One number of a solution and the expression that it is computed by.

    Attributes
    ----------
    of : Quantity
    expression : Expression
    """

    of: Quantity
    expression: Expression


@record
class Statement:
    """A formula in letters, and the numbers that it stands for, a line each.

    Attributes
    ----------
    of : Quantity
        What it says, as a whole.
    formula : Expression
    lines : tuple of SolutionLine
        As many as `of` has entries.
    """

    of: Quantity
    formula: Expression
    lines: tuple[SolutionLine, ...]


@record
class SheetPart:
    """A numbered question of a sheet, with the statements that solve it.

    Attributes
    ----------
    text : str
        What is to be done; a little of Markdown, in the lecture's symbols.
    statements : tuple of Statement
        How it is done; each line is a point.
    """

    text: str
    statements: tuple[Statement, ...]

    @property
    def points(self) -> int:
        """One for every number that is asked for."""
        return sum(len(statement.lines) for statement in self.statements)


@record
class Shape:
    """How large the network of a kind is, what it is asked, and what is given of its numbers.

    Attributes
    ----------
    cell : str
        A key of the engine's CELLS.
    units, steps : int
    pays_last : bool
        Whether the last step alone pays a loss; else all do.
    given : tuple of Statement
        What is computed, but not asked: its results are given.
    questions : tuple of SheetPart
    """

    cell: str
    units: int
    steps: int
    pays_last: bool
    given: tuple[Statement, ...]
    questions: tuple[SheetPart, ...]

    @property
    def gates(self) -> tuple[str, ...]:
        """The cell's gates in the order of their rows; none of an RNN."""
        return CELLS[self.cell].names

    @property
    def states(self) -> tuple[str, ...]:
        """What the cell hands on from step to step: a, and of an LSTM c."""
        return ("a", *CELLS[self.cell].states)

    @property
    def lines(self) -> tuple[SolutionLine, ...]:
        """Everything that is computed, in its order."""
        asked = (each for question in self.questions for each in question.statements)
        return tuple(line for statement in (*self.given, *asked) for line in statement.lines)


def _single(of: Quantity, formula: Expression) -> Statement:
    """A statement of one number."""
    return Statement(of, formula, (SolutionLine(of, formula),))


def target(t: int) -> Quantity:
    """What should be answered at step t."""
    return at_step("target", t)


def _hidden(t: int, units: int) -> tuple[Statement, Statement]:
    """z⟨t⟩ and a⟨t⟩ of a plain network with some units."""
    before, x, z, a = at_step("a", t - 1), at_step("x", t), at_step("z", t), at_step("a", t)
    formula = Sum((Product((W_AA, before)), Product((W_AX, x)), B_A))
    if units == 1:
        return _single(z, formula), _single(a, Applied("tanh", z))
    sums: list[SolutionLine] = []
    for i in range(1, units + 1):
        recurrent = (
            Product((_entry(W_AA, i, j), at_step("a", t - 1, j))) for j in range(1, units + 1)
        )
        fed = Product((_entry(W_AX, i), x))
        sums.append(SolutionLine(at_step("z", t, i), Sum((*recurrent, fed, _entry(B_A, i)))))
    squashed = tuple(
        SolutionLine(at_step("a", t, i), Applied("tanh", at_step("z", t, i)))
        for i in range(1, units + 1)
    )
    return Statement(z, formula, tuple(sums)), Statement(a, Applied("tanh", z), squashed)


def _entry(of: Quantity, *entry: int) -> Quantity:
    return Quantity(of.base, of.sub, of.sup, entry)


def _answer(t: int, units: int) -> Statement:
    """y⟨t⟩."""
    y, formula = at_step("y", t), Sum((Product((W_YA, at_step("a", t))), B_Y))
    if units == 1:
        return _single(y, formula)
    each = (Product((_entry(W_YA, i), at_step("a", t, i))) for i in range(1, units + 1))
    return Statement(y, formula, (SolutionLine(y, Sum((*each, B_Y))),))


def _loss(t: int) -> Statement:
    """L⟨t⟩, the squared error."""
    return _single(at_step("L", t), Square(Sum((at_step("y", t),), (target(t),))))


def _all_losses(steps: Iterable[int]) -> Statement:
    return _single(LOSS, Sum(tuple(at_step("L", t) for t in steps)))


# -- the kinds ----------------------------------------------------------------------------------


def _forward() -> Shape:
    units, steps = 2, (1, 2, 3)
    hidden = tuple(each for t in steps for each in _hidden(t, units))
    return Shape(
        "rnn",
        units,
        len(steps),
        pays_last=False,
        given=(),
        questions=(
            SheetPart(
                "Compute the hidden states a⟨1⟩, a⟨2⟩ and a⟨3⟩: at each step first z⟨t⟩, then "
                "a⟨t⟩ of both units.",
                hidden,
            ),
            SheetPart(
                "Compute the answers y⟨1⟩, y⟨2⟩ and y⟨3⟩.", tuple(_answer(t, units) for t in steps)
            ),
            SheetPart(
                "Compute the loss of each step, and L, their sum.",
                (*(_loss(t) for t in steps), _all_losses(steps)),
            ),
        ),
    )


def _back_in_time(t: int, last: int) -> tuple[Statement, Statement]:
    """∂L/∂a⟨t⟩ and δ⟨t⟩ = ∂L/∂z⟨t⟩ of one unit."""
    a, delta = at_step("a", t), at_step("δ", t)
    own = Product((W_YA, gradient(at_step("y", t))))
    came = () if t == last else (Product((W_AA, at_step("δ", t + 1))),)
    into = _single(gradient(a), Sum((own, *came)))
    slope = Sum((FixedNumber(1),), (Square(a),))
    return into, _single(delta, Product((slope, gradient(a))))


def _bptt() -> Shape:
    steps = (1, 2, 3)
    given = tuple(each for t in steps for each in (*_hidden(t, 1), _answer(t, 1)))
    back = (3, 2, 1)

    def summed(with_what: Callable[[int], Quantity] | None, of: Callable[[int], Quantity]) -> Sum:
        each = ((of(t),) if with_what is None else (of(t), with_what(t)) for t in back)
        return Sum(tuple(Product(f) if len(f) > 1 else f[0] for f in each))

    def delta(t: int) -> Quantity:
        return at_step("δ", t)

    def said(t: int) -> Quantity:
        return gradient(at_step("y", t))

    gradients = {
        W_AA: summed(lambda t: at_step("a", t - 1), delta),
        W_AX: summed(lambda t: at_step("x", t), delta),
        B_A: summed(None, delta),
        W_YA: summed(lambda t: at_step("a", t), said),
        B_Y: summed(None, said),
    }
    answers = tuple(
        _single(said(t), Product((FixedNumber(2), Sum((at_step("y", t),), (target(t),)))))
        for t in back
    )
    return Shape(
        "rnn",
        1,
        len(steps),
        pays_last=False,
        given=given,
        questions=(
            SheetPart("Compute ∂L/∂y⟨3⟩, ∂L/∂y⟨2⟩ and ∂L/∂y⟨1⟩.", answers),
            SheetPart(
                "Go back from step 3 to step 1: compute ∂L/∂a⟨t⟩, then δ⟨t⟩ = ∂L/∂z⟨t⟩.",
                tuple(each for t in back for each in _back_in_time(t, 3)),
            ),
            SheetPart(
                "Compute the gradients of all five parameters, each the sum over the three steps.",
                tuple(_single(gradient(of), total) for of, total in gradients.items()),
            ),
            SheetPart(
                "Make one step of gradient descent with the learning rate η, from all parameters.",
                tuple(
                    _single(updated(of), Sum((of,), (Product((ETA, gradient(of))),)))
                    for of in gradients
                ),
            ),
        ),
    )


def _gates(t: int) -> tuple[Statement, ...]:
    """Sums and gates of an LSTM's one unit, its cell state and its hidden state."""
    made: list[Statement] = []
    for gate in _GATES:
        weights = [matrix(f"{name},{gate}") for name in ("W_aa", "W_ax", "b_a")]
        z = at_step("z", t, gate=gate)
        recurrent = Product((weights[0], at_step("a", t - 1)))
        total = Sum((recurrent, Product((weights[1], at_step("x", t))), weights[2]))
        made.append(_single(z, total))
        made.append(_single(at_step(gate, t), Applied("tanh" if gate == "g" else "σ", z)))
    i, f, g, o = (at_step(gate, t) for gate in _GATES)
    c = at_step("c", t)
    made.append(_single(c, Sum((Product((f, at_step("c", t - 1))), Product((i, g))))))
    made.append(_single(at_step("a", t), Product((o, Applied("tanh", c)))))
    return tuple(made)


def _lstm() -> Shape:
    return Shape(
        "lstm",
        1,
        2,
        pays_last=True,
        given=(),
        questions=(
            *(
                SheetPart(
                    f"Step {t}: compute the gates i⟨{t}⟩, f⟨{t}⟩ and o⟨{t}⟩ and the candidate "
                    f"g⟨{t}⟩, each with its z, then the cell state c⟨{t}⟩ and the hidden state "
                    f"a⟨{t}⟩.",
                    _gates(t),
                )
                for t in (1, 2)
            ),
            SheetPart("Compute the answer y⟨2⟩, and its loss L⟨2⟩.", (_answer(2, 1), _loss(2))),
        ),
    )


SHAPES: Mapping[str, Shape] = MappingProxyType(
    {"forward": _forward(), "bptt": _bptt(), "lstm": _lstm()}
)
"""By the kinds' names."""
