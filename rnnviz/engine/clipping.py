"""Clipping of gradients, with a record of what it did."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from rnnviz.frozen import record

from .arrays import Array, frozen, within

Gradients = Mapping[str, Array]
_SAFE = 1e-6  # PyTorch's: coefficient = limit / (norm + 1e-6)


@record
class ClippingReport:
    """What clipping did to one step's gradients.

    Attributes
    ----------
    norm_before, norm_after : float
        ‖g‖ over all entries of all parameters together; nan where one is not finite.
    coefficient : float
        What every gradient was multiplied by; 1 where nothing was, or not all by the same.
    entries_cut, entries : int
        How many entries were changed, out of how many.
    parameter_norms : mapping of str to float
        ‖∂L/∂p‖ of each parameter before clipping.
    """

    norm_before: float
    norm_after: float
    coefficient: float
    entries_cut: int
    entries: int
    parameter_norms: Mapping[str, float]

    @property
    def clipped(self) -> bool:
        """Whether anything was changed."""
        return self.entries_cut > 0


@record
class ClippingKind:
    """A row of the table of kinds of clipping.

    Attributes
    ----------
    title, short : str
        What it is called, before its limit where it has one: "global norm to ", "clip norm ".
    teaches : str
        What it does to the gradient, in a sentence.
    clip : callable (gradients, limit, norm)
        The gradients after it (the same mapping, where nothing was to be cut), what all of them
        were multiplied by, and how many entries were changed.
    """

    title: str
    short: str
    teaches: str
    clip: Callable[[Gradients, float, float], tuple[Gradients, float, int]]


def _not(gradients: Gradients, limit: float, norm: float) -> tuple[Gradients, float, int]:
    return gradients, 1.0, 0


def _by_norm(gradients: Gradients, limit: float, norm: float) -> tuple[Gradients, float, int]:
    coefficient = min(1.0, limit / (norm + _SAFE)) if np.isfinite(norm) else 1.0
    if coefficient == 1.0:
        return gradients, 1.0, 0
    cut = sum(int(np.count_nonzero(g)) for g in gradients.values())
    return {name: frozen(g * coefficient) for name, g in gradients.items()}, coefficient, cut


def _by_value(gradients: Gradients, limit: float, norm: float) -> tuple[Gradients, float, int]:
    counts = {name: _beyond(array, limit) for name, array in gradients.items()}
    if not any(counts.values()):
        return gradients, 1.0, 0
    found = {name: _cut(g, limit) if counts[name] else g for name, g in gradients.items()}
    return found, 1.0, sum(counts.values())


CLIPPINGS: Mapping[str, ClippingKind] = MappingProxyType(
    {
        "none": ClippingKind("none", "no clipping", "", _not),
        "norm": ClippingKind(
            "global norm to ",
            "clip norm ",
            "Clipping the norm keeps the gradient’s direction.",
            _by_norm,
        ),
        "value": ClippingKind(
            "every entry to ±",
            "clip ±",
            "Cutting entries can turn the gradient’s direction.",
            _by_value,
        ),
    }
)
"""Every kind by its key, in the order in which they are offered."""


@record
class Clipping:
    """How gradients are clipped before an update.

    Parameters
    ----------
    kind : str
        A key of `CLIPPINGS`.
        "norm": all gradients are multiplied by min(1, limit/(‖g‖ + 1e-6)), with ‖g‖ over all
        parameters together (Pascanu, Mikolov and Bengio 2013, algorithm 1, with PyTorch's 1e-6).
        "value": every entry is cut to [−limit, limit].
    limit : float
        Above 0; not looked at for "none".

    Raises
    ------
    ValueError
        For an unknown kind or a limit that is not above 0.
    """

    kind: str = "none"
    limit: float = 1.0

    def __post_init__(self) -> None:
        if self.kind not in CLIPPINGS:
            raise ValueError(f"unknown clipping {self.kind!r}; known: {', '.join(CLIPPINGS)}")
        if not self.limit > 0.0:
            raise ValueError(f"clipping limit: expected a number > 0, found {self.limit}")

    def apply(self, gradients: Gradients) -> tuple[Gradients, ClippingReport]:
        """Clip, and say what was done.

        Parameters
        ----------
        gradients : mapping of str to array
            As :attr:`Backward.gradients`; not changed.

        Returns
        -------
        gradients : mapping of str to array
            The same arrays where nothing was cut. With "norm", gradients that hold a nan or an
            infinity are left as they are: there is no length to scale them to.
        report : ClippingReport
        """
        norms = {name: _norm(array) for name, array in gradients.items()}
        before = after = _joint(norms)
        entries = sum(array.size for array in gradients.values())
        clipped, coefficient, cut = CLIPPINGS[self.kind].clip(gradients, self.limit, before)
        if clipped is not gradients:
            after = _joint({name: _norm(g) for name, g in clipped.items()})
        report = ClippingReport(before, after, coefficient, cut, entries, MappingProxyType(norms))
        return MappingProxyType(dict(clipped)), report


NONE, USUAL = Clipping(), Clipping("norm", 1.0)
"""What a run begins with, and what trainings do."""


def _beyond(array: Array, limit: float) -> int:
    return int(np.count_nonzero(np.abs(array) > within(array.dtype, limit)))


def _cut(array: Array, limit: float) -> Array:
    most = within(array.dtype, limit)
    return frozen(np.clip(array, -most, most))


def _norm(array: Array) -> float:
    """Euclidean norm in float64, scaled so that squares neither overflow nor underflow."""
    wide = array.astype(np.float64, copy=False).reshape(-1)
    with np.errstate(all="ignore"):
        largest = float(np.abs(wide).max(initial=0.0))
        if largest == 0.0 or not np.isfinite(largest):
            return largest if largest == 0.0 else float("nan")
        if 1e-140 < largest < 1e140:
            return float(np.sqrt(wide.dot(wide)))
        wide = wide / largest
        return float(largest * np.sqrt(wide.dot(wide)))


def _joint(norms: Mapping[str, float]) -> float:
    return _norm(np.array(list(norms.values()), np.float64))
