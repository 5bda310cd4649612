"""Probes: what a network remembers, and which of its units have stopped listening."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnviz.frozen import record

from .activations import ACTIVATIONS, sigmoid_slope, tanh_slope
from .arrays import Array, frozen, log_norms
from .cells import CELLS, Cell, Steps, Weights
from .jacobians import step_jacobians
from .network import Network
from .propagation import forward
from .trace import Trace, check_step

SATURATED = 0.1
"""Of the steepest slope that a nonlinearity can have: below it a unit hardly moves any more."""
_OPEN, _CLOSED = 0.9, 0.1  # Karpathy, Johnson and Fei-Fei 2015, §4.2: right and left saturated


@record(eq=False)
class Forgetting:
    """How far the states of two runs are apart that differ in one input.

    Attributes
    ----------
    step : int
        The step whose input differs.
    da : (L, T) float64
        ‖Δa⟨t⟩‖ over batch and units at [l, t − 1].
    log_da : (L, T) float64
        Its natural logarithm; −inf where the states are the same to the last digit, which a
        float64 reaches at about 1e-16 of the state's size.
    dc : (L, T) float64 or None
        ‖Δc⟨t⟩‖ of an LSTM.
    dy : (T,) float64
        ‖Δy⟨t⟩‖ over batch and outputs.
    """

    step: int
    da: NDArray[np.float64]
    log_da: NDArray[np.float64]
    dc: NDArray[np.float64] | None
    dy: NDArray[np.float64]


def forgetting_probe(
    network: Network, x: ArrayLike, replacement: ArrayLike, *, step: int = 1, **given: Any
) -> Forgetting:
    """Change one input and follow what becomes of the difference.

    Parameters
    ----------
    network : Network
        Run in float64, whatever its dtype.
    x : (T, B, D) float or (T, B) integer
        As :func:`~rnnviz.engine.forward` takes it.
    replacement : (B, D) or (D,) float, or (B,) or single integer
        What stands at `step` in the second run.
    step : int
        From 1.
    **given
        What else `forward` is given: a0, c0, lengths, inputs.

    Returns
    -------
    Forgetting
    """
    one = np.asarray(x)
    check_step(step, len(one))
    other = one.copy()
    put = np.asarray(replacement)
    if one.dtype.kind in "iu" and put.dtype.kind not in "iu":
        raise ValueError(f"replacement: expected integer ids as in x, found {put.dtype}")
    try:
        other[step - 1] = put
    except ValueError:
        raise ValueError(
            f"replacement: expected shape {one.shape[1:]} or less, found {put.shape}"
        ) from None
    wide = network.astype(np.float64)
    with np.errstate(all="ignore"):
        first, second = (forward(wide, each, **given) for each in (one, other))
        steps = slice(1, first.steps + 1)
        log_da = log_norms(second.a[:, steps] - first.a[:, steps])
        dc = None
        if first.c is not None and second.c is not None:
            dc = frozen(np.exp(log_norms(second.c[:, steps] - first.c[:, steps])))
        dy = np.exp(log_norms(second.y - first.y))
    return Forgetting(step, frozen(np.exp(log_da)), frozen(log_da), dc, frozen(dy))


def relative_slopes(cell: Cell, weights: Weights, steps: Steps) -> Mapping[str, Array]:
    """The slope of every nonlinearity of a cell, over the steepest that it can be.

    Parameters
    ----------
    cell, weights, steps
        As the cell's own formulas take them: one step's vectors (H,), or those of several (T, H).

    Returns
    -------
    mapping of str to array
        0 … 1 by the gates' names; "g" of Elman's cell, and "c" the LSTM's tanh at c.
    """
    found: dict[str, Array] = {}
    with np.errstate(all="ignore"):
        for name in cell.names:
            steepest = 1.0 if name == cell.candidate else 0.25
            found[name] = cell.gate_slope(name, weights, steps) / steepest
        if not cell.names:
            found["g"] = cell.gate_slope("", weights, steps) / weights.activation.supremum
        if steps.c is not None:
            found["c"] = tanh_slope(steps.c, np.tanh(steps.c))
    return MappingProxyType(found)


def saturated(slopes: Mapping[str, Array], threshold: float = SATURATED) -> Array:
    """Which units are saturated, bool: any of their nonlinearities hardly moves any more.

    Such a gate or activation lets no gradient through to what it is made of. Numbers that are not
    finite count as saturated.
    """
    return np.logical_or.reduce([~(slope >= threshold) for slope in slopes.values()])


def saturation(trace: Trace, threshold: float = SATURATED) -> NDArray[np.float64]:
    """Share of the units whose state's activation hardly moves any more.

    A unit is saturated where the slope of its activation (Elman's g at z, the LSTM's tanh at c,
    the GRU's tanh at n) is below `threshold` of the steepest it can be.

    Parameters
    ----------
    trace : Trace
    threshold : float

    Returns
    -------
    (L, T) float64
        Between 0 and 1, over batch and units; nan at steps that are padding in every sequence.
    """
    steps = slice(1, trace.steps + 1)
    steepest = 1.0
    if trace.c is not None:
        slope = tanh_slope(trace.c[:, steps], trace.kept["tanh_c"])
    elif candidate := CELLS[trace.network.architecture.cell].candidate:
        slope = tanh_slope(trace.gate_z[candidate], trace.gates[candidate])
    else:
        activation = ACTIVATIONS[trace.network.architecture.activation]
        slope, steepest = activation.derivative(trace.z, trace.a[:, steps]), activation.supremum
    return _share(trace, slope < threshold * steepest)


@record(eq=False)
class GateStatistics:
    """Statistics of one gate at every step, over its units.

    Attributes
    ----------
    mean : (L, T) float64
        Over batch and units.
    open, closed : (L, T) float64
        Share above 0.9 and below 0.1 (of the candidate, which has a tanh: above 0.9 and below
        −0.9).
    stuck : (L, T) float64
        Share whose slope is below a tenth of the steepest: no gradient passes into the gate.
    """

    mean: NDArray[np.float64]
    open: NDArray[np.float64]
    closed: NDArray[np.float64]
    stuck: NDArray[np.float64]


def gate_statistics(trace: Trace) -> Mapping[str, GateStatistics]:
    """Statistics of every gate of a gated cell.

    Parameters
    ----------
    trace : Trace

    Returns
    -------
    mapping of str to GateStatistics
        By the gates' names (LSTM i f g o, GRU r z n); empty for Elman's cell. nan at steps that
        are padding in every sequence.
    """
    found: dict[str, GateStatistics] = {}
    cell = CELLS[trace.network.architecture.cell]
    for name, gate in trace.gates.items():
        candidate, z = name == cell.candidate, trace.gate_z[name]
        slope = tanh_slope(z, gate) if candidate else 4.0 * sigmoid_slope(z, gate)
        found[name] = GateStatistics(
            mean=_share(trace, gate),
            open=_share(trace, gate > _OPEN),
            closed=_share(trace, gate < (-_OPEN if candidate else _CLOSED)),
            stuck=_share(trace, slope < SATURATED),
        )
    return MappingProxyType(found)


def memory_half_life(
    trace: Trace, layer: int = 0, *, sequence: int = 0, longest: int | None = None
) -> NDArray[np.float64]:
    """How many steps it takes until half of a unit's influence on its layer's future is gone.

    The influence of unit i after τ steps is ‖∂a⟨t+τ⟩/∂a_i⟨t⟩‖ along the layer's own recurrence
    (for an LSTM ‖∂c⟨t+τ⟩/∂c_i⟨t⟩‖: its memory is the cell state), as the geometric mean over all
    starting steps t. The half-life is the first τ at which it is ½ or less, between whole steps by
    interpolation of its logarithm.

    Parameters
    ----------
    trace : Trace
    layer, sequence : int
        As for :func:`~.jacobians.step_jacobians`.
    longest : int, optional
        Give up after this many steps; T if left out.

    Returns
    -------
    (H,) float64
        In steps; inf for a unit that has not lost half of it at the end.
    """
    jacobians = step_jacobians(trace, layer, sequence=sequence).astype(np.float64)
    if trace.network.architecture.strands[layer].reverse:
        jacobians = jacobians[::-1]
    if trace.lengths is not None:
        length = int(trace.lengths[sequence])
        reverse = trace.network.architecture.strands[layer].reverse
        jacobians = jacobians[-length:] if reverse else jacobians[:length]
    H = trace.a.shape[-1]
    memory = slice(jacobians.shape[1] - H, None)  # c of an LSTM, else a
    half_life, before = np.full(H, np.inf), np.zeros(H)
    product = np.broadcast_to(np.eye(jacobians.shape[1]), jacobians.shape)
    steps = len(jacobians) if longest is None else min(longest, len(jacobians))
    with np.errstate(all="ignore"):
        for tau in range(1, steps + 1):
            product = jacobians[tau - 1 :] @ product[: len(jacobians) - tau + 1]
            columns = np.linalg.norm(product[:, memory, memory], axis=1)
            influence = np.log(columns).mean(axis=0)
            fell = np.isinf(half_life) & (influence <= -np.log(2.0))
            part = (before + np.log(2.0)) / (before - influence)
            half_life[fell] = (tau - 1 + part)[fell]
            before = influence
            if np.isfinite(half_life).all():
                break
    return frozen(half_life)


def _share(trace: Trace, values: Array) -> NDArray[np.float64]:
    """Mean over units and those sequences that are not padding, (L, T)."""
    per_sequence = values.mean(axis=3, dtype=np.float64)
    if trace.lengths is None:
        return frozen(per_sequence.mean(axis=2))
    live = np.arange(trace.steps)[:, None] < trace.lengths
    with np.errstate(all="ignore"):
        return frozen((per_sequence * live).sum(axis=2) / live.sum(axis=1))
