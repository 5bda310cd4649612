"""The memory problems that ship: echo, parity, copying, adding."""

from collections.abc import Mapping
from functools import cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import Sequence, Task, Vocabulary
from rnnviz.engine import Batch, Network
from rnnviz.engine.classics import (
    ADDING_BASELINE,
    adding_problem,
    copying_memory,
    echo,
    parity,
)
from rnnviz.problems.memory import MemoryProblem


class Echo(MemoryProblem):
    """Say every bit again, some steps later."""

    name: ClassVar[str] = "echo"
    title: ClassVar[str] = "Echo: every bit again, n steps later"
    mode: ClassVar[str] = "synced"
    about: ClassVar[str] = (
        "The answer at a step is what entered n steps before: see how far the gradient reaches."
    )
    what: ClassVar[str] = "the bit of n steps ago"
    lengths: ClassVar[tuple[int, int, int]] = (1, 30, 8)
    noun: ClassVar[str] = "delay"
    shown: ClassVar[tuple[int, ...]] = (8, 3, 5, 15, 30)
    sizes: ClassVar[tuple[int, int]] = (2, 2)
    updates: ClassVar[int] = 2000

    def drawn(self, update: int, batch: int, seed: int) -> Batch:
        """Bits, 20 of which are to be said again."""
        steps = self.length + 20
        return echo(update, steps=steps, delay=self.length, batch=batch, seed=seed)

    def _as_task(self, batch: Batch) -> Task:
        names = ("0", "1")
        tokens = tuple(names[bit] for bit in batch.x[:, 0])
        return self._task(
            batch,
            Sequence("words", self.name_of(self.length), tokens),
            what=f"the bit of {self.length} steps ago",
            vocabulary=_symbols(*names),
            output_names=names,
        )

    def _measured(
        self, model: Network, batch: Batch
    ) -> tuple[str, float, bool, Mapping[str, float]]:
        return "accuracy", _accuracy(model, batch), True, {"guessing": 0.5}


class Parity(MemoryProblem):
    """Say after every bit whether the ones so far are odd in number."""

    name: ClassVar[str] = "parity"
    title: ClassVar[str] = "Parity: even or odd so far?"
    mode: ClassVar[str] = "synced"
    about: ClassVar[str] = (
        "One bit of memory, turned over by every 1: nothing is learned from a part of the sequence."
    )
    what: ClassVar[str] = "even or odd so far"
    lengths: ClassVar[tuple[int, int, int]] = (8, 60, 24)
    noun: ClassVar[str] = "length"
    shown: ClassVar[tuple[int, ...]] = (24, 8, 40, 60)
    sizes: ClassVar[tuple[int, int]] = (2, 2)
    updates: ClassVar[int] = 2000
    units: ClassVar[int] = 16

    def drawn(self, update: int, batch: int, seed: int) -> Batch:
        """Bits."""
        return parity(update, steps=self.length, batch=batch, seed=seed)

    def _as_task(self, batch: Batch) -> Task:
        names = ("0", "1")
        tokens = tuple(names[bit] for bit in batch.x[:, 0])
        return self._task(
            batch,
            Sequence("words", self.name_of(self.length), tokens),
            vocabulary=_symbols(*names),
            output_names=("even", "odd"),
        )

    def _measured(
        self, model: Network, batch: Batch
    ) -> tuple[str, float, bool, Mapping[str, float]]:
        return "accuracy", _accuracy(model, batch), True, {"guessing": 0.5}


class Copying(MemoryProblem):
    """Give five symbols back after a pause."""

    name: ClassVar[str] = "copying"
    title: ClassVar[str] = "Copying: five letters again after a pause"
    mode: ClassVar[str] = "synced"
    about: ClassVar[str] = (
        "Nothing happens during the pause, and all of the gradient has to cross it."
    )
    what: ClassVar[str] = "the letters, after “go”"
    lengths: ClassVar[tuple[int, int, int]] = (1, 60, 10)
    noun: ClassVar[str] = "pause"
    shown: ClassVar[tuple[int, ...]] = (10, 3, 20, 40, 60)
    sizes: ClassVar[tuple[int, int]] = (8, 7)
    updates: ClassVar[int] = 4000
    units: ClassVar[int] = 40
    letters: ClassVar[tuple[str, ...]] = ("A", "B", "C", "D", "E", "F")
    count: ClassVar[int] = 5

    def drawn(self, update: int, batch: int, seed: int) -> Batch:
        """Letters, blanks, the sign to begin, blanks."""
        return copying_memory(
            update,
            symbols=len(self.letters),
            length=self.count,
            delay=self.length,
            batch=batch,
            seed=seed,
        )

    def _as_task(self, batch: Batch) -> Task:
        names = (*self.letters, "·", "go")
        tokens = tuple(names[k] for k in batch.x[:, 0])
        return self._task(
            batch,
            Sequence("words", self.name_of(self.length), tokens),
            vocabulary=_symbols(*names),
            output_names=names[:-1],
        )

    def _measured(
        self, model: Network, batch: Batch
    ) -> tuple[str, float, bool, Mapping[str, float]]:
        recall = np.zeros(batch.x.shape, np.bool_)
        recall[-self.count :] = True
        right = _accuracy(model, batch, recall)
        return "letters given back right", right, True, {"guessing": 1.0 / len(self.letters)}


class Adding(MemoryProblem):
    """Add the two marked numbers of a sequence."""

    name: ClassVar[str] = "adding"
    title: ClassVar[str] = "Adding: the sum of two marked numbers"
    mode: ClassVar[str] = "many_to_one"
    about: ClassVar[str] = (
        "Two numbers among many are marked; only at the end does a loss say what they were for."
    )
    what: ClassVar[str] = "the sum of the marked numbers"
    lengths: ClassVar[tuple[int, int, int]] = (4, 100, 30)
    noun: ClassVar[str] = "length"
    shown: ClassVar[tuple[int, ...]] = (30, 8, 50, 100)
    sizes: ClassVar[tuple[int, int]] = (2, 1)
    updates: ClassVar[int] = 2500

    def drawn(self, update: int, batch: int, seed: int) -> Batch:
        """Numbers from 0 to 1, and marks."""
        return adding_problem(update, steps=self.length, batch=batch, seed=seed)

    def _as_task(self, batch: Batch) -> Task:
        values = batch.x[:, 0]
        tokens = tuple(f"{t + 1}{' +' if mark else ''}" for t, (_, mark) in enumerate(values))
        return self._task(
            batch,
            Sequence("series", self.name_of(self.length), tokens, values, ("number", "marked")),
            output_names=("sum",),
            notes=("the marked steps are labelled with a +",),
        )

    def _measured(
        self, model: Network, batch: Batch
    ) -> tuple[str, float, bool, Mapping[str, float]]:
        mse = batch.run(model).loss
        return "MSE", mse, False, {"always answering 1": ADDING_BASELINE}


@cache
def _symbols(*labels: str) -> Vocabulary:
    return Vocabulary(labels, labels)


def _accuracy(model: Network, batch: Batch, paying: NDArray[np.bool_] | None = None) -> float:
    """Share of paying steps whose likeliest class is the target."""
    where = batch.objective.paying() if paying is None else paying
    right = batch.run(model).y.argmax(axis=2) == batch.objective.targets
    return float(right[where].mean())
