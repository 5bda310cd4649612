"""The command line. Parses its arguments before Qt is loaded, and loads it only if needed."""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rnnviz.cli.arguments import Arguments
    from rnnviz.cli.parser import At
    from rnnviz.data import Task
    from rnnviz.documents import Document
    from rnnviz.film import Branches, Frame, Pass, Run, Timeline
    from rnnviz.session import Home, UnderWay

_COMMANDS = ("train", "evaluate")
_LIBRARIES = (
    "libgl1 libegl1 libxkbcommon0 libfontconfig1 libdbus-1-3 libglib2.0-0 "
    "libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0"
)

_NOBODY_READS = 128 + 13  # as after SIGPIPE

_WITHOUT = "--export FILE writes a picture without one"

# How a table's rows are ordered, and whether they were turned round: what is exported follows it.
_OF_DATES = re.compile(r"dates? (ran|run|stands?|are)\b")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code (0, 2 where something was refused).

    Where nobody reads what it prints any more, as behind `| head`, it ends without a word, with
    the code that a shell has for that.
    """
    try:
        try:
            return _run(sys.argv[1:] if arguments is None else arguments)
        finally:  # also where the parser of arguments ends the program after its help
            if sys.stdout is not None:  # a window on Windows has none
                sys.stdout.flush()
    except BrokenPipeError:
        _print_no_more()
        return _NOBODY_READS


def _print_no_more() -> None:
    """What is still to be written goes nowhere: at its end Python would complain of it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
            continue
        with suppress(OSError, ValueError, AttributeError):
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _run(arguments: Sequence[str]) -> int:
    """See `main`."""
    if arguments and arguments[0] in _COMMANDS:
        from rnnviz.cli.problems import run

        return run(arguments)
    collecting = gc.isenabled()
    gc.disable()  # among what is imported there are no cycles to find
    from rnnviz.cli.arguments import read_arguments
    from rnnviz.files.errors import show_name
    from rnnviz.film import Settings
    from rnnviz.film.cost import set_budgets
    from rnnviz.film.panels import LAYOUTS

    options = read_arguments(arguments)
    if options.file is not None and options.text is not None:
        return _refuse("give a file or --text, not both")
    if options.file is not None and options.problem is not None:
        return _refuse("give a file or --problem, not both")
    if options.example and options.problem is None:
        return _refuse("--example: it is one of a --problem")
    if options.problem is not None and options.settings != Settings():
        return _refuse(
            "--problem: it has its own network; leave --cell and what else belongs to one out"
        )
    if options.network is not None:
        if options.problem is not None:
            return _refuse("--network: a shipped problem has its own network")
        if replace(options.settings, activation="tanh") != Settings():
            return _refuse("--network: leave --cell and what else belongs to a new network out")
    if options.layout is not None and options.export is not None and options.layout not in LAYOUTS:
        return _refuse(f"--layout {options.layout}: a picture has {', '.join(LAYOUTS)}")
    set_budgets(options.given)
    if options.explain:
        from rnnviz.cli.explain import explain

        return explain(options)
    if not options.written:
        return _window(options)  # where the application looks for cycles itself
    if collecting:
        gc.enable()
    for given in (options.file, options.network):
        for flag, path in options.written.items():
            if given is not None and _same_file(given, path):
                return _refuse(f"{show_name(path)}: it is read, give {flag} another name")
    if options.save_weights is not None:
        code = _weights(options, options.save_weights)
        if code or options.export is None:
            return code
    assert options.export is not None
    kind = options.export.suffix.lower()
    if kind in (".csv", ".npz"):
        return _numbers(options, options.export)
    if kind == ".png":
        return _picture(options, options.export)
    return _refuse(
        f"{show_name(options.export)}: cannot write this kind of file; .png (the picture), .csv "
        "and .npz (the numbers) can be written, and --save-weights writes the network"
    )


def _same_file(one: str | Path, other: Path) -> bool:
    """Whether two names are those of one file, by links too."""
    try:
        return Path(one).samefile(other)
    except OSError:
        return False


def make_frame(options: Arguments) -> Frame:
    """The frame that the options ask for. Raises ValueError or DataError."""
    return _looked_at(options, _opened(options)[0])


