"""The training bar and its dialog: what they say is the log's, what they ask for is a snapshot."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from rnnviz.data import make_task
from rnnviz.film import Frame, Playhead, Progress, compute_pass, number, resolve, start_run
from rnnviz.film.durations import Estimate
from rnnviz.film.plan import best_of, held_out_of, validation_of
from rnnviz.scenes.charts.chart import AxisRoom
from rnnviz.scenes.charts.loss import LossAxes, logs, loss_chart, loss_ends, trained_words
from rnnviz.scenes.shapes import Role
from rnnviz.training import fit, make_offer, prepare
from rnnviz.views.look import DARK, LIGHT, Look
from rnnviz.views.training import TrainingBar
from rnnviz.views.training.curve import shown_of
from rnnviz.views.training.dialog import TrainDialog
from rnnviz.views.training.loss_panel import LossPanel
from tests.frames import make_frame, series
from tests.views.paints import Paints

LEFT = Qt.MouseButton.LeftButton
_MADE: dict[str, Frame] = {}


def trained() -> Frame:
    """A series with a short training, at its last snapshot."""
    if not _MADE:
        run = start_run(make_task(series(200)))
        fitting = prepare(run, replace(make_offer(run).plan, updates=120, window=20, batch=4))
        shown = fitting.run_of(run, fit(fitting).log)
        _MADE["frame"] = resolve(shown, Playhead(), compute_pass(shown, 0, 0))
    return _MADE["frame"]


def at(origin: int) -> Frame:
    run = trained().run.at_origin(origin)
    return resolve(run, Playhead(), compute_pass(run, 0, 0))


@pytest.fixture
def bar(qtbot):
    made = TrainingBar()
    qtbot.addWidget(made)
    made.set_look(Look(LIGHT, 14))
    made.resize(1600, made.sizeHint().height())
    made.set_frame(trained())
    made.show()
    qtbot.waitExposed(made)
    made.curve.view.build()
    return made


@pytest.fixture
def panel(qtbot):
    made = LossPanel()
    qtbot.addWidget(made)
    made.set_look(Look(LIGHT, 14))
    made.resize(520, 260)
    made.set_frame(trained())
    made.show()
    qtbot.waitExposed(made)
    made.build()
    return made


def spot(bar: TrainingBar | LossPanel, x: float) -> QPoint:
    return QPoint(round(x), round(bar.curve.axes.rect.cy))


@pytest.mark.parametrize("kind", ["bar", "panel"])
def test_a_report_without_a_new_snapshot_leaves_the_curve_as_it_is(request, qtbot, kind):
    """They come 14 times a second; painted with each, the curves made frames late."""
    shown, log = request.getfixturevalue(kind), trained().run.log
    known = Progress(running=True, update=50, updates=120, loss=0.1, log=log[:9], kept=9)
    shown.set_progress(known)
    qtbot.wait(50)
    curve, words = Paints(shown.curve), Paints(shown.readout if kind == "bar" else shown)
    for update in range(51, 56):
        shown.set_progress(replace(known, update=update, loss=0.1 / update))
        qtbot.wait(20)
    assert words.count and not curve.count
    shown.set_progress(replace(known, update=56, log=log[:10], kept=10))
    qtbot.waitUntil(lambda: curve.count > 0)
    assert shown.curve.snapshot_at(1e9) == 9
    before = curve.count
    shown.set_progress(replace(known, update=57, log=log[:10], kept=10, follow=False))
    qtbot.waitUntil(lambda: curve.count > before)  # no snapshot is on the stage any more


# -- where things lie ------------------------------------------------------------------------


@given(st.lists(st.floats(0, 1e30), max_size=8))
def test_an_axis_holds_its_losses(losses):
    low, high = loss_ends([*losses, float("nan"), float("inf")])
    assert 0 < low < high
    assert high / low >= 2
    for loss in losses:
        assert low <= max(loss, 1e-12) <= high


def test_a_curve_is_broken_where_it_is_not_finite():
    broken = np.isnan(logs([float("nan"), 0.5, 0.4, float("inf"), 0.3]))
    assert broken.tolist() == [True, False, False, True, False]


def test_later_is_further_right_and_smaller_is_lower(bar):
    log, axes = trained().run.log, bar.curve.axes
    marks = [bar.curve.mark(index) for index in range(len(log))]
    assert marks == sorted(marks)
    assert axes.rect.x <= marks[0] and marks[-1] <= axes.rect.right + 1e-6
    chart = loss_chart(log, 120, trained().run.naive)
    assert [curve.name for curve in chart.curves] == [
        "repeating the last value",
        "training",
        "validation",
    ]
    assert axes.y(chart.y.high) < axes.y(chart.y.low)


# -- what it says ------------------------------------------------------------------------------


def test_what_it_says_is_the_logs(bar):
    log = trained().run.log
    for origin, snapshot in enumerate(log):
        bar.set_frame(at(origin))
        words = f"update {snapshot.update} of 120 · loss "
        words += "–" if isnan(snapshot.loss) else number(float(snapshot.loss))
        words += f" · validation {number(validation_of(snapshot))}"
        if origin == best_of(log):  # it alone was ever measured on what is held out
            words += f", the smallest · held out {number(held_out_of(snapshot))}"
        elif origin == len(log) - 1:
            words += ", the last"
        assert bar.readout.words == words
        assert bar.curve.value() == origin


def test_what_is_under_the_pointer_is_the_logs(bar, qtbot):
    log = trained().run.log
    index = len(log) // 2
    qtbot.mouseMove(bar.curve, spot(bar, bar.curve.mark(index)))
    QTest.mouseMove(bar.curve, spot(bar, bar.curve.mark(index)))
    snapshot = log[bar.curve.snapshot_at(round(bar.curve.mark(index)))]
    assert bar.curve.hovered.startswith(f"update {snapshot.update} of 120 · ")
    assert number(validation_of(snapshot)) in bar.curve.hovered
    QTest.mouseMove(bar.curve, spot(bar, bar.curve.mark(best_of(log))))
    assert bar.curve.hovered.endswith("the smallest")


def test_it_is_there_where_there_is_something_to_see(qtbot):
    made = TrainingBar()
    qtbot.addWidget(made)
    assert made.isHidden()
    made.set_frame(make_frame())
    assert made.isHidden()
    made.set_progress(Progress(running=True, updates=100))
    assert not made.isHidden()
    made.set_progress(Progress())
    assert made.isHidden()
    made.set_frame(trained())
    assert not made.isHidden()
    made.set_wanted(False)
    assert made.isHidden()
    made.set_wanted(True)
    assert not made.isHidden()
    made.set_frame(make_frame())
    assert made.isHidden()


def test_while_training_it_says_how_far(bar, qtbot):
    log = trained().run.log[:5]
    going = Progress(True, False, 640, 1500, 0.3142, 0.3511, 312.4, log)
    bar.set_progress(going)
    assert bar.readout.words == (
        "update 640 of 1,500 · loss 0.314 · validation 0.351 · about 3 s left"
    )
    assert bar.button.text() == "Stop"
    assert bar.follow.isVisible()
    assert bar.follow.isChecked()
    with qtbot.waitSignal(bar.stop_requested):
        qtbot.mouseClick(bar.button, LEFT)
    with qtbot.waitSignal(bar.follow_chosen) as caught:
        qtbot.mouseClick(bar.follow, LEFT, pos=QPoint(8, bar.follow.height() // 2))
    assert caught.args == [False]
    with qtbot.assertNotEmitted(bar.origin_sought):  # what is still to come cannot be scrubbed
        qtbot.mouseClick(bar.curve, LEFT, pos=spot(bar, 300.0))
        qtbot.keyClick(bar.curve, Qt.Key.Key_Left)
    bar.set_progress(replace(going, early=True))
    assert bar.readout.words.endswith(" · at most about 3 s left")
    bar.set_progress(replace(going, stopping=True))
    assert not bar.button.isEnabled()
    assert bar.readout.words.endswith(" · stopping")
    bar.set_progress(replace(going, followable=False))
    assert not bar.follow.isEnabled()
    assert not bar.follow.isChecked()
    bar.set_progress(Progress())
    assert bar.button.text() == "Train…"
    with qtbot.waitSignal(bar.train_requested):
        qtbot.mouseClick(bar.button, LEFT)


def test_losses_that_are_no_numbers_are_said(bar):
    bar.set_progress(Progress(True, False, 3, 9, float("inf"), float("nan")))
    assert bar.readout.words == "update 3 of 9 · loss not finite"
    assert not bar.grab().isNull()


# -- what it asks for --------------------------------------------------------------------------


def test_a_click_seeks_the_snapshot_under_it(bar, qtbot):
    log = trained().run.log
    for index in (0, 3, len(log) // 2, len(log) - 2):
        with qtbot.waitSignal(bar.origin_sought) as caught:
            qtbot.mouseClick(bar.curve, LEFT, pos=spot(bar, bar.curve.mark(index)))
        assert caught.args == [index]


def test_a_drag_asks_for_one_snapshot_after_the_other(bar):
    asked: list[int] = []
    bar.origin_sought.connect(asked.append)
    bar.origin_sought.connect(lambda origin: bar.set_frame(at(origin)))
    curve, last = bar.curve, len(trained().run.log) - 1
    QTest.mousePress(curve, LEFT, pos=spot(bar, curve.mark(0)))
    for x in range(round(curve.mark(0)), curve.width() + 40, 5):
        QTest.mouseMove(curve, spot(bar, x))
    QTest.mouseRelease(curve, LEFT, pos=spot(bar, curve.width()))
    assert asked == list(range(last + 1))
    QTest.mouseMove(curve, spot(bar, curve.mark(1)))
    assert len(asked) == last + 1


@pytest.mark.parametrize(
    ("key", "origin"),
    [
        (Qt.Key.Key_Right, 11),
        (Qt.Key.Key_Left, 9),
        (Qt.Key.Key_PageUp, 16),
        (Qt.Key.Key_PageDown, 4),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, 63),
    ],
)
def test_keys(bar, qtbot, key, origin):
    assert len(trained().run.log) == 64
    bar.set_frame(at(10))
    with qtbot.waitSignal(bar.origin_sought) as caught:
        qtbot.keyClick(bar.curve, key)
    assert caught.args == [origin]


def turn(curve, angle):
    point = QPointF(curve.axes.rect.cx, curve.axes.rect.cy)
    QApplication.sendEvent(
        curve,
        QWheelEvent(
            point, point, QPoint(), QPoint(0, angle), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip


def test_where_there_are_no_axes_the_wheel_goes_by_snapshots(bar):
    bar.set_frame(at(10))
    asked: list[int] = []
    bar.origin_sought.connect(asked.append)
    for angle in (60, 60, -120):
        turn(bar.curve, angle)
    assert asked == [11, 9]


def test_the_wheel_zooms_and_a_click_still_seeks_what_is_under_it(panel, qtbot):
    bar = panel
    bar.set_frame(at(10))
    whole = bar.curve.axes.x_range
    with qtbot.assertNotEmitted(bar.origin_sought):
        turn(bar.curve, 360)
    low, high = bar.curve.axes.x_range
    assert whole[0] < low < high < whole[1]
    x = bar.curve.axes.rect.cx
    index = bar.curve.snapshot_at(x)
    with qtbot.waitSignal(bar.origin_sought) as caught:
        qtbot.mouseClick(bar.curve, LEFT, pos=spot(bar, x))
    assert caught.args == [index]
    qtbot.keyClick(bar.curve, Qt.Key.Key_0)
    assert bar.curve.axes.x_range == whole


def test_setting_a_frame_asks_for_nothing(bar, qtbot):
    with qtbot.assertNotEmitted(bar.origin_sought):
        for origin in (0, 5, 63):
            bar.set_frame(at(origin))
        bar.set_frame(make_frame())


# -- ink ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("where", ["bar", "panel"])
def test_the_playhead_is_where_the_run_is(bar, panel, palette, where):
    bar = panel if where == "panel" else bar
    bar.set_look(Look(palette, 14))
    amber = palette.mark(Role.PLAYHEAD).rgb()
    for origin in (5, 30, 63):
        bar.set_frame(at(origin))
        image: QImage = bar.curve.grab().toImage()
        ratio = image.width() / bar.curve.width()
        ends = bar.curve.axes.rect.y - 2, bar.curve.axes.rect.bottom + 2
        found = [
            [x / ratio for x in range(image.width()) if image.pixel(x, round(y * ratio)) == amber]
            for y in ends
        ]
        assert any(found)
        for xs in filter(None, found):
            assert min(abs(x - bar.curve.mark(origin)) for x in xs) <= 1.5


@pytest.mark.parametrize("unit", [12, 14, 24])
@pytest.mark.parametrize("width", [420, 760, 1024, 1600])
def test_parts_stand_apart_at_every_width(bar, unit, width):
    bar.set_look(Look(LIGHT, unit, lecture=unit > 14))
    for progress in (Progress(), Progress(running=True, updates=10)):
        bar.set_progress(progress)
        bar.resize(width, bar.sizeHint().height())
        parts = [p for p in (bar.button, bar.follow, bar.curve, bar.readout) if p.isVisible()]
        for i, one in enumerate(parts):
            assert bar.rect().contains(one.geometry())
            for other in parts[i + 1 :]:
                assert not one.geometry().intersects(other.geometry())


def test_the_bar_is_a_line_to_scrub_along(bar, qtbot):
    slim = bar.sizeHint().height()
    assert slim <= 2.2 * 14
    assert bar.readout.geometry().height() >= bar.readout.fontMetrics().height()
    for origin in (0, len(trained().run.log) // 2):
        with qtbot.waitSignal(bar.origin_sought) as caught:
            qtbot.mouseClick(bar.curve, LEFT, pos=spot(bar, bar.curve.mark(origin)))
        assert caught.args == [origin]
    bar.set_progress(Progress(running=True, updates=10))
    assert bar.sizeHint().height() == slim


def test_the_panel_says_in_its_title_row_what_the_bar_says(bar, panel):
    for progress in (Progress(), Progress(True, False, 640, 1500, 0.31, 0.35, 312.4)):
        bar.set_progress(progress)
        panel.set_progress(progress)
        assert panel.said == bar.readout.words
    assert "about 3 s left" in panel.said


# -- the dialog --------------------------------------------------------------------------------


def dialog_of(qtbot, frame: Frame) -> TrainDialog:
    made = TrainDialog(None, make_offer(frame.run), Look(LIGHT, 14))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_it_begins_with_the_runs_own_network(qtbot):
    frame = make_frame(366, cell="lstm", units=32, layers=2, seed=3, optimizer="adamw")
    made = dialog_of(qtbot, frame)
    plan = made.plan()
    assert plan == make_offer(frame.run).plan
    s = plan.settings
    assert (s.cell, s.units, s.layers, s.seed, s.optimizer) == ("lstm", 32, 2, 3, "adamw")
    assert made.said.text() == make_offer(frame.run).foretell(plan).text
    assert made.button.isEnabled()


def test_what_is_chosen_is_what_is_planned(qtbot):
    made = dialog_of(qtbot, make_frame(366))
    made.mode.setCurrentIndex(made.mode.findData("many_to_one"))
    made.validation.setValue(30)
    made.window_steps.setValue(24)
    made.batch.setValue(16)
    made.updates.setValue(321)
    made.seed.setValue(7)
    made.rate.setText("0,02")
    made.boxes["cell"].setCurrentIndex(3)
    made.boxes["units"].setCurrentText("64")
    with qtbot.waitSignal(made.planned) as caught:
        qtbot.keyClick(made, Qt.Key.Key_Return)
    plan = caught.args[0]
    assert (plan.mode, plan.validation, plan.window) == ("many_to_one", 0.3, 24)
    assert (plan.batch, plan.updates, plan.learning_rate) == (16, 321, 0.02)
    assert (plan.settings.cell, plan.settings.units, plan.settings.seed) == ("lstm", 64, 7)
    assert made.result() == QDialog.DialogCode.Accepted


def test_cancel_plans_nothing(qtbot):
    made = dialog_of(qtbot, make_frame(366))
    with qtbot.assertNotEmitted(made.planned):
        qtbot.keyClick(made, Qt.Key.Key_Escape)
    assert not made.isVisible()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("rate", "fast", "η must be a number from 0 to 1,000,000, not “fast”"),
        ("rate", "", "not “”"),
        ("rate", "-1", "not -1.0"),
        ("rate", "nan", "not nan"),
        ("rate", "inf", "not inf"),
        ("rate", "0", "η above 0"),
        ("window_steps", 5000, "fewer than a window"),
    ],
)
def test_what_cannot_be_is_said_and_cannot_be_pressed(qtbot, field, value, words):
    made = dialog_of(qtbot, make_frame(366))
    if isinstance(value, str):
        made.rate.clear()
        qtbot.keyClicks(made.rate, value)
        made.rate.textEdited.emit(value)
    else:
        getattr(made, field).setValue(value)
    assert words in made.said.text()
    assert not made.button.isEnabled()
    with qtbot.assertNotEmitted(made.planned):
        made.accept()
    assert made.isVisible()


def test_only_possible_modes_can_be_chosen_and_the_reason_is_said(qtbot):
    made = dialog_of(qtbot, make_frame(series_columns := 200, unit="words"))
    assert all(made.mode.model().item(i).isEnabled() for i in range(5))
    run = start_run(make_task(series(series_columns, 2)))
    frame = resolve(run, Playhead(), compute_pass(run, 0, 0))
    made = dialog_of(qtbot, frame)
    assert made.target.count() == 5
    made.target.setCurrentIndex(made.target.findText("c1, from the other columns"))
    state = {
        made.mode.itemData(i): (
            made.mode.model().item(i).isEnabled(), made.mode.model().item(i).toolTip(),
        )
        for i in range(5)
    }  # fmt: skip
    assert state["synced"] == (True, "")
    assert state["encoder_decoder"] == (False, "what it answers is not what it reads")
    plan = made.plan()
    assert (plan.target, plan.columns) == ("same", ("c1",))


def test_an_optimiser_brings_its_rate_but_not_over_the_users(qtbot):
    made = dialog_of(qtbot, make_frame(366))
    box = made.boxes["optimizer"]
    box.setCurrentText("SGD")
    assert made.rate.text() == "0.1"
    box.setCurrentText("RMSprop")
    assert made.rate.text() == "0.002"
    made.rate.setText("0.5")
    box.setCurrentText("Adam")
    assert made.rate.text() == "0.5"


def test_g_is_the_rnns_alone(qtbot):
    made = dialog_of(qtbot, make_frame(366, activation="relu"))
    assert made.plan().settings.activation == "relu"
    made.boxes["cell"].setCurrentIndex(3)
    assert not made.boxes["activation"].isEnabled()
    assert made.plan().settings.activation == "tanh"


def test_going_on_is_offered_where_it_can_be(qtbot):
    assert not dialog_of(qtbot, make_frame(366)).onward.isVisible()
    made = dialog_of(qtbot, trained())
    assert made.onward.isVisible()
    assert made.onward.text().replace("&", "") == "Go on from update 120"
    made.onward.setChecked(True)
    assert made.plan().onward
    assert made.button.isEnabled()
    assert not made.seed.isEnabled()
    made.boxes["units"].setCurrentText("4")
    assert not made.button.isEnabled()
    assert "going on needs the same" in made.said.text().lower()


def test_every_field_can_be_reached_by_tab(qtbot):
    made = dialog_of(qtbot, make_frame(366))
    made.activateWindow()
    reached, widget = set(), made.mode
    for _ in range(60):
        widget = widget.nextInFocusChain()
        reached.add(widget)
    fields = (
        made.mode, made.target, made.validation, made.window_steps, made.batch, made.updates,
        made.seed, made.rate, made.button, *made.boxes.values(),
    )  # fmt: skip
    for field in fields:
        assert field in reached
        assert field.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_title_is_plain_text(qtbot):
    frame = make_frame(100)
    sequence = replace(frame.task.sequence, name="<b>a</b>")
    run = start_run(make_task(sequence))
    made = dialog_of(qtbot, resolve(run, Playhead(), compute_pass(run, 0, 0)))
    labels = [label.text() for label in made.findChildren(type(made.said))]
    assert "<b>a</b>" in labels


def test_the_forecast_without_a_network_is_drawn_and_named_beside_the_curve(panel):
    bar = panel
    run = trained().run
    naive = run.naive
    assert naive > validation_of(run.log[-1])
    axes, low, high = bar.curve.axes, *bar.curve.axes.y_range
    assert low < np.log10(naive) < high
    image = bar.curve.grab().toImage()
    y = round(axes.y(float(np.log10(naive))))
    colours = [[image.pixelColor(x, y + dy) for dy in (-1, 0, 1)] for x in range(image.width())]
    row = [each for each in colours if any(c.blue() - c.red() > 60 for c in each)]
    assert len(row) > axes.rect.w / 4


def test_a_double_click_on_the_loss_seeks_no_snapshot(qtbot, panel):
    at = spot(panel, panel.curve.mark(0))
    with qtbot.assertNotEmitted(panel.curve.origin_sought, wait=700):
        qtbot.mouseClick(panel.curve, LEFT, pos=at)
        QTest.mouseDClick(panel.curve, LEFT, pos=at)
    with qtbot.waitSignal(panel.curve.origin_sought):
        qtbot.mouseClick(panel.curve, LEFT, pos=at)


# -- the panel's axes and buttons --------------------------------------------------------------


def test_linear_axes_lay_losses_and_updates_out_as_they_are(panel):
    run, curve = trained().run, panel.curve
    panel.set_axes("loss_linear", True)
    axes = curve.axes
    spots = [curve.mark(i) for i in range(len(run.log))]
    updates = [s.update for s in run.log]
    way = (np.array(spots) - spots[0]) / (spots[-1] - spots[0])
    assert np.allclose(way, np.array(updates) / updates[-1])
    chart = loss_chart(run.log, updates[-1], run.naive, LossAxes(linear=True))
    line = next(c for c in chart.curves if c.name == "validation")
    assert np.allclose(line.y, [validation_of(s) for s in run.log])
    assert np.allclose(line.x, updates)
    assert chart.y.low == 0.0 and chart.y.high > max(line.y)
    assert axes.y(0.0) == pytest.approx(axes.rect.bottom)
    assert [curve.snapshot_at(x) for x in spots] == list(range(len(run.log)))


def test_epochs_are_as_many_windows_as_there_are(panel):
    run = trained().run
    # 200 steps, of them 140 to train on, in windows of 20 steps and batches of 4.
    windows = 140 - 1 - 20 + 1
    assert run.epoch == windows / 4
    panel.set_axes("loss_epochs", True)
    assert panel.curve.axes.x_at(panel.curve.mark(len(run.log) - 1)) == pytest.approx(
        (120 / run.epoch) ** 0.5
    )
    chart = loss_chart(run.log, 120, run.naive, LossAxes(linear=True, epoch=run.epoch))
    assert chart.x.name == "epoch" and chart.x.high == pytest.approx(120 * 4 / windows)


def counted_wholly(text: str) -> bool:
    return "·" in text or text.removeprefix("update ").replace(",", "").isdigit()


@pytest.mark.parametrize("linear", [False, True])
@pytest.mark.parametrize("epoch", [float("nan"), 0.5, 30.0, 1e5])
@pytest.mark.parametrize("end", [0, 1, 3, 120, 10**6])
@pytest.mark.parametrize("width", [150.0, 900.0])
def test_ticks_stand_apart_and_are_where_they_say(linear, epoch, end, width):
    room = AxisRoom(width, 12.0, lambda text: 6.0 * len(text), lambda text, _: text)
    axis = LossAxes(linear=linear, epoch=epoch).horizontal(end)
    half = 0.0 if end else 0.5  # as a chart has it that is one place wide
    low, high = axis.low - half, axis.high + half
    ticks = axis.ticks(low, high, room)
    scale = width / (high - low)
    for (one, text), (other, later) in pairwise(ticks):
        between = (other - one) * scale - 3.0 * (len(text) + len(later))
        assert between > -3.0 * len(axis.name)  # the first one says what is counted
        assert one < other
    for value, text in ticks:
        assert value >= 0.0
        if axis.name == "update":
            assert counted_wholly(text)
        number = float(text.removeprefix(f"{axis.name} ").replace(",", "").split("·")[0])
        counted = value if linear else value * value
        if "·" not in text:
            assert number == pytest.approx(counted, rel=1e-3, abs=1e-6)
    assert not ticks or ticks[0][1].startswith(axis.name)


def test_buttons_go_to_the_best_and_to_the_last(panel, qtbot):
    run = trained().run
    best, asked = best_of(run.log), []
    panel.best_asked.connect(lambda: asked.append("best"))
    panel.last_asked.connect(lambda: asked.append("last"))
    assert best != len(run.log) - 1 or run.origin == best
    panel.set_frame(at(best))
    assert panel.best.isChecked()
    panel.set_frame(at(0))
    assert not panel.best.isChecked() and not panel.last.isChecked()
    QTest.mouseClick(panel.best, LEFT)
    QTest.mouseClick(panel.last, LEFT)
    assert asked == ["best", "last"]
    # Nothing came of it here: what is down is what is shown.
    assert not panel.best.isChecked() and not panel.last.isChecked()
    panel.set_frame(at(len(run.log) - 1))
    assert panel.last.isChecked()
    panel.set_progress(Progress(running=True, updates=10))
    assert not panel.best.isEnabled() and not panel.last.isEnabled()


def test_with_less_room_what_chose_the_snapshot_is_said_longest():
    run = trained().run
    best = run.at_origin(best_of(run.log))
    shown, chosen = shown_of(best, Progress()), best.log[best.origin]
    where, loss = f"update {chosen.update} of 120", f"loss {number(float(chosen.loss))}"
    validation = f"validation {number(validation_of(chosen))}, the smallest"
    held = f"held out {number(held_out_of(chosen))}"
    assert shown.lines == (
        f"{where} · {loss} · {validation} · {held}",
        f"{where} · {validation} · {held}",
        f"{where} · {validation}",
        where,
        where.removeprefix("update "),
        where.split()[1],
    )


def test_without_validation_there_is_no_best_to_go_to(panel):
    run = trained().run
    log = tuple(replace(s, validation_loss=None, held_out_loss=None) for s in run.log)
    bare = replace(run, log=log, epoch=float("nan"))
    panel.set_frame(resolve(bare, Playhead(), compute_pass(bare, 0, 0)))
    assert not panel.best.isEnabled() and panel.last.isEnabled()
    assert not panel.switches["loss_epochs"].isEnabled()
    assert panel.said.endswith(", the last") and "validation" not in panel.said


@pytest.mark.parametrize("width", [215, 330, 420, 900])
def test_title_words_and_buttons_stand_apart(panel, width):
    panel.resize(width, 260)
    shown = [b for b in (panel.best, panel.last, *panel.switches.values()) if b.isVisible()]
    assert panel.best in shown and panel.last in shown
    places = sorted(b.geometry().getRect() for b in shown)
    for (left, _, wide, _), (next_left, *_) in pairwise(places):
        assert left + wide <= next_left
    assert places[0][0] >= panel.surface.title_width(("Loss", ""))
    if len(shown) == 4:  # then there is room for how far it is, too
        words = QFontMetricsF(Look(LIGHT, 14).font(0.93)).horizontalAdvance("update 120 of 120")
        assert places[0][0] >= panel.surface.title_width(("Loss", "")) + words
    assert (len(shown) == 4) == (width > 400)
    assert places[-1][0] + places[-1][2] <= width


@pytest.mark.parametrize("width", [200, 340, 520, 1200])
def test_the_panel_says_what_was_trained_on(panel, width):
    run = trained().run
    parts = run.task.parts
    panel.resize(width, 260)
    panel.grab()
    said = [f"Trained on {run.task.sequence.name}, steps 1 to {parts.trained.stop}"]
    said += [f"validation {parts.validation.start + 1} to {parts.validation.stop}"]
    said += [f"held out {parts.held_out.start + 1} to 200"] if parts.held_out else []
    assert panel.trained[0] == " · ".join(said)
    assert panel.trained[0] in panel.accessibleDescription()
    assert panel.curve.y() >= panel.surface.head + 14  # its line stands over the curve
    panel.resize(width, 110)
    panel.grab()
    assert panel.curve.y() == round(panel.surface.head)  # where there is room for one


def test_what_a_network_that_went_along_was_trained_on_is_named():
    run = trained().run
    assert trained_words(replace(run, carried="elsewhere.csv")) == (
        "Trained on elsewhere.csv",
        "elsewhere.csv",
    )


def test_a_curve_of_what_is_held_out_is_never_drawn():
    run = trained().run
    log = tuple(replace(s, held_out_loss=1e6) for s in run.log)
    for axes in (LossAxes(), LossAxes(linear=True)):
        chart, plain = (loss_chart(entries, 120, run.naive, axes) for entries in (log, run.log))
        assert [c.name for c in chart.curves] == [
            "repeating the last value",
            "training",
            "validation",
        ]
        assert (chart.y.low, chart.y.high) == (plain.y.low, plain.y.high)


def test_updates_of_the_film_after_a_training_are_said(bar, panel):
    """They are of other weights than those whose losses are known."""
    made = trained().run
    for snapshot in range(2):
        found = compute_pass(made, snapshot, 0)
        made = made.updated(made.update(found.backward.gradients, snapshot))
        frame = resolve(made, Playhead(snapshot + 1), compute_pass(made, snapshot + 1, 0))
        bar.set_frame(frame)
        panel.set_frame(frame)
        count = f"{snapshot + 1} update{'s' * snapshot}"
        assert bar.readout.words.endswith(f" · then {count} of the film, not measured")
        assert panel.said == bar.readout.words
    bar.set_frame(resolve(made, Playhead(), compute_pass(made, 0, 0)))
    assert "film" not in bar.readout.words


def test_the_dashed_line_is_called_as_the_naive_forecast_is(panel):
    words = "no change (log return 0)"
    for run, said in ((trained().run, "repeating the last value"),
                      (replace(trained().run, naive_words=words), words)):  # fmt: skip
        shown = shown_of(run, Progress())
        panel.curve.show_log(shown)
        curve = panel.curve.drawn.chart.curves[0]
        assert curve.name == said
        assert curve.titles[0] == f"{said}: {number(run.naive)}"
        assert curve.titles[-1] == "naive"


# -- the time that is needed ---------------------------------------------------------------------


def test_the_dialog_asks_how_long_it_takes_and_says_it(qtbot):
    dialog = TrainDialog(None, make_offer(start_run(make_task(series(200)))), Look(LIGHT))
    qtbot.addWidget(dialog)
    assert dialog.time.text() == "How long it takes is being measured …"
    with qtbot.waitSignal(dialog.time_asked, timeout=3000) as asked:
        pass
    assert asked.args == [dialog.plan()]
    dialog.show_time(Estimate(1500, 41.0))
    assert dialog.time.text() == "About 40 s for 1,500 updates."
    # Another plan: what is known is of the one before.
    dialog.updates.setValue(900)
    assert "being measured" in dialog.time.text()
    dialog.show_time(Estimate(1500, 41.0))
    assert "being measured" in dialog.time.text()
    with qtbot.waitSignal(dialog.time_asked, timeout=3000) as asked:
        pass
    assert asked.args[0].updates == 900
    # What cannot be takes no time.
    dialog.window_steps.setValue(5_000)
    assert dialog.time.text() == ""
    with qtbot.assertNotEmitted(dialog.time_asked, wait=600):
        pass


# -- the bar against numbers of its own ----------------------------------------------------------

_REGIMES = {
    "best before the last": {"settings": {"learning_rate": 0.1}, "updates": 150},
    "one update": {"updates": 1},
    "no validation": {"validation": 0.0, "updates": 20},
    "nothing held out": {"held_out": 0.0, "updates": 20},
    "nothing set aside": {"validation": 0.0, "held_out": 0.0, "updates": 20},
    "stopped early": {"patience": 5, "updates": 900, "settings": {"learning_rate": 0.1}},
    "diverged": {
        "updates": 50,
        "settings": {
            "optimizer": "sgd", "learning_rate": 50.0, "clipping": "none", "activation": "identity",
        },
    },
    "best is untrained": {"updates": 3, "settings": {"learning_rate": 5.0}},
    "one to one": {"mode": "one_to_one", "updates": 20},
    "many to one": {"mode": "many_to_one", "updates": 20},
    "encoder and decoder": {"mode": "encoder_decoder", "updates": 20},
}  # fmt: skip


def ended(name):
    """A training that ended so, its run as it is shown, and what made it."""
    run, changes = start_run(make_task(series(120))), dict(_REGIMES[name])
    plan = make_offer(run).plan
    settings = replace(plan.settings, units=5, **changes.pop("settings", {}))
    fitting = prepare(run, replace(plan, settings=settings, window=20, batch=4, **changes))
    done = fit(fitting)
    return fitting, done, fitting.run_of(run, done.log).at_origin(done.shown)


def loss_of(batch, network) -> float:
    """The mean square over what pays, without the engine's own sum."""
    trace = batch.run(network)
    pays = batch.objective.paying()
    answered = (trace.decoder if hasattr(trace, "decoder") else trace).y
    return float(np.mean((np.asarray(answered, float) - batch.objective.targets)[pays] ** 2))


