"""The inside of the cell shows the engine's numbers, as they come, and no word on another."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from rnnviz.film import Playhead, compute_pass, resolve
from rnnviz.film.memory_cell import cell_backward, cell_forward
from rnnviz.scenes.measure import reach
from rnnviz.scenes.memory_cell import memory_cell_scene
from rnnviz.scenes.memory_cell.placement import (
    GATED,
    PLAIN,
    fitted,
    is_rough,
    line_width,
    placement_for,
)
from rnnviz.scenes.memory_cell.reading import cell_reading, cell_words
from rnnviz.scenes.shapes import Box, Dot, Line, Rect, Role, Symbol, Text
from tests.frames import make_frame
from tests.scenes.test_own_networks import frames as own_frames

CELLS = ("rnn", "lstm", "gru", "gru_reset_before")
GATES = {"lstm": "ifgo", "gru": "rzn", "gru_reset_before": "rzn", "rnn": ""}
SIZES = {"full": (800.0, 320.0), "plain": (500.0, 130.0), "bare": (490.0, 95.0), "brief": (240, 90)}
UNIT = 12.0
_RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def scene_of(frame, size=SIZES["full"], unit=UNIT):
    return memory_cell_scene(frame, *size, Rect(0.0, 0.0, *size), unit)


def at(frame, position, **changes):
    return resolve(frame.run, replace(frame.playhead, position=position, **changes), frame.passing)


def by_id(scene):
    names = [shape.id for shape in scene.shapes]
    assert len(names) == len(set(names)), "two shapes have one id"
    return {shape.id: shape for shape in scene.shapes}


def read(text):
    """A number as it is written, and half a unit of its last digit."""
    found = re.fullmatch(r"(.* )?(?:≈)?([+−]?)(\d*\.?\d*)(?:·?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", text)
    assert found, text
    scale = 10.0 ** int(found[4].translate(_RAISED)) if found[4] else 1.0
    if not found[3] or (found[4] and "·" not in text):  # the nearest power says how large
        return (-scale if found[2] == "−" else scale), 2.2 * scale
    size = float(found[3]) * scale
    digits = len(found[3].partition(".")[2])
    return (-size if found[2] == "−" else size), 0.5000001 * 10.0**-digits * scale


def assert_says(shape, value):
    said, slack = read(shape.text)
    assert abs(said - value) <= slack + 1e-12, (shape.text, value)


networks = st.fixed_dictionaries(
    {
        "cell": st.sampled_from(CELLS),
        "units": st.integers(1, 6),
        "layers": st.integers(1, 2),
        "seed": st.integers(0, 30),
        "gain": st.sampled_from((0.5, 1.3)),
        "summed": st.booleans(),
    }
)
sizes = st.sampled_from(sorted(SIZES))


# -- forward ----------------------------------------------------------------------------------


@settings(max_examples=80, deadline=None)
@given(networks, st.integers(1, 5), st.integers(0, 5), sizes)
def test_gates_are_filled_to_the_engines_values_and_say_them(network, t, unit, size):
    unit = min(unit, network["units"] - 1)
    frame = make_frame("one two three four", **network, selected=unit)
    t = min(t, frame.steps)
    shapes = by_id(scene_of(at(frame, t), SIZES[size]))
    for name in GATES[frame.cell]:
        value = frame.passing.trace.gates[name][frame.layer, t - 1, 0, unit]
        box, fill = shapes[f"gate-{name}"].rect, shapes[f"fill-{name}"].rect
        inner = box.h - 2 * 0.15 * shapes[f"letter-{name}"].size / 1.1
        if name in "gn":
            assert fill.h == pytest.approx(abs(value) * inner / 2, rel=1e-6)
            end = fill.bottom if value < 0 else fill.y
            assert (end - box.cy) * value <= 1e-9
        else:
            assert fill.h == pytest.approx(value * inner, rel=1e-6)
            assert fill.bottom == pytest.approx(box.bottom - (box.h - inner) / 2)
        assert_says(shapes[f"value-{name}"], value)
    state = frame.passing.trace.a[frame.layer, t, 0, unit]
    assert_says(shapes["a-after"], state)
    if frame.cell == "lstm":
        c = frame.passing.trace.c[frame.layer, t, 0, unit]
        assert_says(shapes["c-after"], c)


@settings(max_examples=40, deadline=None)
@given(networks, st.integers(1, 5), st.integers(0, 5))
def test_the_parts_of_every_sum_are_said_in_a_large_panel(network, t, unit):
    unit = min(unit, network["units"] - 1)
    frame = make_frame("one two three four", **network, selected=unit)
    t = min(t, frame.steps)
    shapes, numbers = by_id(scene_of(at(frame, t))), cell_forward(frame, t, unit)
    if frame.cell == "rnn":
        one = numbers.sums["a"]
        for part, value in (("a", one.recurrent), ("x", one.input), ("b", one.bias)):
            assert_says(shapes[f"part-{part}"], value)
        assert_says(shapes["value-z"], one.z)
        return
    for name, one in numbers.sums.items():
        assert_says(shapes[f"part-{name}-a"], one.recurrent)
        assert_says(shapes[f"part-{name}-x"], one.input)
        assert_says(shapes[f"part-{name}-b"], one.bias)


PHASES = (  # progress within a step, what is on the screen by then and what is not yet
    (0.1, (), ("a-before", "gate", "a-after")),
    (0.2, ("a-before",), ("gate", "a-after")),
    (0.47, ("a-before",), ("a-after",)),
    (0.49, ("a-before", "gate"), ("a-after",)),
    (0.68, ("a-before", "gate"), ("a-after",)),
    (0.7, ("a-before", "gate", "a-after"), ()),
    (1.0, ("a-before", "gate", "a-after"), ()),
)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("progress", "there", "absent"), PHASES)
def test_numbers_come_when_they_are_computed(cell, progress, there, absent):
    frame = make_frame(position=5 + progress, cell=cell)
    shapes = by_id(scene_of(frame))

    def names(kind):
        if kind != "gate":
            return [kind]
        return [f"value-{name}" for name in GATES[cell]] or ["value-z"]

    for kind in there:
        assert all(name in shapes for name in names(kind)), kind
    for kind in absent:
        assert not any(name in shapes for name in names(kind)), kind
    moving = {name.removeprefix("dot-") for name in shapes if name.startswith("dot-")}
    if progress in (0.1, 0.2, 0.68):
        assert moving
    assert moving <= ({"y"} if progress >= 0.7 else set(shapes))
    assert not any(shape.id.startswith(("grad-", "d-")) for shape in shapes.values())


@pytest.mark.parametrize("cell", CELLS)
def test_before_the_step_everything_is_empty_and_faded(cell):
    shapes = by_id(scene_of(make_frame(position=0, cell=cell)))
    assert not any(name.startswith(("fill-", "value-", "part-", "dot-")) for name in shapes)
    assert not any(re.search(r"[+−]\d", shape.text) for shape in shapes.values()
                   if isinstance(shape, Text))  # fmt: skip
    lanes = [shape for name, shape in shapes.items()
             if isinstance(shape, Line) and not name.startswith(("axis", "curve"))]  # fmt: skip
    assert lanes and all(line.alpha < 0.5 for line in lanes)
    assert all(shapes[f"gate-{name}"].alpha < 0.5 for name in GATES[cell])


def test_the_rnns_curve_is_g_and_the_point_lies_on_it():
    for activation in ("tanh", "sigmoid", "relu", "identity"):
        frame = make_frame(position=4, activation=activation)
        shapes, one = by_id(scene_of(frame)), cell_forward(frame, 4, 0).sums["a"]
        curve, dot = shapes["curve"].points, shapes["point"]
        (x, y), middle = curve[len(curve) // 2], shapes["axis-0"].points[0][1]
        assert shapes["axis-1"].points[0][0] == pytest.approx(x)
        on = np.interp(dot.x, [p[0] for p in curve], [p[1] for p in curve])
        assert dot.y == pytest.approx(on, abs=1.0)
        assert (dot.x - x) * one.z >= 0.0
        assert (middle - dot.y) * one.value >= 0.0
        if activation in ("tanh", "identity"):
            assert y == pytest.approx(middle)


def test_where_the_reset_stands_tells_the_two_grus_apart():
    places = {}
    for cell in ("gru", "gru_reset_before"):
        shapes = by_id(scene_of(make_frame(position=5, cell=cell)))
        sign = shapes["W-reset"]
        assert (sign.base, sign.sub) == ("W", "aa")
        places[cell] = sign.y - shapes["times-r"].rect.cy
    assert places["gru"] > 0 > places["gru_reset_before"]


def test_without_recurrence_nothing_comes_from_the_step_before():
    for cell in CELLS:
        run = make_frame("one two three", cell=cell).run.in_mode("one_to_one")
        frame = resolve(run, Playhead(position=2.0), compute_pass(run, 0, 0))
        shapes = by_id(scene_of(frame))
        assert not {"a-in", "a-bus", "c-in", "a-before", "c-before"} & set(shapes)
        assert "a-after" in shapes


def test_peepholes_are_drawn_where_there_are_some():
    (frame,) = own_frames([4.0], cell="lstm", peepholes=True, biases=2)
    shapes = by_id(scene_of(frame))
    assert {"peep-f", "peep-i", "peep-o"} <= set(shapes)
    numbers = cell_forward(frame, 4, 3)
    for name, one in numbers.sums.items():
        parts = one.recurrent + one.input + one.bias + one.peephole
        assert parts == pytest.approx(one.z, rel=1e-9)
        assert bool(one.peephole) == (name != "g")
        assert_says(shapes[f"part-{name}-b"], one.bias + one.peephole)
    (back,) = own_frames([10.0], cell="lstm", peepholes=True, summed=True)
    found = cell_backward(back, back.step, 3)
    assert found.dc_own + found.dc_arriving == pytest.approx(found.dc, rel=1e-9)
    assert "peep-f" not in by_id(scene_of(make_frame(position=4, cell="lstm")))


def test_what_is_not_finite_is_hatched_and_said():
    for activation in ("identity", "relu"):
        frame = make_frame(60, cell="rnn", gain=1e30, activation=activation, position=60)
        assert not np.isfinite(frame.states[60, 0])
        shapes = by_id(scene_of(frame))
        assert shapes["a-after"].text in ("not finite", "∞")
        assert "point" not in shapes


# -- backward ---------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(networks, st.integers(1, 5), st.integers(0, 5), sizes)
def test_the_gradients_are_the_engines(network, t, unit, size):
    unit = min(unit, network["units"] - 1)
    frame = make_frame("one two three four", **network, selected=unit)
    t = min(t, frame.steps)
    frame = at(frame, frame.timeline.end - t)
    shapes, sweep = by_id(scene_of(frame, SIZES[size])), frame.sweep
    assert_says(shapes["d-a"], sweep.da[frame.layer, t - 1, 0, unit])
    for name in GATES[frame.cell]:
        assert_says(shapes[f"grad-{name}"], sweep.dgates[name][frame.layer, t - 1, 0, unit])
    if frame.cell == "lstm":
        assert_says(shapes["d-c"], sweep.dc[frame.layer, t - 1, 0, unit])
    if size == "brief":
        return
    found = cell_backward(frame, t, unit)
    if frame.cell == "rnn":
        assert_says(shapes["d-z"], sweep.dz[frame.layer, t - 1, 0, unit])
    else:
        assert_says(shapes["d-kept"], found.kept)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 40), st.integers(1, 4), st.sampled_from(("full", "plain", "bare")))
def test_one_sees_that_the_conveyor_multiplies_by_f_alone(seed, t, size):
    frame = make_frame("one two three four", cell="lstm", units=3, seed=seed, summed=True)
    frame = at(frame, frame.timeline.end - t)
    shapes = by_id(scene_of(frame, SIZES[size]))
    before, after = shapes["grad-c"], shapes["grad-kept"]
    assume(not before.dash and not after.dash)
    f = frame.passing.trace.gates["f"][0, t - 1, 0, 0]
    assert after.width / before.width == pytest.approx(f, rel=1e-9)
    # Widths are linear in the gradients, also from one band to another.
    found = cell_backward(frame, t, 0)
    for name, value in (("grad-a", found.da), ("grad-c-own", found.dc_own)):
        if not shapes[name].dash:
            assert shapes[name].width / before.width == pytest.approx(abs(value / found.dc))
    assert all(s.stroke is Role.GRADIENT for n, s in shapes.items()
               if n.startswith("grad-") and isinstance(s, Line))  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 40), st.integers(1, 4), st.sampled_from(("gru", "gru_reset_before")))
def test_and_the_grus_by_z_alone(seed, t, cell):
    frame = make_frame("one two three four", cell=cell, units=3, seed=seed, summed=True)
    frame = at(frame, frame.timeline.end - t)
    shapes = by_id(scene_of(frame))
    before, after = shapes["grad-a"], shapes["grad-kept"]
    assume(not before.dash and not after.dash)
    z = frame.passing.trace.gates["z"][0, t - 1, 0, 0]
    assert after.width / before.width == pytest.approx(z, rel=1e-9)


BACK = (  # progress within a backward step, what is there by then and what is not yet
    (0.1, (), ("d-a", "gates", "d-on")),
    (0.43, (), ("d-a", "gates", "d-on")),
    (0.63, ("d-a",), ("gates", "d-on")),
    (0.83, ("d-a", "gates"), ("d-on",)),
    (1.0, ("d-a", "gates", "d-on"), ()),
)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("progress", "there", "absent"), BACK)
def test_gradients_come_when_they_are_computed(cell, progress, there, absent):
    frame = make_frame(position=12 + progress, cell=cell, summed=True)
    assert frame.step == 6
    shapes = by_id(scene_of(frame))

    def names(kind):
        if kind == "gates":
            return [f"grad-{name}" for name in GATES[cell]] or ["d-z"]
        return ["d-through"] if kind == "d-on" else [kind]

    for kind in there:
        assert all(name in shapes for name in names(kind)), kind
    for kind in absent:
        assert not any(name in shapes for name in names(kind)), kind


def test_a_gradient_of_zero_has_no_band_and_says_0():
    frame = make_frame(position=19 - 9, cell="lstm", source=4)
    shapes = by_id(scene_of(frame))
    assert frame.step == 9 and shapes["d-c"].text == "0"
    assert not any(isinstance(shape, Line) and name.startswith("grad-")
                   for name, shape in shapes.items())  # fmt: skip


# -- room -------------------------------------------------------------------------------------


@pytest.mark.parametrize("levels", [GATED, PLAIN])
def test_the_richest_drawing_that_fits_is_taken(levels):
    found = [
        placement_for(Rect(0, 0, w, h), UNIT, levels)
        for w, h in ((900, 235), (480, 130), (480, 90), (240, 85), (120, 60))
    ]
    names = [placement.level.name if placement else "" for placement in found]
    assert names == ["full", "plain", "bare", "brief", ""]
    for placement in found[:-1]:
        assert UNIT <= placement.u <= 1.6 * UNIT
        assert placement.rect.w >= placement.level.width * placement.u - 1e-6
        assert placement.rect.h >= placement.level.height * placement.u - 1e-6


@pytest.mark.parametrize(
    ("size", "unit"), [((1560.0, 690.0), 20.0), ((1240.0, 540.0), 16.0), ((1500.0, 230.0), 15.0)]
)
def test_the_drawing_of_a_plain_cell_has_all_of_the_height(size, unit):
    scene = scene_of(make_frame(position=3), size, unit)
    left = size[1] - max(reach(shape).bottom for shape in scene.shapes)
    assert 0.0 <= left <= 0.06 * size[1]


@pytest.mark.parametrize("cell", CELLS)
def test_where_nothing_fits_that_is_said(cell):
    (shape,) = scene_of(make_frame(position=3, cell=cell), (100.0, 40.0)).shapes
    assert "larger" in shape.text


def text_boxes(scene):
    """Where words and numbers are, tightly."""
    for shape in scene.shapes:
        if isinstance(shape, Symbol):
            r = reach(shape)
            yield shape.id, Rect(r.x + 1, r.y + 0.25 * shape.size, r.w - 2, r.h - 0.5 * shape.size)
        elif isinstance(shape, Text):
            w = min(shape.rect.w, line_width(shape.text, shape.size, bold=shape.bold))
            free = shape.rect.w - w
            x = shape.rect.x + free * {"left": 0.0, "center": 0.5, "right": 1.0}[shape.align]
            yield shape.id, Rect(x, shape.rect.cy - 0.4 * shape.size, w, 0.8 * shape.size)


def scene_unit(scene):
    return max(shape.size for shape in scene.shapes if isinstance(shape, Text))


def meet(a, b):
    return (
        min(a.right, b.right) - max(a.x, b.x) > 0.5
        and min(a.bottom, b.bottom) - max(a.y, b.y) > 0.5
    )


@settings(max_examples=150, deadline=None)
@given(
    networks,
    st.floats(0.0, 11.0),
    st.tuples(st.floats(17.5, 75.0), st.floats(6.5, 24.0)),
    st.floats(8.0, 40.0),
)
@example({"cell": "gru", "layers": 2, "seed": 0, "gain": 1.3, "summed": True}, 7.0, (20.0, 12.0), 8)
def test_no_word_lies_on_another_or_beyond_the_panel_or_is_too_small(network, position, size, unit):
    frame = make_frame("one two three four", **network)
    width, height = size[0] * unit, size[1] * unit
    scene = scene_of(at(frame, position), (width, height), unit)
    found = list(text_boxes(scene))
    for (one, a), (other, b) in combinations(found, 2):
        assert not meet(a, b), (one, other)
    for name, box in found:
        assert box.x >= -1 and box.y >= -1, name
        assert box.right <= width + 1 and box.bottom <= height + 1, name
    for shape in scene.shapes:
        if isinstance(shape, Text):
            assert shape.size >= unit - 1e-9, shape.id
            assert shape.text and "…" not in shape.text


@pytest.mark.parametrize("cell", [cell for cell in CELLS if GATES[cell]])
@pytest.mark.parametrize("gain", [0.02, 0.5, 2.0])
def test_in_a_slot_of_four_the_gradients_of_gates_have_digits(cell, gain):
    """As wide as the laboratory's in a window of 1280 × 720."""
    for position in range(11, 19):
        frame = make_frame(position=position, cell=cell, gain=gain)
        shapes = by_id(scene_of(frame, (320.0, 171.0), 13.0))
        for name in GATES[cell]:
            text = shapes[f"grad-{name}"].text
            assert not is_rough(text) and "≈" not in text, (name, text)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("size", [(902.0, 220.0), (1870.0, 590.0), (410.0, 135.0)])
