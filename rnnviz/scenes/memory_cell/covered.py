"""The cell's drawing with its numbers left out, for the room to guess: no width tells them."""

from __future__ import annotations

import re
from dataclasses import replace

from rnnviz.scenes.shapes import Box, Formula, Line, Role, Scene, Shape, Text

ASKED = "?"
_NUMBER = re.compile(r"(?<![⟨\w.])[+−]?\d+(?:\.\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?(?![\w.⟩])")
_WIDTH = 3.0  # of every band of a gradient, in pixels


def covered_cell(scene: Scene) -> Scene:
    """The drawing without numbers: a question mark for each, bands of one width, empty gates."""
    shapes = tuple(made for shape in scene.shapes if (made := _covered(shape)) is not None)
    return replace(scene, shapes=shapes)


def _covered(shape: Shape) -> Shape | None:
    match shape:
        case Text():
            named = shape.id.endswith("-name") or shape.id == "token"
            return shape if named else replace(shape, text=_NUMBER.sub(ASKED, shape.text))
        case Formula():
            return None if shape.id.endswith("-numbers") else shape
        case Line() if shape.stroke is Role.GRADIENT:
            return replace(shape, width=_WIDTH, arrow=min(shape.arrow, 5 * _WIDTH))
        case Box():
            level = shape.id.startswith("fill-") or "-blade-" in shape.id
            return None if level else shape
        case _:
            return shape
