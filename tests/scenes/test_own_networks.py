"""Networks of the user's own on the stage and in the equations."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.data import make_task, sequence_from_text
from rnnviz.engine import Architecture, create_network
from rnnviz.film import Frame, Playhead, compute_pass, resolve, run_with
from rnnviz.scenes.equation import equation_of
from rnnviz.scenes.stage import stage_scene
from tests.frames import series
from tests.scenes.reckoning import both_sides
from tests.scenes.test_equation import walk


def frames(positions, *, text=True, summed=False, layer=0, **sizes) -> list[Frame]:
    task = make_task(
        sequence_from_text("one two three four five six") if text else series(8, sizes["inputs"])
    )
    sizes = {"inputs": 6, "units": 5, "outputs": 7, **sizes}
    network = create_network(Architecture(**sizes), seed=1, dtype=np.float64)
    rng = np.random.default_rng(2)
    drawn = {
        name: rng.normal(0.0, 0.7, array.shape)
        for name, array in network.parameters.items()
        if name.startswith(("b_", "p_"))
    }
    run = run_with(task, network.replace(**drawn), "own.npz")
    passing = compute_pass(run, 0, 0)
    start = Playhead(summed=summed, layer=layer, unit=3)
    return [resolve(run, start.at(float(position)), passing) for position in positions]


@pytest.mark.parametrize("summed", [False, True])
@pytest.mark.parametrize(("layers", "layer"), [(1, 0), (2, 0), (2, 1)])
def test_equations_with_peepholes_hold(layers: int, layer: int, summed: bool) -> None:
    checked: set[str] = set()
    places = np.arange(0.05, 13.0, 0.1)
    for frame in frames(
        places, cell="lstm", peepholes=True, biases=2, layers=layers, layer=layer, summed=summed
    ):
        for part in equation_of(frame).sections:
            for form in part.forms:
                for left, right in both_sides(form):
                    np.testing.assert_allclose(left, right, rtol=1e-7, atol=1e-12)
                    checked.add(part.name)
    assert {"numbers", "cell numbers"} <= checked


def test_the_gates_name_their_peepholes() -> None:
    (frame,) = frames([0.0], cell="lstm", peepholes=True)
    letters = {
        (item.base, item.sub)
        for part in equation_of(frame).sections
        for item in walk(part.forms[0])
        if hasattr(item, "sub")
    }
    assert {("p", "i"), ("p", "f"), ("p", "o")} <= letters
    (frame,) = frames([0.0], cell="lstm")
    assert not any(
        getattr(item, "base", "") == "p"
        for part in equation_of(frame).sections
        for item in walk(part.forms[0])
    )


@pytest.mark.parametrize("text", [True, False])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_without_a_readout_there_are_states_and_nothing_above_them(text: bool, cell: str) -> None:
    sizes = {} if text else {"inputs": 2}
    end = 2 * (6 if text else 8) + 1
    places = [0, 0.5, 2, 2.9, end / 2 + 1.5, end]
    for frame in frames(places, text=text, cell=cell, outputs=0, **sizes):
        ids = [shape.id for shape in stage_scene(frame, 1400, 420, 14.0).shapes]
        assert not [name for name in ids if name.startswith(("out:", "name:", "loss:", "W_ya"))]
        assert [name for name in ids if name.startswith("token")]
        if frame.playhead.position < end:  # the update's own says what the loss was
            assert "output" not in [part.name for part in equation_of(frame).sections]
    assert np.isfinite(frame.states).all()


def test_outputs_without_targets_are_shown_as_numbers() -> None:
    (frame,) = frames([3.0], text=False, inputs=2, outputs=5)
    assert not frame.pays(3)
    assert frame.prediction(3) == pytest.approx(float(frame.passing.trace.y[2, 0, 0]))
    assert frame.truth(3) is None
    assert not frame.baselines
    ids = [shape.id for shape in stage_scene(frame, 1400, 420, 14.0).shapes]
    assert "name:3:0" in ids
