"""An exercise: the run that its code stands for, what is given and asked, the film's results."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnnviz.data import Sequence, Task
from rnnviz.engine import Architecture, Network
from rnnviz.exercises.codes import KINDS, Code, Kind
from rnnviz.exercises.expressions import Quantity
from rnnviz.exercises.search import parameters, search
from rnnviz.exercises.statements import ETA, LOSS, SHAPES, Shape, SheetPart, target
from rnnviz.film import Branches, Pass, Playhead, Run, Settings, compute_pass, run_of
from rnnviz.film.records import answering
from rnnviz.frozen import record


@record(eq=False)
class Exercise:
    """An exercise with its solution.

    Attributes
    ----------
    code : Code
    run : Run
        What is computed, as the window shows it.
    given : mapping of Quantity to float
        The short decimals of the sheet.
    results : mapping of Quantity to float
        Every number that is computed, as the film has it.
    """

    code: Code
    run: Run
    given: Mapping[Quantity, float]
    results: Mapping[Quantity, float]

    @property
    def kind(self) -> Kind:
        """What kind of exercise it is."""
        return KINDS[self.code.kind]

    @property
    def shape(self) -> Shape:
        """What is asked, and of how large a network."""
        return SHAPES[self.code.kind]

    @property
    def questions(self) -> tuple[SheetPart, ...]:
        """What is asked, part by part."""
        return self.shape.questions

    @property
    def points(self) -> int:
        """The points of all questions together."""
        return sum(question.points for question in self.questions)


def make_exercise(code: Code) -> Exercise:
    """Make an exercise; the same code makes the same one."""
    shape, given = SHAPES[code.kind], search(code)
    run = _run(code, shape, given)
    passing = compute_pass(run, 0, 0)
    results = {line.of: _result(line.of, shape, run, passing) for line in shape.lines}
    return Exercise(code, run, given, results)


def open_code(code: Code) -> Branches:
    """The network and the sequence of an exercise, as the window shows them.

    What goes back is the gradient of L, as on the sheet: where all steps pay, that of their sum.
    """
    shape = SHAPES[code.kind]
    return Branches.of(_run(code, shape, search(code)), Playhead(summed=not shape.pays_last))


def _run(code: Code, shape: Shape, given: Mapping[Quantity, float]) -> Run:
    steps = range(1, shape.steps + 1)
    values = np.array([[given[Quantity("x", sup=f"⟨{t}⟩")]] for t in steps])
    mask = np.ones((shape.steps, 1), np.bool_)
    mask[:-1] = not shape.pays_last
    task = Task(
        sequence=Sequence("series", f"exercise {code}", tuple(map(str, steps)), values, ("x",)),
        mode="many_to_one" if shape.pays_last else "synced",
        what="the target on the sheet",
        x=values[:, None, :].copy(),
        targets=np.array([[[given[target(t)]]] for t in steps]),
        mask=mask,
        loss="mse",
        inputs=1,
        outputs=1,
        vocabulary=None,
        output_names=("y",),
    )
    network = _network(shape, given)
    settings = Settings(learning_rate=given[ETA]).with_given(network.architecture)
    return run_of(task, settings, network)


def _network(shape: Shape, given: Mapping[Quantity, float]) -> Network:
    architecture = Architecture(inputs=1, units=shape.units, outputs=1, cell=shape.cell)
    shapes = architecture.parameter_shapes()
    numbers = {name: list[float]() for name in shapes}
    for of in parameters(shape):
        numbers[_name(of)].append(given[of])
    arrays = {
        name: np.asarray(numbers[name], np.float64).reshape(size) for name, size in shapes.items()
    }
    return Network(architecture, arrays)


def _name(of: Quantity) -> str:
    """What the engine calls a parameter."""
    read_out = of.sub in ("ya", "y")
    return f"{of.base}_{of.sub}{'' if read_out else '_l0'}"


def _result(of: Quantity, shape: Shape, run: Run, passing: Pass) -> float:
    """What the film has for a line of the solution."""
    trace, back = passing.trace, passing.backward
    unit = of.entry[0] - 1 if of.entry else 0
    if of.new or (of.by and not of.sup):
        arrays = back.gradients
        if of.new:
            arrays = answering(run.update(back.gradients, 0).network).parameters
        return float(np.ravel(arrays[_name(of)])[0])
    if of == LOSS:
        return float(trace.loss)
    t = int(of.sup[1:-1])
    if of.base == "y":
        return float((back.dy if of.by else trace.y)[t - 1, 0, 0])
    if of.by:
        return float(back.da[0, t - 1, 0, unit])
    if of.base == "z":
        gate = shape.gates.index(of.sub) if of.sub else 0
        return float(trace.z_at(t)[0, gate * shape.units + unit])
    match of.base:
        case "a":
            return float(trace.a[0, t, 0, unit])
        case "c":
            assert trace.c is not None
            return float(trace.c[0, t, 0, unit])
        case "δ":
            return float(back.dz[0, t - 1, 0, unit])
        case "L":
            return float(trace.loss_k[t - 1])
        case _:
            return float(trace.gates[of.base][0, t - 1, 0, unit])
