"""Gated cells: the equations, every gate and its gradient by name, the direct path."""

import numpy as np
import pytest
from hypothesis import given, settings

from rnnviz import engine

from .problems import ALL_PROBLEMS, CELLS, Problem, make_problem, relative_error

H = 1e-30


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def step(cell, W, end, fed, a, c):
    """One step by the book, gate by gate, with no trick of the engine's; (a, c, gates)."""
    u = W[f"W_ax{end}"] @ fed + W[f"b_a{end}"]
    second = W.get(f"b_aa{end}", np.zeros(len(u)))
    W_aa, units = W[f"W_aa{end}"], len(a)
    rows = [slice(k * units, (k + 1) * units) for k in range(4)]
    if cell == "rnn":
        return np.tanh(u + W_aa @ a + second), c, {}
    if cell == "lstm":
        zero = np.zeros(units)
        p_i, p_f, p_o = (W.get(f"{p}{end}", zero) for p in ("p_i", "p_f", "p_o"))
        z = u + W_aa @ a + second
        i, f = sigmoid(z[rows[0]] + p_i * c), sigmoid(z[rows[1]] + p_f * c)
        g = np.tanh(z[rows[2]])
        c = f * c + i * g
        o = sigmoid(z[rows[3]] + p_o * c)
        return o * np.tanh(c), c, {"i": i, "f": f, "g": g, "o": o}
    r, z = (sigmoid(u[k] + W_aa[k] @ a + second[k]) for k in rows[:2])
    n = rows[2]
    if cell == "gru":
        new = np.tanh(u[n] + r * (W_aa[n] @ a + second[n]))
    else:
        new = np.tanh(u[n] + W_aa[n] @ (r * a) + second[n])
    return (1.0 - z) * new + z * a, c, {"r": r, "z": z, "n": new}


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("biases", [1, 2])
@pytest.mark.parametrize("peepholes", [False, True])
@pytest.mark.parametrize("layers", [1, 3])
def test_states_and_gates_are_those_of_the_equations(cell, biases, peepholes, layers):
    problem = make_problem(cell=cell, biases=biases, peepholes=peepholes, layers=layers, batch=3)
    trace, W = problem.trace(), problem.network.parameters
    for b in range(3):
        a = list(problem.a0[:, b])
        c = [None] * layers if problem.c0 is None else list(problem.c0[:, b])
        for t in range(trace.steps):
            fed = problem.x[t, b]
            for layer in range(layers):
                a[layer], c[layer], gates = step(cell, W, f"_l{layer}", fed, a[layer], c[layer])
                fed = a[layer]
                assert relative_error(trace.a[layer, t + 1, b], fed) < 1e-13
                assert list(gates) == list(trace.gates)
                for name, gate in gates.items():
                    assert relative_error(trace.gates[name][layer, t, b], gate) < 1e-13, name
                if cell == "lstm":
                    assert relative_error(trace.c[layer, t + 1, b], c[layer]) < 1e-13


@pytest.mark.parametrize("cell", CELLS)
def test_terms_of_the_pre_activation_are_their_parts(cell):
    problem = make_problem(cell=cell, biases=1, layers=2)
    trace, W = problem.trace(), problem.network.parameters
    for t in (1, 5):
        for layer in (0, 1):
            z = trace.recurrent_term(t, layer) + trace.input_term(t, layer) + W[f"b_a_l{layer}"]
            if cell == "gru":  # the reset stands between
                z[:, 8:] = (
                    trace.input_term(t, layer)[:, 8:]
                    + W[f"b_a_l{layer}"][8:]
                    + trace.gates["r"][layer, t - 1]
                    * (trace.recurrent_term(t, layer)[:, 8:] + W[f"b_aa_l{layer}"][8:])
                )
                z[:, :8] += W[f"b_aa_l{layer}"][:8]
            assert relative_error(trace.z[layer, t - 1], z) < 1e-13
    names = list(trace.gates)
    assert list(trace.gate_z) == names
    for k, name in enumerate(names):
        assert np.array_equal(trace.gate_z[name], trace.z[..., 4 * k : 4 * k + 4])


