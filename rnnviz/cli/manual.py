"""The manual page, made of the parsers: ``rnnviz --manual``, and where the desktop keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rnnviz import __version__
from rnnviz.cli.parser import EXAMPLES
from rnnviz.cli.words import Flag, Subcommand, commands

_CODES = (
    ("0", "What was asked for was done."),
    ("2", "Something was refused; standard error says why and what to do."),
    ("130", "It was interrupted by Ctrl+C; of a training, what was learned is kept."),
)


def manual() -> str:
    """The manual page as man(7) reads it."""
    first, *others = commands()
    page = [
        f'.TH RNNVIZ 1 "" "rnnviz {__version__}" "User Commands"',
        ".SH NAME",
        r"rnnviz \- see a recurrent neural network run",
        ".SH SYNOPSIS",
        *_synopsis(first),
        *(line for each in others for line in (".br", *_synopsis(each))),
        ".SH DESCRIPTION",
        _text(first.about),
        ".PP",
        "Without a file the window opens on a start page.",
        ".SH OPTIONS",
        *_operands(first.operands),
        *_groups(first),
    ]
    if others:
        page.append(".SH COMMANDS")
        for each in others:
            page += [f'.SS "rnnviz {_text(each.name)}"', _text(each.about)]
            page += [*_operands(each.operands), *_flags(each.flags)]
    page += [".SH EXAMPLES", ".nf", *(_text(line.strip()) for line in EXAMPLES), ".fi"]
    page += [".SH EXIT STATUS"]
    for code, said in _CODES:
        page += [".TP", rf"\fB{code}\fR", _text(said)]
    return "\n".join(page) + "\n"


def _synopsis(command: Subcommand) -> list[str]:
    words = ["rnnviz", *([command.name] if command.name else [])]
    operands = " ".join(rf"[\fI{_text(each.metavar)}\fR]" for each in command.operands)
    return [rf"\fB{' '.join(words)}\fR [\fIOPTION\fR]... {operands}".rstrip()]


def _operands(operands: Iterable[Flag]) -> list[str]:
    page: list[str] = []
    for each in operands:
        if each.help:
            page += [".TP", rf"\fI{_text(each.metavar)}\fR", _text(each.help)]
    return page


def _groups(command: Subcommand) -> list[str]:
    page: list[str] = []
    for group in command.groups:
        if group.title:
            page.append(f'.SS "{_text(group.title.capitalize())}"')
        page += _flags(group.flags)
    return page


def _flags(flags: Sequence[Flag]) -> list[str]:
    page: list[str] = []
    for flag in flags:
        value = rf" \fI{_text(flag.metavar)}\fR" if flag.takes else ""
        names = ", ".join(rf"\fB{_text(name)}\fR" for name in flag.names)
        page += [".TP", f"{names}{value}", _text(flag.help) or r"\&"]
    return page


def _text(text: str) -> str:
    """Plain text so that nothing in it is a request or an escape."""
    text = re.sub(r"\s+", " ", text).replace("\\", r"\e").replace("-", r"\-")
    text = text.replace('"', r"\(dq")
    text = "".join(sign if sign.isascii() else rf"\[u{ord(sign):04X}]" for sign in text)
    return rf"\&{text}" if text[:1] in (".", "'") else text
