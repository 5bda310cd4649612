"""Branches: the runs of a document, which share one task and one place in the film.

Branches never change; every function gives others. A branch is forked from the one that is shown,
at its snapshot, and what both had until then stays the same objects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rnnviz.data import Task
from rnnviz.engine import CELLS, EncoderDecoder
from rnnviz.files.errors import visible
from rnnviz.film.records import Model
from rnnviz.film.run import Run, Update, fitting, start_run
from rnnviz.film.settings import GIVEN
from rnnviz.film.timeline import Playhead
from rnnviz.frozen import record

MOST = 8
"""Branches that a document holds: as many as can be told apart by their colours."""
LONGEST_NAME = 200


@record(eq=False)
class Branch:
    """One run of a document, and what of it is looked at.

    Attributes
    ----------
    run : Run
    name : str
        What the user calls it; empty: it is called after its cell (see `Branches.names`).
    place : int
        In the palette of what is compared; no two branches of a document have the same.
    compared : bool
        Whether it is one of the cells that are compared: they were begun alike, and an edit of one
        is one of all.
    snapshot, layer, unit, quantity, second
        As those of a `Playhead`, while this branch is shown.
    """

    run: Run
    name: str = ""
    place: int = 0
    compared: bool = False
    snapshot: int = 0
    layer: int = 0
    unit: int = -1
    quantity: str = "a"
    second: int = -1

    @property
    def plane(self) -> tuple[int, int] | None:
        """The two units in whose plane the ellipse is; None: of what survives longest.

        The selected unit, or the first, and the second one; where that is the same, the next.
        """
        units = self.run.units
        if self.second < 0 or units < 2:
            return None
        first = max(self.unit, 0)
        return first, self.second if self.second != first else (first + 1) % units

    @property
    def cell(self) -> str:
        """The name of the branch's cell."""
        return CELLS[self.run.architecture.cell].name


