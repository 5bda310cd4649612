"""Equations that fade: numbers become blanks, the result's first, to be filled in.

A blank is a number of a vector that the film knows by name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from rnnviz.film import Frame
from rnnviz.film.mistakes import Vector, name_of, quantities
from rnnviz.frozen import record
from rnnviz.scenes.equation.tokens import (
    Equation,
    Fence,
    Fraction,
    Item,
    Number,
    Row,
    Stack,
    Term,
    UnitColumn,
)
from rnnviz.scenes.shapes import Role

BLANK, ASKED = "…", "?"


@record
class Blank:
    """A number of an equation that is left out, to be filled in.

    Attributes
    ----------
    quantity : str
        A key of `film.mistakes.quantities`.
    unit : int
        From 0.
    """

    quantity: str
    unit: int


def blanks_of(frame: Frame, equation: Equation) -> tuple[Blank, ...]:
    """All numbers that can be left out, the last step of the reckoning first."""
    known = quantities(frame)
    found: dict[Blank, None] = {}
    for column in (c for section in equation.sections for c in _columns(section.forms[0])):
        name = _name(column, known)
        if name:
            found |= {Blank(name, unit): None for unit in column.units}
    order = list(known)
    each = sorted(found, key=lambda blank: order.index(blank.quantity))
    return tuple(each)


def faded(frame: Frame, equation: Equation, count: int, filled: Collection[Blank]) -> Equation:
    """The equation with so many of its numbers left out, but for those that were filled in.

    The one that is asked for is marked; its sentence says which that is.
    """
    left = [blank for blank in blanks_of(frame, equation)[:count] if blank not in filled]
    if not left:
        return equation
    known = quantities(frame)

    def number(column: UnitColumn, place: int) -> Number:
        blank = Blank(_name(column, known), column.units[place])
        if blank not in left:
            return column.numbers[place]
        if blank == left[0]:
            return Number(float("nan"), ASKED, Role.PLAYHEAD)
        return Number(float("nan"), BLANK, Role.MUTED)

    def item(one: Item) -> Item:
        match one:
            case UnitColumn():
                return replace(one, numbers=tuple(number(one, i) for i in range(len(one.units))))
            case Term() | Fence():
                return replace(one, items=row(one.items))
            case Fraction():
                return replace(one, above=row(one.above), below=row(one.below))
            case Stack():
                return replace(one, rows=tuple(map(row, one.rows)))
            case _:
                return one

    def row(items: Row) -> Row:
        return tuple(map(item, items))

    sections = tuple(
        replace(s, forms=(row(s.forms[0]),)) if _columns(s.forms[0]) else s
        for s in equation.sections
    )
    return replace(equation, sections=sections, sentence=question(frame, left[0], len(left)))


def question(frame: Frame, blank: Blank, left: int) -> str:
    """The question about the blank that is asked for."""
    more = f" {left - 1} more after it." if left > 1 else ""
    return (
        f"Which number is missing: {name_of(frame, blank.quantity)}, unit {blank.unit + 1}?{more}"
    )


def asked_of(
    frame: Frame, equation: Equation, count: int, filled: Collection[Blank]
) -> Blank | None:
    """The blank that is asked for; None where nothing is left."""
    return next((b for b in blanks_of(frame, equation)[:count] if b not in filled), None)


def _name(column: UnitColumn, known: Mapping[str, Vector]) -> str:
    """Which vector a column is of; empty where the film does not know."""
    for name, values in known.items():
        if len(values) != column.height:
            continue
        if [float(values[unit]) for unit in column.units] == [n.value for n in column.numbers]:
            return name
    return ""


def _columns(items: Row) -> list[UnitColumn]:
    found: list[UnitColumn] = []
    for item in items:
        match item:
            case UnitColumn():
                found.append(item)
            case Term() | Fence():
                found += _columns(item.items)
            case Fraction():
                found += _columns((*item.above, *item.below))
            case Stack():
                for each in item.rows:
                    found += _columns(each)
            case _:
                pass
    return found
