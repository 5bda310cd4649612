"""Branches: whatever is done, what they share stays shared, and the others stay as they are."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.data import in_mode, make_task, sequence_from_text
from rnnviz.film import Branches, Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.film.branches import MOST, Branch
from rnnviz.film.comparison import compare, uncompare

TEXT = "a b a c"


def begun(text=TEXT, **settings):
    task = make_task(sequence_from_text(text))
    return start_run(task, Settings(**{"units": 3, "learning_rate": 0.1, **settings}))


def stepped(branches):
    """After the update of the pass that is shown, in all branches."""
    run, place = branches.run, branches.playhead
    passing = compute_pass(run, place.snapshot, place.source)
    frame = resolve(run, place, passing, branches)
    after = branches
    if place.snapshot + 1 == len(run.networks):
        after = branches.updated(frame.updates)
    return after.at(replace(place, snapshot=place.snapshot + 1, position=0.0))


FIRST = begun()
OTHER = make_task(sequence_from_text("d e f g h"))
KINDS = ("fork", "switch", "rename", "close", "step", "back", "settings", "mode", "cells", "text")
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 40)), max_size=9)


def done(branches, kind, number):
    """One thing done; what is refused changes nothing."""
    index = number % len(branches.each)
    try:
        if kind == "fork":
            return branches.forked()
        if kind == "switch":
            return branches.switched(index)
        if kind == "rename":
            return branches.renamed(index, ["", "x", "RNN", "GRU 2", " y  z "][number % 5])
        if kind == "close":
            return branches.closed(index)
        if kind == "step":
            return stepped(branches)
        if kind == "back":
            now = branches.playhead
            return branches.at(replace(now, snapshot=max(0, now.snapshot - 1)))
        if kind == "settings":
            cell = ["rnn", "gru", "lstm"][number % 3]
            settings = replace(branches.run.settings, cell=cell)
            return branches.with_run(start_run(branches.task, settings))
        if kind == "mode":
            mode = ["synced", "many_to_one", "encoder_decoder", "one_to_many"][number % 4]
            return branches.with_run(branches.run.in_mode(mode))
        if kind == "text":
            return branches.with_run(start_run(OTHER, branches.run.settings))
        return compare(branches) if number % 2 else uncompare(branches)
    except ValueError:
        return branches


@given(STEPS)
def test_whatever_is_done_they_hold_together(steps):
    branches = Branches.of(FIRST)
    for kind, number in steps:
        branches = done(branches, kind, number)
        names, places = branches.names, [branch.place for branch in branches.each]
        assert 0 < len(branches.each) <= MOST
        assert 0 <= branches.active < len(branches.each)
        assert len(set(names)) == len(names) and all(names)
        assert len(set(places)) == len(places)
        for branch in branches.each:
            assert branch.run.task is branches.task
            assert 0 <= branch.snapshot < len(branch.run.networks) == len(branch.run.states)
        assert sum(branch.compared for branch in branches.each) != 1
        compute_pass(branches.run, branches.branch.snapshot, 0)  # it fits its task


@given(STEPS)
def test_what_is_done_to_the_one_that_is_shown_leaves_the_others(steps):
    branches = Branches.of(FIRST)
    for kind, number in steps:
        before, branches = branches, done(branches, kind, number)
        if kind in ("fork", "switch", "rename", "settings"):
            known = {branch.place: branch for branch in branches.each}
            for other in before.others:
                assert known[other.place].run is other.run


@given(st.integers(0, 3))
def test_a_fork_shares_what_was_until_then(snapshot):
    branches = Branches.of(FIRST)
    for _ in range(3):
        branches = stepped(branches)
    branches = branches.at(replace(branches.playhead, snapshot=snapshot))
    made = branches.forked()
    fork, first = made.branch, made.each[0]
    assert first is branches.branch
    assert made.active == 1 and made.names == ("RNN", "RNN 2")
    assert len(fork.run.networks) == snapshot + 1
    shared = zip(fork.run.networks, first.run.networks, strict=False)
    assert all(a is b for a, b in shared)
    assert made.playhead == branches.playhead


@given(st.integers(0, 2), st.floats(0, 9), st.integers(0, 4), st.booleans())
def test_switching_keeps_the_place_and_the_source(index, position, source, summed):
    branches = compare(Branches.of(FIRST, Playhead(0, position, source, summed, 0, 1)))
    there = branches.switched(index)
    assert there.each is branches.each
    assert (there.position, there.source, there.summed) == (position, source, summed)
    assert there.switched(branches.active).playhead == branches.playhead


@pytest.mark.parametrize(
    ("shown", "closed", "then"), [(0, 0, "b"), (1, 1, "c"), (2, 2, "b"), (2, 0, "c"), (0, 2, "a")]
)
def test_closing_the_one_that_is_shown_goes_to_its_neighbour(shown, closed, then):
    each = tuple(Branch(FIRST, name, place) for place, name in enumerate("abc"))
    branches = Branches(each, active=shown).closed(closed)
    assert branches.name == then
    assert branches.each == tuple(b for i, b in enumerate(each) if i != closed)


def test_the_last_one_stays_and_names_are_each_ones_own():
    branches = Branches.of(FIRST)
    with pytest.raises(ValueError, match="only branch"):
        branches.closed(0)
    branches = branches.forked().renamed(1, "clipped")
    with pytest.raises(ValueError, match="is called clipped"):
        branches.renamed(0, "  clipped ")
    assert branches.renamed(1, "").names == ("RNN", "RNN 2")
    for _ in range(MOST - 2):
        branches = branches.forked()
    with pytest.raises(ValueError, match="told apart"):
        branches.forked()


def test_the_film_goes_on_in_all_of_them_with_their_own_updates():
    branches = Branches.of(FIRST).forked()
    quicker = branches.run.with_learning_rate(0.5, 0)
    branches = branches.with_run(quicker).switched(0)
    branches = stepped(stepped(branches))
    assert [branch.snapshot for branch in branches.each] == [2, 2]
    for branch, rate in zip(branches.each, (0.1, 0.5), strict=True):
        run = replace(FIRST, learning_rate=rate)
        for s in range(2):
            gradients = compute_pass(run, s, 0).backward.gradients
            run = run.updated(run.update(gradients, s))
        for name, weights in run.networks[2].parameters.items():
            np.testing.assert_array_equal(branch.run.networks[2].parameters[name], weights)
    back = branches.at(replace(branches.playhead, snapshot=1))
    assert [branch.snapshot for branch in back.each] == [1, 1]
    again = stepped(back)
    assert [a.run is b.run for a, b in zip(again.each, branches.each, strict=True)] == [True, True]


def test_another_task_is_that_of_all():
    branches = stepped(Branches.of(FIRST).forked())
    mode = branches.with_run(branches.run.in_mode("many_to_one"))
    assert mode.each[0].run.networks == branches.each[0].run.networks
    # Networks of other words begin anew.
    text = branches.with_run(start_run(OTHER, branches.run.settings))
    assert len(text.each[0].run.networks) == 1 and text.each[0].snapshot == 0
    assert text.each[0].run.settings.units == 3


@pytest.mark.parametrize("wrong", [
    {"each": ()}, {"active": 3}, {"each": (Branch(FIRST), Branch(FIRST))},
    {"each": (Branch(FIRST, "a"), Branch(FIRST, "a", 1))},
    {"each": (Branch(FIRST), Branch(start_run(OTHER), place=1))},
])  # fmt: skip
def test_what_does_not_hold_together_is_refused(wrong):
    with pytest.raises(ValueError, match="branches"):
        replace(Branches.of(FIRST), **wrong)


def test_a_task_of_another_mode_is_found_again():
    task = in_mode(FIRST.task, "encoder_decoder")
    pair = start_run(task, FIRST.settings)
    back = Branches.of(pair).forked().with_run(pair.in_mode("synced"))
    assert all(branch.run.task is back.task for branch in back.each)
    compute_pass(back.each[0].run, 0, 0)
