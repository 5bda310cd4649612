"""The ring around what Tab has come to: shown to who goes by keys, and not to who clicks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPen

from rnnviz.scenes.shapes import Role
from rnnviz.views.look import Look

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget as _Widget
else:
    _Widget = object

_BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
_BACK = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


class KeyFocus(_Widget):
    """What a painted widget has before its Qt class, to know how its focus came.

    A window that has just been opened, a click and a command give a focus that is not ringed;
    one that comes back from a menu or another window is as it was.
    """

    _by_key = False

    @property
    def ringed(self) -> bool:
        """Whether it has the focus, and by Tab."""
        return self._by_key and self.hasFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember how it came."""
        if event.reason() not in _BACK:
            self._by_key = event.reason() in _BY_KEY
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show no ring any more."""
        super().focusOutEvent(event)
        self.update()


def ring(painter: QPainter, shape: QRectF, radius: float, look: Look, role: Role) -> None:
    """Draw the ring just inside a shape."""
    width = max(2.0, look.unit / 8)
    inset = width / 2
    painter.setClipping(False)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.palette.colour(role), width))
    painter.drawRoundedRect(shape.adjusted(inset, inset, -inset, -inset), radius, radius)
