"""Passes: what each one costs, how it is computed, and which are kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable

from rnnviz.data import Task
from rnnviz.film import Branches, Pass, Run, compute_pass, resolve_source
from rnnviz.film.cost import Cost, cost, most_kept, size_of
from rnnviz.film.measures import MEASURES, drop, look_through, take_over
from rnnviz.film.panels import PANELS, measures_of
from rnnviz.film.records import Model, answering
from rnnviz.session.jobs import UnderWay

_KEPT = 4

Key = tuple[int, int, int]
"""A pass: of which network, which task and which source."""


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
        key = (id(passing.trace.network), id(passing.given), passing.source)
        self._kept[key] = passing
        size = size_of(passing.task, answering(passing.trace.network).architecture)
        most = most_kept(size, _KEPT)
        while len(self._kept) > most:
            self._kept.popitem(last=False)
        return passing

    def ask_only(self, measures: Iterable[str]) -> None:
        """Forget what was found of them and is no longer asked for."""
        names = tuple(measures)
        for passing in self._kept.values():
            drop(passing, names)

    def clear(self) -> None:
        """Drop all of them."""
        self._kept.clear()


def passing_of(branches: Branches, told: UnderWay | None) -> Pass:
    """The pass that is shown first, with what is said where it takes long; Cancelled to stop."""
    if told is not None:
        told.turn_to(computing(branches.run))
        return pass_at(branches, measures_of(PANELS), told=told)
    return compute_pass(branches.run, branches.branch.snapshot, branches.source)


def pass_at(
    branches: Branches,
    names: Collection[str],
    known: Pass | None = None,
    told: UnderWay | None = None,
) -> Pass:
    """The pass of the branch that is shown, with the measures of these names.

    Of a `known` one of the same network its numbers are taken over, or it is that pass itself.
    """
    run, k, s = branches.run, branches.source, branches.branch.snapshot
    passing, first = known, 0.0
    if known is None or known.source != resolve_source(known.task, k):
        made = cost(size_of(run.task, run.architecture), "pass").seconds
        rest = sum(MEASURES[name].cost(branches).seconds for name in names)
        first = made / (made + rest)
        part = None if told is None else lambda done: told(first * done)
        passing = compute_pass(run, s, k, known, part)
        if known is not None:
            take_over(passing, known)
    assert passing is not None
    after = None if told is None else lambda done: told(first + (1.0 - first) * done)
    look_through(passing, branches, names, after)
    return passing


def computing(run: Run) -> str:
    """What is said while a pass is computed."""
    return f"Computing {run.steps:,} steps"


def at_once(
    branches: Branches,
    names: Iterable[str] = (),
    known: Pass | None = None,
) -> bool:
    """Whether a pass, with what is missing of these measures, is quick enough for this thread."""
    run, total = branches.run, Cost(0.0)
    if known is None or known.source != resolve_source(known.task, branches.source):
        known, total = None, cost(size_of(run.task, run.architecture), "pass", "source norms")
    for name in names:
        measure = MEASURES[name]
        if known is None or measure.missing(known, branches):
            total += measure.cost(branches)
    return total.quick
