"""What is said of a recording: where its film is, what a step says, what is pointed at."""

from __future__ import annotations

import numpy as np

from rnnviz.film import Stage, comparable, ratio
from rnnviz.film.recording import RecordedMoment, Recording
from rnnviz.scenes.charts.gradient import norm, size
from rnnviz.scenes.measure import clean
from rnnviz.scenes.shapes import Target


def place_words(recording: Recording, now: RecordedMoment) -> tuple[str, str]:
    """Where the film is, and which way it goes."""
    if now.stage is Stage.START:
        return f"start of {recording.steps:,} step{'s' * (recording.steps != 1)}", "forward"
    way = "forward" if now.stage is Stage.FORWARD else "backward through time"
    return f"step {now.step:,} of {recording.steps:,}", way


def sentence(recording: Recording, now: RecordedMoment, layer: int) -> str:
    """What the step under way says, in words that its numbers bear out."""
    t, steps = now.step, recording.steps
    if now.stage is Stage.START:
        what = "states and gradients" if recording.gradients is not None else "states"
        of = f"{recording.units:,} units"
        many = f"{steps:,} step{'s' * (steps != 1)}"
        return f"Recorded {what} of {of} over {many}: nothing is shown yet."
    name = step_name(recording, t)
    if now.stage is Stage.FORWARD:
        here = float(recording.log10_state_norms[layer, t - 1])
        if np.isnan(here):
            return f"At {name}, the state holds numbers that are not finite."
        return f"At {name}, the state's length is {norm(f'a⟨{t}⟩')} = {size(here)}."
    return _gradient_sentence(recording, layer, t, name)


def step_name(recording: Recording, t: int) -> str:
    """A step by its number, and by what entered where that says more."""
    token = clean(recording.tokens[t - 1])
    return f"step {t:,}" if token in ("", str(t)) else f"step {t:,}, “{token}”"


def _gradient_sentence(recording: Recording, layer: int, t: int, name: str) -> str:
    norms = recording.log10_norms[layer]
    here = float(norms[t - 1])
    formula = norm(f"∂L/∂a⟨{t}⟩")
    if np.isnan(here):
        return f"At {name}, the gradient holds numbers that are not finite."
    later = np.flatnonzero(np.isfinite(norms[t:]))
    if here == -np.inf:
        return f"At {name}, {formula} is exactly 0."
    if not later.size:
        return f"The gradient that reaches {name} is {formula} = {size(here)}."
    k = t + int(later[-1]) + 1
    there = float(norms[k - 1])
    if not comparable(here, there):
        return f"{formula} = {size(here)}, against {size(there)} at step {k:,}."
    return (
        f"At {name}, {formula} = {size(here)}: {ratio(here - there)} times what it is at "
        f"step {k:,}."
    )


def reading(recording: Recording, now: RecordedMoment, layer: int, target: Target) -> list[str]:
    """What is said of the step under the pointer."""
    t = target.step if target.unit < 0 else target.unit + 1
    lines = [step_name(recording, t)]
    if t <= now.known:
        here = float(recording.log10_state_norms[layer, t - 1])
        said = "not finite" if np.isnan(here) else size(here)
        lines.append(f"{norm(f'a⟨{t}⟩')} = {said}")
    if recording.gradients is not None and t >= now.back:
        here = float(recording.log10_norms[layer, t - 1])
        said = "not finite" if np.isnan(here) else size(here)
        lines.append(f"{norm(f'∂L/∂a⟨{t}⟩')} = {said}")
    return lines
