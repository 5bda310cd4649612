"""What ships, as runs: problems with their trained networks, twins side by side, a long sentence.

No Qt. Nothing is imported of a problem before it is opened.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from rnnviz.data import Task, make_task, sequence_from_text
from rnnviz.engine import CELLS, EncoderDecoder
from rnnviz.engine.optimizers import USUAL
from rnnviz.files.errors import DataError, show_value
from rnnviz.film import (
    Branch,
    Branches,
    Playhead,
    Run,
    Settings,
    ShippedProblem,
    Timeline,
    compute_pass,
    ratio,
    resolve,
    start_run,
)
from rnnviz.film.comparison import cell_names, compare
from rnnviz.film.held_out import CellFigure, HeldOut, verdict
from rnnviz.film.records import answering
from rnnviz.film.run import fitting, run_of
from rnnviz.problems import Model, Problem
from rnnviz.problems.memory import MemoryProblem
from rnnviz.problems.registry import PROBLEMS, trained

TWINS = "-twins"
"""After a problem's name: the networks of its cells side by side."""
VANISHING = "vanishing"
LONG = (
    "the cat that the dog that the man fed yesterday chased through the old garden behind the "
    "house of my aunt was very tired and it slept the whole day under a tree"
)
"""A sentence whose first word gets next to nothing of a plain network's last gradient."""

LANES = ("lanes", "gradient")
"""The panels that twins are looked at with."""


def catalogue() -> tuple[tuple[str, ShippedProblem], ...]:
    """Every shipped problem with its mode, in the gallery's order; without their examples."""
    return tuple(
        (problem.mode, ShippedProblem(problem.name, problem.title, problem.about))
        for problem in PROBLEMS.values()
    )


@cache
def side_by_side() -> tuple[ShippedProblem, ...]:
    """What the gallery has of branches: a sentence that vanishes, and twins that really differ.

    These are the pairs whose figures measurably differ at the length that they were trained at.
    """
    pairs = (_pair(name) for name, problem in PROBLEMS.items() if problem.cells)
    found = (_vanishing().run.shipped, *pairs)
    return tuple(shipped for shipped in found if shipped is not None)


def panels_of(name: str) -> tuple[str, ...]:
    """What something that ships is to be looked at with; empty for the usual."""
    return LANES if name.endswith(TWINS) else ()


def open_any(name: str, example: str = "") -> Branches:
    """Open a problem, or what is `side_by_side`, or the twins of any problem that has some.

    It stands at the place where it is to be looked at first.

    Raises
    ------
    DataError
        If a file does not come with this copy of the program, or there is no such name or example.
    """
    if name == VANISHING and not example:
        return _vanishing()
    if name.endswith(TWINS):
        return twins(open_problem(name.removesuffix(TWINS), example))
    return Branches.of(open_problem(name, example))


def twins(run: Run) -> Branches:
    """The networks of all cells of a run's problem as they ship, side by side on its example.

    Raises
    ------
    DataError
        If it ships with one cell alone.
    """
    problem, shipped = _of(run)
    if not problem.cells:
        raise DataError(f"“{problem.title}” ships with one cell alone", about="")
    task = run.task.base or run.task
    each = tuple(
        Branch(
            replace(_trained(problem.name, cell, task), shipped=shipped),
            place=cell_names().index(CELLS[cell].name),
        )
        for cell in problem.cells
    )
    return Branches(each)


def open_problem(name: str, example: str = "") -> Run:
    """Open a shipped problem: an example of it, at the end of the network's training.

    Parameters
    ----------
    name : str
        A key of `PROBLEMS`.
    example : str
        One of its examples; the first if empty.

    Raises
    ------
    DataError
        If its trained network does not come with this copy of the program, or there is no such
        problem or example.
    """
    problem = _problem(name)
    example = example or problem.examples[0]
    run = _trained(name, "", _example(problem, example))
    return replace(run, shipped=_shipped(problem, example))


def with_example(run: Run, example: str) -> Run:
    """The same networks on another example of their problem.

    Raises
    ------
    DataError
        If there is no such example.
    """
    problem, _ = _of(run)
    task = _kept(run, _example(problem, example))
    return replace(run.with_task(task), shipped=_shipped(problem, example))


def with_length(run: Run, length: int) -> Run:
    """The same networks on a sequence of another length, of a problem that has lengths.

    Raises
    ------
    DataError
        If its problem has none, or not this one.
    """
    problem, shipped = _of(run)
    if not isinstance(problem, MemoryProblem):
        raise DataError("has no length to choose: this problem has examples alone")
    try:
        task = problem.task_of_length(length, 0)
    except ValueError as error:
        raise DataError(f"cannot be that long: {error}") from None
    example = problem.name_of(length)
    figures = _held_out(problem, length)
    shipped = replace(shipped, length=length, example=example, held_out=figures)
    return replace(run.with_task(task), shipped=shipped)


