"""F5: the stage fullscreen in front of a class, the blank screen, and the way out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QSize, Qt, QTimer
from PySide6.QtWidgets import QMainWindow, QMenu

from rnnviz.session import Session
from rnnviz.views.menus import Menus
from rnnviz.views.window.dress import Dress
from rnnviz.views.window.panels import Panels
from rnnviz.views.window.parts import Parts

_KEYS = (
    "F10 opens the menu · Ctrl+L takes a sentence · B blanks the screen · Esc leaves the lecture"
)

_HINT_SECONDS = 5.0  # which lies over the formula
_HELD_MS = 150  # at most, until the window has the size of a lecture
# Commands of a blank screen: it is uncovered by them, or left behind.
_HEARD_BLANK = ("blank", "leave", "lecture", "quit")


class Lecture:
    """Takes the window into a lecture and back.

    Attributes
    ----------
    on : bool
        Whether the stage is fullscreen in front of a class.
    prepare, presented : callable
        Are called before a lecture begins, and when a tour begins to be presented fullscreen.
    switched : callable (bool)
        Is told that a lecture begins or is left.
    touring : bool
        Whether a tour is presented, which has the type of a lecture in the window, too.
    """

    def __init__(
        self,
        window: QMainWindow,
        parts: Parts,
        menus: Menus,
        panels: Panels,
        dress: Dress,
        session: Session,
    ) -> None:
        self._window, self._parts, self._menus = window, parts, menus
        self._panels, self._dress, self._session = panels, dress, session
        self.on = self.touring = self._explained = False
        self._held = QTimer(window)  # a desktop may leave the window as large as it is
        self._held.setSingleShot(True)
        self._held.setInterval(_HELD_MS)
        self._held.timeout.connect(self._release)
        self.prepare: Callable[[], object] = lambda: None
        self.presented: Callable[[], object] = lambda: None
        self.switched: Callable[[bool], object] = lambda _on: None
        parts.blank.lifted.connect(parts.blank.uncover)
        parts.header.sentence_entered.connect(self.entered)
        parts.header.problem_text_entered.connect(self.entered)

    def toggle(self) -> None:
        """Begin a lecture, or leave it; with a tour open that is what is presented."""
        if not self.on:
            self.prepare()
        self._switch(not self.on)
        if self.on and self._session.tour is not None:
            self._session.tour.begin()
            self.presented()

    def tour(self, touring: bool) -> None:
        """A tour is presented now, or none any more."""
        self.touring = touring
        if not touring and not self.on:
            self._parts.blank.hide()
        self._dress.wear_lecture(self.on or touring, self._window.size())

    def type_sentence(self) -> None:
        """Let a sentence be typed; a lecture shows the row for it until it is entered."""
        self._panels.fill(False)
        self._parts.top.show()
        self._parts.header.focus_sentence()

    def entered(self) -> None:
        """Take the row away again that a lecture does without."""
        if (self.on or self.touring) and self._parts.top.isVisible():
            self._parts.top.hide()
            self._parts.stage.setFocus()

    def pop_up_menu(self) -> None:
        """In a lecture, which has no menu bar, all menus as one; in the window, its menu bar."""
        bar = self._window.menuBar()
        if not self.on:
            bar.setFocus()
            if bar.actions():
                bar.setActiveAction(bar.actions()[0])
            return
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setFont(self._dress.look.font())
        menu.addActions(bar.actions())
        menu.popup(self._window.mapToGlobal(QPoint(0, 0)))

    def toggle_blank(self) -> None:
        """Cover the screen in a lecture, or show it again."""
        if self._parts.blank.isVisible():
            self._parts.blank.uncover()
        elif self.on or self.touring:
            self._parts.blank.cover()

    def why_not_blank(self) -> str:
        """Why the screen is not covered; empty where it can be."""
        return "" if self.on or self.touring else "only a lecture (F5) needs it"

    def uncover_first(self, command: str) -> bool:
        """Uncover a blank screen in place of a command that would be done unseen."""
        if not self._parts.blank.isVisible() or command in _HEARD_BLANK:
            return False
        self._parts.blank.uncover()
        return True

    def escape(self) -> None:
        """Leave what was entered last: blank screen, typing, message, words, panel, lecture."""
        if self._parts.blank.isVisible():
            self._parts.blank.uncover()
        elif (self.on or self.touring) and self._parts.top.isVisible():
            self.entered()
        elif self._parts.message.stays:
            self._parts.message.dismiss()
        elif self.touring:
            if self.on:
                self._switch(False)
            else:
                self._session.leave_tour()
        elif self._parts.words_shown:
            self._menus.actions["words"].setChecked(False)
        elif self._parts.slots.filling:
            self._panels.fill(False)
        elif self.on:
            self._switch(False)

    def _switch(self, on: bool) -> None:
        window, full = self._window, Qt.WindowState.WindowFullScreen
        self.on = on
        self.switched(on)
        if not on:
            self._parts.blank.hide()
        window.menuBar().setVisible(not on)
        # Type for the size that it will have, which it is given later, or it were set twice.
        whole = window.screen().size().expandedTo(window.size())
        size = whole if on else window.normalGeometry().size()
        self._hold(size)
        if on:  # what is hidden then is not dressed for it, nor anew when it is shown again
            self._panels.for_lecture(on)
        self._dress.wear_lecture(on or self.touring, size)
        if not on:
            self._panels.for_lecture(on)
        window.setWindowState(window.windowState() | full if on else window.windowState() & ~full)
        self._panels.share_height()
        self._explain()

    def _hold(self, size: QSize) -> None:
        """Paint nothing until the window has its new size, or all were painted twice."""
        if self._window.isVisible() and self._window.size() != size:
            self._parts.central.setUpdatesEnabled(False)
            self._held.start()

    def resized(self) -> None:
        """The window has another size."""
        if self._held.isActive():
            self._held.stop()
            self._release()

    def _release(self) -> None:
        self._parts.central.setUpdatesEnabled(True)

    def _explain(self) -> None:
        """Say at the first lecture what its keys are, which no menu bar shows there."""
        message = self._parts.message
        if self.on and not self.touring and not self._explained and message.isHidden():
            message.tell(_KEYS, seconds=_HINT_SECONDS)
            self._explained = True
        elif not self.on and message.text == _KEYS:
            message.clear()
