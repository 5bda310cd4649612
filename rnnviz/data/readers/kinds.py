"""Which reader a file belongs to."""

from rnnviz.data.readers import formats
from rnnviz.data.readers.columns import FEW, is_missing, is_numberish, parse_number
from rnnviz.data.readers.date_forms import is_date
from rnnviz.data.readers.heading import apart_by_white
from rnnviz.data.readers.table_lines import SAMPLE, Lines, sniff
from rnnviz.data.readers.text import Decoded, decode
from rnnviz.files.errors import DataError


def kind_of(data: bytes, path: str) -> tuple[str, Decoded | None]:
    """Return what a file is to be read as, and its text if it is one.

    Returns
    -------
    kind : str
        ``"text"``, ``"table"``, ``"json"``, ``"npy"``, ``"npz"``, ``"wav"``, ``"png"`` or
        ``"jpeg"``.
    decoded : Decoded or None
        Of a text, a table or JSON.

    Raises
    ------
    DataError
        When it is none of these, or no text where it should be.
    """
    suffix = formats.suffix_of(path)
    formats.refuse_other(suffix, path)
    if not data:
        raise DataError("is empty, there is nothing in it", path=path)
    named = suffix in formats.SEQUENCES
    kind = _BINARY.get(suffix if named else formats.suffix_by_content(data))
    if kind is not None:
        formats.refuse_stranger(data, _BEGINS[kind], path)
        if kind != "npz":
            formats.refuse_hybrid(data, path)
        return kind, None
    what = formats.content(data)
    if what is not None and formats.suffix_by_content(data):
        raise DataError(f"is {what}, and not what its name says", path=path)
    if what is not None:
        raise DataError(f"is {what}, which cannot be opened: {formats.CAN}", path=path)
    decoded = decode(data, path)
    if suffix in formats.JSON:
        return "json", decoded
    if suffix in formats.TABLES or (not named and _is_table(decoded, path)):
        what = formats.markup(data)
        if what == "JSON" and not named:
            return "json", decoded
        if what is not None:
            raise DataError(f"is {what} and not a table", path=path)
        return "table", decoded
    return "text", decoded


def as_chosen_or_told(kind: str, decoded: Decoded | None, unit: str | None) -> str:
    """Return what a file of a kind is read as: a text of numbers in columns as a table.

    Parameters
    ----------
    kind, decoded
        As `kind_of` returns them.
    unit
        `Options.unit`: another than "table" leaves a text one.
    """
    if kind != "text" or decoded is None or unit not in (None, "table"):
        return kind
    return "table" if unit == "table" or is_tabular(decoded) else kind


_LOOKED_AT = 1 << 16
_WIDE = 3  # columns of a table with texts beside its numbers
_FEWEST = 2  # rows of it between the first and the last
_BINARY = {
    **dict.fromkeys(formats.NPY, "npy"),
    **dict.fromkeys(formats.NPZ, "npz"),
    **dict.fromkeys(formats.WAV, "wav"),
    **dict.fromkeys(formats.PNG, "png"),
    **dict.fromkeys(formats.JPEG, "jpeg"),
}


_BEGINS = {
    "npy": (b"\x93NUMPY",),
    "npz": (b"PK",),
    "wav": (b"RIFF", b"RIFX", b"RF64", b"BW64"),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpeg": (b"\xff\xd8\xff",),
}


def _is_table(decoded: Decoded, path: str) -> bool:
    """Whether a file whose name says nothing holds numbers and hardly anything else."""
    sample = [line for line in Lines(decoded, path).sample() if line.strip()][:21]
    delimiter = sniff(sample, ",")
    rows = [
        [cell.strip(' \t"[]{}') for cell in line.split(delimiter)] for line in sample[1:] or sample
    ]
    cells = [cell for row in rows for cell in row]
    lines = sum(any(map(is_numberish, row)) for row in rows)  # subtitles have other lines too
    return sum(map(is_numberish, cells)) * 2 > len(cells) and lines > 0.8 * len(rows)


def _some_are_names(rows: list[list[str]]) -> bool:
    """Whether the columns of some rows are values or names, each from end to end."""
    columns = list(zip(*rows, strict=True))
    held = [[cell for cell in column if not is_missing(cell)] for column in columns]
    values = [
        all(is_date(c) or (" " not in c and is_numberish(c)) for c in column) for column in held
    ]
    return len(rows) >= _FEWEST and sum(values) * 2 >= len(columns)


def _is_row(line: str) -> bool:
    """Whether a single line is the values of a series, and what parts them is no white space."""
    cells = [cell.strip() for cell in line.split(sniff([line], ","))]
    return len(cells) >= FEW and all(parse_number(cell, ".") is not None for cell in cells)


def is_tabular(decoded: Decoded) -> bool:
    """Whether a text is a table of numbers: several lines, with as many cells in each.

    Its first line may be names. Cells may stand apart by white space, or by one of a table's
    delimiters.
    """
    start, longer = decoded.beginning(_LOOKED_AT)
    lines = start[:_LOOKED_AT].split("\n")[: -1 if longer else None]
    sample = [line for line in lines[:SAMPLE] if line.strip() and not line.startswith("#")]
    if len(sample) == 1 and not longer:
        return _is_row(sample[0])
    if len(sample) < 2 or not sample[-1].strip():
        return False
    if apart_by_white(sample):
        return True
    delimiter = sniff(sample, ",")
    below = [[cell.strip(' \t"') for cell in line.split(delimiter)] for line in sample[1:-1]]
    below = below or [[cell.strip(' \t"') for cell in sample[-1].split(delimiter)]]
    head = [cell.strip() for cell in sample[0].split(delimiter)]
    if len({len(row) for row in below} | {len(head)}) != 1:
        return False
    if any(" " in cell and is_numberish(cell) and not is_date(cell) for cell in head):
        return False
    cells = [cell for row in below for cell in row if not is_missing(cell)]
    values = [cell for cell in cells if is_date(cell) or (" " not in cell and is_numberish(cell))]
    few = len(values) < len(cells)
    many = len(values) >= 0.6 * len(cells) and len(below) >= _WIDE
    if few and (len(head) < _WIDE or not (many or _some_are_names(below))):
        return False  # of several columns some may be names
    return any(parse_number(cell, mark) is not None for cell in cells for mark in ".,")
