"""Work is kept: saved off the interface's thread, autosaved, restored after a crash."""

import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from rnnviz.documents import open_document, read_view
from rnnviz.film import Playhead, Settings, resolve
from rnnviz.session import Notice, Session, autosave_folder
from tests.beside.test_apart import runs
from tests.documents.runs import same, trained_run
from tests.frames import make_frame


@pytest.fixture
def sessions(qapp):
    """Makes sessions that autosave into a folder, and closes them."""
    made = []

    def make(folder=None, interval=3_600_000):
        session = Session(folder=folder, interval=interval)
        session.notices, session.found = [], []
        session.told.connect(session.notices.append)
        session.autosave.found.connect(session.found.append)
        session.open_default()
        made.append(session)
        return session

    yield make
    for session in made:
        session.close()


def said(session):
    return [notice.text for notice in session.notices if notice is not None]


def settle(qtbot, session):
    qtbot.waitUntil(lambda: not session.autosave.writing, timeout=20_000)


def crash(session):
    """What a process that dies leaves: its file, and a lock that nobody holds."""
    own = session.autosave.path
    written = own.read_bytes()
    session.autosave.leave()
    own.write_bytes(written)  # and nothing that it would have written at its end
    return own


# -- what is work ----------------------------------------------------------------------------


def test_opening_and_stepping_is_no_work(sessions, tmp_path, qtbot):
    session = sessions()
    assert not session.modified
    for _ in range(6):
        session.next()
    session.to_end()
    session.choose_source(3)
    session.select_unit(2)
    assert not session.modified
    file = tmp_path / "a.txt"
    file.write_text("one two three")
    session.open_file(file)
    qtbot.waitUntil(lambda: session.frame.steps == 3, timeout=5000)
    assert not session.modified
    assert session.home.file == file
    assert session.document_path is None


def test_another_mode_is_another_look_and_no_work(sessions):
    session = sessions()
    session.choose_mode("many_to_one")
    assert not session.modified
    session.undo()
    assert session.frame.task.mode == "synced"


@pytest.mark.parametrize(
    "edit",
    [
        lambda s: s.open_text("another sentence"),
        lambda s: s.set_settings(replace(s.settings, units=5)),
        lambda s: s.set_settings(replace(s.settings, optimizer="adam")),
        lambda s: s.set_learning_rate(0.5),
    ],
)
def test_an_edit_is_work_and_taking_it_back_is_none(sessions, edit):
    session = sessions()
    edit(session)
    assert session.modified
    session.undo()
    assert not session.modified
    session.redo()
    assert session.modified


def test_an_update_is_work_and_reset_takes_it_back(sessions):
    session = sessions()
    session.to_end()
    session.next()
    session.next()
    assert session.frame.playhead.snapshot == 1
    assert session.modified
    session.reset()
    assert not session.modified


def test_scrubbing_through_a_training_is_looking(sessions):
    session = sessions()
    run = trained_run().at_origin(0)
    session.open_frame(replace_frame(run))
    session.seek_training(2)
    session.seek_training(0)
    assert not session.modified


def replace_frame(run):
    from rnnviz.film import compute_pass, resolve

    return resolve(run, Playhead(), compute_pass(run, 0, 0))


# -- saving ----------------------------------------------------------------------------------


def test_saved_and_opened_again(sessions, tmp_path, qtbot):
    session = sessions()
    path = tmp_path / "mine.rnnviz"
    session.set_settings(Settings(cell="lstm", units=6, layers=2))
    session.seek(4.0)
    session.select_unit(3)
    run = session.run
    session.autosave.view = lambda: {"panels": ["model"]}
    session.autosave.save(path)
    qtbot.waitUntil(lambda: not session.autosave.saving, timeout=10_000)
    assert not session.modified
    assert session.document_path == path
    assert said(session)[-1] == "Saved mine.rnnviz"
    other = sessions()
    views = []
    other.homed.connect(lambda home: views.append(dict(home.view)))
    other.open_file(path)
    qtbot.waitUntil(lambda: other.document_path == path, timeout=10_000)
    assert views == [{"panels": ["model"]}]
    assert not other.modified
    assert (other.frame.playhead.position, other.frame.playhead.unit) == (4.0, 3)
    same(run, other.run)
    other.set_learning_rate(0.3)
    assert other.modified
    assert other.document_path == path


