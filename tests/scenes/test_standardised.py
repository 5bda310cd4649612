"""A series says how its values became x."""

import numpy as np
import pytest

from rnnviz.data import Sequence, make_task
from rnnviz.film import Playhead, Settings, compute_pass, number, resolve, start_run
from rnnviz.scenes.stage import stage_scene
from tests.frames import make_frame


def words(frame):
    scene = stage_scene(frame, 1600, 470, 14)
    return {shape.id: shape.text for shape in scene.shapes if hasattr(shape, "text")}


def test_mean_and_deviation_are_the_tasks():
    frame = make_frame(40, position=3)
    task = frame.run.task
    said = words(frame)["standardised"]
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
    assert words(frame)["standardised"] == "x = (value + 7) / 1.63, column 1 of 2"


def test_a_text_is_not_standardised():
    assert "standardised" not in words(make_frame(position=3))
