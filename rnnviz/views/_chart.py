"""Axes and curves by pyqtgraph, as a picture.

pyqtgraph's plot lives in a view that is never shown: it is drawn once into a pixmap when its
numbers, its size or its colours change, and a moving playhead costs a blit instead of a repaint
of the whole graphics scene. Nothing of pyqtgraph's global configuration is touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QWidget

Ticks = Sequence[tuple[float, str]]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A curve through (x, y); NaN breaks it. `marker` is the diameter of its points, 0 for none."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    colour: QColor
    width: float = 2.0
    dash: bool = False
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
    x_ticks: Ticks
    y_ticks: Ticks
    font: QFont
    text: QColor
    grid: QColor

    def x(self, value: float) -> float:
        """Pixel of a value on the horizontal axis."""
        low, high = self.x_range
        return self.rect.left() + (value - low) / (high - low) * self.rect.width()

    def y(self, value: float) -> float:
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
        self._scale = 1.0
        self._view: Any = pyqtgraph.GraphicsView(owner, background="#0000")
        self._view.hide()
        self._plot: Any = pyqtgraph.PlotItem(enableMenu=False)
        self._plot.hideButtons()
        self._plot.setMouseEnabled(False, False)
        self._plot.getViewBox().setDefaultPadding(0.0)
        self._view.setCentralItem(self._plot)

    def paint(
        self, painter: QPainter, width: int, height: int, axes: Axes, curves: Sequence[Curve]
    ) -> None:
        """Draw axes, grid and curves into a picture of `width` × `height`."""
        plot, box = self._plot, self._plot.getViewBox()
        # pyqtgraph wants cosmetic pens, whose width is in pixels of the device.
        self._scale = painter.device().devicePixelRatio()
        plot.clear()
        self._view.resize(width, height)
        self._view.resizeEvent(None)
        rect = axes.rect
        plot.layout.setContentsMargins(0, rect.top(), width - rect.right(), 0)
        plot.layout.setSpacing(0)
        for side, ticks, size in (
            ("left", axes.y_ticks, rect.left()),
            ("bottom", axes.x_ticks, height - rect.bottom()),
        ):
            axis = plot.getAxis(side)
            axis.setStyle(
                tickFont=axes.font,
                tickLength=0,
                tickAlpha=0,
                tickTextOffset=round(axes.font.pixelSize() * 0.45),
                autoExpandTextSpace=False,
                autoReduceTextSpace=False,
                hideOverlappingLabels=False,
            )
            axis.setTextPen(axes.text)
            axis.setPen(QPen(Qt.PenStyle.NoPen))
            axis.setTicks([list(ticks)])
            (axis.setWidth if side == "left" else axis.setHeight)(size)
        plot.setRange(xRange=axes.x_range, yRange=axes.y_range, padding=0.0, disableAutoRange=True)
        self._add_grid(axes)
        for curve in curves:
            self._add(curve)
        plot.layout.activate()
        box.updateMatrix()
        scene = self._view.scene()
        scene.prepareForPaint()
        whole = QRectF(0, 0, width, height)
        scene.render(painter, whole, whole)

    def plot_rect(self) -> QRectF:
        """Where pyqtgraph itself has put its plot; the same as the axes' rectangle."""
        box = self._plot.getViewBox()
        return box.mapRectToScene(box.rect())

    def _add_grid(self, axes: Axes) -> None:
        values = np.array([value for value, _ in axes.y_ticks], np.float64)
        if not values.size:
            return
        grid = self._pg.PlotCurveItem(
            np.tile(np.array(axes.x_range), len(values)),
            np.repeat(values, 2),
            pen=self._pen(axes.grid, 1.0),
            connect="pairs",
            antialias=False,
        )
        self._plot.addItem(grid)

    def _add(self, curve: Curve) -> None:
        finite = np.isfinite(curve.y)
        if not finite.any():
            return
        if curve.line:
            self._plot.addItem(
                self._pg.PlotCurveItem(
                    curve.x,
                    curve.y,
                    pen=self._pen(curve.colour, curve.width, dash=curve.dash),
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
                    pen=self._pen(curve.colour, max(1.5, curve.width * 0.8)),
                    brush=curve.hollow or curve.colour,
                    antialias=True,
                    useCache=False,
                )
            )

    def _pen(self, colour: QColor, width: float, *, dash: bool = False) -> QPen:
        pen = QPen(colour, width * self._scale)
        pen.setCosmetic(True)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if dash:
            pen.setDashPattern([4.0, 3.0])
        return pen
