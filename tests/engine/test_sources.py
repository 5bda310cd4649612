from decimal import Decimal, localcontext
from fractions import Fraction
from math import log

import numpy as np
import pytest
from hypothesis import given, settings

from rnnviz import engine
from rnnviz.engine.beyond import held, held_log_norms
from rnnviz.engine.seq2seq import PairTrace

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
    assert np.allclose(np.diff(logs), -np.log(1e-3), rtol=1e-11)
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


STEPS = 600


def silent(W_aa, W_ya, *, reverse=None, steps=STEPS, mask=None, dtype=np.float64, objective=True):
    """An identity cell whose states stay 0, so that ∂L/∂y is −1 wherever a loss is paid."""
    units, ways = len(W_aa), 1 if reverse is None else 2
    architecture = engine.Architecture(1, units, 1, activation="identity", bidirectional=ways == 2)
    network = engine.create_network(architecture, dtype=dtype)
    named = {name: np.zeros_like(p) for name, p in network.parameters.items()}
    for name, W in zip([n for n in named if n.startswith("W_aa")], (W_aa, reverse), strict=False):
        named[name] = np.array(W, dtype)
    named["W_ya"] = np.array([W_ya], dtype)
    paid = engine.Objective("mse", np.full((steps, 1, 1), 0.5), mask) if objective else None
    return engine.forward(network.replace(**named), np.zeros((steps, 1, 1)), paid)


def backwards(W, own, paying, vector=None):
    """∂L/∂a⟨t⟩ = Wᵀ ∂L/∂a⟨t+1⟩ − own where a loss is paid: fractions, from the last step on."""
    units = range(len(own))
    W = [[Fraction(w) for w in row] for row in W]
    vector, found = vector or [Fraction(0)] * len(own), []
    for pays in paying:
        vector = [sum(W[i][j] * vector[i] for i in units) for j in units]
        if pays:
            vector = [v - Fraction(o) for v, o in zip(vector, own, strict=True)]
        found.append(vector)
    return found


def exact_log(vector):
    """ln of a norm that no float can hold."""
    square = sum(v * v for v in vector)
    return 0.5 * (log(square.numerator) - log(square.denominator)) if square else -np.inf


GROWS = [[4.0, 1.0], [-0.5, 2.0]]
FADES = [[0.015625, -0.0078125], [0.03125, 0.015625]]


@pytest.mark.parametrize("W", [GROWS, FADES])
@pytest.mark.parametrize("paid", [(600,), (600, 250), tuple(range(6, 601, 9))])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_sum_of_all_losses_holds_past_both_ends_of_any_float(W, paid, dtype):
    mask = np.isin(np.arange(1, STEPS + 1), paid)[:, None]
    trace = silent(W, [1.0, -0.5], mask=mask, dtype=dtype)
    got = held_log_norms(trace)[0, 0]
    exact = backwards(W, [1.0, -0.5], [t in paid for t in range(STEPS, 0, -1)])
    want = [exact_log(vector) for vector in exact[::-1]]
    np.testing.assert_allclose(got, want, rtol=1e-11)
    assert not np.isneginf(got[: max(paid)]).any()
    assert np.isneginf(got[max(paid) :]).all()
    assert np.abs(got[:100]).max() > 720.0 or (W is FADES and len(paid) > 2)


@pytest.mark.parametrize("k", [None, 250])
def test_both_directions_hold_past_the_ends(k):
    paid = {120, 600} if k is None else {k}
    mask = np.isin(np.arange(1, STEPS + 1), [*paid, 120])[:, None]
    trace = silent(GROWS, [1.0, -0.5, 2.0, 1.0], reverse=FADES, mask=mask)
    got = held_log_norms(trace, k)[0]
    ahead = backwards(GROWS, [1.0, -0.5], [t in paid for t in range(STEPS, 0, -1)])
    later = backwards(FADES, [2.0, 1.0], [t in paid for t in range(1, STEPS + 1)])
    np.testing.assert_allclose(got[0], [exact_log(v) for v in ahead[::-1]], rtol=1e-11)
    np.testing.assert_allclose(got[1], [exact_log(v) for v in later], rtol=1e-11)
    if k is not None:
        np.testing.assert_allclose(engine.source_log_norms(trace, [k])[0], got)


@pytest.mark.parametrize("W", [GROWS, FADES])
@pytest.mark.parametrize("k", [None, 200])
def test_an_encoder_holds_what_its_decoder_hands_back(W, k):
    paid = {200, 90} if k is None else {k}
    mask = np.isin(np.arange(1, 201), [90, 200])[:, None]
    read = silent(W, [1.0, 1.0], steps=200, objective=False)
    said = silent(W, [1.0, -0.5], steps=200, mask=mask)
    got = held_log_norms(PairTrace(read, said), k)
    pays = [t in paid for t in range(200, 0, -1)] + [False] * 200
    exact = backwards(W, [1.0, -0.5], pays)
    np.testing.assert_allclose(got[0, 0], [exact_log(v) for v in exact[::-1]], rtol=1e-11)
    assert np.isfinite(got).all()


