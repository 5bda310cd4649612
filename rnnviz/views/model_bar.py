"""The model bar: cell, activation, units, layers, first weights, optimiser, clipping."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QLabel, QToolButton, QWidget

from rnnviz.film import Frame, Settings
from rnnviz.film.settings import GIVEN
from rnnviz.scenes.shapes import Role
from rnnviz.views.choices import CELL, CHOICES, Choice
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.widgets import ArrowBox, segment_style, wear

_CELL_BUTTONS = ("RNN", "GRU", "LSTM")


class ModelBar(QWidget):
    """What the network is, each part with its choices.

    Signals
    -------
    settings_chosen : Settings
        The settings with one thing changed.
    """

    settings_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self._settings = Settings()
        self._layout = QHBoxLayout(self)
        self._cells = QButtonGroup(self)
        self._cells.setExclusive(True)
        row = QHBoxLayout()
        row.setSpacing(0)
        for place, text in enumerate(_CELL_BUTTONS):
            button = QToolButton(self)
            button.setText(text)
            button.setCheckable(True)
            button.setToolTip(f"{CELL.tip}: {text}")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setProperty("segment", ("left", "middle", "right")[place])
            self._cells.addButton(button, place)
            row.addWidget(button)
        self._cells.idClicked.connect(self._choose_cell)
        self._layout.addLayout(row)
        self._boxes: list[tuple[Choice, QLabel, QComboBox]] = []
        for choice in CHOICES:
            if choice is not CELL:
                self._add(choice)
        self._layout.addStretch(1)

    @property
    def boxes(self) -> dict[str, QComboBox]:
        """The boxes by the name of what they choose."""
        return {choice.name: box for choice, _, box in self._boxes}

    def set_frame(self, frame: Frame) -> None:
        """Show what is in force."""
        if frame.run.settings is self._settings:
            return
        self._settings = settings = frame.run.settings
        title, kind, _ = CELL.entries[CELL.chosen(settings)]
        place = _CELL_BUTTONS.index(kind)
        self._cells.button(place).setChecked(True)
        self._cells.button(place).setToolTip(title.replace("&", ""))
        # There are two GRUs, and it is always said which one it is.
        before = CELLS[settings.cell].resets == "before"
        self._cells.button(_CELL_BUTTONS.index("GRU")).setText(
            "GRU, reset before" if before else "GRU"
        )
        for choice, label, box in self._boxes:
            box.setCurrentIndex(choice.chosen(settings))
            box.setPlaceholderText(_named(choice, settings))
            box.setEnabled(choice.applies(settings))
            label.setEnabled(choice.applies(settings))

    def set_look(self, look: Look) -> None:
        """Take over colours and size."""
        self._look = look
        for choice, label, box in self._boxes:
            label.setFont(look.font(0.9))
            box.setFont(look.font(0.9))
            label.setVisible(bool(choice.label))
        for button in self._cells.buttons():
            button.setFont(look.font(0.95, bold=True))
        gap = round(look.unit * 0.3)
        self._layout.setContentsMargins(round(look.unit * 1.6), gap, round(look.unit * 1.6), gap)
        wear(self, segment_style(look))
        self._fit()
        self.update()

    def minimumSizeHint(self) -> QSize:
        """As narrow as the window wants; labels give way first."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the labels out where there is no room for them."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line that parts the bar from the stage."""
        with QPainter(self) as painter:
            painter.setPen(QPen(self._look.palette.colour(Role.LINE), 1))
            painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)

    def _add(self, choice: Choice) -> None:
        label, box = QLabel(choice.label, self), ArrowBox(self)
        label.setBuddy(box)
        for _, text, _ in choice.entries:
            box.addItem(text)
        box.setToolTip(choice.tip)
        box.setAccessibleName(choice.tip)
        box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        box.activated.connect(lambda index, choice=choice: self._choose(choice, index))
        self._layout.addWidget(label)
        self._layout.addWidget(box)
        self._boxes.append((choice, label, box))

    def _choose(self, choice: Choice, index: int) -> None:
        settings = choice.apply(self._settings, index)
        if settings != self._settings:
            self.settings_chosen.emit(settings)

    def _choose_cell(self, place: int) -> None:
        kinds = [text for _, text, _ in CELL.entries]
        if kinds[CELL.chosen(self._settings)] != _CELL_BUTTONS[place]:
            self._choose(CELL, kinds.index(_CELL_BUTTONS[place]))

    def _fit(self) -> None:
        """Space between the parts as far as it goes, then labels only where they fit."""
        spacing = round(self._look.unit * 0.45)
        self._layout.setSpacing(spacing)
        wanted = self._layout.contentsMargins().left() + self._layout.contentsMargins().right()
        wanted += sum(button.sizeHint().width() for button in self._cells.buttons())
        wanted += sum(box.sizeHint().width() + spacing for _, _, box in self._boxes)
        for choice, label, _ in self._boxes:
            width = label.sizeHint().width() + spacing
            fits = bool(choice.label) and wanted + width <= self.width()
            label.setVisible(fits)
            wanted += width if fits else 0


def _named(choice: Choice, settings: Settings) -> str:
    """What a box says where none of its entries is in force."""
    if settings.recurrent == GIVEN and choice.name in ("gain", "seed"):
        return "–"
    return str(getattr(settings, choice.name))
