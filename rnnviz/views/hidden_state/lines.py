"""The lines: the values of some units over the steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPixmap

from rnnviz.film import Frame
from rnnviz.scenes.shapes import Role
from rnnviz.views.hidden_state.grid import Grid
from rnnviz.views.hidden_state.known import known, scale_marks
from rnnviz.views.look import Palette
from rnnviz.views.panels.chart import Axes, Chart, Curve
from rnnviz.views.panels.steps import in_order, min_max
from rnnviz.views.panels.surface import LEFT, Surface, blit

MOST_LINES = 8
_DEFAULT_LINES = 4
# Okabe and Ito's colours, told apart by colour-blind eyes too; darker on a light ground, so that
# a label in a line's colour can be read.
# fmt: off
_ON_LIGHT = (
    "#0072b2", "#b85400", "#007a5a", "#a8467f", "#1f7fa8", "#8a6d00", "#5b3fa0", "#3c4654",
)
_ON_DARK = (
    "#56b4e9", "#f08a3c", "#2fc79a", "#e48fbf", "#9ad4f5", "#f0e442", "#b59cf0", "#c9d1db",
)
# fmt: on


def line_colour(palette: Palette, index: int) -> QColor:
    """The colour of a line by its place among the lines."""
    colours = _ON_DARK if palette.dark else _ON_LIGHT
    return QColor(colours[index % len(colours)])


def liveliest(frame: Frame) -> tuple[int, ...]:
    """The units whose values vary most."""
    best = np.argsort(-frame.extremes.spread, kind="stable")[:_DEFAULT_LINES]
    return tuple(sorted(int(unit) for unit in best))


@dataclass(frozen=True, slots=True, eq=False)
class LinesPicture:
    """The lines of a pass. They are painted once; a moving playhead copies what is known.

    Attributes
    ----------
    bare, full : QPixmap
        The whole panel with nothing known and with everything known.
    lines : tuple of (int, QColor)
        The units drawn, and their colours.
    lost : int
        The first step with a value that is not finite; 0 for none.
    """

    surface: Surface
    grid: Grid
    bare: QPixmap
    full: QPixmap
    axes: Axes
    lines: tuple[tuple[int, QColor], ...]
    lost: int

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Draw what is known, the playhead, and the lines' units where they end."""
        rect, axes = self.grid.rect, self.axes
        painter.drawPixmap(0, 0, self.bare)
        whole, _ = known(frame)
        if whole:
            last = axes.x(whole) if whole < frame.steps else rect.right()
            edge = round(last * self.grid.ratio) / self.grid.ratio
            blit(painter, self.full, QRectF(0, 0, edge, self.surface.height))
        step = frame.moment.step
        x = self.grid.column(step).center().x() if step else rect.left()
        self.surface.draw_playhead(painter, x, rect.top(), rect.bottom())
        if whole:
            self._draw_labels(painter, frame, whole)

    def unit_at(self, position: QPointF, step: int, frame: Frame) -> int:
        """The unit whose line is nearest to a point, if it is near; else −1."""
        best, distance = -1, 0.9 * self.surface.unit
        for unit, _ in self.lines:
            value = frame.shown_at(step, unit)
            away = abs(self.axes.y(value) - position.y()) if np.isfinite(value) else np.inf
            if away < distance:
                best, distance = unit, away
        return best

    def changed(self, before: Frame, after: Frame) -> list[QRect]:
        """Everything, unless two frames of this pass show the same."""
        if before.playhead == after.playhead:
            return []
        return [QRect(0, 0, self.surface.width, self.surface.height)]

    def _draw_labels(self, painter: QPainter, frame: Frame, whole: int) -> None:
        """Write each line's unit at the end of what is known of it, without overlap."""
        axes, size = self.axes, self.surface.unit
        font = self.surface.look.font(0.86, bold=True)
        metrics = QFontMetricsF(font)
        values = [(frame.shown_at(whole, unit), unit, colour) for unit, colour in self.lines]
        ends = [
            (axes.y(value), unit, colour) for value, unit, colour in values if np.isfinite(value)
        ]
        ends.sort(key=lambda end: end[:2])
        high, wide = metrics.height(), metrics.horizontalAdvance(f"unit {frame.units}")
        rect = axes.rect
        middles = _apart([end[0] for end in ends], 0.92 * high, rect.top(), rect.bottom())
        # Beside the column of the playhead, which its line would cross.
        x = axes.x(whole) + 0.55 * size
        dot = max(2.5, size / 5)
        painter.setFont(font)
        for (y, unit, colour), middle in zip(ends, middles, strict=True):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(axes.x(whole), y), dot, dot)
            painter.setPen(colour)
            painter.drawText(QRectF(x, middle - high / 2, wide, high), LEFT, f"unit {unit + 1}")


