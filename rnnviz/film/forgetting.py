"""Forgetting, forward in time: one input is changed, and the states' difference is followed."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import Task
from rnnviz.engine import EncoderDecoder, Network, Trace
from rnnviz.engine.arrays import log_norms
from rnnviz.engine.probes import memory_half_life
from rnnviz.film.branches import Branches
from rnnviz.film.cost import SPAN, steps_back
from rnnviz.film.passes import Pass, run_forward, run_stretch
from rnnviz.film.records import Model
from rnnviz.film.splices import Splice
from rnnviz.frozen import record

_LN10 = float(np.log(10.0))


@record(eq=False)
class ForgottenInput:
    """What becomes of the difference that another input at a step makes.

    Attributes
    ----------
    step, last : int
        The step whose input is changed, and the last one that is followed.
    was, instead : str, float or None
        What enters there, and what would: a symbol, or a series' value in its own units, a standard
        deviation more (1 where all are alike); None for vectors, all of whose numbers grow by 1.
    log10 : ndarray of shape (L, last − step + 1)
        log10 ‖Δa⟨t⟩‖, both runs in float64; −inf where the states are the same to the last digit,
        nan where they are not finite.
    """

    step: int
    last: int
    was: str | float | None
    instead: str | float | None
    log10: NDArray[np.float64]


def under_way(branches: Branches) -> int:
    """The whole position that the film comes to; how many steps a pass has, it says itself."""
    return ceil(branches.position)


def changed_step(under_way: int, steps: int) -> int:
    """The step whose input is changed: the one that the film of so many steps stands at."""
    step = under_way if under_way <= steps else 2 * steps + 1 - under_way
    return min(max(step, 1), steps)


def forgetting(passing: Pass, _told: object, under_way: int) -> ForgottenInput | None:
    """Change what enters at the step that the film stands at; None where nothing does."""
    task = passing.task
    step = changed_step(under_way, task.steps)
    if step > task.steps or (task.silent is not None and task.silent[step - 1]):
        return None
    last = min(task.steps, step + SPAN - 1)
    changed, was, instead = _changed(task, step)
    if isinstance(was, str) and was == instead:  # there is one symbol alone
        return None
    trace = passing.trace
    if isinstance(trace, Trace):
        model = trace.network.astype(np.float64)
        pair = [run_stretch(trace, each, step, last, model) for each in (task, changed)]
        first, second = (each.a[:, 1:, 0] for each in pair)
    else:
        assert isinstance(trace, Splice)
        wide = _widened(trace.network)
        pair = [run_forward(wide, each) for each in (task, changed)]
        first, second = (each.a[:, step : last + 1, 0] for each in pair)
    with np.errstate(all="ignore"):
        logs = log_norms((second - first)[:, :, None]) / _LN10
    return ForgottenInput(step, last, was, instead, logs)


def half_lives(passing: Pass, _told: object, layer: int) -> NDArray[np.float64] | None:
    """In how many steps half of each unit's influence is gone, (H,); inf where it stays longer.

    See the engine's `memory_half_life`. Of a long sequence the last steps are looked at. None
    where the steps are not of one network, or not linked.
    """
    trace = passing.trace
    if not isinstance(trace, Trace):
        return None
    states = trace.a.shape[-1] * (1 if trace.c is None else 2)
    steps = min(trace.steps, steps_back(states) // 4 + 1)
    if steps < trace.steps:
        trace = run_stretch(trace, passing.task, trace.steps - steps + 1, trace.steps)
    return memory_half_life(trace, layer)


def _widened(model: Model) -> Model:
    if isinstance(model, Network):
        return model.astype(np.float64)
    assert isinstance(model, EncoderDecoder)
    return EncoderDecoder(model.encoder.astype(np.float64), model.decoder.astype(np.float64))


def _changed(task: Task, step: int) -> tuple[Task, str | float | None, str | float | None]:
    """The task with another input at a step, and what the two inputs are."""
    x = task.x.copy()
    if x.dtype.kind in "iu":
        old = int(x[step - 1, 0])
        decoding = bool(task.source_steps) and step > task.source_steps
        new = (old + 1) % (task.decoder_inputs if decoding else task.inputs)
        x[step - 1, 0] = new
        vocabulary = None if decoding else task.vocabulary
        names = task.output_names if vocabulary is None else vocabulary.labels
        was, instead = (names[i] if i < len(names) else f"input {i + 1}" for i in (old, new))
        return replace(task, x=x), was, instead
    x[step - 1] += 1.0
    values = task.sequence.values
    known = task.steps if task.given is None else task.given
    alone = values is not None and values.shape[1] == 1
    if values is None or not alone or task.deviation is None or step > known:
        return replace(task, x=x), None, None
    value = float(values[step - 1, 0])
    changed = task.in_units(float(x[step - 1, 0, 0]), _before(task, step))
    return replace(task, x=x), value, float(changed)


def _before(task: Task, step: int) -> float:
    """The value one step before a step, in the series' units; 0 where nobody knows it."""
    values, before = task.sequence.values, task.sequence.before
    if step > 1 and values is not None:
        return float(values[step - 2, 0])
    return 0.0 if before is None else float(before[0])
