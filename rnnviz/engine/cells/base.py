"""What the passes through time ask of a cell."""

from typing import Protocol

from ..activations import Activation
from ..arrays import Array


class Cell(Protocol):
    """One kind of recurrent cell, for one layer; the arrays belong to the caller.

    Everything that does not run through time (the input's product, the read-out, the weights'
    gradients) is done by the caller for all steps at once; a cell does what remains.
    """

    @property
    def gates(self) -> int:
        """Number n of gates: W_ax, W_aa and b_a have nH rows."""
        ...

    def forward(self, W_aa: Array, activation: Activation, a: Array, z: Array) -> None:
        """Run forward through time.

        Parameters
        ----------
        W_aa : (nH, H)
        activation : Activation
        a : (T+1, B, H)
            a[0] is a⟨0⟩; a[t] is written.
        z : (T, B, nH)
            On entry W_ax x⟨t⟩ + b_a, on return the pre-activations.
        """
        ...

    def factors(self, activation: Activation, a: Array, z: Array) -> Array:
        """Return the local derivatives for all steps at once, in an array of z's shape."""
        ...

    def backward(self, W_aa: Array, da: Array, dz: Array, da0: Array) -> None:
        """Run backward through time.

        Parameters
        ----------
        W_aa : (nH, H)
        da : (T, B, H)
            On entry what reaches a⟨t⟩ from above (read-out or next layer), on return ∂L/∂a⟨t⟩.
        dz : (T, B, nH)
            On entry :meth:`factors`, on return ∂L/∂z⟨t⟩.
        da0 : (B, H)
            ∂L/∂a⟨0⟩ is written.
        """
        ...

    def pull_back(
        self, W_aa: Array, factor: Array, rows: Array, dz: Array, previous: Array, lowest: bool
    ) -> None:
        """One step backward for many losses at once.

        Parameters
        ----------
        W_aa : (nH, H)
        factor : (B, nH)
            One step of :meth:`factors`.
        rows : (n, B, H)
            ∂L_k/∂a⟨t⟩ for n losses k.
        dz : (n, B, nH)
            ∂L_k/∂z⟨t⟩ is written, unless `lowest`; then it is scratch.
        previous : (n·B, H)
            What reaches a⟨t−1⟩ by the recurrent path is written.
        lowest : bool
            No layer below asks for dz.
        """
        ...
