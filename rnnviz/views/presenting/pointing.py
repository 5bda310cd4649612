"""What points in front of a class: a spotlight, a pen whose strokes fade or stay, a zoom."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QCursor,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, Look

SPOTLIGHT, PEN, ZOOM = "spotlight", "pen", "zoom"
_ROUND = 7.5  # units, the spotlight's radius
_DARK = 0.62
_WIDE = 0.3  # units, a stroke
_STAYS, _FADES = 3.0, 1.0  # seconds that a stroke is seen, and that it then takes to go
_TIMES = 2.2
_TICK = 40  # milliseconds
_AGAIN = 120  # likewise, from one picture of the zoom to the next: each takes some 50


@dataclass(slots=True)
class _Stroke:
    stays: bool
    points: list[QPointF] = field(default_factory=list[QPointF])
    ended: float | None = None

    def strength(self, now: float) -> float:
        """How much of it is left, 0 … 1."""
        if self.stays or self.ended is None:
            return 1.0
        return min(1.0, max(0.0, 1.0 + (_STAYS - (now - self.ended)) / _FADES))


class Pointing(QWidget):
    """Lies over everything while it points; else it is not there for the mouse.

    Parameters
    ----------
    ground : QWidget
        What it lies over.
    clock : callable
        Seconds, for strokes that fade.
    """

    def __init__(self, ground: QWidget, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(ground)
        self.setObjectName("pointing")
        self._ground, self._clock = ground, clock
        self._look = Look(LIGHT)
        self._on: set[str] = set()
        self._strokes: list[_Stroke] = []
        self._stays = self._down = False
        self._at = QPointF()
        self._large = QPixmap()
        self._ticking = QTimer(self)
        self._ticking.setInterval(_TICK)
        self._ticking.timeout.connect(self._tick)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_AGAIN)
        self._again.timeout.connect(self._draw_again)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        ground.installEventFilter(self)
        self.hide()

    def set_look(self, look: Look) -> None:
        """Take other colours or another size of type."""
        self._look = look
        self.update()

    # -- what is on --------------------------------------------------------------------------

    def is_on(self, what: str) -> bool:
        """Whether the spotlight, the pen or the zoom is on."""
        return what in self._on

    def switch(self, what: str, on: bool, *, stays: bool = False) -> None:
        """Switch the spotlight, the pen (whose strokes may stay) or the zoom."""
        if what == PEN:
            self._stays = stays
        if on == (what in self._on):
            return
        if on and what == ZOOM:
            self._large = self._drawn_large()
        (self._on.add if on else self._on.discard)(what)
        self._at = QPointF(self._ground.mapFromGlobal(QCursor.pos()))
        self._settle()

    def look_again(self) -> None:
        """What lies beneath is another picture now: the zoom shows it, but not each of a film's."""
        if self.is_on(ZOOM) and not self._again.isActive():
            self._again.start()

    def clear(self) -> None:
        """Take all of it away: another scene is shown."""
        self._on.clear()
        self.wipe()

    def wipe(self) -> None:
        """Take the strokes away."""
        self._strokes.clear()
        self._settle()

    @property
    def strokes(self) -> int:
        """How many strokes are to be seen."""
        return len(self._strokes)

    # -- events ------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as what it lies over."""
        if watched is self._ground and event.type() == QEvent.Type.Resize and not self.isHidden():
            self.setGeometry(self._ground.rect())
            if self.is_on(ZOOM):
                self.switch(ZOOM, False)
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke."""
        self._at = event.position()
        if self.is_on(PEN) and event.button() == Qt.MouseButton.LeftButton:
            self._down = True
            self._strokes.append(_Stroke(self._stays, [event.position()]))
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it, or move the light."""
        self._at = event.position()
        if self._down and self._strokes:
            self._strokes[-1].points.append(event.position())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a stroke."""
        if self._down and self._strokes:
            self._strokes[-1].ended = self._clock()
            self._ticking.start()
        self._down = False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint what points."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.is_on(ZOOM):
                self._paint_zoom(painter)
            painter.save()
            self._paint_strokes(painter)
            painter.restore()
            if self.is_on(SPOTLIGHT):
                self._paint_spotlight(painter)

    # -- within ------------------------------------------------------------------------------

    def _paint_zoom(self, painter: QPainter) -> None:
        """The part around the pointer, so that the pointer stays on what it was at."""
        size = self._ground.size()
        left, top = (-(_TIMES - 1.0) * each for each in (self._at.x(), self._at.y()))
        target = QRectF(left, top, _TIMES * size.width(), _TIMES * size.height())
        painter.drawPixmap(target, self._large, QRectF(self._large.rect()))

    def _paint_strokes(self, painter: QPainter) -> None:
        """On what they were drawn on, which the zoom makes larger."""
        now = self._clock()
        if self.is_on(ZOOM):
            painter.translate(self._at * (1.0 - _TIMES))
            painter.scale(_TIMES, _TIMES)
        for stroke in self._strokes:
            colour = self._look.palette.colour(Role.INPUT, stroke.strength(now))
            pen = QPen(colour, max(3.0, _WIDE * self._look.unit))
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            if len(stroke.points) == 1:
                painter.drawPoint(stroke.points[0])
            else:
                painter.drawPolyline(QPolygonF(stroke.points))

    def _paint_spotlight(self, painter: QPainter) -> None:
        around = QPainterPath()
        around.addRect(QRectF(self.rect()))
        light = QPainterPath()
        radius = _ROUND * self._look.unit
        light.addEllipse(self._at, radius, radius)
        painter.fillPath(around.subtracted(light), QColor(0, 0, 0, round(255 * _DARK)))

    def _draw_again(self) -> None:
        if self.is_on(ZOOM):
            self._large = self._drawn_large()
            self.update()

    def _drawn_large(self) -> QPixmap:
        """What it lies over, drawn so large that letters stay sharp."""
        ratio = self.devicePixelRatioF()
        size = self._ground.size() * _TIMES * ratio
        large = QPixmap(ceil(size.width()), ceil(size.height()))
        large.setDevicePixelRatio(_TIMES * ratio)
        shown = not self.isHidden()
        self.setVisible(False)
        self._ground.render(large, QPoint(0, 0))
        self.setVisible(shown)
        large.setDevicePixelRatio(1.0)
        return large

    def _settle(self) -> None:
        """Be there for the mouse while something is on; strokes alone are but seen."""
        there = bool(self._on or self._strokes)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not self._on)
        if there:
            self.setGeometry(self._ground.rect())
            self.raise_()
        self.setCursor(
            Qt.CursorShape.CrossCursor if self.is_on(PEN) else Qt.CursorShape.ArrowCursor
        )
        self.setVisible(there)
        self.update()

    def _tick(self) -> None:
        """Let strokes fade."""
        now, before = self._clock(), len(self._strokes)
        self._strokes = [each for each in self._strokes if each.strength(now) > 0.0]
        if all(each.stays for each in self._strokes):
            self._ticking.stop()
        self.update()
        if len(self._strokes) != before:
            self._settle()
