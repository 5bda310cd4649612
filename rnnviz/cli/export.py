"""``rnnviz export``: pictures, films and pages of what is opened, without a window.

The parser loads no Qt; what writes is imported when all else is in order.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnnviz.cli.ending import refuse
from rnnviz.cli.parser import (
    Parser,
    add_sources,
    add_view,
    field_reader,
    read_file,
    read_place,
    read_size,
)
from rnnviz.files.errors import DataError
from rnnviz.film.export_fields import OPTIONS
from rnnviz.film.fields import FIELDS

if TYPE_CHECKING:
    from rnnviz.cli.arguments import Arguments
    from rnnviz.film import Frame
    from rnnviz.film.places import At
    from rnnviz.tours.scenes import Tour
    from rnnviz.writing.formats import ExportJob, Format

SIZE = (1600, 900)
"""Of a picture, in pixels, where nothing else is said."""
_EVERY = 0.1  # seconds between two words of progress
_OWN = ("what", "format", "output", "from_", "to", "progress",
        *(f"export_{name}" for name in OPTIONS))  # fmt: skip


def export(arguments: Sequence[str]) -> int:
    """Run ``export …``; returns the exit code (0, 2 refused, 130 after Ctrl+C)."""
    from rnnviz.cli.arguments import Arguments

    values = vars(make_parser().read(arguments))
    own = {name: values.pop(name) for name in _OWN}
    given, panels = values.pop("given", None) or {}, tuple(values.pop("panels"))
    options = Arguments(given=given, panels=panels, **values)
    try:
        job, row = _job(_named(options), own)
    except (DataError, ValueError, MemoryError) as error:
        return refuse(str(error) or "there is not enough memory")
    return write(job, row, lines=own["progress"])


def picture(options: Arguments, output: Path) -> int:
    """Write the picture that ``--export FILE.png`` asks for, of a run or of a tour's scene."""
    from rnnviz.cli.tours import is_tour

    named = {"output": output, "format": None, "what": "window"}
    try:
        job, row = _job(options, named)
        if is_tour(options) and job.scene is None:
            job = replace(job, scene=0)
    except (DataError, ValueError, MemoryError) as error:
        return refuse(str(error) or "there is not enough memory")
    return write(job, row, quiet=True)


def write(job: ExportJob, row: Format, *, lines: bool = False, quiet: bool = False) -> int:
    """Write a file and say so; returns the exit code.

    Parameters
    ----------
    job : ExportJob
    row : Format
    lines : bool
        Progress in lines that a program reads: "progress 0.43".
    quiet : bool
        Say nothing of a file that is as it was asked for.
    """
    from rnnviz.cli.ending import stopping
    from rnnviz.files.disk import clear_partials

    os.environ["QT_QPA_PLATFORM"] = "offscreen"  # what is drawn must not depend on a screen
    clear_partials(job.output.parent)  # what an export left that was killed
    # An exception out of a signal would go through Qt's own calls, which lose it or abort.
    with stopping() as asked:
        return _written(job, row, _Progress(lines, asked), quiet=quiet)


def _written(job: ExportJob, row: Format, progress: _Progress, *, quiet: bool) -> int:
    from rnnviz.cli.missing import why_missing
    from rnnviz.files.disk import why_unwritten
    from rnnviz.files.errors import Cancelled, show_name

    try:
        large = "" if progress.lines or quiet else row.foretold(job)
        if large:
            print(f"rnnviz: {large}", file=sys.stderr)
        said = row.write(job, progress)
    except (Cancelled, KeyboardInterrupt):  # the second one of those signals interrupts as ever
        progress.end()
        print(f"rnnviz: interrupted; {show_name(job.output)} is not written", file=sys.stderr)
        return 128 + (progress.asked[0] if progress.asked else signal.SIGINT)
    except (DataError, ValueError, MemoryError) as error:
        progress.end()
        return refuse(str(error) or "there is not enough memory")
    except ImportError as error:
        progress.end()
        return refuse(why_missing(error))
    except OSError as error:
        progress.end()
        return refuse(f"{show_name(job.output)} cannot be written: {why_unwritten(error)}")
    progress.end()
    if not quiet or ";" in said:
        print(f"rnnviz: {said}", file=sys.stderr)
    return 0


