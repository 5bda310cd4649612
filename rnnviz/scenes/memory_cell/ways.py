"""How far something has come along its way, and how full a box is."""

from __future__ import annotations

from itertools import pairwise
from math import hypot

from rnnviz.scenes.shapes import Rect

FUTURE = 0.38  # how much of what is still to come is seen
Points = tuple[tuple[float, float], ...]


def seen(done: float) -> float:
    """How much is seen of what has come so far."""
    return FUTURE + (1.0 - FUTURE) * min(1.0, max(0.0, done))


def part(done: float, begin: float, end: float) -> float:
    """How much of a stretch of a phase is done, 0 … 1."""
    return min(1.0, max(0.0, (done - begin) / (end - begin)))


def fill_rect(inner: Rect, value: float, signed: bool) -> Rect:
    """What of a box is filled for a value: 0 … 1 from its foot, −1 … 1 from its middle."""
    if not signed:
        high = inner.h * min(1.0, max(0.0, value))
        return Rect(inner.x, inner.bottom - high, inner.w, high)
    high = inner.h / 2 * min(1.0, max(-1.0, value))
    return Rect(inner.x, inner.cy - max(high, 0.0), inner.w, abs(high))


def along(points: Points, share: float) -> tuple[float, float]:
    """The point that lies a share of the way along a line."""
    return cut(points, share)[-1]


def cut(points: Points, share: float) -> Points:
    """The first share of a line."""
    lengths = [hypot(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in pairwise(points)]
    left = share * sum(lengths)
    found = [points[0]]
    for length, (x0, y0), (x1, y1) in zip(lengths, points[:-1], points[1:], strict=True):
        if length >= left:
            over = left / length if length else 0.0
            return (*found, (x0 + (x1 - x0) * over, y0 + (y1 - y0) * over))
        found.append((x1, y1))
        left -= length
    return tuple(found)
