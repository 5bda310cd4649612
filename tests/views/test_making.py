"""Making a tour in the real window: recorded, edited, tried, saved, opened again, presented."""

import tomllib
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDockWidget,
    QFileDialog,
    QMessageBox,
    QPushButton,
)

from rnnviz.documents import open_document
from rnnviz.session.commands import EXAMPLES
from rnnviz.tours.script import read_tour, shipped_tour
from rnnviz.views.presenting.caption import CaptionView


def rest(qtbot, window):
    """Until nothing is recorded, read, written, made ready or computed."""
    session = window.session

    def still():
        tour = session.tour
        waiting = tour is not None and (tour.waiting or not tour.at_rest)
        return session.author.at_rest and not (session.busy or session.autosave.saving or waiting)

    qtbot.waitUntil(still, timeout=20_000)


@pytest.fixture
def making(qtbot, window):
    examples = window.menus.menus[EXAMPLES]
    qtbot.waitUntil(lambda: bool(examples.actions()), timeout=20_000)  # all is loaded
    window.session.set_animated(False)
    return window


def record(qtbot, window, prepare=lambda: None):
    prepare()
    rest(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier
                   | Qt.KeyboardModifier.ShiftModifier)  # fmt: skip
    rest(qtbot, window)


def opened(qtbot, window):
    window.menus.actions["edit_tour"].trigger()
    rest(qtbot, window)
    return window.making.editor


def titles(window):
    return [scene.title for scene in window.session.author.draft.tour.scenes]


def three(qtbot, window):
    session = window.session
    record(qtbot, window)
    record(qtbot, window, lambda: (session.choose_mode("many_to_one"), session.to_end()))
    record(qtbot, window, lambda: session.open_problem("adding"))
    editor = opened(qtbot, window)
    for number, title in enumerate(("One", "Two", "Three")):
        editor.list.setCurrentRow(number)
        editor.form.fields["title"].setText(title)
    return editor


def hold(editor, key, modifier=Qt.KeyboardModifier.NoModifier, widget=None):
    from PySide6.QtTest import QTest

    QTest.keyClick(widget or editor.list, key, modifier)


def answer(window, words):
    """Answer the question that is asked."""
    (box,) = [box for box in window.findChildren(QMessageBox) if box.isVisible()]
    (button,) = [b for b in box.findChildren(QPushButton) if b.text().replace("&", "") == words]
    text = box.text()
    button.click()
    QApplication.processEvents()
    return text


