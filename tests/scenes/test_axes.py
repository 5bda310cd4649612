"""What is written along an axis, and what is left of a long curve."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.scenes.charts.axes import (
    linear_ticks,
    log_range,
    log_ticks,
    loss_ticks,
    nice,
    power_label,
    update_ticks,
)
from rnnviz.scenes.charts.chart import AxisRoom
from rnnviz.scenes.charts.columns import in_order, min_max
from rnnviz.scenes.charts.steps import step_labels

_WIDE = 7.0  # of a letter, in these tests


def _room(length, high=14.0):
    return AxisRoom(
        length, high, lambda text: _WIDE * len(text), lambda text, room: text[: int(room / _WIDE)]
    )


def _labels(frame, pitch):
    return step_labels(frame, 0.5, frame.steps + 0.5, _room(pitch * frame.steps))


@pytest.mark.parametrize(
    ("least", "expected"), [(0.2, 1), (1.0, 1), (1.1, 2), (3, 5), (5.5, 10), (11, 20), (201, 500)]
)
def test_a_stride_is_the_next_1_2_or_5(least, expected):
    assert nice(least) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("one two three four five six", "one two three four"),
        ("one two incomprehensibilities four five six", "one two 3 four"),  # of a rare one
        ("incomprehensibilities two extraordinarily four five six", "1 2 3 4"),
    ],
)
def test_tokens_are_written_where_they_fit_and_none_is_cut(frame_of, text, words):
    labels = _labels(frame_of(text), 84.0)
    assert [label for _, label in labels][:4] == words.split()
    assert [step for step, _ in labels] == list(range(1, 7))


def test_tokens_that_would_all_be_cut_alike_give_way_to_numbers(frame_of):
    frame = frame_of(" ".join(f"frame{i}" for i in range(1, 13)))
    assert _labels(frame, 46.0)[:2] == [(1, "1"), (2, "2")]


@pytest.mark.parametrize("pitch", [0.04, 1.0, 3.7, 12.0, 30.0])
@pytest.mark.parametrize("what", ["series", "text"])
def test_labels_never_overlap(frame_of, pitch, what):
    frame = frame_of(400 if what == "series" else " ".join(f"word{i}" for i in range(400)))
    labels = _labels(frame, pitch)
    assert labels
    ends = [(t * pitch - _WIDE * len(s) / 2, t * pitch + _WIDE * len(s) / 2) for t, s in labels]
    for (_, right), (left, _) in pairwise(ends):
        assert left >= right


def test_labels_of_a_series_are_its_own(frame_of):
    assert all(text == str(step) for step, text in _labels(frame_of(50), 20.0))


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (-2.2, 0.3, 5, [(-2.0, "10⁻²"), (-1.0, "10⁻¹"), (0.0, "1")]),
        (-180.0, 1.0, 4, [(-150.0, "10⁻¹⁵⁰"), (-100.0, "10⁻¹⁰⁰"), (-50.0, "10⁻⁵⁰"), (0.0, "1")]),
        (-0.4, 1.6, 9, [(0.0, "1"), (1.0, "10")]),
        # Two at least, or there is no scale.
        (-2.9, 0.4, 1, [(-2.0, "10⁻²"), (0.0, "1")]),
        (-4.4, 0.4, 1, [(-4.0, "10⁻⁴"), (0.0, "1")]),
        (-180.0, 1.0, 0, [(-100.0, "10⁻¹⁰⁰"), (0.0, "1")]),
    ],
)
def test_logarithmic_ticks_are_whole_powers(low, high, most, expected):
    assert log_ticks(low, high, _room(most * 1.5 * 14.0)) == expected


def test_powers_past_any_float():
    assert power_label(-4775) == "10⁻⁴⁷⁷⁵"


def test_a_range_takes_in_everything_finite_and_two_powers_at_least():
    low, high = log_range([np.array([-np.inf, -300.0, np.nan]), np.array([2.0])])
    assert low < -300.0 and high > 2.0
    low, high = log_range([np.array([0.1, 0.2])])
    assert high - low >= 2.0
    assert low < 0.1 < 0.2 < high
    assert log_range([np.array([-np.inf])]) == (-2.0, 0.0)


@pytest.mark.parametrize("power", [-2.4e208, -3e15, 5e300])
def test_a_logarithm_past_any_digits_has_an_axis_with_short_ticks(power):
    """As the answer of a state of 10²⁰⁸ has it: two powers of ten beside it are no width."""
    low, high = log_range([np.full(3, power)])
    assert low < power < high
    ticks = log_ticks(low, high, _room(300.0))
    assert 2 <= len(ticks) < 20 and all(len(text) < 20 for _, text in ticks)


def test_a_long_curve_keeps_every_extreme():
    y = np.sin(np.arange(20_000) / 50.0)
    y[7_777], y[12_345] = 9.0, -9.0
    x, reduced = min_max(np.arange(1.0, len(y) + 1), y, 700)
    assert len(x) == len(reduced) == 1400
    assert reduced.max() == 9.0 and reduced.min() == -9.0
    assert abs(x[reduced.argmax()] - 7_778) <= 20_000 / 700
    assert (np.diff(x) >= 0).all()


def test_a_short_curve_is_left_alone():
    y = np.arange(9.0) ** 2
    x, same = min_max(np.arange(1.0, len(y) + 1), y, 700)
    assert x.tolist() == list(range(1, 10)) and same.tolist() == y.tolist()


def test_a_long_curve_breaks_where_there_is_no_number():
    y = np.ones(10_000)
    y[4_000:6_000] = np.nan
    x, reduced = min_max(np.arange(1.0, len(y) + 1), y, 100)
    assert np.isnan(reduced[(x > 4_200) & (x < 5_800)]).all()
    assert np.isfinite(reduced[(x < 3_800) | (x > 6_200)]).all()


def test_a_curve_put_together_from_extremes_is_the_reduced_curve():
    y = np.random.default_rng(3).normal(size=5_000)
    edges = (np.arange(700) * 5_000) // 700
    least, most = np.minimum.reduceat(y, edges), np.maximum.reduceat(y, edges)
    for one, other in zip(
        in_order(np.arange(1.0, 5_001), y, least, most),
        min_max(np.arange(1.0, len(y) + 1), y, 700),
        strict=True,
    ):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("ends", [(-2.0, -1.9), (-0.31, 0.2), (-4000.2, -3999.6), (0.5, 1.4)])
def test_between_two_powers_there_are_round_values(ends):
    ticks = log_ticks(*ends, _room(150.0))
    assert len(ticks) >= 2
    assert all(ends[0] <= value <= ends[1] for value, _ in ticks)
    assert len({text for _, text in ticks}) == len(ticks)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_linear_ticks_are_in_order_and_told_apart(low, span):
    ticks = linear_ticks(low, low + span, _room(300.0))
    assert all(low - 1e-6 * span <= v <= low + span * (1 + 1e-6) for v, _ in ticks)
    assert [v for v, _ in ticks] == sorted(v for v, _ in ticks)
    if span > 1e-2:
        assert len({text for _, text in ticks}) == len(ticks)


@given(st.integers(1, 10**6), st.floats(100, 1600))
def test_named_updates_stand_apart(end, width):
    room = _room(width)
    places = [value * width / end**0.5 for value, _ in update_ticks(0.0, end**0.5, room)]
    assert all(b - a >= 40 for a, b in pairwise(places))


@given(st.floats(-8, 8), st.floats(0.3, 12))
def test_losses_on_an_axis_stand_apart(low, span):
    ticks = loss_ticks(low, low + span, _room(60.0))
    assert all(low - 1e-9 <= value <= low + span + 1e-9 for value, _ in ticks)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (-4.2, 0.2, ["10⁻⁴", "0.001", "0.01", "0.1", "1"]),
        (-5.1, -3.9, ["10⁻⁵", "2·10⁻⁵", "5·10⁻⁵", "10⁻⁴"]),
        (3.9, 5.1, ["10⁴", "2·10⁴", "5·10⁴", "10⁵"]),
    ],
)
def test_losses_on_an_axis_are_round_numbers(low, high, expected):
    assert [words for _, words in loss_ticks(low, high, _room(300.0))] == expected