def test_what_was_edited_while_it_was_saved_stays_work(sessions, tmp_path, qtbot):
    session = sessions()
    session.open_text("first edit")
    session.autosave.save(tmp_path / "a.rnnviz")
    session.open_text("second edit")
    qtbot.waitUntil(lambda: not session.autosave.saving, timeout=10_000)
    assert session.modified
    session.undo()
    assert not session.modified


def test_several_saves_are_all_done_in_order(sessions, tmp_path, qtbot):
    session = sessions()
    done = []
    for name in "abcd":
        session.open_text(f"text {name}")
        session.autosave.save(tmp_path / f"{name}.rnnviz", lambda name=name: done.append(name))
    qtbot.waitUntil(lambda: not session.autosave.saving, timeout=10_000)
    assert done == list("abcd")
    for name in "abcd":
        assert (
            open_document(tmp_path / f"{name}.rnnviz").branches.run.task.sequence.text
            == f"text {name}"
        )


def test_what_waits_is_saved_before_the_end(sessions, tmp_path):
    session = sessions()
    for name in "abc":
        session.autosave.save(tmp_path / f"{name}.rnnviz")
    session.autosave.close()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.rnnviz", "b.rnnviz", "c.rnnviz"]


def test_a_failure_is_said_and_the_work_stays_work(sessions, tmp_path, qtbot):
    session = sessions()
    session.open_text("an edit")
    done = []
    session.autosave.save(tmp_path / "no" / "a.rnnviz", lambda: done.append(1))
    qtbot.waitUntil(lambda: not session.autosave.saving, timeout=10_000)
    assert session.modified
    assert session.document_path is None
    assert not done
    assert said(session)[-1] == "a.rnnviz cannot be written: its folder does not exist"


def test_a_damaged_document_is_one_message_and_changes_nothing(sessions, tmp_path, qtbot):
    session = sessions()
    before = session.frame
    path = tmp_path / "bad.rnnviz"
    path.write_bytes(b"PK\x03\x04 and no more")
    session.open_file(path)
    qtbot.waitUntil(
        lambda: any("bad.rnnviz: is no" in text for text in said(session)), timeout=5000
    )
    assert session.frame is before
    assert session.document_path is None


def test_undo_leads_back_into_the_document_before(sessions, tmp_path, qtbot):
    session = sessions()
    session.open_text("an edit")
    session.autosave.save(tmp_path / "a.rnnviz")
    qtbot.waitUntil(lambda: not session.autosave.saving, timeout=10_000)
    session.open_default()
    assert session.document_path is None
    session.undo()
    assert session.document_path == tmp_path / "a.rnnviz"
    assert not session.modified


def test_saving_a_large_run_does_not_hold_the_interface(sessions, tmp_path, qtbot):
    """While it is written, timers of the interface go on."""
    from PySide6.QtCore import QTimer

    session = sessions()
    session.open_frame(make_frame(3000, units=128))
    run = session.run
    rng = [run.networks[0]]
    for n in range(150):
        network = rng[0]
        rng.append(network.replace(b_y=network.parameters["b_y"] + n, W_aa_l0=network.parameters["W_aa_l0"] * (1 + 1e-9 * n)))  # fmt: skip  # noqa: E501
    run = replace(run, networks=tuple(rng), states=run.states * len(rng))
    session.open_frame(resolve(run, Playhead(), session.frame.passing))
    beats = []
    timer = QTimer()
    timer.setInterval(1)
    timer.timeout.connect(lambda: beats.append(1))
    timer.start()
    session.autosave.save(tmp_path / "large.rnnviz")
    assert session.autosave.saving
    assert not (tmp_path / "large.rnnviz").exists()
    qtbot.waitUntil(lambda: not session.autosave.saving, timeout=60_000)
    timer.stop()
    assert (tmp_path / "large.rnnviz").stat().st_size > 15e6
    assert len(beats) >= 5


