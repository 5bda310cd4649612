"""What of a file is seen before it is opened: its first rows, and a column as it would be read."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from rnnviz.film import number
from rnnviz.film.opened_files import ScaledSample
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import Look
from rnnviz.views.widgets import wear

_WIDEST = 22.0  # of a column, in units of body text


class Sample(QTableWidget):
    """Rows as they stand in the file; plain text, whatever it contains."""

    def __init__(self, parent: QWidget, look: Look) -> None:
        super().__init__(parent)
        self._look = look
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFont(look.font(0.9))
        self.setAccessibleName("First rows of the file")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        header = self.horizontalHeader()
        header.setFont(look.font(0.9, bold=True))
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(round(1.75 * look.unit))
        self.verticalHeader().setMinimumSectionSize(round(1.2 * look.unit))
        self.setMinimumHeight(round(7.0 * look.unit))
        line, panel = (look.palette.colour(r).name() for r in (Role.LINE, Role.PANEL))
        side = round(0.5 * look.unit)
        wear(
            self,
            f"QTableWidget {{ border: 1px solid {line}; }}"
            f"QTableWidget::item {{ padding: 0 {side}px; }}"
            f"QHeaderView {{ background: {panel}; }}"
            f"QHeaderView::section {{ background: {panel}; border: none;"
            f" border-bottom: 1px solid {line}; padding: {side // 2}px {side}px; }}",
        )

    def need(self, most: int) -> int:
        """The height at which so many rows can be seen, or all if they are fewer."""
        rows = min(self.rowCount(), most) * self.verticalHeader().defaultSectionSize()
        return self.horizontalHeader().sizeHint().height() + rows + round(1.5 * self._look.unit)

    def show_rows(self, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
        """Show other rows."""
        self.clear()
        self.setColumnCount(len(columns))
        self.setRowCount(len(rows))
        self.setHorizontalHeaderLabels(list(columns))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for at in range(len(columns)):
            cells = [row[at] for row in rows if at < len(row)]
            held = [cell for cell in cells if any(map(str.isdigit, cell))]  # no gap, no "NA"
            numbers = bool(held) and all(map(_like_number, held))
            for line, text in enumerate(cells):
                item = QTableWidgetItem(text)
                if numbers:
                    item.setTextAlignment(right)
                self.setItem(line, at, item)
            title = self.horizontalHeaderItem(at)
            if numbers and title is not None:
                title.setTextAlignment(right)
        header = self.horizontalHeader()
        header.setStretchLastSection(len(columns) == 1)
        header.setMaximumSectionSize(round(_WIDEST * self._look.unit) if len(columns) > 1 else -1)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.resizeColumnsToContents()
        for at in range(len(columns)):
            self.setColumnWidth(at, self.columnWidth(at) + round(1.2 * self._look.unit))
        self.setVisible(bool(columns))

    def mark(self, columns: tuple[int, ...] | None, axis: int | None) -> None:
        """Show which columns are read, and which one labels the steps."""
        palette = self._look.palette
        for at in range(self.columnCount()):
            role = Role.INK
            if at == axis:
                role = Role.OUTPUT
            elif columns is not None:
                role = Role.INPUT if at in columns else Role.MUTED
            for item in (
                self.horizontalHeaderItem(at),
                *(self.item(row, at) for row in range(self.rowCount())),
            ):
                if item is not None:
                    item.setForeground(palette.text(role))
                    font = item.font()
                    font.setItalic(role is Role.MUTED)
                    item.setFont(font)


class BeforeAfter(QWidget):
    """A column as it stands in the file, and as the network would read it, side by side."""

    def __init__(self, parent: QWidget, look: Look) -> None:
        super().__init__(parent)
        self._look = look
        self._shown = ScaledSample()
        self.setMinimumHeight(round(3.4 * look.unit))
        self.setMaximumHeight(self.sizeHint().height())
        self.hide()

    def sizeHint(self) -> QSize:
        """As high as is comfortable; where the questions need the room it yields some."""
        return QSize(round(20 * self._look.unit), round(5.2 * self._look.unit))

    def show_scaled(self, scaled: ScaledSample | None) -> None:
        """Show another; nothing for None, and where it cannot be."""
        self._shown = scaled or ScaledSample()
        self.setVisible(bool(self._shown.before))
        self.setAccessibleName(f"{self._shown.name} before and after" if scaled else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both, each on its own scale with its ends written."""
        del event
        unit, name = self._look.unit, self._shown.name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._look.font(0.82))
        gap = 2.0 * unit
        wide = (self.width() - gap) / 2
        halves = ((name, self._shown.before, Role.INPUT), ("x", self._shown.after, Role.STATE))
        for place, (title, values, role) in enumerate(halves):
            if values:
                left = place * (wide + gap)
                self._paint_one(painter, QRectF(left, 0, wide, self.height()), title, values, role)
        painter.setPen(self._look.palette.text(Role.MUTED))
        middle = QRectF(wide, 0, gap, self.height())
        painter.drawText(middle, Qt.AlignmentFlag.AlignCenter, "→")
        painter.end()

    def _paint_one(
        self, painter: QPainter, room: QRectF, title: str, values: tuple[float, ...], role: Role
    ) -> None:
        low, high = min(values), max(values)
        line = painter.fontMetrics().height()
        words = f"{title}: {number(low, high - low)} … {number(high, high - low)}"
        painter.setPen(self._look.palette.text(Role.MUTED))
        words = painter.fontMetrics().elidedText(
            words, Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, words)
        area = room.adjusted(1, line + 3, -1, -3)
        wide = (high / 2 - low / 2) or 1.0
        across = area.width() / max(1, len(values) - 1)
        points = [
            QPointF(area.left() + i * across,
                    area.bottom() - area.height() * (v / 2 - low / 2) / wide
                    if high > low else area.center().y())
            for i, v in enumerate(values)
        ]  # fmt: skip
        painter.setPen(QPen(self._look.palette.colour(role), 1.3))
        if len(points) > 1:
            painter.drawPolyline(points)
        else:
            painter.drawEllipse(points[0], 2, 2)


def _like_number(cell: str) -> bool:
    kept = cell.strip(" $€£¥%()+-−'KMB").replace(",", "").replace(".", "")
    return kept.replace("e", "", 1).replace("-", "", 1).replace("+", "", 1).isdigit()
