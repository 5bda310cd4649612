"""What bar and panel show of a training: which snapshots, which of them, and in what words."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, isnan
from typing import Any

from rnnviz.film import Progress, Run, number
from rnnviz.film.plan import validation_of
from rnnviz.scenes.charts.loss import Log


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


@dataclass(frozen=True, slots=True)
class ShownTraining:
    """A training as it is shown.

    Attributes
    ----------
    log : tuple of Snapshot
    origin : int
        Which of them is on the stage; −1 for none.
    end : int
        The update that the axis ends with.
    live : bool
        It is under way, so that nothing is scrubbed.
    naive : float
        The loss that a forecast without any network has.
    place, loss, validation, more : str
        How far it is, its losses (no validation: empty), and one word more.
    """

    log: Log
    origin: int
    end: int
    live: bool
    naive: float
    place: str
    loss: str
    validation: str
    more: str = ""

    @property
    def words(self) -> str:
        """All of it in one line."""
        parts = [self.place, f"loss {self.loss}"]
        parts += [f"validation {self.validation}"] if self.validation else []
        return " · ".join(parts + ([self.more] if self.more else []))


def shown_of(run: Run | None, progress: Progress) -> ShownTraining | None:
    """What is to be seen: the training under way, else that of the run; None where is neither."""
    if progress.running:
        followed = progress.follow and progress.followable
        rate = progress.rate
        return ShownTraining(
            progress.log,
            len(progress.log) - 1 if followed else -1,
            progress.updates,
            True,
            progress.naive,
            place(progress.update, progress.updates),
            loss_words(progress.loss),
            "" if isnan(progress.validation_loss) else loss_words(progress.validation_loss),
            f"{rate:,.0f}/s" if isfinite(rate) and rate >= 1 else "",
        )
    if run is None or not run.log:
        return None
    end, snapshot = run.log[-1].update, run.log[run.origin]
    validation = validation_of(snapshot)
    return ShownTraining(
        run.log,
        run.origin,
        end,
        False,
        run.naive,
        place(snapshot.update, end),
        loss_words(float(snapshot.loss)),
        "" if isnan(validation) else loss_words(validation),
    )
