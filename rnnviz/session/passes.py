"""Passes: what each one costs, how it is computed, and which are kept."""

from __future__ import annotations

from collections import OrderedDict

from rnnviz.data import Task
from rnnviz.film import Pass, Playhead, Run, compared, compute_pass, updates_to_make
from rnnviz.film.cost import cost, most_kept, size_of
from rnnviz.film.records import Model, answering
from rnnviz.session.jobs import UnderWay

_KEPT = 4

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
        size = size_of(passing.task, answering(passing.trace.network).architecture)
        most = most_kept(size, _KEPT)
        while len(self._kept) > most:
            self._kept.popitem(last=False)
        return passing

    def clear(self) -> None:
        """Drop all of them."""
        self._kept.clear()


def passing_of(run: Run, snapshot: int, source: int, told: UnderWay | None) -> Pass:
    """A pass, with what is said of it where it takes long; Cancelled when it is to stop."""
    if told is not None:
        told.turn_to(computing(run))
    return compute_pass(run, snapshot, source, told=told)


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
    names = ["pass", "source norms"]
    if playhead is not None and playhead.compared:
        names += ["another cell"] * (2 + 2 * updates_to_make(run, playhead.snapshot))
    return cost(size_of(run.task, run.architecture), *names).quick
