"""Maps of norms in one colour: rows × steps, their labels, and the scale of the colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import Frame, Stage
from rnnviz.frozen import record
from rnnviz.scenes.charts.axes import log_ticks
from rnnviz.scenes.charts.chart import AxisRoom
from rnnviz.scenes.charts.steps import step_labels
from rnnviz.scenes.measure import text_width
from rnnviz.scenes.shapes import Bitmap, Box, Rect, Role, Scene, Shape, Text

SMALL = 0.86
"""Type of axes and numbers, of a sentence's; in a lecture a panel gives both the same."""
_FAINTEST = 0.06  # of the colour, so that the smallest norm is told from nothing at all


@record
class NormScale:
    """The scale of a map's colours: from logarithms of norms to shares of the colour."""

    low: float
    high: float
    empty: bool = False

    @classmethod
    def of(cls, *log10: NDArray[np.float64]) -> NormScale:
        """The scale of all finite ones, of one power of ten at least."""
        ends = [
            (float(part.min()), float(part.max()))
            for part in (each[np.isfinite(each)] for each in log10)
            if part.size
        ]
        if not ends:
            return cls(-1.0, 0.0, empty=True)
        low, high = min(low for low, _ in ends), max(high for _, high in ends)
        least = max(1.0, 1e-9 * abs(high))  # beside a logarithm of 10²⁰⁸ one power is no width
        return cls(min(low, high - least), high)

    def shares(self, log10: NDArray[np.float64]) -> NDArray[np.float64]:
        """For a `Bitmap`: 0 … 1, NaN (nothing) for exactly 0, inf for what is not finite."""
        with np.errstate(invalid="ignore"):
            share = (log10 - self.low) / (self.high - self.low)
        share = _FAINTEST + (1.0 - _FAINTEST) * share
        return np.where(np.isnan(log10), np.inf, np.where(np.isneginf(log10), np.nan, share))


_MOST_LINES = 3  # of a sentence at the foot of a panel


def widest_of(values: NDArray[np.float64], rows: int, columns: int) -> NDArray[np.float64]:
    """The largest of each cell where a map has more rows or columns than there are pixels.

    What is not finite wins.
    """
    for axis, most in ((0, rows), (1, columns)):
        size = values.shape[axis]
        if size > most >= 1:
            starts = np.arange(most) * size // most
            values = np.maximum.reduceat(values, starts, axis=axis)
    return values


def room_of(length: float, size: float) -> AxisRoom:
    """What an axis has for its labels, by the widths that letters have without a screen."""

    def measure(text: str) -> float:
        return 1.05 * text_width(text, size)

    def elide(text: str, width: float) -> str:
        if measure(text) <= width:
            return text
        while text and measure(f"{text}…") > width:
            text = text[:-1]
        return f"{text}…"

    return AxisRoom(length, 1.25 * size, measure, elide)


def draw_norms(name: str, shares: NDArray[np.float64], rect: Rect, gap: float) -> list[Shape]:
    """The cells of a map, of the `shares` of a scale; the same array is painted once."""
    return [Bitmap(name, rect, shares, role=Role.GRADIENT, gap=gap)]


def draw_steps(frame: Frame, rect: Rect, first: int, last: int, size: float) -> list[Shape]:
    """The steps under a map of the steps `first` … `last`."""
    pitch = rect.w / (last - first + 1)
    labels = step_labels(frame, first - 0.5, last + 0.5, room_of(rect.w, size))
    shapes: list[Shape] = []
    for t, text in labels:
        wide = max(pitch, 1.1 * text_width(text, size) + size)
        x = rect.x + (t - first + 0.5) * pitch
        place = Rect(x - wide / 2, rect.bottom + 0.3 * size, wide, 1.35 * size)
        shapes.append(Text(f"step-name:{t}", place, text, Role.MUTED, size, own=True))
    return shapes


def draw_row_names(
    names: Sequence[str], rect: Rect, left: float, size: float, bold: int = -1
) -> list[Shape]:
    """The names left of a map's rows, as many as have room; the one of row `bold` always."""
    high = rect.h / len(names)
    every = max(1, int(np.ceil(1.3 * size / high)))
    chosen = [i for i in range(len(names)) if i % every == 0 and i != bold]
    if bold >= 0:
        chosen = [i for i in chosen if abs(i - bold) * high >= 1.3 * size] + [bold]
    shapes: list[Shape] = []
    for i in chosen:
        y = rect.y + (i + 0.5) * high
        place = Rect(left, y - 0.7 * size, rect.x - 0.4 * size - left, 1.4 * size)
        role = Role.GRADIENT if i == bold else Role.MUTED
        shapes.append(Text(f"row-name:{i}", place, names[i], role, size, i == bold, "right"))
    return shapes


