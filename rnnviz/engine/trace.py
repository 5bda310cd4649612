"""What a forward pass leaves behind: a record that never changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .arrays import Array, first_non_finite, frozen, looked_up
from .cells import CELLS, Steps, Tape, Weights
from .losses import Objective
from .network import Network
from .strands import ready_strands, tape_of

_PART = 4096  # steps whose pre-activations are unfolded at a time


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
    states : sequence of array
        Those that :attr:`a`, :attr:`folded`, :attr:`kept` and :attr:`c` are.
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
    inputs : (T, B) bool or None
        Which steps have an input; None where all have one.
    exact : bool
        How float64 differentiates what has rounded to ±1. True: from what was rounded, so that
        tanh′(25) = 7.7e-22 and p − 1 of a sure answer keep all digits. False: from what is left,
        0 at last, as other programs do. (float32 is always differentiated exactly.)
    """

    network: Network
    x: Array
    objective: Objective | None
    states: Sequence[Array]
    y: Array
    p: Array | None
    loss_k: Array
    loss: float
    paid: NDArray[np.bool_]
    lengths: NDArray[np.intp] | None = None
    inputs: Array | None = None
    exact: bool = False
    _memo: dict[Any, Any] = field(default_factory=dict[Any, Any], repr=False)

    @property
    def steps(self) -> int:
        """T."""
        return self.y.shape[0]

    @property
    def a(self) -> Array:
        """Hidden states, (L, T+1, B, H); a[:, 0] is a⟨0⟩."""
        return self.states[0]

    @property
    def folded(self) -> Array:
        """Pre-activations as the cell left them, (L, T, n, B, H); see :attr:`z`."""
        return self.states[1]

    @property
    def c(self) -> Array | None:
        """Cell states of the LSTM, (L, T+1, B, H); None of another cell."""
        return self.states[-1] if CELLS[self.network.architecture.cell].states else None

    @property
    def kept(self) -> Mapping[str, Array]:
        """What else the cell keeps of every step, by name; see :attr:`gates`."""
        names = CELLS[self.network.architecture.cell].keeps
        kept = self.states[2 : 2 + len(names)]
        return MappingProxyType(dict(zip(names, kept, strict=True)))

    @property
    def z(self) -> Array:
        """Pre-activations, (L, T, B, nH)."""
        if "z" not in self._memo:
            with np.errstate(all="ignore"):
                whole = CELLS[self.network.architecture.cell].unfolded(self.folded)
            self._memo["z"] = frozen(whole)
        return self._memo["z"]

    def z_at(self, t: int, layer: int = 0) -> Array:
        """z⟨t⟩ of one step, (B, nH), for t = 1 … T: all of :attr:`z` is as large as the pass."""
        self._check(t, layer)
        with np.errstate(all="ignore"):
            return CELLS[self.network.architecture.cell].unfolded(self.folded[layer, t - 1])

    @property
    def gates(self) -> Mapping[str, Array]:
        """Gates by name, after the nonlinearity, each (L, T, B, H); none for Elman's cell."""
        names = CELLS[self.network.architecture.cell].names
        whole = self.kept["gates"] if names else self.folded
        return {name: whole[:, :, i] for i, name in enumerate(names)}

    @property
    def gate_z(self) -> Mapping[str, Array]:
        """Pre-activations of the gates by name, each (L, T, B, H)."""
        return by_gate(self, self.z)

    @property
    def exploded_at(self) -> int | None:
        """First step (from 1) with a number that is not finite in z, a, c, y or its loss."""
        if "exploded" not in self._memo:
            after = slice(1, self.steps + 1)
            cells = () if self.c is None else self.c[:, after]
            found = first_non_finite(*self.folded, *self.a[:, after], *cells, self.y, self.loss_k)
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
        cell, path = CELLS[self.network.architecture.cell], np.zeros(self.c.shape, self.c.dtype)
        logs = path[:, :-1]  # and then their sums, in the same place
        for start in range(0, self.steps, _PART):
            part = slice(start, start + _PART)
            with np.errstate(all="ignore"):
                z = by_gate(self, cell.unfolded(self.folded[:, part]))[cell.keeper]
                logs[:, part] = np.minimum(z, 0.0) - np.log1p(np.exp(-np.abs(z)))
        np.cumsum(logs[:, ::-1], axis=1, out=path[:, -2::-1])
        return frozen(path)

    def tape(self, layer: int, start: int = 0, stop: int | None = None) -> Tape:
        """What one cell sees of steps start + 1 … stop, as views in the order it runs."""
        whole: Tape | None = self._memo.get(("tape", layer))
        if whole is None or whole.exact != self.exact:
            architecture = self.network.architecture
            cell, reverse = CELLS[architecture.cell], architecture.strands[layer].reverse
            kept = self.kept if self.c is None else {**self.kept, "c": self.c}
            whole = tape_of(cell, self.a, self.folded, kept, layer, reverse)._replace(
                exact=self.exact
            )
            self._memo["tape", layer] = whole
        if start == 0 and stop in (None, self.steps):
            return whole
        return whole.cut(start, self.steps if stop is None else stop)

    def weights(self, layer: int) -> Weights:
        """The parameters that stand in that cell's loop."""
        return ready_strands(self.network)[layer].loop

    def inside(
        self, layer: int, sequence: int | slice = slice(None), t: int | None = None
    ) -> Steps:
        """What a cell is asked of: one sequence's numbers or all, of a step or of all, in time."""
        reverse = self.network.architecture.strands[layer].reverse
        place: int | slice = slice(0, self.steps) if t is None else t - 1
        now: int | slice = slice(1, self.steps + 1) if t is None else t
        ahead = 1 if reverse else -1
        earlier = slice(1 + ahead, self.steps + 1 + ahead) if t is None else t + ahead
        whole = {name: array for name, array in self.kept.items() if name != "gates"}
        kept = {name: array[layer, place, sequence] for name, array in whole.items()}
        gates = {name: array[layer, place, sequence] for name, array in self.gates.items()}
        z = self.z[layer, place, sequence] if t is None else self.z_at(t, layer)[sequence]
        return Steps(
            before=self.a[layer, earlier, sequence],
            a=self.a[layer, now, sequence],
            c_before=None if self.c is None else self.c[layer, earlier, sequence],
            c=None if self.c is None else self.c[layer, now, sequence],
            gates=gates,
            z=by_gate(self, z) or {"": z},
            kept=kept,
        )

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
        out = np.empty((tape.z.shape[2], cell.gates * self.a.shape[-1]), tape.z.dtype)
        nothing = np.zeros((1, *out.shape[:-1], (cell.lead + cell.gates) * self.a.shape[-1]))
        with np.errstate(all="ignore"):
            for piece in cell.pieces("W_aa", tape, nothing):
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


def check_step(t: int, steps: int) -> None:
    """Raise ValueError unless 1 ≤ t ≤ steps."""
    if not 1 <= t <= steps:
        raise ValueError(f"step: expected 1…{steps}, found {t}")


def by_gate(trace: Trace, rows: Array) -> Mapping[str, Array]:
    """Rows (…, nH) by the names of the gates, as views."""
    names, H = CELLS[trace.network.architecture.cell].names, trace.a.shape[-1]
    return {name: rows[..., i * H : (i + 1) * H] for i, name in enumerate(names)}
