"""How long a training takes, found by making a few of its updates and timing them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from rnnviz.engine.training import DivergenceError
from rnnviz.film.durations import Estimate
from rnnviz.training.prepare import Fitting

_FEW = 40  # updates that are made at most
_ENOUGH = 0.4  # seconds after which two of them are enough
_LONGEST = 3.0  # that one may take
_ASKED = 20_000  # updates that are asked at most whether one validates after them

Clock = Callable[[], float]


def estimate(
    fitting: Fitting,
    stop: Callable[[], bool] = lambda: False,
    clock: Clock = time.perf_counter,
) -> Estimate | None:
    """Make a few updates and measure once, as `fit` will; nothing of it is kept.

    The first update is left out where there are others: it makes what the others find made.

    Parameters
    ----------
    fitting : Fitting
    stop : callable () → bool
        Asked within every update.
    clock : callable () → float
        Seconds.

    Returns
    -------
    Estimate or None
        None if it was stopped.
    """
    training, count = fitting.training, fitting.updates
    began = last = clock()
    spans: list[float] = []

    def over() -> bool:
        return stop() or clock() - began > _LONGEST

    snapshot = fitting.start
    try:
        for after in training.run(fitting.start, min(_FEW, count), stop=over):
            now, snapshot = clock(), after
            spans.append(now - last)
            last = now
            if len(spans) > 1 and now - began > _ENOUGH:
                break
    except DivergenceError as error:
        if not spans:
            return Estimate(count, float("nan"), why=str(error))
    if stop():
        return None
    early = fitting.patience > 0 and training.validation is not None
    if not spans:
        return Estimate(count, _LONGEST * count, at_least=True, early=early)
    own = spans[1:] or spans
    seconds = count * sum(own) / len(own)
    if training.validation is not None:
        first = fitting.start.update
        asked: Sequence[int] = range(first + 1, first + count + 1)
        if count > _ASKED:  # drawn, since what is kept may come at even distances
            asked = Random(0).sample(asked, _ASKED)
        times = count * sum(map(fitting.keeping, asked)) / len(asked)
        began = clock()
        training.validated(replace(snapshot, validation_loss=None))
        seconds += times * (clock() - began)
    return Estimate(count, seconds, early=early)
