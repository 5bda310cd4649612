"""Training as the user plans it, and as it is shown: the plan, what it means, how far it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from rnnviz.engine.optimizers import OPTIMIZERS
from rnnviz.engine.training import Snapshot
from rnnviz.film.fields import FIELDS, fields_of
from rnnviz.film.settings import Settings
from rnnviz.frozen import field, record

REPEATING, NO_CHANGE = "repeating the last value", "no change"
"""What the naive forecast of a series is called in what the network reads; of changes the latter,
with what is then 0. See `film.classical.naive_answers`."""

TARGETS = ("next", "same")
_RATE = 0.005


def training_rate(optimizer: str) -> float:
    """η that a training with this optimiser may begin with: its loss is a mean over steps."""
    return OPTIMIZERS[optimizer].rates[1]


@record
class Plan:
    """How a network is to be trained on a sequence.

    Attributes
    ----------
    settings : Settings
        The network's and the updates'; its seed is that of the batches too, and its learning rate
        must be given.
    mode : str
        A key of `rnnviz.data.MODES`.
    target : str
        "next": what comes after each step; "same": the columns at the step itself, from the others.
    columns : tuple of str
        Of a series the columns that are answered; all, if empty.
    validation : float
        The part of the sequence that chooses the snapshot, behind the one that is trained on;
        0 … 0.9.
    held_out : float
        The last part, which neither trains nor chooses; 0 … 0.9.
    window : int
        Steps of a window.
    batch : int
        Windows of an update.
    updates : int
        How many to make.
    patience : int
        Updates without a smaller validation loss after which it stops early; 0: it does not.
    onward : bool
        Go on from the last snapshot of the run's log, instead of from the seed's weights.

    Raises
    ------
    ValueError
        For numbers that cannot be, in words.
    """

    settings: Settings = field(default_factory=lambda: Settings(learning_rate=_RATE))
    mode: str = "synced"
    target: str = "next"
    columns: tuple[str, ...] = ()
    validation: float = 0.15
    held_out: float = 0.0
    window: int = 60
    batch: int = 32
    updates: int = 1500
    patience: int = 0
    onward: bool = False

    def __post_init__(self) -> None:
        if self.target not in TARGETS:
            raise ValueError(f"unknown target {self.target!r}; known: {', '.join(TARGETS)}")
        for row in fields_of("training"):
            row.checked(getattr(self, row.name))
        aside = self.validation + self.held_out
        if aside > FIELDS["validation"].most + 1e-9:
            raise ValueError(
                f"{aside:.0%} for validation and held out leave too little to train on; "
                f"at most {FIELDS['validation'].most:.0%} of a sequence are set aside"
            )
        rate = self.settings.learning_rate
        if rate is None or not (np.isfinite(rate) and rate > 0):
            raise ValueError("a training needs a learning rate η above 0")

    @property
    def learning_rate(self) -> float:
        """η, the learning rate."""
        rate = self.settings.learning_rate
        return _RATE if rate is None else rate

    def same_network(self, other: Plan) -> bool:
        """Whether both train the same network for the same thing: one can take the other up."""
        names = ("mode", "target", "columns", "validation", "held_out")
        return self.settings.same_weights(other.settings) and all(
            getattr(self, name) == getattr(other, name) for name in names
        )


@record
class Foretold:
    """The numbers that follow from a plan, before anything is trained.

    Attributes
    ----------
    text : str
        One line: windows, what is set aside, parameters; or why it cannot be.
    possible : bool
        Whether it can be trained.
    modes : mapping of str to str
        Every mode, with the reason why it cannot be chosen; empty where it can.
    """

    text: str
    possible: bool
    modes: Mapping[str, str]


@record
class Offer:
    """The choices that a run leaves for a training plan.

    Attributes
    ----------
    plan : Plan
        To begin with.
    title : str
        What is trained on.
    modes : mapping of str to str
        The five modes in words.
    targets : tuple of (str, str, tuple of str)
        What can be answered: in words, and the plan's `target` and `columns`.
    fixed : bool
        A shipped problem: network, targets and batches are its own; updates and seed are to choose.
    onward : int
        Updates made so far by a training that can be taken up; 0 where there is none.
    foretell : callable (Plan) → Foretold
        Quick enough to be asked at every key.
    """

    plan: Plan
    title: str
    modes: Mapping[str, str]
    targets: tuple[tuple[str, str, tuple[str, ...]], ...]
    fixed: bool
    onward: int
    foretell: Callable[[Plan], Foretold]


@record(eq=False)
class Progress:
    """How far a training has come; of one that has ended, or never began, `running` is False.

    Attributes
    ----------
    running, stopping : bool
        Whether updates are being made; whether the last one is.
    update, updates : int
        Updates made, from the very beginning, and to be made.
    loss : float
        Of the last update's batch.
    validation_loss : float
        As last measured; nan without a validation part.
    rate : float
        Updates a second.
    log : tuple of Snapshot
        Those kept so far, and the newest, which is not measured.
    kept : int
        How many of them are kept.
    follow : bool
        Whether the stage shows the newest.
    followable : bool
        Whether it could: a pass is quick enough.
    naive, naive_words, epoch : float, str, float
        See `Run`.
    early : bool
        Whether it may stop before the last update.
    """

    running: bool = False
    stopping: bool = False
    update: int = 0
    updates: int = 0
    loss: float = float("nan")
    validation_loss: float = float("nan")
    rate: float = float("nan")
    log: tuple[Snapshot[Any], ...] = ()
    kept: int = 0
    follow: bool = True
    followable: bool = True
    naive: float = float("nan")
    naive_words: str = REPEATING
    epoch: float = float("nan")
    early: bool = False

    @property
    def seconds_left(self) -> float:
        """What is left at the rate so far; nan before there is one, and where nothing runs."""
        if not self.running or self.stopping or not (np.isfinite(self.rate) and self.rate > 0):
            return float("nan")
        return (self.updates - self.update) / self.rate


def validation_of(snapshot: Snapshot[Any]) -> float:
    """A snapshot's validation loss; nan where there is none."""
    return float("nan") if snapshot.validation_loss is None else float(snapshot.validation_loss)


def held_out_of(snapshot: Snapshot[Any]) -> float | None:
    """A snapshot's held-out loss; None where nothing is held out, and of those not chosen."""
    return None if snapshot.held_out_loss is None else float(snapshot.held_out_loss)


def why_ended(log: tuple[Snapshot[Any], ...], plan: Plan | None, asked: int) -> str:
    """Why a training made fewer updates than were asked for; empty where it made them all.

    "stopped early, 600 asked" where patience was over, else "stopped, 600 asked".
    """
    if not log or log[-1].update >= asked:
        return ""
    early = False
    if plan is not None and plan.patience:
        best = best_of(log)
        # Where one goes on patience counts anew, whatever was found before.
        since = max(asked - plan.updates, log[best].update if best >= 0 else 0)
        early = best >= 0 and log[-1].update - since >= plan.patience
    return f"stopped{' early' if early else ''}, {asked:,} asked"


def best_of(log: tuple[Snapshot[Any], ...]) -> int:
    """The index of the smallest validation loss; −1 where there is none."""
    losses = np.array([validation_of(snapshot) for snapshot in log])
    known = np.isfinite(losses)
    return int(np.argmin(np.where(known, losses, np.inf))) if known.any() else -1
