"""Session files (.toml): which data and which network to begin with, in a few lines.

The keys are in docs/files.md. Nothing in such a file is believed: what is not known is refused, a
path may only lead to a file beside it, and sizes are checked before anything is made of them.
"""

from typing import Any, cast

from rnnviz.files.errors import DataError, show_name, visible
from rnnviz.film.fields import fields_of
from rnnviz.frozen import field, record
from rnnviz.opening.toml_files import Given, Toml, beside, keys_of_fields, kind_of, read_toml

MAX_BYTES = 32 * 1024

_TEXTS = {"title": 200, "data": 1_000}  # and how long they may be
_KEYS = keys_of_fields()
_TABLES = tuple(table for table in _KEYS if table)


@record
class SessionFile:
    """A session file's keys as fields; None where it says nothing.

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
    looks : mapping of str to value
        Likewise, those of the view: how it is looked at while it is open.
    """

    name: str
    title: str | None = None
    data: str | None = None
    given: dict[str, Any] = field(default_factory=dict[str, Any])
    looks: dict[str, Any] = field(default_factory=dict[str, Any])


def parse_session(data: bytes, path: str) -> SessionFile:
    """Make a `SessionFile` of a file's content; `path` is its name.

    Raises
    ------
    DataError
        For what is no TOML (with the line), an unknown key, a value of another type or outside its
        range, and a path that leads to no ordinary file beside the session.
    """
    return session_of(read_toml(data, path, MAX_BYTES, "session"))


def session_of(toml: Toml) -> SessionFile:
    """Make a `SessionFile` of TOML that was read; DataError as `parse_session`."""
    said = Given(toml, _KEYS, (*_TEXTS, *(f"[{name}]" for name in _TABLES)))
    texts: dict[str, str] = {}
    for key, value in toml.tables.items():
        if key in _TEXTS:
            texts[key] = _text(toml, key, value)
        elif key not in _TABLES:
            said.take("", key, value)
        elif isinstance(value, dict):
            for inner, setting in cast("dict[str, Any]", value).items():
                said.take(key, inner, setting)
        else:
            toml.fail(f"{key} is {kind_of(value)}, where a table [{key}] should be", key)
    place = texts.get("data")
    if place is not None:
        try:
            place = beside(place, toml.path, "data", "session")
        except DataError as error:
            error.line = toml.lines.of("data")
            raise
    view = {row.name for row in fields_of("view")}
    looks = {name: value for name, value in said.given.items() if name in view}
    given = {name: value for name, value in said.given.items() if name not in view}
    return SessionFile(show_name(toml.path), texts.get("title"), place, given, looks)


def _text(toml: Toml, key: str, value: object) -> str:
    if not isinstance(value, str):
        toml.fail(f"{key} is {kind_of(value)}, where a text in quotes should be", key)
    if len(value) > _TEXTS[key]:
        toml.fail(f"{key} has {len(value):,} characters, at most {_TEXTS[key]:,}", key)
    return visible(value) if key == "title" else value
