"""The dialog of File ▸ Export: what is written, as what, how large; with a small picture of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from rnnviz.film.export_fields import OPTIONS
from rnnviz.film.fields import FIELDS
from rnnviz.film.places import read_at
from rnnviz.frozen import record
from rnnviz.views.look import Look, field_palette
from rnnviz.views.widgets import calm

_THEMES = (("shown", "as shown"), ("light", "light"), ("dark", "dark"))
_PLACE_TIP = (
    "A place of the film: 6 is after forward step 6, 5.4 within step 6, last after the last one, "
    "back:3 after backward step 3, update at the end. Empty: {usual}."
)


@record(eq=False)
class Wish:
    """The answers of the dialog of exports.

    Attributes
    ----------
    row : object
        Of the table of formats.
    what : str
        "window", "stage" or a panel's name.
    theme : str
        "shown", "light" or "dark".
    size : (int, int)
        Of the window that a film or a page shows.
    start, end : str
        Places of the film, as the command line has them; empty for its ends.
    options : mapping
        What the format can be told besides, as its row of the table names it.
    """

    row: Any
    what: str
    theme: str
    size: tuple[int, int]
    start: str
    end: str
    options: Mapping[str, Any]


class ExportDialog(QDialog):
    """Asks what is written and how; the window goes on meanwhile.

    Parameters
    ----------
    parent : QWidget
    rows : sequence
        Of the table of formats.
    whats : sequence of (str, str)
        What can be drawn, by name, and what it is called.
    kinds : tuple of str
        What there is to be written: of "moment", "film" and "tour".
    values : mapping
        What is remembered, by the names of fields.
    drawn : callable
        A small picture of what is called by a name, in a theme, to fit a size.
    look : Look

    Signals
    -------
    wanted : Wish
    """

    wanted = Signal(object)

    def __init__(
        self,
        parent: QWidget | None,
        rows: Sequence[Any],
        whats: Sequence[tuple[str, str]],
        kinds: Sequence[str],
        values: Mapping[str, Any],
        drawn: Callable[[str, str, QSize], QPixmap],
        look: Look,
    ) -> None:
        super().__init__(parent)
        self._look, self._drawn, self._kinds = look, drawn, kinds
        self._rows = [row for row in rows if set(row.of) & set(kinds)]
        self.setWindowTitle("Export")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFont(look.font(0.95))
        self.setPalette(field_palette(look))
        self.preview = QLabel(self)
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setFrameShape(QFrame.Shape.StyledPanel)
        self.preview.setAccessibleName("A small picture of what is written")
        self.said = QLabel(self)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        self._make_fields(whats, values)
        self._lay_out()
        self.format.currentIndexChanged.connect(self._changed)
        for box in (self.what, self.theme):
            box.currentIndexChanged.connect(self._show_preview)
        for line in (self.start, self.end):
            line.textChanged.connect(self._changed)
        self._changed()
        self._show_preview()
        self.format.setFocus()

    # -- building ----------------------------------------------------------------------------

    def _make_fields(self, whats: Sequence[tuple[str, str]], values: Mapping[str, Any]) -> None:
        self.format = self._box([(row.name, row.title) for row in self._rows])
        self.what = self._box(whats)
        self.theme = self._box(_THEMES)
        for box, name in ((self.format, "format"), (self.what, "what"), (self.theme, "theme")):
            box.setCurrentIndex(max(0, box.findData(values[f"export_{name}"])))
        self.scale = self._number("export_scale", values, 0.5)
        self.width_, self.height_ = (
            self._count(f"export_{n}", values) for n in ("width", "height")
        )
        self.start, self.end = QLineEdit(self), QLineEdit(self)
        for line, usual in ((self.start, "the beginning"), (self.end, "the end")):
            line.setPlaceholderText(usual)
            line.setToolTip(_PLACE_TIP.format(usual=usual))
        self.speed = self._number("export_speed", values, 0.5)
        self.fps = self._number("export_fps", values, 5.0)
        self.sound, self.per_page, self.notes, self.paper = (
            self._choices(f"export_{name}", values)
            for name in ("sound", "per_page", "notes", "paper")
        )

    def _choices(self, name: str, values: Mapping[str, Any]) -> QComboBox:
        row = FIELDS[name]
        box = self._box([(choice.changes[name], choice.text) for choice in row.choices])
        box.setCurrentIndex(max(0, box.findData(values[name])))
        box.setToolTip(row.teaches)
        return box

    def _box(self, choices: Sequence[tuple[Any, str]]) -> QComboBox:
        box = QComboBox(self)
        for name, words in choices:
            box.addItem(words, name)
        calm(box)
        return box

    def _number(self, name: str, values: Mapping[str, Any], step: float) -> QDoubleSpinBox:
        row, box = FIELDS[name], QDoubleSpinBox(self)
        box.setRange(row.least, row.most)
        box.setDecimals(1)
        box.setSingleStep(step)
        box.setSuffix(row.suffix)
        box.setValue(values[name])
        box.setToolTip(row.teaches)
        calm(box)
        return box

    def _count(self, name: str, values: Mapping[str, Any]) -> QSpinBox:
        row, box = FIELDS[name], QSpinBox(self)
        box.setRange(round(row.least), round(row.most))
        box.setSingleStep(10)
        box.setSuffix(row.suffix)
        box.setValue(values[name])
        box.setToolTip(row.teaches)
        calm(box)
        return box

    def _lay_out(self) -> None:
        unit = self._look.unit
        self._form = form = QFormLayout()
        form.setVerticalSpacing(round(0.6 * unit))
        size, stretch = QWidget(self), QWidget(self)
        for row, parts in ((size, (self.width_, self.height_)), (stretch, (self.start, self.end))):
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            line.addWidget(parts[0])
            line.addWidget(QLabel("×" if row is size else "to", row))
            line.addWidget(parts[1])
        self._of_films: tuple[QWidget, ...] = (size, self.speed)
        self._fields = {
            "format": self.format, "what": self.what, "theme": self.theme,
            "scale": self.scale, "size": size, "stretch": stretch, "speed": self.speed,
            "fps": self.fps, "sound": self.sound, "per_page": self.per_page,
            "notes": self.notes, "paper": self.paper,
        }  # fmt: skip
        titles = {
            "format": "&Format", "what": "&What", "theme": "&Theme", "scale": "&Resolution",
            "size": "Si&ze", "stretch": "Fro&m", "speed": "S&peed", "fps": "P&ictures",
            "sound": "So&und", "per_page": "Scenes on a &page", "notes": "&Notes",
            "paper": "P&aper",
        }  # fmt: skip
        for name, widget in self._fields.items():
            form.addRow(titles[name], widget)
            plain = titles[name].replace("&", "")
            for each in (widget, *widget.findChildren(QWidget)):
                if not each.accessibleName():
                    each.setAccessibleName(plain)
        outer = QVBoxLayout(self)
        margin = round(1.4 * unit)
        outer.setContentsMargins(margin, margin, margin, margin)
        outer.setSpacing(round(0.9 * unit))
        row = QHBoxLayout()
        row.setSpacing(round(1.6 * unit))
        row.addLayout(form)
        row.addWidget(self.preview, 1)
        self.preview.setFixedSize(round(32 * unit), round(20 * unit))
        outer.addLayout(row, 1)
        outer.addWidget(self.said)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.go = QPushButton("&Export …", self)
        self.go.setDefault(True)
        buttons.addButton(self.go, QDialogButtonBox.ButtonRole.AcceptRole)
        for button in buttons.buttons():
            button.setIcon(QIcon())
        self.go.clicked.connect(self._go)
        buttons.rejected.connect(self.reject)
        outer.addWidget(buttons)

    # -- what it says ------------------------------------------------------------------------

    @property
    def row(self) -> Any:
        """The format that is chosen."""
        return self._rows[self.format.currentIndex()]

    @property
    def _options(self) -> tuple[str, ...]:
        """What the format is told here: a film is as large as its window, a page has its stops."""
        row = self.row
        left = {"fps"} if row.name == "html" else set() if "moment" in row.of else {"scale"}
        return tuple(name for name in row.options if name not in left)

    def _changed(self) -> None:
        """Show the fields that mean something to the format, and what keeps it from being."""
        row = self.row
        films = "film" in row.of or "tour" in row.of
        of_film = "film" in row.of and "film" in self._kinds
        paper = row.name == "handout"
        shown = {
            "format": True, "what": not paper, "theme": not paper, "size": films and not paper,
            "stretch": of_film, **dict.fromkeys(OPTIONS, False),
            **dict.fromkeys(self._options, True),
        }  # fmt: skip
        for name, widget in self._fields.items():
            self._form.setRowVisible(widget, shown[name])
        why = row.why_not() or self._wrong_place()
        self.said.setText(why[:1].upper() + why[1:])
        self.said.setVisible(bool(why))
        self.go.setEnabled(not why)

    def _wrong_place(self) -> str:
        for line, name in ((self.start, "from"), (self.end, "to")):
            text = line.text().strip()
            if text and line.isVisibleTo(self):
                try:
                    read_at(text)
                except ValueError as error:
                    return f"{name}: {error}"
        return ""

    def _show_preview(self) -> None:
        chosen = self.what.currentData(), self.theme.currentData()
        picture = self._drawn(*chosen, self.preview.size())
        self.preview.setPixmap(picture)

    def _value(self, name: str) -> Any:
        field = self._fields[name]
        return field.currentData() if isinstance(field, QComboBox) else field.value()

    def _go(self) -> None:
        wish = Wish(
            self.row, self.what.currentData(), self.theme.currentData(),
            (self.width_.value(), self.height_.value()), self.start.text().strip(),
            self.end.text().strip(), {name: self._value(name) for name in self._options},
        )  # fmt: skip
        self.accept()
        self.wanted.emit(wish)
