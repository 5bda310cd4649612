"""Frames say what the engine computed, at every playhead, and nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.data import make_task, sequence_from_text
from rnnviz.engine import backward, forward
from rnnviz.film import (
    Playhead,
    Settings,
    compute_pass,
    default_learning_rate,
    resolve,
    resolve_source,
    start_run,
)
from rnnviz.film.measures import SOURCE_NORMS
from tests.frames import make_frame, series


@given(
    st.integers(-5, 50),
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(-3, 99),
    st.booleans(),
    st.integers(-9, 99),
)
def test_any_playhead_resolves(snapshot, position, source, summed, unit):
    run = start_run(make_task(sequence_from_text("a b c")), Settings(units=3))
    wanted = Playhead(snapshot, position, source, summed, 7, unit)
    frame = resolve(run, wanted, compute_pass(run, 0, source))
    assert frame.playhead.snapshot == 0
    assert 0 <= frame.playhead.position <= 7
    assert frame.source == (source if 1 <= source <= 3 else 3)
    assert 1 <= frame.step <= 3
    assert 0 <= frame.forward_done <= 3
    assert 1 <= frame.gradient_from <= 4


@given(st.integers(1, 6), st.integers(1, 5), st.booleans())
def test_terms_add_up_to_the_pre_activation(t, units, relu):
    frame = make_frame("a b c d e f", units=units, activation="relu" if relu else "tanh")
    terms = frame.forward_terms(t)
    np.testing.assert_allclose(terms.recurrent + terms.input + terms.bias, terms.z, atol=1e-13)
    g = np.maximum(terms.z, 0) if relu else np.tanh(terms.z)
    np.testing.assert_allclose(g, terms.a, atol=1e-13)
    np.testing.assert_array_equal(terms.a, frame.states[t])


@pytest.mark.parametrize("summed", [False, True])
@pytest.mark.parametrize("source", [1, 4, 6])
def test_backward_terms_add_up_to_the_gradient(summed, source):
    frame = make_frame("a b c d e f", source=source, summed=summed)
    for t in range(1, 7):
        terms = frame.backward_terms(t)
        np.testing.assert_allclose(terms.arriving + terms.own, terms.total, atol=1e-15)
        assert np.linalg.norm(terms.total) == pytest.approx(
            10 ** frame.log10_norms[t - 1], rel=1e-12
        )


def test_one_source_alone_is_the_gradient_of_its_loss():
    """Against a run whose objective pays that one loss only: another route to the same number."""
    frame = make_frame("a b c d e f", source=4)
    trace = frame.passing.trace
    mask = np.zeros_like(frame.run.task.mask)
    mask[3] = True
    alone = type(trace.objective)("softmax_cross_entropy", frame.run.task.targets, mask, "sum")
    want = backward(forward(trace.network, trace.x, alone)).da[0, :, 0]
    np.testing.assert_allclose(frame.gradients, want, rtol=1e-12, atol=1e-300)
    assert np.abs(want[:4]).min() > 0


def test_the_gradient_lies_below_the_bound():
    for gain in (0.3, 0.9, 1.3):
        frame = make_frame("one two three four five six seven", gain=gain, units=12)
        bound = frame.log10_bound
        assert bound is not None
        assert np.all(frame.log10_norms <= bound + 1e-12)
        assert bound[-1] == frame.log10_norms[-1]
        assert bound[0] - bound[1] == pytest.approx(np.log10(gain), abs=1e-9)


def test_the_sum_has_no_bound_and_no_vanishing():
    frame = make_frame(summed=True, gain=0.9, units=32)
    assert frame.log10_bound is None
    single = make_frame(gain=0.9, units=32)
    assert single.log10_norms[0] < frame.log10_norms[0]


def test_an_update_is_one_sgd_step_and_lowers_the_loss():
    run = start_run(make_task(sequence_from_text("to be or not to be")))
    first = compute_pass(run, 0, 0)
    after = run.updated(run.update(first.backward.gradients, 0))
    old, new = run.networks[0].parameters, after.networks[1].parameters
    for name, gradient in first.backward.gradients.items():
        np.testing.assert_allclose(new[name], old[name] - run.learning_rate * gradient, rtol=1e-12)
    assert compute_pass(after, 1, 0).trace.loss < first.trace.loss


def test_another_learning_rate_drops_what_was_made_with_the_old_one():
    run = start_run(make_task(sequence_from_text("to be or not")))
    for snapshot in range(3):
        gradients = compute_pass(run, snapshot, 0).backward.gradients
        run = run.updated(run.update(gradients, snapshot))
    changed = run.with_learning_rate(0.5, 1)
    assert changed.networks == run.networks[:2]
    assert changed.learning_rate == 0.5
    for wrong in (-1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="learning rate"):
            run.with_learning_rate(wrong, 1)


def test_a_known_pass_serves_another_source():
    run = start_run(make_task(sequence_from_text("a b c d")))
    first = compute_pass(run, 0, 4)
    other = compute_pass(run, 0, 2, first)
    assert other.trace is first.trace
    fresh = compute_pass(run, 0, 2)
    np.testing.assert_array_equal(other.alone.da, fresh.alone.da)
    assert np.all(SOURCE_NORMS(other)[0, 2:] == -np.inf)


def test_a_series_is_read_out_in_its_own_units():
    frame = make_frame(30)
    task = frame.run.task
    assert frame.value(4) == series(30).values[3, 0]
    y = frame.passing.trace.y[3, 0, 0]
    assert frame.prediction(4) == pytest.approx(y * task.deviation[0] + task.mean[0])
    assert frame.outputs(4, 3) == ()
    assert frame.pays(29)
    assert not frame.pays(30)
    assert frame.source == 29


def test_the_most_probable_outputs_first():
    frame = make_frame("a b c d e f")
    p = frame.passing.trace.p[2, 0]
    best = frame.outputs(3, 7)
    assert [o.probability for o in best] == sorted(p, reverse=True)
    assert sum(o.probability for o in best) == pytest.approx(1.0)
    assert [o.name for o in best if o.target] == ["d"]


def test_one_value_has_nothing_to_predict():
    frame = make_frame(1)
    assert frame.source == 0
    assert resolve_source(frame.run.task, 1) == 0
    assert frame.log10_bound is None
    assert np.all(frame.log10_norms == -np.inf)


@pytest.mark.parametrize(
    ("steps", "rate"), [(1, 0.1), (9, 0.1), (15, 0.05), (365, 0.002), (20_000, 0.00005)]
)
def test_the_learning_rate_fits_the_length(steps, rate):
    assert default_learning_rate(steps) == rate


def test_an_explosion_is_said_and_never_updated_from():
    frame = make_frame(400, activation="identity", gain=50.0)
    assert "exploded at step" in frame.passing.exploded
    assert frame.update is None


CELLS = ("rnn", "lstm", "gru", "gru_reset_before")


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("summed", [False, True])
def test_gradients_of_every_cell_and_layer_add_up(cell, summed):
    run = start_run(make_task(sequence_from_text("a b c d e")), Settings(cell=cell, layers=2))
    passing = compute_pass(run, 0, 4)
    for layer in (0, 1):
        frame = resolve(run, Playhead(layer=layer, source=4, summed=summed), passing)
        for t in range(1, 6):
            terms = frame.backward_terms(t)
            np.testing.assert_allclose(terms.arriving + terms.own, terms.total, atol=1e-15)
            norm = np.linalg.norm(terms.total)
            if norm:
                assert norm == pytest.approx(10 ** frame.log10_norms[t - 1], rel=1e-10)
            else:
                assert frame.log10_norms[t - 1] == -np.inf
        if not summed and layer == 1:
            assert not frame.backward_terms(2).own.any()
            assert frame.backward_terms(4).own.any()


@pytest.mark.parametrize("cell", CELLS)
def test_quantities_are_the_cells_own(cell):
    run = start_run(make_task(sequence_from_text("a b c")), Settings(cell=cell, units=4, layers=2))
    passing = compute_pass(run, 0, 0)
    trace = passing.trace
    for quantity in resolve(run, Playhead(), passing).quantities:
        frame = resolve(run, Playhead(layer=1, quantity=quantity), passing)
        assert frame.quantity == quantity
        if quantity in trace.gates:
            assert np.isnan(frame.shown[0]).all()
            np.testing.assert_array_equal(frame.shown[1:], trace.gates[quantity][1, :, 0])
        else:
            np.testing.assert_array_equal(frame.shown, getattr(trace, quantity)[1, :, 0])
        assert np.nanmax(np.abs(frame.shown)) <= frame.shown_limit
    assert resolve(run, Playhead(quantity="nonsense"), passing).quantity == "a"


def test_the_bound_is_only_where_it_holds():
    for cell, layers, layer, there in (
        ("rnn", 1, 0, True),
        ("rnn", 2, 1, True),
        ("rnn", 2, 0, False),
        ("lstm", 1, 0, False),
        ("gru", 1, 0, False),
    ):
        settings = Settings(cell=cell, layers=layers)
        run = start_run(make_task(sequence_from_text("a b c d")), settings)
        frame = resolve(run, Playhead(layer=layer), compute_pass(run, 0, 0))
        assert (frame.log10_bound is not None) is there


def test_optimisers_remember_and_clipping_is_reported():
    from rnnviz.engine.optimizers import OPTIMIZERS

    settings = Settings(optimizer="adam", clipping="norm", clip_limit=0.1)
    run = start_run(make_task(sequence_from_text("to be or not to be")), settings)
    state = OPTIMIZERS["adam"].start
    network = run.networks[0]
    for snapshot in range(3):
        passing = compute_pass(run, snapshot, 0)
        update = run.update(passing.backward.gradients, snapshot)
        assert update.report.clipped
        assert update.report.norm_after == pytest.approx(0.1, rel=1e-4)
        scaled = {
            name: g * update.report.coefficient for name, g in passing.backward.gradients.items()
        }
        state, network = OPTIMIZERS["adam"].step(state, network, scaled, run.learning_rate)
        for name, array in network.parameters.items():
            np.testing.assert_allclose(update.network.parameters[name], array, rtol=1e-12)
        run = run.updated(update)
    assert run.states[3].steps == 3
    other = run.with_updates(Settings(optimizer="sgd"), 1)
    assert len(other.networks) == 2
    assert other.states[1].steps == 0
    assert other.learning_rate == default_learning_rate(6)
    with pytest.raises(ValueError, match="other weights"):
        run.with_updates(Settings(units=3), 1)
    with pytest.raises(ValueError, match="limit"):
        run.with_updates(Settings(clipping="norm", clip_limit=0.0), 1)
