"""Small dialogs: Help ▸ About, and all of a long message."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
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

_MOST_DETAILS = 100_000  # characters; more than that nobody reads, and it takes seconds to lay out
_LINE = 2_000


def show_details(parent: QWidget, text: str) -> None:
    """Show all of a message that is too long for its bar, beside the window's own work."""
    dialog = _dialog(parent, "Details")
    shown = QPlainTextEdit(dialog)
    shown.setReadOnly(True)
    shown.setAccessibleName("All of the message")
    # A line of very many characters without a break is laid out as one: it is broken here.
    lines = text[:_MOST_DETAILS].splitlines()
    parts = [line[at : at + _LINE] for line in lines for at in range(0, max(len(line), 1), _LINE)]
    left = f"\n… and {len(text) - _MOST_DETAILS:,} characters more"
    shown.setPlainText("\n".join(parts) + (left if len(text) > _MOST_DETAILS else ""))
    layout = QVBoxLayout(dialog)
    layout.addWidget(shown)
    layout.addWidget(_close(dialog))
    dialog.resize(parent.size() * 0.5)
    dialog.open()


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
