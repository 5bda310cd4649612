"""What of the states has been computed where the playhead stands, and how a state is said."""

from __future__ import annotations

import numpy as np

from rnnviz.film import Frame, Stage, number
from rnnviz.views.panels.words import step_name


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


def first_lost(frame: Frame) -> int:
    """The first step with a state that is not finite; 0 for none."""
    finite = np.isfinite(frame.states)
    return 0 if finite.all() else int(finite.all(axis=1).argmin())


def reading(frame: Frame, step: int, unit: int) -> str:
    """What is said of a value: unit 3 · step 6 “invented” · a = −0.4182."""
    place = step_name(frame, step)
    if unit < 0:
        return place
    if not is_known(frame, step, unit):
        return f"unit {unit + 1} · {place} · not yet computed"
    return f"unit {unit + 1} · {place} · a = {_value(float(frame.states[step, unit]))}"


def limits(frame: Frame) -> tuple[str, str, str]:
    """The largest value of the scale, its middle and its smallest, in words."""
    limit = number(frame.state_limit)
    return f"+{limit}", "0", f"−{limit}"


def _value(value: float) -> str:
    """Four decimals, and the notation of reading aloud where a value is large."""
    if not np.isfinite(value):
        return "not finite"
    if value != 0.0 and not 1e-3 <= abs(value) < 1e4:
        return number(value)
    return f"{value:.4f}".replace("-", "−")