def test_numbers_of_all_sizes_keep_their_places(cell, size):
    """From saturated to exploding networks, what is written fits where it is written."""
    for gain in (0.01, 3.0, 40.0, 1e6):
        for seed in range(3):
            frame = make_frame(cell=cell, gain=gain, seed=seed)
            for position in (5.0, 11.0, 18.0):
                found = list(text_boxes(scene_of(at(frame, position), size, size[1] / 12.0)))
                for (one, a), (other, b) in combinations(found, 2):
                    assert not meet(a, b), (one, other, gain)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("t", [9, 10, 99, 100, 1000])
@pytest.mark.parametrize("size", sorted(SIZES))
def test_a_long_sequence_leaves_room_for_the_numbers(cell, t, size):
    frame = make_frame(1001, cell=cell, position=t, units=3, summed=True)
    shapes = by_id(scene_of(frame, SIZES[size]))
    assert_says(shapes["a-after"], frame.states[t, 0])
    if size != "brief" and (cell, size) != ("lstm", "bare"):
        assert_says(shapes["a-before"], frame.states[t - 1, 0])
    for position in (t, frame.timeline.end - t):
        found = list(text_boxes(scene_of(at(frame, position), SIZES[size])))
        for (one, a), (other, b) in combinations(found, 2):
            assert not meet(a, b), (one, other)


