"""The five modes as films: what is paid and fed, and that the numbers are the engine's own."""

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.data import DEFAULT_SENTENCE, MODES, in_mode, make_task, sequence_from_text, why_not
from rnnviz.engine import Objective, backward, forward
from rnnviz.film import Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.film.measures import SOURCE_NORMS
from rnnviz.film.records import parameters, replaced
from rnnviz.film.splices import network_at
from tests.frames import series

CELLS = ("rnn", "gru", "gru_reset_before", "lstm")


def make_run(mode="synced", text=DEFAULT_SENTENCE, **settings):
    sequence = series(text) if isinstance(text, int) else sequence_from_text(text)
    run = start_run(make_task(sequence), Settings(units=5, **settings))
    return run.in_mode(mode)


def frame_of(run, position=0.0, **playhead):
    passing = compute_pass(run, 0, playhead.get("source", 0))
    return resolve(run, Playhead(position=position, **playhead), passing)


def total_loss(run, model):
    """The run's loss had it this model; its inputs stay what they were."""
    from rnnviz.film.passes import run_forward

    return run_forward(model, compute_pass(run, 0, 0).task).loss


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("text", [DEFAULT_SENTENCE, 7])
def test_gradients_are_those_of_the_loss_that_is_shown(mode, cell, text):
    run = make_run(mode, text, cell=cell, layers=2)
    passing = compute_pass(run, 0, 0)
    model, rng = run.networks[0], np.random.default_rng(0)
    named = parameters(model)
    assert set(passing.backward.gradients) == set(named)
    for name, values in named.items():
        if not values.size:
            continue
        direction = rng.standard_normal(values.shape)
        step = 1e-6
        up = replaced(model, {**named, name: values + step * direction})
        down = replaced(model, {**named, name: values - step * direction})
        numeric = (total_loss(run, up) - total_loss(run, down)) / (2 * step)
        exact = float((passing.backward.gradients[name] * direction).sum())
        assert exact == pytest.approx(numeric, rel=2e-6, abs=2e-7), name


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cell", CELLS)
def test_the_gradients_of_single_losses_add_up(mode, cell):
    run = make_run(mode, cell=cell)
    whole = compute_pass(run, 0, 0)
    steps = [k for k in range(1, whole.task.steps + 1) if whole.task.mask[k - 1, 0]]
    alone = [compute_pass(run, 0, k, whole).alone.da for k in steps]
    np.testing.assert_allclose(np.sum(alone, axis=0), whole.backward.da, rtol=1e-12, atol=1e-14)
    for k, da in zip(steps, alone, strict=True):
        norms = SOURCE_NORMS(compute_pass(run, 0, k, whole))
        with np.errstate(divide="ignore"):
            np.testing.assert_allclose(
                norms[0], np.log(np.linalg.norm(da[0, :, 0], axis=-1)), rtol=1e-9
            )


def test_losses_move_with_the_mode():
    paying = {
        mode: [t for t in range(1, 11) if t <= len(f.task.mask) and f.pays(t)]
        for mode in MODES
        for f in [frame_of(make_run(mode))]
    }
    assert paying["synced"] == paying["one_to_many"] == paying["one_to_one"] == list(range(1, 10))
    assert paying["many_to_one"] == [9]
    assert paying["encoder_decoder"] == [6, 7, 8, 9, 10]


@pytest.mark.parametrize("mode", MODES)
def test_the_network_stays_the_same(mode):
    run = make_run()
    # Only made from a seed, an encoder and its decoder are two (see test_comparison).
    run = run.updated(run.update(compute_pass(run, 0, 0).backward.gradients, 0))
    changed = run.in_mode(mode)
    for before, after in zip(run.networks, changed.networks, strict=True):
        for name, values in parameters(after).items():
            np.testing.assert_array_equal(values, before.parameters[name.split(".")[-1]])
    back = changed.in_mode("synced")
    assert back.task is run.task
    np.testing.assert_array_equal(compute_pass(back, 0, 0).trace.a, compute_pass(run, 0, 0).trace.a)


