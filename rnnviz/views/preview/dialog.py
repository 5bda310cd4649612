"""The dialogs about a file before it is opened, and about a network of the user's."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from rnnviz.film import NetworkInfo
from rnnviz.film.opened_files import Asked, Preview, Question, chosen_of, size_of
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import Look, field_palette
from rnnviz.views.preview.fields import (
    ColumnsField,
    NumberField,
    OneOf,
    OneOfEach,
    QuestionField,
    ScaleField,
    VocabularyField,
)
from rnnviz.views.preview.sample import BeforeAfter, Sample

# What else was chosen means nothing any more when one of these changes.
_RESHAPING = ("delimiter", "member", "exchange", "unit", "series")
_OF_COLUMNS = ("columns", "axis", "header", "decimal", "thousands", "order", "signs", "missing",
               "transform")  # fmt: skip
_LOCAL = (
    "columns",
    "axis",
    "unit",
    "channel",
    "every",
    "order",
    "prefix",
    "missing",
)  # the rows stay as they are
_SHOWN_ROWS = 8  # that the dialog has room for at least
_LONGEST = 300  # characters of what is said under the choices
_WIDE = 64.0  # of the one about a file, in units of body text, like all sizes here
_WIDER = 96.0  # where the questions stand in two columns,
_LEAST_WIDER = 72.0  # and what these need
_BESIDE = 29.0  # the least height of all but the questions
_BESIDE_WIDER = 21.6  # and where those stand in two columns
_EDGE = 16  # pixels of the window that a dialog leaves free
_NETWORK_WIDE, _NETWORK_HIGH = 52.0, 46.0


class _Dialog(QDialog):
    """What both dialogs have in common: a column of labels in plain text, and their size."""

    def __init__(self, parent: QWidget | None, title: str, look: Look) -> None:
        super().__init__(parent)
        self._look = look
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFont(look.font(0.95))
        self.setPalette(field_palette(look))
        self._column = QVBoxLayout(self)
        margin = round(1.4 * look.unit)
        self._column.setContentsMargins(margin, margin, margin, margin)
        self._column.setSpacing(round(0.7 * look.unit))

    def _label(
        self,
        text: str,
        size: float = 1.0,
        *,
        bold: bool = False,
        role: Role = Role.INK,
        wrap: bool = True,
    ) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(wrap)
        label.setFont(self._look.font(0.95 * size, bold=bold))
        label.setStyleSheet(f"color: {self._look.palette.text(role).name()};")
        return label

    def _finish(self, buttons: QDialogButtonBox) -> None:
        """Put the buttons below everything."""
        for button in buttons.buttons():  # the style's own picture on one of two looks astray
            button.setIcon(QIcon())
        buttons.rejected.connect(self.reject)
        self._column.addWidget(buttons)

    def _take_size(self, wide: int, high: int) -> None:
        """Become so large, but no larger than the window."""
        parent = self.parentWidget()
        if parent is not None:
            wide, high = min(wide, parent.width() - _EDGE), min(high, parent.height() - _EDGE)
        self.resize(wide, high)


class PreviewDialog(_Dialog):
    """Shows the beginning of a file and what may be chosen about it.

    Parameters
    ----------
    parent : QWidget
    asked : Asked
    look : Look

    Signals
    -------
    changed : dict
        What the user has chosen so far, by the fields of the readers' options: the file is to be
        looked at again. `show_asked` brings the answer.

    Attributes
    ----------
    waiting : bool
        Whether it is being looked at.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None, asked: Asked, look: Look) -> None:
        super().__init__(parent, f"Open {asked.name}", look)
        self._preview: Preview | None = None
        self._own: dict[str, Any] = {}
        self._numbers: tuple[int, ...] = ()
        self.waiting = False
        self.fields: dict[str, QuestionField] = {}
        self._rows: list[tuple[QLabel, QWidget, QWidget]] = []
        self._columns = 1
        self._lay_out(asked.name)
        self.show_asked(asked)
        self._fit()
        self._focus_first()

    def chosen(self) -> dict[str, Any]:
        """What is chosen of everything that there is to choose."""
        found = {} if self._preview is None else chosen_of(self._preview)
        found |= {name: field.value() for name, field in self.fields.items()}
        found = {name: value for name, value in found.items() if value is not None}
        if isinstance(found.get("transform"), tuple) and self._preview is not None:
            names = self._preview.columns
            read = [names[place] for place in found.get("columns", ()) if place < len(names)]
            found["transform"] = tuple(
                pair for pair in found["transform"] if pair[0] is None or pair[0] in read
            )
        return found

    def show_asked(self, asked: Asked) -> None:
        """Show what was found in the file, as it would be read with what is chosen."""
        self.waiting = False
        if asked.preview is None:
            self._say(asked.error, bad=True)
            return
        self._preview = preview = asked.preview
        self.sample.show_rows(preview.columns, preview.rows)
        if "columns" not in self._own:
            self._numbers = tuple(chosen_of(preview).get("columns", ()))
        self._show_questions(preview.questions)
        self.scaled.show_scaled(preview.scaled)
        self._settle()

    # -- building ----------------------------------------------------------------------------

    def _lay_out(self, name: str) -> None:
        unit, outer = self._look.unit, self._column
        title = self._label(name, 1.15, bold=True, wrap=False)
        self.size_label = self._label("", role=Role.MUTED, wrap=False)
        self.sample = Sample(self, self._look)
        outer.addWidget(title)
        outer.addWidget(self.size_label)
        outer.addWidget(self.sample, 1)
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area = area
        inner = QWidget(area)
        both = QHBoxLayout(inner)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(round(2.0 * unit))
        self._grids = (QGridLayout(), QGridLayout())
        for grid in self._grids:
            grid.setContentsMargins(0, 0, 0, 0)
            grid.setHorizontalSpacing(round(1.0 * unit))
            grid.setVerticalSpacing(round(0.55 * unit))
            both.addLayout(grid)
        area.setWidget(inner)
        inner.installEventFilter(self)
        outer.addWidget(area)
        self.scaled = BeforeAfter(self, self._look)
        outer.addWidget(self.scaled)
        self.said = self._label("")
        outer.addWidget(self.said)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.button = buttons.addButton("&Open", QDialogButtonBox.ButtonRole.AcceptRole)
        self.button.setDefault(True)
        buttons.accepted.connect(self.accept)
        self._finish(buttons)

    def _show_questions(self, questions: tuple[Question, ...]) -> None:
        """Show what may be chosen; a field whose entries are the same ones stays."""
        kept = list(self.fields) == [question.name for question in questions]
        made = not (kept and all(self.fields[c.name].fits(c) for c in questions))
        if made:
            self._fill(questions)
        for question in questions:
            field = self.fields[question.name]
            field.show_question(question)
            field.reason.setText(_begun(question.reason))
        if made:
            self._arrange()

    def _fill(self, questions: tuple[Question, ...]) -> None:
        focused = next((n for n, f in self.fields.items() if f.box.hasFocus()), "")
        for row in self._rows:
            for widget in row:
                widget.hide()
                widget.deleteLater()
        self.fields, self._rows = {}, []
        for question in questions:
            field = self.fields[question.name] = _maker(question)(self, question, self._look)
            field.changed.connect(self._changed)
            field.reason = self._label("", 0.94, role=Role.MUTED)
            label = self._label(f"&{question.label}", bold=question.open, wrap=False)
            label.setBuddy(field.box)
            side: QWidget = field.reason
            if isinstance(field, ColumnsField):
                side = QWidget(self)
                beside = QBoxLayout(QBoxLayout.Direction.TopToBottom, side)
                beside.setContentsMargins(0, 0, 0, 0)
                beside.addWidget(field.reason, 1)
                beside.addWidget(field.buttons)
            self._rows.append((label, field.box, side))
        self._distinguish()
        self._place(1)
        # In a dialog that stands already Qt shows what is new only later, and until it is shown it
        # has no room in the layout.
        for row in self._rows:
            for widget in row:
                widget.show()
        if focused in self.fields:
            self.fields[focused].box.setFocus()

    def _place(self, columns: int) -> None:
        """Put the questions below each other, or in two columns with the reasons below them."""
        for grid in self._grids:
            while grid.takeAt(0) is not None:
                pass
        self._columns, middle = columns, Qt.AlignmentFlag.AlignVCenter
        for grid in self._grids:
            grid.setVerticalSpacing(round((0.55 if columns == 1 else 0.15) * self._look.unit))
        self.sample.setMinimumHeight(round((7.0 if columns == 1 else 4.2) * self._look.unit))
        first = self._grids[0]
        first.setColumnStretch(1, 4)
        first.setColumnStretch(2, 5 if columns == 1 else 0)
        self._grids[1].setColumnStretch(1, 4)
        high = [2 if isinstance(field, ColumnsField) else 1 for field in self.fields.values()]
        done = 0
        for at, (name, (label, box, side)) in enumerate(zip(self.fields, self._rows, strict=True)):
            tall = box if high[at] > 1 else None  # takes the height of its row
            if columns == 1:
                first.addWidget(label, at, 0, middle)
                first.addWidget(box, at, 1, *([] if box is tall else [middle]))
                first.addWidget(side, at, 2, *([] if box is tall else [middle]))
                continue
            grid = self._grids[2 * done >= sum(high)]
            done += high[at]
            grid.addWidget(label, 2 * at, 0, middle)
            grid.addWidget(box, 2 * at, 1)
            grid.addWidget(side, 2 * at + 1, 1)
            field = self.fields[name]
            if isinstance(field, ColumnsField):
                field.take_width(26.0)
            if isinstance(beside := side.layout(), QBoxLayout):
                beside.setDirection(QBoxLayout.Direction.LeftToRight)
            side.setContentsMargins(0, 0, 0, round(0.35 * self._look.unit))
        if columns > 1:
            for grid in self._grids:  # what is left of the height lies below
                grid.setRowStretch(2 * len(self._rows), 1)

    def _arrange(self) -> None:
        """Take two columns where the questions do not fit below each other, and the window does."""
        parent, unit = self.parentWidget(), self._look.unit
        inner = self._area.widget()
        if inner is None:
            return
        if parent is not None and parent.width() - _EDGE >= round(_LEAST_WIDER * unit):
            self._bound()
            if inner.sizeHint().height() > self._room():
                self._place(2)
                self._take_size(round(_WIDER * unit), self.height())
        self._bound()

    def _room(self) -> int:
        """The height that the window has for the questions."""
        parent, unit = self.parentWidget(), self._look.unit
        beside = _BESIDE if self._columns == 1 else _BESIDE_WIDER
        high = 0 if parent is None else parent.height() - _EDGE - round(beside * unit)
        return max(round(12 * unit), high)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the questions: what they need changes with their words and the style's sizes."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._bound()
        return super().eventFilter(watched, event)

    def _bound(self) -> None:
        """Give the questions their whole height, as far as the window has it: the rest yields."""
        inner = self._area.widget()
        if inner is None:
            return
        for grid in self._grids:
            grid.activate()
        if (layout := inner.layout()) is not None:
            layout.activate()
        need = inner.sizeHint().height() + 2
        self._area.setMaximumHeight(need)
        self._area.setMinimumHeight(min(need, self._room()))

    def _distinguish(self) -> None:
        """Give every label a letter of its own, O being that of the button."""
        taken = {"o"}
        for label, _, _ in self._rows:
            text = label.text().replace("&", "")
            at = next((i for i, c in enumerate(text) if c.isalpha() and c.lower() not in taken), -1)
            if at >= 0:
                taken.add(text[at].lower())
                text = f"{text[:at]}&{text[at:]}"
            label.setText(text)

    def _fit(self) -> None:
        unit = self._look.unit
        inner = self._area.widget()
        need = 0 if inner is None else inner.sizeHint().height() + 2
        rows = self.sample.need(_SHOWN_ROWS) if self.sample.columnCount() else 0
        wide = _WIDE if self._columns == 1 else _WIDER
        self._take_size(round(wide * unit), rows + need + round(13.5 * unit))

    def _focus_first(self) -> None:
        """Begin at the first question that is really open."""
        questions = self._preview.questions if self._preview is not None else ()
        first = next((c.name for c in questions if c.open), "")
        (self.fields[first].box if first else self.button).setFocus()

    # -- what is chosen ----------------------------------------------------------------------

    def _changed(self, name: str) -> None:
        if name in _RESHAPING:
            for other in _OF_COLUMNS:
                self._own.pop(other, None)
        field = self.fields[name]
        if isinstance(field, VocabularyField):
            field.pick()
        self._own[name] = field.value()
        if name in _LOCAL and not (name == "unit" and self.fields[name].offers("table")):
            self._settle()
            return
        self.waiting = True
        self._say("Looking again …")
        given = {n: v for n, v in self._own.items() if v is not None and v != ()}
        self.changed.emit(given)

    def _settle(self) -> None:
        """Say what it would be, and whether it can be opened."""
        preview, chosen = self._preview, self.chosen()
        if preview is None:
            return
        fault = "" if preview.scaled is None else preview.scaled.fault
        notes = " · ".join((size_of(preview, chosen), *preview.notes))
        self.size_label.setText(notes[:1].upper() + notes[1:])
        columns = chosen.get("columns")
        axis = chosen.get("axis")
        self.sample.mark(columns, axis if type(axis) is int else None)
        if columns == ():
            self._say("Choose at least one column of numbers.", bad=True)
        elif columns is not None:
            count = len(columns)
            odd = next((at for at in columns if at not in self._numbers), None)
            if odd is not None:
                name = preview.columns[odd] if odd < len(preview.columns) else f"column {odd + 1}"
                self._say(f"“{name}” does not hold numbers alone, so it will be refused.")
                self.button.setEnabled(not self.waiting)
                return
            what = "one number" if count == 1 else f"{count} numbers"
            self._say(self._look.says(f"Every step is {what}: x⟨t⟩ has length {count}."))
        else:
            self._say("")
        self.button.setEnabled(columns != () and not self.waiting)
        if fault and columns != ():
            self._say(fault, bad=True)

    def _say(self, text: str, *, bad: bool = False) -> None:
        role = Role.INPUT if bad else Role.INK
        self.said.setStyleSheet(f"color: {self._look.palette.text(role).name()};")
        self.said.setText(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 2]} …")
        self.button.setEnabled(not (bad or self.waiting))

    def accept(self) -> None:
        """Open it, unless it is being looked at again or cannot be opened so."""
        if self.button.isEnabled():
            super().accept()


