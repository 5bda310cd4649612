"""A recording's window: keys and buttons move its film, and the line is dragged."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from rnnviz.film.recording import recording_of
from rnnviz.views.recorded import RecordedWindow


@pytest.fixture
def window(qtbot):
    random = np.random.default_rng(0)
    a = np.tanh(random.normal(size=(2, 4, 3)))
    made = RecordedWindow(recording_of(a, a, "abcd", "mine"), "light")
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    return made


def _press(window, *keys):
    for key in keys:
        QTest.keyClick(window, key)


def test_the_film_on_the_keys(window):
    keys = Qt.Key
    _press(window, keys.Key_Right, keys.Key_Right)  # the second finishes the first's animation
    assert window.position == 1.0
    _press(window, keys.Key_End)
    assert window.position == 8.0
    _press(window, keys.Key_Left)
    assert window.position == 7.0
    _press(window, keys.Key_Home)
    assert window.position == 0.0
    assert not window.buttons["previous"].isEnabled()
    _press(window, keys.Key_Down)
    assert window.layer == 0
    _press(window, keys.Key_Down)
    assert window.layer == 0
    _press(window, keys.Key_Up)
    assert window.layer == 1


def test_it_plays_to_its_end_and_again_from_the_start(qtbot, window):
    window.speed = 8.0
    window.seek(7.5)
    window.toggle()
    assert window.playing
    qtbot.waitUntil(lambda: not window.playing, timeout=5000)
    assert window.position == 8.0
    window.toggle()
    qtbot.waitUntil(lambda: 0.0 < window.position < 8.0, timeout=5000)
    window.toggle()
    assert not window.playing
    window.change_speed(1)
    assert window.speed == 8.0


def test_back_is_exactly_what_it_was(window):
    window.seek(3.0)
    before = window.view.grab().toImage()
    window.seek(8.0)
    assert window.view.grab().toImage() != before
    window.seek(3.0)
    assert window.view.grab().toImage() == before


def test_a_step_that_is_pressed_is_gone_to(qtbot, window):
    target = next(t for t in window.view.scene.targets if t.kind == "step" and t.step == 3)
    at = target.rect
    qtbot.mouseClick(
        window.view, Qt.MouseButton.LeftButton, pos=window.view.rect().topLeft()
        .__class__(round(at.cx), round(at.cy))
    )  # fmt: skip
    assert window.position == 3.0
    chart = next(t for t in window.view.scene.targets if t.kind == "gradient").rect
    spot = window.view.rect().topLeft().__class__(round(chart.right - 3), round(chart.cy))
    qtbot.mouseClick(window.view, Qt.MouseButton.LeftButton, pos=spot)
    assert window.position == 5.0  # the gradient of step 4


def test_picture_theme_and_words_for_a_screen_reader(window):
    window.seek(2.0)
    assert window.view.accessibleDescription().startswith("At step 2, “b”, the state's length")
    window.copy()
    assert QGuiApplication.clipboard().image().width() == window.view.width()
    light = window.view.grab().toImage()
    window.wear("dark")
    assert window.view.grab().toImage() != light
