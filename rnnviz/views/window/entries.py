"""What the palette and F1 find: commands, settings, what ships, recent files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from rnnviz.files.disk import is_there
from rnnviz.film import Settings, ShippedProblem
from rnnviz.film.field import Field
from rnnviz.film.fields import FIELDS, fields_of
from rnnviz.film.panels import OWN, PANELS
from rnnviz.session import Session
from rnnviz.session.commands import COMMANDS, Commands
from rnnviz.views.finder.entries import Entry
from rnnviz.views.finder.other_words import OTHER_WORDS
from rnnviz.views.menus import Menus

_GROUPS = {
    "network": "Network",
    "updates": "Network",
    "training": "Training",
    "sequence": "Sequence",
    "view": "View",
    "export": "Exports",
}
_WHERE = "On the command line and in session files"


class Entries:
    """Makes the entries anew whenever they are asked for, as things stand.

    Parameters
    ----------
    session : Session
    commands : Commands
    menus : Menus
        Knows the keys as this system writes them, and does a command.
    choosing : mapping of str to callable
        What chooses a value of a field of the view, by the field's name; and a panel.
    in_force : callable (str) → value
        The value of such a field now; the panels that are shown.
    says : callable (str) → str
        Writes the program's own texts in the notation that is in force.
    open_problem, open_file, open_tour : callable
        Open what ships, by its name; a recent file; a tour that ships.
    """

    def __init__(
        self,
        session: Session,
        commands: Commands,
        menus: Menus,
        choosing: Mapping[str, Callable[..., object]],
        in_force: Callable[[str], object],
        says: Callable[[str], str],
        open_problem: Callable[[str], object],
        open_file: Callable[[Path], object],
        open_tour: Callable[[str], object],
    ) -> None:
        self._session, self._commands, self._menus = session, commands, menus
        self._choosing, self._in_force, self._says = choosing, in_force, says
        self._open_problem, self._open_file = open_problem, open_file
        self._open_tour = open_tour
        self.tours: Sequence[tuple[str, str, str]] = ()
        self.shipped: Sequence[tuple[str, ShippedProblem]] = ()

    def palette(self, query: str) -> list[Entry]:
        """All that can be done by a few letters; numbers are taken as they were typed."""
        made = [*self._of_commands(), *self._typed(query)]
        for row in FIELDS.values():
            made += self._choices(row)
        made += [
            Entry(
                "Examples",
                f"Example: {problem.title}",
                lambda name=problem.name: self._open_problem(name),
                teaches=problem.about,
                also=problem.name,
            )
            for _, problem in self.shipped
        ]
        made += [
            Entry(
                "Examples",
                f"Tour: {title}",
                lambda name=name: self._open_tour(name),
                teaches=about,
                also=name,
            )
            for name, title, about in self.tours
        ]
        made += [
            Entry(
                "View",
                f"Layout: {'as arranged last' if name == OWN else name}",
                lambda name=name: self._choosing["layout"](name),
                also=" ".join(layout.panels),
                marked=name == self._in_force("layout"),
            )
            for name, layout in self._session.preferences.layouts.items()
        ]
        shown = cast("tuple[str, ...]", self._in_force("panel"))
        made += [
            Entry(
                "View",
                f"Panel: {panel.title}",
                lambda name=panel.name: self._choosing["panel"](name),
                teaches="In a slot under the stage; the title there is a menu of all of them.",
                also=_also(panel.name),
                marked=panel.name in shown,
            )
            for panel in PANELS.values()
        ]
        for path in map(Path, self._session.preferences.recent):
            why = "" if is_there(path) else "it is no longer there"
            name = "".join(c if c.isprintable() else "\ufffd" for c in path.name)
            open_it = lambda path=path: self._open_file(path)  # noqa: E731
            made.append(Entry("Recent files", f"Open {name}", open_it, why_not=why))
        return made

    def help(self, _query: str) -> list[Entry]:
        """Every command with its keys, and every setting with what it is."""
        made = self._of_commands()
        for row in FIELDS.values():
            ways = ", ".join(
                (*(spelling.key for spelling in row.flags), *(key.key for key in row.keys))
            )
            place = "Of rnnviz export" if row.group == "export" else _WHERE
            more = f"{place}: {ways}." if ways else ""
            title = self._says(f"{row.title[:1].upper()}{row.title[1:]}")
            tip = map(self._says, row.tip.split("\n")[1:])
            made.append(
                Entry(
                    f"Settings: {_GROUPS[row.group].lower()}",
                    title,
                    keys=row.expected if row.kind is not bool else "on or off",
                    teaches="\n".join(line for line in (*tip, more) if line),
                    also=f"{_also(row.name)} {' '.join(choice.short for choice in row.choices)}",
                )
            )
        groups = list(dict.fromkeys(entry.group for entry in made))
        return sorted(made, key=lambda entry: groups.index(entry.group))

    # -- within ------------------------------------------------------------------------------

    def _of_commands(self) -> list[Entry]:
        made: list[Entry] = []
        for row in COMMANDS.values():
            action, title = self._menus.actions[row.name], self._commands.title(row.name)
            made.append(
                Entry(
                    row.menu.replace("&", ""),
                    self._says(title),
                    action.trigger,
                    keys=self._menus.keys(row.name),
                    why_not="" if action.isChecked() else self._commands.why_not(row.name),
                    teaches=self._says(row.teaches),
                    also=_also(row.name),
                    marked=action.isChecked(),
                    quotes=title != row.title,
                )
            )
        return made

    def _choices(self, row: Field) -> list[Entry]:
        """A field's choices, each to be taken: "Units: 64"."""
        network = row.group in ("network", "updates")
        if not network and row.name not in self._choosing:
            return []
        settings = self._session.settings
        force = row.chosen(settings) if network else -1
        made: list[Entry] = []
        named = row.name == "cell"
        says = self._says if row.name != "notation" else str
        for place, choice in enumerate(row.choices):
            value = choice.changes[row.name]
            run = self._setting(choice.apply) if network else self._viewing(row, value)
            made.append(
                Entry(
                    _GROUPS[row.group],
                    says(f"{_label(row)}: {choice.title if named else choice.short}"),
                    run,
                    why_not=row.why_not(settings) if network else "",
                    teaches=says(choice.teaches or row.tip.split("\n", 1)[1]),
                    also=f"{_also(row.name)} {value}",
                    marked=place == force if network else value == self._in_force(row.name),
                )
            )
        return made

    def _typed(self, query: str) -> list[Entry]:
        """A number that was typed after a field's name, where it is none of the choices."""
        *words, last = query.split() or [""]
        if not any(c.isdigit() for c in last):
            return [self._rate_to_type()]
        made: list[Entry] = []
        for row in fields_of("network", "updates"):
            known = f"{_label(row)} {row.name} {row.title}".casefold()
            typed = row.kind is not str and (row.menu or row.name == "learning_rate")
            if not typed or not all(word.casefold() in known for word in words):
                continue
            why, value = "", None
            try:
                value = row.read(last)
            except ValueError as error:
                why = str(error)
            if value is not None and any(c.changes.get(row.name) == value for c in row.choices):
                continue
            run = self._number(row, value)
            text, teaches = f"{self._says(_label(row))}: {last}", self._says(row.teaches)
            made.append(Entry("Network", text, run, why_not=why, teaches=teaches, also=known))
        return made

    def _rate_to_type(self) -> Entry:
        """What says how the learning rate is set, of which there is nothing to choose."""
        row = FIELDS["learning_rate"]
        return Entry(
            "Network",
            self._says(_label(row)),
            why_not="type a number after it, as in “learning rate 0.05”",
            teaches=self._says(row.teaches),
            also=_also(row.name),
        )

    def _number(self, row: Field, value: float | None) -> Callable[[], object]:
        if row.name == "learning_rate":
            return lambda: self._session.set_learning_rate(value or 0.0)
        return self._setting(lambda settings: replace(settings, **{row.name: value}))

    def _setting(self, change: Callable[[Settings], Settings]) -> Callable[[], object]:
        return lambda: self._session.set_settings(change(self._session.settings))

    def _viewing(self, row: Field, value: object) -> Callable[[], object]:
        return lambda: self._choosing[row.name](value)


def _also(name: str) -> str:
    """By what other words a command, a setting or a panel is found."""
    return f"{name} {OTHER_WORDS.get(name, '')}".rstrip()


def _label(row: Field) -> str:
    """What a field is called in the palette: its menu's title, or its own."""
    title = row.menu.replace("&", "") or row.title.removeprefix("the ")
    return f"{title[:1].upper()}{title[1:]}"
