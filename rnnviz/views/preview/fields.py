"""The fields that answer a question: one of several values, or several columns."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QListView, QListWidget, QListWidgetItem, QWidget

from rnnviz.film.opened_files import Question
from rnnviz.views.look import Look

_ROLE = Qt.ItemDataRole.UserRole
_MOST_ROWS = 3.0


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

    def show_question(self, question: Question) -> None:
        """Show what is chosen, without saying so."""
        chosen: Any = question.chosen
        self._list.blockSignals(True)
        for at, (value, _) in enumerate(question.options):
            state = Qt.CheckState.Checked if value in chosen else Qt.CheckState.Unchecked
            self._list.item(at).setCheckState(state)
        if self._list.currentRow() < 0:
            first = next(
                (at for at, (value, _) in enumerate(question.options) if value in chosen), 0
            )
            self._list.setCurrentRow(first)
        self._list.blockSignals(False)

    def value(self) -> tuple[Any, ...]:
        """What is chosen."""
        return tuple(
            value
            for at, (value, _) in enumerate(self._options)
            if self._list.item(at).checkState() == Qt.CheckState.Checked
        )
