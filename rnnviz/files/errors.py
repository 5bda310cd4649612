"""The one error type of everything that is opened, and how foreign text is shown in a message."""

import unicodedata
from os import PathLike, fspath
from pathlib import PurePath

_SHORT = 40
# Controls, formats, surrogates, private and unassigned characters, line and paragraph separators.
_UNDRAWABLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


class DataError(Exception):
    """The error of everything that a user opened or typed and that cannot be read.

    ``str(error)`` is one sentence for the user: the file's name, the line where it is known,
    and the reason.

    Attributes
    ----------
    path : str or None
        The file as it was asked for; None where there is none.
    reason : str
        What is wrong, without name and line.
    line : int or None
        The line of the file, counted from 1.
    about : str
        What stands before the reason where there is no file: the text that was typed, or nothing
        where the reason says itself what it is about.
    """

    def __init__(
        self,
        reason: str,
        *,
        path: str | PathLike[str] | None = None,
        line: int | None = None,
        about: str = "the text ",
    ) -> None:
        super().__init__(reason)
        self.reason, self.about = reason, about
        self.path = None if path is None else fspath(path)
        self.line = line

    def __str__(self) -> str:
        if self.path is None:
            return f"{self.about}{self.reason}"
        name = show_name(self.path)
        where = name if self.line is None else f"{name}, line {self.line:,}"
        return f"{where}: {self.reason}"


class Cancelled(DataError):  # noqa: N818  (it is none)
    """The user has stopped the opening of a file: nothing that is to be shown as an error."""


def counted(many: int, noun: str) -> str:
    """How many there are, in words: "1 step", "2,000 steps"."""
    return f"{many:,} {noun}{'' if many == 1 else 's'}"


def show_name(path: str | PathLike[str]) -> str:
    """Return the file's own name, literally, on one line."""
    path = fspath(path)
    return visible(PurePath(path).name or path) or "(no name)"


def show_value(value: str) -> str:
    """Return a cell's text in quotes, on one line and shortened."""
    value = visible(value.strip())
    if len(value) > _SHORT:
        value = value[: _SHORT - 1] + "…"
    return f"“{value}”"


def visible(text: str) -> str:
    """Write out the characters that a line of text cannot show: controls, directions, halves.

    A right-to-left override in a file's name would turn the whole message around, and a lone
    surrogate (an undecodable byte of a file's name) cannot even be drawn. Spaces of every width
    become the usual one: some systems write a narrow one into the names of their files.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible_character, text))


def _visible_character(character: str) -> str:
    code = ord(character)
    # Joiners and variation selectors belong to the glyph before them (emoji, Persian).
    if character == " " or code in (0x200C, 0x200D):
        return character
    category = unicodedata.category(character)
    if category in _UNDRAWABLE:
        return f"‹U+{code:04X}›"
    return " " if category == "Zs" else character
