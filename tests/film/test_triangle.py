"""The triangle of all losses is the engine's, loss by loss, in every mode and for every cell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.data import MODES, make_task, sequence_from_text
from rnnviz.film import Frame, Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.film.cost import MOST_LOSSES, SPAN, cost, size_of
from rnnviz.film.measures import SOURCE_NORMS, TRIANGLE
from rnnviz.film.triangle import stretch_of
from tests.frames import make_frame

TEXT = "one two three four five six"


def triangle(frame: Frame):
    return TRIANGLE(frame.passing, *stretch_of(frame.branches))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_every_row_is_what_following_that_loss_alone_finds(mode: str, cell: str) -> None:
    made = Settings(units=4, layers=2, cell=cell)
    run = start_run(make_task(sequence_from_text(TEXT)), made).in_mode(mode)
    frame = resolve(run, Playhead(), compute_pass(run, 0, 0))
    found = triangle(frame)
    assert found.sources.tolist() == [t for t in range(1, frame.steps + 1) if frame.pays(t)]
    assert not found.left_out
    for row, k in zip(found.log10, found.sources.tolist(), strict=True):
        alone = SOURCE_NORMS(compute_pass(run, 0, k)) / np.log(10.0)
        np.testing.assert_array_equal(np.isneginf(row), np.isneginf(alone))
        np.testing.assert_allclose(row, alone, rtol=0, atol=1e-9)
        assert np.isneginf(row[:, k:]).all() and np.isfinite(row[:, k - 1]).all()


def test_a_long_sequence_has_some_losses_of_the_stretch_that_is_looked_at() -> None:
    frame = make_frame(2 * SPAN + 500, units=3)
    frame = replace(frame, branches=frame.branches.at(replace(frame.playhead, position=SPAN + 7.0)))
    found = triangle(frame)
    assert (found.first, found.last) == (SPAN + 1, 2 * SPAN)
    assert len(found.sources) == MOST_LOSSES and found.left_out == SPAN - MOST_LOSSES
    assert found.log10.shape == (MOST_LOSSES, 1, SPAN)
    k = int(found.sources[100])
    alone = SOURCE_NORMS(compute_pass(frame.run, 0, k))[0, SPAN : 2 * SPAN] / np.log(10.0)
    np.testing.assert_allclose(found.log10[100, 0], alone, rtol=0, atol=1e-6)


def test_at_a_place_on_the_way_back_the_stretch_is_that_of_its_step() -> None:
    frame = make_frame(2 * SPAN + 500, units=3)
    for position, first in ((0.0, 1), (SPAN + 0.5, SPAN + 1), (2 * frame.steps - 3.0, 1)):
        branches = frame.branches.at(replace(frame.playhead, position=position))
        assert stretch_of(branches)[0] == first, position
    end = frame.branches.at(replace(frame.playhead, position=frame.steps + 1.0))
    assert stretch_of(end) == (2 * SPAN + 1, 2 * SPAN + 500)


def test_what_it_costs_grows_with_losses_and_steps() -> None:
    def price(steps: int, **settings: object):
        frame = make_frame(steps, **settings)
        return cost(size_of(frame.task, frame.run.architecture), "triangle")

    assert price(9).quick
    assert price(300, units=64).seconds > price(300, units=8).seconds > price(60, units=8).seconds
    assert price(300).bytes == 300 * 300 * 8
    assert not price(1900, units=32).quick


def test_where_no_step_pays_a_loss_there_is_no_row() -> None:
    run = make_frame(TEXT).run
    task = replace(run.task, mask=np.zeros_like(run.task.mask))
    found = TRIANGLE(compute_pass(replace(run, task=task), 0, 0), 1, 6)
    assert found.log10.shape == (0, 1, 6) and not len(found.sources)
