"""Memory problems, whose length is a slider: echo, parity, copying, adding."""

from abc import abstractmethod
from copy import copy
from dataclasses import replace
from functools import cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import Sequence, Task, Vocabulary
from rnnviz.engine import CELLS, Architecture, Batch, Network, create_network
from rnnviz.engine.classics import ADDING_BASELINE, adding_problem, copying_memory, echo, parity
from rnnviz.engine.clipping import USUAL
from rnnviz.engine.optimizers import Adam
from rnnviz.engine.training import Cosine, Training
from rnnviz.problems.base import Model, Problem, Score, bits_of, part_of

_SEEDS = {"validation": 1_000_001, "held out": 1_000_002}
_COUNTS = {"validation": 200, "held out": 1000}
_MOST_TRIES = 100


class MemoryProblem(Problem):
    """A memory task of one length; its sequences are drawn without end.

    A sequence belongs to training, validation or what is held out by its checksum, so that no
    seed and no length of training meets one that is held out.

    Attributes
    ----------
    lengths : (int, int, int)
        Shortest, longest, and the length that the shipped network was trained at.
    length : int
        Of this instance.
    noun : str
        What the length counts, as examples are called by it: "delay" gives "delay 8".
    shown : tuple of int
        Lengths of the examples.
    cell : str
        Of this instance.
    """

    lengths: ClassVar[tuple[int, int, int]]
    noun: ClassVar[str]
    shown: ClassVar[tuple[int, ...]]
    what: ClassVar[str]
    batch: ClassVar[int] = 64
    units: ClassVar[int] = 24
    cells: ClassVar[tuple[str, ...]] = ("lstm", "rnn")
    rate: ClassVar[float] = 0.01
    sizes: ClassVar[tuple[int, int]]  # inputs, outputs
    measure: ClassVar[str] = "accuracy"
    higher_is_better: ClassVar[bool] = True
    guessing: ClassVar[tuple[str, float]] = ("guessing", 0.5)

    def __init__(self) -> None:
        self.length = self.lengths[2]
        self.cell = self.cells[0]

    def with_length(self, n: int) -> "MemoryProblem":
        """The same problem at another length; ValueError outside `lengths`."""
        least, most, _ = self.lengths
        if not least <= n <= most:
            raise ValueError(f"{self.noun}: expected {least}…{most}, found {n}")
        other = copy(self)
        other.length = n
        return other

    def with_cell(self, cell: str) -> "MemoryProblem":
        """As `Problem.with_cell`; ValueError where there is no such cell."""
        if cell not in CELLS:
            raise ValueError(f"there is no cell {cell!r}; there are {', '.join(CELLS)}")
        other = copy(self)
        other.cell = cell
        return other

    @property
    def examples(self) -> tuple[str, ...]:
        """One of each of the shown lengths, the trained one first."""
        return tuple(self.name_of(n) for n in self.shown)

    def task(self, example: str) -> Task:
        """A held-out sequence of that length."""
        return self.task_of_length(self.length_of(example), 0)

    def length_of(self, example: str) -> int:
        """The length of one of `examples`; KeyError for any other."""
        return dict(zip(self.examples, self.shown, strict=True))[example]

    def name_of(self, n: int) -> str:
        """What a sequence of length n is called, as in `examples`."""
        return f"{self.noun} {n}"

    def task_of_length(self, n: int, seed: int) -> Task:
        """A held-out sequence of length n; ValueError outside `lengths`.

        Parameters
        ----------
        n : int
            Length.
        seed : int
            Of the sequence, at least 0.
        """
        return self.with_length(n).task_of(seed)

    def task_of(self, seed: int) -> Task:
        """A held-out sequence of this length."""
        return self._as_task(self._batch(0, 1, _SEEDS["held out"] + 1 + seed, "held out"))

    def begin(self, seed: int) -> Network:
        """The network before training."""
        inputs, outputs = self.sizes
        return create_network(Architecture(inputs, self.units, outputs, self.cell), seed=seed)

    def training(self, seed: int) -> Training[Network]:
        """Adam, its gradients clipped to norm 1, on new sequences in every batch."""
        return Training(
            lambda update: self._batch(update, self.batch, seed, "training"),
            Adam(),
            Cosine(self.rate, self.updates, self.rate / 20.0),
            USUAL,
            self.sequences("validation"),
        )

    def sequences(self, part: str) -> Batch:
        """The validation or held-out sequences at this length."""
        return self._batch(0, _COUNTS[part], _SEEDS[part], part)

    def evaluate(self, model: Model) -> Score:
        """Measure on held-out sequences of this length."""
        value = float(self.scores(model).mean())
        sizes = {
            "training": self.updates * self.batch,
            "validation": _COUNTS["validation"],
            "held out": _COUNTS["held out"],
        }
        return Score(self.measure, value, self.higher_is_better, dict([self.guessing]), sizes)

    def scores(self, model: Model) -> NDArray[np.float64]:
        """What each held-out sequence of this length scores by itself; the figure is their mean."""
        assert isinstance(model, Network)
        return self._scores(model, self.sequences("held out"))

    @abstractmethod
    def drawn(self, update: int, batch: int, seed: int) -> Batch:
        """A batch of the engine's, at this length."""

    @abstractmethod
    def _as_task(self, batch: Batch) -> Task:
        """A batch of one sequence as a task."""

    def _scores(self, model: Network, batch: Batch) -> NDArray[np.float64]:
        """See `scores`: here the share of steps that pay whose likeliest class is the target."""
        return _accuracy(model, batch)

    def _batch(self, update: int, count: int, seed: int, part: str) -> Batch:
        """`count` sequences of a part: those of the engine's whose checksum says so."""
        kept: list[Batch] = []
        found = tries = 0
        # Enough for most batches at once; a part may be a tenth of all.
        many = 2 * count if part == "training" else 12 * count
        while found < count:
            drawn = self.drawn(update, many, seed + 10**7 * tries)
            mine = [b for b, one in enumerate(bits_of(drawn.x)) if part_of(one) == part]
            kept.append(_chosen(drawn, mine[: count - found]))
            found += len(kept[-1].x[0])
            tries += 1
            if tries > _MOST_TRIES:
                raise ValueError(f"too few different sequences of {self.noun} {self.length}")
        return kept[0] if len(kept) == 1 else _joined(kept)

    def _symbols_task(
        self, batch: Batch, names: tuple[str, ...], answers: tuple[str, ...], what: str = ""
    ) -> Task:
        """The task of steps that are symbols of these names."""
        tokens = tuple(names[place] for place in batch.x[:, 0])
        return self._task(
            batch,
            Sequence("words", self.name_of(self.length), tokens),
            what=what or self.what,
            vocabulary=_symbols(*names),
            output_names=answers,
        )

    def _task(self, batch: Batch, sequence: Sequence, **more: object) -> Task:
        """What all tasks of these problems have in common."""
        objective = batch.objective
        inputs, outputs = self.sizes
        common = Task(
            sequence=sequence,
            mode=self.mode,
            what=self.what,
            x=batch.x,
            targets=objective.targets,
            mask=objective.paying().copy(),
            loss=objective.loss,
            inputs=inputs,
            outputs=outputs,
            vocabulary=None,
            output_names=(),
            problem=self.name,
        )
        return replace(common, **more)  # type: ignore[arg-type]


