"""A user who does anything: events drawn from one seed, sent to the real window.

Each event has a random source of its own, made of the seed and its number, so that what an event
draws does not depend on what those before it drew.
"""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QContextMenuEvent, QDrag, QHelpEvent, QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
    QToolButton,
    QWidget,
)

from rnnviz.data import resource_path
from rnnviz.film.fields import FIELDS
from rnnviz.film.panels import LAYOUTS, PANELS
from rnnviz.session.commands import COMMANDS
from rnnviz.views.window import MainWindow
from tests.views.dropping import drop

TEXTS = (
    "a b a b a b", "one", "to be or not to be", "ä日é e\u0301 \u202e x", "x " * 300, "1 2 3 4 5",
    "  \n ", "0.5\n0.25\n0.75\n", "<b>bold</b> & [*]", "'", "nan inf -1e999",
)  # fmt: skip
TYPED = ("0", "1", "7", "-1", "0.5", "1e9", "nan", "", "64", "300", "abc", "9" * 30)
MODIFIERS = (
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)  # fmt: skip
BUTTONS = (
    Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton,
    Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton,
)  # fmt: skip
NAMED = (
    "Left Right Up Down Home End PageUp PageDown Space Return Enter Escape Tab Backtab Delete "
    "Backspace F1 F2 F5 F10 F11 Menu A B C D G K M Z 0 1 2 9 Plus Minus Period Comma"
)
PLAIN = [getattr(Qt.Key, f"Key_{name}") for name in NAMED.split(" ")]
QUITS = ("quit",)
ENDLESS = 200  # milliseconds after which what an event opened and waits for is answered
KINDS = (
    "command", "command", "key", "key", "click", "click", "drag", "wheel", "double", "resize",
    "menu", "drop", "field", "field", "settings", "layout", "train", "save", "undo", "wait",
    "context", "context", "hover", "clipboard", "shape",
)  # fmt: skip


@dataclass
class Stall:
    """How long one event kept the interface's thread, by the thread's own clock."""

    seconds: float
    seed: int
    number: int
    what: str


