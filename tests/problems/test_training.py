"""Training a problem: the same numbers for the same seed, and an end at any time."""

import math

import numpy as np
import pytest

from rnnviz.engine.batches import parameters_of
from rnnviz.problems.registry import PROBLEMS
from rnnviz.problems.training import checkpoint_updates, train_problem

TEXTS = ("names", "sentiment", "translation", "name_tagging")


def same(one, other):
    left, right = parameters_of(one), parameters_of(other)
    assert list(left) == list(right)
    return all((left[name] == right[name]).all() for name in left)


@pytest.mark.parametrize("name", TEXTS)
def test_twenty_updates_twice_are_the_same_bit_by_bit(name):
    runs = [
        list(train_problem(PROBLEMS[name], 5, updates=20, keep_at=(0, 7, 20))) for _ in range(2)
    ]
    for one, other in zip(*runs, strict=True):
        assert same(one.model, other.model)
        assert one.update == other.update
        assert one.loss == other.loss or (math.isnan(one.loss) and math.isnan(other.loss))
        assert one.validation_loss == other.validation_loss
    first, _, last = runs[0]
    assert not same(first.model, last.model)
    assert last.validation_loss < first.validation_loss
    other = list(train_problem(PROBLEMS[name], 6, updates=1))
    assert not same(first.model, other[0].model)


def test_what_is_kept_and_what_is_told():
    told = []
    kept = list(train_problem(PROBLEMS["names"], updates=30, keep_at=(0, 10), progress=told.append))
    assert [checkpoint.update for checkpoint in kept] == [0, 10, 30]
    assert math.isnan(kept[0].loss)
    assert [each.update for each in told] == list(range(1, 31))
    assert told[-1].loss == kept[-1].loss
    assert np.isfinite([each.rate for each in told]).all()


def test_stopping_keeps_the_last_complete_update():
    asked = iter(range(1000))
    kept = list(
        train_problem(PROBLEMS["names"], updates=50, keep_at=(0,), stop=lambda: next(asked) > 31)
    )
    whole = list(train_problem(PROBLEMS["names"], updates=50, keep_at=(kept[-1].update,)))
    assert 0 < kept[-1].update < 50
    assert same(kept[-1].model, whole[0].model)
    at_once = list(train_problem(PROBLEMS["names"], updates=50, keep_at=(), stop=lambda: True))
    assert [checkpoint.update for checkpoint in at_once] == [0]


def test_every_problem_says_how_many_are_kept():
    for name in TEXTS:
        problem = PROBLEMS[name]
        assert len(checkpoint_updates(problem.updates, problem.checkpoints)) >= 10
