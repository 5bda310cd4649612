"""In front of a class: which bars are wanted there, and the blank screen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from rnnviz.session import Preferences


class BarChoice:
    """Which bars are shown, remembered apart for the window and for lectures."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences

    def wanted(self, bar: str, *, lecture: bool) -> bool:
        """Whether a bar is to be shown."""
        return self._preferences.value(f"{'lecture' if lecture else 'window'}/{bar}")

    def want(self, bar: str, shown: bool, *, lecture: bool) -> None:
        """Remember whether a bar is to be shown."""
        self._preferences.keep(f"{'lecture' if lecture else 'window'}/{bar}", shown)


class Blank(QWidget):
    """A black sheet over everything; B, Esc or a click takes it away.

    Signals
    -------
    lifted :
        The user wants to see again.
    """

    lifted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Blank screen")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self._covered = parent
        self._focus: QWidget | None = None
        parent.installEventFilter(self)
        self.hide()

    def cover(self) -> None:
        """Cover everything."""
        self._focus = self.window().focusWidget()
        self.setGeometry(self._covered.rect())
        self.raise_()
        self.show()
        self.setFocus()

    def uncover(self) -> None:
        """Show the picture again, with the focus where it was."""
        self.hide()
        if self._focus is not None:
            self._focus.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as what it covers."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._covered.rect())
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Lift on a click."""
        self.lifted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Lift on B and Esc; the film's keys go on to the window."""
        if event.key() in (Qt.Key.Key_B, Qt.Key.Key_Escape):
            self.lifted.emit()
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it black."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), Qt.GlobalColor.black)
