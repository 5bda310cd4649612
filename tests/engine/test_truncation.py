"""A gradient that is cut: against complex steps of its windows, and beyond any float."""

import numpy as np
import pytest

from rnnviz import engine
from rnnviz.engine.batches import differentiated
from rnnviz.engine.beyond import held_log_norms
from rnnviz.engine.seq2seq import PairTrace

from .problems import CELLS, make_problem
from .test_modes import make_pair


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("k1", "k2"), [(1, 1), (3, 3), (2, 5)])
def test_it_is_the_derivative_of_windows_that_are_handed_their_states(cell, k1, k2):
    problem = make_problem(
        cell=cell, steps=8, layers=2, masked=True, gaps=True, reduction="mean", seed=3
    )
    cut, given = engine.Truncation(k1, k2), {"inputs": problem.inputs}
    check = engine.check_gradients(
        problem.network, problem.x, problem.objective, truncation=cut, **given
    )
    assert check.passed, (check.worst, check.error)
    whole = engine.backward(problem.trace()).gradients["W_aa_l0"]
    short = engine.backward(problem.trace(), truncation=cut).gradients["W_aa_l0"]
    assert not np.allclose(whole, short, rtol=1e-3)  # else the check could not tell them apart


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("every", [1, 3, 70, 200])
def test_its_norms_are_known_past_the_ends_of_any_float(cell, every):
    problem = make_problem(cell=cell, steps=150, layers=2, batch=1, gain=0.9, seed=1)
    trace = problem.trace()
    plain = engine.backward(trace, truncation=engine.Truncation(every))
    assert np.allclose(held_log_norms(trace, every=every)[0], plain.log_norm_da, atol=1e-9)
    faint = make_problem(cell=cell, steps=150, layers=1, batch=1, gain=1e-9, seed=1)
    trace = faint.trace()
    alone = held_log_norms(trace, 149, every=every)[0, 0]
    first = engine.Truncation(every).reach(149)
    assert np.isneginf(alone[: first - 1]).all()
    assert np.allclose(alone[first - 1 :], held_log_norms(trace, 149)[0, 0, first - 1 :])


def window_losses(pair, known, lengths, every):
    """The losses of all windows of a pair's chains, each run alone from the states of `known`.

    Sequence by sequence, since those that are read for longer are cut elsewhere in the decoder.
    """
    total, share = 0.0, known.decoder.objective.share
    for b, n in enumerate(lengths):
        said = known.decoder.steps if known.decoder.lengths is None else known.decoder.lengths[b]
        one = slice(b, b + 1)
        for start in range(0, n + said, every):
            stop = min(start + every, n + said)
            if stop <= n:
                continue
            trace, at = (known.encoder, start) if start < n else (known.decoder, start - n)
            state = [trace.a[:, at, one], None if trace.c is None else trace.c[:, at, one]]
            if start < n:
                read = engine.forward(
                    pair.encoder, known.encoder.x[start:n, one], a0=state[0], c0=state[1]
                )
                state = [read.a[:, -1], None if read.c is None else read.c[:, -1]]
            part = slice(max(start - n, 0), stop - n)
            own = engine.Objective(
                "softmax_cross_entropy", known.decoder.objective.targets[part, one]
            )
            run = engine.forward(
                pair.decoder, known.decoder.x[part, one], own, a0=state[0], c0=state[1]
            )
            total = total + run.loss_k.sum()
    return share * total


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("every", [1, 2, 3, 4, 6, 20])
@pytest.mark.parametrize("lengths", [None, (4, 1, 2)])
def test_through_an_encoder_windows_are_counted_along_the_whole_chain(cell, every, lengths):
    """The derivative of each window by itself, by complex steps, for every parameter of both."""
    pair, one, other = make_pair(cell, layers=2, seed=5)
    given = {} if lengths is None else {"source_lengths": lengths, "target_lengths": (5, 3, 4)}
    known = pair.forward(one.x, other.objective.targets, start=0, **given)
    cut = engine.Truncation(every)
    back, whole = known.backward(cut), known.backward()
    wide = {n: getattr(pair, n).astype(np.complex128) for n in ("encoder", "decoder")}
    rng = np.random.default_rng(every)
    for which, network in wide.items():
        gradients = getattr(back, which).gradients
        for name, p in getattr(pair, which).parameters.items():
            v = rng.standard_normal(p.shape)
            moved = engine.EncoderDecoder(
                **{**wide, which: network.replace(**{name: p + 1e-30j * v})}
            )
            numeric = complex(window_losses(moved, known, lengths or (4,) * 3, every)).imag / 1e-30
            size = np.linalg.norm(gradients[name]) * np.linalg.norm(v)
            assert abs((gradients[name] * v).sum() - numeric) <= 1e-11 * size, (which, name)
    assert (every < 9) != np.allclose(whole.decoder.da, back.decoder.da, rtol=1e-6, atol=0)
    if lengths is None:
        for t in range(1, 4):  # step t of the encoder is reached from the window it stands in
            assert back.encoder.da[:, t - 1].any() == ((t - 1) // every == 4 // every)
    gradients, logs = differentiated(known, cut)
    assert np.array_equal(gradients["encoder.W_aa_l0"], back.encoder.gradients["W_aa_l0"])
    assert logs.shape[1] == 9


def test_windows_that_overlap_are_refused_through_two_networks():
    pair, one, other = make_pair("gru")
    trace = pair.forward(one.x, other.objective.targets, start=0)
    with pytest.raises(ValueError, match="expected k2 = k1 through two networks, found k1 = 2"):
        trace.backward(engine.Truncation(2, 3))
    with pytest.raises(ValueError, match="expected k2 = k1"):
        engine.backward(one.trace(), truncation=engine.Truncation(2, 3), before=1)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("every", [1, 3, 64, 70, 120, 200])
@pytest.mark.parametrize("k", [None, 30])
def test_a_pairs_norms_are_known_past_the_ends_of_any_float(cell, every, k):
    read = make_problem(cell=cell, steps=64, layers=2, batch=1, gain=0.9, seed=1)
    said = make_problem(cell=cell, steps=50, layers=2, batch=1, gain=0.9, seed=2)
    cut = engine.Truncation(every)

    def norms(read, said):
        trace = engine.forward(read.network, read.x)
        start = trace.a[:, -1], None if trace.c is None else trace.c[:, -1]
        targets = said.objective.targets
        mask = np.ones(targets.shape[:2], bool) if k is None else np.arange(1, 51)[:, None] == k
        own = engine.Objective("softmax_cross_entropy", targets, mask)
        pair = PairTrace(trace, engine.forward(said.network, said.x, own, a0=start[0], c0=start[1]))
        return pair.backward(cut), held_log_norms(pair, k, every=every)[0]

    plain, held = norms(read, said)
    logs = np.concatenate([plain.encoder.log_norm_da, plain.decoder.log_norm_da], axis=1)
    assert np.allclose(held, logs, atol=1e-9)
    faint = [
        make_problem(cell=cell, steps=p.x.shape[0], batch=1, gain=1e-9, seed=3)
        for p in (read, said)
    ]
    _, held = norms(*faint)
    last = 114 if k is None else 64 + k
    chain = np.arange(114)  # of all losses, or of one, what stands in a window that pays is reached
    reached = (
        (chain // every >= 64 // every) if k is None else chain // every == (last - 1) // every
    )
    assert np.array_equal(np.isfinite(held[0]), reached & (chain < last))