@pytest.mark.parametrize("cell", CELLS)
def test_without_recurrence_every_step_is_a_sequence_of_its_own(cell):
    run = make_run("one_to_one", cell=cell)
    passing, task, network = compute_pass(run, 0, 0), run.task, run.networks[0]
    for t in range(task.steps):
        one = slice(t, t + 1)
        alone = forward(network, task.x[one], Objective(task.loss, task.targets[one]))
        np.testing.assert_array_equal(passing.trace.a[:, t + 1], alone.a[:, 1])
        np.testing.assert_allclose(passing.trace.loss_k[t], alone.loss, rtol=1e-14)
        back = backward(alone)
        np.testing.assert_allclose(passing.backward.da[:, t], back.da[:, 0], rtol=1e-13)
    assert passing.trace.loss == pytest.approx(passing.trace.loss_k.sum(), rel=1e-14)
    frame = frame_of(run, source=9)
    assert np.isneginf(frame.log10_norms[:8]).all()
    assert np.isfinite(frame.log10_norms[8])
    assert not frame.forward_terms(4).recurrent.any()


@pytest.mark.parametrize("cell", CELLS)
def test_the_decoder_begins_where_the_encoder_ends(cell):
    run = make_run("encoder_decoder", cell=cell)
    passing, s = compute_pass(run, 0, 0), run.task.source_steps
    pair = run.networks[0]
    read = forward(pair.encoder, run.task.x[:s])
    c0 = None if read.c is None else read.c[:, -1]
    given = np.ones((run.steps - s, 1), bool)
    given[0] = False
    objective = Objective(run.task.loss, run.task.targets[s:])
    said = forward(pair.decoder, run.task.x[s:], objective, a0=read.a[:, -1], c0=c0, inputs=given)
    np.testing.assert_array_equal(passing.trace.a[:, 1 : s + 1], read.a[:, 1:])
    np.testing.assert_array_equal(passing.trace.a[:, s + 1 :], said.a[:, 1:])
    assert network_at(passing.trace, s) is pair.encoder
    assert network_at(passing.trace, s + 1) is pair.decoder
    assert passing.trace.loss == said.loss
    frame = frame_of(run)
    assert not frame.answers(s)
    assert frame.outputs(s, 3) == ()
    assert len(frame.outputs(s + 1, 3)) == 3


def test_own_answers_are_what_is_fed_and_what_is_said():
    from dataclasses import replace

    run = make_run("one_to_many", cell="gru", gain=1.5)
    run = run.with_task(replace(run.task, own=True, end=None))
    passing = compute_pass(run, 0, 0)
    said = passing.trace.y[:, 0].argmax(axis=-1)
    fed = np.minimum(said[:-1], run.task.inputs - 1)
    expected = run.task.feed[said[:-1]]
    np.testing.assert_array_equal(passing.task.x[1:, 0], expected)
    assert fed.shape == expected.shape
    labels = [run.task.output_names[i] for i in said[:-1]]
    assert list(passing.task.sequence.tokens[1:]) == labels
    # The same pass again, from what was fed: the engine's numbers in one go.
    again = forward(run.networks[0], passing.task.x, Objective(run.task.loss, run.task.targets))
    np.testing.assert_allclose(passing.trace.y, again.y, rtol=1e-12)


def test_a_sequence_that_ends_itself_is_shorter():
    from dataclasses import replace

    run = make_run("one_to_many")
    said = compute_pass(run.with_task(replace(run.task, own=True, end=None)), 0, 0)
    first = int(said.trace.y[2, 0].argmax())
    ending = run.with_task(replace(run.task, own=True, end=first))
    frame = frame_of(ending, position=100.0)
    assert frame.steps <= 3
    assert frame.playhead.position == frame.timeline.end
    assert int(frame.passing.trace.y[-1, 0].argmax()) == first


def test_sampling_follows_the_temperature_and_the_seed():
    from dataclasses import replace

    base = make_run("one_to_many")
    own = replace(base.task, own=True, end=None)

    def labels(temperature, seed):
        run = base.with_task(own.with_temperature(temperature, seed))
        return compute_pass(run, 0, 0).task.sequence.tokens

    assert labels(1.0, 1) == labels(1.0, 1)
    assert len({labels(1.0, seed) for seed in range(8)}) > 4
    assert len({labels(0.0, seed) for seed in range(8)}) == 1
    assert labels(1e-9, 3) == labels(0.0, 0)


def test_reasons_are_given():
    task = in_mode(make_task(sequence_from_text("one")), "synced")
    assert why_not(task, "encoder_decoder")
    assert not why_not(task, "many_to_one")
    with pytest.raises(ValueError, match="encoder"):
        in_mode(task, "encoder_decoder")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cell", CELLS)
