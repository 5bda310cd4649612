"""A file written as a whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from errno import EACCES, EINVAL, EISDIR, ELOOP
from pathlib import Path
from typing import BinaryIO


def write_whole(
    path: str | os.PathLike[str], content: bytes | Callable[[BinaryIO], object]
) -> None:
    """Fill a file beside its place, and move it there when it is on the disk.

    Where a link leads to the place it stays one, and what stood there leaves its mode. Safe beside
    other threads, unlike a change of the process's umask.

    Parameters
    ----------
    path
        The place.
    content
        What the file is to hold, or what writes it into an open one.

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
    handle = os.open(partial, flags, 0o666 if mode is None else mode)
    try:
        with os.fdopen(handle, "w+b") as file:
            if mode is not None:
                partial.chmod(mode)  # where the umask is narrower
            if callable(content):
                content(file)
            else:
                file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    _settle(target.parent)


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
