"""The inside of the memory cell: one unit of the shown layer at the step of the playhead."""

from __future__ import annotations

from rnnviz.film import Frame
from rnnviz.scenes.memory_cell import gru, lstm, rnn
from rnnviz.scenes.memory_cell.card import LEAST, USUAL, card, card_size
from rnnviz.scenes.memory_cell.drawing import begin
from rnnviz.scenes.memory_cell.gated import brief
from rnnviz.scenes.memory_cell.placement import FOUR_GATES, GATED, PLAIN, Level, placement_for
from rnnviz.scenes.shapes import Rect, Role, Scene, Shape, Target, Text

__all__ = ["memory_cell_scene"]

_DRAW = {"rnn": rnn.draw, "gru": gru.draw, "gru_reset_before": gru.draw, "lstm": lstm.draw}
"""The drawing of each cell by its key; without one, gates and states are a list at any size."""
_GAP = 0.8  # between the drawing and what is said of a wire, in heights of the type


def memory_cell_scene(
    frame: Frame, width: float, height: float, area: Rect, unit: float, wire: str = ""
) -> Scene:
    """Draw the inside of the cell.

    Parameters
    ----------
    frame : Frame
    width, height : float
        Size of the whole picture.
    area : Rect
        The part of it that is drawn on.
    unit : float
        Height of body text; no number and no word is smaller.
    wire : str, optional
        The wire that is looked at (as `film.wires` calls it): its vectors and equations stand under
        the drawing, or in its place where there is no room for both.
    """
    gates, draw = len(frame.kind.names), _DRAW.get(frame.cell)
    levels = FOUR_GATES if gates > 3 else GATED if gates else PLAIN
    levels = levels if draw else levels[-1:]
    above, below = _shared(area, unit, levels) if wire else (area, None)
    shapes: list[Shape] = []
    targets: list[Target] = []
    placement = placement_for(above, unit, levels) if above else None
    if placement is not None:
        drawing = begin(frame, placement)
        if draw is None or placement.level.name == "brief":
            draw = brief
        draw(drawing)
        if wire:
            drawing.sheet.mark(wire)
        shapes += drawing.sheet.shapes()
        targets += drawing.sheet.targets
    elif above:
        shapes.append(Text("no-room", above, "The cell needs a larger panel.", Role.MUTED, unit))
    if below is not None:
        size = min(card_size(area, unit), max(unit, below.h / LEAST))
        more, places = card(frame, frame.step, frame.cell_unit, wire, below, size)
        shapes += more
        targets += places
    return Scene(width, height, tuple(shapes), tuple(targets))


def _shared(area: Rect, unit: float, levels: tuple[Level, ...]) -> tuple[Rect | None, Rect]:
    """The drawing's part of the area, and under it that of a wire; none where it has all."""
    fitting = [level for level in levels if level.width * unit <= area.w and level.inputs]
    for level in fitting:
        left = area.h - (level.height + _GAP) * unit
        for size in (card_size(area, unit), unit):
            if left >= LEAST * size:
                high = min(left, USUAL * size)
                top = Rect(area.x, area.y, area.w, area.h - high - _GAP * unit)
                return top, Rect(area.x, area.bottom - high, area.w, high)
    return None, area
