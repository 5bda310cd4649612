"""What moves at a step: numbers on their way forward in amber, the gradient in magenta.

The scale is linear: a line is as wide as the layout's `widest` where ‖∂L/∂a⟨t⟩‖ is the largest
of all steps and layers, half of it where it is half as large. What would be thinner than a hair is
a dotted hairline without a pulse, and where the gradient is exactly 0 there is nothing.
"""

from __future__ import annotations

from rnnviz.engine import ACTIVATIONS
from rnnviz.film import Frame
from rnnviz.scenes.layout import WIDEST, StageLayout
from rnnviz.scenes.measure import text_width
from rnnviz.scenes.phases import (
    arriving_strength,
    back_within_layer,
    eased,
    own_strength,
    strength,
    within_layer,
)
from rnnviz.scenes.places import Column, cell_rect, lanes, outputs_bottom, start_edge
from rnnviz.scenes.shapes import Box, Dot, Line, Rect, Role, Shape, Text

_HEAD = 0.5 / WIDEST
_HAIR = 0.45  # pixels

Segment = tuple[tuple[float, float], tuple[float, float]]


def gradient_edge(
    name: str,
    way: Segment,
    strength: float,
    done: float,
    widest: float,
    fade: float = 1.0,
    head: str = "pulse",
) -> list[Shape]:
    """A gradient that has come `done` of its way; the whole edge with its head when it has."""
    if strength <= 0.0:
        return []
    width = widest * strength
    (x0, y0), (x1, y1) = way
    end = (x0 + (x1 - x0) * done, y0 + (y1 - y0) * done)
    arrow = (_HEAD * widest + width) if done >= 1.0 else 0.0
    if width < _HAIR:
        return [Line(name, (way[0], end), Role.GRADIENT, 1.0, 0.6 * fade, True)]
    shapes: list[Shape] = [Line(name, (way[0], end), Role.GRADIENT, width, fade, False, arrow)]
    return shapes if done >= 1.0 else shapes + pulse(head, way, strength, done, widest)


def pulse(name: str, way: Segment, strength: float, done: float, widest: float) -> list[Shape]:
    """The dot at the head of what moves."""
    radius = 0.75 * widest * strength
    if radius < _HAIR or not 0.0 < done < 1.0:
        return []
    (x0, y0), (x1, y1) = way
    x, y = x0 + (x1 - x0) * done, y0 + (y1 - y0) * done
    return [Dot(name, x, y, radius, Role.GRADIENT)]


def gradient_shapes(frame: Frame, lay: StageLayout, c: Column) -> list[Shape]:
    """What has travelled back: down from the step's own loss, and left from t + 1."""
    if c.back.loss == 0.0 and c.back.recurrent == 0.0:
        return []
    shapes: list[Shape] = []
    for layer in range(lay.layers):
        shapes += _layer_gradient(frame, lay, c, layer)
    return shapes


def _layer_gradient(frame: Frame, lay: StageLayout, c: Column, layer: int) -> list[Shape]:
    u, t = lay.unit, c.t
    back = back_within_layer(c.back, layer, lay.layers)
    cell, widest = cell_rect(lay, c.x, layer), lay.widest
    tag, own = (f":{layer + 1}", f"-{layer + 1}") if lay.layers > 1 else ("", "")
    shapes: list[Shape] = []
    top = layer == lay.layers - 1
    x = c.x - 0.95 * u
    begin = outputs_bottom(lay) + 0.1 * u if top else cell.y - lay.link
    if back.loss > 0.0 and (not top or (lay.output_rows and frame.answers(t))):
        name = f"grad-y:{t}" if top else f"grad-x:{t}{tag}"
        power = own_strength(frame, t, layer)
        way = ((x, begin), (x, cell.y))
        shapes += gradient_edge(name, way, power, back.loss, widest, c.fade, f"pulse{own}")
    if back.recurrent > 0.0 and t < frame.steps and frame.linked(t + 1):
        y = lay.backward_lane - layer * lay.rise
        way = ((c.after, y), (cell.right, y))
        power, done = arriving_strength(frame, t, layer), back.recurrent
        name = f"grad-a:{t}{tag}"
        shapes += gradient_edge(name, way, power, done, widest, c.fade, f"pulse{own}")
    if 0.0 < back.combine < 1.0 or 0.0 < back.slope < 1.0:
        power = strength(frame, t, layer)
        if power > 0.0:
            edge, wide = cell.grown(0.12 * u), max(1.0, 0.4 * u * power)
            glow = Box(f"glow{own}", edge, None, Role.GRADIENT, 0.9 * u, wide, 0.9 * c.fade)
            shapes.append(glow)
    if 0.0 < back.slope < 1.0:
        text = "gates" if frame.kind.names else "× g′"
        shapes += _badge(lay, c.x, text, Role.GRADIENT, layer)
    if 0.0 < back.share < 1.0:
        below = lay.token.y if layer == 0 else cell.bottom + lay.link
        way = ((c.x - 0.6 * u, cell.bottom), (c.x - 0.6 * u, below))
        shapes += pulse(f"share{own}", way, strength(frame, t, layer), back.share, widest)
        shapes += _badge(lay, c.x, "∂W", Role.GRADIENT, layer)
    return shapes


