"""From decoded text to the lines and records of a table, bounded at every step."""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice

from rnnviz.data.readers.origin import called
from rnnviz.data.readers.text import Decoded
from rnnviz.files.errors import DataError
from rnnviz.frozen import record

MAX_LINE = 1_000_000
"""Characters of a line, and of a record that quotes spread over several lines."""

DELIMITERS = ("\t", ";", ",", "|")
MAX_BLANK = 500_000
"""Empty lines; a file of millions of them takes half a minute to say nothing."""

WHITE = " "
"""The delimiter that stands for any white space."""

NAMES = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "vertical bar", WHITE: "blank"}
SAMPLE = 100
_APART = re.compile("(?:\\S|(?<=[0-9])[\u00a0\u2009\u202f](?=[0-9]{3}(?![0-9])))+")
_RULE = re.compile(r"\|[-:| ]+\|")  # between the names and the rows, as Markdown has it
BLOCK = 10_000
"""Lines that are read at once: some milliseconds."""


@record
class Record:
    """One row of a table: the line that it begins in, and its cells without white space."""

    line: int
    cells: list[str]


class Lines:
    """The lines of a table that are not read yet, with their numbers.

    Attributes
    ----------
    number : int
        The number of the last line that was handed out.
    blank : int
        How many empty lines stood between records, and were skipped.
    comments : int
        How many lines among the records began with # and were skipped.
    gaps : bool
        Whether an empty line is a row instead: of the one column its value is missing.
    done : float
        How much of the text has been looked at, 0 … 1.
    """

    def __init__(self, decoded: Decoded, path: str) -> None:
        self.path = path
        self.number = 0
        self.blank = 0
        self.comments = 0
        self.gaps = False
        self.done = 0.0
        self._decoded = decoded
        self._clean: Callable[[str], str] | None = None
        self._lines = self._split()
        self._ahead: deque[str] = deque()

    def __iter__(self) -> Iterator[str]:
        while True:
            line = self._ahead.popleft() if self._ahead else next(self._lines, None)
            if line is None:
                return
            self.number += 1
            yield line

    def sample(self) -> list[str]:
        """Return the next lines, which stay unread."""
        self._ahead.extend(islice(self._lines, SAMPLE - len(self._ahead)))
        return list(self._ahead)

    def line_of(self, line: int, place: int | None = None) -> int | None:
        """Return the file's own line of a line here, or of a cell in it; None where none is."""
        origin = self._decoded.origin
        return line if origin is None else origin.line(line, place)

    def column_of(self, line: int, place: int, name: str) -> str:
        """Return how a message calls the column of a cell."""
        origin = self._decoded.origin
        return called(place, name) if origin is None else origin.column(line, place)

    def error(self, reason: str, line: int, place: int | None = None) -> DataError:
        """Return what refuses the file because of a line, or of a cell in it."""
        return DataError(reason, path=self.path, line=self.line_of(line, place))

    def block(self, most: int) -> list[str]:
        """Return the next lines, `most` of them if there are so many, and read over them."""
        lines = [self._ahead.popleft() for _ in range(min(most, len(self._ahead)))]
        lines.extend(islice(self._lines, most - len(lines)))
        self.number += len(lines)
        return lines

    def unread(self, lines: list[str]) -> None:
        """Give back lines that were handed out last."""
        self._ahead.extendleft(reversed(lines))
        self.number -= len(lines)

    def set_apart(self) -> None:
        """From here on one blank stands for any white space between two cells."""
        self._cleaned(_set_apart)

    def named(self) -> None:
        """From here on a # that stands apart before the names of columns is none of them."""
        self._ahead = deque(re.sub(r"^#\s+", "#", line) for line in self._ahead)

    def without_edges(self) -> None:
        """From here on the bars at both ends of a line, and a rule of dashes, are left out."""
        self._cleaned(_without_edges)

    def _cleaned(self, clean: Callable[[str], str]) -> None:
        self._clean = clean
        self._ahead = deque(map(clean, self._ahead))

    def skip(self) -> str:
        """Read over one line and return it."""
        return next(iter(self))

    def only_empty_left(self, delimiter: str) -> int | None:
        """Read over the rest; return how many rows it has, or None if a cell holds anything."""
        rows = 0
        for line in self:
            if line.replace(delimiter, "").replace('"', "").strip():
                return None
            rows += delimiter in line
        return rows

    def total(self) -> int:
        """Return how many lines the file has, read or not (a second pass, but a fast one)."""
        ends = 0
        last = "\n"
        for chunk in self._decoded.chunks():
            ends += chunk.count("\n")
            last = chunk[-1:] or last
        return ends + (last != "\n")

    def _split(self) -> Iterator[str]:
        rest = ""
        number = 0
        read = 0
        for chunk in self._decoded.chunks():
            read += len(chunk)
            self.done = min(1.0, read / max(1, len(self._decoded.data)))
            # Only "\n": str.splitlines also splits at characters that are not line ends here.
            *whole, rest = (rest + chunk).split("\n")
            for line in whole:
                number += 1
                line = self._bounded(line, number)
                yield self._clean(line) if self._clean else line
            self._bounded(rest, number + 1)
        if rest:
            yield self._clean(rest) if self._clean else rest

    def _bounded(self, line: str, number: int) -> str:
        if len(line) > MAX_LINE:
            raise self.error(f"has more than {MAX_LINE:,} characters, so this is no table", number)
        return line


