"""Help ▸ About."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
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
    dialog = QDialog(parent)
    dialog.setWindowTitle("About rnnviz")
    dialog.setFont(parent.font())  # a window of its own inherits none
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
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
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    layout.addWidget(buttons)
    dialog.open()
