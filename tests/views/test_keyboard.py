"""The window without a mouse: where Tab goes, that it is seen, and what Enter and the arrows do."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QToolButton, QWidget

from rnnviz.film.panels import PANELS, of_panels
from rnnviz.views.header import Header
from rnnviz.views.model_bar import ModelBar
from rnnviz.views.modes import ModeRow
from rnnviz.views.panels.panel import PanelWidget
from rnnviz.views.stage import StageView
from rnnviz.views.transport import TransportBar

TAB = Qt.FocusReason.TabFocusReason


def pixels(window):
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    shape = (image.height(), image.width(), 4)
    return np.frombuffer(image.constBits(), np.uint8).reshape(shape).astype(int)[..., :3]


def stops(qtbot, window, key=Qt.Key.Key_Tab):
    """What one Tab after the other comes to, once around."""
    found: list[QWidget] = []
    while len(found) < 100:
        qtbot.keyClick(window.focusWidget() or window, key)
        here = window.focusWidget()
        if here in found:
            return found
        found.append(here)
    raise AssertionError("Tab does not come round")


def button(parent, text):
    (found,) = [b for b in parent.findChildren(QToolButton) if b.text() == text]
    return found


def test_tab_goes_from_top_to_bottom_and_back(qtbot, window):
    window.session.seek(13.0)
    window.findChild(StageView).setFocus()
    there = stops(qtbot, window)
    rows = (ModeRow, Header, ModelBar, StageView, PanelWidget, TransportBar)

    def row(widget):
        (place,) = [
            place
            for place, kind in enumerate(rows)
            if any(p is widget or p.isAncestorOf(widget) for p in window.findChildren(kind))
        ]
        return place

    order = [row(widget) for widget in there]
    begin = order.index(0)
    order = order[begin:] + order[:begin]
    assert order == sorted(order) and set(order) == set(range(len(rows)))
    assert len(there) > 20
    last = window.focusWidget()
    back = stops(qtbot, window, Qt.Key.Key_Backtab)
    at = there.index(last)
    assert back == [there[(at - 1 - n) % len(there)] for n in range(len(there))]


SEEN = [(name, "light") for name in PANELS if name != "equation"]


@pytest.mark.parametrize(("name", "theme"), [*SEEN, ("map", "dark"), ("forecast", "dark")])
def test_whatever_tab_comes_to_is_seen(qtbot, window, name, theme):
    """By its own pixels, beside the control that had the focus before."""
    window.set_theme(theme)
    window.panels.want(of_panels((name,)))
    window.session.seek(13.0)
    window.findChild(StageView).setFocus()
    QApplication.processEvents()
    around = stops(qtbot, window)
    before = pixels(window)
    for _ in around:
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        now, here = pixels(window), window.focusWidget()
        place = QRect(here.mapTo(window, QPoint()), here.size()) & window.rect()
        part = slice(place.top(), place.bottom() + 1), slice(place.left(), place.right() + 1)
        changed = np.abs(now[part] - before[part]).max(axis=2) > 40
        assert changed.sum() > 20, here
        before = now


def test_a_click_and_a_command_ring_nothing(qtbot, window):
    panel = next(p for p in window.findChildren(PanelWidget) if p.name == "map")
    bare = pixels(window)
    panel.setFocus(Qt.FocusReason.MouseFocusReason)
    assert np.array_equal(pixels(window), bare)
    panel.setFocus(Qt.FocusReason.OtherFocusReason)
    assert np.array_equal(pixels(window), bare)
    window.findChild(StageView).setFocus(TAB)
    assert not np.array_equal(pixels(window), bare)


def test_a_focus_that_is_left_over_rings_nothing(qtbot, window):
    """Qt hands it on from what is hidden, as if Tab had been pressed."""
    window.findChild(StageView).setFocus()
    panel = next(p for p in window.findChildren(PanelWidget) if p.name == "map")
    window.findChild(StageView).parentWidget().hide()
    assert window.focusWidget() is panel
    assert not any(each.ringed for each in window.findChildren(PanelWidget))
    panel.clearFocus()
    panel.setFocus(TAB)
    assert panel.ringed


@pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen, a menu asks for more
@pytest.mark.parametrize("problem", ["", "translation"])
def test_enter_presses_what_has_the_focus(qtbot, window, problem):
    if problem:
        window.session.open_problem(problem)
        qtbot.waitUntil(lambda: window.session.at_rest, timeout=30_000)
    tried = set()
    for each in window.findChildren(QAbstractButton):
        wants = each.focusPolicy() & Qt.FocusPolicy.TabFocus
        if not (wants and each.isVisible() and each.isEnabled()):
            continue
        each.setFocus(TAB)
        with qtbot.waitSignal(each.clicked, timeout=2_000):
            qtbot.keyClick(each, Qt.Key.Key_Return)
        tried.add(type(each).__name__)
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
    assert {"QToolButton", "IconButton", "TextButton", "_Pictogram", "_Segment"} <= tried


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_in_a_field_presses_no_button_that_the_focus_goes_to(qtbot, window, key):
    pressed, named = list[str](), set[str]()
    play = window.findChild(TransportBar).buttons["play"]
    play.clicked.connect(lambda: pressed.append("play"))
    for field in window.findChildren(QLineEdit):
        if field.isVisible() and field.isEnabled():
            field.returnPressed.connect(play.setFocus)
            field.setFocus()
            qtbot.keyClick(field, key)
            assert not pressed, field.accessibleName()
            named.add(field.accessibleName())
    assert named == {"Sentence", "Learning rate η"}


def test_arrows_choose_in_a_row_of_which_one_is_chosen(qtbot, window):
    cells = window.findChild(ModelBar)
    button(cells, "RNN").setFocus(TAB)
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Down)
    assert window.session.settings.cell == "gru"
    assert window.focusWidget() is button(cells, "GRU")
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Up)
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Up)  # and round
    assert window.session.settings.cell == "lstm"
    header = window.findChild(Header)
    button(header, "words").setFocus(TAB)
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Down)
    assert header.unit == "characters"


def test_tab_comes_to_the_one_that_is_chosen(qtbot, window):
    """Also where it was chosen by other means than the focus."""
    modes = window.findChild(ModeRow).buttons
    modes["many_to_one"].click()
    window.findChild(StageView).setFocus()
    assert modes["many_to_one"] in stops(qtbot, window)
    modes["synced"].click()
    around = stops(qtbot, window)
    assert modes["synced"] in around and modes["many_to_one"] not in around


def test_what_is_hidden_hands_its_focus_on_without_a_ring(qtbot, window):
    stage = window.findChild(StageView)
    stage.setFocus()
    window.commands.run("lecture")
    for _ in range(2):  # the screen is blank, and is not
        window.commands.run("blank")
    assert window.focusWidget() is stage and not stage.ringed
