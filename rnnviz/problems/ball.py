"""Synced many to many: a video of a moving ball → a label for every frame."""

from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import Sequence, Task
from rnnviz.engine import Architecture, Batch, Network, Objective, create_network, forward
from rnnviz.engine.clipping import USUAL
from rnnviz.engine.optimizers import Adam
from rnnviz.engine.training import Cosine, Training
from rnnviz.problems.base import Model, Problem, Score, bits_of, generator, part_of

SIDE = 8
FRAMES = 12
LABELS = ("left", "right", "up", "down", "still")
MOVES = np.array([(-1, 0), (1, 0), (0, -1), (0, 1), (0, 0)])
"""(x, y) of each label; y counts the rows downward."""

_BACK = np.array([1, 0, 3, 2, 4])  # the label of the opposite direction
_TURN = 0.15  # how often the ball turns without a wall
_RADIUS = 1.4
_NOISE = 0.04
_VIDEOS = 1000
_NUMBERS = {"training": 0, "validation": 1, "held out": 2}

Paths = NDArray[np.intp]


class Ball(Problem):
    """Videos of 12 frames of 8×8 pixels: the ball goes straight, turns at walls and at will.

    A frame's label is how the ball got there from the frame before, which no single frame shows;
    the first frame has none.
    """

    name: ClassVar[str] = "ball"
    mode: ClassVar[str] = "synced"
    updates: ClassVar[int] = 3000
    batch: ClassVar[int] = 48
    units: ClassVar[int] = 32

    @property
    def examples(self) -> tuple[str, ...]:
        """Held-out videos "video 1" … "video 12"."""
        return tuple(f"video {i + 1}" for i in range(12))

    def task(self, example: str) -> Task:
        """The frames of one video; every frame but the first has a label."""
        index = dict(zip(self.examples, range(12), strict=True))[example]
        paths, frames = self.videos("held out")
        labels = labels_of(paths[:, index : index + 1])
        mask = np.arange(FRAMES)[:, None] > 0
        pixels = frames[:, index]
        return Task(
            sequence=Sequence("words", example, tuple(f"frame {t + 1}" for t in range(FRAMES))),
            mode=self.mode,
            what="where the ball moves",
            x=pixels[:, None].copy(),
            targets=labels,
            mask=mask,
            loss="softmax_cross_entropy",
            inputs=SIDE * SIDE,
            outputs=len(LABELS),
            vocabulary=None,
            output_names=LABELS,
            notes=("the first frame has no frame before it, so it pays no loss",),
            pictures=tuple(frame.reshape(SIDE, SIDE).copy() for frame in pixels),
            problem=self.name,
        )

    def begin(self, seed: int) -> Network:
        """Tanh units: one frame of memory needs no gates."""
        architecture = Architecture(SIDE * SIDE, self.units, len(LABELS))
        return create_network(architecture, seed=seed)

    def training(self, seed: int) -> Training[Network]:
        """Adam on new videos in every batch."""

        def batch(update: int) -> Batch:
            rng = generator(seed, 1, _NUMBERS["training"], update)
            return _batch(*_drawn(rng, self.batch, "training"))

        return Training(
            batch,
            Adam(),
            Cosine(0.01, self.updates, 0.0002),
            USUAL,
            _batch(*self.videos("validation")),
        )

    def evaluate(self, model: Model) -> Score:
        """Share of held-out frames (but each video's first) whose likeliest label is right."""
        assert isinstance(model, Network)
        paths, frames = self.videos("held out")
        labels = labels_of(paths)

        def right(said: NDArray[np.intp]) -> float:
            return float((said[1:] == labels[1:]).mean())

        synced = forward(model, frames).y.argmax(axis=2)
        single = forward(model, frames.reshape(1, -1, *frames.shape[2:])).y[0].argmax(axis=1)
        table = self._best_of_a_place
        return Score(
            "accuracy per frame",
            right(synced),
            True,
            {
                "the same network, every frame by itself": right(single.reshape(labels.shape)),
                "most frequent label of the ball's place": right(
                    table[paths[..., 1], paths[..., 0]]
                ),
                "most frequent label": right(np.full_like(labels, self._most_frequent)),
            },
            {
                "training": self.updates * self.batch * (FRAMES - 1),
                "validation": labels[1:].size,
                "held out": labels[1:].size,
            },
        )

    def videos(self, part: str, number: int = 0) -> tuple[Paths, NDArray[np.float64]]:
        """Places (T, N, 2) and frames (T, N, 64) of 1,000 videos of a part."""
        key = (part, number)
        if key not in self._kept:
            rng = generator(0, 1, _NUMBERS[part], 10**6 + number)
            self._kept[key] = _drawn(rng, _VIDEOS, part)
        return self._kept[key]

    @cached_property
    def _kept(self) -> dict[tuple[str, int], tuple[Paths, NDArray[np.float64]]]:
        return {}

    @cached_property
    def _counts(self) -> NDArray[np.intp]:
        """How often each label comes with the ball at each place (8, 8, 5), in training videos."""
        counts = np.zeros((SIDE, SIDE, len(LABELS)), np.intp)
        for number in range(4):
            paths, _ = self.videos("training", number)
            np.add.at(counts, (paths[1:, :, 1], paths[1:, :, 0], labels_of(paths)[1:]), 1)
        return counts

    @property
    def _best_of_a_place(self) -> NDArray[np.intp]:
        """The best that anyone can do who sees a single frame."""
        return self._counts.argmax(axis=2)

    @property
    def _most_frequent(self) -> int:
        return int(self._counts.sum(axis=(0, 1)).argmax())


