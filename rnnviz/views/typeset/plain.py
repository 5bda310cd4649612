"""Plain text: a formula in one line of it, and sentences broken into lines."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

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
from rnnviz.views.typeset.rows import THIN, space

_RAISED = {"2": "²", "⊤": "ᵀ"}

_LINES = 3


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


def said(text: str, font: QFont, width: float) -> tuple[list[str], float]:
    """As many of a text's sentences as fit whole, at least the first one, cut."""
    found = wrapped(text, font, width)
    while any(line.endswith("…") for line in found[0]) and ". " in text:
        text = text.rpartition(". ")[0] + "."
        found = wrapped(text, font, width)
    return found


def wrapped(text: str, font: QFont, width: float, most: int = _LINES) -> tuple[list[str], float]:
    """Break a sentence between words into at most so many lines, and say how wide it is then.

    A line that does not fit ends with …; a no-break space holds words together.
    """
    advances = _advances(font)  # asked for once: looking a font up takes longer than a word
    space = advances(" ")
    lines: list[list[str]] = []
    ends: list[float] = []
    for word in text.split(" "):
        long = advances(word)
        last = len(lines) == most
        if lines and (last or ends[-1] + space + long <= width):
            lines[-1].append(word)
            ends[-1] += space + long
        else:
            lines.append([word])
            ends.append(long)
    made = [" ".join(words) for words in lines]
    for at, end in enumerate(ends):
        if end > width:
            made[at] = QFontMetricsF(font).elidedText(made[at], Qt.TextElideMode.ElideRight, width)
            ends[at] = width
    return made, max(ends)


@lru_cache(maxsize=16)
def _advances(font: QFont) -> Callable[[str], float]:
    metrics = QFontMetricsF(font)

    @lru_cache(maxsize=1024)
    def advance(word: str) -> float:
        return metrics.horizontalAdvance(word)

    return advance
