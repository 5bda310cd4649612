"""The numbers inside the cell are the engine's, and add up to what it computed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.film.memory_cell import cell_backward, cell_forward
from tests.frames import make_frame

CELLS = ("rnn", "lstm", "gru", "gru_reset_before")
networks = st.fixed_dictionaries(
    {
        "cell": st.sampled_from(CELLS),
        "units": st.integers(1, 6),
        "layers": st.integers(1, 2),
        "seed": st.integers(0, 30),
        "gain": st.sampled_from((0.5, 1.2)),
        "summed": st.booleans(),
    }
)
place = st.tuples(st.integers(1, 5), st.integers(0, 5))


def framed(network):
    return make_frame("one two three four", **network)


@settings(max_examples=60, deadline=None)
@given(networks, place)
def test_the_parts_add_up_to_the_engines_z_and_become_its_gates(network, at):
    frame = framed(network)
    t, unit = min(at[0], frame.steps), min(at[1], frame.units - 1)
    found, trace, layer = cell_forward(frame, t, unit), frame.passing.trace, frame.layer
    assert found.a == trace.a[layer, t, 0, unit]
    assert found.a_before == trace.a[layer, t - 1, 0, unit]
    assert tuple(found.sums) == (frame.kind.names or ("a",))
    for place, (name, one) in enumerate(found.sums.items()):
        z = trace.z[layer, t - 1, 0, place * frame.units + unit]
        assert one.z == z
        parts = one.recurrent + one.input + one.bias + one.peephole
        assert parts == pytest.approx(z, rel=1e-9, abs=1e-12)
        value = found.a if name == "a" else trace.gates[name][layer, t - 1, 0, unit]
        assert one.value == value
        squash = np.tanh if name in "agn" else lambda z: 1 / (1 + np.exp(-z))
        assert one.value == pytest.approx(squash(z), rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(networks, place)
def test_the_state_is_made_of_the_gates_that_are_shown(network, at):
    frame = framed(network)
    t, unit = min(at[0], frame.steps), min(at[1], frame.units - 1)
    found = cell_forward(frame, t, unit)
    gate = {name: one.value for name, one in found.sums.items()}
    if frame.cell == "lstm":
        c = gate["f"] * found.c_before + gate["i"] * gate["g"]
        assert found.c == pytest.approx(c, rel=1e-9, abs=1e-12)
        assert found.a == pytest.approx(gate["o"] * np.tanh(found.c), rel=1e-9)
    elif frame.cell != "rnn":
        a = (1 - gate["z"]) * gate["n"] + gate["z"] * found.a_before
        assert found.a == pytest.approx(a, rel=1e-9, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(networks, place)
def test_gradients_are_the_engines(network, at):
    frame = framed(network)
    t, unit = min(at[0], frame.steps), min(at[1], frame.units - 1)
    found, sweep, layer = cell_backward(frame, t, unit), frame.sweep, frame.layer
    assert found.da == sweep.da[layer, t - 1, 0, unit]
    assert found.own + found.arriving == pytest.approx(found.da, rel=1e-9, abs=1e-15)
    for place, name in enumerate(frame.kind.names or ("a",)):
        assert found.dz[name] == sweep.dz[layer, t - 1, 0, place * frame.units + unit]
        if name == "a":
            assert found.dz["a"] == pytest.approx(found.da * found.slope, rel=1e-9, abs=1e-300)
        else:
            expected = sweep.dgates[name][layer, t - 1, 0, unit]
            assert found.dgates[name] == pytest.approx(expected, rel=1e-9, abs=1e-300)
    # What reaches a⟨t−1⟩ here is what arrives there: nothing is lost between two steps.
    on = found.through + (found.kept if frame.cell.startswith("gru") else 0.0)
    if t > 1:
        before = cell_backward(frame, t - 1, unit)
        assert on == pytest.approx(before.arriving, rel=1e-7, abs=1e-13)
    else:
        assert on == pytest.approx(sweep.da0[layer, 0, unit], rel=1e-7, abs=1e-13)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 30), st.integers(1, 5), st.booleans())
def test_the_conveyor_carries_f_times_the_gradient_and_nothing_else(seed, t, summed):
    frame = make_frame("one two three four", cell="lstm", units=4, seed=seed, summed=summed)
    t = min(t, frame.steps)
    found = cell_backward(frame, t, 2)
    assert found.dc == frame.sweep.dc[0, t - 1, 0, 2]
    assert found.dc_own + found.dc_arriving == pytest.approx(found.dc, rel=1e-9, abs=1e-15)
    assert found.kept == cell_forward(frame, t, 2).sums["f"].value * found.dc
    if t > 1:
        assert cell_backward(frame, t - 1, 2).dc_arriving == found.kept


def test_a_step_without_recurrence_has_nothing_before_it():
    from rnnviz.film import Playhead, compute_pass, resolve

    for cell in CELLS:
        run = make_frame("one two three", cell=cell).run.in_mode("one_to_one")
        frame = resolve(run, Playhead(summed=True), compute_pass(run, 0, 0))
        found, back = cell_forward(frame, 3, 0), cell_backward(frame, 3, 0)
        assert found.a_before == 0.0
        assert back.through == back.arriving == 0.0
        for one in found.sums.values():
            parts = one.recurrent + one.input + one.bias
            assert parts == pytest.approx(one.z, rel=1e-9, abs=1e-12)
