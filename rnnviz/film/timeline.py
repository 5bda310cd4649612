"""Where a playhead can stand: one pass as a line from 0 to 2T + 1.

A pass over T steps has 2T + 2 stops. Stop 0 is before the first step, stops 1 … T are the forward
steps done, stops T + 1 … 2T the backward steps T … 1 done, and stop 2T + 1 the update. A position
between two stops is that far on its way to the next one, so that the whole film is one number, and
stepping back is subtracting one. The playhead also says what is looked at.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from math import ceil, floor

from rnnviz.frozen import record


class Stage(StrEnum):
    """The stretch of a pass that a moment belongs to."""

    START = "start"
    FORWARD = "forward"
    BACKWARD = "backward"
    UPDATE = "update"


@record
class Phase:
    """One thing that the eye follows within a step; `happening` says what it is there.

    Attributes
    ----------
    name : str
        Stable key, used by scenes and tests.
    seconds : float
        Its length at speed 1×, in seconds.
    """

    name: str
    seconds: float


FORWARD_PHASES = (
    Phase("input", 0.35),
    Phase("recurrent", 0.40),
    Phase("combine", 0.40),
    Phase("settle", 0.50),
    Phase("output", 0.40),
    Phase("loss", 0.35),
)
BACKWARD_PHASES = (
    Phase("loss", 0.35),
    Phase("recurrent", 0.50),
    Phase("combine", 0.40),
    Phase("slope", 0.40),
    Phase("share", 0.35),
)
UPDATE_PHASES = (
    Phase("gather", 0.50),
    Phase("update", 0.60),
)
_PHASES: dict[Stage, tuple[Phase, ...]] = {
    Stage.START: (),
    Stage.FORWARD: FORWARD_PHASES,
    Stage.BACKWARD: BACKWARD_PHASES,
    Stage.UPDATE: UPDATE_PHASES,
}


@record
class Moment:
    """The stage, step and phase at a position of the film.

    Attributes
    ----------
    stage : Stage
        The stretch of the pass.
    step : int
        The time step t that is under way or just done, 1 … T; 0 at the start and for the update.
    progress : float
        How much of it is done, in (0, 1]; 1 at rest.
    """

    stage: Stage
    step: int
    progress: float

    @property
    def resting(self) -> bool:
        """Whether nothing is under way."""
        return self.progress >= 1.0

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The phases of this stage, in order."""
        return _PHASES[self.stage]

    @property
    def phase(self) -> Phase | None:
        """The phase under way; None at rest."""
        return None if self.resting else self.phases[self._index()]

    def done(self, name: str) -> float:
        """How much of the phase called `name` is done, 0 … 1.

        Parameters
        ----------
        name : str
            A phase's name; of a phase that this stage does not have, nothing is done.
        """
        total = step_seconds(self.stage)
        begin = 0.0
        for phase in self.phases:
            length = phase.seconds / total
            if phase.name == name:
                if self.resting:
                    return 1.0
                return min(1.0, max(0.0, (self.progress - begin) / length))
            begin += length
        return 0.0

    def _index(self) -> int:
        edge = 0.0
        total = step_seconds(self.stage)
        for index, phase in enumerate(self.phases):
            edge += phase.seconds / total
            if self.progress < edge - 1e-12:
                return index
        return len(self.phases) - 1


def step_seconds(stage: Stage) -> float:
    """Length of one step of a stage at speed 1×, in seconds (1 for the start, which has none)."""
    return sum(phase.seconds for phase in _PHASES[stage]) or 1.0


