"""Arrays of one shape and dtype stacked: few members of a zip, however many snapshots there are."""

from __future__ import annotations

import hashlib
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

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
