"""The first rows of a file, as a table; what is read of them is in the ink, the rest greyed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

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

    def need(self) -> int:
        """The height at which every row can be seen."""
        rows = self.rowCount() * self.verticalHeader().defaultSectionSize()
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
            numbers = bool(cells) and all(_like_number(cell) for cell in cells)
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


def _like_number(cell: str) -> bool:
    kept = cell.strip().replace(",", "").replace(".", "").lstrip("+-−")
    return kept.replace("e", "", 1).replace("-", "", 1).replace("+", "", 1).isdigit()
