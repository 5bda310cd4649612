"""One to many: a small picture of two shapes → a caption, word by word."""

from collections.abc import Mapping
from functools import cached_property
from itertools import product
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import END, Sequence, Task
from rnnviz.engine import Architecture, Batch, Network, Objective, create_network, forward
from rnnviz.engine.clipping import USUAL
from rnnviz.engine.optimizers import Adam
from rnnviz.engine.training import Cosine, Training
from rnnviz.frozen import record
from rnnviz.problems.base import Model, Problem, Score, generator

SIDE = 16
SHAPES = ("circle", "square", "triangle", "cross")
SIZES = ("small", "large")
RELATIONS = ("above", "below", "left of", "right of")

BRIGHT, DIM = 1.0, 0.45
"""Of the shape that is named first, and of the other one."""

_RADII = ((1.7, 2.1), (3.0, 3.5))  # of SIZES, from … to
_NEAR, _FAR = 3.5, 11.5  # the two middles along the axis of a relation
_JITTER = 0.6
_NOISE = 0.04

Ids = NDArray[np.intp]
Numbers = NDArray[np.float64]


@record(eq=False)
class Drawings:
    """What is on N pictures; the first shape of each is the bright one.

    Attributes
    ----------
    shapes, sizes : (N, 2) array of int
        Places in `SHAPES` and `SIZES`.
    relations : (N,) array of int
        Places in `RELATIONS`: the first shape is … the second.
    centres : (N, 2, 2) array of float64
        (x, y) of each shape in pixels; y counts the rows downward.
    radii : (N, 2) array of float64
        In pixels.
    """

    shapes: Ids
    sizes: Ids
    relations: Ids
    centres: Numbers
    radii: Numbers

    def __len__(self) -> int:
        return len(self.relations)

    def caption(self, i: int) -> str:
        """Such as "a small circle above a square"."""
        first, second = (SHAPES[k] for k in self.shapes[i])
        size, relation = SIZES[self.sizes[i, 0]], RELATIONS[self.relations[i]]
        return f"a {size} {first} {relation} a {second}"


def placed(rng: np.random.Generator, shapes: Ids, sizes: Ids, relations: Ids) -> Drawings:
    """Choose where the shapes (N, 2) of these sizes stand, and how large they are exactly."""
    count = len(relations)
    low, high = np.array(_RADII)[sizes].transpose(2, 0, 1)
    radii = low + (high - low) * rng.random((count, 2))
    centres = np.full((count, 2, 2), (_NEAR + _FAR) / 2.0)
    along = np.where(relations < 2, 1, 0)  # y for above and below, x for left and right
    first_is_near = relations % 2 == 0
    each = np.arange(count)
    centres[each, 0, along] = np.where(first_is_near, _NEAR, _FAR)
    centres[each, 1, along] = np.where(first_is_near, _FAR, _NEAR)
    centres += _JITTER * (2.0 * rng.random(centres.shape) - 1.0)
    return Drawings(shapes, sizes, relations, centres, radii)


def drawn(rng: np.random.Generator, drawings: Drawings) -> Numbers:
    """The pictures (N, SIDE, SIDE), from 0 to 1, with soft edges and some noise."""
    rows, columns = np.mgrid[:SIDE, :SIDE]
    pictures = np.zeros((len(drawings), SIDE, SIDE))
    for which, brightness in ((1, DIM), (0, BRIGHT)):
        centre = drawings.centres[:, which, :, None, None]
        radius = drawings.radii[:, which, None, None]
        x, y = columns - centre[:, 0], rows - centre[:, 1]
        kind = drawings.shapes[:, which, None, None]
        outside = np.select(
            [kind == k for k in range(len(SHAPES))],
            [_circle(x, y, radius), _square(x, y, radius), _triangle(x, y, radius),
             _cross(x, y, radius)],
        )  # fmt: skip
        pictures = np.maximum(pictures, brightness * np.clip(0.5 - outside, 0.0, 1.0))
    pictures += _NOISE * rng.standard_normal(pictures.shape)
    return np.clip(pictures, 0.0, 1.0)


# Each: how far (x, y) is outside the shape, in pixels, negative inside.


def _circle(x: Numbers, y: Numbers, radius: Numbers) -> Numbers:
    return np.hypot(x, y) - radius


def _square(x: Numbers, y: Numbers, radius: Numbers) -> Numbers:
    return np.maximum(np.abs(x), np.abs(y)) - 0.95 * radius


def _triangle(x: Numbers, y: Numbers, radius: Numbers) -> Numbers:
    """On its base, the corner above."""
    side = (1.9 * np.abs(x) - (y + radius)) / np.hypot(1.9, 1.0)
    return np.maximum(y - 0.9 * radius, side)


