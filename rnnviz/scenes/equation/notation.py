"""The letters of the notation, which of them the eye should follow, and how numbers are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine import ACTIVATIONS
from rnnviz.film import Frame, power_of_ten
from rnnviz.scenes.equation.tokens import (
    Fence,
    Focus,
    Fraction,
    Item,
    Letter,
    Name,
    Number,
    Row,
    Sign,
    Term,
    UnitColumn,
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


def sentence(words: str) -> str:
    """Words with a capital and a full stop."""
    return words[:1].upper() + words[1:] + "."


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


Vector = NDArray[np.floating]


def entry(value: float, *, sign: bool = True, digits: int | None = None) -> str:
    """A number of a vector: "+0.59", "−3.1·10⁻⁷"; "0" only where it is exactly 0.

    Parameters
    ----------
    value : float
    sign : bool
        Whether a positive number gets its +.
    digits : int, optional
        Digits after the point, so that a column has the same; as many as it needs otherwise.
    """
    if not np.isfinite(value):
        return "not finite"
    size = abs(value)
    if size == 0.0:
        return "0"
    head = "−" if value < 0 else "+" if sign else ""
    if not _plain(size):
        return power_of_ten(float(np.log10(size)), sign=head)
    return f"{head}{size:.{needed_digits(value) if digits is None else digits}f}"


def needed_digits(value: float, *, places: int = 2) -> int:
    """Digits after the point: `places` from 0.1 to 10, fewer above, more below."""
    size = abs(value)
    if not (np.isfinite(value) and _plain(size)):
        return 0
    lead = int(np.floor(np.log10(size)))
    return max(places - lead if lead >= 0 else places - lead - 1, 0)


def _plain(size: float) -> bool:
    """Whether a size is written without a power of ten."""
    return 1e-3 <= size < 9999.5


def written(value: float, role: Role = Role.INK, *, digits: int | None = None) -> Number:
    """A number by itself, without a +."""
    return Number(float(value), entry(float(value), sign=False, digits=digits), role)


def shown_units(height: int, selected: int) -> tuple[int, ...]:
    """The units whose numbers are written: the first ones, and the selected one."""
    if height <= 3:
        return tuple(range(height))
    return (0, 1) if selected < 2 else (0, selected)


def vector(values: Vector, units: tuple[int, ...], role: Role, *, sign: bool = True) -> Item:
    """A column, all of it with the same digits after the point; a vector of zeros is a 0."""
    if not values.any():
        return Number(0.0, "0", role)
    shown = [float(values[unit]) for unit in units]
    whole = all(value == round(value) for value in shown if np.isfinite(value))
    digits = 0 if whole else max(needed_digits(value) for value in shown)
    numbers = tuple(Number(v, entry(v, sign=sign, digits=digits), role) for v in shown)
    return UnitColumn(units, numbers, len(values))
