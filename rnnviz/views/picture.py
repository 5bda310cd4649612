"""A picture of the window, without showing one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from rnnviz.film import Frame
from rnnviz.session import Session
from rnnviz.views.window import MainWindow


def window_picture(
    frame: Frame,
    size: tuple[int, int],
    theme: str,
    *,
    words: bool = False,
    state: str | None = None,
    layout: str | None = None,
    panels: Sequence[str] = (),
) -> QPixmap:
    """Draw what a window of this size shows of a frame, menu bar aside.

    Needs a QApplication. The user's preferences have no part in it.
    """
    session = Session()
    window = MainWindow(session)
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    window.menuBar().hide()
    window.setMinimumSize(1, 1)
    window.resize(*size)
    window.set_theme(theme)
    window.show()
    session.open_frame(frame)
    if words:
        window.show_words(True)
    window.panels.ask_for(layout, panels, state)
    window.finish()
    QApplication.processEvents()
    picture = window.picture()
    window.close()
    window.deleteLater()
    return picture
