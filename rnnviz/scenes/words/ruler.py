"""The alphabet over the strips: where each letter begins, and the words the lecture numbers."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from string import ascii_lowercase
from typing import NamedTuple

from rnnviz.film.word_space import WordSpace
from rnnviz.scenes.measure import text_width
from rnnviz.scenes.shapes import Box, Line, Rect, Role, Shape, Target, Text
from rnnviz.scenes.words.layout import FLAG, WordsLayout
from rnnviz.scenes.words.page import WordsPage


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
            shapes.append(
                Box(f"ruler:{letter}:edge", Rect(left, letters.y, 1.0, letters.h), Role.LINE)
            )
        if right - left >= text_width(letter, lay.small) + 2:
            place = Rect(left, letters.y, right - left, letters.h)
            shapes.append(Text(f"ruler:{letter}", place, letter, Role.MUTED, lay.small))
    shapes += _flags(page, lay, letters.y)
    heading = Rect(lay.heads.x, letters.y, ruler.x - lay.heads.x - 0.5 * u, letters.h)
    shapes.append(Text("ruler:name", heading, "alphabet", Role.MUTED, lay.small, align="right"))
    target = Target("place", Rect(ruler.x, letters.y, ruler.w, letters.h), -1, grid=(1, size, size))
    return shapes, [target]


def _flags(page: WordsPage, lay: WordsLayout, foot: float) -> list[Shape]:
    """Each anchor on a pole at its true place, its words in one of a few rows beside it."""
    u, size = lay.unit, lay.small
    shapes: list[Shape] = []
    named = {f"{word} = {number}": number for word, number in page.space.anchors}
    for flag in _placed(
        tuple(named.items()), lay.strips, size, 0.3 * u, page.space.size, lay.flags
    ):
        y = foot - (flag.row + 1) * FLAG * u
        key, pad = f"flag:{flag.text.partition(' ')[0]}", 0.3 * u
        shapes.append(Line(key, ((flag.x, y + 0.2 * u), (flag.x, foot)), Role.MUTED))
        at_left = flag.left < flag.x - 1
        place = Rect(flag.left + (0 if at_left else pad), y, flag.w - pad, FLAG * u)
        align = "right" if at_left else "left"
        shapes.append(Text(f"{key}:text", place, flag.text, Role.INK, size, align=align))
    return shapes


class _Flag(NamedTuple):
    """Words beside a pole at x, from `left` on, in a row counted from below."""

    text: str
    x: float
    left: float
    w: float
    row: int

    def meets(self, other: _Flag) -> bool:
        """Whether words stand on words, or a pole runs through them."""
        if self.row == other.row:
            return self.left < other.left + other.w and other.left < self.left + self.w
        low, high = (self, other) if self.row < other.row else (other, self)
        return low.left + 1 < high.x < low.left + low.w - 1


@lru_cache(maxsize=16)
def _placed(
    named: tuple[tuple[str, int], ...], strips: Rect, size: float, pad: float, count: int, rows: int
) -> tuple[_Flag, ...]:
    """Flags that do not meet, as low as can be; without the last of them where there is no way."""
    options: list[list[_Flag]] = []
    for text, number in sorted(named, key=lambda anchor: -anchor[1]):
        x = strips.x + (number - 0.5) / count * strips.w
        w = text_width(text, size) + 2 * pad
        sides = [left for left in (x, x - w) if strips.x <= left and left + w <= strips.right + 1]
        options.append([_Flag(text, x, left, w, row) for row in range(rows) for left in sides])
    while options:
        found = _search(options, [])
        if found is not None:
            return tuple(found)
        options.pop()
    return ()


def _search(options: list[list[_Flag]], placed: list[_Flag]) -> list[_Flag] | None:
    if len(placed) == len(options):
        return placed
    for flag in options[len(placed)]:
        if not any(flag.meets(other) for other in placed):
            found = _search(options, [*placed, flag])
            if found is not None:
                return found
    return None


@lru_cache(maxsize=4)
def _starts(space: WordSpace) -> tuple[int, ...]:
    return tuple(bisect_left(space.words, letter) for letter in ascii_lowercase)
