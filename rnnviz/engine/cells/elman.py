"""Elman's cell (Elman 1990, "Finding structure in time")."""

import numpy as np

from ..activations import Activation
from ..arrays import Array


class Elman:
    """The plain recurrent cell.

    Forward, for t = 1 … T (the lecture's equations, split in two):

    (1)  z⟨t⟩ = W_aa a⟨t−1⟩ + W_ax x⟨t⟩ + b_a
    (2)  a⟨t⟩ = g(z⟨t⟩)

    The read-out y⟨t⟩ = W_ya a⟨t⟩ + b_y is no part of the cell.
    """

    gates = 1

    def forward(self, W_aa: Array, activation: Activation, a: Array, z: Array) -> None:
        """See :meth:`Cell.forward`."""
        apply, add = activation.apply, np.add
        W_aa_T = np.ascontiguousarray(W_aa.T)
        term = np.empty_like(a[0])
        # At lecture sizes the time goes to Python: method calls, views by iteration, no indexing.
        for z_t, a_prev, a_t in zip(z, a[:-1], a[1:], strict=True):
            a_prev.dot(W_aa_T, term)  # (1)
            add(z_t, term, z_t)
            apply(z_t, a_t)  # (2)

    def factors(self, activation: Activation, a: Array, z: Array) -> Array:
        """g′(z⟨t⟩), (T, B, H); see :meth:`Cell.factors`."""
        return activation.derivative(z, a[..., 1:, :, :])

    def backward(self, W_aa: Array, da: Array, dz: Array, da0: Array) -> None:
        """See :meth:`Cell.backward`.

        By (2), ∂L/∂z⟨t⟩ = g′(z⟨t⟩) ∂L/∂a⟨t⟩; by (1), ∂L/∂a⟨t−1⟩ gains W_aaᵀ ∂L/∂z⟨t⟩.
        """
        multiply, add = np.multiply, np.add
        term = np.empty_like(da0)
        for da_t, dz_t, da_prev in zip(da[:0:-1], dz[:0:-1], da[-2::-1], strict=True):
            multiply(dz_t, da_t, dz_t)  # (2)
            dz_t.dot(W_aa, term)  # (1)
            add(da_prev, term, da_prev)
        multiply(dz[0], da[0], dz[0])
        dz[0].dot(W_aa, da0)

    def pull_back(
        self, W_aa: Array, factor: Array, rows: Array, dz: Array, previous: Array, lowest: bool
    ) -> None:
        """See :meth:`Cell.pull_back`; the equations of :meth:`backward`."""
        if lowest and len(factor) == 1 and len(rows) > factor.shape[1]:
            # (2) and (1) with the brackets the other way round: W_aa is the smaller of the two.
            rows.reshape(previous.shape).dot(factor.T * W_aa, previous)
            return
        np.multiply(rows, factor, dz)  # (2)
        dz.reshape(previous.shape).dot(W_aa, previous)  # (1)
