"""The whole window, offscreen, with real events."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QAction, QGuiApplication, QImage, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QStyle,
    QStyleOptionComboBox,
    QToolButton,
)

from rnnviz import __version__
from rnnviz.film.fields import FIELDS
from rnnviz.session import Notice, Session
from rnnviz.session.commands import CONTEXTS, EDIT, EXAMPLES, NETWORK, VIEW
from rnnviz.views.header import Header
from rnnviz.views.intake import Intake
from rnnviz.views.model_bar import ModelBar
from rnnviz.views.overlays import MessageBar
from rnnviz.views.stage import StageView
from rnnviz.views.window import MainWindow
from tests.views.dropping import drop


def press(qtbot, window, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(window, key, modifier)
    QApplication.processEvents()


def position(window):
    return window.session.frame.playhead.position


def message(window):
    return window.findChild(MessageBar)


@pytest.mark.parametrize(
    ("key", "modifier", "start", "end"),
    [
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, 5.0, 4.0),
        (Qt.Key.Key_PageUp, Qt.KeyboardModifier.NoModifier, 5.5, 5.0),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, 5.0, 0.0),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, 5.0, 19.0),
        (Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier, 5.0, 9.0),
    ],
)
def test_keys_move_the_playhead(qtbot, window, key, modifier, start, end):
    window.session.seek(start)
    press(qtbot, window, key, modifier)
    assert position(window) == end


@pytest.mark.parametrize("key", [Qt.Key.Key_Right, Qt.Key.Key_PageDown])
def test_next_by_key(qtbot, window, key):
    press(qtbot, window, key)
    press(qtbot, window, key)
    assert position(window) == 1


def test_space_plays_wherever_the_focus_is(qtbot, window):
    for widget in (window, window.findChild(StageView), window.findChild(QToolButton)):
        widget.setFocus()
        press(qtbot, window.focusWidget() or window, Qt.Key.Key_Space)
        assert window.session.playing
        press(qtbot, window.focusWidget() or window, Qt.Key.Key_Space)
        assert not window.session.playing


def test_typing_is_not_steering(qtbot, window):
    press(qtbot, window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    field = window.findChild(Header).findChild(QLineEdit)
    assert field.hasFocus()
    qtbot.keyClicks(field, "big gains b ack")
    assert field.text() == "big gains b ack"
    assert position(window) == 0
    assert not window.session.playing
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.session.frame.run.task.sequence.tokens == ("big", "gains", "b", "ack")
    assert not field.hasFocus()
    press(qtbot, window, Qt.Key.Key_End)
    assert position(window) == 9


def test_escape_gives_the_sentence_back(qtbot, window):
    header = window.findChild(Header)
    field = header.findChild(QLineEdit)
    before = field.text()
    header.focus_sentence()
    qtbot.keyClicks(field, "something else")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == before
    assert not field.hasFocus()


def test_words_or_characters(qtbot, window):
    buttons = {b.text(): b for b in window.findChild(Header).findChildren(QToolButton)}
    qtbot.mouseClick(buttons["characters"], Qt.MouseButton.LeftButton)
    assert window.session.frame.steps == 54
    qtbot.mouseClick(buttons["words"], Qt.MouseButton.LeftButton)
    assert window.session.frame.steps == 9


def test_an_empty_sentence_is_one_message_and_changes_nothing(qtbot, window):
    before = window.session.frame
    field = window.findChild(Header).findChild(QLineEdit)
    field.setText("   ")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert message(window).isVisible()
    assert window.session.frame is before
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not message(window).isVisible()


def test_a_file_dropped_is_opened(qtbot, window, tmp_path):
    file = tmp_path / "{0} %s.txt"
    file.write_text("one two three")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    assert drop(window, data)
    qtbot.waitUntil(lambda: window.session.frame.steps == 3, timeout=5000)
    assert window.windowTitle() == "{0} %s.txt[*] — rnnviz"


def test_what_cannot_be_dropped(qtbot, window, tmp_path):
    two, far, text = QMimeData(), QMimeData(), QMimeData()
    two.setUrls([QUrl.fromLocalFile("/a"), QUrl.fromLocalFile("/b")])
    far.setUrls([QUrl("http://localhost/a.txt")])
    text.setText("dropped words here")
    before = window.session.frame
    drop(window, two)
    assert "2 files" in message(window).text
    drop(window, far)
    assert "not a file on this machine" in message(window).text
    assert window.session.frame is before
    drop(window, text)
    assert window.session.frame.steps == 3


def test_a_pasted_text_is_opened(qtbot, window):
    QGuiApplication.clipboard().setText("pasted by hand")
    window.setFocus()
    press(qtbot, window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.session.frame.steps == 3


def test_a_clipboard_that_has_nothing_is_one_message(window):
    before = window.session.frame
    Intake(window, window.session, lambda: "words").take(None, "pasted")
    assert message(window).text == "There is no text and no file in what was pasted."
    assert window.session.frame is before


def test_markup_in_texts_is_shown_as_text(qtbot, window):
    window.session.open_text("<b>bold</b> <img src=x> & done", name="<i>name</i>")
    window.session.told.emit(Notice("<b>not bold</b>", error=True))
    for label in window.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText or "<" not in label.text()
    assert window.session.frame.token(1) == "<b>bold</b>"


def test_panels_are_switched_and_remembered(qtbot, window, preferences):
    slots = window.parts.slots
    panels = (
        window.parts.equation,
        slots.panel("map"),
        slots.panel("gradient"),
        window.parts.model,
    )
    for number, panel in enumerate(panels, start=1):
        assert panel.isVisible()
        press(qtbot, window, Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier)
        assert not panel.isVisible()
    assert "gradient" not in preferences.layout("window").panels
    window.session.seek(12)
    press(qtbot, window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert slots.panel("gradient").isVisible()


def test_a_lecture(qtbot, window):
    press(qtbot, window, Qt.Key.Key_F5)
    assert window.lecture
    assert window.isFullScreen()
    assert not window.menuBar().isVisible()
    assert window.look.unit >= 0.022 * window.height()
    press(qtbot, window, Qt.Key.Key_End)  # the keys of a hidden menu
    assert position(window) == 19
    press(qtbot, window, Qt.Key.Key_B)
    assert window.parts.blank.isVisible()
    assert window.parts.blank.size() == window.centralWidget().size()
    press(qtbot, window.parts.blank, Qt.Key.Key_B)
    assert not window.parts.blank.isVisible()
    press(qtbot, window, Qt.Key.Key_B)
    press(qtbot, window, Qt.Key.Key_Escape)
    assert window.lecture
    assert not window.parts.blank.isVisible()
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not window.lecture
    assert window.menuBar().isVisible()
    assert not window.isFullScreen()
    press(qtbot, window, Qt.Key.Key_B)
    assert not window.parts.blank.isVisible()


@pytest.mark.parametrize("long", ["x" * 91_264, "a word " * 13_000, "line\n" * 2_000, "ab " * 101])
def test_a_long_message_is_bounded_and_all_of_it_is_behind_details(qtbot, window, long):
    bar = message(window)
    bar.tell(long, error=True)
    assert len(bar.text) <= 300 and bar.text.endswith("…") and "\n" not in bar.text
    assert bar.height() < window.height() / 5
    details = next(b for b in bar.findChildren(QPushButton) if b.text() == "Details")
    assert details.isVisible()
    qtbot.mouseClick(details, Qt.MouseButton.LeftButton)
    dialog = window.findChild(QDialog)
    shown = dialog.findChild(QPlainTextEdit).toPlainText()
    assert shown.replace("\n", "") == long.replace("\n", "")
    dialog.close()
    bar.tell("x" * 300)
    assert bar.text == "x" * 300 and not details.isVisible()
    bar.clear()


def test_a_message_moves_nothing_and_stays_out_of_pictures(qtbot, window):
    parts, bar = window.parts, message(window)
    before = parts.stage.geometry(), parts.slots.panel("gradient").geometry()
    bare = window.picture().toImage()
    for text in ("short", "a long message about a file that cannot be read, " * 8):
        bar.tell(text, error=True)
        QApplication.processEvents()
        assert bar.isVisible()
        assert (parts.stage.geometry(), parts.slots.panel("gradient").geometry()) == before
        assert window.centralWidget().rect().contains(bar.geometry())
        assert bar.geometry().bottom() < parts.transport.y()
        label = bar.findChild(QLabel)
        assert bar.height() >= label.heightForWidth(label.width())
        assert window.picture().toImage().copy(bar.geometry()) == bare.copy(bar.geometry())
        assert bar.isVisible()
    window.resize(1024, 640)
    QApplication.processEvents()
    assert window.centralWidget().rect().contains(bar.geometry())
    window.show_words(True)
    QApplication.processEvents()
    assert window.centralWidget().rect().contains(bar.geometry())


def test_no_two_entries_of_a_menu_have_the_same_letter(window):
    met = 0
    for menu in (window.menuBar(), *window.menuBar().findChildren(QMenu)):
        texts = [action.text().replace("&&", "") for action in menu.actions()]
        letters = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
        assert len(set(letters)) == len(letters), texts
        met += len(letters)
    assert met > 40


def test_a_first_lecture_says_its_keys_and_escape_leaves_at_once(qtbot, window):
    press(qtbot, window, Qt.Key.Key_F5)
    assert message(window).isVisible()
    assert "F10" in message(window).text and "Esc" in message(window).text
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not window.lecture
    assert message(window).isHidden()
    press(qtbot, window, Qt.Key.Key_F5)
    assert message(window).isHidden()
    message(window).tell("cannot be read", error=True)
    press(qtbot, window, Qt.Key.Key_Escape)
    assert window.lecture
    assert message(window).isHidden()
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not window.lecture


@pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen, a menu asks for more
def test_the_menus_can_be_had_in_a_lecture(qtbot, window):
    qtbot.waitUntil(lambda: bool(window.menus.menus[EXAMPLES].actions()), timeout=20_000)
    usual = (
        window.menus.menus[EXAMPLES].font().pixelSize(),
        window.menus.menus[EXAMPLES].font().pointSize(),
    )
    press(qtbot, window, Qt.Key.Key_F5)
    press(qtbot, window, Qt.Key.Key_F10)
    menu = QApplication.activePopupWidget()
    assert [a.text() for a in menu.actions()] == [a.text() for a in window.menuBar().actions()]
    for shown in (menu, window.menus.menus[EXAMPLES]):
        assert shown.font().pixelSize() >= 0.022 * window.height()
    press(qtbot, menu, Qt.Key.Key_Escape)
    assert QApplication.activePopupWidget() is None
    assert window.lecture
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not window.lecture
    assert (
        window.menus.menus[EXAMPLES].font().pixelSize(),
        window.menus.menus[EXAMPLES].font().pointSize(),
    ) == usual


def test_a_sentence_can_be_typed_in_a_lecture(qtbot, window):
    parts = window.parts
    press(qtbot, window, Qt.Key.Key_F5)
    assert not parts.header.isVisible()
    press(qtbot, window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    field = parts.header.findChild(QLineEdit)
    assert field.isVisible()
    assert field.hasFocus()
    assert field.font().pixelSize() >= 0.022 * window.height()
    qtbot.keyClicks(field, "a word from the audience")
    press(qtbot, field, Qt.Key.Key_Return)
    assert window.session.frame.run.task.sequence.tokens[-1] == "audience"
    assert not parts.header.isVisible()
    press(qtbot, window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    press(qtbot, field, Qt.Key.Key_Escape)
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not parts.header.isVisible()
    assert window.lecture
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not window.lecture
    assert parts.header.isVisible()


def test_no_text_in_a_lecture_is_lower_than_it_may_be(qtbot, window):
    press(qtbot, window, Qt.Key.Key_F5)
    least = 0.022 * window.height()
    for widget in window.findChildren(QLabel) + window.findChildren(QToolButton):
        if widget.isVisible() and widget.text():
            assert widget.font().pixelSize() >= least, widget.text()
    press(qtbot, window, Qt.Key.Key_Escape)


def test_in_a_lecture_the_stage_of_an_example_has_the_largest_share(qtbot, window):
    window.session.open_problem("captions")
    qtbot.waitUntil(lambda: window.session.frame.run.shipped is not None, timeout=20_000)
    message(window).clear()
    press(qtbot, window, Qt.Key.Key_F5)
    window.resize(1920, 1080)
    window.parts.share_height(lecture=True)
    QApplication.processEvents()
    parts = window.parts
    others = (*parts.slots.panels(), parts.training, parts.equation, parts.problem, parts.transport)
    assert all(part.isVisible() for part in others)
    assert parts.stage.height() >= 0.4 * window.height()
    assert parts.stage.height() > 1.5 * max(part.height() for part in others)
    press(qtbot, window, Qt.Key.Key_Escape)


def test_themes(qtbot, window):
    window.set_theme("dark")
    QApplication.processEvents()
    dark = window.picture().toImage()
    window.set_theme("light")
    QApplication.processEvents()
    light = window.picture().toImage()
    assert dark.pixelColor(1, 150).name() == "#14181f"
    assert light.pixelColor(1, 150).name() == "#ffffff"


def test_the_colours_of_values_are_chosen_and_kept(qtbot, window):
    window.session.seek(9.0)

    def shown() -> QImage:
        QApplication.processEvents()
        return window.parts.stage.grab().toImage()

    # A cell that stands there in one map is painted anew in another, and again in the first.
    pictures = {}
    menu = window.menus.menus[VIEW]
    titles = {choice.changes["colours"]: choice.text for choice in FIELDS["colours"].choices}
    for name in ("ochre", "red", "orange", "ochre"):
        (action,) = (a for a in menu.findChildren(QAction) if a.text() == titles[name])
        action.trigger()
        assert action.isChecked()
        assert window.session.preferences.value("colours") == name
        assert window.look.palette.values == name
        pictures.setdefault(name, shown())
        assert pictures[name] == shown()
    assert len({bytes(picture.constBits()) for picture in pictures.values()}) == 3
    window.set_theme("dark")
    assert (window.look.palette.dark, window.look.palette.values) == (True, "ochre")


def test_type_grows_on_wish(qtbot, window):
    before = window.look.unit
    press(qtbot, window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert window.look.unit > before
    press(qtbot, window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert window.look.unit == before


@pytest.mark.parametrize("size", [(1024, 640), (1280, 720), (2560, 1440), (3840, 2160)])
def test_nothing_leaves_the_window_at_any_size(qtbot, window, size):
    window.resize(*size)
    QApplication.processEvents()
    assert (window.width(), window.height()) == size
    for view in window.parts.of_frame:
        if view.isVisible():
            corner = view.mapTo(window, QPoint(0, 0))
            assert corner.x() >= 0
            assert corner.x() + view.width() <= size[0]
            assert corner.y() + view.height() <= size[1]
            assert view.width() >= view.minimumSizeHint().width()


def box_of(window, name):
    return window.findChild(ModelBar).boxes[name]


def choose_in_menu(window, name, index):
    """Choose an entry of a sub-menu of the network's menu."""
    menus = {each.text(): each.menu() for each in window.menus.menus[NETWORK].actions()}
    menus[FIELDS[name].menu].actions()[index].trigger()


