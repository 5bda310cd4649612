"""The learned words on a plane, to pan and zoom, and room for their names.

A place is given away once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rnnviz.film.word_space import WordSpace
from rnnviz.scenes.measure import fitting, text_width
from rnnviz.scenes.shapes import Box, Dot, Line, Rect, Role, Shape, Target, Text
from rnnviz.scenes.words.page import WordsLayout, WordsPage

HIGH = 1.2  # of a line of text, in sizes
_TAKEN, _NOBODY, _UNDER = -1, -2, -3
Edges = tuple[float, float, float, float]
Spot = tuple[float, float]


class WordLabels:
    """Rectangles that are taken within a view, in a grid of squares to find them by."""

    def __init__(self, view: Rect, square: float) -> None:
        self._view = view
        self._square = square
        self._taken: dict[tuple[int, int], list[tuple[Edges, int]]] = {}

    def keep(self, place: Rect, owner: int = _TAKEN) -> None:
        """Let nothing stand here, but for the label of the owner."""
        edges = place.x, place.y, place.right, place.bottom
        for square in self._squares(edges):
            self._taken.setdefault(square, []).append((edges, owner))

    def keep_dots(self, spots: Iterable[Spot], radius: float) -> None:
        """Let no label cover these dots, unless it is one that must stand somewhere."""
        for x, y in spots:
            self.keep(Rect(x - radius, y - radius, 2 * radius, 2 * radius), _UNDER)

    def beside(
        self, spot: Spot, text: str, size: float, *, bold: bool, gap: float, owner: int = _NOBODY
    ) -> Rect | None:
        """Room to the right, left, above or below a dot; None where there is none.

        The label of an owner may stand farther away, or cover dots, where there is no other room.
        """
        w, h = text_width(text, size, bold) + 0.2 * size, HIGH * size
        if owner == _NOBODY:
            return self._first(_about(spot, w, h, gap), w, h, owner)
        far = [corner for times in (1.0, 2.0, 3.0) for corner in _about(spot, w, h, times * gap)]
        place = self._first(far, w, h, owner)
        return place or self._first(far, w, h, owner, dots=True)

    def around(self, group: Rect, text: str, size: float) -> Rect | None:
        """Room for a bold caption above, below or beside what it belongs to."""
        w, h, gap = text_width(text, size, bold=True) + 0.2 * size, HIGH * size, 0.4 * size
        middle = group.cx - w / 2
        corners = (
            (middle, group.y - gap - h),
            (middle, group.bottom + gap),
            (group.right + gap, group.cy - h / 2),
            (group.x - gap - w, group.cy - h / 2),
        )
        return self._first(corners, w, h, _NOBODY)

    def _first(
        self, corners: Iterable[Spot], w: float, h: float, owner: int, dots: bool = False
    ) -> Rect | None:
        view = self._view
        for left, top in corners:
            edges = left, top, left + w, top + h
            if (
                left >= view.x
                and top >= view.y
                and edges[2] <= view.right
                and edges[3] <= view.bottom
                and self._free(edges, owner, _UNDER if dots else owner)
            ):
                place = Rect(left, top, w, h)
                self.keep(place)
                return place
        return None

    def _free(self, edges: Edges, *allowed: int) -> bool:
        left, top, right, bottom = edges
        taken = self._taken
        for square in self._squares(edges):
            for (x0, y0, x1, y1), of in taken.get(square, ()):
                if x0 < right and x1 > left and y0 < bottom and y1 > top and of not in allowed:
                    return False
        return True

    def _squares(self, edges: Edges) -> Iterator[tuple[int, int]]:
        size = self._square
        for column in range(int(edges[0] // size), int(edges[2] // size) + 1):
            for row in range(int(edges[1] // size), int(edges[3] // size) + 1):
                yield column, row


def _about(spot: Spot, w: float, h: float, gap: float) -> tuple[Spot, ...]:
    x, y = spot
    return (
        (x + gap, y - h / 2),
        (x - gap - w, y - h / 2),
        (x - w / 2, y - gap - h),
        (x - w / 2, y + gap),
    )


# -- the map -----------------------------------------------------------------------------------

_DOT, _MARKED = 0.19, 0.34
_REACH = 1.0  # how far from a dot's middle the pointer may be
_CAPTIONS_UNTIL = 2.4  # zoom from which words say enough
_LINES = 6
BUTTONS = ("+", "−", "all")
Places = NDArray[np.float64]


def map_shapes(page: WordsPage, lay: WordsLayout) -> tuple[list[Shape], list[Target]]:
    """Panel, dots, labels that do not overlap, buttons and what kind of map it is."""
    u, view = lay.unit, lay.view
    if not page.dense:
        return [], []
    shapes: list[Shape] = [Box("map", lay.map, Role.PANEL, None, 0.5 * u)]
    targets: list[Target] = []
    if view.h < 4 * u:
        return shapes, targets
    targets.append(Target("map", view))
    _head(page, lay, shapes, targets)
    spots = page.camera.seen(page.space.maps[page.method], view)
    inside = _inside(spots, view, _MARKED * u)
    asked = page.space.index(page.asked)
    marked = sentence_indices(page.space, page.tokens)
    near = [n.index for n in page.neighbours()[:_LINES]]
    for index in near:
        if inside[index] and inside[asked]:
            ends = tuple((float(x), float(y)) for x, y in spots[[asked, index]])
            shapes.append(Line(f"map:near:{index}", ends, Role.MUTED, max(1.0, 0.1 * u), 0.9))
    special = {*marked, *near, asked}
    for index in np.flatnonzero(inside):
        if int(index) not in special:
            x, y = spots[index]
            shapes.append(Dot(f"map:{index}", float(x), float(y), _DOT * u, Role.MUTED, 0.75))
    for index in sorted(special, key=lambda i: (i in marked, i == asked)):
        if index < 0 or not inside[index]:
            continue
        x, y = (float(v) for v in spots[index])
        if index == asked:
            shapes.append(Dot(f"map:{index}:ring", x, y, 1.6 * _MARKED * u, Role.INK))
            shapes.append(Dot(f"map:{index}:hole", x, y, 1.3 * _MARKED * u, Role.PANEL))
        role = Role.INPUT if index in marked else Role.INK
        shapes.append(Dot(f"map:{index}", x, y, _MARKED * u, role))
    shapes += _labels(page, lay, spots, inside, (asked, *marked, *near))
    return shapes, targets


def nearest_dot(page: WordsPage, lay: WordsLayout, x: float, y: float) -> int:
    """The word whose dot is nearest to a point of the view and within reach; −1 for none."""
    if not lay.view.contains(x, y):
        return -1
    spots = page.camera.seen(page.space.maps[page.method], lay.view)
    squares = ((spots - (x, y)) ** 2).sum(axis=1)
    index = int(squares.argmin())
    return index if squares[index] <= (_REACH * lay.unit) ** 2 else -1


@lru_cache(maxsize=8)
def sentence_indices(space: WordSpace, tokens: tuple[str, ...]) -> tuple[int, ...]:
    """The learned words of a sentence, each once, in its order."""
    found = (space.index(token) for token in dict.fromkeys(tokens))
    return tuple(dict.fromkeys(index for index in found if index >= 0))


# -- what stands on the map ------------------------------------------------------------------


def _labels(
    page: WordsPage,
    lay: WordsLayout,
    spots: Places,
    inside: NDArray[np.bool_],
    first: tuple[int, ...],
) -> list[Shape]:
    """Names beside their dots: those that matter first, then as many as there is room for."""
    u, space = lay.unit, page.space
    labels = WordLabels(lay.view, 3.0 * u)
    shapes: list[Shape] = []
    places = [(float(x), float(y)) for x, y in spots]
    important = [i for i in dict.fromkeys(first) if i >= 0 and inside[i]]
    marked = set(sentence_indices(space, page.tokens))
    for index in important:
        x, y = places[index]
        labels.keep(Rect(x - 0.4 * u, y - 0.4 * u, 0.8 * u, 0.8 * u), index)
    seen = [int(i) for i in np.flatnonzero(inside)]
    labels.keep_dots((places[i] for i in seen), 1.2 * _DOT * u)
    for index in important:
        bold, word = index in marked or index == first[0], space.learned[index]
        place = labels.beside(places[index], word, u, bold=bold, gap=0.62 * u, owner=index)
        if place is not None:
            shapes.append(Text(f"label:{index}", place, word, Role.INK, u, bold, "left", own=True))
    if page.camera.zoom < _CAPTIONS_UNTIL:
        for group, members in _groups(space):
            low, high = spots[members].min(axis=0), spots[members].max(axis=0)
            place = labels.around(Rect(*low.tolist(), *(high - low).tolist()), group, lay.small)
            if place is not None:
                shapes.append(
                    Text(f"caption:{group}", place, group, Role.MUTED, lay.small, True, "center")
                )
    rank = _spread(space)
    for index in sorted(seen, key=lambda i: rank[i]):
        if index not in important:
            word = space.learned[index]
            place = labels.beside(places[index], word, lay.small, bold=False, gap=0.3 * u)
            if place is not None:
                shapes.append(
                    Text(
                        f"label:{index}", place, word, Role.INK, lay.small, False, "left", own=True
                    )
                )
    return shapes


def _head(page: WordsPage, lay: WordsLayout, shapes: list[Shape], targets: list[Target]) -> None:
    """The title with the buttons, and under the map what it is."""
    u, panel, space = lay.unit, lay.map, page.space
    high, y = 1.7 * u, panel.y + 0.35 * u
    right = panel.right - 0.5 * u
    texts = (*reversed(tuple(space.maps)), *reversed(BUTTONS))
    kinds = (*reversed(range(3, 3 + len(space.maps))), *reversed(range(3)))
    for kind, text in sorted(zip(kinds, texts, strict=True), key=lambda b: b[0] < 3, reverse=True):
        wide = max(high, text_width(text, lay.small, bold=True) + 1.1 * u)
        place = Rect(right - wide, y, wide, high)
        chosen = text == page.method
        fill, edge = (Role.INK, None) if chosen else (Role.BACKGROUND, Role.MUTED)
        shapes.append(Box(f"button:{kind}", place, fill, edge, 0.35 * u))
        on = Role.INK if chosen else None
        shapes.append(Text(f"button:{kind}:text", place, text, Role.INK, lay.small, True, on=on))
        targets.append(Target("button", place, unit=kind))
        right = place.x - (0.9 if kind in (0, 3) else 0.35) * u
    title = Rect(panel.x + 0.8 * u, y, right - panel.x - 0.8 * u, high)
    count = f"{len(space.learned)} learned words"
    if text_width(count, u, bold=True) <= title.w:
        shapes.append(Text("map:title", title, count, Role.INK, u, True, "left"))
    room = panel.w - 1.6 * u
    foot = Rect(panel.x + 0.8 * u, panel.bottom - 1.8 * u, room, 1.5 * u)
    one, two = space.shares
    said = {
        "t-SNE": (
            "t-SNE: who is near whom is kept, distances are not · captions are ours",
            "t-SNE keeps who is near whom, not distances",
            "t-SNE: near stays near",
        ),
        "PCA": (
            f"PCA: its two axes hold {one:.0%} and {two:.0%} of the variance · captions are ours",
            f"PCA: two axes, {one:.0%} + {two:.0%} of the variance",
            f"PCA: {one + two:.0%} of the variance",
        ),
    }
    text = fitting(said[page.method], foot.w, lay.small)
    shapes.append(Text("map:foot", foot, text, Role.MUTED, lay.small, align="left"))


def _inside(spots: Places, view: Rect, edge: float) -> NDArray[np.bool_]:
    x, y = spots[:, 0], spots[:, 1]
    return (
        (x >= view.x + edge) & (x <= view.right - edge)
        & (y >= view.y + edge) & (y <= view.bottom - edge)
    )  # fmt: skip


@lru_cache(maxsize=4)
def _groups(space: WordSpace) -> tuple[tuple[str, NDArray[np.intp]], ...]:
    """The groups by their captions, with their words' places among the learned ones."""
    groups = np.array(space.groups)
    return tuple(
        (group, np.flatnonzero(groups == group)) for group in dict.fromkeys(space.groups) if group
    )


@lru_cache(maxsize=4)
def _spread(space: WordSpace) -> tuple[int, ...]:
    """Each word's rank: one of each group comes before a second of any."""
    seen: dict[str, int] = {}
    ranks: list[int] = []
    for group in space.groups:
        seen[group] = seen.get(group, 0) + 1
        ranks.append(seen[group] * len(space.groups) + len(ranks))
    return tuple(ranks)
