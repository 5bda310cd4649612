import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz import engine
from rnnviz.engine.cells import Slopes
from rnnviz.engine.jacobians import (
    recurrent_gain,
    shrinking,
    spectral_radius,
    step_jacobians,
)
from rnnviz.engine.spectra import (
    estimate_largest,
    product_log_singular_values,
    singular_values,
)

from .problems import CELLS, make_problem


def orthogonals(rng, count, size):
    return np.linalg.qr(rng.standard_normal((count, size, size)))[0]


def with_known_products(sigma, seed=0):
    """J⟨t⟩ = Q⟨t⟩ diag(σ⟨t⟩) Q⟨t−1⟩ᵀ: the products have the products of σ."""
    rng = np.random.default_rng(seed)
    Q = orthogonals(rng, len(sigma) + 1, sigma.shape[1])
    return Q[1:] * sigma[:, None, :] @ Q[:-1].transpose(0, 2, 1)


def numeric_jacobian(problem, trace, layer, t, sequence, h=1e-6):
    """Central differences of one step, of the joint state (a, c) for an LSTM."""
    network = problem.network
    H, strand = network.architecture.units, network.architecture.strands[layer]
    before = t + 1 if strand.reverse else t - 1
    starts = [trace.a[:, before]] + ([] if trace.c is None else [trace.c[:, before]])
    x = problem.x[t - 1 : t]

    def state_after(part, j, step):
        moved = [array.copy() for array in starts]
        moved[part][layer, sequence, j] += step
        after = engine.forward(network, x, **dict(zip(("a0", "c0"), moved, strict=False)))
        ends = [after.a] + ([] if after.c is None else [after.c])
        return np.concatenate([array[layer, 1, sequence] for array in ends])

    columns = [
        (state_after(part, j, h) - state_after(part, j, -h)) / (2 * h)
        for part in range(len(starts))
        for j in range(H)
    ]
    return np.stack(columns, axis=1)


@given(
    st.sampled_from(CELLS),
    st.sampled_from(sorted(engine.ACTIVATIONS)),
    st.sampled_from([(1, False), (3, False), (1, True)]),
    st.sampled_from([1, 2]),
    st.booleans(),
    st.integers(0, 2**31),
)
@settings(max_examples=60, deadline=None)
def test_step_jacobians_are_the_derivatives_of_a_step(cell, g, form, biases, peepholes, seed):
    layers, both = form
    problem = make_problem(
        seed=seed, cell=cell, activation=g, layers=layers, bidirectional=both, biases=biases,
        peepholes=peepholes, steps=3, batch=2,
    )  # fmt: skip
    trace = problem.trace()
    for layer in range(len(trace.a)):
        J = step_jacobians(trace, layer, sequence=1)
        for t in (1, 2, 3):
            want = numeric_jacobian(problem, trace, layer, t, 1)
            assert J[t - 1] == pytest.approx(want, abs=2e-8)
        alone = step_jacobians(trace, layer, sequence=1, joint=False)
        assert np.array_equal(alone, J[:, :4, :4])


@pytest.mark.parametrize("cell", CELLS)
def test_in_the_padding_a_state_is_carried_on(cell):
    problem = make_problem(cell=cell, steps=5, batch=2)
    trace = problem.trace(lengths=[3, 5])
    J = step_jacobians(trace, sequence=0)
    assert np.array_equal(J[3:], np.broadcast_to(np.eye(J.shape[1]), J[3:].shape))
    assert np.array_equal(J[:3], step_jacobians(problem.trace(), sequence=0)[:3])


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_product_of_any_cells_jacobians_carries_the_gradient(cell, dtype):
    trace = make_problem(cell=cell, steps=9, batch=1, dtype=dtype).trace()
    J = step_jacobians(trace)
    assert J.dtype == dtype
    da = engine.source_gradients(trace, 9)[0, :, 0]
    v = np.zeros(J.shape[1])
    v[:4] = da[8]
    for t in range(8, 0, -1):
        v = v @ J[t]
        assert v[:4] == pytest.approx(da[t - 1], rel=1e-3 if dtype == np.float32 else 1e-11)


