"""The table of a sentence's words, and the ruler of the vocabulary over it."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from string import ascii_lowercase
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnviz.film.word_space import WordSpace
from rnnviz.scenes.measure import clean, fitting, text_width
from rnnviz.scenes.shapes import Box, Heat, Line, Rect, Role, Shape, Symbol, Target, Text
from rnnviz.scenes.words.page import FLAG, WordsLayout, WordsPage


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


_LIT = 0.26  # width of a lit cell, in units: its true width would be a fraction of a pixel


def table_shapes(page: WordsPage, lay: WordsLayout) -> tuple[list[Shape], list[Target]]:
    """The headings and the rows that are in view."""
    shapes = _headings(page, lay)
    targets: list[Target] = []
    first = min(max(0, page.first), max(0, len(page.tokens) - lay.rows))
    shown = range(first, min(len(page.tokens), first + lay.rows))
    for place, step in enumerate(shown):  # under the strips, so seen between them
        number = page.space.number(page.tokens[step])
        if number and page.tokens[step].lower() == page.asked:
            x, end = place_x(lay, number, page.space.size), lay.within(lay.strips, place).y
            line = ((x, lay.ruler.bottom - 0.25 * lay.unit), (x, end))
            shapes.append(Line(f"row:{step + 1}:guide", line, Role.INPUT, 0.12 * lay.unit))
    for place, step in enumerate(shown):
        _row(page, lay, place, step, shapes, targets)
    _hidden(page, lay, first, shapes)
    return shapes, targets


def _headings(page: WordsPage, lay: WordsLayout) -> list[Shape]:
    u, heads, size, d = lay.unit, lay.heads, page.space.size, page.space.dimensions
    left = Rect(heads.x, heads.y, lay.dense.x - heads.x - u, heads.h)
    right = Rect(lay.dense.x, heads.y, lay.dense.w, heads.h)
    shapes: list[Shape] = []
    for name, place, words, rest in (
        (
            "one-hot",
            left,
            "One-hot",
            (f"{size:,} numbers a word: {size - 1:,} zeros, a single 1", f"{size:,} numbers, a 1"),
        ),
        ("dense", right, "Dense", (f"{d} learned numbers a word", f"{d} learned numbers", f"{d}")),
    )[: 1 + page.dense]:
        shapes.append(Text(f"head:{name}", place, words, Role.INK, u, True, "left"))
        x = place.x + text_width(words, u, bold=True) + 0.7 * u
        beside = Rect(x, place.y, place.right - x, place.h)
        text = fitting(rest, beside.w, lay.small)
        shapes.append(Text(f"head:{name}:rest", beside, text, Role.MUTED, lay.small, align="left"))
    return shapes + _scale(page, lay) if page.dense else shapes


def _scale(page: WordsPage, lay: WordsLayout) -> list[Shape]:
    """The colours of the dense vectors' numbers."""
    u, limit = lay.unit, page.space.limit
    shown = f"{limit:.1f}"
    wide = text_width(f"−{shown}", lay.small) + 0.5 * u
    y = lay.ruler.bottom - 1.2 * u
    bar = Rect(lay.dense.x + wide, y, max(2 * u, min(8 * u, lay.dense.w - 2 * wide)), 0.75 * u)
    row = Rect(lay.dense.x, y - 0.3 * u, wide - 0.4 * u, 1.35 * u)
    after = Rect(bar.right + 0.4 * u, row.y, wide, row.h)
    middle = Rect(bar.cx - u, bar.y - 1.4 * u, 2 * u, 1.3 * u)
    return [
        Heat("scale", bar, _ramp(), limit=1.0, gap=0.0),
        Text("scale:low", row, f"−{shown}", Role.MUTED, lay.small, align="right"),
        Text("scale:zero", middle, "0", Role.MUTED, lay.small),
        Text("scale:high", after, shown, Role.MUTED, lay.small, align="left"),
    ]


