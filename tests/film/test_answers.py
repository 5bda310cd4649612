"""Forecasts beside a network's: all fitted to the trained part, judged on what is held out."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import inf, sqrt

import numpy as np
import pytest

from rnnviz.data import Sequence, make_task
from rnnviz.data.forecasts import choose_ar
from rnnviz.data.modes import ahead
from rnnviz.film import Plan, Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.film.answers import baselines, judged, last_known
from rnnviz.scenes.charts.forecast import forecast_chart
from rnnviz.scenes.stage import stage_scene
from rnnviz.training import fit, prepare

SHORT = [2.0, 5.0, 3.0, 8.0, 7.0, 1.0]


def walk(steps=300, seed=3):
    """A random walk, of which nothing forecasts better than its last value."""
    return np.cumsum(np.random.default_rng(seed).standard_normal(steps)) + 50.0


def task_of(values, trained=None):
    tokens = tuple(str(i + 1) for i in range(len(values)))
    made = Sequence("series", "s", tokens, np.array(values)[:, None], ("v",), None, None, ())
    return replace(make_task(made), trained=trained)


def frame_of(run, snapshot=0, position=0.0):
    playhead = Playhead(snapshot=snapshot, position=position)
    return resolve(run, playhead, compute_pass(run, snapshot, 0))


def trained(values, updates=20, **more):
    run = start_run(task_of(values))
    plan = Plan(Settings(units=4, learning_rate=0.01), window=20, updates=updates, **more)
    fitting = prepare(run, plan)
    return fitting.run_of(run, fit(fitting).log)


def said(task):
    return {line.name: line.said for line in baselines(task)}


def rmse(pairs):
    return sqrt(sum((a - b) ** 2 for a, b in pairs) / len(pairs))


def legend(frame):
    scene = stage_scene(frame, 1600, 470, 14)
    return {s.id: s.text for s in scene.shapes if hasattr(s, "text")}


def test_naive_says_the_value_before_and_mean_that_of_the_trained_part():
    lines = said(task_of(SHORT, trained=3))
    assert np.isnan(lines["naive"][0])
    assert lines["naive"][1:].tolist() == SHORT[:-1]
    assert lines["mean"][1:].tolist() == pytest.approx([10 / 3] * 5)
    # Where nothing is held out it is that of all that is known.
    assert said(task_of(SHORT))["mean"][1] == pytest.approx(26 / 6)


@pytest.mark.parametrize("steps", [1, 3])
def test_beyond_the_end_naive_repeats_the_last_known_value(steps):
    task = ahead(task_of(SHORT), steps)
    assert last_known(task) == 6
    lines = said(task)
    assert lines["naive"][1:].tolist() == [*SHORT[:-1], *[SHORT[-1]] * steps]
    assert lines["mean"][6:].tolist() == pytest.approx([26 / 6] * steps)


def test_the_autoregressive_model_is_that_of_the_trained_part_and_knows_the_values_before():
    values = walk()
    model = choose_ar(values[:240])
    lines = said(task_of(values, trained=240))
    line = lines[f"AR({model.order})"]
    for t in (240, 270, 299):
        assert line[t] == pytest.approx(model.forecast(values[:t], 1)[0], rel=1e-12)
    far = said(ahead(task_of(values, trained=240), 5))[f"AR({model.order})"]
    assert far[300:] == pytest.approx(model.forecast(values, 5), rel=1e-12)


@pytest.mark.parametrize(
    ("trained", "wanted"), [(None, (6, 6)), (1, (1, 6)), (4, (4, 6)), (5, (5, 6)), (6, (6, 6))]
)
def test_only_what_is_held_out_is_judged(trained, wanted):
    task = task_of(SHORT, trained)
    found = judged(task, beyond=False)
    assert (found.start, found.stop) == wanted
    longer = ahead(task, 3)
    found = judged(longer, beyond=False)
    assert (found.start, found.stop) == wanted
    beyond = judged(longer, beyond=True)
    assert (beyond.start, beyond.stop) == (6, 6)  # nobody knows the truth


def test_errors_are_of_each_methods_forecast_of_the_held_out_values():
    values, cut = walk(60), 48
    run = start_run(task_of(values, trained=cut))
    frame = frame_of(run)
    found, held = frame.errors(beyond=False), range(cut, 60)
    model = choose_ar(values[:cut])
    assert list(found) == ["network", "naive", "mean", f"AR({model.order})"]
    assert found["naive"] == pytest.approx(rmse([(values[t - 1], values[t]) for t in held]))
    assert found["mean"] == pytest.approx(rmse([(values[:cut].mean(), values[t]) for t in held]))
    assert found[f"AR({model.order})"] == pytest.approx(
        rmse([(model.forecast(values[:t], 1)[0], values[t]) for t in held])
    )
    # What the network says at step t (from 1) is the value of step t + 1.
    assert found["network"] == pytest.approx(rmse([(frame.prediction(t), values[t]) for t in held]))


def test_all_are_judged_on_the_same_steps():
    run = start_run(replace(task_of(SHORT), ar=np.array([0.5, 0.2, 0.3])))
    frame = frame_of(run)  # AR(2) says nothing of the first two steps
    assert frame.errors(beyond=False)["naive"] == pytest.approx(rmse(list(pairwise(SHORT[1:]))))
    assert frame.errors(beyond=False)["AR(2)"] == pytest.approx(
        rmse([(0.5 + 0.2 * SHORT[t - 1] + 0.3 * SHORT[t - 2], SHORT[t]) for t in range(2, 6)])
    )
    assert frame.errors(beyond=False)["network"] == pytest.approx(
        rmse([(frame.prediction(t), SHORT[t]) for t in range(2, 6)])
    )


def test_without_a_part_held_out_there_are_no_figures():
    frame = frame_of(start_run(task_of(walk(40))))
    assert frame.errors(beyond=False) == {} == frame.errors(beyond=True)
    words = legend(frame_of(frame.run, position=3.0))
    assert words["key-predicted-name"] == "untrained network"
    assert "errors" not in words and not any("naive" in text for text in words.values())


def test_the_part_that_training_held_out_is_the_one_that_is_judged():
    values = walk()
    run = trained(values, validation=0.1, held_out=0.2)
    assert run.task.trained == 210
    frame = frame_of(run, position=3.0)
    found = frame.errors(beyond=False)
    held = range(240, 300)
    assert found["naive"] == pytest.approx(rmse([(values[t - 1], values[t]) for t in held]))
    assert found["network"] == pytest.approx(rmse([(frame.prediction(t), values[t]) for t in held]))
    words = legend(frame)
    assert words["errors"] == "held-out RMSE, one step ahead"
    assert words["key-predicted-name"].startswith("predicted ")
    order = next(name for name in found if name.startswith("AR"))
    assert words[f"key-{order}-name"].startswith(order)
    chart = forecast_chart(frame)
    assert {"naive", "mean", order, "network"} <= {curve.name for curve in chart.curves}
    assert [(s.start, s.stop, s.name) for s in chart.shades] == [
        (210.5, 240.5, "validation: it chose the snapshot"),
        (240.5, 300.0, "held out: nothing was fitted to it"),
    ]
    # So it is with a forecast beyond the end, and AR keeps its order.
    longer = run.with_task(ahead(run.task, 4))
    assert frame_of(longer).errors(beyond=False)["naive"] == found["naive"]
    assert [line.name for line in frame_of(longer).baselines] == ["naive", "mean", order]


def test_nothing_held_out_in_training_has_no_figures():
    run = trained(walk(80), validation=0.0)
    assert run.task.trained is None
    assert frame_of(run).errors(beyond=False) == {}
    # What chose the snapshot is not what it is judged by.
    chosen = trained(walk(80), validation=0.2)
    assert (chosen.task.trained, chosen.task.validated) == (64, 80)
    assert frame_of(chosen).errors(beyond=False) == {}


def test_an_untrained_network_is_called_that_until_it_has_learned():
    run = trained(walk(), updates=20)
    assert not frame_of(run).untrained
    assert frame_of(run.at_origin(0)).untrained
    first = forecast_chart(frame_of(run.at_origin(0)))
    assert "untrained network" in {c.name for c in first.curves}
    seed = start_run(task_of(walk(40)))
    update = seed.update(compute_pass(seed, 0, 0).backward.gradients, 0)
    assert frame_of(seed).untrained and not frame_of(seed.updated(update), 1).untrained


def test_a_network_that_the_film_has_updated_on_what_is_held_out_is_not_judged_there():
    run = start_run(task_of(walk(60), trained=48))
    update = run.update(compute_pass(run, 0, 0).backward.gradients, 0)
    frame = frame_of(run.updated(update), snapshot=1)
    assert "network" not in frame.errors(beyond=False)
    assert "naive" in frame.errors(beyond=False)


def test_one_that_explodes_is_not_judged_by_the_steps_before():
    run = start_run(task_of(walk(60), trained=48))
    first = run.networks[0]
    large = first.replace(W_ya=np.full_like(first.parameters["W_ya"], np.inf))
    broken = replace(run, networks=(large,))
    assert frame_of(broken).errors(beyond=False)["network"] == inf
