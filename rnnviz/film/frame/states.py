"""What a frame is made of: sizes of what is shown, where its playhead is, and its states."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import Task
from rnnviz.engine import ACTIVATIONS, CELLS, Architecture, Network
from rnnviz.engine.cells import Cell
from rnnviz.film.branches import Branches
from rnnviz.film.extremes import Extremes
from rnnviz.film.measures import EXTREMES
from rnnviz.film.passes import Pass
from rnnviz.film.records import answering
from rnnviz.film.run import Run
from rnnviz.film.splices import network_at
from rnnviz.film.terms import ForwardTerms, forward_terms
from rnnviz.film.timeline import Moment, Playhead, Stage, Timeline
from rnnviz.frozen import record


@record(eq=False, slots=False)
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

    # What a picture asks for hundreds of times is found once a frame.

    @cached_property
    def steps(self) -> int:
        """T: the task's, or fewer where the network's own answer ended the sequence."""
        return self.task.steps

    @cached_property
    def task(self) -> Task:
        """What was run: the run's task, with the network's own answers where it feeds itself."""
        return self.passing.task

    @cached_property
    def at_hand(self) -> set[str]:
        """The measures that no panel has to wait for, as far as they were asked about."""
        return set()

    @cached_property
    def window(self) -> int:
        """Steps of the windows at whose ends the gradient is cut; 0 where it is not."""
        return self.passing.window

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

    @cached_property
    def units(self) -> int:
        """H, the units of a layer."""
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

    @cached_property
    def forward_done(self) -> int:
        """How many forward steps are complete."""
        if self.moment.stage is Stage.FORWARD:
            return self.moment.step - (0 if self.moment.resting else 1)
        return 0 if self.moment.stage is Stage.START else self.steps

    @property
    def copies(self) -> float:
        """How many copies the loop is opened into; a fraction is how far the last has come out.

        As many as the playhead says, else one a step that the film has gone forward. Back through
        time all of them stand.
        """
        if self.playhead.copies:
            return float(min(self.playhead.copies, self.steps))
        if self.moment.stage is Stage.FORWARD:
            return self.moment.step - 1 + self.moment.progress
        return 0.0 if self.moment.stage is Stage.START else float(self.steps)

    @cached_property
    def gradient_from(self) -> int:
        """The lowest step whose gradient is complete; T + 1 while there is none."""
        if self.moment.stage is Stage.BACKWARD:
            return self.moment.step + (0 if self.moment.resting else 1)
        return 1 if self.moment.stage is Stage.UPDATE else self.steps + 1

    @cached_property
    def cell(self) -> str:
        """The cell's key."""
        return self.run.architecture.cell

    @cached_property
    def kind(self) -> Cell:
        """What the cell says of itself."""
        return CELLS[self.cell]

    @property
    def activation(self) -> str:
        """Name of g."""
        return self.run.architecture.activation

    @cached_property
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


Vector = NDArray[np.floating]


@record(eq=False, slots=False)
class FrameStates(Resolved):
    """What the forward pass left in the cells; vectors are those of the first sequence."""

    @cached_property
    def states(self) -> Vector:
        """a⟨0⟩ … a⟨T⟩ of the shown layer, shape (T+1, H), whole, whatever the playhead."""
        return self.layer_states(self.layer)

    def layer_states(self, layer: int) -> Vector:
        """a⟨0⟩ … a⟨T⟩ of any layer, shape (T+1, H)."""
        return self.passing.trace.a[layer, :, 0]

    @cached_property
    def state_limit(self) -> float:
        """The value of the colour map's ends: 1 for tanh and sigmoid, else the largest finite."""
        return self._limit("a")

    @property
    def quantities(self) -> tuple[str, ...]:
        """What the state panel can show of a layer: "a", for the LSTM "c", the gates' names."""
        return quantities_of(self.run.architecture)

    @property
    def quantity(self) -> str:
        """The letter of the shown quantity: a, c or a gate."""
        return self.playhead.quantity

    @cached_property
    def shown(self) -> Vector:
        """The shown quantity of the shown layer at steps 0 … T, shape (T+1, H).

        Gates have no step 0: their first row is NaN.
        """
        return self.values_of(self.quantity, self.layer)

    def values_of(self, quantity: str, layer: int) -> Vector:
        """Any quantity of any layer, as `shown`; ValueError for one that the cell has not."""
        trace = self.passing.trace
        if quantity == "a":
            return self.layer_states(layer)
        if quantity == "c" and trace.c is not None:
            return trace.c[layer, :, 0]
        gate = self.passing.values_of(quantity, layer)
        return np.concatenate([np.full_like(gate[:1], np.nan), gate])

    @property
    def extremes(self) -> Extremes:
        """What is largest and smallest of the shown quantity of the shown layer at steps 1 … T."""
        return EXTREMES(self.passing, self.quantity, self.layer)

    def shown_at(self, t: int, unit: int) -> float:
        """One number of `shown`, which for a gate is a copy of every step: at step t, 0 … T."""
        trace, quantity, layer = self.passing.trace, self.quantity, self.layer
        if quantity not in trace.gates:
            return float(self.shown[t, unit])
        return float(trace.gates[quantity][layer, t - 1, 0, unit]) if t else float("nan")

    @cached_property
    def shown_limit(self) -> float:
        """The value of the colour map's ends for what is shown: 1 where it is squashed."""
        return self._limit(self.quantity)

    def _limit(self, quantity: str) -> float:
        squashed = quantity == "a" and ACTIVATIONS[self.activation].bounded
        if squashed or quantity not in ("a", "c"):
            return 1.0
        return self.largest_of(quantity, (self.layer,))

    def largest_of(self, quantity: str, layers: Iterable[int]) -> float:
        """The largest finite magnitude of "a" or "c" at steps 0 … T of layers; 1 where it is 0."""
        largest = 0.0
        for layer in layers:
            first = np.abs(self.values_of(quantity, layer)[0])
            largest = max(largest, EXTREMES(self.passing, quantity, layer).largest)
            largest = max(largest, float(first.max(initial=0.0, where=np.isfinite(first))))
        return largest or 1.0

    def forward_terms(self, t: int) -> ForwardTerms:
        """The numbers of step t's forward equation, in the shown layer."""
        if t not in self._terms:  # an equation asks, and so do its sentence and the cell's inside
            self._terms[t] = forward_terms(self.passing.trace, self.layer, t)
        return self._terms[t]

    @cached_property
    def _terms(self) -> dict[int, ForwardTerms]:
        return {}


def quantities_of(architecture: Architecture) -> tuple[str, ...]:
    """What a cell keeps at every step: its state, its cell state, its gates."""
    cell = CELLS[architecture.cell]
    return ("a", *cell.states, *cell.names)
