"""How one step of a recurrent layer stretches and shrinks: Jacobians, the bound, the shares."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rnnviz.frozen import record

from .activations import ACTIVATIONS
from .arrays import Array, frozen
from .bptt import source_gradients
from .cells import CELLS, Slopes
from .network import Network
from .records import Trace, check_step

_CACHED = 1 << 16  # numbers of a block of the Jacobians that are made together


def recurrent_gain(network: Network, layer: int = 0) -> float:
    """The most that one step back through time can stretch a gradient.

    σ_max(W_aa) · sup |g′|, so that ‖∂L_k/∂a⟨t⟩‖ ≤ gain^(k−t) ‖∂L_k/∂a⟨k⟩‖ in a network of one
    layer (Pascanu, Mikolov and Bengio 2013, eq. 7). nan if W_aa holds a non-finite number.

    Parameters
    ----------
    network : Network
        Of Elman cells; nan for gated ones, whose Jacobians have no bound that holds in every state.
    layer : int
        Whose W_aa (H, H): the place on the first axis of :attr:`Trace.a`, from 0.
    """
    W_aa = _recurrent_weights(network, layer)
    if not CELLS[network.architecture.cell].bounded or not np.isfinite(W_aa).all():
        return float("nan")
    sigma = float(np.linalg.norm(W_aa, 2))
    return sigma * ACTIVATIONS[network.architecture.activation].supremum


def spectral_radius(network: Network, layer: int = 0) -> NDArray[np.float64]:
    """Largest |eigenvalue| of W_aa, or of each gate's block of it.

    Parameters
    ----------
    network : Network
    layer : int
        The place on the first axis of :attr:`Trace.a`, from 0.

    Returns
    -------
    (n,) float64
        One for each gate, in the order of the rows; nan for a block that is not finite.
    """
    W_aa = _recurrent_weights(network, layer)
    blocks = W_aa.reshape(-1, W_aa.shape[1], W_aa.shape[1])
    finite = np.logical_and.reduce(np.isfinite(blocks), axis=(1, 2))
    eigenvalues = np.linalg.eigvals(np.where(finite[:, None, None], blocks, 0.0))
    return np.where(finite, np.abs(eigenvalues).max(axis=1), np.nan)


def step_jacobians(trace: Trace, layer: int = 0, *, sequence: int = 0, joint: bool = True) -> Array:
    """Jacobians of every step of one layer, ∂a⟨t⟩/∂a⟨t−1⟩ by the layer's own recurrence.

    In a layer's reverse direction they are ∂a⟨t⟩/∂a⟨t+1⟩. In a padded batch they are 1 where the
    state is carried on.

    Parameters
    ----------
    trace : Trace
        In float32 or float64.
    layer, sequence : int
        Which place on the first axis of `trace.a`, and which sequence of the batch; from 0.
    joint : bool
        Matters for the LSTM alone. True: of the joint state, ∂(a⟨t⟩, c⟨t⟩)/∂(a⟨t−1⟩, c⟨t−1⟩),
        whose products along time are the derivatives over many steps. False: ∂a⟨t⟩/∂a⟨t−1⟩ with
        c⟨t−1⟩ held fixed, whose products are not.

    Returns
    -------
    (T, S, S)
        [t − 1, i, j] is ∂(component i at t)/∂(component j at t−1); S is H, or 2H for the LSTM's
        joint state, a before c.
    """
    jacobians = _of(trace, layer, sequence, trace.steps)
    H = trace.a.shape[-1]
    return frozen(jacobians if joint else np.ascontiguousarray(jacobians[:, :H, :H]))


@record(eq=False)
class Shrinking:
    """What becomes of one loss's gradient, step by step back through one layer.

    Entry t − 1 belongs to the step from t to t − 1; natural logarithms, below 0 where it shrinks.

    Attributes
    ----------
    total : (k,) float64
        ln(‖∂L_k/∂a⟨t−1⟩‖/‖∂L_k/∂a⟨t⟩‖) along the layer's own recurrence, ∂L_k/∂(a, c) for an LSTM.
    weights : (k,) float64
        What `total` would be if no activation were saturated: every slope at its supremum (1 for
        tanh, ¼ for the sigmoid), the states and gates as they are.
    activations : (k,) float64
        The rest, total − weights: the part of the saturated activations.
    """

    total: NDArray[np.float64]
    weights: NDArray[np.float64]
    activations: NDArray[np.float64]


def shrinking(
    trace: Trace,
    k: int,
    layer: int = 0,
    *,
    sequence: int = 0,
    jacobians: Array | None = None,
    own: Array | None = None,
) -> Shrinking:
    """Tell the weights' part in a gradient's shrinking from the saturated activations' part.

    ∂L_k/∂a⟨k⟩ is carried back by the Jacobians of the layer itself; at every step the same vector
    goes through the Jacobian as it is and through the one without saturation.

    Parameters
    ----------
    trace : Trace
        Made with an objective, in float32 or float64.
    k : int
        The step whose loss is followed, from 1.
    layer, sequence : int
        From 0. In the top layer the recurrence is the only path; below it the paths that go up
        between t and k are left out.
    jacobians : (T, S, S), optional
        What :func:`step_jacobians` has found of them, where that is known already.
    own : (H,), optional
        ∂L_k/∂a⟨k⟩ of the layer, where that is.

    Returns
    -------
    Shrinking
        nan from the step on at which the gradient is exactly 0 or not finite.

    Raises
    ------
    ValueError
        For both directions: the gradient of one step then goes both ways.

    """
    check_step(k, trace.steps)
    if trace.network.architecture.bidirectional:
        raise ValueError("shrinking: expected layers of one direction, found both")
    real = _of(trace, layer, sequence, k) if jacobians is None else jacobians[:k]
    real = real.astype(np.float64, copy=False)
    known = source_gradients(trace, k)[layer, k - 1, sequence] if own is None else own
    v = known.astype(np.float64)
    if trace.c is not None:  # what reaches c⟨k⟩ by its own step alone comes by way of a⟨k⟩
        v = np.concatenate([v, np.zeros_like(v)])
    before, after, alive = np.empty((k, len(v))), np.empty((k, len(v))), k
    total, weights = np.full(k, np.nan), np.full(k, np.nan)
    with np.errstate(all="ignore"):
        for t in range(k - 1, -1, -1):
            largest = float(np.abs(v).max())
            if not 0.0 < largest < np.inf:
                break
            before[t], alive = v / largest, t
            v = np.matmul(before[t], real[t], out=after[t])
        length = np.linalg.norm(before[alive:], axis=1)
        total[alive:] = np.log(np.linalg.norm(after[alive:], axis=1) / length)
        for low, free in _stretches(trace, layer, sequence, k, unsaturated=True):
            some = slice(max(low, alive), low + len(free))
            if some.start < some.stop:
                carried = before[some, None, :] @ free[some.start - low :]
                weights[some] = np.linalg.norm(carried[:, 0], axis=1)
        weights[alive:] = np.log(weights[alive:] / length)
        activations = total - weights
    return Shrinking(frozen(total), frozen(weights), frozen(activations))


def _of(trace: Trace, layer: int, sequence: int, count: int) -> Array:
    """Return (count, S, S) Jacobians of the first steps; ValueError for indices out of range."""
    found: Array | None = None
    for low, some in _stretches(trace, layer, sequence, count):
        if found is None:
            found = np.empty((count, *some.shape[1:]), some.dtype)
        found[low : low + len(some)] = some
    assert found is not None
    return found


def _stretches(
    trace: Trace, layer: int, sequence: int, count: int, *, unsaturated: bool = False
) -> Iterator[tuple[int, Array]]:
    """Yield the first steps' Jacobians by the cell's formulas, a stretch at a time with its place.

    What the formulas make on the way to them then stays in the processor's cache.
    """
    if trace.a.dtype.kind == "c":
        raise ValueError(f"expected a float32 or float64 trace, found {trace.a.dtype}")
    for name, index, available in (
        ("layer", layer, len(trace.a)),
        ("sequence", sequence, trace.batch),
    ):
        if not 0 <= index < available:
            raise ValueError(f"{name}: expected 0…{available - 1}, found {index}")
    cell, weights = CELLS[trace.network.architecture.cell], trace.weights(layer)
    inside = trace.inside(layer, sequence)
    length = count if trace.lengths is None else int(trace.lengths[sequence])
    together = max(1, _CACHED // trace.a.shape[-1] ** 2)
    for low in range(0, count, together):
        with np.errstate(all="ignore"):
            some = inside.some(slice(low, min(low + together, count)))
            found = cell.jacobian(weights, some, Slopes(unsaturated))
        found[max(0, length - low) :] = np.eye(found.shape[-1])
        yield low, found


def _recurrent_weights(network: Network, layer: int) -> Array:
    strand = network.architecture.strands[layer]
    return network.parameters[f"W_aa{strand.suffix}"].astype(np.float64)
