"""The sentence's words, a row each: its name, its one-hot strip, its dense vector."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rnnviz.film.word_space import WordSpace
from rnnviz.scenes.measure import clean, text_width
from rnnviz.scenes.shapes import Box, Heat, Line, Rect, Role, Shape, Symbol, Target, Text
from rnnviz.scenes.words.layout import WordsLayout, fitting
from rnnviz.scenes.words.page import WordsPage
from rnnviz.scenes.words.ruler import place_x

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
    ):
        shapes.append(Text(f"head:{name}", place, words, Role.INK, u, True, "left"))
        x = place.x + text_width(words, u, bold=True) + 0.7 * u
        beside = Rect(x, place.y, place.right - x, place.h)
        text = fitting(rest, beside.w, lay.small)
        shapes.append(Text(f"head:{name}:rest", beside, text, Role.MUTED, lay.small, align="left"))
    return shapes + _scale(page, lay)


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
    base = name.cy + 0.36 * u
    index = Symbol(
        f"{key}:x",
        name.x + 0.2 * u,
        base,
        "x",
        "",
        f"⟨{step + 1}⟩",
        "",
        Role.INPUT,
        1.15 * u,
        "left",
    )
    wide = (1.7 + 0.45 * len(str(step + 1))) * u
    shapes.append(index)
    label = Rect(name.x + wide, name.y, name.w - wide - 0.4 * u, name.h)
    shapes.append(Text(f"{key}:word", label, clean(token), Role.INK, u, True, "left"))
    targets.append(Target("word", row, step))
    strip = lay.within(lay.strips, place)
    _strip(page, lay, key, token, strip, shapes)
    targets.append(Target("place", strip, step, grid=(1, space.size, space.size)))
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
