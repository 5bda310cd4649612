"""Every derivative against complex-step differentiation (Squire and Trapp 1998).

Im L(p + ih)/h is ∂L/∂p without any subtraction, hence right to the last digits with h = 1e-30.
"""

from dataclasses import replace
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given, settings

from rnnviz import engine
from rnnviz.engine.losses import LOSSES

from .problems import ALL_PROBLEMS, PROBLEMS, Problem, make_problem, relative_error

H = 1e-30


def complex_step(problem: Problem, array: np.ndarray, loss_of) -> np.ndarray:
    derivative = np.empty(array.shape)
    for index in np.ndindex(*array.shape):
        shifted = array.astype(np.complex128)
        shifted[index] += 1j * H
        derivative[index] = loss_of(shifted).imag / H
    return derivative


def numeric_gradients(problem: Problem) -> dict[str, np.ndarray]:
    """∂L/∂ of every parameter, of x (where it is values), of a0 and of c0."""
    network = problem.network.astype(np.complex128)

    def loss(network=network, **changed):
        return problem.trace(network=network, **changed).loss_k.sum()

    found = {
        name: complex_step(problem, array, lambda p, n=name: loss(network.replace(**{n: p})))
        for name, array in problem.network.parameters.items()
    }
    found["a0"] = complex_step(problem, problem.a0, lambda a0: loss(a0=a0))
    if problem.c0 is not None:
        found["c0"] = complex_step(problem, problem.c0, lambda c0: loss(c0=c0))
    if problem.x.ndim == 3:
        found["x"] = complex_step(problem, problem.x, lambda x: loss(x=x))
    return found


def analytic_gradients(problem: Problem) -> dict[str, np.ndarray]:
    backward = engine.backward(problem.trace())
    found = {**backward.gradients, "a0": backward.da0}
    if backward.dc0 is not None:
        found["c0"] = backward.dc0
    if backward.dx is not None:
        found["x"] = backward.dx
    return found


def assert_gradients_agree(got, want, tolerance=1e-9):
    assert got.keys() == want.keys()
    # An array whose terms cancel (softmax over one class) is judged by the largest gradient.
    noise = 1e-14 * max(np.abs(g).max(initial=0.0) for g in want.values()) + 1e-15
    for name in want:
        off = np.abs(got[name] - want[name]).max(initial=0.0)
        assert off <= tolerance * np.abs(want[name]).max(initial=0.0) + noise, name


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(ALL_PROBLEMS)
def test_every_gradient_of_every_cell_agrees_with_complex_step(problem):
    """Through masks, padding, stacks, both directions, embeddings, gaps and every loss."""
    assert_gradients_agree(analytic_gradients(problem), numeric_gradients(problem))


@settings(max_examples=30, deadline=None)
@given(PROBLEMS)
def test_every_gradient_agrees_with_complex_step(problem):
    assert_gradients_agree(analytic_gradients(problem), numeric_gradients(problem))


@pytest.mark.parametrize("activation", sorted(engine.ACTIVATIONS))
@pytest.mark.parametrize("loss", ["softmax_cross_entropy", "mse"])
def test_deep_batches_agree_with_complex_step_and_no_gradient_is_zero(activation, loss):
    problem = make_problem(activation=activation, loss=loss, layers=3, units=6, seed=3)
    want, got = numeric_gradients(problem), analytic_gradients(problem)
    for name in want:
        assert np.abs(want[name]).max() > 1e-6, f"{name} tests nothing"
        assert relative_error(got[name], want[name]) < 1e-9, name


@pytest.mark.parametrize("activation", sorted(engine.ACTIVATIONS))
def test_state_gradients_agree_with_restarting_the_sequence_there(activation):
    """∂L/∂a⟨t⟩ is ∂/∂a⟨0⟩ of the rest of the sequence, plus what y⟨t⟩ itself pays."""
    problem = make_problem(activation=activation, loss="mse", seed=5)
    trace = problem.trace()
    backward = engine.backward(trace)
    for t in range(1, trace.steps):
        rest = engine.Objective("mse", problem.objective.targets[t:])
        later = engine.forward(problem.network, problem.x[t:], rest, a0=trace.a[:, t])
        want = engine.backward(later).da0[0] + backward.da_direct[t - 1]
        assert relative_error(backward.da[0, t - 1], want) < 1e-13


