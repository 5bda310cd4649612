"""Room for words on a map: a place is given away once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rnnviz.scenes.measure import text_width
from rnnviz.scenes.shapes import Rect

HIGH = 1.2  # of a line of text, in sizes
Edges = tuple[float, float, float, float]
Spot = tuple[float, float]


class Labels:
    """Rectangles that are taken within a view, in a grid of squares to find them by."""

    def __init__(self, view: Rect, square: float) -> None:
        self._view = view
        self._square = square
        self._taken: dict[tuple[int, int], list[tuple[Edges, int]]] = {}

    def keep(self, place: Rect, owner: int = -1) -> None:
        """Let nothing stand here, but for the label of the owner."""
        edges = place.x, place.y, place.right, place.bottom
        for square in self._squares(edges):
            self._taken.setdefault(square, []).append((edges, owner))

    def keep_dots(self, spots: Iterable[Spot], radius: float) -> None:
        """Let no further label cover these dots."""
        for x, y in spots:
            self.keep(Rect(x - radius, y - radius, 2 * radius, 2 * radius))

    def beside(
        self, spot: Spot, text: str, size: float, *, bold: bool, gap: float, owner: int = -2
    ) -> Rect | None:
        """Room to the right, left, above or below a dot; None where there is none."""
        x, y = spot
        w, h = text_width(text, size, bold) + 0.2 * size, HIGH * size
        corners = (
            (x + gap, y - h / 2),
            (x - gap - w, y - h / 2),
            (x - w / 2, y - gap - h),
            (x - w / 2, y + gap),
        )
        return self._first(corners, w, h, owner)

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
        return self._first(corners, w, h, -2)

    def _first(self, corners: Iterable[Spot], w: float, h: float, owner: int) -> Rect | None:
        view = self._view
        for left, top in corners:
            edges = left, top, left + w, top + h
            if (
                left >= view.x
                and top >= view.y
                and edges[2] <= view.right
                and edges[3] <= view.bottom
                and self._free(edges, owner)
            ):
                place = Rect(left, top, w, h)
                self.keep(place)
                return place
        return None

    def _free(self, edges: Edges, owner: int) -> bool:
        left, top, right, bottom = edges
        taken = self._taken
        for square in self._squares(edges):
            for (x0, y0, x1, y1), of in taken.get(square, ()):
                if x0 < right and x1 > left and y0 < bottom and y1 > top and of != owner:
                    return False
        return True

    def _squares(self, edges: Edges) -> Iterator[tuple[int, int]]:
        size = self._square
        for column in range(int(edges[0] // size), int(edges[2] // size) + 1):
            for row in range(int(edges[1] // size), int(edges[3] // size) + 1):
                yield column, row
