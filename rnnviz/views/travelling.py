"""The numbers that the equation has just made, on their way to their place on the stage."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap, QRegion
from PySide6.QtWidgets import QWidget

from rnnviz.scenes.shapes import Box, Role
from rnnviz.scenes.travelling import Travelling
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.panels.panel import Kept
from rnnviz.views.pixels import of_pixels
from rnnviz.views.stage import StageView
from rnnviz.views.typeset.boxes import Standing, paint

_PAD = 0.35  # around the numbers, in em


Written = Callable[[object], "tuple[QWidget, Standing] | None"]
"""Which view writes a column or a number, and where in it; None where none does."""


class TravellingNumbers(QWidget):
    """A copy of a column or a number, over everything and out of the pointer’s way.

    Parameters
    ----------
    ground : QWidget
        What it lies over.
    stage : StageView
        Where they go.
    under_way : callable
        What travels there now; None where nothing does.
    written : callable
        Where that stands.
    """

    def __init__(
        self,
        ground: QWidget,
        stage: StageView,
        under_way: Callable[[], Travelling | None],
        written: Written,
    ) -> None:
        super().__init__(ground)
        self._ground, self._stage, self._under_way, self._written = (
            ground,
            stage,
            under_way,
            written,
        )
        self._look = Look(LIGHT)
        self._now: tuple[Travelling, Standing] | None = None
        self._picture: Kept[QPixmap] = Kept()
        self._still = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Numbers on their way from the equation")
        stage.installEventFilter(self)
        self.hide()

    def set_look(self, look: Look) -> None:
        """Take other colours, and another size of type."""
        self._look = look
        self.follow()

    def hold(self, still: bool) -> None:
        """Have nothing travel, for those whom motion disturbs, or let it."""
        self._still = still
        self.follow()

    @property
    def carried(self) -> Travelling | None:
        """What it carries now."""
        return None if self._now is None or self.isHidden() else self._now[0]

    def follow(self) -> None:
        """Stand where the frame that is shown has it, or be gone."""
        found = self._found()
        if found is None:
            self._now = None
            self.hide()
            return
        going, standing, place = found
        self._now = going, standing
        self.setGeometry(place)
        if self.isHidden():
            self.show()
            self.raise_()
        self.update()

    def _found(self) -> tuple[Travelling, Standing, QRect] | None:
        if self._still or not self._stage.isVisible():
            return None
        going = self._under_way()
        written = None if going is None else self._written(going.item)
        if going is None or written is None:
            return None
        ground, (equation, standing) = self._ground, written
        box, pad = standing.box, _PAD * standing.size
        wide = box.width * standing.size + 2 * pad
        high = (box.up + box.down) * standing.size + 2 * pad
        begin = equation.mapTo(ground, QPoint(0, 0))
        end = self._stage.mapTo(ground, QPoint(0, 0))
        x0 = begin.x() + standing.x + box.width * standing.size / 2
        y0 = begin.y() + standing.baseline + (box.down - box.up) * standing.size / 2
        x = x0 + (end.x() + going.to.cx - x0) * going.done
        y = y0 + (end.y() + going.to.cy - y0) * going.done
        place = QRectF(x - wide / 2, y - high / 2, wide, high)
        return going, standing, QRect(round(place.x()), round(place.y()), round(wide), round(high))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the stage to another size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and not self.isHidden():
            self.follow()
        return super().eventFilter(watched, event)

    def _beside_caption(self) -> QRegion:
        """All but where the stage says what happens, which the numbers pass beneath."""
        scene, free = self._stage.scene(), QRegion(self.rect())
        for shape in scene.shapes if scene is not None else ():
            if isinstance(shape, Box) and shape.id == "caption":
                corner = self._stage.mapTo(self._ground, QPoint(0, 0)) - self.pos()
                r = shape.rect.grown(1.0)
                words = QRectF(r.x + corner.x(), r.y + corner.y(), r.w, r.h)
                free -= QRegion(words.toAlignedRect())
        return free

    def paintEvent(self, event: QPaintEvent) -> None:
        """Put the numbers down, as much of them as is still seen."""
        if self._now is None:
            return
        going, standing = self._now
        key = standing.size, self.size(), going.role, self._look, self.devicePixelRatioF()
        with QPainter(self) as painter:
            painter.setClipRegion(self._beside_caption())
            painter.setOpacity(going.seen)
            if of_pixels(painter):
                painter.drawPixmap(0, 0, self._picture.of(standing.box, key, self._pictured))
            else:
                self._draw(painter, going.role, standing)

    def _pictured(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        if self._now is not None:
            with QPainter(picture) as painter:
                self._draw(painter, self._now[0].role, self._now[1])
        return picture

    def _draw(self, painter: QPainter, role: Role, standing: Standing) -> None:
        """Draw the numbers as the equation has them, on a plate of their own."""
        size, palette = standing.size, self._look.palette
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(palette.colour(role), max(1.0, 0.07 * size)))
        painter.setBrush(palette.colour(Role.BACKGROUND))
        plate = QRectF(self.rect()).adjusted(1.0, 1.0, -1.0, -1.0)
        painter.drawRoundedRect(plate, 0.4 * size, 0.4 * size)
        pad = _PAD * size
        paint(painter, standing.box, pad, pad + standing.box.up * size, size, palette)
