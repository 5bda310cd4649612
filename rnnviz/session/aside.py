"""What is asked for beside the session's own job: one thing at a time, the newest.

How long a training would take, measured before it begins; a text continued word by word, until it
is stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from rnnviz.film import Frame, Plan, Run
from rnnviz.session.jobs import Worker
from rnnviz.session.work import reason_of

if TYPE_CHECKING:
    from rnnviz.film.continuing import Continued
    from rnnviz.film.durations import Estimate

_TOLD_EVERY = 0.05  # seconds


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
        """Drop what is under way; its answer is not told."""
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


class Estimator(Aside):
    """Estimates beside the interface how long a training would take.

    One plan at a time: another one takes its place, and what was measured of it is dropped.

    Signals
    -------
    estimated : Estimate
        Of the plan that was asked about last.
    """

    estimated = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._updates = 0

    def ask(self, run: Run, plan: Plan) -> None:
        """Measure a few updates of a plan, of which nothing is kept."""

        def measure(halted: Callable[[], bool]) -> Estimate | None:
            from rnnviz.training import estimate, prepare

            return None if halted() else estimate(prepare(run, plan), halted)

        self._updates = plan.updates
        self._do(measure)

    def _done(self, result: object, error: Exception | None) -> None:
        from rnnviz.film.durations import Estimate

        if error is not None:
            result = Estimate(self._updates, float("nan"), why=reason_of(error))
        if isinstance(result, Estimate):
            self.estimated.emit(result)


class Continuer(Aside):
    """A text that goes on; one at a time: another one takes its place.

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
        from rnnviz.film.continuing import continue_text  # not before it is needed

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
        """Drop the continuation; its answer is not told."""
        self._wanted = None
        super().forget()

    def _done(self, result: object, error: Exception | None) -> None:
        from rnnviz.film.continuing import Continued

        self.grown.emit(result if error is None else Continued(said=reason_of(error)))

    @Slot(object, object)
    def _hear(self, this: object, continued: object) -> None:
        if this is self._wanted:
            self.grown.emit(continued)
