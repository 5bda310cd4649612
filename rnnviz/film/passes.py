"""A pass: all that one snapshot's forward and backward sweep computed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import Task
from rnnviz.engine import (
    Backward,
    Objective,
    Trace,
    backward,
    forward,
    recurrent_gain,
    source_log_norms,
)
from rnnviz.film.run import Run


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    """All that one pass of one snapshot computed.

    Attributes
    ----------
    trace : Trace
        Forward.
    backward : Backward
        Backward through time for the sum of all losses.
    source : int
        The step k whose loss alone is followed; 0 where no step pays a loss.
    alone : Backward
        Backward through time for that loss alone.
    source_log_norms : ndarray of shape (L, T)
        Natural logarithm of ‖∂L_k/∂a⟨t⟩‖ at every step; −inf where it is exactly 0.
    gain : tuple of float
        Per layer the bound's base σ_max(W_aa)·max|g′|; NaN for gated cells, which have none.
    log_direct_path : ndarray of shape (L, T+1) or None
        For the LSTM ln ∏ f from c⟨T⟩ back to c⟨t⟩, its mean over the units of the first sequence:
        the logarithm of their geometric mean.
    """

    trace: Trace
    backward: Backward
    source: int
    alone: Backward
    source_log_norms: NDArray[np.float64]
    gain: tuple[float, ...]
    log_direct_path: NDArray[np.float64] | None = None

    @property
    def source_da(self) -> NDArray[np.floating]:
        """∂L_k/∂a⟨t⟩ of that loss alone, shape (L, T, B, H)."""
        return self.alone.da

    @property
    def exploded(self) -> str:
        """In words where the numbers stopped being finite; empty where they did not."""
        if self.trace.exploded_at is not None:
            return f"exploded at step {self.trace.exploded_at}: its numbers are no longer finite"
        if self.backward.exploded_at is not None:
            return (
                f"the gradient exploded at step {self.backward.exploded_at} on its way back: "
                "its numbers are no longer finite"
            )
        return ""


def last_paid(task: Task) -> int:
    """The last step that pays a loss; 0 where none does."""
    paid = np.flatnonzero(task.mask.any(axis=1))
    return int(paid[-1]) + 1 if paid.size else 0


def resolve_source(task: Task, source: int) -> int:
    """The step whose loss is followed: the wanted one where it pays a loss, else the last paid."""
    if 1 <= source <= task.mask.shape[0] and bool(task.mask[source - 1].any()):
        return source
    return last_paid(task)


def compute_pass(run: Run, snapshot: int, source: int, known: Pass | None = None) -> Pass:
    """Run forward and backward for one snapshot, and follow one loss on its own.

    Parameters
    ----------
    run : Run
        The document.
    snapshot : int
        Which of its networks.
    source : int
        The step k whose loss is followed; one that pays none falls back to the last that does.
    known : Pass, optional
        A pass of the same snapshot with another source, whose sweeps are taken over.
    """
    network, task = run.networks[snapshot], run.task
    layers = network.architecture.layers
    if known is None or known.trace.network is not network:
        x = task.x if task.x.dtype.kind in "iu" else task.x.astype(network.dtype)
        trace = forward(network, x, Objective(task.loss, task.targets, task.mask, "sum"))
        back = backward(trace)
        gain = tuple(recurrent_gain(network, layer) for layer in range(layers))
        path = _direct_path(trace)
    else:
        trace, back, gain = known.trace, known.backward, known.gain
        path = known.log_direct_path
    k = resolve_source(task, source)
    none = np.full((layers, run.steps), -np.inf)
    log_norms = source_log_norms(trace, [k])[0] if k else none
    return Pass(trace, back, k, backward(_paying_only(trace, k)), log_norms, gain, path)


def _direct_path(trace: Trace) -> NDArray[np.float64] | None:
    """See `Pass.log_direct_path`."""
    if trace.c is None:
        return None
    return trace.log_direct_path[:, :, 0].mean(axis=2, dtype=np.float64)


def _paying_only(trace: Trace, k: int) -> Trace:
    """The same forward pass, had step k alone paid a loss."""
    objective = trace.objective
    if objective is None:
        raise ValueError("a pass needs an objective")
    only = np.zeros(trace.steps, bool)
    only[k - 1 : k] = True  # nothing for k = 0
    mask = np.ones(objective.targets.shape[:2], bool) if objective.mask is None else objective.mask
    loss_k = np.where(only, trace.loss_k, 0.0)
    return replace(
        trace,
        objective=replace(objective, mask=mask & only[:, None]),
        loss_k=loss_k,
        loss=float(loss_k.sum()),
        paid=trace.paid & only,
        _memo={},
    )
