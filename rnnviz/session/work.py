"""The session's jobs: functions that may run on another thread and touch no state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from rnnviz.data import Task
from rnnviz.film import (
    Pass,
    Playhead,
    Run,
    Settings,
    ShippedProblem,
    clamp,
    compared,
    compute_pass,
    start_run,
    updates_to_make,
)
from rnnviz.film.check import check_pass
from rnnviz.home import Home
from rnnviz.session.under_way import Notice, UnderWay

# Steps of a small network whose pass is quick enough for the interface's thread.
_AT_ONCE = 1_500.0
# Passes that are made on it, at most.
_PASSES = 9
# Steps whose pass is worth a message of its own.
_LONG = 20_000


@dataclass(frozen=True, slots=True)
class Opened:
    """What a job made: a new run with its first pass.

    With a home it is something else; without one it is an edit of what is open, or (`looking`) only
    another side of it, which is no work that could be lost.
    """

    run: Run
    passing: Pass
    snapshot: int = 0
    playhead: Playhead | None = None
    home: Home | None = None
    looking: bool = False


def started(
    task: Task,
    settings: Settings,
    source: int = 0,
    shipped: ShippedProblem | None = None,
    told: UnderWay | None = None,
) -> Opened:
    """A task with a network of its own."""
    run = replace(start_run(task, settings), shipped=shipped)
    return Opened(run, passing_of(run, 0, source, told))


def with_pass(run: Run, snapshot: int = 0, told: UnderWay | None = None) -> Opened:
    """A run with the pass of one of its networks."""
    return Opened(run, passing_of(run, snapshot, 0, told), snapshot)


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


def at_home(opened: Opened, file: str | Path | None = None) -> Opened:
    """As something else than what was open, from a file or not."""
    return replace(opened, home=Home(opened.run, file=None if file is None else Path(file)))


def document(path: str | Path, home: Home | None, told: UnderWay | None = None) -> Opened:
    """A document, where it was left; DataError if it cannot be opened."""
    from rnnviz.documents import open_document  # not before it is needed

    found = open_document(path)
    playhead = clamp(found.playhead, found.run)
    passing = passing_of(found.run, playhead.snapshot, playhead.source, told)
    if home is None:
        home = Home(found.run, Path(path), Path(path))
    home.view = dict(found.view)
    return Opened(found.run, passing, playhead.snapshot, playhead, home)


def checked(passing: Pass) -> Notice:
    """What a numeric check of a pass's gradient says."""
    check = check_pass(passing)
    verdict = "agrees with" if check.passed else "does NOT agree with"
    error = f"{check.error:.1e}".replace("-", "−")
    return Notice(
        f"✓ The gradient of all {len(check.errors)} parameters {verdict} numeric derivatives: "
        f"largest relative error {error} ({check.worst})."
        if check.passed
        else f"✗ The gradient {verdict} numeric derivatives: {error} ({check.worst}).",
        error=not check.passed,
    )


def at_once(run: Run, playhead: Playhead | None = None) -> bool:
    """Whether a pass, with all that a playhead wants of it, is quick enough for this thread."""
    passes = 1
    if playhead is not None and playhead.compared:
        passes = 3 + 2 * updates_to_make(run, playhead.snapshot)
        if passes > _PASSES:
            return False
    # Rough cost of a pass in steps of a small network.
    return passes * run.steps * (1.0 + (run.units / 128.0) ** 2) <= _AT_ONCE


def reason_of(error: object) -> str:
    """What to tell the user of an error."""
    if isinstance(error, MemoryError):
        return "There is not enough memory for that many steps."
    return str(error) or type(error).__name__
