"""The forward pass."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import trace as traces
from .arrays import Array, frozen, frozen_copy, looked_up, project, real
from .cells import CELLS, Cell, Tape
from .losses import LOSSES, Objective
from .memory import take_workspace
from .network import Architecture, Network
from .records import Trace
from .strands import Padding, Room, room_for, tape_of


@np.errstate(all="ignore")
def forward(
    network: Network,
    x: ArrayLike,
    objective: Objective | None = None,
    *,
    a0: ArrayLike | None = None,
    c0: ArrayLike | None = None,
    lengths: ArrayLike | None = None,
    inputs: ArrayLike | None = None,
    exact: bool = False,
) -> Trace:
    """Run a sequence, or a batch of them, through a network.

    For t = 1 … T and every layer the cell's equations (Elman's: a⟨t⟩ = g(W_aa a⟨t−1⟩ + W_ax x⟨t⟩
    + b_a)), and from the top layer y⟨t⟩ = W_ya a⟨t⟩ + b_y.

    Parameters
    ----------
    network : Network
    x : (T, B, D) float or (T, B) integer
        Values, converted to the network's dtype; or ids, 0 … D−1 for a one-hot vector, which
        becomes a look-up in W_ax, or 0 … V−1 for a row of the embedding.
    objective : Objective, optional
        What is paid; without it the loss is 0. Nothing is paid in the padding.
    a0, c0 : (L, B, H), optional
        a⟨0⟩ and the LSTM's c⟨0⟩ of every layer (and direction, as in PyTorch); 0 if left out.
    lengths : (B,) integer, optional
        How long each sequence is, 1 … T; x may hold anything after it. All T, if left out.
    inputs : (T, B) bool, optional
        Which steps have an input; at the others W_ax x⟨t⟩ is 0 and x may hold anything.
    exact : bool
        How it will be differentiated: see :class:`Trace`.

    Returns
    -------
    Trace
        Numbers that overflow never warn or raise; see its `exploded_at`.

    Raises
    ------
    ValueError
        For arrays that do not fit: with the shape found and the shape expected.
    """
    architecture, weights, dtype = network.architecture, network.parameters, network.dtype
    x = np.asarray(x)
    long = present = None
    if lengths is not None:
        long = _checked_lengths(np.asarray(lengths), x.shape)
    if long is not None or inputs is not None:
        present = _with_input(x.shape, long, inputs)
    x = _checked_input(architecture, x, dtype, present)
    steps, batch = x.shape[:2]
    if objective is not None:
        if not architecture.outputs:
            raise ValueError("objective: the network has no read-out (outputs 0) to pay for")
        if long is not None and objective.targets.shape[:2] == (steps, batch):
            objective = objective.within(long)
        objective.check(steps, batch, architecture.outputs)
    cell, ways = CELLS[architecture.cell], architecture.directions
    room = room_for(network, steps, batch)
    workspace = take_workspace(room.ahead, dtype)
    arrays = workspace.arrays
    a = arrays[0]
    _begin("a0", a, a0, ways)
    if cell.states:
        _begin("c0", arrays[-1], c0, ways)
    elif c0 is not None:
        raise ValueError(f"c0: the cell {architecture.cell} has no cell state")
    tapes: dict[Any, Any] = {}
    fed = [x]
    if architecture.vocabulary:
        fed = [looked_up(weights["E"], x)]
    for s, strand in enumerate(room.strands):
        way, in_loop = strand.reverse, strand.loop
        key = architecture.cell, s, way
        if key not in workspace.views:
            workspace.views[key] = _tape(cell, room, arrays, s, way)
        tape, terms = workspace.views[key]
        tapes["tape", s] = tape._replace(exact=True) if exact else tape
        project(fed, strand.W_ax_T, room.biases[s], terms)
        if long is None:
            cell.forward(in_loop, tape)
        else:
            padding = Padding(long, steps, way)
            padding.forward(tape, cell.states, lambda cut, w=in_loop: cell.forward(w, cut))
        if way or ways == 1:  # the layer is complete
            fed = [a[i, 1 : steps + 1] for i in range(s + 1 - ways, s + 1)]
    if steps * batch * architecture.outputs > traces.WHOLE:
        said = None
        loss_k, paid = np.zeros(steps, dtype), _unpaid(steps)
    else:
        y = np.empty((steps * batch, architecture.outputs), dtype)
        project(fed, room.W_ya_T, room.biases[-1], y)
        y = frozen(y).reshape(steps, batch, architecture.outputs)
        p, loss_k, paid = _paid(objective, y)
        said = y, p
    trace = Trace(
        network=network,
        x=x,
        objective=objective,
        states=workspace.shown(len(room.ahead)),
        said=said,
        loss_k=loss_k,
        loss=_summed(loss_k),
        paid=paid,
        lengths=long,
        inputs=None if present is None else frozen(present),
        exact=exact,
        _memo=tapes,
    )
    return trace if said is not None or objective is None else _paid_in_parts(trace, objective)


def _tape(
    cell: Cell, room: Room, arrays: Sequence[Array], s: int, reverse: bool
) -> tuple[Tape, Array]:
    """One strand's tape, and where what it is fed is written: its pre-activations in time's order.

    These are a row for every step and sequence where they can be.
    """
    a, z, *others = arrays
    views = dict[str, Any]() if room.remembered else None
    tape = tape_of(cell, a, z, dict(zip(room.names, others, strict=True)), s, reverse, views)
    steps, gates, batch, units = z[s].shape
    return tape, z[s].reshape(steps * batch, gates * units) if room.rows else z[s]


def _summed(loss_k: Array) -> float:
    """Σ loss_k (of its real part) in float64."""
    whole = loss_k if loss_k.dtype.kind == "f" else real(loss_k)
    # NumPy takes longer to begin, and less for each.
    return sum(whole.tolist(), 0.0) if len(whole) < 100 else float(whole.sum(dtype=np.float64))


def _paid_in_parts(trace: Trace, objective: Objective) -> Trace:
    """The same with its losses, found without ever having all of y."""
    loss_k, paid = np.zeros(trace.steps, trace.a.dtype), objective.paying_steps()
    for steps, batch in trace.blocks():
        if paid[steps].any():
            loss_k[steps] += trace.paid_part(steps, batch)[2]
    return replace(trace, loss_k=frozen(loss_k), loss=_summed(loss_k), paid=paid)


def _unpaid(steps: int) -> Array:
    return frozen(np.zeros(steps, np.bool_))


def _paid(objective: Objective | None, y: Array) -> tuple[Array | None, Array, Array]:
    """Probabilities, each step's part of the loss, and which steps pay; frozen."""
    if objective is None:
        return None, frozen(np.zeros(len(y), y.dtype)), _unpaid(len(y))
    p, loss_k = LOSSES[objective.loss].evaluate(objective, y)
    return None if p is None else frozen(p), frozen(loss_k), objective.paying_steps()


