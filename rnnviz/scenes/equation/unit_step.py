"""A step of which one unit is shown: numbers in place of vectors."""

from __future__ import annotations

from rnnviz.film import Frame
from rnnviz.scenes.equation.notation import (
    DOT,
    EQUALS,
    TIMES,
    Vector,
    written,
)
from rnnviz.scenes.equation.step import Step
from rnnviz.scenes.equation.tokens import (
    Fence,
    Item,
    Name,
    Number,
    Row,
    Stack,
    Term,
)
from rnnviz.scenes.shapes import Role

FAINT = 1e-30  # of a gradient that is beyond its floats: what is left of smaller numbers


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
