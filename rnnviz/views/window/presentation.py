"""Whether a tour is presented in the window, and what its commands and keys do then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMainWindow

from rnnviz.session import Session
from rnnviz.session.commands import Commands
from rnnviz.views.menus import Menus
from rnnviz.views.window.lecture import Lecture
from rnnviz.views.window.panels import Panels
from rnnviz.views.window.parts import Parts

if TYPE_CHECKING:
    from rnnviz.session.presenting import Presenter
    from rnnviz.views.window.speaking import Twin
    from rnnviz.views.window.touring import Touring


class Presentation(QObject):
    """Has a tour in the window from the session's saying so until it is left.

    Parameters
    ----------
    window : QMainWindow
    session : Session
    parts : Parts
    panels : Panels
    menus : Menus
    lecture : Lecture
        Has the type of a tour, and another screen.
    twin, wears
        As `Touring` has them.

    Attributes
    ----------
    touring : Touring or None
        The tour; None where none is presented.
    """

    def __init__(
        self,
        window: QMainWindow,
        session: Session,
        parts: Parts,
        panels: Panels,
        menus: Menus,
        lecture: Lecture,
        twin: Callable[[], Twin],
        wears: Mapping[str, Callable[[object], object]],
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._parts, self._panels = window, session, parts, panels
        self._menus, self._lecture, self._twin, self._wears = menus, lecture, twin, wears
        self.touring: Touring | None = None
        lecture.presented = self._fullscreen
        session.toured.connect(self._toured)

    def register(self, does: Commands) -> None:
        """Take the commands over."""
        does.register("notes", self._show_notes)
        for name in ("pen", "pen_stays", "spotlight", "zoom"):
            does.register(name, partial(self._point, name))

    def finish(self) -> None:
        """Show all of what is said, for a picture."""
        if self.touring is not None:
            self.touring.finish()

    def key(self, event: QKeyEvent) -> bool:
        """Whether a key is one of a tour's own, which no command has."""
        return self.touring is not None and self.touring.key(event)

    def key_up(self, event: QKeyEvent) -> bool:
        """Whether a key that is let go held something in a tour."""
        return self.touring is not None and self.touring.key_up(event)

    def _toured(self, presenter: Presenter | None) -> None:
        """A tour is presented now, or none any more."""
        if self.touring is not None:
            self.touring.leave()
            self.touring = None
        if presenter is not None:
            from rnnviz.views.window.touring import Touring  # not before it is needed

            self.touring = Touring(
                self._window,
                presenter,
                self._session,
                self._parts,
                self._panels,
                self._menus,
                self._twin,
                self._wears,
            )
        self._lecture.tour(presenter is not None)

    def _fullscreen(self) -> None:
        """With another screen the speaker has it."""
        touring = self.touring
        screen = None if touring is None else touring.speaking.other_screen()
        if touring is not None and screen is not None:
            touring.speaking.open_on(screen)

    def _show_notes(self, shown: bool) -> None:
        if self.touring is not None:
            self.touring.speaking.switch(shown)

    def _point(self, what: str, on: bool) -> None:
        if self.touring is not None:
            self.touring.point(what, on)
