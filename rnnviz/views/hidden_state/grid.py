"""Where the columns of steps and the rows of units lie, on whole pixels of the screen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

Cells = NDArray[np.int_]


def cells(count: int, pixels: int) -> Cells:
    """Which of `count` cells each of so many pixels belongs to."""
    return ((np.arange(pixels) + 0.5) * count / pixels).astype(int)


class Grid:
    """Columns of steps and rows of units within a rectangle.

    Parameters
    ----------
    rect : QRectF
        Its sides are on whole pixels of the screen.
    steps, units : int
        T and H.
    ratio : float
        Pixels of the screen to one of the layout.
    """

    def __init__(self, rect: QRectF, steps: int, units: int, ratio: float) -> None:
        self.rect = rect
        self.steps, self.units, self.ratio = steps, units, ratio
        self.pixels = round(rect.width() * ratio), round(rect.height() * ratio)
        self._step_of = cells(steps, self.pixels[0])
        self._unit_of = cells(units, self.pixels[1])

    @property
    def pitch(self) -> float:
        """Width of a column."""
        return self.rect.width() / self.steps

    @property
    def row(self) -> float:
        """Height of a row."""
        return self.rect.height() / self.units

    def right(self, columns: int) -> float:
        """The right edge of so many columns."""
        return self.rect.left() + float(np.searchsorted(self._step_of, columns)) / self.ratio

    def bottom(self, rows: int) -> float:
        """The lower edge of so many rows."""
        return self.rect.top() + float(np.searchsorted(self._unit_of, rows)) / self.ratio

    def block(self, columns: tuple[int, int], rows: tuple[int, int]) -> QRectF:
        """Some columns and rows, each from the first to before the last, counted from 0."""
        left, top = self.right(columns[0]), self.bottom(rows[0])
        return QRectF(left, top, self.right(columns[1]) - left, self.bottom(rows[1]) - top)

    def column(self, step: int) -> QRectF:
        """All of a step, counted from 1."""
        return self.block((step - 1, step), (0, self.units))

    def step_at(self, x: float) -> int:
        """The step whose column holds x; the nearest outside of the grid."""
        return int(self._step_of[self._pixel(x - self.rect.left(), 0)]) + 1

    def unit_at(self, y: float) -> int:
        """The unit whose row holds y; the nearest outside of the grid."""
        return int(self._unit_of[self._pixel(y - self.rect.top(), 1)])

    def _pixel(self, distance: float, axis: int) -> int:
        return min(max(int(np.floor(distance * self.ratio)), 0), self.pixels[axis] - 1)
