"""Named tensors in safetensors files, read as if someone had made them to do harm.

No pickle, no code, no more memory than the file takes.
"""

import json
import struct
from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from rnnviz.engine.arrays import Array
from rnnviz.files.npy import plain
from rnnviz.files.strict_json import parse_object
from rnnviz.weights.conversion import fault

MOST_TENSORS = 1000

_LONGEST_HEADER = 1024 * 1024
_DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2",
    "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1",
    "U16": "<u2", "U32": "<u4", "U64": "<u8", "BOOL": "?",
}  # fmt: skip
_NAMES = {np.dtype(d): name for name, d in _DTYPES.items() if name != "BF16"}


def read_safetensors(content: bytes) -> tuple[dict[str, Array], dict[str, str]]:
    """Read a safetensors file's content.

    The format (https://huggingface.co/docs/safetensors): 8 bytes little-endian length of the
    header; the header, JSON, each tensor's dtype, shape and place; then the numbers, without holes,
    overlaps or anything behind.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    tensors : dict of str to array
        Read-only, in the file's order; F16 and BF16 as float32.
    metadata : dict of str to str
        The header's "__metadata__".

    Raises
    ------
    DataError
        For a file that is not exactly as the format says.
    """
    if len(content) < 8:
        raise fault(f"not a safetensors file: it has {len(content)} bytes")
    (length,) = struct.unpack("<Q", content[:8])
    if length > len(content) - 8:
        raise fault(
            f"not a safetensors file: its header should have {length} bytes, "
            f"and the file has {len(content)}"
        )
    if length > _LONGEST_HEADER:
        raise fault(
            f"its safetensors header has {length:,} bytes; at most {_LONGEST_HEADER:,} are read"
        )
    header = _header(content[8 : 8 + length])
    found = header.pop("__metadata__", {})
    if not isinstance(found, dict):
        raise fault("safetensors header: __metadata__ is not an object")
    metadata = cast("dict[str, Any]", found)
    if not all(isinstance(value, str) for value in metadata.values()):
        raise fault("safetensors header: __metadata__ holds something that is not text")
    if len(header) > MOST_TENSORS:
        raise fault(f"{len(header)} tensors; at most {MOST_TENSORS} are read")
    data = memoryview(content)[8 + length :]
    places = {name: _place(name, entry, len(data)) for name, entry in header.items()}
    end = 0
    for name, (_, _, start, stop) in sorted(places.items(), key=lambda item: item[1][2:]):
        if start != end:
            what = "overlaps the one before" if start < end else "leaves a hole before it"
            raise fault(f"{name}: its data {what}")
        end = stop
    if end != len(data):
        raise fault(f"{len(data) - end} bytes behind the last tensor belong to none")
    tensors = {
        name: _from_bytes(dtype, shape, data[start:stop])
        for name, (dtype, shape, start, stop) in places.items()
    }
    return tensors, cast("dict[str, str]", metadata)


def safetensors_bytes(
    tensors: Mapping[str, Array], metadata: Mapping[str, str] | None = None
) -> bytes:
    """Make a file's content that the safetensors library reads."""
    header: dict[str, Any] = {"__metadata__": dict(metadata)} if metadata else {}
    chunks: list[bytes] = []
    end = 0
    # Wider numbers first, as the reference does, so that all stay aligned.
    for name in sorted(tensors, key=lambda n: (-tensors[n].dtype.itemsize, n)):
        array = tensors[name]
        little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        if little.dtype not in _NAMES:
            raise fault(f"{name}: safetensors has no dtype {array.dtype}")
        chunks.append(little.tobytes())
        header[name] = {
            "dtype": _NAMES[little.dtype],
            "shape": list(array.shape),
            "data_offsets": [end, end + len(chunks[-1])],
        }
        end += len(chunks[-1])
    text = json.dumps(header, separators=(",", ":")).encode("utf-8")
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(chunks)


def _header(text: bytes) -> dict[str, Any]:
    try:
        if not text.startswith(b"{"):
            raise ValueError("it does not begin with {")
        return parse_object(text)
    except ValueError as error:
        reason = f"not a safetensors file: its header cannot be read: {error}"
        raise fault(reason) from None


def _place(name: str, entry: Any, size: int) -> tuple[str, tuple[int, ...], int, int]:
    """Dtype, shape, start and stop of a tensor; DataError where they contradict each other."""
    if not isinstance(entry, dict) or set(cast("dict[str, Any]", entry)) != {
        "dtype",
        "shape",
        "data_offsets",
    }:
        raise fault(f"{name}: the header does not describe a tensor")
    fields = cast("dict[str, Any]", entry)
    dtype, shape, offsets = fields["dtype"], fields["shape"], fields["data_offsets"]
    if not isinstance(dtype, str) or dtype not in _DTYPES:
        known = ", ".join(_DTYPES)
        raise fault(f"{name}: unknown dtype {str(dtype)[:40]!r}; known: {known}")  # fmt: skip
    if not _is_counts(shape) or len(shape) > 8:
        raise fault(f"{name}: its shape {_short(shape)} is no list of sizes")
    if not _is_counts(offsets) or len(offsets) != 2:
        raise fault(f"{name}: its data_offsets {_short(offsets)} are no two places")
    start, stop = offsets
    if start > stop:
        raise fault(f"{name}: its data_offsets {_short(offsets)} run backwards")
    if stop > size:
        raise fault(f"{name}: its data should end at byte {stop} of {size}: the file is not whole")
    needed = np.dtype(_DTYPES[dtype]).itemsize
    for extent in shape:
        needed *= extent
    if needed != stop - start:
        raise fault(f"{name}: {dtype} {tuple(shape)} needs {needed} bytes, it has {stop - start}")
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
    array.setflags(write=False)
    return plain(array).reshape(shape)
