"""TeX's spaces between the items of a row."""

from __future__ import annotations

from rnnviz.scenes.equation import (
    Column,
    Fence,
    Fraction,
    Item,
    Letter,
    Name,
    Number,
    Sign,
    Term,
    Words,
)

# In em: around a relation, around an operation, a thin one.
RELATION, OPERATION, THIN = 5 / 18, 4 / 18, 3 / 18
_AROUND = dict.fromkeys("=←", RELATION) | dict.fromkeys("+−⊙·", OPERATION)


def space(before: Item | None, item: Item) -> float:
    """The space between an item and the one before it, in em."""
    left, right = _edge(before, last=True), _edge(item, last=False)
    if left is None or right is None:
        return 0.0
    if isinstance(left, Sign) and left.text == ",":
        return 2 * RELATION
    signs = [sign.text for sign in (left, right) if isinstance(sign, Sign)]
    if signs:
        return max(_AROUND.get(text, 0.0) for text in signs)
    if isinstance(left, Letter) and isinstance(right, Fence):
        return THIN / 2
    if isinstance(left, Words) or isinstance(right, Words):
        return RELATION
    if isinstance(left, Name):
        return THIN / 2 if isinstance(right, Number) else 0.0
    return THIN if isinstance(right, Letter | Fraction | Column | Name | Number) else 0.0


def _edge(item: Item | None, *, last: bool) -> Item | None:
    """The item that a neighbour meets: a term's first or last one."""
    while isinstance(item, Term):
        item = item.items[-1 if last else 0]
    return item
