"""What the user looks at, and where the film is."""

from __future__ import annotations

from dataclasses import replace

from rnnviz.film import Stage, Timeline, why_not_compared
from rnnviz.session.state import State
from rnnviz.session.under_way import Notice


class Moving(State):
    """Intents that change nothing but the playhead."""

    # -- looking -----------------------------------------------------------------------------

    def choose_source(self, step: int) -> None:
        """Follow the loss of one step, alone."""
        self._show(replace(self._playhead, source=step, summed=False))

    def choose_summed(self, summed: bool) -> None:
        """Show the gradient of the sum of all losses, or of the one source."""
        self._show(replace(self._playhead, summed=summed))

    def choose_compared(self, compared: bool) -> None:
        """Show the gradients of the other cells beside this one's, or only this one's."""
        why = why_not_compared(self._run) if compared and self._run is not None else ""
        if why:
            self.told.emit(Notice(f"Compare the cells: {why}."))
            self._emit()
        else:
            self._show(replace(self._playhead, compared=compared))

    def select_unit(self, unit: int) -> None:
        """Select a hidden unit everywhere; −1 for none."""
        self._show(replace(self._playhead, unit=unit))

    def select_layer(self, layer: int) -> None:
        """Show another layer's state and gradient; 0 is the lowest."""
        self._show(replace(self._playhead, layer=layer))

    def choose_quantity(self, quantity: str) -> None:
        """Show the state "a", the cell state "c" or a gate in the state panel."""
        self._show(replace(self._playhead, quantity=quantity))

    # -- moving ------------------------------------------------------------------------------

    def seek(self, position: float) -> None:
        """Put the playhead somewhere in this pass; playing goes on from there."""
        self._player.jumped()
        self._move(position)

    def next(self) -> None:
        """One step on, animated; during an animation, finish it at once."""
        self._player.forward(Timeline.next_stop)

    def next_phase(self) -> None:
        """One phase on, animated; during an animation, finish it at once."""
        self._player.forward(Timeline.next_phase)

    def previous(self) -> None:
        """One step back, at once; from the start of a pass to the end of the one before."""
        self.pause()
        playhead, timeline = self._playhead, self._timeline
        if timeline is None:
            return
        if playhead.position <= 0.0 and playhead.snapshot > 0:
            end = float(timeline.end)
            self._show(replace(playhead, snapshot=playhead.snapshot - 1, position=end))
        else:
            self._move(timeline.previous_stop(playhead.position))

    def to_start(self) -> None:
        """To the start of this pass; from there to the start of the first."""
        self.pause()
        snapshot = self._playhead.snapshot if self._playhead.position > 0.0 else 0
        self._show(replace(self._playhead, snapshot=snapshot, position=0.0))

    def to_end(self) -> None:
        """To the end of this pass, its update."""
        self.pause()
        if self._timeline is not None:
            self._move(float(self._timeline.end))

    def to_stage(self, stage: Stage) -> None:
        """To the last stop before a stage begins: backward from T, or the update."""
        self.pause()
        if self._timeline is not None:
            ends = {Stage.BACKWARD: self._timeline.steps, Stage.UPDATE: self._timeline.end - 1}
            self._move(float(ends.get(stage, 0)))

    def toggle_play(self) -> None:
        """Play or pause."""
        if self._player.playing:
            self._player.pause()
        elif self._run is not None:
            self._player.play()

    def set_speed(self, speed: float) -> None:
        """Play faster or slower; clamped to 0.25 … 8."""
        self._player.set_speed(speed)

    def faster(self) -> None:
        """The next higher speed."""
        self._player.faster()

    def slower(self) -> None:
        """The next lower speed."""
        self._player.slower()

    def set_animated(self, animated: bool) -> None:
        """Whether a step is animated, or done at once (for those whom motion disturbs)."""
        self._player.animated = animated
