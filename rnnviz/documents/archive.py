"""The file itself: a zip of document.json and of one .npy per stack of arrays.

Read as if someone had made it to do harm: no pickle, no more memory than `MOST_BYTES` and a little,
nothing believed that the zip's directory says.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from typing import Any, BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rnnviz.files.disk import digest, open_regular, why
from rnnviz.files.errors import DataError, visible
from rnnviz.files.npy import plain, read_npy
from rnnviz.files.strict_json import parse_object
from rnnviz.files.zips import FAULTS, check_packing, open_zip

Array: TypeAlias = NDArray[Any]
Ref: TypeAlias = list[int]
"""Which stack, and which row of it."""

_KINDS = "fiub"


class Stacks:
    """Collects arrays; one that is equal to another, bit by bit, is kept once.

    Attributes
    ----------
    rows : list of list of ndarray
        Per stack its rows, all of one shape and dtype.
    nbytes : int
        Of all rows together.
    """

    def __init__(self) -> None:
        self.rows: list[list[Array]] = []
        self.nbytes = 0
        self._numbers: dict[tuple[str, tuple[int, ...]], int] = {}
        self._by_id: dict[int, tuple[Array, Ref]] = {}
        self._by_content: dict[tuple[int, bytes], Ref] = {}

    def put(self, array: Array) -> Ref:
        """Take an array up; returns where it is.

        Raises
        ------
        TypeError
            For anything but arrays of real numbers and truth values.
        """
        known = self._by_id.get(id(array))
        if known is not None:
            return known[1]
        if array.dtype.kind not in _KINDS or array.dtype.itemsize > 8 or array.ndim == 0:
            raise TypeError(f"an array of {array.dtype} {array.shape} cannot be saved")
        little = array.dtype.newbyteorder("<")
        kept = np.asarray(array, dtype=little, order="C")
        key = (little.str, array.shape)
        stack = self._numbers.setdefault(key, len(self.rows))
        if stack == len(self.rows):
            self.rows.append([])
        content = (stack, hashlib.blake2b(bytes_of(kept), digest_size=32).digest())
        ref = self._by_content.get(content)
        if ref is None:
            ref = self._by_content[content] = [stack, len(self.rows[stack])]
            self.rows[stack].append(kept)
            self.nbytes += kept.nbytes
        self._by_id[id(array)] = (array, ref)
        return ref


def bytes_of(array: Array) -> memoryview:
    """The bytes of a C-ordered array, without a copy."""
    return array.reshape(-1).view(np.uint8).data


MOST_BYTES = 256 * 2**20
"""Of a document's arrays together, unpacked, and of the file."""
_MOST_JSON = 64 * 2**20
_MOST_MEMBERS = 4096
_DESCRIPTION = "document.json"
_DATE = (1980, 1, 1, 0, 0, 0)


def write_archive(file: BinaryIO, description: dict[str, Any], stacks: Stacks) -> None:
    """Write a document into an open file.

    Raises
    ------
    DataError
        If it is larger than what can be opened again.
    OSError
        If it cannot be written.
    """
    encoder = json.JSONEncoder(allow_nan=False, separators=(",", ":"))
    # In pieces, which lets the interface's thread take its turn.
    parts = list(encoder.iterencode(description))
    size = max(stacks.nbytes / MOST_BYTES, sum(map(len, parts)) / _MOST_JSON)
    if size > 1.0 or len(stacks.rows) >= _MOST_MEMBERS:
        limit = MOST_BYTES // 2**20
        raise DataError(f"is too large to be saved: at most {limit} MB can be")
    with zipfile.ZipFile(file, "w", compresslevel=1) as archive:
        with archive.open(_member(_DESCRIPTION, zipfile.ZIP_DEFLATED), "w") as member:
            for start in range(0, len(parts), 1000):
                member.write("".join(parts[start : start + 1000]).encode("ascii"))
        for number, rows in enumerate(stacks.rows):
            dtype = rows[0].dtype
            # The digits of floats do not get shorter by packing.
            packing = zipfile.ZIP_STORED if dtype.kind == "f" else zipfile.ZIP_DEFLATED
            shape = (len(rows), *rows[0].shape)
            with archive.open(_member(_stack(number), packing), "w") as member:
                about = {"descr": dtype.str, "fortran_order": False, "shape": shape}
                header = io.BytesIO()
                np.lib.format.write_array_header_1_0(header, about)
                member.write(header.getvalue())
                for row in rows:
                    member.write(bytes_of(row))


def read_archive(path: str) -> tuple[dict[str, Any], list[NDArray[Any]], bytes]:
    """Read what `write_archive` wrote: the description, the stacks, and the file's fingerprint.

    Raises
    ------
    DataError
        For anything else, with the file's name.
    """
    return _read(path, with_arrays=True)


def read_description(path: str) -> dict[str, Any]:
    """Read the description alone; see `read_archive`."""
    return _read(path, with_arrays=False)[0]


def _read(path: str, *, with_arrays: bool) -> tuple[dict[str, Any], list[NDArray[Any]], bytes]:
    try:
        with os.fdopen(open_regular(path, MOST_BYTES + _MOST_JSON), "rb") as file:
            mark = digest(file) if with_arrays else b""
            with open_zip(file, _MOST_MEMBERS, comment=False) as archive:
                return *_members(archive, path, with_arrays=with_arrays), mark
    except DataError:
        raise
    except zipfile.BadZipFile as error:
        said = visible(str(error))[:120]  # the names that stand in it are not to be trusted
        raise DataError(f"is no rnnviz document, or a damaged one: {said}", path=path) from None
    except OSError as error:
        if error.errno is None:  # zipfile's own, of what it cannot unpack
            raise DataError(f"is damaged: {error}", path=path) from None
        raise DataError(why(path, error), path=path) from None
    except FAULTS as error:
        if "\0" in path:
            raise DataError("does not exist: no file can have this name", path=path) from None
        raise DataError(f"is damaged: {error}", path=path) from None


def _members(
    archive: zipfile.ZipFile, path: str, *, with_arrays: bool
) -> tuple[dict[str, Any], list[NDArray[Any]]]:
    members = archive.infolist()
    expected = [_DESCRIPTION, *(_stack(number) for number in range(len(members) - 1))]
    names = [member.orig_filename for member in members]
    if len(set(names)) < len(names):
        raise ValueError("a name stands in it twice")
    if names != expected:
        strange = next((name for name in names if name not in expected), "its members' order")
        raise ValueError(f"{strange[:80]!r} does not belong in a document")
    for member in members:
        check_packing(member)
    with archive.open(members[0]) as file:
        text = file.read(_MOST_JSON + 1)
    if len(text) > _MOST_JSON:
        raise ValueError("its description is too large")
    try:
        description = parse_object(text)
    except ValueError as error:
        raise ValueError(f"its description cannot be read: {error}") from None
    stacks: list[NDArray[Any]] = []
    left = MOST_BYTES
    for member in members[1:] if with_arrays else ():
        with archive.open(member) as file:
            stack = plain(read_npy(file, path, left, f"is damaged: {member.filename}: "))
        left -= stack.nbytes
        if stack.ndim < 2:
            raise ValueError(f"{member.filename} is no stack of arrays")
        stacks.append(stack)
    return description, stacks


def _stack(number: int) -> str:
    return f"arrays/{number}.npy"


def _member(name: str, packing: int) -> zipfile.ZipInfo:
    # Without the time, the same run is the same file.
    member = zipfile.ZipInfo(name, _DATE)
    member.compress_type = packing
    member.external_attr = 0o644 << 16
    return member
