"""What the page of words shows: a record of its sentence, its map and what is pointed at."""

from __future__ import annotations

from dataclasses import dataclass, field

from rnnviz.film.word_space import Neighbour, Spoken, WordSpace
from rnnviz.scenes.words.camera import Camera
from rnnviz.scenes.words.layout import WordsLayout, words_layout

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
