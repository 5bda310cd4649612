"""From a sequence and a plan to a training, its first network, and the run that will show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import isfinite
from typing import Any, TypeAlias, cast

import numpy as np

from rnnviz.data import MODES, Sequence, Task, make_task
from rnnviz.engine import Truncation
from rnnviz.engine.batches import Batch
from rnnviz.engine.clipping import Clipping
from rnnviz.engine.optimizers import OPTIMIZERS
from rnnviz.engine.training import Constant, Schedule, Snapshot, Training
from rnnviz.film import Plan, Run, default_learning_rate, start_run
from rnnviz.film.classical import naive_answers
from rnnviz.film.plan import REPEATING
from rnnviz.film.records import Model, answering
from rnnviz.film.truncation import why_not_cut
from rnnviz.frozen import record
from rnnviz.problems import Problem
from rnnviz.training.keeping import Keeping, ever_farther_apart, often
from rnnviz.training.tasks import (
    check_memory,
    feeds_itself,
    reasons,
    series_task,
    split_lines,
    split_steps,
    spread,
    staged,
    with_parts,
)
from rnnviz.training.windows import (
    Halves,
    SequenceWindows,
    TextLines,
    batches_of,
    lines_of,
    naive_loss,
)

_AVERAGED = 50  # updates over which the loss of a training that ships is averaged
_NOTHING_TO_GO_ON = "there is no training of such a network that could go on"
Snapshots: TypeAlias = tuple[Snapshot[Any], ...]


@record(eq=False)
class Fitting:
    """A training that is ready to begin.

    Attributes
    ----------
    training : Training
    start : Snapshot
        To begin with, or to go on from.
    updates : int
        How many to make.
    keeping : callable (update) → bool
        Which snapshots are validated and kept.
    log : tuple of Snapshot
        What is known already of a training that goes on; the start is its last.
    averaged : int
        Updates over which the loss that is told and kept is averaged; 1: it is the last batch's.
    run_of : callable (Run, log) → Run
        The run that shows the snapshots: from the one that is shown, and what was kept.
    naive, naive_held : float
        The loss of the naive forecast, on what validates and on what is held out; nan where there
        is none, or no such part.
    naive_words : str
        What that forecast is.
    patience : int
        Updates without a smaller validation loss after which it stops early; 0: it does not.
    epoch : float
        See `Run.epoch`.
    """

    training: Training[Any]
    start: Snapshot[Any]
    updates: int
    keeping: Keeping
    log: Snapshots = ()
    averaged: int = 1
    run_of: Callable[[Run, Snapshots], Run] = Run.with_log
    naive: float = float("nan")
    naive_held: float = float("nan")
    naive_words: str = REPEATING
    patience: int = 0
    epoch: float = float("nan")


def make_training(source: Sequence | Task, plan: Plan) -> tuple[Training[Any], Model, Task]:
    """Make a plan's training of a sequence.

    Windows are cut from the part that is trained on; the part behind it validates, and the last is
    held out. A text that was opened line by line has its lines in place of windows. The loss is the
    mean over the steps that pay.

    Parameters
    ----------
    source : Sequence or Task
        What the user opened, or a task of it.
    plan : Plan

    Returns
    -------
    Training
        Its batches depend on (seed, update) alone.
    Network or EncoderDecoder
        Of the seed, to begin with.
    Task
        The whole sequence for the stage, on the scale of the part that is trained on.

    Raises
    ------
    ValueError
        For a plan that the sequence does not allow, in words.
    """
    sequence = source if isinstance(source, Sequence) else (source.base or source).sequence
    lines = lines_of(sequence)
    reason = reasons(sequence, plan, lines=bool(lines))[plan.mode]
    if reason:
        raise ValueError(f"{MODES[plan.mode]}: {reason}")
    made = _lines(sequence, plan) if lines else _windows(sequence, plan)
    task, batches, validation, held_out = made
    stage = staged(task, plan.mode)
    settings = plan.settings
    training: Training[Any] = Training(
        batches=cast(Any, batches),
        optimizer=OPTIMIZERS[settings.optimizer],
        schedule=Constant(plan.learning_rate),
        clipping=Clipping(settings.clipping, settings.clip_limit),
        validation=cast(Any, validation),
        held_out=cast(Any, held_out),
        truncation=_truncation(plan, stage),
    )
    return training, start_run(stage, settings).networks[0], stage


def prepare(run: Run, plan: Plan) -> Fitting:
    """Get a training ready: of a run's sequence, or of the shipped problem that it shows.

    Raises
    ------
    ValueError
        For a plan that the run does not allow, in words.
    DataError
        If the problem's data cannot be read.
    """
    if run.problem is not None:
        return _problem(run, run.problem.name, plan)
    training, network, task = make_training(run.task, plan)
    log: Snapshots = ()
    start = training.begin(cast(Any, network))
    if plan.onward:
        if not run.log or run.plan is None or not run.plan.same_network(plan):
            raise ValueError(_NOTHING_TO_GO_ON)
        log, start = run.log, run.log[-1]
        if run.plan.settings.optimizer != plan.settings.optimizer:
            start = replace(start, optimizer_state=training.optimizer.start)
    rate = plan.learning_rate
    if OPTIMIZERS[plan.settings.optimizer].by_length:
        # The film's loss is a sum over steps: its step is longer by as much.
        rate = default_learning_rate(task.steps, plan.settings.optimizer)
    naive, naive_held = (
        _naive(task, plan, part) for part in (training.validation, training.held_out)
    )
    words = naive_answers(task)[1] if isfinite(naive) or isfinite(naive_held) else REPEATING
    epoch = _epoch(run.task, plan)
    shown = replace(
        start_run(task, plan.settings),
        learning_rate=rate,
        plan=plan,
        naive=naive,
        naive_words=words,
        asked=start.update + plan.updates,
        epoch=epoch,
    )
    return Fitting(
        training,
        start,
        plan.updates,
        often(plan.updates, plan.patience),
        log,
        run_of=lambda _run, kept: shown.with_log(kept),
        naive=naive,
        naive_held=naive_held,
        naive_words=words,
        patience=plan.patience,
        epoch=epoch,
    )


def prepare_problem(
    problem: Problem, seed: int = 0, updates: int | None = None, patience: int = 0
) -> Fitting:
    """Get the training of a problem ready, as it ships; the same seed gives the same numbers.

    Parameters
    ----------
    problem : Problem
    seed : int
        Of the first weights and of the batches.
    updates : int, optional
        How many; the problem's own number if left out.
    patience : int
        See `Fitting`; where it may stop early more snapshots are measured and kept.
    """
    count = problem.updates if updates is None else updates
    training = problem.training(seed)
    kept = frozenset(ever_farther_apart(count, problem.snapshots))
    start = training.begin(problem.begin(seed))
    measured = often(count, patience)

    def keeping(update: int) -> bool:
        return update in kept or (patience > 0 and measured(update))

    return Fitting(training, start, count, keeping, averaged=_AVERAGED, patience=patience)


def _epoch(task: Task, plan: Plan) -> float:
    """See `Run.epoch`."""
    sequence = (task.base or task).sequence
    lines = len(lines_of(sequence))
    if lines:
        count = len(split_lines(lines, plan)[0])
    else:
        count = split_steps(len(sequence), plan, ended=sequence.values is None).windows
    return count / min(plan.batch, count)


def _naive(task: Task, plan: Plan, batch: object) -> float:
    """See `Fitting.naive`, of one part."""
    known = task.sequence.values is not None and plan.target == "next"
    if not known or not isinstance(batch, Batch | Halves):
        return float("nan")
    if isinstance(batch, Batch) and batch.inputs is not None:
        return float("nan")  # what is not given cannot be repeated
    return naive_loss(batch, naive_answers(task)[0])


def _problem(run: Run, name: str, plan: Plan) -> Fitting:
    # The registry imports a problem when it is asked for, and only here.
    from rnnviz.problems.registry import PROBLEMS

    problem = PROBLEMS[name]
    cell = answering(run.log[-1].network).architecture.cell if run.log else ""
    if cell in problem.cells:  # a twin goes on as what it is
        problem = problem.with_cell(cell)
    training = problem.training(plan.settings.seed)
    training = replace(
        training,
        schedule=_beyond(training.schedule, problem.updates),
        truncation=_truncation(plan, run.task),
    )
    log: Snapshots = ()
    if plan.onward:
        if not run.log:
            raise ValueError(_NOTHING_TO_GO_ON)
        log, start = run.log, run.log[-1]
    else:
        start = training.begin(problem.begin(plan.settings.seed))

    def shown(current: Run, kept: Snapshots) -> Run:
        # The problem's own network, whichever was chosen for its sequence before.
        settings = current.settings.with_given(answering(kept[-1].network).architecture)
        asked = start.update + plan.updates
        return replace(current, settings=settings, plan=plan, asked=asked).with_log(kept)

    keeping = often(plan.updates, plan.patience)
    return Fitting(
        training, start, plan.updates, keeping, log, run_of=shown, patience=plan.patience
    )


def _truncation(plan: Plan, task: Task) -> Truncation | None:
    """Where the gradient of a training is cut, by the rule of the film; windows begin its steps."""
    window = plan.settings.truncation
    return Truncation(window) if window and not why_not_cut(task) else None


def _beyond(schedule: Schedule, updates: int) -> Schedule:
    """A problem's own schedule, and a tenth of its first η after its end, where it has run down."""
    return lambda update: schedule(update) if update < updates else schedule(0) / 10.0


