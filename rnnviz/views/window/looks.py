"""What the View menu chooses of the look: theme, colours, notation, and how much moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from rnnviz.film.fields import FIELDS
from rnnviz.film.notation import Notation
from rnnviz.session import Session
from rnnviz.views.menus import Choices
from rnnviz.views.window.dress import Dress
from rnnviz.views.window.motion import Motion
from rnnviz.views.window.parts import Parts


class Looks(QObject):
    """Takes a look for this time, or keeps it for the next start, and marks it in the menu.

    Parameters
    ----------
    window : QObject
    menu : QMenu
        Gets the choices.
    parts : Parts
    dress : Dress
        Gives the views colours and symbols.
    session : Session
        Its preferences keep what is chosen.
    spelled : callable
        Is told of other symbols.

    Attributes
    ----------
    takes, chooses : mapping of str to callable
        By the field's name, what takes a value of it for this time, and what keeps it too.
    motion : Motion
    """

    def __init__(
        self,
        window: QObject,
        menu: QMenu,
        parts: Parts,
        dress: Dress,
        session: Session,
        spelled: Callable[[Notation], object],
    ) -> None:
        super().__init__(window)
        self._dress, self._preferences, self._spelled = dress, session.preferences, spelled
        names = ("theme", "colours", "notation", "motion")
        self.chooses: dict[str, Callable[[str], None]] = {
            name: partial(self._choose, name) for name in names
        }
        self._menus = {name: Choices.of_field(menu, name, self.chooses[name]) for name in names}
        self._menus["notation"].keep_plain()
        self.motion = Motion(self, parts, session, self._menus["motion"].show)
        self.takes: dict[str, Callable[[str], None]] = {
            "theme": self.set_theme,
            "colours": self.set_colours,
            "notation": self.set_notation,
            "motion": self.motion.set,
        }
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_theme_changed)

    def set_theme(self, theme: str) -> None:
        """Take "light", "dark", or "system" for the system's own."""
        self._menus["theme"].show(theme)
        self._dress.set_theme(theme)

    def set_colours(self, colours: str) -> None:
        """Take one of the maps of values, by its name in the field."""
        self._menus["colours"].show(colours)
        self._dress.set_colours(colours)

    def set_notation(self, name: str) -> None:
        """Write the symbols of the "lecture", a "textbook" or a "framework"."""
        self._menus["notation"].show(name)
        self._dress.set_notation(name)
        self._spelled(self._dress.look.notation)

    def restore(self) -> None:
        """Take what was chosen last."""
        for name in ("notation", "colours", "theme", "motion"):
            self.takes[name](self._preferences.value(name))

    def show_view(self, view: Mapping[str, Any]) -> None:
        """Take what a document says of it; what lies changes nothing."""
        for name, take in self.takes.items():
            if name in view and not FIELDS[name].refusal(view[name]):
                take(view[name])

    def wear(self, name: str, value: object) -> str:
        """Take a value of a field, if it is one; and what is in force then."""
        if isinstance(value, str):
            self.takes[name](value)
        return self.in_force(name)

    def in_force(self, name: str) -> str:
        """What is in force of one of the fields."""
        return {
            "theme": self._preferences.value("theme"),
            "colours": self._dress.colours,
            "notation": self._dress.look.notation.name,
            "motion": self.motion.wanted,
        }[name]

    def _choose(self, name: str, value: str) -> None:
        self._preferences.keep(name, value)
        self.takes[name](value)

    def _system_theme_changed(self) -> None:
        if self._preferences.value("theme") == "system":
            self.set_theme("system")
