"""The playhead's line: every position has one moment, and back undoes forward."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.film import Stage, Timeline, step_seconds
from rnnviz.film.timeline import BACKWARD_PHASES, FORWARD_PHASES, UPDATE_PHASES

lengths = st.integers(1, 2000)


@st.composite
def places(draw):
    timeline = Timeline(draw(lengths))
    return timeline, draw(st.floats(0, timeline.end))


@pytest.mark.parametrize(
    ("position", "stage", "step", "progress"),
    [
        (0, Stage.START, 0, 1.0),
        (0.25, Stage.FORWARD, 1, 0.25),
        (1, Stage.FORWARD, 1, 1.0),
        (9, Stage.FORWARD, 9, 1.0),
        (9.5, Stage.BACKWARD, 9, 0.5),
        (10, Stage.BACKWARD, 9, 1.0),
        (18, Stage.BACKWARD, 1, 1.0),
        (18.75, Stage.UPDATE, 0, 0.75),
        (19, Stage.UPDATE, 0, 1.0),
        (-3, Stage.START, 0, 1.0),
        (1e9, Stage.UPDATE, 0, 1.0),
        (math.nan, Stage.START, 0, 1.0),
    ],
)
def test_nine_steps(position, stage, step, progress):
    moment = Timeline(9).moment(position)
    assert (moment.stage, moment.step) == (stage, step)
    assert moment.progress == pytest.approx(progress)


@given(places())
def test_next_then_previous_is_where_one_was(place):
    timeline, position = place
    stop = float(round(position))
    if stop < timeline.end:
        assert timeline.previous_stop(timeline.next_stop(stop)) == stop
    assert timeline.previous_stop(position) < position or position == 0
    assert timeline.next_stop(position) > position or position == timeline.end


@given(places())
def test_a_stop_is_found_again_by_its_stage_and_step(place):
    timeline, position = place
    stop = float(math.floor(position))
    moment = timeline.moment(stop)
    assert moment.resting
    assert timeline.position(moment.stage, moment.step) == stop


@given(places(), st.floats(0, 30), st.floats(0, 30), st.sampled_from([0.25, 1.0, 8.0]))
def test_time_adds_up(place, first, second, speed):
    timeline, position = place
    twice = timeline.advance(timeline.advance(position, first, speed), second, speed)
    once = timeline.advance(position, first + second, speed)
    assert twice == pytest.approx(once, abs=1e-6)
    assert position <= once <= timeline.end


@given(lengths)
def test_a_step_takes_its_phases_time(steps):
    timeline = Timeline(steps)
    seconds = step_seconds(Stage.FORWARD)
    assert timeline.advance(0.0, seconds) == pytest.approx(1.0)
    assert timeline.advance(0.0, seconds / 4, speed=4) == pytest.approx(1.0)
    whole = steps * (seconds + step_seconds(Stage.BACKWARD)) + step_seconds(Stage.UPDATE)
    assert timeline.advance(0.0, whole + 1e-6) == timeline.end


@given(places())
def test_phases_follow_one_another(place):
    timeline, position = place
    seen = 0
    while position < timeline.end and seen < 40:
        following = timeline.next_phase(position)
        assert position < following <= timeline.next_stop(position)
        position, seen = following, seen + 1


@pytest.mark.parametrize("stage", [Stage.FORWARD, Stage.BACKWARD, Stage.UPDATE])
def test_phases_are_done_in_order_and_completely(stage):
    timeline = Timeline(3)
    end = timeline.position(stage, 2)
    names = [phase.name for phase in timeline.moment(end).phases]
    before = [0.0] * len(names)
    for tick in range(1, 101):
        moment = timeline.moment(end - 1 + tick / 100)
        done = [moment.done(name) for name in names]
        assert all(a <= b for a, b in zip(before, done, strict=True))
        begun = [d for d in done if d > 0]
        assert all(d == pytest.approx(1.0) for d in begun[:-1])
        before = done
    assert before == [1.0] * len(names)


def test_every_phase_can_be_followed_by_eye():
    for phase in (*FORWARD_PHASES, *BACKWARD_PHASES, *UPDATE_PHASES):
        assert 0.25 <= phase.seconds <= 0.6


def test_no_film_without_a_step():
    with pytest.raises(ValueError, match="at least one step"):
        Timeline(0)
