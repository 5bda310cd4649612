"""The plot of a pass: its two pictures, and what moves on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPixmap, QRegion

from rnnviz.film import Frame
from rnnviz.scenes.shapes import Role
from rnnviz.views.gradient.labels import (
    Points,
    around,
    beside,
    free_box,
)
from rnnviz.views.gradient.lines import Line, lines_of
from rnnviz.views.gradient.reading import (
    size,
)
from rnnviz.views.panels.chart import Axes
from rnnviz.views.panels.surface import Surface, blit


class Label(NamedTuple):
    """A line's name, where it is written, in which colour's words, and what it means."""

    box: QRectF
    text: str
    role: Role
    tip: str


class End(NamedTuple):
    """A line and where it ends at present."""

    line: Line
    at: QPointF


@dataclass(frozen=True, slots=True, eq=False)
class Plot:
    """What is drawn once for a pass.

    Attributes
    ----------
    bare, full : QPixmap
        The panel without and with the curve.
    axes : Axes
    zero : float or None
        The axis value at which an exact 0 is drawn; None where there is none.
    marker : float
        Diameter of the curve's points, 0 for none.
    lines : ndarray of shape (N, 2)
        Pixels that no label may cover.
    label : Label or None
        The name of what the curve is compared with: the bound, or the LSTM's direct path.
    reading : QRectF
        Where the pass is summed up in words.
    """

    surface: Surface
    bare: QPixmap
    full: QPixmap
    axes: Axes
    zero: float | None
    marker: float
    lines: Points
    label: Label | None
    reading: QRectF

    @property
    def reading_area(self) -> QRect:
        """All that the reading's letters may touch."""
        return self.reading.adjusted(-3, -3, 3, 3).toAlignedRect()

    def step_at(self, x: float, steps: int) -> int:
        """The step nearest to a pixel column."""
        rect, (low, high) = self.axes.rect, self.axes.x_range
        value = low + (x - rect.left()) / rect.width() * (high - low)
        return min(max(round(value), 1), steps)

    def point(self, frame: Frame, step: int) -> QPointF:
        """Where a step's point lies, an exact 0 on its line at the bottom."""
        return self._point(step, float(frame.log10_norms[step - 1]))

    def _point(self, step: int, value: float) -> QPointF:
        if value == -np.inf and self.zero is not None:
            value = self.zero
        return QPointF(self.axes.x(step), self.axes.y(value))

    def changed(self, before: Frame, after: Frame, shown: tuple[int, int]) -> list[QRect]:
        """The parts that two frames of this pass show differently, but for the reading.

        `shown` are the lowest steps whose gradients they show.
        """
        surface, rect = self.surface, self.axes.rect
        stood, stands = before.moment.step, after.moment.step
        low, high = min(shown), max(shown)
        parts = [
            surface.playhead_rect(self.axes.x(step), rect.top(), rect.bottom())
            for step in {stood, stands} - {0}
        ]
        if low < high:
            left = self.axes.x(low) if low > 1 else rect.left() - 1
            right = self.axes.x(high) if high <= after.steps else float(surface.width)
            under = surface.height - surface.head
            stretch = QRectF(left - 2, surface.head, right - left + 4, under)
            parts.append(stretch.toAlignedRect())
        ends = zip((before, after), shown, strict=True)
        parts += [self._around_newest(f, step) for f, step in ends if self._has_newest(f, step)]
        return parts

    def _has_newest(self, frame: Frame, step: int) -> bool:
        drawn = lines_of(frame)
        return step <= frame.steps and any(not np.isnan(line.norms[step - 1]) for line in drawn)

    def _around_newest(self, frame: Frame, step: int) -> QRect:
        """Room for a point and its figures, wherever they are put around it."""
        at, unit = self.point(frame, step), self.surface.unit
        radius = max(self.marker, 0.5 * unit) / 2
        if frame.others:  # names of several lines, anywhere beside them
            rect, wide = self.axes.rect, 8 * unit + radius
            return QRectF(at.x() - wide, rect.top(), 2 * wide, rect.height()).toAlignedRect()
        wide, tall = 8 * unit + radius, 2.4 * unit + radius  # measuring takes longer than painting
        top = max(at.y() - tall, self.surface.head)  # below the title row
        return QRectF(at.x() - wide, top, 2 * wide, at.y() + tall - top).toAlignedRect()

    def paint(self, painter: QPainter, frame: Frame, shown: int, region: QRegion) -> None:
        """Draw the plot with the curve from step `shown` on, the playhead and the labels.

        What does not meet the region is left out.
        """
        surface, rect = self.surface, self.axes.rect
        edge = float(surface.width)
        if shown <= frame.steps:
            left = self.axes.x(shown) if shown > 1 else rect.left() - 1
            edge = float(np.ceil(left * surface.ratio)) / surface.ratio
        blit(painter, self.bare, QRectF(0, 0, edge, surface.height))
        if shown <= frame.steps:
            blit(painter, self.full, QRectF(edge, 0, surface.width - edge, surface.height))
        if frame.moment.step:
            x = self.axes.x(frame.moment.step)
            if region.intersects(surface.playhead_rect(x, rect.top(), rect.bottom())):
                surface.draw_playhead(painter, x, rect.top(), rect.bottom())
        if self.label is not None and region.intersects(self.label.box.toAlignedRect()):
            box, text, role, _ = self.label
            painter.fillRect(box, surface.look.palette.colour(Role.PANEL, 0.88))
            painter.setFont(surface.look.font(0.86))
            painter.setPen(surface.look.palette.text(role))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
            if frame.moment.step:  # the name may take a piece of the line, but not its handle
                painter.save()
                painter.setClipRect(box)  # elsewhere it stands: twice its edge would be darker
                surface.draw_handle(painter, self.axes.x(frame.moment.step), rect.top())
                painter.restore()
        if self._has_newest(frame, shown) and region.intersects(self._around_newest(frame, shown)):
            self._draw_newest(painter, frame, shown)

    def draw_ring(self, painter: QPainter, frame: Frame, step: int) -> None:
        """Mark the step that the pointer is at, on every line."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.surface.look.palette.colour(Role.INK), 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = max(self.marker, 0.5 * self.surface.unit) * 0.5 + 3
        for line in lines_of(frame):
            value = float(line.norms[step - 1])
            if not np.isnan(value):
                painter.drawEllipse(self._point(step, value), radius, radius)

    def _draw_newest(self, painter: QPainter, frame: Frame, step: int) -> None:
        """The points that the backward pass has just reached, with their sizes in figures."""
        palette, unit = self.surface.look.palette, self.surface.unit
        radius = max(self.marker, 0.5 * unit) / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ends = [
            End(line, self._point(step, float(line.norms[step - 1])))
            for line in lines_of(frame)
            if not np.isnan(line.norms[step - 1])
        ]
        for line, at in ends:
            colour = palette.colour(line.role)
            painter.setPen(QPen(colour, max(1.5, unit / 8)))
            zero = line.norms[step - 1] == -np.inf
            painter.setBrush(palette.colour(Role.PANEL) if zero else colour)
            painter.drawEllipse(at, radius, radius)
        font = self.surface.look.font(0.86, bold=True)
        metrics = QFontMetricsF(font)
        texts = [f"{line.name} {size(float(line.norms[step - 1]))}".strip() for line, _ in ends]
        width = max(map(metrics.horizontalAdvance, texts)) + 0.5 * unit
        height, rect, gap = metrics.height(), self.axes.rect, radius + 0.25 * unit
        room = QRectF(rect.left(), rect.top(), self.surface.width - rect.left(), rect.height())
        if len(ends) == 1:
            at = ends[0].at
            boxes = around(at.x(), at.y(), width, height, gap)
            boxes = [free_box(boxes, room, self.lines)]
        else:
            taken = None if self.label is None else self.label.box
            seen = self.lines[self.lines[:, 0] >= ends[0].at.x() - 1]
            boxes = beside([end.at for end in ends], room, width, height, gap, seen, taken)
        painter.setFont(font)
        for (line, _), text, box in zip(ends, texts, boxes, strict=True):
            if frame.moment.step or frame.others:
                painter.fillRect(box, palette.colour(Role.PANEL, 0.88))
            painter.setPen(palette.text(line.role) if frame.others else palette.colour(line.role))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
