"""What stands beside a pass: that of another branch on the same task, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rnnviz.film.answers import answered
from rnnviz.film.cost import fits_beside, size_of
from rnnviz.film.extremes import Range, range_of
from rnnviz.film.passes import Pass, held_norms, run_forward
from rnnviz.film.records import Array, Model, differentiated, paying_only
from rnnviz.film.run import Run

_LN10 = float(np.log(10.0))


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """What reaches the steps of another branch's network.

    Attributes
    ----------
    source : ndarray of shape (L, T)
        log10 ‖∂L_k/∂a⟨t⟩‖ of the same loss alone; −inf where it is exactly 0, NaN where it is not
        finite or there is no such step (its own answers may end earlier).
    summed : ndarray of shape (L, T)
        The same of the sum of all losses.
    gradients : mapping of str to ndarray, or None
        ∂L/∂W of every parameter, of which its update is made; None where its numbers are not
        finite.
    """

    source: NDArray[np.float64]
    summed: NDArray[np.float64]
    gradients: Mapping[str, Array] | None
    _ranges: dict[tuple[bool, int], Range] = field(
        init=False, repr=False, default_factory=dict[tuple[bool, int], Range]
    )

    @property
    def layers(self) -> int:
        """L."""
        return len(self.source)

    def log10_norms(self, *, summed: bool, layer: int) -> NDArray[np.float64]:
        """One layer's, (T,); of the top one where there are fewer."""
        return (self.summed if summed else self.source)[min(layer, self.layers - 1)]

    def range_of(self, *, summed: bool, layer: int) -> Range:
        """From where to where they go."""
        if (summed, layer) not in self._ranges:
            made = range_of(self.log10_norms(summed=summed, layer=layer))
            self._ranges[summed, layer] = made
        return self._ranges[summed, layer]


def why_not_beside(run: Run) -> str:
    """Why no other branch's gradient stands beside a run's, as the end of a sentence."""
    if run.task.mode == "one_to_one":
        return "without recurrence no gradient travels from step to step"
    return too_large(run)


def too_large(run: Run) -> str:
    """Why a run's pass cannot be computed beside another; empty where it can."""
    size = size_of(run.task, run.architecture)
    if not fits_beside(size):
        return "that would take gigabytes for so many steps"
    return ""


def beside(passing: Pass, model: Model, told: Callable[[float], object] | None = None) -> Beside:
    """The pass of another branch's network, on the task of a pass and of the same loss.

    Raises
    ------
    Cancelled
        When `told` says so.
    """

    def at(done: float) -> None:
        if told is not None:
            told(done)

    at(0.0)
    trace = run_forward(model, answered(passing.given, model))
    at(0.3)
    k, steps = passing.source, passing.task.steps
    if not 0 <= k <= trace.steps:
        k = 0
    followed = differentiated(paying_only(trace, k))
    alone = held_norms(followed, k, lambda done: at(0.3 + 0.3 * done))
    back = differentiated(trace)
    summed = held_norms(back, None, lambda done: at(0.7 + 0.3 * done))
    finite = trace.exploded_at is None and back.exploded_at is None
    gradients = back.gradients if finite else None
    return Beside(_fitted(alone, steps), _fitted(summed, steps), gradients)


def _fitted(log_norms: NDArray[np.floating], steps: int) -> NDArray[np.float64]:
    """log10 of natural logarithms (L, T), cut or filled with NaN to so many steps; frozen."""
    whole = np.full((len(log_norms), steps), np.nan)
    count = min(steps, log_norms.shape[1])
    whole[:, :count] = log_norms[:, :count] / _LN10
    whole.setflags(write=False)
    return whole
