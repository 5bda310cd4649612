"""A sequence and its shuffles: real passes of the same values, and what is measured of both."""

import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from rnnviz.data import make_task, sequence_from_text
from rnnviz.data.forecasts import fit_ar
from rnnviz.engine import Objective, forward
from rnnviz.film import Settings, compute_pass, start_run
from rnnviz.film.order import SHUFFLES, SeriesOrder, TextOrder, order, why_no_order
from rnnviz.film.passes import run_forward
from rnnviz.opening.shipped import open_problem
from tests.frames import make_frame


def pass_of(text, mode="many_to_one", **settings):
    run = start_run(make_task(sequence_from_text(text, unit="words")), Settings(**settings))
    return compute_pass(run.in_mode(mode), 0, 0)


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_every_row_has_the_same_words_and_the_answer_of_a_pass_of_its_own(cell):
    passing = pass_of("not bad at all but not good", cell=cell, units=6)
    found = order(passing, None, 3)
    assert isinstance(found, TextOrder) and len(found.rows) == SHUFFLES + 1
    assert len({row.tokens for row in found.rows}) == SHUFFLES + 1
    names = passing.task.vocabulary
    for row in found.rows:
        assert Counter(row.tokens) == found.counts
        x = names.encode(row.tokens)[:, None]

        alone = run_forward(passing.trace.network, replace(passing.task, x=x))
        assert np.allclose(row.probabilities, alone.probabilities(6, 7)[0, 0], atol=1e-12)
    assert np.array_equal(
        found.rows[0].probabilities,
        passing.trace.probabilities(6, 7)[0, 0],
    )


def test_the_shipped_network_answers_otherwise_in_another_order():
    run = open_problem("sentiment")
    found = order(compute_pass(run, 0, 0), None, 3)
    assert {row.answer for row in found.rows} == {0, 1}
    again = order(compute_pass(run, 0, 0), None, 3)
    assert [row.tokens for row in again.rows] == [row.tokens for row in found.rows]


def test_few_other_orders_are_no_more_than_there_are():
    found = order(pass_of("a a b"), None, 3)
    assert {row.tokens for row in found.rows} == {
        ("a", "a", "b"), ("a", "b", "a"), ("b", "a", "a"),
    }  # fmt: skip


@pytest.mark.parametrize("p", [1, 3, 8])
def test_of_a_series_the_errors_are_those_of_the_model_on_the_last_fifth(p):
    passing = make_frame(100).passing
    found = order(passing, None, p)
    assert isinstance(found, SeriesOrder) and (found.lags, found.judged) == (p, 20)
    assert np.array_equal(np.sort(found.values), np.sort(found.shuffled))
    assert not np.array_equal(found.values, found.shuffled)
    for values, error in zip((found.values, found.shuffled), found.errors, strict=True):
        model = fit_ar(values[:80], p)
        said = [model.forecast(values[:t], 1)[0] for t in range(80, 100)]
        assert error == pytest.approx(float(np.sqrt(np.mean((said - values[80:]) ** 2))))
    assert found.errors[0] < found.errors[1]  # a sine knows its last values


def test_the_losses_are_the_mean_of_the_network_s_own_on_both():
    passing = make_frame(60).passing
    found = order(passing, None, 3)
    assert found.losses[0] == pytest.approx(float(passing.trace.loss_k[:-1].mean()))
    task = make_frame(60).task
    scaled = (found.shuffled - task.mean[0]) / task.deviation[0]

    y = scaled[1:, None, None]
    other = forward(passing.trace.network, scaled[:-1, None, None], Objective("mse", y))
    assert found.losses[1] == pytest.approx(float(other.loss_k.mean()))


@pytest.mark.parametrize("name", ["temperature", "sunspots", "stocks"])
def test_of_a_series_that_goes_on_by_itself_what_is_given_is_looked_at(name):
    passing = compute_pass(open_problem(name), 0, 0)
    found = order(passing, None, 3)
    assert len(found.values) == passing.task.last_known < passing.task.steps
    assert all(np.isfinite(each) for each in (*found.errors, *found.losses))


@pytest.mark.parametrize(
    ("passing", "why"),
    [
        (lambda: make_frame().passing, "many to one"),
        (lambda: pass_of("one two"), "fewer than three"),
        (lambda: pass_of("a a a a"), "the same"),
        (lambda: pass_of(" ".join("ab" * 31)), "more than 60"),
        (lambda: pass_of("one two three", "one_to_one"), "not linked|no step is linked"),
        (lambda: pass_of("one two three four", "one_to_many"), "no input of their own"),
        (lambda: compute_pass(open_problem("adding"), 0, 0), "not the next value"),
        (lambda: compute_pass(open_problem("translation"), 0, 0), "no input of their own"),
    ],
)
def test_what_has_no_order_to_be_looked_at_says_why(passing, why):
    made = passing()

    assert re.search(why, why_no_order(made.task))
    assert order(made, None, 3) is None


def test_a_network_that_explodes_has_no_loss_and_no_answer():
    passing = make_frame(60, activation="identity", gain=1e30).passing
    assert all(np.isnan(loss) for loss in order(passing, None, 3).losses)
    text = pass_of("not bad at all but not good", activation="identity", gain=1e200)
    assert order(text, None, 3).rows[0].answer == -1
