"""Undo: places where the user was, where they belong, and what led from each to the next. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rnnviz.film import Branches, Playhead, Run
from rnnviz.film.cost import budget, cost, size_of
from rnnviz.frozen import record


@dataclass(slots=True, eq=False)
class Home:
    """What was opened, which edits then change; every edit and undo since then shares it.

    Attributes
    ----------
    branches : Branches or None
        Those that need no saving: as they were opened, or saved last. None: they never were
        either, as after a crash.
    path : Path or None
        Of the document; None before it is saved for the first time.
    file : Path or None
        What was opened: a document, a text, a table, …
    view : mapping
        How the document's window showed it, or how a session file says it is looked at.
    mark : bytes or None
        The fingerprint of the document as it was read or written last; None where it is not known.
    panels : tuple of str
        What it is looked at with while it is open, in place of the user's own layout; else empty.
    tour : str
        The text of the tour that the document holds; empty where it holds none.
    tour_place : Path or None
        Of a tour that was being made when the program ended: what its files are named from.
    """

    branches: Branches | None = None
    path: Path | None = None
    file: Path | None = None
    view: Mapping[str, Any] = field(default_factory=dict[str, Any])
    mark: bytes | None = None
    panels: tuple[str, ...] = ()
    tour: str = ""
    tour_place: Path | None = None

    def beside(self, name: str) -> str:
        """Where a file of this name is proposed: where what is open lies, if that is anywhere."""
        place = self.path or self.file
        folder = None if place is None else place.absolute().parent
        return name if folder is None or not folder.is_dir() else str(folder / name)

    def holds(self, branches: Branches) -> bool:
        """Whether branches need no saving; which of them is shown, and where, is no matter."""
        return self.branches is not None and same_work(self.branches, branches)

    def precious(self, branches: Branches) -> bool:
        """Whether leaving is to be asked about: undo leads back, but not into the next start.

        A document that was changed, what a crash left, and a training are; another cell or another
        number of units for what was opened is a choice, made again by a click.
        """
        if self.holds(branches):
            return False
        if self.branches is None or self.path is not None:
            return True
        known = [id(each.run.log) for each in self.branches.each]
        return any(each.run.log and id(each.run.log) not in known for each in branches.each)

    def follow(self, before: Branches, after: Branches) -> None:
        """Take a change along that is no work: one that looking around makes."""
        if self.holds(before):
            self.branches = after


def same_work(kept: Branches, branches: Branches) -> bool:
    """Whether one of two is as good as the other on the disk."""
    return len(kept.each) == len(branches.each) and all(
        a.name == b.name and _same(a.run, b.run)
        for a, b in zip(kept.each, branches.each, strict=True)
    )


def _same(kept: Run, run: Run) -> bool:
    """Whether two runs have the same parts: edits and their opposites make new runs of them."""
    return (
        kept.task is run.task
        and kept.log is run.log
        and kept.settings == run.settings
        and kept.learning_rate == run.learning_rate
        and kept.shipped == run.shipped
        and len(kept.networks) == len(run.networks)
        and all(a is b for a, b in zip(kept.networks, run.networks, strict=True))
        and all(a is b for a, b in zip(kept.states, run.states, strict=True))
    )


# Edits that can be taken back. Runs share what did not change.
_REMEMBERED = 100


@record(eq=False)
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
        """The run that is shown."""
        return None if self.branches is None else self.branches.run

    @property
    def playhead(self) -> Playhead:
        """The playhead of the run that is shown."""
        return Playhead() if self.branches is None else self.branches.playhead


_Entry = tuple[Place, str]
Entries = tuple[tuple[_Entry, ...], tuple[_Entry, ...]]


def _too_many(past: tuple[_Entry, ...]) -> int:
    """How many of the oldest are to be forgotten; what the newest holds is held by what follows."""
    known, total, most = set[int](), 0.0, budget("memory_undo")
    for i in range(len(past) - 1, -1, -1):
        held = _bytes_of(past[i][0], known)
        total += held if i < len(past) - 1 else 0.0
        if total > most:
            return i + 1
    return 0


def _bytes_of(place: Place, known: set[int]) -> float:
    """Bytes of its tasks and networks that are not `known`, which they are then."""
    total = 0.0
    for run in () if place.branches is None else (branch.run for branch in place.branches.each):
        size = size_of(run.task, run.architecture)
        parts: list[tuple[Any, str]] = [(run.task, "task")]
        for models in (run.networks, run.log):
            if models and id(models) not in known:
                parts += [(getattr(model, "network", model), "update") for model in models]
                known.add(id(models))
        for part, name in parts:
            if id(part) not in known:
                known.add(id(part))
                total += cost(size, name).bytes
    return total


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

    def last(self, fits: Callable[[Place], bool]) -> Place | None:
        """The last of the places before that fits; None where none does."""
        return next((place for place, _ in reversed(self._past) if fits(place)), None)

    def remember(self, place: Place, edit: str) -> None:
        """An edit leads away from a place; what was taken back before cannot be made again.

        The oldest are forgotten where the earlier ones hold more memory than undo may.
        """
        if place.branches is not None:
            past = (*self._past, (place, edit))[-_REMEMBERED:]
            self._past, self._future = past[_too_many(past) :], ()

    def rename(self, edit: str) -> None:
        """The edit that was remembered last goes on, and is called something else now."""
        if self._past:
            self._past, self._future = (*self._past[:-1], (self._past[-1][0], edit)), ()

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
