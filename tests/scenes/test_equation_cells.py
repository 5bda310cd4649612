"""The equations of every cell and layer: what is written in numbers holds and is the engine's."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from rnnviz.engine import Architecture, Backward, Network, create_network
from rnnviz.film import Frame, Playhead, Stage, compute_pass, resolve
from rnnviz.film.memory_cell import cell_forward
from rnnviz.scenes.equation import Fence, Letter, Number, Row, Sign, UnitColumn, Words, equation_of
from rnnviz.scenes.memory_cell import memory_cell_scene
from rnnviz.scenes.phases import layer_phase
from rnnviz.scenes.shapes import Rect, Text
from tests.frames import make_frame
from tests.scenes.reckoning import both_sides
from tests.scenes.test_equation import assert_vector, plain, section, vectors, walk

CELLS = ("rnn", "lstm", "gru", "gru_reset_before")
GATED = CELLS[1:]
PLACES = [(1, 0), (2, 0), (2, 1)]  # layers, and which is shown


def frames_of(
    positions, cell: str, layers: int = 1, layer: int = 0, snapshots: int = 0, **kwargs
) -> list[Frame]:
    """Frames of one run; after some updates no bias is 0."""

    base = make_frame(cell=cell, layers=layers, **kwargs)
    run, source = base.run, base.playhead.source
    for snapshot in range(snapshots):
        sweep = compute_pass(run, snapshot, source).backward
        run = run.updated(run.update(sweep.gradients, snapshot))
    passing = compute_pass(run, snapshots, source)
    playhead = replace(base.playhead, layer=layer, snapshot=snapshots)
    return [resolve(run, playhead.at(float(position)), passing) for position in positions]


def in_phase(stage: Stage, step: int, phase: str, cell: str, layers=1, layer=0, **kwargs) -> Frame:
    """A frame in the middle of a phase; of several layers in what the shown one has of it."""
    stop = make_frame().timeline.position(stage, step)
    for frame in frames_of(stop - 1 + np.linspace(0.01, 0.99, 60), cell, layers, layer, **kwargs):
        middle = layers > 1 or 0.3 < frame.moment.done(phase) < 0.7
        if layer_phase(frame) == phase and middle:
            return frame
    raise AssertionError(phase)


def gate(frame: Frame, name: str, t: int) -> np.ndarray:
    return frame.passing.trace.gates[name][frame.layer, t - 1, 0]


def names(frame: Frame) -> list[str]:
    return [part.name for part in equation_of(frame).sections]


# -- what is written in numbers holds ------------------------------------------------------------


@pytest.mark.parametrize("summed", [False, True])
@pytest.mark.parametrize(("layers", "layer"), PLACES)
@pytest.mark.parametrize("cell", CELLS)
def test_every_equation_in_numbers_holds(cell: str, layers: int, layer: int, summed: bool) -> None:
    """Read with the values behind the written digits, both sides are the same."""
    checked: set[str] = set()
    positions = [*np.arange(1.0, 19.0), *np.arange(0.05, 19.0, 0.1)]
    for frame in frames_of(positions, cell, layers, layer, snapshots=2, summed=summed, selected=5):
        for part in equation_of(frame).sections:
            for form in part.forms:
                for left, right in both_sides(form):
                    np.testing.assert_allclose(left, right, rtol=1e-7, atol=1e-12)
                    checked.add(part.name)
    assert "numbers" in checked
    assert ("cell numbers" in checked) == (cell == "lstm")
    assert ("candidate" in checked) == cell.startswith("gru")


@pytest.mark.parametrize(("layers", "layer"), PLACES)
def test_lstm_forward_numbers_are_the_engines(layers: int, layer: int) -> None:
    for frame in frames_of((1.0, 4.0, 9.0), "lstm", layers, layer, snapshots=1):
        t, trace = frame.moment.step, frame.passing.trace
        assert trace.c is not None
        c, before = trace.c[layer, t, 0], trace.c[layer, t - 1, 0]
        i, f, g, o = (gate(frame, name, t) for name in "ifgo")
        equation = equation_of(frame)
        found = vectors(section(equation, "numbers"))
        for item, values in zip(found, (c, f, before, i, g), strict=True):
            assert_vector(item, values)
        found = vectors(section(equation, "state"))
        for item, values in zip(found, (frame.states[t], o, c), strict=True):
            assert_vector(item, values)


@pytest.mark.parametrize("cell", ["gru", "gru_reset_before"])
@pytest.mark.parametrize(("layers", "layer"), PLACES)
def test_gru_forward_numbers_are_the_engines(cell: str, layers: int, layer: int) -> None:
    for frame in frames_of((1.0, 4.0, 9.0), cell, layers, layer, snapshots=1):
        t = frame.moment.step
        z, n = gate(frame, "z", t), gate(frame, "n", t)
        found = [
            v for v in vectors(section(equation_of(frame), "numbers")) if v != Number(1.0, "1")
        ]
        wanted = (frame.states[t], z, n, z, frame.states[t - 1])
        for item, values in zip(found, wanted, strict=True):
            assert_vector(item, values)


@pytest.mark.parametrize(("cell", "name", "block"), [("lstm", "f", 1), ("gru", "z", 1)])
@pytest.mark.parametrize(("layers", "layer"), PLACES)
def test_the_gate_in_numbers_is_the_engines(cell, name, block, layers: int, layer: int) -> None:
    frame = in_phase(Stage.FORWARD, 5, "combine", cell, layers, layer, snapshots=1)
    terms, height = frame.forward_terms(5), frame.units
    rows = slice(block * height, (block + 1) * height)
    bias = terms.bias[rows].copy()
    if cell == "gru":
        bias += frame.passing.trace.network.parameters[f"b_aa_l{layer}"][rows]
    wanted = (gate(frame, name, 5), terms.recurrent[rows], terms.input[rows], bias)
    found = vectors(section(equation_of(frame), "numbers"))
    for item, values in zip(found, wanted, strict=True):
        assert_vector(item, values)
    short = vectors(section(equation_of(frame), "numbers", 1))
    assert_vector(short[1], terms.z[rows])


@pytest.mark.parametrize("summed", [False, True])
@pytest.mark.parametrize(("layers", "layer"), PLACES)
@pytest.mark.parametrize("cell", CELLS)
def test_backward_numbers_are_the_engines(cell: str, layers: int, layer: int, summed: bool) -> None:
    for frame in frames_of((12.0, 15.0, 18.0), cell, layers, layer, summed=summed, snapshots=1):
        t, terms, sweep = frame.moment.step, frame.backward_terms(frame.moment.step), frame.sweep
        own = [terms.own] if summed or layer < layers - 1 else []
        equation = equation_of(frame)
        found = vectors(section(equation, "numbers"))
        assert_vector(found[0], sweep.da[layer, t - 1, 0])
        for item, values in zip(found[len(found) - len(own) :], own, strict=True):
            assert_vector(item, values)
        arriving = vectors(section(equation, "numbers", -1))[1]
        assert isinstance(arriving, UnitColumn)
        for unit, number in zip(arriving.units, arriving.numbers, strict=True):
            wanted = terms.total[unit] - (terms.own[unit] if own else 0.0)
            assert number.value == pytest.approx(wanted, rel=1e-9, abs=1e-15)
        if cell.startswith("gru"):
            assert_vector(found[1], gate(frame, "z", t + 1))
            assert_vector(found[2], sweep.da[layer, t, 0])
        if cell == "lstm":
            assert sweep.dc is not None
            cells = vectors(section(equation, "cell numbers"))
            assert_vector(cells[0], sweep.dc[layer, t - 1, 0])
            assert_vector(cells[2], gate(frame, "f", t + 1))
            assert_vector(cells[3], sweep.dc[layer, t, 0])


@pytest.mark.parametrize("cell", GATED)
@pytest.mark.parametrize(("layers", "layer"), PLACES)
def test_what_comes_back_through_the_gates_is_the_formula_that_is_written(
    cell: str, layers: int, layer: int
) -> None:
    """The letters' formula, evaluated with the engine's arrays, gives what is left of the total."""
    (frame,) = frames_of((13.0,), cell, layers, layer, summed=True, snapshots=1)
    height, after = frame.units, frame.moment.step + 1
    w = frame.passing.trace.network.parameters[f"W_aa_l{layer}"]
    dz = frame.sweep.dz[layer, after - 1, 0]
    terms = frame.backward_terms(frame.moment.step)
    if cell == "lstm":
        arriving = w.T @ dz
    else:
        r, d_n, w_n = gate(frame, "r", after), dz[2 * height :], w[2 * height :]
        through_n = w_n.T @ (r * d_n) if cell == "gru" else r * (w_n.T @ d_n)
        kept = gate(frame, "z", after) * frame.gradients[after - 1]
        arriving = kept + w[: 2 * height].T @ dz[: 2 * height] + through_n
    np.testing.assert_allclose(arriving + terms.own, terms.total, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize(("layers", "layer"), PLACES)
@pytest.mark.parametrize("cell", CELLS)
def test_share_is_the_engines(cell: str, layers: int, layer: int) -> None:
    frame = in_phase(Stage.BACKWARD, 6, "share", cell, layers, layer, summed=True)
    row = 0 if cell == "rnn" else frame.units
    numbers = [n for n in walk(section(equation_of(frame), "numbers")) if isinstance(n, Number)]
    share = frame.passing.backward.share(f"W_aa_l{layer}", 6)[row, 0]
    assert numbers[-1].value == pytest.approx(share, rel=1e-9)


@pytest.mark.parametrize(("layers", "layer"), PLACES)
@pytest.mark.parametrize("cell", GATED)
def test_slope_phase_gives_the_engines_dz(cell: str, layers: int, layer: int) -> None:
    frame = in_phase(Stage.BACKWARD, 6, "slope", cell, layers, layer, summed=True)
    found = vectors(section(equation_of(frame), "numbers"))
    dz = frame.sweep.dz[layer, 5, 0]
    assert_vector(found[0], dz[frame.units : 2 * frame.units])


# -- the notation --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "name", "text"),
    [
        ("lstm", "general", "c⟨6⟩ = f⟨6⟩ ⊙ c⟨5⟩ + i⟨6⟩ ⊙ g⟨6⟩; a⟨6⟩ = o⟨6⟩ ⊙ tanh(c⟨6⟩)"),
        (
            "gru",
            "general",
            "n⟨6⟩ = tanh(W_axnx⟨6⟩ + b_an + r⟨6⟩ ⊙ (W_aana⟨5⟩ + b_aan)); "
            "a⟨6⟩ = (1 − z⟨6⟩) ⊙ n⟨6⟩ + z⟨6⟩ ⊙ a⟨5⟩",
        ),
        (
            "gru_reset_before",
            "general",
            "n⟨6⟩ = tanh(W_axnx⟨6⟩ + b_an + W_aan(r⟨6⟩ ⊙ a⟨5⟩)); "
            "a⟨6⟩ = (1 − z⟨6⟩) ⊙ n⟨6⟩ + z⟨6⟩ ⊙ a⟨5⟩",
        ),
    ],
)
def test_forward_notation(cell: str, name: str, text: str) -> None:
    (frame,) = frames_of((6.0,), cell)
    assert plain(section(equation_of(frame), name)) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("lstm", "f⟨6⟩ = σ(W_aafa⟨5⟩ + W_axfx⟨6⟩ + b_af)"),
        ("gru", "z⟨6⟩ = σ(W_aaza⟨5⟩ + W_axzx⟨6⟩ + b_az + b_aaz)"),
        ("gru_reset_before", "z⟨6⟩ = σ(W_aaza⟨5⟩ + W_axzx⟨6⟩ + b_az)"),
    ],
)
def test_the_gates_have_their_own_equations_while_they_are_made(cell: str, text: str) -> None:
    for phase in ("input", "recurrent", "combine"):
        equation = equation_of(in_phase(Stage.FORWARD, 6, phase, cell))
        assert plain(section(equation, "general")) == text
        others = {"lstm": "ig", "gru": "rn", "gru_reset_before": "rn"}[cell]
        rows = plain(section(equation, "gates")).split("; ")
        assert [row[0] for row in rows] == list(others)
        lit = [w for w in walk(section(equation, "general")) if getattr(w, "focus", "") == "lit"]
        assert lit
    assert equation_of(in_phase(Stage.FORWARD, 6, "settle", cell)).sections[1].name == "numbers"


@pytest.mark.parametrize(
    ("cell", "position", "text"),
    [
        ("lstm", 12.0, "∂L/∂a⟨7⟩ = W_aa^T∂L/∂z⟨8⟩ + W_ya^T(y⟨7⟩ − target)"),
        ("lstm", 10.0, "∂L/∂a⟨9⟩ = W_ya^T(y⟨9⟩ − target)"),
        (
            "gru",
            12.0,
            "∂L/∂a⟨7⟩ = z⟨8⟩ ⊙ ∂L/∂a⟨8⟩ + W_aar^T∂L/∂z_r⟨8⟩ + W_aaz^T∂L/∂z_z⟨8⟩ + "
            "W_aan^T(r⟨8⟩ ⊙ ∂L/∂z_n⟨8⟩) + W_ya^T(y⟨7⟩ − target)",
        ),
        (
            "gru_reset_before",
            12.0,
            "∂L/∂a⟨7⟩ = z⟨8⟩ ⊙ ∂L/∂a⟨8⟩ + W_aar^T∂L/∂z_r⟨8⟩ + W_aaz^T∂L/∂z_z⟨8⟩ + "
            "r⟨8⟩ ⊙ (W_aan^T∂L/∂z_n⟨8⟩) + W_ya^T(y⟨7⟩ − target)",
        ),
    ],
)
def test_backward_notation(cell: str, position: float, text: str) -> None:
    (frame,) = frames_of((position,), cell, summed=True)
    assert plain(section(equation_of(frame), "general")) == text


def test_the_cell_state_comes_back_through_f() -> None:
    (frame,) = frames_of((12.0,), "lstm", summed=True)
    assert plain(section(equation_of(frame), "cell")) == (
        "∂L/∂c⟨7⟩ = ∂L/∂a⟨7⟩ ⊙ o⟨7⟩ ⊙ (1 − tanh²(c⟨7⟩)) + f⟨8⟩ ⊙ ∂L/∂c⟨8⟩"
    )
    (last,) = frames_of((10.0,), "lstm", summed=True)
    assert plain(section(equation_of(last), "cell")).endswith("(1 − tanh²(c⟨9⟩))")


@pytest.mark.parametrize(
    ("layer", "forward", "backward"),
    [
        (
            0,
            "a[1]⟨6⟩ = tanh(W_aa[1]a[1]⟨5⟩ + W_ax[1]x⟨6⟩ + b_a[1])",
            "∂L/∂a[1]⟨9⟩ = W_ax[2]^T∂L/∂z[2]⟨9⟩",
        ),
        (
            1,
            "a[2]⟨6⟩ = tanh(W_aa[2]a[2]⟨5⟩ + W_ax[2]a[1]⟨6⟩ + b_a[2])",
            "∂L/∂a[2]⟨9⟩ = W_ya^T(y⟨9⟩ − target)",
        ),
    ],
)
def test_layers_carry_their_number(layer: int, forward: str, backward: str) -> None:
    ahead, back = frames_of((6.0, 10.0), "rnn", 2, layer, summed=True)
    assert plain(section(equation_of(ahead), "general")) == forward
    assert plain(section(equation_of(back), "general")) == backward


@pytest.mark.parametrize("cell", CELLS)
def test_below_the_top_a_gradient_comes_from_the_layer_above(cell: str) -> None:
    for summed in (False, True):
        (frame,) = frames_of((13.0,), cell, 2, 0, summed=summed)
        row = plain(section(equation_of(frame), "general"))
        letters = "Σ_kW_ax[2]k^T" if cell.startswith("gru") else "W_ax[2]^T"
        assert f" + {letters}∂L" in row
        assert "y⟨" not in row


@pytest.mark.parametrize("cell", CELLS)
def test_only_the_top_layer_has_an_output(cell: str) -> None:
    for position in (0.0, 5.1, 5.5, 5.8, 5.97, 6.0):
        below, top = (frames_of((position,), cell, 2, layer)[0] for layer in (0, 1))
        assert "output" not in names(below)
        assert "output" in names(top)


@pytest.mark.parametrize("cell", CELLS)
def test_below_the_top_nothing_is_lit_while_the_output_appears(cell: str) -> None:
    frame = in_phase(Stage.FORWARD, 6, "output", cell, 2, 0)
    for part in equation_of(frame).sections:
        assert {w.focus for w in walk(part.forms[0]) if hasattr(w, "focus")} <= {"normal"}


@pytest.mark.parametrize("cell", CELLS)
def test_no_symbol_stands_for_two_things(cell: str) -> None:
    """In a GRU z is a gate: ∂L/∂z of a pre-activation always names which."""
    for position, layer in product(np.arange(10.05, 18.0, 0.2), (0, 1)):
        (frame,) = frames_of((position,), cell, 2, layer, summed=True)
        for part in equation_of(frame).sections:
            for form in part.forms:
                for item in walk(form):
                    if cell.startswith("gru") and isinstance(item, Letter) and item.base == "z":
                        assert item.sub or item.role == "ink"
                if cell.startswith("gru"):
                    assert "∂z[" not in plain(form) and "∂z⟨" not in plain(form)


# -- in words ------------------------------------------------------------------------------------


def test_which_gru_it_is_is_said() -> None:
    for cell, words in (
        ("gru", "reset after the product, as PyTorch and Keras"),
        ("gru_reset_before", "reset before the product, as Cho 2014"),
    ):
        for frame in frames_of((0.0, 5.1, 6.0), cell):
            assert words in equation_of(frame).sentence


@pytest.mark.parametrize("selected", [-1, 7])
def test_what_a_unit_keeps_is_said(selected: int) -> None:
    unit = max(selected, 0)
    (frame,) = frames_of((6.0,), "lstm", selected=selected)
    f, i = gate(frame, "f", 6)[unit], gate(frame, "i", 6)[unit]
    said = equation_of(frame).sentence.replace("\u00a0", " ")
    assert said.startswith(f"Unit {unit + 1} keeps {100 * f:.0f} % of its cell state: f = {f:.3g}.")
    assert f"takes in {100 * i:.0f} % of g" in said
    (frame,) = frames_of((6.0,), "gru", selected=selected)
    z = gate(frame, "z", 6)[unit]
    said = equation_of(frame).sentence.replace("\u00a0", " ")
    assert said.startswith(f"Unit {unit + 1} keeps {100 * z:.0f} % of a⟨5⟩")
    assert f"takes {100 * (1 - z):.0f} % of the new n⟨6⟩: z = {z:.3g}" in said


def test_at_the_first_step_there_is_nothing_to_keep() -> None:
    for cell in GATED:
        (frame,) = frames_of((1.0,), cell)
        assert "nothing to keep" in equation_of(frame).sentence


def test_what_is_handed_back_is_said() -> None:
    for cell, name in (("lstm", "f"), ("gru", "z")):
        (frame,) = frames_of((13.0,), cell)
        value = gate(frame, name, 7)[0]
        said = equation_of(frame).sentence.replace("\u00a0", " ")
        assert f"{100 * value:.0f} % of ∂L⟨9⟩/∂" in said and f"{name} = {value:.3g}" in said
        (last,) = frames_of((10.0,), cell)
        assert "hands on" not in equation_of(last).sentence


# -- what is not there ---------------------------------------------------------------------------


@pytest.mark.parametrize("cell", CELLS)
def test_without_a_loss_or_before_it_the_gradient_is_zero(cell: str) -> None:
    one = make_frame(1, position=2.0, cell=cell)
    assert plain(section(equation_of(one), "general")) == "∂L/∂a⟨1⟩ = 0"
    for layers, layer in PLACES:
        (frame,) = frames_of((10.0,), cell, layers, layer, source=5)
        assert plain(section(equation_of(frame), "general")).endswith(" = 0")
        assert not frame.gradients[8].any()


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("units", [1, 2, 3])
def test_few_units_a_series_and_one_step(cell: str, units: int) -> None:
    for text in ("one", 1, 2, 12):
        for layer in (0, 1):
            steps = text if isinstance(text, int) else 1
            base = make_frame(text, cell=cell, layers=2, units=units, summed=True)
            for position in np.arange(0.0, 2 * steps + 1.01, 0.25):
                playhead = replace(base.playhead, layer=layer).at(position)
                frame = resolve(base.run, playhead, base.passing)
                equation = equation_of(frame)
                assert sorted(equation.order) == sorted(p.name for p in equation.sections)
                for part in equation.sections:
                    for form in part.forms:
                        for left, right in both_sides(form):
                            np.testing.assert_allclose(left, right, rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("cell", GATED)
def test_a_gradient_below_the_floats_range_is_given_by_its_norm(cell: str) -> None:
    frame = make_frame("a b " * 1500, cell=cell, units=1, position=2 * 3000.0)
    gradient = np.zeros_like(frame.sweep.da)
    back = frame.sweep
    assert isinstance(back, Backward)
    states = [gradient, back.pulled, *([gradient] if cell == "lstm" else []), back.da0]
    passing = replace(frame.passing, alone=replace(back, states=states))
    passing.measured["source norms",] = np.full((1, 3000), -1500.0)
    equation = equation_of(replace(frame, passing=passing))
    (row,) = next(part.forms for part in equation.sections if part.name == "numbers")
    assert isinstance(row[0], Fence) and row[0].norm
    assert "10⁻⁶⁵²" in row[-1].text
    assert "cell numbers" not in equation.order


def test_a_signs_row_is_read_as_it_is_written() -> None:
    """The reckoning of these tests itself: precedence and signs."""
    two, three = Number(2.0, "2"), Number(3.0, "3")
    column = UnitColumn((0, 1), (two, three), 2)
    row: Row = (column, Sign("="), two, Sign("+"), column, Sign("⊙"), Fence((two, Sign("−"), two)))
    ((left, right),) = both_sides(row)
    assert left.tolist() == [2.0, 3.0] and right.tolist() == [2.0, 2.0]
    assert both_sides((Letter("a"), Sign("="), two)) == []
    assert both_sides((Words("no"),)) == []


# -- where a sum comes from ------------------------------------------------------------------------


def adding(cell: str, peepholes: bool = False, **parameters: np.ndarray) -> Frame:
    """Step 2 of a text while one unit's sum is added up, with these parameters and zeros else."""
    whole = make_frame("a b c", cell=cell, units=1)
    run, made = whole.run, whole.run.architecture
    wanted = Architecture(made.inputs, 1, made.outputs, cell, peepholes=peepholes)
    network = create_network(wanted, dtype=np.float64)
    zeros = {name: np.zeros_like(array) for name, array in network.parameters.items()}
    run = replace(run, networks=(Network(wanted, zeros | parameters),))
    passing = compute_pass(run, 0, 0)
    for part in np.linspace(0.01, 0.99, 99):
        frame = resolve(run, Playhead(position=1.0 + part), passing)
        if frame.moment.phase is not None and frame.moment.phase.name == "combine":
            return frame
    raise AssertionError


