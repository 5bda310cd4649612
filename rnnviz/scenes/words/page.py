"""The page of words: what it shows, where everything on it lies, and the camera over its map."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rnnviz.film.word_space import Neighbour, Spoken, WordSpace
from rnnviz.frozen import field, record
from rnnviz.scenes.measure import text_width
from rnnviz.scenes.shapes import Rect

CLOSEST = 40.0
_EDGE = 0.9  # at zoom 1 the map takes that much of the view


@record
class Camera:
    """The middle of what is seen, in the map's own −1 … 1, and how many times it is enlarged.

    `box` is half the map's width and half its height: at zoom 1 just that is seen.
    """

    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0
    box: tuple[float, float] = (1.0, 1.0)

    @classmethod
    def over(cls, places: NDArray[np.float64]) -> Camera:
        """From above the middle of places (N, 2), so high that all are seen."""
        across, up = np.abs(places).max(axis=0)
        return cls(box=(max(float(across), 1e-6), max(float(up), 1e-6)))

    def scale(self, view: Rect) -> float:
        """Pixels of a map's unit."""
        across, up = self.box
        return self.zoom * _EDGE * max(1.0, min(view.w / across, view.h / up)) / 2.0

    def seen(self, places: NDArray[np.float64], view: Rect) -> NDArray[np.float64]:
        """Where places (N, 2) of the map, y upward, lie in the picture, y downward."""
        scale = self.scale(view)
        made = np.empty_like(places)
        made[:, 0] = view.cx + (places[:, 0] - self.x) * scale
        made[:, 1] = view.cy - (places[:, 1] - self.y) * scale
        return made

    def moved(self, dx: float, dy: float, view: Rect) -> Camera:
        """After the map was dragged by pixels; its middle cannot leave the view's."""
        scale = self.scale(view)
        return self._held(self.x - dx / scale, self.y + dy / scale)

    def zoomed(self, factor: float, view: Rect, x: float, y: float) -> Camera:
        """Closer by a factor, with what lies at a point of the picture staying there."""
        zoom = min(max(self.zoom * factor, 1.0), CLOSEST)
        closer = replace(self, zoom=zoom)
        before, after = self.scale(view), closer.scale(view)
        across = (x - view.cx) * (1.0 / before - 1.0 / after)
        down = (y - view.cy) * (1.0 / before - 1.0 / after)
        return closer._held(self.x + across, self.y - down)

    def _held(self, x: float, y: float) -> Camera:
        across, up = self.box
        return replace(self, x=min(max(x, -across), across), y=min(max(y, -up), up))


FLAG = 1.3  # units: a row of the ruler's anchors
_LETTERS = 1.4
_FEW, _MANY, _NARROW = 3, 4, 25.0  # rows of anchors; strips narrower than that need the many
_ROW, _EASY, _TALLEST = 1.55, 1.6, 2.8
_PAD = 0.9


@record
class WordsLayout:
    """Places of the page, in pixels; a rectangle without height is left out.

    Attributes
    ----------
    unit, small : float
        Height of body text, and of the text that may be smaller.
    title : Rect
    names, strips, dense : Rect
        The three columns of the table, over all its rows.
    rows, pitch : int, float
        Rows that fit, and the height of each.
    heads, ruler : Rect
        Above the table: what the columns are, and the alphabet with its anchors.
    flags : int
        Rows for the anchors' words.
    weights : Rect
        Under the table: the two counts.
    near : Rect
        The nearest neighbours.
    map, view : Rect
        The map's panel, and within it what the camera sees.

    Where the learned vectors are left out, `dense`, `near`, `map` and `view` have no room.
    """

    width: float
    height: float
    unit: float
    small: float
    title: Rect
    heads: Rect
    flags: int
    ruler: Rect
    names: Rect
    strips: Rect
    dense: Rect
    rows: int
    pitch: float
    weights: Rect
    near: Rect
    map: Rect
    view: Rect

    def row(self, place: int) -> Rect:
        """A row of the table, counted from 0 at the top, over all columns."""
        left, y = self.names.x, self.names.y + place * self.pitch
        return Rect(left, y, self.dense.right - left, self.pitch)

    def within(self, column: Rect, place: int) -> Rect:
        """A row's part in a column, with the gap between rows taken off."""
        row = self.row(place)
        gap = 0.14 * self.pitch
        return Rect(column.x, row.y + gap, column.w, row.h - 2 * gap)


