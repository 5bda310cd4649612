"""Which place on the scrubber is which position of the pass."""

from __future__ import annotations

from dataclasses import dataclass

_UPDATE = (0.06, 0.10)  # least and most of the scrubber that the update gets


@dataclass(frozen=True, slots=True)
class Stretches:
    """The scrubber's three stretches, forward, backward and update, as parts of its length."""

    steps: int

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """Where they begin and end, 0 … 1."""
        least, most = _UPDATE
        half = (1.0 - min(max(1.0 / (2 * self.steps + 1), least), most)) / 2
        return 0.0, half, 2 * half, 1.0

    @property
    def stops(self) -> tuple[float, float, float, float]:
        """The positions at which they begin and end."""
        return 0.0, float(self.steps), 2.0 * self.steps, 2.0 * self.steps + 1.0

    def part(self, position: float) -> float:
        """Where a position is, 0 … 1."""
        return _between(position, self.stops, self.edges)

    def position(self, part: float) -> float:
        """Which position is there (the inverse of `part`)."""
        return _between(part, self.edges, self.stops)


def _between(value: float, have: tuple[float, ...], want: tuple[float, ...]) -> float:
    """Piecewise linear: `have` is mapped to `want`; clamped."""
    value = min(max(value, have[0]), have[-1])
    for at in range(len(have) - 1):
        if value <= have[at + 1]:
            share = (value - have[at]) / (have[at + 1] - have[at])
            return min(want[at] + share * (want[at + 1] - want[at]), want[at + 1])
    return want[-1]