def _opened(options: Arguments, told: UnderWay | None = None) -> tuple[Branches, Document | None]:
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
            dates = _OF_DATES.search(note) and "order" not in options.given
            if (note.startswith("assumed: ") and not said) or dates:
                print(f"rnnviz: {note}", file=sys.stderr)
    if isinstance(found, Document):
        return found.branches, found
    return Branches.of(found, Playhead(layer=found.architecture.layers - 1)), None


def _found(options: Arguments, told: UnderWay | None) -> Document | Run | Branches:
    if options.problem is not None:
        return _what_ships(options, options.problem)
    if options.file is not None:
        return _in_file(options, options.file, told)
    from rnnviz.data import make_task, sequence_from_text
    from rnnviz.opening.door import lecture_task

    unit = options.value("unit")
    if options.text is None:
        return _run_of_task(options, lecture_task(unit))
    sequence = sequence_from_text(options.text, unit=unit)
    if options.reading is not None and options.reading.vocabulary is not None:
        from rnnviz.data.readers.tokens import with_vocabulary

        sequence = with_vocabulary(sequence, options.reading)
    return _run_of_task(options, make_task(sequence))


def _in_file(options: Arguments, path: Path, told: UnderWay | None) -> Document | Run:
    """Whatever a file holds."""
    from rnnviz.cli.arguments import READING
    from rnnviz.data import Sequence, make_task
    from rnnviz.engine import Network
    from rnnviz.film import Settings
    from rnnviz.film.fields import FIELDS
    from rnnviz.opening.door import OpenFile, begun, checked_sequence, lecture_task, run_of
    from rnnviz.opening.session_files import SessionFile

    file = OpenFile(path)
    if options.network is not None:
        checked_sequence(file)
    settings = options.settings
    if file.kind == "network":  # which does not say its activation
        settings = replace(settings, activation="tanh")
    if file.kind != "sequence" and settings != Settings():
        raise ValueError(
            f"{path.name}: a {file.kind} has its own network; leave --cell and what else belongs "
            "to it out"
        )
    own = [name for name in READING if name in options.given]
    if file.kind in ("document", "session") and own:
        flag = FIELDS[own[0]].flags[0].key
        raise ValueError(f"{path.name}: a {file.kind} has its own sequence; leave {flag} out")
    found = file.open(options.reading, told)
    if isinstance(found, Sequence):
        return _run_of_task(options, make_task(found))
    if isinstance(found, Network):
        return _activated(options, run_of(found, path, lecture_task(options.value("unit"))))
    if isinstance(found, SessionFile):
        for flag, path in options.written.items():
            if found.data and _same_file(found.data, path):
                raise ValueError(f"{path.name}: it is read, give {flag} another name")
        return begun(found, None)
    return found


def _run_of_task(options: Arguments, task: Task) -> Run:
    """The run of a task, by a new network or the one in a file."""
    from rnnviz.film import start_run
    from rnnviz.opening.door import network_in, run_of

    if options.network is None:
        return start_run(task, options.settings)
    network = network_in(options.network, options.value("prefix"))
    return _activated(options, run_of(network, options.network, task))


def _activated(options: Arguments, run: Run) -> Run:
    """An opened network with the activation that was given, which its file does not say."""
    from rnnviz.film.fields import FIELDS

    given = options.given.get("activation")
    if given is None or given == run.architecture.activation:
        return run
    why = FIELDS["activation"].why_not(run.settings)
    if why:
        raise ValueError(f"--activation {given}: {why}")
    return run.with_activation(given, 0)


def _what_ships(options: Arguments, name: str) -> Run | Branches:
    """A shipped problem with an example of it or what was typed for it; what is side by side."""
    from rnnviz.opening.shipped import open_any, open_problem, with_text

    if options.text is not None:
        return with_text(open_problem(name, options.example), options.text)
    found = open_any(name, options.example)
    return found if len(found.each) > 1 else found.run


