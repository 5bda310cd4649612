"""The same in words, computed: the sentence at the right of the bar."""

from __future__ import annotations

import numpy as np

from rnnviz.film import number, ratio
from rnnviz.film.frame import Frame
from rnnviz.scenes.equation.step import Step
from rnnviz.scenes.equation.symbols import cut


def sentence(words: str) -> str:
    """Words with a capital and a full stop."""
    return words[:1].upper() + words[1:] + "."


def percent(part: float) -> str:
    """A part between 0 and 1, with no 0 or 100 % that is not exact."""
    said = f"{100 * part:.0f}"
    if said == "0" and part != 0.0:
        return "less than 1\u00a0%"
    if said == "100" and part != 1.0:
        return "more than 99\u00a0%"
    return f"{said}\u00a0%"


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
    return _kept_by_lstm(step) if frame.kind.states else _kept_by_gru(step)


def _unit(step: Step) -> int:
    return max(step.frame.playhead.unit, 0)


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
    unit = _unit(step)
    shares = _shares(step, unit)
    return f"Unit {unit + 1} adds up {shares} (by size, signs aside)." if shares else ""


def _sums(step: Step) -> str:
    """What goes into the gate that is shown with numbers: the forget gate or z."""
    frame, unit = step.frame, _unit(step)
    gate = "forget gate" if frame.kind.states else "gate z"
    shares = _shares(step, frame.units + unit)  # the second block of rows
    said = f"Unit {unit + 1}’s {gate} adds up {shares} (by size)." if shares else ""
    return f"{said} {which_gru(frame)}".strip()


def _kept_by_lstm(step: Step) -> str:
    unit, t = _unit(step), step.t
    i, f, o = (float(step.gate(name, t)[unit]) for name in "ifo")
    if float(step.c(step.before)[unit]) == 0.0:
        said = f"Unit {unit + 1} has nothing to keep yet: c⟨{step.before}⟩ = 0."
    else:
        said = f"Unit {unit + 1} keeps {percent(f)} of its cell state: f\u00a0=\u00a0{number(f)}."
    return f"{said} It takes in {percent(i)} of g and shows {percent(o)} of tanh c."


def _kept_by_gru(step: Step) -> str:
    unit, t = _unit(step), step.t
    z = float(step.gate("z", t)[unit])
    new = f"{percent(1.0 - z)} of the new n⟨{t}⟩: z\u00a0=\u00a0{number(z)}."
    if float(step.a(step.before)[unit]) == 0.0:
        said = f"Unit {unit + 1} has nothing to keep (a⟨{step.before}⟩ = 0) and takes {new}"
    else:
        said = f"Unit {unit + 1} keeps {percent(z)} of a⟨{step.before}⟩ and takes {new}"
    return f"{said} {which_gru(step.frame)}"


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
    frame, unit, after = step.frame, _unit(step), step.t + 1
    if not step.later or not frame.kind.names:
        return ""
    if frame.kind.states:
        f = float(step.gate("f", after)[unit])
        return (
            f"Unit {unit + 1} hands on {percent(f)} of ∂L/∂c⟨{after}⟩: f\u00a0=\u00a0{number(f)}."
        )
    z = float(step.gate("z", after)[unit])
    direct = f"{percent(z)} of ∂L/∂a⟨{after}⟩ directly"
    return f"Unit {unit + 1} hands on {direct}: z\u00a0=\u00a0{number(z)}."
