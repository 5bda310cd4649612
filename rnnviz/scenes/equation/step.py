"""One time step of the shown layer, or of one unit: its arrays, and how they are to be written."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from rnnviz.film import BackwardTerms, ForwardTerms, Frame, last_paid
from rnnviz.scenes.equation.notation import (
    DOT,
    EQUALS,
    TIMES,
    Lamp,
    Symbols,
    Time,
    Vector,
    loss_letter,
    shown_units,
    vector,
    written,
)
from rnnviz.scenes.equation.tokens import (
    Fence,
    Item,
    Letter,
    Name,
    Number,
    Row,
    Section,
    Stack,
    Term,
)
from rnnviz.scenes.shapes import Role

FAINT = 1e-30  # of a gradient that is beyond its floats: what is left of smaller numbers


class Step:
    """One step of a frame as a cell's equations need it: arrays, symbols, lit terms.

    Parameters
    ----------
    frame : Frame
    t : int or str
        The step; "t" for any step, in letters alone.
    phase : str
        The phase under way whose terms are lit; empty at rest.
    """

    def __init__(self, frame: Frame, t: Time, phase: str = "") -> None:
        self.frame, self.time, self.phase = frame, t, phase
        self.t = t if isinstance(t, int) else 0
        self.lamp, self.symbols = Lamp(phase), Symbols(frame)
        self.units = shown_units(frame.units, frame.playhead.unit)

    @property
    def before(self) -> int:
        """The step whose state enters at t."""
        return self.symbols.before(self.t)

    @property
    def top(self) -> bool:
        """Whether the shown layer is the one that the output is computed from."""
        return self.frame.layer == self.frame.layers - 1

    def column(self, values: Vector, role: Role = Role.INK, *, sign: bool = True) -> Item:
        """A vector of the layer's units."""
        return vector(values, self.units, role, sign=sign)

    # -- forward -----------------------------------------------------------------------------

    @cached_property
    def forward(self) -> ForwardTerms:
        """The numbers of the forward equation."""
        return self.frame.forward_terms(self.t)

    @property
    def bias(self) -> Vector:
        """All that stands for the bias, shape (nH,)."""
        one = self.forward.bias
        return one + self.second_bias if self.symbols.two_biases else one

    @property
    def second_bias(self) -> Vector:
        """b_aa, where there is one."""
        return self.frame.network_at(self.t).parameters[f"b_aa_l{self.frame.layer}"]

    def peephole(self, gate: str) -> Vector:
        """p of a gate, where the LSTM has peepholes."""
        return self.frame.network_at(self.t).parameters[f"p_{gate}_l{self.frame.layer}"]

    def a(self, t: int) -> Vector:
        """a⟨t⟩."""
        return self.frame.states[t]

    def c(self, t: int) -> Vector:
        """c⟨t⟩ of an LSTM."""
        states = self.frame.passing.trace.c
        if states is None:
            raise ValueError("only the LSTM has a cell state")
        return states[self.frame.layer, t, 0]

    def gate(self, name: str, t: int) -> Vector:
        """A gate at step t."""
        return self.frame.passing.trace.gates[name][self.frame.layer, t - 1, 0]

    def block(self, gate: str) -> slice:
        """A gate's part of rows that are stacked by gate; all that there are without gates."""
        at, height = self.frame.kind.names.index(gate) if gate else 0, self.frame.units
        return slice(at * height, (at + 1) * height)

    def rows(self, values: Vector, gate: str) -> Vector:
        """A gate's part of such rows, shape (H, …)."""
        return values[self.block(gate)]

    # -- backward ----------------------------------------------------------------------------

    @property
    def loss(self) -> Letter:
        """The loss whose gradient is shown."""
        return loss_letter() if self.frame.summed else loss_letter(self.frame.source)

    @property
    def last(self) -> int:
        """The step from which the gradient comes back."""
        return last_paid(self.frame.task) if self.frame.summed else self.frame.source

    @property
    def later(self) -> bool:
        """Whether a gradient arrives from the step after."""
        after = self.t + 1
        return self.t < self.last and self.frame.linked(after) and not self.frame.cut(after)

    @property
    def own(self) -> bool:
        """Whether a gradient comes from above: from this step's loss, or from the next layer."""
        if not self.top:
            return self.t <= self.last
        return self.frame.pays(self.t) if self.frame.summed else self.t == self.last

    @cached_property
    def backward(self) -> BackwardTerms:
        """The numbers of the backward equation."""
        return self.frame.backward_terms(self.t)

    def da(self, t: int) -> Vector:
        """∂L/∂a⟨t⟩."""
        return self.frame.gradients[t - 1]

    def dz(self, t: int) -> Vector:
        """∂L/∂z⟨t⟩, shape (nH,)."""
        return self.frame.sweep.dz[self.frame.layer, t - 1, 0]

    def dc(self, t: int) -> Vector:
        """∂L/∂c⟨t⟩ of an LSTM."""
        gradients = self.frame.sweep.dc
        if gradients is None:
            raise ValueError("only the LSTM has a cell state")
        return gradients[self.frame.layer, t - 1, 0]


Equations = Callable[[Step], tuple[Section, ...]]


def section(name: str, *forms: Row) -> Section:
    """A statement, from its fullest form to its shortest."""
    return Section(name, forms)


# -- of one unit -------------------------------------------------------------------------------


class UnitStep(Step):
    """A step whose vectors are written as the number of one unit."""

    def __init__(self, frame: Frame, t: int, unit: int, phase: str = "") -> None:
        super().__init__(frame, t, phase)
        self.unit = unit

    def column(self, values: Vector, role: Role = Role.INK, *, sign: bool = True) -> Item:
        """The unit's number, in parentheses where it is negative."""
        return self.number(float(values[self.unit]), role)

    def number(self, value: float, role: Role = Role.INK) -> Item:
        """A number, in parentheses where it is negative."""
        if role is Role.GRADIENT and abs(value) < FAINT and self.frame.lost(self.t):
            return Number(value, "≈0", role)
        said = written(value, role)
        return Fence((said,)) if said.text.startswith("−") else said


def resulting(row: Row, here: Item | None) -> tuple[Row, Row]:
    """A formula whose result alone is a number of one unit, and no numbers of its own."""
    return row if here is None else (*row, EQUALS, *plain((here,))), ()


def plain(row: Row) -> Row:
    """Numbers alone: · for ⊙, and no parentheses where nothing stands before a number."""
    return _plain(row, True)[0]


def _plain(row: Row, first: bool) -> tuple[Row, bool]:
    items: list[Item] = []
    for item in row:
        if isinstance(item, Term):
            inner, first = _plain(item.items, first)
            items.append(Term(inner, item.focus))
            continue
        if isinstance(item, Stack):
            items.append(Stack(tuple(plain(one) for one in item.rows)))
        elif isinstance(item, Fence) and _is_number(item) and first:
            items.append(item.items[0])
        elif isinstance(item, Number) and items and isinstance(items[-1], Name):
            items.append(Fence((item,)))
        elif isinstance(item, Fence):
            items.append(Fence(_plain(item.items, True)[0], item.sup, item.norm, item.focus))
        else:
            items.append(DOT if item == TIMES else item)
        first = item == EQUALS
    return tuple(items), first


def _is_number(fence: Fence) -> bool:
    return len(fence.items) == 1 and isinstance(fence.items[0], Number) and not fence.sup
