"""Training beside the interface: begun, followed on the stage, and one edit in the end.

The rooms `training` and `beside` are imported when one is planned or begun: the window stands
before that.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from rnnviz.data import ahead, can_go_ahead
from rnnviz.engine.training import Snapshot
from rnnviz.film import Branches, Offer, Plan, Progress, Run
from rnnviz.film.plan import best_of
from rnnviz.session.jobs import Notice, Tell
from rnnviz.session.state import State
from rnnviz.session.work import at_once, reason_of

if TYPE_CHECKING:
    from rnnviz.beside import Apart
    from rnnviz.training import Ended, Fitting

_TOLD_EVERY = 0.07  # seconds: some 14 times a second
# Seconds between two networks that are shown of a training; more where showing one takes long, so
# that the interface spends a thirtieth of its time on it.
_SHOWN_EVERY, _SHOWN_AT_LEAST_EVERY, _SHARE = 0.25, 2.0, 30.0
_PAINTED = 100  # milliseconds after which what is shown has been painted: Qt puts paints off
_EDIT = "training"


Log = tuple[Snapshot[Any], ...]


class _Thread(QThread):
    """Waits for a training beside; says everything with the ticket it was given."""

    told = Signal(int, object)
    ready = Signal(int, object)
    ended = Signal(int, object)

    def __init__(self, ticket: int, apart: Apart, parent: QObject) -> None:
        super().__init__(parent)
        self._ticket, self.apart, self._last = ticket, apart, 0.0
        self._waits = False  # what was told has not been taken yet
        self.newest = Progress()

    def run(self) -> None:
        """The thread's work."""
        try:
            ended: Ended | Exception = self.apart.fit(self._report, self._begin)
        except Exception as exception:  # said by the session, like those of the worker
            ended = exception
        self.ended.emit(self._ticket, ended)

    def taken(self) -> None:
        """What was told is on the screen: it may be told the next, but not at once.

        An interface that needs longer than they come would else do nothing but hear them.
        """
        self._last, self._waits = time.monotonic(), False

    def _begin(self, fitting: Fitting) -> None:
        self.ready.emit(self._ticket, fitting)

    def _report(self, progress: Progress) -> None:
        self.newest = progress
        if not self._waits and time.monotonic() - self._last >= _TOLD_EVERY:
            self._waits = True
            self.told.emit(self._ticket, progress)


