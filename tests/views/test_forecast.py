"""The forecast panel in the window: its origin, horizon and column, and the key to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rnnviz.data import Sequence, make_task
from rnnviz.film import Branches, Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.film.notation import LECTURE
from rnnviz.film.panels import of_panels
from rnnviz.scenes.charts.forecast import interval_of, value_words

LEFT = Qt.MouseButton.LeftButton


def frame_of(columns=1, steps=240):
    rng = np.random.default_rng(4)
    values = 20 + rng.standard_normal((steps, columns)).cumsum(axis=0)
    tokens = tuple(f"2020-{i}" for i in range(1, steps + 1))
    names = ("first", "second")[:columns]
    made = Sequence("series", "s.csv", tokens, values, names, None, None, ())
    run = start_run(replace(make_task(made), trained=160), Settings(units=4))
    passing = compute_pass(run, 0, 0)
    return resolve(run, Playhead(), passing, Branches.of(run))


def opened(qtbot, window, columns=1):
    window.session.open_frame(frame_of(columns))
    idle(qtbot, window)
    return window.session


def idle(qtbot, window):
    qtbot.waitUntil(lambda: not window.session.busy, timeout=20_000)


def filled(qtbot, window):
    """The panel, filling the window."""
    window.menus.actions["forecast"].trigger()
    idle(qtbot, window)
    window.finish()
    panel = window.parts.slots.panel("forecast")
    qtbot.waitUntil(lambda: panel.height() > 400, timeout=10_000)  # it is given its room later
    panel.grab()
    return panel


def test_the_key_leads_to_the_forecast_and_back(qtbot, window):
    opened(qtbot, window)
    before = window.panels.layout
    panel = filled(qtbot, window)
    slots = window.parts.slots
    assert slots.filling == "forecast" and slots.shown == ("forecast",)
    assert window.menus.actions["forecast"].isChecked()
    assert "held-out origins" in panel.said
    assert panel.errors.isVisible()
    window.menus.actions["forecast"].trigger()
    idle(qtbot, window)
    assert not slots.filling
    assert window.panels.layout == before
    assert not window.menus.actions["forecast"].isChecked()
    # Escape leaves it as well, and nothing stays behind.
    filled(qtbot, window)
    window.commands.run("leave")
    assert window.panels.layout == before


def test_a_document_saved_while_it_fills_the_window_is_opened_so(qtbot, window, tmp_path):
    opened(qtbot, window)
    window.parts.splitter.setSizes([300, 400])
    layout, sizes = window.panels.layout, window.parts.splitter.sizes()
    kept = window.session.preferences.layout("window")
    panel = filled(qtbot, window)
    assert window.session.preferences.layout("window") == kept  # nothing of it at the next start
    QTest.mouseClick(panel.near, LEFT)
    assert panel.near.isChecked()
    done = []
    window.session.autosave.save(tmp_path / "v.rnnviz", lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done), timeout=10_000)
    window.menus.actions["forecast"].trigger()
    idle(qtbot, window)
    panel.near.setChecked(False)
    window.parts.splitter.setSizes([450, 250])
    home = window.session.home
    window.session.open_document(tmp_path / "v.rnnviz")
    qtbot.waitUntil(lambda: window.session.home is not home, timeout=10_000)
    idle(qtbot, window)
    slots = window.parts.slots
    assert slots.filling == "forecast" and slots.shown == ("forecast",)
    assert window.menus.actions["forecast"].isChecked()
    assert slots.panel("forecast").near.isChecked()
    window.menus.actions["forecast"].trigger()
    idle(qtbot, window)
    assert window.panels.layout == layout and not slots.filling
    wanted = pytest.approx(sizes, abs=2)
    qtbot.waitUntil(lambda: window.parts.splitter.sizes() == wanted, timeout=5_000)
    # One that was saved with all panels shows them, whatever fills the window now.
    done.clear()
    window.session.autosave.save(tmp_path / "all.rnnviz", lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done), timeout=10_000)
    filled(qtbot, window)
    home = window.session.home
    window.session.open_document(tmp_path / "all.rnnviz")
    qtbot.waitUntil(lambda: window.session.home is not home, timeout=10_000)
    idle(qtbot, window)
    assert not slots.filling and window.panels.layout == layout


def test_a_lecture_begins_with_the_forecast_that_fills_the_window(qtbot, window):
    opened(qtbot, window)
    before = window.panels.layout
    filled(qtbot, window)
    slots = window.parts.slots
    window.menus.actions["lecture"].trigger()
    idle(qtbot, window)
    assert window.lecture and slots.filling == "forecast"
    lecture = window.session.preferences.layout("lecture")
    window.menus.actions["lecture"].trigger()
    idle(qtbot, window)
    assert not window.lecture and slots.filling == "forecast"
    window.menus.actions["forecast"].trigger()
    idle(qtbot, window)
    assert window.panels.layout == before and not slots.filling
    window.menus.actions["lecture"].trigger()
    assert window.panels.layout == lecture and not slots.filling
    window.menus.actions["lecture"].trigger()


def test_the_origin_is_dragged_and_goes_by_keys(qtbot, window):
    session = opened(qtbot, window)
    panel = filled(qtbot, window)
    rect = panel.axes.rect

    def at(step):
        return QPoint(round(panel.axes.x(step)), round(rect.cy))

    QTest.mousePress(panel, LEFT, pos=at(100))
    assert session.playhead.origin == pytest.approx(100, abs=1)
    QTest.mouseMove(panel, at(150))
    QTest.mouseRelease(panel, LEFT, pos=at(150))
    idle(qtbot, window)
    origin = session.frame.forecast.origin
    assert origin == pytest.approx(150, abs=1)
    assert session.playhead.position == 0.0  # the film stays where it is
    window.commands.run("origin_later")
    assert session.frame.forecast.origin == origin + 1
    window.commands.run("origin_earlier")
    window.commands.run("origin_earlier")
    assert session.frame.forecast.origin == origin - 1
    assert panel.origin.text == f"2020-{origin - 1}"
    QTest.mouseMove(panel, at(5000 if panel.axes.x(5000) < 1e4 else 240))
    session.choose_origin(240)
    idle(qtbot, window)
    assert not panel.origin.later.isEnabled()
    assert np.isnan(session.frame.forecast.truth).all()


def test_the_horizon_is_typed_and_refused_beyond_its_range(qtbot, window):
    session = opened(qtbot, window)
    panel = filled(qtbot, window)
    field = panel.horizon
    assert field.text() == str(session.frame.forecast.horizon)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "30")
    QTest.keyClick(field, Qt.Key.Key_Return)
    idle(qtbot, window)
    assert session.frame.forecast.horizon == 30 == session.frame.origins.horizon
    for wrong in ("0", "501", "-"):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, wrong)
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert (field.text(), session.playhead.horizon) == ("30", 30)
    QTest.keyClick(field, Qt.Key.Key_Up)
    idle(qtbot, window)
    assert session.playhead.horizon == 31


def test_the_stretch_on_the_stage_is_marked_where_there_is_a_stage(qtbot, window):
    opened(qtbot, window)
    panel = filled(qtbot, window)
    assert "stage" not in {shade.name for shade in panel.drawn().chart.shades}
    window.panels.fill(False)
    window.panels.show_once(of_panels(("forecast",)))
    idle(qtbot, window)
    panel = window.parts.slots.panel("forecast")
    panel.grab()
    assert "stage" in {shade.name for shade in panel.drawn().chart.shades}


def test_near_the_origin_alone_follows_it_until_the_hand_looks_elsewhere(qtbot, window):
    session = opened(qtbot, window)
    panel = filled(qtbot, window)
    session.choose_horizon(10)
    idle(qtbot, window)
    whole = panel.axes.x_range
    panel.near.click()
    panel.grab()
    origin = session.frame.forecast.origin
    assert panel.axes.x_range == (origin - 40, min(origin + 14, whole[1]))
    session.choose_origin(120)
    panel.grab()
    assert panel.axes.x_range == (80, 134)
    titles = panel.drawn().titles  # nothing is said of stretches that are not seen
    assert not {t.text for t in titles.shades} & {"stage", "held out"}
    assert not titles.left_out
    low, high = panel.axes.y_range
    seen = session.frame.task.sequence.values[79:134, 0]
    assert low <= seen.min() and seen.max() <= high
    panel.view.zoom(1.25)
    assert not panel.near.isChecked()
    panel.near.click()
    panel.near.click()
    panel.grab()
    assert panel.axes.x_range == whole


def test_near_the_origin_the_view_stays_under_the_hand_that_drags(qtbot, window):
    session = opened(qtbot, window)
    panel = filled(qtbot, window)
    session.choose_horizon(10)
    idle(qtbot, window)
    panel.near.click()
    panel.grab()
    seen, cy, origin = panel.axes.x_range, panel.axes.rect.cy, session.frame.forecast.origin

    def at(step):
        return QPoint(round(panel.axes.x(step)), round(cy))

    QTest.mousePress(panel, LEFT, pos=at(origin))
    for step in range(origin, origin - 21, -4):
        QTest.mouseMove(panel, at(step))
        idle(qtbot, window)
        panel.grab()
        assert panel.axes.x_range == seen
        assert session.frame.forecast.origin == pytest.approx(step, abs=1)
    QTest.mouseRelease(panel, LEFT, pos=at(origin - 20))
    idle(qtbot, window)
    panel.grab()
    assert panel.axes.x_range[0] == pytest.approx(origin - 60, abs=1)


def test_the_verdict_is_back_when_the_pointer_is_on_a_control(qtbot, window):
    opened(qtbot, window)
    panel = filled(qtbot, window)
    QTest.mouseMove(panel, QPoint(round(panel.axes.x(100)), round(panel.axes.rect.cy)))
    assert panel.hovered_step
    QApplication.sendEvent(panel.horizon, QEnterEvent(QPointF(3, 3), QPointF(3, 3), QPointF(3, 3)))
    assert not panel.hovered_step


def test_a_forecast_and_its_band_are_read_out_by_pointer_and_by_keys(qtbot, window):
    session = opened(qtbot, window)
    panel = filled(qtbot, window)
    session.choose_horizon(4)
    session.choose_origin(235)
    idle(qtbot, window)
    frame = session.frame
    low, high = (
        value_words(frame, float(end[1]))
        for end in (interval_of(frame).low, interval_of(frame).high)
    )
    said = value_words(frame, float(frame.forecast.said["network"][1]))
    told = f"untrained network {said} (80 %: {low} to {high})"
    verdict = panel.said
    QTest.keyClicks(window, "}}")
    assert panel.hovered_step == 237 and panel.said.endswith(told)
    assert told in panel.accessibleDescription()
    assert panel.said.startswith("step 237 ") and "naive" in panel.said
    QTest.keyClicks(window, "}}}}}")
    assert panel.hovered_step == 239  # the horizon's last
    session.choose_origin(230)  # what is read out goes along
    idle(qtbot, window)
    assert panel.hovered_step == 234
    QTest.keyClicks(window, "{{{{{")
    assert panel.hovered_step == 0
    session.choose_origin(235)
    idle(qtbot, window)
    assert panel.said == verdict
    QTest.mouseMove(panel, QPoint(round(panel.axes.x(237)), round(panel.axes.rect.cy)))
    assert panel.said.endswith(told)
    window.menus.actions["forecast"].trigger()
    idle(qtbot, window)
    assert "not shown" in window.commands.why_not("read_further")


@pytest.mark.parametrize(
    ("size", "lecture"),
    [((1280, 720), False), ((1600, 900), False), ((3840, 2160), False), ((1600, 900), True)],
)
@pytest.mark.parametrize("slots", [1, 2, 3, 4])
def test_in_a_slot_no_sentence_is_cut(qtbot, window, size, lecture, slots):
    opened(qtbot, window)
    if lecture:
        window.menus.actions["lecture"].trigger()
    window.resize(*size)
    window.panels.want(of_panels(("forecast", "map", "gradient", "lines")[:slots]))
    idle(qtbot, window)
    panel = window.parts.slots.panel("forecast")
    assert panel.isVisible()
    verdict, band = panel.written
    whole = " ".join(verdict)
    assert whole in panel.sentences[1:] and not any("…" in line for line in (*verdict, *band))
    font = QFontMetricsF(window.look.font(0.93))
    assert all(font.horizontalAdvance(line) <= panel.width() for line in (*verdict, *band))
    assert panel.axes.rect.h >= 4 * window.look.unit


def test_a_column_is_chosen(qtbot, window):
    session = opened(qtbot, window, columns=2)
    panel = filled(qtbot, window)
    assert panel.column.isVisible()
    panel.column.activated.emit(1)
    idle(qtbot, window)
    assert session.playhead.column == 1
    assert panel.chart().name == "second"
    assert LECTURE.text(panel.title[1]) == "s.csv · second"


def test_without_a_series_it_says_why(qtbot, window):
    session = window.session
    session.choose_horizon(5)
    assert "no series" in window.commands.why_not("forecast")
    window.panels.put("forecast")
    panel = window.parts.slots.panel("forecast")
    assert "no series" in panel.why
    assert not panel.horizon.isVisible() and not panel.errors.isVisible()
    assert not panel.grab().isNull()


@pytest.mark.parametrize("size", [(260, 120), (500, 220), (780, 300), (1200, 640)])
def test_at_every_size_controls_and_words_have_their_own_room(qtbot, window, size):
    opened(qtbot, window, columns=2)
    panel = filled(qtbot, window)
    panel.resize(*size)
    assert not panel.grab().isNull()
    controls = panel.near, panel.origin, panel.horizon, panel.column
    shown = [w for w in controls if w.isVisible()]
    boxes = [w.geometry() for w in shown]
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_in_a_slot_after_it_filled_the_window_dashes_and_grid_have_the_axes_of_there(qtbot, window):
    opened(qtbot, window)
    filled(qtbot, window)
    window.menus.actions["forecast"].trigger()
    idle(qtbot, window)
    window.panels.want(of_panels(("forecast", "gradient")))
    idle(qtbot, window)
    panel = window.parts.slots.panel("forecast")
    qtbot.waitUntil(lambda: panel.height() < 400, timeout=10_000)
    panel.grab()
    place, rect = panel.view.plot.plot_rect(), panel.axes.rect
    assert (place.x, place.y, place.w, place.h) == pytest.approx((rect.x, rect.y, rect.w, rect.h))
