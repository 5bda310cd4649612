"""Curves by pyqtgraph and in pixels, painted onto any device.

pyqtgraph's plot lives in a view that is never shown: it draws points, the lines of long series
that are seen through, and all lines onto a device without pixels. Smooth lines are drawn in the
picture's own pixels, which is quicker. All of it goes into a kept picture when numbers,
range, size or colours change, and a moving playhead costs a blit instead of a repaint. Nothing of
pyqtgraph's global configuration is touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget
from shiboken6 import Shiboken

from rnnviz.frozen import record
from rnnviz.scenes.charts.axes import Axes
from rnnviz.scenes.charts.columns import PointArray, each_in_pixels
from rnnviz.scenes.shapes import Rect
from rnnviz.views.pixels import of_pixels


@record(eq=False)
class Stroke:
    """Points (N, 2) on the axes' scales, and how they are drawn; NaN breaks the line.

    `marker` is the diameter of the points, 0 for none, `hollow` what they are filled with;
    `pixels` are the points in the picture, where they are known.
    """

    points: PointArray
    colour: QColor
    width: float = 1.0
    dash: tuple[float, ...] = ()
    smooth: bool = True
    marker: float = 0.0
    hollow: QColor | None = None
    line: bool = True
    pixels: PointArray | None = None


class Plot:
    """A pyqtgraph plot that paints itself where it is told to.

    Parameters
    ----------
    owner : QWidget
        What it belongs to and dies with.
    """

    def __init__(self, owner: QWidget) -> None:
        import pyqtgraph  # here, since it takes longer than the window's first paint may

        self._pg = pyqtgraph
        self._view: Any = pyqtgraph.GraphicsView(owner, background="#0000")
        self._view.hide()
        self._plot: Any = pyqtgraph.PlotItem(enableMenu=False)
        self._plot.hideButtons()
        self._plot.setMouseEnabled(False, False)
        self._plot.getViewBox().setDefaultPadding(0.0)
        self._view.setCentralItem(self._plot)
        for side in ("bottom", "left", "top", "right"):
            self._plot.hideAxis(side)
            self._plot.getAxis(side).unlinkFromView()  # or it would look for its ticks all the same
        self._wanted: tuple[int, int, Axes] | None = None
        self._arranged: Axes | None = None

    def arrange(self, width: int, height: int, axes: Axes) -> None:
        """Lay axes out in a picture of `width` × `height`; all that is painted then is on them."""
        self._wanted = width, height, axes

    def _arrange(self) -> None:
        """Do so, as soon as pyqtgraph itself has something to draw on them."""
        if self._wanted is None:
            return
        width, height, axes = self._wanted
        plot, rect = self._plot, axes.rect
        same = (self._view.width(), self._view.height()) == (width, height)
        if same and self._arranged is axes:
            return
        if not same:
            self._view.resize(width, height)
            self._view.resizeEvent(None)
        plot.layout.setContentsMargins(rect.x, rect.y, width - rect.right, height - rect.bottom)
        plot.layout.setSpacing(0)
        plot.setRange(xRange=axes.x_range, yRange=axes.y_range, padding=0.0, disableAutoRange=True)
        plot.layout.activate()
        # A layout that shrinks twice in one go leaves the place of before, which dashes and grid
        # would be drawn by.
        plot.getViewBox().setGeometry(QRectF(rect.x, rect.y, rect.w, rect.h))
        plot.getViewBox().updateMatrix()
        self._arranged = axes

    def paint(
        self, painter: QPainter, pieces: Sequence[Stroke], within: Rect, grid: QColor | None = None
    ) -> None:
        """Draw pieces of curves, above lines at the vertical axis' ticks if they have a colour."""
        if self._wanted is None:
            return
        axes = self._wanted[2]
        painter.save()
        painter.setBrush(Qt.BrushStyle.NoBrush)  # pyqtgraph fills with what is set
        painter.setClipRect(QRectF(within.x - 1, within.y - 1, within.w + 2, within.h + 2))
        # pyqtgraph wants cosmetic pens, whose width is in units of the device.
        vector = not of_pixels(painter)
        transform = painter.deviceTransform()
        scale = abs(transform.m11()) if vector else painter.device().devicePixelRatio()
        if grid is not None:
            _draw_grid(painter, axes, _pen(grid, scale))
        made = [item for piece in pieces for item in self._items(piece, scale, vector=vector)]
        if made:
            self._arrange()
            for item in made:
                self._plot.addItem(item)
            scene, whole = self._view.scene(), QRectF(self._view.rect())
            scene.prepareForPaint()
            scene.render(painter, whole, whole)
            self._plot.clear()
        if not vector:
            _draw_smooth(painter, axes, [piece for piece in pieces if piece.line and piece.smooth])
        painter.restore()

    def plot_rect(self) -> Rect:
        """Where pyqtgraph itself has put its plot; the same as the axes' rectangle."""
        self._arrange()
        box = self._plot.getViewBox()
        rect = box.mapRectToScene(box.rect())
        return Rect(rect.x(), rect.y(), rect.width(), rect.height())

    def _items(self, piece: Stroke, scale: float, *, vector: bool) -> list[Any]:
        """What pyqtgraph draws of a piece: points, and lines that are not smooth in pixels."""
        made: list[Any] = []
        line = piece.line and (vector or not piece.smooth)
        if not line and not piece.marker:
            return made
        x, y = piece.points[:, 0], piece.points[:, 1]
        finite = np.isfinite(y)
        if not finite.any():
            return made
        if line:
            made.append(
                self._pg.PlotCurveItem(
                    x,
                    y,
                    pen=_pen(piece.colour, piece.width * scale, dash=piece.dash),
                    connect="all" if finite.all() else "finite",
                    antialias=piece.smooth,
                )
            )
        if piece.marker:
            made.append(
                self._pg.ScatterPlotItem(
                    x[finite],
                    y[finite],
                    size=piece.marker,
                    pen=_pen(piece.colour, max(1.5, piece.width * 0.8) * scale),
                    brush=piece.hollow or piece.colour,
                    antialias=True,
                    useCache=False,
                )
            )
        return made