def choose(qtbot, box, text):
    """Choose as by hand: focus the box and type the entry's first letters or step to it."""
    box.setCurrentText(text)
    box.activated.emit(box.currentIndex())


def test_the_menu_and_the_bar_change_the_network_and_show_it(qtbot, window):
    window.session.seek(3)
    units = box_of(window, "units")
    choose_in_menu(window, "units", units.findText("64"))
    assert window.session.frame.units == 64
    assert position(window) == 3
    assert units.currentText() == "64"
    choose(qtbot, units, "8")
    assert window.session.frame.units == 8
    press(qtbot, window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.session.frame.units == 64
    assert units.currentText() == "64"


def test_the_cell_is_a_button(qtbot, window):
    bar = window.findChild(ModelBar)
    buttons = {b.text(): b for b in bar.findChildren(QToolButton)}
    for text, cell in (("LSTM", "lstm"), ("GRU", "gru"), ("RNN", "rnn")):
        qtbot.mouseClick(buttons[text], Qt.MouseButton.LeftButton)
        assert window.session.frame.cell == cell
        assert buttons[text].isChecked()
        assert box_of(window, "activation").isEnabled() is (cell == "rnn")
    choose_in_menu(window, "cell", 2)
    assert window.session.frame.cell == "gru_reset_before"
    assert buttons["GRU"].isChecked()
    assert buttons["GRU"].text() == "GRU, reset before"
    assert "Cho 2014" in buttons["GRU"].toolTip()


def test_in_the_smallest_window_the_cells_keep_their_names(qtbot, window):
    window.resize(window.minimumSize())
    bar = window.findChild(ModelBar)
    qtbot.waitUntil(lambda: bar.width() == window.width(), timeout=5_000)
    qtbot.wait(50)  # a box fits itself to its choices once more
    row = [b for b in bar.findChildren(QToolButton) if b.isVisible()]
    assert [b.text() for b in row] == ["RNN", "GRU", "LSTM"]
    assert all(b.width() >= b.sizeHint().width() for b in row)
    ends = [(w.x(), w.x() + w.width()) for w in (*row, *bar.boxes.values())]
    assert all(right <= left for (_, right), (left, _) in pairwise(ends))
    assert ends[-1][1] <= bar.width()


def test_every_choice_can_be_made_and_is_shown(qtbot, window):
    from rnnviz.film.fields import fields_of

    for field in fields_of("network", "updates"):
        for index, choice in enumerate(field.choices):
            choose_in_menu(window, field.name, index)
            qtbot.waitUntil(lambda: not window.session.busy, timeout=20_000)
            settings = window.session.frame.run.settings
            assert choice.apply(settings) == settings
            if field.bar is not None:
                assert box_of(window, field.name).currentText() == choice.short
            # What a window of truncated BPTT does to these steps is said.
            assert message(window).isVisible() == (field.name == "truncation" and index > 0)


def test_every_command_has_a_name_and_no_key_is_taken_twice(window):
    keys = [key.toString() for a in window.menus.actions.values() for key in a.shortcuts()]
    assert len(keys) == len(set(keys))
    assert all(action.text() for action in window.menus.actions.values())


def test_help_opens_and_closes(qtbot, window):
    window.menus.actions["about"].trigger()
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    assert any("rnnviz" in label.text() for label in dialog.findChildren(QLabel))
    dialog.reject()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_diagnostics_say_the_versions_and_nothing_of_what_is_open(window):
    window.session.open_text("my secret sentence", "words")
    window.menus.actions["diagnostics"].trigger()
    text = QGuiApplication.clipboard().text()
    assert f"rnnviz {__version__}\n" in text
    assert f"numpy {np.__version__}\n" in text
    assert f"Window {window.width()} × {window.height()}, theme " in text
    assert "3 steps" in text
    assert "secret" not in text
    assert message(window).text.startswith("Copied: versions")


def test_geometry_is_remembered(qtbot, window, preferences):
    window.resize(791, 602)  # within the offscreen screen of 800×800
    window.close()
    again = MainWindow(Session(preferences))
    qtbot.addWidget(again, before_close_func=lambda w: w.session.close())
    assert (again.width(), again.height()) == (791, 602)


def context_view(window, name):
    """The view that a context menu is of; a panel is put into a slot."""
    if name in window.parts.with_context:
        return window.parts.with_context[name]
    window.panels.ask_for(None, [name], None)
    return window.parts.slots.panel(name)


def opened(window, title):
    """A menu as it is when it has just come up."""
    menu = window.menus.menus[title]
    menu.aboutToShow.emit()
    return {action.data(): action for action in menu.actions() if action.data()}


def test_the_menu_says_what_undo_takes_back_and_why_not(window):
    actions = opened(window, EDIT)
    undo, redo = actions["undo"], actions["redo"]
    assert (undo.text(), redo.text()) == ("&Undo", "&Redo")
    assert not undo.isEnabled()
    assert undo.toolTip() == "Not now: there is no edit to take back."
    window.menus.menus[EDIT].aboutToHide.emit()
    window.session.set_settings(replace(window.session.settings, cell="lstm"))
    opened(window, EDIT)
    assert undo.isEnabled() and not redo.isEnabled()
    assert undo.text() == "&Undo: cell LSTM"
    undo.trigger()
    opened(window, EDIT)
    assert (undo.text(), redo.text()) == ("&Undo", "&Redo: cell LSTM")
    assert window.session.settings.cell == "rnn"
    window.menus.menus[EDIT].aboutToHide.emit()


def test_a_key_of_what_cannot_be_done_says_why(qtbot, window):
    press(qtbot, window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert message(window).text == "Undo: there is no edit to take back."
    press(qtbot, window, Qt.Key.Key_F)
    assert message(window).text.startswith("Forecast of the series: ")
    assert not window.menus.actions["forecast"].isChecked()


@pytest.mark.qt_log_ignore("This plugin does not support")
@pytest.mark.parametrize("name", CONTEXTS)
def test_the_right_button_offers_what_belongs_there(qtbot, window, name):
    view = context_view(window, name)
    view.customContextMenuRequested.emit(QPoint(5, 5))
    menu = QApplication.activePopupWidget()
    assert [action.data() for action in menu.actions()] == list(CONTEXTS[name])
    off = [action.data() for action in menu.actions() if not action.isEnabled()]
    assert off == [each for each in CONTEXTS[name] if window.commands.why_not(each)]
    menu.close()


def test_a_training_from_menu_to_undo(qtbot, window):
    """Ctrl+T, Enter; the bar appears, Ctrl+← scrubs through training, Ctrl+Z takes it back."""
    from rnnviz.views.training import TrainingBar
    from rnnviz.views.training.dialog import TrainDialog

    bar = window.findChild(TrainingBar)
    assert not bar.isVisible()
    window.session.seek(4.0)
    press(qtbot, window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(TrainDialog)
    dialog.updates.setValue(40)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(window.session.frame.run.log), timeout=20_000)
    qtbot.waitUntil(lambda: not window.session.progress.running, timeout=20_000)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert bar.isVisible()
    run = window.session.frame.run
    assert bar.readout.words.startswith("update 40 of 40 · ")
    press(qtbot, window, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert window.session.frame.run.origin == len(run.log) - 2
    press(qtbot, window, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert window.session.frame.run.origin == len(run.log) - 1
    assert position(window) == 4.0
    press(qtbot, window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not window.session.frame.run.log
    assert not bar.isVisible()


def test_a_training_is_stopped_by_key(qtbot, window):
    plan = window.session.offer_training().plan
    window.session.train(replace(plan, updates=1_000_000))
    qtbot.waitUntil(lambda: window.session.progress.update > 0, timeout=20_000)
    assert not window.commands.why_not("stop_training")
    assert window.commands.why_not("train") == "a training is under way"
    press(qtbot, window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not window.session.progress.running, timeout=20_000)
    assert window.session.frame.run.log[-1].update < 1_000_000
    assert "Stopped after" in message(window).text


def test_words_take_the_place_of_the_stage_and_give_it_back(qtbot, window):
    from rnnviz.views.transport import TransportBar

    stage, transport = window.findChild(StageView), window.findChild(TransportBar)
    assert not window.parts.words_shown
    press(qtbot, window, Qt.Key.Key_F2)
    words = window.parts.words
    assert words.isVisible()
    assert words.hasFocus()
    assert not stage.isVisible()
    assert not transport.isVisible()
    assert words.page().tokens == window.session.frame.run.task.sequence.tokens
    window.session.open_text("a new xyzzy")
    assert words.page().tokens == ("a", "new", "xyzzy")
    qtbot.keyClick(words, Qt.Key.Key_Right)  # the map's, not the film's
    assert position(window) == 0.0
    window.session.seek(2.0)
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not words.isVisible()
    assert stage.isVisible()
    assert transport.isVisible()
    assert stage.hasFocus()
    assert stage.frame_shown() is window.session.frame


def test_words_follow_the_network_and_the_theme(qtbot, window):

    from rnnviz.views.words import WordsView

    press(qtbot, window, Qt.Key.Key_F2)
    words = window.findChild(WordsView)
    window.session.set_settings(replace(window.session.frame.run.settings, cell="lstm", units=8))
    said = words.page().spoken
    assert (said.cell, said.gates, said.units) == ("LSTM", 4, 8)
    window.set_theme("dark")
    assert words.grab().toImage().pixelColor(2, 2).lightness() < 60


def test_without_its_vocabulary_the_page_says_why_it_stays_away(qtbot, window, monkeypatch):
    from rnnviz.files.errors import DataError
    from rnnviz.views.words import view as module

    def missing():
        raise DataError("does not come with this copy of rnnviz", path="words/vocabulary.txt")

    monkeypatch.setattr(module, "word_space", missing)
    press(qtbot, window, Qt.Key.Key_F2)
    assert not window.parts.words_shown
    assert not window.menus.actions["words"].isChecked()
    assert "vocabulary.txt" in message(window).findChild(QLabel).text()


@pytest.mark.parametrize(
    ("key", "done"),
    [
        ("G", lambda w: w.session.frame.summed),
        ("Space", lambda w: w.session.playing),
        ("Right", lambda w: w.session.frame.playhead.position > 0.0),
        ("End", lambda w: position(w) == 19),
        ("M", lambda w: "memory_cell" in w.panels.layout.panels),
        ("Shift+Right", lambda w: w.session.playhead.position >= 0.0),
    ],
)
def test_the_films_keys_work_after_a_click_on_the_learning_rate(qtbot, window, key, done):
    rate = window.parts.transport.rate
    before = rate.text()
    qtbot.mouseClick(rate, Qt.MouseButton.LeftButton)
    assert rate.hasFocus() and rate.selectedText() == before
    pressed = QKeySequence.fromString(key)[0]
    qtbot.keyClick(rate, pressed.key(), pressed.keyboardModifiers(), delay=1)
    qtbot.waitUntil(lambda: done(window))
    assert rate.text() == before
    if not rate.hasFocus():  # the inside of the cell takes it
        return
    qtbot.keyClicks(rate, "0.7")
    qtbot.keyClick(rate, Qt.Key.Key_Left)
    assert rate.cursorPosition() == 2 and rate.text() == "0.7"
    qtbot.keyClick(rate, Qt.Key.Key_Q)
    assert rate.text() == "0.7"
    qtbot.keyClick(rate, Qt.Key.Key_Return)
    assert window.session.run.learning_rate == 0.7


def test_b_blanks_a_lecture_after_a_click_on_the_learning_rate(qtbot, window):
    window.commands.run("lecture")
    window.resize(1920, 1080)
    QApplication.processEvents()
    rate = window.parts.transport.rate
    qtbot.mouseClick(rate, Qt.MouseButton.LeftButton)
    qtbot.keyClick(rate, Qt.Key.Key_B)
    assert window.parts.blank.isVisible()


@pytest.mark.parametrize(
    "change", [{"cell": "lstm"}, {"units": 8}, {"layers": 2}, {"activation": "relu"}]
)
def test_another_network_in_an_animation_finishes_it(window, change):
    session = window.session
    session.seek(3.0)
    session.next()
    QApplication.processEvents()
    session.set_settings(replace(session.settings, **change))
    assert session.playhead.position == 4.0
    assert session.frame.playhead.position == 4.0
    assert all(getattr(session.run.settings, name) == value for name, value in change.items())
    session.undo()
    assert session.playhead.position == 4.0


@pytest.mark.parametrize("units", [1000, 512, 7])
def test_a_number_of_units_is_never_cut_in_the_model_bar(qtbot, window, units):
    box = window.parts.model.boxes["units"]
    window.session.set_settings(replace(window.session.settings, units=units))
    qtbot.waitUntil(lambda: window.session.frame.units == units, timeout=20_000)
    QApplication.processEvents()
    text = box.currentText() or box.placeholderText()
    assert text == str(units)
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    room = box.style().subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, box
    )
    assert box.fontMetrics().horizontalAdvance(text) <= room.width()


def test_a_forecast_says_that_steps_follow(qtbot, window):
    window.commands.run("series")
    qtbot.waitUntil(lambda: window.session.run.task.sequence.kind == "series", timeout=10_000)
    steps = window.session.run.steps
    window.commands.run("ahead", True)
    qtbot.waitUntil(lambda: window.session.frame.steps == steps + 24, timeout=10_000)
    assert message(window).text == f"24 steps of forecast follow step {steps:,}."


def test_a_window_that_is_gone_at_once_does_nothing_after(qapp, capfd):
    """What is to follow the first paint has no window any more; Qt would say so on stderr."""
    for gone in (lambda window: window.deleteLater(), shiboken6.delete):
        window = MainWindow(Session())
        window.show()
        window.grab()  # the first paint
        window.close()
        gone(window)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
    assert capfd.readouterr().err == ""
