"""The field for a sentence, with a button to empty it that is as large as its letters."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, Look

_SIDE = 1.15  # of the button, in units of body text
_CROSS = 0.2  # from its middle to an end of its cross, in parts of its side


class _Clear(QAbstractButton):
    """A disc with a cross; Qt's own stays 16 pixels at any size of type."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = Look(LIGHT)
        self.setAccessibleName("Clear the sentence")
        self.setToolTip("Clear")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the disc and the cross."""
        palette, side = self.look.palette, self.width()
        role = Role.INK if self.underMouse() or self.isDown() else Role.MUTED
        middle, reach = QPointF(side / 2, side / 2), _CROSS * side
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.colour(role))
            painter.drawEllipse(QRectF(0.5, 0.5, side - 1.0, side - 1.0))
            painter.setPen(QPen(palette.colour(Role.BACKGROUND), max(1.5, 0.1 * side)))
            for y in (-reach, reach):
                painter.drawLine(QLineF(middle - QPointF(reach, y), middle + QPointF(reach, y)))


class SentenceField(QLineEdit):
    """The field for a sentence; Esc gives it back unchanged.

    Signals
    -------
    left :
        Esc was pressed.
    """

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = _Clear(self)
        self.button.clicked.connect(self.clear)
        self.button.clicked.connect(self.setFocus)
        self.button.hide()
        self.textChanged.connect(lambda text: self.button.setVisible(bool(text)))
        self.set_look(self.button.look)

    def set_look(self, look: Look) -> None:
        """Take over colours and size."""
        self.button.look = look
        self.setFont(look.font())
        side = round(_SIDE * look.unit)
        self.button.resize(side, side)
        self._place()

    def event(self, event: QEvent) -> bool:
        """Claim Esc before the window's own key for it does."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Esc; everything else is the field's."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button at the right end."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        side = self.button.width()
        inset = (self.height() - side) // 2
        self.setTextMargins(0, 0, side + inset + side // 4, 0)
        self.button.move(self.width() - side - inset, inset)
