"""Answers are held against the engine; a wrong one is told by recomputing with a usual mistake."""

import numpy as np
import pytest

from rnnviz.film import Playhead, resolve
from rnnviz.film.mistakes import check, quantities, usual_mistakes
from rnnviz.film.typed_numbers import half_a_digit, read_number
from tests.frames import make_frame


@pytest.fixture
def forward():
    return make_frame(position=4.0, units=5, gain=1.5)


@pytest.fixture
def backward():
    """Step 5, with the sum of all losses: a path from above, and one from step 6."""
    return make_frame(position=14.0, units=5, gain=1.5, summed=True)


def numbers_of(frame, t):
    """By hand: W_aa, the state before, W_ax's column, b, and what they add up to."""
    p = frame.network.parameters
    w, b = p["W_aa_l0"], p["b_a_l0"]
    before, x = frame.states[t - 1], p["W_ax_l0"][:, int(frame.task.x[t - 1, 0])]
    return w, before, x, b


def written(value):
    return f"{value:.4g}"


def test_the_right_number_is_right_in_as_many_digits_as_were_typed(forward):
    right = float(quantities(forward)["a"][1])
    assert right == pytest.approx(float(forward.states[4, 1]))
    for digits in (2, 3, 6):
        assert check(forward, "a", 1, f"{right:.{digits}g}").right
    assert not check(forward, "a", 1, written(1.1 * right)).right


def test_forward_a_mistake_is_told_by_what_it_gives(forward):
    w, before, x, b = numbers_of(forward, 4)
    assert np.allclose(quantities(forward)["a"], np.tanh(w @ before + x + b))
    for answer, words in (
        (w @ before + x + b, "the activation g is forgotten"),
        (np.tanh(x + b), "the memory, W_aa a⟨t−1⟩, is forgotten"),
        (np.tanh(w @ before + b), "the input, W_ax x⟨t⟩, is forgotten"),
        (np.tanh(w.T @ before + x + b), "W_aaᵀ stands for W_aa"),
        (-np.tanh(w @ before + x + b), "the sign is the other way round"),
    ):
        checked = check(forward, "a", 0, written(answer[0]))
        assert not checked.right and words in checked.words
    checked = check(forward, "recurrent", 2, written((w.T @ before)[2]))
    assert "W_aaᵀ stands for W_aa" in checked.words


def test_backward_a_mistake_is_told_by_what_it_gives(backward):
    t = 5
    assert backward.moment.step == t
    w = backward.network.parameters["W_aa_l0"]
    came, slope = backward.gradients[t], 1.0 - backward.states[t + 1] ** 2
    own = backward.passing.trace.p[t - 1, 0].copy()
    own[int(backward.task.targets[t - 1, 0])] -= 1.0
    own = backward.network.parameters["W_ya"].T @ own
    right = w.T @ (came * slope) + own
    assert np.allclose(quantities(backward)["total"], right)
    for answer, words in (
        (w.T @ came + own, "g′ is forgotten"),
        (w @ (came * slope) + own, "W_aa stands for W_aaᵀ"),
        (w.T @ (came * slope), "the other path, from above, is forgotten"),
        (own, "the other path, from the step after, is forgotten"),
        (-right, "the sign is the other way round"),
        (w.T @ (came * (1.0 - backward.states[t] ** 2)) + own, "g′ of step 5 stands for that"),
    ):
        checked = check(backward, "total", 3, written(answer[3]))
        assert not checked.right and words in checked.words, words
    assert check(backward, "total", 3, written(right[3])).right


def test_through_g_the_slope_that_was_forgotten_is_told(backward):
    a, total = backward.states[5], backward.gradients[4]
    assert np.allclose(quantities(backward)["dz"], total * (1.0 - a**2))
    assert "g′ is forgotten" in check(backward, "dz", 0, written(total[0])).words
    assert "a⟨t⟩ stands for g′" in check(backward, "dz", 0, written(total[0] * a[0])).words


def test_a_number_of_another_unit_is_told_and_so_is_one_of_nothing(forward):
    other = float(quantities(forward)["a"][3])
    assert "is that of unit 4" in check(forward, "a", 0, written(other)).words
    assert "no usual mistake" in check(forward, "a", 0, "0.123456").words
    with pytest.raises(ValueError, match="no number"):
        check(forward, "a", 0, "a half")


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_of_a_gated_cell_the_other_path_and_the_sign_are_told(cell):
    frame = make_frame(position=14.0, units=5, cell=cell, summed=True)
    terms = frame.backward_terms(5)
    said = check(frame, "total", 2, written(float(terms.own[2]))).words
    assert "the other path, from the step after, is forgotten" in said
    assert "the sign" in check(frame, "total", 2, written(-float(terms.total[2]))).words
    there = resolve(frame.run, Playhead(position=4.0), frame.passing)
    assert check(there, "a", 2, written(float(there.states[4, 2]))).right


