"""The shipped problems by their names; a module is imported when its problem is first asked for."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any, cast

from rnnviz.data import resource_path
from rnnviz.engine.training import Snapshot
from rnnviz.problems.base import Problem
from rnnviz.problems.store import load_snapshots

_PLACES = {
    "digits": "digits:Digits",
    "captions": "captions:Captions",
    "names": "names:Names",
    "sentiment": "sentiment:Sentiment",
    "translation": "translation:Translation",
    "name_tagging": "name_tagging:NameTagging",
    "ball": "ball:Ball",
    "temperature": "shipped_series:Temperature",
    "stocks": "shipped_series:Stocks",
    "sunspots": "shipped_series:Sunspots",
    "spoken_digit": "shipped_series:SpokenDigit",
    "echo": "classic_memory:Echo",
    "parity": "classic_memory:Parity",
    "copying": "classic_memory:Copying",
    "adding": "classic_memory:Adding",
}
"""Name of a problem → its module in this package, and its class there."""


class _Problems(Mapping[str, Problem]):
    """One instance of each, made when it is asked for."""

    def __getitem__(self, name: str) -> Problem:
        return _made(name)

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)

    def __contains__(self, name: object) -> bool:
        return name in _PLACES


PROBLEMS: Mapping[str, Problem] = _Problems()
"""Every shipped problem by its name, in the gallery's order; KeyError for any other."""


@cache
def trained(name: str) -> tuple[Snapshot[Any], ...]:
    """Return the shipped training of a problem, from update 0 to the last.

    Raises
    ------
    KeyError
        If there is no such problem.
    DataError
        If the file is missing or cannot be read.
    """
    if name not in PROBLEMS:
        raise KeyError(name)
    return load_snapshots(resource_path("trained", f"{name}.npz"))


@cache
def _made(name: str) -> Problem:
    module, _, kind = _PLACES[name].partition(":")
    found = getattr(import_module(f"rnnviz.problems.{module}"), kind)
    return cast(Problem, found())
