"""Files on the disk: read within limits, written as a whole or not at all."""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Callable
from errno import (
    EACCES,
    EEXIST,
    EFBIG,
    EINVAL,
    EISDIR,
    ELOOP,
    ENAMETOOLONG,
    ENOENT,
    ENOSPC,
    ENOTDIR,
    EPERM,
    EROFS,
)
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from rnnviz.files.errors import DataError
from rnnviz.frozen import field, record

try:
    import fcntl
except ImportError:  # Windows, where nobody can remove a file that is open
    fcntl = None

MAX_BYTES = 64 * 1024 * 1024

# A file that somebody still writes to is opened half. Only one that changed this recently (s) is
# looked at a second time, after this pause (s); an old file costs no waiting.
_FRESH = 1.0
PAUSE = 0.05

_KINDS = (
    (stat.S_ISDIR, "is a folder, not a file"),
    (stat.S_ISFIFO, "is a pipe, not a file"),
    (stat.S_ISCHR, "is a device, not a file"),
    (stat.S_ISBLK, "is a device, not a file"),
    (stat.S_ISSOCK, "is a socket, not a file"),
)

_ERRORS = {
    ENOENT: "does not exist",
    ENOTDIR: "does not exist: a part of its path is not a folder",
    EACCES: "may not be read: permission denied",
    EPERM: "may not be read: permission denied",
    EISDIR: "is a folder, not a file",
    ELOOP: "is a link that leads back to itself",
    ENAMETOOLONG: "does not exist: its name is too long",
}

_UNWRITTEN = {
    ENOENT: "its folder does not exist",
    ENOTDIR: "a part of its path is not a folder",
    EACCES: "permission denied",
    EPERM: "permission denied",
    EISDIR: "it is a folder",
    EEXIST: "something else has that name",
    ENAMETOOLONG: "its name is too long",
    ENOSPC: "there is no room left on the disk",
    EFBIG: "it is larger than a file may be there",
    EROFS: "that disk can only be read",
}


@record
class Content:
    """A file as it was when it was read.

    Attributes
    ----------
    path : str
    data : bytes
        All of it.
    stamp : (int, int)
        Its size, and when it was changed last (ns).
    """

    path: str
    data: bytes = field(repr=False)
    stamp: tuple[int, int]

    @property
    def current(self) -> bool:
        """Whether the file is still the one that was read, by its size and time."""
        try:
            return _stamp(Path(self.path).stat()) == self.stamp
        except (OSError, ValueError):
            return False


def read_bytes(path: str | os.PathLike[str], most: int = MAX_BYTES) -> bytes:
    """Read a whole regular file; see `read_content`."""
    return read_content(path, most).data


def read_content(path: str | os.PathLike[str], most: int = MAX_BYTES) -> Content:
    """Read a whole regular file of at most `most` bytes, once.

    Raises
    ------
    DataError
        When it is not a regular file, too large, unreadable, or changes while it is read.
    """
    path = os.fsdecode(path)
    try:
        return _read(path, most)
    except OSError as error:
        raise DataError(why(path, error), path=path) from None
    except ValueError:  # a NUL or an unencodable character in the path
        raise DataError("does not exist: no file can have this name", path=path) from None


def open_regular(path: str, most: int) -> int:
    """Open a regular file of at most `most` bytes without blocking; returns its descriptor.

    Raises
    ------
    DataError
        When it is not a regular file, or too large.
    OSError
        When it cannot be opened; `why` has words for it.
    """
    # Before it is opened: opening a pipe can wait for ever, opening a device can do things.
    _check(path, Path(path).stat(), most)
    flags = os.O_RDONLY
    for name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):  # not everywhere
        flags |= getattr(os, name, 0)
    handle = os.open(path, flags)
    try:
        # Once more: another file may stand at this path by now.
        _check(path, os.fstat(handle), most)
    except BaseException:
        os.close(handle)
        raise
    return handle


def _read(path: str, most: int) -> Content:
    handle = open_regular(path, most)
    try:
        before = os.fstat(handle)
        data = _read_up_to(handle, before.st_size + 1)
        if abs(time.time() - before.st_mtime) < _FRESH:
            time.sleep(PAUSE)
        after = os.fstat(handle)
    finally:
        os.close(handle)
    if _stamp(before) != _stamp(after) or len(data) != before.st_size:
        raise DataError("is being written to at this moment", path=path)
    if after.st_nlink == 0:
        raise DataError("was removed while it was being opened", path=path)
    return Content(path, data, _stamp(after))


