"""A box drawn: as ready images where there are pixels, as outlines elsewhere."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, floor

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPainterPath, QPen, QPixmap, QTransform

from rnnviz.scenes.shapes import Role
from rnnviz.views.look import Palette
from rnnviz.views.typeset.boxes import Box
from rnnviz.views.typeset.outlines import UNITS

GLOW = 0.12  # how far a highlight's ground is moved towards the playhead's colour
_PHASES = 4  # places within a device pixel at which an outline's image is kept


def paint(
    painter: QPainter, box: Box, x: float, baseline: float, size: float, palette: Palette
) -> None:
    """Draw a box with its left end at `x` on a baseline; one em is `size` pixels."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    stack = [(box, x, baseline, 1.0)]
    ink: list[tuple[Box, float, float, float]] = []
    while stack:
        part, left, base, alpha = stack.pop()
        alpha *= part.alpha
        if part.path is not None:
            ink.append((part, left, base, alpha))
        elif part.lit:
            _light(painter, part, QPointF(left, base), size, palette)
        for inner, dx, dy in part.parts:
            stack.append((inner, left + dx * size, base + dy * size, alpha))
    to_device = painter.deviceTransform()
    engine = painter.paintEngine()
    pixels = engine is not None and engine.type() is QPaintEngine.Type.Raster
    upright = to_device.m12() == to_device.m21() == 0.0 and to_device.m11() == to_device.m22() > 0
    if pixels and upright:
        _stamp(painter, ink, size, palette, to_device)
    else:
        _draw(painter, ink, size, palette)
    painter.restore()


def _light(painter: QPainter, box: Box, origin: QPointF, size: float, palette: Palette) -> None:
    """A highlight: so light a ground that words keep their contrast on it, and a strong edge."""
    pad = 0.12 * size
    area = QRectF(0.0, -box.up * size, box.width * size, (box.up + box.down) * size)
    area = area.translated(origin).adjusted(-pad, -pad, pad, pad)
    painter.setPen(QPen(palette.colour(Role.PLAYHEAD), max(1.0, 0.07 * size)))
    painter.setBrush(palette.tint(Role.PLAYHEAD, GLOW))
    painter.drawRoundedRect(area, 0.25 * size, 0.25 * size)
    painter.setPen(Qt.PenStyle.NoPen)


def _ink(palette: Palette, role: Role, alpha: float) -> QColor:
    """The colour of a formula's letters: they are words."""
    colour = palette.text(role)
    colour.setAlphaF(alpha)
    return colour


def _draw(
    painter: QPainter, ink: list[tuple[Box, float, float, float]], size: float, palette: Palette
) -> None:
    """Fill the outlines: for pictures made of curves, and under a turned painter."""
    scale, frame = size / UNITS, painter.worldTransform()
    for box, left, base, alpha in ink:
        if box.path is not None:
            painter.setBrush(_ink(palette, box.role, alpha))
            painter.setTransform(QTransform(scale, 0, 0, scale, left, base) * frame)
            painter.drawPath(box.path)


def _stamp(
    painter: QPainter,
    ink: list[tuple[Box, float, float, float]],
    size: float,
    palette: Palette,
    to_device: QTransform,
) -> None:
    """Put ready images of the outlines down: a third of the time of filling them anew.

    Horizontally to a quarter of a device pixel, vertically to a whole one, as text is set.
    """
    ratio = to_device.m11()
    dx, dy = to_device.dx(), to_device.dy()
    scale, put = size * ratio / UNITS, painter.drawPixmap
    for box, left, base, alpha in ink:
        whole, phase = divmod(floor((left * ratio + dx) * _PHASES + 0.5), _PHASES)
        image, across, down = _image(box, scale, phase, ratio, palette, alpha)
        y = floor(base * ratio + dy + 0.5) + down - dy
        put(QPointF((whole + across - dx) / ratio, y / ratio), image)


@lru_cache(maxsize=2048)
def _image(
    box: Box, scale: float, phase: int, ratio: float, palette: Palette, alpha: float
) -> tuple[QPixmap, int, int]:
    """An outline's image, and where its corner lies from the origin, in device pixels."""
    path = box.path or QPainterPath()
    placed = QTransform(scale, 0, 0, scale, phase / _PHASES, 0).map(path)
    bounds = placed.boundingRect()
    left, top = floor(bounds.left()) - 1, floor(bounds.top()) - 1
    image = QPixmap(
        max(1, ceil(bounds.right()) + 1 - left), max(1, ceil(bounds.bottom()) + 1 - top)
    )
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-left, -top)
    painter.fillPath(placed, _ink(palette, box.role, alpha))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image, left, top
