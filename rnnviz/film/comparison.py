"""The same sequence, seed and updates with the other cells: how far their gradients reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import Task
from rnnviz.engine import CELLS
from rnnviz.files.errors import Cancelled
from rnnviz.film.answers import answered
from rnnviz.film.cost import cost, size_of
from rnnviz.film.extremes import Range, range_of
from rnnviz.film.passes import Pass, run_forward, source_norms
from rnnviz.film.records import Model, differentiated, paying_only
from rnnviz.film.run import Run, start_run
from rnnviz.film.settings import GIVEN, Settings

_LN10 = float(np.log(10.0))
_KEPT = 4  # runs remembered of one task
_MOST_BYTES = 0.8e9  # of a pass beside the others


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """What reaches the steps of a network with another cell.

    Attributes
    ----------
    cell : str
        Its key.
    source : ndarray of shape (L, T)
        log10 ‖∂L_k/∂a⟨t⟩‖ of the same loss alone; −inf where it is exactly 0, NaN where it is not
        finite or there is no such step (its own answers may end earlier).
    summed : ndarray of shape (L, T)
        The same of the sum of all losses.
    """

    cell: str
    source: NDArray[np.float64]
    summed: NDArray[np.float64]
    _ranges: dict[tuple[bool, int], Range] = field(
        init=False, repr=False, default_factory=dict[tuple[bool, int], Range]
    )

    @property
    def name(self) -> str:
        """What the cell is called."""
        return CELLS[self.cell].name

    def log10_norms(self, *, summed: bool, layer: int) -> NDArray[np.float64]:
        """One layer's, (T,)."""
        return (self.summed if summed else self.source)[layer]

    def range_of(self, *, summed: bool, layer: int) -> Range:
        """From where to where they go."""
        if (summed, layer) not in self._ranges:
            made = range_of(self.log10_norms(summed=summed, layer=layer))
            self._ranges[summed, layer] = made
        return self._ranges[summed, layer]


def why_not_compared(run: Run) -> str:
    """Why no other cells can be set beside a run's, as the end of a sentence; empty if they can."""
    if run.log or run.settings.recurrent == GIVEN:
        return "this network was trained or opened, and cells are compared from one seed"
    if run.task.mode == "one_to_one":
        return "without recurrence no gradient travels from step to step"
    if cost(size_of(run.task, run.architecture), "another cell").bytes > _MOST_BYTES:
        return "that would take gigabytes for so many steps"
    return ""


def beside(run: Run) -> Settings:
    """What the networks that are set beside a run's are begun with, their cell aside."""
    return replace(run.settings, learning_rate=run.learning_rate)


def others_of(
    passing: Pass, settings: Settings, snapshot: int, told: Callable[[float], object] | None = None
) -> tuple[Compared, ...]:
    """The passes of the other cells beside a pass: same seed, initialiser and sizes.

    Parameters
    ----------
    passing : Pass
        Of a run that can be compared (see `why_not_compared`).
    settings : Settings
        What its network was begun with; its optimiser and learning rate are theirs.
    snapshot : int
        How many updates each of the networks has behind it.
    told : callable, optional
        Is told after each part how much is done, 0 … 1; answers False to stop.

    Raises
    ------
    Cancelled
        When `told` has answered False.
    """

    def part(i: int) -> Callable[[float], None]:
        def at(done: float) -> None:
            if told is not None and told((i + done) / 2) is False:
                raise Cancelled("was not compared: cancelled")

        return at

    others: list[Compared] = []
    for i, cell in enumerate(_others(settings.cell)):
        at = part(i)
        model = _after(passing.given, replace(settings, cell=cell), snapshot, at)
        if model is not None:
            others.append(_beside(passing, cell, model, at))
    return tuple(others)


def _others(own: str) -> tuple[str, ...]:
    """The cells of other names, of those that share a name the first."""
    first: dict[str, str] = {}
    for key, cell in CELLS.items():
        first.setdefault(cell.name, key)
    return tuple(key for name, key in first.items() if name != CELLS[own].name)


def updates_to_make(run: Run, snapshot: int) -> int:
    """How many updates the other networks still want before they can be compared."""
    wanted = [replace(beside(run), cell=cell) for cell in _others(run.settings.cell)]
    made = {o.settings: len(o.networks) - 1 for o in _MADE.get(run.task, ())}
    return max(0, snapshot - min(made.get(settings, 0) for settings in wanted))


_MADE: WeakKeyDictionary[Task, list[Run]] = WeakKeyDictionary()


def _after(
    task: Task, settings: Settings, snapshot: int, told: Callable[[float], None]
) -> Model | None:
    """The network of these settings after so many updates; None where it explodes on the way."""
    made = _MADE.get(task, [])
    same = [other for other in made if other.settings == settings]
    other = same[0] if same else start_run(task, settings)
    while len(other.networks) <= snapshot:
        last = len(other.networks) - 1
        told(0.3 * last / snapshot)
        model = other.networks[last]
        back = differentiated(run_forward(model, answered(task, model)))
        if back.exploded_at is not None:
            return None
        other = other.updated(other.update(back.gradients, last))
    others = [known for known in made if known not in same]
    _MADE[task] = [*others, other][-_KEPT:]
    return other.networks[snapshot]


def _beside(passing: Pass, cell: str, model: Model, told: Callable[[float], None]) -> Compared:
    told(0.3)
    trace = run_forward(model, answered(passing.given, model))
    k, steps = passing.source, passing.task.steps
    if not 0 <= k <= trace.steps:
        k = 0
    alone = source_norms(trace, k, lambda done: told(0.5 + 0.5 * done))
    if alone is None:
        alone = differentiated(paying_only(trace, k)).log_norm_da
    summed = differentiated(trace).log_norm_da
    return Compared(cell, _fitted(alone, steps), _fitted(summed, steps))


def _fitted(log_norms: NDArray[np.floating], steps: int) -> NDArray[np.float64]:
    """log10 of natural logarithms (L, T), cut or filled with NaN to so many steps; frozen."""
    whole = np.full((len(log_norms), steps), np.nan)
    count = min(steps, log_norms.shape[1])
    whole[:, :count] = log_norms[:, :count] / _LN10
    whole.setflags(write=False)
    return whole