def draw_scale(rect: Rect, scale: NormScale, size: float) -> list[Shape]:
    """The colour from the largest norm to the smallest, right of a map, with powers of ten.

    There is none where no norm is a number other than 0.
    """
    if scale.empty:
        return []
    bar = Rect(rect.right + 0.9 * size, rect.y, 0.6 * size, rect.h)
    shapes: list[Shape] = [Bitmap("scale", bar, _bar(scale), role=Role.GRADIENT)]
    room = AxisRoom(bar.h, 1.25 * size, lambda text: text_width(text, size), lambda text, _: text)
    taken = list[float]()  # marks are moved into the bar's height, and may come to lie on others
    for value, text in log_ticks(scale.low, scale.high, room):
        y = bar.bottom - (value - scale.low) / (scale.high - scale.low) * bar.h
        y = min(max(y, bar.y + 0.6 * size), bar.bottom - 0.6 * size)
        if any(abs(y - other) < 1.2 * size for other in taken):
            continue
        taken.append(y)
        place = Rect(bar.right + 0.35 * size, y - 0.7 * size, 3.4 * size, 1.4 * size)
        shapes.append(Text(f"scale-mark:{text}", place, text, Role.MUTED, size, align="left"))
    return shapes


@lru_cache(maxsize=16)
def _bar(scale: NormScale) -> NDArray[np.float64]:
    return scale.shares(np.linspace(scale.high, scale.low, 64)[:, None])


SCALE = 5.0
"""Room right of a map for its scale, in sizes of type."""


def draw_unknown(frame: Frame, rect: Rect, first: int, last: int, reached: int) -> list[Shape]:
    """What covers the steps whose gradient has not been found yet: all before `reached`."""
    hidden = min(reached, last + 1) - first
    if hidden <= 0:
        return []
    wide = rect.w * hidden / (last - first + 1)
    cover = Rect(rect.x - 1, rect.y - 1, wide + 1, rect.h + 2)
    return [Box("unknown", cover, Role.PANEL)]


def draw_playhead(frame: Frame, rect: Rect, first: int, last: int, size: float) -> list[Shape]:
    """A frame round the column of the step that the film is at."""
    t = frame.moment.step
    if frame.moment.stage is Stage.START or not first <= t <= last:
        return []
    pitch = rect.w / (last - first + 1)
    wide = max(pitch, 0.25 * size)
    x = rect.x + (t - first + 0.5) * pitch - wide / 2
    place = Rect(x - 1, rect.y - 2, wide + 2, rect.h + 4)
    return [Box("playhead", place, None, Role.PLAYHEAD, 2.0, max(2.0, size / 6))]


def wrapped(text: str, width: float, unit: float) -> list[str]:
    """As many of a text's sentences as fit into three lines whole, at least the first one, cut."""
    lines = _broken(text, width, unit)
    while len(lines) > _MOST_LINES and ". " in text:
        text = text.rpartition(". ")[0] + "."
        lines = _broken(text, width, unit)
    if len(lines) > _MOST_LINES:
        lines = lines[:_MOST_LINES]
        lines[-1] += "…"  # else it would read as if that were all
    return lines


def _broken(text: str, width: float, unit: float) -> list[str]:
    lines, line = list[str](), ""
    for word in text.split(" "):
        longer = f"{line} {word}".lstrip()
        if line and 1.06 * text_width(longer, unit) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def without_said(scene: Scene) -> Scene:
    """A picture without the sentence at its foot, for the room to guess."""
    return replace(scene, shapes=tuple(s for s in scene.shapes if not s.id.startswith("said:")))


def draw_said(lines: Sequence[str], area: Rect, unit: float) -> list[Shape]:
    """The lines of a sentence at the foot of a panel."""
    high = 1.35 * unit
    places = [
        Rect(area.x, area.bottom - high * (len(lines) - i), area.w, high) for i in range(len(lines))
    ]
    return [
        Text(f"said:{i}", place, line, Role.INK, unit, align="left")
        for i, (place, line) in enumerate(zip(places, lines, strict=True))
    ]
