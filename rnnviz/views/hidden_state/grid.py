"""Columns of steps and rows of units on whole pixels of the screen, and values as their image."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

from rnnviz.views.look import Palette
from rnnviz.views.value_maps import STEPS

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


def map_image(
    values: NDArray[np.floating],
    limit: float,
    pixels: tuple[int, int],
    *,
    palette: Palette,
    gap: int,
    ground: QColor,
    hatch: tuple[QColor, QColor],
    ratio: float = 1.0,
) -> QImage:
    """Values as an image, each cell a block of whole pixels.

    Parameters
    ----------
    values : ndarray of shape (rows, columns)
        Row 0 is at the top; no more columns than pixels (see `Extremes.of_columns`).
    limit : float
        The value of the colour map's ends.
    pixels : (int, int)
        Width and height of the image.
    palette : Palette
        Whose map of values it is.
    gap : int
        Pixels of `ground` between two cells.
    ground : QColor
        What is between them.
    hatch : (QColor, QColor)
        Lines and ground of cells whose number is not finite.
    ratio : float
        Pixels of the screen to one of the layout, for the width of the hatching.
    """
    wide, high = pixels
    row = cells(values.shape[0], high)
    if values.shape[0] > high:
        values, row = values[row], np.arange(high)
    column = cells(values.shape[1], wide)
    # One line of pixels a row of cells, with the gaps between columns; then the rows.
    lines = _packed(palette.value_colours(values, limit))[:, column]
    lines[:, _before_an_edge(column, gap)] = ground.rgb()
    image, drawn = _blank(wide, high)
    np.take(lines, row, axis=0, out=drawn, mode="clip")
    finite = np.isfinite(values)
    if not finite.all():
        line, between = (np.uint32(colour.rgb()) for colour in hatch)
        period = max(4, round(6 * ratio))
        diagonal = (np.arange(high)[:, None] + np.arange(wide)) % period < max(1, period // 4)
        lost = ~finite[:, column]
        lost[:, _before_an_edge(column, gap)] = False
        np.copyto(drawn, np.where(diagonal, line, between), where=lost[row])
    drawn[_before_an_edge(row, gap)] = ground.rgb()
    return image


def scale_image(palette: Palette, lowest: float = -1.0) -> QImage:
    """The colours of the values, one pixel wide, from the map's upper end down to `lowest`."""
    image, drawn = _blank(1, STEPS)
    drawn[:] = _packed(palette.value_colours(np.linspace(1.0, lowest, STEPS)[:, None], 1.0))
    return image


def gaps(count: int, pixels: int, gap: int) -> list[int]:
    """The first pixel of each gap between `count` cells."""
    inner = np.flatnonzero(np.diff(_before_an_edge(cells(count, pixels), gap), prepend=False))
    return [int(pixel) for pixel in inner[::2]]


def _before_an_edge(cell_of: Cells, gap: int) -> NDArray[np.bool_]:
    """The last `gap` pixels of each cell but the last one."""
    later = np.minimum(np.arange(cell_of.size) + gap, cell_of.size - 1)
    return cell_of != cell_of[later]


def _packed(colours: NDArray[np.uint8]) -> NDArray[np.uint32]:
    wide = colours.astype(np.uint32)
    packed = (wide[..., 0] << 16) | (wide[..., 1] << 8) | wide[..., 2] | 0xFF000000
    return packed.astype(np.uint32, copy=False)


def _blank(wide: int, high: int) -> tuple[QImage, NDArray[np.uint32]]:
    """An image, and its pixels to write on."""
    image = QImage(wide, high, QImage.Format.Format_RGB32)
    return image, np.frombuffer(image.bits(), np.uint32).reshape(high, wide)
