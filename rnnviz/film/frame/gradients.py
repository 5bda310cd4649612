"""What comes back through time: of which loss, how much of it, and what it does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine import CELLS
from rnnviz.engine.cells import Cell
from rnnviz.film.comparison import Compared, beside, why_not_compared
from rnnviz.film.extremes import Range
from rnnviz.film.frame.states import States
from rnnviz.film.measures import CURVE, OTHERS, RANGE, Kind
from rnnviz.film.records import Sweep
from rnnviz.film.run import Update
from rnnviz.film.terms import BackwardTerms, Inside, backward_terms, inside

Vector = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Gradients(States):
    """What the backward pass brought to a frame's steps, and the update."""

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
        if not self.playhead.compared or self.why_not_compared:
            return ()
        return OTHERS(self.passing, beside(self.run), self.playhead.snapshot)

    @cached_property
    def compared_norms(self) -> tuple[tuple[Cell, NDArray[np.float64]], ...]:
        """Every shown cell and its `log10_norms`, in their order; empty for one alone."""
        if not self.others:
            return ()
        summed, layer = self.summed, self.layer
        shown = [(self.kind, self.log10_norms)]
        shown += [(CELLS[o.cell], o.log10_norms(summed=summed, layer=layer)) for o in self.others]
        order = list(CELLS.values())
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
        curve = CURVE(self.passing, "sum" if summed else "source", layer)
        assert curve is not None
        return curve

    def range_of(self, kind: Kind, layer: int | None = None) -> Range:
        """From where to where one of the lines over the steps goes."""
        return RANGE(self.passing, kind, self.layer if layer is None else layer)

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
        return CURVE(self.passing, "bound", self.layer)

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
        return CURVE(self.passing, "path", self.layer)

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
        most = self.range_of("sum" if self.summed else "source").high
        return float(10.0 ** (norm - most))

    def slope(self, t: int) -> Vector:
        """g′(z⟨t⟩) of the shown layer, shape (H,); of a cell whose z has no gates."""
        return self.inside(t).slope()

    def inside(self, t: int) -> Inside:
        """The shown layer's cell at step t, and what it says of its inside."""
        return inside(self.sweep, self.layer, t)

    def backward_terms(self, t: int) -> BackwardTerms:
        """The numbers of step t's backward equation, in the shown layer."""
        return backward_terms(self.sweep, self.layer, t)

    @cached_property
    def update(self) -> Update | None:
        """What this snapshot's update does; None where the gradient is not finite."""
        if self.passing.exploded:
            return None
        return self.run.update(self.passing.backward.gradients, self.playhead.snapshot)
