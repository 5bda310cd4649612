"""The letters of the notation, and which of them the eye should follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from rnnviz.engine import ACTIVATIONS
from rnnviz.film import Frame
from rnnviz.scenes.equation.tokens import (
    Fence,
    Focus,
    Fraction,
    Item,
    Letter,
    Name,
    Row,
    Sign,
    Term,
)
from rnnviz.scenes.shapes import Role

Time = int | str

EQUALS, PLUS, MINUS, NEGATIVE = Sign("="), Sign("+"), Sign("−"), Sign("-")
TIMES, DOT, GETS, BECOMES, COMMA = Sign("⊙"), Sign("·"), Sign("←"), Sign("→"), Sign(",")
W_YA = Letter("W", sub="ya", role=Role.OUTPUT)
W_YA_T = Letter("W", sub="ya", sup="⊤", role=Role.OUTPUT)
B_Y = Letter("b", sub="y")
_LONGEST_NAME = 14


class Symbols:
    """The letters of one layer; where there are several layers, they carry its number.

    Parameters
    ----------
    frame : Frame
        Its layer, and whether that has two biases, and peepholes.
    """

    def __init__(self, frame: Frame) -> None:
        self._layer, self._several = frame.layer, frame.layers > 1
        parameters = frame.network.parameters
        self._linked = frame.task.mode != "one_to_one"
        self.two_biases = f"b_aa_l{frame.layer}" in parameters
        self.peepholes = f"p_i_l{frame.layer}" in parameters

    @overload
    def before(self, t: int) -> int: ...
    @overload
    def before(self, t: Time) -> Time: ...
    def before(self, t: Time) -> Time:
        """The step whose state enters at t: the one before; 0 where no step knows of another."""
        if not self._linked:
            return 0
        return t - 1 if isinstance(t, int) else f"{t}−1"

    def _mark(self, layer: int) -> str:
        return f"[{layer + 1}]" if self._several else ""

    def _here(self) -> str:
        return self._mark(self._layer)

    def a(self, t: Time) -> Letter:
        """a⟨t⟩."""
        return Letter("a", sup=f"{self._here()}⟨{t}⟩", role=Role.STATE)

    def c(self, t: Time) -> Letter:
        """c⟨t⟩, the LSTM's cell state."""
        return Letter("c", sup=f"{self._here()}⟨{t}⟩", role=Role.STATE)

    def gate(self, name: str, t: Time) -> Letter:
        """A gate at step t."""
        return Letter(name, sup=f"{self._here()}⟨{t}⟩")

    def z(self, t: Time, gate: str = "", *, above: bool = False) -> Letter:
        """z⟨t⟩, or a gate's; `above`: of the next layer."""
        mark = self._mark(self._layer + above)
        return Letter("z", sub=gate, sup=f"{mark}⟨{t}⟩")

    def fed(self, t: Time) -> Letter:
        """x⟨t⟩; above the first layer a⟨t⟩ of the one below."""
        if self._layer == 0:
            return x(t)
        return Letter("a", sup=f"{self._mark(self._layer - 1)}⟨{t}⟩", role=Role.STATE)

    def w_aa(self, gate: str = "", *, transposed: bool = False) -> Letter:
        """W_aa, or a gate's rows of it."""
        sup = self._here() + gate + ("⊤" if transposed else "")
        return Letter("W", sub="aa", sup=sup, role=Role.STATE)

    def w_ax(self, gate: str = "") -> Letter:
        """W_ax, or a gate's rows of it."""
        return Letter("W", sub="ax", sup=self._here() + gate, role=Role.INPUT)

    def w_ax_above(self, gate: str = "") -> Letter:
        """W_axᵀ of the next layer."""
        sup = self._mark(self._layer + 1) + gate + "⊤"
        return Letter("W", sub="ax", sup=sup, role=Role.INPUT)

    def b_a(self, gate: str = "") -> Letter:
        """b_a, or a gate's part of it."""
        return Letter("b", sub="a", sup=self._here() + gate)

    def b_aa(self, gate: str = "") -> Letter:
        """The second bias, or a gate's part of it."""
        return Letter("b", sub="aa", sup=self._here() + gate)

    def p(self, gate: str) -> Letter:
        """A peephole: the weights with which a gate sees the cell state."""
        return Letter("p", sub=gate, sup=self._here(), role=Role.STATE)

    def biases(self, gate: str = "") -> Row:
        """All that stands for the bias."""
        one = self.b_a(gate)
        return (one, PLUS, self.b_aa(gate)) if self.two_biases else (one,)


def x(t: Time) -> Letter:
    """x⟨t⟩."""
    return Letter("x", sup=f"⟨{t}⟩", role=Role.INPUT)


def y(t: Time) -> Letter:
    """y⟨t⟩."""
    return Letter("y", sup=f"⟨{t}⟩", role=Role.OUTPUT)


def loss_letter(t: Time = "") -> Letter:
    """L⟨t⟩, or the sum of all, L."""
    return Letter("L", sup=f"⟨{t}⟩" if t else "", role=Role.GRADIENT)


def by(loss: Letter, below: Letter) -> Fraction:
    """∂L/∂`below`."""
    partial = Sign("∂", Role.GRADIENT)
    return Fraction(
        (partial, loss),
        (partial, Letter(below.base, below.sub, below.sup, Role.GRADIENT)),
        Role.GRADIENT,
    )


def applied(activation: str, items: Row, focus: Focus = Focus.NORMAL) -> Row:
    """g(…); the identity writes nothing."""
    name = ACTIVATIONS[activation].symbol
    return (Name(name), Fence(items, focus=focus)) if name else items


def readout(state: Letter) -> Row:
    """W_ya a⟨t⟩ + b_y."""
    return (W_YA, state, PLUS, B_Y)


def cut(name: str) -> str:
    """A name as long as there is room for."""
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


class Lamp:
    """Lights the terms of the phase under way and fades the others."""

    def __init__(self, phase: str) -> None:
        self._phase = phase

    def focus(self, *phases: str) -> Focus:
        """How much the eye should be on what belongs to these phases."""
        if not self._phase:
            return Focus.NORMAL
        return Focus.LIT if self._phase in phases else Focus.FADED

    def __call__(self, items: Sequence[Item], *phases: str) -> Term:
        """What belongs to these phases, as a term."""
        return Term(tuple(items), self.focus(*phases))
