"""Work that the session has done off the interface's thread: one piece at a time, to be dropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from rnnviz.session.under_way import Notice, UnderWay
from rnnviz.worker import Worker

Key = tuple[int, int, int, bool]
"""A pass: of which network, which task, which source, and whether it is compared."""

# Milliseconds of work before it is worth a message.
_PATIENCE = 200


class Jobs(QObject):
    """What is under way, and what is said of it.

    Signals
    -------
    told : Notice or None
        Something to say to the user; None takes back what was said.
    """

    told = Signal(object)
    _came_on = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = Worker(self)
        self._pending: Key | None = None
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

    def _submit(self, work: Callable[[UnderWay], Any], words: str) -> None:
        """Have something done off this thread, instead of what was asked for before."""
        self._drop_work()
        under = self._under = UnderWay(words, self._came_on.emit)
        self._patience.start()
        self._worker.submit(lambda: work(under))

    def _drop_work(self) -> None:
        """Want nothing any more of what is under way; it stops when it next looks."""
        self._pending = None
        if self._under is not None:
            self._under.cancelled = True
            self._under = None
        self._worker.abandon()

    def _stop_work(self) -> None:
        """Want nothing any more, and wait until it has stopped."""
        self._drop_work()
        self._worker.stop()

    def _tell_progress(self, under: UnderWay, text: str) -> None:
        if under is self._under and not self._patience.isActive():
            self.told.emit(Notice(text, cancel=True))

    def _lose_patience(self) -> None:
        if self._under is not None:
            self._tell_progress(self._under, self._under.text)
