"""The forecast's chart, errors by horizon, table and sentences: all of a frame's own numbers."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from rnnviz.data import Sequence, make_task
from rnnviz.engine.training import Snapshot
from rnnviz.film import Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.scenes.charts.axes import Seen
from rnnviz.scenes.charts.beyond import goes_on
from rnnviz.scenes.charts.chart import AxisRoom
from rnnviz.scenes.charts.forecast import (
    forecast_chart,
    horizon_chart,
    interval_of,
    near,
    values_in,
)
from rnnviz.scenes.forecast_table import heads, rows, table_shapes, title
from rnnviz.scenes.forecast_words import interval_words, verdict
from rnnviz.scenes.shapes import Rect, Text
from rnnviz.scenes.stage import layout_of
from rnnviz.training import fit, prepare
from rnnviz.training.offer import first_plan


def frame_of(
    values, trained=None, validated=None, names=("v",), scale="trained", transforms=(), log=False,
    **more,
):  # fmt: skip
    """A frame whose network was trained on the first values; `more` of playhead and settings."""
    values = np.asarray(values, float).reshape(len(values), -1)
    tokens = tuple(str(i + 1) for i in range(len(values)))
    made = Sequence("series", "s", tokens, values, names, None, None, (), scale=scale)
    made = replace(made, transforms=transforms)
    task = replace(make_task(made), trained=trained, validated=validated)
    looked = {k: more.pop(k) for k in ("origin", "horizon", "column", "position") if k in more}
    run = start_run(task, Settings(units=4, **more))
    if log:  # as a training leaves it
        run = replace(run, log=(Snapshot(5, run.networks[0], run.states[0], 1.0, 1.0),))
    return resolve(run, Playhead(**looked), compute_pass(run, 0, 0))


def walk(steps=300, seed=1):
    return 50 + np.random.default_rng(seed).standard_normal(steps).cumsum()


def test_the_chart_shows_parts_origin_and_what_lies_beyond_the_end():
    frame = frame_of(walk(), trained=210, validated=255, origin=290, horizon=20)
    chart = forecast_chart(frame)
    assert chart.x.high == 310
    assert [(s.name.partition(":")[0], s.start, s.stop) for s in chart.shades] == [
        ("validation", 210.5, 255.5),
        ("held out", 255.5, 300.0),
    ]
    assert chart.x.words(305.0) == "5 steps beyond the end"
    assert {tuple(c.x[[0, -1]]) for c in chart.curves if c.end and c.name != "v"} == {
        (290.0, 310.0)
    }
    assert not [s for s in forecast_chart(frame, (1, 300)).shades if s.name == "stage"]


def test_the_band_is_the_interval_around_the_networks_forecast():
    frame = frame_of(walk(), trained=150, origin=280, horizon=6)
    interval, (band,) = interval_of(frame), forecast_chart(frame).bands
    np.testing.assert_array_equal(band.low[1:], interval.low)
    np.testing.assert_array_equal(band.high[1:], interval.high)
    assert band.x.tolist() == [280.0, *range(281, 287)]
    assert "80 % of the errors at 125 to 130 held-out origins before this one" in interval_words(
        frame
    )
    early = frame_of(walk(), trained=150, origin=155, horizon=6)
    assert not forecast_chart(early).bands
    assert "No interval: 5 held-out origins before this one" in interval_words(early)
    assert "20 are needed" in interval_words(early)


def test_errors_by_horizon_and_the_table_say_the_same():
    frame = frame_of(walk(), trained=200, horizon=8)
    found, chart = frame.origins, horizon_chart(frame)
    for curve in chart.curves:
        method = "network" if curve.name == "untrained network" else curve.name
        np.testing.assert_array_equal(curve.y, found.rmse(method))
    far = horizon_chart(frame_of(walk(), trained=250, horizon=80))
    assert (far.x.low, far.x.high) == (1, 41)
    table = {row.name: row.figures for row in rows(frame)}
    assert next(iter(table)) == "untrained network"
    assert heads(frame) == ("RMSE", "MAE", "bias", "against naive", "change's sign right")
    assert title(frame) == "8 steps ahead, 93 held-out origins"
    for name, method in (("naive", "naive"), ("untrained network", "network")):
        told = [float(text.replace("−", "-")) for text in table[name][:3]]
        exact = [found.rmse(method)[7], found.mae(method)[7], found.bias(method)[7]]
        assert told == pytest.approx(exact, abs=0.006)
    errors = [float(row.figures[0]) for row in rows(frame)][1:]
    assert errors == sorted(errors)


def test_better_and_worse_are_said_beyond_chance_only():
    worse = frame_of(walk(), trained=150, horizon=2)
    assert "the untrained network is worse than naive" in verdict(worse)
    assert "standard errors apart" in verdict(worse)
    told = worse.origins.against_naive("network", 2)
    assert told.in_errors < -2
    assert f"{-told.in_errors:.1f} standard errors" in verdict(worse)
    noise = frame_of(
        np.random.default_rng(0).standard_normal(300), trained=150, horizon=1, gain=0.01
    )
    better = noise.origins.against_naive("mean", 1)
    assert better.in_errors > 2
    assert {row.name: row.figures[3] for row in rows(noise)}["mean"].startswith("better, ")


@pytest.mark.parametrize(
    ("trained", "horizon", "origins", "why"),
    [
        (40, 10, "11 held-out origins", "these origins overlap too much to tell"),
        (40, 16, "5 held-out origins", "these origins are too few to tell"),
        (40, 20, "1 held-out origin:", "one origin is too few to tell"),
    ],
)
def test_of_too_few_origins_nothing_is_said_of_who_is_better(trained, horizon, origins, why):
    few = frame_of(walk(60), trained=trained, horizon=horizon)
    assert origins in verdict(few)
    assert why in verdict(few)
    assert not {"chance", "than"} & set(verdict(few).split())
    assert title(few).endswith(origins.rstrip(":"))
    said = {row.name: row.figures[3] for row in rows(few)}
    assert said.pop("naive") == ""
    assert set(said.values()) == {"too few to tell"}


@pytest.mark.parametrize(
    ("trained", "scale", "why"),
    [
        (None, "trained", "mean and deviation of all steps"),
        (None, "minmax", "smallest and largest of all steps"),
        (150, "all", "mean and deviation of all steps"),
    ],
)
def test_a_scale_that_knows_what_is_held_out_is_compared_with_nothing(trained, scale, why):
    frame = frame_of(walk(), trained=trained, horizon=2, scale=scale)
    assert "is not compared with naive" in verdict(frame)
    assert why in verdict(frame)
    table = {row.name: row.figures for row in rows(frame)}
    assert table["untrained network"][3] == "not compared"
    assert "not compared" not in table["mean"]


@pytest.mark.parametrize(
    ("trained", "scale"), [(150, "trained"), (None, "none"), (None, "given:50,3"), (150, "minmax")]
)
def test_a_scale_that_knows_nothing_later_is_compared(trained, scale):
    frame = frame_of(walk(), trained=trained, horizon=2, scale=scale)
    assert "standard errors apart" in verdict(frame)


def test_what_cannot_be_judged_is_said():
    nothing = frame_of(walk(60), trained=50, validated=60)
    assert "Nothing is held out" in verdict(nothing)
    assert horizon_chart(nothing) is None
    assert rows(nothing) == ()
    short = frame_of(walk(60), trained=50, horizon=30)
    assert verdict(short) == "What is held out is too short for 30 steps ahead: the longest is 10."
    one = frame_of([3.0])
    assert forecast_chart(one).curves
    assert "too short" in verdict(one)
    assert [s.start for s in forecast_chart(frame_of(walk(100))).shades] == [85.5]
    exploded = frame_of(walk(200), trained=60, activation="identity", gain=1000.0, layers=2)
    exploded = resolve(exploded.run, Playhead(horizon=130), exploded.passing)
    assert "is not finite from" in verdict(exploded)
    assert "no longer finite" in interval_words(exploded)
    chart = forecast_chart(exploded)
    low, high = np.ptp(exploded.task.sequence.values), chart.y.high - chart.y.low
    assert high < 3.0 * low
    assert horizon_chart(exploded).y.high < np.inf


def test_a_network_of_unknown_training_is_not_judged():
    frame = frame_of(walk(), horizon=3)
    assert frame.untrained
    updated = frame.run.updated(frame.update)
    after = resolve(updated, Playhead(snapshot=1, horizon=3), compute_pass(updated, 1, 0))
    assert "updates of the film have taught it" in verdict(after)
    assert "network" not in {row.name for row in rows(after)}
    assert "network" not in {curve.name for curve in horizon_chart(after).curves}
    assert interval_of(after) is None


def test_returns_have_a_direction_and_naive_is_no_change():
    rng = np.random.default_rng(3)
    frame = frame_of(rng.standard_normal(400), trained=200, horizon=2, names=("return",))
    assert heads(frame)[4] == "sign right"
    found = frame.origins
    truth = found.truth[:, 1]
    right = np.sign(found.said["network"][:, 1]) == np.sign(truth)
    assert found.direction("network")[1] == pytest.approx(right[np.isfinite(truth)].mean())
    table = {row.name: row.figures for row in rows(frame)}
    assert table["naive (no change)"][4] == "–"
    assert table["mean"][4] == f"{found.direction('mean')[1]:.0%}".replace("%", " %")
    assert not found.said["naive"].any()


@pytest.mark.parametrize(
    ("transform", "head"),
    [("none", "change's sign right"), ("log-returns", "log return's sign right")],
)
def test_it_is_said_whose_sign_a_direction_is(transform, head):
    frame = frame_of(np.abs(walk(400)), trained=200, horizon=2, transforms=(transform,))
    assert heads(frame)[4] == head


def test_an_origin_within_what_the_network_was_trained_on_says_so():
    early, later = (
        frame_of(walk(), trained=210, origin=o, horizon=8, log=True) for o in (209, 210)
    )
    names = [{c.name for c in forecast_chart(frame).curves} for frame in (early, later)]
    assert "network, saw this" in names[0] and "network" in names[1]
    assert "was trained on all steps up to 210" in interval_words(early)
    assert "was trained" not in interval_words(later)
    untrained = frame_of(walk(), trained=210, origin=100, horizon=8)
    assert "saw this" not in " ".join(c.name for c in forecast_chart(untrained).curves)


def test_every_column_has_its_own_forecasts():
    values = np.stack([walk(200, 1), 1000 + walk(200, 2)], axis=1)
    frame = frame_of(values, trained=120, names=("a", "b"), column=1, horizon=4)
    chart = forecast_chart(frame)
    assert chart.name == "b"
    assert min(c.y[0] for c in chart.curves) > 900
    assert frame.origins.said["naive"][0, 0] == values[frame.origins.origins[0] - 1, 1]


@pytest.mark.parametrize("room", [(700, 220), (420, 150), (200, 80), (60, 20)])
def test_the_table_stays_in_its_room_and_no_texts_touch(room):
    frame = frame_of(walk(), trained=200, horizon=8)
    area = Rect(10.0, 20.0, *map(float, room))
    shapes = table_shapes(frame, area, 13.0, lambda text, bold: (8.0 if bold else 7.0) * len(text))
    places = [s.rect for s in shapes if isinstance(s, Text)][1:]
    for i, one in enumerate(places):
        for other in places[:i]:
            apart = one.right <= other.x + 1.5 or other.right <= one.x + 1.5
            assert apart or one.bottom <= other.y + 0.1 or other.bottom <= one.y + 0.1
    assert all(p.bottom <= area.bottom + 2 for p in places[len(heads(frame)) :])


@pytest.mark.parametrize("size", [(1280, 315, 18), (1600, 410, 20), (1920, 493, 24)])
@pytest.mark.parametrize("settings", [{}, {"cell": "lstm"}, {"layers": 2}])
def test_in_a_lecture_the_line_of_a_series_is_a_fifth_of_the_stage(size, settings):
    lay = layout_of(frame_of(walk(), **settings), *size)
    assert lay.chart is not None
    assert lay.chart.h >= 0.2 * size[1]


@pytest.mark.parametrize(
    ("labels", "later"),
    [
        (("7", "9", "11"), {1: "13", 4: "19"}),
        (("2024-02-27", "2024-02-28", "2024-02-29"), {1: "2024-03-01"}),
        (("2023-10", "2023-11", "2023-12"), {1: "2024-01", 13: "2025-01"}),
        (("2024-01-05", "2024-01-08", "2024-01-09"), {1: "+1", 50: "+50"}),  # not evenly apart
        (("007", "008", "009"), {1: "+1"}),  # a number is not written so
        (("a", "b", "c"), {2: "+2"}),
    ],
)
def test_labels_go_on_beyond_the_end_where_they_are_evenly_apart(labels, later):
    made = Sequence("series", "s", labels, np.arange(3.0)[:, None], ("v",), None, None, ())
    run = start_run(make_task(made), Settings(units=2))
    name, _ = goes_on(resolve(run, Playhead(), compute_pass(run, 0, 0)), 3)
    assert {ahead: name(3 + ahead) for ahead in later} == later


def test_the_axis_of_a_long_horizon_is_labelled_to_its_end():
    frame = frame_of(walk(100), trained=70, validated=85, origin=100, horizon=400)
    chart = forecast_chart(frame)
    room = AxisRoom(800.0, 14.0, lambda text: 7.0 * len(text), lambda text, _width: text)
    ticks = chart.x.ticks(1.0, chart.x.high, room)
    assert max(at for at, _ in ticks) > 400 and all(text == str(int(at)) for at, text in ticks)
    places = [(at * 800 / (chart.x.high - 1), room.measure(text)) for at, text in ticks]
    for (left, wide), (right, next_wide) in pairwise(places):
        assert left + wide / 2 < right - next_wide / 2


def test_near_the_origin_a_far_off_mean_is_cut_off():
    values = np.r_[
        np.full(200, 10.0) + np.random.default_rng(0).normal(0, 1, 200), np.full(100, 900.0)
    ]
    values[200:] += np.random.default_rng(1).normal(0, 1, 100)
    frame = frame_of(values, trained=150, validated=200, origin=280, horizon=10)
    chart = forecast_chart(frame)
    fit = Seen((chart.x.low, chart.x.high), (chart.y.low, chart.y.high))
    seen = near(chart, fit, 280, 10)
    assert seen.x[0] <= 260 and seen.x[1] >= 290
    assert 850 < seen.y[0] < 900 < seen.y[1] < 950
    assert values_in(chart, fit, fit.x) == fit.y


def test_a_network_that_was_trained_on_all_says_so():
    """Of a short series nothing is set aside: what it was trained on is known."""
    values = walk(40)
    tokens = tuple(str(i + 1) for i in range(len(values)))
    made = Sequence("series", "s", tokens, values[:, None], ("v",), None, None, ())
    run = start_run(make_task(made), Settings(units=3))
    fitting = prepare(run, replace(first_plan(run), updates=2, validation=0.0, held_out=0.0))
    run = fitting.run_of(run, fit(fitting).log)
    frame = resolve(run, Playhead(origin=36, horizon=4), compute_pass(run, 0, 0))
    assert verdict(frame) == "The network is not judged: nothing was held out of its training."
    assert interval_words(frame) == "No interval: nothing was held out of its training."
    chart = forecast_chart(frame)
    assert "network, saw this" in {curve.name for curve in chart.curves}
    assert all("nothing was fitted to it" not in shade.name for shade in chart.shades)
