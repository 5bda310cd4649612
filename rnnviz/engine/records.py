"""What a pass leaves behind: records that never change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import Array, first_non_finite, frozen, log_norms
from .cells import CELLS, Tape, Weights
from .feeding import looked_up
from .ledger import input_gradient, pieces_of, share_norms, step_share
from .losses import Objective
from .network import Network
from .strands import in_order, strand_weights
from .truncation import Truncation


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Trace:
    """All that a forward pass computed; made by :func:`~rnnviz.engine.forward`.

    T steps, B sequences, L layers, H units, O outputs, n gates. Steps are counted from 1 as in
    the lecture wherever a method takes one; arrays are indexed from 0, so a[l, t] is a⟨t⟩ but
    y[t − 1] is y⟨t⟩. In a bidirectional network layer l has the places 2l (forward) and 2l + 1
    (reverse) of the first axis, L is twice the number of layers, and a and c have T + 2 steps:
    a[l, t] is a⟨t⟩ in both directions, and the reverse one starts from a[l, T + 1].

    Attributes
    ----------
    network, x, objective
        What was given; x is (T, B, D) float in the network's dtype, or (T, B) ids, with 0 or −1
        at steps without an input.
    a : (L, T+1, B, H)
        Hidden states; a[:, 0] is a⟨0⟩.
    z : (L, T, B, nH)
        Pre-activations.
    c : (L, T+1, B, H) or None
        Cell states of the LSTM.
    kept : mapping of str to array
        What else the cell keeps of every step; see :attr:`gates`.
    y : (T, B, O)
        Outputs (logits).
    p : (T, B, O) or None
        softmax(y), or σ(y) for the binary cross-entropy; None for the MSE and without an objective.
    loss_k : (T,)
        Each step's part of the loss; 0 where nothing is paid.
    loss : float
        Σ_k loss_k (its real part in a complex pass).
    paid : (T,) bool
        The steps that pay, in any of the sequences.
    lengths : (B,) int or None
        How long each sequence of a padded batch is; at later steps its states are carried on (in
        the reverse direction: not yet begun), everything else there is 0, and nothing is paid.
    """

    network: Network
    x: Array
    objective: Objective | None
    a: Array
    z: Array
    c: Array | None
    kept: Mapping[str, Array]
    y: Array
    p: Array | None
    loss_k: Array
    loss: float
    paid: NDArray[np.bool_]
    lengths: NDArray[np.intp] | None = None
    _memo: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)

    @property
    def steps(self) -> int:
        """T."""
        return self.y.shape[0]

    @property
    def gates(self) -> Mapping[str, Array]:
        """Gates by name, after the nonlinearity, each (L, T, B, H); none for Elman's cell."""
        names, H = CELLS[self.network.architecture.cell].names, self.a.shape[-1]
        return {n: self.kept["gates"][..., i * H : (i + 1) * H] for i, n in enumerate(names)}

    @property
    def gate_z(self) -> Mapping[str, Array]:
        """Pre-activations of the gates by name, each (L, T, B, H)."""
        return _named(self, self.z)

    @property
    def exploded_at(self) -> int | None:
        """First step (from 1) with a number that is not finite in z, a, c, y or its loss."""
        if "exploded" not in self._memo:
            after = slice(1, self.steps + 1)
            cells = () if self.c is None else self.c[:, after]
            found = first_non_finite(*self.z, *self.a[:, after], *cells, self.y, self.loss_k)
            self._memo["exploded"] = None if found is None else found + 1
        return self._memo["exploded"]

    @property
    def log_direct_path(self) -> Array:
        """ln ∏ f from c⟨T⟩ back to c⟨t⟩, (L, T+1, B, H): the LSTM's cell state on its own.

        Entry t is Σ ln f⟨s⟩ over s = t + 1 … T, the logarithm of the direct path's derivative
        ∂c⟨T⟩/∂c⟨t⟩ (the gates held fixed); entry T is 0. Differences of two entries give the path
        between any two steps. From z and not from f, so that it holds where f has rounded to 0.

        Raises
        ------
        ValueError
            For another cell, or both directions.
        """
        if self.c is None or self.network.architecture.bidirectional:
            raise ValueError("the direct path is that of an LSTM in one direction")
        z = self.gate_z["f"]
        with np.errstate(all="ignore"):
            logs = np.minimum(z, 0.0) - np.log1p(np.exp(-np.abs(z)))
        path = np.zeros(self.c.shape, z.dtype)
        np.cumsum(logs[:, ::-1], axis=1, out=path[:, -2::-1])
        return frozen(path)

    def tape(self, layer: int, start: int = 0, stop: int | None = None) -> Tape:
        """What one cell sees of steps start + 1 … stop, as views in the order it runs."""
        reverse = self.network.architecture.strands[layer].reverse
        kept = {name: in_order(array[layer], reverse) for name, array in self.kept.items()}
        if self.c is not None:
            kept["c"] = in_order(self.c[layer], reverse, states=True)
        a = in_order(self.a[layer], reverse, states=True)
        whole = Tape(a, in_order(self.z[layer], reverse), kept)
        if start == 0 and stop in (None, self.steps):
            return whole
        return whole.cut(start, self.steps if stop is None else stop)

    def weights(self, layer: int) -> Weights:
        """The parameters that stand in that cell's loop."""
        return strand_weights(self.network, self.network.architecture.strands[layer])

    def layer_input(self, layer: int) -> Array:
        """What it is fed: x (T, B, D), ids (T, B), or the layer below's states (T, B, H or 2H)."""
        architecture = self.network.architecture
        below = architecture.strands[layer].layer - 1
        if below < 0:
            if architecture.vocabulary:
                return looked_up(self.network.parameters["E"], self.x)
            return self.x
        return self.handed_on(below)

    def handed_on(self, layer: int) -> Array:
        """What a layer hands on, (T, B, H), or of both directions side by side (T, B, 2H)."""
        ways = self.network.architecture.directions
        here = self.a[layer * ways : (layer + 1) * ways, 1 : self.steps + 1]
        return here[0] if ways == 1 else np.concatenate(list(here), axis=-1)

    def recurrent_term(self, t: int, layer: int = 0) -> Array:
        """W_aa a⟨t−1⟩, (B, nH), for t = 1 … T; in reset-before's row n, W_aa (r · a⟨t−1⟩)."""
        self._check(t, layer)
        strand, cell = (
            self.network.architecture.strands[layer],
            CELLS[self.network.architecture.cell],
        )
        W_aa = self.network.parameters[f"W_aa{strand.suffix}"]
        j = self.steps - t if strand.reverse else t - 1
        tape = self.tape(layer).cut(j, j + 1)
        out = np.empty_like(tape.z[0])
        nothing = np.zeros((1, *out.shape[:-1], (cell.lead + cell.gates) * self.a.shape[-1]))
        with np.errstate(all="ignore"):
            for piece in cell.pieces(tape, nothing)["W_aa"]:
                assert piece.fed is not None
                out[:, piece.rows] = piece.fed[0] @ W_aa[piece.rows].T
        return out

    def input_term(self, t: int, layer: int = 0) -> Array:
        """W_ax x⟨t⟩, (B, nH), for t = 1 … T."""
        self._check(t, layer)
        W_ax = self.network.parameters[f"W_ax{self.network.architecture.strands[layer].suffix}"]
        fed = self.layer_input(layer)[t - 1]
        with np.errstate(all="ignore"):
            return looked_up(W_ax.T, fed) if fed.ndim == 1 else fed @ W_ax.T

    def _check(self, t: int, layer: int) -> None:
        check_step(t, self.steps)
        if not 0 <= layer < len(self.a):
            raise ValueError(f"layer: expected 0…{len(self.a) - 1}, found {layer}")


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Backward:
    """All that a backward pass computed; made by :func:`~rnnviz.engine.backward`.

    In a bidirectional network the first axis is that of :class:`Trace`.

    Attributes
    ----------
    trace : Trace
        The forward pass it belongs to.
    da : (L, T, B, H)
        ∂L/∂a⟨t⟩ through every path; da[:, t − 1] belongs to a⟨t⟩.
    dz : (L, T, B, nH)
        ∂L/∂z⟨t⟩.
    dc : (L, T, B, H) or None
        ∂L/∂c⟨t⟩ of the LSTM, through every path.
    dy : (T, B, O)
        ∂L/∂y⟨t⟩.
    da0, dc0 : (L, B, H)
        ∂L/∂a⟨0⟩ and ∂L/∂c⟨0⟩ (None without c).
    gradients : mapping of str to array
        ∂L/∂p for every parameter p, under its name and in its shape.
    truncation : Truncation or None
        Where the gradient was cut.
    pulled : (L, T, B, …)
        dz with the cell's other blocks before it.
    """

    trace: Trace
    da: Array
    dz: Array
    dc: Array | None
    dy: Array
    da0: Array
    dc0: Array | None
    gradients: Mapping[str, Array]
    truncation: Truncation | None
    pulled: Array
    _memo: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)

    @property
    def log_norm_da(self) -> NDArray[np.float64]:
        """ln ‖∂L/∂a⟨t⟩‖ over batch and units, (L, T) float64.

        −inf where it is exactly 0 (in float32 that is also below about 1e-45:
        :func:`source_log_norms` holds far beyond), nan where not finite.
        """
        if "da" not in self._memo:
            self._memo["da"] = frozen(log_norms(self.da))
        return self._memo["da"]

    @property
    def log_norm_dc(self) -> NDArray[np.float64] | None:
        """The same for ∂L/∂c⟨t⟩; None without c."""
        if self.dc is not None and "dc" not in self._memo:
            self._memo["dc"] = frozen(log_norms(self.dc))
        return self._memo.get("dc")

    @property
    def exploded_at(self) -> int | None:
        """The step (from 1) at which, from T backward, da, dz or dc first was not finite."""
        if "exploded" not in self._memo:
            arrays = [*self.da, *self.dz, *(() if self.dc is None else self.dc)]
            found = first_non_finite(*(array[::-1] for array in arrays))
            self._memo["exploded"] = None if found is None else self.trace.steps - found
        return self._memo["exploded"]

    @property
    def gate_dz(self) -> Mapping[str, Array]:
        """∂L/∂z of the gates by name, each (L, T, B, H)."""
        return _named(self.trace, self.dz)

    @property
    def dgates(self) -> Mapping[str, Array]:
        """∂L/∂gate, after the nonlinearity, by name, each (L, T, B, H); computed when asked for."""
        return _Gradients(self)

    @property
    def da_direct(self) -> Array:
        """The read-out's own part of ∂L/∂a⟨t⟩ in the top layer, W_yaᵀ ∂L/∂y⟨t⟩; (T, B, H)."""
        with np.errstate(all="ignore"):
            return self.dy @ self.trace.network.parameters["W_ya"]

    @property
    def dx(self) -> Array | None:
        """∂L/∂x⟨t⟩, (T, B, D); None where x is ids. Computed when asked for."""
        if self.trace.x.ndim == 2:
            return None
        return self.input_gradient

    @property
    def input_gradient(self) -> Array:
        """∂L/∂ of what the first layer is fed, (T, B, D): x, or the embedding's rows."""
        return input_gradient(self.trace, self.pulled)

    @property
    def embedding_rows(self) -> tuple[Array, Array]:
        """The embedding's gradient without its zeros: (ids (m,), rows (m, D)), ids ascending.

        Raises
        ------
        ValueError
            If the network has no embedding.
        """
        if "E" not in self.gradients:
            raise ValueError("the network has no embedding")
        ids = np.unique(self.trace.x[self.trace.x >= 0])
        return ids, self.gradients["E"][ids]

    def share(self, name: str, t: int) -> Array:
        """Step t's share of ∂L/∂`name`; over t = 1 … T the shares sum to the gradient.

        Parameters
        ----------
        name : str
            A parameter's name.
        t : int
            The step, from 1.

        Returns
        -------
        array of the parameter's shape
        """
        check_step(t, self.trace.steps)
        return step_share(pieces_of(self, name), t, self.gradients[name])

    def share_norms(self, name: str) -> NDArray[np.float64]:
        """Frobenius norm of every step's share of ∂L/∂`name`, (T,)."""
        return share_norms(pieces_of(self, name))


