import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rnnviz.engine.clipping import Clipping
from rnnviz.engine.training import Constant, Cosine, StepDecay, WarmUp

NUMBERS = st.floats(-1e3, 1e3, allow_nan=False)
GRADIENTS = st.fixed_dictionaries(
    {
        "W": arrays(np.float64, (3, 2), elements=NUMBERS),
        "b": arrays(np.float64, 4, elements=NUMBERS),
    }
)


def norm(gradients):
    return math.sqrt(sum(float(x) ** 2 for g in gradients.values() for x in g.ravel()))


@given(GRADIENTS, st.floats(1e-3, 1e3))
def test_by_norm_keeps_the_direction_and_says_what_it_did(gradients, limit):
    clipped, report = Clipping("norm", limit).apply(gradients)
    assert report.norm_before == pytest.approx(norm(gradients), rel=1e-12)
    assert report.norm_after == pytest.approx(norm(clipped), rel=1e-12)
    assert report.norm_after <= max(limit, 0.0) * (1 + 1e-12) or report.coefficient == 1.0
    assert report.coefficient == min(1.0, limit / (report.norm_before + 1e-6))
    for name, g in gradients.items():
        assert clipped[name] == pytest.approx(g * report.coefficient, rel=1e-12, abs=0.0)
        assert report.parameter_norms[name] == pytest.approx(np.linalg.norm(g), rel=1e-12)
    assert report.clipped == (report.coefficient < 1.0)
    assert report.entries == 10


@given(GRADIENTS, st.floats(1e-3, 1e3))
def test_by_value_cuts_entries_and_counts_them(gradients, limit):
    clipped, report = Clipping("value", limit).apply(gradients)
    cut = 0
    for name, g in gradients.items():
        for before, after in zip(g.ravel(), clipped[name].ravel(), strict=True):
            assert after == max(-limit, min(limit, before))
            cut += after != before
    assert report.entries_cut == cut
    assert report.coefficient == 1.0
    assert report.norm_after == pytest.approx(norm(clipped), rel=1e-12)


def test_a_limit_beyond_float32_leaves_its_gradients_as_they_are():
    gradients = {"W": np.array([3.0, -np.inf, 1e38], np.float32)}
    clipped, report = Clipping("value", 1e39).apply(gradients)
    assert clipped["W"] is gradients["W"]
    assert report.entries_cut == 0


def test_no_clipping_still_measures():
    gradients = {"W": np.array([3.0, 4.0], np.float32)}
    clipped, report = Clipping().apply(gradients)
    assert clipped["W"] is gradients["W"]
    assert (report.norm_before, report.norm_after, report.coefficient) == (5.0, 5.0, 1.0)
    assert not report.clipped


@pytest.mark.parametrize("size", [1e-300, 1e-170, 1e200, 3e307])
def test_norms_far_outside_the_range_of_squares(size):
    """3-4-5 at any size; the squares alone would be 0 or infinite."""
    gradients = {"a": np.array([0.3 * size]), "b": np.array([0.4 * size, 0.0])}
    clipped, report = Clipping("norm", 0.5).apply(gradients)
    assert report.norm_before == pytest.approx(0.5 * size, rel=1e-12)
    if size > 1.0:
        assert clipped["a"][0] == pytest.approx(0.3, rel=1e-6)
        assert report.norm_after == pytest.approx(0.5, rel=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_by_norm_leaves_what_has_no_norm(bad):
    gradients = {"a": np.array([bad, 1.0])}
    clipped, report = Clipping("norm", 0.5).apply(gradients)
    assert clipped["a"] is gradients["a"]
    assert math.isnan(report.norm_before)
    assert not report.clipped


def test_impossible_clipping_is_refused():
    with pytest.raises(ValueError, match="unknown clipping 'l2'; known: none, norm, value"):
        Clipping("l2")
    for limit in (0.0, -1.0, math.nan):
        with pytest.raises(ValueError, match="clipping limit: expected a number > 0"):
            Clipping("norm", limit)


def test_schedules():
    assert [Constant(0.1)(n) for n in (0, 1000)] == [0.1, 0.1]
    step = StepDecay(1.0, every=10, factor=0.5)
    assert [step(n) for n in (0, 9, 10, 19, 20)] == [1.0, 1.0, 0.5, 0.5, 0.25]
    cosine = Cosine(1.0, steps=100, floor=0.2)
    assert [cosine(n) for n in (0, 50, 100, 500)] == pytest.approx([1.0, 0.6, 0.2, 0.2])
    assert cosine(25) == pytest.approx(0.6 + 0.4 * math.cos(math.pi / 4))
    warm = WarmUp(4, cosine)
    assert [warm(n) for n in range(5)] == pytest.approx([0.25, 0.5, 0.75, 1.0, 1.0])
    assert warm(54) == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Constant(-0.1), "rate: expected a finite number ≥ 0, found -0.1"),
        (lambda: StepDecay(0.1, every=0), "every: expected a whole number ≥ 1, found 0"),
        (lambda: StepDecay(0.1, 1, math.inf), "factor: expected a finite number"),
        (lambda: Cosine(0.1, 0), "steps: expected a whole number ≥ 1"),
        (lambda: Cosine(0.1, 5, math.nan), "floor: expected a finite number"),
        (lambda: WarmUp(0, Constant(0.1)), "steps: expected a whole number ≥ 1"),
    ],
)
def test_impossible_schedules_are_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()
