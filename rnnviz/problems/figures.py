"""How well the twins of the memory problems do over their lengths, on held-out sequences.

What was measured ships as `resources/trained/held-out.json`, so that the screen can say it at once;
`rnnviz evaluate --lengths --replace-shipped` makes the file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np

from rnnviz.data import resource_path
from rnnviz.files.disk import read_bytes, write_whole
from rnnviz.files.errors import DataError
from rnnviz.files.strict_json import parse_object
from rnnviz.frozen import record
from rnnviz.problems.memory import MemoryProblem
from rnnviz.problems.registry import PROBLEMS, trained

FILE = "held-out.json"
_LARGEST = 1024 * 1024
_DIGITS = 5
_EVERY = 5  # lengths; those of the examples are measured beside these


@record
class Measured:
    """A measured figure with its standard error.

    Attributes
    ----------
    value : float
        The mean over the held-out sequences of one length.
    error : float
        Its standard error, s/√n of n sequences.
    """

    value: float
    error: float


def with_twins() -> tuple[str, ...]:
    """The problems that ship with more than one cell."""
    return tuple(name for name, problem in PROBLEMS.items() if problem.cells)


def twins_of(name: str) -> MemoryProblem:
    """A problem that has twins; ValueError for any other."""
    problem = PROBLEMS[name]
    if not isinstance(problem, MemoryProblem):
        raise ValueError(f"{name} ships with one cell and without lengths")
    return problem


def lengths_of(name: str) -> tuple[int, ...]:
    """The lengths at which figures are measured: those of the examples and a few between them."""
    problem = twins_of(name)
    least, most, _ = problem.lengths
    every = (n for n in range(least, most + 1) if n % _EVERY == 0 or n in (least, most))
    return tuple(sorted({*every, *problem.shown}))


def measured(name: str, cell: str, length: int) -> Measured:
    """Measure the shipped network of a cell at one length, here and now."""
    scores = twins_of(name).with_length(length).scores(trained(name, cell)[-1].network)
    return Measured(float(scores.mean()), float(scores.std(ddof=1) / np.sqrt(len(scores))))


Table = Mapping[str, Mapping[int, Measured]]
"""By cell and length."""


def measure_all(
    names: Iterable[str], told: Callable[[str, int], object] | None = None
) -> dict[str, Table]:
    """Measure some problems with every cell at `lengths_of`; `told` hears of each before it."""
    found: dict[str, Table] = {}
    for name in names:
        made: dict[str, dict[int, Measured]] = {cell: {} for cell in PROBLEMS[name].cells}
        for length in lengths_of(name):
            if told is not None:
                told(name, length)
            for cell, known in made.items():
                known[length] = measured(name, cell, length)
        found[name] = made
    return found


def save_figures(path: Path, tables: Mapping[str, Table]) -> None:
    """Write what was measured; the same figures make the same bytes."""
    said = {
        name: {
            cell: {
                str(length): [float(f"{n:.{_DIGITS}g}") for n in (one.value, one.error)]
                for length, one in lengths.items()
            }
            for cell, lengths in table.items()
        }
        for name, table in tables.items()
    }
    lines = [
        f'"{name}": {{\n'
        + ",\n".join(f'  "{cell}": {json.dumps(lengths)}' for cell, lengths in table.items())
        + "\n}"
        for name, table in said.items()
    ]
    write_whole(path, ("{\n" + ",\n".join(lines) + "\n}\n").encode())


def load_figures(path: Path) -> dict[str, Table]:
    """Read what `save_figures` wrote.

    Raises
    ------
    DataError
        For a file that is missing or damaged, with its name and the reason.
    """
    try:
        found = parse_object(read_bytes(path, _LARGEST))
        return {
            name: {
                cell: {int(length): _one(pair) for length, pair in lengths.items()}
                for cell, lengths in table.items()
            }
            for name, table in cast("dict[str, Any]", found).items()
        }
    except (ValueError, TypeError, AttributeError):
        what = "is damaged: expected a figure and its error by problem, cell and length"
        raise DataError(what, path=path) from None


def _one(pair: Any) -> Measured:
    value, error = pair
    if type(value) is not float or type(error) is not float:
        raise ValueError("a figure is no number")
    return Measured(value, error)


@cache
def shipped_figures() -> dict[str, Table]:
    """What ships of them; DataError if the file is missing or damaged."""
    return load_figures(resource_path("trained", FILE))
