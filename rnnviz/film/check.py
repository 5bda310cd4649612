"""The gradient that is shown, held against numeric derivatives of the loss that is shown."""

from __future__ import annotations

import numpy as np

from rnnviz.engine import EncoderDecoder, Network, Objective, backward, check_gradients
from rnnviz.engine.checking import GradientCheck, compared
from rnnviz.film.passes import Pass, pair_forward, run_forward, steps_forward
from rnnviz.film.records import Array, Model, differentiated, parameters, replaced

_TOLERANCE = 1e-6


def check_pass(passing: Pass, seed: int = 0) -> GradientCheck:
    """Check every parameter's gradient of a pass, each by itself, by complex steps.

    What the network feeds itself is held fixed, as in the gradient. A pass in float32 is checked
    by the same pass in float64.

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
    wide, gradients = _cast(model, np.float64), passing.backward.gradients
    if any(array.dtype != np.float64 for array in gradients.values()):
        gradients = differentiated(run_forward(wide, task)).gradients
    moving, named = _cast(wide, np.complex128), parameters(wide)

    def loss(name: str, moved: Array) -> complex:
        nudged = replaced(moving, {**parameters(moving), name: moved})
        if isinstance(nudged, EncoderDecoder):
            return complex(pair_forward(nudged, task).decoder.loss_k.sum())
        return complex(steps_forward(nudged, task).loss_k.sum()) * task.steps

    sizes: dict[str, float] = {}
    if isinstance(wide, EncoderDecoder):
        both = pair_forward(wide, task).backward()
        for part, back in (("encoder", both.encoder), ("decoder", both.decoder)):
            for name in back.gradients:
                sizes[f"{part}.{name}"] = float(back.share_norms(name).sum())
    else:
        back = backward(steps_forward(wide, task))
        for name in named:
            sizes[name] = float(back.share_norms(name).sum()) * task.steps
    return compared(named, gradients, sizes, loss, directions=2, tolerance=_TOLERANCE, seed=seed)


def _cast(model: Model, dtype: type[np.generic]) -> Model:
    if isinstance(model, EncoderDecoder):
        return EncoderDecoder(model.encoder.astype(dtype), model.decoder.astype(dtype))
    return model.astype(dtype)
