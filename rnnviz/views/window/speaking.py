"""What the speaker has of a tour: a window on another screen, or the notes over the picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTime, QTimer
from PySide6.QtGui import QGuiApplication, QPixmap, QScreen
from PySide6.QtWidgets import QMainWindow

from rnnviz.session import Session
from rnnviz.views.menus import Menus
from rnnviz.views.presenting.speaker import Cue, NotesStrip, SpeakerWindow
from rnnviz.views.window.parts import Parts

if TYPE_CHECKING:
    from rnnviz.session.presenting import Presenter, Shown

_SOON, _LATER = 150, 500  # milliseconds until the pictures follow
_TOUR_OF = {"next": "tour_next", "back": "tour_back", "again": "tour_again"}


class Twin(Protocol):
    """A second view of the session on no screen, which draws the scene that follows."""

    @property
    def session(self) -> Session:
        """Its own."""
        ...

    def set_theme(self, theme: str) -> None:
        """As the window's."""
        ...

    def finish(self) -> None:
        """Build at once what is otherwise built later."""
        ...

    def picture(self) -> QPixmap:
        """What it shows."""
        ...

    def close(self) -> bool:
        """Close it."""
        ...

    def deleteLater(self) -> None:
        """Have it deleted."""
        ...


class Speaking(QObject):
    """Shows the speaker where a tour is.

    Parameters
    ----------
    window : QMainWindow
        What the room sees.
    presenter : Presenter
    session : Session
    parts : Parts
    menus : Menus
    twin : callable () → Twin
        Makes another window, on no screen, that draws what comes next.
    """

    def __init__(
        self,
        window: QMainWindow,
        presenter: Presenter,
        session: Session,
        parts: Parts,
        menus: Menus,
        twin: Callable[[], Twin],
    ) -> None:
        super().__init__(window)
        self._window, self._presenter, self._session = window, presenter, session
        self._parts, self._menus, self._make_twin = parts, menus, twin
        self._twin: Twin | None = None
        self._strip = NotesStrip(parts.central)
        self.speaker: SpeakerWindow | None = None
        self._now, self._following = self._timer(_SOON), self._timer(_LATER)
        self._now.timeout.connect(self._draw_now)
        self._following.timeout.connect(self._draw_following)
        presenter.landed.connect(lambda _shown: self._landed())
        session.changed.connect(self._changed)

    # -- whether it is there -----------------------------------------------------------------

    @property
    def shown(self) -> bool:
        """Whether the speaker has anything before him."""
        return self.speaker is not None or not self._strip.isHidden()

    def other_screen(self) -> QScreen | None:
        """A screen that the room does not see; None where there is one alone."""
        here = self._window.screen()
        return next((each for each in QGuiApplication.screens() if each is not here), None)

    def switch(self, on: bool) -> None:
        """Show it, or take it away."""
        screen = self.other_screen()
        if on and screen is not None:
            self.open_on(screen)
        elif on:
            self._tell_strip()
            self._strip.show()
        else:
            self.close()
        self._menus.check("notes", self.shown)

    def open_on(self, screen: QScreen) -> None:
        """Open the window on a screen."""
        if self.speaker is None:
            speaker = self.speaker = SpeakerWindow()
            speaker.addActions(list(self._menus.actions.values()))  # its keys are the tour's
            speaker.asked.connect(self._asked)
            speaker.scene_asked.connect(lambda number: self._presenter.go(number - 1))
            speaker.closed.connect(self.close)
            self._place(speaker, screen)
            handle = self._window.windowHandle()
            if handle is not None:
                handle.screenChanged.connect(self._keep_apart)
        self.tell()
        self._now.start()
        self._following.start()
        self._menus.check("notes", self.shown)

    def _place(self, speaker: SpeakerWindow, screen: QScreen) -> None:
        speaker.showNormal()  # a window as large as a screen is moved to no other one
        speaker.setGeometry(screen.availableGeometry())
        speaker.showMaximized()
        self._window.activateWindow()

    def _keep_apart(self) -> None:
        """The room's window came to stand on a screen: the speaker has another one.

        Of a window across two screens the desktop decides, when it fills one, which that is.
        """
        speaker, screen = self.speaker, self.other_screen()
        if speaker is not None and screen is not None and speaker.screen() is not screen:
            self._place(speaker, screen)

    def close(self) -> None:
        """Take it away."""
        self._strip.hide()
        for timer in (self._now, self._following):
            timer.stop()
        speaker, self.speaker = self.speaker, None
        handle = self._window.windowHandle()
        if speaker is not None and handle is not None:
            handle.screenChanged.disconnect(self._keep_apart)
        if speaker is not None:
            speaker.closed.disconnect()
            speaker.close()
            speaker.deleteLater()
        twin, self._twin = self._twin, None
        if twin is not None:
            twin.close()
            twin.deleteLater()
        self._menus.check("notes", False)

    # -- what it shows -----------------------------------------------------------------------

    def tell(self) -> None:
        """Tell where the tour is, and what time it is."""
        if not self._strip.isHidden():
            self._tell_strip()
        shown, speaker = self._presenter.shown, self.speaker
        if shown is None or speaker is None:
            return
        from rnnviz.session.presenting import title_of

        presenter, tour = self._presenter, self._presenter.tour
        number, count = tour.of_part(shown.index)
        late = presenter.seconds - presenter.planned
        plan = f"plan of {clock(60.0 * tour.minutes)} · {QTime.currentTime().toString('HH:mm')}"
        plan = f"{clock(late)} behind the {plan}" if late > 0 else f"within the {plan}"
        following = presenter.following()
        after = ""
        if following is not None and following.index == shown.index:
            after = "the answer"
        elif following is not None:
            coming = presenter.ready(following.index)
            after = title_of(following, None if coming is None else coming.frame(ended=False))
        speaker.tell(
            Cue(
                shown.scene.part or tour.title,
                f"scene {number} of {count} · {title_of(shown, self._session.frame)}",
                clock(presenter.seconds),
                plan,
                late > 0,
                self._notes_of(shown),
                after,
            )
        )

    def _tell_strip(self) -> None:
        shown = self._presenter.shown
        foot = self._parts.around[-1].height() if self._parts.around else 0
        notes = "" if shown is None else self._notes_of(shown)
        self._strip.tell(notes, self._parts.look, foot)

    def _notes_of(self, shown: Shown) -> str:
        """The notes, with the figures of what is shown, as captions have them."""
        from rnnviz.session.presenting import notes_of

        return notes_of(shown, self._session.frame)

    def _landed(self) -> None:
        self.tell()
        if self.speaker is not None:
            self._now.start()
            self._following.start()

    def _changed(self) -> None:
        if self.speaker is not None and not self._now.isActive():
            self._now.start()

    def _draw_now(self) -> None:
        if self.speaker is not None:
            self.speaker.now.show_picture(self._parts.central.grab())

    def _draw_following(self) -> None:
        """Have the twin show what comes next, when the film rests and the scene is ready."""
        speaker, following = self.speaker, self._presenter.following()
        if speaker is None:
            return
        if following is None:
            speaker.following.show_picture(QPixmap())
            return
        if self._presenter.running or self._presenter.ready(following.index) is None:
            if not following.fault:
                self._following.start()
            return
        twin = self._twin
        if twin is None:
            twin = self._twin = self._make_twin()
            tour = self._presenter.tour
            twin.session.present(tour, like=self._presenter)
        if twin.session.tour is not None:
            twin.set_theme("dark" if self._parts.look.palette.dark else "light")
            twin.session.tour.show(following.index, told=following.told)
            if twin.session.tour.waiting:  # what it shares was dropped, and is made anew
                self._following.start()
                return
            twin.finish()
            speaker.following.show_picture(twin.picture())

    # -- within ------------------------------------------------------------------------------

    def _asked(self, name: str) -> None:
        self._menus.actions[_TOUR_OF.get(name, name)].trigger()

    def _timer(self, milliseconds: int) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(True)
        made.setInterval(milliseconds)
        return made


def clock(seconds: float) -> str:
    """A time as a clock has it: "07:40"."""
    whole = int(seconds)
    return f"{whole // 60:02d}:{whole % 60:02d}"
