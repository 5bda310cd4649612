"""How long a training would take, measured beside the interface before it begins."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from rnnviz.film import Plan, Run
from rnnviz.session.aside import Aside
from rnnviz.session.work import reason_of

if TYPE_CHECKING:
    from rnnviz.film.durations import Estimate


class Estimator(Aside):
    """One plan at a time: another one takes its place, and what was measured of it is dropped.

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
