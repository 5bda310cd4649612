"""Classical forecasts beside the network's: naive, mean, autoregressive; and their errors."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import Task
from rnnviz.data.forecasts import choose_ar, mean, naive

Vector = NDArray[np.float64]
_FITTED_TO = 20_000  # values that the autoregressive model is fitted to, the last that are known


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """One method's forecasts of a series' first column.

    Attributes
    ----------
    name : str
        "naive", "mean" or "AR(p)".
    said : (T,) array of float64
        Its forecast of the value at step t (from 1) at index t − 1; nan where it has none. Up to
        the last known step each is made one step before, beyond it all are made there.
    """

    name: str
    said: Vector


_KNOWN: WeakKeyDictionary[Task, tuple[Baseline, ...]] = WeakKeyDictionary()


def last_known(task: Task) -> int:
    """The last step (from 1) whose value the network is given; the others it feeds itself."""
    fed = np.flatnonzero(task.fed_back) if task.fed_back is not None else np.zeros(0)
    return int(fed[0]) if fed.size and task.own else task.steps


def baselines(task: Task) -> tuple[Baseline, ...]:
    """The classical forecasts of a task that forecasts a series; none of any other.

    All are fitted to the steps that are known to the network, and to nothing else.
    """
    values = task.sequence.values
    if task.mean is None or values is None or task.steps < 2 or last_known(task) < 1:
        return ()
    if task not in _KNOWN:
        _KNOWN[task] = _made(values[: task.steps, 0], last_known(task))
    return _KNOWN[task]


def _made(values: Vector, last: int) -> tuple[Baseline, ...]:
    history, ahead = values[:last], len(values) - last
    model = choose_ar(history[-_FITTED_TO:])
    lines = {name: np.full(len(values), np.nan) for name in ("naive", "mean", "ar")}
    lines["naive"][1:last] = history[:-1]
    lines["mean"][1:last] = mean(history, 1)[0]
    first = max(model.order, 1)
    if last > first:
        lines["ar"][first:last] = model.ahead(history, 1)[:-1, 0]
    if ahead:
        lines["naive"][last:] = naive(history, ahead)
        lines["mean"][last:] = mean(history, ahead)
        lines["ar"][last:] = model.forecast(history, ahead)
    names = {"naive": "naive", "mean": "mean", "ar": f"AR({model.order})"}
    return tuple(Baseline(names[key], _frozen(said)) for key, said in lines.items())


def error_of(said: Vector, values: Vector, part: slice) -> float:
    """Root of the mean squared error over the steps where both are known; nan where none is."""
    with np.errstate(all="ignore"):
        errors = said[part] - values[part]
        errors = errors[~np.isnan(errors)]
        if not errors.size:
            return float("nan")
        largest = float(np.abs(errors).max())
        if largest == 0.0 or not np.isfinite(largest):
            return largest
        return largest * float(np.sqrt(np.mean(np.square(errors / largest))))


def _frozen(array: Vector) -> Vector:
    array.setflags(write=False)
    return array
