"""What moves at a step: numbers on their way forward in amber, the gradient in magenta."""

from __future__ import annotations

from rnnviz.film import Frame
from rnnviz.scenes.gradient import gradient_edge, pulse
from rnnviz.scenes.layout import Layout
from rnnviz.scenes.measure import text_width
from rnnviz.scenes.phases import arriving_strength, own_strength, strength
from rnnviz.scenes.places import Column, cell_rect, outputs_bottom, start_edge
from rnnviz.scenes.shapes import Box, Dot, Rect, Role, Shape, Text

_NAMES = {"tanh": "tanh", "relu": "ReLU", "sigmoid": "sigmoid", "identity": "identity"}


def gradient_shapes(frame: Frame, lay: Layout, c: Column) -> list[Shape]:
    """What has travelled back: down from the step's own loss, and left from t + 1."""
    if c.back.loss == 0.0 and c.back.recurrent == 0.0:
        return []
    u, t, back = lay.unit, c.t, c.back
    cell = cell_rect(lay, c.x)
    shapes: list[Shape] = []
    if lay.output_rows and back.loss > 0.0:
        x = c.x - 0.95 * u
        way = ((x, outputs_bottom(lay) + 0.1 * u), (x, cell.y))
        shapes += gradient_edge(f"grad-y:{t}", way, own_strength(frame, t), back.loss, u, c.fade)
    if back.recurrent > 0.0 and t < frame.steps:
        y = lay.backward_lane
        way = ((c.after, y), (cell.right, y))
        power = arriving_strength(frame, t)
        shapes += gradient_edge(f"grad-a:{t}", way, power, back.recurrent, u, c.fade)
    if 0.0 < back.combine < 1.0 or 0.0 < back.slope < 1.0:
        power = strength(frame, t)
        if power > 0.0:
            shapes.append(
                Box(
                    "glow",
                    cell.grown(0.12 * u),
                    None,
                    Role.GRADIENT,
                    0.9 * u,
                    max(1.0, 0.4 * u * power),
                    0.9 * c.fade,
                )
            )
    if 0.0 < back.slope < 1.0:
        shapes += _badge(lay, c.x, "× g′", Role.GRADIENT)
    if 0.0 < back.share < 1.0:
        way = ((c.x - 0.6 * u, cell.bottom), (c.x - 0.6 * u, lay.token.y))
        shapes += pulse("share", way, strength(frame, t), back.share, u)
        shapes += _badge(lay, c.x, "∂W", Role.GRADIENT)
    return shapes


def _badge(lay: Layout, x: float, text: str, role: Role) -> list[Shape]:
    """A sign on the cell's upper edge: what it does right now."""
    u = lay.unit
    w = text_width(text, u, True) + 1.2 * u
    place = Rect(x - w / 2, max(lay.cell.y - 0.8 * u, 0.1 * u), w, 1.6 * u)
    return [
        Box("badge", place, Role.BACKGROUND, role, 0.8 * u, 0.12 * u),
        Text("badge-text", place, text, role, u, True),
    ]


def dot_shapes(frame: Frame, lay: Layout, c: Column) -> list[Shape]:
    """What is on its way into the cell and out of it, in the playhead's amber."""
    done, u = c.ahead, lay.unit
    if done.whole:
        return []
    cell, radius = cell_rect(lay, c.x), 0.36 * u
    shapes: list[Shape] = []
    if done.input > 0.0 and done.combine < 1.0:
        y = lay.token.y + (cell.bottom - lay.token.y) * _ease(done.input)
        shapes.append(Dot("dot-x", c.x, y, radius, Role.PLAYHEAD, 1.0 - done.combine))
    if done.recurrent > 0.0 and done.combine < 1.0 and (c.t > 1 or lay.lead):
        start = start_edge(lay, c.x) if c.t == 1 else c.before
        x = start + (cell.x - start) * _ease(done.recurrent)
        shapes.append(Dot("dot-a", x, lay.forward_lane, radius, Role.PLAYHEAD, 1.0 - done.combine))
    if 0.0 < done.output < 0.5 and lay.output_rows:
        y = cell.y + (outputs_bottom(lay) - cell.y) * _ease(2.0 * done.output)
        shapes.append(Dot("dot-y", c.x, y, radius, Role.PLAYHEAD))
    if done.combine > 0.0 and done.settle == 0.0:
        shapes += _badge(lay, c.x, "Σ", Role.STATE)
    elif 0.0 < done.settle < 1.0:
        shapes += _badge(lay, c.x, _NAMES.get(frame.activation, "g"), Role.STATE)
    return shapes


def _ease(share: float) -> float:
    share = min(1.0, share)
    return share * share * (3.0 - 2.0 * share)
