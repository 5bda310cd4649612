"""What the user looks at, and where the film is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rnnviz.film import Stage, Timeline
from rnnviz.session.clock import Clock
from rnnviz.session.jobs import Notice, Tell
from rnnviz.session.state import State


class Moves:
    """Intents that change nothing but the playhead; only the update at a film's end adds to it.

    Parameters
    ----------
    state : State
    clock : Clock
        Moves the film where time passes.
    tell : callable
        Says why something cannot be shown.
    """

    def __init__(self, state: State, clock: Clock, tell: Tell) -> None:
        self._state, self._clock, self._tell = state, clock, tell
        clock.moved.connect(self._move)
        clock.passed.connect(self._next_pass)

    # -- looking -----------------------------------------------------------------------------

    def choose_source(self, step: int) -> None:
        """Follow the loss of one step, alone."""
        self._look(source=step, summed=False)

    def choose_summed(self, summed: bool) -> None:
        """Show the gradient of the sum of all losses, or of the one source."""
        self._look(summed=summed)

    def select_unit(self, unit: int) -> None:
        """Select a hidden unit everywhere; −1 for none."""
        self._look(unit=unit)

    def select_layer(self, layer: int) -> None:
        """Show another layer's state and gradient; 0 is the lowest."""
        self._look(layer=layer)

    def choose_quantity(self, quantity: str) -> None:
        """Show the state "a", the cell state "c" or a gate in the state panel."""
        self._look(quantity=quantity)

    # -- moving ------------------------------------------------------------------------------

    def seek(self, position: float) -> None:
        """Put the playhead somewhere in this pass; playing goes on from there."""
        self._clock.jumped()
        self._move(position)

    def next(self) -> None:
        """One step on, animated; during an animation, finish it at once."""
        self._clock.forward(Timeline.next_stop)

    def next_phase(self) -> None:
        """One phase on, animated; during an animation, finish it at once."""
        self._clock.forward(Timeline.next_phase)

    def previous(self) -> None:
        """One step back, at once; from the start of a pass to the end of the one before."""
        self._clock.pause()
        playhead, timeline = self._state.playhead, self._state.timeline
        if timeline is None:
            return
        if playhead.position <= 0.0 and playhead.snapshot > 0:
            end = float(timeline.end)
            self._state.show(replace(playhead, snapshot=playhead.snapshot - 1, position=end))
        else:
            self._move(timeline.previous_stop(playhead.position))

    def to_start(self) -> None:
        """To the start of this pass; from there to the start of the first."""
        self._clock.pause()
        snapshot = self._state.playhead.snapshot if self._state.playhead.position > 0.0 else 0
        self._look(snapshot=snapshot, position=0.0)

    def to_end(self) -> None:
        """To the end of this pass, its update."""
        self._clock.pause()
        timeline = self._state.timeline
        if timeline is not None:
            self._move(float(timeline.end))

    def to_stage(self, stage: Stage) -> None:
        """To the last stop before a stage begins: backward from T, or the update."""
        self._clock.pause()
        timeline = self._state.timeline
        if timeline is not None:
            ends = {Stage.BACKWARD: timeline.steps, Stage.UPDATE: timeline.end - 1}
            self._move(float(ends.get(stage, 0)))

    def toggle_play(self) -> None:
        """Play or pause."""
        if self._clock.playing:
            self._clock.pause()
        elif self._state.run is not None:
            self._clock.play()

    def set_animated(self, animated: bool) -> None:
        """Whether a step is animated, or done at once (for those whom motion disturbs)."""
        self._clock.animated = animated

    # -- within ------------------------------------------------------------------------------

    def _look(self, **changes: Any) -> None:
        self._state.show(replace(self._state.playhead, **changes))

    def _move(self, position: float) -> None:
        self._state.show(self._state.playhead.at(position))

    def _next_pass(self) -> None:
        """From the update to the next pass, which starts from the updated weights."""
        branches, frame = self._state.branches, self._state.frame
        if branches is None or frame is None or frame.run is not branches.run:
            return
        following = self._state.playhead.snapshot + 1
        if frame.playhead.snapshot + 1 != following:
            return  # the pass whose update this would be is still being computed
        if following == len(branches.run.networks):
            if frame.passing.exploded:
                self._clock.pause()
                why = f"No update: {frame.passing.exploded}. Reset (Ctrl+R) returns to the seed."
                self._tell(Notice(why, error=True))
                return
            if frame.update is not None:
                branches = branches.updated(frame.updates)
        self._state.show(replace(branches.playhead, snapshot=following, position=0.0), branches)
