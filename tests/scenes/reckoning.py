"""Reads a row of an equation as arithmetic, with the values behind the written digits."""

from __future__ import annotations

import numpy as np

from rnnviz.scenes.equation import (
    Fence,
    Item,
    Name,
    Number,
    Row,
    Sign,
    Stack,
    Term,
    UnitColumn,
    Words,
)

FUNCTIONS = {
    "tanh": np.tanh,
    "σ": lambda z: 1.0 / (1.0 + np.exp(-z)),
    "ReLU": lambda z: np.maximum(z, 0.0),
}


class NotNumbersError(Exception):
    """A row with letters in it."""


def both_sides(row: Row) -> list[tuple[np.ndarray, np.ndarray]]:
    """Every left = right in a row that is written in numbers alone."""
    found = []
    for statement in _statements(_flat(row)):
        sides = _split(statement, "=")
        try:
            values = [_sum(side) for side in sides]
        except NotNumbersError:
            continue
        found += [(values[0], value) for value in values[1:]]
    return found


def _flat(row: Row) -> list[Item]:
    """Without terms, which only say where to look."""
    flat: list[Item] = []
    for item in row:
        flat += _flat(item.items) if isinstance(item, Term) else [item]
    return flat


def _statements(items: list[Item]) -> list[list[Item]]:
    if len(items) == 1 and isinstance(items[0], Stack):
        return [part for row in items[0].rows for part in _statements(_flat(row))]
    parts = [part for part in _split(items, ",") if part]
    names = [_after_colon(part) for part in parts]
    return [part for part in names if part]


def _after_colon(items: list[Item]) -> list[Item]:
    """What is said of an entry: "W[1,1]: …", "first entry: …"."""
    for at, item in enumerate(items):
        if isinstance(item, Sign) and item.text == ":":
            return items[at + 1 :]
        if isinstance(item, Words) and item.text.endswith("entry:"):
            return items[at + 1 :]
    return items


def _split(items: list[Item], sign: str) -> list[list[Item]]:
    parts: list[list[Item]] = [[]]
    for item in items:
        if isinstance(item, Sign) and item.text == sign:
            parts.append([])
        else:
            parts[-1].append(item)
    return parts


def _sum(items: list[Item]) -> np.ndarray:
    total, factors, sign = np.zeros(()), [], 1.0
    for item in [*items, Sign("+")]:
        if isinstance(item, Sign) and item.text in "+−":
            if factors:
                total = total + sign * _product(factors)
            factors, sign = [], -1.0 if item.text == "−" else 1.0
        else:
            factors.append(item)
    return total


def _product(items: list[Item]) -> np.ndarray:
    value, at = np.ones(()), 0
    while at < len(items):
        item = items[at]
        if isinstance(item, Sign) and item.text in "⊙·":
            at += 1
            continue
        if isinstance(item, Name) and item.text in FUNCTIONS:
            value = value * FUNCTIONS[item.text](_value(items[at + 1]))
            at += 2
            continue
        value = value * _value(item)
        at += 1
    return value


def _value(item: Item) -> np.ndarray:
    match item:
        case UnitColumn():
            return np.array([number.value for number in item.numbers])
        case Number():
            return np.array(item.value)
        case Fence(norm=False):
            inside = _sum(_flat(item.items))
            return inside**2 if item.sup == "2" else inside
        case _:
            raise NotNumbersError(item)
