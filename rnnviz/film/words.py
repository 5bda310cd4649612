"""What a frame says in words. Numbers are the frame's; nothing is rounded before it is compared."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnviz.data import Task
from rnnviz.film.frame import Frame
from rnnviz.film.passes import last_paid
from rnnviz.film.timeline import Stage
from rnnviz.film.truncation import window_of

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


_NO_DIGITS_LEFT = 1e12  # a logarithm as large has lost those that a ratio is made of
_SURE = 15  # significant digits that a float64 is sure of
_TOLD_APART = 17  # that tell any two of them apart
_WRITTEN_OUT = 1e22  # so large numbers have all their digits, where only the last ones differ
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
    # No digits are made up, unless neighbours differ in nothing else.
    sure = min(max(_SURE, exponent + apart + 1), _TOLD_APART) if beside else _SURE
    most = sure - 1 - exponent
    large = _WRITTEN_OUT if sure > _SURE else 10.0**_SURE if apart >= 0 else 1e6
    if 1e-3 <= size < 1e4 or (beside and 1e-3 <= size < large):
        decimals = min(max(digits - 1 - exponent, apart, 0), max(most, 0))
        text = f"{size:.{decimals}f}"
        if not zeros and "." in text:
            text = text.rstrip("0").rstrip(".")
        return sign + text
    after = max(1 if digits <= 3 else digits - 1, exponent + apart if beside else 0)
    after = min(after, sure - 1)
    mantissa, _, power = f"{size:.{after}e}".partition("e")
    return f"{sign}{mantissa}·{ten_to(int(power))}"


def scale_formula(task: Task) -> str:
    """How the values of a series' first column became x: "x = (log return − 0.0003) / 0.012"."""
    if task.mean is None or task.deviation is None:
        return ""
    names = task.sequence.transforms or ("none",)
    return formula_of(names[0], float(task.mean[0]), float(task.deviation[0]))


def formula_of(transform: str, mean: float, deviation: float) -> str:
    """How values become x, by a transform, a mean and a deviation."""
    unit = "value"
    if transform != "none":
        from rnnviz.data.transforms import TRANSFORMS

        unit = TRANSFORMS[transform].unit
    if mean == 0.0 and deviation == 1.0:
        return f"x = {unit}"
    sign = "+" if mean < 0 else "−"
    return f"x = ({unit} {sign} {number(abs(mean), deviation)}) / {number(deviation)}"


