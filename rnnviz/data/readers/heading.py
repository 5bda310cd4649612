"""What the first lines of a table tell: delimiter, column names, dates."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import NoReturn

from rnnviz.data.labels import ReadLabels
from rnnviz.data.readers.columns import (
    MAX_COLUMNS,
    Grouping,
    choose_columns,
    is_missing,
    is_numberish,
    parse_number,
)
from rnnviz.data.readers.date_forms import are_dates, is_date
from rnnviz.data.readers.formats import TABLES
from rnnviz.data.readers.name_lines import below_levels, names_of
from rnnviz.data.readers.options import Options, choices_of, omits_signs
from rnnviz.data.readers.signed_numbers import Units
from rnnviz.data.readers.surroundings import lines_above, said_of_lines
from rnnviz.data.readers.surroundings import without_end as without_lines_below
from rnnviz.data.readers.table_lines import (
    NAMES,
    SAMPLE,
    WHITE,
    Lines,
    Record,
    apart,
    records,
    sniff,
)
from rnnviz.data.readers.text import Decoded
from rnnviz.files.errors import DataError

_MAX_COMMENTS = 10_000
_HEAD = 1 << 16  # bytes that tell what a row is
_NAMED_DELIMITER = re.compile(r'"?sep=([,;\t])"? *')  # Excel's own first line
_INTEGER = re.compile(r"[0-9]+")
_YEARS = 3  # in a row, that name columns rather than are values


@dataclass(slots=True)
class Table:
    """A table's layout as its first rows show it: heading, columns, where the rows begin.

    Attributes
    ----------
    lines, rows
        What is not read yet; `rows` begins with the first row of values again.
    delimiter
        What stands between two cells.
    width, width_line
        How many cells a row has, and the line in which that was seen.
    names
        One per cell.
    trailing
        Whether each row ends with one more delimiter.
    header
        Whether the first row names the columns.
    ahead
        How many rows of values were read ahead.
    dates, numbers
        The places of the columns that label the steps, and of those that are read.
    any_axis
        Whether any text may label a step, because the user said so.
    decimal, decimal_known
        The decimal mark, and whether a number with one was seen already.
    thousands
        What parts the thousands, or "".
    grouping
        Whether points or commas may do so although nobody said it.
    parts
        The labels of each column of dates, where there are several.
    empty_end
        How many rows of empty cells stood below the last values; known when all is read.
    signs
        The places of the columns in which currency, per cent, K, M, B and parentheses may stand
        around a number.
    missing
        What is done where a value is missing, for each of `numbers`, or "": see `Options.missing`.
    signed
        A cell with such a sign and its number, in words, or "".
    units
        What signs were seen in each of those columns.
    gap
        Line and column of the first missing value, or None.
    empty_lines
        How many empty lines of a column with gaps were read last, one after the other.
    """

    lines: Lines
    rows: Iterator[Record]
    delimiter: str
    width: int
    width_line: int
    names: list[str]
    trailing: bool
    header: bool
    ahead: int
    dates: list[int]
    numbers: list[int]
    any_axis: bool = False
    decimal: str = "."
    decimal_known: bool = False
    thousands: str = ""
    grouping: Grouping = field(default_factory=Grouping)
    parts: list[ReadLabels] = field(default_factory=list[ReadLabels])
    empty_end: int = 0
    signs: frozenset[int] = frozenset()
    signed: str = ""
    units: dict[int, Units] = field(default_factory=dict[int, "Units"])
    missing: tuple[str, ...] = ()
    gap: tuple[int, int] | None = None
    empty_lines: int = 0

    def number(self, cell: str, place: int) -> float | None:
        """Return the number of a column's cell as this table writes it, or None."""
        return parse_number(cell, self.decimal, self.thousands, signs=place in self.signs)

    def fail(self, line: int, reason: str, place: int | None = None) -> NoReturn:
        """Refuse the file because of a line, or of the cell that a column has there."""
        raise self.lines.error(reason, line, place)

    def column(self, line: int, place: int) -> str:
        """Return how a message calls the column of a cell."""
        return self.lines.column_of(line, place, self.names[place])


