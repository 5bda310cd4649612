"""What is left of a long curve in so many columns of pixels, and which pixels curves cover."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rnnviz.scenes.charts.axes import Axes
from rnnviz.scenes.charts.chart import Curve
from rnnviz.scenes.shapes import Rect

PointArray = NDArray[np.float64]


def min_max(
    x: NDArray[np.floating], y: NDArray[np.floating], columns: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Reduce a long curve to its smallest and largest value in each of `columns` stretches.

    The picture is the same, since a pixel column shows no more than that. What is not finite is a
    break; a stretch that has any number keeps its numbers.
    """
    count = len(y)
    if columns < 1 or count <= 2 * columns:
        finite = np.isfinite(y)
        y = y if finite.all() else np.where(finite, y, np.nan)
        return np.asarray(x, np.float64), np.asarray(y, np.float64)
    edges = (np.arange(columns) * count) // columns
    least, most = np.fmin.reduceat(y, edges), np.fmax.reduceat(y, edges)
    # A copy of a million numbers takes longer than all else; a few stretches hold an infinity.
    for i in np.flatnonzero(np.isinf(least) | np.isinf(most)):
        stretch = y[edges[i] : edges[i + 1] if i + 1 < columns else count]
        numbers = stretch[np.isfinite(stretch)] if least[i] != most[i] else stretch[:0]
        least[i], most[i] = (numbers.min(), numbers.max()) if numbers.size else (np.nan, np.nan)
    return in_order(x, y, least, most)


