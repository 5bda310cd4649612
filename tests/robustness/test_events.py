"""Anything done in any order: no exception, no warning of Qt, no stall, no memory kept.

    pytest -n 0 tests/robustness/test_events.py --long --events 50000 --seed 3

Events come in episodes, each in a new window and with a seed of its own, one after the other. What
fails prints the line that repeats its episode up to the event.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from rnnviz.film.cost import BUDGETS
from rnnviz.film.fields import FIELDS
from tests.robustness.events import Episode, Stall
from tests.robustness.measured import held, resident

# What Qt's offscreen platform says of menus and dialogs.
pytestmark = pytest.mark.qt_log_ignore(
    "This plugin does not support", "Unimplemented code", extend=True
)
LENGTH = 250
SAID, MOST = 0.05, 3.0  # seconds of the thread's own time: reported, and too many
WARM = 4  # episodes after which what is loaded once is loaded
# Megabytes that all later episodes together may add: images and letters that are copied (100), the
# engine's shelf (64), what ships (50), laid out texts and what Qt was heard to say.
GROWTH = 250
# Megabytes at any time: the program, and what the budgets allow. No file here needs a large pass.
LARGEST = 500 + 1000 * sum(FIELDS[name].default for name in BUDGETS if name != "memory_pass")


def replay(episode: Episode, number: int, what: object) -> str:
    """The line that repeats it, and what was done last."""
    command = (
        f"{Path(sys.executable).name} -m pytest -n 0 tests/robustness/test_events.py "
        f"--seed {episode.seed} --events {number + 1}"
    )
    last = "\n".join(f"    {n}: {said}" for n, said in enumerate(episode.done))
    return f"{what}\nafter\n{last}\nrepeat it by\n    {command}"


def test_anything_in_any_order(episode_of, qtbot, qtlog, amount, seed, report):
    begin, end = episode_of
    left, base, most = amount("events"), 0.0, 0.0
    stalls: list[Stall] = []
    done: Counter[str] = Counter()
    began, place = time.monotonic(), 0
    while left > 0:
        episode = begin(seed + place)
        records = len(qtlog.records)
        number = -1
        with qtbot.captureExceptions() as exceptions:
            for stall in episode.run(min(left, LENGTH)):
                number = stall.number
                done[stall.what.split(" ")[0]] += 1
                if stall.seconds > SAID:
                    stalls.append(stall)
                most = max(most, resident())
                said = [each for each in qtlog.records[records:] if not each.ignored]
                wrong = [_shown(each) for each in exceptions]
                wrong += [f"Qt says: {each.message}" for each in said]
                if stall.seconds > MOST:
                    wrong.append(f"kept the interface for {stall.seconds:.2f} s")
                if most > LARGEST:
                    wrong.append(f"the process takes {most:.0f} MB")
                if wrong:
                    exceptions.clear()
                    pytest.fail(replay(episode, number, "\n".join(wrong)), pytrace=False)
            end(episode)
            wrong = [_shown(each) for each in exceptions]
            wrong += [f"Qt says: {e.message}" for e in qtlog.records[records:] if not e.ignored]
            if wrong:
                exceptions.clear()
                text = "\n".join(["when it was closed:", *wrong])
                pytest.fail(replay(episode, number, text), pytrace=False)
        left -= number + 1
        place += 1
        if place == WARM:
            base = held()
        if place % 20 == 0:
            taken = f"{resident():.0f} MB, {held():.0f} of them held"
            report(f"{sum(done.values()):,} events, {taken}, {len(stalls)} stalls")
    minutes, last = (time.monotonic() - began) / 60, held()
    worst = sorted(stalls, key=lambda stall: -stall.seconds)[:25]
    report("\n".join([
        f"{sum(done.values()):,} events in {place} windows and {minutes:.0f} min: {dict(done)}",
        f"{base:.0f} MB held after {WARM} windows, {last:.0f} at the end, {most:.0f} at most",
        f"{len(stalls)} events of more than {SAID * 1000:.0f} ms, the longest:",
        *(f"  {s.seconds * 1000:5.0f} ms  {s.seed}:{s.number}  {s.what}" for s in worst),
    ]))  # fmt: skip
    if place > 4 * WARM and base:
        assert last - base < GROWTH


def _shown(error: tuple) -> str:
    import traceback

    return "".join(traceback.format_exception(*error))
