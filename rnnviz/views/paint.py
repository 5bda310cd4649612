"""Shapes to pixels: one function that paints a scene with a QPainter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from math import ceil, hypot
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QPainter,
)

from rnnviz.film.notation import LECTURE
from rnnviz.scenes.measure import Reached, reaches
from rnnviz.scenes.shapes import (
    Bitmap,
    Box,
    Dot,
    Formula,
    Heat,
    Line,
    Rect,
    Role,
    Scene,
    Shape,
    Symbol,
    Text,
)
from rnnviz.views.look import Look, Palette
from rnnviz.views.pens_and_text import (
    NO_PEN,
    brush,
    cut,
    hatch,
    ink,
    laid_out,
    mark,
    notation,
    pen_of,
    tinted_pen,
)
from rnnviz.views.pixels import Images, draw_cells, heat_image, of_pixels, picture_image

HEATS, STAMPS = Images(24_000_000), Images(48_000_000)
"""Cells of values, and boxes and lines, that were painted and may be copied."""
_LARGEST = 900.0  # the longest side of a box that is copied
_LARGEST_LINE = 300.0
_OUTLINED = 36.0  # pixels of a letter
Points = tuple[tuple[float, float], ...]
Pixels = NDArray[Any]


def paint_scene(
    painter: QPainter, scene: Scene, look: Look, clip: QRectF | Sequence[QRectF] | None = None
) -> None:
    """Paint a scene; shapes wholly outside `clip` are skipped.

    Parameters
    ----------
    painter : QPainter
        Its state is left as it was, but for pen, brush, font and render hints.
    scene : Scene
    look : Look
        Whose palette gives the roles their colours.
    clip : QRectF or sequence of QRectF, optional
        The parts that are wanted; everything otherwise. The painter's own clip is left alone.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    hand = _Hand(painter, look)
    if clip is None:
        hand.draw(scene.shapes)
        return
    parts = [
        (r.left() - 2, r.top() - 2, r.right() + 2, r.bottom() + 2)
        for r in ([clip] if isinstance(clip, QRectF) else clip)
    ]
    whole = (-2.0, -2.0, scene.width + 2, scene.height + 2)
    if any(
        x0 <= whole[0] and y0 <= whole[1] and x1 >= whole[2] and y1 >= whole[3]
        for x0, y0, x1, y1 in parts
    ):
        hand.draw(scene.shapes)
        return
    if len(parts) == 1:
        ((x0, y0, x1, y1),) = parts
        wanted = [
            shape
            for shape, _, (left, top, right, bottom) in _edges(scene)
            if left <= x1 and top <= y1 and right >= x0 and bottom >= y0
        ]
    else:
        wanted = [
            shape
            for shape, _, (left, top, right, bottom) in _edges(scene)
            if any(
                left <= x1 and top <= y1 and right >= x0 and bottom >= y0
                for x0, y0, x1, y1 in parts
            )
        ]
    hand.draw(wanted)


# Of the scene that was painted last: a repaint of several parts looks through it several times.
_last: list[tuple[Scene, list[Reached]]] = []


def _edges(scene: Scene) -> list[Reached]:
    """Each shape with the left, top, right and bottom that it stays within."""
    if _last and _last[0][0] is scene:
        return _last[0][1]
    edges = reaches(scene.shapes)
    _last[:] = [(scene, edges)]
    return edges


# -- the drawing hand ------------------------------------------------------------------------


