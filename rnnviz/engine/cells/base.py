"""What the passes through time ask of a cell."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from ..activations import Activation
from ..arrays import Array, found, real, spans


class Weights(NamedTuple):
    """One strand's parameters that stand in the loop through time.

    Attributes
    ----------
    W_aa : (nH, H)
    b_aa : (nH,) or None
        The second bias, where there is one.
    peepholes : tuple of three (H,), or None
        p_i, p_f, p_o of the LSTM.
    activation : Activation
    ahead, back : tuple of arrays
        W_aa as :meth:`Cell.forward` and :meth:`Cell.backward` multiply by it.
    """

    W_aa: Array
    b_aa: Array | None
    peepholes: tuple[Array, Array, Array] | None
    activation: Activation
    ahead: tuple[Array, ...]
    back: tuple[Array, ...]


class Tape(NamedTuple):
    """One strand's arrays over time, in the order in which the strand runs through it.

    Attributes
    ----------
    a : (T+1, B, H)
        a[0] is the initial state; a[j + 1] is the state after the j-th step that is run.
    z : (T, B, nH)
        Pre-activations, folded.
    kept : mapping of str to array
        What else the cell keeps: (T+1, B, H) for :attr:`Cell.states`; "gates" (T, n, B, H), one
        whole gate after the other; the rest of :attr:`Cell.keeps` (T, B, H).
    """

    a: Array
    z: Array
    kept: Mapping[str, Array]

    def cut(self, start: int, stop: int) -> "Tape":
        """The same over the steps start … stop − 1 alone, as views."""
        steps = len(self.z)
        kept = {
            name: array[start : stop + (len(array) > steps)] for name, array in self.kept.items()
        }
        return Tape(self.a[start : stop + 1], self.z[start:stop], kept)


class Piece(NamedTuple):
    """A part of a parameter's gradient: rows [rows] of it are Σ out · fedᵀ over steps and batch.

    `fed` is None for a bias, which is fed 1, and ids where it would be one-hot vectors. Element by
    element (out · fed) if `diagonal`; Σ fed · outᵀ if `table`.
    """

    rows: slice
    out: Array
    fed: Array | None
    diagonal: bool = False
    table: bool = False


class Cell(Protocol):
    """One kind of recurrent cell, for one strand; the arrays belong to the caller.

    Everything that does not run through time (the input's product, the read-out, the weights'
    gradients) is done by the caller for all steps at once; a cell does what remains. "Step" is a
    step in the order of the strand: time runs backward in a reverse one.
    """

    @property
    def gates(self) -> int:
        """Number n of gates: W_ax, W_aa and b_a have nH rows."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the gates in the order of their rows; none for Elman's cell."""
        ...

    @property
    def states(self) -> tuple[str, ...]:
        """States beside a that run through time: ("c",) for the LSTM."""
        ...

    @property
    def keeps(self) -> tuple[str, ...]:
        """Names of what else is kept of every step: "gates" (n, B, H) and others (B, H)."""
        ...

    @property
    def lead(self) -> int:
        """How many blocks of H numbers stand before ∂L/∂z in the array of :meth:`backward`."""
        ...

    def folded(self, rows: Array) -> Array:
        """Scale rows (nH, …) of W_ax or a bias as :meth:`forward` wants them."""
        ...

    def unfolded(self, z: Array) -> Array:
        """z (…, nH) as in the cell's equations, from what :meth:`forward` left behind."""
        ...

    def bias(self, b_a: Array, b_aa: Array | None) -> Array:
        """What is added to W_ax x⟨t⟩ before the loop, not folded."""
        ...

    def arranged(self, W_aa: Array) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        """W_aa as `ahead` and `back` of :class:`Weights`: folded, in one piece, for BLAS."""
        ...

    def forward(self, weights: Weights, tape: Tape) -> None:
        """Run forward through time.

        Parameters
        ----------
        weights : Weights
        tape : Tape
            On entry the states at 0 are set and z is the folded W_ax x⟨t⟩ + bias; on return all
            is written, z complete and still folded.
        """
        ...

    def factors(self, weights: Weights, tape: Tape, dz: Array) -> tuple[Array, ...]:
        """Compute the local derivatives of all steps at once.

        Parameters
        ----------
        weights : Weights
        tape : Tape
        dz : (T, B, (lead + n)H)
            Those that become gradients in :meth:`backward` are written.

        Returns
        -------
        tuple of (T, B, H)
            The others.
        """
        ...

    def backward(
        self,
        weights: Weights,
        dz: Array,
        factors: tuple[Array, ...],
        da: Array,
        dstates: Sequence[Array],
        carry: Sequence[Array],
    ) -> None:
        """Run backward through time.

        Parameters
        ----------
        weights : Weights
        dz : (T, B, (lead + n)H)
            On entry as written by :meth:`factors`; on return ∂L/∂z, after `lead` other blocks.
        factors : tuple of (T, B, H)
            As returned by :meth:`factors`.
        da : (T, B, H)
            On entry what reaches a from above (read-out or next layer), on return ∂L/∂a.
        dstates : sequence of (T, B, H)
            ∂L/∂ of each of :attr:`states` is written.
        carry : sequence of (B, H)
            For a and each of :attr:`states`: on entry what reaches the last state from later
            steps, on return ∂L/∂ of the initial one.
        """
        ...

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
        """One step backward for many losses at once.

        Parameters
        ----------
        weights : Weights
        dz : (B, (lead + n)H)
            One step of what :meth:`factors` wrote.
        factors : tuple of (B, H)
            One step of what :meth:`factors` returned.
        rows : sequence of (m, B, H)
            For a and each of :attr:`states`: what reaches it of m losses; that of a is complete,
            that of the others is completed here.
        out : (m, B, (lead + n)H)
            ∂L_k/∂z is written after `lead` blocks, unless `lowest`; then it is scratch.
        previous : sequence of (m·B, H)
            What reaches the states one step earlier is written.
        lowest : bool
            No layer below asks for `out`.
        """
        ...

    def pieces(self, tape: Tape, dz: Array) -> dict[str, list[Piece]]:
        """Parts of the gradients of "W_aa", "b_aa" and the peepholes, each step's on its own."""
        ...

    def gate_gradient(
        self,
        name: str,
        weights: Weights,
        tape: Tape,
        dz: Array,
        da: Array,
        dstates: Sequence[Array],
    ) -> Array:
        """∂L/∂gate (after the nonlinearity) for one of :attr:`names`, (T, B, H)."""
        ...