class _Progress:
    """Tells on standard error how far it is, and the work whether it was asked to stop."""

    def __init__(self, lines: bool, asked: Sequence[int]) -> None:
        self.lines, self.asked = lines, asked
        self._shows = lines or (sys.stderr is not None and sys.stderr.isatty())
        self._last, self._open = 0.0, False

    def __call__(self, done: float) -> bool:
        now = time.monotonic()
        if self._shows and now - self._last >= _EVERY:
            self._last = now
            if self.lines:
                print(f"progress {done:.3f}", file=sys.stderr, flush=True)
            else:
                print(f"\r{100 * done:3.0f} %", end="", file=sys.stderr, flush=True)
                self._open = True
        return not self.asked

    def end(self) -> None:
        """Leave the line free."""
        if self._open:
            print("\r     \r", end="", file=sys.stderr)
            self._open = False


def _named(options: Arguments) -> Arguments:
    """The options, where the name of a tour that ships may stand for its file."""
    from rnnviz.files.disk import is_there
    from rnnviz.tours.script import shipped_names

    file = options.file
    if file is None or is_there(file) or str(file) not in shipped_names():
        return options
    return replace(options, file=None, tour=str(file))


def _job(options: Arguments, own: dict[str, Any]) -> tuple[ExportJob, Format]:
    """What is to be written, and how; DataError or ValueError of what cannot be."""
    from rnnviz.cli.arguments import why_not_together
    from rnnviz.cli.opened import own_panels
    from rnnviz.cli.outputs import why_not_at
    from rnnviz.cli.tours import is_tour, looked_into, scene_of, tour_of
    from rnnviz.film.cost import set_budgets
    from rnnviz.film.panels import LAYOUTS
    from rnnviz.writing.formats import FILM, MOMENT, TOUR, Appearance, ExportJob, format_of

    def refused(why: str) -> None:
        if why:
            raise DataError(why, about="")

    refused(why_not_together(options))
    if options.layout is not None and options.layout not in LAYOUTS:
        refused(f"--layout {options.layout}: a picture has {', '.join(LAYOUTS)}")
    set_budgets(options.given)
    row = format_of(own["output"], own["format"])
    refused(row.why_not())
    refused(why_not_at(options, own["output"]))
    options = looked_into(options)
    scene, told = None, True
    source: Frame | Tour
    if is_tour(options):
        source = tour_of(options)
        if options.scene is not None or (TOUR not in row.of and MOMENT in row.of):
            scene, told = scene_of(source, options.scene)
        kind = MOMENT if scene is not None and MOMENT in row.of else TOUR
        refused(_why_no_scene(row, scene, told=told))
    else:
        from rnnviz.cli.opened import make_frame

        source = make_frame(options)
        kind = MOMENT if MOMENT in row.of else FILM
    if kind not in row.of:
        wanted = {MOMENT: "one scene", TOUR: "a tour", FILM: "a film"}
        refused(
            f"--format {row.name}: it is written of {' or '.join(wanted[each] for each in row.of)}"
            f", and not of {wanted[kind]}"
        )
    asked = {name: own.get(f"export_{name}") for name in OPTIONS}
    options_of = {name: asked[name] for name in row.options if asked[name] is not None}
    refused(_meaningless(own, row, kind))
    start, end = (_place(source, own.get(name), flag)
                  for name, flag in (("from_", "--from"), ("to", "--to")))  # fmt: skip
    appearance = Appearance(
        size=options.size or SIZE,
        theme=options.given.get("theme", "light"),
        notation=options.given.get("notation", "lecture"),
        colours=options.given.get("colours"),
        still=options.given.get("motion") == "reduced",
        words=options.words,
        state=options.given.get("state_view"),
        layout=options.layout,
        panels=options.panels or own_panels(options),
    )
    return ExportJob(
        own["output"], source, appearance, own["what"], scene, told, start, end,
        asked["speed"] or 1.0, asked["fps"], asked["scale"] or 1.0, options_of, row.name,
    ), row  # fmt: skip


