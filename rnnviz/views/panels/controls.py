"""Small painted controls of the panels' title rows: switch, toggle, arrows, the mark of a menu."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from rnnviz.film import Frame
from rnnviz.scenes.shapes import Role
from rnnviz.views.key_focus import KeyFocus, ring
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.panels.surface import LEFT, Surface


@lru_cache(maxsize=1024)  # the same few words are asked for again with every size
def _lettered(look: Look, factor: float, text: str) -> tuple[float, float]:
    """How wide and how high a text is."""
    metrics = QFontMetricsF(look.font(factor))
    return metrics.horizontalAdvance(text), metrics.height()


class _Button(KeyFocus, QAbstractButton):
    """Painted by its look; Enter presses it, Space and the arrow keys stay the window's."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.setFont(look.font(0.86))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter is taken here, since the panel around it may have a use for it.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _paint_ring(self, painter: QPainter, shape: QRectF, radius: float) -> None:
        if self.ringed:
            ring(painter, shape, radius, self._look, Role.INK)


class _Segment(_Button):
    def __init__(self, parent: QWidget, role: Role, margin: float) -> None:
        super().__init__(parent)
        self._role, self._margin = role, margin
        self.setCheckable(True)

    def sizeHint(self) -> QSize:
        unit, (wide, high) = self._look.unit, _lettered(self._look, 0.86, self.text())
        return QSize(
            round(wide + 2 * self._margin * unit), round(max(1.55 * unit, high + 0.3 * unit))
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            palette, unit = self._look.palette, self._look.unit
            shape, radius = QRectF(self.rect()).adjusted(1, 1, -1, -1), 0.3 * unit
            if self.isChecked() and self.isEnabled():
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(palette.colour(self._role))
                ink = palette.ink_on(self._role)
            else:
                painter.setPen(QPen(palette.colour(Role.LINE), 1.0))
                painter.setBrush(palette.colour(Role.BACKGROUND))
                over = self.underMouse() and self.isEnabled()
                ink = palette.colour(Role.INK if over else Role.MUTED)
            painter.drawRoundedRect(shape, radius, radius)
            painter.setPen(ink)
            painter.setFont(self.font())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
            self._paint_ring(painter, shape, radius)


class Segmented(QWidget):
    """A switch between a few named things, all of them in sight.

    Parameters
    ----------
    parent : QWidget
    names : sequence of str
    role : Role
        The colour of what is chosen.
    margin : float
        What is left free beside a name, in units.
    """

    chosen = Signal(int)

    def __init__(
        self, parent: QWidget, names: Sequence[str], role: Role, margin: float = 0.6
    ) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._role, self._margin = role, margin
        self._look = Look(LIGHT)
        self._all: list[_Segment] = []
        self._count = 0
        self.set_names(names)
        self._all[0].setChecked(True)
        self._group.idClicked.connect(self.chosen)

    def set_names(
        self,
        names: Sequence[str],
        spoken: Sequence[str] | None = None,
        tips: Sequence[str] | None = None,
    ) -> None:
        """Write something else on the buttons, of which there are as many as names.

        `spoken` is what a screen reader says instead of a name, `tips` what a resting pointer is
        told.
        """
        while len(self._all) < len(names):
            button = _Segment(self, self._role, self._margin)
            button.set_look(self._look)
            self._group.addButton(button, len(self._all))
            self._all.append(button)
        self._count = len(names)
        for index, button in enumerate(self._all):
            button.setVisible(index < self._count)
        spoken, tips = spoken or names, tips or ("",) * self._count
        for button, name, said, tip in zip(self._buttons, names, spoken, tips, strict=True):
            button.setText(name)
            button.setAccessibleName(said)
            button.setToolTip(tip)

    def set_look(self, look: Look) -> None:
        """Store the look."""
        self._look = look
        for button in self._all:
            button.set_look(look)

    @property
    def _buttons(self) -> list[_Segment]:
        """Those that are in use."""
        return self._all[: self._count]

    def __len__(self) -> int:
        """How many things there are to choose from."""
        return self._count

    @property
    def current(self) -> int:
        """What is chosen."""
        return self._group.checkedId()

    def set_current(self, index: int) -> None:
        """Show what is chosen; says nothing."""
        self._buttons[index].setChecked(True)

    def button(self, index: int) -> QAbstractButton:
        """One of the buttons."""
        return self._buttons[index]

    def sizeHint(self) -> QSize:
        """The size that the names need."""
        hints = [button.sizeHint() for button in self._buttons]
        return QSize(sum(hint.width() for hint in hints), max(hint.height() for hint in hints))

    def arrange(self) -> None:
        """Take the size that the names need."""
        self.resize(self.sizeHint())
        left = 0
        for button in self._buttons:
            hint = button.sizeHint()
            button.setGeometry(left, 0, hint.width(), hint.height())
            left += hint.width()


class Toggle(_Segment):
    """A button that stays down; `toggled` by nobody but the user.

    Parameters
    ----------
    parent : QWidget
    name : str
    role : Role
        The colour of what is chosen.
    margin : float
        What is left free beside the name, in units.
    """

    chosen = Signal(bool)

    def __init__(self, parent: QWidget, name: str, role: Role, margin: float = 0.6) -> None:
        super().__init__(parent, role, margin)
        self.setText(name)
        self.setAccessibleName(name)
        self.clicked.connect(self.chosen)


class Chooser(_Button):
    """A small mark before a title: here one chooses what stands in its place."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setToolTip("Choose what stands here; double click on the title: fill the window")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a triangle that points down."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            palette, unit = self._look.palette, self._look.unit
            over = self.underMouse() or self.ringed
            half, x = 0.21 * unit, 0.42 * self.width()  # nearer to the edge than to the title
            top = self.height() / 2 - 0.5 * half
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.colour(Role.INK if over else Role.MUTED))
            painter.drawPolygon(
                QPolygonF(
                    [QPointF(x - half, top), QPointF(x + half, top), QPointF(x, top + 1.3 * half)]
                )
            )
            self._paint_ring(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), 0.2 * unit)


class Arrow(_Button):
    """A small arrow, to the left or to the right; held down it repeats."""

    def __init__(
        self, parent: QWidget, direction: int, name: str, role: Role = Role.GRADIENT
    ) -> None:
        super().__init__(parent)
        self._direction, self._role = direction, role
        self.setAutoRepeat(True)
        self.setAccessibleName(name)
        self.setToolTip(name)

    def sizeHint(self) -> QSize:
        """As high as the switch beside it."""
        return QSize(round(1.3 * self._look.unit), round(1.55 * self._look.unit))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the arrow, faint where it leads nowhere."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            palette, unit = self._look.palette, self._look.unit
            role = Role.INK if self.underMouse() else self._role
            middle, size = QRectF(self.rect()).center(), 0.26 * unit
            tip = QPointF(middle.x() + self._direction * 0.8 * size, middle.y())
            half = 1.1 * size
            back = middle.x() - self._direction * 0.7 * size
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.mark(role if self.isEnabled() else Role.LINE))
            painter.drawPolygon(
                QPolygonF([tip, QPointF(back, middle.y() - half), QPointF(back, middle.y() + half)])
            )
            self._paint_ring(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), 0.3 * unit)


class Stepper(QWidget):
    """What is chosen of a row of numbered things, between arrows to its neighbours.

    Parameters
    ----------
    parent : QWidget
    role : Role
        The colour of name and arrows.
    names : (str, str)
        What the arrows do, for tool tips and screen readers.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget, role: Role, names: tuple[str, str]) -> None:
        super().__init__(parent)
        self._look, self._role = Look(LIGHT), role
        self.before, self.text = "", ""
        self._places: tuple[int | None, int | None] = (None, None)
        self.earlier = Arrow(self, -1, names[0], role)
        self.later = Arrow(self, 1, names[1], role)
        self.earlier.clicked.connect(lambda: self._choose(0))
        self.later.clicked.connect(lambda: self._choose(1))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_look(self, look: Look) -> None:
        """Store colours and size of type."""
        self._look = look
        self.earlier.set_look(look)
        self.later.set_look(look)
        self.update()

    def set_neighbours(self, earlier: int | None, later: int | None) -> None:
        """Store where the arrows lead; None for nowhere."""
        self._places = earlier, later
        self.earlier.setEnabled(earlier is not None)
        self.later.setEnabled(later is not None)

    def set_text(self, text: str, before: str = "", widest: str = "") -> None:
        """Name what is chosen, with a word before the arrows, and take the size this needs.

        The size is that of `widest`, where it is given.
        """
        self.before, self.text = before, text
        self.resize(self.size_of(widest or text, before))
        arrow, left = self.later.sizeHint(), round(self._advance(before))
        self.earlier.setGeometry(left, 0, arrow.width(), arrow.height())
        self.later.setGeometry(self.width() - arrow.width(), 0, arrow.width(), arrow.height())
        self.update()

    def size_of(self, text: str, before: str = "") -> QSize:
        """The size needed to name something so."""
        arrow, wide = self.later.sizeHint(), round(self._advance(text) + 0.5)
        return QSize(round(self._advance(before)) + wide + 2 * arrow.width(), arrow.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write the name; the arrows paint themselves."""
        with QPainter(self) as painter:
            painter.setFont(self._look.font(0.93))
            painter.setPen(self._look.palette.colour(Role.MUTED))
            painter.drawText(QRectF(self.rect()), LEFT, self.before)
            painter.setPen(self._look.palette.text(self._role))
            between = QRectF(self.rect())
            between.setLeft(self.earlier.geometry().right() + 1.0)
            between.setRight(float(self.later.x()))
            painter.drawText(between, Qt.AlignmentFlag.AlignCenter, self.text)

    def _advance(self, text: str) -> float:
        return _lettered(self._look, 0.93, text)[0]

    def _choose(self, side: int) -> None:
        place = self._places[side]
        if place is not None:
            self.chosen.emit(place)


class LayerStepper(Stepper):
    """Which layer a panel shows, at the right end of its title row; hidden where there is one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Role.STATE, ("show the layer below", "show the layer above"))
        self.hide()

    def place(self, frame: Frame | None, surface: Surface) -> None:
        """Show the frame's layer, where there are several, at the end of the surface's title."""
        if frame is None or frame.layers < 2:
            self.hide()
            return
        layer, top = frame.layer, frame.layers - 1
        self.set_neighbours(layer - 1 if layer else None, layer + 1 if layer < top else None)
        self.set_text(f"layer {layer + 1}", widest=f"layer {frame.layers}")
        self.move(round(surface.width - surface.pad - self.width()), surface.title_top)
        self.show()
