"""The forward pass."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .activations import ACTIVATIONS
from .arrays import Array, first_non_finite, frozen, frozen_copy, real
from .cells import CELLS
from .losses import LOSSES, Objective
from .network import Architecture, Network
from .records import Trace


def forward(
    network: Network,
    x: ArrayLike,
    objective: Objective | None = None,
    *,
    a0: ArrayLike | None = None,
) -> Trace:
    """Run a sequence, or a batch of them, through a network.

    For t = 1 … T and every layer a⟨t⟩ = g(W_aa a⟨t−1⟩ + W_ax x⟨t⟩ + b_a), and from the top layer
    y⟨t⟩ = W_ya a⟨t⟩ + b_y.

    Parameters
    ----------
    network : Network
    x : (T, B, D) float or (T, B) integer
        Values, converted to the network's dtype; or ids 0 … D−1, each standing for a one-hot
        vector, which becomes a look-up in W_ax.
    objective : Objective, optional
        What is paid; without it the loss is 0.
    a0 : (L, B, H), optional
        a⟨0⟩ of every layer; 0 if left out.

    Returns
    -------
    Trace
        Numbers that overflow never warn or raise; see its `exploded_at`.

    Raises
    ------
    ValueError
        For arrays that do not fit: with the shape found and the shape expected.
    """
    architecture = network.architecture
    x = _checked_input(architecture, np.asarray(x), network.dtype)
    steps, batch = x.shape[:2]
    if objective is not None:
        objective.check(steps, batch, architecture.outputs)
    L, H = architecture.layers, architecture.units
    cell, activation = CELLS[architecture.cell], ACTIVATIONS[architecture.activation]
    weights = network.parameters

    a = np.empty((L, steps + 1, batch, H), network.dtype)
    a[:, 0] = 0.0 if a0 is None else _checked_state(np.asarray(a0), (L, batch, H), network.dtype)
    z = np.empty((L, steps, batch, cell.gates * H), network.dtype)
    with np.errstate(all="ignore"):
        for layer in range(L):
            fed = a[layer - 1, 1:] if layer else x
            _project(fed, weights[f"W_ax_l{layer}"], weights[f"b_a_l{layer}"], z[layer])
            cell.forward(weights[f"W_aa_l{layer}"], activation, a[layer], z[layer])
        y = np.empty((steps, batch, architecture.outputs), network.dtype)
        _project(a[-1, 1:], weights["W_ya"], weights["b_y"], y)
        if objective is None:
            p, loss_k = None, np.zeros(steps, network.dtype)
            paid = np.zeros(steps, np.bool_)
        else:
            p, loss_k = LOSSES[objective.loss].evaluate(objective, y)
            paid = np.logical_or.reduce(objective.paying(), axis=1)
        loss = float(real(loss_k).sum(dtype=np.float64))
        exploded = first_non_finite(*z, *a[:, 1:], y, loss_k)
    return Trace(
        network=network,
        x=x,
        objective=objective,
        a=frozen(a),
        z=frozen(z),
        y=frozen(y),
        p=None if p is None else frozen(p),
        loss_k=frozen(loss_k),
        loss=loss,
        paid=frozen(paid),
        exploded_at=None if exploded is None else exploded + 1,
    )


def _project(fed: Array, W: Array, b: Array, out: Array) -> None:
    """Write W·fed + b for all steps at once; ids pick columns of W."""
    if fed.ndim == 2:
        np.copyto(out, np.moveaxis(W[:, fed], 0, -1))
    else:
        rows = fed.reshape(-1, fed.shape[-1])
        rows.dot(W.T, out.reshape(-1, out.shape[-1]))
    np.add(out, b, out)


def _checked_input(architecture: Architecture, x: Array, dtype: np.dtype[Any]) -> Array:
    D = architecture.inputs
    is_ids = x.ndim == 2 and x.dtype.kind in "iu"
    is_values = x.ndim == 3 and x.shape[2] == D and x.dtype.kind in "iufc"
    if not (is_ids or is_values) or 0 in x.shape:
        raise ValueError(
            f"x: expected float (T, B, {D}) or integer ids (T, B) with T, B ≥ 1, "
            f"found {x.dtype} {x.shape}"
        )
    if is_values:
        _check_complex("x", x, dtype)
        return frozen_copy(x, dtype)
    wrong = (x < 0) | (x >= D)
    if wrong.any():
        t, b = (int(i) for i in np.argwhere(wrong)[0])
        raise ValueError(
            f"x: expected ids 0…{D - 1}, found {x[t, b]} at step {t + 1} of sequence {b + 1}"
        )
    return frozen_copy(x, np.dtype(np.intp))


def _checked_state(a0: Array, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    if a0.shape != shape or a0.dtype.kind not in "iufc":
        raise ValueError(f"a0: expected float {shape}, found {a0.dtype} {a0.shape}")
    _check_complex("a0", a0, dtype)
    return a0


def _check_complex(name: str, array: Array, dtype: np.dtype[Any]) -> None:
    if array.dtype.kind == "c" and dtype.kind != "c":
        raise ValueError(f"{name}: expected {dtype} as the network, found {array.dtype}")
