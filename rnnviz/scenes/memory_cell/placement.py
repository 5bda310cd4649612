"""What of the cell's inside has room, and how large it is drawn.

A drawing is tried from the richest to the barest; the first that fits is taken, and then enlarged
as far as it goes. What is left out first is what can be read elsewhere: the parts that each gate is
added up from; then names of gradients, and the numbers under the gates move into them; last, what
enters from below; and where even the lines have no room, gates and states are a list.
"""

from __future__ import annotations

from dataclasses import dataclass

from rnnviz.scenes.shapes import Rect


@dataclass(frozen=True, slots=True)
class Level:
    """One richness of the drawing.

    Attributes
    ----------
    name : str
        "full", "plain", "bare" or "brief".
    width, height : float
        Room that it needs, in heights of its type.
    side : float
        What is left free left and right of the cell, at least.
    largest : float
        How many times the panel's size of type it may become.
    parts : bool
        Whether every gate has the parts of its z under it.
    below : bool
        Whether numbers stand under the gates; else in them.
    inputs : bool
        Whether a⟨t−1⟩ and x⟨t⟩ are drawn.
    """

    name: str
    width: float
    height: float
    side: float = 5.6
    largest: float = 1.3
    parts: bool = False
    below: bool = False
    inputs: bool = True


GATED = (
    Level("full", 42.0, 15.4, parts=True, below=True),
    Level("plain", 35.2, 8.85),
    Level("bare", 34.0, 6.8, inputs=False),
    Level("brief", 17.2, 6.4, inputs=False),
)
PLAIN = (
    Level("full", 42.0, 12.6, side=7.4, largest=1.6, below=True),
    Level("plain", 35.2, 8.75, side=7.0),
    Level("bare", 33.0, 7.3, side=6.0, inputs=False),
    Level("brief", 15.0, 5.3, inputs=False),
)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a drawing lies and how large its type is.

    Attributes
    ----------
    rect : Rect
        All of it.
    u : float
        Height of its type; every length follows it.
    level : Level
    """

    rect: Rect
    u: float
    level: Level

    @property
    def side(self) -> float:
        """Width of what is left and right of the cell."""
        least = self.level.side * self.u
        return min(max(least, 0.16 * self.rect.w), least + 2.8 * self.u)

    def right_of(self, x: float) -> float:
        """Room between a place and the right edge."""
        return self.rect.right - x

    @property
    def inner(self) -> Rect:
        """The cell itself."""
        r = self.rect
        return Rect(r.x + self.side, r.y, r.w - 2 * self.side, r.h)


def placement_for(rect: Rect, unit: float, levels: tuple[Level, ...]) -> Placement | None:
    """The richest drawing that fits a rectangle; None where none does.

    Parameters
    ----------
    rect : Rect
        The room there is.
    unit : float
        Height of body text, which no number is smaller than.
    levels : tuple of Level
        From the richest to the barest.
    """
    for level in levels:
        if level.width * unit <= rect.w and level.height * unit <= rect.h:
            u = min(level.largest * unit, rect.w / level.width, rect.h / level.height)
            # No wider than it can be taken in at a glance, in the middle of what there is.
            wide, high = min(rect.w, 62.0 * u), level.height * u
            x, y = rect.x + (rect.w - wide) / 2, rect.y + (rect.h - high) / 2
            return Placement(Rect(x, y, wide, high), u, level)
    return None