@dataclass
class Episode:
    """Events in one window.

    Parameters
    ----------
    window : MainWindow
    seed : int
    folder : Path
        All that is written and opened lies there.
    files : list of Path
        To be dropped and opened.
    journal : file, optional
        Is told of each event before it is sent, for one that ends the process.
    kinds : sequence of str, optional
        Which of `KINDS` come, each as often as it stands there.
    """

    window: MainWindow
    seed: int
    folder: Path
    files: list[Path]
    done: list[str] = field(default_factory=list)
    journal: TextIO | None = None
    kinds: Sequence[str] = KINDS
    stalls: list[Stall] = field(default_factory=list)
    _source: random.Random = field(default_factory=random.Random)
    _since: float = 0.0

    def __post_init__(self) -> None:
        self._watch = QTimer(self.window)
        self._watch.setInterval(50)
        self._watch.timeout.connect(self._release)
        self._watch.start()

    @property
    def over(self) -> bool:
        """Whether the window was closed."""
        return not self.window.isVisible()

    def run(self, count: int) -> Iterator[Stall]:
        """Send events, and say after each how long it took; ends early where the window does."""
        for number in range(count):
            if self.over:
                return
            self._source = random.Random(f"{self.seed}/{number}")
            began, self._since = time.thread_time(), time.monotonic()
            self.done.append("")  # it is told also where it never ends
            self._send(number)
            if self._source.random() < 0.9:  # some come at once, one upon the other
                QApplication.processEvents()
            self._since = 0.0
            yield Stall(time.thread_time() - began, self.seed, number, self.done[-1])

    def _send(self, number: int) -> None:
        dialog = _asked(self.window)
        if dialog is not None and self._source.random() < 0.7:
            self._say("answer", type(dialog).__name__)
            self._answer(dialog)
            return
        kind = self._source.choice(self.kinds)
        self._say(kind)
        try:
            getattr(self, f"_{kind}")()
        except (
            RuntimeError
        ) as error:  # a widget went under the hand; slots' errors do not come here
            if "already deleted" not in str(error):
                raise
            self._say("(gone)")

    def _say(self, *words: object) -> None:
        self.done[-1] = " ".join([self.done[-1], *map(str, words)]).strip()
        if self.journal is not None:
            print(
                f"--seed {self.seed} --events {len(self.done)}: {self.done[-1]}", file=self.journal
            )
            self.journal.flush()

    # -- where -------------------------------------------------------------------------------

    def _top(self) -> QWidget:
        """What gets the user's hand: an open menu, a dialog, or the window."""
        application = QApplication.instance()
        return application.activePopupWidget() or _asked(self.window) or self.window

    def _place(self) -> tuple[QWidget, QPoint]:
        top = self._top()
        # A file dialog lets one rename and delete: only its buttons are pressed, in `_answer`.
        if isinstance(top, QFileDialog):
            top = self.window
        at = QPoint(
            self._source.randrange(max(1, top.width())),
            self._source.randrange(max(1, top.height())),
        )
        widget = top.childAt(at) or top
        self._say(type(widget).__name__, widget.objectName())
        return widget, widget.mapFrom(top, at)

    def _hand(self) -> QWidget:
        top = self._top()
        if isinstance(top, (QFileDialog, QMenu)):
            return self.window if isinstance(top, QFileDialog) else top
        return QApplication.focusWidget() or top

    # -- events ------------------------------------------------------------------------------

    def _key(self) -> None:
        key, modifier = self._source.choice(PLAIN), self._source.choice(MODIFIERS)
        self._say(key.name, modifier.name)
        QTest.keyClick(self._hand(), key, modifier)

    def _command(self) -> None:
        names = [name for name in COMMANDS if name not in QUITS or self._source.random() < 0.1]
        row = COMMANDS[self._source.choice(names)]
        self._say(row.name)
        if row.keys and self._source.random() < 0.5:
            self._say("by key")
            combined = QKeySequence(self._source.choice(row.keys))[0]
            QTest.keyClick(self._hand(), combined.key(), combined.keyboardModifiers())
        else:
            self.window.menus.actions[row.name].trigger()

    def _click(self) -> None:
        widget, at = self._place()
        QTest.mouseMove(widget, at)
        QTest.mouseClick(widget, self._source.choice(BUTTONS), self._source.choice(MODIFIERS), at)

    def _double(self) -> None:
        widget, at = self._place()
        QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, self._source.choice(MODIFIERS), at)

    def _drag(self) -> None:
        widget, at = self._place()
        button, modifier = self._source.choice(BUTTONS), self._source.choice(MODIFIERS)
        QTest.mousePress(widget, button, modifier, at)
        for _ in range(self._source.randint(1, 5)):
            at += QPoint(self._source.randint(-200, 200), self._source.randint(-60, 60))
            QTest.mouseMove(widget, at)
        QTest.mouseRelease(widget, button, modifier, at)

    def _wheel(self) -> None:
        widget, at = self._place()
        turn = QPoint(self._source.choice((0, 0, 120)), self._source.choice((-960, -120, 30, 120)))
        QApplication.sendEvent(widget, QWheelEvent(
            QPointF(at), QPointF(widget.mapToGlobal(at)), QPoint(), turn,
            Qt.MouseButton.NoButton, self._source.choice(MODIFIERS),
            Qt.ScrollPhase.NoScrollPhase, False,
        ))  # fmt: skip

    def _hover(self) -> None:
        """Move over something and stay there, until its tip would come."""
        widget, at = self._place()
        QTest.mouseMove(widget, at)
        there = widget.mapToGlobal(at)
        QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, at, there))

    def _clipboard(self) -> None:
        text = self._source.choice(TEXTS)
        self._say(repr(text[:20]))
        QApplication.clipboard().setText(text)

    def _shape(self) -> None:
        """Small, large or usual; another theme."""
        shape = self._source.choice(("showMinimized", "showMaximized", "showNormal", "theme"))
        self._say(shape)
        if shape == "theme":
            self.window.set_theme(self._source.choice(("light", "dark", "system")))
        else:
            getattr(self.window, shape)()

    def _resize(self) -> None:
        size = self._source.randint(300, 2200), self._source.randint(300, 1300)
        self._say(*size)
        self.window.resize(*size)

    def _menu(self) -> None:
        """Open a menu of the bar, and trigger anything in it or in its sub-menus."""
        menu = self._source.choice(list(self.window.menus.menus.values()))
        menu.popup(self.window.mapToGlobal(QPoint(10, 10)))
        QApplication.processEvents()
        self._choose(menu)

    def _context(self) -> None:
        """Open what the right button opens, and trigger anything in it."""
        widget, at = self._place()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, widget.mapToGlobal(at))
        QTimer.singleShot(
            0, self._choose_shown
        )  # also where Qt itself waits, as for a QSpinBox's menu
        QApplication.sendEvent(widget, event)
        QApplication.processEvents()

    def _choose_shown(self) -> None:
        popup = QApplication.activePopupWidget()
        if isinstance(popup, QMenu):
            self._choose(popup)

    def _choose(self, menu: QMenu) -> None:
        while True:
            actions = [each for each in menu.actions() if each.isEnabled() and each.text()]
            if not actions:
                break
            action: QAction = self._source.choice(actions)
            inner = action.menu()
            self._say(repr(action.text()))
            if inner is None:
                quits = action is self.window.menus.actions["quit"]
                if not quits or self._source.random() < 0.1:
                    action.trigger()
                break
            menu = inner
            menu.aboutToShow.emit()
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()

    def _drop(self) -> None:
        data = QMimeData()
        if self._source.random() < 0.3:
            text = self._source.choice(TEXTS)
            self._say(repr(text[:20]))
            data.setText(text)
        else:
            count = self._source.choice((1, 1, 1, 1, 2))
            paths = [self._source.choice(self.files) for _ in range(count)]
            self._say(*(path.name for path in paths))
            data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        drop(self.window, data)

    def _field(self) -> None:
        """Any control that is seen: a button, a list, a number, a line of text, a slider."""
        top = self._top()
        if isinstance(top, (QFileDialog, QMenu)):
            top = self.window
        kinds = (QAbstractButton, QComboBox, QAbstractSpinBox, QLineEdit, QAbstractSlider)
        found = [
            each
            for each in top.findChildren(QWidget)
            if isinstance(each, kinds) and each.isVisible() and each.isEnabled()
        ]
        if found:
            self._use(self._source.choice(found))

    def _use(self, control: QWidget) -> None:
        self._say(type(control).__name__, control.objectName() or control.accessibleName())
        match control:
            case QToolButton() if (
                control.popupMode() is QToolButton.ToolButtonPopupMode.InstantPopup
            ):
                pass  # its menu has a loop of its own, which nobody here would end
            case QAbstractButton():
                self._say(repr(control.text()))
                control.click()
            case QComboBox() if control.count():
                place = self._source.randrange(control.count())
                self._say(repr(control.itemText(place)))
                control.setCurrentIndex(place)
                control.activated.emit(place)
            case QAbstractSpinBox() | QLineEdit():
                text = self._source.choice((*TYPED, *TEXTS[:3]))  # QTest types ASCII only
                self._say(repr(text[:20]))
                control.setFocus()
                QTest.keyClick(control, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
                QTest.keyClicks(control, text)
                QTest.keyClick(control, self._source.choice(PLAIN))
                QTest.keyClick(control, Qt.Key.Key_Return)
            case QAbstractSlider():
                least, most = sorted((control.minimum(), control.maximum()))
                control.setValue(self._source.randint(least, most))
            case _:
                pass

    def _settings(self) -> None:
        """Any setting of the network, by what the model bar and the menus offer."""
        rows = [row for row in FIELDS.values() if row.group in ("network", "updates")]
        row = self._source.choice([row for row in rows if row.choices])
        changes = self._source.choice(row.choices).changes
        self._say(changes)
        self.window.session.set_settings(replace(self.window.session.settings, **changes))

    def _layout(self) -> None:
        panels = self.window.panels
        act: Callable[[str], object] = self._source.choice((panels.choose, panels.put))
        names = LAYOUTS if act == panels.choose else PANELS
        name = self._source.choice([*names])
        self._say(name)
        act(name)

    def _train(self) -> None:
        session = self.window.session
        if session.progress.running:
            self._say("ended")
            session.stop_training()
            return
        offer = session.offer_training()
        if offer is not None:
            updates = self._source.choice((1, 20, 200, 5_000))
            self._say(updates)
            session.train(replace(offer.plan, updates=updates))

    def _save(self) -> None:
        path = self.folder / f"saved-{self._source.randrange(4)}.rnnviz"
        self._say(path.name)
        self.window.session.autosave.save(path)
        if path not in self.files:
            self.files.append(path)

    def _undo(self) -> None:
        for _ in range(self._source.randint(1, 6)):
            self.window.commands.run(self._source.choice(("undo", "undo", "redo")))

    def _wait(self) -> None:
        QTest.qWait(self._source.randint(1, 150))

    # -- answers -----------------------------------------------------------------------------

    def _answer(self, dialog: QDialog) -> None:
        source = self._source
        if isinstance(dialog, QFileDialog):
            if dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave:
                suffix = dialog.defaultSuffix() or "png"
                path = self.folder / f"as-{source.randrange(4)}.{suffix}"
            else:
                path = source.choice(self.files)
            self._say(path.name)
            many = dialog.fileMode() == QFileDialog.FileMode.ExistingFiles
            if source.random() < 0.6:
                # What `accept` would do, without its own question about overwriting.
                (dialog.filesSelected if many else dialog.fileSelected).emit(
                    [str(path)] if many else str(path)
                )
            dialog.reject()
        elif isinstance(dialog, QMessageBox):
            button = source.choice(dialog.buttons())
            self._say(repr(button.text()))
            button.click()
        else:
            action = source.choice(("accept", "reject", "field", "field", "field"))
            self._say(action)
            getattr(self, "_field" if action == "field" else "_end")(
                *(() if action == "field" else (dialog, action))
            )

    def _end(self, dialog: QDialog, how: str) -> None:
        dialog.accept() if how == "accept" else dialog.reject()

    def _release(self) -> None:
        """Answer what an event waits for, as a dialog that runs its own loop does."""
        if not self._since or (time.monotonic() - self._since) * 1000 < ENDLESS:
            return
        QDrag.cancel()
        modal = QApplication.activeModalWidget()
        if isinstance(modal, QDialog):
            modal.reject()


def _asked(window: MainWindow) -> QDialog | None:
    """The dialog on top, if one is open."""
    modal = QApplication.activeModalWidget()
    if isinstance(modal, QDialog):
        return modal
    open_ = [each for each in window.findChildren(QDialog) if each.isVisible()]
    return open_[-1] if open_ else None


def some_files(folder: Path) -> list[Path]:
    """Files of every kind in a folder, some of which are refused."""
    data = Path(__file__).parents[1] / "data"
    chosen = [
        *sorted((data / "files" / "badfiles").glob("*/*")),
        *sorted((data / "documents").glob("*.rnnviz")),
        *sorted((data / "weights").glob("*.safetensors")),
        *sorted(resource_path("series").glob("*.csv")),
    ]
    made: list[Path] = []
    for number, path in enumerate(chosen):
        if path.is_file():
            made.append(folder / f"{number}-{path.name}")
            shutil.copyfile(path, made[-1])
    for name, text in (("words.txt", "the cat sat on the mat " * 20), ("long.txt", "a b " * 4000)):
        made.append(folder / name)
        made[-1].write_text(text)
    made.append(folder / "gone.csv")
    made.append(folder)
    return made
