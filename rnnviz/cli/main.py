"""The command line. Parses its arguments before Qt is loaded, and loads it only if needed."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rnnviz import TRAIN_BESIDE
from rnnviz.cli.ending import refuse
from rnnviz.cli.screen import why_no_screen

if TYPE_CHECKING:
    from rnnviz.cli.arguments import Arguments
    from rnnviz.film import Frame
    from rnnviz.session import Home, UnderWay

_COMMANDS = ("train", "evaluate")

_SIZE = (1600, 900)  # of a picture
_NOBODY_READS = 128 + 13  # as after SIGPIPE
_INTERRUPTED = 128 + 2  # as after SIGINT


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
    except KeyboardInterrupt:  # before anybody had anything to keep; what trains hears it itself
        return _INTERRUPTED


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
    if [*arguments] == [TRAIN_BESIDE]:
        import signal

        signal.signal(signal.SIGINT, signal.SIG_IGN)  # from the first import on
        from rnnviz.beside.child import main as train

        train()
    if arguments and arguments[0] in _COMMANDS:
        from rnnviz.cli.problems import run

        return run(arguments)
    if arguments and arguments[0] == "export":
        from rnnviz.cli.export import export

        return export(arguments[1:])
    if arguments and arguments[0] == "exercise":
        from rnnviz.cli.exercise import exercise

        return exercise(arguments[1:])
    collecting = gc.isenabled()
    gc.disable()  # among what is imported there are no cycles to find
    from rnnviz.cli.arguments import read_arguments, why_not_together
    from rnnviz.cli.tours import is_tour, looked_into
    from rnnviz.film.cost import set_budgets
    from rnnviz.film.panels import LAYOUTS

    options = read_arguments(arguments)
    if why := why_not_together(options):
        return refuse(why)
    if options.layout is not None and options.export is not None and options.layout not in LAYOUTS:
        return refuse(f"--layout {options.layout}: a picture has {', '.join(LAYOUTS)}")
    set_budgets(options.given)
    if options.size is not None and not (options.written or options.explain):
        return refuse("--size: of a picture, and none is written: leave it out, or give --export")
    if options.explain:
        from rnnviz.cli.explain import explain

        return explain(options)
    options = looked_into(options)
    if is_tour(options):
        return _tour(options)
    if not options.written:
        return _window(options)  # where the application looks for cycles itself
    if collecting:
        gc.enable()
    from rnnviz.cli.outputs import why_not_written

    lacking = why_not_written(options)
    if lacking:
        return refuse(lacking)
    if options.save_weights is not None:
        code = _weights(options, options.save_weights)
        if code or options.export is None:
            return code
    assert options.export is not None
    if options.export.suffix.lower() != ".png":
        return _numbers(options, options.export)
    from rnnviz.cli.export import picture

    return picture(options, options.export)


def _tour(options: Arguments) -> int:
    """Present a tour, or write the picture of one of its scenes."""
    from rnnviz.cli.tours import scene_of, tour_of
    from rnnviz.files.errors import DataError

    other = [flag for flag in options.written if flag != "--export"]
    if other or (options.export is not None and options.export.suffix.lower() != ".png"):
        return refuse("of a tour --export FILE.png is written, a scene's picture, and nothing else")
    if options.export is not None:
        from rnnviz.cli.export import picture

        return picture(options, options.export)
    try:
        tour = tour_of(options)
        scene, _ = scene_of(tour, options.scene)
    except DataError as error:
        return refuse(str(error))
    lacking = why_no_screen()
    if lacking:
        return refuse(lacking)
    try:
        from rnnviz.app import Launch, run
    except ImportError as error:
        from rnnviz.cli.missing import why_missing

        return refuse(why_missing(error))
    given = options.given
    return run(
        Launch(
            theme=given.get("theme"),
            colours=given.get("colours"),
            motion=given.get("motion"),
            tour=tour,
            scene=scene,
        )
    )


def _numbers(options: Arguments, file: Path) -> int:
    from rnnviz.cli.opened import looks_in, make_frame
    from rnnviz.files.disk import why_unwritten
    from rnnviz.files.errors import DataError, show_name
    from rnnviz.film.notation import LECTURE, NOTATIONS
    from rnnviz.writing.numbers import write_numbers

    try:
        looks = {**looks_in(options), **options.given}
        notation = NOTATIONS[looks.get("notation", LECTURE.name)]
        write_numbers(make_frame(options), file, notation=notation)
    except (DataError, ValueError, MemoryError) as error:
        return refuse(str(error) or "there is not enough memory")
    except OSError as error:
        return refuse(f"{show_name(file)} cannot be written: {why_unwritten(error)}")
    return 0


def _weights(options: Arguments, file: Path) -> int:
    from rnnviz.cli.opened import make_frame
    from rnnviz.files.errors import DataError
    from rnnviz.writing.weights import write_weights

    try:
        said = write_weights(make_frame(options), file)
    except (DataError, ValueError, MemoryError) as error:
        return refuse(str(error) or "there is not enough memory")
    print(f"rnnviz: {said}", file=sys.stderr)
    return 0


def _window(options: Arguments) -> int:
    lacking = why_no_screen()
    if lacking:
        return refuse(lacking)
    try:
        from rnnviz.app import Launch, run
    except ImportError as error:
        from rnnviz.cli.missing import why_missing

        return refuse(why_missing(error))
    frame = making = None
    looked_with: tuple[str, ...] = ()
    reads = options.file is not None or options.network is not None
    own = options.network is not None and "activation" in options.given
    if reads and (options.looks or own):
        making = partial(_made, options)  # when the window stands, which says what is wrong
    elif options.looks or ("vocabulary" in options.given and options.file is None):
        from rnnviz.cli.opened import make_frame, own_panels
        from rnnviz.files.errors import DataError

        try:
            frame = make_frame(options)
        except (DataError, ValueError, MemoryError) as error:
            return refuse(str(error) or "there is not enough memory")
        looked_with = own_panels(options)
    return run(
        Launch(
            file=options.file,
            network=options.network,
            text=options.text,
            unit=options.given.get("unit"),
            reading=options.reading,
            settings=options.settings,
            memory=options.given,
            theme=options.given.get("theme"),
            colours=options.given.get("colours"),
            notation=options.given.get("notation"),
            motion=options.given.get("motion"),
            state=options.given.get("state_view"),
            layout=options.layout,
            panels=options.panels,
            problem=options.problem,
            exercise=options.exercise,
            example=options.example,
            frame=frame,
            making=making,
            looked_with=looked_with,
            start_page=options.begins,
        )
    )


def _made(options: Arguments, told: UnderWay) -> tuple[Frame, Home]:
    """What is in files as the options look at it, and where that belongs; for any thread."""
    from rnnviz.cli.opened import looked_at, looks_in, opened
    from rnnviz.session import Home

    branches, document = opened(options, told)
    frame = looked_at(options, branches, told)
    if document is None:
        return frame, Home(frame.branches, file=options.file, view=looks_in(options))
    view, mark, tour = dict(document.view), document.mark, document.tour
    return frame, Home(frame.branches, options.file, options.file, view, mark, tour=tour)
