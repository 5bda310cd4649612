"""From bytes to text: which encoding it is, decided before a single character is believed."""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import replace

from rnnviz.data.readers.columns import are_numbers
from rnnviz.data.readers.options import Reporter
from rnnviz.data.readers.origin import Origin
from rnnviz.data.sequence import MAX_TEXT, Sequence, sequence_from_text
from rnnviz.data.vocabulary import has_no_spaces
from rnnviz.files import strict_json
from rnnviz.files.errors import DataError, show_name
from rnnviz.frozen import record

_CHUNK = 1 << 18

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", ""),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)

_WIDE_MARKS = tuple(mark for mark, _, name in _MARKS if name)  # there _END may be half a letter
_END = b"\x1a"  # behind the last character, as DOS had it
_FEW = 2  # controls that a text may hold, however short it is
_ADVICE = "save it as UTF-8"

# Signs that Western European texts in Windows-1252 are made of. The others (¤, ¦, ¨, ¯, ¸, ÿ and
# the like) turn up when bytes of something else are read as Windows-1252.
_WESTERN = (
    "€‚„…†‡‰Š‹ŒŽ‘’“”•–—™š›œžŸ\u00a0¡¢£¥§©ª«®°±²³µ¶·¹º»¼½¾¿×÷\u00ad"
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþ"
)

_WESTERN_BYTES = _WESTERN.encode("cp1252")
_WESTERN_LETTERS = bytes(
    byte for byte in _WESTERN_BYTES if bytes((byte,)).decode("cp1252").isalpha()
)
_ASCII = bytes(range(128))

# By their form sequences of UTF-8. Two such bytes may be Windows-1252 ("à…"), more hardly.
_PAIR = re.compile(rb"[\xc2-\xdf][\x80-\xbf]")
_LONG = re.compile(rb"[\xc0\xc1][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf7][\x80-\xbf]{3}")
_WINDOW = 1 << 18

_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")


@record
class Decoded:
    """A file's bytes with their encoding, known to be text.

    Attributes
    ----------
    data : bytes
        The whole file.
    codec : str
        Python's name of its encoding.
    skip : int
        Length of the byte order mark.
    note : str
        What is to be said about the encoding; empty for UTF-8.
    origin : Origin or None
        Of a table that was made of a file: where its cells stand there.
    """

    data: bytes
    codec: str
    skip: int = 0
    note: str = ""
    origin: Origin | None = None

    @property
    def width(self) -> int:
        """The bytes of the smallest character; a part of the file begins and ends at one."""
        return 4 if "32" in self.codec else 2 if "16" in self.codec else 1

    def chunks(self) -> Iterator[str]:
        """Yield the text piece by piece, every line end as U+000A."""
        decoder = io.IncrementalNewlineDecoder(_decoder(self.codec), translate=True)
        for start in range(self.skip, len(self.data), _CHUNK):
            yield decoder.decode(self.data[start : start + _CHUNK])
        yield decoder.decode(b"", final=True)

    def beginning(self, length: int) -> tuple[str, bool]:
        """Return at least `length` characters, or all, and whether the text goes on."""
        parts: list[str] = []
        total = 0
        for chunk in self.chunks():
            if total >= length and chunk:
                return "".join(parts), True
            parts.append(chunk)
            total += len(chunk)
        return "".join(parts), False


def decode(data: bytes, path: str) -> Decoded:
    """Find out the encoding, and check all of the text against it.

    Raises
    ------
    DataError
        When it is not text, or text that is damaged, cut, or in an encoding that cannot be
        told for sure.
    """
    if data.endswith(_END) and not data.startswith(_WIDE_MARKS):
        decoded = decode(data.rstrip(_END), path)
        said = "the mark of its end (Ctrl+Z) was left out"
        return replace(decoded, note=f"{decoded.note}; {said}" if decoded.note else said)
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            skip = len(mark)
            while data.startswith(mark, skip):  # of files that were put behind each other
                skip += len(mark)
            decoded = Decoded(data, codec, skip, f"read as {name}" if name else "")
            _check_all(decoded, name or "UTF-8", path)
            return decoded
    if b"\0" in data:
        raise _binary(data, data.index(b"\0"), path)
    decoded = Decoded(data, "utf-8")
    fault = _fault(decoded)
    if fault is None:
        _check_controls(decoded, path)
        return decoded
    return _windows(data, *fault, path)


def _decoder(codec: str) -> codecs.IncrementalDecoder:
    return codecs.getincrementaldecoder(codec)("strict")


def _fault(decoded: Decoded) -> tuple[int, bool] | None:
    """Return where the bytes stop being text, and whether that is only because they are cut."""
    decoder = _decoder(decoded.codec)
    data = decoded.data
    for start in range(decoded.skip, len(data), _CHUNK):
        end = start + _CHUNK
        held = len(decoder.getstate()[0])
        try:
            decoder.decode(data[start:end], final=end >= len(data))
        except UnicodeDecodeError as error:
            return start - held + error.start, "end of data" in error.reason or (
                "truncated" in error.reason
            )
    return None


