"""The scale of the map's colours, and the numbers of its rows."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF, QPainter

from rnnviz.film import Frame
from rnnviz.scenes.charts.ticks import nice
from rnnviz.scenes.shapes import Role
from rnnviz.views.hidden_state.grid import Grid
from rnnviz.views.hidden_state.image import scale_image
from rnnviz.views.hidden_state.known import scale_marks
from rnnviz.views.panels.surface import LEFT, RIGHT, Surface


def scale_width(surface: Surface, frame: Frame) -> float:
    """Room that the scale takes right of the map, with its labels."""
    small = QFontMetricsF(surface.small)
    return max(small.horizontalAdvance(text) for _, text in scale_marks(frame)) + 1.8 * surface.unit


def draw_scale(painter: QPainter, surface: Surface, grid: Grid, frame: Frame) -> None:
    """The colours from the largest value to the smallest, and what they stand for."""
    unit, rect = surface.unit, grid.rect
    bar = QRectF(rect.right() + 0.9 * unit, rect.top(), 0.6 * unit, rect.height())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    (top, largest), (_, middle), (bottom, smallest) = scale_marks(frame)
    painter.drawImage(bar, scale_image(bottom / top))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.setFont(surface.small)
    painter.setPen(surface.look.palette.colour(Role.INK))
    high = QFontMetricsF(surface.small).height()
    labels = [(largest, bar.top()), (smallest, bar.bottom() - high)]
    if bar.height() >= 3 * high:
        labels.append((middle, bar.center().y() - high / 2))
    for text, y in labels:
        box = QRectF(bar.right() + 0.35 * unit, y, surface.width - bar.right(), high)
        painter.drawText(box, LEFT, text)


def draw_unit_numbers(painter: QPainter, surface: Surface, grid: Grid) -> None:
    """The numbers of the rows, as many as have room."""
    painter.setFont(surface.small)
    painter.setPen(surface.look.palette.colour(Role.MUTED))
    for count, box in unit_numbers(surface, grid).items():
        painter.drawText(box, RIGHT, str(count))


def unit_numbers(surface: Surface, grid: Grid) -> dict[int, QRectF]:
    """The units, from 1, whose numbers have room beside their rows, and where."""
    apart = 0.95 * QFontMetricsF(surface.small).height()
    stride = nice(apart / grid.row)
    shown = set(range(stride, grid.units + 1, stride))
    if (stride - 1) * grid.row >= apart or grid.units < stride:
        shown.add(1)
    return {
        count: number_box(surface, grid, grid.rect.top() + (count - 0.5) * grid.row)
        for count in sorted(shown)
    }


def number_box(surface: Surface, grid: Grid, y: float) -> QRectF:
    """Where the number of a row is written whose middle is at y."""
    high = QFontMetricsF(surface.small).height()
    left, right = 0.3 * surface.pad, grid.rect.left() - 0.3 * surface.unit
    return QRectF(left, y - high / 2, right - left, high)
