"""Backpropagation through time (Werbos 1990)."""

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .arrays import FEW, Array, as_rows, frozen
from .cells import CELLS, Cell, Reel, Tape, Weights
from .ledger import all_gradients, read_out_gradients
from .memory import Workspace, take_workspace
from .records import Backward, Trace, Truncation, check_step
from .strands import Padding, Room, in_order, room_for

InParts = Callable[[slice, slice], Array | None]
"""∂L/∂y of some steps and sequences; None where it is 0."""


@np.errstate(all="ignore")
def backward(
    trace: Trace,
    *,
    truncation: Truncation | None = None,
    before: ArrayLike = 0,
    da_final: ArrayLike | None = None,
    dc_final: ArrayLike | None = None,
) -> Backward:
    """Differentiate a trace's loss with respect to every state and every parameter.

    From t = T down to 1, each step's gradient is its own (from the read-out, or from the layer
    above) plus what comes from the next step.

    Parameters
    ----------
    trace : Trace
        Made with an objective, in float32 or float64.
    truncation : Truncation, optional
        Cut the gradient at the ends of windows.
    before : int or (B,) int
        Steps before the first that windows are counted with: those of a decoder's encoder.
    da_final, dc_final : (L, B, H), optional
        ∂/∂ of each layer's last a and c (of each sequence's own last, in a padded batch) of a
        loss that is paid elsewhere, such as in a decoder; added to the trace's own loss, which may
        then be missing.

    Returns
    -------
    Backward
        Numbers that overflow never warn or raise; see its `exploded_at`.

    Raises
    ------
    ValueError
        If there is nothing to differentiate, the trace is complex, the arrays do not fit, or a
        truncation is asked for in both directions, or one whose windows overlap together with
        gradients of last states or steps before the first.
    """
    final = _checked_final(trace, da_final, dc_final)
    check_real(trace, paying=final is None)
    first = np.broadcast_to(np.asarray(before, np.intp), trace.batch)
    if (final is not None or first.any()) and truncation is not None:
        check_windows(truncation)
    dy = None
    if trace.said is not None:
        dy = frozen(trace.output_gradient())
        read = read_out_gradients(trace, dy)
        rows: Array | InParts = dy
    else:
        rows = read = _Read(trace)
    check_truncation(trace, truncation)
    if truncation is not None and truncation.k2 > truncation.k1:
        pulled = _windowed(trace, rows, truncation)
    else:
        windows = None if truncation is None else Windows(truncation.k1, first)
        pulled = pull(trace, rows, 0, trace.steps, final, windows)
    gradients = all_gradients(trace, pulled.dz, read.gradients if isinstance(read, _Read) else read)
    return Backward(
        trace=trace,
        kept_dy=dy,
        gradients=MappingProxyType(gradients),
        truncation=truncation,
        states=pulled.arrays,
        _memo={},
    )


def source_gradients(
    trace: Trace, k: int, truncation: Truncation | None = None, state: str = "a"
) -> Array:
    """∂L_k/∂a⟨t⟩ of the loss that is paid at step k alone.

    Parameters
    ----------
    trace : Trace
        Made with an objective, in float32 or float64.
    k : int
        The step that pays, from 1.
    truncation : Truncation, optional
        Cut the gradient at the ends of windows.
    state : {"a", "c"}
        "c": ∂L_k/∂c⟨t⟩ of the LSTM.

    Returns
    -------
    (L, T, B, H)
        [:, t − 1] belongs to step t; in one direction exactly 0 for t > k, and everywhere if step
        k does not pay.

    Raises
    ------
    ValueError
        If the trace has no objective or is complex, or there is no step k or no such state.
    """
    check_step(k, trace.steps)
    check_state(trace, state)
    check_truncation(trace, truncation)
    with np.errstate(all="ignore"):
        stop = trace.steps if trace.network.architecture.bidirectional else k
        start = 0 if truncation is None else truncation.reach(k) - 1
        part = pull(trace, of_step(trace, k), start, stop).arrays[0 if state == "a" else 2]
    if (start, stop) == (0, trace.steps):
        return part
    whole = np.zeros((len(part), trace.steps, *part.shape[2:]), part.dtype)
    whole[:, start:stop] = part
    return frozen(whole)