def _own_panels(options: Arguments) -> tuple[str, ...]:
    """What that is to be looked at with, where the options do not say it."""
    if options.problem is None or options.layout or options.panels or "state_view" in options.given:
        return ()
    from rnnviz.opening.shipped import panels_of

    return panels_of(options.problem)


def _looked_at(options: Arguments, branches: Branches, told: UnderWay | None = None) -> Frame:
    """What is open as the options look at it, or why that cannot be."""
    from rnnviz.film import Timeline, clamp, compute_pass, resolve

    mode = options.given.get("mode", branches.task.mode)
    if mode != branches.task.mode:
        try:
            branches = branches.with_run(branches.run.in_mode(mode))
        except ValueError as error:
            raise ValueError(f"--mode {mode}: {error}") from None
    run = branches.run
    playhead = clamp(branches.playhead, run)
    looked = ("source", "summed", "quantity", "origin", "horizon")
    changes = {n: options.given[n] for n in looked if n in options.given}
    for name, counted in (("unit", "selected"), ("layer", "layer"), ("column", "column")):
        if options.value(counted):
            changes[name] = options.value(counted) - 1
    playhead = replace(playhead, **changes)
    if told is not None:
        told.turn_to(f"Computing {run.steps:,} steps")
    passing = compute_pass(run, playhead.snapshot, playhead.source, None, told)
    _check(options, run, passing)
    if options.at is not None:
        playhead = playhead.at(_position(options.at, Timeline(passing.task.steps)))
    branches = _compared(options, branches.at(playhead))
    return resolve(run, playhead, passing, branches)


def _check(options: Arguments, run: Run, passing: Pass) -> None:
    """Refuse to look at what is not there."""
    from rnnviz.files.errors import show_value
    from rnnviz.film.frame.states import quantities_of

    sizes, steps = run.architecture, passing.task.steps
    most = (("unit", "selected", sizes.units), ("layer", "layer", sizes.layers))
    values = run.task.sequence.values
    columns = ("column", "column", 0 if values is None else values.shape[1])
    known = run.steps if run.task.given is None else run.task.given
    of_steps = (("source", "source", steps), ("origin", "origin", known))
    for flag, name, count in (*most, columns, *of_steps):
        value, what = options.value(name), "step" if flag in ("source", "origin") else flag
        if value > count:
            there = f"is 1 {what}" if count == 1 else f"are {count} {what}s"
            raise ValueError(f"--{flag} {value}: there {there}")
    source = options.value("source")
    if source and source != passing.source:
        raise ValueError(f"--source {source}: step {source} pays no loss")
    quantities = quantities_of(sizes)
    if options.value("quantity") not in quantities:
        what = show_value(options.value("quantity"))
        raise ValueError(f"--quantity {what}: this network has {', '.join(quantities)}")


def _compared(options: Arguments, branches: Branches) -> Branches:
    """With the other cells beside the run, if the options say so."""
    from rnnviz.film.comparison import compare, is_compared, why_not_compared

    if not options.value("compared") or is_compared(branches):
        return branches
    why = why_not_compared(branches)
    if why:
        raise ValueError(f"--compare: {why}")
    return compare(branches)


def _position(place: At | None, timeline: Timeline) -> float:
    if place is None:
        return 0.0
    if place.step > timeline.steps:
        raise ValueError(f"--at {place.step:g}: there are {timeline.steps} steps")
    return {
        "start": 0.0,
        "update": float(timeline.end),
        "forward": place.step,
        "backward": timeline.end - place.step,
    }[place.stage]


def _numbers(options: Arguments, file: Path) -> int:
    from rnnviz.files.errors import DataError
    from rnnviz.writing.numbers import write_numbers

    try:
        write_numbers(make_frame(options), file)
    except (DataError, ValueError, MemoryError) as error:
        return _refuse(str(error) or "there is not enough memory")
    except OSError as error:
        return _refuse(f"{file.name} cannot be written: {error.strerror}")
    return 0


def _weights(options: Arguments, file: Path) -> int:
    from rnnviz.files.errors import DataError
    from rnnviz.writing.weights import write_weights

    try:
        said = write_weights(make_frame(options), file)
    except (DataError, ValueError, MemoryError) as error:
        return _refuse(str(error) or "there is not enough memory")
    print(f"rnnviz: {said}", file=sys.stderr)
    return 0