@pytest.mark.parametrize("settings", [{}, {"activation": "relu"}, {"layers": 2}, {"cell": "lstm"}])
def test_no_mistake_is_computed_where_it_gives_the_right_number(settings):
    for position in range(1, 19):
        frame = make_frame(position=float(position), units=4, **settings)
        for name, values in quantities(frame).items():
            for unit in range(4):
                said = check(frame, name, unit, repr(float(values[unit])))
                assert said.right, (position, name, unit)
            assert all(v.shape == values.shape for v in usual_mistakes(frame, name).values())


def test_a_zero_is_nothing_else_and_what_is_not_finite_is_said():
    frame = make_frame(position=10.0, units=4)  # of one loss, at its own step nothing arrives
    assert not quantities(frame)["arriving"].any()
    assert check(frame, "arriving", 0, "0").right
    assert not check(frame, "arriving", 0, "0.001").right
    lost = make_frame(position=9.0, units=4, activation="identity", gain=1e200)
    assert check(lost, "a", 0, "1").words.endswith("is no finite number.")


@pytest.mark.parametrize(
    ("text", "value", "half"),
    [("0.31", 0.31, 0.005), ("−0.3", -0.3, 0.05), ("3e-5", 3e-5, 5e-6), ("0,25", 0.25, 0.005),
     ("3·10^-2", 0.03, 0.0), ("1/4", 0.25, 0.0), ("5", 5.0, 0.5)],
)  # fmt: skip
def test_a_typed_number_has_its_digits(text, value, half):
    assert read_number(text) == pytest.approx(value)
    assert half_a_digit(text) == pytest.approx(half)


def gates_of(frame, t):
    """The gates at a step, and the state before, as the pass has them."""
    gates = frame.inside(t).steps.gates
    return {name: np.asarray(each, np.float64) for name, each in gates.items()}, frame.states[t - 1]


def test_of_an_lstm_a_mistake_with_a_gate_is_told():
    frame = make_frame(position=4.0, units=5, cell="lstm", gain=1.5)
    gates, _ = gates_of(frame, 4)
    i, f, g, o = (gates[name] for name in "ifgo")
    before, c = (frame.passing.trace.c[frame.layer, t, 0] for t in (3, 4))
    assert np.allclose(quantities(frame)["c"], f * before + i * g)
    for quantity, answer, words in (
        ("c", before + i * g, "the gate f is forgotten"),
        ("c", f * before + g, "the gate i is forgotten"),
        ("c", i * before + f * g, "i and f are taken for each other"),
        ("c", f * before, "the candidate g is forgotten"),
        ("a", np.tanh(c), "the gate o is forgotten"),
        ("a", i * np.tanh(f * before + o * g), "i and o are taken for each other"),
        ("a", c, "c⟨t⟩ is taken for it"),
    ):
        checked = check(frame, quantity, 2, f"{answer[2]:.7g}")
        assert not checked.right and words in checked.words, (words, checked.words)


def test_of_a_gru_a_mistake_with_a_gate_is_told():
    for cell in ("gru", "gru_reset_before"):
        frame = make_frame(position=4.0, units=5, cell=cell, gain=1.5)
        gates, before = gates_of(frame, 4)
        z, n = gates["z"], gates["n"]
        assert np.allclose(quantities(frame)["a"], (1 - z) * n + z * before)
        for answer, words in (
            (z * n + (1 - z) * before, "1 − z stands for z"),
            (n, "the candidate n is taken for it"),
            (z * before, "the candidate n is forgotten"),
        ):
            checked = check(frame, "a", 1, f"{answer[1]:.7g}")
            assert not checked.right and words in checked.words, (cell, words, checked.words)
        assert not any("gate r is" in why for why in whys_of(frame, "a"))  # it changes nothing here


def whys_of(frame, quantity):
    """The mistakes that give another number than the right one."""
    right = quantities(frame)[quantity]
    found = usual_mistakes(frame, quantity)
    return [why for why, values in found.items() if not np.allclose(values, right)]


@pytest.mark.parametrize("cell", ["lstm", "gru", "gru_reset_before"])
def test_on_the_way_back_through_gates_a_mistake_is_told(cell):
    frame = make_frame(position=14.0, units=5, cell=cell, gain=1.5, summed=True)
    here, t = frame.inside(6), 5
    assert frame.moment.step == t
    w = np.split(frame.network.parameters["W_aa_l0"], len(here.cell.names))
    dz = here.back.dz.reshape(-1, 5)
    arriving = quantities(frame)["arriving"]
    if cell == "lstm":
        assert np.allclose(arriving, sum(z @ each for z, each in zip(dz, w, strict=True)))
    answers = {
        f"the way through {here.cell.names[1]} is forgotten": arriving - dz[1] @ w[1],
        f"σ′ of {here.cell.names[0]} is forgotten": (
            arriving - dz[0] @ w[0] + here.gradient(here.cell.names[0]) @ w[0]
        ),
    }
    for words, answer in answers.items():
        checked = check(frame, "arriving", 3, f"{answer[3]:.7g}")
        assert not checked.right and words in checked.words, (words, checked.words)
