"""Training a problem, with the checkpoints that are kept of it."""

import math
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from rnnviz.engine.batches import Runnable
from rnnviz.problems.base import Checkpoint, Model, Problem

_FIRST = 256  # the first one after a beginning: at this part of the updates
_MEMORY = 50  # updates over which the loss is averaged


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a training has come.

    Attributes
    ----------
    update, updates : int
        Updates made, and to be made.
    loss : float
        Mean of the last batches.
    validation_loss : float
        As last measured; nan without a validation batch.
    rate : float
        Updates a second.
    """

    update: int
    updates: int
    loss: float
    validation_loss: float
    rate: float


def checkpoint_updates(updates: int, count: int = 12) -> tuple[int, ...]:
    """Choose which updates to keep: 0, then ever farther apart, and the last."""
    if updates < 1:
        return (0,)
    first = max(1.0, updates / _FIRST)
    parts = max(count - 2, 1)
    spread = {round(first * (updates / first) ** (i / parts)) for i in range(parts + 1)}
    return tuple(sorted({0, *spread, updates}))


def train_problem(
    problem: Problem,
    seed: int = 0,
    *,
    updates: int | None = None,
    keep_at: Collection[int] | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Iterator[Checkpoint]:
    """Train a problem from its beginning; the same seed gives the same numbers.

    Parameters
    ----------
    problem : Problem
    seed : int
        Of the first weights and of the batches.
    updates : int, optional
        How many; the problem's own number if left out.
    keep_at : collection of int, optional
        Updates after which a checkpoint is yielded; `checkpoint_updates` if left out.
    progress : callable (Progress), optional
        Told after every update.
    stop : callable () → bool, optional
        Asked within every update; once it says True the last complete one is yielded, and that is
        the end.

    Yields
    ------
    Checkpoint
        The one of the last update always among them.

    Raises
    ------
    DivergenceError
        As :meth:`Training.run`.
    """
    count = problem.updates if updates is None else updates
    keep = frozenset(checkpoint_updates(count, problem.checkpoints) if keep_at is None else keep_at)
    training = problem.training(seed)
    validation: Runnable[Any] | None = training.validation
    started = time.perf_counter()
    # Validation costs more than an update: only where it is looked at.
    snapshot = (quick := replace(training, validation=None)).begin(problem.begin(seed))
    mean, measured, kept = math.nan, _measure(validation, snapshot.network), -1
    if 0 in keep:
        kept = 0
        yield Checkpoint(0, snapshot.network, math.nan, measured)
    for after in quick.run(snapshot, count, stop=stop):
        snapshot = after
        share = max(1.0 / _MEMORY, 1.0 / snapshot.update)
        mean = snapshot.loss if math.isnan(mean) else mean + share * (snapshot.loss - mean)
        if snapshot.update in keep:
            measured, kept = _measure(validation, snapshot.network), snapshot.update
            yield Checkpoint(snapshot.update, snapshot.network, mean, measured)
        if progress is not None:
            rate = snapshot.update / max(time.perf_counter() - started, 1e-9)
            progress(Progress(snapshot.update, count, mean, measured, rate))
    if kept != snapshot.update:
        measured = _measure(validation, snapshot.network)
        yield Checkpoint(snapshot.update, snapshot.network, mean, measured)


def _measure(validation: Runnable[Any] | None, model: Model) -> float:
    return math.nan if validation is None else float(validation.run(model).loss)