def find_delimiter(lines: Lines, suffix: str, notes: list[str], chosen: str | None = None) -> str:
    """Read over what stands above the table and return the delimiter."""
    preferred = "\t" if suffix in (".tsv", ".tab") else ","
    sample = lines.sample()
    named = _NAMED_DELIMITER.fullmatch(sample[0].lower()) if sample else None
    if named:
        lines.skip()
        return chosen or named[1]
    comments = 0
    while len(sample) == SAMPLE and comments < _MAX_COMMENTS and all(map(_is_comment, sample)):
        comments += SAMPLE
        for _ in sample:
            lines.skip()
        sample = lines.sample()
    body = next((i for i, line in enumerate(sample) if line.strip() and not _is_comment(line)), -1)
    if body < 0 and len(sample) < SAMPLE and any(map(_is_comment, sample)):
        raise DataError("holds no values, only comments", path=lines.path)
    body = max(body, 0)
    comments += sum(map(_is_comment, sample[:body]))
    delimiter = chosen or sniff(sample[body:], preferred)
    if delimiter == WHITE or (chosen is None and apart_by_white(sample[body:])):
        delimiter = WHITE
        lines.set_apart()
        sample = lines.sample()
    held = [line.strip() for line in sample[body:] if line.strip()]
    if delimiter == "|" and all(line.startswith("|") and line.endswith("|") for line in held):
        lines.without_edges()
        sample = lines.sample()
    # The last of them may name the columns: "#day,close" above "1,20".
    count = sample[body].count(delimiter) if sample else 0
    if body and delimiter == WHITE and _names_columns(sample[body - 1], count + 1):
        lines.named()
        sample = lines.sample()
    if body and 0 < count == sample[body - 1].count(delimiter):
        body, comments = body - 1, comments - 1
    for _ in range(body):
        lines.skip()
    above = 0 if delimiter == WHITE else lines_above(lines.sample(), delimiter)
    titles = [lines.skip() for _ in range(above)]
    if delimiter == WHITE and chosen is None and (shown := may_be_thousands(lines.sample())):
        notes.append(f"assumed: blanks stand between columns, so that “{shown}” is two numbers")
    if titles:
        notes.append(said_of_lines(len(titles), "above", titles[0].strip(delimiter)))
    if delimiter != preferred and suffix in TABLES and not chosen:
        notes.append(f"the columns are separated by {NAMES[delimiter]}s")
    if comments:
        notes.append(f"comment lines at the top left out: {comments:,}")
    return delimiter


def without_end(
    decoded: Decoded, path: str, suffix: str, chosen: str | None = None
) -> tuple[Decoded, str]:
    """Return a table without what stands below its rows, and what that was; see `surroundings`."""
    end = decoded.data.rfind(b"\n", 0, _HEAD) + 1
    whole = decoded.width > 1 or end <= decoded.skip
    lines = Lines(decoded if whole else replace(decoded, data=decoded.data[:end]), path)
    delimiter = find_delimiter(lines, suffix, [], chosen)
    return without_lines_below(decoded, lines.sample(), delimiter)


def apart_by_white(sample: list[str]) -> bool:
    """Whether white space alone stands between the numbers of lines: at least two in each."""
    lines = [line for line in sample if line.strip()]
    rows = [apart(line) for line in lines]
    if not rows or any(mark in line for line in lines for mark in ";\t"):
        return False
    commas = {line.count(",") for line in lines}
    names = not any(is_numberish(cell) for cell in rows[0])
    if len(commas) == 1 and commas != {0} and names and len(lines) > 1:
        return False  # also the names have commas between them, which no number has
    below = rows[1:] or rows
    if len(rows[-1]) < 2 or not all(len(row) == len(rows[-1]) for row in below):
        return False
    if not all(is_missing(cell) or is_numberish(cell) for row in below for cell in row):
        return False
    commas = [cell.strip() for line in lines[1:] or lines for cell in line.split(",")]
    return not any("," in line for line in lines) or not all(
        parse_number(cell, ".") is not None or is_date(cell) for cell in commas
    )


def _names_columns(comment: str, width: int) -> bool:
    """Whether a comment has a name for each column, as np.savetxt and gnuplot write it: # t v."""
    names = apart(comment.removeprefix("#").lstrip())
    return len(names) == width > 1 and not any(map(is_numberish, names))


