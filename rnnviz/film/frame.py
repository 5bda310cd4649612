"""A frame: everything that a picture may ask, resolved from (run, playhead) and clamped.

Steps are counted from 1 as in the lecture. Vectors are those of the first sequence of the batch.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import Task, why_not
from rnnviz.engine import ACTIVATIONS, Architecture, Network
from rnnviz.film.baselines import Baseline, baselines, last_known
from rnnviz.film.comparison import CELL_NAMES, Compared, why_not_compared
from rnnviz.film.extremes import Extremes
from rnnviz.film.passes import Pass
from rnnviz.film.playhead import Playhead
from rnnviz.film.records import Sweep, answering, network_at
from rnnviz.film.run import Run, Update
from rnnviz.film.terms import BackwardTerms, ForwardTerms, backward_terms, forward_terms
from rnnviz.film.timeline import Moment, Stage, Timeline

_LN10 = float(np.log(10.0))
Vector = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Output:
    """One line of an output's read-out: a name, its probability, whether it is the target."""

    name: str
    probability: float
    target: bool


@dataclass(frozen=True, eq=False)
class Frame:
    """A run at a playhead. Nothing in it changes; views keep the one they were given.

    Attributes
    ----------
    run : Run
    playhead : Playhead
        Clamped to what exists.
    passing : Pass
        What this snapshot's pass computed.
    moment : Moment
        What happens at the playhead's position.
    """

    run: Run
    playhead: Playhead
    passing: Pass
    moment: Moment

    # -- sizes and place ---------------------------------------------------------------------

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
        """The cell's kind: "rnn", "lstm", "gru" or "gru_reset_before"."""
        return self.run.architecture.cell

    @property
    def cell_name(self) -> str:
        """What it is called: RNN, GRU or LSTM."""
        return CELL_NAMES[self.cell]

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

    # -- forward -----------------------------------------------------------------------------

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
        """Which of them is shown."""
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
        return self.passing.extremes(self.quantity, self.layer)

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
        squashed = quantity == "a" and self.activation in ("tanh", "sigmoid")
        if squashed or quantity not in ("a", "c"):
            return 1.0
        return self.largest_of(quantity, (self.layer,))

    def largest_of(self, quantity: str, layers: Iterable[int]) -> float:
        """The largest finite magnitude of "a" or "c" at steps 0 … T of layers; 1 where it is 0."""
        largest = 0.0
        for layer in layers:
            first = np.abs(self.values_of(quantity, layer)[0])
            largest = max(largest, self.passing.extremes(quantity, layer).largest)
            largest = max(largest, float(first.max(initial=0.0, where=np.isfinite(first))))
        return largest or 1.0

    def token(self, t: int) -> str:
        """What enters at step t, as a label; for a series its axis label."""
        return self.task.sequence.tokens[t - 1]

    def picture(self, t: int) -> Vector | None:
        """The picture that enters at step t, (h, w) of numbers 0 … 1; None where none does."""
        return self.task.picture(t)

    def feeds_back(self, t: int) -> bool:
        """Whether step t is fed the answer of the step before."""
        return self.task.feeds_back(t)

    def silent(self, t: int) -> bool:
        """Whether step t has no input."""
        return self.task.silent is not None and bool(self.task.silent[t - 1])

    def linked(self, t: int) -> bool:
        """Whether a⟨t−1⟩ reaches step t."""
        return self.task.mode != "one_to_one" and t >= 1

    def why_not(self, mode: str) -> str:
        """Why this network and sequence cannot be put into a mode; empty where they can."""
        return why_not(self.run.task, mode)

    def answers(self, t: int) -> bool:
        """Whether step t has an output: not in an encoder, nor without a read-out."""
        return t > self.source_steps and self.task.outputs > 0

    def value(self, t: int) -> float | None:
        """The series' first column at step t in its own units; None for text and the future."""
        values, given = self.task.sequence.values, self.task.given
        if values is None or (given is not None and t > given):
            return None
        return float(values[t - 1, 0])

    def entering(self, t: int) -> float | None:
        """The number that enters at step t: `value`, or its own answer where it feeds itself."""
        if self.task.own and self.feeds_back(t) and self.forecasts:
            return self._in_units(float(self.task.x[t - 1, 0, 0]))
        return self.value(t)

    def pays(self, t: int) -> bool:
        """Whether step t has a target, and so a loss."""
        return bool(self.task.mask[t - 1].any())

    def loss(self, t: int) -> float:
        """What step t adds to the loss; 0 where it pays none."""
        return float(self.passing.trace.loss_k[t - 1])

    @property
    def total_loss(self) -> float:
        """L = Σ_t L⟨t⟩ of the whole pass."""
        return float(self.passing.trace.loss)

    def outputs(self, t: int, count: int) -> tuple[Output, ...]:
        """The `count` most probable outputs at step t, most probable first; empty for a series."""
        p = self.passing.trace.p
        if p is None:
            return ()
        row = p[t - 1, 0]
        if not np.isfinite(row).all():
            return ()
        best = np.argsort(-row, kind="stable")[:count]
        target = int(self.task.targets[t - 1, 0]) if self.pays(t) else -1
        names = self.task.output_names
        return tuple(Output(names[int(i)], float(row[i]), int(i) == target) for i in best)

    def target(self, t: int) -> Output | None:
        """What step t should have said and the probability it gave that; None for a series."""
        p = self.passing.trace.p
        if p is None or not self.pays(t):
            return None
        index = int(self.task.targets[t - 1, 0])
        return Output(self.task.output_names[index], float(p[t - 1, 0, index]), True)

    def prediction(self, t: int) -> float | None:
        """What the network says at step t, in its own units; None where it names a class.

        Of a series that is step t + 1's value.
        """
        if self.task.loss != "mse" or not self.answers(t):
            return None
        return self._in_units(float(self.passing.trace.y[t - 1, 0, 0]))

    def said_picture(self, t: int) -> Vector | None:
        """The picture that the network expects after step t, (h, w); None where it says none."""
        task, frames = self.task, self.task.sequence.frames
        if frames is None or task.mean is None or task.deviation is None or not self.answers(t):
            return None
        if task.outputs != frames[0].size:
            return None
        said = np.asarray(self.passing.trace.y[t - 1, 0], np.float64) * task.deviation + task.mean
        return said.reshape(frames[0].shape)

    def truth(self, t: int) -> float | None:
        """What it should have said, in the same units; None where nobody knows."""
        task, values = self.task, self.task.sequence.values
        if task.loss != "mse":
            return None
        if self.forecasts and values is not None:
            return self.value(t + 1) if t < self.steps else None
        return self._in_units(float(task.targets[t - 1, 0, 0])) if task.payable[t - 1, 0] else None

    @cached_property
    def baselines(self) -> tuple[Baseline, ...]:
        """The classical forecasts beside the network's; none where it forecasts no series."""
        return baselines(self.task)

    @property
    def last_known(self) -> int:
        """The last step whose value the network is given; it feeds itself from then on."""
        return last_known(self.task)

    def errors(self, *, beyond: bool) -> dict[str, float]:
        """Root mean squared errors in the series' units: the network's and the baselines'.

        One step ahead over all known steps, or of the forecasts `beyond` the last known one; nan
        where nobody knows the truth.
        """
        return self.passing.errors(beyond=beyond)

    @property
    def forecasts(self) -> bool:
        """Whether what it says is the next step's value of a series."""
        return self.task.mean is not None

    @property
    def answers_next_input(self) -> bool:
        """Whether what it should say at step t is all of x⟨t+1⟩, and nothing else."""
        return self.forecasts and self.task.inputs == self.task.outputs

    def _in_units(self, y: float) -> float:
        mean, deviation = self.task.mean, self.task.deviation
        if mean is None or deviation is None:
            return y
        return y * float(deviation[0]) + float(mean[0])

    def forward_terms(self, t: int) -> ForwardTerms:
        """The numbers of step t's forward equation, in the shown layer."""
        return forward_terms(self.passing.trace, self.layer, t)

    # -- backward ----------------------------------------------------------------------------

    @property
    def source(self) -> int:
        """The step whose loss is followed; 0 where no step pays one."""
        return self.passing.source

    @property
    def summed(self) -> bool:
        """Whether the gradient shown is that of the sum of all losses."""
        return self.playhead.summed

    @property
    def others(self) -> tuple[Compared, ...]:
        """The other cells whose gradients are shown beside it."""
        return self.passing.others or () if self.playhead.compared else ()

    @cached_property
    def compared_norms(self) -> tuple[tuple[str, NDArray[np.float64]], ...]:
        """Every shown cell's kind and its `log10_norms`, RNN, GRU, LSTM; empty for one alone."""
        if not self.others:
            return ()
        summed, layer = self.summed, self.layer
        shown = [(self.cell, self.log10_norms)]
        shown += [(o.cell, o.log10_norms(summed=summed, layer=layer)) for o in self.others]
        order = list(CELL_NAMES)
        return tuple(sorted(shown, key=lambda one: order.index(one[0])))

    @property
    def why_not_compared(self) -> str:
        """Why other cells cannot be set beside this network; empty where they can."""
        return why_not_compared(self.run)

    @cached_property
    def log10_norms(self) -> NDArray[np.float64]:
        """log10 ‖∂L/∂a⟨t⟩‖ of what is shown, shape (T,); −inf where exactly 0, NaN not finite."""
        return self.norms_of(summed=self.summed)

    def norms_of(self, *, summed: bool, layer: int | None = None) -> NDArray[np.float64]:
        """`log10_norms` of the sum of all losses or of the source's alone, whichever is shown.

        Of the shown layer, or of the one that is given.
        """
        layer = self.layer if layer is None else layer
        return self.passing.log10_norms(summed, layer)

    @cached_property
    def log10_bound(self) -> NDArray[np.float64] | None:
        """log10 of ‖∂L_k/∂a⟨k⟩‖ γ^(k−t), shape (T,), γ = σ_max(W_aa)·max|g′|; −inf for t > k.

        None where it does not apply: for the sum of all losses, below the top layer (other paths
        lead there) and for gated cells; and where there is no loss or its gradient is not finite.
        """
        return None if self.summed else self.source_bound

    @cached_property
    def source_bound(self) -> NDArray[np.float64] | None:
        """`log10_bound` of the source's loss alone, also while the sum of all is shown."""
        return self.passing.curve("bound", self.layer)

    @cached_property
    def log10_path(self) -> NDArray[np.float64] | None:
        """log10 of ‖∂L_k/∂a⟨k⟩‖ ∏ f, shape (T,): what the cell state alone would carry back.

        ∏ f runs over the steps from t + 1 to k; of the units the geometric mean. −inf for t > k.
        None where it does not apply: for the sum of all losses, for every cell but the LSTM and
        without recurrence; and where there is no loss or its gradient is not finite.
        """
        return None if self.summed else self.source_path

    @cached_property
    def source_path(self) -> NDArray[np.float64] | None:
        """`log10_path` of the source's loss alone, also while the sum of all is shown."""
        return self.passing.curve("path", self.layer)

    @property
    def sweep(self) -> Sweep:
        """The backward sweep that is shown: of the sum of all losses, or of the source's alone."""
        return self.passing.backward if self.summed else self.passing.alone

    @cached_property
    def gradients(self) -> Vector:
        """∂L/∂a⟨1⟩ … ∂L/∂a⟨T⟩ of what is shown, shape (T, H)."""
        return self.sweep.da[self.layer, :, 0]

    def strength(self, t: int) -> float:
        """‖∂L/∂a⟨t⟩‖ over the largest of all steps, 0 … 1: how strong a pulse is drawn."""
        norm = self.log10_norms[t - 1]
        if not np.isfinite(norm):
            return 0.0
        most = self.passing.range_of("sum" if self.summed else "source", self.layer).high
        return float(10.0 ** (norm - most))

    def slope(self, t: int) -> Vector:
        """g′(z⟨t⟩) of the shown layer, shape (H,); of the RNN, whose z has no gates."""
        terms = self.forward_terms(t)
        with np.errstate(all="ignore"):
            return ACTIVATIONS[self.activation].derivative(terms.z, terms.a)

    def backward_terms(self, t: int) -> BackwardTerms:
        """The numbers of step t's backward equation, in the shown layer."""
        return backward_terms(self.sweep, self.layer, t)

    @cached_property
    def update(self) -> Update | None:
        """What this snapshot's update does; None where the gradient is not finite."""
        if self.passing.exploded:
            return None
        return self.run.update(self.passing.backward.gradients, self.playhead.snapshot)


def quantities_of(architecture: Architecture) -> tuple[str, ...]:
    """What a cell keeps at every step: its state, its cell state, its gates."""
    names = {"lstm": ("c", "i", "f", "g", "o"), "rnn": ()}
    return ("a", *names.get(architecture.cell, ("r", "z", "n")))


def clamp(playhead: Playhead, run: Run, steps: int | None = None) -> Playhead:
    """The nearest playhead that exists in a run, or in a pass of it with fewer steps."""
    architecture = run.architecture
    return playhead.clamped(
        run.steps if steps is None else steps,
        len(run.networks),
        architecture.layers,
        architecture.units,
        quantities_of(architecture),
    )


def resolve(run: Run, playhead: Playhead, passing: Pass) -> Frame:
    """Clamp a playhead to what exists and say what happens there.

    Parameters
    ----------
    run : Run
    playhead : Playhead
        May point anywhere.
    passing : Pass
        The pass of that snapshot and source (see `compute_pass`).
    """
    steps = passing.task.steps
    clamped = clamp(playhead, run, steps)
    return Frame(run, clamped, passing, Timeline(steps).moment(clamped.position))
