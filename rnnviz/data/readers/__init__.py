"""Files to sequences: one function, and one kind of error."""

from dataclasses import replace
from os import PathLike, fsdecode
from pathlib import PurePath

from rnnviz.data.errors import DataError
from rnnviz.data.readers.encodings import Decoded, decode
from rnnviz.data.readers.files import read_bytes
from rnnviz.data.readers.formats import CAN, TABLES, TEXT, content, markup, refuse_later
from rnnviz.data.readers.lines import Lines, sniff
from rnnviz.data.readers.numbers import is_numberish
from rnnviz.data.readers.tables import read_table
from rnnviz.data.readers.text import read_text
from rnnviz.data.sequence import Sequence

__all__ = ["parse_bytes", "read_sequence"]


def read_sequence(path: str | PathLike[str], *, unit: str | None = None) -> Sequence:
    """Open a file as a sequence.

    The end of its name says what it is meant to be (.txt: text; .csv, .tsv: a table); a file
    with another name is opened by its content. It is read once, as a whole, and never executed
    or written to.

    Parameters
    ----------
    path
        The file.
    unit
        For a text, ``"words"`` (also when None) or ``"characters"``.

    Raises
    ------
    DataError
        The only error that a file can cause.
    """
    path = fsdecode(path)
    data = read_bytes(path)
    return parse_bytes(data, path, unit=unit)


def parse_bytes(data: bytes, path: str, *, unit: str | None = None) -> Sequence:
    """Make a sequence of a file's content that is already in memory.

    Parameters
    ----------
    data
        The content.
    path
        Its name, for the end of it and for messages; no such file needs to exist.
    unit
        As in `read_sequence`.

    Raises
    ------
    DataError
        As in `read_sequence`.
    """
    suffix = PurePath(path).suffix.lower()
    refuse_later(suffix, path)
    if not data:
        raise DataError("is empty", path=path)
    kind = content(data)
    if kind is not None:
        raise DataError(f"is {kind}, which cannot be opened: {CAN}", path=path)
    decoded = decode(data, path)
    guessed = suffix not in TABLES and suffix not in TEXT
    if suffix in TABLES or (guessed and _is_table(decoded, path)):
        kind = markup(data)
        if kind is not None:
            raise DataError(f"is {kind} and not a table", path=path)
        sequence = read_table(decoded, path, suffix)
    else:
        sequence = read_text(decoded, path, unit or "words")
    if guessed:
        what = "a table" if sequence.kind == "series" else "text"
        note = f"its name does not say what it is: opened as {what}"
        sequence = replace(sequence, notes=(*sequence.notes, note))
    return sequence


def _is_table(decoded: Decoded, path: str) -> bool:
    """Whether a file whose name says nothing holds numbers and hardly anything else."""
    sample = [line for line in Lines(decoded, path).sample() if line.strip()][:21]
    delimiter = sniff(sample, ",")
    cells = [cell.strip(' \t"') for line in sample[1:] or sample for cell in line.split(delimiter)]
    return sum(map(is_numberish, cells)) * 2 > len(cells)
