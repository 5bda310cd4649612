"""The command line. Parses its arguments before Qt is loaded, and loads it only if needed."""

from __future__ import annotations

import argparse
import gc
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rnnviz import __version__

if TYPE_CHECKING:
    from rnnviz.film import Pass, Run, Timeline

_EPILOG = """\
Without a file the window opens on the lecture's sentence. Examples:
  rnnviz prices.csv
  rnnviz --text "the cat sat" --as characters
  rnnviz --export picture.png --at 6 --size 1920x1080 --theme dark
  rnnviz temperature.csv --export numbers.csv
Shipped problems (a file of that name is opened with ./):
  rnnviz train NAME         trains one anew; --list, --help
  rnnviz evaluate [NAME …]  measures them on examples that they were not trained on
"""
_COMMANDS = ("train", "evaluate")
_LIBRARIES = (
    "libgl1 libegl1 libxkbcommon0 libfontconfig1 libdbus-1-3 libglib2.0-0 "
    "libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0"
)


@dataclass(frozen=True, slots=True)
class At:
    """A place in the film: a stage, and a step of it."""

    stage: str
    step: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code (0, 2 where something was refused)."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments and arguments[0] in _COMMANDS:
        from rnnviz.cli_problems import run

        return run(arguments)
    options = _parser().parse_args(arguments)
    if options.file is not None and options.text is not None:
        print("rnnviz: give a file or --text, not both", file=sys.stderr)
        return 2
    if options.export is None:
        return _window(options)
    kind = options.export.suffix.lower()
    if kind == ".csv":
        return _numbers(options)
    if kind == ".png":
        return _picture(options)
    print(
        f"rnnviz: {options.export.name}: cannot write this kind of file; .png (the picture) and "
        ".csv (the numbers) can be written",
        file=sys.stderr,
    )
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rnnviz",
        description="See a recurrent neural network run: forward, backward through time, and "
        "where the gradient goes.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "file",
        nargs="?",
        type=Path,
        help="a text, table, array, sound, picture or document",
    )
    parser.add_argument("--text", help="a text to show instead of a file")
    parser.add_argument(
        "--as",
        dest="unit",
        choices=("words", "characters", "lines"),
        help="one step per word or character of a text, or one sequence a line (default: words)",
    )
    parser.add_argument(
        "--problem", metavar="NAME", help="a shipped problem with its trained network (see train)"
    )
    parser.add_argument("--example", default="", help="of the problem, by its name")
    parser.add_argument(
        "--mode",
        choices=("one_to_one", "one_to_many", "many_to_one", "encoder_decoder", "synced"),
        help="shape of input and output",
    )
    parser.add_argument("--version", action="version", version=f"rnnviz {__version__}")
    network = parser.add_argument_group("network")
    network.add_argument(
        "--cell", choices=("rnn", "gru", "gru_reset_before", "lstm"), default="rnn"
    )
    network.add_argument("--units", type=_whole, default=16, help="hidden units H (default: 16)")
    network.add_argument("--layers", type=_layers, default=1, help="layers (default: 1)")
    network.add_argument(
        "--activation", choices=("tanh", "relu", "sigmoid", "identity"), default="tanh"
    )
    network.add_argument("--seed", type=int, default=0, help="seed of the first weights")
    network.add_argument(
        "--gain", type=float, default=0.5, help="W_aa starts as an orthogonal matrix times this"
    )
    network.add_argument("--learning-rate", type=float, help="η of the update")
    network.add_argument("--optimizer", default="sgd", help="sgd, momentum, adam, … (default: sgd)")
    network.add_argument("--clip-norm", type=float, help="clip the gradient's norm to this")
    network.add_argument("--clip-value", type=float, help="clip every entry to ± this")
    view = parser.add_argument_group("what is shown")
    view.add_argument(
        "--at",
        type=_at,
        metavar="STEP",
        help="6: after forward step 6; 5.4: within step 6; back:3: after backward step 3; update",
    )
    view.add_argument("--source", type=_whole, default=0, help="step whose loss is followed")
    view.add_argument("--sum", action="store_true", help="the gradient of the sum of all losses")
    view.add_argument(
        "--compare", action="store_true", help="the gradients of the other cells beside it"
    )
    view.add_argument("--layer", type=_layers, default=0, help="layer to show (default: the top)")
    view.add_argument(
        "--quantity", default="a", help="what the state panel shows: a, c or a gate's letter"
    )
    view.add_argument(
        "--state",
        choices=("map", "lines", "cell"),
        default="map",
        help="how the hidden state is shown: of all units, of some over time, inside one cell",
    )
    view.add_argument("--unit", dest="selected", type=_whole, default=0, help="unit to select")
    view.add_argument(
        "--words", action="store_true", help="words as vectors instead of the stage and its panels"
    )
    view.add_argument("--theme", choices=("light", "dark", "system"))
    export = parser.add_argument_group("without a window")
    export.add_argument(
        "--export", type=Path, metavar="FILE", help="write a .png picture or the numbers as .csv"
    )
    export.add_argument(
        "--size", type=_size, default=(1600, 900), metavar="WxH", help="of the picture"
    )
    return parser


