"""What the five modes add to the stage."""

import pytest

from rnnviz.data import MODES, make_task, sequence_from_text
from rnnviz.film import Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.opening.shipped import open_problem, with_text
from rnnviz.scenes.measure import reach
from rnnviz.scenes.series import entering_text
from rnnviz.scenes.shapes import Box, Line, Role, Text
from rnnviz.scenes.stage import stage_scene


def scene_of(mode, position, text="one two three four five six", size=(1600, 420, 14), **settings):
    run = start_run(make_task(sequence_from_text(text)), Settings(units=6, **settings)).in_mode(
        mode
    )
    frame = resolve(run, Playhead(position=position), compute_pass(run, 0, 0))
    return frame, stage_scene(frame, *size)


def ids(scene, kind):
    return [shape.id for shape in scene.shapes if shape.id.startswith(kind)]


def test_no_recurrence_no_links():
    _, scene = scene_of("one_to_one", 6.0)
    assert not ids(scene, "edge-a:")
    assert not ids(scene, "a0")
    assert len(ids(scene, "edge-x:")) == 6


def test_fed_back_steps_are_blue_and_linked_to_the_answer_before():
    _, scene = scene_of("one_to_many", 6.0)
    assert ids(scene, "edge-f:") == [f"edge-f:{t}" for t in range(2, 7)]
    tokens = {s.id: s for s in scene.shapes if isinstance(s, Box) and s.id.startswith("token:")}
    assert tokens["token:1"].stroke is Role.INPUT
    assert {tokens[f"token:{t}"].stroke for t in range(2, 7)} == {Role.OUTPUT}
    for line in scene.shapes:
        if isinstance(line, Line) and line.id.startswith("edge-f:"):
            token = tokens[line.id.replace("edge-f", "token")]
            answer = next(s for s in scene.shapes if s.id == f"out:{int(line.id[7:]) - 1}:0")
            assert line.points[0][0] == pytest.approx(answer.rect.right)
            assert line.points[-1][0] == pytest.approx(token.rect.x)
            assert token.rect.y <= line.points[-1][1] <= token.rect.bottom


def test_only_the_last_step_pays_in_many_to_one():
    frame, scene = scene_of("many_to_one", 6.0)
    assert ids(scene, "loss:") == ["loss:6"]
    assert len(ids(scene, "out:")) > 6  # the answer is still seen at every step
    assert [frame.pays(t) for t in range(1, 7)] == [False] * 5 + [True]


def test_an_encoder_says_nothing_and_hands_its_state_over():
    frame, scene = scene_of("encoder_decoder", 7.0)
    s = frame.source_steps
    assert s == 3
    answered = {int(i.split(":")[1]) for i in ids(scene, "out:")}
    assert answered == {4, 5, 6, 7}
    assert not [i for i in ids(scene, "edge-y:") if int(i.split(":")[1]) <= s]
    bands = {
        shape.id: shape.rect
        for shape in scene.shapes
        if shape.id in ("band-encoder", "band-decoder")
    }
    assert bands["band-encoder"].right <= bands["band-decoder"].x
    names = [shape.text for shape in scene.shapes if isinstance(shape, Text)]
    assert any(text.startswith("encoder") for text in names)
    assert any(text.startswith("decoder") for text in names)
    lines = {shape.id: shape for shape in scene.shapes if isinstance(shape, Line)}
    assert lines["edge-a:4"].width > lines["edge-a:3"].width
    assert "edge-x:4" not in lines  # its first step has no input


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("size", [(1024, 500, 14), (1280, 700, 14), (1920, 900, 24)])
@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_no_line_runs_through_the_first_state_of_an_encoder(cell, size, layers):
    _, scene = scene_of("encoder_decoder", 0.0, size=size, cell=cell, layers=layers)
    band = next(s.rect for s in scene.shapes if s.id == "band-encoder")
    first = [s for s in scene.shapes if s.id == "a0" or s.id.startswith("a0-")]
    assert len(first) == layers or size[2] == 24
    for name in first:
        where = reach(name)
        assert band.x < where.x and where.right < band.right and band.y < where.y, name


@pytest.mark.parametrize("height", [330, 420, 700])
def test_encoder_and_decoder_have_their_names_and_a_line_all_around(height):
    _, scene = scene_of("encoder_decoder", 2.0, size=(1900, height, 25.0))
    shapes = {shape.id: shape for shape in scene.shapes}
    for name in ("encoder", "decoder"):
        assert shapes[f"band-{name}-name"].text.startswith(name)
        assert shapes[f"band-{name}"].rect.bottom < height
    name = shapes["band-encoder-name"].rect
    outputs = [s.rect for s in scene.shapes if s.id.startswith("out:")]
    assert not any(name.x < o.right and o.x < name.right for o in outputs)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [(1024, 260, 12), (1600, 420, 14), (3840, 1100, 34)])