def _windows(sequence: Sequence, plan: Plan):
    ended = sequence.values is None
    split = split_steps(len(sequence), plan, ended=ended)
    task = make_task(sequence) if ended else series_task(sequence, plan, split.cut)
    task = with_parts(task, split)
    check_memory(plan, split.windows, task.inputs, task.outputs)
    windows = SequenceWindows(task, plan.mode, feeds_itself(sequence, plan))
    batches = batches_of(
        plan.settings.seed,
        split.windows,
        plan.batch,
        lambda starts: windows.at(starts, split.window),
    )

    def measured(part: range):
        starts = np.array(split.starts_in(part, plan.mode), np.intp)
        return windows.at(starts, split.window_in(part)) if part else None

    return task, batches, measured(split.validation), measured(split.held)


def _lines(sequence: Sequence, plan: Plan):
    lines = TextLines(sequence, plan.window)
    trained, validation, held = split_lines(len(lines_of(sequence)), plan)
    check_memory(plan, len(trained), lines.task.inputs, lines.task.outputs)
    batches = batches_of(
        plan.settings.seed, len(trained), plan.batch, lambda chosen: lines.batch(chosen, plan.mode)
    )

    def measured(part: range):
        chosen = part.start + np.array(spread(len(part), len(part), plan.window), np.intp)
        return lines.batch(chosen, plan.mode) if part else None

    return lines.task, batches, measured(validation), measured(held)
