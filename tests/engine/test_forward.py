import numpy as np
import pytest

from rnnviz import engine
from rnnviz.engine.losses import LOSSES

from .problems import make_problem, relative_error

ACTIVATIONS = {
    "tanh": np.tanh,
    "relu": lambda z: np.where(z > 0, z, 0.0),
    "sigmoid": lambda z: 1.0 / (1.0 + np.exp(-z)),
    "identity": lambda z: z,
}


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("ids", [False, True])
def test_states_and_outputs_are_those_of_the_equations(activation, layers, ids):
    problem = make_problem(activation=activation, layers=layers, ids=ids, inputs=5)
    trace, W = problem.trace(), problem.network.parameters
    a = list(problem.a0)
    for t in range(1, trace.steps + 1):
        fed = np.eye(5)[problem.x[t - 1]] if ids else problem.x[t - 1]
        for layer in range(layers):
            recurrent, own = a[layer] @ W[f"W_aa_l{layer}"].T, fed @ W[f"W_ax_l{layer}"].T
            assert relative_error(trace.recurrent_term(t, layer), recurrent) < 1e-13
            assert relative_error(trace.input_term(t, layer), own) < 1e-13
            z = recurrent + own + W[f"b_a_l{layer}"]
            fed = a[layer] = ACTIVATIONS[activation](z)
            assert relative_error(trace.z[layer, t - 1], z) < 1e-13
            assert relative_error(trace.a[layer, t], fed) < 1e-13
        assert relative_error(trace.y[t - 1], fed @ W["W_ya"].T + W["b_y"]) < 1e-13


def test_one_step_one_unit_by_hand():
    architecture = engine.Architecture(inputs=1, units=1, outputs=1)
    values = {
        "W_ax_l0": [[0.5]],
        "W_aa_l0": [[2.0]],
        "b_a_l0": [0.1],
        "W_ya": [[3.0]],
        "b_y": [1.0],
    }
    network = engine.Network(architecture, {n: np.array(v) for n, v in values.items()})
    objective = engine.Objective("mse", np.array([[[0.0]]]))
    trace = engine.forward(network, np.array([[[0.6]]]), objective, a0=np.array([[[0.2]]]))
    a = np.tanh(2.0 * 0.2 + 0.5 * 0.6 + 0.1)
    assert trace.loss == pytest.approx((3.0 * a + 1.0) ** 2, rel=1e-14)
    backward = engine.backward(trace)
    da = 2.0 * (3.0 * a + 1.0) * 3.0
    assert backward.da[0, 0, 0, 0] == pytest.approx(da, rel=1e-14)
    assert backward.gradients["W_aa_l0"][0, 0] == pytest.approx(da * (1 - a**2) * 0.2, rel=1e-14)
    assert backward.log_norm_da[0, 0] == pytest.approx(np.log(abs(da)), rel=1e-14)
    assert engine.source_log_norms(trace)[0, 0, 0] == pytest.approx(np.log(abs(da)), rel=1e-12)


def test_cross_entropy_of_a_mute_read_out_is_ln_of_the_number_of_classes():
    problem = make_problem(outputs=6)
    mute = problem.network.replace(W_ya=np.zeros((6, 4)), b_y=np.zeros(6))
    trace = engine.forward(mute, problem.x, problem.objective)
    assert trace.loss_k == pytest.approx(np.full(5, np.log(6)), rel=1e-14)
    assert trace.p == pytest.approx(np.full((5, 2, 6), 1 / 6), rel=1e-14)


def test_losses_and_probabilities_hold_at_extreme_logits():
    problem = make_problem(outputs=3, batch=1, steps=2)
    network = problem.network.replace(W_ya=np.zeros((3, 4)), b_y=np.array([1e4, 0.0, -1e4]))
    objective = engine.Objective("softmax_cross_entropy", np.array([[0], [2]]))
    trace = engine.forward(network, problem.x, objective)
    assert trace.loss_k.tolist() == [0.0, 2e4]
    assert trace.p[0, 0].tolist() == [1.0, 0.0, 0.0]
    assert trace.exploded_at is None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_step_that_is_far_off_takes_no_digits_from_the_others(dtype):
    y = np.array([[[1e6, 1e6]], [[0.0, 1e4]], [[1e6, 1e6 - 1.0]]], dtype)
    paid = engine.Objective("softmax_cross_entropy", np.zeros((3, 1), int))
    with np.errstate(over="ignore"):
        p, loss_k = LOSSES[paid.loss].evaluate(paid, y)
    np.testing.assert_allclose(loss_k, [np.log(2.0), 1e4, np.log1p(np.exp(-1.0))], rtol=1e-6)
    np.testing.assert_allclose(p[:, 0, 0], [0.5, 0.0, 1.0 / (1.0 + np.exp(-1.0))], rtol=1e-6)


