"""The loss panel: the curve of a training with its axes, and where on it the stage is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QRegion
from PySide6.QtWidgets import QWidget

from rnnviz.film import Frame, Progress, Stage
from rnnviz.film.panels import PANELS
from rnnviz.views.look import Look
from rnnviz.views.panels.panel import PanelWidget
from rnnviz.views.training.curve import LossCurve, shown_of


class LossPanel(PanelWidget):
    """The loss over the updates; along the curve its snapshots are scrubbed.

    Attributes
    ----------
    said : str
        What there is to say in the title row.

    Signals
    -------
    origin_sought(int)
        A snapshot's place in the run's log.
    """

    origin_sought = Signal(int)

    def __init__(self, parent: QWidget | None = None, name: str = "loss") -> None:
        super().__init__(parent, name)
        self._progress = Progress()
        self.said = ""
        self.curve = LossCurve(self)
        self.curve.origin_sought.connect(self.origin_sought)
        self.setAccessibleName("Loss of the training")
        self.set_look(self._look)

    # -- what it is given --------------------------------------------------------------------

    def set_look(self, look: Look) -> None:
        """Store colours and size of type."""
        self.curve.set_look(look)
        super().set_look(look)

    def set_frame(self, frame: Frame) -> None:
        """Show where a frame's run is in its training."""
        before, self._frame = self._frame, frame
        if before is None or before.run is not frame.run:
            self._show()

    def set_progress(self, progress: Progress) -> None:
        """Show how far a training has come."""
        self._progress = progress
        self._show()

    def stand_in_slot(self, name: str, why: str = "") -> None:
        """Show the curve only where there is one."""
        super().stand_in_slot(name, why)
        self.curve.setVisible(not why)

    def build(self) -> None:
        """Import pyqtgraph and make the plot, if that has not happened yet."""
        self.curve.view.build()

    def _show(self) -> None:
        shown = shown_of(None if self._frame is None else self._frame.run, self._progress)
        if shown is not None:
            self.curve.show_log(shown)
        said = "" if shown is None else shown.words
        if said != self.said:
            self.said = said
            self._repaint(self.surface.title_row(0.0, float(self.width())).toAlignedRect())

    # -- painting ----------------------------------------------------------------------------

    def _arrange(self) -> None:
        top = round(self.surface.head)
        self.curve.setGeometry(0, top, self.width(), max(1, self.height() - top))

    def _paint(self, painter: QPainter, region: QRegion) -> bool:
        painter.drawPixmap(0, 0, self.surface.blank())
        words = self.said.split(" · ")
        texts = (" · ".join(words[:count]) for count in range(len(words), 0, -1))
        self._say_beside_title(painter, (PANELS[self.name].title, ""), 1.0, *texts)
        return True

    def _way(self) -> Stage:
        return Stage.UPDATE
