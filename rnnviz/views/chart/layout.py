"""A chart laid out on its surface: axes with their ticks, and the room that names take."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFont, QFontMetricsF

from rnnviz.scenes.charts.axes import Axes, Seen, whole
from rnnviz.scenes.charts.chart import AxisRoom, Chart, Curve, Tick
from rnnviz.scenes.charts.labels import Lettering
from rnnviz.scenes.shapes import Rect
from rnnviz.views.panels.surface import HANDLE, Surface

_SAMPLES = (-1.2345, -4.321, -12.3)  # values whose words are about as wide as they get
_MOST_NAMED = 0.3  # of the width, at most for names beside the curves


def laid_out(
    surface: Surface, chart: Chart, area: Rect, seen: Seen | None
) -> tuple[Axes, Seen, Rect]:
    """Axes with their ticks, all that fits, and the room for names."""
    unit, small = surface.unit, surface.room(area.h)
    measure = QFontMetricsF(end_font(surface)).horizontalAdvance
    named = [c for c in chart.curves if c.end is not None]
    texts = [text for c in named for v in _SAMPLES for text in end_texts(c, v)[:1]]
    names = min(max(map(measure, texts), default=0.0) + 0.9 * unit, _MOST_NAMED * area.w)
    before = after = chart.side * unit
    right = area.right
    if chart.reveal == "leftwards":
        before = max(before, names if len(named) > 1 else 0.0)
    elif named:
        right -= names
    rect = Rect(area.x, area.y, max(10.0, right - area.x), max(10.0, area.h))
    fit = whole(chart, rect.w, before, after)
    shown = seen or fit
    bare = Axes(rect, shown.x, shown.y, chart.floor)
    y_ticks = _y_ticks(bare, chart, small)
    gutter = max((small.measure(text) for _, text in y_ticks), default=0.0) + 0.5 * unit
    rect = Rect(area.x + round(gutter), rect.y, max(10.0, right - area.x - round(gutter)), rect.h)
    fit = whole(chart, rect.w, before, after)
    shown = seen or fit
    x_ticks = chart.x.ticks(*shown.x, surface.room(rect.w))
    axes = Axes(rect, shown.x, shown.y, chart.floor, tuple(x_ticks), tuple(y_ticks))
    # Under the handle of a playhead, which passes all along the upper edge.
    over = -HANDLE * unit if chart.reveal else 0.3 * small.high
    return axes, fit, Rect(rect.x, rect.y - over, area.right - rect.x, rect.h + over)


def _y_ticks(axes: Axes, chart: Chart, room: AxisRoom) -> list[Tick]:
    low, high = axes.y_range
    zero = axes.zero
    if zero is None:
        least = 0.95 * room.high * (high - low) / axes.rect.h
        ticks = [t for t in chart.y.ticks(low, high, room) if low <= t[0] <= high]
        return _apart(sorted(ticks), least)
    # Beside its 0 the axis keeps powers, or one where there is no room for two: with 1 alone it
    # would be read as linear.
    pixel = (high - low) / axes.rect.h
    above = min(zero + 1.1 * room.high * pixel, high)
    left = AxisRoom((high - above) / pixel, room.high, room.measure, room.elide)
    powers = [t for t in chart.y.ticks(above, high, left) if above <= t[0] <= high]
    if len(powers) > 1 and powers[1][0] - powers[0][0] < 0.95 * room.high * pixel:
        powers = powers[:1]
    return [(zero, "0"), *powers]


def _apart(ticks: list[Tick], least: float) -> list[Tick]:
    """The ticks, from below, whose words do not touch."""
    kept: list[Tick] = []
    for tick in ticks:
        if not kept or tick[0] - kept[-1][0] >= least:
            kept.append(tick)
    return kept


def end_texts(curve: Curve, value: float) -> tuple[str, ...]:
    """What may be written at a curve's end, from the most words to the fewest."""
    text = curve.end(value) if curve.end is not None else ""
    return tuple(dict.fromkeys((text, curve.name or text))) if text else ()


def end_font(surface: Surface) -> QFont:
    """The type of names at the curves' ends."""
    return surface.look.font(0.86, bold=True)


@lru_cache(maxsize=8)
def lettering(surface: Surface, point: float) -> Lettering:
    """How wide and high names are beside points of a diameter."""
    # Titles are lighter and so narrower than the names at the ends, whose widths do for both.
    metrics, pad = QFontMetricsF(end_font(surface)), 0.25 * surface.unit

    @lru_cache(maxsize=256)
    def measure(text: str) -> float:
        return metrics.horizontalAdvance(text) + 2 * pad

    return Lettering(measure, metrics.height(), point / 2 + 0.25 * surface.unit)
