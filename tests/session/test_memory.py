"""What is refused, let go or failed gives its memory back, and the screen stays."""

import weakref

import numpy as np
import pytest

from rnnviz.film import Settings
from rnnviz.film.cost import BUDGETS, budget, set_budget
from rnnviz.film.fields import FIELDS
from rnnviz.session import Session
from rnnviz.session.jobs import Jobs
from rnnviz.session.preferences import Preferences


class Large(np.ndarray):
    """An array that can be watched."""


def failing(seen: list[weakref.ref]):
    def work(_under=None):
        large = np.zeros(1000).view(Large)
        seen.append(weakref.ref(large))
        try:
            raise KeyError("first")
        except KeyError as error:
            raise ValueError("cannot be done") from error

    return work


@pytest.mark.parametrize("beside", [True, False])
def test_what_a_job_made_is_gone_when_it_has_failed(beside, qapp, qtbot):
    said, failed, seen = [], [], []
    jobs = Jobs(said.append)
    jobs.failed.connect(failed.append)
    if beside:
        jobs.submit(failing(seen), "Working", said.append)
        qtbot.waitUntil(lambda: bool(failed), timeout=5000)
    else:
        jobs.at_once(failing(seen), said.append)
    assert str(failed[0]) == "cannot be done"
    assert seen[0]() is None
    jobs.stop()


@pytest.fixture
def session(qapp):
    made = Session()
    made.notices = []
    made.told.connect(made.notices.append)
    yield made
    made.close()
    for name in BUDGETS:
        set_budget(name, FIELDS[name].default)


def test_what_is_above_the_budget_is_refused_and_the_screen_stays(session, qtbot, tmp_path):
    session.open_default()
    shown, run = session.frame, session.run
    session.allow_memory(0.1)
    (tmp_path / "long.txt").write_text("one two three four " * 40_000)
    session.open_file(tmp_path / "long.txt", unit="words", ask=False)
    qtbot.waitUntil(lambda: not session.busy, timeout=10_000)
    qtbot.waitUntil(lambda: any(n is not None and n.error for n in session.notices), timeout=5000)
    (said,) = [n.text for n in session.notices if n is not None and n.error]
    assert said.startswith("160,000 steps through 1 × 16 units of RNN would take about 0.1")
    assert "allow more" in said
    assert session.frame is shown and session.run is run
    session.set_settings(Settings(units=1024, layers=8))  # an edit is refused alike
    qtbot.waitUntil(lambda: not session.busy, timeout=10_000)
    assert session.frame is shown and session.run is run and session.undoes is None
    session.allow_memory(4.0)
    session.open_file(tmp_path / "long.txt", unit="words", ask=False)
    qtbot.waitUntil(lambda: session.frame.steps == 160_000, timeout=20_000)


def test_updates_that_are_let_go_are_said_and_counted_on(session):
    session.open_default()
    set_budget("memory_updates", 0.0)

    def update():
        session.to_end()
        session.next()

    for _ in range(5):
        update()
    assert len(session.run.networks) == 3 and session.run.gone == 3
    said = [n.text for n in session.notices if n is not None]
    (once,) = [text for text in said if "let go" in text]
    assert once.startswith("The film's updates may take 0 GB of memory: the network after update 1")
    assert session.run.updates_at(session.playhead.snapshot) == 5
    session.previous()
    assert session.playhead.snapshot == 1
    while session.playhead.position > 0.0:
        session.previous()
    session.previous()
    assert session.playhead.snapshot == 0
    assert session.run.updates_at(0) == 0
    assert "updates 1 to 3 were let go" in session.notices[-1].text


def test_a_budget_is_remembered_and_in_force_in_the_next_start(qapp):
    kept = Preferences(kept=False)
    first = Session(kept)
    first.allow_memory(8.0)
    first.close()
    assert kept.value("memory_pass") == 8.0
    set_budget("memory_pass", 1.0)
    again = Session(kept)
    assert budget("memory_pass") == 8e9
    again.close()
    set_budget("memory_pass", FIELDS["memory_pass"].default)
