"""What happens is said at its cell, while it happens, and no answer is shown that nobody gave."""

import pytest

from rnnviz.data import MODES, make_task, sequence_from_text
from rnnviz.engine import CELLS
from rnnviz.film import Playhead, Settings, Stage, compute_pass, happening, resolve, start_run
from rnnviz.scenes.equation import equation_of
from rnnviz.scenes.measure import reach, text_width
from rnnviz.scenes.shapes import Symbol, Text
from rnnviz.scenes.stage import layout_of, stage_scene
from tests.scenes.test_spelling import of_equation

LATE = ("output", "loss")


def film(cell="rnn", mode="synced", layers=1, text="the cat saw the dog"):
    task = make_task(sequence_from_text(text), mode)
    run = start_run(task, Settings(units=4, cell=cell, layers=layers))
    passing = compute_pass(run, 0, 0)
    end = resolve(run, Playhead(), passing).timeline.end
    for tenth in range(int(end) * 8 + 1):
        yield resolve(run, Playhead(position=tenth / 8), passing)


def caption(scene) -> list[Text]:
    return [s for s in scene.shapes if isinstance(s, Text) and s.id.startswith("caption:")]


@pytest.mark.parametrize(
    ("cell", "mode"), [(cell, "synced") for cell in CELLS] + [("rnn", mode) for mode in MODES]
)
@pytest.mark.parametrize(("size", "unit"), [((1600, 440), 14.0), ((1920, 640), 24.0)])
def test_the_words_of_the_moment_stand_at_its_cell(cell, mode, size, unit):
    said = 0
    for frame in film(cell, mode):
        scene, phase = stage_scene(frame, *size, unit), frame.moment.phase
        lines = caption(scene)
        ahead = frame.moment.stage is Stage.FORWARD
        if phase is None or not ahead or frame.moment.resting or phase.name in LATE:
            assert not lines or (phase is not None and not ahead)
            continue
        if not lines:  # without room it is said beside the buttons alone
            continue
        said += 1
        assert " ".join(line.text for line in lines) == happening(frame)
        halo = next(s for s in scene.shapes if s.id == "halo").rect
        for line in lines:
            assert abs(line.rect.cx - halo.cx) < 1.0
            assert line.size >= unit
            assert text_width(line.text, line.size) <= line.rect.w
            assert line.rect.x >= 0 and line.rect.right <= size[0] and line.rect.y >= 0
    assert said > 10


@pytest.mark.parametrize(
    ("cell", "mode", "layers"),
    [(cell, "synced", 1) for cell in CELLS] + [("rnn", mode, 2) for mode in MODES],
)
@pytest.mark.parametrize(("size", "unit"), [((1600, 440), 14.0), ((1920, 640), 24.0)])
def test_on_the_way_back_they_stand_under_the_cell_and_hide_no_letter(
    cell, mode, layers, size, unit
):
    said = dict.fromkeys((Stage.BACKWARD, Stage.UPDATE), 0)
    for frame in film(cell, mode, layers):
        stage, lay = frame.moment.stage, layout_of(frame, *size, unit)
        if stage not in said or frame.moment.resting:
            continue
        scene = stage_scene(frame, *size, unit)
        (line,) = caption(scene)  # there is room for all of them
        said[stage] += 1
        assert line.text == happening(frame)
        box = next(s for s in scene.shapes if s.id == "caption").rect
        assert line.size >= unit and text_width(line.text, line.size) <= box.w
        assert box.x >= 0 and box.right <= size[0]
        assert lay.cell.bottom < box.y and box.bottom < lay.token.y
        if stage is Stage.BACKWARD:
            halo = next(s for s in scene.shapes if s.id == "halo").rect
            near = 2.5 * unit if frame.moment.step == 1 else unit  # there W_ax is named first
            assert box.x - near <= halo.right and halo.x <= box.right + unit  # at its cell
            way = next(
                s for s in scene.shapes if s.id == f"cell:{frame.moment.step}" + ":1" * (layers > 1)
            )
            assert not box.x <= way.rect.cx <= box.right  # beside the arrow of its input
        for letter in (s for s in scene.shapes if isinstance(s, Symbol)):
            place = reach(letter)
            apart = place.right <= box.x or box.right <= place.x
            assert apart or place.bottom <= box.y or box.bottom <= place.y
    assert said[Stage.BACKWARD] > 10 and said[Stage.UPDATE] > 4


@pytest.mark.parametrize("cell", CELLS)
def test_an_answer_is_not_written_before_it_is_given(cell):
    """Neither its numbers nor its loss stand in the equation while the state is being made."""
    met = 0
    for frame in film(cell):
        phase = frame.moment.phase
        early = phase is not None and not frame.moment.resting and phase.name not in LATE
        if frame.moment.stage is not Stage.FORWARD or not early:
            continue
        met += 1
        letters = {letter.base for letter in of_equation(equation_of(frame))}
        assert "L" not in letters and "p" not in letters
        assert "y" in letters  # what is going to be answered is known
    assert met > 10


def test_at_rest_the_first_step_is_lit_as_the_one_to_come():
    frame = next(film())
    ring = [s for s in stage_scene(frame, 1600, 440, 14.0).shapes if s.id == "first"]
    assert len(ring) == 1 and ring[0].dash
    cell = next(s for s in stage_scene(frame, 1600, 440, 14.0).shapes if s.id == "cell:1")
    assert abs(ring[0].rect.cx - cell.rect.cx) < 0.5


def test_what_a_fence_says_is_whole_or_not_there():
    text = "the cat saw the dog run on"
    run = start_run(make_task(sequence_from_text(text)), Settings(units=4, truncation=2))
    passing, hidden, seen = compute_pass(run, 0, 0), 0, 0
    for tenth in range(7 * 8, 14 * 8):
        frame = resolve(run, Playhead(position=tenth / 8, summed=True), passing)
        shapes = stage_scene(frame, 1600, 440, 14.0).shapes
        said = [s for s in shapes if isinstance(s, Text) and "cut" in s.text]
        box = next((s.rect for s in shapes if s.id == "caption"), None)
        seen, hidden = max(seen, len(said)), hidden + (box is not None and len(said) < seen)
        for text in said if box is not None else ():
            apart = text.rect.right <= box.x or box.right <= text.rect.x
            assert apart or text.rect.bottom <= box.y or box.bottom <= text.rect.y
    assert seen and hidden
