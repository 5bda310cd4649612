"""Named tensors in files: safetensors and .npz, read as if someone had made them to do harm.

No pickle, no code, no more memory than :data:`LARGEST` and a little; whatever is wrong with a
file comes out as one :class:`WeightsError`.
"""

import json
import os
import stat
import struct
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import numpy as np

from .arrays import Array, frozen

LARGEST = 128 * 1024 * 1024
"""Bytes that a file may have, and its tensors together."""
MOST_TENSORS = 1000

_LONGEST_HEADER = 1024 * 1024
_LONGEST_MESSAGE = 400
_DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2",
    "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1",
    "U16": "<u2", "U32": "<u4", "U64": "<u8", "BOOL": "?",
}  # fmt: skip
_NAMES = {np.dtype(d): name for name, d in _DTYPES.items() if name != "BF16"}


class WeightsError(ValueError):
    """Weights that cannot be read or do not fit.

    Attributes
    ----------
    tensor : str or None
        Name of the tensor at fault, as the file has it.
    found, expected : str or None
        Its shape (or "nothing"), and the shape it should have.
    """

    def __init__(
        self,
        message: str,
        *,
        tensor: str | None = None,
        found: str | None = None,
        expected: str | None = None,
    ) -> None:
        # Names come from the file: no control characters, no endless lines.
        shown = "".join(c if c.isprintable() else "\ufffd" for c in message)
        super().__init__(
            shown if len(shown) <= _LONGEST_MESSAGE else f"{shown[:_LONGEST_MESSAGE]}…"
        )
        self.tensor = tensor
        self.found = found
        self.expected = expected


@contextmanager
def naming_file(path: str | os.PathLike[str]) -> Generator[None, None, None]:
    """Put the file's name before the message of a :class:`WeightsError`."""
    try:
        yield
    except WeightsError as error:
        named = f"{Path(path).name}: {error}"
        raise WeightsError(
            named, tensor=error.tensor, found=error.found, expected=error.expected
        ) from None


def misfit(tensor: str, found: tuple[int, ...] | None, expected: tuple[int, ...]) -> WeightsError:
    """Make the error for a tensor of the wrong shape, or (found = None) that is missing."""
    words = "nothing" if found is None else str(found)
    message = f"{tensor}: expected shape {expected}, found {words}"
    return WeightsError(message, tensor=tensor, found=words, expected=str(expected))


def read_safetensors(path: str | os.PathLike[str]) -> tuple[dict[str, Array], dict[str, str]]:
    """Read a safetensors file.

    The format (https://huggingface.co/docs/safetensors): 8 bytes little-endian length of the
    header; the header, JSON, each tensor's dtype, shape and place; then the numbers, without holes,
    overlaps or anything behind.

    Parameters
    ----------
    path : path of a regular file

    Returns
    -------
    tensors : dict of str to array
        Read-only, in the file's order; F16 and BF16 as float32.
    metadata : dict of str to str
        The header's "__metadata__".

    Raises
    ------
    WeightsError
        For a file that is not exactly as the format says, or too large.
    OSError
        If it cannot be opened.
    """
    content = read_bytes(path)
    if len(content) < 8:
        raise WeightsError(f"not a safetensors file: it has {len(content)} bytes")
    (length,) = struct.unpack("<Q", content[:8])
    if length > min(_LONGEST_HEADER, len(content) - 8):
        raise WeightsError(
            f"not a safetensors file: its header should have {length} bytes, "
            f"and the file has {len(content)}"
        )
    header = _parsed_json(content[8 : 8 + length])
    found = header.pop("__metadata__", {})
    if not isinstance(found, dict):
        raise WeightsError("safetensors header: __metadata__ is not an object")
    metadata = cast("dict[str, Any]", found)
    if not all(isinstance(value, str) for value in metadata.values()):
        raise WeightsError("safetensors header: __metadata__ holds something that is not text")
    if len(header) > MOST_TENSORS:
        raise WeightsError(f"{len(header)} tensors; at most {MOST_TENSORS} are read")
    data = memoryview(content)[8 + length :]
    places = {name: _place(name, entry, len(data)) for name, entry in header.items()}
    end = 0
    for name, (_, _, start, stop) in sorted(places.items(), key=lambda item: item[1][2:]):
        if start != end:
            what = "overlaps the one before" if start < end else "leaves a hole before it"
            raise WeightsError(f"{name}: its data {what}", tensor=name)
        end = stop
    if end != len(data):
        raise WeightsError(f"{len(data) - end} bytes behind the last tensor belong to none")
    tensors = {
        name: _from_bytes(dtype, shape, data[start:stop])
        for name, (dtype, shape, start, stop) in places.items()
    }
    return tensors, cast("dict[str, str]", metadata)


