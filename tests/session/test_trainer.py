"""Training beside the interface: begun, followed, stopped, and one edit in the end."""

import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QThread, QTimer

from rnnviz.film import Settings
from rnnviz.film.panels import LAYOUTS
from rnnviz.film.plan import validation_of
from rnnviz.session import Session
from rnnviz.session.commands import Commands
from rnnviz.training import KEPT, fit, prepare
from tests.frames import series


@pytest.fixture
def session(qapp):
    made = Session()
    made.show_panels(LAYOUTS["standard"].panels)  # as a window: all of them take too long at once
    made.told_notices, made.seen = [], []
    made.told.connect(made.told_notices.append)
    made.training.connect(made.seen.append)
    yield made
    made.close()
    assert made.at_rest


def plan_of(session, **changes):
    plan = session.offer_training().plan
    settings = changes.pop("settings", {})
    return replace(plan, settings=replace(plan.settings, **settings), **changes)


def ended(session):
    return not session.progress.running


def open_series(session, steps=200):
    from rnnviz.data import make_task
    from rnnviz.film import Playhead, compute_pass, resolve, start_run

    run = start_run(make_task(series(steps)))
    session.open_frame(resolve(run, Playhead(), compute_pass(run, 0, 0)))


def test_training_ends_as_one_edit_at_the_same_place(session, qtbot):
    session.open_default()
    session.seek(5.0)
    before = session.frame
    session.train(plan_of(session, updates=60))
    assert session.progress.running
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    frame = session.frame
    assert len(frame.run.log) <= KEPT
    assert frame.run.log[-1].update == 60
    assert frame.run.origin == len(frame.run.log) - 1
    assert frame.playhead.position == 5.0
    assert frame.total_loss < before.total_loss
    assert frame.run.networks[0] is frame.run.log[-1].network
    assert session.told_notices[-1].text.startswith("Trained for 60 updates")
    session.undo()
    assert session.frame.run is before.run
    assert not session.undoes
    session.redo()
    assert session.frame.run.log is frame.run.log


def test_an_interface_slower_than_the_reports_has_time_for_the_rest(session, qtbot, qapp):
    open_series(session)
    session.train(plan_of(session, updates=100_000))
    session.training.connect(lambda _progress: time.sleep(0.1))
    qtbot.waitUntil(lambda: len(session.seen) > 2, timeout=20_000)
    for _ in range(6):
        before = len(session.seen)
        qapp.processEvents()  # would never come back, since another is there when one is done
        assert len(session.seen) - before <= 2
    session.stop_training()
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)


def test_progress_is_told_in_order_and_not_too_often(session, qtbot):
    open_series(session)
    session.train(plan_of(session, updates=100_000))
    qtbot.waitUntil(lambda: len(session.seen) > 12, timeout=20_000)
    first, last = session.seen[1], session.seen[-1]
    session.stop_training()
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    updates = [p.update for p in session.seen if p.running]
    assert updates == sorted(updates)
    assert last.update > first.update
    assert len(updates) < session.frame.run.log[-1].update / 2  # far fewer than updates
    assert last.updates == 100_000
    assert last.log[0].update == 0
    assert np.isfinite(last.loss)
    assert np.isfinite(last.validation_loss)
    assert last.rate > 0


def test_stop_keeps_what_was_learned_and_it_can_be_taken_up(session, qtbot):
    open_series(session)
    base = session.frame.run
    plan = plan_of(session, updates=50_000)
    session.train(plan)
    qtbot.waitUntil(lambda: session.progress.update > 20, timeout=20_000)
    session.stop_training()
    assert session.progress.stopping
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    update = session.frame.run.log[-1].update
    assert 20 < update < 50_000
    offer = session.offer_training()
    assert offer.onward == update
    session.train(replace(plan, updates=15, onward=True))
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    log = session.frame.run.log
    assert log[-1].update == update + 15
    whole = fit(prepare(base, replace(plan, updates=update + 15)))
    for name, array in whole.log[-1].network.parameters.items():
        assert np.array_equal(array, log[-1].network.parameters[name])


