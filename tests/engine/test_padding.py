"""Padded batches, both directions, embeddings, steps without an input, truncation, losses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz import engine

from .problems import CELLS, make_problem, relative_error
from .test_gradients import assert_gradients_agree


@settings(max_examples=60, deadline=None)
@given(
    cell=st.sampled_from(CELLS),
    layers=st.integers(1, 3),
    bidirectional=st.booleans(),
    loss=st.sampled_from(["softmax_cross_entropy", "binary_cross_entropy", "mse"]),
    seed=st.integers(0, 2**31),
)
def test_every_sequence_of_a_padded_batch_is_what_it_is_alone(
    cell, layers, bidirectional, loss, seed
):
    problem = make_problem(
        cell=cell, layers=layers, bidirectional=bidirectional, loss=loss, seed=seed,
        steps=6, batch=3, peepholes=True, padded=True,
    )  # fmt: skip
    x, lengths = problem.x.copy(), problem.lengths
    targets = problem.objective.targets.copy()
    for b, n in enumerate(lengths):
        x[n:, b] = np.nan
        targets[n:, b] = -1 if targets.dtype.kind == "i" else np.nan
    trace = problem.trace(x=x, objective=engine.Objective(loss, targets))
    back = engine.backward(trace)
    assert (trace.exploded_at, back.exploded_at) == (None, None)
    sums = {name: np.zeros(g.shape) for name, g in back.gradients.items()}
    tight = 1e-13
    for b, n in enumerate(lengths):
        part, one = slice(b, b + 1), engine.Objective(loss, targets[:n, b : b + 1])
        c0 = None if problem.c0 is None else problem.c0[:, part]
        alone = engine.forward(problem.network, x[:n, part], one, a0=problem.a0[:, part], c0=c0)
        backward = engine.backward(alone)
        inside = slice(1, n + 1)
        assert relative_error(trace.a[:, inside, part], alone.a[:, inside]) < tight
        assert relative_error(trace.y[:n, part], alone.y) < tight
        assert relative_error(3.0 * back.da[:, :n, part], backward.da) < tight
        assert relative_error(3.0 * back.dz[:, :n, part], backward.dz) < tight
        assert relative_error(3.0 * back.da0[:, part], backward.da0) < tight
        if trace.c is not None:
            assert relative_error(trace.c[:, inside, part], alone.c[:, inside]) < tight
            assert relative_error(3.0 * back.dc0[:, part], backward.dc0) < tight
        for name, gate in alone.gates.items():
            assert relative_error(trace.gates[name][:, :n, part], gate) < tight
            assert not trace.gates[name][:, n:, b].any()
        # Carried through the padding, and no gradient in it.
        ways = 2 if bidirectional else 1
        assert (trace.a[::ways, n + 1 : 7, b] == trace.a[::ways, n : n + 1, b]).all()
        assert not back.da[:, n:, b].any()
        assert not back.dz[:, n:, b].any()
        for name, g in backward.gradients.items():
            sums[name] += g / 3.0
    for name, g in back.gradients.items():
        scale = max(np.abs(sums[name]).max(), 1e-3)
        assert np.abs(g - sums[name]).max() < 1e-12 * scale, name


def test_the_mean_of_a_padded_batch_is_over_what_is_there():
    problem = make_problem(loss="mse", reduction="mean", steps=6, batch=3, padded=True, seed=3)
    trace = problem.trace()
    each = ((trace.y - problem.objective.targets) ** 2).mean(axis=2)
    present = np.arange(6)[:, None] < problem.lengths
    assert trace.loss == pytest.approx(each[present].mean(), rel=1e-13)
    assert trace.paid.tolist() == present.any(axis=1).tolist()


@pytest.mark.parametrize(
    ("lengths", "words"),
    [
        ([1, 2, 3], r"lengths: expected integer \(2,\), found int64 \(3,\)"),
        ([0, 5], "lengths: expected 1…5, found 0 for sequence 1"),
        ([5, 6], "lengths: expected 1…5, found 6 for sequence 2"),
        ([1.0, 2.0], r"lengths: expected integer \(2,\), found float64"),
    ],
)
def test_lengths_that_do_not_fit_are_refused_in_words(lengths, words):
    problem = make_problem()
    with pytest.raises(ValueError, match=words):
        problem.trace(lengths=lengths)


def test_inputs_that_are_no_mask_are_refused():
    problem = make_problem()
    with pytest.raises(ValueError, match=r"inputs: expected bool \(5, 2\), found float64 \(5,\)"):
        problem.trace(inputs=np.ones(5))


@pytest.mark.parametrize("cell", CELLS)
def test_the_reverse_direction_is_a_forward_one_of_the_reversed_sequence(cell):
    problem = make_problem(cell=cell, bidirectional=True, steps=6)
    trace, W = problem.trace(), problem.network.parameters
    back = engine.backward(trace)
    single = engine.Architecture(3, 4, 3, cell, biases=2 if cell == "gru" else 1)
    for s, end in ((0, ""), (1, "_reverse")):
        names = [n for n in single.parameter_shapes() if n.endswith("_l0")]
        parameters = {n: W[n + end] for n in names}
        columns = W["W_ya"][:, 4 * s : 4 * s + 4]
        network = engine.Network(single, {**parameters, "W_ya": columns, "b_y": W["b_y"]})
        order = slice(None, None, -1) if s else slice(None)
        c0 = None if problem.c0 is None else problem.c0[s : s + 1]
        alone = engine.forward(network, problem.x[order], a0=problem.a0[s : s + 1], c0=c0)
        assert relative_error(trace.a[s, 1:7], alone.a[0, 1:][order]) < 1e-14
        assert relative_error(trace.z[s], alone.z[0][order]) < 1e-14
    for name in ("W_ax", "W_aa"):
        assert back.gradients[f"{name}_l0_reverse"].shape == W[f"{name}_l0"].shape
    assert trace.layer_input(0) is trace.x
    both = make_problem(cell=cell, bidirectional=True, layers=2).trace()
    assert both.layer_input(2).shape == (5, 2, 8)


def test_embedded_ids_give_the_numbers_of_their_rows():
    problem = make_problem(cell="gru", vocabulary=7, steps=8, seed=4)
    W = dict(problem.network.parameters)
    E = W.pop("E")
    plain = engine.Network(engine.Architecture(3, 4, 3, "gru"), W)
    back = engine.backward(problem.trace())
    dense = engine.backward(problem.trace(network=plain, x=E[problem.x]))
    assert relative_error(back.trace.a, dense.trace.a) < 1e-15
    want = np.zeros(E.shape)
    np.add.at(want, problem.x, dense.dx)
    assert relative_error(back.gradients["E"], want) < 1e-13
    ids, rows = back.embedding_rows
    assert ids.tolist() == sorted(set(problem.x.ravel().tolist()))
    assert np.array_equal(rows, back.gradients["E"][ids])
    assert list(back.gradients) == list(problem.network.parameters)
    with pytest.raises(ValueError, match="no embedding"):
        _ = dense.embedding_rows
    with pytest.raises(ValueError, match=r"x: expected integer ids \(T, B\)"):
        problem.trace(x=E[problem.x])
    with pytest.raises(ValueError, match="expected ids 0…6, found 7"):
        problem.trace(x=np.full((8, 2), 7))


def test_a_large_vocabulary_costs_no_large_product():
    architecture = engine.Architecture(4, 5, 2, vocabulary=10_000_000)
    shapes = {n: s for n, s in architecture.parameter_shapes().items() if n != "E"}
    assert architecture.parameter_shapes()["E"] == (10_000_000, 4)
    assert len(shapes) == 5


@pytest.mark.parametrize("ids", [False, True])
def test_steps_without_an_input_may_hold_anything(ids):
    problem = make_problem(ids=ids, gaps=True, steps=6, seed=9)
    missing = ~problem.inputs
    assert missing.any()
    other = problem.x.copy()
    other[missing] = 99 if ids else np.nan
    one, same = engine.backward(problem.trace()), engine.backward(problem.trace(x=other))
    assert np.array_equal(one.trace.a, same.trace.a)
    assert_gradients_agree(same.gradients, one.gradients)
    t, b = np.argwhere(missing)[0]
    assert not one.trace.input_term(int(t) + 1)[b].any()


def by_windows(problem, k1, k2):
    """Truncated backpropagation by hand: each window is a run of its own from the carried state."""
    trace, T = problem.trace(), len(problem.x)
    sums, da = {}, np.zeros((len(trace.a), T, *trace.a.shape[2:]))
    for paying in range(0, T, k1):
        stop, start = min(paying + k1, T), max(0, paying + k1 - k2)
        mask = np.zeros(problem.x.shape[:2], dtype=bool)
        mask[paying:stop] = True
        if problem.objective.mask is not None:
            mask &= problem.objective.mask
        own = engine.Objective(
            problem.objective.loss, problem.objective.targets[start:stop], mask[start:stop]
        )
        c0 = None if trace.c is None else trace.c[:, start]
        part = engine.forward(
            problem.network, problem.x[start:stop], own, a0=trace.a[:, start], c0=c0
        )
        back = engine.backward(part)
        da[:, start:stop] += back.da
        for name, g in back.gradients.items():
            sums[name] = sums.get(name, 0.0) + g
    return sums, da


@settings(max_examples=60, deadline=None)
@given(
    cell=st.sampled_from(CELLS),
    k1=st.integers(1, 12),
    more=st.integers(0, 8),
    layers=st.integers(1, 3),
    loss=st.sampled_from(["softmax_cross_entropy", "binary_cross_entropy", "mse"]),
    seed=st.integers(0, 2**31),
)
def test_truncated_gradients_are_those_of_windows_run_on_their_own(
    cell, k1, more, layers, loss, seed
):
    """And those agree with complex steps: see test_gradients."""
    problem = make_problem(
        cell=cell, steps=11, layers=layers, masked=True, seed=seed, loss=loss, peepholes=True
    )
    k2 = k1 + more
    trace, truncation = problem.trace(), engine.Truncation(k1, k2)
    back = engine.backward(trace, truncation=truncation)
    sums, da = by_windows(problem, k1, k2)
    assert relative_error(back.da, da) < 1e-13
    assert_gradients_agree(dict(back.gradients), sums)
    every = [engine.source_gradients(trace, k, truncation) for k in range(1, 12)]
    assert relative_error(sum(every), back.da) < 1e-12
    with np.errstate(divide="ignore"):
        want = np.log(np.linalg.norm(np.stack(every), axis=(3, 4)))
    got = engine.source_log_norms(trace, truncation=truncation)
    assert np.array_equal(np.isneginf(got), np.isneginf(want))
    assert np.allclose(got, want, rtol=0, atol=1e-8)
    for name, gradient in back.gradients.items():
        shares = [back.share(name, t) for t in range(1, 12)]
        assert relative_error(np.sum(shares, axis=0), gradient) < 1e-12, name


def test_a_window_over_everything_cuts_nothing():
    problem = make_problem(cell="lstm", steps=5)
    whole, cut = (
        engine.backward(problem.trace(), truncation=t) for t in (None, engine.Truncation(5))
    )
    assert relative_error(cut.da, whole.da) < 1e-15
    assert relative_error(cut.dc0, whole.dc0) < 1e-15


def test_truncation_of_a_padded_batch():
    problem = make_problem(cell="lstm", steps=7, batch=3, padded=True, seed=5)
    back = engine.backward(problem.trace(), truncation=engine.Truncation(3))
    for b, n in enumerate(problem.lengths):
        assert not back.da[:, n:, b].any()
        part = slice(b, b + 1)
        one = engine.Objective("softmax_cross_entropy", problem.objective.targets[:n, part])
        alone = engine.forward(
            problem.network, problem.x[:n, part], one,
            a0=problem.a0[:, part], c0=problem.c0[:, part],
        )  # fmt: skip
        want = engine.backward(alone, truncation=engine.Truncation(3)).da
        assert relative_error(3.0 * back.da[:, :n, part], want) < 1e-13


def test_impossible_truncations_are_refused_in_words():
    for k1, k2 in ((0, 1), (4, 3), (-1, 0)):
        with pytest.raises(ValueError, match="expected 1 ≤ k1 ≤ k2"):
            engine.Truncation(k1, k2)
    both = make_problem(bidirectional=True)
    with pytest.raises(ValueError, match="reverse direction needs the whole"):
        engine.backward(both.trace(), truncation=engine.Truncation(2))
    trace = make_problem().trace()
    with pytest.raises(ValueError, match="expected k2 = k1"):
        engine.backward(trace, truncation=engine.Truncation(2, 3), da_final=trace.a[:, 0])


def test_binary_cross_entropy_is_that_of_the_book_and_holds_at_extreme_logits():
    problem = make_problem(loss="binary_cross_entropy", masked=True)
    trace, target = problem.trace(), problem.objective.targets
    p = 1.0 / (1.0 + np.exp(-trace.y))
    each = -(target * np.log(p) + (1.0 - target) * np.log(1.0 - p)).mean(axis=-1)
    want = np.where(problem.objective.mask, each, 0.0).sum(axis=1) / 2
    assert trace.loss_k == pytest.approx(want, rel=1e-12)
    assert trace.p == pytest.approx(p, rel=1e-13)
    wild = problem.network.replace(W_ya=np.zeros((3, 4)), b_y=np.array([1e4, -1e4, 0.0]))
    target = np.array([[[0.0, 1.0, 1.0]]])
    objective = engine.Objective("binary_cross_entropy", target)
    back = engine.backward(engine.forward(wild, problem.x[:1, :1], objective))
    assert back.trace.loss == pytest.approx((2e4 + np.log(2.0)) / 3.0, rel=1e-14)
    assert back.dy[0, 0] == pytest.approx(np.array([1.0, -1.0, -0.5]) / 3.0, rel=1e-14)
    with pytest.raises(ValueError, match=r"numbers from 0 to 1, found 2\.0 at step 1"):
        engine.forward(
            wild, problem.x[:1, :1], engine.Objective("binary_cross_entropy", target * 2.0)
        )
