import numpy as np
import pytest

from rnnviz import engine

from .problems import make_problem

SIZES = engine.Architecture(inputs=40, units=30, outputs=20, layers=2)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"units": 0}, "units: expected a whole number ≥ 1, found 0"),
        ({"inputs": 2.5}, "inputs: expected a whole number"),
        ({"layers": True}, "layers: expected a whole number"),
        ({"cell": "cnn"}, "unknown cell 'cnn'; known: rnn"),
        ({"activation": "relu6"}, "unknown activation 'relu6'; known: tanh, relu"),
    ],
)
def test_impossible_architectures_are_refused_in_words(changed, words):
    with pytest.raises(ValueError, match=words):
        engine.Architecture(**{"inputs": 2, "units": 3, "outputs": 4, **changed})


def test_parameters_that_do_not_fit_are_refused_in_words():
    network = make_problem().network
    parameters = dict(network.parameters)
    with pytest.raises(ValueError, match=r"W_aa_l0: expected float64 \(4, 4\), found .*\(3, 4\)"):
        network.replace(W_aa_l0=np.zeros((3, 4)))
    with pytest.raises(ValueError, match=r"W_ax_l0: expected float64 \(4, 3\), found float32"):
        network.replace(W_ax_l0=np.zeros((4, 3), np.float32))
    with pytest.raises(ValueError, match="unknown parameter 'W_aa'"):
        network.replace(W_aa=np.zeros((4, 4)))
    parameters["W_hy"] = parameters.pop("W_ya")
    with pytest.raises(ValueError, match="missing W_ya, unknown W_hy"):
        engine.Network(network.architecture, parameters)
    with pytest.raises(ValueError, match="expected float32, float64 or complex128, found int64"):
        network.astype(np.int64)


def test_a_network_never_changes():
    network = make_problem().network
    mine = np.zeros((4, 4))
    changed = network.replace(W_aa_l0=mine)
    mine[:] = 7.0
    assert not changed.parameters["W_aa_l0"].any()
    assert network.parameters["W_aa_l0"].any()
    with pytest.raises(ValueError, match="read-only"):
        changed.parameters["W_aa_l0"][0, 0] = 1.0
    with pytest.raises(TypeError):
        changed.parameters["W_aa_l0"] = mine


def test_a_read_only_view_of_the_callers_array_is_copied_too():
    mine = np.zeros((4, 4))
    view = mine.view()
    view.setflags(write=False)
    network = make_problem().network.replace(W_aa_l0=view)
    mine[:] = 7.0
    assert not network.parameters["W_aa_l0"].any()


@pytest.mark.parametrize("recurrent", ["orthogonal", "uniform", "xavier", "identity"])
def test_initial_recurrent_weights(recurrent):
    network = engine.create_network(SIZES, seed=3, recurrent=recurrent, gain=0.9, dtype=np.float64)
    W_aa = network.parameters["W_aa_l0"]
    spread = {"uniform": 0.9 / np.sqrt(30), "xavier": 0.9 * np.sqrt(6 / 60)}
    if recurrent == "orthogonal":
        assert np.allclose(W_aa @ W_aa.T, 0.81 * np.eye(30), atol=1e-12)
    elif recurrent == "identity":
        assert np.array_equal(W_aa, 0.9 * np.eye(30))
    else:
        limit = spread[recurrent]
        assert 0.98 * limit < np.abs(W_aa).max() <= limit
        assert W_aa.std() == pytest.approx(limit / np.sqrt(3), rel=0.05)
    if recurrent != "identity":
        assert not np.array_equal(W_aa, network.parameters["W_aa_l1"])


def test_initial_input_weights_are_xavier_and_biases_zero():
    parameters = engine.create_network(SIZES, dtype=np.float64).parameters
    for name, fans in (("W_ax_l0", 70), ("W_ax_l1", 60), ("W_ya", 50)):
        limit = np.sqrt(6 / fans)
        assert 0.98 * limit < np.abs(parameters[name]).max() <= limit
    assert not any(parameters[name].any() for name in ("b_a_l0", "b_a_l1", "b_y"))


