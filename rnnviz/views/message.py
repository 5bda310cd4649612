"""The message bar: one message within the window, never a box in the middle of a lecture."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, Look

_SECONDS = 9.0


class MessageBar(QWidget):
    """Shows one line of plain text; an error stays until dismissed, other news goes by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message")
        self._look = Look(LIGHT)
        self._error = False
        self._label = QLabel(self)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        close = QToolButton(self)
        close.setText("×")
        close.setAutoRaise(True)
        close.setToolTip("Dismiss (Esc)")
        close.setAccessibleName("Dismiss message")
        close.clicked.connect(self.dismiss)
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self._label, 1)
        self._layout.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._label.text()

    def tell(self, text: str, *, error: bool = False) -> None:
        """Show a message; plain text, whatever it contains."""
        self._error = error
        self._label.setText(text)
        self._label.setAccessibleName(("Error: " if error else "") + text)
        self._timer.stop()
        if not error:
            self._timer.start(int(_SECONDS * 1000))
        self.show()
        self.update()

    def dismiss(self) -> None:
        """Take the message away."""
        self._timer.stop()
        self._label.setText("")
        self.hide()

    def set_look(self, look: Look) -> None:
        """Take over colours and size."""
        self._look = look
        self._label.setFont(look.font())
        gap = round(look.unit * 0.5)
        self._layout.setContentsMargins(round(look.unit * 1.5), gap, gap, gap)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground and a stripe that says whether it is an error."""
        with QPainter(self) as painter:
            role = Role.INPUT if self._error else Role.OUTPUT
            painter.fillRect(self.rect(), self._look.palette.tint(role, 0.12))
            stripe = max(3, round(self._look.unit * 0.4))
            painter.fillRect(0, 0, stripe, self.height(), self._look.palette.colour(role))
