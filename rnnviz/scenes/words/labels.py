"""Room for words on a map: a place is given away once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rnnviz.scenes.measure import text_width
from rnnviz.scenes.shapes import Rect

HIGH = 1.2  # of a line of text, in sizes
_TAKEN, _NOBODY, _DOT = -1, -2, -3
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
            self.keep(Rect(x - radius, y - radius, 2 * radius, 2 * radius), _DOT)

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
                and self._free(edges, owner, _DOT if dots else owner)
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