def may_be_thousands(sample: list[str]) -> str:
    """Return the first line, where each as a whole may be a number with blanks in it: 12 345."""
    lines = [line.strip() for line in sample if line.strip()]
    if not lines:
        return ""
    values = lines if is_numberish(lines[0][:1]) else lines[1:]
    parted = all(
        " " in line and any(parse_number(line, mark, " ") is not None for mark in ".,")
        for line in values
    )
    return values[0] if values and parted else ""


def in_one_column(decoded: Decoded, path: str, options: Options) -> Options:
    """Options with which blanks that part thousands, as was chosen, part no columns."""
    chosen = options.thousands == WHITE and options.delimiter is None
    if chosen and may_be_thousands(Lines(decoded, path).sample()):
        return replace(options, delimiter="\t")  # which stands nowhere in such lines
    return options


def _is_comment(line: str) -> bool:
    # "#N/A" is no comment but a value that is not there.
    return line.startswith("#") and not is_missing(re.split("[,;\t]", line)[0].strip())


def open_table(
    lines: Lines, delimiter: str, notes: list[str], options: Options, *, looking: bool = False
) -> Table:
    """Decide from the first two rows how all of them are to be read, adding to `notes`.

    What `options` say is not guessed. Only `looking`, a table without numbers is no fault.

    Raises
    ------
    DataError
        When there are no values, more than `MAX_COLUMNS`, or not as many as names.
    """
    rows = records(lines, delimiter, MAX_COLUMNS)
    first = next(rows, None)
    if first is None:
        raise DataError("holds no values, only empty lines", path=lines.path)
    second = next(_without_comments(rows, len(first.cells), lines), None)
    # A line of one column is its cell: where nobody says what becomes of missing values, and a
    # picture of the file is not asked for, those that are empty are skipped.
    one = len(first.cells) == 1 and second is not None and len(second.cells) == 1
    lines.gaps = one and delimiter != WHITE and (looking or options.missing is not None)
    header = _is_header(first, second) if options.header is None else options.header
    data = second if header else first
    if data is None:
        raise lines.error("has column names but no values", first.line)
    trailing = (
        len(data.cells) > 1
        and data.cells[-1] == ""
        and not (header and len(first.cells) == len(data.cells) and first.cells[-1])
        and any(data.cells)
    )
    width = len(data.cells) - trailing
    names = [f"column {index + 1}" for index in range(width)]
    held = [record for record in (first, second) if record is not None]
    if lines.gaps and second is not None and not header:
        between = [Record(line, [""]) for line in range(first.line + 1, second.line)]
        held[1:1] = between
        lines.blank -= len(between)
    if header:
        if len(first.cells) == width + 1 and first.cells[-1] == "":
            del first.cells[-1]
        if len(first.cells) != width:
            named = len(first.cells)
            count = f"{width} value{'s' * (width != 1)}"
            reason = f"{count} under {named} column name{'s' * (named != 1)}"
            if delimiter == "," and width == 2 * named:
                reason += " (with decimal commas, separate the columns by semicolons)"
            raise lines.error(reason, data.line)
        first.cells[0] = first.cells[0].removeprefix("#").lstrip()
        renamed: list[str] = []
        names = names_of(first.cells, renamed)
        known = list(names)
        held = below_levels(names, first, data, rows, notes)
        data = held[0]
        notes += renamed if names[1:] == known[1:] else []
    elif options.header is None and second is not None and like_labels(first, second):
        notes.append("the first line was read as values, not as column names")
    if width > MAX_COLUMNS:
        reason = f"{width} columns, and at most {MAX_COLUMNS} can be opened"
        raise lines.error(reason, data.line)
    dates = [index for index, cell in enumerate(data.cells[:width]) if is_axis(cell, names[index])]
    index: list[int] = []
    if header and not dates:
        held += islice(rows, 1 if len(held) == 1 else 0)
        index = _index(first, held, notes)
    axis, numbers = choose_columns(names, dates or index, options, lines.path)
    if index and options.columns is None:
        numbers = [place for place in numbers if place not in index]
    table = Table(
        lines=lines,
        rows=_without_comments(chain(held, rows), width, lines),
        delimiter=delimiter,
        width=width,
        width_line=first.line,
        names=names,
        trailing=trailing,
        header=header,
        ahead=len(held),
        dates=axis,
        numbers=numbers,
        any_axis=options.axis is not None or axis == index != [],
        decimal=decimal_of(options) or ".",
        decimal_known=decimal_of(options) is not None,
        thousands=options.thousands or "",
        signs=omits_signs(options.signs, names, lines.path),
        missing=choices_of(
            options.missing, [names[place] for place in numbers], "", lines.path, names
        ),
        parts=[ReadLabels() for _ in axis] if len(axis) > 1 else [],
    )
    if not table.numbers and not looking:
        table.fail(data.line, "has dates but no numbers beside them")
    return table


