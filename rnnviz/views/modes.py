"""The five modes as a row of small pictures, red, green and blue as on the lecture's slide."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QMenu, QWidget

from rnnviz.film import Frame, ShippedProblem
from rnnviz.film.fields import FIELDS
from rnnviz.scenes.modes import MODE_SHAPES
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.widgets import action_of

_SHAPES = {shape.mode: (shape.inputs, shape.outputs) for shape in MODE_SHAPES}
_PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.ContextMenu)
_MODES = {choice.changes["mode"]: choice for choice in FIELDS["mode"].choices}


class _Pictogram(QAbstractButton):
    """One mode's picture."""

    def __init__(self, mode: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.mode, self.look = mode, Look(LIGHT)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(_MODES[mode].title)

    def event(self, event: QEvent) -> bool:
        """Leave presses to the row where it is dim; Qt's own buttons swallow them there."""
        if not self.isEnabled() and event.type() in _PRESSES:
            event.ignore()
            return False
        return super().event(event)

    def sizeHint(self) -> QSize:
        """As wide as its columns."""
        u, count = self.look.unit, len(_SHAPES[self.mode][0])
        return QSize(round(u * (1.0 + 0.95 * count)), round(2.9 * u))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame, and the columns in it."""
        u, palette = self.look.unit, self.look.palette
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.setPen(Qt.PenStyle.NoPen)
            if self.isChecked():
                painter.setBrush(palette.tint(Role.PLAYHEAD, 0.25))
                painter.setPen(QPen(palette.mark(Role.PLAYHEAD), 0.14 * u))
            elif self.underMouse() and self.isEnabled():
                painter.setBrush(palette.colour(Role.PANEL))
            else:
                painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, 0.35 * u, 0.35 * u)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(palette.colour(Role.OUTPUT), 0.14 * u))
                painter.drawRoundedRect(frame, 0.35 * u, 0.35 * u)
            painter.setOpacity(1.0 if self.isEnabled() else 0.35)
            self._columns(painter, u)

    def _columns(self, painter: QPainter, u: float) -> None:
        inputs, outputs = _SHAPES[self.mode]
        w, h, pitch = 0.52 * u, 0.5 * u, 0.95 * u
        left = (self.width() - pitch * len(inputs)) / 2 + (pitch - w) / 2
        middle = self.height() / 2
        step = h + 0.32 * u
        rows = {"y": middle - h / 2 - step, "a": middle - h / 2, "x": middle - h / 2 + step}
        for i, (x, y) in enumerate(zip(inputs, outputs, strict=True)):
            at = left + i * pitch
            centre = at + w / 2
            if i and self.mode != "one_to_one":
                self._arrow(painter, QPointF(at - pitch + w, middle), QPointF(at, middle))
            if x == "x":
                self._box(painter, QRectF(at, rows["x"], w, h), Role.INPUT)
                self._arrow(painter, QPointF(centre, rows["x"]), QPointF(centre, rows["a"] + h))
            self._box(painter, QRectF(at, rows["a"], w, h), Role.STATE)
            if y == "y":
                self._box(painter, QRectF(at, rows["y"], w, h), Role.OUTPUT)
                self._arrow(painter, QPointF(centre, rows["a"]), QPointF(centre, rows["y"] + h))

    def _box(self, painter: QPainter, rect: QRectF, role: Role) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.palette.colour(role))
        painter.drawRoundedRect(rect, 0.1 * self.look.unit, 0.1 * self.look.unit)

    def _arrow(self, painter: QPainter, start: QPointF, end: QPointF) -> None:
        ink, u = self.look.palette.colour(Role.MUTED), self.look.unit
        painter.setPen(QPen(ink, max(1.0, 0.08 * u)))
        painter.drawLine(start, end)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        s = 0.14 * u
        if start.x() == end.x():
            head = (end, end + QPointF(-s, 1.3 * s), end + QPointF(s, 1.3 * s))
        else:
            head = (end, end + QPointF(-1.3 * s, -s), end + QPointF(-1.3 * s, s))
        painter.drawPolygon(QPolygonF(list(head)))


class ModeRow(QWidget):
    """Chooses the mode; the context menu of a picture offers what ships in that mode.

    Signals
    -------
    mode_chosen : str
        A key of `rnnviz.data.MODES`.
    problem_chosen : str
        Name of a shipped problem.
    """

    mode_chosen = Signal(str)
    problem_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problems: Sequence[tuple[str, ShippedProblem]] = ()
        self._key: tuple[object, ...] = ()
        self._whys: dict[str, str] = {}
        self._layout = QHBoxLayout(self)
        self._layout.setSpacing(0)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.buttons: dict[str, _Pictogram] = {}
        for mode in _SHAPES:
            button = _Pictogram(mode, self)
            self._group.addButton(button)
            self._layout.addWidget(button)
            self.buttons[mode] = button
        self._group.buttonClicked.connect(self._clicked)

    def offer(self, problems: Sequence[tuple[str, ShippedProblem]]) -> None:
        """Take over what ships: pairs of a mode and a problem."""
        self._problems = problems

    def set_frame(self, frame: Frame) -> None:
        """Mark the mode in force; those that are not possible say why."""
        key = (frame.run.task, frame.task.mode)
        if key == self._key:
            return
        self._key = key
        for place, (mode, button) in enumerate(self.buttons.items(), start=1):
            why = self._whys[mode] = frame.why_not(mode)
            button.setEnabled(not why)
            said = f"Not here: {why}. " if why else ""
            button.setToolTip(
                f"{_MODES[mode].title} (Alt+{place}): {_MODES[mode].teaches} {said}"
                f"{'A click' if why else 'Right button'}: examples that ship"
            )
            button.setChecked(mode == frame.task.mode)

    def set_look(self, look: Look) -> None:
        """Take over colours and size."""
        for button in self.buttons.values():
            button.look = look
            button.updateGeometry()
            button.update()
        self._layout.setContentsMargins(round(1.2 * look.unit), 0, 0, 0)
        self._layout.setSpacing(round(0.2 * look.unit))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what ships in a picture's mode, also where that cannot be chosen."""
        self._pop_up(event.pos(), event.globalPos())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A dim picture leaves a press to the row: it offers the same, after why it is dim."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pop_up(event.position().toPoint(), event.globalPosition().toPoint())

    def _pop_up(self, place: QPoint, globally: QPoint) -> None:
        for mode, button in self.buttons.items():
            if button.geometry().contains(place):
                menu = QMenu(self)
                menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
                menu.setFont(button.look.font())
                if self._offer(menu, mode):
                    menu.popup(globally)

    def _offer(self, menu: QMenu, mode: str) -> bool:
        found = [shipped for its, shipped in self._problems if its == mode]
        if found and self._whys.get(mode):
            menu.addAction(f"Not here: {self._whys[mode]}".replace("&", "&&")).setEnabled(False)
            menu.addSeparator()
        for shipped in found:
            action = action_of(shipped.title.replace("&", "&&"), menu)
            name = shipped.name
            action.triggered.connect(lambda _=False, name=name: self.problem_chosen.emit(name))
            menu.addAction(action)
        return bool(found)

    def _clicked(self, button: QAbstractButton) -> None:
        if isinstance(button, _Pictogram):
            self.mode_chosen.emit(button.mode)
