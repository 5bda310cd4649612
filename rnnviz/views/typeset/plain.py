"""A formula in one line of plain text, for where typesetting is not to be had."""

from __future__ import annotations

from rnnviz.scenes.equation import (
    Fence,
    Fraction,
    Item,
    Letter,
    Name,
    Number,
    Row,
    Sign,
    Stack,
    Term,
    UnitColumn,
    Words,
)
from rnnviz.views.typeset.spaces import THIN, space

_RAISED = {"2": "²", "⊤": "ᵀ"}


def as_text(items: Row) -> str:
    """A row as text: "a⟨6⟩ = tanh(W_aa a⟨5⟩ + W_ax x⟨6⟩ + b_a)"."""
    said = ""
    for at, item in enumerate(items):
        text = _item(item)
        apart = at > 0 and space(items[at - 1], item) > THIN / 2
        if apart or (said[-1:].isalnum() and text[:1].isalnum()):
            said += " "
        said += text
    return said


def _item(item: Item) -> str:
    match item:
        case Letter():
            lower = f"_{item.sub}" if item.sub else ""
            return item.base + lower + _raised(item)
        case Number() | Name() | Words():
            return item.text
        case Sign():
            return item.text.replace("-", "−")
        case UnitColumn():
            rest = ", …" if len(item.units) < item.height else ""
            return "[" + ", ".join(number.text for number in item.numbers) + rest + "]"
        case Fraction():
            return f"{as_text(item.above)}/{as_text(item.below)}"
        case Fence():
            left, right = "‖‖" if item.norm else "()"
            return left + as_text(item.items) + right + _RAISED.get(item.sup, item.sup)
        case Term():
            return as_text(item.items)
        case Stack():
            return "; ".join(as_text(row) for row in item.rows)


def _raised(letter: Letter) -> str:
    """An upper index; that of a matrix's rows is marked: W_aa^fᵀ."""
    rows = letter.sup.removesuffix("⊤")
    end = _RAISED["⊤"] if rows != letter.sup else ""
    if rows not in _RAISED and rows.rpartition("]")[2].isalnum():
        rows = f"^{rows}"
    return _RAISED.get(rows, rows) + end
