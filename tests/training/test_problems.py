"""Training what ships: the same numbers for the same seed, and an end at any time."""

import math
from dataclasses import replace

import numpy as np
import pytest

from rnnviz.engine.batches import parameters_of
from rnnviz.problems.registry import PROBLEMS
from rnnviz.training import fit, prepare_problem
from rnnviz.training.keeping import ever_farther_apart

TEXTS = ("names", "sentiment", "translation", "name_tagging")


def same(one, other):
    left, right = parameters_of(one.network), parameters_of(other.network)
    assert list(left) == list(right)
    return all((left[name] == right[name]).all() for name in left)


def trained(name, seed=0, *, updates, keeping=(0,), **how):
    fitting = prepare_problem(PROBLEMS[name], seed, updates)
    return fit(replace(fitting, keeping=frozenset(keeping).__contains__), **how).log


@pytest.mark.parametrize("name", TEXTS)
def test_twenty_updates_twice_are_the_same_bit_by_bit(name):
    runs = [trained(name, 5, updates=20, keeping=(0, 7, 20)) for _ in range(2)]
    for one, other in zip(*runs, strict=True):
        assert same(one, other)
        assert one.update == other.update
        assert one.loss == other.loss or (math.isnan(one.loss) and math.isnan(other.loss))
        assert one.validation_loss == other.validation_loss
    first, _, last = runs[0]
    assert not same(first, last)
    assert last.validation_loss < first.validation_loss
    other = trained(name, 6, updates=1)
    assert not same(first, other[0])


def test_what_is_kept_and_what_is_told():
    told = []
    kept = trained("names", updates=30, keeping=(0, 10), report=told.append)
    assert [snapshot.update for snapshot in kept] == [0, 10, 30]
    assert math.isnan(kept[0].loss)
    assert [each.update for each in told] == list(range(31))
    assert told[-1].loss == kept[-1].loss
    assert np.isfinite([each.rate for each in told]).all()


def test_the_loss_of_what_ships_is_that_of_many_batches():
    fitting = prepare_problem(PROBLEMS["names"], updates=30)
    of_batches = [each.loss for each in fitting.training.run(fitting.start, 30)]
    (*_, last) = fit(fitting).log
    assert last.loss == pytest.approx(np.mean(of_batches), rel=1e-9)
    (*_, last) = fit(replace(fitting, averaged=1)).log
    assert last.loss == of_batches[-1]


def test_stopping_keeps_the_last_complete_update():
    asked = iter(range(1000))
    kept = trained("names", updates=50, stop=lambda: next(asked) > 31)
    whole = trained("names", updates=50, keeping=(kept[-1].update,))
    assert 0 < kept[-1].update < 50
    assert same(kept[-1], whole[1])
    at_once = trained("names", updates=50, stop=lambda: True)
    assert [snapshot.update for snapshot in at_once] == [0]


def test_every_problem_says_how_many_are_kept():
    for name in TEXTS:
        problem = PROBLEMS[name]
        assert len(ever_farther_apart(problem.updates, problem.snapshots)) >= 10


@pytest.mark.parametrize("updates", [0, 1, 2, 3, 10, 100, 1000, 4096, 123_456])
def test_kept_updates_begin_at_0_and_end_with_the_last(updates):
    kept = ever_farther_apart(updates)
    assert kept[0] == 0
    assert kept[-1] == updates
    assert list(kept) == sorted(set(kept))
    assert len(kept) <= 12
    if updates >= 1000:
        assert len(kept) == 12
