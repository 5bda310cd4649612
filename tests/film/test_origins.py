"""Forecasts from an origin, and from many: against a plain loop over origins, steps and methods."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.data import Sequence, in_mode, make_task
from rnnviz.data.forecasts import seasonal_naive
from rnnviz.data.modes import ahead
from rnnviz.engine import CELLS, forward
from rnnviz.film import Branches, Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.film.classical import fitted, fitted_steps, held_from
from rnnviz.film.held_out_errors import LEAST_RESIDUALS, Origins
from rnnviz.film.measures import FORECAST, ORIGINS, look_through
from rnnviz.film.origins import (
    looked_at,
    usual_horizon,
    usual_origin,
    why_no_origins,
)


def series(steps=90, columns=1, seed=2):
    rng = np.random.default_rng(seed)
    t = np.arange(steps)[:, None]
    season = 3.0 * np.sin(2 * np.pi * t / 12)
    return 20.0 + season + rng.standard_normal((steps, columns)).cumsum(axis=0) * 0.3


def task_of(values, trained=None):
    tokens = tuple(str(i + 1) for i in range(len(values)))
    names = tuple(f"c{i}" for i in range(values.shape[1]))
    made = Sequence("series", "s", tokens, values, names, None, None, ())
    return replace(make_task(made), trained=trained)


def pass_of(task, **settings):
    run = start_run(task, Settings(units=5, **settings))
    return run, compute_pass(run, 0, 0)


def plainly(task, network, origin, horizon, column):
    """The network's forecast: one sequence from its first step on, fed what it said itself."""
    values = task.sequence.values
    x = [(row - task.mean) / task.deviation for row in values[:origin]]
    said = []
    for _ in range(horizon):
        y = forward(network, np.array(x)[:, None]).y[-1, 0]
        said.append(y[column] * task.deviation[column] + task.mean[column])
        x.append(y)
    return said


