"""The five shapes at once: what they are used for, which is open, and whose example each opens."""

import pytest

from rnnviz.data.tasks import MODES
from rnnviz.film import Playhead, compute_pass, resolve
from rnnviz.problems.registry import PROBLEMS
from rnnviz.scenes.lecture import five_shapes
from rnnviz.scenes.measure import reach, text_width
from rnnviz.scenes.modes import MODE_SHAPES
from rnnviz.scenes.shapes import Box, Line, Rect, Role, Text
from tests.frames import make_frame


def frame_in(mode):
    run = make_frame().run.in_mode(mode)
    return resolve(run, Playhead(), compute_pass(run, 0, 0))


def scene_of(frame, size=(1400.0, 640.0), unit=14.0):
    area = Rect(10.0, 40.0, *size)
    return five_shapes.scene(frame, area.right + 10, area.bottom + 10, area, unit)


def test_each_shape_s_example_is_a_problem_of_that_mode():
    assert [shape.mode for shape in MODE_SHAPES] == list(MODES)
    for shape in MODE_SHAPES:
        assert PROBLEMS[shape.example].mode == shape.mode


@pytest.mark.parametrize("shape", MODE_SHAPES, ids=lambda shape: shape.mode)
def test_the_open_one_alone_is_marked_and_its_arrows_are_those_of_its_steps(shape):
    frame = frame_in(shape.mode)
    shapes = scene_of(frame).shapes
    tiles = {s.id: s.stroke for s in shapes if isinstance(s, Box) and s.id.startswith("tile:")}
    assert [name for name, edge in tiles.items() if edge is Role.PLAYHEAD] == [f"tile:{shape.mode}"]
    lines = [s.id.split(":") for s in shapes if isinstance(s, Line)]
    mine = [kind for kind, mode, _ in lines if mode == shape.mode]
    steps = len(shape.inputs)
    assert mine.count("link") == (steps - 1 if shape.mode != "one_to_one" else 0)
    assert mine.count("in") == shape.inputs.count("x")
    assert mine.count("out") == shape.outputs.count("y")
    said = five_shapes.sentence(frame)
    assert ("the same green step" in said) == (shape.mode != "one_to_one")


def test_a_press_and_a_key_ask_for_the_same():
    frame = frame_in("synced")
    for place, target in enumerate(scene_of(frame).targets, start=1):
        assert five_shapes.chosen(frame, target) == five_shapes.keys(frame)[str(place)]
        assert MODE_SHAPES[place - 1].use in five_shapes.reading(frame, target)[0]


@pytest.mark.parametrize("size", [(700, 230), (1000, 520), (1580, 230), (1900, 950), (3800, 1900)])
def test_nothing_lies_outside_its_tile_or_is_cut(size):
    unit = 11.0 if size[0] <= 1000 else 14.0 if size[0] < 1700 else 24.0 if size[0] < 3000 else 48.0
    shapes = scene_of(frame_in("many_to_one"), tuple(map(float, size)), unit).shapes
    tiles = {s.id.split(":")[1]: s.rect for s in shapes if s.id.startswith("tile:")}
    assert len(tiles) == 5
    for shape in shapes:
        place = reach(shape)
        modes = [part for part in shape.id.split(":") if part in tiles]
        if modes:
            tile = tiles[modes[0]].grown(0.2 * unit)
            assert tile.x <= place.x and place.right <= tile.right, shape.id
            assert tile.y <= place.y and place.bottom <= tile.bottom, shape.id
        if isinstance(shape, Text):
            assert shape.size >= unit
            assert text_width(shape.text, shape.size, shape.bold) <= shape.rect.w + 0.5, shape.id