def _whole(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 100_000:
        raise argparse.ArgumentTypeError(f"{text} is not between 1 and 100000")
    return value


def _layers(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 8:
        raise argparse.ArgumentTypeError(f"{text} is not between 1 and 8")
    return value


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text} is not a size such as 1920x1080")
    width, height = int(found[1]), int(found[2])
    if not (640 <= width <= 7680 and 400 <= height <= 4320):
        raise argparse.ArgumentTypeError(f"{text} is not between 640x400 and 7680x4320")
    return width, height


def _at(text: str) -> At:
    if text in ("start", "update"):
        return At(text, 0)
    found = re.fullmatch(r"(back:)?(\d{1,9}(?:\.\d{1,6})?)", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text} is not a place such as 6, back:3 or update")
    return At("backward" if found[1] else "forward", float(found[2]))


def _frame(options: argparse.Namespace):
    """The frame that the options ask for. Raises ValueError or DataError."""
    from rnnviz.data import DEFAULT_SENTENCE, make_task, read_sequence, sequence_from_text
    from rnnviz.film import start_run

    if options.problem is not None:
        return _frame_of_problem(options)
    if options.file is not None and options.file.suffix.lower() == ".rnnviz":
        return _frame_of_document(options)
    if options.file is not None:
        sequence = read_sequence(options.file, unit=options.unit)
    elif options.text is not None:
        sequence = sequence_from_text(options.text, unit=options.unit or "words")
    else:
        sequence = sequence_from_text(
            DEFAULT_SENTENCE, unit=options.unit or "words", name="the lecture's sentence"
        )
    run = start_run(make_task(sequence), _settings(options))
    return _at_place(options, run)


def _frame_of_problem(options: argparse.Namespace):
    """The frame of a shipped problem: an example of it, or what was typed for it."""
    from rnnviz.lessons import open_lesson, with_text

    run = open_lesson(options.problem, options.example)
    if options.text is not None:
        run = with_text(run, options.text)
    return _at_place(options, run)


def _at_place(options: argparse.Namespace, run: Run):
    from rnnviz.film import Playhead, Timeline, compute_pass, resolve

    if options.mode is not None:
        run = run.in_mode(options.mode)
    passing = compute_pass(run, 0, options.source)
    if options.compare:
        passing = _compared(passing, run, 0)
    layers = run.architecture.layers
    playhead = Playhead(
        position=_position(options.at or At("start", 0), Timeline(passing.task.steps)),
        source=options.source,
        summed=options.sum,
        compared=options.compare,
        unit=options.selected - 1,
        layer=(options.layer or layers) - 1,
        quantity=options.quantity,
    )
    return resolve(run, playhead, passing)


def _compared(passing: Pass, run: Run, snapshot: int, *, refuse: bool = True) -> Pass:
    from rnnviz.film import compared, why_not_compared

    why = why_not_compared(run)
    if why and refuse:
        raise ValueError(f"--compare: {why}")
    return compared(passing, run, snapshot)


def _position(place: At, timeline: Timeline) -> float:
    if place.step > timeline.steps:
        raise ValueError(f"--at {place.step:g}: there are {timeline.steps} steps")
    return {
        "start": 0.0,
        "update": float(timeline.end),
        "forward": place.step,
        "backward": timeline.end - place.step,
    }[place.stage]


def _frame_of_document(options: argparse.Namespace):
    """The frame of a document, where it was left or where the options say."""
    from rnnviz.documents import open_document
    from rnnviz.film import Settings, clamp, compute_pass, resolve

    if options.unit is not None or _settings(options) != Settings():
        raise ValueError(
            f"{options.file.name}: a document has its own sequence and network; leave --as, --cell "
            "and what else belongs to them out"
        )
    found = open_document(options.file)
    run, playhead = found.run, clamp(found.playhead, found.run)
    passing = compute_pass(run, playhead.snapshot, options.source or playhead.source)
    if options.compare or playhead.compared:
        passing = _compared(passing, run, playhead.snapshot, refuse=options.compare)
    shown = resolve(run, playhead, passing)
    changes = {
        "source": options.source,
        "summed": options.sum,
        "compared": options.compare,
        "unit": options.selected - 1 if options.selected else None,
        "layer": options.layer - 1 if options.layer else None,
        "quantity": options.quantity if options.quantity != "a" else None,
        "position": _position(options.at, shown.timeline) if options.at else None,
    }
    given = {name: value for name, value in changes.items() if value not in (None, 0, False)}
    if options.at is not None:
        given["position"] = changes["position"]
    return resolve(run, replace(playhead, **given), passing)


def _settings(options: argparse.Namespace):
    from rnnviz.film import Settings

    clipping, limit = "none", 1.0
    if options.clip_norm is not None:
        clipping, limit = "norm", options.clip_norm
    elif options.clip_value is not None:
        clipping, limit = "value", options.clip_value
    return Settings(
        cell=options.cell,
        units=options.units,
        layers=options.layers,
        activation=options.activation,
        seed=options.seed,
        optimizer=options.optimizer,
        clipping=clipping,
        clip_limit=limit,
        learning_rate=options.learning_rate,
        gain=options.gain,
    )


def _numbers(options: argparse.Namespace) -> int:
    from rnnviz.export.numbers import write_numbers
    from rnnviz.files.errors import DataError

    try:
        write_numbers(_frame(options), options.export)
    except (DataError, ValueError, MemoryError) as error:
        return _refuse(str(error) or "there is not enough memory")
    except OSError as error:
        return _refuse(f"{options.export.name} cannot be written: {error.strerror}")
    return 0


def _picture(options: argparse.Namespace) -> int:
    # A picture needs no screen, and must not depend on one.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from rnnviz.files.errors import DataError

    try:
        frame = _frame(options)
    except (DataError, ValueError, MemoryError) as error:
        return _refuse(str(error) or "there is not enough memory")
    try:
        from rnnviz.export.picture import write_picture
    except ImportError as error:
        return _refuse(_missing(error))
    try:
        write_picture(
            frame,
            options.export,
            options.size,
            options.theme or "light",
            words=options.words,
            state=options.state,
        )
    except OSError as error:
        return _refuse(f"{options.export.name} cannot be written: {error.strerror or error}")
    return 0


def _window(options: argparse.Namespace) -> int:
    lacking = _no_screen()
    if lacking:
        return _refuse(lacking)
    # Among what is imported there are no cycles to find; the application looks for them again.
    gc.disable()
    try:
        from rnnviz.app import run
    except ImportError as error:
        return _refuse(_missing(error))
    return run(
        file=options.file,
        text=options.text,
        unit=options.unit,
        settings=_settings(options),
        theme=options.theme,
        problem=options.problem,
        example=options.example,
        mode=options.mode,
    )


def _no_screen() -> str:
    """Why a window cannot open on this Linux; empty where it can, or where Qt was told how."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return ""
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return "there is no screen to open a window on; --export FILE writes a picture without one"
    if os.environ.get("WAYLAND_DISPLAY"):
        return ""
    import ctypes

    try:
        ctypes.CDLL("libxcb-cursor.so.0")
    except OSError as error:
        return _missing(error)
    return ""


def _missing(error: Exception) -> str:
    return (
        f"a library is missing: {error}\n"
        f"On Debian and Ubuntu this brings it:\n  sudo apt-get install {_LIBRARIES}"
    )


def _refuse(reason: str) -> int:
    print(f"rnnviz: {reason}", file=sys.stderr)
    return 2
