"""The header: the update's formula and exactly what clipping did; how a series became x."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.data import Sequence, make_task
from rnnviz.engine.optimizers import OPTIMIZERS, PLAIN
from rnnviz.film import Playhead, Settings, compute_pass, number, resolve, start_run
from rnnviz.opening.shipped import open_problem
from rnnviz.scenes.header import FORMULAS, clipping_words
from rnnviz.scenes.shapes import Text
from rnnviz.scenes.stage import stage_scene
from tests.frames import make_frame
from tests.scenes.test_stage import (
    SIZES,
    assert_readable,
    assert_sound,
    base,
    by_id,
    moved,
    scene_of,
    words,
)


def update(**settings):
    return moved(base(**settings), 18.6)


def test_every_optimiser_has_its_name_and_formula():
    assert set(FORMULAS) == set(OPTIMIZERS)


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_the_update_names_its_optimiser(optimizer):
    shapes = by_id(scene_of(update(optimizer=optimizer)))
    assert "𝑊 ←" in shapes["update"].text
    name = "" if optimizer == PLAIN else OPTIMIZERS[optimizer].title
    assert ("update-name" in shapes) == bool(name)
    if name:
        assert shapes["update-name"].text == name
    else:
        assert shapes["update"].text == "𝑊 ← 𝑊 − 𝜂 ∂𝐿/∂𝑊"
    assert f"η = {number(update(optimizer=optimizer).run.learning_rate)}" in (
        shapes["update-numbers"].text
    )


def test_no_clipping_says_the_norm_alone():
    frame = update()
    said = by_id(scene_of(frame))["update-numbers"].text
    assert f"‖g‖ = {number(frame.update.report.norm_before)}" in said
    assert "clip" not in said and "cut" not in said


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
@pytest.mark.parametrize("layers", [1, 3])
def test_clipping_by_norm_says_the_reports_numbers(cell, layers):
    frame = update(cell=cell, layers=layers, clipping="norm", clip_limit=0.5)
    report = frame.update.report
    assert report.clipped
    said = by_id(scene_of(frame))["update-numbers"].text
    wanted = f"‖g‖ = {number(report.norm_before)} clipped to 0.5 (× {number(report.coefficient)})"
    assert wanted in said


def test_clipping_by_value_counts_the_entries():
    frame = update(clipping="value", clip_limit=0.05)
    report = frame.update.report
    assert report.clipped
    said = by_id(scene_of(frame))["update-numbers"].text
    assert f"{report.entries_cut:,} of {report.entries:,} entries cut to ±0.05" in said


@pytest.mark.parametrize("kind", ["norm", "value"])
def test_clipping_that_was_not_needed_says_so(kind):
    frame = update(clipping=kind, clip_limit=100.0)
    assert not frame.update.report.clipped
    said = by_id(scene_of(frame))["update-numbers"].text
    assert "no clipping needed" in said
    if kind == "norm":
        assert f"(‖g‖ = {number(frame.update.report.norm_before)} ≤ 100)" in said


def test_where_there_is_little_room_the_clipping_is_said_before_eta():
    frame = update(optimizer="adamw", clipping="norm", clip_limit=0.5)
    said = by_id(scene_of(frame, 700, 430))["update-numbers"].text
    assert "clipped to 0.5" in said and "L =" not in said


def test_words_are_never_cut_off():
    from rnnviz.scenes.measure import text_width

    for optimizer in OPTIMIZERS:
        frame = update(optimizer=optimizer, clipping="value", clip_limit=0.05)
        for size in SIZES:
            for unit in (12.0, 14.0, 25.0):
                scene = scene_of(frame, *size, unit)
                assert_sound(scene)
                assert_readable(scene, unit)
                shapes = by_id(scene)
                for name in ("update-numbers", "update-name"):
                    if name in shapes:
                        text = shapes[name]
                        assert text_width(text.text, unit, text.bold) <= text.rect.w + 0.01


def test_an_exploded_gradient_has_no_words_of_clipping():
    frame = make_frame(words(40), gain=1e16, activation="identity", units=4, clipping="norm")
    assert frame.update is None and clipping_words(frame) == ()


def told(frame):
    scene = stage_scene(frame, 1600, 470, 14)
    return {shape.id: shape.text for shape in scene.shapes if hasattr(shape, "text")}


def test_mean_and_deviation_are_the_tasks():
    frame = make_frame(40, position=3)
    task = frame.run.task
    said = told(frame)["standardised"]
    mean, deviation = float(task.mean[0]), float(task.deviation[0])
    assert said == f"x = (value − {number(mean, deviation)}) / {number(deviation)}"
    x = frame.passing.trace.x[2, 0, 0]
    mean, deviation = (float(part) for part in said[len("x = (value − ") :].split(") / "))
    assert (frame.value(3) - mean) / deviation == pytest.approx(x, abs=0.02)


def test_a_negative_mean_and_several_columns():
    values = np.array([[-5.0, 1.0], [-7.0, 2.0], [-9.0, 4.0]])
    sequence = Sequence("series", "s", ("1", "2", "3"), values, ("a", "b"), None, None, ())
    run = start_run(make_task(sequence), Settings())
    frame = resolve(run, Playhead(position=2), compute_pass(run, 0, 0))
    assert told(frame)["standardised"] == "x = (value + 7) / 1.63, column 1 of 2"


def test_a_text_is_not_standardised():
    assert "standardised" not in told(make_frame(position=3))


WIDE, NARROW, LOW = (1600, 500, 14), (900, 380, 14), (1920, 400, 24)


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
@pytest.mark.parametrize("size", [WIDE, NARROW, LOW, (1280, 260, 16), (700, 300, 14)])
def test_what_a_legend_has_no_room_for_is_said_elsewhere_with_a_mark(frame_of, cell, size):
    frame = frame_of(40, position=5.0, cell=cell)
    kinds = ("errors", "standardised")
    wanted = {
        shape.text
        for shape in stage_scene(frame, *WIDE).shapes
        if isinstance(shape, Text) and (shape.id in kinds or shape.id.startswith("key-"))
    }
    assert len(wanted) >= 3
    scene = stage_scene(frame, *size)
    texts = [shape for shape in scene.shapes if isinstance(shape, Text)]
    written = {shape.text for shape in texts if shape.id != "axis-name"}  # it is no legend
    assert wanted <= written | set(scene.left_out)
    assert not wanted & written & set(scene.left_out)
    marked = any(shape.id == "left-out:1" for shape in scene.shapes)
    assert marked == bool(scene.left_out) == any(t.kind == "left-out" for t in scene.targets)
    assert marked or size not in (LOW, (1280, 260, 16))


@pytest.fixture(scope="module")
def forecast():
    run = open_problem("temperature")
    return run, compute_pass(run, 0, 0)


@pytest.mark.parametrize("size", [WIDE, (1024, 300, 14), (640, 160, 14), (500, 300, 14)])
def test_held_out_errors_are_in_the_row_or_in_the_menu_at_every_moment(forecast, size):
    run, passing = forecast
    for position in (2.0, float(run.steps), run.steps + 3.0, 2 * run.steps + 1.0):
        frame = resolve(run, Playhead(position=position), passing)
        errors = frame.errors(beyond=frame.step > frame.last_known)
        assert {"network", "naive", "mean"} < {*errors}
        scene = stage_scene(frame, *size)
        written = [shape.text for shape in scene.shapes if isinstance(shape, Text)]
        said = [*written, *scene.left_out]
        for name in ("predicted", *(name for name in errors if name != "network")):
            assert sum(text.startswith(f"{name} ") for text in said) == 1, (position, name)
        assert sum(text.startswith("held-out RMSE") for text in said) == 1
        assert any(shape.id == "left-out:1" for shape in scene.shapes) == bool(scene.left_out)


def test_what_the_width_of_a_line_means_goes_into_the_menu_where_the_header_has_no_room():
    frame = moved(base(), 14.0)
    whole = by_id(scene_of(frame))["width-scale"].text
    low = stage_scene(frame, 640, 160, 14)
    assert "width-scale" not in by_id(low) and whole in low.left_out


def test_an_explosion_is_said_where_the_header_has_no_room():
    frame = make_frame(words(40), gain=1e300, activation="identity", units=4, position=20.0)
    said = frame.passing.exploded
    assert said and by_id(scene_of(frame))["exploded"].text == said
    assert stage_scene(frame, 640, 160, 14).left_out == (said,)