def _picture(options: Arguments, file: Path) -> int:
    # A picture needs no screen, and must not depend on one.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from rnnviz.files.errors import DataError

    try:
        frame = make_frame(options)
    except (DataError, ValueError, MemoryError) as error:
        return _refuse(str(error) or "there is not enough memory")
    try:
        from rnnviz.export.picture import write_picture
    except ImportError as error:
        return _refuse(_missing(error))
    try:
        write_picture(
            frame,
            file,
            options.size,
            options.given.get("theme", "light"),
            words=options.words,
            state=options.given.get("state_view"),
            layout=options.layout,
            panels=options.panels or _own_panels(options),
        )
    except OSError as error:
        return _refuse(f"{file.name} cannot be written: {error.strerror or error}")
    return 0


def _window(options: Arguments) -> int:
    lacking = _no_screen()
    if lacking:
        return _refuse(lacking)
    try:
        from rnnviz.app import run
    except ImportError as error:
        return _refuse(_missing(error))
    frame = making = None
    reads = options.file is not None or options.network is not None
    own = options.network is not None and "activation" in options.given
    if reads and (options.looks or own):
        making = partial(_made, options)  # when the window stands, which says what is wrong
    elif options.looks or (options.text is not None and "vocabulary" in options.given):
        from rnnviz.files.errors import DataError

        try:
            frame = make_frame(options)
        except (DataError, ValueError, MemoryError) as error:
            return _refuse(str(error) or "there is not enough memory")
    return run(
        file=options.file,
        network=options.network,
        text=options.text,
        unit=options.given.get("unit"),
        reading=options.reading,
        settings=options.settings,
        memory=options.given,
        theme=options.given.get("theme"),
        state=options.given.get("state_view"),
        layout=options.layout,
        panels=options.panels,
        problem=options.problem,
        example=options.example,
        frame=frame,
        making=making,
        looked_with=() if frame is None else _own_panels(options),
    )


def _made(options: Arguments, told: UnderWay) -> tuple[Frame, Home]:
    """What is in files as the options look at it, and where that belongs; for any thread."""
    from rnnviz.session import Home

    branches, document = _opened(options, told)
    frame = _looked_at(options, branches, told)
    if document is None:
        return frame, Home(frame.branches, file=options.file)
    return frame, Home(
        frame.branches, options.file, options.file, dict(document.view), document.mark
    )


def _no_screen() -> str:
    """Why a window cannot open here; empty where it can, or where Qt needs no screen for it.

    Qt itself would end the process, with a core dump.
    """
    given = os.environ.get("QT_QPA_PLATFORM", "")
    platform = given.split(":")[0].split(";")[0]
    if not sys.platform.startswith("linux") or (
        platform and not platform.startswith(("xcb", "wayland"))
    ):
        return ""
    display, wayland = os.environ.get("DISPLAY"), os.environ.get("WAYLAND_DISPLAY")
    if not (display or wayland):
        return f"there is no screen to open a window on; {_WITHOUT}"
    if wayland and not platform.startswith("xcb") and _wayland_answers(wayland):
        return ""
    if not display or platform.startswith("wayland"):
        return f"the screen WAYLAND_DISPLAY={wayland or ''} cannot be reached; {_WITHOUT}"
    import ctypes

    try:
        ctypes.CDLL("libxcb-cursor.so.0")
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError as error:
        return _missing(error)
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    fault = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return f"the screen DISPLAY={display} cannot be reached; {_WITHOUT}" if fault else ""


def _wayland_answers(name: str) -> bool:
    import socket

    where = os.path.join(os.environ.get("XDG_RUNTIME_DIR", ""), name)  # noqa: PTH118
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.connect(where)
    except (OSError, ValueError):
        return False
    return True


def _missing(error: Exception) -> str:
    return (
        f"a library is missing: {error}\n"
        f"On Debian and Ubuntu this brings it:\n  sudo apt-get install {_LIBRARIES}"
    )


def _refuse(reason: str) -> int:
    print(f"rnnviz: {reason}", file=sys.stderr)
    return 2
