"""The equation of the step under way, in the lecture's notation, with its real numbers.

`equation_of` says what is written, which role every term has and which one the eye should follow;
a view typesets it. Every number is the frame's own; only its last digits are rounded away.

`tokens` are what it is made of; `notation` writes letters and vectors; `rnn`, `lstm` and `gru` hold
a cell's equations, `forward`, `backward` and `update` say which of them a moment shows, with a
sentence in words.
"""

from rnnviz.film import Frame, Stage
from rnnviz.scenes.equation.backward import backward
from rnnviz.scenes.equation.forward import forward, start
from rnnviz.scenes.equation.notation import entry, needed_digits, shown_units, vector, written
from rnnviz.scenes.equation.tokens import (
    Equation,
    Fence,
    Focus,
    Fraction,
    Item,
    Letter,
    Matrix,
    Name,
    Number,
    Row,
    Section,
    Sign,
    Stack,
    Term,
    UnitColumn,
    Words,
)
from rnnviz.scenes.equation.update import update

__all__ = [
    "Equation",
    "Fence",
    "Focus",
    "Fraction",
    "Item",
    "Letter",
    "Matrix",
    "Name",
    "Number",
    "Row",
    "Section",
    "Sign",
    "Stack",
    "Term",
    "UnitColumn",
    "Words",
    "entry",
    "equation_of",
    "needed_digits",
    "shown_units",
    "vector",
    "written",
]


def equation_of(frame: Frame) -> Equation:
    """What is computed at a frame's moment, in the shown layer."""
    match frame.moment.stage:
        case Stage.START:
            return start(frame)
        case Stage.FORWARD:
            return forward(frame)
        case Stage.BACKWARD:
            return backward(frame)
        case _:
            return update(frame)
