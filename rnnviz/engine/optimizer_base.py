"""What every optimiser shares: its state, and a step parameter by parameter."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar, Protocol

import numpy as np

from .arrays import Array, frozen, within
from .network import Network, check_names

SlotArrays = dict[str, Array]


@dataclass(frozen=True, slots=True, eq=False)
class OptimizerState:
    """What an optimiser remembers; never changes.

    Attributes
    ----------
    steps : int
        Updates made so far.
    slots : mapping of str to mapping of str to array
        For each parameter its moving averages by name, in its shape and dtype; empty at first.
    """

    steps: int
    slots: Mapping[str, Mapping[str, Array]]


START = OptimizerState(0, MappingProxyType({}))


class Optimizer(Protocol):
    """An optimiser: settings that never change, and a step that changes nothing it is given."""

    @property
    def title(self) -> str:
        """What it is called."""
        ...

    @property
    def teaches(self) -> str:
        """What it does with the gradients, in a sentence."""
        ...

    @property
    def rates(self) -> tuple[float, float]:
        """η to begin with, of a loss that is a sum over steps and of one that is a mean."""
        ...

    @property
    def by_length(self) -> bool:
        """Whether the first of them is divided by the number of steps."""
        ...

    @property
    def start(self) -> OptimizerState:
        """The state before the first step."""
        ...

    def step(
        self,
        state: OptimizerState,
        network: Network,
        gradients: Mapping[str, Array],
        learning_rate: float,
    ) -> tuple[OptimizerState, Network]:
        """Make one update.

        Parameters
        ----------
        state : OptimizerState
            `start`, or what the step before returned.
        network : Network
        gradients : mapping of str to array
            As :attr:`Backward.gradients`: the names and shapes of the parameters.
        learning_rate : float
            η of this step.

        Returns
        -------
        state : OptimizerState
        network : Network
            A new one of the same dtype. Numbers that overflow never warn or raise.

        Raises
        ------
        ValueError
            For gradients that do not fit the parameters by name or shape.
        """
        ...

    def update(
        self,
        state: OptimizerState,
        parameters: Mapping[str, Array],
        gradients: Mapping[str, Array],
        learning_rate: float,
    ) -> tuple[OptimizerState, dict[str, Array]]:
        """Make the same update of any named arrays, such as those of two networks together."""
        ...


@dataclass(frozen=True, slots=True)
class ParameterwiseOptimizer:
    """The step that all optimisers share: parameter by parameter, by the subclass's formula.

    Attributes
    ----------
    weight_decay : float
        λ.
    title, teaches : str
        What it is called, and what it does with the gradients.
    rates : tuple of two float
        η to begin with, of a loss that is a sum over steps and of one that is a mean.
    by_length : bool
        The first of them is divided by the number of steps, by ten at least.
    """

    weight_decay: float = 0.0
    title: str = field(default="", kw_only=True)
    teaches: str = field(default="", kw_only=True)
    rates: tuple[float, float] = field(default=(0.1, 0.005), kw_only=True)
    by_length: bool = field(default=False, kw_only=True)

    _fractions: ClassVar[tuple[str, ...]] = ()
    _positive: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        for name in ("weight_decay", *self._fractions, *self._positive):
            value = float(getattr(self, name))
            if not (np.isfinite(value) and value >= 0.0):
                raise ValueError(f"{name}: expected a finite number ≥ 0, found {value}")
            if name in self._fractions and value >= 1.0:
                raise ValueError(f"{name}: expected a number below 1, found {value}")

    @property
    def start(self) -> OptimizerState:
        """The state before the first step."""
        return START

    def step(
        self,
        state: OptimizerState,
        network: Network,
        gradients: Mapping[str, Array],
        learning_rate: float,
    ) -> tuple[OptimizerState, Network]:
        """See :meth:`Optimizer.step`."""
        state, parameters = self.update(state, network.parameters, gradients, learning_rate)
        return state, Network(network.architecture, parameters)

    def update(
        self,
        state: OptimizerState,
        parameters: Mapping[str, Array],
        gradients: Mapping[str, Array],
        learning_rate: float,
    ) -> tuple[OptimizerState, dict[str, Array]]:
        """See :meth:`Optimizer.update`."""
        check_names("gradients", gradients, {name: p.shape for name, p in parameters.items()})
        stepped: dict[str, Array] = {}
        slots: dict[str, Mapping[str, Array]] = {}
        with np.errstate(all="ignore"):  # an exploded gradient gives an exploded network
            for name, p in parameters.items():
                g = gradients[name]
                if g.shape != p.shape:
                    raise ValueError(f"gradient of {name}: expected {p.shape}, found {g.shape}")
                kept = dict(state.slots.get(name, {}))
                g = g.astype(p.dtype, copy=False)
                rate = within(p.dtype, learning_rate)
                after = self._stepped(p, g, kept, state.steps + 1, rate)
                stepped[name] = frozen(after.astype(p.dtype, copy=False))
                slots[name] = MappingProxyType({n: frozen(array) for n, array in kept.items()})
        return OptimizerState(state.steps + 1, MappingProxyType(slots)), stepped

    def _decayed(self, p: Array, g: Array) -> Array:
        """Weight decay as an L2 penalty: g + λ p."""
        return g + within(p.dtype, self.weight_decay) * p if self.weight_decay else g

    def _stepped(self, p: Array, g: Array, slots: SlotArrays, t: int, rate: float) -> Array:
        raise NotImplementedError


def average(slots: SlotArrays, name: str, new: Array, keep: float) -> Array:
    """Move an exponential average on: keep · old + (1 − keep) · new, from 0."""
    average = (1.0 - keep) * new
    if name in slots:
        average += keep * slots[name]
    slots[name] = average
    return average