@pytest.mark.parametrize("name", _REGIMES)
def test_the_bar_says_the_numbers_of_every_regime(bar, panel, name):
    fitting, done, run = ended(name)
    frame = resolve(run, Playhead(), compute_pass(run, 0, 0))
    for view in (bar, panel):
        view.set_frame(frame)
    chosen, last = run.log[run.origin], run.log[-1].update
    training = fitting.training
    parts = bar.readout.words.split(" · ")
    assert parts[0] == f"update {chosen.update} of {last}"
    if last < run.asked:
        why = "stopped early" if name == "stopped early" else "stopped"
        assert parts.pop() == f"{why}, {run.asked:,} asked"
    assert run.asked == fitting.updates
    said = dict(zip(("loss", "validation", "held out"), [""] * 3, strict=True))
    for part in parts[1:]:
        key = next(k for k in said if part.startswith(k))
        said[key] = part.removeprefix(f"{key} ")
    # The training loss is that of the update's batch, with the network before it.
    if chosen.update:
        before = next((s for s in run.log if s.update == chosen.update - 1), None)
        if before is not None:
            batch = training.batches(chosen.update - 1)
            assert loss_of(batch, before.network) == pytest.approx(chosen.loss, rel=1e-5)
        assert said["loss"].split(",")[0] == number(float(chosen.loss))
    else:
        assert said["loss"] == "–"
    for key, batch in (("validation", training.validation), ("held out", training.held_out)):
        judged = batch is not None
        assert bool(said[key]) == judged
        if judged:
            found = loss_of(batch, chosen.network)
            value = chosen.validation_loss if key == "validation" else chosen.held_out_loss
            assert value == pytest.approx(found, rel=1e-5)
            assert said[key].split(",")[0] == number(float(value))
    # It is the smallest of all that were kept, each measured here again.
    if training.validation is not None:
        losses = [loss_of(training.validation, s.network) for s in run.log]
        assert run.origin == int(np.argmin(losses))
        untrained = "" if chosen.update or last == 0 else ": untrained"
        assert said["validation"].endswith(f", the smallest{untrained}")
    else:
        assert run.origin == len(run.log) - 1 and said["loss"].endswith(", the last")
    assert panel.said == bar.readout.words
    if name in ("best is untrained", "diverged"):
        assert chosen.update == 0
    assert done.diverged == (name == "diverged")
    if name == "stopped early":
        assert last - chosen.update >= 5 and last < 900
