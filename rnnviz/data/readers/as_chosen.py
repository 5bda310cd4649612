"""A series with the transform and the scale that were chosen for it, or why it cannot have them."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.labels import Counted
from rnnviz.data.readers.options import Options, choices_of
from rnnviz.data.sequence import Sequence
from rnnviz.data.transforms import NONE, TRANSFORMS, advice, fault_in, moments
from rnnviz.files.errors import DataError, visible

_SAID = 8  # columns whose transforms are named


def as_chosen(sequence: Sequence, options: Options) -> Sequence:
    """Return a sequence with its transform and scale; the same where none was chosen.

    A reader that knows of more columns than it reads has put their transforms there already, since
    a place among the file's columns is none among those.

    Raises
    ------
    DataError
        Where its values have no such transform or scale, and what can be chosen.
    """
    if options.transform in (None, NONE) and options.scale in (None, "trained"):
        return sequence
    path = sequence.source or sequence.name
    if sequence.values is None or sequence.frames is not None:
        what = "pictures" if sequence.frames is not None else "a text"
        raise DataError(f"is {what}: a transform or scale is for a series of numbers", path=path)
    names = sequence.transforms or choices_of(options.transform, sequence.columns, NONE, path)
    found = with_transforms(replace(sequence, scale=options.scale or "trained"), names)
    with np.errstate(all="ignore"):
        scaled, _, wide, _ = moments(found.scale, found.transformed, found.rounding(len(found)))
    if not (np.isfinite(scaled).all() and np.isfinite(wide).all()):
        raise DataError("values are no numbers on the scale that was chosen", path=path)
    return found


def with_transforms(sequence: Sequence, names: tuple[str, ...]) -> Sequence:
    """Return a series with a transform for each column; the same where none changes anything.

    Raises
    ------
    DataError
        Where a value has no such transform.
    """
    path = sequence.source or sequence.name
    if sequence.values is None or all(name == NONE for name in names):
        return sequence
    check_transforms(names, sequence.values, sequence.columns, path)
    return _transformed(sequence, names, path)


def check_transforms(
    names: tuple[str, ...],
    values: NDArray[np.float64],
    columns: tuple[str, ...],
    path: str,
    line_of: Callable[[int, int], int | None] = lambda _row, _column: None,
) -> None:
    """Refuse transforms that a value does not have.

    Parameters
    ----------
    names, columns
        Transform and name of each column.
    values : (T, C) array
        Missing ones are NaN.
    path
        For the message.
    line_of
        The line of the file in which a row's value in a column stands; None where it has none.

    Raises
    ------
    DataError
        With the line, or the step, of the first such value, and what can be chosen.
    """
    fault = fault_in(names, values)
    if fault is None:
        return
    row, place, why = fault
    line = line_of(row, place)
    where = "" if line is not None else f" at step {row + 1:,}"
    value = f"{values[row, place]:.15g}".replace("-", "−")
    column = visible(columns[place][:40])
    reason = f"{value} in “{column}”{where} {why}: {advice(names[place])}"
    raise DataError(reason, path=path, line=line)


def _transformed(sequence: Sequence, names: tuple[str, ...], path: str) -> Sequence:
    """The series with transforms, and without its first step where that has nothing before it."""
    values = sequence.values
    assert values is not None
    known = {TRANSFORMS[name].title for name in names if name != NONE}
    shown = ", ".join(sorted(known))
    notes = (
        *sequence.notes,
        f"transformed: {_by_column(names, sequence.columns)}; forecasts are shown in the file's "
        "own units",
    )
    back = any(TRANSFORMS[name].looks_back for name in names)
    if back and len(values) < 2:
        raise DataError(f"a single step has no {shown}: choose none", path=path)
    found = replace(sequence, transforms=names, notes=notes)
    if back:
        tokens = sequence.tokens
        found = replace(
            found,
            values=values[1:],
            before=values[0],
            tokens=Counted(len(values) - 1) if isinstance(tokens, Counted) else tokens[1:],
            notes=(
                *found.notes,
                "the first step has none before it, and is where the levels begin",
            ),
        )
    if not np.isfinite(found.transformed).all():
        raise DataError(f"values lie too far apart for {shown}: choose none", path=path)
    return found


def _by_column(names: tuple[str, ...], columns: tuple[str, ...]) -> str:
    """Which transforms there are, and of which columns where they differ."""
    if len(set(names)) == 1:
        return TRANSFORMS[names[0]].title
    found = [
        f"“{visible(column[:40])}”: {TRANSFORMS[name].title}"
        for name, column in zip(names, columns, strict=True)
    ]
    return ", ".join(found[:_SAID]) + (" …" if len(found) > _SAID else "")
