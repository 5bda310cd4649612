"""What a cell is asked about its inside: numbers of steps that have been run, none of it in a loop.

Arrays are (…, H), the units of one strand at one step, at all steps, or of a batch. Weights are
those of the strand; of ∂L/∂z the gates' blocks lie one after the other, (…, nH).
"""

from collections.abc import Mapping

import numpy as np

from rnnviz.frozen import record

from ..activations import sigmoid_slope, tanh_slope
from ..arrays import Array


@record
class Slopes:
    """Derivatives of the activations, or (`unsaturated`) the largest they can be."""

    unsaturated: bool = False

    def tanh(self, z: Array, a: Array) -> Array:
        """tanh′(z), or 1."""
        return np.ones_like(z) if self.unsaturated else tanh_slope(z, a)

    def sigmoid(self, z: Array, a: Array) -> Array:
        """σ′(z), or ¼."""
        return np.full_like(z, 0.25) if self.unsaturated else sigmoid_slope(z, a)


@record
class Steps:
    """A strand's arrays of the forward pass at some steps.

    Attributes
    ----------
    before, a : array
        a⟨t−1⟩ (a⟨t+1⟩ in a reverse direction) and a⟨t⟩.
    c_before, c : array
        The same of the cell state; None of a cell that has none.
    gates, z : mapping of str to array
        Gates and their pre-activations by name; Elman's only pre-activation has the name "".
    kept : mapping of str to array
        What else the cell keeps.
    """

    before: Array
    a: Array
    c_before: Array | None
    c: Array | None
    gates: Mapping[str, Array]
    z: Mapping[str, Array]
    kept: Mapping[str, Array]

    def some(self, steps: slice) -> "Steps":
        """Those of some of the steps, where they stand on the first axis."""

        def cut(named: Mapping[str, Array]) -> dict[str, Array]:
            return {name: array[steps] for name, array in named.items()}

        return Steps(
            before=self.before[steps],
            a=self.a[steps],
            c_before=None if self.c_before is None else self.c_before[steps],
            c=None if self.c is None else self.c[steps],
            gates=cut(self.gates),
            z=cut(self.z),
            kept=cut(self.kept),
        )


@record
class Returned:
    """A strand's gradients of the backward pass at the same steps.

    Attributes
    ----------
    da : array
        ∂L/∂a⟨t⟩.
    dz : (…, nH) array
        ∂L/∂z⟨t⟩.
    dc : array or None
        ∂L/∂c⟨t⟩.
    """

    da: Array
    dz: Array
    dc: Array | None


def rows(factors: Array, W: Array) -> Array:
    """diag(factors⟨t⟩) W for every t, (T, H, …)."""
    return factors[:, :, None] * W


def diagonal(values: Array) -> Array:
    """diag(values⟨t⟩) for every t, (T, H, H)."""
    J = np.zeros((*values.shape, values.shape[1]), values.dtype)
    np.einsum("tii->ti", J)[:] = values
    return J


def block(values: Array, place: int, count: int) -> Array:
    """One gate's block of (…, nH), (…, H)."""
    H = values.shape[-1] // count
    return values[..., place * H : (place + 1) * H]
