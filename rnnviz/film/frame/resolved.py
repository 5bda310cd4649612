"""Sizes of what is shown, and where in it the playhead is."""

from __future__ import annotations

from dataclasses import dataclass

from rnnviz.data import Task
from rnnviz.engine import CELLS, Network
from rnnviz.engine.cells import Cell
from rnnviz.film.branches import Branches
from rnnviz.film.passes import Pass
from rnnviz.film.records import answering, network_at
from rnnviz.film.run import Run
from rnnviz.film.timeline import Moment, Playhead, Stage, Timeline


@dataclass(frozen=True, eq=False)
class Resolved:
    """A run, a playhead, and the pass it moves over: what a frame is made of.

    Attributes
    ----------
    run : Run
    playhead : Playhead
        Clamped to what exists.
    passing : Pass
        What this snapshot's pass computed.
    moment : Moment
        What happens at the playhead's position.
    branches : Branches
        All of the document, the run among them.
    """

    run: Run
    playhead: Playhead
    passing: Pass
    moment: Moment
    branches: Branches

    @property
    def steps(self) -> int:
        """T: the task's, or fewer where the network's own answer ended the sequence."""
        return self.task.steps

    @property
    def task(self) -> Task:
        """What was run: the run's task, with the network's own answers where it feeds itself."""
        return self.passing.task

    @property
    def network(self) -> Network:
        """The network whose update is shown: of a pair the decoder."""
        return answering(self.passing.trace.network)

    @property
    def source_steps(self) -> int:
        """Steps of the encoder, before the decoder's; 0 where there is none."""
        return self.task.source_steps

    def network_at(self, t: int) -> Network:
        """The network that runs at step t."""
        return network_at(self.passing.trace, t)

    @property
    def units(self) -> int:
        """H."""
        return self.run.units

    @property
    def timeline(self) -> Timeline:
        """The line that the playhead moves on."""
        return Timeline(self.steps)

    @property
    def step(self) -> int:
        """The time step to look at, 1 … T: the one under way, or the nearest to the playhead."""
        if self.moment.stage is Stage.START:
            return 1
        return self.moment.step or 1

    @property
    def forward_done(self) -> int:
        """How many forward steps are complete."""
        if self.moment.stage is Stage.FORWARD:
            return self.moment.step - (0 if self.moment.resting else 1)
        return 0 if self.moment.stage is Stage.START else self.steps

    @property
    def gradient_from(self) -> int:
        """The lowest step whose gradient is complete; T + 1 while there is none."""
        if self.moment.stage is Stage.BACKWARD:
            return self.moment.step + (0 if self.moment.resting else 1)
        return 1 if self.moment.stage is Stage.UPDATE else self.steps + 1

    @property
    def cell(self) -> str:
        """The cell's key."""
        return self.run.architecture.cell

    @property
    def kind(self) -> Cell:
        """What the cell says of itself."""
        return CELLS[self.cell]

    @property
    def activation(self) -> str:
        """Name of g."""
        return self.run.architecture.activation

    @property
    def layers(self) -> int:
        """How many layers stand on top of each other."""
        return self.run.architecture.layers

    @property
    def layer(self) -> int:
        """The shown layer, 0 is the lowest."""
        return self.playhead.layer

    @property
    def cell_unit(self) -> int:
        """The unit whose cell is looked into, from 0: the selected one, or the first."""
        return min(max(self.playhead.unit, 0), self.units - 1)