@settings(max_examples=30, deadline=None)
@given(ALL_PROBLEMS)
def test_shares_sum_to_the_gradient(problem):
    backward = engine.backward(problem.trace())
    for name, gradient in backward.gradients.items():
        shares = [backward.share(name, t) for t in range(1, backward.trace.steps + 1)]
        assert relative_error(np.sum(shares, axis=0), gradient) < 1e-12, name
        norms = np.array([np.linalg.norm(share) for share in shares])
        assert np.abs(backward.share_norms(name) - norms).max() <= 1e-7 * norms.max() + 1e-12, name


@pytest.mark.parametrize("logit", [3.0, 10.0, 20.0, 60.0])
def test_the_gradient_of_a_sure_step_keeps_its_digits_in_float32(logit):
    """The target's p − 1 is minus the others' sum; σ(y) − 1 is −σ(−y)."""
    y = np.array([[[logit, 0.0, 1.0], [0.0, 0.5, 0.0]]], np.float32)
    paid = engine.Objective("softmax_cross_entropy", np.array([[0, 1]]))
    loss = LOSSES[paid.loss]
    dy = loss.gradient(paid, y, loss.evaluate(paid, y)[0])
    e = np.exp(np.array([0.0, 1.0]) - logit)
    others = e / (1.0 + e.sum()) / 2.0
    np.testing.assert_allclose(dy[0, 0], [-others.sum(), *others], rtol=1e-5)
    assert abs(float(dy[0, 1].sum())) < 1e-7
    right = engine.Objective("binary_cross_entropy", np.array([[[1.0, 0.0, 0.25]] * 2]))
    loss, y = LOSSES[right.loss], y * np.float32([1.0, -1.0, 1.0])
    dy = loss.gradient(right, y, loss.evaluate(right, y)[0]) * 6.0
    sigma = 1.0 / (1.0 + np.exp(-y.astype(float)))
    expected = [-1.0 / (1.0 + np.exp(logit)), 0.5, sigma[0, 0, 2] - 0.25]
    np.testing.assert_allclose(dy[0, 0], expected, rtol=1e-5)


