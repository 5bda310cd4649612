"""The page of words as a scene, the counts and neighbours under its table, and its read-out."""

from __future__ import annotations

from rnnviz.scenes.measure import clean, fitting, text_width
from rnnviz.scenes.readout import digits
from rnnviz.scenes.shapes import Box, Rect, Role, Scene, Shape, Symbol, Target, Text
from rnnviz.scenes.words.map import map_shapes
from rnnviz.scenes.words.page import WordsLayout, WordsPage
from rnnviz.scenes.words.table import ruler_shapes, table_shapes


def count_shapes(page: WordsPage, lay: WordsLayout) -> tuple[list[Shape], list[Target]]:
    """Two cards, one under the strips and one under the dense vectors."""
    u, place = lay.unit, lay.weights
    middle = lay.dense.x - 0.8 * u if page.dense else place.right
    one_hot, dense = weight_counts(page)
    left = Rect(place.x, place.y, middle - place.x - 0.4 * u * page.dense, place.h)
    right = Rect(middle + 0.4 * u, place.y, place.right - middle - 0.4 * u, place.h)
    shapes: list[Shape] = []
    cards = (("one-hot", left, one_hot), ("dense", right, dense))
    for name, area, (sum_, rest) in cards[: 1 + page.dense]:
        shapes.append(Box(f"count:{name}", area, Role.PANEL, None, 0.4 * u))
        x, y = area.x + 0.7 * u, area.y + 1.4 * u
        shapes.append(
            Symbol(f"count:{name}:W", x, y, "W", "ax", "", "", Role.INPUT, 1.4 * u, "left")
        )
        beside = Rect(x + 2.95 * u, area.y + 0.25 * u, area.w - 3.95 * u, 1.6 * u)
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


_ROW, _COLUMN = 1.5, 15.0
_ROWS = 6


