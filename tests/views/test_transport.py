"""The transport bar: every intent is a signal, every place on the scrubber has one position."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QFontMetricsF, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from rnnviz.film import Frame, Stage, Timeline, compute_pass, happening, place, resolve
from rnnviz.film.fields import SPEEDS
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import DARK, LIGHT, Look
from rnnviz.views.transport import TransportBar
from rnnviz.views.transport.controls import first_font, icon, next_rate, second_font
from rnnviz.views.transport.scrubber import Stretches
from tests.frames import make_frame

LEFT = Qt.MouseButton.LeftButton


def moved(frame: Frame, position: float) -> Frame:
    """The same run with its playhead elsewhere."""
    return resolve(frame.run, frame.playhead.at(position), frame.passing)


@pytest.fixture
def bar(qtbot):
    made = TransportBar()
    qtbot.addWidget(made)
    made.set_look(Look(LIGHT, 14))
    made.resize(1600, made.sizeHint().height())
    made.set_frame(make_frame(position=6.0))
    made.show()
    qtbot.waitExposed(made)
    return made


def spot(bar: TransportBar, x: float) -> QPoint:
    return QPoint(round(x), round(bar.scrubber.track.center().y()))


# -- positions and places --------------------------------------------------------------------------


@given(st.integers(1, 20_000), st.floats(0, 1))
def test_place_and_position_are_inverse(steps: int, part: float) -> None:
    stretches = Stretches(steps)
    position = part * (2 * steps + 1)
    there = stretches.part(position)
    assert 0 <= there <= 1
    assert stretches.position(there) == pytest.approx(position, abs=1e-6 * steps + 1e-9)
    assert stretches.part(stretches.position(part)) == pytest.approx(part, abs=1e-9)


@given(st.integers(1, 20_000), st.floats(0, 1), st.floats(0, 1))
def test_later_is_further_right(steps: int, one: float, other: float) -> None:
    stretches = Stretches(steps)
    low, high = sorted((one, other))
    assert stretches.position(low) <= stretches.position(high)
    assert 0 <= stretches.position(low) <= 2 * steps + 1


@pytest.mark.parametrize("steps", [1, 2, 9, 60, 1000, 20_000])
def test_stretches_have_their_stops_and_the_update_can_be_grabbed(steps: int) -> None:
    start, backward, update, end = Stretches(steps).edges
    assert (start, end) == (0.0, 1.0)
    assert backward == pytest.approx(update - backward)
    assert 0.04 <= end - update <= 0.101
    assert Stretches(steps).position(backward) == pytest.approx(steps)
    assert Stretches(steps).position(update) == pytest.approx(2 * steps)


# -- the mouse ---------------------------------------------------------------------------------


@pytest.mark.parametrize("stop", range(20))
def test_a_click_seeks_the_stop_under_it(bar, qtbot, stop: int) -> None:
    with qtbot.waitSignal(bar.sought) as caught:
        qtbot.mouseClick(bar.scrubber, LEFT, pos=spot(bar, bar.scrubber.knob(float(stop))))
    assert caught.args == [float(stop)]


@pytest.mark.parametrize("width", [1000, 1600])
def test_each_stretch_seeks_into_its_part_of_the_pass(bar, qtbot, width: int) -> None:
    bar.resize(width, bar.height())
    bar.set_frame(make_frame("a b " * 100, position=0.0))
    line = Timeline(200)
    track, edges = bar.scrubber.track, Stretches(200).edges
    for (low, high), stage in zip(pairwise(edges), ("forward", "backward", "update"), strict=True):
        with qtbot.waitSignal(bar.sought) as caught:
            middle = low + 0.6 * (high - low)
            qtbot.mouseClick(bar.scrubber, LEFT, pos=spot(bar, track.x() + middle * track.width()))
        assert line.moment(caught.args[0]).stage == stage


def test_a_drag_asks_for_whole_stops_one_after_the_other(bar, qtbot) -> None:
    asked: list[float] = []
    bar.sought.connect(asked.append)
    scrubber = bar.scrubber
    QTest.mousePress(scrubber, LEFT, pos=spot(bar, scrubber.knob(6.0)))
    for x in range(round(scrubber.knob(6.0)), scrubber.width() + 50, 7):
        QTest.mouseMove(scrubber, spot(bar, x))
    QTest.mouseRelease(scrubber, LEFT, pos=spot(bar, scrubber.width()))
    assert asked == [float(stop) for stop in range(6, 20)]
    QTest.mouseMove(scrubber, spot(bar, 10.0))
    assert len(asked) == 14  # nothing more once it is let go


def test_only_the_left_button_seeks(bar, qtbot) -> None:
    with qtbot.assertNotEmitted(bar.sought):
        qtbot.mouseClick(bar.scrubber, Qt.MouseButton.MiddleButton, pos=QPoint(60, 20))


def test_setting_a_frame_asks_for_nothing(bar, qtbot) -> None:
    with qtbot.assertNotEmitted(bar.sought):
        for position in (0.0, 3.7, 12.0, 19.0):
            bar.set_frame(make_frame(position=position))
        bar.set_frame(make_frame("one two", position=1.0))


def test_the_wheel_goes_by_steps(bar) -> None:
    asked: list[float] = []
    bar.sought.connect(asked.append)

    def turn(angle: int) -> None:
        at = QPointF(100, 20)
        QApplication.sendEvent(
            bar.scrubber,
            QWheelEvent(
                at, at, QPoint(), QPoint(0, angle), Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
            ),
        )  # fmt: skip

    turn(120)
    turn(-120)
    turn(60)
    turn(60)
    assert asked == [7.0, 5.0, 7.0]


def test_hovering_says_what_is_there_in_plain_text(bar) -> None:
    frame = make_frame(position=6.0)
    for stop, text in (
        (2.0, "step 2 of 9 · forward"),
        (13.0, "step 6 of 9 · backward through time"),
        (0.0, "start of 9 steps"),
        (19.0, "updated"),
    ):
        QTest.mouseMove(bar.scrubber, spot(bar, bar.scrubber.knob(stop)))
        assert bar.scrubber.hovered == text
    QApplication.sendEvent(bar.scrubber, QEvent(QEvent.Type.Leave))
    assert bar.scrubber.hovered == ""
    assert frame.playhead.position == 6.0


@pytest.mark.parametrize(
    ("name", "signal"),
    [
        ("start", "start_requested"),
        ("previous", "previous_requested"),
        ("play", "play_toggled"),
        ("next", "next_requested"),
        ("end", "end_requested"),
    ],
)
def test_a_button_says_its_wish_and_takes_no_focus(bar, qtbot, name: str, signal: str) -> None:
    button = bar.buttons[name]
    bar.setFocus()
    with qtbot.waitSignal(getattr(bar, signal)):
        qtbot.mouseClick(button, LEFT)
    assert not button.hasFocus()
    assert button.focusPolicy() is Qt.FocusPolicy.TabFocus
    assert min(button.width(), button.height()) >= 32
    assert button.accessibleName()
    assert "(" in button.toolTip()  # its key


def test_play_becomes_pause(bar) -> None:
    play = bar.buttons["play"]
    before = play.grab().toImage()
    bar.set_playing(True)
    assert play.accessibleName() == "Pause"
    assert play.grab().toImage() != before
    bar.set_playing(False)
    assert play.accessibleName() == "Play"
    assert play.grab().toImage() == before


@pytest.mark.parametrize("speed", SPEEDS)
def test_speeds_are_a_menu(bar, qtbot, speed: float) -> None:
    action = next(a for a in bar.speeds.actions() if a.data() == speed)
    with qtbot.waitSignal(bar.speed_chosen) as caught:
        action.trigger()
    assert caught.args == [speed]
    bar.set_speed(speed)
    assert bar.speed.text() == f"{speed:g}×"
    assert [a.data() for a in bar.speeds.actions() if a.isChecked()] == [speed]


@pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen has no window manager
def test_the_speed_button_opens_the_menu_and_does_not_wait_for_it(bar, qtbot, monkeypatch) -> None:
    def wait(*_) -> None:
        raise AssertionError("exec() waits until the menu is closed")

    monkeypatch.setattr(type(bar.speeds), "exec", wait)
    try:
        bar.speed.click()
        assert bar.speeds.isVisible()
        bar.speed.click()  # another click while it is open
        assert QApplication.activePopupWidget() is bar.speeds
    finally:
        bar.speeds.close()  # an open popup would hold the mouse and the keyboard of later tests
    assert QApplication.activePopupWidget() is None
    assert not bar.speeds.isVisible()


def test_reset_is_asked_for_where_there_is_something_to_reset(bar, qtbot) -> None:
    bar.set_frame(make_frame(position=0.0))
    assert not bar.reset.isEnabled()
    assert not bar.buttons["start"].isEnabled()
    bar.set_frame(make_frame(position=3.0))
    with qtbot.waitSignal(bar.reset_requested):
        qtbot.mouseClick(bar.reset, LEFT)


# -- the keyboard ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "position"),
    [
        (Qt.Key.Key_Right, 6.0),
        (Qt.Key.Key_Left, 5.0),
        (Qt.Key.Key_Up, 6.0),
        (Qt.Key.Key_Down, 5.0),
        (Qt.Key.Key_Home, 0.0),
        (Qt.Key.Key_End, 19.0),
        (Qt.Key.Key_PageUp, 6.0),
        (Qt.Key.Key_PageDown, 5.0),
    ],
)
def test_keys_step_from_within_a_step(bar, qtbot, key: Qt.Key, position: float) -> None:
    bar.set_frame(make_frame(position=5.4))
    with qtbot.waitSignal(bar.sought) as caught:
        qtbot.keyClick(bar.scrubber, key)
    assert caught.args == [position]


def test_page_keys_go_by_tenths_and_stay_on_the_line(bar, qtbot) -> None:
    frame = make_frame("a b " * 50, position=50.0)
    for start, key, position in (
        (50.0, Qt.Key.Key_PageUp, 60.0),
        (50.0, Qt.Key.Key_PageDown, 40.0),
        (4.0, Qt.Key.Key_PageDown, 0.0),
        (199.0, Qt.Key.Key_PageUp, 201.0),
    ):
        bar.set_frame(moved(frame, start))
        with qtbot.waitSignal(bar.sought) as caught:
            qtbot.keyClick(bar.scrubber, key)
        assert caught.args == [position]


def test_tab_goes_through_the_parts_in_order(bar, qtbot) -> None:
    bar.activateWindow()
    bar.buttons["start"].setFocus()
    met: list[QWidget | None] = []
    for _ in range(8):
        met.append(QApplication.focusWidget())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert met == [*bar.buttons.values(), bar.scrubber, bar.speed, bar.rate]


def test_a_screen_reader_finds_a_slider_with_the_stop_as_its_value(bar, qtbot) -> None:
    interface = QAccessible.queryAccessibleInterface(bar.scrubber)
    assert interface.role() is QAccessible.Role.Slider
    value = interface.valueInterface()
    assert value.currentValue() == 6
    assert (value.minimumValue(), value.maximumValue()) == (0, 19)
    with qtbot.waitSignal(bar.sought) as caught:
        value.setCurrentValue(11)
    assert caught.args == [11.0]


# -- the learning rate -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "rate"), [("0.02", 0.02), ("5e-3", 0.005), ("0,5", 0.5), ("0", 0.0), ("1e-7", 1e-7)]
)
def test_a_typed_rate_is_asked_for(bar, qtbot, typed: str, rate: float) -> None:
    bar.rate.setFocus()
    bar.rate.selectAll()
    qtbot.keyClicks(bar.rate, typed)
    with qtbot.waitSignal(bar.learning_rate_chosen) as caught:
        qtbot.keyClick(bar.rate, Qt.Key.Key_Return)
    assert caught.args == [rate]
    assert not bar.rate.hasFocus()


@pytest.mark.parametrize("rate", [0.0, 0.123456789, 1 / 3, 1.2345678901234567e-300, 1e300, 5e-324])
def test_every_rate_of_the_session_stands_in_the_field_and_stays_the_same(
    bar, qtbot, rate: float
) -> None:
    frame = make_frame(position=6.0)
    run = frame.run.with_learning_rate(rate, 0)
    bar.set_frame(replace(frame, run=run))
    assert float(bar.rate.text()) == rate
    bar.rate.setFocus()
    with qtbot.assertNotEmitted(bar.learning_rate_chosen):  # Enter on what already stands there
        qtbot.keyClick(bar.rate, Qt.Key.Key_Return)
    typed = repr(rate / 2 + 0.1)
    bar.rate.setFocus()
    bar.rate.selectAll()
    qtbot.keyClicks(bar.rate, typed)
    with qtbot.waitSignal(bar.learning_rate_chosen) as caught:
        qtbot.keyClick(bar.rate, Qt.Key.Key_Return)
    assert caught.args == [float(typed)]


@pytest.mark.parametrize("typed", ["", "x", "-1", "nan", "inf", "1e999", "0.1.2"])
def test_what_is_no_rate_is_put_back(bar, qtbot, typed: str) -> None:
    bar.rate.setFocus()
    bar.rate.selectAll()
    qtbot.keyClick(bar.rate, Qt.Key.Key_Delete)
    qtbot.keyClicks(bar.rate, typed)
    with qtbot.assertNotEmitted(bar.learning_rate_chosen):
        qtbot.keyClick(bar.rate, Qt.Key.Key_Return)
    assert bar.rate.text() == "0.1"


def test_a_frame_does_not_overwrite_what_is_being_typed(bar, qtbot) -> None:
    bar.activateWindow()
    bar.rate.setFocus()
    bar.rate.selectAll()
    qtbot.keyClicks(bar.rate, "0.0")
    bar.set_frame(make_frame(position=7.0))
    assert bar.rate.text() == "0.0"
    qtbot.keyClick(bar.rate, Qt.Key.Key_Escape)
    assert bar.rate.text() == "0.1"


@pytest.mark.parametrize(
    ("rate", "up", "down"),
    [(0.1, 0.2, 0.05), (0.3, 0.5, 0.2), (0.05, 0.1, 0.02), (0.0, 1e-6, 0.0), (50.0, 50.0, 20.0)],
)
def test_next_rate(rate: float, up: float, down: float) -> None:
    assert next_rate(rate, up=True) == up
    assert next_rate(rate, up=False) == down


def test_arrows_choose_the_next_rate(bar, qtbot) -> None:
    with qtbot.waitSignal(bar.learning_rate_chosen) as caught:
        qtbot.keyClick(bar.rate, Qt.Key.Key_Up)
    assert caught.args == [0.2]


# -- what is said ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("position", "lines"),
    [
        (0.0, ("start of 9 steps", "")),
        (6.0, ("step 6 of 9", "forward")),
        (13.0, ("step 6 of 9", "backward through time")),
        (5.2, ("step 6 of 9", "a⟨5⟩ arrives")),
        (12.3, ("step 6 of 9", "the gradient from 7 arrives")),
        (19.0, ("updated", "")),
    ],
)
def test_the_place_is_said(bar, position: float, lines: tuple[str, str]) -> None:
    bar.set_frame(make_frame(position=position))
    assert bar.place.lines == lines


def phases_of(steps: int) -> list[tuple[Frame, str]]:
    """A frame within every phase, late in the sequence, and what happens in it."""
    frame = make_frame("a b c d " * (steps // 4), position=0.0, summed=True)
    line = frame.timeline
    starts = [steps - 1.0, line.position(Stage.BACKWARD, steps - 1) - 1.0, line.end - 1.0]
    frames = [moved(frame, start + part / 40) for start in starts for part in range(1, 40)]
    return [(inside, happening(inside)) for inside in frames]


@pytest.mark.parametrize("steps", [8, 20_000])
@pytest.mark.parametrize(
    "look",
    [Look(LIGHT, 12), Look(LIGHT, 14), Look(LIGHT, 18, lecture=True)],
    ids=["12", "14", "lecture"],
)
def test_what_happens_is_said_whole_at_1024(bar, look: Look, steps: int) -> None:
    bar.set_look(look)
    bar.resize(1024, bar.sizeHint().height())
    said: set[str] = set()
    for frame, words in phases_of(steps):
        bar.set_frame(frame)
        where, below = bar.place.lines
        assert "…" not in where
        assert below.replace("\n", " ") == words
        assert below.count("\n") <= 1
        said.add(words)
    assert len(said) == 6 + 5 + 2
    lines = [QFontMetricsF(font(look)).height() for font in (first_font, second_font, second_font)]
    assert sum(lines) <= bar.place.height()


def test_the_first_line_stays_where_it_is_while_the_phases_change(bar) -> None:
    bar.set_look(Look(LIGHT, 18, lecture=True))
    bar.resize(1024, bar.sizeHint().height())
    tops: set[int] = set()
    for frame, _ in phases_of(8)[:78]:  # forward and backward
        bar.set_frame(frame)
        image = bar.place.grab().toImage()
        ground = image.pixelColor(image.width() - 1, 0)
        tops.add(
            next(
                y
                for y in range(image.height())
                for x in range(image.width())
                if image.pixelColor(x, y) != ground
            )
        )
    assert len(tops) == 1


def test_the_loss_and_the_pass_are_said(bar) -> None:
    frame = make_frame(position=6.0)
    assert bar.readout.lines == (f"L = {frame.total_loss:.3g}", "pass 1")
    bar.set_frame(make_frame("a b c", position=3.0, seed=2))  # 4.3049, beside losses of 3 digits
    assert bar.readout.lines[0] == "L = 4.30"
    exploded = make_frame("a b c d e f g h", position=1.0, activation="relu", gain=1e200)
    bar.set_frame(exploded)
    bar.resize(1024, bar.height())
    assert bar.readout.lines[0] == "L not finite"
    assert "nan" not in bar.readout.accessibleName()
    bar.set_frame(make_frame(1))  # a value, of which nothing follows
    assert bar.readout.lines[0] == "no loss"


# -- geometry ----------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [400, 700, 1000, 1024, 1280, 1600, 1920, 3840])
@pytest.mark.parametrize("unit", [14.0, 24.0, 48.0])
def test_nothing_overlaps_at_any_width(bar, width: int, unit: float) -> None:
    bar.set_look(Look(LIGHT, unit, lecture=unit > 14))
    bar.resize(width, bar.sizeHint().height())
    parts = [
        c for c in bar.children() if isinstance(c, QWidget) and c.isVisible() and not c.isWindow()
    ]
    for one, other in combinations(parts, 2):
        assert not one.geometry().intersects(other.geometry())
    if width >= bar.minimumSizeHint().width():
        assert all(bar.rect().contains(part.geometry()) for part in parts)
        assert bar.scrubber.isVisible() and bar.scrubber.track.width() >= 8 * unit
    labels = [area for _, _, area in bar.scrubber.labels()]
    for one, other in combinations(labels, 2):
        assert not one.intersects(other)
    for area in labels:
        assert area.left() >= 0 and area.right() <= bar.scrubber.width()
        assert area.bottom() <= bar.height()


def test_everything_is_there_at_1024(bar) -> None:
    bar.resize(1024, bar.sizeHint().height())
    assert not any(
        part.isHidden() for part in (bar.place, bar.speed, bar.readout, bar.rate, bar.reset)
    )
    bar.resize(500, bar.height())
    assert bar.readout.isHidden() and bar.reset.isHidden() and not bar.scrubber.isHidden()


def test_lecture_type_is_never_smaller_than_the_unit(bar) -> None:
    look = Look(LIGHT, 24, lecture=True)
    bar.set_look(look)
    assert bar.rate.font().pixelSize() >= 24
    assert bar.sizeHint().height() >= 3.5 * 24
    heights = {area.height() for _, _, area in bar.scrubber.labels()}
    assert heights and min(heights) >= 24


# -- ink ---------------------------------------------------------------------------------------


def test_the_knob_and_what_is_done_have_their_colours(bar) -> None:
    for palette in (LIGHT, DARK):
        bar.set_look(Look(palette, 14))
        bar.set_frame(make_frame(position=14.0))
        scrubber = bar.scrubber
        image = scrubber.grab().toImage()
        y = round(scrubber.track.center().y())

        def at(position: float, image=image, y: int = y) -> str:
            return image.pixelColor(round(bar.scrubber.knob(position)), y).name()

        assert at(14.0) == palette.mark(Role.PLAYHEAD).name()
        assert at(4.5) == palette.colour(Role.STATE).name()
        assert at(11.5) == palette.colour(Role.GRADIENT).name()
        assert at(17.5) == palette.colour(Role.LINE).name()
        assert at(18.4) == palette.colour(Role.LINE).name()


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_names_of_the_stretches_have_colours_for_words(bar, palette) -> None:
    bar.set_look(Look(palette, 40))
    bar.resize(3840, bar.sizeHint().height())
    image = bar.scrubber.grab().toImage()
    labels = bar.scrubber.labels()
    assert len(labels) == 3
    for _, role, area in labels:
        spot = area.toRect()
        colours = {
            image.pixelColor(x, y).name()
            for x in range(spot.left(), spot.right())
            for y in range(spot.top(), spot.bottom())
        }
        assert palette.text(role).name() in colours


def test_moving_the_knob_leaves_nothing_behind(bar) -> None:
    """What is repainted in part looks like what is painted whole."""
    frame = make_frame(position=0.0)
    bar.set_frame(frame)
    QApplication.processEvents()
    for position in (1.0, 1.4, 7.0, 3.0, 18.0, 18.6, 2.0):
        bar.set_frame(moved(frame, position))
        QApplication.processEvents()
    in_parts = bar.screen().grabWindow(bar.winId()).toImage()
    bar.scrubber.update()
    QApplication.processEvents()
    assert in_parts == bar.screen().grabWindow(bar.winId()).toImage()


@pytest.mark.parametrize("name", ["start", "previous", "play", "pause", "next", "end"])
def test_icons_lie_within_the_unit_square(name: str) -> None:
    bounds = icon(name).boundingRect()
    assert bounds.width() > 0.3 and bounds.height() > 0.5
    assert bounds.left() >= 0 and bounds.top() >= 0
    assert bounds.right() <= 1 and bounds.bottom() <= 1


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(ValueError, match="no icon"):
        icon("stop")


def test_nothing_is_said_to_go_through_time_where_each_step_is_alone(bar, qtbot) -> None:
    """Without recurrence, or of one step: names, place, what is under the pointer, the menu."""
    bar.resize(1600, bar.sizeHint().height())
    linked = make_frame(position=10.0)
    run = linked.run.in_mode("one_to_one")
    alone = resolve(run, linked.playhead, compute_pass(run, 0, 0))
    one = make_frame("word", position=2.0)
    for frame, through in ((linked, True), (alone, False), (linked, True), (one, False)):
        bar.set_frame(frame)
        names = [text for text, _, _ in bar.scrubber.labels()]
        assert names[1 if len(names) == 3 else 0].startswith("← backward" if through else "← ")
        under = spot(bar, bar.scrubber.knob(frame.playhead.position))
        QTest.mouseMove(bar.scrubber, under)
        said = [*names, *(label.text() for label in bar.findChildren(QLabel))]
        said += [place(frame), bar.scrubber.hovered, bar.scrubber.accessibleDescription()]
        assert any("time" in text for text in said) == through, said
        fresh = TransportBar()
        qtbot.addWidget(fresh)
        fresh.set_look(Look(LIGHT, 14))
        fresh.resize(bar.size())
        fresh.set_frame(frame)
        fresh.show()
        qtbot.waitExposed(fresh)
        QTest.mouseMove(fresh.scrubber, under)
        assert bar.scrubber.grab().toImage() == fresh.scrubber.grab().toImage()
