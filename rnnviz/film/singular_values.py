"""Why a gradient vanishes: what the steps back through time do to any gradient, and to this one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine import CELLS, Trace
from rnnviz.engine.jacobians import shrinking, step_jacobians
from rnnviz.engine.probes import relative_slopes, saturated
from rnnviz.engine.spectra import CarriedCircle, carried_circle, running_log_singular_values
from rnnviz.film.cost import steps_back
from rnnviz.film.passes import Pass, run_stretch
from rnnviz.film.splices import Splice
from rnnviz.frozen import record

_LN10 = float(np.log(10.0))


@record(eq=False)
class SingularValues:
    """What the steps from k back do, of one layer by its own recurrence.

    Attributes
    ----------
    k, first : int
        From step k back to step `first`.
    log10 : ndarray of shape (k − first + 1, S)
        [t − first] log10 of the singular values of ∂a⟨k⟩/∂a⟨t⟩, from the largest down; for the
        LSTM of the joint state (a, c). 0 at t = k; nan for what is below 10⁻¹⁰ of the largest or
        not finite, −inf where the largest is exactly 0.
    weights, activations : ndarray of shape (k − first + 1,)
        log10 of what the weights and what saturated activations do to the gradient of L⟨k⟩, from
        step k back to t; together the whole change. nan where it cannot be told.
    saturated : ndarray of int, shape (k − first + 1,)
        How many of the layer's units are saturated at each of the steps (see the engine's
        `saturated`).
    """

    k: int
    first: int
    log10: NDArray[np.float64]
    weights: NDArray[np.float64]
    activations: NDArray[np.float64]
    saturated: NDArray[np.intp]


def singular_values(passing: Pass, _told: object, layer: int) -> SingularValues | None:
    """Those of the layer, from the step whose loss is followed; None where steps are not linked."""
    k = passing.source
    states = 1 if passing.trace.c is None else 2
    units = states * passing.trace.a.shape[-1]
    first = max(passing.reach(k), k - steps_back(units) + 1)
    parts = _parts(passing, first, k) if k else []
    if not parts:
        return None
    made = [step_jacobians(trace, layer) for trace, *_ in parts]
    chain = _chain(parts, made, first)
    logs = np.zeros((k - first + 1, units))
    if len(chain):
        logs[:-1] = running_log_singular_values(chain, len(chain)) / _LN10
    weights, activations = np.full((2, k - first + 1), np.nan)
    trace, before, low, _ = parts[-1]
    if trace.objective is not None:
        own = passing.alone.da[layer, k - 1, 0]
        told = shrinking(trace, k - before, layer, jacobians=made[-1], own=own)
        for found, steps in ((weights, told.weights), (activations, told.activations)):
            back = np.append(steps[::-1].cumsum()[::-1], 0.0) / _LN10
            found[low - first :] = back[low - before :]
    counts = [_saturated(*part, layer) for part in parts]
    return SingularValues(k, first, logs, weights, activations, np.concatenate(counts))


def _saturated(trace: Trace, before: int, low: int, high: int, layer: int) -> NDArray[np.intp]:
    """How many units are saturated at each of a part's own steps."""
    cell = CELLS[trace.network.architecture.cell]
    slopes = relative_slopes(cell, trace.weights(layer), trace.inside(layer, 0))
    return np.count_nonzero(saturated(slopes)[low - before - 1 : high - before], axis=1)


@record(eq=False)
class Ellipse:
    """A unit circle of gradients at step k, carried back through a layer's own recurrence.

    Attributes
    ----------
    k, first : int
        From step k back to step `first`.
    circle : CarriedCircle
        Its places are t − first; `circle.back_to` too.
    gradient : ndarray of shape (k − first + 1, 2)
        What of the gradient of L⟨k⟩, carried so, lies in the plane at step t: its cosines with the
        plane's axes. nan where it is exactly 0 or not finite.
    log10_gradient : ndarray of shape (k − first + 1,)
        log10 of its length against that at step k; −inf where it is exactly 0.
    """

    k: int
    first: int
    circle: CarriedCircle
    gradient: NDArray[np.float64]
    log10_gradient: NDArray[np.float64]

    @property
    def back_to(self) -> tuple[int, int]:
        """The steps m whose ∂a⟨k⟩/∂a⟨m⟩ say which two directions survive longest."""
        first, second = self.circle.back_to
        return self.first + first, self.first + second


def ellipse(
    passing: Pass, _told: object, layer: int, plane: tuple[int, int] | None = None
) -> Ellipse | None:
    """That of the layer and the followed loss; None where there is no plane, or no linked steps.

    In the plane of two of its units' a, or of the two directions that survive longest.
    """
    k, H = passing.source, passing.trace.a.shape[-1]
    states = 1 if passing.trace.c is None else 2
    first = max(passing.reach(k), k - steps_back(states * H) + 1)
    parts = _parts(passing, first, k) if k and states * H > 1 else []
    if not parts:
        return None
    chain = _chain(parts, [step_jacobians(trace, layer) for trace, *_ in parts], first)
    circle = carried_circle(chain, axes=plane)
    places = k - first + 1
    cosines, lengths = np.full((places, 2), np.nan), np.full(places, np.nan)
    v, grown = np.zeros(states * H), 0.0  # what reaches c⟨k⟩ comes by way of a⟨k⟩
    v[:H] = passing.alone.da[layer, k - 1, 0]
    with np.errstate(all="ignore"):
        v = v / (np.abs(v).max() or 1.0)
        whole = np.linalg.norm(v)
        for t in range(places - 1, -1, -1):
            if t < places - 1:
                v = v @ chain[t]
            size = float(np.linalg.norm(v))
            if not 0.0 < size < np.inf:
                lengths[: t + 1] = -np.inf if size == 0.0 and whole > 0.0 else np.nan
                break
            if t < places - 1:
                grown += float(np.log10(size))
            v = v / size
            lengths[t], cosines[t] = grown, circle.planes[t] @ v
    return Ellipse(k, first, circle, cosines, lengths)


def _chain(
    parts: list[tuple[Trace, int, int, int]], made: list[NDArray[np.floating]], first: int
) -> NDArray[np.floating]:
    """∂a⟨t⟩/∂a⟨t−1⟩ for the steps t after `first`, of what was `made` of each part."""
    links = [
        jacobians[max(low, first + 1) - before - 1 : high - before]
        for jacobians, (_, before, low, high) in zip(made, parts, strict=True)
    ]
    return links[0] if len(links) == 1 else np.concatenate(links)


def _parts(passing: Pass, first: int, k: int) -> list[tuple[Trace, int, int, int]]:
    """The passes that hold the steps `first` … `k`: each, the steps before it, its own of them."""
    trace = passing.trace
    if isinstance(trace, Trace):
        if k - first + 1 < trace.steps:  # no Jacobians of a million steps
            return [(run_stretch(trace, passing.task, first, k), first - 1, first, k)]
        return [(trace, 0, first, k)]
    assert isinstance(trace, Splice)
    made = trace.made_of
    if isinstance(made, Trace):
        return []
    read = made.encoder.steps
    both = [(made.encoder, 0, first, min(k, read)), (made.decoder, read, max(first, read + 1), k)]
    return [part for part in both if part[2] <= part[3]]
