"""Which reader a file belongs to."""

from rnnviz.data.readers import formats
from rnnviz.data.readers.columns import is_numberish
from rnnviz.data.readers.table_lines import Lines, sniff
from rnnviz.data.readers.text import Decoded, decode
from rnnviz.files.errors import DataError


def kind_of(data: bytes, path: str) -> tuple[str, Decoded | None]:
    """Return what a file is to be read as, and its text if it is one.

    Returns
    -------
    kind : str
        ``"text"``, ``"table"``, ``"json"``, ``"npy"``, ``"npz"``, ``"wav"`` or ``"png"``.
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


_BINARY = {
    **dict.fromkeys(formats.NPY, "npy"),
    **dict.fromkeys(formats.NPZ, "npz"),
    **dict.fromkeys(formats.WAV, "wav"),
    **dict.fromkeys(formats.PNG, "png"),
}


_BEGINS = {
    "npy": (b"\x93NUMPY",),
    "npz": (b"PK",),
    "wav": (b"RIFF", b"RIFX", b"RF64"),
    "png": (b"\x89PNG\r\n\x1a\n",),
}


def _is_table(decoded: Decoded, path: str) -> bool:
    """Whether a file whose name says nothing holds numbers and hardly anything else."""
    sample = [line for line in Lines(decoded, path).sample() if line.strip()][:21]
    delimiter = sniff(sample, ",")
    cells = [
        cell.strip(' \t"[]{}') for line in sample[1:] or sample for cell in line.split(delimiter)
    ]
    return sum(map(is_numberish, cells)) * 2 > len(cells)
