"""``rnnviz exercise``: a sheet to be solved on paper, and its solution, as two PDFs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rnnviz.cli.ending import refuse
from rnnviz.cli.parser import Parser, field_reader, read_file
from rnnviz.exercises.codes import KINDS, MOST_SEED, Code
from rnnviz.film.export_fields import PAPERS
from rnnviz.film.fields import FIELDS


def make_parser() -> Parser:
    """The parser of ``exercise``."""
    parser = Parser(
        prog="rnnviz exercise",
        description="Write an exercise that is solved on paper: a sheet as PDF, and its solution "
        "beside it. Every seed is another network; its code, such as bptt-7, brings the same film "
        "back (rnnviz --exercise bptt-7).",
        epilog="exercise; a file of this name is opened with ./exercise",
    )
    kinds = "; ".join(f"{kind.name}: {kind.about[0].lower()}{kind.about[1:-1]}"
                      for kind in KINDS.values())  # fmt: skip
    parser.add_argument("--kind", choices=tuple(KINDS), default="forward", help=f"{kinds} "
                        "(default: forward)")  # fmt: skip
    parser.add_argument("--seed", type=_seed, default=0, metavar="N", help="which network (0)")
    notation = FIELDS["notation"]
    parser.add_argument(
        "--notation",
        type=field_reader(notation),
        default=notation.default,
        metavar=f"{{{','.join(notation.names)}}}",
        help="whose symbols are written (default: lecture)",
    )
    parser.add_argument(
        "--paper", choices=tuple(PAPERS), default="a4", help="its size (default: a4)"
    )
    parser.add_argument(
        "--output",
        "-o",
        type=read_file,
        metavar="FILE",
        help="where the sheet goes, its solution as FILE-solution.pdf (default: KIND-SEED.pdf in "
        "this folder, if there is none yet)",
    )
    return parser


def exercise(arguments: Sequence[str]) -> int:
    """Write a sheet and its solution; returns the exit code (0, 2 where something was refused)."""
    from rnnviz.exercises import make_exercise
    from rnnviz.files.disk import why_no_place, why_unwritten
    from rnnviz.files.errors import show_name
    from rnnviz.film.notation import NOTATIONS

    options = make_parser().read(arguments)
    code = Code(options.kind, options.seed)
    output: Path = options.output or Path(f"{code}.pdf")
    if output.suffix.lower() != ".pdf":
        return refuse(f"{show_name(output)}: a sheet is written as .pdf")
    both = output, output.with_name(f"{output.stem}-solution{output.suffix}")
    for path in both:
        if options.output is None and os.path.lexists(path):
            return refuse(f"{path} is there already: give --output FILE to say where to write")
        why = why_no_place(path)
        if why:
            return refuse(f"{show_name(path)} cannot be written: {why}")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"  # paper needs no screen
    try:
        from rnnviz.export.sheet import write_exercise

        write_exercise(make_exercise(code), output, NOTATIONS[options.notation], options.paper)
    except ImportError as error:
        from rnnviz.cli.missing import why_missing

        return refuse(why_missing(error))
    except OSError as error:
        return refuse(f"{show_name(output)} cannot be written: {why_unwritten(error)}")
    names = " and ".join(map(show_name, both))
    print(f"rnnviz: {names} written; rnnviz --exercise {code} shows the film", file=sys.stderr)
    return 0


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_SEED):
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 0 to {MOST_SEED}")
    return int(text)
