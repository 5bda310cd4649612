"""A drag into a window and its drop, with every PySide6 that is supported."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget


def drop(window: QWidget, data: QMimeData, where: QPointF | None = None) -> bool:
    """Drag data in and let it go there (in the middle); returns whether the window takes it."""
    place = where or QPointF(window.rect().center())
    arguments = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0))
    try:
        enter = QDragEnterEvent(place, *arguments)
    except TypeError:  # before Qt 6.12 a drag enters at whole pixels, which is deprecated since
        enter = QDragEnterEvent(place.toPoint(), *arguments)
    QApplication.sendEvent(window, enter)
    if enter.isAccepted():
        QApplication.sendEvent(window, QDropEvent(place, *arguments))
    return enter.isAccepted()
