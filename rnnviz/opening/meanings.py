"""For which kinds of input each way of reading means something: one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from rnnviz.film.fields import FIELDS

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "text": "a text",
        "table": "a table",
        "json": "JSON",
        "npy": "an array",
        "npz": "an archive of arrays",
        "wav": "a sound",
        "png": "a picture",
        "jpeg": "a picture",
        "network": "a network",
        "document": "a document",
        "session": "a session",
        "tour": "a tour",
        "problem": "a shipped problem",
    }
)
"""What a user may open, and how it is called."""

_ROWS = ("table", "json")
_ARRAYS = ("npy", "npz")
_NUMBERS = (*_ROWS, *_ARRAYS, "wav")

MEANT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "unit": ("text", "network"),  # a network alone is shown on a text
        "thousands": ("table",),
        "signs": ("table",),
        "missing": (*_ROWS, *_ARRAYS),
        "columns": (*_ROWS, *_ARRAYS),
        "axis": (*_ROWS, *_ARRAYS),
        "series": _ROWS,
        "exchange": ("table", *_ARRAYS),
        "order": _ROWS,
        "transform": _NUMBERS,
        "scale": _NUMBERS,
        "vocabulary": ("text",),
        "sequence": _ARRAYS,
        "prefix": ("network",),
    }
)
"""Fields that say how an input is read, by their names in the table of fields, and of which kinds.

Documents, sessions and shipped problems have a sequence of their own and stand nowhere.
"""


def why_meaningless(given: Iterable[str], kinds: Iterable[str]) -> str:
    """Why something that is said of the reading means nothing, and what to do; empty where all do.

    Parameters
    ----------
    given
        Names of fields.
    kinds
        Of all that is opened together, keys of `KINDS`; the sequence first.
    """
    kinds = tuple(kinds)
    for name in given:
        meant = MEANT.get(name)
        if meant is None or set(meant) & set(kinds):
            continue
        for_what = dict.fromkeys(KINDS[kind] for kind in meant)
        *others, last = for_what
        means = f"{', '.join(others)} or {last}" if others else last
        flag = FIELDS[name].flags[0].key
        return f"is {KINDS[kinds[0]]}, and {flag} says something of {means}: leave {flag} out"
    return ""