@pytest.mark.parametrize("cell", ["lstm", "gru", "gru_reset_before"])
@pytest.mark.parametrize("layers", [1, 2])
def test_every_cells_sum_is_that_of_its_sources(cell, layers):
    problem = make_problem(cell=cell, layers=layers, steps=60, masked=True, peepholes=True)
    trace = problem.trace()
    back = engine.backward(trace)
    got = held_log_norms(trace)
    assert_same_logs(got[0], back.log_norm_da)
    if back.log_norm_dc is not None:
        assert_same_logs(got[1], back.log_norm_dc)
    last = engine.Objective(problem.objective.loss, problem.objective.targets, mask_of_last(60))
    long = make_problem(cell=cell, layers=layers, steps=2600, gain=0.05, batch=1)
    only = engine.Objective(long.objective.loss, long.objective.targets, mask_of_last(2600, 1))
    for trace in (problem.trace(objective=last), long.trace(objective=only)):
        alone = engine.source_log_norms(
            trace, [trace.steps], state="both" if cell == "lstm" else "a"
        )
        alone = alone.reshape(-1, layers, trace.steps)
        assert_same_logs(held_log_norms(trace), alone, 1e-7)
    assert alone[0, 0, 0] < -750.0
    assert engine.backward(trace).log_norm_da[0, 0] == -np.inf


def mask_of_last(steps, batch=2):
    mask = np.zeros((steps, batch), bool)
    mask[-1] = True
    return mask


def test_what_dies_is_zero_and_what_explodes_before_the_loss_is_not_asked():
    dead = engine.Architecture(1, 2, 1, activation="relu")
    network = engine.create_network(dead).astype(float)
    network = network.replace(W_aa_l0=np.eye(2), W_ax_l0=np.ones((2, 1)))
    x = np.ones((6, 1, 1))
    x[2] = -100.0  # at step 3 both units are off
    trace = engine.forward(
        network, x, engine.Objective("mse", np.ones((6, 1, 1)), mask_of_last(6, 1))
    )
    logs = held_log_norms(trace)[0, 0]
    assert np.isneginf(logs[:2]).all()
    assert np.isneginf(logs[2]) == (not engine.backward(trace).da[0, 2].any())
    assert np.isfinite(logs[3:]).all()
    linear = engine.create_network(engine.Architecture(1, 2, 1, activation="identity")).astype(
        float
    )
    network = linear.replace(W_aa_l0=10.0 * np.eye(2))
    trace = engine.forward(
        network, np.ones((600, 1, 1)), engine.Objective("mse", np.ones((600, 1, 1)))
    )
    assert trace.exploded_at < 400
    early = held_log_norms(trace, 100)[0, 0]
    assert np.allclose(np.diff(early[:100]), -np.log(10.0))
    assert np.isneginf(early[100:]).all()
    assert np.isnan(held_log_norms(trace)[0, 0, 0])


def test_norms_that_floats_hold_are_left_as_they_are():
    def never():
        raise AssertionError

    plain = np.array([[3.0, -599.0, -np.inf]])
    assert held(plain, np.dtype(np.float64), np.arange(3) < 2, never) is plain
    made = np.array([[1.0, 2.0, 5.0]])
    for last, dtype in ((3, np.float64), (2, np.float32)):
        found = held(plain, np.dtype(dtype), np.arange(3) < last, lambda: made)
        assert found[0, 0] == 3.0
        assert found[0, 2] == 5.0


def test_padded_batches_are_refused():
    with pytest.raises(ValueError, match="padded"):
        held_log_norms(make_problem(padded=True, seed=3).trace())


