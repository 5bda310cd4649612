"""Dialogs that a command opens: a training, a text that goes on, all of a message, about rnnviz."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from rnnviz.session import Notice, Session
from rnnviz.views.look import Look


class Dialogs:
    """Opens dialogs, each imported when it is first needed, and hands on what is wanted there.

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
        from rnnviz.views.dialogs import show_details

        show_details(self._window, text)

    def tell_about(self) -> None:
        """Show what the program is."""
        from rnnviz.views.dialogs import show_about

        show_about(self._window)

    def copy_diagnostics(self) -> None:
        """Put what a report of a fault needs into the clipboard."""
        from rnnviz.views.diagnostics import diagnostics

        size = self._window.width(), self._window.height()
        text = diagnostics(self._session.frame, self._look(), size)
        QGuiApplication.clipboard().setText(text)
        said = "Copied: versions, system and screens, to be pasted into a report."
        self._session.say(Notice(said))
