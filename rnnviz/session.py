"""The one object that holds the state: a run, a playhead, whether it plays.

Views send intents here and get a Frame back by `changed`; nothing else changes the state.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sized
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from rnnviz.data import (
    DEFAULT_SENTENCE,
    DataError,
    Task,
    ahead,
    make_task,
    read_sequence,
    sample_path,
    sequence_from_text,
)
from rnnviz.film import (
    Frame,
    Lesson,
    Offer,
    Pass,
    Plan,
    Playhead,
    Progress,
    Run,
    Settings,
    Stage,
    Timeline,
    clamp,
    compute_pass,
    resolve,
    resolve_source,
    start_run,
)
from rnnviz.fitting import Ended, make_offer
from rnnviz.home import Home
from rnnviz.lessons import catalogue, open_lesson, with_example, with_length, with_text
from rnnviz.player import Player
from rnnviz.trainer import Trainer
from rnnviz.worker import Worker

# Steps × (a constant + what grows with H) that are quick enough for the interface's thread.
_AT_ONCE = 1_500.0
# The same for opening: steps × units.
_SHORT = 16_000
_KEPT_PASSES = 4
# Edits that can be taken back. Runs share what did not change.
_REMEMBERED = 100
_History = list[tuple[Run, Playhead, Home]]
_DOCUMENTS = ".rnnviz"
_Key = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Notice:
    """One message for the user, plain text."""

    text: str
    error: bool = False


@dataclass(frozen=True, slots=True)
class _Opened:
    """What a job made: a new run with its first pass.

    With a home it is something else; without one it is an edit of what is open, or (`looking`) only
    another side of it, which is no work that could be lost.
    """

    run: Run
    passing: Pass
    snapshot: int = 0
    playhead: Playhead | None = None
    home: Home | None = None
    looking: bool = False


class Session(QObject):
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
    told = Signal(object)
    training = Signal(object)
    homed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run: Run | None = None
        self._first = Settings()
        self._playhead = Playhead()
        self._frame: Frame | None = None
        self._home = Home()
        self._passes: OrderedDict[_Key, Pass] = OrderedDict()
        self._past: _History = []
        self._future: _History = []
        self._pending: _Key | None = None
        self._worker = Worker(self)
        self._worker.finished.connect(self._answered)
        self._previewed: Run | None = None
        self._trainer = Trainer(self)
        self._trainer.changed.connect(self.training)
        self._trainer.shown.connect(self._preview)
        self._trainer.trained.connect(self._trained)
        self._trainer.failed.connect(lambda error: self.told.emit(Notice(_reason(error), True)))
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
    def playing(self) -> bool:
        """Whether the film runs on by itself."""
        return self._player.playing

    @property
    def speed(self) -> float:
        """How fast, 1 is every phase at its own length."""
        return self._player.speed

    @property
    def busy(self) -> bool:
        """Whether something is being read or computed off this thread."""
        return self._worker.busy

    @property
    def settings(self) -> Settings:
        """The network's settings."""
        return self._run.settings if self._run else self._first

    @property
    def run(self) -> Run | None:
        """The run that is wanted; its frame may still be computed."""
        return self._run

    @property
    def playhead(self) -> Playhead:
        """The playhead that is wanted."""
        return self._playhead

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

    def mark_saved(self, run: Run, path: Path, home: Home | None = None) -> None:
        """A run is on the disk now; `home` is where it belonged when it was saved."""
        home = home or self._home
        home.run, home.path, home.file = run, path, path
        self.homed.emit(home)

    # -- opening -----------------------------------------------------------------------------

    def open_text(
        self, text: str, unit: str = "words", name: str = "typed text", *, edit: bool = True
    ) -> None:
        """Show a text; a message and nothing else changed if there is nothing in it.

        It is an edit of what is open, or (not `edit`) something else.
        """
        settings = self._fresh_settings()

        def work() -> _Opened:
            made = _open(make_task(sequence_from_text(text, unit=unit, name=name)), settings)
            return made if edit else _at_home(made)

        self._start(work, text)

    def open_file(self, path: str | Path, unit: str | None = None) -> None:
        """Read a file off this thread and show it; a message and nothing else changed if bad."""
        if Path(path).suffix.lower() == _DOCUMENTS:
            self.open_document(path)
            return
        settings = self._fresh_settings()
        self.told.emit(Notice(f"Opening {Path(path).name} …"))
        self._pending = None
        self._worker.submit(
            lambda: _at_home(_open(make_task(read_sequence(path, unit=unit)), settings), path)
        )

    def open_document(self, path: str | Path, home: Home | None = None) -> None:
        """Read a document off this thread and show it where it was left.

        `home` says where it belongs if not in this file.
        """
        self.told.emit(Notice(f"Opening {Path(path).name} …"))
        self._pending = None
        self._worker.submit(lambda: _document(path, home))

    def begin_with(self, settings: Settings) -> None:
        """The settings of the first network, before anything is opened."""
        self._first = settings

    def open_default(self, unit: str = "words") -> None:
        """Show the lecture's sentence."""
        self.open_text(DEFAULT_SENTENCE, unit, "the lecture's sentence", edit=False)

    def open_frame(self, frame: Frame) -> None:
        """Show a frame that was made elsewhere."""
        self.pause()
        self._run, self._playhead = frame.run, frame.playhead
        self._home = Home(frame.run)
        self._passes.clear()
        self._keep(frame.passing)
        self._show(frame.playhead)

    def open_sample(self) -> None:
        """Show the series that ships with the program."""
        try:
            self.open_file(sample_path())
        except DataError as error:
            self.told.emit(Notice(str(error), error=True))

    def open_lesson(self, name: str, example: str = "") -> None:
        """Show a shipped problem with its trained network; its first example, or another."""
        self.told.emit(Notice("Opening …"))
        self._pending = None
        self._worker.submit(lambda: _at_home(_with_pass(open_lesson(name, example))))

    @staticmethod
    def catalogue() -> tuple[tuple[str, Lesson], ...]:
        """The shipped problems, each with its mode; slow the first time, fit for any thread."""
        return catalogue()

    def open_example(self, example: str) -> None:
        """Another example of the shipped problem that is open, for the same network."""
        run = self._run
        if run is not None and run.lesson is not None:
            self._continue(lambda: with_example(run, example), looking=True)

    def set_length(self, length: int) -> None:
        """Another length of the shipped problem that is open, for the same network."""
        run = self._run
        if run is not None and run.lesson is not None and run.lesson.length != length:
            self._continue(lambda: with_length(run, length))

    def forecast(self, steps: int) -> None:
        """Let the network go on beyond the end of a series, fed its own forecasts; 0: not."""
        run = self._run
        if run is not None:
            self._edit(lambda: run.with_task(ahead(run.task, steps)))

    def read(self, text: str) -> None:
        """What the user typed for the shipped problem that is open, for the same network."""
        run = self._run
        if run is None or run.lesson is None:
            self.open_text(text)
        else:
            self._continue(lambda: with_text(run, text))

    def choose_mode(self, mode: str) -> None:
        """The same sequence and network in another of the five modes."""
        run = self._run
        if run is not None and run.task.mode != mode:
            self._edit(lambda: run.in_mode(mode))

    def set_own(self, own: bool) -> None:
        """Whether fed-back steps are fed the network's own answers, or the targets."""
        run = self._run
        if run is not None and run.task.own != own:
            self._edit(lambda: run.with_task(replace(run.task, own=own)))

    def set_temperature(self, temperature: float) -> None:
        """How boldly the network's own answers are drawn; 0 takes the likeliest."""
        run = self._run
        if run is not None and run.task.temperature != temperature:
            self._edit(lambda: run.with_task(run.task.with_temperature(temperature)))

    def draw_again(self) -> None:
        """The network's own answers, drawn anew."""
        run = self._run
        if run is not None:
            task = run.task
            again = task.with_temperature(task.temperature, task.seed + 1)
            self._edit(lambda: run.with_task(again))

    def seek_training(self, origin: int) -> None:
        """The network as it was at another snapshot of its training; the film's updates end."""
        run = self._run
        if run is None or not 0 <= origin < len(run.log) or origin == run.origin:
            return
        if len(run.networks) > 1:
            self._remember()
        self._run = run.at_origin(origin)
        if len(run.networks) == 1:
            self._home.follow(run, self._run)
        self._show(replace(self._playhead, snapshot=0))

    def offer_training(self) -> Offer | None:
        """What can be planned for what is open; None before anything is."""
        return None if self._run is None else make_offer(self._run)

    def train(self, plan: Plan) -> None:
        """Train off this thread; what was learned becomes one edit when it ends."""
        if self._run is not None:
            self._previewed = None
            self._trainer.start(self._run, plan, lambda run: _cost(run) <= _AT_ONCE)

    def stop_training(self) -> None:
        """End a training and keep what was learned."""
        self._trainer.stop()

    def follow_training(self, follow: bool) -> None:
        """Whether the newest snapshot is shown while a training goes on."""
        self._trainer.set_follow(follow)

    @property
    def progress(self) -> Progress:
        """How far a training has come."""
        return self._trainer.progress

    def set_settings(self, settings: Settings) -> None:
        """Another network on the same sequence, or other updates; the playhead keeps its place.

        Other weights begin anew with the learning rate in force; another optimiser brings its own.
        """
        run = self._run
        if run is None or settings == run.settings:
            return
        if settings.same_weights(run.settings):
            settings = replace(settings, learning_rate=None)
            self._edit(lambda: run.with_updates(settings, self._playhead.snapshot))
            return
        settings = replace(settings, learning_rate=run.learning_rate)
        task, lesson, source = run.task, run.lesson, self._playhead.source
        self._start(lambda: _open(task, settings, source, lesson), task.x)

    def reset(self) -> None:
        """Back to the seed's weights and the start."""
        run = self._run
        if run is None:
            return
        self.pause()
        self._edit(lambda: run.up_to(0), replace(self._playhead, snapshot=0, position=0.0))

    def set_learning_rate(self, rate: float) -> None:
        """Another η for the updates from this snapshot on."""
        run = self._run
        if run is not None and rate != run.learning_rate:
            self._edit(lambda: run.with_learning_rate(rate, self._playhead.snapshot))

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

    # -- looking -----------------------------------------------------------------------------

    def choose_source(self, step: int) -> None:
        """Follow the loss of one step, alone."""
        self._show(replace(self._playhead, source=step, summed=False))

    def choose_summed(self, summed: bool) -> None:
        """Show the gradient of the sum of all losses, or of the one source."""
        self._show(replace(self._playhead, summed=summed))

    def select_unit(self, unit: int) -> None:
        """Select a hidden unit everywhere; −1 for none."""
        self._show(replace(self._playhead, unit=unit))

    def select_layer(self, layer: int) -> None:
        """Show another layer's state and gradient; 0 is the lowest."""
        self._show(replace(self._playhead, layer=layer))

    def choose_quantity(self, quantity: str) -> None:
        """Show the state "a", the cell state "c" or a gate in the state panel."""
        self._show(replace(self._playhead, quantity=quantity))

    # -- moving ------------------------------------------------------------------------------

    def seek(self, position: float) -> None:
        """Put the playhead somewhere in this pass; playing goes on from there."""
        self._player.jumped()
        self._move(position)

    def next(self) -> None:
        """One step on, animated; during an animation, finish it at once."""
        self._player.forward(Timeline.next_stop)

    def next_phase(self) -> None:
        """One phase on, animated; during an animation, finish it at once."""
        self._player.forward(Timeline.next_phase)

    def previous(self) -> None:
        """One step back, at once; from the start of a pass to the end of the one before."""
        self.pause()
        playhead, timeline = self._playhead, self._timeline
        if timeline is None:
            return
        if playhead.position <= 0.0 and playhead.snapshot > 0:
            end = float(timeline.end)
            self._show(replace(playhead, snapshot=playhead.snapshot - 1, position=end))
        else:
            self._move(timeline.previous_stop(playhead.position))

    def to_start(self) -> None:
        """To the start of this pass; from there to the start of the first."""
        self.pause()
        snapshot = self._playhead.snapshot if self._playhead.position > 0.0 else 0
        self._show(replace(self._playhead, snapshot=snapshot, position=0.0))

    def to_end(self) -> None:
        """To the end of this pass, its update."""
        self.pause()
        if self._timeline is not None:
            self._move(float(self._timeline.end))

    def to_stage(self, stage: Stage) -> None:
        """To the last stop before a stage begins: backward from T, or the update."""
        self.pause()
        if self._timeline is not None:
            ends = {Stage.BACKWARD: self._timeline.steps, Stage.UPDATE: self._timeline.end - 1}
            self._move(float(ends.get(stage, 0)))

    def toggle_play(self) -> None:
        """Play or pause."""
        if self._player.playing:
            self._player.pause()
        elif self._run is not None:
            self._player.play()

    def pause(self) -> None:
        """Stand still, wherever it is."""
        self._player.pause()

    def set_speed(self, speed: float) -> None:
        """Play faster or slower; clamped to 0.25 … 8."""
        self._player.set_speed(speed)

    def faster(self) -> None:
        """The next higher speed."""
        self._player.faster()

    def slower(self) -> None:
        """The next lower speed."""
        self._player.slower()

    def set_animated(self, animated: bool) -> None:
        """Whether a step is animated, or done at once (for those whom motion disturbs)."""
        self._player.animated = animated

    def close(self) -> None:
        """Stop the clock, drop a training and wait for the worker."""
        self._player.pause()
        self._trainer.close()
        self._worker.stop()

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

    def _edit(self, change: Callable[[], Run], playhead: Playhead | None = None) -> None:
        """Change the run in a way that can be taken back; a refusal is said."""
        try:
            run = change()
        except ValueError as error:
            self.told.emit(Notice(str(error), error=True))
            self._emit()
            return
        self._remember()
        self._run = run
        self._show(playhead or self._playhead)

    def _remember(self) -> None:
        if self._run is not None:
            self._past.append((self._run, self._playhead, self._home))
            del self._past[:-_REMEMBERED]
            self._future.clear()

    def _preview(self, run: Run) -> None:
        """Show a training's newest snapshot; all of them together are one edit."""
        if self._worker.busy or _cost(run) > _AT_ONCE:
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
        key = (id(model), id(task), source)
        passing = self._passes.get(key)
        if passing is None:
            known = same
            if _cost(run) > _AT_ONCE:
                if self._pending != key:
                    self._pending = key
                    self.told.emit(Notice(f"Computing {run.steps:,} steps …"))
                    self._worker.submit(
                        lambda: compute_pass(run, playhead.snapshot, playhead.source, known)
                    )
                return
            passing = self._keep(compute_pass(run, playhead.snapshot, playhead.source, known))
        elif self._pending is not None:
            self._pending = None
            self._worker.forget()
            self.told.emit(None)
        self._passes.move_to_end((id(model), id(task), passing.source))
        self._frame = resolve(run, playhead, passing)
        self._playhead = self._frame.playhead
        self._emit()

    def _keep(self, passing: Pass) -> Pass:
        # A pass keeps network and task alive, so their ids cannot come to mean others.
        key = (id(passing.trace.network), id(passing.given), passing.source)
        self._passes[key] = passing
        while len(self._passes) > _KEPT_PASSES:
            self._passes.popitem(last=False)
        return passing

    def _emit(self) -> None:
        if self._frame is not None:
            self.changed.emit(self._frame)

    def _start(self, work: Callable[[], _Opened], size: Sized) -> None:
        """Open at once what is short, else off this thread."""
        self._pending = None
        if len(size) * max(self.settings.units, 16) > _SHORT:
            self._worker.submit(work)
            return
        self._worker.forget()
        try:
            self._answered(0, work(), None)
        except (DataError, ValueError, MemoryError) as error:
            self._answered(0, None, error)

    def _continue(self, work: Callable[[], Run], *, looking: bool = False) -> None:
        """Show another sequence with the same networks, off this thread."""
        self._pending = None
        snapshot = self._playhead.snapshot
        self._worker.submit(lambda: replace(_with_pass(work(), snapshot), looking=looking))

    def _answered(self, _ticket: int, result: object, error: object) -> None:
        self._pending = None
        if isinstance(result, _Opened):
            self._opened(result)
        elif isinstance(result, Pass) and self._run is not None:
            self.told.emit(None)
            self._keep(result)
            self._refresh(self._run)
        else:
            if self._frame is not None:  # what was on the screen stays, and is what is wanted
                self._run, self._playhead = self._frame.run, self._frame.playhead
            self.pause()
            self.told.emit(Notice(_reason(error), error=True))

    def _opened(self, opened: _Opened) -> None:
        run = opened.run
        same = self._run is not None and run.task is self._run.task
        looking = opened.looking and not self.modified and self._home.path is None
        fresh = looking or self._run is None
        self._remember()
        top = run.architecture.layers - 1
        layer = self._playhead.layer if same and self._layers == top + 1 else top
        before = self._playhead if same else Playhead()
        self._playhead = replace(before, snapshot=opened.snapshot, layer=layer)
        self._playhead = opened.playhead or self._playhead
        home = opened.home or (Home(run) if fresh else self._home)
        another, self._home = home is not self._home, home
        self.pause()
        self._run = run
        self._passes.clear()
        self._keep(opened.passing)
        self._show(self._playhead)
        notes = () if same else (*run.task.sequence.notes, *run.task.notes)
        self.told.emit(Notice(" · ".join(notes)) if notes else None)
        if another:
            self.homed.emit(home)


