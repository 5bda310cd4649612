"""Shapes to pixels: one function that paints a scene with a QPainter."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import hypot
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPen,
    QPolygonF,
    QStaticText,
    QTransform,
)

from rnnviz.scenes.measure import SUB, reach
from rnnviz.scenes.shapes import Box, Dot, Heat, Line, Role, Scene, Shape, Symbol, Text
from rnnviz.views.look import FAMILY, MATH_FAMILY, Look, Palette, value_colours

_ITALIC = {c: chr(0x1D44E + ord(c) - ord("a")) for c in "abcdefgijklmnopqrstuvwxyz"}
_ITALIC |= {c: chr(0x1D434 + ord(c) - ord("A")) for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_ITALIC["h"] = "ℎ"
_HEATS: dict[tuple[Any, ...], tuple[Any, QImage]] = {}
_MOST_HEATS = 600
_NO_PEN = QPen(Qt.PenStyle.NoPen)


def paint_scene(
    painter: QPainter, scene: Scene, look: Look, clip: QRectF | None = None
) -> None:
    """Paint a scene; shapes wholly outside `clip` are skipped.

    Parameters
    ----------
    painter : QPainter
        Its state is left as it was, but for pen, brush, font and opacity.
    scene : Scene
    look : Look
        Whose palette gives the roles their colours.
    clip : QRectF, optional
        The part that is wanted; everything otherwise.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    palette = look.palette
    if clip is None:
        for shape in scene.shapes:
            _PAINTERS[type(shape)](painter, shape, palette)
        return
    x0, y0, x1, y1 = clip.left() - 2, clip.top() - 2, clip.right() + 2, clip.bottom() + 2
    for shape in scene.shapes:
        r = reach(shape)
        if r.x <= x1 and r.y <= y1 and r.x + r.w >= x0 and r.y + r.h >= y0:
            _PAINTERS[type(shape)](painter, shape, palette)


# -- pens, brushes, fonts --------------------------------------------------------------------


@lru_cache(maxsize=512)
def _brush(palette: Palette, role: Role, alpha: int) -> QBrush:
    return QBrush(palette.colour(role, alpha / 255))


