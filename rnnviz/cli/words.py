"""What can stand on the command line, by command: what completion and manual are made of."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable

from rnnviz.cli.parser import Parser, make_parser, read_file
from rnnviz.film.fields import FIELDS
from rnnviz.frozen import record

FILE, TEXT = "file", "text"
"""What follows a flag, where it is not one of some words."""


@record
class Flag:
    """A flag of a command, as manual page and completion list it.

    Attributes
    ----------
    names : tuple of str
        Each way to write it, dashes included.
    takes : str or None
        What follows it: "file", "text", or None where nothing does.
    words : tuple of str
        The values to choose from, where there are such.
    metavar : str
        What stands for the value.
    help : str
        As ``--help`` says it.
    """

    names: tuple[str, ...]
    takes: str | None
    words: tuple[str, ...]
    metavar: str
    help: str


@record
class Group:
    """Flags that belong together, and what they are about; empty for those of no group."""

    title: str
    flags: tuple[Flag, ...]


@record
class Subcommand:
    """A command of the command line with its flags, as manual page and completion list it.

    Attributes
    ----------
    name : str
        Its word; empty for what opens the window.
    about : str
    usage : str
        One line.
    operands : tuple of Flag
        What stands on the line without a flag.
    groups : tuple of Group
    """

    name: str
    about: str
    usage: str
    operands: tuple[Flag, ...]
    groups: tuple[Group, ...]

    @property
    def flags(self) -> tuple[Flag, ...]:
        """The flags of all groups."""
        return tuple(flag for group in self.groups for flag in group.flags)


def commands() -> tuple[Subcommand, ...]:
    """Every command with all that it takes; the first is that without a name."""
    from rnnviz.cli import exercise, export
    from rnnviz.cli.problems import make_parsers

    parsers = {"": make_parser(), **make_parsers(), "export": export.make_parser(),
               "exercise": exercise.make_parser()}  # fmt: skip
    return tuple(_command(name, parser) for name, parser in parsers.items())


def _command(name: str, parser: Parser) -> Subcommand:
    operands = tuple(_flag(each) for _, each in parser.added if not each.option_strings)
    titles = dict.fromkeys(title for title, _ in parser.added)
    found = [
        Group(
            title,
            tuple(_flag(each) for of, each in parser.added if of == title and each.option_strings),
        )
        for title in titles
    ]
    usage = " ".join(parser.format_usage().removeprefix("usage: ").split())
    return Subcommand(name, parser.description or "", usage, operands, tuple(found))


def _flag(action: argparse.Action) -> Flag:
    metavar = action.metavar if isinstance(action.metavar, str) else ""
    words = tuple(str(each) for each in action.choices or ()) or _known(action.dest)
    takes = None if action.nargs == 0 else TEXT
    if listed := re.fullmatch(r"\{([^{}]+)\}", metavar):
        # What is written large there stands for a value, as "FILE" does.
        said = listed[1].split(",")
        words = words or tuple(word for word in said if not word.isupper())
        takes = FILE if "FILE" in said else takes
    if takes and action.type is read_file:
        takes = FILE
    names = tuple(action.option_strings)
    shown = metavar or (action.dest.upper() if takes else "")
    return Flag(names, takes, words, shown, (action.help or "").replace("%%", "%"))


def _known(dest: str) -> tuple[str, ...]:
    """The names that ship and of which an argument is one, though others may be given too."""
    from rnnviz.problems.registry import PROBLEMS
    from rnnviz.tours.script import shipped_names

    if dest in ("problem", "name", "names"):
        return tuple(PROBLEMS)
    if dest == "tour":
        return shipped_names()
    return tuple(FIELDS[dest].names) if dest == "layout" else ()


def all_names(flags: Iterable[Flag]) -> list[str]:
    """Every way to write each of some flags."""
    return [name for flag in flags for name in flag.names]
