"""The triangle of all losses: how much of each loss's gradient reaches each step before it."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine import Trace, source_log_norms
from rnnviz.engine.beyond import held_log_norms
from rnnviz.film.branches import Branches
from rnnviz.film.cost import SPAN, WHOLE, losses_followed
from rnnviz.film.passes import Pass, run_stretch
from rnnviz.film.splices import Splice
from rnnviz.frozen import record

_LN10 = float(np.log(10.0))
Told = Callable[[float], object]


@record(eq=False)
class Triangle:
    """What of the losses at some steps reaches the steps of a stretch.

    Attributes
    ----------
    first, last : int
        The stretch of steps, from 1.
    sources : ndarray of int, shape (K,)
        The steps k whose losses were followed, rising; all that pay a loss, or some of them.
    left_out : int
        Steps of the stretch that pay a loss and were not followed.
    log10 : ndarray of shape (K, L, last − first + 1)
        log10 ‖∂L_k/∂a⟨t⟩‖; −inf where the gradient is exactly 0, nan where it is not finite.
    """

    first: int
    last: int
    sources: NDArray[np.int_]
    left_out: int
    log10: NDArray[np.float64]


def stretch_of(branches: Branches) -> tuple[int, int]:
    """First and last step of the triangle that holds the place in the film."""
    steps = branches.task.steps
    if steps <= WHOLE:
        return 1, steps
    under_way = ceil(branches.position)
    step = under_way if under_way <= steps else 2 * steps + 1 - under_way
    first = 1 + (max(step, 1) - 1) // SPAN * SPAN
    return first, min(first + SPAN - 1, steps)


def triangle(passing: Pass, told: Told | None, first: int, last: int) -> Triangle:
    """Follow the losses of the steps `first` … `last` back to `first`, each on its own."""
    task = passing.task
    last = min(last, task.steps)
    paying = first + np.flatnonzero(task.mask[first - 1 : last].any(axis=1))
    most = losses_followed(task.steps)
    chosen = paying
    if len(paying) > most:
        chosen = paying[np.round(np.linspace(0, len(paying) - 1, most)).astype(np.intp)]
    logs = _logs(passing, chosen, first, last, told)
    for i, k in enumerate(chosen.tolist() if passing.window else ()):  # windows begin at step 1
        logs[i, :, : max(0, passing.reach(k) - first)] = -np.inf
    logs /= _LN10
    logs.setflags(write=False)
    return Triangle(first, last, chosen, len(paying) - len(chosen), logs)


def _logs(
    passing: Pass, sources: NDArray[np.int_], first: int, last: int, told: Told | None
) -> NDArray[np.float64]:
    """ln ‖∂L_k/∂a⟨t⟩‖, (K, L, last − first + 1)."""
    trace, layers = passing.trace, passing.trace.a.shape[0]
    if not len(sources):
        return np.empty((0, layers, last - first + 1))
    if isinstance(trace, Splice):
        pair = trace.made_of
        logs = np.full((len(sources), layers, last - first + 1), -np.inf)
        for i, k in enumerate(sources.tolist()):
            if isinstance(pair, Trace):  # no step knows of another
                logs[i, :, k - first] = passing.backward.log_norm_da[:, k - 1]
                continue
            found = held_log_norms(pair, k - pair.encoder.steps)[0]
            logs[i] = found[:, first - 1 : last]
            if told is not None:
                told((i + 1) / len(sources))
        return logs
    assert isinstance(trace, Trace)
    if last - first + 1 < trace.steps:
        trace = run_stretch(trace, passing.task, first, last)
    return source_log_norms(trace, (sources - first + 1).tolist(), told=told)