def _cross(x: Numbers, y: Numbers, radius: Numbers) -> Numbers:
    """Two bars on the diagonals."""
    one, other = np.abs(x + y) / np.sqrt(2.0), np.abs(x - y) / np.sqrt(2.0)
    across, along = np.minimum(one, other), np.maximum(one, other)
    return np.maximum(across - 0.32 * radius, along - 1.2 * radius)


WORDS = ("a", *SIZES, *SHAPES, "above", "below", "left", "right", "of", END)
PIXELS = SIDE * SIDE
STEPS = 8
"""Of the longest caption, with its end."""

_END = len(WORDS) - 1
_NEVER = 16  # captions, of 128, that no training picture has
_NUMBERS = {"training": 0, "validation": 1, "new pictures": 2, "new captions": 3}
_COUNTS = {"validation": 400, "new pictures": 800, "new captions": 200}


class Captions(Problem):
    """16×16 pictures; the bright shape is named first, as the one that is above, below, ….

    Held out are new pictures of the captions that are trained, and pictures of sixteen captions
    that are not: their words are known, but never came together.
    """

    name: ClassVar[str] = "captions"
    mode: ClassVar[str] = "one_to_many"
    updates: ClassVar[int] = 10000
    batch: ClassVar[int] = 64
    units: ClassVar[int] = 48

    @property
    def examples(self) -> tuple[str, ...]:
        """Held-out pictures "picture 1" … "picture 12"; the last four have new captions."""
        return tuple(f"picture {i + 1}" for i in range(len(self._shown)))

    @cached_property
    def _shown(self) -> tuple[tuple[str, int], ...]:
        """Part and number of the pictures shown: the first ones, no caption twice."""
        shown: list[tuple[str, int]] = []
        for part, wanted in (("new pictures", 8), ("new captions", 4)):
            drawings, _ = self.pictures(part)
            first: dict[str, int] = {}
            for i in range(len(drawings)):
                first.setdefault(drawings.caption(i), i)
            shown += [(part, i) for i in list(first.values())[:wanted]]
        return tuple(shown)

    def task(self, example: str) -> Task:
        """The picture at step 1, then the network's own words; the true caption is the target."""
        part, i = dict(zip(self.examples, self._shown, strict=True))[example]
        drawings, pictures = self.pictures(part)
        targets, known = encoded([drawings.caption(i)])
        x = inputs_of(pictures[i : i + 1], targets)
        before = [WORDS[k] for k in targets[:-1, 0]]
        return Task(
            sequence=Sequence("words", example, ("picture", *before)),
            mode=self.mode,
            what="a caption",
            x=x,
            targets=targets,
            mask=known,
            loss="softmax_cross_entropy",
            inputs=PIXELS + len(WORDS),
            outputs=len(WORDS),
            vocabulary=None,
            output_names=WORDS,
            notes=("x⟨1⟩ is the picture, beside it a place for every word: the later inputs",),
            known=known.copy(),
            fed_back=np.arange(STEPS) > 0,
            own=True,
            feed=word_vectors(),
            end=_END,
            pictures=(pictures[i].copy(), *[None] * (STEPS - 1)),
            problem=self.name,
        )

    def begin(self, seed: int) -> Network:
        """A GRU before training."""
        architecture = Architecture(PIXELS + len(WORDS), self.units, len(WORDS), "gru")
        return create_network(architecture, seed=seed)

    def training(self, seed: int) -> Training[Network]:
        """Adam on new pictures in every batch, the true words fed in (teacher forcing)."""

        def batch(update: int) -> Batch:
            rng = generator(seed, 2, _NUMBERS["training"], update)
            return _batch(*_pictures(rng, self.combinations["trained"], self.batch))

        return Training(
            batch,
            # The decay is what carries the words over to captions that were never trained on.
            Adam(weight_decay=0.3, decoupled=True),
            Cosine(0.01, self.updates, 0.0001),
            USUAL,
            _batch(*self.pictures("validation")),
        )

    def evaluate(self, model: Model) -> Score:
        """Share of held-out pictures whose caption is right word for word, to its end."""
        assert isinstance(model, Network)
        parts = self.exactly_right(model)
        sizes = {part: _COUNTS[part] for part in parts}
        held_out = sum(sizes.values())
        value = sum(parts[part] * sizes[part] for part in parts) / held_out
        _, pictures = self.pictures("validation")
        mean = inputs_of(pictures.mean(axis=0, keepdims=True), encoded([""])[0])
        blind = captions_of(greedy(model, mean[:1]))[0]
        everyone = [self.pictures(part)[0] for part in parts]
        lucky = sum(each.caption(i) == blind for each in everyone for i in range(len(each)))
        return Score(
            "captions exactly right",
            value,
            True,
            {
                "the same network, shown the mean picture": lucky / held_out,
                "guessing one of the captions": 1.0 / sum(map(len, self.combinations.values())),
            },
            {
                "training": self.updates * self.batch,
                "validation": _COUNTS["validation"],
                "held out": held_out,
                **{f"held out: {part}": size for part, size in sizes.items()},
            },
        )

    def exactly_right(self, model: Network) -> Mapping[str, float]:
        """Share of exactly right captions among "new pictures" and among "new captions"."""
        shares: dict[str, float] = {}
        for part in ("new pictures", "new captions"):
            drawings, pictures = self.pictures(part)
            first = inputs_of(pictures, np.zeros((1, len(pictures)), np.intp))
            said = captions_of(greedy(model, first))
            shares[part] = float(
                np.mean([drawings.caption(i) == words for i, words in enumerate(said)])
            )
        return shares

    @cached_property
    def combinations(self) -> Mapping[str, NDArray[np.intp]]:
        """(first size, first shape, relation, second shape) of the captions "trained" and "new"."""
        every = np.array(
            list(product(*(range(len(n)) for n in (SIZES, SHAPES, RELATIONS, SHAPES))))
        )
        order = generator(0, 2, 9).permutation(len(every))
        return {"new": every[order[:_NEVER]], "trained": every[order[_NEVER:]]}

    def pictures(self, part: str) -> tuple[Drawings, NDArray[np.float64]]:
        """Drawings and pictures (N, SIDE, SIDE) of a part that is not trained on."""
        if part not in self._kept:
            captions = self.combinations["new" if part == "new captions" else "trained"]
            rng = generator(0, 2, _NUMBERS[part], 10**6)
            self._kept[part] = _pictures(rng, captions, _COUNTS[part])
        return self._kept[part]

    @cached_property
    def _kept(self) -> dict[str, tuple[Drawings, NDArray[np.float64]]]:
        return {}


