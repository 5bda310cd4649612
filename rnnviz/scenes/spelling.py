"""Scenes, equations and charts in a notation: the same shapes and curves with other symbols.

Layouts are made in the lecture's symbols; a textbook's are shorter, and in a drawing a framework's
weights have the letters of its documentation, W_hh for weight_hh_l0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import cast

from rnnviz.film.notation import Notation
from rnnviz.scenes.charts.chart import Axis, Chart, Curve
from rnnviz.scenes.equation.tokens import (
    Equation,
    Fence,
    Fraction,
    Item,
    Letter,
    Row,
    Section,
    Stack,
    Term,
    Words,
)
from rnnviz.scenes.shapes import Formula, Shape, Symbol, Text

_RAISED = 0.12  # of its size, a letter whose step has come to stand below it


@lru_cache(maxsize=8192)
def spelled_symbol(symbol: Symbol, notation: Notation) -> Symbol:
    """A symbol of the stage or the cell."""
    base, sub, sup = notation.symbol(symbol.base, symbol.sub, symbol.sup)
    y = symbol.y - _RAISED * symbol.size * (bool(sub) and not symbol.sub)
    return replace(symbol, y=y, base=base, sub=sub, sup=sup)


@lru_cache(maxsize=8192)
def spelled_text(text: Text, notation: Notation) -> Text:
    """A line of the program's own words; the user's stay."""
    return text if text.own else replace(text, text=notation.text(text.text))


def spelled(shape: Shape, notation: Notation) -> Shape:
    """A shape with its texts in the symbols that are in force."""
    if not notation.matrices:
        return shape
    match shape:
        case Text():
            return spelled_text(shape, notation)
        case Symbol():
            return spelled_symbol(shape, notation)
        case Formula():
            forms = tuple(spelled_row(cast("Row", form), notation) for form in shape.forms)
            return replace(shape, forms=forms)
        case _:
            return shape


# -- equations ---------------------------------------------------------------------------------


@lru_cache(maxsize=2048)
def spelled_row(row: Row, notation: Notation) -> Row:
    """A formula's items in the symbols that are in force."""
    return row if not notation.matrices else tuple(_item(item, notation) for item in row)


def spelled_equation(equation: Equation, notation: Notation) -> Equation:
    """All forms of all sections, and the sentence."""
    if not notation.matrices:
        return equation
    sections = tuple(
        Section(part.name, tuple(spelled_row(form, notation) for form in part.forms))
        for part in equation.sections
    )
    return replace(equation, sections=sections, sentence=notation.text(equation.sentence))


def _item(item: Item, notation: Notation) -> Item:
    match item:
        case Letter():
            base, sub, sup = notation.parts(item.base, item.sub, item.sup)
            return Letter(base, sub, sup, item.role)
        case Words():
            return replace(item, text=notation.text(item.text))
        case Fraction():
            return replace(
                item,
                above=spelled_row(item.above, notation),
                below=spelled_row(item.below, notation),
            )
        case Fence() | Term():
            return replace(item, items=spelled_row(item.items, notation))
        case Stack():
            return Stack(tuple(spelled_row(row, notation) for row in item.rows))
        case _:
            return item


# -- charts ------------------------------------------------------------------------------------


def spelled_chart(chart: Chart, notation: Notation) -> Chart:
    """Names of the chart, its axes, curves and shades."""
    if not notation.matrices:
        return chart
    say = notation.text
    return replace(
        chart,
        name=say(chart.name),
        x=_spelled_axis(chart.x, notation),
        y=_spelled_axis(chart.y, notation),
        curves=tuple(_spelled_curve(curve, notation) for curve in chart.curves),
        shades=tuple(
            each._replace(name=say(each.name), short=say(each.short)) for each in chart.shades
        ),
    )


def _spelled_axis(axis: Axis, notation: Notation) -> Axis:
    return replace(axis, name=notation.text(axis.name))


def _spelled_curve(curve: Curve, notation: Notation) -> Curve:
    say, end = notation.text, curve.end
    written: Callable[[float], str] | None = None if end is None else lambda y: say(end(y))
    return replace(
        curve,
        name=say(curve.name),
        end=written,
        titles=tuple(map(say, curve.titles)),
        tip=say(curve.tip),
    )
