"""The parser of the command line, its arguments for fields made from their table."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from rnnviz import __version__
from rnnviz.files.errors import visible
from rnnviz.film.field import Field, Spelling
from rnnviz.film.fields import FIELDS, fields_of
from rnnviz.film.panels import PANELS
from rnnviz.film.places import At, read_at

EXAMPLES = (
    "rnnviz prices.csv",
    'rnnviz --text "the cat sat" --as characters',
    "rnnviz --tour lecture",
    "rnnviz --export picture.png --at 6 --size 1920x1080 --theme dark",
    "rnnviz temperature.csv --export numbers.csv",
    "rnnviz prices.csv --transform log-returns,Volume=log --scale minmax",
    "rnnviz prices.csv --explain",
    "rnnviz temperature.csv --network trained.safetensors",
    "rnnviz mine.rnnviz --save-weights network.py",
)
"""Command lines that do something, in the order of what is usually wanted."""

if TYPE_CHECKING:
    from rnnviz.exercises import Code

_EPILOG = f"""\
Without a file the window opens on the lecture's sentence. Examples:
{chr(10).join(f"  {line}" for line in EXAMPLES)}
Shipped problems (a file of that name is opened with ./):
  rnnviz train NAME         trains one anew; --list, --help
  rnnviz evaluate [NAME …]  measures them on examples that they were not trained on
Exercises on paper:
  rnnviz exercise --kind bptt --seed 7   writes bptt-7.pdf and its solution; --help
"""


def field_reader(row: Field) -> Callable[[str], Any]:
    """What makes a field's value of a word of the command line, or says why it cannot."""

    def read(text: str) -> Any:
        try:
            return row.read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, and which takes no "--" for a value."""

    def __init__(self, **options: Any) -> None:
        self.added: list[tuple[str, argparse.Action]] = []
        """All that it reads, each after the title of its group in the help, or none."""
        super().__init__(**options)

    def add_argument(self, *names: Any, **options: Any) -> argparse.Action:
        """Read one more, and know of it: argparse does not tell what it reads."""
        action = super().add_argument(*names, **options)
        self.added.append(("", action))
        return action

    def group(self, title: str) -> ArgumentGroup:
        """Arguments under a title of their own in the help."""
        return ArgumentGroup(self, self.add_argument_group(title), title)

    def either(self) -> ArgumentGroup:
        """Arguments of which at most one is given."""
        return ArgumentGroup(self, self.add_mutually_exclusive_group(), "")

    def read(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Read a command line; ends the program with a message where it cannot be."""
        for word in arguments:
            if re.fullmatch(r"--[\w-]+=--", word):  # argparse makes an empty list of it
                self.error(f"argument {word[:-3]}: expected one argument")
        return self.parse_args(arguments)

    def error(self, message: str) -> NoReturn:
        """End the program, with a line; argparse would say before it all that there is."""
        self.exit(2, f"{self.prog}: {visible(message)}; --help lists what there is\n")


class ArgumentGroup:
    """A titled group of a parser's arguments, which the parser lists too."""

    def __init__(self, parser: Parser, inner: Any, title: str) -> None:
        self._parser, self._inner, self._title = parser, inner, title

    def add_argument(self, *names: Any, **options: Any) -> argparse.Action:
        """Read one more."""
        action: argparse.Action = self._inner.add_argument(*names, **options)
        self._parser.added.append((self._title, action))
        return action


class _Do(argparse.Action):
    """Does something else than what the program is for, at once, and ends it with its code.

    What does it is imported then: "rnnviz.cli.desktop:install".
    """

    def __init__(self, does: str, **options: Any) -> None:
        super().__init__(default=argparse.SUPPRESS, **options)
        self._does = does

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        module, _, name = self._does.partition(":")
        function = getattr(import_module(module), name)
        found = function(values) if self.nargs is None else function()
        if isinstance(found, str):
            sys.stdout.write(found)
            found = 0
        parser.exit(found)


class _Give(argparse.Action):
    """Notes a field's value, and what is set with it."""

    def __init__(self, row: Field, spelling: Spelling, **options: Any) -> None:
        super().__init__(**options)
        self._row, self._also, self._bare = row, spelling.also, spelling.value

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        given = dict(namespace.given or {})
        value = True if self._row.kind is bool else values
        value = value if self._bare is None else self._bare
        namespace.given = {**given, **self._also, self._row.name: value}