@given(st.floats(allow_nan=True), st.floats(8.0, 60.0), st.booleans())
def test_a_fitted_number_fits_and_is_right(value, width, bold):
    text = fitted(value, width, 10.0, bold=bold)
    if not text or 0.0 < abs(value) < 1e-300 or 1e300 < abs(value) < np.inf:
        return
    assert line_width(text, 10.0, bold=bold) <= width
    if np.isfinite(value) and text not in ("not finite", "∞"):
        said, slack = read(text)
        assert abs(abs(said) - abs(value)) <= slack * 1.001
        rough = is_rough(text) and ("≈" in text or abs(value) < 0.015)
        assert rough or abs(abs(said) - abs(value)) <= abs(value) / 3 * 1.001
        assert text.lstrip("≈")[0] == ("−" if value < 0 else "+" if value else "0")


# -- what is said -----------------------------------------------------------------------------


@pytest.mark.parametrize("cell", CELLS)
def test_every_place_says_what_it_is_and_its_numbers(cell):
    for position in (3.1, 3.5, 5.0, 12.0, 13.4, 19.0):
        frame = make_frame(position=position, cell=cell, selected=2)
        scene = scene_of(frame)
        assert len(scene.targets) >= 5
        for target in scene.targets:
            middle = target.rect.cx, target.rect.cy
            assert scene.target_at(*middle) is not None
            lines = cell_reading(frame, target)
            of_units = target.kind not in ("wire:x", "wire:y")
            assert len(lines) >= 2 and lines[0].endswith("unit 3") == of_units, target.kind
            assert all("nan" not in line and line for line in lines), target.kind