def _badge(lay: StageLayout, x: float, text: str, role: Role, layer: int) -> list[Shape]:
    """A sign on the cell's upper edge: what it does right now; none where layers are too close."""
    u, own = lay.unit, f"-{layer + 1}" if lay.layers > 1 else ""
    if lay.layers > 1 and lay.rise < 2.4 * u:
        return []
    w = text_width(text, u, True) + 1.2 * u
    over = 0.8 * u if layer == lay.layers - 1 else min(0.8 * u, lay.link)
    y = cell_rect(lay, x, layer).y - over
    place = Rect(x - w / 2, max(y, 0.1 * u), w, 1.6 * u)
    return [
        Box(f"badge{own}", place, Role.BACKGROUND, role, 0.8 * u, 0.12 * u),
        Text(f"badge-text{own}", place, text, role, u, True),
    ]


def dot_shapes(frame: Frame, lay: StageLayout, c: Column) -> list[Shape]:
    """What is on its way into the cell and out of it, in the playhead's amber."""
    done, u = c.ahead, lay.unit
    if done.whole:
        return []
    radius = 0.36 * u
    shapes: list[Shape] = []
    for layer in range(lay.layers):
        shapes += _layer_dots(frame, lay, c, layer, radius)
    if 0.0 < done.output < 0.5 and lay.output_rows and frame.answers(c.t):
        y = lay.top + (outputs_bottom(lay) - lay.top) * eased(2.0 * done.output)
        shapes.append(Dot("dot-y", c.x, y, radius, Role.PLAYHEAD))
    for layer in range(lay.layers):
        shapes += _doing(frame, lay, c, layer)
    return shapes


def _layer_dots(
    frame: Frame, lay: StageLayout, c: Column, layer: int, radius: float
) -> list[Shape]:
    done = within_layer(c.ahead, layer, lay.layers)
    cell, own = cell_rect(lay, c.x, layer), f"-{layer + 1}" if lay.layers > 1 else ""
    shapes: list[Shape] = []
    if done.combine >= 1.0:
        return shapes
    alpha = 1.0 - done.combine
    if done.input > 0.0 and not frame.silent(c.t):
        begin = lay.token.y if layer == 0 else cell.bottom + lay.link
        y = begin + (cell.bottom - begin) * eased(done.input)
        shapes.append(Dot(f"dot-x{own}", c.x, y, radius, Role.PLAYHEAD, alpha))
    if done.recurrent > 0.0 and (c.t > 1 or lay.lead) and frame.linked(c.t):
        start = start_edge(lay, c.x) if c.t == 1 else c.before
        x = start + (cell.x - start) * eased(done.recurrent)
        for kind, tag, y, _ in lanes(lay):
            if tag in ("", f":{layer + 1}"):
                name = f"dot-{kind[-1]}{own}"
                shapes.append(Dot(name, x, y, min(radius, 0.3 * cell.h), Role.PLAYHEAD, alpha))
    return shapes


def _doing(frame: Frame, lay: StageLayout, c: Column, layer: int) -> list[Shape]:
    """What a layer's cell is at: Σ, then g; or its gates."""
    done = within_layer(c.ahead, layer, lay.layers)
    if not (done.combine > 0.0 and done.settle < 1.0):
        return []
    if frame.kind.names:
        return _badge(lay, c.x, "gates", Role.STATE, layer) if done.settle == 0.0 else []
    text = "Σ" if done.settle == 0.0 else ACTIVATIONS[frame.activation].title
    return _badge(lay, c.x, text, Role.STATE, layer)
