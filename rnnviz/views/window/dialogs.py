"""Dialogs that a command opens: a training, a text that goes on, all of a message, about rnnviz."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from rnnviz import __version__
from rnnviz.session import Notice, Session
from rnnviz.views.look import Look

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


class Dialogs:
    """Opens dialogs, and hands on what is wanted there; larger ones are imported with the first.

    Parameters
    ----------
    window : QWidget
        Their parent.
    session : Session
    look : callable
        Colours and size of type in force.
    """

    def __init__(self, window: QWidget, session: Session, look: Callable[[], Look]) -> None:
        self._window, self._session, self._look = window, session, look

    def plan_training(self) -> None:
        """Plan a training of what is open."""
        session = self._session
        offer = None if session.progress.running else session.offer_training()
        if offer is not None:
            from rnnviz.views.training.dialog import open_dialog

            dialog = open_dialog(self._window, offer, self._look(), session.train, session.estimate)
            session.estimated.connect(dialog.show_time)
            dialog.finished.connect(session.forget_estimate)

    def continue_text(self) -> None:
        """Let the network write on from the end of the text."""
        frame, session = self._session.frame, self._session
        if frame is None:
            return
        from rnnviz.film.continuing import beginning
        from rnnviz.views.continuing import ContinueDialog

        dialog = ContinueDialog(self._window, beginning(frame), self._look())
        dialog.wanted.connect(session.continue_text)
        dialog.stopped.connect(session.stop_continuing)
        dialog.finished.connect(session.stop_continuing)
        session.continued.connect(dialog.show_continued)
        dialog.show()

    def show_details(self, text: str) -> None:
        """Show all of a message."""
        _show_details(self._window, text)

    def tell_about(self) -> None:
        """Show what the program is."""
        _show_about(self._window)

    def copy_diagnostics(self) -> None:
        """Put what a report of a fault needs into the clipboard."""
        from rnnviz.views.diagnostics import diagnostics

        size = self._window.width(), self._window.height()
        text = diagnostics(self._session.frame, self._look(), size)
        QGuiApplication.clipboard().setText(text)
        said = "Copied: versions, system and screens, to be pasted into a report."
        self._session.say(Notice(said))


def _show_details(parent: QWidget, text: str) -> None:
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


def _show_about(parent: QWidget) -> None:
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
