"""What a frame says in words. Numbers are the frame's; nothing is rounded before it is compared."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rnnviz.film.frame import Frame
from rnnviz.film.timeline import Stage

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


_SURE = 15  # significant digits that a float64 is sure of
_STEPS = 4096  # of a long series so many are looked at


def number(value: float, spread: float = 0.0, *, digits: int = 3, zeros: bool = False) -> str:
    """A number for reading aloud, with as many digits as tell it from what stands beside it.

    Parameters
    ----------
    value : float
        "not finite" where it is not.
    spread : float
        How far the numbers lie apart that stand together (see `spread_of`): three digits of it are
        said, so that 101325.4 beside 101326.1 is no "1.0·10⁵". 0: it stands alone.
    digits : int
        Significant digits at least; of three, a number that is written with a power of ten and
        stands alone has two: 3.2·10⁻⁵.
    zeros : bool
        Whether last zeros are kept, so that what stands side by side looks alike: 2.70.
    """
    if not np.isfinite(value):
        return "not finite"
    if value == 0.0:
        return "0"
    sign, size = "−" if value < 0 else "", abs(float(value))
    exponent = int(f"{size:.{digits - 1}e}".partition("e")[2])  # that of what is written
    beside = 0.0 < spread < np.inf
    apart = 2 - int(np.floor(np.log10(spread))) if beside else digits - 1 - exponent
    most = _SURE - 1 - exponent  # no digits are made up
    if 1e-3 <= size < 1e4 or (beside and 1e-3 <= size < (10.0**_SURE if apart >= 0 else 1e6)):
        decimals = min(max(digits - 1 - exponent, apart, 0), max(most, 0))
        text = f"{size:.{decimals}f}"
        if not zeros and "." in text:
            text = text.rstrip("0").rstrip(".")
        return sign + text
    after = max(1 if digits <= 3 else digits - 1, exponent + apart if beside else 0)
    after = min(after, _SURE - 1)
    mantissa, _, power = f"{size:.{after}e}".partition("e")
    return f"{sign}{mantissa}·{ten_to(int(power))}"


def spread_of(values: ArrayLike) -> float:
    """How far numbers that stand together lie apart, for `number`; 0 where they are one number.

    That is from the smallest to the largest, or thirty times the usual step from one to the next
    where that is less: neighbours of a slow series are to be told apart too.
    """
    known = np.asarray(values, np.float64).ravel()
    known = known[np.isfinite(known)]
    if known.size < 2:
        return 0.0
    apart = float(known.max() / 2 - known.min() / 2) * 2
    every = max(1, known.size // _STEPS)
    steps = np.abs(known[1::every] / 2 - known[: known.size - 1 : every] / 2)
    steps = steps[steps > 0.0]
    return min(apart, 60 * float(np.median(steps))) if steps.size else apart


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