def _draw_grid(painter: QPainter, axes: Axes, pen: QPen) -> None:
    """Lines from end to end at the vertical axis' ticks, each one pixel wide."""
    left, right = axes.rect.x, axes.rect.right
    heights = [axes.y(value) for value, _ in axes.y_ticks]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(pen)
    painter.drawLines([QLineF(left, y, right, y) for y in heights])


def _draw_smooth(painter: QPainter, axes: Axes, pieces: Sequence[Stroke]) -> None:
    """Draw smooth curves in the picture's own pixels: one drawn through as segments.

    Qt takes 25 times as long for a wide smooth line in one piece, and likewise for segments in
    coordinates that are scaled differently along x and y, as pyqtgraph's are. Square ends close
    their joints. Dashed curves lie under those; curves that follow each other in one pen are drawn
    together.
    """
    if not pieces:
        return
    pieces = sorted(pieces, key=lambda piece: not piece.dash)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    missing = [piece.points for piece in pieces if piece.pixels is None]
    found = iter(each_in_pixels(axes, missing))
    for (rgba, width, dash), group in groupby(
        pieces, lambda piece: (piece.colour.rgba(), piece.width, piece.dash)
    ):
        lines = list[PointArray]()
        for piece in group:
            lines += [next(found) if piece.pixels is None else piece.pixels, _BREAK]
        x, y = np.concatenate(lines).T
        finite = np.isfinite(y)
        pen = QPen(QColor.fromRgba(rgba), width)
        if dash:  # of which each begins anew, and is one line
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern(dash)
            painter.setPen(pen)
            for part in np.split(np.arange(len(x)), np.flatnonzero(np.diff(finite)) + 1):
                if finite[part[0]]:
                    places = zip(x[part].tolist(), y[part].tolist(), strict=True)
                    painter.drawPolyline([QPointF(*place) for place in places])
            continue
        both = finite[:-1] & finite[1:]
        ends = np.stack([v[both] for v in (x[:-1], y[:-1], x[1:], y[1:])], axis=1)
        pen.setCapStyle(Qt.PenCapStyle.SquareCap)
        painter.setPen(pen)
        if len(ends):  # they stand in memory as Qt has its lines: none is made into an object
            first: Any = Shiboken.wrapInstance(ends.ctypes.data, QLineF)
            painter.drawLines(first, len(ends))
    painter.restore()


_BREAK = np.full((1, 2), np.nan)


def _pen(colour: QColor, width: float, *, dash: Sequence[float] = ()) -> QPen:
    pen = QPen(colour, width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dash:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern(dash)
    return pen
