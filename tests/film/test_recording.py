"""Recordings: what is taken as states and gradients, and what is refused in words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.film import Stage
from rnnviz.film.recording import advanced, log10_norms, moment_of, recording_of

A = np.arange(12.0).reshape(4, 3)


def test_what_is_taken():
    one = recording_of(A)
    assert (one.layers, one.steps, one.units, one.end) == (1, 4, 3, 4)
    assert one.tokens == ("1", "2", "3", "4")
    assert one.gradients is None
    assert one.limit == 11.0
    two = recording_of([A.tolist()] * 2, np.stack([A, A]), "abcd", "mine")
    assert (two.layers, two.end, two.tokens, two.of) == (2, 8, ("a", "b", "c", "d"), "mine")
    with pytest.raises(ValueError, match="read-only"):
        two.states[0, 0, 0] = 1.0
    given = A.copy()
    kept = recording_of(given)
    given[:] = 0.0  # what was given goes on to be its owner's
    assert kept.states[0, 1, 1] == 4.0


@pytest.mark.parametrize(
    ("states", "gradients", "tokens", "said"),
    [
        (A[0], None, None, "states are 3: give steps × units, or layers"),
        (3.0, None, None, "states are a single number: give steps × units"),
        (A[None, None], None, None, "1 × 1 × 4 × 3: give .* of a batch one sequence alone"),
        (A[:, None], None, None, r"4 × 1 × 3, .* 4 layers of one step: .*states\[:, 0\]"),
        (A[:0], None, None, "1 × 0 × 3: there is nothing in them"),
        (A + 1j, None, None, "of type complex128: give real numbers"),
        ([["a"]], None, None, "of type <U1: give real numbers"),
        ([[1.0], [1.0, 2.0]], None, None, "not of one shape: give an array of steps × units"),
        (A, A[:3], None, "gradients are 1 × 3 × 3 and states 1 × 4 × 3: give one gradient a state"),
        (A, None, ["x"], "there are 1 tokens for 4 steps: give one a step"),
    ],
)  # fmt: skip
def test_what_is_refused_says_what_is_wanted(states, gradients, tokens, said):
    with pytest.raises(ValueError, match=said):
        recording_of(states, gradients, tokens)


def test_norms_beyond_the_ends_of_floats():
    vectors = np.array([[3e-200, 4e-200], [0.0, 0.0], [np.nan, 1.0], [np.inf, 1.0], [3e200, 4e200]])
    found = log10_norms(vectors)
    assert found[0] == pytest.approx(np.log10(5) - 200)
    assert found[1] == -np.inf
    assert np.isnan(found[2:4]).all()
    assert found[4] == pytest.approx(np.log10(5) + 200)
    assert log10_norms(np.array([[5e-324, 0.0]])) == pytest.approx(np.log10(5e-324))


@given(st.integers(1, 6), st.booleans(), st.floats(-2.0, 20.0))
def test_every_position_says_what_is_known(steps, back, position):
    a = np.ones((steps, 2))
    recording = recording_of(a, a if back else None)
    now = moment_of(recording, position)
    at = min(max(position, 0.0), recording.end)
    assert now.known == min(int(np.ceil(at)), steps)
    if at <= steps:
        assert now.back == steps + 1
        assert now.stage is (Stage.FORWARD if at > 0 else Stage.START)
    else:
        assert now.stage is Stage.BACKWARD
        assert now.step == now.back == 2 * steps + 1 - int(np.ceil(at))
    assert 0.0 <= now.progress <= 1.0


@given(st.floats(0.0, 6.0), st.floats(0.0, 30.0), st.floats(0.5, 8.0))
def test_the_film_runs_on_to_its_end_and_in_any_parts(position, seconds, speed):
    recording = recording_of(np.ones((3, 2)), np.ones((3, 2)))
    whole = advanced(recording, position, seconds, speed)
    assert position <= whole <= recording.end
    halves = advanced(recording, position, seconds / 2, speed)
    assert advanced(recording, halves, seconds / 2, speed) == pytest.approx(whole, abs=1e-6)


def test_tokens_that_are_none_are_refused_in_a_sentence():
    with pytest.raises(ValueError, match=r"^tokens are int: give one a step, as a list of words$"):
        recording_of(np.zeros((3, 2)), tokens=5)
