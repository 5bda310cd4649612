"""Where the cells of a table stand in the file that it was made of."""

from collections.abc import Callable

from rnnviz.frozen import record


@record
class Origin:
    """A table that was made of a file's: with rows as columns, or each of several series a column.

    Attributes
    ----------
    line : callable
        Of a line of the made table, and the place of a column or None, the line of the file; None
        where no line of it, or no single one, became that.
    column : callable
        Of a line of the made table and the place of a column, how a message calls the column.
    """

    line: Callable[[int, int | None], int | None]
    column: Callable[[int, int], str]


def called(place: int, name: str) -> str:
    """Return how a message calls a column: by its place, counted from 1, and its name."""
    numbered = f"column {place + 1}"
    return numbered if name in ("", numbered) else f"{numbered} ({name})"
