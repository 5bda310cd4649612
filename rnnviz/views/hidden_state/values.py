"""The values that the panel shows: their quantity, which of them are known, and their words."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnnviz.film import Frame, Stage, number
from rnnviz.scenes.charts.steps import step_name


class UnitValue(NamedTuple):
    """Which values the hidden state's panel shows: a state or a gate.

    Attributes
    ----------
    symbol : str
        Its letter.
    name : str
        In words, "forget gate".
    role : str
        What it does, for a tool tip; empty where the name says it.
    signed : bool
        Whether it can be negative; gates made by a sigmoid are between 0 and 1.
    """

    symbol: str
    name: str
    role: str = ""
    signed: bool = True

    @property
    def at_t(self) -> str:
        """The symbol at a step: f⟨t⟩."""
        return f"{self.symbol}⟨t⟩"

    @property
    def title(self) -> str:
        """Name and symbol as a title has them: Forget gate  f⟨t⟩."""
        return f"{self.name[0].upper()}{self.name[1:]}  {self.at_t}"

    @property
    def spoken(self) -> str:
        """Name and letter: forget gate f."""
        return f"{self.name} {self.symbol}"

    @property
    def tip(self) -> str:
        """Name, letter, and what it does."""
        return self.told(self.symbol)

    def told(self, letter: str) -> str:
        """The same with another letter for it."""
        named = f"{self.name} {letter}"
        return f"{named}: {self.role}" if self.role else named


def quantity_of(frame: Frame, symbol: str | None = None) -> UnitValue:
    """The quantity of a letter in a frame's cell; the one that is shown without a letter."""
    symbol, kind = frame.quantity if symbol is None else symbol, frame.kind
    if symbol not in kind.told:
        return UnitValue("a", "hidden state")
    gate = symbol in kind.names and symbol != kind.candidate
    return UnitValue(symbol, *kind.told[symbol], signed=not gate)


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


def readings(frame: Frame, step: int, unit: int) -> list[str]:
    """What may be said of a value, from the most words to the fewest; the value is in all.

    Unit 3 · step 6 “invented” · f = 0.8231.
    """
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