def test_followed_the_stage_shows_the_newest_and_all_is_one_edit(session, qtbot):
    open_series(session)
    shown = []
    session.changed.connect(lambda frame: shown.append(frame.run))
    session.train(plan_of(session, updates=100_000))
    qtbot.waitUntil(lambda: len(shown) >= 3, timeout=20_000)
    assert [r.log[-1].update for r in shown] == sorted(r.log[-1].update for r in shown)
    assert all(r.origin == len(r.log) - 1 for r in shown)
    session.stop_training()
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    session.undo()
    assert not session.frame.run.log
    assert not session.undoes


def test_a_stage_that_takes_long_to_paint_is_shown_fewer(session, qtbot):
    """Also where it is painted later than it is told to: a thirtieth of the time goes there."""
    open_series(session)
    shown = []

    def paint():
        until = time.thread_time() + 0.06
        while time.thread_time() < until:
            pass

    session.changed.connect(lambda _frame: shown.append(time.monotonic()))
    session.changed.connect(lambda _frame: QTimer.singleShot(10, paint))
    session.train(plan_of(session, updates=1_000_000))
    qtbot.waitUntil(lambda: len(shown) >= 6, timeout=60_000)
    assert shown[-1] - shown[-2] > 0.7  # 0.25 s where showing one takes nothing
    session.stop_training()
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)


def test_not_followed_the_stage_stays_until_the_end(session, qtbot):
    open_series(session)
    session.follow_training(False)
    before, shown = session.frame.run, []
    session.changed.connect(lambda frame: shown.append(frame.run))
    session.train(plan_of(session, updates=100_000))
    qtbot.waitUntil(lambda: session.progress.update > 100, timeout=20_000)
    assert not shown
    session.seek(3.0)  # looking goes on
    assert session.frame.run is before
    session.stop_training()
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    assert session.frame.run.log
    assert session.frame.playhead.position == 3.0
    session.undo()
    assert session.frame.run is before


def test_switched_off_midway_it_is_still_one_edit(session, qtbot):
    open_series(session)
    session.train(plan_of(session, updates=100_000))
    qtbot.waitUntil(lambda: bool(session.frame.run.log), timeout=20_000)
    session.follow_training(False)
    session.stop_training()
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    session.undo()
    assert not session.frame.run.log
    assert not session.undoes


def change(session, **changes):
    session.set_settings(replace(session.settings, **changes))


EDITS = {
    "cell": (lambda s: change(s, cell="gru"), "cell GRU"),
    "units": (lambda s: change(s, units=5), "units 5"),
    "optimiser": (lambda s: change(s, optimizer="adam"), "optimiser Adam"),
    "clipping": (lambda s: change(s, clipping="value"), "clip ±1"),
    "rate": (lambda s: s.set_learning_rate(0.003), "η 0.003"),
    "scaling": (
        lambda s: s.scale_weights("radius", 0.9),
        "W_aa scaled to spectral radius 0.90",
    ),
    "reset": (lambda s: s.reset(), "reset"),
    "sequence": (lambda s: s.open_text("something else"), "sequence"),
    "other": (lambda s: s.open_default(), "opening the lecture's sentence"),
}


@pytest.mark.parametrize("followed", [True, False])
@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_ends_a_training_and_what_was_learned_lies_below_it(session, qtbot, edit, followed):
    make, words = EDITS[edit]
    open_series(session)
    session.follow_training(followed)
    before = session.frame.run
    session.train(plan_of(session, updates=100_000, settings={"optimizer": "rmsprop"}))
    qtbot.waitUntil(lambda: session.progress.update > 20, timeout=20_000)
    qtbot.waitUntil(lambda: bool(session.frame.run.log) == followed, timeout=20_000)
    learned = session.progress.log[-1]
    make(session)
    after = session.frame.run
    assert ended(session)
    assert session.undoes == words
    said = session.told_notices[-1].text
    assert said.endswith(f"up to update {learned.update:,} is kept: Ctrl+Z leads back to it.")
    qtbot.waitUntil(lambda: session.at_rest, timeout=20_000)
    qtbot.wait(100)
    assert session.frame.run is after  # nothing comes after it
    session.undo()
    assert session.told_notices[-1].text == f"Taken back: {words}"
    assert session.frame.run.log[-1] is learned
    assert session.frame.run.settings.cell == "rnn"
    assert session.undoes == "training"
    session.undo()
    assert session.frame.run is before
    assert session.undoes is None
    session.redo()
    session.redo()
    assert session.frame.run is after


