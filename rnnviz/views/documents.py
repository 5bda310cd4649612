"""Documents in the window: save, ask before work is lost, open recent, offer what a crash left.

Qt's dialogs are imported when one opens: their enumerations would delay the first paint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMainWindow, QMenu

from rnnviz.files.disk import is_there
from rnnviz.files.errors import counted, show_name, visible
from rnnviz.film import Frame
from rnnviz.frozen import record
from rnnviz.session import Conflict, Home, Orphan, Session
from rnnviz.views.respelling import keep_plain
from rnnviz.views.widgets import escaped

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

_FILES = "rnnviz documents (*.rnnviz)"
_SUFFIX = ".rnnviz"
_LONGEST_NAME = 60
_MOST_ROWS = 8  # of a list, without scrolling


@record(eq=False)
class Work:
    """Something unsaved that may have to be saved before it is left.

    Attributes
    ----------
    modified : callable () → bool
        Whether it would be lost.
    question : callable (bool) → (str, str)
        What is asked, and what becomes of it otherwise; whether the window closes.
    save : callable (callable)
        Saves it, and does something when it is on the disk.
    texts : (str, str)
        Of the buttons that save it and that give it up.
    """

    modified: Callable[[], bool]
    question: Callable[[bool], tuple[str, str]]
    save: Callable[[Callable[[], object]], object]
    texts: tuple[str, str] = ("&Save", "&Discard")


class Documents(QObject):
    """What the window does with documents; `Session.autosave` writes them.

    Parameters
    ----------
    window : QMainWindow
        Shows the name and the mark of what is not saved; the dialogs' parent.
    session : Session
    show_view : callable
        Shows panels and sizes as a document had them.

    Attributes
    ----------
    works : list of Work
        What is asked about before the window closes, one after the other; the document first.
    """

    def __init__(
        self,
        window: QMainWindow,
        session: Session,
        show_view: Callable[[Mapping[str, Any]], None],
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._autosave = window, session, session.autosave
        self._preferences, self._show_view = session.preferences, show_view
        self._leaving = False
        own = lambda then: self.save(then, ending=True)  # noqa: E731
        self.works = [Work(lambda: session.modified, self._question, own)]
        self._written = Work(
            lambda: bool(session.writing), self._question_of_writing, session.finish_writing,
            ("&Finish it first", "&Stop it"),
        )  # fmt: skip
        self._recent: QMenu | None = None
        session.homed.connect(self._homed)
        self._autosave.found.connect(self._offer)
        self._autosave.changed.connect(self._changed)

    def title(self, frame: Frame) -> None:
        """Name what is shown in the window's title, with the mark of what is not saved."""
        path = self._session.document_path
        name = frame.task.sequence.name if path is None else show_name(path)
        # Qt replaces [*] by the mark, and [*][*] by [*].
        title = f"{name.replace('[*]', '[*][*]')}[*] — rnnviz"
        if title != self._window.windowTitle():
            self._window.setWindowTitle(title)
        if self._session.modified != self._window.isWindowModified():
            self._window.setWindowModified(self._session.modified)

    # -- saving ------------------------------------------------------------------------------

    def save(self, then: Callable[[], object] = lambda: None, *, ending: bool = False) -> None:
        """Save into the document that is open, or ask where; `ending` as in `save_as`."""
        path = self._session.document_path
        if path is None:
            self.save_as(then, ending=ending)
        else:
            self._write(path, then, ending)

    def save_as(self, then: Callable[[], object] = lambda: None, *, ending: bool = False) -> None:
        """Ask where to save; the window goes on meanwhile.

        A training that runs is then over where it is `ending`, and is saved as far as it came.
        """
        run = self._session.run
        if run is None:
            return
        path = self._session.document_path
        place = str(path)
        if path is None:
            place = self._session.home.beside(_proposed(run.task.sequence.name))
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self._window, "Save", place, _FILES)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(_SUFFIX.removeprefix("."))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self._write(_with_suffix(chosen), then, ending))
        dialog.open()

    def _write(self, path: Path, then: Callable[[], object], ending: bool) -> None:
        if ending:
            self._session.end_training()
        self._autosave.save(path, then)

    # -- asking ------------------------------------------------------------------------------

    def guard(self, action: Callable[[], object], work: Work | None = None) -> None:
        """Do something that replaces what is open, after asking about work that would be lost.

        Mere choices are not asked about, least of all in front of a class: undo leads back to them.
        What replaces other `work` is asked about if that is not saved.
        """
        lost = self._session.precious if work is None else work.modified()
        if lost:
            self._ask(action, work or self.works[0])
        else:
            action()

    def _ask(self, action: Callable[[], object], work: Work, *, closing: bool = False) -> None:
        from PySide6.QtWidgets import QMessageBox

        choice = QMessageBox.StandardButton
        box = self._box(*work.question(closing))
        box.setStandardButtons(choice.Save | choice.Discard | choice.Cancel)
        box.setDefaultButton(choice.Save)
        buttons = (choice.Save, choice.Discard, choice.Cancel)
        for button, text in zip(buttons, (*work.texts, "&Cancel"), strict=True):
            box.button(button).setText(text)

        def answered(button: int) -> None:
            if button == choice.Save:
                # What was changed while it was being saved is asked about again.
                def again() -> None:
                    if work.modified():
                        self._ask(action, work, closing=closing)
                    else:
                        action()

                work.save(again)
            elif button == choice.Discard:
                action()

        box.finished.connect(answered)
        box.open()

    def _question(self, closing: bool) -> tuple[str, str]:
        """What is asked: a table that was opened is not what is saved over.

        Before something else is opened undo leads back as long as the program runs, and a trained
        network may go along; when it closes both are gone.
        """
        home, training = self._session.home, self._session.progress
        kept = ""
        if home.path is None and home.file is not None:
            kept = f" {_shortened(home.file.name)} itself stays as it is."
        if training.running:
            text = f"Save what the training has learned on {self._name()} as a document?"
            if home.path is not None:
                text = f"Save {self._name()} with what the training has learned?"
            return text, (
                f"It has made {training.update:,} of {training.updates:,} updates. Saving or "
                f"leaving ends it. {self._otherwise('what it has learned', 'is', closing)}{kept}"
            )
        if home.path is not None:
            otherwise = self._otherwise("they", "are", closing)
            return f"Save the changes to {self._name()}?", otherwise
        own = " of its own" if kept else ""
        return (
            f"Save your work on {self._name()} as a document{own}?",
            f"{self._otherwise('it', 'is', closing)}{kept}",
        )

    def _question_of_writing(self, _closing: bool) -> tuple[str, str]:
        first, *others = self._session.writing
        more = f", and {counted(len(others), 'file')} after it" if others else ""
        return (
            f"{_shortened(first.name)} is still being written{more}.",
            "Stopped, nothing of it is written; what stood there before stays.",
        )

    def _otherwise(self, what: str, verb: str, closing: bool) -> str:
        """What becomes of work that is not saved."""
        if closing:
            return f"Otherwise {what} {verb} lost."
        from rnnviz.film.carried import goes_along

        run = self._session.run
        text = f"Otherwise {what} {verb} lost when rnnviz closes; until then Ctrl+Z leads back."
        if self._session.progress.running or (run is not None and goes_along(run)):
            text += " A text or a series that the trained network can read is read by it."
        return text

    def may_close(self) -> bool:
        """Whether the window may close now; if not, the user is asked, and it closes later."""
        lost = [work for work in (*self.works, self._written) if work.modified()]
        if self._leaving or not lost:
            return True
        self._ask_each(lost)
        return False

    def _ask_each(self, works: Sequence[Work]) -> None:
        """Ask about one after the other; then the window closes."""
        if works:
            self._ask(lambda: self._ask_each(works[1:]), works[0], closing=True)
        else:
            self._leave()

    def _leave(self) -> None:
        self._leaving = True
        self._window.close()

    def _offer(self, orphan: Orphan) -> None:
        """Offer what was left: one piece of work in a sentence, several in a list."""
        from PySide6.QtWidgets import QGridLayout, QListWidget, QMessageBox, QPushButton

        orphans = self._autosave.orphans
        many = len(orphans) > 1
        box = self._box(
            "rnnviz was closed unexpectedly.",
            f"{len(orphans)} pieces of work were left. Which is to be restored?"
            if many
            else f"Restore {_shortened(orphan.name)} from {_when(orphan)}?",
        )
        restore = QPushButton("&Restore", box)
        discard = QPushButton("&Discard", box)
        box.addButton(restore, QMessageBox.ButtonRole.AcceptRole)
        box.addButton(discard, QMessageBox.ButtonRole.DestructiveRole)
        later = box.addButton("&Later", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(restore)
        box.setEscapeButton(later)
        rows = QListWidget(box)
        rows.setAccessibleName("What was left")
        rows.setFont(box.font())
        for each in orphans:
            where = "" if each.document is None else f" — {_shortened(str(each.document.parent))}"
            rows.addItem(f"{_when(each)}  {_shortened(each.name)}{where}")
        rows.setCurrentRow(0)
        rows.setVisible(many)
        shown = min(len(orphans), _MOST_ROWS)
        rows.setFixedHeight(shown * rows.sizeHintForRow(0) + 2 * rows.frameWidth())
        rows.setMinimumWidth(min(rows.sizeHintForColumn(0) + 40, self._window.width() // 2))
        grid = box.layout()
        if many and isinstance(grid, QGridLayout):  # over the buttons
            buttons, columns = grid.takeAt(grid.count() - 1), grid.columnCount()
            grid.addWidget(rows, grid.rowCount(), 0, 1, columns)
            if buttons is not None:
                grid.addItem(buttons, grid.rowCount(), 0, 1, columns)

        def answered() -> None:
            chosen, one = box.clickedButton(), orphans[max(rows.currentRow(), 0)]
            if chosen is restore:
                # Work that has begun meanwhile is not to be lost.
                self.guard(lambda: self._autosave.restore(one))
            elif chosen is discard:
                self._autosave.discard(one)
            else:
                for each in orphans:
                    self._autosave.postpone(each)

        box.finished.connect(answered)
        box.open()
        if many:  # the arrow keys choose, Enter restores
            rows.setFocus()

    def _changed(self, conflict: Conflict) -> None:
        """Ask what is to become of a document that was changed on the disk meanwhile."""
        from PySide6.QtWidgets import QMessageBox, QPushButton

        path, beside = conflict.path, conflict.beside
        box = self._box(
            f"{_shortened(path.name)} was changed on the disk since it was opened or saved here.",
            "Another window or program has written it. Keeping both saves yours as "
            f"{_shortened(beside.name)}; reloading shows what is on the disk, and Undo leads back.",
        )
        both = QPushButton("Keep &both", box)
        load = QPushButton("&Reload", box)
        over = QPushButton("&Overwrite", box)
        box.addButton(both, QMessageBox.ButtonRole.AcceptRole)
        box.addButton(load, QMessageBox.ButtonRole.ActionRole)
        box.addButton(over, QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton("&Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(both)
        box.setEscapeButton(cancel)

        def answered() -> None:
            chosen = box.clickedButton()
            if chosen is both:
                self._autosave.save(beside, conflict.then)
            elif chosen is over:
                self._autosave.save(path, conflict.then, overwrite=True)
            elif chosen is load:
                self._session.open_document(path)

        box.finished.connect(answered)
        box.open()

    def _box(self, text: str, more: str) -> QMessageBox:
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("rnnviz")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(text)
        box.setInformativeText(more)
        box.setFont(self._window.font())
        return box

    def _name(self) -> str:
        path, run = self._session.document_path, self._session.run
        if path is not None:
            return _shortened(path.name)
        return _shortened(run.task.sequence.name) if run is not None else "this"

    # -- recent ------------------------------------------------------------------------------

    def add_recent(self, menu: QMenu, before: Any) -> None:
        """Put the sub-menu of the recent files into a menu."""
        self._recent = QMenu("Open &recent", menu)
        self._recent.setObjectName("recent")
        self._recent.setToolTipsVisible(True)
        menu.insertMenu(before, self._recent)
        self._fill_recent()
        self._recent.aboutToShow.connect(self._fill_recent)

    def _fill_recent(self) -> None:
        menu = self._recent
        if menu is None:
            return
        menu.clear()
        paths = [Path(path) for path in self._preferences.recent]
        names = [path.name for path in paths]
        for number, path in enumerate(paths, start=1):
            name = _shortened(path.name)
            if names.count(path.name) > 1:
                name = f"{name} — {_shortened(path.parent.name)}"
            mnemonic = f"&{number}" if number < 10 else "1&0"
            action = menu.addAction(f"{mnemonic}  {name.replace('&', '&&')}")
            # A tip that looks like HTML is shown as such; a folder may be named <b>.
            tip = visible(str(path))
            action.setToolTip(escaped(tip) if "<" in tip else tip)
            keep_plain(action)
            action.setEnabled(is_there(path))
            action.triggered.connect(lambda _=False, path=path: self._open(path))
        menu.addSeparator()
        clear = menu.addAction("&Clear", self._preferences.clear_recent)
        clear.setEnabled(bool(paths))

    def _open(self, path: Path) -> None:
        self.guard(lambda: self._session.open_file(path))

    # -- from the session --------------------------------------------------------------------

    def _homed(self, home: Home) -> None:
        if home.file is not None:
            self._preferences.add_recent(str(home.file.absolute()))
        view, home.view = home.view, {}
        if view:
            self._show_view(view)
        if self._session.frame is not None:
            self.title(self._session.frame)


def _proposed(name: str) -> str:
    """A file's name from a sequence's: nothing in it that a folder could not hold."""
    kept = "".join(c if c.isalnum() or c in " ._-'" else " " for c in Path(name).stem)
    return (" ".join(kept.split()).strip(" .")[:_LONGEST_NAME] or "run") + _SUFFIX


def _with_suffix(chosen: str) -> Path:
    path = Path(chosen)
    return path if path.suffix.lower() == _SUFFIX else path.with_name(path.name + _SUFFIX)


def _shortened(name: str) -> str:
    name = visible(" ".join(name.split())) or "(no name)"
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"


def _when(orphan: Orphan) -> str:
    today = orphan.saved.date() == orphan.saved.now().date()
    return orphan.saved.strftime("%H:%M" if today else "%Y-%m-%d %H:%M")
