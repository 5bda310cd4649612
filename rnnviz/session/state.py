"""The state: a run, a playhead, what was before; and how a frame comes of it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sized
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from rnnviz.files.errors import Cancelled, DataError
from rnnviz.film import (
    Frame,
    Pass,
    Playhead,
    Run,
    Settings,
    Timeline,
    clamp,
    resolve,
    resolve_source,
)
from rnnviz.home import Home
from rnnviz.player import Player
from rnnviz.session.jobs import Jobs, Key
from rnnviz.session.under_way import Notice, UnderWay
from rnnviz.session.work import Opened, at_once, computing, pass_at, reason_of, with_pass
from rnnviz.trainer import Trainer
from rnnviz.training import Ended

# Steps × units that are opened at once.
_SHORT = 16_000
_KEPT_PASSES = 4
# Numbers a state of a pass of which no second one is kept: they are hundreds of megabytes.
_HUGE = 4_000_000
# Edits that can be taken back. Runs share what did not change.
_REMEMBERED = 100
_History = list[tuple[Run, Playhead, Home]]


class State(Jobs):
    """The state of the program.

    Signals
    -------
    changed : Frame
        The run, the playhead, or whether and how fast it plays has changed.
    told : Notice or None
        Something to say to the user; None takes back what was said.
    training : Progress
        A training has begun, come further or ended.
    homed : Home
        Something else is open, or what is open was saved.
    """

    changed = Signal(object)
    training = Signal(object)
    homed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run: Run | None = None
        self._first = Settings()
        self._playhead = Playhead()
        self._frame: Frame | None = None
        self._home = Home()
        self._passes: OrderedDict[Key, Pass] = OrderedDict()
        self._past: _History = []
        self._future: _History = []
        self._worker.finished.connect(self._answered)
        self._previewed: Run | None = None
        self._trainer = Trainer(self)
        self._trainer.changed.connect(self.training)
        self._trainer.shown.connect(self._preview)
        self._trainer.trained.connect(self._trained)
        self._trainer.failed.connect(lambda error: self.told.emit(Notice(reason_of(error), True)))
        self.changed.connect(self._trainer.watch)
        self._player = Player(self._where, self)
        self._player.moved.connect(self._move)
        self._player.passed.connect(self._next_pass)
        self._player.switched.connect(self._emit)

    # -- what it holds -----------------------------------------------------------------------

    @property
    def frame(self) -> Frame | None:
        """The frame that is shown; None before anything was opened."""
        return self._frame

    @property
    def run(self) -> Run | None:
        """The run that is wanted; its frame may still be computed."""
        return self._run

    @property
    def playhead(self) -> Playhead:
        """The playhead that is wanted."""
        return self._playhead

    @property
    def settings(self) -> Settings:
        """The network's settings."""
        return self._run.settings if self._run else self._first

    @property
    def playing(self) -> bool:
        """Whether the film runs on by itself."""
        return self._player.playing

    @property
    def speed(self) -> float:
        """How fast, 1 is every phase at its own length."""
        return self._player.speed

    @property
    def home(self) -> Home:
        """Where the run belongs."""
        return self._home

    @property
    def document_path(self) -> Path | None:
        """The document that is open; None where there is none yet."""
        return self._home.path

    @property
    def modified(self) -> bool:
        """Whether there is work that would be lost: edits or updates since opening or saving."""
        return self._run is not None and not self._home.holds(self._run)

    @property
    def precious(self) -> bool:
        """Whether opening something else is to be asked about first; see `Home.precious`."""
        return self._run is not None and self._home.precious(self._run)

    def mark_saved(self, run: Run, path: Path, home: Home | None = None) -> None:
        """A run is on the disk now; `home` is where it belonged when it was saved."""
        home = home or self._home
        home.run, home.path, home.file = run, path, path
        self.homed.emit(home)

    # -- undo --------------------------------------------------------------------------------

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit to make again."""
        return bool(self._future)

    def undo(self) -> None:
        """Take the last edit of sequence, network or updates back, with its place in the film."""
        self._travel(self._past, self._future)

    def redo(self) -> None:
        """Make the edit again that was taken back last."""
        self._travel(self._future, self._past)

    def _edit(
        self,
        change: Callable[[], Run],
        playhead: Playhead | None = None,
        *,
        looking: bool = False,
    ) -> None:
        """Change the run in a way that can be taken back; a refusal is said.

        `looking`: another side of what is open, which is no work that could be lost.
        """
        try:
            run = change()
        except ValueError as error:
            self.told.emit(Notice(str(error), error=True))
            self._emit()
            return
        self._remember()
        if looking and self._run is not None and self._home.path is None:
            self._home.follow(self._run, run)
        self._run = run
        self._show(playhead or self._playhead)

    def _remember(self) -> None:
        if self._run is not None:
            self._past.append((self._run, self._playhead, self._home))
            del self._past[:-_REMEMBERED]
            self._future.clear()

    def _travel(self, source: _History, target: _History) -> None:
        if not source or self._run is None:
            return
        self.pause()
        target.append((self._run, self._playhead, self._home))
        before = self._home
        self._run, playhead, self._home = source.pop()
        self._show(playhead)
        if self._home is not before:
            self.homed.emit(self._home)

    # -- the clock ---------------------------------------------------------------------------

    def pause(self) -> None:
        """Stand still, wherever it is."""
        self._player.pause()

    def close(self) -> None:
        """Stop the clock, drop a training and wait for the worker."""
        self._player.pause()
        self._trainer.close()
        self._stop_work()

    def _where(self) -> tuple[Timeline, float] | None:
        timeline = self._timeline
        if timeline is None or self._worker.busy:
            return None
        return timeline, self._playhead.position

    def _move(self, position: float) -> None:
        self._show(self._playhead.at(position))

    def _next_pass(self) -> None:
        """From the update to the next pass, which starts from the updated weights."""
        run, frame = self._run, self._frame
        if run is None or frame is None or frame.run is not run:
            return
        following = self._playhead.snapshot + 1
        if frame.playhead.snapshot + 1 != following:
            return  # the pass whose update this would be is still being computed
        if following == len(run.networks):
            if frame.passing.exploded:
                self.pause()
                self.told.emit(
                    Notice(
                        f"No update: {frame.passing.exploded}. Reset (Ctrl+R) returns to the seed.",
                        error=True,
                    )
                )
                return
            update = frame.update
            if update is not None:
                self._run = run.updated(update)
        self._show(replace(self._playhead, snapshot=following, position=0.0))

    # -- within ------------------------------------------------------------------------------

    @property
    def _layers(self) -> int:
        return self._run.architecture.layers if self._run else 0

    @property
    def _timeline(self) -> Timeline | None:
        run, frame = self._run, self._frame
        if run is None:
            return None
        return frame.timeline if frame is not None and frame.run is run else Timeline(run.steps)

    def _fresh_settings(self) -> Settings:
        """This network's settings; its learning rate was made for another length."""
        return replace(self.settings, learning_rate=None) if self._run else self._first

    def _show(self, playhead: Playhead) -> None:
        """Want this playhead: show it now, or when its pass has been computed."""
        run = self._run
        if run is None:
            return
        self._playhead = clamp(playhead, run)
        self._refresh(run)

    def _refresh(self, run: Run) -> None:
        playhead = self._playhead
        model, task = run.networks[playhead.snapshot], run.task
        same = next(
            (p for p in self._passes.values() if p.trace.network is model and p.given is task), None
        )
        source = resolve_source(same.task if same else task, playhead.source)
        key = (id(model), id(task), source, playhead.compared)
        passing = self._passes.get(key)
        if passing is None:
            known = same
            if not at_once(run, playhead):
                if self._pending != key:
                    self._submit(lambda told: pass_at(run, playhead, known, told), computing(run))
                    self._pending = key
                return
            passing = self._keep(pass_at(run, playhead, known))
        elif self._pending is not None:
            self._drop_work()
            self.told.emit(None)
        self._passes.move_to_end(_key(passing))
        self._frame = resolve(run, playhead, passing)
        self._playhead = self._frame.playhead
        self._emit()

    def _keep(self, passing: Pass) -> Pass:
        self._passes[_key(passing)] = passing
        most = 1 if passing.trace.a.size > _HUGE else _KEPT_PASSES
        while len(self._passes) > most:
            self._passes.popitem(last=False)
        return passing

    def _emit(self) -> None:
        if self._frame is not None:
            self.changed.emit(self._frame)

    # -- work off this thread ----------------------------------------------------------------

    def cancel(self) -> None:
        """Drop what is being read or computed; what is on the screen is what is wanted again."""
        if not self._worker.busy:
            return
        self._drop_work()
        if self._frame is not None:
            self._run, self._playhead = self._frame.run, self._frame.playhead
        self.pause()
        self.told.emit(None)
        self._emit()

    def _start(self, work: Callable[[UnderWay | None], Opened], size: Sized) -> None:
        """Open at once what is short, else off this thread."""
        if len(size) * max(self.settings.units, 16) > _SHORT:
            self._submit(work, "Opening")
            return
        self._drop_work()
        try:
            self._answered(0, work(None), None)
        except (DataError, ValueError, MemoryError) as error:
            self._answered(0, None, error)

    def _continue(self, work: Callable[[], Run], *, looking: bool = False) -> None:
        """Show another sequence with the same networks, off this thread."""
        snapshot = self._playhead.snapshot
        self._submit(
            lambda told: replace(with_pass(work(), snapshot, told), looking=looking), "Opening"
        )

    def _answered(self, _ticket: int, result: object, error: object) -> None:
        self._pending = self._under = None
        if isinstance(result, Opened):
            self._opened(result)
        elif isinstance(result, Notice):
            self.told.emit(result)
        elif isinstance(result, Pass) and self._run is not None:
            self.told.emit(None)
            self._keep(result)
            self._refresh(self._run)
        else:
            if self._frame is not None:  # what was on the screen stays, and is what is wanted
                self._run, self._playhead = self._frame.run, self._frame.playhead
            self.pause()
            silent = isinstance(error, Cancelled)
            self.told.emit(None if silent else Notice(reason_of(error), error=True))

    def _opened(self, opened: Opened) -> None:
        run, before_run = opened.run, self._run
        same = self._run is not None and run.task is self._run.task
        looking = opened.looking and not self.modified and self._home.path is None
        fresh = looking or self._run is None
        self._remember()
        top = run.architecture.layers - 1
        layer = self._playhead.layer if same and self._layers == top + 1 else top
        before = self._playhead if same else Playhead(compared=self._playhead.compared)
        self._playhead = replace(before, snapshot=opened.snapshot, layer=layer)
        self._playhead = opened.playhead or self._playhead
        home = opened.home or (Home(run) if fresh else self._home)
        another, self._home = home is not self._home, home
        self.pause()
        self._run = run
        self._passes.clear()
        self._keep(opened.passing)
        self._show(self._playhead)
        known = before_run is not None and before_run.task.sequence is run.task.sequence
        notes = () if known else run.task.sequence.notes
        notes = () if same else (*notes, *run.task.notes)
        self.told.emit(Notice(" · ".join(notes)) if notes else None)
        if another:
            self.homed.emit(home)

    def _preview(self, run: Run) -> None:
        """Show a training's newest snapshot; all of them together are one edit."""
        if self._worker.busy or not at_once(run):
            return
        if self._previewed is None:
            self._remember()
        self._run = self._previewed = run
        self._show(replace(self._playhead, snapshot=0))

    def _trained(self, run: Run, ended: Ended) -> None:
        """Show what a training has come to, at the same place of the film."""
        shown, now = self._previewed, self._run
        if shown is None or now is None or now.log is not shown.log:
            self._remember()
        self._run = run
        self._show(replace(self._playhead, snapshot=0))
        self.told.emit(Notice(ended.text, error=ended.diverged))


def _key(passing: Pass) -> Key:
    # A pass keeps network and task alive, so their ids cannot come to mean others.
    compared = passing.others is not None
    return id(passing.trace.network), id(passing.given), passing.source, compared
