"""The classic tasks: what they ask, and that the engine learns them to the literature's level."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz import engine
from rnnviz.engine.classics import (
    ADDING_BASELINE,
    adding_problem,
    copying_baseline,
    copying_memory,
    echo,
    parity,
)
from rnnviz.engine.clipping import Clipping
from rnnviz.engine.optimizers import Adam
from rnnviz.engine.training import Constant, Training


@given(st.integers(0, 99), st.integers(2, 30))
def test_the_adding_problem(update, steps):
    batch = adding_problem(update, steps=steps, batch=5)
    values, marks = batch.x[..., 0], batch.x[..., 1]
    assert set(np.unique(marks)) <= {0.0, 1.0}
    half = steps // 2
    assert (marks[:half].sum(axis=0) == 1).all()
    assert (marks[half:].sum(axis=0) == 1).all()
    assert ((values >= 0) & (values < 1)).all()
    sums = [values[marks[:, b] == 1, b].sum() for b in range(5)]
    assert batch.objective.targets[-1, :, 0] == pytest.approx(sums)
    assert not batch.objective.paying()[:-1].any()
    assert batch.objective.paying()[-1].all()


def test_to_answer_one_costs_a_sixth():
    targets = adding_problem(0, batch=20_000).objective.targets[-1]
    assert ((targets - 1.0) ** 2).mean() == pytest.approx(ADDING_BASELINE, rel=0.03)


@given(st.integers(0, 99), st.integers(1, 5), st.integers(1, 4), st.integers(1, 6))
def test_copying_memory(update, symbols, length, delay):
    batch = copying_memory(update, symbols=symbols, length=length, delay=delay, batch=3)
    x, targets = batch.x, batch.objective.targets
    assert x.shape == targets.shape == (delay + 2 * length, 3)
    assert np.array_equal(targets[-length:], x[:length])
    assert (x[:length] < symbols).all()
    assert (targets[:-length] == symbols).all()
    sign = length + delay - 1  # the answer begins with the step after it
    assert (x[sign] == symbols + 1).all()
    assert sign + 1 == len(x) - length
    assert (np.delete(x[length:], delay - 1, axis=0) == symbols).all()


@given(st.integers(0, 99), st.integers(1, 20))
def test_parity(update, steps):
    batch = parity(update, steps=steps, batch=3)
    odd = np.zeros(3, int)
    for bits, target in zip(batch.x, batch.objective.targets, strict=True):
        odd ^= bits
        assert np.array_equal(target, odd)


@given(st.integers(0, 99), st.integers(1, 12), st.integers(0, 11))
def test_echo(update, steps, delay):
    if delay >= steps:
        with pytest.raises(ValueError, match="delay: expected 0"):
            echo(update, steps=steps, delay=delay)
        return
    batch = echo(update, steps=steps, delay=delay, batch=3)
    paying = batch.objective.paying()
    for t in range(steps):
        assert paying[t].all() == paying[t].any() == (t >= delay)
        if t >= delay:
            assert np.array_equal(batch.objective.targets[t], batch.x[t - delay])


@pytest.mark.parametrize("task", [adding_problem, copying_memory, parity, echo])
def test_a_batch_depends_on_seed_and_number_alone(task):
    assert np.array_equal(task(3, seed=1).x, task(3, seed=1).x)
    assert not np.array_equal(task(3, seed=1).x, task(4, seed=1).x)
    assert not np.array_equal(task(3, seed=1).x, task(3, seed=2).x)


def learned(architecture, task, updates, rate, **initial):
    """Snapshots of Adam with clipping from one seed; every hundredth."""
    network = engine.create_network(architecture, seed=0, **initial)
    training = Training(
        task,
        Adam(),
        Constant(rate),
        Clipping("norm", 1.0),
        validation=task(10**6, batch=500),
    )
    snapshots = training.run(training.begin(network), updates)
    return [training.validated(each) for each in snapshots if each.update % 100 == 0]


@pytest.mark.slow
def test_an_lstm_learns_the_adding_problem_of_50_steps_and_a_tanh_rnn_does_not():
    task = partial(adding_problem, steps=50)
    lstm = learned(engine.Architecture(2, 32, 1, cell="lstm"), task, 1000, 0.01)
    assert lstm[-1].validation_loss < 0.002
    rnn = learned(engine.Architecture(2, 32, 1), task, 1000, 0.01, recurrent="xavier")
    assert min(s.validation_loss for s in rnn) > 0.9 * ADDING_BASELINE


@pytest.mark.slow
def test_a_gru_learns_to_copy_five_symbols_over_ten_blanks():
    snapshots = learned(engine.Architecture(6, 48, 5, cell="gru"), copying_memory, 1600, 0.01)
    assert min(s.validation_loss for s in snapshots) < 0.02 * copying_baseline()


@pytest.mark.slow
def test_an_lstm_learns_parity_and_keeps_it_up_far_beyond_the_trained_length():
    last = learned(engine.Architecture(2, 16, 2, cell="lstm"), parity, 800, 0.02)[-1]
    assert last.validation_loss < 0.01 * np.log(2)
    batch = parity(10**6 + 1, steps=200, batch=100)
    y = batch.run(last.network).y
    assert (y.argmax(axis=2) == batch.objective.targets).mean() > 0.999


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["rnn", "gru_reset_before"])
def test_echo_is_learned_to_the_last_bit(cell):
    last = learned(engine.Architecture(2, 16, 2, cell=cell), echo, 600, 0.01)[-1]
    batch = echo(10**6 + 1, steps=100, batch=100)
    right = batch.run(last.network).y.argmax(axis=2) == batch.objective.targets
    assert right[batch.objective.paying()].mean() == 1.0
