"""What was opened as a run: a network on what is open, and what a session file asks for. No Qt."""

from __future__ import annotations

from dataclasses import replace
from os import PathLike
from pathlib import Path

from rnnviz.data import DEFAULT_SENTENCE, Options, Sequence, Task, make_task, sequence_from_text
from rnnviz.data.readers import Report
from rnnviz.engine import Network
from rnnviz.files.errors import DataError, show_name
from rnnviz.film import NetworkInfo, Run, Settings, describe, needs, run_with, start_run
from rnnviz.opening.door import OpenFile
from rnnviz.opening.session_files import SessionFile


def lecture_task(unit: str = "words") -> Task:
    """The task of the lecture's sentence."""
    return make_task(sequence_from_text(DEFAULT_SENTENCE, unit=unit, name="the lecture's sentence"))


def tried(
    network: Network, path: str | PathLike[str], task: Task | None
) -> tuple[NetworkInfo, Run | None]:
    """Return what is in a network, and the run that it makes of what is open if it can read it.

    Parameters
    ----------
    network
    path
        Its file.
    task
        What is open; None: the lecture's sentence.
    """
    name = show_name(path)
    info = replace(describe(network, name), path=str(Path(path).absolute()))
    try:
        run = run_with(task or lecture_task(), network, name)
    except ValueError as error:
        said, waits = (f"{name}: {error}.",), not network.architecture.bidirectional
        if waits:
            said = (*said, f"Open {needs(network.architecture)}, and it will be run.")
        return replace(info, said=said, waits=waits), None
    said = tuple(f"{note[:1].upper()}{note[1:]}." for note in run.task.notes)
    return replace(info, said=said, runs=True), run


def run_of(network: Network, path: str | PathLike[str], task: Task | None = None) -> Run:
    """Return the run that a network makes of what is open; see `tried`.

    Raises
    ------
    ValueError
        When it cannot read that, in the words that the window has for it.
    """
    info, run = tried(network, path, task)
    if run is None:
        raise ValueError(" ".join(info.said))
    return run


def network_in(path: str | PathLike[str]) -> Network:
    """Open a file that must be a network.

    Raises
    ------
    DataError
        When it cannot be opened, and for anything else.
    """
    file = OpenFile(path)
    found = file.open() if file.kind == "network" else None
    if not isinstance(found, Network):
        raise DataError(f"is a {file.kind}, and no network", path=path)
    return found


def sequence_in(
    path: str | PathLike[str], unit: str | None, progress: Report | None = None
) -> Sequence:
    """Open a file that must be a sequence.

    Raises
    ------
    DataError
        When it cannot be opened, and for anything else.
    """
    found = checked_sequence(OpenFile(path)).open(Options(unit=unit), progress)
    assert isinstance(found, Sequence)
    return found


def checked_sequence(file: OpenFile) -> OpenFile:
    """Return a file that must be a sequence.

    Raises
    ------
    DataError
        For anything else.
    """
    if file.kind != "sequence":
        raise DataError(f"is a {file.kind}, and no sequence for a network to read", path=file.path)
    return file


def begun(found: SessionFile, task: Task | None, progress: Report | None = None) -> Run:
    """What a session file asks for: its data, or what is open; its network and updates.

    Raises
    ------
    DataError
        As `sequence_in`, of its data.
    """
    if found.data is not None:
        sequence = sequence_in(found.data, found.given.get("unit"), progress)
    elif task is not None and not task.problem:
        sequence = (task.base or task).sequence
    else:
        sequence = lecture_task(found.given.get("unit", "words")).sequence
    if found.title:
        sequence = replace(sequence, name=found.title)
    given = {name: value for name, value in found.given.items() if name != "unit"}
    return start_run(make_task(sequence), Settings(**given))
