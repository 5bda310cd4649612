"""The pills of the branches, in the window."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLineEdit

from rnnviz.scenes.charts.chart import PalettePlace
from rnnviz.views.branch_strip import BranchStrip

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def strip(window):
    return window.findChild(BranchStrip)


def texts(strip):
    return [pill.text() for pill in strip.pills if pill.isVisible()]


def cross(pill):
    return QPoint(pill.width() - 8, pill.height() // 2)


def test_it_takes_no_room_while_there_is_one_branch(window, strip):
    assert not strip.isVisible()
    window.commands.run("fork")
    assert strip.isVisible() and texts(strip) == ["RNN", "RNN 2"]
    window.session.undo()
    assert not strip.isVisible()


def test_a_click_shows_another_one(qtbot, window, strip):
    window.commands.run("compared", True)
    assert texts(strip) == ["RNN", "GRU", "LSTM"]
    qtbot.mouseClick(strip.pills[2], LEFT, pos=QPoint(10, 8))
    assert window.session.shown_branch == 2 and window.session.frame.cell == "lstm"
    assert strip.pills[2].accessibleName() == "Branch LSTM, shown"
    qtbot.mousePress(strip.pills[0], Qt.MouseButton.RightButton, pos=QPoint(10, 8))
    assert window.session.shown_branch == 0


def test_a_pill_is_closed_by_its_cross_and_forked_by_the_plus(qtbot, window, strip):
    window.commands.run("fork")
    qtbot.mouseClick(strip.fork, LEFT)
    assert texts(strip) == ["RNN", "RNN 2", "RNN 3"]
    window.session.rename_branch(0, "first")
    qtbot.mouseClick(strip.pills[1], LEFT, pos=cross(strip.pills[1]))
    assert texts(strip) == ["first", "RNN"]
    qtbot.mouseClick(strip.pills[0], LEFT, pos=cross(strip.pills[0]))
    assert not strip.isVisible() and window.session.branches.names == ("RNN",)


def test_a_double_click_gives_another_name_and_escape_does_not(qtbot, window, strip):
    window.commands.run("fork")
    pill, editor = strip.pills[1], strip.findChild(QLineEdit)
    qtbot.mouseDClick(pill, LEFT, pos=QPoint(12, 8))
    assert editor.isVisible() and editor.text() == "RNN 2" and editor.selectedText() == "RNN 2"
    qtbot.keyClicks(editor, "clipped")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert texts(strip) == ["RNN", "clipped"] and not editor.isVisible()
    window.commands.run("rename_branch")
    qtbot.keyClicks(editor, "other")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert not editor.isVisible()
    assert texts(strip) == ["RNN", "clipped"]
    assert window.session.undoes == "name of RNN 2"


def test_each_has_the_colour_of_its_curve(window, strip):
    window.commands.run("compared", True)
    palette = window.look.palette
    for pill, branch in zip(strip.pills, window.session.branches.each, strict=True):
        image = pill.grab().toImage()
        colours = {
            QColor(image.pixel(x, image.height() // 2)).name() for x in range(image.width() // 3)
        }
        assert palette.colour(PalettePlace(branch.place)).name() in colours


def test_many_with_long_names_stay_within_the_window(qtbot, window, strip):
    for _ in range(7):
        window.commands.run("fork")
    for index in range(8):
        window.session.rename_branch(index, f"a rather long name of branch number {index}")
    window.resize(800, 600)

    def apart():
        ends = [(pill.geometry().left(), pill.geometry().right()) for pill in strip.pills]
        assert strip.width() <= window.width()
        assert all(a[1] < b[0] for a, b in pairwise(ends))
        assert ends[0][0] >= 0 and ends[-1][1] < strip.fork.geometry().left()
        assert strip.fork.geometry().right() <= strip.width()

    qtbot.waitUntil(apart, timeout=5_000)


def test_a_lecture_shows_it_too(qtbot, window, strip):
    window.commands.run("compared", True)
    window.commands.run("lecture")
    assert strip.isVisible()
    assert strip.pills[0].font().pixelSize() >= window.look.unit - 1
    window.commands.run("leave")
