"""The widget that the panels under the stage are: it keeps a frame, a look and one picture."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rnnviz.film import Frame, Stage
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.panels.surface import Surface

P = TypeVar("P")


class Kept(Generic[P]):
    """The picture that is drawn once and shown until what it was drawn from is another."""

    def __init__(self) -> None:
        self._made: tuple[object, Hashable, P] | None = None

    def of(self, source: object, key: Hashable, draw: Callable[[], P]) -> P:
        """The picture of the very numbers `source`, drawn anew if source or key is another."""
        made = self._made
        if made is None or made[0] is not source or made[1] != key:
            made = self._made = (source, key, draw())
        return made[2]

    def still(self, source: object, key: Hashable) -> P | None:
        """The picture, if it is still that of this source and key."""
        made = self._made
        return made[2] if made and made[0] is source and made[1] == key else None


class Panel(QWidget):
    """A rounded surface with a title row; a press or a drag on its picture seeks a step."""

    sought = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self._look = Look(LIGHT)
        self._hovered: QPointF | None = None
        self._dragged = 0  # the step last asked for, while the button is held
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def minimumSizeHint(self) -> QSize:
        """Room for a title row and a few lines."""
        return QSize(round(15 * self._look.unit), round(8 * self._look.unit))

    def sizeHint(self) -> QSize:
        """Room in which the default sentence reads well."""
        return QSize(round(56 * self._look.unit), round(18 * self._look.unit))

    @property
    def surface(self) -> Surface:
        """What there is to draw on."""
        return Surface(self._look, self.width(), self.height(), self.devicePixelRatioF())

    # -- what the panels fill in -------------------------------------------------------------

    def _arrange(self) -> None:
        """Put the controls of the title row where they belong."""
        raise NotImplementedError

    def _paint(self, painter: QPainter, region: QRegion) -> bool:
        """Draw the picture and what moves on it, as far as it meets a region; False if none."""
        raise NotImplementedError

    def _pressed(self, event: QMouseEvent) -> None:
        """Answer a press of the left button."""
        raise NotImplementedError

    def _step_along(self, x: float) -> int:
        """The step nearest to a pixel column, also beside the picture; 0 for none."""
        raise NotImplementedError

    def _way(self) -> Stage:
        """Whether a step is sought on the way forward or back."""
        raise NotImplementedError

    # -- events ------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, or the bare surface."""
        with QPainter(self) as painter:
            if not self._paint(painter, event.region()):
                painter.drawPixmap(0, 0, self.surface.blank())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the controls in their places."""
        super().resizeEvent(event)
        self._arrange()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for what is under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton and self._frame is not None:
            self._dragged = 0
            self._pressed(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read out what is under the pointer; drag the playhead with the button held."""
        self._point_at(event.position())
        if self._dragged and event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(self._step_along(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        self._dragged = 0

    def leaveEvent(self, event: QEvent) -> None:
        """Read out nothing."""
        self._point_at(None)
        super().leaveEvent(event)

    def _point_at(self, position: QPointF | None) -> None:
        self._hovered = position
        self.update(self._read_out())

    def _repaint(self, *areas: QRect) -> None:
        """Ask for a repaint of areas, but not of the controls on them, which have not changed."""
        region = QRegion()
        for area in areas:
            region += area
        region = region.subtracted(self.childrenRegion())
        if not region.isEmpty():
            self.update(region)

    def _read_out(self) -> QRect:
        """Where that is to be seen what the pointer is at."""
        return self.rect()

    def _seek(self, step: int) -> None:
        if self._frame is not None and step and step != self._dragged:
            self._dragged = step
            self.sought.emit(self._frame.timeline.position(self._way(), step))
