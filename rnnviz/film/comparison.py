"""What stands beside a pass: another branch's gradients; branches of the other cells to compare.

The compared cells begin alike and are updated as often.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine import CELLS
from rnnviz.files.errors import Cancelled
from rnnviz.film.answers import answered
from rnnviz.film.branches import MOST, Branch, Branches
from rnnviz.film.cost import Cost, cost, fits_beside, size_of
from rnnviz.film.extremes import Range, range_of
from rnnviz.film.passes import Pass, direct_path, held_norms, mean_direct_path, run_forward
from rnnviz.film.records import Array, Forward, Model
from rnnviz.film.run import Run, start_run
from rnnviz.film.settings import GIVEN, Settings
from rnnviz.film.splices import differentiated, paying_only
from rnnviz.film.truncation import window_of
from rnnviz.frozen import field, record

_LN10 = float(np.log(10.0))


@record(eq=False)
class Beside:
    """The gradient norms that reach the steps of another branch's network.

    Attributes
    ----------
    source : ndarray of shape (L, T)
        log10 ‖∂L_k/∂a⟨t⟩‖ of the same loss alone; −inf where it is exactly 0, NaN where it is not
        finite or there is no such step (its own answers may end earlier).
    summed : ndarray of shape (L, T)
        The same of the sum of all losses.
    gradients : mapping of str to ndarray, or None
        ∂L/∂W of every parameter, of which its update is made; None where its numbers are not
        finite.
    states : ndarray of shape (L, T, H)
        a⟨1⟩ … a⟨T⟩ of its first sequence; NaN where there is no such step.
    direct_path : ndarray of shape (L, T), or None
        log10 of what an LSTM's cell state alone would carry back, as `Frame.source_path`; NaN where
        there is no such step or its beginning is not finite. None of other cells.
    """

    source: NDArray[np.float64]
    summed: NDArray[np.float64]
    gradients: Mapping[str, Array] | None
    states: NDArray[np.floating]
    direct_path: NDArray[np.float64] | None = None
    _ranges: dict[tuple[bool | None, int], Range] = field(
        init=False, repr=False, default_factory=dict[tuple[bool | None, int], Range]
    )

    @property
    def layers(self) -> int:
        """L, the number of layers."""
        return len(self.source)

    def log10_norms(self, *, summed: bool, layer: int) -> NDArray[np.float64]:
        """One layer's, (T,); of the top one where there are fewer."""
        return (self.summed if summed else self.source)[min(layer, self.layers - 1)]

    def log10_path(self, layer: int) -> NDArray[np.float64] | None:
        """One layer's direct path, (T,); of the top one where there are fewer."""
        path = self.direct_path
        return None if path is None else path[min(layer, self.layers - 1)]

    def range_of_path(self, layer: int) -> Range | None:
        """The range of a direct path, for an axis."""
        path = self.log10_path(layer)
        if path is not None and (None, layer) not in self._ranges:
            self._ranges[None, layer] = range_of(path)
        return self._ranges.get((None, layer))

    def range_of(self, *, summed: bool, layer: int) -> Range:
        """The range of the norms, for an axis."""
        if (summed, layer) not in self._ranges:
            made = range_of(self.log10_norms(summed=summed, layer=layer))
            self._ranges[summed, layer] = made
        return self._ranges[summed, layer]


def why_not_beside(run: Run) -> str:
    """Why no other branch's gradient stands beside a run's, as the end of a sentence."""
    if run.task.mode == "one_to_one":
        return "without recurrence no gradient travels from step to step"
    return too_large(run)


def too_large(run: Run) -> str:
    """Why a run's pass cannot be computed beside another; empty where it can."""
    size = size_of(run.task, run.architecture)
    if not fits_beside(size):
        return "that would take gigabytes for so many steps"
    return ""


def beside(
    passing: Pass,
    model: Model,
    window: int = 0,
    told: Callable[[float], object] | None = None,
) -> Beside:
    """The pass of another branch's network, on the task of a pass and of the same loss.

    Its gradient is cut at its own `window`; 0: nowhere.

    Raises
    ------
    Cancelled
        When `told` says so.
    """

    def at(done: float) -> None:
        if told is not None:
            told(done)

    at(0.0)
    trace = run_forward(model, answered(passing.given, model))
    at(0.3)
    k, steps = passing.source, passing.task.steps
    if not 0 <= k <= trace.steps:
        k = 0
    followed = differentiated(paying_only(trace, k), window)
    alone = held_norms(followed, k, lambda done: at(0.3 + 0.3 * done))
    back = differentiated(trace, window)
    summed = held_norms(back, None, lambda done: at(0.7 + 0.3 * done))
    finite = trace.exploded_at is None and back.exploded_at is None
    gradients = back.gradients if finite else None
    states = np.full((len(trace.a), steps, trace.a.shape[-1]), np.nan, trace.a.dtype)
    known = min(steps, trace.steps)
    states[:, :known] = trace.a[:, 1 : known + 1, 0]
    states.setflags(write=False)
    source = _fitted(alone, steps)
    path = _paths(trace, source, k, window)
    return Beside(source, _fitted(summed, steps), gradients, states, path)


def _paths(
    trace: Forward, source: NDArray[np.float64], k: int, window: int
) -> NDArray[np.float64] | None:
    """See `Beside.direct_path`."""
    whole = mean_direct_path(trace)
    if whole is None or not k:
        return None
    paths = np.full_like(source, np.nan)
    known = min(source.shape[1], trace.steps)
    for layer, start in enumerate(source[:, k - 1]):
        if np.isfinite(start):
            paths[layer, :known] = direct_path(start, whole[layer], k, window)[:known]
    paths.setflags(write=False)
    return paths


