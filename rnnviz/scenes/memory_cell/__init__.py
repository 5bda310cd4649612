"""The inside of the memory cell: one unit of the shown layer at the step of the playhead."""

from __future__ import annotations

from rnnviz.film import Frame
from rnnviz.scenes.memory_cell import gru, lstm, rnn
from rnnviz.scenes.memory_cell.drawing import begin
from rnnviz.scenes.memory_cell.gated import brief
from rnnviz.scenes.memory_cell.placement import GATED, PLAIN, placement_for
from rnnviz.scenes.shapes import Rect, Role, Scene, Text

__all__ = ["memory_cell_scene"]

_DRAW = {"rnn": rnn.draw, "gru": gru.draw, "gru_reset_before": gru.draw, "lstm": lstm.draw}
"""The drawing of each cell by its key; without one, gates and states are a list at any size."""


def memory_cell_scene(frame: Frame, width: float, height: float, area: Rect, unit: float) -> Scene:
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
    """
    levels, draw = GATED if frame.kind.names else PLAIN, _DRAW.get(frame.cell)
    placement = placement_for(area, unit, levels if draw else levels[-1:])
    if placement is None:
        words = Text("no-room", area, "The cell needs a larger panel.", Role.MUTED, unit)
        return Scene(width, height, (words,))
    drawing = begin(frame, placement)
    if draw is None or placement.level.name == "brief":
        draw = brief
    draw(drawing)
    return Scene(width, height, drawing.sheet.shapes(), tuple(drawing.sheet.targets))