def words_layout(
    width: float,
    height: float,
    unit: float,
    small: float,
    tokens: tuple[str, ...],
    dense: bool = True,
) -> WordsLayout:
    """Lay the page out: table, counts and neighbours on the left, the map on the right.

    Parameters
    ----------
    width, height : float
        Of the page.
    unit, small : float
        Height of body text, and the smallest that is allowed.
    tokens : tuple of str
        The sentence; only how many there are, and the width of the first fifty, matter.
    dense : bool
        Whether there is room for the learned vectors, their neighbours and their map.
    """
    u, pad = unit, _PAD * unit
    title = Rect(pad, 0.3 * u, width - 2 * pad, 1.9 * u)
    top = title.bottom + 0.3 * u
    map_w = max(0.36 * width, min(24 * u, 0.42 * width)) if dense else 0.0
    panel = Rect(width - pad - map_w, top, map_w, max(0.0, height - top - pad))
    view = Rect(panel.x, panel.y + 2.4 * u, panel.w, max(0.0, panel.h - 2.4 * u - 2.0 * u))

    apart = (2.2 if dense else 1.0) * pad
    left = Rect(pad, top, panel.x - apart, height - top - pad)
    widest = max((text_width(token, u, bold=True) for token in tokens[:50]), default=0.0)
    name_w = min(3.2 * u + widest, 0.24 * left.w)
    rest = left.w - name_w - 1.6 * u
    strip_w = 0.6 * rest if dense else left.w - name_w
    x = left.x + name_w
    heads = Rect(left.x, left.y, left.w, 1.8 * u)
    # What gives way first where the page is low: rows of neighbours, then rows of the table.
    flags = _MANY if strip_w < _NARROW * small else _FEW
    ruler_h, weights_h = (FLAG * flags + _LETTERS) * u, 3.5 * u
    fixed = heads.h + ruler_h + weights_h + 1.4 * u
    room = left.h - fixed
    least = min(len(tokens), 5) * _ROW * u
    whole = len(tokens) * _EASY * u  # rather all of the sentence than a third row of neighbours
    least = whole if room - whole >= 3.4 * u else least
    near_h = min(7.2 * u, room - least) if dense and room - least >= 3.4 * u else 0.0
    for_rows = max(0.0, room - near_h)
    rows = max(1, min(len(tokens), int(for_rows / (_ROW * u))))
    pitch = min(_TALLEST * u, max(_ROW * u, for_rows / rows))
    y = heads.bottom + ruler_h
    table_h = rows * pitch
    weights = Rect(left.x, y + table_h + 0.7 * u, left.w, weights_h)
    near_y = weights.bottom + 0.7 * u
    near_h = left.bottom - near_y if dense else 0.0
    columns = (0.0, 0.0) if not dense else (1.6 * u, rest - strip_w)
    return WordsLayout(
        width=width, height=height, unit=u, small=small, title=title, heads=heads, flags=flags,
        ruler=Rect(x, heads.bottom, strip_w, ruler_h), names=Rect(left.x, y, name_w, table_h),
        strips=Rect(x, y, strip_w, table_h),
        dense=Rect(x + strip_w + columns[0], y, columns[1], table_h), rows=rows, pitch=pitch,
        weights=weights, near=Rect(left.x, near_y, left.w, near_h if near_h >= 3.2 * u else 0.0),
        map=panel, view=view,
    )  # fmt: skip


MOST_NEIGHBOURS = 12


@record(eq=False)
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
    dense : bool
        Whether the learned vectors are shown beside the one-hot ones.
    """

    space: WordSpace
    spoken: Spoken = field(default_factory=lambda: Spoken((), 1, 1, "RNN"))
    selected: str = ""
    pointed: str = ""
    first: int = 0
    method: str = "t-SNE"
    camera: Camera = field(default_factory=Camera)
    dense: bool = True

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
        return words_layout(width, height, unit, small, self.tokens, self.dense)
