"""Where a loss curve's points lie: updates across, losses up, both as far as they reach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, isfinite, log10, sqrt

from PySide6.QtCore import QPointF, QRectF

_LEAST = 1e-12  # a loss of exactly 0 has no logarithm
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot of losses, on a logarithmic axis, over the square root of the update.

    Attributes
    ----------
    area : QRectF
        Where it is drawn.
    end : int
        The update at its right end.
    low, high : float
        The losses at its lower and upper end; 0 < low < high.
    """

    area: QRectF
    end: int
    low: float
    high: float

    def x(self, update: int) -> float:
        """Where an update is."""
        part = sqrt(update / self.end) if self.end else 0.0
        return self.area.x() + min(part, 1.0) * self.area.width()

    def y(self, loss: float) -> float:
        """Where a loss is; one beyond the ends at the end."""
        part = log10(max(loss, _LEAST) / self.low) / log10(self.high / self.low)
        return self.area.bottom() - min(max(part, 0.0), 1.0) * self.area.height()

    def points(self, updates: Iterable[int], losses: Iterable[float]) -> list[list[QPointF]]:
        """A curve in the pieces between which its losses are not finite."""
        pieces: list[list[QPointF]] = [[]]
        for update, loss in zip(updates, losses, strict=True):
            if isfinite(loss):
                pieces[-1].append(QPointF(self.x(update), self.y(loss)))
            elif pieces[-1]:
                pieces.append([])
        return [piece for piece in pieces if piece]

    def updates(self, room: float) -> list[int]:
        """Round numbers of updates to be named, at least `room` apart."""
        found = [0]
        for power in range(8):
            for factor in _STEPS:
                update = factor * 10**power
                if update > self.end:
                    return found
                if self.x(update) - self.x(found[-1]) >= room:
                    found.append(update)
        return found

    def losses(self, room: float) -> list[float]:
        """Round losses to be named, at least `room` apart, from below."""
        found: list[float] = []
        factors = _STEPS if self.high / self.low < 100.0 else (1,)
        for power in range(floor(log10(self.low)), ceil(log10(self.high)) + 1):
            for factor in factors:
                loss = factor * 10.0**power
                if self.low <= loss <= self.high and (
                    not found or self.y(found[-1]) - self.y(loss) >= room
                ):
                    found.append(loss)
        return found

    def free_beside(
        self, y: float, size: QRectF, losses: Iterable[float], updates: Iterable[int]
    ) -> QRectF | None:
        """Room for a name just above or below a level line, where a curve does not run."""
        curve = [point for piece in self.points(updates, losses) for point in piece]
        for x in (self.area.right() - size.width() - 0.5 * size.height(), self.area.center().x()):
            for top in (y - 1.1 * size.height(), y + 0.1 * size.height()):
                place = QRectF(x, top, size.width(), size.height())
                inside = self.area.top() <= top and place.bottom() <= self.area.bottom()
                if inside and not _crossed(curve, place):
                    return place
        return None


def _crossed(curve: list[QPointF], place: QRectF) -> bool:
    """Whether a curve of short pieces runs through a place."""
    for a, b in pairwise(curve):
        if max(a.x(), b.x()) < place.left() or min(a.x(), b.x()) > place.right():
            continue
        if max(a.y(), b.y()) >= place.top() and min(a.y(), b.y()) <= place.bottom():
            return True
    return False


def ends(losses: Iterable[float]) -> tuple[float, float]:
    """Ends of an axis that holds these losses; those that are not finite do not count."""
    known = [max(loss, _LEAST) for loss in losses if isfinite(loss)]
    low, high = (min(known), max(known)) if known else (0.1, 1.0)
    # Half a digit of room, so that a curve neither touches the edge nor fills the height if flat.
    room = max(1.12, (high / low) ** 0.06)
    low, high = low / room, high * room
    return (low, high) if high / low > 2.0 else (low / 1.5, high * 1.5)