def near_shapes(page: WordsPage, lay: WordsLayout) -> tuple[list[Shape], list[Target]]:
    """A heading and as many neighbours as there is room for, column by column."""
    area, u = lay.near, lay.unit
    shapes: list[Shape] = []
    targets: list[Target] = []
    if area.h <= 0.0:
        return shapes, targets
    head = Rect(area.x, area.y, area.w, 1.6 * u)
    word, found = page.asked, page.neighbours()
    if not found:
        said = f"“{clean(word)}” has no learned vector, so nothing is near it" if word else ""
        said = said or "Point at a word, or click it, to see what is near it"
        shapes.append(Text("near", head, said, Role.MUTED, lay.small, align="left"))
        return shapes, targets
    title = f"Nearest to {word}"
    shapes.append(Text("near", head, title, Role.INK, u, True, "left"))
    x = head.x + text_width(title, u, bold=True) + 0.7 * u
    beside = Rect(x, head.y, head.right - x, head.h)
    rest = fitting(
        (
            "cosine of the angle between the vectors; of two words' one-hot vectors it is 0",
            "cosine between the vectors; of two words' one-hot ones it is 0",
            "cosine",
        ),
        beside.w,
        lay.small,
    )
    shapes.append(Text("near:rest", beside, rest, Role.MUTED, lay.small, align="left"))
    rows = max(1, min(_ROWS, int((area.h - 1.7 * u) / (_ROW * u))))
    columns = max(1, min(int((area.w + u) / (_COLUMN * u)), -(-len(found) // rows)))
    wide = (area.w + u) / columns - u
    high = min(2.0 * u, max(_ROW * u, (area.h - 1.7 * u) / rows))
    names = min(0.48 * wide, 8.5 * u)
    for i, other in enumerate(found[: rows * columns]):
        column, row = divmod(i, rows)
        left, y = area.x + column * (wide + u), area.y + 1.7 * u + row * high
        place, key = Rect(left, y, wide, high), f"near:{other.index}"
        label = Rect(left, y, names - 0.4 * u, place.h)
        shapes.append(Text(f"{key}:word", label, other.word, Role.INK, u, align="left", own=True))
        bar = Rect(left + names, place.cy - 0.35 * u, wide - names - 3.0 * u, 0.7 * u)
        shapes.append(Box(f"{key}:rail", bar, Role.LINE, None, 0.2 * u))
        filled = Rect(bar.x, bar.y, bar.w * max(0.0, other.cosine), bar.h)
        shapes.append(Box(f"{key}:bar", filled, Role.MUTED, None, 0.2 * u))
        value = Rect(bar.right, y, 2.8 * u, place.h)
        said = f"{other.cosine:.2f}".replace("-", "−")
        shapes.append(Text(f"{key}:cosine", value, said, Role.INK, lay.small, align="right"))
        targets.append(Target("near", place, unit=other.index))
    return shapes, targets


_HELP = ("closer: + or the wheel", "farther: − or the wheel", "everything: 0")


def words_readout(page: WordsPage, target: Target) -> tuple[str, ...]:
    """The lines that say what a target is and what it is worth; the first is its name.

    A "place" (of a strip, or of the ruler, whose `step` is −1 then) is a word and its number.
    """
    space = page.space
    match target.kind:
        case "place":
            number = target.unit + 1
            name = f"{space.word(number)} = {number}"
            if target.step < 0:
                return (name, f"number {number:,} of {space.size:,}")
            own = space.number(page.tokens[target.step])
            here = "1" if number == own else "0"
            return (name, f"x⟨{target.step + 1}⟩ is {here} here")
        case "word":
            word = page.tokens[target.step]  # one that is known is read in its row
            return () if space.number(word) and space.index(word) >= 0 else word_lines(page, word)
        case "number":
            index = space.index(page.tokens[target.step])
            value = digits(float(space.vectors[index, target.unit]))
            return (
                space.learned[index],
                f"number {target.unit + 1} of {space.dimensions}: {value}",
            )
        case "near" | "dot":
            return word_lines(page, space.learned[target.unit])
        case "button":
            names = (*_HELP, *(f"the map by {name}: P changes" for name in space.maps))
            return (names[target.unit],)
        case _:
            return ()


def word_lines(page: WordsPage, word: str) -> tuple[str, ...]:
    """A word, its number, and whether it has a vector."""
    space, number = page.space, page.space.number(word)
    if number:
        first = (f"{space.word(number)} = {number}",)
    else:
        first = (f"“{clean(word)}”", f"not among the {space.size:,} words: it becomes <unk>")
    index = space.index(word)
    if index < 0:
        return (*first, "no vector: it was in no sentence that was learned from")
    group = space.groups[index]
    said = f"in the grammar: {group}" if group else "in the grammar: no group"
    return (*first, said)


def words_scene(page: WordsPage, lay: WordsLayout) -> Scene:
    """The page as shapes, with what the pointer can meet.

    The targets' kinds: "word" (`step`: the place in the sentence), "place" (of a strip or the
    ruler; `unit`: the word's number − 1), "number" (`unit`: one of a dense vector's D), "near"
    (`unit`: of the learned words), "map", and "button" (`unit`: 0 closer, 1 farther, 2 all,
    3 and more: the maps).
    """
    shapes: list[Shape] = []
    targets: list[Target] = []
    _title(page, lay, shapes)
    for part in (ruler_shapes, table_shapes, count_shapes, near_shapes, map_shapes):
        made, met = part(page, lay)
        shapes += made
        targets += met
    return Scene(lay.width, lay.height, tuple(shapes), tuple(targets))


def _title(page: WordsPage, lay: WordsLayout, shapes: list[Shape]) -> None:
    u, place = lay.unit, lay.title
    shapes.append(Text("title", place, "Words as vectors", Role.INK, 1.3 * u, True, "left"))
    if page.spoken.note:
        rest = Rect(place.x + 12 * u, place.y, place.w - 12 * u, place.h)
        shapes.append(
            Text("title:note", rest, page.spoken.note, Role.MUTED, lay.small, align="right")
        )
    under = Rect(place.x, place.bottom, place.w, 1.0)
    shapes.append(Box("title:line", under, Role.LINE))