@record(eq=False)
class Branches:
    """What a document is: one or more branches, one of them shown, and one place in the film.

    Attributes
    ----------
    each : tuple of Branch
        In the order of their pills; all runs have the same task, which is one object.
    active : int
        The one that is shown.
    position, source, summed, origin, horizon, column, copies, lags
        As those of a `Playhead`; the same for all of them.
    """

    each: tuple[Branch, ...]
    active: int = 0
    position: float = 0.0
    source: int = 0
    summed: bool = False
    origin: int = 0
    horizon: int = 0
    column: int = 0
    copies: int = 0
    lags: int = 0

    def __post_init__(self) -> None:
        if not self.each or not 0 <= self.active < len(self.each) or len(self.each) > MOST:
            raise ValueError(f"{len(self.each)} branches, of which number {self.active} is shown")
        if any(branch.run.task is not self.each[0].run.task for branch in self.each):
            raise ValueError("branches of several tasks")
        if len({branch.place for branch in self.each}) < len(self.each):
            raise ValueError("branches of the same colour")
        named = [branch.name for branch in self.each if branch.name]
        if len(set(named)) < len(named):
            raise ValueError("branches of the same name")

    @classmethod
    def of(cls, run: Run, playhead: Playhead | None = None) -> Branches:
        """One run by itself, at a playhead."""
        made = cls((Branch(run),))
        return made if playhead is None else made.at(playhead)

    # -- what is shown -----------------------------------------------------------------------

    @property
    def branch(self) -> Branch:
        """The branch that is shown."""
        return self.each[self.active]

    @property
    def run(self) -> Run:
        """The run that is shown."""
        return self.branch.run

    @property
    def task(self) -> Task:
        """The task, which is that of all branches."""
        return self.run.task

    @property
    def playhead(self) -> Playhead:
        """Where the run is that is shown, and what of it is looked at."""
        now = self.branch
        return Playhead(
            now.snapshot,
            self.position,
            self.source,
            self.summed,
            now.layer,
            now.unit,
            now.quantity,
            now.second,
            self.origin,
            self.horizon,
            self.column,
            self.copies,
            self.lags,
        )

    @property
    def others(self) -> tuple[Branch, ...]:
        """The branches that are not shown."""
        return (*self.each[: self.active], *self.each[self.active + 1 :])

    @property
    def names(self) -> tuple[str, ...]:
        """What each is called: as the user did, or as its cell, with a number where several are."""
        taken = {branch.name for branch in self.each if branch.name}
        names: list[str] = []
        for branch in self.each:
            cell = branch.cell
            name, number = branch.name or cell, 1
            while not branch.name and name in taken:
                number += 1
                name = f"{cell} {number}"
            taken.add(name)
            names.append(name)
        return tuple(names)

    @property
    def name(self) -> str:
        """What the one that is shown is called."""
        return self.names[self.active]

    @property
    def together(self) -> tuple[int, ...]:
        """Those that an edit of the network is of: the one that is shown, or all compared cells."""
        if not self.branch.compared:
            return (self.active,)
        return tuple(i for i, branch in enumerate(self.each) if branch.compared)

    def index_of(self, place: int) -> int | None:
        """Which has a place in the palette; None where that is closed."""
        return next((i for i, branch in enumerate(self.each) if branch.place == place), None)

    # -- another place in the film -----------------------------------------------------------

    def at(self, playhead: Playhead) -> Branches:
        """All at another place of the film: what is a pass later or earlier here is so in all."""
        on = playhead.snapshot - self.branch.snapshot
        each = [
            replace(b, snapshot=min(max(b.snapshot + on, 0), len(b.run.networks) - 1)) if on else b
            for b in self.each
        ]
        now = self.branch
        place = (
            playhead.snapshot,
            playhead.layer,
            playhead.unit,
            playhead.quantity,
            playhead.second,
        )
        if place != (now.snapshot, now.layer, now.unit, now.quantity, now.second):
            snapshot, layer, unit, quantity, second = place
            each[self.active] = replace(
                now, snapshot=snapshot, layer=layer, unit=unit, quantity=quantity, second=second
            )
            on = 1
        return replace(
            self,
            each=tuple(each) if on else self.each,  # the very same, where only the position moved
            position=playhead.position,
            source=playhead.source,
            summed=playhead.summed,
            origin=playhead.origin,
            horizon=playhead.horizon,
            column=playhead.column,
            copies=playhead.copies,
            lags=playhead.lags,
        )

    def updated(self, updates: Sequence[Update | None]) -> Branches:
        """Those that stand at their last snapshot with one more, where there is an update of it.

        They stand where they stood: where snapshots were let go, that has another number.
        """

        def further(branch: Branch, update: Update | None) -> Branch:
            if update is None or branch.snapshot < len(branch.run.networks) - 1:
                return branch
            run = branch.run.updated(update)
            return replace(branch, run=run, snapshot=len(run.networks) - 2)

        return replace(self, each=tuple(map(further, self.each, updates)))

    # -- other runs --------------------------------------------------------------------------

    def with_run(self, run: Run) -> Branches:
        """The one that is shown with another run; where that has another task, all follow."""
        return self.with_runs({self.active: run})

    def with_runs(self, runs: Mapping[int, Run]) -> Branches:
        """Some with other runs, all of one task; where that is another one, the others follow.

        They keep their networks where these fit the task, and begin anew where they do not.
        """
        leading = next(iter(runs.values()))
        each = tuple(
            _showing(branch, runs.get(i) or following(branch.run, leading))
            for i, branch in enumerate(self.each)
        )
        return unmarked(replace(self, each=each))

    def forked(self) -> Branches:
        """With a copy of the one that is shown, up to its snapshot; the copy is then shown.

        Raises
        ------
        ValueError
            If there are as many as there can be.
        """
        now = self.branch
        fork = replace(
            now, run=now.run.up_to(now.snapshot), name="", place=self.free()[0], compared=False
        )
        after = self.active + 1
        return replace(self, each=(*self.each[:after], fork, *self.each[after:]), active=after)

    def free(self) -> tuple[int, ...]:
        """Places in the palette that no branch has; ValueError where there are none."""
        taken = {branch.place for branch in self.each}
        if len(taken) >= MOST:
            raise ValueError(f"there are {MOST} branches, and no more can be told apart")
        return tuple(place for place in range(MOST) if place not in taken)

    def switched(self, index: int) -> Branches:
        """With another one shown, at the same place in the film."""
        return replace(self, active=index)

    def renamed(self, index: int, name: str) -> Branches:
        """With another name for one; an empty one calls it after its cell.

        Raises
        ------
        ValueError
            If another one has that name, or it is longer than `LONGEST_NAME`.
        """
        name = visible(" ".join(name.split()))
        if len(name) > LONGEST_NAME:
            raise ValueError(f"a branch's name has at most {LONGEST_NAME} letters")
        others = [known for i, known in enumerate(self.names) if i != index]
        if name and name in others:
            raise ValueError(f"another branch is called {name}")
        return self._with({index: replace(self.each[index], name=name)})

    def closed(self, index: int) -> Branches:
        """Without one; where it was shown, its neighbour is.

        Raises
        ------
        ValueError
            If it is the only one.
        """
        if len(self.each) == 1:
            raise ValueError("it is the only branch")
        each = (*self.each[:index], *self.each[index + 1 :])
        active = self.active - (index < self.active)
        return unmarked(replace(self, each=each, active=min(active, len(each) - 1)))

    def _with(self, branches: Mapping[int, Branch]) -> Branches:
        return replace(self, each=tuple(branches.get(i, b) for i, b in enumerate(self.each)))


def unmarked(branches: Branches) -> Branches:
    """A single cell is compared with nothing."""
    if sum(branch.compared for branch in branches.each) != 1:
        return branches
    each = tuple(replace(b, compared=False) if b.compared else b for b in branches.each)
    return replace(branches, each=each)


def following(run: Run, leading: Run) -> Run:
    """A run on the task that another one has now."""
    if run.task is leading.task:
        return run
    fits = all(_fits(model, leading.task) for model in run.networks)
    made = run.with_task(leading.task) if fits else anew(run, leading.task)
    return replace(made, shipped=leading.shipped)


def anew(run: Run, task: Task) -> Run:
    """A network of a run's settings on another task; η was made for another length."""
    return start_run(task, replace(run.settings, learning_rate=None))


def _showing(branch: Branch, run: Run) -> Branch:
    if run is branch.run:
        return branch
    snapshot = min(branch.snapshot, len(run.networks) - 1)
    alike = run.log is branch.run.log and run.settings.recurrent != GIVEN and not run.serves_both
    return replace(branch, run=run, snapshot=snapshot, compared=branch.compared and alike)


def _fits(model: Model, task: Task) -> bool:
    """Whether a network, as a task wants it, has the task's inputs and outputs."""
    made = fitting(model, task)
    pair = isinstance(made, EncoderDecoder)
    parts = (made.encoder, made.decoder) if isinstance(made, EncoderDecoder) else (made,)
    sizes = [part.architecture.vocabulary or part.architecture.inputs for part in parts]
    wanted = [task.inputs, task.decoder_inputs] if pair else [task.inputs]
    return sizes == wanted and parts[-1].architecture.outputs == task.outputs
