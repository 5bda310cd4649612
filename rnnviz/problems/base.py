"""What every shipped problem can say of itself."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

from rnnviz.data import Task
from rnnviz.engine import EncoderDecoder, Network
from rnnviz.engine.training import Training

Model: TypeAlias = Network | EncoderDecoder
"""One network, or an encoder with its decoder."""


@dataclass(frozen=True, slots=True)
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
    """

    name: ClassVar[str]
    title: ClassVar[str]
    mode: ClassVar[str]
    about: ClassVar[str]
    prompt: ClassVar[str] = ""
    updates: ClassVar[int] = 1000
    snapshots: ClassVar[int] = 12

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

    @abstractmethod
    def begin(self, seed: int) -> Model:
        """The model before training."""

    @abstractmethod
    def training(self, seed: int) -> Training[Any]:
        """How it is trained; batches depend on (seed, update) alone."""

    @abstractmethod
    def evaluate(self, model: Model) -> Score:
        """Measure a model on the held-out examples."""
