"""The dialog that plans a training: everything to choose, and what it will be in numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
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
from rnnviz.film.durations import Estimate
from rnnviz.film.fields import FIELDS, fields_of
from rnnviz.film.plan import training_rate
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import Look, field_palette
from rnnviz.views.respelling import respell
from rnnviz.views.widgets import calm, teaching_tip

_PAUSE = 350  # milliseconds
_MEASURING = "How long it takes is being measured …"

# Rows of which one of the choices is taken; the seed is typed.
_CHOSEN = tuple(
    row
    for row in fields_of("network", "updates")
    if row.form and row.choices and row.name != "seed"
)


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
    time_asked : Plan
        How long it would take is to be found; `show_time` is told.
    """

    planned = Signal(object)
    time_asked = Signal(object)

    def __init__(self, parent: QWidget | None, offer: Offer, look: Look) -> None:
        super().__init__(parent)
        self._offer, self._look = offer, look
        self._plan = self._rated = offer.plan
        self.setWindowTitle("Train")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFont(look.font(0.95))
        self.setPalette(field_palette(look))
        self._settled = False
        self._asked: Plan | None = None  # whose time is known, or is being found
        self._pause = QTimer(self)  # between the last key and the measurement
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._ask_for_time)
        self.boxes: dict[str, QComboBox] = {}
        self._make_fields()
        self._lay_out()
        self._settled = True
        self._changed()
        respell(self, look.notation)
        (self.updates if offer.fixed else self.mode).setFocus()

    # -- building ----------------------------------------------------------------------------

    def _make_fields(self) -> None:
        offer, plan = self._offer, self._offer.plan
        self.mode = self._combo([(words, mode) for mode, words in offer.modes.items()], plan.mode)
        self.target = self._combo(
            [(words, (target, columns)) for words, target, columns in offer.targets],
            (plan.target, plan.columns),
        )
        self.validation = self._number("validation", plan.validation, times=100)
        self.held_out = self._number("held_out", plan.held_out, times=100)
        for part in (self.validation, self.held_out):
            part.setSpecialValueText("nothing")
        self.window_steps = self._number("window", plan.window)
        self.batch = self._number("batch", plan.batch)
        self.updates = self._number("updates", plan.updates)
        self.patience = self._number("patience", plan.patience)
        self.patience.setSpecialValueText("not: make all updates")
        for count in (self.updates, self.patience):
            count.setSingleStep(100)
            count.setGroupSeparatorShown(True)
        self.seed = self._number("seed", plan.settings.seed)
        self.rate = QLineEdit(f"{plan.learning_rate:g}", self)
        self.rate.textEdited.connect(self._changed)
        for row in _CHOSEN:
            titles = [choice.short for choice in row.choices]
            if row.name == "cell":  # of the two GRUs it is said which
                titles = [choice.title for choice in row.choices]
            box = self._combo([(text, i) for i, text in enumerate(titles)], None)
            box.setCurrentIndex(row.chosen(plan.settings))
            box.setPlaceholderText(row.said(plan.settings))
            box.setToolTip(teaching_tip(row))
            self.boxes[row.name] = box
        self.boxes["optimizer"].currentIndexChanged.connect(self._suit_rate)
        self.onward = QCheckBox(f"Go &on from update {offer.onward:,}", self)
        self.onward.setChecked(plan.onward)
        self.onward.toggled.connect(self._changed)
        self.onward.setVisible(offer.onward > 0)

    def _combo(self, entries: list[tuple[str, object]], chosen: object) -> QComboBox:
        box = QComboBox(self)
        calm(box)
        for words, value in entries:
            box.addItem(words, value)
            if value == chosen:
                box.setCurrentIndex(box.count() - 1)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(18)
        box.currentIndexChanged.connect(self._changed)
        return box

    def _number(self, name: str, value: float, *, times: int = 1) -> QSpinBox:
        """A field's number, or so many times that."""
        row, box = FIELDS[name], QSpinBox(self)
        calm(box)
        box.setRange(round(times * row.least), min(round(times * row.most), 2**31 - 1))
        box.setValue(round(times * value))
        box.setSuffix(row.suffix)
        box.setToolTip(teaching_tip(row))
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
            (FIELDS["mode"].form, self.mode),
            ("&Answer", self.target),
            (FIELDS["validation"].form, self.validation),
            (FIELDS["held_out"].form, self.held_out),
            (FIELDS["window"].form, self.window_steps),
        ]
        network = [(r.form, self.boxes[r.name]) for r in _CHOSEN if r.group == "network"]
        updates: list[tuple[str, QWidget]] = [
            (FIELDS["updates"].form, self.updates),
            (FIELDS["patience"].form, self.patience),
            (FIELDS["batch"].form, self.batch),
            (FIELDS["optimizer"].form, self.boxes["optimizer"]),
            (FIELDS["learning_rate"].form, self.rate),
            (FIELDS["clipping"].form, self.boxes["clipping"]),
            (FIELDS["truncation"].form, self.boxes["truncation"]),
            (FIELDS["seed"].form, self.seed),
        ]
        if offer.fixed:
            hidden = [w for _, w in (*learned, *network, *updates) if w not in (
                self.updates, self.patience, self.seed)]  # fmt: skip
            for widget in hidden:
                widget.hide()
            updates = [
                (FIELDS["updates"].form, self.updates),
                (FIELDS["patience"].form, self.patience),
                (FIELDS["seed"].form, self.seed),
            ]
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
        self.time = QLabel(self)
        self.time.setTextFormat(Qt.TextFormat.PlainText)
        self.time.setWordWrap(True)
        self.time.setMinimumWidth(round(34 * unit))
        self.time.setAccessibleName("Time needed")
        outer.addWidget(self.time)
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
                settings = FIELDS[name].choices[box.currentIndex()].apply(settings)
        settings = replace(
            settings,
            seed=self.seed.value(),
            learning_rate=FIELDS["learning_rate"].read(self.rate.text()),
        )
        settings = replace(settings, activation=settings.used_activation)
        target, columns = self.target.currentData() or ("next", ())
        return Plan(
            settings=settings,
            mode=self.mode.currentData(),
            target=target,
            columns=tuple(columns),
            validation=self.validation.value() / 100,
            held_out=self.held_out.value() / 100,
            window=self.window_steps.value(),
            batch=self.batch.value(),
            updates=self.updates.value(),
            patience=self.patience.value(),
            onward=self.onward.isChecked() and self._offer.onward > 0,
        )

    def accept(self) -> None:
        """Say the plan, if it can be."""
        if self._changed():
            self.planned.emit(self._plan)
            super().accept()

    def _suit_rate(self) -> None:
        """Another optimiser, another η: unless it is the user's own."""
        choices = FIELDS["optimizer"].choices
        before = self._rated.settings.optimizer
        now = choices[self.boxes["optimizer"].currentIndex()].apply(self._rated.settings)
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
        why = FIELDS["activation"].why_not(self._plan.settings)
        self.boxes["activation"].setEnabled(not why)
        self.seed.setEnabled(not self._plan.onward)
        self._say(told.text, possible=told.possible)
        if told.possible and self._plan != self._asked:
            self._asked = None
            self.time.setText(_MEASURING)
            self._pause.start()
        return told.possible

    def _ask_for_time(self) -> None:
        self._asked = self._plan
        self.time_asked.emit(self._plan)

    def show_time(self, estimate: Estimate) -> None:
        """Say how long the plan takes that was asked about last."""
        if self._asked is not None:
            words = estimate.text
            self.time.setText(f"{words[:1].upper()}{words[1:]}.")

    def _allow_modes(self, told: Foretold) -> None:
        model = self.mode.model()
        assert isinstance(model, QStandardItemModel)
        for row in range(self.mode.count()):
            reason = told.modes.get(self.mode.itemData(row), "")
            item = model.item(row)
            item.setEnabled(not reason)
            item.setToolTip(reason)

    def _say(self, text: str, *, possible: bool) -> None:
        self.said.setText(self._look.says(text))
        if not possible:
            self._asked = None
            self._pause.stop()
            self.time.setText("")
        role = Role.INK if possible else Role.INPUT
        self.said.setStyleSheet(f"color: {self._look.palette.text(role).name()};")
        self.button.setEnabled(possible)


def open_dialog(
    parent: QWidget,
    offer: Offer,
    look: Look,
    planned: Callable[[Plan], object],
    time_asked: Callable[[Plan], object],
) -> TrainDialog:
    """Open the dialog, which does not block the window."""
    dialog = TrainDialog(parent, offer, look)
    dialog.planned.connect(planned)
    dialog.time_asked.connect(time_asked)
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
