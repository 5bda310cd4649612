"""Twins side by side: opened by one command, on any example, taken back, saved, trained, scaled."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rnnviz.documents import open_document, save_document
from rnnviz.film.differences import figures_said, twins_shown, unlike_shipped
from rnnviz.opening.shipped import LANES, LONG
from rnnviz.problems.registry import trained
from rnnviz.session import Session
from rnnviz.session.commands import Commands


@pytest.fixture
def session(qapp, qtbot):
    made = Session()
    made.open_default()
    yield made
    made.close()


def wait(qtbot, session):
    qtbot.waitUntil(lambda: session.frame is not None and not session.busy, timeout=60_000)


def cells(session):
    return [branch.run.architecture.cell for branch in session.branches.each]


def test_one_command_sets_the_trained_twins_side_by_side(session, qtbot) -> None:
    commands = Commands(session)
    commands.register("twins", session.open_twins)
    assert "no shipped problem" in commands.why_not("twins")
    session.open_problem("parity", "length 8")
    wait(qtbot, session)
    session.seek(3.0)
    before = session.frame
    assert commands.run("twins")
    wait(qtbot, session)
    branches = session.frame.branches
    assert cells(session) == ["lstm", "rnn"] and twins_shown(branches)
    assert session.home.panels == LANES
    assert session.playhead.position == 3.0
    assert session.frame.task.sequence.tokens == before.task.sequence.tokens
    for branch in branches.each:
        ships = trained("parity", branch.run.architecture.cell)[-1].network.parameters
        for name, array in branch.run.networks[0].parameters.items():
            np.testing.assert_array_equal(array, ships[name])
    assert commands.why_not("twins") == "they stand side by side"
    session.undo()
    assert session.frame.run is before.run and session.home.panels == ()


def test_another_example_is_that_of_both(session, qtbot, tmp_path: Path) -> None:
    session.open_problem("parity-twins")
    wait(qtbot, session)
    networks = [branch.run.networks[0] for branch in session.branches.each]
    session.open_example("length 8")
    wait(qtbot, session)
    session.next_branch()
    session.set_length(9)
    wait(qtbot, session)
    branches = session.frame.branches
    assert branches.task.steps == 9 and cells(session) == ["lstm", "rnn"]
    assert session.run.architecture.cell == "rnn" and session.run.shipped.length == 9
    for branch, network in zip(branches.each, networks, strict=True):
        assert branch.run.networks[0] is network and branch.run.shipped == session.run.shipped
    assert "at length 8 (trained" in figures_said(branches)
    assert session.home.panels == LANES

    save_document(tmp_path / "twins.rnnviz", branches, {})
    found = open_document(tmp_path / "twins.rnnviz").branches
    assert twins_shown(found) and figures_said(found) == figures_said(branches)
    assert (found.active, found.task.steps) == (1, 9)


def test_weights_that_were_scaled_are_no_longer_those_that_ship(session, qtbot) -> None:
    session.open_problem("parity-twins", "length 8")
    wait(qtbot, session)
    assert figures_said(session.branches) and not unlike_shipped(session.branches)
    session.scale_weights("radius", 0.7)
    assert unlike_shipped(session.branches) == "Not as it ships: the network is scaled here."
    assert figures_said(session.branches) == ""
    session.settle_scaling()
    session.undo()
    assert figures_said(session.branches) and not unlike_shipped(session.branches)


@pytest.mark.parametrize("onward", [False, True])
def test_a_twin_is_trained_as_what_it_is(session, qtbot, onward: bool) -> None:
    session.open_problem("parity-twins", "length 8")
    wait(qtbot, session)
    session.next_branch()
    plan = replace(session.offer_training().plan, updates=2, onward=onward)
    session.train(plan)
    qtbot.waitUntil(lambda: not session.progress.running and session.at_rest, timeout=60_000)
    wait(qtbot, session)
    assert cells(session) == ["lstm", "rnn"]
    assert session.settings.cell == session.run.architecture.cell == "rnn"
    assert session.run.log[-1].update == (2002 if onward else 2)
    assert unlike_shipped(session.branches) == "Not as it ships: the network is trained here."
    assert figures_said(session.branches) == ""


def test_the_sentence_that_vanishes_opens_and_goes(session, qtbot) -> None:
    wait(qtbot, session)
    before = session.frame
    session.open_problem("vanishing")
    qtbot.waitUntil(lambda: session.frame.run.shipped is not None, timeout=60_000)
    frame = session.frame
    assert " ".join(frame.task.sequence.tokens).startswith(LONG)
    assert [side.name for side in frame.sides] == ["RNN", "GRU", "LSTM"]
    assert frame.gradient_from == 1
    assert session.offer_training().title == frame.task.sequence.name
    session.leave_problem()
    assert session.frame.run is before.run
    session.undo()
    assert session.frame.run is frame.run
    session.read("the cat sat")  # a sentence of one's own is none that ships
    wait(qtbot, session)
    assert session.run.shipped is None and len(session.branches.each) == 3
