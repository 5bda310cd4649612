"""Keeps work: saves documents off the interface's thread, and what was not saved, for a crash.

Every running program has one file in the autosave folder, beside a lock with its process's number.
A file whose lock nobody alive holds was left by a program that was closed unexpectedly.
The room `documents` is imported when it begins, and by what writes: the window stands before that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain, count
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLockFile, QObject, QStandardPaths, QTimer, Signal

from rnnviz.engine.batches import parameters_of
from rnnviz.engine.training import Snapshot
from rnnviz.files.disk import clear_partials, is_there, why_unwritten
from rnnviz.files.errors import DataError, show_name, visible
from rnnviz.film import Branches, Run
from rnnviz.film.plan import best_of
from rnnviz.frozen import record
from rnnviz.session.history import Home, same_work
from rnnviz.session.jobs import Notice, Tell, Worker
from rnnviz.session.orphans import (
    MARK,
    NAME,
    PATH,
    TOUR,
    LeftBehind,
    Orphan,
    cleared_words,
    left_in,
    lock_of,
)
from rnnviz.session.state import State

if TYPE_CHECKING:
    from rnnviz.documents import View

INTERVAL = 30_000
# What the snapshots of a training may take in an autosave: it is written every half minute, and
# within two seconds when the system ends the program.
_MOST_BYTES = 64 * 2**20


@record(eq=False)
class Conflict:
    """A document that was not saved: another one has taken its place on the disk.

    Attributes
    ----------
    path : Path
    then : callable
        What was to be done when it is saved.
    """

    path: Path
    then: Callable[[], object]

    @property
    def beside(self) -> Path:
        """A free file name beside the one in conflict, to keep both."""
        stem, suffix = self.path.stem, self.path.suffix
        names = (self.path.with_name(f"{stem} {n}{suffix}") for n in count(2))
        return next(path for path in names if not is_there(path))


class _Saving:
    # No dataclass: Python would compile six functions for it at every start.
    def __init__(
        self,
        path: Path,
        home: Home,
        branches: Branches,
        view: View,
        then: Callable[[], object],
        overwrite: bool,
        tour: str,
    ) -> None:
        self.path, self.home, self.branches, self.view = path, home, branches, view
        self.then, self.overwrite, self.tour = then, overwrite, tour
        self.given = tour
        self.place = home.tour_place or home.path or home.file  # what its files are named from
        self.unmoved = ""  # why they are not named from where it lies now
        self.mark: bytes | None = None  # of what was written
        self.cleared = 0

    def work(self) -> None:
        """Write it, once; on any thread, after those that were to be saved before."""
        if self.mark is None:
            known = None if self.overwrite or self.home.path != self.path else self.home.mark
            if self.tour and self.place is not None:
                from rnnviz.session.tour_files import moved_along

                self.tour, self.unmoved = moved_along(self.given, self.place, self.path)
            self.mark = _save(self.path, self.branches, self.view, known, self.tour)
            self.cleared = clear_partials(self.path.parent)


def autosave_folder() -> Path:
    """Where unsaved work is kept for this user."""
    base = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
    return Path(base) / "autosave"


class Autosave(QObject):
    """Saves what is open: where the user wants it, and for a crash.

    Signals
    -------
    found : Orphan
        The latest of those that were left (`orphans`); to be restored, discarded or postponed.
    changed : Conflict
        A document was not saved, since it was changed on the disk: save it elsewhere or once more.

    Parameters
    ----------
    state : State
        What is open.
    open_document : callable (Path, Home)
        Opens what was left.
    tell : callable
        Says what was saved, and what could not be.
    learned : callable () → Branches or None
        What is open with all that a running training has learned to this moment.
    folder : Path or None
        Of the autosaved files; None: only what the user saves is saved.
    interval : int
        Milliseconds between two looks whether there is something to autosave.
    """

    found = Signal(object)
    changed = Signal(object)

    def __init__(
        self,
        state: State,
        open_document: Callable[[Path, Home], object],
        tell: Tell,
        learned: Callable[[], Branches | None] = lambda: None,
        folder: Path | None = None,
        interval: int = INTERVAL,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._open, self._tell, self._folder = state, open_document, tell, folder
        self._learned = learned
        self.view: Callable[[], View] = dict
        self.tour: Callable[[], tuple[str, str]] = lambda: ("", "")  # not saved, and its place
        self.free: Callable[[], bool] = lambda: True  # whether something may be offered now
        self.places: Callable[[], Iterable[Path]] = tuple  # where saves may have been cut off
        self._saver, self._autosaver = Worker(self), Worker(self)
        self._saver.finished.connect(self._saved)
        self._autosaver.finished.connect(self._autosaved)
        self._waiting: list[_Saving] = []
        self._orphans: list[Orphan] = []
        self._offered = False
        self._restored: tuple[Orphan, Home] | None = None
        self._kept: tuple[Branches, str] | None = None  # and the text of a tour
        self._under_way: tuple[Branches, str] | None = None
        self._lock: QLockFile | None = None
        self._own: Path | None = None
        self._complained = False
        self._timer = QTimer(self)
        self._timer.setInterval(interval)
        self._timer.timeout.connect(self.write)
        state.homed.connect(self._homed)

    # -- saving ------------------------------------------------------------------------------

    @property
    def saving(self) -> bool:
        """Whether something is being saved that the user wanted to be."""
        return bool(self._waiting)

    def save(
        self,
        path: Path,
        then: Callable[[], object] = lambda: None,
        *,
        overwrite: bool = False,
    ) -> None:
        """Save what is open, off this thread; `then` is called when it is on the disk.

        Of a running training that is the newest it has learned. A document that was changed on the
        disk since it was opened or saved here is left alone, and `changed` is said, unless it is to
        be overwritten.
        """
        branches, home = self._newest, self._state.home
        if branches is None:
            return
        saving = _Saving(path, home, branches, dict(self.view()), then, overwrite, home.tour)
        self._waiting.append(saving)
        if len(self._waiting) == 1:
            self._saver.submit(saving.work)

    def _saved(self, _ticket: int, _result: object, error: object) -> None:
        from rnnviz.documents import ChangedError

        done = self._waiting.pop(0)
        if error is None:
            self._state.mark_saved(done.branches, done.path, done.home, done.mark)
            if done.given == done.home.tour:
                place = done.place if done.unmoved else None
                done.home.tour, done.home.tour_place = done.tour, place
        if self._waiting:
            self._saver.submit(self._waiting[0].work)
        if error is not None:
            self._tell(Notice(_reason(done.path, error), error=True))
            if isinstance(error, ChangedError):
                self.changed.emit(Conflict(done.path, done.then))
            return
        more = f"{cleared_words(done.cleared)}{done.unmoved}"
        self._tell(Notice(f"Saved {show_name(done.path)}{more}"))
        done.then()

    # -- for a crash --------------------------------------------------------------------------

    @property
    def path(self) -> Path | None:
        """This program's own file; None before it has begun."""
        return self._own

    @property
    def writing(self) -> bool:
        """Whether its folder is being looked at, or the file written."""
        return self._autosaver.busy

    def begin(self) -> None:
        """Start to autosave, and look for what others left."""
        if self._folder is None or self._own is not None:
            return
        from rnnviz.documents import SUFFIX

        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            self._complain(self._folder, error)
            return
        stem = self._folder / token_hex(16)
        self._own = stem.with_suffix(SUFFIX)
        self._lock = lock_of(self._own)
        if not self._lock.tryLock(0):
            self._own = None
            self._complain(self._folder)
            return
        self._timer.start()
        folder, own, places = self._folder, self._own, tuple(self.places())
        self._autosaver.submit(lambda: left_in(folder, own, places))

    def write(self) -> None:
        """Write what is not saved yet, if it has changed since the last time."""
        work = None if self._autosaver.busy else self._unsaved()
        if work is not None:
            self._autosaver.submit(work)

    def keep(self) -> None:
        """Write it on this thread, with what waits to be saved: the program may be ended at once.

        Nobody is asked, and what was written stays for the next start.
        """
        self._finish_saving()
        self._autosaver.stop()
        self._under_way = None
        work = self._unsaved()
        if work is not None:
            try:
                work()
            except (DataError, OSError, MemoryError) as error:
                self._complain(self._own, error)
                return
            self._kept, self._under_way = self._under_way, None
            self._drop_restored()

    def leave(self) -> None:
        """Keep what is open for the next start, which may begin at once, and end."""
        self._timer.stop()
        self.keep()
        for orphan in self._orphans:
            orphan.lock.unlock()
        if self._restored is not None:  # what could not be written once more stays where it was
            self._restored[0].lock.unlock()
        if self._lock is not None:
            self._lock.unlock()
        self._orphans.clear()
        self._restored = self._own = self._lock = None

    def close(self) -> None:
        """Wait for what is being saved; nothing is left for a restoration."""
        self._timer.stop()
        self._finish_saving()
        self._autosaver.stop()
        self._drop_restored()
        for orphan in self._orphans:
            orphan.lock.unlock()
        self._orphans.clear()
        if self._own is not None:
            self._own.unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.unlock()
        self._own = self._lock = None

    @property
    def _newest(self) -> Branches | None:
        return self._learned() or self._state.branches

    def _unsaved(self) -> Callable[[], object] | None:
        """What writes the work that is neither saved nor autosaved; None where there is none."""
        home, own, branches = self._state.home, self._own, self._newest
        if own is None or branches is None:
            return None
        tour, place = self.tour()
        if home.holds(branches) and not tour:
            self._forget()
            return None
        if self._kept and same_work(self._kept[0], branches) and self._kept[1] == tour:
            return None
        name = home.path.name if home.path is not None else branches.task.sequence.name
        path = "" if home.path is None else str(home.path)
        mark = "" if home.mark is None else home.mark.hex()
        view = {**self.view(), NAME: name[:500], PATH: path, MARK: mark, TOUR: place}
        self._under_way = branches, tour
        return lambda: _save(own, thinned(branches), view, tour=tour or home.tour)

    def _finish_saving(self) -> None:
        """Wait for what is being saved that the user wanted to be."""
        self._saver.stop()
        from rnnviz.documents import ChangedError

        for each in self._waiting:  # nobody would hear of an answer any more
            try:
                try:
                    each.work()
                except ChangedError:
                    each.path = Conflict(each.path, each.then).beside
                    each.work()
            except (DataError, OSError) as error:
                self._tell(Notice(_reason(each.path, error), error=True))
            else:
                home = each.home
                home.branches, home.path, home.mark = each.branches, each.path, each.mark
        self._waiting.clear()

    def _autosaved(self, _ticket: int, result: object, error: object) -> None:
        if isinstance(result, LeftBehind):
            self._orphans = result.orphans
            if result.said:
                self._tell(Notice(result.said, beside=True))
            self.offer()
            return
        if error is not None:
            self._complain(self._own, error)
            return
        self._kept, self._under_way = self._under_way, None
        self._drop_restored()  # it is safe once more, under this program's own name

    def _forget(self) -> None:
        if self._own is not None and self._kept is not None:
            self._own.unlink(missing_ok=True)
            self._kept = None

    def _complain(self, where: Path | None, error: object = None) -> None:
        if self._complained:
            return
        self._complained = True
        if isinstance(error, DataError):  # it is larger than a document may be
            why = f"it {error.reason}"
        else:
            reason = "" if error is None else f": {why_unwritten(error)}"
            why = f"{visible(str(where))} cannot be written{reason}"
        self._tell(Notice(f"Unsaved work is not kept for a crash: {why}", error=True))

    # -- restoring ---------------------------------------------------------------------------

    @property
    def orphans(self) -> tuple[Orphan, ...]:
        """What was left and is still to be offered, the latest first."""
        return tuple(self._orphans)

    def restore(self, orphan: Orphan) -> None:
        """Open what was left, as work that is not saved; what else there is, is offered then."""
        self._take(orphan)
        home = Home(None, orphan.document, mark=orphan.mark)
        self._restored = orphan, home
        self._open(orphan.path, home)

    def discard(self, orphan: Orphan) -> None:
        """Remove what was left, and offer the next."""
        self._take(orphan)
        self._remove(orphan)
        self.offer()

    def postpone(self, orphan: Orphan) -> None:
        """Leave what a crash left for the next start."""
        self._take(orphan)
        orphan.lock.unlock()

    def offer(self) -> None:
        """Offer what was left, when nothing else is under way or asked."""
        if self._orphans and not self._offered and self.free():
            self._offered = True
            self.found.emit(self._orphans[0])

    def _take(self, orphan: Orphan) -> None:
        self._orphans.remove(orphan)
        self._offered = False

    def _homed(self, home: Home) -> None:
        if home.view.get(TOUR):
            home.tour_place = Path(str(home.view[TOUR]))
        own = (NAME, PATH, MARK, TOUR)
        home.view = {n: value for n, value in home.view.items() if n not in own}
        if not self._state.modified:
            self._drop_restored()
        self.write()

    def _drop_restored(self) -> None:
        if self._restored is not None and self._restored[1] is self._state.home:
            self._remove(self._restored[0])
            self._restored = None

    def _remove(self, orphan: Orphan) -> None:
        orphan.path.unlink(missing_ok=True)
        orphan.lock.unlock()


