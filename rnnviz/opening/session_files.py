"""Session files (.toml): which data and which network to begin with, in a few lines.

The keys are in docs/files.md. Nothing in such a file is believed: what is not known is refused, a
path may only lead to a file beside it, and sizes are checked before anything is made of them.
"""

import os
import re
import stat
import tomllib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, cast

from rnnviz.files.errors import DataError, show_name, show_value, visible
from rnnviz.film.field import Field, Spelling
from rnnviz.film.fields import FIELDS
from rnnviz.record import field, record

MAX_BYTES = 32 * 1024

_LONGEST_LINE = 2_000
_TEXTS = {"title": 200, "data": 1_000}  # and how long they may be
_ELSEWHERE = re.compile(r"^(?:[\\/]{2}|[A-Za-z][A-Za-z0-9+.\-]*:)")
_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


@record
class SessionFile:
    """What a session file asks for; None where it says nothing.

    Attributes
    ----------
    name : str
        The file's own name.
    title : str or None
        For the window, literally.
    data : str or None
        The path of an ordinary file in the session's folder or below.
    given : mapping of str to value
        Fields by name, as in the table of fields; only those that it says.
    """

    name: str
    title: str | None = None
    data: str | None = None
    given: dict[str, Any] = field(default_factory=dict[str, Any])


def parse_session(data: bytes, path: str) -> SessionFile:
    """Make a `SessionFile` of a file's content; `path` is its name.

    Raises
    ------
    DataError
        For what is no TOML (with the line), an unknown key, a value of another type or outside its
        range, and a path that leads to no ordinary file beside the session.
    """
    text = _text(data, path)
    tables = _parsed(text, path)
    lines = text.split("\n")
    said = _Said(path)
    for key, value in tables.items():
        with _at_line_of(key, lines):
            if key not in _TABLES:
                said.take("", key, value)
                continue
            if not isinstance(value, dict):
                _fail(f"{key} is {_kind(value)}, where a table [{key}] should be", path)
        for inner, setting in cast("dict[str, Any]", value).items():
            with _at_line_of(inner, lines):
                said.take(key, inner, setting)
    place = said.texts.get("data")
    if place is not None:
        with _at_line_of("data", lines):
            place = _beside(place, path)
    return SessionFile(show_name(path), said.texts.get("title"), place, said.given)


@contextmanager
def _at_line_of(key: str, lines: list[str]) -> Generator[None, None, None]:
    """Add the line of a key to what is wrong with it, where only one line can be meant."""
    try:
        yield
    except DataError as error:
        if error.line is None:
            named = re.compile(rf"""\s*\[*\s*(?:.*\.\s*)?["']?{re.escape(key)}["']?\s*[=\].]""")
            found = [number for number, line in enumerate(lines, 1) if named.match(line)]
            error.line = found[0] if key and len(found) == 1 else None
        raise


def _tables() -> dict[str, dict[str, tuple[Field, Spelling]]]:
    """Every key of every table, with the row of the table of fields that it sets; "" is the top."""
    found: dict[str, dict[str, tuple[Field, Spelling]]] = {}
    for row in FIELDS.values():
        for spelling in row.keys:
            table, _, key = spelling.key.rpartition(".")
            found.setdefault(table, {})[key] = row, spelling
    return found


_KEYS = _tables()
_TABLES = tuple(table for table in _KEYS if table)


class _Said:
    """Takes key after key, each checked."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._by: dict[str, str] = {}  # fields that were said, and the key of each
        self.texts: dict[str, str] = {}
        self.given: dict[str, Any] = {}

    def take(self, table: str, key: str, value: object) -> None:
        """Take a key of a table, or of the top."""
        shown = visible(f"{table}.{key}" if table else key)[:60]
        if not table and key in _TEXTS:
            self.texts[key] = self._text(key, value)
            return
        if key not in _KEYS[table]:
            more = () if table else (*_TEXTS, *(f"[{name}]" for name in _TABLES))
            here = ", ".join((*_KEYS[table], *more))
            what = f"has the key {shown or '“”'}, which is not known; known here: {here}"
            _fail(what, self._path)
        row, spelling = _KEYS[table][key]
        if row.name in self._by:
            _fail(f"says both {self._by[row.name]} and {shown}: leave one of them out", self._path)
        try:
            self.given |= {row.name: row.checked(value), **spelling.also}
        except ValueError as error:
            _fail(f"{shown}: {error}", self._path)
        self._by[row.name] = shown

    def _text(self, key: str, value: object) -> str:
        if not isinstance(value, str):
            _fail(f"{key} is {_kind(value)}, where a text in quotes should be", self._path)
        if len(value) > _TEXTS[key]:
            _fail(f"{key} has {len(value):,} characters, at most {_TEXTS[key]:,}", self._path)
        return visible(value) if key == "title" else value


def _text(data: bytes, path: str) -> str:
    if not data:
        _fail("is empty, there is nothing in it", path)
    if len(data) > MAX_BYTES:
        _fail(f"is too large for a session: at most {MAX_BYTES >> 10} KB", path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        _fail("is not valid UTF-8, which a session must be", path, line)
    for number, line in enumerate(text.split("\n"), start=1):
        # A key of a thousand parts takes the parser a million steps.
        if len(line) > _LONGEST_LINE:
            _fail(f"has more than {_LONGEST_LINE:,} characters", path, number)
    return text


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


def _beside(found: str, path: str) -> str:
    """Return the path of the data, an ordinary file in the session's folder or below it."""
    shown = f"data {show_value(found)}"
    if not found.strip():
        _fail("data is an empty name", path)
    if "\0" in found:
        _fail(f"{shown} is no name of a file", path)
    if _ELSEWHERE.match(found):
        _fail(f"{shown} leads to another computer or drive, which a session must not do", path)
    try:
        folder = os.path.realpath(Path(path).parent)
        # By its letters first: looking for /net/host/x would be a call over the network.
        target = os.path.normpath(Path(folder) / found)
        for _ in range(2):
            if os.path.commonpath((folder, target)) != folder:
                _fail(f"{shown} leads out of the session's folder, which it must not do", path)
            target = os.path.realpath(target)
        status = Path(target).stat()
    except FileNotFoundError:
        _fail(f"{shown} does not exist in the session's folder", path)
    except (OSError, ValueError, RuntimeError):
        _fail(f"{shown} cannot be found", path)
    if not stat.S_ISREG(status.st_mode):
        _fail(f"{shown} is not an ordinary file", path)
    if os.path.realpath(path) == target:
        _fail(f"{shown} is the session itself", path)
    return target


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {show_value(value)}"
    if isinstance(value, (int, float)):
        return f"the number {value}" if abs(value) < 10**18 else "a number with very many digits"
    if isinstance(value, list):
        return "a list"
    return "a table" if isinstance(value, dict) else "a date"


def _fail(reason: str, path: str, line: int | None = None) -> NoReturn:
    raise DataError(reason, path=path, line=line)
