"""The list over the stage that is searched by typing, and used by the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from rnnviz.scenes.shapes import Role
from rnnviz.views.finder.entries import Entry, found
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.widgets import wear

_ROW = Qt.ItemDataRole.UserRole
# A row's height, the margins, and the air beside letters, in units of body text.
_LINE, _AIR, _PAD = 1.9, 0.8, 0.6
_WIDEST, _PART, _TOP = 62.0, 0.72, 0.09  # width; parts of the stage's width and height
_KEYS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}

Source = Callable[[str], Sequence[Entry]]


class Finder(QFrame):
    """Shows what a query finds; Enter does it, Esc leaves, a click beside it too."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._look, self._under = Look(LIGHT), parent
        self._source: Source = lambda _query: ()
        self._grouped = False
        self._before: QWidget | None = None
        self.field = _SearchField(self)
        self.list = QListWidget(self)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setUniformItemSizes(True)
        self._rows = _Rows(self.list)
        self.list.setItemDelegate(self._rows)
        self.told = QLabel(self)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._layout = QVBoxLayout(self)
        self._layout.addWidget(self.field)
        self._layout.addWidget(self.list, 1)
        self._layout.addWidget(self.told)
        self.field.textEdited.connect(self._search)
        self.list.currentRowChanged.connect(lambda _row: self._tell())
        self.list.itemClicked.connect(lambda _item: self.take())
        parent.installEventFilter(self)
        self.hide()

    def open(self, title: str, source: Source, *, grouped: bool = False) -> None:
        """Come up with what a source has; `grouped` puts headings over its groups.

        The source is asked again for each query, since an entry may be made of what was typed.
        """
        if self.isHidden():
            self._before = self.window().focusWidget()
        self._source, self._grouped = source, grouped
        self.field.clear()
        self.field.setPlaceholderText(title)
        self.field.setAccessibleName(title)
        self._search("")
        self._fit()
        self.raise_()
        self.show()
        self.field.setFocus()

    def leave(self) -> None:
        """Go away, with the focus where it was."""
        if self.isHidden():
            return
        before, self._before = self._before, None
        self.hide()
        if before is not None:
            before.setFocus()

    def take(self) -> None:
        """Do what is chosen, if it can be done."""
        entry = self.chosen
        if entry is not None and entry.run is not None and not entry.why_not:
            self.leave()
            entry.run()

    @property
    def shown(self) -> list[Entry]:
        """What is found now."""
        items = (self.list.item(row).data(_ROW) for row in range(self.list.count()))
        return [entry for entry in items if isinstance(entry, Entry)]

    @property
    def chosen(self) -> Entry | None:
        """What Enter would do."""
        item = self.list.currentItem()
        entry = item.data(_ROW) if item is not None else None
        return entry if isinstance(entry, Entry) else None

    def move(self, by: int) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Choose another entry, so many rows on; headings are passed over."""
        step, row = (1 if by > 0 else -1), self.list.currentRow()
        last = row
        for _ in range(abs(by)):
            row += step
            while 0 <= row < self.list.count() and not self._selectable(row):
                row += step
            if not 0 <= row < self.list.count():
                break
            last = row
        self.list.setCurrentRow(last)

    def set_look(self, look: Look) -> None:
        """Take over colours and size."""
        self._look = self._rows.look = look
        colour = {role: look.palette.colour(role).name() for role in Role}
        margin, unit = round(_AIR * look.unit), look.unit
        self._layout.setContentsMargins(margin, margin, margin, margin)
        self._layout.setSpacing(round(0.5 * unit))
        self.field.setFont(look.font(1.15))
        self.list.setFont(look.font())
        self.told.setFont(look.font(0.95))
        self.told.setContentsMargins(round(_PAD * unit), 0, round(_PAD * unit), 0)
        wear(
            self,
            f"QLineEdit {{ border: 1px solid {colour[Role.LINE]}; background: {colour[Role.PANEL]};"
            f" border-radius: {round(0.35 * unit)}px; color: {colour[Role.INK]};"
            f" padding: {round(0.4 * unit)}px {round(0.6 * unit)}px; }}"
            f"QLineEdit:focus {{ border: 2px solid {colour[Role.OUTPUT]}; }}"
            f"QListWidget {{ background: {colour[Role.BACKGROUND]}; border: none; }}"
            f"QLabel {{ color: {look.palette.text(Role.MUTED).name()}; }}",
        )
        self._fit()

    # -- within ------------------------------------------------------------------------------

    def _search(self, query: str) -> None:
        entries = found(query, self._source(query))
        grouped = self._grouped and not query.strip()
        self.list.clear()
        group = ""
        for entry in entries:
            if grouped and entry.group != group:
                group = entry.group
                self._add(group, None)
            self._add(entry.text, entry)
        self.list.setCurrentRow(-1)
        self.move(1)
        self._tell()
        self._fit()

    def _add(self, text: str, entry: Entry | None) -> None:
        item = QListWidgetItem(text, self.list)
        item.setData(_ROW, entry)
        if entry is None:
            item.setFlags(Qt.ItemFlag.NoItemFlags)

    def _selectable(self, row: int) -> bool:
        return isinstance(self.list.item(row).data(_ROW), Entry)

    def _tell(self) -> None:
        entry = self.chosen
        if entry is None:
            self.told.setText("Nothing is called that." if not self.list.count() else "")
            return
        why = f"Not now: {entry.why_not}." if entry.why_not else ""
        self.told.setText("\n".join(line for line in (why, entry.teaches) if line))

    def _fit(self) -> None:
        """Lie over the stage, in the middle of its width."""
        parent, unit = self._under, self._look.unit
        width = min(round(_WIDEST * unit), round(_PART * parent.width()))
        top = round(_TOP * parent.height())
        most = parent.height() - 2 * top
        lines = 6 if self._grouped else 3
        told = lines * self.told.fontMetrics().lineSpacing()
        self.told.setFixedHeight(told)
        # No higher than what is found needs.
        margins = self._layout.contentsMargins()
        beside = margins.top() + margins.bottom() + 2 * self._layout.spacing() + told
        rows = max(1, self.list.count()) * round(_LINE * unit)
        wanted = beside + self.field.sizeHint().height() + rows
        height = min(most, wanted) if self._grouped else min(most, round(34 * unit), wanted)
        self.setGeometry((parent.width() - width) // 2, top, width, height)

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:  # pyright: ignore
        """Keep its place while the window changes its size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._fit()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground and its edge."""
        palette = self._look.palette
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(palette.colour(Role.MUTED), 1.0))
            painter.setBrush(palette.colour(Role.BACKGROUND))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what is chosen in sight."""
        super().resizeEvent(event)
        self.list.scrollToItem(self.list.currentItem())


