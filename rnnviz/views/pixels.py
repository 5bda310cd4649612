"""Arrays of numbers to pixels, values in the diverging map, pictures in grey; and pixels to PNG.

And what is kept of such images.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter

from rnnviz.scenes.shapes import Bitmap, Heat, Role
from rnnviz.views.look import Palette
from rnnviz.views.value_maps import place

Pixels = NDArray[Any]
_MOST_RECTANGLES = 20_000  # of an image in a drawing: more than a heat map of 100 by 100 has
_ENLARGED = 3  # pixels for one of an image in a drawing, which programs would else smooth
_SEAM = 0.4  # pixels
_ENTRY = 1_000  # bytes of an image beside its pixels: its key, its place, what Qt knows of it


def of_pixels(painter: QPainter) -> bool:
    """Whether a painter's device has pixels; on others lines stay lines, and text stays text."""
    engine = painter.paintEngine()
    return engine is not None and engine.type() == QPaintEngine.Type.Raster


def draw_cells(painter: QPainter, place: QRectF, image: QImage) -> None:
    """Draw an image of hard-edged cells; as rectangles where there are no pixels.

    Parameters
    ----------
    painter : QPainter
    place : QRectF
        Where it stands, as large as that.
    image : QImage
    """
    if of_pixels(painter):
        painter.drawImage(place, image)
        return
    codes = _codes(image)
    rects = _rectangles(codes)
    if rects is None:  # a picture rather than cells
        wide, high = (_ENLARGED * side for side in (image.width(), image.height()))
        painter.drawImage(place, image.scaled(wide, high))
        return
    high, wide = codes.shape
    across, down = place.width() / wide, place.height() / high
    painter.save()
    painter.translate(place.topLeft())
    for top, bottom, left, right, more_right, more_down in rects:
        rect = QRectF(left * across, top * down, (right - left) * across, (bottom - top) * down)
        # Under what is drawn next, so that no seam shows between two that touch.
        rect.adjust(0.0, 0.0, _SEAM * more_right, _SEAM * more_down)
        painter.fillRect(rect, QColor.fromRgba(int(codes[top, left])))
    painter.restore()


def _codes(image: QImage) -> Pixels:
    """An image's pixels as 0xAARRGGBB, (height, width)."""
    plain = image.convertToFormat(QImage.Format.Format_ARGB32)
    bits: Any = plain.constBits()
    return np.frombuffer(bits, np.uint32).reshape(plain.height(), plain.width()).copy()


def _rectangles(codes: Pixels) -> list[tuple[int, int, int, int, bool, bool]] | None:
    """Stretches of one colour: top, bottom, left, right; whether another touches it there.

    None where there are more than `_MOST_RECTANGLES`.
    """
    high, wide = codes.shape
    new = np.flatnonzero((codes[1:] != codes[:-1]).any(axis=1)) + 1
    tops = [0, *new.tolist(), high]
    found: list[tuple[int, int, int, int, bool, bool]] = []
    opaque = codes >> 24 == 255
    for top, bottom in pairwise(tops):
        row = codes[top]
        lefts = [0, *(np.flatnonzero(row[1:] != row[:-1]) + 1).tolist(), wide]
        for left, right in pairwise(lefts):
            if row[left] >> 24:
                beside = right < wide and bool(opaque[top, left] and opaque[top, right])
                below = bottom < high and bool(
                    opaque[top, left] and opaque[bottom, left:right].all()
                )
                found.append((top, bottom, left, right, beside, below))
        if len(found) > _MOST_RECTANGLES:
            return None
    return found


class Images:
    """Images that were painted once, to be copied: those asked for last, of so many bytes.

    Their number says nothing of their memory: a box may have ten pixels or a million.

    Parameters
    ----------
    most : int
        Bytes of all that are kept. An image that is larger is not kept.

    Attributes
    ----------
    bytes : int
        Of those that are kept now.
    """

    def __init__(self, most: int) -> None:
        self.most, self.bytes = most, 0
        self._kept: dict[Hashable, tuple[object, QImage]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: Hashable, of: object = None) -> QImage | None:
        """The image of a key, where it was made `of` this very thing; else None."""
        found = self._kept.pop(key, None)
        if found is None:
            return None
        self._kept[key] = found  # asked for last
        return found[1] if found[0] is of else None

    def keep(self, key: Hashable, image: QImage, of: object = None) -> None:
        """Keep an image, and drop those that nobody has asked for the longest."""
        before, size = self._kept.pop(key, None), image.sizeInBytes() + _ENTRY
        if before is not None:
            self.bytes -= before[1].sizeInBytes() + _ENTRY
        if size > self.most:
            return
        self._kept[key] = of, image
        self.bytes += size
        while self.bytes > self.most:
            _, oldest = self._kept.pop(next(iter(self._kept)))
            self.bytes -= oldest.sizeInBytes() + _ENTRY


