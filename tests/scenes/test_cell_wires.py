"""What is said of a wire inside the cell: vector, gradient and equation, as the engine has them."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from rnnviz.film import compute_pass, resolve
from rnnviz.film.wires import wire
from rnnviz.scenes.equation.tokens import Fence, Fraction, Name, Number, Stack, Term
from rnnviz.scenes.memory_cell import memory_cell_scene
from rnnviz.scenes.memory_cell.card import card_words
from rnnviz.scenes.memory_cell.wires import wires_in
from rnnviz.scenes.shapes import Box, Formula, Heat, Rect, Text
from tests.frames import make_frame
from tests.scenes.test_memory_cell import CELLS, assert_says, at, by_id, meet, text_boxes
from tests.scenes.test_own_networks import frames as own_frames

NAMES = {"tanh": np.tanh, "σ": lambda z: 1.0 / (1.0 + np.exp(-z))}
UNIT, LARGE = 12.0, (1200.0, 620.0)
WIRES = {
    "rnn": "y a a-before x b z",
    "lstm": "c-before kept new c shown a a-before x z-f f z-i i z-g g z-o o",
    "gru": "a-along kept new a a-before x z-z z rest z-r r inside reset z-n n",
    "gru_reset_before": "a-along kept new a a-before x z-z z rest z-r r inside reset z-n n",
}


def scene_of(frame, wire_name="", size=LARGE, unit=UNIT):
    return memory_cell_scene(frame, *size, Rect(0.0, 0.0, *size), unit, wire_name)


def strip(shapes, key):
    """The vector that is drawn in colours; None for none."""
    rows = [s for n, s in shapes.items() if n.startswith(f"strip-{key}-") and isinstance(s, Heat)]
    return np.concatenate([s.values[0] for s in rows]) if rows else None


def numbers_of(row):
    """The numbers of a formula, from left to right."""
    for item in row:
        match item:
            case Number():
                yield item
            case Term() | Fence():
                yield from numbers_of(item.items)
            case Fraction():
                yield from numbers_of((*item.above, *item.below))
            case Stack():
                for one in item.rows:
                    yield from numbers_of(one)


def expected(frame, t):
    """Every wire's vector and gradient, by the equations of the lecture from the engine's records.

    Written down again, from trace and sweep alone.
    """
    trace, sweep, layer = frame.passing.trace, frame.sweep, frame.layer
    p = {k: v.astype(float) for k, v in frame.network.parameters.items()}
    H = frame.units
    a, before = trace.a[layer, t, 0], trace.a[layer, t - 1, 0]
    da, dz = sweep.da[layer, t - 1, 0], sweep.dz[layer, t - 1, 0]
    W_aa, W_ax = p[f"W_aa_l{layer}"], p[f"W_ax_l{layer}"]
    found = {"a": (a, da)}
    x = trace.a[layer - 1, t, 0] if layer else trace.x[t - 1, 0]
    if np.ndim(x) == 0:
        x = np.eye(W_ax.shape[1])[int(x)]
    found["x"] = (x, W_ax.T @ dz)
    if frame.cell == "rnn":
        found["z"] = (trace.z_at(t, layer)[0], dz)
        found["a-before"] = (before, W_aa.T @ dz)
        found["b"] = (p[f"b_a_l{layer}"], dz)
        if layer == frame.layers - 1:
            y, dy = trace.probabilities(t - 1, t), sweep.output_gradient(t - 1, t)
            found["y"] = (y[0, 0], dy[0, 0])
        else:
            above = sweep.dz[layer + 1, t - 1, 0] @ p[f"W_ax_l{layer + 1}"]
            found["up"] = (a, above)
        return found
    names = {"lstm": "ifgo"}.get(frame.cell, "rzn")
    gates = {n: trace.gates[n][layer, t - 1, 0] for n in names}
    d = dict(zip(names, dz.reshape(-1, H), strict=True))
    for place, n in enumerate(names):
        found[f"z-{n}"] = (trace.z_at(t, layer)[0].reshape(-1, H)[place], d[n])
        found[n] = (gates[n], sweep.dgates[n][layer, t - 1, 0])
    if frame.cell == "lstm":
        c, c_before = trace.c[layer, t, 0], trace.c[layer, t - 1, 0]
        dc = sweep.dc[layer, t - 1, 0]
        i, f, g, o = (gates[n] for n in names)
        found |= {
            "c": (c, dc), "kept": (f * c_before, dc), "new": (i * g, dc),
            "shown": (np.tanh(c), da * o), "a-before": (before, W_aa.T @ dz),
            "c-before": (c_before, f * dc),
        }  # fmt: skip
        if f"p_f_l{layer}" in p:
            p_i, p_f, p_o = (p[f"p_{n}_l{layer}"] for n in "ifo")
            found["c-before"] = (c_before, f * dc + p_f * d["f"] + p_i * d["i"])
            found["peep-f"], found["peep-i"] = (p_f * c_before, d["f"]), (p_i * c_before, d["i"])
            found["peep-o"] = (p_o * c, d["o"])
        return found
    r, z, n = (gates[name] for name in names)
    W_r, W_z, W_n = np.split(W_aa, 3)
    found |= {"kept": (z * before, da), "new": ((1 - z) * n, da), "rest": (1 - z, da * n)}
    found["a-along"] = (before, z * da)
    rest = W_r.T @ d["r"] + W_z.T @ d["z"]
    if frame.cell == "gru":
        h = W_n @ before + p[f"b_aa_l{layer}"][2 * H :]
        found |= {"inside": (h, r * d["n"]), "reset": (r * h, d["n"])}
        found["a-before"] = (before, rest + W_n.T @ (r * d["n"]))
    else:
        q = W_n.T @ d["n"]
        found |= {"inside": (before, r * q), "reset": (r * before, q)}
        found["a-before"] = (before, rest + r * q)
    return found


def assert_wire(frame, name, value, gradient):
    """What the card of a wire shows, against vectors that were found elsewhere."""
    shapes = by_id(scene_of(frame, name))
    for key, vector in (("forward", value), ("backward", gradient)):
        shown = strip(shapes, key)
        assert shown == pytest.approx(vector, rel=1e-9, abs=1e-14), (name, key)
        for at_, one in enumerate(vector):
            assert_says(shapes[f"strip-{key}-value-{at_}"], one)
    size = float(np.linalg.norm(gradient))
    said = shapes["card-backward"].text.rpartition("norm ")[2]
    assert said == "0" if size == 0.0 else float_of(said) == pytest.approx(size, rel=2e-3, abs=6e-5)
    unit = frame.cell_unit
    if name in ("x", "y"):
        return
    mark = shapes["strip-forward-mark"].rect
    assert mark.cx == pytest.approx(shapes[f"strip-forward-value-{unit}"].rect.cx)
    for key, vector in (("forward", value), ("backward", gradient)):
        said = shapes.get(f"card-{key}-numbers")
        if said is not None:
            first = next(numbers_of(said.forms[0]))
            if name not in ("a-before", "a-along", "c-before") or key == "backward":
                assert first.value == pytest.approx(vector[unit], rel=1e-9, abs=1e-14)


def float_of(text):
    head, _, power = text.replace("−", "-").partition("·10")
    exponent = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    return float(head) * 10.0 ** int(exponent or 0)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("layers", "layer"), [(1, 0), (2, 0), (2, 1)])
def test_every_wire_shows_the_engines_vector_and_gradient(cell, layers, layer):
    frame = make_frame("one two three four", cell=cell, units=5, layers=layers, summed=True)
    for t in (1, 3, frame.steps):
        done = at(frame, frame.timeline.end - t, layer=layer, unit=3)
        assert done.step == t
        known = expected(done, t)
        drawn = wires_in(scene_of(done))
        assert set(drawn) == set(known)
        for name in drawn:
            assert_wire(done, name, *known[name])


def test_all_wires_are_there_in_the_order_of_the_keyboard():
    for cell, names in WIRES.items():
        drawn = wires_in(scene_of(make_frame(position=5, cell=cell)))
        assert drawn[0] in ("c-before", "a-along", "a") and set(drawn) == set(names.split())


def test_peepholes_are_wires_and_bring_their_part_of_the_gradient():
    (frame,) = own_frames([10.0], cell="lstm", peepholes=True, summed=True)
    known = expected(frame, frame.step)
    drawn = wires_in(scene_of(frame))
    assert {"peep-f", "peep-i", "peep-o"} <= set(drawn)
    for name in ("peep-f", "peep-i", "peep-o", "c-before", "z-o"):
        assert_wire(frame, name, *known[name])


def test_one_loss_alone_has_its_own_gradients():
    frame = make_frame("one two three four", cell="lstm", units=4, source=3)
    for t in (4, 3, 2):
        done = at(frame, frame.timeline.end - t)
        for name, (value, gradient) in expected(done, t).items():
            assert_wire(done, name, value, gradient)
            assert (t > 3) == (not np.any(gradient))


@pytest.mark.parametrize("cell", CELLS)
def test_the_equations_hold_in_their_own_numbers(cell):
    """Both sides of every line of numbers that is a sum or a product, as they were computed."""
    frame = make_frame("one two three four", cell=cell, units=4, summed=True)
    done = at(frame, frame.timeline.end - 2)
    for name in wires_in(scene_of(done)):
        shapes = by_id(scene_of(done, name))
        for key in ("forward", "backward"):
            said = shapes.get(f"card-{key}-numbers")
            row = said.forms[0] if said is not None else ()
            if row and name != "y":
                text = calculated(row)
                left, right = (eval(side, NAMES) for side in text.split("="))  # noqa: S307
                assert left == pytest.approx(right, rel=1e-6, abs=1e-12), (name, text)


def calculated(row):
    """A line of numbers as Python, with all digits."""
    said = ""
    for item in row:
        match item:
            case Number():
                said += repr(float(item.value)) if item.text != "1" else "1.0"
            case Term():
                said += calculated(item.items)
            case Fence():
                said += f"({calculated(item.items)})"
            case Name():
                said += item.text
            case _:
                said += {"⊙": "*", "·": "*", "−": "-", "+": "+", "=": "="}[item.text]
    return said


@pytest.mark.parametrize("cell", CELLS)
def test_what_is_not_computed_yet_is_not_shown(cell):
    for position in (4.05, 4.3, 4.6, 5.0, 13.1, 13.7, 14.0):
        frame = make_frame(position=position, cell=cell, summed=True)
        for name in wires_in(scene_of(frame)):
            shapes = by_id(scene_of(frame, name))
            for key in ("forward", "backward"):
                shown = strip(shapes, key) is not None
                heading = shapes[f"card-{key}"].text
                assert shown != heading.endswith("not yet computed")
                if not shown:
                    assert not any(n.startswith((f"strip-{key}", f"card-{key}-")) for n in shapes)
    before = by_id(scene_of(make_frame(position=4.3, cell=cell), "a"))
    after = by_id(scene_of(make_frame(position=5.0, cell=cell), "a"))
    assert strip(before, "forward") is None and strip(after, "forward") is not None
    assert strip(after, "backward") is None
    assert "not yet computed" in card_words(make_frame(position=4.3, cell=cell), 5, 0, "a")


@pytest.mark.parametrize("cell", ["lstm", "gru", "gru_reset_before"])
def test_a_valve_is_open_by_its_gate(cell):
    where = {"lstm": {"f": "times-f", "i": "times-ig", "o": "times-o"}}.get(
        cell, {"z": "times-z", "r": "times-r"}
    )
    for seed in range(3):
        for done, position in ((1.0, 5.0), (0.0, 4.2)):
            frame = make_frame(position=position, cell=cell, seed=seed)
            shapes = by_id(scene_of(frame))
            for gate, name in where.items():
                value = frame.passing.trace.gates[gate][0, 4, 0, 0] * done
                one, other = (shapes[f"{name}-blade-{i}"].rect for i in range(2))
                if name == "times-o":
                    gap, whole = other.x - one.right, other.right - one.x
                else:
                    gap, whole = other.y - one.bottom, other.bottom - one.y
                assert gap / whole == pytest.approx(value, abs=1e-9), gate
    if cell != "lstm":
        frame = make_frame(position=5.0, cell=cell)
        shapes = by_id(scene_of(frame))
        z = frame.passing.trace.gates["z"][0, 4, 0, 0]
        one, other = (shapes[f"times-new-blade-{i}"].rect for i in range(2))
        assert (other.y - one.bottom) / (other.bottom - one.y) == pytest.approx(1.0 - z)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layer", [0, 1])
def test_the_cells_equations_fill_in_with_the_phases(cell, layer):
    frame = make_frame(position=5.0, cell=cell, layers=2, selected=2)
    frame = at(frame, 5.0, layer=layer)
    trace = frame.passing.trace
    shapes = by_id(scene_of(frame))
    said = list(numbers_of(shapes["equation-a-numbers"].forms[0]))
    assert said[0].value == pytest.approx(trace.a[layer, 5, 0, 2])
    if cell == "lstm":
        c = next(numbers_of(shapes["equation-c-numbers"].forms[0]))
        assert c.value == pytest.approx(trace.c[layer, 5, 0, 2])
    if cell == "rnn":
        assert ("equation-y" in shapes) == (layer == 1)
        if layer == 1:
            p = next(numbers_of(shapes["equation-y-numbers"].forms[0]))
            assert p.value == pytest.approx(frame.target(5).probability)
    counts = []
    for position in (4.0, 4.05, 4.2, 4.44, 4.47, 4.6, 5.0):
        row = by_id(scene_of(at(frame, position)))["equation-a-numbers"].forms[0]
        # Position 4.0 shows step 4, whole; of step 5 numbers only come, none goes.
        counts.append(len([n for n in numbers_of(row) if n.text != "1"]))
    assert counts[0] == counts[-1] == max(counts)
    assert counts[1:] == sorted(counts[1:]) and counts[1] < counts[-1]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(
    ("size", "units"),
    [((1860.0, 930.0, 24.0), 16), ((1200.0, 620.0, 12.0), 200), ((480.0, 290.0, 24.0), 16)],
)
def test_no_word_of_a_card_lies_on_another(cell, size, units):
    width, height, unit = size
    frame = make_frame(cell=cell, units=units, summed=True, position=14.0)
    for name in wires_in(scene_of(frame))[::3]:
        scene = scene_of(frame, name, (width, height), unit)
        found = list(text_boxes(scene))
        found += [(s.id, s.rect) for s in scene.shapes if isinstance(s, Formula)]
        for (one, a), (other, b) in combinations(found, 2):
            assert not meet(a, b), (name, one, other)
        for shape in scene.shapes:
            if isinstance(shape, Text):
                assert shape.size >= unit - 1e-9
            if isinstance(shape, Text | Heat | Formula | Box):
                assert shape.rect.right <= width + 1 and shape.rect.bottom <= height + 1


def test_the_first_step_begins_with_nothing_and_without_recurrence_nothing_goes_on():
    frame = at(make_frame(cell="lstm"), 1.0)
    shapes = by_id(scene_of(frame, "c-before"))
    assert not strip(shapes, "forward").any()
    run = make_frame("one two three", cell="gru").run.in_mode("one_to_one")
    alone = resolve(run, replace(frame.playhead, position=5.0), compute_pass(run, 0, 0))
    assert {"a-before", "a-along"}.isdisjoint(wires_in(scene_of(alone)))


def test_a_series_has_its_own_input_and_answer():
    frame = make_frame(12, cell="rnn", units=4, summed=True)
    done = at(frame, frame.timeline.end - 5)
    trace, sweep = done.passing.trace, done.sweep
    assert wire(done, 5, "x").value == pytest.approx(trace.x[4, 0])
    assert wire(done, 5, "y").value == pytest.approx(trace.outputs(4, 5)[0, 0])
    assert wire(done, 5, "y").gradient == pytest.approx(sweep.output_gradient(4, 5)[0, 0])
    number = next(numbers_of(by_id(scene_of(done))["equation-y-numbers"].forms[0]))
    assert number.value == pytest.approx(trace.outputs(4, 5)[0, 0, 0])
