"""How an equation stands: sections side by side or one below the other, or as a line of text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import inf

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from rnnviz.frozen import record
from rnnviz.scenes.equation import (
    Equation,
    Fence,
    Fraction,
    Item,
    Letter,
    Matrix,
    Name,
    Number,
    Row,
    Sign,
    Stack,
    Term,
    UnitColumn,
    Words,
)
from rnnviz.views.typeset.boxes import TypeBox
from rnnviz.views.typeset.foundry import AXIS
from rnnviz.views.typeset.rows import THIN, row_box, space

# In units of body text, like all sizes here.
SIZES = defaultdict(lambda: 1.15, general=1.35, cell=1.35, gradient=1.25, output=1.25)
PAD, GAP = 1.2, 2.4
_WORDS = 18.0  # that are kept for a sentence that comes first
_ROWS = 4  # in the panel: numbers of a column before its dots
_BELOW = 0.9  # between its sections
_LARGEST, _SMALLEST = 2.2, 0.85  # times their size in the bar
_RAISED = {"2": "²", "⊤": "ᵀ"}


@record
class Arrangement:
    """Where the parts of an equation stand.

    Attributes
    ----------
    parts : tuple of (name, box, left end, size of an em)
        In pixels.
    end : float
        Where the last one ends.
    """

    parts: tuple[tuple[str, TypeBox, float, float], ...]
    end: float


def arrange(equation: Equation, width: float, height: float, unit: float) -> Arrangement:
    """The fullest forms of an equation's sections that fit side by side.

    First they are shortened, the least important one first; where that is not enough it is left
    out; the last one left is made smaller. Columns have as many numbers as the height allows.
    Where a sentence has its place among the sections, it has its room before the fullest forms
    and before the sections after it.
    """
    room = width - 2 * PAD * unit
    chosen: dict[str, int] = {}
    sections = {section.name: section for section in equation.sections}
    built: dict[tuple[str, int], TypeBox] = {}

    def box(name: str) -> TypeBox:
        key = (name, chosen[name])
        if key not in built:
            built[key] = _typeset(sections[name].forms[chosen[name]], height / SIZES[name] / unit)
        return built[key]

    def total(limit: float = inf) -> float:
        """How wide the chosen forms are; what lies beyond a limit is not typeset for it."""
        width = -GAP * unit
        for name in chosen:
            width += box(name).width * SIZES[name] * unit + GAP * unit
            if width > limit:
                break
        return width

    def fits(count: int, room: float, firm: int = 0) -> bool:
        """Choose forms of so many sections; the first `firm` ones stay whole."""
        chosen.clear()
        chosen.update(dict.fromkeys(equation.order[:count], 0))
        while total(room) > room:
            loose = equation.order[firm:count]
            longer = [n for n in loose if chosen[n] + 1 < len(sections[n].forms)]
            if not longer:
                return False
            chosen[longer[-1]] += 1
        return True

    factor = 1.0
    counts = range(len(equation.order), 0, -1)
    spoken = room - (GAP + _WORDS) * unit
    least = equation.before_words or len(counts) + 1
    found = any(
        fits(count, spoken, firm) for firm in (least, 0) for count in counts if count >= least
    )
    if not found and not any(fits(count, room) for count in counts):
        factor = max(room, 1.0) / total()
    parts: list[tuple[str, TypeBox, float, float]] = []
    x = PAD * unit
    for section in equation.sections:
        name = section.name
        if name in chosen:
            part, size = box(name), SIZES[name] * unit * factor
            half = max(part.up - AXIS, part.down + AXIS, 0.1)
            size = min(size, height / (2 * half))
            parts.append((name, part, x, size))
            x += part.width * size + GAP * unit
    return Arrangement(tuple(parts), x - GAP * unit)


def _typeset(row: Row, height: float) -> TypeBox:
    """A row with as many numbers to a column as fit in a height, in em."""
    column = next(_columns(row), None)
    if column is None:
        return row_box(row, 1)
    for rows in (3, 2):
        if _fits(row_box((column,), rows), height):  # else all that stands beside it does not
            box = row_box(row, rows)
            if _fits(box, height):
                return box
    return row_box(row, 1)


def _fits(box: TypeBox, height: float) -> bool:
    return 2 * max(box.up - AXIS, box.down + AXIS) <= height


def _columns(row: Row) -> Iterator[UnitColumn]:
    """The columns of numbers in a row, and in its parts."""
    for item in row:
        match item:
            case UnitColumn():
                yield item
            case Term() | Fence():
                yield from _columns(item.items)
            case Fraction():
                yield from _columns((*item.above, *item.below))
            case Stack():
                for part in item.rows:
                    yield from _columns(part)
            case _:
                pass


@record
class SetSection:
    """A section as it stands: its letters, their baseline, and the size of an em."""

    box: TypeBox
    y: float
    size: float


def stacked(equation: Equation, width: float, height: float, unit: float) -> tuple[SetSection, ...]:
    """The sections below each other, in as full a form as the width allows.

    All are enlarged alike; those that come last in the equation's order are left out first.
    """
    for count in range(len(equation.order), 0, -1):
        kept = [s for s in equation.sections if s.name in equation.order[:count]]
        chosen: list[tuple[TypeBox, float]] = []
        for section in kept:
            size, forms = SIZES[section.name] * unit, section.forms
            boxes = (row_box(form, _ROWS) for form in forms)
            last = row_box(forms[-1], _ROWS)
            chosen.append((next((b for b in boxes if b.width * size <= width), last), size))
        high = sum((box.up + box.down) * size + _BELOW * unit for box, size in chosen)
        widest = max((box.width * size for box, size in chosen), default=1.0)
        factor = min(_LARGEST, height / high, width / widest)
        if factor >= _SMALLEST or count == 1:
            lines: list[SetSection] = []
            y = (height - high * factor) / 2
            for box, size in chosen:
                y += (box.up * size + 0.5 * _BELOW * unit) * factor
                lines.append(SetSection(box, y, size * factor))
                y += (box.down * size + 0.5 * _BELOW * unit) * factor
            return tuple(lines)
    return ()


# -- as text -----------------------------------------------------------------------------------


def text_line(equation: Equation, metrics: QFontMetricsF, width: float) -> str:
    """As many of an equation's sections as fit into one line of text, at least one, cut."""
    line = ""
    for count in range(len(equation.order), 0, -1):
        kept = equation.order[:count]
        line = "      ".join(as_text(s.forms[0]) for s in equation.sections if s.name in kept)
        if metrics.horizontalAdvance(line) <= width:
            return line
    return metrics.elidedText(line, Qt.TextElideMode.ElideRight, width)


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
        case Matrix():
            rows = (", ".join(number.text for number in row) for row in item.rows)
            return "[" + "; ".join(rows) + "]"
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
