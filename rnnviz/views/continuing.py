"""The dialog that continues a text: how much, how boldly, and what the network says, to copy."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from rnnviz.files.errors import counted
from rnnviz.film.continuing import HOTTEST, MOST, Continued
from rnnviz.film.fields import FIELDS
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import Look, field_palette
from rnnviz.views.widgets import calm

_USUAL = {"words": 50, "characters": 300}
_TEMPERATURE = (
    "Each token is drawn from softmax(y / temperature), y the logits. 0 takes the likeliest, "
    "1 draws as the network believes, more is bolder."
)


class ContinueDialog(QDialog):
    """Asks for a continuation, and shows it while it grows; the window goes on meanwhile.

    Parameters
    ----------
    parent : QWidget
    begun : Continued
        What is continued, by which network.
    look : Look

    Signals
    -------
    wanted : (int, float, int)
        So many tokens, at a temperature, by a seed.
    stopped
    """

    wanted = Signal(int, float, int)
    stopped = Signal()

    def __init__(self, parent: QWidget | None, begun: Continued, look: Look) -> None:
        super().__init__(parent)
        self._look, self._shown, self._running = look, "", False
        self.setWindowTitle("Continue this text")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFont(look.font(0.95))
        self.setPalette(field_palette(look))
        self.network = self._line()
        self.text = QTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setAccessibleName("The text and its continuation")
        self.text.setMinimumSize(round(36 * look.unit), round(14 * look.unit))
        self.said = self._line()
        self._make_fields(begun)
        self._lay_out()
        self.show_continued(begun)
        self.go.setFocus()

    def _line(self) -> QLabel:
        line = QLabel(self)
        line.setTextFormat(Qt.TextFormat.PlainText)
        line.setWordWrap(True)
        return line

    def _make_fields(self, begun: Continued) -> None:
        self.count = QSpinBox(self)
        self.count.setRange(1, MOST)
        self.count.setValue(_USUAL.get(begun.unit, 50))
        self.count.setAccelerated(True)
        self.count.setSuffix(f" {begun.unit}")
        self.temperature = QDoubleSpinBox(self)
        self.temperature.setRange(0.0, HOTTEST)
        self.temperature.setSingleStep(0.1)
        self.temperature.setDecimals(2)
        self.temperature.setValue(0.8)
        self.temperature.setSpecialValueText("0: the likeliest")
        self.temperature.setToolTip(_TEMPERATURE)
        self.seed = QSpinBox(self)
        self.seed.setRange(0, min(round(FIELDS["seed"].most), 2**31 - 1))
        self.seed.setToolTip("Of what is drawn: the same seed draws the same.")
        for box in (self.count, self.temperature, self.seed):
            calm(box)

    def _lay_out(self) -> None:
        unit = self._look.unit
        outer = QVBoxLayout(self)
        margin = round(1.4 * unit)
        outer.setContentsMargins(margin, margin, margin, margin)
        outer.setSpacing(round(0.8 * unit))
        row = QHBoxLayout()
        row.setSpacing(round(0.5 * unit))
        fields = (
            ("&Length", self.count),
            ("&Temperature", self.temperature),
            ("Se&ed", self.seed),
        )
        for words, box in fields:
            label = QLabel(words, self)
            label.setBuddy(box)
            box.setAccessibleName(words.replace("&", ""))
            row.addWidget(label)
            row.addWidget(box)
            row.addSpacing(round(unit))
        row.addStretch(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.go = QPushButton("&Continue", self)
        self.go.setDefault(True)
        self.copy = QPushButton("Co&py", self)
        self.copy.setToolTip("Copy what the network said.")
        buttons.addButton(self.go, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        for button in buttons.buttons():
            button.setIcon(QIcon())
        self.go.clicked.connect(self._go)
        self.copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        outer.addWidget(self.network)
        outer.addLayout(row)
        outer.addWidget(self.text, 1)
        outer.addWidget(self.said)
        outer.addWidget(buttons)

    def show_continued(self, continued: Continued) -> None:
        """Show a continuation as far as it has come."""
        if continued.network:
            self.network.setText(continued.network)
        if continued.before:
            self._write(continued)
        self._running = continued.running
        self.go.setText("&Stop" if continued.running else "&Continue")
        self.copy.setEnabled(bool(self._shown))
        said = continued.said
        if continued.running:
            said = f"{continued.count:,} of {continued.wanted:,} {continued.unit} …"
        self.said.setText(said)

    def _write(self, continued: Continued) -> None:
        """Add what is new, or begin anew; what is continued is faint."""
        cursor = QTextCursor(self.text.document())
        bar = self.text.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 4
        new = continued.text.removeprefix(self._shown)
        if not continued.text.startswith(self._shown) or not self._shown:
            self.text.clear()
            self._insert(cursor, continued.before, Role.MUTED)
            new, at_end = continued.text, True
        cursor.movePosition(QTextCursor.MoveOperation.End)
        self._insert(cursor, new, Role.INK)
        self._shown = continued.text
        if at_end:
            bar.setValue(bar.maximum())

    def _insert(self, cursor: QTextCursor, text: str, role: Role) -> None:
        form = QTextCharFormat()
        form.setForeground(self._look.palette.text(role))
        cursor.insertText(text, form)

    def _go(self) -> None:
        if self._running:
            self.stopped.emit()
            return
        self._shown = ""
        self.wanted.emit(self.count.value(), self.temperature.value(), self.seed.value())

    def _copy(self) -> None:
        text = self._shown.removeprefix(" ")
        QGuiApplication.clipboard().setText(text)
        self.said.setText(f"Copied {counted(len(text), 'character')}.")