def output_gradient(trace: Trace) -> Array:
    """∂L/∂y, (T, B, O); ValueError if the trace cannot be differentiated."""
    check_real(trace)
    return trace.output_gradient()


def check_real(trace: Trace, *, paying: bool = True) -> None:
    """Raise ValueError unless the trace can be differentiated, and has what pays."""
    if trace.a.dtype.kind == "c":
        raise ValueError(f"expected a float32 or float64 trace, found {trace.a.dtype}")
    if paying and trace.objective is None:
        raise ValueError("the trace has no objective: nothing to differentiate")


def of_step(trace: Trace, k: int) -> InParts:
    """∂L/∂y of the loss that is paid at step k (from 1) alone."""
    check_real(trace)

    def part(steps: slice, batch: slice) -> Array | None:
        if not steps.start < k <= steps.stop:
            return None
        own = trace.output_gradient(k - 1, k, batch)
        dy = np.zeros((steps.stop - steps.start, *own.shape[1:]), own.dtype)
        dy[k - 1 - steps.start] = own[0]
        return dy

    return part


def nothing(_steps: slice, _batch: slice) -> None:
    """∂L/∂y where nothing is paid."""


class _Read:
    """∂L/∂y in parts, each used for ∂L/∂W_ya and ∂L/∂b_y when it is first made."""

    def __init__(self, trace: Trace) -> None:
        W, b = trace.network.parameters["W_ya"], trace.network.parameters["b_y"]
        self.gradients = np.zeros_like(W), np.zeros_like(b)
        self._trace, self._left = trace, trace.steps * trace.batch

    def __call__(self, steps: slice, batch: slice) -> Array | None:
        trace = self._trace
        dy = trace.gradient_part(steps, batch)
        if self._left > 0:  # each direction asks for them
            self._left -= (steps.stop - steps.start) * (batch.stop - batch.start)
            if dy is not None:
                parts = read_out_gradients(trace, dy, (steps, batch))
                for whole, part in zip(self.gradients, parts, strict=True):
                    whole += part
        return dy


def check_state(trace: Trace, state: str) -> None:
    """Raise ValueError unless the trace has this state."""
    if state not in ("a", "c") or (state == "c" and trace.c is None):
        known = "a" if trace.c is None else "a, c"
        raise ValueError(f"unknown state {state!r} of {trace.network.architecture.cell}: {known}")


def check_truncation(trace: Trace, truncation: Truncation | None) -> None:
    """Raise ValueError for truncation in both directions."""
    if truncation is not None and trace.network.architecture.bidirectional:
        raise ValueError("truncation: the reverse direction needs the whole sequence")


def check_windows(truncation: Truncation) -> None:
    """Raise ValueError for windows that overlap, where two networks are one chain."""
    if truncation.k2 > truncation.k1:
        found = f"k1 = {truncation.k1} and k2 = {truncation.k2}"
        raise ValueError(f"truncation: expected k2 = k1 through two networks, found {found}")


class Windows(NamedTuple):
    """Windows of `every` steps, counted with so many steps `before` the first, (B,)."""

    every: int
    before: NDArray[np.intp]

    def cut(self, t: int) -> NDArray[np.bool_]:
        """Of which sequences nothing is handed back from step t + 1 to step t, (B,)."""
        return (self.before + t) % self.every == 0

    def parts(self, steps: slice) -> list[slice]:
        """A stretch of steps, taken apart where something is cut, from the last part on."""
        first = np.unique(self.before % self.every)
        cuts = {
            int(t)
            for start in (-first % self.every).tolist()
            for t in range(start, steps.stop, self.every)
            if t > steps.start
        }
        ends = [*sorted(cuts, reverse=True), steps.start]
        return [slice(low, high) for low, high in zip(ends, [steps.stop, *ends], strict=False)]