def _why_no_scene(row: Format, scene: int | None, *, told: bool) -> str:
    """Why one scene of a tour cannot be written so; empty where it can, and of a whole tour."""
    from rnnviz.writing.formats import FILM, MOMENT, TOUR

    if scene is None or MOMENT in row.of or TOUR not in row.of:
        return ""
    if FILM not in row.of:
        return (
            f"--scene: a {row.name} is of a whole tour; leave --scene out, or write the scene "
            "alone with --format pdf"
        )
    return (
        "" if told else "--scene: a film goes on to the scene's answer; leave out the ? behind it"
    )


def _meaningless(own: dict[str, Any], row: Format, kind: str) -> str:
    """The first flag that says nothing of such a file; empty where there is none."""
    from rnnviz.writing.formats import FILM

    known = {f"export_{name}" for name in row.options}
    known |= {"from_", "to"} if kind == FILM else set()
    flags = {"from_": "--from", "to": "--to"}
    flags |= {f"export_{name}": flag for name, flag in OPTIONS.items()}
    for name, flag in flags.items():
        if own.get(name) is not None and name not in known:
            return f"{flag}: it means nothing to a {row.name} of that; leave it out"
    return ""


def _place(source: Frame | Tour, at: At | None, flag: str) -> float | None:
    from rnnviz.film import Frame, Timeline
    from rnnviz.film.places import position_of

    if at is None or not isinstance(source, Frame):
        return None
    try:
        return position_of(at, Timeline(source.steps))
    except ValueError as error:
        raise ValueError(f"{flag} {error}") from None


def make_parser() -> Parser:
    """The parser of ``export``."""
    from rnnviz.film.panels import PANELS
    from rnnviz.writing.formats import FORMATS, STAGE, WINDOW

    parser = Parser(
        prog="rnnviz export",
        description="Write pictures, films and pages of a file, a text, a problem or a tour. The "
        "exit code is 0 where it is written, 2 where something was refused, 130 after Ctrl+C.",
        epilog="A file called export is opened with ./export",
    )
    add_sources(parser)
    group = parser.group("what is written")
    group.add_argument(
        "--output", "-o", type=read_file, metavar="FILE", required=True, help="where it goes"
    )
    group.add_argument(
        "--format",
        choices=tuple(FORMATS),
        metavar="NAME",
        help=f"{', '.join(FORMATS)} (what the ending of FILE says)",
    )
    group.add_argument(
        "--what",
        choices=(WINDOW, STAGE, *PANELS),
        default=WINDOW,
        metavar="NAME",
        help=f"{WINDOW} ({WINDOW}), {STAGE}, or a panel: {', '.join(PANELS)}",
    )
    group.add_argument("--size", type=read_size, metavar="WxH", help="of the window (1600x900)")
    group.add_argument(
        "--resolution",
        dest="export_scale",
        help="of a PNG or a film: pixels to one of the window's, 1 to 4 (1)",
        **_row("export_scale"),
    )
    film = parser.group("of a film")
    for name, dest, said in (
        ("--from", "from_", "where it begins, as --at has it (at the start)"),
        ("--to", "to", "where it ends (at the end)"),
    ):
        film.add_argument(name, dest=dest, type=read_place, metavar="STEP", help=said)
    film.add_argument(
        "--speed", dest="export_speed", help="1 is the window's (1)", **_row("export_speed")
    )
    film.add_argument("--fps", dest="export_fps", help="pictures a second", **_row("export_fps"))
    film.add_argument(
        "--sound",
        dest="export_sound",
        action="store_true",
        default=None,
        help="of an MP4: the gradient that goes back as pitch, by its logarithm",
    )
    paper = parser.group("of a hand-out, which is a tour on pages")
    for name, said in (("per_page", "scenes on a page"), ("paper", "its size")):
        of = FIELDS[f"export_{name}"]
        values = [choice.changes[of.name] for choice in of.choices]
        paper.add_argument(
            OPTIONS[name], dest=of.name, type=of.kind, choices=values,
            help=f"{said} ({of.default})",
        )  # fmt: skip
    paper.add_argument(
        "--notes",
        dest="export_notes",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="with the presenter's notes beside what the room sees, or without (with them)",
    )
    parser.add_argument(
        "--progress", action="store_true", help="tell on standard error how far it is, in lines"
    )
    add_view(parser)
    return parser


def _row(name: str) -> dict[str, Any]:
    """What reads a number that a row of the table of fields has, within its limits."""
    return {"type": field_reader(FIELDS[name]), "metavar": "N"}
