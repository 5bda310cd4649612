"""Objects of JSON as tables: pandas' forms, days as keys, records within records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from rnnviz.data.readers.date_forms import is_date
from rnnviz.data.readers.origin import Origin

_DEEPEST = 6
_DATA, _NAMES = ("data", "values", "rows"), ("columns", "cols", "header", "headers")
_MOMENT, _LONGEST = 9, 19  # digits of seconds since 1970, and of nanoseconds
KEYS = "key"
"""What the column is called that is made of an object's keys."""


@dataclass(slots=True)
class Columns:
    """The columns of a table that a JSON file holds.

    Attributes
    ----------
    form : str
        ``"list"``, ``"rows"``, ``"records"`` or ``"columns"``, for the notes.
    names : tuple of str
        As the file has them.
    cells : list of list
        Of each column: numbers, text and anything else that JSON knows.
    goes_on : bool
        Whether there is more than was read.
    member : str or None
        The key of an object under which all of this stands.
    index : int or None
        The place of a column that names the steps, where the form says so.
    origin : Origin or None
        Of a table that was made of the file's: which steps its cells stood in.
    times : int
        How many of its first columns say when a row is, of such a table.
    said : str
        What was assumed of its form, or empty.
    """

    form: str
    names: tuple[str, ...]
    cells: list[list[Any]] = field(repr=False)
    goes_on: bool = False
    member: str | None = None
    index: int | None = None
    origin: Origin | None = field(default=None, repr=False)
    times: int = 0
    said: str = ""


def flat(record: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    """Put the values of records within a record beside its own: {"price": {"open": 1}}."""
    if depth >= _DEEPEST or not any(type(value) is dict for value in record.values()):
        return dict(record)
    found: dict[str, Any] = {}
    for key, value in record.items():
        if type(value) is dict:
            inner = flat(cast("dict[str, Any]", value), depth + 1)
            found |= {f"{key}.{name}": each for name, each in inner.items()}
        else:
            found[key] = value
    return found


def by_keys(
    objects: Mapping[str, Mapping[str, Any]],
    other: Mapping[str, object],
    columns: Mapping[str, list[Any]],
    tables: Mapping[str, Columns],
) -> Columns | None:
    """Read the whole of an object as one table, where its form is one that is known.

    These are what pandas writes (columns by name with the index as keys; "split"; "table"), steps
    by day ({"2024-01-02": 5} or a record under each day); None for anything else.
    """
    data = next((key for key in _DATA if key in tables), "")
    names = next((key for key in _NAMES if key in columns), "")
    if data and names and not objects and len(tables) == 1 and not other:
        return _split(tables[data], columns[names], columns.get("index"))
    if "data" in tables and set(objects) == {"schema"} and not columns and not other:
        return _by_schema(tables["data"], objects["schema"])
    if columns and not (tables or objects or other):
        return _rows_by_day(columns)
    if tables or columns:
        return None
    if objects and not other:
        return _rows_or_columns(objects)
    if other and not objects:
        return of_object(other, steps_only=True)
    return None


def _are_steps(keys: Sequence[str]) -> bool:
    """Whether keys name steps: dates, moments in seconds or finer, or 0, 1, 2 …."""
    if not keys or is_date(keys[0]):
        return bool(keys)
    if len(keys) < 2 or not all(key.isascii() and key.isdecimal() for key in keys):
        return False
    return _count(keys) or all(_MOMENT <= len(key) <= _LONGEST for key in keys)


def _count(keys: Sequence[str]) -> bool:
    return all(key == str(place) for place, key in enumerate(keys))


def _rows_by_day(columns: Mapping[str, list[Any]]) -> Columns | None:
    """Rows under the days that they are of; None where the keys name columns."""
    keys, rows = list(columns), list(columns.values())
    if not is_date(keys[0]) or len(set(map(len, rows))) > 1 or not rows[0]:
        return None
    cells = [list(column) for column in zip(*rows, strict=True)]
    return _with_keys(keys, [f"column {place + 1}" for place in range(len(cells))], cells)


def _by_schema(table: Columns, schema: Mapping[str, Any]) -> Columns:
    """The rows of "table", whose index labels the steps."""
    keys: Any = schema.get("primaryKey")
    if isinstance(keys, list) and len(cast("list[Any]", keys)) == 1 and keys[0] in table.names:
        table.index = table.names.index(keys[0])
    return table


def of_object(value: Mapping[str, Any], *, steps_only: bool = False) -> Columns | None:
    """Read an object as a table of steps under their names; None where it is none."""
    keys, cells = list(value), list(value.values())
    steps = _are_steps(keys)
    if not keys or (steps_only and not steps):
        return None
    if all(type(cell) is dict for cell in cells):
        records = [flat(cell) for cell in cast("list[dict[str, Any]]", cells)]
        names = _all_keys(records)
        alike = all(record.keys() == names.keys() for record in records)
        lists = any(isinstance(cell, list) for record in records for cell in record.values())
        if not names or not (steps or (alike and not lists)):
            return None
        made = [[record.get(name) for record in records] for name in names]
        return _with_keys(keys, list(names), made)
    if len(keys) > 1 and all(map(_is_single, cells)) and steps:
        return _with_keys(keys, ["value"], [cells])
    return None


def _rows_or_columns(objects: Mapping[str, Mapping[str, Any]]) -> Columns | None:
    """Records under names, or columns by name with the index as keys, as pandas has it."""
    steps = _all_keys(objects.values())
    if not steps:
        return None
    single = all(_is_single(cell) for value in objects.values() for cell in value.values())
    if not single or (_are_steps(list(objects)) and not _are_steps(list(steps))):
        return of_object(objects)
    if is_date(next(iter(objects))):
        return of_object(objects)
    # What is no day, nor in all of them, is a setting rather than a step that is missing.
    alike = all(value.keys() == steps.keys() for value in objects.values())
    if not alike and not all(map(is_date, steps)):
        return None
    cells = [[value.get(step) for step in steps] for value in objects.values()]
    return _with_keys(list(steps), list(objects), cells, form="columns")


def _all_keys(records: Iterable[Mapping[str, Any]]) -> dict[str, None]:
    """The keys of all records, in the order in which they come first."""
    return {name: None for record in records for name in record}


def _split(table: Columns, names: list[Any], index: list[Any] | None) -> Columns | None:
    if len(names) != len(table.cells) or not all(type(name) is str for name in names):
        return None
    if index is None or len(index) != len(table.cells[0] if table.cells else ()):
        return Columns("columns", tuple(names), table.cells, goes_on=table.goes_on)
    return _with_keys(list(map(str, index)), names, table.cells, form="columns")


def _with_keys(
    keys: Sequence[str], names: Sequence[str], cells: list[list[Any]], form: str = "records"
) -> Columns:
    """A table with its steps' names before it, unless they only count."""
    if _count(keys):
        return Columns(form, tuple(names), cells)
    return Columns(form, (KEYS, *names), [list(keys), *cells], index=0)


def _is_single(cell: object) -> bool:
    return not isinstance(cell, (dict, list))
