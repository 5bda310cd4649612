"""Small widgets and the style sheet that several bars share."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox, QLabel, QSizePolicy, QWidget

from rnnviz.scenes.shapes import Role
from rnnviz.views.look import Look


class ArrowBox(QComboBox):
    """A combo box with an arrow in the theme's colour, which a style sheet cannot draw."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box, and the arrow over it."""
        super().paintEvent(event)
        size = self.fontMetrics().height() * 0.22
        x, y = self.width() - 2.6 * size, self.height() / 2 - size / 4
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().buttonText().color(), max(1.0, size / 3)))
            ends = ((x - size, y - size / 2), (x, y + size / 2), (x + size, y - size / 2))
            painter.drawPolyline([QPointF(*end) for end in ends])


class ElidedLabel(QLabel):
    """A label in plain text that is cut with … instead of pushing its neighbours."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(60)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, cut to the width there is."""
        with QPainter(self) as painter:
            painter.setFont(self.font())
            painter.setPen(self.palette().windowText().color())
            text = self.fontMetrics().elidedText(
                self.text(), Qt.TextElideMode.ElideRight, self.width()
            )
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(QRect(0, 0, self.width(), self.height()), int(flags), text)


def segment_style(look: Look) -> str:
    """Combo boxes and rows of tool buttons in a bar."""
    colour = {role: look.palette.colour(role).name() for role in Role}
    r, high, side = (round(look.unit * size) for size in (0.35, 0.22, 0.48))
    chosen, ink = colour[Role.STATE], look.palette.ink_on(Role.STATE).name()
    return f"""
    QLabel {{ color: {colour[Role.MUTED]}; }}
    QComboBox, QToolButton {{
        border: 1px solid {colour[Role.LINE]}; border-radius: {r}px;
        padding: {high}px {side}px; background: {colour[Role.BACKGROUND]};
        color: {colour[Role.INK]};
    }}
    QComboBox:disabled {{ color: {colour[Role.MUTED]}; background: {colour[Role.PANEL]}; }}
    QComboBox:hover, QToolButton:hover {{ background: {colour[Role.PANEL]}; }}
    QComboBox:focus, QToolButton:focus {{ border: 2px solid {colour[Role.OUTPUT]}; }}
    QComboBox::drop-down {{ width: {round(look.unit * 0.9)}px; border: none; }}
    QComboBox QAbstractItemView {{
        background: {colour[Role.BACKGROUND]}; color: {colour[Role.INK]};
        selection-background-color: {chosen}; selection-color: {ink};
    }}
    QToolButton[segment="left"] {{
        border-top-right-radius: 0; border-bottom-right-radius: 0; border-right-width: 0;
    }}
    QToolButton[segment="middle"] {{ border-radius: 0; border-right-width: 0; }}
    QToolButton[segment="right"] {{ border-top-left-radius: 0; border-bottom-left-radius: 0; }}
    QToolButton:checked {{ background: {chosen}; color: {ink}; border-color: {chosen}; }}
    """
