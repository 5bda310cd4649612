"""Training off the interface's thread, and what the interface is told of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from threading import Event

from PySide6.QtCore import QObject, QThread, Signal, Slot

from rnnviz.film import Frame, Plan, Progress, Run
from rnnviz.training import Ended, Fitting, fit, prepare

_TOLD_EVERY = 0.07  # seconds: some 14 times a second
_SHOWN_EVERY = 0.25


class _Thread(QThread):
    """Gets a training ready and runs it; says everything with the ticket it was given."""

    told = Signal(int, object)
    ready = Signal(int, object)
    ended = Signal(int, object)

    def __init__(self, ticket: int, make: Callable[[], Fitting], parent: QObject) -> None:
        super().__init__(parent)
        self._ticket, self._make, self._last = ticket, make, 0.0
        self.halt = Event()

    def run(self) -> None:
        """The thread's work."""
        try:
            fitting = self._make()
            self.ready.emit(self._ticket, fitting)
            ended: Ended | Exception = fit(fitting, self._report, self.halt.is_set)
        except Exception as exception:  # said by the session, like those of the worker
            ended = exception
        self.ended.emit(self._ticket, ended)

    def _report(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._last >= _TOLD_EVERY:
            self._last = now
            self.told.emit(self._ticket, progress)


class Trainer(QObject):
    """One training at a time.

    Signals
    -------
    changed : Progress
        It has begun, come further, or ended.
    shown : Run
        A run with the newest snapshots, to be shown while it goes on; a few times a second.
    trained : (Run, Ended)
        A run with what was learned, and how it ended.
    failed : Exception
        It could not begin.
    """

    changed = Signal(object)
    shown = Signal(object)
    trained = Signal(object, object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ticket = 0
        self._thread: _Thread | None = None  # the one that is listened to
        self._threads: set[_Thread] = set()  # all that have not ended yet
        self._fitting: Fitting | None = None
        self._of: Run | None = None  # what is trained
        self._preview: Run | None = None  # what `shown` said last
        self._current: Run | None = None  # what is on the screen
        self._cheap: Callable[[Run], bool] = lambda _run: True
        self._progress = Progress()
        self._shown_at = 0.0

    @property
    def progress(self) -> Progress:
        """How far it has come."""
        return self._progress

    @property
    def running(self) -> bool:
        """Whether a training is under way."""
        return self._thread is not None

    def start(self, run: Run, plan: Plan, cheap: Callable[[Run], bool]) -> None:
        """Begin a training; one that is under way is dropped.

        Parameters
        ----------
        run : Run
            What is trained on.
        plan : Plan
        cheap : callable (Run) → bool
            Whether a pass of a run is quick enough to follow the training.
        """
        self.drop()
        self._ticket += 1
        self._of, self._current, self._cheap = run, run, cheap
        self._preview, self._fitting = None, None
        goal = plan.updates + (run.log[-1].update if plan.onward and run.log else 0)
        self._tell(
            Progress(
                running=True, updates=goal, follow=self._progress.follow, followable=cheap(run)
            )
        )
        thread = _Thread(self._ticket, lambda: prepare(run, plan), self)
        thread.ready.connect(self._begun)
        thread.told.connect(self._came)
        thread.ended.connect(self._over)
        thread.finished.connect(lambda: self._gone(thread))
        self._thread = thread
        self._threads.add(thread)
        thread.start(QThread.Priority.LowPriority)

    def stop(self) -> None:
        """End within the update under way; what was learned arrives by `trained`."""
        if self._thread is not None:
            self._thread.halt.set()
            self._tell(replace(self._progress, stopping=True))

    def drop(self) -> None:
        """End, and forget what was learned; nobody waits for the update under way."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.halt.set()
            self._forget()

    def close(self) -> None:
        """End, and wait until it has."""
        self.drop()
        for thread in tuple(self._threads):
            thread.halt.set()
            thread.wait()

    def set_follow(self, follow: bool) -> None:
        """Whether `shown` is said."""
        self._shown_at = 0.0
        self._tell(replace(self._progress, follow=follow))

    def watch(self, frame: Frame) -> None:
        """Take note of what is on the screen: another sequence ends the training."""
        run, self._current = frame.run, frame.run
        if self._thread is None or self._of is None:
            return
        if not _same_subject(self._of, self._preview, run):
            self.drop()
        elif self._preview is not None and run.settings is not self._preview.settings:
            self._preview = None  # an edit of the network's: it is not to be painted over
            self._tell(replace(self._progress, follow=False))

    # -- from the thread ---------------------------------------------------------------------

    @Slot(int, object)
    def _begun(self, ticket: int, fitting: object) -> None:
        if ticket == self._ticket and isinstance(fitting, Fitting):
            self._fitting = fitting

    @Slot(int, object)
    def _came(self, ticket: int, progress: object) -> None:
        if ticket != self._ticket or self._thread is None or not isinstance(progress, Progress):
            return
        known = self._progress
        self._tell(
            replace(
                progress, follow=known.follow, followable=known.followable, stopping=known.stopping
            )
        )
        now = time.monotonic()
        if known.follow and known.followable and now - self._shown_at >= _SHOWN_EVERY:
            self._shown_at = now
            if self._fitting is not None and self._current is not None:
                self._preview = self._fitting.run_of(self._current, progress.log)
                self.shown.emit(self._preview)

    @Slot(int, object)
    def _over(self, ticket: int, ended: object) -> None:
        if ticket != self._ticket or self._thread is None:
            return
        self._thread = None
        fitting, current = self._fitting, self._current
        self._forget()
        if isinstance(ended, Ended) and fitting is not None and current is not None:
            self.trained.emit(fitting.run_of(current, ended.log), ended)
        else:
            self.failed.emit(ended)

    def _gone(self, thread: _Thread) -> None:
        self._threads.discard(thread)
        thread.deleteLater()

    def _forget(self) -> None:
        self._fitting = self._of = self._preview = None
        self._tell(Progress(follow=self._progress.follow))

    def _tell(self, progress: Progress) -> None:
        self._progress = progress
        self.changed.emit(progress)


def _same_subject(of: Run, preview: Run | None, run: Run) -> bool:
    """Whether a run shows what is trained on, or the training's own view of it."""
    if of.lesson is not None:
        return run.lesson is not None and run.lesson.name == of.lesson.name
    known = [_opened(of)] + ([_opened(preview)] if preview else [])
    return any(_opened(run) is sequence for sequence in known)


def _opened(run: Run) -> object:
    return (run.task.base or run.task).sequence
