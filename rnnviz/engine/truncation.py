"""Truncated backpropagation through time (Williams and Peng 1990)."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Truncation:
    """Where the gradient is cut; the state is carried on all the same.

    After every k1 steps the losses of these k1 steps are sent back over at most k2 steps. With
    k2 = k1 the sequence falls into windows that hand over the state but no gradient; with k2 > k1
    the windows overlap and every loss reaches back at least k2 − k1 + 1 steps.

    Parameters
    ----------
    k1 : int
        Steps from one backward sweep to the next, at least 1.
    k2 : int, optional
        Steps of a backward sweep, at least k1; k1 if left out.

    Raises
    ------
    ValueError
        For windows that leave losses out or are not whole numbers.
    """

    k1: int
    k2: int = 0

    def __post_init__(self) -> None:
        if not self.k2:
            object.__setattr__(self, "k2", self.k1)
        if self.k1 < 1 or self.k2 < self.k1:
            raise ValueError(f"truncation: expected 1 ≤ k1 ≤ k2, found {self.k1} and {self.k2}")

    def windows(self, steps: int) -> Iterator[tuple[int, int, int]]:
        """Yield (start, paying, stop): the losses of steps paying + 1 … stop go back to start."""
        for paying in range(0, steps, self.k1):
            stop = min(paying + self.k1, steps)
            yield max(0, paying + self.k1 - self.k2), paying, stop

    def reach(self, k: int) -> int:
        """The first step (from 1) that the loss of step k reaches."""
        return max(0, ((k - 1) // self.k1 + 1) * self.k1 - self.k2) + 1
