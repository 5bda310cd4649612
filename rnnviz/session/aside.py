"""What is asked for beside the session's own job: one thing at a time, the newest."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from PySide6.QtCore import QObject, Slot

from rnnviz.session.jobs import Worker


class Aside(QObject):
    """Does one thing at a time on a thread of its own, which no job and no training waits for.

    Another one takes its place. Subclasses say what is done (`_do`) and hear of its end (`_done`).
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: Worker | None = None  # before anything is asked no thread is wanted
        self._halt, self._ticket = Event(), -1

    def _do(self, work: Callable[[Callable[[], bool]], object]) -> None:
        """Have something done in place of what was asked for before.

        Parameters
        ----------
        work : callable
            Touches no state, and asks what it is handed whether to stop.
        """
        self.forget()
        halt = self._halt = Event()
        if self._worker is None:
            self._worker = Worker(self)
            self._worker.finished.connect(self._answered)
        self._ticket = self._worker.submit(lambda: work(halt.is_set))

    def _done(self, result: object, error: Exception | None) -> None:
        """What was asked for last has come to its end, or to an error."""
        raise NotImplementedError

    def stop(self) -> None:
        """End as soon as may be; what there is by then is heard."""
        self._halt.set()

    def forget(self) -> None:
        """Want nothing of it any more."""
        self._halt.set()
        self._ticket = -1
        if self._worker is not None:
            self._worker.abandon()

    @property
    def at_rest(self) -> bool:
        """Whether nothing is done, not even what nobody hears."""
        return self._worker is None or self._worker.at_rest

    def close(self) -> None:
        """Stop, and wait until it has."""
        self.forget()
        if self._worker is not None:
            self._worker.stop()

    @Slot(int, object, object)
    def _answered(self, ticket: int, result: object, error: object) -> None:
        if ticket == self._ticket:
            self._done(result, error if isinstance(error, Exception) else None)
