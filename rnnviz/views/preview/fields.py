"""What the dialogs are made of: the first rows as a table, and fields that answer a question."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QWidget,
)

from rnnviz.film.opened_files import Question
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import Look
from rnnviz.views.widgets import calm, wear

_WIDEST = 22.0  # of a column, in units of body text
_ROLE = Qt.ItemDataRole.UserRole
_MOST_ROWS = 3.0


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


class QuestionField(QObject):
    """What all have in common; `box` is the widget, `reason` the label beside it."""

    changed = Signal(str)

    def __init__(self, parent: QWidget, question: Question, box: QWidget) -> None:
        super().__init__(parent)
        self.name, self.box, self.reason = question.name, box, QLabel()
        self._options = question.options
        box.setAccessibleName(question.label)

    def fits(self, question: Question) -> bool:
        """Whether the same can be chosen in it."""
        return question.options == self._options and question.name == self.name

    def offers(self, value: object) -> bool:
        """Whether it can be chosen."""
        return any(each == value for each, _ in self._options)

    def show_question(self, question: Question) -> None:
        """Show what is chosen, without saying so."""
        raise NotImplementedError

    def value(self) -> Any:
        """What is chosen."""
        raise NotImplementedError


class OneOf(QuestionField):
    """A combo box."""

    def __init__(self, parent: QWidget, question: Question, look: Look) -> None:
        self._combo = QComboBox(parent)
        calm(self._combo)
        super().__init__(parent, question, self._combo)
        self._combo.addItems([label for _, label in question.options])
        self._combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._combo.setMinimumContentsLength(14)
        self._combo.setFont(look.font(0.95))
        self._combo.currentIndexChanged.connect(lambda _: self.changed.emit(self.name))

    def show_question(self, question: Question) -> None:
        """Show what is chosen, without saying so."""
        self._combo.blockSignals(True)
        # False and 0, True and 1 are equal, and not the same choice.
        values = [(type(value), value) for value, _ in question.options]
        wanted = (type(question.chosen), question.chosen)
        self._combo.setCurrentIndex(values.index(wanted) if wanted in values else -1)
        self._combo.blockSignals(False)

    def value(self) -> Any:
        """What is chosen."""
        at = self._combo.currentIndex()
        return self._options[at][0] if at >= 0 else None


class ColumnsField(QuestionField):
    """A list of columns to be ticked, in as many rows as it takes."""

    def __init__(self, parent: QWidget, question: Question, look: Look) -> None:
        self._list = QListWidget(parent)
        super().__init__(parent, question, self._list)
        self._list.setFont(look.font(0.95))
        self._list.setFlow(QListView.Flow.LeftToRight)
        self._list.setWrapping(True)
        self._list.setResizeMode(QListView.ResizeMode.Adjust)
        self._list.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self._list.setSpacing(round(0.15 * look.unit))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        row = 1.9 * look.unit
        metrics = self._list.fontMetrics()
        longest = 0
        for _, label in question.options:
            item = QListWidgetItem(metrics.elidedText(label, Qt.TextElideMode.ElideRight, 240))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable
                          | Qt.ItemFlag.ItemIsSelectable)  # fmt: skip
            item.setCheckState(Qt.CheckState.Unchecked)
            width = metrics.horizontalAdvance(item.text()) + round(2.6 * look.unit)
            item.setSizeHint(QSize(width, round(1.6 * look.unit)))
            longest += width
            self._list.addItem(item)
        rows = min(_MOST_ROWS, 1.0 + longest // (20 * look.unit))
        self._list.setFixedHeight(round(rows * row + 0.5 * look.unit))
        self._list.itemChanged.connect(lambda _: self.changed.emit(self.name))
        self._numbers: tuple[Any, ...] = tuple(question.chosen)  # pyright: ignore[reportArgumentType]
        self.buttons = QWidget(parent)
        row_of = QHBoxLayout(self.buttons)
        row_of.setContentsMargins(0, 0, 0, 0)
        every = tuple(value for value, _ in question.options)
        for text, said, chosen in (
            ("All", "Tick all columns", every),
            ("Numbers", "Tick the columns that hold nothing but numbers", self._numbers),
            ("None", "Tick no column", ()),
        ):
            button = QToolButton(self.buttons)
            button.setText(text)
            button.setToolTip(said)
            button.setAutoRaise(True)
            button.setFont(look.font(0.9))
            button.clicked.connect(partial(self._tick, chosen))
            row_of.addWidget(button)
        row_of.addStretch(1)

    def _tick(self, chosen: tuple[Any, ...]) -> None:
        self._show(chosen)
        self.changed.emit(self.name)

    def show_question(self, question: Question) -> None:
        """Show what is chosen, without saying so."""
        chosen: Any = question.chosen
        self._show(chosen)
        self._list.blockSignals(True)
        if self._list.currentRow() < 0:
            first = next(
                (at for at, (value, _) in enumerate(question.options) if value in chosen), 0
            )
            self._list.setCurrentRow(first)
        self._list.blockSignals(False)

    def _show(self, chosen: tuple[Any, ...]) -> None:
        self._list.blockSignals(True)
        for at, (value, _) in enumerate(self._options):
            state = Qt.CheckState.Checked if value in chosen else Qt.CheckState.Unchecked
            self._list.item(at).setCheckState(state)
        self._list.blockSignals(False)

    def value(self) -> tuple[Any, ...]:
        """What is chosen."""
        return tuple(
            value
            for at, (value, _) in enumerate(self._options)
            if self._list.item(at).checkState() == Qt.CheckState.Checked
        )
