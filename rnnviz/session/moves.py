"""The film's clock, and what the user looks at: intents that move the playhead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from rnnviz.film import Run, Stage, Timeline
from rnnviz.film.cost import budget
from rnnviz.film.fields import SPEEDS
from rnnviz.session.jobs import Notice, Tell
from rnnviz.session.state import State

_TICK_MS = 16
# A tick that came late (a slow machine, a suspended one) moves the film on by no more than this.
_LONGEST_TICK = 0.25
_NEARLY = 1e-9


class Clock(QObject):
    """Says where the playhead should be next; it does not know what it plays.

    Parameters
    ----------
    where : callable
        The timeline and the position now; None while there is nothing to play or it must wait.

    Attributes
    ----------
    animated : bool
        Whether a step takes its time.
    by_hand : bool
        Whether no time passes by itself: who writes a film says where it comes to, by `reach`.

    Signals
    -------
    moved : float
        The playhead should be at this position.
    passed :
        The playhead stands at the end and should go on to the next pass.
    switched :
        It plays or pauses, or plays at another speed.
    """

    moved = Signal(float)
    passed = Signal()
    switched = Signal()

    def __init__(
        self, where: Callable[[], tuple[Timeline, float] | None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._where = where
        self._target: float | None = None
        self._playing = False
        self._speed = 1.0
        self.animated, self.still, self.by_hand = True, False, False
        self._saved = 0.0  # seconds of a phase that is shown when they are over, where it is still
        self._elapsed = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def playing(self) -> bool:
        """Whether the film runs on by itself."""
        return self._playing

    @property
    def speed(self) -> float:
        """How fast, 1 is every phase at its own length."""
        return self._speed

    def play(self) -> None:
        """Run on until paused, over updates too."""
        self._playing, self._target = True, None
        self._start()
        self.switched.emit()

    def pause(self) -> None:
        """Stand still, wherever it is."""
        self._timer.stop()
        self._target = None
        if self._playing:
            self._playing = False
            self.switched.emit()

    @property
    def under_way(self) -> bool:
        """Whether it runs to a place by itself, as an animated step does."""
        return self._target is not None

    def run_to(self, position: float) -> None:
        """Run to a place in this pass; at once, where nothing is animated."""
        self.pause()
        if self.animated:
            self._target = position
            self._start()
        else:
            self.moved.emit(position)

    def finish(self) -> None:
        """Stand still; where a single step was being animated, at its end."""
        target, place = self._target, self._where()
        self.pause()
        if target is not None and place is not None:
            self.moved.emit(target)

    def jumped(self) -> None:
        """The playhead was put elsewhere: a single step's animation ends, playing goes on."""
        self._target = None
        if not self._playing:
            self._timer.stop()

    def forward(self, stop: Callable[[Timeline, float], float]) -> None:
        """Animate to the stop that is given; during an animation, finish that at once."""
        place = self._where()
        if place is None:
            return
        timeline, position = place
        if self._playing:
            self._playing = False
            self._target = timeline.next_stop(position)
        if self._target is not None:
            target, self._target = self._target, None
            self._timer.stop()
            self.moved.emit(target)
        elif position >= timeline.end:
            self.passed.emit()
        elif self.animated and not self.still:
            self._target = stop(timeline, position)
            self._start()
        else:
            self.moved.emit(stop(timeline, position))

    def set_speed(self, speed: float) -> None:
        """Play faster or slower; clamped to 0.25 … 8."""
        self._speed = min(max(speed, SPEEDS[0]), SPEEDS[-1])
        self.switched.emit()

    def faster(self) -> None:
        """The next higher speed."""
        self.set_speed(next((s for s in SPEEDS if s > self._speed), SPEEDS[-1]))

    def slower(self) -> None:
        """The next lower speed."""
        self.set_speed(next((s for s in reversed(SPEEDS) if s < self._speed), SPEEDS[0]))

    def _start(self) -> None:
        self._saved = 0.0
        if not self.by_hand:
            self._elapsed.start()
            self._timer.start()

    def reach(self, position: float) -> None:
        """Come to a place on the way, as time has passed; at the goal of what runs, stand still."""
        if self._target is not None and position >= self._target:
            position, self._target = self._target, None
            self._timer.stop()
        self.moved.emit(position)

    def _tick(self) -> None:
        seconds = min(self._elapsed.restart() / 1000.0, _LONGEST_TICK)
        place = self._where()
        if place is None:
            return
        timeline, position = place
        if self._playing and position >= timeline.end:
            self.passed.emit()
            return
        if self.still:
            self._saved += seconds
            edge = timeline.next_phase(position)
            if timeline.advance(position, self._saved, self._speed) < edge - _NEARLY:
                return
            position, self._saved = edge, 0.0
        else:
            position = timeline.advance(position, seconds, self._speed)
        self.reach(position)


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

    def select_second(self, unit: int) -> None:
        """Have the ellipse in the plane of the selected unit and this one; −1: not of units."""
        self._look(second=unit)

    def next_plane(self) -> None:
        """The ellipse's plane with the next unit; after the last one what survives longest."""
        run, playhead = self._state.run, self._state.playhead
        if run is None:
            return
        first = max(playhead.unit, 0)
        order = [-1, *(i for i in range(run.units) if i != first)]
        at = order.index(playhead.second) if playhead.second in order else 0
        self._look(second=order[(at + 1) % len(order)])

    def select_layer(self, layer: int) -> None:
        """Show another layer's state and gradient; 0 is the lowest."""
        self._look(layer=layer)

    def choose_quantity(self, quantity: str) -> None:
        """Show the state "a", the cell state "c" or a gate in the state panel."""
        self._look(quantity=quantity)

    def choose_origin(self, step: int) -> None:
        """Forecast from another step; 0: the usual one."""
        self._look(origin=step)

    def move_origin(self, by: int) -> None:
        """Forecast from so many steps later, or earlier."""
        run = self._state.run
        if run is not None:
            from rnnviz.film.classical import known_steps  # not before there is a forecast
            from rnnviz.film.origins import looked_at

            origin = looked_at(run.task, self._state.playhead)[0] + by
            self._look(origin=min(max(origin, 1), known_steps(run.task)))

    def choose_horizon(self, steps: int) -> None:
        """Forecast so many steps; 0: as many as is usual."""
        self._look(horizon=steps)

    def choose_column(self, column: int) -> None:
        """Forecast another column of a series; 0 is the first."""
        self._look(column=column)

    def choose_copies(self, count: int) -> None:
        """Open the loop into so many copies; 0: as many as the film has reached."""
        self._look(copies=count)

    def choose_lags(self, count: int) -> None:
        """Fit an AR of so many values to a series and its shuffle; 0: three."""
        self._look(lags=count)

    def more_copies(self, by: int) -> None:
        """Open the loop into so many more copies than are seen, or fewer; one at least."""
        frame = self._state.frame
        if frame is not None:
            self._look(copies=max(1, int(frame.copies) + by))

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
            end, run = float(timeline.end), self._state.run
            self._state.show(replace(playhead, snapshot=playhead.snapshot - 1, position=end))
            if playhead.snapshot == 1 and run is not None and run.gone:
                self._tell(Notice(f"{_let_go(run)} This is the first."))
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
        """Whether a step is animated, or done at once."""
        self._clock.animated = animated

    def set_still(self, still: bool) -> None:
        """Whether a step is a cut and playing goes by whole phases, since motion disturbs."""
        self._clock.still = still

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
                back = "Reset (Ctrl+R) returns to the first weights."
                why = f"No update: {frame.passing.exploded}. {back}"
                self._tell(Notice(why, error=True))
                return
            if frame.update is not None:
                before, branches = branches, branches.updated(frame.updates)
                following = branches.playhead.snapshot + 1
                if branches.run.gone and not before.run.gone:
                    self._tell(Notice(f"{_let_go(branches.run)} The first and the newest stay."))
        self._state.show(replace(branches.playhead, snapshot=following, position=0.0), branches)


def _let_go(run: Run) -> str:
    """What the budget for a film's updates took away."""
    allowed = f"{budget('memory_updates') / 1e9:g} GB"
    what = (
        "network after update 1 was"
        if run.gone == 1
        else f"networks after updates 1 to {run.gone:,} were"
    )
    return f"The film's updates may take {allowed} of memory: the {what} let go."
