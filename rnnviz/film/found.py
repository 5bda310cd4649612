"""What is remembered of a pass once it has been looked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rnnviz.film.extremes import Extremes
from rnnviz.film.measures import Range

Kind = Literal["source", "sum", "bound", "path"]
KINDS: tuple[Kind, ...] = ("source", "sum", "bound", "path")
Curve = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was found in a pass's numbers, so that it is looked for once and not once a frame.

    Attributes
    ----------
    extremes : dict
        By quantity and layer; of the forward pass.
    errors : dict
        By whether they are those beyond the last known step; of the forward pass.
    curves : dict
        By kind and layer; of the backward pass.
    ranges : dict
        Of those curves.
    """

    extremes: dict[tuple[str, int], Extremes] = field(
        default_factory=dict[tuple[str, int], Extremes]
    )
    errors: dict[bool, dict[str, float]] = field(default_factory=dict[bool, dict[str, float]])
    curves: dict[tuple[Kind, int], Curve | None] = field(
        default_factory=dict[tuple[Kind, int], Curve | None]
    )
    ranges: dict[tuple[Kind, int], Range] = field(default_factory=dict[tuple[Kind, int], Range])

    def take_over(self, other: Found, *, back: bool = False) -> None:
        """Take over what is of the forward pass, which another pass has in common; or all."""
        self.extremes.update(other.extremes)
        self.errors.update(other.errors)
        if back:
            self.curves.update(other.curves)
            self.ranges.update(other.ranges)
