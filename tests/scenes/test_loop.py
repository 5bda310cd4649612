"""The loop unrolls: as many copies as the film has reached or the slider says, with real states."""

import numpy as np
import pytest

from rnnviz.film import Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.opening.shipped import open_problem
from rnnviz.scenes.lecture import loop
from rnnviz.scenes.measure import reach, text_width
from rnnviz.scenes.shapes import Heat, Rect, Symbol, Text
from tests.frames import make_frame

AREA = Rect(10.0, 40.0, 1380.0, 560.0)


def scene_of(frame, area=AREA, unit=14.0):
    return loop.scene(frame, area.right + 10.0, area.bottom + 10.0, area, unit)


def ids(scene, kind):
    return {shape.id for shape in scene.shapes if shape.id.startswith(f"{kind}:")}


def at(frame, **playhead):
    """The same run and pass at another playhead."""
    return resolve(frame.run, Playhead(**playhead), frame.passing)


def shipped_frame(name, mode=None, **playhead):
    run = open_problem(name)
    run = run if mode is None else run.in_mode(mode)
    return resolve(run, Playhead(**playhead), compute_pass(run, 0, 0))


@pytest.mark.parametrize(
    ("position", "copies"), [(0.0, 0), (3.0, 3), (3.5, 4), (9.0, 9), (12.0, 9), (19.0, 9)]
)
def test_a_copy_comes_with_every_step_forward_and_stays_on_the_way_back(position, copies):
    scene = scene_of(make_frame(position=position))
    assert len(ids(scene, "cell")) == copies
    assert ("equals" in {s.id for s in scene.shapes}) == (copies > 0)


def test_each_copy_holds_the_state_of_its_step():
    frame = make_frame(position=9.0, units=6, layers=2)
    heats = {s.id: s for s in scene_of(frame).shapes if isinstance(s, Heat)}
    for t in range(1, 10):
        for layer in range(2):
            shown = heats[f"heat:{t}:{layer + 1}"].values.T.ravel()[:6]
            assert np.array_equal(shown, frame.passing.trace.a[layer, t, 0])


def test_a_copy_that_comes_out_lies_between_the_one_before_and_its_place():
    half, whole = (scene_of(make_frame(position=p)) for p in (3.5, 4.0))
    xs = [next(s.rect.x for s in each.shapes if s.id == "cell:4:1") for each in (half, whole)]
    before = next(s.rect.x for s in whole.shapes if s.id == "cell:3:1")
    assert before < xs[0] < xs[1]


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("copies", [1, 3, 9])
def test_the_number_of_weights_is_that_of_the_network_and_stands_still(cell, copies):
    frame = at(make_frame(cell=cell, units=5, layers=2), copies=copies)
    counted = sum(array.size for array in frame.network.parameters.values())
    said = loop.sentence(frame)
    assert f"{counted:,} weights and biases" in said
    assert said.startswith("1 copy of" if copies == 1 else f"{copies} copies of")
    assert ("c is handed on beside it" in said) == (cell == "lstm")
    assert len(ids(scene_of(frame), "c")) == (2 * (copies - 1) if cell == "lstm" else 0)


def test_the_slider_says_and_asks_for_so_many_copies():
    frame = at(make_frame(), copies=4)
    scene = scene_of(frame)
    slider = next(target for target in scene.targets if target.kind == "slider")
    for n in (1, 6, 9):
        x = slider.rect.x + slider.rect.w * (n - 0.5) / 9
        found = scene.target_at(x, slider.rect.cy)
        assert loop.chosen(frame, found) == ("copies", n)
        assert loop.reading(frame, found)[0].startswith(f"{n} cop")
    knob = next(s for s in scene.shapes if s.id == "knob")
    assert scene.target_at(knob.x, knob.y).unit == 3


def test_without_recurrence_there_is_no_loop_and_no_v():
    run = make_frame().run.in_mode("one_to_one")
    frame = resolve(run, Playhead(position=4.0), compute_pass(run, 0, 0))
    scene = scene_of(frame)
    assert len(ids(scene, "cell")) == 4
    assert not [s for s in scene.shapes if s.id.startswith(("V", "loop-"))]
    assert "no loop, and no V" in loop.sentence(frame)