def _fitted(log_norms: NDArray[np.floating], steps: int) -> NDArray[np.float64]:
    """log10 of natural logarithms (L, T), cut or filled with NaN to so many steps; frozen."""
    whole = np.full((len(log_norms), steps), np.nan)
    count = min(steps, log_norms.shape[1])
    whole[:, :count] = log_norms[:, :count] / _LN10
    whole.setflags(write=False)
    return whole


# -- branches of the other cells ---------------------------------------------------------------

Told = Callable[[float], object]


def why_not_compared(branches: Branches) -> str:
    """Why the cells cannot be compared, as the end of a sentence; empty if they can, or are."""
    run = branches.run
    if is_compared(branches):
        return ""
    if run.log or run.settings.recurrent == GIVEN:
        return "this network was trained, opened or scaled, and cells are compared from one seed"
    if run.serves_both:
        return "one network is encoder and decoder here, and compared cells are two of one seed"
    if len(branches.each) + len(_others(run.settings.cell)) > MOST:
        return f"there is no room for more than {MOST} branches"
    return why_not_beside(run)


def is_compared(branches: Branches) -> bool:
    """Whether cells are compared."""
    return any(branch.compared for branch in branches.each)


def beside_cells(run: Run) -> tuple[Settings, ...]:
    """What the runs are begun with that are set beside a run: its settings but for the cell."""
    own = replace(run.settings, learning_rate=run.learning_rate)
    return tuple(replace(own, cell=cell) for cell in _others(own.cell))


def comparing(branches: Branches) -> Cost:
    """The cost of `compare`."""
    total = Cost(0.0)
    for settings in beside_cells(branches.run):
        size = size_of(branches.task, settings)
        total += cost(size, "network")
        for _ in range(branches.run.updates_at(branches.branch.snapshot)):
            total += cost(size, "pass", "update")
    return total


def compare(branches: Branches, told: Told | None = None) -> Branches:
    """With a branch for every other cell: same seed, initialiser and sizes, as many updates.

    Parameters
    ----------
    branches : Branches
        Of which the run can be compared (see `why_not_compared`).
    told : callable, optional
        Is told after each part how much is done, 0 … 1; answers False to stop.

    Raises
    ------
    Cancelled
        When `told` has answered False.
    """
    now, settings = branches.branch, beside_cells(branches.run)
    free = branches.free()
    if len(branches.each) == 1:  # each cell has a colour of its own
        places = cell_names()
        now = replace(now, place=places.index(now.cell))
        free = tuple(place for place in range(len(places)) if place != now.place)
    group = [replace(now, compared=True)]
    for i, (own, place) in enumerate(zip(settings, free, strict=False)):

        def part(done: float, i: int = i) -> None:
            if told is not None and told((i + done) / len(settings)) is False:
                raise Cancelled("was not compared: cancelled")

        updates = now.run.updates_at(now.snapshot)
        run = replace(_updated(branches.run, own, updates, part), shipped=now.run.shipped)
        snapshot = len(run.networks) - 1
        group.append(Branch(run, "", place, True, snapshot, now.layer, now.unit))
    group.sort(key=lambda branch: cell_names().index(branch.cell))
    first = branches.active
    active = next(i for i, b in enumerate(group) if b.place == now.place)
    each = (*branches.each[:first], *group, *branches.each[first + 1 :])
    return replace(branches, each=each, active=first + active)


def uncompare(branches: Branches) -> Branches:
    """With one of the compared cells alone: the one that is shown, or that a shown fork is of."""
    shown = branches.branch
    alike = (b for b in branches.each if b.compared and b.cell == shown.cell)
    kept = shown if shown.compared else next(alike, shown)
    each = tuple(b for b in branches.each if b is kept or not b.compared)
    single = tuple(replace(b, compared=False, place=0 if len(each) == 1 else b.place) for b in each)
    return replace(branches, each=single, active=each.index(shown))


def cell_of(branches: Branches, settings: Settings) -> int | None:
    """Which of the compared cells settings ask for that differ from those in force in the cell."""
    now = branches.branch
    if not now.compared or replace(settings, cell=now.run.settings.cell) != now.run.settings:
        return None
    wanted = CELLS[settings.cell].name
    return next(
        (
            i
            for i, b in enumerate(branches.each)
            if b.compared and b.cell == wanted and b is not now
        ),
        None,
    )


def cell_names() -> tuple[str, ...]:
    """The names of the cells, each once."""
    return tuple(dict.fromkeys(cell.name for cell in CELLS.values()))


def _others(own: str) -> tuple[str, ...]:
    """The cells of other names, of those that share a name the first."""
    first: dict[str, str] = {}
    for key, cell in CELLS.items():
        first.setdefault(cell.name, key)
    return tuple(key for name, key in first.items() if name != CELLS[own].name)


def _updated(like: Run, settings: Settings, updates: int, told: Told) -> Run:
    """A run of these settings after so many updates, or those before it explodes."""
    run = start_run(like.task, settings)
    told(0.0)
    for s in range(updates):
        model = run.networks[-1]
        back = differentiated(run_forward(model, answered(run.task, model)), window_of(run))
        if back.exploded_at is not None:
            break
        run = run.updated(run.update(back.gradients, len(run.networks) - 1))
        told((s + 1) / updates)
    return run