def _stamp(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def _check(path: str, status: os.stat_result, most: int) -> None:
    for is_kind, reason in _KINDS:
        if is_kind(status.st_mode):
            raise DataError(reason, path=path)
    if not stat.S_ISREG(status.st_mode):
        raise DataError("is not an ordinary file", path=path)
    if status.st_size > most:
        size, limit = status.st_size / 2**20, most // 2**20
        raise DataError(
            f"is too large: {size:,.0f} MB, and at most {limit} MB can be opened", path=path
        )


def _read_up_to(handle: int, size: int) -> bytes:
    parts: list[bytes] = []
    while size > 0 and (part := os.read(handle, size)):
        parts.append(part)
        size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def why(path: str, error: OSError) -> str:
    """Why a file cannot be opened, in words for a DataError."""
    if error.errno == ENOENT and Path(path).is_symlink():
        return "is a link to a file that does not exist"
    known = _ERRORS.get(error.errno or 0)
    return known or f"cannot be read: {error.strerror or type(error).__name__}"


def why_unwritten(error: object) -> str:
    """Why a file cannot be written, to stand behind "cannot be written: "."""
    if isinstance(error, MemoryError):
        return "there is not enough memory"
    if not isinstance(error, OSError):
        return str(error) or type(error).__name__
    said = error.strerror or ""
    known = "" if said.startswith("it ") else _UNWRITTEN.get(error.errno or 0, "")  # `write_whole`
    return known or said or str(error) or type(error).__name__


def why_no_place(path: Path) -> str:
    """Why no file can be written at a path, as far as its folder tells; empty where one can."""
    try:
        if path.is_dir():
            return _UNWRITTEN[EISDIR]
        if path.parent.is_dir():
            return ""
    except OSError as error:  # older Pythons raise where a name is too long
        return why_unwritten(error)
    return "its folder is none" if is_there(path.parent) else _UNWRITTEN[ENOENT]


def digest(file: BinaryIO) -> bytes:
    """Of all of an open file; the next reading begins at its start."""
    found, block = blake2b(digest_size=16), 1 << 20
    file.seek(0)
    while part := file.read(block):
        found.update(part)
    file.seek(0)
    return found.digest()


def fingerprint(path: str | os.PathLike[str]) -> bytes | None:
    """What tells a file's content from any other; None where no file is.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            return digest(file)
    except FileNotFoundError:
        return None


def is_there(path: str | os.PathLike[str]) -> bool:
    """Whether something stands at a path; False where it cannot be looked at, or no path is so."""
    return os.path.exists(path)  # noqa: PTH110  (Path.exists raises where a name is too long)


def write_whole(
    path: str | os.PathLike[str],
    content: bytes | Callable[[BinaryIO], object],
    before: Callable[[Path], object] | None = None,
) -> None:
    """Fill a file beside its place, and move it there when it is on the disk.

    Where a link leads to the place it stays one, and what stood there leaves its mode. Safe beside
    other threads, unlike a change of the process's umask.

    Parameters
    ----------
    path
        The place.
    content
        What the file is to hold, or what writes it into an open one, or at the path that is its
        `name`.
    before
        Is handed the place just before the file is moved there; what it raises leaves all as it is.

    Raises
    ------
    OSError
        If it cannot be written; what stood there before still does.
    """
    target = Path(os.path.realpath(path))  # a link stays a link
    mode = None
    if target.is_symlink():  # every other one has been followed
        raise OSError(ELOOP, "it is a link that leads back to itself", str(target))
    if target.exists():
        if target.is_dir():
            raise IsADirectoryError(EISDIR, "it is a folder", str(target))
        if not target.is_file():  # who reads from a pipe would wait for ever for the file
            raise OSError(EINVAL, "it is no ordinary file", str(target))
        if not os.access(target, os.W_OK):
            raise PermissionError(EACCES, "it may not be changed", str(target))
        mode = target.stat().st_mode & 0o777
    partial = target.with_name(f".{target.name[:40]}.{os.urandom(8).hex()}.part")
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0)
    allowed = 0o666 if mode is None else mode

    def made(name: str, _flags: int) -> int:
        return os.open(name, flags, allowed)

    # By an opener, so that the file says its path: some who write open it themselves.
    file = open(partial, "w+b", opener=made)  # noqa: SIM115  (Path.open takes none)
    try:
        with file:
            _hold(file.fileno())
            if mode is not None:
                partial.chmod(mode)  # where the umask is narrower
            if callable(content):
                content(file)
            else:
                file.write(content)
            file.flush()
            os.fsync(file.fileno())
            if before is not None:
                before(target)
            if fcntl is not None:
                partial.replace(target)  # while it is held
        if fcntl is None:
            partial.replace(target)  # Windows moves no file that is open
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    _settle(target.parent)


_PARTIAL = re.compile(r"\.[^/]{1,40}\.[0-9a-f]{16}\.part")


def clear_partials(folder: str | os.PathLike[str]) -> int:
    """Remove from a folder what `write_whole` left where its process was killed.

    Returns
    -------
    int
        How many; what is still being written stays, and what cannot be looked at.
    """
    count = 0
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not _PARTIAL.fullmatch(entry.name) or not entry.is_file(follow_symlinks=False):
                    continue
                if abs(time.time() - entry.stat().st_mtime) < _FRESH or not _let_go(entry.path):
                    continue
                Path(entry.path).unlink()
                count += 1
    except OSError:
        pass
    return count


def _hold(handle: int) -> bool:
    """Mark an open file as one that a living process writes; False where another has."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # held, or of a file system that knows no locks
        return False
    return True


def _let_go(path: str) -> bool:
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        return _hold(handle)
    finally:
        os.close(handle)


def _settle(folder: Path) -> None:
    """Have the new name itself reach the disk, where a folder can be asked to."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)


def resource_path(*parts: str) -> Path:
    """Return the path of a shipped file: ``rnnviz/resources`` installed, ``resources`` here.

    Raises
    ------
    DataError
        When it is in neither place.
    """
    package = Path(__file__).resolve().parent.parent
    for root in (package / "resources", package.parent / "resources"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise DataError("does not come with this copy of rnnviz", path="/".join(parts))