def test_initial_numbers_are_fixed_by_the_seed_on_every_machine():
    """Written down once; a change here changes every lecture that names a seed."""
    parameters = engine.create_network(
        engine.Architecture(2, 2, 2), seed=7, dtype=np.float64
    ).parameters
    assert parameters["W_ax_l0"].ravel() == pytest.approx(W_AX_SEED_7, rel=1e-12)
    assert parameters["W_aa_l0"].ravel() == pytest.approx(W_AA_SEED_7, rel=1e-12)
    assert parameters["W_ya"].ravel() == pytest.approx(W_YA_SEED_7, rel=1e-12)


W_AX_SEED_7 = [0.30642006231681, 0.97297113116689, 0.6752892704877, -0.67310216950861]
W_AA_SEED_7 = [0.71581459737604, -0.69829038528636, -0.69829038528636, -0.71581459737604]
W_YA_SEED_7 = [-0.54385951635987, -0.13434686026519, 1.0624377757723, 0.44786754140429]


def test_orthogonal_matrices_are_not_all_of_one_kind():
    """Without the signs of R's diagonal the first column would always point one way."""
    first = [
        engine.create_network(engine.Architecture(1, 2, 1), seed=seed).parameters["W_aa_l0"]
        for seed in range(40)
    ]
    assert {bool(W[0, 0] > 0) for W in first} == {True, False}
    assert {bool(np.linalg.det(W) > 0) for W in first} == {True, False}


def test_networks_that_differ_in_one_choice_differ_in_that_alone():
    one = engine.create_network(SIZES, seed=1).parameters
    other = engine.create_network(SIZES, seed=1, recurrent="uniform").parameters
    differ = {name for name in one if not np.array_equal(one[name], other[name])}
    assert differ == {"W_aa_l0", "W_aa_l1"}
    reseeded = engine.create_network(SIZES, seed=2).parameters
    assert not np.array_equal(one["W_ya"], reseeded["W_ya"])


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"recurrent": "lecun"}, "unknown initialiser 'lecun'"),
        ({"seed": -1}, "seed: expected a whole number ≥ 0, found -1"),
        ({"gain": np.inf}, "gain: expected a finite number, found inf"),
    ],
)
def test_impossible_initialisations_are_refused_in_words(changed, words):
    with pytest.raises(ValueError, match=words):
        engine.create_network(SIZES, **changed)


def test_a_step_of_gradient_descent():
    problem = make_problem(dtype=np.float32)
    backward = engine.backward(problem.trace())
    stepped = engine.sgd_step(problem.network, backward.gradients, 0.25)
    assert stepped.dtype == np.float32
    for name, before in problem.network.parameters.items():
        want = before - np.float32(0.25) * backward.gradients[name]
        assert np.array_equal(stepped.parameters[name], want), name
    after = engine.forward(stepped, problem.x, problem.objective, a0=problem.a0)
    assert after.loss < backward.trace.loss


def test_a_step_with_gradients_that_do_not_fit_is_refused():
    problem = make_problem()
    gradients = dict(engine.backward(problem.trace()).gradients)
    with pytest.raises(ValueError, match=r"gradient of b_y: expected \(3,\), found \(4,\)"):
        engine.sgd_step(problem.network, {**gradients, "b_y": np.zeros(4)}, 0.1)
    del gradients["b_y"]
    with pytest.raises(ValueError, match="missing b_y"):
        engine.sgd_step(problem.network, gradients, 0.1)


def test_an_exploded_gradient_gives_an_exploded_network_and_no_warning():
    problem = make_problem(dtype=np.float32)
    huge = {n: np.full_like(p, 3e38) for n, p in problem.network.parameters.items()}
    stepped = engine.sgd_step(problem.network, huge, 1e3)
    assert np.isinf(stepped.parameters["W_aa_l0"]).all()
    assert engine.forward(stepped, problem.x, problem.objective).exploded_at == 1


def test_training_learns_to_count_to_three():
    """0 1 2 0 1 2 …: the next token from this one, to a loss no constant answer can reach."""
    ids = np.arange(13)[:, None] % 3
    objective = engine.Objective("softmax_cross_entropy", ids[1:], reduction="mean")
    network = engine.create_network(engine.Architecture(3, 8, 3), seed=0)
    for _ in range(200):
        backward = engine.backward(engine.forward(network, ids[:-1], objective))
        network = engine.sgd_step(network, backward.gradients, 0.5)
    assert engine.forward(network, ids[:-1], objective).loss < 0.05
