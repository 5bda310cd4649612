"""Rows of a formula's items put together as boxes, with TeX's spaces between them."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import ceil

from rnnviz.scenes.equation import (
    Fence,
    Focus,
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
from rnnviz.scenes.shapes import Role
from rnnviz.views.typeset.boxes import (
    RULE,
    TypeBox,
    TypeLine,
    bracket,
    faded,
    has_outlines,
    index,
    indexed,
    letters,
    rule,
    small,
    words,
)
from rnnviz.views.typeset.foundry import AXIS, TEX, foundry

# In em: around a relation, around an operation, a thin one.
RELATION, OPERATION, THIN = 5 / 18, 4 / 18, 3 / 18
_AROUND = dict.fromkeys("=←→≤:", RELATION) | dict.fromkeys("+−⊙·", OPERATION)
_SET_APART = (Letter, Fraction, UnitColumn, Matrix, Name, Number, Stack)

_SHIFT, _GAP = 0.64, 0.15  # of a fraction's parts from the baseline, and at least from its rule
_PITCH, _BETWEEN = 1.3, 0.3  # of stacked statements, and at least between their ink
_ROW, _DOTS = 1.06, 0.92  # from one line of a column to the next
_NAME, _LOWER, _STEPS = 3, 0.21, ("t", "k", "T")  # letters of a symbol; a lower index, in em
_SUPERSCRIPTS = dict(zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "−0123456789", strict=True))


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
    if isinstance(left, Letter) and _is_word(left.base) and isinstance(right, _SET_APART):
        return OPERATION
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


def row_box(items: Row, rows: int) -> TypeBox:
    """Typeset items one after the other, with the spaces that TeX would give them.

    Parameters
    ----------
    items : Row
    rows : int
        How many numbers of a column are written.

    Raises
    ------
    TypesettingError
        Where ziamath fails.
    """
    line = TypeLine()
    spans: list[tuple[float, float, float, float]] = []
    lit = False
    for at, item in enumerate(items):
        line.x += space(items[at - 1] if at else None, item)
        start, box = line.x, _item(item, rows)
        line.add(box)
        was, lit = lit, isinstance(item, Term) and item.focus is Focus.LIT
        if lit and was:  # neighbours share one highlight
            left, _, up, down = spans[-1]
            spans[-1] = (left, line.x, max(up, box.up), max(down, box.down))
        elif lit:
            spans.append((start, line.x, box.up, box.down))
    for left, right, up, down in spans:
        line.parts.append((TypeBox(right - left, up, down, lit=True), left, 0.0))
    return line.box()


def _item(item: Item, rows: int) -> TypeBox:
    match item:
        case Letter():
            return _letter(item)
        case Number():
            box = _number(item.text, item.role)
            return TypeBox(box.width, box.up, box.down, parts=((box, 0.0, 0.0),), writes=item)
        case UnitColumn():
            return _column(item, rows)
        case Matrix():
            return _matrix(item)
        case Sign():
            return letters(TEX.get(item.text, item.text), item.role)
        case Name():
            return _name(item.text)
        case Words():
            drawn = not item.otherwise or has_outlines(item.text)
            return words(item.text if drawn else item.otherwise, item.role)
        case Fraction():
            return _fraction(item, rows)
        case Fence():
            return _fence(item, rows)
        case Term():
            box = row_box(item.items, rows)
            return faded(box) if item.focus is Focus.FADED else box
        case Stack():
            return _stack(item, rows)


@lru_cache(maxsize=2048)
def _letter(letter: Letter) -> TypeBox:
    tex = TEX.get(letter.base, letter.base)
    if _is_word(letter.base):  # what a framework calls its weights
        name = words(letter.base, letter.role)
        if letter.sub:
            return _stepped(letter)
        return indexed(name, "W", letter.sup, letter.role) if letter.sup else name
    if letter.sub and tex == letter.base and _is_step(letter.sub):
        return _stepped(letter)
    if letter.sub:
        lower = f"{tex}_{{{letter.sub}}}"
        if letter.sup in ("", "⊤"):
            return letters(lower + (r"^{\top}" if letter.sup else ""), letter.role)
        return _both(letters(lower, letter.role), letter, tex)
    base = letters(tex, letter.role)
    return indexed(base, letter.base, letter.sup, letter.role) if letter.sup else base


def _is_word(base: str) -> bool:
    """Whether a letter is a word, which is set upright and in the program's own typeface."""
    return len(base) > _NAME and base not in TEX