class Trainer(QObject):
    """Runs one training at a time, and lands what it learned.

    While it is followed the state shows runs that are not remembered; what the training ends with
    takes their place, as one edit. What the user looks at meanwhile (another mode, another example)
    is kept; an edit of what is trained makes the training give way.

    Signals
    -------
    changed : Progress
        It has begun, come further, or ended.

    Parameters
    ----------
    state : State
        What is trained, and where it is shown.
    tell : callable
        Says how a training ended.
    """

    changed = Signal(object)

    def __init__(self, state: State, tell: Tell, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._say = state, tell
        self._ticket = 0
        self._thread: _Thread | None = None  # the one that is listened to
        self._threads: set[_Thread] = set()  # all that have not ended yet
        self._fitting: Fitting | None = None
        self._of: Run | None = None  # what is trained
        self._branch = 0  # where it is: a branch's place in the palette
        self._preview: Run | None = None  # what was shown of it last
        self._progress = Progress()
        self._shown_at, self._pace = 0.0, _SHOWN_EVERY
        self._lasts, self._timing = _SHOWN_EVERY / _SHARE, False  # what showing one takes
        state.changed.connect(self._time_showing)

    @property
    def progress(self) -> Progress:
        """How far it has come."""
        return self._progress

    @property
    def running(self) -> bool:
        """Whether a training is under way."""
        return self._thread is not None

    @property
    def at_rest(self) -> bool:
        """Whether no thread is left, not even one that nobody listens to any more."""
        return all(thread.isFinished() for thread in self._threads)

    @property
    def edit(self) -> str | None:
        """What undo would take back of a training that is not in the history yet."""
        return _EDIT if self.running and self._preview is None else None

    def learned(self) -> Branches | None:
        """What is open with all that was learned to this moment; None where that is nothing more.

        Whether it is followed or not, and whichever branch is shown.
        """
        found = None if self._thread is None else self._learned(self._thread.newest)
        return None if found is None else self._with_log(*found)

    def trains(self, branch: int) -> bool:
        """Whether it is a branch, by its place in the palette, that is trained."""
        return self.running and branch == self._branch

    # -- intents -----------------------------------------------------------------------------

    def offer(self) -> Offer | None:
        """What can be planned for what is open; None before anything is."""
        from rnnviz.beside import get_ready
        from rnnviz.training import make_offer

        if self._state.run is None:
            return None
        get_ready()  # while the user is still planning
        return make_offer(self._state.run)

    def start(self, plan: Plan) -> None:
        """Train what is open; what was learned becomes one edit when it ends."""
        from rnnviz.beside import Apart

        self.give_way()
        branches = self._state.branches
        if branches is None:
            return
        run = branches.run
        self._ticket += 1
        self._of, self._branch = run, branches.branch.place
        goal = plan.updates + (run.log[-1].update if plan.onward and run.log else 0)
        follow, followable = self._progress.follow, at_once(branches)
        self._tell(Progress(running=True, updates=goal, follow=follow, followable=followable))
        thread = _Thread(self._ticket, Apart(run, plan), self)
        thread.ready.connect(self._begun)
        thread.told.connect(self._came)
        thread.ended.connect(self._over)
        thread.finished.connect(lambda: self._gone(thread))
        self._thread = thread
        self._threads.add(thread)
        thread.start(QThread.Priority.LowPriority)

    def stop(self) -> None:
        """End within the update under way, and keep what was learned."""
        if self._thread is not None:
            self._thread.apart.stop()
            self._tell(replace(self._progress, stopping=True))

    def give_way(self, edit: Callable[[], object] = lambda: None) -> bool:
        """End at once and make an edit of what is open; nobody waits for the update under way.

        What was learned until then lies below it as an edit of its own.

        Returns
        -------
        bool
            Whether there is such an edit.
        """
        found, known = self._learned(self._progress), self._preview is not None
        thread, self._thread = self._thread, None
        if thread is None:
            edit()
            return False
        thread.apart.stop()
        text = "The training ended before it had learned anything"
        if found is not None:
            self._land(*found)
            update = found[1][-1].update
            text = f"The training ended; what it had learned up to update {update:,} is kept"
        elif self._fitting is not None and known:
            self._land(self._fitting, self._progress.log)
        self._forget()
        learned = self._state.branches
        edit()
        if found is not None and self._state.branches is not learned:
            text = f"{text}: Ctrl+Z leads back to it"
        self._say(Notice(f"{text}."))
        return found is not None or known

    def follow(self, follow: bool) -> None:
        """Whether the newest snapshot is shown while a training goes on."""
        self._shown_at = 0.0
        self._tell(replace(self._progress, follow=follow))

    def seek(self, origin: int) -> None:
        """The network as it was at another snapshot of its training; the film's updates end."""
        branches = self._state.branches
        if branches is None:
            return
        run = branches.run
        there_already = origin == run.origin and len(run.networks) == 1
        if not 0 <= origin < len(run.log) or there_already:
            return
        if len(run.networks) > 1:
            self._state.remember(f"update {run.log[origin].update:,} of the training")
        there = branches.with_run(run.at_origin(origin))
        if len(run.networks) == 1:
            self._state.home.follow(branches, there)
        self._state.show(there.playhead, there)

    def seek_best(self) -> None:
        """The network of the smallest validation loss of its training."""
        run = self._state.run
        self.seek(-1 if run is None else best_of(run.log))

    def seek_last(self) -> None:
        """The network after the last update of its training."""
        run = self._state.run
        self.seek(-1 if run is None else len(run.log) - 1)

    def halt(self) -> None:
        """End within the update under way; what it has learned can still be asked for."""
        if self._thread is not None:
            self._thread.apart.stop()

    def close(self) -> None:
        """End, forget what was learned, and wait until it has."""
        self._thread = None
        self._forget()
        for thread in tuple(self._threads):
            thread.apart.end()
            thread.wait()

    # -- from the thread ---------------------------------------------------------------------

    @Slot(int, object)
    def _begun(self, ticket: int, fitting: object) -> None:
        if ticket == self._ticket and self._thread is not None:
            self._fitting = cast("Fitting", fitting)

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
        due = time.monotonic() - self._shown_at >= self._pace
        if known.follow and known.followable and due:
            if self._fitting is not None and not self._state.busy:
                self._land(self._fitting, progress.log, quick=True)
            self._shown_at = time.monotonic()
        if self._thread is not None:  # it may have given way to what listens
            self._thread.taken()

    @Slot(int, object)
    def _over(self, ticket: int, ended: object) -> None:
        if ticket != self._ticket or self._thread is None:
            return
        thread, self._thread = self._thread, None
        if not isinstance(ended, Exception) and self._fitting is not None:
            ended = cast("Ended", ended)
            before = (self._of, self._state.run)
            self._land(self._fitting, ended.log, ended.shown)
            said = _without_forecast(before, self._state.run)
            text = f"{ended.text.rstrip('.')}{said}" if said else ended.text
            self._forget()
            self._say(Notice(text, error=ended.diverged))
        else:
            found, said = self._learned(thread.newest), reason_of(ended)
            if found is not None:
                self._land(*found)
                update = found[1][-1].update
                said = f"{said.rstrip('.')}. What it had learned up to update {update:,} is kept."
            self._forget()
            self._say(Notice(said, error=True))

    def _time_showing(self) -> None:
        """Find how long a frame keeps the interface: what it works until that is painted."""
        if self.running and self._progress.follow and not self._timing:
            self._timing, began = True, time.thread_time()
            QTimer.singleShot(_PAINTED, self, lambda: self._set_pace(time.thread_time() - began))

    def _set_pace(self, seconds: float) -> None:
        self._timing = False
        self._lasts += 0.3 * (seconds - self._lasts)  # some clocks tell it in steps of 16 ms
        self._pace = min(max(_SHOWN_EVERY, _SHARE * self._lasts), _SHOWN_AT_LEAST_EVERY)

    # -- within ------------------------------------------------------------------------------

    def _learned(self, progress: Progress) -> tuple[Fitting, Log] | None:
        """What is trained, and its snapshots; None where nothing was learned."""
        fitting, log = self._fitting, progress.log
        if fitting is None:
            return None
        return (fitting, log) if log and log[-1].update > fitting.start.update else None

    def _with_log(self, fitting: Fitting, log: Log, origin: int = -1) -> Branches | None:
        """What is open, at a snapshot of a training (the last); None where its branch is closed."""
        branches = self._state.branches
        index = None if branches is None else branches.index_of(self._branch)
        if branches is None or index is None:
            return None
        current = branches.each[index].run
        run = fitting.run_of(current, log)
        run = run if origin % len(log) == run.origin else run.at_origin(origin)
        return branches.with_runs({index: self._as_seen(run, current)})

    def _land(self, fitting: Fitting, log: Log, origin: int = -1, *, quick: bool = False) -> None:
        """Show what was learned (or not, if only what is `quick` to show) where the user is now."""
        made = self._with_log(fitting, log, origin)
        if made is None or (quick and not at_once(made)):
            return
        if self._preview is None:
            self._state.remember(_EDIT)
        index = made.index_of(self._branch)
        self._preview = None if index is None else made.each[index].run
        self._state.show(made.playhead, made)

    def _as_seen(self, run: Run, current: Run) -> Run:
        """A run in the mode, with the answers and the forecast, that the user chose meanwhile."""
        if self._of is None or current.task is run.task:
            return run
        same = current.task is self._of.task
        try:
            if self._preview is not None and not same:  # a side of the task that is trained
                return run.with_task(current.task)
            made = run if same else run.in_mode(current.task.mode)
        except ValueError:
            return run
        given = current.task.given
        beyond = 0 if given is None else current.task.steps - given
        if not beyond or can_go_ahead(made.task):
            return made
        return made.with_task(ahead(made.task, beyond))

    def _gone(self, thread: _Thread) -> None:
        self._threads.discard(thread)
        thread.deleteLater()

    def _forget(self) -> None:
        self._fitting = self._of = self._preview = None
        self._tell(Progress(follow=self._progress.follow))

    def _tell(self, progress: Progress) -> None:
        self._progress = progress
        self.changed.emit(progress)


def _without_forecast(before: Iterable[Run | None], after: Run | None) -> str:
    """That a forecast cannot be shown any more, and why; empty where none was, or it is."""
    shown = any(run is not None and run.task.given is not None for run in before)
    why = "" if after is None or not shown else can_go_ahead(after.task)
    return f". Its forecast is not shown: {why}" if why else ""
