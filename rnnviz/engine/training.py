"""Updates as a stream of snapshots that can be stopped anywhere and taken up again exactly.

With the schedules of the learning rate: η as a function of how many updates have been made.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Generic

import numpy as np
from numpy.typing import NDArray

from rnnviz.frozen import field, record

from .batches import (
    Batch,
    Model,
    PairBatch,
    Runnable,
    differentiated,
    exploded,
    parameters_of,
    with_parameters,
)
from .clipping import Clipping, ClippingReport
from .optimizers import Adam, Optimizer, OptimizerState
from .records import Truncation

Schedule = Callable[[int], float]
"""η for the update after `step` others, counted from 0."""


def _checked_rate(name: str, rate: float) -> None:
    if not (math.isfinite(rate) and rate >= 0.0):
        raise ValueError(f"{name}: expected a finite number ≥ 0, found {rate}")


def _checked_count(name: str, count: int) -> None:
    if count < 1:
        raise ValueError(f"{name}: expected a whole number ≥ 1, found {count}")


@record
class Constant:
    """The schedule that keeps η constant."""

    rate: float

    def __post_init__(self) -> None:
        _checked_rate("rate", self.rate)

    def __call__(self, step: int) -> float:
        """Return η."""
        return self.rate


@record
class StepDecay:
    """η = rate · factor^⌊step/every⌋."""

    rate: float
    every: int
    factor: float = 0.1

    def __post_init__(self) -> None:
        _checked_rate("rate", self.rate)
        _checked_rate("factor", self.factor)
        _checked_count("every", self.every)

    def __call__(self, step: int) -> float:
        """Return η at this step."""
        return self.rate * self.factor ** (step // self.every)


@record
class Cosine:
    """η falls from `rate` to `floor` over `steps` updates along half a cosine, then stays there.

    η = floor + ½ (rate − floor)(1 + cos(π step/steps)) (Loshchilov and Hutter 2017, eq. 5, without
    restarts).
    """

    rate: float
    steps: int
    floor: float = 0.0

    def __post_init__(self) -> None:
        _checked_rate("rate", self.rate)
        _checked_rate("floor", self.floor)
        _checked_count("steps", self.steps)

    def __call__(self, step: int) -> float:
        """Return η at this step."""
        turn = math.pi * min(step, self.steps) / self.steps
        return self.floor + 0.5 * (self.rate - self.floor) * (1.0 + math.cos(turn))


@record
class WarmUp:
    """η rises in `steps` equal parts to what `then` begins with; `then` counts on from there.

    The first update already has 1/steps of it, so that no update is lost.
    """

    steps: int
    then: Schedule

    def __post_init__(self) -> None:
        _checked_count("steps", self.steps)

    def __call__(self, step: int) -> float:
        """Return η at this step."""
        if step < self.steps:
            return self.then(0) * (step + 1) / self.steps
        return self.then(step - self.steps)


__all__ = ["Batch", "DivergenceError", "PairBatch", "Snapshot", "Training"]


@record(eq=False)
class Snapshot(Generic[Model]):
    """A network in training, with all that is needed to go on from it.

    What belongs to the update that made it is nan or None in the snapshot before the first one.

    Attributes
    ----------
    update : int
        Updates made so far.
    network : Network or EncoderDecoder
    optimizer_state : OptimizerState
    loss : float
        Of the update's batch, with the network before the update.
    validation_loss : float or None
        Of this network on the validation batch; None without one, and where nobody asked.
    held_out_loss : float or None
        Of this network on what is held out; None but of a snapshot that was chosen in the end.
    learning_rate : float
        η of the update.
    log_step_norms : (L, T) float64 or None
        ln ‖∂L/∂a⟨t⟩‖ of the update's batch, as :attr:`Backward.log_norm_da`; of a pair, the
        encoder's steps and then the decoder's.
    clipping : ClippingReport or None
        Norms of the gradients, of all and of every parameter, and what clipping did to them.
    """

    update: int
    network: Model
    optimizer_state: OptimizerState
    loss: float = float("nan")
    validation_loss: float | None = None
    learning_rate: float = float("nan")
    log_step_norms: NDArray[np.float64] | None = None
    clipping: ClippingReport | None = None
    held_out_loss: float | None = None


class DivergenceError(ArithmeticError):
    """A training whose numbers are no longer finite.

    Attributes
    ----------
    update : int
        The update, from 1, that could not be made.
    snapshot : Snapshot
        The last one whose network gave finite numbers: one can go on from it.
    """

    def __init__(self, update: int, reason: str, snapshot: Snapshot[Any]) -> None:
        super().__init__(f"training diverged at update {update}: {reason}")
        self.update = update
        self.snapshot = snapshot


@record(eq=False)
class Training(Generic[Model]):
    """A training's setting: batches, optimiser, schedule, clipping, truncation.

    Parameters
    ----------
    batches : callable (update) → Batch (or anything else with its `run`)
        The batch of each update, counted from 0; a :class:`PairBatch` for an encoder–decoder. The
        same number must give the same batch: then training that is taken up again goes on bit by
        bit as if it had never stopped.
    optimizer : Optimizer
    schedule : callable (update) → float
        η of each update, counted from 0.
    clipping : Clipping
    validation : Batch (or anything else with its `run`), optional
        What :meth:`validated` measures.
    held_out : Batch (or anything else with its `run`), optional
        What :meth:`judged` measures: neither updates nor the choice of a snapshot ever see it.
    truncation : Truncation, optional
        Cut the gradient at the ends of windows (truncated backpropagation through time).
    """

    batches: Callable[[int], Runnable[Model]]
    optimizer: Optimizer = field(default_factory=Adam)
    schedule: Schedule = field(default_factory=lambda: Constant(0.001))
    clipping: Clipping = field(default_factory=Clipping)
    validation: Runnable[Model] | None = None
    truncation: Truncation | None = None
    held_out: Runnable[Model] | None = None

    def begin(self, network: Model) -> Snapshot[Model]:
        """Snapshot 0: a network that has not been trained yet."""
        return self.validated(Snapshot(0, network, self.optimizer.start))

    def run(
        self,
        start: Snapshot[Model],
        updates: int,
        *,
        stop: Callable[[], bool] | None = None,
    ) -> Iterator[Snapshot[Model]]:
        """Make updates, one snapshot after the other.

        Parameters
        ----------
        start : Snapshot
            From :meth:`begin`, or any that an earlier run yielded.
        updates : int
            How many to make.
        stop : callable () → bool, optional
            Asked before, within and after every update; an update that is not complete when it
            says True has never been.

        Yields
        ------
        Snapshot
            After each; not validated, which costs more than an update.

        Raises
        ------
        DivergenceError
            At the update where the loss, a gradient or a parameter is not finite.
        """
        good = current = start
        for _ in range(updates):
            after = self._updated(current, good, stop or _never)
            if after is None:
                return
            good, current = current, after
            yield current

    def validated(self, snapshot: Snapshot[Model]) -> Snapshot[Model]:
        """The snapshot with its validation loss; as it is without a validation batch."""
        if self.validation is None or snapshot.validation_loss is not None:
            return snapshot
        return replace(snapshot, validation_loss=self.validation.run(snapshot.network).loss)

    def judged(self, snapshot: Snapshot[Model]) -> Snapshot[Model]:
        """The snapshot with its held-out loss; as it is where nothing is held out."""
        if self.held_out is None or snapshot.held_out_loss is not None:
            return snapshot
        return replace(snapshot, held_out_loss=self.held_out.run(snapshot.network).loss)

    def _updated(
        self, snapshot: Snapshot[Model], good: Snapshot[Model], stop: Callable[[], bool]
    ) -> Snapshot[Model] | None:
        """Make one update; None if stopped. `good` is the last snapshot known to be so."""
        update = snapshot.update + 1
        if stop():
            return None
        batch = self.batches(snapshot.update)
        trace = batch.run(snapshot.network)
        if where := exploded(trace):
            raise DivergenceError(update, where, good)
        if stop():
            return None
        found, log_norms = differentiated(trace, self.truncation)
        gradients, report = self.clipping.apply(found)
        if not np.isfinite(report.norm_before):
            broken = [name for name, norm in report.parameter_norms.items() if norm != norm]
            reason = f"the gradient of {', '.join(broken) or 'all together'} is not finite"
            raise DivergenceError(update, reason, good)
        if stop():
            return None
        rate = self.schedule(snapshot.update)
        state, stepped = self.optimizer.update(
            snapshot.optimizer_state, parameters_of(snapshot.network), gradients, rate
        )
        for name, array in stepped.items():
            if not np.isfinite(array).all():
                raise DivergenceError(update, f"{name} is not finite after it", snapshot)
        return Snapshot(
            update=update,
            network=with_parameters(snapshot.network, stepped),
            optimizer_state=state,
            loss=trace.loss,
            learning_rate=rate,
            log_step_norms=log_norms,
            clipping=report,
        )


def _never() -> bool:
    return False
