"""Keeps work: saves documents off the interface's thread, and what was not saved, for a crash.

Every running program has one file in the autosave folder, beside a lock with its process's number.
A file whose lock nobody alive holds was left by a program that was closed unexpectedly.
The room `documents` is imported when it begins, and by what writes: the window stands before that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLockFile, QObject, QStandardPaths, QTimer, Signal

from rnnviz.engine.batches import parameters_of
from rnnviz.engine.training import Snapshot
from rnnviz.files.errors import DataError
from rnnviz.film import Branches, Run
from rnnviz.session.history import Home, same_work
from rnnviz.session.jobs import Notice, Tell, Worker
from rnnviz.session.state import State

if TYPE_CHECKING:
    from rnnviz.documents import View

INTERVAL = 30_000
# What the snapshots of a training may take in an autosave: it is written every half minute, and
# within two seconds when the system ends the program.
_MOST_BYTES = 64 * 2**20
# What a restored run is called and where its document is, beside the window's own view.
_NAME, _PATH = "restore name", "restore path"


@dataclass(frozen=True, slots=True, eq=False)
class Orphan:
    """What a program left that was closed unexpectedly.

    Attributes
    ----------
    path : Path
        The autosaved document.
    name : str
        What it was called.
    document : Path or None
        Where it belongs.
    saved : datetime
        When it was autosaved.
    lock : QLockFile
        Held, so that no other program offers it too.
    """

    path: Path
    name: str
    document: Path | None
    saved: datetime
    lock: QLockFile


@dataclass(frozen=True, slots=True, eq=False)
class _Saving:
    path: Path
    home: Home
    branches: Branches
    work: Callable[[], None]
    then: Callable[[], object]


def autosave_folder() -> Path:
    """Where unsaved work is kept for this user."""
    base = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
    return Path(base) / "autosave"


class Autosave(QObject):
    """Saves what is open: where the user wants it, and for a crash.

    Signals
    -------
    found : Orphan
        One that was left, the latest first; to be restored, discarded or postponed.

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
        self._saver, self._autosaver = Worker(self), Worker(self)
        self._saver.finished.connect(self._saved)
        self._autosaver.finished.connect(self._autosaved)
        self._waiting: list[_Saving] = []
        self._orphans: list[Orphan] = []
        self._restored: tuple[Orphan, Home] | None = None
        self._kept: Branches | None = None
        self._under_way: Branches | None = None
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

    def save(self, path: Path, then: Callable[[], object] = lambda: None) -> None:
        """Save what is open, off this thread; `then` is called when it is on the disk.

        Of a running training that is the newest it has learned.
        """
        branches, home = self._newest, self._state.home
        if branches is None:
            return
        view = dict(self.view())
        work = lambda: _save(path, branches, view)  # noqa: E731
        self._waiting.append(_Saving(path, home, branches, work, then))
        if len(self._waiting) == 1:
            self._saver.submit(work)

    def _saved(self, _ticket: int, _result: object, error: object) -> None:
        done = self._waiting.pop(0)
        if self._waiting:
            self._saver.submit(self._waiting[0].work)
        if error is not None:
            text = _reason(done.path, error)
            self._tell(Notice(text, error=True))
            return
        self._state.mark_saved(done.branches, done.path, done.home)
        self._tell(Notice(f"Saved {done.path.name}"))
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
            self._complain(error)
            return
        stem = self._folder / token_hex(16)
        self._own = stem.with_suffix(SUFFIX)
        self._lock = _lock(self._own)
        if not self._lock.tryLock(0):
            self._own = None
            self._complain("its folder cannot be written")
            return
        self._timer.start()
        folder, own = self._folder, self._own
        self._autosaver.submit(lambda: _left(folder, own))

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
                self._complain(error)
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

    def _unsaved(self) -> Callable[[], None] | None:
        """What writes the work that is neither saved nor autosaved; None where there is none."""
        home, own, branches = self._state.home, self._own, self._newest
        if own is None or branches is None:
            return None
        if home.holds(branches):
            self._forget()
            return None
        if self._kept is not None and same_work(self._kept, branches):
            return None
        name = home.path.name if home.path is not None else branches.task.sequence.name
        path = "" if home.path is None else str(home.path)
        view = {**self.view(), _NAME: name[:500], _PATH: path}
        self._under_way = branches
        return lambda: _save(own, _thinned(branches), view)

    def _finish_saving(self) -> None:
        """Wait for what is being saved that the user wanted to be."""
        self._saver.stop()
        for each in self._waiting:  # nobody would hear of an answer any more
            try:
                each.work()
            except (DataError, OSError) as error:
                self._tell(Notice(_reason(each.path, error), error=True))
        self._waiting.clear()

    def _autosaved(self, _ticket: int, result: object, error: object) -> None:
        if isinstance(result, list):
            self._orphans = [each for each in result if isinstance(each, Orphan)]
            self._offer()
            return
        if error is not None:
            self._complain(error)
            return
        self._kept, self._under_way = self._under_way, None
        self._drop_restored()  # it is safe once more, under this program's own name

    def _forget(self) -> None:
        if self._own is not None and self._kept is not None:
            self._own.unlink(missing_ok=True)
            self._kept = None

    def _complain(self, error: object) -> None:
        if not self._complained and self._folder is not None:
            self._complained = True
            text = f"Unsaved work is not kept for a crash: {_words(error)}"
            self._tell(Notice(text, error=True))

    # -- restoring ---------------------------------------------------------------------------

    def restore(self, orphan: Orphan) -> None:
        """Open what was left, as work that is not saved."""
        self._orphans.remove(orphan)
        home = Home(None, orphan.document)
        self._restored = orphan, home
        self._open(orphan.path, home)

    def discard(self, orphan: Orphan) -> None:
        """Remove what was left, and offer the next."""
        self._orphans.remove(orphan)
        self._remove(orphan)
        self._offer()

    def postpone(self, orphan: Orphan) -> None:
        """Leave it for the next start."""
        self._orphans.remove(orphan)
        orphan.lock.unlock()

    def _offer(self) -> None:
        if self._orphans:
            self.found.emit(self._orphans[0])

    def _homed(self, home: Home) -> None:
        home.view = {n: value for n, value in home.view.items() if n not in (_NAME, _PATH)}
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


