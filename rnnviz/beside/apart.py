"""One training, apart from the interface: in a process, or in this thread where there is none."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from threading import Event, Lock

from rnnviz.beside.messages import OVER, TOLD, Advance, Failed, Numbered, Order, Over
from rnnviz.beside.process import BrokenOffError, Process, give_back, take
from rnnviz.documents import pack, unpack
from rnnviz.film import Plan, Progress, Run
from rnnviz.film.cost import budgets
from rnnviz.training import Ended, Fitting, fit, prepare


class Apart:
    """A training that can be stopped from another thread.

    NumPy's many short calls hold the interpreter, and a thread that trains keeps the interface
    waiting for it at every one of Qt's; a process has an interpreter of its own.

    Parameters
    ----------
    run : Run
    plan : Plan
    """

    def __init__(self, run: Run, plan: Plan) -> None:
        self._run, self._plan = run, plan
        self._process: Process | None = None  # as long as it works for this training
        self._number: int | None = None
        self._lock, self._halt, self._ended = Lock(), Event(), Event()

    @property
    def process(self) -> int | None:
        """The system's number of the process that trains; None where this one does."""
        return self._number

    def fit(
        self,
        report: Callable[[Progress], None] | None = None,
        ready: Callable[[Fitting], None] | None = None,
    ) -> Ended:
        """Train as `training.fit`, until it is over; on a thread that may wait.

        Parameters
        ----------
        report : callable (Progress), optional
            Told some 14 times a second, with the newest snapshot.
        ready : callable (Fitting), optional
            Gets what is trained, before the first report.

        Raises
        ------
        ValueError, DataError
            As `training.prepare`.
        MemoryError
        BrokenOffError
            If the process that trained has ended.
        """
        process = self._taken()
        try:
            fitting = prepare(self._run, self._plan)
        except BaseException:
            if process is not None:
                self._give_back(process)
            raise
        if ready is not None:
            ready(fitting)
        ended = None
        if process is not None and self._halt.is_set():  # nothing is to be made any more
            self._give_back(process)
        elif process is not None:
            try:
                ended = self._in(process, fitting, report)
            finally:
                self._clear_away()
        return fit(fitting, report, self._halt.is_set) if ended is None else ended

    def stop(self) -> None:
        """End within the update under way; nobody waits here."""
        self._halt.set()
        with self._lock:
            if self._process is not None:
                self._process.stop()

    def end(self) -> None:
        """End at once; what was learned is lost."""
        self._ended.set()
        self._halt.set()
        with self._lock:
            if self._process is not None:
                self._process.kill()

    def _taken(self) -> Process | None:
        try:
            process = take()
        except OSError:
            return None
        with self._lock:
            self._process, self._number = process, process.number
        return process

    def _give_back(self, process: Process) -> None:
        with self._lock:  # so that what is said to this training never reaches the next
            self._process = None
        give_back(process)

    def _clear_away(self) -> str:
        """End the process, unless it has been given back; says how it ended, if it had."""
        with self._lock:
            process, self._process = self._process, None
        return "" if process is None else process.gone()

    def _in(
        self, process: Process, fitting: Fitting, report: Callable[[Progress], None] | None
    ) -> Ended | None:
        """Have a process train; None where it ended before it had begun."""
        order = pack(Order(_needed(self._run, self._plan), self._plan, budgets()))
        numbered, heard = Numbered((*fitting.log, fitting.start)), False
        with suppress(OSError):  # it has ended, and so has what it says
            process.order(order)
        del order
        if self._halt.is_set():  # before there was anything to stop
            process.stop()
        if self._ended.is_set():
            process.kill()
        while (message := process.hear()) is not None:
            heard, (kind, data) = True, message
            if kind == TOLD:
                told = unpack(Advance, data)
                log = numbered.received(told.numbers, told.fresh)
                if report is not None:
                    report(replace(told.progress, log=log))
                continue
            self._give_back(process)
            if kind == OVER:
                over = unpack(Over, data)
                log = numbered.received(over.numbers, over.fresh)
                return Ended(log, over.text, over.diverged, over.shown)
            failed = unpack(Failed, data)
            raise MemoryError if failed.memory else BrokenOffError(failed.text)
        how = self._clear_away()
        if heard or self._ended.is_set():
            raise BrokenOffError(
                f"The training broke off: its process was ended ({how}), as one is by hand or "
                f"where memory runs out"
            )
        return None


def _needed(run: Run, plan: Plan) -> Run:
    """What a training needs of a run: its log only where it goes on, of the film no update."""
    run = run.up_to(0)
    if plan.onward or not run.log:
        return run
    return replace(run, log=run.log[-1:], origin=0)
