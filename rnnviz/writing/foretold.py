"""What a series' network reads and what is forecast of it, as arrays beside those of its steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.transforms import on_scale
from rnnviz.film import Frame
from rnnviz.film.held_out_errors import NETWORK

Array = NDArray[Any]


def scaled_values(frame: Frame) -> NDArray[np.float64] | None:
    """The values as the network reads them, (T, C); None of what is no series on a scale.

    ``x = (transformed value − mean) / deviation``, column by column; nan where nothing enters, or
    nobody knows what will.
    """
    task = frame.task
    if task.sequence.values is None or task.mean is None or task.deviation is None:
        return None
    if task.sequence.frames is not None:
        return None
    read = on_scale(task.sequence.transformed, task.mean, task.deviation)
    read[frame.steps if task.given is None else task.given :] = np.nan
    if task.silent is not None:
        read[task.silent] = np.nan
    return read


def scale_arrays(frame: Frame) -> dict[str, Array]:
    """Mean and deviation of that scale, (C,), and each column's transform."""
    task = frame.task
    if task.sequence.values is None or task.mean is None or task.deviation is None:
        return {}
    count = task.sequence.values.shape[1]
    return {
        "scale_mean": np.array(task.mean, np.float64),
        "scale_deviation": np.array(task.deviation, np.float64),
        "scale_transform": np.array(task.sequence.transforms or ("none",) * count),
    }


def forecast_arrays(frame: Frame, go_on: Callable[[], object]) -> dict[str, Array]:
    """What the forecast panel shows, in the series' units; nothing of what is no series.

    Parameters
    ----------
    frame : Frame
        Whose playhead says origin, horizon and column, or leaves the usual ones.
    go_on : callable
        Asked now and then; raises to stop.

    Returns
    -------
    dict of str to array
        ``forecast_column``, ``forecast_origin`` (the last step known, from 1) and
        ``forecast_horizon``, h; ``from_origin_truth`` and ``from_origin_METHOD``, (h,);
        ``from_origin_low`` and ``…_high``, the 80 % interval of the network's; ``held_out_origins``
        and, by horizon, ``held_out_count`` and ``rmse_METHOD``, ``mae_METHOD``, ``bias_METHOD``,
        (h,). nan where there is none. Of a network that was not judged by held-out values neither
        interval nor errors.
    """
    from rnnviz.film.origins import forecast, looked_at, origins, why_no_origins

    task, passing = frame.task, frame.passing
    if why_no_origins(task):
        return {}
    origin, horizon, column = looked_at(frame.run.task, frame.playhead)
    now = forecast(passing, lambda _: go_on(), origin, horizon, column)
    found: dict[str, Array] = {
        "forecast_column": np.array(task.sequence.columns[column]),
        "forecast_origin": np.array(origin),
        "forecast_horizon": np.array(horizon),
        "from_origin_truth": now.truth,
    }
    found |= {f"from_origin_{method}": said for method, said in now.said.items()}
    many = origins(passing, lambda _: go_on(), horizon, column)
    if not frame.why_not_judged:
        around = many.interval(origin, now.said[NETWORK])
        found |= {"from_origin_low": around.low, "from_origin_high": around.high}
    found["held_out_origins"] = many.origins
    found["held_out_count"] = np.array([many.count(k) for k in range(1, horizon + 1)])
    for method in many.said:
        if method != NETWORK or not frame.why_not_judged:
            for name, figure in (("rmse", many.rmse), ("mae", many.mae), ("bias", many.bias)):
                found[f"{name}_{method}"] = figure(method)
    return found
