"""Branches of a session: forked, looked at, named, closed, trained, and taken back."""

from dataclasses import replace

import pytest

from rnnviz.documents import open_document, save_document
from rnnviz.session import Session
from rnnviz.session.commands import Commands


@pytest.fixture
def session(qapp):
    made = Session()
    made.notices = []
    made.told.connect(made.notices.append)
    made.open_text("the cat sat on the mat")
    yield made
    made.close()


def names(session):
    return session.branches.names


def planned(session, updates):
    return replace(session.offer_training().plan, updates=updates)


def settled(session, qtbot):
    qtbot.waitUntil(lambda: not session.busy, timeout=20_000)


def test_a_fork_is_an_edit_and_is_changed_alone(session):
    session.seek(13.0)
    session.next()
    session.next()  # at the update; from there the next pass
    first = session.run
    session.fork()
    assert (names(session), session.shown_branch) == (("RNN", "RNN 2"), 1)
    session.set_settings(replace(session.settings, activation="relu"))
    session.set_learning_rate(0.7)
    one, other = session.branches.each
    assert one.run is first
    assert (other.run.settings.activation, other.run.learning_rate) == ("relu", 0.7)
    assert len(session.frame.sides) == 2
    assert session.undoes == "η 0.7"
    for _ in range(3):
        session.undo()
    assert names(session) == ("RNN",) and session.run is first
    session.redo()
    assert names(session) == ("RNN", "RNN 2")


def test_switching_is_no_edit_and_keeps_the_place(session):
    session.fork()
    session.rename_branch(1, "  clipped ")
    assert names(session) == ("RNN", "clipped")
    session.seek(9.5)
    session.choose_source(4)
    undoes, place = session.undoes, session.playhead
    session.mark_saved(session.branches, "x.rnnviz")
    session.switch_to(0)
    assert session.shown_branch == 0 and session.frame.run is session.branches.each[0].run
    session.next_branch()
    session.next_branch()
    session.previous_branch()
    assert session.shown_branch == 1
    assert session.playhead == place
    assert session.undoes == undoes and not session.modified
    session.rename_branch(1, "RNN")
    assert "is called RNN" in session.notices[-1].text and session.notices[-1].error
    session.rename_branch(1, "other")
    assert session.modified and session.undoes == "name of clipped"


def test_closing_shows_the_neighbour_and_can_be_taken_back(session):
    session.fork()
    session.fork()
    session.rename_branch(2, "last")
    session.close_branch(2)
    assert (names(session), session.shown_branch) == (("RNN", "RNN 2"), 1)
    session.close_branch(0)
    assert session.shown_branch == 0
    assert session.undoes == "closing RNN"
    session.close_branch(0)
    assert "only branch" in session.notices[-1].text
    session.undo()
    session.undo()
    assert names(session) == ("RNN", "RNN 2", "last") and session.shown_branch == 2


def test_what_is_open_is_that_of_all(session):
    session.fork()
    session.set_settings(replace(session.settings, units=5))
    session.choose_mode("many_to_one")
    one, other = session.branches.each
    assert one.run.task is other.run.task and one.run.task.mode == "many_to_one"
    assert (one.run.units, other.run.units) == (16, 5)
    session.open_text("quite another sentence")
    assert [len(branch.run.networks) for branch in session.branches.each] == [1, 1]
    assert [branch.run.units for branch in session.branches.each] == [16, 5]
    session.undo()
    assert session.frame.task.mode == "many_to_one"
    session.open_default()  # something else
    assert names(session) == ("RNN",)


def test_the_film_goes_on_in_all_branches(session):
    session.fork()
    session.set_learning_rate(0.5)
    session.set_animated(False)
    for _ in range(2):
        session.to_end()
        session.next()
        session.next()
    assert session.playhead.snapshot == 2
    assert [branch.snapshot for branch in session.branches.each] == [2, 2]
    assert [len(branch.run.networks) for branch in session.branches.each] == [3, 3]
    losses = []
    for index in range(2):
        session.switch_to(index)
        losses.append(session.frame.passing.trace.loss)
    assert losses[0] != losses[1]
    session.reset()
    assert [branch.snapshot for branch in session.branches.each] == [0, 0]
    assert [len(branch.run.networks) for branch in session.branches.each] == [3, 1]


def test_training_trains_the_branch_it_began_with(session, qtbot):
    session.fork()
    first = session.branches.each[0].run
    session.train(planned(session, 30))
    session.switch_to(0)
    qtbot.waitUntil(lambda: not session.progress.running, timeout=30_000)
    settled(session, qtbot)
    assert session.shown_branch == 0 and session.run.networks == first.networks
    assert len(session.branches.each[1].run.log) > 1
    assert session.undoes == "training"
    session.undo()
    assert not session.branches.each[1].run.log