class _Hand:
    """Draws shapes with one painter in one palette.

    On pixels, outlined boxes and heads of arrows are drawn once and then copied to the nearest
    pixel, and straight lines are filled rectangles: curves and outlines are what costs time.
    """

    __slots__ = ("font", "notation", "painter", "palette", "pixels", "scale")

    def __init__(self, painter: QPainter, look: Look) -> None:
        self.painter = painter
        self.palette, self.notation = look.palette, look.notation
        self.font: QFont | None = None
        self.scale = painter.device().devicePixelRatioF() * abs(painter.worldTransform().m11())
        self.pixels = of_pixels(painter)

    def draw(self, shapes: Iterable[Shape]) -> None:
        """Draw from back to front, in the symbols that are in force."""
        if self.notation is not LECTURE:
            from rnnviz.scenes.spelling import spelled  # not for the first paint

            shapes = [spelled(shape, self.notation) for shape in shapes]
        for shape in shapes:
            _METHODS[type(shape)](self, shape)

    def snap(self, value: float) -> float:
        """The nearest pixel's edge."""
        return round(value * self.scale) / self.scale if self.pixels else value

    # -- boxes -------------------------------------------------------------------------------

    def box(self, s: Box) -> None:
        """Draw a box."""
        r = s.rect
        if s.stroke is None and s.radius <= 0.5 and s.fill is not None and not s.hatch:
            x, y, right, bottom = r.x, r.y, r.x + r.w, r.y + r.h
            if self.pixels:
                scale = self.scale
                x, y = round(x * scale) / scale, round(y * scale) / scale
                right, bottom = round(right * scale) / scale, round(bottom * scale) / scale
            area = QRectF(x, y, right - x, bottom - y)
            fill = brush(self.palette, s.fill, round(255 * s.alpha * s.fill_alpha))
            self.painter.fillRect(area, fill)
            return
        if s.hatch or not self.pixels or max(r.w, r.h) > _LARGEST:
            _draw_box(self.painter, s, self.palette, r)
            return
        scale = self.scale
        w, h = round(r.w * scale) / scale, round(r.h * scale) / scale
        edge = ceil(s.width / 2 + 1.0)
        key = (
            "box", w, h, s.fill, s.stroke, s.radius, s.width, s.alpha, s.fill_alpha, s.dash,
            scale, self.palette.name,
        )  # fmt: skip
        image = STAMPS.find(key)
        if image is None:
            image = self._blank(w + 2 * edge, h + 2 * edge)
            inner = QPainter(image)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            _draw_box(inner, s, self.palette, Rect(edge, edge, w, h))
            inner.end()
            STAMPS.keep(key, image)
        corner = QPointF(round(r.x * scale) / scale - edge, round(r.y * scale) / scale - edge)
        self.painter.drawImage(corner, image)

    def _blank(self, w: float, h: float) -> QImage:
        size = ceil(w * self.scale), ceil(h * self.scale)
        image = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(self.scale)
        image.fill(0)
        return image

    # -- lines -------------------------------------------------------------------------------

    def line(self, s: Line) -> None:
        """Draw a polyline, with a head if it has one."""
        points = s.points
        if len(points) < 2:
            return
        if self.pixels and len(points) <= 3 and (s.arrow > 0.0 or len(points) == 3):
            if len(points) == 2:
                (x, y), (right, bottom) = points
                x, right = (x, right) if x < right else (right, x)
                y, bottom = (y, bottom) if y < bottom else (bottom, y)
            else:
                xs, ys = zip(*points, strict=True)
                x, y, right, bottom = min(xs), min(ys), max(xs), max(ys)
            w, h = right - x, bottom - y
            if w <= _LARGEST_LINE and h <= _LARGEST_LINE:
                self._copied_line(s, x, y, w, h)
                return
        self._drawn_line(self.painter, s, points)

    def _copied_line(self, s: Line, x: float, y: float, w: float, h: float) -> None:
        wide, arrow, scale = s.width, s.arrow, self.scale
        edge = ceil((wide if wide > arrow else arrow) / 2 + 1.0)
        moved = tuple([(round(4 * (px - x)) / 4, round(4 * (py - y)) / 4) for px, py in s.points])
        key = (moved, s.stroke, wide, s.alpha, s.dash, arrow, scale, self.palette.name)
        image = STAMPS.find(key)
        if image is None:
            image = self._blank(w + 2 * edge + 1, h + 2 * edge + 1)
            inner = QPainter(image)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._drawn_line(inner, s, tuple((px + edge, py + edge) for px, py in moved))
            inner.end()
            STAMPS.keep(key, image)
        corner = QPointF(round(x * scale) / scale - edge, round(y * scale) / scale - edge)
        self.painter.drawImage(corner, image)

    def _drawn_line(self, painter: QPainter, s: Line, points: Points) -> None:
        alpha = round(255 * s.alpha)
        if s.arrow > 0.0:
            points = self._arrow(painter, s, points, alpha)
        if len(points) == 2 and not s.dash:
            (x0, y0), (x1, y1) = points
            if x0 == x1 or y0 == y1:  # a rectangle is drawn several times faster than a line
                half = s.width / 2
                left, top = min(x0, x1), min(y0, y1)
                if x0 == x1:
                    bar = QRectF(left - half, top, s.width, abs(y1 - y0))
                else:
                    bar = QRectF(left, top - half, abs(x1 - x0), s.width)
                painter.fillRect(bar, mark(self.palette, s.stroke, alpha))
                return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if len(points) > 3:  # a see-through stroke of many pieces takes ten times as long
            painter.setPen(tinted_pen(self.palette, s.stroke, alpha, s.width))
        else:
            painter.setPen(pen_of(self.palette, s.stroke, alpha, s.width, s.dash))
        ends = [QPointF(x, y) for x, y in points]
        if len(points) == 2:
            painter.drawLine(*ends)
        elif len(points) == 3:
            painter.drawPolyline(ends)
        else:  # and so does one with joints
            painter.drawLines([QLineF(p, q) for p, q in pairwise(ends)])

    def _arrow(self, painter: QPainter, s: Line, points: Points, alpha: int) -> Points:
        """Draw the head; return the points of what is left of the shaft."""
        (x0, y0), (x1, y1) = points[-2], points[-1]
        length = hypot(x1 - x0, y1 - y0) or 1.0
        dx, dy = (x1 - x0) / length, (y1 - y0) / length
        head = min(s.arrow, length)
        bx, by = x1 - dx * head, y1 - dy * head
        half = head * 0.5
        painter.setPen(NO_PEN)
        painter.setBrush(mark(self.palette, s.stroke, alpha))
        painter.drawConvexPolygon(
            [
                QPointF(x1, y1),
                QPointF(bx - dy * half, by + dx * half),
                QPointF(bx + dy * half, by - dx * half),
            ]
        )
        return (*points[:-1], (bx, by))

    def dot(self, s: Dot) -> None:
        """Draw a filled circle."""
        self.painter.setPen(NO_PEN)
        self.painter.setBrush(mark(self.palette, s.fill, round(255 * s.alpha)))
        self.painter.drawEllipse(QPointF(s.x, s.y), s.radius, s.radius)

    # -- text --------------------------------------------------------------------------------

    def set_font(self, font: QFont) -> None:
        """Take another font, unless it is the one at hand."""
        if self.font is not font:
            self.font = font
            self.painter.setFont(font)

    def text(self, s: Text) -> None:
        """Draw a line of plain text, cut where it does not fit."""
        r = s.rect
        if not s.text or s.alpha <= 0.0 or r.w <= 1.0:
            return
        size = max(1, round(s.size))
        made, font, width, height = laid_out(s.text, size, s.bold, s.math)
        if width > r.w:
            text = cut(s.text, r.w, size, s.bold, s.math)
            made, font, width, height = laid_out(text, size, s.bold, s.math)
        if s.on is not None:
            colour = QColor(self.palette.ink_on(s.on))
            colour.setAlphaF(s.alpha)
        else:
            colour = ink(self.palette, s.role, s.alpha)
        painter = self.painter
        self.set_font(font)
        painter.setPen(colour)
        x = r.x
        if s.align == "center":
            x += (r.w - width) / 2
        elif s.align == "right":
            x += r.w - width
        painter.drawStaticText(QPointF(x, r.y + (r.h - height) / 2), made)

    def symbol(self, s: Symbol) -> None:
        """Draw a letter with its indices."""
        pieces, width = notation(s.base, s.sub, s.sup, s.tail, s.size)
        x = s.x
        if s.align == "center":
            x -= width / 2
        elif s.align == "right":
            x -= width
        painter = self.painter
        if self.pixels and s.size >= _OUTLINED:
            self._copied_symbol(s, x, width)
            return
        painter.setPen(ink(self.palette, s.role, s.alpha))
        for laid, dx, dy in pieces:
            self.set_font(laid[1])
            painter.drawStaticText(QPointF(x + dx, s.y + dy), laid[0])

    def _copied_symbol(self, s: Symbol, x: float, width: float) -> None:
        """Draw letters so large that Qt fills their outlines, each time a little otherwise."""
        scale, edge = self.scale, ceil(0.4 * s.size)
        key = (s.base, s.sub, s.sup, s.tail, s.size, s.role, s.alpha, scale, self.palette.name)
        image = STAMPS.find(key)
        if image is None:
            image = self._blank(width + 2 * edge, 2.4 * s.size)
            inner = QPainter(image)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            inner.setPen(ink(self.palette, s.role, s.alpha))
            for (made, font, *_), dx, dy in notation(s.base, s.sub, s.sup, s.tail, s.size)[0]:
                inner.setFont(font)
                inner.drawStaticText(QPointF(edge + dx, 1.5 * s.size + dy), made)
            inner.end()
            STAMPS.keep(key, image)
        left, top = x - edge, s.y - 1.5 * s.size
        self.painter.drawImage(
            QPointF(round(left * scale) / scale, round(top * scale) / scale), image
        )

    def formula(self, s: Formula) -> None:
        """Draw the first form that has room; nothing as long as there are no letters for it."""
        from rnnviz.views.typeset.formula import draw_formula

        self.font = None
        draw_formula(self.painter, s, self.palette)

    # -- values ------------------------------------------------------------------------------

    def heat(self, s: Heat) -> None:
        """Draw values as an image of hard-edged cells, made once as long as they are shown."""
        alpha = round(255 * s.alpha)

        def make(wide: int, high: int) -> QImage:
            return heat_image(s, self.palette, wide, high, self.scale, alpha)

        self._image(s, (s.limit, s.gap, s.blank, alpha), make)

    def picture(self, s: Bitmap) -> None:
        """Draw a picture in one colour with hard-edged pixels."""
        alpha = round(255 * s.alpha)

        def make(wide: int, high: int) -> QImage:
            return picture_image(s, self.palette, wide, high, self.scale, alpha)

        self._image(s, ("picture", alpha, s.lit, s.role, s.gap), make)

    def _image(
        self, s: Heat | Bitmap, more: tuple[Any, ...], make: Callable[[int, int], QImage]
    ) -> None:
        rows, columns = s.values.shape
        r = s.rect
        if not rows or not columns or r.w <= 0 or r.h <= 0 or s.alpha <= 0.0:
            return
        wide, high = max(1, round(r.w * self.scale)), max(1, round(r.h * self.scale))
        key = (id(s.values), wide, high, self.palette.name, self.palette.values, *more)
        image = HEATS.find(key, s.values)
        if image is None:
            image = make(wide, high)
            HEATS.keep(key, image, s.values)
        corner = QPointF(self.snap(r.x), self.snap(r.y))
        if self.pixels:
            self.painter.drawImage(corner, image)
        else:
            draw_cells(self.painter, QRectF(corner, image.deviceIndependentSize()), image)


def _draw_box(painter: QPainter, s: Box, palette: Palette, place: Rect) -> None:
    rect = QRectF(place.x, place.y, place.w, place.h)
    if s.stroke is not None:
        painter.setPen(pen_of(palette, s.stroke, round(255 * s.alpha), s.width, s.dash))
    else:
        painter.setPen(NO_PEN)
    if s.hatch:
        painter.setBrush(hatch(palette, s.fill or s.stroke or Role.INK, round(255 * s.alpha)))
    elif s.fill is not None:
        painter.setBrush(brush(palette, s.fill, round(255 * s.alpha * s.fill_alpha)))
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
    if s.radius > 0.5:
        radius = min(s.radius, place.w / 2, place.h / 2)
        painter.drawRoundedRect(rect, radius, radius)
    else:
        painter.drawRect(rect)


_METHODS: dict[type[Shape], Callable[[_Hand, Any], None]] = {
    Box: _Hand.box,
    Line: _Hand.line,
    Dot: _Hand.dot,
    Text: _Hand.text,
    Symbol: _Hand.symbol,
    Heat: _Hand.heat,
    Bitmap: _Hand.picture,
    Formula: _Hand.formula,
}