def test_shares_of_a_sum_are_by_size_whatever_the_signs() -> None:
    """0.6 of −a⟨1⟩, +0.3 of the word, −0.1 of the bias: 60, 30 and 10 %."""
    plain_cell = make_frame("a b c", units=1).run.architecture
    fed = np.zeros((1, plain_cell.inputs))
    frame = adding("rnn", W_ax_l0=fed, b_a_l0=np.array([-0.1]))
    a1 = float(frame.states[1, 0])
    ids = int(np.asarray(frame.task.x)[1].ravel()[0])
    fed[0, ids] = 0.3
    frame = adding("rnn", W_ax_l0=fed, b_a_l0=np.array([-0.1]), W_aa_l0=np.array([[0.6 / a1]]))
    assert float(frame.forward_terms(2).recurrent[0]) == pytest.approx(0.6)
    for sign in (1.0, -1.0):
        W_aa = np.array([[sign * 0.6 / a1]])
        said = equation_of(
            adding("rnn", W_ax_l0=fed, b_a_l0=np.array([-0.1]), W_aa_l0=W_aa)
        ).sentence
        for words in ("60\u00a0% from a⟨1⟩", "30\u00a0% from “b”", "10\u00a0% from b_a"):
            assert words in said


def test_a_gates_shares_are_the_forget_gates_own_with_its_peephole() -> None:
    """Of z_f = 0.54 (x) + 0.44 (p_f c⟨1⟩) + 0.02 (b): not of i's rows, and nothing left out."""
    inputs = make_frame("a b c", cell="lstm", units=1).run.architecture.inputs
    fed = np.zeros((4, inputs))
    opened = adding("lstm", peepholes=True, b_a_l0=np.array([5.0, 0.02, 3.0, -7.0]), W_ax_l0=fed)
    ids = int(np.asarray(opened.task.x)[1].ravel()[0])
    fed[:, ids] = [9.0, 0.54, -9.0, 2.0]
    state = opened.inside(2).steps.c_before
    assert state is not None
    for sign in (1.0, -1.0):
        frame = adding(
            "lstm",
            peepholes=True,
            b_a_l0=np.array([5.0, 0.02, 3.0, -7.0]),
            W_ax_l0=fed,
            p_f_l0=np.array([sign * 0.44 / float(state[0])]),
        )
        said = equation_of(frame).sentence
        assert said.startswith("Unit 1’s forget gate adds up ")
        for words in (
            "54\u00a0% from “b”",
            "44\u00a0% from c⟨1⟩ by its peephole",
            "2\u00a0% from b_a",
        ):
            assert words in said, said
        assert "a⟨1⟩" not in said


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("summed", [True, False])
def test_no_phase_says_0_of_a_gradient_that_floats_have_lost(cell: str, summed: bool) -> None:
    """10⁻⁴⁰⁰ at the first step of many: 4.9e-324, which z · does not shrink any more, is none."""
    base = make_frame("a b " * 2500, cell=cell, units=1, gain=0.05)
    run = base.run.in_mode("many_to_one")
    network = run.networks[0]
    assert isinstance(network, Network)
    steady = {name: np.zeros_like(p) for name, p in network.parameters.items()}
    steady |= {name: network.parameters[name] for name in ("W_ax_l0", "W_ya", "W_aa_l0", "b_y")}
    run = replace(run, networks=(network.replace(**steady),))
    passing, steps = compute_pass(run, 0, 0), run.task.steps
    phases: set[str] = set()
    for part in np.linspace(0.0, 0.99, 50):
        playhead = Playhead(position=2.0 * steps - 1 + part, summed=summed, unit=0)
        frame = resolve(run, playhead, passing)
        t = frame.moment.step
        assert frame.log10_norms[t - 1] < -400.0 and frame.lost(t)
        phases.add(frame.moment.phase.name if frame.moment.phase else "")
        equation = equation_of(frame)
        row = next(part.forms[0] for part in equation.sections if part.name == "numbers")
        assert isinstance(row[0], Fence) and row[0].norm
        assert "cell numbers" not in equation.order
        scene = memory_cell_scene(frame, 920, 520, Rect(0.0, 0.0, 920.0, 520.0), 14)
        said = {
            shape.id: shape.text
            for shape in scene.shapes
            if isinstance(shape, Text) and shape.id.startswith(("d-", "grad-"))
        }
        assert not {"0", "+0"} & set(said.values()), said
    assert "share" in phases and "slope" in phases


@pytest.mark.parametrize("cell", GATED)
def test_a_gate_that_has_rounded_to_1_is_not_said_to_be_open_by_all(cell: str) -> None:
    """σ(50) is 1 in float64; what it leaves out is e⁻⁵⁰."""
    gates = 4 if cell == "lstm" else 3
    base = adding(cell, b_a_l0=np.full(gates, 50.0))
    at = base.timeline.position(Stage.FORWARD, 2)
    frame = resolve(base.run, Playhead(position=at), base.passing)
    said = equation_of(frame).sentence
    assert "more than 99\u00a0%" in said or cell != "lstm"
    assert "100\u00a0%" not in said
    assert " 0\u00a0%" not in said
    found = cell_forward(frame, 2, 0).sums[frame.kind.keeper]
    assert found.value == 1.0
    assert found.rest == pytest.approx(float(np.exp(-50.0)), rel=1e-12)
