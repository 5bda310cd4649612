"""A series' numbers: as many digits as tell its values apart, wherever one of them is written."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest

from rnnviz.data import Sequence, make_task
from rnnviz.film import Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.scenes.charts.chart import AxisRoom
from rnnviz.scenes.charts.forecast import forecast_chart
from rnnviz.scenes.measure import text_width
from rnnviz.scenes.readout import readout
from rnnviz.scenes.series import seen_range, series_number, value_range
from rnnviz.scenes.shapes import Rect, Target
from rnnviz.scenes.stage import layout_of, stage_scene
from tests.frames import series

STEP = np.arange(31.0)
CLOSE = {
    "pressure": 101325.0 + np.round(np.sin(STEP / 2.0), 3),
    "index": 43250.0 + np.round(8.0 * np.sin(STEP / 3.0)),
    "rate": np.round(1.0931 + 0.004 * np.sin(STEP / 4.0), 5),
    "around a thousand": 999.7 + 0.1 * np.sin(STEP),
    "tiny": 1.0e-7 * (1.0 + 1e-3 * np.sin(STEP)),
    "slow": 1e5 + STEP,
}


def run_of(values):
    tokens = tuple(str(i + 1) for i in range(len(values)))
    made = Sequence("series", "s", tokens, np.array(values)[:, None], ("v",), None, None, ())
    return start_run(make_task(made), Settings())


def frame_of(values, **at):
    run = run_of(values)
    return resolve(run, Playhead(**at), compute_pass(run, 0, 0))


def texts(frame, start):
    scene = stage_scene(frame, 1600, 470, 14)
    return [
        shape.text
        for shape in scene.shapes
        if shape.id.startswith(start) and hasattr(shape, "text")
    ]


def shown(text):
    """A number as it is read by the program's users."""
    power = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
    return float(text.translate(power).replace("·10", "e").split()[-1])


def told_apart(said, values):
    """Whether texts differ wherever values differ by more than a hundredth of what all do."""
    pairs = combinations(zip(said, values, strict=False), 2)
    return all(a != b for (a, x), (b, y) in pairs if abs(x - y) > np.ptp(values) / 100)


@pytest.mark.parametrize("name", CLOSE)
def test_values_that_differ_are_written_differently_on_tokens(name):
    values = CLOSE[name]
    said = texts(frame_of(values), "token-text:")
    assert len(said) > 5
    assert told_apart(said, values)
    assert [shown(text) for text in said] == pytest.approx(
        values[: len(said)], abs=np.ptp(values) / 100
    )


@pytest.mark.parametrize("name", CLOSE)
def test_predictions_and_targets_have_the_same_digits(name):
    values = CLOSE[name]
    frame = frame_of(values, position=8.0)
    actual, said = texts(frame, "actual:"), texts(frame, "name:")
    assert len(actual) >= 5
    assert [shown(text) for text in actual] == pytest.approx(
        values[1 : len(actual) + 1], abs=np.ptp(values) / 100
    )
    wanted = [frame.prediction(t) for t in range(1, len(said) + 1)]
    assert [shown(text) for text in said] == pytest.approx(wanted, abs=np.ptp(values) / 100)


@pytest.mark.parametrize("name", CLOSE)
def test_both_ends_of_the_axis_differ(name):
    scene = stage_scene(frame_of(CLOSE[name]), 1600, 470, 14)
    ends = {shape.id: shape for shape in scene.shapes if shape.id in ("axis-low", "axis-high")}
    low, high = ends["axis-low"].text, ends["axis-high"].text
    assert shown(low) < shown(high)
    assert all(text_width(end.text, 14) <= end.rect.w for end in ends.values())  # none is cut
    assert shown(high) - shown(low) == pytest.approx(np.ptp(CLOSE[name]), rel=0.8)


@pytest.mark.parametrize("name", CLOSE)
def test_under_the_pointer_too(name):
    values, frame = CLOSE[name], frame_of(CLOSE[name], position=31.0)
    for t in (3, 4, 5):
        for kind in ("value", "output"):
            lines = readout(frame, Target(kind, Rect(0, 0, 1, 1), t))
            at = t - 1 if kind == "value" else t
            line = next(x for x in lines if x.startswith(("value", "actual")))
            assert shown(line) == pytest.approx(values[at], abs=np.ptp(values) / 500)


@pytest.mark.parametrize("name", CLOSE)
def test_in_the_chart_of_forecasts_too(name):
    values, chart = CLOSE[name], forecast_chart(frame_of(CLOSE[name]))
    assert told_apart([chart.y.words(value) for value in values], values)


def test_a_series_of_whole_numbers_has_no_zeros_and_one_that_never_changes_all_its_digits():
    frame = frame_of(CLOSE["index"])
    assert series_number(frame, 43258.0) == "43258"
    assert series_number(frame, 43254.5) == "43254.5"  # a prediction between
    assert texts(frame_of([101325.0] * 4), "token-text:") == ["101325"] * 4


