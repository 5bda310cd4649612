"""The learned words on a plane, to pan and zoom."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rnnviz.film.word_space import WordSpace
from rnnviz.scenes.measure import text_width
from rnnviz.scenes.shapes import Box, Dot, Line, Rect, Role, Shape, Target, Text
from rnnviz.scenes.words.labels import WordLabels
from rnnviz.scenes.words.layout import WordsLayout, fitting
from rnnviz.scenes.words.page import WordsPage

_DOT, _MARKED = 0.19, 0.34
_REACH = 1.0  # how far from a dot's middle the pointer may be
_CAPTIONS_UNTIL = 2.4  # zoom from which words say enough
_LINES = 6
BUTTONS = ("+", "−", "all")
Places = NDArray[np.float64]


def map_shapes(page: WordsPage, lay: WordsLayout) -> tuple[list[Shape], list[Target]]:
    """Panel, dots, labels that do not overlap, buttons and what kind of map it is."""
    u, view = lay.unit, lay.view
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
            shapes.append(Text(f"label:{index}", place, word, Role.INK, u, bold, "left"))
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
                    Text(f"label:{index}", place, word, Role.INK, lay.small, False, "left")
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
