"""File ▸ Exercise: a sheet written from the window, and the film of a sheet opened by its code."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from rnnviz.session import Session
from rnnviz.views.exercise import ExerciseDialog
from rnnviz.views.window import MainWindow


@pytest.fixture
def window(qtbot):
    session = Session()
    session.open_default()
    made = MainWindow(session)
    made.said = []
    session.told.connect(lambda notice: made.said.append(notice.text) if notice else None)
    qtbot.addWidget(made)
    made.show()
    yield made
    session.close()


def dialog_of(window):
    assert window.commands.run("exercise")
    (dialog,) = window.findChildren(ExerciseDialog)
    return dialog


def test_a_sheet_and_its_solution_are_written_beside_the_window(qtbot, window, tmp_path):
    dialog = dialog_of(window)
    dialog.kind.setCurrentIndex(dialog.kind.findData("lstm"))
    dialog.seed.setValue(3)
    assert (
        "Its code is lstm-3" in dialog.about.text() and "One unit, two steps" in dialog.about.text()
    )
    qtbot.mouseClick(dialog.write, Qt.MouseButton.LeftButton)
    (asking,) = window.findChildren(QFileDialog)
    assert asking.selectedFiles()[0].endswith("lstm-3.pdf")
    asking.fileSelected.emit(str(tmp_path / "sheet.pdf"))
    asking.reject()
    qtbot.waitUntil(lambda: any("Saved sheet.pdf" in text for text in window.said), timeout=30_000)
    assert {file.name for file in tmp_path.iterdir()} == {"sheet.pdf", "sheet-solution.pdf"}
    dialog.reject()


def test_a_code_is_checked_while_it_is_typed_and_opens_its_film(qtbot, window):
    dialog = dialog_of(window)
    assert not dialog.show_film.isEnabled() and dialog.fault.text() == ""
    qtbot.keyClicks(dialog.code, "bptt")
    assert not dialog.show_film.isEnabled() and "is no code of an exercise" in dialog.fault.text()
    qtbot.keyClicks(dialog.code, "-7")
    assert dialog.show_film.isEnabled() and dialog.fault.text() == ""
    qtbot.keyClick(dialog.code, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.frame.task.sequence.name == "exercise bptt-7")
    frame = window.session.frame
    assert frame.steps == 3 and frame.playhead.summed and not window.session.precious
    for _ in range(8):  # the whole film of it can be walked through
        window.session.next()
        window.finish()
    window.session.undo()
    assert window.session.frame.task.sequence.name != "exercise bptt-7"


def test_a_sheet_that_cannot_be_written_says_why(qtbot, window, tmp_path):
    window.session.write_exercise("bptt-7", tmp_path / "none" / "sheet.pdf")
    qtbot.waitUntil(
        lambda: any("sheet.pdf cannot be written" in text for text in window.said), timeout=30_000
    )
