"""Forecasts of a series from any of its steps: the network's own way on, classical ones beside it.

A forecast is made at an *origin*, the last step whose value it knows, for each of the steps up to a
*horizon*; the network is fed its own answers. The same from many origins of what is held out gives
errors by horizon, and what lies before an origin the interval around its forecast.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import Task
from rnnviz.data.forecast_errors import LEAST_APART
from rnnviz.engine import Network, forward
from rnnviz.engine.generation import go_on
from rnnviz.film.branches import Branches
from rnnviz.film.classical import (
    LOOKING_BACK,
    NAIVE,
    NONE,
    are_changes,
    fitted,
    held_from,
    is_fitted,
    known_steps,
    transform_of,
)
from rnnviz.film.cost import Cost, cost_of_origins, size_of
from rnnviz.film.held_out_errors import NETWORK, Forecast, Origins
from rnnviz.film.passes import Pass
from rnnviz.film.timeline import Playhead
from rnnviz.frozen import record

Array = NDArray[np.float64]
Told = Callable[[float], object]

MOST_ORIGINS = 1_000
"""Held-out origins from which is forecast; of more one in every stretch of so many."""
_GOLDEN = 0.6180339887498949
_USUAL_HORIZON = 24  # steps, or a fifth of what is held out, so that many origins have as many


# -- what is looked at ---------------------------------------------------------------------------


def usual_horizon(task: Task) -> int:
    """The horizon where the user has chosen none."""
    held = known_steps(task) - held_from(task)
    return max(1, min(_USUAL_HORIZON, held // (LEAST_APART + 1)))


def usual_origin(task: Task, horizon: int) -> int:
    """The origin where the user has chosen none: the last with so many known values after it.

    At least the first that is held out, and the last step where nothing is.
    """
    known, held = known_steps(task), held_from(task)
    return max(1, known if held >= known else max(held, known - horizon))


def count_of_origins(task: Task) -> int:
    """From how many origins is forecast, of what is held out."""
    return min(max(0, known_steps(task) - held_from(task)), MOST_ORIGINS)


def looked_at(task: Task, playhead: Playhead) -> tuple[int, int, int]:
    """Origin, horizon and column that a playhead asks for, where it says nothing the usual ones."""
    horizon = playhead.horizon or usual_horizon(task)
    origin = playhead.origin or usual_origin(task, horizon)
    return min(origin, known_steps(task)), horizon, playhead.column


def costs_of_origins(branches: Branches, *, one: bool) -> Cost:
    """What it takes to forecast from the chosen origin, or from all of what is held out."""
    task = branches.task
    if why_no_origins(task):
        return Cost(0.0)
    origin, horizon, column = looked_at(task, branches.playhead)
    count = 1 if one else count_of_origins(task)
    size = size_of(task, branches.run.architecture)
    fits = not is_fitted(task, column, origin if one else 0)
    return cost_of_origins(size, count, horizon, fits=fits, again=runs_again(task))


def why_no_origins(task: Task) -> str:
    """Why nothing is forecast of a task, as the end of a sentence; empty where it is."""
    if task.mean is None or task.sequence.values is None:
        return "what is open is no series to forecast"
    if task.sequence.frames is not None:
        return "what is open is a film of pictures, no series"
    if task.source_steps:
        return "in this mode a second network answers; forecasts are of one that goes on"
    return ""


# -- the network -----------------------------------------------------------------------------------


@record(eq=False)
class KnownStates:
    """Where a network stands after every known step, of values that are the series' own.

    Attributes
    ----------
    network : Network
    a, c : (L, T + 1, H) or None
        States; None without recurrence, and c of a cell that has none.
    y : callable (origins) → (N, O)
        What it says at these steps.
    """

    network: Network
    a: NDArray[np.floating] | None
    c: NDArray[np.floating] | None
    y: Callable[[NDArray[np.intp]], NDArray[np.floating]]


def why_network_stops(task: Task) -> str:
    """Why a network cannot go on from its own answers, in words; empty where it can."""
    if task.outputs != task.inputs:
        said = task.units or f"{task.outputs} of {task.inputs} columns"
        return f"it answers {said} alone, not all that it reads: it forecasts one step"
    return ""


def runs_again(task: Task) -> bool:
    """Whether what a pass was fed are not all of the values that are known."""
    known = known_steps(task)
    own = task.own and task.fed_back is not None and bool(task.fed_back[:known].any())
    return own or task.silent is not None


def _one_way(passing: Pass) -> Network | None:
    network = passing.trace.network
    if not isinstance(network, Network) or network.architecture.bidirectional:
        return None
    return network


def states_of(passing: Pass) -> KnownStates | None:
    """The states of a pass after each known step; None for a network that reads both ways.

    A pass that was fed its own answers is run again with what is known of the series.
    """
    task, trace, network = passing.task, passing.trace, _one_way(passing)
    if network is None:
        return None
    known, linked = known_steps(task), task.mode != "one_to_one"
    if runs_again(task):
        assert task.mean is not None and task.deviation is not None
        from rnnviz.data.transforms import on_scale  # not for the first picture

        x = on_scale(task.sequence.transformed[:known], task.mean, task.deviation)
        trace = forward(network, x[:, None].astype(network.dtype))

    def said(origins: NDArray[np.intp]) -> NDArray[np.floating]:
        return np.stack([trace.outputs(o - 1, o)[0, 0] for o in origins.tolist()])

    if not linked:
        return KnownStates(network, None, None, said)
    c = trace.c
    return KnownStates(network, trace.a[:, :, 0], None if c is None else c[:, :, 0], said)


def _network_ahead(
    passing: Pass, origins: NDArray[np.intp], h: int, column: int, told: Told | None
) -> Array:
    """What the network says from each origin, (N, h), in the series' units; NaN for nothing."""
    task, states = passing.task, states_of(passing)
    said = np.full((len(origins), h), np.nan)
    if states is None or column >= task.outputs or not len(origins):
        return said
    first = states.y(origins)
    standard = np.full((len(origins), h), np.nan)
    standard[:, 0] = first[:, column]
    if h > 1 and not why_network_stops(task):
        a = None if states.a is None else states.a[:, origins]
        c = None if states.c is None else states.c[:, origins]
        later = go_on(
            states.network, first, h - 1, a0=a, c0=c, linked=states.a is not None, told=told
        )
        standard[:, 1:] = later[:, :, column].T
    return task.paths_of(standard, _values(task, column)[origins - 1], column)