def spread_of(values: ArrayLike) -> float:
    """How far numbers that stand together lie apart, for `number`; 0 where they are one number.

    That is from the smallest to the largest, or thirty times the usual step from one to the next
    where that is less: neighbours of a slow series are to be told apart too.
    """
    known = finite(np.asarray(values, np.float64).ravel())
    if known.size < 2:
        return 0.0
    apart = float(known.max() / 2 - known.min() / 2) * 2
    every = max(1, known.size // _STEPS)
    steps = np.abs(known[1::every] / 2 - known[: known.size - 1 : every] / 2)
    steps = steps[steps > 0.0]
    return min(apart, 60 * _median(steps)) if steps.size else apart


def finite(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Those of some numbers that are finite; where all are, as of a million steps, no copy."""
    with np.errstate(invalid="ignore"):
        ends = (values.min(), values.max()) if values.size else ()
    if np.isfinite(ends).all():
        return values
    return values[np.isfinite(values)]


def _median(values: NDArray[np.float64]) -> float:
    """The median of one number or more: `np.median` imports masked arrays, at the first frame."""
    high = values.size // 2
    low = high - 1 + values.size % 2
    ranked = np.partition(values, (low, high))
    return float(ranked[low] / 2 + ranked[high] / 2)


def ten_to(exponent: int) -> str:
    """A bare power of ten: "10⁻³", "10^(−2.4·10²⁰⁸)"."""
    if abs(exponent) >= _NO_DIGITS_LEFT:
        return f"10^({number(float(exponent))})"
    return f"10{str(exponent).translate(_SUPERSCRIPT)}"


def power_of_ten(log10: float, *, sign: str = "") -> str:
    """m·10ⁿ from a logarithm, so that 1e-400 can be said: "3.2·10⁻⁴⁰⁰", "10^(−2.4·10²⁰⁸)"."""
    if abs(log10) >= _NO_DIGITS_LEFT:
        return sign + ten_to(int(log10))
    exponent = int(np.floor(log10))
    mantissa = f"{10.0 ** (log10 - exponent):.1f}"
    if mantissa == "10.0":
        mantissa, exponent = "1.0", exponent + 1
    return f"{sign}{mantissa}·{ten_to(exponent)}"


def ratio(log10: float) -> str:
    """A ratio given by its logarithm, for reading aloud."""
    return number(10.0**log10) if -3 <= log10 < 4 else power_of_ten(log10)


def comparable(here: float, there: float) -> bool:
    """Whether the ratio of two sizes is known, given by their logarithms.

    Of 10^(−2.4·10²⁰⁸), which an exploded state's answer can have, no digit behind the point is.
    """
    return max(abs(here), abs(there)) < _NO_DIGITS_LEFT


def loss_name(frame: Frame) -> str:
    """The loss whose gradient is shown: "L⟨9⟩" alone, or "L", the sum of all; also of none."""
    return "L" if frame.summed or not frame.source else f"L⟨{frame.source}⟩"


def cut_words(frame: Frame, t: int) -> str:
    """That a step's gradient is 0 because it was cut; empty where it was not."""
    if not frame.cut_off(t):
        return ""
    window = frame.passing.window
    fence = (t - 1) // window * window + window + 1
    if not frame.summed:
        fence = frame.passing.reach(frame.source)
    return _cut_said(frame, t, fence)


def _cut_said(frame: Frame, t: int, fence: int) -> str:
    what = f"∂{loss_name(frame)}/∂a⟨{t}⟩ is exactly 0"
    return f"{what}: truncation cuts it before step {fence}; it did not vanish."


def gradient_reading(frame: Frame) -> str:
    """What the gradient panel says: how much of the gradient has come how far back."""
    k, reached = frame.source, frame.gradient_from
    if frame.passing.exploded and not (k and frame.gradient_known):
        return f"{frame.passing.exploded}."[:1].upper() + f"{frame.passing.exploded}."[1:]
    if not k and not frame.task.outputs:
        return "No step pays a loss: this network has no read-out."
    if not k and frame.steps > 1:
        return "No step pays a loss: nobody has said what this network should answer."
    if not k:
        return "No step pays a loss: a sequence of one value has nothing to predict."
    if reached > frame.steps:
        return "The gradient appears here as the backward pass proceeds."
    last = last_paid(frame.task) if frame.summed else k
    if reached >= last:
        which = "The sum of all losses" if frame.summed else f"The loss of step {k}"
        if frame.moment.stage is Stage.BACKWARD and frame.moment.step > last:
            return f"Nothing yet: the {'last ' * frame.summed}loss is paid at step {last}."
        if reached == last == 1:
            return "Before step 1 there is no step to go back to."
        return f"{which} starts its way back."
    if frame.others:
        return _sides_reading(frame, reached, last)
    return _sum_reading(frame, reached, last) if frame.summed else _alone_reading(frame, reached)


_STEP = r"\d+(?: in layer \d+)?"
_FROM = rf"^The gradient from step (\d+) reaches step ({_STEP})"
_OWN, _LATER = "its own loss than from later ones", "later losses than from its own"
_SHORTER = (
    (rf", more from (?:{_OWN}|{_LATER})\.", "."),
    (r"^The gradient appears here as the backward pass proceeds\.", "The backward pass draws it."),
    (r"^(No step pays a loss): .*", r"\1."),
    (r"^Without recurrence the loss of step (\d+) reaches .*", r"L⟨\1⟩ stays at step \1."),
    (rf"{_FROM} at (.*) of its size\.", r"Step \2 gets \3 of step \1’s."),
    (rf"{_FROM} grown to (.*) times its size\.", r"Step \2 gets \3 times step \1’s."),
    (rf"{_FROM} as exactly 0\.", r"Step \2 gets exactly 0."),
    (rf"^Sum of all losses: (step {_STEP} gets .* times) what (step \d+) gets", r"Sum: \1 \2’s"),
    (
        rf"^(Step {_STEP}) gets (.*) times what (step \d+) gets of "
        r"(?:its loss|the sum of all losses)(.*)",
        r"\1: \2 times \3’s\4",
    ),
)


def shorter_readings(reading: str) -> tuple[str, ...]:
    """What `gradient_reading` says, and shorter sentences that are as true, for less room."""
    return tuple(shortening(reading))


def shortening(reading: str) -> Iterator[str]:
    """The same, made when they are asked for: where the first has room, none is."""
    said = reading
    yield said
    for pattern, shorter in _SHORTER:
        made = re.sub(pattern, shorter, said)
        if made != said:
            said = made
            yield said


def longest_reading(frame: Frame) -> str:
    """The longest text that `gradient_reading` may say of this pass."""
    t = frame.steps
    said = [_longest_said(frame)]
    if frame.passing.window:
        said.append(_cut_said(frame, t, t))
    return max(said, key=len)


def _longest_said(frame: Frame) -> str:
    t, part = frame.steps, "0.0000000"
    if frame.others:
        said = ", ".join(f"{part} ({side.name})" for side in frame.sides)
        return _sides_said(frame, t, t, said)
    if frame.summed:
        return f"{_sum_said(frame, t, t, part)}{_MORE[False]}."
    return _alone_said(t, f"{t}{_in_layer(frame)}", 1.0, part)


def _in_layer(frame: Frame) -> str:
    """Of which layer what is said holds, where there are several."""
    return f" in layer {frame.layer + 1}" if frame.layers > 1 else ""


def _alone_reading(frame: Frame, reached: int) -> str:
    """How much of one loss's gradient has come to a step: shrunk, grown, or neither."""
    k, where = frame.source, f"{reached}{_in_layer(frame)}"
    if not frame.linked(k):
        return f"Without recurrence the loss of step {k} reaches no other step."
    here, there = float(frame.log10_norms[reached - 1]), float(frame.log10_norms[k - 1])
    if np.isnan(here):
        return f"The gradient from step {k} is not finite at step {where}."
    if here == -np.inf and frame.cut_off(reached):
        return cut_words(frame, reached)
    if here == -np.inf:
        if there == -np.inf:
            return f"The loss of step {k} has a gradient of exactly 0{_in_layer(frame)}."
        return f"The gradient from step {k} reaches step {where} as exactly 0."
    if not np.isfinite(there):
        return f"The gradient from step {k} reaches step {where} at {ratio(here)}."
    if not comparable(here, there):
        return f"The gradient from step {k} is of size {power_of_ten(here)} at step {where}."
    return _alone_said(k, where, here - there, ratio(here - there))


def _alone_said(k: int, where: str, log10: float, part: str) -> str:
    said = f"The gradient from step {k} reaches step {where}"
    if part == "1":
        return f"{said} at about its own size."
    return (
        f"{said} grown to {part} times its size." if log10 > 0 else f"{said} at {part} of its size."
    )


_MORE = {
    True: ", more from its own loss than from later ones",
    False: ", more from later losses than from its own",
}


def _sum_reading(frame: Frame, reached: int, last: int) -> str:
    """How much a step gets of the sum of all losses, and of which losses more."""
    here, there = float(frame.log10_norms[reached - 1]), float(frame.log10_norms[last - 1])
    where = f"{reached}{_in_layer(frame)}"
    if np.isnan(here):
        return f"The gradient of the sum of all losses is not finite at step {where}."
    if here == -np.inf:
        cut = cut_words(frame, reached)
        return cut or f"The gradient of the sum of all losses is exactly 0 at step {where}."
    if not np.isfinite(there):
        least = "exactly 0" if there == -np.inf else "a gradient that is not finite"
        return f"Sum of all losses: step {where} gets {ratio(here)}, step {last} {least}."
    if not comparable(here, there):
        both = f"step {where} gets {ratio(here)}, step {last} {ratio(there)}"
        return f"Sum of all losses: {both}."
    said = _sum_said(frame, reached, last, ratio(here - there))
    return f"{said}{_of_which(frame, reached, last)}."


def _of_which(frame: Frame, t: int, last: int) -> str:
    """Which losses a step's part of the sum comes from, as the end of a sentence."""
    if np.count_nonzero(frame.task.mask.any(axis=1)) == 1:
        return ", the only one that pays"
    if not frame.linked(last):
        return ", each from its own loss alone"
    if frame.layer < frame.layers - 1 or not frame.pays(t):
        return ""
    terms = frame.backward_terms(t)
    with np.errstate(all="ignore"):
        own, after = (float(np.linalg.norm(part)) for part in (terms.own, terms.arriving))
    return "" if not np.isfinite(own + after) or own == after else _MORE[own > after]


def _sum_said(frame: Frame, t: int, last: int, part: str) -> str:
    where = f"{t}{_in_layer(frame)}"
    return f"Sum of all losses: step {where} gets {part} times what step {last} gets"


def _sides_reading(frame: Frame, reached: int, last: int) -> str:
    """The same of every branch, each in parts of its own gradient at step `last`."""
    parts, cut, others = list[str](), list[str](), list[str]()
    for side, branch in zip(frame.sides, frame.branches.each, strict=True):
        here, there = float(side.norms[reached - 1]), float(side.norms[last - 1])
        if np.isnan(here) or np.isnan(there):
            others.append(f"that of {side.name} is not finite")
        elif here == -np.inf and frame.cut_off(reached, window=window_of(branch.run)):
            cut.append(side.name)
        elif here == -np.inf:
            parts.append(f"exactly 0 ({side.name})")
        elif there == -np.inf or not comparable(here, there):
            both = f"{ratio(here)}, step {last} {'exactly 0' if there == -np.inf else ratio(there)}"
            others.append(f"in {side.name} it gets {both}")
        else:
            parts.append(f"{ratio(here - there)} ({side.name})")
    of = "of the sum of all losses" if frame.summed else f"from step {last}"
    if len(cut) == len(frame.sides):
        where = f"{reached}{_in_layer(frame)}"
        said = f"In every branch truncation cuts the gradient {of} before it comes to step {where}"
        return f"{said}; it did not vanish."
    if cut:
        others.insert(0, f"that of {' and '.join(cut)} is cut by truncation")
    if parts:
        said = _sides_said(frame, reached, last, ", ".join(parts))
        return "; ".join([said.removesuffix("."), *others]) + "."
    return f"The gradient {of} at step {reached}{_in_layer(frame)}: {'; '.join(others)}."


def _sides_said(frame: Frame, t: int, last: int, said: str) -> str:
    of = "the sum of all losses" if frame.summed else "its loss"
    return f"Step {t}{_in_layer(frame)} gets {said} times what step {last} gets of {of}."


def place(frame: Frame) -> str:
    """Where the playhead is, for the transport bar: "step 6 of 9 · forward"."""
    moment, steps = frame.moment, frame.steps
    if moment.stage is Stage.START:
        return f"start of {steps} step{'s' if steps != 1 else ''}"
    if moment.stage is Stage.UPDATE:
        if frame.passing.exploded:
            return "no update"
        return ("updated" if frame.changes else "unchanged") if moment.resting else "update"
    back = "backward through time" if frame.through_time else "backward"
    way = "forward" if moment.stage is Stage.FORWARD else back
    return f"step {moment.step} of {steps} · {way}"
