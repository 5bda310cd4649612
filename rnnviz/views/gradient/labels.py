"""Places for labels among lines: where there is room that no line runs through."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

# What it is worth that a label is one height nearer to its point, in covered points of lines.
_AWAY = 6.0

Points = NDArray[np.float64]


def dense(points: Points) -> Points:
    """A polyline (N, 2) as points at most about 3 pixels apart."""
    if len(points) < 2:
        return points
    length = np.abs(np.diff(points, axis=0)).max(axis=1)
    count = np.maximum(1, np.ceil(length / 3.0)).astype(int)
    where = np.repeat(np.arange(len(count)), count)
    first = np.cumsum(count) - count
    part = (np.arange(count.sum()) - first[where]) / count[where]
    inner = points[where] + part[:, None] * (points[where + 1] - points[where])
    return np.concatenate([inner, points[-1:]])


def inside(box: QRectF) -> Points:
    """Points all over a box, for other labels to keep away from."""
    across = np.linspace(box.left(), box.right(), max(2, int(box.width() / 4)))
    down = np.linspace(box.top(), box.bottom(), max(2, int(box.height() / 4)))
    return np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)


def is_free(box: QRectF, lines: Points, apart: float = 0.0) -> bool:
    """Whether no line comes nearer to a box than `apart`."""
    x, y = lines[:, 0], lines[:, 1]
    beside = (x <= box.left() - apart) | (x >= box.right() + apart)
    beyond = (y <= box.top() - apart) | (y >= box.bottom() + apart)
    return bool((beside | beyond).all())


def around(x: float, y: float, width: float, height: float, gap: float) -> list[QRectF]:
    """Boxes of a size beside a point, those first that a curve coming from the right leaves."""
    left, middle, above = -width - gap, -width / 2, -height - gap
    corners = (
        (middle, gap),
        (left, gap * 0.2),
        (left, -height / 2),
        (middle, above),
        (gap, gap * 0.2),
        (gap, -height - gap * 0.2),
        (left, above),
        (gap, above),
        (gap, gap),
        (gap, above - 0.6 * height),
        (gap, gap + 0.6 * height),
    )
    return [QRectF(x + dx, y + dy, width, height) for dx, dy in corners]


def beside(
    points: Sequence[QPointF],
    room: QRectF,
    width: float,
    height: float,
    gap: float,
    lines: Points,
    taken: QRectF | None = None,
) -> list[QRectF]:
    """Boxes of a size for points of one column, in their order, none over another.

    Beside the points, each above or below its own, or all in a pile above or below: where they
    cover least of the lines and stand near their own; not on what is `taken`, if that can be.
    """
    order = sorted(range(len(points)), key=lambda i: points[i].y())
    x, y = points[0].x(), [points[i].y() for i in order]
    pile = np.arange(len(y)) * height
    above, below = y[0] - gap - height * len(y) + pile, y[-1] + gap + pile
    columns = x - gap - width, x + gap, x - width / 2
    stacks = [(left, _spread(y, height, room)) for left in columns[:2]]
    for shift in (-gap - height / 2, gap + height / 2):
        tops = _spread([at + shift for at in y], height, room)
        stacks += [(left, tops) for left in (columns[2], columns[1])]
    stacks += [(left, tops) for tops in (below, above) for left in (columns[2], *columns[:2])]
    candidates = [[QRectF(left, top, width, height) for top in tops] for left, tops in stacks]

    def cost(boxes: list[QRectF]) -> tuple[int, float]:
        outside = sum(not room.contains(box) for box in boxes)
        outside += 0 if taken is None else sum(box.intersects(taken) for box in boxes)
        away = (abs(box.center().y() - at) / height - 1 for box, at in zip(boxes, y, strict=True))
        covered = sum(_covered(box, lines) for box in boxes)
        return outside, covered + _AWAY * sum(max(0.0, heights) for heights in away)

    best = min(candidates, key=cost)
    placed = dict(zip(order, best, strict=True))
    return [placed[i] for i in range(len(points))]


def _spread(y: Sequence[float], height: float, room: QRectF) -> list[float]:
    """Tops of boxes whose middles are as near to y as can be, within the room."""
    tops = [at - height / 2 for at in y]
    tops[0] = max(tops[0], room.top())
    for i in range(1, len(tops)):
        tops[i] = max(tops[i], tops[i - 1] + height)
    limit = room.bottom()
    for i in reversed(range(len(tops))):
        limit = tops[i] = min(tops[i], limit - height)
    return tops


def along(line: Points, room: QRectF, width: float, height: float, gap: float) -> list[QRectF]:
    """Boxes of a size above and below a line, and one in the room's upper corner."""
    boxes: list[QRectF] = []
    span = room.width() - width
    if span <= 0:
        return boxes
    for share in (0.22, 0.15, 0.3, 0.08, 0.4, 0.0, 0.5, 0.6, 0.7, 0.85, 1.0):
        x = room.left() + share * span
        under = line[(line[:, 0] >= x - gap) & (line[:, 0] <= x + width + gap), 1]
        if under.size:
            boxes.append(QRectF(x, under.min() - gap - height, width, height))
            boxes.append(QRectF(x, under.max() + gap, width, height))
    return [*boxes, QRectF(room.left() + 2 * height, room.top(), width, height)]


def free_box(boxes: Sequence[QRectF], room: QRectF, lines: Points) -> QRectF:
    """The first box within the room that no line runs through; else the one with least of them."""
    within = [box for box in boxes if room.contains(box)] or list(boxes)
    return min(within, key=lambda box: _covered(box, lines))


def _covered(box: QRectF, lines: Points) -> int:
    x, y = lines[:, 0], lines[:, 1]
    across = (x > box.left()) & (x < box.right())
    return int((across & (y > box.top()) & (y < box.bottom())).sum())
