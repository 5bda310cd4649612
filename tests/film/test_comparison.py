"""Other cells beside a pass: each is what a run with that cell is by itself."""

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.data import in_mode, make_task, sequence_from_text
from rnnviz.files.errors import Cancelled
from rnnviz.film import (
    Playhead,
    Settings,
    compute_pass,
    gradient_reading,
    ratio,
    resolve,
    start_run,
    why_not_compared,
)
from rnnviz.film.comparison import beside, updates_to_make
from rnnviz.film.measures import CURVE, OTHERS
from rnnviz.film.settings import GIVEN

TEXT = "the cat saw the dog and the dog saw the cat"


def run_with(mode="synced", text=TEXT, **settings):
    task = in_mode(make_task(sequence_from_text(text)), mode)
    return start_run(task, Settings(**{"units": 5, "learning_rate": 0.05, **settings}))


def updated(run, times):
    for s in range(times):
        run = run.updated(run.update(compute_pass(run, s, 0).backward.gradients, s))
    return run


def alone(run, cell, snapshot, source):
    """The pass of a run that was begun with that cell, and knows of no other."""
    other = start_run(run.task, replace(run.settings, cell=cell, learning_rate=run.learning_rate))
    return compute_pass(updated(other, snapshot), snapshot, source)


@pytest.mark.parametrize("cell", ["rnn", "gru", "gru_reset_before", "lstm"])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("snapshot", [0, 1, 3])
def test_the_others_are_what_they_are_by_themselves(cell, layers, snapshot):
    run = updated(run_with(cell=cell, layers=layers, optimizer="momentum"), snapshot)
    passing = compute_pass(run, snapshot, 7)
    others = OTHERS(passing, beside(run), snapshot)
    own = "gru" if cell.startswith("gru") else cell
    assert [other.cell for other in others] == [c for c in ("rnn", "gru", "lstm") if c != own]
    for other in others:
        expected = alone(run, other.cell, snapshot, 7)
        for layer in range(layers):
            for summed in (False, True):
                found = other.log10_norms(summed=summed, layer=layer)
                assert (
                    found.tolist() == CURVE(expected, "sum" if summed else "source", layer).tolist()
                )


@pytest.mark.parametrize("mode", ["one_to_many", "many_to_one", "encoder_decoder"])
def test_in_other_modes_too(mode):
    run = run_with(mode)
    passing = compute_pass(run, 0, 0)
    others = OTHERS(passing, beside(run), 0)
    for other in others:
        expected = alone(run, other.cell, 0, 0)
        if expected.source == passing.source:
            count = min(expected.task.steps, passing.task.steps)
            found = other.log10_norms(summed=False, layer=0)
            assert len(found) == passing.task.steps
            np.testing.assert_array_equal(found[:count], CURVE(expected, "source", 0)[:count])
            assert np.isnan(found[count:]).all()


def test_the_update_that_was_made_is_not_made_again():
    run = updated(run_with(), 5)
    assert updates_to_make(run, 5) == 5
    OTHERS(compute_pass(run, 3, 0), beside(run), 3)
    assert updates_to_make(run, 3) == 0
    assert updates_to_make(run, 5) == 2
    # Another learning rate is another training.
    faster = run.with_learning_rate(0.5, 5)
    found = OTHERS(compute_pass(faster, 5, 0), beside(faster), 5)[0]
    expected = CURVE(alone(faster, "gru", 5, 0), "source", 0)
    assert found.log10_norms(summed=False, layer=0).tolist() == expected.tolist()


def test_a_network_that_explodes_on_its_way_is_left_out():
    run = run_with(cell="gru", activation="relu", gain=3.0, learning_rate=1e150)
    other = start_run(run.task, replace(run.settings, cell="rnn"))
    other = other.updated(other.update(compute_pass(other, 0, 0).backward.gradients, 0))
    assert compute_pass(other, 1, 0).exploded
    run = updated(run, 1)
    run = run.updated(run.update(compute_pass(run, 1, 0).backward.gradients, 1))
    passing = compute_pass(run, 2, 0)
    others = OTHERS(passing, beside(run), 2)
    assert "rnn" not in [o.cell for o in others]


def test_what_was_trained_or_has_no_recurrence_is_not_compared():
    run = run_with()
    assert not why_not_compared(run)
    given = replace(run, settings=replace(run.settings, recurrent=GIVEN))
    for refused in (given, run_with("one_to_one")):
        assert why_not_compared(refused)
        frame = resolve(refused, Playhead(compared=True), compute_pass(refused, 0, 0))
        assert frame.others == ()


def test_a_comparison_can_be_stopped():
    run = run_with()
    passing, heard = compute_pass(run, 0, 0), []

    def stop_at_half(done):
        heard.append(done)
        return done < 0.5

    with pytest.raises(Cancelled):
        OTHERS.find(passing, stop_at_half, beside(run), 0)
    assert heard == sorted(heard)
    assert 0.5 <= heard[-1] < 1


@pytest.mark.parametrize("summed", [False, True])
def test_a_frame_shows_and_says_them_where_its_playhead_wants_them(summed):
    run = run_with()
    passing = compute_pass(run, 0, 0)
    place = Playhead(position=2.0 * run.steps, summed=summed)
    plain = resolve(run, place, passing)
    assert plain.others == plain.compared_norms == ()
    frame = resolve(run, replace(place, compared=True), passing)
    assert [cell.key for cell, _ in frame.compared_norms] == ["rnn", "gru", "lstm"]
    said, k = gradient_reading(frame), frame.source
    for cell, norms in frame.compared_norms:
        assert f"{ratio(norms[0] - norms[k - 1])} ({cell.name})" in said
