"""How many weights W_ax has with one kind of vector and with the other."""

from __future__ import annotations

from rnnviz.scenes.shapes import Box, Rect, Role, Shape, Symbol, Target, Text
from rnnviz.scenes.words.layout import WordsLayout, fitting
from rnnviz.scenes.words.page import WordsPage


def count_shapes(page: WordsPage, lay: WordsLayout) -> tuple[list[Shape], list[Target]]:
    """Two cards, one under the strips and one under the dense vectors."""
    u, place = lay.unit, lay.weights
    middle = lay.dense.x - 0.8 * u
    one_hot, dense = weight_counts(page)
    left = Rect(place.x, place.y, middle - place.x - 0.4 * u, place.h)
    right = Rect(middle + 0.4 * u, place.y, place.right - middle - 0.4 * u, place.h)
    shapes: list[Shape] = []
    for name, area, (sum_, rest) in (("one-hot", left, one_hot), ("dense", right, dense)):
        shapes.append(Box(f"count:{name}", area, Role.PANEL, None, 0.4 * u))
        x, y = area.x + 0.7 * u, area.y + 1.4 * u
        shapes.append(
            Symbol(f"count:{name}:W", x, y, "W", "ax", "", "", Role.INPUT, 1.25 * u, "left")
        )
        beside = Rect(x + 2.7 * u, area.y + 0.25 * u, area.w - 3.7 * u, 1.6 * u)
        text = fitting((f"{sum_} weights", sum_), beside.w, u, bold=True)
        shapes.append(Text(f"count:{name}:sum", beside, text, Role.INK, u, True, "left"))
        under = Rect(x, area.y + 1.8 * u, area.w - 1.2 * u, 1.4 * u)
        text = fitting(rest, under.w, lay.small)
        shapes.append(Text(f"count:{name}:rest", under, text, Role.MUTED, lay.small, align="left"))
    return shapes, []


Count = tuple[str, tuple[str, ...]]
"""A formula with its number, and wordings of what is to be said of it."""


def weight_counts(page: WordsPage) -> tuple[Count, Count]:
    """How many weights W_ax has with one-hot vectors, and with dense ones."""
    size, d = page.space.size, page.space.dimensions
    cell, h, count = page.spoken.cell, page.spoken.units, page.spoken.gates
    rows, n = count * h, f"{count} · " if count > 1 else ""
    unknown = any(page.space.number(token) == 0 for token in page.tokens)
    more = f"; <unk> takes one more, + {rows:,}" if unknown else ""
    gates = f"{count} gates × " if count > 1 else ""
    short = f"; + {rows:,} for <unk>" if unknown else ""
    table = f"{size:,} × {d} = {size * d:,}"
    return (
        (
            f"{n}{h} × {size:,} = {rows * size:,}",
            (
                f"{cell}: {gates}{h} units × a column for every word{more}",
                f"{cell}: a column for every word{short}",
                f"a column a word{short}",
            ),
        ),
        (
            f"{n}{h} × {d} = {rows * d:,}",
            (
                f"and E, the table of vectors: {table}",
                f"and the table E: {table}",
                f"and E: {table}",
                f"and E: {size * d:,}",
            ),
        ),
    )