def _without_comments(rows: Iterator[Record], width: int, lines: Lines) -> Iterator[Record]:
    """The rows without lines among them that begin with # and are none."""
    for row in rows:
        first = row.cells[0]
        other = len(row.cells) != width or width == 1
        if other and first.startswith("#") and not is_missing(first):
            lines.comments += 1
            if lines.comments > _MAX_COMMENTS:
                reason = f"more than {_MAX_COMMENTS:,} comment lines, so this is no table"
                raise lines.error(reason, row.line)
            continue
        yield row


def _index(first: Record, held: list[Record], notes: list[str]) -> list[int]:
    """The place of a first column without a name that counts the rows, as pandas writes it."""
    if len(held) < 2 or len(held[0].cells) < 2 or first.cells[0] not in ("", "Unnamed: 0"):
        return []
    first_two = [record.cells[0] for record in held[:2]]
    if not all(map(_INTEGER.fullmatch, first_two)) or int(first_two[0]) + 1 != int(first_two[1]):
        return []
    notes.append("the first column has no name and counts the rows: it is no feature")
    return [0]


def decimal_of(options: Options) -> str | None:
    """Return the decimal mark that was chosen, if only by what parts thousands."""
    other = {".": ",", ",": "."}  # blanks and apostrophes go with either
    return options.decimal or other.get(options.thousands or "")


def is_axis(cell: str, name: str) -> bool:
    """Whether a cell is a date; 20120131 is one only in a column of that name."""
    compact = name.strip("<>").casefold() in ("date", "datum", "day") and _INTEGER.fullmatch(cell)
    return is_date(cell) or bool(compact and len(cell) == 8 and is_date(_spread(cell)))


def are_axis(cells: Collection[str], name: str) -> bool:
    """Whether each of many cells of a column is a date, as `is_axis` says of one."""
    return are_dates(cells) or all(is_axis(cell, name) for cell in cells)


def _spread(cell: str) -> str:
    return f"{cell[:4]}-{cell[4:6]}-{cell[6:]}"


def _is_header(first: Record, second: Record | None) -> bool:
    """Whether the first row names the columns: names, and nothing that may be a value.

    Years above numbers are taken for values, unless a name above a column of dates shows that
    this is the line of names; or above a column of texts, where the years follow each other.
    """
    kinds = [not cell or is_missing(cell) or is_numberish(cell) for cell in first.cells]
    if all(kinds):
        return False
    values = [cell for cell in first.cells if is_numberish(cell)]
    if not values:
        return True
    if second is None or len(second.cells) < len(first.cells):
        return False
    years = _are_years(values)
    over_dates = all(
        no_name or is_date(below) or (years and not is_numberish(below))
        for no_name, below in zip(kinds, second.cells, strict=False)
    )
    return over_dates and all(map(_INTEGER.fullmatch, values))


def _are_years(values: list[str]) -> bool:
    """Whether numbers are years that follow each other, as names of columns."""
    if len(values) < _YEARS or not all(len(v) == 4 and v.isdecimal() for v in values):
        return False
    first = int(values[0])
    return first >= 1500 and list(map(int, values)) == list(range(first, first + len(values)))


def like_labels(first: Record, second: Record) -> bool:
    """Whether the first row may as well name the columns: years above other numbers."""
    whole = all(map(_INTEGER.fullmatch, first.cells))
    return whole and len(first.cells) > 1 and not any(map(_INTEGER.fullmatch, second.cells))
