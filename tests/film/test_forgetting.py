"""Another input at a step: the difference is that of two real runs, in every mode and cell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.data import MODES, make_task, sequence_from_text
from rnnviz.engine.probes import forgetting_probe, memory_half_life
from rnnviz.film import Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.film.forgetting import changed_step, under_way
from rnnviz.film.measures import FORGETTING, HALF_LIVES
from tests.frames import make_frame

CELLS = ["rnn", "gru", "lstm"]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("step", [1, 3, 9])
def test_it_is_the_engines_probe(cell: str, step: int) -> None:
    frame = make_frame(cell=cell, units=5, layers=2)
    found = FORGETTING(frame.passing, step)
    assert found is not None and (found.step, found.last) == (step, 9)
    task = frame.task
    other = (int(task.x[step - 1, 0]) + 1) % task.inputs
    probe = forgetting_probe(frame.network, task.x, other, step=step)
    expected = probe.log_da[:, step - 1 :] / np.log(10.0)
    np.testing.assert_allclose(found.log10, expected, rtol=0, atol=1e-9)
    assert task.vocabulary is not None
    assert (found.was, found.instead) == (frame.token(step), task.vocabulary.labels[other])


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_has_it_or_has_no_input_there(mode: str) -> None:
    run = start_run(make_task(sequence_from_text("one two three four five")), Settings(units=4))
    run = run.in_mode(mode)
    passing = compute_pass(run, 0, 0)
    for step in range(1, passing.task.steps + 1):
        found = FORGETTING(passing, step)
        silent = passing.task.silent
        if silent is not None and silent[step - 1]:
            assert found is None
            continue
        assert found is not None and np.isfinite(found.log10[0, 0])
        if mode == "one_to_one":
            assert np.isneginf(found.log10[0, 1:]).all()
        else:
            assert np.isfinite(found.log10[0]).all()


def test_a_series_moves_by_a_standard_deviation() -> None:
    frame = make_frame(40, units=5)
    found, values = FORGETTING(frame.passing, 7), frame.task.sequence.values
    assert found is not None and values is not None and frame.task.deviation is not None
    assert found.was == values[6, 0]
    assert found.instead == values[6, 0] + frame.task.deviation[0]
    probe = forgetting_probe(frame.network, frame.task.x, frame.task.x[6] + 1.0, step=7)
    np.testing.assert_allclose(found.log10, probe.log_da[:, 6:] / np.log(10.0), atol=1e-9)


def test_the_changed_step_is_where_the_film_stands() -> None:
    frame = make_frame()
    for position, step in (
        (0.0, 1),
        (2.0, 2),
        (2.5, 3),
        (9.0, 9),
        (10.0, 9),
        (17.0, 2),
        (17.2, 1),
        (19.0, 1),
    ):
        at = frame.branches.at(replace(frame.playhead, position=position))
        assert changed_step(under_way(at), 9) == step, position


def test_a_pass_that_ended_itself_counts_its_own_steps_back() -> None:
    """A caption's pass has fewer steps than its task may have: the last backward step is 1."""
    frame = make_frame("a b c d e f g")
    found = FORGETTING(frame.passing, 14)
    assert found is not None and found.step == changed_step(14, 7) == 1


@pytest.mark.parametrize("cell", CELLS)
def test_half_lives_are_the_engines(cell: str) -> None:
    frame = make_frame(cell=cell, units=5)
    np.testing.assert_array_equal(
        HALF_LIVES(frame.passing, 0), memory_half_life(frame.passing.trace)
    )
    run = frame.run.in_mode("encoder_decoder")
    pair = resolve(run, Playhead(), compute_pass(run, 0, 0))
    assert HALF_LIVES(pair.passing, 0) is None
