"""What the gradient laboratory says follows its numbers, in regimes where it could be wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.data import in_mode, make_task
from rnnviz.film import Playhead, Settings, compute_pass, loss_name, ratio, resolve, start_run
from rnnviz.scenes.charts.chart import AxisRoom
from rnnviz.scenes.laboratory import depth, forgetting, ledger, singular_values, triangle
from rnnviz.scenes.shapes import Dot, Line, Rect, Text
from tests.frames import make_frame, series

AREA = Rect(10.0, 40.0, 700.0, 240.0)


def shape(scene, name):
    return next(each for each in scene.shapes if each.id == name)


def texts(scene, kind):
    return [
        each.text for each in scene.shapes if isinstance(each, Text) and each.id.startswith(kind)
    ]


def test_an_lstms_gradient_of_a_is_not_taken_for_that_of_a_and_c() -> None:
    frame = make_frame(position=18.0, cell="lstm")
    found, own = singular_values.values_of(frame), frame.norms_of(summed=False)
    assert found is not None
    weights, slopes = float(found.weights[0]), float(found.activations[0])
    both = weights + slopes
    assert abs(both - (own[0] - own[8])) > 0.1
    for way, words in (
        (
            singular_values.sentence,
            f"×\u202f{ratio(float(own[0] - own[8]))} in a; ×\u202f{ratio(both)} in (a, c), "
            f"×\u202f{ratio(weights)} by weights and gates at the steepest slopes, "
            f"×\u202f{ratio(slopes)} by flatter ones",
        ),
        (
            singular_values.shorter,
            f"This one in (a, c) ×\u202f{ratio(both)}: ×\u202f{ratio(weights)} weights and gates, "
            f"×\u202f{ratio(slopes)} slopes.",
        ),
    ):
        assert words in way(frame)


def test_in_a_lower_layer_the_causes_are_those_of_its_own_steps() -> None:
    frame = make_frame(position=18.0, layers=2)  # the lower layer is shown
    found, own = singular_values.values_of(frame), frame.norms_of(summed=False)
    assert found is not None and frame.layer == 0
    whole = float(found.weights[0] + found.activations[0])
    by_all = f"×\u202f{ratio(float(own[0] - own[8]))}"
    alone = f"by this layer alone ×\u202f{ratio(whole)}"
    assert f"{by_all}; {alone}, ×\u202f" in singular_values.sentence(frame)
    assert f"This one {by_all}, {alone}: ×\u202f" in singular_values.shorter(frame)


def test_that_the_sigmoids_slope_is_a_quarter_at_most_is_no_work_of_the_weights() -> None:
    """W_aa is orthogonal times 2: the weights alone make any gradient 2⁸ times as large."""
    frame = make_frame(position=18.0, activation="sigmoid", gain=2.0, units=6)
    own = frame.norms_of(summed=False)
    slopes = float(own[0] - own[8]) - 8 * np.log10(2.0)
    said = f"×\u202f256 by the weights, ×\u202f{ratio(slopes)} by g′ ≤ 0.25 ("
    assert said in singular_values.sentence(frame)


def test_the_line_at_one_is_marked_on_the_axis_also_among_many_curves() -> None:
    frame = make_frame(position=18.0, gain=1.5)
    made = singular_values.chart(frame)
    assert made is not None
    room = AxisRoom(140.0, 14.0, lambda text: 7.0 * len(text), lambda text, _: text)
    ticks = made.y.ticks(made.y.low, made.y.high, room)
    own = frame.norms_of(summed=False)
    assert (own[8], "× 1") in ticks and len(ticks) > 1
    apart = np.diff(sorted(value for value, _ in ticks)) * 140.0 / (made.y.high - made.y.low)
    assert apart.min() >= 14.0
    assert "× 1" not in [text for _, text in made.y.ticks(own[8] + 0.1, made.y.high, room)]


@pytest.mark.parametrize("module", [singular_values, forgetting])
def test_what_truncation_cuts_is_shaded_in_every_chart_over_the_steps(module) -> None:
    frame = make_frame("a b c d e f g h i j", position=18.0, source=8, truncation=3)
    made = module.chart(frame)
    assert [(each.start, each.stop, each.name) for each in made.shades] == [(1.0, 6.5, "cut")]
    assert not module.chart(make_frame(position=18.0)).shades


def test_a_window_that_begins_at_the_loss_leaves_nothing_to_decompose() -> None:
    frame = make_frame("a b c d e f g h i j", position=18.0, source=7, truncation=3)
    assert singular_values.sentence(frame).startswith("Truncation cuts the gradient before step 7")


def test_a_loss_of_the_first_step_is_not_said_to_leave_it_yet() -> None:
    frame = make_frame(position=18.0, source=1)
    for said in (
        triangle.sentence(frame, triangle.triangle_of(frame)),
        singular_values.sentence(frame),
        depth.sentence(frame),
    ):
        assert said.startswith("Step 1 has no step before it"), said


def test_what_a_loss_and_the_sum_bring_back_stands_in_one_sentence() -> None:
    frame = make_frame(position=18.0)
    one, every = (frame.norms_of(summed=summed) for summed in (False, True))
    assert triangle.sentence(frame, triangle.triangle_of(frame)) == (
        f"Step 1 gets {ratio(float(one[0] - one[8]))} times what step 9 gets from the loss of "
        f"step 9 alone, {ratio(float(every[0] - every[8]))} times from the sum of all."
    )


def test_of_a_loss_that_alone_pays_no_sum_is_said() -> None:
    run = start_run(in_mode(make_task(series(9)), "many_to_one"), Settings())
    frame = resolve(run, Playhead(position=18.0), compute_pass(run, 0, 0))
    said = triangle.sentence(frame, triangle.triangle_of(frame))
    assert said.endswith("from the loss of step 8, the only one that pays.")


def test_a_map_of_nothing_has_no_scale() -> None:
    """A flat series is 0 to the network, whose answer is 0: every gradient is exactly 0."""
    run = start_run(make_task(replace(series(6), values=np.full((6, 1), 5.0))), Settings())
    frame = resolve(run, Playhead(position=12.0), compute_pass(run, 0, 0))
    assert "exactly 0" in triangle.sentence(frame, triangle.triangle_of(frame))
    assert not [
        each
        for each in triangle.scene(frame, 720.0, 290.0, AREA, 13.0).shapes
        if each.id.startswith("scale")
    ]
    assert [
        each
        for each in triangle.scene(make_frame(), 720.0, 290.0, AREA, 13.0).shapes
        if each.id.startswith("scale")
    ]


def test_forgetting_says_which_loss_its_gradient_is_of() -> None:
    one, every = make_frame(position=14.0), make_frame(position=14.0, summed=True)
    assert "∂L⟨9⟩/∂a⟨t⟩" in forgetting.titles(one)[0][1]
    assert "∂L/∂a⟨t⟩" in forgetting.titles(every)[0][1]
    assert "∂L⟨9⟩/∂a⟨6⟩" in forgetting.reading(one, 6)


@pytest.mark.parametrize(
    ("settings", "at", "source", "said"),
    [
        ({}, 18.0, 0, "The share of step 1 is exactly 0, as a⟨0⟩ is 0;"),
        ({"truncation": 3}, 16.0, 9, "The share of step 3 is exactly 0, cut by truncation;"),
        ({}, 12.0, 4, "The share of step 7 is exactly 0, as L⟨4⟩ comes before it;"),
    ],
)
def test_a_share_of_nothing_says_why(settings, at, source, said) -> None:
    assert ledger.sentence(make_frame(position=at, source=source, **settings)).startswith(said)


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_an_entry_of_the_weights_is_named_by_its_gate(cell: str) -> None:
    frame = make_frame(position=19.0, units=6, cell=cell)
    assert frame.update is not None
    change = frame.update.network.parameters["W_aa_l0"] - frame.network.parameters["W_aa_l0"]
    row, column = np.unravel_index(np.abs(change).argmax(), change.shape)
    gate = frame.kind.names[row // 6]
    assert f"changes most at {gate}[{row % 6 + 1}, {column + 1}] " in ledger.sentence(frame)
    scene = ledger.scene(frame, 720.0, 290.0, AREA, 13.0)
    before = shape(scene, "W before:values").rect
    for i, name in enumerate(frame.kind.names):
        (letter,) = [each for each in scene.shapes if each.id == f"W before:gate-{name}"]
        assert letter.rect.cy == pytest.approx(
            before.y + (i + 0.5) * before.h / len(frame.kind.names)
        )


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "−η ∂L/∂W"),
        ({"optimizer": "adam"}, "change"),
        ({"clipping": "norm", "clip_limit": 0.01}, "change"),
    ],
)
def test_the_change_is_called_the_gradients_only_where_it_is(settings, said) -> None:
    frame = make_frame(position=19.0, units=6, **settings)
    scene = ledger.scene(frame, 720.0, 290.0, AREA, 13.0)
    (words,) = texts(scene, "change:words")
    assert words.startswith(said)
    change = shape(scene, "change:values").values
    plain = -frame.run.learning_rate * frame.passing.backward.gradients["W_aa_l0"]
    assert np.allclose(change, plain) == (said != "change")


def test_the_number_of_the_sum_so_far_lies_on_no_curve() -> None:
    """Backward the sum may rise again before it comes to its end."""
    for layers in (1, 2):
        frame = make_frame("a b c d e " * 6, position=60.0, cell="lstm", layers=layers, units=6)
        scene = ledger.scene(frame, 420.0, 240.0, Rect(10.0, 30.0, 400.0, 200.0), 13.0)
        (number_,) = [each for each in scene.shapes if each.id == "so-far-size"]
        (line,) = [each for each in scene.shapes if each.id == "so-far"]
        assert isinstance(line, Line)
        inside = [y for x, y in line.points if number_.rect.x <= x <= number_.rect.right]
        assert inside and min(inside) > number_.rect.bottom


def test_depth_has_a_slider_for_the_layers() -> None:
    frame = make_frame(position=18.0, layers=3)
    for area in (AREA, Rect(10.0, 30.0, 280.0, 200.0)):
        scene = depth.scene(frame, 720.0, 290.0, area, 13.0)
        (slider,) = [target for target in scene.targets if target.kind == "slider"]
        at = slider.at(slider.rect.x + 4.5 / 8 * slider.rect.w, slider.rect.cy)
        assert at is not None and depth.chosen(frame, at) == ("layers", 5)
        assert depth.reading(frame, at) == ()  # which would lie over the sentence
        knob = next(each for each in scene.shapes if each.id == "knob")
        assert isinstance(knob, Dot)
        assert knob.x == pytest.approx(slider.rect.x + 2.5 / 8 * slider.rect.w)
        assert texts(scene, "layers-said") == ["3"]
    assert depth.keys(frame) == {"+": ("layers", 4), "=": ("layers", 4), "-": ("layers", 2)}
    assert depth.keys(make_frame(layers=8))["+"] == ("layers", 8)
    assert depth.keys(make_frame())["-"] == ("layers", 1)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "Unrolled, each step is a layer too: 8 of them shrink it here."),
        ({"gain": 1.0, "activation": "identity"}, "Unrolled, each step is a layer too."),
        ({"layers": 3}, "Unrolled, each step is a layer too: here the 8 steps shrink it most."),
        (
            {"layers": 8, "gain": 0.95, "activation": "identity", "cell": "rnn", "units": 3},
            "Unrolled, each step is a layer too: here the 8 layers shrink it most.",
        ),
        ({"layers": 3, "summed": True}, "Unrolled, each step is a layer too."),
    ],
)
def test_it_is_said_whether_steps_or_layers_shrink_the_gradient(settings, said) -> None:
    frame = make_frame(position=18.0, **settings)
    found, top = depth.norms(frame), frame.layers - 1
    back, down = found[top, 0] - found[top, 8], found[0, 8] - found[top, 8]
    if "most" in said:
        assert (back < down) == ("steps shrink" in said)
    assert depth.sentence(frame).endswith(said), (depth.sentence(frame), back, down)


def test_where_no_step_pays_no_loss_is_named() -> None:
    task = make_task(series(4))
    run = start_run(replace(task, mask=np.zeros_like(task.mask)), Settings())
    frame = resolve(run, Playhead(position=6.0), compute_pass(run, 0, 0))
    assert frame.source == 0 and loss_name(frame) == "L"
    assert loss_name(make_frame(position=14.0)) == "L⟨9⟩"


def test_one_step_shrinks_and_shares_have_a_size() -> None:
    settings = {"units": 4, "gain": 0.1}
    back = make_frame("a b c d", position=8.0, source=2, **settings)
    assert depth.sentence(back).endswith("each step is a layer too: 1 of them shrinks it here.")
    said = ledger.sentence(make_frame("a b c d", position=6.0, **settings))
    assert "; the shares of the steps 3 … 4 together have size 0." in said
