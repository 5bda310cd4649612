"""Session files (.toml): which data and which network to begin with, in a few lines.

The keys are in docs/files.md. Nothing in such a file is believed: what is not known is refused, a
path may only lead to a file beside it, and sizes are checked before anything is made of them.
"""

import math
import os
import re
import stat
import tomllib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, cast

from rnnviz.files.errors import DataError, show_name, show_value, visible

MAX_BYTES = 32 * 1024
MAX_UNITS = 1024
MAX_LAYERS = 8
MAX_SEED = 2**32 - 1

CELLS = ("rnn", "gru", "gru_reset_before", "lstm")
ACTIVATIONS = ("tanh", "relu", "sigmoid", "identity")
OPTIMISERS = (
    "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "rmsprop_centered", "adam", "amsgrad",
    "adamw",
)  # fmt: skip
UNITS = ("words", "characters", "lines")

_LONGEST_LINE = 2_000
_LONGEST_TITLE = 200
_ELSEWHERE = re.compile(r"^(?:[\\/]{2}|[A-Za-z][A-Za-z0-9+.\-]*:)")
_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True)
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
    unit : str or None
        Of a text: one of `UNITS`.
    cell, activation, optimiser : str or None
    hidden : int or None
        Units of a layer, 1 … `MAX_UNITS`.
    layers : int or None
        1 … `MAX_LAYERS`.
    seed : int or None
        0 … 2³² − 1.
    learning_rate, clip : float or None
        Positive and finite; `clip` is the largest norm of the gradient.
    """

    name: str
    title: str | None = None
    data: str | None = None
    unit: str | None = None
    cell: str | None = None
    hidden: int | None = None
    layers: int | None = None
    activation: str | None = None
    seed: int | None = None
    optimiser: str | None = None
    learning_rate: float | None = None
    clip: float | None = None


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
    values: dict[str, Any] = {}
    for key, value in tables.items():
        known = _TABLES.get(key)
        with _at_line_of(key, lines):
            if known is None:
                _take(_TOP, key, key, value, values, path)
            elif not isinstance(value, dict):
                _fail(f"{key} is {_kind(value)}, where a table [{key}] should be", path)
        if known is None:
            continue
        for inner, setting in cast("dict[str, Any]", value).items():
            with _at_line_of(inner, lines):
                _take(known, inner, f"{key}.{inner}", setting, values, path)
    if "data" in values:
        with _at_line_of("data", lines):
            values["data"] = _beside(values["data"], path)
    return SessionFile(show_name(path), **values)


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


@dataclass(frozen=True, slots=True)
class _Field:
    """A key: the attribute that it sets, and what it may be."""

    sets: str
    names: tuple[str, ...] = ()
    whole: tuple[int, int] | None = None
    real: tuple[float, float] | None = None
    longest: int = 0


_TOP = {
    "title": _Field("title", longest=_LONGEST_TITLE),
    "data": _Field("data", longest=1_000),
    "unit": _Field("unit", names=UNITS),
}
_HIDDEN = _Field("hidden", whole=(1, MAX_UNITS))
_OPTIMISER = _Field("optimiser", names=OPTIMISERS)
_TABLES = {
    "model": {
        "cell": _Field("cell", names=CELLS),
        "hidden": _HIDDEN,
        "units": _HIDDEN,
        "layers": _Field("layers", whole=(1, MAX_LAYERS)),
        "activation": _Field("activation", names=ACTIVATIONS),
        "seed": _Field("seed", whole=(0, MAX_SEED)),
    },
    "training": {
        "optimiser": _OPTIMISER,
        "optimizer": _OPTIMISER,
        "learning_rate": _Field("learning_rate", real=(0.0, 1e6)),
        "clip": _Field("clip", real=(0.0, 1e12)),
    },
}


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


def _take(
    known: dict[str, _Field], key: str, shown: str, value: object, into: dict[str, Any], path: str
) -> None:
    field = known.get(key)
    shown = visible(shown)[:60]
    if field is None:
        tables = tuple(f"[{name}]" for name in _TABLES) if known is _TOP else ()
        here = ", ".join((*known, *tables))
        _fail(f"has the key {shown or '“”'}, which is not known; known here: {here}", path)
    if field.sets in into:
        _fail(f"says {shown} twice, once by another name", path)
    into[field.sets] = _checked(field, shown, value, path)


def _checked(field: _Field, shown: str, value: object, path: str) -> object:
    if field.whole is not None:
        low, high = field.whole
        if isinstance(value, bool) or not isinstance(value, int):
            _fail(f"{shown} is {_kind(value)}, where a whole number should be", path)
        if not low <= value <= high:
            _fail(f"{shown} is {_number(value)}, and {low} to {high:,} is possible", path)
        return value
    if field.real is not None:
        low, high = field.real
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            _fail(f"{shown} is {_kind(value)}, where a number should be", path)
        if not low < value <= high:
            _fail(f"{shown} is {_number(value)}, and it must be above {low:g}, finite, and at most "
                  f"{high:g}", path)  # fmt: skip
        return float(value)
    if not isinstance(value, str):
        _fail(f"{shown} is {_kind(value)}, where a text in quotes should be", path)
    if field.names and value not in field.names:
        _fail(f"{shown} is {show_value(value)}, and known are {', '.join(field.names)}", path)
    if field.longest and len(value) > field.longest:
        _fail(f"{shown} has {len(value):,} characters, at most {field.longest:,}", path)
    return visible(value) if field.sets == "title" else value


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


def _number(value: float) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return f"{value:,}" if abs(value) < 10**18 else "a number with very many digits"


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {show_value(value)}"
    if isinstance(value, (int, float)):
        return f"the number {_number(value)}"
    if isinstance(value, list):
        return "a list"
    return "a table" if isinstance(value, dict) else "a date"


def _fail(reason: str, path: str, line: int | None = None) -> NoReturn:
    raise DataError(reason, path=path, line=line)
