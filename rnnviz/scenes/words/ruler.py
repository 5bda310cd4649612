"""The alphabet over the strips: where each letter begins, and the words the lecture numbers."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from string import ascii_lowercase
from typing import TYPE_CHECKING

from rnnviz.film.word_space import WordSpace
from rnnviz.scenes.measure import text_width
from rnnviz.scenes.shapes import Box, Line, Rect, Role, Shape, Target, Text
from rnnviz.scenes.words.layout import FLAG, WordsLayout

if TYPE_CHECKING:
    from rnnviz.scenes.words.page import WordsPage

_ROWS = 3


def place_x(lay: WordsLayout, number: int, size: int) -> float:
    """The middle of a number's cell."""
    return lay.strips.x + (number - 0.5) / size * lay.strips.w


def ruler_shapes(page: WordsPage, lay: WordsLayout) -> tuple[list[Shape], list[Target]]:
    """Letters with the stretch of each, and flags for the anchors."""
    u, ruler, size = lay.unit, lay.ruler, page.space.size
    letters = Rect(ruler.x, ruler.bottom - 1.4 * u, ruler.w, 1.15 * u)
    shapes: list[Shape] = [Box("ruler", letters, Role.PANEL)]
    starts = _starts(page.space)
    edges = [ruler.x + start / size * ruler.w for start in (*starts, size)]
    for letter, left, right in zip(ascii_lowercase, edges, edges[1:], strict=False):
        if right - left < 0.2 * u:
            continue
        if left > ruler.x:
            shapes.append(Box(f"ruler:{letter}:edge", Rect(left, letters.y, 1.0, letters.h), Role.LINE))
        if right - left >= text_width(letter, lay.small) + 2:
            place = Rect(left, letters.y, right - left, letters.h)
            shapes.append(Text(f"ruler:{letter}", place, letter, Role.MUTED, lay.small))
    shapes += _flags(page, lay, letters.y)
    heading = Rect(lay.heads.x, letters.y, ruler.x - lay.heads.x - 0.5 * u, letters.h)
    shapes.append(Text("ruler:name", heading, "alphabet", Role.MUTED, lay.small, align="right"))
    target = Target("place", Rect(ruler.x, letters.y, ruler.w, letters.h), grid=(1, size, size))
    return shapes, [target]


def _flags(page: WordsPage, lay: WordsLayout, foot: float) -> list[Shape]:
    """Each anchor on a pole at its true place; the lowest row that has room for its words."""
    u, size, pad = lay.unit, lay.small, 0.3 * lay.unit
    taken: list[tuple[int, float, float]] = []  # row, from x to x
    poles: list[tuple[int, float]] = []  # up to which row, at x
    shapes: list[Shape] = []
    # Where several stand close together, the leftmost stands highest, so that no pole
    # crosses words.
    for word, number in sorted(page.space.anchors, key=lambda anchor: -anchor[1]):
        text = f"{word} = {number}"
        x, wide = place_x(lay, number, page.space.size), text_width(text, size) + 2 * pad
        left = x if x + wide <= lay.strips.right + 1 else x - wide
        for row in range(_ROWS):
            free = all(
                at != row or left + wide <= start or end <= left for at, start, end in taken
            ) and not any(top >= row and left + 1 < pole < left + wide - 1 for top, pole in poles)
            crossed = any(at < row and start + 1 < x < end - 1 for at, start, end in taken)
            if free and not crossed:
                break
        else:
            continue
        taken.append((row, left, left + wide))
        poles.append((row, x))
        y = foot - (row + 1) * FLAG * u
        shapes.append(Line(f"flag:{word}", ((x, y + 0.2 * u), (x, foot)), Role.MUTED))
        place = Rect(left + pad, y, wide - pad, FLAG * u)
        align = "left" if left == x else "right"
        if align == "right":
            place = Rect(left, y, wide - pad, FLAG * u)
        shapes.append(Text(f"flag:{word}:text", place, text, Role.INK, size, align=align))
    return shapes


@lru_cache(maxsize=4)
def _starts(space: WordSpace) -> tuple[int, ...]:
    return tuple(bisect_left(space.words, letter) for letter in ascii_lowercase)