@lru_cache(maxsize=512)
def _pen(palette: Palette, role: Role, alpha: int, width: float, dash: bool) -> QPen:
    pen = QPen(palette.colour(role, alpha / 255), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dash:
        pen.setDashPattern([3.0, 2.2])
    return pen


@lru_cache(maxsize=128)
def _font(size: float, bold: bool, math: bool) -> QFont:
    font = QFont(MATH_FAMILY if math else FAMILY)
    font.setPixelSize(max(1, round(size)))
    if bold and not math:
        font.setWeight(QFont.Weight.DemiBold)
    if math:  # its own fallback for what the formula typeface lacks
        font.setFamilies([MATH_FAMILY, FAMILY, "DejaVu Sans"])
    return font


def _static(text: str, font: QFont) -> QStaticText:
    made = QStaticText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    made.prepare(QTransform(), font)
    return made


@lru_cache(maxsize=4096)
def _laid(text: str, width: float, size: float, bold: bool, math: bool) -> tuple[Any, ...]:
    """A line of text cut to a width: static text, font, its width and its height."""
    font = _font(size, bold, math)
    metrics = QFontMetricsF(font)
    cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
    made = _static(cut, font)
    return made, font, metrics.horizontalAdvance(cut), made.size().height()


@lru_cache(maxsize=2048)
def _notation(base: str, sub: str, sup: str, tail: str, size: float) -> tuple[Any, ...]:
    """A symbol as pieces (static text, font, dx, dy from the baseline) and its width."""
    big, small = _font(size, False, True), _font(size * SUB, False, True)
    mb, ms = QFontMetricsF(big), QFontMetricsF(small)
    letter = "".join(_ITALIC.get(c, c) for c in base)
    lower = "".join(_ITALIC.get(c, c) for c in sub)
    pieces = [(_static(letter, big), big, 0.0, -mb.ascent())]
    x = mb.horizontalAdvance(letter)
    after = x
    if lower:
        pieces.append((_static(lower, small), small, x, 0.22 * size - ms.ascent()))
        after = max(after, x + ms.horizontalAdvance(lower))
    if sup:
        lift = x + 0.03 * size
        pieces.append((_static(sup, small), small, lift, -0.36 * size - ms.ascent()))
        after = max(after, lift + ms.horizontalAdvance(sup))
    if tail:
        pieces.append((_static(tail, big), big, after, -mb.ascent()))
        after += mb.horizontalAdvance(tail)
    return pieces, after


# -- one shape each --------------------------------------------------------------------------


def _paint_box(painter: QPainter, s: Box, palette: Palette) -> None:
    rect = QRectF(s.rect.x, s.rect.y, s.rect.w, s.rect.h)
    if s.stroke is not None:
        painter.setPen(_pen(palette, s.stroke, round(255 * s.alpha), s.width, s.dash))
    else:
        painter.setPen(_NO_PEN)
    if s.hatch:
        role = s.fill or s.stroke or Role.INK
        painter.setBrush(_hatch(palette.colour(role, s.alpha)))
    elif s.fill is not None:
        painter.setBrush(_brush(palette, s.fill, round(255 * s.alpha * s.fill_alpha)))
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
    if s.radius > 0.5:
        radius = min(s.radius, s.rect.w / 2, s.rect.h / 2)
        painter.drawRoundedRect(rect, radius, radius)
    else:
        painter.drawRect(rect)


def _paint_line(painter: QPainter, s: Line, palette: Palette) -> None:
    if len(s.points) < 2:
        return
    alpha = round(255 * s.alpha)
    points = s.points
    if s.arrow > 0.0:
        (x0, y0), (x1, y1) = points[-2], points[-1]
        length = hypot(x1 - x0, y1 - y0) or 1.0
        dx, dy = (x1 - x0) / length, (y1 - y0) / length
        head = min(s.arrow, length)
        bx, by = x1 - dx * head, y1 - dy * head
        half = head * 0.5
        painter.setPen(_NO_PEN)
        painter.setBrush(_brush(palette, s.stroke, alpha))
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(x1, y1),
                    QPointF(bx - dy * half, by + dx * half),
                    QPointF(bx + dy * half, by - dx * half),
                ]
            )
        )
        points = (*points[:-1], (bx, by))
    painter.setPen(_pen(palette, s.stroke, alpha, s.width, s.dash))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if len(points) == 2:
        painter.drawLine(QPointF(*points[0]), QPointF(*points[1]))
    else:
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))


def _paint_dot(painter: QPainter, s: Dot, palette: Palette) -> None:
    painter.setPen(_NO_PEN)
    painter.setBrush(_brush(palette, s.fill, round(255 * s.alpha)))
    painter.drawEllipse(QPointF(s.x, s.y), s.radius, s.radius)


def _paint_text(painter: QPainter, s: Text, palette: Palette) -> None:
    if not s.text or s.alpha <= 0.0 or s.rect.w <= 1.0:
        return
    made, font, width, height = _laid(s.text, s.rect.w, s.size, s.bold, s.math)
    if s.on is not None:
        colour = QColor(palette.ink_on(s.on))
        colour.setAlphaF(s.alpha)
    else:
        colour = palette.colour(s.role, s.alpha)
    painter.setFont(font)
    painter.setPen(colour)
    x = s.rect.x
    if s.align == "center":
        x += (s.rect.w - width) / 2
    elif s.align == "right":
        x += s.rect.w - width
    painter.drawStaticText(QPointF(x, s.rect.y + (s.rect.h - height) / 2), made)


def _paint_symbol(painter: QPainter, s: Symbol, palette: Palette) -> None:
    pieces, width = _notation(s.base, s.sub, s.sup, s.tail, s.size)
    x = s.x
    if s.align == "center":
        x -= width / 2
    elif s.align == "right":
        x -= width
    painter.setPen(palette.colour(s.role, s.alpha))
    for made, font, dx, dy in pieces:
        painter.setFont(font)
        painter.drawStaticText(QPointF(x + dx, s.y + dy), made)