def _check_all(decoded: Decoded, name: str, path: str) -> None:
    fault = _fault(decoded)
    if fault is not None:
        where, cut = fault
        reason = "its last character is cut" if cut else f"is not valid {name}"
        line = None if name != "UTF-8" else _line(decoded.data, where)
        raise DataError(f"{reason}: the file is damaged", path=path, line=line)
    line = 1
    for chunk in decoded.chunks():
        at = chunk.find("\0")
        if at >= 0:
            raise DataError(
                "holds NUL characters, which no text does",
                path=path,
                line=line + chunk.count("\n", 0, at),
            )
        line += chunk.count("\n")
    _check_controls(decoded, path)


def _check_controls(decoded: Decoded, path: str) -> None:
    """Refuse what is valid UTF-8 only by chance: a stray control is text, a tenth is not."""
    text, _ = decoded.beginning(_CHUNK)
    found = len(_CONTROLS.findall(text))
    if found > _FEW and found * 10 > len(text):
        raise DataError("is not text: it is full of control characters", path=path)


def _binary(data: bytes, where: int, path: str) -> DataError:
    sample = data[:4096]
    few, zeros = sorted((sample[::2].count(0), sample[1::2].count(0)))
    half = len(sample) / 2
    if zeros >= half * 0.8 and few <= half * 0.2 and len(sample) > 1:
        return DataError(f"looks like UTF-16 without a byte order mark: {_ADVICE}", path=path)
    return DataError(
        "is not text: it holds NUL bytes (a binary file?)", path=path, line=_line(data, where)
    )


def _windows(data: bytes, where: int, cut: bool, path: str) -> Decoded:
    """Accept Windows-1252 (Latin-1 with more signs) where it is plausible, refuse otherwise."""
    if cut and not _ends_with_western_letter(data, where):
        raise DataError(
            "its last character is cut: the file is not whole",
            path=path,
            line=_line(data, where),
        )
    broken = DataError(
        f"is neither UTF-8 nor another encoding that can be told for sure: {_ADVICE}",
        path=path,
        line=_line(data, where),
    )
    # In true Windows-1252, two bytes that happen to form UTF-8 are rare; in UTF-8 that was
    # damaged somewhere, most of them do. The neighbourhood of the damage tells.
    near = data[max(0, where - _WINDOW) : where + _WINDOW]
    pairs = sum(1 for _ in _PAIR.finditer(near))
    if pairs * 4 >= len(near.translate(None, _ASCII)) or _LONG.search(near):
        raise broken
    signs = data.translate(None, _ASCII)
    letters = len(signs) - len(signs.translate(None, _WESTERN_LETTERS))
    ascii_letters = len(data) - len(data.translate(None, _ASCII_LETTERS))
    # Greek or Cyrillic in their own 8-bit encodings look like Western letters, nothing else.
    if signs.translate(None, _WESTERN_BYTES) or letters > ascii_letters or _STRAY.search(data):
        raise broken
    return Decoded(data, "cp1252", 0, "read as Windows-1252 (Latin-1), not UTF-8")


_ASCII_LETTERS = bytes(byte for byte in _ASCII if chr(byte).isalpha())
_STRAY = re.compile(rb"[\x01-\x08\x0e-\x1f\x7f]")


def _ends_with_western_letter(data: bytes, where: int) -> bool:
    """Whether the cut sequence may as well be the é of a Latin-1 "café" at the file's end."""
    return (
        len(data) - where == 1
        and data[:where].isascii()
        and data[where - 1 : where].isalpha()
        and bytes((data[where],)).decode("latin-1").isalpha()
    )


def _line(data: bytes, where: int) -> int:
    newlines = data.count(b"\n", 0, where)
    return (newlines or data.count(b"\r", 0, where)) + 1


_SAMPLE = 4096
_LOOKED_AT = 16 * MAX_TEXT
"""Characters that are looked at: more than `MAX_TEXT` words of any language take."""


def unit_of(decoded: Decoded) -> tuple[str, str]:
    """Return what the steps of a text are taken to be, and what has to be said of that, or ""."""
    start, _ = decoded.beginning(_SAMPLE)
    if has_no_spaces(start[:_SAMPLE]):
        return "characters", "characters are the steps, as no spaces part the words"
    if are_numbers(start[:_SAMPLE].split()[:100]):
        return "words", "the numbers are words, each of them a step, and no series"
    return "words", ""


def is_json(decoded: Decoded) -> bool:
    """Whether a text, if it is not long, is a list or an object of JSON."""
    text, longer = decoded.beginning(_CHUNK)
    try:
        return not longer and isinstance(strict_json.decoder().decode(text), (list, dict))
    except (ValueError, RecursionError):
        return False


def read_text(decoded: Decoded, path: str, unit: str, progress: Reporter) -> Sequence:
    """Read a text, all of it checked and its beginning kept."""
    progress.at(0.2)
    text, longer = decoded.beginning(_LOOKED_AT)
    notes = (decoded.note,) if decoded.note else ()
    progress.at(0.4)
    return sequence_from_text(
        text,
        unit=unit,
        name=show_name(path),
        source=path,
        notes=notes,
        longer=longer,
        told=lambda done: progress.at(0.4 + 0.4 * done),
    )
