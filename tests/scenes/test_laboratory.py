"""The pictures of the gradient laboratory show the engine's numbers."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from itertools import combinations, pairwise

import numpy as np
import pytest

from rnnviz.data import in_mode, make_task
from rnnviz.film import (
    Frame,
    Playhead,
    Settings,
    comparable,
    compute_pass,
    gradient_reading,
    number,
    ratio,
    resolve,
    start_run,
)
from rnnviz.film.comparison import compare
from rnnviz.film.differences import what_differs
from rnnviz.film.passes import run_forward
from rnnviz.scenes.equation import equation_of
from rnnviz.scenes.laboratory import (
    depth,
    ellipse,
    forgetting,
    lanes,
    ledger,
    maps,
    singular_values,
    triangle,
)
from rnnviz.scenes.laboratory.maps import NormScale, widest_of
from rnnviz.scenes.measure import text_width
from rnnviz.scenes.phases import norm_forms
from rnnviz.scenes.shapes import Bitmap, Box, Line, Rect, Role, Text
from tests.frames import make_frame, series

AREA = Rect(10.0, 40.0, 700.0, 240.0)


def scene_of(frame: Frame, area: Rect = AREA):
    return triangle.scene(frame, 720.0, 290.0, area, 13.0)


def shape(scene, name):
    return next(each for each in scene.shapes if each.id == name)


def texts(scene, kind):
    return [
        each.text for each in scene.shapes if isinstance(each, Text) and each.id.startswith(kind)
    ]


@pytest.fixture
def frame() -> Frame:
    return make_frame(position=18.0, layers=2, units=6)


def test_the_colours_are_the_norms(frame: Frame) -> None:
    scene, found = scene_of(frame), triangle.triangle_of(frame)
    drawn, scale = (
        shape(scene, "triangle"),
        NormScale.of(found.log10[:, 0], frame.norms_of(summed=True)),
    )
    assert isinstance(drawn, Bitmap) and drawn.role is Role.GRADIENT
    low, high = 0.06, 1.0
    known = np.tril(np.ones((9, 9), bool))
    expected = low + (high - low) * (found.log10[:, 0] - scale.low) / (scale.high - scale.low)
    np.testing.assert_allclose(drawn.values[known], expected[known])
    assert np.isnan(drawn.values[~known]).all()  # what comes later is nothing, not a faint colour
    assert np.nanmax(drawn.values) <= 1.0 and np.nanmin(drawn.values) >= low


def test_what_is_pointed_at_is_read_out(frame: Frame) -> None:
    scene = scene_of(frame)
    place = shape(scene, "triangle").rect
    column, row = 2, 6
    target = scene.target_at(
        place.x + (column + 0.5) * place.w / 9, place.y + (row + 0.5) * place.h / 9
    )
    assert target is not None
    name, value = triangle.reading(frame, target)
    assert name.startswith("loss of step 7 ") and "∂L⟨7⟩/∂a⟨3⟩" in value
    assert value.endswith(f"{10 ** triangle.triangle_of(frame).log10[6, 0, 2]:.3g}")
    assert triangle.chosen(frame, target) == ("source", 7)
    later = scene.target_at(place.right - 2, place.y + 2)
    assert later is not None
    assert triangle.reading(frame, later)[1] == "exactly 0: step 9 comes after it"


def test_the_sum_stands_below_and_is_chosen(frame: Frame) -> None:
    scene = scene_of(frame)
    place = shape(scene, "sum").rect
    assert place.y > shape(scene, "triangle").rect.bottom
    target = scene.target_at(place.x + 1, place.cy)
    assert target is not None and triangle.chosen(frame, target) == ("summed", 1)
    assert triangle.reading(frame, target)[1].endswith(
        f"{10 ** frame.norms_of(summed=True)[0]:.3g}"
    )


def test_what_is_not_computed_yet_is_covered() -> None:
    for position, hidden in ((0.0, 9), (9.0, 9), (12.0, 6), (18.0, 0)):
        frame = make_frame(position=position)
        scene = scene_of(frame)
        cover = [each for each in scene.shapes if each.id == "unknown"]
        place = shape(scene, "triangle").rect
        width = sum(each.rect.w for each in cover if isinstance(each, Box))
        assert width == pytest.approx(place.w * hidden / 9 + (hidden > 0), abs=1e-6), position


@pytest.mark.parametrize(
    ("settings", "at", "words"),
    [
        ({}, 0.0, ["Each row is one loss"]),
        ({}, 10.0, ["has not left its step yet"]),
        ({}, 18.0, ["Step 1 gets 0.00202 times what step 9 gets from the loss of step 9 alone"]),
        ({"gain": 3.0, "activation": "identity"}, 18.0, ["times what step 9 gets"]),
    ],
)
def test_the_sentence_follows_the_numbers(settings, at, words) -> None:
    frame = make_frame(position=at, **settings)
    said = " ".join(texts(scene_of(frame), "said"))
    for word in words:
        assert word in said
    if settings:
        grown = frame.norms_of(summed=False)
        assert grown[0] > grown[8]


def test_one_step_and_small_panels() -> None:
    for text in ("one two", 2):
        assert shape(scene_of(make_frame(text, position=1.0)), "triangle")
    assert texts(scene_of(make_frame(), Rect(0, 0, 90, 40)), "no-room")


def test_the_largest_of_what_shares_a_pixel_is_drawn() -> None:
    values = np.arange(40.0).reshape(8, 5)
    assert np.array_equal(widest_of(values, 8, 5), values)
    assert np.array_equal(widest_of(values, 4, 5), values[1::2])
    values[3, 3] = np.nan
    assert np.isnan(widest_of(values, 2, 1)[0, 0]) and np.isfinite(widest_of(values, 2, 1)[1, 0])


def test_a_scale_has_a_power_of_ten_at_least_and_survives_nothing_finite() -> None:
    assert NormScale.of(np.array([-2.0, -2.0])) == NormScale(-3.0, -2.0)
    nothing = np.array([-np.inf, np.nan])
    shares = NormScale.of(nothing).shares(nothing)
    assert np.isnan(shares[0]) and np.isposinf(shares[1])
    assert maps.SCALE > 0


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("summed", [False, True])
def test_depth_is_the_gradient_of_every_layer(cell: str, summed: bool) -> None:
    frame = make_frame(position=18.0, layers=3, units=5, cell=cell, summed=summed)
    scene = depth.scene(frame, 720.0, 290.0, AREA, 13.0)
    drawn = shape(scene, "depth")
    found = np.stack([frame.norms_of(summed=summed, layer=layer) for layer in (2, 1, 0)])
    np.testing.assert_allclose(drawn.values, NormScale.of(found).shares(found))
    place = drawn.rect
    target = scene.target_at(place.x + 1.5 * place.w / 9, place.y + 2.5 * place.h / 3)
    assert target is not None and depth.chosen(frame, target) == ("layer", 0)
    assert depth.reading(frame, target)[0].startswith("layer 1, step 2 ")
    number = float(10.0 ** found[2, 1])
    assert depth.reading(frame, target)[1].endswith(f"= {ratio(np.log10(number))}")


def test_the_words_on_depth_are_the_numbers() -> None:
    frame = make_frame(position=18.0, layers=3, units=5)
    found = depth.norms(frame)
    said = depth.sentence(frame)
    for words, change in (
        ("Down through 3 layers at step 9: ", found[0, 8] - found[2, 8]),
        ("Back through 8 steps in layer 3: ", found[2, 0] - found[2, 8]),
        ("Both, to layer 1 at step 1: ", found[0, 0] - found[2, 8]),
    ):
        assert f"{words}×\u202f{ratio(float(change))}." in said
    one = depth.sentence(make_frame(position=18.0))
    assert "layers" not in one and "Back through 8 steps in the layer" in one
    assert "fills from right to left" in depth.sentence(make_frame(position=3.0))
    alone = make_frame("one two", position=3.0)
    assert depth.sentence(alone) == "The loss has not left its step yet."


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_why_draws_the_singular_values_on_the_gradients_axis(cell: str) -> None:
    frame = make_frame(position=18.0, cell=cell, units=6)
    made, found = singular_values.chart(frame), singular_values.values_of(frame)
    assert made is not None and found is not None
    own = frame.norms_of(summed=False)
    curves = {curve.name: curve for curve in made.curves}
    np.testing.assert_allclose(curves["σ 1"].y, found.log10[:, 0] + own[8])
    np.testing.assert_allclose(curves["the gradient"].y, own)
    np.testing.assert_allclose(curves["× 1"].y, own[8])
    assert ("bound" in curves) == (cell == "rnn")
    assert ("No bound holds for a gated cell." in singular_values.sentence(frame)) == (
        cell != "rnn"
    )


def test_the_words_on_why_are_the_numbers() -> None:
    frame = make_frame(position=18.0, gain=1.5)
    found = singular_values.values_of(frame)
    said = singular_values.sentence(frame)
    assert found is not None
    own = frame.norms_of(summed=False)
    for words in (
        f"multiplied by {ratio(float(found.log10[0, -1]))} to {ratio(float(found.log10[0, 0]))}.",
        f"This one: ×\u202f{ratio(float(own[0] - own[8]))}, "
        f"×\u202f{ratio(float(found.weights[0]))} by the weights, "
        f"×\u202f{ratio(float(found.activations[0]))} by g′ "
        f"({int(found.saturated[1:].sum())} of {8 * frame.units} saturated).",
    ):
        assert words in said
    assert found.activations[0] < 0
    at = frame.steps
    assert singular_values.sentence(make_frame(position=at + 1.0)).startswith("At step 9 nothing")
    assert "appear as the backward pass" in singular_values.sentence(make_frame(position=2.0))
    assert singular_values.reading(frame, 9).endswith("σ from 1 to 1")


def test_many_singular_values_are_drawn_from_end_to_end() -> None:
    assert singular_values.drawn_ranks(5) == [0, 1, 2, 3, 4]
    many = singular_values.drawn_ranks(200)
    assert len(many) == 24 and (many[0], many[-1]) == (0, 199)


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_the_words_on_forgetting_are_the_numbers(cell: str) -> None:
    frame = make_frame(position=3.0, cell=cell, units=6)
    found, said = forgetting.found_of(frame), forgetting.sentence(frame)
    assert found is not None
    away = found.log10[0]
    assert f"a⟨3⟩ would move by {ratio(float(away[0]))}; " in said
    of_it = ratio(float(away[-1] - away[0]))
    grown = away[-1] > away[0]
    assert (
        f"at step 9 {of_it} times that" if grown else f"of that {of_it} is left at step 9"
    ) in said
    assert "With “Hermione” in place of “and” at step 3" in said
    made = forgetting.chart(frame)
    assert made is not None
    curves = {curve.name: curve for curve in made.curves}
    np.testing.assert_array_equal(curves["change"].y, away)
    np.testing.assert_array_equal(curves["gradient"].y, frame.log10_norms)


def test_a_change_that_grows_is_not_said_to_be_left() -> None:
    frame = make_frame(position=1.0, activation="relu", gain=5.0, seed=1)
    found, said = forgetting.found_of(frame), forgetting.sentence(frame)
    assert found is not None and found.log10[0, -1] > found.log10[0, 0]
    grown = ratio(float(found.log10[0, -1] - found.log10[0, 0]))
    assert f"; at step 9 {grown} times that. No unit loses half" in said and "left" not in said


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ([5.0, 5.0, 5.0], "With 6 in place of 5 at step 2, 1 more, as no value differs, a⟨2⟩"),
        ([1.0, 3.0, 1.0, 3.0], "With 4 in place of 3 at step 2, a standard deviation more, a⟨2⟩"),
        ([[1.0, 9.0], [3.0, 7.0]], "With every value of step 2 larger by its column's standard"),
    ],
)
def test_what_of_a_series_is_changed_is_said(columns: list, said: str) -> None:
    values = np.array(columns, np.float64).reshape(len(columns), -1)
    run = start_run(make_task(replace(series(*values.shape), values=values)), Settings())
    frame = resolve(run, Playhead(position=2.0), compute_pass(run, 0, 0))
    found = forgetting.found_of(frame)
    assert found is not None and forgetting.sentence(frame).startswith(said)


def test_a_word_that_is_alone_is_not_replaced_by_itself() -> None:
    frame = make_frame("word", position=1.0)
    assert forgetting.found_of(frame) is None and not forgetting.sentence(frame)
    assert "no other symbol" in forgetting.instead(frame)


def test_a_change_that_is_gone_after_its_step_is_a_dot() -> None:
    made = forgetting.chart(make_frame(position=1.0, gain=0.0, activation="identity"))
    assert made is not None
    change = next(curve for curve in made.curves if curve.name == "change")
    assert np.isfinite(change.y).tolist() == [True] + 8 * [False] and change.points > 0


def test_a_half_life_below_one_step_is_within_it() -> None:
    assert forgetting.half_life(make_frame(position=1.0)) == (
        "Half of the influence of a unit is gone within one step."
    )


def test_a_row_with_singular_values_left_out_says_the_largest() -> None:
    frame = make_frame(position=18.0, cell="lstm", layers=2)
    said, found = singular_values.sentence(frame), singular_values.values_of(frame)
    assert found is not None and "is multiplied by at most " in said and "less to" not in said
    assert "Smaller σ than 10⁻¹⁰ of that are left out." in said


def test_what_is_forgotten_to_the_last_digit_is_said() -> None:
    frame = make_frame("a b " * 30, position=1.0, gain=0.1)
    said = forgetting.sentence(frame)
    found = forgetting.found_of(frame)
    assert found is not None
    first = 1 + int(np.flatnonzero(np.isneginf(found.log10[0]))[0])
    assert f"from step {first} on the states are the same to the last digit" in said


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_the_ledgers_bars_are_the_shares(cell: str) -> None:
    frame = make_frame(position=14.0, cell=cell, units=6)
    scene, found = ledger.scene(frame, 720.0, 290.0, AREA, 13.0), ledger.ledger_of(frame)
    assert found is not None
    bars = {each.id: each for each in scene.shapes if each.id.startswith("share:")}
    assert set(bars) == {f"share:{t}" for t in range(5, 10)}
    tall = np.array([bars[f"share:{t}"].rect.h for t in range(5, 10)])
    np.testing.assert_allclose(tall / tall.max(), found.shares[4:] / found.shares[4:].max())
    np.testing.assert_array_equal(shape(scene, "pile:values").values, found.sum_from(5))
    assert f"The share of step 5 has size {number(float(found.shares[4]))}" in ledger.sentence(
        frame
    )
    target = scene.target_at(bars["share:7"].rect.cx, bars["share:7"].rect.cy)
    assert target is not None and ledger.chosen(frame, target) == ("step", 7)
    assert ledger.reading(frame, target)[1].endswith(number(float(found.shares[6])))


def test_every_bar_of_the_ledger_has_its_number_and_the_line_runs_through_none() -> None:
    frame = compared(18.0, units=16, summed=True)
    for wide, high in ((720.0, 290.0), (900.0, 240.0), (1500.0, 260.0)):
        scene = ledger.scene(frame, wide, high, Rect(0.0, 0.0, wide, high), 16.0)
        line = shape(scene, "so-far").points
        for t in range(1, 10):
            text = shape(scene, f"share-size:{t}")
            bar = shape(scene, f"share:{t}").rect
            assert text.on is None or (bar.y <= text.rect.y and text.rect.bottom <= bar.bottom)
            half = text_width(text.text, text.size) / 2
            xs = np.linspace(text.rect.cx - half, text.rect.cx + half, 9)
            ys = np.interp(xs, *zip(*line, strict=True))
            assert np.abs(ys - text.rect.cy).min() > 0.6 * text.size, (wide, t)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_the_ledger_of_an_update_is_that_of_all_losses(optimizer: str) -> None:
    frame = make_frame(position=19.0, units=6, optimizer=optimizer)
    scene, found = ledger.scene(frame, 720.0, 290.0, AREA, 13.0), ledger.ledger_of(frame)
    assert found is not None and frame.update is not None
    before = frame.network.parameters["W_aa_l0"]
    after = frame.update.network.parameters["W_aa_l0"]
    np.testing.assert_array_equal(shape(scene, "W before:values").values, before)
    np.testing.assert_array_equal(shape(scene, "W after:values").values, after)
    np.testing.assert_array_equal(shape(scene, "change:values").values, after - before)
    np.testing.assert_allclose(found.sum_from(1), frame.passing.backward.gradients["W_aa_l0"])
    row, column = np.unravel_index(np.abs(after - before).argmax(), before.shape)
    assert f"changes most at [{row + 1}, {column + 1}] " in ledger.sentence(frame)


def ellipse_scene(frame: Frame):
    return ellipse.scene(frame, 720.0, 290.0, AREA, 13.0)


def half_axes(line: Line, radius: float) -> tuple[float, float]:
    points = np.array(line.points)
    away = np.linalg.norm(points - points[:-1].mean(axis=0), axis=1)
    return float(away.max()) / radius, float(away.min()) / radius


@pytest.mark.parametrize(("cell", "gain"), [("rnn", 1.0), ("rnn", 2.0), ("lstm", 1.0)])
def test_the_ellipse_is_drawn_true_to_size_and_its_shape_beside_it(cell: str, gain: float) -> None:
    frame = make_frame(position=16.0, cell=cell, units=6, gain=gain, recurrent="orthogonal")
    found, scene = ellipse.ellipse_of(frame), ellipse_scene(frame)
    assert found is not None
    longer, shorter = np.exp(found.circle.log_axes[3 - 1])
    circle = half_axes(shape(scene, "circle"), 1.0)[0]
    drawn = half_axes(shape(scene, "true:ellipse"), circle)
    np.testing.assert_allclose(drawn, (longer, shorter), rtol=2e-2)
    whole = half_axes(shape(scene, "shape-circle"), 1.0)[0]
    alone = half_axes(shape(scene, "shape:ellipse"), whole)
    np.testing.assert_allclose(alone, (1.0, shorter / longer), rtol=2e-2)
    middle, tip = np.array(shape(scene, "true:gradient").points)
    arrow = np.linalg.norm(tip - middle) / circle
    cosines = np.linalg.norm(found.gradient[2])
    np.testing.assert_allclose(arrow, cosines * 10.0 ** found.log10_gradient[2], rtol=1e-9)
    if gain == 1.0 or cell == "lstm":
        assert len([each for each in scene.shapes if each.id.startswith("trail:")]) == 6


def test_the_words_on_the_ellipse_are_the_numbers() -> None:
    frame = make_frame(position=18.0, units=6)
    found = ellipse.ellipse_of(frame)
    assert found is not None
    longer, shorter = found.circle.log_axes[0] / np.log(10.0)
    share = 100 * np.linalg.norm(found.gradient[0])
    said = ellipse.sentence(frame)
    assert said.startswith(
        "From step 9 back to step 1 the unit circle becomes an ellipse with half axes "
        f"{ratio(longer)} and {ratio(shorter)}: shrunk in every direction, turned by "
    )
    change = frame.norms_of(summed=False)[0] - frame.norms_of(summed=False)[8]
    assert f"×\u202f{ratio(float(change))}, {share:.3g}\u202f% of its length" in said
    assert ellipse.titles(frame)[0][1] == "plane of u₁, u₂ of ∂a⟨9⟩/∂a⟨1⟩"
    target = next(each for each in ellipse_scene(frame).targets if each.unit == 1)
    parts = found.circle.directions[1]
    largest = int(np.abs(parts).argmax())
    name, of = ellipse.reading(frame, target)
    assert name == "u₂: the second left singular vector of ∂a⟨9⟩/∂a⟨1⟩"
    assert f"{abs(parts[largest]):.2f} a of unit {largest + 1}" in of
    assert ellipse.chosen(frame, target) == ("unit", largest)


def test_the_ellipse_has_a_sentence_in_every_regime() -> None:
    def said(text: str = "a b c d e f", **settings) -> str:
        frame = make_frame(text, **settings)
        assert ellipse_scene(frame).shapes
        return ellipse.sentence(frame)

    assert "is carried back with the backward pass" in said(position=2.0)
    assert said(position=7.0).startswith("At step 6 it is the unit circle")
    assert said("a", unit="characters", position=2.0).startswith("Step 1 has no step before it")
    dead = said(position=12.0, activation="relu", units=2, seed=1, gain=0.0)
    assert "nothing is left of the circle: it is exactly 0." in dead
    assert "The gradient itself: exactly 0." in dead
    burst = said("a b " * 20, position=80.0, activation="identity", gain=9.0, units=3)
    assert "grown in every direction" in burst
    lower = said(position=12.0, layers=2)
    assert "Paths through the layers above are left out." in lower
    small = ellipse.scene(make_frame(position=18.0), 100, 60, Rect(5, 20, 90, 30), 13.0)
    assert shape(small, "no-room").text == "The ellipse needs a larger panel."
    narrow = ellipse.scene(make_frame(position=18.0), 120, 260, Rect(5, 20, 110, 230), 13.0)
    assert "caption:shape" not in {each.id for each in narrow.shapes}
    assert texts(narrow, "said")[0].startswith("Step 9 to 1:")
    found = ellipse.ellipse_of(make_frame())
    assert found is not None
    shorter = found.circle.log_axes[0, 1] / np.log(10.0)
    assert f"and {ratio(shorter)};" in " ".join(texts(narrow, "said"))


def compared(position: float, text: str = "", **settings) -> Frame:
    """A frame with the other cells beside its own."""
    frame = make_frame(*([text] if text else []), **settings)
    branches = compare(frame.branches).at(replace(frame.playhead, position=position))
    # The branch shown stays the same, so does its pass.
    playhead = replace(frame.playhead, position=position)
    return resolve(frame.run, playhead, frame.passing, branches)


def test_lanes_are_the_branches_with_their_own_numbers() -> None:
    frame = compared(18.0, units=6)
    scene, rows = lanes.scene(frame, 900.0, 290.0, AREA, 13.0), lanes.lanes_of(frame)
    assert [lane.name for lane in rows] == ["RNN", "GRU", "LSTM"]
    for lane in rows:
        model = frame.branches.each[lane.branch].run.networks[0]
        trace = run_forward(model, frame.task)
        np.testing.assert_allclose(lane.states, trace.a[0, 1:, 0])
        for t in (1, 5, 9):
            drawn = shape(scene, f"lane-heat:{lane.branch}:{t}").values.T.ravel()
            np.testing.assert_allclose(drawn[:6], lane.states[t - 1])
            said = shape(scene, f"lane-norm:{lane.branch}:{t}").text
            assert said == norm_forms(float(lane.norms[t - 1]))[0]
    for t in range(2, 10):  # one scale: a link is as wide as the gradient that went through it
        wide = [shape(scene, f"lane-link:{lane.branch}:{t}").width for lane in rows]
        norms = [10.0 ** lane.norms[t - 2] for lane in rows]
        most = max(10.0 ** lane.norms.max() for lane in rows)
        expected = [max(0.8, norm / most * 0.9 * 0.86 * 13.0) for norm in norms]
        np.testing.assert_allclose(wide, expected)


def test_the_norms_of_lanes_are_written_alike() -> None:
    """Beside 3.5·10⁻⁴ and 5.0·10⁻⁴ a 10⁻³ in the place of 4.4·10⁻⁴ is a leap that there is not."""
    kinds = set[tuple[bool, bool]]()
    for words in (15, 150):
        frame = compared(6.0 * words, "one two three " * words, units=6)
        least = min(float(lane.norms.min()) for lane in lanes.lanes_of(frame))
        assert least < (-10 if words == 15 else -100)
        for width in range(560, 900, 20):
            area = Rect(0.0, 30.0, float(width), 260.0)
            scene = lanes.scene(frame, float(width), 290.0, area, 13.0)
            said = [each.text for each in scene.shapes if each.id.startswith("lane-norm:")]
            written = {("." in text, "·" in text) for text in said if "10" in text}
            assert len(written) == 1 and len(said) >= 3 * 4, said
            kinds |= written
    assert kinds >= {(True, True), (False, True)}


def test_what_lanes_do_not_know_yet_they_do_not_show() -> None:
    scene = lanes.scene(compared(4.0, units=6), 900.0, 290.0, AREA, 13.0)
    ids = {each.id for each in scene.shapes}
    assert "lane-heat:1:4" in ids and "lane-heat:1:5" not in ids
    assert not any(name.startswith("lane-norm") for name in ids)


def test_a_lane_is_chosen_by_its_name_and_a_step_by_its_place() -> None:
    frame = compared(18.0, units=6)
    scene = lanes.scene(frame, 900.0, 290.0, AREA, 13.0)
    name = shape(scene, "lane-name:1").rect
    target = scene.target_at(name.cx, name.cy)
    assert target is not None and lanes.chosen(frame, target) == ("branch", 1)
    cell = shape(scene, "lane:2:4").rect
    target = scene.target_at(cell.cx, cell.cy)
    assert target is not None and lanes.chosen(frame, target) == ("step", 4)
    assert lanes.reading(frame, target)[0].startswith("LSTM, step 4 ")


def test_lanes_say_what_differs_and_in_a_small_panel_go_before_what_is_said() -> None:
    frame, said = compared(18.0, units=6), dict[float, str]()
    for high in (290.0, 150.0, 110.0):
        scene = lanes.scene(frame, 900.0, 290.0, Rect(10.0, 40.0, 700.0, high), 13.0)
        assert any(each.id == "lane:2:9" for each in scene.shapes), high
        said[high] = " ".join(texts(scene, "said:"))
    whole = lanes.sentence(frame)
    assert said[290.0] == whole == f"{gradient_reading(frame)} {what_differs(frame.branches)}"
    assert whole.endswith(").") and "They differ in cell (RNN, GRU, LSTM) and parameters (" in whole
    assert said[110.0] == "" and whole.startswith(said[150.0])


def test_a_long_sequence_shows_the_steps_around_the_film() -> None:
    frame = compared(40.0, "a b c d " * 20, units=3)
    first, last = lanes.window(frame, 9)
    assert (first, last) == (36, 44)
    assert lanes.window(frame, 200) == (1, 80)
    assert lanes.scene(frame, 900.0, 290.0, AREA, 13.0).shapes


@pytest.mark.parametrize("width", [90.0, 150.0, 190.0, 240.0, 400.0])
def test_a_sentence_without_room_is_left_out_whole_or_marked_as_cut(width: float) -> None:
    frame = make_frame(position=18.0, truncation=3)
    text = triangle.sentence(frame, triangle.triangle_of(frame))
    assert text.count(". ") == 1
    lines = maps.wrapped(text, width, 14.0)
    shown = " ".join(lines)
    assert len(lines) <= 3
    assert shown in (text, text.partition(". ")[0] + ".") or (
        shown.endswith("…") and text.startswith(shown[:-1])
    )


def test_sizes_without_digits_left_are_not_compared() -> None:
    """y of 10²⁰⁸ answers with p of e^(−10²⁰⁸), of whose logarithm no ratio can be taken."""
    frame = make_frame("a b c d " * 75, position=600.0, activation="identity", gain=5.0)
    assert not comparable(*frame.log10_norms[[0, 299]])
    said = [
        gradient_reading(frame),
        triangle.sentence(frame, triangle.triangle_of(frame)),
        depth.sentence(frame),
        singular_values.sentence(frame),
    ]
    assert said[0].startswith("The gradient from step 300 is of size 10^(−")
    assert "a gradient of 10^(−" in said[1] and ", from 10^(−" in said[2]
    assert "times that at" not in equation_of(frame).sentence
    assert "This one" not in said[3] and max(map(len, said)) < 250


def test_one_direction_that_is_left_is_not_every_gradient() -> None:
    said = singular_values.sentence(make_frame(position=18.0, activation="sigmoid", gain=1000.0))
    assert "is multiplied by at most " in said and "every gradient" not in said


def test_a_lower_layers_gradient_has_paths_that_its_own_steps_have_not() -> None:
    lower = make_frame(position=18.0, cell="gru", layers=2)
    assert "This one, with its paths through the layers above: ×" in singular_values.sentence(lower)
    top = resolve(lower.run, Playhead(position=18.0, layer=1), lower.passing)
    assert "layers above" not in singular_values.sentence(top)


def test_the_sum_of_all_losses_does_not_come_back_through_the_steps() -> None:
    said = depth.sentence(make_frame(position=18.0, summed=True))
    assert said.startswith("Sum of all losses, against 8 steps later in the layer: ×")


def test_a_single_step_has_no_half_life() -> None:
    assert not forgetting.half_life(make_frame(1, position=1.0))


def test_a_share_that_no_float_holds_is_not_said_to_be_zero() -> None:
    first = make_frame(position=18.0, activation="relu", gain=5.0, seed=1)
    said = ledger.sentence(first)
    assert said.startswith("The share of step 1 is exactly 0, as a⟨0⟩ is 0;")
    assert said.endswith("the shares of the steps 1 … 9 together are too small for a float.")
    second = resolve(first.run, Playhead(position=17.0), first.passing)
    assert ledger.sentence(second).startswith("The share of step 2 is too small for a float;")


def test_the_ledger_of_a_decoder_says_that_the_encoders_is_another() -> None:
    task = in_mode(make_frame().task, "encoder_decoder")
    run = start_run(task, Settings())
    frame = resolve(run, Playhead(position=15.0), compute_pass(run, 0, 0))
    said = ledger.sentence(frame)
    assert said.startswith("The share of step 6") and said.endswith(
        "The encoder's W_aa is another."
    )
    assert "encoder" not in ledger.sentence(make_frame(position=15.0))


LABORATORY = {
    "rnn": {"text": " ".join(f"w{i % 11}" for i in range(33))},
    "gru, layers": {"text": "a b c d e f g h i", "cell": "gru", "layers": 3, "truncation": 4},
    "lstm": {"text": "a b c d e f g h i", "cell": "lstm", "layers": 2, "summed": True},
    "explodes": {"text": "a b c " * 12, "activation": "relu", "gain": 40.0},
}


@pytest.mark.parametrize("name", ["triangle", "ellipse", "ledger", "depth", "lanes"])
@pytest.mark.parametrize("run", LABORATORY)
@pytest.mark.parametrize("size", [(290.0, 185.0, 13.0), (370.0, 240.0, 14.0), (910.0, 590.0, 34.0)])
def test_in_a_slot_of_four_no_word_is_cut_or_lies_on_another(name, run, size) -> None:
    """In windows of 1280 × 720, 1600 × 900 and 3840 × 2160; what cannot be shown says so."""
    module = import_module(f"rnnviz.scenes.laboratory.{name}")
    width, height, unit = size
    made = make_frame(**LABORATORY[run])
    area = Rect(0.8 * unit, 2.4 * unit, width - 1.6 * unit, height - 2.9 * unit)
    for position in (made.steps + 1.0, made.steps + made.steps // 2, 2.0 * made.steps, None):
        place = made.timeline.end if position is None else position
        frame = resolve(made.run, replace(made.playhead, position=float(place)), made.passing)
        if name == "lanes":
            frame = resolve(frame.run, frame.playhead, frame.passing, frame.branches.forked())
        scene = module.scene(frame, width, height, area, 0.93 * unit)
        boxes = list[tuple[str, Rect]]()
        for text in (shape for shape in scene.shapes if isinstance(shape, Text)):
            wide = 0.97 * text_width(text.text, text.size, text.bold)  # of letters as they are
            free = text.rect.w - wide
            assert free >= 0.0, (place, text.id, text.text)
            x = text.rect.x + free * {"left": 0.0, "center": 0.5, "right": 1.0}[text.align]
            high = 0.7 * text.size
            boxes.append((text.id, Rect(x, text.rect.cy - high / 2, wide, high)))
        for (one, a), (other, b) in combinations(boxes, 2):
            across = min(a.right, b.right) - max(a.x, b.x)
            assert across <= 1 or min(a.bottom, b.bottom) - max(a.y, b.y) <= 1, (place, one, other)


@pytest.mark.parametrize("wide", [285.0, 400.0, 700.0])
def test_the_names_of_lanes_stand_whole_in_several_lines_of_a_narrow_panel(wide: float) -> None:
    frame = compared(18.0, units=6)
    names = ("RNN, W_aa × 0.5", "GRU begun with seed 4", "LSTM trained twice as long")
    branches = frame.branches
    for i, name in enumerate(names):
        branches = branches.renamed(i, name)
    run, playhead, passing = frame.run, frame.playhead, frame.passing
    frame = resolve(run, playhead, passing, branches)
    scene = lanes.scene(frame, wide + 20.0, 230.0, Rect(10.0, 30.0, wide, 190.0), 12.0)
    shown = [s for s in scene.shapes if s.id.startswith("lane-name:") and isinstance(s, Text)]
    for row, name in enumerate(names):
        lines = [s for s in shown if s.id.split(":")[1] == str(row)]
        assert " ".join(s.text for s in lines) == name
        for line in lines:
            assert text_width(line.text, line.size, line.bold) <= line.rect.w + 1e-6
    places = [s.rect for s in shown]
    assert all(a.bottom <= b.y + 1e-6 for a, b in pairwise(places))
    assert places[0].right <= min(s.rect.x for s in scene.shapes if s.id.startswith("lane:"))
