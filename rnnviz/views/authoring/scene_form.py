"""What a scene says, as fields: what is typed is said at once, and what cannot be is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from rnnviz.film.fields import SPEEDS
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, Look, field_palette
from rnnviz.views.widgets import calm

_PLACES = ("last", "back:1", "update")
_TEXTS = {
    "title": ("&Title", "One line, over the picture.", 1),
    "caption": ("&Caption", "At most two lines under the title: **bold**, *italic*, {figure}.", 2),
    "question": ("&Question", "Stands there first; the next key tells the answer.", 2),
    "answer": ("&Answer", "Stands there when it is told; else the caption does.", 2),
    "notes": ("&Notes", "For the speaker alone.", 3),
}


class _Lines(QPlainTextEdit):
    """A field of a few lines, in which Tab goes on to the next field."""

    def __init__(self, lines: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines = lines
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Expanding, policy.Fixed if lines < 3 else policy.Expanding)

    def sizeHint(self) -> QSize:
        """Its lines, and the frame."""
        high = self._lines * self.fontMetrics().lineSpacing()
        edge = 2 * (self.frameWidth() + round(self.document().documentMargin()))
        return QSize(200, high + edge + 2)

    def minimumSizeHint(self) -> QSize:
        """As high as its lines."""
        return QSize(80, self.sizeHint().height())


class SceneForm(QWidget):
    """The form with the fields of one scene.

    Signals
    -------
    said : (str, object)
        A field was changed: its key and value.

    Parameters
    ----------
    parent : QWidget

    Attributes
    ----------
    fields : dict of str to QWidget
        By their keys.
    """

    said = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._scene = Look(LIGHT), ""
        self._telling = False
        self.fields: dict[str, QWidget] = {}
        form = self._form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        for key, (label, tip, lines) in _TEXTS.items():
            field = QLineEdit(self) if lines == 1 else _Lines(lines, self)
            field.setToolTip(tip)
            field.setAccessibleName(label.replace("&", ""))
            field.textChanged.connect(self._teller(key, lambda field=field: _text(field)))
            self.fields[key] = field
            form.addRow(label, field)
        self._add_numbers()
        self.warning = QLabel(self)
        self.warning.setTextFormat(Qt.TextFormat.PlainText)
        self.warning.setWordWrap(True)
        self.warning.hide()
        rows = self._rows = QVBoxLayout(self)
        rows.addLayout(form, 1)
        rows.addWidget(self.warning)

    def _add_numbers(self) -> None:
        minutes = QDoubleSpinBox(self)
        minutes.setRange(0.0, 120.0)
        minutes.setDecimals(2)
        minutes.setSingleStep(0.5)
        minutes.setSuffix(" min")
        minutes.setToolTip("How long it is planned to take.")
        minutes.valueChanged.connect(self._teller("minutes", minutes.value))
        play = QComboBox(self)
        play.setEditable(True)
        play.addItems(["", *_PLACES])
        play.setToolTip("To where the film then runs by itself: 6, last, back:3, update.")
        play.currentTextChanged.connect(self._teller("play", play.currentText))
        speed = QComboBox(self)
        for value in SPEEDS:
            speed.addItem(f"{value:g}×", value)
        speed.setToolTip("How fast the film runs.")
        speed.activated.connect(self._teller("speed", speed.currentData))
        part = QLineEdit(self)
        part.setToolTip("The part of the lecture, as the bar at the foot names it.")
        part.textEdited.connect(self._teller("part", part.text))
        for box in (minutes, play, speed):
            calm(box)
        self.fields |= {"minutes": minutes, "play": play, "speed": speed, "part": part}
        row = self._numbers = QHBoxLayout()
        for key, label, stretch in (
            ("minutes", "", 0),
            ("play", "Play t&o", 1),
            ("speed", "at", 0),
        ):
            field = self.fields[key]
            field.setAccessibleName({"minutes": "Minutes", "play": "Play to"}.get(key, "Speed"))
            line = field.lineEdit() if isinstance(field, QComboBox) else None
            if line is not None:
                line.setAccessibleName(field.accessibleName())
            if label:
                words = QLabel(label, self)
                words.setBuddy(field)
                row.addWidget(words)
            row.addWidget(field, stretch)
        self._form.addRow("&Minutes", row)
        label = self._form.labelForField(row)
        assert isinstance(label, QLabel)
        label.setBuddy(minutes)
        self._form.addRow("&Part", part)
        part.setAccessibleName("Part")

    # -- what is shown -----------------------------------------------------------------------

    def tell(self, scene: str, values: Mapping[str, Any], *, forced: bool = False) -> None:
        """Show what a scene says; the field that is typed in is left alone unless `forced`.

        Parameters
        ----------
        scene : str
            Its name; empty where there is none.
        values : mapping of str to value
            By the fields' keys.
        """
        other, self._scene = scene != self._scene, scene
        self.setEnabled(bool(scene))
        self._telling = True
        for key, field in self.fields.items():
            value = values.get(key, "")
            if not other and not forced and field.hasFocus():
                continue
            if isinstance(field, QDoubleSpinBox):
                field.setValue(value or 0.0)
            elif key == "speed":
                assert isinstance(field, QComboBox)
                self._show_speed(field, value or 1.0)
            elif isinstance(field, QComboBox):
                field.setEditText(value)
            elif value != _text(field):
                _put(field, value, at_end=forced)
        self._telling = False
        if other or forced:
            self.warn("", "")

    def warn(self, key: str, words: str) -> None:
        """Say why what stands in a field cannot be, or is too long; nothing takes that back."""
        self.warning.setText(words)
        self.warning.setVisible(bool(words))
        for name, field in self.fields.items():
            wrong = bool(words) and name == key
            if field.property("wrong") is not wrong:
                field.setProperty("wrong", wrong)
                field.style().unpolish(field)
                field.style().polish(field)

    def set_look(self, look: Look) -> None:
        """Take other colours or another size of type."""
        self._look, unit = look, look.unit
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(round(0.4 * unit))
        self._form.setVerticalSpacing(round(0.35 * unit))
        self._form.setHorizontalSpacing(round(0.6 * unit))
        self._numbers.setSpacing(round(0.4 * unit))
        for field in self.fields.values():  # which inherit no palette under a style sheet
            field.setPalette(field_palette(look))
        self.warning.setStyleSheet(f"color: {look.palette.text(Role.INPUT).name()};")

    def _show_speed(self, box: QComboBox, value: float) -> None:
        place = box.findData(value)
        if place < 0:  # one that a file says
            box.addItem(f"{value:g}×", value)
            place = box.count() - 1
        box.setCurrentIndex(place)

    def _teller(self, key: str, value: Callable[[], object]) -> Callable[..., None]:
        def tell(*_given: object) -> None:
            if not self._telling:
                self.said.emit(key, value())

        return tell


def _text(field: QWidget) -> str:
    return field.toPlainText() if isinstance(field, QPlainTextEdit) else field.text()  # pyright: ignore


def _put(field: QWidget, text: str, *, at_end: bool) -> None:
    """Show another text from its beginning, or with the cursor at its end."""
    if isinstance(field, QPlainTextEdit):
        field.setPlainText(text)
        if at_end:
            field.moveCursor(QTextCursor.MoveOperation.End)
    elif isinstance(field, QLineEdit):
        field.setText(text)
        if not at_end:
            field.setCursorPosition(0)
