"""The stage of stacked layers and gated cells: every value is the engine's, on one scale."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.film import Frame, ratio
from rnnviz.film.terms import backward_terms
from rnnviz.film.timeline import BACKWARD_PHASES, FORWARD_PHASES
from rnnviz.scenes.measure import difference, reach
from rnnviz.scenes.phases import arriving_strength, own_strength, within_layer
from rnnviz.scenes.readout import readout
from rnnviz.scenes.shapes import Box, Heat, Line, Scene, Symbol, Target
from rnnviz.scenes.stage import stage_scene
from tests.frames import make_frame
from tests.scenes.test_stage import (
    SENTENCE,
    SIZES,
    assert_readable,
    assert_sound,
    base,
    by_id,
    difference_of,
    moved,
    overlaps,
    phase_position,
    scene_of,
    words,
)

CELLS = ("rnn", "lstm", "gru", "gru_reset_before")
LAYERS = (1, 2, 3, 8)


def tag(layer: int, layers: int) -> str:
    return f":{layer + 1}" if layers > 1 else ""


def values_in(heat: Heat) -> np.ndarray:
    """The units of a strip, in their order."""
    return heat.values.T.ravel()[: heat.values.size - heat.blank]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layers", LAYERS)
@pytest.mark.parametrize("text", [SENTENCE, "one", words(60), 40])
@pytest.mark.parametrize("unit", [12.0, 25.0, 48.0])
def test_every_stack_is_sound_and_readable_at_every_size(cell, layers, text, unit):
    """At each size at one place of the film; which one goes round, so that all of them meet."""
    first = base(text, cell=cell, layers=layers)
    steps = first.steps
    places = (0.0, steps * 0.6 + 0.4, steps * 1.5 + 0.3, 2.0 * steps + 0.4)
    turn = CELLS.index(cell) + LAYERS.index(layers) + int(unit)
    for number, size in enumerate((*SIZES, (1920, 950)), turn):
        position = places[number % len(places)]
        scene = scene_of(moved(first, position, layer=layers // 2, unit=3), *size, unit)
        assert_sound(scene)
        assert_readable(scene, unit)


@pytest.mark.parametrize("layers", LAYERS)
@pytest.mark.parametrize("size", [*SIZES, (1600, 470), (1920, 950)])
def test_cells_tokens_and_outputs_never_overlap(layers, size):
    for unit in (14.0, 25.0):
        shapes = by_id(scene_of(base(layers=layers, position=9.0), *size, unit))
        t = min(int(i.split(":")[1]) for i in shapes if i.startswith("cell:"))
        rects = [shapes[f"cell:{t}{tag(layer, layers)}"].rect for layer in range(layers)]
        rects.append(shapes[f"token:{t}"].rect)
        rects += [shapes[i].rect for i in (f"out:{t}:0",) if i in shapes]
        for i, a in enumerate(rects):
            for b in rects[i + 1 :]:
                assert not overlaps(a, b)


def test_four_layers_are_readable_in_the_window_and_in_a_lecture():
    for size, unit in (((1600, 470), 14.0), ((1920, 950), 25.0)):
        shapes = by_id(scene_of(moved(base(layers=4), 9.0), *size, unit))
        for layer in range(1, 5):
            symbol, heat = shapes[f"a:5:{layer}"], shapes[f"heat:5:{layer}"].rect
            assert isinstance(symbol, Symbol) and symbol.sup == f"[{layer}]⟨5⟩"
            assert min(heat.w / 8, heat.h / 2) >= 0.4 * unit
        assert {"W_aa", "W_aa-4", "a0", "a0-4", "loss:5", "name:5:0"} <= set(shapes)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layers", LAYERS)
def test_every_strip_holds_its_layers_values(cell, layers):
    frame = moved(base(cell=cell, layers=layers), 9.0)
    shapes = by_id(scene_of(frame, 1920, 1060))
    for t in range(1, 10):
        for layer in range(layers):
            heat = shapes[f"heat:{t}{tag(layer, layers)}"]
            np.testing.assert_array_equal(values_in(heat), frame.layer_states(layer)[t])
    strips = [i for i in shapes if i.startswith("heat-c:")]
    assert len(strips) == (9 * layers if cell == "lstm" else 0)
    for name in strips:
        _, t, *layer = name.split(":")
        layer = int(layer[0]) - 1 if layer else 0
        c = frame.values_of("c", layer)
        np.testing.assert_array_equal(values_in(shapes[name]), c[int(t)])
        assert shapes[name].limit >= np.abs(c).max()


def test_one_layer_of_rnn_has_no_layers_names():
    scene = scene_of(moved(base(), 9.0))
    assert not {"layer-band", "layer-tab"} & set(by_id(scene))
    assert not any("[" in s.sup for s in scene.shapes if isinstance(s, Symbol))
    assert not any(s.id.count(":") > 1 and s.id.startswith("cell") for s in scene.shapes)


def test_names_and_edges_of_a_stack():
    frame = moved(base(layers=2), 9.0)
    shapes = by_id(scene_of(frame))
    assert (shapes["W_ax"].sup, shapes["W_ax-2"].sup) == ("[1]", "[2]")
    assert (shapes["W_aa"].sup, shapes["W_aa-2"].sup) == ("[1]", "[2]")
    assert shapes["a0-2"].sup == "[2]⟨0⟩" and shapes["a0-2"].tail.strip() == "= 0"
    for t in range(1, 10):
        low, high = shapes[f"cell:{t}:1"].rect, shapes[f"cell:{t}:2"].rect
        between, up = shapes[f"edge-x:{t}:2"], shapes[f"edge-y:{t}"]
        assert between.points == ((low.cx, low.y), (high.cx, high.bottom))
        assert up.points[0][1] == high.y and high.bottom < low.y
        assert shapes[f"edge-x:{t}"].points[1][1] == low.bottom
        assert {f"edge-a:{t}:1", f"edge-a:{t}:2"} <= set(shapes)


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_the_shown_layer_is_marked(layer):
    shapes = by_id(scene_of(moved(base(layers=3), 9.0, layer=layer, unit=2)))
    widths = {i: shapes[f"cell:4:{i + 1}"].width for i in range(3)}
    assert max(widths, key=widths.__getitem__) == layer
    band, cell = shapes["layer-band"].rect, shapes[f"cell:4:{layer + 1}"].rect
    assert band.y < cell.y and band.bottom > cell.bottom
    assert [i for i in range(3) if f"unit:4:{i + 1}" in shapes] == [layer]


# -- forward ---------------------------------------------------------------------------------


def test_layers_are_computed_from_the_lowest_up_within_a_step():
    frame = base(layers=3)
    seen: list[tuple[int, ...]] = []
    for position in np.linspace(3.3, 3.8, 120):
        shapes = by_id(scene_of(moved(frame, float(position))))
        state = tuple(
            0 if f"heat:4:{i}" not in shapes else 1 if f"empty:4:{i}" in shapes else 2
            for i in (1, 2, 3)
        )
        if not seen or seen[-1] != state:
            seen.append(state)
    path = [(0, 0, 0), (1, 0, 0), (2, 0, 0), (2, 1, 0), (2, 2, 0), (2, 2, 1), (2, 2, 2)]
    assert [s for s in seen if s in path] == path and set(seen) <= set(path)


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_what_is_shown_on_the_way_is_real(layers):
    frame = base(layers=layers)
    trace = frame.passing.trace
    for position in np.linspace(3.2, 3.85, 60):
        shapes = by_id(scene_of(moved(frame, float(position))))
        for layer in range(layers):
            heat = shapes.get(f"heat:4{tag(layer, layers)}")
            if heat is None:
                continue
            shown = values_in(heat)
            z, a = trace.z[layer, 3, 0], trace.a[layer, 4, 0]
            settled = int((shown == a).sum())
            np.testing.assert_array_equal(shown[:settled], a[:settled])
            np.testing.assert_array_equal(shown[settled:], z[settled:])


@pytest.mark.parametrize("cell", CELLS[1:])
@pytest.mark.parametrize("layers", [1, 2])
def test_gated_cells_show_nothing_before_their_units_come_one_by_one(cell, layers):
    frame = base(cell=cell, layers=layers)
    badge = "badge-text" + ("-2" if layers > 1 else "")
    said, counts = set(), []
    for position in np.linspace(3.3, 3.75, 80):
        shapes = by_id(scene_of(moved(frame, float(position))))
        if badge in shapes:
            said.add(shapes[badge].text)
        heat = shapes.get(f"heat:4{tag(layers - 1, layers)}")
        if heat is None:
            continue
        shown = values_in(heat)
        known = ~np.isnan(shown)
        counts.append(int(known.sum()))
        assert known[: counts[-1]].all()
        wanted = frame.layer_states(layers - 1)[4]
        np.testing.assert_array_equal(shown[known], wanted[known])
    assert said == {"gates"}
    assert counts == sorted(counts) and counts[0] < 4 and counts[-1] == 16


def test_an_lstm_carries_c_above_a():
    frame = moved(base(cell="lstm"), 9.0)
    shapes = by_id(scene_of(frame))
    for t in range(1, 10):
        c, a = shapes[f"edge-c:{t}"], shapes[f"edge-a:{t}"]
        assert isinstance(c, Line) and c.stroke == "ink" and a.stroke == "state"
        assert c.points[0][1] < a.points[0][1]
        assert shapes[f"heat-c:{t}"].rect.bottom <= shapes[f"heat:{t}"].rect.y
    name = shapes["scale-name"].text
    assert "c above" in name and "a below" in name
    thin = by_id(scene_of(moved(base(cell="lstm", layers=4), 9.0)))
    assert not any(i.startswith("heat-c:") for i in thin) and "edge-c:3:2" in thin
    assert "lines: c above a" in thin["scale-name"].text
    assert "edge-c:3" not in by_id(scene_of(moved(base(cell="gru"), 9.0)))


# -- backward --------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("summed", [False, True])
def test_all_widths_are_on_one_scale(cell, summed):
    frame = moved(base(cell=cell, layers=3), 18.0, summed=summed)
    shapes = by_id(scene_of(frame))
    every = [frame.norms_of(summed=summed, layer=layer) for layer in range(3)]
    top = max(float(n.max()) for n in every)
    widest = shapes["width-scale-line"].width
    said = shapes["width-scale"].text
    assert ratio(top) in said and "one scale for all layers" in said
    checked = 0
    for layer in range(3):
        for t in range(1, 10):
            terms = backward_terms(frame.sweep, layer, t)
            names = (
                (f"grad-y:{t}" if layer == 2 else f"grad-x:{t}:{layer + 1}", terms.own),
                (
                    f"grad-a:{t}:{layer + 1}",
                    terms.arriving,
                ),
            )
            for name, vector in names:
                line = shapes.get(name)
                wanted = min(1.0, float(np.linalg.norm(vector)) / 10.0**top)
                if line is None:
                    assert wanted == pytest.approx(0.0, abs=1e-12)
                elif not line.dash:
                    assert line.width / widest == pytest.approx(wanted, rel=1e-6)
                    checked += 1
                else:
                    assert wanted * widest < 0.5
    assert checked > 10


@pytest.mark.parametrize("summed", [False, True])
def test_strengths_by_layer_are_those_of_the_terms(summed):
    frame = moved(base(layers=2), 18.0, summed=summed)
    top = max(float(frame.norms_of(summed=summed, layer=i).max()) for i in (0, 1))
    for layer in (0, 1):
        for t in range(1, 10):
            terms = backward_terms(frame.sweep, layer, t)
            for got, part in (
                (own_strength(frame, t, layer), terms.own),
                (arriving_strength(frame, t, layer), terms.arriving),
            ):
                wanted = min(1.0, float(np.linalg.norm(part)) / 10.0**top)
                assert got == pytest.approx(wanted, abs=1e-12)


def test_every_cell_says_its_layers_norm():
    frame = moved(base(layers=3), 13.0)
    shapes = by_id(scene_of(frame))
    for layer in range(3):
        norms = frame.norms_of(summed=False, layer=layer)
        for t in (6, 7, 8, 9):
            said = float(shapes[f"norm:{t}:{layer + 1}"].text)
            assert said == pytest.approx(10.0 ** norms[t - 1], rel=5e-3)
        assert f"norm:5:{layer + 1}" not in shapes


def test_the_gradient_goes_from_the_highest_layer_down_within_a_step():
    frame = base(layers=3)
    first: dict[int, float] = {}
    for position in np.linspace(12.2, 13.0, 160):
        shapes = by_id(scene_of(moved(frame, float(position), summed=True)))
        for layer in (1, 2, 3):
            if f"norm:6:{layer}" in shapes:
                first.setdefault(layer, float(position))
    assert first[3] < first[2] < first[1]


def test_no_gradient_comes_from_beyond_its_source_in_any_layer():
    frame = moved(make_frame(source=5, layers=3), 18.0)
    ids = set(by_id(scene_of(frame)))
    for t in (6, 7, 8, 9):
        assert not any(f"grad-{k}:{t}" in i for k in "axy" for i in ids)
    assert {"grad-y:5", "grad-x:5:2", "grad-x:5:1", "grad-a:4:3", "grad-a:4:1"} <= ids


def test_phases_within_a_layer_are_in_order_and_complete():
    frame = moved(base(layers=3), phase_position(4, FORWARD_PHASES, "combine", 0.999))
    from rnnviz.scenes.phases import ahead

    done = [within_layer(ahead(frame, 4), layer, 3) for layer in range(3)]
    assert done[0].settle == 1.0 and done[1].combine > 0 and done[2].input == 0.0
    assert [p.name for p in BACKWARD_PHASES][:2] == ["loss", "recurrent"]


# -- pointer ---------------------------------------------------------------------------------


def test_every_layers_cells_and_units_can_be_met():
    scene = scene_of(moved(base(cell="lstm", layers=3), 9.0), 1920, 1060)
    shapes = by_id(scene)
    for layer in range(3):
        heat = shapes[f"heat:4:{layer + 1}"].rect
        found = scene.target_at(heat.x + 2, heat.y + 2)
        assert found is not None
        assert (found.kind, found.step, found.unit, found.layer) == ("unit", 4, 0, layer)
        rect = shapes[f"cell:4:{layer + 1}"].rect
        found = scene.target_at(rect.cx, rect.bottom - 3)
        assert found is not None and (found.kind, found.step, found.layer) == ("cell", 4, layer)
        strip = shapes[f"heat-c:4:{layer + 1}"].rect
        found = scene.target_at(strip.x + 2, strip.y + 2)
        assert found is not None and (found.kind, found.layer) == ("memory", layer)


def test_the_read_out_is_of_the_layer_under_the_pointer():
    frame = moved(base(cell="lstm", layers=2), 18.0, layer=0)
    scene = scene_of(frame)
    for layer in (0, 1):
        target = next(
            t for t in scene.targets if (t.kind, t.step, t.layer) == ("unit", 4, layer)
        ).at
        heat = by_id(scene)[f"heat:4:{layer + 1}"].rect
        lines = readout(frame, target(heat.x + 1, heat.y + 1))
        value = float(frame.layer_states(layer)[4, 0])
        assert f"layer {layer + 1}" in lines[0]
        assert lines[1].replace("−", "-") == f"unit 1 = {value:.4f}"
        place = scene.targets[0].rect
        lines = readout(frame, Target("memory", place, 4, 2, layer=layer))
        assert (
            lines[1].replace("−", "-") == f"unit 3 of c = {frame.values_of('c', layer)[4, 2]:.4f}"
        )
        lines = readout(frame, Target("cell", place, 4, layer=layer))
        assert lines[2].endswith(ratio(float(frame.norms_of(summed=False, layer=layer)[3])))


# -- any moment ------------------------------------------------------------------------------


def any_frame(layers: int, cell: str, text, share: float, summed: bool) -> Frame:
    first = base(text, cell=cell, layers=layers)
    return moved(first, share * (2 * first.steps + 1), summed=summed)


@settings(max_examples=150, deadline=None)
@given(
    layers=st.sampled_from(LAYERS),
    cell=st.sampled_from(CELLS),
    text=st.sampled_from([SENTENCE, "one", words(60), 9]),
    share=st.floats(0, 1),
    summed=st.booleans(),
    size=st.sampled_from(SIZES),
    em=st.floats(12, 48),
)
def test_any_moment_of_any_stack_can_be_drawn(layers, cell, text, share, summed, size, em):
    scene = scene_of(any_frame(layers, cell, text, share, summed), *size, em)
    assert_sound(scene)
    assert_readable(scene, em)


def test_another_layer_shown_changes_the_marks_alone():
    a, b = (scene_of(moved(base(layers=3), 9.0, layer=i)) for i in (0, 1))
    before, after = by_id(a), by_id(b)
    assert before.keys() == after.keys()
    changed = {i for i in before if difference_of(before[i], after[i])}
    assert {i.split(":")[0] for i in changed} == {"layer-band", "layer-tab", "cell"}
    assert isinstance(a, Scene) and difference(a, a) == ()
    assert isinstance(before["layer-band"], Box)


@pytest.mark.parametrize("layers", [2, 3])
def test_no_edge_runs_through_the_name_of_its_weights(layers: int) -> None:
    text = "the cat that the dog that the man fed yesterday chased through the old garden behind"
    frame = make_frame(text, position=20.0, layers=layers)
    shapes = {shape.id: shape for shape in stage_scene(frame, 1600.0, 430.0, 14.0).shapes}
    for layer in range(layers):
        name = shapes["W_aa" if layer == 0 else f"W_aa-{layer + 1}"]
        edges = [
            shape
            for id_, shape in shapes.items()
            if id_.startswith("edge-a:") and abs(shape.points[0][1] - name.y) < 20.0
        ]
        assert edges and all(reach(name).bottom <= edge.points[0][1] for edge in edges)
