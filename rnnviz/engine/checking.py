"""The engine checks its own gradients: numeric derivatives beside the backward pass's."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .arrays import real
from .bptt import backward
from .losses import Objective
from .network import Network
from .propagation import forward

_STEP = 1e-30


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """What came of a check: enough for a badge.

    Attributes
    ----------
    errors : mapping of str to float
        For every parameter |numeric − analytic| derivative along a random direction v, divided by
        ‖gradient‖·‖v‖; the largest of all directions tried.
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
    def passed(self) -> bool:
        """Whether no error exceeds the tolerance."""
        return self.error <= self.tolerance


def check_gradients(
    network: Network,
    x: ArrayLike,
    objective: Objective,
    *,
    directions: int = 2,
    tolerance: float = 1e-9,
    seed: int = 0,
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
    **given
        What else `forward` is given: a0, c0, lengths, inputs.

    Returns
    -------
    GradientCheck
    """
    if directions < 1:
        raise ValueError(f"directions: expected a whole number ≥ 1, found {directions}")
    wide = network.astype(np.float64)
    gradients = backward(forward(wide, x, objective, **given)).gradients
    rng = np.random.Generator(np.random.PCG64(seed))
    complex_network = wide.astype(np.complex128)
    errors: dict[str, float] = {}
    total = float(np.sqrt(sum(np.square(g).sum() for g in gradients.values())))
    with np.errstate(all="ignore"):
        for name, p in wide.parameters.items():
            if not p.size:
                continue
            g, worst = gradients[name], 0.0
            # A parameter that hardly matters is measured by those that do.
            scale = max(float(np.linalg.norm(g)), 1e-6 * total)
            for _ in range(directions):
                v = rng.standard_normal(p.shape)
                moved = complex_network.replace(**{name: p + 1j * _STEP * v})
                loss = forward(moved, x, objective, **given).loss_k.sum()
                numeric = float(real(loss * -1j)) / _STEP
                off = abs(numeric - float((g * v).sum()))
                length = scale * float(np.linalg.norm(v))
                worst = max(worst, _ordered(off / length if off else 0.0))
            errors[name] = worst
    return GradientCheck(MappingProxyType(errors), tolerance, directions)


def _ordered(error: float) -> float:
    return error if np.isfinite(error) else float("inf")
