"""A record as bytes, for a process of our own: a document's description without its archive."""

from __future__ import annotations

import json
import struct
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from rnnviz.documents.archive import bytes_of
from rnnviz.documents.codec import Decoder, Encoder
from rnnviz.files.strict_json import parse_object

_Kind = TypeVar("_Kind")
_SIZE = struct.Struct("<Q")


def pack(value: Any) -> bytes:
    """Turn a record into bytes; its numbers are kept bit by bit.

    The codec of documents does it, so that whatever a document can hold is handed over too, and
    nothing that comes back can be more than numbers and texts, as a pickle could.

    Raises
    ------
    TypeError
        For a value that no document can hold.
    """
    encoder = Encoder()
    found = encoder.encode(value)
    rows = encoder.stacks.rows
    stacks = [(each[0].dtype.str, len(each), *each[0].shape) for each in rows]
    description = {"value": found, "objects": encoder.objects, "stacks": stacks}
    text = json.dumps(description, allow_nan=False, separators=(",", ":")).encode()
    return b"".join([_SIZE.pack(len(text)), text, *(bytes_of(a) for each in rows for a in each)])


def unpack(kind: type[_Kind], data: bytes) -> _Kind:
    """Turn bytes that `pack` made back into a record of a kind.

    Raises
    ------
    ValueError, LookupError, TypeError
        For any other bytes.
    """
    (size,) = _SIZE.unpack_from(data)
    at = _SIZE.size + size
    description = parse_object(data[_SIZE.size : at])
    stacks: list[NDArray[Any]] = []
    for dtype, *shape in description["stacks"]:
        stacks.append(np.ndarray(shape, dtype, data, at))
        at += stacks[-1].nbytes
    decoder = Decoder(stacks, description["objects"])
    return cast(_Kind, decoder.decode(kind, description["value"], kind.__name__))