def test_the_product_of_step_jacobians_carries_the_gradient():
    trace = make_problem(steps=9, batch=1).trace()
    J = step_jacobians(trace)
    da = engine.source_gradients(trace, 9)[0, :, 0]
    v = da[8]
    for t in range(8, 0, -1):
        v = v @ J[t]
        assert v == pytest.approx(da[t - 1], rel=1e-12)


def test_singular_values_of_a_batch():
    sigma = np.sort(np.random.default_rng(1).random((7, 5)))[:, ::-1]
    J = with_known_products(sigma)
    J[3, 1, 2] = np.inf
    got = singular_values(J)
    assert np.isnan(got[3]).all()
    kept = np.delete(np.arange(7), 3)
    assert got[kept] == pytest.approx(sigma[kept], abs=1e-14)


@given(st.integers(1, 12), st.integers(0, 2**31), st.sampled_from([1e-300, 1e-20, 1.0, 1e30]))
@settings(max_examples=40)
def test_power_iteration_never_exceeds_the_largest_and_comes_close(size, seed, scale):
    J = np.random.default_rng(seed).standard_normal((6, size, size))
    J[5] *= scale
    exact = singular_values(J)[:, 0]
    estimate = estimate_largest(J, 50)
    assert (estimate.values <= exact * (1 + 1e-5)).all()
    assert (estimate.values >= 0.9 * exact).all()
    assert estimate.iterations == 50


def test_power_iteration_finds_one_that_stands_out_to_six_digits():
    sigma = np.full((200, 64), 0.5)
    sigma[:, 0] = np.linspace(1.0, 2.0, 200)
    J = with_known_products(sigma)
    estimate = estimate_largest(J)
    assert estimate.values == pytest.approx(sigma[:, 0], rel=1e-6)
    assert np.abs(estimate.change).max() < 1e-6
    assert np.array_equal(estimate.values, estimate_largest(J).values)


def test_power_iteration_of_nothing_and_of_what_is_not_finite():
    J = np.stack([np.zeros((3, 3)), np.full((3, 3), np.nan), np.full((3, 3), np.inf)])
    assert estimate_largest(J).values[0] == 0.0
    assert not np.isfinite(estimate_largest(J).values[1:]).any()
    with pytest.raises(ValueError, match="iterations: expected a whole number ≥ 1, found 0"):
        estimate_largest(J, 0)


@pytest.mark.parametrize(
    ("spread", "size", "tolerance"), [(1.0, 8, 1e-10), (0.1, 8, 1e-10), (1.0, 40, 1e-10)]
)
def test_products_keep_every_singular_value_past_the_range_of_float64(spread, size, tolerance):
    """Logarithms down to −1000 and apart by far more than a float64's 16 digits."""
    T = 120
    # Sorted at every step, or the product would hang on the rounding of its own factors.
    sigma = np.sort(np.exp(np.random.default_rng(2).normal(-6.0, spread, (T, size))))[:, ::-1]
    J = with_known_products(sigma)
    for k in (T, 17):
        got = product_log_singular_values(J, k)
        sums = np.cumsum(np.log(sigma[:k])[::-1], axis=0)[::-1]
        assert got.shape == (k, size)
        assert np.abs(got - sums).max() < tolerance
    assert product_log_singular_values(J)[0].max() < np.log(1e-180)


@given(st.integers(1, 6), st.integers(1, 5), st.integers(0, 2**31))
@settings(max_examples=40)
def test_products_of_a_few_random_matrices_agree_with_a_plain_svd(size, steps, seed):
    J = np.random.default_rng(seed).standard_normal((steps, size, size))
    got = product_log_singular_values(J)
    for t in range(steps):
        want = np.linalg.svd(np.linalg.multi_dot([*J[t:][::-1], np.eye(size)]), compute_uv=False)
        assert np.exp(got[t]) == pytest.approx(want, rel=1e-9, abs=1e-12 * want[0])