def half_rows(rows: Array, units: int, gates: int, tanh_at: int) -> Array:
    """Halve all blocks of H rows but the tanh's: σ(z) = ½ tanh(½ z) + ½, so tanh serves all."""
    scaled = rows * rows.dtype.type(0.5)
    assert len(rows) == gates * units
    block = slice(tanh_at * units, (tanh_at + 1) * units)
    scaled[block] = rows[block]
    return scaled


def unfolded_rows(z: Array, gates: int, tanh_at: int) -> Array:
    """Undo :func:`half_rows` in z (…, nH), in a copy."""
    whole, units = z + z, z.shape[-1] // gates
    block = slice(tanh_at * units, (tanh_at + 1) * units)
    whole[..., block] = z[..., block]
    return whole


def sharpened(z: Array, gates: Array, tanh_at: int) -> None:
    """After the loop: give small gates (T, n, B, H) their digits, from the folded z (T, B, nH).

    ½ tanh + ½ is right to a rounding of 1: enough for all that is added to, but a σ(z) of 1e-9 has
    no digit left in float32, and the gradient's way through it is a product.
    """
    small = 4e-3 if z.dtype == np.float32 else 1e-4
    count = gates.shape[1]
    by_gate = blocks(z, count).swapaxes(1, 2)
    for part in spans(len(z), z[0].size):
        out = gates[part]
        mask = np.less(out if out.dtype.kind == "f" else real(out), small)
        mask[:, tanh_at] = False
        faint = found(mask)
        if faint is not None:
            e = np.exp(2.0 * by_gate[part][faint])
            out[faint] = e / (1.0 + e)


def gate_slopes(z: Array, gates: Array, tanh_at: int, out: Array) -> None:
    """Slopes of all gates (T, n, B, H) by name in `out` (T, B, nH), from the folded z.

    In float32 as :func:`~rnnviz.engine.activations.tanh_slope`: of z folded, the sigmoid's is
    (½/cosh)² and the tanh's (1/cosh)².
    """
    count, units = gates.shape[1], gates.shape[3]
    if z.dtype == np.float32:
        numerators = half_rows(np.ones(z.shape[-1], z.dtype), units, count, tanh_at)
        np.cosh(z, out)
        np.divide(numerators, out, out)
        np.multiply(out, out, out)
        return
    by_gate = blocks(out, count).swapaxes(1, 2)
    np.subtract(1.0, gates, by_gate)
    np.multiply(by_gate, gates, by_gate)
    g, slope = gates[:, tanh_at], by_gate[:, tanh_at]
    np.multiply(g, g, slope)
    np.subtract(1.0, slope, slope)


def blocks(array: Array, count: int) -> Array:
    """(T, B, count·H) as (T, B, count, H), without a copy."""
    return array.reshape(*array.shape[:-1], count, array.shape[-1] // count)
