"""The bar's flat buttons: one shows an icon, the other a few letters."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QTransform
from PySide6.QtWidgets import QAbstractButton, QWidget

from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.transport.icons import icon

SIDE = 2.6  # of a button with an icon, in units of body text


class _PlayButton(QAbstractButton):
    """A flat button; `raised` ones stand out from the bar. Subclasses draw its face."""

    def __init__(self, parent: QWidget, *, raised: bool) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self._raised = raised
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def describe(self, words: str, keys: str = "") -> None:
        """Say what it does, to a screen reader and under the pointer."""
        self.setAccessibleName(words)
        self.setToolTip(f"{words} ({keys})" if keys else words)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        back = palette.colour(Role.PANEL if self._raised else Role.BACKGROUND)
        if self.isEnabled() and (self.underMouse() or self.isDown()):
            back = palette.tint(Role.INK, 0.20 if self.isDown() else 0.11)
        painter.setBrush(back)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.hasFocus():
            painter.setPen(QPen(palette.colour(Role.OUTPUT), 2.0))
        elif self._raised:
            painter.setPen(QPen(palette.colour(Role.LINE), 1.0))
        radius = self._radius(area)
        painter.drawRoundedRect(area, radius, radius)
        ink = palette.colour(Role.INK if self.isEnabled() else Role.MUTED)
        self._draw_face(painter, area, ink)
        painter.end()

    def _radius(self, area: QRectF) -> float:
        raise NotImplementedError

    def _draw_face(self, painter: QPainter, area: QRectF, ink: QColor) -> None:
        raise NotImplementedError


class IconButton(_PlayButton):
    """A round button with an icon."""

    def __init__(self, parent: QWidget, name: str, *, raised: bool = False) -> None:
        super().__init__(parent, raised=raised)
        self._icon = name

    def show_icon(self, name: str) -> None:
        """Show another icon."""
        if name != self._icon:
            self._icon = name
            self.update()

    def sizeHint(self) -> QSize:
        """Square."""
        side = round(SIDE * self._look.unit)
        return QSize(side, side)

    def _radius(self, area: QRectF) -> float:
        return area.height() / 2

    def _draw_face(self, painter: QPainter, area: QRectF, ink: QColor) -> None:
        side = 0.62 * min(area.width(), area.height())
        corner = area.center() - QPointF(side / 2, side / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        fit = QTransform(side, 0, 0, side, corner.x(), corner.y())
        painter.drawPath(fit.map(icon(self._icon)))


class TextButton(_PlayButton):
    """A button with a few letters."""

    def __init__(self, parent: QWidget, text: str) -> None:
        super().__init__(parent, raised=True)
        self.setText(text)

    def sizeHint(self) -> QSize:
        """As wide as its letters."""
        unit = self._look.unit
        width = QFontMetricsF(self._look.font(0.93)).horizontalAdvance(self.text())
        return QSize(ceil(width + 1.3 * unit), round(0.8 * round(SIDE * unit)))

    def _radius(self, area: QRectF) -> float:
        return 0.4 * self._look.unit

    def _draw_face(self, painter: QPainter, area: QRectF, ink: QColor) -> None:
        painter.setPen(ink)
        painter.setFont(self._look.font(0.93))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
