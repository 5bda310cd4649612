"""What pointer and keys do on the page of words: from one page to the next."""

from __future__ import annotations

from dataclasses import replace

from rnnviz.scenes.shapes import Rect, Scene, Target
from rnnviz.scenes.words.map import nearest_dot
from rnnviz.scenes.words.page import Camera, WordsLayout, WordsPage
from rnnviz.scenes.words.table import place_x

_IN_ROW = ("word", "place", "number")


def target_at(page: WordsPage, lay: WordsLayout, scene: Scene, x: float, y: float) -> Target | None:
    """What lies at a point: a dot of the map as a "dot", or what the scene has there.

    A cell of a strip is thinner than a pixel: within what is drawn of the lit cell it is that
    one, and its rectangle is wide enough to write beside.
    """
    found = scene.target_at(x, y)
    if found is None or found.kind not in ("map", "place"):
        return found
    if found.kind == "map":
        index = nearest_dot(page, lay, x, y)
        if index < 0:
            return found
        places = page.space.maps[page.method][[index]]
        at, half = page.camera.seen(places, lay.view)[0], 0.5 * lay.unit
        area = Rect(float(at[0]) - half, float(at[1]) - half, 2 * half, 2 * half)
        return Target("dot", area, unit=index)
    unit = found.unit
    if found.step >= 0:
        number = page.space.number(page.tokens[found.step])
        if number and abs(x - place_x(lay, number, page.space.size)) <= 0.3 * lay.unit:
            unit = number - 1
    return replace(found, rect=Rect(x - 4, found.rect.y, 8, found.rect.h), unit=unit)


def word_at(page: WordsPage, target: Target | None) -> str:
    """The word that a target belongs to; "" for none."""
    if target is None:
        return ""
    if target.kind in ("near", "dot"):
        return page.space.learned[target.unit]
    return page.tokens[target.step] if target.kind in _IN_ROW and target.step >= 0 else ""


def pointed_at(page: WordsPage, target: Target | None) -> WordsPage:
    """The page with the pointer on a target.

    On the list of neighbours nothing changes, or it would run away from under the pointer.
    """
    if target is not None and target.kind == "near":
        return page
    return replace(page, pointed=word_at(page, target))


def with_word(page: WordsPage, lay: WordsLayout, by: int) -> WordsPage:
    """The next (1) or the previous (−1) word of the sentence selected; a word once only."""
    words = list(dict.fromkeys(token.lower() for token in page.tokens))
    if not words:
        return page
    chosen = page.selected.lower()
    place = words.index(chosen) + by if chosen in words else (0 if by > 0 else len(words) - 1)
    if not 0 <= place < len(words):
        return page
    step = next(i for i, token in enumerate(page.tokens) if token.lower() == words[place])
    first = min(max(page.first, step - lay.rows + 1), step)
    return replace(page, selected=page.tokens[step], pointed="", first=first)


def scrolled(page: WordsPage, lay: WordsLayout, by: int) -> WordsPage:
    """The table so many rows further down."""
    first = min(max(0, page.first + by), max(0, len(page.tokens) - lay.rows))
    return replace(page, first=first, pointed="")


def zoomed(page: WordsPage, lay: WordsLayout, factor: float) -> WordsPage:
    """The map enlarged about its middle."""
    view = lay.view
    return replace(page, camera=page.camera.zoomed(factor, view, view.cx, view.cy))


def with_map(page: WordsPage, index: int) -> WordsPage:
    """Another of the maps, counted from 0 and round, seen as a whole."""
    methods = tuple(page.space.maps)
    method = methods[index % len(methods)]
    return replace(page, method=method, camera=Camera.over(page.space.maps[method]))


def whole_map(page: WordsPage) -> WordsPage:
    """The same map, seen as a whole."""
    return with_map(page, tuple(page.space.maps).index(page.method))


def other_map(page: WordsPage) -> WordsPage:
    """The next of the maps."""
    return with_map(page, tuple(page.space.maps).index(page.method) + 1)
