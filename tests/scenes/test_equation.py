"""The equation says what the engine computed: the numbers are the engine's, rounded."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.film import Frame, Stage, power_of_ten
from rnnviz.scenes.equation import (
    Equation,
    Fence,
    Focus,
    Fraction,
    Item,
    Letter,
    Name,
    Number,
    Row,
    Sign,
    Stack,
    Term,
    UnitColumn,
    Words,
    entry,
    equation_of,
)
from tests.frames import make_frame

SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
SENTENCE = "Harry Potter and Hermione Granger invented a new spell"


def section(equation: Equation, name: str, form: int = 0) -> Row:
    return next(s.forms[form] for s in equation.sections if s.name == name)


def walk(items: Row) -> Iterator[Item]:
    """Every item, outermost first, from left to right."""
    for item in items:
        yield item
        if isinstance(item, Term | Fence):
            yield from walk(item.items)
        elif isinstance(item, Fraction):
            yield from walk(item.above)
            yield from walk(item.below)
        elif isinstance(item, UnitColumn):
            yield from item.numbers
        elif isinstance(item, Stack):
            for row in item.rows:
                yield from walk(row)


def vectors(items: Row) -> list[Item]:
    """The columns from left to right, and the zeros that stand for a column of zeros."""
    inside = {id(n) for c in walk(items) if isinstance(c, UnitColumn) for n in c.numbers}
    return [
        item
        for item in walk(items)
        if isinstance(item, UnitColumn) or (isinstance(item, Number) and id(item) not in inside)
    ]


def read(text: str) -> float:
    """What a reader takes a written number for."""
    match = re.fullmatch(r"([+−]?)([0-9.]+)(?:·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", text)
    assert match, text
    exponent = int(match[3].translate(SUPERSCRIPTS)) if match[3] else 0
    return (-1 if match[1] == "−" else 1) * float(match[2]) * 10.0**exponent


def assert_vector(item: Item, values: np.ndarray) -> None:
    """What is written is `values`, with two digits that count."""
    if isinstance(item, Number):
        assert item.text == "0"
        assert not values.any()
        return
    assert isinstance(item, UnitColumn)
    assert item.height == len(values)
    assert item.units
    for unit, number in zip(item.units, item.numbers, strict=True):
        assert number.value == values[unit]
        if np.isfinite(values[unit]):
            assert read(number.text) == pytest.approx(values[unit], rel=0.051, abs=1e-12)
        else:
            assert number.text == "not finite"


def plain(items: Row) -> str:
    """A row as one line of text, to be read in a test."""
    said = ""
    for item in items:
        match item:
            case Letter():
                said += item.base + (f"_{item.sub}" if item.sub else "")
                said += "^T" if item.sup == "⊤" else item.sup.replace("⊤", "^T")
            case Sign() | Name() | Words() | Number():
                said += f" {item.text} " if item.text in "=+−⊙←·→≤" else item.text
            case Fraction():
                said += f"{plain(item.above)}/{plain(item.below)}"
            case Fence():
                said += f"({plain(item.items)})" + (f"^{item.sup}" if item.sup else "")
            case Term():
                said += plain(item.items)
            case Stack():
                said += "; ".join(plain(row) for row in item.rows)
            case UnitColumn():
                said += "[" + " ".join(number.text for number in item.numbers) + "]"
    return said


# -- numbers as they are written -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.594, "+0.59"),
        (-0.94, "−0.94"),
        (0.0421, "+0.042"),
        (-0.00314, "−0.0031"),
        (12.34, "+12.3"),
        (-1234.5, "−1234"),
        (3.14e-7, "+3.1·10⁻⁷"),
        (-2e5, "−2.0·10⁵"),
        (1e-300, "+1.0·10⁻³⁰⁰"),
        (float("nan"), "not finite"),
        (float("inf"), "not finite"),
        (-float("inf"), "not finite"),
    ],
)
def test_entry(value: float, text: str) -> None:
    assert entry(value) == text


@given(st.floats(-1e307, 1e307))
def test_entry_never_says_zero_of_what_is_not_and_keeps_the_sign(value: float) -> None:
    text = entry(value)
    assert (text == "0") == (value == 0.0)
    if value:
        assert text.startswith("−" if value < 0 else "+")
        assert read(text) == pytest.approx(value, rel=0.051)


# -- forward ---------------------------------------------------------------------------------------

CASES = [
    {"text": SENTENCE, "position": 6.0},
    {"text": SENTENCE, "position": 1.0},
    {"text": SENTENCE, "position": 8.3},
    {"text": "one", "position": 1.0},
    {"text": SENTENCE, "position": 4.0, "units": 1},
    {"text": SENTENCE, "position": 4.0, "units": 2, "activation": "relu"},
    {"text": SENTENCE, "position": 4.0, "activation": "sigmoid"},
    {"text": 12, "position": 7.0, "activation": "identity"},
    {"text": 12, "position": 12.0},
    {"text": SENTENCE, "position": 5.0, "selected": 9},
]


@pytest.mark.parametrize("case", CASES)
def test_forward_numbers_are_the_engines(case: dict) -> None:
    frame = make_frame(**case)
    t = frame.moment.step
    terms = frame.forward_terms(t)
    found = vectors(section(equation_of(frame), "numbers"))
    assert len(found) == 4
    for item, values in zip(
        found, (terms.a, terms.recurrent, terms.input, terms.bias), strict=True
    ):
        assert_vector(item, values)


def test_short_form_of_the_numbers_is_true_as_well() -> None:
    frame = make_frame(position=6.0)
    terms = frame.forward_terms(6)
    a, z = vectors(section(equation_of(frame), "numbers", 1))
    assert_vector(a, terms.a)
    assert_vector(z, terms.z)


@pytest.mark.parametrize(
    ("activation", "text"),
    [
        ("tanh", "a⟨6⟩ = tanh(W_aaa⟨5⟩ + W_axx⟨6⟩ + b_a)"),
        ("relu", "a⟨6⟩ = ReLU(W_aaa⟨5⟩ + W_axx⟨6⟩ + b_a)"),
        ("sigmoid", "a⟨6⟩ = σ(W_aaa⟨5⟩ + W_axx⟨6⟩ + b_a)"),
        ("identity", "a⟨6⟩ = W_aaa⟨5⟩ + W_axx⟨6⟩ + b_a"),
    ],
)
def test_forward_notation(activation: str, text: str) -> None:
    equation = equation_of(make_frame(position=6.0, activation=activation))
    assert plain(section(equation, "general")) == text


def test_a_column_has_the_same_digits_throughout() -> None:
    for t in range(1, 10):
        for item in vectors(section(equation_of(make_frame(position=float(t))), "numbers")):
            if isinstance(item, UnitColumn):
                decimals = {
                    len(n.text.partition(".")[2]) for n in item.numbers if "·" not in n.text
                }
                assert len(decimals) <= 1


def test_the_selected_unit_is_among_the_numbers() -> None:
    frame = make_frame(position=6.0, selected=9)
    for item in vectors(section(equation_of(frame), "numbers")):
        if isinstance(item, UnitColumn):
            assert item.units == (0, 9)


@pytest.mark.parametrize("t", [1, 6, 9])
def test_loss_of_a_text(t: int) -> None:
    frame = make_frame(position=float(t))
    target = frame.target(t)
    assert target is not None
    row = section(equation_of(frame), "output")
    numbers = [item for item in walk(row) if isinstance(item, Number)]
    assert numbers[0].value == target.probability == pytest.approx(np.exp(-frame.loss(t)))
    assert numbers[1].value == frame.loss(t)
    assert f"-logp(“{target.name}”) = -log" in plain(row)
    assert read(numbers[1].text) == pytest.approx(frame.loss(t), rel=0.01)


def test_loss_of_a_series_is_the_squared_error() -> None:
    frame = make_frame(12, position=6.0)
    y = frame.passing.trace.y[5, 0, 0]
    target = frame.run.task.targets[5, 0, 0]
    numbers = [
        item for item in walk(section(equation_of(frame), "output")) if isinstance(item, Number)
    ]
    assert numbers[0].value == y
    assert numbers[1].value == pytest.approx((y - target) ** 2)
    assert "(y⟨6⟩ − x⟨7⟩)^2" in plain(section(equation_of(frame), "output"))


def test_a_step_without_target_says_so_and_gives_no_loss() -> None:
    row = section(equation_of(make_frame(12, position=12.0)), "output")
    assert plain(row).endswith("step 12 pays no loss")
    assert "L" not in [item.base for item in walk(row) if isinstance(item, Letter)]


def test_shares_in_words_are_those_of_the_terms() -> None:
    frame = make_frame(position=6.0)
    terms = frame.forward_terms(6)
    sizes = [abs(v[0]) for v in (terms.recurrent, terms.input, terms.bias)]
    sentence = equation_of(frame).sentence
    assert f"{100 * sizes[0] / sum(sizes):.0f}\u00a0% from a⟨5⟩" in sentence
    assert f"{100 * sizes[1] / sum(sizes):.0f}\u00a0% from “invented”" in sentence
    assert sentence.startswith("Unit 1 ")
    assert equation_of(make_frame(position=6.0, selected=4)).sentence.startswith("Unit 5 ")


@pytest.mark.parametrize(
    ("phase", "lit"),
    [
        ("input", ["W_axx⟨6⟩"]),
        ("recurrent", ["W_aaa⟨5⟩"]),
        ("combine", ["W_aaa⟨5⟩", " + ", "W_axx⟨6⟩", " + ", "b_a"]),
        ("settle", ["a⟨6⟩ = ", "tanh"]),
        ("output", []),
    ],
)
def test_the_phase_under_way_is_lit_and_the_rest_faded(phase: str, lit: list[str]) -> None:
    frame = _in_phase(Stage.FORWARD, 6, phase)
    terms = [i for i in walk(section(equation_of(frame), "general")) if isinstance(i, Term)]
    assert [plain(t.items) for t in terms if t.focus is Focus.LIT] == lit
    assert all(t.focus is Focus.FADED for t in terms if plain(t.items) not in lit)


def test_nothing_is_lit_or_faded_at_rest() -> None:
    for position in (6.0, 13.0, 19.0):
        for part in equation_of(make_frame(position=position)).sections:
            for form in part.forms:
                assert {i.focus for i in walk(form) if isinstance(i, Term)} <= {Focus.NORMAL}


def _in_phase(stage: Stage, step: int, phase: str, **kwargs) -> Frame:
    """A frame in the middle of a phase."""
    stop = make_frame(**kwargs).timeline.position(stage, step)
    for part in np.linspace(0.01, 0.99, 99):
        frame = make_frame(position=stop - 1 + part, **kwargs)
        found = frame.moment.phase
        if found and found.name == phase and 0.3 < frame.moment.done(phase) < 0.7:
            return frame
    raise AssertionError(f"no phase {phase} in {stage}")


# -- backward --------------------------------------------------------------------------------------


@pytest.mark.parametrize("summed", [False, True])
@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "identity"])
@pytest.mark.parametrize(("text", "units"), [(SENTENCE, 16), (12, 2), (SENTENCE, 1)])
def test_backward_numbers_are_the_engines(text, units: int, activation: str, summed: bool) -> None:
    for t in (1, 5, 8):
        steps = 12 if text == 12 else 9
        frame = make_frame(
            text, position=2 * steps + 1.0 - t, units=units, activation=activation, summed=summed
        )
        assert frame.moment.step == t
        terms = frame.backward_terms(t)
        equation = equation_of(frame)
        short = vectors(section(equation, "numbers", 1))
        wanted = [terms.total, terms.arriving] + ([terms.own] if summed else [])
        for item, values in zip(short, wanted, strict=True):
            assert_vector(item, values)
        long = vectors(section(equation, "numbers", 0))
        slope = [] if activation == "identity" else [frame.slope(t + 1)]
        wanted = [terms.total, frame.gradients[t], *slope] + ([terms.own] if summed else [])
        for item, values in zip(long, wanted, strict=True):
            assert_vector(item, values)
        # And what is written is true: W_aaᵀ (∂L/∂a⟨t+1⟩ ⊙ g′) is what arrives.
        w = frame.passing.trace.network.parameters["W_aa_l0"]
        after = frame.gradients[t] * frame.slope(t + 1)
        np.testing.assert_allclose(w.T @ after, terms.arriving, rtol=1e-9, atol=1e-300)
        np.testing.assert_allclose(terms.arriving + terms.own, terms.total, rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize(
    ("position", "summed", "text"),
    [
        (10.0, False, "∂L⟨9⟩/∂a⟨9⟩ = W_ya^T(y⟨9⟩ − target)"),
        (12.0, False, "∂L⟨9⟩/∂a⟨7⟩ = W_aa^T(∂L⟨9⟩/∂a⟨8⟩ ⊙ (1 − (a⟨8⟩)^2))"),
        (10.0, True, "∂L/∂a⟨9⟩ = W_ya^T(y⟨9⟩ − target)"),
        (
            12.0,
            True,
            "∂L/∂a⟨7⟩ = W_aa^T(∂L/∂a⟨8⟩ ⊙ (1 − (a⟨8⟩)^2)) + W_ya^T(y⟨7⟩ − target)",
        ),
    ],
)
def test_backward_notation(position: float, summed: bool, text: str) -> None:
    equation = equation_of(make_frame(position=position, summed=summed))
    assert plain(section(equation, "general")) == text


def test_readout_gradient_is_what_the_equation_says() -> None:
    frame = make_frame(position=10.0)
    trace = frame.passing.trace
    assert trace.p is not None
    error = trace.p[8, 0].copy()
    error[frame.run.task.targets[8, 0]] -= 1.0
    np.testing.assert_allclose(
        trace.network.parameters["W_ya"].T @ error, frame.backward_terms(9).own, rtol=1e-9
    )
    series = make_frame(12, position=13.0 + 1)
    assert plain(section(equation_of(series), "general")).endswith("2W_ya^T(y⟨11⟩ − x⟨12⟩)")
    trace = series.passing.trace
    error = 2 * (trace.y[10, 0] - series.run.task.x[11, 0])
    np.testing.assert_allclose(
        trace.network.parameters["W_ya"].T @ error, series.backward_terms(11).own, rtol=1e-9
    )


def test_before_the_chosen_loss_the_gradient_is_zero() -> None:
    frame = make_frame(position=10.0, source=5)
    equation = equation_of(frame)
    assert plain(section(equation, "general")) == "∂L⟨5⟩/∂a⟨9⟩ = 0"
    assert not frame.gradients[8].any()
    assert "step 5" in equation.sentence


def test_without_any_loss_there_is_no_gradient() -> None:
    equation = equation_of(make_frame(1, position=2.0))
    assert plain(section(equation, "general")) == "∂L/∂a⟨1⟩ = 0"
    assert equation.sentence == "No step pays a loss, so there is no gradient."


def test_slope_phase_shows_the_product() -> None:
    frame = _in_phase(Stage.BACKWARD, 6, "slope")
    equation = equation_of(frame)
    product, gradient, slope = vectors(section(equation, "numbers"))
    assert_vector(gradient, frame.gradients[5])
    assert_vector(slope, frame.slope(6))
    assert_vector(product, frame.gradients[5] * frame.slope(6))
    assert plain(section(equation, "general")) == "∂L⟨9⟩/∂z⟨6⟩ = ∂L⟨9⟩/∂a⟨6⟩ ⊙ (1 − (a⟨6⟩)^2)"


def test_share_phase_shows_the_first_entry_of_the_share() -> None:
    frame = _in_phase(Stage.BACKWARD, 6, "share", summed=True)
    numbers = [n for n in walk(section(equation_of(frame), "numbers")) if isinstance(n, Number)]
    share = frame.passing.backward.share("W_aa_l0", 6)[0, 0]
    assert numbers[-1].value == pytest.approx(share, rel=1e-9)
    assert numbers[0].value * numbers[1].value == pytest.approx(share, rel=1e-9)


def test_length_in_words_is_the_norm() -> None:
    frame = make_frame(position=13.0)
    here, after = (float(np.linalg.norm(frame.gradients[t])) for t in (5, 6))
    sentence = equation_of(frame).sentence
    assert f"is {here:.3g}" in sentence
    assert f"{here / after:.3g} times" in sentence


# -- start, update, and what is not finite ---------------------------------------------------


def test_start_says_the_rule_and_the_first_state() -> None:
    equation = equation_of(make_frame())
    assert plain(section(equation, "numbers")) == "a⟨0⟩ = 0"
    assert plain(section(equation, "general")) == "a⟨t⟩ = tanh(W_aaa⟨t−1⟩ + W_axx⟨t⟩ + b_a)"
    assert plain(section(equation, "output")) == "y⟨t⟩ = softmax(W_yaa⟨t⟩ + b_y)"


def test_update_is_the_one_that_is_made() -> None:
    frame = make_frame(position=19.0)
    numbers = [n for n in walk(section(equation_of(frame), "numbers")) if isinstance(n, Number)]
    before, rate, gradient, after = (number.value for number in numbers)
    assert frame.update is not None
    updated = frame.run.updated(frame.update).networks[1]
    assert before == frame.passing.trace.network.parameters["W_aa_l0"][0, 0]
    assert rate == frame.run.learning_rate
    assert gradient == frame.passing.backward.gradients["W_aa_l0"][0, 0]
    assert after == pytest.approx(updated.parameters["W_aa_l0"][0, 0], rel=1e-12)
    loss = [n for n in walk(section(equation_of(frame), "output")) if isinstance(n, Number)]
    assert loss[0].value == frame.total_loss


EXPLODED = {"text": "a b c d e f g h i j k l m n o p", "activation": "relu", "gain": 1e60}


def test_what_is_not_finite_is_said_in_words_and_never_as_a_number() -> None:
    for position in np.arange(0.0, 34.0, 0.25):
        frame = make_frame(position=float(position), **EXPLODED)
        equation = equation_of(frame)
        for part in equation.sections:
            for form in part.forms:
                for item in walk(form):
                    if isinstance(item, Number) and not np.isfinite(item.value):
                        assert item.text == "not finite"
                    if isinstance(item, Number | Words):
                        assert not re.search(r"\b(nan|inf)\b", item.text)
        assert not re.search(r"\b(nan|inf)\b", equation.sentence)


def test_exploded_pass_names_the_step_and_has_no_update() -> None:
    frame = make_frame(position=16.0, **EXPLODED)
    at = frame.passing.trace.exploded_at
    assert at is not None
    assert f"exploded at step {at}" in equation_of(frame).sentence
    update = equation_of(make_frame(position=33.0, **EXPLODED))
    assert update.sentence.startswith("There is no update: ")
    assert [part.name for part in update.sections] == ["general"]


def test_gradient_below_the_floats_range_is_given_by_its_norm() -> None:
    frame = make_frame("a b " * 60, position=240.0, gain=1e-4)
    t = frame.moment.step
    assert t == 1
    assert not frame.gradients[0].any()
    norm = float(frame.log10_norms[0])
    assert np.isfinite(norm)
    row = section(equation_of(frame), "numbers")
    text = next(n.text for n in walk(row) if isinstance(n, Number))
    assert (
        f"10⁻{str(-int(np.floor(norm))).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
        in text
    )


def test_every_section_is_in_the_order_and_the_other_way_round() -> None:
    for text in (SENTENCE, 12):
        for position in np.arange(0.0, 19.0, 0.2):
            equation = equation_of(make_frame(text, position=float(position)))
            assert sorted(equation.order) == sorted(part.name for part in equation.sections)
            assert all(part.forms for part in equation.sections)


def test_a_target_that_is_not_the_next_input_is_called_a_target():
    """One column from the others at the same step: neither y − x⟨t+1⟩ nor its values as actual."""
    from dataclasses import replace

    from rnnviz.data import make_task
    from rnnviz.film import Playhead, compute_pass, resolve, start_run
    from rnnviz.training import first_plan, make_training
    from tests.frames import series

    run = start_run(make_task(series(60, 3)))
    plan = replace(first_plan(run), target="same", columns=("c2",), validation=0.0, window=10)
    _, _, task = make_training(run.task, plan)
    run = start_run(task)
    frame = resolve(run, Playhead(position=4.0), compute_pass(run, 0, 0))
    assert not frame.answers_next_input
    assert frame.truth(4) == task.targets[3, 0, 0]
    assert task.sequence.columns == ("c1", "c3", "c2")
    assert frame.value(4) == task.sequence.values[3, 0]
    said = plain(section(equation_of(frame), "output"))
    assert "(y⟨4⟩ − target)^2" in said
    assert "x⟨5⟩" not in said
    forecast = make_frame(60, position=4.0)
    assert "(y⟨4⟩ − x⟨5⟩)^2" in plain(section(equation_of(forecast), "output"))


def test_a_chance_and_a_loss_that_no_float_holds_are_powers_of_ten() -> None:
    """−log 0 is no number, and certainly not 11,000."""
    sure, wrong = (
        make_frame(position=position, activation="relu", gain=5.0, seed=1)
        for position in (9.0, 8.0)
    )
    target, loss = wrong.target(8), wrong.loss(8)
    assert target is not None and target.probability == 0.0 and loss > 1e4
    said = plain(section(equation_of(wrong), "output"))
    assert f"-log{power_of_ten(-loss / np.log(10.0))}" in said.replace(" ", "")
    assert sure.loss(9) == 0.0
    said = plain(section(equation_of(sure), "output"))
    assert said.replace(" ", "").endswith(f"={power_of_ten(sure.log10_loss(9))}")