# -- autosaving ------------------------------------------------------------------------------


def test_only_work_is_autosaved_and_only_once(sessions, tmp_path, qtbot):
    session = sessions(tmp_path)
    autosave = session.autosave
    autosave.begin()
    settle(qtbot, session)
    autosave.write()
    settle(qtbot, session)
    own = autosave.path
    assert not own.exists()
    session.open_text("an edit")
    autosave.write()
    settle(qtbot, session)
    first = own.stat().st_mtime_ns
    assert open_document(own).branches.run.task.sequence.text == "an edit"
    autosave.write()
    assert not autosave.writing
    assert own.stat().st_mtime_ns == first
    session.undo()
    autosave.write()
    assert not own.exists()


def test_the_timer_autosaves(sessions, tmp_path, qtbot):
    session = sessions(tmp_path, interval=20)
    session.autosave.begin()
    session.open_text("an edit")
    qtbot.waitUntil(lambda: session.autosave.path.exists(), timeout=10_000)


def test_a_clean_end_leaves_nothing(sessions, tmp_path, qtbot):
    session = sessions(tmp_path)
    session.autosave.begin()
    settle(qtbot, session)
    session.open_text("an edit")
    session.autosave.write()
    settle(qtbot, session)
    assert len(list(tmp_path.iterdir())) == 2
    session.autosave.close()
    assert not list(tmp_path.iterdir())


def test_what_another_running_program_keeps_is_not_offered(sessions, tmp_path, qtbot):
    one = sessions(tmp_path)
    one.autosave.begin()
    settle(qtbot, one)
    one.open_text("an edit")
    one.autosave.write()
    settle(qtbot, one)
    other = sessions(tmp_path)
    other.autosave.begin()
    settle(qtbot, other)
    assert not other.found
    assert one.autosave.path.exists()


def crashed(sessions, folder, qtbot, document=None):
    session = sessions(folder)
    session.autosave.begin()
    settle(qtbot, session)
    if document is not None:
        session.autosave.save(document)
        qtbot.waitUntil(lambda: not session.autosave.saving, timeout=10_000)
    session.open_text("an edit that nobody saved")
    session.seek(2.0)
    session.autosave.write()
    settle(qtbot, session)
    return crash(session), session.run


def test_what_a_crash_left_is_restored_as_work(sessions, tmp_path, qtbot):
    document = tmp_path / "mine.rnnviz"
    left, run = crashed(sessions, tmp_path / "auto", qtbot, document)
    assert read_view(left)["restore name"] == "mine.rnnviz"
    session = sessions(tmp_path / "auto")
    session.autosave.begin()
    qtbot.waitUntil(lambda: bool(session.found), timeout=10_000)
    (orphan,) = session.found
    assert (orphan.name, orphan.document) == ("mine.rnnviz", document)
    # A third program is not offered it as well.
    third = sessions(tmp_path / "auto")
    third.autosave.begin()
    settle(qtbot, third)
    assert not third.found
    session.autosave.restore(orphan)
    qtbot.waitUntil(lambda: session.document_path == document, timeout=10_000)
    assert session.modified
    assert session.frame.playhead.position == 2.0
    same(run, session.run)
    qtbot.waitUntil(lambda: not left.exists(), timeout=10_000)
    # Until it is saved, it is kept under this program's own name.
    assert session.autosave.path.exists()
    session.autosave.save(document)
    qtbot.waitUntil(lambda: not session.autosave.saving, timeout=10_000)
    assert not session.modified
    same(run, open_document(document).branches.run)


