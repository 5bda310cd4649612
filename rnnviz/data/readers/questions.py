"""What may be chosen about a table, what was guessed, and why."""

import re

from rnnviz.data.readers.heading import Table, is_axis, like_labels
from rnnviz.data.readers.options import Options, Question
from rnnviz.data.readers.table_cells import parse_number
from rnnviz.data.readers.table_lines import DELIMITERS, NAMES, Record

_THREE = re.compile(r"[+-]?[0-9]{1,3},[0-9]{3}")


def table_questions(
    table: Table, rows: list[Record], sample: list[str], options: Options
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
    """
    cells = [row.cells[: table.width] for row in rows if len(row.cells) >= table.width]
    decimal = _decimal(table, cells, options)
    mark = str(decimal.chosen)
    columns = list(zip(*cells, strict=True)) if cells else []
    dates = [p for p, c in enumerate(columns) if all(is_axis(cell, table.names[p]) for cell in c)]
    numbers = [
        place
        for place, column in enumerate(columns)
        if place not in dates and all(parse_number(cell, mark) is not None for cell in column)
    ]
    return (
        _delimiter(table, sample, options),
        _header(table, rows, options),
        decimal,
        *column_questions(tuple(table.names), numbers, dates, options),
    )


def column_questions(
    names: tuple[str, ...], numbers: list[int], dates: list[int], options: Options
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
    """
    left = [place for place in range(len(names)) if place not in numbers and place not in dates]
    chosen = tuple(numbers)
    if options.columns is not None:
        chosen = tuple(c if isinstance(c, int) else names.index(c) for c in options.columns)
    if left:
        shown = ", ".join(f"“{names[place]}”" for place in left[:3])
        reason = f"{shown}{' …' if len(left) > 3 else ''}: not all of it is numbers"
    else:
        reason = f"{len(numbers)} columns of numbers" if len(numbers) != 1 else "the only numbers"
    # Without a column of numbers there is nothing to choose: opening it says what is wrong.
    several = len(numbers) > 1 or bool(left and numbers)
    every = tuple(enumerate(names))
    columns = Question(
        "columns", "Columns", every, chosen, reason, open=several and options.columns is None
    )
    named = " and ".join(f"“{names[place]}”" for place in dates)
    guess: int | None = dates[0] if len(dates) == 1 else None
    axis = Question(
        "axis",
        "Labels of the steps",
        ((False, "1, 2, 3 …"), *(((None, named),) if len(dates) > 1 else ()), *every),
        options.axis if options.axis is not None else (guess if dates else False),
        f"{named} holds dates" if dates else "no column holds dates",
        open=bool(dates) and options.axis is None,
    )
    return columns, axis


def _delimiter(table: Table, sample: list[str], options: Options) -> Question:
    found = {d: sum(d in line for line in sample) for d in DELIMITERS}
    name = NAMES[table.delimiter]
    count = found[table.delimiter]
    if not any(found.values()):
        reason = "one column: no line has a comma, semicolon or tab"
    elif count == len(sample):
        reason = f"{name}s in all of the first {count} lines" if count > 1 else f"{name}s"
    else:
        reason = f"{name}s in {count} of the first {len(sample)} lines"
    return Question(
        "delimiter",
        "Columns are separated by",
        tuple((delimiter, f"{NAMES[delimiter]}s") for delimiter in reversed(DELIMITERS)),
        table.delimiter,
        "as you chose" if options.delimiter else reason,
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
    every = [cell for row in cells for cell in row if not is_axis(cell, "")]
    commas = [cell for cell in every if "," in cell and parse_number(cell, ",") is not None]
    points = [cell for cell in every if "." in cell and parse_number(cell, ".") is not None]
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
