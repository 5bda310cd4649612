"""The forecast panel: a series in its own units, what is forecast of it, and how well that goes."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from rnnviz.film import Frame
from rnnviz.film.classical import known_steps
from rnnviz.film.notation import own
from rnnviz.film.origins import why_no_origins
from rnnviz.film.panels import why_empty
from rnnviz.scenes.charts.axes import Seen
from rnnviz.scenes.charts.chart import Chart
from rnnviz.scenes.charts.forecast import (
    column_name,
    forecast_chart,
    horizon_chart,
    near,
    values_in,
)
from rnnviz.scenes.forecast_table import table_shapes
from rnnviz.scenes.forecast_words import interval_words, reading, verdicts
from rnnviz.scenes.measure import clean
from rnnviz.scenes.shapes import Rect, Role, Scene
from rnnviz.views.chart.drawn import Drawn
from rnnviz.views.chart.forecast_parts import (
    ErrorsChart,
    HorizonField,
    paint_origin,
    words_at_rest,
)
from rnnviz.views.chart.panel import ChartPanel
from rnnviz.views.look import Look
from rnnviz.views.paint import paint_scene
from rnnviz.views.panels.controls import Stepper, Toggle
from rnnviz.views.panels.panel import Kept
from rnnviz.views.panels.surface import LEFT, Title
from rnnviz.views.pens_and_text import lines_of
from rnnviz.views.pixels import of_pixels
from rnnviz.views.widgets import ArrowBox, name_box, segment_style, wear

_HIGH, _WIDE = 27.0, 48.0  # units from which errors stand under the series, beside their table
_SENTENCE = 1.5  # units of a line of words
_ERRORS = 0.38  # of the height, for what stands under the series
_SHARE = 0.46  # of the width, for the errors' chart
_BOTH = 22.0  # units of height from which the band has its sentence too
_TWO_LINES = 13.0  # and from which a sentence may take two lines
_LONGEST = 24  # letters of a column's name in its box


class ForecastPanel(ChartPanel):
    """A series with what network and classical methods forecast of it from a chosen origin.

    The origin is dragged along the series. Under it, where there is room, are errors by horizon
    over many held-out origins, and a table of them.

    Signals
    -------
    forecast_origin_chosen(int)
        The last step that is known; 0 for the usual one.
    horizon_chosen(int)
    column_chosen(int)
    """

    forecast_origin_chosen = Signal(int)
    horizon_chosen = Signal(int)
    column_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None, name: str = "forecast") -> None:
        super().__init__(parent, name)
        self._span: tuple[int, int] | None = None
        self._label_at = 0.0
        self._tokens = [""]
        self._under: Kept[Chart | None] = Kept()
        self._words: Kept[tuple[str, ...]] = Kept()
        self._lines_kept: Kept[tuple[list[str], list[str]]] = Kept()
        self._ahead = 0  # steps ahead that keys have chosen to be read out; 0 for none
        self._table: Kept[Scene] = Kept()
        names = ("the origin one step earlier ([)", "the origin one step later (])")
        self.origin = Stepper(self, Role.PLAYHEAD, names)
        self.origin.chosen.connect(self.forecast_origin_chosen)
        self.near = Toggle(self, "near", Role.PLAYHEAD)
        self.near.setToolTip("Look at what lies around the origin alone, or at the whole series")
        self.near.chosen.connect(self._look_near)
        self.view.moved.connect(self._leave)
        self.view.values_in = values_in
        self._stretch: Seen | None = None
        self.horizon = HorizonField(self)
        self.horizon.horizon_chosen.connect(self.horizon_chosen)
        self.column = ArrowBox(self)
        name_box(self.column, "Column that is forecast")
        self.column.activated.connect(self.column_chosen)
        self.errors = ErrorsChart(self)
        for control in (self.origin, self.near, self.horizon, self.column, self.errors):
            control.installEventFilter(self)
        self.setAccessibleName("Forecast")
        self.set_look(self._look)

    # -- what it is given --------------------------------------------------------------------

    def set_look(self, look: Look) -> None:
        """Store colours and size of type."""
        self.origin.set_look(look)
        self.near.set_look(look)
        self.errors.set_look(look)
        self.horizon.set_look(look)
        self.column.setFont(look.font(0.86))
        wear(self.column, segment_style(look))
        super().set_look(look)

    def set_frame(self, frame: Frame) -> None:
        """Store the frame; repaint if it shows anything else than the last one."""
        before, self._frame = self._frame, frame
        if before is not None and before.passing is frame.passing and self._same(before, frame):
            return
        self._fill_in()
        self.update()

    def set_span(self, span: tuple[int, int] | None) -> None:
        """Mark the steps that are on the stage, the first and the last; None for none."""
        if span != self._span:
            self._span = span
            self.update()

    def stand_in_slot(self, name: str, why: str = "") -> None:
        """Show controls only where there is something to choose."""
        changed = why != self.why
        super().stand_in_slot(name, why)
        if changed:
            self._fill_in()

    @property
    def title(self) -> Title:
        """What the title row says."""
        frame = self._frame
        if frame is None or why_no_origins(frame.task):
            return "Forecast", ""
        name = own(clean(frame.task.sequence.name))
        return "Forecast", f"{name} · {own(column_name(frame))}"

    @property
    def said(self) -> str:
        """The values under the pointer; else how the network does; why there is no chart."""
        return self._said[0]

    @property
    def _said(self) -> tuple[str, ...]:
        """The same in texts that become shorter."""
        frame, chart = self._frame, self.chart()
        if frame is None or chart is None:
            return ("" if frame is None else f"Nothing to show: {why_no_origins(frame.task)}.",)
        step = self.hovered_step
        if self.view.guessed:  # also under the pointer, which has just drawn it
            return (self.view.guessed,)
        return reading(frame, chart, step) if step else self.sentences[1:]

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the band is; then how the network does, in sentences that become shorter."""
        frame = self._frame
        if frame is None or why_no_origins(frame.task):
            return ("", "")
        return self._words.of(
            frame.passing, self._of(frame), lambda: (interval_words(frame), *verdicts(frame))
        )

    @property
    def hovered_step(self) -> int:
        """The step that is read out: under the pointer, else as keys have chosen; 0 for none."""
        frame, under = self._frame, super().hovered_step
        if under or not self._ahead or frame is None or self.why:
            return under
        return frame.forecast.origin + min(self._ahead, frame.forecast.horizon)

    def read(self, by: int) -> None:
        """Read out what is forecast so many steps further ahead; before the first one nothing."""
        frame = self._frame
        if frame is None or self.why:
            return
        now = min(self._ahead, frame.forecast.horizon)
        self._ahead = min(max(now + by, 0), frame.forecast.horizon)
        self.setAccessibleDescription(self.said)
        self.update()

    # -- what is shown -----------------------------------------------------------------------

    def _made(self, frame: Frame) -> Chart | None:
        return None if why_no_origins(frame.task) else forecast_chart(frame, self._span)

    def _of(self, frame: Frame) -> Hashable:
        playhead = frame.playhead
        looked = playhead.origin, playhead.horizon, playhead.column
        return (self._span, *looked, frame.untrained, frame.why_not_judged)

    def _same(self, before: Frame, now: Frame) -> bool:
        return self._of(before) == self._of(now)

    @property
    def _large(self) -> bool:
        unit = self._look.unit
        return self.height() >= _HIGH * unit and self.width() >= _WIDE * unit

    @property
    def _lines(self) -> int:
        """Lines of words under the title row: the verdict's, and where there is room the band's."""
        return sum(map(len, self.written))

    @property
    def written(self) -> tuple[list[str], list[str]]:
        """Those lines, where nothing is read out: how the network does, and what the band is."""
        frame, texts = self._frame, self.sentences
        high, wide = self.height() / self._look.unit, self._width_of_words
        most = (2 if high >= _TWO_LINES else 1), (2 if high >= _BOTH else 0)
        return self._lines_kept.of(
            None if frame is None else frame.passing,
            (texts, most, wide, self._look),
            lambda: words_at_rest(texts[1:], texts[0], self._look, wide, most),
        )

    @property
    def _width_of_words(self) -> float:
        return self.surface.width - 2 * self.surface.pad + 0.5

    def _area(self) -> Rect:
        surface, unit = self.surface, self._look.unit
        top = surface.head + (self._lines * _SENTENCE + 0.5) * unit
        bottom = self.height() - surface.foot - 0.5 * unit
        if self._large:
            bottom -= _ERRORS * self.height()
        return Rect(surface.pad, top, self.width() - 2 * surface.pad, max(10.0, bottom - top))

    def _table_area(self) -> Rect:
        surface, unit = self.surface, self._look.unit
        top = (1.0 - _ERRORS) * self.height() + 0.6 * unit
        left = surface.pad + _SHARE * (self.width() - 2 * surface.pad) + 2.0 * unit
        return Rect(left, top, self.width() - surface.pad - left, self.height() - top - 0.5 * unit)

    # -- controls ----------------------------------------------------------------------------

    def _arrange(self) -> None:
        """Put controls at the right end of the title row, and the errors under the series."""
        if not hasattr(self, "errors"):  # the look is set before there are any
            return
        surface, unit = self.surface, self._look.unit
        right, high = surface.width - surface.pad, round(1.55 * unit)
        if not self.column.isHidden():
            wide = round(min(max(6.0 * unit, self.column.sizeHint().width()), 11.0 * unit))
            right -= wide
            self.column.setGeometry(round(right), surface.title_top, wide, high)
            right -= 0.7 * unit
        if not self.horizon.isHidden():
            self._write_origin()
            right -= 3.4 * unit
            self.horizon.setGeometry(round(right), surface.title_top, round(3.4 * unit), high)
            label = self._horizon_label()
            right -= QFontMetricsF(self._look.font(0.93)).horizontalAdvance(label) + 0.4 * unit
            self._label_at = right
            right -= 0.9 * unit if label else 0.3 * unit
            right -= self.origin.width()
            self.origin.move(round(right), surface.title_top)
            self.near.resize(self.near.sizeHint())
            right -= self.near.width() + 0.7 * unit
            self.near.move(round(right), surface.title_top)
            self.near.setVisible(self._wide)
        shown = self._large and not self.why and self._frame is not None
        self.errors.setVisible(shown)
        if shown:
            top = (1.0 - _ERRORS) * self.height() + 0.6 * unit
            wide = _SHARE * (self.width() - 2 * surface.pad)
            place = QRectF(surface.pad, top, wide, self.height() - top - 0.5 * unit)
            self.errors.setGeometry(place.toAlignedRect())

    @property
    def _wide(self) -> bool:
        """Whether there is room for words before the controls."""
        return self.width() >= _WIDE * self._look.unit

    def _horizon_label(self) -> str:
        return "horizon" if self._wide else ""

    def _write_origin(self) -> None:
        """Name the origin, in a width that it keeps while it is dragged."""
        text = self._tokens[0]
        before = "origin " if self._wide else ""
        self.origin.set_text(text, before, widest=max(self._tokens, key=len))

    def _fill_in(self) -> None:
        """Show in the controls what a frame looks at."""
        frame = self._frame
        # What is still to be computed is not found here, where it would hold the window.
        shown = frame is not None and not self.why and not why_empty(self.name, frame)
        for control in (self.origin, self.horizon, self.near):
            control.setVisible(shown)
        if frame is None or not shown:
            self.column.hide()
            self._arrange()
            return
        now, known = frame.forecast, known_steps(frame.task)
        those = (now.origin, 1, known // 2 + 1, known)
        self._tokens = [clean(frame.token(step)) for step in those]
        self.origin.set_neighbours(
            now.origin - 1 if now.origin > 1 else None,
            now.origin + 1 if now.origin < known else None,
        )
        self.horizon.set_rate(float(now.horizon))
        names = [clean(name)[:_LONGEST] for name in frame.task.sequence.columns]
        if [self.column.itemText(i) for i in range(self.column.count())] != names:
            self.column.clear()
            self.column.addItems(names)
        self.column.setCurrentIndex(frame.playhead.column)
        self.column.setVisible(len(names) > 1)
        self.errors.show_chart(self._errors_chart(frame))
        self.setAccessibleDescription(" ".join(self.sentences[1::-1]))
        self._arrange()

    def _errors_chart(self, frame: Frame) -> Chart | None:
        return self._under.of(frame.passing, self._of(frame), lambda: horizon_chart(frame))

    def build(self) -> None:
        """Import pyqtgraph and make the plots, if that has not happened yet."""
        super().build()
        self.errors.view.build()

    def minimumSizeHint(self) -> QSize:
        """Room for the title row and a low chart."""
        return QSize(round(20 * self._look.unit), round(9 * self._look.unit))

    # -- near the origin ---------------------------------------------------------------------

    def _look_near(self, near: bool) -> None:
        if not near:
            self.view.show_all()
        self.update()

    def _leave(self) -> None:
        """Another stretch is looked at, by the hand: the origin is no longer followed."""
        self.near.setChecked(False)

    def drawn(self) -> Drawn | None:
        """What is drawn; around the origin, where that is asked for."""
        drawn, frame = super().drawn(), self._frame
        if drawn is None or frame is None or not self.near.isChecked():
            return drawn
        if not self._dragged or self._stretch is None:  # else it would run away from the hand
            now = frame.forecast
            self._stretch = near(drawn.chart, drawn.fit, now.origin, now.horizon)
        stretch = self._stretch
        if self.view.seen != stretch:
            self.view.seen = stretch
            return super().drawn()
        return drawn

    # -- painting ----------------------------------------------------------------------------

    def _paint(self, painter: QPainter, region: QRegion) -> bool:
        frame, drawn, surface = self._frame, self.drawn(), self.surface
        if frame is None or drawn is None:
            return False
        self.view.build_soon()
        if of_pixels(painter):  # else the view draws all of it
            painter.drawPixmap(0, 0, drawn.bare if self.view.plot is None else drawn.full)
        self.view.paint(painter, drawn, None, None, region)
        if self.view.plot is not None:
            paint_origin(painter, drawn, self._look, frame.forecast.origin)
            if self.hovered_step and not self.view.guessing.covers:
                drawn.draw_rings(painter, float(self.hovered_step))
        self._draw_title(painter, [self.title, ("Forecast", "")])
        self._paint_words(painter)
        painter.setPen(self._look.palette.colour(Role.MUTED))
        row = surface.title_row(self._label_at, self.horizon.x())
        painter.drawText(row, LEFT, self._horizon_label())
        if self._large:
            self._paint_table(painter, frame)
        return True

    def _paint_words(self, painter: QPainter) -> None:
        """How the network does and what the band is; or what is read out, in their place."""
        verdict, band = self.written
        if self.hovered_step or self.view.guessed:
            said, wide = self._said, self._width_of_words
            many = len(verdict) + len(band)
            verdict, whole = lines_of(said, self._look, wide, len(verdict))
            if not whole:
                verdict, band = lines_of(said, self._look, wide, many)[0], []
        high = _SENTENCE * self._look.unit
        painter.setFont(self._look.font(0.93))
        for i, words in enumerate((*verdict, *band)):
            muted = i >= len(verdict)
            painter.setPen(self._look.palette.colour(Role.MUTED if muted else Role.INK))
            top, left = self.surface.head + i * high, self.surface.pad
            painter.drawText(QRectF(left, top, self._width_of_words, high), LEFT, words)

    def _paint_table(self, painter: QPainter, frame: Frame) -> None:
        size = self._look.size(0.93)
        area = self._table_area()

        def measure(text: str, bold: bool) -> float:
            return QFontMetricsF(self._font(bold)).horizontalAdvance(text)

        def made() -> Scene:
            shapes = table_shapes(frame, area, size, measure)
            return Scene(float(self.width()), float(self.height()), tuple(shapes))

        key = (self._of(frame), area, self._look)
        paint_scene(painter, self._table.of(frame.passing, key, made), self._look, None)

    def _font(self, bold: bool) -> QFont:
        return self._look.font(0.93, bold=bold)

    # -- intents -----------------------------------------------------------------------------

    def _pressed(self, event: QMouseEvent) -> None:
        self._seek(self.step_at(event.position()))

    def _unseek(self) -> None:
        """A double click on the plot shows all of it; its first press has moved the origin."""
        self.forecast_origin_chosen.emit(self._before_press)

    _before_press = 0

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for an origin; remember the one before, to which a double click goes back."""
        if self._frame is not None:
            self._before_press = self._frame.playhead.origin
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag; near the origin the view comes after it."""
        super().mouseReleaseEvent(event)
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A pointer on one of the controls has left the chart, which Qt says to nobody."""
        if event.type() == QEvent.Type.Enter and self._hovered is not None:
            self._point_at(None)
        return super().eventFilter(watched, event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read out, or drag the origin; over the plot it can be taken hold of."""
        super().mouseMoveEvent(event)
        on = self.step_at(event.position()) and not self.why
        shape = Qt.CursorShape.SizeHorCursor if on else Qt.CursorShape.ArrowCursor
        if self.cursor().shape() != shape:
            self.setCursor(shape)

    def _seek(self, step: int) -> None:
        frame = self._frame
        if frame is None or not step:
            return
        step = min(max(step, 1), known_steps(frame.task))
        if step != self._dragged:
            self._dragged = step
            self.forecast_origin_chosen.emit(step)

    def _step_along(self, x: float) -> int:
        frame, axes = self._frame, self.axes
        if frame is None or axes is None:
            return 0
        return max(round(axes.x_at(x)), 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the chart are its view's; all others the window's."""
        event.ignore()
