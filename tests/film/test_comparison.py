"""Cells beside a pass: each is a branch, and what a run with that cell is by itself."""

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.data import in_mode, make_task, sequence_from_text
from rnnviz.engine import create_network
from rnnviz.files.errors import Cancelled
from rnnviz.film import (
    Branches,
    Playhead,
    Settings,
    compute_pass,
    gradient_reading,
    ratio,
    resolve,
    start_run,
)
from rnnviz.film.comparison import compare, comparing, is_compared, uncompare, why_not_compared
from rnnviz.film.measures import BESIDE, CURVE
from rnnviz.film.records import parameters
from rnnviz.film.settings import GIVEN
from tests.frames import series

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


def beside(branches, source=0):
    """The pass that is shown, and what is beside it by the cells' keys."""
    passing = compute_pass(branches.run, branches.branch.snapshot, source)
    found = [BESIDE(passing, *arguments) for arguments in BESIDE.arguments(branches)]
    keys = [branch.run.settings.cell for branch in branches.others]
    return passing, dict(zip(keys, found, strict=True))


@pytest.mark.parametrize("cell", ["rnn", "gru", "gru_reset_before", "lstm"])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("snapshot", [0, 1, 3])
def test_the_others_are_what_they_are_by_themselves(cell, layers, snapshot):
    run = updated(run_with(cell=cell, layers=layers, optimizer="momentum"), snapshot)
    branches = compare(Branches.of(run, Playhead(snapshot)))
    assert branches.run is run
    assert branches.names == ("RNN", "GRU", "LSTM")
    assert [branch.place for branch in branches.each] == [0, 1, 2]
    own = "gru" if cell.startswith("gru") else cell
    _, others = beside(branches, 7)
    assert list(others) == [c for c in ("rnn", "gru", "lstm") if c != own]
    for key, other in others.items():
        expected = alone(run, key, snapshot, 7)
        for layer in range(layers):
            for summed in (False, True):
                found = other.log10_norms(summed=summed, layer=layer)
                assert (
                    found.tolist() == CURVE(expected, "sum" if summed else "source", layer).tolist()
                )


@pytest.mark.parametrize("mode", ["one_to_many", "many_to_one", "encoder_decoder"])
def test_in_other_modes_too(mode):
    run = run_with(mode)
    passing, others = beside(compare(Branches.of(run)))
    for key, other in others.items():
        expected = alone(run, key, 0, 0)
        if expected.source == passing.source:
            count = min(expected.task.steps, passing.task.steps)
            found = other.log10_norms(summed=False, layer=0)
            assert len(found) == passing.task.steps
            np.testing.assert_array_equal(found[:count], CURVE(expected, "source", 0)[:count])
            assert np.isnan(found[count:]).all()


def test_updates_cost_and_another_learning_rate_is_another_training():
    run = updated(run_with(), 5)
    costs = [comparing(Branches.of(run, Playhead(s))).seconds for s in (0, 3, 5)]
    assert costs == sorted(costs) and costs[0] < costs[1] < costs[2]
    faster = run.with_learning_rate(0.5, 5)
    _, others = beside(compare(Branches.of(faster, Playhead(5))))
    expected = CURVE(alone(faster, "gru", 5, 0), "source", 0)
    assert others["gru"].log10_norms(summed=False, layer=0).tolist() == expected.tolist()


def test_a_network_that_explodes_on_its_way_stays_where_it_did():
    run = run_with(cell="gru", activation="relu", gain=3.0, learning_rate=1e150)
    other = start_run(run.task, replace(run.settings, cell="rnn"))
    other = other.updated(other.update(compute_pass(other, 0, 0).backward.gradients, 0))
    assert compute_pass(other, 1, 0).exploded
    branches = compare(Branches.of(updated(run, 2), Playhead(2)))
    rnn = branches.each[0]
    assert (rnn.cell, rnn.snapshot, len(rnn.run.networks)) == ("RNN", 1, 2)
    _, others = beside(branches)
    assert others["rnn"].gradients is None


def test_what_was_trained_or_has_no_recurrence_is_not_compared():
    run = run_with()
    assert not why_not_compared(Branches.of(run))
    given = replace(run, settings=replace(run.settings, recurrent=GIVEN))
    assert "trained" in why_not_compared(Branches.of(given))
    single = run_with("one_to_one")
    assert "recurrence" in why_not_compared(Branches.of(single))
    # Nor is anything shown beside it, though there are other branches.
    forked = Branches.of(single).forked()
    assert resolve(single, Playhead(), compute_pass(single, 0, 0), forked).others == ()
    full = Branches.of(run)
    for _ in range(6):
        full = full.forked()
    assert "no room" in why_not_compared(full)


ALL = ("rnn", "gru", "gru_reset_before", "lstm")


def same(one, other):
    """Whether two networks, or pairs of them, have the same parameters, in the same precision."""
    ours, theirs = parameters(one), parameters(other)
    return list(ours) == list(theirs) and all(
        np.array_equal(ours[name], theirs[name]) and ours[name].dtype == theirs[name].dtype
        for name in ours
    )


