"""What the options name, opened, and looked at as they say: a frame, without a window."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rnnviz.cli.arguments import Arguments
    from rnnviz.data import Task
    from rnnviz.documents import Document
    from rnnviz.film import Branches, Frame, Run
    from rnnviz.session import UnderWay

# How a table's rows are ordered, and whether they were turned round: what is exported follows it.
_OF_DATES = re.compile(r"dates? (ran|run|stands?|are)\b")


def make_frame(options: Arguments) -> Frame:
    """The frame that the options ask for. Raises ValueError or DataError."""
    return looked_at(options, opened(options)[0])


def opened(options: Arguments, told: UnderWay | None = None) -> tuple[Branches, Document | None]:
    """What the options name, where it begins or was left, and the document that it is, if any.

    With `told` it is made for a window, which says what was assumed.
    """
    from rnnviz.documents import Document
    from rnnviz.film import Branches, Playhead

    found = _found(options, told)
    if isinstance(found, Branches):
        return found, None
    if not isinstance(found, Document) and told is None:
        for note in (*found.task.sequence.notes, *found.task.notes):
            said = note.startswith("assumed: g ") and "activation" in options.given
            said = said or ("(--cell " in note and "cell" in options.given)
            dates = _OF_DATES.search(note) and "order" not in options.given
            if (note.startswith("assumed: ") and not said) or dates:
                print(f"rnnviz: {note}", file=sys.stderr)
    if isinstance(found, Document):
        return found.branches, found
    return Branches.of(found, Playhead(layer=found.architecture.layers - 1)), None


def _found(options: Arguments, told: UnderWay | None) -> Document | Run | Branches:
    if options.problem is not None:
        return _what_ships(options, options.problem)
    if options.exercise is not None:
        from rnnviz.exercises import open_code

        return open_code(options.exercise)
    if options.file is not None:
        return in_file(options, options.file, told)
    from rnnviz.data import make_task, sequence_from_text
    from rnnviz.opening.door import lecture_task

    unit = options.value("unit")
    if options.text is None:
        sequence = lecture_task(unit).sequence
    else:
        sequence = sequence_from_text(options.text, unit=unit)
    if options.reading is not None and options.reading.vocabulary is not None:
        from rnnviz.data.readers.tokens import with_vocabulary

        sequence = with_vocabulary(sequence, options.reading)
    return _run_of_task(options, make_task(sequence))


def in_file(options: Arguments, path: Path, told: UnderWay | None) -> Document | Run:
    """Open whatever a file holds."""
    from rnnviz.cli.outputs import why_not_over
    from rnnviz.data import Sequence, make_task
    from rnnviz.engine import Network
    from rnnviz.files.errors import show_name
    from rnnviz.film import Settings
    from rnnviz.opening.door import OpenFile, begun, checked_sequence, lecture_task, run_of
    from rnnviz.opening.session_files import SessionFile
    from rnnviz.opening.toml_files import Toml

    file = options.read or OpenFile(path)
    if options.network is not None:
        checked_sequence(file)
    settings = options.settings
    if file.kind == "network":  # which does not say its activation
        settings = replace(settings, activation="tanh")
    if file.kind != "sequence" and settings != Settings():
        raise ValueError(
            f"{show_name(path)}: a {file.kind} has its own network; leave --cell and what else "
            "belongs to it out"
        )
    file.check_meant(options.reads, beside=() if options.network is None else ("network",))
    found = file.open(options.reading, told)
    if isinstance(found, Sequence):
        return _run_of_task(options, make_task(found))
    if isinstance(found, Network):
        return _meant(options, run_of(found, path, lecture_task(options.value("unit"))))
    if isinstance(found, SessionFile):
        why = why_not_over(options, () if found.data is None else (found.data,))
        if why:
            raise ValueError(why)
        return begun(found, None)
    if isinstance(found, Toml):
        raise ValueError(f"{show_name(path)}: is a tour, of which nothing else is told or written")
    return found


def looks_in(options: Arguments) -> dict[str, Any]:
    """How a session file says it is looked at; nothing of what is none, or cannot be opened."""
    file = options.read
    if file is None or file.kind != "session":
        return {}
    from rnnviz.files.errors import DataError
    from rnnviz.opening.session_files import SessionFile

    try:
        found = file.open()
    except DataError:  # who opens it says so
        return {}
    return found.looks if isinstance(found, SessionFile) else {}


def _run_of_task(options: Arguments, task: Task) -> Run:
    """The run of a task, by a new network or the one in a file."""
    from rnnviz.film import start_run
    from rnnviz.opening.door import network_in, run_of

    if options.network is None:
        return start_run(task, options.settings)
    network = network_in(options.network, options.value("prefix"))
    return _meant(options, run_of(network, options.network, task))


def _meant(options: Arguments, run: Run) -> Run:
    """An opened network with the activation and the GRU that were given."""
    from rnnviz.film.fields import FIELDS

    made = run.architecture
    g, cell = (options.given.get(name) for name in ("activation", "cell"))
    if g not in (None, made.activation):
        why = FIELDS["activation"].why_not(run.settings)
        if why:
            raise ValueError(f"--activation {g}: {why}")
    g, chosen = g or made.activation, cell or made.cell
    if (g, chosen) == (made.activation, made.cell):
        return run
    try:
        return run.as_meant(g, chosen, 0)
    except ValueError as error:
        raise ValueError(f"--cell {cell}: {error}; leave --cell") from None


def _what_ships(options: Arguments, name: str) -> Run | Branches:
    """A shipped problem with an example of it or what was typed for it; what is side by side."""
    from rnnviz.opening.shipped import open_any, open_problem, with_text

    if options.text is not None:
        return with_text(open_problem(name, options.example), options.text)
    found = open_any(name, options.example)
    return found if len(found.each) > 1 else found.run


def own_panels(options: Arguments) -> tuple[str, ...]:
    """What that is to be looked at with, where the options do not say it."""
    if options.problem is None or options.layout or options.panels or "state_view" in options.given:
        return ()
    from rnnviz.opening.shipped import panels_of

    return panels_of(options.problem)


def looked_at(options: Arguments, branches: Branches, told: UnderWay | None = None) -> Frame:
    """What is open as the options look at it, or why that cannot be."""
    from rnnviz.files.errors import counted
    from rnnviz.film import Timeline, clamp, compute_pass, resolve
    from rnnviz.film.places import looked_from, position_of, refuse_absent

    mode = options.given.get("mode", branches.task.mode)
    if mode != branches.task.mode:
        try:
            branches = branches.with_run(branches.run.in_mode(mode))
        except ValueError as error:
            raise ValueError(f"--mode {mode}: {error}") from None
    run = branches.run
    playhead = clamp(branches.playhead, run)
    playhead = looked_from(playhead, options.given)
    if told is not None:
        told.turn_to(f"Computing {counted(run.steps, 'step')}")
    passing = compute_pass(run, playhead.snapshot, playhead.source, None, told)
    try:
        refuse_absent(options.given, run, passing)
    except ValueError as error:
        raise ValueError(f"--{error}") from None
    if options.at is not None:
        try:
            playhead = playhead.at(position_of(options.at, Timeline(passing.task.steps)))
        except ValueError as error:
            raise ValueError(f"--at {error}") from None
    branches = _compared(options, branches.at(playhead))
    return resolve(run, playhead, passing, branches)


def _compared(options: Arguments, branches: Branches) -> Branches:
    """With the other cells beside the run, if the options say so."""
    from rnnviz.film.comparison import compare, is_compared, why_not_compared

    if not options.value("compared") or is_compared(branches):
        return branches
    why = why_not_compared(branches)
    if why:
        raise ValueError(f"--compare: {why}")
    return compare(branches)