def test_other_updates_go_on_from_what_was_learned(session, qtbot):
    open_series(session)
    session.train(plan_of(session, updates=100_000))
    qtbot.waitUntil(lambda: session.progress.update > 20, timeout=20_000)
    learned = session.progress.log[-1]
    session.set_learning_rate(0.25)
    run = session.frame.run
    assert run.networks[0] is learned.network
    assert run.learning_rate == 0.25
    assert run.log[-1] is learned


@pytest.mark.parametrize("followed", [True, False])
def test_undo_takes_a_training_back_while_it_runs(session, qtbot, followed):
    open_series(session)
    session.follow_training(followed)
    change(session, units=6)
    before = session.frame.run
    session.train(plan_of(session, updates=100_000))
    assert session.undoes == "training"
    qtbot.waitUntil(lambda: session.progress.update > 20, timeout=20_000)
    learned = session.progress.log[-1]
    assert session.undoes == "training"
    assert session.redoes is None
    session.undo()
    assert ended(session)
    assert session.frame.run is before
    assert (session.undoes, session.redoes) == ("units 6", "training")
    session.redo()
    assert session.frame.run.log[-1] is learned


def test_undo_before_a_training_has_learned_anything_takes_nothing_else_back(session):
    open_series(session)
    change(session, units=6)
    before = session.frame.run
    session.train(plan_of(session, updates=100_000))
    session.undo()
    assert ended(session)
    assert session.frame.run is before
    assert session.undoes == "units 6"
    assert "before it had learned anything" in session.told_notices[-1].text


@pytest.mark.parametrize("followed", [True, False])
def test_another_mode_is_looked_at_while_a_training_goes_on(session, qtbot, followed):
    session.open_text("one two three one two three one two one two three")
    session.follow_training(followed)
    session.train(plan_of(session, updates=100_000, mode="synced", window=5, validation=0.0))
    qtbot.waitUntil(lambda: session.progress.update > 20, timeout=20_000)
    session.choose_mode("many_to_one")
    session.seek(3.0)
    assert session.progress.running
    update = session.progress.update
    qtbot.waitUntil(lambda: session.progress.update > update + 50, timeout=20_000)
    assert session.frame.run.task.mode == "many_to_one"
    session.stop_training()
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    run = session.frame.run
    assert run.task.mode == "many_to_one"
    assert run.networks[0] is run.log[-1].network
    assert session.frame.playhead.position == 3.0


def test_a_new_training_takes_the_place_of_the_old(session, qtbot):
    open_series(session)
    session.train(plan_of(session, updates=100_000))
    qtbot.waitUntil(lambda: session.progress.update > 5, timeout=20_000)
    session.train(plan_of(session, updates=10, settings={"units": 4}))
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    assert session.frame.units == 4
    assert session.frame.run.log[-1].update == 10


def test_divergence_is_one_message_and_keeps_the_last_good(session, qtbot):
    open_series(session)
    wild = {
        "optimizer": "sgd",
        "learning_rate": 1e200,
        "clipping": "none",
        "activation": "identity",
    }
    session.train(plan_of(session, updates=100, settings=wild))
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    notice = session.told_notices[-1]
    assert notice.error
    assert "diverged at update" in notice.text
    network = session.frame.run.networks[0]
    assert all(np.isfinite(p).all() for p in network.parameters.values())


def test_what_cannot_begin_is_one_message(session, qtbot):
    open_series(session)
    before = session.frame
    session.train(plan_of(session, window=5_000))
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    assert session.told_notices[-1].error
    assert "fewer than a window" in session.told_notices[-1].text
    assert session.frame is before
    assert not session.undoes


def test_the_thread_ends_with_the_training_and_with_the_program(session, qtbot):
    open_series(session)
    session.train(plan_of(session, updates=5))
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    qtbot.waitUntil(lambda: session.at_rest, timeout=20_000)
    assert not session.findChildren(QThread) or all(
        t.isFinished() for t in session.findChildren(QThread)
    )
    session.train(plan_of(session, updates=1_000_000))
    qtbot.waitUntil(lambda: session.progress.update > 5, timeout=20_000)
    assert not session.at_rest
    session.close()
    assert session.at_rest


