"""The engine checks its own gradients: numeric derivatives beside the backward pass's."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.frozen import record

from .arrays import Array
from .bptt import backward
from .losses import Objective
from .network import Network
from .propagation import forward
from .records import Truncation
from .trace import Trace

_STEP = 1e-30
_CANCELLED = 1e-4  # of what its steps' shares sum up to, below which a gradient has cancelled out
_LEAST = 1e-280  # the derivative over a step of 1e-30 has no digits below about 1e-290


@record
class GradientCheck:
    """The result of a numeric gradient check.

    Attributes
    ----------
    errors : mapping of str to float
        For every parameter |numeric − analytic| derivative along a random direction v, divided by
        ‖gradient‖·‖v‖ of this parameter alone; the largest of all directions tried. Where the
        shares of the steps cancel out, so that only their rounding is left, by a ten-thousandth of
        the sum of their norms in place of ‖gradient‖.
    tolerance : float
        What passes.
    directions : int
        How many were tried for each parameter.
    """

    errors: Mapping[str, float]
    tolerance: float
    directions: int

    @property
    def worst(self) -> str:
        """The parameter with the largest error."""
        return max(self.errors, key=lambda name: _ordered(self.errors[name]))

    @property
    def error(self) -> float:
        """The largest error; infinite where a number is not finite."""
        return _ordered(self.errors[self.worst])

    @property
    def failed(self) -> tuple[str, ...]:
        """The parameters whose error exceeds the tolerance."""
        return tuple(name for name, error in self.errors.items() if not error <= self.tolerance)

    @property
    def passed(self) -> bool:
        """Whether no error exceeds the tolerance."""
        return not self.failed


def check_gradients(
    network: Network,
    x: ArrayLike,
    objective: Objective,
    *,
    directions: int = 2,
    tolerance: float = 1e-9,
    seed: int = 0,
    truncation: Truncation | None = None,
    **given: Any,
) -> GradientCheck:
    """Compare every parameter's gradient with a numeric derivative.

    By complex step (Squire and Trapp 1998): for a random direction v, Im L(p + i h v)/h with
    h = 1e-30 is the derivative along v to rounding, since nothing is subtracted. One direction
    tests all entries of a parameter at once: a wrong one shows in the sum.

    Parameters
    ----------
    network : Network
        Checked in float64, whatever its dtype.
    x, objective
        As for :func:`~rnnviz.engine.forward`.
    directions : int
        How many random directions for each parameter, at least 1.
    tolerance : float
        Largest error that passes.
    seed : int
        Of the directions.
    truncation : Truncation, optional
        The gradient is cut, and compared with the sum over the windows of the numeric derivatives
        of each window's own losses, run from the states that it is handed, which are held fixed.
    **given
        What else `forward` is given: a0, c0, lengths, inputs.

    Returns
    -------
    GradientCheck
    """
    if directions < 1:
        raise ValueError(f"directions: expected a whole number ≥ 1, found {directions}")
    wide = network.astype(np.float64)
    trace = forward(wide, x, objective, exact=True, **given)
    back = backward(trace, truncation=truncation)
    complex_network = wide.astype(np.complex128)

    def loss(name: str, moved: Array) -> complex:
        changed = complex_network.replace(**{name: moved})
        if truncation is None:
            return complex(forward(changed, x, objective, **given).loss_k.sum())
        return sum((_of_window(trace, changed, w) for w in truncation.windows(trace.steps)), 0j)

    sizes = {name: float(back.share_norms(name).sum()) for name in wide.parameters}
    return compared(
        wide.parameters, back.gradients, sizes, loss,
        directions=directions, tolerance=tolerance, seed=seed,
    )  # fmt: skip


def _of_window(trace: Trace, changed: Network, window: tuple[int, int, int]) -> complex:
    """The losses of one window, of a changed network that begins with the trace's own states."""
    start, paying, stop = window
    objective = trace.objective
    if objective is None or trace.lengths is not None:
        raise ValueError("truncation: expected a loss, and sequences of one length")
    steps = slice(start, stop)
    own = objective.cut(steps, slice(None))
    c0 = None if trace.c is None else trace.c[:, start]
    inputs = None if trace.inputs is None else trace.inputs[steps]
    part = forward(changed, trace.x[steps], own, a0=trace.a[:, start], c0=c0, inputs=inputs)
    return complex(part.loss_k[paying - start :].sum())


def compared(
    parameters: Mapping[str, Array],
    gradients: Mapping[str, Array],
    sizes: Mapping[str, float],
    loss: Callable[[str, Array], complex],
    *,
    directions: int,
    tolerance: float,
    seed: int = 0,
) -> GradientCheck:
    """Compare gradients with complex steps of any loss; see :func:`check_gradients`.

    Parameters
    ----------
    parameters, gradients : mapping of str to array
        In float64; parameters without numbers are left out.
    sizes : mapping of str to float
        Σ over the steps of the norm of each step's share of the gradient.
    loss : callable (name, complex array)
        The loss with this array in one parameter's place.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    errors: dict[str, float] = {}
    with np.errstate(all="ignore"):
        for name, p in parameters.items():
            if not p.size:
                continue
            g, worst = gradients[name], 0.0
            scale = max(float(np.linalg.norm(g)), _CANCELLED * sizes[name], _LEAST)
            for _ in range(directions):
                v = rng.standard_normal(p.shape)
                numeric = loss(name, p + 1j * _STEP * v).imag / _STEP
                off = abs(numeric - float((g * v).sum()))
                length = scale * float(np.linalg.norm(v))
                worst = max(worst, _ordered(off / length if off else 0.0))
            errors[name] = worst
    return GradientCheck(MappingProxyType(errors), tolerance, directions)


def _ordered(error: float) -> float:
    return error if np.isfinite(error) else float("inf")
