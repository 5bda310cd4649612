"""Documents in the window, with the real dialogs."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QSettings, Qt, QUrl
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QListWidget,
    QMenu,
    QMessageBox,
)

from rnnviz.documents import open_document, save_document
from rnnviz.film import Settings
from rnnviz.session import Preferences, Session
from rnnviz.views.overlays import MessageBar
from rnnviz.views.window import MainWindow
from tests.session.test_preferences import stored
from tests.views import dropping

Button = QMessageBox.StandardButton
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def make(qtbot, tmp_path):
    QSettings.setPath(
        QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings")
    )

    def maker(folder=None):
        session = Session(Preferences(), folder)
        window = MainWindow(session)
        qtbot.addWidget(window, before_close_func=end)
        window.resize(1400, 850)
        session.open_default()
        window.show()
        window.finish()
        qtbot.waitExposed(window)
        return window

    return maker


def end(window):
    window.keep()
    window.session.close()


@pytest.fixture
def window(make):
    return make()


def edit(window):
    window.session.set_settings(Settings(units=6, cell="gru"))
    assert window.session.modified


def box(qtbot, window):
    """The question that is being asked."""
    found = []

    def asked():
        found[:] = [b for b in window.findChildren(QMessageBox) if b.isVisible()]
        assert found

    qtbot.waitUntil(asked, timeout=5000)
    return found[0]


def answer(qtbot, window, button):
    """Answer it by a click on its button, given by name or text."""
    asked = box(qtbot, window)
    if isinstance(button, str):
        chosen = next(b for b in asked.buttons() if b.text().replace("&", "") == button)
    else:
        chosen = asked.button(button)
    qtbot.mouseClick(chosen, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def not_asked(window):
    QApplication.processEvents()
    return not [b for b in window.findChildren(QMessageBox) if b.isVisible()]


def choose(qtbot, window, path):
    """Type a name into the file dialog and click on its button."""
    found = []

    def opened():
        found[:] = [d for d in window.findChildren(QFileDialog) if d.isVisible()]
        assert found

    qtbot.waitUntil(opened, timeout=5000)
    qtbot.wait(300)  # it reads the folder, and then selects the file that it was given
    found[0].findChild(QLineEdit).setText(str(path))
    buttons = found[0].findChild(QDialogButtonBox).buttons()
    accept = next(b for b in buttons if b.text().replace("&", "") in ("Save", "Open"))
    assert accept.isEnabled()
    qtbot.mouseClick(accept, Qt.MouseButton.LeftButton)


@pytest.fixture(autouse=True)
def dialogs_of_qt():
    """No dialog of the system's, which no test could drive."""
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    yield
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs, False)