def apart(line: str) -> list[str]:
    """Return what stands apart by white space; blanks that do not break part thousands only."""
    return line.split() if line.isascii() else _APART.findall(line)


def _set_apart(line: str) -> str:
    return line if '"' in line else " ".join(apart(line))


def _without_edges(line: str) -> str:
    line = line.strip()
    return "" if _RULE.fullmatch(line) else line.removeprefix("|").removesuffix("|").strip()


def sniff(sample: list[str], preferred: str) -> str:
    """Return the delimiter that stands in most of the sample's lines.

    Among equals a tab wins over a semicolon and that over a comma: the later ones also occur
    inside numbers (1,5;2,5), the earlier ones do not.

    Parameters
    ----------
    sample
        The first lines.
    preferred
        The delimiter when none of the candidates occurs.
    """
    plain = [_unquoted(line) for line in sample if line.strip()]
    counts = {delimiter: sum(delimiter in line for line in plain) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: counts[delimiter])
    return best if counts[best] else preferred


def _unquoted(line: str) -> str:
    return "".join(line.split('"')[::2])


def records(lines: Lines, delimiter: str, columns: int) -> Iterator[Record]:
    """Yield the rows that are not blank, and of a column with gaps those too.

    Parameters
    ----------
    lines
        Where to read on.
    delimiter
        What stands between two cells.
    columns
        How many cells a row may have, not counting an empty one after a last delimiter.

    Raises
    ------
    DataError
        For an unclosed or misplaced quote, a row without end, or too many columns.
    """
    start = lines.number + 1
    size = 0
    quoted = False

    def feed() -> Iterator[str]:
        nonlocal start, size, quoted
        for line in lines:
            if not size:
                start = lines.number
            size += len(line) + 1
            # Counted before the cells exist: a million of them take a hundred megabytes.
            if '"' in line:
                quoted = True
            elif line.count(delimiter) > columns:
                raise _too_wide(lines, line.count(delimiter) + 1, columns, lines.number)
            if size > MAX_LINE + 1:
                raise _unclosed(lines, start)
            yield line + "\n"

    reader = csv.reader(feed(), delimiter=delimiter, skipinitialspace=True, strict=True)
    pending = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "expected after" in str(error):
                reason = 'a quote (") in the middle of a value, or one that is never closed'
                raise lines.error(reason, start) from None
            if not quoted:
                limit = csv.field_size_limit()
                reason = f"a value with more than {limit:,} characters"
                raise lines.error(reason, start) from None
            raise _unclosed(lines, start) from None
        blank = not quoted and len(cells) <= 1 and not (cells and cells[0].strip())
        line, size, quoted = start, 0, False
        if blank and lines.gaps:
            yield Record(line, [""])
            continue
        if blank:
            pending += 1
            if pending + lines.blank > MAX_BLANK:
                reason = f"more than {MAX_BLANK:,} empty lines, so this is no table"
                raise lines.error(reason, line)
            continue
        lines.blank += pending
        pending = 0
        if len(cells) > columns + 1:
            raise _too_wide(lines, len(cells), columns, line)
        yield Record(line, [cell.strip() for cell in cells])


def _unclosed(lines: Lines, line: int) -> DataError:
    return lines.error('a quote (") is opened here and never closed', line)


def _too_wide(lines: Lines, found: int, limit: int, line: int) -> DataError:
    return lines.error(f"{found:,} columns, and at most {limit} can be opened", line)
