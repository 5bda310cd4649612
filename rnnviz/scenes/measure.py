"""How wide text will be and how far a shape reaches, without a screen; where two scenes differ.

The widths are Inter's own, in thousandths of the size, so that a layout can decide what fits; the
painter still cuts with … what turns out wider.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rnnviz.scenes.shapes import (
    Bitmap,
    Box,
    Dot,
    Formula,
    Heat,
    Line,
    Rect,
    Scene,
    Shape,
    Symbol,
    Text,
)

_ASCII = (
    281, 278, 403, 631, 638, 812, 639, 222, 362, 362, 500, 659, 280, 460, 276, 357, 625, 464, 605,
    636, 642, 608, 624, 571, 616, 624, 276, 280, 659, 659, 659, 507, 936, 676, 651, 727, 719, 598,
    587, 743, 740, 264, 543, 652, 562, 889, 753, 761, 635, 761, 639, 638, 642, 741, 676, 949, 642,
    665, 625, 362, 357, 362, 469, 452, 497, 564, 621, 558, 621, 582, 361, 609, 591, 237, 237, 544,
    237, 869, 585, 597, 609, 609, 372, 523, 364, 581, 557, 812, 540, 557, 541, 362, 327, 362, 659,
)  # fmt: skip
# What Inter and its fallbacks need for the signs of the notation, on the wide side.
_SIGNS = dict.fromkeys("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", 450) | {
    "∂": 640, "≈": 665, "⟨": 430, "⟩": 430, "−": 665, "·": 285, "×": 665, "“": 400, "”": 400,
    "′": 250,
}  # fmt: skip
_OTHER = 700


class _Widths(dict[str, int]):
    """Of each character, found when it is first asked for."""

    def __missing__(self, c: str) -> int:
        return 0 if unicodedata.combining(c) else _OTHER


_WIDTHS = _Widths(_SIGNS | {chr(at): wide for at, wide in enumerate(_ASCII, 32)})
_BOLD = 1.06
_LONGEST = 40
_OVERHANG = 0.15  # of its size: what leaning letters may stand beyond their width
SUB = 0.72  # size of an index, of its letter's


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """About how wide a line of plain text is."""
    total = sum(map(_WIDTHS.__getitem__, text))
    return total * size / 1000.0 * (_BOLD if bold else 1.0)


def fitting(ways: Sequence[str], width: float, size: float, bold: bool = False) -> str:
    """The first of several wordings that fits; the last one where none does."""
    return next((way for way in ways if text_width(way, size, bold) <= width), ways[-1])


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """A label that can be drawn: at most 40 code points, no control characters, few accents.

    A letter keeps at most three combining marks: more cannot be read, and twenty thousand take a
    font engine minutes.
    """
    kept: list[str] = []
    marks = 0
    for c in text[: 8 * _LONGEST]:
        kind = unicodedata.category(c)
        if kind in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp"):
            continue
        marks = marks + 1 if kind.startswith("M") else 0
        if marks <= 3:
            kept.append(c)
    cut = len(kept) > _LONGEST or len(text) > 8 * _LONGEST
    return "".join(kept[: _LONGEST - 1]) + "…" if cut else "".join(kept)


def symbol_width(symbol: Symbol) -> float:
    """About how wide a symbol of the notation is, on the wide side."""
    index = max(len(symbol.sub), _index(symbol.sup))
    letter = 0.92 if symbol.base == "W" else 0.58
    return symbol.size * (letter * len(symbol.base) + SUB * 0.53 * index + 0.5 * len(symbol.tail))


def _index(text: str) -> float:
    return sum(0.66 if c in "⟨⟩" else 1.0 for c in text)


# Columns keep their shapes from frame to frame; an entry holds its shape, so that the id cannot
# come to mean another one.
Sides = tuple[float, float, float, float]
Reached = tuple[Shape, Rect, Sides]
_known: dict[int, Reached] = {}
_MOST_KNOWN = 8192


def reach(shape: Shape) -> Rect:
    """The rectangle that a shape stays within."""
    found = _known.get(id(shape))
    return found[1] if found is not None and found[0] is shape else _remember(shape)[1]


def sides(shape: Shape) -> Sides:
    """Left, top, right and bottom of what a shape's ink stays within, leaning letters too."""
    found = _known.get(id(shape))
    return found[2] if found is not None and found[0] is shape else _remember(shape)[2]


def reaches(shapes: Iterable[Shape]) -> list[Reached]:
    """Each shape, its reach, and that as left, top, right and bottom."""
    shapes = list(shapes)
    entries = map(_known.get, map(id, shapes))  # all but a few are known
    return [
        entry if entry is not None and entry[0] is shape else _remember(shape)
        for entry, shape in zip(entries, shapes, strict=True)
    ]