def test_three_scenes_are_recorded_ordered_saved_opened_and_presented(qtbot, making, tmp_path):
    editor = three(qtbot, making)
    assert titles(making) == ["One", "Two", "Three"]
    assert making.session.tour is None  # nothing is presented meanwhile
    hold(editor, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert titles(making) == ["One", "Three", "Two"] and editor.list.currentRow() == 1
    editor.form.fields["notes"].setPlainText("He said “so”.\nThen:")
    editor.form.fields["minutes"].setValue(2.5)
    editor.planned.setValue(5)
    assert editor.total.text() == "3 scenes · 4.5 min, 0.5 left, of"
    path = tmp_path / "mine.toml"
    making.session.author.save(path)
    rest(qtbot, making)
    assert not making.session.author.modified and "mine.toml" in making.parts.message.text
    tour = read_tour(path, strict=True)
    assert [scene.title for scene in tour.scenes] == ["One", "Three", "Two"]
    assert (tour.planned, tour.scenes[1].minutes) == (5.0, 2.5)
    assert tour.scenes[1].notes == "He said “so”.\nThen:"
    making.session.author.drop()
    making.session.open_file(path)
    rest(qtbot, making)
    shown = making.session.tour
    assert (shown.index, making.session.run.shipped) == (0, None)
    making.session.tour.go(1)
    rest(qtbot, making)
    assert making.session.run.shipped.name == "adding"
    making.session.tour.go(2)
    rest(qtbot, making)
    frame = making.session.frame
    assert frame.task.mode == "many_to_one" and frame.playhead.position == frame.timeline.end
    assert making.parts.slots.shown == tour.scenes[2].panels


def test_a_recorded_scene_is_the_picture_that_was_there(qtbot, making):
    session = making.session
    session.select_unit(3)
    session.seek(4.0)
    making.panels.choose("lecture")
    rest(qtbot, making)
    before, panels = session.frame, making.parts.slots.shown
    record(qtbot, making)
    session.open_problem("digits")
    rest(qtbot, making)
    opened(qtbot, making)
    making.making.editor.buttons["try"].click()
    rest(qtbot, making)
    after = session.frame
    assert (after.passing.trace.a == before.passing.trace.a).all()
    assert after.playhead == before.playhead and making.parts.slots.shown == panels


def test_typing_is_undone_in_the_editor_and_the_stage_is_left_alone(qtbot, making):
    editor = three(qtbot, making)
    edits = making.session.undoes
    caption = editor.form.fields["caption"]
    caption.setFocus()
    hold(editor, Qt.Key.Key_H, widget=caption)
    hold(editor, Qt.Key.Key_I, widget=caption)
    assert making.session.author.draft.scene.caption == "hi"
    hold(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, caption)
    assert caption.toPlainText() == "" and making.session.author.draft.scene.caption == ""
    hold(editor, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier, caption)
    assert caption.toPlainText() == "hi"
    assert making.session.undoes == edits
    hold(editor, Qt.Key.Key_Delete)
    assert titles(making) == ["One", "Two"]
    hold(editor, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert titles(making) == ["One", "Two", "Two"]


def test_what_cannot_be_said_is_told_at_once_and_keeps_the_scene(qtbot, making):
    editor = three(qtbot, making)
    caption = editor.form.fields["caption"]
    caption.setPlainText("one\ntwo")
    assert editor.form.warning.isHidden()
    caption.setPlainText("one\ntwo\nthree")
    assert editor.form.warning.text() == "Caption has 3 lines, at most 2"
    assert making.session.author.draft.scene.caption == "one\ntwo"
    caption.setPlainText("WWWW " * 44)
    assert "takes 3 lines on a screen of 1280 × 720" in editor.form.warning.text()
    caption.setPlainText("{nothing}")
    assert "figure {nothing}, which is not known" in editor.form.warning.text()
    editor.form.fields["play"].setEditText("later")
    assert "is not a place such as 6" in editor.form.warning.text()
    editor.form.fields["play"].setEditText("update")
    assert editor.form.warning.isHidden()
    assert str(making.session.author.draft.scene.play) == "update"


def test_a_dragged_scene_lies_where_it_was_dropped(qtbot, making):
    editor = three(qtbot, making)
    editor.list.setCurrentRow(0)
    rect = editor.list.visualItemRect(editor.list.item(2))
    place = QPointF(rect.center().x(), rect.bottom() - 1)
    left = Qt.MouseButton.LeftButton
    event = QDropEvent(place, Qt.DropAction.MoveAction, QMimeData(), left,
                       Qt.KeyboardModifier.NoModifier)  # fmt: skip
    editor.list.dropEvent(event)
    moved = titles(making)
    assert sorted(moved) == ["One", "Three", "Two"] and moved[0] == "Two"
    assert editor.list.count() == 3


def test_what_is_tried_says_at_once_what_is_typed_and_follows_the_tour(qtbot, making):
    editor = three(qtbot, making)
    editor.list.setCurrentRow(0)
    hold(editor, Qt.Key.Key_Return)
    rest(qtbot, making)
    caption = making.findChild(CaptionView, "caption")
    assert caption.text == "One\n"
    editor.form.fields["title"].setText("First")
    assert caption.text == "First\n"
    making.session.tour.next()
    rest(qtbot, making)
    assert editor.list.currentRow() == 1 and caption.text == "Two\n"


def test_f5_presents_from_the_scene_that_is_looked_at(qtbot, making):
    editor = three(qtbot, making)
    editor.list.setCurrentRow(1)
    making.menus.actions["lecture"].trigger()
    rest(qtbot, making)
    assert making.lecture and making.session.tour.index == 1
    assert not making.findChild(QDockWidget, "tour-dock").isVisible()
    making.menus.actions["leave"].trigger()
    assert making.findChild(QDockWidget, "tour-dock").isVisible()
    hold(editor, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    hold(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    editor.list.setCurrentRow(0)  # what is presented is the tour as it was
    making.menus.actions["lecture"].trigger()
    rest(qtbot, making)
    assert making.session.tour.index == 0


@pytest.mark.parametrize("width", [1280, 1440, 1600])
def test_beside_the_editor_the_model_bar_cuts_no_name(qtbot, making, width):
    making.resize(width, 720)
    three(qtbot, making)
    QApplication.processEvents()
    bar = making.parts.model
    buttons = bar.findChildren(QAbstractButton)
    assert "LSTM" in {button.text() for button in buttons}
    parts = [*buttons, *bar.boxes.values()]
    assert all(part.width() >= part.sizeHint().width() for part in parts)
    assert all(part.geometry().right() <= bar.width() for part in parts)


def test_a_document_keeps_its_tour_and_f5_presents_it(qtbot, making, tmp_path):
    path = tmp_path / "work.rnnviz"
    session = making.session
    session.set_learning_rate(0.03)
    session.autosave.save(path)
    rest(qtbot, making)
    three(qtbot, making)
    session.undo()  # the document is open again
    rest(qtbot, making)
    session.open_document(path)
    rest(qtbot, making)
    making.making.save_within()
    rest(qtbot, making)
    assert not session.author.modified
    kept = open_document(path)
    assert len(tomllib.loads(kept.tour)["scene"]) == 3
    session.author.drop()
    session.open_default()
    rest(qtbot, making)
    assert making.commands.why_not("document_tour")
    session.open_file(path)
    rest(qtbot, making)
    assert not making.commands.why_not("document_tour")
    making.menus.actions["lecture"].trigger()
    rest(qtbot, making)
    assert making.lecture and len(session.tour.tour.scenes) == 3
    making.menus.actions["leave"].trigger()
    session.leave_tour()
    session.undo()
    rest(qtbot, making)
    assert session.document_path == path and session.home.tour
    session.autosave.save(path)  # saved again, it still keeps it
    rest(qtbot, making)
    assert open_document(path).tour == kept.tour


def test_a_tour_that_is_not_saved_is_asked_about(qtbot, making, tmp_path):
    three(qtbot, making)
    making.session.open_default()
    rest(qtbot, making)
    assert not making.close()
    assert answer(making, "Cancel") == "Save the tour “My tour”?"
    assert making.isVisible()
    making.making.editor.file.menu().aboutToShow.emit()
    for action in making.making.editor.file.menu().actions():
        if action.text() == "&New tour":
            action.trigger()
    assert answer(making, "Save") == "Save the tour “My tour”?"
    (dialog,) = [each for each in making.findChildren(QFileDialog) if each.isVisible()]
    assert Path(dialog.selectedFiles()[0]).name == "my-tour.toml"
    dialog.fileSelected.emit(str(tmp_path / "mine"))
    dialog.close()
    rest(qtbot, making)
    assert (tmp_path / "mine.toml").is_file()
    assert not making.session.author.draft.tour.scenes  # and now it is a new one
    assert making.close()


def test_a_file_that_changed_meanwhile_is_left_alone_and_comments_are_told_of(
    qtbot, making, tmp_path
):
    path = tmp_path / "mine.toml"
    text = '# mine\ntitle = "T"\n[[scene]]\nname = "a"\nopen = { lecture = true }\nblanks = 0\n'
    path.write_text(text, "utf-8")
    author = making.session.author
    author.load(path)
    rest(qtbot, making)
    assert "behind #" in making.parts.message.text and author.path == path
    author.say(caption="other")
    path.write_text(text + "# somebody else\n", "utf-8")
    author.save(path)
    rest(qtbot, making)
    assert "was changed on the disk" in making.parts.message.text and author.modified
    assert "somebody else" in path.read_text("utf-8")


def test_a_fault_in_a_file_is_said_with_line_and_key(qtbot, making, tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text('[[scene]]\nname = "a"\nopne = 3\n', "utf-8")
    making.session.author.load(path)
    rest(qtbot, making)
    assert "bad.toml, line 3: has the key opne" in making.parts.message.text
    assert making.session.author.draft is None


def test_a_tour_that_ships_is_edited_as_a_copy(qtbot, making):
    author = making.session.author
    author.load_shipped("3-what-it-is")
    rest(qtbot, making)
    assert author.path is None and not author.modified
    assert author.draft.tour.scenes == shipped_tour("3-what-it-is", strict=True).scenes
    author.load_shipped("lecture")
    rest(qtbot, making)
    editor = opened(qtbot, making)
    assert editor.list.count() == len(shipped_tour("lecture").scenes)


def test_what_no_scene_can_say_is_told_with_what_to_do(qtbot, making, tmp_path):
    session = making.session
    session.fork()
    record(qtbot, making)
    text = making.parts.message.text
    assert "No scene can say this by itself" in text and "Save it as a document" in text
    assert not session.author.draft.tour.scenes
    session.autosave.save(tmp_path / "mine.rnnviz")
    rest(qtbot, making)
    record(qtbot, making)
    (scene,) = session.author.draft.tour.scenes
    assert scene.opens == {"file": str(tmp_path / "mine.rnnviz")}


def test_work_that_a_tried_scene_takes_the_place_of_is_asked_about(qtbot, making, tmp_path):
    session = making.session
    editor = three(qtbot, making)
    session.open_default()
    rest(qtbot, making)
    session.autosave.save(tmp_path / "mine.rnnviz")
    rest(qtbot, making)
    session.set_learning_rate(0.02)
    assert session.precious
    editor.buttons["try"].click()
    assert answer(making, "Discard") == "Save the changes to mine.rnnviz?"
    rest(qtbot, making)
    assert session.tour is not None
    editor.list.setCurrentRow(0)
    hold(editor, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    editor.buttons["try"].click()  # the tour is another now, and presented anew
    rest(qtbot, making)
    assert session.author.document == tmp_path / "mine.rnnviz"
    session.leave_tour()
    session.undo()
    rest(qtbot, making)
    assert session.document_path == tmp_path / "mine.rnnviz"
    assert session.run.learning_rate == 0.02
