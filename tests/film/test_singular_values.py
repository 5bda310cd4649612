"""The singular values of a pass are those of the product of the engine's Jacobians."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.data import make_task, sequence_from_text
from rnnviz.engine.jacobians import step_jacobians
from rnnviz.engine.spectra import (
    carried_circle,
    product_log_singular_values,
    running_log_singular_values,
)
from rnnviz.film import Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.film.cost import steps_back
from rnnviz.film.measures import ELLIPSE, SINGULAR_VALUES
from tests.frames import make_frame

LN10 = np.log(10.0)
CELLS = ["rnn", "gru", "gru_reset_before", "lstm"]


@pytest.mark.parametrize("cell", CELLS)
def test_the_quick_way_is_the_exact_one(cell: str) -> None:
    jacobians = step_jacobians(make_frame(40, cell=cell, units=12).passing.trace)
    quick = running_log_singular_values(jacobians, 39)
    exact = product_log_singular_values(jacobians, 39)
    np.testing.assert_allclose(quick[:, 0], exact[:, 0], rtol=0, atol=1e-13)
    kept = np.isfinite(quick)
    assert (exact[kept] > exact[:, :1].repeat(exact.shape[1], 1)[kept] + np.log(1e-10) - 1e-4).all()
    near = kept & (exact > exact[:, :1] + np.log(1e-4))
    np.testing.assert_allclose(quick[near], exact[near], rtol=0, atol=1e-9)


def test_directions_that_are_taken_out_are_left_out_of_every_later_step() -> None:
    """Of six, two die out at once, two slowly; then what was large shrinks to what was small."""
    rng = np.random.default_rng(5)
    basis = np.linalg.qr(rng.normal(size=(6, 6)))[0]
    back = basis @ np.diag([1.0, 0.9, 0.3, 0.2, 1e-9, 1e-9]) @ basis.T
    turned = basis @ np.diag([0.01, 1.0, 1.0, 1.0, 1.0, 1.0]) @ basis.T
    jacobians = np.stack([turned] * 3 + [back] * 40)
    quick = running_log_singular_values(jacobians, 43)
    exact = product_log_singular_values(jacobians, 43)
    np.testing.assert_allclose(quick[:, 0], exact[:, 0], rtol=0, atol=1e-13)
    known = exact > exact[:, :1] + np.log(1.0001e-10)
    assert (np.isfinite(quick) == known).all() and known[0].sum() == 2
    np.testing.assert_allclose(quick[known], exact[known], rtol=0, atol=1e-5)


def test_a_unit_that_is_dead_takes_nothing_from_the_others() -> None:
    one = np.diag([0.5, 0.5, 0.0])
    found = running_log_singular_values(np.stack([one] * 30), 30)
    np.testing.assert_allclose(found[:, 0], np.arange(30, 0, -1) * np.log(0.5), rtol=1e-14)
    np.testing.assert_allclose(found[:, 1], found[:, 0], rtol=1e-14)
    assert np.isnan(found[:, 2]).all()


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


@pytest.mark.parametrize("cell", CELLS)
def test_the_ellipse_is_the_circle_times_the_jacobians(cell: str) -> None:
    frame = make_frame("one two three four five six seven", cell=cell, units=5)
    found = ELLIPSE(frame.passing, 0)
    assert found is not None and (found.k, found.first, found.back_to) == (7, 1, (1, 1))
    jacobians = step_jacobians(frame.passing.trace)[1:7].astype(float)
    circle, product = found.circle, np.eye(jacobians.shape[-1])
    gradient = np.zeros(len(product))
    gradient[:5] = frame.passing.alone.da[0, 6, 0]
    for t in range(6, -1, -1):
        if t < 6:
            product = product @ jacobians[t]
        carried = product.T @ circle.directions.T
        drawn = circle.planes[t].T @ circle.images[t] * np.exp(circle.scale[t])
        np.testing.assert_allclose(drawn, carried, rtol=0, atol=1e-12 * np.abs(carried).max())
        axes = np.linalg.svd(carried, compute_uv=False)
        np.testing.assert_allclose(circle.log_axes[t], np.log(axes), atol=1e-9)
        own = gradient @ product
        length = np.linalg.norm(own)
        np.testing.assert_allclose(found.gradient[t], circle.planes[t] @ own / length, atol=1e-12)
        np.testing.assert_allclose(
            10.0 ** found.log10_gradient[t], length / np.linalg.norm(gradient), rtol=1e-10
        )
    left = np.linalg.svd(product)[0]
    np.testing.assert_allclose(abs(np.sum(left[:, :2] * circle.directions.T, axis=0)), 1.0)
    own = frame.norms_of(summed=False)
    if cell != "lstm":  # in the top layer it is the gradient itself
        np.testing.assert_allclose(found.log10_gradient, own - own[6], atol=1e-10)


def test_a_turn_a_burst_and_a_collapse_are_told_apart() -> None:
    turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    found = carried_circle(np.stack([turn, 3 * np.eye(2), np.diag([1e-200, 1e-205])]))
    np.testing.assert_allclose(found.log_axes[3], 0.0)
    np.testing.assert_allclose(found.log_axes[2] / LN10, [-200.0, -205.0])
    np.testing.assert_allclose(found.log_axes[1], found.log_axes[2] + np.log(3))
    np.testing.assert_allclose(found.log_axes[0], found.log_axes[1])
    np.testing.assert_allclose(found.planes[0], found.planes[3], atol=1e-15)  # unturned
    first = found.images[1, :, 0]
    np.testing.assert_allclose(found.images[0, :, 0], turn.T @ first, atol=1e-15)
    burst = carried_circle(np.stack([1e200 * np.eye(3)] * 4))
    np.testing.assert_allclose(burst.log_axes[0] / LN10, 800.0)


def test_an_ellipse_says_zero_and_what_is_not_finite() -> None:
    one = np.zeros((3, 3))
    one[2, 2] = 0.5  # one unit is alive: a line
    found = carried_circle(np.stack([np.zeros((3, 3)), one, one]))
    assert found.back_to == (1, 1)
    np.testing.assert_allclose(np.abs(found.directions[0]), [0, 0, 1])
    np.testing.assert_allclose(found.log_axes[1, 0], np.log(0.25))
    assert np.isneginf(found.log_axes[1:3, 1]).all() and np.isneginf(found.log_axes[0]).all()
    found = carried_circle(np.stack([np.eye(3), np.full((3, 3), np.nan), 2 * np.eye(3)]))
    assert np.isnan(found.log_axes[:2]).all() and found.back_to == (2, 2)
    np.testing.assert_allclose(found.log_axes[2], np.log(2))
    with pytest.raises(ValueError, match="two components or more, found 1"):
        carried_circle(np.ones((4, 1, 1)))
    assert carried_circle(np.zeros((0, 4, 4))).log_axes.tolist() == [[0.0, 0.0]]


def test_the_second_direction_is_that_of_the_furthest_step_where_it_is_known() -> None:
    rng = np.random.default_rng(3)
    basis = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    shrinking = basis @ np.diag([0.9, 1e-3, 1e-4, 1e-5]) @ basis.T
    found = carried_circle(np.stack([shrinking] * 9))
    assert found.back_to == (0, 6)  # 3 steps: (1e-3/0.9)**3 is above 1e-10, **4 is not
    np.testing.assert_allclose(abs(found.directions @ basis[:, :2]), np.eye(2), atol=1e-6)
    np.testing.assert_allclose(found.log_axes[0], 9 * np.log([0.9, 1e-3]), rtol=1e-6)


def test_one_unit_has_no_ellipse_and_the_joint_state_of_an_lstm_has() -> None:
    assert ELLIPSE(make_frame(units=1).passing, 0) is None
    assert ELLIPSE(make_frame(units=1, cell="lstm").passing, 0) is not None
    run = start_run(make_task(sequence_from_text("one two three")), Settings(units=4))
    assert ELLIPSE(compute_pass(run.in_mode("one_to_one"), 0, 0), 0) is None