def _chosen(batch: Batch, columns: list[int]) -> Batch:
    objective = batch.objective
    mask = None if objective.mask is None else objective.mask[:, columns]
    chosen = replace(objective, targets=objective.targets[:, columns], mask=mask)
    return Batch(batch.x[:, columns], chosen)


def _joined(batches: list[Batch]) -> Batch:
    objectives = [batch.objective for batch in batches]
    masks = [objective.mask for objective in objectives]
    mask = None if masks[0] is None else np.concatenate([m for m in masks if m is not None], 1)
    targets = np.concatenate([objective.targets for objective in objectives], axis=1)
    joined = replace(objectives[0], targets=targets, mask=mask)
    return Batch(np.concatenate([batch.x for batch in batches], axis=1), joined)


class Echo(MemoryProblem):
    """Say every bit again, some steps later."""

    name: ClassVar[str] = "echo"
    mode: ClassVar[str] = "synced"
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
        what = f"the bit of {self.length} steps ago"
        return self._symbols_task(batch, ("0", "1"), ("0", "1"), what)


class Parity(MemoryProblem):
    """Say after every bit whether the ones so far are odd in number."""

    name: ClassVar[str] = "parity"
    mode: ClassVar[str] = "synced"
    what: ClassVar[str] = "even or odd so far"
    lengths: ClassVar[tuple[int, int, int]] = (8, 60, 24)
    noun: ClassVar[str] = "length"
    shown: ClassVar[tuple[int, ...]] = (24, 8, 40, 60)
    sizes: ClassVar[tuple[int, int]] = (2, 2)
    updates: ClassVar[int] = 2000
    units: ClassVar[int] = 16

    def drawn(self, update: int, batch: int, seed: int) -> Batch:
        """Draw bits."""
        return parity(update, steps=self.length, batch=batch, seed=seed)

    def _as_task(self, batch: Batch) -> Task:
        return self._symbols_task(batch, ("0", "1"), ("even", "odd"))