def _row(
    page: WordsPage,
    lay: WordsLayout,
    place: int,
    step: int,
    shapes: list[Shape],
    targets: list[Target],
) -> None:
    u, token, space = lay.unit, page.tokens[step], page.space
    row, name = lay.row(place), lay.within(lay.names, place)
    key = f"row:{step + 1}"
    if token.lower() == page.selected.lower() and page.selected:
        area = row.grown(0.25 * u)
        mark = Rect(area.x, row.y, area.w, row.h)
        shapes.append(Box(f"{key}:mark", mark, Role.PANEL, Role.INK, 0.3 * u))
    elif token.lower() == page.pointed.lower() and page.pointed:
        shapes.append(Box(f"{key}:mark", row.grown(0.2 * u), Role.PANEL, None, 0.3 * u))
    spot, sup = (name.x + 0.2 * u, name.cy + 0.5 * u), f"⟨{step + 1}⟩"
    shapes.append(Symbol(f"{key}:x", *spot, "x", "", sup, "", Role.INPUT, 1.4 * u, "left"))
    wide = (1.85 + 0.55 * len(str(step + 1))) * u
    label = Rect(name.x + wide, name.y, name.w - wide - 0.4 * u, name.h)
    shapes.append(Text(f"{key}:word", label, clean(token), Role.INK, u, True, "left", own=True))
    targets.append(Target("word", row, step))
    strip = lay.within(lay.strips, place)
    _strip(page, lay, key, token, strip, shapes)
    targets.append(Target("place", strip, step, grid=(1, space.size, space.size)))
    if not page.dense:
        return
    dense = lay.within(lay.dense, place)
    found = space.index(token)
    if found >= 0:
        shapes.append(Heat(f"{key}:dense", dense, vector_row(space, found), space.limit))
        d = space.dimensions
        targets.append(Target("number", dense, step, grid=(1, d, d)))
    else:
        shapes.append(Box(f"{key}:dense", dense, None, Role.MUTED, 0.25 * u, dash=True))
        said = fitting(("no vector was learned", "no vector"), dense.w - 0.6 * u, lay.small)
        shapes.append(Text(f"{key}:none", dense, said, Role.MUTED, lay.small))


def _strip(
    page: WordsPage, lay: WordsLayout, key: str, token: str, strip: Rect, shapes: list[Shape]
) -> None:
    u, number, size = lay.unit, page.space.number(token), page.space.size
    shapes.append(Box(f"{key}:strip", strip, Role.PANEL, Role.LINE, 0.2 * u))
    if number == 0:
        shapes.append(Box(f"{key}:strip", strip, None, Role.MUTED, 0.2 * u, dash=True))
        text = fitting(
            (f"<unk>: not one of the {size:,} words", "<unk>: not in the vocabulary", "<unk>"),
            strip.w - 0.6 * u,
            lay.small,
            bold=True,
        )
        shapes.append(Text(f"{key}:number", strip, text, Role.INPUT, lay.small, bold=True))
        return
    cell = lit_cell(lay, strip, number, size)
    shapes.append(Box(f"{key}:lit", cell, Role.INPUT))
    text, gap = f"{page.space.word(number)} = {number}", 0.4 * u
    wide = text_width(text, u) + gap
    if cell.right + gap + wide <= strip.right:
        place = Rect(cell.right + gap, strip.y, strip.right - cell.right - gap, strip.h)
        shapes.append(Text(f"{key}:number", place, text, Role.INK, u, align="left"))
    else:
        place = Rect(strip.x, strip.y, cell.x - gap - strip.x, strip.h)
        shapes.append(Text(f"{key}:number", place, text, Role.INK, u, align="right"))


def lit_cell(lay: WordsLayout, strip: Rect, number: int, size: int) -> Rect:
    """The cell of a number, widened so that it is seen, about its true middle."""
    wide = max(_LIT * lay.unit, strip.w / size)
    return Rect(place_x(lay, number, size) - wide / 2, strip.y, wide, strip.h)


def _hidden(page: WordsPage, lay: WordsLayout, first: int, shapes: list[Shape]) -> None:
    """Say how many words there are above and below those in view."""
    below = len(page.tokens) - first - lay.rows
    if first <= 0 and below <= 0:
        return
    parts = [f"{first:,} above" if first > 0 else "", f"{below:,} below" if below > 0 else ""]
    text = " · ".join(part for part in parts if part)
    place = Rect(lay.heads.x, lay.ruler.y, lay.names.w + 1.0, 1.3 * lay.unit)
    shapes.append(Text("hidden", place, text, Role.MUTED, lay.small, align="left"))


@lru_cache(maxsize=512)
def vector_row(space: WordSpace, index: int) -> NDArray[np.float32]:
    """A learned word's numbers as a row (1, D), the same array each time."""
    return space.vectors[index : index + 1]


@lru_cache(maxsize=1)
def _ramp() -> NDArray[np.float64]:
    return np.linspace(-1.0, 1.0, 64)[None, :]