def test_a_tour_that_was_not_saved_is_there_after_a_crash(sessions, tmp_path, qtbot):
    session = sessions(tmp_path / "auto")
    session.autosave.begin()
    settle(qtbot, session)
    table = tmp_path / "mine.csv"
    table.write_text("t\n1\n2\n4\n3\n")
    session.author.add()
    qtbot.waitUntil(lambda: session.author.at_rest, timeout=10_000)
    session.open_file(table, ask=False)
    qtbot.waitUntil(lambda: not session.busy, timeout=10_000)
    session.author.add()
    qtbot.waitUntil(lambda: session.author.at_rest, timeout=10_000)
    tour = session.author.draft.tour
    assert len(tour.scenes) == 2 and not session.modified
    session.autosave.write()
    settle(qtbot, session)
    crash(session)
    after = sessions(tmp_path / "auto")
    after.autosave.begin()
    qtbot.waitUntil(lambda: bool(after.found), timeout=10_000)
    after.autosave.restore(after.found[0])
    qtbot.waitUntil(lambda: bool(after.home.tour), timeout=10_000)
    after.author.begin()
    assert after.author.draft.tour.scenes == tour.scenes
    assert after.author.modified and after.author.path is None
    after.author.save(tmp_path / "t.toml")
    qtbot.waitUntil(lambda: not after.author.modified, timeout=10_000)


def test_a_document_that_is_saved_elsewhere_takes_the_files_of_its_tour_along(
    sessions, tmp_path, qtbot
):
    """Named from its own folder again, as far as they lie there; else that is said."""
    session, folder = sessions(), tmp_path / "talk"
    (folder / "data").mkdir(parents=True)
    table = folder / "data" / "mine.csv"
    table.write_text("t\n1\n2\n4\n3\n")
    session.open_file(table, ask=False)
    qtbot.waitUntil(lambda: not session.busy, timeout=10_000)
    session.author.add()
    qtbot.waitUntil(lambda: session.author.at_rest, timeout=10_000)

    def save(path, how):
        how(path)
        qtbot.waitUntil(lambda: path.exists() and not session.autosave.saving, timeout=10_000)
        return tomllib.loads(open_document(path).tour)["scene"][0]["open"]

    assert save(folder / "work.rnnviz", session.author.save) == {"file": "data/mine.csv"}
    assert save(tmp_path / "work.rnnviz", session.autosave.save) == {"file": "talk/data/mine.csv"}
    assert save(folder / "data" / "w.rnnviz", session.autosave.save) == {"file": "mine.csv"}
    (tmp_path / "else").mkdir()
    assert save(tmp_path / "else" / "w.rnnviz", session.autosave.save) == {"file": "mine.csv"}
    assert "its tour stays as it is: scene 1: it opens" in said(session)[-1]
    session.author.drop()
    session.author.begin()  # and is whole as long as it is open
    assert session.author.draft.tour.scenes[0].opens == {"file": str(table)}
    assert save(tmp_path / "w.rnnviz", session.autosave.save) == {"file": "talk/data/mine.csv"}
    own = 'title = "t"\n[[scene]]\nname = "a"\nopen = { document = true }\n'
    session.home.tour = own
    assert save(folder / "w.rnnviz", session.autosave.save) == {"document": True}


def test_discarded_or_postponed(sessions, tmp_path, qtbot):
    left, _ = crashed(sessions, tmp_path, qtbot)
    later = sessions(tmp_path)
    later.autosave.begin()
    qtbot.waitUntil(lambda: bool(later.found), timeout=10_000)
    later.autosave.postpone(later.found[0])
    assert left.exists()
    session = sessions(tmp_path)
    session.autosave.begin()
    qtbot.waitUntil(lambda: bool(session.found), timeout=10_000)
    session.autosave.discard(session.found[0])
    assert not left.exists()
    assert not left.with_suffix(".lock").exists()


def old(path):
    """As if it had not been written at this moment."""
    os.utime(path, (time.time() - 60,) * 2)


