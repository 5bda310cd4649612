"""A frame: everything that a picture may ask, resolved from (run, playhead) and clamped.

Steps are counted from 1 as in the lecture. Vectors are those of the first sequence of the batch.
"""

from __future__ import annotations

from rnnviz.film.branches import Branches
from rnnviz.film.frame.gradients import Gradients, Side
from rnnviz.film.frame.said import FrameOutputs, Output
from rnnviz.film.frame.states import quantities_of
from rnnviz.film.passes import Pass
from rnnviz.film.run import Run
from rnnviz.film.timeline import Playhead, Timeline
from rnnviz.frozen import record

__all__ = ["Frame", "Output", "Side", "clamp", "resolve"]


@record(eq=False, slots=False)
class Frame(Gradients, FrameOutputs):
    """A run at a playhead. Nothing in it changes; views keep the one they were given.

    Its fields are those of :class:`~rnnviz.film.frame.states.Resolved`.
    """


def clamp(playhead: Playhead, run: Run, steps: int | None = None) -> Playhead:
    """The nearest playhead that exists in a run, or in a pass of it with fewer steps."""
    architecture = run.architecture
    return playhead.clamped(
        run.steps if steps is None else steps,
        len(run.networks),
        architecture.layers,
        architecture.units,
        quantities_of(architecture),
        run.task.inputs,
    )


def resolve(run: Run, playhead: Playhead, passing: Pass, branches: Branches | None = None) -> Frame:
    """Clamp a playhead to what exists and say what happens there.

    Parameters
    ----------
    run : Run
    playhead : Playhead
        May point anywhere.
    passing : Pass
        The pass of that snapshot and source (see `compute_pass`).
    branches : Branches, optional
        All of the document, this run among them; there is no other without them.
    """
    steps = passing.task.steps
    clamped = clamp(playhead, run, steps)
    moment = Timeline(steps).moment(clamped.position)
    return Frame(run, clamped, passing, moment, (branches or Branches.of(run)).at(clamped))
