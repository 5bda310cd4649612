"""From an array of numbers to a series: columns chosen, every number checked."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.labels import Counted, Labels, ReadLabels
from rnnviz.data.readers.columns import MAX_COLUMNS, choose_columns
from rnnviz.data.readers.options import Options, Reporter
from rnnviz.data.readers.tables import MAX_VALUES
from rnnviz.data.sequence import MAX_STEPS, Sequence
from rnnviz.files.errors import DataError, show_name

_BLOCK = 1 << 17


def series(
    array: NDArray[Any],
    path: str,
    options: Options,
    progress: Reporter,
    *,
    names: tuple[str, ...] = (),
    tokens: Labels | None = None,
    notes: tuple[str, ...] = (),
) -> Sequence:
    """Make a series of an array of real numbers.

    Parameters
    ----------
    array : (T,) or (T, C) array
        Of any real dtype and byte order; not changed, and copied block by block.
    path
        The file.
    options
        `columns` and `axis`.
    progress
        Who is told how far it is.
    names
        Of the columns; else they are counted.
    tokens
        Labels of the steps; else the column `axis` has them, or they are counted.
    notes
        What is already to be said.

    Raises
    ------
    DataError
        For an array of another shape, an empty one, and the first number that is not finite.
    """
    if array.ndim == 0:
        raise DataError("holds a single number, and no array of steps", path=path)
    if array.ndim > 2:
        raise DataError(
            f"holds an array of {array.ndim} dimensions, {_shape(array)}: "
            "steps, or steps × columns, can be opened",
            path=path,
        )
    table = array[:, None] if array.ndim == 1 else array
    if not table.size:
        raise DataError(f"holds an empty array, {_shape(array)}", path=path)
    width = table.shape[1]
    check_width(width, path)
    names = names or tuple(f"column {place + 1}" for place in range(width))
    axis, chosen = choose_columns(names, [], options, path)
    if not chosen:
        raise DataError("has no numbers beside the column that labels the steps", path=path)
    rows = min(len(table), MAX_STEPS, MAX_VALUES // len(chosen))
    values = np.empty((rows, len(chosen)))
    for start in range(0, rows, _BLOCK):
        stop = min(start + _BLOCK, rows)
        with np.errstate(invalid="ignore", over="ignore"):
            values[start:stop] = table[start:stop][:, chosen]
        bad = np.argwhere(~np.isfinite(values[start:stop]))
        if len(bad):
            row, column = (int(place) for place in bad[0])
            shown = table[start + row, chosen[column]]
            raise DataError(
                f"{shown} at step {start + row + 1:,} in {_column(names, chosen[column])} "
                "is not a finite number",
                path=path,
            )
        progress.at(stop / rows)
    if rows < len(table):
        notes = (*notes, f"the first {rows:,} of {len(table):,} steps were opened")
    values.setflags(write=False)
    if tokens is None and axis:
        tokens = _labels(table[:rows, axis[0]], _column(names, axis[0]), path)
    return Sequence(
        kind="series",
        name=show_name(path),
        tokens=Counted(rows) if tokens is None else tokens[:rows] if len(tokens) > rows else tokens,
        values=values,
        columns=tuple(names[place] for place in chosen),
        source=path,
        notes=notes,
    )


def _labels(column: NDArray[Any], name: str, path: str) -> ReadLabels:
    """Make labels of a column's numbers, whole ones without a point."""
    labels = ReadLabels()
    for start in range(0, len(column), _BLOCK):
        with np.errstate(invalid="ignore", over="ignore"):
            numbers = column[start : start + _BLOCK].astype(np.float64)
        finite = np.isfinite(numbers)
        if not finite.all():
            step = start + int(np.argmin(finite)) + 1
            reason = f"{name} labels the steps, but at step {step:,} it is not a finite number"
            raise DataError(reason, path=path)
        labels.extend([f"{number:.12g}" for number in numbers.tolist()])
    return labels


def check_width(width: int, path: str) -> None:
    """Refuse more columns than can be opened, whichever are chosen.

    Raises
    ------
    DataError
        When they are more than `MAX_COLUMNS`.
    """
    if width > MAX_COLUMNS:
        raise DataError(f"{width:,} columns, and at most {MAX_COLUMNS} can be opened", path=path)


def _column(names: tuple[str, ...], place: int) -> str:
    name = f"column {place + 1}"
    return name if names[place] == name else f"{name} ({names[place]})"


def _shape(array: NDArray[Any]) -> str:
    return " × ".join(map(str, array.shape))