def _save(
    path: Path, branches: Branches, view: View, over: bytes | None = None, tour: str = ""
) -> bytes:
    from rnnviz.documents import save_document

    return save_document(path, branches, view, over, tour)


def thinned(branches: Branches, most_bytes: int = _MOST_BYTES) -> Branches:
    """Branches whose trainings take no more than so many bytes each, but for a few snapshots.

    The newest snapshot stays, that of the smallest validation loss, and the one that is shown.
    """
    runs: dict[int, Run] = {}
    for i, run in enumerate(branch.run for branch in branches.each):
        most = max(1, most_bytes // max(map(_bytes_of, run.log), default=1))
        if len(run.log) > most and len(run.networks) == 1:
            last = len(run.log) - 1
            best = best_of(run.log)
            telling = {run.origin} | ({best} if best >= 0 else set())
            kept = sorted({last - last * n // most for n in range(most)} | telling)
            log = tuple(run.log[place] for place in kept)
            runs[i] = run.with_log(log, kept.index(run.origin))
    return branches.with_runs(runs) if runs else branches


def _bytes_of(snapshot: Snapshot[Any]) -> int:
    slots = (slot.values() for slot in snapshot.optimizer_state.slots.values())
    arrays = chain(parameters_of(snapshot.network).values(), *slots)
    return sum(array.nbytes for array in arrays)


def _reason(path: Path, error: object) -> str:
    if isinstance(error, DataError):
        return str(error)
    return f"{show_name(path)} cannot be written: {why_unwritten(error)}"
