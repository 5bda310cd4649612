"""What a training would take is measured beside the interface, of the plan asked about last."""

from dataclasses import replace

import pytest

from rnnviz.data import make_task
from rnnviz.film import Playhead, compute_pass, resolve, start_run
from rnnviz.session import Session
from tests.frames import series


@pytest.fixture
def session(qapp, qtbot):
    made = Session()
    run = start_run(make_task(series(200)))
    made.open_frame(resolve(run, Playhead(), compute_pass(run, 0, 0)))
    qtbot.waitUntil(lambda: made.frame is not None)
    made.found = []
    made.estimated.connect(made.found.append)
    yield made
    made.close()
    assert made.at_rest


def test_it_is_said_and_nothing_is_changed(session, qtbot):
    before = session.frame
    session.estimate(replace(session.offer_training().plan, updates=777))
    qtbot.waitUntil(lambda: bool(session.found), timeout=20_000)
    found = session.found[0]
    assert found.updates == 777 and found.seconds > 0.0
    assert session.frame is before and not session.undoes and not session.progress.running


def test_of_several_the_last_is_answered(session, qtbot):
    plan = session.offer_training().plan
    for updates in (10, 20, 30):
        session.estimate(replace(plan, updates=updates))
    qtbot.waitUntil(lambda: bool(session.found), timeout=20_000)
    qtbot.wait(100)
    assert [found.updates for found in session.found] == [30]


def test_forgotten_it_is_not_answered(session, qtbot):
    session.estimate(session.offer_training().plan)
    session.forget_estimate()
    qtbot.waitUntil(lambda: session.at_rest, timeout=20_000)
    qtbot.wait(50)
    assert not session.found


def test_what_cannot_be_trained_says_why(session, qtbot):
    session.estimate(replace(session.offer_training().plan, window=5_000))
    qtbot.waitUntil(lambda: bool(session.found), timeout=20_000)
    assert "fewer than a window" in session.found[0].text
