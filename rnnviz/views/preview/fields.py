"""Fields that answer what is asked about a file before it is opened."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QToolButton,
    QWidget,
)

from rnnviz.film.opened_files import Question
from rnnviz.views.look import Look
from rnnviz.views.widgets import calm, name_box

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
    """A combo box of one question's choices."""

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


class OneOfEach(OneOf):
    """A combo box, and another before it that says of which column: of all, or of one alone."""

    def __init__(self, parent: QWidget, question: Question, look: Look) -> None:
        super().__init__(parent, question, look)
        self._columns = question.columns
        self._value: Any = question.chosen
        self._which = QComboBox()
        calm(self._which)
        self._which.setFont(look.font(0.95))
        metrics = self._which.fontMetrics()
        names = [metrics.elidedText(name, Qt.TextElideMode.ElideRight, 160)
                 for name in question.columns]  # fmt: skip
        self._which.addItems(["All columns", *names])
        self._which.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._which.setMinimumContentsLength(8)
        self._which.currentIndexChanged.connect(lambda _: self._show_one())
        self.box = QWidget(parent)
        row = QHBoxLayout(self.box)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._which, 2)
        row.addWidget(self._combo, 3)
        name_box(self._which, f"{question.label}, of which column")
        name_box(self._combo, question.label)
        self.box.setFocusProxy(self._which)
        self._combo.currentIndexChanged.disconnect()
        self._combo.currentIndexChanged.connect(lambda _: self._choose())

    def fits(self, question: Question) -> bool:
        """Whether the same can be chosen in it."""
        return super().fits(question) and question.columns == self._columns

    def show_question(self, question: Question) -> None:
        """Show what is chosen, without saying so."""
        self._value = question.chosen
        self._show_one()

    def value(self) -> Any:
        """One choice of all columns; or pairs, of a column or None for the others."""
        return self._value

    def _pairs(self) -> dict[str | None, str]:
        return {None: self._value} if isinstance(self._value, str) else dict(self._value or ())

    def _show_one(self) -> None:
        pairs, at = self._pairs(), self._which.currentIndex()
        usual = pairs.get(None, self._options[0][0])
        wanted = usual if at <= 0 else pairs.get(self._columns[at - 1], usual)
        if at <= 0 and len(pairs) > 1:
            wanted = None  # they differ
        self._combo.blockSignals(True)
        values = [value for value, _ in self._options]
        self._combo.setCurrentIndex(values.index(wanted) if wanted in values else -1)
        self._combo.blockSignals(False)

    def _choose(self) -> None:
        at, chosen = self._which.currentIndex(), super().value()
        if chosen is None:
            return
        if at <= 0:
            self._value = chosen
        else:
            pairs = self._pairs()
            pairs.setdefault(None, str(self._options[0][0]))
            pairs[self._columns[at - 1]] = chosen
            if pairs[None] == chosen:
                del pairs[self._columns[at - 1]]
            self._value = tuple(pairs.items()) if len(pairs) > 1 else pairs[None]
        self.changed.emit(self.name)


class VocabularyField(OneOf):
    """A combo box whose last entry asks for a file."""

    def __init__(self, parent: QWidget, question: Question, look: Look) -> None:
        super().__init__(parent, question, look)
        self._kept: Any = question.chosen

    def show_question(self, question: Question) -> None:
        """Show what is chosen, without saying so."""
        self._kept = question.chosen
        super().show_question(question)

    def value(self) -> Any:
        """An order, or the path of the file that was chosen."""
        at = self._combo.currentIndex()
        if 0 <= at < len(self._options) - 1:
            return self._options[at][0]
        return self._kept

    def pick(self) -> None:
        """Ask for the file, where its entry is chosen; without an answer all stays as it was."""
        if self._combo.currentIndex() != len(self._options) - 1:
            self._kept = self.value()
            return
        path, _ = QFileDialog.getOpenFileName(self.box, "A file of one token a line")
        if path:
            self._kept = path
            return
        values = [value for value, _ in self._options]
        self._combo.blockSignals(True)
        self._combo.setCurrentIndex(values.index(self._kept))
        self._combo.blockSignals(False)


class ScaleField(OneOf):
    """A combo box, and behind it a mean and a deviation where these are given."""

    def __init__(self, parent: QWidget, question: Question, look: Look) -> None:
        super().__init__(parent, question, look)
        self._given = QLineEdit()
        self._given.setFont(look.font(0.95))
        self._given.setPlaceholderText("mean, deviation")
        self._given.setAccessibleName("Mean and deviation")
        self._given.setText("0, 1")
        self._given.editingFinished.connect(self._edited)
        self.box = QWidget(parent)
        row = QHBoxLayout(self.box)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._combo, 3)
        row.addWidget(self._given, 2)
        name_box(self._combo, question.label)
        self.box.setFocusProxy(self._combo)
        self._combo.currentIndexChanged.connect(lambda _: self._reveal())

    def show_question(self, question: Question) -> None:
        """Show what is chosen, without saying so."""
        name, _, numbers = str(question.chosen).partition(":")
        if numbers:
            self._given.setText(numbers.replace(",", ", "))
        super().show_question(replace(question, chosen=name))
        self._reveal()

    def value(self) -> Any:
        """The scale as options have it."""
        name = super().value()
        return f"given:{self._given.text().replace(' ', '')}" if name == "given" else name

    def _edited(self) -> None:
        if self._given.isModified():
            self._given.setModified(False)
            self.changed.emit(self.name)

    def _reveal(self) -> None:
        self._given.setVisible(super().value() == "given")


class NumberField(QuestionField):
    """One of so many, counted from 1 on the screen."""

    def __init__(self, parent: QWidget, question: Question, look: Look) -> None:
        self._spin = QSpinBox(parent)
        calm(self._spin)
        super().__init__(parent, question, self._spin)
        self._count = question.count
        self._spin.setRange(1, question.count)
        self._spin.setSuffix(f" of {question.count:,}")
        self._spin.setFont(look.font(0.95))
        self._spin.setKeyboardTracking(False)
        self._spin.valueChanged.connect(lambda _: self.changed.emit(self.name))

    def fits(self, question: Question) -> bool:
        """Whether the same can be chosen in it."""
        return super().fits(question) and question.count == self._count

    def show_question(self, question: Question) -> None:
        """Show what is chosen, without saying so."""
        self._spin.blockSignals(True)
        self._spin.setValue(int(str(question.chosen)) + 1)
        self._spin.blockSignals(False)

    def value(self) -> Any:
        """Which, from 0."""
        return self._spin.value() - 1


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
        self._unit, self._longest = look.unit, longest
        self.take_width(20.0)
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

    def take_width(self, units: float) -> None:
        """Be as high as the columns need, side by side in so many units of body text."""
        rows = min(_MOST_ROWS, 1.0 + self._longest // (units * self._unit))
        self._list.setFixedHeight(round((1.9 * rows + 0.5) * self._unit))

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
