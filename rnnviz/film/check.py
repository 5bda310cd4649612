"""The gradient that is shown, held against numeric derivatives of the loss that is shown."""

from __future__ import annotations

import numpy as np

from rnnviz.engine import EncoderDecoder, Network, Objective, check_gradients
from rnnviz.engine.checking import GradientCheck
from rnnviz.film.passes import Pass, run_forward
from rnnviz.film.records import Model, parameters, replaced

_STEP = 1e-5
_TOLERANCE = 1e-6


def check_pass(passing: Pass, seed: int = 0) -> GradientCheck:
    """Check every parameter's gradient of a pass.

    One network by complex steps (see the engine's `check_gradients`); two networks, and steps
    without recurrence, by central differences along a random direction. What passes is 1e-6: where
    an answer is all but certain, p − 1 itself has few digits left. What the network feeds itself is
    held fixed, as in the gradient.

    Parameters
    ----------
    passing : Pass
    seed : int
        Of the directions.
    """
    task, model = passing.task, passing.trace.network
    if isinstance(model, Network) and (task.mode != "one_to_one" or task.steps == 1):
        given = None if task.silent is None else ~task.silent[:, None]
        objective = Objective(task.loss, task.targets, task.mask, "sum")
        return check_gradients(
            model, task.x, objective, tolerance=_TOLERANCE, seed=seed, inputs=given
        )
    wide = _in_full(model)
    exact = passing.backward.gradients
    rng = np.random.Generator(np.random.PCG64(seed))
    length = float(np.sqrt(sum(np.square(g, dtype=np.float64).sum() for g in exact.values())))
    named, errors = parameters(wide), dict[str, float]()
    for name, values in named.items():
        if not values.size:
            continue
        v = rng.standard_normal(values.shape)
        v /= np.linalg.norm(v)
        ends = [
            run_forward(replaced(wide, {**named, name: values + way * _STEP * v}), task).loss
            for way in (1.0, -1.0)
        ]
        numeric = (ends[0] - ends[1]) / (2.0 * _STEP)
        off = abs(numeric - float((exact[name] * v).sum()))
        errors[name] = off / length if off else 0.0
    return GradientCheck(errors, _TOLERANCE, 1)


def _in_full(model: Model) -> Model:
    if isinstance(model, EncoderDecoder):
        return EncoderDecoder(model.encoder.astype(np.float64), model.decoder.astype(np.float64))
    return model.astype(np.float64)
