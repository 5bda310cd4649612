"""A series beyond its end: steps that the network is to fill with its own forecasts."""

from dataclasses import replace

import numpy as np

from rnnviz.data.tasks.record import Task


def can_go_ahead(task: Task) -> str:
    """Why a task cannot be forecast beyond its end, in words; empty where it can."""
    base = task.base or task
    if base.mean is None or base.sequence.values is None:
        return "what is open is no series of numbers"
    if base.outputs != base.inputs:
        return "it does not predict all that it reads"
    if base.problem:
        return "this example ends with a forecast already"
    return ""


def ahead(task: Task, steps: int) -> Task:
    """The same series with `steps` more steps, fed the network's own forecasts; 0 takes them off.

    Nobody knows their values: they pay no loss and have no target.

    Raises
    ------
    ValueError
        Where `can_go_ahead` has a reason.
    """
    reason = can_go_ahead(task)
    if reason:
        raise ValueError(f"No forecast: {reason}.")
    base = task.base or task
    if steps < 1:
        return base
    values = base.sequence.values
    assert values is not None

    def longer(array: np.ndarray, fill: float) -> np.ndarray:
        return np.concatenate([array, np.full((steps, *array.shape[1:]), fill, array.dtype)])

    known = longer(base.payable, False)
    fed = np.zeros(base.steps + steps, bool)
    fed[base.steps :] = True
    sequence = replace(
        base.sequence,
        tokens=(*base.sequence.tokens, *(f"+{i}" for i in range(1, steps + 1))),
        values=longer(values, 0.0),
    )
    return replace(
        base,
        base=base,
        sequence=sequence,
        x=longer(base.x, 0.0),
        targets=longer(base.targets, 0.0),
        mask=longer(base.mask, False),
        known=known,
        fed_back=fed,
        own=True,
        given=base.steps,
        pictures=(*base.pictures, *(None,) * steps) if base.pictures else (),
    )
