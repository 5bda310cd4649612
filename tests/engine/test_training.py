import math

import numpy as np
import pytest

from rnnviz import engine
from rnnviz.engine.clipping import Clipping
from rnnviz.engine.optimizers import OPTIMIZERS, SGD, Adam
from rnnviz.engine.training import Batch, Constant, Cosine, DivergenceError, PairBatch, Training

NETWORK = engine.create_network(engine.Architecture(3, 6, 3), seed=1, dtype=np.float32)


def counting(update):
    """Batches of 0 1 2 0 1 2 … that begin anywhere, another one for every update."""
    first = np.random.default_rng([5, update]).integers(0, 3, 4)
    ids = (np.arange(8)[:, None] + first) % 3
    return Batch(ids[:-1], engine.Objective("softmax_cross_entropy", ids[1:], None, "mean"))


def make(**changes):
    settings = {
        "batches": counting,
        "schedule": Constant(0.05),
        "validation": counting(10**6),
        **changes,
    }
    return Training(**settings)


def test_training_learns_and_reports_what_it_did():
    training = make(clipping=Clipping("norm", 0.05))
    start = training.begin(NETWORK)
    assert (start.update, start.network) == (0, NETWORK)
    assert math.isnan(start.loss)
    snapshots = list(training.run(start, 60))
    assert [s.update for s in snapshots] == list(range(1, 61))
    first, last = snapshots[0], snapshots[-1]
    batch = counting(0)
    backward = engine.backward(engine.forward(NETWORK, batch.x, batch.objective))
    assert first.loss == backward.trace.loss
    assert np.array_equal(first.log_step_norms, backward.log_norm_da)
    second = counting(1)
    assert snapshots[1].loss == engine.forward(first.network, second.x, second.objective).loss
    for name, g in backward.gradients.items():
        assert first.clipping.parameter_norms[name] == pytest.approx(np.linalg.norm(g), rel=1e-6)
    assert first.clipping.clipped
    assert first.clipping.norm_after == pytest.approx(0.05, rel=1e-4)
    held_out = training.validation
    trace = engine.forward(last.network, held_out.x, held_out.objective)
    assert last.validation_loss is None
    assert training.validated(last).validation_loss == trace.loss
    assert trace.loss < 0.3 * start.validation_loss


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
def test_training_taken_up_from_any_snapshot_gives_the_same_numbers_bit_by_bit(name):
    training = make(optimizer=OPTIMIZERS[name], schedule=Cosine(0.05, 12))
    whole = list(training.run(training.begin(NETWORK), 12))
    for at in (0, 5):
        again = list(make(optimizer=OPTIMIZERS[name], schedule=Cosine(0.05, 12)).run(whole[at], 3))
        for one, other in zip(whole[at + 1 :], again, strict=False):
            assert one.loss == other.loss
            assert one.clipping == other.clipping
            for n, p in one.network.parameters.items():
                assert p.tobytes() == other.network.parameters[n].tobytes()


def test_a_snapshot_is_validated_once_and_only_where_there_is_a_batch():
    training = make()
    start = training.begin(NETWORK)
    assert training.validated(start) is start
    blind = make(validation=None)
    assert blind.begin(NETWORK).validation_loss is None
    assert blind.validated(blind.begin(NETWORK)).validation_loss is None


@pytest.mark.parametrize("calls", [1, 2, 3, 4, 9])
def test_stopped_at_any_moment_it_leaves_only_complete_updates(calls):
    asked = 0

    def stop():
        nonlocal asked
        asked += 1
        return asked >= calls

    training = make()
    whole = list(training.run(training.begin(NETWORK), 5))
    stopped = list(training.run(training.begin(NETWORK), 5, stop=stop))
    assert asked == calls
    assert len(stopped) == (calls - 1) // 3
    for one, other in zip(stopped, whole, strict=False):
        assert (
            one.network.parameters["W_ya"].tobytes() == other.network.parameters["W_ya"].tobytes()
        )


def test_divergence_of_the_forward_pass_is_caught_with_the_last_good_snapshot():
    """A linear network at a huge rate grows until float32 overflows."""
    network = engine.create_network(engine.Architecture(3, 6, 3, activation="identity"), seed=1)
    x = np.random.default_rng(0).normal(size=(6, 2, 3))
    batch = Batch(x, engine.Objective("mse", np.zeros((6, 2, 3))))
    training = Training(lambda update: batch, SGD(), Constant(30.0))
    seen = []
    with pytest.raises(DivergenceError, match=r"training diverged at update \d+: ") as caught:
        seen.extend(training.run(training.begin(network), 100))
    error = caught.value
    assert error.update == seen[-1].update + 1
    good = error.snapshot
    trace = engine.forward(good.network, batch.x, batch.objective)
    assert trace.exploded_at is None
    assert engine.backward(trace).exploded_at is None
    assert good.update in (seen[-1].update, seen[-1].update - 1)
    calm = Training(lambda update: batch, SGD(), Constant(0.0))
    assert len(list(calm.run(good, 3))) == 3


