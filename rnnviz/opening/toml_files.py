"""TOML that a user has written: read with limits, where each key stands, and keys that are fields.

Session files and tours are read by it. Nothing in such a file is believed: a path may only lead to
a file beside it, and a key is a row of the table of fields or one that its reader names.
"""

import math
import os
import re
import stat
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from rnnviz.files.errors import DataError, show_value, visible
from rnnviz.film.field import Field, Spelling
from rnnviz.film.fields import FIELDS
from rnnviz.frozen import record

Keys = Mapping[str, Mapping[str, tuple[Field, Spelling]]]
"""By table and key the row of the table of fields that it sets; "" is the top."""

_LONGEST_LINE = 2_000
_ELSEWHERE = re.compile(r"^(?:[\\/]{2}|[A-Za-z][A-Za-z0-9+.\-]*:)")
_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_PART = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\])*"|'[^']*')"""
_NAME = rf"{_PART}(?:\s*\.\s*{_PART})*"
_ONE = re.compile(_PART)
_HEADER = re.compile(rf"\s*\[\s*({_NAME})\s*\]")
_ANOTHER = re.compile(rf"\s*\[\[\s*({_NAME})\s*\]\]")
_KEY = re.compile(rf"\s*({_NAME})\s*=")
_LONG = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*')


class KeyLines:
    """The line of each table and key in a text of TOML.

    Parameters
    ----------
    text : str
    """

    def __init__(self, text: str) -> None:
        self._at: dict[tuple[str | int, ...], int] = {}
        counts: dict[str, int] = {}
        table: tuple[str | int, ...] = ()
        for number, line in _outside(text):
            header, another, key = (made.match(line) for made in (_HEADER, _ANOTHER, _KEY))
            if another:
                name = ".".join(_parts(another[1]))
                table = (*_parts(another[1]), counts.get(name, 0))
                counts[name] = counts.get(name, 0) + 1
            elif header:
                first, *rest = _parts(header[1])
                table = (first, counts[first] - 1, *rest) if first in counts else (first, *rest)
            if another or header:
                self._note(table, number)
            elif key:
                self._note((*table, *_parts(key[1])), number)

    def of(self, *keys: str | int) -> int | None:
        """The line of a key in its tables, those of an array counted from 0; or of what holds it.

        None where not even that is written out.
        """
        for end in range(len(keys), 0, -1):
            if keys[:end] in self._at:
                return self._at[keys[:end]]
        return None

    def _note(self, keys: tuple[str | int, ...], number: int) -> None:
        for end in range(1, len(keys) + 1):
            self._at.setdefault(keys[:end], number)


@record
class Toml:
    """A file of TOML that was read.

    Attributes
    ----------
    path : str
        The file.
    tables : dict
        What stands in it.
    lines : KeyLines
        Where.
    """

    path: str
    tables: dict[str, Any]
    lines: KeyLines

    def fail(self, reason: str, *keys: str | int) -> NoReturn:
        """Refuse what stands at a key; `DataError` with its line."""
        raise DataError(reason, path=self.path, line=self.lines.of(*keys))


