"""The shipped problems as runs: opened with their trained networks and the log of their training.

No Qt. Nothing is imported of a problem before it is opened.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from rnnviz.data import Task
from rnnviz.engine import EncoderDecoder
from rnnviz.engine.optimizers import USUAL
from rnnviz.files.errors import DataError, show_value
from rnnviz.film import Run, Settings, ShippedProblem
from rnnviz.film.records import answering
from rnnviz.film.run import fitting, run_of
from rnnviz.problems import Model, Problem
from rnnviz.problems.memory import MemoryProblem
from rnnviz.problems.registry import PROBLEMS, trained


def catalogue() -> tuple[tuple[str, ShippedProblem], ...]:
    """Every shipped problem with its mode, in the gallery's order; without their examples."""
    return tuple(
        (problem.mode, ShippedProblem(problem.name, problem.title, problem.about))
        for problem in PROBLEMS.values()
    )


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
    task = _example(problem, example)
    log = tuple(replace(each, network=_in_full(each.network)) for each in trained(name))
    settings = Settings(optimizer=USUAL).with_given(answering(log[-1].network).architecture)
    run = run_of(task, settings, fitting(log[-1].network, task))
    return replace(run, shipped=_shipped(problem, example)).with_log(log)


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
    shipped = replace(shipped, length=length, example=problem.name_of(length))
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
    lengths, length = None, 0
    if isinstance(problem, MemoryProblem):
        lengths, length = problem.lengths[:2], problem.length_of(example)
    return ShippedProblem(
        name=problem.name,
        title=problem.title,
        about=problem.about,
        prompt=problem.prompt,
        examples=problem.examples,
        example=example,
        lengths=lengths,
        length=length,
    )


def _in_full(model: Model) -> Any:
    """The model in float64: small networks cost nothing more, and no loss is rounded to 0."""
    if isinstance(model, EncoderDecoder):
        parts = model.encoder.astype(np.float64), model.decoder.astype(np.float64)
        return EncoderDecoder(*parts)
    return model.astype(np.float64)