@pytest.mark.parametrize("cell", ALL)
@pytest.mark.parametrize("opened", ALL)
@pytest.mark.parametrize("source", [TEXT, 11])
def test_a_pair_of_a_seed_is_that_of_it_and_the_next_whichever_cell_is_open(opened, cell, source):
    sequence = series(source) if isinstance(source, int) else sequence_from_text(source)
    settings = Settings(units=5, layers=2, seed=7, cell=opened, learning_rate=0.05)
    run = start_run(make_task(sequence), settings)
    other = replace(settings, cell=cell)
    mode_then_cell = start_run(run.in_mode("encoder_decoder").task, other)
    cell_then_mode = start_run(run.task, other).in_mode("encoder_decoder")
    assert same(cell_then_mode.networks[0], mode_then_cell.networks[0])
    pair = cell_then_mode.networks[0]
    for network, seed, outputs in ((pair.encoder, 7, 0), (pair.decoder, 8, run.task.outputs)):
        wanted = create_network(
            replace(network.architecture, outputs=outputs),
            seed=seed,
            recurrent="orthogonal",
            gain=0.5,
            dtype=network.dtype,
        )
        assert same(network, wanted)
    assert not cell_then_mode.serves_both
    assert cell_then_mode.learning_rate == mode_then_cell.learning_rate == 0.05
    assert same(
        cell_then_mode.in_mode("synced").networks[0], start_run(run.task, other).networks[0]
    )


@pytest.mark.parametrize("opened", ALL)
def test_the_open_cell_is_a_pair_like_those_it_is_compared_with(opened):
    run = run_with(cell=opened, seed=3).in_mode("encoder_decoder")
    for branch in compare(Branches.of(run)).each:
        assert same(branch.run.networks[0], start_run(run.task, branch.run.settings).networks[0])
    # Compared first, and then put into the mode: the same three pairs.
    before = compare(Branches.of(run_with(cell=opened, seed=3)))
    after = before.with_run(before.run.in_mode("encoder_decoder"))
    assert is_compared(after)
    for one, other in zip(after.each, compare(Branches.of(run)).each, strict=True):
        assert same(one.run.networks[0], other.run.networks[0])


def test_what_was_trained_or_opened_serves_both_sides_and_is_not_compared():
    run = updated(run_with(), 2)
    halves = run.in_mode("encoder_decoder")
    assert halves.serves_both and len(halves.networks) == 3
    assert same(halves.networks[2].encoder, halves.networks[2].decoder)
    assert "encoder and decoder" in why_not_compared(Branches.of(halves))
    assert same(halves.in_mode("synced").networks[2], run.networks[2])
    given = replace(run_with(), settings=replace(run_with().settings, recurrent=GIVEN))
    assert given.in_mode("encoder_decoder").serves_both
    assert why_not_compared(Branches.of(given.in_mode("encoder_decoder")))
    # What was compared until then no longer is.
    branches = compare(Branches.of(run, Playhead(2)))
    after = branches.with_run(branches.run.in_mode("encoder_decoder"))
    assert len(after.each) == 3 and not is_compared(after)
    # Begun again it is of the seed: two networks.
    again = halves.begun()
    assert not again.serves_both and len(again.networks) == 1
    assert same(again.networks[0], run_with().in_mode("encoder_decoder").networks[0])
    assert same(run.begun().networks[0], run.networks[0]) and len(run.begun().networks) == 1


def test_a_pair_that_learned_as_two_is_compared():
    run = updated(run_with("encoder_decoder"), 2)
    assert not run.serves_both and not why_not_compared(Branches.of(run, Playhead(2)))


def test_it_is_taken_away_again():
    first = Branches.of(run_with(cell="gru"))
    branches = compare(first)
    assert is_compared(branches) and not why_not_compared(branches)
    back = uncompare(branches)
    assert (back.names, back.branch.place, is_compared(back)) == (("GRU",), 0, False)
    assert back.run is first.run
    # A fork of one of them is none of them, and what it is a fork of stays.
    forked = branches.forked()
    assert uncompare(forked).run is forked.run
    assert [branch.run is first.run for branch in uncompare(forked).each] == [True, False]
    assert not is_compared(uncompare(forked))
    rnn = uncompare(forked.switched(0))
    assert (len(rnn.each), rnn.run) == (2, forked.each[0].run)


def test_a_network_of_the_users_leaves_the_comparison():
    branches = compare(Branches.of(run_with()))
    given = replace(branches.run.settings, recurrent=GIVEN)
    opened = branches.with_run(replace(branches.run, settings=given))
    assert [branch.compared for branch in opened.each] == [False, True, True]
    assert uncompare(opened).names == ("RNN",)


def test_a_comparison_can_be_stopped():
    branches, heard = Branches.of(updated(run_with(), 4), Playhead(4)), []

    def stop_at_half(done):
        heard.append(done)
        return done < 0.5

    with pytest.raises(Cancelled):
        compare(branches, stop_at_half)
    assert heard == sorted(heard)
    assert 0.5 <= heard[-1] < 1


@pytest.mark.parametrize("summed", [False, True])
def test_a_frame_shows_and_says_them_where_there_are_branches(summed):
    run = run_with()
    passing = compute_pass(run, 0, 0)
    place = Playhead(position=2.0 * run.steps, summed=summed)
    plain = resolve(run, place, passing)
    assert plain.others == plain.sides == ()
    branches = compare(Branches.of(run)).renamed(1, "my gates")
    frame = resolve(run, place, passing, branches)
    assert [side.name for side in frame.sides] == ["RNN", "my gates", "LSTM"]
    assert frame.sides[0].norms is frame.log10_norms
    said, k = gradient_reading(frame), frame.source
    for name, _, norms in frame.sides:
        assert f"{ratio(norms[0] - norms[k - 1])} ({name})" in said


def test_branches_of_other_sizes_stand_beside_each_other():
    run = run_with(layers=2)
    branches = Branches.of(run).forked()
    small = start_run(run.task, replace(run.settings, layers=1, units=3, activation="relu"))
    frame = resolve(
        run, Playhead(layer=1), compute_pass(run, 0, 0), branches.with_run(small).switched(0)
    )
    (other,) = frame.others
    expected = CURVE(compute_pass(small, 0, 0), "source", 0)
    assert other.layers == 1
    assert frame.sides[1].norms.tolist() == expected.tolist()
