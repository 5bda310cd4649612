"""Numbers on their way from the equation, which has just made them, to where they live.

What is under way, where to and how far it has come follow from the frame alone. A view knows where
the equation's numbers stand and carries them over; what is 0 or not finite stays where it is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import Frame, Stage
from rnnviz.frozen import record
from rnnviz.scenes.equation import Item, UnitColumn, shown_units, vector, written
from rnnviz.scenes.layout import StageLayout, window_offset
from rnnviz.scenes.outputs import loss_rect, output_rect
from rnnviz.scenes.phases import ahead, back, back_within_layer, remembered, within_layer
from rnnviz.scenes.places import cell_rect, heat_rect, memory_rect, outputs_bottom, unit_rect
from rnnviz.scenes.shapes import Rect, Role

_STANDING = 0.15  # of its time: first it is seen where it was computed


@record
class Travelling:
    """A number or column on its way from the equation to the stage.

    Attributes
    ----------
    item : Item
        As the equation writes it; where it is not written nothing travels.
    to : Rect
        Where it lives, in the stage's picture.
    role : Role
        PLAYHEAD on the way forward, GRADIENT on the way back.
    done : float
        How much of its way it has come, 0 … 1.
    seen : float
        How much of it is still seen, 1 … 0: it goes up in the place that it comes to.
    """

    item: Item
    to: Rect
    role: Role
    done: float
    seen: float


def travelling(frame: Frame, lay: StageLayout) -> Travelling | None:
    """What is on its way at a moment; None where nothing is."""
    moment = frame.moment
    if moment.resting or moment.stage not in (Stage.FORWARD, Stage.BACKWARD):
        return None
    x = lay.middle(moment.step, window_offset(lay, frame))
    found = (_forward if moment.stage is Stage.FORWARD else _backward)(frame, lay, x)
    if found is None:
        return None
    item, to, share = found
    role = Role.PLAYHEAD if moment.stage is Stage.FORWARD else Role.GRADIENT
    return Travelling(item, to, role, *_paced(share))


_Found = tuple[Item, Rect, float]


def _forward(frame: Frame, lay: StageLayout, x: float) -> _Found | None:
    """The state on its way into its cell, then what is answered and paid."""
    t, layer = frame.moment.step, frame.layer
    done = within_layer(ahead(frame, t), layer, lay.layers)
    if 0.0 < done.settle < 1.0:
        c = frame.passing.trace.c
        if c is None:
            return _column(
                frame, "a", frame.states[t], _units(frame, lay, x), Role.STATE, done.settle
            )
        if done.settle >= 0.5:  # first what is kept, then what is shown of it
            share = 2.0 * done.settle - 1.0
            return _column(frame, "a", frame.states[t], _units(frame, lay, x), Role.STATE, share)
        strip = lay.memory
        place = heat_rect(lay, x, layer) if strip is None else memory_rect(lay, strip, x, layer)
        return _column(frame, "c", c[layer, t, 0], place, Role.STATE, 2.0 * done.settle)
    if layer < lay.layers - 1 or not lay.output_rows or not frame.answers(t):
        return None
    if 0.0 < done.output < 1.0 and frame.task.loss == "mse" and frame.task.outputs == 1:
        said = float(frame.passing.trace.outputs(t - 1, t)[0, 0, 0])
        return _number(said, output_rect(lay, x), Role.OUTPUT, done.output)
    if 0.0 < done.loss < 1.0 and lay.loss and frame.pays(t):
        return _number(frame.loss(t), loss_rect(lay, x), Role.GRADIENT, done.loss)
    return None


def _backward(frame: Frame, lay: StageLayout, x: float) -> _Found | None:
    """Each part of ∂L/∂a⟨t⟩ on its way to its arrow, then their sum to its number in the cell."""
    t, layer, u = frame.moment.step, frame.layer, lay.unit
    if not frame.source or frame.lost(t):
        return None
    done, cell = back_within_layer(back(frame, t), layer, lay.layers), cell_rect(lay, x, layer)
    top = layer == lay.layers - 1
    if 0.0 < done.loss < 1.0:
        above = outputs_bottom(lay) if top and lay.output_rows else cell.y - max(lay.link, u)
        arrow = Rect(x - 1.45 * u, above, u, cell.y - above)
        own = frame.backward_terms(t).own
        return _column(frame, "own", own, arrow, Role.OUTPUT if top else Role.INPUT, done.loss)
    if 0.0 < done.recurrent < 1.0 and t < frame.steps and frame.linked(t + 1):
        y = lay.backward_lane - layer * lay.rise
        arrow = Rect(cell.right, y - 0.5 * u, lay.pitch - cell.w, u)
        arriving = frame.backward_terms(t).arriving
        return _column(frame, "arriving", arriving, arrow, Role.GRADIENT, done.recurrent)
    if 0.0 < done.combine < 1.0:
        foot = lay.norm - layer * lay.rise - 0.6 * u
        place = Rect(cell.x, foot, cell.w, 1.2 * u) if lay.norm else cell
        return _column(
            frame, "total", frame.backward_terms(t).total, place, Role.GRADIENT, done.combine
        )
    return None


def _units(frame: Frame, lay: StageLayout, x: float) -> Rect:
    """The places of those units whose numbers are written."""
    places = [
        unit_rect(lay, x, unit, frame.layer)
        for unit in shown_units(frame.units, frame.playhead.unit)
    ]
    left, top = min(place.x for place in places), min(place.y for place in places)
    right, bottom = max(place.right for place in places), max(place.bottom for place in places)
    return Rect(left, top, right - left, bottom - top)


def _column(
    frame: Frame, what: str, values: NDArray[np.floating], to: Rect, role: Role, share: float
) -> _Found | None:
    """A vector as the equation writes it, made once for the time that it is under way."""
    unit, moment = frame.playhead.unit, frame.moment

    def make() -> Item | None:
        item = vector(values, shown_units(frame.units, unit), role)
        return item if isinstance(item, UnitColumn) and np.isfinite(values).all() else None

    key = "travelling", what, moment.step, frame.layer, unit, frame.source, frame.summed, role
    item = remembered(frame, key, make)
    return None if item is None else (item, to, share)


def _number(value: float, to: Rect, role: Role, share: float) -> _Found | None:
    return (written(value, role), to, share) if value and np.isfinite(value) else None


def _paced(share: float) -> tuple[float, float]:
    """How far it has come and how much of it is seen: it stands, goes gently, and goes up."""
    way = min(1.0, max(0.0, (share - _STANDING) / (0.9 - _STANDING)))
    return way * way * (3.0 - 2.0 * way), min(1.0, (1.0 - share) / 0.15)
