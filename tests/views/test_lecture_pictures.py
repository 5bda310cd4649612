"""The lecture's pictures in the window: by mouse and keys, and what a document keeps of them."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from rnnviz.documents.files import open_document, save_document
from rnnviz.film.panels import of_panels


@pytest.fixture
def shown(window):
    """The function that puts one panel of the lecture under the stage."""

    def make(name):
        window.panels.want(of_panels([name]))
        QApplication.processEvents()
        return window.parts.slots.panel(name)

    return make


def cells(panel, frame):
    return sum(shape.id.startswith("cell:") for shape in panel.scene(frame).shapes)


def test_the_slider_for_t_is_dragged_and_the_keys_go_on_from_there(window, shown, qtbot):
    panel, session = shown("loop"), window.session
    rect = next(t.rect for t in panel.scene(session.frame).targets if t.kind == "slider")
    y = round(rect.cy)
    at = lambda n: QPoint(round(rect.x + (n - 0.5) / 9 * rect.w), y)  # noqa: E731
    qtbot.mousePress(panel, Qt.MouseButton.LeftButton, pos=at(3))
    assert session.playhead.copies == 3 == cells(panel, session.frame)
    qtbot.mouseMove(panel, at(7))
    assert session.playhead.copies == 7
    qtbot.mouseMove(panel, at(7) + QPoint(5 * panel.width(), 90))  # beside it, and beyond
    assert session.playhead.copies == 9
    qtbot.mouseRelease(panel, Qt.MouseButton.LeftButton, pos=at(9))
    qtbot.mouseMove(panel, at(2))
    assert session.playhead.copies == 9 == cells(panel, session.frame)
    qtbot.keyClick(window, "-")
    qtbot.keyClick(window, "-")
    qtbot.keyClick(window, "+")
    assert session.playhead.copies == 8 == cells(panel, session.frame)
    session.seek(2.0)
    assert cells(panel, session.frame) == 8
    window.commands.run("copies_follow")
    assert cells(panel, session.frame) == 2
    qtbot.keyClick(window, "+")
    assert session.playhead.copies == 3


def test_copies_stay_within_the_sequence_and_above_none(window, shown):
    shown("loop")
    for name, ends in (("copies_fewer", 1), ("copies_more", 9)):
        for _ in range(12):
            window.commands.run(name)
        assert window.session.playhead.copies == ends


def test_where_no_loop_is_shown_the_keys_say_so(window, shown):
    shown("gradient")
    assert not window.commands.run("copies_more")
    assert "The loop unrolls” is not shown" in window.parts.message.text
    assert window.session.playhead.copies == 0


def test_a_press_on_a_copy_seeks_its_step(window, shown, qtbot):
    panel, session = shown("loop"), window.session
    session.seek(9.0)
    target = next(t for t in panel.scene(session.frame).targets if (t.kind, t.step) == ("copy", 4))
    place = QPoint(round(target.rect.cx), round(target.rect.cy))
    qtbot.mouseClick(panel, Qt.MouseButton.LeftButton, pos=place)
    assert session.playhead.position == 4.0


def test_a_document_keeps_the_number_of_copies(window, shown, tmp_path):
    shown("loop")
    window.session.choose_copies(6)
    path = tmp_path / "loop.rnnviz"
    save_document(path, window.session.branches)
    assert open_document(path).branches.playhead.copies == 6
