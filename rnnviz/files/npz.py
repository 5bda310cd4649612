"""NumPy's archives (.npz): zips of named arrays, none of them unpacked further than it says."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from rnnviz.files.errors import DataError, visible
from rnnviz.files.npy import plain, read_npy
from rnnviz.files.zips import FAULTS, check_packing, open_zip

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


def show_array(name: str) -> str:
    """Return an array's name as a message can show it."""
    shown = visible(name)
    return shown if len(shown) <= 40 else f"{shown[:39]}…"
