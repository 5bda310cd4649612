"""What every module of the engine needs to say about arrays: the type, freezing, norms."""

import math
import sys
from collections.abc import Sequence
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

Shape = tuple[int, ...]

CACHED = 1 << 18  # numbers of one array worked on at a time
_LARGE = 1 << 22  # bytes from which NumPy asks for large pages
_LINE = 64  # bytes of a cache line
_SHELVED = 1 << 18  # bytes from which memory is worth keeping for the next pass
_KEPT = 1 << 26  # bytes kept at most
_BLOCK = 1 << 18  # numbers converted at a time, so that a long run needs no second copy of itself


def real(array: Array) -> Array:
    """Real part, as a view."""
    return np.real(array)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]


def frozen(array: Array) -> Array:
    """Set an array that the engine made itself read-only, and return it."""
    array.setflags(False)  # write=False, which takes twice as long to say
    return array


def frozen_copy(array: Array, dtype: np.dtype[Any] | None = None) -> Array:
    """Return a read-only, C-ordered copy; an array that already is one is returned as it is."""
    dtype = array.dtype if dtype is None else dtype
    owned = array.base is None and not array.flags.writeable and array.flags.c_contiguous
    if owned and array.dtype == dtype:
        return array
    return frozen(np.array(array, dtype=dtype, order="C", copy=True))


def as_rows(array: Array) -> Array:
    """An array (T, B, m) as (T·B, m), as a view where that can be."""
    return array.reshape(array.shape[0] * array.shape[1], array.shape[2])


def found(mask: Array) -> tuple[Array, ...] | None:
    """Index of the few places where a mask is set, or None: faster than the mask as an index."""
    return mask.nonzero() if np.count_nonzero(mask) else None


def aligned(array: Array) -> Array:
    """Return a C-ordered copy that begins at a cache line: products with it are a tenth faster."""
    memory = np.empty(array.nbytes + _LINE, np.uint8)
    start = _to_line(memory)
    copy = memory[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return copy


def _to_line(memory: Array) -> int:
    """Bytes to the first cache line."""
    return -memory.__array_interface__["data"][0] % _LINE


@lru_cache(maxsize=8)
def ones(count: int, dtype: np.dtype[Any]) -> Array:
    """So many ones; a product with them is the fastest sum."""
    return frozen(np.ones(count, dtype))


def carved(shapes: tuple[Shape, ...], dtype: np.dtype[Any]) -> list[Array]:
    """New arrays, not filled; from 256 kB on, all of them cut from one stretch of memory."""
    numbers, parts = _cut(shapes)
    if numbers * dtype.itemsize < _SHELVED:
        return [np.empty(shape, dtype) for shape in shapes]
    memory = _stretch(numbers * dtype.itemsize + _LINE)
    start = _to_line(memory)
    whole = memory[start : start + numbers * dtype.itemsize].view(dtype)
    return [whole[part].reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


@lru_cache(maxsize=64)
def _cut(shapes: tuple[Shape, ...]) -> tuple[int, tuple[slice, ...]]:
    """How many numbers these arrays have, and where each stands: at a cache line."""
    numbers, parts = 0, list[slice]()
    for shape in shapes:
        size = math.prod(shape)
        parts.append(slice(numbers, numbers + size))
        numbers += -(-size // 16) * 16
    return numbers, tuple(parts)


_shelf: list[Array] = []
_shelf_lock = Lock()


def _stretch(size: int) -> Array:
    """A stretch of at least `size` bytes: one that no record holds any more, or a new one.

    Memory that comes fresh from the system costs more than the arithmetic that fills it, so the
    last stretches are kept. All views of one hold it as their base; when only the shelf does, its
    records are gone and it is handed out again. New ones have at least 4 MB where that is worth
    it, from which on NumPy asks for large pages; what is not written to is never handed out.
    """
    with _shelf_lock:
        for i in range(len(_shelf)):
            kept = _shelf[i]
            # The shelf, `kept` and getrefcount's own argument.
            if size <= kept.size <= 4 * size and sys.getrefcount(kept) == 3:
                _shelf.append(_shelf.pop(i))  # the last used stands last
                return kept.view()
        fresh = np.empty(_LARGE if _LARGE // 4 <= size < _LARGE else -(-size // 64) * 64, np.uint8)
        if fresh.size <= _KEPT:
            _shelf.append(fresh)
            while sum(kept.size for kept in _shelf) > _KEPT:
                del _shelf[0]
        return fresh.view()


def spans(stop: int, numbers: int, start: int = 0) -> list[slice]:
    """Cut steps of `numbers` numbers each into stretches that fit the processor's cache."""
    length = max(1, CACHED // max(1, numbers))
    return [slice(at, min(at + length, stop)) for at in range(start, stop, length)]


def log_norms(array: Array) -> NDArray[np.float64]:
    """Natural logarithm of the Euclidean norm over the last two axes.

    Parameters
    ----------
    array : (..., B, H)
        Real numbers.

    Returns
    -------
    (...,) float64
        −inf where all numbers are exactly 0, nan where one of them is not finite. Each group is
        divided by its largest number first: squares would underflow below 1e-162 in float64.
    """
    lead = array.shape[:-2]
    groups = array.reshape(-1, array.shape[-2] * array.shape[-1])
    logs = np.empty(len(groups))
    rows = max(1, _BLOCK // max(1, groups.shape[1]))
    with np.errstate(all="ignore"):
        for start in range(0, len(groups), rows):
            part = groups[start : start + rows].astype(np.float64)
            if array.dtype == np.float32:  # squares of a float32 fit in a float64
                squares = np.einsum("ij,ij->i", part, part)
                log = 0.5 * np.log(squares)
            else:
                largest = np.abs(part).max(axis=1)
                part /= np.where(largest == 0.0, 1.0, largest)[:, None]
                log = 0.5 * np.log(np.einsum("ij,ij->i", part, part)) + np.log(largest)
            logs[start : start + rows] = np.where(log == np.inf, np.nan, log)
    return logs.reshape(lead)


def first_non_finite(*arrays: Array) -> int | None:
    """First index along axis 0 at which one of the arrays holds a nan or an infinity."""
    found: list[int] = []
    for array in arrays:
        finite = np.isfinite(array)
        if not finite.all():
            steps = finite.reshape(len(finite), -1).all(axis=1)
            found.append(int(np.argmin(steps)))
    return min(found, default=None)
