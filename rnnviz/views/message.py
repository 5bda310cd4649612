"""The message bar: one message within the window, never a box in the middle of a lecture."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, Look

_SECONDS = 9.0


class MessageBar(QWidget):
    """Shows one line of plain text; an error stays until dismissed, other news goes by itself.

    What tells of work that can be cancelled has a button for it, and dismissing it cancels too.

    Signals
    -------
    cancelled
        The user wants that work no more.
    """

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message")
        self._look = Look(LIGHT)
        self._error = self._cancel = False
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
        self._stop = QPushButton("Cancel", self)
        self._stop.setToolTip("Stop it; what is on the screen stays (Esc)")
        self._stop.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._stop.clicked.connect(self.dismiss)
        self._stop.hide()
        self._close = close
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self._label, 1)
        self._layout.addWidget(self._stop)
        self._layout.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._label.text()

    def tell(self, text: str, *, error: bool = False, cancel: bool = False) -> None:
        """Show a message; plain text, whatever it contains."""
        self._error, self._cancel = error, cancel
        self._stop.setVisible(cancel)
        self._close.setVisible(not cancel)
        self._label.setText(text)
        self._label.setAccessibleName(("Error: " if error else "") + text)
        self._timer.stop()
        if not (error or cancel):
            self._timer.start(int(_SECONDS * 1000))
        self.show()
        self.update()

    def dismiss(self) -> None:
        """Take the message away, and cancel the work that it tells of."""
        cancel = self._cancel
        self.clear()
        if cancel:
            self.cancelled.emit()

    def clear(self) -> None:
        """Take the message away."""
        self._cancel = False
        self._timer.stop()
        self._label.setText("")
        self.hide()

    def set_look(self, look: Look) -> None:
        """Take over colours and size."""
        self._look = look
        self._label.setFont(look.font())
        self._stop.setFont(look.font())
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
