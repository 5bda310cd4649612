"""The one object that views and commands talk to: the parts of a session, put together.

The rule of its face: what concerns the film and what is open is flat, an intent or a question of
the session's own (`session.seek`, `session.train`, `session.frame`), whichever part answers it; the
parts behind are nobody's business. Three parts are called by their names, since they are about the
user's disk and desktop and no picture comes of them: `session.autosave`, `session.preferences` and
`session.author`, who makes tours.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from rnnviz.files.errors import Cancelled
from rnnviz.film import Branches, Frame, NetworkInfo, Plan, Playhead, Progress, Run, Settings
from rnnviz.film.cost import BUDGETS, set_budget, set_budgets
from rnnviz.session.aside import Continuer, Estimator
from rnnviz.session.autosave import INTERVAL, Autosave
from rnnviz.session.catalogue import Catalogue
from rnnviz.session.edits import Branching, Edits
from rnnviz.session.history import History, Home
from rnnviz.session.jobs import Jobs, Notice
from rnnviz.session.moves import Clock, Moves
from rnnviz.session.opener import Opener
from rnnviz.session.outgoing import Outgoing
from rnnviz.session.preferences import Preferences
from rnnviz.session.state import State
from rnnviz.session.trainer import Trainer
from rnnviz.session.work import reason_of

if TYPE_CHECKING:
    from rnnviz.session.authoring import Author
    from rnnviz.session.presenting import Presenter
    from rnnviz.tours.scenes import Tour


class Session(QObject):
    """The state of the program, and everything that may be done to it.

    Signals
    -------
    changed : Frame
        The run, the playhead, or whether and how fast it plays has changed.
    told : Notice or None
        Something to say to the user; None takes back what was said.
    training : Progress
        A training has begun, come further or ended.
    continued : Continued
        A text that is being continued has come further (`continue_text`).
    estimated : Estimate
        What a training would take that was asked about (`estimate`).
    homed : Home
        Something else is open, or what is open was saved.
    asked : Asked
        There is something to choose: `look_again`, `open_asked` or `forget_asked` answers.
    informed : NetworkInfo
        A network of the user's was opened.
    toured : Presenter or None
        A tour is presented now, or none any more.

    Parameters
    ----------
    preferences : Preferences, optional
        What is remembered between two starts; nothing, without them.
    folder : Path, optional
        Where work that was not saved is kept for a crash; nowhere, without one.
    interval : int
        Milliseconds between two looks at it.

    Attributes
    ----------
    preferences : Preferences
    autosave : Autosave
        Saves documents, now and for a crash.
    draws_with : callable
        Is told by whoever draws texts what says what of them cannot be drawn.
    """

    changed = Signal(object)
    told = Signal(object)
    training = Signal(object)
    estimated = Signal(object)
    continued = Signal(object)
    homed = Signal(object)
    asked = Signal(object)
    informed = Signal(object)
    toured = Signal(object)

    def __init__(
        self,
        preferences: Preferences | None = None,
        folder: Path | None = None,
        interval: int = INTERVAL,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        tell = self.told.emit
        self.preferences = preferences or Preferences(kept=False)
        set_budgets({name: self.preferences.value(name) for name in BUDGETS})
        self._jobs = jobs = Jobs(tell, self)
        history = History()
        self._state = state = State(jobs, history, tell, self)
        self._clock = clock = Clock(state.where, self)
        self._trainer = trainer = Trainer(state, tell, self)
        self._estimator = Estimator(self)
        self._continuer: Continuer | None = None
        self._presenter: Presenter | None = None
        self._author: Author | None = None
        self._network_file: Path | None = None  # the one that was opened last
        self._edits = edits = Edits(state, history, jobs, trainer, tell)
        moves = Moves(state, clock, tell)
        branching = Branching(state, jobs, trainer, tell)
        opener = Opener(state, edits, jobs, trainer, tell, self)
        ships = Catalogue(state, jobs, trainer, opener)
        self._outgoing = outgoing = Outgoing(state, tell, self)
        self.autosave = Autosave(
            state, opener.open_document, self.say, trainer.learned, folder, interval, self
        )
        self.draws_with = state.draws_with
        # Whether nothing is read, computed or asked that a message or a question would disturb.
        self._free = self.autosave.free = lambda: not (jobs.busy or opener.asking)
        self.autosave.places = lambda: [Path(path).parent for path in self.preferences.recent]
        jobs.rested.connect(self.autosave.offer)
        self._unsaid: list[Notice] = []
        jobs.rested.connect(self._catch_up)

        state.halted.connect(clock.finish)
        state.changed.connect(self.changed)
        state.homed.connect(self.homed)
        clock.switched.connect(state.repeat)
        trainer.changed.connect(self.training)
        self._estimator.estimated.connect(self.estimated)
        opener.asked.connect(self.asked)
        opener.informed.connect(self._inform)
        opener.toured.connect(self.present)
        jobs.failed.connect(self._failed)

        # What is looked at, and where the film is.
        self.choose_source, self.choose_summed = moves.choose_source, moves.choose_summed
        self.choose_compared, self.choose_quantity = (
            branching.choose_compared,
            moves.choose_quantity,
        )
        self.select_unit, self.select_layer = moves.select_unit, moves.select_layer
        self.select_second, self.next_plane = moves.select_second, moves.next_plane
        self.choose_origin, self.move_origin = moves.choose_origin, moves.move_origin
        self.choose_horizon, self.choose_column = moves.choose_horizon, moves.choose_column
        self.choose_copies, self.more_copies = moves.choose_copies, moves.more_copies
        self.choose_lags = moves.choose_lags
        self.show_panels = state.show_panels
        self.seek, self.next, self.next_phase = moves.seek, moves.next, moves.next_phase
        self.previous, self.to_start, self.to_end = moves.previous, moves.to_start, moves.to_end
        self.to_stage, self.toggle_play = moves.to_stage, moves.toggle_play
        self.set_animated, self.pause = moves.set_animated, clock.pause
        self.set_still = moves.set_still
        self.set_speed, self.faster, self.slower = clock.set_speed, clock.faster, clock.slower
        # The branches of what is open.
        self.fork, self.switch_to = branching.fork, branching.switch_to
        self.next_branch, self.previous_branch = branching.next_branch, branching.previous_branch
        self.rename_branch, self.close_branch = branching.rename_branch, branching.close_branch
        # Edits, and back again.
        self.set_settings, self.set_learning_rate = edits.set_settings, edits.set_learning_rate
        self.set_layers = edits.set_layers
        self.reset, self.undo, self.redo = edits.reset, edits.undo, edits.redo
        self.choose_mode, self.forecast = edits.choose_mode, edits.forecast
        self.set_own, self.set_temperature = edits.set_own, edits.set_temperature
        self.scale_weights, self.settle_scaling = edits.scale_weights, edits.settle_scaling
        self.fresh_network = edits.fresh_network
        self.draw_again, self.check_gradient = edits.draw_again, edits.check_gradient
        self.mark_saved = state.mark_saved
        # Training.
        self.offer_training, self.train = trainer.offer, trainer.start
        self.stop_training, self.follow_training = trainer.stop, trainer.follow
        self.seek_training, self.end_training = trainer.seek, trainer.give_way
        self.seek_best, self.seek_last = trainer.seek_best, trainer.seek_last
        # Something else: texts, files.
        self.open_text, self.open_default = opener.open_text, opener.open_default
        self.open_file, self.open_files = opener.open_file, opener.open_files
        self.open_with_choices, self.open_document = opener.open_with_choices, opener.open_document
        self.look_again, self.open_asked = opener.look_again, opener.open_asked
        self.forget_asked, self.cancel = opener.forget_asked, opener.cancel
        self.open_frame, self.open_made = opener.open_frame, opener.open_made
        self.open_sample = opener.open_sample
        # What ships.
        self.open_problem, self.catalogue = ships.open_problem, ships.catalogue
        self.open_exercise, self.exercise_kinds = ships.open_exercise, ships.exercise_kinds
        self.why_no_exercise = ships.why_no_exercise
        self.open_twins, self.open_tour = ships.open_twins, ships.open_tour
        self.tours = ships.tours
        self.open_example, self.set_length = ships.open_example, ships.set_length
        self.read, self.leave_problem = ships.read, ships.leave_problem
        # For other programs.
        self.save_weights, self.save_numbers = outgoing.save_weights, outgoing.save_numbers
        self.write_exercise = outgoing.write_exercise
        self.size_of_numbers = outgoing.size_of_numbers
        self.numbers_of_step, self.formats = outgoing.numbers_of_step, outgoing.formats
        self.export, self.write_made = outgoing.export, outgoing.write_made
        self.stop_writing, self.finish_writing = outgoing.cancel, outgoing.finish

    # -- what is shown -----------------------------------------------------------------------

    @property
    def frame(self) -> Frame | None:
        """The frame that is shown; None before anything was opened."""
        return self._state.frame

    @property
    def branches(self) -> Branches | None:
        """All that is open, with the place in the film that is wanted."""
        return self._state.branches

    @property
    def shown_branch(self) -> int:
        """The place of the branch that is shown, from 0."""
        return 0 if self._state.branches is None else self._state.branches.active

    @property
    def run(self) -> Run | None:
        """The run that is wanted; its frame may still be computed."""
        return self._state.run

    @property
    def playhead(self) -> Playhead:
        """The playhead that is wanted."""
        return self._state.playhead

    @property
    def panels(self) -> tuple[str, ...]:
        """The panels that are shown."""
        return self._state.panels

    @property
    def settings(self) -> Settings:
        """The network's settings."""
        return self._state.settings

    def allow_memory(self, gigabytes: float) -> None:
        """How much memory a pass may take, now and in the next start."""
        set_budget("memory_pass", gigabytes)
        self.preferences.keep("memory_pass", gigabytes)

    def begin_with(self, settings: Settings) -> None:
        """The settings of the first network, before anything is opened."""
        self._state.first = settings

    @property
    def kept_passes(self) -> int:
        """How many passes are kept, to be shown again at once."""
        return len(self._state.passes)

    # -- what goes on ------------------------------------------------------------------------

    @property
    def clock(self) -> Clock:
        """What moves the film as time passes, for those who pass it by hand."""
        return self._clock

    @property
    def playing(self) -> bool:
        """Whether the film runs on by itself."""
        return self._clock.playing

    @property
    def speed(self) -> float:
        """How fast, 1 is every phase at its own length."""
        return self._clock.speed

    @property
    def busy(self) -> bool:
        """Whether something is being read or computed beside the interface."""
        return self._jobs.busy

    @property
    def progress(self) -> Progress:
        """How far a training has come."""
        return self._trainer.progress

    @property
    def writing(self) -> tuple[Path, ...]:
        """The files that are still to be written for other programs."""
        return self._outgoing.writing

    @property
    def at_rest(self) -> bool:
        """Whether no thread works any more, not even on what nobody asks for now."""
        parts = (self._trainer, self._estimator, self._jobs, self._outgoing, self._continuer,
                 self._presenter, self._author)  # fmt: skip
        return all(part is None or part.at_rest for part in parts)

    @property
    def tour(self) -> Presenter | None:
        """The tour that is presented; None where none is."""
        return self._presenter

    @property
    def author(self) -> Author:
        """Makes a tour; called by its name, as the other parts that are about files."""
        if self._author is None:
            from rnnviz.session.authoring import Author  # not before it is needed

            made = self._author = Author(
                self._state, self._clock, self.autosave, self.say, self.present, self
            )
            made.network = lambda: self._network_file
            self.autosave.tour = made.unsaved
            made.toured(self._presenter)
            self.toured.connect(made.toured)
        return self._author

    @property
    def has_author(self) -> bool:
        """Whether a tour has been made since the start."""
        return self._author is not None

    def present(self, tour: Tour, scene: int = 0, like: Presenter | None = None) -> None:
        """Present a tour from one of its scenes on, in place of one that is presented.

        `like` another session's presenter does, whose scenes are ready for this one too.
        """
        from rnnviz.session.presenting import Presenter  # not before it is needed

        former = self._presenter
        self.leave_tour()
        state, trainer, clock = self._state, self._trainer, self._clock
        tell = self.told.emit
        self._presenter = Presenter(tour, state, trainer, clock, tell, self, like)
        if former is not None:
            self._presenter.take_over(former)
        self.toured.emit(self._presenter)
        if like is None:
            self._presenter.go(scene)

    def leave_tour(self) -> None:
        """Present no tour any more; what its scene shows stays."""
        presenter, self._presenter = self._presenter, None
        if presenter is not None:
            presenter.close()
            self.toured.emit(None)
            presenter.deleteLater()

    def continue_text(self, count: int, temperature: float, seed: int) -> None:
        """Continue the text on the stage; `continued` says how far that is."""
        if self.frame is None:
            return
        if self._continuer is None:
            self._continuer = Continuer(self)
            self._continuer.grown.connect(self.continued)
        self._continuer.begin(self.frame, count, temperature, seed)

    def stop_continuing(self) -> None:
        """End a continuation; what was said stays."""
        if self._continuer is not None:
            self._continuer.stop()

    def estimate(self, plan: Plan) -> None:
        """Measure what a training would take; `estimated` says it, of the plan asked last."""
        if self.run is not None:
            self._estimator.ask(self.run, plan)

    def forget_estimate(self) -> None:
        """Nobody asks any more what a training would take."""
        self._estimator.forget()

    # -- what can be taken back, and lost ----------------------------------------------------

    @property
    def undoes(self) -> str | None:
        """What undo takes back ("cell LSTM"); None where there is nothing."""
        return self._edits.undoes

    @property
    def redoes(self) -> str | None:
        """What redo makes again; None where there is nothing."""
        return self._edits.redoes

    @property
    def home(self) -> Home:
        """Where the run belongs."""
        return self._state.home

    @property
    def document_path(self) -> Path | None:
        """The document that is open; None where there is none yet."""
        return self._state.home.path

    @property
    def modified(self) -> bool:
        """Whether work would be lost: edits or updates since opening or saving, or a training."""
        return self._state.modified or self._trainer.running

    @property
    def precious(self) -> bool:
        """Whether opening something else is to be asked about first; see `Home.precious`."""
        return self._state.precious or self._trainer.running

    def say(self, notice: Notice | None) -> None:
        """Say something to the user; what is said beside other news waits for what is under way."""
        if notice is not None and notice.beside and not self._free():
            self._unsaid.append(notice)
        else:
            self.told.emit(notice)

    def _catch_up(self) -> None:
        while self._unsaid and self._free():
            self.told.emit(self._unsaid.pop(0))

    def _inform(self, info: NetworkInfo) -> None:
        self._network_file = Path(info.path)
        self.informed.emit(info)

    def close(self) -> None:
        """Finish saving, stop the clock, drop a training and wait for all threads."""
        self.autosave.close()
        self._outgoing.close()
        self._clock.pause()
        self._trainer.close()
        self._estimator.close()
        if self._continuer is not None:
            self._continuer.close()
        if self._presenter is not None:
            self._presenter.close()
        if self._author is not None:
            self._author.close()
        self._jobs.stop()

    def leave(self) -> None:
        """Keep what is open for the next start; the process must end at once. Nobody is asked."""
        self._trainer.halt()
        self._jobs.drop()
        self._outgoing.leave()
        self.autosave.leave()
        self.preferences.sync()

    def _failed(self, error: Exception) -> None:
        """What was on the screen stays, and is what is wanted."""
        self._state.stay()
        silent = isinstance(error, Cancelled)
        self.told.emit(None if silent else Notice(reason_of(error), error=True))
