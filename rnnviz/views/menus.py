"""Menus and keys: every command of the window, in one table a reader can search."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from rnnviz.film import Settings, ShippedProblem
from rnnviz.film.field import Field
from rnnviz.film.fields import FIELDS, fields_of


@dataclass(frozen=True, slots=True)
class Command:
    """A command: where it stands, its name, its keys, what it does.

    `checkable` commands get their state as the argument of `run`.
    """

    menu: str
    name: str
    text: str
    keys: tuple[str, ...]
    run: Callable[..., object]
    checkable: bool = False
    separator: bool = False


class Menus:
    """The menu bar, with its actions by name.

    Actions are added to the window as well, so that their keys work where the bar is hidden.
    """

    def __init__(self, window: QWidget, bar: QMenuBar) -> None:
        self._window, self._bar = window, bar
        self.actions: dict[str, QAction] = {}
        self.menus: dict[str, QMenu] = {}

    def add(self, commands: Iterable[Command]) -> None:
        """Add commands to their menus, which are made where they do not exist yet."""
        for command in commands:
            menu = self.menus.get(command.menu)
            if menu is None:
                menu = self.menus[command.menu] = self._bar.addMenu(command.menu)
            if command.separator:
                menu.addSeparator()
            action = QAction(command.text, self._window)
            action.setData(command.text)
            action.setShortcuts([QKeySequence(key) for key in command.keys])
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setCheckable(command.checkable)
            if command.checkable:
                action.toggled.connect(command.run)
            else:
                action.triggered.connect(_without_argument(command.run))
            menu.addAction(action)
            self._window.addAction(action)
            self.actions[command.name] = action

    def check(self, name: str, checked: bool) -> None:
        """Show a state without carrying the command out again."""
        action = self.actions[name]
        if action.isChecked() != checked:
            action.blockSignals(True)
            action.setChecked(checked)
            action.blockSignals(False)
            action.changed.emit()

    def say(self, name: str, more: str) -> None:
        """Add to a command's text what it would be done to now: "Undo: cell LSTM"."""
        action = self.actions[name]
        more = more.replace("&", "&&")
        action.setText(f"{action.data()}: {more}" if more else action.data())

    def keys(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Every command that has keys, and the keys, menu by menu, for the help."""
        found: list[tuple[str, list[tuple[str, str]]]] = []
        for title, menu in self.menus.items():
            own = [
                (_name(action), _native(action)) for action in menu.actions() if action.shortcuts()
            ]
            if own:
                found.append((title.replace("&", ""), own))
        return found


class Choices:
    """A sub-menu of which one entry is chosen."""

    def __init__(
        self, menu: QMenu, title: str, names: Mapping[str, object], chosen: Callable[..., object]
    ) -> None:
        self._menu = menu.addMenu(title)
        self._group = QActionGroup(self._menu)
        self._values: dict[object, QAction] = {}
        for name, value in names.items():
            action = QAction(name, self._menu)
            action.setCheckable(True)
            action.triggered.connect(_with(chosen, value))
            self._group.addAction(action)
            self._menu.addAction(action)
            self._values[value] = action

    def set_enabled(self, enabled: bool) -> None:
        """Whether there is a choice."""
        self._menu.menuAction().setEnabled(enabled)

    def choose(self, value: object) -> None:
        """Do what choosing an entry does."""
        self._values[value].trigger()

    def show(self, value: object) -> None:
        """Mark what is in force; nothing where it is none of these."""
        checked = self._group.checkedAction()
        if value in self._values:
            self._values[value].setChecked(True)
        elif checked is not None:
            self._group.setExclusive(False)
            checked.setChecked(False)
            self._group.setExclusive(True)


class NetworkMenu:
    """The network's settings as a menu; `chosen` gets a changed copy of the settings."""

    def __init__(self, menu: QMenu, chosen: Callable[[Settings], object]) -> None:
        self._settings = Settings()
        self._choices: dict[str, Choices] = {}
        group = "network"
        for field in fields_of("network", "updates"):
            if not field.menu:
                continue
            if field.group != group:
                group = field.group
                menu.addSeparator()
            names = {choice.text: index for index, choice in enumerate(field.choices)}
            self._choices[field.name] = Choices(
                menu, field.menu, names, self._change(field, chosen)
            )

    def show(self, settings: Settings) -> None:
        """Mark what is in force."""
        self._settings = settings
        for name, choices in self._choices.items():
            choices.show(FIELDS[name].chosen(settings))
            choices.set_enabled(not FIELDS[name].why_not(settings))

    def choose(self, name: str, index: int) -> None:
        """Do what choosing an entry does."""
        self._choices[name].choose(index)

    def _change(
        self, field: Field, chosen: Callable[[Settings], object]
    ) -> Callable[[int], object]:
        return lambda index: chosen(field.choices[index].apply(self._settings))


def fill_examples(
    menu: QMenu,
    problems: Sequence[tuple[str, ShippedProblem]],
    modes: Mapping[str, str],
    chosen: Callable[[str], object],
) -> None:
    """What ships, mode by mode; `chosen` gets a problem's name."""
    menu.clear()
    for mode, title in modes.items():
        its = [shipped for where, shipped in problems if where == mode]
        if its:
            menu.addSection(title)
        for shipped in its:
            action = QAction(shipped.title.replace("&", "&&"), menu)
            action.setToolTip(shipped.about)
            action.triggered.connect(_with(chosen, shipped.name))
            menu.addAction(action)
    menu.setToolTipsVisible(True)


def _name(action: QAction) -> str:
    """An action's name, whatever it would be done to now."""
    return str(action.data() or action.text()).replace("&", "").rstrip(" …")


def _native(action: QAction) -> str:
    """An action's keys as this system writes them."""
    native = QKeySequence.SequenceFormat.NativeText
    return "  or  ".join(key.toString(native) for key in action.shortcuts())


def _without_argument(run: Callable[..., object]) -> Callable[..., object]:
    return lambda _checked=False: run()


def _with(run: Callable[..., object], value: object) -> Callable[..., object]:
    return lambda _checked=False: run(value)
