"""What of the cell's inside has room, and how large it is drawn.

A drawing is tried from the richest to the barest; the first that fits is taken, and then enlarged
as far as it goes. What is left out first is what can be read elsewhere: the equations; the parts
that each gate is added up from; then names of gradients, and the numbers under the gates move into
them. Where the width ends before the height, states stand above and below the cell; else what
enters from below goes last; and where even the lines have no room, gates and states are a list.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import floor, hypot, isfinite, log10

from rnnviz.film.words import ten_to
from rnnviz.frozen import record
from rnnviz.scenes.equation.notation import entry
from rnnviz.scenes.measure import text_width
from rnnviz.scenes.shapes import Rect, Role

ABOVE = 2.2  # of the states above a narrow cell
BAND = 8.0  # of the equations within the cell, in heights of the type
_OVER = 0.3  # of what a narrow drawing is looser, above it
FUTURE = 0.38  # how much of what is still to come is seen
Points = tuple[tuple[float, float], ...]


def seen(done: float) -> float:
    """How much is seen of what has come so far."""
    return FUTURE + (1.0 - FUTURE) * min(1.0, max(0.0, done))


def written(role: Role, alpha: float) -> tuple[Role, float]:
    """In what words and letters stand of what is only `alpha` there: never too faint to be read.

    What is still to come is written in the ink of what is beside the point.
    """
    if alpha <= FUTURE:
        return Role.MUTED, alpha / FUTURE
    return (role if alpha > 0.5 * (1.0 + FUTURE) else Role.MUTED), 1.0


def part(done: float, begin: float, end: float) -> float:
    """How much of a stretch of a phase is done, 0 … 1."""
    return min(1.0, max(0.0, (done - begin) / (end - begin)))


def fill_rect(inner: Rect, value: float, signed: bool) -> Rect:
    """What of a box is filled for a value: 0 … 1 from its foot, −1 … 1 from its middle."""
    if not signed:
        high = inner.h * min(1.0, max(0.0, value))
        return Rect(inner.x, inner.bottom - high, inner.w, high)
    high = inner.h / 2 * min(1.0, max(-1.0, value))
    return Rect(inner.x, inner.cy - max(high, 0.0), inner.w, abs(high))


def along(points: Points, share: float) -> tuple[float, float]:
    """The point that lies a share of the way along a line."""
    return cut(points, share)[-1]


def cut(points: Points, share: float) -> Points:
    """The part of a line up to a share of its length."""
    lengths = [hypot(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in pairwise(points)]
    left = share * sum(lengths)
    found = [points[0]]
    for length, (x0, y0), (x1, y1) in zip(lengths, points[:-1], points[1:], strict=True):
        if length >= left:
            over = left / length if length else 0.0
            return (*found, (x0 + (x1 - x0) * over, y0 + (y1 - y0) * over))
        found.append((x1, y1))
        left -= length
    return tuple(found)


def forms(value: float, *, sign: bool = True) -> list[str]:
    """Ways to write a number, from many digits to few; "0" only where it is exactly 0.

    None is off by more than a third of the number but a bare power of ten, the nearest; one that
    stands among ordinary numbers says so by ≈.
    """
    full = entry(value, sign=sign)
    if not isfinite(value):
        return [full, "∞"]
    if value == 0.0:
        return [full]
    size, head = abs(value), "−" if value < 0 else "+" if sign else ""
    found = [full]
    if 0.0015 <= size < 1.0:
        found.append(f"{head}{size:.3f}")
    if 0.015 <= size < 9999.5:
        found.append(f"{head}{size:.2f}")
    if 0.15 <= size < 99.95:
        found.append(f"{head}{size:.1f}")
    if size >= 9.5:
        found.append(f"{head}{size:.0f}")
    exponent = floor(log10(size))
    mantissa = round(size / 10.0**exponent) if exponent > -300 else 0
    if mantissa == 10:
        mantissa, exponent = 1, exponent + 1
    power = ten_to(exponent)
    if not mantissa:
        return [*found, f"{head}{power}"]
    nearest = f"{head}{ten_to(round(log10(size)))}"
    short = [f"≈{nearest}", *([nearest] if size < 0.015 else [])]
    return [*found, f"{head}{mantissa}·{power}", *short]


def is_rough(text: str) -> bool:
    """Whether a number's form is a bare power of ten, or nothing."""
    return not text or ("·" not in text and text[-1] in "⁰¹²³⁴⁵⁶⁷⁸⁹")


