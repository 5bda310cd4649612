"""The model bar: cell, activation, units, layers, first weights, optimiser, clipping."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QLabel, QWidget

from rnnviz.film import Frame, Settings
from rnnviz.film.field import Choice, Field
from rnnviz.film.fields import FIELDS
from rnnviz.film.notation import LECTURE
from rnnviz.views.look import Look
from rnnviz.views.widgets import ArrowBox, Bar, name_box, segment_style, teaching_tip

_CELL = FIELDS["cell"]
_CELL_BUTTONS = tuple(dict.fromkeys(choice.short for choice in _CELL.choices))


class ModelBar(Bar):
    """What the network is, each part with its choices.

    Signals
    -------
    settings_chosen : Settings
        The settings with one thing changed.
    """

    settings_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings, self._spelled = Settings(), LECTURE
        self._shows = False  # it says nothing yet
        self._cells = QButtonGroup(self)
        self._cells.setExclusive(True)
        row = QHBoxLayout()
        row.setSpacing(0)
        for place, text in enumerate(_CELL_BUTTONS):
            button = self._button(text, checkable=True, segment=_segment(place))
            self._cells.addButton(button, place)
            row.addWidget(button)
        self._cells.idClicked.connect(self._choose_cell)
        self._layout.addLayout(row)
        self._boxes: list[tuple[Field, QLabel, QComboBox]] = []
        for field in FIELDS.values():
            if field.bar is not None:
                self._add(field)
        self._layout.addStretch(1)

    @property
    def boxes(self) -> dict[str, QComboBox]:
        """The boxes by the name of what they choose."""
        return {field.name: box for field, _, box in self._boxes}

    def set_frame(self, frame: Frame) -> None:
        """Show what is in force."""
        if self._shows and frame.run.settings == self._settings:  # as while weights are scaled
            return
        self._shows, self._settings = True, frame.run.settings
        settings = self._settings
        cell = _CELL.choices[_CELL.chosen(settings)]
        self._cells.button(_CELL_BUTTONS.index(cell.short)).setChecked(True)
        # There are two GRUs, and it is always said which one it is.
        for place, text in enumerate(_CELL_BUTTONS):
            other = cell.short == text and cell is not _cell_of(text)
            self._cells.button(place).setText(
                f"{text}, reset {frame.kind.resets}" if other else text
            )
        for field, label, box in self._boxes:
            why = field.why_not(settings)
            box.setCurrentIndex(field.chosen(settings))
            box.setPlaceholderText(field.said(settings))
            box.updateGeometry()
            box.setEnabled(not why)
            label.setEnabled(not why)
        self._tell(self._look)
        self._fit()

    def set_look(self, look: Look) -> None:
        """Take over colours and size."""
        if look.notation is not self._spelled:
            self._spelled = look.notation
            self._spell(look)
        for field, label, box in self._boxes:
            label.setFont(look.font(0.9))
            box.setFont(look.font(0.9))
            label.setVisible(bool(field.bar))
        for button in self._cells.buttons():
            button.setFont(look.font(0.95, bold=True))
        self._wear(look, look.unit * 0.3, segment_style(look))
        self._fit()

    def _tell(self, look: Look) -> None:
        """What a resting pointer is told."""
        settings = self._settings
        cell = _CELL.choices[_CELL.chosen(settings)]
        for place, text in enumerate(_CELL_BUTTONS):
            shown = cell if cell.short == text else _cell_of(text)
            self._cells.button(place).setToolTip(look.says(teaching_tip(_CELL, shown)))
        for field, _, box in self._boxes:
            box.setToolTip(look.says(teaching_tip(field, why_not=field.why_not(settings))))

    def _spell(self, look: Look) -> None:
        """Write names and tips in the symbols that are in force."""
        for field, label, box in self._boxes:
            label.setText(look.says(field.bar or ""))
            name_box(box, _capital(look.says(field.title)), label)
            for row, choice in enumerate(field.choices):
                box.setItemText(row, look.says(choice.short))
                if choice.teaches:
                    tip = look.says(teaching_tip(field, choice))
                    box.setItemData(row, tip, Qt.ItemDataRole.ToolTipRole)
        self._tell(look)

    def minimumSizeHint(self) -> QSize:
        """As narrow as the window wants; labels give way first."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the labels out where there is no room for them."""
        super().resizeEvent(event)
        self._fit()

    def _add(self, field: Field) -> None:
        label, box = QLabel(field.bar or "", self), ArrowBox(self)
        for row, choice in enumerate(field.choices):
            box.addItem(choice.short)
            if choice.teaches:
                box.setItemData(row, teaching_tip(field, choice), Qt.ItemDataRole.ToolTipRole)
        name_box(box, _capital(field.title), label)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        box.activated.connect(lambda index, field=field: self._choose(field, index))
        self._layout.addWidget(label)
        self._layout.addWidget(box)
        self._boxes.append((field, label, box))

    def _choose(self, field: Field, index: int) -> None:
        settings = field.choices[index].apply(self._settings)
        if settings != self._settings:
            self.settings_chosen.emit(settings)

    def _choose_cell(self, place: int) -> None:
        choice = _cell_of(_CELL_BUTTONS[place])
        if _CELL.choices[_CELL.chosen(self._settings)].short != choice.short:
            self._choose(_CELL, _CELL.choices.index(choice))

    def _fit(self) -> None:
        """Space between the parts as far as it goes, then labels only where they fit."""
        margins = self._layout.contentsMargins()
        parts = sum(button.sizeHint().width() for button in self._cells.buttons())
        parts += sum(box.sizeHint().width() for _, _, box in self._boxes)
        room = self.width() - margins.left() - margins.right() - parts
        spacing = round(self._look.unit * 0.45)
        room -= spacing * len(self._boxes)
        if room < 0:  # rather closer than with a box that is cut
            spacing = round(self._look.unit * 0.15)
        self._layout.setSpacing(spacing)
        for field, label, _ in self._boxes:
            width = label.sizeHint().width() + spacing
            fits = bool(field.bar) and width <= room
            label.setVisible(fits)
            room -= width if fits else 0


def _capital(title: str) -> str:
    return f"{title[:1].upper()}{title[1:]}"


def _cell_of(button: str) -> Choice:
    """What a cell's button chooses: the first of that short name."""
    return next(choice for choice in _CELL.choices if choice.short == button)


def _segment(place: int) -> str:
    return {0: "left", len(_CELL_BUTTONS) - 1: "right"}.get(place, "middle")
