"""The losses of a training over its updates."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite, log10
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import number
from rnnviz.film.plan import best_of, validation_of
from rnnviz.scenes.charts.axes import loss_ticks, update_ticks
from rnnviz.scenes.charts.chart import DASHED, Axis, Chart, Curve
from rnnviz.scenes.shapes import Role

_LEAST = 1e-12  # a loss of exactly 0 has no logarithm
INKS = ((Role.MUTED, 0.1), (Role.INK, 0.15))
"""Colour and thickness of the training loss and of the validation loss, which is the heavier; where
there is no validation, the training loss is."""

Log = tuple[Any, ...]


def loss_chart(log: Log, end: int, naive: float) -> Chart:
    """Losses on a logarithmic axis, over the square root of the update, up to update `end`.

    `naive` is the loss that a forecast without any network has.
    """
    x = np.sqrt(np.array([float(s.update) for s in log]))
    trained = [float(s.loss) for s in log]
    held = [validation_of(s) for s in log]
    low, high = loss_ends([*trained, *held, naive])
    (muted, thin), (heavy, thick) = INKS[:: 1 if best_of(log) >= 0 else -1]
    curves: list[Curve] = []
    if isfinite(naive):
        level, ends = logs([naive, naive]), np.array([0.0, float(end) ** 0.5])
        text = f"if nothing changed: {number(naive)}"
        curves.append(
            Curve(
                "if nothing changed", ends, level, Role.OUTPUT, 0.1, DASHED,
                titles=(text, "nothing changed"), tip="A forecast that repeats the last value.",
            )
        )  # fmt: skip
    curves.append(Curve("loss", x, logs(trained), muted, thin, end=lambda _: "loss"))
    if best_of(log) >= 0:
        curves.append(Curve("validation", x, logs(held), heavy, thick, end=lambda _: "validation"))
    return Chart(
        "Loss",
        Axis(0.0, float(max(end, 0)) ** 0.5, update_ticks, lambda v: f"{round(v * v)}", "update"),
        Axis(log10(low), log10(high), loss_ticks, lambda v: number(10.0**v, digits=6), "loss"),
        tuple(curves),
    )


def logs(losses: Iterable[float]) -> NDArray[np.float64]:
    """Logarithms of losses, NaN where one is not finite."""
    values = np.array(list(losses), np.float64)
    with np.errstate(invalid="ignore"):
        return np.where(np.isfinite(values), np.log10(np.maximum(values, _LEAST)), np.nan)


def loss_ends(losses: Iterable[float]) -> tuple[float, float]:
    """Ends of an axis that holds these losses; those that are not finite do not count."""
    known = [max(loss, _LEAST) for loss in losses if isfinite(loss)]
    low, high = (min(known), max(known)) if known else (0.1, 1.0)
    # Half a digit of room, so that a curve neither touches the edge nor fills the height if flat.
    room = max(1.12, (high / low) ** 0.06)
    low, high = low / room, high * room
    return (low, high) if high / low > 2.0 else (low / 1.5, high * 1.5)