class _Gradients(Mapping[str, Array]):
    """∂L/∂gate by name, each computed when it is asked for, once."""

    def __init__(self, backward: Backward) -> None:
        self._backward = backward
        self._cell = CELLS[backward.trace.network.architecture.cell]

    def __getitem__(self, name: str) -> Array:
        if name not in self._cell.names:
            raise KeyError(name)
        back, memo = self._backward, self._backward._memo  # pyright: ignore[reportPrivateUsage]
        if "d" + name not in memo:
            out = np.empty_like(back.da)
            for s, strand in enumerate(back.trace.network.architecture.strands):
                da, dz = (in_order(array[s], strand.reverse) for array in (back.da, back.pulled))
                dstates = [] if back.dc is None else [in_order(back.dc[s], strand.reverse)]
                tape, weights = back.trace.tape(s), back.trace.weights(s)
                with np.errstate(all="ignore"):
                    found = self._cell.gate_gradient(name, weights, tape, dz, da, dstates)
                in_order(out[s], strand.reverse)[:] = found
            memo["d" + name] = frozen(out)
        return memo["d" + name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._cell.names)

    def __len__(self) -> int:
        return len(self._cell.names)


def check_step(t: int, steps: int) -> None:
    """Raise ValueError unless 1 ≤ t ≤ steps."""
    if not 1 <= t <= steps:
        raise ValueError(f"step: expected 1…{steps}, found {t}")


def _named(trace: Trace, rows: Array) -> Mapping[str, Array]:
    names, H = CELLS[trace.network.architecture.cell].names, trace.a.shape[-1]
    return {name: rows[..., i * H : (i + 1) * H] for i, name in enumerate(names)}
