"""A covered chart tells nothing of its answer; a guess's gap is true in every regime."""

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.film import Playhead, compute_pass, resolve
from rnnviz.opening.shipped import open_problem
from rnnviz.scenes.charts.chart import Axis, Chart, Curve
from rnnviz.scenes.charts.forecast import forecast_chart
from rnnviz.scenes.charts.gradient import gradient_chart
from rnnviz.scenes.charts.guess import Guess, asked_of, beside, covered, gap, read_guess
from rnnviz.scenes.charts.loss import LossAxes, loss_chart
from rnnviz.scenes.shapes import Role
from tests.frames import make_frame

NINE = np.arange(1.0, 10.0)


def chart_of(y, *, log=True, reveal="leftwards", **more):
    values = np.asarray(y, np.float64)
    known = values[np.isfinite(values)]
    ends = (known.min(), known.max()) if known.size else (-1.0, 0.0)
    x = Axis(1.0, 9.0, lambda *_: [], lambda t: f"step {round(t)}", "step", least=2.0)
    axis = Axis(*map(float, ends), lambda *_: [], lambda v: f"{v:.3g}", "size", log=log)
    curve = Curve("", NINE, values, Role.GRADIENT, revealed=True)
    return Chart("it", x, axis, (curve,), reveal=reveal, **more)


def guess(*points):
    return Guess(tuple(points))


@pytest.mark.parametrize(
    "settings",
    [{}, {"gain": 3.0, "activation": "identity"}, {"gain": 0.01}, {"cell": "lstm"}, {"layers": 3}],
)
def test_nothing_of_the_curve_is_in_a_covered_chart(settings):
    chart = gradient_chart(make_frame(position=18.0, **settings))
    hidden = covered(chart)
    assert not any(curve.y.size for curve in hidden.curves) and not hidden.bands
    assert len(hidden.numbers().splitlines()) == 1 and hidden.y.limits is None
    assert hidden.x is chart.x


def test_curves_that_fall_by_different_powers_have_one_covered_axis():
    def ends(slope):
        made = covered(chart_of(slope * (NINE - 9.0))).y
        return made.low, made.high

    assert ends(0.1) == ends(0.5) == ends(1.4) == (-12.0, 4.0)
    assert ends(0.0) == ends(0.1)


def test_a_curve_that_leaves_the_usual_axis_is_not_told_from_one_that_leaves_it_the_other_way():
    falls, bursts = (covered(chart_of(slope * (NINE - 9.0))).y for slope in (3.0, -3.0))
    assert (falls.low, falls.high) == (bursts.low, bursts.high) == (-24.0, 24.0)


@pytest.mark.parametrize(
    ("came", "said", "words"),
    [
        (-11.0, -2.0, "step 1: the room's guess 0.01, and 1.0·10⁻¹¹ came: 9 decades less."),
        (-3.0, -5.5, "step 1: the room's guess 3.2·10⁻⁶, and 0.001 came: 2.5 decades more."),
        (-2.0, -1.0, "step 1: the room's guess 0.1, and 0.01 came: 1 decade less."),
        (-2.0, -2.3, "step 1: the room's guess 0.00501, and 0.01 came: 2 times more."),
        (-2.0, -2.01, "step 1: the room's guess 0.00977, and 0.01 came: that is it."),
        (-400.0, -2.0, "and 1.0·10⁻⁴⁰⁰ came: 398 decades less."),
        (400.0, -2.0, "and 1.0·10⁴⁰⁰ came: 402 decades more."),
        (-np.inf, -2.0, "and 0 came: no number of decades leads there."),
        (np.nan, -2.0, "what came is no finite number."),
        (np.inf, -2.0, "what came is no finite number."),
    ],
)
def test_the_gap_is_said_in_decades(came, said, words):
    chart = chart_of([came, *np.zeros(8)])
    assert words in gap(chart, guess((1.0, said), (9.0, 0.0)), 1.0)


@pytest.mark.parametrize(
    ("came", "said", "words"),
    [
        (20.0, 25.0, "the room's guess 25, and 20 came: the guess was 25 % too high."),
        (-20.0, -25.0, "the guess was 25 % too low."),
        (20.0, 20.1, "the guess was less than 1 % too high."),
        (20.0, 20.0, "that is it."),
        (0.0, 3.0, "and 0 came: less."),
        (1e-9, 3.0, "came: less."),
        (1e308, -1e308, "came: more."),
        (np.nan, 3.0, "what came is no finite number."),
    ],
)
def test_and_on_a_linear_axis_in_per_cent(came, said, words):
    y = np.ones(9)
    y[-1] = came
    chart = chart_of(y, log=False, reveal="")
    assert words in gap(chart, guess((3.0, 1.0), (9.0, said)), None)