@lru_cache(maxsize=1024)
def line_width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a line of text is, on the wide side."""
    return 1.02 * text_width(text, size, bold) + 0.1 * size


def fitted(value: float, width: float, size: float, *, sign: bool = True, bold: bool = True) -> str:
    """A number in as many digits as a width holds; empty where not even its size does."""
    for text in forms(value, sign=sign):
        if line_width(text, size, bold=bold) <= width:
            return text
    return ""


@record
class Level:
    """How much of a cell's drawing is shown at a size.

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
    equations : bool
        Whether the cell's equations are in it, and its gates are valves.
    narrow : bool
        Whether states stand above and below the cell, and not beside it.
    staggered : bool
        Whether the gradients of gates that are close together stand on two lines.
    loose : float
        How much higher it may become where there is room, in heights of its type, so that nothing
        touches.
    """

    name: str
    width: float
    height: float
    side: float = 5.6
    largest: float = 1.3
    parts: bool = False
    below: bool = False
    inputs: bool = True
    equations: bool = False
    narrow: bool = False
    staggered: bool = False
    loose: float = 0.0


GATED = (
    Level("large", 46.0, 24.2, largest=2.2, parts=True, below=True, equations=True),
    Level("full", 42.0, 15.4, parts=True, below=True),
    Level("plain", 35.2, 8.85),
    Level("narrow", 19.6, 11.9, side=0.9, narrow=True, loose=1.2),
    Level("bare", 34.0, 6.8, inputs=False),
    Level("brief", 17.2, 6.4, inputs=False),
)
_TALL = Level("tall", 19.6, 12.9, side=0.9, narrow=True, staggered=True, loose=1.2)
FOUR_GATES = (*GATED[:3], _TALL, *GATED[3:])
PLAIN = (
    Level("large", 46.0, 19.9, side=7.4, largest=2.2, below=True, equations=True),
    Level("full", 42.0, 11.9, side=7.4, largest=1.6, below=True),
    Level("plain", 35.2, 8.75, side=7.0),
    Level("narrow", 19.6, 11.9, side=0.9, narrow=True, loose=1.2),
    Level("bare", 33.0, 7.3, side=6.0, inputs=False),
    Level("brief", 15.0, 5.3, inputs=False),
)


@record
class Placement:
    """Where a drawing lies and how large its type is.

    Attributes
    ----------
    rect : Rect
        All of it.
    u : float
        Height of its type; every length follows it.
    level : Level
    loose : float
        How much higher it is than it must be, in heights of its type.
    """

    rect: Rect
    u: float
    level: Level
    loose: float = 0.0

    @property
    def side(self) -> float:
        """Width of what is left and right of the cell."""
        least = self.level.side * self.u
        if self.level.narrow:
            return least
        return min(max(least, 0.16 * self.rect.w), least + 2.8 * self.u)

    def right_of(self, x: float) -> float:
        """Room between a place and the right edge."""
        return self.rect.right - x

    @property
    def band(self) -> float:
        """Height of the equations within the cell."""
        return BAND * self.u if self.level.equations else 0.0

    @property
    def top(self) -> float:
        """Where the drawing begins that has equations or states above it."""
        return self.rect.y + self.band + (ABOVE * self.u if self.level.narrow else 0.0)

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
            high = max(unit, rect.h / (level.height + level.loose))
            u = min(level.largest * unit, rect.w / level.width, high)
            # No wider than it can be taken in at a glance, in the middle of what there is.
            loose = min(level.loose, rect.h / u - level.height)
            wide, high = min(rect.w, 62.0 * u), (level.height + loose) * u
            x, y = rect.x + (rect.w - wide) / 2, rect.y + (rect.h - high) / 2
            free = _OVER * loose * u  # over the upper indices of the states above it
            return Placement(Rect(x, y + free, wide, high - free), u, level, loose)
    return None
