"""The row of modes and the problem bar, in the real window."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from rnnviz.data import MODES
from rnnviz.film import Settings, ratio
from rnnviz.film.comparison import is_compared
from rnnviz.scenes.shapes import Role
from rnnviz.session.commands import EXAMPLES
from rnnviz.views.header import SentenceField
from rnnviz.views.look import DARK, LIGHT, Look
from rnnviz.views.modes import ModeRow
from rnnviz.views.overlays import MessageBar
from rnnviz.views.problem_bar import ProblemBar


def frame(window):
    return window.session.frame


def open_problem(qtbot, window, name):
    window.session.open_problem(name)
    qtbot.waitUntil(
        lambda: frame(window).run.shipped is not None and frame(window).run.shipped.name == name,
        timeout=20_000,
    )


def test_clicking_a_mode_moves_the_losses_and_one_key_takes_it_back(qtbot, window):
    row = window.findChild(ModeRow)
    before = frame(window)
    window.session.seek(4.0)
    for mode, button in row.buttons.items():
        if mode == frame(window).task.mode:
            continue
        assert button.isEnabled()
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert frame(window).task.mode == mode
        assert button.isChecked()
        assert frame(window).playhead.position == 4.0
    qtbot.keyClick(window, Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
    assert frame(window).task.mode == "synced"
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    paying = [t for t in range(1, 10) if frame(window).pays(t)]
    assert paying == [9]
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert frame(window).task.mode == "synced"
    assert frame(window).run.task is before.run.task
    now, then = (each.run.networks[0].parameters for each in (frame(window), before))
    assert all(np.array_equal(now[name], then[name]) for name in then)


def test_a_mode_that_is_not_possible_says_why(qtbot, window):
    open_problem(qtbot, window, "digits")
    row = window.findChild(ModeRow)
    assert not row.buttons["synced"].isEnabled()
    assert "made for one to one" in row.buttons["synced"].toolTip()
    qtbot.keyClick(window, Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
    assert "made for one to one" in window.findChild(MessageBar).text
    assert frame(window).task.mode == "one_to_one"


def test_examples_are_chosen_and_own_text_is_read(qtbot, window):
    open_problem(qtbot, window, "sentiment")
    bar = window.findChild(ProblemBar)
    assert bar.isVisible()
    network = frame(window).run.networks[0]
    bar.examples.setCurrentIndex(2)
    bar.examples.activated.emit(2)
    wanted = bar.examples.itemText(2)
    qtbot.waitUntil(lambda: frame(window).run.shipped.example == wanted, timeout=10_000)
    field = window.parts.header.findChild(SentenceField)
    field.setFocus()
    field.setText("not bad at all")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: frame(window).steps == 4, timeout=10_000)
    assert frame(window).run.networks[0] is network
    assert frame(window).task.sequence.tokens == ("not", "bad", "at", "all")
    qtbot.mouseClick(bar.leave, Qt.MouseButton.LeftButton)
    assert frame(window).run.shipped is None
    assert not bar.isVisible()


@pytest.mark.parametrize("width", [1024, 1600])
def test_the_title_of_an_example_is_never_cut(qtbot, window, width):
    window.resize(width, 640)
    open_problem(qtbot, window, "translation")
    bar = window.findChild(ProblemBar)
    qtbot.waitUntil(lambda: bar.title.width() >= bar.title.sizeHint().width())
    assert bar.title.sizeHint().width() > 100
    for button in (bar.own, bar.targets, bar.leave):
        assert button.width() >= button.minimumSizeHint().width()
        assert button.geometry().right() < bar.width()


def test_the_list_of_examples_is_wide_enough_for_them(qtbot, window):
    open_problem(qtbot, window, "name_tagging")
    box = window.findChild(ProblemBar).examples
    texts = [box.itemText(i) for i in range(box.count())]
    widest = max(box.fontMetrics().horizontalAdvance(text) for text in texts)
    assert box.view().minimumWidth() > widest > box.width()


def test_temperature_and_drawing_anew(qtbot, window):
    open_problem(qtbot, window, "names")
    bar = window.findChild(ProblemBar)
    assert bar.temperature.isVisible()
    bar.temperature.setValue(12)
    assert frame(window).run.task.temperature == pytest.approx(1.2)
    said = set()
    for _ in range(8):
        qtbot.mouseClick(bar.again, Qt.MouseButton.LeftButton)
        said.add(frame(window).task.sequence.tokens)
    assert len(said) > 3
    bar.temperature.setValue(0)
    assert not bar.again.isVisible()


def test_own_answers_or_the_targets(qtbot, window):
    open_problem(qtbot, window, "captions")
    bar = window.findChild(ProblemBar)
    assert bar.own.isChecked()
    qtbot.mouseClick(bar.targets, Qt.MouseButton.LeftButton)
    assert not frame(window).run.task.own
    assert not bar.temperature.isVisible()


def test_a_length_slider_for_memory_problems(qtbot, window):
    open_problem(qtbot, window, "echo")
    bar = window.findChild(ProblemBar)
    assert bar.length.isVisible()
    bar.length.setValue(5)
    qtbot.waitUntil(lambda: frame(window).run.shipped.length == 5, timeout=10_000)
    assert "5 steps ago" in frame(window).task.what


def test_a_series_is_forecast_beyond_its_end(qtbot, window):
    window.session.open_sample()
    qtbot.waitUntil(lambda: frame(window).task.sequence.kind == "series", timeout=20_000)
    steps = frame(window).steps
    window.menus.actions["ahead"].trigger()
    qtbot.waitUntil(lambda: frame(window).steps == steps + 24, timeout=20_000)
    assert frame(window).value(steps + 1) is None
    assert frame(window).entering(steps + 1) == pytest.approx(frame(window).prediction(steps))
    window.menus.actions["ahead"].trigger()
    qtbot.waitUntil(lambda: frame(window).steps == steps, timeout=20_000)


def test_examples_of_the_menu(qtbot, window):
    qtbot.waitUntil(lambda: len(window.menus.menus[EXAMPLES].actions()) > 5, timeout=20_000)
    texts = [action.text() for action in window.menus.menus[EXAMPLES].actions()]
    assert len([text for text in texts if text]) >= 15
    action = next(a for a in window.menus.menus[EXAMPLES].actions() if "digit" in a.text().lower())
    action.trigger()
    qtbot.waitUntil(
        lambda: (
            frame(window).run.shipped is not None and frame(window).run.shipped.name == "digits"
        ),
        timeout=20_000,
    )


def test_the_pictures_of_the_modes_differ(qtbot):
    row = ModeRow()
    qtbot.addWidget(row)
    for palette in (LIGHT, DARK):
        row.set_look(Look(palette, 14))
        row.show()
        QApplication.processEvents()
        images = [button.grab().toImage() for button in row.buttons.values()]
        assert len(images) == len(MODES)
        for i, one in enumerate(images):
            assert all(one != other for other in images[i + 1 :])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_sliders_can_be_seen_in_both_themes(qtbot, window, theme):
    window.set_theme(theme)
    open_problem(qtbot, window, "names")
    slider = window.findChild(ProblemBar).temperature
    picture = slider.grab().toImage()
    ground = window.look.palette.colour(Role.BACKGROUND)
    row = picture.height() // 2
    # Along its middle the groove and the knob stand out of the bar.
    apart = [
        abs(picture.pixelColor(x, row).lightness() - ground.lightness()) > 20
        for x in range(4, picture.width() - 4)
    ]
    assert sum(apart) > 0.9 * len(apart)


def test_a_trained_network_does_not_pretend_to_a_seed(qtbot, window):
    boxes = window.parts.model.boxes
    assert boxes["seed"].currentText() == "0"
    open_problem(qtbot, window, "sentiment")
    assert [boxes[name].currentIndex() for name in ("recurrent", "gain", "seed")] == [-1, -1, -1]
    assert boxes["recurrent"].placeholderText() == "given"
    boxes["units"].setCurrentIndex(2)
    boxes["units"].activated.emit(2)
    qtbot.waitUntil(lambda: frame(window).units == 4, timeout=10_000)
    assert boxes["recurrent"].currentText() == "orthogonal"
    assert not frame(window).run.log


@pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen, a menu asks for more
@pytest.mark.parametrize("button", [Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton])
def test_a_click_on_a_dim_picture_offers_what_ships_in_that_mode(qtbot, window, button):
    open_problem(qtbot, window, "digits")
    row = window.findChild(ModeRow)
    qtbot.waitUntil(lambda: bool(window.menus.menus[EXAMPLES].actions()), timeout=20_000)
    dim = row.buttons["encoder_decoder"]
    assert not dim.isEnabled()
    at = dim.mapTo(window, dim.rect().center())
    if button == Qt.MouseButton.RightButton:  # which the platform tells of by itself
        event = QContextMenuEvent(
            QContextMenuEvent.Reason.Mouse, dim.rect().center(), window.mapToGlobal(at)
        )
        QApplication.sendEvent(dim, event)
    else:
        qtbot.mouseClick(window.windowHandle(), button, pos=at)
    menu = QApplication.activePopupWidget()
    names = [action.text() for action in menu.actions()]
    assert names[0].startswith("Not here: ") and not menu.actions()[0].isEnabled()
    assert any("French" in name for name in names), names
    assert frame(window).task.mode == "one_to_one"
    menu.close()


def test_leaving_an_example_gives_back_what_was_open_before(qtbot, window):
    session = window.session
    session.open_text("one two three", "words", "mine.txt", edit=False)
    session.set_settings(replace(session.settings, cell="gru", units=8))
    session.seek(2.0)
    before = session.run
    open_problem(qtbot, window, "digits")
    assert session.run.settings.optimizer == "adam"
    session.set_settings(replace(session.settings, units=5))
    qtbot.mouseClick(window.parts.problem.leave, Qt.MouseButton.LeftButton)
    assert session.run is before
    assert session.playhead.position == 2.0
    assert session.undoes == "leaving the example"
    session.undo()
    assert session.run.shipped is not None and session.run.settings.units == 5


def test_the_lectures_sentence_has_its_own_network(qtbot, window):
    own = frame(window).run.settings
    open_problem(qtbot, window, "digits")
    window.commands.run("sentence")
    assert frame(window).run.settings == own


def test_a_shipped_problems_network_does_not_stay_for_the_next_text(qtbot, window):
    session = window.session
    session.set_settings(replace(session.settings, units=24))
    open_problem(qtbot, window, "digits")
    session.open_text("one two three", edit=False)
    assert session.settings.units == 24
    assert session.settings.optimizer == Settings().optimizer
    assert session.settings.cell == Settings().cell


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_an_opened_example_keeps_the_focus_on_the_stage(qtbot, window):
    stage = window.parts.stage
    stage.setFocus()
    open_problem(qtbot, window, "sentiment")
    assert window.focusWidget() is stage
    box = window.parts.problem.examples
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: box.view().isVisible())
    qtbot.keyClick(box.view(), Qt.Key.Key_Down)
    qtbot.keyClick(box.view(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.run.shipped.example == box.itemText(1))
    assert window.focusWidget() is stage


def turn(widget, notches=-1):
    place = QPointF(widget.rect().center())
    event = QWheelEvent(
        place,
        QPointF(widget.mapToGlobal(place.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_the_wheel_changes_nothing_that_was_not_clicked_into(qtbot, window):
    open_problem(qtbot, window, "names")
    run = window.session.run
    boxes = [*window.parts.model.boxes.values(), window.parts.problem.examples]
    for box in (*boxes, window.parts.problem.temperature):
        turn(box)
        box.setFocus(Qt.FocusReason.TabFocusReason)
        turn(box)
        assert window.session.run is run
    units = window.parts.model.boxes["units"]
    units.setFocus(Qt.FocusReason.MouseFocusReason)
    turn(units)
    assert window.session.run.settings.units != run.settings.units


def test_twins_are_seen_in_lanes_as_long_as_they_are_open(qtbot, window):
    before = window.panels.layout
    open_problem(qtbot, window, "parity")
    bar = window.findChild(ProblemBar)
    assert window.panels.layout == before
    assert bar.title.toolTip().startswith("One bit of memory")
    assert "both solve it" in bar.title.toolTip()
    window.menus.actions["twins"].trigger()
    qtbot.waitUntil(lambda: len(frame(window).branches.each) == 2, timeout=20_000)
    assert window.panels.layout.panels == ("lanes", "gradient")
    assert "lanes" in window.parts.slots.shown
    assert bar.title.toolTip().startswith("Held out at length 24, both solve it: ")
    window.panels.take_away()  # what is arranged meanwhile is not remembered
    assert window.session.preferences.layout("window") == before
    window.session.scale_weights("input", 1.0)
    assert bar.title.toolTip().startswith("Not as it ships: the network is scaled here. One bit")
    assert "solve" not in bar.title.toolTip()
    window.session.leave_problem()
    assert frame(window).run.shipped is None
    assert window.panels.layout == before
    assert not bar.isVisible()


def test_what_ships_side_by_side_is_in_the_menu_of_examples(qtbot, window):
    menu = window.menus.menus[EXAMPLES]
    qtbot.waitUntil(lambda: len(menu.actions()) > 1, timeout=20_000)
    action = next(a for a in menu.actions() if a.text() == "A sentence that vanishes")
    action.trigger()
    qtbot.waitUntil(lambda: frame(window).run.shipped is not None, timeout=20_000)
    parts = frame(window).sides
    norms = {side.name: side.norms[0] - side.norms[frame(window).source - 1] for side in parts}
    said = window.findChild(ProblemBar).title.toolTip()
    assert said == action.toolTip()
    for name, log10 in norms.items():
        assert f"{ratio(float(log10))} in the {name}" in said
    assert "Adding, length 30: LSTM and RNN" in [a.text() for a in menu.actions()]
    assert is_compared(frame(window).branches)
