"""Learning-rate schedules: η as a function of how many updates have been made."""

import math
from collections.abc import Callable
from dataclasses import dataclass

Schedule = Callable[[int], float]
"""η for the update after `step` others, counted from 0."""


def _checked_rate(name: str, rate: float) -> None:
    if not (math.isfinite(rate) and rate >= 0.0):
        raise ValueError(f"{name}: expected a finite number ≥ 0, found {rate}")


def _checked_count(name: str, count: int) -> None:
    if count < 1:
        raise ValueError(f"{name}: expected a whole number ≥ 1, found {count}")


@dataclass(frozen=True, slots=True)
class Constant:
    """Always the same η."""

    rate: float

    def __post_init__(self) -> None:
        _checked_rate("rate", self.rate)

    def __call__(self, step: int) -> float:
        """Return η."""
        return self.rate


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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
