"""Small grey pictures of two shapes, and what can be said of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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


@dataclass(frozen=True, slots=True, eq=False)
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
