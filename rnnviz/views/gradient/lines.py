"""The lines of a frame: its own gradient, or those of every cell that is compared."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import Frame
from rnnviz.film.extremes import Range
from rnnviz.film.measures import Kind
from rnnviz.scenes.shapes import Role

_ROLES = {"rnn": Role.GRADIENT, "lstm": Role.STATE}  # as in the drawings; the GRUs are blue


class Line(NamedTuple):
    """One gradient: its cell's name (none where there is no other), its colour, its logarithms."""

    name: str
    role: Role
    norms: NDArray[np.float64]
    range: Range


def lines_of(frame: Frame) -> list[Line]:
    """The gradients that a frame shows: its own, or those of every cell that is compared."""
    if not frame.others:
        return [Line("", Role.GRADIENT, frame.log10_norms, range_of(frame, _kind(frame)))]
    ranges = {o.cell: o.range_of(summed=frame.summed, layer=frame.layer) for o in frame.others}
    own = range_of(frame, _kind(frame))
    return [
        Line(cell.name, _ROLES.get(cell.key, Role.OUTPUT), norms, ranges.get(cell.key, own))
        for cell, norms in frame.compared_norms
    ]


def range_of(frame: Frame, kind: Kind) -> Range:
    """From where to where one of its lines goes, in the shown layer."""
    return frame.range_of(kind)


def _kind(frame: Frame) -> Kind:
    return "sum" if frame.summed else "source"