def _remember(shape: Shape) -> Reached:
    if len(_known) >= _MOST_KNOWN:
        _known.clear()
    r = _reach(shape)
    over = _OVERHANG * shape.size if isinstance(shape, Symbol) else 0.0
    ink = (r.x - over, r.y - over, r.x + r.w + over, r.y + r.h + over)
    made = _known[id(shape)] = (shape, r, ink)
    return made


def _reach(shape: Shape) -> Rect:
    match shape:
        case Box():
            return shape.rect if shape.stroke is None else shape.rect.grown(shape.width / 2)
        case Text() | Heat() | Bitmap() | Formula():
            return shape.rect
        case Dot():
            r = shape.radius
            return Rect(shape.x - r, shape.y - r, 2 * r, 2 * r)
        case Line():
            xs = [x for x, _ in shape.points]
            ys = [y for _, y in shape.points]
            edge = max(shape.width, shape.arrow) / 2
            x, y = min(xs), min(ys)
            w, h = max(xs) - x, max(ys) - y
            along, across = (edge if h else 0.0), (edge if w else 0.0)  # ends are flat
            return Rect(x - along, y - across, w + 2 * along, h + 2 * across)
        case Symbol():
            w = symbol_width(shape)
            x = shape.x - (w / 2 if shape.align == "center" else w * (shape.align == "right"))
            top = shape.size * (0.95 if shape.sup else 0.72)
            low = shape.size * (0.4 if shape.sub else 0.24 if shape.base in "gjpqy" else 0.12)
            return Rect(x, shape.y - top, w, top + low)


# -- where two scenes differ -------------------------------------------------------------------

_FEW = 100


def difference(old: Scene, new: Scene) -> tuple[Rect, ...]:
    """Rectangles that hold every shape that is in one scene and not, or not so, in the other.

    Shapes are matched by their ids. Those of one step ("cell:6", "heat:6" …) share a rectangle,
    and rectangles are joined where that adds little. Scenes of different sizes, or with few shapes
    in common, differ everywhere.
    """
    everywhere = (Rect(0.0, 0.0, new.width, new.height),)
    if (old.width, old.height) != (new.width, new.height):
        return everywhere
    # Columns at rest keep their very shapes, which need no closer look.
    olds, news = list(map(id, old.shapes)), list(map(id, new.shapes))
    kept = set(olds).intersection(news)
    if len(new.shapes) > _FEW and len(kept) < 0.4 * len(new.shapes):  # another page
        return everywhere
    others = zip(old.shapes, olds, strict=True)
    before = {shape.id: shape for shape, place in others if place not in kept}
    spots: dict[str, Sides] = {}

    def mark(shape: Shape) -> None:
        name = shape.id.partition(":")
        key = name[2].partition(":")[0] or name[0]
        spot = sides(shape)
        known = spots.get(key)
        spots[key] = spot if known is None else _joined(known, spot)

    for shape, place in zip(new.shapes, news, strict=True):
        if place in kept:
            continue
        earlier = before.pop(shape.id, None)
        if earlier is None:
            mark(shape)
        elif not _same(earlier, shape):
            mark(earlier)
            mark(shape)
    for shape in before.values():
        mark(shape)
    grown = [(x0 - 2.0, y0 - 2.0, x1 + 2.0, y1 + 2.0) for x0, y0, x1, y1 in spots.values()]
    return tuple(Rect(x0, y0, x1 - x0, y1 - y0) for x0, y0, x1, y1 in _merged(grown))


def _same(a: Shape, b: Shape) -> bool:
    if isinstance(a, Heat) and isinstance(b, Heat):
        return (
            a.values is b.values
            and a.rect == b.rect
            and a.alpha == b.alpha
            and (a.limit, a.gap, a.radius, a.blank) == (b.limit, b.gap, b.radius, b.blank)
        )
    if isinstance(a, Bitmap) and isinstance(b, Bitmap):
        same = (a.rect, a.alpha, a.lit, a.role) == (b.rect, b.alpha, b.lit, b.role)
        return same and a.values is b.values
    return a == b


def _joined(a: Sides, b: Sides) -> Sides:
    # Tuples and no min and max: this is asked for hundreds of times a frame.
    return (
        a[0] if a[0] < b[0] else b[0],
        a[1] if a[1] < b[1] else b[1],
        a[2] if a[2] > b[2] else b[2],
        a[3] if a[3] > b[3] else b[3],
    )


def _area(sides: Sides) -> float:
    return (sides[2] - sides[0]) * (sides[3] - sides[1])


def _merged(parts: list[Sides]) -> list[Sides]:
    """Join what overlaps, unless the joint rectangle would hold much that neither does."""
    done: list[Sides] = []
    for part in parts:
        found = part
        again = True
        while again:
            again = False
            for other in done:
                joint = _joined(found, other)
                if _area(joint) <= 1.2 * (_area(found) + _area(other)):
                    done.remove(other)
                    found = joint
                    again = True
                    break
        done.append(found)
    return done
