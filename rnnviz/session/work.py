"""The session's jobs: functions that may run on another thread and touch no state.

What opens files is imported by the jobs that open them: the window stands before the first of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rnnviz.data import Options, Task, make_task
from rnnviz.data import Sequence as Steps
from rnnviz.engine import Network
from rnnviz.files.errors import DataError, show_name
from rnnviz.film import (
    Branches,
    NetworkInfo,
    Pass,
    Playhead,
    Run,
    Settings,
    ShippedProblem,
    clamp,
    run_with,
    start_run,
)
from rnnviz.film.asking import Asked
from rnnviz.film.check import check_pass
from rnnviz.session.home import Home
from rnnviz.session.jobs import Notice, UnderWay
from rnnviz.session.passes import passing_of

if TYPE_CHECKING:
    from rnnviz.documents import Document
    from rnnviz.opening.door import OpenFile


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Asking:
    """A file that was read, of which there is something to ask; a network that is to read it."""

    file: OpenFile
    asked: Asked
    network: str | Path | None = None


@dataclass(frozen=True, slots=True)
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


def at_home(opened: Opened, file: str | Path | None = None) -> Opened:
    """As something else than what was open, from a file or not."""
    branches = opened.branches or Branches.of(opened.run)
    home = Home(branches, file=None if file is None else Path(file))
    return replace(opened, home=home)


def document(path: str | Path, home: Home | None, told: UnderWay | None = None) -> Opened:
    """A document, where it was left; DataError if it cannot be opened."""
    from rnnviz.documents import open_document

    return as_left(open_document(path), path, home, told)


def as_left(found: Document, path: str | Path, home: Home | None, told: UnderWay | None) -> Opened:
    """What a document holds, where it was left."""
    branches = found.branches.at(clamp(found.branches.playhead, found.branches.run))
    passing = passing_of(branches, told)
    if home is None:
        home = Home(branches, Path(path), Path(path))
    home.view = dict(found.view)
    return Opened(branches.run, passing, branches.branch.snapshot, home, branches)


def looked(asking: Asking, options: Options) -> Asking:
    """A file looked at once more, with some fields chosen, and what is then to be asked."""
    name = show_name(asking.file.path)
    try:
        file = asking.file.current()
        return replace(asking, file=file, asked=Asked(name, file.preview(options)))
    except (DataError, ValueError) as error:
        return replace(asking, asked=Asked(name, None, str(error)))


def shown(
    sequence: Steps,
    settings: Settings,
    own: tuple[str, Network] | None,
    path: str | Path,
    told: UnderWay,
) -> Opened:
    """A sequence with a new network, or with the user's own that waits for one that it can read."""
    task = make_task(sequence)
    if own is not None:
        try:
            run = run_with(task, own[1], own[0])
        except ValueError:
            pass
        else:
            return at_home(with_pass(run, told=told), path)
    return at_home(started(task, settings, told=told), path)


def on_stage(network: Network, path: str | Path, task: Task | None, told: UnderWay) -> Tried:
    """A network of the user's on what is open, or why it cannot be run there."""
    from rnnviz.opening.starting import tried

    info, run = tried(network, path, task)
    return Tried(info, network, None if run is None else with_pass(run, told=told))


def read_by(network: str | Path, sequence: Steps, path: str | Path, told: UnderWay) -> object:
    """A sequence with the network in a file, or why that cannot read it."""
    from rnnviz.opening.starting import network_in

    found = on_stage(network_in(network), network, make_task(sequence), told)
    return found if found.opened is None else at_home(found.opened, path)


def checked(passing: Pass) -> Notice:
    """What a numeric check of a pass's gradient says."""
    check = check_pass(passing)
    verdict = "agrees with" if check.passed else "does NOT agree with"
    error = f"{check.error:.1e}".replace("-", "−")
    return Notice(
        f"✓ The gradient of all {len(check.errors)} parameters {verdict} numeric derivatives: "
        f"largest relative error {error} ({check.worst})."
        if check.passed
        else f"✗ The gradient of {', '.join(check.failed)} {verdict} numeric derivatives: relative "
        f"error up to {error} ({check.worst}).",
        error=not check.passed,
    )


def reason_of(error: object) -> str:
    """What to tell the user of an error."""
    if isinstance(error, MemoryError):
        return "There is not enough memory for that many steps."
    return str(error) or type(error).__name__