class _SearchField(QLineEdit):
    """Hands the keys that move and choose to the list, and keeps the window's own from acting."""

    def __init__(self, finder: Finder) -> None:
        super().__init__(finder)
        self._finder = finder
        self.setMaxLength(200)

    def event(self, event: QEvent) -> bool:
        """Take every key: Space, G and → are text here, and no commands."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """↑ and ↓ choose, Enter does it, Esc leaves; all else is typed."""
        key = Qt.Key(event.key())
        if key in _KEYS:
            self._finder.move(_KEYS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._finder.take()
        elif key == Qt.Key.Key_Escape:
            self._finder.leave()
        elif key not in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Stay here: there is nothing else to go to."""
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leave when the user turns to something else of the window."""
        super().focusOutEvent(event)
        away = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
        if event.reason() not in away and self._finder.isVisible():
            self._finder.leave()


class _Rows(QStyledItemDelegate):
    """Paints a row: its group, what it is, and its keys or why it cannot be done."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = Look(LIGHT)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """As high as a line with its air."""
        return QSize(100, round(_LINE * self.look.unit))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint it, plain text."""
        entry = index.data(_ROW)
        palette, rect = self.look.palette, QRect(option.rect)  # pyright: ignore
        pad = round(_PAD * self.look.unit)
        rect.adjust(pad, 0, -pad, 0)
        if not isinstance(entry, Entry):
            painter.setFont(self.look.font(0.95, bold=True))
            painter.setPen(palette.text(Role.MUTED))
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(rect, int(flags), index.data())
            return
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)  # pyright: ignore
        if chosen:
            painter.fillRect(option.rect, palette.tint(Role.OUTPUT, 0.16))  # pyright: ignore
        muted, ink = palette.text(Role.MUTED), palette.colour(Role.INK)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setFont(self.look.font())
        metrics = painter.fontMetrics()
        said = entry.why_not or entry.keys or entry.group
        widest = round((0.55 if entry.why_not else 0.4) * rect.width())
        said = metrics.elidedText(said, Qt.TextElideMode.ElideRight, widest)
        right = metrics.horizontalAdvance(said)
        painter.setPen(muted)
        at_right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(rect, int(at_right), said)
        painter.setPen(muted if entry.why_not else ink)
        text = f"✓ {entry.text}" if entry.marked else entry.text
        room = rect.width() - right - pad
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(rect.adjusted(0, 0, -right - pad, 0), int(flags), text)
