"""NumPy's archives (.npz): zip files of arrays, whose directories are not believed."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from rnnviz.data.errors import DataError, visible
from rnnviz.data.readers.from_arrays import series
from rnnviz.data.readers.npy import read_npy
from rnnviz.data.readers.options import Options, Progress
from rnnviz.data.sequence import Sequence

MAX_ARRAYS = 1_000
_LARGEST = 64 * 1024 * 1024
_LONGEST_DIRECTORY = 1 << 20
_END = b"PK\x05\x06"
_END_OF_LARGE = b"PK\x06\x07"
_ENDS_WITHIN = 65_557
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_WEIGHTS = re.compile(
    r"(?:.*\.)?(?:weight|bias)_(?:ih|hh|hr)(?:_l\d+)?(?:_reverse)?|W(?:ax|aa|ya)"
    r"|W_(?:ax|aa|ya|hy|hh|xh)(?:_l\d+)?(?:_reverse)?|rnnviz\.architecture"
)


@dataclass(frozen=True, slots=True)
class Member:
    """One array of an archive: its name, what the zip says of it, and whether it can be opened.

    Attributes
    ----------
    name : str
        Without ".npy".
    shape : tuple of int
    array : array or None
        The numbers, where they were asked for.
    """

    name: str
    shape: tuple[int, ...]
    array: NDArray[Any] | None

    @property
    def opens(self) -> bool:
        """Whether it is a series by its shape."""
        return len(self.shape) in (1, 2) and 0 not in self.shape


def names_in(data: bytes, path: str) -> tuple[str, ...]:
    """Return the names of an archive's arrays.

    Raises
    ------
    DataError
        For anything but a zip of .npy files, each name once and none of them a path elsewhere.
    """
    with _opened(data, path) as archive:
        return tuple(name for _, name in _members(archive, path))


def is_weights(names: tuple[str, ...]) -> bool:
    """Whether an archive's arrays are a network's parameters rather than data."""
    return any(_WEIGHTS.fullmatch(name) for name in names)


def read_members(data: bytes, path: str, keep: str | None, progress: Progress) -> list[Member]:
    """Read every array of an archive, and keep the numbers of one.

    All are unpacked and checked, so that a damaged or harmful file is not opened in part; together
    they may have no more bytes than `MAX_BYTES`.

    Parameters
    ----------
    data, path
        The file.
    keep
        Whose numbers are kept; None: those of the first that is a series by its shape.
    progress
        Who is told how far it is.

    Raises
    ------
    DataError
        As `names_in`, and for an array that is not of real numbers, cut or too large.
    """
    found: list[Member] = []
    left = _LARGEST
    with _opened(data, path) as archive:
        members = _members(archive, path)
        for place, (info, name) in enumerate(members):
            progress.at(place / len(members) / 2)
            try:
                with archive.open(info) as stream:
                    array = read_npy(stream, path, left, f"{_shown(name)}: ")
            except _FAULTS as error:
                raise _broken(error, path, _shown(name)) from None
            left -= array.nbytes
            member = Member(name, array.shape, array)
            wanted = name == keep or (keep is None and member.opens)
            if wanted and not any(other.array is not None for other in found):
                found.append(member)
            else:
                found.append(Member(name, array.shape, None))
    return found


def read_npz(data: bytes, path: str, options: Options, progress: Progress) -> Sequence:
    """Read one array of an archive as a series.

    Raises
    ------
    DataError
        As `read_members`, and when there is no such array.
    """
    if is_weights(names_in(data, path)):
        raise DataError("holds the weights of a network, and no sequence", path=path)
    members = read_members(data, path, options.member, progress)
    chosen = next((member for member in members if member.array is not None), None)
    if chosen is None or chosen.array is None:
        if options.member is not None:
            raise DataError(f"has no array “{_shown(options.member)}”", path=path)
        shapes = ", ".join(f"{_shown(m.name)} {m.shape}" for m in members[:4])
        raise DataError(f"holds no array of steps, or steps × columns: {shapes}", path=path)
    notes: tuple[str, ...] = ()
    if options.member is None and sum(member.opens for member in members) > 1:
        notes = (f"of {len(members)} arrays “{_shown(chosen.name)}” was opened, the first",)
    return series(chosen.array, path, options, progress.part(0.5, 1), notes=notes)


_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    OverflowError,
    IndexError,
    KeyError,
)


def _broken(error: Exception, path: str, where: str = "") -> DataError:
    said = visible(str(error))[:120] or type(error).__name__
    before = f"{where}: " if where else ""
    return DataError(f"{before}the archive is damaged ({said})", path=path)


def _opened(data: bytes, path: str) -> zipfile.ZipFile:
    if not data.startswith(b"PK\x03\x04"):
        raise DataError("is not an .npz archive: it does not begin as a zip does", path=path)
    end = data.rfind(_END, max(0, len(data) - _ENDS_WITHIN))
    if end < 0 or len(data) < end + 22:
        raise DataError("is not a whole .npz archive: its directory is missing", path=path)
    # zipfile reads the whole directory, however large, before it can be asked anything.
    size = int.from_bytes(data[end + 12 : end + 16], "little")
    if size > _LONGEST_DIRECTORY or data[end - 20 : end - 16] == _END_OF_LARGE:
        raise DataError(f"holds more than {MAX_ARRAYS:,} arrays", path=path)
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except _FAULTS as error:
        raise _broken(error, path) from None


def _members(archive: zipfile.ZipFile, path: str) -> list[tuple[zipfile.ZipInfo, str]]:
    infos = archive.infolist()
    if not infos:
        raise DataError("is an archive without any array", path=path)
    if len(infos) > MAX_ARRAYS:
        raise DataError(
            f"holds {len(infos):,} arrays, and at most {MAX_ARRAYS:,} can be read", path=path
        )
    return list(_checked(infos, path))


def _checked(infos: list[zipfile.ZipInfo], path: str) -> Iterator[tuple[zipfile.ZipInfo, str]]:
    seen: set[str] = set()
    for info in infos:
        name = info.filename.removesuffix(".npy")
        shown = _shown(info.filename)
        if name == info.filename:
            raise DataError(f"holds {shown}, which is no NumPy array", path=path)
        parts = re.split(r"[/\\]", name)
        if not name or ".." in parts or "" in parts or re.match("[A-Za-z]:", name):
            raise DataError(f"holds {shown}, which is no name but a path elsewhere", path=path)
        if name in seen:
            raise DataError(f"holds two arrays of the name {_shown(name)}", path=path)
        seen.add(name)
        if info.flag_bits & 1:
            raise DataError(f"{shown}: is encrypted", path=path)
        if info.compress_type not in _PACKED:
            raise DataError(f"{shown}: is packed in a way that cannot be read", path=path)
        yield info, name


def _shown(name: str) -> str:
    shown = visible(name)
    return shown if len(shown) <= 40 else f"{shown[:39]}…"