def test_sigmoid_states_keep_their_digits_where_they_are_small():
    z = np.array([-400.0, -40.0, -1.0, 0.0, 1.0, 40.0, 400.0])
    for dtype in (np.float32, np.float64):
        given = z[1:].astype(dtype) if dtype == np.float32 else z
        network = engine.create_network(
            engine.Architecture(1, 1, 1, activation="sigmoid"), dtype=dtype
        ).replace(W_ax_l0=np.ones((1, 1), dtype), W_aa_l0=np.zeros((1, 1), dtype))
        a = engine.forward(network, given.reshape(-1, 1, 1)).a[0, 1:, 0, 0]
        with np.errstate(over="ignore"):
            exact = 1.0 / (1.0 + np.exp(-given.astype(np.longdouble)))
        np.testing.assert_allclose(a, exact.astype(dtype), rtol=4 * np.finfo(dtype).eps)


@pytest.mark.parametrize("loss", ["softmax_cross_entropy", "mse"])
def test_what_is_paid_where(loss):
    problem = make_problem(loss=loss, steps=6, batch=3, masked=True, seed=11)
    objective, y = problem.objective, problem.trace().y
    if loss == "mse":
        each = ((y - objective.targets) ** 2).mean(axis=-1)
    else:
        picked = np.take_along_axis(y, objective.targets[..., None], axis=-1)[..., 0]
        each = np.log(np.exp(y).sum(axis=-1)) - picked
    want = np.where(objective.mask, each, 0.0).sum(axis=1) / 3
    trace = problem.trace()
    assert trace.loss_k == pytest.approx(want, rel=1e-13)
    assert trace.paid.tolist() == objective.mask.any(axis=1).tolist()
    mean = engine.Objective(loss, objective.targets, objective.mask, "mean")
    trace = engine.forward(problem.network, problem.x, mean, a0=problem.a0)
    assert trace.loss == pytest.approx(each[objective.mask].mean(), rel=1e-13)


def test_targets_where_nothing_is_paid_are_never_looked_at():
    problem = make_problem(steps=4, batch=1)
    mask = np.array([[True], [False], [True], [False]])
    found: list[engine.Backward] = []
    for junk in (0, -1, 99):
        targets = np.array([[1], [junk], [2], [junk]])
        objective = engine.Objective("softmax_cross_entropy", targets, mask)
        found.append(engine.backward(engine.forward(problem.network, problem.x, objective)))
    assert len({backward.trace.loss for backward in found}) == 1
    assert np.array_equal(found[0].da, found[1].da)
    assert np.array_equal(found[0].dy, found[2].dy)


def test_a_run_without_an_objective_has_states_and_no_loss():
    problem = make_problem()
    trace = engine.forward(problem.network, problem.x, a0=problem.a0)
    assert np.array_equal(trace.a, problem.trace().a)
    assert (trace.loss, trace.p, trace.exploded_at) == (0.0, None, None)
    assert not trace.paid.any()


def test_an_objective_that_pays_nowhere_has_no_gradient():
    problem = make_problem()
    nowhere = np.zeros((5, 2), dtype=bool)
    for reduction in ("sum", "mean"):
        objective = engine.Objective(
            "softmax_cross_entropy", problem.objective.targets, nowhere, reduction
        )
        backward = engine.backward(engine.forward(problem.network, problem.x, objective))
        assert backward.trace.loss == 0.0
        assert np.isneginf(backward.log_norm_da).all()
        assert not any(gradient.any() for gradient in backward.gradients.values())


def exploding(x, *, activation="identity", gain=1.0, loss="mse", dtype=np.float32):
    architecture = engine.Architecture(1, 2, 2, activation=activation)
    network = engine.create_network(architecture, recurrent="identity", gain=gain, dtype=dtype)
    ones = network.replace(W_ax_l0=np.ones((2, 1), dtype), W_ya=np.eye(2, dtype=dtype))
    targets = np.zeros((len(x), 1, 2)) if loss == "mse" else np.zeros((len(x), 1), dtype=int)
    objective = engine.Objective(loss, targets)
    return engine.forward(ones, np.reshape(x, (-1, 1, 1)), objective)


def test_an_explosion_is_reported_at_the_step_where_it_happens():
    # a⟨t⟩ = 1e10^(t−1): float32 ends at 3.4e38, so a⟨5⟩ is infinite.
    trace = exploding([1.0] + [0.0] * 7, gain=1e10, loss="softmax_cross_entropy")
    assert np.isfinite(trace.a[:, :5]).all()
    assert np.isinf(trace.a[:, 5]).all()
    assert trace.exploded_at == 5
    assert exploding([1.0] + [0.0] * 3, gain=1e10, loss="softmax_cross_entropy").exploded_at is None