def test_products_back_to_chosen_steps_are_the_same():
    J = np.random.default_rng(5).standard_normal((9, 3, 3))
    J[2, 0, 0] = np.nan
    whole = product_log_singular_values(J, 7)
    some = product_log_singular_values(J, 7, back_to=[6, 0, 3, 3])
    assert np.array_equal(some, whole[[6, 0, 3, 3]], equal_nan=True)
    assert product_log_singular_values(J, 7, back_to=[]).shape == (0, 3)
    for wrong in ([7], [-1]):
        with pytest.raises(ValueError, match="back_to: expected steps 0…6"):
            product_log_singular_values(J, 7, back_to=wrong)


def test_products_grow_past_the_range_too():
    sigma = np.full((400, 3), [30.0, 10.0, 1.0])
    got = product_log_singular_values(with_known_products(sigma))
    assert got[0] == pytest.approx(400 * np.log([30.0, 10.0, 1.0]), abs=1e-9)


def test_products_through_a_singular_and_a_broken_jacobian():
    sigma = np.random.default_rng(3).uniform(0.5, 1.0, (9, 4))
    sigma[4, 2] = 0.0
    J = with_known_products(sigma)
    got = product_log_singular_values(J)
    assert np.isfinite(got[5:]).all()
    assert (got[:5, 3] == -np.inf).all()
    assert np.isfinite(got[:5, :3]).all()
    J[2, 0, 0] = np.nan
    got = product_log_singular_values(J)
    assert np.isnan(got[:3]).all()
    assert not np.isnan(got[3:]).any()
    with pytest.raises(ValueError, match="step: expected 1…9, found 10"):
        product_log_singular_values(J, 10)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
def test_the_bound_holds_for_every_jacobian_and_product(activation):
    trace = make_problem(activation=activation, steps=30, units=6, gain=1.3, batch=1).trace()
    bound = recurrent_gain(trace.network)
    J = step_jacobians(trace)
    assert (singular_values(J)[:, 0] <= bound * (1 + 1e-12)).all()
    lengths = np.arange(30, 0, -1)
    assert (product_log_singular_values(J)[:, 0] <= lengths * np.log(bound) + 1e-9).all()


def test_spectral_radius():
    turn = np.array([[0.0, -0.5], [2.0, 0.0]])  # eigenvalues ±i, singular values 2 and ½
    network = engine.create_network(engine.Architecture(1, 2, 1), dtype=np.float64)
    network = network.replace(W_aa_l0=turn)
    assert spectral_radius(network) == pytest.approx([1.0])
    assert recurrent_gain(network) == pytest.approx(2.0)
    broken = network.replace(W_aa_l0=np.full((2, 2), np.nan))
    assert np.isnan(spectral_radius(broken)).all()


def by_a_alone(trace, k):
    """∂a⟨t⟩/∂c⟨t⟩ = o tanh′(c) of the second sequence."""
    return trace.gates["o"][0, :k, 1] * (1 - np.tanh(trace.c[0, 1 : k + 1, 1]) ** 2)


@pytest.mark.parametrize("k", [1, 13, 20])
@pytest.mark.parametrize("cell", CELLS)
def test_shrinking_adds_up_to_the_gradients_own(k, cell):
    trace = make_problem(cell=cell, steps=20, batch=2, units=6).trace()
    found = shrinking(trace, k, sequence=1)
    da = engine.source_gradients(trace, k)[0, :k, 1]
    if cell == "lstm":  # what step t − 1 itself adds to ∂L/∂c⟨t−1⟩ is not yet on its way
        tail = engine.source_gradients(trace, k, state="c")[0, :k, 1]
        own = np.einsum("th,th->th", da, by_a_alone(trace, k))
        da = np.concatenate([da, tail - own], axis=1)
    norms = np.log(np.linalg.norm(da, axis=1))
    assert found.total.shape == (k,)
    assert found.total[1:] == pytest.approx(norms[:-1] - norms[1:], abs=1e-10)
    assert found.weights + found.activations == pytest.approx(found.total, abs=1e-12)


