"""How long a training would take, measured beside the interface before it begins."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from rnnviz.film import Plan, Run
from rnnviz.session.jobs import Worker
from rnnviz.session.work import reason_of

if TYPE_CHECKING:
    from rnnviz.film.durations import Estimate


class Estimator(QObject):
    """One plan at a time: another one takes its place, and what was measured of it is dropped.

    Signals
    -------
    estimated : Estimate
        Of the plan that was asked about last.
    """

    estimated = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: Worker | None = None  # before anything is asked no thread is wanted
        self._halt, self._ticket, self._updates = Event(), -1, 0

    def ask(self, run: Run, plan: Plan) -> None:
        """Measure a few updates of a plan, of which nothing is kept."""
        self.forget()
        halt = self._halt = Event()
        if self._worker is None:
            self._worker = Worker(self)
            self._worker.finished.connect(self._measured)

        def measure() -> Estimate | None:
            from rnnviz.training import estimate, prepare

            return None if halt.is_set() else estimate(prepare(run, plan), halt.is_set)

        self._updates = plan.updates
        self._ticket = self._worker.submit(measure)

    def forget(self) -> None:
        """Want nothing of it any more."""
        self._halt.set()
        self._ticket = -1
        if self._worker is not None:
            self._worker.abandon()

    @property
    def at_rest(self) -> bool:
        """Whether nothing is measured, not even what nobody asks for."""
        return self._worker is None or self._worker.at_rest

    def close(self) -> None:
        """Stop, and wait until it has."""
        self.forget()
        if self._worker is not None:
            self._worker.stop()

    @Slot(int, object, object)
    def _measured(self, ticket: int, found: object, error: object) -> None:
        if ticket != self._ticket:
            return
        from rnnviz.film.durations import Estimate

        if isinstance(error, Exception):
            found = Estimate(self._updates, float("nan"), why=reason_of(error))
        if isinstance(found, Estimate):
            self.estimated.emit(found)
