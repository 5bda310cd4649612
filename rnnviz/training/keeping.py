"""Which snapshots of a training are kept: never more than a few dozen, the telling ones."""

import math
from typing import Any

from rnnviz.engine.training import Snapshot
from rnnviz.film.plan import validation_of

KEPT = 64
_ALL_UP_TO = 8  # the first updates change most
_MEASURED = 150  # of a training, beside those


def is_measured(update: int, updates: int) -> bool:
    """Whether a training of so many updates validates, and may keep, the snapshot of one."""
    return update <= _ALL_UP_TO or update % max(1, updates // _MEASURED) == 0


class Log:
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

    def add(self, snapshot: Snapshot[Any]) -> None:
        """Keep one more, in place of the last if that is of the same update."""
        entries = self._entries
        if entries and entries[-1].update == snapshot.update:
            entries.pop()
        entries.append(snapshot)
        if len(entries) > self._most:
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