def test_shrinking_by_orthogonal_weights_is_all_the_activations_and_the_other_way_round():
    orthogonal = make_problem(steps=12, batch=1, units=6, gain=1.0).trace()
    found = shrinking(orthogonal, 12)
    assert found.weights == pytest.approx(np.zeros(12), abs=1e-10)
    assert (found.activations < 0).all()
    linear = make_problem(activation="identity", steps=12, batch=1, units=6, gain=0.5).trace()
    found = shrinking(linear, 12)
    assert found.activations == pytest.approx(np.zeros(12), abs=1e-12)
    assert found.weights == pytest.approx(np.full(12, np.log(0.5)), abs=1e-10)


def test_a_forgetting_lstm_shrinks_by_its_weights_and_not_by_saturation_alone():
    """All weights 0: only f carries, and f is a gate, no slope; the activations have no part."""
    network = engine.create_network(
        engine.Architecture(1, 3, 1, cell="lstm"), forget_bias=-2.0, dtype=np.float64
    )
    network = network.replace(W_aa_l0=np.zeros((12, 3)))
    x = np.zeros((6, 1, 1))
    trace = engine.forward(network, x, engine.Objective("mse", np.ones((6, 1, 1))))
    found = shrinking(trace, 6)
    assert found.total[:5] == pytest.approx(np.full(5, np.log(1 / (1 + np.exp(2.0)))))
    assert found.activations[:5] == pytest.approx(np.zeros(5), abs=1e-12)
    with pytest.raises(ValueError, match="expected layers of one direction"):
        shrinking(make_problem(bidirectional=True).trace(), 2)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("activation", sorted(engine.ACTIVATIONS))
def test_at_rest_no_activation_is_saturated(cell, activation):
    """All pre-activations 0 (just above, for ReLU): every slope is the steepest there is."""
    problem = make_problem(cell=cell, activation=activation, steps=1, batch=1)
    zero = {n: np.zeros_like(p) for n, p in problem.network.parameters.items() if n[0] == "b"}
    if activation == "relu":
        zero["b_a_l0"] = zero["b_a_l0"] + 1e-300
    network = problem.network.replace(**zero)
    trace = engine.forward(network, np.zeros((1, 1, 3)), problem.objective)
    found = shrinking(trace, 1)
    assert np.isfinite(found.total).all()
    assert found.activations == pytest.approx([0.0], abs=1e-12)


def test_slopes_without_saturation_are_the_steepest_there_are():
    z = np.linspace(-3.0, 3.0, 7)
    for name in ("tanh", "sigmoid"):
        a = np.empty_like(z)
        engine.ACTIVATIONS[name].apply(z, a)
        steepest, real = (getattr(Slopes(free), name)(z, a) for free in (True, False))
        assert (steepest == engine.ACTIVATIONS[name].supremum).all()
        assert real == pytest.approx(engine.ACTIVATIONS[name].derivative(z, a), rel=1e-14)


def test_shrinking_holds_far_outside_the_range_of_float64_and_stops_at_zero():
    trace = make_problem(activation="identity", steps=400, batch=1, gain=1e-3).trace()
    assert shrinking(trace, 400).total.sum() == pytest.approx(400 * np.log(1e-3), rel=1e-10)
    dead = make_problem(activation="relu", steps=3, batch=1)
    network = dead.network.replace(b_a_l0=np.full(4, -100.0))
    found = shrinking(engine.forward(network, dead.x, dead.objective), 3)
    assert found.total[2] == -np.inf
    assert np.isnan(found.total[:2]).all()


def test_what_is_asked_for_and_is_not_there_is_refused():
    trace = make_problem(steps=3, batch=2).trace()
    with pytest.raises(ValueError, match=r"layer: expected 0…0, found 1"):
        step_jacobians(trace, 1)
    with pytest.raises(ValueError, match=r"sequence: expected 0…1, found 2"):
        step_jacobians(trace, sequence=2)
    with pytest.raises(ValueError, match=r"step: expected 1…3, found 4"):
        shrinking(trace, 4)
