"""What a frame says in words. Numbers are the frame's; nothing is rounded before it is compared."""

from __future__ import annotations

import numpy as np

from rnnviz.film.frame import Frame
from rnnviz.film.timeline import Stage

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float) -> str:
    """A number for reading aloud: three significant digits, "not finite" where it is not."""
    if not np.isfinite(value):
        return "not finite"
    if value == 0.0:
        return "0"
    if 1e-3 <= abs(value) < 1e4:
        text = f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
    else:
        text = power_of_ten(float(np.log10(abs(value))), sign="−" if value < 0 else "")
    return text.replace("-", "−")


def ten_to(exponent: int) -> str:
    """A bare power of ten: "10⁻³"."""
    return f"10{str(exponent).translate(_SUPERSCRIPT)}"


def power_of_ten(log10: float, *, sign: str = "") -> str:
    """m·10ⁿ from a logarithm, so that 1e-400 can be said: "3.2·10⁻⁴⁰⁰"."""
    exponent = int(np.floor(log10))
    mantissa = f"{10.0 ** (log10 - exponent):.1f}"
    if mantissa == "10.0":
        mantissa, exponent = "1.0", exponent + 1
    return f"{sign}{mantissa}·{ten_to(exponent)}"


def ratio(log10: float) -> str:
    """A ratio given by its logarithm, for reading aloud."""
    return number(10.0**log10) if -3 <= log10 < 4 else power_of_ten(log10)


def gradient_reading(frame: Frame) -> str:
    """What the gradient panel says: how much of the gradient has come how far back."""
    k, reached = frame.source, frame.gradient_from
    if frame.passing.exploded and not (k and frame.gradient_known):
        return f"{frame.passing.exploded}."[:1].upper() + f"{frame.passing.exploded}."[1:]
    if not k and frame.steps > 1:
        return "No step pays a loss: nobody has said what this network should answer."
    if not k:
        return "No step pays a loss: a sequence of one value has nothing to predict."
    if reached > frame.steps:
        return "The gradient appears here as the backward pass proceeds."
    norms = frame.log10_norms
    if frame.others and reached < k:
        return _sides_reading(frame, reached)
    if frame.summed:
        last = k
        if reached >= last:
            return "The sum of all losses starts its way back."
        here, there = float(norms[reached - 1]), float(norms[last - 1])
        if np.isnan(here):
            return f"The gradient of the sum of all losses is not finite at step {reached}."
        if here == -np.inf:
            where = f"step {reached}{_in_layer(frame)}"
            return f"The gradient of the sum of all losses is exactly 0 at {where}."
        if not np.isfinite(there):
            least = "exactly 0" if there == -np.inf else "a gradient that is not finite"
            return f"Sum of all losses: step {reached} gets {ratio(here)}, step {last} {least}."
        part = ratio(norms[reached - 1] - norms[last - 1])
        said = f"Sum of all losses: step {reached} gets {part} times what step {last} gets"
        paying = np.count_nonzero(frame.task.mask[reached - 1 : last, 0])
        if paying == last - reached + 1:
            return f"{said}, because every step has a loss of its own nearby."
        return f"{said}, the only one that pays." if paying == 1 else f"{said}."
    if reached >= k:
        if frame.moment.step > k:
            return f"Nothing yet: the loss is paid at step {k}."
        return f"The loss of step {k} starts its way back."
    where = f"step {reached}{_in_layer(frame)}"
    if np.isnan(norms[reached - 1]):
        return f"The gradient from step {k} is not finite at {where}."
    if norms[reached - 1] == -np.inf:
        if norms[k - 1] == -np.inf:
            return f"The loss of step {k} has a gradient of exactly 0{_in_layer(frame)}."
        return f"The gradient from step {k} reaches {where} as exactly 0."
    if not np.isfinite(norms[k - 1]):
        return f"The gradient from step {k} reaches {where} at {ratio(float(norms[reached - 1]))}."
    part = ratio(norms[reached - 1] - norms[k - 1])
    return f"The gradient from step {k} reaches step {reached} at {part} of its size."


def _in_layer(frame: Frame) -> str:
    """Of which layer what is said holds, where there are several."""
    return f" in layer {frame.layer + 1}" if frame.layers > 1 else ""


def _sides_reading(frame: Frame, reached: int) -> str:
    """The same of every branch, each in parts of its own gradient at step k."""
    k, parts = frame.source, list[str]()
    for name, _, norms in frame.sides:
        here, there = float(norms[reached - 1]), float(norms[k - 1])
        if here == -np.inf:
            part = "exactly 0"
        elif np.isfinite(here) and np.isfinite(there):
            part = ratio(here - there)
        else:
            part = "nothing that could be said"
        parts.append(f"{part} ({name})")
    said = ", ".join(parts)
    if frame.summed:
        return f"Step {reached} gets {said} times what step {k} gets of the sum of all losses."
    return f"Step {reached} gets {said} of step {k}'s gradient."


def place(frame: Frame) -> str:
    """Where the playhead is, for the transport bar: "step 6 of 9 · forward"."""
    moment, steps = frame.moment, frame.steps
    if moment.stage is Stage.START:
        return f"start of {steps} step{'s' if steps != 1 else ''}"
    if moment.stage is Stage.UPDATE:
        return "update" if not moment.resting else "updated"
    way = "forward" if moment.stage is Stage.FORWARD else "backward through time"
    return f"step {moment.step} of {steps} · {way}"


def happening(frame: Frame) -> str:
    """The phase under way, with its step's numbers in place of t; empty at rest."""
    phase = frame.moment.phase
    if phase is None:
        return ""
    t = frame.moment.step
    if frame.moment.stage is Stage.BACKWARD and phase.name == "recurrent" and t == frame.steps:
        return "nothing arrives from beyond the last step"
    label = phase.label
    for symbol, step in (("t−1", t - 1), ("t+1", t + 1)):
        label = label.replace(symbol, str(step))
    return label.replace("⟨t⟩", f"⟨{t}⟩").replace("at t ", f"at {t} ")
