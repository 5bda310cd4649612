"""What may be chosen about a table of text, what is guessed, and why."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from types import MappingProxyType

from rnnviz.data.labels import ReadLabels
from rnnviz.data.readers.cell_questions import (
    Findings,
    are_values,
    bare,
    blank_between,
    missing_question,
    present,
    signed_columns,
    signs_question,
)
from rnnviz.data.readers.columns import (
    is_numberish,
    may_part_thousands,
    parse_number,
    place_of,
    without_thousands,
)
from rnnviz.data.readers.dates import DateOrder, order_of
from rnnviz.data.readers.heading import Table, is_axis, like_labels, may_be_thousands
from rnnviz.data.readers.options import Options, Question, omits_signs
from rnnviz.data.readers.signed_numbers import Units
from rnnviz.data.readers.table_lines import BLOCK, DELIMITERS, NAMES, WHITE, Record
from rnnviz.data.readers.tables import NAMES_OF_MARKS
from rnnviz.data.readers.times import parts_of_date, time_in
from rnnviz.files.errors import DataError, show_value

_FIRST = 50
NO_TIMES: Mapping[int, str] = MappingProxyType({})
_THREE = re.compile(r"[+-]?[0-9]{1,3},[0-9]{3}")


def table_questions(
    table: Table,
    rows: list[Record],
    sample: list[str],
    options: Options,
    far: int = 0,
) -> tuple[Question, ...]:
    """Return the questions about a table of text.

    Parameters
    ----------
    table
        As it was guessed, with `options.delimiter` and `options.header`.
    rows
        Its first rows of values.
    sample
        Its first lines, for the delimiter.
    options
        What was chosen already.
    far
        How many of the rows below are looked at, for what cannot be seen in the first ones: how
        the dates run, and whether points part thousands.
    """
    cells = [row.cells[: table.width] for row in rows if len(row.cells) >= table.width]
    columns = list(zip(*cells, strict=True)) if cells else []
    dates = [p for p, c in enumerate(columns) if all(is_axis(cell, table.names[p]) for cell in c)]
    signed = {p: c for p, c in signed_columns(columns).items() if p not in dates}
    bared = omits_signs(options.signs, table.names, table.lines.path, "omit") & signed.keys()
    seen = _below(table, cells, dates, bared, options, far)
    if bared:
        cells = [[bare(cell) if p in bared else cell for p, cell in enumerate(r)] for r in cells]
    between, example = blank_between(list(zip(*cells, strict=True)))
    if between and options.thousands in (None, between):
        cells = [[without_thousands(cell, between) for cell in row] for row in cells]
    decimal = _decimal(table, cells, options)
    thousands = (
        _parted(between, example, options) if between else _thousands(seen, table, cells, options)
    )
    parting = str(thousands[0].chosen) if thousands else ""
    if parting in NAMES_OF_MARKS and parting in ".,":
        mark = "," if parting == "." else "."
        reason = f"{NAMES_OF_MARKS[parting]} part thousands"
        decimal = replace(decimal, chosen=mark, reason=reason, open=False)
    mark = str(decimal.chosen)
    numbers = [
        place
        for place, column in enumerate(columns)
        if place not in dates
        and are_values(seen.later.get(place, column), mark, parting, signs=place in bared)
    ]
    index = table.dates if not dates and options.axis is None else []
    numbers = [place for place in numbers if place not in index]
    times = dict[int, str]()
    values = dict[int, tuple[str, list[float]]]()
    for place in () if index else numbers:
        signs = place in bared
        found = [parse_number(cell, mark, parting, signs=signs) for cell in columns[place]]
        values[place] = table.names[place], [value for value in found if value is not None]
        said = time_in(*values[place])
        times |= {place: said} if said else {}
    order = None if index else order_in(seen.labels)
    return (
        _delimiter(table, sample, options),
        _header(table, rows, options),
        decimal,
        *thousands,
        *signs_question(signed, table.names, mark, parting, options, seen.units),
        *column_questions(
            tuple(table.names), numbers, dates or index, options, times,
            "" if order else _held(table, columns, dates or index, seen),
            table.lines.path,
            parts_of_date(values),
        ),
        *missing_question(
            seen.gaps, seen.rows, table.names, numbers, options, goes_on=seen.goes_on
        ),
        *order_question(order, options),
    )  # fmt: skip


def _held(
    table: Table,
    columns: Sequence[Sequence[str]],
    places: Sequence[int],
    seen: Findings,
) -> str:
    """What the columns at some places hold, or that is chosen as labels, where not dates alone."""
    if not columns:
        return ""
    below = dict(zip(seen.axis, seen.labels, strict=True))
    for place in places or seen.axis:
        cells, name = below.get(place, columns[place]), table.names[place]
        odd = next((cell for cell in cells if cell and not is_axis(cell, name)), "")
        if odd and any(is_axis(cell, name) for cell in cells[:_FIRST]):
            return f"“{name}” holds dates, but {show_value(odd)} is none"
        if odd and places:
            return f"“{name}” counts the rows"
    return ""


def _below(
    table: Table,
    cells: list[list[str]],
    dates: list[int],
    bared: Collection[int],
    options: Options,
    far: int,
) -> Findings:
    """Look further down: which numbers may have their thousands parted, what is missing, dates."""
    axis = dates
    if options.axis is not None:
        axis = (
            [] if options.axis is False else [place_of(options.axis, table.names, table.lines.path)]
        )
    seen = Findings(axis=axis, labels=[[] for _ in axis])
    if not cells:
        return seen
    first = list(zip(*cells, strict=True))
    values = [place for place in range(table.width) if place not in (*dates, *axis)]
    numbers = [p for p in values if present(first[p]) and all(map(is_numberish, present(first[p])))]
    empty_first = [place for place in values if not present(first[place])]
    end = 0  # empty lines below the last value, which are the file's end
    try:
        for columns in chain([first], _columns(table, far)):
            seen.rows += len(columns[0])
            if table.lines.gaps:
                empty = next((i for i, c in enumerate(reversed(columns[0])) if c), -1)
                end = end + len(columns[0]) if empty < 0 else empty
            for place in values:
                seen.count(place, columns[place])
            for place in empty_first:
                known = seen.later.setdefault(place, [])
                if len(known) < _FIRST:
                    known += present(columns[place])[:_FIRST]
            for place in numbers:
                column = map(bare, columns[place]) if place in bared else columns[place]
                seen.grouping.see(place, "\n".join(column))
            for place in bared:
                found = seen.units.setdefault(place, Units())
                for cell in present(columns[place]):
                    found.see(cell)
            for column, place in zip(seen.labels, axis, strict=True):
                column.extend(columns[place])
        seen.goes_on = far > 0 and bool(table.lines.block(1))
    except DataError:
        seen.goes_on = False  # opening it says what is wrong
    seen.rows -= end
    seen.gaps[0] -= end
    labels = seen.labels
    while labels and labels[0] and not any(column[-1] for column in labels):
        for column in labels:
            column.pop()  # the empty rows that spreadsheets write below
    return seen


def _columns(table: Table, far: int) -> Iterator[list[tuple[str, ...]] | list[list[str]]]:
    """Yield the cells of all columns of the next rows, a block at a time."""
    lines, width, delimiter = table.lines, table.width + table.trailing, table.delimiter
    for _ in range(0, far, BLOCK):
        block = lines.block(BLOCK)
        if not block:
            return
        gaps = lines.gaps and not all(block)
        text = "\n".join(line for line in block if line)
        ordinary = text.count("\n") + 1
        if not gaps and '"' not in text and text.count(delimiter) == ordinary * (width - 1):
            every = [cell.strip() for cell in text.replace("\n", delimiter).split(delimiter)]
            yield [every[place::width] for place in range(table.width)]
            continue
        lines.unread(block)
        records = islice(table.rows, len(block))
        rows = [row.cells[: table.width] for row in records if len(row.cells) >= table.width]
        if not rows:
            return
        yield list(zip(*rows, strict=True))


def _marked(cells: list[list[str]]) -> tuple[list[str], list[str]]:
    """The numbers with a decimal comma, and those with a point, as either mark reads them."""
    every = [cell for row in cells for cell in row if not is_axis(cell, "")]
    commas = [cell for cell in every if "," in cell and parse_number(cell, ",") is not None]
    points = [cell for cell in every if "." in cell and parse_number(cell, ".") is not None]
    return commas, points


def _beside(cells: list[list[str]]) -> tuple[str, str]:
    """1.020 where 1,5 stands too: a number whose thousands are parted, and one with a fraction.

    1.020,5 is both.
    """
    for mark, other in ((".", ","), (",", ".")):
        for cell in (cell for row in cells for cell in row if mark in cell and other in cell):
            if parse_number(cell, other, mark) is not None:
                return cell, cell
    commas, points = _marked(cells)
    for parted, others in ((points, commas), (commas, points)):
        fractions = [cell for cell in others if not may_part_thousands(cell)]
        if parted and fractions and all(map(may_part_thousands, parted)):
            return parted[0], fractions[0]
    return "", ""


def _parted(between: str, example: str, options: Options) -> tuple[Question, ...]:
    """The question what parts thousands, where it is a blank or an apostrophe."""
    reason = f"“{example}” has {NAMES_OF_MARKS[between]} between its thousands"
    chosen = between if options.thousands is None else options.thousands
    choices = ((between, f"by {NAMES_OF_MARKS[between]} ({example})"), ("", "by nothing"))
    unsure = options.thousands is None
    return (Question("thousands", "Thousands parted", choices, chosen, reason, open=unsure),)


def _thousands(
    seen: Findings, table: Table, cells: list[list[str]], options: Options
) -> tuple[Question, ...]:
    """The question what parts thousands, where anything may."""
    grouping = seen.grouping
    example, chosen, unsure = grouping.example, options.thousands, False
    reason = "as you chose"
    if example:
        mark = "," if "," in example else "."
        whole = example.replace(mark, "")
        if chosen is None:
            value = parse_number(example, mark)
            quoted = mark == "," == table.delimiter  # between commas it is no decimal mark
            chosen = mark if value is None or quoted else ""
            unsure = grouping.doubtful or bool(chosen)
            reason = f"“{example}” is {whole}"
            if value is not None:
                one, other = f"{value:.15g}", whole
                one, other = (other, one) if chosen else (one, other)
                reason = f"“{example}” is read as {one}, but may be {other}"
    elif chosen is None:
        example, other = _beside(cells)
        if not example or options.decimal is not None:
            return ()
        chosen, unsure = next(mark for mark in example if mark in ",."), True
        reason = f"“{example}” stands beside “{other}”, which has a fraction"
        if example == other:
            reason = f"“{example}” has both marks"
    choices = (("", "by nothing"), (".", "by points (1.020 = 1020)"), (",", "by commas (1,020)"))
    return (Question("thousands", "Thousands parted", choices, chosen, reason, open=unsure),)


def order_in(labels: Sequence[Sequence[str]]) -> DateOrder | None:
    """How the dates run that stand in some columns, one label a step in each; None if they do not.

    None, too, where one of them is no date.
    """
    return order_of([ReadLabels(column) for column in labels]) if labels else None


def order_question(order: DateOrder | None, options: Options) -> tuple[Question, ...]:
    """Return the question in which order the steps are taken, where there are dates.

    Parameters
    ----------
    order
        How they run.
    options
        What was chosen already.
    """
    if order is None:
        return ()
    if order.way == "forward" and options.order is None:
        return ()
    reason = {
        "forward": "the dates run forwards",
        "backward": "the newest stands first",
        "mixed": order.back.partition(" from ")[0],
    }[order.way]
    guess = "dates" if order.way == "backward" else "file"
    turned = "turned round" if order.way == "backward" else "sorted by date"
    choices = (("file", "as the rows stand"), ("dates", turned))
    return (
        Question(
            "order",
            "Order of the steps",
            choices,
            options.order or guess,
            reason,
            open=order.way != "forward" and options.order is None,
        ),
    )


def column_questions(
    names: tuple[str, ...],
    numbers: list[int],
    dates: list[int],
    options: Options,
    times: Mapping[int, str] = NO_TIMES,
    held: str = "",
    path: str = "",
    parts: tuple[int, ...] = (),
) -> tuple[Question, ...]:
    """Return the questions which columns are read, and which one labels the steps.

    Parameters
    ----------
    names
        Of all columns.
    numbers, dates
        Places of those that hold nothing but numbers, or nothing but dates.
    options
        What was chosen already.
    times
        What columns of numbers may count, by their places (see `time_in`): the first is proposed
        as the labels.
    held
        What the columns at `dates` hold, where that is something else than dates alone.
    path
        For messages.
    parts
        The places of columns that are the parts of a date, and so are not proposed to be read.
    """
    proposed = _proposed(numbers, dates, options, times)
    left = [place for place in range(len(names)) if place not in numbers and place not in dates]
    spare = {*parts} if set(numbers) - {*parts, proposed} else set[int]()
    chosen = tuple(place for place in numbers if place != proposed and place not in spare)
    if options.columns is not None:
        chosen = tuple(place_of(column, names, path) for column in options.columns)
    if left:
        shown = ", ".join(f"“{names[place]}”" for place in left[:3])
        reason = f"{shown}{' …' if len(left) > 3 else ''}: not all of it is numbers"
    else:
        reason = f"{len(numbers)} columns of numbers" if len(numbers) != 1 else "the only numbers"
    if spare and options.columns is None:
        reason = f"{', '.join(f'“{names[place]}”' for place in parts)}: the parts of a date"
    # Without a column of numbers there is nothing to choose: opening it says what is wrong.
    several = len(numbers) > 1 or bool(left and numbers)
    every = tuple(enumerate(names))
    columns = Question(
        "columns", "Columns", every, chosen, reason, open=several and options.columns is None
    )
    named = " and ".join(f"“{names[place]}”" for place in dates)
    labelled: object = (dates[0] if len(dates) == 1 else None) if dates else _or_none(proposed)
    if options.axis is not None:
        labelled = False if options.axis is False else place_of(options.axis, names, path)
    holds = "holds" if len(dates) == 1 else "hold"
    reason = held or (f"{named} {holds} dates" if dates else "no column holds dates")
    if proposed is not None:
        reason = f"“{names[proposed]}” may be the time: its first rows are {times[proposed]}"
    axis = Question(
        "axis",
        "Labels of the steps",
        ((False, "1, 2, 3 …"), *(((None, named),) if len(dates) > 1 else ()), *every),
        labelled,
        reason,
        open=(bool(dates) or proposed is not None) and options.axis is None,
    )
    return columns, axis


def _or_none(proposed: int | None) -> int | bool:
    return False if proposed is None else proposed


def _proposed(
    numbers: list[int], dates: list[int], options: Options, times: Mapping[int, str]
) -> int | None:
    """The column of numbers that is proposed as labels, where nobody has chosen any."""
    if dates or options.axis is not None or options.columns is not None or len(numbers) < 2:
        return None
    return next(iter(times), None)


def _delimiter(table: Table, sample: list[str], options: Options) -> Question:
    found = {d: sum(d in line for line in sample) for d in (*DELIMITERS, WHITE)}
    name = NAMES[table.delimiter]
    count = found[table.delimiter]
    may_be = may_be_thousands(sample) if table.delimiter == WHITE else ""
    if may_be:
        reason = f"“{may_be}” is read as two numbers, but may be one with its thousands parted"
    elif table.delimiter == WHITE:
        reason = "white space alone stands between the cells"
    elif not any(found[mark] for mark in DELIMITERS):
        reason = "one column: no line has a comma, semicolon or tab"
    elif count == len(sample):
        reason = f"{name}s in all of the first {count} lines" if count > 1 else f"{name}s"
    else:
        reason = f"{name}s in {count} of the first {len(sample)} lines"
    return Question(
        "delimiter",
        "Columns are separated by",
        tuple((mark, f"{NAMES[mark]}s") for mark in (*reversed(DELIMITERS), WHITE)),
        table.delimiter,
        "as you chose" if options.delimiter else reason,
        open=bool(may_be) and options.delimiter is None,
    )


def _header(table: Table, rows: list[Record], options: Options) -> Question:
    unsure = False
    if options.header is not None:
        reason = "as you chose"
    elif table.header:
        reason = "the first line holds names, and numbers below"
    else:
        unsure = len(rows) > 1 and like_labels(rows[0], rows[1])
        reason = "the first line holds numbers like the others"
        if unsure:
            reason = "the first line may be values, or years that name the columns"
    return Question(
        "header",
        "The first line",
        ((True, "names the columns"), (False, "holds values")),
        table.header,
        reason,
        open=unsure,
    )


def _decimal(table: Table, cells: list[list[str]], options: Options) -> Question:
    commas, points = _marked(cells)
    chosen, reason, unsure = ".", "no number has a comma", False
    if options.decimal is not None:
        chosen, reason = options.decimal, "as you chose"
    elif commas and points:
        reason = f"“{points[0]}” has a point, but “{commas[0]}” a comma"
        unsure = True
    elif commas:
        chosen, reason = ",", f"“{commas[0]}” has a comma, and no number a point"
        unsure = all(map(_THREE.fullmatch, commas))
        if table.delimiter == "," and _THREE.fullmatch(commas[0]):
            chosen, unsure = ".", True
        if unsure:
            reason = f"“{commas[0]}” may have a decimal comma, or be a thousand and more"
    return Question(
        "decimal",
        "Decimal mark",
        ((".", "point (1.5)"), (",", "comma (1,5)")),
        chosen,
        reason,
        open=unsure,
    )