class Copying(MemoryProblem):
    """Give five symbols back after a pause."""

    name: ClassVar[str] = "copying"
    mode: ClassVar[str] = "synced"
    what: ClassVar[str] = "the letters, after “go”"
    lengths: ClassVar[tuple[int, int, int]] = (1, 60, 10)
    noun: ClassVar[str] = "pause"
    shown: ClassVar[tuple[int, ...]] = (10, 3, 20, 40, 60)
    sizes: ClassVar[tuple[int, int]] = (8, 7)
    updates: ClassVar[int] = 4000
    units: ClassVar[int] = 40
    letters: ClassVar[tuple[str, ...]] = ("A", "B", "C", "D", "E", "F")
    count: ClassVar[int] = 5
    measure: ClassVar[str] = "letters given back right"
    guessing: ClassVar[tuple[str, float]] = ("guessing", 1.0 / 6.0)

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
        return self._symbols_task(batch, names, names[:-1])

    def _scores(self, model: Network, batch: Batch) -> NDArray[np.float64]:
        recall = np.zeros(batch.x.shape, np.bool_)
        recall[-self.count :] = True
        return _accuracy(model, batch, recall)


class Adding(MemoryProblem):
    """Add the two marked numbers of a sequence."""

    name: ClassVar[str] = "adding"
    mode: ClassVar[str] = "many_to_one"
    what: ClassVar[str] = "the sum of the marked numbers"
    lengths: ClassVar[tuple[int, int, int]] = (4, 100, 30)
    noun: ClassVar[str] = "length"
    shown: ClassVar[tuple[int, ...]] = (30, 8, 50, 100)
    sizes: ClassVar[tuple[int, int]] = (2, 1)
    updates: ClassVar[int] = 2500
    measure: ClassVar[str] = "MSE"
    higher_is_better: ClassVar[bool] = False
    guessing: ClassVar[tuple[str, float]] = ("always answering 1", ADDING_BASELINE)

    def drawn(self, update: int, batch: int, seed: int) -> Batch:
        """Draw numbers from 0 to 1, and the marks of two of them."""
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

    def _scores(self, model: Network, batch: Batch) -> NDArray[np.float64]:
        missed = batch.run(model).y[-1, :, 0] - batch.objective.targets[-1, :, 0]
        return np.square(missed, dtype=np.float64)


class LongCopying(Copying):
    """Give five symbols back after a pause four times as long."""

    name: ClassVar[str] = "copying_40"
    lengths: ClassVar[tuple[int, int, int]] = (1, 60, 40)
    shown: ClassVar[tuple[int, ...]] = (40, 10, 20, 60)


class LongAdding(Adding):
    """Add two marked numbers of sequences twice as long."""

    name: ClassVar[str] = "adding_60"
    lengths: ClassVar[tuple[int, int, int]] = (4, 100, 60)
    shown: ClassVar[tuple[int, ...]] = (60, 8, 30, 100)


@cache
def _symbols(*labels: str) -> Vocabulary:
    return Vocabulary(labels, labels)


def _accuracy(
    model: Network, batch: Batch, paying: NDArray[np.bool_] | None = None
) -> NDArray[np.float64]:
    """Of each sequence the share of its paying steps whose likeliest class is the target."""
    where = batch.objective.paying() if paying is None else paying
    right = (batch.run(model).y.argmax(axis=2) == batch.objective.targets) & where
    return right.sum(axis=0) / where.sum(axis=0)
