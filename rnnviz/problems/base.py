"""What every shipped problem can say of itself, and how its examples are held out."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, ClassVar, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import Task
from rnnviz.engine import EncoderDecoder, Network
from rnnviz.engine.training import Training
from rnnviz.frozen import field, record
from rnnviz.problems.written import Written, written

Model: TypeAlias = Network | EncoderDecoder
"""One network, or an encoder with its decoder."""


@record
class Score:
    """How well a problem is solved on examples that were never trained on.

    Attributes
    ----------
    measure : str
        What is measured: "accuracy", "sentences exactly right", "RMSE in °C", …
    value : float
    higher_is_better : bool
    baselines : mapping of str to float
        The same measure of simpler methods, by their names.
    sizes : mapping of str to int
        Examples in "training", "validation" and "held out".
    also : mapping of str to float
        Other figures worth knowing, by what they measure.
    """

    measure: str
    value: float
    higher_is_better: bool
    baselines: Mapping[str, float] = field(default_factory=dict[str, float])
    sizes: Mapping[str, int] = field(default_factory=dict[str, int])
    also: Mapping[str, float] = field(default_factory=dict[str, float])


class Problem(ABC):
    """One shipped problem. An instance holds nothing but what it makes once and keeps.

    `title`, `about` and `prompt` are those of its name in `resources/problems/catalogue.toml`.

    Attributes
    ----------
    name : str
        For the command line and file names: ``"sentiment"``.
    title : str
        For the gallery: "A sentence → positive or negative".
    mode : str
        A key of `rnnviz.data.MODES`.
    about : str
        One plain sentence: what is to be seen.
    prompt : str
        What a user may type ("a sentence"); empty where nothing can be typed.
    examples : tuple of str
        Held-out examples for the gallery, by what they are called there; the first is shown first.
    updates : int
        Updates of the shipped training.
    snapshots : int
        How many are kept of it, the first and the last among them.
    cells : tuple of str
        Of a problem with twins the cells that ship, its own first; all are trained alike.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    mode: ClassVar[str]
    about: ClassVar[str]
    prompt: ClassVar[str] = ""
    updates: ClassVar[int] = 1000
    snapshots: ClassVar[int] = 12
    cells: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "name" in cls.__dict__:
            said = _catalogue().table(cls.name)
            cls.title, cls.about = said.text("title"), said.text("about")
            cls.prompt = said.text("prompt", "")

    @property
    @abstractmethod
    def examples(self) -> tuple[str, ...]:
        """Held-out examples by the names that the gallery shows."""

    @abstractmethod
    def task(self, example: str) -> Task:
        """The task of one of `examples`, ready for the stage; KeyError for any other."""

    def read(self, text: str) -> Task:
        """The task of what a user typed; DataError in words where it cannot be one."""
        raise NotImplementedError(f"{self.name} has no prompt")

    def with_cell(self, cell: str) -> "Problem":
        """The same problem for a network of another cell: same sizes, seed, batches, updates.

        ValueError where it is for one cell alone, or there is no such cell.
        """
        raise ValueError(f"{self.name} is trained with one cell alone, not with {cell!r}")

    @abstractmethod
    def begin(self, seed: int) -> Model:
        """The model before training."""

    @abstractmethod
    def training(self, seed: int) -> Training[Any]:
        """How it is trained; batches depend on (seed, update) alone."""

    @abstractmethod
    def evaluate(self, model: Model) -> Score:
        """Measure a model on the held-out examples."""


@cache
def _catalogue() -> Written:
    return written("catalogue.toml")


PARTS = ("training", "validation", "held out")


def part_of(example: bytes, tenths: tuple[int, int] = (1, 2)) -> str:
    """Which of `PARTS` an example belongs to.

    Decided by its checksum, which has nothing to do with what it shows: the same example is on
    the same side wherever and whenever it is drawn.

    Parameters
    ----------
    example : bytes
        All that makes it what it is.
    tenths : (int, int)
        Tenths that are for validation and held out.
    """
    place = crc32(example) % 10
    if place < tenths[0]:
        return "validation"
    return "held out" if place < tenths[0] + tenths[1] else "training"


def generator(seed: int, problem: int, *more: int) -> np.random.Generator:
    """Random numbers that depend on these whole numbers ≥ 0 alone."""
    return np.random.Generator(np.random.PCG64([seed, problem, *more]))


def shuffled_parts(count: int, seed: int, sizes: tuple[int, int]) -> dict[str, NDArray[np.intp]]:
    """Deal 0 … count − 1 out: two of these sizes for validation and held out, the rest to train."""
    order = generator(seed, 90).permutation(count).astype(np.intp)
    first, second = sizes
    return {
        "validation": order[:first],
        "held out": order[first : first + second],
        "training": order[first + second :],
    }


def bits_of(columns: NDArray[np.generic]) -> Iterator[bytes]:
    """Each column of a (T, B, …) array as bytes."""
    for b in range(columns.shape[1]):
        yield np.ascontiguousarray(columns[:, b]).tobytes()
