"""The stage as a widget: it paints the frame it was given and says what the user wants."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rnnviz.film import Frame, Stage, place
from rnnviz.scenes.measure import difference
from rnnviz.scenes.readout import read_out, readout
from rnnviz.scenes.shapes import Rect, Role, Scene, Target
from rnnviz.scenes.stage import layout_of, stage_scene
from rnnviz.views.key_focus import KeyFocus, ring
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.paint import paint_scene

if TYPE_CHECKING:
    from rnnviz.scenes.travelling import Travelling

_MOST_PARTS = 12
_FEW_PARTS = 4
_LARGEST_SHARE = 0.4
_UNITS = ("unit", "memory")
_STEPS = ("cell", "token", "output", "value", *_UNITS)


class StageView(KeyFocus, QWidget):
    """The unrolled network at a moment of the film.

    Setters store and ask for a repaint; what a click means goes out as a signal, and nothing
    changes here until another frame comes in.
    """

    sought = Signal(float)
    """A position on the timeline, from a click on a step or a drag on the minimap."""
    source_chosen = Signal(int)
    """The step whose loss was clicked."""
    unit_selected = Signal(int)
    """The unit that was clicked; −1 when it was the selected one."""
    layer_selected = Signal(int)
    """The layer whose cell or unit was clicked, if it is not the shown one; before the others."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self._look = Look(LIGHT)
        self._scene: Scene | None = None
        self._pointer: QPointF | None = None
        self._hover: Target | None = None
        self._dragging = self.marked = False
        self.setObjectName("stage")
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 180)
        self.setAccessibleName("Stage: the unrolled network")

    # -- what it is given --------------------------------------------------------------------

    def set_frame(self, frame: Frame) -> None:
        """Show a frame; only what differs from the one before is painted again."""
        old, self._frame = self._frame, frame
        if old is frame:
            return
        if old is None or old.moment.step != frame.moment.step or old.run is not frame.run:
            self.setAccessibleDescription(f"{place(frame)}, {frame.token(frame.step)}")
        before = self._scene
        if old is None or before is None or not self.isVisible():
            self._scene = None
            self.update()
            return
        self._scene = self._made(frame)
        self._repaint(difference(before, self._scene))

    def set_look(self, look: Look) -> None:
        """Take other colours or another size of type."""
        self._look = look
        self._scene = None
        self.update()

    def set_marked(self, marked: bool) -> None:
        """Whether saturated units are marked."""
        if marked != self.marked:
            self.marked = marked
            self._scene = None
            self.update()

    def frame_shown(self) -> Frame | None:
        """The frame it was given last."""
        return self._frame

    def sizeHint(self) -> QSize:
        """Room for about a dozen cells."""
        unit = self._look.unit
        return QSize(round(90 * unit), round(30 * unit))

    def scene(self) -> Scene | None:
        """The picture of the frame at this size; None before the first frame."""
        if self._scene is None and self._frame is not None:
            self._scene = self._made(self._frame)
        return self._scene

    @property
    def left_out(self) -> tuple[str, ...]:
        """What legends say that has no room in the picture."""
        scene = self.scene()
        return () if scene is None else scene.left_out

    def span(self, frame: Frame) -> tuple[int, int]:
        """The first and the last step that it shows of a frame at this size."""
        lay = layout_of(frame, self.width(), self.height(), self._look.unit)
        first = lay.offset_of(frame.step)
        return first + 1, first + lay.shown

    def travelling(self) -> Travelling | None:
        """What is on its way from the equation to a place in this picture."""
        frame = self._frame
        if frame is None or frame.moment.resting:
            return None
        from rnnviz.scenes.travelling import travelling  # not before something moves

        lay = layout_of(frame, self.width(), self.height(), self._look.unit)
        return travelling(frame, lay)

    def _made(self, frame: Frame) -> Scene:
        size = self.width(), self.height(), self._look.unit
        made = stage_scene(frame, *size, marked=self.marked)
        at = self._pointer  # another frame has something else there, or nothing
        self._hover = None if at is None else made.target_at(at.x(), at.y())
        lines, look = partial(readout, frame), self._look
        return read_out(made, self._hover, lines, look.unit, look.says)

    def _repaint(self, parts: tuple[Rect, ...]) -> None:
        """Ask for a repaint of some parts; many or large ones cost more than everything."""
        area = sum(part.w * part.h for part in parts)
        if len(parts) > _MOST_PARTS or area > _LARGEST_SHARE * self.width() * self.height():
            self.update()
            return
        for part in parts:
            self.update(_outer(part))

    # -- painting ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the parts that are asked for."""
        with QPainter(self) as painter:
            ground = self._look.palette.colour(Role.BACKGROUND)
            parts: list[QRect] = list(event.region())  # type: ignore[arg-type]
            scene = self.scene()
            # A clip of several rectangles takes longer than a few painted one by one.
            groups = [[part] for part in parts] if len(parts) <= _FEW_PARTS else [parts]
            for group in groups:
                if 1 < len(parts) <= _FEW_PARTS:
                    painter.setClipRect(group[0])
                for part in group:
                    painter.fillRect(part, ground)
                if scene is not None:
                    paint_scene(painter, scene, self._look, [QRectF(part) for part in group])
            if self.ringed:
                ring(painter, QRectF(self.rect()), 0.0, self._look, Role.OUTPUT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the picture out again."""
        self._scene = None
        self._pointer = self._hover = None
        super().resizeEvent(event)

    # -- the pointer -------------------------------------------------------------------------

    def target_at(self, point: QPointF) -> Target | None:
        """What lies under a point."""
        scene = self.scene()
        return None if scene is None else scene.target_at(point.x(), point.y())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Say what a click means."""
        frame = self._frame
        if event.button() != Qt.MouseButton.LeftButton or frame is None:
            super().mousePressEvent(event)
            return
        target = self.target_at(event.position())
        if target is None:
            return
        if target.kind == "left-out":
            self.customContextMenuRequested.emit(event.position().toPoint())
            return
        if target.kind == "loss":
            self.source_chosen.emit(target.step)
            return
        if target.kind == "minimap":
            self._dragging = True
            self._seek(target.step)
            return
        other = frame.layers > 1 and target.layer not in (-1, frame.layer)
        if other:
            self.layer_selected.emit(target.layer)
        if target.kind in _UNITS:
            same = not other and target.unit == frame.playhead.unit
            self.unit_selected.emit(-1 if same else target.unit)
            if target.step == frame.moment.step:
                return
        if target.kind in _STEPS:
            self._seek(target.step)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read out what is under the pointer, or drag along the minimap."""
        scene = self.scene()
        if self._dragging and scene is not None:
            strip = next((t for t in scene.targets if t.kind == "minimap"), None)
            if strip is not None:
                x = min(max(event.position().x(), strip.rect.x), strip.rect.right - 0.01)
                found = strip.at(x, strip.rect.cy)
                if found is not None:
                    self._seek(found.step)
            return
        self._point(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragging = False
        super().mouseReleaseEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._point(None)
        super().leaveEvent(event)

    def _point(self, position: QPointF | None) -> None:
        target = None if position is None else self.target_at(position)
        self._pointer = position
        if target == self._hover:
            return
        before, self._scene = self._scene, None
        now = self.scene()
        if before is not None and now is not None:
            self._repaint(difference(before, now))
        if target is None:
            self.unsetCursor()
        else:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def _seek(self, step: int) -> None:
        if self._frame is None:
            return
        back = self._frame.moment.stage in (Stage.BACKWARD, Stage.UPDATE)
        stage = Stage.BACKWARD if back else Stage.FORWARD
        self.sought.emit(self._frame.timeline.position(stage, step))


def _outer(rect: Rect) -> QRect:
    return QRectF(rect.x - 1, rect.y - 1, rect.w + 2, rect.h + 2).toAlignedRect()
