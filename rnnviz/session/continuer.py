"""A text continued beside the interface, word by word, until it is stopped."""

from __future__ import annotations

import time
from threading import Event

from PySide6.QtCore import QObject, Signal, Slot

from rnnviz.film import Frame
from rnnviz.film.continuing import Continued, continue_text
from rnnviz.session.jobs import Worker
from rnnviz.session.work import reason_of

_TOLD_EVERY = 0.05  # seconds


class Continuer(QObject):
    """One continuation at a time: another one takes its place.

    Signals
    -------
    grown : Continued
        It has come further, or has ended.
    """

    grown = Signal(object)
    _came = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: Worker | None = None  # before anything is asked no thread is wanted
        self._halt, self._round, self._ticket = Event(), 0, -1
        self._came.connect(self._hear)

    def begin(self, frame: Frame, count: int, temperature: float, seed: int) -> None:
        """Continue the text of a frame; see `rnnviz.film.continuing`."""
        self.forget()
        halt = self._halt = Event()
        self._round += 1
        this, told_at = self._round, time.monotonic()
        if self._worker is None:
            self._worker = Worker(self)
            self._worker.finished.connect(self._ended)

        def told(continued: Continued) -> bool:
            nonlocal told_at
            now = time.monotonic()
            if now - told_at >= _TOLD_EVERY:
                told_at = now
                self._came.emit(this, continued)
            return not halt.is_set()

        self._ticket = self._worker.submit(
            lambda: continue_text(frame, count, temperature, seed, told)
        )

    def stop(self) -> None:
        """End after the token under way; what was said stays."""
        self._halt.set()

    def forget(self) -> None:
        """Want nothing of it any more."""
        self._halt.set()
        self._round, self._ticket = self._round + 1, -1
        if self._worker is not None:
            self._worker.abandon()

    @property
    def at_rest(self) -> bool:
        """Whether nothing is said, not even what nobody hears."""
        return self._worker is None or self._worker.at_rest

    def close(self) -> None:
        """Stop, and wait until it has."""
        self.forget()
        if self._worker is not None:
            self._worker.stop()

    @Slot(int, object)
    def _hear(self, this: int, continued: object) -> None:
        if this == self._round:
            self.grown.emit(continued)

    @Slot(int, object, object)
    def _ended(self, ticket: int, continued: object, error: object) -> None:
        if ticket == self._ticket:
            self.grown.emit(Continued(said=reason_of(error)) if error else continued)
