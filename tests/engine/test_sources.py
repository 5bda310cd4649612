import numpy as np
import pytest
from hypothesis import given, settings

from rnnviz import engine

from .problems import PROBLEMS, Problem, make_problem, relative_error


def reference_logs(trace: engine.Trace) -> np.ndarray:
    """ln ‖∂L_k/∂a⟨t⟩‖ one source at a time; right where nothing underflows."""
    per_source = [engine.source_gradients(trace, k) for k in range(1, trace.steps + 1)]
    with np.errstate(divide="ignore"):
        return np.log(np.linalg.norm(np.stack(per_source).astype(np.float64), axis=(3, 4)))


def assert_same_logs(got, want, tolerance=1e-9):
    assert got.shape == want.shape
    assert np.array_equal(np.isneginf(got), np.isneginf(want))
    held = np.isfinite(want)
    assert np.isfinite(got[held]).all()
    assert np.abs(got[held] - want[held]).max(initial=0.0) < tolerance


@settings(max_examples=40, deadline=None)
@given(PROBLEMS)
def test_sources_sum_to_the_total_gradient(problem):
    trace = problem.trace()
    total = engine.backward(trace).da
    parts = sum(engine.source_gradients(trace, k) for k in range(1, trace.steps + 1))
    assert relative_error(parts, total) < 1e-12


@settings(max_examples=40, deadline=None)
@given(PROBLEMS)
def test_one_sweep_gives_the_norms_of_every_source(problem):
    trace = problem.trace()
    got, want = engine.source_log_norms(trace), reference_logs(trace)
    # Where all parts of a sum cancel, one order of adding says 0 and another the last digit's e-16.
    assert not (np.isnan(got) | np.isnan(want)).any()
    held = np.maximum(got, want) >= want.max() - 34.0
    exact = np.isneginf(got) & np.isneginf(want)
    got, want = (np.where(held | exact, logs, 0.0) for logs in (got, want))
    assert_same_logs(got, want, 1e-8)


def test_a_source_is_the_gradient_of_its_loss_alone():
    problem = make_problem(layers=2, masked=False, reduction="sum", steps=6)
    trace = problem.trace()
    for k in (1, 4, 6):
        mask = np.zeros((6, 2), dtype=bool)
        mask[k - 1] = True
        alone = engine.Objective(problem.objective.loss, problem.objective.targets, mask)
        want = engine.backward(Problem(problem.network, problem.x, problem.a0, alone).trace()).da
        got = engine.source_gradients(trace, k)
        assert relative_error(got, want) < 1e-14
        assert not got[:, k:].any()


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("gain", [0.3, 1.0, 1.6])
def test_long_runs_agree_with_one_sweep_a_source(layers, batch, gain):
    problem = make_problem(steps=90, units=7, layers=layers, batch=batch, gain=gain, seed=2)
    trace = problem.trace()
    assert_same_logs(engine.source_log_norms(trace), reference_logs(trace), 1e-8)


def test_chosen_sources_are_rows_of_the_whole_in_the_order_asked():
    trace = make_problem(steps=70, layers=2, masked=True, seed=4).trace()
    whole = engine.source_log_norms(trace)
    paid = [k for k in range(1, 71) if trace.paid[k - 1]]
    chosen = [paid[-1], paid[2], paid[20], paid[2]]
    got = engine.source_log_norms(trace, chosen)
    assert_same_logs(got, whole[[k - 1 for k in chosen]])
    unpaid = [k for k in range(1, 71) if not trace.paid[k - 1]]
    assert unpaid
    assert np.isneginf(engine.source_log_norms(trace, unpaid)).all()


@pytest.mark.parametrize("layers", [1, 2])
def test_float32_logs_hold_far_beyond_underflow(layers):
    """The gradient of the last loss falls below 1e-180; a plain float32 ends at 1e-45."""
    wide = make_problem(steps=400, units=16, batch=2, gain=0.35, layers=layers, seed=6)
    narrow = Problem(wide.network.astype(np.float32), wide.x, wide.a0, wide.objective)
    got = engine.source_log_norms(narrow.trace())
    want = engine.source_log_norms(wide.trace())
    assert want[-1, 0, 0] < np.log(1e-180)
    assert_same_logs(got, want, 1e-2)
    assert not engine.source_gradients(narrow.trace(), 400)[0, 0].any()


def test_float64_logs_hold_where_float64_itself_underflows():
    """An identity cell with W_aa = c·1 loses exactly ln c a step."""
    architecture = engine.Architecture(1, 3, 2, activation="identity")
    network = engine.create_network(architecture, recurrent="identity", gain=1e-3, dtype=np.float64)
    objective = engine.Objective("mse", np.ones((200, 1, 2)))
    trace = engine.forward(network, np.ones((200, 1, 1)), objective)
    logs = engine.source_log_norms(trace, [200])[0, 0]
    assert np.allclose(np.diff(logs), -np.log(1e-3), rtol=1e-12)
    assert logs[0] < -1300.0


def test_logs_hold_where_the_gradient_itself_overflows():
    architecture = engine.Architecture(1, 3, 2, activation="identity")
    network = engine.create_network(architecture, recurrent="identity", gain=1e3)
    # The states stay 0 and finite; only the gradient explodes.
    trace = engine.forward(
        network, np.zeros((200, 1, 1)), engine.Objective("mse", np.ones((200, 1, 2)))
    )
    logs = engine.source_log_norms(trace, [200])[0, 0]
    assert np.allclose(np.diff(logs), -np.log(1e3), rtol=1e-5)
    assert logs[0] > 1300.0


