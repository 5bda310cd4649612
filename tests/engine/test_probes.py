from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from rnnviz import engine
from rnnviz.engine import checking
from rnnviz.engine.checking import check_gradients
from rnnviz.engine.jacobians import step_jacobians
from rnnviz.engine.probes import (
    forgetting_probe,
    gate_statistics,
    memory_half_life,
    saturation,
)

from .problems import ALL_PROBLEMS, CELLS, make_problem


@pytest.mark.parametrize("cell", CELLS)
def test_the_forgetting_probe_follows_the_difference_of_two_runs(cell):
    problem = make_problem(cell=cell, steps=8, batch=2, layers=2, ids=True, inputs=5)
    other = problem.x.copy()
    other[2] = [4, 0]
    given = {"a0": problem.a0, "c0": problem.c0}
    one = engine.forward(problem.network, problem.x, **given)
    two = engine.forward(problem.network, other, **given)
    found = forgetting_probe(problem.network, problem.x, [4, 0], step=3, **given)
    want = np.linalg.norm((two.a - one.a)[:, 1:].reshape(2, 8, -1), axis=2)
    assert found.da == pytest.approx(want, rel=1e-12)
    assert (found.log_da[:, :2] == -np.inf).all()
    assert np.exp(found.log_da) == pytest.approx(want, rel=1e-12)
    assert found.dy == pytest.approx(np.linalg.norm((two.y - one.y).reshape(8, -1), axis=1))
    if cell == "lstm":
        want = np.linalg.norm((two.c - one.c)[:, 1:].reshape(2, 8, -1), axis=2)
        assert found.dc == pytest.approx(want, rel=1e-12)
    else:
        assert found.dc is None


def test_a_linear_network_forgets_by_its_weights_power():
    network = engine.create_network(
        engine.Architecture(1, 4, 1, activation="identity"), gain=0.5, dtype=np.float64
    )
    found = forgetting_probe(network, np.zeros((20, 1, 1)), [1.0])
    assert np.diff(found.log_da[0]) == pytest.approx(np.full(19, np.log(0.5)), abs=1e-12)


def test_a_replacement_that_does_not_fit_is_refused():
    problem = make_problem(ids=True)
    with pytest.raises(ValueError, match="expected integer ids as in x, found float64"):
        forgetting_probe(problem.network, problem.x, 0.5)
    with pytest.raises(ValueError, match=r"expected shape \(2,\) or less, found \(3,\)"):
        forgetting_probe(problem.network, problem.x, [1, 2, 0])
    with pytest.raises(ValueError, match="step: expected 1…5, found 6"):
        forgetting_probe(problem.network, problem.x, 1, step=6)


def test_saturation_counts_units_with_slopes_below_a_tenth():
    """tanh′ < 0.1 where |z| > 1.8184; the sigmoid's slope, against its own ¼."""
    network = engine.create_network(engine.Architecture(1, 4, 1), dtype=np.float64)
    still = network.replace(W_aa_l0=np.zeros((4, 4)), W_ax_l0=np.array([[0.0], [1.8], [1.84], [9]]))
    x = np.array([[[1.0]], [[-1.0]], [[0.1]]])
    assert saturation(engine.forward(still, x))[0] == pytest.approx([0.5, 0.5, 0.0])
    assert saturation(engine.forward(still, x), threshold=1e-3)[0, 0] == 0.25
    sigmoid = engine.Network(engine.Architecture(1, 4, 1, activation="sigmoid"), still.parameters)
    ends = engine.forward(sigmoid, 2.0 * x)  # σ(2z) has the slope of tanh(z) but for its size
    assert saturation(ends)[0] == pytest.approx([0.5, 0.5, 0.0])