def write_safetensors(
    path: str | os.PathLike[str],
    tensors: Mapping[str, Array],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write a safetensors file that the safetensors library reads.

    The file is complete or not there at all: it is written under another name and then renamed.
    """
    header: dict[str, Any] = {"__metadata__": dict(metadata)} if metadata else {}
    chunks: list[bytes] = []
    end = 0
    # Wider numbers first, as the reference does, so that all stay aligned.
    for name in sorted(tensors, key=lambda n: (-tensors[n].dtype.itemsize, n)):
        array = tensors[name]
        little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        if little.dtype not in _NAMES:
            raise WeightsError(f"{name}: safetensors has no dtype {array.dtype}", tensor=name)
        chunks.append(little.tobytes())
        header[name] = {
            "dtype": _NAMES[little.dtype],
            "shape": list(array.shape),
            "data_offsets": [end, end + len(chunks[-1])],
        }
        end += len(chunks[-1])
    text = json.dumps(header, separators=(",", ":")).encode("utf-8")
    text += b" " * (-len(text) % 8)
    write_bytes(path, struct.pack("<Q", len(text)) + text + b"".join(chunks))


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """Read a regular file of at most :data:`LARGEST` bytes."""
    if not stat.S_ISREG(Path(path).stat().st_mode):  # opening a pipe would wait for ever
        raise WeightsError("not a file: a folder, a pipe or a device")
    with Path(path).open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise WeightsError(f"too large: more than {LARGEST} bytes")
    return content


def write_bytes(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file as a whole or not at all."""
    target = Path(path)
    partial = target.with_name(f".{target.name[:50]}.{os.urandom(8).hex()}.part")
    try:
        with partial.open("xb") as file:
            file.write(content)
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _parsed_json(text: bytes) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            seen: set[str] = set()
            for name, _ in pairs:
                if name in seen:
                    raise ValueError(f"a name stands in it twice, {name[:80]}")
                seen.add(name)
        return found

    def no_constant(word: str) -> None:
        raise ValueError(f"{word} is no JSON number")

    try:
        if not text.startswith(b"{"):
            raise ValueError("it does not begin with {")
        decoded = text.decode("utf-8")
        return json.loads(decoded, object_pairs_hook=unique, parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        why = json_fault(error)
        raise WeightsError(f"not a safetensors file: its header cannot be read: {why}") from None


def json_fault(error: ValueError | RecursionError) -> str:
    """What is wrong with a text that should be JSON, without the interpreter's own advice."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8 at byte {error.start}"
    return "a number has too many digits" if "digits" in str(error) else str(error)


def _place(name: str, entry: Any, size: int) -> tuple[str, tuple[int, ...], int, int]:
    """Dtype, shape, start and stop of a tensor; WeightsError where they contradict each other."""
    if not isinstance(entry, dict) or set(cast("dict[str, Any]", entry)) != {
        "dtype",
        "shape",
        "data_offsets",
    }:
        raise WeightsError(f"{name}: the header does not describe a tensor", tensor=name)
    fields = cast("dict[str, Any]", entry)
    dtype, shape, offsets = fields["dtype"], fields["shape"], fields["data_offsets"]
    if not isinstance(dtype, str) or dtype not in _DTYPES:
        known = ", ".join(_DTYPES)
        raise WeightsError(
            f"{name}: unknown dtype {str(dtype)[:40]!r}; known: {known}",
            tensor=name, found=str(dtype)[:40], expected=known,
        )  # fmt: skip
    if not _is_counts(shape) or len(shape) > 8:
        raise WeightsError(f"{name}: its shape {_short(shape)} is no list of sizes", tensor=name)
    if not _is_counts(offsets) or len(offsets) != 2:
        raise WeightsError(
            f"{name}: its data_offsets {_short(offsets)} are no two places", tensor=name
        )
    start, stop = offsets
    if start > stop:
        raise WeightsError(f"{name}: its data_offsets {_short(offsets)} run backwards", tensor=name)
    if stop > size:
        raise WeightsError(
            f"{name}: its data should end at byte {stop} of {size}: the file is not whole",
            tensor=name,
        )
    needed = np.dtype(_DTYPES[dtype]).itemsize
    for extent in shape:
        needed *= extent
    if needed != stop - start:
        raise WeightsError(
            f"{name}: {dtype} {tuple(shape)} needs {needed} bytes, it has {stop - start}",
            tensor=name,
            found=f"{stop - start} bytes",
            expected=f"{needed} bytes",
        )
    return dtype, tuple(shape), start, stop


def _is_counts(value: Any) -> bool:
    if not isinstance(value, list):
        return False
    items = cast("list[Any]", value)
    return all(type(item) is int and 0 <= item < 1 << 48 for item in items)


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _from_bytes(dtype: str, shape: tuple[int, ...], data: memoryview) -> Array:
    array = np.frombuffer(data, _DTYPES[dtype])
    if dtype == "BF16":  # the upper half of a float32
        array = (array.astype("<u4") << 16).view("<f4")
    elif dtype == "F16":
        array = array.astype(np.float32)
    return plain(array).reshape(shape)


def plain(array: Array) -> Array:
    """The array read-only in the machine's own byte order, without a copy where it is so."""
    if array.dtype.isnative and array.flags.aligned and not array.flags.writeable:
        return array
    return frozen(array.astype(array.dtype.newbyteorder("="), copy=True))
