"""What enters a network at every step, what it says to that, and what it should have said."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import why_not
from rnnviz.film.answers import Baseline, baselines, judged, last_known
from rnnviz.film.frame.states import Resolved
from rnnviz.film.measures import ERRORS, FORECAST, ORIGINS
from rnnviz.frozen import record

if TYPE_CHECKING:
    from rnnviz.film.held_out_errors import Forecast, Origins

Vector = NDArray[np.floating]


@record
class Output:
    """One line of an output's read-out: a name, its probability, whether it is the target."""

    name: str
    probability: float
    target: bool


@record(eq=False, slots=False)
class FrameOutputs(Resolved):
    """The part of a frame that has inputs, outputs, targets and losses of the steps."""

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

    @property
    def through_time(self) -> bool:
        """Whether anything goes from step to step, and a gradient back: not of steps alone."""
        return self.steps > 1 and self.linked(1)

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
            if self.task.looks_back and self.answers(t - 1):
                return self.prediction(t - 1)
            return float(self.task.in_units(self.task.x[t - 1, 0, 0], 0.0))
        return self.value(t)

    def pays(self, t: int) -> bool:
        """Whether step t has a target, and so a loss."""
        return bool(self.task.mask[t - 1].any())

    def loss(self, t: int) -> float:
        """What step t adds to the loss; 0 where it pays none."""
        return float(self.passing.trace.loss_k[t - 1])

    def log10_loss(self, t: int) -> float:
        """log10 of what step t adds, also of an answer so sure that no float64 holds its loss."""
        value, least = self.loss(t), np.finfo(self.passing.trace.loss_k.dtype).tiny
        if not value < least or not self.pays(t) or self.task.loss != "softmax_cross_entropy":
            return float(np.log10(value)) if value > 0.0 else -np.inf if value == 0.0 else np.nan
        y = self.passing.trace.outputs(t - 1, t)[0, 0].astype(np.float64)
        others = y - y[index := int(self.task.targets[t - 1, 0])]
        others[index] = -np.inf
        # ln(1 + Σ) is Σ, the sum of the others' exponentials beside the target's.
        return float(np.logaddexp.reduce(others) / np.log(10.0))

    @property
    def total_loss(self) -> float:
        """L = Σ_t L⟨t⟩ of the whole pass."""
        return float(self.passing.trace.loss)

    def outputs(self, t: int, count: int) -> tuple[Output, ...]:
        """The `count` most probable outputs at step t, most probable first; empty for a series."""
        p = self.passing.trace.probabilities(t - 1, t)
        if p is None:
            return ()
        row = p[0, 0]
        if not np.isfinite(row).all():
            return ()
        best = np.argsort(-row, kind="stable")[:count]
        target = int(self.task.targets[t - 1, 0]) if self.pays(t) else -1
        names = self.task.output_names
        return tuple(Output(names[int(i)], float(row[i]), int(i) == target) for i in best)

    def target(self, t: int) -> Output | None:
        """What step t should have said and the probability it gave that; None for a series."""
        p = self.passing.trace.probabilities(t - 1, t)
        if p is None or not self.pays(t):
            return None
        index = int(self.task.targets[t - 1, 0])
        return Output(self.task.output_names[index], float(p[0, 0, index]), True)

    def prediction(self, t: int) -> float | None:
        """What the network says at step t, in its own units; None where it names a class.

        Of a series that is step t + 1's value.
        """
        if self.task.loss != "mse" or not self.answers(t):
            return None
        task, values = self.task, self.task.sequence.values
        if task.looks_back and values is not None:
            if t > task.last_known:
                return float(self._beyond[t - task.last_known])
            before = values[t - 1, 0]
        else:
            before = 0.0
        return float(task.in_units(self.passing.trace.outputs(t - 1, t)[0, 0, 0], before))

    @cached_property
    def _beyond(self) -> Vector:
        """What is said of the next value from the last known step on, each on the one before."""
        last = self.task.last_known
        return self.task.forecasts_of(self.passing.trace.output(0)[last - 1 :, 0], last - 1)

    def said_picture(self, t: int) -> Vector | None:
        """The picture that the network expects after step t, (h, w); None where it says none."""
        task, frames = self.task, self.task.sequence.frames
        if frames is None or task.mean is None or task.deviation is None or not self.answers(t):
            return None
        if task.outputs != frames[0].size:
            return None
        y = self.passing.trace.outputs(t - 1, t)[0, 0]
        said = np.asarray(y, np.float64) * task.deviation + task.mean
        return said.reshape(frames[0].shape)

    def truth(self, t: int) -> float | None:
        """What it should have said, in the same units; None where nobody knows."""
        task, values = self.task, self.task.sequence.values
        if task.loss != "mse":
            return None
        if self.forecasts and values is not None:
            return self.value(t + 1) if t < self.steps else None
        return float(task.targets[t - 1, 0, 0]) if task.payable[t - 1, 0] else None

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

        All are of the same steps, which nothing was fitted to (see `film.answers.judged`): one step
        ahead, or `beyond` the last known one. Empty where nothing is held out, or nobody knows the
        truth. Updates of the film are of all the steps that pay: a network that has learned from
        those it would be judged on is not.
        """
        found, part = ERRORS(self.passing, beyond), judged(self.task, beyond=beyond)
        paying = self.task.mask[max(part.start - 1, 0) : max(part.stop - 1, 0)]
        if self.playhead.snapshot and paying.any():
            return {name: error for name, error in found.items() if name != "network"}
        return found

    @property
    def forecast(self) -> Forecast:
        """What is forecast from the chosen origin; of a series alone (see `film.origins`)."""
        from rnnviz.film.origins import looked_at

        return FORECAST(self.passing, *looked_at(self.run.task, self.playhead))

    @property
    def origins(self) -> Origins:
        """What is forecast from the origins of what is held out, as far ahead."""
        from rnnviz.film.origins import looked_at

        return ORIGINS(self.passing, *looked_at(self.run.task, self.playhead)[1:])

    @property
    def why_not_judged(self) -> str:
        """Why errors of the network would be none of held-out values; empty where they are."""
        task, held = self.task, self.task.trained
        if held is None and task.ar is None and not self.untrained:
            unknown = "what this network was trained on is not known"
            if self.trained_on_all:
                unknown = "nothing was held out of its training"
            return "updates of the film have taught it" if self.playhead.snapshot else unknown
        if self.playhead.snapshot and task.mask[max(held or 0, 1) - 1 :].any():
            return "updates of the film have taught it"
        return ""

    @property
    def untrained(self) -> bool:
        """Whether the network is as it was made: of a seed, before any update."""
        run = self.run
        begun = run.log[run.origin].update == 0 if run.log else run.of_seed
        return begun and not self.playhead.snapshot

    @property
    def trained_on_all(self) -> bool:
        """Whether it was trained here, on all of the sequence."""
        known = self.run.plan is not None and bool(self.run.log) and not self.untrained
        return known and self.task.trained is None and self.task.ar is None

    @property
    def forecasts(self) -> bool:
        """Whether what it says is the next step's value of a series."""
        return self.task.mean is not None

    @property
    def answers_next_input(self) -> bool:
        """Whether what it should say at step t is all of x⟨t+1⟩, and nothing else."""
        return self.forecasts and self.task.inputs == self.task.outputs
