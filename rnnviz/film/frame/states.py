"""The states and gates of every step, and what is largest of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine import ACTIVATIONS, CELLS, Architecture
from rnnviz.film.extremes import Extremes
from rnnviz.film.frame.resolved import Resolved
from rnnviz.film.measures import EXTREMES
from rnnviz.film.terms import ForwardTerms, forward_terms

Vector = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class States(Resolved):
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
        return forward_terms(self.passing.trace, self.layer, t)


def quantities_of(architecture: Architecture) -> tuple[str, ...]:
    """What a cell keeps at every step: its state, its cell state, its gates."""
    cell = CELLS[architecture.cell]
    return ("a", *cell.states, *cell.names)