def _begin(name: str, array: Array, given: ArrayLike | None, ways: int) -> None:
    """Set the initial states: at 0, and of the reverse direction at T + 1."""
    if given is None:
        array[:, 0].fill(0.0)
        if ways == 2:
            array[:, -1].fill(0.0)
        return
    shape = (len(array), *array.shape[2:])
    first = np.asarray(given)
    if first.shape != shape or first.dtype.kind not in "iufc":
        raise ValueError(f"{name}: expected float {shape}, found {first.dtype} {first.shape}")
    _check_complex(name, first, array.dtype)
    array[:, 0] = first
    if ways == 2:
        array[:, -1] = first
        array[1::2, 0] = 0.0  # neither direction starts at the other's end
        array[::2, -1] = 0.0


def _with_input(
    shape: tuple[int, ...], lengths: NDArray[np.intp] | None, inputs: ArrayLike | None
) -> Array | None:
    """Which steps have an input, (T, B) bool, or None where all have one."""
    given = None
    if inputs is not None:
        given = np.asarray(inputs)
        if given.dtype != np.bool_ or given.shape != shape[:2]:
            raise ValueError(
                f"inputs: expected bool {shape[:2]}, found {given.dtype} {given.shape}"
            )
    if lengths is not None:
        present = np.arange(shape[0])[:, None] < lengths
        given = present if given is None else given & present
    return None if given is None or given.all() else given.copy()


def _checked_lengths(lengths: Array, shape: tuple[int, ...]) -> NDArray[np.intp] | None:
    """Lengths as a frozen array; None where all are T."""
    if lengths.shape != shape[1:2] or lengths.dtype.kind not in "iu":
        raise ValueError(
            f"lengths: expected integer {shape[1:2]}, found {lengths.dtype} {lengths.shape}"
        )
    wrong = (lengths < 1) | (lengths > shape[0])
    if wrong.any():
        b = int(np.argmax(wrong))
        raise ValueError(f"lengths: expected 1…{shape[0]}, found {lengths[b]} for sequence {b + 1}")
    if (lengths == shape[0]).all():
        return None
    return frozen_copy(lengths, np.dtype(np.intp))


def _checked_input(
    architecture: Architecture, x: Array, dtype: np.dtype[Any], given: Array | None
) -> Array:
    D, V = architecture.inputs, architecture.vocabulary
    is_ids = x.ndim == 2 and x.dtype.kind in "iu"
    is_values = not V and x.ndim == 3 and x.shape[2] == D and x.dtype.kind in "iufc"
    if is_values and given is None and x.dtype == dtype and x.size:
        return frozen_copy(x)
    if not (is_ids or is_values) or 0 in x.shape:
        wanted = "" if V else f"float (T, B, {D}) or "
        raise ValueError(
            f"x: expected {wanted}integer ids (T, B) with T, B ≥ 1, found {x.dtype} {x.shape}"
        )
    if is_values:
        _check_complex("x", x, dtype)
        if given is not None:
            x = np.where(given[:, :, None], x, 0.0)
        return frozen_copy(x, dtype)
    if given is not None:
        x = np.where(given, x, -1)
    wrong = (x < 0) | (x >= (V or D))
    if given is not None:
        wrong &= given
    if wrong.any():
        t, b = (int(i) for i in np.argwhere(wrong)[0])
        raise ValueError(
            f"x: expected ids 0…{(V or D) - 1}, found {x[t, b]} at step {t + 1} of sequence {b + 1}"
        )
    return frozen_copy(x, np.dtype(np.intp))


def _check_complex(name: str, array: Array, dtype: np.dtype[Any]) -> None:
    if array.dtype.kind == "c" and dtype.kind != "c":
        raise ValueError(f"{name}: expected {dtype} as the network, found {array.dtype}")
