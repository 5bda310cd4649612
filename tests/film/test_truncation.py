"""Truncated BPTT: one rule of where it cuts, the same for pass, measures, updates and trainings."""

from dataclasses import replace

import numpy as np
import pytest

from rnnviz import engine
from rnnviz.data import make_task
from rnnviz.film import Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.film.branches import Branches
from rnnviz.film.comparison import beside, compare
from rnnviz.film.cost import cost_of_windows, size_of
from rnnviz.film.measures import ELLIPSE, LEFT_OUT, SINGULAR_VALUES, TRIANGLE, WEIGHT_LEDGER
from rnnviz.film.passes import check_pass
from rnnviz.film.plan import Plan
from rnnviz.film.truncation import said_of, window_of
from rnnviz.film.words import cut_words
from rnnviz.session.work import Passes, at_once
from rnnviz.training.prepare import make_training
from tests.frames import make_frame, series

CELLS = ("rnn", "gru", "gru_reset_before", "lstm")


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layers", [1, 2])
def test_a_pass_is_the_engines_and_its_measures_are_of_the_gradient_that_is_cut(cell, layers):
    frame = make_frame(14, cell=cell, layers=layers, units=5, truncation=4, source=10)
    passing = frame.passing
    trace, cut = passing.trace, engine.Truncation(4)
    assert (passing.window, passing.source, passing.reach(10), passing.reach(8)) == (4, 10, 9, 5)
    np.testing.assert_allclose(
        passing.alone.da, engine.source_gradients(trace, 10, cut), rtol=1e-11, atol=1e-300
    )
    whole = engine.backward(trace)
    for summed in (False, True):
        long = whole if summed else engine.backward(replace(passing.alone.trace, _memo={}))
        short = engine.backward(long.trace, truncation=cut)
        found = LEFT_OUT(passing, summed)
        off = {name: g - short.gradients[name] for name, g in long.gradients.items()}
        for name, g in long.gradients.items():
            want = np.linalg.norm(off[name]) / np.linalg.norm(g)
            assert found.of(name) == pytest.approx(want, rel=1e-12), name
        together = [np.concatenate([a.ravel() for a in x.values()]) for x in (off, long.gradients)]
        assert found.every == pytest.approx(np.divide(*map(np.linalg.norm, together)), rel=1e-12)
        ledger = WEIGHT_LEDGER(passing, summed, 0)
        shares = sum(ledger.share(t) for t in range(1, 15))
        assert np.allclose(shares, short.gradients["W_aa_l0"], rtol=1e-10, atol=0)
    triangle = TRIANGLE(passing, 1, 14).log10
    reached = np.isfinite(triangle[:, 0]).astype(int)
    assert reached.tolist() == [
        [int((k - 1) // 4 * 4 + 1 <= t <= k) for t in range(1, 15)] for k in range(1, 14)
    ]
    assert np.allclose(triangle[9, 0, 8:10], np.log(10) ** -1 * passing.alone.log_norm_da[0, 8:10])
    assert SINGULAR_VALUES(passing, 0).first == ELLIPSE(passing, 0).first == 9
    check = check_pass(passing)
    assert check.passed, check.worst
    assert frame.cut_off(8) and not frame.cut_off(9) and cut_words(frame, 8)


def test_a_step_gets_nothing_over_the_fence_in_any_number_of_its_equation():
    for cell in CELLS:
        frame = make_frame(14, cell=cell, units=5, truncation=4, summed=True)
        whole = make_frame(14, cell=cell, units=5, summed=True)
        assert [t for t in range(1, 15) if frame.cut(t)] == [5, 9, 13]
        for t in range(1, 14):
            terms = frame.backward_terms(t)
            assert np.allclose(terms.own + terms.arriving, terms.total, rtol=1e-12)
            assert terms.arriving.any() == (t % 4 != 0 and t < 13)
        assert whole.backward_terms(8).arriving.any()


def test_where_there_is_nothing_to_cut_it_says_why():
    task = make_task(series(12))
    run = start_run(task, Settings(truncation=5))
    assert window_of(run) == 5 and "2 fences" in said_of(run)
    other = run.in_mode("one_to_one")
    assert window_of(other) == compute_pass(other, 0, 0).window == 0
    assert "without recurrence" in said_of(other)
    for mode in ("one_to_many", "many_to_one", "encoder_decoder"):
        assert compute_pass(run.in_mode(mode), 0, 0).window == 5
    long = replace(run, settings=replace(run.settings, truncation=12))
    assert window_of(long) == 0 and "holds all 12" in said_of(long)
    assert said_of(start_run(task)) == "" and LEFT_OUT(compute_pass(long, 0, 0), True) is None


def test_of_many_to_one_only_the_last_window_gets_anything_and_the_sum_says_so():
    frame = make_frame(12, truncation=5, summed=True)
    run = frame.run.in_mode("many_to_one")
    found = resolve(run, Playhead(summed=True), compute_pass(run, 0, 0))
    assert np.isfinite(found.log10_norms).tolist() == [t > 10 for t in range(1, 12)] + [False]
    assert "truncation cuts it before step 6" in cut_words(found, 3)
    assert not cut_words(found, 12)


def test_a_faint_gradient_is_known_up_to_its_fence_and_no_float_is_mistaken_for_a_cut():
    frame = make_frame(60, truncation=50, gain=1e-9, units=4, source=50)
    assert frame.passing.window == 50
    norms = frame.norms_of(summed=False)
    assert np.isfinite(norms[:50]).all() and norms[0] < -400


def test_a_gradient_that_is_lost_in_whole_may_be_finite_when_it_is_cut():
    frame = make_frame(400, truncation=10, gain=30.0, activation="identity", units=3, source=30)
    run = replace(frame.run, settings=replace(frame.run.settings))
    if compute_pass(run, 0, 30).trace.exploded_at is None:
        found = LEFT_OUT(frame.passing, False)
        assert found.cut


def test_another_window_is_another_pass_on_the_same_states_and_an_update_is_made_of_it():
    run = start_run(make_task(series(12)), Settings(units=4))
    passes = Passes()
    first = passes.keep(compute_pass(run, 0, 0))
    cut = run.with_updates(replace(run.settings, truncation=3), 0)
    assert cut.networks == run.networks
    second = passes.keep(compute_pass(cut, 0, 0, first))
    assert second.trace is first.trace and (first.window, second.window) == (0, 3)
    model, task = run.networks[0], run.task
    assert passes.like(model, task, 3) is second and passes.like(model, task, 0) is first
    want = engine.backward(first.trace, truncation=engine.Truncation(3)).gradients
    np.testing.assert_allclose(
        second.backward.gradients["W_aa_l0"], want["W_aa_l0"], rtol=1e-11, atol=1e-300
    )
    other = start_run(make_task(series(12)), Settings(units=4, seed=1)).networks[0]
    cut_off, whole = beside(first, other, 3).summed, beside(first, other, 0).summed
    np.testing.assert_allclose(cut_off, beside(second, other, 3).summed, rtol=1e-11)
    assert not np.allclose(cut_off, whole)
    compared = compare(Branches.of(cut))
    assert [window_of(branch.run) for branch in compared.each] == [3, 3, 3]


@pytest.mark.parametrize(
    ("window", "said"),
    [
        (13, "holds all 13"),
        (7, "1 fence, one after every 7 steps; the state goes on."),
        (5, "2 fences, one after every 5 steps; the state goes on. Of the encoder, which pays no "
            "loss of its own, only step 6 gets any gradient."),
        (4, "3 fences, one after every 4 steps; the state goes on. Of the encoder, which pays no "
            "loss of its own, only the steps 5 to 6 get any gradient."),
        (3, "The encoder, which pays no loss of its own, gets no gradient."),
    ],
)  # fmt: skip
def test_an_encoder_learns_only_from_the_window_in_which_its_decoder_begins(window, said):
    run = start_run(make_task(series(12)), Settings(truncation=window)).in_mode("encoder_decoder")
    assert run.task.source_steps == 6 and said in said_of(run)
    passing = compute_pass(run, 0, 0)
    cut = window if window < 13 else 0
    assert passing.window == cut
    paying = [k for k in range(1, 14) if run.task.mask[k - 1].any()]
    for summed in (True, False):
        da = passing.backward.da if summed else passing.alone.da
        ks = paying if summed else [passing.source]
        for t in range(1, 14):
            by = any(t <= k and (not cut or (k - 1) // cut == (t - 1) // cut) for k in ks)
            assert da[:, t - 1].any() == by, (t, summed)
    frame = resolve(run, Playhead(summed=True), passing)
    assert [t for t in range(1, 14) if frame.cut(t)] == [
        t for t in range(2, 14) if cut and t % cut == 1
    ]
    first = next(t for t in range(1, 14) if np.isfinite(frame.log10_norms[t - 1]))
    assert first == (6 // cut * cut + 1 if cut else 1)
    assert all(frame.cut_off(t) and cut_words(frame, t) for t in range(1, first))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("window", [1, 3, 5])
def test_a_pairs_measures_are_of_the_gradient_that_is_cut(cell, window):
    settings = Settings(cell=cell, units=5, layers=2, truncation=window)
    run = start_run(make_task(series(12)), settings).in_mode("encoder_decoder")
    passing, whole = compute_pass(run, 0, 9), compute_pass(replace(run, settings=Settings()), 0, 9)
    assert (passing.window, whole.window) == (window, 0)
    for summed in (True, False):
        cut, all_ = ((p.backward if summed else p.alone).gradients for p in (passing, whole))
        found = LEFT_OUT(passing, summed)
        for name, g in all_.items():
            if g.any():
                lost = np.linalg.norm(g - cut[name]) / np.linalg.norm(g)
                assert found.of(name) == pytest.approx(lost, rel=1e-12), name
        ledger = WEIGHT_LEDGER(passing, summed, 0)
        shares = sum(ledger.share(t) for t in range(7, 14))
        assert np.allclose(shares, cut["decoder.W_aa_l0"], rtol=1e-10, atol=1e-300)
    triangle = TRIANGLE(passing, 1, 13)
    reach = [[(k - 1) // window * window < t <= k for t in range(1, 14)] for k in triangle.sources]
    assert np.array_equal(np.isfinite(triangle.log10[:, 0]), reach)
    one = triangle.sources.tolist().index(9)
    assert np.allclose(
        triangle.log10[one], passing.alone.log_norm_da / np.log(10), atol=1e-9, equal_nan=True
    )
    assert SINGULAR_VALUES(passing, 0).first == ELLIPSE(passing, 0).first == passing.reach(9)
    check = check_pass(passing)
    assert check.passed, (check.worst, check.error)
    swapped = replace(whole.backward, truncation=passing.backward.truncation)
    wrong = check_pass(replace(passing, backward=swapped))  # the check tells them apart
    assert "decoder.W_aa_l0" in wrong.failed and "encoder.W_aa_l0" in wrong.failed


@pytest.mark.parametrize("mode", ["synced", "many_to_one", "encoder_decoder", "one_to_one"])
def test_a_training_is_of_the_gradient_that_is_cut(mode):
    settings = Settings(units=4, truncation=3, learning_rate=0.1)
    plan = Plan(settings, mode=mode, window=8, batch=4, updates=1)
    training, network, _ = make_training(series(60), plan)
    cut = None if mode == "one_to_one" else engine.Truncation(3)
    assert training.truncation == cut
    if cut is None:
        return
    after = next(iter(training.run(training.begin(network), 1)))
    trace = training.batches(0).run(network)
    now, then = network, after.network
    if mode == "encoder_decoder":
        gradients = trace.backward(cut).decoder.gradients
        now, then = network.decoder, after.network.decoder
    else:
        gradients = engine.backward(trace, truncation=cut).gradients
    moved = now.parameters["W_aa_l0"] - 0.1 * gradients["W_aa_l0"]
    assert np.allclose(then.parameters["W_aa_l0"], moved)


def test_many_small_windows_are_done_beside_the_interface():
    run = start_run(make_task(series(1_000)), Settings(units=4))
    size = size_of(run.task, run.architecture)
    assert cost_of_windows(size, 0).seconds == 0.0
    assert cost_of_windows(size, 500).quick and not cost_of_windows(size, 1).quick
    cut = replace(run, settings=replace(run.settings, truncation=1))
    assert not at_once(Branches.of(cut))
