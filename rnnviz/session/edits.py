"""Edits of task, network and updates; each can be taken back, and says what it is.

An edit of the network or of its updates ends a training: what that has learned until then becomes
an edit of its own, which lies below. Other sides of what is open (mode, answers, forecast) are only
looked at; a training goes on behind them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rnnviz.data import MODES, Task, ahead
from rnnviz.film import Run, Settings
from rnnviz.film.cost import Size, cost, size_of
from rnnviz.film.field import Field
from rnnviz.film.fields import fields_of
from rnnviz.session.history import History
from rnnviz.session.jobs import Jobs, Notice, Tell, UnderWay
from rnnviz.session.state import State
from rnnviz.session.trainer import Trainer
from rnnviz.session.work import Opened, checked, started


class Edits:
    """Intents that change the run.

    Parameters
    ----------
    state : State
    history : History
    jobs : Jobs
        Begin large networks.
    trainer : Trainer
        Gives way.
    tell : callable
        Says something to the user.
    """

    def __init__(
        self, state: State, history: History, jobs: Jobs, trainer: Trainer, tell: Tell
    ) -> None:
        self._state, self._history, self._jobs = state, history, jobs
        self._trainer, self._tell = trainer, tell

    # -- network and updates -----------------------------------------------------------------

    def set_settings(self, settings: Settings) -> None:
        """Another network on the same sequence, or other updates; the playhead keeps its place.

        Other weights begin anew with the learning rate in force; another optimiser brings its own.
        """
        run = self._state.run
        if run is None or settings == run.settings:
            return
        edit = what_changed(run.settings, settings)
        if settings.same_weights(run.settings):
            settings = replace(settings, learning_rate=None)
            self._model_edit(edit, lambda run, at: run.with_updates(settings, at))
            return
        settings = replace(settings, learning_rate=run.learning_rate)
        task, shipped, source = run.task, run.shipped, self._state.playhead.source
        size = size_of(task, settings)
        self.begin(edit, lambda told: started(task, settings, source, shipped, told), size)

    def begin(self, edit: str, work: Callable[[UnderWay | None], Opened], size: Size) -> None:
        """Begin another network of a size: at once where that is quick, else off this thread."""

        def done(opened: Opened) -> None:
            self._trainer.give_way(lambda: self._state.land(opened, edit))

        if cost(size, "task", "network", "pass", "source norms").quick:
            self._jobs.at_once(lambda: work(None), done)
        else:
            self._jobs.submit(work, "Making the network", done)

    def set_learning_rate(self, rate: float) -> None:
        """Another η for the updates from this snapshot on."""
        run = self._state.run
        if run is not None and rate != run.learning_rate:
            self._model_edit(f"η {rate:g}", lambda run, at: run.with_learning_rate(rate, at))

    def reset(self) -> None:
        """Back to the seed's weights and the start."""
        if self._state.run is not None:
            self._state.halted.emit()
            self._model_edit("reset", lambda run, _at: run.up_to(0), start=True)

    def _model_edit(
        self, edit: str, change: Callable[[Run, int], Run], *, start: bool = False
    ) -> None:
        def make() -> None:
            playhead = self._state.playhead
            there = replace(playhead, snapshot=0, position=0.0) if start else None
            self._state.edit(edit, lambda run: change(run, playhead.snapshot), there)

        self._trainer.give_way(make)

    # -- other sides of what is open ---------------------------------------------------------

    def choose_mode(self, mode: str) -> None:
        """The same sequence and network in another of the five modes."""
        run = self._state.run
        if run is not None and run.task.mode != mode:
            name = MODES.get(mode, mode)
            self._state.edit(f"mode {name}", lambda run: run.in_mode(mode), looking=True)

    def set_own(self, own: bool) -> None:
        """Whether fed-back steps are fed the network's own answers, or the targets."""
        run = self._state.run
        if run is not None and run.task.own != own:
            self._look("who feeds the steps", lambda run: replace(run.task, own=own))

    def set_temperature(self, temperature: float) -> None:
        """How boldly the network's own answers are drawn; 0 takes the likeliest."""
        run = self._state.run
        if run is not None and run.task.temperature != temperature:
            edit = f"temperature {temperature:g}"
            self._look(edit, lambda run: run.task.with_temperature(temperature))

    def draw_again(self) -> None:
        """The network's own answers, drawn anew."""
        self._look(
            "another draw",
            lambda run: run.task.with_temperature(run.task.temperature, run.task.seed + 1),
        )

    def forecast(self, steps: int) -> None:
        """Let the network go on beyond the end of a series, fed its own forecasts; 0: not."""
        edit = f"forecast of {steps} steps" if steps else "no forecast"
        self._look(edit, lambda run: ahead(run.task, steps))

    def _look(self, edit: str, task: Callable[[Run], Task]) -> None:
        self._state.edit(edit, lambda run: run.with_task(task(run)), looking=True)

    # -- back and again ----------------------------------------------------------------------

    @property
    def undoes(self) -> str | None:
        """What `undo` takes back; None where there is nothing."""
        return self._trainer.edit or self._history.past

    @property
    def redoes(self) -> str | None:
        """What `redo` makes again; None where there is nothing."""
        return None if self._trainer.running else self._history.future

    def undo(self) -> None:
        """Take the last edit back, with its place in the film; say what it was."""
        if self._trainer.running and not self._trainer.give_way():
            return  # what was to be taken back has not come to anything
        edit = self._history.past
        if edit is not None:
            self._state.undo()
            self._tell(Notice(f"Taken back: {edit}"))

    def redo(self) -> None:
        """Make the edit again that was taken back last; say what it is."""
        edit = self.redoes
        if edit is not None:
            self._state.redo()
            self._tell(Notice(f"Made again: {edit}"))

    # -- the gradient ------------------------------------------------------------------------

    def check_gradient(self) -> None:
        """Hold the gradient that is shown against numeric derivatives, off this thread; say it."""
        frame = self._state.frame
        if frame is None:
            return
        if frame.passing.exploded or not frame.source:
            why = frame.passing.exploded or "no step pays a loss"
            self._tell(Notice(f"No gradient to check: {why}.", error=True))
            return
        passing, words = frame.passing, "Checking the gradient numerically"
        self._jobs.submit(lambda _: checked(passing), words, self._tell)


def what_changed(before: Settings, after: Settings) -> str:
    """What an edit from one to the other is called: "cell LSTM", "units 32, layers 2"."""
    rows = [row for row in fields_of("network", "updates") if row.menu]
    changed = [_said(row, after) for row in rows if _value(row, after) != _value(row, before)]
    return ", ".join(changed) or "settings"


def _value(row: Field, settings: Settings) -> object:
    limit = settings.clip_limit if row.name == "clipping" else None
    return getattr(settings, row.name), limit


def _said(row: Field, settings: Settings) -> str:
    place = row.chosen(settings)
    value = f"{getattr(settings, row.name)}" if place < 0 else row.choices[place].short
    if row.name == "clipping":  # its choices say what they are, and take their limit along
        return f"clipping to {settings.clip_limit:g}" if place < 0 else value
    label = row.menu.replace("&", "")
    return f"{label[0].lower()}{label[1:]} {value}"
