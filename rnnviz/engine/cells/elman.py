"""Elman's cell (Elman 1990, "Finding structure in time")."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from ..arrays import Array
from ..memory import aligned
from .base import Piece, Reel, Tape, Weights, paired, prepared
from .gating import as_rows_of_gates, step_products, without_batch
from .inside import Returned, Slopes, Steps, rows


class Elman:
    """The plain recurrent cell.

    Forward, for t = 1 … T (the lecture's equations, split in two):

    (1)  z⟨t⟩ = W_aa a⟨t−1⟩ + W_ax x⟨t⟩ + b_a
    (2)  a⟨t⟩ = g(z⟨t⟩)

    The read-out y⟨t⟩ = W_ya a⟨t⟩ + b_y is no part of the cell. A second bias b_aa adds to b_a.
    """

    key = "rnn"
    name = "RNN"
    title = "RNN (Elman)"
    formula = "a⟨t⟩ = g(W_aa a⟨t−1⟩ + W_ax x⟨t⟩ + b_a)"
    resets = ""
    known_from: tuple[str, ...] = ()
    candidate = ""
    keeper = ""
    held_open = ""
    peepholes: tuple[str, ...] = ()
    second_bias = False
    any_activation = True
    bounded = True
    gates = 1
    names: tuple[str, ...] = ()
    told: Mapping[str, tuple[str, str]] = MappingProxyType({})
    recurrent: Mapping[str, str] = MappingProxyType({})
    states: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    lead = 0
    others = 0

    def folded(self, rows: Array) -> Array:
        """See :meth:`Cell.folded`."""
        return rows

    def unfolded(self, z: Array) -> Array:
        """See :meth:`Cell.unfolded`."""
        return as_rows_of_gates(z)

    def bias(self, b_a: Array, b_aa: Array | None) -> Array:
        """See :meth:`Cell.bias`."""
        return b_a if b_aa is None else b_a + b_aa

    def arranged(self, W_aa: Array) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        """See :meth:`Cell.arranged`."""
        return (aligned(W_aa.T),), (aligned(W_aa),)

    def forward(self, weights: Weights, tape: Tape) -> None:
        """See :meth:`Cell.forward`."""
        apply, add = weights.activation.apply, np.add
        (W_aa_T,) = weights.ahead
        term, into, steps = prepared(tape, _ahead)
        # At lecture sizes the time goes to Python: method calls, views by iteration, no indexing.
        for product_of, z_t, a_t in steps:
            product_of(W_aa_T, into)  # (1)
            add(z_t, term, z_t)
            apply(z_t, a_t)  # (2)

    def factors(self, weights: Weights, tape: Tape, out: Array, others: Array) -> None:
        """g′(z⟨t⟩); see :meth:`Cell.factors`."""
        weights.activation.derivative(*paired(tape, out, others, _local), tape.exact)

    def backward(self, weights: Weights, reel: Reel) -> None:
        """See :meth:`Cell.backward`.

        By (2), ∂L/∂z⟨t⟩ = g′(z⟨t⟩) ∂L/∂a⟨t⟩; by (1), ∂L/∂a⟨t−1⟩ gains W_aaᵀ ∂L/∂z⟨t⟩.
        """
        multiply, add, (W_aa,) = np.multiply, np.add, weights.back
        later, into, steps = prepared(reel, _back)
        for da_t, dz_t, product_of in steps:
            add(da_t, later, da_t)
            multiply(dz_t, da_t, dz_t)  # (2)
            product_of(W_aa, into)  # (1)

    def pull_back(
        self,
        weights: Weights,
        dz: Array,
        factors: tuple[Array, ...],
        rows: Sequence[Array],
        out: Array,
        previous: Sequence[Array],
        lowest: bool,
    ) -> None:
        """See :meth:`Cell.pull_back`; the equations of :meth:`backward`."""
        (da,), (before,) = rows, previous
        if lowest and len(dz) == 1 and len(da) > dz.shape[1]:
            # (2) and (1) with the brackets the other way round: W_aa is the smaller of the two.
            da.reshape(before.shape).dot(dz.T * weights.W_aa, before)
            return
        np.multiply(da, dz, out)  # (2)
        out.reshape(before.shape).dot(weights.W_aa, before)  # (1)

    def to_second_bias(self, dz: Array) -> Array:
        """See :meth:`Cell.to_second_bias`."""
        return dz

    def pieces(self, name: str, tape: Tape, dz: Array) -> list[Piece]:
        """See :meth:`Cell.pieces`."""
        return [Piece(slice(None), dz, tape.a[:-1])]

    def added(
        self, name: str, recurrent: Array, second: Array, steps: Steps
    ) -> tuple[Array, Array]:
        """See :meth:`Cell.added`."""
        return recurrent, second

    def settled(self, gates: Mapping[str, Array], steps: Steps) -> Mapping[str, Array]:
        """See :meth:`Cell.settled`; this cell has no gates."""
        return {"a": steps.a}

    def under_reset(self, steps: Steps) -> Array | None:
        """See :meth:`Cell.under_reset`."""
        return None

    def gate_slope(self, name: str, weights: Weights, steps: Steps) -> Array:
        """g′(z⟨t⟩)."""
        return weights.activation.derivative(steps.z[""], steps.a)

    def gate_gradient(self, name: str, weights: Weights, steps: Steps, back: Returned) -> Array:
        """See :meth:`Cell.gate_gradient`; this cell has no gates."""
        raise KeyError(name)

    def into_c(self, weights: Weights, steps: Steps, back: Returned) -> Array | None:
        """See :meth:`Cell.into_c`."""
        return None

    def along(self, weights: Weights, steps: Steps, back: Returned) -> Array | None:
        """See :meth:`Cell.along`."""
        return None

    def by_peepholes(self, weights: Weights, back: Returned) -> tuple[Array, Array] | None:
        """See :meth:`Cell.by_peepholes`."""
        return None

    def by_weights(self, weights: Weights, steps: Steps, back: Returned) -> Array:
        """See :meth:`Cell.by_weights`: (1)."""
        return back.dz @ weights.W_aa

    def carried(
        self, weights: Weights, steps: Steps, back: Returned
    ) -> Mapping[str, tuple[Array, Array]]:
        """See :meth:`Cell.carried`: nothing but z and a."""
        return {}

    def jacobian(self, weights: Weights, steps: Steps, slopes: Slopes) -> Array:
        """See :meth:`Cell.jacobian`: by (2) and (1), diag(g′(z)) W_aa."""
        slope = self.gate_slope("", weights, steps)
        if slopes.unsaturated:
            slope = np.full_like(slope, weights.activation.supremum)
        return rows(slope, weights.W_aa)


def _ahead(tape: Tape) -> tuple[Array, Array, Iterable[tuple[Any, ...]]]:
    a, z = without_batch(tape.a, tape.z[:, 0])
    term = np.empty_like(a[0])
    products, into = step_products(a[:-1], term)
    return term, into, zip(products, z, a[1:], strict=True)


def _local(tape: Tape, out: Array, others: Array) -> tuple[Array, Array, Array]:
    return tape.z[:, 0], tape.a[1:], out[0]


def _back(reel: Reel) -> tuple[Array, Array, Iterable[tuple[Any, ...]]]:
    da, dz, later = without_batch(reel.da, reel.dz, reel.carry[0])
    products, into = step_products(dz[::-1], later)
    return later, into, zip(da[::-1], dz[::-1], products, strict=True)
