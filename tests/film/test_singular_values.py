"""The singular values of a pass are those of the product of the engine's Jacobians."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.data import make_task, sequence_from_text
from rnnviz.engine.jacobians import step_jacobians
from rnnviz.engine.spectra import product_log_singular_values, running_log_singular_values
from rnnviz.film import Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.film.cost import steps_back
from rnnviz.film.measures import SINGULAR_VALUES
from tests.frames import make_frame

LN10 = np.log(10.0)
CELLS = ["rnn", "gru", "gru_reset_before", "lstm"]


@pytest.mark.parametrize("cell", CELLS)
def test_the_quick_way_is_the_exact_one(cell: str) -> None:
    jacobians = step_jacobians(make_frame(40, cell=cell, units=12).passing.trace)
    quick = running_log_singular_values(jacobians, 39)
    exact = product_log_singular_values(jacobians, 39)
    np.testing.assert_allclose(quick[:, 0], exact[:, 0], rtol=0, atol=1e-12)
    kept = np.isfinite(quick)
    assert (exact[kept] > exact[:, :1].repeat(exact.shape[1], 1)[kept] + np.log(1e-10) - 1e-4).all()
    near = kept & (exact > exact[:, :1] + np.log(1e-4))
    np.testing.assert_allclose(quick[near], exact[near], rtol=0, atol=1e-9)


def test_zero_and_what_is_not_finite_are_said() -> None:
    jacobians = np.stack([np.eye(3), np.zeros((3, 3)), 2 * np.eye(3), 3 * np.eye(3)])
    found = running_log_singular_values(jacobians, 4)
    np.testing.assert_allclose(found[3], np.log(3))
    np.testing.assert_allclose(found[2], np.log(6))
    assert np.isneginf(found[:2, 0]).all() and np.isnan(found[:2, 1:]).all()
    jacobians[1] = np.nan
    assert np.isnan(running_log_singular_values(jacobians, 4)[:2]).all()
    far = np.stack([1e200 * np.eye(2)] * 5)
    np.testing.assert_allclose(running_log_singular_values(far, 5)[0], 1000 * LN10)
    with pytest.raises(ValueError, match="expected 1…5, found 6"):
        running_log_singular_values(far, 6)


@pytest.mark.parametrize("cell", CELLS)
def test_the_gradient_lies_between_the_largest_and_the_smallest(cell: str) -> None:
    frame = make_frame("one two three four five six seven", cell=cell, units=5)
    found = SINGULAR_VALUES(frame.passing, 0)
    assert found is not None and (found.k, found.first) == (7, 1)
    assert found.log10.shape == (7, 10 if cell == "lstm" else 5)
    np.testing.assert_array_equal(found.log10[-1], 0.0)
    own = frame.norms_of(summed=False)
    change = own - own[6]
    assert (change <= found.log10[:, 0] + 1e-12).all()
    if cell != "lstm":  # of the LSTM they are those of a and c together
        assert (change >= found.log10[:, -1] - 1e-12).all()
        np.testing.assert_allclose(found.weights + found.activations, change, atol=1e-12)
    rows = product_log_singular_values(step_jacobians(frame.passing.trace), 7)[1:] / LN10
    np.testing.assert_allclose(found.log10[:-1, 0], rows[:, 0], atol=1e-12)


def test_an_encoder_and_its_decoder_are_one_chain_and_one_to_one_is_none() -> None:
    task = make_task(sequence_from_text("one two three four five six"))
    run = start_run(task, Settings(units=4)).in_mode("encoder_decoder")
    frame = resolve(run, Playhead(), compute_pass(run, 0, 0))
    found = SINGULAR_VALUES(frame.passing, 0)
    assert found is not None and found.first == 1 and found.k == frame.source
    own = frame.norms_of(summed=False)[: found.k]
    change = own - own[-1]
    assert (change <= found.log10[:, 0] + 1e-12).all()
    assert (change >= found.log10[:, -1] - 1e-12).all()
    run = start_run(task, Settings(units=4)).in_mode("one_to_one")
    assert SINGULAR_VALUES(compute_pass(run, 0, 0), 0) is None


def test_of_many_steps_the_last_are_decomposed_and_they_are_the_same() -> None:
    frame = make_frame(3000, units=4)
    found = SINGULAR_VALUES(frame.passing, 0)
    assert found is not None and found.k - found.first + 1 == steps_back(4)
    near = make_frame(3000, units=4).passing
    jacobians = step_jacobians(near.trace)[found.first : found.k]
    rows = running_log_singular_values(jacobians, len(jacobians)) / LN10
    np.testing.assert_allclose(found.log10[:-1, 0], rows[:, 0], atol=1e-5)


@pytest.mark.parametrize("units", [1, 8, 64, 512, 4096])
def test_the_jacobians_have_room(units: int) -> None:
    assert steps_back(units) >= 2
    assert steps_back(units) == 2 or steps_back(units) * units**2 * 8 <= 64e6
