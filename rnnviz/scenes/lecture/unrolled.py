"""Where the folded network and its copies lie: one size for all copies that are drawn."""

from __future__ import annotations

from rnnviz.film import Frame
from rnnviz.frozen import record
from rnnviz.scenes.shapes import Rect

_LEAST, _FOLDED = 1.3, 5.0  # pitch of a copy, where all are drawn and where the middle is left out
_WIDEST = 11.0
_CELL, _LOOP, _EQUALS = 5.6, 3.2, 3.0
_PILL, _OUT = 1.9, 1.9
_MOST = 60  # copies that are drawn


@record(eq=False)
class Unrolled:
    """The geometry of the loop for one size and one number of copies.

    Attributes
    ----------
    unit, scale : float
        Body text's height, and the picture's own unit, which is as large or larger.
    folded : tuple of Rect
        The lowest cell of the folded network; of an encoder and its decoder one each.
    equals : float
        Middle of the sign between the loop and its copies; 0 where there is no room for it.
    steps : tuple of int
        Which steps have a place, in their order.
    gap : int
        How many are left out in their middle.
    left, pitch : float
        Where the copies begin, and from one to the next.
    cell : Rect
        The lowest cell of a copy in the first place.
    rise : float
        From one layer up to the next.
    token, output : float
        Top of what enters and of what comes out; both are `pill` high.
    pill, wide : float
        Their height; how wide they are at a copy.
    high : float
        And how high they are there.
    """

    unit: float
    scale: float
    folded: tuple[Rect, ...]
    equals: float
    steps: tuple[int, ...]
    gap: int
    left: float
    pitch: float
    cell: Rect
    rise: float
    token: float
    output: float
    pill: float
    wide: float
    high: float

    @property
    def split(self) -> int:
        """How many steps stand before the gap; all where there is none."""
        return (len(self.steps) + 1) // 2 if self.gap else len(self.steps)

    @property
    def break_width(self) -> float:
        """Room of the gap."""
        return 2.0 * self.pitch if self.gap else 0.0

    def x(self, place: int) -> float:
        """Middle of a copy, by its place among `steps`."""
        beyond = self.break_width if place >= self.split else 0.0
        return self.left + (place + 0.5) * self.pitch + beyond

    def at(self, x: float, layer: int = 0) -> Rect:
        """A copy's cell in a layer, when its middle is x."""
        cell = self.cell
        return Rect(x - cell.w / 2, cell.y - layer * self.rise, cell.w, cell.h)


def unrolled(frame: Frame, area: Rect, unit: float, count: int) -> Unrolled | None:
    """Lay out the folded network and `count` copies; None where there is no room for a cell."""
    layers, pairs = frame.layers, 2 if frame.source_steps else 1
    tall = min(area.h / (15.0 + 3.0 * (layers - 1)), area.w / (40.0 + 12.0 * (pairs - 1)))
    scale = min(max(unit, tall), 2.2 * unit)
    u = scale if area.h >= (8.5 + 3.0 * layers) * scale else unit
    pill = _PILL * u if area.h >= (7.0 + 2.2 * layers) * u else 1.4 * unit
    rest = area.h - 2 * pill
    link = 0.9 * unit if rest < 5.0 * layers * u else 1.4 * u
    each = (rest - (layers - 1) * link) / (layers + 0.5)
    cell_high = min(each, 8.5 * u)
    if cell_high < 1.4 * unit or area.w < 16 * unit:
        return None
    stack = layers * cell_high + (layers - 1) * link
    arrow = min((rest - stack) / 2, 4.0 * u)
    spare = area.h - 2 * pill - 2 * arrow - stack
    output = area.y + spare / 2
    low = output + pill + arrow + stack - cell_high
    token = output + pill + 2 * arrow + stack

    cell_wide = min(_CELL * u, 0.12 * area.w)
    loop = min(_LOOP * u, 0.09 * area.w) + (1.4 * unit if layers > 1 else 0.0)
    folded = tuple(
        Rect(area.x + 0.6 * u + i * (cell_wide + 1.25 * loop), low, cell_wide, cell_high)
        for i in range(pairs)
    )
    left = folded[-1].right + loop
    equals = left + _EQUALS * u / 2
    left += _EQUALS * u
    room = area.right - left
    most = max(1, min(_MOST, int(room / (_LEAST * unit))))
    steps = tuple(range(1, count + 1))
    gap = 0
    if count > most:
        most = max(2, int(room / (_FOLDED * unit)) - 2)
        ahead = (most + 1) // 2
        gap = count - most
        steps = (*steps[:ahead], *steps[count - (most - ahead) :])
    pitch = min(_WIDEST * u, room / (len(steps) + (2 if gap else 0)))
    wide = min(0.9 * pitch, 7.0 * u)
    copy = Rect(0.0, low, min(_CELL * u, 0.62 * pitch), cell_high)
    return Unrolled(
        unit, u, folded, equals, steps, gap, left, pitch, copy, cell_high + link,
        token, output, pill, wide, min(pill, wide),
    )  # fmt: skip
