"""What is computed, written down once: to be evaluated with any numbers, and to be typeset.

A `Quantity` is one number, or one vector or matrix as the letters of a formula name it; an
expression is put together of them. Symbols are the lecture's (`film/notation.py` writes others).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import TypeAlias

from rnnviz.frozen import record


@record
class Quantity:
    """A letter with its indices, or the gradient with respect to it.

    Attributes
    ----------
    base, sub, sup : str
        As in ``W_ax``, ``a⟨2⟩``: the letter, its lower and its upper index.
    entry : tuple of int
        Which number of a vector or a matrix, from 1; empty: the whole of it, or its only one.
    by : bool
        The gradient ∂L/∂ of it.
    new : bool
        What it is after the update.
    """

    base: str
    sub: str = ""
    sup: str = ""
    entry: tuple[int, ...] = ()
    by: bool = False
    new: bool = False


@record
class FixedNumber:
    """A number that the formula itself has: the 2 of 2 (y − target)."""

    value: int


@record
class Sum:
    """A sum: terms that are added, then those that are taken away."""

    plus: tuple[Expression, ...]
    minus: tuple[Expression, ...] = ()


@record
class Product:
    """A product of factors."""

    factors: tuple[Expression, ...]


@record
class Applied:
    """A function applied to an expression: "tanh" or "σ"."""

    name: str
    of: Expression


@record
class Square:
    """An expression squared."""

    of: Expression


Expression: TypeAlias = "Quantity | FixedNumber | Sum | Product | Applied | Square"
Evaluator: TypeAlias = Callable[[Sequence[float]], float]


def _sigmoid(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-z))


FUNCTIONS: Mapping[str, Callable[[float], float]] = {"tanh": math.tanh, "σ": _sigmoid}
"""By the names that `Applied` has."""


def evaluator(expression: Expression, places: Mapping[Quantity, int]) -> Evaluator:
    """What computes an expression of a list of numbers, in which every quantity has its place.

    Made once and called for thousands of networks, of which each is computed in microseconds.

    Raises
    ------
    KeyError
        For a quantity without a place.
    """
    match expression:
        case Quantity():
            return itemgetter(places[expression])
        case FixedNumber(value):
            return lambda _: value
        case Sum(plus, minus):
            added = [evaluator(each, places) for each in plus]
            taken = [evaluator(each, places) for each in minus]
            if not taken:
                return lambda values: sum([each(values) for each in added])
            return lambda values: (
                sum([each(values) for each in added]) - sum([each(values) for each in taken])
            )
        case Product(factors):
            each_of = [evaluator(each, places) for each in factors]
            return lambda values: math.prod([each(values) for each in each_of])
        case Applied(name, of):
            function, inner = FUNCTIONS[name], evaluator(of, places)
            return lambda values: function(inner(values))
        case Square(of):
            inner = evaluator(of, places)
            return lambda values: inner(values) ** 2


def matrix(rows: str) -> Quantity:
    """A parameter, "W_aa"; its gate behind a comma, "W_aa,f"."""
    name, _, gate = rows.partition(",")
    base, _, sub = name.partition("_")
    return Quantity(base, sub, gate)


def at_step(base: str, t: int, *entry: int, gate: str = "") -> Quantity:
    """A letter at step t, such as a⟨2⟩; z of a gate has the gate as its lower index."""
    return Quantity(base, gate, f"⟨{t}⟩", entry)


def gradient(of: Quantity) -> Quantity:
    """The quantity ∂L/∂ of another one."""
    return Quantity(of.base, of.sub, of.sup, of.entry, by=True)


def updated(of: Quantity) -> Quantity:
    """The quantity that another one is after the update."""
    return Quantity(of.base, of.sub, of.sup, of.entry, new=True)