class Pulled(NamedTuple):
    """∂L/∂ of everything in the loop, over a stretch of steps.

    `arrays` are those of :attr:`Backward.states`, read-only; `dz` is the same memory as the second
    of them, with the cell's other blocks before ∂L/∂z.
    """

    arrays: Sequence[Array]
    dz: Array


def pull(
    trace: Trace,
    dy: Array | InParts,
    start: int,
    stop: int,
    final: Sequence[Array] | None = None,
    windows: Windows | None = None,
) -> Pulled:
    """Pull ∂L/∂y of steps start + 1 … stop back through these steps and all layers.

    With `windows` nothing is handed back from one to the one before it.
    """
    network, architecture = trace.network, trace.network.architecture
    room, cell = room_for(network, stop - start, trace.batch), CELLS[architecture.cell]
    strands, states = room.strands, len(cell.states)
    ways, H = architecture.directions, architecture.units
    workspace = take_workspace(room.back, trace.a.dtype)
    da, dz = workspace.arrays[:2]
    carry = workspace.arrays[2 + states : 3 + 2 * states]
    for i, array in enumerate(carry):
        if final is None:
            array.fill(0.0)
        else:
            array[...] = final[i]
    above = [(dy, network.parameters["W_ya"])] if not callable(dy) else []
    for s in range(len(strands) - 1, -1, -1):
        way = strands[s].reverse
        here, into = as_rows(da[s]), slice(way * H, (way + 1) * H)
        if callable(dy) and s >= len(strands) - ways:
            _read_back(trace, dy, network.parameters["W_ya"][:, into], da[s], start)
        for i, (rows, W) in enumerate(above):
            flat = as_rows(rows)
            if i:
                here += flat.dot(W[:, into])
            else:
                # dot fills its result with zeros first: that counts where there is much of it.
                product = np.dot if here.size <= FEW else np.matmul
                product(flat, W[:, into] if ways > 1 else W, out=here)
        tape = trace.tape(s, start, stop)
        if trace.lengths is None and windows is None:
            key = architecture.cell, s, way
            if key not in workspace.views:
                own = [array[s] for array in carry]
                workspace.views[key] = _reels(workspace, room, (s, way), room.parts, own)
            _through_time(cell, strands[s].loop, tape, workspace.views[key])
        else:
            own, lengths = [array[s] for array in carry], None
            if trace.lengths is not None:
                lengths = np.clip(trace.lengths - start, 0, stop - start)
            _through_parts(cell, tape, workspace, room, s, own, lengths, windows)
        if s and s % ways == 0:  # the layer is complete, and there is one below
            lead = cell.lead * H
            above = [(dz[u][..., lead:], strands[u].plain[0]) for u in range(s, s + ways)]
    return Pulled(workspace.shown(3 + 2 * states), dz)


def _read_back(trace: Trace, dy: InParts, W: Array, da: Array, start: int) -> None:
    """Write W_yaᵀ ∂L/∂y of all steps from start + 1 on, made in parts, to da (T, B, H)."""
    da.fill(0.0)
    for steps, batch in trace.blocks(start, start + len(da)):
        part = dy(steps, batch)
        if part is not None:
            da[steps.start - start : steps.stop - start, batch] = part @ W


def _through_time(
    cell: Cell, weights: Weights, tape: Tape, reels: Sequence[tuple[slice, Reel]]
) -> None:
    """Run one strand's cell backward over stretches of steps.

    Their local derivatives are still cached when the loop needs them.
    """
    for part, reel in reels:
        cut = tape if len(reel.dz) == len(tape.z) else tape.cut(part.start, part.stop)
        cell.factors(weights, cut, reel.local, reel.others)
        cell.backward(weights, reel)


