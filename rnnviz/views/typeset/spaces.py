"""TeX's spaces between the items of a row."""

from __future__ import annotations

from rnnviz.scenes.equation import (
    Fence,
    Fraction,
    Item,
    Letter,
    Name,
    Number,
    Sign,
    Stack,
    Term,
    UnitColumn,
    Words,
)

# In em: around a relation, around an operation, a thin one.
RELATION, OPERATION, THIN = 5 / 18, 4 / 18, 3 / 18
_AROUND = dict.fromkeys("=←→≤:", RELATION) | dict.fromkeys("+−⊙·", OPERATION)
_SET_APART = (Letter, Fraction, UnitColumn, Name, Number, Stack)


def space(before: Item | None, item: Item) -> float:
    """The space between an item and the one before it, in em."""
    if before is None:
        return 0.0
    left, right = _edge(before, last=True), _edge(item, last=False)
    if isinstance(left, Sign) and left.text == ",":
        return 2 * RELATION
    if isinstance(right, Sign) and right.text == ":":
        return 0.0
    after = _AROUND.get(left.text, 0.0) if isinstance(left, Sign) else -1.0
    around = _AROUND.get(right.text, 0.0) if isinstance(right, Sign) else -1.0
    if after >= 0.0 or around >= 0.0:
        return max(after, around)
    if isinstance(left, Letter) and isinstance(right, Fence):
        return THIN / 2
    if isinstance(left, Words) or isinstance(right, Words):
        return RELATION
    if isinstance(left, Name):
        return THIN / 2 if isinstance(right, Number) else 0.0
    return THIN if isinstance(right, _SET_APART) else 0.0


def _edge(item: Item, *, last: bool) -> Item:
    """The item that a neighbour meets: a term's first or last one."""
    while isinstance(item, Term):
        item = item.items[-1 if last else 0]
    return item