def test_what_a_killed_program_left_is_cleared_and_said(sessions, tmp_path, qtbot):
    """Damaged autosaves, also where only their arrays are, and files that were half written."""
    folder = tmp_path / "auto"
    document = tmp_path / "mine.rnnviz"
    left, _ = crashed(sessions, folder, qtbot, document)
    shutil.copy(left, folder / f"{'ab' * 16}.rnnviz")
    content = bytearray((folder / f"{'ab' * 16}.rnnviz").read_bytes())
    place = content.find(b"NUMPY") + 200  # within the first array
    content[place] ^= 0xFF
    (folder / f"{'ab' * 16}.rnnviz").write_bytes(content)
    (folder / "x.rnnviz").write_bytes(b"half of some")
    parts = [
        folder / f".{'cd' * 16}.rnnviz.{'ef' * 8}.part",
        tmp_path / f".mine.rnnviz.{'01' * 8}.part",
    ]
    theirs = tmp_path / ".mine.rnnviz.part"
    for part in (*parts, theirs):
        part.write_bytes(b"half")
        old(part)
    session = sessions(folder)
    session.autosave.begin()
    qtbot.waitUntil(lambda: bool(session.found), timeout=10_000)
    assert said(session)[-1] == (
        "Removed 2 damaged autosaves and 2 unfinished saves of a program that was ended"
    )
    assert [each.path for each in session.autosave.orphans] == [left]
    assert not any(part.exists() for part in parts) and theirs.exists()
    assert sorted(p.suffix for p in folder.iterdir()) == [".lock", ".lock", ".rnnviz"]


def test_what_a_newer_program_left_is_not_cleared(sessions, tmp_path, qtbot, monkeypatch):
    from rnnviz.documents import files

    left, _ = crashed(sessions, tmp_path, qtbot)
    monkeypatch.setattr(files, "VERSION", 1)
    session = sessions(tmp_path)
    session.autosave.begin()
    settle(qtbot, session)
    assert left.exists()
    assert not session.found and not said(session)


def test_a_save_clears_what_one_before_left(sessions, tmp_path, qtbot):
    part = tmp_path / f".mine.rnnviz.{'01' * 8}.part"
    part.write_bytes(b"half")
    old(part)
    session = sessions()
    session.autosave.save(tmp_path / "mine.rnnviz")
    qtbot.waitUntil(lambda: not session.autosave.saving, timeout=10_000)
    assert said(session)[-1] == (
        "Saved mine.rnnviz · removed 1 unfinished save of a program that was ended"
    )
    assert [p.name for p in tmp_path.iterdir()] == ["mine.rnnviz"]


def test_several_that_were_left_are_all_offered_in_one_start(sessions, tmp_path, qtbot):
    dying = [sessions(tmp_path) for _ in range(3)]
    for each in dying:
        each.autosave.begin()
        settle(qtbot, each)
    for number, each in enumerate(dying):
        each.open_text(f"edit {number}")
        each.leave()
    session = sessions(tmp_path)
    session.autosave.begin()
    qtbot.waitUntil(lambda: bool(session.found), timeout=10_000)
    assert len(session.autosave.orphans) == 3
    second = session.autosave.orphans[1]
    session.autosave.restore(second)
    qtbot.waitUntil(lambda: session.modified, timeout=10_000)
    qtbot.waitUntil(lambda: len(session.found) == 2, timeout=10_000)
    assert second not in session.autosave.orphans
    assert len(session.autosave.orphans) == 2
    session.autosave.discard(session.found[1])
    assert len(session.found) == 3 and len(session.autosave.orphans) == 1


def test_what_was_left_is_offered_when_a_file_has_been_opened(sessions, tmp_path, qtbot):
    """Restored while a file was read, one of the two would have been lost without a word."""
    crashed(sessions, tmp_path / "auto", qtbot)
    table = tmp_path / "a.csv"
    table.write_text("a,b\n" + "\n".join(f"{n},{2 * n}" for n in range(30)))
    session = sessions(tmp_path / "auto")
    asked = []
    session.asked.connect(asked.append)
    session.open_with_choices(table)
    session.autosave.begin()
    settle(qtbot, session)
    qtbot.waitUntil(lambda: bool(asked), timeout=10_000)
    session.say(Notice("what stays to be said", beside=True))
    assert not session.found and "what stays to be said" not in said(session)
    session.open_asked({})
    qtbot.waitUntil(lambda: bool(session.found), timeout=10_000)
    assert said(session)[-1] == "what stays to be said"
    assert session.home.file == table
    session.autosave.restore(session.found[0])
    text = "an edit that nobody saved"
    qtbot.waitUntil(lambda: session.run.task.sequence.text == text, timeout=10_000)


