"""The surface that a panel's picture is drawn on: its size, its type, and what all of them show."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from math import ceil, floor

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPixmap, QPolygonF, QRegion

from rnnviz.frozen import record
from rnnviz.scenes.charts.chart import AxisRoom
from rnnviz.scenes.shapes import Rect, Role
from rnnviz.views.look import Look
from rnnviz.views.pixels import draw_cells, of_pixels

Title = tuple[str, str]
"""Words, drawn bold, and a formula or numbers, which bold would smear."""

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
HANDLE = 0.34
"""How far the handle of a playhead reaches above and below the end of its line, in units."""
MIDDLE = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine

_SMALLEST = 10  # pixels: below that the digits of an axis run together


@record
class Surface:
    """Size, look and scale of a panel; two that are equal show the same picture the same way."""

    look: Look
    width: int
    height: int
    ratio: float
    corner: float = 0.5

    # -- measures ----------------------------------------------------------------------------

    @property
    def unit(self) -> float:
        """Height of body text."""
        return self.look.unit

    @property
    def pad(self) -> float:
        """What stays free at the sides."""
        return round(0.8 * self.unit)

    @property
    def head(self) -> float:
        """Height of the title row with the space under it."""
        return round(1.55 * self.unit + 2 * self.look.air(0.45))

    @property
    def title_top(self) -> int:
        """Where the title row's controls begin."""
        return round(self.look.air(0.45))

    @property
    def small(self) -> QFont:
        """The typeface of axes and scales."""
        return self.look.font(max(0.78, min(1.0, _SMALLEST / self.unit)))

    @property
    def drawable(self) -> bool:
        """Whether there is room for a picture at all."""
        return self.width >= 40 and self.height >= 40

    @property
    def foot(self) -> float:
        """Height of the row of steps under a picture."""
        return 0.3 * self.unit + QFontMetricsF(self.small).height()

    def snapped(self, rect: QRectF) -> QRectF:
        """The rectangle with its sides on whole pixels of the screen, at least one wide."""
        left, top = round(rect.left() * self.ratio), round(rect.top() * self.ratio)
        wide, high = round(rect.width() * self.ratio), round(rect.height() * self.ratio)
        return QRectF(
            left / self.ratio,
            top / self.ratio,
            max(1, wide) / self.ratio,
            max(1, high) / self.ratio,
        )

    def title_width(self, title: Title) -> float:
        """Room that a title takes."""
        return _title_width(self.look, title)

    # -- painting ----------------------------------------------------------------------------

    def lay(self, painter: QPainter) -> None:
        """Draw the surface with nothing on it."""
        if of_pixels(painter):
            painter.drawPixmap(0, 0, _blank(self))
        else:
            self.draw_ground(painter)

    def blank(self) -> QPixmap:
        """A picture of the surface with nothing on it, one's own to paint on."""
        return QPixmap(_blank(self))

    def draw_ground(self, painter: QPainter) -> None:
        """The rounded surface itself."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.palette.colour(Role.PANEL))
        radius = self.corner * self.unit
        painter.drawRoundedRect(QRectF(0, 0, self.width, self.height), radius, radius)

    def draw_title(self, painter: QPainter, right: float, title: Title) -> None:
        """The title, from the left edge, cut where it would pass `right`."""
        painter.setPen(self.look.palette.colour(Role.MUTED))
        left = self.pad
        for text, bold in zip(map(self.look.says, title), (True, False), strict=True):
            font = self.look.font(0.93, bold=bold)
            metrics, room = QFontMetricsF(font), max(0.0, right - left)
            cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room + 0.5)
            painter.setFont(font)
            painter.drawText(self.title_row(left, right), LEFT, cut)
            left += metrics.horizontalAdvance(cut) + 0.7 * self.unit if cut else 0.0

    def plot_area(self, above: float) -> Rect:
        """Room for a chart below the title, so many units apart, and above its axis' words."""
        top = self.head + above * self.unit
        bottom = self.height - self.foot - 0.5 * self.unit
        return Rect(self.pad, top, self.width - 2 * self.pad, max(10.0, bottom - top))

    def title_row(self, left: float, right: float) -> QRectF:
        """A stretch of the title row."""
        return QRectF(left, self.title_top, max(0.0, right - left), 1.55 * self.unit)

    def room(self, length: float) -> AxisRoom:
        """What an axis of so many pixels has for its ticks."""
        small = QFontMetricsF(self.small)

        def elide(text: str, room: float) -> str:
            return small.elidedText(text, Qt.TextElideMode.ElideRight, room)

        return AxisRoom(length, small.height(), small.horizontalAdvance, elide)

    def write_under(
        self, painter: QPainter, bottom: float, names: Iterable[tuple[float, str]]
    ) -> None:
        """Write names under a picture that ends at `bottom`, each with its middle at an x."""
        small, margin = QFontMetricsF(self.small), 0.3 * self.unit
        painter.setFont(self.small)
        painter.setPen(self.look.palette.colour(Role.MUTED))
        for middle, text in names:
            wide = small.horizontalAdvance(text) + 2
            x = min(max(middle - wide / 2, margin), self.width - wide - margin)
            painter.drawText(QRectF(x, bottom + margin, wide, small.height()), MIDDLE, text)

    def playhead_rect(self, x: float, top: float, bottom: float) -> QRect:
        """What `draw_playhead` paints on."""
        size, width = HANDLE * self.unit, max(2.0, self.unit / 7)
        half = max(size, width / 2 + 1) + 1
        return QRectF(x - half, top - size - 1, 2 * half, bottom - top + size + 2).toAlignedRect()

    def draw_playhead(self, painter: QPainter, x: float, top: float, bottom: float) -> None:
        """An amber line with a small handle, in a halo that keeps it apart from any colour."""
        palette, unit = self.look.palette, self.unit
        amber = palette.mark(Role.PLAYHEAD)
        width = max(2.0, unit / 7)
        line = QRectF(x - width / 2, top, width, bottom - top)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(line.adjusted(-1, 0, 1, 0), palette.colour(Role.PANEL))
        painter.fillRect(line, amber)
        self.draw_handle(painter, x, top)

    def draw_handle(self, painter: QPainter, x: float, top: float) -> None:
        """The handle at the upper end of a playhead's line."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = HANDLE * self.unit
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.palette.mark(Role.PLAYHEAD))
        corners = ((x - size, top - size), (x + size, top - size), (x, top + size))
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))


@lru_cache(maxsize=256)  # a frame asks for some dozen, most of which stay
def _title_width(look: Look, title: Title) -> float:
    words, rest = map(look.says, title)
    bold = QFontMetricsF(look.font(0.93, bold=True)).horizontalAdvance(words)
    plain = QFontMetricsF(look.font(0.93)).horizontalAdvance(rest)
    return bold + plain + (0.7 * look.unit if words and rest else 0.0)


@lru_cache(maxsize=4)  # of the panels that stand beside each other
def _blank(surface: Surface) -> QPixmap:
    # A pixel that the panel covers in part is painted too.
    wide, high = ceil(surface.width * surface.ratio), ceil(surface.height * surface.ratio)
    pixmap = QPixmap(wide, high)
    pixmap.setDevicePixelRatio(surface.ratio)
    pixmap.fill(surface.look.palette.colour(Role.BACKGROUND))
    with QPainter(pixmap) as painter:
        surface.draw_ground(painter)
    return pixmap


def blit(
    painter: QPainter, pixmap: QPixmap, part: QRectF, region: QRegion, corner: QPointF | None = None
) -> None:
    """Copy a part of a kept picture, pixel by pixel, as far as it meets a region.

    The picture's corner stands at `corner`, else at the panel's. It is copied rectangle by
    rectangle, since under a clip of several of them Qt copies no longer pixel by pixel, and a moved
    playhead takes several times as long. The painter has no clip of its own before and after.
    """
    ratio = pixmap.devicePixelRatio()
    x, y = (0.0, 0.0) if corner is None else (corner.x(), corner.y())
    if not of_pixels(painter):  # a drawing has no part of a picture, but would squeeze it all
        source = QRectF((part.x() - x) * ratio, (part.y() - y) * ratio, part.width() * ratio,
                        part.height() * ratio).toRect()  # fmt: skip
        draw_cells(painter, part, pixmap.copy(source).toImage())
        return
    wanted: list[QRect] = list(region)  # type: ignore[arg-type]
    for each in wanted:
        # On whole pixels of the screen, so that these are passed on as they are.
        left = max(part.left(), floor(each.left() * ratio) / ratio)
        top = max(part.top(), floor(each.top() * ratio) / ratio)
        wide = min(part.right(), ceil((each.right() + 1) * ratio) / ratio) - left
        high = min(part.bottom(), ceil((each.bottom() + 1) * ratio) / ratio) - top
        if wide > 0 and high > 0:
            source = QRectF((left - x) * ratio, (top - y) * ratio, wide * ratio, high * ratio)
            if len(wanted) > 1:
                painter.setClipRect(each)
            painter.drawPixmap(QRectF(left, top, wide, high), pixmap, source)
    if len(wanted) > 1:
        painter.setClipping(False)