@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_everything_stays_in_the_picture(mode, size, cell):
    width, height, _ = size
    for position in (0.0, 3.4, 5.0, 9.3, 13.0):
        _, scene = scene_of(mode, position, size=size, cell=cell, layers=2)
        for shape in scene.shapes:
            if isinstance(shape, Text):
                assert shape.rect.y >= -2, shape
                assert shape.rect.bottom <= height + 2, shape
                assert shape.rect.x >= -2, shape
                assert shape.rect.right <= width + 2, shape


@pytest.mark.parametrize("width", [900, 1024, 1280, 1600, 2400])
def test_losses_side_by_side_are_written_alike(frame_of, width):
    frame = frame_of(position=18.0, gain=0.9)
    scene = stage_scene(frame, width, 420, 14)
    losses = [s.text for s in scene.shapes if isinstance(s, Text) and s.id.startswith("loss:")]
    assert len(losses) == 9
    named = {text.startswith("loss ") for text in losses}
    assert len(named) == 1
    # Where no number has room for the word, it stands once beside all of them.
    assert bool(ids(scene, "loss-name")) is not named.pop()


def problem_frame(name, position, text=""):
    run = with_text(open_problem(name), text) if text else open_problem(name)
    last = len(run.networks) - 1
    passing = compute_pass(run, last, 0)
    return resolve(run, Playhead(snapshot=last, position=position), passing)


def texts(scene, kind):
    return [s.text for s in scene.shapes if isinstance(s, Text) and s.id.startswith(kind)]


def test_classes_keep_their_lines_so_that_a_verdict_is_seen_to_swing():
    frame = problem_frame("sentiment", 9.0)
    best = [frame.outputs(t, 1)[0].name for t in range(1, frame.steps + 1)]
    assert len(set(best)) == 2  # it does swing
    scene = stage_scene(frame, 1600, 420, 14)
    for t in range(1, frame.steps + 1):
        assert texts(scene, f"name:{t}:") == list(frame.task.output_names)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("sentiment", "", "target"),
        ("sentiment", "not bad at all", "its own answer, taken as target"),
        ("translation", "", "target"),
        ("names", "", "drawn, taken as target"),
    ],
)
def test_what_is_ticked_is_called_a_target_only_where_somebody_knows_it(name, text, said):
    frame = problem_frame(name, 3.0, text)
    assert texts(stage_scene(frame, 1600, 420, 14), "key-target-name") == [said]


def test_the_numbers_to_add_are_marked_on_the_stage():
    frame = problem_frame("adding", 1.0)
    marked = [t for t in range(1, frame.steps + 1) if frame.token(t).endswith("+")]
    assert len(marked) == 2
    for t in range(1, frame.steps + 1):
        assert entering_text(frame, t).endswith(" +") is (t in marked)


def test_without_recurrence_there_is_no_path_to_compare_the_gradient_with():
    for cell in ("rnn", "lstm"):
        frame, _ = scene_of("one_to_one", 8.0, cell=cell)
        assert frame.log10_path is None
        assert frame.log10_bound is None
    frame, _ = scene_of("synced", 8.0, cell="lstm")
    assert frame.log10_path is not None


def test_in_training_the_targets_line_is_what_is_fed():
    _, scene = scene_of("one_to_many", 6.0)
    shapes = {shape.id: shape for shape in scene.shapes}
    for t in range(2, 7):
        start = shapes[f"edge-f:{t}"].points[0][1]
        target = shapes[f"target:{t - 1}"].rect
        assert target.y <= start <= target.bottom


@pytest.mark.parametrize("size", [(1600, 420, 14), (1920, 464, 24), (1024, 268, 15)])
@pytest.mark.parametrize("text", ["one two three four five six", "one two three"])
def test_no_answer_on_its_way_crosses_the_weights_name(text, size):
    for mode in ("one_to_many", "encoder_decoder"):
        _, scene = scene_of(mode, 6.0, text=text, size=size)
        names = [s for s in scene.shapes if s.id.startswith("W_aa")]
        assert names
        for name in names:
            a = reach(name)
            for line in scene.shapes:
                if line.id.startswith("edge-f:"):
                    x = line.points[1][0]
                    assert not a.x <= x <= a.right