def _open(task: Task, settings: Settings, source: int = 0, lesson: Lesson | None = None) -> _Opened:
    run = replace(start_run(task, settings), lesson=lesson)
    return _Opened(run, compute_pass(run, 0, source))


def _with_pass(run: Run, snapshot: int = 0) -> _Opened:
    return _Opened(run, compute_pass(run, snapshot, 0), snapshot)


def _at_home(opened: _Opened, file: str | Path | None = None) -> _Opened:
    """As something else than what was open, from a file or not."""
    return replace(opened, home=Home(opened.run, file=None if file is None else Path(file)))


def _document(path: str | Path, home: Home | None) -> _Opened:
    from rnnviz.documents import open_document  # not before it is needed

    found = open_document(path)
    playhead = clamp(found.playhead, found.run)
    passing = compute_pass(found.run, playhead.snapshot, playhead.source)
    if home is None:
        home = Home(found.run, Path(path), Path(path))
    home.view = dict(found.view)
    return _Opened(found.run, passing, playhead.snapshot, playhead, home)


def _cost(run: Run) -> float:
    """Rough cost of a pass in steps of a small network."""
    return run.steps * (1.0 + (run.units / 128.0) ** 2)


def _reason(error: object) -> str:
    if isinstance(error, MemoryError):
        return "There is not enough memory for that many steps."
    return str(error) or type(error).__name__
