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
Entries = tuple[tuple[_Entry, ...], tuple[_Entry, ...]]


class History:
    """What can be taken back and made again; every entry says what it is: "cell LSTM"."""

    def __init__(self) -> None:
        self._past: tuple[_Entry, ...] = ()
        self._future: tuple[_Entry, ...] = ()

    @property
    def entries(self) -> Entries:
        """All that can be taken back and made again, to be restored."""
        return self._past, self._future

    def restore(self, entries: Entries) -> None:
        """What was edited or taken back since then has come to nothing."""
        self._past, self._future = entries

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
            self._past = (*self._past, (place, edit))[-_REMEMBERED:]
            self._future = ()

    def back(self, here: Place) -> Place:
        """The place before the last edit; there must be one."""
        *rest, (place, edit) = self._past
        self._past, self._future = tuple(rest), (*self._future, (here, edit))
        return place

    def again(self, here: Place) -> Place:
        """The place after the edit that was taken back last; there must be one."""
        *rest, (place, edit) = self._future
        self._past, self._future = (*self._past, (here, edit)), tuple(rest)
        return place
