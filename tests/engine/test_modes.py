"""The five modes, generation, and encoder and decoder with the state handed over."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz import engine
from rnnviz.engine.arrays import teacher_forced

from .problems import CELLS, make_problem, relative_error
from .test_gradients import assert_gradients_agree, complex_step


def test_steps_that_pay_are_handed_in():
    problem = make_problem(cell="lstm", steps=6, batch=3)
    lengths, targets = [2, 6, 4], np.array([0, 1, 2])
    mask = np.arange(1, 7)[:, None] == lengths
    objective = engine.Objective(
        "softmax_cross_entropy", np.broadcast_to(targets, (6, 3)), mask, "mean"
    )
    trace = engine.forward(problem.network, problem.x, objective, lengths=lengths)
    assert trace.paid.tolist() == [False, True, False, True, False, True]
    want = -np.log([trace.p[n - 1, b, targets[b]] for b, n in enumerate(lengths)])
    assert trace.loss == pytest.approx(want.mean(), rel=1e-13)


def test_targets_are_fed_back_from_the_second_step_on():
    problem = make_problem(ids=True, steps=5, inputs=3, outputs=3)
    first, targets = problem.x[:1], problem.objective.targets
    assert teacher_forced(first, targets).tolist() == [first[0].tolist(), *targets[:-1].tolist()]
    with pytest.raises(ValueError, match="targets to feed back"):
        teacher_forced(np.zeros((1, 2, 3)), targets)


@pytest.mark.parametrize("cell", CELLS)
def test_greedy_generation_feeds_the_likeliest_back(cell):
    problem = make_problem(cell=cell, ids=True, outputs=3, layers=2)
    first = np.array([0, 2])
    made = engine.generate(problem.network, first, 7)
    trace = made.trace
    assert np.array_equal(made.said, trace.y.argmax(axis=-1))
    assert np.array_equal(trace.x[1:], made.said[:-1])
    assert trace.x[0].tolist() == [0, 2]
    assert made.lengths.tolist() == [7, 7]


def test_values_are_fed_back_as_they_are():
    problem = make_problem(loss="mse", batch=1)
    made = engine.generate(problem.network, np.ones((1, 3)), 6, a0=problem.a0)
    assert relative_error(made.trace.x[1:], made.trace.y[:-1]) < 1e-12
    assert relative_error(made.said, made.trace.y) < 1e-12


def test_sampling_draws_what_the_network_believes():
    problem = make_problem(ids=True, batch=1)
    logits = np.log(np.array([0.5, 0.3, 0.2]))
    network = problem.network.replace(W_ya=np.zeros((3, 4)), b_y=logits)
    first = np.zeros(1, int)

    def shares(temperature, seed=1):
        made = engine.generate(
            network, first, 4000, choose="sample", temperature=temperature, seed=seed
        )
        return np.bincount(made.said[:, 0], minlength=3) / 4000

    assert shares(1.0) == pytest.approx([0.5, 0.3, 0.2], abs=0.03)
    bold = np.array([0.25, 0.09, 0.04]) / 0.38
    assert shares(0.5) == pytest.approx(bold, abs=0.03)
    assert shares(0.01)[0] == 1.0
    assert np.array_equal(shares(1.0), shares(1.0))
    assert not np.array_equal(shares(1.0), shares(1.0, seed=2))


def test_generation_stops_at_the_end_token():
    network = make_problem(ids=True, batch=1, inputs=4, outputs=4).network
    # The next token is this one + 1, and 3 is the end.
    W_ax = 9.0 * np.eye(4)
    W_ya = np.roll(np.eye(4), 1, axis=0)
    zeros = {"W_aa_l0": np.zeros((4, 4)), "b_a_l0": np.zeros(4), "b_y": np.zeros(4)}
    count = network.replace(W_ax_l0=W_ax, W_ya=W_ya, **zeros)
    made = engine.generate(count, [0, 2], 10, end=3)
    assert made.said.tolist() == [[1, 3], [2, 3], [3, 3]]
    assert made.lengths.tolist() == [3, 1]
    assert made.trace.lengths.tolist() == [3, 1]
    assert engine.generate(count, [0], 2, end=3).lengths.tolist() == [2]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"choose": "beam"}, "unknown choice 'beam'"),
        ({"temperature": 0.0}, "temperature: expected a number > 0"),
        ({"steps": 0}, "steps: expected a whole number ≥ 1"),
        ({"first": np.zeros((1, 1, 3))}, "first: expected ids"),
    ],
)
def test_impossible_generations_are_refused_in_words(changed, words):
    given = {"first": [0], "steps": 3} | changed
    with pytest.raises(ValueError, match=words):
        engine.generate(make_problem(ids=True).network, **given)


def test_networks_that_cannot_hear_themselves_are_refused():
    with pytest.raises(ValueError, match="outputs: expected 3, as many as can be fed back"):
        engine.generate(make_problem(outputs=2).network, [0], 3)
    with pytest.raises(ValueError, match="comes too early"):
        engine.generate(make_problem(bidirectional=True).network, [0], 3)


def make_pair(cell, layers=1, seed=0, vocabulary=0, loss="softmax_cross_entropy"):
    one = make_problem(cell=cell, layers=layers, seed=seed, inputs=2, batch=3, steps=4)
    other = make_problem(
        cell=cell, layers=layers, seed=seed + 1, inputs=3 if not vocabulary else 2,
        outputs=vocabulary or 3, vocabulary=vocabulary, loss=loss, ids=loss != "mse", batch=3,
        steps=5, peepholes=True,
    )  # fmt: skip
    return engine.EncoderDecoder(one.network, other.network), one, other


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    cell=st.sampled_from(CELLS),
    layers=st.integers(1, 2),
    seed=st.integers(0, 2**31),
    vocabulary=st.sampled_from([0, 4]),
    padded=st.booleans(),
    end=st.sampled_from([None, 1]),
)
def test_gradients_through_the_handed_over_state_agree_with_complex_step(
    cell, layers, seed, vocabulary, padded, end
):
    pair, one, other = make_pair(cell, layers, seed, vocabulary)
    rng = np.random.default_rng(seed)
    given = {"start": 0, "end": end, "reduction": "mean"}
    if padded:
        given["source_lengths"] = rng.integers(1, 5, 3)
        given["target_lengths"] = rng.integers(1, 6, 3)

    def run(pair=pair, a0=one.a0, c0=one.c0):
        return pair.forward(one.x, other.objective.targets, a0=a0, c0=c0, **given)

    back = run().backward()
    wide = engine.EncoderDecoder(*(n.astype(np.complex128) for n in (pair.encoder, pair.decoder)))
    for which in ("encoder", "decoder"):
        network = getattr(wide, which)

        def loss(name, array, network=network, which=which):
            changed = {which: network.replace(**{name: array})}
            parts = {"encoder": wide.encoder, "decoder": wide.decoder} | changed
            return run(engine.EncoderDecoder(**parts)).decoder.loss_k.sum()

        real = getattr(pair, which).parameters
        names = [n for n in real if which == "decoder" or n not in ("W_ya", "b_y")]
        want = {n: complex_step(None, real[n], lambda p, n=n: loss(n, p)) for n in names}
        got = dict(getattr(back, which).gradients)
        assert_gradients_agree({n: got[n] for n in names}, want)
    want = complex_step(None, one.a0, lambda a0: run(wide, a0=a0).decoder.loss_k.sum())
    assert relative_error(back.encoder.da0, want) < 1e-9
    trace = run()
    every = [trace.source_gradients(k) for k in range(1, trace.decoder.steps + 1)]
    assert relative_error(sum(read for read, _ in every), back.encoder.da) < 1e-11
    assert relative_error(sum(said for _, said in every), back.decoder.da) < 1e-11
    if cell == "lstm":
        read, said = trace.source_gradients(1, "c")
        assert read.shape == back.encoder.dc.shape
        assert said.shape == back.decoder.dc.shape


def test_the_decoder_starts_where_the_encoder_stopped():
    pair, one, other = make_pair("lstm")
    lengths = [4, 1, 2]
    trace = pair.forward(one.x, other.objective.targets, start=2, end=1, source_lengths=lengths)
    for b, n in enumerate(lengths):
        assert np.array_equal(trace.decoder.a[:, 0, b], trace.encoder.a[:, n, b])
        assert np.array_equal(trace.decoder.c[:, 0, b], trace.encoder.c[:, n, b])
    assert (trace.decoder.x[0] == 2).all()
    assert (trace.decoder.objective.targets[-1] == 1).all()
    assert trace.loss == trace.decoder.loss
    assert trace.encoder.loss == 0.0


def test_values_can_be_said_too():
    pair, one, other = make_pair("gru", loss="mse")
    trace = pair.forward(one.x, other.objective.targets, start=np.zeros(3), loss="mse")
    assert np.array_equal(trace.decoder.x[1:], other.objective.targets[:-1])
    assert trace.backward().encoder.da.any()


def test_a_pair_learns_to_repeat_and_decodes_it():
    """Two tokens are read and said again in the other order: 0 is the start, 1 the end."""
    rng = np.random.default_rng(0)
    source = rng.integers(2, 5, (2, 30))
    pair = engine.EncoderDecoder(
        engine.create_network(engine.Architecture(5, 12, 0, "gru"), seed=0),
        engine.create_network(engine.Architecture(5, 12, 5, "gru"), seed=1),
    )
    for _ in range(120):
        back = pair.forward(source, source[::-1], start=0, end=1).backward()
        pair = engine.EncoderDecoder(
            engine.sgd_step(pair.encoder, back.encoder.gradients, 0.5),
            engine.sgd_step(pair.decoder, back.decoder.gradients, 0.5),
        )
    made = pair.decode(source, 6, start=0, end=1)
    assert np.array_equal(made.said[:2], source[::-1])
    assert (made.said[2] == 1).all()
    assert (made.lengths == 3).all()


def test_pairs_that_do_not_fit_are_refused_in_words():
    one = make_problem(cell="gru").network
    for other, words in (
        (make_problem(cell="lstm").network, "decoder's cell: expected 'gru'"),
        (make_problem(cell="gru", units=5).network, "decoder's units: expected 4"),
        (make_problem(cell="gru", layers=2).network, "decoder's layers: expected 1"),
        (make_problem(cell="gru", bidirectional=True).network, "in one direction"),
        (one.astype(np.float32), "decoder: expected float64 as the encoder, found float32"),
    ):
        with pytest.raises(ValueError, match=words):
            engine.EncoderDecoder(one, other)
    pair, source, other = make_pair("gru")
    targets = other.objective.targets
    with pytest.raises(ValueError, match=r"target_lengths: expected \(3,\) of 0…5"):
        pair.forward(source.x, targets, start=0, end=1, target_lengths=[9, 1, 1])
    with pytest.raises(ValueError, match="targets before an end token"):
        pair.forward(source.x, targets * 1.0, start=0, end=1)


def test_last_states_take_gradients_only_where_they_fit():
    trace = make_problem(cell="gru").trace()
    with pytest.raises(ValueError, match=r"da_final: expected float \(1, 2, 4\)"):
        engine.backward(trace, da_final=np.zeros((2, 4)))
    with pytest.raises(ValueError, match="dc_final: the cell gru has no cell state"):
        engine.backward(trace, dc_final=np.zeros((1, 2, 4)))
    silent = engine.forward(
        engine.create_network(engine.Architecture(3, 4, 0)), np.zeros((2, 1, 3), np.float32)
    )
    assert silent.y.shape == (2, 1, 0)
    with pytest.raises(ValueError, match=r"no read-out \(outputs 0\)"):
        engine.forward(silent.network, silent.x, engine.Objective("mse", np.zeros((2, 1, 0))))
