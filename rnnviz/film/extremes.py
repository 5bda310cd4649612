"""Long arrays in few numbers: what is largest and smallest in any stretches of their steps.

A map of a million steps on seven hundred columns of pixels looks at every number of the run. That
takes longer than the interface may stand, and is asked for again with every size and theme; so the
extremes of blocks of steps are found once, where the pass is computed, and any stretches are put
together of whole blocks and a few steps at both ends: the very same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.floating]
_BLOCK = 32  # steps; the two extremes take a sixteenth of the memory of the values
_PART = 1 << 20  # numbers that are looked at together, so that temporaries stay small


class Extremes:
    """What is largest and smallest in the steps of a state or a gate. It keeps no copy of them.

    Parameters
    ----------
    values : ndarray of shape (T, H)
        Steps 1 … T; T may be 0.
    """

    def __init__(self, values: Values) -> None:
        self.values = values
        self._columns: tuple[int, Values] | None = None

    @cached_property
    def _blocks(self) -> tuple[Values, Values]:
        """The smallest and the largest of each whole block, (T // _BLOCK, H); NaN wins."""
        count, units = len(self.values) // _BLOCK, self.values.shape[1]
        whole = self.values[: count * _BLOCK].reshape(count, _BLOCK, units)
        return whole.min(axis=1), whole.max(axis=1)

    @property
    def _rest(self) -> Values:
        """The steps after the last whole block."""
        return self.values[len(self.values) // _BLOCK * _BLOCK :]

    @cached_property
    def first_lost(self) -> int:
        """The first step with a value that is not finite; 0 for none."""
        least, most = self._blocks
        sound = (np.isfinite(least) & np.isfinite(most)).all(axis=1)
        start = len(least) * _BLOCK if sound.all() else int(sound.argmin()) * _BLOCK
        finite = np.isfinite(self.values[start : start + _BLOCK]).all(axis=1)
        return 0 if finite.all() else start + int(finite.argmin()) + 1

    @cached_property
    def largest(self) -> float:
        """The largest finite magnitude; 0 where there is no finite number."""
        if not self.first_lost:
            least, most = self._blocks
            ends = [float(np.abs(part).max()) for part in (least, most, self._rest) if part.size]
            return max(ends, default=0.0)
        found = 0.0
        for part in self._parts():
            finite = np.abs(part[np.isfinite(part)])
            found = max(found, float(finite.max()) if finite.size else 0.0)
        return found

    @cached_property
    def spread(self) -> NDArray[np.float64]:
        """Every unit's standard deviation over the steps, in units of `largest`, shape (H,).

        What is not finite counts as 0.
        """
        scale, count = self.largest or 1.0, max(len(self.values), 1)

        def sound(part: Values) -> NDArray[np.float64]:
            return np.where(np.isfinite(part), part, 0.0).astype(np.float64) / scale

        none = np.zeros(self.values.shape[1])
        mean = sum((sound(part).sum(axis=0) for part in self._parts()), none) / count
        squares = (np.square(sound(part) - mean).sum(axis=0) for part in self._parts())
        return np.sqrt(sum(squares, none) / count)

    def _parts(self) -> list[Values]:
        size = max(1, _PART // max(1, self.values.shape[1]))
        return [self.values[i : i + size] for i in range(0, len(self.values), size)]

    def prepare(self) -> None:
        """Find now all that takes long, where nobody waits for it."""
        _ = self._blocks, self.first_lost, self.largest, self.spread

    def of_columns(self, count: int) -> Values:
        """Reduce the steps to at most `count`: of each stretch the value of largest magnitude.

        Its sign stays, and a number that is not finite wins over all others, so that neither a
        single spike nor a single overflow in 20,000 steps disappears between two pixels. (A mean
        would turn a unit that swings between −1 and +1 into one that does nothing.)

        Returns
        -------
        ndarray of shape (at most count, H)
        """
        if len(self.values) <= count:
            return self.values
        if self._columns is None or self._columns[0] != count:  # another theme has as many
            least, most = self.of_stretches(count)
            self._columns = count, np.where(-least > most, least, most)
        return self._columns[1]

    def of_stretches(self, count: int, unit: int | None = None) -> tuple[Values, Values]:
        """The smallest and the largest value of `count` stretches of the steps, at most T.

        Stretch i begins with step i T // count. NaN wins.

        Returns
        -------
        (least, most) : ndarrays of shape (count, H), or (count,) of one unit
        """
        values = self.values if unit is None else self.values[:, unit]
        steps = len(values)
        first = (np.arange(count) * steps) // count
        last = np.append(first[1:], steps) - 1  # of the stretch itself
        shortest, longest = steps // count, int((last - first).max()) + 1
        in_blocks = shortest >= 2 * _BLOCK
        least = values[first]
        most = least.copy()

        def meet(low: Values, high: Values) -> None:
            np.minimum(least, low, out=least)
            np.maximum(most, high, out=most)

        for away in range(1, _BLOCK if in_blocks else longest):
            near = values[np.minimum(first + away, last)]
            meet(near, near)
        if in_blocks:
            for away in range(_BLOCK):
                near = values[last - away]
                meet(near, near)
            low, high = self._blocks if unit is None else (b[:, unit] for b in self._blocks)
            # From the first whole block of each stretch to before the first that is not; between
            # them lies what belongs to no stretch alone.
            edges = np.stack([-(-first // _BLOCK), (last + 1) // _BLOCK], axis=1).ravel()
            edges = edges[:-1] if edges[-1] == len(low) else edges
            meet(
                np.minimum.reduceat(low, edges, axis=0)[::2],
                np.maximum.reduceat(high, edges, axis=0)[::2],
            )
        return least, most


class Range(NamedTuple):
    """The smallest and the largest finite number of a line of logarithms, nan where it has none.

    `zeros` is whether it is −inf anywhere, `whole` whether it is finite everywhere; `near`, of a
    gradient that goes over more than `APART`, is where most of it stands together.
    """

    low: float
    high: float
    zeros: bool
    whole: bool
    near: tuple[float, float] | None = None


def range_of(curve: NDArray[np.float64] | None) -> Range:
    """From where to where a line goes; nowhere where there is none."""
    if curve is None:
        return Range(np.nan, np.nan, zeros=False, whole=False)
    finite = np.isfinite(curve)
    whole = bool(finite.all())
    known = curve if whole else curve[finite]
    zeros = not whole and bool((curve == -np.inf).any())
    if not known.size:
        return Range(np.nan, np.nan, zeros, whole=False)
    return Range(float(known.min()), float(known.max()), zeros, whole)


APART = 40.0
"""Powers of ten that may lie between neighbours on one axis."""
_WIDER = 8.0  # times all that stands together, if that is more


def standing_together(
    main: Iterable[NDArray[np.floating]], beside: Iterable[NDArray[np.floating]] = ()
) -> tuple[float, float] | None:
    """From where to where the logarithms of interest go; None where none is finite.

    Most of the main curves' values, and all that are not so far from them that beside their
    distance they would be a line: one step's gradient of 10⁻⁸¹⁵³, of a sure answer, is not.
    """
    own, other = _sorted(main), _sorted(beside)
    values = own if own.size else other
    if not values.size:
        return None
    parts = np.split(values, np.flatnonzero(np.diff(values) > APART) + 1)
    # Of as many, those that are nearest to 1.
    core = max(parts, key=lambda part: (len(part), -float(np.abs(part).min())))
    every = np.concatenate([own, other])
    low, high, before = float(core[0]), float(core[-1]), None
    while before != (low, high):
        before, room = (low, high), max(APART, _WIDER * (high - low))
        near = every[(every >= low - room) & (every <= high + room)]
        low, high = float(near.min()), float(near.max())
    return low, high


def _sorted(curves: Iterable[NDArray[np.floating]]) -> NDArray[np.floating]:
    parts = [curve[np.isfinite(curve)] for curve in curves]
    return np.sort(np.concatenate(parts), kind="stable") if parts else np.empty(0)
