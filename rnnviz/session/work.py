"""The session's work: passes that are kept, and functions that may run on another thread.

These touch no state. What opens files is imported by the jobs that open them: the window stands
before the first of them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnnviz.data import Options, Task, make_task
from rnnviz.data import Sequence as Steps
from rnnviz.engine import Network
from rnnviz.files.errors import DataError, counted, show_name
from rnnviz.film import (
    Branch,
    Branches,
    NetworkInfo,
    Pass,
    Playhead,
    Run,
    Settings,
    ShippedProblem,
    clamp,
    compute_pass,
    number,
    resolve_source,
    run_with,
    start_run,
)
from rnnviz.film.cost import Cost, cost, cost_of_windows, most_kept, size_of
from rnnviz.film.measures import MEASURES, drop, look_through, take_over
from rnnviz.film.opened_files import Asked
from rnnviz.film.panels import USUAL, measures_of
from rnnviz.film.passes import check_pass
from rnnviz.film.records import Model, answering
from rnnviz.film.truncation import window_of
from rnnviz.frozen import record
from rnnviz.session.history import Home
from rnnviz.session.jobs import Notice, UnderWay

_KEPT = 4

Key = tuple[int, int, int, int]
"""A pass: of which network, which task, which source, and cut at windows of how many steps."""


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

    def like(self, model: Model, task: Task, window: int | None = None) -> Pass | None:
        """Any pass of a network on a task, of whichever source; of this window if there is one."""
        found = [p for p in self._kept.values() if p.trace.network is model and p.given is task]
        return next((p for p in found if p.window == window), found[0] if found else None)

    def keep(self, passing: Pass) -> Pass:
        """Keep one, and drop those that were not asked for the longest."""
        # A pass keeps network and task alive, so their ids cannot come to mean others.
        key = (id(passing.trace.network), id(passing.given), passing.source, passing.window)
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
        return pass_at(branches, measures_of(USUAL), told=told)
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
    if known is None or not _answers(known, run, k):
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


def _answers(known: Pass, run: Run, source: int) -> bool:
    """Whether a pass of a run's network is the one that is asked for."""
    return known.source == resolve_source(known.task, source) and known.window == window_of(run)


def computing(run: Run) -> str:
    """What is said while a pass is computed."""
    return f"Computing {counted(run.steps, 'step')}"


def at_once(
    branches: Branches,
    names: Iterable[str] = (),
    known: Pass | None = None,
) -> bool:
    """Whether a pass, with what is missing of these measures, is quick enough for this thread."""
    run, total = branches.run, Cost(0.0)
    if known is None or not _answers(known, run, branches.source):
        size = size_of(run.task, run.architecture)
        known, total = None, cost(size, "pass", "source norms")
        total += cost_of_windows(size, window_of(run))
    for name in names:
        measure = MEASURES[name]
        if known is None or measure.missing(known, branches):
            total += measure.cost(branches)
    return total.quick


if TYPE_CHECKING:
    from rnnviz.documents import Document
    from rnnviz.opening.door import OpenFile
    from rnnviz.tours.scenes import Tour


@record
class Opened:
    """What a job made: a new run with its first pass.

    With a home it is something else, and may bring its own branches; without one it is an edit of
    the branch that is shown, and of those whose runs are `beside` it, by their numbers.
    """

    run: Run
    passing: Pass
    snapshot: int = 0
    home: Home | None = None
    branches: Branches | None = None
    beside: Mapping[int, Run] | None = None


@record
class Asking:
    """A file that was read, of which there is something to ask; a network that is to read it."""

    file: OpenFile
    asked: Asked
    network: str | Path | None = None


@record(eq=False)
class Toured:
    """A tour that was read."""

    tour: Tour


@record
class Tried:
    """A network of the user's: what is in it, and the run that it makes of what is open."""

    info: NetworkInfo
    network: Network
    opened: Opened | None = None


def started(
    task: Task,
    settings: Settings,
    source: int = 0,
    shipped: ShippedProblem | None = None,
    told: UnderWay | None = None,
) -> Opened:
    """A task with a network of its own."""
    run = replace(start_run(task, settings), shipped=shipped)
    return Opened(run, passing_of(Branches.of(run, Playhead(source=source)), told))


def with_pass(run: Run, snapshot: int = 0, told: UnderWay | None = None) -> Opened:
    """A run with the pass of one of its networks."""
    return Opened(run, passing_of(Branches.of(run, Playhead(snapshot)), told), snapshot)


def at_home(
    opened: Opened, file: str | Path | None = None, view: Mapping[str, Any] | None = None
) -> Opened:
    """As something else than what was open, from a file or not, and how it is to be looked at."""
    branches = opened.branches or Branches.of(opened.run)
    home = Home(branches, file=None if file is None else Path(file), view=dict(view or {}))
    return replace(opened, home=home)


def side_by_side(branches: Branches, panels: tuple[str, ...], told: UnderWay | None) -> Opened:
    """Branches as something else than what was open, to be looked at with some panels."""
    home = Home(branches, panels=panels)
    passing = passing_of(branches, told)
    return Opened(branches.run, passing, branches.branch.snapshot, home, branches)


