"""The row of modes and the problem bar, in the real window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from rnnviz.data import MODES
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
    assert frame(window).run.networks[0] is before.run.networks[0]


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
    window.menus.actions["forecast"].trigger()
    qtbot.waitUntil(lambda: frame(window).steps == steps + 24, timeout=20_000)
    assert frame(window).value(steps + 1) is None
    assert frame(window).entering(steps + 1) == pytest.approx(frame(window).prediction(steps))
    window.menus.actions["forecast"].trigger()
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