def _begun(reason: str) -> str:
    """A reason as a sentence begins; x, what the network reads, is no X."""
    return reason if reason.startswith("x ") else reason[:1].upper() + reason[1:]


def _maker(question: Question) -> type[Any]:
    """The class of the field that answers a question."""
    if question.name == "columns":
        return ColumnsField
    if question.name == "scale":
        return ScaleField
    if question.name == "vocabulary":
        return VocabularyField
    if question.count:
        return NumberField
    return OneOfEach if len(question.columns) > 1 else OneOf


class NetworkDialog(_Dialog):
    """Says what a network is made of.

    Signals
    -------
    data_wanted
        The user wants to open what the network can read.
    """

    data_wanted = Signal()

    def __init__(self, parent: QWidget | None, info: NetworkInfo, look: Look) -> None:
        super().__init__(parent, "Network", look)
        unit, outer = look.unit, self._column
        outer.addWidget(self._label(info.name, 1.15, bold=True))
        self.said = self._label("\n".join(info.said), role=Role.STATE if info.runs else Role.INPUT)
        outer.addWidget(self.said)
        grid = QGridLayout()
        grid.setHorizontalSpacing(round(1.4 * unit))
        grid.setVerticalSpacing(round(0.3 * unit))
        grid.setColumnStretch(1, 1)
        for row, (what, value) in enumerate(info.facts):
            grid.addWidget(self._label(what, role=Role.MUTED), row, 0)
            grid.addWidget(self._label(value), row, 1)
        outer.addLayout(grid)
        self.tensors = Sample(self, look)
        self.tensors.setAccessibleName("Parameters")
        self.tensors.show_rows(("Parameter", "Shape", "Numbers"), info.tensors)
        # A table that can be scrolled by keys alone.
        self.tensors.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        outer.addWidget(self.tensors, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        if info.waits:
            more = buttons.addButton("&Open data …", QDialogButtonBox.ButtonRole.ActionRole)
            more.clicked.connect(self._want_data)
        buttons.buttons()[0].setFocus()
        self._finish(buttons)
        self._take_size(round(_NETWORK_WIDE * unit), round(_NETWORK_HIGH * unit))

    def _want_data(self) -> None:
        self.accept()
        self.data_wanted.emit()