def test_the_gap_is_told_of_the_step_that_the_film_has_reached():
    chart = chart_of(NINE - 9.0)
    drawn = guess((1.0, -1.0), (9.0, 0.0))
    assert gap(chart, drawn, 5.0).startswith("step 5: the room's guess 0.316, and 1.0·10⁻⁴ came")
    assert gap(chart, drawn, None) == ""
    assert gap(chart, guess((1.0, -1.0), (3.0, 0.0)), 5.0) == ""  # nothing was guessed there


def test_a_stroke_takes_the_place_of_what_lay_under_it():
    drawn = Guess()
    for x in range(1, 10):
        drawn = drawn.with_point(float(x), -1.0)
    back = drawn.with_point(7.0, -5.0).with_point(3.0, -9.0, since=(7.0, -5.0))
    assert back.points == (
        (1.0, -1.0), (2.0, -1.0), (3.0, -9.0), (7.0, -5.0), (8.0, -1.0), (9.0, -1.0),
    )  # fmt: skip
    assert back.at(5.0) == -7.0 and np.isnan(back.at(0.5)) and np.isnan(back.at(9.5))


def test_a_guess_beyond_the_axis_stretches_it_and_one_within_leaves_it():
    chart = chart_of(NINE - 9.0)
    assert beside(chart, guess((1.0, -3.0))) is chart
    y = beside(chart, guess((1.0, 5.0))).y
    assert y.low == -8.0 and 5.0 < y.high < 6.0 and y.ends[1] >= 5.0


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.01", -2), ("1e-2", -2), ("10^-2", -2), ("1/100", -2), ("1 %", -2), ("4·10^−11", -10.398)],
)
def test_a_typed_value_is_read(text, value):
    assert read_guess(text, log=True) == pytest.approx(value, abs=1e-3)
    assert read_guess(text, log=False) == pytest.approx(10.0**value, rel=1e-3)


@pytest.mark.parametrize("text", ["", "a hundredth", "1/0", "nan", "inf", "1e999", "0x10", "1/2/"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match=r"number"):
        read_guess(text, log=False)


@pytest.mark.parametrize("text", ["0", "-3"])
def test_a_logarithmic_axis_has_no_zero(text):
    with pytest.raises(ValueError, match="above 0"):
        read_guess(text, log=True)
    assert read_guess(text, log=False) == float(text)


def test_of_a_forecast_what_is_known_stays_and_what_comes_is_hidden():
    frame = make_frame(200)
    frame = resolve(frame.run, Playhead(origin=150, horizon=20), compute_pass(frame.run, 0, 0))
    chart = forecast_chart(frame)
    hidden = covered(chart)
    assert max(curve.x.max() for curve in hidden.curves) == 150.0
    assert [curve.name for curve in hidden.curves] == [chart.name]  # and no method's own
    curve = asked_of(chart)
    assert curve.name.endswith(", later") and curve.at(160.0) == frame.value(160)
    said = gap(chart, guess((150.0, 0.0), (160.0, 2.0 * frame.value(160))), None)
    assert said.startswith("step 160") and "the guess was 100 % too high" in said


def test_a_cut_gradient_that_is_zero_is_no_number_of_decades_away():
    frame = make_frame(position=18.0, truncation=3)
    chart = gradient_chart(frame)
    assert asked_of(chart).at(1.0) == -np.inf
    assert "and 0 came" in gap(chart, guess((1.0, -3.0), (9.0, 0.0)), 1.0)
    assert "and 0 came" in gap(replace(chart, floor=False), guess((1.0, -3.0)), 1.0)


@pytest.mark.parametrize("linear", [True, False])
def test_of_a_loss_the_validation_is_guessed_and_the_update_named(linear):
    run = open_problem("sentiment")
    axes = LossAxes(linear=linear)
    log = run.log
    chart = loss_chart(log, log[-1].update, float("nan"), axes)
    assert asked_of(chart).name == "validation" and covered(chart).curves == ()
    last = axes.x(float(log[-1].update))
    came = asked_of(chart).at(last)
    said = gap(chart, guess((0.0, 1.0), (last, came + 2.0)), None)
    assert said.startswith(f"update {log[-1].update}: the room's guess")
    assert ("2 decades less" in said) == (not linear)
