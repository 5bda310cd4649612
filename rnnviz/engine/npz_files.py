"""Named arrays in .npz files, without pickle and without trust (see :mod:`.tensors`)."""

import ast
import io
import os
import re
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from .arrays import Array, frozen
from .tensors import LARGEST, MOST_TENSORS, WeightsError, plain, read_bytes, write_bytes

_DESCR = re.compile(r"[<>=|]?([fiu][1248]|b1)")
_MAGIC = b"\x93NUMPY"
_LONGEST_HEADER = 10_000


def read_npz(path: str | os.PathLike[str]) -> dict[str, Array]:
    """Read an .npz file.

    What the zip's directory says of sizes is not believed: each member is unpacked only as far as
    its own array header asks for, and all together not beyond :data:`~.tensors.LARGEST`.

    Parameters
    ----------
    path : path of a regular file

    Returns
    -------
    dict of str to array
        Real numbers, read-only, in the file's order.

    Raises
    ------
    WeightsError
        For anything but a zip of plain .npy arrays, each name once.
    OSError
        If it cannot be opened.
    """
    content = read_bytes(path)
    if not content.startswith(b"PK\x03\x04"):
        raise WeightsError("not an .npz file: it does not begin as a zip does")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read_members(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise WeightsError(f"not an .npz file: {error}") from None
    except (ValueError, NotImplementedError, OverflowError, IndexError) as error:
        if isinstance(error, WeightsError):
            raise
        raise WeightsError(f"not an .npz file: {error}") from None


def write_npz(path: str | os.PathLike[str], tensors: Mapping[str, Array]) -> None:
    """Write an .npz file that ``numpy.load`` reads; complete or not there at all."""
    buffer = io.BytesIO()
    np.savez(buffer, **cast("dict[str, Any]", dict(tensors)))
    write_bytes(path, buffer.getvalue())


def _read_members(archive: zipfile.ZipFile) -> dict[str, Array]:
    members = archive.infolist()
    if len(members) > MOST_TENSORS:
        raise WeightsError(f"{len(members)} arrays; at most {MOST_TENSORS} are read")
    tensors: dict[str, Array] = {}
    left = LARGEST
    for member in members:
        name = member.filename.removesuffix(".npy")
        if name == member.filename:
            raise WeightsError(f"{name[:80]}: is no .npy array", tensor=name)
        if name in tensors:
            raise WeightsError(f"{name}: stands in the file twice", tensor=name)
        if member.flag_bits & 1:
            raise WeightsError(f"{name}: is encrypted", tensor=name)
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise WeightsError(f"{name}: is packed in a way that is not known", tensor=name)
        with archive.open(member) as file:
            tensors[name] = read_npy(name, cast("io.BufferedIOBase", file), left)
        left -= tensors[name].nbytes
    return tensors


def read_npy(name: str, file: io.BufferedIOBase, most: int) -> Array:
    """Read one array of at most `most` bytes from a .npy stream, which ends there.

    Raises
    ------
    WeightsError
        For anything but one plain array of real numbers; `name` is what it is called.
    """
    head = file.read(8)
    if head[:6] != _MAGIC or len(head) < 8:
        raise WeightsError(f"{name}: is no .npy array", tensor=name)
    if head[6] not in (1, 2):
        raise WeightsError(f"{name}: .npy version {head[6]} is not known", tensor=name)
    length = int.from_bytes(file.read(2 if head[6] == 1 else 4), "little")
    if length > _LONGEST_HEADER:
        raise WeightsError(f"{name}: a header of {length} bytes", tensor=name)
    dtype, fortran, shape = _described(name, file.read(length))
    size = dtype.itemsize
    for extent in shape:
        size *= extent
    if size > most:
        raise WeightsError(f"{name}: {dtype} {shape} is too large", tensor=name, found=str(shape))
    data = file.read(size)
    if len(data) != size or file.read(1):
        raise WeightsError(
            f"{name}: {dtype} {shape} needs {size} bytes, it has "
            f"{len(data) if len(data) < size else 'more'}",
            tensor=name,
        )
    array = plain(np.frombuffer(data, dtype))
    if fortran:
        return frozen(np.ascontiguousarray(array.reshape(shape, order="F")))
    return array.reshape(shape)


def _described(name: str, header: bytes) -> tuple[np.dtype[Any], bool, tuple[int, ...]]:
    """Dtype, order and shape from a .npy header, which is a Python literal."""
    try:
        found = ast.literal_eval(header.decode("latin-1").strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        found = None
    if not isinstance(found, dict) or set(cast("dict[Any, Any]", found)) != {
        "descr",
        "fortran_order",
        "shape",
    }:
        raise WeightsError(f"{name}: the header does not describe an array", tensor=name)
    fields = cast("dict[str, Any]", found)
    descr, fortran, shape = fields["descr"], fields["fortran_order"], fields["shape"]
    if not isinstance(descr, str) or not _DESCR.fullmatch(descr) or descr.endswith("f1"):
        raise WeightsError(f"{name}: dtype {str(descr)[:40]!r} is no real number", tensor=name)
    sizes = cast("tuple[Any, ...]", shape)
    if (
        not isinstance(shape, tuple)
        or len(sizes) > 8
        or not all(type(n) is int and 0 <= n < 1 << 48 for n in sizes)
        or not isinstance(fortran, bool)
    ):
        raise WeightsError(f"{name}: its shape is no tuple of sizes", tensor=name)
    return np.dtype(descr), fortran, sizes
