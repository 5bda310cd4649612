"""A lecture given with a presenter's keys alone, in the real window, to its end and back."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys

import numpy as np
import pytest

from rnnviz.tours.script import shipped_tour
from tests.e2e.screen import Program, Screen, missing, wait_for

if missing() and not os.environ.get("CI"):
    pytest.skip(f"not installed: {', '.join(missing())}", allow_module_level=True)

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.timeout(1_500),
    pytest.mark.xdist_group("e2e"),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs X11"),
]
# What a lecturer may press in passing; the next Page Down or Page Up brings the script back.
_LIVE = ("Right", "Left", "g", "greater", "less", "m", "ctrl+1", "p", "shift+Right")
_FOOT, _CLOCK = 0.06, 0.16  # parts of the height and of the width: where the clock is

_SHADE = 8  # of 255: less is the same to any eye


@pytest.fixture
def screen(tmp_path):
    settings = tmp_path / "config" / "rnnviz"
    settings.mkdir(parents=True)
    (settings / "rnnviz.ini").write_text("[General]\nanimated=false\ntheme=light\n")
    made = Screen(tmp_path)
    yield made
    made.close()


def seen(program):
    """The picture at rest, without the clock."""
    picture = program.still().copy()
    high, wide = picture.shape[:2]
    picture[round((1 - _FOOT) * high) :, round((1 - _CLOCK) * wide) :] = 0
    return picture


def different(one, other):
    """Where two pictures differ, by more than nobody could see."""
    found = np.zeros(one.shape[:2], bool)
    rows = np.flatnonzero((one != other).any(axis=(1, 2)))
    apart = np.abs(one[rows].astype(np.int16) - other[rows].astype(np.int16))
    found[rows] = (apart > _SHADE).any(axis=2)
    return found


@pytest.mark.parametrize("seed", [1])
def test_the_lecture_on_a_presenters_keys_to_its_end_and_back(screen, seed):
    chance = random.Random(seed)
    tour = shipped_tour("lecture", strict=True)
    each = [(scene, told) for scene in tour.scenes for told in ((0, 1) if scene.asks else (1,))]
    presses = len(each) - 1
    program = Program(screen, "--tour", "lecture")
    program.key("F5")
    wait_for("fullscreen", lambda: program.geometry()[2:] == (screen.width, screen.height))

    def press(*keys):
        program.key(*keys, delay=10)

    def disturb():
        press(*chance.sample(_LIVE, 2))

    out = [seen(program)]
    for _ in range(presses):
        disturb()
        press("Next")
        out.append(seen(program))
    program.key("Home")
    program.key("End")
    last = out[-1] if not tour.scenes[-1].asks else out[-2]
    assert not different(seen(program), last).any()
    if tour.scenes[-1].asks:
        program.key("Next")
    for number in range(presses - 1, -1, -1):
        disturb()
        press("Prior")
        rows, columns = np.nonzero(different(seen(program), out[number]))
        scene, told = each[number]
        guess = bool(scene.blanks) and not told  # a field with the focus: its caret, a typed guess
        if rows.size and not guess:
            where = f"x {columns.min()}–{columns.max()}, y {rows.min()}–{rows.max()}"
            raise AssertionError(f"picture {number}: {len(rows)} pixels differ: {where}")
    program.key("Escape", "Escape")
    wait_for("the window", lambda: program.geometry()[3] < screen.height)
    program.key("b")
    program.quit()


@pytest.mark.skipif(shutil.which("xrandr") is None, reason="xrandr is not installed")
@pytest.mark.parametrize("across", [False, True])
def test_with_two_screens_the_speaker_has_one(tmp_path, across):
    screen = Screen(tmp_path, (2880, 900), "-noreset")
    try:
        for monitor in ("A 1440/360x900/225+0+0 screen", "B 1440/360x900/225+1440+0 none"):
            subprocess.run(
                ["xrandr", "--setmonitor", *monitor.split()],
                env=screen.environment, check=True, capture_output=True,
            )  # fmt: skip
        program = Program(screen, "--tour", "lecture")
        if across:  # on both, more of it on the second
            screen.do("windowsize", program.window, "1000", "700")
            screen.do("windowmove", program.window, "1200", "40")
        program.key("F5")
        find = ("search", "--onlyvisible", "--name", "^Speaker")
        speaker = wait_for("the speaker's window", lambda: screen.do(*find))
        speaker = speaker.splitlines()[-1]

        def place():
            text = screen.do("getwindowgeometry", "--shell", speaker)
            return dict(line.split("=") for line in text.splitlines() if "=" in line)

        def apart():
            where, (x, _, wide, _) = place(), program.geometry()
            return wide == 1440 and abs(int(where["X"]) - x) >= 1400

        wait_for("a screen for each", apart)
        first = program.still()
        screen.do("windowactivate", "--sync", speaker)
        screen.do("key", "Next")  # the speaker's keys are the tour's
        wait_for("the answer", lambda: not np.array_equal(program.shot()[:120], first[:120]))
        screen.do("windowactivate", "--sync", program.window)
        program.key("Escape", "Escape")
        wait_for("its end", lambda: not screen.do(*find))
        program.quit()
    finally:
        screen.close()