def draw_lines(
    surface: Surface, frame: Frame, units: tuple[int, ...], chart: Chart
) -> LinesPicture:
    """Draw the lines of some units of a frame's pass, whole, whatever the playhead."""
    palette, unit = surface.look.palette, surface.unit
    small, label = QFontMetricsF(surface.small), QFontMetricsF(surface.look.font(0.86, bold=True))
    y_ticks = scale_marks(frame)
    largest, smallest = y_ticks[0][0], y_ticks[-1][0]
    over = 0.03 * (largest - smallest)
    left = surface.pad + max(small.horizontalAdvance(text) for _, text in y_ticks) + 0.5 * unit
    right = surface.width - surface.pad - 0.6 * unit
    right -= label.horizontalAdvance(f"unit {frame.units}")
    top = surface.head + 0.3 * unit
    bottom = surface.height - surface.foot - 0.5 * unit
    rect = surface.snapped(QRectF(left, top, right - left, bottom - top))
    grid = Grid(rect, frame.steps, frame.units, surface.ratio)
    axes = Axes(
        rect,
        (0.5, frame.steps + 0.5),
        (smallest - over, largest + over),
        y_ticks,
        surface.small,
        palette.colour(Role.MUTED),
        palette.colour(Role.LINE),
    )
    chart.arrange(surface.width, surface.height, axes)
    bare = surface.blank()
    painter = QPainter(bare)
    surface.draw_steps(painter, frame, rect.bottom(), rect.left() + grid.pitch / 2, grid.pitch)
    chart.paint(painter, (), grid=True)
    painter.end()
    lines = tuple((unit, line_colour(palette, place)) for place, unit in enumerate(units))
    full = bare.copy()
    painter = QPainter(full)
    lost = frame.extremes.first_lost
    if lost:
        values = frame.extremes.values[:, list(units)]
        _hatch(painter, grid, values, palette.colour(Role.MUTED))
    curves = [_curve(surface, grid, frame, unit, colour) for unit, colour in lines]
    chart.paint(painter, curves, grid=False)
    painter.end()
    return LinesPicture(surface, grid, bare, full, axes, lines, lost)


def _curve(surface: Surface, grid: Grid, frame: Frame, unit: int, colour: QColor) -> Curve:
    columns, size, extremes = grid.pixels[0], surface.unit, frame.extremes
    values = extremes.values[:, unit]
    if frame.steps > 2 * columns and not extremes.first_lost:
        x, y = in_order(values, *extremes.of_stretches(columns, unit))
    else:
        values = np.asarray(values, np.float64)
        x, y = min_max(np.where(np.isfinite(values), values, np.nan), columns)
    marker = 0.4 * size if grid.pitch >= 1.2 * size else 0.0
    if frame.steps > columns:
        # What overlaps stays visible where the lines have become areas.
        seen_through = QColor(colour)
        seen_through.setAlpha(150)
        return Curve(x, y, seen_through, 1.0, smooth=False)
    width = size / 4.5 if unit == frame.playhead.unit else size / 7
    return Curve(x, y, colour, max(1.0, width), marker=marker)


def _hatch(painter: QPainter, grid: Grid, values: NDArray[np.floating], colour: QColor) -> None:
    """Hatch the steps at which a line has no finite value."""
    bad = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if bad.size:
        columns = int(bad[0]), int(bad[-1]) + 1
        painter.fillRect(
            grid.block(columns, (0, grid.units)), QBrush(colour, Qt.BrushStyle.BDiagPattern)
        )


def _apart(wanted: list[float], apart: float, top: float, bottom: float) -> list[float]:
    """Positions near those wanted (ascending), at least `apart` from each other if they can be."""
    apart = min(apart, (bottom - top) / max(len(wanted) - 1, 1))
    places: list[float] = []
    for place in wanted:
        places.append(max(place, places[-1] + apart) if places else place)
    limit = bottom
    for index in range(len(places) - 1, -1, -1):
        places[index] = max(min(places[index], limit), top)
        limit = places[index] - apart
    return places
