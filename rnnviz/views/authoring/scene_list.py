"""The scenes of a tour as a list: number, first words, minutes; moved by the mouse and by keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDropEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from rnnviz.frozen import record
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, Look

_HIGH, _PART_HIGH = 1.9, 1.5  # of a row and of the part's name over it, in units
_ROW = Qt.ItemDataRole.UserRole


@record
class SceneRow:
    """A row of the list of scenes.

    Attributes
    ----------
    words : str
        Its first words.
    minutes : float
    part : str
        Over it, where it is another than that of the scene before.
    goes_on : bool
        Whether it opens nothing, and goes on from the scene before.
    asks : bool
        Whether it asks something.
    """

    words: str
    minutes: float
    part: str = ""
    goes_on: bool = False
    asks: bool = False


class SceneList(QListWidget):
    """The list of a tour's scenes.

    Signals
    -------
    moved : (int, int)
        A scene was dragged from one place to another.
    tried :
        It is to be shown live.

    Parameters
    ----------
    parent : QWidget
    """

    moved = Signal(int, int)
    tried = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = Look(LIGHT)
        self._rows: tuple[SceneRow, ...] = ()
        self.setAccessibleName("Scenes")
        self.setItemDelegate(_Painter(self))
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(False)
        self.itemDoubleClicked.connect(lambda _item: self.tried.emit())

    def show_rows(self, rows: Sequence[SceneRow], current: int) -> None:
        """Show scenes, one of which is looked at; nothing is said of that."""
        self.blockSignals(True)
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            while self.count() > len(rows):
                self.takeItem(self.count() - 1)
            while self.count() < len(rows):
                self.addItem(QListWidgetItem())
            for number, row in enumerate(rows):
                item = self.item(number)
                item.setData(_ROW, row)
                item.setText(f"{number + 1}. {row.words}")
                item.setToolTip(_tip(row))
        if current != self.currentRow():
            self.setCurrentRow(current)
            if current >= 0:
                self.scrollToItem(self.item(current))
        self.blockSignals(False)
        self.viewport().update()

    def set_look(self, look: Look) -> None:
        """Take other colours or another size of type."""
        self.look = look
        self.setFont(look.font(0.95))
        self.scheduleDelayedItemsLayout()

    def sizeHint(self) -> QSize:
        """Room for some scenes, and for their first words."""
        return QSize(round(22 * self.look.unit), round(12 * self.look.unit))

    def minimumSizeHint(self) -> QSize:
        """Room for three."""
        return QSize(round(14 * self.look.unit), round(6 * self.look.unit))

    def dropEvent(self, event: QDropEvent) -> None:
        """Say where the scene is to go; whoever has the tour moves it."""
        index = self.indexAt(event.position().toPoint())
        place = index.row() if index.isValid() else self.count()
        if self.dropIndicatorPosition() == QAbstractItemView.DropIndicatorPosition.BelowItem:
            place += 1
        here = self.currentRow()
        event.setDropAction(Qt.DropAction.IgnoreAction)  # or the row would be taken out here
        event.accept()
        to = place - 1 if place > here else place
        if to != here:
            self.moved.emit(here, to)


class _Painter(QStyledItemDelegate):
    """Paints a scene's row, with its part over it where that begins."""

    def __init__(self, view: SceneList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(
        self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        high = _HIGH + (_PART_HIGH if index.data(_ROW).part else 0.0)
        return QSize(10, round(high * self._view.look.unit))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row: SceneRow = index.data(_ROW)
        look, unit = self._view.look, self._view.look.unit
        palette = look.palette
        rect = QRectF(option.rect)  # pyright: ignore
        left, right = rect.left() + 0.6 * unit, rect.right() - 0.6 * unit
        middle, end = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        painter.save()
        if row.part:
            over = QRectF(left, rect.top(), right - left, _PART_HIGH * unit)
            painter.setFont(look.font(0.85, bold=True))
            painter.setPen(palette.text(Role.MUTED))
            metrics = painter.fontMetrics()
            name = metrics.elidedText(row.part, Qt.TextElideMode.ElideRight, round(over.width()))
            painter.drawText(over, int(middle), name)
            rect.setTop(over.bottom())
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)  # pyright: ignore
        if chosen:
            painter.fillRect(rect, palette.tint(Role.OUTPUT, 0.22))
            focused = bool(option.state & QStyle.StateFlag.State_HasFocus)  # pyright: ignore
            edge = QRectF(rect.left(), rect.top(), 0.25 * unit, rect.height())
            painter.fillRect(edge, palette.colour(Role.OUTPUT, 1.0 if focused else 0.6))
        painter.setFont(look.font(0.95))
        metrics = painter.fontMetrics()
        wide = metrics.horizontalAdvance("88 ")
        painter.setPen(palette.text(Role.MUTED))
        number = QRectF(left, rect.top(), wide, rect.height())
        painter.drawText(number, int(middle), f"{index.row() + 1}")
        minutes = f"{row.minutes:g}′"
        room = metrics.horizontalAdvance("88.8′")
        painter.drawText(
            QRectF(right - room, rect.top(), room, rect.height()), int(middle | end), minutes
        )
        marks = ("↳ " if row.goes_on else "") + ("? " if row.asks else "")
        x = left + wide
        if marks:
            painter.drawText(QRectF(x, rect.top(), 4 * unit, rect.height()), int(middle), marks)
            x += metrics.horizontalAdvance(marks)
        said = QRectF(x, rect.top(), max(1.0, right - room - 0.4 * unit - x), rect.height())
        painter.setPen(palette.colour(Role.INK))
        words = metrics.elidedText(row.words, Qt.TextElideMode.ElideRight, round(said.width()))
        painter.drawText(said, int(middle), words)
        painter.restore()


def _tip(row: SceneRow) -> str:
    """What a row's tooltip says."""
    said = [row.words]
    if row.goes_on:
        said.append("↳ opens nothing itself: it goes on from the scene before")
    if row.asks:
        said.append("? asks first, and tells with the next key")
    return "\n".join(said) if len(said) > 1 else row.words
