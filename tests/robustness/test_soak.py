"""A long lecture: it trains, the film plays, the window is looked at; no stall, and memory is flat.

pytest -n 0 tests/robustness/test_soak.py --long --soak 1200
"""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest

from tests.robustness.measured import held
from tests.robustness.test_events import MOST, SAID

# What Qt's offscreen platform says of menus and dialogs.
pytestmark = pytest.mark.qt_log_ignore(
    "This plugin does not support", "Unimplemented code", extend=True
)
LOOKING = ("resize", "hover", "hover", "wheel", "layout", "shape", "wait", "wait")
GROWTH = 60  # megabytes after the first quarter
PAUSE = 150  # milliseconds between two events


class Beats:
    """A heart: the interface's own seconds from one of its beats to the next.

    Nothing else is heard between two; so many seconds nobody's key was answered.
    """

    def __init__(self, parent) -> None:
        self.count, self.gaps, self._last = 0, [], time.thread_time()
        timer = QTimer(parent)
        timer.setInterval(10)
        timer.timeout.connect(self._beat)
        timer.start()

    def _beat(self) -> None:
        now = time.thread_time()
        self.count += 1
        self.gaps.append(now - self._last)
        self._last = now


def test_memory_is_flat_while_it_trains_and_plays(episode_of, qtbot, qtlog, amount, seed, report):
    begin, end = episode_of
    episode = begin(seed, LOOKING)
    window, session = episode.window, episode.window.session
    window.commands.run("series")
    qtbot.waitUntil(lambda: window.session.run.task.sequence.kind == "series", timeout=20_000)
    seconds, began = amount("soak"), time.monotonic()
    events, beats, taken = episode.run(10**9), Beats(window), []
    trainings = films = 0
    with qtbot.captureExceptions() as exceptions:
        while (now := time.monotonic() - began) < seconds:
            if not session.progress.running:
                session.train(replace(session.offer_training().plan, updates=1_000_000))
                trainings += 1
            if session.playhead.position > 2 * session.run.steps:  # its update would be an edit
                session.seek(0.0)
            if not session.playing:
                session.toggle_play()
                films += 1
            next(events)
            QTest.qWait(PAUSE)
            if now > len(taken) * seconds / 40:
                taken.append(held())
                report(f"{now:.0f} s: {taken[-1]:.0f} MB, {session.progress.update:,} updates")
    updates = session.progress.update
    window = session = None  # the test would hold them
    end(episode)
    said = [each.message for each in qtlog.records if not each.ignored]
    assert not exceptions and not said
    assert beats.count > 10 and films and trainings
    longest = sorted(beats.gaps)[-10:]
    slow = sum(gap > SAID for gap in beats.gaps)
    report(
        f"{seconds} s, {len(episode.done)} events, {films} starts of the film, {trainings} "
        f"trainings, the last of {updates:,} updates\n{beats.count:,} beats, {slow} later than "
        f"{1000 * SAID:.0f} ms of the interface's own time, the longest: "
        f"{', '.join(f'{1000 * gap:.0f}' for gap in longest)} ms\n"
        f"{', '.join(f'{each:.0f}' for each in taken)} MB held"
    )
    assert longest[-1] < MOST
    quarter = len(taken) // 4
    if seconds >= 300:
        assert max(taken[-quarter:]) - max(taken[quarter : 2 * quarter]) < GROWTH
