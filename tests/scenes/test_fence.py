"""The fence on the stage: where it stands, where the pulse ends, and what it says."""

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.film import Playhead, compute_pass, resolve
from rnnviz.film.terms import backward_terms
from rnnviz.scenes.charts.gradient import gradient_chart
from rnnviz.scenes.equation import equation_of
from rnnviz.scenes.fence import left_out_words
from rnnviz.scenes.phases import largest
from rnnviz.scenes.readout import readout
from rnnviz.scenes.shapes import Line, Text
from rnnviz.scenes.stage import layout_of, stage_scene
from tests.frames import make_frame

SIZE = (1400.0, 560.0, 14.0)


def drawn(frame):
    scene = stage_scene(frame, *SIZE)
    return scene, {shape.id: shape for shape in scene.shapes}


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("summed", [False, True])
def test_the_pulse_ends_at_the_fence_as_wide_as_what_would_have_gone_on(cell, layers, summed):
    made = {"cell": cell, "layers": layers, "units": 4, "summed": summed, "source": 8}
    whole = make_frame(9, position=9 + 9 - 6 + 1.0, **made)
    frame = make_frame(9, position=9 + 9 - 6 + 1.0, truncation=6, **made)
    scene, shapes = drawn(frame)
    fences = [name for name in shapes if name.startswith("fence:")]
    assert fences == ["fence:6"]
    post, lay = shapes["fence:6"], layout_of(frame, *SIZE)
    x = post.points[0][0]
    for layer in range(layers):
        tag = f":{layer + 1}" if layers > 1 else ""
        assert f"grad-a:6{tag}" not in shapes
        stopped = shapes[f"grad-cut:6{tag}"]
        assert stopped.points[-1][0] == pytest.approx(x) and stopped.arrow == 0.0
        if not summed:  # of one loss the gradient is the same up to the fence
            came = backward_terms(whole.sweep, layer, 6).arriving
            want = lay.widest * np.linalg.norm(came) / 10.0 ** largest(frame)
            assert stopped.width == (pytest.approx(want, rel=1e-9) if want >= 0.45 else 1.0)
    place = next(target for target in scene.targets if target.kind == "fence")
    lines = readout(frame, place)
    assert "6 and 7" in lines[0] and left_out_words(frame) in lines
    if not summed:
        assert not shapes.get("grad-y:6")
        assert "truncation cuts it before step 7" in equation_of(frame).sentence


def test_what_is_left_out_stands_in_the_header_in_the_engines_number():
    frame = make_frame(9, position=12.0, truncation=3, cell="lstm", units=4)
    _, shapes = drawn(frame)
    text = shapes["width-scale"]
    assert isinstance(text, Text)
    share = 100 * frame.left_out.of("W_aa_l0")
    said = float(text.text.partition("leaves out ")[2].partition("\u202f%")[0])
    assert said == pytest.approx(share, rel=6e-3) and share > 1


def test_the_fences_of_the_curve_are_those_of_the_pass():
    alone = gradient_chart(make_frame(9, position=19.0, truncation=4))
    assert [(s.start, s.stop) for s in alone.shades] == [(1.0, 4.5)]
    every = gradient_chart(make_frame(9, position=19.0, truncation=4, summed=True))
    assert [(s.start + s.stop) / 2 for s in every.shades] == [4.5, 8.5]
    assert gradient_chart(make_frame(9, position=19.0)).shades == ()


def test_forward_the_fence_stands_there_and_the_state_goes_through():
    frame = make_frame(9, position=7.0, truncation=4)
    _, shapes = drawn(frame)
    assert isinstance(shapes["fence:4"], Line) and "edge-a:5" in shapes
    assert not any(name.startswith(("grad-", "stop")) for name in shapes)
    assert not any(name.startswith("fence") for name in drawn(make_frame(9, position=7.0))[1])


@pytest.mark.parametrize("layers", [1, 2])
def test_of_an_encoder_with_its_decoder_both_shares_are_said(layers):
    made = make_frame(8, truncation=5, layers=layers, summed=True)
    run = made.run.in_mode("encoder_decoder")
    frame = resolve(run, Playhead(position=14.0, summed=True), compute_pass(run, 0, 0))
    assert run.task.source_steps == 4
    _, shapes = drawn(frame)
    assert [name for name in shapes if name.startswith("fence:")] == ["fence:5"]
    said = left_out_words(frame)
    for part in ("decoder", "encoder"):
        share = frame.left_out.of(f"{part}.W_aa_l0")
        before = said.partition(f" ({part})")[0]
        number = before.rsplit("\u202f%", 1)[0].rsplit(" ", 1)[1]
        assert float(number) == pytest.approx(100 * share, rel=6e-3) and share > 0, said
    last = replace(run, settings=replace(run.settings, truncation=4))  # the fence is between them
    frame = resolve(last, Playhead(position=14.0, summed=True), compute_pass(last, 0, 0))
    assert "100\u202f% (encoder)" in left_out_words(frame)
    _, shapes = drawn(frame)
    assert [n for n in shapes if n.startswith("fence:")] == ["fence:4", "fence:8"]
