"""What the lecture's scenes write can be read from the back row, as they are painted.

One size, theme and notation, and all: `pytest -n 0 tests/export/test_scenes_legible.py --long`.
"""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF

from rnnviz.export.offscreen import Appearance, OffscreenWindow
from rnnviz.tours.script import LECTURE, shipped_tour
from tests.painted import faults, painted

LEAST = 0.022  # of the height
SIZES = ((1280, 720), (1920, 1080), (3840, 2160))
THEMES = ("light", "dark")
NOTATIONS = ("lecture", "textbook", "framework")


def unreadable(size, theme, notation):
    """What cannot be read, each with its scene."""
    tour, found = shipped_tour(LECTURE, strict=True), []
    with OffscreenWindow(Appearance(size, theme, notation)) as offscreen:
        window = offscreen.view("window")
        for number, scene in enumerate(tour.scenes):
            for told in (False, True) if scene.asks else (True,):
                assert offscreen.show_scene(tour, number, told=told) == ""
                offscreen.window.parts.message.setVisible(False)
                heard = painted(window)
                assert len(heard.written) > 10
                place = f"scene {number + 1}{'' if told else ', asked'}: "
                room = QRectF(window.rect())
                found += [place + each for each in faults(heard, room, LEAST * size[1])]
    return found


@pytest.mark.slow
def test_every_scene_can_be_read(qapp):
    # the fewest pixels for the longest names of weights, and inks nearest to their ground
    assert unreadable((1280, 720), "light", "framework") == []


@pytest.mark.slow
@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_scene_can_be_read_everywhere(qapp, pytestconfig, size, theme, notation):
    if not pytestconfig.getoption("--long"):
        pytest.skip("18 times as long: --long")
    assert unreadable(size, theme, notation) == []


@pytest.mark.slow
def test_nothing_is_cut_or_left_out_on_a_small_screen(qapp):
    """On 1024 × 640 the names are whole, and no ⋮ says that some have no room."""
    assert unreadable((1024, 640), "light", "lecture") == []
    tour = shipped_tour(LECTURE, strict=True)
    with OffscreenWindow(Appearance((1024, 640))) as offscreen:
        for number in range(len(tour.scenes)):
            offscreen.show_scene(tour, number)
            stage = offscreen.window.parts.stage
            assert not stage.isVisible() or stage.left_out == (), number + 1
