"""Where things lie on the stage: how many cells, how wide, and which rows there is room for.

Every size is a multiple of `unit`, the height of body text; nothing is written smaller than that.
What does not fit is left out, the least important first (the order is that of `fit_rows`).
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, floor, log

from rnnviz.film import Frame, Stage
from rnnviz.frozen import record
from rnnviz.scenes.measure import text_width
from rnnviz.scenes.rows import ABOVE_MAP, AROUND_CHART, HALO, ROW, fit_rows
from rnnviz.scenes.shapes import Rect

_WHOLE_PITCH = 5.6  # the narrowest column when the sequence is drawn whole
_FOCUS_PITCH = 8.0  # and when a window moves over it
_WIDEST_PITCH = 15.0
_MOST = 20  # cells
_LEAD = 4.8  # room for a⟨0⟩ = 0 and the axis labels
_TRAIL = 1.4
_MEMORY = 2.3  # units and c together are at least as high
WIDEST = 0.62  # the line of the largest gradient
_GLIDE = 0.22  # the part of a step in which the window moves on


@record(eq=False)
class StageLayout:
    """The stage's geometry for one size; the same for every frame of a run.

    Attributes
    ----------
    width, height, unit : float
        Of the picture, and body text's height.
    steps, shown, context : int
        T, how many columns are drawn, and how many of them lie before the current step at least.
    pitch, left : float
        From one column's middle to the next, and where the first column begins.
    lead : float
        Room to the left of the columns: where it is 0, a⟨0⟩ is left out.
    column : float
        How wide a token or an output may be.
    layers : int
        How many cells stand on top of each other.
    rise : float
        From one layer up to the next; 0 for one layer alone.
    cell : Rect
        Of the first column, in the lowest layer.
    heat : Rect
        Its units'.
    rows, columns : int
        Grid of the units, filled column by column.
    memory : Rect or None
        Of the strip of c⟨t⟩ in the same cell; None where there is none or no room for it.
    memory_rows, memory_columns : int
        Its grid.
    memory_lane : float
        y of the way of c⟨t⟩ in the lowest layer; 0 where there is none.
    forward_lane, backward_lane : float
        y of the W_aa edges in the lowest layer, and of the gradient's way beside them.
    widest : float
        Width of the line of the largest gradient.
    symbol, symbol_above, norm : float
        Baseline of a⟨t⟩ within the cell (0: left out), the same when the gradient's number stands
        beneath it (0: the number takes its place), and the middle of that number.
    token : Rect
        Of the first column.
    date : float
        Middle of the axis label beneath a series' token; 0 where it is left out.
    loss : float
        Middle of the loss line; 0 where it is left out.
    outputs : float
        Top of the outputs.
    output_rows : int
        How many lines an output has.
    header, chart, minimap : Rect or None
    title : bool
        Whether the header holds the run's title.
    """

    width: float
    height: float
    unit: float
    steps: int
    shown: int
    context: int
    pitch: float
    left: float
    lead: float
    column: float
    layers: int
    rise: float
    cell: Rect
    heat: Rect
    rows: int
    columns: int
    memory: Rect | None
    memory_rows: int
    memory_columns: int
    memory_lane: float
    forward_lane: float
    backward_lane: float
    widest: float
    symbol: float
    symbol_above: float
    norm: float
    token: Rect
    date: float
    loss: float
    outputs: float
    output_rows: int
    header: Rect | None
    chart: Rect | None
    minimap: Rect | None
    title: bool

    @property
    def right(self) -> float:
        """Where the last column ends."""
        return self.left + self.shown * self.pitch

    @property
    def row(self) -> float:
        """From one line of an output to the next."""
        return ROW * self.unit

    @property
    def link(self) -> float:
        """The gap between two layers."""
        return self.rise - self.cell.h if self.layers > 1 else 0.0

    @property
    def top(self) -> float:
        """Where the highest layer's cells begin."""
        return self.cell.y - (self.layers - 1) * self.rise

    def middle(self, t: int, offset: float) -> float:
        """x of the middle of step t's column, when `offset` steps lie left of the window."""
        return self.left + (t - offset - 0.5) * self.pitch

    def offset_of(self, t: int) -> int:
        """How many steps lie left of the window when step t is current.

        The window turns over like a page and keeps `context` cells on both sides, so that a cell
        stays where it is while the playhead moves within the page.
        """
        stride = max(1, self.shown - 2 * self.context)
        page = max(0, (t - 1 - self.context) // stride)
        return min(page * stride, self.steps - self.shown)


def window_offset(layout: StageLayout, frame: Frame) -> float:
    """How many steps lie left of the window; between two pages it glides at a step's beginning."""
    moment = frame.moment
    t = frame.step
    here = layout.offset_of(t)
    if moment.resting or moment.stage not in (Stage.FORWARD, Stage.BACKWARD):
        return float(here)
    before = t - 1 if moment.stage is Stage.FORWARD else t + 1
    there = layout.offset_of(min(max(before, 1), layout.steps))
    share = min(1.0, moment.progress / _GLIDE)
    return there + (here - there) * share * share * (3.0 - 2.0 * share)


def unit_grid(units: int, width: float, height: float) -> tuple[int, int]:
    """Rows and columns for `units` cells in a space, each about 1.7 times as wide as high."""
    best, grid = float("inf"), (units, 1)
    for columns in range(1, units + 1):
        rows = ceil(units / columns)
        cost = abs(log((width / columns) / (height / rows) / 1.7))
        blank = columns * rows - units
        cost += 0.8 * (blank > 0) + 3.0 * blank / units
        if cost < best:
            best, grid = cost, (rows, columns)
    return grid


def _shared(heat: Rect, u: float) -> tuple[Rect, Rect]:
    """Room for c above, and for the units below it."""
    high = min(max(0.27 * heat.h, 0.8 * u), 2.4 * u)
    gap = min(0.45 * u, 0.1 * heat.h)
    rest = high + gap
    return (Rect(heat.x, heat.y, heat.w, high), Rect(heat.x, heat.y + rest, heat.w, heat.h - rest))


def _lanes(
    cell: Rect, heat: Rect, strip: Rect | None, memory: bool, u: float
) -> tuple[float, float, float]:
    """y of the ways of c (0: none), of a and of the gradient."""
    forward = cell.y + 0.40 * cell.h
    carried = 0.0
    if memory and cell.h >= 1.2 * u:
        carried = strip.cy if strip is not None else cell.y + 0.14 * cell.h
        forward = max(cell.y + 0.45 * cell.h, carried + 0.3 * u)
        if strip is not None:
            forward = max(heat.y + 0.3 * heat.h, carried + 0.8 * u)
    down = min(max(0.24 * cell.h, 0.75 * u), 0.45 * cell.h)
    return carried, forward, forward + down


@lru_cache(maxsize=64)
def stage_layout(
    steps: int,
    units: int,
    output_rows: int,
    series: bool,
    size: tuple[float, float],
    unit: float,
    title: bool,
    layers: int = 1,
    memory: bool = False,
    pictures: bool = False,
    named: bool = False,
) -> StageLayout:
    """The geometry of a stage.

    Parameters
    ----------
    steps, units : int
        T and H.
    output_rows : int
        How many lines an output has to say at most.
    series : bool
        Whether a line of the values belongs beneath the cells.
    size : tuple of float
        Width and height of the picture.
    unit : float
        Height of body text.
    title : bool
        Whether the picture has a title of its own.
    layers : int
        Cells on top of each other.
    memory : bool
        Whether a cell has a c⟨t⟩ as well.
    pictures : bool
        Whether pictures enter, which need more height than words.
    named : bool
        Whether stretches of steps have names, for which the row of the dates is kept.
    """
    width, height = size
    u = unit
    lead, trail = _LEAD * u, _TRAIL * u
    if width - lead - trail < _WHOLE_PITCH * u:
        lead = trail = 0.35 * u
    room = width - lead - trail
    whole = steps <= _MOST and room / steps >= _WHOLE_PITCH * u
    fitting = steps if whole else floor(room / (_FOCUS_PITCH * u))
    shown = max(1, min(steps, _MOST, fitting))
    pitch = min(room / shown, _WIDEST_PITCH * u)
    left = lead + (room - shown * pitch) / 2
    column = min(pitch - min(0.7 * u, 0.1 * pitch), 11.0 * u)
    cell_w = min(0.58 * pitch, 8.0 * u)
    tall = min(column, 9.0 * u) / u if pictures else 0.0
    got = fit_rows(
        height / u, cell_w / u, output_rows, series, steps > shown, title, layers, tall, named
    )

    y = (got.margin + (0.0 if got.outputs else HALO)) * u
    header = None
    if got.header:
        header = Rect(0.8 * u, min(y, 0.6 * u), width - 1.6 * u, got.header * u)
        y += (got.header + 0.3) * u
    loss = y + (got.loss / 2 - 0.08) * u if got.loss else 0.0
    y += got.loss * u
    outputs = y
    y += got.outputs * ROW * u + (got.gap if got.outputs else 0.0) * u
    x = left + pitch / 2
    rise = (got.cell + got.link) * u if layers > 1 else 0.0
    y += (layers - 1) * rise
    cell = Rect(x - cell_w / 2, y, cell_w, got.cell * u)
    inside = min(0.5 * u, 0.15 * cell.h) if layers > 1 else 0.5 * u
    foot = (got.symbol + got.norm) * u
    symbol = cell.bottom - foot / 2 + 0.5 * u if foot else 0.0
    symbol_above = cell.bottom - foot + 1.42 * u if got.norm else 0.0
    norm = cell.bottom - (0.92 * u if got.norm else foot / 2) if foot else 0.0
    heat_h = cell.h - inside - (foot if foot else inside)
    side = 0.5 * u
    heat = Rect(cell.x + side, cell.y + inside, cell_w - 2 * side, heat_h)
    strip, strip_grid = None, (0, 0)
    if memory and heat.h >= _MEMORY * u:
        strip, heat = _shared(heat, u)
        strip_grid = unit_grid(units, strip.w, strip.h)
    rows, columns = unit_grid(units, heat.w, heat.h)
    lanes = _lanes(cell, heat, strip, memory, u)
    y = cell.bottom + got.gap * u
    token_w = min(column, 9.0 * u)
    token = Rect(x - token_w / 2, y, token_w, got.token * u)
    y = token.bottom
    date = y + 0.75 * u if got.date else 0.0
    y += got.date * u
    chart = minimap = None
    if got.chart:
        chart = Rect(left, y + 0.5 * u, shown * pitch, (got.chart - AROUND_CHART) * u)
        y += got.chart * u
    if got.minimap:
        y += ABOVE_MAP * u
        end = text_width(f"{steps:,}", u) + 1.4 * u if lead > u else trail
        minimap = Rect(lead, y, width - lead - max(trail, end), 0.9 * u)
    return StageLayout(
        width=width, height=height, unit=u, steps=steps, shown=shown,
        context=0 if shown < 3 else max(1, shown // 5), pitch=pitch, left=left,
        lead=lead if lead > u else 0.0, column=column, layers=layers, rise=rise, cell=cell,
        heat=heat, rows=rows, columns=columns, memory=strip, memory_rows=strip_grid[0],
        memory_columns=strip_grid[1], memory_lane=lanes[0], forward_lane=lanes[1],
        backward_lane=lanes[2], widest=min(WIDEST * u, 0.4 * cell.h), symbol=symbol,
        symbol_above=symbol_above, norm=norm, token=token, date=date, loss=loss, outputs=outputs,
        output_rows=got.outputs, header=header, chart=chart, minimap=minimap,
        title=title and header is not None,
    )  # fmt: skip
