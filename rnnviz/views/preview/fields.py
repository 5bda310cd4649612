"""The fields of one choice: one of several values, or several columns."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QListView, QListWidget, QListWidgetItem, QWidget

from rnnviz.film.asking import Choice
from rnnviz.views.look import Look

_ROLE = Qt.ItemDataRole.UserRole
_MOST_ROWS = 3.0


class Field(QObject):
    """What all have in common; `box` is the widget, `reason` the label beside it."""

    changed = Signal(str)

    def __init__(self, parent: QWidget, choice: Choice, box: QWidget) -> None:
        super().__init__(parent)
        self.name, self.box, self.reason = choice.name, box, QLabel()
        self._options = choice.options
        box.setAccessibleName(choice.label)

    def fits(self, choice: Choice) -> bool:
        """Whether the same can be chosen in it."""
        return choice.options == self._options and choice.name == self.name

    def show_choice(self, choice: Choice) -> None:
        """Show what is chosen, without saying so."""
        raise NotImplementedError

    def value(self) -> Any:
        """What is chosen."""
        raise NotImplementedError


class OneOf(Field):
    """A combo box."""

    def __init__(self, parent: QWidget, choice: Choice, look: Look) -> None:
        self._combo = QComboBox(parent)
        super().__init__(parent, choice, self._combo)
        self._combo.addItems([label for _, label in choice.options])
        self._combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._combo.setMinimumContentsLength(14)
        self._combo.setFont(look.font(0.95))
        self._combo.currentIndexChanged.connect(lambda _: self.changed.emit(self.name))

    def show_choice(self, choice: Choice) -> None:
        """Show what is chosen, without saying so."""
        self._combo.blockSignals(True)
        # False and 0, True and 1 are equal, and not the same choice.
        values = [(type(value), value) for value, _ in choice.options]
        wanted = (type(choice.chosen), choice.chosen)
        self._combo.setCurrentIndex(values.index(wanted) if wanted in values else -1)
        self._combo.blockSignals(False)

    def value(self) -> Any:
        """What is chosen."""
        at = self._combo.currentIndex()
        return self._options[at][0] if at >= 0 else None


class Columns(Field):
    """A list of columns to be ticked, in as many rows as it takes."""

    def __init__(self, parent: QWidget, choice: Choice, look: Look) -> None:
        self._list = QListWidget(parent)
        super().__init__(parent, choice, self._list)
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
        for _, label in choice.options:
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

    def show_choice(self, choice: Choice) -> None:
        """Show what is chosen, without saying so."""
        chosen: Any = choice.chosen
        self._list.blockSignals(True)
        for at, (value, _) in enumerate(choice.options):
            state = Qt.CheckState.Checked if value in chosen else Qt.CheckState.Unchecked
            self._list.item(at).setCheckState(state)
        if self._list.currentRow() < 0:
            first = next((at for at, (value, _) in enumerate(choice.options) if value in chosen), 0)
            self._list.setCurrentRow(first)
        self._list.blockSignals(False)

    def value(self) -> tuple[Any, ...]:
        """What is chosen."""
        return tuple(
            value
            for at, (value, _) in enumerate(self._options)
            if self._list.item(at).checkState() == Qt.CheckState.Checked
        )
