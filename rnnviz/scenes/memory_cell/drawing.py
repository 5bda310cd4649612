"""What every cell's drawing is made from: the frame's numbers, and how far the step has come."""

from __future__ import annotations

from math import isfinite

from rnnviz.film import Frame, loss_name
from rnnviz.film.memory_cell import CellBackward, CellForward, cell_backward, cell_forward
from rnnviz.frozen import record
from rnnviz.scenes.measure import clean
from rnnviz.scenes.memory_cell.placement import Placement
from rnnviz.scenes.memory_cell.sheet import Sheet
from rnnviz.scenes.phases import (
    NOT_BACK,
    Ahead,
    Back,
    ahead,
    back,
    back_within_layer,
    remembered,
    within_layer,
)
from rnnviz.scenes.series import series_number
from rnnviz.scenes.shapes import Role


@record(eq=False)
class CellDrawing:
    """One unit of the shown layer at one step, and the sheet that it is drawn on.

    Attributes
    ----------
    frame : Frame
    t, unit : int
        The step, from 1, and the unit, from 0.
    ahead, back : Ahead, Back
        How much of each phase is done, in this layer.
    forward : CellForward
    backward : CellBackward or None
        None as long as no gradient has come to this step.
    sheet : Sheet
    """

    frame: Frame
    t: int
    unit: int
    ahead: Ahead
    back: Back
    forward: CellForward
    backward: CellBackward | None
    sheet: Sheet

    @property
    def linked(self) -> bool:
        """Whether a⟨t−1⟩ reaches this step."""
        return self.frame.linked(self.t)

    @property
    def handed(self) -> bool:
        """Whether its gradient goes on to the step before."""
        return self.linked and not self.frame.cut(self.t)

    @property
    def fed_role(self) -> Role:
        """The colour of what enters from below."""
        if self.frame.layer:
            return Role.STATE
        return Role.OUTPUT if self.frame.feeds_back(self.t) else Role.INPUT

    def at(self, t: int | None = None) -> str:
        """The upper index of a step: ⟨6⟩."""
        return f"⟨{self.t if t is None else t}⟩"

    def by(self, letter: str, t: int | None = None) -> str:
        """∂L/∂a⟨6⟩, or of one loss alone ∂L⟨9⟩/∂a⟨6⟩."""
        return f"∂{loss_name(self.frame)}/∂{letter}{self.at(t)}"

    def names(self, letter: str, before: str = "") -> tuple[str, str]:
        """The same after what multiplies it, in full and without the step."""
        return f"{before}{self.by(letter)}", f"{before}∂{loss_name(self.frame)}/∂{letter}"

    @property
    def later(self) -> bool:
        """Whether there is a step after this one that hands its gradient back."""
        after = self.t + 1
        return after <= self.frame.steps and self.frame.linked(after) and not self.frame.cut(after)


def begin(frame: Frame, placement: Placement) -> CellDrawing:
    """The numbers of the step at the playhead, and an empty sheet."""
    t, unit, layer = frame.step, frame.cell_unit, frame.layer
    forward = remembered(frame, ("cell", layer, t, unit), lambda: cell_forward(frame, t, unit))
    on = within_layer(ahead(frame, t), layer, frame.layers)
    returned = back_within_layer(back(frame, t), layer, frame.layers)
    backward, scale, lost = None, -1.0, False
    if returned is not NOT_BACK:
        lost = frame.lost(t)
        backward = gradient_of(frame, t, unit)
        scale = widest(backward)
    return CellDrawing(
        frame, t, unit, on, returned, forward, backward, Sheet(placement, t, unit, scale, lost)
    )


def gradient_of(frame: Frame, t: int, unit: int) -> CellBackward:
    """A unit's numbers of a step backward."""
    key = (frame.layer, unit, frame.summed, 0 if frame.summed else frame.source)
    return remembered(frame, ("cell-back", t, *key), lambda: cell_backward(frame, t, unit))


def widest(found: CellBackward) -> float:
    """The largest finite gradient of this unit at this step: what the widest band stands for.

    Widths are linear in it. Were they measured by the largest of all steps, a step far back would
    have hairs only, and that the conveyor multiplies by f alone could not be seen; how much has
    vanished on the way is what the numbers say, and the stage.
    """
    numbers = (
        found.own, found.arriving, found.da, found.dc_own, found.dc_arriving, found.dc, found.kept,
        found.through, *found.dz.values(), *found.dgates.values(),
    )  # fmt: skip
    return max((abs(value) for value in numbers if isfinite(value)), default=0.0)


def token_words(drawing: CellDrawing) -> str:
    """What enters: a token in quotes or a number; empty where nothing does, and above layer 1."""
    frame = drawing.frame
    if frame.layer or frame.silent(drawing.t):
        return ""
    value = frame.entering(drawing.t)
    if value is None:
        return f"“{clean(frame.token(drawing.t))}”"
    return series_number(frame, value) if frame.task.inputs == 1 else ""
