"""The ledger: how the steps' shares pile up to the one gradient of the weights they share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine import Backward, Trace, Truncation
from rnnviz.film.cost import WHOLE
from rnnviz.film.passes import Pass
from rnnviz.film.splices import Splice
from rnnviz.frozen import record


@record(eq=False)
class WeightLedger:
    """The shares of ∂L/∂W_aa of one layer.

    Attributes
    ----------
    name : str
        The parameter's name.
    before : int
        Steps of an encoder, whose weights are others, before the first of these.
    backward : Backward
        Has the shares themselves: step t of the film is its step t − before.
    shares : ndarray of shape (T,)
        Frobenius norm of each step's share δ⟨t⟩ a⟨t−1⟩ᵀ.
    so_far : ndarray of shape (T,)
        [t − 1] that of the sum of the shares of the steps t … T; [0] the gradient's.
    """

    name: str
    before: int
    backward: Backward
    shares: NDArray[np.float64]
    so_far: NDArray[np.float64]

    def share(self, t: int) -> NDArray[np.floating]:
        """The share of the film's step t, in the shape of the weights."""
        return self.backward.share(self.name, t - self.before)

    def sum_from(self, t: int) -> NDArray[np.floating]:
        """The sum of the shares of the film's steps t … T."""
        return self.backward.shares_from(self.name, t - self.before)


def why_no_ledger(passing: Pass) -> str:
    """Why there is none, as the end of a sentence; empty where there is one."""
    if passing.task.mode == "one_to_one":
        return "in this mode no step is linked to the one before it, and W_aa gets nothing"
    if passing.task.steps > WHOLE:
        return f"the shares of more than {WHOLE:,} steps are not drawn"
    return ""


def weight_ledger(passing: Pass, _told: object, summed: bool, layer: int) -> WeightLedger | None:
    """The ledger of the sum of all losses, or of the one that is followed."""
    if why_no_ledger(passing):
        return None
    back, before, trace = passing.backward if summed else passing.alone, 0, passing.trace
    if isinstance(trace, Splice):
        pair = back.trace.made_of if isinstance(back.trace, Splice) else trace.made_of
        assert not isinstance(pair, Trace)
        cut = Truncation(passing.window) if passing.window else None
        back, before = pair.backward(cut).decoder, pair.encoder.steps
    assert isinstance(back, Backward)
    name = f"W_aa{back.trace.network.architecture.strands[layer].suffix}"
    so_far = np.empty(back.trace.steps)
    whole = np.zeros(back.gradients[name].shape)
    with np.errstate(all="ignore"):
        for t in range(back.trace.steps, 0, -1):
            whole += back.share(name, t)
            so_far[t - 1] = np.linalg.norm(whole)
    return WeightLedger(name, before, back, back.share_norms(name), so_far)
