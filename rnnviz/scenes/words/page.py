"""The page of words as a picture."""

from __future__ import annotations

from dataclasses import dataclass, field

from rnnviz.film.word_space import Neighbour, Spoken, WordSpace
from rnnviz.scenes.shapes import Box, Rect, Role, Scene, Shape, Target, Text
from rnnviz.scenes.words.camera import Camera
from rnnviz.scenes.words.counts import count_shapes
from rnnviz.scenes.words.layout import WordsLayout, words_layout
from rnnviz.scenes.words.map import map_shapes
from rnnviz.scenes.words.near import near_shapes
from rnnviz.scenes.words.ruler import ruler_shapes
from rnnviz.scenes.words.table import table_shapes

MOST_NEIGHBOURS = 12


@dataclass(frozen=True, slots=True, eq=False)
class WordsPage:
    """What the page shows; the picture is a pure function of it and of the size.

    Attributes
    ----------
    space : WordSpace
    spoken : Spoken
        The sentence, and what W_ax's size depends on.
    selected, pointed : str
        The word that was clicked and the one under the pointer; "" for none.
    first : int
        Tokens above the table's first row.
    method : str
        Which of the space's maps is shown.
    camera : Camera
    """

    space: WordSpace
    spoken: Spoken = field(default_factory=lambda: Spoken((), 1, 1, "RNN"))
    selected: str = ""
    pointed: str = ""
    first: int = 0
    method: str = "t-SNE"
    camera: Camera = field(default_factory=Camera)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The sentence's words."""
        return self.spoken.tokens

    @property
    def asked(self) -> str:
        """The word whose neighbours are shown, in lower case."""
        return (self.pointed or self.selected).lower()

    def neighbours(self) -> tuple[Neighbour, ...]:
        """The learned words nearest to the one that is asked for; none where it has no vector."""
        index = self.space.index(self.asked)
        return self.space.neighbours(index, MOST_NEIGHBOURS) if index >= 0 else ()

    def layout(self, width: float, height: float, unit: float, small: float) -> WordsLayout:
        """Where everything lies at a size."""
        return words_layout(width, height, unit, small, self.tokens)


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
