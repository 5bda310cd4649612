"""Help ▸ Keys and Help ▸ About."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from rnnviz import __version__

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


def show_keys(parent: QWidget, keys: list[tuple[str, str]]) -> None:
    """Open the list of keys, which does not block the window."""
    dialog = _dialog(parent, "Keys")
    layout = QVBoxLayout(dialog)
    table = QWidget()
    grid = QGridLayout(table)
    grid.setHorizontalSpacing(40)
    for row, (name, key) in enumerate(keys):
        grid.addWidget(QLabel(name.rstrip(" …")), row, 0)
        grid.addWidget(QLabel(key), row, 1)
    area = QScrollArea()
    area.setWidget(table)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    layout.addWidget(area, 1)
    layout.addWidget(_close(dialog))
    hint = table.sizeHint()
    dialog.resize(hint.width() + 60, min(hint.height() + 90, parent.height()))
    dialog.open()


def _dialog(parent: QWidget, title: str) -> QDialog:
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog


def _close(dialog: QDialog) -> QDialogButtonBox:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    return buttons
