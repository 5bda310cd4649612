"""Zip archives, of which nothing is believed that their directory says."""

import os
import zipfile
import zlib
from typing import BinaryIO

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