def _is_step(sub: str) -> bool:
    """Whether a lower index is a step, or has one: any number, of which no atom is made."""
    return not sub.isalpha() or sub in _STEPS


def _stepped(letter: Letter) -> TypeBox:
    """A letter with its step as a lower index, set of small characters: h₆, z_f,t−1."""
    set_as = words if _is_word(letter.base) else letters
    base = set_as(TEX.get(letter.base, letter.base), letter.role)
    lower = index(letter.sub, letter.role)
    parts = [(base, 0.0, 0.0), (lower, base.width, _LOWER)]
    width, up = base.width + lower.width, base.up
    if letter.sup:
        place, upper = foundry.raised(letter.base), index(letter.sup, letter.role)
        parts.append((upper, base.width + place.width, -place.up))
        width = max(width, base.width + place.width + upper.width)
        up = max(up, place.up + upper.up)
    return TypeBox(width, up, max(base.down, lower.down + _LOWER), parts=tuple(parts))


def _both(base: TypeBox, letter: Letter, tex: str) -> TypeBox:
    """A letter with a lower index, and the upper one above that."""
    place = foundry.raised(tex)
    upper = index(letter.sup, letter.role)
    start = foundry.text(tex).width + place.width
    width = max(base.width, start + upper.width)
    parts = ((base, 0.0, 0.0), (upper, start, -place.up))
    return TypeBox(width, max(base.up, upper.up + place.up), base.down, parts=parts)


@lru_cache(maxsize=64)
def _name(text: str) -> TypeBox:
    base = text.rstrip("′²")
    box = letters(TEX.get(base, rf"\operatorname{{{base}}}"))
    return box if base == text else indexed(box, "g", text[len(base) :].replace("²", "2"), Role.INK)


@lru_cache(maxsize=4096)
def _number(text: str, role: Role) -> TypeBox:
    if not text[-1:].isdigit() and text[-1:] not in _SUPERSCRIPTS:
        return words(text, role)
    line = TypeLine()
    for character in text:
        if character in _SUPERSCRIPTS:
            power = small(_SUPERSCRIPTS[character], role)
            line.add(power, -foundry.raised("a").up)
        else:
            line.add(letters(TEX.get(character, character), role))
    return line.box()


def _column(column: UnitColumn, rows: int) -> TypeBox:
    """A vector in brackets, centred on the axis; only its first `rows` numbers."""
    whole, column = column, column.first(rows)
    boxes = [_number(number.text, number.role) for number in column.numbers]
    width = max(box.width for box in boxes)
    dots = letters(TEX["⋮"])
    placed: list[tuple[TypeBox, float, float]] = []
    y, last = 0.0, 0.0
    for at, (unit, box) in enumerate(zip(column.units, boxes, strict=True)):
        if at:
            y += _ROW
        if at and unit > column.units[at - 1] + 1:
            placed.append((dots, (width - dots.width) / 2, y - 0.13))
            y += _DOTS
        placed.append((box, 0.0, y))
        last = y + box.down
    if column.units[-1] + 1 < column.height:
        y += _ROW
        placed.append((dots, (width - dots.width) / 2, y - 0.13))
        last = y
    top, bottom = boxes[0].up, last
    shift = -AXIS - (bottom - top) / 2
    tenths = _tenths((top + bottom) / 2 + 0.1)
    left, right = (bracket(side, tenths) for side in "[]")
    parts = [(left, 0.0, 0.0)]
    parts += [(box, left.width + x, y + shift) for box, x, y in placed]
    parts.append((right, left.width + width, 0.0))
    wide = left.width + width + right.width
    return TypeBox(wide, left.up, left.down, parts=tuple(parts), writes=whole)