@pytest.mark.parametrize("cell", ["lstm", "gru", "gru_reset_before"])
@pytest.mark.parametrize("way", ["forward", "both"])
def test_gradients_of_gates_agree_with_a_nudge_of_each(cell, way):
    """∂L/∂gate at one step: gate⟨t⟩ moves by ε where its pre-activation moves by ε / slope."""
    problem = make_problem(
        cell=cell, batch=1, steps=4, units=2, layers=2, bidirectional=way == "both"
    )
    trace = problem.trace()
    backward = engine.backward(trace)
    assert list(backward.dgates) == list(trace.gates) == list(backward.gate_dz)
    assert len(backward.dgates) == len(trace.gates)
    for name, gate in trace.gates.items():
        slope = 1.0 - gate**2 if name in "gn" else gate * (1.0 - gate)
        assert relative_error(backward.dgates[name] * slope, backward.gate_dz[name]) < 1e-12, name
    with pytest.raises(KeyError):
        backward.dgates["q"]


@pytest.mark.parametrize("cell", CELLS)
def test_gradients_of_the_states_agree_with_restarting_the_sequence_there(cell):
    problem = make_problem(cell=cell, loss="mse", seed=5, peepholes=True)
    trace = problem.trace()
    backward = engine.backward(trace)
    for t in range(1, trace.steps):
        rest = engine.Objective("mse", problem.objective.targets[t:])
        c0 = None if trace.c is None else trace.c[:, t]
        later = engine.forward(problem.network, problem.x[t:], rest, a0=trace.a[:, t], c0=c0)
        back = engine.backward(later)
        da = back.da0[0] + backward.da_direct[t - 1]
        assert relative_error(backward.da[0, t - 1], da) < 1e-13
        if cell == "lstm":
            o, c = trace.gates["o"][0, t - 1], trace.c[0, t]
            kappa = o * (1.0 - np.tanh(c) ** 2)
            p_o = problem.network.parameters["p_o_l0"]
            kappa = kappa + p_o * np.tanh(c) * o * (1.0 - o)
            assert relative_error(backward.dc[0, t - 1], back.dc0[0] + kappa * da) < 1e-13


def reference_logs(trace, state):
    every = [engine.source_gradients(trace, k, state=state) for k in range(1, trace.steps + 1)]
    with np.errstate(divide="ignore"):
        return np.log(np.linalg.norm(np.stack(every), axis=(3, 4)))


def assert_same_logs(got, want, tolerance):
    assert np.array_equal(np.isneginf(got), np.isneginf(want))
    held = np.isfinite(want)
    assert np.abs(got[held] - want[held]).max(initial=0.0) < tolerance


@settings(max_examples=60, deadline=None)
@given(ALL_PROBLEMS)
def test_sources_sum_to_the_total_gradient(problem):
    trace = problem.trace()
    back = engine.backward(trace)
    for state, total in (("a", back.da), ("c", back.dc)):
        if total is not None:
            every = [
                engine.source_gradients(trace, k, state=state) for k in range(1, len(trace.y) + 1)
            ]
            assert relative_error(sum(every), total) < 1e-11


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("steps", "units", "batch"), [(60, 5, 1), (20, 4, 3), (7, 3, 2)])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("padded", [False, True])
def test_one_sweep_gives_the_norms_of_every_source(cell, steps, units, batch, layers, padded):
    problem = make_problem(
        cell=cell, steps=steps, units=units, batch=batch, layers=layers, padded=padded, seed=2,
        peepholes=batch == 2,
    )  # fmt: skip
    trace = problem.trace()
    assert_same_logs(engine.source_log_norms(trace), reference_logs(trace, "a"), 1e-8)
    if cell == "lstm":
        both = engine.source_log_norms(trace, state="both")
        assert_same_logs(both[0], reference_logs(trace, "a"), 1e-8)
        assert_same_logs(both[1], reference_logs(trace, "c"), 1e-8)
        assert_same_logs(engine.source_log_norms(trace, [3], state="c"), both[1, 2:3], 1e-8)


