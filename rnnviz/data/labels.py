"""Labels of very many steps that cost nothing, or hardly more than their bytes.

They behave like a tuple of str (length, index, slice, iteration, equality, hash), and make each
label when it is asked for.
"""

from array import array
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice
from typing import TypeAlias, cast, overload

import numpy as np
from numpy.typing import NDArray


class Made(Sequence[str]):
    """A sequence of labels of which only the length and a rule are kept."""

    __slots__ = ("_length",)

    def __init__(self, length: int) -> None:
        self._length = length

    def _label(self, index: int) -> str:
        raise NotImplementedError

    @property
    def plain(self) -> bool:
        """Whether no label has any but ASCII's characters, as far as that is known at once."""
        return False

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...

    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        if isinstance(index, slice):
            return tuple(map(self._label, range(*index.indices(self._length))))
        if not -self._length <= index < self._length:
            raise IndexError(index)
        return self._label(index % self._length)

    def __iter__(self) -> Iterator[str]:
        return map(self._label, range(self._length))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (tuple, Made)):
            return NotImplemented
        labels = cast("Sequence[str]", other)
        if len(labels) != self._length:
            return False
        return all(a == b for a, b in zip(self, labels, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"<{self._length:,} labels>"


class Counted(Made):
    """1, 2, 3 … to `length`."""

    __slots__ = ()

    @property
    def plain(self) -> bool:
        """Always: numbers have ASCII's characters alone."""
        return True

    def _label(self, index: int) -> str:
        return str(index + 1)

    def __eq__(self, other: object) -> bool:
        if type(other) is Counted:
            return len(other) == self._length
        return super().__eq__(other)

    __hash__ = Made.__hash__


class Seconds(Made):
    """The time at which each of `length` steps begins, `rate` steps a second, from 0."""

    __slots__ = ("_digits", "_rate")

    def __init__(self, length: int, rate: float) -> None:
        super().__init__(length)
        self._rate = rate
        # As many decimals as tell two neighbours apart.
        self._digits = 0
        while self._digits < 9 and 10**self._digits < rate:
            self._digits += 1

    @property
    def plain(self) -> bool:
        """Always: numbers have ASCII's characters alone."""
        return True

    def _label(self, index: int) -> str:
        return f"{index / self._rate:.{self._digits}f} s"


class ReadLabels(Made):
    """Labels that were read from a file, kept as one run of UTF-8."""

    __slots__ = ("_bytes", "_ends")

    def __init__(self, labels: Sequence[str] = ()) -> None:
        super().__init__(0)
        self._bytes = bytearray()
        self._ends = array("q", [0])
        self.extend(labels)

    def extend(self, labels: Sequence[str]) -> None:
        """Add labels; only while they are being read."""
        end, text = len(self._bytes), "".join(labels)
        encoded = text.encode("utf-8", "surrogatepass")
        if len(encoded) == len(text):  # a sign is a byte
            sizes = map(len, labels)
        else:
            sizes = (len(label.encode("utf-8", "surrogatepass")) for label in labels)
        self._ends.extend(islice(accumulate(sizes, initial=end), 1, None))
        self._bytes += encoded
        self._length += len(labels)

    @property
    def plain(self) -> bool:
        """Whether no label has any but ASCII's characters."""
        return self._bytes.isascii()

    def grid(self) -> NDArray[np.uint8] | None:
        """Return the bytes of all labels, one row each, where all have as many; else None.

        It is a look at them: no label can be added while it is in use.
        """
        ends = np.frombuffer(self._ends, np.int64)
        width = int(ends[1]) if self._length else 0
        if not width or (np.diff(ends) != width).any():
            return None
        return np.frombuffer(self._bytes, np.uint8).reshape(self._length, width)

    def _label(self, index: int) -> str:
        part = self._bytes[self._ends[index] : self._ends[index + 1]]
        return part.decode("utf-8", "surrogatepass")


Labels: TypeAlias = tuple[str, ...] | Made
"""One label per step; a slice of either is a tuple."""
