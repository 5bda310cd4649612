"""The mark of saturated units: a bar under those through whose slope hardly any gradient goes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.probes import SATURATED, relative_slopes
from rnnviz.film import Frame, number
from rnnviz.film.terms import inside
from rnnviz.scenes.layout import StageLayout
from rnnviz.scenes.phases import remembered
from rnnviz.scenes.places import Column, unit_rect
from rnnviz.scenes.shapes import Line, Role, Shape

_AT_ONCE = 500
_LEAST = 4.0  # pixels of a unit, in which a bar can be seen


def saturated_units(frame: Frame, t: int, layer: int) -> NDArray[np.bool_]:
    """Which units of a layer are saturated at step t, (H,)."""
    if frame.steps <= _AT_ONCE:  # of all steps it takes little longer than of one
        every = remembered(frame, ("saturated", layer), lambda: frame.saturated_steps(layer))
        return every[t - 1]
    return remembered(frame, ("saturated", t, layer), lambda: frame.saturated(t, layer))


def saturated_shapes(frame: Frame, lay: StageLayout, c: Column) -> list[Shape]:
    """A bar along the foot of every saturated unit of a step, in all layers."""
    shapes: list[Shape] = []
    for layer in range(lay.layers):
        tag = f"{c.t}:{layer + 1}" if lay.layers > 1 else f"{c.t}"
        for unit in np.flatnonzero(saturated_units(frame, c.t, layer)).tolist():
            place = unit_rect(lay, c.x, unit, layer)
            if min(place.w, place.h) < _LEAST:
                return []
            wide = min(max(1.4, 0.14 * lay.unit), 0.28 * place.h)
            y, inset = place.bottom - wide - 0.5, 0.16 * place.w
            way = ((place.x + inset, y), (place.right - inset, y))
            under = ((way[0][0] - 0.5 * wide, y), (way[1][0] + 0.5 * wide, y))
            name = f"{tag}:{unit + 1}"  # with an edge, on whatever colour the unit has
            edge = Line(f"edge-saturated:{name}", under, Role.BACKGROUND, 2 * wide, c.fade)
            shapes += [edge, Line(f"saturated:{name}", way, Role.INK, wide, c.fade)]
    return shapes


def saturated_words(frame: Frame, t: int, layer: int, unit: int) -> str:
    """Through what of a saturated unit hardly any gradient goes; empty of any other."""
    here = inside(frame.sweep, layer, t)
    slopes = relative_slopes(here.cell, here.weights, here.steps)
    names = {"g": "g′", "c": "tanh′(c)"}
    flat = [
        f"{names.get(name, f'the slope of {name}')} is {number(float(slope[unit]))}"
        for name, slope in slopes.items()
        if not slope[unit] >= SATURATED
    ]
    return f"saturated: {', '.join(flat)} of its largest" if flat else ""
