"""Zip archives, NumPy's .npz among them: guarded before zipfile reads them, and within limits."""

import io
import math
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from rnnviz.files.errors import DataError, visible
from rnnviz.files.npy import plain, read_npy
from rnnviz.frozen import record

_LARGEST_DIRECTORY = 1 << 20
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# The last record of a zip, before a comment; before it, in files beyond 4 GB, that of a larger one.
_END, _END_LENGTH, _LONGEST_COMMENT = b"PK\x05\x06", 22, 0xFFFF
_LOCATOR, _LOCATOR_LENGTH = b"PK\x06\x07", 20

FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,  # encrypted
    NotImplementedError,
    ValueError,
    OverflowError,
    LookupError,
)
"""What zipfile raises of a damaged archive or a member of it."""


def open_zip(file: BinaryIO, most: int, *, comment: bool = True) -> zipfile.ZipFile:
    """Open an archive, after a look at its end: zipfile makes an object of every entry listed.

    Parameters
    ----------
    file
        An open file; it stays open as long as the archive is used.
    most
        Members that it may have.
    comment
        Whether something may stand behind the archive.

    Raises
    ------
    BadZipFile
        When it does not end as a zip does, or has more members. Others of `FAULTS` may come too.
    """
    size = file.seek(0, os.SEEK_END)
    behind = _LONGEST_COMMENT if comment else 0
    file.seek(max(size - behind - _END_LENGTH - _LOCATOR_LENGTH, 0))
    tail = file.read()
    # The record that zipfile takes: the one at the very end, else the last in sight.
    place = len(tail) - _END_LENGTH
    if comment and not (tail[place:].startswith(_END) and tail.endswith(b"\0\0")):
        place = tail.rfind(_END)
    end = tail[max(place, 0) :][:_END_LENGTH]
    if place < 0 or len(end) < _END_LENGTH or not end.startswith(_END):
        raise zipfile.BadZipFile("its directory is missing")
    directory = int.from_bytes(end[12:16], "little")
    locator = tail[max(place - _LOCATOR_LENGTH, 0) : place].startswith(_LOCATOR)
    if locator or directory > _LARGEST_DIRECTORY or int.from_bytes(end[10:12], "little") > most:
        raise zipfile.BadZipFile(f"it has more than {most:,} members")
    file.seek(0)
    archive = zipfile.ZipFile(file)
    if len(archive.filelist) > most:
        raise zipfile.BadZipFile(f"it has more than {most:,} members")
    return archive


def check_packing(member: zipfile.ZipInfo) -> None:
    """Refuse a member that cannot be unpacked here.

    Raises
    ------
    ValueError
        When it is encrypted, or packed in a rare way.
    """
    if member.flag_bits & 1:
        raise ValueError("is encrypted")
    if member.compress_type not in _PACKED:
        raise ValueError("is packed in a way that cannot be read")


MOST_ARRAYS = 1_000


