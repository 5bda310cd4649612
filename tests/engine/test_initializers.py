import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz import engine
from rnnviz.engine import initializers as fills
from rnnviz.engine.jacobians import recurrent_gain

SIZES = engine.Architecture(inputs=60, units=50, outputs=40)


@pytest.mark.parametrize(
    ("fill", "uniform", "variance"),
    [
        (fills.xavier_uniform, True, 2 / (150 + 250)),
        (fills.xavier_normal, False, 2 / (150 + 250)),
        (fills.he_uniform, True, 2 / 250),
        (fills.he_normal, False, 2 / 250),
        (fills.unit_uniform, True, 1 / (3 * 150)),
    ],
)
def test_variance_and_shape_of_the_distributions(fill, uniform, variance):
    W = fill(np.random.default_rng(0), 150, 250)
    assert W.shape == (150, 250)
    assert W.var() == pytest.approx(variance, rel=0.03)
    assert abs(W.mean()) < 4 * np.sqrt(variance / W.size)
    largest = np.abs(W).max() / np.sqrt(variance)
    if uniform:
        assert 0.999 * np.sqrt(3) < largest <= np.sqrt(3)
    else:
        assert 4 < largest < 7
        assert (np.abs(W) < np.sqrt(variance)).mean() == pytest.approx(0.6827, abs=0.01)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 99))
def test_orthogonal_of_any_shape(rows, columns, seed):
    Q = fills.orthogonal(np.random.default_rng(seed), rows, columns)
    assert Q.shape == (rows, columns)
    small = Q @ Q.T if rows <= columns else Q.T @ Q
    assert np.allclose(small, np.eye(min(rows, columns)), atol=1e-12)


@pytest.mark.parametrize("recurrent", sorted(fills.RECURRENT))
@pytest.mark.parametrize("radius", [0.5, 1.1])
def test_a_wanted_spectral_radius(recurrent, radius):
    network = engine.create_network(
        SIZES, recurrent=recurrent, gain=7.0, spectral_radius=radius, dtype=np.float64
    )
    eigenvalues = np.linalg.eigvals(network.parameters["W_aa_l0"])
    assert np.abs(eigenvalues).max() == pytest.approx(radius, rel=1e-10)


def test_the_other_parameters_do_not_change_with_the_radius_or_the_recurrent_initialiser():
    first = engine.create_network(SIZES, seed=3)
    other = engine.create_network(SIZES, seed=3, recurrent="he_normal", spectral_radius=0.5)
    for name, array in first.parameters.items():
        assert np.array_equal(array, other.parameters[name]) == (name != "W_aa_l0"), name


def test_input_weights_by_another_initialiser():
    parameters = engine.create_network(SIZES, inputs="he_normal", dtype=np.float64).parameters
    assert parameters["W_ax_l0"].var() == pytest.approx(2 / 60, rel=0.06)
    assert parameters["W_ya"].var() == pytest.approx(2 / 50, rel=0.06)
    orthogonal = engine.create_network(SIZES, inputs="orthogonal", dtype=np.float64)
    W_ya = orthogonal.parameters["W_ya"]
    assert np.allclose(W_ya @ W_ya.T, np.eye(40), atol=1e-12)


def test_an_identity_network_of_gain_one_neither_grows_nor_fades():
    network = engine.create_network(
        engine.Architecture(3, 5, 2, activation="relu"), recurrent="identity"
    )
    assert recurrent_gain(network) == 1.0


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"inputs": "identity"}, "unknown initialiser 'identity'; known: orthogonal"),
        ({"spectral_radius": np.nan}, "spectral_radius: expected a finite number, found nan"),
        ({"spectral_radius": -0.5}, "spectral_radius: expected a number ≥ 0, found -0.5"),
        ({"forget_bias": np.inf}, "forget_bias: expected a finite number, found inf"),
    ],
)
def test_impossible_initialisations_are_refused_in_words(changed, words):
    with pytest.raises(ValueError, match=words):
        engine.create_network(SIZES, **changed)


FIXED = {
    "he": [0.9357957046859837, -1.344323459750069, -1.0769970442354093, -1.1779495276523897],
    "he_normal": [0.3473617686604311, -2.3378561559560835, -0.338857832965120, -0.683088819316862],
    "uniform": [0.38203699666147883, -0.5488177542734314, -0.4396822021437393, -0.4808958809168030],
}


@pytest.mark.parametrize("recurrent", sorted(FIXED))
def test_numbers_are_fixed_by_the_seed_on_every_machine(recurrent):
    """Written down once; a change here changes every lecture that names a seed."""
    network = engine.create_network(
        engine.Architecture(2, 2, 2), seed=7, recurrent=recurrent, dtype=np.float64
    )
    assert network.parameters["W_aa_l0"].ravel() == pytest.approx(FIXED[recurrent], rel=1e-12)


def test_gated_cells_have_a_block_of_their_own_for_each_gate_and_direction():
    architecture = engine.Architecture(3, 8, 2, cell="lstm", layers=2, bidirectional=True)
    network = engine.create_network(architecture, gain=0.9, dtype=np.float64)
    blocks = [
        block
        for name, W in network.parameters.items()
        if name.startswith("W_aa")
        for block in np.split(W, 4)
    ]
    assert len(blocks) == 16
    for block in blocks:
        assert np.allclose(block @ block.T, 0.81 * np.eye(8), atol=1e-12)
    for i, block in enumerate(blocks):
        assert not any(np.allclose(block, other) for other in blocks[:i])


def test_the_forget_bias_and_no_other():
    architecture = engine.Architecture(3, 4, 2, cell="lstm", biases=2, peepholes=True)
    parameters = engine.create_network(architecture, forget_bias=2.5).parameters
    assert np.array_equal(parameters["b_a_l0"], np.repeat([0, 2.5, 0, 0], 4).astype(np.float32))
    others = ("b_aa_l0", "p_i_l0", "p_f_l0", "p_o_l0", "b_y")
    assert not any(parameters[name].any() for name in others)
    gru = engine.create_network(engine.Architecture(3, 4, 2, cell="gru"), forget_bias=2.5)
    assert not gru.parameters["b_a_l0"].any()
    start = engine.create_network(engine.Architecture(3, 4, 2, cell="lstm")).parameters["b_a_l0"]
    assert np.array_equal(start, np.repeat([0, 1, 0, 0], 4).astype(np.float32))


def test_an_embedding_is_standard_normal_and_changes_nothing_else():
    with_it = engine.create_network(engine.Architecture(20, 4, 2, vocabulary=100)).parameters
    without = engine.create_network(engine.Architecture(20, 4, 2)).parameters
    assert with_it["E"].shape == (100, 20)
    assert with_it["E"].std() == pytest.approx(1.0, abs=0.05)
    for name, array in without.items():
        assert np.array_equal(array, with_it[name])
