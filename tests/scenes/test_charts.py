"""Charts in data coordinates: what is seen, what covers what, and where names stand."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.data import Sequence, make_task
from rnnviz.film import Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.film.comparison import compare
from rnnviz.scenes.charts.axes import Axes, linear_ticks, outermost, panned, whole, zoomed
from rnnviz.scenes.charts.chart import Axis, AxisRoom, Chart, Curve, PalettePlace, Shade, safe_ends
from rnnviz.scenes.charts.columns import Covered, in_pixels, reduced
from rnnviz.scenes.charts.forecast import forecast_chart
from rnnviz.scenes.charts.gradient import gradient_chart
from rnnviz.scenes.charts.labels import Lettering, Wanted, place_ends, place_titles
from rnnviz.scenes.laboratory import forgetting
from rnnviz.scenes.series import value_range
from rnnviz.scenes.shapes import Rect, Role
from tests.frames import series

AXIS = Axis(0.0, 10.0, linear_ticks, str, "")
VALUES = st.one_of(st.floats(-1.0, 2.0), st.just(float("nan")))


@st.composite
def charts(draw):
    """Curves with breaks that may leave the picture, some with titles, some with names."""
    curves = []
    for i in range(draw(st.integers(1, 5))):
        y = np.array(draw(st.lists(VALUES, min_size=1, max_size=12)))
        texts = tuple("x" * n for n in sorted(draw(st.sets(st.integers(1, 30), min_size=1)))[::-1])
        titled = draw(st.booleans())
        end = None if titled else (lambda _, text=texts[0]: text)
        x = np.sort(np.array(draw(st.lists(st.floats(0, 10), min_size=len(y), max_size=len(y)))))
        curves.append(
            Curve(
                texts[-1] + str(i), x, y, PalettePlace(i), titles=texts if titled else (), end=end
            )
        )
    shades = (Shade(3.0, draw(st.floats(3.0, 12.0)), Role.OUTPUT, "a stretch"),)
    return Chart("chart", AXIS, replace(AXIS, high=1.0), tuple(curves), shades)


@st.composite
def scenes(draw):
    """A chart, the axes of a stretch of it, and its lettering."""
    chart = draw(charts())
    rect = Rect(50.0, 20.0, draw(st.floats(40, 900)), draw(st.floats(20, 400)))
    low, bottom = draw(st.floats(0, 8)), draw(st.floats(0, 0.8))
    axes = Axes(
        rect, (low, low + draw(st.floats(0.5, 9))), (bottom, bottom + draw(st.floats(0.1, 1)))
    )
    wide, high = draw(st.floats(3, 12)), draw(st.floats(8, 30))
    return chart, axes, Lettering(lambda text: wide * len(text), high, draw(st.floats(0.5, 8)))


def lines_of(chart, axes):
    return [in_pixels(axes, reduced(curve, axes, 500)) for curve in chart.curves]


def crosses(line, box):
    """Whether a polyline of pixels runs through a box, by clipping each of its segments."""
    points = line.tolist()
    pairs = [(p, p) for p in points] + list(pairwise(points))
    for (x0, y0), (x1, y1) in pairs:
        if not np.isfinite([x0, y0, x1, y1]).all():
            continue
        start, stop = 0.0, 1.0
        for at, to, low, high in ((x0, x1, box.x, box.right), (y0, y1, box.y, box.bottom)):
            way = to - at
            if way == 0.0:
                if not low < at < high:
                    start, stop = 1.0, 0.0
                continue
            enter, leave = sorted(((low - at) / way, (high - at) / way))
            start, stop = max(start, enter), min(stop, leave)
        if start < stop or (x0 == x1 and y0 == y1 and start <= stop):
            return True
    return False


def meet(a, b):
    return a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom


@given(scenes())
def test_names_lie_on_no_curve_and_on_no_other_and_stay_in_the_picture(scene):
    chart, axes, lettering = scene
    lines, room = lines_of(chart, axes), axes.rect.grown(5.0)
    titles = place_titles(chart, axes, Covered(Rect(0, 0, 1000, 500), lines), room, lettering)
    boxes = [each.box for each in (*titles.written.values(), *titles.shades)]
    for box in boxes:
        assert room.x <= box.x and box.right <= room.right + 1e-9
        assert room.y <= box.y and box.bottom <= room.bottom + 1e-9
        assert not any(crosses(line, box) for line in lines)
    assert not any(meet(a, b) for a, b in combinations(boxes, 2))


@given(scenes())
def test_every_name_is_written_or_told_to_be_left_out(scene):
    chart, axes, lettering = scene
    covered = Covered(Rect(0, 0, 1000, 500), lines_of(chart, axes))
    titles = place_titles(chart, axes, covered, axes.rect, lettering)
    titled = [i for i, curve in enumerate(chart.curves) if curve.titles]
    told = len(titles.left_out)
    assert len(titles.written) + len(titles.shades) + told >= len(titled)
    for index, (_, text) in titles.written.items():
        curve = chart.curves[index]
        said = (*curve.titles, curve.name, curve.end(0.0) if curve.end else "")
        assert text.rstrip(" ↑↓↕") in said


@given(st.lists(st.floats(20, 180), min_size=1, max_size=6), st.sampled_from([-1, 1]))
def test_names_of_one_column_stand_apart_in_the_order_of_their_curves(heights, side):
    room, lettering = Rect(0, 0, 600, 200), Lettering(lambda text: 8.0 * len(text), 16.0, 4.0)
    ends = [Wanted((f"unit {i}",), (300.0, y)) for i, y in enumerate(heights)]
    placed = place_ends(ends, side, Covered(room, []), room, lettering)
    assert all(placed)
    boxes = [each.box for each in placed]
    assert not any(meet(a, b) for a, b in combinations(boxes, 2))
    order = sorted(range(len(ends)), key=lambda i: heights[i])
    assert [boxes[i].y for i in order] == sorted(box.y for box in boxes)


def test_a_revealed_curve_covers_only_what_is_shown_of_it():
    line = np.array([[0.0, 50.0], [200.0, 50.0]])
    covered = Covered(Rect(0, 0, 200, 100), [line, line + np.array([0.0, 30.0])], [True, False])
    box = Rect(20, 40, 30, 20)
    assert not covered.free(box, 0.0)
    assert covered.free(box, 0.0, (100.0, 200.0))
    assert not covered.free(Rect(20, 70, 30, 20), 0.0, (100.0, 200.0))
    assert covered.extent(0, 10.0, 20.0) == (50.0, 50.0)


# -- what is seen ------------------------------------------------------------------------------


@given(st.floats(0, 10), st.floats(0.01, 100))
def test_zooming_keeps_the_place_under_the_pointer_and_stays_within(at, factor):
    ends = (0.0, 10.0)
    seen = zoomed((2.0, 8.0), at, factor, AXIS, ends)
    assert ends[0] <= seen[0] < seen[1] <= ends[1] + 1e-9
    if seen[0] > 0.0 and seen[1] < 10.0 and 2.0 <= at <= 8.0:
        before, after = (at - 2.0) / 6.0, (at - seen[0]) / (seen[1] - seen[0])
        assert after == pytest.approx(before, abs=1e-6)


def test_zooming_stops_at_two_steps():
    axis = replace(AXIS, least=2.0)
    assert zoomed((0.0, 10.0), 5.0, 1e-6, axis, (0.0, 10.0)) == (4.0, 6.0)


@given(st.floats(-50, 50))
def test_panning_keeps_the_length_and_stays_within(by):
    low, high = panned((3.0, 5.0), by, (0.0, 10.0))
    assert high - low == pytest.approx(2.0)
    assert low >= -1e-9 and high <= 10.0 + 1e-9


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_pixels_and_values_lead_to_one_another(across, up):
    axes = Axes(Rect(10, 20, 300, 100), (-2.0, 7.0), (1.0, 3.0))
    x, y = -2.0 + 9.0 * across, 1.0 + 2.0 * up
    assert axes.x_at(axes.x(x)) == pytest.approx(x)
    assert axes.y_at(axes.y(y)) == pytest.approx(y)


def test_an_exact_zero_has_its_line_under_all_that_has_a_logarithm():
    chart = Chart("c", AXIS, AXIS, (), floor=True)
    fit = whole(chart, 300.0, 0.0, 0.0)
    axes = Axes(Rect(0, 0, 300, 100), fit.x, fit.y, floor=True)
    assert axes.y(0.0) == pytest.approx(axes.curves_rect.bottom)
    assert axes.curves_rect.bottom < axes.place(1.0, -np.inf)[1] < axes.rect.bottom


# -- what is reduced and copied ----------------------------------------------------------------


@pytest.mark.parametrize("steps", [5, 800, 100_000])
def test_no_more_reaches_the_plot_than_its_columns_show(steps):
    y = np.cumsum(np.random.default_rng(1).normal(size=steps))
    curve = Curve("", np.arange(1.0, steps + 1), y, Role.INPUT)
    axes = Axes(Rect(0, 0, 400, 100), (1.0, float(steps)), (-1.0, 1.0))
    points = reduced(curve, axes, 400)
    assert len(points) <= 2 * 400
    assert points[:, 1].max() == y.max() and points[:, 1].min() == y.min()
    part = replace(axes, x_range=(1.0, 3.0))
    assert reduced(curve, part, 400)[:, 0].tolist() == [1.0, 2.0, 3.0, 4.0]


def test_numbers_are_copied_as_rows_with_an_empty_place_where_there_is_none():
    curves = (
        Curve("a", np.array([1.0, 2.0]), np.array([0.5, np.nan]), Role.INPUT),
        Curve("b", np.array([2.0, 3.0]), np.array([1.0, 2.0]), Role.INPUT),
    )
    axis = Axis(1.0, 3.0, linear_ticks, lambda v: f"{v:g}", "step")
    text = Chart("c", axis, axis, curves).numbers()
    assert text == "step\ta\tb\n1\t0.5\t\n2\t\t1\n3\t\t2\n"


# -- the charts --------------------------------------------------------------------------------


def test_the_axis_follows_the_gradient_and_leaves_a_far_bound_cut_off(frame_of):
    frame = frame_of(" ".join("abcdefgh" * 6), activation="tanh", gain=4.0, position=9)
    chart = gradient_chart(frame)
    bound = chart.curves[0]
    assert bound.name == "bound" and np.nanmax(bound.y) > chart.y.high
    assert chart.y.low < np.nanmin(frame.log10_norms) <= np.nanmax(frame.log10_norms) < chart.y.high
    fit = whole(chart, 600.0, 10.0, 10.0)
    axes = Axes(Rect(0, 0, 600, 200), fit.x, fit.y)
    lettering = Lettering(lambda text: 6.0 * len(text), 14.0, 4.0)
    covered = Covered(Rect(0, 0, 600, 200), lines_of(chart, axes))
    titles = place_titles(chart, axes, covered, axes.rect, lettering)
    said = titles.written[0].text if 0 in titles.written else titles.left_out[0]
    assert said.endswith("↑")
    # One can look out to where it ends.
    assert outermost(chart, fit).y[1] > np.nanmax(bound.y)


@pytest.mark.parametrize(("cell", "line"), [("rnn", "bound"), ("lstm", "direct path")])
def test_beside_other_branches_the_bound_says_whose_it_is(frame_of, cell, line):
    frame = frame_of(cell=cell, position=2 * 9.0)
    alone = gradient_chart(frame).curves[0]
    branches = compare(frame.branches)
    beside = gradient_chart(resolve(frame.run, frame.playhead, frame.passing, branches))
    guide = beside.curves[0]
    assert (alone.name, guide.name) == (line, line)
    name = cell.upper()
    assert guide.titles == tuple(f"{name}: {each}" for each in alone.titles)
    lines = {curve.name: curve.ink for curve in beside.curves[1:]}
    assert guide.ink == (alone.ink if line == "bound" else lines["LSTM"])


def test_a_near_bound_is_on_the_axis(frame_of):
    chart = gradient_chart(frame_of(position=9))
    bound = chart.curves[0]
    assert chart.y.low < np.nanmin(bound.y) and np.nanmax(bound.y) < chart.y.high


def exploding(steps, source, summed=False):
    """A frame of a network whose gradient grows by 2.5 a step, and its bound as fast."""
    values = np.sin(np.arange(float(steps)) / 3.0)[:, None]
    tokens = tuple(str(i + 1) for i in range(steps))
    made = Sequence("series", "s", tokens, values, ("v",), None, None, ())
    settings = Settings(gain=2.5, units=8, recurrent="identity", activation="identity")
    run = start_run(make_task(made), settings)
    playhead = Playhead(position=2.0 * steps, source=source, summed=summed)
    return resolve(run, playhead, compute_pass(run, 0, source))


def test_the_axis_follows_the_curve_where_the_sum_explodes_far_above_it():
    frame = exploding(600, 20)
    assert frame.range_of("sum").high > 200
    chart = gradient_chart(frame)
    bound, curve = chart.curves
    finite = curve.y[np.isfinite(curve.y)]
    assert chart.y.low < finite.min() and finite.max() < chart.y.high
    assert np.ptp(finite) / (chart.y.high - chart.y.low) > 0.5  # of all there is it would be 3 %
    # All of it can still be looked at, and so can the sum by itself.
    assert outermost(chart, whole(chart, 500.0, 5.0, 5.0)).y[1] > 200
    assert gradient_chart(exploding(600, 20, summed=True)).y.high > 200
    assert bound.titles[0].startswith("bound")


@pytest.mark.parametrize(("seed", "layers"), [(1, 1), (2, 2)])
def test_the_gradient_of_a_sure_answer_far_below_flattens_no_axis(frame_of, seed, layers):
    """Its last step is sent 10⁻⁷⁰⁰⁰ and less, the others 1 to 10⁵."""
    frame = frame_of(
        activation="relu", gain=5.0, seed=seed, layers=layers, position=18.0, summed=True
    )
    made = gradient_chart(frame)
    assert frame.log10_norms[-1] < -7000
    low, high = made.y.low, made.y.high
    near = frame.log10_norms[:-1]
    assert low < near.min() and near.max() < high and np.ptp(near) > 0.5 * (high - low)
    assert made.y.limits[0] < frame.log10_norms[-1]
    # Nor that of the change that dies out beside it, of one loss or of all.
    for summed in (True, False):
        playhead = replace(frame.playhead, summed=summed)
        both = forgetting.chart(resolve(frame.run, playhead, frame.passing))
        change = both.curves[0].y
        assert both.y.low < change.min() and change.max() < both.y.high < 10
        assert both.y.low > -10 and both.y.limits[0] < -7000


def test_a_bound_far_beyond_is_cut_off_and_keeps_its_name():
    values = np.sin(np.arange(500.0) / 3.0)[:, None]
    tokens = tuple(str(i + 1) for i in range(500))
    made = Sequence("series", "s", tokens, values, ("v",), None, None, ())
    run = start_run(make_task(made), Settings(gain=3.0, units=8, seed=1))
    frame = resolve(run, Playhead(position=1001.0), compute_pass(run, 0, 0))
    bound, curve = gradient_chart(frame).curves
    axis, finite = gradient_chart(frame).y, curve.y[np.isfinite(curve.y)]
    assert np.nanmax(bound.y) > 200 > 20 > axis.high > finite.max()
    assert np.ptp(finite) / (axis.high - axis.low) > 0.5
    assert axis.limits[1] > np.nanmax(bound.y) and bound.titles


def test_switching_to_the_sum_keeps_the_axis_where_both_can_be_read():
    values = np.sin(np.arange(33.0))[:, None]
    made = Sequence("series", "s", tuple(map(str, range(33))), values, ("v",), None, None, ())
    run = start_run(make_task(made), Settings())
    found = []
    for summed in (False, True):
        frame = resolve(run, Playhead(summed=summed), compute_pass(run, 0, 0))
        chart = gradient_chart(frame)
        found.append((chart.y.low, chart.y.high, chart.y.limits))
    assert found[0] == found[1]


def test_a_series_is_whole_with_its_forecasts(frame_of):
    frame = frame_of(60)
    frame = resolve(frame.run, Playhead(origin=40, horizon=5), frame.passing)
    chart = forecast_chart(frame, (3, 20))
    series, later, *compared, network = chart.curves
    assert network.name == "untrained network" and {"naive", "mean"} <= {c.name for c in compared}
    assert series.y.tolist() == [frame.value(t) for t in range(1, 41)]
    assert later.y.tolist() == [frame.value(t) for t in range(40, 61)]
    # All begin at the last known value; the network's first step is what it says there.
    assert {(c.x[0], c.y[0]) for c in (*compared, network)} == {(40.0, frame.value(40))}
    assert network.y[1] == pytest.approx(frame.prediction(40))
    assert network.x[-1] == 45.0
    assert ("stage", 2.5, 20.5) in [(s.name, s.start, s.stop) for s in chart.shades]
    assert chart.marks == (40.0,)
    compared = [c.ink for c in compared]
    assert all(isinstance(ink, PalettePlace) for ink in compared) and len(set(compared)) == len(
        compared
    )


FINITE = st.floats(allow_nan=False, allow_infinity=False)
TINY = st.floats(-1e-300, 1e-300)


@pytest.mark.filterwarnings("error")
@given(st.lists(FINITE | TINY, min_size=2, max_size=6, unique=True), st.booleans())
def test_any_finite_values_lie_in_pixels_and_back(values, floor):
    values = np.array(values)
    low, high = float(values.min()), float(values.max())
    x = Axis(1.0, float(len(values)), linear_ticks, str, "step")
    y = Axis(low, high, linear_ticks, str, "value")
    chart = Chart(
        "any", x, y, (Curve("any", np.arange(len(values)) + 1.0, values, PalettePlace(0)),)
    )
    chart = replace(chart, floor=floor)
    seen = whole(chart, 400.0, 10.0, 10.0)
    axes = Axes(Rect(20.0, 10.0, 400.0, 300.0), *seen, floor)
    assert axes.y_range[0] < axes.y_range[1]
    pixels = axes.y(values)
    assert np.isfinite(pixels).all() and np.isfinite(axes.x(values)).all()
    assert [axes.y(value) for value in values.tolist()] == pixels.tolist()
    room = max(map(abs, axes.y_range))
    for value, pixel in zip(values.tolist(), pixels.tolist(), strict=True):
        if abs(value) <= 8e307:
            assert abs(axes.y_at(pixel) - value) / room <= 1e-12
    for tick, _ in linear_ticks(*axes.y_range, AxisRoom(300.0, 12.0, lambda _: 20.0, str)):
        assert np.isfinite(axes.y(tick))
    close = zoomed(seen.y, axes.y_at(100.0), 1e-30, chart.y, outermost(chart, seen).y)
    assert close[0] < close[1]
    assert np.isfinite(replace(axes, y_range=close).y(values)).all()


@given(FINITE | TINY, FINITE | TINY)
def test_safe_ends_leave_what_can_be_computed(one, other):
    low, high = min(one, other), max(one, other)
    safe = safe_ends(low, high)
    assert np.isfinite(safe[1] - safe[0])
    if max(-low, high) <= 8e307 and (low == high or high - low >= 1e-280):
        assert safe == (low, high)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "values", [(1.79e308, -1.79e308, 1e308), (5e-324, 0.0), (1e-320, 2e-320, 1e-321), (1e-320,) * 3]
)
def test_a_series_at_the_ends_of_float64_has_a_chart(values):
    sequence = replace(series(len(values)), values=np.array(values)[:, None])
    with np.errstate(all="ignore"):
        run = start_run(make_task(sequence), Settings())
        frame = resolve(run, Playhead(), compute_pass(run, 0, 0))
    chart = forecast_chart(frame)
    low, high = value_range(frame)
    assert high / 2 - low / 2 > 0.0
    axes = Axes(Rect(0.0, 0.0, 400.0, 300.0), *whole(chart, 400.0, 0.0, 0.0))
    assert np.isfinite(axes.y(np.array(values))).all()
