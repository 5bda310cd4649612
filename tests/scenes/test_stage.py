"""The stage as shapes: what is there, where it may be, and that nothing lies."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.film import Frame, Playhead, Stage, compute_pass, power_of_ten, resolve
from rnnviz.film.timeline import BACKWARD_PHASES, FORWARD_PHASES
from rnnviz.opening.shipped import open_problem
from rnnviz.scenes import phases
from rnnviz.scenes.measure import difference, reach, text_width
from rnnviz.scenes.shapes import Box, Heat, Line, Rect, Scene, Shape, Symbol, Text
from rnnviz.scenes.stage import stage_scene
from tests.frames import make_frame

SENTENCE = "Harry Potter and Hermione Granger invented a new spell"
SIZES = [(600, 260), (1280, 330), (1600, 430), (1920, 1060), (3840, 1400)]


@lru_cache(maxsize=64)
def base(text: str | int = SENTENCE, **settings) -> Frame:
    return make_frame(text, **settings)


def moved(frame: Frame, position: float, **changes) -> Frame:
    return resolve(frame.run, replace(frame.playhead, position=position, **changes), frame.passing)


def at(position: float, text: str | int = SENTENCE, **settings) -> Frame:
    return moved(base(text, **settings), position)


def scene_of(frame: Frame, width=1600, height=430, unit=14.0, **more) -> Scene:
    return stage_scene(frame, width, height, unit, **more)


def by_id(scene: Scene) -> dict[str, Shape]:
    return {shape.id: shape for shape in scene.shapes}


def words(count: int) -> str:
    return " ".join(f"w{i % 37}" for i in range(count))


def phase_position(stop: int, phases, name: str, share: float = 0.5) -> float:
    """A position in the middle of a phase of the step that ends at `stop`."""
    total, begin = sum(p.seconds for p in phases), 0.0
    for p in phases:
        if p.name == name:
            return stop - 1 + (begin + share * p.seconds) / total
        begin += p.seconds
    raise AssertionError(name)


def numbers_of(shape: Shape) -> list[float]:
    r = reach(shape)
    return [r.x, r.y, r.w, r.h, getattr(shape, "alpha", 1.0), getattr(shape, "width", 1.0)]


def assert_sound(scene: Scene) -> None:
    ids = [shape.id for shape in scene.shapes]
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)
    values = np.array([numbers_of(shape) for shape in scene.shapes]).reshape(-1, 6)
    x, y, w, h, alpha, _ = values.T
    sound = np.isfinite(values).all(axis=1) & (alpha >= 0.0) & (alpha <= 1.0)
    sound &= (w >= 0) & (h >= 0) & (x >= -0.51) & (y >= -0.51)
    sound &= (x + w <= scene.width + 0.51) & (y + h <= scene.height + 0.51)
    assert sound.all(), [scene.shapes[i] for i in np.flatnonzero(~sound)]


def overlaps(a: Rect, b: Rect) -> bool:
    slack = 0.02
    return (
        a.x < b.right - slack
        and b.x < a.right - slack
        and a.y < b.bottom - slack
        and b.y < a.bottom - slack
    )


def written(scene: Scene) -> list[tuple[str, Rect]]:
    """Where there is text, without what is cut off or see-through."""
    return [
        (s.id, reach(s))
        for s in scene.shapes
        if isinstance(s, Text | Symbol) and s.alpha > 0 and not s.id.startswith("badge")
    ]


def assert_readable(scene: Scene, unit: float) -> None:
    for shape in scene.shapes:
        if isinstance(shape, Text | Symbol):
            assert shape.size >= unit, shape
    assert overlapping(written(scene)) == []


def overlapping(placed: list[tuple[str, Rect]]) -> list[tuple[tuple[str, Rect], ...]]:
    """Each two that overlap."""
    sides = np.array([(r.x, r.y, r.right, r.bottom) for _, r in placed]).reshape(-1, 4)
    low, high = sides[:, :2], sides[:, 2:] - 0.02
    met = (low[:, None] < high[None]).all(axis=2)
    pairs = np.argwhere(np.triu(met & met.T, 1))
    return [(placed[i], placed[j]) for i, j in pairs]


GRID = [
    (text, units, size, unit)
    for text, units in (
        ("one", 16),
        (SENTENCE, 1),
        (SENTENCE, 16),
        (SENTENCE, 251),
        (words(60), 8),
        (words(1000), 64),
        (9, 16),
        (1000, 256),
        (20_000, 8),
    )
    for size in SIZES
    for unit in (12.0, 14.0, 24.0, 48.0)
]


@pytest.mark.parametrize(("text", "units", "size", "unit"), GRID)
def test_every_size_is_sound_and_readable(text, units, size, unit):
    first = base(text, units=units)
    steps = first.steps
    for position in (0.0, steps * 0.6 + 0.4, float(steps), steps * 1.5 + 0.3, 2.0 * steps + 0.4):
        scene = scene_of(moved(first, position), *size, unit)
        assert_sound(scene)
        assert_readable(scene, unit)
        cells = [s for s in scene.shapes if s.id.startswith("cell:")]
        assert 1 <= len(cells) <= 20


def test_the_whole_sentence_is_drawn_with_all_its_parts():
    shapes = by_id(scene_of(at(9.0)))
    for t in range(1, 10):
        for name in ("cell", "heat", "token", "edge-x", "edge-y", "edge-a", "a", "loss"):
            assert f"{name}:{t}" in shapes
        assert f"name:{t}:0" in shapes and f"prob:{t}:0" in shapes and f"tick:{t}" in shapes
    assert {"W_ax", "W_aa", "W_ya", "a0", "halo", "scale-low", "scale-high"} <= set(shapes)
    assert "minimap" not in shapes


def test_a_heat_strip_holds_the_engines_values_column_by_column():
    frame = at(4.0)
    heat = by_id(scene_of(frame))["heat:4"]
    assert isinstance(heat, Heat) and heat.values.shape == (8, 2)
    expected = frame.passing.trace.a[0, 4, 0]
    np.testing.assert_array_equal(heat.values.T.ravel(), expected)


@pytest.mark.parametrize("units", [1, 7, 8, 16, 64, 251, 256])
def test_every_unit_has_a_place_of_its_own(units):
    frame = at(2.0, units=units)
    scene = scene_of(frame)
    heat = by_id(scene)["heat:2"]
    assert isinstance(heat, Heat)
    assert heat.values.size - heat.blank == units
    target = next(t for t in scene.targets if t.kind == "unit" and t.step == 2)
    found = set()
    rows, columns = heat.values.shape
    for row in range(rows):
        for column in range(columns):
            x = heat.rect.x + (column + 0.5) * heat.rect.w / columns
            y = heat.rect.y + (row + 0.5) * heat.rect.h / rows
            hit = target.at(x, y)
            if hit is not None:
                found.add(hit.unit)
                value = float(frame.passing.trace.a[0, 2, 0, hit.unit])
                assert heat.values[row, column] == value
    assert found == set(range(units))


def test_what_is_to_come_is_faded_but_there():
    shapes = by_id(scene_of(at(4.0)))
    assert shapes["cell:4"].alpha == 1.0
    for t in range(5, 10):
        assert 0.2 < shapes[f"cell:{t}"].alpha < 0.6
        assert np.isnan(shapes[f"empty:{t}"].values).all()
        assert f"heat:{t}" not in shapes and f"loss:{t}" not in shapes
        assert f"name:{t}:0" not in shapes


def test_the_target_is_always_among_the_outputs_with_its_own_probability():
    frame = at(9.0)
    shapes = by_id(scene_of(frame))
    for t in range(1, 10):
        target = frame.target(t)
        rows = [i for i in range(5) if f"name:{t}:{i}" in shapes and shapes[f"name:{t}:{i}"].bold]
        assert len(rows) == 1
        assert shapes[f"name:{t}:{rows[0]}"].text == target.name
        assert shapes[f"prob:{t}:{rows[0]}"].text == f"{target.probability:.2f}"
        assert shapes[f"target:{t}"].rect == shapes[f"out:{t}:{rows[0]}"].rect


def test_an_answer_too_sure_for_a_float_has_a_loss_and_chances_that_are_not_zero():
    frame = at(9.0, activation="relu", gain=5.0, seed=1)
    shapes = by_id(scene_of(frame))
    sure = 9
    y = frame.passing.trace.outputs(sure - 1, sure)[0, 0]
    best, next_best = (float(v) for v in np.sort(y)[::-1][:2])
    assert frame.loss(sure) == 0.0 and frame.target(sure).probability == 1.0
    power = (next_best - best) / np.log(10.0)
    assert frame.log10_loss(sure) == pytest.approx(power, rel=1e-12) and power < -8000
    loss = shapes[f"loss:{sure}"].text
    assert loss.endswith(power_of_ten(power)) and "loss 0" not in loss
    rows = [shape.text for name, shape in shapes.items() if name.startswith("prob:")]
    assert "<0.01" in rows and "0.00" not in rows


def test_a_bar_is_as_long_as_its_probability():
    frame = at(9.0)
    shapes = by_id(scene_of(frame))
    for t in range(1, 10):
        best = frame.outputs(t, 1)[0]
        track, bar = shapes[f"out:{t}:0"].rect, shapes[f"bar:{t}:0"].rect
        assert bar.w == pytest.approx(track.w * best.probability)


def test_the_number_of_an_output_appears_only_when_its_bar_is_complete():
    position = phase_position(4, FORWARD_PHASES, "output", 0.8)
    before, after = by_id(scene_of(at(position))), by_id(scene_of(at(4.0)))
    assert 0 < before["bar:4:0"].rect.w < after["bar:4:0"].rect.w
    assert "prob:4:0" not in before and "prob:4:0" in after


@pytest.mark.parametrize(
    ("phase", "there"),
    [
        ("input", {"dot-x"}),
        ("recurrent", {"dot-x", "dot-a"}),
        ("combine", {"dot-x", "dot-a", "badge", "heat:4"}),
        ("settle", {"badge", "heat:4"}),
    ],
)
def test_the_phases_of_a_forward_step(phase, there):
    shapes = by_id(scene_of(at(phase_position(4, FORWARD_PHASES, phase))))
    marks = {"dot-x", "dot-a", "badge", "heat:4"}
    assert marks & set(shapes) == there
    assert "loss:4" not in shapes


def test_units_settle_one_after_the_other_and_all_values_are_real():
    frame = at(phase_position(4, FORWARD_PHASES, "settle", 0.5))
    shapes = by_id(scene_of(frame))
    trace = frame.passing.trace
    shown = shapes["heat:4"].values.T.ravel()
    np.testing.assert_array_equal(shown[:8], trace.a[0, 4, 0, :8])
    np.testing.assert_array_equal(shown[8:], trace.z[0, 3, 0, 8:])
    early = by_id(scene_of(at(phase_position(4, FORWARD_PHASES, "combine", 0.5))))
    np.testing.assert_array_equal(early["heat:4"].values.T.ravel(), trace.z[0, 3, 0])
    assert early["a:4"].base == "z" and shapes["a:4"].base == "a"


# -- backward --------------------------------------------------------------------------------


def test_a_gradients_edge_is_as_wide_as_the_gradient_is_large():
    frame = at(18.0)
    shapes = by_id(scene_of(frame))
    edges = {t: shapes[f"grad-a:{t}"] for t in range(1, 9)}
    widest = shapes["grad-y:9"]
    solid = {t: e for t, e in edges.items() if not e.dash}
    assert len(solid) >= 2
    for t, edge in solid.items():
        assert edge.width / widest.width == pytest.approx(frame.strength(t))
    widths = [edges[t].width for t in sorted(solid)]
    assert widths == sorted(widths)
    assert {t for t in edges if edges[t].dash} == set(range(1, min(solid)))


def test_no_gradient_is_drawn_beyond_its_source_or_where_it_has_not_come_to():
    frame = moved(make_frame(position=0.0, source=5), 9 + 6.0)  # back to step 4
    shapes = by_id(scene_of(frame))
    assert frame.source == 5 and frame.moment.step == 4
    assert "grad-y:5" in shapes and "grad-a:4" in shapes
    assert not any(f"grad-a:{t}" in shapes for t in (1, 2, 3, 5, 6, 7, 8))
    assert not any(f"grad-y:{t}" in shapes for t in (1, 2, 3, 4, 6, 7, 8, 9))
    assert shapes["norm:7"].text == "0"
    assert "norm:3" not in shapes


def test_the_sum_of_all_losses_pulls_at_every_step():
    frame = moved(base(), 18.0, summed=True)
    shapes = by_id(scene_of(frame))
    assert all(f"grad-y:{t}" in shapes for t in range(1, 10))
    assert not any(i.startswith("ring:") for i in shapes)
    assert "sum of all losses" in shapes["width-scale"].text


def test_own_and_arriving_gradients_are_those_of_the_frame():
    from rnnviz.scenes.phases import arriving_strength, own_strength

    frame = moved(base(), 18.0, summed=True)
    top = 10.0 ** np.nanmax(frame.log10_norms)
    for t in range(1, 10):
        terms = frame.backward_terms(t)
        assert own_strength(frame, t) == pytest.approx(min(1, np.linalg.norm(terms.own) / top))
        wanted = min(1, np.linalg.norm(terms.arriving) / top)
        assert arriving_strength(frame, t) == pytest.approx(wanted)


def test_the_source_loss_has_a_ring_and_every_loss_can_be_clicked():
    scene = scene_of(moved(make_frame(source=5), 9.0))
    rings = [s.id for s in scene.shapes if s.id.startswith("ring:")]
    assert rings == ["ring:5"]
    assert [t.step for t in scene.targets if t.kind == "loss"] == list(range(1, 10))


def test_every_cell_says_its_gradients_norm_once_it_is_known():
    frame = at(13.0)  # back to step 6
    shapes = by_id(scene_of(frame))
    assert {int(i[5:]) for i in shapes if i.startswith("norm:")} == {6, 7, 8, 9}
    said = float(shapes["norm:8"].text)
    assert said == pytest.approx(10.0 ** frame.log10_norms[7], rel=5e-3)


@pytest.mark.parametrize("phase", [p.name for p in BACKWARD_PHASES])
def test_every_phase_of_a_backward_step_shows_something_of_its_own(phase):
    frame = moved(base(), phase_position(9 + 4, BACKWARD_PHASES, phase), summed=True)
    assert frame.moment.phase.name == phase and frame.moment.step == 6
    shapes = set(by_id(scene_of(frame)))
    marks = {
        "loss": {"pulse", "ring:6"},
        "recurrent": {"pulse", "grad-a:6"},
        "combine": {"glow"},
        "slope": {"glow", "badge"},
        "share": {"share", "badge"},
    }
    assert marks[phase] <= shapes


# -- update, series, size --------------------------------------------------------------------


def test_the_update_is_said_with_its_numbers():
    frame = at(18.7)
    shapes = by_id(scene_of(frame))
    assert "𝑊" in shapes["update"].text
    said = shapes["update-numbers"].text
    assert "η = 0.1" in said and "L = 22.3" in said
    assert any(i.startswith("new-edge-") for i in shapes)
    assert any(i.startswith("share:") for i in by_id(scene_of(at(18.2))))


def test_a_series_shows_its_line_and_what_was_predicted_of_it():
    frame = at(5.0, 9)
    shapes = by_id(scene_of(frame))
    chart = shapes["chart"].rect
    series, said = shapes["series"], shapes["predicted"]
    assert len(series.points) == 5 and len(said.points) == 5
    cells = {t: shapes[f"cell:{t}"].rect.cx for t in range(1, 10)}
    assert [x for x, _ in series.points] == pytest.approx([cells[t] for t in range(1, 6)])
    assert [x for x, _ in said.points] == pytest.approx([cells[t] for t in range(2, 7)])
    assert all(chart.contains(x, y) for x, y in series.points + said.points)
    # the same scale for both: y falls as the value grows
    values = [(frame.value(t), y) for t, (_, y) in zip(range(1, 6), series.points, strict=True)]
    values += [(frame.prediction(t), y) for t, (_, y) in zip(range(1, 6), said.points, strict=True)]
    values.sort()
    slopes = np.diff([y for _, y in values]) / np.diff([v for v, _ in values])
    assert np.allclose(slopes, slopes[0]) and slopes[0] < 0
    assert shapes["chart-playhead"].x == pytest.approx(cells[5])


def test_a_step_that_pays_no_loss_shows_none():
    scene = scene_of(at(9.0, 9))
    shapes = by_id(scene)
    assert "loss:8" in shapes and "loss:9" not in shapes
    assert not any(t.kind == "loss" and t.step == 9 for t in scene.targets)
    assert "true:9" not in shapes and "said:9" in shapes


def test_a_window_follows_the_playhead_with_cells_on_both_sides():
    frame = base(words(200))
    for t in (1, 2, 50, 117, 199, 200):
        for position in (float(t), 401.0 - t):
            shapes = by_id(scene_of(moved(frame, position)))
            seen = sorted(int(i[5:]) for i in shapes if i.startswith("cell:"))
            assert seen == list(range(seen[0], seen[-1] + 1))
            assert seen[0] <= max(1, t - 1) and seen[-1] >= min(200, t + 1)
            assert {"minimap", "minimap-frame", "minimap-playhead"} <= set(shapes)


def test_a_cell_stays_where_it_is_within_a_page_and_glides_between_two():
    frame = base(words(200))
    places: dict[int, list[float]] = {}
    for position in np.linspace(40.0, 70.0, 601):
        for shape in scene_of(moved(frame, float(position))).shapes:
            if shape.id.startswith("cell:"):
                places.setdefault(int(shape.id[5:]), []).append(reach(shape).x)
    jumps = [abs(b - a) for xs in places.values() for a, b in pairwise(xs)]
    still = sum(j < 1e-9 for j in jumps) / len(jumps)
    assert still > 0.8
    assert 0 < max(jumps) < 400  # of about 1000 pixels that a page is turned by


def test_the_minimap_of_a_long_sequence_is_no_wider_than_the_picture():
    frame = moved(base(20_000, units=8), 12_345.0)
    heat = by_id(scene_of(frame))["minimap"]
    assert heat.values.shape[0] == 1 and heat.values.shape[1] <= 1600
    unit = frame.passing.trace.a[0, 1:, 0, 0]
    edges = np.linspace(0, 20_000, heat.values.shape[1] + 1).astype(int)
    k = 700
    assert heat.values[0, k] == pytest.approx(unit[edges[k] : edges[k + 1]].mean(), rel=1e-4)


def test_the_minimap_seeks_every_step():
    scene = scene_of(base(words(200)))
    target = next(t for t in scene.targets if t.kind == "minimap")
    r = target.rect
    assert target.at(r.x, r.cy).step == 1
    assert target.at(r.right - 0.01, r.cy).step == 200
    assert target.at(r.x + r.w * 0.5, r.cy).step == 101
    assert target.at(r.right + 1, r.cy) is None


def test_numbers_that_are_not_finite_are_hatched_and_said():
    frame = make_frame(words(40), gain=1e16, activation="identity", units=4)
    step = frame.passing.trace.exploded_at
    assert step is not None and 2 < step < 38
    shapes = by_id(scene_of(moved(frame, float(step + 1))))
    assert np.isposinf(shapes[f"heat:{step + 1}"].values).any()
    assert f"exploded at step {step}" in shapes["exploded"].text
    assert shapes[f"out:{step + 1}:0"].hatch
    assert shapes[f"name:{step + 1}:0"].text == "not finite"
    assert (
        shapes[f"loss:{step + 1}"].text == "not finite" or "not" in shapes[f"loss:{step + 1}"].text
    )
    assert "exploded" not in by_id(scene_of(moved(frame, float(step - 1))))
    assert_sound(scene_of(moved(frame, 60.5)))


def test_where_there_is_no_room_for_the_symbol_there_is_none_for_the_number():
    for unit in (39.0, 40.0, 41.0):
        scene = scene_of(at(19.0), 600, 260, unit)
        assert_readable(scene, unit)
        assert ("a:1" in by_id(scene)) <= ("norm:1" in by_id(scene))


def test_a_title_is_there_only_when_it_is_asked_for():
    assert "title" not in by_id(scene_of(at(1.0)))
    assert "many to many" in by_id(scene_of(at(1.0), title_free=False))["title"].text


def test_the_scale_says_the_frames_own_limit():
    frame = at(3.0, activation="relu")
    shapes = by_id(scene_of(frame))
    assert shapes["heat:2"].limit == frame.state_limit
    from rnnviz.film import number

    assert shapes["scale-high"].text == "+" + number(frame.state_limit)


# -- any moment ------------------------------------------------------------------------------

TEXTS = [SENTENCE, "one", words(60), 9, 60]


@settings(max_examples=150, deadline=None)
@given(
    text=st.sampled_from(TEXTS),
    share=st.floats(0, 1),
    summed=st.booleans(),
    unit=st.integers(-1, 15),
    size=st.sampled_from(SIZES),
    em=st.floats(12, 48),
)
def test_any_moment_can_be_drawn(text, share, summed, unit, size, em):
    first = base(text)
    position = share * (2 * first.steps + 1)
    frame = moved(first, position, summed=summed, unit=unit)
    scene = scene_of(frame, *size, em)
    assert_sound(scene)
    assert_readable(scene, em)
    again = scene_of(frame, *size, em)
    assert [s.id for s in again.shapes] == [s.id for s in scene.shapes]


def difference_of(p: Shape, q: Shape) -> bool:
    pair = [Scene(100, 100, (s,)) for s in (p, q)]
    return bool(difference(*pair))


@settings(max_examples=60, deadline=None)
@given(text=st.sampled_from(TEXTS), one=st.floats(0, 1), other=st.floats(0, 1))
def test_the_difference_holds_every_shape_that_differs(text, one, other):
    first = base(text)
    end = 2 * first.steps + 1
    a, b = (scene_of(moved(first, share * end)) for share in (one, other))
    spots = difference(a, b)
    before, after = by_id(a), by_id(b)
    for name in before.keys() ^ after.keys():
        r = reach(before.get(name) or after[name])
        assert any(
            s.x <= r.x and s.y <= r.y and s.right >= r.right and s.bottom >= r.bottom for s in spots
        )
    assert difference(a, a) == ()


def test_the_same_step_again_costs_no_new_shapes():
    frame = base(words(60))
    one, two = scene_of(moved(frame, 22.0)), scene_of(moved(frame, 23.0))
    kept = {id(s) for s in one.shapes} & {id(s) for s in two.shapes}
    assert len(kept) > len(two.shapes) / 2


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize(("size", "unit"), [((700, 300), 15.0), ((900, 400), 12.0)])
def test_a_picture_does_not_depend_on_what_was_looked_at_before(layers, size, unit):
    settings = {"layers": layers, "units": 6}
    frame = base("the cat sat on the mat", **settings)
    stops = range(2 * frame.steps + 2)
    for position in (*stops, *reversed(stops)):
        seen = scene_of(moved(frame, float(position)), *size, unit=unit)
        fresh = make_frame("the cat sat on the mat", position=float(position), **settings)
        anew = by_id(scene_of(fresh, *size, unit=unit))
        assert by_id(seen).keys() == anew.keys()
        for shape in seen.shapes:
            other = anew[shape.id]
            if isinstance(shape, Heat) and isinstance(other, Heat):
                np.testing.assert_array_equal(shape.values, other.values)
            else:
                assert shape == other, position


def test_start_has_no_current_cell_and_marks_the_first_state():
    frame = at(0.0)
    shapes = by_id(scene_of(frame))
    assert frame.moment.stage is Stage.START
    assert "halo" not in shapes and "dot-start" in shapes


def test_a_selected_unit_is_outlined_in_every_cell():
    shapes = by_id(scene_of(moved(base(), 9.0, unit=3)))
    for t in range(1, 10):
        box = shapes[f"unit:{t}"]
        assert isinstance(box, Box)
        heat = shapes[f"heat:{t}"].rect
        assert box.rect.cy == pytest.approx(heat.y + 3.5 * heat.h / 8)


def test_edges_lead_from_cell_to_cell():
    shapes = by_id(scene_of(at(9.0)))
    for t in range(2, 10):
        edge = shapes[f"edge-a:{t}"]
        assert isinstance(edge, Line) and edge.arrow > 0
        (x0, y0), (x1, y1) = edge.points
        assert x0 == pytest.approx(shapes[f"cell:{t - 1}"].rect.right)
        assert x1 == pytest.approx(shapes[f"cell:{t}"].rect.x)
        assert y0 == y1


@pytest.mark.parametrize("log10", [-8.0 + x for x in (-0.45, 0.0, 0.2, 0.54, 0.97)] + [-120.3, 7.6])
def test_a_gradient_in_little_room_is_the_nearest_that_fits(frame_of, monkeypatch, log10):
    frame = frame_of(position=18.0)
    monkeypatch.setattr(phases, "norms", lambda *_: np.full(9, log10))
    table = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    for width in (20.0, 34.0, 44.0, 80.0):
        text = phases.norm_text(frame, 1, 0, width, 12.0)
        mantissa, _, power = text.removeprefix("≈").rpartition("10")
        said = np.log10(float(mantissa.rstrip("·") or 1)) + int(power.translate(table))
        assert abs(said - log10) <= (0.18 if mantissa else 0.5)


def test_the_norms_of_a_stage_are_written_alike_and_a_bare_power_is_said_to_be_rough(
    frame_of, monkeypatch
):
    """Beside 2·10⁻¹⁰ a 10⁻¹⁰ in the place of 3.8·10⁻¹¹ would be half as much, and is a fifth."""
    logs = np.log10([3.8e-11, 7.8e-11, 1.7e-10, 3.5e-9, 7.7e-8, 1.6e-7, 3.4e-5, 0.05, 0.9])
    monkeypatch.setattr(phases, "norms", lambda *_: logs)
    for width in range(24, 90, 3):
        frame = frame_of(position=18.0)
        said = [phases.norm_text(frame, t, 0, float(width), 12.0) for t in range(1, 10)]
        kinds = {"·" in text and "." in text for text in said[:7]}, {"·" in t for t in said[:7]}
        assert all(len(kind) == 1 for kind in kinds), (width, said)
    assert said[0] == "3.8·10⁻¹¹" and said[7:] == ["0.0500", "0.900"]
    assert phases.norm_text(frame_of(position=18.0), 1, 0, 40.0, 12.0) == "≈10⁻¹⁰"


@pytest.mark.parametrize("width", [800, 1024, 1280, 1440, 1600, 1920])
def test_a_probability_is_written_whole_or_not_at_all(width):
    scene = stage_scene(make_frame(position=9.0), width, 0.35 * width, width / 80)
    said = [shape.text for shape in scene.shapes if shape.id.startswith("prob:")]
    assert said and all(text.startswith(("0.", "1.", "<0.")) for text in said)


@pytest.mark.parametrize("width", [500, 700, 900, 1100, 1300, 1600])
def test_where_every_class_keeps_its_line_all_have_a_number_or_none(width):
    run = open_problem("ball")
    playhead = Playhead(position=float(run.task.steps))
    frame = resolve(run, playhead, compute_pass(run, 0, 0))
    shapes = by_id(stage_scene(frame, width, 800, 14))
    names = {name.removeprefix("name:") for name in shapes if name.startswith("name:")}
    said = {name.removeprefix("prob:") for name in shapes if name.startswith("prob:")}
    assert len(names) >= 15 and said in (set(), names)
    assert said or width < 1600


def test_a_name_and_its_probability_stand_side_by_side_on_a_lecture_s_screen():
    shapes = by_id(stage_scene(make_frame(position=9.0), 1600, 420, 20))
    for name, shape in shapes.items():
        if name.startswith("name:") and shape.text == "Hermione" and not shape.bold:
            assert name.replace("name", "prob") in shapes, name


def test_nothing_of_a_step_comes_in_one_go():
    """What is faded at rest comes while its step begins; so does what marks the first one."""
    ways = [by_id(scene_of(at(position))) for position in np.linspace(0.0, 1.0, 101)]
    for name in ("cell:1", "edge-a:1", "edge-x:1", "edge-y:1", "empty:1", "token:1", "halo"):
        seen = [shapes[name].alpha if name in shapes else 0.0 for shapes in ways]
        jumps = np.diff(seen[: seen.index(0.0, 1)] if name == "empty:1" else seen)
        assert jumps.min() >= 0.0 and jumps.max() < 0.25, name
    marked = [shapes["first"].alpha if "first" in shapes else 0.0 for shapes in ways]
    assert marked[0] == 1.0 and marked[-1] == 0.0 and np.abs(np.diff(marked)).max() < 0.25


def test_a_long_target_is_cut_before_its_tick_is_left_out(frame_of):
    text = "Hermione Granger invented extraordinary transfiguration spells"
    frame = frame_of(text, position=3.0)
    for width in (1100, 1280, 1600):
        shown = {shape.id for shape in stage_scene(frame, width, 480, 20).shapes}
        for t in (1, 2, 3):
            if f"target:{t}" in shown and any(i.startswith(f"prob:{t}:") for i in shown):
                assert f"tick:{t}" in shown, (width, t)


@pytest.mark.parametrize(("width", "em"), [(1024, 12), (1280, 12), (1600, 14), (1600, 20)])
@pytest.mark.parametrize(
    "text", ["Harry Potter and Hermione Granger", "yesterday the cat that slept chased " * 3]
)
def test_every_target_has_its_tick_and_no_name_is_cut_where_it_has_room_alone(width, em, text):
    frame = make_frame(text, position=9.0)
    scene = stage_scene(frame, width, 0.27 * width, em)
    shapes = {shape.id: shape for shape in scene.shapes}
    targets = [s for name, s in shapes.items() if name.startswith("target:")]
    assert targets
    for target in targets:
        assert f"tick:{target.id.partition(':')[2]}" in shapes
    for name, shape in shapes.items():
        if not name.startswith("name:"):
            continue
        t, row = name.split(":")[1:]
        rect = shapes[f"out:{t}:{row}"].rect
        cut = text_width(shape.text, em, shape.bold) > shape.rect.w + 0.01
        alone = rect.w - 0.65 * em - (1.05 * em if shape.bold else 0.0) - 0.25 * em
        assert not cut or text_width(shape.text, em, shape.bold) > alone, shape.text


def test_the_key_of_an_lstms_colours_is_whole():
    frame = make_frame(cell="lstm", position=13.0)
    shapes = {s.id: s for s in stage_scene(frame, 1600, 430, 14.0).shapes}
    key = shapes["scale-name"]
    assert key.text.startswith("value of a unit: c above (±") and key.text.endswith("a below")
    assert text_width(key.text, key.size, key.bold) <= key.rect.w