def in_order(
    x: NDArray[np.floating],
    y: NDArray[np.floating],
    least: NDArray[np.floating],
    most: NDArray[np.floating],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The curve that `min_max` makes of the smallest and the largest value of each stretch."""
    count, columns = len(y), len(least)
    edges = (np.arange(columns) * count) // columns
    ends = np.append(edges[1:], count) - 1
    reduced = np.empty(2 * columns)
    first, last = y[edges], y[ends]
    falling = (first > last) & np.isfinite(first) & np.isfinite(last)
    reduced[0::2] = np.where(falling, most, least)
    reduced[1::2] = np.where(falling, least, most)
    at = np.empty(2 * columns)
    at[0::2], at[1::2] = x[edges], x[ends]
    return at, reduced


def seen_part(curve: Curve, axes: Axes) -> slice:
    """The numbers of a curve within the picture, with one more at each side."""
    low, high = axes.x_range
    first, last = np.searchsorted(curve.x, low, "left"), np.searchsorted(curve.x, high, "right")
    return slice(max(0, int(first) - 1), min(len(curve.x), int(last) + 1))


def reduced(curve: Curve, axes: Axes, columns: int) -> PointArray:
    """A curve's points (N, 2) within the picture, no more than so many columns show."""
    part = seen_part(curve, axes)
    x, y = curve.x[part], curve.y[part]
    if curve.stretches is not None and len(x) == len(curve.x) > 2 * columns:
        return _beside(*in_order(x, y, *curve.stretches(columns)))
    return _beside(*min_max(x, y, columns))


def _beside(x: PointArray, y: PointArray) -> PointArray:
    """As np.column_stack, which asks more of what it is given than it has to do with it."""
    points = np.empty((len(x), 2))
    points[:, 0], points[:, 1] = x, y
    return points


def each_in_pixels(axes: Axes, lines: Sequence[PointArray]) -> list[PointArray]:
    """The points of several lines in pixels, found together: each by itself takes as long."""
    if not lines:
        return []
    every, stop = in_pixels(axes, np.concatenate(lines)), 0
    return [every[stop : (stop := stop + len(line))] for line in lines]


def zeros(curve: Curve, axes: Axes) -> PointArray:
    """Where a curve is exactly 0 within the picture: x of every such number."""
    part = seen_part(curve, axes)
    return np.asarray(curve.x[part][curve.y[part] == -np.inf], np.float64)


def in_pixels(axes: Axes, points: PointArray) -> PointArray:
    """Points of the axes' values in pixels."""
    return _beside(axes.x(points[:, 0]), axes.y(points[:, 1]))


class Covered:
    """From where to where each line runs in every column of pixels of a rectangle.

    Parameters
    ----------
    rect : Rect
    lines : sequence of ndarray of shape (N, 2)
        In pixels; x never falls, NaN breaks a line.
    revealed : sequence of bool
        Which of them are there only between the pixels that are shown.
    """

    def __init__(
        self, rect: Rect, lines: Sequence[PointArray], revealed: Sequence[bool] = ()
    ) -> None:
        self._left = int(np.floor(rect.x))
        columns = int(np.ceil(rect.right)) - self._left + 1
        self._top = np.full((len(lines), columns), np.inf)
        self._bottom = np.full((len(lines), columns), -np.inf)
        if any(map(len, lines)):
            self._take(lines)
        # Apart, since a name at a curve's end asks for both at some dozen places.
        appear = np.array([*revealed, *(False for _ in lines[len(revealed) :])], bool)
        self._revealed, self._still = (
            (self._top[which], self._bottom[which]) for which in (appear, ~appear)
        )

    def _take(self, lines: Sequence[PointArray]) -> None:
        """All lines at once: a chart may have some dozen, of a few points each."""
        top, bottom = self._top, self._bottom
        columns, edges = top.shape[1], np.arange(1.0, top.shape[1])
        x, y = np.concatenate(lines).T
        x, row = x - self._left, np.repeat(np.arange(len(lines)), [len(line) for line in lines])
        here = np.isfinite(y) & (x >= 0) & (x < columns)
        at = row[here] * columns + x[here].astype(int)
        np.minimum.at(top.reshape(-1), at, y[here])
        np.maximum.at(bottom.reshape(-1), at, y[here])
        across, stop = np.full((len(lines), len(edges)), np.nan), 0
        for found, line in zip(across, lines, strict=True):
            start, stop = stop, stop + len(line)
            if stop - start > 1:
                found[:] = np.interp(edges, x[start:stop], y[start:stop], np.nan, np.nan)
        for side in (slice(0, columns - 1), slice(1, columns)):
            np.fmin(top[:, side], across, out=top[:, side])
            np.fmax(bottom[:, side], across, out=bottom[:, side])

    def free(self, box: Rect, apart: float, shown: tuple[float, float] | None = None) -> bool:
        """Whether no line comes nearer to a box than `apart`.

        Of lines that are revealed only what lies between the pixels `shown` is there.
        """
        if shown is None:
            every = self._top, self._bottom
            return self._free(box, apart, every, box.x - apart, box.right + apart)
        left, right = max(box.x - apart, shown[0]), min(box.right + apart, shown[1])
        return self._free(box, apart, self._revealed, left, right) and self._free(
            box, apart, self._still, box.x - apart, box.right + apart
        )

    def _free(
        self,
        box: Rect,
        apart: float,
        lines: tuple[PointArray, PointArray],
        left: float,
        right: float,
    ) -> bool:
        first = max(0, int(np.floor(left)) - self._left)
        last = int(np.floor(right)) - self._left + 1
        if last <= first or not len(lines[0]):
            return True
        top, bottom = (side[:, first:last] for side in lines)
        return not bool(((top < box.bottom + apart) & (bottom > box.y - apart)).any())

    def extent(self, line: int, left: float, right: float) -> tuple[float, float] | None:
        """The top and the bottom of a line between two pixels; None where it does not run."""
        first = max(0, int(np.floor(left)) - self._left)
        last = max(first, int(np.floor(right)) - self._left + 1)
        top, bottom = self._top[line, first:last], self._bottom[line, first:last]
        if not top.size or not np.isfinite(top).any():
            return None
        return float(top.min()), float(bottom.max())
