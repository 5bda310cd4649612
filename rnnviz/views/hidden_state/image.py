"""Values to pixels: the image of the map, made in NumPy as a whole."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from rnnviz.views.hidden_state.grid import Cells, cells
from rnnviz.views.look import value_colours


def map_image(
    values: NDArray[np.floating],
    limit: float,
    pixels: tuple[int, int],
    *,
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
    lines = _packed(value_colours(values, limit))[:, column]
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


def scale_image(lowest: float = -1.0) -> QImage:
    """The colours of the values, one pixel wide, from the map's upper end down to `lowest`."""
    image, drawn = _blank(1, 256)
    drawn[:] = _packed(value_colours(np.linspace(1.0, lowest, 256)[:, None], 1.0))
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
