"""A lecture's heights, with every shipped problem; messages, which cover nothing that is read."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetricsF, QKeySequence
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from rnnviz.film import Progress
from rnnviz.problems.registry import PROBLEMS
from rnnviz.scenes.stage import layout_of
from rnnviz.views.header import Header, SentenceField
from rnnviz.views.look import DARK, LIGHT, Look
from rnnviz.views.training.bar import Readout
from rnnviz.views.widgets import TitledLabel

HD, LAPTOP, SMALL, LARGE = (1920, 1080), (1600, 900), (1024, 640), (3840, 2160)


def lecture(window, size):
    """F5 on a screen of that size."""
    if not window.lecture:
        window.commands.run("lecture")
        QApplication.processEvents()  # fullscreen offscreen: 800×800
    window.parts.message.clear()
    window.resize(*size)
    QApplication.processEvents()


def opened(qtbot, window, name):
    """A shipped problem, opened and shown in the middle of its way back."""
    session = window.session
    session.open_problem(name)
    qtbot.waitUntil(
        lambda: session.frame.run.shipped is not None and session.frame.run.shipped.name == name,
        timeout=20_000,
    )
    session.seek(1.5 * session.frame.steps)
    window.parts.message.clear()
    QApplication.processEvents()


def plot_height(window):
    return window.parts.slots.panel("gradient").axes.rect.h


def place(window, view):
    return QRect(view.mapTo(window.parts.central, QPoint(0, 0)), view.size())


@pytest.mark.parametrize("name", PROBLEMS)
def test_with_an_example_open_the_room_sees_the_gradient_and_the_weights_names(qtbot, window, name):
    lecture(window, HD)
    opened(qtbot, window, name)
    parts, frame = window.parts, window.session.frame
    assert all(part.isVisible() for part in (parts.problem, parts.training, parts.equation))
    assert plot_height(window) >= 165
    assert parts.stage.height() >= 0.42 * HD[1]
    shown = {shape.id for shape in parts.stage.scene().shapes}
    assert {"W_ax", "W_ya"} <= shown
    assert "W_aa" in shown or frame.steps == 1
    for size, share in ((LAPTOP, 0.15), (SMALL, 0.13), (LARGE, 0.16)):
        lecture(window, size)
        assert plot_height(window) >= share * size[1], size


@pytest.mark.parametrize("name", ["temperature", "stocks", "sunspots", "spoken_digit", "adding"])
def test_a_series_keeps_its_chart_on_a_small_screen(qtbot, window, name):
    lecture(window, SMALL)
    opened(qtbot, window, name)
    stage = window.parts.stage
    lay = layout_of(window.session.frame, stage.width(), stage.height(), window.look.unit)
    assert lay.chart is not None
    assert lay.minimap is not None
    assert lay.loss


@pytest.mark.parametrize("size", [HD, LAPTOP, SMALL, LARGE, (1366, 768), (800, 600)])
def test_type_is_as_large_as_it_must_be_and_no_larger(window, size):
    lecture(window, size)
    assert 0.022 * size[1] <= window.look.font().pixelSize() < 0.022 * size[1] + 1


def test_the_heights_follow_their_rule_until_somebody_drags(qtbot, window):
    lecture(window, HD)
    window.session.seek(10.0)  # from the first gradient on its panel is more than a line
    QApplication.processEvents()
    before = plot_height(window)
    opened(qtbot, window, "translation")
    example = plot_height(window)
    assert example < before
    stage = window.parts.stage.height()
    window.menus.actions["equation"].trigger()
    QApplication.processEvents()
    assert window.parts.stage.height() > stage
    assert plot_height(window) > example
    window.menus.actions["equation"].trigger()
    QApplication.processEvents()
    assert plot_height(window) == example
    splitter = window.parts.splitter
    splitter.moveSplitter(splitter.sizes()[0] - 60, 1)
    dragged = plot_height(window)
    assert dragged == example + 60
    window.menus.actions["equation"].trigger()
    QApplication.processEvents()
    assert plot_height(window) == dragged


def test_after_a_lecture_the_window_has_its_heights_again(qtbot, window):
    sizes = window.parts.splitter.sizes()
    lecture(window, HD)
    window.commands.run("lecture")
    QApplication.processEvents()
    window.resize(1600, 900)
    QApplication.processEvents()
    window.resize(1600, 902)
    QApplication.processEvents()
    now = window.parts.splitter.sizes()
    assert all(abs(a - b) <= 0.02 * sum(sizes) for a, b in zip(now, sizes, strict=True))


@pytest.mark.parametrize("size", [(1280, 720), (1600, 900)])
@pytest.mark.parametrize("name", ["", "parity-twins"])
def test_after_a_lecture_every_row_has_its_height_again(qtbot, window, size, name):
    """Also that of the branches, whose pills are larger there."""

    def rows():
        for _ in range(3):
            QApplication.processEvents()
        parts = window.parts
        of_all = (*parts.of_frame, parts.transport, *parts.branches.pills)
        return [(type(w).__name__, w.isVisible(), w.geometry()) for w in of_all]

    if name:
        window.session.open_problem(name)
    else:
        window.session.choose_compared(True)
    qtbot.waitUntil(lambda: not window.session.busy, timeout=20_000)
    window.resize(*size)
    before = rows()
    for _ in range(2):
        lecture(window, HD)
        assert [row[2] for row in rows()] != [row[2] for row in before]
        window.commands.run("lecture")
        QApplication.processEvents()
        window.resize(*size)
        assert rows() == before
    assert window.parts.branches.isVisible()


@pytest.mark.parametrize("whole_only", [False, True])
def test_what_an_example_is_about_ends_with_a_sentence(qtbot, whole_only):
    label = TitledLabel()
    qtbot.addWidget(label)
    label.whole_only = whole_only
    sentences = [
        "It is 1.5 times as long as any of those that it was trained on.",
        "What is to be seen?",
        "Nothing, e.g. at 2. step.",
    ]
    label.say("Echo", " ".join(sentences))
    seen = []
    for width in range(40, 1200, 3):
        label.resize(width, 24)
        seen.append(label.shown)
    wanted = [sentences[0] + " …", " ".join(sentences[:2]) + " …", " ".join(sentences)]
    whole = list(dict.fromkeys(said for said in seen if said in wanted))
    assert whole == wanted
    others = {said for said in seen if said not in wanted}
    assert all(not said or (said[:-1] in wanted[0] and said[-1] == "…") for said in others)
    assert whole_only == (others == {""})


# -- messages ----------------------------------------------------------------------------------


@pytest.mark.parametrize("in_lecture", [False, True])
@pytest.mark.parametrize("text", ["short", "a file that cannot be read, and why that is " * 6])
def test_a_message_covers_neither_curves_nor_what_is_said_nor_controls(
    qtbot, window, in_lecture, text
):
    opened(qtbot, window, "sunspots")
    for size in (HD, SMALL) if in_lecture else (LAPTOP, SMALL):
        if in_lecture:
            lecture(window, size)
        window.resize(*size)
        QApplication.processEvents()
        parts = window.parts
        parts.message.tell(text, error=True)
        QApplication.processEvents()
        bar = parts.message.geometry()
        label = parts.message.findChild(QLabel)
        assert parts.message.height() >= label.heightForWidth(label.width())
        for view in (*parts.slots.panels(), parts.training, parts.transport, parts.problem):
            assert not bar.intersects(place(window, view)), (size, view)
        formula = place(window, parts.equation)
        assert bar.intersects(formula)
        assert bar.bottom() <= formula.bottom()
        # No letter of the formula stands out above or below it.
        assert bar.top() <= formula.top() + 0.3 * window.look.unit
    window.menus.actions["equation"].trigger()
    QApplication.processEvents()
    bar = window.parts.message.geometry()
    assert place(window, window.parts.stage).contains(bar)


def test_news_leaves_with_the_next_step_and_an_error_stays(qtbot, window):
    session, bar = window.session, window.parts.message
    bar.tell("1 row was left out")
    session.choose_source(4)  # no step
    assert bar.isVisible()
    session.seek(3.0)
    assert bar.isHidden()
    bar.tell("line 3 has 2 values", error=True)
    bar_cancelled = []
    bar.cancelled.connect(lambda: bar_cancelled.append(True))
    session.seek(4.0)
    assert bar.isVisible()
    bar.tell("opening big.csv", cancel=True)
    session.seek(5.0)
    assert bar.isVisible()
    assert not bar_cancelled


def test_news_stays_while_the_film_runs_by_itself(qtbot, window):
    session, bar = window.session, window.parts.message
    session.toggle_play()
    bar.tell("trained for 40 updates")
    before = session.frame.playhead.position
    qtbot.waitUntil(lambda: session.frame.playhead.position > before, timeout=5000)
    assert bar.isVisible()
    session.toggle_play()


# -- a line of training, the sentence's field --------------------------------------------------


@pytest.mark.parametrize("unit", [15, 24, 48])
def test_the_trainings_line_has_room_for_its_words(qtbot, unit):
    look = Look(LIGHT, unit, lecture=True)
    line = Readout(None)
    qtbot.addWidget(line)
    line.set_look(look)
    hint = line.sizeHint()
    assert hint.height() <= 2.0 * unit
    first, loss = "update 16,000 of 16,000", "validation 8.6·10⁻⁵"
    words = QFontMetricsF(look.font(bold=True)).horizontalAdvance(first)
    words += QFontMetricsF(look.font(0.9)).horizontalAdvance(loss) + 1.7 * unit
    assert hint.width() >= words + 0.5 * unit


def test_while_something_is_trained_its_curve_stands_in_a_lecture_too(qtbot, window):
    lecture(window, HD)
    slots, bar = window.parts.slots, window.parts.training
    assert slots.shown == ("gradient",)
    window.session.training.emit(Progress(running=True, updates=10))
    QApplication.processEvents()
    assert slots.shown == ("gradient", "loss")
    assert bar.isVisible() and bar.height() < 2.2 * window.look.unit
    assert slots.panel("loss").curve.axes.rect.h >= 165
    assert plot_height(window) >= 165
    window.session.training.emit(Progress())
    QApplication.processEvents()
    assert slots.shown == ("gradient",)


def test_the_button_that_empties_the_field_grows_with_the_type(qtbot, window):
    field = window.findChild(Header).findChild(QLineEdit)
    small = field.button.width()
    assert field.button.isVisible()
    window.resize(3840, 2160)
    QApplication.processEvents()
    assert field.button.width() >= 2 * small
    assert field.button.width() >= window.look.unit
    assert field.rect().contains(field.button.geometry())
    qtbot.mouseClick(field.button, Qt.MouseButton.LeftButton)
    assert field.text() == ""
    assert field.hasFocus()
    assert field.button.isHidden()
    qtbot.keyClicks(field, "again")
    assert field.button.isVisible()


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_a_long_sentence_does_not_run_under_the_button(qtbot, palette):
    field = SentenceField()
    qtbot.addWidget(field)
    field.set_look(Look(palette, 24.0))
    field.resize(300, 50)
    field.show()
    field.setText("W" * 60)
    field.setCursorPosition(0)
    field.clearFocus()
    QApplication.processEvents()
    # Between letters and button.
    beside = QRect(field.button.x() - 2, field.button.y(), 2, field.button.height())
    image = field.grab().toImage().copy(beside)
    colours = {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}
    assert len(colours) == 1


@pytest.mark.parametrize(
    "key", ["PgDown", "Right", "Space", "End", "G", "M", "F2", "Ctrl+Z", "Alt+3", "X", "F10"]
)
def test_a_key_uncovers_a_blank_screen_and_does_nothing_unseen(qtbot, window, key):
    lecture(window, HD)
    before = window.session.frame
    window.commands.run("blank")
    assert window.parts.blank.isVisible()
    pressed = QKeySequence.fromString(key)[0]
    qtbot.keyClick(window.parts.blank, pressed.key(), pressed.keyboardModifiers())
    assert not window.parts.blank.isVisible()
    assert window.session.frame is before and not window.session.playing
    assert not window.parts.words_shown


def test_a_blank_screen_is_left_with_the_lecture(qtbot, window):
    lecture(window, HD)
    window.commands.run("blank")
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert not window.lecture and not window.parts.blank.isVisible()


@pytest.mark.parametrize("on", [False, True])
def test_a_message_lies_over_no_control_while_a_panel_fills_the_window(window, on):
    if on:
        lecture(window, HD)
    window.panels.fill(True)
    QApplication.processEvents()
    bar, transport = window.parts.message, window.parts.transport
    bar.tell("something went wrong", error=True)
    QApplication.processEvents()
    assert not bar.geometry().intersects(place(window, transport))
    assert place(window, window.parts.slots).contains(bar.geometry())