def test_a_branch_that_is_closed_is_trained_no_more(session, qtbot):
    session.fork()
    session.train(planned(session, 100_000))
    qtbot.waitUntil(lambda: bool(session.progress.log), timeout=30_000)
    session.close_branch(1)
    assert not session.progress.running and names(session) == ("RNN",)
    assert not session.run.log
    session.undo()
    assert len(session.branches.each) == 2


def test_the_trained_one_of_the_cells_is_compared_no_more(session, qtbot):
    session.choose_compared(True)
    session.train(planned(session, 5))
    qtbot.waitUntil(lambda: not session.progress.running, timeout=30_000)
    assert [branch.compared for branch in session.branches.each] == [False, True, True]
    session.choose_compared(False)
    assert names(session) == ("RNN",) and session.run.log


def test_a_network_under_training_is_not_compared(session):
    session.set_settings(replace(session.settings, cell="lstm"))
    session.follow_training(False)
    session.train(planned(session, 100_000))
    session.choose_compared(True)
    assert names(session) == ("LSTM",) and session.progress.running
    assert "being trained" in session.notices[-1].text


def test_compared_cells_are_alike_where_another_network_was_being_made(session, qtbot):
    session.set_settings(replace(session.settings, units=512, layers=4))
    assert session.busy
    session.choose_compared(True)
    settled(session, qtbot)
    assert [branch.run.units for branch in session.branches.each] == [16, 16, 16]


@pytest.mark.parametrize("follow", [True, False])
def test_what_a_compared_cell_has_learned_stays_without_the_comparison(session, qtbot, follow):
    session.choose_compared(True)
    session.switch_to(2)
    session.follow_training(follow)
    session.train(planned(session, 100_000))
    qtbot.waitUntil(lambda: session.progress.update > 0, timeout=30_000)
    session.choose_compared(False)
    assert names(session) == ("LSTM",) and session.run.log
    assert not session.progress.running and "is kept" in session.notices[-1].text


def test_a_name_given_while_cells_are_compared_stays(session, qtbot):
    session.open_text(" ".join(["a", "b"] * 500))
    settled(session, qtbot)
    session.choose_compared(True)
    session.rename_branch(0, "mine")
    settled(session, qtbot)
    assert names(session) == ("mine", "GRU", "LSTM")


@pytest.mark.parametrize("name", ["😀", "<b>bold</b>", "a\0b", "\ud800", "\u202eturned", "n" * 200])
def test_every_name_that_is_taken_can_be_opened_again(tmp_path, session, name):
    session.rename_branch(0, name)
    save_document(tmp_path / "a.rnnviz", session.branches)
    assert open_document(tmp_path / "a.rnnviz").branches.names == names(session)
    session.rename_branch(0, "n" * 201)
    assert "at most 200 letters" in session.notices[-1].text


def test_a_comparison_can_be_cancelled(session, qtbot):
    session.open_text(" ".join(["a", "b"] * 500))
    settled(session, qtbot)
    before = session.frame
    session.choose_compared(True)
    assert session.busy
    session.cancel()
    assert not session.busy and session.frame is before and names(session) == ("RNN",)


def test_branches_are_saved_and_come_back_after_a_crash(tmp_path, qapp, qtbot):
    session = Session(folder=tmp_path / "kept", interval=3_600_000)
    session.open_text("the cat sat")
    session.choose_compared(True)
    session.fork()
    session.rename_branch(session.shown_branch, "mine")
    session.autosave.begin()
    qtbot.waitUntil(lambda: not session.autosave.writing, timeout=20_000)
    session.autosave.write()
    qtbot.waitUntil(lambda: not session.autosave.writing, timeout=20_000)
    found = open_document(session.autosave.path).branches
    assert found.names == ("RNN", "mine", "GRU", "LSTM") and found.active == 1
    kept = session.autosave.path.stat().st_mtime_ns
    session.seek(3.0)
    session.next_branch()
    session.autosave.write()  # looking around is nothing to be written again
    qtbot.waitUntil(lambda: not session.autosave.writing, timeout=20_000)
    assert session.autosave.path.stat().st_mtime_ns == kept
    path = tmp_path / "d.rnnviz"
    session.autosave.save(path)
    qtbot.waitUntil(lambda: not session.autosave.saving, timeout=20_000)
    assert not session.modified
    session.open_document(path)
    qtbot.waitUntil(lambda: not session.busy, timeout=20_000)
    assert names(session) == ("RNN", "mine", "GRU", "LSTM") and session.shown_branch == 2
    assert not session.modified
    session.close()


def test_commands_say_why_not(session):
    commands = Commands(session)
    assert commands.why_not("close_branch") == "there is one branch only"
    assert not commands.run("next_branch")
    for _ in range(7):
        assert commands.run("fork")
    assert "told apart" in commands.why_not("fork")
    assert commands.run("previous_branch") and session.shown_branch == 6
    assert commands.run("close_branch") and not commands.why_not("fork")