@pytest.mark.parametrize(
    "values",
    [
        [k * 1e-320 for k in (1, 3, 2, 5, 4, 7, 3, 9)],
        [-(1e16) + 2 * k for k in (1, 3, 2, 5, 4, 7, 3, 9)],
        [1e16 + 2 * k for k in (1, 3, 2, 5, 4, 7, 3, 9)],
        [1.0 + 2.0**-52 * k for k in (1, 3, 2, 5, 4, 7, 3, 9)],
        [1.7e18 + 256 * k for k in (1, 3, 2, 5, 4, 7, 3, 9)],
    ],
    ids=["1e-320", "-1e16", "1e16", "1", "nanoseconds"],
)
def test_neighbours_at_the_ends_of_float64_are_told_apart_and_plotted(values):
    """As numbers, cut to a token's width, on the axis, and as a curve that is not flat."""
    values = np.array(values)
    run = start_run(make_task(replace(series(8), values=values[:, None])), Settings())
    frame = resolve(run, Playhead(position=8.0), compute_pass(run, 0, 0))
    different = len(set(values.tolist()))
    said = [series_number(frame, value) for value in values.tolist()]
    assert len(set(said)) == different
    shapes = {shape.id: shape for shape in stage_scene(frame, 1600, 430, 14.0).shapes}
    tokens = [shapes[f"token-text:{t}"] for t in range(1, 9)]
    assert len({token.text for token in tokens}) == different
    assert all(
        text_width(token.text, 14.0, token.bold) <= token.rect.w or "·10" in token.text
        for token in tokens
    )
    heights = {round(shapes[f"value:{t}"].y, 3) for t in range(1, 9)}
    assert len(heights) == different
    chart = forecast_chart(frame)
    curve = np.concatenate([chart.curves[0].y, chart.curves[1].y[1:]])
    assert np.ptp(curve) > 0.3 * (chart.y.high - chart.y.low)
    ticks = chart.y.ticks(
        chart.y.low, chart.y.high, AxisRoom(200.0, 12.0, lambda t: 7.0 * len(t), lambda t, w: t)
    )
    assert len(ticks) > 2 and len({text for _, text in ticks}) == len(ticks)
    assert [chart.y.words(value) for value in curve.tolist()] == said


def ends(frame):
    """Both ends of the axis of the line beneath the cells, and its points' heights there."""
    lay = layout_of(frame, 1600, 430, 14.0)
    shapes = {s.id: s for s in stage_scene(frame, 1600, 430, 14.0).shapes}
    lines = [shapes[name].points for name in ("series", "series-ahead") if name in shapes]
    share = [(lay.chart.bottom - y) / lay.chart.h for line in lines for _, y in line]
    return [shapes[f"axis-{end}"].text for end in ("low", "high")], share


def test_the_steps_on_the_stage_are_no_flat_line_and_their_axis_stays_for_a_while():
    rng = np.random.default_rng(5)
    values = 100 + np.concatenate([0.5 * rng.standard_normal(200), 80 + np.arange(400)])
    run = run_of(values)
    passing = compute_pass(run, 0, 0)
    seen = []
    for step in range(40, 120):
        said, share = ends(resolve(run, Playhead(position=float(step)), passing))
        assert max(share) - min(share) > 0.05, step
        seen.append(tuple(said))
    changes = sum(one != other for one, other in pairwise(seen))
    shown = layout_of(resolve(run, Playhead(position=40.0), passing), 1600, 430, 14.0).shown
    assert 2 <= changes <= len(seen) // shown + 1
    # Each value stands where the axis that is written says.
    frame = resolve(run, Playhead(position=60.0), passing)
    lay = layout_of(frame, 1600, 430, 14.0)
    low, high = seen_range(frame, lay.shown, 54.0)
    assert low <= values[54 : 54 + lay.shown].min() and values[54 : 54 + lay.shown].max() <= high
    assert high - low < 0.1 * (value_range(frame)[1] - value_range(frame)[0])


def test_a_series_that_is_on_the_stage_whole_has_the_axis_of_the_whole():
    run = run_of(np.arange(8.0))
    frame = resolve(run, Playhead(position=3.0), compute_pass(run, 0, 0))
    assert seen_range(frame, 8, 0.0) == value_range(frame)


def test_what_hardly_moves_is_not_stretched_to_look_like_a_mountain():
    values = np.concatenate([np.full(100, 5.0), 5.001 + np.zeros(100), np.linspace(5, 105, 100)])
    run = run_of(values)
    frame = resolve(run, Playhead(position=98.0), compute_pass(run, 0, 0))
    low, high = seen_range(frame, 10, 95.0)
    whole = value_range(frame)
    assert high - low >= 0.0099 * (whole[1] - whole[0])
