"""The real program under Xvfb and openbox, driven as a person would drive it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.e2e.screen import Program, Screen, missing, wait_for

if missing() and not os.environ.get("CI"):
    pytest.skip(f"not installed: {', '.join(missing())}", allow_module_level=True)

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.xdist_group("e2e"),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs X11"),
]
LECTURE = "the lecture's sentence — rnnviz"


@pytest.fixture(scope="module")
def screen(tmp_path_factory):
    made = Screen(tmp_path_factory.mktemp("screen"))
    yield made
    made.close()


@pytest.fixture
def start(screen):
    programs = []

    def starter(*arguments):
        programs.append(Program(screen, *arguments))
        return programs[-1]

    yield starter
    for program in programs:
        program.kill()


def test_the_film_on_the_keys(start):
    program = start()
    assert program.title == LECTURE
    # Letters and curves are made after the first paint, which a busy machine takes a while for.
    first, begin = program.still(pause=1.5), program.knob()[0]
    program.key("Right", "Right")  # the second finishes the first's animation at once
    one, after = program.still(), program.knob()[0]
    assert after > begin
    program.key("Next", "Next", "Right", "Right")
    assert program.still() is not None
    assert program.knob()[0] > after
    program.key("Prior", "Left")
    program.comes_to(one)  # stepping back is exact
    program.key("End")
    program.still()
    assert program.knob()[0] > 0.6
    program.key("Home")
    program.comes_to(first)
    program.quit()


def test_space_plays_and_pauses(start):
    program = start()
    program.key("greater", "greater", "greater")
    before = program.knob()[0]
    program.key("space")
    time.sleep(1.2)
    program.key("space")
    program.still()
    assert program.knob()[0] > before
    program.quit()


def test_the_scrubber_is_dragged_and_clicked(start):
    program = start()
    width = program.geometry()[2]
    knob_x, y = program.knob()
    program.drag((knob_x * width, y), (0.62 * width, y))
    program.still()
    dragged = program.knob()[0]
    assert abs(dragged - 0.62) < 0.06
    program.click(0.4 * width, y)
    program.still()
    assert abs(program.knob()[0] - 0.4) < 0.04
    program.quit()


def test_an_own_sentence(start):
    program = start()
    before = program.still()
    program.key("ctrl+l")
    program.type("we step b ack")
    assert program.title == LECTURE  # typing is not steering
    program.key("Return")
    wait_for("the sentence", lambda: program.title == "typed text* — rnnviz")
    after = program.still()
    assert np.mean(np.any(before != after, axis=2)) > 0.02
    program.key("Right", "Right")
    program.still()
    program.key("ctrl+z")  # an edit is undone, with the place where it was made
    wait_for("the sentence before", lambda: program.title == LECTURE)
    program.key("Right", "Right", "Home")  # the message about it leaves with the next step
    program.comes_to(before)
    program.key("ctrl+shift+z")
    wait_for("the sentence again", lambda: program.title == "typed text* — rnnviz")
    program.quit(discard=True)


def test_in_front_of_a_class(start, screen):
    program = start()
    small = program.geometry()
    program.key("F5")
    wait_for("fullscreen", lambda: program.geometry() == (0, 0, screen.width, screen.height))
    program.still()
    program.key("Right", "Right", "Home")  # what is said of the keys leaves with the next step
    shown = program.still()
    program.key("b")
    wait_for("a blank screen", lambda: not screen.pixels()[5:-5, 5:-5].any())
    program.key("b")
    program.comes_to(shown)
    program.key("Right", "Right")
    assert not (program.still() == shown).all()
    program.key("Escape")
    wait_for("the window", lambda: program.geometry()[2:] == small[2:])
    program.still()
    program.quit()


def test_a_file_from_the_command_line_and_a_broken_one(start, tmp_path):
    good, broken = tmp_path / "river.csv", tmp_path / "broken.csv"
    good.write_text("level\n" + "\n".join(f"{(i * 7) % 13}.5" for i in range(40)))
    broken.write_text("level\n1\n3\nhigh\n")  # nothing to ask about it
    program = start(good)
    wait_for("the series", lambda: program.title == "river.csv — rnnviz")
    program.still()
    program.quit()
    program = start(broken)
    shown = program.still()
    assert program.title == LECTURE
    red = np.abs(shown.astype(int) - (0xC8, 0x42, 0x3B)).max(axis=2) < 3
    panels = 87 * len(shown) // 100  # one line, as long as there is nothing in them
    # The stripe of a message that says what is wrong: over the formula, not over the panels.
    assert (red[len(shown) // 2 : panels].sum(axis=0) > 40).sum() >= 4
    assert not (red[panels:].sum(axis=0) > 15).any()
    program.quit()


def test_a_dropped_file_opens(start, screen, tmp_path):
    file = tmp_path / "dropped.txt"
    file.write_text("rain falls on the roof")
    program = start()
    source = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "drag_source.py"), str(file)],
        env=screen.environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        window = wait_for(
            "the source", lambda: screen.do("search", "--onlyvisible", "--name", "^source$")
        )
        time.sleep(0.3)
        screen.do("mousemove", "--window", window, 40, 30, "mousedown", 1)
        x, y, width, height = program.geometry()
        for part in (0.3, 0.4, 0.5, 0.5, 0.5):
            screen.do("mousemove", x + round(width * part), y + round(height * part))
            time.sleep(0.15)
        screen.do("mouseup", 1)
        wait_for("the dropped text", lambda: program.title == "dropped.txt — rnnviz")
    finally:
        source.kill()
        source.wait()
    screen.do("windowactivate", "--sync", program.window)
    program.quit()


def test_every_size(start, screen):
    program = start()
    for width, height in ((1024, 640), (800, 520), (1560, 840)):
        screen.do("windowsize", "--sync", program.window, width, height)
        program.still()
        program.key("Right", "Right", "End", "Home")
        program.still()
    program.quit()


def test_the_window_is_remembered(start, screen):
    program = start()
    screen.do("windowsize", "--sync", program.window, 1200, 700)
    program.still()
    size = program.geometry()[2:]
    program.quit()
    program = start()
    wait_for("its size", lambda: program.geometry()[2:] == size)
    program.quit()


def test_the_window_is_rnnvizs_to_the_desktop(start, screen):
    start()
    # The class by which a desktop finds the entry of menus, and with it name and icon.
    assert screen.do("search", "--onlyvisible", "--class", "^rnnviz$")
