"""JSON column by column: a list, a list of rows, a list of records, or columns by name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from rnnviz.data.readers.columns import FEW, MAX_COLUMNS
from rnnviz.data.readers.formats import suffix_of
from rnnviz.data.readers.json_nested import DEEPEST, tables_within
from rnnviz.data.readers.json_objects import Columns, by_keys, flat, of_object
from rnnviz.data.readers.json_values import MAX_VALUE, Reader
from rnnviz.data.readers.options import Reporter
from rnnviz.data.readers.tables import MAX_VALUES
from rnnviz.data.readers.text import Decoded
from rnnviz.data.sequence import MAX_STEPS
from rnnviz.files.errors import DataError, show_value
from rnnviz.files.strict_json import decoder

MAX_BYTES = 24 * 1024 * 1024
_CHOOSE = ": what is read of it can be chosen in the window"
_BLOCK = 1 << 20
_GAP = re.compile(r"\n[ \t\n]*")
_SEVERED = re.compile(rf"(?<!,){_GAP.pattern}")


def json_columns(decoded: Decoded, path: str, member: str | None, progress: Reporter) -> Columns:
    """Read a JSON file column by column, whatever its cells are.

    Raises
    ------
    DataError
        As `read_json`, but for cells that are no numbers.
    """
    reader = open_json(decoded, path)
    start = reader.space()
    if start == "[":
        found = _list(reader, path, progress)
    else:
        found = _object(reader, path, member, progress)
    if not found.goes_on:
        reader.end()
    if not found.cells or not found.cells[0]:
        raise DataError("holds no values", path=path)
    found = _one_row(found)
    if len(found.cells) > MAX_COLUMNS:
        reason = f"{len(found.cells):,} columns, and at most {MAX_COLUMNS} can be opened"
        raise DataError(reason, path=path)
    return found


def _one_row(found: Columns) -> Columns:
    """Make the only row of a table the series that it is, where it is long and holds numbers."""
    row = [cells[0] for cells in found.cells]
    numbers = all(type(cell) in (int, float) for cell in row)
    if found.form != "rows" or len(found.cells[0]) > 1 or len(row) < FEW or not numbers:
        return found
    said = f"assumed: the only row is the series, its {len(row):,} values are the steps"
    return Columns("list", ("column 1",), [row], member=found.member, said=said)


def open_json(decoded: Decoded, path: str) -> Reader:
    """Return a reader that stands before a list or an object.

    Raises
    ------
    DataError
        When there is neither, or the file is too large.
    """
    if len(decoded.data) > MAX_BYTES:
        reason = f"is too large: of JSON at most {MAX_BYTES >> 20} MB can be opened"
        raise DataError(f"{reason} (save it as .csv or .npy)", path=path)
    text = decoded.data[decoded.skip :].decode(decoded.codec)
    lines = suffix_of(path) != ".json"
    if lines and _is_one_record(text):
        text = f"[{text}]"
    if _one_a_line(text, of_any_kind=lines):
        if not lines:
            first = text.index("\n", len(text) - len(text.lstrip()))
            after = first + len(text[first:]) - len(text[first:].lstrip())
            reason = "a second value where the data should end (one in each line? name it .jsonl)"
            raise DataError(reason, path=path, line=text.count("\n", 0, after) + 1)
        text = _listed(text)
    reader = Reader(text, path)
    start = reader.space()
    if not start:
        raise DataError("holds no values, only white space", path=path)
    if start not in ("[", "{"):
        value = reader.value()
        reader.end()
        raise DataError(f"holds {kind_of_value(value)}, and no list of steps", path=path)
    return reader


def _is_one_record(text: str) -> bool:
    """Whether the only line is an object of single values, and so one step."""
    line = text.strip()
    if not line.startswith("{") or "\n" in line or len(line) > MAX_VALUE:
        return False
    try:
        values: list[object] = list(decoder().decode(line).values())
    except (ValueError, RecursionError):
        return False
    return not any(isinstance(value, list) for value in values)


def _one_a_line(text: str, *, of_any_kind: bool) -> bool:
    """Whether each line is a value of its own (JSON Lines), told from the first of them."""
    first, found, rest = text.lstrip()[:MAX_VALUE].partition("\n")
    alike = rest.lstrip()[:1] == first[:1] and first[:1] in ("[", "{")
    if not found or not rest.strip() or not (alike or (of_any_kind and first[:1] not in "[{")):
        return False
    try:
        decoder().decode(first)
    except (ValueError, RecursionError):
        return False
    return True


def _listed(text: str) -> str:
    """Make the values of lines the elements of a list, each in the line that it had."""
    text = text.replace("\r\n", "\n")
    at = len(text) - len(text.lstrip())
    if text[at] not in "[{":  # numbers or texts, each in its line
        text = text.rstrip()
        return f"[{text[:at]}{_GAP.sub(lambda gap: f',{gap.group()}', text[at:])}]"
    parts = ["[", text[:at]]
    # Block by block: millions of lines at once would take hundreds of megabytes.
    while at < len(text):
        end = text.find("\n", at + _BLOCK)
        gap = None if end < 0 else _GAP.match(text, end)
        stop = gap.end() if gap else len(text)
        made = text[at : stop + 1].replace("]\n[", "],\n[").replace("}\n{", "},\n{")
        made = _SEVERED.sub(_with_comma, made)
        parts.append(made[: len(made) - (stop < len(text))])
        at = stop
    return "".join((*parts, "]"))


def _with_comma(gap: re.Match[str]) -> str:
    sign = gap.string[gap.end() : gap.end() + 1]
    return f",{gap.group()}" if sign and sign in "[{" else gap.group()


def _list(reader: Reader, path: str, progress: Reporter, depth: int = 0) -> Columns:
    """Read a list of values, of rows or of records, whose elements are as `Reader.elements` has it.

    What a record lacks is missing as a null is, and what the ones before it lack too.
    """
    names: dict[str, None] | None = None
    form = ""
    cells: list[list[Any]] = []
    rows, limit = 0, MAX_STEPS
    for batch in reader.elements(depth):
        if rows >= limit:
            return _listed_columns(form, names, cells, goes_on=True)
        batch = [_without_inner(value) for value in batch]
        if names is None:
            form, names = _form(batch[0]), dict.fromkeys(_names_of(batch[0]))
            cells = [[] for _ in names]
        if len(batch) > 1 and not _alike(batch, form, len(names)):
            reader.again()
            continue
        if len(batch) == 1:
            _check(batch[0], form, len(names), rows, reader)
        if form == "records":
            for name in _further(batch, names, rows, reader):
                names[name] = None
                cells.append([None] * rows)
        limit = min(MAX_STEPS, MAX_VALUES // max(1, len(names)))
        batch = batch[: max(limit - rows, 0)]
        for place, (name, column) in enumerate(zip(names, cells, strict=True)):
            column.extend(_column(batch, form, name, place))
        rows += len(batch)
        progress.at(0.7 * reader.done)
    if rows and not names:
        raise DataError("holds rows without any value", path=path)
    return _listed_columns(form, names, cells)


def _listed_columns(
    form: str, names: dict[str, None] | None, cells: list[list[Any]], *, goes_on: bool = False
) -> Columns:
    """The columns of a list, without a null that stands where other records have a record."""
    inner = {name.rpartition(".")[0] for name in names or ()}
    kept = [
        (name, column)
        for name, column in zip(names or (), cells, strict=True)
        if name not in inner or any(cell is not None for cell in column)
    ]
    return Columns(form, tuple(name for name, _ in kept), [c for _, c in kept], goes_on)


def _further(
    batch: list[dict[str, Any]], names: dict[str, None], rows: int, reader: Reader
) -> list[str]:
    """The keys of records that none before has."""
    found: dict[str, None] = {}
    for row, record in enumerate(batch, start=rows + 1):
        if record.keys() == names.keys():
            continue
        found |= dict.fromkeys(name for name in record if name not in names)
        if found and len(names) + len(found) > MAX_COLUMNS:
            more = f"more than {MAX_COLUMNS} different keys up to step {row:,}"
            reader.fail(f"{more}, and at most {MAX_COLUMNS} columns can be opened")
    return list(found)


def _without_inner(value: Any) -> Any:
    return flat(cast("dict[str, Any]", value)) if isinstance(value, dict) else value


def _form(value: object) -> str:
    return "rows" if isinstance(value, list) else "records" if isinstance(value, dict) else "list"


def _names_of(value: Any) -> tuple[str, ...]:
    if isinstance(value, dict):
        return tuple(cast("dict[str, Any]", value))
    count = len(cast("list[Any]", value)) if isinstance(value, list) else 1
    return tuple(f"column {place + 1}" for place in range(count))


def _alike(batch: list[Any], form: str, width: int) -> bool:
    """Whether all of a batch are records, or rows of the same width, or single values."""
    kinds = set(map(type, batch))
    if form == "list":
        return kinds.isdisjoint((list, dict))
    if kinds != {list if form == "rows" else dict}:
        return False
    return form == "records" or set(map(len, batch)) == {width}


def _column(batch: list[Any], form: str, name: str, place: int) -> list[Any]:
    if form == "list":
        return batch
    return [row[place] for row in batch] if form == "rows" else [row.get(name) for row in batch]


def _check(value: Any, form: str, width: int, rows: int, reader: Reader) -> None:
    """Refuse an element that is not as the first one."""
    if _form(value) != form:
        other = {"list": "a single value", "rows": "a list", "records": "an object"}[form]
        reader.fail(f"step {rows + 1:,} is {kind_of_value(value)}, where step 1 is {other}")
    if form == "rows" and len(value) != width:
        count = f"{len(value)} value{'s' * (len(value) != 1)}"
        reader.fail(f"step {rows + 1:,} has {count}, where step 1 has {width}")


@dataclass(slots=True)
class Members:
    """What stands in an object: lists of single values, of rows or records, objects, the rest."""

    columns: dict[str, list[Any]]
    tables: dict[str, Columns]
    other: dict[str, object]
    objects: dict[str, dict[str, Any]]

    @property
    def plain(self) -> bool:
        """Whether it needs no choice: columns only, or one table only."""
        if self.other:
            return False
        return not self.tables or (len(self.tables) == 1 and not self.columns)


def members_of(reader: Reader, path: str, progress: Reporter) -> Members:
    """Read all members of an object.

    Raises
    ------
    DataError
        For what is not JSON, and a list that is not even.
    """
    found = Members({}, {}, {}, {})
    for count, key in enumerate(reader.keys()):
        if count >= MAX_STEPS:
            reader.fail(f"more than {MAX_STEPS:,} keys, so this is no table")
        if reader.space() == "{":
            found.objects[key] = dict(_pairs(reader))
            progress.at(0.7 * reader.done)
            continue
        if reader.space() != "[":
            found.other[key] = reader.value()
            continue
        table = _list(reader, path, progress, DEEPEST)
        if table.goes_on:
            raise DataError(
                f"{show_value(key)} has more than {len(table.cells[0]):,} values: save it as .csv "
                "or .npy",
                path=path,
            )
        within = _within_one(table, key)
        if within:
            found.tables |= within
            found.other[key] = list(table.cells)
        elif table.form in ("rows", "records"):
            found.tables[key] = table
        else:
            found.columns[key] = table.cells[0] if table.cells else []
    made = by_keys(found.objects, found.other, found.columns, found.tables)
    if made is not None:  # all of it is one table
        return Members({}, {"": made}, {}, {})
    for key, value in found.objects.items():
        table = of_object(value)
        if table is None:
            found.other[key] = value
            found.tables |= tables_within(value, key)
        else:
            found.tables[key] = table
    return found


def _within_one(table: Columns, key: str) -> dict[str, Columns]:
    """The tables in the only record of a list, where anything in it is no single value."""
    if table.form != "records" or len(table.cells[0]) != 1:
        return {}
    record = {name: cells[0] for name, cells in zip(table.names, table.cells, strict=True)}
    return tables_within(record, key)


def _pairs(reader: Reader) -> Iterator[tuple[str, Any]]:
    for count, key in enumerate(reader.keys()):
        if count >= MAX_STEPS:
            reader.fail(f"more than {MAX_STEPS:,} keys, so this is no table")
        yield key, reader.within(DEEPEST)


def _object(reader: Reader, path: str, member: str | None, progress: Reporter) -> Columns:
    """Read columns by name, or the one member that holds them."""
    members = members_of(reader, path, progress)
    columns, tables, other = members.columns, members.tables, members.other
    if member is not None:
        return _member(member, columns, tables, path)
    if len(tables) == 1 and not columns and not other:
        ((name, table),) = tables.items()
        table.member = name or None
        return table
    for key, value in other.items():
        named = show_value(key)
        reason = f"holds {kind_of_value(value)} under the key {named}, where a list should be"
        held = any(columns.values()) or any(any(table.cells) for table in tables.values())
        raise DataError(reason + (_CHOOSE if held else ""), path=path)
    if tables:
        shown = ", ".join(show_value(name) for name in [*tables, *columns][:4])
        raise DataError(f"holds several tables ({shown}): choose one in the window", path=path)
    lengths = {key: len(cells) for key, cells in columns.items()}
    for key, length in lengths.items():
        first = next(iter(lengths))
        if length != lengths[first]:
            count = f"{length:,} value{'s' * (length != 1)}"
            reason = (
                f"{show_value(key)} has {count}, and {show_value(first)} has {lengths[first]:,}"
            )
            raise DataError(reason, path=path)
    return Columns("columns", tuple(columns), list(columns.values()))


def _member(
    member: str, columns: dict[str, list[Any]], tables: dict[str, Columns], path: str
) -> Columns:
    if member in tables:
        tables[member].member = member
        return tables[member]
    if member in columns:
        return Columns("list", (member,), [columns[member]], member=member)
    raise DataError(f"has no list under the key {show_value(member)}", path=path)


def kind_of_value(value: object) -> str:
    """Say in words what a value of JSON is."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {show_value(value)}"
    if isinstance(value, (int, float)):
        return "a single number"
    if isinstance(value, list):
        return "a list"
    return "an object" if isinstance(value, dict) else "something else"
