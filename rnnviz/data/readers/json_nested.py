"""Tables that stand deep within an object of JSON, as the answers of services have them."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from rnnviz.data.readers.json_objects import Columns, flat

DEEPEST = 10
"""Levels of lists and objects that are looked into."""

_MOST = 40  # tables that are offered


def tables_within(value: object, name: str) -> dict[str, Columns]:
    """Return the tables that stand in a value, by the keys that lead to them.

    A list of records, or of rows of one length, is one; so are all lists of single values that are
    of the same length, wherever they stand (moments beside the prices of each).

    Parameters
    ----------
    value
        An object, or a list of one.
    name
        Its key.
    """
    lists: dict[str, list[Any]] = {}
    found: dict[str, Columns] = {}
    for path, held in _lists_in(value, name, 0):
        if len(found) + len(lists) >= _MOST:
            break
        kinds = set(map(type, held))
        if kinds.isdisjoint((list, dict)):
            lists[path] = held
        elif (table := _table(held, kinds)) is not None:
            found[path] = table
    for length in dict.fromkeys(map(len, lists.values())):
        columns = {path: held for path, held in lists.items() if len(held) == length}
        if length > 1:
            found |= _together(columns)
    return dict(sorted(found.items(), key=lambda pair: -_size(pair[1])))


def _size(table: Columns) -> int:
    return sum(map(len, table.cells))


def _lists_in(value: object, path: str, depth: int) -> Iterator[tuple[str, list[Any]]]:
    """All lists in a value with what leads to them; one of a single object is that object."""
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        for key, inner in cast("dict[str, Any]", value).items():
            yield from _lists_in(inner, f"{path}.{key}", depth + 1)
    elif isinstance(value, list) and value:
        held = cast("list[Any]", value)
        if len(held) == 1 and isinstance(held[0], dict):
            yield from _lists_in(cast("object", held[0]), path, depth + 1)
        else:
            yield path, held


def _table(held: list[Any], kinds: set[type]) -> Columns | None:
    """Records, or rows of one length, as a table; None for anything else."""
    if kinds == {dict}:
        records = [flat(record) for record in cast("list[Mapping[str, Any]]", held)]
        names = {name: None for record in records for name in record}
        cells = [[record.get(name) for record in records] for name in names]
        return Columns("records", tuple(names), cells) if names else None
    if kinds != {list} or len(set(map(len, held))) > 1 or not held[0]:
        return None
    cells = [list(column) for column in zip(*held, strict=True)]
    names = tuple(f"column {place + 1}" for place in range(len(cells)))
    return Columns("rows", names, cells)


def _together(columns: Mapping[str, list[Any]]) -> dict[str, Columns]:
    """Lists of one length as the columns of a table, called after where all of them stand."""
    parts = [path.split(".") for path in columns]
    if len(parts) == 1:
        ((path, cells),) = columns.items()
        return {path: Columns("list", (parts[0][-1],), [cells])}
    shared = 0
    while len({tuple(each[: shared + 1]) for each in parts}) == 1:
        shared += 1
    last = [each[-1] for each in parts]
    names = last if len(set(last)) == len(last) else [".".join(each[shared:]) for each in parts]
    path = ".".join(parts[0][:shared])
    return {path: Columns("columns", tuple(names), list(columns.values()))}
