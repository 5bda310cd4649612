"""The lines of a table that name its columns: one, or several as pandas writes them."""

from collections.abc import Iterator

from rnnviz.data.readers.columns import is_missing, is_numberish
from rnnviz.data.readers.table_lines import Record
from rnnviz.files.errors import show_value, visible

_MAX_NAME = 40
_MAX_LEVELS = 4


def below_levels(
    names: list[str], first: Record, second: Record, rows: Iterator[Record], notes: list[str]
) -> list[Record]:
    """Read over further lines of names, as pandas writes them: tickers, then the index' own name.

    The last has a name in its first cell and nothing in the others; between it and the first line
    stand names alone. Or lines of names, or of units, stand there whose first cells are empty; or
    one without an empty cell, above two rows of values alone. What differs from column to column
    becomes part of its name. Returns the first rows of values.
    """
    levels = [second]
    while not _names_the_index(levels[-1]) and _is_level(levels[-1]):
        further = next(rows, None) if len(levels) < _MAX_LEVELS else None
        if further is None:
            return levels
        levels.append(further)
    if _names_the_index(levels[-1]):
        data = next(rows, None)
    elif len(levels) > 1 and not any(level.cells[0] for level in levels[:-1]):
        data = levels[-1]  # without a line for the index' own name
        levels[-1] = Record(data.line, [names[0], *[""] * (len(names) - 1)])
    elif len(levels) == 2 and _are_values(levels[1], len(names)):
        units = levels[0].cells
        further = next(rows, None)
        if further is None:
            return levels
        if len(units) == len(names) and _are_values(further, len(names)):
            names[:] = names_of(
                [f"{n} {u}" for n, u in zip(first.cells, units, strict=True)], notes
            )
            shown = ", ".join(map(show_value, units[:3])) + " …" * (len(units) > 3)
            notes.append(f"assumed: line {levels[0].line:,} holds units or further names: {shown}")
            del levels[0]
        return [*levels, further]
    else:
        return levels
    if data is None or len({len(level.cells) for level in levels} | {len(names)}) > 1:
        return levels if data is None else [*levels, data]
    joined = False
    for level in levels[:-1]:
        told = level.cells[1:]
        if len(set(told)) > 1:
            above = names[1:] if joined else first.cells[1:]
            more = [f"{name} {cell}".strip() for name, cell in zip(above, told, strict=True)]
            joined = True
            names[1:] = names_of(more, notes)
            continue
        said = f"{show_value(level.cells[0] or 'it')} is {show_value(told[0])} in all columns"
        notes.append(f"line {level.line:,} left out: {said}")
    names[0] = names_of(levels[-1].cells[:1], [])[0]
    return [data]


def _is_level(record: Record) -> bool:
    """Whether a line holds names alone, its first cell perhaps none."""
    first, *others = record.cells
    return _arenames_of(Record(0, others if others and not first else record.cells))


def _are_values(record: Record, width: int) -> bool:
    """Whether every cell of a line is a value, or empty, and one at least holds anything."""
    cells = record.cells
    held = [cell for cell in cells if not is_missing(cell)]
    return len(cells) == width and bool(held) and all(map(is_numberish, held))


def _arenames_of(record: Record) -> bool:
    return all(cell and not is_missing(cell) and not is_numberish(cell) for cell in record.cells)


def _names_the_index(record: Record) -> bool:
    first, *others = record.cells
    return len(others) > 0 and _arenames_of(Record(0, [first])) and not any(others)


def names_of(cells: list[str], notes: list[str]) -> list[str]:
    """Make the names drawable, short and different."""
    names: list[str] = []
    renamed: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = visible(cell.replace("\n", " ")) or f"column {place}"
        if len(name) > _MAX_NAME:
            name = name[: _MAX_NAME - 1] + "…"
        if name in names:
            renamed.append(name)
            name = f"{name} (column {place})"
        names.append(name)
    if renamed:
        notes.append(f"more than one column is named {show_value(renamed[0])}")
    return names
