"""What is loaded beside the interface once the window stands."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from threading import Thread

from PySide6.QtCore import QObject, QTimer

from rnnviz.film import ShippedProblem
from rnnviz.session import Session
from rnnviz.views.typeset.foundry import foundry
from rnnviz.views.window.motion import system_is_still

Shipped = tuple[tuple[str, ShippedProblem], ...]
Tours = tuple[tuple[str, str, str], ...]


class Warming(QObject):
    """Imports what the first paint did without, and reads the list of what ships, in a thread.

    Parameters
    ----------
    parent : QObject
    session : Session
        Knows what ships.
    done : callable
        Gets what ships, and the tours, on the interface's thread, when all of it is there.
    """

    def __init__(
        self, parent: QObject, session: Session, done: Callable[[Shipped, Tours], object]
    ) -> None:
        super().__init__(parent)
        self._session, self._done = session, done
        self._shipped: Shipped = ()
        self._tours: Tours = ()
        # Importing pyqtgraph takes 0.4 s, which would be felt on this thread.
        self._thread = Thread(target=self._load, daemon=True)
        self._timer = QTimer(self)
        self._timer.setInterval(20)
        self._timer.timeout.connect(self._look)

    def begin(self) -> None:
        """Begin to load."""
        self._thread.start()
        self._timer.start()

    def _load(self) -> None:
        for name in ("views.typeset.arrangement", "views.window.entries"):
            import_module(f"rnnviz.{name}")
        foundry.wait()  # one import at a time
        import_module("pyqtgraph")
        self._shipped, self._tours = self._session.catalogue(), self._session.tours()
        for name in ("views.window.touring", "session.presenting"):
            import_module(f"rnnviz.{name}")
        system_is_still()

    def _look(self) -> None:
        if not self._thread.is_alive():
            self._timer.stop()
            self._done(self._shipped, self._tours)
