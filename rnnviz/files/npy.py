"""NumPy's arrays (.npy): plain real numbers only, nothing in them is ever executed."""

import ast
import re
import sys
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray

from rnnviz.files.errors import DataError, visible

_MAGIC = b"\x93NUMPY"
_DESCR = re.compile(r"[<>=|]?(?:f[248]|[iu][1248]|b1)")
_LONGEST_HEADER = 10_000
_LARGEST = 1 << 48

_OTHER = (
    ("O", "Python objects"),
    ("c", "complex numbers"),
    ("U", "text"),
    ("S", "text"),
    ("a", "text"),
    ("M", "dates"),
    ("m", "lengths of time"),
    ("V", "raw bytes"),
)
_HARMLESS = ("text", "dates", "lengths of time")


class NoNumbersError(DataError):
    """An array is whole, as far as its header tells, and holds text or dates instead of numbers."""


def read_npy(
    stream: IO[bytes], path: str, most: int | None = None, where: str = ""
) -> NDArray[Any]:
    """Read one array.

    Parameters
    ----------
    stream
        At its beginning; it must end with the array.
    path
        The file, for messages.
    most
        Bytes that the array may take, where the stream may be longer than the file that it is in.
    where
        What stands before a message: "x: " for the array x of an archive.

    Returns
    -------
    array
        Read-only, of the shape and dtype that the file has.

    Raises
    ------
    DataError
        For anything but an array of real numbers that is exactly as large as its header says.
    """

    def fail(reason: str) -> DataError:
        return DataError(f"{where}{reason}", path=path)

    head = stream.read(8)
    if head[:6] != _MAGIC or len(head) < 8:
        raise fail("is not a NumPy array: it does not begin as one does")
    if head[6] not in (1, 2, 3) or head[7] != 0:
        raise fail(f"is a NumPy array of a version ({head[6]}.{head[7]}) that is not known")
    count = stream.read(2 if head[6] == 1 else 4)
    length = int.from_bytes(count, "little")
    if length > _LONGEST_HEADER:
        raise fail(f"its header should have {length:,} bytes, which no array needs")
    header = stream.read(length)
    if len(header) < length or not count:
        raise fail("is not whole: it ends within its header")
    try:
        dtype, fortran, shape = _described(header, "utf-8" if head[6] == 3 else "latin-1")
    except _OtherKindError as error:
        raise NoNumbersError(f"{where}{error}", path=path) from None
    except ValueError as error:
        raise fail(str(error)) from None
    size = dtype.itemsize
    for extent in shape:
        size *= extent
    shown = f"{dtype.name} {' × '.join(map(str, shape)) or 'single number'}"
    if most is not None and size > most:
        raise fail(f"its header tells of {shown}, {size:,} bytes, which is too large")
    data = stream.read(min(size, sys.maxsize))
    if len(data) < size:
        raise fail(f"is not whole: {shown} needs {size:,} bytes, and there are {len(data):,}")
    if stream.read(1):
        raise fail(f"holds more than its header says: {shown} ends before the file does")
    return np.frombuffer(data, dtype).reshape(shape, order="F" if fortran else "C")


class _OtherKindError(ValueError):
    """A header tells of text or dates."""


def plain(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array read-only, in C order and the machine's own byte order; as it is if it is."""
    flags = array.flags
    if array.dtype.isnative and flags.aligned and flags.c_contiguous and not flags.writeable:
        return array
    made = np.array(array, dtype=array.dtype.newbyteorder("="), order="C", copy=True)
    made.setflags(write=False)
    return made


def _described(header: bytes, codec: str) -> tuple[np.dtype[Any], bool, tuple[int, ...]]:
    """Return dtype, order and shape; ValueError with the reason for anything else."""
    try:
        found = ast.literal_eval(header.decode(codec).strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        raise ValueError("its header does not describe an array") from None
    if not isinstance(found, dict):
        raise ValueError("its header does not describe an array")
    fields = cast("dict[Any, Any]", found)
    if set(fields) != {"descr", "fortran_order", "shape"}:
        raise ValueError("its header does not describe an array")
    descr, fortran, shape = fields["descr"], fields["fortran_order"], fields["shape"]
    if isinstance(descr, list):
        raise ValueError("holds records of several fields, only plain numbers can be read")
    if not isinstance(descr, str) or not _DESCR.fullmatch(descr):
        kind = _kind(descr)
        wrong = _OtherKindError if kind in _HARMLESS else ValueError
        raise wrong(f"holds {kind}, only real numbers can be read")
    sizes = cast("tuple[Any, ...]", shape)
    if (
        not isinstance(shape, tuple)
        or len(sizes) > 32
        or not all(type(extent) is int and 0 <= extent < _LARGEST for extent in sizes)
    ):
        raise ValueError(f"its shape {visible(repr(cast('object', shape)))[:40]} is not one")
    if not isinstance(fortran, bool):
        raise ValueError("its header does not say in which order the numbers stand")
    return np.dtype(descr), fortran, sizes


def _kind(descr: object) -> str:
    plain = str(descr).lstrip("<>=|")
    for letter, kind in _OTHER:
        if plain.startswith(letter):
            return kind
    return f"values of an unknown kind ({visible(str(descr))[:20]})"
