"""A whole window on the lecture's sentence, with preferences of its own."""

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QCursor

from rnnviz.session import Preferences, Session
from rnnviz.views.window import MainWindow


@pytest.fixture
def preferences(tmp_path):
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))
    return Preferences()


@pytest.fixture
def window_of(qtbot):
    """The function that opens a window with certain preferences."""

    def make(preferences):
        QCursor.setPos(-500, -500)  # where an earlier test left the pointer something would be read
        made = MainWindow(Session(preferences))
        qtbot.addWidget(made, before_close_func=lambda w: w.session.close())
        made.resize(1600, 900)
        made.set_theme("light")
        made.session.open_default()
        made.show()
        made.finish()
        qtbot.waitExposed(made)
        return made

    return make


@pytest.fixture
def window(window_of, preferences):
    return window_of(preferences)