def test_the_interface_goes_on_while_training(session, qtbot):
    """Ticks of a timer go on through a training of large updates: none waits for one."""
    open_series(session, 2_000)
    session.follow_training(False)
    ticks = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(session.progress.update))
    timer.start(5)
    heavy = {"units": 128, "layers": 2, "cell": "lstm"}
    session.train(plan_of(session, updates=100_000, batch=64, settings=heavy))
    qtbot.waitUntil(lambda: session.progress.update >= 5, timeout=60_000)
    timer.stop()
    during = [update for update in ticks if update > 0]
    # An update takes some hundred ms here: a thread that waited for each would tick once for one.
    assert len(during) > 4 * (max(during) - min(during) + 1)
    session.stop_training()
    qtbot.waitUntil(lambda: ended(session), timeout=60_000)


def test_a_shipped_problem_is_trained_its_own_way(session, qtbot):
    from rnnviz.film import Playhead, ShippedProblem, compute_pass, resolve, start_run
    from rnnviz.problems.registry import PROBLEMS

    problem = PROBLEMS["digits"]
    task = problem.task(problem.examples[0])
    architecture = problem.begin(0).architecture
    settings = Settings(cell=architecture.cell, units=architecture.units, optimizer="adam")
    run = replace(start_run(task, settings), shipped=ShippedProblem("digits", problem.title))
    session.open_frame(resolve(run, Playhead(), compute_pass(run, 0, 0)))
    offer = session.offer_training()
    assert offer.fixed
    assert not offer.onward
    session.train(replace(offer.plan, updates=12))
    qtbot.waitUntil(lambda: ended(session), timeout=60_000)
    run = session.frame.run
    training = problem.training(0)
    *_, last = training.run(training.begin(problem.begin(0)), 12)
    for name, array in last.network.parameters.items():
        assert np.array_equal(run.networks[0].parameters[name], array)
    assert run.shipped.name == "digits"
    assert session.offer_training().onward == 12
    session.train(replace(session.offer_training().plan, updates=3))
    qtbot.waitUntil(lambda: ended(session), timeout=60_000)
    assert session.frame.run.log[-1].update == 15


def test_a_shipped_network_goes_on_learning(session, qtbot):
    """Its schedule has run down to 0: it goes on with a tenth of the first rate."""
    session.open_problem("names")
    qtbot.waitUntil(lambda: session.frame is not None and not session.busy, timeout=20_000)
    before = session.frame.run
    offer = session.offer_training()
    assert offer.onward == before.log[-1].update
    assert "a tenth of the first η" in offer.foretell(offer.plan).text
    session.train(replace(offer.plan, updates=10))
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    after = session.frame.run
    assert after.log[: len(before.log)] == before.log
    assert after.log[-1].learning_rate > 0
    one, other = (run.log[-1].network.parameters for run in (before, after))
    assert all(not np.array_equal(one[name], other[name]) for name in one)
    assert after.shipped.example == before.shipped.example


def test_another_network_begins_without_the_log_and_undo_brings_it_back(session, qtbot):
    session.open_default()
    session.train(plan_of(session, updates=20))
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    log = session.frame.run.log
    session.seek_training(3)
    session.set_settings(replace(session.settings, cell="lstm"))
    assert session.frame.cell == "lstm"
    assert session.frame.run.log == ()
    session.undo()
    assert session.frame.run.log is log
    assert session.frame.run.origin == 3


def test_a_shipped_problem_without_a_training_has_nothing_to_go_on_with(session, qtbot):
    session.open_problem("names")
    qtbot.waitUntil(lambda: session.frame is not None and not session.busy, timeout=20_000)
    plan = replace(session.offer_training().plan, updates=1, onward=True)
    session.set_settings(replace(session.settings, seed=3, recurrent="orthogonal"))
    assert not session.frame.run.log
    session.train(plan)
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    assert "no training of such a network" in session.told_notices[-1].text


def test_a_shipped_problem_trains_its_own_network_and_says_so(session, qtbot):
    session.open_problem("names")
    qtbot.waitUntil(lambda: session.frame is not None and not session.busy, timeout=20_000)
    session.set_settings(replace(session.settings, cell="lstm", units=20))
    session.train(replace(session.offer_training().plan, updates=2))
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    made, settings = session.run.architecture, session.settings
    assert (settings.cell, settings.units) == (made.cell, made.units) == ("rnn", 24)
    session.set_settings(replace(settings, cell="lstm"))
    assert session.run.architecture.cell == "lstm" and not session.run.log