def document(path: str | Path, home: Home | None, told: UnderWay | None = None) -> Opened:
    """A document, where it was left; DataError if it cannot be opened."""
    from rnnviz.documents import open_document

    return as_left(open_document(path), path, home, told)


def as_left(found: Document, path: str | Path, home: Home | None, told: UnderWay | None) -> Opened:
    """What a document holds, where it was left."""
    branches = found.branches.at(clamp(found.branches.playhead, found.branches.run))
    passing = passing_of(branches, told)
    if home is None:
        home = Home(branches, Path(path), Path(path), mark=found.mark)
    home.view, home.tour = dict(found.view), found.tour
    return Opened(branches.run, passing, branches.branch.snapshot, home, branches)


def looked(asking: Asking, options: Options) -> Asking:
    """A file looked at once more, with some fields chosen, and what is then to be asked."""
    name = show_name(asking.file.path)
    try:
        file = asking.file.current()
        asked = Asked(name, file.preview(options))
        return replace(asking, file=file.waiting(), asked=asked)
    except (DataError, ValueError) as error:
        return replace(asking, asked=Asked(name, None, str(error)))


@record(eq=False)
class Before:
    """The branch that was shown when something else is opened: its trained network may go along.

    Attributes
    ----------
    branch : Branch or None
        With all that a training under way had learned of it.
    saved : bool
        Whether what was open needed no saving.
    """

    branch: Branch | None
    saved: bool

    def settle(self, opened: Opened) -> Opened:
        """What its network reads now, as work to be saved where what it has learned is nowhere.

        Its home knows the network without its training: so that a fresh one is not asked about.
        """
        home = opened.home
        if self.saved or home is None or not opened.run.carried:
            return opened
        kept = replace(opened.run, log=(), origin=0, carried="")
        return replace(opened, home=replace(home, branches=Branches.of(kept)))


def taken_along(branch: Branch | None, sequence: Steps) -> tuple[Run | None, str]:
    """The run of a trained network on another sequence; or None, and what is said of that.

    Nothing is said where there is no network of a training to go along.
    """
    if branch is None:
        return None, ""
    from rnnviz.film.carried import carried, goes_along, trained_on

    if not goes_along(branch.run):
        return None, ""
    try:
        return carried(branch.run.up_to(branch.snapshot), sequence), ""
    except ValueError as error:
        name = trained_on(branch.run)
        why = f"the network trained on {name} does not go along: {error}"
        return None, f"{why}. This is a fresh one, and Ctrl+Z leads back"


def noted(task: Task, note: str) -> Task:
    """A task with one more note, if there is one."""
    return replace(task, notes=(note, *task.notes)) if note else task


def shown(
    sequence: Steps,
    settings: Settings,
    own: tuple[str, Network] | None,
    path: str | Path,
    told: UnderWay,
    before: Before | None = None,
) -> Opened:
    """A sequence with the trained network of what was open before, where that can read it.

    Else with a new one; with the user's own that waits for one that it can read above all.
    """
    task = make_task(sequence)
    if own is not None:
        try:
            run = run_with(task, own[1], own[0])
        except ValueError:
            pass
        else:
            return at_home(with_pass(run, told=told), path)
    run, note = taken_along(None if before is None else before.branch, sequence)
    if run is not None and before is not None:
        return before.settle(at_home(with_pass(run, len(run.networks) - 1, told), path))
    return at_home(started(noted(task, note), settings, told=told), path)


def on_stage(network: Network, path: str | Path, task: Task | None, told: UnderWay) -> Tried:
    """A network of the user's on what is open, or why it cannot be run there."""
    from rnnviz.opening.door import tried

    info, run = tried(network, path, task)
    return Tried(info, network, None if run is None else with_pass(run, told=told))


def read_by(
    network: str | Path,
    sequence: Steps,
    path: str | Path,
    told: UnderWay,
    prefix: str | None = None,
) -> object:
    """A sequence with the network in a file, or why that cannot read it."""
    from rnnviz.opening.door import network_in

    found = on_stage(network_in(network, prefix), network, make_task(sequence), told)
    return found if found.opened is None else at_home(found.opened, path)


def checked(passing: Pass) -> Notice:
    """What a numeric check of a pass's gradient says."""
    check = check_pass(passing)
    cut = "truncated " if passing.window else ""
    verdict = "agrees with" if check.passed else "does NOT agree with"
    error = number(check.error, digits=2)
    return Notice(
        f"✓ The {cut}gradient of all {len(check.errors)} parameters {verdict} numeric derivatives: "
        f"largest relative error {error} ({check.worst})."
        if check.passed
        else f"✗ The {cut}gradient of {', '.join(check.failed)} {verdict} numeric derivatives: "
        f"relative error up to {error} ({check.worst}).",
        error=not check.passed,
    )


def reason_of(error: object) -> str:
    """What to tell the user of an error."""
    if isinstance(error, MemoryError):
        return "There is not enough memory for that many steps."
    return str(error) or type(error).__name__