def test_an_encoder_and_its_decoder_are_two_networks():
    frame = shipped_frame("translation", position=6.0)
    s = frame.source_steps
    scene = scene_of(frame)
    assert len([shape for shape in scene.shapes if shape.id.startswith("loop-V")]) == 2
    assert ids(scene, "O") == {f"O:{t}" for t in range(s + 1, 7)}
    said = loop.sentence(frame)
    assert f"{s} of the encoder, {6 - s} of the decoder" in said
    model = frame.passing.trace.network
    both = sum(a.size for n in (model.encoder, model.decoder) for a in n.parameters.values())
    assert f"{both:,} weights" in said


def test_with_a_whole_sentence_s_answer_only_the_last_copy_answers():
    frame = shipped_frame("sentiment")
    scene = scene_of(at(frame, position=float(frame.steps)))
    assert ids(scene, "O-box") == {f"O-box:{frame.steps}"}


def test_of_a_long_sequence_the_middle_is_left_out_and_counted():
    scene = scene_of(at(make_frame(365), copies=365))
    cells = ids(scene, "cell")
    gap = next(s.text for s in scene.shapes if s.id == "gap")
    assert gap.strip("… copies") == f"{365 - len(cells)}"
    assert {"cell:1:1", "cell:365:1"} <= cells


LONG = " ".join(f"word{i}" for i in range(33))


@pytest.mark.parametrize("size", [(560, 210), (1004, 560), (1400, 640), (3800, 1900)])
@pytest.mark.parametrize("text", ["one two three", LONG])
@pytest.mark.parametrize("settings", [{}, {"layers": 3, "cell": "lstm"}])
def test_nothing_lies_outside_or_is_cut_or_is_smaller_than_body_text(size, text, settings):
    area = Rect(10.0, 40.0, float(size[0]), float(size[1]))
    unit = 11.0 if size[0] < 1200 else 14.0 if size[0] < 3000 else 40.0
    frame = make_frame(text, units=8, **settings)
    for shape in scene_of(at(frame, copies=frame.steps), area, unit).shapes:
        place = reach(shape)
        assert place.x >= area.x - 10 and place.right <= area.right + 12, shape.id
        assert place.y >= area.y - 2 and place.bottom <= area.bottom + 2, shape.id
        if isinstance(shape, Text | Symbol) and shape.id[:2] not in ("V-", "eq"):
            assert shape.size >= unit - 1e-9, shape.id
        if isinstance(shape, Text) and not shape.id.startswith("said"):
            assert text_width(shape.text, shape.size) <= shape.rect.w + 0.5, shape.id


def test_a_network_that_exploded_is_drawn_hatched_and_not_as_numbers():
    frame = make_frame(LONG, units=6, activation="identity", recurrent="orthogonal", gain=1e20)
    shown = [
        s.values
        for s in scene_of(at(frame, copies=frame.steps)).shapes
        if isinstance(s, Heat) and s.id.startswith("heat:33")
    ]
    assert np.isposinf(shown[0]).any()


def test_settings_have_the_copies_of_a_document():
    run = start_run(make_frame().task, Settings())
    assert resolve(run, Playhead(copies=50), compute_pass(run, 0, 0)).playhead.copies == 9


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
@pytest.mark.parametrize("size", [(700.0, 150.0, 10.0), (1000.0, 300.0, 13.0)])
def test_the_loops_of_encoder_and_decoder_stand_apart(cell, size):
    width, height, unit = size
    run = make_frame(cell=cell).run.in_mode("encoder_decoder")
    frame = resolve(run, Playhead(), compute_pass(run, 0, 0))
    area = Rect(10.0, 20.0, width - 20.0, height - 25.0)
    shapes = {s.id: s for s in loop.scene(frame, width, height, area, unit).shapes}
    first, second = (reach(shapes[f"loop-name:{place}:1"]) for place in (0, 1))
    assert first.right <= shapes["folded:1:1"].rect.x
    assert second.x >= shapes["folded:1:1"].rect.right
    name, box = shapes["decoder-name"], shapes["folded-O-box:1"].rect
    assert name.rect.x >= box.right or name.rect.y >= box.bottom
    assert text_width(name.text, name.size) <= name.rect.w
