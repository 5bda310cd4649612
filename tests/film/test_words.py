"""What is said in words equals the numbers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.engine import Network
from rnnviz.film import (
    Playhead,
    Stage,
    Timeline,
    compute_pass,
    gradient_reading,
    happening,
    number,
    place,
    power_of_ten,
    ratio,
    resolve,
    spread_of,
)
from rnnviz.scenes.equation.backward import backward
from tests.frames import make_frame


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.00202, "0.00202"),
        (-0.5, "−0.5"),
        (12.345, "12.3"),
        (1234.5, "1234"),
        (3.25e-40, "3.2·10⁻⁴⁰"),
        (-2e9, "−2.0·10⁹"),
        (float("nan"), "not finite"),
        (float("-inf"), "not finite"),
    ],
)
def test_numbers(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "spread", "text"),
    [
        (101325.479, 3.4, "101325.48"),
        (43250.0, 16.0, "43250"),
        (43258.25, 16.0, "43258.2"),
        (1.0931, 0.0065, "1.0931"),
        (43250.0, 30_000.0, "43250"),
        (8.3123e7, 5e6, "8.312·10⁷"),
        (20_000_001.0, 100.0, "20000001"),
        (-1.0321e-7, 1e-9, "−1.0321·10⁻⁷"),
        (0.9421, 0.003, "0.9421"),
        (12.345, 18.0, "12.3"),
        (0.0, 3.0, "0"),
        (5.0, float("inf"), "5"),
    ],
)
def test_digits_come_from_the_spread_of_what_stands_together(value, spread, text):
    assert number(value, spread) == text


@pytest.mark.parametrize(
    ("digits", "value", "text"),
    [(3, 999.7, "1000"), (4, 999.7, "999.7"), (6, 999999.7, "1.00000·10⁶"), (6, 0.25, "0.25"),
     (2, 99.7, "100"), (1, 97.0, "97")],
)  # fmt: skip
def test_what_rounds_up_to_a_power_of_ten_is_written_plainly(digits, value, text):
    assert number(value, digits=digits) == text


def test_last_zeros_are_kept_where_they_are_asked_for():
    assert [number(v, zeros=True) for v in (2.7, 0.5, 999.7, 1234.0)] == [
        "2.70", "0.500", "1000", "1234"
    ]  # fmt: skip


def test_the_spread_is_the_range_or_what_neighbours_are_apart():
    assert spread_of([101325.0, 101326.0, 101324.0, float("nan")]) == 2.0
    assert spread_of(np.arange(10_000.0)) == 30.0  # by the step: neighbours are told apart
    assert spread_of([7.0, 7.0]) == spread_of([7.0]) == spread_of([]) == 0.0
    assert spread_of([-1e308, 1e308]) == float("inf")
    assert number(1e308, spread_of([-1e308, 1e308])) == "1.0·10³⁰⁸"


@given(st.floats(1e-6, 1e12), st.floats(-9, 0), st.lists(st.integers(0, 50), min_size=2))
def test_neighbours_that_differ_are_written_differently(level, finer, places):
    values = level * (1.0 + np.array(places) * 10.0**finer)
    said = [number(value, spread_of(values)) for value in values]
    assert len(set(said)) == len(set(places))


def test_a_logarithm_below_float64_can_be_said():
    assert power_of_ten(-400.5) == "3.2·10⁻⁴⁰¹"
    assert power_of_ten(-0.0000001) == "1.0·10⁰"
    assert power_of_ten(-2.44e208) == "10^(−2.4·10²⁰⁸)"
    assert ratio(-180.0) == "1.0·10⁻¹⁸⁰"
    assert ratio(-1.0) == "0.1"


@given(st.floats(-1e300, 1e300).filter(lambda v: abs(v) > 1e-300))
def test_a_number_keeps_its_size(value):
    text = number(value).replace("−", "-")
    if "·10" in text:
        mantissa, power = text.split("·10")
        exponent = int(power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))
        assert float(mantissa) * 10.0**exponent == pytest.approx(value, rel=0.06)
    else:
        assert float(text) == pytest.approx(value, rel=0.006)


def test_the_reading_of_the_lecture():
    frame = make_frame(position=18)
    part = 10 ** (frame.log10_norms[0] - frame.log10_norms[8])
    text = gradient_reading(frame)
    assert text == f"The gradient from step 9 reaches step 1 at {part:.3g} of its size."
    assert 0.0005 < part < 0.01


@pytest.mark.parametrize(
    ("kwargs", "words"),
    [
        ({"position": 3}, "appears here"),
        ({"position": 10}, "loss of step 9 starts"),
        ({"position": 10, "source": 4}, "paid at step 4"),
        ({"position": 15, "source": 4}, "loss of step 4 starts"),
        ({"position": 16, "source": 4}, "from step 4 reaches step 3 at"),
        ({"position": 18, "summed": True}, "Sum of all losses: step 1 gets"),
        ({"position": 10, "summed": True}, "sum of all losses starts"),
    ],
)
def test_readings_on_the_way(kwargs, words):
    assert words in gradient_reading(make_frame(**kwargs))


def test_a_reason_is_said_only_where_it_holds():
    frame = make_frame(position=18, summed=True)
    assert gradient_reading(frame).endswith("more from its own loss than from later ones.")
    grown = make_frame(position=18, summed=True, activation="identity", gain=3.0)
    assert gradient_reading(grown).endswith("more from later losses than from its own.")
    run = frame.run.in_mode("many_to_one")
    alone = resolve(run, frame.playhead, compute_pass(run, 0, 0))
    assert gradient_reading(alone).endswith("the only one that pays.")
    run = frame.run.in_mode("one_to_many")
    own = resolve(run, frame.playhead, compute_pass(run, 0, 0))
    paying = np.count_nonzero(own.task.mask)
    assert ("the only one" in gradient_reading(own)) == (paying == 1)


def test_readings_of_the_extreme():
    assert "nothing to predict" in gradient_reading(make_frame(1, position=2))
    dead = make_frame("a b c", activation="relu", gain=0.0, position=6)
    assert "exactly 0" in gradient_reading(dead)
    exploded = make_frame(400, activation="identity", gain=50.0, position=700)
    assert gradient_reading(exploded).startswith("Exploded at step")


@pytest.mark.parametrize(
    ("position", "text"),
    [
        (0, "start of 9 steps"),
        (5.5, "step 6 of 9 · forward"),
        (10, "step 9 of 9 · backward through time"),
        (18.5, "update"),
        (19, "updated"),
    ],
)
def test_places(position, text):
    assert place(make_frame(position=position)) == text


def test_every_phase_is_said_with_its_step():
    timeline = Timeline(9)
    said = set()
    for stage, step in ((Stage.FORWARD, 6), (Stage.BACKWARD, 6)):
        begin = timeline.position(stage, step) - 1
        for tick in range(1, 20):
            text = happening(make_frame(position=begin + tick / 20))
            assert "t⟩" not in text
            assert "t−" not in text
            assert "t+" not in text
            said.add(text)
    assert {"x⟨6⟩ enters", "a⟨5⟩ arrives", "the gradient from 7 arrives"} <= said
    assert len(said) == 11
    assert happening(make_frame(position=6)) == ""


def test_nothing_comes_from_beyond_the_end():
    begin, phases = 9.0, set()
    for tick in range(1, 40):
        phases.add(happening(make_frame(position=begin + tick / 40)))
    assert "nothing arrives from beyond the last step" in phases
    assert not any("10" in text for text in phases)


def test_zero_is_said_of_the_step_that_is_read() -> None:
    """The last step's answer is sure beyond any float, while the first one's gradient explodes."""
    frame = make_frame(activation="relu", gain=5.0, seed=1, summed=True, position=18.0)
    assert frame.gradient_from == 1
    assert frame.log10_norms[0] == pytest.approx(4.5068, abs=1e-3)
    assert frame.log10_norms[-1] == pytest.approx(-8157.374, abs=0.01)
    said = gradient_reading(frame)
    assert "exactly 0" not in said
    assert said.startswith("Sum of all losses: step 1 gets 7.6·10⁸¹⁶¹ times what step 9 gets")


@pytest.mark.parametrize("summed", [True, False])
def test_zero_is_said_of_the_layer_that_is_read(summed: bool) -> None:
    """Nothing comes down to the lower layer."""
    whole = make_frame(activation="relu", layers=2, units=4)
    network = whole.run.networks[0]
    assert isinstance(network, Network)
    dead = network.replace(W_ax_l1=np.zeros((4, 4)), b_a_l1=np.ones(4))
    run = replace(whole.run, networks=(dead,))
    passing = compute_pass(run, 0, 0)
    lower, upper = (
        resolve(run, Playhead(position=14.0, layer=layer, summed=summed), passing)
        for layer in (0, 1)
    )
    assert "exactly 0" in gradient_reading(lower)
    assert "in layer 1" in gradient_reading(lower)
    assert "exactly 0" not in gradient_reading(upper)
    assert "is exactly 0 in layer 1." in backward(lower).sentence
    assert "exactly 0" not in backward(upper).sentence


def test_an_explosion_says_what_was_lost_where_and_what_is_finite_is_read() -> None:
    frame = make_frame(2000, activation="identity", gain=2.5, source=200, position=3900.0)
    assert frame.passing.trace.exploded_at == np.isfinite(frame.passing.trace.loss_k).argmin() + 1
    lost, states = frame.passing.trace.exploded_at, frame.passing.states_lost_at
    assert lost is not None and states is not None and lost < states
    assert (
        np.isfinite(frame.states[states - 1]).all() and not np.isfinite(frame.states[states]).all()
    )
    words = f"exploded at step {lost}: its loss is no longer finite"
    assert frame.passing.exploded == f"{words}, the states from step {states} on"
    assert gradient_reading(frame).startswith(
        "The gradient from step 200 reaches step 101 grown to "
    )
    assert np.isfinite(frame.log10_norms[:200]).all()
    summed = replace(frame, playhead=replace(frame.playhead, summed=True))
    assert gradient_reading(summed).startswith(f"Exploded at step {lost}: its loss")
