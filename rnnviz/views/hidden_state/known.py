"""What of the values has been computed where the playhead stands, and how a value is said."""

from __future__ import annotations

import numpy as np

from rnnviz.film import Frame, Stage, number
from rnnviz.scenes.step_words import step_name
from rnnviz.views.hidden_state.quantities import quantity_of


def known(frame: Frame) -> tuple[int, int]:
    """Steps known whole, and units known of the next one (it fills in as g squashes)."""
    done = frame.forward_done
    if frame.moment.stage is not Stage.FORWARD or frame.moment.resting:
        return done, 0
    part = frame.moment.done("settle")
    if part >= 1.0:
        return done + 1, 0
    return done, int(part * frame.units)


def is_known(frame: Frame, step: int, unit: int) -> bool:
    """Whether a value has been computed."""
    whole, part = known(frame)
    return step <= whole or (step == whole + 1 and unit < part)


def reading(frame: Frame, step: int, unit: int) -> str:
    """What is said of a value: unit 3 · step 6 “invented” · f = 0.8231."""
    return readings(frame, step, unit)[0]


def readings(frame: Frame, step: int, unit: int) -> list[str]:
    """What may be said of a value, from the most words to the fewest; the value is in all."""
    full, brief = step_name(frame, step), f"step {step}"
    if unit < 0:
        return [full, brief]
    which = f"unit {unit + 1} · "
    if not is_known(frame, step, unit):
        what = "not yet computed"
    else:
        what = f"{frame.quantity} = {_value(frame.shown_at(step, unit))}"
    return [f"{which}{full} · {what}", f"{which}{brief} · {what}", f"{which}{what}", what]


def scale_marks(frame: Frame) -> tuple[tuple[float, str], ...]:
    """The scale's largest value, its middle and its smallest, and their words.

    Values that cannot be negative have the upper half of the colours, and no more is shown.
    """
    top = frame.shown_limit
    if not quantity_of(frame).signed:
        return (top, number(top)), (top / 2, number(top / 2)), (0.0, "0")
    return (top, f"+{number(top)}"), (0.0, "0"), (-top, f"−{number(top)}")


def _value(value: float) -> str:
    """Four decimals, and the notation of reading aloud where a value is large."""
    if not np.isfinite(value):
        return "not finite"
    if value != 0.0 and not 1e-3 <= abs(value) < 1e4:
        return number(value)
    return f"{value:.4f}".replace("-", "−")