# -- a document that was changed on the disk ------------------------------------------------------


def saved_twice(sessions, tmp_path, qtbot):
    """Two sessions with the same document; the other saves first."""
    path = tmp_path / "mine.rnnviz"
    one, other = sessions(), sessions()
    one.conflicts = []
    one.autosave.changed.connect(one.conflicts.append)
    save(one, path, qtbot)
    other.open_file(path)
    qtbot.waitUntil(lambda: other.document_path == path, timeout=10_000)
    other.set_learning_rate(0.5)
    save(other, path, qtbot)
    one.set_learning_rate(0.25)
    save(one, path, qtbot)
    return one, other, path


def save(session, path, qtbot, **given):
    session.autosave.save(path, **given)
    qtbot.waitUntil(lambda: not session.autosave.saving, timeout=10_000)


def rate_in(path):
    return open_document(path).branches.run.learning_rate


def test_a_document_that_another_window_saved_is_not_overwritten(sessions, tmp_path, qtbot):
    one, _, path = saved_twice(sessions, tmp_path, qtbot)
    assert rate_in(path) == 0.5
    assert one.modified
    assert said(one)[-1] == "mine.rnnviz: was changed on the disk since it was opened or saved here"
    (conflict,) = one.conflicts
    beside = conflict.beside
    assert beside == tmp_path / "mine 2.rnnviz"
    save(one, beside, qtbot)
    assert (rate_in(path), rate_in(beside)) == (0.5, 0.25)
    assert one.document_path == beside and not one.modified
    one.set_learning_rate(0.125)
    save(one, beside, qtbot)  # its own now
    assert rate_in(beside) == 0.125


def test_it_is_overwritten_where_that_is_wanted_and_then_the_other_is_asked(
    sessions, tmp_path, qtbot
):
    one, other, path = saved_twice(sessions, tmp_path, qtbot)
    save(one, path, qtbot, overwrite=True)
    assert rate_in(path) == 0.25 and not one.modified
    other.set_learning_rate(0.75)
    save(other, path, qtbot)
    assert rate_in(path) == 0.25 and other.modified


def test_several_saves_of_ones_own_are_no_conflict(sessions, tmp_path, qtbot):
    session = sessions()
    path = tmp_path / "mine.rnnviz"
    for rate in (0.5, 0.25, 0.125):
        session.set_learning_rate(rate)
        session.autosave.save(path)
    qtbot.waitUntil(lambda: not session.autosave.saving, timeout=10_000)
    assert rate_in(path) == 0.125
    os.utime(path)  # the same content is the same document
    session.set_learning_rate(0.75)
    save(session, path, qtbot)
    assert rate_in(path) == 0.75
    path.unlink()  # nothing is overwritten
    session.set_learning_rate(0.5)
    session.autosave.save(path)
    session.autosave.save(path)
    session.autosave.close()
    assert rate_in(path) == 0.5
    assert [p.name for p in tmp_path.iterdir()] == ["mine.rnnviz"]


def test_at_the_end_of_the_program_both_are_kept(sessions, tmp_path, qtbot):
    one, _, path = saved_twice(sessions, tmp_path, qtbot)
    one.autosave.save(path)
    one.autosave.close()
    assert (rate_in(path), rate_in(tmp_path / "mine 2.rnnviz")) == (0.5, 0.25)


def test_what_a_crash_left_does_not_overwrite_what_was_saved_since(sessions, tmp_path, qtbot):
    path = tmp_path / "mine.rnnviz"
    crashed(sessions, tmp_path / "auto", qtbot, path)
    other = sessions()
    other.open_file(path)
    qtbot.waitUntil(lambda: other.document_path == path, timeout=10_000)
    other.set_learning_rate(0.5)
    save(other, path, qtbot)
    session = sessions(tmp_path / "auto")
    session.autosave.begin()
    qtbot.waitUntil(lambda: bool(session.found), timeout=10_000)
    session.autosave.restore(session.found[0])
    qtbot.waitUntil(lambda: session.document_path == path, timeout=10_000)
    save(session, path, qtbot)
    assert rate_in(path) == 0.5 and session.modified