@pytest.mark.parametrize("layers", [1, 2])
def test_both_directions_have_the_norms_of_every_source(layers):
    problem = make_problem(cell="lstm", steps=6, layers=layers, bidirectional=True, padded=True)
    trace = problem.trace()
    got = engine.source_log_norms(trace, state="both")
    for i, state in enumerate("ac"):
        assert_same_logs(got[i], reference_logs(trace, state), 1e-8)


@pytest.mark.parametrize("cell", ["lstm", "gru", "gru_reset_before"])
def test_float32_logs_hold_far_beyond_underflow(cell):
    wide = make_problem(cell=cell, steps=300, units=8, batch=2, gain=0.2, seed=6)
    shut = {"lstm": slice(8, 16), "gru": slice(8, 16), "gru_reset_before": slice(8, 16)}[cell]
    b = wide.network.parameters["b_a_l0"].copy()
    b[shut] = -2.0  # f of the LSTM, z of the GRU: little is kept
    wide = Problem(wide.network.replace(b_a_l0=b), wide.x, wide.a0, wide.objective, wide.c0)
    narrow = Problem(wide.network.astype(np.float32), wide.x, wide.a0, wide.objective, wide.c0)
    got, want = (engine.source_log_norms(p.trace()) for p in (narrow, wide))
    assert want[-1, 0, 0] < np.log(1e-180)
    assert_same_logs(got, want, 1e-2)


def test_the_direct_path_is_the_product_of_forget_gates():
    trace = make_problem(cell="lstm", layers=2, steps=9).trace()
    path = trace.log_direct_path
    assert path.shape == trace.c.shape
    assert not path[:, -1].any()
    f = trace.gates["f"]
    for t in range(9):
        assert relative_error(np.exp(path[:, t]), f[:, t:].prod(axis=1)) < 1e-13
    with pytest.raises(ValueError, match="direct path is that of an LSTM"):
        _ = make_problem(cell="gru").trace().log_direct_path


def test_the_direct_path_in_parts_is_the_same(monkeypatch):
    trace = make_problem(cell="lstm", layers=2, steps=20).trace()
    whole = trace.log_direct_path
    monkeypatch.setattr("rnnviz.engine.trace._PART", 6)
    assert np.array_equal(trace.log_direct_path, whole)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "gru_reset_before"])
def test_a_steps_pre_activations_are_those_of_the_whole(cell):
    trace = make_problem(cell=cell, layers=2, steps=5).trace()
    for layer in range(2):
        for t in range(1, 6):
            assert np.array_equal(trace.z_at(t, layer), trace.z[layer, t - 1])
    for t, layer in ((0, 0), (6, 0), (1, 2)):
        with pytest.raises(ValueError, match="expected"):
            trace.z_at(t, layer)


def test_the_direct_path_holds_where_forget_gates_round_to_nothing():
    problem = make_problem(cell="lstm", units=2, steps=50, dtype=np.float32)
    b = np.zeros(8, np.float32)
    b[2:4] = -200.0
    zeros = np.zeros((8, 2), np.float32)
    shut = problem.network.replace(b_a_l0=b, W_aa_l0=zeros, W_ax_l0=zeros[:, [0, 0, 0]])
    path = problem.trace(network=shut).log_direct_path
    assert np.allclose(path[0, 0], -50 * 200.0, rtol=1e-6)


def test_a_forget_bias_keeps_the_cell_state():
    architecture = engine.Architecture(2, 3, 1, "lstm")
    b = engine.create_network(architecture, forget_bias=2.5).parameters["b_a_l0"]
    assert b.tolist() == [0.0] * 3 + [2.5] * 3 + [0.0] * 6


