"""The branches of what is open, as pills: which one is shown, what it is called, and its colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from rnnviz.files.errors import counted
from rnnviz.film import Branch, Branches, Frame
from rnnviz.film.branches import LONGEST_NAME
from rnnviz.scenes.charts.chart import PalettePlace
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.widgets import LeavableField

_DOT, _GAP, _PAD = 0.34, 0.45, 0.75  # units: radius of the dot, beside it, at the ends
_CLOSE = 1.1  # width of the ×
_LEAST, _MOST = 3.0, 13.0  # width of a name


class BranchStrip(QWidget):
    """The strip of branches: a pill for each; hidden while there is only one.

    Signals
    -------
    switched, closed : int
        Another branch is to be shown; one is to be closed.
    forked :
        The one that is shown is to be forked.
    renamed : (int, str)
        One is to be called something else.
    """

    switched = Signal(int)
    closed = Signal(int)
    forked = Signal()
    renamed = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Branches")
        self._look = Look(LIGHT)
        self._branches: Branches | None = None
        self._pills: list[_Pill] = []
        self._row = QHBoxLayout(self)
        self._row.addStretch(1)
        self._fork = QToolButton(self)
        self._fork.setText("+")
        self._fork.setAutoRaise(True)
        self._fork.setToolTip("Fork this run: a copy of it, to be changed (Ctrl+Shift+B)")
        self._fork.setAccessibleName("Fork this run")
        self._fork.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._fork.clicked.connect(self.forked)
        self._row.addWidget(self._fork)
        self._name = LeavableField(self)
        self._name.setAccessibleName("Name of the branch")
        self._name.setMaxLength(LONGEST_NAME)
        self._name.hide()
        self._name.editingFinished.connect(self._named)
        self._name.left.connect(self._leave)
        self._naming: int | None = None

    # -- what it is given --------------------------------------------------------------------

    @staticmethod
    def wanted(frame: Frame) -> bool:
        """Whether there is more than one branch."""
        return len(frame.branches.each) > 1

    def set_frame(self, frame: Frame) -> None:
        """Show the branches of a frame."""
        before, self._branches = self._branches, frame.branches
        if before is not None and _seen(before) == _seen(frame.branches):
            return
        self._leave()
        each, names = frame.branches.each, frame.branches.names
        while len(self._pills) > len(each):
            pill = self._pills.pop()
            self._row.removeWidget(pill)
            pill.hide()
            pill.deleteLater()
        while len(self._pills) < len(each):
            self._add()
        for i, (pill, branch, name) in enumerate(zip(self._pills, each, names, strict=True)):
            pill.show_branch(name, branch, shown=i == frame.branches.active)

    def set_look(self, look: Look) -> None:
        """Store colours and size of type."""
        self._look = look
        unit = look.unit
        beside, above = round(0.9 * unit), round(look.air(0.3))
        self._row.setContentsMargins(beside, above, beside, above)
        self._row.setSpacing(round(0.45 * unit))
        for widget in (self._fork, self._name):
            widget.setFont(look.font())
        for pill in self._pills:
            pill.set_look(look)

    # -- what is asked of it -----------------------------------------------------------------

    @property
    def pills(self) -> tuple[QAbstractButton, ...]:
        """Those that are shown, in the order of the branches."""
        return tuple(self._pills)

    @property
    def fork(self) -> QAbstractButton:
        """The + at their end."""
        return self._fork

    def rename(self, index: int | None = None) -> None:
        """Let the user type another name for a branch, or for the one that is shown."""
        branches = self._branches
        if branches is None:
            return
        self._naming = branches.active if index is None else index
        pill = self._pills[self._naming]
        self._name.setText(branches.names[self._naming])
        place = pill.geometry()
        place.setWidth(max(place.width(), round(9 * self._look.unit)))
        place.moveRight(min(place.right(), self.width() - 2))
        self._name.setGeometry(place)
        self._name.show()
        self._name.raise_()
        self._name.selectAll()
        self._name.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- within ------------------------------------------------------------------------------

    def _add(self) -> None:
        index = len(self._pills)
        pill = _Pill(self)
        pill.set_look(self._look)
        pill.clicked.connect(lambda: self.switched.emit(index))
        pill.renaming.connect(lambda: self.rename(index))
        pill.closing.connect(lambda: self.closed.emit(index))
        self._row.insertWidget(index + 1, pill)
        pill.show()
        self._pills.append(pill)

    def _leave(self) -> None:
        self._naming = None
        self._name.hide()

    def _named(self) -> None:
        index, self._naming = self._naming, None
        self._name.hide()
        if index is not None:
            self.renamed.emit(index, self._name.text())


class _Pill(QAbstractButton):
    """One branch: its colour, its name, its cell where the name is another, and × to close it."""

    renaming = Signal()
    closing = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self._place, self._cell, self._shown = 0, "", False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def show_branch(self, name: str, branch: Branch, *, shown: bool) -> None:
        """Show a branch."""
        run = branch.run
        cell = branch.cell
        self._cell = "" if cell.casefold() in name.casefold() else cell
        self._place, self._shown = branch.place, shown
        self.setText(name)
        layers = counted(run.architecture.layers, "layer")
        self.setToolTip(
            f"{name}: {cell}, {counted(run.units, 'unit')}, {layers}, {run.settings.optimizer}, "
            f"η {run.learning_rate:g}, after {counted(run.updates_at(branch.snapshot), 'update')}\n"
            "Double click gives it another name"
        )
        self.setAccessibleName(f"Branch {name}{', shown' if shown else ''}")
        self.updateGeometry()
        self.update()

    def set_look(self, look: Look) -> None:
        """Store colours and size of type."""
        self._look = look
        self.setFont(look.font())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as its name."""
        unit, metrics = self._look.unit, QFontMetricsF(self.font())
        words = metrics.horizontalAdvance(self.text())
        if self._cell:
            words += metrics.horizontalAdvance(f"  {self._cell}")
        return self._sized(min(words, _MOST * unit))

    def minimumSizeHint(self) -> QSize:
        """As wide as a few letters."""
        return self._sized(min(_LEAST * self._look.unit, self.sizeHint().width()))

    def _sized(self, words: float) -> QSize:
        unit = self._look.unit
        ends = (2 * _PAD + 2 * _DOT + _GAP + _CLOSE) * unit
        return QSize(round(words + ends), round(QFontMetricsF(self.font()).height() + 0.5 * unit))

    @property
    def _cross(self) -> QRectF:
        """Where the × is."""
        width = (_CLOSE + 0.5 * _PAD) * self._look.unit
        return QRectF(self.width() - width, 0.0, width, float(self.height()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Close where the × was pressed."""
        if event.button() == Qt.MouseButton.LeftButton and self._cross.contains(event.position()):
            self.setDown(False)
            self.closing.emit()
        else:
            super().mouseReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """What the right button then offers is of this branch."""
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.RightButton:
            self.clicked.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Give it another name."""
        if not self._cross.contains(event.position()):
            self.renaming.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The × is seen where the pointer is."""
        super().mouseMoveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        palette, unit, ink = self._look.palette, self._look.unit, PalettePlace(self._place)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            shape = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            radius = shape.height() / 2
            edge = palette.colour(ink) if self._shown else palette.colour(Role.LINE)
            painter.setPen(QPen(edge, max(1.0, unit / 9) if self._shown else 1.0))
            painter.setBrush(
                palette.colour(ink, 0.12) if self._shown else palette.colour(Role.BACKGROUND)
            )
            painter.drawRoundedRect(shape, radius, radius)
            if self.hasFocus():
                painter.setPen(QPen(palette.colour(Role.INK), 1.0, Qt.PenStyle.DotLine))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(shape.adjusted(2, 2, -2, -2), radius, radius)
            self._paint_words(painter)

    def _paint_words(self, painter: QPainter) -> None:
        palette, unit, ink = self._look.palette, self._look.unit, PalettePlace(self._place)
        middle, left = self.height() / 2, _PAD * unit
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.colour(ink))
        painter.drawEllipse(QPointF(left + _DOT * unit, middle), _DOT * unit, _DOT * unit)
        left += (2 * _DOT + _GAP) * unit
        room = QRectF(left, 0.0, self._cross.left() - left, float(self.height()))
        painter.setFont(self.font())
        metrics = QFontMetricsF(self.font())
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width() + 0.5)
        side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        over = self.underMouse()
        painter.setPen(palette.colour(Role.INK if self._shown or over else Role.MUTED))
        painter.drawText(room, side, text)
        rest = room.adjusted(metrics.horizontalAdvance(f"{text}  "), 0, 0, 0)
        if self._cell and metrics.horizontalAdvance(self._cell) <= rest.width() + 0.5:
            painter.setPen(palette.colour(Role.MUTED))
            painter.drawText(rest, side, self._cell)
        if self._shown or over:
            at = self.mapFromGlobal(self.cursor().pos())
            lit = over and self._cross.contains(QPointF(at))
            painter.setPen(palette.colour(Role.INK if lit else Role.MUTED))
            cross = self._cross.adjusted(0, 0, -0.5 * _PAD * unit, 0)
            painter.drawText(cross, Qt.AlignmentFlag.AlignCenter, "×")


def _seen(branches: Branches) -> tuple[object, ...]:
    each = tuple((b.place, b.snapshot, b.run.settings, b.run.learning_rate) for b in branches.each)
    return each, branches.names, branches.active
