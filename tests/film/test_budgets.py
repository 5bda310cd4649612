"""Memory has budgets in bytes: what is refused before it is made, and what is let go."""

import re
from dataclasses import replace

import numpy as np
import pytest

from rnnviz.cli.arguments import read_arguments
from rnnviz.data import make_task, sequence_from_text
from rnnviz.film import Branches, Playhead, Settings, compute_pass, start_run
from rnnviz.film.branches import Branch
from rnnviz.film.cost import (
    BUDGETS,
    budget,
    check_affordable,
    cost,
    most_networks,
    set_budget,
    set_budgets,
    size_of,
)
from rnnviz.film.fields import FIELDS


@pytest.fixture(autouse=True)
def defaults():
    yield
    for name in BUDGETS:
        set_budget(name, FIELDS[name].default)


def updated(branches: Branches, times: int) -> Branches:
    for _ in range(times):
        runs = [branch.run for branch in branches.each]
        last = [len(run.networks) - 1 for run in runs]
        passes = [compute_pass(run, s, 0) for run, s in zip(runs, last, strict=True)]
        made = [
            run.update(each.backward.gradients, s)
            for run, each, s in zip(runs, passes, last, strict=True)
        ]
        branches = branches.updated(made)
        branches = branches.at(
            Playhead(snapshot=branches.branch.snapshot + 1, layer=branches.branch.layer)
        )
    return branches


def test_a_pass_above_the_budget_is_refused_with_its_size_before_anything_is_made():
    task = make_task(sequence_from_text("one two three " * 300))
    settings = Settings(cell="lstm", units=64)
    run = start_run(task, settings)
    set_budget("memory_pass", 0.1)
    settings = Settings(cell="lstm", units=512, layers=4)
    for attempt in (
        lambda: start_run(task, settings),
        lambda: check_affordable(size_of(task, settings)),
    ):
        with pytest.raises(ValueError, match=r"about [0-9.,]+ GB of memory.*allow more") as refused:
            attempt()
        text = str(refused.value)
        assert "900 steps" in text and "4 × 512 units of LSTM" in text
        assert "fewer steps" in text and "simpler cell" in text and len(text) <= 300
        assert re.search(r"and 0\.1 GB are allowed", text)
    set_budget("memory_pass", 4.0)
    assert compute_pass(run, 0, 0).trace.steps == 900


def test_a_text_needs_no_memory_for_steps_times_words():
    task = make_task(sequence_from_text("one two three"))
    for cell, most in (("rnn", 1.0), ("gru", 1.5), ("lstm", 2.0)):
        size = replace(
            size_of(task, Settings(cell=cell)), steps=1_000_000, inputs=1000, outputs=1000
        )
        assert cost(size, "pass").bytes < most * 1e9 * 1.3
        check_affordable(size)


def test_of_a_films_updates_the_first_and_the_newest_stay():
    task = make_task(sequence_from_text("one two three one two"))
    run = start_run(task, Settings(optimizer="adam"))
    each = cost(size_of(task, run.architecture), "update").bytes
    set_budget("memory_updates", 5.5 * each / 1e9)
    assert most_networks(size_of(task, run.architecture)) == 5
    all_of = updated(Branches.of(run), 4)
    assert (len(all_of.run.networks), all_of.run.gone) == (5, 0)
    later = updated(all_of, 3)
    kept = later.run
    assert len(kept.networks) == len(kept.states) == 5
    assert kept.gone == 3 and later.branch.snapshot == 4
    assert kept.networks[0] is run.networks[0]
    assert kept.networks[1] is all_of.run.networks[4]
    assert [kept.updates_at(s) for s in range(5)] == [0, 4, 5, 6, 7]
    set_budget("memory_updates", 1.0)
    whole = updated(Branches.of(run), 7).run
    assert whole.gone == 0 and len(whole.networks) == 8
    for name, array in whole.networks[7].parameters.items():
        assert np.array_equal(array, kept.networks[4].parameters[name])
    assert kept.up_to(0).gone == 0 and kept.up_to(2).updates_at(2) == 5


def test_branches_that_let_go_differently_stay_as_many_updates_apart():
    task = make_task(sequence_from_text("one two three one two"))
    small, large = start_run(task, Settings(units=2)), start_run(task, Settings(units=64))
    own = Branches.of(large)
    both = Branches((own.each[0], Branch(small, place=1)), 0)
    set_budget(
        "memory_updates", 3.5 * cost(size_of(task, large.architecture), "update").bytes / 1e9
    )
    later = updated(both, 6)
    assert [branch.run.updates_at(branch.snapshot) for branch in later.each] == [6, 6]
    assert later.each[0].run.gone == 4 and later.each[1].run.gone == 0


def test_budgets_are_checked_as_their_fields():
    with pytest.raises(ValueError, match=r"the memory of a pass must be a number from 0\.1"):
        set_budget("memory_pass", 0.0)
    assert budget("memory_pass") == 4e9


def test_every_budget_is_a_field_with_a_flag_and_a_key_of_the_preferences():
    wanted = {"memory_pass", "memory_kept", "memory_updates", "memory_undo", "memory_previews"}
    assert {*BUDGETS} == wanted
    given = [
        word for i, name in enumerate(BUDGETS) for word in (FIELDS[name].flags[0].key, f"{i + 1}.5")
    ]
    set_budgets(read_arguments(given).given)
    assert [budget(name) for name in BUDGETS] == [(i + 1.5) * 1e9 for i in range(len(BUDGETS))]
    assert len({FIELDS[name].kept for name in BUDGETS}) == len(BUDGETS)