def test_divergence_of_an_update_names_the_parameter():
    training = make(optimizer=SGD(), schedule=lambda update: 1e39 if update == 2 else 0.1)
    with pytest.raises(DivergenceError, match="update 3: W_ax_l0 is not finite after it") as caught:
        list(training.run(training.begin(NETWORK), 5))
    assert caught.value.snapshot.update == 2


def test_divergence_of_the_gradient_names_the_parameter():
    """Finite forward, but squared errors of 1e30 against weights of 1e30 overflow going back."""
    network = engine.create_network(engine.Architecture(1, 2, 1, activation="identity"))
    network = network.replace(
        W_ax_l0=np.full((2, 1), 1e-15, np.float32), W_ya=np.full((1, 2), 1e33, np.float32)
    )
    batch = Batch(np.ones((1, 1, 1)), engine.Objective("mse", np.zeros((1, 1, 1))))
    training = Training(lambda update: batch, Adam())
    with pytest.raises(DivergenceError, match="update 1: the gradient of W_ax_l0") as caught:
        list(training.run(training.begin(network), 1))
    assert caught.value.snapshot.network is network


def test_truncation_and_padded_batches_are_trained_as_they_are_differentiated():
    rng = np.random.default_rng(3)
    x, targets = rng.normal(size=(9, 3, 2)), rng.normal(size=(9, 3, 1))
    objective = engine.Objective("mse", targets)
    network = engine.create_network(engine.Architecture(2, 4, 1, cell="lstm"), dtype=np.float64)
    whole = Batch(x, objective, c0=rng.normal(size=(1, 3, 4)))
    padded = Batch(x, objective, lengths=np.array([4, 9, 6]))
    cut = engine.Truncation(3)
    for batch, truncation in ((whole, None), (whole, cut), (padded, None)):
        training = Training(
            lambda update, batch=batch: batch, SGD(), Constant(0.1), truncation=truncation
        )
        (after,) = training.run(training.begin(network), 1)
        trace = engine.forward(network, x, objective, c0=batch.c0, lengths=batch.lengths)
        gradients = engine.backward(trace, truncation=truncation).gradients
        want = engine.sgd_step(network, gradients, 0.1)
        assert after.loss == trace.loss
        for name, p in want.parameters.items():
            assert np.array_equal(after.network.parameters[name], p)


def repeating(update):
    """Two tokens to be said in the other order: 0 is the start, 1 the end."""
    source = np.random.default_rng([7, update]).integers(2, 5, (2, 20))
    return PairBatch(source, source[::-1], start=0, end=1, reduction="mean")


def test_an_encoder_decoder_is_trained_as_one():
    pair = engine.EncoderDecoder(
        engine.create_network(engine.Architecture(5, 12, 0, "gru"), seed=0),
        engine.create_network(engine.Architecture(5, 12, 5, "gru"), seed=1),
    )
    training = Training(
        repeating, Adam(), Constant(0.02), Clipping("norm", 0.1), validation=repeating(10**6)
    )
    snapshots = list(training.run(training.begin(pair), 150))
    first, last = snapshots[0], snapshots[-1]
    both = repeating(0).run(pair).backward()
    norms = {f"encoder.{n}": g for n, g in both.encoder.gradients.items()}
    norms |= {f"decoder.{n}": g for n, g in both.decoder.gradients.items()}
    assert set(first.clipping.parameter_norms) == set(norms)
    for name, g in norms.items():
        assert first.clipping.parameter_norms[name] == pytest.approx(np.linalg.norm(g), rel=1e-5)
    assert first.clipping.norm_after == pytest.approx(0.1, rel=1e-4)
    assert first.log_step_norms.shape == (1, 2 + 3)
    assert np.array_equal(first.log_step_norms[:, :2], both.encoder.log_norm_da)
    assert training.validated(last).validation_loss < 0.1
    source = repeating(10**6).source
    assert np.array_equal(last.network.decode(source, 6, start=0, end=1).said[:2], source[::-1])
    again = list(training.run(snapshots[99], 50))
    assert again[-1].loss == last.loss
    for name, p in last.network.encoder.parameters.items():
        assert np.array_equal(again[-1].network.encoder.parameters[name], p)
    cut = Training(repeating, SGD(), Constant(0.1), truncation=engine.Truncation(2))
    after = next(cut.run(cut.begin(pair), 1))  # a window ends with the encoder: it gets nothing
    gradients = repeating(0).run(pair).backward(engine.Truncation(2)).decoder.gradients
    for name, p in pair.decoder.parameters.items():
        moved = after.network.decoder.parameters[name]
        assert np.allclose(moved, p - 0.1 * gradients[name], atol=1e-7)
    for name, p in pair.encoder.parameters.items():
        assert np.array_equal(after.network.encoder.parameters[name], p)
    broken = engine.EncoderDecoder(
        pair.encoder.replace(W_ax_l0=np.full((36, 5), np.nan, np.float32)), pair.decoder
    )
    with pytest.raises(
        DivergenceError, match="the encoder's forward pass is not finite from step 1"
    ):
        next(training.run(training.begin(broken), 1))
