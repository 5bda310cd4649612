"""A text continued beside the interface, word by word, until it is stopped."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from rnnviz.film import Frame
from rnnviz.film.continuing import Continued, continue_text
from rnnviz.session.aside import Aside
from rnnviz.session.work import reason_of

_TOLD_EVERY = 0.05  # seconds


class Continuer(Aside):
    """One continuation at a time: another one takes its place.

    Signals
    -------
    grown : Continued
        It has come further, or has ended.
    """

    grown = Signal(object)
    _came = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted: object = None
        self._came.connect(self._hear)

    def begin(self, frame: Frame, count: int, temperature: float, seed: int) -> None:
        """Continue the text of a frame; see `rnnviz.film.continuing`."""
        this, told_at = object(), time.monotonic()

        def go_on(halted: Callable[[], bool]) -> Continued:
            def told(continued: Continued) -> bool:
                nonlocal told_at
                now = time.monotonic()
                if now - told_at >= _TOLD_EVERY:
                    told_at = now
                    self._came.emit(this, continued)
                return not halted()

            return continue_text(frame, count, temperature, seed, told)

        self._do(go_on)
        self._wanted = this

    def forget(self) -> None:
        """Want nothing of it any more."""
        self._wanted = None
        super().forget()

    def _done(self, result: object, error: Exception | None) -> None:
        self.grown.emit(result if error is None else Continued(said=reason_of(error)))

    @Slot(object, object)
    def _hear(self, this: object, continued: object) -> None:
        if this is self._wanted:
            self.grown.emit(continued)
