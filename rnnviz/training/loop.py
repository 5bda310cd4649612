"""The one loop: updates, what is measured and kept on the way, and how it ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from math import isnan
from typing import Any

from rnnviz.engine.training import DivergenceError, Snapshot
from rnnviz.film import Progress
from rnnviz.film.plan import best_of, validation_of
from rnnviz.film.records import answering
from rnnviz.training.ending import Ended, Outcome
from rnnviz.training.keeping import ThinnedLog, most_kept
from rnnviz.training.prepare import Fitting


def fit(
    fitting: Fitting,
    report: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Ended:
    """Train, until the updates are made, someone says stop, or it diverges.

    It stops early, where that was chosen, when its validation loss has not become smaller for so
    many updates.

    Parameters
    ----------
    fitting : Fitting
    report : callable (Progress), optional
        Told after every update.
    stop : callable () → bool, optional
        Asked within every update; what was learned until then is kept.
    """
    training, start = fitting.training, fitting.start
    goal = start.update + fitting.updates
    most = most_kept(answering(start.network).architecture)
    log, snapshot = ThinnedLog(fitting.log, most), start
    log.add(start)
    loss, measured, started = float(start.loss), validation_of(start), time.perf_counter()

    def progress() -> Progress:
        made = snapshot.update - start.update
        return Progress(
            running=True,
            update=snapshot.update,
            updates=goal,
            loss=loss,
            validation_loss=measured,
            rate=made / max(time.perf_counter() - started, 1e-9),
            log=log.with_newest(replace(snapshot, loss=loss)),
            kept=len(log.entries),
            naive=fitting.naive,
            naive_words=fitting.naive_words,
            epoch=fitting.epoch,
            early=fitting.patience > 0 and training.validation is not None,
        )

    if report is not None:
        report(progress())
    broken, early = "", False
    try:
        for after in training.run(start, fitting.updates, stop=stop):
            snapshot, loss = after, _averaged(loss, after, fitting.averaged)
            if fitting.keeping(after.update) or after.update == goal:
                kept = replace(training.validated(after), loss=loss)
                measured = validation_of(kept)
                log.add(kept)
                early = (
                    after.update < goal
                    and training.validation is not None
                    and _gave_up(log, start.update, fitting.patience)
                )
            if report is not None:
                report(progress())
            if early:
                break
    except DivergenceError as error:
        log.back_to(training.validated(error.snapshot))
        broken = str(error)
    else:
        if log.entries[-1].update != snapshot.update:
            log.add(replace(training.validated(snapshot), loss=loss))
    outcome = Outcome(
        log.entries,
        start.update,
        goal,
        training.validation is not None,
        early,
        broken,
        fitting.naive,
        fitting.naive_held,
        fitting.naive_words,
    )
    shown = outcome.shown
    entries = list(log.entries)
    # Only the one that was chosen is ever measured on what is held out.
    entries[shown] = training.judged(entries[shown])
    outcome = replace(outcome, log=tuple(entries))
    return Ended(outcome.log, outcome.text, bool(broken), shown)


def _gave_up(log: ThinnedLog, begun: int, patience: int) -> bool:
    """Whether the validation loss has not become smaller for so many updates."""
    entries = log.entries
    best = best_of(entries)
    since = max(begun, entries[best].update if best >= 0 else 0)
    return bool(patience) and entries[-1].update - since >= patience


def _averaged(before: float, snapshot: Snapshot[Any], updates: int) -> float:
    """The mean loss of the last so many batches, from that of the update before."""
    if updates == 1 or isnan(before):
        return float(snapshot.loss)
    return before + max(1.0 / updates, 1.0 / snapshot.update) * (snapshot.loss - before)
