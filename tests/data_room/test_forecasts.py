"""Classical forecasts: what they say of series whose continuation is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.data.forecasts import (
    AR,
    LEVEL,
    choose_ar,
    find_period,
    fit_ar,
    mean,
    naive,
    seasonal_naive,
)
from rnnviz.data.readers import sample_series


def process(coefficients, steps, *, intercept=0.0, deviation=1.0, seed=0):
    """A sample path of an autoregressive process, by its definition."""
    rng = np.random.default_rng(seed)
    values = [0.0] * len(coefficients)
    for _ in range(steps + 200):
        past = values[::-1][: len(coefficients)]
        values.append(
            intercept
            + sum(c * v for c, v in zip(coefficients, past, strict=True))
            + deviation * rng.standard_normal()
        )
    return np.array(values[-steps:])


def test_naive_and_mean():
    assert naive([1.0, 2.0, 6.0], 3).tolist() == [6.0, 6.0, 6.0]
    assert mean([1.0, 2.0, 6.0], 2).tolist() == [3.0, 3.0]
    assert mean([1.5e308, 1.7e308], 1)[0] == pytest.approx(1.6e308)


@pytest.mark.parametrize("order", [0, 1, 2, 5])
def test_the_fit_solves_the_normal_equations(order):
    values = 40.0 + 7.0 * process((0.5, -0.3), 200, seed=order)
    rows = [[1.0, *values[t - order : t][::-1]] for t in range(order, len(values))]
    design, target = np.array(rows), values[order:]
    expected = np.linalg.solve(design.T @ design, design.T @ target)
    found = fit_ar(values, order)
    assert found.order == order
    assert found.rows == len(values) - order
    np.testing.assert_allclose([found.intercept, *found.coefficients], expected, rtol=1e-7)
    rest = target - design @ expected
    assert found.deviation == pytest.approx(np.sqrt((rest**2).mean()), rel=1e-9)
    aic = len(target) * np.log((rest**2).mean()) + 2 * (order + 1)
    assert found.aic == pytest.approx(aic, rel=1e-9)


def test_a_process_of_order_two_is_found_again():
    values = process((1.2, -0.6), 20_000, intercept=3.0, deviation=0.5, seed=4)
    found = fit_ar(values, 2)
    np.testing.assert_allclose(found.coefficients, [1.2, -0.6], atol=0.02)
    assert found.intercept == pytest.approx(3.0, rel=0.03)
    assert found.deviation == pytest.approx(0.5, rel=0.03)
    # AIC never misses an order that matters; now and then it takes one too many.
    assert 2 <= choose_ar(values, 8).order <= 5
    assert fit_ar(values, 1, skip=2).aic > found.aic + 100


def test_a_sine_is_continued_exactly():
    t = np.arange(60)
    values = 5.0 + 2.0 * np.sin(0.4 * t + 1.0)
    found = fit_ar(values[:40], 2)
    np.testing.assert_allclose(found.coefficients, [2.0 * np.cos(0.4), -1.0], rtol=1e-9)
    np.testing.assert_allclose(found.forecast(values[:40], 20), values[40:], atol=1e-8)


def test_ahead_is_forecast_from_every_step():
    values = process((0.4, 0.3, -0.2), 50, intercept=1.0)
    found = fit_ar(values, 3)
    every = found.ahead(values, 4)
    assert every.shape == (48, 4)
    for i, row in enumerate(every):
        past = list(values[: 3 + i])
        for _ in range(4):
            newest = past[::-1][:3]
            past.append(found.intercept + float(np.dot(found.coefficients, newest)))
        np.testing.assert_allclose(row, past[-4:], rtol=1e-12)
        np.testing.assert_allclose(found.forecast(values[: 3 + i], 4), row, rtol=1e-12)


def test_no_equation_reaches_from_one_series_into_another():
    one, other = process((0.9,), 100, seed=1), 1000.0 + process((0.9,), 80, seed=2)
    found = fit_ar([one, other], 2)
    assert found.rows == 98 + 78
    design = [[1.0, v[t - 1], v[t - 2]] for v in (one, other) for t in range(2, len(v))]
    target = np.concatenate([one[2:], other[2:]])
    expected = np.linalg.lstsq(np.array(design), target, rcond=None)[0]
    np.testing.assert_allclose([found.intercept, *found.coefficients], expected, rtol=1e-6)


@given(
    st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=40),
    st.integers(1, 5),
    st.floats(1e-200, 1.0),
)
def test_any_finite_series_has_forecasts(values, h, scale):
    values = np.array(values) * scale
    found = choose_ar(values)
    assert found.order <= len(values) // 10
    for forecast in (naive(values, h), mean(values, h), found.forecast(values, h)):
        assert forecast.shape == (h,)
        assert np.isfinite(forecast).all()


def test_a_series_that_never_changes():
    values = np.full(50, 0.1)
    found = choose_ar(values)
    assert found.order == 0
    np.testing.assert_allclose(found.forecast(values, 3), 0.1)
    np.testing.assert_allclose(fit_ar(values, 4).forecast(values, 3), 0.1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: naive([], 1), "expected"),
        (lambda: naive([1.0, np.nan], 1), "finite"),
        (lambda: mean([[1.0]], 1), "expected"),
        (lambda: naive([1.0], 0), "h: expected"),
        (lambda: fit_ar(np.ones(3), 3), "more than 3"),
        (lambda: fit_ar(np.ones(3), -1), "p: expected"),
        (lambda: fit_ar([], 1), "found none"),
        (lambda: AR(0.0, np.ones(2), 1.0, 0.0, 9).forecast([1.0], 1), "at least 2"),
    ],
)
def test_what_cannot_be_forecast(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_the_season_before_is_repeated():
    assert seasonal_naive([9.0, 1.0, 2.0, 3.0], 5, 3).tolist() == [1.0, 2.0, 3.0, 1.0, 2.0]
    assert seasonal_naive([1.0, 2.0], 2, 1).tolist() == naive([1.0, 2.0], 2).tolist()
    with pytest.raises(ValueError, match="period"):
        seasonal_naive([1.0, 2.0], 2, 3)


@pytest.mark.parametrize("period", [7, 12, 25])
@pytest.mark.parametrize("slope", [0.0, 0.05])
def test_a_season_is_found_in_noise_and_on_a_slope(period, slope):
    t = np.arange(600)
    noise = np.random.default_rng(period).standard_normal(600)
    values = slope * t + np.sin(2 * np.pi * t / period)
    assert find_period(values) == period
    assert find_period(values + 0.3 * noise) == period
    on_a_walk = find_period(np.cumsum(noise) + 4 * np.sin(2 * np.pi * t / period))
    assert on_a_walk == pytest.approx(period, abs=1)


def noise(kind, length, rng):
    drawn = rng.standard_normal(length + 2)
    return {
        "white": drawn[2:],
        "a walk": np.cumsum(drawn[2:]),
        "differences of a walk": np.diff(np.cumsum(drawn[1:])),
        "differences of noise": np.diff(drawn[1:]),
    }[kind]


@pytest.mark.parametrize(
    "kind", ["white", "a walk", "differences of a walk", "differences of noise"]
)
@pytest.mark.parametrize("length", [20, 24, 35, 60, 100, 200, 500])
def test_noise_has_a_season_no_more_often_than_the_level_says(kind, length):
    rng = np.random.default_rng(length)
    found = [find_period(noise(kind, length, rng)) for _ in range(200)]
    assert sum(period > 0 for period in found) <= LEVEL * len(found)


def test_seasons_that_are_there_are_found_at_that_level():
    rng = np.random.default_rng(8)
    sunspots = sample_series("sunspots-1700-2008.csv").values[:, -1]
    assert find_period(sunspots) in (10, 11)
    assert find_period(sunspots[:150]) in (10, 11)
    week = np.tile([3.0, 1.0, 1.5, 2.0, 2.5, 6.0, 8.0], 8)
    assert find_period(week + rng.standard_normal(len(week))) == 7
    months = np.arange(96)
    sales = (100.0 + 2.0 * months) * (1.0 + 0.2 * np.sin(2 * np.pi * months / 12))
    assert find_period(sales + 5.0 * rng.standard_normal(len(sales))) == 12
    year = sample_series("seattle-temperature-2012-2015.csv").values[:, 0]
    assert find_period(year) == pytest.approx(365, abs=10)
    assert find_period(np.tile([1.0, 2.0], 20)) == 2
    assert find_period(np.ones(100)) == find_period([1.0, 2.0]) == 0


@pytest.mark.parametrize("lengths", [(300,), (100, 40), (35,)])
def test_the_order_is_that_of_smallest_aic_among_all_fits(lengths):
    rng = np.random.default_rng(sum(lengths))
    values = [1e4 + 3 * np.cumsum(rng.standard_normal(n)) for n in lengths]
    most = min(24, max(lengths) // 10)
    fits = [fit_ar(values, p, skip=most) for p in range(most + 1)]
    assert choose_ar(values).order == min(fits, key=lambda fit: fit.aic).order
