"""The film's clock: plays, pauses, animates one step and finishes it at once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from rnnviz.film import Timeline
from rnnviz.film.fields import SPEEDS

_TICK_MS = 16
# A tick that came late (a slow machine, a suspended one) moves the film on by no more than this.
_LONGEST_TICK = 0.25


class Clock(QObject):
    """Says where the playhead should be next; it does not know what it plays.

    Parameters
    ----------
    where : callable
        The timeline and the position now; None while there is nothing to play or it must wait.

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
        self.animated = True
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
        elif self.animated:
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
        self._elapsed.start()
        self._timer.start()

    def _tick(self) -> None:
        seconds = min(self._elapsed.restart() / 1000.0, _LONGEST_TICK)
        place = self._where()
        if place is None:
            return
        timeline, position = place
        if self._playing and position >= timeline.end:
            self.passed.emit()
            return
        position = timeline.advance(position, seconds, self._speed)
        if self._target is not None and position >= self._target:
            position, self._target = self._target, None
            self._timer.stop()
        self.moved.emit(position)
