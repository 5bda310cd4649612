"""The gradient on its way: a magenta line as wide as the gradient is large.

The scale is linear: a line is as wide as the layout's `widest` where ‖∂L/∂a⟨t⟩‖ is the largest
of all steps and layers, half of it where it is half as large. What would be thinner than a hair is
a dotted hairline without a pulse, and where the gradient is exactly 0 there is nothing.
"""

from __future__ import annotations

from rnnviz.scenes.layout import WIDEST
from rnnviz.scenes.shapes import Dot, Line, Role, Shape

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
    """The dot at its head."""
    radius = 0.75 * widest * strength
    if radius < _HAIR or not 0.0 < done < 1.0:
        return []
    (x0, y0), (x1, y1) = way
    x, y = x0 + (x1 - x0) * done, y0 + (y1 - y0) * done
    return [Dot(name, x, y, radius, Role.GRADIENT)]
