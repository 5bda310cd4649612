"""Memory of records that are gone, used again: with the views of it that a pass made before."""

import math
from collections.abc import Sequence
from threading import Lock
from typing import Any, overload
from weakref import ref

import numpy as np

from .arrays import Array, Shape, frozen

_LINE = 64  # bytes of a cache line
_LARGE = 1 << 22  # bytes from which NumPy asks for large pages
_MOVED = 1 << 18  # bytes from which memory is worth cutting anew for other shapes
_KEPT = 1 << 26  # bytes kept at most
_WORKSPACES = 32  # workspaces kept at most


class Workspace:
    """Arrays cut from one stretch of memory, for one pass to write on.

    A record gets arrays of its own that show the same memory, read-only: all of them, and all
    views of them, hold one array as their base, and when that is gone the record is. Until then
    the workspace is not handed out again; what only it holds, such as a view of every step, the
    next pass finds ready.

    Attributes
    ----------
    arrays : list of array
        Not filled; for the pass alone.
    views : dict
        What passes remember with the workspace.
    base : weak reference
        To the base of the record's arrays; dead when no record shows this memory any more.
    """

    __slots__ = ("_buffer", "_layout", "arrays", "base", "dtype", "memory", "shapes", "views")

    def __init__(self, memory: Array, shapes: tuple[Shape, ...], dtype: np.dtype[Any]) -> None:
        self.memory, self.shapes, self.dtype = memory, shapes, dtype
        self._layout = laid_out(shapes)
        # From a memoryview: else the base of all views would be the memory itself.
        whole = memoryview(memory)  # pyright: ignore[reportArgumentType]
        self._buffer = whole, dtype, self._layout[0], to_line(memory)
        base: Array = np.frombuffer(*self._buffer)
        self.arrays = [base[part].reshape(shape) for part, shape in self._layout[1]]
        self.base = ref(base)
        self.views: dict[Any, Any] = {}

    def shown(self, count: int) -> "WorkspaceViews":
        """Return the first arrays as a record may have them, and lay it on the shelf."""
        base: Array = np.frombuffer(*self._buffer)
        frozen(base)
        self.base = ref(base)
        _shelf.put(self)
        return WorkspaceViews(base, self._layout[1][:count])


class WorkspaceViews(Sequence[Array]):
    """Arrays of a workspace, read-only; cut when they are asked for, since most never are."""

    __slots__ = ("_base", "_parts")

    def __init__(self, base: Array, parts: Sequence[tuple[slice, Shape]]) -> None:
        self._base, self._parts = base, parts

    @overload
    def __getitem__(self, index: int) -> Array: ...
    @overload
    def __getitem__(self, index: slice) -> list[Array]: ...
    def __getitem__(self, index: int | slice) -> Array | list[Array]:
        if isinstance(index, slice):
            return [self._base[part].reshape(shape) for part, shape in self._parts[index]]
        part, shape = self._parts[index]
        return self._base[part].reshape(shape)

    def __len__(self) -> int:
        return len(self._parts)


def laid_out(shapes: tuple[Shape, ...]) -> tuple[int, list[tuple[slice, Shape]]]:
    """How many numbers these arrays have, and where each stands: at a cache line."""
    numbers, parts = 0, list[tuple[slice, Shape]]()
    for shape in shapes:
        size = math.prod(shape)
        parts.append((slice(numbers, numbers + size), shape))
        numbers += -(-size // 16) * 16
    return numbers, parts


def to_line(memory: Array) -> int:
    """Bytes to the first cache line."""
    return -memory.__array_interface__["data"][0] % _LINE


def aligned(array: Array) -> Array:
    """Return a C-ordered copy that begins at a cache line: products with it are a tenth faster."""
    memory = np.empty(array.nbytes + _LINE, np.uint8)
    start = to_line(memory)
    copy = memory[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return copy


class _Shelf:
    """The workspaces used last, free or not."""

    def __init__(self) -> None:
        self.workspaces: list[Workspace] = []
        self.size = 0
        self.lock = Lock()

    def put(self, workspace: Workspace) -> None:
        """Lay a workspace on top; what was not used for longest goes."""
        with self.lock:
            if workspace.memory.size > _KEPT:
                return
            self.workspaces.append(workspace)
            self.size += workspace.memory.size
            while self.size > _KEPT or len(self.workspaces) > _WORKSPACES:
                self._remove(0)

    def take(self, shapes: tuple[Shape, ...], dtype: np.dtype[Any]) -> Workspace | None:
        """Return a free workspace of these shapes, or none."""
        with self.lock:
            i = len(self.workspaces)
            for kept in reversed(self.workspaces):
                i -= 1
                if kept.base() is None and kept.shapes == shapes and kept.dtype == dtype:
                    return self._remove(i)
        return None

    def memory(self, size: int) -> Array | None:
        """Return the memory of a free workspace of about this size, or none."""
        with self.lock:
            for i in range(len(self.workspaces)):
                kept = self.workspaces[i]
                if size <= kept.memory.size <= 4 * size and kept.base() is None:
                    return self._remove(i).memory
        return None

    def _remove(self, i: int) -> Workspace:
        workspace = self.workspaces.pop(i)
        self.size -= workspace.memory.size
        return workspace


_shelf = _Shelf()


def take_workspace(shapes: tuple[Shape, ...], dtype: np.dtype[Any]) -> Workspace:
    """Return arrays to write on: of memory that no record shows any more, or new ones.

    Memory that comes fresh from the system costs more than the arithmetic that fills it. New
    stretches have at least 4 MB where that is worth it, from which on NumPy asks for large pages;
    what is not written to is never handed out.
    """
    workspace = _shelf.take(shapes, dtype)
    if workspace is not None:
        return workspace
    size = laid_out(shapes)[0] * dtype.itemsize + _LINE
    memory = _shelf.memory(size) if size >= _MOVED else None
    if memory is None:
        memory = np.empty(_LARGE if _LARGE // 4 <= size < _LARGE else size, np.uint8)
    return Workspace(memory, shapes, dtype)
