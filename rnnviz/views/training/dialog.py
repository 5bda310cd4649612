"""The dialog that plans a training: everything to choose, and what it will be in numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import isfinite

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QStandardItemModel
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from rnnviz.film import Foretold, Offer, Plan
from rnnviz.film.plan import training_rate
from rnnviz.scenes.shapes import Role
from rnnviz.views.choices import CHOICES, Choice
from rnnviz.views.fields import field_palette
from rnnviz.views.look import Look

_OF_NETWORK = ("cell", "activation", "units", "layers", "recurrent", "gain")
_OF_UPDATES = ("optimizer", "clipping")
_LABELS = {
    "cell": "&Cell",
    "activation": "&g",
    "units": "&Units of a layer",
    "layers": "La&yers",
    "recurrent": "First &W_aa",
    "gain": "First W_aa &×",
    "optimizer": "&Optimiser",
    "clipping": "C&lipping",
}
_MOST_UPDATES, _MOST_WINDOW, _MOST_BATCH = 1_000_000, 10_000, 4_096


class TrainDialog(QDialog):
    """Plans a training; says the plan, and closes.

    Parameters
    ----------
    parent : QWidget
    offer : Offer
        What can be chosen, and what to begin with.
    look : Look

    Signals
    -------
    planned : Plan
    """

    planned = Signal(object)

    def __init__(self, parent: QWidget | None, offer: Offer, look: Look) -> None:
        super().__init__(parent)
        self._offer, self._look = offer, look
        self._plan = self._rated = offer.plan
        self.setWindowTitle("Train")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFont(look.font(0.95))
        self.setPalette(field_palette(look))
        self._settled = False
        self.boxes: dict[str, QComboBox] = {}
        self._choices: dict[str, Choice] = {c.name: c for c in CHOICES}
        self._make_fields()
        self._lay_out()
        self._settled = True
        self._changed()
        (self.updates if offer.fixed else self.mode).setFocus()

    # -- building ----------------------------------------------------------------------------

    def _make_fields(self) -> None:
        offer, plan = self._offer, self._offer.plan
        self.mode = self._combo([(words, mode) for mode, words in offer.modes.items()], plan.mode)
        self.target = self._combo(
            [(words, (target, columns)) for words, target, columns in offer.targets],
            (plan.target, plan.columns),
        )
        self.validation = self._number(0, 90, round(100 * plan.validation), " % of the sequence")
        self.validation.setSpecialValueText("nothing")
        self.window_steps = self._number(1, _MOST_WINDOW, plan.window, " steps")
        self.batch = self._number(1, _MOST_BATCH, plan.batch, " windows")
        self.updates = self._number(1, _MOST_UPDATES, plan.updates, "")
        self.updates.setSingleStep(100)
        self.updates.setGroupSeparatorShown(True)
        self.seed = self._number(0, 9_999, plan.settings.seed, "")
        self.rate = QLineEdit(f"{plan.learning_rate:g}", self)
        self.rate.textEdited.connect(self._changed)
        for name in (*_OF_NETWORK, *_OF_UPDATES):
            choice = self._choices[name]
            box = self._combo([(text, i) for i, (_, text, _) in enumerate(choice.entries)], None)
            if name == "cell":  # of the two GRUs it is said which
                for place, (title, _, _) in enumerate(choice.entries):
                    box.setItemText(place, title.replace("&", ""))
            box.setCurrentIndex(choice.chosen(plan.settings))
            box.setPlaceholderText(str(getattr(plan.settings, name)))
            box.setToolTip(choice.tip)
            self.boxes[name] = box
        self.boxes["optimizer"].currentIndexChanged.connect(self._suit_rate)
        self.onward = QCheckBox(f"Go &on from update {offer.onward:,}", self)
        self.onward.setChecked(plan.onward)
        self.onward.toggled.connect(self._changed)
        self.onward.setVisible(offer.onward > 0)

    def _combo(self, entries: list[tuple[str, object]], chosen: object) -> QComboBox:
        box = QComboBox(self)
        for words, value in entries:
            box.addItem(words, value)
            if value == chosen:
                box.setCurrentIndex(box.count() - 1)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(18)
        box.currentIndexChanged.connect(self._changed)
        return box

    def _number(self, least: int, most: int, value: int, suffix: str) -> QSpinBox:
        box = QSpinBox(self)
        box.setRange(least, most)
        box.setValue(value)
        box.setSuffix(suffix)
        box.setAccelerated(True)
        box.valueChanged.connect(self._changed)
        return box

    def _lay_out(self) -> None:
        unit, offer = self._look.unit, self._offer
        title = QLabel(offer.title, self)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setFont(self._look.font(1.15, bold=True))
        outer = QVBoxLayout(self)
        margin = round(1.4 * unit)
        outer.setContentsMargins(margin, margin, margin, margin)
        outer.setSpacing(round(0.8 * unit))
        outer.addWidget(title)
        learned: list[tuple[str, QWidget]] = [
            ("&Mode", self.mode),
            ("&Answer", self.target),
            ("&Held out, the last", self.validation),
            ("W&indow", self.window_steps),
        ]
        network = [(_LABELS[name], self.boxes[name]) for name in _OF_NETWORK]
        updates: list[tuple[str, QWidget]] = [
            ("U&pdates", self.updates),
            ("&Batch", self.batch),
            (_LABELS["optimizer"], self.boxes["optimizer"]),
            ("&η", self.rate),
            (_LABELS["clipping"], self.boxes["clipping"]),
            ("&Seed", self.seed),
        ]
        if offer.fixed:
            hidden = [w for _, w in (*learned, *network, *updates) if w not in (
                self.updates, self.seed)]  # fmt: skip
            for widget in hidden:
                widget.hide()
            updates = [("U&pdates", self.updates), ("&Seed", self.seed)]
            note = QLabel("Network, optimiser and batches are those of the shipped problem.", self)
            note.setWordWrap(True)
            outer.addWidget(note)
            outer.addWidget(_group("Updates", updates, self))
        else:
            columns = QHBoxLayout()
            columns.setSpacing(round(unit))
            left = QVBoxLayout()
            left.addWidget(_group("What is learned", learned, self))
            left.addWidget(_group("Updates", updates, self))
            right = QVBoxLayout()
            right.addWidget(_group("Network", network, self))
            right.addStretch(1)
            columns.addLayout(left, 1)
            columns.addLayout(right, 1)
            outer.addLayout(columns)
        outer.addWidget(self.onward)
        self.said = QLabel(self)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        self.said.setMinimumWidth(round(34 * unit))
        self.said.setMinimumHeight(round(3.0 * unit))
        self.said.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        outer.addWidget(self.said)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.button = buttons.addButton("&Train", QDialogButtonBox.ButtonRole.AcceptRole)
        self.button.setDefault(True)
        for button in buttons.buttons():  # the style's own picture on one of two looks astray
            button.setIcon(QIcon())
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        outer.addWidget(buttons)

    # -- what is chosen ----------------------------------------------------------------------

    def plan(self) -> Plan:
        """What is chosen.

        Raises
        ------
        ValueError
            For numbers that cannot be, in words.
        """
        settings = self._offer.plan.settings
        for name, box in self.boxes.items():
            if box.currentIndex() >= 0:
                settings = self._choices[name].apply(settings, box.currentIndex())
        settings = replace(settings, seed=self.seed.value(), learning_rate=_rate(self.rate.text()))
        if settings.cell != "rnn":
            settings = replace(settings, activation="tanh")
        target, columns = self.target.currentData() or ("next", ())
        return Plan(
            settings=settings,
            mode=self.mode.currentData(),
            target=target,
            columns=tuple(columns),
            validation=self.validation.value() / 100,
            window=self.window_steps.value(),
            batch=self.batch.value(),
            updates=self.updates.value(),
            onward=self.onward.isChecked() and self._offer.onward > 0,
        )

    def accept(self) -> None:
        """Say the plan, if it can be."""
        if self._changed():
            self.planned.emit(self._plan)
            super().accept()

    def _suit_rate(self) -> None:
        """Another optimiser, another η: unless it is the user's own."""
        choice = self._choices["optimizer"]
        before = self._rated.settings.optimizer
        now = choice.apply(self._rated.settings, self.boxes["optimizer"].currentIndex())
        if self.rate.text() in (f"{training_rate(before):g}", f"{self._rated.learning_rate:g}"):
            rate = training_rate(now.optimizer)
            self.rate.setText(f"{rate:g}")
            self._rated = replace(self._rated, settings=replace(now, learning_rate=rate))
        self._changed()

    def _changed(self) -> bool:
        """Say what the plan would be; whether it can be."""
        if not self._settled:
            return False
        try:
            self._plan = self.plan()
        except ValueError as error:
            words = str(error)
            self._say(words[:1].upper() + words[1:], possible=False)
            return False
        told = self._offer.foretell(self._plan)
        self._allow_modes(told)
        cell = self._plan.settings.cell
        self.boxes["activation"].setEnabled(cell == "rnn")
        self.seed.setEnabled(not self._plan.onward)
        self._say(told.text, possible=told.possible)
        return told.possible

    def _allow_modes(self, told: Foretold) -> None:
        model = self.mode.model()
        assert isinstance(model, QStandardItemModel)
        for row in range(self.mode.count()):
            reason = told.modes.get(self.mode.itemData(row), "")
            item = model.item(row)
            item.setEnabled(not reason)
            item.setToolTip(reason)

    def _say(self, text: str, *, possible: bool) -> None:
        self.said.setText(text)
        role = Role.INK if possible else Role.INPUT
        self.said.setStyleSheet(f"color: {self._look.palette.text(role).name()};")
        self.button.setEnabled(possible)


def open_dialog(
    parent: QWidget, offer: Offer, look: Look, planned: Callable[[Plan], object]
) -> TrainDialog:
    """Open the dialog, which does not block the window."""
    dialog = TrainDialog(parent, offer, look)
    dialog.planned.connect(planned)
    dialog.open()
    return dialog


def _group(title: str, rows: Sequence[tuple[str, QWidget]], parent: QWidget) -> QGroupBox:
    group = QGroupBox(title, parent)
    form = QFormLayout(group)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setHorizontalSpacing(parent.fontMetrics().height() // 2)
    for words, field in rows:
        field.setAccessibleName(words.replace("&", ""))
        form.addRow(words, field)
    return group


def _rate(text: str) -> float:
    try:
        rate = float(text.strip().replace(",", "."))
    except ValueError:
        raise ValueError(
            f"the learning rate η is not a number: {text.strip() or 'nothing'}"
        ) from None
    if not (isfinite(rate) and rate > 0):
        raise ValueError("the learning rate η must be a number above 0")
    return rate