def test_a_gate_says_its_formula_and_its_value():
    frame = make_frame(position=5, cell="lstm")
    target = next(t for t in scene_of(frame).targets if t.kind == "f")
    name, formula, numbers = cell_reading(frame, target)
    assert name == "forget gate f⟨5⟩, unit 1"
    assert formula == "f = σ(W_aa a⟨t−1⟩ + W_ax x⟨t⟩ + b)"
    value = frame.passing.trace.gates["f"][0, 4, 0, 0]
    assert numbers.endswith(f"= {value:.4f}")
    back = at(frame, 14.0)
    lines = cell_reading(back, target)
    gradient = back.sweep.dgates["f"][0, 4, 0, 0]
    assert any(line.startswith("∂L⟨9⟩/∂f = ") for line in lines)
    assert f"{abs(gradient):.4f}" in lines[3] or "10" in lines[3]
    assert "not yet computed" in cell_reading(at(frame, 4.1), target)


def test_the_cell_in_a_sentence():
    frame = make_frame(position=5, cell="lstm")
    said = cell_words(frame, 0)
    f = frame.passing.trace.gates["f"][0, 4, 0, 0]
    assert said.startswith("unit 1, step 5: ") and f"forget gate {f:.4f}" in said
    assert "not yet computed" in cell_words(at(frame, 4.5), 0)