def test_steps_that_lose_twenty_digits_at_once_lose_nothing():
    """Weights so small that a single step leaves float32's comfortable range."""
    architecture = engine.Architecture(1, 2, 2, activation="identity")
    network = engine.create_network(architecture, recurrent="identity", gain=1e-25)
    trace = engine.forward(network, np.ones((9, 1, 1)), engine.Objective("mse", np.ones((9, 1, 2))))
    logs = engine.source_log_norms(trace)[8, 0]
    assert np.allclose(np.diff(logs), -np.log(1e-25), rtol=1e-5)


def test_a_small_layer_beside_a_large_one_keeps_its_digits():
    wide = make_problem(steps=30, layers=2, seed=7)
    tiny = wide.network.replace(W_ax_l1=wide.network.parameters["W_ax_l1"] * 1e-18)
    trace = Problem(tiny.astype(np.float32), wide.x, wide.a0, wide.objective).trace()
    want = engine.source_log_norms(Problem(tiny, wide.x, wide.a0, wide.objective).trace())
    assert_same_logs(engine.source_log_norms(trace), want, 1e-3)


def test_a_path_that_dies_is_minus_infinity_and_not_small():
    """ReLU units that are off at step 4 let no later loss through."""
    architecture = engine.Architecture(1, 4, 2, activation="relu")
    network = engine.create_network(architecture, recurrent="identity", dtype=np.float32)
    network = network.replace(W_ax_l0=np.ones((4, 1), np.float32))
    x = np.ones((8, 1, 1))
    x[3] = -100.0
    trace = engine.forward(network, x, engine.Objective("mse", np.full((8, 1, 2), 9.0)))
    logs = engine.source_log_norms(trace)[:, 0]
    assert np.isneginf(logs[4:, :3]).all()
    assert np.isfinite(logs[4:, 4:][np.tril_indices(4)]).all()
    assert np.isfinite(logs[:3, :3][np.tril_indices(3)]).all()


@pytest.mark.parametrize("layers", [1, 3])
def test_not_finite_is_nan_and_stays_with_the_losses_it_belongs_to(layers):
    architecture = engine.Architecture(1, 2, 2, activation="identity", layers=layers)
    network = engine.create_network(architecture, recurrent="identity", gain=1.0, dtype=np.float32)
    x = np.ones((12, 1, 1))
    x[9] = np.inf
    trace = engine.forward(network, x, engine.Objective("mse", np.ones((12, 1, 2))))
    logs = engine.source_log_norms(trace)[:, 0]
    assert trace.exploded_at == 10
    assert np.isfinite(logs[:9, :9][np.tril_indices(9)]).all()
    assert np.isnan(logs[9:, :9]).all()
    assert np.isneginf(logs[np.triu_indices(12, 1)]).all()


def test_slopes_that_are_nan_stay_with_the_losses_after_them():
    """A nan pre-activation at step 10 makes its slope nan; losses before it know nothing of it."""
    problem = make_problem(layers=2, batch=1, steps=12, seed=9)
    x = problem.x.copy()
    x[9] = np.nan
    logs = engine.source_log_norms(engine.forward(problem.network, x, problem.objective))
    clean = engine.source_log_norms(engine.forward(problem.network, problem.x, problem.objective))
    assert_same_logs(logs[:9], clean[:9])
    assert np.isnan(logs[9:, :, :9]).all()
    assert np.isneginf(logs[:, 0][np.triu_indices(12, 1)]).all()


def test_the_bound_is_never_broken_and_is_reached_by_an_orthogonal_linear_cell():
    for activation in engine.ACTIVATIONS:
        problem = make_problem(activation=activation, units=6, steps=30, batch=1, gain=0.9)
        gain = engine.recurrent_gain(problem.network)
        logs = engine.source_log_norms(problem.trace(), [30])[0, 0]
        bound = logs[-1] + np.log(gain) * np.arange(29, -1, -1)
        assert (logs <= bound + 1e-9).all(), activation
        if activation == "identity":
            assert np.allclose(logs, bound, atol=1e-9)


def test_recurrent_gain_of_known_matrices():
    network = make_problem(units=2, activation="sigmoid").network
    W_aa = np.array([[3.0, 0.0], [4.0, 5.0]])  # singular values √45 and √5
    assert engine.recurrent_gain(network.replace(W_aa_l0=W_aa)) == pytest.approx(np.sqrt(45) / 4)
    assert np.isnan(engine.recurrent_gain(network.replace(W_aa_l0=W_aa + np.inf)))


def test_unknown_steps_are_refused():
    trace = make_problem(steps=5).trace()
    for k in (0, 6):
        with pytest.raises(ValueError, match=r"expected 1…5, found"):
            engine.source_gradients(trace, k)
        with pytest.raises(ValueError, match=r"expected 1…5, found"):
            engine.source_log_norms(trace, [k])


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "gru_reset_before"])
def test_local_derivatives_found_in_parts_are_the_same(cell, monkeypatch):
    trace = make_problem(cell=cell, layers=2, steps=20).trace()
    whole = engine.source_log_norms(trace)
    monkeypatch.setattr("rnnviz.engine.sources._PART", 7)
    assert np.array_equal(engine.source_log_norms(trace), whole)
