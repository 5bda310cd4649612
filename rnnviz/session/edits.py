"""Edits of task, network, updates and branches; each can be taken back, and says what it is.

An edit of the network or of its updates ends a training: what that has learned until then becomes
an edit of its own, which lies below. Other sides of what is open (mode, answers, forecast) are only
looked at; a training goes on behind them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from rnnviz.data import MODES, Task, ahead, in_mode, make_task, why_not
from rnnviz.film import Branch, Branches, Run, Settings, number, start_run
from rnnviz.film.branches import anew
from rnnviz.film.comparison import (
    cell_of,
    compare,
    comparing,
    is_compared,
    uncompare,
    why_not_compared,
)
from rnnviz.film.cost import Cost, Size, cost, size_of
from rnnviz.film.field import Field
from rnnviz.film.fields import fields_of
from rnnviz.film.measures import WEIGHT_SCALES
from rnnviz.film.records import is_either
from rnnviz.film.settings import GIVEN
from rnnviz.film.truncation import said_of
from rnnviz.frozen import record
from rnnviz.session.history import History
from rnnviz.session.jobs import Jobs, Notice, Tell, UnderWay
from rnnviz.session.state import State, same_runs
from rnnviz.session.trainer import Trainer
from rnnviz.session.work import Opened, checked, started

if TYPE_CHECKING:
    from rnnviz.film.weight_scales import Scaled, WeightScales


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
        self._scaling: _Scaling | None = None

    # -- network and updates -----------------------------------------------------------------

    def set_settings(self, settings: Settings) -> None:
        """Another network on the same sequence, or other updates; the playhead keeps its place.

        Other weights begin anew with the learning rate in force; another optimiser brings its own.
        """
        branches = self._state.branches
        if branches is None or settings == branches.run.settings:
            return
        cell = cell_of(branches, settings)
        if cell is not None:  # the cells that are compared are all there
            self._state.switch(branches.switched(cell))
            return
        run = branches.run
        edit = what_changed(run.settings, settings)
        if settings.same_weights(run.settings):
            said = ""
            if settings.truncation != run.settings.truncation:
                said = said_of(replace(run, settings=settings))
            settings = replace(settings, learning_rate=None)
            self._model_edit(edit, lambda branch: with_updates(branch, settings), said)
            return
        if run.settings.recurrent == GIVEN and run.problem is None:
            g, gated = settings.activation, settings.cell
            # Weights of a file may not say their activation, or which GRU's: it can be put right.
            kept = replace(settings, activation=run.settings.activation, cell=run.settings.cell)
            if kept.same_weights(run.settings) and is_either(run.settings.cell, gated):
                self._model_edit(
                    f"{edit}, the weights as they were",
                    lambda branch: branch.run.as_meant(g, gated, branch.snapshot),
                )
                return
        settings = replace(settings, learning_rate=run.learning_rate)
        source, sizes = branches.source, [size_of(run.task, settings)] * len(branches.together)

        def work(told: UnderWay | None) -> Opened:
            made = started(run.task, settings, source, run.shipped, told)
            if run.plan is not None and not run.log:  # what a session file asks of a training
                made = replace(made, run=replace(made.run, plan=run.plan))
            others = [i for i in branches.together if i != branches.active]
            return replace(made, beside={i: like(branches, i, settings) for i in others})

        self.begin(edit, work, *sizes)

    def set_layers(self, layers: int) -> None:
        """So many layers, the network begun anew from its seed."""
        run = self._state.run
        if run is not None:
            self.set_settings(replace(run.settings, layers=layers))

    def fresh_network(self) -> None:
        """A new network on what a trained one was taken along to, with its own vocabulary or scale.

        In the same mode, where what is open can be put into it.
        """
        branches = self._state.branches
        if branches is None or not branches.run.carried:
            return
        run, source = branches.run, branches.source
        settings = replace(self._state.fresh_settings, learning_rate=None)

        def work(told: UnderWay | None) -> Opened:
            task = make_task((run.task.base or run.task).sequence)
            if task.mode != run.task.mode and not why_not(task, run.task.mode):
                task = in_mode(task, run.task.mode)
            made = started(task, settings, source, told=told)
            others = [i for i in range(len(branches.each)) if i != branches.active]
            return replace(made, beside={i: anew(branches.each[i].run, task) for i in others})

        sizes = [size_of(run.task, settings)] * len(branches.each)
        self.begin("a fresh network", work, *sizes)

    def begin(self, edit: str, work: Callable[[UnderWay | None], Opened], *sizes: Size) -> None:
        """Begin other networks of some sizes: at once if that is quick, else off this thread."""

        def done(opened: Opened) -> None:
            self._trainer.give_way(lambda: self._state.land(opened, edit))

        names = ("task", "network", "pass", "source norms")
        if sum((cost(size, *names) for size in sizes), Cost(0.0)).quick:
            self._jobs.at_once(lambda: work(None), done)
        else:
            self._jobs.submit(work, "Making the network", done)

    def set_learning_rate(self, rate: float) -> None:
        """Another η for the updates from this snapshot on."""
        run = self._state.run
        if run is not None and rate != run.learning_rate:
            self._model_edit(
                f"η {rate:g}", lambda branch: branch.run.with_learning_rate(rate, branch.snapshot)
            )

    def scale_weights(self, what: Scaled, value: float) -> None:
        """W_aa of the branch that is shown to a spectral radius, or W_ax to a norm.

        Until `settle_scaling` further numbers are one edit with this one, and scale the network
        that was there before it.
        """
        going, branches = self._scaling, self._state.branches
        if branches is None:
            return
        if going is None or going.made is not branches.run or going.what != what:
            self._scaling = None
            self._trainer.give_way(lambda: self._scale(what, value, None))
        else:
            self._scale(what, value, going)

    def settle_scaling(self) -> None:
        """The next number is an edit of its own."""
        self._scaling = None

    def _scale(self, what: Scaled, value: float, going: _Scaling | None) -> None:
        from rnnviz.film.weight_scales import scaled, scales_of  # not before it is needed

        def change(branches: Branches) -> Branches:
            run, snapshot = branches.run, branches.branch.snapshot
            if going is not None:
                run, snapshot, scales = going.run, going.snapshot, going.scales
            else:
                model = run.networks[snapshot]
                known = self._state.passes.like(model, run.task)
                scales = scales_of(model) if known is None else WEIGHT_SCALES(known)
            made = scaled(run, snapshot, scales, what, value)
            self._scaling = _Scaling(what, run, snapshot, scales, made)
            return branches.with_run(made)

        edit = (
            f"W_aa scaled to spectral radius {value:.2f}"
            if what == "radius"
            else f"W_ax scaled to norm {number(value)}"
        )
        self._state.edit(edit, change, goes_on=going is not None)

    def reset(self) -> None:
        """Back to the seed's weights, and all branches to the start."""

        def change(branches: Branches) -> Branches:
            start = branches.at(replace(branches.playhead, snapshot=0, position=0.0))
            return start.with_runs({i: start.each[i].run.begun() for i in start.together})

        if self._state.run is not None:
            self._state.halted.emit()
            self._trainer.give_way(lambda: self._state.edit("reset", change))

    def _model_edit(self, edit: str, change: Callable[[Branch], Run], said: str = "") -> None:
        """Change the run that is shown, and those of the cells that are compared with it."""

        def made(branches: Branches) -> Branches:
            return branches.with_runs({i: change(branches.each[i]) for i in branches.together})

        self._trainer.give_way(lambda: self._state.edit(edit, made, said=said))

    # -- other sides of what is open ---------------------------------------------------------

    def choose_mode(self, mode: str) -> None:
        """The same sequence and network in another of the five modes."""
        run = self._state.run
        if run is not None and run.task.mode != mode:
            name = MODES.get(mode, mode)
            self._look(f"mode {name}", lambda run: run.in_mode(mode))

    def set_own(self, own: bool) -> None:
        """Whether fed-back steps are fed the network's own answers, or the targets."""
        run = self._state.run
        if run is not None and run.task.own != own:
            self._turn("who feeds the steps", lambda task: replace(task, own=own))

    def set_temperature(self, temperature: float) -> None:
        """How boldly the network's own answers are drawn; 0 takes the likeliest."""
        run = self._state.run
        if run is not None and run.task.temperature != temperature:
            edit = f"temperature {temperature:g}"
            self._turn(edit, lambda task: task.with_temperature(temperature))

    def draw_again(self) -> None:
        """The network's own answers, drawn anew."""
        self._turn(
            "another draw", lambda task: task.with_temperature(task.temperature, task.seed + 1)
        )

    def forecast(self, steps: int) -> None:
        """Let the network go on beyond the end of a series, fed its own forecasts; 0: not."""
        one = steps == 1
        edit = f"forecast of {steps} step{'s' * (not one)}" if steps else "no forecast"
        run = self._state.run
        known = 0 if run is None else run.task.given or run.task.steps
        follow = "step of forecast follows" if one else "steps of forecast follow"
        said = f"{steps} {follow} step {known:,}." if steps else ""
        self._turn(edit, lambda task: ahead(task, steps), said)

    def _turn(self, edit: str, change: Callable[[Task], Task], said: str = "") -> None:
        """Another side of the task, which all branches have."""
        self._look(edit, lambda run: run.with_task(change(run.task)), said)

    def _look(self, edit: str, change: Callable[[Run], Run], said: str = "") -> None:
        change_all = lambda all_: all_.with_run(change(all_.run))  # noqa: E731
        self._state.edit(edit, change_all, looking=True, said=said)

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