def _save(path: Path, branches: Branches, view: View) -> None:
    from rnnviz.documents import save_document

    save_document(path, branches, view)


def _thinned(branches: Branches) -> Branches:
    """Branches whose trainings take no more than `_MOST_BYTES` each; the newest snapshot stays."""
    runs: dict[int, Run] = {}
    for i, run in enumerate(branch.run for branch in branches.each):
        count = max(1, _MOST_BYTES // max(map(_bytes_of, run.log), default=1))
        if len(run.log) > count and len(run.networks) == 1:
            last = len(run.log) - 1
            kept = sorted({last - last * n // count for n in range(count)} | {run.origin})
            log = tuple(run.log[place] for place in kept)
            runs[i] = run.with_log(log, kept.index(run.origin))
    return branches.with_runs(runs) if runs else branches


def _bytes_of(snapshot: Snapshot[Any]) -> int:
    slots = (slot.values() for slot in snapshot.optimizer_state.slots.values())
    arrays = chain(parameters_of(snapshot.network).values(), *slots)
    return sum(array.nbytes for array in arrays)


def _left(folder: Path, own: Path) -> list[Orphan]:
    """What programs left in a folder that run no more; the latest first."""
    from rnnviz.documents import SUFFIX, read_view

    found: list[Orphan] = []
    for path in folder.glob(f"*{SUFFIX}"):
        lock = _lock(path)
        if path == own or not lock.tryLock(0):
            continue
        try:
            view = read_view(path)
            saved = datetime.fromtimestamp(path.stat().st_mtime)
        except (DataError, OSError):
            lock.unlock()
            continue
        document = str(view.get(_PATH) or "")
        name = str(view.get(_NAME) or "unsaved work")
        found.append(Orphan(path, name, Path(document) if document else None, saved, lock))
    return sorted(found, key=lambda orphan: orphan.saved, reverse=True)


def _lock(path: Path) -> QLockFile:
    lock = QLockFile(str(path.with_suffix(".lock")))
    lock.setStaleLockTime(0)  # a lecture may last longer than any time
    return lock


def _reason(path: Path, error: object) -> str:
    if isinstance(error, DataError):
        return str(error)
    return f"{path.name} cannot be written: {_words(error)}"


def _words(error: object) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, MemoryError):
        return "there is not enough memory"
    return str(error) or type(error).__name__
