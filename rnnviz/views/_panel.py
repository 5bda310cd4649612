"""What the panels under the stage have in common: their surface, title row and kept pictures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from rnnviz.film import Frame
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, Look

Title = tuple[str, str]
"""Words, drawn bold, and a formula or numbers, which bold would smear."""


class Panel(QWidget):
    """A rounded surface with a title row. Keeps the frame and the look that it was given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self._look = Look(LIGHT)
        self._hovered: QPointF | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def minimumSizeHint(self) -> QSize:
        return QSize(round(15 * self._look.unit), round(8 * self._look.unit))

    def sizeHint(self) -> QSize:
        return QSize(round(56 * self._look.unit), round(18 * self._look.unit))

    # -- what the panels fill in -------------------------------------------------------------

    def _arrange(self) -> None:
        """Put the controls of the title row where they belong."""
        raise NotImplementedError

    def _hover(self) -> None:
        """Repaint what depends on the pointer, which is at `_hovered`."""
        raise NotImplementedError

    # -- measures ----------------------------------------------------------------------------

    @property
    def _pad(self) -> float:
        return round(0.8 * self._look.unit)

    @property
    def _head(self) -> float:
        """Height of the title row with the space under it."""
        return round(2.45 * self._look.unit)

    def _title_rect(self, right: float) -> QRectF:
        top = round(0.45 * self._look.unit)
        return QRectF(self._pad, top, max(0.0, right - self._pad), 1.55 * self._look.unit)

    def _small(self) -> QFont:
        return self._look.font(0.78)

    # -- painting ----------------------------------------------------------------------------

    def _new_picture(self) -> tuple[QPixmap, QPainter]:
        """A pixmap of the panel's size with its surface painted, and a painter on it."""
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        pixmap.setDevicePixelRatio(ratio)
        palette = self._look.palette
        pixmap.fill(palette.colour(Role.BACKGROUND))
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.colour(Role.PANEL))
        radius = 0.5 * self._look.unit
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        return pixmap, painter

    def _blit(self, painter: QPainter, pixmap: QPixmap, part: QRectF) -> None:
        """Copy a part of a kept picture to the same place, pixel by pixel."""
        ratio = pixmap.devicePixelRatio()
        source = QRectF(
            part.x() * ratio, part.y() * ratio, part.width() * ratio, part.height() * ratio
        )
        painter.drawPixmap(part, pixmap, source)

    def _title_width(self, title: Title) -> float:
        words, rest = title
        bold = QFontMetricsF(self._look.font(0.93, bold=True)).horizontalAdvance(words)
        plain = QFontMetricsF(self._look.font(0.93)).horizontalAdvance(rest)
        return bold + plain + (0.7 * self._look.unit if words and rest else 0.0)

    def _draw_title(self, painter: QPainter, rect: QRectF, titles: Sequence[Title]) -> None:
        """The first of the titles that fits, else the last one cut."""
        title = next((t for t in titles if self._title_width(t) <= rect.width()), titles[-1])
        painter.setPen(self._look.palette.colour(Role.MUTED))
        left = rect.left()
        for text, bold in zip(title, (True, False), strict=True):
            font = self._look.font(0.93, bold=bold)
            metrics, room = QFontMetricsF(font), rect.right() - left
            cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room + 0.5)
            painter.setFont(font)
            painter.drawText(QRectF(left, rect.top(), room, rect.height()), _LEFT, cut)
            left += metrics.horizontalAdvance(cut) + 0.7 * self._look.unit if cut else 0.0

    def _draw_playhead(self, painter: QPainter, x: float, top: float, bottom: float) -> None:
        """An amber line with a small handle, in a halo that keeps it apart from any colour."""
        palette, unit = self._look.palette, self._look.unit
        width = max(2.0, unit / 7)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(
            QRectF(x - width / 2 - 1, top, width + 2, bottom - top), palette.colour(Role.PANEL)
        )
        painter.fillRect(
            QRectF(x - width / 2, top, width, bottom - top), palette.colour(Role.PLAYHEAD)
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = 0.34 * unit
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.colour(Role.PLAYHEAD))
        corners = ((x - size, top - size), (x + size, top - size), (x, top + size))
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))

    # -- events ------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hovered = event.position()
        self._hover()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self._hover()
        super().leaveEvent(event)


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


def quoted(frame: Frame, step: int, longest: int = 24) -> str:
    """A step's token in quotes, cut where it is long; empty where it only repeats the number."""
    token = frame.token(step)
    if token == str(step):
        return ""
    return f"“{token if len(token) <= longest else token[: longest - 1] + '…'}”"


def step_name(frame: Frame, step: int) -> str:
    """A step in words: step 6 “invented”."""
    return f"step {step} {quoted(frame, step)}".rstrip()