def _through_parts(
    cell: Cell,
    tape: Tape,
    workspace: Workspace,
    room: Room,
    s: int,
    carry: Sequence[Array],
    lengths: NDArray[np.intp] | None,
    windows: Windows | None,
) -> None:
    """Run one strand's cell backward over sequences of different lengths, or through windows."""
    strand = room.strands[s]

    def run(steps: slice, carry: Sequence[Array]) -> None:
        for part in [steps] if windows is None else windows.parts(steps):
            starts = range(part.start, part.stop, room.stretch)
            parts = [slice(at, min(at + room.stretch, part.stop)) for at in reversed(starts)]
            reels = _reels(workspace, room, (s, strand.reverse), parts, carry)
            _through_time(cell, strand.loop, tape, reels)
            if windows is not None and part.start:
                for array in carry:
                    array[windows.cut(part.start)] = 0.0

    if lengths is None:
        run(slice(0, len(tape.z)), carry)
    else:
        Padding(lengths, len(tape.z), strand.reverse).backward(run, carry)


def _reels(
    workspace: Workspace,
    room: Room,
    strand: tuple[int, bool],
    parts: Sequence[slice],
    carry: Sequence[Array],
) -> list[tuple[slice, Reel]]:
    """What one strand's cell works on over stretches of steps."""
    return [(part, _reel(workspace, room, strand, part, carry)) for part in parts]


def _reel(
    workspace: Workspace, room: Room, strand: tuple[int, bool], part: slice, carry: Sequence[Array]
) -> Reel:
    """What one strand's cell works on over a stretch of steps."""
    (s, reverse), states, length = strand, len(carry) - 1, part.stop - part.start
    da, dz, *dstates = (
        in_order(array[s], reverse)[part] for array in workspace.arrays[: 2 + states]
    )
    others, *local = (array[:, :length] for array in workspace.arrays[3 + 2 * states :])
    views = dict[str, Any]() if room.remembered else None
    return Reel(local[0] if local else dz[None], others, dz, da, dstates, carry, views)


def _windowed(trace: Trace, dy: Array | InParts, truncation: Truncation) -> Pulled:
    """The sum over all windows."""
    whole: list[Array] = []
    for start, paying, stop in truncation.windows(trace.steps):
        if not callable(dy):
            own = dy[start:stop].copy()
            own[: paying - start] = 0.0
            arrays = pull(trace, own, start, stop).arrays
        else:
            arrays = pull(trace, _from_step(dy, paying), start, stop).arrays
        over_time = [array.ndim == 4 for array in arrays]
        if not whole:
            whole = [
                np.zeros((len(array), trace.steps, *array.shape[2:]), array.dtype)
                if through
                else np.zeros_like(array)
                for array, through in zip(arrays, over_time, strict=True)
            ]
        for total, array, through in zip(whole, arrays, over_time, strict=True):
            if through:
                total[:, start:stop] += array
            elif start == 0:
                total += array
    return Pulled([frozen(array) for array in whole], whole[1])


def _from_step(dy: InParts, paying: int) -> InParts:
    """∂L/∂y of the losses after step `paying` alone."""

    def part(steps: slice, batch: slice) -> Array | None:
        if steps.stop <= paying:
            return None
        own = dy(slice(max(steps.start, paying), steps.stop), batch)
        if own is None or steps.start >= paying:
            return own
        whole = np.zeros((steps.stop - steps.start, *own.shape[1:]), own.dtype)
        whole[paying - steps.start :] = own
        return whole

    return part


def _checked_final(
    trace: Trace, da_final: ArrayLike | None, dc_final: ArrayLike | None
) -> list[Array] | None:
    if da_final is None and dc_final is None:
        return None
    if dc_final is not None and trace.c is None:
        raise ValueError(f"dc_final: the cell {trace.network.architecture.cell} has no cell state")
    shape = (len(trace.a), *trace.a.shape[2:])
    wanted = [("da_final", da_final)] + [("dc_final", dc_final)] * (trace.c is not None)
    final: list[Array] = []
    for name, given in wanted:
        array = np.zeros(shape) if given is None else np.asarray(given)
        if array.shape != shape:
            raise ValueError(f"{name}: expected float {shape}, found {array.dtype} {array.shape}")
        final.append(array)
    return final
