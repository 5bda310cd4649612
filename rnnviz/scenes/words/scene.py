"""The page of words as a picture."""

from __future__ import annotations

from rnnviz.scenes.shapes import Box, Rect, Role, Scene, Shape, Target, Text
from rnnviz.scenes.words.counts import count_shapes
from rnnviz.scenes.words.layout import WordsLayout
from rnnviz.scenes.words.map import map_shapes
from rnnviz.scenes.words.near import near_shapes
from rnnviz.scenes.words.page import WordsPage
from rnnviz.scenes.words.ruler import ruler_shapes
from rnnviz.scenes.words.table import table_shapes


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
