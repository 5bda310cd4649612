"""Menus and keys, made from the tables of commands and of fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from rnnviz.film import Settings, ShippedProblem
from rnnviz.film.field import Field
from rnnviz.film.fields import FIELDS, fields_of
from rnnviz.session.commands import COMMANDS, MENUS, Command, Commands
from rnnviz.views.respelling import keep_plain
from rnnviz.views.widgets import action_of, escaped


class Menus:
    """The menu bar made from the table of commands, with its actions by name.

    Actions are added to the window as well, so that their keys work where the bar is hidden; a key
    of a command that cannot be done now says why. In a menu such a command is grey, with the reason
    as its tooltip.
    """

    def __init__(self, window: QWidget, bar: QMenuBar, commands: Commands) -> None:
        self._window, self._commands = window, commands
        self.says: Callable[[str], str] = str
        self.actions: dict[str, QAction] = {}
        self.menus: dict[str, QMenu] = {}
        for title in MENUS:
            menu = self.menus[title] = bar.addMenu(title)
            self._keep_fresh(menu)

    def fill(self) -> None:
        """Put every command into its menu, after what stands there already."""
        for row in COMMANDS.values():
            menu = self.menus[row.menu]
            if row.separator:
                menu.addSeparator()
            self.actions[row.name] = action = self._made(row)
            menu.addAction(action)
            self._window.addAction(action)

    def set_presenting(self, presenting: bool) -> None:
        """Have the keys of a tour in force, or the usual ones."""
        for row in COMMANDS.values():
            if row.in_tour is not None:
                keys = row.in_tour if presenting else row.keys
                self.actions[row.name].setShortcuts(_sequences(keys))

    def check(self, name: str, checked: bool) -> None:
        """Show a state without carrying the command out again."""
        action = self.actions[name]
        if action.isChecked() != checked:
            action.blockSignals(True)
            action.setChecked(checked)
            action.blockSignals(False)
            action.changed.emit()

    def context_menu(self, names: Iterable[str]) -> QMenu:
        """A menu of some of the commands, for the right mouse button."""
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._keep_fresh(menu)
        menu.addActions([self.actions[name] for name in names])
        return menu

    def keys(self, name: str) -> str:
        """A command's keys as this system writes them."""
        return "  or  ".join(
            key.toString(QKeySequence.SequenceFormat.NativeText)
            for key in self.actions[name].shortcuts()
        )

    def _made(self, row: Command) -> QAction:
        action = action_of(row.text, self._window)
        action.setShortcuts(_sequences(row.keys))
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setCheckable(row.checkable)
        action.setData(row.name)
        if row.checkable:
            action.toggled.connect(lambda on: self._toggle(row.name, on))
        else:
            action.triggered.connect(lambda _checked=False: self._commands.run(row.name))
        return action

    def _toggle(self, name: str, on: bool) -> None:
        if not self._commands.run(name, on):
            self.check(name, not on)

    def _keep_fresh(self, menu: QMenu) -> None:
        """While a menu is open its commands say what can be done; keys are always heard."""
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(lambda: self._freshen(menu))
        menu.aboutToHide.connect(lambda: self._wake(menu))

    def _freshen(self, menu: QMenu) -> None:
        for action in menu.actions():
            row = COMMANDS.get(action.data()) if isinstance(action.data(), str) else None
            if row is not None:
                why = self._commands.why_not(row.name)
                what = self._commands.title(row.name).removeprefix(row.title).replace("&", "&&")
                action.setEnabled(not why)
                action.setText(f"{row.text}{self.says(what)}")
                tip = self.says(f"Not now: {why}." if why else row.teaches)
                action.setToolTip(escaped(tip) if "<" in tip else tip)

    def _wake(self, menu: QMenu) -> None:
        for action in menu.actions():
            if action.data() in COMMANDS:
                action.setEnabled(True)


def _sequences(keys: Iterable[str]) -> list[QKeySequence]:
    portable = QKeySequence.SequenceFormat.PortableText
    return [QKeySequence.fromString(key, portable) for key in keys]


class Choices:
    """A sub-menu of which one entry is chosen."""

    def __init__(
        self, menu: QMenu, title: str, names: Mapping[str, object], chosen: Callable[..., object]
    ) -> None:
        self._menu = menu.addMenu(title)
        self._group = QActionGroup(self._menu)
        self._values: dict[object, QAction] = {}
        for name, value in names.items():
            action = action_of(name, self._menu)
            action.setCheckable(True)
            action.triggered.connect(_with(chosen, value))
            self._group.addAction(action)
            self._menu.addAction(action)
            self._values[value] = action

    @classmethod
    def of_field(cls, menu: QMenu, name: str, chosen: Callable[..., object]) -> Choices:
        """The choices of a field, by its name."""
        row = FIELDS[name]
        return cls(menu, row.menu, {each.text: each.changes[name] for each in row.choices}, chosen)

    def keep_plain(self) -> None:
        """Leave the entries in the symbols that they are written in."""
        for action in self._values.values():
            keep_plain(action)

    def set_enabled(self, enabled: bool) -> None:
        """Whether there is a choice."""
        self._menu.menuAction().setEnabled(enabled)

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

    def _change(
        self, field: Field, chosen: Callable[[Settings], object]
    ) -> Callable[[int], object]:
        return lambda index: chosen(field.choices[index].apply(self._settings))


def fill_examples(
    menu: QMenu,
    problems: Sequence[tuple[str, ShippedProblem]],
    chosen: Callable[[str], object],
    tours: Sequence[tuple[str, str, str]] = (),
    presented: Callable[[str], object] = lambda _name: None,
) -> None:
    """What ships: tours, then problems mode by mode; `chosen` and `presented` get a name."""
    menu.clear()
    if tours:
        menu.addSection("Tours: F5 presents one")
    add_tours(menu, tours, presented)
    for choice in FIELDS["mode"].choices:
        mode, title = choice.changes["mode"], choice.title
        its = [shipped for where, shipped in problems if where == mode]
        if its:
            menu.addSection(title)
        _add_examples(menu, its, chosen)
    beside = [shipped for where, shipped in problems if not where]
    if beside:
        menu.addSection("Side by side")
    _add_examples(menu, beside, chosen)
    menu.setToolTipsVisible(True)


def _add_examples(
    menu: QMenu, examples: Sequence[ShippedProblem], chosen: Callable[[str], object]
) -> None:
    for shipped in examples:
        action = action_of(shipped.title.replace("&", "&&"), menu)
        action.setToolTip(shipped.about)
        action.triggered.connect(_with(chosen, shipped.name))
        menu.addAction(action)


def add_tours(
    menu: QMenu, tours: Sequence[tuple[str, str, str]], presented: Callable[[str], object]
) -> None:
    """An entry for every tour: name, title and what it is about; `presented` gets the name."""
    menu.setToolTipsVisible(True)
    for name, title, about in tours:
        action = action_of(title.replace("&", "&&"), menu)
        action.setToolTip(about or title)
        action.triggered.connect(_with(presented, name))
        menu.addAction(action)


def _with(run: Callable[..., object], value: object) -> Callable[..., object]:
    return lambda _checked=False: run(value)
