"""File ▸ Exercise: which sheet is written for paper, and which sheet's film is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from rnnviz.film.export_fields import PAPERS
from rnnviz.film.fields import FIELDS
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import Look, field_palette
from rnnviz.views.widgets import calm


class ExerciseDialog(QDialog):
    """Asks for a sheet to be written, or for the film of one.

    Parameters
    ----------
    parent : QWidget
    kinds : sequence of (name, title, about)
        Of exercises.
    why_not : callable (str) → str
        Why a text is no code of an exercise; empty where it is one.
    most : int
        The largest seed.
    look : Look

    Signals
    -------
    write_asked : (str, str, str)
        Code, notation and paper.
    open_asked : str
        Code.
    """

    write_asked = Signal(str, str, str)
    open_asked = Signal(str)

    def __init__(
        self,
        parent: QWidget | None,
        kinds: Sequence[tuple[str, str, str]],
        why_not: Callable[[str], str],
        most: int,
        look: Look,
    ) -> None:
        super().__init__(parent)
        self._kinds, self._why_not, self._look = kinds, why_not, look
        self.setWindowTitle("Exercise")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFont(look.font(0.95))
        self.setPalette(field_palette(look))
        self.kind = self._combo((title, name) for name, title, _ in kinds)
        self.seed = QSpinBox(self)
        self.seed.setRange(0, most)
        self.seed.setToolTip("Another seed is another network and another sequence")
        row = FIELDS["notation"]
        self.notation = self._combo(
            (choice.text.replace("&", ""), choice.changes["notation"]) for choice in row.choices
        )
        self.notation.setCurrentIndex(self.notation.findData(look.notation.name))
        self.paper = self._combo((words, name) for name, words in PAPERS.items())
        self.about, self.fault = self._line(), self._line()
        self.write = QPushButton("&Write sheet and solution …", self)
        self.code = QLineEdit(self)
        self.code.setPlaceholderText("bptt-7")
        self.show_film = QPushButton("&Open its film", self)
        self._lay_out()
        self.kind.currentIndexChanged.connect(self._changed)
        self.seed.valueChanged.connect(self._changed)
        self.code.textChanged.connect(self._typed)
        self.code.returnPressed.connect(self.show_film.click)
        self.write.clicked.connect(self._write)
        self.show_film.clicked.connect(self._open)
        self._changed()
        self._typed("")
        self.seed.setFocus()

    def _combo(self, entries: Iterable[tuple[str, str]]) -> QComboBox:
        box = QComboBox(self)
        calm(box)
        for words, value in entries:
            box.addItem(words, value)
        return box

    def _line(self) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        palette = label.palette()
        palette.setColor(label.foregroundRole(), self._look.palette.text(Role.MUTED))
        label.setPalette(palette)
        return label

    def _lay_out(self) -> None:
        unit = self._look.unit
        outer = QVBoxLayout(self)
        margin = round(1.4 * unit)
        outer.setContentsMargins(margin, margin, margin, margin)
        outer.setSpacing(round(unit))
        sheet, film = QGroupBox("A sheet for paper", self), QGroupBox("The film of a sheet", self)
        form = QFormLayout(sheet)
        for words, field in (
            ("&Kind", self.kind),
            ("&Seed", self.seed),
            ("S&ymbols", self.notation),
            ("&Paper", self.paper),
        ):
            form.addRow(words, field)
        form.addRow(self.about)
        form.addRow(self.write)
        form = QFormLayout(film)
        form.addRow("&Code on the sheet", self.code)
        form.addRow(self.fault)
        form.addRow(self.show_film)
        for box in (sheet, film):
            outer.addWidget(box)
        self.about.setMinimumHeight(self.about.fontMetrics().lineSpacing() * 2)
        self.fault.setMinimumHeight(self.fault.fontMetrics().lineSpacing())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        outer.addWidget(buttons)
        self.setMinimumWidth(round(34 * unit))
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Return in the code's field opens the film

    @property
    def chosen(self) -> str:
        """The code of the sheet that would be written."""
        return f"{self.kind.currentData()}-{self.seed.value()}"

    def _changed(self) -> None:
        about = self._kinds[self.kind.currentIndex()][2]
        self.about.setText(f"{about} Its code is {self.chosen}.")

    def _typed(self, text: str) -> None:
        why = self._why_not(text) if text.strip() else ""
        self.fault.setText(f"{why[:1].upper()}{why[1:]}." if why else "")
        self.show_film.setEnabled(bool(text.strip()) and not why)

    def _write(self) -> None:
        self.write_asked.emit(self.chosen, self.notation.currentData(), self.paper.currentData())

    def _open(self) -> None:
        code = self.code.text()
        self.close()
        self.open_asked.emit(code)