def make_parser() -> Parser:
    """The parser of what opens the window or writes without one."""
    parser = Parser(
        prog="rnnviz",
        description="See a recurrent neural network run: forward, backward through time, and "
        "where the gradient goes.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_sources(parser)
    parser.add_argument("--version", action="version", version=f"rnnviz {__version__}")
    view = add_view(parser)
    view.add_argument(
        "--no-start-page",
        dest="start_page",
        action="store_false",
        help="show the network at once, and not what one can begin with",
    )
    export = parser.group("without a window")
    export.add_argument(
        "--export",
        type=read_file,
        metavar="FILE",
        help="write a .png picture, or the numbers as .csv or .npz",
    )
    export.add_argument(
        "--save-weights",
        type=read_file,
        metavar="FILE",
        help="write the network: .safetensors in PyTorch's names, .npz, or a PyTorch script as .py",
    )
    export.add_argument(
        "--explain",
        action="store_true",
        help="say how the file is read: what was guessed of it and why, a line each",
    )
    export.add_argument("--size", type=read_size, metavar="WxH", help="of the picture (1600x900)")
    _add_desktop(parser)
    return parser


def add_sources(parser: Parser) -> None:
    """What can be opened, and how it is read."""
    parser.add_argument(
        "file",
        nargs="?",
        type=read_file,
        help="a text, table, array, sound, picture, network, session, tour or document",
    )
    parser.add_argument(
        "--network",
        type=read_file,
        metavar="WEIGHTS",
        help="a .safetensors or .npz file with the network that is to read it",
    )
    parser.add_argument("--text", help="a text to show instead of a file")
    parser.add_argument(
        "--problem",
        metavar="NAME",
        help="a shipped problem with its trained network (see train); NAME-twins: those of two "
        "cells side by side, where both ship; vanishing: a long sentence, its cells compared",
    )
    parser.add_argument("--example", default="", help="of the problem, by its name")
    parser.add_argument(
        "--exercise",
        type=read_exercise,
        metavar="CODE",
        help="the network and sequence of an exercise's sheet, such as bptt-7 (see exercise)",
    )
    parser.add_argument("--tour", metavar="NAME", help="one of the tours that ship: lecture, …")
    parser.add_argument(
        "--scene",
        metavar="N",
        help="of a tour, by its number or name; with ? behind it before its answer is told",
    )
    _add_fields(parser, "sequence")


def add_view(parser: Parser) -> ArgumentGroup:
    """The network, and how what is opened is looked at."""
    _add_fields(parser.group("network"), "network", "updates")
    view = parser.group("what is shown")
    view.add_argument(
        "--at",
        type=read_place,
        metavar="STEP",
        help="6: after forward step 6; 5.4: within step 6; last: after the last one; back:3: after "
        "backward step 3; update",
    )
    _add_fields(view, "view")
    view.add_argument(
        "--words", action="store_true", help="words as vectors instead of the stage and its panels"
    )
    row = FIELDS["layout"]
    view.add_argument(
        "--layout",
        metavar="NAME",
        help=f"{row.title}: {', '.join(row.names)}, or one that you saved",
    )
    view.add_argument(
        "--panel",
        dest="panels",
        action="append",
        choices=tuple(PANELS),
        default=[],
        metavar="NAME",
        help=f"under the stage, as often as there are slots (4): {', '.join(PANELS)}",
    )
    return view


def _add_desktop(parser: Parser) -> None:
    """What puts the program among those of the system."""
    group = parser.group("the desktop")
    for word, said in (("install", "put rnnviz"), ("uninstall", "take it away again")):
        more = " into the menus of a Linux desktop, with the type of its files, icon, manual page "
        more += "and completion, for you alone"
        group.add_argument(
            f"--{word}-desktop",
            action=_Do,
            nargs=0,
            does=f"rnnviz.cli.desktop:{word}",
            help=said + (more if word == "install" else ""),
        )
    group.add_argument(
        "--manual", action=_Do, nargs=0, does="rnnviz.cli.manual:manual", help="print its man page"
    )
    group.add_argument(
        "--completion",
        action=_Do,
        does="rnnviz.cli.completion:completion",
        choices=("bash", "zsh", "fish"),
        help="print the script that completes its flags in a shell",
    )


def _add_fields(group: Parser | ArgumentGroup, *names: str) -> None:
    for row in fields_of(*names):
        for spelling in row.flags:
            usual = "" if row.default in (None, False, "") or spelling.also else f" ({row.default})"
            more: dict[str, Any] = {"nargs": 0}
            if row.kind is not bool and spelling.value is None:
                metavar = spelling.metavar or f"{{{','.join(row.names)}}}"
                more = {"type": field_reader(row), "metavar": metavar}
            kind = "".join(f" by the {value}" for value in spelling.also.values())
            kind += f": {spelling.value}" if spelling.value is not None else ""
            help_text = f"{row.title}{kind}{usual}".replace("%", "%%")
            group.add_argument(
                spelling.key,
                action=_Give,
                dest="given",
                row=row,
                spelling=spelling,
                help=help_text,
                **more,
            )


def read_file(text: str) -> Path:
    """A file's name; an empty one, which is no file's, would be that of this folder."""
    if not text:
        raise argparse.ArgumentTypeError("an empty name is no file's: give a name")
    return Path(text)


def read_size(text: str) -> tuple[int, int]:
    """A picture's size: "1920x1080"."""
    found = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text} is not a size such as 1920x1080")
    width, height = (
        field_reader(FIELDS[f"export_{of}"])(word)
        for of, word in (("width", found[1]), ("height", found[2]))
    )
    return width, height


def read_exercise(text: str) -> Code:
    """The code of an exercise, or why it is none."""
    from rnnviz.exercises import read_code
    from rnnviz.files.errors import DataError

    try:
        return read_code(text)
    except DataError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def read_place(text: str) -> At:
    """A place in the film, or why it is none."""
    try:
        return read_at(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