def test_statistics_of_an_lstms_gates():
    architecture = engine.Architecture(1, 2, 1, cell="lstm")
    network = engine.create_network(architecture, dtype=np.float64)
    logit = np.log(0.95 / 0.05)
    biases = {"i": [logit, 0.0], "f": [-logit, -logit], "g": [2.0, -2.0], "o": [5.0, 0.0]}
    network = network.replace(
        W_aa_l0=np.zeros((8, 2)), W_ax_l0=np.zeros((8, 1)),
        b_a_l0=np.concatenate([biases[gate] for gate in "ifgo"]),
    )  # fmt: skip
    found = gate_statistics(engine.forward(network, np.zeros((3, 2, 1))))
    assert list(found) == ["i", "f", "g", "o"]
    ones = np.ones((1, 3))
    assert found["i"].mean == pytest.approx(0.725 * ones)
    assert np.array_equal(found["i"].open, 0.5 * ones)
    assert np.array_equal(found["i"].closed, 0 * ones)
    assert found["f"].mean == pytest.approx(0.05 * ones)
    assert np.array_equal(found["f"].closed, ones)
    assert np.array_equal(found["g"].open, 0.5 * ones)
    assert np.array_equal(found["g"].closed, 0.5 * ones)
    assert np.array_equal(found["o"].stuck, 0.5 * ones)
    assert np.array_equal(found["i"].stuck, 0 * ones)
    assert not gate_statistics(make_problem().trace())


@pytest.mark.parametrize("cell", CELLS)
def test_padding_is_not_counted(cell):
    problem = make_problem(cell=cell, steps=6, batch=2)
    padded = problem.trace(lengths=[4, 2])
    first = engine.forward(
        problem.network, problem.x[:4, :1], a0=problem.a0[:, :1],
        c0=None if problem.c0 is None else problem.c0[:, :1],
    )  # fmt: skip
    assert saturation(padded)[0, 2:4] == pytest.approx(saturation(first)[0, 2:])
    assert np.isnan(saturation(padded)[0, 4:]).all()
    for name, found in gate_statistics(padded).items():
        assert found.mean[0, 2:4] == pytest.approx(gate_statistics(first)[name].mean[0, 2:])
    assert memory_half_life(padded) == pytest.approx(memory_half_life(first))


def test_half_life_of_an_lstm_cell_is_that_of_its_forget_gate():
    architecture = engine.Architecture(1, 3, 1, cell="lstm")
    f = np.array([0.5, 0.9, 0.99])
    bias = np.zeros(12)
    bias[3:6] = np.log(f / (1 - f))
    network = engine.create_network(architecture, dtype=np.float64)
    network = network.replace(W_aa_l0=np.zeros((12, 3)), b_a_l0=bias)
    trace = engine.forward(network, np.zeros((40, 1, 1)))
    got = memory_half_life(trace)
    assert got[:2] == pytest.approx(np.log(0.5) / np.log(f[:2]))
    assert got[2] == np.inf  # 69 steps are more than 40
    assert memory_half_life(trace, longest=3)[1] == np.inf


@pytest.mark.parametrize("cell", CELLS)
def test_half_life_against_products_made_one_by_one(cell):
    trace = make_problem(cell=cell, steps=7, batch=1, units=3, gain=1.5).trace()
    J = step_jacobians(trace)
    memory = slice(len(J[0]) - 3, None)
    logs = [np.zeros(3)]
    for tau in range(1, 8):
        columns = []
        for t in range(8 - tau):
            P = np.eye(len(J[0]))
            for s in range(t, t + tau):
                P = J[s] @ P
            columns.append(np.log(np.linalg.norm(P[memory, memory], axis=0)))
        logs.append(np.mean(columns, axis=0))
    for unit, got in enumerate(memory_half_life(trace)):
        below = [tau for tau in range(8) if logs[tau][unit] <= -np.log(2)]
        if not below:
            assert got == np.inf
            continue
        assert below[0] - 1 <= got <= below[0]
        if got > 0:
            low, high = logs[below[0] - 1][unit], logs[below[0]][unit]
            assert low + (got - below[0] + 1) * (high - low) == pytest.approx(-np.log(2))


@given(ALL_PROBLEMS)
@settings(max_examples=60, deadline=None)
def test_the_check_passes_for_every_network(problem):
    found = check_gradients(
        problem.network, problem.x, problem.objective,
        a0=problem.a0, c0=problem.c0, lengths=problem.lengths, inputs=problem.inputs,
    )  # fmt: skip
    assert found.passed, found
    assert set(found.errors) == {n for n, p in problem.network.parameters.items() if p.size}