def test_dots_and_boxes_stay_in_the_picture():
    for cell in CELLS:
        for position in np.arange(0.0, 11.0, 0.17):
            scene = scene_of(make_frame("one two three four", cell=cell, position=position))
            for shape in scene.shapes:
                if isinstance(shape, Box | Dot):
                    r = reach(shape)
                    edge = 0.5 * scene_unit(scene)  # a dot on the edge is half beyond it
                    assert r.x >= -edge and r.right <= scene.width + edge, shape.id
                    assert r.y >= -edge and r.bottom <= scene.height + edge, shape.id


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("position", [4.0, 14.0])
def test_in_a_slot_of_four_nothing_touches_the_cells_frame_or_a_gates_letter(cell, position):
    """With a little room left over what is under the cell stands clear of it."""
    frame = make_frame(position=position, cell=cell)
    shapes = by_id(scene_of(frame, (290.0, 196.0), 13.0))
    assert all(reach(shape).y >= 0.0 for shape in shapes.values())
    foot = shapes["cell"].rect.bottom
    under = [shape for shape in shapes.values() if isinstance(shape, Symbol) and shape.y > foot]
    assert under and all(reach(shape).y >= foot for shape in under)
    for name in GATES[cell]:
        letter, value = shapes[f"letter-{name}"], shapes[f"value-{name}"]
        assert value.rect.cy - letter.rect.cy > 0.5 * (letter.size + value.size)
