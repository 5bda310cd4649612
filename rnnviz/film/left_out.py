"""What a gradient that is cut at the ends of windows leaves out of the whole one, in numbers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rnnviz.film.passes import Pass
from rnnviz.film.records import Array
from rnnviz.film.splices import differentiated, paying_only
from rnnviz.frozen import record


@record(eq=False)
class LeftOut:
    """What a truncated gradient leaves out of the whole one.

    Attributes
    ----------
    parts : mapping of str to float
        ‖whole − cut‖ / ‖whole‖ of ∂L/∂W by the parameters' names; nan where the whole is 0 or not
        finite.
    every : float
        The same of all parameters together.
    whole, cut : bool
        Whether the whole gradient is finite, and the one that is cut.
    """

    parts: Mapping[str, float]
    every: float
    whole: bool
    cut: bool

    def of(self, name: str) -> float:
        """What is left out of a parameter's gradient."""
        return self.parts.get(name, float("nan"))


def left_out(passing: Pass, _told: object, summed: bool) -> LeftOut | None:
    """What is left out of the gradient of the sum of all losses, or of the one that is followed.

    None where nothing is cut.
    """
    if not passing.window:
        return None
    cut = (passing.backward if summed else passing.alone).gradients
    trace = passing.trace if summed else paying_only(passing.trace, passing.source)
    whole = differentiated(trace).gradients
    parts: dict[str, float] = {}
    missing, sizes = list[tuple[float, float]](), list[tuple[float, float]]()
    for name, array in whole.items():
        lost, size = _norm(array - cut[name]), _norm(array)
        missing.append(lost)
        sizes.append(size)
        parts[name] = _over(lost, size)
    return LeftOut(
        parts,
        _over(_together(missing), _together(sizes)),
        all(bool(np.isfinite(array).all()) for array in whole.values()),
        all(bool(np.isfinite(array).all()) for array in cut.values()),
    )


def _norm(array: Array) -> tuple[float, float]:
    """A norm as a number and what it is to be multiplied by, so that none of its squares is 0."""
    values: NDArray[np.float64] = array.astype(np.float64)
    largest = float(np.abs(values).max(initial=0.0))
    if not 0.0 < largest < np.inf:
        return (largest, 1.0)
    return (float(np.linalg.norm(values / largest)), largest)


def _together(norms: list[tuple[float, float]]) -> tuple[float, float]:
    largest = max((scale for size, scale in norms if size), default=1.0)
    with np.errstate(all="ignore"):
        squares = sum((size * (scale / largest)) ** 2 for size, scale in norms)
        return (float(np.sqrt(squares)), largest)


def _over(one: tuple[float, float], other: tuple[float, float]) -> float:
    with np.errstate(all="ignore"):
        found = np.float64(one[0]) / np.float64(other[0]) * (one[1] / other[1])
    return float(found) if np.isfinite(found) else float("nan")
