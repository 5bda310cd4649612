"""What is largest and smallest of long arrays: the same as looking at every number."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from rnnviz.film.extremes import Extremes

# Around a block of 32 steps, with stretches shorter and longer than two of them.
SIZES = ((1, 1), (31, 5), (32, 5), (64, 7), (65, 2), (1000, 1), (1000, 15), (1001, 16), (6411, 100))


def _values(steps: int, lost: tuple[int, ...] = ()) -> NDArray[np.float32]:
    values = np.random.default_rng(steps).normal(size=(steps, 3)).astype(np.float32)
    for count, step in enumerate(lost):
        values[step, count % 3] = (np.nan, np.inf, -np.inf)[count % 3]
    return values


def _directly(values: NDArray[np.float32], count: int) -> tuple[NDArray[np.float32], ...]:
    edges = [i * len(values) // count for i in range(count + 1)]
    parts = [values[a:b] for a, b in pairwise(edges)]
    return np.array([p.min(axis=0) for p in parts]), np.array([p.max(axis=0) for p in parts])


@pytest.mark.parametrize(("steps", "count"), SIZES)
@pytest.mark.parametrize("lost", [(), (0,), (700, 40, 999)])
def test_stretches_are_those_of_every_step(steps: int, count: int, lost: tuple[int, ...]) -> None:
    values = _values(steps, tuple(step for step in lost if step < steps))
    extremes = Extremes(values)
    for found, wanted in zip(extremes.of_stretches(count), _directly(values, count), strict=True):
        assert np.array_equal(found, wanted, equal_nan=True)
    for unit in range(3):
        whole = extremes.of_stretches(count)
        for found, wanted in zip(extremes.of_stretches(count, unit), whole, strict=True):
            assert np.array_equal(found, wanted[:, unit], equal_nan=True)


@pytest.mark.parametrize("steps", [300, 20_000])
def test_a_column_shows_the_largest_magnitude_with_its_sign(steps: int) -> None:
    values = np.zeros((steps, 3))
    values[123, 0], values[steps // 2 - 1, 1], values[-1, 2] = -0.5, 0.25, np.inf
    values[124, 0] = 0.4
    reduced = Extremes(values).of_columns(100)
    assert reduced.shape == (100, 3)
    assert reduced[123 * 100 // steps, 0] == -0.5 and (np.abs(reduced[:, 0]) <= 0.5).all()
    assert reduced[49, 1] == 0.25 and np.count_nonzero(reduced[:, 1]) == 1
    assert reduced[99, 2] == np.inf and np.count_nonzero(reduced[:, 2]) == 1


def test_few_steps_are_their_own_columns() -> None:
    values = _values(50)
    assert Extremes(values).of_columns(50) is values


@pytest.mark.parametrize("steps", [1, 31, 32, 33, 1000])
def test_the_first_step_that_is_not_finite(steps: int) -> None:
    assert Extremes(_values(steps)).first_lost == 0
    for lost in {0, steps // 2, steps - 1}:
        assert Extremes(_values(steps, (steps - 1, lost))).first_lost == lost + 1


def test_no_steps_have_no_extremes() -> None:
    empty = Extremes(np.empty((0, 4)))
    empty.prepare()
    assert empty.first_lost == 0 and empty.largest == 0.0 and empty.spread.tolist() == [0.0] * 4


@pytest.mark.parametrize("lost", [(), (3, 500, 77)])
@pytest.mark.parametrize("steps", [20, 1000])
def test_the_largest_and_the_liveliest_count_what_is_finite(
    steps: int, lost: tuple[int, ...]
) -> None:
    values = _values(steps, tuple(step for step in lost if step < steps))
    values[steps // 2, 1] = -7.0
    extremes = Extremes(values)
    sound = np.where(np.isfinite(values), values, 0.0).astype(np.float64)
    assert extremes.largest == 7.0
    assert extremes.spread == pytest.approx(sound.std(axis=0) / 7.0, rel=1e-12)


def test_the_spread_of_the_largest_floats_does_not_overflow() -> None:
    values = np.array([[1e308, 0.0], [-1e308, 0.0]] * 40)
    assert Extremes(values).spread == pytest.approx([1.0, 0.0])


def test_the_spread_is_the_same_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    values = _values(5000)
    whole = Extremes(values).spread
    monkeypatch.setattr("rnnviz.film.extremes._PART", 700)
    assert Extremes(values).spread == pytest.approx(whole, rel=1e-12)
