"""The one chart's hand and its pictures: zoom, pan, copy, save; no step is sought by them."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QImage,
    QPainter,
    QPicture,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from rnnviz.film import Stage
from rnnviz.scenes.shapes import Role
from rnnviz.views.chart.forecast import ForecastPanel
from rnnviz.views.chart.gradient import GradientPanel
from rnnviz.views.chart.view import drawing_of
from rnnviz.views.drawing import drawn_as
from rnnviz.views.hidden_state import HiddenStatePanel
from rnnviz.views.look import LIGHT, Look

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def panel_of(qtbot):
    def make(frame, kind=GradientPanel):
        panel = kind()
        qtbot.addWidget(panel)
        panel.resize(780, 250)
        panel.set_look(Look(LIGHT))
        panel.set_frame(frame)
        panel.view.build()
        if isinstance(panel, HiddenStatePanel):
            panel.show_mode("lines")
        panel.show()
        qtbot.waitExposed(panel)
        panel.grab()
        return panel

    return make


def axes_of(panel):
    return panel.picture().drawn.axes if isinstance(panel, HiddenStatePanel) else panel.axes


def turn(panel, x, y, angle):
    none = Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        QPointF(x, y), QPointF(x, y), QPoint(), QPoint(0, angle), Qt.MouseButton.NoButton, none,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(panel, event)


KINDS = [GradientPanel, HiddenStatePanel, ForecastPanel]


@pytest.mark.parametrize("kind", KINDS)
def test_the_wheel_zooms_around_the_pointer_and_a_double_click_shows_all(
    frame_of, panel_of, qtbot, kind
):
    panel = panel_of(frame_of(60, position=60), kind)
    axes = axes_of(panel)
    x, y = axes.rect.cx + 50, axes.rect.cy
    value = axes.x_at(x)
    with qtbot.assertNotEmitted(panel.sought):
        turn(panel, x, y, 360)
    near = axes_of(panel)
    assert near.x_range[1] - near.x_range[0] < 0.6 * (axes.x_range[1] - axes.x_range[0])
    assert near.x_at(x) == pytest.approx(value, abs=0.5)
    assert near.y_range != axes.y_range
    before = panel.grab().toImage()
    qtbot.mouseDClick(panel, LEFT, pos=QPoint(round(x), round(y)))
    assert axes_of(panel) == axes
    assert panel.grab().toImage() != before


@pytest.mark.parametrize("kind", KINDS)
def test_over_an_axis_the_wheel_zooms_that_axis_alone(frame_of, panel_of, kind):
    panel = panel_of(frame_of(60, position=60), kind)
    whole = axes_of(panel)
    turn(panel, whole.rect.x - 8, whole.rect.cy, 240)
    axes = axes_of(panel)
    assert axes.x_range == pytest.approx(whole.x_range) and axes.y_range != whole.y_range
    panel.view.show_all()
    turn(panel, whole.rect.cx, whole.rect.bottom + 8, 240)
    axes = axes_of(panel)
    assert axes.y_range == whole.y_range and axes.x_range != whole.x_range


@pytest.mark.parametrize(("button", "modifier"), [(LEFT, SHIFT), (MIDDLE, None)])
def test_a_drag_moves_the_picture_and_seeks_nothing(frame_of, panel_of, qtbot, button, modifier):
    panel = panel_of(frame_of(60, position=60))
    rect = panel.axes.rect
    turn(panel, rect.cx, rect.cy, 480)
    before = panel.axes
    start = QPoint(round(rect.cx), round(rect.cy))
    held = modifier or Qt.KeyboardModifier.NoModifier
    with qtbot.assertNotEmitted(panel.sought):
        QTest.mousePress(panel, button, held, start)
        QTest.mouseMove(panel, start + QPoint(40, 10))
        QTest.mouseRelease(panel, button, held, start + QPoint(40, 10))
    assert panel.axes.x_at(rect.cx + 40) == pytest.approx(before.x_at(rect.cx), abs=0.05)
    assert panel.axes.x_range[0] < before.x_range[0]


def test_keys_zoom_and_move(frame_of, panel_of, qtbot):
    panel = panel_of(frame_of(60, position=60))
    whole = panel.axes
    qtbot.keyClick(panel, Qt.Key.Key_Plus)
    nearer = panel.axes.x_range
    assert whole.x_range[0] < nearer[0] and nearer[1] < whole.x_range[1]
    qtbot.keyClick(panel, Qt.Key.Key_Right, ALT)
    assert panel.axes.x_range[0] > nearer[0]
    qtbot.keyClick(panel, Qt.Key.Key_Minus)
    qtbot.keyClick(panel, Qt.Key.Key_0)
    assert panel.axes == whole


def test_a_click_in_a_zoomed_chart_seeks_the_step_that_is_there(frame_of, panel_of, qtbot):
    frame = frame_of(60, position=4)
    panel = panel_of(frame)
    rect = panel.axes.rect
    turn(panel, rect.x, rect.cy, 600)
    step = 7
    place = QPoint(round(panel.axes.x(step)), round(rect.cy))
    assert rect.contains(place.x(), place.y())
    with qtbot.waitSignal(panel.sought) as caught:
        qtbot.mouseClick(panel, LEFT, pos=place)
    assert caught.args == [frame.timeline.position(Stage.BACKWARD, step)]


def test_another_sequence_is_seen_whole_and_another_pass_as_the_last_was(frame_of, panel_of):
    panel = panel_of(frame_of(60, position=60))
    turn(panel, panel.axes.rect.cx, panel.axes.rect.cy, 240)
    seen = panel.axes.x_range
    panel.set_frame(frame_of(60, position=60, seed=5))
    assert panel.axes.x_range == seen
    panel.set_frame(frame_of(40, position=40))
    assert panel.axes.x_range[0] < 1 and panel.axes.x_range[1] > 40


def test_the_menu_copies_a_picture_and_the_numbers(frame_of, panel_of):
    frame = frame_of(position=18)
    panel = panel_of(frame)
    actions = {action.text().replace("&", "").split("\t")[0]: action for action in menu(panel)}
    actions["Copy numbers"].trigger()
    rows = QGuiApplication.clipboard().text().splitlines()
    assert rows[0].startswith("step\tbound\t") and len(rows) == 10
    assert rows[1].startswith("step 1 “Harry”\t")
    actions["Copy picture"].trigger()
    assert QGuiApplication.clipboard().image().width() == 2 * panel.width()
    assert not actions["Show all"].isEnabled()


def menu(panel):
    made = panel.view.menu()
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    return made.actions()


def test_names_without_room_are_in_the_menu(frame_of, panel_of):
    panel = panel_of(frame_of(position=18))
    assert not any("No room" in action.text() for action in menu(panel))
    panel.resize(110, 100)
    panel.grab()
    assert any("bound" in action.text() for action in menu(panel))


def test_the_right_button_opens_the_menu_and_seeks_nothing(frame_of, panel_of, qtbot, monkeypatch):
    opened = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, at: opened.append(menu))
    panel = panel_of(frame_of(position=4))
    place = QPoint(300, 120)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, panel.mapToGlobal(place))
    with qtbot.assertNotEmitted(panel.sought):
        QApplication.sendEvent(panel, event)
    assert len(opened) == 1 and len(opened[0].actions()) >= 7


@pytest.mark.parametrize("kind", KINDS)
def test_text_stays_text_in_a_drawing(frame_of, panel_of, kind):
    panel = panel_of(frame_of(60, position=60), kind)
    drawn = panel.picture().drawn if kind is HiddenStatePanel else panel.drawn()
    data = drawn_as(
        "svg", drawing_of(drawn.surface, lambda painter: drawn.draw(painter, 30.0, 30.0))
    )
    root = ElementTree.fromstring(data)
    texts = ["".join(node.itertext()).strip() for node in root.iter() if node.tag.endswith("text")]
    for _, text in (*drawn.axes.x_ticks, *drawn.axes.y_ticks):
        assert text in texts
    paths = [node for node in root.iter() if node.tag.endswith(("path", "polyline"))]
    assert len(paths) >= 2
    assert not any(node.tag.endswith("image") for node in root.iter())


def test_a_scaled_drawing_has_its_grid_and_lines_as_wide_as_the_rest_of_it(frame_of, panel_of):
    panel = panel_of(frame_of(position=14))
    drawn, wide = panel.drawn(), {}
    x, grid = round(drawn.axes.x(4.5)), panel.surface.look.palette.colour(Role.LINE)
    for scale in (1, 6):
        picture = QPicture()
        with QPainter(picture) as painter:
            painter.scale(scale, scale)
            drawn.draw(painter, 1.0, None)
        image = QImage(panel.width() * scale, panel.height() * scale, QImage.Format.Format_RGB32)
        image.fill(grid.lighter())
        with QPainter(image) as painter:
            picture.play(painter)
        colours = [image.pixelColor(x * scale, y) for y in range(image.height())]
        wide[scale] = sum(each.green() < 120 and each.red() > 140 for each in colours) / scale
        lines = sum(each == grid for each in colours) / scale
        assert lines == pytest.approx(len(drawn.axes.y_ticks), abs=1)
    assert 1.0 <= wide[1] <= 5.0 and abs(wide[6] - wide[1]) < 1.0


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_a_picture_that_is_asked_for_is_drawn_without_the_panel(frame_of, panel_of, qtbot, ending):
    panel = panel_of(frame_of(position=14))
    with qtbot.waitSignal(panel.view.picture_asked) as asked:
        next(a for a in menu(panel) if "Save" in a.text()).trigger()
    drawing, name = asked.args
    panel.set_frame(frame_of(position=2))
    data = drawn_as(ending, drawing, title=name)
    assert data.startswith({"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[ending])
    if ending == "png":
        assert QImage.fromData(data).size() == panel.size() * 2


def test_a_series_has_its_forecasts_and_other_tasks_say_why_not(frame_of, panel_of, qtbot):
    panel = panel_of(frame_of(60, position=20), ForecastPanel)
    assert [c.name for c in panel.chart().curves][-1] == "untrained network"
    rect = panel.axes.rect
    with qtbot.waitSignal(panel.forecast_origin_chosen) as caught:
        at = QPoint(round(panel.axes.x(12)), round(rect.cy))
        qtbot.mouseClick(panel, LEFT, pos=at)
    assert caught.args == [12]
    panel.set_frame(frame_of(position=3))
    assert panel.chart() is None and "series" in panel.said
    assert not panel.grab().isNull()


def test_a_double_click_on_the_gradient_leaves_the_film_where_it_was(qtbot, window):
    session, panel = window.session, window.parts.slots.panel("gradient")
    session.seek(12.0)
    panel.grab()
    rect = panel.axes.rect
    at = QPoint(round(rect.x + 0.2 * rect.w), round(rect.cy))
    qtbot.mouseClick(panel, LEFT, pos=at)
    assert session.playhead.position != 12.0
    session.seek(12.0)
    qtbot.mouseClick(panel, LEFT, pos=at)
    QTest.mouseDClick(panel, LEFT, pos=at)
    assert session.playhead.position == 12.0