@record
class Timeline:
    """The line that a playhead moves on, for a sequence of `steps` steps.

    Raises
    ------
    ValueError
        If `steps` is less than 1.
    """

    steps: int

    def __post_init__(self) -> None:
        if self.steps < 1:
            raise ValueError(f"a film needs at least one step, not {self.steps}")

    @property
    def end(self) -> int:
        """The last stop, 2T + 1: the update is done."""
        return 2 * self.steps + 1

    def clamp(self, position: float) -> float:
        """The nearest position on the line; a position that is not a number becomes the start."""
        return float(min(max(position, 0.0), self.end)) if position == position else 0.0

    def moment(self, position: float) -> Moment:
        """What happens at a position (clamped)."""
        position = self.clamp(position)
        stop = ceil(position)
        progress = 1.0 if stop == position else 1.0 - (stop - position)
        if stop == 0:
            return Moment(Stage.START, 0, 1.0)
        if stop <= self.steps:
            return Moment(Stage.FORWARD, stop, progress)
        if stop <= 2 * self.steps:
            return Moment(Stage.BACKWARD, self.end - stop, progress)
        return Moment(Stage.UPDATE, 0, progress)

    def position(self, stage: Stage, step: int = 0) -> float:
        """The stop at which a stage's step is done (the inverse of `moment` at rest)."""
        if stage is Stage.FORWARD:
            return self.clamp(float(step))
        if stage is Stage.BACKWARD:
            return self.clamp(float(self.end - step))
        return float(self.end) if stage is Stage.UPDATE else 0.0

    def next_stop(self, position: float) -> float:
        """The stop after a position, where the step under way is done."""
        return self.clamp(floor(self.clamp(position)) + 1.0)

    def previous_stop(self, position: float) -> float:
        """The stop before a position."""
        return self.clamp(ceil(self.clamp(position)) - 1.0)

    def next_phase(self, position: float) -> float:
        """The end of the phase under way, or of the coming step's first one."""
        position = self.clamp(position)
        if position >= self.end:
            return float(self.end)
        start = floor(position)
        moment = self.moment(start + 0.5)
        total, edge = step_seconds(moment.stage), 0.0
        for phase in moment.phases[:-1]:
            edge += phase.seconds / total
            if start + edge > position + 1e-9:
                return start + edge
        return start + 1.0

    def advance(self, position: float, seconds: float, speed: float = 1.0) -> float:
        """Move on as the film does in `seconds` of a viewer's time.

        Parameters
        ----------
        position : float
            Where it is.
        seconds : float
            Time that passed, in seconds; not negative.
        speed : float
            1 plays every phase at its own length, 2 twice as fast.
        """
        position = self.clamp(position)
        left = seconds * speed
        while left > 0.0 and position < self.end:
            start = floor(position)
            length = step_seconds(self.moment(start + 0.5).stage)
            need = (start + 1 - position) * length
            if left < need:
                return position + left / length
            left -= need
            position = start + 1.0
        return position


# -- the playhead ------------------------------------------------------------------------------


MOST_LAGS = 24
"""Values that an AR(p) beside a series and its shuffle looks back at most."""
MOST_HORIZON = 500
"""Steps that are forecast at most."""


@record
class Playhead:
    """The user's place: snapshot, position, followed loss, layer and unit.

    Attributes
    ----------
    snapshot : int
        Which network of the run, 0 is the seed's.
    position : float
        Where in the pass, 0 … 2T + 1 (see `timeline`).
    source : int
        The step k whose loss is followed backward; 0 means the last one that pays a loss.
    summed : bool
        Whether the gradient shown is that of the sum of all losses instead of `source`'s.
    layer : int
        Layer whose state is shown, 0 is the lowest.
    unit : int
        The selected hidden unit; −1 for none.
    quantity : str
        What the state panel shows: "a", or a gate or the cell state of a gated cell.
    second : int
        With the selected unit, or the first, the plane of the ellipse; −1: it is that of the two
        directions that survive longest.
    origin : int
        The last step known to the forecast; 0: one that leaves a horizon of known values after it.
    horizon : int
        How many steps are forecast, 1 … 500; 0: as many as what is held out is long enough for.
    column : int
        Which column of a series is forecast on its panel, 0 is the first.
    copies : int
        How many copies of the network the unrolled loop shows; 0: as many as the film has reached.
    lags : int
        p of the AR(p) that a series and its shuffle are fitted by; 0: three.
    """

    snapshot: int = 0
    position: float = 0.0
    source: int = 0
    summed: bool = False
    layer: int = 0
    unit: int = -1
    quantity: str = "a"
    second: int = -1
    origin: int = 0
    horizon: int = 0
    column: int = 0
    copies: int = 0
    lags: int = 0

    def at(self, position: float) -> Playhead:
        """The same, somewhere else in the pass."""
        return replace(self, position=position)

    def clamped(
        self,
        steps: int,
        snapshots: int,
        layers: int,
        units: int,
        quantities: tuple[str, ...] = ("a",),
        columns: int = 1,
    ) -> Playhead:
        """The nearest playhead that exists in a run of these sizes."""
        return Playhead(
            snapshot=min(max(self.snapshot, 0), snapshots - 1),
            position=Timeline(steps).clamp(self.position),
            source=self.source if 0 <= self.source <= steps else 0,
            summed=self.summed,
            layer=min(max(self.layer, 0), layers - 1),
            unit=self.unit if -1 <= self.unit < units else -1,
            quantity=self.quantity if self.quantity in quantities else "a",
            second=self.second if -1 <= self.second < units else -1,
            origin=min(max(self.origin, 0), steps),
            horizon=min(max(self.horizon, 0), MOST_HORIZON),
            column=self.column if 0 <= self.column < columns else 0,
            copies=min(max(self.copies, 0), steps),
            lags=min(max(self.lags, 0), MOST_LAGS),
        )
