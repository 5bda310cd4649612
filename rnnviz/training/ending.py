"""How a training ended, and in words: what is shown of it, why that, and what it reaches."""

from __future__ import annotations

from math import isfinite
from typing import Any

from rnnviz.engine.training import Snapshot
from rnnviz.film.plan import REPEATING, best_of, held_out_of, validation_of
from rnnviz.film.words import number, spread_of
from rnnviz.frozen import record

Log = tuple[Snapshot[Any], ...]


@record(eq=False)
class Ended:
    """How a training ended.

    Attributes
    ----------
    log : tuple of Snapshot
        What was kept: the first, the best, the last, and some between.
    text : str
        In words.
    diverged : bool
        Whether its numbers stopped being finite; the log ends with the last that were.
    shown : int
        Which of the log is to be shown: that of the smallest validation loss; the last where
        nothing validates.
    """

    log: Log
    text: str
    diverged: bool = False
    shown: int = -1


@record(eq=False)
class Outcome:
    """The facts of a training's end, and the sentences about it.

    Attributes
    ----------
    log : tuple of Snapshot
    begun : int
        The update that it began with.
    goal : int
        The update that it was to end with.
    validates : bool
        Whether there is a part that chooses the snapshot.
    early : bool
        Whether it ended because the validation loss had not become smaller for long enough.
    broken : str
        Why its numbers stopped being finite; empty where they did not.
    naive, naive_held : float
        The loss on what validates, and on what is held out, of the naive forecast.
    naive_words : str
        What that is.
    """

    log: Log
    begun: int
    goal: int
    validates: bool
    early: bool = False
    broken: str = ""
    naive: float = float("nan")
    naive_held: float = float("nan")
    naive_words: str = REPEATING

    @property
    def shown(self) -> int:
        """See `Ended.shown`."""
        best = best_of(self.log)
        return best if best >= 0 else len(self.log) - 1

    @property
    def text(self) -> str:
        """What happened, what is shown, and what that reaches on what is held out."""
        parts = [self._happened, self._chosen, self._reached]
        return " · ".join(part for part in parts if part) + self._remedy

    @property
    def _measured(self) -> bool:
        """Whether any validation loss is a number."""
        return best_of(self.log) >= 0

    @property
    def _last(self) -> Snapshot[Any]:
        return self.log[-1]

    @property
    def _happened(self) -> str:
        last = self._last.update
        if self.broken:
            return f"T{self.broken[1:]}"
        if last == self.goal:
            return f"Trained for {_updates(last)}"
        if self.early:
            # Where one goes on patience counts anew, whatever was found before.
            since = max(self.begun, self.log[best_of(self.log)].update if self._measured else 0)
            words = f"no smaller validation loss in the last {last - since:,}"
            return f"Stopped early after {self._made}, with {words}"
        if last == self.begun:
            return "Stopped before an update was made"
        return f"Stopped after {self._made}"

    @property
    def _made(self) -> str:
        """The updates that were made, and how many were asked for."""
        return f"{self._last.update:,} of {_updates(self.goal)}"

    @property
    def _chosen(self) -> str:
        """Which snapshot is shown and why."""
        last, best = self._last, best_of(self.log)
        if self._last.update == 0:
            return ""  # there is nothing to choose from
        if best < 0:
            why = (
                "its validation loss is not finite"
                if self.validates
                else "no part is kept to validate"
            )
            return f"shown is the last, update {last.update:,}: {why}"
        smallest = self.log[best]
        spread = spread_of([validation_of(smallest), validation_of(last), self.naive])
        loss = number(validation_of(smallest), spread)
        if smallest.update == last.update:
            said = f"shown is the last, of the smallest validation loss, {loss}"
            after = ""
        else:
            said = f"shown is update {smallest.update:,}, of the smallest validation loss, {loss}"
            if not smallest.update:
                said = f"shown is the untrained network: no update made its {loss} smaller"
            after = f"the last: {number(validation_of(last), spread)}"
        naive = f"{self.naive_words}: {number(self.naive, spread)}" if isfinite(self.naive) else ""
        aside = "; ".join(part for part in (after, naive) if part)
        return f"{said} ({aside})" if aside else said

    @property
    def _reached(self) -> str:
        """The held-out loss of what is shown, beside that of the simplest forecast."""
        loss = held_out_of(self.log[self.shown])
        if loss is None or not self._last.update:
            return ""
        spread = spread_of([loss, self.naive_held])
        naive = ""
        if isfinite(self.naive_held):
            naive = f" ({self.naive_words}: {number(self.naive_held, spread)})"
        return f"held-out loss {number(loss, spread)}{naive}"

    @property
    def _remedy(self) -> str:
        if not self.broken:
            return ""
        last = self._last.update
        kept = f"What was learned up to update {last:,} is kept" if last else "Nothing was learned"
        return f". {kept}; a smaller η or clipping may help."


def _updates(count: int) -> str:
    return f"{count:,} update{'' if count == 1 else 's'}"
