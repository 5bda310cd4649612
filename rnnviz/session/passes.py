"""Passes: what each one costs, how it is computed, and which are kept."""

from __future__ import annotations

from collections import OrderedDict

from rnnviz.data import Task
from rnnviz.film import Pass, Playhead, Run, compared, compute_pass, updates_to_make
from rnnviz.film.records import Model
from rnnviz.session.jobs import UnderWay

# Steps of a small network whose pass is quick enough for the interface's thread.
_AT_ONCE = 1_500.0
# Passes that are made on it, at most.
_PASSES = 9
# Steps whose pass is worth a message of its own.
_LONG = 20_000
_KEPT = 4
# Numbers a state of a pass of which no second one is kept: they are hundreds of megabytes.
_HUGE = 4_000_000

Key = tuple[int, int, int, bool]
"""A pass: of which network, which task, which source, and whether it is compared."""


class Passes:
    """The passes that were asked for last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Pass] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: Key) -> Pass | None:
        """A pass that is kept; it is then the one that was asked for last."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def like(self, model: Model, task: Task) -> Pass | None:
        """Any pass of a network on a task, of whichever source."""
        kept = self._kept.values()
        return next((p for p in kept if p.trace.network is model and p.given is task), None)

    def keep(self, passing: Pass) -> Pass:
        """Keep one, and drop those that were not asked for the longest."""
        # A pass keeps network and task alive, so their ids cannot come to mean others.
        key = (
            id(passing.trace.network),
            id(passing.given),
            passing.source,
            passing.others is not None,
        )
        self._kept[key] = passing
        most = 1 if passing.trace.a.size > _HUGE else _KEPT
        while len(self._kept) > most:
            self._kept.popitem(last=False)
        return passing

    def clear(self) -> None:
        """Drop all of them."""
        self._kept.clear()


def passing_of(run: Run, snapshot: int, source: int, told: UnderWay | None) -> Pass:
    """A pass, with what is said of it where it takes long; Cancelled when it is to stop."""
    if told is not None and run.steps >= _LONG:
        told.turn_to(computing(run))
    return compute_pass(run, snapshot, source, told=told if run.steps >= _LONG else None)


def pass_at(
    run: Run, playhead: Playhead, known: Pass | None = None, told: UnderWay | None = None
) -> Pass:
    """The pass that a playhead wants, with those of other cells if it wants them too."""
    k, s = playhead.source, playhead.snapshot
    if not playhead.compared:
        return compute_pass(run, s, k, known, told)
    part = None if told is None else lambda done: told(0.3 * done)
    passing = compute_pass(run, s, k, known, part)
    rest = None if told is None else lambda done: told(0.3 + 0.7 * done)
    return compared(passing, run, s, rest)


def computing(run: Run) -> str:
    """What is said while a pass is computed."""
    return f"Computing {run.steps:,} steps"


def at_once(run: Run, playhead: Playhead | None = None) -> bool:
    """Whether a pass, with all that a playhead wants of it, is quick enough for this thread."""
    passes = 1
    if playhead is not None and playhead.compared:
        passes = 3 + 2 * updates_to_make(run, playhead.snapshot)
        if passes > _PASSES:
            return False
    # Rough cost of a pass in steps of a small network.
    return passes * run.steps * (1.0 + (run.units / 128.0) ** 2) <= _AT_ONCE
