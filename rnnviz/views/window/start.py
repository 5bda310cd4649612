"""The start page in the window: when it is shown, what its entries do, and what leaves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rnnviz.film import Frame
from rnnviz.scenes.modes import MODE_SHAPES
from rnnviz.scenes.start import NETWORK, NEXT, OPEN, RECENT, SHAPE, TOUR, TYPE
from rnnviz.session import Preferences, Session
from rnnviz.session.commands import COMMANDS, FILE, HELP, Commands
from rnnviz.views.start import StartView
from rnnviz.views.window.parts import Parts

# Commands that do not lead away: of files, which may be cancelled, of help and of the type's size.
_STAY = {"larger", "smaller", "normal", "menu"}


class Starting:
    """Shows the start page over the window, until something is begun.

    Parameters
    ----------
    parts : Parts
    commands : Commands
        Do what is chosen.
    session : Session
    open_problem, open_file : callable
        Open what ships by its name, and a file.
    """

    def __init__(
        self,
        parts: Parts,
        commands: Commands,
        session: Session,
        open_problem: Callable[[str], object],
        open_file: Callable[[Path], object],
    ) -> None:
        self._parts, self._commands, self._session = parts, commands, session
        self._open_problem, self._open_file = open_problem, open_file
        self._recent: tuple[str, ...] = ()
        self._tours: tuple[tuple[str, str], ...] = ()
        self._made: StartView | None = None
        self.open_tour: Callable[[str], object] = lambda _name: None

    @property
    def view(self) -> StartView | None:
        """The page, once it was shown."""
        return self._made

    @property
    def shown(self) -> bool:
        """Whether it lies over the window."""
        return self._made is not None and not self._made.isHidden()

    def at_start(self) -> None:
        """Show it at a start, unless that is not wished."""
        if self._preferences.value("start_page"):
            self.show()

    def show(self) -> None:
        """Show it."""
        view = self._made
        if view is None:
            view = self._made = self._parts.start
            view.chosen.connect(self._take)
            view.kept.connect(lambda on: self._preferences.keep("start_page", on))
        self._recent = self._preferences.recent
        names = [Path(path).name for path in self._recent]
        view.offer(recent=names, kept=self._preferences.value("start_page"))
        view.offer_tours(self._tours)
        if self._session.frame is not None:
            view.set_frame(self._session.frame)
        view.cover()

    def offer_tours(self, tours: Sequence[tuple[str, str]]) -> None:
        """What ships as tours: name and title of each."""
        self._tours = tuple(tours)
        if self._made is not None:
            self._made.offer_tours(self._tours)

    def set_frame(self, frame: Frame) -> None:
        """Show what is open."""
        if self._made is not None and self.shown:
            self._made.set_frame(frame)

    def leave(self) -> None:
        """Show the window again."""
        if self._made is not None and self.shown:
            self._made.hide()
            self._parts.stage.setFocus()

    def leave_for(self, command: str) -> bool:
        """Leave it for a command that is done beneath it; whether that is all that is done."""
        if not self.shown or COMMANDS[command].menu in (FILE, HELP) or command in _STAY:
            return False
        self.leave()
        return command == "leave"

    @property
    def _preferences(self) -> Preferences:
        return self._session.preferences

    def _take(self, kind: str, place: int) -> None:
        match kind:
            case kind if kind == NEXT:
                self._commands.run("next")
            case kind if kind == SHAPE:
                self._open_problem(MODE_SHAPES[place - 1].example)
            case kind if kind == TOUR:
                self.leave()
                self.open_tour(self._tours[place - 1][0])
            case kind if kind == TYPE:
                self.leave()
                self._commands.run("type")
            case kind if kind in (OPEN, NETWORK):
                self._commands.run("open")
            case kind if kind == RECENT:
                self._open_file(Path(self._recent[place - 1]))
            case _:
                pass
