"""Axes and curves by pyqtgraph, as a picture.

pyqtgraph's plot lives in a view that is never shown: it is drawn once into a pixmap when its
numbers, its size or its colours change, and a moving playhead costs a blit instead of a repaint
of the whole graphics scene. Nothing of pyqtgraph's global configuration is touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QWidget

Ticks = Sequence[tuple[float, str]]
DASHED, DOTTED = (4.0, 3.0), (1.2, 1.8)  # drawn and left out, in widths of the line
Value = TypeVar("Value", float, NDArray[np.float64])


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A curve through (x, y); NaN breaks it. `marker` is the diameter of its points, 0 for none."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    colour: QColor
    width: float = 2.0
    dash: tuple[float, ...] = ()
    smooth: bool = True
    marker: float = 0.0
    hollow: QColor | None = None
    line: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Axes:
    """Where the plot lies in the panel, what its edges mean, and its ticks."""

    rect: QRectF
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    y_ticks: Ticks
    font: QFont
    text: QColor
    grid: QColor

    def x(self, value: Value) -> Value:
        """Pixel of a value on the horizontal axis."""
        low, high = self.x_range
        return self.rect.left() + (value - low) / (high - low) * self.rect.width()

    def y(self, value: Value) -> Value:
        """Pixel of a value on the vertical axis."""
        low, high = self.y_range
        return self.rect.bottom() - (value - low) / (high - low) * self.rect.height()


class Chart:
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
        self._plot.hideAxis("bottom")
        self._axis = self._plot.getAxis("left")
        self._axis.setPen(QPen(Qt.PenStyle.NoPen))
        self._type: tuple[QFont, QColor] | None = None
        self._arranged: Axes | None = None

    def arrange(self, width: int, height: int, axes: Axes) -> None:
        """Lay axes out in a picture of `width` × `height`; all that is painted then is on them."""
        plot, rect = self._plot, axes.rect
        if (self._view.width(), self._view.height()) != (width, height):
            self._view.resize(width, height)
            self._view.resizeEvent(None)
        plot.layout.setContentsMargins(0, rect.top(), width - rect.right(), height - rect.bottom())
        plot.layout.setSpacing(0)
        if self._type != (axes.font, axes.text):
            self._type = (axes.font, axes.text)
            self._axis.setStyle(
                tickFont=axes.font,
                tickLength=0,
                tickAlpha=0,
                tickTextOffset=round(axes.font.pixelSize() * 0.45),
                autoExpandTextSpace=False,
                autoReduceTextSpace=False,
                hideOverlappingLabels=False,
            )
            self._axis.setTextPen(axes.text)
        self._axis.setWidth(rect.left())
        self._axis.setTicks([list(axes.y_ticks)])
        plot.setRange(xRange=axes.x_range, yRange=axes.y_range, padding=0.0, disableAutoRange=True)
        plot.layout.activate()
        plot.getViewBox().updateMatrix()
        self._arranged = axes

    def paint(self, painter: QPainter, curves: Sequence[Curve], *, grid: bool) -> None:
        """Draw curves, and the axes with their grid beneath them, into the picture arranged."""
        axes = self._arranged
        if axes is None:
            return
        # pyqtgraph wants cosmetic pens, whose width is in pixels of the device.
        scale = painter.device().devicePixelRatio()
        self._plot.clear()
        self._axis.setOpacity(1.0 if grid else 0.0)
        if grid:
            self._add_grid(axes, scale)
        for curve in curves:
            self._add(curve, scale)
        if grid or self._plot.items:
            scene, whole = self._view.scene(), QRectF(self._view.rect())
            scene.prepareForPaint()
            scene.render(painter, whole, whole)
        for curve in curves:
            if _in_segments(curve):
                _draw_segments(painter, axes, curve)

    def plot_rect(self) -> QRectF:
        """Where pyqtgraph itself has put its plot; the same as the axes' rectangle."""
        box = self._plot.getViewBox()
        return box.mapRectToScene(box.rect())

    def _add_grid(self, axes: Axes, scale: float) -> None:
        values = np.array([value for value, _ in axes.y_ticks], np.float64)
        if not values.size:
            return
        grid = self._pg.PlotCurveItem(
            np.tile(np.array(axes.x_range), len(values)),
            np.repeat(values, 2),
            pen=_pen(axes.grid, scale),
            connect="pairs",
            antialias=False,
        )
        self._plot.addItem(grid)

    def _add(self, curve: Curve, scale: float) -> None:
        finite = np.isfinite(curve.y)
        if not finite.any():
            return
        if curve.line and not _in_segments(curve):
            self._plot.addItem(
                self._pg.PlotCurveItem(
                    curve.x,
                    curve.y,
                    pen=_pen(curve.colour, curve.width * scale, dash=curve.dash),
                    connect="all" if finite.all() else "finite",
                    antialias=curve.smooth,
                )
            )
        if curve.marker:
            self._plot.addItem(
                self._pg.ScatterPlotItem(
                    curve.x[finite],
                    curve.y[finite],
                    size=curve.marker,
                    pen=_pen(curve.colour, max(1.5, curve.width * 0.8) * scale),
                    brush=curve.hollow or curve.colour,
                    antialias=True,
                    useCache=False,
                )
            )


def _in_segments(curve: Curve) -> bool:
    return curve.line and curve.smooth and not curve.dash


def _draw_segments(painter: QPainter, axes: Axes, curve: Curve) -> None:
    """Draw a smooth curve as segments with square ends, which close its joints.

    Qt takes 25 times as long for a wide smooth line in one piece, and likewise for segments in
    coordinates that are scaled differently along x and y, as pyqtgraph's are.
    """
    x, y = axes.x(curve.x), axes.y(curve.y)
    finite = np.isfinite(y)
    both = finite[:-1] & finite[1:]
    ends = (v[both].tolist() for v in (x[:-1], y[:-1], x[1:], y[1:]))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(curve.colour, curve.width)
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
