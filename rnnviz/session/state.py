"""The state: what is open and where in it the user is; and how a frame comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

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
from rnnviz.film.cost import cost, size_of
from rnnviz.film.panels import PANELS, measures_of
from rnnviz.session.history import History, Place
from rnnviz.session.home import Home
from rnnviz.session.jobs import Jobs, Notice, Tell
from rnnviz.session.passes import Passes, at_once, computing, pass_at
from rnnviz.session.work import Opened


class State(QObject):
    """What is wanted on the screen, and the frame that is on it.

    Signals
    -------
    changed : Frame
        Something else is shown.
    homed : Home
        Something else is open, or what is open was saved.
    halted :
        The film is to stand still: something else is open, or was refused.

    Parameters
    ----------
    jobs : Jobs
        Compute the passes that take long.
    history : History
        Is told of every edit.
    tell : callable
        Says something to the user.
    """

    changed = Signal(object)
    homed = Signal(object)
    halted = Signal()

    def __init__(
        self, jobs: Jobs, history: History, tell: Tell, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs, self._history, self._tell = jobs, history, tell
        self._place = Place()
        self._frame: Frame | None = None
        self._passes = Passes()
        self._panels: tuple[str, ...] = tuple(PANELS)
        self.first = Settings()

    # -- what it holds -----------------------------------------------------------------------

    @property
    def place(self) -> Place:
        """What is wanted; its frame may still be computed."""
        return self._place

    @property
    def run(self) -> Run | None:
        """The run that is wanted."""
        return self._place.run

    @property
    def playhead(self) -> Playhead:
        """The playhead that is wanted."""
        return self._place.playhead

    @property
    def home(self) -> Home:
        """Where the run belongs."""
        return self._place.home

    @property
    def frame(self) -> Frame | None:
        """The frame that is shown; None before anything was opened."""
        return self._frame

    @property
    def passes(self) -> Passes:
        """The passes that are kept."""
        return self._passes

    @property
    def settings(self) -> Settings:
        """The network's settings; those of the first network before there is one."""
        return self.run.settings if self.run else self.first

    @property
    def fresh_settings(self) -> Settings:
        """This network's settings for another sequence: η was made for another length."""
        return replace(self.settings, learning_rate=None) if self.run else self.first

    @property
    def timeline(self) -> Timeline | None:
        """Of what is wanted."""
        run, frame = self.run, self._frame
        if run is None:
            return None
        return frame.timeline if frame is not None and frame.run is run else Timeline(run.steps)

    @property
    def busy(self) -> bool:
        """Whether something is being read or computed."""
        return self._jobs.busy

    @property
    def modified(self) -> bool:
        """Whether there is work that would be lost: edits or updates since opening or saving."""
        return self.run is not None and not self.home.holds(self.run)

    @property
    def precious(self) -> bool:
        """Whether opening something else is to be asked about first; see `Home.precious`."""
        return self.run is not None and self.home.precious(self.run)

    def where(self) -> tuple[Timeline, float] | None:
        """The timeline and the position, for the clock; None while it must wait."""
        timeline = self.timeline
        if timeline is None or self._jobs.busy:
            return None
        return timeline, self.playhead.position

    # -- what is shown of it -----------------------------------------------------------------

    def show_panels(self, names: Iterable[str]) -> None:
        """Which panels are shown: what they ask of a pass is found, and nothing else is kept."""
        self._panels = tuple(names)
        self._passes.ask_only(measures_of(self._panels))
        if self.run is not None:
            self._refresh(self.run)

    def show(self, playhead: Playhead, run: Run | None = None) -> None:
        """Want this playhead, of this run: show it now, or when its pass has been computed."""
        run = run or self.run
        if run is not None:
            self._place = replace(self._place, run=run, playhead=clamp(playhead, run))
            self._refresh(run)

    def repeat(self) -> None:
        """Say once more what is shown."""
        if self._frame is not None:
            self.changed.emit(self._frame)

    def stay(self) -> None:
        """Want what is on the screen, and nothing that is under way."""
        frame = self._frame
        if frame is not None:
            self._place = replace(self._place, run=frame.run, playhead=frame.playhead)
        self.halted.emit()

    # -- other runs --------------------------------------------------------------------------

    def edit(
        self,
        edit: str,
        change: Callable[[Run], Run],
        playhead: Playhead | None = None,
        *,
        looking: bool = False,
    ) -> None:
        """Change the run in a way that can be taken back; a refusal is said.

        Parameters
        ----------
        edit : str
            What undo calls it.
        change : callable (Run) → Run
            May raise ValueError, in words.
        playhead : Playhead, optional
            Another place in the film.
        looking : bool
            It is another side of what is open, which is no work that could be lost.
        """
        before = self.run
        if before is None:
            return

        def attempt() -> Run | ValueError:
            try:
                return change(before)
            except ValueError as error:
                return error

        def done(made: Run | ValueError) -> None:
            if isinstance(made, ValueError):
                self._tell(Notice(str(made), error=True))
                self.repeat()
                return
            self.remember(edit)
            if looking and self.home.path is None:
                self.home.follow(before, made)
            self.show(playhead or self.playhead, made)

        # Another side of what is open is a task of its own, of as many steps.
        if looking and not cost(size_of(before.task, before.architecture), "task").quick:
            self._jobs.submit(lambda _: attempt(), f"Preparing {before.steps:,} steps", done)
        else:
            done(attempt())

    def remember(self, edit: str) -> None:
        """An edit is about to be made of what is shown."""
        self._history.remember(self._place, edit)

    def land(self, opened: Opened, edit: str, *, looking: bool = False) -> None:
        """Show what a job made; `looking` as in `edit`."""
        run, before = opened.run, self._place
        same = before.run is not None and run.task is before.run.task
        looking = looking and not self.modified and self.home.path is None
        fresh = looking or before.run is None
        self.remember(edit)
        top = run.architecture.layers - 1
        alike = same and before.run is not None and before.run.architecture.layers == top + 1
        layer = before.playhead.layer if alike else top
        old = before.playhead if same else Playhead(compared=before.playhead.compared)
        playhead = opened.playhead or replace(old, snapshot=opened.snapshot, layer=layer)
        home = opened.home or (Home(run) if fresh else before.home)
        self.halted.emit()
        self._place = Place(run, playhead, home)
        self._passes.clear()
        self._passes.keep(opened.passing)
        self.show(playhead)
        known = before.run is not None and before.run.task.sequence is run.task.sequence
        notes = () if known else run.task.sequence.notes
        notes = () if same else (*notes, *run.task.notes)
        self._tell(Notice(" · ".join(notes)) if notes else None)
        if home is not before.home:
            self.homed.emit(home)

    def put(self, frame: Frame) -> None:
        """Show a frame that was made elsewhere."""
        self.halted.emit()
        self._place = Place(frame.run, frame.playhead, Home(frame.run))
        self._passes.clear()
        self._passes.keep(frame.passing)
        self.show(frame.playhead)

    def undo(self) -> None:
        """Take the last edit back, with its place in the film."""
        if self._history.past is not None:
            self._travel(self._history.back(self._place))

    def redo(self) -> None:
        """Make the edit again that was taken back last."""
        if self._history.future is not None:
            self._travel(self._history.again(self._place))

    def mark_saved(self, run: Run, path: Path, home: Home | None = None) -> None:
        """A run is on the disk now; `home` is where it belonged when it was saved."""
        home = home or self.home
        home.run, home.path, home.file = run, path, path
        self.homed.emit(home)

    # -- within ------------------------------------------------------------------------------

    def _travel(self, place: Place) -> None:
        self.halted.emit()
        before, self._place = self._place, place
        self.show(place.playhead)
        if place.home is not before.home:
            self.homed.emit(place.home)

    def _refresh(self, run: Run) -> None:
        playhead = self.playhead
        model, task = run.networks[playhead.snapshot], run.task
        same = self._passes.like(model, task)
        source = resolve_source(same.task if same else task, playhead.source)
        passing = self._passes.find((id(model), id(task), source))
        known, names = passing or same, measures_of(self._panels)
        if not at_once(run, playhead, names, known):
            key = (id(model), id(task), source, playhead.compared, names)
            if self._jobs.key != key:
                work = lambda told: pass_at(run, playhead, names, known, told)  # noqa: E731
                self._jobs.submit(work, computing(run), self._computed, key)
            return
        if passing is None:
            passing = self._passes.keep(pass_at(run, playhead, (), known))
        elif self._jobs.key is not None:
            self._jobs.drop()
            self._tell(None)
        self._frame = resolve(run, playhead, passing)
        self._place = replace(self._place, playhead=self._frame.playhead)
        self.repeat()

    def _computed(self, passing: Pass) -> None:
        self._tell(None)
        self._passes.keep(passing)
        if self.run is not None:
            self._refresh(self.run)
