"""How many weights W_ax has with one kind of vector and with the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rnnviz.scenes.measure import text_width
from rnnviz.scenes.shapes import Box, Rect, Role, Shape, Symbol, Target, Text
from rnnviz.scenes.words.layout import WordsLayout

if TYPE_CHECKING:
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
        size = u * min(1.0, beside.w / max(1.0, text_width(sum_, u, bold=True)))
        shapes.append(
            Text(f"count:{name}:sum", beside, sum_, Role.INK, max(size, lay.small), True, "left")
        )
        under = Rect(x, area.y + 1.8 * u, area.w - 1.2 * u, 1.4 * u)
        shapes.append(Text(f"count:{name}:rest", under, rest, Role.MUTED, lay.small, align="left"))
    return shapes, []


def weight_counts(page: WordsPage) -> tuple[tuple[str, str], tuple[str, str]]:
    """The formula with its number and what is to be said of it, for one-hot and for dense."""
    size, d, h = page.space.size, page.space.dimensions, page.units
    rows, n = page.gates * h, f"{page.gates} · " if page.gates > 1 else ""
    unknown = any(page.space.number(token) == 0 for token in page.tokens)
    more = f"; <unk> takes one more, + {rows:,}" if unknown else ""
    gates = f"{page.gates} gates × " if page.gates > 1 else ""
    return (
        (
            f"{n}{h} × {size:,} = {rows * size:,} weights",
            f"{page.cell}: {gates}{h} units × a column for every word{more}",
        ),
        (
            f"{n}{h} × {d} = {rows * d:,} weights",
            f"and the table E: {size:,} × {d} = {size * d:,}",
        ),
    )
