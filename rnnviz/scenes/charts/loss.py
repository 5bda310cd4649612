"""The losses of a training over its updates."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite, isnan, log10, nan, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import Run, number
from rnnviz.film.plan import NO_CHANGE, REPEATING, best_of, validation_of
from rnnviz.frozen import record
from rnnviz.scenes.charts.axes import (
    epoch_ticks,
    linear_ticks,
    loss_ticks,
    named_ticks,
    update_ticks,
)
from rnnviz.scenes.charts.chart import DASHED, Axis, Chart, Curve
from rnnviz.scenes.measure import clean
from rnnviz.scenes.shapes import Role

_LEAST = 1e-12  # a loss of exactly 0 has no logarithm
INKS = ((Role.MUTED, 0.1), (Role.INK, 0.15))
"""Colour and thickness of the training loss and of the validation loss, which is the heavier; where
there is no validation, the training loss is."""

Log = tuple[Any, ...]


def trained_words(run: Run) -> tuple[str, ...]:
    """What a run's losses are of: the sequence that was trained on, and its parts by their steps.

    In texts that become shorter; steps count from 1.
    """
    if run.problem is not None:
        title = clean(run.problem.title)
        return f"Trained on examples of the problem “{title}”, not on this one", f"Trained: {title}"
    name = clean(run.carried or (run.task.base or run.task).sequence.name)
    parts = None if run.carried else run.task.parts
    if parts is None:
        return f"Trained on {name}", name
    trained, chose, held = (
        f"{part.start + 1:,} to {part.stop:,}" if part else ""
        for part in (parts.trained, parts.validation, parts.held_out)
    )
    most = f"Trained on {name}, steps {trained}"
    chosen = f"validation {chose}" if chose else ""
    aside = f"held out {held}" if held else ""
    every = " · ".join(filter(None, (most, chosen, aside)))
    return every, most, f"Steps {trained} of {name}", f"Trained on {name}", name


@record
class LossAxes:
    """How the loss chart's axes are laid out: linear or bent, over updates or epochs.

    Attributes
    ----------
    linear : bool
        Whether as they are; else losses by their logarithm over the root of the update, so that the
        steep beginning and the long end are seen alike.
    epoch : float
        Updates of an epoch, where epochs are counted; nan: updates are.
    """

    linear: bool = False
    epoch: float = nan

    def x(self, update: float) -> float:
        """The place of an update on the horizontal axis."""
        counted = update if isnan(self.epoch) else update / self.epoch
        return counted if self.linear else sqrt(counted)

    def y(self, losses: Iterable[float]) -> NDArray[np.float64]:
        """The places of losses on the vertical axis, NaN where one is not finite."""
        if not self.linear:
            return logs(losses)
        values = np.array(list(losses), np.float64)
        return np.where(np.isfinite(values), values, np.nan)

    def horizontal(self, end: int) -> Axis:
        """The axis up to an update."""
        name = "update" if isnan(self.epoch) else "epoch"
        last = self.x(float(max(end, 0)))
        if self.linear:
            ticks = named_ticks(name, whole=name == "update")
        else:
            ticks = update_ticks if name == "update" else epoch_ticks

        def words(place: float) -> str:
            counted = place if self.linear else place * place
            return f"{round(counted)}" if name == "update" else f"{counted:.3g}"

        return Axis(0.0, last, ticks, words, name)

    def vertical(self, losses: Iterable[float]) -> Axis:
        """The axis of such losses; a linear one begins with 0."""
        if not self.linear:
            low, high = loss_ends(losses)
            return Axis(
                log10(low), log10(high), loss_ticks, lambda v: number(10.0**v, digits=6), "loss",
                log=True,
            )  # fmt: skip
        known = [loss for loss in losses if isfinite(loss)]
        high = max([*known, _LEAST]) * 1.06
        return Axis(0.0, high, linear_ticks, lambda v: number(v, digits=6), "loss")


def loss_chart(
    log: Log,
    end: int,
    naive: float,
    axes: LossAxes | None = None,
    naive_words: str = REPEATING,
) -> Chart:
    """The losses of a training up to update `end`: of its batches, and of what validates.

    Never of what is held out: a curve of it would be something to choose a snapshot by. `naive` is
    the loss on what validates of the naive forecast, which is called `naive_words`.
    """
    axes = axes or LossAxes()
    x = np.array([axes.x(float(s.update)) for s in log])
    trained = [float(s.loss) for s in log]
    held = [validation_of(s) for s in log]
    (muted, thin), (heavy, thick) = INKS[:: 1 if best_of(log) >= 0 else -1]
    horizontal = axes.horizontal(end)
    curves: list[Curve] = []
    if isfinite(naive):
        level, ends = axes.y([naive, naive]), np.array([0.0, axes.x(float(end))])
        short = "last value repeated" if naive_words == REPEATING else NO_CHANGE
        titles = (f"{naive_words}: {number(naive)}", short, f"naive: {number(naive)}", "naive")
        curves.append(
            Curve(
                naive_words, ends, level, Role.OUTPUT, 0.1, DASHED, titles=titles,
                tip=f"The naive forecast, {naive_words}, on the part for validation.",
            )
        )  # fmt: skip
    curves.append(Curve("training", x, axes.y(trained), muted, thin, end=lambda _: "training"))
    if best_of(log) >= 0:
        name = "validation"
        curves.append(Curve(name, x, axes.y(held), heavy, thick, end=lambda _: name))
    return Chart(
        "Loss", horizontal, axes.vertical([*trained, *held, naive]), tuple(curves),
        asked=curves[-1].name,
    )  # fmt: skip


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
