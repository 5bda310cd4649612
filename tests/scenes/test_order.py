"""What is said of order follows from the numbers; nothing is cut or lies outside."""

import re
from dataclasses import replace

import numpy as np
import pytest

from rnnviz.data import make_task
from rnnviz.film import Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.film.order import Reordered, SeriesOrder, TextOrder
from rnnviz.opening.shipped import open_problem
from rnnviz.scenes.lecture import order
from rnnviz.scenes.measure import reach, text_width
from rnnviz.scenes.shapes import Rect, Text
from tests.frames import make_frame, series


def shipped(name, **playhead):
    run = open_problem(name)
    return resolve(run, Playhead(**playhead), compute_pass(run, 0, 0))


def scene_of(frame, size=(1400.0, 640.0), unit=14.0):
    area = Rect(10.0, 40.0, *size)
    return order.scene(frame, area.right + 10, area.bottom + 10, area, unit)


def rows(*answers):
    return TextOrder(tuple(Reordered(("a", "b"), np.array(p)) for p in answers), ("no", "yes"))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (rows([0.9, 0.1], [0.1, 0.9], [0.8, 0.2]), "otherwise in 1 of 2 other orders"),
        (rows([0.9, 0.1], [0.7, 0.3]), "differs by up to 0.2"),
        (rows([0.9, 0.1], [0.9, 0.1]), "in no order is its answer another one"),
        (rows([np.nan, np.nan], [0.9, 0.1]), "no finite number"),
        (rows([0.9, 0.1], [np.nan, np.nan]), "otherwise in 1 of 1"),
    ],
)
def test_of_a_text_it_is_said_how_often_the_answer_is_another(found, words):
    assert words in order.sentence(make_frame(), found)


@pytest.mark.parametrize(
    ("errors", "losses", "there", "not_there"),
    [
        ((1.0, 2.0), (0.1, 0.9), "what came before tells it much", "finite"),
        ((1.9, 2.0), (0.1, 0.9), "errs by 1.90 in order, by 2.00 shuffled.", "tells it much"),
        ((2.0, 1.0), (0.9, 0.1), "loss is 0.9 in order, 0.1 shuffled", "tells it much"),
        ((1.0, float("inf")), (float("nan"), 0.1), "by no finite number shuffled", "nan"),
    ],
)
def test_of_a_series_the_numbers_are_said(errors, losses, there, not_there):
    frame = make_frame(60)
    values = frame.task.sequence.values[:, 0]
    said = order.sentence(frame, SeriesOrder(values, values[::-1], 3, 12, errors, losses))
    assert there in said and not_there not in said
    assert said.endswith("The network has learned nothing yet.")


def test_the_picture_shows_the_numbers_of_the_measure():
    frame = shipped("sentiment")
    found = order.order_of(frame)
    texts = {s.id: s.text for s in scene_of(frame).shapes if isinstance(s, Text)}
    for place, row in enumerate(found.rows):
        words = [texts[f"word:{place}:{i}"] for i in range(len(row.tokens))]
        assert tuple(words) == row.tokens
        assert texts[f"answer:{place}"].startswith(found.names[row.answer])
        assert ("≠" in texts[f"answer:{place}"]) == (row.answer != found.rows[0].answer)
        assert float(texts[f"probability:{place}"]) == pytest.approx(
            row.probabilities.max(), abs=1e-3
        )
    counted = dict(re.findall(r"(\w+) (\d+)(?: ·|$)", texts["counts"].partition(": ")[2]))
    assert {word: int(n) for word, n in counted.items()} == found.counts


@pytest.mark.parametrize("p", [0, 1, 7])
def test_the_slider_and_the_keys_ask_for_so_many_values_to_look_back(p):
    frame = shipped("temperature", lags=p)
    lags = p or 3
    scene = scene_of(frame)
    texts = {s.id: s.text for s in scene.shapes if isinstance(s, Text)}
    assert texts["p-said"] == f"AR({lags})" and texts["row:4"] == f"AR({lags}) error"
    knob = next(s for s in scene.shapes if s.id == "knob")
    assert order.chosen(frame, scene.target_at(knob.x, knob.y)) == ("lags", lags)
    assert order.keys(frame)["+"] == ("lags", lags + 1)
    assert order.keys(frame)["-"] == ("lags", max(1, lags - 1))


@pytest.mark.parametrize("size", [(560, 210), (1004, 560), (1580, 230), (1900, 950), (3800, 1900)])
@pytest.mark.parametrize("name", ["sentiment", "sunspots"])
def test_nothing_lies_outside_or_is_cut(size, name):
    unit = 11.0 if size[0] <= 1004 else 14.0 if size[0] < 1700 else 24.0 if size[0] < 3000 else 48.0
    frame = shipped(name)
    scene = scene_of(frame, tuple(map(float, size)), unit)
    assert any(s.id.startswith(("pill:", "line:")) for s in scene.shapes)
    for shape in scene.shapes:
        place = reach(shape)
        assert place.x >= 9 and place.right <= size[0] + 12, shape.id
        assert place.y >= 39 and place.bottom <= size[1] + 42, shape.id
        if isinstance(shape, Text):
            assert shape.size >= unit
            assert text_width(shape.text, shape.size, shape.bold) <= shape.rect.w + 0.5, shape.id


@pytest.mark.parametrize("scale", [1e307, 1e-300, 0.0])
@pytest.mark.parametrize("steps", [3, 50])
def test_values_of_any_size_are_measured_and_drawn(scale, steps):
    found = series(steps)
    sequence = replace(found, values=scale * (found.values - 12.0) / 10.0)
    run = start_run(make_task(sequence), Settings(units=4))
    frame = resolve(run, Playhead(), compute_pass(run, 0, 0))
    texts = {s.id: s.text for s in scene_of(frame).shapes if isinstance(s, Text)}
    assert "not finite" not in texts.values() and texts["value:2:0"] == texts["value:2:1"]
    assert (texts["value:2:0"] == "0") == (scale == 0.0)
    said = order.sentence(frame, order.order_of(frame))
    assert "finite" not in said and ("tells it much" not in said or steps == 50)


def test_a_covered_series_does_not_say_which_line_is_which():
    bare = scene_of(shipped("temperature"))
    covered = order.covered(bare)
    texts = [shape.text for shape in covered.shapes if isinstance(shape, Text)]
    assert not any("order" in text or "shuffled" in text for text in texts)
    assert {shape.id for shape in bare.shapes if shape.id.startswith("bar:")} <= {
        shape.id for shape in covered.shapes
    }  # both histograms stay
    told = {s.id: s.text for s in bare.shapes if isinstance(s, Text)}
    asked = {s.id: s.text for s in covered.shapes if isinstance(s, Text)}
    assert asked["value:1:0"] == told["value:1:0"]  # the mean tells nothing
    assert asked["value:4:0"] == asked["value:4:1"]
    assert asked["value:5:0"] == asked["value:5:1"]


def test_a_covered_text_shows_no_verdict_in_any_way():
    bare = scene_of(shipped("sentiment"))
    covered = order.covered(bare)
    answers = [s.text for s in covered.shapes if s.id.startswith(("answer:", "probability:"))]
    assert len(answers) > 2
    assert len(set(answers)) == 1
    assert not any(s.id.startswith(("bar:", "said:")) for s in covered.shapes)
    words = {s.id for s in bare.shapes if s.id.startswith(("word:", "pill:", "tag:"))}
    assert words <= {s.id for s in covered.shapes}
