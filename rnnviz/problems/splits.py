"""What is held out: decided by the example itself, so that training can never meet it."""

from collections.abc import Iterator
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

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