@pytest.mark.parametrize("cell", ["lstm", "gru", "gru_reset_before"])
def test_float32_gives_the_numbers_of_float64(cell):
    wide = make_problem(cell=cell, layers=2, units=8, steps=20, batch=3)
    narrow = Problem(wide.network.astype(np.float32), wide.x, wide.a0, wide.objective, wide.c0)
    one, other = engine.backward(narrow.trace()), engine.backward(wide.trace())
    assert relative_error(one.da, other.da) < 1e-5
    for name in one.gradients:
        assert one.gradients[name].dtype == np.float32
        assert relative_error(one.gradients[name], other.gradients[name]) < 1e-5, name
    for name in one.dgates:
        assert relative_error(one.dgates[name], other.dgates[name]) < 1e-5, name


def test_gates_close_to_zero_keep_their_digits():
    problem = make_problem(cell="lstm", units=1, batch=1, steps=1, dtype=np.float32)
    for z in (-5.0, -20.0, -60.0):
        b = np.full(4, z, np.float32)
        shut = problem.network.replace(b_a_l0=b, W_aa_l0=np.zeros((4, 1), np.float32))
        f = problem.trace(network=shut, x=np.zeros((1, 1, 3))).gates["f"].item()
        assert f == pytest.approx(sigmoid(z), rel=1e-6)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"cell": "gru", "activation": "relu"}, "activation of gru: expected tanh, found relu"),
        ({"cell": "gru", "peepholes": True}, "peepholes: the cell gru has none"),
        ({"biases": 3}, "biases: expected 1 or 2, found 3"),
        ({"vocabulary": -1}, "vocabulary: expected a whole number ≥ 0"),
    ],
)
def test_impossible_cells_are_refused_in_words(changed, words):
    with pytest.raises(ValueError, match=words):
        engine.Architecture(2, 3, 4, **changed)


def test_states_that_a_cell_has_not_got_are_refused_in_words():
    problem = make_problem(cell="gru")
    with pytest.raises(ValueError, match="c0: the cell gru has no cell state"):
        problem.trace(c0=problem.a0)
    with pytest.raises(ValueError, match="unknown state 'c' of gru: a"):
        engine.source_gradients(problem.trace(), 1, state="c")
    with pytest.raises(ValueError, match="unknown state 'b' of lstm: a, c"):
        engine.source_log_norms(make_problem(cell="lstm").trace(), state="b")


def test_an_explosion_of_the_cell_state_is_reported():
    problem = make_problem(cell="lstm", batch=1)
    trace = problem.trace(c0=np.full((1, 1, 4), np.inf))
    assert trace.exploded_at == 1
    assert engine.backward(problem.trace()).exploded_at is None


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "gru_reset_before"])
@pytest.mark.parametrize("batch", [48, 37])
def test_a_large_batch_is_worth_its_sequences(cell, batch):
    """Products of many rows are cut into groups; 37 rows cannot be, and are not."""
    T, H, D, classes = 3, 200, 4, 3
    rng = np.random.default_rng(batch)
    network = engine.create_network(engine.Architecture(D, H, classes, cell)).astype(np.float64)
    x, targets = rng.standard_normal((T, batch, D)), rng.integers(0, classes, (T, batch))

    def both(which):
        objective = engine.Objective("softmax_cross_entropy", targets[:, which])
        return engine.backward(engine.forward(network, x[:, which], objective))

    together, gradients = both(slice(None)), dict[str, np.ndarray]()
    for b in range(batch):
        alone = both(slice(b, b + 1))
        for name, part in alone.gradients.items():
            gradients[name] = gradients.get(name, 0.0) + part / batch
        assert relative_error(together.trace.a[:, :, b], alone.trace.a[:, :, 0]) < 1e-13
        assert relative_error(batch * together.da[:, :, b], alone.da[:, :, 0]) < 1e-12
    for name, whole in together.gradients.items():
        assert relative_error(whole, gradients[name]) < 1e-11, name