# -- from one origin -----------------------------------------------------------------------------


def forecast(passing: Pass, told: Told | None, origin: int, horizon: int, column: int) -> Forecast:
    """Forecast from one origin; a measure."""
    values, origins = _values(passing.task, column), np.array([origin])
    said = {NETWORK: _network_ahead(passing, origins, horizon, column, told)[0]}
    methods = fitted(passing.given, column, origin)
    if origin >= methods.least:
        ahead = methods.ahead(values, _read(passing.task, column), origins, horizon)
        said |= {name: line[0] for name, line in ahead.items()}
    else:
        last = values[origin - 1]
        said[NAIVE] = np.full(horizon, 0.0 if methods.changes else last)
        said[methods.of_mean] = methods.led_back(np.full(horizon, methods.level), last)
    return Forecast(origin, horizon, said, _truth(values, origins, horizon)[0])


def _values(task: Task, column: int) -> Array:
    values = task.sequence.values
    assert values is not None
    return values[: known_steps(task), column]


def _read(task: Task, column: int) -> Array:
    """The same as the column's transform has them."""
    return task.sequence.transformed[: known_steps(task), column]


def _truth(values: Array, origins: NDArray[np.intp], h: int) -> Array:
    """What came after each origin, (N, h); NaN beyond the end."""
    steps = origins[:, None] + np.arange(h)
    return np.where(steps < len(values), values[np.minimum(steps, len(values) - 1)], np.nan)


# -- from many ------------------------------------------------------------------------------------


def origins(passing: Pass, told: Told | None, horizon: int, column: int) -> Origins:
    """Forecast from all origins of what is held out, or from many of them; a measure.

    All of one batch, step by step, so that it takes h steps and not N passes.
    """
    task = passing.task
    values, methods = _values(task, column), fitted(passing.given, column)
    first = max(held_from(task), methods.least)
    every = np.arange(first, len(values))
    apart = max(1, -(-len(every) // MOST_ORIGINS))
    # Not every second one: odd and even steps may differ, and errors by horizon were a saw.
    starts = np.arange(0, len(every), apart)
    places = starts + (np.arange(len(starts)) * _GOLDEN % 1.0 * apart).astype(int)
    chosen = every[places[places < len(every)]]
    said = {NETWORK: _network_ahead(passing, chosen, horizon, column, told)}
    said |= methods.ahead(values, _read(task, column), chosen, horizon)
    found = Origins(
        chosen, apart, len(every), horizon, said, _truth(values, chosen, horizon),
        reach_of(passing, horizon, column), *_directed(task, values, chosen, column),
    )  # fmt: skip
    for method in said:  # here, beside the interface, and not when they are drawn
        for figure in (found.rmse, found.mae, found.bias):
            figure(method)
    return found


def _directed(
    task: Task, values: Array, chosen: NDArray[np.intp], column: int
) -> tuple[Array, str]:
    """From where values of a column go up or down, and the transform whose sign that is."""
    if are_changes(task, column):
        return np.zeros(len(chosen)), NONE
    name = transform_of(task.sequence, column)
    return values[chosen - 1], name if name in LOOKING_BACK else NONE


def reach_of(passing: Pass, horizon: int, column: int) -> int:
    """How many steps the network of a pass forecasts of a column, at most."""
    if _one_way(passing) is None or column >= passing.task.outputs:
        return 0
    return 1 if why_network_stops(passing.task) else horizon
