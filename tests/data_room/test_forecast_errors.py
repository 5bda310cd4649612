"""Errors of forecasts and whether they differ, held against their definitions."""

from math import isnan, sqrt

import numpy as np
import pytest

from rnnviz.data.forecast_errors import (
    difference,
    hit_rate,
    mean_absolute,
    mean_error,
    root_mean_square,
)

NAN = float("nan")


def test_errors_of_every_column_leave_out_what_nobody_knows():
    errors = [[3.0, 1.0, NAN], [-4.0, NAN, NAN], [0.0, -2.0, NAN]]
    assert root_mean_square(errors).tolist()[:2] == [
        pytest.approx(sqrt(25 / 3)),
        pytest.approx(sqrt(5 / 2)),
    ]
    assert mean_absolute(errors).tolist()[:2] == pytest.approx([7 / 3, 1.5])
    assert mean_error(errors).tolist()[:2] == pytest.approx([-1 / 3, -0.5])
    assert all(isnan(f(errors)[2]) for f in (root_mean_square, mean_absolute, mean_error))


def test_large_errors_have_a_mean_and_infinite_ones_are_infinite():
    assert root_mean_square([[3e200], [4e200]])[0] == pytest.approx(5e200 / sqrt(2))
    assert root_mean_square([[1.0], [np.inf]])[0] == np.inf == mean_absolute([[1.0], [-np.inf]])[0]


def test_the_hit_rate_counts_directions_of_what_changed():
    said = np.array([[1.0], [-2.0], [0.0], [3.0], [1.0]])
    truth = np.array([[0.5], [1.0], [1.0], [0.0], [NAN]])
    assert hit_rate(said, truth)[0] == pytest.approx(1 / 3)


def plainly(first, second, overlap):
    """The same by loops over the formula."""
    d = [b - a for a, b in zip(first, second, strict=True)]
    n = len(d)
    mean = sum(d) / n
    lags = min(max(2 * overlap, int(4 * (n / 100) ** (2 / 9)) + 1), n)
    total = 0.0
    for j in range(-lags + 1, lags):
        j = abs(j)
        covariance = sum((d[i] - mean) * (d[i - j] - mean) for i in range(j, n)) / n
        total += (1 - j / lags) * covariance
    b = lags / n
    wider = (1.96 + 2.9694 * b + 0.4160 * b**2 - 0.5324 * b**3) / 1.96
    return mean, wider * sqrt(total / n)


@pytest.mark.parametrize(("pairs", "overlap"), [(40, 1), (90, 12), (300, 7)])
def test_the_standard_error_is_that_of_newey_and_west(pairs, overlap):
    rng = np.random.default_rng(pairs)
    first, second = np.square(rng.standard_normal((2, pairs)).cumsum(axis=1))
    found = difference(first, second, overlap)
    assert (found.mean, found.error) == pytest.approx(plainly(first, second, overlap), rel=1e-9)
    assert found.in_errors == pytest.approx(found.mean / found.error)


def test_a_difference_beyond_two_standard_errors_is_no_chance():
    rng = np.random.default_rng(5)
    losses = np.square(rng.standard_normal(200))
    assert not difference(losses, losses + 1.0 + 0.1 * rng.standard_normal(200)).chance
    assert difference(losses, np.square(rng.standard_normal(200))).chance
    assert difference(losses, losses).chance


def test_nobody_can_tell_of_few_pairs_or_of_those_that_all_overlap():
    ones = np.ones(9)
    assert isnan(difference(ones, 2 * ones).error)
    rng = np.random.default_rng(1)
    first, second = np.square(rng.standard_normal((2, 60)))
    assert isnan(difference(first, second + 100, 20).error)
    assert difference(first, second + 100, 20).chance
    assert difference(first, np.full(60, np.inf)).chance


def test_two_forecasts_as_bad_as_each_other_differ_as_rarely_as_they_should():
    rng, found = np.random.default_rng(2), 0
    for _ in range(300):
        walk = rng.standard_normal(132).cumsum()
        ahead = walk[12:] - walk[:-12]  # the naive forecast's errors: 12 steps that overlap
        found += not difference((ahead - 1.0) ** 2, (ahead + 1.0) ** 2, 12).chance
    assert found <= 0.12 * 300
