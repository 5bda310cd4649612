"""The series that ship: what is held out, what a forecast knows, how good it is."""

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.data.forecasts import mean, naive
from rnnviz.engine import forward
from rnnviz.film.answers import answered
from rnnviz.problems.base import PARTS
from rnnviz.problems.registry import trained
from rnnviz.problems.series import naive_and_mean
from rnnviz.problems.shipped_series import SpokenDigit, Stocks, Sunspots, Temperature

KINDS = [Temperature, Stocks, Sunspots, SpokenDigit]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name, scope="module")
def problem(request):
    return request.param()


def test_held_out_windows_share_no_step_with_training(problem):
    stretches = {part: problem.parts[part] for part in PARTS}
    if problem.name == "spoken_digit":  # recordings: each on one side, and no two alike
        sides = [{s.values.tobytes() for s in stretches[part]} for part in PARTS]
    else:  # one series: no date or year is on two sides
        sides = [{label for s in stretches[part] for label in s.labels} for part in PARTS]
        assert sum(map(len, sides)) == sum(len(s.values) for p in PARTS for s in stretches[p])
        whole = [label for part in PARTS for s in stretches[part] for label in s.labels]
        assert whole == sorted(whole)
    for i in range(3):
        for j in range(i):
            assert not sides[i] & sides[j]
    # What training is given are these stretches' windows and nothing else.
    windows = {part: problem.windows(part) for part in PARTS}
    for part in PARTS:
        rows = iter(windows[part].T)
        for stretch in stretches[part]:
            for start in range(len(stretch.values) - problem.known):
                end = start + problem.known + 1
                np.testing.assert_array_equal(next(rows), stretch.values[start:end])
        assert next(rows, None) is None
    assert not {w.tobytes() for w in windows["training"].T} & {
        w.tobytes() for w in windows["held out"].T
    }


def test_a_batch_is_drawn_from_the_training_windows(problem):
    windows = {
        np.round((w - problem.mean) / problem.deviation, 9).tobytes()
        for w in problem.windows("training").T
    }
    quiet = type("Quiet", (type(problem),), {"noise": 0.0})()
    batch = quiet.training(0).batches(7)
    whole = np.concatenate([batch.x[:1], batch.objective.targets])[..., 0]
    np.testing.assert_array_equal(batch.x[1:], batch.objective.targets[:-1])
    assert all(np.round(column, 9).tobytes() in windows for column in whole.T)
    again = type(problem)().training(0).batches(7)
    np.testing.assert_array_equal(again.x, problem.training(0).batches(7).x)
    assert not np.array_equal(again.x, problem.training(1).batches(7).x)


def test_tasks_forecast_what_is_held_out(problem):
    held_out = problem.parts["held out"]
    for example in problem.examples:
        task = problem.task(example)
        known, steps = problem.known, problem.known + problem.ahead
        values = task.sequence.values[:, 0]
        assert task.steps == steps == len(task.sequence.tokens)
        for array in (task.x, task.targets, values, task.mean, task.deviation):
            assert np.isfinite(array).all()
        assert len(set(task.sequence.tokens)) == steps
        assert all(task.sequence.tokens)
        which, start = problem.starts[example]
        np.testing.assert_array_equal(values, held_out[which].values[start : start + steps])
        assert task.sequence.tokens == held_out[which].labels[start : start + steps]
        assert task.fed_back.tolist() == [False] * known + [True] * problem.ahead
        assert task.own
        # Nothing of what is to come is a target; own answers take its place as inputs.
        assert not task.targets[known - 1 :].any()
        assert not task.mask[known - 1 :].any()
        assert task.mask[: known - 1].all()
        back = task.x[:, 0, 0] * task.deviation[0] + task.mean[0]
        np.testing.assert_allclose(back, values, atol=1e-9)
        np.testing.assert_array_equal(task.targets[: known - 1], task.x[1:known])
        network = trained(problem.name)[-1].network
        fed = answered(task, network).x[known:, 0, 0]
        blind = task.x.copy()
        blind[known:] = 0.0
        np.testing.assert_array_equal(
            answered(replace(task, x=blind), network).x[known:, 0, 0], fed
        )


def test_a_forecast_is_one_long_pass_fed_with_its_own_predictions(problem):
    network = trained(problem.name)[-1].network
    task = problem.task(problem.examples[0])
    known, h = problem.known, problem.ahead
    values = task.sequence.values[:known]
    forecast = problem.forecast(network, values, h)[:, 0]
    x = task.x.copy()
    x[known:, 0, 0] = ((forecast - problem.mean) / problem.deviation)[:h]
    y = forward(network, x).y[:, 0, 0] * problem.deviation + problem.mean
    tolerance = 1e-4 * problem.deviation
    np.testing.assert_allclose(y[known - 1 : known - 1 + h], forecast, atol=tolerance)


def test_naive_and_mean_of_many():
    known = np.array([[1.0, 5.0], [3.0, 7.0]])
    last, middle = naive_and_mean(known, 2)
    assert last.tolist() == [[3.0, 7.0], [3.0, 7.0]]
    assert middle.tolist() == [[2.0, 6.0], [2.0, 6.0]]
    assert naive(known[:, 0], 1) == last[:1, 0]
    assert mean(known[:, 1], 1) == middle[:1, 1]


def test_the_baselines_are_what_they_are_called(problem):
    network = trained(problem.name)[0].network
    score = problem.evaluate(network)
    windows = problem.windows("held out", problem.ahead)
    k = problem.known
    last = np.sqrt(((windows[k] - windows[k - 1]) ** 2).mean())
    far = np.sqrt(((windows[-1] - windows[:k].mean(axis=0)) ** 2).mean())
    assert score.baselines["naive (last value)"] == pytest.approx(last)
    far_name = f"mean, {problem.ahead} {problem.step}s ahead"
    assert score.baselines[far_name] == pytest.approx(far)
    p = problem.ar.order
    known = problem.windows("held out", problem.ahead)[k - p : k]
    said = problem.ar.intercept + problem.ar.coefficients[::-1] @ known
    error = np.sqrt(((said - windows[k]) ** 2).mean())
    assert score.baselines[f"AR({p})"] == pytest.approx(error)
    assert score.sizes["held out"] == windows.shape[1]


def test_shipped_temperature():
    score = Temperature().evaluate(trained("temperature")[-1].network)
    assert score.value < 0.96 * score.baselines["naive (last value)"]
    assert score.value < 0.7 * score.baselines["mean"]


def test_shipped_stocks_beat_nothing_by_much():
    score = Stocks().evaluate(trained("stocks")[-1].network)
    stays = score.baselines["the price stays (return 0)"]
    assert 0.98 * stays < score.value < 1.02 * stays


def test_shipped_sunspots():
    score = Sunspots().evaluate(trained("sunspots")[-1].network)
    assert score.value < 0.7 * score.baselines["naive (last value)"]
    far = {name: value for name, value in score.baselines.items() if "22 years" in name}
    assert far["network, 22 years ahead"] < far["mean, 22 years ahead"]


@pytest.mark.slow
def test_shipped_spoken_digit():
    score = SpokenDigit().evaluate(trained("spoken_digit")[-1].network)
    assert score.value < 0.3 * score.baselines["naive (last value)"]
    assert score.baselines["network, 24 samples ahead"] < score.baselines["mean, 24 samples ahead"]


def test_returns_are_of_the_prices():
    stocks = Stocks()
    first = stocks.parts["training"][0]
    assert first.labels[0] == "1999-01-05"
    assert first.values[0] == pytest.approx(100.0 * np.log(1244.78 / 1228.10))