def test_the_check_finds_a_wrong_gradient_and_names_it(monkeypatch):
    problem = make_problem(cell="lstm", dtype=np.float32)
    right = checking.backward

    def wrong(trace, **more):
        gradients = dict(right(trace, **more).gradients)
        spoilt = gradients["W_aa_l0"].copy()
        spoilt[3, 2] *= 1.0 + 1e-5
        return replace(right(trace, **more), gradients={**gradients, "W_aa_l0": spoilt})

    assert check_gradients(problem.network, problem.x, problem.objective).passed
    monkeypatch.setattr(checking, "backward", wrong)
    found = check_gradients(problem.network, problem.x, problem.objective)
    assert not found.passed
    assert found.worst == "W_aa_l0"
    assert found.failed == ("W_aa_l0",)
    assert 1e-9 < found.error < 1e-4


def test_the_check_sees_a_small_gradients_own_error(monkeypatch):
    problem = make_problem()
    right = checking.backward

    def wrong(trace, **more):
        gradients = dict(right(trace, **more).gradients)
        gradients["W_ax_l0"] = gradients["W_ax_l0"] * (1.0 + 1e-6)
        return replace(right(trace, **more), gradients=gradients)

    monkeypatch.setattr(checking, "backward", wrong)
    found = check_gradients(problem.network, 1e-12 * problem.x, problem.objective)
    assert found.worst == "W_ax_l0"
    assert not found.passed


def test_the_check_of_a_network_that_explodes_fails():
    problem = make_problem(activation="identity", gain=1e200)
    found = check_gradients(problem.network, problem.x, problem.objective)
    assert found.error == np.inf
    assert not found.passed
    with pytest.raises(ValueError, match="directions: expected a whole number ≥ 1"):
        check_gradients(problem.network, problem.x, problem.objective, directions=0)


def test_the_check_looks_at_every_parameter_by_itself(monkeypatch):
    """A gradient a million times smaller than the others is not measured by theirs."""
    problem, right = make_problem(cell="lstm", peepholes=True), checking.backward
    small = 1e-9 * problem.network.parameters["W_ya"]
    network = problem.network.replace(W_ya=small)
    assert check_gradients(network, problem.x, problem.objective).passed

    def wrong(trace, **more):
        back = right(trace, **more)
        return replace(
            back, gradients={**back.gradients, "p_f_l0": 1.01 * back.gradients["p_f_l0"]}
        )

    monkeypatch.setattr(checking, "backward", wrong)
    assert check_gradients(network, problem.x, problem.objective).failed == ("p_f_l0",)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("gain", [20.0, 60.0])
def test_saturated_cells_and_sure_answers_keep_every_digit(cell, gain):
    """Complex steps know nothing of a: what the backward pass makes of z agrees with them."""
    problem = make_problem(cell=cell, layers=2, loss="softmax_cross_entropy", batch=1)
    parameters = {name: gain * p for name, p in problem.network.parameters.items()}
    network = problem.network.astype(np.float64).replace(**parameters)
    trace = engine.forward(network, problem.x, problem.objective)
    close = [1.0 - np.abs(array).max() for array in trace.gates.values()]
    assert min([*close, 1.0 - np.abs(trace.a).max()]) < 1e-15
    found = check_gradients(network, problem.x, problem.objective)
    assert found.passed, found


def test_an_answer_of_probability_one_passes_the_check():
    network = engine.create_network(engine.Architecture(2, 3, 2), seed=1).astype(float)
    network = network.replace(b_y=np.array([60.0, 0.0]))
    x = np.ones((3, 1, 2))
    for loss, targets in (
        ("softmax_cross_entropy", np.zeros((3, 1), int)),
        ("binary_cross_entropy", np.tile([1.0, 0.0], (3, 1, 1))),
    ):
        paid = engine.Objective(loss, targets)
        trace = engine.forward(network, x, paid, exact=True)
        assert trace.p[0, 0, 0] == 1.0
        found = check_gradients(network, x, paid)
        assert found.passed, found
