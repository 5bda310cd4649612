"""Curves by pyqtgraph, painted onto any device.

pyqtgraph's plot lives in a view that is never shown: it is drawn into a kept picture when numbers,
range, size or colours change, and a moving playhead costs a blit instead of a repaint of the whole
graphics scene. Nothing of pyqtgraph's global configuration is touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPen
from PySide6.QtWidgets import QWidget

from rnnviz.record import record
from rnnviz.scenes.charts.axes import Axes
from rnnviz.scenes.charts.columns import PointArray, in_pixels
from rnnviz.scenes.shapes import Rect


@record(eq=False)
class Stroke:
    """Points (N, 2) on the axes' scales, and how they are drawn; NaN breaks the line.

    `marker` is the diameter of the points, 0 for none, `hollow` what they are filled with.
    """

    points: PointArray
    colour: QColor
    width: float = 1.0
    dash: tuple[float, ...] = ()
    smooth: bool = True
    marker: float = 0.0
    hollow: QColor | None = None
    line: bool = True


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
        self._arranged: Axes | None = None

    def arrange(self, width: int, height: int, axes: Axes) -> None:
        """Lay axes out in a picture of `width` × `height`; all that is painted then is on them."""
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
        axes = self._arranged
        if axes is None:
            return
        painter.save()
        painter.setClipRect(QRectF(within.x - 1, within.y - 1, within.w + 2, within.h + 2))
        # pyqtgraph wants cosmetic pens, whose width is in pixels of the device.
        scale = painter.device().devicePixelRatio()
        vector = not _draws_pixels(painter)
        self._plot.clear()
        if grid is not None:
            self._add_grid(axes, grid, scale)
        for piece in pieces:
            self._add(piece, scale, vector=vector)
        if self._plot.items:
            scene, whole = self._view.scene(), QRectF(self._view.rect())
            scene.prepareForPaint()
            scene.render(painter, whole, whole)
        if not vector:
            for piece in pieces:
                if _in_segments(piece):
                    _draw_segments(painter, axes, piece)
        painter.restore()

    def plot_rect(self) -> Rect:
        """Where pyqtgraph itself has put its plot; the same as the axes' rectangle."""
        box = self._plot.getViewBox()
        rect = box.mapRectToScene(box.rect())
        return Rect(rect.x(), rect.y(), rect.width(), rect.height())

    def _add_grid(self, axes: Axes, colour: QColor, scale: float) -> None:
        values = np.array([value for value, _ in axes.y_ticks], np.float64)
        if not values.size:
            return
        grid = self._pg.PlotCurveItem(
            np.tile(np.array(axes.x_range), len(values)),
            np.repeat(values, 2),
            pen=_pen(colour, scale),
            connect="pairs",
            antialias=False,
        )
        self._plot.addItem(grid)

    def _add(self, piece: Stroke, scale: float, *, vector: bool) -> None:
        x, y = piece.points[:, 0], piece.points[:, 1]
        finite = np.isfinite(y)
        if not finite.any():
            return
        if piece.line and (vector or not _in_segments(piece)):
            self._plot.addItem(
                self._pg.PlotCurveItem(
                    x,
                    y,
                    pen=_pen(piece.colour, piece.width * scale, dash=piece.dash),
                    connect="all" if finite.all() else "finite",
                    antialias=piece.smooth,
                )
            )
        if piece.marker:
            self._plot.addItem(
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


def _draws_pixels(painter: QPainter) -> bool:
    return painter.paintEngine().type() == QPaintEngine.Type.Raster


def _in_segments(piece: Stroke) -> bool:
    return piece.line and piece.smooth and not piece.dash


def _draw_segments(painter: QPainter, axes: Axes, piece: Stroke) -> None:
    """Draw a smooth curve as segments with square ends, which close its joints.

    Qt takes 25 times as long for a wide smooth line in one piece, and likewise for segments in
    coordinates that are scaled differently along x and y, as pyqtgraph's are.
    """
    x, y = in_pixels(axes, piece.points).T
    finite = np.isfinite(y)
    both = finite[:-1] & finite[1:]
    ends = (v[both].tolist() for v in (x[:-1], y[:-1], x[1:], y[1:]))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(piece.colour, piece.width)
    pen.setCapStyle(Qt.PenCapStyle.SquareCap)
    painter.setPen(pen)
    painter.drawLines(list(map(QLineF, *ends)))
    painter.restore()


def _pen(colour: QColor, width: float, *, dash: Sequence[float] = ()) -> QPen:
    pen = QPen(colour, width)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dash:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern(dash)
    return pen