def _pictures(
    rng: np.random.Generator, captions: NDArray[np.intp], count: int
) -> tuple[Drawings, NDArray[np.float64]]:
    size, first, relation, second = captions[rng.integers(0, len(captions), count)].T
    unsaid = rng.integers(0, len(SIZES), count)
    shapes, sizes = np.stack([first, second], axis=1), np.stack([size, unsaid], axis=1)
    drawings = placed(rng, shapes, sizes, relation)
    return drawings, drawn(rng, drawings)


def encoded(captions: list[str]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Places of the words (STEPS, N), the end from each caption's end on, and which steps pay."""
    targets = np.full((STEPS, len(captions)), _END)
    for i, caption in enumerate(captions):
        words = caption.split()
        targets[: len(words), i] = [WORDS.index(word) for word in words]
    pays = np.ones(targets.shape, np.bool_)
    pays[1:] = targets[:-1] != _END
    return targets, pays


def word_vectors() -> NDArray[np.float64]:
    """What each word is as an input (V, D): no picture, and its place in the one-hot part."""
    return np.eye(len(WORDS), PIXELS + len(WORDS), PIXELS)


def inputs_of(pictures: NDArray[np.float64], targets: NDArray[np.intp]) -> NDArray[np.float64]:
    """The picture (N, SIDE, SIDE) at step 1, later the word before: (T, N, D) of (T, N) targets."""
    x = np.zeros((*targets.shape, PIXELS + len(WORDS)))
    x[0, :, :PIXELS] = pictures.reshape(len(pictures), PIXELS)
    x[1:] = word_vectors()[targets[:-1]]
    return x


def greedy(network: Network, first: NDArray[np.float64]) -> NDArray[np.intp]:
    """The likeliest word at each step, fed back: (STEPS, N) of the first inputs (1, N, D)."""
    said: list[NDArray[np.intp]] = []
    fed, a, c = first, None, None
    for _ in range(STEPS):
        trace = forward(network, fed, a0=a, c0=c)
        a, c = trace.a[:, -1], None if trace.c is None else trace.c[:, -1]
        said.append(trace.y[0].argmax(axis=1))
        fed = word_vectors()[said[-1]][None]
    return np.stack(said)


def captions_of(said: NDArray[np.intp]) -> list[str]:
    """The words (STEPS, N) of each as a caption, up to the end; without an end, with its lack."""
    captions: list[str] = []
    for column in said.T:
        words = [WORDS[k] for k in column]
        whole = words[: words.index(END)] if END in words else [*words, "…"]
        captions.append(" ".join(whole))
    return captions


def _batch(drawings: Drawings, pictures: NDArray[np.float64]) -> Batch:
    targets, pays = encoded([drawings.caption(i) for i in range(len(drawings))])
    objective = Objective("softmax_cross_entropy", targets, pays, "mean")
    return Batch(inputs_of(pictures, targets), objective)
