"""Help ▸ Keys and Help ▸ About."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from rnnviz import __version__

# A menu's title, and its commands with their keys.
_Group = tuple[str, list[tuple[str, str]]]

_ABOUT = (
    f"rnnviz {__version__}",
    "Recurrent neural networks made visible: forward, backward through time, and where the "
    "gradient goes.",
    "Every number on the screen was computed by the NumPy engine within this program. It never "
    "connects to a network.",
    "MIT licence. Typeface Inter (OFL), formulas by ziamath with STIX Two Math (OFL), plots by "
    "pyqtgraph, window by Qt for Python (LGPL).",
)


def show_about(parent: QWidget) -> None:
    """Open the About box, which does not block the window."""
    dialog = _dialog(parent, "About rnnviz")
    layout = QVBoxLayout(dialog)
    for number, line in enumerate(_ABOUT):
        label = QLabel(line)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setMinimumWidth(420)
        font = dialog.font()
        font.setBold(number == 0)
        label.setFont(font)
        layout.addWidget(label)
    layout.addWidget(_close(dialog))
    dialog.open()


def show_keys(parent: QWidget, keys: list[_Group]) -> None:
    """Open the list of keys, menu by menu in two columns, which does not block the window."""
    dialog = _dialog(parent, "Keys")
    layout = QVBoxLayout(dialog)
    table = QWidget(dialog)
    columns = QHBoxLayout(table)
    columns.setSpacing(3 * dialog.fontMetrics().height())
    for groups in _halves(keys):
        columns.addLayout(_listed(dialog.font(), groups))
    area = QScrollArea()
    area.setWidget(table)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    layout.addWidget(area, 1)
    layout.addWidget(_close(dialog))
    hint = table.sizeHint()
    dialog.resize(min(hint.width() + 60, parent.width()), min(hint.height() + 90, parent.height()))
    dialog.open()


def _halves(keys: list[_Group]) -> tuple[list[_Group], list[_Group]]:
    """Groups in two columns of about one height, in their order."""

    def height(groups: list[_Group]) -> int:
        return sum(len(own) + 2 for _, own in groups)

    at = min(range(1, len(keys) + 1), key=lambda at: max(height(keys[:at]), height(keys[at:])))
    return keys[:at], keys[at:]


def _listed(font: QFont, groups: list[_Group]) -> QGridLayout:
    grid, high = QGridLayout(), QFontMetrics(font).height()
    grid.setHorizontalSpacing(2 * high)
    grid.setVerticalSpacing(high // 4)
    bold = QFont(font)
    bold.setBold(True)

    def label(text: str, face: QFont) -> QLabel:
        made = QLabel(text)
        made.setFont(face)  # what it would inherit comes too late for the dialog's size
        return made

    row = 0
    for title, own in groups:
        heading = label(title, bold)
        if row:
            heading.setContentsMargins(0, high // 2, 0, 0)
        grid.addWidget(heading, row, 0, 1, 2)
        for name, key in own:
            row += 1
            grid.addWidget(label(name, font), row, 0)
            grid.addWidget(label(key, font), row, 1)
        row += 1
    grid.setRowStretch(row, 1)
    return grid


def _dialog(parent: QWidget, title: str) -> QDialog:
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setFont(parent.font())  # a window of its own inherits none
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog


def _close(dialog: QDialog) -> QDialogButtonBox:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    return buttons
