"""The state: what is open and where in it the user is; and how a frame comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from rnnviz.data import Sequence as Steps
from rnnviz.data.labels import Made
from rnnviz.film import (
    Branches,
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
from rnnviz.film.panels import USUAL, measures_of
from rnnviz.film.settings import GIVEN
from rnnviz.film.truncation import window_of
from rnnviz.session.history import History, Home, Place
from rnnviz.session.jobs import Jobs, Notice, Tell
from rnnviz.session.work import Opened, Passes, at_once, computing, pass_at

_KEEPS_A_TOUR = "It keeps a tour: F5 presents it, Ctrl+Shift+E edits it"
_ONE_FOR_BOTH = (
    "One network is encoder and decoder at once here: it was trained, opened or scaled as one"
)


class State(QObject):
    """What the session shows: branches, playhead, panels, and the frame made of them.

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
        self._settled = self._place.home, history.entries  # of the frame
        self._passes = Passes()
        self._panels: tuple[str, ...] = USUAL
        self._said = ""  # as soon as what is wanted is shown
        self.first = Settings()
        self._undrawn: Callable[[Iterable[str]], str] = lambda _texts: ""
        jobs.rested.connect(self._catch_up)

    # -- what it holds -----------------------------------------------------------------------

    @property
    def place(self) -> Place:
        """What is wanted; its frame may still be computed."""
        return self._place

    @property
    def branches(self) -> Branches | None:
        """All that is open, with the place in the film that is wanted."""
        return self._place.branches

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
        """The settings chosen here last, for another sequence: η was made for another length.

        Those that came with a shipped problem, or with a network that was opened, stay there.
        """

        def own(place: Place) -> bool:
            run = place.run
            return run is not None and run.problem is None and run.settings.recurrent != GIVEN

        place = self._place if own(self._place) else self._history.last(own)
        if place is None or place.run is None:
            return self.first
        return replace(place.run.settings, learning_rate=None)

    @property
    def timeline(self) -> Timeline | None:
        """The timeline of the run that is wanted."""
        run, frame = self.run, self._frame
        if run is None:
            return None
        return frame.timeline if frame is not None and frame.run is run else Timeline(run.steps)

    @property
    def history(self) -> History:
        """What can be taken back."""
        return self._history

    @property
    def busy(self) -> bool:
        """Whether something is being read or computed."""
        return self._jobs.busy

    @property
    def modified(self) -> bool:
        """Whether there is work that would be lost: edits or updates since opening or saving."""
        return self.branches is not None and not self.home.holds(self.branches)

    @property
    def precious(self) -> bool:
        """Whether opening something else is to be asked about first; see `Home.precious`."""
        return self.branches is not None and self.home.precious(self.branches)

    def where(self) -> tuple[Timeline, float] | None:
        """The timeline and the position, for the clock; None while it must wait."""
        timeline = self.timeline
        if timeline is None or self._jobs.busy:
            return None
        return timeline, self.playhead.position

    # -- what is shown of it -----------------------------------------------------------------

    @property
    def panels(self) -> tuple[str, ...]:
        """The panels that are shown."""
        return self._panels

    def show_panels(self, names: Iterable[str]) -> None:
        """Which panels are shown: what they ask of a pass is found, and nothing else is kept."""
        self._panels = tuple(names)
        self._passes.ask_only(measures_of(self._panels))
        if self.branches is not None:
            self._refresh(self.branches)

    def show(self, playhead: Playhead, branches: Branches | None = None) -> None:
        """Want this playhead, of these: show it now, or when its pass has been computed."""
        branches = branches or self.branches
        if branches is not None:
            branches = branches.at(clamp(playhead, branches.run))
            self._place = replace(self._place, branches=branches)
            self._refresh(branches)

    def switch(self, branches: Branches) -> None:
        """Show another branch, which is no edit; what is under way was of the one before."""
        self.drop()
        self.show(branches.playhead, branches)

    def drop(self) -> None:
        """Want nothing of what is under way: it was of other branches."""
        if self._jobs.busy:
            self._jobs.drop()
            self._tell(None)

    def repeat(self) -> None:
        """Say once more what is shown."""
        if self._frame is not None:
            self.changed.emit(self._frame)

    def stay(self) -> None:
        """Want what is on the screen, and nothing that is under way."""
        frame, self._said = self._frame, ""
        if frame is not None:
            before, (home, entries) = self._place, self._settled
            self._place = Place(frame.branches, home)
            self._history.restore(entries)
            if home is not before.home:
                self.homed.emit(home)
        self.halted.emit()

    # -- other runs --------------------------------------------------------------------------

    def edit(
        self,
        edit: str,
        change: Callable[[Branches], Branches],
        *,
        looking: bool = False,
        same_task: bool = False,
        said: str = "",
        goes_on: bool = False,
    ) -> None:
        """Change what is open in a way that can be taken back; a refusal is said.

        Parameters
        ----------
        edit : str
            What undo calls it.
        change : callable (Branches) → Branches
            May raise ValueError, in words.
        looking : bool
            It is another side of what is open, which is no work that could be lost.
        same_task : bool
            No task is made for it: it is done at once.
        said : str
            What is said when it is done.
        goes_on : bool
            It is one with the edit before, and taken back with it.
        """
        before = self.branches
        if before is None:
            return

        def attempt() -> Branches | ValueError:
            try:
                return change(before)
            except ValueError as error:
                return error

        def done(made: Branches | ValueError, playhead: Playhead | None = None) -> None:
            now = self.branches
            if now is None or not same_runs(now, before):  # a training has ended, or an edit
                self.edit(
                    edit,
                    change,
                    looking=looking,
                    same_task=same_task,
                    said=said,
                    goes_on=goes_on,
                )
                return
            if isinstance(made, ValueError):
                self._tell(Notice(str(made), error=True))
                self.repeat()
                return
            if goes_on:
                self._history.rename(edit)
            else:
                self.remember(edit)
            if looking and self.home.path is None:
                self.home.follow(before, made)
            self._said = said
            self.show(playhead or made.playhead, made)
            if made.run.serves_both and not before.run.serves_both:
                self._tell(Notice(f"{_ONE_FOR_BOTH}."))

        # Another side of what is open is a task of its own, of as many steps.
        size = size_of(before.task, before.run.architecture)
        if looking and not same_task and not cost(size, "task", "network").quick:
            words = f"Preparing {before.task.steps:,} steps"
            self._jobs.submit(lambda _: attempt(), words, lambda made: done(made, self.playhead))
        else:
            done(attempt())

    def remember(self, edit: str) -> None:
        """An edit is about to be made of what is shown."""
        self._history.remember(self._place, edit)

    def land(self, opened: Opened, edit: str, *, looking: bool = False) -> None:
        """Show what a job made; `looking` as in `edit`."""
        self.halted.emit()
        run, before = opened.run, self._place
        same = before.run is not None and run.task is before.run.task
        looking = looking and not self.modified and self.home.path is None
        fresh = looking or before.run is None
        self.remember(edit)
        branches = opened.branches or Branches.of(run)
        if opened.home is None and before.branches is not None:
            branches = before.branches.with_runs(
                {before.branches.active: run, **(opened.beside or {})}
            )
        top = run.architecture.layers - 1
        alike = same and before.run is not None and before.run.architecture.layers == top + 1
        layer = before.playhead.layer if alike else top
        old = before.playhead if same else Playhead()
        playhead = replace(old, snapshot=opened.snapshot, layer=layer)
        if opened.branches is not None:
            playhead = opened.branches.playhead
        home = opened.home
        if home is None:
            home = Home(branches, panels=before.home.panels) if fresh else before.home
        self._place = Place(branches, home)
        self._passes.clear()
        self._passes.keep(opened.passing)
        self.show(playhead)
        known = before.run is not None and before.run.task.sequence is run.task.sequence
        notes = () if known else self._of_sequence(run.task.sequence)
        notes = () if same else (*notes, *run.task.notes)
        if run.serves_both:
            notes = (*notes, _ONE_FOR_BOTH)
        if opened.home is not None and opened.home.path is not None:
            # Of a document nothing is guessed: it was said when its file was read.
            notes = (_KEEPS_A_TOUR,) if opened.home.tour else ()
        self._tell(Notice(" · ".join(notes)) if notes else None)
        if home is not before.home:
            self.homed.emit(home)

    def draws_with(self, undrawn: Callable[[Iterable[str]], str]) -> None:
        """Whoever draws texts says what of them cannot be drawn, as a note."""
        self._undrawn = undrawn

    def _of_sequence(self, sequence: Steps) -> tuple[str, ...]:
        """What is said of a sequence when it is opened."""
        # Of many words the first are looked at, so that nobody waits for it, and of numbers none.
        tokens = sequence.tokens
        words = () if isinstance(tokens, Made) and tokens.plain else tokens[:20_000]
        said = self._undrawn((*sequence.columns, *words))
        return (*sequence.notes, said) if said else sequence.notes

    def put(
        self, frame: Frame, home: Home, edit: str = "", panels: Iterable[str] | None = None
    ) -> None:
        """Show a frame that was made elsewhere; where it is an edit, its notes are said.

        `panels` are those that are going to be shown with it, if these are others.
        """
        self.halted.emit()
        if panels is not None:
            self._panels = tuple(panels)
        if edit:
            self.remember(edit)
        self._place = Place(frame.branches, home)
        self._passes.clear()
        self._passes.keep(frame.passing)
        self.show(frame.playhead)
        if edit:
            notes = (*self._of_sequence(frame.task.sequence), *frame.task.notes)
            if frame.run.serves_both:
                notes = (*notes, _ONE_FOR_BOTH)
            self._tell(Notice(" · ".join(notes)) if notes else None)
        self.homed.emit(home)

    def undo(self) -> None:
        """Take the last edit back, with its place in the film."""
        if self._history.past is not None:
            self._travel(self._history.back(self._place))

    def redo(self) -> None:
        """Make the edit again that was taken back last."""
        if self._history.future is not None:
            self._travel(self._history.again(self._place))

    def turn_back(self, fits: Callable[[Place], bool], edit: str) -> bool:
        """Show the last place before that fits, as an edit of its own; whether there is one."""
        place = self._history.last(fits)
        if place is not None:
            self.remember(edit)
            self._travel(place)
        return place is not None

    def mark_saved(
        self, branches: Branches, path: Path, home: Home | None = None, mark: bytes | None = None
    ) -> None:
        """They are on the disk now; `home` is where they belonged when they were saved."""
        home = home or self.home
        home.mark = mark
        home.branches, home.path, home.file = branches, path, path
        self.homed.emit(home)

    # -- within ------------------------------------------------------------------------------

    def _travel(self, place: Place) -> None:
        self.halted.emit()
        self.drop()
        before, self._place = self._place, place
        self.show(place.playhead)
        if place.home is not before.home:
            self.homed.emit(place.home)

    def _refresh(self, branches: Branches) -> None:
        run, playhead = branches.run, branches.playhead
        model, task, window = run.networks[playhead.snapshot], run.task, window_of(run)
        same = self._passes.like(model, task, window)
        source = resolve_source(same.task if same else task, playhead.source)
        passing = self._passes.find((id(model), id(task), source, window))
        known, names = passing or same, measures_of(self._panels)
        if not at_once(branches, names, known):
            others = branches.others
            beside = tuple((id(b.run.networks[b.snapshot]), window_of(b.run)) for b in others)
            key = (id(model), id(task), source, window, beside, names)
            if self._jobs.key != key:
                work = lambda told: pass_at(branches, names, known, told)  # noqa: E731
                self._jobs.submit(work, computing(run), self._computed, key)
            return
        if passing is None:
            passing = self._passes.keep(pass_at(branches, (), known))
        elif self._jobs.key is not None:
            self._jobs.drop()
            self._tell(None)
        self._frame = resolve(run, playhead, passing, branches)
        self._place = replace(self._place, branches=self._frame.branches)
        self._settled = self._place.home, self._history.entries
        self.repeat()
        said, self._said = self._said, ""
        if said:
            self._tell(Notice(said))

    def _catch_up(self) -> None:
        """Show what is wanted where another job has taken the place of its pass."""
        branches, frame = self.branches, self._frame
        if branches is not None and frame is not None and frame.branches is not branches:
            self._refresh(branches)

    def _computed(self, passing: Pass) -> None:
        self._tell(None)
        self._passes.keep(passing)
        if self.branches is not None:
            self._refresh(self.branches)


def same_runs(one: Branches, other: Branches) -> bool:
    """Whether they differ in where they are looked at, at most."""
    return [(b.run, b.name) for b in one.each] == [(b.run, b.name) for b in other.each]
