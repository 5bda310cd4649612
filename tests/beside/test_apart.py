"""Training in a process beside: the same numbers, stopped at once, and no process that stays."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import fields, is_dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from rnnviz.beside import Apart, BrokenOffError
from rnnviz.data import make_task, sequence_from_text
from rnnviz.film import start_run
from rnnviz.film.cost import budgets, set_budget
from rnnviz.film.fields import FIELDS
from rnnviz.training import fit, make_offer, prepare
from tests.frames import series

posix = pytest.mark.skipif(os.name == "nt", reason="Windows ends a process in another way")


def planned(run, **changes):
    plan = make_offer(run).plan
    settings = changes.pop("settings", {})
    return replace(plan, settings=replace(plan.settings, **settings), **changes)


def of_series(**changes):
    run = start_run(make_task(series(200)))
    return run, planned(run, **changes)


def alike(one, other, where=""):
    """Bit by bit, all that they were made of."""
    if isinstance(one, np.ndarray):
        assert one.dtype == other.dtype and one.shape == other.shape, where
        assert one.tobytes() == other.tobytes(), where
    elif is_dataclass(one):
        for each in (each for each in fields(one) if each.init):
            alike(getattr(one, each.name), getattr(other, each.name), f"{where}.{each.name}")
    elif hasattr(one, "items"):
        assert list(one) == list(other), where
        for name in one:
            alike(one[name], other[name], f"{where}.{name}")
    elif isinstance(one, tuple):
        assert len(one) == len(other), where
        for number, pair in enumerate(zip(one, other, strict=True)):
            alike(*pair, f"{where}[{number}]")
    else:
        assert one == other or (one != one and other != other), where


def a_series():
    return of_series(updates=40)


def halves_of_a_text():
    run = start_run(make_task(sequence_from_text("one two three two one " * 12)))
    return run, planned(
        run, mode="encoder_decoder", window=6, updates=12, settings={"cell": "lstm", "units": 5}
    )


def one_that_gives_up():
    return of_series(updates=2_000, patience=20, settings={"learning_rate": 0.1, "seed": 1})


def one_that_diverges():
    wild = {"optimizer": "sgd", "learning_rate": 1e200, "clipping": "none"}
    return of_series(updates=100, settings={**wild, "activation": "identity"})


def one_that_goes_on():
    run, plan = of_series(updates=25, settings={"optimizer": "rmsprop"})
    fitting = prepare(run, plan)
    return fitting.run_of(run, fit(fitting).log), replace(plan, updates=10, onward=True)


@pytest.mark.parametrize(
    "made", [a_series, halves_of_a_text, one_that_gives_up, one_that_diverges, one_that_goes_on]
)
def test_the_numbers_are_those_of_the_loop_in_this_process(made):
    run, plan = made()
    apart, told, ready = Apart(run, plan), [], []
    ended = apart.fit(told.append, ready.append)
    assert apart.process not in (None, os.getpid())
    alike(ended, fit(prepare(run, plan)))
    (fitting,) = ready
    assert [p.update for p in told] == sorted(p.update for p in told)
    assert told[0].update == fitting.start.update and told[0].running
    # What both had already is the same object at the end, and was not sent.
    assert ended.log[: len(fitting.log)] == fitting.log


def test_what_it_tells_on_the_way_is_what_the_loop_tells():
    run, plan = of_series(updates=10_000)
    apart, told = Apart(run, plan), []

    def hear(progress):
        told.append(progress)
        if progress.update > 50:
            apart.stop()

    apart.fit(hear)
    here = {}
    fit(prepare(run, replace(plan, updates=told[-1].update)), lambda p: here.update({p.update: p}))
    assert len(told) > 1
    for progress in told:
        newest, own = progress.log[-1], here[progress.update].log[-1]
        alike((newest.update, newest.network), (own.update, own.network))
        alike(progress.loss, here[progress.update].loss)
        assert progress.kept == len(progress.log) or progress.kept == len(progress.log) - 1
    for before, after in pairwise(told):  # what stays is the same object
        assert before.log[0] is after.log[0]


def test_the_budgets_of_memory_hold_there_too():
    run, plan = of_series(updates=8, window=5, settings={"units": 300})
    known = budgets()["memory_updates"]
    whole = Apart(run, plan).fit().log
    try:
        set_budget("memory_updates", FIELDS["memory_updates"].least)
        ended = Apart(run, plan).fit()
        alike(ended, fit(prepare(run, plan)))
    finally:
        set_budget("memory_updates", known)
    assert len(ended.log) < len(whole) == 9


def test_it_stops_within_an_update_and_keeps_what_it_learned():
    run, plan = of_series(updates=1_000_000)
    apart, stopped = Apart(run, plan), []

    def hear(progress):
        if progress.update > 20 and not stopped:
            stopped.append(progress.update)
            apart.stop()

    ended = apart.fit(hear)
    assert ended.log[-1].update >= stopped[0]
    assert ended.text.startswith("Stopped after")


def test_stopped_before_it_began_it_makes_no_update():
    run, plan = of_series(updates=1_000_000)
    apart = Apart(run, plan)
    apart.stop()
    assert apart.fit().log[-1].update == 0


def test_a_plan_that_cannot_be_is_said_as_in_this_process():
    run, plan = of_series(window=5_000)
    with pytest.raises(ValueError, match="fewer than a window"):
        Apart(run, plan).fit()


def test_one_process_serves_one_training_after_the_other():
    used = []
    for _ in range(2):
        apart = Apart(*of_series(updates=3))
        apart.fit()
        used.append(apart.process)
    assert used[0] == used[1]


def killed(process: int) -> None:
    os.kill(process, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)


def test_a_process_that_is_killed_is_said():
    apart, told = Apart(*of_series(updates=1_000_000)), []

    def hear(progress):
        told.append(progress)
        if len(told) == 3:
            killed(apart.process)

    with pytest.raises(BrokenOffError, match="its process was ended"):
        apart.fit(hear)
    assert told[-1].log[-1].update == told[-1].update
    assert Apart(*of_series(updates=3)).fit().log[-1].update == 3  # and another one trains on


def test_where_nobody_can_hear_it_the_process_ends():
    apart = Apart(*of_series(updates=1_000_000))

    def fail(_progress):
        raise RuntimeError("nobody hears")

    with pytest.raises(RuntimeError, match="nobody hears"):
        apart.fit(fail)
    assert os.name == "nt" or not runs(apart.process)


def test_ended_from_another_thread_it_is_over_at_once():
    apart = Apart(*of_series(updates=1_000_000))
    timer = threading.Timer(0.3, apart.end)
    timer.start()
    with pytest.raises(BrokenOffError):
        apart.fit()
    timer.join()


def test_where_no_process_can_be_begun_this_thread_trains(monkeypatch, tmp_path):
    import rnnviz.beside.process as process

    process.take().gone()  # none is ready any more
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere"))
    run, plan = of_series(updates=30)
    apart, told = Apart(run, plan), []
    ended = apart.fit(told.append)
    assert apart.process is None
    assert len(told) == 31
    alike(ended, fit(prepare(run, plan)))


def test_where_the_process_ends_before_it_begins_this_thread_trains(monkeypatch):
    import rnnviz.beside.process as process

    process.take().gone()
    monkeypatch.setattr(process, "_CODE", "raise SystemExit(3)")
    run, plan = of_series(updates=10)
    assert Apart(run, plan).fit().log[-1].update == 10


_PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
from tests.beside.test_apart import of_series
from rnnviz.beside import Apart
apart = Apart(*of_series(updates=1_000_000))
apart.fit(lambda told: told.update > 5 and print(apart.process, flush=True))
"""


def runs(process: int) -> bool:
    """Whether it does; one that has ended and that nobody asked about yet does not."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


@posix
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_a_program_that_is_killed_leaves_no_process(name):
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": str(root)}
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as program:
        number = int(program.stdout.readline())
        assert runs(number)
        program.send_signal(getattr(signal, name))
        program.wait(30)
    until = time.monotonic() + 20
    while runs(number) and time.monotonic() < until:
        time.sleep(0.02)
    assert not runs(number)


def test_a_packed_program_trains_when_it_is_begun_for_that():
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, str(root / "main.py"), "--train-beside"],
        stdin=subprocess.DEVNULL,  # its pipe has ended: so does it
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_it_needs_no_window():
    code = "import sys, rnnviz.beside.child; print([m for m in sys.modules if 'PySide' in m])"
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
