"""The window's size and the places of its splitters, from one start to the next."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QMainWindow

from rnnviz.session import Preferences
from rnnviz.views.window.parts import Parts

_USUAL = QSize(1600, 900)
# The window manager's frame comes on top of the window's own size.
_FRAME = QSize(8, 48)


def restore_size(window: QMainWindow, preferences: Preferences) -> None:
    """Have the window as large as it was, or as is usual."""
    geometry = preferences.bytes("geometry")
    if geometry is None or not window.restoreGeometry(geometry):
        window.resize(_USUAL.boundedTo(window.screen().availableSize() - _FRAME))


def restore_splitters(window: QMainWindow, parts: Parts, preferences: Preferences) -> None:
    """Share the height out as it was, or as is usual; the window must have its size."""
    for widget in (window, parts.central):
        layout = widget.layout()
        if layout is not None:
            layout.activate()
    parts.share_height()
    for name, splitter in parts.splitters.items():
        state = preferences.bytes(name)
        if state is not None:
            splitter.restoreState(state)


def keep(window: QMainWindow, parts: Parts, preferences: Preferences) -> None:
    """Remember all of it."""
    preferences.set_bytes("geometry", window.saveGeometry())
    for name, splitter in parts.splitters.items():
        preferences.set_bytes(name, splitter.saveState())
