"""What comes back through time: of which loss, how much of it, and what it does."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnviz.film.comparison import Beside, why_not_beside, why_not_compared
from rnnviz.film.extremes import Range
from rnnviz.film.frame.states import FrameStates
from rnnviz.film.left_out import LeftOut
from rnnviz.film.measures import BESIDE, CURVE, LEFT_OUT, RANGE, Kind
from rnnviz.film.passes import last_paid
from rnnviz.film.records import Sweep, parameters
from rnnviz.film.run import Update
from rnnviz.film.splices import is_cut
from rnnviz.film.terms import BackwardTerms, Inside, backward_terms, inside, saturated_steps
from rnnviz.film.timeline import Stage
from rnnviz.frozen import record

Vector = NDArray[np.floating]

_HELD = {4: 35.0, 8: 300.0}  # powers of ten up to which floats of so many bytes have all digits


class Side(NamedTuple):
    """A branch's gradient line beside those of the others.

    Attributes
    ----------
    name : str
    place : int
        In the palette of what is compared.
    norms : ndarray of shape (T,)
        As `Gradients.log10_norms`.
    """

    name: str
    place: int
    norms: NDArray[np.float64]


@record(eq=False, slots=False)
class Gradients(FrameStates):
    """What the backward pass brought to a frame's steps, and the update."""

    @property
    def source(self) -> int:
        """The step whose loss is followed; 0 where no step pays one."""
        return self.passing.source

    def cut(self, t: int) -> bool:
        """Whether truncation lets nothing of step t's gradient go back to the step before it."""
        return is_cut(self.passing.backward, t)

    def cut_off(self, t: int, k: int = 0, window: int | None = None) -> bool:
        """Whether truncation alone keeps the shown gradient, or that of loss k, from step t.

        `window` is that of another branch.
        """
        window = self.passing.window if window is None else window
        if not window:
            return False
        if k or not self.summed:
            return t <= ((k or self.source) - 1) // window * window
        end = (t - 1) // window * window + window
        return last_paid(self.task) > end and not self.task.mask[t - 1 : end].any()

    @property
    def left_out(self) -> LeftOut | None:
        """What truncation leaves out of the shown gradient of the weights; None where it cuts none.

        At the update that of all losses, of which it is made.
        """
        return LEFT_OUT(self.passing, self.summed or self.moment.stage is Stage.UPDATE)

    @property
    def summed(self) -> bool:
        """Whether the gradient shown is that of the sum of all losses."""
        return self.playhead.summed

    @cached_property
    def others(self) -> tuple[Beside, ...]:
        """What reaches the steps in the other branches; empty where that cannot be shown."""
        return () if why_not_beside(self.run) else tuple(self._beside)

    @cached_property
    def sides(self) -> tuple[Side, ...]:
        """`log10_norms` of every branch, in their order; empty for one alone."""
        if not self.others:
            return ()
        summed, layer = self.summed, self.layer
        norms = [other.log10_norms(summed=summed, layer=layer) for other in self.others]
        norms.insert(self.branches.active, self.log10_norms)
        each = zip(self.branches.names, self.branches.each, norms, strict=True)
        return tuple(Side(name, branch.place, line) for name, branch, line in each)

    @property
    def why_not_compared(self) -> str:
        """Why other cells cannot be set beside this network; empty where they can."""
        return why_not_compared(self.branches)

    @property
    def updates(self) -> tuple[Update | None, ...]:
        """What the update of every branch does; None where its gradient is not finite."""
        made = [
            None if known.gradients is None else branch.run.update(known.gradients, branch.snapshot)
            for branch, known in zip(self.branches.others, self._beside, strict=False)
        ]
        made += [None] * (len(self.branches.others) - len(made))
        made.insert(self.branches.active, self.update)
        return tuple(made)

    @property
    def _beside(self) -> list[Beside]:
        asked = BESIDE.arguments(self.branches)
        return [BESIDE(self.passing, *arguments) for arguments in asked]

    @cached_property
    def log10_norms(self) -> NDArray[np.float64]:
        """log10 ‖∂L/∂a⟨t⟩‖ of what is shown, shape (T,); −inf where exactly 0, NaN not finite."""
        return self.norms_of(summed=self.summed)

    @property
    def gradient_known(self) -> bool:
        """Whether any of the norms that are shown is a finite number."""
        return not np.isnan(self.range_of("sum" if self.summed else "source").high)

    def lost(self, t: int) -> bool:
        """Whether ∂L/∂a⟨t⟩ is too small or large for its numbers, though its norm is known."""
        norm, most = float(self.log10_norms[t - 1]), _HELD[self.gradients.dtype.itemsize]
        return most < abs(norm) < np.inf

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
        if t not in self._insides:
            self._insides[t] = inside(self.sweep, self.layer, t)
        return self._insides[t]

    @cached_property
    def _insides(self) -> dict[int, Inside]:
        return {}

    def saturated(self, t: int, layer: int | None = None) -> NDArray[np.bool_]:
        """Which units of a layer (the shown one) are saturated at step t, (H,)."""
        return inside(self.sweep, self.layer if layer is None else layer, t).saturated

    def saturated_steps(self, layer: int) -> NDArray[np.bool_]:
        """The same of every step, (T, H)."""
        return saturated_steps(self.passing.trace, layer)

    def backward_terms(self, t: int) -> BackwardTerms:
        """The numbers of step t's backward equation, in the shown layer."""
        return backward_terms(self.sweep, self.layer, t)

    @cached_property
    def update(self) -> Update | None:
        """What this snapshot's update does; None where the gradient is not finite."""
        if self.passing.exploded:
            return None
        return self.run.update(self.passing.backward.gradients, self.playhead.snapshot)

    @cached_property
    def changes(self) -> bool:
        """Whether the update changes any weight at all."""
        if self.update is None:
            return False
        old = parameters(self.passing.trace.network)
        new = parameters(self.update.network)
        return any(not np.array_equal(old[name], new[name]) for name in old)