def _paint_heat(painter: QPainter, s: Heat, palette: Palette) -> None:
    rows, columns = s.values.shape
    if not rows or not columns or s.rect.w <= 0 or s.rect.h <= 0:
        return
    scale = painter.device().devicePixelRatioF() * abs(painter.worldTransform().m11())
    wide, high = max(1, round(s.rect.w * scale)), max(1, round(s.rect.h * scale))
    key = (id(s.values), s.limit, wide, high, s.gap, s.blank, palette.name)
    kept = _HEATS.get(key)
    if kept is None or kept[0] is not s.values:
        if len(_HEATS) >= _MOST_HEATS:
            for old in list(_HEATS)[: _MOST_HEATS // 2]:
                del _HEATS[old]
        kept = _HEATS[key] = (s.values, _heat_image(s, palette, wide, high, scale))
    if s.alpha < 1.0:
        painter.setOpacity(s.alpha)
    painter.drawImage(QRectF(s.rect.x, s.rect.y, s.rect.w, s.rect.h), kept[1])
    if s.alpha < 1.0:
        painter.setOpacity(1.0)


def _heat_image(s: Heat, palette: Palette, wide: int, high: int, scale: float) -> QImage:
    """The cells as pixels: sharp edges, gaps where there is room for them."""
    values = s.values
    rows, columns = values.shape
    rgba = np.empty((rows, columns, 4), np.uint8)
    rgba[..., :3] = value_colours(values, s.limit)
    rgba[..., 3] = 255
    unknown = np.isnan(values)
    if unknown.any():
        rgba[unknown] = palette.colour(Role.LINE).getRgb()  # type: ignore[assignment]
    if s.blank:
        rgba[rows - s.blank :, columns - 1] = 0
    y = np.minimum((np.arange(high) + 0.5) * rows / high, rows - 1).astype(np.intp)
    x = np.minimum((np.arange(wide) + 0.5) * columns / wide, columns - 1).astype(np.intp)
    pixels = rgba[y[:, None], x[None, :]]
    broken = np.isinf(values)
    if broken.any():
        _hatch_pixels(pixels, broken[y[:, None], x[None, :]], palette, scale)
    gap = round(s.gap * scale)
    if gap and min(wide / columns, high / rows) >= 2 * gap:
        pixels[_edges(y, gap)] = 0
        pixels[:, _edges(x, gap)] = 0
    pixels = np.ascontiguousarray(pixels)
    image = QImage(pixels.data, wide, high, 4 * wide, QImage.Format.Format_RGBA8888)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _edges(index: np.ndarray, gap: int) -> np.ndarray:
    """The last `gap` pixels of every cell but the last one."""
    edge = np.zeros(index.size, bool)
    starts = np.flatnonzero(np.diff(index)) + 1
    for back in range(gap):
        edge[starts - 1 - back] = True
    return edge


def _hatch_pixels(
    pixels: np.ndarray, where: np.ndarray, palette: Palette, scale: float
) -> None:
    """Diagonal lines of ink on the background."""
    high, wide = where.shape
    period = max(4, round(6 * scale))
    diagonal = (np.arange(high)[:, None] + np.arange(wide)[None, :]) % period < max(
        1, round(1.6 * scale)
    )
    pixels[where] = palette.colour(Role.BACKGROUND).getRgb()  # type: ignore[assignment]
    pixels[where & diagonal] = palette.colour(Role.INK).getRgb()  # type: ignore[assignment]


@lru_cache(maxsize=32)
def _hatch_cached(rgba: int) -> QBrush:
    return QBrush(QColor.fromRgba(rgba), Qt.BrushStyle.BDiagPattern)


def _hatch(colour: QColor) -> QBrush:
    return _hatch_cached(colour.rgba())


_PAINTERS: dict[type[Shape], Callable[[QPainter, Any, Palette], None]] = {
    Box: _paint_box,
    Line: _paint_line,
    Dot: _paint_dot,
    Text: _paint_text,
    Symbol: _paint_symbol,
    Heat: _paint_heat,
}
