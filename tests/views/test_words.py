"""The page of words with a real pointer and real keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from rnnviz.data import DEFAULT_SENTENCE
from rnnviz.film.word_space import Spoken, word_space
from rnnviz.scenes.shapes import Role, Text
from rnnviz.views.look import DARK, LIGHT, Look
from rnnviz.views.words import WordsView

SENTENCE = tuple(DEFAULT_SENTENCE.split())


@pytest.fixture
def view(qtbot):
    made = WordsView()
    qtbot.addWidget(made)
    made.resize(1600, 720)
    made.set_space(word_space())
    made.set_words(Spoken(SENTENCE, 16, 1, "RNN"))
    with qtbot.waitExposed(made):
        made.show()
    return made


def send(view, kind, point, button=Qt.MouseButton.NoButton, buttons=Qt.MouseButton.NoButton):
    at = QPointF(point)
    event = QMouseEvent(
        kind, at, view.mapToGlobal(at), button, buttons, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(view, event)


def hover(view, point):
    send(view, QEvent.Type.MouseMove, point)


def drag(view, start, *stops):
    left = Qt.MouseButton.LeftButton
    send(view, QEvent.Type.MouseButtonPress, start, left, left)
    for stop in stops:
        send(view, QEvent.Type.MouseMove, stop, Qt.MouseButton.NoButton, left)
    send(view, QEvent.Type.MouseButtonRelease, stops[-1], left)


def wheel(view, point, notches):
    at = QPointF(point)
    event = QWheelEvent(
        at, view.mapToGlobal(at), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def spot(view, word) -> QPointF:
    page = view.page()
    places = page.space.maps[page.method][[page.space.index(word)]]
    x, y = page.camera.seen(places, view.layout_shown().view)[0]
    return QPointF(float(x), float(y))


def middle(view, kind, step=0, unit=-1) -> QPoint:
    target = next(
        t for t in view.scene().targets if t.kind == kind and t.step == step and t.unit == unit
    )
    return QPoint(round(target.rect.cx), round(target.rect.cy))


def said(view) -> list[str]:
    return [
        s.text for s in view.scene().shapes if isinstance(s, Text) and s.id.startswith("readout")
    ]


def near(view) -> list[str]:
    return [s.text for s in view.scene().shapes if s.id.startswith("near") and "word" in s.id]


# -- what it is given ------------------------------------------------------------------------


def test_the_first_known_word_is_selected_and_described(qtbot, view):
    assert view.page().selected == "Harry"
    assert "number 4075 of 10000" in view.accessibleDescription()
    assert near(view)[0] in view.accessibleDescription()
    view.set_words(Spoken(("qqq", "new"), 16, 1, "RNN"))
    assert view.page().selected == "new"


def test_the_same_sentence_again_changes_nothing(view):
    before = view.scene()
    view.set_words(Spoken(SENTENCE, 16, 1, "RNN"))
    assert view.scene() is before
    view.set_words(Spoken(SENTENCE, 16, 4, "LSTM"))
    assert any("640,000" in s.text for s in view.scene().shapes if isinstance(s, Text))
    assert view.page().selected == "Harry"


def test_before_there_is_a_space_it_is_empty_and_quiet(qtbot):
    made = WordsView()
    qtbot.addWidget(made)
    made.set_words(Spoken(SENTENCE, 16, 1, "RNN"))
    made.set_look(Look(DARK))
    made.show()
    qtbot.waitExposed(made)
    assert made.scene() is None
    hover(made, QPoint(5, 5))
    qtbot.keyClick(made, Qt.Key.Key_Plus)
    wheel(made, QPoint(5, 5), 1)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize(("unit", "lecture"), [(14.0, False), (25.5, True)])
def test_both_looks_paint_the_lit_cells_in_the_inputs_colour(view, palette, unit, lecture):
    view.set_look(Look(palette, unit, lecture))
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    scene = view.scene()
    ratio = image.devicePixelRatio()
    lit = [s for s in scene.shapes if s.id.endswith(":lit")]
    assert len(lit) >= 5
    for cell in lit:
        at = QPoint(round(cell.rect.cx * ratio), round(cell.rect.cy * ratio))
        assert image.pixelColor(at).name() == palette.colour(Role.INPUT).name()
    ground = image.pixelColor(QPoint(2, image.height() - 3))
    assert ground.name() == palette.colour(Role.BACKGROUND).name()
    sizes = [s.size for s in scene.shapes if isinstance(s, Text)]
    assert min(sizes) >= (unit if lecture else 0.8 * unit)


# -- the pointer -----------------------------------------------------------------------------


def test_the_pointer_on_a_strip_reads_the_word_there(view):
    lay = view.layout_shown()
    row = lay.row(0)
    x = lay.strips.x + 0.70005 * lay.strips.w
    hover(view, QPointF(x, row.cy))
    number = int((x - lay.strips.x) / lay.strips.w * 10_000) + 1
    assert said(view)[0] == f"{view.page().space.words[number - 1]} = {number}"
    assert "0 here" in said(view)[1]
    lit = next(s for s in view.scene().shapes if s.id == "row:1:lit")
    hover(view, QPointF(lit.rect.x + 0.5, row.cy))  # at the edge of what is drawn of it
    assert said(view)[0] == "harry = 4075"
    assert "1 here" in said(view)[1]


def test_the_pointer_on_the_ruler_and_on_a_number_reads_them(view):
    lay = view.layout_shown()
    hover(view, QPointF(lay.ruler.cx, lay.ruler.bottom - 0.6 * lay.unit))
    number = round(0.5 * 10_000) + 1
    assert said(view) == [
        f"{view.page().space.words[number - 1]} = {number}",
        "number 5,001 of 10,000",
    ]
    hover(view, QPointF(lay.dense.x + 1.5 / 16 * lay.dense.w, lay.row(8).cy))
    value = view.page().space.vectors[view.page().space.index("spell"), 1]
    assert said(view)[0] == "spell"
    assert said(view)[1].startswith("number 2 of 16: ")
    assert said(view)[1].endswith(f"{value:.4f}".replace("-", "−"))


def test_pointing_at_a_word_shows_its_neighbours_and_leaving_the_selected_ones(view):
    at_harry = near(view)
    hover(view, middle(view, "word", 8))
    space = view.page().space
    assert near(view) == [n.word for n in space.neighbours(space.index("spell"), 12)]
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert near(view) == at_harry


def test_a_click_selects_a_word_a_dot_and_a_neighbour(qtbot, view):
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(view, "word", 7))
    assert view.page().selected == "new"
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot(view, "bread").toPoint())
    assert view.page().space.groups[view.page().space.index(view.page().selected)] == "foods"
    chosen = next(t for t in view.scene().targets if t.kind == "near")
    at = QPoint(round(chosen.rect.cx), round(chosen.rect.cy))
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert view.page().selected == view.page().space.learned[chosen.unit]


def test_a_drag_pans_and_is_no_click(view):
    before, selected = spot(view, "bread"), view.page().selected
    start = spot(view, "spell")
    wheel(view, start, 4)  # room to pan
    before = spot(view, "bread")
    drag(view, start, start + QPointF(20, 6), start + QPointF(40, -30))
    after = spot(view, "bread")
    assert (after - before).x() == pytest.approx(40, abs=1e-6)
    assert (after - before).y() == pytest.approx(-30, abs=1e-6)
    assert view.page().selected == selected


def test_the_wheel_zooms_about_the_pointer(view):
    at = spot(view, "bread")
    wheel(view, at, 3)
    assert view.page().camera.zoom == pytest.approx(1.25**3)
    assert (spot(view, "bread") - at).manhattanLength() < 1e-6
    wheel(view, at, -30)
    assert view.page().camera.zoom == 1.0


def test_the_wheel_over_the_table_scrolls_a_long_text(view):
    view.set_words(Spoken(SENTENCE * 6, 16, 1, "RNN"))
    lay = view.layout_shown()
    at = QPointF(lay.names.x + 5, lay.row(1).cy)
    wheel(view, at, -1)
    assert view.page().first == 2
    wheel(view, at, -500)
    assert view.page().first == len(SENTENCE) * 6 - lay.rows
    wheel(view, at, 500)
    assert view.page().first == 0


def test_the_buttons_do_what_they_say(qtbot, view):
    def press(unit: int) -> None:
        at = middle(view, "button", unit=unit)
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)

    press(0)
    assert view.page().camera.zoom == pytest.approx(1.4)
    press(1)
    assert view.page().camera.zoom == pytest.approx(1.0)
    press(0)
    press(2)
    assert view.page().camera.zoom == 1.0
    press(4)
    assert view.page().method == "PCA"
    press(3)
    assert view.page().method == "t-SNE"


# -- keys ------------------------------------------------------------------------------------


def test_keys_zoom_pan_and_reset(qtbot, view):
    key = Qt.Key
    qtbot.keyClick(view, key.Key_Plus)
    qtbot.keyClick(view, key.Key_Equal)
    assert view.page().camera.zoom == pytest.approx(1.4**2)
    before = spot(view, "bread")
    qtbot.keyClick(view, key.Key_Right)
    qtbot.keyClick(view, key.Key_Down)
    moved = spot(view, "bread") - before
    assert (moved.x(), moved.y()) == (pytest.approx(-42), pytest.approx(-42))
    qtbot.keyClick(view, key.Key_Left)
    qtbot.keyClick(view, key.Key_Up)
    assert (spot(view, "bread") - before).manhattanLength() < 1e-6
    qtbot.keyClick(view, key.Key_Minus)
    assert view.page().camera.zoom == pytest.approx(1.4)
    qtbot.keyClick(view, key.Key_0)
    assert view.page().camera.zoom == 1.0
    assert (view.page().camera.x, view.page().camera.y) == (0.0, 0.0)
    qtbot.keyClick(view, key.Key_P)
    assert view.page().method == "PCA"
    qtbot.keyClick(view, key.Key_P)
    assert view.page().method == "t-SNE"


def test_keys_go_through_the_sentence_word_by_word(qtbot, view):
    view.set_words(Spoken(("the", "cat", "saw", "the", "dog"), 16, 1, "RNN"))
    seen = [view.page().selected]
    for _ in range(5):
        qtbot.keyClick(view, Qt.Key.Key_PageDown)
        seen.append(view.page().selected)
    assert seen == ["the", "cat", "saw", "dog", "dog", "dog"]
    for _ in range(3):
        qtbot.keyClick(view, Qt.Key.Key_PageUp)
    assert view.page().selected == "the"


def test_going_on_scrolls_the_table(qtbot, view):
    words = tuple(view.page().space.learned[:60])
    view.set_words(Spoken(words, 16, 1, "RNN"))
    for _ in range(40):
        qtbot.keyClick(view, Qt.Key.Key_PageDown)
    assert view.page().selected == words[40]
    rows = [s.id for s in view.scene().shapes if s.id.endswith(":mark")]
    assert rows == ["row:41:mark"]


@pytest.mark.parametrize(
    ("key", "modifier", "kept"),
    [
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, True),
        (Qt.Key.Key_Plus, Qt.KeyboardModifier.ShiftModifier, True),
        (Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier, False),
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier, False),
        (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, False),
    ],
)
def test_only_its_own_keys_are_kept_from_the_window(view, key, modifier, kept):
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifier)
    event.ignore()
    QApplication.sendEvent(view, event)
    assert event.isAccepted() == kept