def with_text(run: Run, text: str) -> Run:
    """The same networks on what a user typed.

    Raises
    ------
    DataError
        If the problem cannot read it.
    """
    problem, shipped = _of(run)
    if not problem.prompt:
        raise DataError("cannot be read here: this problem has examples alone")
    return replace(
        run.with_task(_kept(run, problem.read(text))), shipped=replace(shipped, example="")
    )


def _of(run: Run) -> tuple[Problem, ShippedProblem]:
    if run.shipped is None:
        raise DataError("belongs to no shipped problem")
    return _problem(run.shipped.name), run.shipped


def _problem(name: str) -> Problem:
    if name not in PROBLEMS:
        raise DataError(f"there is no shipped problem {show_value(name)}", about="")
    return PROBLEMS[name]


def _example(problem: Problem, example: str) -> Task:
    try:
        return problem.task(example)
    except KeyError:
        what = f"there is no example {show_value(example)} of “{problem.title}”"
        raise DataError(what, about="") from None


def _kept(run: Run, task: Task) -> Task:
    """The new task with what the user chose of the old one's temperature."""
    if task.own and run.task.own:
        return replace(task, temperature=run.task.temperature, seed=run.task.seed)
    return task


def _shipped(problem: Problem, example: str) -> ShippedProblem:
    lengths, length, figures = None, 0, None
    if isinstance(problem, MemoryProblem):
        lengths, length = problem.lengths[:2], problem.length_of(example)
        figures = _held_out(problem, length)
    return ShippedProblem(
        name=problem.name,
        title=problem.title,
        about=problem.about,
        prompt=problem.prompt,
        examples=problem.examples,
        example=example,
        lengths=lengths,
        length=length,
        cells=problem.cells,
        held_out=figures,
    )


def _trained(name: str, cell: str, task: Task) -> Run:
    """The network of a cell on a task, at the end of its training."""
    log = tuple(replace(each, network=_in_full(each.network)) for each in trained(name, cell))
    settings = Settings(optimizer=USUAL).with_given(answering(log[-1].network).architecture)
    return run_of(task, settings, fitting(log[-1].network, task)).with_log(log)


def _held_out(problem: MemoryProblem, length: int) -> HeldOut | None:
    """What its cells reach at a length, or at the nearest one at which that was measured.

    None where the figures do not come with the program.
    """
    from rnnviz.problems.figures import shipped_figures

    try:
        table = shipped_figures().get(problem.name, {})
    except DataError:
        return None
    if not table or not all(table.values()):
        return None
    nearest = min(next(iter(table.values())), key=lambda n: (abs(n - length), n))
    known = {cell: table.get(cell, {}).get(nearest) for cell in problem.cells}
    found = [CellFigure(cell, m.value, m.error) for cell, m in known.items() if m is not None]
    guess, guessing = problem.guessing
    return HeldOut(
        where=problem.name_of(nearest),
        trained=problem.name_of(problem.lengths[2]),
        measure=problem.measure,
        higher_is_better=problem.higher_is_better,
        guess=guess,
        guessing=guessing,
        figures=tuple(found),
    )


def _pair(name: str) -> ShippedProblem | None:
    """What the gallery says of twins; None where they do not measurably differ."""
    problem = PROBLEMS[name]
    if not isinstance(problem, MemoryProblem):
        return None
    held_out = _held_out(problem, problem.length)
    if held_out is None or len(held_out.figures) != 2 or not held_out.differ(*held_out.figures):
        return None
    cells = " and ".join(CELLS[cell].name for cell in problem.cells)
    title = f"{problem.title.partition(':')[0]}, {held_out.where}: {cells}"
    return ShippedProblem(f"{name}{TWINS}", title, verdict(held_out, problem.cells))


@cache
def _vanishing() -> Branches:
    """The long sentence with the cells compared, where the gradient has come back to its start."""
    run = start_run(make_task(sequence_from_text(LONG, name="a sentence that vanishes")))
    shipped = ShippedProblem(VANISHING, "A sentence that vanishes", begun=run.settings)
    branches = compare(Branches.of(replace(run, shipped=shipped)))
    playhead = Playhead(position=float(Timeline(run.steps).end - 1))
    passing = compute_pass(branches.run, 0, 0)
    frame = resolve(branches.run, playhead, passing, branches.at(playhead))
    parts = [
        f"{ratio(float(side.norms[0] - side.norms[frame.source - 1]))} in the {side.name}"
        for side in frame.sides
    ]
    about = (
        f"{run.steps} words: of the gradient at the last, so much arrives at the first: "
        f"{', '.join(parts)}."
    )
    shipped = replace(shipped, about=about)
    each = tuple(replace(b, run=replace(b.run, shipped=shipped)) for b in frame.branches.each)
    return replace(frame.branches, each=each)


def _in_full(model: Model) -> Any:
    """The model in float64: small networks cost nothing more, and no loss is rounded to 0."""
    if isinstance(model, EncoderDecoder):
        parts = model.encoder.astype(np.float64), model.decoder.astype(np.float64)
        return EncoderDecoder(*parts)
    return model.astype(np.float64)
