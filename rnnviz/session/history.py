"""Undo: places where the user was, and what led from each to the next. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field

from rnnviz.film import Branches, Playhead, Run
from rnnviz.session.home import Home

# Edits that can be taken back. Runs share what did not change.
_REMEMBERED = 100


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """All that is open, and where in it the user is: what the state holds and undo brings back.

    Attributes
    ----------
    branches : Branches or None
        None before anything is opened.
    home : Home
        Where they belong.
    """

    branches: Branches | None = None
    home: Home = field(default_factory=Home)

    @property
    def run(self) -> Run | None:
        """The one that is shown."""
        return None if self.branches is None else self.branches.run

    @property
    def playhead(self) -> Playhead:
        """Where it is looked at."""
        return Playhead() if self.branches is None else self.branches.playhead


_Entry = tuple[Place, str]


class History:
    """What can be taken back and made again; every entry says what it is: "cell LSTM"."""

    def __init__(self) -> None:
        self._past: list[_Entry] = []
        self._future: list[_Entry] = []

    @property
    def past(self) -> str | None:
        """What undo takes back; None where there is nothing."""
        return self._past[-1][1] if self._past else None

    @property
    def future(self) -> str | None:
        """What redo makes again; None where there is nothing."""
        return self._future[-1][1] if self._future else None

    def remember(self, place: Place, edit: str) -> None:
        """An edit leads away from a place; what was taken back before cannot be made again."""
        if place.branches is not None:
            self._past.append((place, edit))
            del self._past[:-_REMEMBERED]
            self._future.clear()

    def back(self, here: Place) -> Place:
        """The place before the last edit; there must be one."""
        return _travel(here, self._past, self._future)

    def again(self, here: Place) -> Place:
        """The place after the edit that was taken back last; there must be one."""
        return _travel(here, self._future, self._past)


def _travel(here: Place, source: list[_Entry], target: list[_Entry]) -> Place:
    place, edit = source.pop()
    target.append((here, edit))
    return place
