"""A frame: everything that a picture may ask, resolved from (run, playhead) and clamped.

Steps are counted from 1 as in the lecture. Vectors are those of the first sequence of the batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine import ACTIVATIONS
from rnnviz.film.playhead import Playhead
from rnnviz.film.run import Pass, Run
from rnnviz.film.timeline import Moment, Stage, Timeline

_LN10 = float(np.log(10.0))
Vector = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Output:
    """One line of an output's read-out: a name, its probability, whether it is the target."""

    name: str
    probability: float
    target: bool


@dataclass(frozen=True, slots=True, eq=False)
class ForwardTerms:
    """The numbers of a⟨t⟩ = g(W_aa a⟨t−1⟩ + W_ax x⟨t⟩ + b_a), each of shape (H,)."""

    recurrent: Vector
    input: Vector
    bias: Vector
    z: Vector
    a: Vector


@dataclass(frozen=True, slots=True, eq=False)
class BackwardTerms:
    """∂L/∂a⟨t⟩ = W_aaᵀ(∂L/∂a⟨t+1⟩ ⊙ g′⟨t+1⟩) + W_yaᵀ ∂L/∂y⟨t⟩, each of shape (H,)."""

    arriving: Vector
    own: Vector
    total: Vector


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
        """T."""
        return self.run.steps

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
    def activation(self) -> str:
        """Name of g."""
        return self.run.networks[0].architecture.activation

    # -- forward -----------------------------------------------------------------------------

    @cached_property
    def states(self) -> Vector:
        """a⟨0⟩ … a⟨T⟩ of the shown layer, shape (T+1, H), whole, whatever the playhead."""
        return self.passing.trace.a[self.playhead.layer, :, 0]

    @cached_property
    def state_limit(self) -> float:
        """The value of the colour map's ends: 1 for tanh and sigmoid, else the largest finite."""
        if self.activation in ("tanh", "sigmoid"):
            return 1.0
        finite = np.abs(self.states[np.isfinite(self.states)])
        return float(finite.max()) if finite.size and finite.max() > 0 else 1.0

    def token(self, t: int) -> str:
        """What enters at step t, as a label; for a series its axis label."""
        return self.run.task.sequence.tokens[t - 1]

    def value(self, t: int) -> float | None:
        """The series' first column at step t in its own units; None for text."""
        values = self.run.task.sequence.values
        return None if values is None else float(values[t - 1, 0])

    def pays(self, t: int) -> bool:
        """Whether step t has a target, and so a loss."""
        return bool(self.run.task.mask[t - 1].any())

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
        target = int(self.run.task.targets[t - 1, 0]) if self.pays(t) else -1
        names = self.run.task.output_names
        return tuple(Output(names[int(i)], float(row[i]), int(i) == target) for i in best)

    def target(self, t: int) -> Output | None:
        """What step t should have said and the probability it gave that; None for a series."""
        p = self.passing.trace.p
        if p is None or not self.pays(t):
            return None
        index = int(self.run.task.targets[t - 1, 0])
        return Output(self.run.task.output_names[index], float(p[t - 1, 0, index]), True)

    def prediction(self, t: int) -> float | None:
        """What the network says for step t + 1, in the series' own units; None for text."""
        task = self.run.task
        if task.mean is None or task.deviation is None:
            return None
        y = float(self.passing.trace.y[t - 1, 0, 0])
        return y * float(task.deviation[0]) + float(task.mean[0])

    def forward_terms(self, t: int) -> ForwardTerms:
        """The numbers of step t's forward equation."""
        trace, layer = self.passing.trace, self.playhead.layer
        return ForwardTerms(
            recurrent=trace.recurrent_term(t, layer)[0],
            input=trace.input_term(t, layer)[0],
            bias=trace.network.parameters[f"b_a_l{layer}"],
            z=trace.z[layer, t - 1, 0],
            a=trace.a[layer, t, 0],
        )

    # -- backward ----------------------------------------------------------------------------

    @property
    def source(self) -> int:
        """The step whose loss is followed; 0 where no step pays one."""
        return self.passing.source

    @property
    def summed(self) -> bool:
        """Whether the gradient shown is that of the sum of all losses."""
        return self.playhead.summed

    @cached_property
    def log10_norms(self) -> NDArray[np.float64]:
        """log10 ‖∂L/∂a⟨t⟩‖ of what is shown, shape (T,); −inf where exactly 0, NaN not finite."""
        return self.norms_of(summed=self.summed)

    def norms_of(self, *, summed: bool) -> NDArray[np.float64]:
        """`log10_norms` of the sum of all losses or of the source's alone, whichever is shown."""
        layer = self.playhead.layer
        if summed:
            return np.asarray(self.passing.backward.log_norm_da[layer], np.float64) / _LN10
        return self.passing.source_log_norms[layer] / _LN10

    @cached_property
    def log10_bound(self) -> NDArray[np.float64] | None:
        """log10 of ‖∂L_k/∂a⟨k⟩‖ γ^(k−t), shape (T,), γ = σ_max(W_aa)·max|g′|; −inf for t > k.

        None for the sum of all losses, to which the bound does not apply, and where there is no
        loss or its gradient is not finite.
        """
        return None if self.summed else self.source_bound

    @cached_property
    def source_bound(self) -> NDArray[np.float64] | None:
        """`log10_bound` of the source's loss alone, also while the sum of all is shown."""
        k = self.source
        start = self.norms_of(summed=False)[k - 1] if k else -np.inf
        if not np.isfinite(start):
            return None
        gain = self.passing.gain[self.playhead.layer]
        bound = np.full(self.steps, -np.inf)
        slope = np.log10(gain) if gain > 0 else -np.inf
        back = np.arange(k)
        with np.errstate(invalid="ignore"):
            bound[k - 1 :: -1] = start + np.where(back == 0, 0.0, back * slope)
        return bound

    @cached_property
    def gradients(self) -> Vector:
        """∂L/∂a⟨1⟩ … ∂L/∂a⟨T⟩ of what is shown, shape (T, H)."""
        layer = self.playhead.layer
        if self.summed:
            return self.passing.backward.da[layer, :, 0]
        return self.passing.source_da[layer, :, 0]

    def strength(self, t: int) -> float:
        """‖∂L/∂a⟨t⟩‖ over the largest of all steps, 0 … 1: how strong a pulse is drawn."""
        norms = self.log10_norms
        finite = norms[np.isfinite(norms)]
        if not finite.size or not np.isfinite(norms[t - 1]):
            return 0.0
        return float(10.0 ** (norms[t - 1] - finite.max()))

    def slope(self, t: int) -> Vector:
        """g′(z⟨t⟩) of the shown layer, shape (H,)."""
        terms = self.forward_terms(t)
        with np.errstate(all="ignore"):
            return ACTIVATIONS[self.activation].derivative(terms.z, terms.a)

    def backward_terms(self, t: int) -> BackwardTerms:
        """The numbers of step t's backward equation, for the top layer's or a single layer's a."""
        total = self.gradients[t - 1]
        zero = np.zeros_like(total)
        if not self.summed:
            own = total if t == self.source else zero
            return BackwardTerms(arriving=zero if t >= self.source else total, own=own, total=total)
        layer = self.playhead.layer
        parameters = self.passing.trace.network.parameters
        with np.errstate(all="ignore"):
            own = self.passing.backward.dy[t - 1, 0] @ parameters["W_ya"]
        if t == self.steps:
            return BackwardTerms(arriving=zero, own=own, total=total)
        w = parameters[f"W_aa_l{layer}"]
        with np.errstate(all="ignore"):
            arriving = self.passing.backward.dz[layer, t, 0] @ w
        return BackwardTerms(arriving=arriving, own=own, total=total)


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
    architecture = run.networks[0].architecture
    clamped = playhead.clamped(
        run.steps, len(run.networks), architecture.layers, architecture.units
    )
    return Frame(run, clamped, passing, Timeline(run.steps).moment(clamped.position))
