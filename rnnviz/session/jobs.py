"""Work off the interface's thread: reading files and long passes, with progress, to be dropped.

One job at a time; the answer comes back on the interface's thread, and an answer whose question is
no longer asked is dropped.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal, Slot

from rnnviz.files.errors import DataError
from rnnviz.frozen import record

# The engine's loop is many short NumPy calls that hold the interpreter; at Python's usual 5 ms
# before it is handed over, the interface would stutter while a long pass is computed.
_SWITCH_INTERVAL = 0.0002
# Milliseconds of work before it is worth a message.
_PATIENCE = 200


@record
class Notice:
    """One message for the user, plain text.

    Attributes
    ----------
    text : str
    error : bool
    cancel : bool
        Whether it tells of work that can be cancelled; it stays until that is done.
    beside : bool
        Whether it is said after what is said already, rather than in its place.
    writing : bool
        Whether it tells of what is written for other programs. With `cancel` that goes on behind
        all else that is said, which stands before it; without, that has ended, with news or none.
    path : Path or None
        A file that was written, whose folder can be opened.
    """

    text: str
    error: bool = False
    cancel: bool = False
    beside: bool = False
    writing: bool = False
    path: Path | None = None


Tell = Callable[[Notice | None], object]
"""Says something to the user; None takes back what was said."""


class UnderWay:
    """Is handed to a job: it tells how far it has come, and asks whether to go on.

    Parameters
    ----------
    words : str
        What is done: "Reading big.csv".
    tell : callable
        Takes this object and a line for the user, on any thread.
    """

    __slots__ = ("_tell", "cancelled", "text", "words")

    def __init__(self, words: str, tell: Callable[[UnderWay, str], object]) -> None:
        self.words, self._tell = words, tell
        self.cancelled, self.text = False, f"{words} …"

    def __call__(self, done: float) -> bool:
        """Tell that so much is done, 0 … 1; whether to go on."""
        text = f"{self.words} … {round(100 * done)} %"
        if not self.cancelled and text != self.text:
            self.text = text
            self._tell(self, text)
        return not self.cancelled

    def turn_to(self, words: str) -> None:
        """Another part of the work begins."""
        self.words = words
        self(0.0)


class _Job(QRunnable):
    def __init__(self, ticket: int, work: Callable[[], Any], answer: Callable[..., None]) -> None:
        super().__init__()
        self._ticket, self._work, self._answer = ticket, work, answer

    def run(self) -> None:
        try:
            result, error = self._work(), None
        except Exception as exception:
            result, error = None, released(exception)
        self._answer(self._ticket, result, error)


def released(error: Exception) -> Exception:
    """An error without the frames it came through: they hold all that was made until then."""
    seen: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in seen:
        seen.append(following)
        following = following.__cause__ or following.__context__
    for each in seen:
        each.__traceback__ = each.__cause__ = each.__context__ = None
    return error


class Worker(QObject):
    """Runs functions one after the other on a thread of its own.

    Signals
    -------
    finished : (int, object, object)
        Ticket, result, and the exception if there was one.
    """

    finished = Signal(int, object, object)
    _arrived = Signal(int, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        sys.setswitchinterval(_SWITCH_INTERVAL)
        self._pool = self._new_pool()
        self._retired: list[QThreadPool] = []
        self._last = 0
        self._open: set[int] = set()
        self._arrived.connect(self._hand_over)

    def submit(self, work: Callable[[], Any]) -> int:
        """Queue a function; its result arrives by `finished` with the ticket returned here."""
        self._last += 1
        self._open.add(self._last)
        self._pool.clear()  # what has not begun is a question no longer asked
        self._pool.start(_Job(self._last, work, self._arrived.emit))
        return self._last

    @property
    def busy(self) -> bool:
        """Whether the newest question is unanswered."""
        return self._last in self._open

    @property
    def at_rest(self) -> bool:
        """Whether nothing runs any more, not even what was abandoned."""
        return not any(pool.activeThreadCount() for pool in (self._pool, *self._retired))

    def forget(self) -> None:
        """Drop what waits; what runs finishes unheard."""
        self._pool.clear()
        self._open.clear()

    def abandon(self) -> None:
        """Drop everything; another thread takes over, so that nothing waits for what runs."""
        self.forget()
        self._retired = [pool for pool in self._retired if pool.activeThreadCount()]
        if self._pool.activeThreadCount():
            self._retired.append(self._pool)
            self._pool = self._new_pool()

    def stop(self) -> None:
        """Wait for what runs, before the program ends."""
        self.forget()
        for pool in (self._pool, *self._retired):
            pool.waitForDone()

    def _new_pool(self) -> QThreadPool:
        pool = QThreadPool(self)
        pool.setMaxThreadCount(1)
        return pool

    @Slot(int, object, object)
    def _hand_over(self, ticket: int, result: object, error: object) -> None:
        if ticket in self._open:
            self._open.discard(ticket)
            self.finished.emit(ticket, result, error)


class Jobs(QObject):
    """What the session has under way: one job, in place of what was asked for before.

    Signals
    -------
    failed : Exception
        What was asked for last could not be done.
    rested :
        It was done, or could not be, and nothing came of it that is still to be done.

    Parameters
    ----------
    tell : callable
        Gets how far a job has come, where it takes long.
    """

    failed = Signal(object)
    rested = Signal()
    _came_on = Signal(object, str)

    def __init__(self, tell: Tell, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tell = tell
        self._worker = Worker(self)
        self._worker.finished.connect(self._answered)
        self._done: Callable[[Any], object] | None = None
        self._key: Hashable = None
        self._under: UnderWay | None = None
        self._came_on.connect(self._tell_progress)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE)
        self._patience.timeout.connect(self._lose_patience)

    @property
    def busy(self) -> bool:
        """Whether something is being read or computed off this thread."""
        return self._worker.busy

    @property
    def at_rest(self) -> bool:
        """Whether nothing runs any more, not even what was dropped."""
        return self._worker.at_rest

    @property
    def key(self) -> Hashable:
        """What the job under way was said to be; None where nothing was said, or nothing is."""
        return self._key

    def submit(
        self,
        work: Callable[[UnderWay], Any],
        words: str,
        done: Callable[[Any], object],
        key: Hashable = None,
    ) -> None:
        """Have something done off this thread.

        Parameters
        ----------
        work : callable
            Touches no state; what it returns is handed to `done`, on this thread.
        words : str
            What is done: "Reading big.csv".
        done : callable
        key : hashable
            What it is, for those who would ask for it again.
        """
        self.drop()
        under = self._under = UnderWay(words, self._came_on.emit)
        self._done, self._key = done, key
        self._patience.start()
        self._worker.submit(lambda: work(under))

    def at_once(self, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        """Do something short on this thread, in place of what is under way."""
        self.drop()
        try:
            result = work()
        except (DataError, ValueError, MemoryError) as error:
            self.failed.emit(released(error))
        else:
            done(result)
        self.rest()

    def drop(self) -> None:
        """Want nothing any more of what is under way; it stops when it next looks."""
        if self._under is not None:
            self._under.cancelled = True
        self._forget()
        self._worker.abandon()

    def stop(self) -> None:
        """Want nothing any more, and wait until it has stopped."""
        self.drop()
        self._worker.stop()

    def _forget(self) -> None:
        self._done = self._key = self._under = None

    def _answered(self, _ticket: int, result: object, error: object) -> None:
        done = self._done
        self._forget()
        if error is not None:
            self.failed.emit(error)
        elif done is not None:
            done(result)
        self.rest()

    def rest(self) -> None:
        """Say so if nothing is under way."""
        if not self.busy:
            self.rested.emit()

    def _tell_progress(self, under: UnderWay, text: str) -> None:
        if under is self._under and not self._patience.isActive():
            self._tell(Notice(text, cancel=True))

    def _lose_patience(self) -> None:
        if self._under is not None:
            self._tell_progress(self._under, self._under.text)
