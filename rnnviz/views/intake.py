"""How the user's own input comes in: dialog, paste, drop; and how a picture goes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from rnnviz.session import Notice, Session

if TYPE_CHECKING:
    from PySide6.QtCore import QUrl

_PICTURES = (".png", ".jpg", ".jpeg")

_KINDS = {
    "Texts": "txt text",
    "Tables": "csv tsv tab json",
    "Arrays": "npy npz",
    "Sounds": "wav wave",
    "Pictures": "png",
    "Networks": "safetensors npz",
    "Sessions and documents": "toml rnnviz",
}


def _at_once(action: Callable[[], object]) -> None:
    action()


def _filters() -> str:
    """What the dialog offers: everything that opens, each kind, and all files."""
    kinds = {name: [f"*.{end}" for end in ends.split()] for name, ends in _KINDS.items()}
    every = dict.fromkeys(pattern for patterns in kinds.values() for pattern in patterns)
    rows = {"Everything that opens": list(every), **kinds, "All files": ["*"]}
    return ";;".join(f"{name} ({' '.join(patterns)})" for name, patterns in rows.items())


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
        self._guard(lambda: self._ask_for_file(self._open))

    def ask_for_file_and_choices(self) -> None:
        """The same, and what is guessed of the file is shown before it is opened."""
        self._guard(lambda: self._ask_for_file(self._open_with_choices))

    def _ask_for_file(self, opened: Callable[[list[str]], object]) -> None:
        from PySide6.QtWidgets import QFileDialog  # the window stands before that

        dialog = QFileDialog(self._window, "Open", "", _filters())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(opened)
        dialog.open()

    def _open_with_choices(self, paths: list[str]) -> None:
        if len(paths) == 1:
            self._session.open_with_choices(paths[0])
        else:
            self._open(paths)

    def paste(self) -> None:
        """Open what is on the clipboard."""
        self.take(QGuiApplication.clipboard().mimeData(), "pasted")

    def take(self, data: QMimeData | None, how: str) -> None:
        """Open one file, several pictures or a text; anything else is said, and changes nothing.

        A clipboard that was never filled, or may not be read, has no data at all.
        """
        if data is None:
            data = QMimeData()
        if data.hasUrls():
            self._take_urls(data.urls())
        elif data.hasText() and data.text().strip():
            text, unit = data.text(), self._unit()
            self._guard(lambda: self._session.open_text(text, unit, f"{how} text", edit=False))
        else:
            self._say(f"There is no text and no file in what was {how}.")

    def _take_urls(self, urls: list[QUrl]) -> None:
        elsewhere = next((url for url in urls if not url.isLocalFile()), None)
        if elsewhere is not None:
            self._say(f"{elsewhere.toString()} is not a file on this machine.")
            return
        paths = [url.toLocalFile() for url in urls]
        if self._are_one(paths):
            self._guard(lambda: self._open(paths))

    def _open(self, paths: list[str]) -> None:
        """Open a file, or pictures as the frames of one film."""
        if len(paths) == 1:
            self._session.open_file(paths[0])
        elif self._are_one(paths):
            self._session.open_files(paths)

    def _are_one(self, paths: list[str]) -> bool:
        """Whether files can be opened as one thing; if not, it is said."""
        if len(paths) == 1 or (paths and all(p.lower().endswith(_PICTURES) for p in paths)):
            return True
        self._say(f"{len(paths)} files at once: open one at a time (pictures may be several).")
        return False

    def _say(self, text: str, *, error: bool = True) -> None:
        self._session.told.emit(Notice(text, error))
