"""What the bar says of a snapshot, in words."""

from __future__ import annotations

from math import isfinite, isnan
from typing import Any

from rnnviz.film import number
from rnnviz.film.plan import validation_of


def place(update: int, updates: int) -> str:
    """How far it is: "update 640 of 1,500"."""
    return f"update {update:,} of {updates:,}"


def loss_words(loss: float) -> str:
    """A loss: its number, a dash where there is none."""
    if isnan(loss):
        return "–"
    return number(loss) if isfinite(loss) else "not finite"


def snapshot_words(snapshot: Any, updates: int) -> str:
    """All of a snapshot: "update 640 of 1,500 · loss 0.31 · validation 0.35"."""
    words = place(snapshot.update, updates)
    if not isnan(snapshot.loss):
        words += f" · loss {loss_words(float(snapshot.loss))}"
    validation = validation_of(snapshot)
    return words if isnan(validation) else f"{words} · validation {loss_words(validation)}"