def press(qtbot, window, modifier):
    """Press S; keys work in the active window."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=5000)
    qtbot.keyClick(window, Qt.Key.Key_S, modifier)


def saved(qtbot, window):
    qtbot.waitUntil(lambda: not window.session.autosave.saving, timeout=10_000)


def drop(window, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    assert dropping.drop(window, data)


def test_it_is_proposed_to_save_beside_what_was_opened(qtbot, window, tmp_path):
    table = tmp_path / "far" / "prices.csv"
    table.parent.mkdir()
    table.write_text("v\n" + "".join(f"{n * n % 7}\n" for n in range(20)))
    before = window.session.frame
    window.session.open_file(table)
    qtbot.waitUntil(lambda: window.session.frame is not before, timeout=20_000)
    press(qtbot, window, CONTROL)
    dialogs = lambda: [d for d in window.findChildren(QFileDialog) if d.isVisible()]  # noqa: E731
    qtbot.waitUntil(lambda: bool(dialogs()), timeout=5000)
    assert Path(dialogs()[0].directory().path()) == table.parent
    assert Path(dialogs()[0].selectedFiles()[0]).name == "prices.rnnviz"
    dialogs()[0].reject()
    # Where the folder is gone, the name alone is proposed.
    assert window.session.home.beside("a.csv") == str(table.parent / "a.csv")
    table.unlink()
    table.parent.rmdir()
    assert window.session.home.beside("a.csv") == "a.csv"


def test_save_as_then_save(qtbot, window, tmp_path):
    edit(window)
    assert window.isWindowModified()
    press(qtbot, window, CONTROL)  # without a name yet
    choose(qtbot, window, tmp_path / "mine")
    saved(qtbot, window)
    path = tmp_path / "mine.rnnviz"
    assert open_document(path).branches.run.settings.cell == "gru"
    assert window.windowTitle() == "mine.rnnviz[*] — rnnviz"
    assert not window.isWindowModified()
    assert window.findChild(MessageBar).text == "Saved mine.rnnviz"
    window.session.set_learning_rate(0.25)
    assert window.isWindowModified()
    press(qtbot, window, CONTROL)  # now without asking
    saved(qtbot, window)
    assert open_document(path).branches.run.learning_rate == 0.25
    press(qtbot, window, CONTROL | SHIFT)
    choose(qtbot, window, tmp_path / "other.rnnviz")
    saved(qtbot, window)
    assert window.windowTitle() == "other.rnnviz[*] — rnnviz"


def test_the_view_comes_back(qtbot, make, tmp_path):
    window = make()
    window.menus.actions["model"].trigger()
    window.menus.actions["larger"].trigger()
    window.parts.splitter.setSizes([300, 400])
    sizes = window.parts.splitter.sizes()
    zoom = window.session.preferences.value("text_zoom")
    window.set_colours("red")
    window.session.autosave.save(tmp_path / "v.rnnviz")
    saved(qtbot, window)
    window.menus.actions["model"].trigger()
    window.menus.actions["equation"].trigger()
    window.menus.actions["normal"].trigger()
    window.set_colours("orange")
    window.parts.splitter.setSizes([500, 200])
    home = window.session.home
    drop(window, tmp_path / "v.rnnviz")
    qtbot.waitUntil(lambda: window.session.home is not home, timeout=5000)
    QApplication.processEvents()
    assert window.parts.model.isHidden()
    assert not window.parts.equation.isHidden()
    assert window.session.preferences.value("text_zoom") == zoom
    assert window.look.palette.values == "red"
    assert abs(window.parts.splitter.sizes()[0] - sizes[0]) < 40


def test_a_view_that_lies_changes_nothing(window):
    before = window.session.autosave.view()
    odd = (
        {"splitter": [0, "x"]},
        {"lower": [-1, 3]},
        {"panels": 7},
        {"text_zoom": "big"},
        {"colours": "grey"},
        {"colours": 3},
        {"?": 1},
    )
    for view in odd:
        window.show_view(view)
    assert window.session.autosave.view() == before
    window.show_view({"text_zoom": 1e9, "splitter": [10**15, 1]})
    assert window.session.preferences.value("text_zoom") == 3.0


def test_closing_without_work_asks_nothing(window):
    window.session.to_end()
    assert window.close()
    assert not_asked(window)


def test_closing_asks_and_cancel_stays(qtbot, window):
    edit(window)
    assert not window.close()
    assert "the lecture's sentence" in box(qtbot, window).text()
    answer(qtbot, window, Button.Cancel)
    assert window.isVisible()
    assert window.session.modified
    assert not window.close()  # and asks again
    qtbot.keyClick(box(qtbot, window), Qt.Key.Key_Escape)
    assert window.isVisible()


def test_closing_and_discarding(qtbot, window):
    edit(window)
    window.close()
    answer(qtbot, window, Button.Discard)
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=5000)


def test_closing_and_saving(qtbot, window, tmp_path):
    edit(window)
    window.close()
    answer(qtbot, window, Button.Save)
    choose(qtbot, window, tmp_path / "kept.rnnviz")
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    assert open_document(tmp_path / "kept.rnnviz").branches.run.settings.units == 6


def test_closing_and_saving_where_it_cannot_be(qtbot, window, tmp_path):
    window.session.autosave.save(tmp_path / "gone" / "a.rnnviz")
    (tmp_path / "gone").mkdir()
    saved(qtbot, window)
    edit(window)
    window.session.home.path = tmp_path / "nowhere" / "a.rnnviz"
    window.close()
    answer(qtbot, window, Button.Save)
    saved(qtbot, window)
    assert window.isVisible()
    assert "cannot be written" in window.findChild(MessageBar).text


@pytest.mark.parametrize("way", ["drop", "open", "sentence", "series", "paste", "recent"])
def test_opening_something_else_asks(qtbot, window, tmp_path, way):
    other = tmp_path / "other.txt"
    other.write_text("one two three")
    window.session.preferences.add_recent(str(other))
    window.session.autosave.save(tmp_path / "mine.rnnviz")
    saved(qtbot, window)
    edit(window)
    actions = window.menus.actions

    def begin():
        if way == "drop":
            drop(window, other)
        elif way == "paste":
            QApplication.clipboard().setText("one two three")
            actions["paste"].trigger()
        elif way == "recent":
            recent(window)[0].trigger()
        else:
            actions[way].trigger()

    begin()
    answer(qtbot, window, Button.Cancel)
    assert window.session.modified
    begin()
    answer(qtbot, window, Button.Discard)
    if way == "open":
        choose(qtbot, window, other)
    qtbot.waitUntil(lambda: not window.session.modified, timeout=5000)
    assert not window.isWindowModified()


def test_choices_are_not_asked_about_and_undo_leads_back(qtbot, window, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("one two three")
    edit(window)
    before = window.session.run
    drop(window, other)
    qtbot.waitUntil(lambda: window.session.frame.steps == 3, timeout=5000)
    assert not_asked(window)
    window.menus.actions["undo"].trigger()
    assert window.session.run is before
    assert window.isWindowModified()


def test_a_training_is_asked_about(qtbot, window, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("one two three")
    plan = window.session.offer_training().plan
    window.session.train(replace(plan, updates=4))
    qtbot.waitUntil(lambda: bool(window.session.run.log), timeout=20_000)
    qtbot.waitUntil(lambda: not window.session.progress.running, timeout=20_000)
    drop(window, other)
    answer(qtbot, window, Button.Cancel)
    assert window.session.run.log


def test_a_trained_network_that_goes_along_is_asked_about_again(qtbot, window, tmp_path):
    """Opening keeps it, by undo and on what it can read; closing does not. Both are said."""
    first, second, third = (tmp_path / f"text{n}.txt" for n in (1, 2, 3))
    first.write_text("the cat sat on the mat and the dog sat on the log " * 4)
    second.write_text("the dog sat on the mat and the cat on the log")
    third.write_text("the cat and the dog")
    session = window.session
    session.open_file(first, "words")
    qtbot.waitUntil(lambda: not session.busy, timeout=10_000)
    session.train(replace(session.offer_training().plan, updates=4))
    qtbot.waitUntil(lambda: not session.progress.running, timeout=20_000)
    drop(window, second)
    asked = box(qtbot, window)
    assert asked.text() == "Save your work on text1.txt as a document of its own?"
    assert asked.informativeText() == (
        "Otherwise it is lost when rnnviz closes; until then Ctrl+Z leads back. A text or a series "
        "that the trained network can read is read by it. text1.txt itself stays as it is."
    )
    answer(qtbot, window, Button.Discard)
    qtbot.waitUntil(lambda: session.run.carried == "text1.txt", timeout=10_000)
    assert window.isWindowModified()
    drop(window, third)
    assert box(qtbot, window).text() == "Save your work on text2.txt as a document of its own?"
    answer(qtbot, window, Button.Cancel)
    assert not window.close()
    asked = box(qtbot, window)
    assert asked.informativeText() == "Otherwise it is lost. text2.txt itself stays as it is."
    answer(qtbot, window, Button.Cancel)
    session.undo()
    assert session.run.task.sequence.name == "text1.txt" and session.run.plan is not None


def begin_training(qtbot, window, *, follow):
    session = window.session
    session.follow_training(follow)
    session.train(replace(session.offer_training().plan, updates=1_000_000))
    qtbot.waitUntil(lambda: session.progress.update > 20, timeout=20_000)


@pytest.mark.parametrize("follow", [True, False])
def test_closing_and_opening_while_a_training_runs_ask(qtbot, window, tmp_path, follow):
    other = tmp_path / "other.txt"
    other.write_text("one two three")
    begin_training(qtbot, window, follow=follow)
    drop(window, other)
    asked = box(qtbot, window)
    assert asked.text() == (
        "Save what the training has learned on the lecture's sentence as a document?"
    )
    assert "of 1,000,000 updates" in asked.informativeText()
    answer(qtbot, window, Button.Cancel)
    assert not window.close()
    answer(qtbot, window, Button.Cancel)
    assert window.session.progress.running and window.isVisible()
    told = window.session.progress.update
    assert not window.close()
    answer(qtbot, window, Button.Save)
    choose(qtbot, window, tmp_path / "kept.rnnviz")
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    assert open_document(tmp_path / "kept.rnnviz").branches.run.log[-1].update >= told


def test_discarding_while_a_training_runs_ends_it(qtbot, window):
    begin_training(qtbot, window, follow=False)
    assert not window.close()
    answer(qtbot, window, Button.Discard)
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    assert not window.session.progress.running


def test_a_training_goes_on_where_nothing_was_saved_after_all(qtbot, window):
    begin_training(qtbot, window, follow=False)
    assert not window.close()
    answer(qtbot, window, Button.Save)
    found = []
    qtbot.waitUntil(
        lambda: (
            bool(found.extend(d for d in window.findChildren(QFileDialog) if d.isVisible()))
            or bool(found)
        )
    )
    found[0].reject()
    assert window.session.progress.running and window.isVisible()
    assert not window.close()
    answer(qtbot, window, Button.Discard)
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)


def test_when_the_desktop_ends_nobody_is_asked_and_work_is_kept(qtbot, make, tmp_path):
    window = make(tmp_path / "auto")
    qtbot.waitUntil(lambda: window.session.autosave.path is not None, timeout=5000)
    qtbot.waitUntil(lambda: not window.session.autosave.writing, timeout=5000)
    begin_training(qtbot, window, follow=False)
    window.keep()  # what commitDataRequest calls
    (left,) = (tmp_path / "auto").glob("*.rnnviz")
    assert open_document(left).branches.run.log[-1].update > 20
    assert window.close()
    assert not_asked(window)
    assert left.exists()


def test_a_typed_sentence_is_an_edit_and_asks_nothing(qtbot, window):
    edit(window)
    window.parts.header.focus_sentence()
    field = window.parts.header.findChild(QLineEdit)
    qtbot.keyClicks(field, "two words")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not_asked(window)
    assert window.session.frame.steps == 2
    assert window.isWindowModified()


def test_odd_names_in_title_and_question(qtbot, window, tmp_path):
    path = tmp_path / "<b>&a [*] {0}.rnnviz"
    window.session.autosave.save(path)
    saved(qtbot, window)
    assert window.windowTitle() == "<b>&a [*][*] {0}.rnnviz[*] — rnnviz"
    window.session.set_learning_rate(0.9)
    window.close()
    asked = box(qtbot, window)
    assert asked.text() == "Save the changes to <b>&a [*] {0}.rnnviz?"
    assert asked.textFormat() == Qt.TextFormat.PlainText
    answer(qtbot, window, Button.Cancel)


def recent(window):
    menu = window.findChild(QMenu, "recent")
    menu.aboutToShow.emit()
    return [a for a in menu.actions() if not a.isSeparator()]


def test_a_name_in_open_recent_is_plain_text(window):
    window.session.preferences.add_recent("/data/<b>x</b>/a\u202eb\n.csv")
    entry = recent(window)[0]
    assert entry.text() == "&1  a‹U+202E›b .csv"
    shown = QTextDocumentFragment.fromHtml(entry.toolTip()).toPlainText()
    assert shown == "/data/<b>x</b>/a‹U+202E›b‹U+000A›.csv"


def test_open_recent(qtbot, window, tmp_path):
    assert [a.text() for a in recent(window)] == ["&Clear"]
    assert not recent(window)[0].isEnabled()
    for n in range(12):
        file = tmp_path / f"a&b {n}.txt"
        file.write_text("word " * (n + 2))
        window.session.open_file(file)
        qtbot.waitUntil(lambda n=n: window.session.frame.steps == n + 2, timeout=5000)
    names = [a.text() for a in recent(window)]
    assert names[0] == "&1  a&&b 11.txt"
    assert names[9] == "1&0  a&&b 2.txt"
    assert len(names) == 11
    (tmp_path / "a&b 10.txt").unlink()
    entries = recent(window)
    assert not entries[1].isEnabled()
    assert entries[1].toolTip().endswith("a&b 10.txt")
    entries[2].trigger()
    qtbot.waitUntil(lambda: window.session.frame.steps == 11, timeout=5000)
    assert recent(window)[0].text() == "&1  a&&b 9.txt"
    window.session.autosave.save(tmp_path / "d.rnnviz")
    saved(qtbot, window)
    assert recent(window)[0].text() == "&1  d.rnnviz"
    assert Preferences().recent[0] == str(tmp_path / "d.rnnviz")
    recent(window)[-1].trigger()
    assert [a.text() for a in recent(window)] == ["&Clear"]
    assert Preferences().recent == ()


def test_a_file_that_cannot_be_opened_is_not_recent(qtbot, window, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"a,b\n1,2\n3,\0\n")
    window.session.open_file(bad)
    qtbot.waitUntil(lambda: "bad.csv" in window.findChild(MessageBar).text, timeout=5000)
    assert len(recent(window)) == 1


@pytest.mark.parametrize("value", ["one.txt", ["one.txt"], [], None, 7, ["", "one.txt"]])
def test_damaged_recent_files_in_the_preferences(window, value):
    stored().setValue("recent", value)
    assert window.session.preferences.recent in ((), ("one.txt",), ("7",))
    recent(window)


@pytest.mark.parametrize("chosen", ["Keep both", "Reload", "Overwrite", "Cancel"])
def test_a_document_changed_on_the_disk_is_asked_about(qtbot, window, tmp_path, chosen):
    path = tmp_path / "mine.rnnviz"
    window.session.autosave.save(path)
    saved(qtbot, window)
    branches = window.session.branches
    theirs = replace(branches.run, learning_rate=0.5)
    save_document(path, branches.with_runs({0: theirs}))
    edit(window)
    press(qtbot, window, CONTROL)
    asked = box(qtbot, window)
    assert asked.text() == "mine.rnnviz was changed on the disk since it was opened or saved here."
    assert "mine 2.rnnviz" in asked.informativeText()
    answer(qtbot, window, chosen)
    saved(qtbot, window)
    if chosen == "Reload":
        qtbot.waitUntil(lambda: window.session.settings.cell == "rnn", timeout=5000)
    kept = open_document(path).branches.run
    assert (kept.settings.cell if chosen == "Overwrite" else kept.learning_rate) in ("gru", 0.5)
    assert (tmp_path / "mine 2.rnnviz").exists() == (chosen == "Keep both")
    assert window.session.modified == (chosen == "Cancel")
    if chosen == "Reload":
        window.menus.actions["undo"].trigger()
        assert window.session.settings.cell == "gru"


def test_several_that_a_crash_left_are_a_list(qtbot, make, tmp_path):
    folder = tmp_path / "auto"
    dying = [Session(Preferences(), folder) for _ in range(3)]
    for session in dying:
        session.autosave.begin()
        qtbot.waitUntil(lambda s=session: not s.autosave.writing, timeout=5000)
    for number, session in enumerate(dying):
        session.open_text(f"first {number}", edit=False)
        session.open_text(f"edit {number}")
        session.leave()
    window = make(folder)
    asked = box(qtbot, window)
    assert asked.informativeText().startswith("3 pieces of work were left.")
    rows = asked.findChild(QListWidget)
    assert rows.isVisible() and rows.count() == 3
    left = window.session.autosave.orphans
    wanted = left[1]
    qtbot.waitUntil(rows.hasFocus, timeout=5000)
    qtbot.keyClick(rows, Qt.Key.Key_Down)
    answer(qtbot, window, "Restore")
    qtbot.waitUntil(window.isWindowModified, timeout=5000)
    asked = box(qtbot, window)
    assert asked.informativeText().startswith("2 pieces of work were left.")
    answer(qtbot, window, "Discard")
    assert not left[0].path.exists()
    assert box(qtbot, window).informativeText().startswith("Restore typed text from ")
    answer(qtbot, window, "Later")
    assert left[2].path.exists() and not wanted.path.exists()
    for session in dying:
        session.close()


@pytest.mark.parametrize("chosen", ["Restore", "Discard", "Later"])
def test_what_a_crash_left_is_offered(qtbot, make, tmp_path, chosen):
    from tests.session.test_autosave import crash

    folder = tmp_path / "auto"
    dying = make(folder)
    qtbot.waitUntil(lambda: dying.session.autosave.path is not None, timeout=5000)
    qtbot.waitUntil(lambda: not dying.session.autosave.writing, timeout=5000)
    edit(dying)
    dying.session.autosave.write()
    qtbot.waitUntil(lambda: not dying.session.autosave.writing, timeout=5000)
    left = crash(dying.session)
    dying.hide()
    window = make(folder)
    asked = box(qtbot, window)
    assert asked.text() == "rnnviz was closed unexpectedly."
    assert asked.informativeText().startswith("Restore the lecture's sentence from ")
    answer(qtbot, window, chosen)
    if chosen == "Restore":
        qtbot.waitUntil(window.isWindowModified, timeout=5000)
        assert window.session.settings.cell == "gru"
        qtbot.waitUntil(lambda: not left.exists(), timeout=5000)
    else:
        assert left.exists() == (chosen == "Later")
        assert not window.session.modified


@pytest.mark.parametrize("suffix", [".csv", ".txt"])
def test_what_was_opened_from_data_is_never_asked_about_as_if_it_were_overwritten(
    qtbot, window, tmp_path, suffix
):
    path = tmp_path / f"ar2{suffix}"
    path.write_text("value\n" + "\n".join(str(i * i % 7) for i in range(30)), "utf-8")
    window.session.open_file(path, ask=False)
    qtbot.waitUntil(lambda: window.session.home.file == path, timeout=10_000)
    edit(window)
    window.close()
    asked = box(qtbot, window)
    assert asked.text() == f"Save your work on ar2{suffix} as a document of its own?"
    assert asked.informativeText().endswith(f"ar2{suffix} itself stays as it is.")
    answer(qtbot, window, Button.Cancel)
    assert path.read_text("utf-8").startswith("value")


def test_a_sentence_is_no_file_whose_changes_could_be_saved(qtbot, window):
    edit(window)
    window.close()
    assert box(qtbot, window).text() == "Save your work on the lecture's sentence as a document?"
    answer(qtbot, window, Button.Cancel)
