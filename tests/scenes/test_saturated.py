"""Saturated units: the bars on the stage are those that the engine calls so, and are counted."""

import numpy as np
import pytest

from rnnviz.engine import ACTIVATIONS
from rnnviz.engine.probes import SATURATED, saturated
from rnnviz.scenes.laboratory.singular_values import sentence, values_of
from rnnviz.scenes.readout import readout
from rnnviz.scenes.stage import layout_of, stage_scene
from tests.frames import make_frame

SIZE = (1400.0, 560.0, 14.0)


def marked(frame):
    shapes = stage_scene(frame, *SIZE, marked=True).shapes
    return {s.id.removeprefix("saturated:") for s in shapes if s.id.startswith("saturated:")}


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_the_bars_stand_under_the_units_whose_slope_is_below_a_tenth(cell):
    frame = make_frame(9, position=12.0, cell=cell, gain=9.0, units=6)
    trace, want = frame.passing.trace, set[str]()
    for t in range(1, 10):
        if cell == "rnn":
            flat = 1.0 - trace.a[0, t, 0] ** 2 < 0.1
        else:
            gates = {name: trace.gates[name][0, t - 1, 0] for name in trace.gates}
            slopes = [
                1.0 - g**2 if name == frame.kind.candidate else 4.0 * g * (1.0 - g)
                for name, g in gates.items()
            ]
            if trace.c is not None:
                slopes.append(1.0 - np.tanh(trace.c[0, t, 0]) ** 2)
            flat = np.min(slopes, axis=0) < 0.1
        want |= {f"{t}:{unit + 1}" for unit in np.flatnonzero(flat)}
    assert want and len(want) < 9 * 6
    assert layout_of(frame, *SIZE).shown >= 9 and marked(frame) == want
    assert not any(s.id.startswith("saturated") for s in stage_scene(frame, *SIZE).shapes)
    counts = values_of(frame).saturated
    assert [sum(w.startswith(f"{t}:") for w in want) for t in range(1, 9)] == counts.tolist()
    through = int(counts[frame.gradient_from :].sum())
    said = f"({through} of {(8 - frame.gradient_from) * 6} saturated)"
    assert said in sentence(frame)
    t, unit = (int(n) for n in sorted(want)[0].split(":"))
    cells = stage_scene(frame, *SIZE).targets
    target = next(x for x in cells if x.kind == "unit" and x.step == t)
    lines = readout(frame, target.at(*_middle(frame, target, unit)))
    assert any(line.startswith("saturated: ") for line in lines)


def _middle(frame, target, unit):
    from rnnviz.scenes.places import unit_rect

    lay = layout_of(frame, *SIZE)
    place = unit_rect(lay, target.rect.cx, unit - 1, 0)
    return place.cx, place.cy


def test_dead_units_of_relu_are_saturated_and_none_of_the_identity():
    dead = make_frame(9, position=9.0, activation="relu", units=6)
    assert marked(dead) == {
        f"{t}:{u + 1}"
        for t in range(1, 10)
        for u in range(6)
        if dead.passing.trace.a[0, t, 0, u] <= 0
    }
    assert not marked(make_frame(9, position=9.0, activation="identity", units=6))
    assert saturated({"g": np.array([SATURATED, 0.09, np.nan])}).tolist() == [False, True, True]
    assert ACTIVATIONS["relu"].supremum == 1.0


def test_what_is_not_known_yet_is_not_marked():
    frame = make_frame(9, position=3.0, gain=9.0, units=6)
    assert {m.partition(":")[0] for m in marked(frame)} <= {"1", "2", "3"}