@pytest.mark.parametrize("followed", [True, False])
def test_it_ends_on_the_best_and_the_last_is_one_key_away(session, qtbot, followed):
    commands = Commands(session)
    open_series(session, 120)
    session.follow_training(followed)
    session.train(plan_of(session, updates=150, settings={"learning_rate": 0.1, "seed": 1}))
    assert commands.why_not("best") == "a training is under way; stop it to move along it"
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    run = session.run
    losses = [validation_of(s) for s in run.log]
    best = int(np.argmin(losses))
    assert 0 < best < len(losses) - 1  # else this test says nothing
    assert run.origin == best and run.networks == (run.log[best].network,)
    text = session.told_notices[-1].text
    assert f"shown is update {run.log[best].update}, of the smallest validation loss" in text
    assert commands.why_not("best") == "that is the one that is shown"
    assert commands.run("last")
    assert session.run.networks[0] is session.run.log[-1].network
    assert commands.why_not("last") == "that is the one that is shown"
    assert commands.run("best")
    assert session.run.origin == best
    # Looking along a training is no edit: one step takes all of it back.
    session.undo()
    assert not session.run.log and "no training" in commands.why_not("best")


def test_without_validation_there_is_no_best(session, qtbot):
    commands = Commands(session)
    open_series(session, 60)
    session.train(plan_of(session, updates=5))
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    assert session.run.origin == len(session.run.log) - 1 == 5
    assert commands.why_not("best") == "this training has no validation loss"
    assert session.told_notices[-1].text == (
        "Trained for 5 updates · shown is the last, update 5: no part is kept to validate"
    )


@pytest.mark.parametrize("follow", [True, False])
def test_a_forecast_stays_through_a_training(session, qtbot, follow):
    """On the scale of what was trained; before, during and after."""
    open_series(session, 60)
    session.forecast(24)
    session.follow_training(follow)
    session.train(plan_of(session, updates=30))
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    task = session.frame.task
    assert (session.frame.run.log[-1].update, task.given, task.steps) == (30, 60, 84)
    trained = task.base
    assert np.array_equal(task.x[:60], trained.x) and np.array_equal(task.mean, trained.mean)
    session.forecast(0)
    session.train(plan_of(session, updates=20_000))
    qtbot.waitUntil(lambda: session.progress.update > 5, timeout=20_000)
    session.forecast(12)
    session.stop_training()
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    assert (session.frame.task.given, session.frame.task.steps) == (60, 72)
    assert session.frame.run.log[-1].update > 5


def test_a_forecast_that_the_trained_network_cannot_make_is_said(session, qtbot):
    from rnnviz.data import make_task
    from rnnviz.film import Playhead, compute_pass, resolve, start_run

    run = start_run(make_task(series(60, 2)))
    session.open_frame(resolve(run, Playhead(), compute_pass(run, 0, 0)))
    session.forecast(6)
    session.train(plan_of(session, updates=5, columns=("c2",)))
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    assert session.frame.task.given is None
    text = session.told_notices[-1].text
    assert text.endswith(". Its forecast is not shown: it does not predict all that it reads")


@pytest.mark.skipif(sys.platform != "linux", reason="a program's processes are listed in /proc")
def test_a_training_whose_process_is_killed_keeps_what_it_learned(session, qtbot):
    open_series(session)
    before, known = session.frame.run, children()
    session.follow_training(False)
    session.train(plan_of(session, updates=1_000_000))
    qtbot.waitUntil(lambda: session.progress.update > 20, timeout=20_000)
    learned = session.progress.update
    for process in children() - known or known:
        os.kill(process, signal.SIGKILL)
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    notice = session.told_notices[-1]
    assert notice.error and "its process was ended (signal 9)" in notice.text
    run = session.frame.run
    assert run.log[-1].update >= learned
    assert notice.text.endswith(f"learned up to update {run.log[-1].update:,} is kept.")
    session.undo()
    assert session.frame.run is before and not session.undoes
    session.train(plan_of(session, updates=5))  # and the next one has a process of its own
    qtbot.waitUntil(lambda: ended(session), timeout=20_000)
    assert session.frame.run.log[-1].update == 5


def children():
    """The numbers of this program's processes."""
    found = Path("/proc/self/task").glob("*/children")
    return {int(number) for each in found for number in each.read_text().split()}
