"""Backpropagation through time (Werbos 1990)."""

from types import MappingProxyType

import numpy as np

from .activations import ACTIVATIONS
from .arrays import Array, first_non_finite, frozen, log_norms
from .cells import CELLS
from .losses import LOSSES
from .records import Backward, Trace, check_step


def backward(trace: Trace) -> Backward:
    """Differentiate a trace's loss with respect to every state and every parameter.

    From t = T down to 1, each step's gradient is its own (from the read-out, or from the layer
    above) plus what comes from the next step.

    Parameters
    ----------
    trace : Trace
        Made with an objective, in float32 or float64.

    Returns
    -------
    Backward
        Numbers that overflow never warn or raise; see its `exploded_at`.

    Raises
    ------
    ValueError
        If the trace has no objective or is complex.
    """
    weights = trace.network.parameters
    with np.errstate(all="ignore"):
        dy = output_gradient(trace)
        da, dz, da0 = _states(trace, dy)
        gradients: dict[str, Array] = {}
        for layer in range(len(da)):
            rows = dz[layer].reshape(-1, dz.shape[-1])
            fed = trace.layer_input(layer)
            W_ax = f"W_ax_l{layer}"
            if fed.ndim == 2:
                gradients[W_ax] = _scattered(rows, fed.reshape(-1), weights[W_ax].shape[1])
            else:
                gradients[W_ax] = rows.T @ fed.reshape(-1, fed.shape[-1])
            before = trace.a[layer, :-1]
            gradients[f"W_aa_l{layer}"] = rows.T @ before.reshape(-1, before.shape[-1])
            gradients[f"b_a_l{layer}"] = rows.sum(axis=0)
        rows, top = dy.reshape(-1, dy.shape[-1]), trace.a[-1, 1:]
        gradients["W_ya"] = rows.T @ top.reshape(-1, top.shape[-1])
        gradients["b_y"] = rows.sum(axis=0)
        exploded = first_non_finite(*da[:, ::-1], *dz[:, ::-1])
    return Backward(
        trace=trace,
        da=frozen(da),
        dz=frozen(dz),
        dy=frozen(dy),
        da0=frozen(da0),
        gradients=MappingProxyType({name: frozen(gradients[name]) for name in weights}),
        log_norm_da=frozen(log_norms(da)),
        exploded_at=None if exploded is None else trace.steps - exploded,
    )


def source_gradients(trace: Trace, k: int) -> Array:
    """∂L_k/∂a⟨t⟩ of the loss that is paid at step k alone.

    Parameters
    ----------
    trace : Trace
        Made with an objective, in float32 or float64.
    k : int
        The step that pays, from 1.

    Returns
    -------
    (L, T, B, H)
        [:, t − 1] belongs to a⟨t⟩; exactly 0 for t > k and everywhere if step k does not pay.

    Raises
    ------
    ValueError
        If the trace has no objective or is complex, or there is no step k.
    """
    check_step(k, trace.steps)
    with np.errstate(all="ignore"):
        dy = output_gradient(trace)
        dy[: k - 1] = 0.0
        da = np.zeros((len(trace.a), *trace.a[0, 1:].shape), trace.a.dtype)
        da[:, :k], _, _ = _states(trace, dy[:k])
    return frozen(da)


def output_gradient(trace: Trace) -> Array:
    """∂L/∂y, (T, B, O); ValueError if the trace cannot be differentiated."""
    if trace.objective is None:
        raise ValueError("the trace has no objective: nothing to differentiate")
    if trace.y.dtype.kind == "c":
        raise ValueError(f"expected a float32 or float64 trace, found {trace.y.dtype}")
    with np.errstate(all="ignore"):
        return LOSSES[trace.objective.loss].gradient(trace.objective, trace.y, trace.p)


def _states(trace: Trace, dy: Array) -> tuple[Array, Array, Array]:
    """∂L/∂a, ∂L/∂z and ∂L/∂a⟨0⟩, over the first len(dy) steps."""
    architecture, weights = trace.network.architecture, trace.network.parameters
    cell, activation = CELLS[architecture.cell], ACTIVATIONS[architecture.activation]
    steps, batch, _ = dy.shape
    L, H = architecture.layers, architecture.units
    da = np.empty((L, steps, batch, H), dy.dtype)
    dz = np.empty((L, steps, batch, cell.gates * H), dy.dtype)
    da0 = np.empty((L, batch, H), dy.dtype)
    above, link = dy, weights["W_ya"]
    for layer in reversed(range(L)):
        above.reshape(-1, above.shape[-1]).dot(link, da[layer].reshape(-1, H))
        dz[layer] = cell.factors(activation, trace.a[layer, : steps + 1], trace.z[layer, :steps])
        cell.backward(weights[f"W_aa_l{layer}"], da[layer], dz[layer], da0[layer])
        above, link = dz[layer], weights[f"W_ax_l{layer}"]
    return da, dz, da0


def _scattered(rows: Array, ids: Array, columns: int) -> Array:
    """Σ rows of equal id, as the columns of an (nH, columns) array: rowsᵀ · one-hot(ids)."""
    order = np.argsort(ids, kind="stable")
    found, starts = np.unique(ids[order], return_index=True)
    gradient = np.zeros((rows.shape[1], columns), rows.dtype)
    gradient[:, found] = np.add.reduceat(rows[order], starts, axis=0).T
    return gradient