def test_a_loss_may_explode_before_the_states_do():
    # (1e20)² is beyond float32 while 1e20 is not.
    assert exploding([1.0] + [0.0] * 7, gain=1e10).exploded_at == 3


def test_a_saturated_state_does_not_hide_an_infinite_pre_activation():
    trace = exploding([1.0, np.inf, 1.0], activation="tanh")
    assert np.isfinite(trace.a).all()
    assert trace.exploded_at == 2


def test_nan_in_the_input_is_reported_at_its_step_in_any_layer_and_sequence():
    problem = make_problem(layers=2, batch=3, steps=6)
    x = problem.x.copy()
    x[3, 1] = np.nan
    trace = engine.forward(problem.network, x, problem.objective)
    assert trace.exploded_at == 4
    backward = engine.backward(trace)
    assert backward.exploded_at == 6
    assert np.isnan(backward.log_norm_da).all()


def test_a_gradient_may_explode_where_the_states_do_not():
    trace = exploding([0.0] * 9, gain=1e10, loss="softmax_cross_entropy")
    backward = engine.backward(trace)
    assert trace.exploded_at is None
    # ∂L/∂a⟨9⟩ ≈ ½ and each step back multiplies by 1e10: past 3e38 at the fourth.
    assert backward.exploded_at == 5
    assert np.isfinite(backward.log_norm_da[0, 5:]).all()
    assert np.isnan(backward.log_norm_da[0, :5]).all()


def test_log_norms_hold_where_squares_underflow():
    problem = make_problem(loss="mse", batch=1, outputs=2, steps=1)
    targets = problem.trace().y + 1e-6
    tiny = problem.network.replace(W_ya=problem.network.parameters["W_ya"][:2] * 1e-200)
    targets = np.full((1, 1, 2), 1.0)
    backward = engine.backward(engine.forward(tiny, problem.x, engine.Objective("mse", targets)))
    assert backward.log_norm_da[0, 0] == pytest.approx(
        np.log(np.linalg.norm(backward.da[0, 0] * 1e200)) - 200 * np.log(10), rel=1e-12
    )


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (np.zeros((5, 2, 4)), r"expected float \(T, B, 3\).*found float64 \(5, 2, 4\)"),
        (np.zeros((5, 2)), r"found float64 \(5, 2\)"),
        (np.zeros((0, 2, 3)), r"T, B ≥ 1, found float64 \(0, 2, 3\)"),
        (np.full((5, 2), 3), "expected ids 0…2, found 3 at step 1 of sequence 1"),
        (np.array([[0, 0], [0, -1]]), "found -1 at step 2 of sequence 2"),
        (np.zeros((5, 2, 3), complex), "expected float64 as the network, found complex128"),
    ],
)
def test_inputs_that_do_not_fit_are_refused_in_words(x, words):
    with pytest.raises(ValueError, match=words):
        engine.forward(make_problem().network, x)


def test_states_and_targets_that_do_not_fit_are_refused_in_words():
    problem = make_problem()
    with pytest.raises(ValueError, match=r"a0: expected float \(1, 2, 4\), found float64 \(2, 4\)"):
        engine.forward(problem.network, problem.x, a0=np.zeros((2, 4)))
    for targets, words in (
        (np.zeros((4, 2), int), r"expected shape \(5, 2\), found \(4, 2\)"),
        (np.full((5, 2), 3), "expected classes 0…2, found 3 at step 1 of sequence 1"),
    ):
        with pytest.raises(ValueError, match=words):
            engine.forward(
                problem.network, problem.x, engine.Objective("softmax_cross_entropy", targets)
            )
    with pytest.raises(ValueError, match=r"expected shape \(5, 2, 3\), found \(5, 2, 1\)"):
        engine.forward(problem.network, problem.x, engine.Objective("mse", np.zeros((5, 2, 1))))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("hinge", np.zeros((2, 1))), "unknown loss 'hinge'"),
        (("mse", np.zeros((2, 1, 1)), None, "max"), "unknown reduction 'max'"),
        (("mse", np.zeros((2, 1))), r"expected float \(T, B, O\), found float64 \(2, 1\)"),
        (("softmax_cross_entropy", np.zeros((2, 1))), r"expected integer \(T, B\)"),
        (("mse", np.zeros((2, 1, 1)), np.ones((2, 1))), r"mask: expected bool \(2, 1\)"),
    ],
)
def test_objectives_that_make_no_sense_are_refused_in_words(arguments, words):
    with pytest.raises(ValueError, match=words):
        engine.Objective(*arguments)
