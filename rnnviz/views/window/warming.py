"""What is slow to load, and is therefore loaded after the first paint."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from threading import Thread

from PySide6.QtCore import QObject, QTimer

from rnnviz.film import ShippedProblem
from rnnviz.session import Session
from rnnviz.views.typeset import foundry

Shipped = tuple[tuple[str, ShippedProblem], ...]


class Warming(QObject):
    """Imports pyqtgraph and reads the list of what ships, in a thread.

    Parameters
    ----------
    parent : QObject
    session : Session
        Knows what ships.
    done : callable
        Gets what ships, on the interface's thread, when all of it is there.
    """

    def __init__(
        self, parent: QObject, session: Session, done: Callable[[Shipped], object]
    ) -> None:
        super().__init__(parent)
        self._session, self._done = session, done
        self._shipped: Shipped = ()
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
        foundry.wait()  # one import at a time
        import_module("pyqtgraph")
        self._shipped = self._session.catalogue()

    def _look(self) -> None:
        if not self._thread.is_alive():
            self._timer.stop()
            self._done(self._shipped)
