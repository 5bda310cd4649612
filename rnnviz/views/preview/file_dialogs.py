"""Which of the dialogs is open: the one about a file, the one about a network."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from rnnviz.film import NetworkInfo
from rnnviz.film.opened_files import Asked
from rnnviz.views.look import Look

if TYPE_CHECKING:
    from rnnviz.views.preview.dialog import PreviewDialog


class FileDialogs(QObject):
    """Opens the dialogs, and hands on what is chosen there.

    Parameters
    ----------
    window : QWidget
        The dialogs' parent.
    look : callable
        Colours and size of type in force.

    Signals
    -------
    changed, accepted : dict
        Fields of the readers' options: the file is to be looked at again, or opened, with these.
    refused
        It is not to be opened.
    """

    changed = Signal(object)
    accepted = Signal(object)
    refused = Signal()

    def __init__(self, window: QWidget, look: Callable[[], Look]) -> None:
        super().__init__(window)
        self._window, self._look = window, look
        self._dialog: PreviewDialog | None = None

    def about(self, asked: Asked) -> None:
        """Ask about a file, in the dialog that is open already if one is."""
        if self._dialog is not None:
            self._dialog.show_asked(asked)
            return
        from rnnviz.views.preview.dialog import PreviewDialog  # not before it is needed

        dialog = self._dialog = PreviewDialog(self._window, asked, self._look())
        dialog.changed.connect(self.changed)
        dialog.finished.connect(self._finished)
        dialog.open()

    def inform(self, info: NetworkInfo, open_data: Callable[[], object]) -> None:
        """Show what a network is made of."""
        from rnnviz.views.preview.dialog import NetworkDialog

        dialog = NetworkDialog(self._window, info, self._look())
        dialog.data_wanted.connect(open_data)
        dialog.open()

    def _finished(self, result: int) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is None:
            return
        if result == QDialog.DialogCode.Accepted:
            self.accepted.emit(dialog.chosen())
        else:
            self.refused.emit()
