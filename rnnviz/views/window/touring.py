"""A tour in the window: room for its scenes, caption and foot bar, and its keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from rnnviz.film import Frame
from rnnviz.film.fields import FIELDS
from rnnviz.session import Session
from rnnviz.session.commands import COMMANDS, TOUR
from rnnviz.views.menus import Menus
from rnnviz.views.presenting.caption import CaptionView, Words
from rnnviz.views.presenting.foot import FootBar, TourPlace
from rnnviz.views.presenting.pointing import PEN, SPOTLIGHT, ZOOM, Pointing
from rnnviz.views.window.panels import Panels
from rnnviz.views.window.parts import Parts
from rnnviz.views.window.speaking import Speaking, Twin, clock

if TYPE_CHECKING:
    from rnnviz.session.presenting import Presenter, Shown
    from rnnviz.views.equation import EquationPanel

_SECOND = 1_000  # milliseconds
_HELD: dict[int, str] = {Qt.Key.Key_S: SPOTLIGHT, Qt.Key.Key_Z: ZOOM}
_POINTERS = (PEN, "pen_stays", SPOTLIGHT, ZOOM)
_MODES = {choice.changes["mode"]: choice.title for choice in FIELDS["mode"].choices}


class Touring(QObject):
    """Shows one tour in the window, from its beginning until it is left.

    Parameters
    ----------
    window : QMainWindow
    presenter : Presenter
    session : Session
    parts : Parts
    panels : Panels
    menus : Menus
    twin : callable () → Twin
        Makes another window, for the speaker.
    wears : mapping of str to callable
        By a field's name what has a value of it in force, and says that for None.
    """

    def __init__(
        self,
        window: QMainWindow,
        presenter: Presenter,
        session: Session,
        parts: Parts,
        panels: Panels,
        menus: Menus,
        twin: Callable[[], Twin],
        wears: Mapping[str, Callable[[object], object]],
    ) -> None:
        super().__init__(window)
        self._wears, self._before = wears, dict[str, object]()
        self._presenter, self._session = presenter, session
        self._parts, self._panels, self._menus = parts, panels, menus
        self._typed, self._asked = "", -1
        self._held: set[str] = set()
        self.caption, self.foot = CaptionView(parts.central), FootBar(parts.central)
        parts.put_around(self.caption, self.foot)
        self.speaking = Speaking(window, presenter, session, parts, menus, twin)
        self.pointing = Pointing(parts.central)
        parts.dress(self.pointing)
        self._second = QTimer(self)
        self._second.setInterval(_SECOND)
        self._second.timeout.connect(self._show_place)
        self._second.start()
        presenter.landing.connect(self._make_room)
        presenter.landed.connect(self._landed)
        presenter.retold.connect(self.finish)
        session.changed.connect(self._say)
        session.changed.connect(self._look_again)
        QApplication.instance().focusChanged.connect(self._focused)  # pyright: ignore
        menus.set_presenting(True)
        panels.for_tour(True)

    def leave(self) -> None:
        """Give the window back as it was."""
        QApplication.instance().focusChanged.disconnect(self._focused)  # pyright: ignore
        self._focused(QApplication.focusWidget(), None)
        self.speaking.close()
        self._parts.undress(self.pointing)
        self.pointing.deleteLater()
        for name in _POINTERS:
            self._menus.check(name, False)
        self._second.stop()
        self._session.changed.disconnect(self._say)
        self._session.changed.disconnect(self._look_again)
        self._menus.set_presenting(False)
        self._session.preferences.for_now({})
        self._wear({})
        self._panels.for_tour(False)
        self._parts.take_from_around()
        self.deleteLater()

    def finish(self) -> None:
        """Show all of what is said, for a picture."""
        if self._session.frame is not None:
            self._say(self._session.frame)

    # -- keys --------------------------------------------------------------------------------

    def _focused(self, before: QWidget | None, now: QWidget | None) -> None:
        """Hear the keys of a view that has some itself before it does: a remote has but few."""
        if now is None:  # another program has the keys, and hears which are let go
            for what in tuple(self._held):
                self.point(what, False)
            self._held.clear()
        if before is not None:
            before.removeEventFilter(self)
        typed = Qt.WidgetAttribute.WA_InputMethodEnabled
        if now is not None and now is not self.parent() and not now.testAttribute(typed):
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the tour's keys from the view with the focus."""
        if isinstance(event, QKeyEvent):
            kind = event.type()
            if kind == QEvent.Type.ShortcutOverride and self._has(event):
                event.ignore()  # so that it is a command's
                return True
            if kind == QEvent.Type.KeyPress:
                return self.key(event)
        return super().eventFilter(watched, event)

    def _has(self, event: QKeyEvent) -> bool:
        """Whether a key is one of the script's."""
        pressed = QKeySequence(event.keyCombination())
        return any(
            pressed in self._menus.actions[row.name].shortcuts()
            for row in COMMANDS.values()
            if row.menu == TOUR or row.name == "blank"
        )

    def key(self, event: QKeyEvent) -> bool:
        """Take a key that no command has; whether it was one of a tour's."""
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        text = event.text()
        if plain and len(text) == 1 and text in "0123456789":
            self._type((self._typed + text)[-3:])
            return True
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._typed:
            typed = int(self._typed)
            self._type("")
            self._presenter.go(typed - 1)
            return True
        if self._typed:
            self._type("")
        return plain and self._hold(event, True)

    def key_up(self, event: QKeyEvent) -> bool:
        """A key was let go; whether it held something."""
        return self._hold(event, False)

    def _hold(self, event: QKeyEvent, on: bool) -> bool:
        what = _HELD.get(event.key())
        if what is None:
            return False
        if not event.isAutoRepeat():
            (self._held.add if on else self._held.discard)(what)
            self.point(what, on)
        return True

    def point(self, what: str, on: bool) -> None:
        """Switch the spotlight, a pen or the zoom, as its command is called."""
        pen = what in (PEN, "pen_stays")
        self.pointing.switch(PEN if pen else what, on, stays=what == "pen_stays")
        for name in (PEN, "pen_stays") if pen else (what,):
            self._menus.check(name, on and name == what)

    def _look_again(self, _frame: Frame) -> None:
        self.pointing.look_again()

    def _type(self, text: str) -> None:
        self._typed = text
        self._show_place()

    # -- from the presenter ------------------------------------------------------------------

    def _make_room(self, shown: Shown) -> None:
        """Have the panels of a scene, which its frame is then given to."""
        placed = shown.placed
        self.pointing.clear()
        for name in _POINTERS:
            self._menus.check(name, False)
        if placed is not None:
            self._session.preferences.for_now(placed.looks)
            self._wear(placed.looks)
            self._panels.begin_scene(
                placed.layout,
                placed.fill,
                placed.bars,
                words=placed.words,
                guessed=shown.told and self._asked == shown.index,
            )

    def _wear(self, looks: Mapping[str, object]) -> None:
        """Have a scene's notation and colours in force, or those from before the tour."""
        for name, wear in self._wears.items():
            if name in looks:
                self._before.setdefault(name, wear(None))
                wear(looks[name])
            elif name in self._before:
                wear(self._before.pop(name))

    def _landed(self, shown: Shown) -> None:
        self._typed = ""
        self._panels.end_scene()
        self._asked = -1 if shown.told else shown.index
        # a film that runs uncovers the curves itself
        self._parts.slots.cover(shown.covered, charts=not self._presenter.running)
        equation = self._parts.slots.panel("equation")
        if equation is not None:
            panel = cast("EquationPanel", equation)
            panel.fade(shown.blanks - panel.faded)
        if self._session.frame is not None:
            self._say(self._session.frame)
        self._show_place()

    def _say(self, frame: Frame) -> None:
        """Say what the scene says, with the figures of what is shown."""
        shown = self._presenter.shown
        if shown is None:
            return
        from rnnviz.session.presenting import texts_of

        running = self._presenter.running
        said = texts_of(shown, frame, running=running)
        others: list[Words] = [said.asked, said.told]
        self.caption.say(said.title, said.text, asked=running or not shown.told, others=others)
        self._show_place()

    def _show_place(self) -> None:
        self.speaking.tell()
        presenter, shown, frame = self._presenter, self._presenter.shown, self._session.frame
        if shown is None or frame is None:
            return
        from rnnviz.session.presenting import texts_of

        tour = presenter.tour
        number, count = tour.of_part(shown.index)
        whole = 60.0 * tour.minutes
        self.foot.show_place(
            TourPlace(
                shown.scene.part or tour.title,
                "".join(part[0] for part in texts_of(shown, frame).title),
                f"{_MODES[frame.task.mode]} · {frame.kind.name}",
                number,
                count,
                f"{shown.index + 1} of {len(tour.scenes)}",
                f"{clock(presenter.seconds)} / {clock(whole)}",
                presenter.seconds > presenter.planned,
                self._typed,
            )
        )