def test_the_numeric_check_passes_and_would_not_pass_a_wrong_gradient(mode, cell):
    from dataclasses import replace

    from rnnviz.film.passes import check_pass

    passing = compute_pass(make_run(mode, cell=cell), 0, 0)
    check = check_pass(passing)
    assert check.passed, (check.worst, check.error)
    assert set(check.errors) == {
        name for name, array in passing.backward.gradients.items() if array.size
    }
    if mode in ("one_to_one", "encoder_decoder"):
        wrong = {name: 1.01 * array for name, array in passing.backward.gradients.items()}
        bent = replace(passing, backward=replace(passing.backward, gradients=wrong))
        assert not check_pass(bent).passed


def test_logits_too_large_for_exp_are_paid_for_without_a_warning():
    run = start_run(in_mode(make_task(sequence_from_text("a b c d")), "one_to_one"))
    network = run.networks[0]
    loud = network.replace(W_ya=1e6 * network.parameters["W_ya"])
    passing = compute_pass(replace(run, networks=(loud,)), 0, 0)
    y, targets = passing.trace.y[:, 0], passing.task.targets[:, 0]
    assert np.abs(y).max() > 1e3
    expected = y.max(axis=1) - y[np.arange(len(y)), targets]  # ln Σ exp is the largest, there
    paid = passing.task.mask[:, 0]
    np.testing.assert_allclose(passing.trace.loss_k[paid], expected[paid], rtol=1e-9, atol=1e-6)


def test_the_direct_path_of_an_encoder_and_its_decoder_is_the_product_of_both_forget_gates():
    """From the source's step back through the decoder's gates and then the encoder's."""
    run = make_run("encoder_decoder", cell="lstm", layers=2)
    first = run.task.source_steps
    for source in (0, first + 2):
        passing = compute_pass(run, 0, source)
        gates = passing.trace.gates["f"][:, :, 0].astype(np.float64)
        k = passing.source
        frame = resolve(run, Playhead(source=source, layer=1), passing)
        path, norms = frame.source_path, frame.norms_of(summed=False)
        for t in range(1, run.task.steps + 1):
            if t > k:
                assert path[t - 1] == -np.inf
                continue
            passed = gates[1, t:k]  # f of steps t + 1 … k
            geometric = np.log10(passed).sum(axis=0).mean()
            assert path[t - 1] == pytest.approx(norms[k - 1] + geometric, abs=1e-6)
        assert path[first - 1] - path[first] == pytest.approx(np.log10(gates[1, first]).mean())


def test_another_activation_keeps_the_weights_of_both_sides():
    run = start_run(make_task(sequence_from_text("a b c d")), Settings(units=3))
    run = run.in_mode("encoder_decoder")
    found = run.as_meant("relu", "rnn", 0)
    before, after = parameters(run.networks[0]), parameters(found.networks[0])
    assert list(before) == list(after)
    assert all((before[name] == after[name]).all() for name in before)
    assert found.settings.activation == found.architecture.activation == "relu"
    assert (found.networks[0].encoder is found.networks[0].decoder) == (
        run.networks[0].encoder is run.networks[0].decoder
    )
    assert float(compute_pass(found, 0, 0).trace.a.min()) >= 0.0


def test_weights_of_one_gru_may_be_those_of_the_other():
    task = make_task(sequence_from_text("a b c d"))
    run = start_run(task, Settings(units=3, cell="gru"))
    other = run.as_meant("tanh", "gru_reset_before", 0)
    assert other.settings.cell == other.architecture.cell == "gru_reset_before"
    back = other.as_meant("tanh", "gru", 0)
    assert back.architecture == run.architecture
    for name, array in parameters(run.networks[0]).items():
        assert (parameters(back.networks[0])[name] == array).all()
    with pytest.raises(ValueError, match="the weights are those of the cell GRU, reset after"):
        run.as_meant("tanh", "lstm", 0)
    alone = start_run(task, Settings(units=3, cell="gru_reset_before"))
    assert not parameters(alone.as_meant("tanh", "gru", 0).networks[0])["b_aa_l0"].any()


def test_one_step_is_no_encoder_and_decoder_and_that_is_the_reason():
    assert "there is one step" in why_not(make_task(sequence_from_text("cat")), "encoder_decoder")
