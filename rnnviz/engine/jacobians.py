"""How one step of a recurrent layer stretches and shrinks: Jacobians, the bound, the shares."""

import numpy as np
from numpy.typing import NDArray

from rnnviz.record import record

from .activations import ACTIVATIONS
from .arrays import Array, frozen
from .bptt import source_gradients
from .cells import CELLS, Slopes
from .network import Network
from .records import Trace, check_step


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
    jacobians = _of(trace, layer, sequence, unsaturated=False)
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


def shrinking(trace: Trace, k: int, layer: int = 0, *, sequence: int = 0) -> Shrinking:
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
    real = _of(trace, layer, sequence, unsaturated=False)[:k].astype(np.float64)
    free = _of(trace, layer, sequence, unsaturated=True)[:k].astype(np.float64)
    own = [source_gradients(trace, k)[layer, k - 1, sequence]]
    if trace.c is not None:  # what reaches c⟨k⟩ by its own step alone comes by way of a⟨k⟩
        own.append(np.zeros_like(own[0]))
    v = np.concatenate(own).astype(np.float64)
    total, weights = np.full(k, np.nan), np.full(k, np.nan)
    with np.errstate(all="ignore"):
        for t in range(k - 1, -1, -1):
            largest = float(np.abs(v).max())
            if not 0.0 < largest < np.inf:
                break
            v = v / largest
            before = float(np.linalg.norm(v))
            unsaturated = float(np.linalg.norm(v @ free[t]))
            v = v @ real[t]
            total[t] = np.log(np.linalg.norm(v) / before)
            weights[t] = np.log(unsaturated / before)
        activations = total - weights
    return Shrinking(frozen(total), frozen(weights), frozen(activations))


def _of(trace: Trace, layer: int, sequence: int, *, unsaturated: bool) -> Array:
    """Return (T, S, S) Jacobians by the cell's formulas; ValueError for indices out of range."""
    if trace.a.dtype.kind == "c":
        raise ValueError(f"expected a float32 or float64 trace, found {trace.a.dtype}")
    for name, index, count in (
        ("layer", layer, len(trace.a)),
        ("sequence", sequence, trace.batch),
    ):
        if not 0 <= index < count:
            raise ValueError(f"{name}: expected 0…{count - 1}, found {index}")
    cell = CELLS[trace.network.architecture.cell]
    with np.errstate(all="ignore"):
        steps = trace.inside(layer, sequence)
        found = cell.jacobian(trace.weights(layer), steps, Slopes(unsaturated))
    if trace.lengths is not None:
        found[int(trace.lengths[sequence]) :] = np.eye(found.shape[-1])
    return found


def _recurrent_weights(network: Network, layer: int) -> Array:
    strand = network.architecture.strands[layer]
    return network.parameters[f"W_aa{strand.suffix}"].astype(np.float64)
