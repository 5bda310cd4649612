"""What a new cell needs: its class, a line of the table, its equations; nothing else names it."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from rnnviz import engine
from rnnviz.engine.cells import CELLS
from rnnviz.engine.checking import check_gradients
from rnnviz.engine.jacobians import step_jacobians
from rnnviz.engine.sources import source_log_norms
from rnnviz.files.errors import DataError
from rnnviz.film import compute_pass, resolve
from rnnviz.film.cost import cost, size_of
from rnnviz.film.fields import FIELDS, cell_choices
from rnnviz.film.measures import EXTREMES
from rnnviz.film.memory_cell import cell_backward, cell_forward
from rnnviz.film.passes import check_pass
from rnnviz.scenes.equation import equation_of
from rnnviz.scenes.equation.cells import WRITTEN, CellEquations
from rnnviz.scenes.equation.gates import each, in_letters, pre_gradient
from rnnviz.scenes.equation.notation import by
from rnnviz.scenes.equation.step import section
from rnnviz.scenes.equation.tokens import Words
from rnnviz.scenes.memory_cell import memory_cell_scene
from rnnviz.scenes.memory_cell.reading import cell_reading
from rnnviz.scenes.shapes import Rect, Text
from rnnviz.weights.keras import to_keras
from rnnviz.weights.networks import load_network, save_network
from rnnviz.weights.onnx import to_onnx
from rnnviz.weights.pytorch import to_pytorch
from tests.frames import make_frame
from tests.minimal_unit import MinimalUnit
from tests.scenes.test_stage import assert_sound, moved, overlaps, scene_of

TEXT = "one two three four"


def rule(step):
    letters = (in_letters(step, "f"), in_letters(step, "n"))
    return tuple(
        section(name, row) for name, row in zip(("general", "gates"), letters, strict=True)
    )


def arriving(step):
    row = (Words("what f and W_aa hand on"),)
    return (row, row), ((step.column(step.backward.arriving),),) * 2


def through(step):
    rows = {name: (by(step.loss, step.symbols.a(step.t)),) for name in "fn"}
    return tuple(each((name, pre_gradient(step, name, row)) for name, row in rows.items()))


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    monkeypatch.setitem(CELLS, "mgu", MinimalUnit())
    monkeypatch.setitem(WRITTEN, "mgu", CellEquations(rule, rule, arriving, through))


def frame_at(position=0.0, **settings):
    return make_frame(TEXT, position=position, cell="mgu", units=4, gain=0.9, **settings)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("biases", [1, 2])
def test_it_runs_and_its_gradient_agrees_with_numeric_derivatives(layers, biases):
    made = engine.Architecture(3, 5, 2, "mgu", layers=layers, biases=biases, bidirectional=True)
    network = engine.create_network(made, seed=1, gain=1.1, dtype=np.float64)
    rng = np.random.default_rng(0)
    x, targets = rng.normal(size=(6, 2, 3)), rng.integers(0, 2, (6, 2))
    objective = engine.Objective("softmax_cross_entropy", targets)
    assert check_gradients(network, x, objective).passed


def test_one_source_and_the_jacobians_follow_its_algebra():
    frame = frame_at(source=4)
    trace = frame.passing.trace
    norms = source_log_norms(trace, [4])[0][0]
    alone = np.linalg.norm(frame.passing.alone.da[0, :, 0], axis=-1)
    np.testing.assert_allclose(norms[:4], np.log(alone[:4]), rtol=1e-9)
    J = step_jacobians(trace, 0)
    da = frame.passing.alone.da[0, :, 0]
    np.testing.assert_allclose(da[1] @ J[1], da[0], rtol=1e-9, atol=1e-15)


def test_it_is_offered_costs_something_and_is_checked():
    choices = cell_choices(CELLS.values())
    assert [c.changes["cell"] for c in choices] == [*CELLS]
    assert choices[-1].short == "MGU"
    assert [c.changes for c in FIELDS["cell"].choices] == [c.changes for c in choices[:-1]]
    frame = frame_at()
    size = size_of(frame.task, frame.run.architecture)
    assert cost(size, "pass").quick
    assert check_pass(frame.passing).passed


@pytest.mark.parametrize("position", [0.0, 1.5, 2.0, 4.0, 5.5, 6.0, 8.0, 9.0])
@pytest.mark.parametrize("layers", [1, 2])
def test_stage_equation_and_inside_are_drawn_with_its_gradient(position, layers):
    frame = frame_at(position, layers=layers)
    assert_sound(scene_of(frame))
    equation = equation_of(frame)
    assert equation.sections
    area = Rect(10, 10, 900, 300)
    scene = memory_cell_scene(frame, 920, 320, area, 14)
    numbers = [shape.rect for shape in scene.shapes if isinstance(shape, Text)]
    assert numbers
    lines = [Rect(r.x, r.cy - 5, r.w, 10) for r in numbers]  # of type of 14
    assert not any(overlaps(one, other) for one, other in combinations(lines, 2))
    assert all(cell_reading(frame, target) for target in scene.targets if target.kind in "fn")


def test_its_inside_is_the_engines():
    frame = moved(frame_at(), 8.0)
    one, back = cell_forward(frame, 2, 1), cell_backward(frame, 2, 1)
    f, n = one.sums["f"].value, one.sums["n"].value
    assert one.a == pytest.approx((1 - f) * one.a_before + f * n)
    assert back.kept == pytest.approx((1 - f) * back.da)
    assert back.dz["f"] == pytest.approx(back.dgates["f"] * f * (1 - f))
    assert back.dz["n"] == pytest.approx(back.dgates["n"] * (1 - n * n))


def test_its_gates_are_shown_on_the_map_with_their_extremes():
    frame = frame_at()
    assert frame.quantities == ("a", "f", "n")
    for name in frame.quantities[1:]:
        here = frame.passing.trace.gates[name][0, :, 0]
        assert EXTREMES(frame.passing, name, 0).largest == np.abs(here).max()


def test_an_update_and_the_next_pass():
    frame = frame_at()
    run = frame.run.updated(frame.update)
    after = resolve(run, frame.playhead, compute_pass(run, 1, 0))
    assert after.total_loss < frame.total_loss


def test_it_is_kept_in_files_and_no_other_program_is_told_a_lie(tmp_path):
    network = frame_at().run.networks[0]
    save_network(network, tmp_path / "n.safetensors")
    found = load_network(tmp_path / "n.safetensors")
    assert found.architecture == network.architecture
    assert all(np.array_equal(found.parameters[n], a) for n, a in network.parameters.items())
    for convert, program in ((to_pytorch, "PyTorch"), (to_keras, "Keras"), (to_onnx, "ONNX")):
        with pytest.raises(DataError, match=f"{program} has no MGU"):
            convert(network)