def labels_of(paths: Paths) -> NDArray[np.intp]:
    """The label (T, N) of every place's step from the one before; of the first place 0."""
    steps = np.diff(paths, axis=0)
    matches = (steps[:, :, None] == MOVES).all(axis=3)
    return np.concatenate([np.zeros((1, paths.shape[1]), np.intp), matches.argmax(axis=2)])


def walks(rng: np.random.Generator, count: int) -> Paths:
    """Places (T, count, 2) of balls that go straight, turn at walls and sometimes in between."""
    paths = np.empty((FRAMES, count, 2), np.intp)
    paths[0] = rng.integers(0, SIDE, (count, 2))
    way = rng.integers(0, len(LABELS), count)
    for t in range(1, FRAMES):
        turns = rng.random(count) < _TURN
        way = np.where(turns, rng.integers(0, len(LABELS), count), way)
        outside = ((paths[t - 1] + MOVES[way]) // SIDE != 0).any(axis=1)
        way = np.where(outside, _BACK[way], way)
        paths[t] = paths[t - 1] + MOVES[way]
    return paths


def drawn_frames(rng: np.random.Generator, paths: Paths) -> NDArray[np.float64]:
    """Frames (T, N, 64) from 0 to 1: a soft-edged disc at each place, and noise."""
    rows, columns = np.mgrid[:SIDE, :SIDE].reshape(2, -1)
    distance = np.hypot(columns - paths[..., :1], rows - paths[..., 1:])
    disc = np.clip(_RADIUS - distance, 0.0, 1.0)
    return np.clip(disc + _NOISE * rng.standard_normal(disc.shape), 0.0, 1.0)


def _drawn(rng: np.random.Generator, count: int, part: str) -> tuple[Paths, NDArray[np.float64]]:
    """`count` videos whose path belongs to a part, by its checksum."""
    kept: list[Paths] = []
    while sum(paths.shape[1] for paths in kept) < count:
        paths = walks(rng, 2 * count)
        mine = np.array([part_of(path) == part for path in bits_of(paths)])
        kept.append(paths[:, mine])
    paths = np.concatenate(kept, axis=1)[:, :count]
    return paths, drawn_frames(rng, paths)


def _batch(paths: Paths, frames: NDArray[np.float64]) -> Batch:
    labels = labels_of(paths)
    mask = np.broadcast_to(np.arange(FRAMES)[:, None] > 0, labels.shape)
    return Batch(frames, Objective("softmax_cross_entropy", labels, mask, "mean"))