def _matrix(matrix: Matrix) -> TypeBox:
    """Numbers in rows and columns in brackets, right ends in line, centred on the axis."""
    boxes = [[_number(number.text, number.role) for number in row] for row in matrix.rows]
    widths = [max(box.width for box in column) for column in zip(*boxes, strict=True)]
    up, down = (max(getattr(box, side) for row in boxes for box in row) for side in ("up", "down"))
    last = _ROW * (len(boxes) - 1)
    shift = -AXIS - (last + down - up) / 2
    tenths = _tenths((last + up + down) / 2 + 0.1)
    left, right = (bracket(side, tenths) for side in "[]")
    parts: list[tuple[TypeBox, float, float]] = [(left, 0.0, 0.0)]
    x = left.width
    for place, width in enumerate(widths):
        x += _ROW / 2 if place else 0.0
        for row, line in enumerate(boxes):
            parts.append((line[place], x + width - line[place].width, row * _ROW + shift))
        x += width
    parts.append((right, x, 0.0))
    return TypeBox(x + right.width, left.up, left.down, parts=tuple(parts))


def _stack(stack: Stack, rows: int) -> TypeBox:
    """Statements one above the other around the axis, their first letters' ends in one line."""
    boxes = [row_box(row, rows) for row in stack.rows]
    heads = [_head(row) for row in stack.rows]
    right = max(heads)
    down = [0.0]
    for above, below in pairwise(boxes):
        down.append(down[-1] + max(above.down + below.up + _BETWEEN, _PITCH))
    top, bottom = boxes[0].up, down[-1] + boxes[-1].down
    shift = -AXIS - (bottom - top) / 2
    parts = tuple(
        (box, right - head, y + shift) for box, head, y in zip(boxes, heads, down, strict=True)
    )
    width = max(box.width + x for box, x, _ in parts)
    return TypeBox(width, top - shift, bottom + shift, parts=parts)


def _head(row: Row) -> float:
    """How wide a statement's first letter is."""
    first = row[0]
    while isinstance(first, Term):
        first = first.items[0]
    return _letter(first).width if isinstance(first, Letter) else 0.0


def _fraction(fraction: Fraction, rows: int) -> TypeBox:
    above, below = row_box(fraction.above, rows), row_box(fraction.below, rows)
    width = max(above.width, below.width)
    up = max(_SHIFT, AXIS + RULE / 2 + _GAP + above.down)
    down = max(_SHIFT, below.up + _GAP + RULE / 2 - AXIS)
    parts = (
        (above, THIN / 2 + (width - above.width) / 2, -up),
        (below, THIN / 2 + (width - below.width) / 2, down),
        (rule(round(width, 3), fraction.role), THIN / 2, 0.0),
    )
    return TypeBox(width + THIN, up + above.up, down + below.down, parts=parts)


def _fence(fence: Fence, rows: int) -> TypeBox:
    inside = row_box(fence.items, rows)
    half = max(inside.up - AXIS, inside.down + AXIS, 0.0)
    # An ordinary parenthesis holds letters and their indices; a stretched one what is higher.
    tenths = 0 if half <= 0.92 else _tenths(half)
    if fence.norm:
        left, right = (bracket("‖", max(tenths, 10)) for _ in range(2))
    elif tenths:
        left, right = bracket("(", tenths), bracket(")", tenths)
    else:
        left, right = letters("("), letters(")")
    if fence.sup:
        right = indexed(right, ")", fence.sup, Role.INK, max(0.0, right.up - 0.736))
    if fence.focus is Focus.FADED:
        left, right = faded(left), faded(right)
    line = TypeLine()
    for box in (left, inside, right):
        line.add(box)
    return line.box()


def _tenths(half: float) -> int:
    """The height of a bracket that reaches so far above and below the axis, rounded up."""
    return 2 * ceil(10 * half)
