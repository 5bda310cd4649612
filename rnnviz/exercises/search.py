"""Networks whose numbers are fit for paper, found from a seed.

All given numbers are short decimals; every result is written with `DIGITS` digits after the point.
A network is taken only if its film is the same whoever computes it: whoever rounds every result to
those digits and goes on with the rounded ones writes the very digits that the film has, which
rounds nothing on the way. Where either of the two is nearer than `MARGIN` of the last digit to the
middle between two, a pocket calculator may round it otherwise, so such a network is none. Nor is
one with a result that shows nothing: hidden states and gates stay away from where tanh and σ are
flat, and no result but the first state is 0.

One network after the other is drawn from a stream of numbers that the seed begins, as many as it
takes; of Python's generator only `random()` is asked, whose numbers are the same in all versions.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from rnnviz.exercises.codes import Code
from rnnviz.exercises.expressions import Evaluator, Quantity, at_step, evaluator, matrix
from rnnviz.exercises.statements import (
    B_A,
    B_Y,
    ETA,
    SHAPES,
    W_AA,
    W_AX,
    W_YA,
    Shape,
    target,
)

DIGITS = 3
"""After the point of every result."""
MARGIN = 0.03
"""Of the last digit, how far from the middle between two numbers a result is."""

_MOST = 1_000_000
_LEAST = 0.01  # of a result's size, so that it has two digits at least
_LARGEST = dict.fromkeys("aifgo", 0.93) | {"z": 2.0, "y": 2.0}
_TENTHS: Mapping[str, tuple[int, int]] = {  # smallest and largest, in tenths, of either sign
    "aa": (2, 9),
    "ax": (2, 12),
    "a": (1, 5),
    "ya": (4, 15),
    "y": (1, 5),
    "x": (2, 10),
    "target": (1, 10),
}
_RATES = (0.1, 0.2, 0.5)


def search(code: Code) -> dict[Quantity, float]:
    """The given numbers of an exercise, by what they are: parameters, x⟨t⟩, targets, η, a⟨0⟩."""
    shape = SHAPES[code.kind]
    names, sheet = _names(shape), _Sheet(shape)
    stream = random.Random(str(code))
    for _ in range(_MOST):
        given = [_drawn(each, stream) for each in names]
        if sheet.is_fit(given):
            return dict(zip(names, given, strict=True))
    raise AssertionError(f"no network for {code}")


def rounded(value: float) -> float:
    """A result as it is written."""
    return round(value, DIGITS) + 0.0


def near_tie(value: float) -> bool:
    """Whether a number is so near the middle between two that can be written."""
    return abs(value * 10**DIGITS % 1.0 - 0.5) < MARGIN


class _Sheet:
    """All lines of an exercise, to be computed of any given numbers."""

    def __init__(self, shape: Shape) -> None:
        places = {of: place for place, of in enumerate(_names(shape))}
        known = {line.of for statement in shape.given for line in statement.lines}
        self._lines: list[tuple[Evaluator, float, bool]] = []
        for line in shape.lines:
            largest = _LARGEST.get(line.of.base, 9.0)
            self._lines.append((evaluator(line.expression, places), largest, line.of in known))
            places[line.of] = len(places)

    def is_fit(self, given: Sequence[float]) -> bool:
        """Whether paper and film have the same digits everywhere, and all of them show something.

        Of what is given of the film nothing is computed on paper.
        """
        exact, paper = list(given), list(given)
        for line, largest, known in self._lines:
            value = line(exact)
            if not _LEAST <= abs(value) <= largest or near_tie(value):
                return False
            written = rounded(value)
            if not known:
                by_hand = line(paper)
                if rounded(by_hand) != written or near_tie(by_hand):
                    return False
            exact.append(value)
            paper.append(written)
        return True


def _drawn(of: Quantity, stream: random.Random) -> float:
    """A number for something that is given."""
    if of.sup == "⟨0⟩":
        return 0.0
    if of == ETA:
        return _RATES[int(stream.random() * len(_RATES))]
    least, most = _TENTHS[of.sub or of.base]
    size = least + int(stream.random() * (most - least + 1))
    return (size if stream.random() < 0.5 else -size) / 10


def _names(shape: Shape) -> tuple[Quantity, ...]:
    """All that is given."""
    units = range(1, shape.units + 1) if shape.units > 1 else ()
    begun = (
        at_step(state, 0, *entry)
        for state in shape.states
        for entry in ((), *((i,) for i in units))
    )
    steps = range(1, shape.steps + 1)
    fed = (each for t in steps for each in (at_step("x", t), target(t)))
    return (*parameters(shape), *begun, *fed, ETA)


def parameters(shape: Shape) -> tuple[Quantity, ...]:
    """The parameters' numbers, one by one: a matrix row by row, gates one by one."""
    if shape.gates:
        names = (f"{name},{gate}" for name in ("W_aa", "W_ax", "b_a") for gate in shape.gates)
        return (*map(matrix, names), W_YA, B_Y)
    if shape.units == 1:
        return (W_AA, W_AX, B_A, W_YA, B_Y)
    units = range(1, shape.units + 1)

    def each(of: Quantity) -> tuple[Quantity, ...]:
        return tuple(Quantity(of.base, of.sub, entry=(i,)) for i in units)

    squares = (Quantity("W", "aa", entry=(i, j)) for i in units for j in units)
    return (*squares, *each(W_AX), *each(B_A), *each(W_YA), B_Y)