class Npz:
    """An archive of arrays in memory, to be used in a with statement.

    Parameters
    ----------
    data
        The file's content.
    path
        Its name, for messages.

    Attributes
    ----------
    names : tuple of str
        Of its arrays, without ".npy", in the file's order.

    Raises
    ------
    DataError
        For anything but a zip of .npy files, each name once and none of them a path elsewhere.
    """

    def __init__(self, data: bytes, path: str) -> None:
        self._path = path
        if not data.startswith(b"PK\x03\x04"):
            reason = "is not an .npz archive: it does not begin as a zip does"
            raise DataError(reason, path=path)
        try:
            self._archive = open_zip(io.BytesIO(data), MOST_ARRAYS)
        except zipfile.BadZipFile as error:
            raise DataError(f"is not a whole .npz archive: {error}", path=path) from None
        except FAULTS as error:
            raise self._broken(error) from None
        infos = self._archive.infolist()
        if not infos:
            raise DataError("is an archive without any array", path=path)
        self._members = {name: info for info, name in self._checked(infos)}
        self.names = tuple(self._members)

    def __enter__(self) -> "Npz":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._archive.close()

    def read(self, name: str, most: int) -> NDArray[Any]:
        """Unpack one array of at most `most` bytes, as far as its own header asks for.

        Raises
        ------
        DataError
            For one that is not of real numbers, cut or too large.
        """
        try:
            with self._archive.open(self._members[name]) as stream:
                return read_npy(stream, self._path, most, f"{show_array(name)}: ")
        except FAULTS as error:
            raise self._broken(error, show_array(name)) from None

    def _checked(self, infos: list[zipfile.ZipInfo]) -> Iterator[tuple[zipfile.ZipInfo, str]]:
        seen: set[str] = set()
        for info in infos:
            name = info.filename.removesuffix(".npy")
            shown = show_array(info.filename)
            if name == info.filename:
                raise DataError(f"holds {shown}, which is no NumPy array", path=self._path)
            parts = re.split(r"[/\\]", name)
            if not name or ".." in parts or "" in parts or re.match("[A-Za-z]:", name):
                reason = f"holds {shown}, which is no name but a path elsewhere"
                raise DataError(reason, path=self._path)
            if name in seen:
                raise DataError(f"holds two arrays of the name {show_array(name)}", path=self._path)
            seen.add(name)
            try:
                check_packing(info)
            except ValueError as error:
                raise DataError(f"{shown}: {error}", path=self._path) from None
            yield info, name

    def _broken(self, error: Exception, where: str = "") -> DataError:
        said = visible(str(error))[:120] or type(error).__name__
        before = f"{where}: " if where else ""
        return DataError(f"{before}the archive is damaged ({said})", path=self._path)


def read_npz(data: bytes, path: str, most: int) -> dict[str, NDArray[Any]]:
    """Read all arrays of an archive, read-only, in C order and the machine's own byte order.

    Parameters
    ----------
    data, path
        As `Npz`.
    most
        Bytes that they may have together.

    Raises
    ------
    DataError
        As `Npz` and its `read`.
    """
    found: dict[str, NDArray[Any]] = {}
    with Npz(data, path) as archive:
        for name in archive.names:
            found[name] = plain(archive.read(name, most))
            most -= found[name].nbytes
    return found


def npz_bytes(arrays: Mapping[str, NDArray[Any]], *, packed: bool = False) -> bytes:
    """Make an archive that ``numpy.load`` reads; the same arrays make the same bytes."""
    buffer = io.BytesIO()
    save = np.savez_compressed if packed else np.savez
    save(buffer, **cast("dict[str, Any]", dict(arrays)))
    return buffer.getvalue()


@record
class Member:
    """An array of an archive that is written a part at a time.

    Attributes
    ----------
    name : str
        Without ".npy".
    shape : tuple of int
        Of all of it.
    dtype : dtype
    blocks : callable () → iterator of array
        Its rows one after the other, when they are wanted.
    """

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    blocks: Callable[[], Iterator[NDArray[Any]]]


def write_npz(file: BinaryIO, members: Iterable[Member]) -> None:
    """Write an archive that ``numpy.load`` reads into an open file, never more than a block of it.

    Raises
    ------
    ValueError
        If a member's blocks are not as many numbers as its shape says.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for member in members:
            known = (1980, 1, 1, 0, 0, 0)  # the same arrays make the same bytes
            info = zipfile.ZipInfo(f"{member.name}.npy", known)
            with archive.open(info, "w", force_zip64=True) as stream:
                described = np.lib.format.dtype_to_descr(member.dtype)
                header = {"descr": described, "fortran_order": False, "shape": member.shape}
                np.lib.format.write_array_header_1_0(cast(Any, stream), header)
                count = 0
                for block in member.blocks():
                    stream.write(np.ascontiguousarray(block, member.dtype).tobytes())
                    count += block.size
                if count != math.prod(member.shape):
                    raise ValueError(f"{member.name}: {count:,} numbers of {member.shape}")


def show_array(name: str) -> str:
    """Return an array's name as a message can show it."""
    shown = visible(name)
    return shown if len(shown) <= 40 else f"{shown[:39]}…"