@record
class _Scaling:
    """An edit that goes on: what is scaled of which network, and the run that came of it last."""

    what: Scaled
    run: Run
    snapshot: int
    scales: WeightScales
    made: Run


def with_updates(branch: Branch, settings: Settings) -> Run:
    """A branch's run with the optimiser and clipping of some settings, its cell aside."""
    settings = replace(settings, cell=branch.run.settings.cell)
    return branch.run.with_updates(settings, branch.snapshot)


def like(branches: Branches, index: int, settings: Settings) -> Run:
    """A branch begun anew as another one is, its cell aside."""
    cell = branches.each[index].run.settings.cell
    made = start_run(branches.task, replace(settings, cell=cell))
    return replace(made, shipped=branches.run.shipped)


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
    own = f"{row.said(settings)}{row.suffix}"
    value = own if place < 0 else row.choices[place].short
    if row.name == "clipping":  # its choices say what they are, and take their limit along
        return f"clipping to {settings.clip_limit:g}" if place < 0 else value
    label = row.menu.replace("&", "")
    return f"{label[0].lower()}{label[1:]} {value}"


class Branching:
    """Intents about the branches of what is open; switching between them is no edit.

    Parameters
    ----------
    state : State
    jobs : Jobs
        Make the cells that are compared, where that takes long.
    trainer : Trainer
        Gives way where the branch is closed that it trains.
    tell : callable
        Says why something cannot be done.
    """

    def __init__(self, state: State, jobs: Jobs, trainer: Trainer, tell: Tell) -> None:
        self._state, self._jobs = state, jobs
        self._trainer, self._tell = trainer, tell

    def fork(self) -> None:
        """A copy of the branch that is shown, up to its snapshot; the copy is then shown."""
        branches = self._state.branches
        if branches is not None:
            self._state.drop()
            self._state.edit(f"fork of {branches.name}", Branches.forked)

    def switch_to(self, index: int) -> None:
        """Show another branch at the same place of the film."""
        branches = self._state.branches
        if branches is not None and 0 <= index < len(branches.each) and index != branches.active:
            self._state.switch(branches.switched(index))

    def next_branch(self) -> None:
        """Show the next branch, after the last one the first."""
        self._turn(1)

    def previous_branch(self) -> None:
        """Show the branch before, before the first one the last."""
        self._turn(-1)

    def rename_branch(self, index: int, name: str) -> None:
        """Call a branch something else; an empty name calls it after its cell."""
        branches = self._state.branches
        if branches is not None and 0 <= index < len(branches.each):
            name = " ".join(name.split())
            if name not in (branches.each[index].name, branches.names[index]):
                edit = f"name of {branches.names[index]}"
                self._state.edit(edit, lambda all_: all_.renamed(index, name))

    def close_branch(self, index: int) -> None:
        """Close a branch; where it was shown, its neighbour is."""
        branches = self._state.branches
        if branches is None or not 0 <= index < len(branches.each):
            return

        def close() -> None:
            name = branches.names[index]
            self._state.drop()
            self._state.edit(f"closing {name}", lambda all_: all_.closed(index))

        if self._trainer.trains(branches.each[index].place):
            self._trainer.give_way(close)
        else:
            close()

    def choose_compared(self, compared: bool) -> None:
        """Set the other cells beside the one that is shown, each a branch; or take them away."""
        branches = self._state.branches
        if branches is None or compared == is_compared(branches):
            self._state.repeat()
            return
        if not compared:
            self._take_away(branches)
            return
        why = why_not_compared(branches)
        if self._trainer.trains(branches.branch.place):
            why = "this network is being trained, and cells are compared from one seed"
        if why:
            self._tell(Notice(f"Compare the cells: {why}."))
            self._state.repeat()
        elif comparing(branches).quick:
            self._state.drop()  # a network that is being made would be no longer like the others
            self._state.edit("comparing the cells", compare, looking=True, same_task=True)
        else:
            self._jobs.submit(
                lambda told: compare(branches, told),
                "Comparing the cells",
                lambda made: self._set_beside(branches, made),
            )

    def _take_away(self, branches: Branches) -> None:
        def take_away() -> None:
            self._state.drop()
            self._state.edit("comparison of the cells", uncompare, looking=True, same_task=True)

        # A single run has the first colour; a training finds its branch by that.
        left = {(b.run, b.place) for b in uncompare(branches).each}
        gone = [b for b in branches.each if (b.run, b.place) not in left]
        if any(self._trainer.trains(branch.place) for branch in gone):
            self._trainer.give_way(take_away)
        else:
            take_away()

    def _set_beside(self, before: Branches, made: Branches) -> None:
        now = self._state.branches
        same = now is not None and same_runs(now, before)
        if now is None or not same or self._trainer.trains(now.branch.place):
            self.choose_compared(True)  # they have changed since
        else:
            beside = lambda now: made.at(now.playhead)  # noqa: E731
            self._state.edit("comparing the cells", beside, looking=True, same_task=True)

    def _turn(self, way: int) -> None:
        branches = self._state.branches
        if branches is not None:
            self.switch_to((branches.active + way) % len(branches.each))