@pytest.mark.parametrize("cell", list(CELLS))
@pytest.mark.parametrize("layers", [1, 2])
def test_every_cell_forecasts_as_one_sequence_that_is_fed_its_own_answers(cell, layers):
    task = task_of(series(40, 2), trained=30)
    run, passing = pass_of(task, cell=cell, layers=layers)
    found = ORIGINS(passing, 4, 1)
    assert found.origins.tolist() == list(range(fitted(task, 1).least, 40))[-len(found.origins) :]
    for i in (0, len(found.origins) // 2, -1):
        origin = int(found.origins[i])
        expected = plainly(task, run.networks[0], origin, 4, 1)
        np.testing.assert_allclose(found.said["network"][i], expected, rtol=1e-9)
        one = FORECAST(passing, origin, 4, 1)
        np.testing.assert_allclose(one.said["network"], expected, rtol=1e-9)
        for name, line in one.said.items():
            np.testing.assert_allclose(line, found.said[name][i], rtol=1e-12)


def test_classical_methods_are_fitted_to_the_trained_part_and_know_what_is_before_the_origin():
    values = series()
    task = task_of(values, trained=70)
    _, passing = pass_of(task)
    methods, found = fitted(task), ORIGINS(passing, 6, 0)
    assert methods.level == pytest.approx(values[:70].mean())
    assert methods.period == 12
    other = values.copy()
    other[70:] += 50.0  # what is held out is fitted to by nothing
    again = fitted(task_of(other, trained=70))
    assert (again.level, again.period) == (methods.level, methods.period)
    assert again.model.coefficients.tolist() == methods.model.coefficients.tolist()
    assert found.origins[0] == 70
    for i, origin in enumerate(found.origins.tolist()):
        known = values[:origin, 0]
        assert found.said["naive"][i].tolist() == [known[-1]] * 6
        assert (
            found.said["seasonal naive (12)"][i].tolist() == seasonal_naive(known, 6, 12).tolist()
        )
        ar = methods.model.forecast(known, 6)
        name = f"AR({methods.model.order})"
        np.testing.assert_allclose(found.said[name][i], ar, rtol=1e-12)
        truth = values[origin : origin + 6, 0]
        assert found.truth[i, : len(truth)].tolist() == truth.tolist()
        assert np.isnan(found.truth[i, len(truth) :]).all()


def test_errors_by_horizon_are_those_of_all_origins_that_reach_so_far():
    values = series()
    _, passing = pass_of(task_of(values, trained=60))
    found = ORIGINS(passing, 10, 0)
    for k in (1, 4, 10):
        errors = [values[o - 1, 0] - values[o + k - 1, 0] for o in range(60, 91 - k)]
        assert found.count(k) == len(errors) == 31 - k
        assert found.rmse("naive")[k - 1] == pytest.approx(np.sqrt(np.mean(np.square(errors))))
        assert found.mae("naive")[k - 1] == pytest.approx(np.mean(np.abs(errors)))
        assert found.bias("naive")[k - 1] == pytest.approx(np.mean(errors))
    assert found.farthest == 10


def test_the_interval_is_of_errors_that_were_known_at_the_origin():
    values = series(300)
    _, passing = pass_of(task_of(values, trained=200))
    found, origin, k = ORIGINS(passing, 5, 0), 260, 3
    line = FORECAST(passing, origin, 5, 0).said["network"]
    errors = [
        found.said["network"][o - 200, k - 1] - values[o + k - 1, 0]
        for o in range(200, origin - k + 1)
    ]
    interval = found.interval(origin, line)
    assert interval.counts[k - 1] == len(errors)
    ends = np.quantile(errors, [0.9, 0.1])
    assert [interval.low[k - 1], interval.high[k - 1]] == pytest.approx(line[k - 1] - ends)
    early = found.interval(200 + LEAST_RESIDUALS, line)
    assert np.isfinite(early.low).tolist() == [True, False, False, False, False]
    assert not np.isfinite(found.interval(210, line).low).any()


def test_many_origins_are_taken_evenly():
    _, passing = pass_of(task_of(series(3000), trained=1000))
    found = ORIGINS(passing, 3, 0)
    assert found.of == 2000
    assert (found.apart, len(found.origins)) == (2, 1000)
    # One in every stretch of two, now the first and now the second.
    assert ((found.origins - 1000) // 2).tolist() == list(range(1000))
    assert 0.4 < (found.origins % 2).mean() < 0.6


def test_a_network_that_explodes_is_not_judged():
    task = task_of(series(), trained=60)
    _, passing = pass_of(task, activation="identity", gain=900.0)
    found = ORIGINS(passing, 10, 0)
    assert found.rmse("network")[-1] > 1e12
    assert not found.against_naive("network", 1).mean > 0
    long = task_of(series(300), trained=60)
    _, passing = pass_of(long, activation="identity", gain=1000.0, layers=2)
    found = ORIGINS(passing, 240, 0)
    assert np.isfinite(found.said["network"]).any()
    assert found.rmse("network")[-1] == np.inf == found.mae("network")[-1]
    assert np.isfinite(found.rmse("naive")).all()
    assert np.isnan(found.against_naive("network", 240).error)
    assert not np.isfinite(found.interval(298, found.said["network"][-1]).low[-1])


def test_nothing_held_out_and_one_step_have_no_origins():
    for task in (task_of(series(), trained=90), task_of(np.array([[3.0]]))):
        _, passing = pass_of(task)
        found = ORIGINS(passing, 4, 0)
        assert not len(found.origins)
        assert found.farthest == 0
        assert np.isnan(found.rmse("network")).all()
        last = task.steps
        assert looked_at(task, Playhead())[0] == last
        assert np.isnan(FORECAST(passing, last, 4, 0).truth).all()


def test_the_usual_origin_leaves_the_horizon_to_see():
    task = task_of(series(300), trained=240)
    assert usual_horizon(task) == 12
    assert usual_origin(task, 12) == 288
    assert usual_origin(task, 500) == 240 == held_from(task)
    assert looked_at(task, Playhead(origin=7, horizon=3)) == (7, 3, 0)
    # Where nothing was trained yet, what a training would hold out is.
    fresh = replace(task, trained=None)
    assert (fitted_steps(fresh), held_from(fresh)) == (210, 255)
    # What chose the snapshot is not held out.
    parted = replace(task, validated=270)
    assert (fitted_steps(parted), held_from(parted)) == (240, 270)


def test_beyond_the_end_and_in_other_modes_the_same_is_forecast():
    task = task_of(series(60), trained=48)
    run, passing = pass_of(task)
    expected = ORIGINS(passing, 3, 0)
    for other in (ahead(task, 5), in_mode(task, "many_to_one"), in_mode(task, "one_to_many")):
        found = ORIGINS(compute_pass(run.with_task(other), 0, 0), 3, 0)
        np.testing.assert_allclose(found.said["network"], expected.said["network"], rtol=1e-9)
        assert found.origins.tolist() == expected.origins.tolist()
    alone = in_mode(task, "one_to_one")
    found = ORIGINS(compute_pass(run.with_task(alone), 0, 0), 3, 0)
    x = (task.sequence.values[47:48] - task.mean) / task.deviation
    for k in range(3):
        x = forward(run.networks[0], x[None]).y[0]
        said = x[0, 0] * task.deviation[0] + task.mean[0]
        assert found.said["network"][0, k] == pytest.approx(said)
    assert "second network" in why_no_origins(in_mode(task, "encoder_decoder"))


def test_a_frame_has_both_and_they_are_found_once():
    run = start_run(task_of(series(), trained=60), Settings(units=3))
    playhead = Playhead(origin=70, horizon=5)
    branches = Branches.of(run, playhead)
    passing = compute_pass(run, 0, 0)
    look_through(passing, branches, ("forecast", "origins"))
    assert not FORECAST.missing(passing, branches)
    assert not ORIGINS.missing(passing, branches)
    frame = resolve(run, playhead, passing, branches)
    assert (frame.forecast.origin, frame.forecast.horizon) == (70, 5)
    assert frame.origins is frame.origins


def test_one_step_ahead_the_errors_are_those_over_the_stage():
    run = start_run(task_of(series(200), trained=120), Settings(units=3))
    frame = resolve(run, Playhead(horizon=3), compute_pass(run, 0, 0))
    told = frame.errors(beyond=False)
    found = frame.origins
    for name in ("network", "naive", "mean"):
        assert found.rmse(name)[0] == pytest.approx(told[name])


def test_a_network_of_returns_forecasts_values_each_from_its_own_last_one():
    values = 100.0 * np.exp(
        0.01 * np.random.default_rng(6).standard_normal((120, 1)).cumsum(axis=0)
    )
    tokens = tuple(str(i + 1) for i in range(120))
    made = Sequence("series", "s", tokens, values, ("price",), transforms=("log-returns",))
    task = replace(make_task(made), trained=80)
    run, passing = pass_of(task)
    found, network = ORIGINS(passing, 3, 0), run.networks[0]
    returns = np.diff(np.log(values[:, 0]), prepend=np.log(values[0, 0]))
    for i in (0, 20):
        origin = int(found.origins[i])
        x = list((returns[:origin] - task.mean[0]) / task.deviation[0])
        price = values[origin - 1, 0]
        for k in range(3):
            x.append(forward(network, np.array(x)[:, None, None]).y[-1, 0, 0])
            price *= np.exp(x[-1] * task.deviation[0] + task.mean[0])
            assert found.said["network"][i, k] == pytest.approx(price, rel=1e-9)
    # Its direction is that of each step's log return, not of the way from the origin.
    last = values[found.origins - 1, 0]
    for k in range(3):
        said, truth = (
            np.log(path[:, k] / (path[:, k - 1] if k else last))
            for path in (found.said["network"], found.truth)
        )
        known = np.isfinite(truth)
        right = (np.sign(said) == np.sign(truth))[known].mean()
        assert found.direction("network")[k] == pytest.approx(right)
    assert found.said["naive"][:, 0].tolist() == last.tolist()


def led_back(transform, last, said):
    """Values of forecasts that follow each other, one after the other."""
    path = []
    for each in said:
        last = {
            "log-returns": last * np.exp(each),
            "returns": last * (1 + each),
            "differences": last + each,
            "log": np.exp(each),
        }[transform]
        path.append(last)
    return path


def test_of_levels_the_direction_is_that_of_the_change_from_the_origin():
    _, passing = pass_of(task_of(series(), trained=70))
    found = ORIGINS(passing, 6, 0)
    last = series()[found.origins - 1, 0]
    known = np.isfinite(found.truth[:, 4])
    said, truth = found.said["network"][:, 4] - last, found.truth[:, 4] - last
    right = (np.sign(said) == np.sign(truth))[known].mean()
    assert found.direction("network")[4] == pytest.approx(right)
    assert not found.direction("naive").any()  # no change has no direction


def test_negative_values_turn_the_sign_of_a_return_round():
    found = Origins(
        np.array([1]), 1, 1, 1, {"up": np.array([[-5.0]]), "down": np.array([[-20.0]])},
        np.array([[-8.0]]), 1, np.array([-10.0]), "returns",
    )  # fmt: skip
    assert (found.direction("up")[0], found.direction("down")[0]) == (1.0, 0.0)


@pytest.mark.parametrize("origin", [1, 5, 30, 69, 70, 80])
def test_no_classical_forecast_knows_a_value_after_its_origin(origin):
    """Whatever comes later, the lines from an origin within the trained part are the same."""
    values, other = series(), series()
    other[origin:] = 1e3 - 7.0 * other[origin:][::-1]
    here, there = (
        FORECAST(pass_of(task_of(each, trained=70))[1], origin, 6, 0) for each in (values, other)
    )
    same = [name for name in here.said if name != "network"]
    assert same == [name for name in there.said if name != "network"]
    for name in same:
        np.testing.assert_array_equal(here.said[name], there.said[name])
    known = values[: min(origin, 70), 0]
    assert here.said["mean"].tolist() == pytest.approx([known.mean()] * 6)


@pytest.mark.parametrize(
    ("transform", "title"),
    [
        ("log-returns", "log returns"),
        ("returns", "returns"),
        ("differences", "differences"),
        ("log", "logarithms"),
    ],
)
def test_classical_methods_read_what_the_network_reads(transform, title):
    rng = np.random.default_rng(3)
    moves = np.zeros(240)
    for t in range(1, 240):  # an AR(1) of log returns with a season in it
        moves[t] = 0.6 * moves[t - 1] + 0.01 * rng.standard_normal()
    moves += 0.02 * np.sin(2 * np.pi * np.arange(240) / 6)
    values = 80.0 * np.exp(moves.cumsum())[:, None]
    tokens = tuple(str(i + 1) for i in range(240))
    made = Sequence("series", "s", tokens, values, ("price",), transforms=(transform,))
    task = replace(make_task(made), trained=160)
    run, passing = pass_of(task)
    price = values[:, 0]
    before = np.concatenate([price[:1], price[:-1]])
    read = {
        "log-returns": np.log(price / before),
        "returns": price / before - 1,
        "differences": price - before,
        "log": np.log(price),
    }[transform]
    part, methods, found = read[:160], fitted(task), ORIGINS(passing, 8, 0)
    p = methods.model.order
    assert p >= 1
    rows = np.array([[1.0, *part[t - p : t][::-1]] for t in range(p, 160)])
    solved = np.linalg.lstsq(rows, part[p:], rcond=None)[0]
    season = methods.period
    names = ["mean", f"AR({p})"] + [f"seasonal naive ({season})"] * bool(season)
    assert set(found.said) == {"network", "naive", *(f"{name} of {title}" for name in names)}
    for i in (0, 30):
        origin = int(found.origins[i])
        last, known = price[origin - 1], list(read[:origin])
        assert found.said["naive"][i].tolist() == [last] * 8
        expected = led_back(transform, last, [part.mean()] * 8)
        np.testing.assert_allclose(found.said[f"mean of {title}"][i], expected, rtol=1e-9)
        for _ in range(8):
            known.append(solved[0] + solved[1:] @ known[-1 : -p - 1 : -1])
        expected = led_back(transform, last, known[origin:])
        np.testing.assert_allclose(found.said[f"AR({p}) of {title}"][i], expected, rtol=1e-7)
        if season:
            again = [read[origin - season + k % season] for k in range(8)]
            expected = led_back(transform, last, again)
            said = found.said[f"seasonal naive ({season}) of {title}"][i]
            np.testing.assert_allclose(said, expected, rtol=1e-9)
    # The lines over the stage are the same ones.
    told = resolve(run, Playhead(horizon=8), passing).errors(beyond=False)
    first = resolve(run, Playhead(horizon=8), passing).origins
    assert set(told) == {"network", "naive", f"mean of {title}", f"AR({p}) of {title}"}
    if not season or season <= p:
        for name, error in told.items():
            assert first.rmse(name)[0] == pytest.approx(error)


def test_beyond_the_end_the_lines_over_the_stage_go_on_from_the_last_value():
    values = 100.0 * np.exp(
        0.01 * np.random.default_rng(6).standard_normal((120, 1)).cumsum(axis=0)
    )
    tokens = tuple(str(i + 1) for i in range(120))
    made = Sequence("series", "s", tokens, values, ("price",), transforms=("log-returns",))
    task = ahead(replace(make_task(made), trained=100), 4)
    run, passing = pass_of(task)
    frame = resolve(run, Playhead(), passing)
    lines = {line.name: line.said for line in frame.baselines}
    drift = np.diff(np.log(values[:100, 0]), prepend=np.log(values[0, 0])).mean()
    expected = values[-1, 0] * np.exp(drift * np.arange(1, 5))
    np.testing.assert_allclose(lines["mean of log returns"][120:124], expected, rtol=1e-9)
    assert lines["naive"][120:124].tolist() == [values[-1, 0]] * 4
