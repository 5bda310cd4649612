"""The same in words, computed: the sentence at the right of the bar."""

from __future__ import annotations

import numpy as np

from rnnviz.film import ratio
from rnnviz.film.frame import Frame
from rnnviz.scenes.equation.cells import WRITTEN
from rnnviz.scenes.equation.gate_words import percent, unit_of
from rnnviz.scenes.equation.step import Step
from rnnviz.scenes.equation.symbols import cut


def sentence(words: str) -> str:
    """Words with a capital and a full stop."""
    return words[:1].upper() + words[1:] + "."


def start_words(frame: Frame) -> str:
    """What is said before the first step."""
    said = "The same weights serve every step; the first one remembers nothing."
    return f"{which_gru(frame)} {said}".lstrip()


def which_gru(frame: Frame) -> str:
    """Which of the two GRUs it is; nothing for another cell."""
    kind = frame.kind
    if not kind.resets:
        return ""
    known = " and ".join(kind.known_from)
    return sentence(f"{kind.name}: reset {kind.resets} the product, as {known}")


# -- forward -----------------------------------------------------------------------------------


def forward_words(step: Step) -> str:
    """What a unit does at a step of the way forward."""
    frame, t = step.frame, step.t
    if frame.passing.exploded and not np.isfinite(frame.states[t]).all():
        return sentence("the pass " + frame.passing.exploded)
    if not frame.kind.names:
        return _added(step)
    if step.phase in ("input", "recurrent", "combine"):
        return _sums(step)
    return f"{WRITTEN[frame.cell].kept(step)} {which_gru(frame)}".strip()


def _shares(step: Step, row: int) -> str:
    """How much of a sum comes from where: "43 % from a⟨5⟩, …"."""
    frame, t, terms = step.frame, step.t, step.forward
    sizes = [abs(float(part[row])) for part in (terms.recurrent, terms.input, step.bias)]
    total = sum(sizes)
    if not np.isfinite(total) or total == 0.0:
        return ""
    series = frame.task.sequence.kind == "series"
    fed = f"x⟨{t}⟩" if series else f"“{cut(frame.token(t))}”"
    if frame.layer:
        fed = f"layer {frame.layer}"
    bias = "its biases" if step.symbols.two_biases else "b_a"
    names = (f"a⟨{step.before}⟩", fed, bias)
    return ", ".join(
        f"{percent(size / total)} from {name}"
        for name, size in zip(names, sizes, strict=True)
        if size
    )


def _added(step: Step) -> str:
    unit = unit_of(step)
    shares = _shares(step, unit)
    return f"Unit {unit + 1} adds up {shares} (by size, signs aside)." if shares else ""


def _sums(step: Step) -> str:
    """What goes into the gate that is shown with numbers, the one that says what is kept."""
    frame, unit, keeper = step.frame, unit_of(step), step.frame.kind.keeper
    gate = frame.kind.told[keeper][0] if frame.kind.states else f"gate {keeper}"
    shares = _shares(step, step.block(keeper).start + unit)
    said = f"Unit {unit + 1}’s {gate} adds up {shares} (by size)." if shares else ""
    return f"{said} {which_gru(frame)}".strip()


# -- backward ----------------------------------------------------------------------------------


def backward_words(step: Step) -> str:
    """How long a step's gradient is, and for a gated cell how it survives."""
    frame, t = step.frame, step.t
    k, norms = frame.source, frame.log10_norms
    here = norms[t - 1]
    if np.isnan(here):
        return sentence(frame.passing.exploded or "its gradient is not finite")
    if not frame.summed and t > k:
        return f"What comes after step {k} has no part in its loss."
    if here == -np.inf:
        return "The gradient is exactly 0 here."
    size = ratio(float(here))
    what = f"‖∂L/∂a⟨{t}⟩‖" if frame.kind.states else "The length of this gradient"
    after = norms[t] if t < frame.steps else -np.inf
    if frame.summed or t == k or not np.isfinite(after):
        said = f"{what} is {size}."
    else:
        part = ratio(float(here - after))
        said = f"{what} is {size}: {part} times that at step {t + 1}."
    return f"{said} {_handed_on(step)}".rstrip()


def _handed_on(step: Step) -> str:
    """What a gate lets through of the gradient at step t + 1."""
    return WRITTEN[step.frame.cell].handed(step) if step.later else ""
