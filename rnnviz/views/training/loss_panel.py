"""The loss panel: the curves of a training with their axes, and where on them the stage is."""

from __future__ import annotations

from math import isnan

from PySide6.QtCore import QRectF, Signal, SignalInstance
from PySide6.QtGui import QFontMetricsF, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from rnnviz.film import Frame, Progress, Stage
from rnnviz.film.fields import FIELDS
from rnnviz.film.panels import PANELS
from rnnviz.film.plan import best_of
from rnnviz.scenes.charts.loss import trained_words
from rnnviz.scenes.shapes import Role
from rnnviz.views.chart.view import ChartView
from rnnviz.views.look import Look
from rnnviz.views.panels.controls import Toggle
from rnnviz.views.panels.panel import PanelWidget
from rnnviz.views.panels.surface import LEFT
from rnnviz.views.pens_and_text import lines_of
from rnnviz.views.training.curve import LossCurve, further_of, place, shown_of

_LOW = 9.0  # units of height below which what was trained on has no line of its own


class LossPanel(PanelWidget):
    """The losses over updates or epochs; along the curves the training's snapshots are scrubbed.

    Attributes
    ----------
    said : str
        What there is to say in the title row.

    Signals
    -------
    origin_sought(int)
        A snapshot's place in the run's log.
    best_asked(), last_asked()
        The snapshot of the smallest validation loss; the last.
    axes_chosen(str, bool)
        A field of the view by its name, and whether it is so: "loss_linear", "loss_epochs".
    """

    origin_sought = Signal(int)
    best_asked = Signal()
    last_asked = Signal()
    axes_chosen = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None, name: str = "loss") -> None:
        super().__init__(parent, name)
        self._progress = Progress()
        self.said = ""
        self._lines = ("",)  # that, and with fewer words
        self._place = ""  # the most that is always said
        self.trained: tuple[str, ...] = ()
        """What was trained on, in texts that become shorter."""
        self.curve = LossCurve(self)
        self.curve.origin_sought.connect(self.origin_sought)
        self.curve.view.covered.connect(self._show)
        self.best = Toggle(self, "best", Role.PLAYHEAD, 0.5)
        self.last = Toggle(self, "last", Role.PLAYHEAD, 0.5)
        for button, asked, tip in (
            (self.best, self.best_asked, "To the smallest validation loss (Ctrl+↓)"),
            (self.last, self.last_asked, "To the last snapshot (Ctrl+End)"),
        ):
            button.setToolTip(tip)
            button.setAccessibleName(tip.partition(" (")[0])
            button.chosen.connect(lambda _on, asked=asked: self._ask(asked))
        self.switches = {
            name: Toggle(self, text, Role.INK, 0.5)
            for name, text in (("loss_linear", "linear"), ("loss_epochs", "epochs"))
        }
        for name, switch in self.switches.items():
            switch.setToolTip(FIELDS[name].teaches)
            switch.setAccessibleName(FIELDS[name].title)
            switch.chosen.connect(lambda on, name=name: self.axes_chosen.emit(name, on))
        self.setAccessibleName("Loss of the training")
        self.set_look(self._look)

    # -- what it is given --------------------------------------------------------------------

    def set_look(self, look: Look) -> None:
        """Store colours and size of type."""
        for part in (self.curve, *self._controls):
            part.set_look(look)
        super().set_look(look)

    def set_frame(self, frame: Frame) -> None:
        """Show where a frame's run is in its training."""
        before, self._frame = self._frame, frame
        if before is None or before.run is not frame.run or further_of(before) != further_of(frame):
            self._show()

    def set_progress(self, progress: Progress) -> None:
        """Show how far a training has come."""
        self._progress = progress
        self._show()

    def set_axes(self, name: str, on: bool) -> None:
        """Store how the chart is laid out; see `axes_chosen`."""
        self.switches[name].setChecked(on)
        linear, epochs = (switch.isChecked() for switch in self.switches.values())
        self.curve.set_axes(linear=linear, epochs=epochs)
        self._show()

    def stand_in_slot(self, name: str, why: str = "") -> None:
        """Show the curve only where there is one."""
        super().stand_in_slot(name, why)
        self.curve.setVisible(not why)
        self._arrange()

    def build(self) -> None:
        """Import pyqtgraph and make the plot, if that has not happened yet."""
        self.curve.view.build()

    @property
    def chart_view(self) -> ChartView | None:
        """The chart that can be covered."""
        return self.curve.view

    @property
    def _controls(self) -> tuple[Toggle, ...]:
        return (self.best, self.last, *self.switches.values())

    def _ask(self, asked: SignalInstance) -> None:
        asked.emit()
        self._show()  # what was pressed is down only where it is what is shown

    def _show(self) -> None:
        run = None if self._frame is None else self._frame.run
        shown = shown_of(run, self._progress, further_of(self._frame))
        trained = () if run is None or shown is None else trained_words(run)
        if trained != self.trained:
            self.trained = trained
            self.setAccessibleDescription(trained[0] if trained else "")
            self._arrange()
            self.update()
        if shown is not None:
            self.curve.show_log(shown)
            best, last = best_of(shown.log), len(shown.log) - 1
            for button, index in ((self.best, best), (self.last, last)):
                button.setEnabled(not shown.live and index >= 0)
                button.setChecked(index >= 0 and shown.origin == index)
            self.switches["loss_epochs"].setEnabled(not isnan(shown.epoch))
        guessed = self.curve.view.guessed
        said = guessed or ("" if shown is None else shown.words)
        if said != self.said:
            self.said, before = said, self._place
            self._lines = ("",) if shown is None else (guessed,) if guessed else shown.lines
            self._place = "" if shown is None else place(shown.end, shown.end)
            if self._place != before:
                self._arrange()
            self._repaint(self.surface.title_row(0.0, float(self.width())).toAlignedRect())

    # -- painting ----------------------------------------------------------------------------

    def _arrange(self) -> None:
        surface = self.surface
        top = round(surface.head) + round(self._line_of_words)
        self.curve.setGeometry(0, top, self.width(), max(1, self.height() - top))
        left, gap = surface.width - surface.pad, round(0.25 * surface.unit)
        words = QFontMetricsF(self._look.font(0.93)).horizontalAdvance(self._place)
        title = surface.title_width((PANELS[self.name].title, ""))
        most = self.width() - title - words - 2 * surface.pad - 1.5 * surface.unit
        for button in reversed(self._controls):
            hint = button.sizeHint()
            # Of a narrow panel the axes are chosen by the menu.
            needed = button in (self.best, self.last)
            fits = needed or sum(b.sizeHint().width() + gap for b in self._controls) <= most
            button.setVisible(fits and not self.why)
            if fits:
                left -= hint.width() + gap
                button.setGeometry(round(left), surface.title_top, hint.width(), hint.height())

    @property
    def _line_of_words(self) -> float:
        """Room over the curve for what was trained on; none in a low panel."""
        unit = self._look.unit
        return 1.5 * unit if self.trained and self.height() >= _LOW * unit else 0.0

    def _paint(self, painter: QPainter, region: QRegion) -> bool:
        surface = self.surface
        surface.lay(painter)
        if self._line_of_words:
            font, wide = self._look.font(0.93), surface.width - 2 * surface.pad
            painter.setFont(font)
            painter.setPen(self._look.palette.colour(Role.MUTED))
            (words,), _ = lines_of(self.trained, self._look, wide, 1)
            row = QRectF(surface.pad, surface.head, wide, self._line_of_words)
            painter.drawText(row, LEFT, words)
        self._say_beside_title(painter, (PANELS[self.name].title, ""), 1.0, *self._lines)
        return True

    def _way(self) -> Stage:
        return Stage.UPDATE
