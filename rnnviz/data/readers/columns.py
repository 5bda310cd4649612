"""Which columns of a table are numbers, which one labels the steps, which are left out."""

from collections.abc import Sequence

from rnnviz.data.readers.options import ColumnKey, Options
from rnnviz.files.errors import DataError

MAX_COLUMNS = 256


def place_of(column: ColumnKey, names: Sequence[str], path: str) -> int:
    """Return a column's place.

    Raises
    ------
    DataError
        When the file has no such column.
    """
    if isinstance(column, str):
        if column in names:
            return list(names).index(column)
        raise DataError(f"has no column “{column[:40]}”", path=path)
    if not 0 <= column < len(names):
        count = f"{len(names)} column{'s' * (len(names) != 1)}"
        raise DataError(f"has {count}, and no column {column + 1}", path=path)
    return column


def choose_columns(
    names: Sequence[str], dates: list[int], options: Options, path: str
) -> tuple[list[int], list[int]]:
    """Return the places of the columns that label the steps, and of those that are read.

    Parameters
    ----------
    names
        Of all columns.
    dates
        Places of those that hold dates.
    options
        `columns` and `axis`.
    path
        For the messages.

    Raises
    ------
    DataError
        For a column that is not there, and when none is left to be read.
    """
    axis = dates
    if options.axis is False:
        axis = []
    elif options.axis is not None:
        axis = [place_of(options.axis, names, path)]
    if options.columns is None:
        numbers = [place for place in range(len(names)) if place not in (*dates, *axis)]
    else:
        numbers = list(dict.fromkeys(place_of(c, names, path) for c in options.columns))
        if options.axis is None:
            axis = [place for place in axis if place not in numbers]
        if not numbers:
            raise DataError("no column was chosen", path=path)
    return axis, numbers
