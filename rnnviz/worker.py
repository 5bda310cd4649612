"""Work off the interface's thread: reading files and long passes.

One job at a time; the answer comes back on the interface's thread, with the ticket that was given
for the question, so that the session can drop an answer whose question is no longer asked.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

# The engine's loop is many short NumPy calls that hold the interpreter; at Python's usual 5 ms
# before it is handed over, the interface would stutter while a long pass is computed.
_SWITCH_INTERVAL = 0.0002


class _Job(QRunnable):
    def __init__(self, ticket: int, work: Callable[[], Any], answer: Callable[..., None]) -> None:
        super().__init__()
        self._ticket, self._work, self._answer = ticket, work, answer

    def run(self) -> None:
        try:
            result, error = self._work(), None
        except Exception as exception:
            result, error = None, exception
        self._answer(self._ticket, result, error)


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
