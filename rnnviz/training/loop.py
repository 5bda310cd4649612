"""The one loop: updates, what is measured and kept on the way, and how it ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from math import isfinite, isnan
from typing import Any

from rnnviz.engine.training import DivergenceError, Snapshot
from rnnviz.film import Progress
from rnnviz.film.plan import best_of, validation_of
from rnnviz.film.records import answering
from rnnviz.film.words import number, spread_of
from rnnviz.record import record
from rnnviz.training.keeping import ThinnedLog, most_kept
from rnnviz.training.prepare import Fitting


@record(eq=False)
class Ended:
    """How a training ended.

    Attributes
    ----------
    log : tuple of Snapshot
        What was kept: the first, the best, the last, and some between.
    text : str
        In words.
    diverged : bool
        Whether its numbers stopped being finite; the log ends with the last that were.
    """

    log: tuple[Snapshot[Any], ...]
    text: str
    diverged: bool = False


def fit(
    fitting: Fitting,
    report: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Ended:
    """Train, until the updates are made, someone says stop, or it diverges.

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
        )

    if report is not None:
        report(progress())
    try:
        for after in training.run(start, fitting.updates, stop=stop):
            snapshot, loss = after, _averaged(loss, after, fitting.averaged)
            if fitting.keeping(after.update) or after.update == goal:
                kept = replace(training.validated(after), loss=loss)
                measured = validation_of(kept)
                log.add(kept)
            if report is not None:
                report(progress())
    except DivergenceError as error:
        log.back_to(training.validated(error.snapshot))
        text = str(error)
        return Ended(log.entries, f"T{text[1:]}. {_remedy(log)}", diverged=True)
    if log.entries[-1].update != snapshot.update:
        log.add(replace(training.validated(snapshot), loss=loss))
    return Ended(log.entries, _said(log, goal, fitting.naive))


def _averaged(before: float, snapshot: Snapshot[Any], updates: int) -> float:
    """The mean loss of the last so many batches, from that of the update before."""
    if updates == 1 or isnan(before):
        return float(snapshot.loss)
    return before + max(1.0 / updates, 1.0 / snapshot.update) * (snapshot.loss - before)


def _said(log: ThinnedLog, goal: int, naive: float) -> str:
    entries = log.entries
    last, best = entries[-1], best_of(entries)
    done = "Trained for" if last.update == goal else "Stopped after"
    words = f"{done} {last.update:,} update{'' if last.update == 1 else 's'}"
    if best >= 0:
        spread = spread_of([validation_of(last), validation_of(entries[best]), naive])
        words += f" · validation loss {number(validation_of(last), spread)}"
        if entries[best].update != last.update:
            words += (
                f", smallest {number(validation_of(entries[best]), spread)}"
                f" at update {entries[best].update:,}"
            )
        if isfinite(naive):
            words += f" · if nothing changed: {number(naive, spread)}"
    return words


def _remedy(log: ThinnedLog) -> str:
    last = log.entries[-1].update
    kept = f"What was learned up to update {last:,} is kept" if last else "Nothing was learned"
    return f"{kept}; a smaller η or clipping may help."