# -- a training ------------------------------------------------------------------------------


def training(session, qtbot, *, follow, updates=1_000_000):
    """Begin one, and come well beyond the snapshots that are kept of it."""
    session.follow_training(follow)
    session.train(replace(session.offer_training().plan, updates=updates))
    qtbot.waitUntil(lambda: session.progress.update > 30, timeout=20_000)


@pytest.mark.parametrize("follow", [True, False])
@pytest.mark.parametrize("elsewhere", [True, False])
def test_a_crash_leaves_a_training_at_its_newest_update(
    sessions, tmp_path, qtbot, follow, elsewhere
):
    session = sessions(tmp_path)
    session.autosave.begin()
    settle(qtbot, session)
    training(session, qtbot, follow=follow)
    if elsewhere:  # another branch is shown meanwhile, which is not trained
        session.fork()
    told = session.progress.update
    session.autosave.write()
    settle(qtbot, session)
    own = open_document(session.autosave.path).branches
    run = next(each.run for each in own.each if each.run.log)
    assert run.log[-1].update >= told
    assert run.networks[0] is run.log[-1].network
    first = run.log[-1].update
    qtbot.waitUntil(lambda: session.progress.update > first, timeout=20_000)
    session.autosave.write()  # and again, as long as it goes on
    settle(qtbot, session)
    session.autosave.leave()
    session.end_training()
    after = sessions(tmp_path)
    after.autosave.begin()
    qtbot.waitUntil(lambda: bool(after.found), timeout=10_000)
    after.autosave.restore(after.found[0])
    qtbot.waitUntil(lambda: after.modified, timeout=10_000)
    run = next(each.run for each in after.branches.each if each.run.log)
    assert run.log[-1].update > first
    assert run.origin == len(run.log) - 1


def test_what_a_training_has_learned_is_saved_with_the_document(sessions, tmp_path, qtbot):
    session = sessions()
    training(session, qtbot, follow=False)
    told = session.progress.update
    session.autosave.save(tmp_path / "mine.rnnviz")
    qtbot.waitUntil(lambda: not session.autosave.saving, timeout=10_000)
    assert open_document(tmp_path / "mine.rnnviz").branches.run.log[-1].update >= told
    assert session.modified  # it goes on
    session.end_training()


def test_of_a_training_too_large_for_every_half_minute_the_newest_is_kept(
    sessions, tmp_path, qtbot
):
    session = sessions(tmp_path)
    session.autosave.begin()
    settle(qtbot, session)
    plan = session.offer_training().plan
    large = Settings(cell="lstm", units=256, optimizer="adam", learning_rate=0.001)
    session.train(replace(plan, settings=large, updates=12, batch=1))
    qtbot.waitUntil(lambda: not session.progress.running, timeout=60_000)
    session.autosave.write()
    settle(qtbot, session)
    assert session.autosave.path.stat().st_size < 80 * 2**20
    run = open_document(session.autosave.path).branches.run
    assert run.log[-1].update == session.run.log[-1].update
    assert len(run.log) < len(session.run.log)


def test_left_at_a_signal_what_is_open_is_there_for_the_next(sessions, tmp_path, qtbot):
    session = sessions(tmp_path)
    session.autosave.begin()
    settle(qtbot, session)
    session.open_text("nobody was asked")
    session.leave()
    after = sessions(tmp_path)
    after.autosave.begin()
    qtbot.waitUntil(lambda: bool(after.found), timeout=10_000)
    session.close()
    after.autosave.restore(after.found[0])
    qtbot.waitUntil(lambda: after.run.task.sequence.text == "nobody was asked", timeout=10_000)


def test_left_without_work_nothing_stays(sessions, tmp_path, qtbot):
    session = sessions(tmp_path)
    session.autosave.begin()
    settle(qtbot, session)
    session.open_text("an edit")
    session.autosave.write()
    settle(qtbot, session)
    session.undo()
    session.leave()
    assert not list(tmp_path.glob("*.rnnviz"))


