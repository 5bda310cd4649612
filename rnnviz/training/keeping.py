"""Which snapshots of a training are kept: never more than a few dozen, the telling ones."""

import math
from collections.abc import Callable
from typing import Any, TypeAlias

from rnnviz.engine import Architecture
from rnnviz.engine.training import Snapshot
from rnnviz.film.cost import Size, most_networks
from rnnviz.film.plan import validation_of

KEPT = 64
_ALL_UP_TO = 8  # the first updates change most
_MEASURED = 150  # of a training, beside those
_COUNTED = 4  # measurements within a patience, at least
_FIRST = 256  # of those that lie ever farther apart, the first: at this part of the updates

Keeping: TypeAlias = Callable[[int], bool]
"""Whether the snapshot after so many updates is validated and kept, until the log is full."""


def often(updates: int, patience: int = 0) -> Keeping:
    """Keep the first few, and then some of a training of so many updates at equal distances.

    Of one that may stop early they are near enough that its patience is counted in a few of them.
    """
    every = max(1, updates // _MEASURED)
    if patience:
        every = max(1, min(every, patience // _COUNTED))
    return lambda update: update <= _ALL_UP_TO or update % every == 0


def ever_farther_apart(updates: int, count: int = 12) -> tuple[int, ...]:
    """So many updates of a training that is to ship: 0, then ever farther apart, and the last."""
    if updates < 1:
        return (0,)
    first = max(1.0, updates / _FIRST)
    parts = max(count - 2, 1)
    spread = {round(first * (updates / first) ** (i / parts)) for i in range(parts + 1)}
    return tuple(sorted({0, *spread, updates}))


def most_kept(architecture: Architecture) -> int:
    """How many snapshots of a training are kept: fewer where they are large, at least 4."""
    a = architecture
    size = Size(a.cell, a.layers, a.units, 1, a.inputs, a.outputs)
    return min(KEPT, max(4, most_networks(size)))


class ThinnedLog:
    """Snapshots of a training, thinned as they come.

    The first, the last and the one of the smallest validation loss always stay. Of the others that
    one goes whose neighbours are closest, on the scale of √update: the beginning stays denser.

    Parameters
    ----------
    kept : tuple of Snapshot
        What is there already.
    most : int
        How many stay, at least 4.
    """

    def __init__(self, kept: tuple[Snapshot[Any], ...] = (), most: int = KEPT) -> None:
        self._most = most
        self._entries: list[Snapshot[Any]] = list(kept)
        self._tuple: tuple[Snapshot[Any], ...] | None = None

    @property
    def entries(self) -> tuple[Snapshot[Any], ...]:
        """What is kept, in the order of the updates."""
        if self._tuple is None:
            self._tuple = tuple(self._entries)
        return self._tuple

    def with_newest(self, snapshot: Snapshot[Any]) -> tuple[Snapshot[Any], ...]:
        """What is kept, and behind it the newest where that is not kept itself."""
        entries = self.entries
        return entries if entries[-1].update >= snapshot.update else (*entries, snapshot)

    def add(self, snapshot: Snapshot[Any]) -> None:
        """Keep one more, in place of the last if that is of the same update."""
        entries = self._entries
        if entries and entries[-1].update == snapshot.update:
            entries.pop()
        entries.append(snapshot)
        while len(entries) > self._most:
            del entries[self._least()]
        self._tuple = None

    def back_to(self, snapshot: Snapshot[Any]) -> None:
        """Forget what came after a snapshot, and end with it."""
        self._entries = [s for s in self._entries if s.update < snapshot.update]
        self.add(snapshot)

    def _least(self) -> int:
        entries = self._entries
        measured = [
            (validation_of(s), i) for i, s in enumerate(entries) if math.isfinite(validation_of(s))
        ]
        best = min(measured)[1] if measured else -1
        places = [math.sqrt(s.update) for s in entries]
        return min(
            (i for i in range(1, len(entries) - 1) if i != best),
            key=lambda i: places[i + 1] - places[i - 1],
        )