@pytest.mark.parametrize("steps", [1, 200])
@pytest.mark.parametrize("logit", [3.0, 17.0, 36.5, 40.0, 80.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_loss_of_a_sure_step_keeps_its_digits(dtype, logit, steps):
    """ln p of a p close to 1 is ln(1 − the others): 36.5 has one digit left otherwise, 40 none."""
    y = np.full((steps, 1, 3), [logit, 0.0, 1.0], dtype)
    y[steps // 2, 0, 0] = 0.0
    paid = engine.Objective("softmax_cross_entropy", np.zeros((steps, 1), int))
    losses = LOSSES[paid.loss].evaluate(paid, y)[1]
    gaps = np.where(np.arange(steps) == steps // 2, 0.0, logit)
    expected = np.log1p(np.exp(-gaps) + np.exp(1.0 - gaps))
    np.testing.assert_allclose(losses, expected, rtol=3e-4 if dtype is np.float32 else 1e-7)
    right = engine.Objective("binary_cross_entropy", np.ones((steps, 1, 1)))
    losses = LOSSES[right.loss].evaluate(right, y[:, :, :1])[1]
    np.testing.assert_allclose(losses, np.log1p(np.exp(-gaps)), rtol=1e-5)


@pytest.mark.parametrize("gain", [1e-5, 1e5])
def test_norms_of_shares_hold_where_squares_leave_the_range(gain):
    """With all states 0 a step back multiplies by W_aa: 1e-5 or 1e5 times the identity."""
    network = make_problem(batch=1).network
    zeros = {name: np.zeros_like(p) for name, p in network.parameters.items()}
    ones = np.ones_like(zeros["W_ya"])
    network = network.replace(**zeros | {"W_ya": ones, "W_aa_l0": gain * np.eye(4)})
    mask = np.arange(50)[:, None] == 49
    paid = engine.Objective("mse", np.full((50, 1, 3), -0.5), mask)
    back = engine.backward(engine.forward(network, np.zeros((50, 1, 3)), paid))
    powers = 2.0 * gain ** np.arange(49.0, -1.0, -1.0)
    assert back.share_norms("b_a_l0") == pytest.approx(powers, rel=1e-12, abs=0.0)


def test_a_share_is_what_a_copy_of_the_weight_at_that_step_would_get():
    """∂L/∂W_aa of step 3 alone, by a complex step in that step's pre-activation term."""
    problem = make_problem(units=3, batch=2, steps=5, loss="mse", seed=8)
    share = engine.backward(problem.trace()).share("W_aa_l0", 3)
    network = problem.network.astype(np.complex128)

    def loss(W_aa_at_3):
        a, total = problem.a0, 0.0
        for t in range(5):
            here = network.replace(W_aa_l0=W_aa_at_3) if t == 2 else network
            paid = engine.Objective("mse", problem.objective.targets[t : t + 1])
            step = engine.forward(here, problem.x[t : t + 1], paid, a0=a)
            a, total = step.a[:, 1], total + step.loss_k.sum()
        return total

    want = complex_step(problem, problem.network.parameters["W_aa_l0"], loss)
    assert relative_error(share, want) < 1e-9


@pytest.mark.parametrize("masked", [False, True])
def test_ids_give_the_numbers_of_one_hot_vectors(masked):
    by_ids = make_problem(ids=True, layers=2, batch=3, inputs=5, masked=masked)
    dense = Problem(by_ids.network, np.eye(5)[by_ids.x], by_ids.a0, by_ids.objective)
    one, other = engine.backward(by_ids.trace()), engine.backward(dense.trace())
    assert relative_error(one.trace.a, other.trace.a) < 1e-15
    assert relative_error(one.da, other.da) < 1e-14
    for name in one.gradients:
        assert relative_error(one.gradients[name], other.gradients[name]) < 1e-13, name
        assert np.allclose(one.share_norms(name), other.share_norms(name), rtol=1e-9, atol=1e-12)
    for t in (1, 5):
        assert np.array_equal(one.trace.input_term(t), other.trace.input_term(t))
    assert one.dx is None


@pytest.mark.parametrize("activation", sorted(engine.ACTIVATIONS))
def test_float32_gives_the_numbers_of_float64(activation):
    wide = make_problem(activation=activation, layers=2, units=8, steps=20)
    narrow = Problem(wide.network.astype(np.float32), wide.x, wide.a0, wide.objective)
    one, other = engine.backward(narrow.trace()), engine.backward(wide.trace())
    assert one.da.dtype == one.trace.a.dtype == one.gradients["b_y"].dtype == np.float32
    assert relative_error(one.da, other.da) < 1e-5
    for name in one.gradients:
        assert relative_error(one.gradients[name], other.gradients[name]) < 1e-5, name


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_float32_slopes_of_saturated_units_keep_their_digits(activation):
    z = np.linspace(-40.0, 40.0, 1601)
    a = np.empty(z.shape, np.float32)
    engine.ACTIVATIONS[activation].apply(z.astype(np.float32), a)
    got = engine.ACTIVATIONS[activation].derivative(z.astype(np.float32), a).astype(np.float64)
    half = z if activation == "tanh" else z / 2.0
    # z as float32 has it: at |z| = 40 its rounding alone moves the slope by 4e-6.
    half = half.astype(np.float32).astype(np.float64)
    want = (1.0 if activation == "tanh" else 0.25) / np.cosh(half) ** 2
    assert np.abs(got / want - 1.0).max() < 1e-5


@pytest.mark.parametrize("z", [4.5, -15.0, 19.5, 25.0, -38.0, 300.0])
def test_float64_slopes_of_saturated_units_are_those_of_all_digits(z):
    """tanh′(25) = 7.7e-22 and σ′(38) = 3.1e-17, where 1 − a² and a (1 − a) are 0."""
    with localcontext(prec=400):
        e = (-2 * Decimal(z)).exp()
        tanh, sigmoid = 4 * e / (1 + e) ** 2, (-Decimal(z)).exp() / (1 + (-Decimal(z)).exp()) ** 2
    for name, want in (("tanh", tanh), ("sigmoid", sigmoid)):
        at, a = np.array([z]), np.empty(1)
        engine.ACTIVATIONS[name].apply(at, a)
        slope = float(engine.ACTIVATIONS[name].derivative(at, a)[0])
        assert slope == pytest.approx(float(want), rel=1e-14)
        assert engine.ACTIVATIONS[name].derivative(at, a, None, False)[0] <= 1.1 * slope + 1e-16


@pytest.mark.parametrize("cell", ["lstm", "gru", "gru_reset_before"])
def test_one_saturated_step_hands_back_what_its_formula_says(cell):
    """Gates at z = ±40: their slopes are e⁻⁴⁰, and a GRU lets in 1 − σ(40) of its candidate."""
    blocks = {"lstm": [40.0, -40.0, 30.0, 40.0], "gru": [1.0, 40.0, 0.5], "gru_reset_before": None}
    pre = np.array(blocks[cell] or blocks["gru"])
    network = engine.create_network(engine.Architecture(1, 1, 1, cell)).astype(np.float64)
    silent = {name: np.zeros_like(p) for name, p in network.parameters.items()}
    ones = {"W_ya": np.ones((1, 1)), "b_y": np.ones(1)}
    network = network.replace(**silent | ones | {"b_a_l0": pre})
    trace = engine.forward(
        network, np.zeros((1, 1, 1)), engine.Objective("mse", np.zeros((1, 1, 1))), exact=True
    )
    back = engine.backward(trace)
    da = 2.0 * float(trace.y[0, 0, 0])
    got = back.dz[0, 0, 0] / da
    e = [float((-Decimal(n)).exp()) for n in (40, 60)]
    if cell == "lstm":
        c = 1.0  # i · g, both of which are 1
        kappa = 1.0 - np.tanh(c) ** 2
        want = [kappa * e[0], 0.0, 4.0 * kappa * e[1], np.tanh(c) * e[0]]
    else:
        n = np.tanh(0.5)
        want = [0.0, -n * e[0], e[0] * (1.0 - n * n)]
    np.testing.assert_allclose(got, want, rtol=1e-13)
    assert not engine.backward(replace(trace, exact=False, _memo={})).dz[0, 0, 0, 1].any()


def test_padding_one_sequence_changes_nothing_for_the_others():
    rng = np.random.default_rng(1)
    network = make_problem().network
    x, targets = rng.normal(size=(6, 2, 3)), rng.normal(size=(6, 2, 3))
    mask = np.ones((6, 2), dtype=bool)
    mask[4:, 1] = False
    targets[4:, 1] = np.nan
    padded = engine.backward(
        engine.forward(network, x, engine.Objective("mse", targets, mask, "sum"))
    )
    alone = engine.backward(
        engine.forward(network, x[:4, 1:], engine.Objective("mse", targets[:4, 1:]))
    )
    assert relative_error(2.0 * padded.da[:, :4, 1:], alone.da) < 1e-13
    assert not padded.da[:, 4:, 1].any()
    assert padded.exploded_at is None
    assert padded.trace.exploded_at is None
    assert padded.trace.loss_k[4:].sum() == pytest.approx(
        ((padded.trace.y[4:, 0] - targets[4:, 0]) ** 2).mean(axis=1).sum() / 2, rel=1e-13
    )


def test_gradients_need_an_objective_and_real_numbers():
    problem = make_problem()
    with pytest.raises(ValueError, match="no objective"):
        engine.backward(engine.forward(problem.network, problem.x))
    trace = engine.forward(problem.network.astype(np.complex128), problem.x, problem.objective)
    with pytest.raises(ValueError, match="complex128"):
        engine.backward(trace)


def test_records_cannot_be_changed():
    backward = engine.backward(make_problem().trace())
    trace = backward.trace
    for array in (trace.a, trace.z, trace.y, trace.p, trace.x, trace.loss_k, backward.da):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    with pytest.raises(TypeError):
        backward.gradients["b_y"] = np.zeros(3)