_SIGNALLED = """
import sys
from PySide6.QtCore import QTimer
from rnnviz.app import Launch, start
from dataclasses import replace
application, window = start(Launch())
session = window.session
session.follow_training(False)
def begin():
    if session.autosave.path is None or session.autosave.writing:
        QTimer.singleShot(20, begin)
        return
    session.train(replace(session.offer_training().plan, updates=1_000_000))
    wait()
def wait():
    if session.progress.update < 40:
        QTimer.singleShot(20, wait)
    else:
        print(session.progress.update, flush=True)
begin()
application.exec()
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals between processes")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_keeps_a_training_and_ends_the_program_at_once(tmp_path, name):
    number = getattr(signal, name)
    with running(_SIGNALLED, tmp_path) as process:
        told = int(process.stdout.readline())
        beside = processes_of(process.pid) if sys.platform == "linux" else set()
        assert beside or sys.platform != "linux"  # and there may be one that waits for the next
        process.send_signal(number)
        began = time.monotonic()
        assert process.wait(30) == 128 + number, process.stderr.read()
        assert time.monotonic() - began < 10  # 0.1 s on an idle machine
    until = time.monotonic() + 20
    while any(map(runs, beside)):  # what trained for it ends too
        assert time.monotonic() < until
        time.sleep(0.02)
    (left,) = tmp_path.rglob("*.rnnviz")
    run = open_document(left).branches.run
    assert run.log[-1].update >= told
    assert not list(tmp_path.rglob("*.part"))


def test_the_folder_is_the_users(qapp):
    assert str(autosave_folder()).startswith(os.environ["XDG_DATA_HOME"])


_CRASHING = """
import os, sys
from PySide6.QtCore import QTimer
from rnnviz.app import Launch, start
application, window = start(Launch())
session = window.session
autosave = session.autosave
def edit():
    session.open_text("work that would be lost")
    session.to_end()
    QTimer.singleShot(0, wait)
def wait():
    own = autosave.path
    if own is not None and own.exists():
        print("autosaved", flush=True)
        os._exit(9)
    autosave.write()
    QTimer.singleShot(20, wait)
QTimer.singleShot(100, edit)
application.exec()
"""

_RESTORING = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMessageBox
from rnnviz.app import Launch, start
application, window = start(Launch())
def answer():
    for box in window.findChildren(QMessageBox):
        if box.isVisible():
            print(box.text(), box.informativeText(), flush=True)
            for button in box.buttons():
                if button.text() == sys.argv[1]:
                    button.click()
                    QTimer.singleShot(50, restored)
                    return
    QTimer.singleShot(20, answer)
def restored():
    session = window.session
    if sys.argv[1] == "&Restore" and not session.modified:
        QTimer.singleShot(20, restored)
        return
    frame = session.frame
    print(frame.task.sequence.text, frame.playhead.position, session.modified, window.isWindowModified())
    session.close()
    application.exit()
QTimer.singleShot(100, answer)
QTimer.singleShot(60000, lambda: sys.exit(3))
application.exec()
"""  # noqa: E501


def running(script, folder, *arguments):
    """A process with the program in it, and with a home of its own."""
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def processes_of(number):
    """The processes that a process has begun, where Linux says so."""
    listed = Path(f"/proc/{number}/task").glob("*/children")
    return {int(each) for one in listed for each in one.read_text().split()}


def program(script, folder, *arguments):
    with running(script, folder, *arguments) as process:
        out, err = process.communicate(timeout=100)
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def test_a_process_dies_and_the_next_restores(tmp_path):
    died = program(_CRASHING, tmp_path)
    assert (died.returncode, died.stdout) == (9, "autosaved\n"), died.stderr
    (left,) = tmp_path.rglob("*.rnnviz")
    after = program(_RESTORING, tmp_path, "&Restore")
    lines = after.stdout.splitlines()
    assert after.returncode == 0, after.stderr
    assert lines[0].startswith("rnnviz was closed unexpectedly. Restore typed text from ")
    assert lines[1] == "work that would be lost 11.0 True True"
    # A clean end: nothing is left to restore.
    assert not left.exists()
    assert not list(tmp_path.rglob("*.rnnviz"))
