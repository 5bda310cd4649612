"""What the program and the process that trains for it say to each other, over two pipes.

Each message is its length, a letter and what `documents.pack` makes of a record. Nothing in it is
from outside, as both ends are this program; it is no pickle all the same, since the codec that
exists is as short to use, and keeps what is exchanged to what a document may hold.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

from rnnviz.engine.training import Snapshot
from rnnviz.film import Plan, Progress, Run
from rnnviz.frozen import record

_HEAD = struct.Struct("<Qc")
Log = tuple[Snapshot[Any], ...]

ORDER, STOP, TOLD, OVER, FAILED = b"o", b"s", b"t", b"e", b"f"


@record(eq=False)
class Order:
    """The request to train, sent to the process beside: run, plan and budgets.

    Attributes
    ----------
    run : Run
    plan : Plan
    budgets : mapping of str to float
        The budgets of memory in force, in GB by the names of their fields.
    """

    run: Run
    plan: Plan
    budgets: Mapping[str, float]


@record(eq=False)
class Advance:
    """A report of a training under way: its progress, with the snapshots that are new.

    Attributes
    ----------
    progress : Progress
        Without its log.
    numbers : tuple of int
        The log, by the numbers of its snapshots: see `Numbered`.
    fresh : tuple of Snapshot
        Those that have not been sent before; they have the numbers that follow.
    """

    progress: Progress
    numbers: tuple[int, ...]
    fresh: Log


@record(eq=False)
class Over:
    """The end of a training: `training.Ended`, its log as that of `Advance`."""

    text: str
    diverged: bool
    shown: int
    numbers: tuple[int, ...]
    fresh: Log


@record(eq=False)
class Failed:
    """Why it could not go on: what the error said, and whether there was no memory for it."""

    text: str
    memory: bool


class Numbered:
    """Numbers the snapshots of a log at either end, so that each is sent once.

    Parameters
    ----------
    known : sequence of Snapshot
        What both ends have before the first message: the first numbers are theirs.
    """

    def __init__(self, known: Log) -> None:
        self._count = len(known)
        self._snapshots = dict(enumerate(known))
        self._numbers = {id(snapshot): number for number, snapshot in enumerate(known)}

    def sent(self, log: Log) -> tuple[tuple[int, ...], Log]:
        """The numbers of a log, and those of it that are to be sent."""
        fresh = tuple(snapshot for snapshot in log if id(snapshot) not in self._numbers)
        for snapshot in fresh:
            self._numbers[id(snapshot)] = self._take(snapshot)
        numbers = tuple(self._numbers[id(snapshot)] for snapshot in log)
        self._keep(numbers)
        # An id stands for its snapshot only as long as that is kept.
        self._numbers = {id(snapshot): number for number, snapshot in self._snapshots.items()}
        return numbers, fresh

    def received(self, numbers: tuple[int, ...], fresh: Log) -> Log:
        """The log of these numbers."""
        for snapshot in fresh:
            self._take(snapshot)
        self._keep(numbers)
        return tuple(self._snapshots[number] for number in numbers)

    def _take(self, snapshot: Snapshot[Any]) -> int:
        number = self._count
        self._snapshots[number] = snapshot
        self._count += 1
        return number

    def _keep(self, numbers: tuple[int, ...]) -> None:
        """Let the others go: what a log has dropped never comes back into it."""
        self._snapshots = {number: self._snapshots[number] for number in numbers}


def write(pipe: BinaryIO, kind: bytes, data: bytes = b"") -> None:
    """Send a message; OSError where nobody hears it."""
    pipe.write(_HEAD.pack(len(data), kind))
    pipe.write(data)
    pipe.flush()


def read(pipe: BinaryIO) -> tuple[bytes, bytes] | None:
    """Wait for the next message: its letter and its bytes; None where the other end is gone."""
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    size, kind = _HEAD.unpack(head)
    data = pipe.read(size)
    return None if len(data) < size else (kind, data)
