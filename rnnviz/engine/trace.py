"""What a forward pass leaves behind: a record that never changes."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.frozen import field, record

from .arrays import CACHED, Array, blocks, first_non_finite, frozen, looked_up, project
from .cells import CELLS, Steps, Tape, Weights
from .losses import LOSSES, Objective
from .network import Network
from .strands import ready_strands, room_for, tape_of

WHOLE = 1 << 23  # numbers of y that are kept, at most; more are made in parts when asked for
PART = CACHED  # numbers of y that are made at a time
_PART = 4096  # steps whose pre-activations are unfolded at a time


@record(eq=False, weakref_slot=True)
class Trace:
    """All that a forward pass computed; made by :func:`~rnnviz.engine.forward`.

    T steps, B sequences, L layers, H units, O outputs, n gates. Steps are counted from 1 as in
    the lecture wherever a method takes one; arrays are indexed from 0, so a[l, t] is a⟨t⟩ but
    y[t − 1] is y⟨t⟩. y and p of a long pass over a large vocabulary are not kept, since they would
    take many times what all else does: ask for rows of them (:meth:`outputs`). In a bidirectional
    network layer l has the places 2l (forward) and 2l + 1 (reverse) of the first axis, L is twice
    the number of layers, and a and c have T + 2 steps: a[l, t] is a⟨t⟩ in both directions, and the
    reverse one starts from a[l, T + 1].

    Attributes
    ----------
    network, x, objective
        What was given; x is (T, B, D) float in the network's dtype, or (T, B) ids, with 0 or −1
        at steps without an input.
    states : sequence of array
        Those that :attr:`a`, :attr:`folded`, :attr:`kept` and :attr:`c` are.
    said : (y, p) or None
        Those that :attr:`y` and :attr:`p` are, where they are kept.
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
    said: tuple[Array, Array | None] | None
    loss_k: Array
    loss: float
    paid: NDArray[np.bool_]
    lengths: NDArray[np.intp] | None = None
    inputs: Array | None = None
    exact: bool = False
    _memo: dict[Any, Any] = field(default_factory=dict[Any, Any], repr=False)

    @property
    def steps(self) -> int:
        """T, the number of steps."""
        return self.x.shape[0]

    @property
    def batch(self) -> int:
        """B, the number of sequences."""
        return self.x.shape[1]

    @property
    def y(self) -> Array:
        """Outputs (logits), (T, B, O); made anew at every call where they are not kept."""
        return self.said[0] if self.said is not None else self.outputs()

    @property
    def p(self) -> Array | None:
        """softmax(y), or σ(y) for the binary cross-entropy, (T, B, O), as :attr:`y`.

        None for the MSE and without an objective.
        """
        return self.said[1] if self.said is not None else self.probabilities()

    def outputs(self, start: int = 0, stop: int | None = None, batch: slice = slice(None)) -> Array:
        """y of steps start + 1 … stop, (stop − start, B, O), of all sequences or some."""
        if self.said is not None:
            return self.said[0][start:stop, batch]
        made = [self._outputs(*block) for block in self.blocks(start, stop, batch)]
        return self._together(made, start, stop)

    def probabilities(
        self, start: int = 0, stop: int | None = None, batch: slice = slice(None)
    ) -> Array | None:
        """p of the same; None for the MSE and without an objective."""
        if self.said is not None:
            return None if self.said[1] is None else self.said[1][start:stop, batch]
        made: list[Array] = []
        for steps, some in self.blocks(start, stop, batch):
            p = self.paid_part(steps, some)[1]
            if p is None:
                return None
            made.append(p)
        return self._together(made, start, stop)

    def output(self, o: int) -> Array:
        """y of one output (from 0) at all steps, (T, B)."""
        if self.said is not None:
            return self.said[0][..., o]
        W, b = self.network.parameters["W_ya"], self.network.parameters["b_y"]
        with np.errstate(all="ignore"):
            return frozen(self.handed_on(self.network.architecture.layers - 1) @ W[o] + b[o])

    def paid_part(self, steps: slice, batch: slice) -> tuple[Array, Array | None, Array]:
        """y, p and each step's part of the loss for some steps and sequences."""
        y = self._outputs(steps, batch)
        if self.objective is None:
            return y, None, np.zeros(len(y), y.dtype)
        with np.errstate(all="ignore"):
            return y, *LOSSES[self.objective.loss].evaluate(self.objective.cut(steps, batch), y)

    def output_gradient(
        self, start: int = 0, stop: int | None = None, batch: slice = slice(None)
    ) -> Array:
        """∂L/∂y of steps start + 1 … stop, a new array; for a real trace with an objective."""
        if self.objective is not None and self.said is not None:
            steps, (y, p) = slice(start, stop), self.said
            if (start, stop, batch) == (0, None, slice(None)):
                return self._gradient(self.objective, y, p)
            if not len(y[steps]):
                return np.zeros_like(y[steps, batch])
            part = None if p is None else p[steps, batch]
            return self._gradient(self.objective.cut(steps, batch), y[steps, batch], part)
        made: list[Array] = []
        for steps, some in self.blocks(start, stop, batch):
            part = self.gradient_part(steps, some)
            if part is None:
                shape = steps.stop - steps.start, some.stop - some.start
                part = np.zeros((*shape, self.network.architecture.outputs), self.a.dtype)
            made.append(part)
        return self._together(made, start, stop)

    def gradient_part(self, steps: slice, batch: slice) -> Array | None:
        """∂L/∂y of some steps and sequences; None where none of them pays and it is 0."""
        if self.objective is None or not self.paid[steps].any():
            return None
        y, p, _ = self.paid_part(steps, batch)
        return self._gradient(self.objective.cut(steps, batch), y, p)

    def _gradient(self, objective: Objective, y: Array, p: Array | None) -> Array:
        with np.errstate(all="ignore"):
            return LOSSES[objective.loss].gradient(objective, y, p, self.exact)

    def _outputs(self, steps: slice, batch: slice) -> Array:
        """y of some steps and sequences, made of the top layer's states."""
        room = room_for(self.network, self.steps, self.batch)
        top, outputs = self.top(steps, batch), self.network.architecture.outputs
        y = np.empty((top[0].shape[0] * top[0].shape[1], outputs), self.a.dtype)
        with np.errstate(all="ignore"):
            project(top, room.W_ya_T, self.network.parameters["b_y"], y)
        return frozen(y).reshape(*top[0].shape[:2], outputs)

    def top(self, steps: slice, batch: slice) -> list[Array]:
        """What the read-out sees of some steps and sequences: a⟨t⟩ of each direction on top."""
        ways = self.network.architecture.directions
        after = slice(steps.start + 1, steps.stop + 1)
        return [array[after, batch] for array in self.a[-ways:]]

    def blocks(
        self, start: int = 0, stop: int | None = None, batch: slice = slice(None)
    ) -> list[tuple[slice, slice]]:
        """Steps start + 1 … stop and sequences in parts, as y is made where it is not kept."""
        stop = self.steps if stop is None else min(stop, self.steps)
        first, last, _ = batch.indices(self.batch)
        outputs = self.network.architecture.outputs
        return [
            (slice(s.start + start, s.stop + start), slice(b.start + first, b.stop + first))
            for s, b in blocks(stop - start, last - first, outputs, PART)
        ]

    def _together(self, made: list[Array], start: int, stop: int | None) -> Array:
        """Blocks as one array: one step of parts of the batch after another, or many steps."""
        if len(made) == 1:
            return made[0]
        stop = self.steps if stop is None else min(stop, self.steps)
        if not made:
            return np.zeros((0, self.batch, self.network.architecture.outputs), self.a.dtype)
        if len(made[0]) == 1 and len(made) > stop - start:  # a step is more than one block
            a_step = len(made) // (stop - start)
            made = [
                np.concatenate(made[at : at + a_step], axis=1) for at in range(0, len(made), a_step)
            ]
        return np.concatenate(made)

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
            found = first_non_finite(*self.folded, *self.a[:, after], *cells, self.loss_k)
            lost = [at for at in (None if found is None else found + 1, self.output_lost_at) if at]
            self._memo["exploded"] = min(lost, default=None)
        return self._memo["exploded"]

    @property
    def output_lost_at(self) -> int | None:
        """First step (from 1) with a y that is not finite."""
        if "lost" not in self._memo:
            self._memo["lost"] = self._lost()
        return self._memo["lost"]

    def _lost(self) -> int | None:
        if self.said is not None:
            found = first_non_finite(self.said[0])
            return None if found is None else found + 1
        W, b = self.network.parameters["W_ya"], self.network.parameters["b_y"]
        every = slice(0, self.steps), slice(0, self.batch)
        with np.errstate(all="ignore"):  # what no y can exceed; nan where a state is
            largest = max(float(np.abs(array).max()) for array in self.top(*every))
            most = W.shape[1] * largest * float(np.abs(W).max()) + float(np.abs(b).max())
        if most < float(np.finfo(W.dtype).max) / 4:
            return None
        for steps, batch in self.blocks():
            found = first_non_finite(self._outputs(steps, batch))
            if found is not None:
                return steps.start + found + 1
        return None

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