@pytest.mark.parametrize("loss", ["softmax_cross_entropy", "binary_cross_entropy"])
@pytest.mark.parametrize("gap", [3.0, 700.0, 5000.0])
def test_an_answer_too_sure_for_any_float_still_has_a_gradient(loss, gap):
    """p − 1 is −e⁻⁵⁰⁰⁰: its norm is known, and 0 is said of a step that pays nothing."""
    trace = silent(FADES, [1.0, -0.5], steps=5)
    parameters = {**trace.network.parameters, "W_ya": np.array([[1.0, -0.5], [0.0, 0.0]])}
    network = engine.create_network(
        engine.Architecture(1, 2, 2, activation="identity"), dtype=np.float64
    ).replace(**{**parameters, "b_y": np.array([gap, 0.0])})
    softmax = loss.startswith("softmax")
    targets = np.zeros((5, 1), int) if softmax else np.tile([1.0, 0.5], (5, 1, 1))
    mask = np.ones((5, 1), bool)
    mask[1] = False
    trace = engine.forward(
        network, np.zeros((5, 1, 1)), engine.Objective(loss, targets, mask), exact=True
    )
    sure = -np.log1p(np.exp(-gap)) - gap  # ln of the other answer's p, or of 1 − σ
    own = np.log(np.hypot(1.0, 0.5)) + sure - (0.0 if softmax else np.log(2.0))
    logs = held_log_norms(trace)[0, 0]
    assert logs[4] == pytest.approx(own, rel=1e-12)
    assert np.isfinite(logs).all()
    assert np.isneginf(held_log_norms(trace, 2)).all()
    assert logs[1] == pytest.approx(logs[2] + np.log(0.0171), abs=1.0)
    if gap > 1000.0:
        assert not engine.backward(trace).da.any()


@pytest.mark.parametrize(("k1", "k2"), [(1, 1), (3, 3), (2, 5), (4, 6), (7, 7), (3, 20), (20, 20)])
def test_a_truncated_loss_reaches_as_far_as_its_window_and_no_step_further(k1, k2):
    """Every k1 losses go back together, over the last k2 steps before the end of their window."""
    problem, T = make_problem(steps=13, units=3), 13
    trace, cut = problem.trace(), engine.Truncation(k1, k2)
    logs = engine.source_log_norms(trace, truncation=cut)[:, 0]
    whole = engine.source_log_norms(trace)[:, 0]
    total = np.zeros_like(trace.a[:, 1:])
    for k in range(1, T + 1):
        end = -(-k // k1) * k1  # of its window, had the sequence no end
        first = max(1, end - k2 + 1)
        assert cut.reach(k) == first
        own = engine.source_gradients(trace, k, cut)
        assert own[0, first - 1 : k].any(axis=(1, 2)).all()
        assert not own[0, : first - 1].any()
        assert np.isneginf(logs[k - 1, : first - 1]).all()
        np.testing.assert_allclose(logs[k - 1, first - 1 : k], whole[k - 1, first - 1 : k])
        total += own
    back = engine.backward(trace, truncation=cut)
    np.testing.assert_allclose(back.da, total, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("activation", "z"), [("tanh", 400.0), ("tanh", 5e4), ("sigmoid", 900.0)])
@pytest.mark.parametrize("k", [None, 4])
def test_slopes_that_no_float_has_are_small_and_not_zero(activation, z, dtype, k):
    """Where all units are that deep: g′(400) is 10⁻³⁴⁷; against decimals of 50 digits."""
    network = engine.create_network(
        engine.Architecture(1, 3, 2, activation=activation, layers=2), seed=5, dtype=dtype
    )
    deep = np.array([z, z + 1.5, z + 0.25])
    network = network.replace(b_a_l0=deep.astype(dtype), b_a_l1=deep[::-1].astype(dtype))
    x = np.linspace(-1.0, 1.0, 4)[:, None, None]
    trace = engine.forward(network, x, engine.Objective("mse", np.zeros((4, 1, 2))))
    got = held_log_norms(trace, k)[0]
    tolerance = 1e-5 if dtype == np.float32 else 1e-11
    with localcontext() as context:
        context.prec = 50

        def slopes(layer, t):
            factor = Decimal(2 if activation == "tanh" else 1)
            far = [(-factor * abs(Decimal(float(v)))).exp() for v in trace.z[layer, t, 0]]
            return [factor * factor * e / (1 + e) ** 2 for e in far]

        def times(vector, W):
            return [sum(v * Decimal(float(w)) for v, w in zip(vector, c, strict=True)) for c in W.T]

        p, dy = network.parameters, engine.backward(trace).dy
        carried = [[Decimal(0)] * 3, [Decimal(0)] * 3]
        for t in range(3, -1, -1):
            fed = times([Decimal(float(v)) * (k in (None, t + 1)) for v in dy[t, 0]], p["W_ya"])
            for layer in (1, 0):
                da = [a + b for a, b in zip(fed, carried[layer], strict=True)]
                norm = sum(v * v for v in da).sqrt()
                want = float(norm.ln()) if norm else -np.inf
                assert got[layer, t] == pytest.approx(want, rel=tolerance)
                dz = [a * b for a, b in zip(da, slopes(layer, t), strict=True)]
                carried[layer] = times(dz, p[f"W_aa_l{layer}"])
                fed = times(dz, p[f"W_ax_l{layer}"])
    assert got.min() < -650.0 or np.isneginf(got).any()
