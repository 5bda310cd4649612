"""The unrolled loop: how many copies of one network stand beside it, and how many weights."""

from __future__ import annotations

from rnnviz.film.frame import Frame
from rnnviz.film.records import parameters
from rnnviz.film.timeline import Stage


def copies_of(frame: Frame) -> float:
    """How many copies the loop is opened into; a fraction is how far the last has come out.

    As many as the playhead says, else one a step that the film has gone forward. Back through time
    all of them stand.
    """
    if frame.playhead.copies:
        return float(min(frame.playhead.copies, frame.steps))
    if frame.moment.stage is Stage.FORWARD:
        return frame.moment.step - 1 + frame.moment.progress
    return 0.0 if frame.moment.stage is Stage.START else float(frame.steps)


def weights_of(frame: Frame) -> int:
    """How many weights and biases there are, of a pair those of both networks."""
    return sum(array.size for array in parameters(frame.passing.trace.network).values())