def heat_image(s: Heat, palette: Palette, wide: int, high: int, scale: float, alpha: int) -> QImage:
    """The cells as pixels: sharp edges, gaps where there is room for them."""
    values = s.values
    rows, columns = values.shape
    broken = None
    cells = _packed_map(palette, alpha)[place(values, s.limit)]
    if not np.isfinite(values).all():
        line = palette.colour(Role.LINE)
        cells[np.isnan(values)] = _packed_colour(line, alpha)
        broken = np.isinf(values)
    if s.blank:
        cells[rows - s.blank :, columns - 1] = 0
    return _cells_image(cells, broken, s.gap, palette, wide, high, scale, alpha)


def picture_image(
    s: Bitmap, palette: Palette, wide: int, high: int, scale: float, alpha: int
) -> QImage:
    """A picture in one colour as pixels: 0 is the palette's background, 1 the role's colour."""
    paper, ink = palette.colour(Role.BACKGROUND), palette.colour(s.role)
    if s.lit:
        paper, ink = QColor(0, 0, 0), QColor(255, 255, 255)
    share = np.clip(np.nan_to_num(s.values), 0.0, 1.0)
    red, green, blue = (
        np.round(255 * (a + (b - a) * share)).astype(np.int64)
        for a, b in (
            (paper.redF(), ink.redF()),
            (paper.greenF(), ink.greenF()),
            (paper.blueF(), ink.blueF()),
        )
    )
    cells = _packed(red, green, blue, alpha)
    cells[np.isnan(s.values)] = 0
    return _cells_image(cells, np.isinf(s.values), s.gap, palette, wide, high, scale, alpha)


def _cells_image(
    cells: Pixels,
    broken: Pixels | None,
    between: float,
    palette: Palette,
    wide: int,
    high: int,
    scale: float,
    alpha: int,
) -> QImage:
    """Cells of packed colours as pixels with hard edges, `between` apart where there is room."""
    rows, columns = cells.shape
    gap = round(between * scale)
    if min(wide / columns, high / rows) < 2 * gap:
        gap = 0
    y, y_gap = _spread(rows, high, gap)
    x, x_gap = _spread(columns, wide, gap)
    pixels = np.ascontiguousarray(cells.take(y, axis=0).take(x, axis=1))
    if broken is not None and broken.any():
        _hatch_pixels(pixels, broken.take(y, axis=0).take(x, axis=1), palette, scale, alpha)
    if gap:
        pixels[y_gap] = 0
        pixels[:, x_gap] = 0
    image = QImage(pixels.data, wide, high, 4 * wide, QImage.Format.Format_ARGB32_Premultiplied)
    image = image.copy()  # the pixels' memory is NumPy's
    image.setDevicePixelRatio(scale)
    return image


def _packed(red: Pixels, green: Pixels, blue: Pixels, alpha: int) -> Pixels:
    """Colours as 0xAARRGGBB, premultiplied."""
    a = np.uint32(alpha)
    r, g, b = (c.astype(np.uint32) * a // np.uint32(255) for c in (red, green, blue))
    return (a << np.uint32(24)) | (r << np.uint32(16)) | (g << np.uint32(8)) | b


def _packed_colour(colour: QColor, alpha: int) -> int:
    r, g, b = (c * alpha // 255 for c in (colour.red(), colour.green(), colour.blue()))
    return alpha << 24 | r << 16 | g << 8 | b


@lru_cache(maxsize=64)
def _packed_map(palette: Palette, alpha: int) -> Pixels:
    """The colours of all values of a palette's map, packed."""
    table = palette.value_map
    return _packed(table[:, 0], table[:, 1], table[:, 2], alpha)


@lru_cache(maxsize=256)
def _spread(cells: int, length: int, gap: int) -> tuple[Pixels, Pixels]:
    """Which cell every pixel of a length belongs to, and the pixels of the gaps between cells."""
    index = np.minimum((np.arange(length) + 0.5) * cells / length, cells - 1).astype(np.intp)
    edge = np.zeros(length, bool)
    starts = np.flatnonzero(np.diff(index)) + 1
    for back in range(gap):
        edge[starts - 1 - back] = True
    return index, np.flatnonzero(edge)


def _hatch_pixels(
    pixels: Pixels, where: Pixels, palette: Palette, scale: float, alpha: int
) -> None:
    """Diagonal lines of ink on the background."""
    high, wide = where.shape
    period, thick = max(4, round(6 * scale)), max(1, round(1.6 * scale))
    diagonal = (np.arange(high)[:, None] + np.arange(wide)[None, :]) % period < thick
    pixels[where] = _packed_colour(palette.colour(Role.BACKGROUND), alpha)
    pixels[where & diagonal] = _packed_colour(palette.colour(Role.INK), alpha)
