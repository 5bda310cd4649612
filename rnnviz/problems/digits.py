"""One to one: the picture of a handwritten digit → which digit it is, without recurrence."""

import gzip
import zlib
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import Sequence, Task, resource_path
from rnnviz.engine import Architecture, Batch, Network, Objective, create_network, forward
from rnnviz.engine.clipping import USUAL
from rnnviz.engine.optimizers import Adam
from rnnviz.engine.training import Cosine, Training
from rnnviz.files.disk import read_bytes
from rnnviz.files.errors import DataError
from rnnviz.problems.base import Model, Problem, Score, generator, shuffled_parts

SIDE = 8
_BRIGHTEST = 16
_CLASSES = 10
_NOISE = 0.2  # on the training pictures alone: no single pixel is to be relied upon
_VALIDATION, _HELD_OUT = 200, 397


class Digits(Problem):
    """8×8 digits of the UCI collection: 1,200 to train on, 397 held out."""

    name: ClassVar[str] = "digits"
    mode: ClassVar[str] = "one_to_one"
    updates: ClassVar[int] = 3000
    batch: ClassVar[int] = 64
    units: ClassVar[int] = 48

    @property
    def examples(self) -> tuple[str, ...]:
        """Two held-out pictures of each class, such as "7" and "7 again"."""
        return tuple(self._chosen)

    def task(self, example: str) -> Task:
        """One step with the picture; its answer is known."""
        index = self._chosen[example]
        pixels, label = self._pixels[index], int(self._labels[index])
        return Task(
            sequence=Sequence("words", f"digit {example}", ("picture",)),
            mode=self.mode,
            what="which digit",
            x=pixels[None, None].copy(),
            targets=np.array([[label]]),
            mask=np.ones((1, 1), np.bool_),
            loss="softmax_cross_entropy",
            inputs=SIDE * SIDE,
            outputs=_CLASSES,
            vocabulary=None,
            output_names=tuple(map(str, range(_CLASSES))),
            pictures=(pixels.reshape(SIDE, SIDE).copy(),),
            problem=self.name,
        )

    def begin(self, seed: int) -> Network:
        """48 tanh units; their W_aa is there, but a⟨0⟩ = 0 keeps it silent."""
        architecture = Architecture(SIDE * SIDE, self.units, _CLASSES)
        return create_network(architecture, seed=seed)

    def training(self, seed: int) -> Training[Network]:
        """Adam with weight decay; every batch draws training pictures and adds some noise."""

        def batch(update: int) -> Batch:
            rng = generator(seed, 0, update)
            drawn = rng.choice(self.parts["training"], self.batch)
            return self._batch(drawn, _NOISE * rng.standard_normal((self.batch, SIDE * SIDE)))

        return Training(
            batch,
            Adam(weight_decay=0.003, decoupled=True),
            Cosine(0.005, self.updates, 0.0002),
            USUAL,
            self._batch(self.parts["validation"]),
        )

    def evaluate(self, model: Model) -> Score:
        """Share of held-out pictures whose likeliest class is theirs."""
        assert isinstance(model, Network)
        held_out = self.parts["held out"]
        x, labels = self._pixels[held_out], self._labels[held_out]
        said = forward(model, x[None]).y[0].argmax(axis=1)
        return Score(
            "accuracy",
            float((said == labels).mean()),
            True,
            {
                "nearest mean picture": float((self._nearest(x) == labels).mean()),
                "most frequent class": float((labels == self._most_frequent()).mean()),
            },
            {part: len(indices) for part, indices in self.parts.items()},
        )

    @cached_property
    def parts(self) -> Mapping[str, NDArray[np.intp]]:
        """Rows of the file in "training", "validation" and "held out"."""
        return shuffled_parts(len(self._labels), 0, (_VALIDATION, _HELD_OUT))

    def pictures(self, part: str) -> NDArray[np.float64]:
        """The pictures of a part, (N, 64), from 0 to 1."""
        return self._pixels[self.parts[part]]

    @cached_property
    def _chosen(self) -> Mapping[str, int]:
        held_out = self.parts["held out"]
        by_class = [held_out[self._labels[held_out] == k] for k in range(_CLASSES)]
        first = {str(k): int(by_class[k][0]) for k in range(_CLASSES)}
        return first | {f"{k} again": int(by_class[k][1]) for k in range(_CLASSES)}

    def _batch(self, rows: NDArray[np.intp], noise: NDArray[np.float64] | float = 0.0) -> Batch:
        objective = Objective("softmax_cross_entropy", self._labels[rows][None])
        return Batch((self._pixels[rows] + noise)[None], objective)

    def _nearest(self, x: NDArray[np.float64]) -> NDArray[np.intp]:
        pixels, labels = self.pictures("training"), self._labels[self.parts["training"]]
        means = np.stack([pixels[labels == k].mean(axis=0) for k in range(_CLASSES)])
        return np.square(x[:, None] - means).sum(axis=2).argmin(axis=1)

    def _most_frequent(self) -> int:
        return int(np.bincount(self._labels[self.parts["training"]]).argmax())

    @cached_property
    def _rows(self) -> NDArray[Any]:
        path = resource_path("digits", "digits.csv.gz")
        try:
            text = gzip.decompress(read_bytes(path)).decode("ascii")
            rows = np.array([list(map(int, line.split(","))) for line in text.split()])
        except (OSError, ValueError, EOFError, zlib.error) as error:
            raise DataError(f"cannot be read: {error}", path=path) from None
        if rows.ndim != 2 or rows.shape[1] != SIDE * SIDE + 1:
            raise DataError("is not the file of digits that ships with rnnviz", path=path)
        return rows

    @cached_property
    def _pixels(self) -> NDArray[np.float64]:
        return self._rows[:, :-1] / float(_BRIGHTEST)

    @cached_property
    def _labels(self) -> NDArray[np.intp]:
        return self._rows[:, -1].astype(np.intp)