def read_toml(data: bytes, path: str, most: int, what: str) -> Toml:
    """Read a file's content; `what` it should be: "session".

    Raises
    ------
    DataError
        For what is no TOML, with the line, and for what is longer than `most` bytes.
    """
    if not data:
        _fail("is empty, there is nothing in it", path)
    if len(data) > most:
        _fail(f"is too large for a {what}: at most {most >> 10} KB", path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        _fail(f"is not valid UTF-8, which a {what} must be", path, line)
    for number, line in enumerate(text.split("\n"), start=1):
        # A key of a thousand parts takes the parser a million steps.
        if len(line) > _LONGEST_LINE:
            _fail(f"has more than {_LONGEST_LINE:,} characters", path, number)
    return Toml(path, _parsed(text, path), KeyLines(text))


class Given:
    """Takes key after key, each a row of the table of fields, and checks its value.

    Parameters
    ----------
    toml : Toml
        Where they stand.
    keys : mapping
        What may be said.
    others : collection of str
        What else is known at the top, for the message.

    Attributes
    ----------
    given : dict of str to value
        Fields by name.
    """

    def __init__(self, toml: Toml, keys: Keys, others: Collection[str] = ()) -> None:
        self._toml, self._keys, self._others = toml, keys, others
        self._by: dict[str, str] = {}  # fields that were said, and the key of each
        self.given: dict[str, Any] = {}

    def take(self, table: str, key: str, value: object, *within: str | int) -> None:
        """Take a key of a table, or of the top; `within` are the keys that lead to the table."""
        shown = visible(f"{table}.{key}" if table else key)[:60]
        where = (*within, table, key) if table else (*within, key)
        known = self._keys.get(table, {})
        if key not in known:
            here = ", ".join((*known, *(() if table else self._others)))
            what = f"has the key {shown or '“”'}, which is not known; known here: {here}"
            self._toml.fail(what, *where)
        row, spelling = known[key]
        if row.name in self._by:
            what = f"says both {self._by[row.name]} and {shown}: leave one of them out"
            self._toml.fail(what, *where)
        try:
            self.given |= {row.name: row.checked(value), **spelling.also}
        except ValueError as error:
            self._toml.fail(f"{shown}: {error}", *where)
        self._by[row.name] = shown


def has_comments(text: str) -> bool:
    """Whether something stands in a text of TOML that is said to people alone."""
    return any(commented for _, _, _, commented in _scanned(text))


def keys_of_fields() -> dict[str, dict[str, tuple[Field, Spelling]]]:
    """Every key that the table of fields has for files, by its table."""
    found: dict[str, dict[str, tuple[Field, Spelling]]] = {}
    for row in FIELDS.values():
        for spelling in row.keys:
            table, _, key = spelling.key.rpartition(".")
            found.setdefault(table, {})[key] = row, spelling
    return found


def beside(found: str, path: str, key: str, what: str) -> str:
    """Return the path of an ordinary file in the folder of the one that names it, or below it.

    Parameters
    ----------
    found : str
        What the file says.
    path : str
        The file that says it.
    key, what : str
        The key that it says it with, and what it is: "session".

    Raises
    ------
    DataError
        Without a line.
    """
    shown = f"{key} {show_value(found)}"
    if not found.strip():
        _fail(f"{key} is an empty name", path)
    if "\0" in found:
        _fail(f"{shown} is no name of a file", path)
    if _ELSEWHERE.match(found):
        _fail(f"{shown} leads to another computer or drive, which a {what} must not do", path)
    try:
        folder = os.path.realpath(Path(path).parent)
        # By its letters first: looking for /net/host/x would be a call over the network.
        target = os.path.normpath(Path(folder) / found)
        for _ in range(2):
            if os.path.commonpath((folder, target)) != folder:
                _fail(f"{shown} leads out of the {what}'s folder, which it must not do", path)
            target = os.path.realpath(target)
        status = Path(target).stat()
    except FileNotFoundError:
        _fail(f"{shown} does not exist in the {what}'s folder", path)
    except (OSError, ValueError, RuntimeError):
        _fail(f"{shown} cannot be found", path)
    if not stat.S_ISREG(status.st_mode):
        _fail(f"{shown} is not an ordinary file", path)
    if os.path.realpath(path) == target:
        _fail(f"{shown} is the {what} itself", path)
    return target


def kind_of(value: object) -> str:
    """What a value is, for a message: "the number 3"."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {show_value(value)}"
    if isinstance(value, (int, float)):
        if abs(value) < 10**18 or not abs(value) < math.inf:  # an int may be beyond all floats
            return f"the number {value}"
        return "a number with very many digits"
    if isinstance(value, list):
        return "a list"
    return "a table" if isinstance(value, dict) else "a date"


def _parsed(text: str, path: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        found = _AT_LINE.search(said)
        number = int(found[1]) if found and found[1] else text.rstrip("\n").count("\n") + 1
        reason = visible(_AT_LINE.sub("", said))[:120]
        _fail(f"is not valid TOML ({reason[:1].lower()}{reason[1:]})", path, number)
    except RecursionError:
        _fail("is nested too deeply", path)
    except ValueError as error:  # a number of 5,000 digits, the 31st of February
        _fail(f"is not valid TOML ({visible(str(error))[:80]})", path)


def _outside(text: str) -> Iterator[tuple[int, str]]:
    """Lines, counted from 1, that do not begin within a text of several lines."""
    return ((number, line) for number, line, outside, _ in _scanned(text) if outside)


def _scanned(text: str) -> Iterator[tuple[int, str, bool, bool]]:
    """Each line: its number, whether it begins outside such a text, and ends with a comment."""
    within = ""
    for number, line in enumerate(text.split("\n"), start=1):
        rest, outside, commented = line, not within, False
        if within:
            _, closed, rest = line.partition(within)
            within = "" if closed else within
        for found in _LONG.finditer("" if within else rest):
            mark = found[0]
            if within:
                within = "" if mark == within else within
            elif mark in ('"""', "'''"):
                within = mark
            else:
                commented = commented or mark.startswith("#")
        yield number, line, outside, commented


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _ONE.findall(name))


def _fail(reason: str, path: str, line: int | None = None) -> NoReturn:
    raise DataError(reason, path=path, line=line)
