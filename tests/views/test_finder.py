"""The palette of commands and F1: what is found, how it is used, that it can be read."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from rnnviz.film.fields import FIELDS
from rnnviz.film.panels import PANELS
from rnnviz.session.commands import COMMANDS
from rnnviz.views.finder.entries import Entry, found
from rnnviz.views.finder.other_words import OTHER_WORDS


def entries(*texts):
    return [Entry("Menu", text) for text in texts]


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("lstm", "Cell: LSTM"),
        ("cell l", "Cell: LSTM"),
        ("units 64", "Units: 64"),
        ("64 units", "Units: 64"),
        ("opt adam", "Optimiser: Adam"),
        ("adam", "Optimiser: Adam"),
        ("nxst", "Next step"),
    ],
)
def test_the_best_comes_first(query, best):
    texts = ("Optimiser: AdamW", "Optimiser: Adam", "Units: 6", "Units: 64", "Next step",
             "Inside the memory cell", "Cell: RNN", "Cell: LSTM")  # fmt: skip
    assert found(query, entries(*texts))[0].text == best


def test_nothing_is_found_of_nonsense_and_all_of_nothing():
    made = entries("Next step", "Back one step")
    assert found("  ", made) == made
    assert not found("xyzzy", made)
    assert not found("next xyzzy", made)
    assert not found("lstm", entries("Leave words or lecture, dismiss a message"))


@pytest.fixture
def palette(qtbot, window):
    QApplication.processEvents()  # until then it is not the active window, and hears no keys
    qtbot.keyClick(
        window,
        Qt.Key.Key_P,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    assert window.finder.isVisible()
    return window.finder


def typed(qtbot, finder, text):
    qtbot.keyClicks(finder.field, text)
    return finder


def test_it_is_used_by_the_keyboard_alone(qtbot, window, palette):
    assert window.focusWidget() is palette.field
    typed(qtbot, palette, "cell lstm")
    assert palette.chosen.text == "Cell: LSTM"
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isHidden()
    assert window.session.settings.cell == "lstm"
    assert window.focusWidget() is not palette.field


def test_keys_are_text_there_and_escape_leaves(qtbot, window, palette):
    before = window.session.playhead
    typed(qtbot, palette, "g c f b")
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_Space, Qt.Key.Key_Tab):
        qtbot.keyClick(palette.field, key)
    assert window.session.playhead == before and not window.session.playing
    assert palette.isVisible()
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert palette.isHidden()
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: window.session.playhead.position > 0)


def test_every_command_and_every_choice_is_in_it(window, palette):
    texts = {entry.text for entry in palette.shown}
    assert {window.commands.title(name) for name in COMMANDS} <= texts
    shown = "units layers gain seed optimizer clipping theme colours speed"
    for name in shown.split():
        row = FIELDS[name]
        ends = {text.partition(": ")[2] for text in texts}
        assert all(choice.short in ends for choice in row.choices)
    undo = next(entry for entry in palette.shown if entry.text == "Undo")
    assert undo.why_not == "there is no edit to take back" and undo.keys
    marked = {entry.text for entry in palette.shown if entry.marked}
    assert {"Cell: RNN (Elman)", "Units: 16", "Optimiser: SGD", "Animate steps"} <= marked


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("font size", "Larger type"),
        ("screenshot", "Export"),
        ("presentation", "Lecture, fullscreen"),
        ("load", "Open"),
        ("shortcuts", "Keys and settings"),
        ("hidden size 32", "Units: 32"),
        ("forget gate", "Panel: Inside the memory cell"),
        ("vanishing", "Gradient"),
        ("exit", "Quit"),
        ("learning rate", "Learning rate η"),
        ("lr", "Learning rate η"),
    ],
)
def test_words_of_other_programs_find_it_too(qtbot, palette, words, first):
    typed(qtbot, palette, words)
    assert palette.chosen.text == first


def test_other_words_are_those_of_something_that_is_there():
    assert set(OTHER_WORDS) <= {*COMMANDS, *FIELDS, *PANELS}


def test_what_cannot_be_done_is_not_done_and_says_why(qtbot, window, palette):
    typed(qtbot, palette, "undo")
    assert palette.chosen.text == "Undo"
    assert palette.told.text().startswith("Not now: there is no edit to take back.")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_a_number_is_taken_as_it_was_typed_or_refused_with_its_range(qtbot, window, palette):
    typed(qtbot, palette, "units 5")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.session.settings.units == 5
    window.commands.run("palette")
    typed(qtbot, palette, "units 5000")
    assert FIELDS["units"].refusal(5000) in palette.told.text()
    palette.field.clear()
    typed(qtbot, palette, "learning rate 0.03")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.session.run.learning_rate == 0.03


def test_a_panel_is_found_and_stays_under_the_stage(qtbot, window, palette):
    typed(qtbot, palette, "panel loss")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    slots = window.parts.slots
    assert "loss" in slots.shown  # though there is nothing to show of it yet
    assert slots.current == "loss"


def test_what_was_done_is_rather_meant_than_its_undoing():
    undo = Entry("Edit", "Undo: forecast of 24 steps", quotes=True)
    forecast = Entry("Film", "Forecast a series beyond its end")
    assert found("forecast", [undo, forecast]) == [forecast, undo]
    assert found("undo", [forecast, undo]) == [undo]


def test_files_with_names_like_html_are_plain_and_those_that_are_gone_say_so(window, tmp_path):
    (tmp_path / "<b>x.txt").write_text("one two three")
    window.session.preferences.add_recent(str(tmp_path / "gone.txt"))
    window.session.preferences.add_recent(str(tmp_path / "<b>x.txt"))
    window.commands.run("palette")
    entry = next(e for e in window.finder.shown if e.text == "Open <b>x.txt")
    gone = next(e for e in window.finder.shown if e.text == "Open gone.txt")
    assert not entry.why_not and gone.why_not
    assert window.finder.told.textFormat() == Qt.TextFormat.PlainText


def test_examples_are_opened(qtbot, window, palette):
    qtbot.waitUntil(lambda: len(window.menus.menus["E&xamples"].actions()) > 5, timeout=20_000)
    window.commands.run("palette")
    typed(qtbot, palette, "example digit")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.run.shipped is not None, timeout=20_000)


def test_f1_has_every_command_by_menu_and_every_setting(qtbot, window):
    qtbot.keyClick(window, Qt.Key.Key_F1)
    finder = window.finder
    groups = list(dict.fromkeys(entry.group for entry in finder.shown))
    assert groups[:3] == ["File", "Edit", "Film"]
    assert [e for g in groups for e in finder.shown if e.group == g] == finder.shown
    texts = [entry.text for entry in finder.shown]
    assert len(texts) == len(COMMANDS) + len(FIELDS)
    for name, row in COMMANDS.items():
        if row.keys:
            entry = next(e for e in finder.shown if e.text == window.commands.title(name))
            assert entry.keys == window.menus.keys(name)
    typed(qtbot, finder, "factor")
    assert "vanishes" in finder.told.text() and "--gain" in finder.told.text()
    assert "Part 7" in finder.told.text()
    qtbot.keyClick(finder.field, Qt.Key.Key_Escape)
    assert finder.isHidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1024, 640), (1600, 900)])
def test_it_lies_over_the_stage_in_the_middle(window, theme, size):
    window.set_theme(theme)
    window.resize(*size)
    window.commands.run("keys")
    QApplication.processEvents()
    finder, central = window.finder, window.centralWidget()
    assert central.rect().contains(finder.geometry())
    assert abs(finder.geometry().center().x() - central.rect().center().x()) <= 1
    assert finder.field.font().pixelSize() >= window.look.unit
    for child in (finder.field, finder.list, finder.told):
        assert finder.rect().contains(child.geometry())
    window.resize(900, 560)
    QApplication.processEvents()
    assert central.rect().contains(finder.geometry())


def test_a_lectures_type_in_a_lecture(qtbot, window):
    window.commands.run("lecture")
    window.commands.run("palette")
    finder = window.finder
    for child in (finder.field, finder.list, finder.told):
        assert child.font().pixelSize() >= 0.022 * window.height()
    qtbot.keyClick(finder.field, Qt.Key.Key_Escape)
    assert window.lecture


def test_commands_are_found_by_what_is_said_of_them(qtbot, window):
    window.commands.run("keys")
    typed(qtbot, window.finder, "branch")
    texts = [entry.text for entry in window.finder.shown]
    assert {"Fork this run", "Compare the cells' gradients", "Close this branch"} <= set(texts)
    assert texts.index("Close this branch") < texts.index("Fork this run")


@pytest.mark.parametrize("command", ["palette", "keys"])
def test_it_is_as_high_as_what_it_has_found(qtbot, window, command):
    window.commands.run(command)
    whole = window.finder.height()
    typed(qtbot, window.finder, "fork")
    few = window.finder
    assert few.height() < 0.7 * whole
    rows = few.list
    assert rows.height() >= rows.count() * rows.sizeHintForRow(0) or rows.count() > 8
