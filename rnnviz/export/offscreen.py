"""The window on no screen, put at any place of a film or of a tour to be drawn there. Needs Qt."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from PySide6.QtCore import QEvent, QEventLoop, Qt
from PySide6.QtWidgets import QApplication, QWidget

from rnnviz.app import Application
from rnnviz.film import Frame
from rnnviz.session import Session
from rnnviz.session.presenting import Shown
from rnnviz.tours.scenes import Tour
from rnnviz.views.window import MainWindow
from rnnviz.writing.formats import STAGE, WINDOW, Appearance


class OffscreenWindow:
    """The program's window without a screen; a context, at whose end it is gone.

    A picture of it is the same as one of a window on a screen of that size. An application is
    made where there is none.

    Parameters
    ----------
    appearance : Appearance

    Attributes
    ----------
    window : MainWindow
    """

    def __init__(self, appearance: Appearance) -> None:
        self._application = Application.instance() or Application()
        self._appearance = appearance
        self._session = Session()
        self.window = window = MainWindow(self._session)
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        window.menuBar().hide()
        window.setMinimumSize(1, 1)
        window.resize(*appearance.size)
        window.set_theme(appearance.theme)
        window.show()
        window.set_notation(appearance.notation)
        window.set_motion("reduced" if appearance.still else "full")
        if appearance.colours is not None:
            window.set_colours(appearance.colours)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.window.close()
        self.window.deleteLater()

    def show_frame(self, frame: Frame) -> None:
        """Show a frame of a run, with all that its appearance says."""
        self._session.open_frame(frame)
        if self._appearance.words:
            self.window.show_words(True)
        self.window.panels.ask_for(
            self._appearance.layout, self._appearance.panels, self._appearance.state
        )
        self._settle()

    def seek(self, position: float) -> None:
        """Move the playhead of the frame that is shown; its passes are kept."""
        self._session.seek(position)
        self._settle()

    def show_scene(self, tour: Tour, scene: int, *, told: bool = True) -> str:
        """Show a tour's scene as it is in the end, or (not `told`) before its answer.

        Returns
        -------
        str
            Why the scene cannot be shown; empty where it can.
        """
        presenter = self._session.tour
        if presenter is None or presenter.tour is not tour:
            if self._session.frame is None:
                self._session.open_default()
            self._session.present(tour, scene)
            presenter = self._session.tour
        assert presenter is not None
        presenter.show(scene, told=told)
        while presenter.waiting or self._session.busy:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        self._settle()
        return "" if presenter.shown is None else presenter.shown.fault

    def run_scene(self, tour: Tour, scene: int) -> str:
        """Show a scene told, its film at the beginning and about to run; as `show_scene`.

        `run_to` says where it has come to.
        """
        fault = self.show_scene(tour, scene, told=False)
        presenter = self._session.tour
        assert presenter is not None
        self._session.clock.by_hand = True
        if not fault:
            presenter.next() if tour.scenes[scene].asks else presenter.go(scene)
            self._settle()
        return fault

    def run_to(self, position: float) -> None:
        """Have the film that runs come to a position."""
        self._session.clock.reach(position)
        self._settle()

    @property
    def shown(self) -> Shown | None:
        """What a tour shows now; None where none is presented."""
        return None if self._session.tour is None else self._session.tour.shown

    @property
    def frame(self) -> Frame:
        """The frame that is shown.

        Raises
        ------
        ValueError
            Before anything is.
        """
        frame = self._session.frame
        if frame is None:
            raise ValueError("nothing is shown yet")
        return frame

    def view(self, what: str) -> QWidget:
        """The widget that is drawn: "window" (without menu and message), "stage", or a panel.

        Raises
        ------
        ValueError
            Of a panel that is not shown; it says which are.
        """
        parts = self.window.parts
        if what == WINDOW:
            return parts.central
        if what == STAGE:
            return parts.stage
        panel = parts.slots.panel(what) if what in parts.slots.shown else None
        if panel is None:
            shown = ", ".join((WINDOW, STAGE, *parts.slots.shown))
            raise ValueError(f"{what} is not shown; there are {shown}")
        return panel

    def _settle(self) -> None:
        """Wait until all that is shown is built, measured and laid out."""
        self.window.finish()
        while self._session.busy:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        QApplication.processEvents()
        # A box that fits itself to its choices has just left its place in the row.
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
