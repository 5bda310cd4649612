"""Where things go for other programs and onto paper: File ▸ Save weights, numbers, Exercise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMainWindow

from rnnviz.files.errors import show_name
from rnnviz.film.notation import NOTATIONS, Notation
from rnnviz.session import Session
from rnnviz.views.look import Look

_WEIGHTS = {
    ".safetensors": "Weights in PyTorch's names",
    ".npz": "Weights in rnnviz's names, for NumPy",
    ".py": "PyTorch script, with its weights beside it",
}
_NUMBERS = {
    ".csv": "Table, a row a step: states, gates, outputs, gradients, forecasts",
    ".npz": "The same as arrays for NumPy",
}
_SHEETS = {".pdf": "Sheet, with its solution beside it"}
_LARGE = 50_000_000  # bytes above which it is asked first


class Outlet(QObject):
    """Asks where weights and numbers go; the session writes them.

    Parameters
    ----------
    window : QMainWindow
        The dialogs' parent.
    session : Session
    notation : callable
        Whose symbols are in force, by which columns are named.
    """

    def __init__(
        self, window: QMainWindow, session: Session, notation: Callable[[], Notation]
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._notation = window, session, notation

    def ask_for_weights(self) -> None:
        """Let the user choose where the network goes, and how it is written."""
        self._ask("Save weights", "network", _WEIGHTS, self._session.save_weights)

    def ask_for_numbers(self) -> None:
        """Let the user choose where the numbers go."""
        self._ask("Save numbers", "numbers", _NUMBERS, self._save_numbers)

    def ask_for_exercise(self, look: Look, guard: Callable[[Callable[[], object]], object]) -> None:
        """Let the user choose a sheet to be written, or the sheet whose film is opened.

        Parameters
        ----------
        look : Look
        guard : callable
            Does what replaces what is open, after asking where work would be lost.
        """
        from rnnviz.views.exercise import ExerciseDialog

        session = self._session
        kinds, most = session.exercise_kinds()
        dialog = ExerciseDialog(self._window, kinds, session.why_no_exercise, most, look)
        dialog.write_asked.connect(self._ask_for_sheet)
        dialog.open_asked.connect(lambda code: guard(lambda: session.open_exercise(code)))
        dialog.open()

    def _ask_for_sheet(self, code: str, notation: str, paper: str) -> None:
        def save(path: Path) -> None:
            self._session.write_exercise(code, path, NOTATIONS[notation], paper)

        self._ask("Write exercise", code, _SHEETS, save, alone=True)

    def _ask(
        self,
        title: str,
        name: str,
        kinds: dict[str, str],
        save: Callable[[Path], object],
        *,
        alone: bool = False,
    ) -> None:
        home = self._session.home
        file = home.path or home.file
        proposed = (
            name if file is None or alone else f"{file.stem}-{name}"
        )  # of several files not one name
        ask_where(self._window, title, home.beside(proposed), kinds, save)

    def _save_numbers(self, path: Path) -> None:
        size = self._session.size_of_numbers(path)
        if size <= _LARGE:
            self._session.save_numbers(path, self._notation())
            return
        from PySide6.QtWidgets import QMessageBox

        choice = QMessageBox.StandardButton
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("rnnviz")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(f"{show_name(path)} will take about {size / 1e6:,.0f} MB.")
        smaller = "" if path.suffix.lower() == ".npz" else " As .npz it would be less than half."
        box.setInformativeText(
            f"Every number of every step is written. It can be cancelled meanwhile.{smaller}"
        )
        box.setStandardButtons(choice.Save | choice.Cancel)
        box.setDefaultButton(choice.Save)
        box.setFont(self._window.font())
        box.finished.connect(
            lambda button: (
                self._session.save_numbers(path, self._notation())
                if button == choice.Save
                else None
            )
        )
        box.open()


def ask_where(
    window: QMainWindow,
    title: str,
    place: str,
    kinds: Mapping[str, str],
    save: Callable[[Path], object],
) -> None:
    """Let the user choose a file to be written; the window goes on meanwhile.

    Parameters
    ----------
    window : QMainWindow
    title : str
    place : str
        The proposed file, without its ending.
    kinds : mapping of str to str
        Each kind of file by its ending, and what it is called; the first is proposed.
    save : callable
        Gets the file.
    """
    from PySide6.QtWidgets import QFileDialog  # the window stands before that

    filters = {f"{said} (*{ending})": ending for ending, said in kinds.items()}
    first = next(iter(kinds))
    dialog = QFileDialog(window, title, f"{place}{first}", ";;".join(filters))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(first.removeprefix("."))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def turn(chosen: str) -> None:
        """Another kind: the name that stands there takes its ending."""
        ending = filters.get(chosen, first)
        dialog.setDefaultSuffix(ending.removeprefix("."))
        for path in dialog.selectedFiles()[:1]:
            if Path(path).suffix.lower() in kinds and Path(path).suffix != ending:
                dialog.selectFile(Path(path).with_suffix(ending).name)

    dialog.filterSelected.connect(turn)
    dialog.fileSelected.connect(lambda path: save(Path(path)))
    dialog.open()
