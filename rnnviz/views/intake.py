"""How the user's own input comes in: dialog, paste, drop; and how a picture goes out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QFileDialog, QWidget

from rnnviz.session import Notice, Session

_FILES = "Texts, tables and documents (*.txt *.csv *.tsv *.rnnviz);;All files (*)"


def _at_once(action: Callable[[], object]) -> None:
    action()


class Intake(QObject):
    """Hands what was opened, pasted or dropped to the session.

    Parameters
    ----------
    window : QWidget
        The dialogs' parent.
    session : Session
    unit : callable
        Says whether a text is meant as "words" or "characters".
    guard : callable
        Does something that replaces what is open, unless the user wants to keep it.
    """

    def __init__(
        self,
        window: QWidget,
        session: Session,
        unit: Callable[[], str],
        guard: Callable[[Callable[[], object]], None] = _at_once,
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._unit = window, session, unit
        self._guard = guard

    def ask_for_file(self) -> None:
        """Let the user choose a file to open; the window goes on meanwhile."""
        self._guard(self._ask_for_file)

    def _ask_for_file(self) -> None:
        dialog = QFileDialog(self._window, "Open a text, a table or a document", "", _FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._session.open_file)
        dialog.open()

    def ask_where_to_save(self, picture: QPixmap) -> None:
        """Let the user choose where a picture goes."""
        dialog = QFileDialog(self._window, "Save picture", "rnnviz.png", "Pictures (*.png)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("png")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.save(picture, path))
        dialog.open()

    def save(self, picture: QPixmap, path: str) -> None:
        """Write a picture, and say how it went."""
        if picture.save(path, "PNG"):
            self._say(f"Saved {Path(path).name}", error=False)
        else:
            self._say(f"{Path(path).name} cannot be written there.")

    def paste(self) -> None:
        """Open what is on the clipboard."""
        self.take(QGuiApplication.clipboard().mimeData(), "pasted")

    def take(self, data: QMimeData, how: str) -> None:
        """Open one file, or a text; anything else is said and changes nothing."""
        if data.hasUrls():
            self._take_urls(data.urls())
        elif data.hasText() and data.text().strip():
            text, unit = data.text(), self._unit()
            self._guard(lambda: self._session.open_text(text, unit, f"{how} text", edit=False))
        else:
            self._say(f"There is no text and no file in what was {how}.")

    def _take_urls(self, urls: list[QUrl]) -> None:
        if len(urls) != 1:
            self._say(f"{len(urls)} files at once: open one at a time.")
        elif not urls[0].isLocalFile():
            self._say(f"{urls[0].toString()} is not a file on this machine.")
        else:
            path = urls[0].toLocalFile()
            self._guard(lambda: self._session.open_file(path))

    def _say(self, text: str, *, error: bool = True) -> None:
        self._session.told.emit(Notice(text, error))
